//! What a class keeps as a special method where its dictionary holds neither a function nor a
//! native method: a `staticmethod`, a `property`, a bound method, any callable.
//!
//! Operations call special methods with the instance first. Functions and native methods do with
//! it what binding them and calling the result would; everything else has to be bound, and that is
//! what this object does when it is called. No program sees it.

use krait_layout::{Header, Kind, Thread, Value};

use crate::error::PyResult;
use crate::gc::Field;
use crate::object::type_object::{TypeDef, TypeFlags};
use crate::object::{Object, ValueExt, alloc_as, descriptor};
use crate::ops;
use crate::types::dict::Dict;
use crate::types::native_function::NativeFunction;
use crate::types::tuple::Tuple;
use krait_macros::methods;

/// A class attribute that has to be bound.
#[repr(C)]
pub struct SlotBinding {
    pub header: Header,
    attribute: Field,
}

static DEF: TypeDef = TypeDef::of::<SlotBinding>("slot_binding", "builtins")
    .flags(TypeFlags::NO_NEW)
    .methods(SlotBinding::native_methods);

// SAFETY: every instance of the class is made in this file with this layout.
unsafe impl Object for SlotBinding {
    const KIND: Kind = Kind::Native;

    fn def() -> &'static TypeDef {
        &DEF
    }
}

/// What a slot keeps for the class attribute `v`. `None` stays, it says that there is no such
/// method.
pub fn for_slot(th: &Thread, v: Value) -> Value {
    let takes_instance = match v.cast::<NativeFunction>() {
        Some(f) => f.is_unbound_method(),
        None => v.kind() == Kind::Function || v.is_none(),
    };
    if takes_instance {
        return v;
    }
    let binding =
        SlotBinding { header: Header::new(0, Kind::Native), attribute: Field::new(Some(v)) };
    alloc_as(th, DEF.class(th), binding).value()
}

impl SlotBinding {
    fn bound(&self, th: &Thread, instance: Value) -> PyResult<Value> {
        let attribute = self.attribute.get().expect("set when made");
        descriptor::bind(th, attribute, instance, instance.class().value())
    }
}

#[methods]
impl SlotBinding {
    #[method(sig = "($self, instance, /, *args, **kwargs)")]
    fn __call__(
        th: &Thread,
        this: &'static SlotBinding,
        instance: Value,
        args: &Tuple,
        kwargs: &Dict,
    ) -> PyResult<Value> {
        let f = this.bound(th, instance)?;
        ops::call_with(th, f, args.values(), &kwargs.pairs())
    }

    #[method(sig = "($self, instance, owner=None, /)")]
    fn __get__(
        th: &Thread,
        this: &'static SlotBinding,
        instance: Value,
        _owner: Option<Value>,
    ) -> PyResult<Value> {
        this.bound(th, instance)
    }
}
