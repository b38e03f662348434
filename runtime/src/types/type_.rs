//! `type`.

use krait_layout::{Raised, Thread, Value, shapes};

use crate::error::PyResult;
use crate::native::class_arg;
use crate::object::type_object::{Type, TypeDef, TypeFlags};
use crate::object::{Object, ValueExt, attributes, class};
use crate::ops;
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::mapping_proxy::MappingProxy;
use crate::types::object::attribute_name;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::{intern, raise};
use krait_macros::methods;

pub static DEF: TypeDef = TypeDef::of::<Type>("type", "builtins")
    .doc("type(object) -> the object's type\ntype(name, bases, dict, **kwds) -> a new type")
    .flags(TypeFlags::BASE.or(TypeFlags::WEAKREF))
    .methods(Type::native_methods)
    .getsets(Type::native_getsets)
    .shape(shapes::TYPE);

/// `module.qualname`, or the bare name for built-in types: what `repr` of instances shows.
pub fn full_name(class: &Type) -> String {
    let module = class.lookup_own_module();
    match module {
        Some(m) if m != "builtins" => format!("{m}.{}", class.qualname_string()),
        _ => class.qualname_string(),
    }
}

impl Type {
    /// The text of `__module__` in the class's own dictionary.
    fn lookup_own_module(&self) -> Option<String> {
        if !self.has(TypeFlags::HEAP) {
            return Some(self.native_module().to_string());
        }
        self.dict().iter().find_map(|(k, v)| {
            let k = k.cast::<Str>()?;
            if k.equals_ascii("__module__") { v.cast::<Str>().map(|s| s.to_string()) } else { None }
        })
    }

    fn native_module(&self) -> &'static str {
        self.def.get().module
    }
}

