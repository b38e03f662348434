//! Template strings (PEP 750): `string.templatelib.Template` and `Interpolation`.

use std::cell::Cell;

use krait_layout::{Header, Kind, StackSlot, Thread, Value};

use crate::error::PyResult;
use crate::gc::Field;
use crate::object::type_object::{TypeDef, TypeFlags};
use crate::object::{Object, Type, ValueExt, alloc};
use crate::ops;
use crate::types::dict::Dict;
use crate::types::generic_alias;
use crate::types::str::Str;
use crate::types::str::build::StrBuilder;
use crate::types::tuple::Tuple;
use crate::{intern, raise, state};
use krait_macros::methods;

/// A `Template`: one string more than interpolations.
#[repr(C)]
pub struct Template {
    pub header: Header,
    /// A `tuple`.
    strings: Field,
    /// A `tuple`.
    interpolations: Field,
}

pub static TEMPLATE: TypeDef = TypeDef::of::<Template>("Template", "string.templatelib")
    .doc("Template object")
    .methods(Template::native_methods)
    .getsets(Template::native_getsets);

// SAFETY: instances of the class are made by `template` with this layout.
unsafe impl Object for Template {
    const KIND: Kind = Kind::Native;

    fn def() -> &'static TypeDef {
        &TEMPLATE
    }
}

/// An `Interpolation`.
#[repr(C)]
pub struct Interpolation {
    pub header: Header,
    value: Field,
    expression: Field,
    /// `"s"`, `"r"`, `"a"` or `None`.
    conversion: Field,
    format_spec: Field,
}

pub static INTERPOLATION: TypeDef =
    TypeDef::of::<Interpolation>("Interpolation", "string.templatelib")
        .doc("Interpolation object")
        .methods(Interpolation::native_methods)
        .getsets(Interpolation::native_getsets);

// SAFETY: instances of the class are made by `make_interpolation` with this layout.
unsafe impl Object for Interpolation {
    const KIND: Kind = Kind::Native;

    fn def() -> &'static TypeDef {
        &INTERPOLATION
    }
}

/// `BUILD_TEMPLATE`: a template of tuples of strings and interpolations.
pub fn template(th: &Thread, strings: Value, interpolations: Value) -> PyResult<Value> {
    TEMPLATE.class(th);
    Ok(alloc(
        th,
        Template {
            header: Header::new(TEMPLATE.shape_id(), Kind::Native),
            strings: Field::new(Some(strings)),
            interpolations: Field::new(Some(interpolations)),
        },
    )
    .value())
}

fn make_interpolation(
    th: &Thread,
    value: Value,
    expression: Value,
    conversion: Value,
    spec: Value,
) -> Value {
    interpolation_class(th);
    alloc(
        th,
        Interpolation {
            header: Header::new(INTERPOLATION.shape_id(), Kind::Native),
            value: Field::new(Some(value)),
            expression: Field::new(Some(expression)),
            conversion: Field::new(Some(conversion)),
            format_spec: Field::new(Some(spec)),
        },
    )
    .value()
}

/// `BUILD_INTERPOLATION`: `conversion` is 0 for none, 1 for `!s`, 2 for `!r`, 3 for `!a`.
pub fn interpolation(
    th: &Thread,
    value: Value,
    expression: Value,
    conversion: u32,
    spec: StackSlot,
) -> PyResult<Value> {
    let conversion = match conversion {
        1 => intern!(th, "s"),
        2 => intern!(th, "r"),
        3 => intern!(th, "a"),
        _ => Value::NONE,
    };
    let spec = spec.unwrap_or(state::empty_str(th).value());
    Ok(make_interpolation(th, value, expression, conversion, spec))
}

fn tuple(field: &Field) -> &'static Tuple {
    field.get().and_then(|t| t.cast()).expect("set when made")
}

