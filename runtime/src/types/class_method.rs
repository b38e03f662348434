//! `classmethod`.

use krait_layout::{Header, Kind, Thread, Value, shapes};

use crate::error::PyResult;
use crate::gc::Field;
use crate::native::class_arg;
use crate::object::type_object::{TypeDef, TypeFlags};
use crate::object::{Object, ValueExt, alloc_as, get_attr_or_none};
use crate::ops;
use crate::{intern, state};
use krait_macros::methods;

/// A `classmethod` object around any callable.
#[repr(C)]
pub struct ClassMethod {
    pub header: Header,
    callable: Field,
}

pub static DEF: TypeDef = TypeDef::of::<ClassMethod>("classmethod", "builtins")
    .doc("Convert a function to be a class method.")
    .flags(TypeFlags::BASE.or(TypeFlags::DICT))
    .methods(ClassMethod::native_methods)
    .getsets(ClassMethod::native_getsets)
    .shape(shapes::CLASSMETHOD);

// SAFETY: every object of kind `ClassMethod` is made in this file with this layout.
unsafe impl Object for ClassMethod {
    const KIND: Kind = Kind::ClassMethod;

    fn def() -> &'static TypeDef {
        &DEF
    }
}

impl ClassMethod {
    pub fn new(th: &Thread, callable: Value) -> &'static ClassMethod {
        alloc_as(
            th,
            DEF.class(th),
            ClassMethod {
                header: Header::new(shapes::CLASSMETHOD, Kind::ClassMethod),
                callable: Field::new(Some(callable)),
            },
        )
    }

    #[inline(always)]
    pub fn callable(&self) -> Value {
        self.callable.get().unwrap_or(Value::NONE)
    }
}

#[methods]
impl ClassMethod {
    #[staticmethod(sig = "(cls, function, /)")]
    fn __new__(th: &Thread, cls: Value, function: Value) -> PyResult<&'static ClassMethod> {
        let class = class_arg(th, cls, DEF.class(th))?;
        Ok(alloc_as(
            th,
            class,
            ClassMethod {
                header: Header::new(shapes::CLASSMETHOD, Kind::ClassMethod),
                callable: Field::new(Some(function)),
            },
        ))
    }

    #[method(sig = "($self, function, /)")]
    fn __init__(th: &Thread, this: &'static ClassMethod, function: Value) -> PyResult<()> {
        this.callable.set(&this.header, Some(function));
        // As functools.update_wrapper: the callable's own names.
        for name in ["__module__", "__name__", "__qualname__", "__doc__"] {
            let name = state::intern(th, name);
            if let Some(v) = get_attr_or_none(th, function, name)? {
                crate::object::attributes::set_own_attribute(th, this.value(), name, v);
            }
        }
        Ok(())
    }

    #[method]
    fn __repr__(th: &Thread, this: &'static ClassMethod) -> PyResult<String> {
        Ok(format!("<classmethod({})>", ops::repr_string(th, this.callable())?))
    }

    #[getter]
    fn __func__(this: &'static ClassMethod) -> Value {
        this.callable()
    }

    #[getter]
    fn __wrapped__(this: &'static ClassMethod) -> Value {
        this.callable()
    }

    #[getter]
    fn __isabstractmethod__(th: &Thread, this: &'static ClassMethod) -> PyResult<bool> {
        match get_attr_or_none(th, this.callable(), intern!(th, "__isabstractmethod__"))? {
            Some(v) => ops::truth(th, v),
            None => Ok(false),
        }
    }

    #[getter]
    fn __dict__(th: &Thread, this: &'static ClassMethod) -> Option<Value> {
        crate::object::attributes::instance_dict(th, this.value()).map(|d| d.value())
    }

    #[method(sig = "($self, instance, owner=None, /)")]
    fn __get__(
        th: &Thread,
        this: &'static ClassMethod,
        instance: Value,
        owner: Option<Value>,
    ) -> Value {
        let owner = owner.filter(|o| !o.is_none()).unwrap_or(instance.class().value());
        crate::types::method::BoundMethod::new(th, this.callable(), owner).value()
    }
}
