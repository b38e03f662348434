//! The types behind `typing` and PEP 695: type parameters, type aliases, `Generic`.
//!
//! Bounds, constraints, defaults and alias values are evaluated at the first use, by functions that
//! the compiler makes. The rules of substitution are in Python, in `typing.py`; the methods here call
//! them.

use krait_layout::{Header, Kind, StackSlot, Thread, Value};

use crate::error::PyResult;
use crate::gc::Field;
use crate::native::class_arg;
use crate::object::type_object::{Type, TypeDef, TypeFlags};
use crate::object::{Object, ValueExt, alloc, alloc_as, get_attr, get_attr_or_none, set_attr};
use crate::ops::{self, Comparison};
use crate::types::dict::Dict;
use crate::types::generic_alias;
use crate::types::str::Str;
use crate::types::str::build::StrBuilder;
use crate::types::tuple::Tuple;
use crate::{intern, raise, state};
use krait_macros::methods;

/// Calls a function of `typing.py`.
fn call_typing(th: &Thread, function: &str, args: &[Value]) -> PyResult<Value> {
    let f = ops::import::from_module(th, "typing", function)?;
    ops::call(th, f, args)
}

/// `__name__` of the module that runs.
fn caller_module(th: &Thread) -> Option<Value> {
    state::current_globals(th)?.get_name(intern!(th, "__name__"))
}

fn type_check(th: &Thread, v: Value, message: &str) -> PyResult<Value> {
    if v.is_none() {
        return Ok(v.class().value());
    }
    if v.cast::<Type>().is_some() {
        return Ok(v);
    }
    call_typing(th, "_type_check", &[v, Str::new(th, message).value()])
}

/// A value that is there, or is to be had from a function.
#[repr(C)]
struct Lazy {
    value: Field,
    evaluate: Field,
}

impl Lazy {
    const fn new(value: StackSlot, evaluate: StackSlot) -> Lazy {
        Lazy { value: Field::new(value), evaluate: Field::new(evaluate) }
    }

    fn get(&self, th: &Thread, owner: &Header, missing: Value) -> PyResult<Value> {
        if let Some(v) = self.value.get() {
            return Ok(v);
        }
        let Some(f) = self.evaluate.get() else { return Ok(missing) };
        let v = ops::call(th, f, &[Value::from_i32(1)])?;
        self.value.set(owner, Some(v));
        Ok(v)
    }

    /// The function, made of the value where there is only that; `None` where there is neither.
    fn evaluator(&self, th: &Thread) -> Value {
        match (self.evaluate.get(), self.value.get()) {
            (Some(f), _) => f,
            (None, Some(v)) => constant_evaluator(th, v),
            (None, None) => Value::NONE,
        }
    }
}

/// A `TypeVar`, `ParamSpec` or `TypeVarTuple`; each has a class of its own.
#[repr(C)]
pub struct Parameter {
    pub header: Header,
    name: Field,
    bound: Lazy,
    constraints: Lazy,
    default: Lazy,
    covariant: bool,
    contravariant: bool,
    infer_variance: bool,
}

impl Parameter {
    fn fresh(name: Value) -> Parameter {
        Parameter {
            header: Header::new(0, Kind::Native),
            name: Field::new(Some(name)),
            bound: Lazy::new(None, None),
            constraints: Lazy::new(None, None),
            default: Lazy::new(None, None),
            covariant: false,
            contravariant: false,
            infer_variance: false,
        }
    }

    fn name(&self) -> Value {
        self.name.get().expect("set when made")
    }

    fn repr(&self, th: &Thread) -> PyResult<Value> {
        let mut b = StrBuilder::new();
        if !self.infer_variance {
            b.push_str(if self.covariant {
                "+"
            } else if self.contravariant {
                "-"
            } else {
                "~"
            });
        }
        b.push_object(ops::str(th, self.name())?);
        Ok(b.finish(th).value())
    }

    fn has_default(&self) -> bool {
        self.default.evaluate.get().is_some()
            || self.default.value.get().is_some_and(|v| v.cast::<NoDefault>().is_none())
    }

    fn default_value(&self, th: &Thread) -> PyResult<Value> {
        self.default.get(th, &self.header, no_default(th))
    }

