//! `resource`: limits and usage of processes.

use krait_runtime::native::NativeModule;
use krait_runtime::object::{Object, Type, ValueExt};
use krait_runtime::sys::process;
use krait_runtime::types::exception::{Exc, raise_os_error};
use krait_runtime::types::module::Module;
use krait_runtime::types::tuple::Tuple;
use krait_runtime::types::{float, int, struct_sequence};
use krait_runtime::{PyResult, Raised, Thread, Value, intern, ops, raise, state, sys};

pub static MODULE: NativeModule =
    NativeModule { name: "resource", doc: "", functions: &functions::FUNCTIONS, init };

fn init(th: &Thread, m: &'static Module) -> PyResult<()> {
    let fields = [
        "ru_utime",
        "ru_stime",
        "ru_maxrss",
        "ru_ixrss",
        "ru_idrss",
        "ru_isrss",
        "ru_minflt",
        "ru_majflt",
        "ru_nswap",
        "ru_inblock",
        "ru_oublock",
        "ru_msgsnd",
        "ru_msgrcv",
        "ru_nsignals",
        "ru_nvcsw",
        "ru_nivcsw",
    ];
    let class = struct_sequence::new_class(th, "resource.struct_rusage", &fields)?.value();
    state::module_state(th, "resource").set_name(th, intern!(th, "struct_rusage"), class);
    m.set(th, "struct_rusage", class);
    m.set(th, "error", Exc::OSError.class().value());
    for (name, n) in process::LIMITS {
        m.set(th, name, Value::from_i32(*n));
    }
    m.set(th, "RLIM_INFINITY", Value::from_i32(-1));
    Ok(())
}

fn os_error(th: &Thread, e: &std::io::Error) -> Raised {
    let errno = e.raw_os_error().unwrap_or(0);
    raise_os_error(th, errno, &sys::errno::message(errno), None, None)
}

fn check_resource(th: &Thread, resource: i32) -> PyResult<()> {
    let known = process::LIMITS.iter().any(|(n, v)| n.starts_with("RLIMIT") && *v == resource);
    if known { Ok(()) } else { Err(raise!(th, ValueError, "invalid resource specified")) }
}

#[krait_macros::module]
mod functions {
    use super::*;

    #[function(sig = "(resource, /)")]
    fn getrlimit(th: &Thread, resource: i32) -> PyResult<Value> {
        check_resource(th, resource)?;
        let (soft, hard) = process::limit(resource).map_err(|e| os_error(th, &e))?;
        Ok(Tuple::new(th, &[int::new(th, soft), int::new(th, hard)]).value())
    }

    #[function(sig = "(resource, limits, /)")]
    fn setrlimit(th: &Thread, resource: i32, limits: Value) -> PyResult<()> {
        check_resource(th, resource)?;
        let limits = ops::collect(th, limits)?;
        let [soft, hard] = *limits.as_slice() else {
            return Err(raise!(th, ValueError, "expected a tuple of 2 integers"));
        };
        let number = |v: Value| -> PyResult<i64> {
            let i = ops::index(th, v)?;
            int::to_i64(i).ok_or_else(|| {
                raise!(th, OverflowError, "Python int too large to convert to C rlim_t")
            })
        };
        let (soft, hard) = (number(soft)?, number(hard)?);
        process::set_limit(resource, soft, hard).map_err(|e| match e.raw_os_error() {
            Some(process::INVALID) => {
                raise!(th, ValueError, "current limit exceeds maximum limit")
            }
            _ if e.kind() == std::io::ErrorKind::PermissionDenied => {
                raise!(th, ValueError, "not allowed to raise maximum limit")
            }
            _ => os_error(th, &e),
        })
    }

    #[function(sig = "(who, /)")]
    fn getrusage(th: &Thread, who: i32) -> PyResult<Value> {
        let (times, counters) = process::usage(who).map_err(|e| match e.raw_os_error() {
            Some(process::INVALID) => raise!(th, ValueError, "invalid who parameter"),
            _ => os_error(th, &e),
        })?;
        let mut values: Vec<Value> = times.iter().map(|t| float::new(th, *t)).collect();
        values.extend(counters.iter().map(|c| int::new(th, *c)));
        let class = state::module_state(th, "resource").get_name(intern!(th, "struct_rusage"));
        let class = class.and_then(|c| c.cast::<Type>()).expect("made by init");
        struct_sequence::instance(th, class, &values)
    }

    #[function]
    fn getpagesize() -> i64 {
        process::page_size()
    }
}