#[methods]
impl Type {
    #[staticmethod(sig = "(metatype, name, bases, dict, /, **kwargs)")]
    fn __new__(
        th: &Thread,
        metatype: Value,
        name: Value,
        bases: Value,
        dict: Value,
        kwargs: &Dict,
    ) -> PyResult<&'static Type> {
        let metaclass = class_arg(th, metatype, DEF.class(th))?;
        let Some(name) = name.cast::<Str>() else {
            return Err(raise!(
                th,
                TypeError,
                "type.__new__() argument 1 must be str, not {}",
                name.type_name()
            ));
        };
        let Some(bases) = bases.cast::<Tuple>() else {
            return Err(raise!(
                th,
                TypeError,
                "type.__new__() argument 2 must be tuple, not {}",
                bases.type_name()
            ));
        };
        let Some(dict) = dict.cast::<Dict>() else {
            return Err(raise!(
                th,
                TypeError,
                "type.__new__() argument 3 must be dict, not {}",
                dict.type_name()
            ));
        };
        for b in bases.values() {
            if b.cast::<Type>().is_none() {
                if ops::attribute::lookup_on_class(*b, intern!(th, "__mro_entries__")).is_some() {
                    return Err(raise!(
                        th,
                        TypeError,
                        "type() doesn't support MRO entry resolution; use types.new_class()"
                    ));
                }
                return Err(raise!(th, TypeError, "bases must be types"));
            }
        }
        let winner = class::winning_metaclass(th, metaclass, bases.values())?;
        if !std::ptr::eq(winner, metaclass)
            && winner.slot(crate::object::Slot::New) != DEF.class(th).slot(crate::object::Slot::New)
        {
            let new = winner.slot(crate::object::Slot::New).expect("type defines __new__");
            let new = crate::object::descriptor::bind(th, new, Value::NONE, winner.value())?;
            let args = [winner.value(), name.value(), bases.value(), dict.value()];
            let made = ops::call_with(th, new, &args, &kwargs.pairs())?;
            return made
                .cast::<Type>()
                .ok_or_else(|| raise!(th, TypeError, "a metaclass's __new__ gave no class"));
        }
        class::new_class(th, winner, name, bases.values(), dict, &kwargs.pairs())
    }

    #[method(sig = "($self, /, *args, **kwargs)")]
    fn __init__(th: &Thread, this: Value, args: &Tuple, kwargs: &Dict) -> PyResult<()> {
        let _ = (this, kwargs);
        if args.len() != 1 && args.len() != 3 {
            return Err(raise!(th, TypeError, "type.__init__() takes 1 or 3 arguments"));
        }
        Ok(())
    }

    #[method(sig = "($self, /, *args, **kwargs)")]
    fn __call__(
        th: &Thread,
        this: &'static Type,
        args: &'static Tuple,
        kwargs: &Dict,
    ) -> PyResult<Value> {
        if kwargs.is_empty() {
            return ops::call::instantiate(th, this, args.items(), None);
        }
        let mut slots = args.items().to_vec();
        slots.extend(kwargs.iter().map(|(_, v)| Some(v)));
        let names: Vec<Value> = kwargs.iter().map(|(k, _)| k).collect();
        ops::call::instantiate(th, this, &slots, Some(Tuple::new(th, &names)))
    }

    #[method(sig = "($self, name, /)")]
    fn __getattribute__(th: &Thread, this: &'static Type, name: Value) -> PyResult<Value> {
        let name = attribute_name(th, name)?;
        match attributes::type_get(th, this, name)? {
            Some(v) => Ok(v),
            None => Err(attributes::missing(th, this.value(), name)),
        }
    }

    #[method(sig = "($self, name, value, /)")]
    fn __setattr__(th: &Thread, this: &'static Type, name: Value, value: Value) -> PyResult<()> {
        let name = attribute_name(th, name)?;
        attributes::type_set(th, this, name, Some(value))
    }

    #[method(sig = "($self, name, /)")]
    fn __delattr__(th: &Thread, this: &'static Type, name: Value) -> PyResult<()> {
        let name = attribute_name(th, name)?;
        attributes::type_set(th, this, name, None)
    }

    #[method]
    fn __repr__(this: &'static Type) -> String {
        format!("<class '{}'>", full_name(this))
    }

    #[method(sig = "($self, other, /)")]
    fn __or__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
        crate::types::generic_alias::union(th, this, other)
    }

    #[method(sig = "($self, other, /)")]
    fn __ror__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
        crate::types::generic_alias::union(th, other, this)
    }

    /// Return a type's method resolution order.
    #[method(name = "mro")]
    fn py_mro(th: &Thread, this: &'static Type) -> PyResult<Value> {
        let mro = class::compute_mro(th, this.value(), this.bases().values())?;
        Ok(List::new(th, &mro).value())
    }

    /// Return a list of immediate subclasses.
    #[method]
    fn __subclasses__(th: &Thread, this: &'static Type) -> Value {
        let mut all = Vec::new();
        class::for_each_subclass(this, |c| all.push(c.value()));
        List::new(th, &all).value()
    }

    /// Create the namespace for the class statement
    #[classmethod(sig = "($type, /, *args, **kwargs)")]
    fn __prepare__(th: &Thread, _cls: Value, _args: &Tuple, _kwargs: &Dict) -> Value {
        Dict::new(th).value()
    }

    /// Check if an object is an instance.
    #[method(sig = "($self, instance, /)")]
    fn __instancecheck__(th: &Thread, this: Value, instance: Value) -> PyResult<bool> {
        ops::real_is_instance(th, instance, this)
    }

    /// Check if a class is a subclass.
    #[method(sig = "($self, subclass, /)")]
    fn __subclasscheck__(th: &Thread, this: Value, subclass: Value) -> PyResult<bool> {
        ops::real_is_subclass(th, subclass, this)
    }

    /// Specialized __dir__ implementation for types.
    #[method]
    fn __dir__(th: &Thread, this: &'static Type) -> PyResult<Value> {
        let names = Dict::new(th);
        for c in this.mro().values() {
            names.update_from(th, c.cast::<Type>().expect("the MRO holds classes").dict())?;
        }
        let keys: Vec<Value> = names.iter().map(|(k, _)| k).collect();
        Ok(List::new(th, &keys).value())
    }

    #[getter]
    fn __name__(this: &'static Type) -> Value {
        this.name().value()
    }

    #[setter]
    fn set___name__(th: &Thread, this: &'static Type, name: Option<Value>) -> PyResult<()> {
        check_mutable(th, this, "__name__")?;
        if name.is_none() {
            return Err(not_deletable(th, this, "__name__"));
        }
        match name.and_then(|n| n.cast::<Str>()) {
            Some(name) => {
                this.name.set(&this.header, Some(name.value()));
                Ok(())
            }
            None => Err(raise!(
                th,
                TypeError,
                "can only assign string to {}.__name__, not '{}'",
                this.name_string(),
                name.unwrap_or(Value::NONE).type_name()
            )),
        }
    }

    #[getter]
    fn __qualname__(this: &'static Type) -> Option<Value> {
        this.qualname.get()
    }

    #[setter]
    fn set___qualname__(th: &Thread, this: &'static Type, name: Option<Value>) -> PyResult<()> {
        check_mutable(th, this, "__qualname__")?;
        if name.is_none() {
            return Err(not_deletable(th, this, "__qualname__"));
        }
        match name.and_then(|n| n.cast::<Str>()) {
            Some(name) => {
                this.qualname.set(&this.header, Some(name.value()));
                Ok(())
            }
            None => Err(raise!(
                th,
                TypeError,
                "can only assign string to {}.__qualname__, not '{}'",
                this.name_string(),
                name.unwrap_or(Value::NONE).type_name()
            )),
        }
    }

    #[getter]
    fn __module__(th: &Thread, this: &'static Type) -> Value {
        // The getter of this very attribute, in `type` and `function`, is no module's name.
        match this.dict().get_name(intern!(th, "__module__")) {
            Some(m) if m.kind() != krait_layout::Kind::GetSet => m,
            _ => Str::new(
                th,
                if this.has(TypeFlags::HEAP) { "builtins" } else { this.native_module() },
            )
            .value(),
        }
    }

    #[setter]
    fn set___module__(th: &Thread, this: &'static Type, module: Option<Value>) -> PyResult<()> {
        check_mutable(th, this, "__module__")?;
        class::set_class_attribute(th, this, intern!(th, "__module__"), module);
        Ok(())
    }

    #[getter]
    fn __bases__(this: &'static Type) -> Option<Value> {
        this.bases.get()
    }

    #[setter]
    fn set___bases__(th: &Thread, this: &'static Type, bases: Option<Value>) -> PyResult<()> {
        match bases.and_then(|b| b.cast::<Tuple>()) {
            Some(b) => class::set_bases(th, this, b),
            None => Err(raise!(
                th,
                TypeError,
                "can only assign tuple to {}.__bases__, not {}",
                this.name_string(),
                bases.map_or("NoneType".into(), |b| b.type_name())
            )),
        }
    }

    #[getter]
    fn __base__(this: &'static Type) -> Option<Value> {
        this.base.get()
    }

    #[getter]
    fn __mro__(this: &'static Type) -> Option<Value> {
        this.mro.get()
    }

    #[getter]
    fn __dict__(th: &Thread, this: &'static Type) -> Value {
        MappingProxy::new(th, this.dict().value()).value()
    }

    #[getter]
    fn __doc__(th: &Thread, this: &'static Type) -> PyResult<Value> {
        match this.dict().get_name(intern!(th, "__doc__")) {
            // As in CPython, the text of a built-in type whose instances have `__doc__`.
            Some(d) if d.kind() == krait_layout::Kind::GetSet && !this.has(TypeFlags::HEAP) => {
                Ok(Str::new(th, this.def.get().doc).value())
            }
            Some(d) => crate::object::descriptor::bind(th, d, Value::NONE, this.value()),
            None => Ok(Value::NONE),
        }
    }

    #[setter]
    fn set___doc__(th: &Thread, this: &'static Type, doc: Option<Value>) -> PyResult<()> {
        check_mutable(th, this, "__doc__")?;
        class::set_class_attribute(th, this, intern!(th, "__doc__"), doc);
        Ok(())
    }

    #[getter]
    fn __abstractmethods__(th: &Thread, this: &'static Type) -> PyResult<Value> {
        let name = intern!(th, "__abstractmethods__");
        match this.dict().get_name(name) {
            Some(v) => Ok(v),
            None => Err(attributes::missing(th, this.value(), name)),
        }
    }

    #[setter]
    fn set___abstractmethods__(
        th: &Thread,
        this: &'static Type,
        value: Option<Value>,
    ) -> PyResult<()> {
        let name = intern!(th, "__abstractmethods__");
        let on = match value {
            Some(v) => ops::truth(th, v)?,
            None => false,
        };
        class::set_class_attribute(th, this, name, value);
        this.set_flag(TypeFlags::ABSTRACT, on);
        Ok(())
    }

    #[getter]
    fn __type_params__(th: &Thread, this: &'static Type) -> Value {
        match this.dict().get_name(intern!(th, "__type_params__")) {
            Some(v) => v,
            None => Tuple::new(th, &[]).value(),
        }
    }

    #[setter]
    fn set___type_params__(th: &Thread, this: &'static Type, value: Option<Value>) -> PyResult<()> {
        check_mutable(th, this, "__type_params__")?;
        class::set_class_attribute(th, this, intern!(th, "__type_params__"), value);
        Ok(())
    }

    /// PEP 649: the function that makes the annotations, or None.
    #[getter]
    fn __annotate__(th: &Thread, this: &'static Type) -> PyResult<Value> {
        if !this.has(TypeFlags::HEAP) {
            return Err(attributes::missing(th, this.value(), intern!(th, "__annotate__")));
        }
        let dict = this.dict();
        for name in [intern!(th, "__annotate__"), intern!(th, "__annotate_func__")] {
            if let Some(f) = dict.get_name(name) {
                return crate::object::descriptor::bind(th, f, Value::NONE, this.value());
            }
        }
        Ok(Value::NONE)
    }

    #[setter]
    fn set___annotate__(th: &Thread, this: &'static Type, value: Option<Value>) -> PyResult<()> {
        check_mutable(th, this, "__annotate__")?;
        let Some(value) = value else {
            return Err(raise!(th, TypeError, "cannot delete __annotate__ attribute"));
        };
        class::set_class_attribute(th, this, intern!(th, "__annotate_func__"), Some(value));
        class::set_class_attribute(th, this, intern!(th, "__annotations_cache__"), None);
        Ok(())
    }

    #[getter]
    fn __annotations__(th: &Thread, this: &'static Type) -> PyResult<Value> {
        if !this.has(TypeFlags::HEAP) {
            return Err(attributes::missing(th, this.value(), intern!(th, "__annotations__")));
        }
        for name in [intern!(th, "__annotations__"), intern!(th, "__annotations_cache__")] {
            if let Some(a) = this.dict().get_name(name) {
                return crate::object::descriptor::bind(th, a, Value::NONE, this.value());
            }
        }
        let annotate = Type::__annotate__(th, this)?;
        let made = if annotate.is_none() {
            Dict::new(th).value()
        } else {
            let d = ops::call(th, annotate, &[Value::from_i32(1)])?;
            if d.cast::<Dict>().is_none() {
                return Err(raise!(
                    th,
                    TypeError,
                    "__annotate__() must return a dict, not {}",
                    d.type_name()
                ));
            }
            d
        };
        class::set_class_attribute(th, this, intern!(th, "__annotations_cache__"), Some(made));
        Ok(made)
    }

    #[setter]
    fn set___annotations__(th: &Thread, this: &'static Type, value: Option<Value>) -> PyResult<()> {
        check_mutable(th, this, "__annotations__")?;
        let key = if this.dict().get_name(intern!(th, "__annotations__")).is_some() {
            intern!(th, "__annotations__")
        } else {
            intern!(th, "__annotations_cache__")
        };
        if !class::set_class_attribute(th, this, key, value) {
            return Err(attributes::missing(th, this.value(), intern!(th, "__annotations__")));
        }
        Ok(())
    }

    #[getter]
    fn __basicsize__(this: &'static Type) -> usize {
        this.instance_size()
    }

    #[getter]
    fn __itemsize__(_this: &'static Type) -> usize {
        0
    }

    /// CPython's `Py_TPFLAGS_*`, those that the library looks at.
    #[getter]
    fn __flags__(this: &'static Type) -> i64 {
        let mut flags = 0;
        for (flag, bit) in [
            (TypeFlags::HEAP, 1 << 9),
            (TypeFlags::BASE, 1 << 10),
            (TypeFlags::ABSTRACT, 1 << 20),
            (TypeFlags::SEQUENCE, 1 << 5),
            (TypeFlags::MAPPING, 1 << 6),
            (TypeFlags::IMMUTABLE, 1 << 8),
        ] {
            if this.has(flag) {
                flags |= bit;
            }
        }
        flags
    }

    #[getter]
    fn __text_signature__(_this: &'static Type) -> Value {
        Value::NONE
    }
}

/// CPython says the same of every class.
fn not_deletable(th: &Thread, class: &'static Type, name: &str) -> Raised {
    let class = class.name_string();
    raise!(th, TypeError, "cannot delete '{name}' attribute of immutable type '{class}'")
}

fn check_mutable(th: &Thread, class: &'static Type, name: &str) -> PyResult<()> {
    if class.has(TypeFlags::HEAP) {
        return Ok(());
    }
    Err(raise!(
        th,
        TypeError,
        "cannot set '{name}' attribute of immutable type '{}'",
        class.name_string()
    ))
}
