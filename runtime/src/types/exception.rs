//! Exceptions: the struct that all share, the hierarchy, and what raising does to them.

use std::cell::Cell;
use std::sync::atomic::{AtomicPtr, Ordering};

use krait_layout::{Header, Kind, StackSlot, Thread, Value, shapes};

use crate::error::{PyResult, raise_value};
use crate::gc::Field;
use crate::native::class_arg;
use crate::object::type_object::{Type, TypeDef, TypeFlags};
use crate::object::{Object, Slot, ValueExt, alloc_as, attributes};
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::str::Str;
use crate::types::traceback::Traceback;
use crate::types::tuple::Tuple;
use crate::{intern, ops, raise, state};
use krait_macros::methods;

/// Fields that some exception types have besides `args`, by position; see `getsets_of`.
pub const FIELD_COUNT: usize = 7;

/// An exception instance.
#[repr(C)]
pub struct Exception {
    pub header: Header,
    args: Field,
    traceback: Field,
    context: Field,
    cause: Field,
    suppress_context: Cell<bool>,
    /// Attributes of particular types: `OSError.errno`, `SyntaxError.lineno`, …
    fields: [Field; FIELD_COUNT],
}

// SAFETY: every object of kind `Exception` is made by `alloc_exception` with this layout.
unsafe impl Object for Exception {
    const KIND: Kind = Kind::Exception;

    fn def() -> &'static TypeDef {
        &DEFS[Exc::BaseException as usize]
    }
}

macro_rules! exceptions {
    ($($name:ident : $base:ident $doc:literal;)*) => {
        /// A built-in exception class.
        #[repr(u8)]
        #[derive(Copy, Clone, PartialEq, Eq, Debug)]
        pub enum Exc { BaseException, $($name,)* }

        const COUNT: usize = 1 $(+ { let _ = stringify!($name); 1 })*;

        /// Definitions in the order of [`Exc`].
        pub static DEFS: [TypeDef; COUNT] = [
            TypeDef::new("BaseException", "builtins", Kind::Exception, size_of::<Exception>())
                .doc("Common base class for all exceptions.")
                .flags(TypeFlags::BASE.or(TypeFlags::DICT).or(TypeFlags::WEAKREF))
                .methods(Exception::native_methods)
                .getsets(Exception::native_getsets),
            $(
                TypeDef::new(stringify!($name), "builtins", Kind::Exception, size_of::<Exception>())
                    .doc($doc)
                    .base(&DEFS[Exc::$base as usize])
                    .flags(TypeFlags::BASE)
                    .methods(methods_of(Exc::$name))
                    .getsets(getsets_of(Exc::$name)),
            )*
        ];
    };
}

exceptions! {
    BaseExceptionGroup: BaseException "A combination of multiple unrelated exceptions.";
    GeneratorExit: BaseException "Request that a generator exit.";
    KeyboardInterrupt: BaseException "Program interrupted by user.";
    SystemExit: BaseException "Request to exit from the interpreter.";
    Exception: BaseException "Common base class for all non-exit exceptions.";
    ArithmeticError: Exception "Base class for arithmetic errors.";
    FloatingPointError: ArithmeticError "Floating-point operation failed.";
    OverflowError: ArithmeticError "Result too large to be represented.";
    ZeroDivisionError: ArithmeticError "Second argument to a division or modulo operation was zero.";
    AssertionError: Exception "Assertion failed.";
    AttributeError: Exception "Attribute not found.";
    BufferError: Exception "Buffer error.";
    EOFError: Exception "Read beyond end of file.";
    ImportError: Exception "Import can't find module, or can't find name in module.";
    ModuleNotFoundError: ImportError "Module not found.";
    LookupError: Exception "Base class for lookup errors.";
    IndexError: LookupError "Sequence index out of range.";
    KeyError: LookupError "Mapping key not found.";
    MemoryError: Exception "Out of memory.";
    NameError: Exception "Name not found globally.";
    UnboundLocalError: NameError "Local name referenced but not bound to a value.";
    OSError: Exception "Base class for I/O related errors.";
    BlockingIOError: OSError "I/O operation would block.";
    ChildProcessError: OSError "Child process error.";
    ConnectionError: OSError "Connection error.";
    BrokenPipeError: ConnectionError "Broken pipe.";
    ConnectionAbortedError: ConnectionError "Connection aborted.";
    ConnectionRefusedError: ConnectionError "Connection refused.";
    ConnectionResetError: ConnectionError "Connection reset.";
    FileExistsError: OSError "File already exists.";
    FileNotFoundError: OSError "File not found.";
    InterruptedError: OSError "Interrupted by signal.";
    IsADirectoryError: OSError "Operation doesn't work on directories.";
    NotADirectoryError: OSError "Operation only works on directories.";
    PermissionError: OSError "Not enough permissions.";
    ProcessLookupError: OSError "Process not found.";
    TimeoutError: OSError "Timeout expired.";
    ReferenceError: Exception "Weak ref proxy used after referent went away.";
    RuntimeError: Exception "Unspecified run-time error.";
    NotImplementedError: RuntimeError "Method or function hasn't been implemented yet.";
    PythonFinalizationError: RuntimeError "Operation blocked during Python finalization.";
    RecursionError: RuntimeError "Recursion limit exceeded.";
    StopAsyncIteration: Exception "Signal the end from iterator.__anext__().";
    StopIteration: Exception "Signal the end from iterator.__next__().";
    SyntaxError: Exception "Invalid syntax.";
    _IncompleteInputError: SyntaxError "incomplete input.";
    IndentationError: SyntaxError "Improper indentation.";
    TabError: IndentationError "Improper mixture of spaces and tabs.";
    SystemError: Exception "Internal error in the Python interpreter.\n\nPlease report this to the Python maintainer, along with the traceback,\nthe Python version, and the hardware/OS platform and version.";
    TypeError: Exception "Inappropriate argument type.";
    ValueError: Exception "Inappropriate argument value (of correct type).";
    UnicodeError: ValueError "Unicode related error.";
    UnicodeDecodeError: UnicodeError "Unicode decoding error.";
    UnicodeEncodeError: UnicodeError "Unicode encoding error.";
    UnicodeTranslateError: UnicodeError "Unicode translation error.";
    Warning: Exception "Base class for warning categories.";
    BytesWarning: Warning "Base class for warnings about bytes and buffer related problems, mostly\nrelated to conversion from str or comparing to str.";
    DeprecationWarning: Warning "Base class for warnings about deprecated features.";
    EncodingWarning: Warning "Base class for warnings about encodings.";
    FutureWarning: Warning "Base class for warnings about constructs that will change semantically\nin the future.";
    ImportWarning: Warning "Base class for warnings about probable mistakes in module imports";
    PendingDeprecationWarning: Warning "Base class for warnings about features which will be deprecated\nin the future.";
    ResourceWarning: Warning "Base class for warnings about resource usage.";
    RuntimeWarning: Warning "Base class for warnings about dubious runtime behavior.";
    SyntaxWarning: Warning "Base class for warnings about dubious syntax.";
    UnicodeWarning: Warning "Base class for warnings about Unicode related problems, mostly\nrelated to conversion problems.";
    UserWarning: Warning "Base class for warnings generated by user code.";
}

