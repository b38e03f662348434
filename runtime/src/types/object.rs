//! `object`.

use krait_layout::{Header, Kind, Thread, Value, shapes};

use crate::error::PyResult;
use crate::gc;
use crate::native::class_arg;
use crate::object::type_object::{Type, TypeDef, TypeFlags};
use crate::object::{Object, Slot, ValueExt, attributes};
use crate::ops::{self, Comparison};
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::{intern, raise, state};
use krait_macros::methods;

/// An instance of `object` or of a class that adds only attributes.
#[repr(C)]
pub struct Instance {
    pub header: Header,
}

pub static DEF: TypeDef = TypeDef::of::<Instance>("object", "builtins")
    .doc("The base class of the class hierarchy.\n\nWhen called, it accepts no arguments and returns a new featureless\ninstance that has no instance attributes and cannot be given any.\n")
    .flags(TypeFlags::BASE)
    .methods(Instance::native_methods)
    .getsets(Instance::native_getsets)
    .shape(shapes::OBJECT);

// SAFETY: every object of kind `Instance` is made by `alloc_instance`; the struct is a header.
unsafe impl Object for Instance {
    const KIND: Kind = Kind::Instance;

    fn def() -> &'static TypeDef {
        &DEF
    }
}

/// A fresh instance of `class`, whose native struct is only a header.
#[inline]
pub fn alloc_instance(th: &Thread, class: &Type) -> Value {
    let size = class.instance_size();
    let cell = gc::alloc_traced(th, size);
    let header = Header::new(class.instance_shape.get(), Kind::Instance);
    // SAFETY: the cell is fresh and `size` bytes large; all words but the header read as
    // "no value".
    let header = unsafe {
        let at = cell.as_ptr();
        (at as *mut Header).write(header);
        std::ptr::write_bytes(at.add(8), 0, size - 8);
        &*(at as *const Header)
    };
    class.note_instance(th, header);
    Value::from_header(header)
}

/// `object.__new__(class, …)` with `args` more arguments; `has_init` where the class's
/// `__init__` takes them.
pub fn new_instance(
    th: &Thread,
    class: &'static Type,
    has_init: bool,
    args: usize,
) -> PyResult<Value> {
    if args > 0 && !has_init {
        return Err(raise!(th, TypeError, "{}() takes no arguments", class.name_string()));
    }
    if class.has(TypeFlags::ABSTRACT) {
        return Err(abstract_error(th, class));
    }
    if class.has(TypeFlags::NO_NEW) {
        let name = crate::types::type_::full_name(class);
        return Err(raise!(th, TypeError, "cannot create '{name}' instances"));
    }
    if class.def.get().kind != Kind::Instance {
        return Err(raise!(
            th,
            TypeError,
            "object.__new__({0}) is not safe, use {1}.__new__()",
            class.name_string(),
            class.def.get().name
        ));
    }
    Ok(alloc_instance(th, class))
}

#[cold]
fn abstract_error(th: &Thread, class: &'static Type) -> crate::Raised {
    let name = intern!(th, "__abstractmethods__");
    let names = class.dict().get_name(name).map(|v| ops::collect(th, v));
    let mut names: Vec<String> = match names {
        Some(Ok(names)) => names
            .iter()
            .map(|n| format!("'{}'", n.cast::<Str>().map_or(String::new(), |s| s.to_string())))
            .collect(),
        Some(Err(e)) => return e,
        None => Vec::new(),
    };
    names.sort();
    let s = if names.len() == 1 { "" } else { "s" };
    raise!(
        th,
        TypeError,
        "Can't instantiate abstract class {} without an implementation for abstract method{s} {}",
        class.name_string(),
        names.join(", ")
    )
}

/// `<module.Class object at 0x…>`.
pub fn default_repr(v: Value) -> String {
    format!("<{} object at {:#x}>", crate::types::type_::full_name(v.class()), v.bits())
}

/// An attribute name argument as an interned string.
pub fn attribute_name(th: &Thread, name: Value) -> PyResult<Value> {
    match name.cast::<Str>() {
        Some(s) => Ok(state::intern_object(th, s)),
        None => {
            Err(raise!(th, TypeError, "attribute name must be string, not '{}'", name.type_name()))
        }
    }
}

#[methods]
impl Instance {
    #[staticmethod(sig = "(cls, /, *args, **kwargs)")]
    fn __new__(th: &Thread, cls: Value, args: &Tuple, kwargs: &Dict) -> PyResult<Value> {
        let class = class_arg(th, cls, DEF.class(th))?;
        let object = DEF.class(th);
        let extra = args.len() + kwargs.len();
        if extra > 0 && class.slot(Slot::New) != object.slot(Slot::New) {
            return Err(raise!(
                th,
                TypeError,
                "object.__new__() takes exactly one argument (the type to instantiate)"
            ));
        }
        new_instance(th, class, class.slot(Slot::Init) != object.slot(Slot::Init), extra)
    }

