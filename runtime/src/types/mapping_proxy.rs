//! `mappingproxy`: a read-only view of a mapping.

use krait_layout::{Header, Kind, Thread, Value, shapes};

use crate::error::PyResult;
use crate::gc::Field;
use crate::object::type_object::{TypeDef, TypeFlags};
use crate::object::{Object, ValueExt, alloc};
use crate::ops::{self, Binary, Comparison};
use crate::types::generic_alias;
use crate::{intern, raise, state};
use krait_macros::methods;

/// A `mappingproxy`.
#[repr(C)]
pub struct MappingProxy {
    pub header: Header,
    mapping: Field,
}

pub static DEF: TypeDef = TypeDef::of::<MappingProxy>("mappingproxy", "builtins")
    .doc("Read-only proxy of a mapping.")
    .flags(TypeFlags::MAPPING)
    .methods(MappingProxy::native_methods)
    .shape(shapes::MAPPING_PROXY);

// SAFETY: every object of kind `MappingProxy` is made by `MappingProxy::new` with this layout.
unsafe impl Object for MappingProxy {
    const KIND: Kind = Kind::MappingProxy;

    fn def() -> &'static TypeDef {
        &DEF
    }
}

impl MappingProxy {
    pub fn new(th: &Thread, mapping: Value) -> &'static MappingProxy {
        alloc(
            th,
            MappingProxy {
                header: Header::new(shapes::MAPPING_PROXY, Kind::MappingProxy),
                mapping: Field::new(Some(mapping)),
            },
        )
    }

    pub fn mapping(&self) -> Value {
        self.mapping.get().expect("set when made")
    }
}

/// The mapping behind a proxy, or the value itself.
fn unwrap(v: Value) -> Value {
    v.cast::<MappingProxy>().map_or(v, MappingProxy::mapping)
}

#[methods]
impl MappingProxy {
    #[staticmethod(sig = "(cls, mapping)")]
    fn __new__(th: &Thread, _cls: Value, mapping: Value) -> PyResult<&'static MappingProxy> {
        if mapping.slot(crate::object::Slot::GetItem).is_none()
            || matches!(mapping.kind(), Kind::List | Kind::Tuple)
        {
            return Err(raise!(
                th,
                TypeError,
                "mappingproxy() argument must be a mapping, not {}",
                mapping.type_name()
            ));
        }
        Ok(MappingProxy::new(th, mapping))
    }

    #[method]
    fn __len__(th: &Thread, this: &'static MappingProxy) -> PyResult<usize> {
        ops::length(th, this.mapping())
    }

    #[method(sig = "($self, key, /)")]
    fn __getitem__(th: &Thread, this: &'static MappingProxy, key: Value) -> PyResult<Value> {
        ops::get_item(th, this.mapping(), key)
    }

    #[method(sig = "($self, key, /)")]
    fn __contains__(th: &Thread, this: &'static MappingProxy, key: Value) -> PyResult<bool> {
        ops::contains(th, this.mapping(), key)
    }

    #[method]
    fn __iter__(th: &Thread, this: &'static MappingProxy) -> PyResult<Value> {
        ops::get_iter(th, this.mapping())
    }

    /// D.__reversed__() -> reverse iterator
    #[method]
    fn __reversed__(th: &Thread, this: &'static MappingProxy) -> PyResult<Value> {
        ops::call_method(th, this.mapping(), intern!(th, "__reversed__"), &[])
    }

    #[method]
    fn __repr__(th: &Thread, this: &'static MappingProxy) -> PyResult<String> {
        Ok(format!("mappingproxy({})", ops::repr_string(th, this.mapping())?))
    }

    #[method]
    fn __str__(th: &Thread, this: &'static MappingProxy) -> PyResult<Value> {
        Ok(ops::str(th, this.mapping())?.value())
    }

    #[method]
    fn __hash__(th: &Thread, this: &'static MappingProxy) -> PyResult<i64> {
        ops::hash(th, this.mapping())
    }

    #[comparison]
    fn compare(
        th: &Thread,
        this: &'static MappingProxy,
        other: Value,
        op: Comparison,
    ) -> PyResult<Value> {
        ops::compare(th, op, this.mapping(), unwrap(other))
    }

    #[method(sig = "($self, other, /)")]
    fn __or__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
        ops::binary(th, Binary::Or, unwrap(this), unwrap(other))
    }

    #[method(sig = "($self, other, /)")]
    fn __ror__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
        ops::binary(th, Binary::Or, unwrap(other), unwrap(this))
    }

    #[method(sig = "($self, other, /)")]
    fn __ior__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
        let _ = (this, other);
        Err(raise!(th, TypeError, "'|=' is not supported by mappingproxy; use '|' instead"))
    }

    /// Return the value for key if key is in the mapping, else default.
    #[method(sig = "($self, key, default=None, /)")]
    fn get(
        th: &Thread,
        this: &'static MappingProxy,
        key: Value,
        default: Option<Value>,
    ) -> PyResult<Value> {
        let args = [key, default.unwrap_or(Value::NONE)];
        ops::call_method(th, this.mapping(), intern!(th, "get"), &args)
    }

    /// a set-like object providing a view on D's keys
    #[method]
    fn keys(th: &Thread, this: &'static MappingProxy) -> PyResult<Value> {
        ops::call_method(th, this.mapping(), intern!(th, "keys"), &[])
    }

    /// an object providing a view on D's values
    #[method]
    fn values(th: &Thread, this: &'static MappingProxy) -> PyResult<Value> {
        ops::call_method(th, this.mapping(), intern!(th, "values"), &[])
    }

    /// a set-like object providing a view on D's items
    #[method]
    fn items(th: &Thread, this: &'static MappingProxy) -> PyResult<Value> {
        ops::call_method(th, this.mapping(), intern!(th, "items"), &[])
    }

    /// a shallow copy of D
    #[method]
    fn copy(th: &Thread, this: &'static MappingProxy) -> PyResult<Value> {
        ops::call_method(th, this.mapping(), state::intern(th, "copy"), &[])
    }

    /// See PEP 585
    #[classmethod(sig = "($type, object, /)")]
    fn __class_getitem__(th: &Thread, cls: Value, item: Value) -> PyResult<Value> {
        generic_alias::new(th, cls, item)
    }
}