    /// Sets the variance flags; raises `ValueError` for combinations that make no sense.
    fn set_variance(&mut self, th: &Thread, co: bool, contra: bool, infer: bool) -> PyResult<()> {
        if co && contra {
            return Err(raise!(th, ValueError, "Bivariant types are not supported."));
        }
        if infer && (co || contra) {
            return Err(raise!(
                th,
                ValueError,
                "Variance cannot be specified with infer_variance."
            ));
        }
        (self.covariant, self.contravariant, self.infer_variance) = (co, contra, infer);
        Ok(())
    }
}

macro_rules! parameter_type {
    ($name:ident, $def:ident, $text:literal, $doc:literal) => {
        #[doc = concat!("A `typing.", $text, "`.")]
        #[repr(transparent)]
        pub struct $name(pub Parameter);

        pub static $def: TypeDef = TypeDef::of::<$name>($text, "typing")
            .doc($doc)
            .flags(TypeFlags::DICT.or(TypeFlags::WEAKREF))
            .methods($name::native_methods)
            .getsets($name::native_getsets);

        // SAFETY: instances of the class are made by `make` with this layout.
        unsafe impl Object for $name {
            const KIND: Kind = Kind::Native;

            fn def() -> &'static TypeDef {
                &$def
            }
        }

        impl $name {
            fn make(th: &Thread, class: &Type, p: Parameter) -> Value {
                alloc_as(th, class, $name(p)).value()
            }
        }
    };
}

parameter_type!(TypeVar, TYPE_VAR, "TypeVar", "Type variable.");
parameter_type!(ParamSpec, PARAM_SPEC, "ParamSpec", "Parameter specification variable.");
parameter_type!(TypeVarTuple, TYPE_VAR_TUPLE, "TypeVarTuple", "Type variable tuple.");

/// Notes the module that makes a parameter by calling the class.
fn set_module(th: &Thread, v: Value) -> PyResult<Value> {
    if let Some(m) = caller_module(th) {
        set_attr(th, v, intern!(th, "__module__"), m)?;
    }
    Ok(v)
}

/// `CALL_INTRINSIC_1 INTRINSIC_TYPEVAR`.
pub fn type_var(th: &Thread, name: Value) -> PyResult<Value> {
    let mut p = Parameter::fresh(name);
    p.infer_variance = true;
    Ok(TypeVar::make(th, TYPE_VAR.class(th), p))
}

/// As [`type_var`] with a function that gives the bound.
pub fn type_var_with_bound(th: &Thread, name: Value, evaluate: Value) -> PyResult<Value> {
    let mut p = Parameter::fresh(name);
    p.infer_variance = true;
    p.bound = Lazy::new(None, Some(evaluate));
    Ok(TypeVar::make(th, TYPE_VAR.class(th), p))
}

/// As [`type_var`] with a function that gives the tuple of constraints.
pub fn type_var_with_constraints(th: &Thread, name: Value, evaluate: Value) -> PyResult<Value> {
    let mut p = Parameter::fresh(name);
    p.infer_variance = true;
    p.constraints = Lazy::new(None, Some(evaluate));
    Ok(TypeVar::make(th, TYPE_VAR.class(th), p))
}

/// `CALL_INTRINSIC_1 INTRINSIC_PARAMSPEC`.
pub fn param_spec(th: &Thread, name: Value) -> PyResult<Value> {
    let mut p = Parameter::fresh(name);
    p.infer_variance = true;
    Ok(ParamSpec::make(th, PARAM_SPEC.class(th), p))
}

/// `CALL_INTRINSIC_1 INTRINSIC_TYPEVARTUPLE`.
pub fn type_var_tuple(th: &Thread, name: Value) -> PyResult<Value> {
    Ok(TypeVarTuple::make(th, TYPE_VAR_TUPLE.class(th), Parameter::fresh(name)))
}

/// `CALL_INTRINSIC_2 INTRINSIC_SET_TYPEPARAM_DEFAULT`: gives the parameter.
pub fn set_default(th: &Thread, parameter: Value, evaluate: Value) -> PyResult<Value> {
    let p = if let Some(v) = parameter.cast::<TypeVar>() {
        &v.0
    } else if let Some(v) = parameter.cast::<ParamSpec>() {
        &v.0
    } else if let Some(v) = parameter.cast::<TypeVarTuple>() {
        &v.0
    } else {
        return Err(raise!(
            th,
            TypeError,
            "Expected a type param, got {}",
            ops::repr_string(th, parameter)?
        ));
    };
    p.default.evaluate.set(&p.header, Some(evaluate));
    Ok(parameter)
}