    #[method(sig = "($self, /, *args, **kwargs)")]
    fn __init__(th: &Thread, this: Value, args: &Tuple, kwargs: &Dict) -> PyResult<()> {
        let object = DEF.class(th);
        let class = this.class();
        if args.len() + kwargs.len() > 0 {
            if class.slot(Slot::Init) != object.slot(Slot::Init) {
                return Err(raise!(
                    th,
                    TypeError,
                    "object.__init__() takes exactly one argument (the instance to initialize)"
                ));
            }
            if class.slot(Slot::New) == object.slot(Slot::New) {
                return Err(raise!(
                    th,
                    TypeError,
                    "{}.__init__() takes exactly one argument (the instance to initialize)",
                    class.name_string()
                ));
            }
        }
        Ok(())
    }

    #[method(sig = "($self, name, /)")]
    fn __getattribute__(th: &Thread, this: Value, name: Value) -> PyResult<Value> {
        let name = attribute_name(th, name)?;
        match attributes::generic_get(th, this, name)? {
            Some(v) => Ok(v),
            None => Err(attributes::missing(th, this, name)),
        }
    }

    #[method(sig = "($self, name, value, /)")]
    fn __setattr__(th: &Thread, this: Value, name: Value, value: Value) -> PyResult<()> {
        let name = attribute_name(th, name)?;
        if let Some(t) = this.cast::<Type>() {
            let _ = t;
            return Err(raise!(
                th,
                TypeError,
                "can't apply this __setattr__ to {} object",
                this.type_name()
            ));
        }
        attributes::generic_set(th, this, name, Some(value))
    }

    #[method(sig = "($self, name, /)")]
    fn __delattr__(th: &Thread, this: Value, name: Value) -> PyResult<()> {
        let name = attribute_name(th, name)?;
        attributes::generic_set(th, this, name, None)
    }

    #[method]
    fn __repr__(this: Value) -> String {
        default_repr(this)
    }

    #[method]
    fn __str__(th: &Thread, this: Value) -> PyResult<Value> {
        let f = this.slot(Slot::Repr).expect("object defines __repr__");
        ops::call(th, f, &[this])
    }

    #[method]
    fn __hash__(this: Value) -> i64 {
        ops::identity_hash(this)
    }