impl Exc {
    /// The class object.
    pub fn class(self) -> &'static Type {
        DEFS[self as usize].made()
    }
}

/// `ExceptionGroup`, whose two bases no native definition can have; made by [`make_all`].
static EXCEPTION_GROUP: AtomicPtr<Type> = AtomicPtr::new(std::ptr::null_mut());

/// The class `ExceptionGroup`.
pub fn exception_group() -> &'static Type {
    // SAFETY: set at start-up; classes are never freed.
    unsafe { &*EXCEPTION_GROUP.load(Ordering::Acquire) }
}

/// Makes all exception classes.
pub fn make_all(th: &Thread) {
    for def in &DEFS {
        def.class(th);
    }
    let bases = [Exc::BaseExceptionGroup.class().value(), Exc::Exception.class().value()];
    let namespace = Dict::new(th);
    namespace.set_name(th, intern!(th, "__module__"), state::intern(th, "builtins"));
    namespace.set_name(th, intern!(th, "__slots__"), Tuple::new(th, &[]).value());
    let name = Str::new(th, "ExceptionGroup");
    let metaclass = crate::types::type_::DEF.class(th);
    let class = crate::object::class::new_class(th, metaclass, name, &bases, namespace, &[])
        .expect("the bases fit together");
    EXCEPTION_GROUP.store(class as *const Type as *mut Type, Ordering::Release);
}

/// The exception class `name` of a native module: `name` is `module.Name`.
pub fn new_class(th: &Thread, name: &str, base: &Type, doc: &str) -> PyResult<&'static Type> {
    let (module, short) = name.rsplit_once('.').unwrap_or(("builtins", name));
    let namespace = Dict::new(th);
    namespace.set_name(th, intern!(th, "__module__"), Str::new(th, module).value());
    if !doc.is_empty() {
        namespace.set_name(th, intern!(th, "__doc__"), Str::new(th, doc).value());
    }
    let metaclass = crate::types::type_::DEF.class(th);
    let short = Str::new(th, short);
    crate::object::class::new_class(th, metaclass, short, &[base.value()], namespace, &[])
}

const fn methods_of(e: Exc) -> fn() -> &'static [crate::native::NativeDef] {
    match e {
        Exc::KeyError => KeyErrorMethods::native_methods,
        Exc::OSError => OsErrorMethods::native_methods,
        Exc::SyntaxError => SyntaxErrorMethods::native_methods,
        Exc::ImportError => ImportErrorMethods::native_methods,
        Exc::StopIteration => StopIterationMethods::native_methods,
        Exc::SystemExit => SystemExitMethods::native_methods,
        Exc::AttributeError => AttributeErrorMethods::native_methods,
        Exc::NameError => NameErrorMethods::native_methods,
        Exc::UnicodeDecodeError | Exc::UnicodeEncodeError => UnicodeErrorMethods::native_methods,
        Exc::UnicodeTranslateError => UnicodeTranslateErrorMethods::native_methods,
        Exc::BaseExceptionGroup => super::exception_group::Group::native_methods,
        _ => || &[],
    }
}

