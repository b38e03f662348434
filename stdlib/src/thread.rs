//! `_thread`: locks, and threads that share the interpreter.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use krait_macros::methods;
use krait_runtime::error::PyResult;
use krait_runtime::gc::Field;
use krait_runtime::native::{NativeModule, class_arg};
use krait_runtime::object::{Object, TypeDef, TypeFlags, ValueExt, alloc_as, attributes};
use krait_runtime::types::dict::Dict;
use krait_runtime::types::exception::{Exc, Exception};
use krait_runtime::types::int;
use krait_runtime::types::module::Module;
use krait_runtime::types::str::Str;
use krait_runtime::types::struct_sequence;
use krait_runtime::types::tuple::Tuple;
use krait_runtime::{Header, Kind, Thread, Value, intern, interpreter, ops, raise, state, threads};

pub static MODULE: NativeModule = NativeModule {
    name: "_thread",
    doc: "This module provides primitive operations to write multi-threaded programs.\nThe 'threading' module provides a more convenient interface.",
    functions: &functions::FUNCTIONS,
    init,
};

/// Longest wait, seconds.
const TIMEOUT_MAX: f64 = 9223372036.0;

fn init(th: &Thread, m: &'static Module) -> PyResult<()> {
    let lock = m.add_type(th, &LOCK);
    m.set(th, "LockType", lock.value());
    m.add_type(th, &RLOCK);
    m.add_type(th, &LOCAL);
    m.add_type(th, &HANDLE);
    m.set(th, "error", Exc::RuntimeError.class().value());
    m.set(th, "TIMEOUT_MAX", krait_runtime::types::float::new(th, TIMEOUT_MAX));
    let fields = ["exc_type", "exc_value", "exc_traceback", "thread"];
    let class = struct_sequence::new_class(th, "_thread._ExceptHookArgs", &fields)?;
    m.set(th, "_ExceptHookArgs", class.value());
    Ok(())
}

/// An event that threads wait for: a counter under a mutex, outside of the heap.
#[derive(Default)]
struct Gate {
    taken: Mutex<bool>,
    free: Condvar,
}

impl Gate {
    fn try_take(&self) -> bool {
        let mut taken = self.taken.lock().expect("no panic while held");
        !std::mem::replace(&mut *taken, true)
    }

    fn release(&self) {
        *self.taken.lock().expect("no panic while held") = false;
        self.free.notify_one();
    }

    fn is_taken(&self) -> bool {
        *self.taken.lock().expect("no panic while held")
    }

    /// Waits a short while at most; whether the gate was taken.
    fn take_within(&self, limit: Duration) -> bool {
        let guard = self.taken.lock().expect("no panic while held");
        let (mut taken, _) = self
            .free
            .wait_timeout_while(guard, limit, |taken| *taken)
            .expect("no panic while held");
        !std::mem::replace(&mut *taken, true)
    }
}

/// Takes `gate`, with the interpreter free meanwhile and signals handled now and then.
fn take(
    th: &Thread,
    gate: &Arc<Gate>,
    blocking: bool,
    timeout: Option<Duration>,
) -> PyResult<bool> {
    if gate.try_take() {
        return Ok(true);
    }
    if !blocking {
        return Ok(false);
    }
    let gate = gate.clone();
    let end = timeout.map(|t| Instant::now() + t);
    loop {
        let step = Duration::from_millis(50);
        let step = end.map_or(step, |e| step.min(e.saturating_duration_since(Instant::now())));
        if threads::without_lock(th, || gate.take_within(step)) {
            return Ok(true);
        }
        krait_runtime::signals::run_handlers(th)?;
        if end.is_some_and(|e| Instant::now() >= e) {
            return Ok(false);
        }
    }
}

