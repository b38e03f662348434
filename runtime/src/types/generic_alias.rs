//! `types.GenericAlias` (`list[int]`) and `typing.Union` (`int | str`).

use krait_layout::{Header, Kind, StackSlot, Thread, Value};

use crate::error::PyResult;
use crate::gc::Field;
use crate::native::class_arg;
use crate::object::type_object::{Type, TypeDef, TypeFlags};
use crate::object::{Object, ValueExt, alloc, alloc_as, attributes, get_attr, get_attr_or_none};
use crate::ops::{self, Comparison};
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::set;
use crate::types::str::Str;
use crate::types::str::build::StrBuilder;
use crate::types::tuple::Tuple;
use crate::{intern, raise, state};
use krait_macros::methods;

/// A `types.GenericAlias`.
#[repr(C)]
pub struct GenericAlias {
    pub header: Header,
    origin: Field,
    /// A `tuple`.
    args: Field,
    /// A `tuple`, made at the first use.
    parameters: Field,
    /// Made by `*tuple[int]`.
    starred: bool,
}

pub static DEF: TypeDef = TypeDef::of::<GenericAlias>("GenericAlias", "types")
    .doc("Represent a PEP 585 generic type\n\nE.g. for t = list[int], t.__origin__ is list and t.__args__ is (int,).")
    .flags(TypeFlags::BASE.or(TypeFlags::WEAKREF))
    .methods(GenericAlias::native_methods)
    .getsets(GenericAlias::native_getsets);

// SAFETY: instances of the class are made in this file with this layout.
unsafe impl Object for GenericAlias {
    const KIND: Kind = Kind::Native;

    fn def() -> &'static TypeDef {
        &DEF
    }
}

/// `origin[item]`: `item` is a tuple of arguments or one argument.
pub fn new(th: &Thread, origin: Value, item: Value) -> PyResult<Value> {
    Ok(make(th, origin, args_tuple(th, item), false))
}

fn args_tuple(th: &Thread, item: Value) -> &'static Tuple {
    match item.cast::<Tuple>() {
        Some(t) => t,
        None => Tuple::new(th, &[item]),
    }
}

fn make(th: &Thread, origin: Value, args: &'static Tuple, starred: bool) -> Value {
    DEF.class(th);
    alloc(
        th,
        GenericAlias {
            header: Header::new(DEF.shape_id(), Kind::Native),
            origin: Field::new(Some(origin)),
            args: Field::new(Some(args.value())),
            parameters: Field::new(None),
            starred,
        },
    )
    .value()
}

/// The attribute `name` where it exists.
fn lookup(th: &Thread, v: Value, name: Value) -> PyResult<StackSlot> {
    get_attr_or_none(th, v, name)
}

/// The text of an argument in the representation of an alias or union.
pub fn push_repr(th: &Thread, b: &mut StrBuilder, v: Value) -> PyResult<()> {
    if v == Value::ELLIPSIS {
        b.push_str("...");
        return Ok(());
    }
    let (origin, args) = (intern!(th, "__origin__"), intern!(th, "__args__"));
    // An alias looks like a class because it hands attributes on.
    if lookup(th, v, origin)?.is_some() && lookup(th, v, args)?.is_some() {
        b.push_object(ops::repr(th, v)?);
        return Ok(());
    }
    let Some(qualname) = lookup(th, v, intern!(th, "__qualname__"))? else {
        b.push_object(ops::repr(th, v)?);
        return Ok(());
    };
    let module = lookup(th, v, intern!(th, "__module__"))?.filter(|m| !m.is_none());
    let Some(module) = module else {
        b.push_object(ops::repr(th, v)?);
        return Ok(());
    };
    if !module.cast::<Str>().is_some_and(|m| m.equals_ascii("builtins")) {
        b.push_object(ops::str(th, module)?);
        b.push_str(".");
    }
    b.push_object(ops::str(th, qualname)?);
    Ok(())
}

/// Whether `v` is a type parameter: it has `__typing_subst__`, as an instance.
fn is_parameter(th: &Thread, v: Value) -> PyResult<bool> {
    if v.cast::<Type>().is_some() {
        return Ok(false);
    }
    Ok(lookup(th, v, intern!(th, "__typing_subst__"))?.is_some())
}