macro_rules! field_getsets {
    ($($static:ident: $($name:literal = $index:literal),*;)*) => {$(
        static $static: &[crate::native::GetSetDef] = &[$(crate::native::GetSetDef {
            name: $name,
            doc: "",
            get: Some(|_, args| {
                let e = args[0].and_then(|e| e.cast::<Exception>()).expect("checked by the descriptor");
                Ok(e.fields[$index].get().unwrap_or(Value::NONE))
            }),
            set: Some(|_, args| {
                let e = args[0].and_then(|e| e.cast::<Exception>()).expect("checked by the descriptor");
                e.fields[$index].set(&e.header, args[1]);
                Ok(Value::NONE)
            }),
        }),*];
    )*};
}

field_getsets! {
    OS_ERROR: "errno" = 0, "strerror" = 1, "filename" = 2, "filename2" = 4, "characters_written" = 5;
    SYNTAX_ERROR: "msg" = 0, "filename" = 1, "lineno" = 2, "offset" = 3, "text" = 4, "end_lineno" = 5, "end_offset" = 6;
    IMPORT_ERROR: "msg" = 0, "name" = 1, "path" = 2, "name_from" = 3;
    UNICODE_ERROR: "encoding" = 0, "object" = 1, "start" = 2, "end" = 3, "reason" = 4;
    STOP_ITERATION: "value" = 0;
    SYSTEM_EXIT: "code" = 0;
    ATTRIBUTE_ERROR: "name" = 0, "obj" = 1;
    NAME_ERROR: "name" = 0;
    GROUP: "message" = 0, "exceptions" = 1;
}

const fn getsets_of(e: Exc) -> fn() -> &'static [crate::native::GetSetDef] {
    match e {
        Exc::OSError => || OS_ERROR,
        Exc::SyntaxError => || SYNTAX_ERROR,
        Exc::ImportError => || IMPORT_ERROR,
        Exc::UnicodeDecodeError | Exc::UnicodeEncodeError | Exc::UnicodeTranslateError => {
            || UNICODE_ERROR
        }
        Exc::StopIteration => || STOP_ITERATION,
        Exc::SystemExit => || SYSTEM_EXIT,
        Exc::AttributeError => || ATTRIBUTE_ERROR,
        Exc::NameError => || NAME_ERROR,
        Exc::BaseExceptionGroup => || GROUP,
        _ => || &[],
    }
}

fn alloc_exception(th: &Thread, class: &Type, args: &'static Tuple) -> &'static Exception {
    alloc_as(
        th,
        class,
        Exception {
            header: Header::new(0, Kind::Exception),
            args: Field::new(Some(args.value())),
            traceback: Field::new(None),
            context: Field::new(None),
            cause: Field::new(None),
            suppress_context: Cell::new(false),
            fields: [const { Field::new(None) }; FIELD_COUNT],
        },
    )
}

/// An instance of `class` with `args`, initialised as the built-in `__init__` does.
pub fn new(th: &Thread, class: &Type, args: &[Value]) -> &'static Exception {
    let e = alloc_exception(th, class, Tuple::new(th, args));
    if let (Some(v), true) = (
        args.first(),
        class.is_subclass(Exc::StopIteration.class()) || class.is_subclass(Exc::SystemExit.class()),
    ) {
        e.fields[0].set(&e.header, Some(*v));
    }
    if let (Some(v), true) = (
        args.first(),
        class.is_subclass(Exc::ImportError.class()) || class.is_subclass(Exc::SyntaxError.class()),
    ) {
        e.fields[0].set(&e.header, Some(*v));
    }
    e
}

impl Exception {
    /// A bare instance; for types whose `__new__` sets more.
    pub fn with_args(th: &Thread, class: &Type, args: &'static Tuple) -> &'static Exception {
        alloc_exception(th, class, args)
    }

    pub fn args(&self) -> &'static Tuple {
        self.args.get().and_then(|a| a.cast::<Tuple>()).expect("args is a tuple")
    }

    /// Field `i` of the exception's type, see the accessors' table.
    pub fn field(&self, i: usize) -> StackSlot {
        self.fields[i].get()
    }

    pub fn set_field(&self, i: usize, v: StackSlot) {
        self.fields[i].set(&self.header, v);
    }

    pub fn traceback(&self) -> StackSlot {
        self.traceback.get()
    }

    pub fn set_traceback(&self, tb: StackSlot) {
        self.traceback.set(&self.header, tb);
    }

    pub fn context(&self) -> StackSlot {
        self.context.get()
    }

    pub fn set_context_value(&self, v: StackSlot) {
        self.context.set(&self.header, v);
    }

    pub fn cause(&self) -> StackSlot {
        self.cause.get()
    }