    #[comparison]
    fn compare(th: &Thread, this: Value, other: Value, op: Comparison) -> PyResult<Value> {
        match op {
            Comparison::Eq if this == other => Ok(Value::TRUE),
            Comparison::Ne => {
                let f = this.slot(Slot::Eq).expect("object defines __eq__");
                let r = ops::call(th, f, &[this, other])?;
                if r == Value::NOT_IMPLEMENTED {
                    return Ok(r);
                }
                Ok(Value::from_bool(!ops::truth(th, r)?))
            }
            _ => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    /// Default object formatter.
    ///
    /// Return str(self) if format_spec is empty. Raise TypeError otherwise.
    #[method(sig = "($self, format_spec, /)")]
    fn __format__(th: &Thread, this: Value, format_spec: &Str) -> PyResult<Value> {
        if !format_spec.is_empty() {
            return Err(raise!(
                th,
                TypeError,
                "unsupported format string passed to {}.__format__",
                this.type_name()
            ));
        }
        Ok(ops::str(th, this)?.value())
    }

    /// Size of object in memory, in bytes.
    #[method]
    fn __sizeof__(this: Value) -> usize {
        if this.is_heap() { this.class().instance_size() } else { 8 }
    }

    /// Default dir() implementation.
    #[method]
    fn __dir__(th: &Thread, this: Value) -> PyResult<Value> {
        let names = Dict::new(th);
        for n in attributes::own_names(this) {
            names.set(th, n, Value::NONE)?;
        }
        for c in this.class().mro().values() {
            names.update_from(th, c.cast::<Type>().expect("the MRO holds classes").dict())?;
        }
        let keys: Vec<Value> = names.iter().map(|(k, _)| k).collect();
        Ok(List::new(th, &keys).value())
    }

    /// This method is called when a class is subclassed.
    ///
    /// The default implementation does nothing. It may be
    /// overridden to extend subclasses.
    #[classmethod(sig = "($type, /)")]
    fn __init_subclass__(_cls: Value) {}

    /// Abstract classes can override this to customize issubclass().
    ///
    /// This is invoked early on by abc.ABCMeta.__subclasscheck__().
    /// It should return True, False or NotImplemented.  If it returns
    /// NotImplemented, the normal algorithm is used.  Otherwise, it
    /// overrides the normal algorithm (and the outcome is cached).
    #[classmethod(sig = "($type, object, /)")]
    fn __subclasshook__(_cls: Value, _object: Value) -> Value {
        Value::NOT_IMPLEMENTED
    }

    /// Helper for pickle.
    #[method]
    fn __reduce__(th: &Thread, this: Value) -> PyResult<Value> {
        reduce(th, this, 0)
    }

    /// Helper for pickle.
    #[method(sig = "($self, protocol, /)")]
    fn __reduce_ex__(th: &Thread, this: Value, protocol: i64) -> PyResult<Value> {
        let name = intern!(th, "__reduce__");
        let own = this.class().lookup(name);
        if own.is_some() && own != DEF.class(th).lookup(name) {
            return ops::call_method(th, this, name, &[]);
        }
        reduce(th, this, protocol)
    }

    /// Helper for pickle.
    #[method]
    fn __getstate__(th: &Thread, this: Value) -> PyResult<Value> {
        let copyreg = ops::import::import_module(th, "copyreg")?;
        let _ = copyreg;
        get_state(th, this)
    }

    #[getter]
    fn __class__(this: Value) -> Value {
        this.class().value()
    }

    #[setter]
    fn set___class__(th: &Thread, this: Value, class: Option<Value>) -> PyResult<()> {
        match class.map(|c| (c, c.cast::<Type>())) {
            Some((_, Some(class))) => attributes::set_class(th, this, class),
            Some((c, None)) => Err(raise!(
                th,
                TypeError,
                "__class__ must be set to a class, not '{}' object",
                c.type_name()
            )),
            None => Err(raise!(th, TypeError, "can't delete __class__ attribute")),
        }
    }
}

/// The state that pickling keeps: the attributes, with those of `__slots__` in a second dict.
fn get_state(th: &Thread, this: Value) -> PyResult<Value> {
    let names = attributes::own_names(this);
    let attributes_state = if this.class().has(TypeFlags::DICT) && !names.is_empty() {
        let d = Dict::new(th);
        for n in names {
            if let Some(v) = attributes::own_attribute(this, n) {
                d.set(th, n, v)?;
            }
        }
        d.value()
    } else {
        Value::NONE
    };
    let slots = Dict::new(th);
    for c in this.class().mro().values() {
        for (name, member) in c.cast::<Type>().expect("the MRO holds classes").dict().pairs() {
            if let Some(m) = member.cast::<crate::types::member::Member>()
                && let Some(v) = m.read(this)
            {
                slots.set(th, name, v)?;
            }
        }
    }
    if slots.is_empty() {
        return Ok(attributes_state);
    }
    Ok(Tuple::new(th, &[attributes_state, slots.value()]).value())
}

/// `copyreg.__reduce_ex__` for protocols 0 and 1, `object.__reduce_ex__`'s own for later ones.
fn reduce(th: &Thread, this: Value, protocol: i64) -> PyResult<Value> {
    let copyreg = ops::import::import_module(th, "copyreg")?;
    if protocol < 2 {
        let p = Value::from_i32(protocol as i32);
        return ops::call_method(th, copyreg, state::intern(th, "_reduce_ex"), &[this, p]);
    }
    let class = this.class();
    let (mut args, mut kwargs) = (Vec::new(), None);
    if let Some(r) = ops::call_method_opt(th, this, state::intern(th, "__getnewargs_ex__"), &[])? {
        let pair = r.cast::<Tuple>().filter(|t| t.len() == 2);
        let Some(pair) = pair else {
            return Err(raise!(
                th,
                TypeError,
                "__getnewargs_ex__ should return a tuple, not '{}'",
                r.type_name()
            ));
        };
        args = ops::collect(th, pair.values()[0])?;
        kwargs = Some(pair.values()[1]);
    } else if let Some(r) =
        ops::call_method_opt(th, this, state::intern(th, "__getnewargs__"), &[])?
    {
        args = ops::collect(th, r)?;
    } else if !matches!(
        this.kind(),
        Kind::Instance | Kind::List | Kind::Dict | Kind::Set | Kind::Exception | Kind::ByteArray
    ) && class.def.get().kind != Kind::Instance
        && class.lookup(intern!(th, "__getstate__"))
            == DEF.class(th).lookup(intern!(th, "__getstate__"))
    {
        return Err(raise!(th, TypeError, "cannot pickle '{}' object", class.name_string()));
    }
    let mut new_args = vec![class.value()];
    new_args.extend(args);
    let (function, call_args) =
        match kwargs.filter(|k| k.cast::<Dict>().is_some_and(|d| !d.is_empty())) {
            Some(k) => {
                let f = crate::object::get_attr(th, copyreg, state::intern(th, "__newobj_ex__"))?;
                let rest = Tuple::new(th, &new_args[1..]).value();
                (f, Tuple::new(th, &[class.value(), rest, k]).value())
            }
            None => {
                let f = crate::object::get_attr(th, copyreg, state::intern(th, "__newobj__"))?;
                (f, Tuple::new(th, &new_args).value())
            }
        };
    let object_state = ops::call_method(th, this, state::intern(th, "__getstate__"), &[])?;
    let list_items = match this.cast::<List>() {
        Some(_) => ops::get_iter(th, this)?,
        None => Value::NONE,
    };
    let dict_items = match this.cast::<Dict>() {
        Some(_) => {
            let items = ops::call_method(th, this, state::intern(th, "items"), &[])?;
            ops::get_iter(th, items)?
        }
        None => Value::NONE,
    };
    Ok(Tuple::new(th, &[function, call_args, object_state, list_items, dict_items]).value())
}
