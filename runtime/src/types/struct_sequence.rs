//! Named tuples of the runtime: `sys.version_info`, `os.stat_result` and the like.

use krait_layout::{Thread, Value};

use crate::error::PyResult;
use crate::object::{Object, Type, ValueExt, class};
use crate::types::dict::Dict;
use crate::types::str::Str;
use crate::types::tuple::{self, Tuple};
use crate::{intern, ops, raise, state, types};
use krait_macros::methods;

/// Only a name for the methods.
struct StructSequence;

#[methods]
impl StructSequence {
    #[method]
    fn __repr__(th: &Thread, this: &'static Tuple) -> PyResult<String> {
        let class = this.value().class();
        let fields =
            class.dict().get_name(intern!(th, "__match_args__")).and_then(|f| f.cast::<Tuple>());
        let mut parts = Vec::new();
        for (name, v) in fields.map_or(&[][..], Tuple::values).iter().zip(this.values()) {
            parts.push(format!("{}={}", ops::str_string(th, *name)?, ops::repr_string(th, *v)?));
        }
        Ok(format!("{}({})", types::type_::full_name(class), parts.join(", ")))
    }

    #[method]
    fn __reduce__(th: &Thread, this: &'static Tuple) -> Value {
        let items = Tuple::new(th, this.values()).value();
        let args = Tuple::new(th, &[items]).value();
        Tuple::new(th, &[this.value().class().value(), args]).value()
    }
}

/// A class of named tuples: `name` is `module.name`.
pub fn new_class(th: &Thread, name: &str, fields: &[&'static str]) -> PyResult<&'static Type> {
    make_class(th, name, fields, 0)
}

/// A class whose instances have attributes beside the tuple's items, which [`instance_with`] sets;
/// `hidden` says how many.
pub fn new_class_with_hidden(
    th: &Thread,
    name: &str,
    fields: &[&'static str],
    hidden: usize,
) -> PyResult<&'static Type> {
    make_class(th, name, fields, hidden)
}

/// An instance of a class with hidden fields.
pub fn instance_with(
    th: &Thread,
    class: &'static Type,
    values: &[Value],
    hidden: &[(&str, Value)],
) -> PyResult<Value> {
    let v = instance(th, class, values)?;
    for (name, value) in hidden {
        crate::object::attributes::set_own_attribute(th, v, state::intern(th, name), *value);
    }
    Ok(v)
}

fn make_class(
    th: &Thread,
    name: &str,
    fields: &[&'static str],
    hidden: usize,
) -> PyResult<&'static Type> {
    let (module, short) = name.rsplit_once('.').unwrap_or(("builtins", name));
    let namespace = Dict::new(th);
    namespace.set_name(th, intern!(th, "__module__"), Str::new(th, module).value());
    if hidden == 0 {
        namespace.set_name(th, intern!(th, "__slots__"), Tuple::new(th, &[]).value());
    }
    let names: Vec<Value> = fields.iter().map(|f| state::intern(th, f)).collect();
    namespace.set_name(th, intern!(th, "__match_args__"), Tuple::new(th, &names).value());
    for (n, count) in [("n_fields", fields.len() + hidden), ("n_sequence_fields", fields.len())] {
        namespace.set_name(th, state::intern(th, n), Value::from_len(count));
    }
    namespace.set_name(th, intern!(th, "n_unnamed_fields"), Value::from_i32(0));
    let metaclass = types::type_::DEF.class(th);
    let bases = [tuple::DEF.class(th).value()];
    let class = class::new_class(th, metaclass, Str::new(th, short), &bases, namespace, &[])?;
    for (i, n) in names.iter().enumerate() {
        let item = types::item_attribute::ItemAttribute::new(th, *n, i);
        class::set_class_attribute(th, class, *n, Some(item.value()));
    }
    for def in StructSequence::native_methods() {
        let f = types::native_function::NativeFunction::method(th, class, def);
        class::set_class_attribute(th, class, state::intern(th, def.name), Some(f.value()));
    }
    Ok(class)
}

/// An instance of a fresh class of named tuples.
pub fn new(th: &Thread, name: &str, fields: &[&'static str], values: &[Value]) -> PyResult<Value> {
    let class = new_class(th, name, fields)?;
    instance(th, class, values)
}

/// An instance of `class`, made by [`new_class`].
pub fn instance(th: &Thread, class: &'static Type, values: &[Value]) -> PyResult<Value> {
    if !class.is_subclass(tuple::DEF.class(th)) {
        return Err(raise!(th, TypeError, "{} is no named tuple", class.name_string()));
    }
    let items: Vec<Option<Value>> = values.iter().map(|v| Some(*v)).collect();
    Ok(Tuple::from_slots_as(th, class, &items).value())
}