    /// `raise … from cause`; `None` suppresses the context.
    pub fn set_cause(&self, cause: StackSlot) {
        self.cause.set(&self.header, cause);
        self.suppress_context.set(true);
    }

    pub fn suppresses_context(&self) -> bool {
        self.suppress_context.get()
    }

    pub fn set_suppress_context(&self, on: bool) {
        self.suppress_context.set(on);
    }
}

/// Makes the exception being handled the context of `exc`, without making a cycle.
pub fn set_context(th: &Thread, exc: Value) {
    let Some(handled) = crate::interpreter::handled_exception(th) else { return };
    if handled == exc {
        return;
    }
    // Break a chain that leads back to `exc`.
    let mut at = handled.cast::<Exception>();
    let mut steps = 0;
    while let Some(e) = at {
        if e.context() == Some(exc) {
            e.set_context_value(None);
            break;
        }
        at = e.context().and_then(|c| c.cast::<Exception>());
        steps += 1;
        if steps > 100_000 {
            break;
        }
    }
    if let Some(e) = exc.cast::<Exception>() {
        e.set_context_value(Some(handled));
    }
}

/// Adds a line to the raised exception's `__notes__`.
pub fn add_note_to_raised(th: &Thread, note: &str) {
    if let Some(exc) = th.raised.get() {
        let text = Str::new(th, note).value();
        let saved = th.raised.take();
        let _ = add_note(th, exc, text);
        th.raised.set(saved);
    }
}

fn add_note(th: &Thread, exc: Value, note: Value) -> PyResult<()> {
    let name = intern!(th, "__notes__");
    match attributes::own_attribute(exc, name) {
        Some(notes) => match notes.cast::<List>() {
            Some(l) => {
                l.push(th, note);
                Ok(())
            }
            None => Err(raise!(th, TypeError, "Cannot add note: __notes__ is not a list")),
        },
        None => {
            let l = List::new(th, &[note]);
            attributes::set_own_attribute(th, exc, name, l.value());
            Ok(())
        }
    }
}

/// Raises `AttributeError` with its `name` and `obj`.
#[cold]
pub fn raise_attribute_error(th: &Thread, message: &str, obj: Value, name: Value) -> crate::Raised {
    let text = Str::new(th, message).value();
    let e = new(th, Exc::AttributeError.class(), &[text]);
    e.set_field(0, Some(name));
    e.set_field(1, Some(obj));
    raise_value(th, e.value())
}

/// Raises `NameError` (or a subclass) with its `name`.
#[cold]
pub fn raise_name_error(th: &Thread, class: Exc, message: &str, name: Value) -> crate::Raised {
    let text = Str::new(th, message).value();
    let e = new(th, class.class(), &[text]);
    e.set_field(0, Some(name));
    raise_value(th, e.value())
}

/// Raises `ImportError` (or a subclass) with its `name` and `path`.
#[cold]
pub fn raise_import_error(
    th: &Thread,
    class: Exc,
    message: &str,
    name: StackSlot,
    path: StackSlot,
) -> crate::Raised {
    let text = Str::new(th, message).value();
    let e = new(th, class.class(), &[text]);
    e.set_field(1, name);
    e.set_field(2, path);
    raise_value(th, e.value())
}

/// Raises `class(errno, message)`.
#[cold]
pub fn raise_errno_args(th: &Thread, class: Exc, errno: i32, message: &str) -> crate::Raised {
    let args = [Value::from_i32(errno), Str::new(th, message).value()];
    raise_value(th, new(th, class.class(), &args).value())
}

/// Raises the subclass of `OSError` that belongs to `errno`.
#[cold]
pub fn raise_os_error(
    th: &Thread,
    errno: i32,
    message: &str,
    filename: StackSlot,
    filename2: StackSlot,
) -> crate::Raised {
    let mut args = vec![Value::from_i32(errno), Str::new(th, message).value()];
    if let Some(f) = filename {
        args.push(f);
        if let Some(g) = filename2 {
            args.push(Value::NONE);
            args.push(g);
        }
    }
    match ops::call(th, Exc::OSError.class().value(), &args) {
        Ok(e) => raise_value(th, e),
        Err(e) => e,
    }
}

/// Raises `UnicodeEncodeError`.
#[cold]
pub fn raise_unicode_encode_error(
    th: &Thread,
    encoding: &str,
    object: &Str,
    start: usize,
    end: usize,
    reason: &str,
) -> crate::Raised {
    let args = [
        Str::new(th, encoding).value(),
        object.value(),
        Value::from_len(start),
        Value::from_len(end),
        Str::new(th, reason).value(),
    ];
    match ops::call(th, Exc::UnicodeEncodeError.class().value(), &args) {
        Ok(e) => raise_value(th, e),
        Err(e) => e,
    }
}

/// Raises `UnicodeDecodeError` about `object`, a `bytes`.
#[cold]
pub fn raise_unicode_decode_error(
    th: &Thread,
    encoding: &str,
    object: Value,
    start: usize,
    end: usize,
    reason: &str,
) -> crate::Raised {
    let args = [
        Str::new(th, encoding).value(),
        object,
        Value::from_len(start),
        Value::from_len(end),
        Str::new(th, reason).value(),
    ];
    match ops::call(th, Exc::UnicodeDecodeError.class().value(), &args) {
        Ok(e) => raise_value(th, e),
        Err(e) => e,
    }
}

