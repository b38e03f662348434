//! The bytecode interpreter, and the per-thread state of running Python code.

pub mod decoded;
mod dispatch;
pub mod execute;
pub mod frame;
pub mod inline_cache;
pub mod instruction;
pub mod jump;
mod registers;
pub mod tracing;
pub mod unwind;

use std::cell::Cell;

use krait_layout::program::NativeEntry;
use krait_layout::{StackSlot, Thread, Value};

use crate::bytecode::code_unit::{flags, local_kind};
use crate::error::PyResult;
use crate::gc;
use crate::object::{Object, ValueExt};
use crate::types::cell;
use crate::types::code::Code;
use crate::types::dict::Dict;
use crate::types::function::Function;
use crate::types::module::Module;
use crate::types::tuple::Tuple;
use crate::{intern, raise, state, sys};
use frame::FrameRecord;

/// An entry of the stack of handled exceptions (`sys.exc_info()`): one for the thread and one for
/// each running generator.
#[repr(C)]
pub struct Handled {
    pub exception: Cell<StackSlot>,
    pub previous: Cell<*const Handled>,
}

impl Handled {
    pub const fn new() -> Handled {
        Handled { exception: Cell::new(None), previous: Cell::new(std::ptr::null()) }
    }
}

impl Default for Handled {
    fn default() -> Handled {
        Handled::new()
    }
}

/// What the runtime keeps for a thread beside [`Thread`]. The collector scans the struct.
#[repr(C)]
pub struct ThreadState {
    handled: Handled,
    /// `sys.settrace`'s function.
    pub trace_function: Cell<StackSlot>,
    /// `sys.setprofile`'s function.
    pub profile_function: Cell<StackSlot>,
    /// The current `contextvars.Context`.
    pub context: Cell<StackSlot>,
    /// `sys.set_asyncgen_hooks`: first iteration and finalizer.
    pub asyncgen_firstiter: Cell<StackSlot>,
    pub asyncgen_finalizer: Cell<StackSlot>,
    /// Exception to be raised in this thread at the next safepoint.
    pub async_exception: Cell<StackSlot>,
    /// Inside a trace or profile function.
    pub tracing: Cell<bool>,
    /// There is a trace or profile function, and it is not running.
    pub traced: Cell<bool>,
    /// Frames' memory: locals and evaluation stacks, newest last.
    data_base: *mut StackSlot,
    data_top: Cell<*mut StackSlot>,
    data_end: *mut StackSlot,
    /// Python calls in progress.
    pub depth: Cell<usize>,
    /// `threading.get_ident()`.
    pub ident: u64,
}

/// Slots of a thread's frame memory: address space, committed as it is used.
const DATA_SLOTS: usize = 8 << 20;

/// `sys.getrecursionlimit()`, for the process.
pub static RECURSION_LIMIT: std::sync::atomic::AtomicUsize =
    std::sync::atomic::AtomicUsize::new(1000);

/// The runtime's state of the thread.
#[inline(always)]
pub fn thread_state(th: &Thread) -> &'static ThreadState {
    // SAFETY: `attach` set the pointer, and the state lives as long as the thread.
    unsafe { &*(th.extension.get() as *const ThreadState) }
}