/// A template of strings and interpolations in any order; neighbouring strings are joined.
fn from_parts(th: &Thread, parts: &[Value]) -> PyResult<Value> {
    let (mut strings, mut fields) = (vec![state::empty_str(th)], Vec::new());
    for v in parts {
        if let Some(s) = v.cast::<Str>() {
            let last = strings.last_mut().expect("never empty");
            *last = if last.is_empty() { s } else { last.concat(th, s) };
        } else if v.cast::<Interpolation>().is_some() {
            fields.push(*v);
            strings.push(state::empty_str(th));
        } else {
            return Err(raise!(
                th,
                TypeError,
                "Template.__new__ *args need to be of type 'str' or 'Interpolation', got {}",
                v.type_name()
            ));
        }
    }
    let strings: Vec<Value> = strings.iter().map(|s| s.value()).collect();
    template(th, Tuple::new(th, &strings).value(), Tuple::new(th, &fields).value())
}

impl Template {
    /// Strings that are not empty and interpolations, in order.
    fn parts(&self) -> Vec<Value> {
        let (strings, fields) =
            (tuple(&self.strings).values(), tuple(&self.interpolations).values());
        let mut out = Vec::with_capacity(strings.len() + fields.len());
        for (i, s) in strings.iter().enumerate() {
            if s.cast::<Str>().is_some_and(|s| !s.is_empty()) {
                out.push(*s);
            }
            out.extend(fields.get(i));
        }
        out
    }
}

#[methods]
impl Template {
    #[staticmethod(sig = "(cls, /, *args, **kwargs)")]
    fn __new__(th: &Thread, _cls: Value, args: &'static Tuple, kwargs: &Dict) -> PyResult<Value> {
        if !kwargs.is_empty() {
            return Err(raise!(th, TypeError, "Template.__new__ only accepts *args arguments"));
        }
        from_parts(th, args.values())
    }

    #[method]
    fn __repr__(th: &Thread, this: &'static Template) -> PyResult<Value> {
        let mut b = StrBuilder::new();
        b.push_str("Template(strings=");
        b.push_object(ops::repr(th, tuple(&this.strings).value())?);
        b.push_str(", interpolations=");
        b.push_object(ops::repr(th, tuple(&this.interpolations).value())?);
        b.push_str(")");
        Ok(b.finish(th).value())
    }

    #[method]
    fn __iter__(th: &Thread, this: &'static Template) -> Value {
        ITERATOR.class(th);
        let parts = Tuple::new(th, &this.parts()).value();
        alloc(
            th,
            TemplateIterator {
                header: Header::new(ITERATOR.shape_id(), Kind::Native),
                parts: Field::new(Some(parts)),
                at: Cell::new(0),
            },
        )
        .value()
    }

    #[method(sig = "($self, value, /)")]
    fn __add__(th: &Thread, this: &'static Template, other: Value) -> PyResult<Value> {
        let Some(other) = other.cast::<Template>() else {
            return Err(raise!(
                th,
                TypeError,
                "can only concatenate string.templatelib.Template (not \"{}\") to string.templatelib.Template",
                other.type_name()
            ));
        };
        let mut parts = this.parts();
        parts.extend(other.parts());
        from_parts(th, &parts)
    }

    #[method]
    fn __reduce__(th: &Thread, this: &'static Template) -> PyResult<Value> {
        let module = ops::import::import_module(th, "string.templatelib")?;
        let f = crate::object::get_attr(th, module, intern!(th, "_template_unpickle"))?;
        let args =
            Tuple::new(th, &[tuple(&this.strings).value(), tuple(&this.interpolations).value()]);
        Ok(Tuple::new(th, &[f, args.value()]).value())
    }

    /// See PEP 585
    #[classmethod(sig = "($type, object, /)")]
    fn __class_getitem__(th: &Thread, cls: Value, item: Value) -> PyResult<Value> {
        generic_alias::new(th, cls, item)
    }

    /// Strings
    #[getter]
    fn strings(this: &'static Template) -> Option<Value> {
        this.strings.get()
    }

    /// Interpolations
    #[getter]
    fn interpolations(this: &'static Template) -> Option<Value> {
        this.interpolations.get()
    }

    /// Values of interpolations
    #[getter]
    fn values(th: &Thread, this: &'static Template) -> Value {
        let values: Vec<Value> = tuple(&this.interpolations)
            .values()
            .iter()
            .filter_map(|i| i.cast::<Interpolation>()?.value.get())
            .collect();
        Tuple::new(th, &values).value()
    }
}

