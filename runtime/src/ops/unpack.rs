//! Unpacking: `a, b = v`, `a, *b = v`, and merging into displays.

use krait_layout::{StackSlot, Thread, Value};

use crate::error::{PyResult, catch};
use crate::object::{Object, Slot, ValueExt};
use crate::ops;
use crate::types::dict::Dict;
use crate::types::exception::Exc;
use crate::types::list::List;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::{intern, raise, shapes};

/// Unpacks `v` into exactly `out.len()` values, the first into `out[0]`.
pub fn unpack_sequence(th: &Thread, v: Value, out: &mut [StackSlot]) -> PyResult<()> {
    let n = out.len();
    if v.is_exactly(shapes::TUPLE) {
        let items = v.cast::<Tuple>().expect("the shape says so").items();
        if items.len() == n {
            out.copy_from_slice(items);
            return Ok(());
        }
    }
    if v.is_exactly(shapes::LIST) {
        let list = v.cast::<List>().expect("the shape says so");
        if list.len() == n {
            for (i, o) in out.iter_mut().enumerate() {
                *o = list.get(i);
            }
            return Ok(());
        }
    }
    let it = iter_for_unpacking(th, v)?;
    for i in 0..n {
        match ops::next(th, it)? {
            Some(item) => out[i] = Some(item),
            None => {
                return Err(raise!(
                    th,
                    ValueError,
                    "not enough values to unpack (expected {n}, got {i})"
                ));
            }
        }
    }
    if ops::next(th, it)?.is_some() {
        // CPython says how many there are where that is known without running code.
        if v.is_exactly(shapes::TUPLE) || v.is_exactly(shapes::LIST) || v.is_exactly(shapes::DICT) {
            let got = ops::length(th, v)?;
            return Err(raise!(
                th,
                ValueError,
                "too many values to unpack (expected {n}, got {got})"
            ));
        }
        return Err(raise!(th, ValueError, "too many values to unpack (expected {n})"));
    }
    Ok(())
}

fn iter_for_unpacking(th: &Thread, v: Value) -> PyResult<Value> {
    if v.slot(Slot::Iter).is_none_or(Value::is_none) && v.slot(Slot::GetItem).is_none() {
        return Err(raise!(th, TypeError, "cannot unpack non-iterable {} object", v.type_name()));
    }
    ops::get_iter(th, v)
}

/// Unpacks `v` into `before` values, a list of the rest, and `after` values; `out` has room for
/// all of them in that order.
pub fn unpack_ex(
    th: &Thread,
    v: Value,
    before: usize,
    after: usize,
    out: &mut [StackSlot],
) -> PyResult<()> {
    let it = iter_for_unpacking(th, v)?;
    for (i, o) in out.iter_mut().take(before).enumerate() {
        match ops::next(th, it)? {
            Some(item) => *o = Some(item),
            None => {
                return Err(raise!(
                    th,
                    ValueError,
                    "not enough values to unpack (expected at least {}, got {i})",
                    before + after
                ));
            }
        }
    }
    let mut rest = ops::collect(th, it)?;
    if rest.len() < after {
        return Err(raise!(
            th,
            ValueError,
            "not enough values to unpack (expected at least {}, got {})",
            before + after,
            before + rest.len()
        ));
    }
    let tail = rest.split_off(rest.len() - after);
    out[before] = Some(List::new(th, &rest).value());
    for (o, t) in out[before + 1..].iter_mut().zip(tail) {
        *o = Some(t);
    }
    Ok(())
}

/// `[*list, *v]`: adds the items of `v`.
pub fn list_extend(th: &Thread, list: &List, v: Value) -> PyResult<()> {
    if v.slot(Slot::Iter).is_none_or(Value::is_none) && v.slot(Slot::GetItem).is_none() {
        return Err(raise!(
            th,
            TypeError,
            "Value after * must be an iterable, not {}",
            v.type_name()
        ));
    }
    list.extend(th, v)
}

/// `{**dict, **v}`.
pub fn dict_update(th: &Thread, dict: &Dict, v: Value) -> PyResult<()> {
    if v.cast::<Dict>().is_none()
        && crate::object::get_attr_or_none(th, v, intern!(th, "keys"))?.is_none()
    {
        return Err(raise!(th, TypeError, "'{}' object is not a mapping", v.type_name()));
    }
    crate::types::dict::methods::merge(th, dict, v)
}

/// `f(**dict, **v)`: raises `TypeError` for a key that is already there.
pub fn dict_merge(th: &Thread, dict: &Dict, v: Value, function: Value) -> PyResult<()> {
    let source = match v.cast::<Dict>() {
        Some(d) => d,
        None => {
            let d = Dict::new(th);
            let keys = crate::object::get_attr_or_none(th, v, intern!(th, "keys"))?;
            if keys.is_none() {
                return Err(raise!(
                    th,
                    TypeError,
                    "{} argument after ** must be a mapping, not {}",
                    ops::call::function_string(th, function),
                    v.type_name()
                ));
            }
            crate::types::dict::methods::merge(th, d, v)?;
            d
        }
    };
    for (key, value) in source.pairs() {
        if dict.get(th, key)?.is_some() {
            let name = ops::call::function_string(th, function);
            return Err(match key.cast::<Str>() {
                Some(k) => {
                    raise!(th, TypeError, "{name} got multiple values for keyword argument '{k}'")
                }
                None => raise!(th, TypeError, "keywords must be strings"),
            });
        }
        dict.set(th, key, value)?;
    }
    Ok(())
}

/// Whether a raised exception of `class` can be dropped; for callers that only probe.
pub fn drop_raised(th: &Thread, class: Exc) -> PyResult<()> {
    catch::<()>(th, class, Err(crate::Raised)).map(|_| ())
}
