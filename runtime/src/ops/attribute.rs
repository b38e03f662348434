//! Attribute access that instructions do besides plain `v.name`.

use krait_layout::{StackSlot, Thread, Value};

use crate::error::PyResult;
use crate::object::{Object, Type, ValueExt, descriptor};
use crate::types::native_function::NativeFunction;
use crate::{intern, ops, raise, shapes, types};

/// `name` on the class of `v` only, unbound.
pub fn lookup_on_class(v: Value, name: Value) -> StackSlot {
    v.class().lookup(name)
}

/// `LOAD_SPECIAL`: the special method number `which` of `v`, and `v` if it is yet to be its first
/// argument. Raises `TypeError` with CPython's words for `with` and `async with`.
pub fn load_special(th: &Thread, v: Value, which: u32) -> PyResult<(Value, StackSlot)> {
    let (name, protocol) = match which {
        0 => (intern!(th, "__enter__"), "context manager"),
        1 => (intern!(th, "__exit__"), "context manager"),
        2 => (intern!(th, "__aenter__"), "asynchronous context manager"),
        _ => (intern!(th, "__aexit__"), "asynchronous context manager"),
    };
    let class = v.class();
    match class.lookup(name) {
        Some(f) if f.is_exactly(shapes::FUNCTION) => Ok((f, Some(v))),
        Some(f) if f.cast::<NativeFunction>().is_some_and(NativeFunction::is_unbound_method) => {
            Ok((f, Some(v)))
        }
        Some(f) => Ok((descriptor::bind(th, f, v, class.value())?, None)),
        None => {
            let text = name.cast::<types::str::Str>().expect("a string");
            let is_async = which >= 2;
            let other = if is_async { intern!(th, "__enter__") } else { intern!(th, "__aenter__") };
            let other_exit =
                if is_async { intern!(th, "__exit__") } else { intern!(th, "__aexit__") };
            let hint = if class.lookup(other).is_some() && class.lookup(other_exit).is_some() {
                if is_async {
                    " but it supports the context manager protocol. Did you mean to use 'with'?"
                } else {
                    " but it supports the asynchronous context manager protocol. Did you mean to use 'async with'?"
                }
            } else {
                ""
            };
            let kind = format!("(missed {text} method)");
            let shown = v.type_name();
            Err(raise!(
                th,
                TypeError,
                "'{shown}' object does not support the {protocol} protocol {kind}{hint}"
            ))
        }
    }
}

/// `LOAD_SUPER_ATTR`: `super().name` or, with two arguments, `super(class, this).name`; `global`
/// is what the name `super` stands for.
pub fn load_super_attr(
    th: &Thread,
    global: Value,
    class: Value,
    this: Value,
    name: Value,
    two_arguments: bool,
) -> PyResult<Value> {
    if global == types::super_::DEF.class(th).value()
        && let Some(class) = class.cast::<Type>()
    {
        if let Some(v) = types::super_::lookup(th, class, this, name)? {
            return Ok(v);
        }
        let object = ops::call(th, global, &[class.value(), this])?;
        return crate::object::get_attr(th, object, name);
    }
    let args = [class, this];
    let object = ops::call(th, global, if two_arguments { &args } else { &[] })?;
    crate::object::get_attr(th, object, name)
}

/// The candidate nearest to `name` by edit distance, near enough to be a likely typing error
/// (CPython's `suggestions.c`).
pub fn closest<'a>(name: &str, candidates: &'a [String]) -> Option<&'a str> {
    let mut best: Option<(usize, &'a str)> = None;
    if name.len() > 40 || candidates.len() > 750 {
        return None;
    }
    for c in candidates {
        if c == name || c.len() > 40 {
            continue;
        }
        let limit = (name.len() + c.len() + 3) * 2 / 6;
        let limit = best.map_or(limit, |(d, _)| limit.min(d.saturating_sub(1)));
        let d = distance(name.as_bytes(), c.as_bytes());
        if d <= limit {
            best = Some((d, c.as_str()));
        }
    }
    best.map(|(_, c)| c)
}

/// Levenshtein distance with moves costing 2 and changes of case 1.
fn distance(a: &[u8], b: &[u8]) -> usize {
    let substitution = |x: u8, y: u8| {
        if x == y {
            0
        } else if x.eq_ignore_ascii_case(&y) {
            1
        } else {
            2
        }
    };
    let mut row: Vec<usize> = (0..=b.len()).map(|i| i * 2).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = (i + 1) * 2;
        for (j, y) in b.iter().enumerate() {
            let next = (diagonal + substitution(*x, *y)).min(row[j] + 2).min(row[j + 1] + 2);
            diagonal = row[j + 1];
            row[j + 1] = next;
        }
    }
    row[b.len()]
}