/// Raises `KeyError(key)`.
#[cold]
pub fn raise_key_error(th: &Thread, key: Value) -> crate::Raised {
    crate::error::raise_args(th, Exc::KeyError, &[key])
}

/// Raises `StopIteration(value)`, or `StopIteration()` for `None`.
#[cold]
pub fn raise_stop_iteration(th: &Thread, value: Value) -> crate::Raised {
    if value.is_none() {
        return crate::error::raise_args(th, Exc::StopIteration, &[]);
    }
    let e = new(th, Exc::StopIteration.class(), &[]);
    e.args.set(&e.header, Some(Tuple::new(th, &[value]).value()));
    e.set_field(0, Some(value));
    raise_value(th, e.value())
}

/// Raises `StopIteration(value)` even where the value is `None` or a tuple.
#[cold]
pub fn raise_stop_iteration_exactly(th: &Thread, value: Value) -> crate::Raised {
    let e = new(th, Exc::StopIteration.class(), &[value]);
    raise_value(th, e.value())
}

#[methods]
impl Exception {
    #[staticmethod(sig = "(cls, /, *args, **kwargs)")]
    fn __new__(
        th: &Thread,
        cls: Value,
        args: &'static Tuple,
        _kwargs: &Dict,
    ) -> PyResult<&'static Exception> {
        let class = class_arg(th, cls, Exc::BaseException.class())?;
        Ok(alloc_exception(th, class, args))
    }

    #[method(sig = "($self, /, *args, **kwargs)")]
    fn __init__(
        th: &Thread,
        this: &'static Exception,
        args: &'static Tuple,
        kwargs: &Dict,
    ) -> PyResult<()> {
        if !kwargs.is_empty() {
            return Err(raise!(
                th,
                TypeError,
                "{}() takes no keyword arguments",
                this.value().type_name()
            ));
        }
        this.args.set(&this.header, Some(args.value()));
        Ok(())
    }

    #[method]
    fn __repr__(th: &Thread, this: &'static Exception) -> PyResult<Value> {
        let name = this.value().type_name();
        let args = this.args();
        let text = if args.len() == 1 {
            format!("{name}({})", ops::repr(th, args.values()[0])?)
        } else {
            format!("{name}{}", ops::repr(th, args.value())?)
        };
        Ok(Str::new(th, &text).value())
    }

    #[method]
    fn __str__(th: &Thread, this: &'static Exception) -> PyResult<Value> {
        let args = this.args();
        Ok(match args.values() {
            [] => state::empty_str(th).value(),
            [one] => ops::str(th, *one)?.value(),
            _ => ops::str(th, args.value())?.value(),
        })
    }

    /// Set self.__traceback__ to tb and return self.
    #[method(sig = "($self, object, /)")]
    fn with_traceback(th: &Thread, this: &'static Exception, tb: Value) -> PyResult<Value> {
        Exception::set___traceback__(th, this, Some(tb))?;
        Ok(this.value())
    }

    /// Add a note to the exception
    #[method(name = "add_note", sig = "($self, object, /)")]
    fn py_add_note(th: &Thread, this: &'static Exception, note: Value) -> PyResult<()> {
        if note.cast::<Str>().is_none() {
            return Err(raise!(
                th,
                TypeError,
                "add_note() argument must be str, not {}",
                note.type_name()
            ));
        }
        add_note(th, this.value(), note)
    }

    #[method]
    fn __reduce__(th: &Thread, this: &'static Exception) -> Value {
        let class = this.value().class().value();
        match attributes::instance_dict(th, this.value()).filter(|d| !d.is_empty()) {
            Some(d) => Tuple::new(th, &[class, this.args().value(), d.value()]).value(),
            None => Tuple::new(th, &[class, this.args().value()]).value(),
        }
    }

    #[method(sig = "($self, state, /)")]
    fn __setstate__(th: &Thread, this: &'static Exception, state_: Value) -> PyResult<()> {
        if let Some(d) = state_.cast::<Dict>() {
            for (k, v) in d.pairs() {
                let name = crate::types::object::attribute_name(th, k)?;
                crate::object::set_attr(th, this.value(), name, v)?;
            }
        }
        Ok(())
    }

    #[getter(name = "args")]
    fn py_args(this: &'static Exception) -> Option<Value> {
        this.args.get()
    }

    #[setter(name = "args")]
    fn set_args(th: &Thread, this: &'static Exception, v: Option<Value>) -> PyResult<()> {
        let Some(v) = v else { return Err(raise!(th, TypeError, "args may not be deleted")) };
        let t = crate::types::tuple::from_iterable(th, v)?;
        this.args.set(&this.header, Some(t.value()));
        Ok(())
    }

    #[getter]
    fn __traceback__(this: &'static Exception) -> Option<Value> {
        this.traceback.get()
    }

    #[setter]
    fn set___traceback__(th: &Thread, this: &'static Exception, v: Option<Value>) -> PyResult<()> {
        match v {
            Some(t) if t.cast::<Traceback>().is_some() => this.set_traceback(v),
            Some(t) if t.is_none() => this.set_traceback(None),
            Some(_) => {
                return Err(raise!(th, TypeError, "__traceback__ must be a traceback or None"));
            }
            None => return Err(raise!(th, TypeError, "__traceback__ may not be deleted")),
        }
        Ok(())
    }

    #[getter]
    fn __context__(this: &'static Exception) -> Option<Value> {
        this.context()
    }

    #[setter]
    fn set___context__(th: &Thread, this: &'static Exception, v: Option<Value>) -> PyResult<()> {
        match v {
            Some(e) if e.cast::<Exception>().is_some() => this.set_context_value(v),
            Some(e) if e.is_none() => this.set_context_value(None),
            Some(_) => {
                return Err(raise!(
                    th,
                    TypeError,
                    "exception context must be None or derive from BaseException"
                ));
            }
            None => return Err(raise!(th, TypeError, "__context__ may not be deleted")),
        }
        Ok(())
    }

    #[getter]
    fn __cause__(this: &'static Exception) -> Option<Value> {
        this.cause()
    }

    #[setter]
    fn set___cause__(th: &Thread, this: &'static Exception, v: Option<Value>) -> PyResult<()> {
        match v {
            Some(e) if e.cast::<Exception>().is_some() => this.set_cause(v),
            Some(e) if e.is_none() => this.set_cause(None),
            Some(_) => {
                return Err(raise!(
                    th,
                    TypeError,
                    "exception cause must be None or derive from BaseException"
                ));
            }
            None => return Err(raise!(th, TypeError, "__cause__ may not be deleted")),
        }
        Ok(())
    }

    #[getter]
    fn __suppress_context__(this: &'static Exception) -> bool {
        this.suppress_context.get()
    }

    #[setter]
    fn set___suppress_context__(
        th: &Thread,
        this: &'static Exception,
        v: Option<Value>,
    ) -> PyResult<()> {
        let on = match v {
            Some(Value::TRUE) => true,
            Some(Value::FALSE) => false,
            Some(_) => return Err(raise!(th, TypeError, "attribute value type must be bool")),
            None => return Err(raise!(th, TypeError, "can't delete numeric/char attribute")),
        };
        this.suppress_context.set(on);
        Ok(())
    }

    #[getter]
    fn __dict__(th: &Thread, this: &'static Exception) -> Option<Value> {
        attributes::instance_dict(th, this.value()).map(|d| d.value())
    }

    #[setter]
    fn set___dict__(th: &Thread, this: &'static Exception, v: Option<Value>) -> PyResult<()> {
        match v.and_then(|v| v.cast::<Dict>()) {
            Some(d) => attributes::set_instance_dict(th, this.value(), d),
            None => Err(raise!(th, TypeError, "__dict__ must be a dictionary")),
        }
    }
}