/// `Unpack[parameter]`.
fn unpacked(th: &Thread, v: Value) -> PyResult<Value> {
    let unpack = ops::import::from_module(th, "typing", "Unpack")?;
    ops::get_item(th, unpack, v)
}

/// The parameters with each `TypeVarTuple` unpacked.
fn unpack_tuples(th: &Thread, parameters: Value) -> PyResult<Value> {
    let Some(t) = parameters.cast::<Tuple>() else { return Ok(parameters) };
    if t.values().iter().all(|v| v.cast::<TypeVarTuple>().is_none()) {
        return Ok(parameters);
    }
    let mut out = Vec::with_capacity(t.len());
    for v in t.values() {
        out.push(if v.cast::<TypeVarTuple>().is_some() { unpacked(th, *v)? } else { *v });
    }
    Ok(Tuple::new(th, &out).value())
}

/// `Generic[parameters]`, the base of a generic class: `INTRINSIC_SUBSCRIPT_GENERIC`.
pub fn subscript_generic(th: &Thread, parameters: Value) -> PyResult<Value> {
    let parameters = unpack_tuples(th, parameters)?;
    call_typing(th, "_GenericAlias", &[GENERIC.class(th).value(), parameters])
}

/// `INTRINSIC_TYPEALIAS`: `v` is the tuple of name, parameters and the function that gives the value.
pub fn type_alias(th: &Thread, v: Value) -> PyResult<Value> {
    let Some([name, parameters, evaluate]) = v.cast::<Tuple>().map(Tuple::values) else {
        unreachable!("the compiler builds a tuple of three")
    };
    let parameters = Some(*parameters).filter(|p| !p.is_none());
    Ok(make_alias(th, *name, parameters, None, Some(*evaluate)))
}

/// `v | other` of type parameters and aliases.
fn make_union(th: &Thread, a: Value, b: Value) -> PyResult<Value> {
    let forward = |v: Value| -> PyResult<Value> {
        if v.cast::<Str>().is_some() { call_typing(th, "_type_convert", &[v]) } else { Ok(v) }
    };
    let members = [forward(a)?, forward(b)?];
    generic_alias::from_members(th, &members)
}

fn cannot_subclass(th: &Thread, what: &str) -> crate::Raised {
    raise!(th, TypeError, "Cannot subclass an instance of {what}")
}

