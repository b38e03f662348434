//! `super`.

use krait_layout::{Header, Kind, Thread, Value};

use crate::error::PyResult;
use crate::gc::Field;
use crate::native::class_arg;
use crate::object::type_object::{Type, TypeDef, TypeFlags};
use crate::object::{Object, ValueExt, alloc_as, attributes, descriptor, get_attr_or_none};
use crate::types::cell::Cell;
use crate::types::object::attribute_name;
use crate::types::str::Str;
use crate::{intern, interpreter, raise};
use krait_macros::methods;

/// A `super` object.
#[repr(C)]
pub struct Super {
    pub header: Header,
    this_class: Field,
    instance: Field,
    instance_class: Field,
}

pub static DEF: TypeDef = TypeDef::of::<Super>("super", "builtins")
    .doc("super() -> same as super(__class__, <first argument>)\nsuper(type) -> unbound super object\nsuper(type, obj) -> bound super object; requires isinstance(obj, type)\nsuper(type, type2) -> bound super object; requires issubclass(type2, type)\nTypical use to call a cooperative superclass method:\nclass C(B):\n    def meth(self, arg):\n        super().meth(arg)\nThis works for class methods too:\nclass C(B):\n    @classmethod\n    def cmeth(cls, arg):\n        super().cmeth(arg)\n")
    .flags(TypeFlags::BASE)
    .methods(Super::native_methods)
    .getsets(Super::native_getsets);

// SAFETY: every object of kind `Super` is made in this file with this layout.
unsafe impl Object for Super {
    const KIND: Kind = Kind::Super;

    fn def() -> &'static TypeDef {
        &DEF
    }
}

