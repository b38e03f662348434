//! Starting and ending the interpreter: what `krait` and every executable do around a program.

use krait_runtime::error::PyResult;
use krait_runtime::object::{Object, ValueExt};
use krait_runtime::types::code::Code;
use krait_runtime::types::exception::{Exc, Exception};
use krait_runtime::types::module::Module;
use krait_runtime::types::str::Str;
use krait_runtime::types::{generator, hash};
use krait_runtime::{
    Header, Raised, Thread, Value, builtins, gc, import, intern, interpreter, ops, signals, state,
    threads, traceback,
};

use crate::sys::{self, Start};

/// Bytes of the main thread's stack: address space, committed as it is used. Native recursion
/// of parsers, `repr` and compiled code has room for Python's default limit many times over.
const STACK: usize = 256 << 20;

/// Runs `program` in a fresh interpreter on a thread with a large stack and gives the process's
/// exit status. `program` gets the thread and the module `__main__`.
pub fn run(
    start: Start,
    program: impl FnOnce(&Thread, &'static Module) -> PyResult<()> + Send + 'static,
) -> i32 {
    let body = move || {
        let th: &'static Thread = Box::leak(Box::new(Thread::new()));
        gc::init();
        interpreter::attach(th, 1);
        threads::acquire(th);
        let seed = std::env::var("PYTHONHASHSEED").ok();
        if let Err(message) = hash::init(seed.as_deref(), krait_runtime::sys::random_bytes) {
            eprintln!("Fatal Python error: config_init_hash_seed: {message}");
            return 1;
        }
        state::register_roots();
        state::init(th);
        gc::set_hooks(gc::Hooks {
            weak_dead: krait_runtime::types::weakref::on_target_dead,
            call_weak_callback,
            call_finalizer,
            class_name,
        });
        let status = match boot(th, &start).and_then(|main| program(th, main)) {
            Ok(()) => 0,
            Err(Raised) => report(th),
        };
        finish(th, status)
    };
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(body);
    match thread.map(std::thread::JoinHandle::join) {
        Ok(Ok(status)) => status,
        Ok(Err(_)) => 101,
        Err(e) => {
            eprintln!("krait: cannot start the main thread: {e}");
            1
        }
    }
}

/// Makes `builtins`, `sys`, the standard streams and `__main__`.
fn boot(th: &Thread, start: &Start) -> PyResult<&'static Module> {
    let modules = krait_runtime::types::dict::Dict::new(th);
    state::GLOBALS.modules.set(Some(modules.value()));
    let b = Module::new_native(th, &builtins::MODULE)?;
    state::GLOBALS.builtins.set(Some(b.dict().value()));
    modules.set_name(th, intern!(th, "builtins"), b.value());
    let sys = sys::install(th, start)?;
    signals::init(th);
    for (name, fd) in [("stdin", 0), ("stdout", 1), ("stderr", 2)] {
        let stream = crate::io::standard_stream(th, fd, name)?;
        sys.set(th, name, stream);
        sys.set(th, &format!("__{name}__"), stream);
    }
    let main = Module::new(th, "__main__");
    main.set(th, "__builtins__", b.value());
    modules.set_name(th, intern!(th, "__main__"), main.value());
    Ok(main)
}

/// The callback of a weak reference whose target died.
fn call_weak_callback(th: &Thread, header: &'static Header) {
    if krait_runtime::types::weakref::run_callback(th, header).is_err() {
        ops::exceptions::write_unraisable(th, Value::from_header(header));
    }
}

/// The name of the class of a cell's shape; buffers have none.
fn class_name(shape: u32) -> String {
    match shape {
        0 => "no class".to_string(),
        _ => krait_runtime::object::shape::class_of_shape(shape).name_string(),
    }
}