#[methods]
impl TypeVar {
    #[staticmethod(
        sig = "(cls, name, /, *constraints, bound=None, default=typing.NoDefault, covariant=False, contravariant=False, infer_variance=False)"
    )]
    fn __new__(
        th: &Thread,
        cls: Value,
        name: &Str,
        bound: Option<Value>,
        default: Option<Value>,
        covariant: Option<bool>,
        contravariant: Option<bool>,
        infer_variance: Option<bool>,
        constraints: &'static Tuple,
    ) -> PyResult<Value> {
        let class = class_arg(th, cls, TYPE_VAR.class(th))?;
        let mut p = Parameter::fresh(name.value());
        p.set_variance(
            th,
            covariant.unwrap_or(false),
            contravariant.unwrap_or(false),
            infer_variance.unwrap_or(false),
        )?;
        let bound = match bound.filter(|b| !b.is_none()) {
            Some(b) => Some(type_check(th, b, "Bound must be a type.")?),
            None => None,
        };
        if constraints.len() == 1 {
            return Err(raise!(th, TypeError, "A single constraint is not allowed"));
        }
        if !constraints.is_empty() && bound.is_some() {
            return Err(raise!(th, TypeError, "Constraints cannot be combined with bound=..."));
        }
        let mut checked = Vec::new();
        for c in constraints.values() {
            checked.push(type_check(
                th,
                *c,
                "TypeVar(name, constraint, ...): constraints must be types.",
            )?);
        }
        p.bound = Lazy::new(bound, None);
        p.constraints = Lazy::new(Some(Tuple::new(th, &checked).value()), None);
        p.default = Lazy::new(default, None);
        set_module(th, TypeVar::make(th, class, p))
    }

    #[method]
    fn __repr__(th: &Thread, this: &'static TypeVar) -> PyResult<Value> {
        this.0.repr(th)
    }

    #[method(sig = "($self, value, /)")]
    fn __or__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
        make_union(th, this, other)
    }

    #[method(sig = "($self, value, /)")]
    fn __ror__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
        make_union(th, other, this)
    }

    #[method(sig = "($self, arg, /)")]
    fn __typing_subst__(th: &Thread, this: &'static TypeVar, arg: Value) -> PyResult<Value> {
        call_typing(th, "_typevar_subst", &[this.value(), arg])
    }

    #[method(sig = "($self, alias, args, /)")]
    fn __typing_prepare_subst__(
        th: &Thread,
        this: &'static TypeVar,
        alias: Value,
        args: Value,
    ) -> PyResult<Value> {
        let parameters = get_attr(th, alias, intern!(th, "__parameters__"))?;
        let parameters = ops::collect(th, parameters)?;
        let mut all = ops::collect(th, args)?;
        match parameters.iter().position(|p| *p == this.value()) {
            Some(i) if i == all.len() && this.0.has_default() => {
                all.push(this.0.default_value(th)?);
                Ok(Tuple::new(th, &all).value())
            }
            Some(i) if i == all.len() => {
                Err(raise!(th, TypeError, "Too few arguments for {}", ops::repr_string(th, alias)?))
            }
            _ => Ok(args),
        }
    }

    #[method]
    fn __reduce__(this: &'static TypeVar) -> Value {
        this.0.name()
    }

    #[method]
    fn has_default(this: &'static TypeVar) -> bool {
        this.0.has_default()
    }

    #[method(sig = "($self, object, /)")]
    fn __mro_entries__(th: &Thread, _this: &'static TypeVar, _bases: Value) -> PyResult<Value> {
        Err(cannot_subclass(th, "TypeVar"))
    }

    #[getter]
    fn __name__(this: &'static TypeVar) -> Value {
        this.0.name()
    }

    #[getter]
    fn __covariant__(this: &'static TypeVar) -> bool {
        this.0.covariant
    }

    #[getter]
    fn __contravariant__(this: &'static TypeVar) -> bool {
        this.0.contravariant
    }

    #[getter]
    fn __infer_variance__(this: &'static TypeVar) -> bool {
        this.0.infer_variance
    }

    #[getter]
    fn __bound__(th: &Thread, this: &'static TypeVar) -> PyResult<Value> {
        this.0.bound.get(th, &this.0.header, Value::NONE)
    }

    #[getter]
    fn __constraints__(th: &Thread, this: &'static TypeVar) -> PyResult<Value> {
        this.0.constraints.get(th, &this.0.header, Tuple::new(th, &[]).value())
    }

    #[getter]
    fn __default__(th: &Thread, this: &'static TypeVar) -> PyResult<Value> {
        this.0.default_value(th)
    }

    #[getter]
    fn evaluate_bound(th: &Thread, this: &'static TypeVar) -> Value {
        this.0.bound.evaluator(th)
    }

    #[getter]
    fn evaluate_constraints(th: &Thread, this: &'static TypeVar) -> Value {
        let empty = this.0.constraints.value.get().and_then(|c| c.cast::<Tuple>());
        if empty.is_some_and(Tuple::is_empty) {
            Value::NONE
        } else {
            this.0.constraints.evaluator(th)
        }
    }

    #[getter]
    fn evaluate_default(th: &Thread, this: &'static TypeVar) -> Value {
        if this.0.has_default() { this.0.default.evaluator(th) } else { Value::NONE }
    }
}