/// Prepares the calling OS thread for running Python code; `th` lives until `detach`.
pub fn attach(th: &Thread, ident: u64) {
    gc::attach_thread(th);
    crate::native_frames::attach_thread(th);
    let bytes = DATA_SLOTS * size_of::<StackSlot>();
    let base = sys::map_pages(bytes).expect("address space for the frame stack");
    let base = base.as_ptr() as *mut StackSlot;
    let state = Box::leak(Box::new(ThreadState {
        handled: Handled::new(),
        trace_function: Cell::new(None),
        profile_function: Cell::new(None),
        context: Cell::new(None),
        asyncgen_firstiter: Cell::new(None),
        asyncgen_finalizer: Cell::new(None),
        async_exception: Cell::new(None),
        tracing: Cell::new(false),
        traced: Cell::new(false),
        data_base: base,
        data_top: Cell::new(base),
        // SAFETY: the mapping has `DATA_SLOTS` slots.
        data_end: unsafe { base.add(DATA_SLOTS) },
        depth: Cell::new(0),
        ident,
    }));
    th.extension.set(state as *mut ThreadState as *mut u8);
    th.handled.set(&state.handled as *const Handled as *const u8);
    // SAFETY: both live until the process ends; the frame stack is readable up to its top.
    unsafe {
        gc::register_root_range(
            state as *const ThreadState as *const usize,
            size_of::<ThreadState>() / size_of::<usize>(),
        );
        gc::register_root_range(th as *const Thread as *const usize, size_of::<Thread>() / 8);
        gc::register_root_source(state as *const ThreadState as *const u8, |state| {
            let state = &*(state as *const ThreadState);
            let used = state.data_top.get().offset_from(state.data_base) as usize;
            (state.data_base as *const usize, used)
        });
    }
}

/// Ends the thread's use of the runtime.
pub fn detach(th: &Thread) {
    let state = thread_state(th);
    gc::unregister_root_range(state as *const ThreadState as *const usize);
    gc::unregister_root_range(th as *const Thread as *const usize);
    gc::unregister_root_source(state as *const ThreadState as *const u8);
    gc::detach_thread(th);
    sys::unmap_pages(state.data_base as *mut u8, DATA_SLOTS * size_of::<StackSlot>());
    // SAFETY: `attach` leaked the box, and nothing refers to it any more.
    drop(unsafe { Box::from_raw(th.extension.get() as *mut ThreadState) });
}

/// The innermost handled exception (`sys.exception()`).
pub fn handled_exception(th: &Thread) -> StackSlot {
    let mut at = th.handled.get() as *const Handled;
    // SAFETY: entries of the chain live in the thread's state or in running generators.
    unsafe {
        while !at.is_null() {
            if let Some(e) = (*at).exception.get() {
                return Some(e);
            }
            at = (*at).previous.get();
        }
    }
    None
}

/// The thread's current entry of handled exceptions.
#[inline(always)]
pub fn handled(th: &Thread) -> &'static Handled {
    // SAFETY: set by `attach` and by generators while they run.
    unsafe { &*(th.handled.get() as *const Handled) }
}

/// Checks that native recursion may go on; `place` ends the message of `RecursionError`.
#[inline(always)]
pub fn recursion(th: &Thread, place: &str) -> PyResult<()> {
    if (sys::stack_pointer() as usize) < th.stack_end.get() {
        return Err(raise!(th, RecursionError, "maximum recursion depth exceeded{place}"));
    }
    Ok(())
}

/// The builtins that code with these globals sees (`_PyEval_BuiltinsFromGlobals`).
pub fn builtins_of(th: &Thread, globals: &Dict) -> &'static Dict {
    match globals.get_name(intern!(th, "__builtins__")) {
        Some(b) => match (b.cast::<Dict>(), b.cast::<Module>()) {
            (Some(d), _) => d,
            (_, Some(m)) => m.dict(),
            _ => state::builtins(),
        },
        None => state::builtins(),
    }
}

/// Reserves a frame of `code` on the frame stack. Its first local variables are `first`, the
/// others are unset.
#[inline(always)]
pub fn push_frame(
    th: &Thread,
    code: &'static Code,
    function: StackSlot,
    globals: &'static Dict,
    builtins: &'static Dict,
    first: &[StackSlot],
) -> PyResult<&'static FrameRecord> {
    let ts = thread_state(th);
    let decoded = code.decoded();
    debug_assert!(first.len() <= decoded.locals_len);
    let at = ts.data_top.get();
    let size = decoded.frame_slots;
    if ts.depth.get() >= RECURSION_LIMIT.load(std::sync::atomic::Ordering::Relaxed)
        || (ts.data_end as usize - at as usize) / size_of::<StackSlot>() < size
    {
        return Err(too_deep(th, ts));
    }
    ts.depth.set(ts.depth.get() + 1);
    // SAFETY: there is room for `size` slots at the top, which is ours until the frame is popped.
    unsafe {
        ts.data_top.set(at.add(size));
        let record = at as *mut FrameRecord;
        record.write(FrameRecord::new(code, function, globals, builtins));
        let locals = (*record).locals_ptr();
        for (i, v) in first.iter().enumerate() {
            locals.add(i).write(*v);
        }
        for i in first.len()..decoded.locals_len {
            locals.add(i).write(None);
        }
        Ok(&*record)
    }
}

