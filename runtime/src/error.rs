//! Raising exceptions from Rust.
//!
//! A function that may raise returns [`PyResult`]. The exception is on the thread while `Raised`
//! travels up by `?`.

use std::fmt;

use krait_layout::{Raised, Thread, Value};

use crate::object::{Object, Type};
use crate::types::exception::{self, Exc, Exception};
use crate::types::str::Str;

/// The result of a function that may raise a Python exception.
pub type PyResult<T = Value> = Result<T, Raised>;

/// Raises a built-in exception with a formatted message and gives `Raised`:
/// `Err(raise!(th, TypeError, "unhashable type: '{name}'"))`.
#[macro_export]
macro_rules! raise {
    ($th:expr, $class:ident, $($format:tt)+) => {
        $crate::error::raise($th, $crate::types::exception::Exc::$class, format_args!($($format)+))
    };
    ($th:expr, $class:ident) => {
        $crate::error::raise_bare($th, $crate::types::exception::Exc::$class)
    };
}

/// Raises `class(message)`.
#[cold]
#[inline(never)]
pub fn raise(th: &Thread, class: Exc, message: fmt::Arguments) -> Raised {
    let text = Str::new(th, &message.to_string());
    raise_class(th, class.class(), &[text.value()])
}

/// Raises `class()`.
#[cold]
pub fn raise_bare(th: &Thread, class: Exc) -> Raised {
    raise_class(th, class.class(), &[])
}

/// Raises a built-in exception whose arguments are `args`.
#[cold]
pub fn raise_args(th: &Thread, class: Exc, args: &[Value]) -> Raised {
    raise_class(th, class.class(), args)
}

/// Raises a fresh instance of the exception class `class`, whose `__new__` and `__init__` are
/// the built-in ones.
#[cold]
pub fn raise_class(th: &Thread, class: &Type, args: &[Value]) -> Raised {
    let exc = exception::new(th, class, args);
    raise_value(th, exc.value())
}

/// Raises the exception `exc`, with the exception being handled as its context.
#[cold]
pub fn raise_value(th: &Thread, exc: Value) -> Raised {
    exception::set_context(th, exc);
    th.raised.set(Some(exc));
    Raised
}

/// Raises `exc` as it is: its context and traceback are kept.
pub fn reraise(th: &Thread, exc: Value) -> Raised {
    th.raised.set(Some(exc));
    Raised
}

/// Takes the raised exception off the thread.
pub fn take(th: &Thread) -> Value {
    th.raised.take().expect("an exception is set when a function says so")
}

/// Whether the raised exception is an instance of the built-in class `class`.
pub fn raised_is(th: &Thread, class: Exc) -> bool {
    use crate::object::ValueExt;
    th.raised.get().is_some_and(|e| e.class().is_subclass(class.class()))
}

/// Turns a raised exception of class `class` into `None`; others stay raised.
pub fn catch<T>(th: &Thread, class: Exc, result: PyResult<T>) -> PyResult<Option<T>> {
    match result {
        Ok(t) => Ok(Some(t)),
        Err(Raised) if raised_is(th, class) => {
            th.raised.set(None);
            Ok(None)
        }
        Err(Raised) => Err(Raised),
    }
}

/// The arguments of the exception `exc`.
pub fn args_of(exc: &Exception) -> &'static [krait_layout::StackSlot] {
    exc.args().items()
}