/// `__del__` of an object that died, or the closing of a generator.
fn call_finalizer(th: &Thread, header: &'static Header) {
    let v = Value::from_header(header);
    if let Some(g) = v.cast::<generator::Generator>() {
        generator::finalize(th, g);
        return;
    }
    if let Some(f) = v.slot(krait_runtime::object::Slot::Del)
        && ops::call(th, f, &[v]).is_err()
    {
        ops::exceptions::write_unraisable(th, f);
    }
}

/// Runs the code of a program's main module in `main`.
pub fn run_main(th: &Thread, main: &'static Module, code: &'static Code) -> PyResult<()> {
    interpreter::eval_code(th, code, main.dict(), None, None).map(|_| ())
}

/// Reports the exception that ended the program; the exit status.
fn report(th: &Thread) -> i32 {
    let exc = krait_runtime::error::take(th);
    // What the program printed comes before the report.
    for name in ["stderr", "stdout"] {
        if let Some(f) = import::sys_attribute(th, name).filter(|f| !f.is_none())
            && ops::call_method(th, f, intern!(th, "flush"), &[]).is_err()
        {
            th.raised.set(None);
        }
    }
    if exc.class().is_subclass(Exc::SystemExit.class()) {
        return exit_status(th, exc);
    }
    let hook = import::sys_attribute(th, "excepthook");
    let tb = exc.cast::<Exception>().and_then(Exception::traceback).unwrap_or(Value::NONE);
    let handled = hook.is_some_and(|h| ops::call(th, h, &[exc.class().value(), exc, tb]).is_ok());
    if !handled {
        th.raised.set(None);
        traceback::print_exception(th, exc);
    }
    if exc.class().is_subclass(Exc::KeyboardInterrupt.class()) { 130 } else { 1 }
}

fn exit_status(th: &Thread, exc: Value) -> i32 {
    let code = exc.cast::<Exception>().and_then(|e| e.field(0)).unwrap_or(Value::NONE);
    if code.is_none() {
        return 0;
    }
    if krait_runtime::types::int::is_int(code) {
        return krait_runtime::types::int::to_i64(code).unwrap_or(-1) as i32;
    }
    if let (Ok(text), Some(err)) = (ops::str(th, code), import::sys_attribute(th, "stderr")) {
        let line = Str::new(th, &format!("{text}\n")).value();
        let _ = ops::call_method(th, err, intern!(th, "write"), &[line]);
        let _ = ops::call_method(th, err, intern!(th, "flush"), &[]);
    }
    1
}

/// Whether a program closed the stream; one that cannot tell counts as open.
fn is_closed(th: &Thread, stream: Value) -> bool {
    let closed = krait_runtime::object::get_attr_or_none(th, stream, intern!(th, "closed"));
    let closed = closed.and_then(|c| c.map_or(Ok(false), |c| ops::truth(th, c)));
    closed.unwrap_or_else(|_| {
        th.raised.set(None);
        false
    })
}

/// Ends the interpreter: waits for threads, runs `atexit` functions, flushes the streams.
fn finish(th: &Thread, mut status: i32) -> i32 {
    th.raised.set(None);
    if let Some(m) = state::modules().get_name(state::intern(th, "threading"))
        && ops::call_method(th, m, state::intern(th, "_shutdown"), &[]).is_err()
    {
        ops::exceptions::write_unraisable(th, m);
    }
    if let Some(m) = state::modules().get_name(state::intern(th, "atexit"))
        && ops::call_method(th, m, state::intern(th, "_run_exitfuncs"), &[]).is_err()
    {
        th.raised.set(None);
    }
    for name in ["stdout", "stderr"] {
        if let Some(f) = import::sys_attribute(th, name).filter(|f| !f.is_none())
            && !is_closed(th, f)
            && ops::call_method(th, f, intern!(th, "flush"), &[]).is_err()
        {
            if name == "stdout" {
                status = 120;
                ops::exceptions::write_unraisable(th, f);
            }
            th.raised.set(None);
        }
    }
    crate::io::flush_all(th);
    status
}
