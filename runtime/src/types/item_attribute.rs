//! The attribute of a named tuple that is one of its items (`_tuplegetter`).

use krait_layout::{Header, Kind, Thread, Value};

use crate::error::PyResult;
use crate::gc::Field;
use crate::native::class_arg;
use crate::object::type_object::{TypeDef, TypeFlags};
use crate::object::{Object, ValueExt, alloc_as};
use crate::raise;
use crate::types::tuple::Tuple;
use krait_macros::methods;

/// A data descriptor that reads item `index`.
#[repr(C)]
pub struct ItemAttribute {
    pub header: Header,
    index: usize,
    doc: Field,
}

pub static DEF: TypeDef = TypeDef::of::<ItemAttribute>("_tuplegetter", "_collections")
    .flags(TypeFlags::NONE)
    .methods(ItemAttribute::native_methods)
    .getsets(ItemAttribute::native_getsets);

// SAFETY: instances of the class are made in this file with this layout.
unsafe impl Object for ItemAttribute {
    const KIND: Kind = Kind::Native;

    fn def() -> &'static TypeDef {
        &DEF
    }
}

impl ItemAttribute {
    /// The attribute `name` for item `index`.
    pub fn new(th: &Thread, _name: Value, index: usize) -> &'static ItemAttribute {
        alloc_as(
            th,
            DEF.class(th),
            ItemAttribute { header: Header::new(0, Kind::Native), index, doc: Field::new(None) },
        )
    }
}

#[methods]
impl ItemAttribute {
    #[staticmethod(sig = "(cls, index, doc, /)")]
    fn __new__(
        th: &Thread,
        cls: Value,
        index: usize,
        doc: Value,
    ) -> PyResult<&'static ItemAttribute> {
        let class = class_arg(th, cls, DEF.class(th))?;
        Ok(alloc_as(
            th,
            class,
            ItemAttribute {
                header: Header::new(0, Kind::Native),
                index,
                doc: Field::new(Some(doc)),
            },
        ))
    }

    #[method(sig = "($self, instance, owner=None, /)")]
    fn __get__(
        th: &Thread,
        this: &'static ItemAttribute,
        instance: Value,
        _owner: Option<Value>,
    ) -> PyResult<Value> {
        if instance.is_none() {
            return Ok(this.value());
        }
        let Some(t) = instance.cast::<Tuple>() else {
            return Err(raise!(
                th,
                TypeError,
                "descriptor for index '{}' for tuple subclasses doesn't apply to '{}' object",
                this.index,
                instance.type_name()
            ));
        };
        match t.values().get(this.index) {
            Some(v) => Ok(*v),
            None => Err(raise!(th, IndexError, "tuple index out of range")),
        }
    }

    #[method(sig = "($self, instance, value, /)")]
    fn __set__(
        th: &Thread,
        _this: &'static ItemAttribute,
        _instance: Value,
        _value: Value,
    ) -> PyResult<()> {
        Err(raise!(th, AttributeError, "can't set attribute"))
    }

    #[method(sig = "($self, instance, /)")]
    fn __delete__(th: &Thread, _this: &'static ItemAttribute, _instance: Value) -> PyResult<()> {
        Err(raise!(th, AttributeError, "can't delete attribute"))
    }

    #[method]
    fn __reduce__(th: &Thread, this: &'static ItemAttribute) -> Value {
        let args = [Value::from_len(this.index), this.doc.get().unwrap_or(Value::NONE)];
        let args = Tuple::new(th, &args).value();
        Tuple::new(th, &[DEF.class(th).value(), args]).value()
    }

    #[getter(name = "__doc__")]
    fn doc(this: &'static ItemAttribute) -> Option<Value> {
        this.doc.get()
    }

    #[setter(name = "__doc__")]
    fn set_doc(this: &'static ItemAttribute, v: Option<Value>) {
        this.doc.set(&this.header, v);
    }
}