struct KeyErrorMethods;

#[methods]
impl KeyErrorMethods {
    #[method]
    fn __str__(th: &Thread, this: &'static Exception) -> PyResult<Value> {
        match this.args().values() {
            [one] => Ok(ops::repr(th, *one)?.value()),
            _ => Exception::__str__(th, this),
        }
    }
}

struct StopIterationMethods;

#[methods]
impl StopIterationMethods {
    #[method(sig = "($self, /, *args, **kwargs)")]
    fn __init__(
        th: &Thread,
        this: &'static Exception,
        args: &'static Tuple,
        kwargs: &Dict,
    ) -> PyResult<()> {
        Exception::__init__(th, this, args, kwargs)?;
        this.set_field(0, args.values().first().copied());
        Ok(())
    }
}

struct SystemExitMethods;

#[methods]
impl SystemExitMethods {
    #[method(sig = "($self, /, *args, **kwargs)")]
    fn __init__(
        th: &Thread,
        this: &'static Exception,
        args: &'static Tuple,
        kwargs: &Dict,
    ) -> PyResult<()> {
        Exception::__init__(th, this, args, kwargs)?;
        this.set_field(
            0,
            match args.values() {
                [] => None,
                [one] => Some(*one),
                _ => Some(args.value()),
            },
        );
        Ok(())
    }
}

/// Takes the keyword arguments `names` into fields `first..`; raises `TypeError` for others.
fn take_keywords(
    th: &Thread,
    this: &'static Exception,
    kwargs: &Dict,
    names: &[&str],
    first: usize,
) -> PyResult<()> {
    for (k, v) in kwargs.pairs() {
        let k = k.cast::<Str>().expect("keywords are strings");
        match names.iter().position(|n| k.equals_ascii(n)) {
            Some(i) => this.set_field(first + i, Some(v)),
            None => {
                return Err(raise!(
                    th,
                    TypeError,
                    "{}() got an unexpected keyword argument '{k}'",
                    this.value().type_name()
                ));
            }
        }
    }
    Ok(())
}