/// The type parameters in `args`, in order of appearance.
pub fn collect_parameters(th: &Thread, args: &[Value]) -> PyResult<Vec<Value>> {
    let mut found: Vec<Value> = Vec::new();
    for v in args {
        if v.cast::<Type>().is_some() {
            continue;
        }
        if is_parameter(th, *v)? {
            if !found.contains(v) {
                found.push(*v);
            }
            continue;
        }
        let nested = match v.kind() {
            Kind::Tuple | Kind::List => collect_parameters(th, &ops::collect(th, *v)?)?,
            _ => match lookup(th, *v, intern!(th, "__parameters__"))? {
                Some(p) => match p.cast::<Tuple>() {
                    Some(t) => t.values().to_vec(),
                    None => Vec::new(),
                },
                None => Vec::new(),
            },
        };
        for p in nested {
            if !found.contains(&p) {
                found.push(p);
            }
        }
    }
    Ok(found)
}

/// Replaces the parameters of `v` (an alias in an argument list) by `values` of `parameters`.
fn substitute_in(th: &Thread, v: Value, parameters: &[Value], values: &[Value]) -> PyResult<Value> {
    let Some(own) = lookup(th, v, intern!(th, "__parameters__"))? else { return Ok(v) };
    let Some(own) = own.cast::<Tuple>().filter(|t| !t.is_empty()) else { return Ok(v) };
    let mut args = Vec::new();
    for p in own.values() {
        let Some(i) = parameters.iter().position(|q| q == p) else {
            args.push(*p);
            continue;
        };
        match values[i].cast::<Tuple>() {
            Some(t) if is_variadic(th, *p)? => args.extend_from_slice(t.values()),
            _ => args.push(values[i]),
        }
    }
    ops::get_item(th, v, Tuple::new(th, &args).value())
}

/// Whether the parameter is a `TypeVarTuple`.
fn is_variadic(th: &Thread, p: Value) -> PyResult<bool> {
    if p.cast::<Type>().is_some() {
        return Ok(false);
    }
    match lookup(th, p, intern!(th, "__typing_is_unpacked_typevartuple__"))? {
        Some(v) => ops::truth(th, v),
        None => Ok(false),
    }
}

/// Unpacks `*tuple[…]` among the arguments of a subscription.
fn unpack_args(th: &Thread, item: Value) -> PyResult<Vec<Value>> {
    let mut out = Vec::new();
    for v in args_tuple(th, item).values() {
        if v.cast::<Type>().is_none()
            && let Some(unpacked) = lookup(th, *v, intern!(th, "__typing_unpacked_tuple_args__"))?
            && let Some(t) = unpacked.cast::<Tuple>()
            && t.values().last() != Some(&Value::ELLIPSIS)
        {
            out.extend_from_slice(t.values());
        } else {
            out.push(*v);
        }
    }
    Ok(out)
}

/// `alias[item]`: the arguments with the parameters replaced (`_Py_subs_parameters`).
pub fn substitute(
    th: &Thread,
    alias: Value,
    args: &[Value],
    parameters: &[Value],
    item: Value,
) -> PyResult<Vec<Value>> {
    if parameters.is_empty() {
        return Err(raise!(
            th,
            TypeError,
            "{} is not a generic class",
            ops::repr_string(th, alias)?
        ));
    }
    let mut item = Tuple::new(th, &unpack_args(th, item)?).value();
    for p in parameters {
        if let Some(prepare) = lookup(th, *p, intern!(th, "__typing_prepare_subst__"))?
            && !prepare.is_none()
        {
            item = ops::call(th, prepare, &[alias, item])?;
        }
    }
    let values = args_tuple(th, item).values();
    if values.len() != parameters.len() {
        return Err(raise!(
            th,
            TypeError,
            "Too {} arguments for {}; actual {}, expected {}",
            if values.len() > parameters.len() { "many" } else { "few" },
            ops::repr_string(th, alias)?,
            values.len(),
            parameters.len()
        ));
    }
    substitute_list(th, args, parameters, values)
}