#[methods]
impl ParamSpec {
    #[staticmethod(
        sig = "(cls, name, *, bound=None, default=typing.NoDefault, covariant=False, contravariant=False, infer_variance=False)"
    )]
    fn __new__(
        th: &Thread,
        cls: Value,
        name: &Str,
        bound: Option<Value>,
        default: Option<Value>,
        covariant: Option<bool>,
        contravariant: Option<bool>,
        infer_variance: Option<bool>,
    ) -> PyResult<Value> {
        let class = class_arg(th, cls, PARAM_SPEC.class(th))?;
        let mut p = Parameter::fresh(name.value());
        p.set_variance(
            th,
            covariant.unwrap_or(false),
            contravariant.unwrap_or(false),
            infer_variance.unwrap_or(false),
        )?;
        if let Some(b) = bound.filter(|b| !b.is_none()) {
            p.bound = Lazy::new(Some(type_check(th, b, "Bound must be a type.")?), None);
        }
        p.default = Lazy::new(default, None);
        set_module(th, ParamSpec::make(th, class, p))
    }

    #[method]
    fn __repr__(th: &Thread, this: &'static ParamSpec) -> PyResult<Value> {
        this.0.repr(th)
    }

    #[method(sig = "($self, value, /)")]
    fn __or__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
        make_union(th, this, other)
    }

    #[method(sig = "($self, value, /)")]
    fn __ror__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
        make_union(th, other, this)
    }

    #[method(sig = "($self, arg, /)")]
    fn __typing_subst__(th: &Thread, this: &'static ParamSpec, arg: Value) -> PyResult<Value> {
        call_typing(th, "_paramspec_subst", &[this.value(), arg])
    }

    #[method(sig = "($self, alias, args, /)")]
    fn __typing_prepare_subst__(
        th: &Thread,
        this: &'static ParamSpec,
        alias: Value,
        args: Value,
    ) -> PyResult<Value> {
        call_typing(th, "_paramspec_prepare_subst", &[this.value(), alias, args])
    }

    #[method]
    fn __reduce__(this: &'static ParamSpec) -> Value {
        this.0.name()
    }

    #[method]
    fn has_default(this: &'static ParamSpec) -> bool {
        this.0.has_default()
    }

    #[method(sig = "($self, object, /)")]
    fn __mro_entries__(th: &Thread, _this: &'static ParamSpec, _bases: Value) -> PyResult<Value> {
        Err(cannot_subclass(th, "ParamSpec"))
    }

    #[getter]
    fn __name__(this: &'static ParamSpec) -> Value {
        this.0.name()
    }

    #[getter]
    fn __bound__(th: &Thread, this: &'static ParamSpec) -> PyResult<Value> {
        this.0.bound.get(th, &this.0.header, Value::NONE)
    }

    #[getter]
    fn __covariant__(this: &'static ParamSpec) -> bool {
        this.0.covariant
    }

    #[getter]
    fn __contravariant__(this: &'static ParamSpec) -> bool {
        this.0.contravariant
    }

    #[getter]
    fn __infer_variance__(this: &'static ParamSpec) -> bool {
        this.0.infer_variance
    }

    /// Represents positional arguments.
    #[getter]
    fn args(th: &Thread, this: Value) -> Value {
        Args::make(th, this)
    }

    /// Represents keyword arguments.
    #[getter]
    fn kwargs(th: &Thread, this: Value) -> Value {
        Kwargs::make(th, this)
    }

    /// The default value for this ParamSpec.
    #[getter]
    fn __default__(th: &Thread, this: &'static ParamSpec) -> PyResult<Value> {
        this.0.default_value(th)
    }

    #[getter]
    fn evaluate_default(th: &Thread, this: &'static ParamSpec) -> Value {
        if this.0.has_default() { this.0.default.evaluator(th) } else { Value::NONE }
    }
}

#[methods]
impl TypeVarTuple {
    #[staticmethod(sig = "(cls, name, *, default=typing.NoDefault)")]
    fn __new__(th: &Thread, cls: Value, name: &Str, default: Option<Value>) -> PyResult<Value> {
        let class = class_arg(th, cls, TYPE_VAR_TUPLE.class(th))?;
        let mut p = Parameter::fresh(name.value());
        p.default = Lazy::new(default, None);
        set_module(th, TypeVarTuple::make(th, class, p))
    }

    #[method]
    fn __repr__(this: &'static TypeVarTuple) -> Value {
        this.0.name()
    }

    #[method]
    fn __iter__(th: &Thread, this: Value) -> PyResult<Value> {
        let v = unpacked(th, this)?;
        ops::get_iter(th, Tuple::new(th, &[v]).value())
    }

    #[method(sig = "($self, arg, /)")]
    fn __typing_subst__(th: &Thread, _this: &'static TypeVarTuple, _arg: Value) -> PyResult<Value> {
        Err(raise!(th, TypeError, "Substitution of bare TypeVarTuple is not supported"))
    }

    #[method(sig = "($self, alias, args, /)")]
    fn __typing_prepare_subst__(
        th: &Thread,
        this: &'static TypeVarTuple,
        alias: Value,
        args: Value,
    ) -> PyResult<Value> {
        call_typing(th, "_typevartuple_prepare_subst", &[this.value(), alias, args])
    }

    #[method]
    fn __reduce__(this: &'static TypeVarTuple) -> Value {
        this.0.name()
    }

    #[method]
    fn has_default(this: &'static TypeVarTuple) -> bool {
        this.0.has_default()
    }

    #[method(sig = "($self, object, /)")]
    fn __mro_entries__(
        th: &Thread,
        _this: &'static TypeVarTuple,
        _bases: Value,
    ) -> PyResult<Value> {
        Err(cannot_subclass(th, "TypeVarTuple"))
    }

