//! `sys`.

use std::sync::atomic::Ordering;

use krait_runtime::error::PyResult;
use krait_runtime::native::NativeModule;
use krait_runtime::object::{Object, ValueExt};
use krait_runtime::types::dict::Dict;
use krait_runtime::types::list::List;
use krait_runtime::types::module::Module;
use krait_runtime::types::str::Str;
use krait_runtime::types::tuple::Tuple;
use krait_runtime::types::{hash, simple_namespace};
use krait_runtime::{Thread, Value, import, state};

pub static MODULE: NativeModule = NativeModule {
    name: "sys",
    doc: "This module provides access to some objects used or maintained by the\ninterpreter and to functions that interact strongly with the interpreter.",
    functions: &functions::FUNCTIONS,
    init,
};

/// The version of Python that Krait implements.
pub const VERSION: (u8, u8, u8) = (3, 14, 0);

/// How a program was started.
pub struct Start {
    /// `sys.argv`.
    pub argv: Vec<String>,
    /// `sys.path`.
    pub path: Vec<String>,
    /// `sys.executable`.
    pub executable: String,
}

fn texts(th: &Thread, items: &[String]) -> Value {
    let items: Vec<Value> = items.iter().map(|s| Str::new(th, s).value()).collect();
    List::new(th, &items).value()
}

/// Makes the module and installs it; called once at start-up, after `builtins`.
pub fn install(th: &Thread, start: &Start) -> PyResult<&'static Module> {
    let m = Module::new_native(th, &MODULE)?;
    m.set(th, "argv", texts(th, &start.argv));
    m.set(th, "orig_argv", texts(th, &start.argv));
    m.set(th, "path", texts(th, &start.path));
    m.set(th, "executable", Str::new(th, &start.executable).value());
    m.set(th, "_base_executable", Str::new(th, &start.executable).value());
    m.set(th, "modules", state::modules().value());
    state::modules().set_name(th, state::intern(th, "sys"), m.value());
    state::GLOBALS.sys.set(Some(m.value()));
    Ok(m)
}