fn substitute_list(
    th: &Thread,
    args: &[Value],
    parameters: &[Value],
    values: &[Value],
) -> PyResult<Vec<Value>> {
    let mut out = Vec::new();
    for v in args {
        if v.cast::<Type>().is_some() {
            out.push(*v);
            continue;
        }
        match v.kind() {
            Kind::Tuple => {
                let new = substitute_list(th, &ops::collect(th, *v)?, parameters, values)?;
                out.push(Tuple::new(th, &new).value());
                continue;
            }
            Kind::List => {
                let new = substitute_list(th, &ops::collect(th, *v)?, parameters, values)?;
                out.push(List::new(th, &new).value());
                continue;
            }
            _ => {}
        }
        let variadic = is_variadic(th, *v)?;
        let new = match lookup(th, *v, intern!(th, "__typing_subst__"))? {
            Some(subst) => {
                let i =
                    parameters.iter().position(|p| p == v).expect("a parameter of the arguments");
                ops::call(th, subst, &[values[i]])?
            }
            None => substitute_in(th, *v, parameters, values)?,
        };
        match new.cast::<Tuple>() {
            Some(t) if variadic => out.extend_from_slice(t.values()),
            _ => out.push(new),
        }
    }
    Ok(out)
}

impl GenericAlias {
    fn origin(&self) -> Value {
        self.origin.get().expect("set when made")
    }

    fn args(&self) -> &'static Tuple {
        self.args.get().and_then(|a| a.cast()).expect("set when made")
    }

    fn parameters(&self, th: &Thread) -> PyResult<&'static Tuple> {
        if let Some(p) = self.parameters.get().and_then(|p| p.cast()) {
            return Ok(p);
        }
        let p = Tuple::new(th, &collect_parameters(th, self.args().values())?);
        self.parameters.set(&self.header, Some(p.value()));
        Ok(p)
    }
}

/// Attributes that are the alias's own; all others are the origin's.
const OWN: &[&str] = &[
    "__class__",
    "__origin__",
    "__args__",
    "__unpacked__",
    "__parameters__",
    "__typing_unpacked_tuple_args__",
    "__mro_entries__",
    "__reduce_ex__",
    "__reduce__",
    "__copy__",
    "__deepcopy__",
];
/// Attributes that the alias shadows although the origin has them.
const BLOCKED: &[&str] = &["__bases__", "__copy__", "__deepcopy__"];

#[methods]
impl GenericAlias {
    #[staticmethod(sig = "(cls, origin, args, /)")]
    fn __new__(th: &Thread, cls: Value, origin: Value, args: Value) -> PyResult<Value> {
        let class = class_arg(th, cls, DEF.class(th))?;
        let args = args_tuple(th, args);
        if class.value() == DEF.class(th).value() {
            return Ok(make(th, origin, args, false));
        }
        Ok(alloc_as(
            th,
            class,
            GenericAlias {
                header: Header::new(0, Kind::Native),
                origin: Field::new(Some(origin)),
                args: Field::new(Some(args.value())),
                parameters: Field::new(None),
                starred: false,
            },
        )
        .value())
    }

    #[method]
    fn __repr__(th: &Thread, this: &'static GenericAlias) -> PyResult<Value> {
        let mut b = StrBuilder::new();
        if this.starred {
            b.push_str("*");
        }
        push_repr(th, &mut b, this.origin())?;
        b.push_str("[");
        for (i, v) in this.args().values().iter().enumerate() {
            if i > 0 {
                b.push_str(", ");
            }
            match v.cast::<List>() {
                Some(l) => {
                    b.push_str("[");
                    for (k, item) in l.to_vec().into_iter().enumerate() {
                        if k > 0 {
                            b.push_str(", ");
                        }
                        push_repr(th, &mut b, item)?;
                    }
                    b.push_str("]");
                }
                None => push_repr(th, &mut b, *v)?,
            }
        }
        if this.args().is_empty() {
            b.push_str("()");
        }
        b.push_str("]");
        Ok(b.finish(th).value())
    }

