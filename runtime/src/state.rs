//! What exists once in a process: interned strings, the module tables, shared objects; and the
//! part of a thread's state that only the runtime knows.

use std::cell::{Cell, RefCell};

use krait_layout::{StackSlot, Thread, Value};

use crate::gc;
use crate::object::slots::{SLOT_COUNT, SLOT_NAMES, Slot};
use crate::object::{Object, ValueExt};
use crate::types::dict::Dict;
use crate::types::str::Str;
use crate::types::tuple::Tuple;

/// A global variable that holds a value; the collector sees it.
#[repr(transparent)]
pub struct Root(Cell<StackSlot>);

// SAFETY: roots are read and written under the interpreter lock.
unsafe impl Sync for Root {}

impl Root {
    pub const fn new() -> Root {
        Root(Cell::new(None))
    }

    #[inline(always)]
    pub fn get(&self) -> StackSlot {
        self.0.get()
    }

    pub fn set(&self, v: StackSlot) {
        self.0.set(v);
    }
}

impl Default for Root {
    fn default() -> Root {
        Root::new()
    }
}

/// The process's globals. All fields are roots: the collector scans the struct.
#[repr(C)]
pub struct Globals {
    interned: Root,
    empty_str: Root,
    empty_tuple: Root,
    empty_bytes: Root,
    latin1: [Root; 256],
    slot_names: [Root; SLOT_COUNT],
    /// `sys.modules`.
    pub modules: Root,
    /// The `sys` module.
    pub sys: Root,
    /// The `builtins` module's dictionary.
    pub builtins: Root,
    /// `importlib._bootstrap._find_and_load` and friends are found through this module.
    pub importlib: Root,
    /// Codec registry: search functions, cache, error handlers.
    pub codecs: Root,
    /// Values that native modules keep, by module and name.
    pub module_state: Root,
    /// `sys.getswitchinterval` and other numbers live in their modules; spare roots for types.
    pub weakref_callbacks: Root,
}

pub static GLOBALS: Globals = Globals {
    interned: Root::new(),
    empty_str: Root::new(),
    empty_tuple: Root::new(),
    empty_bytes: Root::new(),
    latin1: [const { Root::new() }; 256],
    slot_names: [const { Root::new() }; SLOT_COUNT],
    modules: Root::new(),
    sys: Root::new(),
    builtins: Root::new(),
    importlib: Root::new(),
    codecs: Root::new(),
    module_state: Root::new(),
    weakref_callbacks: Root::new(),
};

type Deferred = Box<dyn FnOnce(&Thread)>;

thread_local! {
    /// `Some` until strings, tuples, dictionaries and lists have their classes.
    static DEFERRED: RefCell<Option<Vec<Deferred>>> = const { RefCell::new(Some(Vec::new())) };
}

/// Strings can be made: the first classes exist.
pub static STRINGS_EXIST: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);

/// Runs `f` as soon as strings can be made: at once, but for the first classes.
pub fn when_strings_exist(th: &Thread, f: impl FnOnce(&Thread) + 'static) {
    if STRINGS_EXIST.load(std::sync::atomic::Ordering::Relaxed) {
        f(th);
    } else {
        DEFERRED.with(|d| d.borrow_mut().as_mut().expect("not yet run").push(Box::new(f)));
    }
}

/// Makes the first classes and the shared objects. Called once, before anything else.
pub fn init(th: &Thread) {
    use crate::types::{dict, list, native_function, object, static_method, str, tuple, type_};
    let first = [
        &object::DEF,
        &type_::DEF,
        &str::DEF,
        &tuple::DEF,
        &dict::DEF,
        &list::DEF,
        &native_function::METHOD_DESCRIPTOR,
        &native_function::BUILTIN_FUNCTION,
        &native_function::CLASS_METHOD_DESCRIPTOR,
        &native_function::WRAPPER_DESCRIPTOR,
        &native_function::METHOD_WRAPPER,
        &native_function::GETSET_DESCRIPTOR,
        &static_method::DEF,
    ];
    for def in first {
        def.class(th);
    }
    GLOBALS.interned.set(Some(Dict::new(th).value()));
    GLOBALS.empty_str.set(Some(Str::fresh_latin1(th, b"").value()));
    GLOBALS.empty_tuple.set(Some(Tuple::fresh_empty(th).value()));
    for c in 0..=255u8 {
        let s = Str::fresh_latin1(th, &[c]);
        GLOBALS.latin1[c as usize].set(Some(s.value()));
        intern_object(th, s);
    }
    intern_object(th, empty_str(th));
    for (root, name) in GLOBALS.slot_names.iter().zip(SLOT_NAMES) {
        root.set(Some(intern(th, name)));
    }
    STRINGS_EXIST.store(true, std::sync::atomic::Ordering::Relaxed);
    let deferred = DEFERRED.with(|d| d.borrow_mut().take()).expect("init runs once");
    for f in deferred {
        f(th);
    }
    crate::types::make_all(th);
    GLOBALS.codecs.set(Some(Dict::new(th).value()));
    GLOBALS.module_state.set(Some(Dict::new(th).value()));
}