fn init(th: &Thread, m: &'static Module) -> PyResult<()> {
    let text = |s: &str| Str::new(th, s).value();
    let int = |i: i64| krait_runtime::types::int::new(th, i);
    let (major, minor, micro) = VERSION;
    m.set(
        th,
        "version",
        text(&format!("{major}.{minor}.{micro} (Krait {}) [rustc]", env!("CARGO_PKG_VERSION"))),
    );
    let version = [int(major as i64), int(minor as i64), int(micro as i64), text("final"), int(0)];
    m.set(
        th,
        "version_info",
        named_tuple(
            th,
            "sys.version_info",
            &["major", "minor", "micro", "releaselevel", "serial"],
            &version,
        )?,
    );
    m.set(
        th,
        "hexversion",
        int((major as i64) << 24 | (minor as i64) << 16 | (micro as i64) << 8 | 0xf0),
    );
    m.set(th, "api_version", int(1013));
    m.set(th, "copyright", text("Copyright (c) the Krait developers. Licensed MIT OR Apache-2.0."));
    m.set(
        th,
        "platform",
        text(if cfg!(target_os = "macos") {
            "darwin"
        } else if cfg!(windows) {
            "win32"
        } else {
            "linux"
        }),
    );
    m.set(th, "byteorder", text(if cfg!(target_endian = "little") { "little" } else { "big" }));
    m.set(th, "maxsize", int(i64::MAX));
    m.set(th, "maxunicode", int(0x10ffff));
    m.set(th, "float_repr_style", text("short"));
    let monitoring = Module::new_native(th, &crate::monitoring::MODULE)?;
    m.set(th, "monitoring", monitoring.value());
    m.set(th, "platlibdir", text("lib"));
    #[cfg(unix)]
    m.set(th, "abiflags", text(""));
    for name in ["prefix", "exec_prefix", "base_prefix", "base_exec_prefix"] {
        m.set(th, name, text("/usr"));
    }
    m.set(th, "_git", Tuple::new(th, &[text("Krait"), text(""), text("")]).value());
    m.set(th, "_framework", text(""));
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let prefix = variable("PYTHONPYCACHEPREFIX").map_or(Value::NONE, |p| text(&p));
    m.set(th, "pycache_prefix", prefix);
    let dont_write = variable("PYTHONDONTWRITEBYTECODE").is_some();
    m.set(th, "dont_write_bytecode", Value::from_bool(dont_write));
    // Any text counts as 1.
    let optimize = variable("PYTHONOPTIMIZE").map_or(0, |n| n.parse().unwrap_or(1).clamp(0, 2));
    m.set(th, "warnoptions", List::new(th, &[]).value());
    m.set(th, "_xoptions", Dict::new(th).value());
    m.set(th, "meta_path", List::new(th, &[]).value());
    m.set(th, "path_hooks", List::new(th, &[]).value());
    m.set(th, "path_importer_cache", Dict::new(th).value());
    let mut names = import::native_names();
    names.extend(["builtins", "sys"]);
    names.sort_unstable();
    let names: Vec<Value> = names.iter().map(|n| text(n)).collect();
    m.set(th, "builtin_module_names", Tuple::new(th, &names).value());
    m.set(th, "stdlib_module_names", Tuple::new(th, &names).value());
    let flags = [
        "debug",
        "inspect",
        "interactive",
        "optimize",
        "dont_write_bytecode",
        "no_user_site",
        "no_site",
        "ignore_environment",
        "verbose",
        "bytes_warning",
        "quiet",
        "hash_randomization",
        "isolated",
        "dev_mode",
        "utf8_mode",
        "warn_default_encoding",
        "safe_path",
        "int_max_str_digits",
        "gil",
        "thread_inherit_context",
        "context_aware_warnings",
    ];
    let values: Vec<Value> = flags
        .iter()
        .map(|f| match *f {
            "dev_mode" | "safe_path" => Value::FALSE,
            "utf8_mode" | "hash_randomization" | "gil" => int(1),
            "int_max_str_digits" => int(-1),
            "dont_write_bytecode" => int(i64::from(dont_write)),
            "optimize" => int(optimize),
            _ => int(0),
        })
        .collect();
    m.set(th, "flags", named_tuple(th, "sys.flags", &flags, &values)?);
    let names =
        ["width", "modulus", "inf", "nan", "imag", "algorithm", "hash_bits", "seed_bits", "cutoff"];
    let values = [
        int(64),
        int(hash::MODULUS as i64),
        int(hash::INF),
        int(0),
        int(hash::IMAG),
        text("siphash13"),
        int(64),
        int(128),
        int(0),
    ];
    m.set(th, "hash_info", named_tuple(th, "sys.hash_info", &names, &values)?);
    let float = |f: f64| krait_runtime::types::float::new(th, f);
    let names = [
        "max",
        "max_exp",
        "max_10_exp",
        "min",
        "min_exp",
        "min_10_exp",
        "dig",
        "mant_dig",
        "epsilon",
        "radix",
        "rounds",
    ];
    let values = [
        float(f64::MAX),
        int(1024),
        int(308),
        float(f64::MIN_POSITIVE),
        int(-1021),
        int(-307),
        int(15),
        int(53),
        float(f64::EPSILON),
        int(2),
        int(1),
    ];
    m.set(th, "float_info", named_tuple(th, "sys.float_info", &names, &values)?);
    let names =
        ["bits_per_digit", "sizeof_digit", "default_max_str_digits", "str_digits_check_threshold"];
    m.set(
        th,
        "int_info",
        named_tuple(th, "sys.int_info", &names, &[int(30), int(4), int(4300), int(640)])?,
    );
    m.set(
        th,
        "thread_info",
        named_tuple(
            th,
            "sys.thread_info",
            &["name", "lock", "version"],
            &[text("pthread"), text("semaphore"), Value::NONE],
        )?,
    );
    m.set(
        th,
        "implementation",
        simple_namespace::new(
            th,
            &[
                ("name", text("krait")),
                ("cache_tag", text("krait-314")),
                ("version", m.get(th, "version_info").expect("set above")),
                ("hexversion", m.get(th, "hexversion").expect("set above")),
                ("_multiarch", text("")),
                ("supports_isolated_interpreters", Value::FALSE),
            ],
        ),
    );
    for (hook, dunder) in [
        ("excepthook", "__excepthook__"),
        ("displayhook", "__displayhook__"),
        ("unraisablehook", "__unraisablehook__"),
        ("breakpointhook", "__breakpointhook__"),
    ] {
        let f = m.get(th, hook).expect("a function of this module");
        m.set(th, dunder, f);
    }
    Ok(())
}

