//! Iteration and length.

use krait_layout::{Thread, Value};

use crate::error::{PyResult, catch};
use crate::object::{Slot, ValueExt};
use crate::ops::{self, call};
use crate::types::exception::Exc;
use crate::types::iterator;
use crate::types::list::List;
use crate::types::tuple::Tuple;
use crate::{raise, shapes};

/// `iter(v)`.
pub fn get_iter(th: &Thread, v: Value) -> PyResult<Value> {
    match v.shape_id() {
        shapes::LIST | shapes::TUPLE | shapes::STR => {
            return Ok(iterator::sequence_iterator(th, v));
        }
        shapes::RANGE => {
            return v.cast::<crate::types::range::Range>().expect("the shape says so").iter(th);
        }
        shapes::GENERATOR => return Ok(v),
        _ => {}
    }
    match v.slot(Slot::Iter) {
        Some(f) if !f.is_none() => {
            let it = call(th, f, &[v])?;
            if it.slot(Slot::Next).is_none() {
                return Err(raise!(
                    th,
                    TypeError,
                    "iter() returned non-iterator of type '{}'",
                    it.type_name()
                ));
            }
            Ok(it)
        }
        None if v.slot(Slot::GetItem).is_some() && v.kind() != krait_layout::Kind::Dict => {
            Ok(iterator::sequence_iterator(th, v))
        }
        _ => Err(raise!(th, TypeError, "'{}' object is not iterable", v.type_name())),
    }
}

/// The next item, or `Value::EXHAUSTED`: what `FOR_ITER` calls.
#[inline]
pub fn for_iter(th: &Thread, it: Value) -> PyResult<Value> {
    if let Some(fast) = iterator::next_fast(th, it) {
        return fast;
    }
    for_iter_slow(th, it)
}

#[inline(never)]
fn for_iter_slow(th: &Thread, it: Value) -> PyResult<Value> {
    let Some(f) = it.slot(Slot::Next) else {
        return Err(raise!(th, TypeError, "'{}' object is not an iterator", it.type_name()));
    };
    // Native iterators return EXHAUSTED itself when called from here; the rest raise.
    match iterator::call_next(th, f, it) {
        Ok(v) => Ok(v),
        Err(e) => Ok(catch(th, Exc::StopIteration, Err(e))?.unwrap_or(Value::EXHAUSTED)),
    }
}

/// The next item, or `None` at the end.
#[inline]
pub fn next(th: &Thread, it: Value) -> PyResult<Option<Value>> {
    let v = for_iter(th, it)?;
    Ok(if v == Value::EXHAUSTED { None } else { Some(v) })
}

/// All items of an iterable.
pub fn collect(th: &Thread, v: Value) -> PyResult<Vec<Value>> {
    if v.is_exactly(shapes::TUPLE) {
        return Ok(v.cast::<Tuple>().expect("the shape says so").values().to_vec());
    }
    if v.is_exactly(shapes::LIST) {
        return Ok(v.cast::<List>().expect("the shape says so").to_vec());
    }
    let it = get_iter(th, v)?;
    let mut items = Vec::new();
    while let Some(item) = next(th, it)? {
        items.push(item);
    }
    Ok(items)
}

/// `len(v)`.
#[inline]
pub fn length(th: &Thread, v: Value) -> PyResult<usize> {
    match v.shape_id() {
        shapes::LIST => return Ok(v.cast::<List>().expect("the shape says so").len()),
        shapes::TUPLE => return Ok(v.cast::<Tuple>().expect("the shape says so").len()),
        shapes::STR => {
            return Ok(v.cast::<crate::types::str::Str>().expect("the shape says so").len());
        }
        shapes::DICT => {
            return Ok(v.cast::<crate::types::dict::Dict>().expect("the shape says so").len());
        }
        _ => {}
    }
    let Some(f) = v.slot(Slot::Len).filter(|f| !f.is_none()) else {
        return Err(raise!(th, TypeError, "object of type '{}' has no len()", v.type_name()));
    };
    let n = call(th, f, &[v])?;
    let n = ops::index(th, n)?;
    match crate::types::int::to_i128(n) {
        Some(n) if n < 0 => Err(raise!(th, ValueError, "__len__() should return >= 0")),
        Some(n) if n <= isize::MAX as i128 => Ok(n as usize),
        _ if crate::types::int::is_negative(n) => {
            Err(raise!(th, ValueError, "__len__() should return >= 0"))
        }
        _ => Err(raise!(th, OverflowError, "cannot fit 'int' into an index-sized integer")),
    }
}

/// `operator.length_hint(v)`: 0 where nothing is known.
pub fn length_hint(th: &Thread, v: Value) -> PyResult<usize> {
    if v.slot(Slot::Len).is_some() {
        match length(th, v) {
            Ok(n) => return Ok(n),
            Err(e) => {
                if catch::<usize>(th, Exc::TypeError, Err(e))?.is_some() {
                    return Ok(0);
                }
            }
        }
    }
    let Some(f) = v.slot(Slot::LengthHint) else { return Ok(0) };
    let Some(r) = catch(th, Exc::TypeError, call(th, f, &[v]))? else { return Ok(0) };
    if r == Value::NOT_IMPLEMENTED {
        return Ok(0);
    }
    match r.as_small_int() {
        Some(n) if n >= 0 => Ok(n as usize),
        Some(_) => Err(raise!(th, ValueError, "__length_hint__() should return >= 0")),
        None => {
            Err(raise!(th, TypeError, "__length_hint__ must be an integer, not {}", r.type_name()))
        }
    }
}