/// The arguments of `acquire`.
fn wait_limit(th: &Thread, blocking: bool, timeout: Option<f64>) -> PyResult<Option<Duration>> {
    let timeout = timeout.unwrap_or(-1.0);
    if !blocking && timeout != -1.0 {
        return Err(raise!(th, ValueError, "can't specify a timeout for a non-blocking call"));
    }
    if timeout < 0.0 && timeout != -1.0 {
        return Err(raise!(th, ValueError, "timeout value must be a non-negative number"));
    }
    if timeout > TIMEOUT_MAX {
        return Err(raise!(th, OverflowError, "timeout value is too large"));
    }
    Ok((timeout != -1.0).then(|| Duration::from_secs_f64(timeout)))
}

fn ident(th: &Thread) -> u64 {
    interpreter::thread_state(th).ident
}

/// A `_thread.lock`.
#[repr(C)]
pub struct Lock {
    header: Header,
    gate: Arc<Gate>,
}

/// A `_thread.RLock`.
#[repr(C)]
pub struct RLock {
    header: Header,
    gate: Arc<Gate>,
    owner: Cell<u64>,
    count: Cell<usize>,
}

/// A `_thread._local`: a dictionary for each thread.
#[repr(C)]
pub struct Local {
    header: Header,
    /// From thread identifiers to dictionaries.
    all: Field,
    /// What `__init__` gets in each thread.
    args: Field,
    kwargs: Field,
}

/// A `_thread._ThreadHandle`.
#[repr(C)]
pub struct Handle {
    header: Header,
    /// Taken while the thread runs.
    running: Arc<Gate>,
    ident: Cell<u64>,
    done: Arc<AtomicUsize>,
}

pub static LOCK: TypeDef =
    TypeDef::of::<Lock>("lock", "_thread").flags(TypeFlags::WEAKREF).methods(Lock::native_methods);
pub static RLOCK: TypeDef = TypeDef::of::<RLock>("RLock", "_thread")
    .flags(TypeFlags::BASE.or(TypeFlags::WEAKREF))
    .methods(RLock::native_methods);
pub static LOCAL: TypeDef = TypeDef::of::<Local>("_local", "_thread")
    .flags(TypeFlags::BASE.or(TypeFlags::WEAKREF))
    .methods(Local::native_methods)
    .getsets(Local::native_getsets);
pub static HANDLE: TypeDef = TypeDef::of::<Handle>("_ThreadHandle", "_thread")
    .methods(Handle::native_methods)
    .getsets(Handle::native_getsets);

macro_rules! native_object {
    ($type:ident, $def:ident) => {
        // SAFETY: instances are made by this file with this layout.
        unsafe impl Object for $type {
            const KIND: Kind = Kind::Native;

            fn def() -> &'static TypeDef {
                &$def
            }
        }
    };
}

native_object!(Lock, LOCK);
native_object!(RLock, RLOCK);
native_object!(Local, LOCAL);
native_object!(Handle, HANDLE);

fn new_lock(th: &Thread) -> Value {
    alloc_as(
        th,
        LOCK.class(th),
        Lock { header: Header::new(0, Kind::Native), gate: Arc::default() },
    )
    .value()
}

#[methods]
impl Lock {
    #[staticmethod(sig = "(cls, /)")]
    fn __new__(th: &Thread, _cls: Value) -> Value {
        new_lock(th)
    }

    /// Lock the lock.
    #[method(sig = "($self, /, blocking=True, timeout=-1)")]
    fn acquire(
        th: &Thread,
        this: &'static Lock,
        blocking: Option<bool>,
        timeout: Option<f64>,
    ) -> PyResult<bool> {
        let blocking = blocking.unwrap_or(true);
        let limit = wait_limit(th, blocking, timeout)?;
        take(th, &this.gate, blocking, limit)
    }

    /// Release the lock, allowing another thread that is blocked waiting for the lock to acquire it.
    #[method]
    fn release(th: &Thread, this: &'static Lock) -> PyResult<()> {
        if !this.gate.is_taken() {
            return Err(raise!(th, RuntimeError, "release unlocked lock"));
        }
        this.gate.release();
        Ok(())
    }