    #[getter]
    fn __name__(this: &'static TypeVarTuple) -> Value {
        this.0.name()
    }

    /// The default value for this TypeVarTuple.
    #[getter]
    fn __default__(th: &Thread, this: &'static TypeVarTuple) -> PyResult<Value> {
        this.0.default_value(th)
    }

    #[getter]
    fn evaluate_default(th: &Thread, this: &'static TypeVarTuple) -> Value {
        if this.0.has_default() { this.0.default.evaluator(th) } else { Value::NONE }
    }
}

macro_rules! parameter_part {
    ($name:ident, $def:ident, $text:literal, $suffix:literal) => {
        #[doc = concat!("A `typing.", $text, "`: `P", $suffix, "`.")]
        #[repr(C)]
        pub struct $name {
            pub header: Header,
            origin: Field,
        }

        pub static $def: TypeDef = TypeDef::of::<$name>($text, "typing")
            .flags(TypeFlags::WEAKREF)
            .methods($name::native_methods)
            .getsets($name::native_getsets);

        // SAFETY: instances of the class are made by `make` with this layout.
        unsafe impl Object for $name {
            const KIND: Kind = Kind::Native;

            fn def() -> &'static TypeDef {
                &$def
            }
        }

        impl $name {
            fn make(th: &Thread, origin: Value) -> Value {
                $def.class(th);
                let header = Header::new($def.shape_id(), Kind::Native);
                alloc(th, $name { header, origin: Field::new(Some(origin)) }).value()
            }
        }

        #[methods]
        impl $name {
            #[staticmethod(sig = "(cls, origin)")]
            fn __new__(th: &Thread, _cls: Value, origin: Value) -> Value {
                $name::make(th, origin)
            }

            #[method]
            fn __repr__(th: &Thread, this: &'static $name) -> PyResult<String> {
                let origin = this.origin.get().expect("set when made");
                let text = match origin.cast::<ParamSpec>() {
                    Some(p) => ops::str_string(th, p.0.name())?,
                    None => ops::repr_string(th, origin)?,
                };
                Ok(format!("{text}{}", $suffix))
            }

            #[comparison]
            fn compare(
                th: &Thread,
                this: &'static $name,
                other: Value,
                op: Comparison,
            ) -> PyResult<Value> {
                let Some(other) = other.cast::<$name>() else { return Ok(Value::NOT_IMPLEMENTED) };
                let (a, b) = (this.origin.get().expect("set"), other.origin.get().expect("set"));
                match op {
                    Comparison::Eq | Comparison::Ne => ops::compare(th, op, a, b),
                    _ => Ok(Value::NOT_IMPLEMENTED),
                }
            }

            #[method(sig = "($self, object, /)")]
            fn __mro_entries__(
                th: &Thread,
                _this: &'static $name,
                _bases: Value,
            ) -> PyResult<Value> {
                Err(cannot_subclass(th, $text))
            }

            #[getter]
            fn __origin__(this: &'static $name) -> Option<Value> {
                this.origin.get()
            }
        }
    };
}

parameter_part!(Args, PARAM_SPEC_ARGS, "ParamSpecArgs", ".args");
parameter_part!(Kwargs, PARAM_SPEC_KWARGS, "ParamSpecKwargs", ".kwargs");

/// A `typing.TypeAliasType`.
#[repr(C)]
pub struct TypeAlias {
    pub header: Header,
    name: Field,
    /// A `tuple`, or unset.
    parameters: Field,
    value: Lazy,
    module: Field,
}

pub static TYPE_ALIAS: TypeDef = TypeDef::of::<TypeAlias>("TypeAliasType", "typing")
    .doc("Type alias.")
    .flags(TypeFlags::WEAKREF)
    .methods(TypeAlias::native_methods)
    .getsets(TypeAlias::native_getsets);

// SAFETY: instances of the class are made by `make_alias` with this layout.
unsafe impl Object for TypeAlias {
    const KIND: Kind = Kind::Native;

    fn def() -> &'static TypeDef {
        &TYPE_ALIAS
    }
}

fn make_alias(
    th: &Thread,
    name: Value,
    parameters: StackSlot,
    value: StackSlot,
    evaluate: StackSlot,
) -> Value {
    TYPE_ALIAS.class(th);
    alloc(
        th,
        TypeAlias {
            header: Header::new(TYPE_ALIAS.shape_id(), Kind::Native),
            name: Field::new(Some(name)),
            parameters: Field::new(parameters),
            value: Lazy::new(value, evaluate),
            module: Field::new(caller_module(th)),
        },
    )
    .value()
}

