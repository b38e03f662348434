//! `method`: a function bound to an instance.

use krait_layout::{Header, Kind, Thread, Value, shapes};

use crate::error::PyResult;
use crate::gc::Field;
use crate::object::type_object::{TypeDef, TypeFlags};
use crate::object::{Object, ValueExt, alloc, get_attr, get_attr_or_none};
use crate::ops::{self, Comparison};
use crate::types::dict::Dict;
use crate::types::object::attribute_name;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::{intern, raise, state};
use krait_macros::methods;

/// A bound method.
#[repr(C)]
pub struct BoundMethod {
    pub header: Header,
    function: Field,
    receiver: Field,
}

pub static DEF: TypeDef = TypeDef::of::<BoundMethod>("method", "builtins")
    .doc("Create a bound instance method object.")
    .flags(TypeFlags::WEAKREF)
    .methods(BoundMethod::native_methods)
    .getsets(BoundMethod::native_getsets)
    .shape(shapes::METHOD);

// SAFETY: every object of kind `BoundMethod` is made by `BoundMethod::new` with this layout.
unsafe impl Object for BoundMethod {
    const KIND: Kind = Kind::BoundMethod;

    fn def() -> &'static TypeDef {
        &DEF
    }
}

impl BoundMethod {
    pub fn new(th: &Thread, function: Value, receiver: Value) -> &'static BoundMethod {
        alloc(
            th,
            BoundMethod {
                header: Header::new(shapes::METHOD, Kind::BoundMethod),
                function: Field::new(Some(function)),
                receiver: Field::new(Some(receiver)),
            },
        )
    }

    #[inline(always)]
    pub fn function(&self) -> Value {
        self.function.get().expect("set when made")
    }

    #[inline(always)]
    pub fn receiver(&self) -> Value {
        self.receiver.get().expect("set when made")
    }
}

#[methods]
impl BoundMethod {
    #[staticmethod(sig = "(cls, function, instance, /)")]
    fn __new__(
        th: &Thread,
        _cls: Value,
        function: Value,
        instance: Value,
    ) -> PyResult<&'static BoundMethod> {
        if function.slot(crate::object::Slot::Call).is_none() {
            return Err(raise!(th, TypeError, "first argument must be callable"));
        }
        if instance.is_none() {
            return Err(raise!(th, TypeError, "instance must not be None"));
        }
        Ok(BoundMethod::new(th, function, instance))
    }

    #[method(sig = "($self, /, *args, **kwargs)")]
    fn __call__(
        th: &Thread,
        this: &'static BoundMethod,
        args: &Tuple,
        kwargs: &Dict,
    ) -> PyResult<Value> {
        ops::call_with(th, this.value(), args.values(), &kwargs.pairs())
    }

    #[method(sig = "($self, instance, owner=None, /)")]
    fn __get__(this: &'static BoundMethod, _instance: Value, _owner: Option<Value>) -> Value {
        this.value()
    }

    #[method(sig = "($self, name, /)")]
    fn __getattribute__(th: &Thread, this: &'static BoundMethod, name: Value) -> PyResult<Value> {
        let name = attribute_name(th, name)?;
        // The method's own attributes, then the function's.
        if let Some(d) = DEF.class(th).lookup(name) {
            return crate::object::descriptor::bind(th, d, this.value(), DEF.class(th).value());
        }
        match get_attr_or_none(th, this.function(), name)? {
            Some(v) => Ok(v),
            None => Err(crate::object::attributes::missing(th, this.value(), name)),
        }
    }

    #[method]
    fn __repr__(th: &Thread, this: &'static BoundMethod) -> PyResult<String> {
        let f = this.function();
        let name = match get_attr_or_none(th, f, intern!(th, "__qualname__"))? {
            Some(n) => n.cast::<Str>().map_or("?".into(), |s| s.to_string()),
            None => "?".into(),
        };
        let r = this.receiver();
        Ok(format!("<bound method {name} of {}>", ops::repr_string(th, r)?))
    }

    #[comparison]
    fn compare(
        _th: &Thread,
        this: &'static BoundMethod,
        other: Value,
        op: Comparison,
    ) -> PyResult<Value> {
        let Some(other) = other.cast::<BoundMethod>() else { return Ok(Value::NOT_IMPLEMENTED) };
        let same = this.function() == other.function() && this.receiver() == other.receiver();
        Ok(match op {
            Comparison::Eq => Value::from_bool(same),
            Comparison::Ne => Value::from_bool(!same),
            _ => Value::NOT_IMPLEMENTED,
        })
    }

    #[method]
    fn __hash__(th: &Thread, this: &'static BoundMethod) -> PyResult<i64> {
        Ok(ops::identity_hash(this.receiver()) ^ ops::hash(th, this.function())?)
    }

    #[method]
    fn __reduce__(th: &Thread, this: &'static BoundMethod) -> PyResult<Value> {
        let getattr =
            state::builtins().get_name(intern!(th, "getattr")).expect("builtins has getattr");
        let name = get_attr(th, this.function(), intern!(th, "__name__"))?;
        let args = Tuple::new(th, &[this.receiver(), name]).value();
        Ok(Tuple::new(th, &[getattr, args]).value())
    }

    /// the function (or other callable) implementing a method
    #[getter]
    fn __func__(this: &'static BoundMethod) -> Value {
        this.function()
    }

    /// the instance to which a method is bound
    #[getter]
    fn __self__(this: &'static BoundMethod) -> Value {
        this.receiver()
    }

    #[getter]
    fn __doc__(th: &Thread, this: &'static BoundMethod) -> PyResult<Value> {
        get_attr(th, this.function(), intern!(th, "__doc__"))
    }
}