    /// Return whether the lock is in the locked state.
    #[method]
    fn locked(this: &'static Lock) -> bool {
        this.gate.is_taken()
    }

    #[method]
    fn __enter__(th: &Thread, this: &'static Lock) -> PyResult<bool> {
        take(th, &this.gate, true, None)
    }

    #[method(sig = "($self, /, *exc_info)")]
    fn __exit__(th: &Thread, this: &'static Lock, _exc: Value) -> PyResult<()> {
        Lock::release(th, this)
    }

    #[method]
    fn _at_fork_reinit(this: &'static Lock) {
        this.gate.release();
    }

    #[method]
    fn __repr__(this: &'static Lock) -> String {
        let state = if this.gate.is_taken() { "locked" } else { "unlocked" };
        format!("<{state} _thread.lock object at {:#x}>", this.value().bits())
    }
}

#[methods]
impl RLock {
    #[staticmethod(sig = "(cls, /, *args, **kwargs)")]
    fn __new__(th: &Thread, cls: Value, _args: Value, _kwargs: Value) -> PyResult<&'static RLock> {
        let class = class_arg(th, cls, RLOCK.class(th))?;
        Ok(alloc_as(
            th,
            class,
            RLock {
                header: Header::new(0, Kind::Native),
                gate: Arc::default(),
                owner: Cell::new(0),
                count: Cell::new(0),
            },
        ))
    }

    /// Lock the lock.
    #[method(sig = "($self, /, blocking=True, timeout=-1)")]
    fn acquire(
        th: &Thread,
        this: &'static RLock,
        blocking: Option<bool>,
        timeout: Option<f64>,
    ) -> PyResult<bool> {
        let blocking = blocking.unwrap_or(true);
        let limit = wait_limit(th, blocking, timeout)?;
        if this.owner.get() == ident(th) {
            this.count.set(this.count.get() + 1);
            return Ok(true);
        }
        let taken = take(th, &this.gate, blocking, limit)?;
        if taken {
            this.owner.set(ident(th));
            this.count.set(1);
        }
        Ok(taken)
    }

    /// Release the lock.
    #[method]
    fn release(th: &Thread, this: &'static RLock) -> PyResult<()> {
        if this.owner.get() != ident(th) || this.count.get() == 0 {
            return Err(raise!(th, RuntimeError, "cannot release un-acquired lock"));
        }
        this.count.set(this.count.get() - 1);
        if this.count.get() == 0 {
            this.owner.set(0);
            this.gate.release();
        }
        Ok(())
    }

    /// Return a boolean indicating whether this object is locked right now.
    #[method]
    fn locked(this: &'static RLock) -> bool {
        this.count.get() > 0
    }

    #[method]
    fn __enter__(th: &Thread, this: &'static RLock) -> PyResult<bool> {
        RLock::acquire(th, this, None, None)
    }

    #[method(sig = "($self, /, *exc_info)")]
    fn __exit__(th: &Thread, this: &'static RLock, _exc: Value) -> PyResult<()> {
        RLock::release(th, this)
    }

    #[method]
    fn _is_owned(th: &Thread, this: &'static RLock) -> bool {
        this.owner.get() == ident(th)
    }

    #[method]
    fn _recursion_count(th: &Thread, this: &'static RLock) -> usize {
        if this.owner.get() == ident(th) { this.count.get() } else { 0 }
    }

    #[method]
    fn _release_save(th: &Thread, this: &'static RLock) -> PyResult<Value> {
        if this.count.get() == 0 {
            return Err(raise!(th, RuntimeError, "cannot release un-acquired lock"));
        }
        let saved =
            [Value::from_len(this.count.get()), int::from_i128(th, this.owner.get() as i128)];
        this.count.set(0);
        this.owner.set(0);
        this.gate.release();
        Ok(Tuple::new(th, &saved).value())
    }

    #[method(sig = "($self, state, /)")]
    fn _acquire_restore(th: &Thread, this: &'static RLock, saved: &'static Tuple) -> PyResult<()> {
        take(th, &this.gate, true, None)?;
        this.count.set(int::to_i64(saved.values()[0]).unwrap_or(1) as usize);
        this.owner.set(int::to_i64(saved.values()[1]).unwrap_or(0) as u64);
        Ok(())
    }

    #[method]
    fn _at_fork_reinit(this: &'static RLock) {
        this.count.set(0);
        this.owner.set(0);
        this.gate.release();
    }

    #[method]
    fn __repr__(this: &'static RLock) -> String {
        let state = if this.count.get() > 0 { "locked" } else { "unlocked" };
        let class = this.value().class().name_string();
        let (owner, count) = (this.owner.get(), this.count.get());
        format!(
            "<{state} _thread.{class} object owner={owner} count={count} at {:#x}>",
            this.value().bits()
        )
    }
}