#[cold]
fn too_deep(th: &Thread, ts: &ThreadState) -> crate::Raised {
    // Room for the handlers of the error itself.
    ts.depth.set(ts.depth.get().saturating_sub(50));
    let e = raise!(th, RecursionError, "maximum recursion depth exceeded");
    ts.depth.set(ts.depth.get() + 50);
    e
}

/// Gives the memory of `record`, the newest frame, back; a frame object gets the locals.
#[inline(always)]
pub fn pop_frame(th: &Thread, record: &FrameRecord) {
    let ts = thread_state(th);
    if record.frame_object.get().is_some() {
        frame::detach(th, record);
    }
    ts.depth.set(ts.depth.get() - 1);
    ts.data_top.set(record as *const FrameRecord as *mut StackSlot);
}

/// Gives the memory of a generator's frame back, which lives on in the generator.
#[inline(always)]
pub fn release_frame(th: &Thread, record: &FrameRecord) {
    let ts = thread_state(th);
    ts.depth.set(ts.depth.get() - 1);
    ts.data_top.set(record as *const FrameRecord as *mut StackSlot);
}

/// A safepoint: at back-edges and function entries. Runs finalizers and signal handlers, lets
/// other threads have the lock; may raise.
#[inline(always)]
pub fn poll(th: &Thread) -> PyResult<()> {
    if th.stack_limit.load(std::sync::atomic::Ordering::Relaxed) == usize::MAX {
        return poll_slow(th);
    }
    Ok(())
}

/// The safepoint at the start of a function, where tracing begins.
#[inline(always)]
fn poll_at_start(th: &Thread, record: &'static FrameRecord) -> PyResult<()> {
    if th.stack_limit.load(std::sync::atomic::Ordering::Relaxed) == usize::MAX {
        poll_slow(th)?;
        if tracing::active(th) {
            return tracing::start(th, record);
        }
    }
    Ok(())
}

#[cold]
#[inline(never)]
fn poll_slow(th: &Thread) -> PyResult<()> {
    th.clear_interrupt();
    if tracing::active(th) {
        th.interrupt();
    }
    if gc::has_pending() {
        let raised = th.raised.take();
        gc::run_pending(th);
        th.raised.set(raised);
    }
    if let Some(e) = thread_state(th).async_exception.take() {
        return Err(crate::error::raise_value(th, e));
    }
    crate::threads::yield_lock(th);
    crate::signals::run_handlers(th)
}

/// Calls a Python function in whichever engine has its code.
pub fn call_function(
    th: &Thread,
    function: &'static Function,
    args: &[StackSlot],
    kwnames: Option<&'static Tuple>,
) -> PyResult<Value> {
    let code = function.code();
    if let Some(native) = code.native_function()
        && !tracing::active(th)
    {
        recursion(th, "")?;
        let count = code.parameter_count();
        let mut small = [None; 12];
        let mut large = Vec::new();
        let locals = if count <= small.len() {
            &mut small[..count]
        } else {
            large.resize(count, None);
            &mut large[..]
        };
        function.bind(th, code, args, kwnames, locals)?;
        // SAFETY: the tables say what the entry takes: its bound parameters.
        let entry: NativeEntry = unsafe { std::mem::transmute(native.entry) };
        // SAFETY: as above.
        return unsafe { entry(th, function.value(), locals.as_ptr()) }.ok_or(crate::Raised);
    }
    execute::run(th, push_call(th, function, args, kwnames)?)
}