/// `""`.
pub fn empty_str(_: &Thread) -> &'static Str {
    GLOBALS.empty_str.get().and_then(|s| s.cast()).expect("made at start")
}

/// `()`.
#[inline]
pub fn empty_tuple(_: &Thread) -> &'static Tuple {
    GLOBALS.empty_tuple.get().and_then(|s| s.cast()).expect("made at start")
}

/// The one-character string of `c`.
#[inline]
pub fn latin1_char(_: &Thread, c: u8) -> &'static Str {
    GLOBALS.latin1[c as usize].get().and_then(|s| s.cast()).expect("made at start")
}

/// The name of `slot`, interned.
#[inline]
pub fn slot_name(slot: Slot) -> Value {
    GLOBALS.slot_names[slot as usize].get().expect("made at start")
}

/// The interned string equal to `text`.
pub fn intern(th: &Thread, text: &str) -> Value {
    intern_object(th, Str::new(th, text))
}

/// The interned string equal to `s`.
pub fn intern_object(th: &Thread, s: &'static Str) -> Value {
    let table = GLOBALS.interned.get().and_then(|d| d.cast::<Dict>()).expect("made at start");
    if let Some(found) = table.get_str(s) {
        return found;
    }
    let s = if s.value().is_exactly(crate::shapes::STR) { s } else { s.slice(th, 0, s.len()) };
    table.set_str(th, s, s.value());
    s.value()
}

/// Whether `s` is itself the interned string of its text.
pub fn is_interned(s: &Str) -> bool {
    let table = GLOBALS.interned.get().and_then(|d| d.cast::<Dict>()).expect("made at start");
    table.get_str(s) == Some(s.value())
}

/// A name that is interned at its first use: what `intern!` declares.
pub struct Name {
    text: &'static str,
    value: std::sync::atomic::AtomicU64,
}

impl Name {
    pub const fn new(text: &'static str) -> Name {
        Name { text, value: std::sync::atomic::AtomicU64::new(0) }
    }

    #[inline(always)]
    pub fn get(&self, th: &Thread) -> Value {
        let bits = self.value.load(std::sync::atomic::Ordering::Relaxed);
        if bits != 0 {
            // SAFETY: the word was stored below; interned strings are never freed.
            return unsafe { Value::from_bits(bits) };
        }
        let v = intern(th, self.text);
        self.value.store(v.bits(), std::sync::atomic::Ordering::Relaxed);
        v
    }
}

/// The interned string of a literal: `intern!(th, "__name__")`.
#[macro_export]
macro_rules! intern {
    ($th:expr, $text:literal) => {{
        static NAME: $crate::state::Name = $crate::state::Name::new($text);
        NAME.get($th)
    }};
}

/// `sys.modules`.
pub fn modules() -> &'static Dict {
    GLOBALS.modules.get().and_then(|d| d.cast()).expect("made at start")
}

/// The `builtins` module's dictionary.
pub fn builtins() -> &'static Dict {
    GLOBALS.builtins.get().and_then(|d| d.cast()).expect("made at start")
}

/// The global variables of the newest Python frame.
pub fn current_globals(th: &Thread) -> Option<&'static Dict> {
    crate::interpreter::frame::current(th).map(|f| f.globals())
}

/// A dictionary that a native module keeps its state in, made at the first call.
pub fn module_state(th: &Thread, module: &str) -> &'static Dict {
    let all = GLOBALS.module_state.get().and_then(|d| d.cast::<Dict>()).expect("made at start");
    let key = Str::new(th, module);
    match all.get_str(key) {
        Some(d) => d.cast::<Dict>().expect("states are dictionaries"),
        None => {
            let d = Dict::new(th);
            all.set_str(th, key, d.value());
            d
        }
    }
}

/// Address and length in words of the process's roots.
pub fn root_range() -> (*const usize, usize) {
    (&GLOBALS as *const Globals as *const usize, size_of::<Globals>() / size_of::<usize>())
}

/// Registers the runtime's roots with the collector.
pub fn register_roots() {
    let (at, words) = root_range();
    // SAFETY: the globals live as long as the process; shapes are read up to the newest.
    unsafe {
        gc::register_root_range(at, words);
        gc::register_root_source(std::ptr::null(), |_| crate::object::shape::root_range());
    }
}