    #[method(sig = "($self, name, /)")]
    fn __getattribute__(th: &Thread, this: &'static GenericAlias, name: Value) -> PyResult<Value> {
        let name = crate::types::object::attribute_name(th, name)?;
        let text = name.cast::<Str>().expect("a name is a string");
        if !OWN.iter().chain(BLOCKED).any(|n| text.equals_ascii(n)) {
            return get_attr(th, this.origin(), name);
        }
        match attributes::generic_get(th, this.value(), name)? {
            Some(v) => Ok(v),
            None if !BLOCKED.iter().any(|n| text.equals_ascii(n)) => {
                get_attr(th, this.origin(), name)
            }
            None => Err(attributes::missing(th, this.value(), name)),
        }
    }

    #[method(sig = "($self, key, /)")]
    fn __getitem__(th: &Thread, this: &'static GenericAlias, item: Value) -> PyResult<Value> {
        let parameters = this.parameters(th)?;
        let args = substitute(th, this.value(), this.args().values(), parameters.values(), item)?;
        Ok(make(th, this.origin(), Tuple::new(th, &args), this.starred))
    }

    #[method(sig = "($self, /, *args, **kwargs)")]
    fn __call__(
        th: &Thread,
        this: &'static GenericAlias,
        args: &'static Tuple,
        kwargs: &Dict,
    ) -> PyResult<Value> {
        let v = ops::call_with(th, this.origin(), args.values(), &kwargs.pairs())?;
        // Instances that cannot have the attribute do not get it.
        let name = intern!(th, "__orig_class__");
        if crate::object::set_attr(th, v, name, this.value()).is_err() {
            let quiet = crate::error::raised_is(th, crate::types::exception::Exc::AttributeError)
                || crate::error::raised_is(th, crate::types::exception::Exc::TypeError);
            if !quiet {
                return Err(crate::Raised);
            }
            th.raised.set(None);
        }
        Ok(v)
    }

    #[comparison]
    fn compare(
        th: &Thread,
        this: &'static GenericAlias,
        other: Value,
        op: Comparison,
    ) -> PyResult<Value> {
        let Some(other) = other.cast::<GenericAlias>() else { return Ok(Value::NOT_IMPLEMENTED) };
        let equal = this.starred == other.starred
            && ops::equals(th, this.origin(), other.origin())?
            && ops::equals(th, this.args().value(), other.args().value())?;
        match op {
            Comparison::Eq => Ok(Value::from_bool(equal)),
            Comparison::Ne => Ok(Value::from_bool(!equal)),
            _ => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    #[method]
    fn __hash__(th: &Thread, this: &'static GenericAlias) -> PyResult<i64> {
        let (a, b) = (ops::hash(th, this.origin())?, ops::hash(th, this.args().value())?);
        Ok(if a ^ b == -1 { -2 } else { a ^ b })
    }

    #[method(sig = "($self, value, /)")]
    fn __or__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
        union(th, this, other)
    }

    #[method(sig = "($self, value, /)")]
    fn __ror__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
        union(th, other, this)
    }

    #[method]
    fn __iter__(th: &Thread, this: &'static GenericAlias) -> PyResult<Value> {
        let starred = make(th, this.origin(), this.args(), true);
        ops::get_iter(th, Tuple::new(th, &[starred]).value())
    }

    #[method(sig = "($self, bases, /)")]
    fn __mro_entries__(th: &Thread, this: &'static GenericAlias, _bases: Value) -> Value {
        Tuple::new(th, &[this.origin()]).value()
    }

    #[method(sig = "($self, instance, /)")]
    fn __instancecheck__(
        th: &Thread,
        _this: &'static GenericAlias,
        _instance: Value,
    ) -> PyResult<Value> {
        Err(raise!(th, TypeError, "isinstance() argument 2 cannot be a parameterized generic"))
    }

    #[method(sig = "($self, subclass, /)")]
    fn __subclasscheck__(
        th: &Thread,
        _this: &'static GenericAlias,
        _subclass: Value,
    ) -> PyResult<Value> {
        Err(raise!(th, TypeError, "issubclass() argument 2 cannot be a parameterized generic"))
    }

