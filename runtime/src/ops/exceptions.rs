//! `raise`, `except` and `with`'s exit.

use krait_layout::{Raised, StackSlot, Thread, Value};

use crate::error::{PyResult, raise_value, reraise};
use crate::interpreter::handled_exception;
use crate::object::{Object, Type, ValueExt};
use crate::ops;
use crate::types::exception::{Exc, Exception};
use crate::types::tuple::Tuple;
use crate::{intern, raise, state};

/// `raise`, `raise exc` or `raise exc from cause`. True for a bare `raise` that goes on with the
/// handled exception, whose traceback gets no new entry.
pub fn raise(th: &Thread, exc: StackSlot, cause: StackSlot) -> bool {
    let Some(exc) = exc else {
        return match handled_exception(th) {
            Some(e) => {
                reraise(th, e);
                true
            }
            None => {
                raise!(th, RuntimeError, "No active exception to reraise");
                false
            }
        };
    };
    let Ok(instance) = instance(th, exc, "exceptions must derive from BaseException") else {
        return false;
    };
    if let Some(cause) = cause {
        let cause = if cause.is_none() {
            None
        } else {
            match self::instance(th, cause, "exception causes must derive from BaseException") {
                Ok(c) => Some(c),
                Err(Raised) => return false,
            }
        };
        instance.cast::<Exception>().expect("checked").set_cause(cause);
    }
    raise_value(th, instance);
    false
}

/// An exception instance from an instance or class.
fn instance(th: &Thread, exc: Value, message: &str) -> PyResult<Value> {
    if exc.cast::<Exception>().is_some() {
        return Ok(exc);
    }
    match exc.cast::<Type>() {
        Some(t) if t.is_subclass(Exc::BaseException.class()) => {
            let made = ops::call(th, exc, &[])?;
            if made.cast::<Exception>().is_none() {
                return Err(raise!(
                    th,
                    TypeError,
                    "calling {} should have returned an instance of BaseException, not {}",
                    ops::repr_string(th, exc)?,
                    ops::repr_string(th, made.class().value())?
                ));
            }
            Ok(made)
        }
        _ => Err(raise!(th, TypeError, "{message}")),
    }
}

/// `CHECK_EXC_MATCH`: whether `except types` catches `exc`.
pub fn matches(th: &Thread, exc: Value, types: Value) -> PyResult<bool> {
    let base = Exc::BaseException.class();
    let check = |t: Value| -> PyResult<&'static Type> {
        t.cast::<Type>().filter(|t| t.is_subclass(base)).ok_or_else(|| {
            raise!(
                th,
                TypeError,
                "catching classes that do not inherit from BaseException is not allowed"
            )
        })
    };
    match types.cast::<Tuple>() {
        Some(tuple) => {
            for t in tuple.values() {
                check(*t)?;
            }
            Ok(tuple
                .values()
                .iter()
                .any(|t| exc.class().is_subclass(t.cast::<Type>().expect("checked"))))
        }
        None => Ok(exc.class().is_subclass(check(types)?)),
    }
}

/// `WITH_EXCEPT_START`: calls the exit method with the exception.
pub fn call_exit(th: &Thread, f: Value, receiver: StackSlot, exc: Value) -> PyResult<Value> {
    let tb = exc.cast::<Exception>().and_then(Exception::traceback).unwrap_or(Value::NONE);
    let class = exc.class().value();
    match receiver {
        Some(r) => ops::call(th, f, &[r, class, exc, tb]),
        None => ops::call(th, f, &[class, exc, tb]),
    }
}

/// Reports the raised exception, which nobody can catch, to `sys.unraisablehook`.
pub fn write_unraisable(th: &Thread, object: Value) {
    let Some(exc) = th.raised.take() else { return };
    let hook = state::GLOBALS.sys.get().and_then(|sys| {
        crate::object::attributes::own_attribute(sys, intern!(th, "unraisablehook"))
    });
    if let Some(hook) = hook {
        let tb = exc.cast::<Exception>().and_then(Exception::traceback).unwrap_or(Value::NONE);
        let args = crate::types::simple_namespace::new(
            th,
            &[
                ("exc_type", exc.class().value()),
                ("exc_value", exc),
                ("exc_traceback", tb),
                ("err_msg", Value::NONE),
                ("object", object),
            ],
        );
        if ops::call(th, hook, &[args]).is_ok() {
            return;
        }
        th.raised.set(None);
    }
    crate::traceback::print_exception(th, exc);
}
