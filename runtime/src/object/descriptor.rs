//! Binding: what `__get__` of a function, class method and the like gives.

use krait_layout::{Kind, Thread, Value};

use super::{Object, Slot, Type, ValueExt};
use crate::error::PyResult;
use crate::ops;
use crate::types::class_method::ClassMethod;
use crate::types::method::BoundMethod;
use crate::types::native_function::{GetSet, NativeFunction};
use crate::types::property::Property;
use crate::types::static_method::StaticMethod;

/// `descriptor.__get__(instance, owner)`, or `descriptor` itself where it has no `__get__`.
/// `instance` is `None` for access through the class.
#[inline]
pub fn bind(th: &Thread, descriptor: Value, instance: Value, owner: Value) -> PyResult<Value> {
    match descriptor.kind() {
        Kind::Function => {
            if instance.is_none() && !is_none_type(owner) {
                return Ok(descriptor);
            }
            Ok(BoundMethod::new(th, descriptor, instance).value())
        }
        Kind::NativeFunction => {
            let f = descriptor.cast::<NativeFunction>().expect("the kind says so");
            f.bind(th, instance, owner)
        }
        Kind::StaticMethod if descriptor.is_exactly(crate::shapes::STATICMETHOD) => {
            Ok(descriptor.cast::<StaticMethod>().expect("the kind says so").callable())
        }
        Kind::ClassMethod if descriptor.is_exactly(crate::shapes::CLASSMETHOD) => {
            let f = descriptor.cast::<ClassMethod>().expect("the kind says so").callable();
            Ok(BoundMethod::new(th, f, owner).value())
        }
        Kind::Property if descriptor.is_exactly(crate::shapes::PROPERTY) => {
            let p = descriptor.cast::<Property>().expect("the kind says so");
            p.get(th, instance)
        }
        Kind::GetSet => {
            let g = descriptor.cast::<GetSet>().expect("the kind says so");
            g.get(th, instance, owner)
        }
        _ => match descriptor.slot(Slot::Get) {
            Some(get) => ops::call(th, get, &[descriptor, instance, owner]),
            None => Ok(descriptor),
        },
    }
}

/// `None` as an instance and `None` as "no instance" differ by the owner.
fn is_none_type(owner: Value) -> bool {
    owner.cast::<Type>().is_some_and(|t| t.instance_shape.get() == crate::shapes::NONE_TYPE)
}

/// Whether attribute access gives way to the descriptor before the instance's own attributes.
#[inline]
pub fn is_data(descriptor: Value) -> bool {
    match descriptor.kind() {
        Kind::Function | Kind::NativeFunction => false,
        _ => {
            let class = descriptor.class();
            class.slot(Slot::Set).is_some() || class.slot(Slot::Delete).is_some()
        }
    }
}