/// A frame for the call of a function whose code is bytecode, its arguments bound.
#[inline(always)]
pub fn push_call(
    th: &Thread,
    function: &'static Function,
    args: &[StackSlot],
    kwnames: Option<&'static Tuple>,
) -> PyResult<&'static FrameRecord> {
    let code = function.code();
    if kwnames.is_none() && code.decoded().simple_arguments == args.len() {
        return push_simple_call(th, function, args);
    }
    push_bound_call(th, function, code, args, kwnames)
}

/// As [`push_call`], where the arguments fill the parameters one to one.
#[inline(always)]
pub fn push_simple_call(
    th: &Thread,
    function: &'static Function,
    args: &[StackSlot],
) -> PyResult<&'static FrameRecord> {
    let (globals, builtins) = (function.globals(), function.builtins());
    push_frame(th, function.code(), Some(function.value()), globals, builtins, args)
}

#[inline(never)]
fn push_bound_call(
    th: &Thread,
    function: &'static Function,
    code: &'static Code,
    args: &[StackSlot],
    kwnames: Option<&'static Tuple>,
) -> PyResult<&'static FrameRecord> {
    let (globals, builtins) = (function.globals(), function.builtins());
    let record = push_frame(th, code, Some(function.value()), globals, builtins, &[])?;
    // SAFETY: the record was just made with `locals_len` slots.
    let locals = unsafe { std::slice::from_raw_parts_mut(record.locals_ptr(), code.locals_len()) };
    if !code.has_flag(flags::OPTIMIZED) {
        // A function made of the code of a module or class.
        record.namespace.set(Some(globals.value()));
    }
    if let Err(e) = function.bind(th, code, args, kwnames, locals) {
        pop_frame(th, record);
        return Err(e);
    }
    Ok(record)
}

/// Runs module-level or `exec`ed code with the given namespaces.
pub fn eval_code(
    th: &Thread,
    code: &'static Code,
    globals: &'static Dict,
    locals: Option<Value>,
    closure: Option<&'static Tuple>,
) -> PyResult<Value> {
    let own_locals = locals.is_some_and(|l| l != globals.value());
    let native = code.native_function().is_some() && !tracing::active(th);
    if native && closure.is_none() && !own_locals {
        return call_function(th, Function::new(th, code, globals), &[], None);
    }
    let builtins = builtins_of(th, globals);
    // A function object carries the closure for COPY_FREE_VARS.
    let function = match closure {
        Some(c) => {
            let f = Function::new(th, code, globals);
            f.closure.set(&f.header, Some(c.value()));
            Some(f.value())
        }
        None => None,
    };
    let record = push_frame(th, code, function, globals, builtins, &[])?;
    if !code.has_flag(flags::NEWLOCALS) || locals.is_some() {
        record.namespace.set(locals.or(Some(globals.value())));
    }
    execute::run(th, record)
}

/// Runs a class body: a function without arguments whose names live in `namespace`.
pub fn run_class_body(
    th: &Thread,
    function: &'static Function,
    namespace: Value,
) -> PyResult<Value> {
    let code = function.code();
    if let Some(native) = code.native_class_body()
        && !tracing::active(th)
    {
        recursion(th, "")?;
        // SAFETY: the tables say what the entry takes: the mapping.
        let entry: NativeEntry = unsafe { std::mem::transmute(native.entry) };
        // SAFETY: as above.
        return unsafe { entry(th, function.value(), &Some(namespace)) }.ok_or(crate::Raised);
    }
    let (globals, builtins) = (function.globals(), function.builtins());
    let record = push_frame(th, code, Some(function.value()), globals, builtins, &[])?;
    record.namespace.set(Some(namespace));
    execute::run(th, record)
}

/// The value of a local variable slot, with a cell's contents where the variable has one.
pub fn local_value(code: &Code, i: usize, slot: StackSlot) -> StackSlot {
    let kind = code.unit.localspluskinds[i];
    if kind & (local_kind::CELL | local_kind::FREE) != 0
        && let Some(c) = slot.and_then(|v| v.cast::<cell::Cell>())
    {
        return c.get();
    }
    slot
}
