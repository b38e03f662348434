//! `staticmethod`.

use krait_layout::{Header, Kind, Thread, Value, shapes};

use crate::error::PyResult;
use crate::gc::Field;
use crate::native::class_arg;
use crate::object::type_object::{TypeDef, TypeFlags};
use crate::object::{Object, alloc_as, get_attr_or_none};
use crate::ops;
use crate::{intern, state};
use krait_macros::methods;

/// A `staticmethod` object around any callable.
#[repr(C)]
pub struct StaticMethod {
    pub header: Header,
    callable: Field,
}

pub static DEF: TypeDef = TypeDef::of::<StaticMethod>("staticmethod", "builtins")
    .doc("Convert a function to be a static method.")
    .flags(TypeFlags::BASE.or(TypeFlags::DICT))
    .methods(StaticMethod::native_methods)
    .getsets(StaticMethod::native_getsets)
    .shape(shapes::STATICMETHOD);

// SAFETY: every object of kind `StaticMethod` is made in this file with this layout.
unsafe impl Object for StaticMethod {
    const KIND: Kind = Kind::StaticMethod;

    fn def() -> &'static TypeDef {
        &DEF
    }
}

impl StaticMethod {
    pub fn new(th: &Thread, callable: Value) -> &'static StaticMethod {
        alloc_as(
            th,
            DEF.class(th),
            StaticMethod {
                header: Header::new(shapes::STATICMETHOD, Kind::StaticMethod),
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
impl StaticMethod {
    #[staticmethod(sig = "(cls, function, /)")]
    fn __new__(th: &Thread, cls: Value, function: Value) -> PyResult<&'static StaticMethod> {
        let class = class_arg(th, cls, DEF.class(th))?;
        Ok(alloc_as(
            th,
            class,
            StaticMethod {
                header: Header::new(shapes::STATICMETHOD, Kind::StaticMethod),
                callable: Field::new(Some(function)),
            },
        ))
    }

    #[method(sig = "($self, function, /)")]
    fn __init__(th: &Thread, this: &'static StaticMethod, function: Value) -> PyResult<()> {
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
    fn __repr__(th: &Thread, this: &'static StaticMethod) -> PyResult<String> {
        Ok(format!("<staticmethod({})>", ops::repr_string(th, this.callable())?))
    }

    #[getter]
    fn __func__(this: &'static StaticMethod) -> Value {
        this.callable()
    }

    #[getter]
    fn __wrapped__(this: &'static StaticMethod) -> Value {
        this.callable()
    }

    #[getter]
    fn __isabstractmethod__(th: &Thread, this: &'static StaticMethod) -> PyResult<bool> {
        match get_attr_or_none(th, this.callable(), intern!(th, "__isabstractmethod__"))? {
            Some(v) => ops::truth(th, v),
            None => Ok(false),
        }
    }

    #[getter]
    fn __dict__(th: &Thread, this: &'static StaticMethod) -> Option<Value> {
        crate::object::attributes::instance_dict(th, this.value()).map(|d| d.value())
    }

    #[method(sig = "($self, instance, owner=None, /)")]
    fn __get__(this: &'static StaticMethod, _instance: Value, _owner: Option<Value>) -> Value {
        this.callable()
    }

    #[method(sig = "($self, /, *args, **kwargs)")]
    fn __call__(
        th: &Thread,
        this: &'static StaticMethod,
        args: &crate::types::tuple::Tuple,
        kwargs: &crate::types::dict::Dict,
    ) -> PyResult<Value> {
        ops::call_with(th, this.callable(), args.values(), &kwargs.pairs())
    }
}
