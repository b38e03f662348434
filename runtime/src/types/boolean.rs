//! `bool`.

use krait_layout::{Kind, Thread, Value, shapes};

use crate::error::PyResult;
use crate::object::type_object::{TypeDef, TypeFlags};
use crate::ops::{self, Binary};
use crate::types::int;
use krait_macros::methods;

/// Only a name for the methods: `True` and `False` are immediates.
pub struct Bool;

pub static DEF: TypeDef = TypeDef::new("bool", "builtins", Kind::BigInt, size_of::<int::BigInt>())
    .doc("Returns True when the argument is true, False otherwise.\nThe builtins True and False are the only two instances of the class bool.\nThe class bool is a subclass of the class int, and cannot be subclassed.")
    .base(&int::DEF)
    .flags(TypeFlags::NONE)
    .methods(Bool::native_methods)
    .shape(shapes::BOOL);

/// `a op b` where both are bools stays a bool.
fn logic(th: &Thread, op: Binary, a: Value, b: Value) -> PyResult<Value> {
    match (a.as_bool(), b.as_bool()) {
        (Some(x), Some(y)) => Ok(Value::from_bool(match op {
            Binary::And => x & y,
            Binary::Or => x | y,
            _ => x ^ y,
        })),
        _ if int::is_int(a) && int::is_int(b) => int::binary(th, op, a, b),
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}

#[methods]
impl Bool {
    #[staticmethod(sig = "(cls, object=False, /)")]
    fn __new__(th: &Thread, _cls: Value, object: Option<Value>) -> PyResult<bool> {
        object.map_or(Ok(false), |v| ops::truth(th, v))
    }

    #[method]
    fn __repr__(this: Value) -> &'static str {
        if this == Value::TRUE { "True" } else { "False" }
    }

    #[method(sig = "($self, value, /)")]
    fn __and__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
        logic(th, Binary::And, this, other)
    }

    #[method(sig = "($self, value, /)")]
    fn __rand__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
        logic(th, Binary::And, other, this)
    }

    #[method(sig = "($self, value, /)")]
    fn __or__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
        logic(th, Binary::Or, this, other)
    }

    #[method(sig = "($self, value, /)")]
    fn __ror__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
        logic(th, Binary::Or, other, this)
    }

    #[method(sig = "($self, value, /)")]
    fn __xor__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
        logic(th, Binary::Xor, this, other)
    }

    #[method(sig = "($self, value, /)")]
    fn __rxor__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
        logic(th, Binary::Xor, other, this)
    }
}