struct AttributeErrorMethods;

#[methods]
impl AttributeErrorMethods {
    #[method(sig = "($self, /, *args, **kwargs)")]
    fn __init__(
        th: &Thread,
        this: &'static Exception,
        args: &'static Tuple,
        kwargs: &Dict,
    ) -> PyResult<()> {
        this.args.set(&this.header, Some(args.value()));
        take_keywords(th, this, kwargs, &["name", "obj"], 0)
    }
}

struct NameErrorMethods;

#[methods]
impl NameErrorMethods {
    #[method(sig = "($self, /, *args, **kwargs)")]
    fn __init__(
        th: &Thread,
        this: &'static Exception,
        args: &'static Tuple,
        kwargs: &Dict,
    ) -> PyResult<()> {
        this.args.set(&this.header, Some(args.value()));
        take_keywords(th, this, kwargs, &["name"], 0)
    }
}

struct ImportErrorMethods;

#[methods]
impl ImportErrorMethods {
    #[method(sig = "($self, /, *args, **kwargs)")]
    fn __init__(
        th: &Thread,
        this: &'static Exception,
        args: &'static Tuple,
        kwargs: &Dict,
    ) -> PyResult<()> {
        this.args.set(&this.header, Some(args.value()));
        if let [one] = args.values() {
            this.set_field(0, Some(*one));
        }
        take_keywords(th, this, kwargs, &["name", "path", "name_from"], 1)
    }

    #[method]
    fn __str__(th: &Thread, this: &'static Exception) -> PyResult<Value> {
        match this.field(0).filter(|m| m.is_exactly(shapes::STR)) {
            Some(m) => Ok(m),
            None => Exception::__str__(th, this),
        }
    }
}

struct SyntaxErrorMethods;

#[methods]
impl SyntaxErrorMethods {
    #[method(sig = "($self, /, *args, **kwargs)")]
    fn __init__(
        th: &Thread,
        this: &'static Exception,
        args: &'static Tuple,
        kwargs: &Dict,
    ) -> PyResult<()> {
        Exception::__init__(th, this, args, kwargs)?;
        if let Some(m) = args.values().first() {
            this.set_field(0, Some(*m));
        }
        if let [_, info] = args.values() {
            let info = ops::collect(th, *info)?;
            if info.len() < 4 || info.len() > 7 {
                return Err(raise!(
                    th,
                    TypeError,
                    "function takes at least 4 arguments ({} given)",
                    info.len()
                ));
            }
            for (i, v) in info.iter().take(6).enumerate() {
                this.set_field(i + 1, Some(*v));
            }
        }
        Ok(())
    }

    #[method]
    fn __str__(th: &Thread, this: &'static Exception) -> PyResult<Value> {
        let message = match this.field(0) {
            Some(m) => ops::str(th, m)?.to_string(),
            None => "None".into(),
        };
        let filename = this.field(1).and_then(|f| f.cast::<Str>()).map(|f| {
            let f = f.to_string();
            f.rsplit('/').next().unwrap_or("").to_string()
        });
        let line = this.field(2).and_then(Value::as_small_int);
        let text = match (filename, line) {
            (Some(f), Some(l)) => format!("{message} ({f}, line {l})"),
            (Some(f), None) => format!("{message} ({f})"),
            (None, Some(l)) => format!("{message} (line {l})"),
            (None, None) => message,
        };
        Ok(Str::new(th, &text).value())
    }
}

struct OsErrorMethods;

/// `OSError(errno, …)` makes an instance of the subclass for `errno`.
fn class_for_errno(errno: i64) -> Option<Exc> {
    crate::sys::errno::exception_class(errno as i32)
}

#[methods]
impl OsErrorMethods {
    #[staticmethod(sig = "(cls, /, *args, **kwargs)")]
    fn __new__(
        th: &Thread,
        cls: Value,
        args: &'static Tuple,
        _kwargs: &Dict,
    ) -> PyResult<&'static Exception> {
        let mut class = class_arg(th, cls, Exc::OSError.class())?;
        if std::ptr::eq(class, Exc::OSError.class())
            && (2..=5).contains(&args.len())
            && let Some(n) = args.values()[0].as_small_int()
            && let Some(e) = class_for_errno(n)
        {
            class = e.class();
        }
        let e = alloc_exception(th, class, args);
        if class.slot(Slot::Init) == Exc::OSError.class().slot(Slot::Init) {
            fill_os_error(th, e, args);
        }
        Ok(e)
    }

    #[method(sig = "($self, /, *args, **kwargs)")]
    fn __init__(
        th: &Thread,
        this: &'static Exception,
        args: &'static Tuple,
        kwargs: &Dict,
    ) -> PyResult<()> {
        if !kwargs.is_empty() {
            return Err(raise!(
                th,
                TypeError,
                "{}() takes no keyword arguments",
                this.value().type_name()
            ));
        }
        fill_os_error(th, this, args);
        Ok(())
    }

    #[method]
    fn __str__(th: &Thread, this: &'static Exception) -> PyResult<Value> {
        let (Some(errno), Some(strerror)) = (this.field(0), this.field(1)) else {
            return Exception::__str__(th, this);
        };
        let (errno, strerror) = (ops::str_string(th, errno)?, ops::str(th, strerror)?.to_wtf8());
        let mut b = crate::types::str::build::StrBuilder::new();
        b.push_str(&format!("[Errno {errno}] "));
        b.push_wtf8(&strerror);
        if let Some(f) = this.field(2).filter(|f| !f.is_none()) {
            b.push_str(": ");
            b.push_object(ops::repr(th, f)?);
            if let Some(g) = this.field(4).filter(|f| !f.is_none()) {
                b.push_str(" -> ");
                b.push_object(ops::repr(th, g)?);
            }
        }
        Ok(b.finish(th).value())
    }

    #[method]
    fn __reduce__(th: &Thread, this: &'static Exception) -> Value {
        let mut args = this.args().values().to_vec();
        if args.len() == 2
            && let Some(f) = this.field(2)
        {
            args.push(f);
            if let Some(g) = this.field(4) {
                args.push(Value::NONE);
                args.push(g);
            }
        }
        let args = Tuple::new(th, &args).value();
        Tuple::new(th, &[this.value().class().value(), args]).value()
    }
}

