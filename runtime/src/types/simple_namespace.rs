//! `types.SimpleNamespace`.

use krait_layout::{Header, Kind, Thread, Value};

use crate::error::PyResult;
use crate::native::class_arg;
use crate::object::type_object::{TypeDef, TypeFlags};
use crate::object::{Object, ValueExt, alloc_as, attributes};
use crate::ops::{self, Comparison};
use crate::types::dict::{Dict, methods::merge};
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::{raise, state};
use krait_macros::methods;

/// An object with attributes and nothing else.
#[repr(C)]
pub struct SimpleNamespace {
    pub header: Header,
}

pub static DEF: TypeDef = TypeDef::of::<SimpleNamespace>("SimpleNamespace", "types")
    .doc("A simple attribute-based namespace.")
    .flags(TypeFlags::BASE.or(TypeFlags::DICT))
    .methods(SimpleNamespace::native_methods)
    .getsets(SimpleNamespace::native_getsets);

// SAFETY: instances of the class are made in this file with this layout.
unsafe impl Object for SimpleNamespace {
    const KIND: Kind = Kind::Native;

    fn def() -> &'static TypeDef {
        &DEF
    }
}

/// A namespace with the given attributes.
pub fn new(th: &Thread, pairs: &[(&str, Value)]) -> Value {
    let class = DEF.class(th);
    let v = alloc_as(th, class, SimpleNamespace { header: Header::new(0, Kind::Native) }).value();
    for (name, value) in pairs {
        attributes::set_own_attribute(th, v, state::intern(th, name), *value);
    }
    v
}

fn dict(th: &Thread, v: Value) -> &'static Dict {
    attributes::instance_dict(th, v).expect("namespaces have a dictionary")
}

#[methods]
impl SimpleNamespace {
    #[staticmethod(sig = "(cls, /, *args, **kwargs)")]
    fn __new__(
        th: &Thread,
        cls: Value,
        _args: &Tuple,
        _kwargs: &Dict,
    ) -> PyResult<&'static SimpleNamespace> {
        let class = class_arg(th, cls, DEF.class(th))?;
        Ok(alloc_as(th, class, SimpleNamespace { header: Header::new(0, Kind::Native) }))
    }

    #[method(sig = "($self, mapping_or_iterable=(), /, **kwargs)")]
    fn __init__(
        th: &Thread,
        this: Value,
        mapping: Option<Value>,
        kwargs: &'static Dict,
    ) -> PyResult<()> {
        let d = Dict::new(th);
        if let Some(m) = mapping {
            merge(th, d, m)?;
        }
        d.update_from(th, kwargs)?;
        for (k, v) in d.pairs() {
            let Some(name) = k.cast::<Str>() else {
                return Err(raise!(th, TypeError, "keywords must be strings"));
            };
            attributes::set_own_attribute(th, this, state::intern_object(th, name), v);
        }
        Ok(())
    }

    #[method]
    fn __repr__(th: &Thread, this: Value) -> PyResult<String> {
        let class = this.class();
        let name = if std::ptr::eq(class, DEF.class(th)) {
            "namespace".into()
        } else {
            class.name_string()
        };
        ops::repr_guard(this, format!("{name}(...)"), || {
            let mut parts = Vec::new();
            for n in attributes::own_names(this) {
                if let Some(v) = attributes::own_attribute(this, n) {
                    parts.push(format!("{}={}", ops::str_string(th, n)?, ops::repr_string(th, v)?));
                }
            }
            Ok(format!("{name}({})", parts.join(", ")))
        })
    }

    #[comparison]
    fn compare(th: &Thread, this: Value, other: Value, op: Comparison) -> PyResult<Value> {
        if other.cast::<SimpleNamespace>().is_none() {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        ops::compare(th, op, dict(th, this).value(), dict(th, other).value())
    }

    #[method]
    fn __reduce__(th: &Thread, this: Value) -> Value {
        let d = dict(th, this).copy(th).value();
        let empty = Tuple::new(th, &[]).value();
        Tuple::new(th, &[this.class().value(), empty, d]).value()
    }

    /// Return a copy of the namespace object with new values for the specified attributes.
    #[method(sig = "($self, /, **changes)")]
    fn __replace__(th: &Thread, this: Value, changes: &'static Dict) -> PyResult<Value> {
        let d = dict(th, this).copy(th);
        d.update_from(th, changes)?;
        ops::call_with(th, this.class().value(), &[], &d.pairs())
    }

    #[getter]
    fn __dict__(th: &Thread, this: Value) -> &'static Dict {
        dict(th, this)
    }
}