/// The class whose MRO is searched for `super(class, instance)`.
fn check(th: &Thread, class: &'static Type, instance: Value) -> PyResult<&'static Type> {
    if let Some(t) = instance.cast::<Type>()
        && t.is_subclass(class)
    {
        return Ok(t);
    }
    if instance.class().is_subclass(class) {
        return Ok(instance.class());
    }
    if let Some(own) = get_attr_or_none(th, instance, intern!(th, "__class__"))?
        && let Some(own) = own.cast::<Type>()
        && own.is_subclass(class)
    {
        return Ok(own);
    }
    let (what, name) = match instance.cast::<Type>() {
        Some(t) => ("type", t.name_string()),
        None => ("instance of", instance.type_name()),
    };
    Err(raise!(
        th,
        TypeError,
        "super(type, obj): obj ({what} {name}) is not an instance or subtype of type ({}).",
        class.name_string()
    ))
}

/// `super(class, instance).name`, without the object: what `LOAD_SUPER_ATTR` does. `None` where
/// no class after `class` has the attribute.
pub fn lookup(
    th: &Thread,
    class: &'static Type,
    instance: Value,
    name: Value,
) -> PyResult<Option<Value>> {
    let start = check(th, class, instance)?;
    lookup_in(th, class, instance, start, name)
}

fn lookup_in(
    th: &Thread,
    class: &'static Type,
    instance: Value,
    start: &'static Type,
    name: Value,
) -> PyResult<Option<Value>> {
    let Some(found) = find(class, start, name) else { return Ok(None) };
    let receiver = if instance == start.value() { Value::NONE } else { instance };
    descriptor::bind(th, found, receiver, start.value()).map(Some)
}

/// What the classes after `class` in the MRO of `start` have as `name`.
pub fn find(class: &Type, start: &Type, name: Value) -> Option<Value> {
    let mro = start.mro().values();
    let at = mro.iter().position(|c| *c == class.value())?;
    let text = name.cast::<Str>().expect("a name is a string");
    mro[at + 1..]
        .iter()
        .find_map(|c| c.cast::<Type>().expect("the MRO holds classes").dict().get_str(text))
}

#[methods]
impl Super {
    #[staticmethod(sig = "(cls, /, *args, **kwargs)")]
    fn __new__(
        th: &Thread,
        cls: Value,
        _args: &crate::types::tuple::Tuple,
        _kwargs: &crate::types::dict::Dict,
    ) -> PyResult<&'static Super> {
        let class = class_arg(th, cls, DEF.class(th))?;
        Ok(alloc_as(
            th,
            class,
            Super {
                header: Header::new(0, Kind::Super),
                this_class: Field::new(None),
                instance: Field::new(None),
                instance_class: Field::new(None),
            },
        ))
    }

    #[method(sig = "($self, type=<unrepresentable>, object=<unrepresentable>, /)")]
    fn __init__(
        th: &Thread,
        this: &'static Super,
        class: Option<Value>,
        instance: Option<Value>,
    ) -> PyResult<()> {
        let (class, instance) = match class {
            Some(c) => match c.cast::<Type>() {
                Some(c) => (c, instance),
                None => {
                    return Err(raise!(
                        th,
                        TypeError,
                        "super() argument 1 must be a type, not {}",
                        c.type_name()
                    ));
                }
            },
            None => {
                let (class, first) = from_frame(th)?;
                (class, Some(first))
            }
        };
        let h = &this.header;
        let instance = instance.filter(|i| !i.is_none());
        if let Some(i) = instance {
            let start = check(th, class, i)?;
            this.instance_class.set(h, Some(start.value()));
        }
        this.this_class.set(h, Some(class.value()));
        this.instance.set(h, instance);
        Ok(())
    }

    #[method(sig = "($self, name, /)")]
    fn __getattribute__(th: &Thread, this: &'static Super, name: Value) -> PyResult<Value> {
        let name = attribute_name(th, name)?;
        if let (Some(start), Some(class), Some(instance)) = (
            this.instance_class.get().and_then(|c| c.cast::<Type>()),
            this.this_class.get().and_then(|c| c.cast::<Type>()),
            this.instance.get(),
        ) && name != intern!(th, "__class__")
            && let Some(v) = lookup_in(th, class, instance, start, name)?
        {
            return Ok(v);
        }
        match attributes::generic_get(th, this.value(), name)? {
            Some(v) => Ok(v),
            None => Err(attributes::missing(th, this.value(), name)),
        }
    }

    #[method(sig = "($self, instance, owner=None, /)")]
    fn __get__(
        th: &Thread,
        this: &'static Super,
        instance: Value,
        _owner: Option<Value>,
    ) -> PyResult<Value> {
        if instance.is_none() || this.instance.get().is_some() {
            return Ok(this.value());
        }
        let class = this.this_class.get().expect("initialised");
        crate::ops::call(th, this.value().class().value(), &[class, instance])
    }

    #[method]
    fn __repr__(this: &'static Super) -> String {
        let class = this
            .this_class
            .get()
            .and_then(|c| c.cast::<Type>())
            .map_or("NULL".into(), Type::name_string);
        match this.instance_class.get().and_then(|c| c.cast::<Type>()) {
            Some(c) => format!("<super: <class '{class}'>, <{} object>>", c.name_string()),
            None => format!("<super: <class '{class}'>, NULL>"),
        }
    }

    /// the class invoking super()
    #[getter]
    fn __thisclass__(this: &'static Super) -> Option<Value> {
        this.this_class.get()
    }

    /// the instance invoking super(); may be None
    #[getter]
    fn __self__(this: &'static Super) -> Option<Value> {
        this.instance.get()
    }

    /// the type of the instance invoking super(); may be None
    #[getter]
    fn __self_class__(this: &'static Super) -> Option<Value> {
        this.instance_class.get()
    }
}

/// The class and first argument of the calling function, for `super()`.
fn from_frame(th: &Thread) -> PyResult<(&'static Type, Value)> {
    let Some(frame) = interpreter::frame::current(th) else {
        return Err(raise!(th, RuntimeError, "super(): no current frame"));
    };
    let code = frame.code();
    if code.unit.argcount == 0 {
        return Err(raise!(th, RuntimeError, "super(): no arguments"));
    }
    let first = frame.local(0).and_then(|v| match v.cast::<Cell>() {
        Some(c)
            if code.unit.localspluskinds[0] & crate::bytecode::code_unit::local_kind::CELL != 0 =>
        {
            c.get()
        }
        _ => Some(v),
    });
    let Some(first) = first else {
        return Err(raise!(th, RuntimeError, "super(): arg[0] deleted"));
    };
    let at = code.local_names().iter().position(|n| *n == intern!(th, "__class__"));
    let Some(cell) = at.and_then(|i| frame.local(i)).and_then(|c| c.cast::<Cell>()) else {
        return Err(raise!(th, RuntimeError, "super(): __class__ cell not found"));
    };
    match cell.get().map(|c| c.cast::<Type>()) {
        Some(Some(c)) => Ok((c, first)),
        Some(None) => Err(raise!(th, RuntimeError, "super(): __class__ is not a type")),
        None => Err(raise!(th, RuntimeError, "super(): empty __class__ cell")),
    }
}