impl Local {
    /// The calling thread's dictionary; a subclass's `__init__` runs when it is made.
    fn dict(&'static self, th: &Thread) -> PyResult<&'static Dict> {
        let all = self.all.get().and_then(|d| d.cast::<Dict>()).expect("set when made");
        let key = int::from_i128(th, ident(th) as i128);
        if let Some(d) = all.get(th, key)?.and_then(|d| d.cast::<Dict>()) {
            return Ok(d);
        }
        let d = Dict::new(th);
        all.set(th, key, d.value())?;
        let init = self.value().class().lookup(intern!(th, "__init__"));
        let plain = krait_runtime::types::object::DEF.class(th).lookup(intern!(th, "__init__"));
        if all.len() > 1 && init != plain {
            let args = self.args.get().and_then(|a| a.cast::<Tuple>()).expect("set when made");
            let kwargs = self.kwargs.get().and_then(|a| a.cast::<Dict>()).expect("set when made");
            let f = krait_runtime::object::get_attr(th, self.value(), intern!(th, "__init__"))?;
            ops::call_with(th, f, args.values(), &kwargs.pairs())?;
        }
        Ok(d)
    }
}

#[methods]
impl Local {
    #[staticmethod(sig = "(cls, /, *args, **kwargs)")]
    fn __new__(th: &Thread, cls: Value, args: Value, kwargs: Value) -> PyResult<&'static Local> {
        let class = class_arg(th, cls, LOCAL.class(th))?;
        let this = alloc_as(
            th,
            class,
            Local {
                header: Header::new(0, Kind::Native),
                all: Field::new(Some(Dict::new(th).value())),
                args: Field::new(Some(args)),
                kwargs: Field::new(Some(kwargs)),
            },
        );
        this.dict(th)?;
        Ok(this)
    }

    #[method(sig = "($self, name, /)")]
    fn __getattribute__(th: &Thread, this: &'static Local, name: &'static Str) -> PyResult<Value> {
        let d = this.dict(th)?;
        if name.equals_ascii("__dict__") {
            return Ok(d.value());
        }
        if let Some(v) = d.get_str(name) {
            return Ok(v);
        }
        match attributes::generic_get(th, this.value(), state::intern_object(th, name))? {
            Some(v) => Ok(v),
            None => Err(attributes::missing(th, this.value(), name.value())),
        }
    }

    #[method(sig = "($self, name, value, /)")]
    fn __setattr__(
        th: &Thread,
        this: &'static Local,
        name: &'static Str,
        value: Value,
    ) -> PyResult<()> {
        this.dict(th)?.set_str(th, name, value);
        Ok(())
    }

    #[method(sig = "($self, name, /)")]
    fn __delattr__(th: &Thread, this: &'static Local, name: &'static Str) -> PyResult<()> {
        match this.dict(th)?.remove_str(name) {
            Some(_) => Ok(()),
            None => Err(attributes::missing(th, this.value(), name.value())),
        }
    }