fn fill_os_error(th: &Thread, e: &'static Exception, args: &'static Tuple) {
    let v = args.values();
    if (2..=5).contains(&v.len()) {
        e.set_field(0, Some(v[0]));
        e.set_field(1, Some(v[1]));
        let filename = v.get(2).copied().filter(|f| !f.is_none());
        e.set_field(2, filename);
        e.set_field(4, v.get(4).copied().filter(|f| !f.is_none()));
        if filename.is_some() {
            e.args.set(&e.header, Some(Tuple::new(th, &v[..2]).value()));
            return;
        }
    }
    e.args.set(&e.header, Some(args.value()));
}

struct UnicodeErrorMethods;

#[methods]
impl UnicodeErrorMethods {
    #[method(sig = "($self, encoding, object, start, end, reason, /)")]
    fn __init__(
        th: &Thread,
        this: &'static Exception,
        encoding: &Str,
        object: Value,
        start: Value,
        end: Value,
        reason: &Str,
    ) {
        let args = [encoding.value(), object, start, end, reason.value()];
        this.args.set(&this.header, Some(Tuple::new(th, &args).value()));
        for (i, v) in args.iter().enumerate() {
            this.set_field(i, Some(*v));
        }
    }

    #[method]
    fn __str__(th: &Thread, this: &'static Exception) -> PyResult<String> {
        let get = |i: usize| this.field(i).unwrap_or(Value::NONE);
        let (Some(start), Some(end)) = (get(2).as_small_int(), get(3).as_small_int()) else {
            return Ok(String::new());
        };
        let (encoding, reason) = (ops::str_string(th, get(0))?, ops::str_string(th, get(4))?);
        let object = get(1);
        if let Some(s) = object.cast::<Str>() {
            if end == start + 1 && (start as usize) < s.len() {
                let c = s.char_at(start as usize);
                let shown = match c {
                    0..=0xff => format!("\\x{c:02x}"),
                    0x100..=0xffff => format!("\\u{c:04x}"),
                    _ => format!("\\U{c:08x}"),
                };
                return Ok(format!(
                    "'{encoding}' codec can't encode character '{shown}' in position {start}: {reason}"
                ));
            }
            return Ok(format!(
                "'{encoding}' codec can't encode characters in position {start}-{}: {reason}",
                end - 1
            ));
        }
        if end == start + 1 {
            let byte = ops::get_item(th, object, Value::from_len(start as usize))?;
            let byte = byte.as_small_int().unwrap_or(0);
            return Ok(format!(
                "'{encoding}' codec can't decode byte 0x{byte:02x} in position {start}: {reason}"
            ));
        }
        Ok(format!(
            "'{encoding}' codec can't decode bytes in position {start}-{}: {reason}",
            end - 1
        ))
    }
}

struct UnicodeTranslateErrorMethods;

#[methods]
impl UnicodeTranslateErrorMethods {
    #[method(sig = "($self, object, start, end, reason, /)")]
    fn __init__(
        th: &Thread,
        this: &'static Exception,
        object: Value,
        start: Value,
        end: Value,
        reason: &Str,
    ) {
        let args = [object, start, end, reason.value()];
        this.args.set(&this.header, Some(Tuple::new(th, &args).value()));
        for (i, v) in args.iter().enumerate() {
            this.set_field(i + 1, Some(*v));
        }
    }

    #[method]
    fn __str__(th: &Thread, this: &'static Exception) -> PyResult<String> {
        let get = |i: usize| this.field(i).unwrap_or(Value::NONE);
        let reason = ops::str_string(th, get(4))?;
        let (start, end) = (ops::str_string(th, get(2))?, get(3).as_small_int().unwrap_or(0));
        Ok(format!("can't translate characters in position {start}-{}: {reason}", end - 1))
    }
}