/// Whether `v` is a `TypeAliasType`.
pub fn is_type_alias(v: Value) -> bool {
    v.cast::<TypeAlias>().is_some()
}

#[methods]
impl TypeAlias {
    #[staticmethod(sig = "(cls, name, value, *, type_params=<unrepresentable>)")]
    fn __new__(
        th: &Thread,
        _cls: Value,
        name: &Str,
        value: Value,
        type_params: Option<Value>,
    ) -> PyResult<Value> {
        if let Some(p) = type_params {
            let Some(t) = p.cast::<Tuple>() else {
                return Err(raise!(th, TypeError, "type_params must be a tuple"));
            };
            let mut default_seen = false;
            for p in t.values() {
                let Some(has) = get_attr_or_none(th, *p, intern!(th, "has_default"))? else {
                    return Err(raise!(
                        th,
                        TypeError,
                        "Expected a type param, got {}",
                        ops::repr_string(th, *p)?
                    ));
                };
                let r = ops::call(th, has, &[])?;
                if ops::truth(th, r)? {
                    default_seen = true;
                } else if default_seen {
                    return Err(raise!(
                        th,
                        TypeError,
                        "non-default type parameter '{}' follows default type parameter",
                        ops::repr_string(th, *p)?
                    ));
                }
            }
        }
        Ok(make_alias(th, name.value(), type_params, Some(value), None))
    }

    #[method]
    fn __repr__(this: &'static TypeAlias) -> Option<Value> {
        this.name.get()
    }

    #[method]
    fn __iter__(th: &Thread, this: Value) -> PyResult<Value> {
        let v = unpacked(th, this)?;
        ops::get_iter(th, Tuple::new(th, &[v]).value())
    }

    #[method(sig = "($self, value, /)")]
    fn __or__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
        make_union(th, this, other)
    }

    #[method(sig = "($self, value, /)")]
    fn __ror__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
        make_union(th, other, this)
    }

    #[method(sig = "($self, key, /)")]
    fn __getitem__(th: &Thread, this: &'static TypeAlias, key: Value) -> PyResult<Value> {
        let parameters = this.parameters.get().and_then(|p| p.cast::<Tuple>());
        if parameters.is_none_or(Tuple::is_empty) {
            return Err(raise!(th, TypeError, "Only generic type aliases are subscriptable"));
        }
        generic_alias::new(th, this.value(), key)
    }

    #[method]
    fn __reduce__(this: &'static TypeAlias) -> Option<Value> {
        this.name.get()
    }

    #[getter]
    fn __name__(this: &'static TypeAlias) -> Option<Value> {
        this.name.get()
    }

    #[getter]
    fn __parameters__(th: &Thread, this: &'static TypeAlias) -> PyResult<Value> {
        match this.parameters.get() {
            Some(p) => unpack_tuples(th, p),
            None => Ok(Tuple::new(th, &[]).value()),
        }
    }

    #[getter]
    fn __type_params__(th: &Thread, this: &'static TypeAlias) -> Value {
        this.parameters.get().unwrap_or(Tuple::new(th, &[]).value())
    }

    #[getter]
    fn __value__(th: &Thread, this: &'static TypeAlias) -> PyResult<Value> {
        this.value.get(th, &this.header, Value::NONE)
    }

    #[getter]
    fn evaluate_value(th: &Thread, this: &'static TypeAlias) -> Value {
        this.value.evaluator(th)
    }

    #[getter]
    fn __module__(this: &'static TypeAlias) -> Option<Value> {
        this.module.get()
    }
}

/// `typing.Generic`.
#[repr(C)]
pub struct Generic {
    pub header: Header,
}

pub static GENERIC: TypeDef = TypeDef::new("Generic", "typing", Kind::Instance, size_of::<Header>())
    .doc("Abstract base class for generic types\n\nOn Python 3.12 and newer, generic classes implicitly inherit from\nGeneric when they declare a parameter list after the class's name::\n\n    class Mapping[KT, VT]:\n        def __getitem__(self, key: KT) -> VT:\n            ...\n            # Etc.")
    .flags(TypeFlags::BASE)
    .mutable()
    .methods(Generic::native_methods);