    #[getter]
    fn __dict__(th: &Thread, this: &'static Local) -> PyResult<&'static Dict> {
        this.dict(th)
    }
}

const NOT_STARTED: usize = 0;
const STARTED: usize = 1;
const DONE: usize = 2;

fn new_handle(th: &Thread, ident: u64, stage: usize) -> &'static Handle {
    alloc_as(
        th,
        HANDLE.class(th),
        Handle {
            header: Header::new(0, Kind::Native),
            running: Arc::default(),
            ident: Cell::new(ident),
            done: Arc::new(AtomicUsize::new(stage)),
        },
    )
}

#[methods]
impl Handle {
    #[staticmethod(sig = "(cls, /)")]
    fn __new__(th: &Thread, _cls: Value) -> &'static Handle {
        new_handle(th, 0, NOT_STARTED)
    }

    #[getter]
    fn ident(this: &'static Handle) -> u64 {
        this.ident.get()
    }

    #[method(sig = "($self, timeout=-1, /)")]
    fn join(th: &Thread, this: &'static Handle, timeout: Option<Value>) -> PyResult<()> {
        match this.done.load(Ordering::Acquire) {
            NOT_STARTED => return Err(raise!(th, RuntimeError, "thread not started")),
            STARTED if this.ident.get() == ident(th) => {
                return Err(raise!(th, RuntimeError, "Cannot join current thread"));
            }
            _ => {}
        }
        let seconds = match timeout.filter(|t| !t.is_none()) {
            Some(t) => krait_runtime::types::float::as_f64(th, t)?,
            None => -1.0,
        };
        let limit = (seconds >= 0.0).then(|| Duration::from_secs_f64(seconds.min(TIMEOUT_MAX)));
        if this.done.load(Ordering::Acquire) != DONE && take(th, &this.running, true, limit)? {
            this.running.release();
        }
        Ok(())
    }

    #[method]
    fn is_done(this: &'static Handle) -> bool {
        this.done.load(Ordering::Acquire) == DONE
    }

    #[method]
    fn _set_done(this: &'static Handle) {
        this.done.store(DONE, Ordering::Release);
    }
}

static NEXT_IDENT: AtomicU64 = AtomicU64::new(2);
static RUNNING: AtomicUsize = AtomicUsize::new(0);
static STACK_SIZE: AtomicUsize = AtomicUsize::new(0);
/// Stack of a thread that does not ask for another: address space, committed as it is used.
const DEFAULT_STACK: usize = 64 << 20;

/// What a new thread needs from its parent. The parent waits until the thread has read it.
struct Launch {
    function: Value,
    args: Value,
    kwargs: Option<Value>,
}

/// The addresses in it are kept alive by the parent, which waits.
struct Parcel(*const Launch);

// SAFETY: the parent keeps the launch alive until the thread has said that it read it.
unsafe impl Send for Parcel {}

