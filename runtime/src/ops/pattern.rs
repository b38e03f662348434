//! `match` statements: class and mapping patterns (PEP 634).

use krait_layout::{Thread, Value};

use crate::error::PyResult;
use crate::object::{Object, Type, TypeFlags, ValueExt, get_attr_or_none};
use crate::ops;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::{intern, raise, shapes, state};

/// `MATCH_KEYS`: the values of `keys` in a mapping as a tuple, or `None` where one is missing.
pub fn match_keys(th: &Thread, subject: Value, keys: Value) -> PyResult<Value> {
    let keys = keys.cast::<Tuple>().expect("the compiler puts a tuple here").values();
    let mut seen: Vec<Value> = Vec::new();
    let mut values = Vec::with_capacity(keys.len());
    for key in keys {
        for s in &seen {
            if ops::is_or_eq(th, *s, *key)? {
                return Err(raise!(
                    th,
                    ValueError,
                    "mapping pattern checks duplicate key ({})",
                    ops::repr_string(th, *key)?
                ));
            }
        }
        seen.push(*key);
        // `get`, so that no `__missing__` makes a value.
        let missing = Value::EXHAUSTED;
        let found = if subject.is_exactly(shapes::DICT) {
            let d = subject.cast::<crate::types::dict::Dict>().expect("the shape says so");
            d.get(th, *key)?.unwrap_or(missing)
        } else {
            let marker =
                crate::types::object::alloc_instance(th, crate::types::object::DEF.class(th));
            let v = ops::call_method(th, subject, intern!(th, "get"), &[*key, marker])?;
            if v == marker { missing } else { v }
        };
        if found == missing {
            return Ok(Value::NONE);
        }
        values.push(found);
    }
    Ok(Tuple::new(th, &values).value())
}

/// `MATCH_CLASS`: the attributes that `class(p1, …, name=p)` matches against, as a tuple, or
/// `None` where the subject does not match.
pub fn match_class(
    th: &Thread,
    subject: Value,
    class: Value,
    positional: usize,
    names: Value,
) -> PyResult<Value> {
    let Some(t) = class.cast::<Type>() else {
        return Err(raise!(th, TypeError, "called match pattern must be a class"));
    };
    if !ops::is_instance(th, subject, class)? {
        return Ok(Value::NONE);
    }
    let mut seen: Vec<Value> = Vec::new();
    let mut values = Vec::new();
    let mut take = |th: &Thread, name: Value| -> PyResult<bool> {
        if seen.contains(&name) {
            return Err(raise!(
                th,
                TypeError,
                "{}() got multiple sub-patterns for attribute {}",
                t.name_string(),
                ops::repr_string(th, name)?
            ));
        }
        seen.push(name);
        match get_attr_or_none(th, subject, name)? {
            Some(v) => {
                values.push(v);
                Ok(true)
            }
            None => Ok(false),
        }
    };
    let mut self_match = false;
    if positional > 0 {
        let allowed = match get_attr_or_none(th, class, intern!(th, "__match_args__"))? {
            Some(args) => {
                let Some(args) = args.cast::<Tuple>() else {
                    return Err(raise!(
                        th,
                        TypeError,
                        "{}.__match_args__ must be a tuple (got {})",
                        t.name_string(),
                        args.type_name()
                    ));
                };
                Some(args)
            }
            None => {
                self_match = t.has(TypeFlags::MATCH_SELF);
                None
            }
        };
        let max = allowed.map_or(self_match as usize, Tuple::len);
        if max < positional {
            let s = if max == 1 { "" } else { "s" };
            return Err(raise!(
                th,
                TypeError,
                "{}() accepts {max} positional sub-pattern{s} ({positional} given)",
                t.name_string()
            ));
        }
        if let Some(args) = allowed {
            for name in &args.values()[..positional] {
                let Some(text) = name.cast::<Str>() else {
                    return Err(raise!(
                        th,
                        TypeError,
                        "__match_args__ elements must be strings (got {})",
                        name.type_name()
                    ));
                };
                if !take(th, state::intern_object(th, text))? {
                    return Ok(Value::NONE);
                }
            }
        }
    }
    for name in names.cast::<Tuple>().expect("the compiler puts a tuple here").values() {
        if !take(th, *name)? {
            return Ok(Value::NONE);
        }
    }
    if self_match {
        values.insert(0, subject);
    }
    Ok(Tuple::new(th, &values).value())
}