    #[method]
    fn __reduce__(th: &Thread, this: &'static GenericAlias) -> PyResult<Value> {
        if this.starred {
            let plain = make(th, this.origin(), this.args(), false);
            let next = state::builtins().get_name(intern!(th, "next")).expect("builtins has next");
            let it = ops::get_iter(th, plain)?;
            let args = Tuple::new(th, &[it]).value();
            return Ok(Tuple::new(th, &[next, args]).value());
        }
        let args = Tuple::new(th, &[this.origin(), this.args().value()]).value();
        Ok(Tuple::new(th, &[DEF.class(th).value(), args]).value())
    }

    #[method]
    fn __dir__(th: &Thread, this: &'static GenericAlias) -> PyResult<Value> {
        let dir = state::builtins().get_name(intern!(th, "dir")).expect("builtins has dir");
        let names = ops::call(th, dir, &[this.origin()])?;
        let mut names = ops::collect(th, names)?;
        for n in OWN {
            let n = state::intern(th, n);
            if !names.contains(&n) {
                names.push(n);
            }
        }
        Ok(List::new(th, &names).value())
    }

    #[getter]
    fn __origin__(this: &'static GenericAlias) -> Value {
        this.origin()
    }

    #[getter]
    fn __args__(this: &'static GenericAlias) -> Value {
        this.args().value()
    }

    /// Type variables in the GenericAlias.
    #[getter]
    fn __parameters__(th: &Thread, this: &'static GenericAlias) -> PyResult<Value> {
        Ok(this.parameters(th)?.value())
    }

    #[getter]
    fn __unpacked__(this: &'static GenericAlias) -> bool {
        this.starred
    }

    #[getter]
    fn __typing_unpacked_tuple_args__(th: &Thread, this: &'static GenericAlias) -> Value {
        let is_tuple = this.origin() == crate::types::tuple::DEF.class(th).value();
        if this.starred && is_tuple { this.args().value() } else { Value::NONE }
    }
}

/// A `typing.Union`.
#[repr(C)]
pub struct Union {
    pub header: Header,
    /// A `tuple`, without repeated members.
    args: Field,
    /// A `tuple`, made at the first use.
    parameters: Field,
}

pub static UNION: TypeDef = TypeDef::of::<Union>("Union", "typing")
    .doc("Represent a union type\n\nE.g. for int | str")
    .flags(TypeFlags::WEAKREF)
    .methods(Union::native_methods)
    .getsets(Union::native_getsets);

// SAFETY: instances of the class are made by `from_members` with this layout.
unsafe impl Object for Union {
    const KIND: Kind = Kind::Native;

    fn def() -> &'static TypeDef {
        &UNION
    }
}

/// Whether `|` makes a union of the value: `None`, a class, an alias, a union.
fn is_unionable(v: Value) -> bool {
    v.is_none()
        || v.cast::<Type>().is_some()
        || v.cast::<GenericAlias>().is_some()
        || v.cast::<Union>().is_some()
        || crate::types::typing::is_type_alias(v)
}

/// `a | b` of types; `NotImplemented` for other values.
pub fn union(th: &Thread, a: Value, b: Value) -> PyResult<Value> {
    UNION.class(th);
    DEF.class(th);
    if !is_unionable(a) || !is_unionable(b) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    from_members(th, &[a, b])
}

/// The union of any members: nested ones are flattened, repeated ones left out; one member is
/// returned as it is.
pub fn from_members(th: &Thread, members: &[Value]) -> PyResult<Value> {
    let mut found: Vec<Value> = Vec::new();
    let mut add = |th: &Thread, v: Value| -> PyResult<()> {
        let v = if v.is_none() { v.class().value() } else { v };
        for f in &found {
            if *f == v || (f.cast::<Type>().is_none() && ops::equals(th, *f, v)?) {
                return Ok(());
            }
        }
        found.push(v);
        Ok(())
    };
    for v in members {
        match v.cast::<Union>() {
            Some(u) => {
                for v in u.args().values() {
                    add(th, *v)?;
                }
            }
            None => add(th, *v)?,
        }
    }
    if let [v] = found[..] {
        return Ok(v);
    }
    UNION.class(th);
    let args = Tuple::new(th, &found).value();
    Ok(alloc(
        th,
        Union {
            header: Header::new(UNION.shape_id(), Kind::Native),
            args: Field::new(Some(args)),
            parameters: Field::new(None),
        },
    )
    .value())
}