#[methods]
impl Interpolation {
    #[staticmethod(sig = "(cls, /, value, expression='', conversion=None, format_spec='')")]
    fn __new__(
        th: &Thread,
        _cls: Value,
        value: Value,
        expression: Option<&Str>,
        conversion: Option<Value>,
        format_spec: Option<&Str>,
    ) -> PyResult<Value> {
        let conversion = conversion.unwrap_or(Value::NONE);
        if !conversion.is_none() {
            let Some(c) = conversion.cast::<Str>() else {
                return Err(raise!(
                    th,
                    TypeError,
                    "Interpolation() argument 'conversion' must be str, not {}",
                    conversion.type_name()
                ));
            };
            if !["s", "r", "a"].iter().any(|n| c.equals_ascii(n)) {
                return Err(raise!(
                    th,
                    ValueError,
                    "Interpolation() argument 'conversion' must be one of 's', 'a' or 'r'"
                ));
            }
        }
        let empty = state::empty_str(th);
        let expression = expression.unwrap_or(empty).value();
        let spec = format_spec.unwrap_or(empty).value();
        Ok(make_interpolation(th, value, expression, conversion, spec))
    }

    #[method]
    fn __repr__(th: &Thread, this: &'static Interpolation) -> PyResult<Value> {
        let mut b = StrBuilder::new();
        b.push_str("Interpolation(");
        for (i, v) in this.fields().into_iter().enumerate() {
            if i > 0 {
                b.push_str(", ");
            }
            b.push_object(ops::repr(th, v)?);
        }
        b.push_str(")");
        Ok(b.finish(th).value())
    }

    #[method]
    fn __reduce__(th: &Thread, this: &'static Interpolation) -> Value {
        let args = Tuple::new(th, &this.fields()).value();
        Tuple::new(th, &[INTERPOLATION.class(th).value(), args]).value()
    }

    /// See PEP 585
    #[classmethod(sig = "($type, object, /)")]
    fn __class_getitem__(th: &Thread, cls: Value, item: Value) -> PyResult<Value> {
        generic_alias::new(th, cls, item)
    }

    /// Value
    #[getter]
    fn value(this: &'static Interpolation) -> Option<Value> {
        this.value.get()
    }

    /// Expression
    #[getter]
    fn expression(this: &'static Interpolation) -> Option<Value> {
        this.expression.get()
    }

    /// Conversion
    #[getter]
    fn conversion(this: &'static Interpolation) -> Option<Value> {
        this.conversion.get()
    }

    /// Format specifier
    #[getter]
    fn format_spec(this: &'static Interpolation) -> Option<Value> {
        this.format_spec.get()
    }
}

impl Interpolation {
    fn fields(&self) -> [Value; 4] {
        [&self.value, &self.expression, &self.conversion, &self.format_spec]
            .map(|f| f.get().expect("set when made"))
    }
}

/// The class `Interpolation`, with `__match_args__`, which no definition can hold.
pub fn interpolation_class(th: &Thread) -> &'static Type {
    let class = INTERPOLATION.class(th);
    let name = intern!(th, "__match_args__");
    if class.dict().get_name(name).is_none() {
        let names =
            ["value", "expression", "conversion", "format_spec"].map(|n| state::intern(th, n));
        class.dict().set_name(th, name, Tuple::new(th, &names).value());
    }
    class
}

/// `string.templatelib.TemplateIter`.
#[repr(C)]
pub struct TemplateIterator {
    pub header: Header,
    parts: Field,
    at: Cell<usize>,
}

pub static ITERATOR: TypeDef =
    TypeDef::of::<TemplateIterator>("TemplateIter", "string.templatelib")
        .doc("Template iterator object")
        .flags(TypeFlags::NO_NEW)
        .methods(TemplateIterator::native_methods);

// SAFETY: instances of the class are made by `Template::__iter__` with this layout.
unsafe impl Object for TemplateIterator {
    const KIND: Kind = Kind::Native;

    fn def() -> &'static TypeDef {
        &ITERATOR
    }
}

#[methods]
impl TemplateIterator {
    #[method]
    fn __iter__(this: Value) -> Value {
        this
    }

    #[method]
    fn __next__(this: &'static TemplateIterator) -> Value {
        match tuple(&this.parts).values().get(this.at.get()) {
            Some(v) => {
                this.at.set(this.at.get() + 1);
                *v
            }
            None => Value::EXHAUSTED,
        }
    }
}
