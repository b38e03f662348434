//! The types of `None`, `NotImplemented` and `Ellipsis`, all of them immediates.

use krait_layout::{Kind, Thread, Value, shapes};

use crate::error::PyResult;
use crate::object::type_object::{TypeDef, TypeFlags};
use crate::raise;
use krait_macros::methods;

struct NoneType;
struct NotImplementedType;
struct EllipsisType;

pub static NONE_TYPE: TypeDef = TypeDef::new("NoneType", "builtins", Kind::Instance, 8)
    .doc("The type of the None singleton.")
    .flags(TypeFlags::NONE)
    .methods(NoneType::native_methods)
    .shape(shapes::NONE_TYPE);

pub static NOT_IMPLEMENTED_TYPE: TypeDef =
    TypeDef::new("NotImplementedType", "builtins", Kind::Instance, 8)
        .doc("The type of the NotImplemented singleton.")
        .methods(NotImplementedType::native_methods)
        .shape(shapes::NOT_IMPLEMENTED_TYPE);

pub static ELLIPSIS_TYPE: TypeDef = TypeDef::new("ellipsis", "builtins", Kind::Instance, 8)
    .doc("The type of the Ellipsis singleton.")
    .methods(EllipsisType::native_methods)
    .shape(shapes::ELLIPSIS_TYPE);

#[methods]
impl NoneType {
    #[staticmethod(sig = "(cls, /)")]
    fn __new__(_cls: Value) -> Value {
        Value::NONE
    }

    #[method]
    fn __repr__(_this: Value) -> &'static str {
        "None"
    }

    #[method]
    fn __bool__(_this: Value) -> bool {
        false
    }

    #[method]
    fn __hash__(_this: Value) -> i64 {
        0xfca86420
    }
}

#[methods]
impl NotImplementedType {
    #[staticmethod(sig = "(cls, /)")]
    fn __new__(_cls: Value) -> Value {
        Value::NOT_IMPLEMENTED
    }

    #[method]
    fn __repr__(_this: Value) -> &'static str {
        "NotImplemented"
    }

    #[method]
    fn __bool__(th: &Thread, _this: Value) -> PyResult<bool> {
        Err(raise!(th, TypeError, "NotImplemented should not be used in a boolean context"))
    }

    #[method]
    fn __reduce__(_this: Value) -> &'static str {
        "NotImplemented"
    }
}

#[methods]
impl EllipsisType {
    #[staticmethod(sig = "(cls, /)")]
    fn __new__(_cls: Value) -> Value {
        Value::ELLIPSIS
    }

    #[method]
    fn __repr__(_this: Value) -> &'static str {
        "Ellipsis"
    }

    #[method]
    fn __reduce__(_this: Value) -> &'static str {
        "Ellipsis"
    }
}