/// A tuple with names, as `sys.version_info`: an instance of a `tuple` subclass.
fn named_tuple(
    th: &Thread,
    name: &str,
    fields: &[&'static str],
    values: &[Value],
) -> PyResult<Value> {
    krait_runtime::types::struct_sequence::new(th, name, fields, values)
}

#[krait_macros::module]
mod functions {
    use super::*;
    use krait_runtime::interpreter::{self, frame};
    use krait_runtime::types::exception::{Exc, Exception};
    use krait_runtime::{audit, intern, ops, raise, traceback};

    /// Return the current exception: a (type, value, traceback) tuple.
    #[function]
    fn exc_info(th: &Thread) -> Value {
        match interpreter::handled_exception(th) {
            Some(e) => {
                let tb =
                    e.cast::<Exception>().and_then(Exception::traceback).unwrap_or(Value::NONE);
                Tuple::new(th, &[e.class().value(), e, tb]).value()
            }
            None => Tuple::new(th, &[Value::NONE; 3]).value(),
        }
    }

    /// Return the current exception.
    #[function]
    fn exception(th: &Thread) -> Option<Value> {
        interpreter::handled_exception(th)
    }

    /// Handle an exception by displaying it with a traceback on sys.stderr.
    #[function(sig = "(exctype, value, traceback, /)")]
    fn excepthook(th: &Thread, _exctype: Value, value: Value, tb: Value) {
        if let Some(e) = value.cast::<Exception>()
            && e.traceback().is_none()
            && !tb.is_none()
        {
            e.set_traceback(Some(tb));
        }
        traceback::print_exception(th, value);
    }

    /// Handle an unraisable exception.
    #[function(sig = "(unraisable, /)")]
    fn unraisablehook(th: &Thread, unraisable: Value) -> PyResult<()> {
        let get =
            |name: &str| krait_runtime::object::get_attr(th, unraisable, state::intern(th, name));
        let (value, object, message) = (get("exc_value")?, get("object")?, get("err_msg")?);
        let message = if message.is_none() {
            "Exception ignored in".into()
        } else {
            ops::str_string(th, message)?
        };
        if let Some(stderr) = import::sys_attribute(th, "stderr").filter(|s| !s.is_none()) {
            let text = format!("{message}: {}\n", ops::repr_string(th, object)?);
            let text = Str::new(th, &text).value();
            ops::call_method(th, stderr, intern!(th, "write"), &[text])?;
        }
        traceback::print_exception(th, value);
        Ok(())
    }

    /// Print an object to sys.stdout and also save it in builtins._
    #[function(sig = "(object, /)")]
    fn displayhook(th: &Thread, object: Value) -> PyResult<()> {
        if object.is_none() {
            return Ok(());
        }
        let text = format!("{}\n", ops::repr_string(th, object)?);
        if let Some(out) = import::sys_attribute(th, "stdout") {
            ops::call_method(th, out, intern!(th, "write"), &[Str::new(th, &text).value()])?;
        }
        state::builtins().set_name(th, intern!(th, "_"), object);
        Ok(())
    }

    /// This hook function is called by built-in breakpoint().
    #[function(sig = "(*args, **kws)")]
    fn breakpointhook(th: &Thread, args: &Tuple, kws: &Dict) -> PyResult<Value> {
        let f = ops::import::from_module(th, "pdb", "set_trace")?;
        ops::call_with(th, f, args.values(), &kws.pairs())
    }

    /// Exit the interpreter by raising SystemExit(status).
    #[function(sig = "(status=None, /)")]
    fn exit(th: &Thread, status: Option<Value>) -> PyResult<()> {
        let args: Vec<Value> = status.filter(|s| !s.is_none()).into_iter().collect();
        Err(krait_runtime::error::raise_args(th, Exc::SystemExit, &args))
    }

    /// Return a frame object from the call stack.
    #[function(sig = "(depth=0, /)")]
    fn _getframe(th: &Thread, depth: Option<i64>) -> PyResult<Value> {
        let mut at = frame::current(th);
        for _ in 0..depth.unwrap_or(0).max(0) {
            at = at.and_then(frame::FrameRef::previous);
        }
        match at {
            Some(f) => Ok(f.object(th).value()),
            None => Err(raise!(th, ValueError, "call stack is not deep enough")),
        }
    }

    /// Return the name of the module for a calling frame.
    #[function(sig = "(depth=0)")]
    fn _getframemodulename(th: &Thread, depth: Option<i64>) -> Option<Value> {
        let mut at = frame::current(th);
        for _ in 0..depth.unwrap_or(0).max(0) {
            at = at.and_then(frame::FrameRef::previous);
        }
        at.and_then(|f| f.globals().get_name(intern!(th, "__name__")))
    }

    /// Return a dict mapping each thread's identifier to its current frame.
    #[function]
    fn _current_frames(th: &Thread) -> PyResult<Value> {
        let d = Dict::new(th);
        if let Some(f) = frame::current(th) {
            let ident = interpreter::thread_state(th).ident;
            d.set(
                th,
                krait_runtime::types::int::from_i128(th, ident as i128),
                f.object(th).value(),
            )?;
        }
        Ok(d.value())
    }

    /// Return the current value of the recursion limit.
    #[function]
    fn getrecursionlimit() -> usize {
        interpreter::RECURSION_LIMIT.load(Ordering::Relaxed)
    }

    /// Set the maximum depth of the Python interpreter stack to n.
    #[function(sig = "(limit, /)")]
    fn setrecursionlimit(th: &Thread, limit: i64) -> PyResult<()> {
        if limit < 1 {
            return Err(raise!(th, ValueError, "recursion limit must be greater or equal than 1"));
        }
        interpreter::RECURSION_LIMIT.store(limit as usize, Ordering::Relaxed);
        Ok(())
    }

    /// Return the current thread switch interval.
    #[function]
    fn getswitchinterval() -> f64 {
        krait_runtime::threads::SWITCH_INTERVAL.load(Ordering::Relaxed) as f64 / 1e6
    }

    /// Set the ideal thread switching delay inside the Python interpreter.
    #[function(sig = "(interval, /)")]
    fn setswitchinterval(th: &Thread, interval: f64) -> PyResult<()> {
        if interval <= 0.0 {
            return Err(raise!(th, ValueError, "switch interval must be strictly positive"));
        }
        krait_runtime::threads::SWITCH_INTERVAL.store((interval * 1e6) as u64, Ordering::Relaxed);
        Ok(())
    }

    /// Return the maximum string digits limit for non-binary int<->str conversions.
    #[function]
    fn get_int_max_str_digits() -> usize {
        krait_runtime::types::int::text::MAX_DIGITS.load(Ordering::Relaxed)
    }

    /// Set the maximum string digits limit for non-binary int<->str conversions.
    #[function(sig = "(maxdigits)")]
    fn set_int_max_str_digits(th: &Thread, maxdigits: i64) -> PyResult<()> {
        if maxdigits != 0 && maxdigits < 640 {
            return Err(raise!(th, ValueError, "maxdigits must be >= 640 or 0 for unlimited"));
        }
        krait_runtime::types::int::text::MAX_DIGITS.store(maxdigits as usize, Ordering::Relaxed);
        Ok(())
    }

    /// ``Intern'' the given string.
    #[function(sig = "(string, /)")]
    fn intern(th: &Thread, string: &'static Str) -> Value {
        state::intern_object(th, string)
    }

    /// Return True if the given string is "interned".
    #[function(sig = "(string, /)")]
    fn _is_interned(string: &Str) -> bool {
        state::is_interned(string)
    }

    /// Return True if the GIL is currently enabled and False if the GIL is disabled.
    #[function]
    fn _is_gil_enabled() -> bool {
        true
    }

    /// Return the current default encoding used by the Unicode implementation.
    #[function]
    fn getdefaultencoding() -> &'static str {
        "utf-8"
    }

    /// Return the encoding used to convert Unicode filenames to OS filenames.
    #[function]
    fn getfilesystemencoding() -> &'static str {
        "utf-8"
    }

    /// Return the error mode used Unicode to OS filename conversion.
    #[function]
    fn getfilesystemencodeerrors() -> &'static str {
        "surrogateescape"
    }

    /// Return the size of object in bytes.
    #[function(sig = "(object, default=<unrepresentable>, /)")]
    fn getsizeof(th: &Thread, object: Value, default: Option<Value>) -> PyResult<Value> {
        let _ = default;
        let name = intern!(th, "__sizeof__");
        ops::call_method(th, object, name, &[])
    }

    /// Krait has no reference counts: always 1.
    #[function(sig = "(object, /)")]
    fn getrefcount(_object: Value) -> i64 {
        1
    }

    /// Private function for clearing certain descriptors from a type's dictionary.
    #[function(sig = "(type, /)")]
    fn _clear_type_descriptors(
        th: &Thread,
        class: &'static krait_runtime::object::Type,
    ) -> PyResult<()> {
        use krait_runtime::object::{TypeFlags, class};
        if class.has(TypeFlags::IMMUTABLE) {
            return Err(raise!(th, TypeError, "argument is immutable"));
        }
        for name in [intern!(th, "__dict__"), intern!(th, "__weakref__")] {
            if class.dict().get_name(name).is_some() {
                class::set_class_attribute(th, class, name, None);
            }
        }
        Ok(())
    }

    /// Set the global debug tracing function.
    #[function(sig = "(function, /)")]
    fn settrace(th: &Thread, function: Value) {
        interpreter::tracing::set_trace(th, (!function.is_none()).then_some(function));
    }

    /// Return the global debug tracing function set with sys.settrace.
    #[function]
    fn gettrace(th: &Thread) -> Option<Value> {
        interpreter::thread_state(th).trace_function.get()
    }

    /// Set the profiling function.
    #[function(sig = "(function, /)")]
    fn setprofile(th: &Thread, function: Value) {
        interpreter::tracing::set_profile(th, (!function.is_none()).then_some(function));
    }

    /// Return the profiling function set with sys.setprofile.
    #[function]
    fn getprofile(th: &Thread) -> Option<Value> {
        interpreter::thread_state(th).profile_function.get()
    }

    /// Passes the event to any hooks that are attached.
    #[function(sig = "(event, /, *args)")]
    fn audit(th: &Thread, event: &Str, args: &Tuple) -> PyResult<()> {
        audit::tell(th, event.value(), args.value())
    }

    /// Adds a new audit hook callback.
    #[function(sig = "(hook)")]
    fn addaudithook(th: &Thread, hook: Value) -> PyResult<()> {
        // A hook that is there may refuse another one, with an exception of a common kind.
        let event = audit::event(th, "sys.addaudithook", |_| Ok(Vec::new()));
        if krait_runtime::error::catch(th, Exc::Exception, event)?.is_some() {
            audit::add(th, hook);
        }
        Ok(())
    }

    /// Set hooks for asynchronous generators (PEP 525).
    #[function(sig = "(*, firstiter=<unrepresentable>, finalizer=<unrepresentable>)")]
    fn set_asyncgen_hooks(th: &Thread, firstiter: Option<Value>, finalizer: Option<Value>) {
        let ts = interpreter::thread_state(th);
        if let Some(f) = firstiter {
            ts.asyncgen_firstiter.set(Some(f).filter(|f| !f.is_none()));
        }
        if let Some(f) = finalizer {
            ts.asyncgen_finalizer.set(Some(f).filter(|f| !f.is_none()));
        }
    }

    /// Return the installed asynchronous generators hooks.
    #[function]
    fn get_asyncgen_hooks(th: &Thread) -> PyResult<Value> {
        let ts = interpreter::thread_state(th);
        let get = |v: Option<Value>| v.unwrap_or(Value::NONE);
        let values = [get(ts.asyncgen_firstiter.get()), get(ts.asyncgen_finalizer.get())];
        super::named_tuple(th, "sys.asyncgen_hooks", &["firstiter", "finalizer"], &values)
    }
}