#[methods]
impl Generic {
    /// Parameterizes a generic class.
    #[classmethod(sig = "($type, /, *args, **kwargs)")]
    fn __class_getitem__(
        th: &Thread,
        cls: Value,
        args: &'static Tuple,
        kwargs: &Dict,
    ) -> PyResult<Value> {
        let f = ops::import::from_module(th, "typing", "_generic_class_getitem")?;
        let mut all = vec![cls];
        all.extend_from_slice(args.values());
        ops::call_with(th, f, &all, &kwargs.pairs())
    }

    /// Function to initialize subclasses.
    #[classmethod(sig = "($type, /, *args, **kwargs)")]
    fn __init_subclass__(
        th: &Thread,
        cls: Value,
        args: &'static Tuple,
        kwargs: &Dict,
    ) -> PyResult<Value> {
        let f = ops::import::from_module(th, "typing", "_generic_init_subclass")?;
        let mut all = vec![cls];
        all.extend_from_slice(args.values());
        ops::call_with(th, f, &all, &kwargs.pairs())
    }
}

/// `typing.NoDefault`.
#[repr(C)]
pub struct NoDefault {
    pub header: Header,
}

pub static NO_DEFAULT: TypeDef = TypeDef::of::<NoDefault>("NoDefaultType", "typing")
    .doc("The type of the NoDefault singleton.")
    .methods(NoDefault::native_methods);

// SAFETY: the one instance is made by `no_default` with this layout.
unsafe impl Object for NoDefault {
    const KIND: Kind = Kind::Native;
    const TRACED: bool = false;

    fn def() -> &'static TypeDef {
        &NO_DEFAULT
    }
}

/// The singleton.
pub fn no_default(th: &Thread) -> Value {
    let state = state::module_state(th, "_typing");
    let name = intern!(th, "NoDefault");
    if let Some(v) = state.get_name(name) {
        return v;
    }
    NO_DEFAULT.class(th);
    let v =
        alloc(th, NoDefault { header: Header::new(NO_DEFAULT.shape_id(), Kind::Native) }).value();
    state.set_name(th, name, v);
    v
}

#[methods]
impl NoDefault {
    #[staticmethod(sig = "(cls, /)")]
    fn __new__(th: &Thread, _cls: Value) -> Value {
        no_default(th)
    }

    #[method]
    fn __repr__(_this: &'static NoDefault) -> &'static str {
        "typing.NoDefault"
    }

    #[method]
    fn __reduce__(_this: &'static NoDefault) -> &'static str {
        "NoDefault"
    }
}

/// A function that gives a value whatever it is called with: `evaluate_bound` of a bound that was
/// given as a value.
#[repr(C)]
pub struct ConstantEvaluator {
    pub header: Header,
    value: Field,
}

pub static CONSTANT_EVALUATOR: TypeDef =
    TypeDef::of::<ConstantEvaluator>("_ConstEvaluator", "_typing")
        .flags(TypeFlags::NO_NEW)
        .methods(ConstantEvaluator::native_methods);

// SAFETY: instances of the class are made by `constant_evaluator` with this layout.
unsafe impl Object for ConstantEvaluator {
    const KIND: Kind = Kind::Native;

    fn def() -> &'static TypeDef {
        &CONSTANT_EVALUATOR
    }
}

fn constant_evaluator(th: &Thread, v: Value) -> Value {
    CONSTANT_EVALUATOR.class(th);
    let header = Header::new(CONSTANT_EVALUATOR.shape_id(), Kind::Native);
    alloc(th, ConstantEvaluator { header, value: Field::new(Some(v)) }).value()
}

#[methods]
impl ConstantEvaluator {
    #[method]
    fn __repr__(th: &Thread, this: &'static ConstantEvaluator) -> PyResult<String> {
        Ok(format!("<constevaluator {}>", ops::repr_string(th, this.value.get().expect("set"))?))
    }

    #[method(sig = "($self, format, /)")]
    fn __call__(th: &Thread, this: &'static ConstantEvaluator, format: i32) -> PyResult<Value> {
        let v = this.value.get().expect("set when made");
        // `annotationlib.Format.STRING`
        if format != 4 {
            return Ok(v);
        }
        let mut b = StrBuilder::new();
        match v.cast::<Tuple>() {
            Some(t) => {
                b.push_str("(");
                for (i, item) in t.values().iter().enumerate() {
                    if i > 0 {
                        b.push_str(", ");
                    }
                    generic_alias::push_repr(th, &mut b, *item)?;
                }
                b.push_str(")");
            }
            None => generic_alias::push_repr(th, &mut b, v)?,
        }
        Ok(b.finish(th).value())
    }
}