/// Starts a thread that calls `launch`; its identifier.
fn start(
    th: &Thread,
    launch: Launch,
    done: Option<(Arc<Gate>, Arc<AtomicUsize>)>,
) -> PyResult<u64> {
    let number = NEXT_IDENT.fetch_add(1, Ordering::Relaxed);
    let ready = Arc::new(Gate::default());
    ready.try_take();
    let told = ready.clone();
    let parcel = Parcel(&launch);
    RUNNING.fetch_add(1, Ordering::Relaxed);
    let body = move || {
        let parcel = parcel;
        let th: &'static Thread = Box::leak(Box::new(Thread::new()));
        threads::acquire(th);
        interpreter::attach(th, number);
        // SAFETY: the parent waits for `told`.
        let (function, args, kwargs) =
            unsafe { ((*parcel.0).function, (*parcel.0).args, (*parcel.0).kwargs) };
        told.release();
        run(th, function, args, kwargs);
        if let Some((running, stage)) = done {
            stage.store(DONE, Ordering::Release);
            running.release();
        }
        RUNNING.fetch_sub(1, Ordering::Relaxed);
        interpreter::detach(th);
        threads::release(th);
    };
    let size = match STACK_SIZE.load(Ordering::Relaxed) {
        0 => DEFAULT_STACK,
        n => n,
    };
    match std::thread::Builder::new().stack_size(size).spawn(body) {
        Ok(_) => {
            threads::without_lock(th, || while !ready.take_within(Duration::from_secs(1)) {});
            std::hint::black_box(&launch);
            Ok(number)
        }
        Err(_) => {
            RUNNING.fetch_sub(1, Ordering::Relaxed);
            Err(raise!(th, RuntimeError, "can't start new thread"))
        }
    }
}

fn run(th: &Thread, function: Value, args: Value, kwargs: Option<Value>) {
    let args = args.cast::<Tuple>().expect("checked by the caller").values();
    let kwargs = kwargs.and_then(|k| k.cast::<Dict>()).map_or(Vec::new(), Dict::pairs);
    if ops::call_with(th, function, args, &kwargs).is_err() {
        if krait_runtime::error::raised_is(th, Exc::SystemExit) {
            th.raised.set(None);
        } else {
            ops::exceptions::write_unraisable(th, function);
        }
    }
}

fn check_callable(th: &Thread, f: Value, what: &str) -> PyResult<()> {
    if f.slot(krait_runtime::object::Slot::Call).is_none() {
        return Err(raise!(th, TypeError, "{what} must be callable"));
    }
    Ok(())
}

#[krait_macros::module]
mod functions {
    use super::*;

    /// Create a new lock object.
    #[function]
    fn allocate_lock(th: &Thread) -> Value {
        new_lock(th)
    }

    /// An obsolete synonym of allocate_lock().
    #[function]
    fn allocate(th: &Thread) -> Value {
        new_lock(th)
    }

    /// Return a non-zero integer that uniquely identifies the current thread amongst other threads that exist simultaneously.
    #[function]
    fn get_ident(th: &Thread) -> u64 {
        ident(th)
    }

    /// Return a number that identifies the thread: the same as get_ident().
    #[function]
    fn get_native_id(th: &Thread) -> u64 {
        ident(th)
    }

    #[function]
    fn _get_main_thread_ident() -> i64 {
        1
    }

    #[function]
    fn _is_main_interpreter() -> bool {
        true
    }

    #[function]
    fn daemon_threads_allowed() -> bool {
        true
    }

    /// Return the number of currently running Python threads, excluding the main thread.
    #[function]
    fn _count() -> usize {
        RUNNING.load(Ordering::Relaxed)
    }

    /// Return the thread stack size used when creating new threads; 0 is the default.
    #[function(sig = "(size=0, /)")]
    fn stack_size(th: &Thread, size: Option<i64>) -> PyResult<usize> {
        match size {
            None => Ok(STACK_SIZE.load(Ordering::Relaxed)),
            Some(n) if n != 0 && n < 32768 => {
                Err(raise!(th, ValueError, "size not valid: {n} bytes"))
            }
            Some(n) => Ok(STACK_SIZE.swap(n as usize, Ordering::Relaxed)),
        }
    }

    /// Start a new thread and return its identifier.
    #[function(sig = "(function, args, kwargs={}, /)")]
    fn start_new_thread(
        th: &Thread,
        function: Value,
        args: Value,
        kwargs: Option<Value>,
    ) -> PyResult<u64> {
        check_callable(th, function, "first arg")?;
        if args.cast::<Tuple>().is_none() {
            return Err(raise!(th, TypeError, "2nd arg must be a tuple"));
        }
        start(th, Launch { function, args, kwargs }, None)
    }

