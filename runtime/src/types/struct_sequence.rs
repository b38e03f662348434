//! Named tuples of the runtime: `sys.version_info`, `os.stat_result` and the like.

use krait_layout::{Thread, Value};

use crate::error::PyResult;
use crate::native::{DefKind, class_arg};
use crate::object::{self, Object, Slot, Type, ValueExt, class};
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::native_function::NativeFunction;
use crate::types::str::Str;
use crate::types::tuple::{self, Tuple};
use crate::{intern, ops, raise, state, types};
use krait_macros::methods;

/// Only a name for the methods.
struct StructSequence;

/// The fields of a class, in CPython's order.
pub struct Fields<'a> {
    /// Items of the tuple that are attributes as well.
    pub named: &'a [&'static str],
    /// How many items without a name follow.
    pub unnamed: usize,
    /// Attributes that are no items. The first of them stand for the unnamed items, and have
    /// their values where they have none of their own.
    pub hidden: &'a [&'static str],
}

impl Fields<'_> {
    fn items(&self) -> usize {
        self.named.len() + self.unnamed
    }
}

/// The names of a class's fields, hidden ones last.
fn members(th: &Thread, class: &'static Type) -> PyResult<&'static [Value]> {
    let names = state::module_state(th, MEMBERS).get(th, class.value())?;
    Ok(names.and_then(|n| n.cast::<Tuple>()).map_or(&[], Tuple::values))
}

/// Where the names are kept.
const MEMBERS: &str = "struct_sequence";

/// The number that the class has under `name`.
fn number(th: &Thread, class: &'static Type, name: &str) -> usize {
    let n = class.dict().get_name(state::intern(th, name));
    n.and_then(types::int::to_i64).map_or(0, |n| n as usize)
}

/// An instance of `class` from `items`, and the other fields from `rest`.
fn build(
    th: &Thread,
    class: &'static Type,
    items: Value,
    rest: Option<&'static Dict>,
) -> PyResult<Value> {
    if items.slot(Slot::Iter).is_none() && items.slot(Slot::GetItem).is_none() {
        return Err(raise!(th, TypeError, "constructor requires a sequence"));
    }
    let values = ops::collect(th, items)?;
    let name = types::type_::full_name(class);
    let least = number(th, class, "n_sequence_fields");
    let most = number(th, class, "n_fields");
    let given = values.len();
    if given < least || given > most {
        let wanted = match least == most {
            true => format!("a {least}"),
            false if given < least => format!("an at least {least}"),
            false => format!("an at most {most}"),
        };
        return Err(raise!(
            th,
            TypeError,
            "{name}() takes {wanted}-sequence ({given}-sequence given)"
        ));
    }
    let unnamed = number(th, class, "n_unnamed_fields");
    let (visible, more) = values.split_at(least);
    let v = instance(th, class, visible)?;
    let mut found = 0;
    for (i, field) in members(th, class)?[least - unnamed..].iter().enumerate() {
        let mut value = more.get(i).copied();
        if value.is_none()
            && let Some(rest) = rest
        {
            value = rest.get(th, *field)?;
            found += usize::from(value.is_some());
        }
        let standing = visible.get(least - unnamed + i).copied();
        let value = value.filter(|v| !v.is_none()).or(standing).unwrap_or(Value::NONE);
        crate::object::attributes::set_own_attribute(th, v, *field, value);
    }
    if rest.is_some_and(|rest| rest.len() > found) {
        return Err(raise!(th, TypeError, "{name}() got duplicate or unexpected field name(s)"));
    }
    Ok(v)
}

/// The fields of `this` from the index on that are no items, by name.
fn hidden_fields(th: &Thread, this: &'static Tuple) -> PyResult<&'static Dict> {
    let class = this.value().class();
    let visible = this.len() - number(th, class, "n_unnamed_fields");
    let d = Dict::new(th);
    for name in members(th, class)?.iter().skip(visible) {
        d.set_name(th, *name, object::get_attr(th, this.value(), *name)?);
    }
    Ok(d)
}

#[methods]
impl StructSequence {
    #[staticmethod(sig = "(cls, sequence, dict=<unrepresentable>)")]
    fn __new__(th: &Thread, cls: Value, sequence: Value, dict: Option<Value>) -> PyResult<Value> {
        let class = class_arg(th, cls, tuple::DEF.class(th))?;
        let rest = match dict.map(|d| d.cast::<Dict>()) {
            Some(None) => {
                let name = types::type_::full_name(class);
                return Err(raise!(th, TypeError, "{name}() takes a dict as second arg, if any"));
            }
            other => other.flatten(),
        };
        build(th, class, sequence, rest)
    }

    #[method]
    fn __repr__(th: &Thread, this: &'static Tuple) -> PyResult<String> {
        let class = this.value().class();
        let mut parts = Vec::new();
        for (name, v) in members(th, class)?.iter().zip(this.values()) {
            parts.push(format!("{}={}", ops::str_string(th, *name)?, ops::repr_string(th, *v)?));
        }
        Ok(format!("{}({})", types::type_::full_name(class), parts.join(", ")))
    }

    #[method]
    fn __reduce__(th: &Thread, this: &'static Tuple) -> PyResult<Value> {
        let items = Tuple::new(th, this.values()).value();
        let args = Tuple::new(th, &[items, hidden_fields(th, this)?.value()]).value();
        Ok(Tuple::new(th, &[this.value().class().value(), args]).value())
    }

    /// Return a copy of the structure with new values for the specified fields.
    #[method(sig = "($self, /, **changes)")]
    fn __replace__(th: &Thread, this: &'static Tuple, changes: &'static Dict) -> PyResult<Value> {
        let class = this.value().class();
        if number(th, class, "n_unnamed_fields") > 0 {
            let name = types::type_::full_name(class);
            return Err(raise!(
                th,
                TypeError,
                "__replace__() is not supported for {name} because it has unnamed field(s)"
            ));
        }
        let fields = Dict::new(th);
        for (name, v) in members(th, class)?.iter().zip(this.values()) {
            fields.set_name(th, *name, *v);
        }
        fields.update_from(th, hidden_fields(th, this)?)?;
        let known = fields.len();
        fields.update_from(th, changes)?;
        if fields.len() > known {
            let unknown = ops::collect(th, fields.value())?.split_off(known);
            let unknown = ops::repr_string(th, List::new(th, &unknown).value())?;
            return Err(raise!(th, TypeError, "Got unexpected field name(s): {unknown}"));
        }
        let names = ops::collect(th, fields.value())?;
        let mut items = Vec::with_capacity(known);
        for name in names {
            items.extend(fields.get(th, name)?);
        }
        build(th, class, Tuple::new(th, &items).value(), None)
    }
}

/// A class of named tuples: `name` is `module.name`.
pub fn new_class(th: &Thread, name: &str, fields: &[&'static str]) -> PyResult<&'static Type> {
    new_class_of(th, name, &Fields { named: fields, unnamed: 0, hidden: &[] })
}

/// A class whose instances may have attributes beside the tuple's items.
pub fn new_class_of(th: &Thread, name: &str, fields: &Fields) -> PyResult<&'static Type> {
    let (module, short) = name.rsplit_once('.').unwrap_or(("builtins", name));
    let namespace = Dict::new(th);
    namespace.set_name(th, intern!(th, "__module__"), Str::new(th, module).value());
    if fields.hidden.is_empty() {
        namespace.set_name(th, intern!(th, "__slots__"), Tuple::new(th, &[]).value());
    }
    let mut names: Vec<Value> = fields.named.iter().map(|f| state::intern(th, f)).collect();
    namespace.set_name(th, intern!(th, "__match_args__"), Tuple::new(th, &names).value());
    for (n, count) in [
        ("n_fields", fields.items() + fields.hidden.len()),
        ("n_sequence_fields", fields.items()),
        ("n_unnamed_fields", fields.unnamed),
    ] {
        namespace.set_name(th, state::intern(th, n), Value::from_len(count));
    }
    let metaclass = types::type_::DEF.class(th);
    let bases = [tuple::DEF.class(th).value()];
    let class = class::new_class(th, metaclass, Str::new(th, short), &bases, namespace, &[])?;
    for (i, n) in names.iter().enumerate() {
        let item = types::item_attribute::ItemAttribute::new(th, *n, i);
        class::set_class_attribute(th, class, *n, Some(item.value()));
    }
    names.extend(fields.hidden.iter().map(|f| state::intern(th, f)));
    let names = Tuple::new(th, &names).value();
    state::module_state(th, MEMBERS).set(th, class.value(), names)?;
    for def in StructSequence::native_methods() {
        let f = match def.kind {
            DefKind::StaticMethod => NativeFunction::bound(th, def, class.value(), None),
            _ => NativeFunction::method(th, class, def),
        };
        class::set_class_attribute(th, class, state::intern(th, def.name), Some(f.value()));
    }
    Ok(class)
}

/// An instance of a fresh class of named tuples.
pub fn new(th: &Thread, name: &str, fields: &[&'static str], values: &[Value]) -> PyResult<Value> {
    let class = new_class(th, name, fields)?;
    instance(th, class, values)
}

/// An instance of a class with hidden fields, from the items and the hidden fields' values.
pub fn instance_with(
    th: &Thread,
    class: &'static Type,
    items: &[Value],
    hidden: &[Value],
) -> PyResult<Value> {
    build(th, class, Tuple::new(th, &[items, hidden].concat()).value(), None)
}

/// An instance of `class`, made by [`new_class`].
pub fn instance(th: &Thread, class: &'static Type, values: &[Value]) -> PyResult<Value> {
    if !class.is_subclass(tuple::DEF.class(th)) {
        return Err(raise!(th, TypeError, "{} is no named tuple", class.name_string()));
    }
    let items: Vec<Option<Value>> = values.iter().map(|v| Some(*v)).collect();
    Ok(Tuple::from_slots_as(th, class, &items).value())
}