impl Union {
    fn args(&self) -> &'static Tuple {
        self.args.get().and_then(|a| a.cast()).expect("set when made")
    }
}

#[methods]
impl Union {
    #[method]
    fn __repr__(th: &Thread, this: &'static Union) -> PyResult<Value> {
        let none = Value::NONE.class().value();
        let mut b = StrBuilder::new();
        for (i, v) in this.args().values().iter().enumerate() {
            if i > 0 {
                b.push_str(" | ");
            }
            if *v == none {
                b.push_str("None");
            } else {
                push_repr(th, &mut b, *v)?;
            }
        }
        Ok(b.finish(th).value())
    }

    #[comparison]
    fn compare(th: &Thread, this: &'static Union, other: Value, op: Comparison) -> PyResult<Value> {
        let Some(other) = other.cast::<Union>() else { return Ok(Value::NOT_IMPLEMENTED) };
        let a = set::Set::from_values(th, this.args().values())?;
        let b = set::Set::from_values(th, other.args().values())?;
        match op {
            Comparison::Eq | Comparison::Ne => ops::compare(th, op, a.value(), b.value()),
            _ => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    #[method]
    fn __hash__(th: &Thread, this: &'static Union) -> PyResult<i64> {
        let s = set::frozen(th, this.args().values())?;
        ops::hash(th, s)
    }

    #[method(sig = "($self, value, /)")]
    fn __or__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
        union(th, this, other)
    }

    #[method(sig = "($self, value, /)")]
    fn __ror__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
        union(th, other, this)
    }

    #[method(sig = "($self, key, /)")]
    fn __getitem__(th: &Thread, this: &'static Union, item: Value) -> PyResult<Value> {
        let parameters = collect_parameters(th, this.args().values())?;
        let args = substitute(th, this.value(), this.args().values(), &parameters, item)?;
        let mut result = args[0];
        for v in &args[1..] {
            result = ops::binary(th, ops::Binary::Or, result, *v)?;
        }
        Ok(result)
    }

    #[method(sig = "($self, instance, /)")]
    fn __instancecheck__(th: &Thread, this: &'static Union, instance: Value) -> PyResult<bool> {
        for v in this.args().values() {
            if ops::is_instance(th, instance, *v)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    #[method(sig = "($self, subclass, /)")]
    fn __subclasscheck__(th: &Thread, this: &'static Union, subclass: Value) -> PyResult<bool> {
        for v in this.args().values() {
            if ops::is_subclass(th, subclass, *v)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    #[method(sig = "($self, bases, /)")]
    fn __mro_entries__(th: &Thread, this: Value, _bases: Value) -> PyResult<Value> {
        Err(raise!(th, TypeError, "Cannot subclass {}", ops::repr_string(th, this)?))
    }

    /// See PEP 585
    #[classmethod(sig = "($type, object, /)")]
    fn __class_getitem__(th: &Thread, _cls: Value, item: Value) -> PyResult<Value> {
        let members = args_tuple(th, item).values();
        if members.is_empty() {
            return Err(raise!(th, TypeError, "Cannot take a Union of no types."));
        }
        from_members(th, members)
    }

    #[getter]
    fn __args__(this: &'static Union) -> Value {
        this.args().value()
    }

    #[getter]
    fn __origin__(th: &Thread, _this: &'static Union) -> Value {
        UNION.class(th).value()
    }

    #[getter]
    fn __name__(th: &Thread, _this: &'static Union) -> Value {
        intern!(th, "Union")
    }

    #[getter]
    fn __qualname__(th: &Thread, _this: &'static Union) -> Value {
        intern!(th, "Union")
    }

    /// Type variables in the types.UnionType.
    #[getter]
    fn __parameters__(th: &Thread, this: &'static Union) -> PyResult<Value> {
        if let Some(p) = this.parameters.get() {
            return Ok(p);
        }
        let p = Tuple::new(th, &collect_parameters(th, this.args().values())?).value();
        this.parameters.set(&this.header, Some(p));
        Ok(p)
    }
}