    /// Start a new thread whose end can be waited for.
    #[function(sig = "(function, handle=None, daemon=True)")]
    fn start_joinable_thread(
        th: &Thread,
        function: Value,
        handle: krait_runtime::native::OrNone<&'static Handle>,
        daemon: Option<bool>,
    ) -> PyResult<&'static Handle> {
        check_callable(th, function, "thread function")?;
        let handle = handle.0.unwrap_or_else(|| new_handle(th, 0, NOT_STARTED));
        if handle.done.swap(STARTED, Ordering::AcqRel) != NOT_STARTED {
            return Err(raise!(th, RuntimeError, "thread already started"));
        }
        handle.running.try_take();
        if !daemon.unwrap_or(true) {
            let all = waited_for(th);
            all.push(th, handle.value());
        }
        let args = Tuple::new(th, &[]).value();
        let done = Some((handle.running.clone(), handle.done.clone()));
        handle.ident.set(NEXT_IDENT.load(Ordering::Relaxed));
        let number = start(th, Launch { function, args, kwargs: None }, done)?;
        handle.ident.set(number);
        Ok(handle)
    }

    /// The handles that the process's end waits for.
    fn waited_for(th: &Thread) -> &'static krait_runtime::types::list::List {
        let own = state::module_state(th, "_thread");
        let name = intern!(th, "handles");
        if let Some(l) = own.get_name(name).and_then(|l| l.cast()) {
            return l;
        }
        let l = krait_runtime::types::list::List::new(th, &[]);
        own.set_name(th, name, l.value());
        l
    }

    /// Wait for all non-daemon threads to stop.
    #[function]
    fn _shutdown(th: &Thread) -> PyResult<()> {
        while let Some(h) = waited_for(th).pop_last() {
            let h: &'static Handle = h.cast().expect("pushed by start_joinable_thread");
            if h.ident.get() != ident(th) {
                Handle::join(th, h, None)?;
            }
        }
        Ok(())
    }

    #[function(sig = "(ident, /)")]
    fn _make_thread_handle(th: &Thread, ident: u64) -> &'static Handle {
        new_handle(th, ident, STARTED)
    }

    /// Raise a SystemExit exception: ends the thread silently.
    #[function]
    fn exit(th: &Thread) -> PyResult<()> {
        Err(raise!(th, SystemExit))
    }

    /// Simulate the arrival of the given signal in the main thread.
    #[function(sig = "(signum=signal.SIGINT, /)")]
    fn interrupt_main(signum: Option<i32>) {
        krait_runtime::signals::note(signum.unwrap_or(krait_runtime::sys::signal::SIGINT));
    }

    /// Handle uncaught Thread.run() exception.
    #[function(sig = "(args, /)")]
    fn _excepthook(th: &Thread, args: &'static Tuple) -> PyResult<()> {
        let [_, exc, tb, thread, ..] = args.values() else {
            return Err(raise!(
                th,
                TypeError,
                "_thread._excepthook argument type must be ExceptHookArgs"
            ));
        };
        if exc.class().is_subclass(Exc::SystemExit.class()) {
            return Ok(());
        }
        let name = if thread.is_none() {
            ident(th).to_string()
        } else {
            let name = krait_runtime::object::get_attr(th, *thread, intern!(th, "name"))?;
            ops::str_string(th, name)?
        };
        if let Some(err) =
            krait_runtime::import::sys_attribute(th, "stderr").filter(|e| !e.is_none())
        {
            let line = Str::new(th, &format!("Exception in thread {name}:\n")).value();
            ops::call_method(th, err, intern!(th, "write"), &[line])?;
        }
        if let Some(e) = exc.cast::<Exception>()
            && e.traceback().is_none()
            && !tb.is_none()
        {
            e.set_traceback(Some(*tb));
        }
        krait_runtime::traceback::print_exception(th, *exc);
        Ok(())
    }
}
