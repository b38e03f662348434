//! `v[key]`.

use krait_layout::{Thread, Value};

use crate::error::PyResult;
use crate::object::{Object, Slot, Type, TypeFlags, ValueExt};
use crate::ops::call;
use crate::types::bytes::Bytes;
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::{intern, raise, shapes};

/// `v[key]` of a list or tuple at an index that it has.
#[inline(always)]
pub fn quick_get_item(v: Value, key: Value) -> Option<Value> {
    let i = key.as_small_int()?;
    if let Some(list) = v.cast::<List>()
        && v.is_exactly(shapes::LIST)
    {
        return list.get_signed(i);
    }
    if v.is_exactly(shapes::TUPLE) {
        let items = v.cast::<Tuple>()?.values();
        let i = if i < 0 { i + items.len() as i64 } else { i };
        return items.get(i as usize).copied();
    }
    None
}

/// `v[key]`.
#[inline]
pub fn get_item(th: &Thread, v: Value, key: Value) -> PyResult<Value> {
    match v.shape_id() {
        shapes::LIST => {
            if let Some(i) = key.as_small_int() {
                let list = v.cast::<List>().expect("the shape says so");
                if let Some(item) = list.get_signed(i) {
                    return Ok(item);
                }
            }
        }
        shapes::DICT => {
            let d = v.cast::<Dict>().expect("the shape says so");
            if let Some(item) = d.get(th, key)? {
                return Ok(item);
            }
        }
        shapes::TUPLE => {
            if let Some(i) = key.as_small_int() {
                let items = v.cast::<Tuple>().expect("the shape says so").values();
                let i = if i < 0 { i + items.len() as i64 } else { i };
                if let Some(item) = items.get(i as usize) {
                    return Ok(*item);
                }
            }
        }
        shapes::STR => {
            if let Some(i) = key.as_small_int() {
                let s = v.cast::<Str>().expect("the shape says so");
                let i = if i < 0 { i + s.len() as i64 } else { i };
                if (i as usize) < s.len() {
                    return Ok(Str::from_char(th, s.char_at(i as usize)).value());
                }
            }
        }
        shapes::BYTES => {
            if let Some(i) = key.as_small_int() {
                let bytes = v.cast::<Bytes>().expect("the shape says so").as_slice();
                let i = if i < 0 { i + bytes.len() as i64 } else { i };
                if let Some(b) = bytes.get(i as usize) {
                    return Ok(Value::from_i32(*b as i32));
                }
            }
        }
        _ => {}
    }
    get_item_slow(th, v, key)
}

#[inline(never)]
fn get_item_slow(th: &Thread, v: Value, key: Value) -> PyResult<Value> {
    if let Some(f) = v.slot(Slot::GetItem) {
        return call(th, f, &[v, key]);
    }
    if let Some(class) = v.cast::<Type>() {
        if v == crate::types::type_::DEF.class(th).value() {
            return crate::types::generic_alias::new(th, v, key);
        }
        let name = intern!(th, "__class_getitem__");
        if let Some(f) = crate::object::attributes::get_attr_or_none(th, v, name)? {
            return call(th, f, &[key]);
        }
        return Err(raise!(th, TypeError, "type '{}' is not subscriptable", class.name_string()));
    }
    Err(raise!(th, TypeError, "'{}' object is not subscriptable", v.type_name()))
}

/// `v[key] = item`.
#[inline]
pub fn set_item(th: &Thread, v: Value, key: Value, item: Value) -> PyResult<()> {
    match v.shape_id() {
        shapes::LIST => {
            if let Some(i) = key.as_small_int()
                && v.cast::<List>().expect("the shape says so").set_signed(i, item)
            {
                return Ok(());
            }
        }
        shapes::DICT => return v.cast::<Dict>().expect("the shape says so").set(th, key, item),
        _ => {}
    }
    set_item_slow(th, v, key, item)
}

#[inline(never)]
fn set_item_slow(th: &Thread, v: Value, key: Value, item: Value) -> PyResult<()> {
    match v.slot(Slot::SetItem) {
        Some(f) => call(th, f, &[v, key, item]).map(|_| ()),
        None => Err(raise!(
            th,
            TypeError,
            "'{}' object does not support item assignment",
            v.type_name()
        )),
    }
}

/// `del v[key]`.
pub fn delete_item(th: &Thread, v: Value, key: Value) -> PyResult<()> {
    match v.slot(Slot::DelItem) {
        Some(f) => call(th, f, &[v, key]).map(|_| ()),
        None => {
            // CPython asks sequences first where the key is an index.
            let is_index = crate::types::int::is_int(key) || key.slot(Slot::Index).is_some();
            let as_sequence = v.class().has(TypeFlags::HEAP) || v.slot(Slot::Contains).is_some();
            let not = if is_index && as_sequence { "doesn't" } else { "does not" };
            Err(raise!(th, TypeError, "'{}' object {not} support item deletion", v.type_name()))
        }
    }
}

/// The positions that the bounds of a slice mean in a sequence of `len` items, where they are
/// small ints or left out; the first is at most the second.
#[inline]
fn quick_bounds(start: Value, stop: Value, len: usize) -> Option<(usize, usize)> {
    let position = |v: Value, default: usize| {
        if v.is_none() {
            return Some(default);
        }
        let i = v.as_small_int()?;
        let i = if i < 0 { i + len as i64 } else { i };
        Some(i.clamp(0, len as i64) as usize)
    };
    let (start, stop) = (position(start, 0)?, position(stop, len)?);
    Some((start, stop.max(start)))
}

/// `v[start:stop]`, the bounds `None` where left out.
pub fn get_slice(th: &Thread, v: Value, start: Value, stop: Value) -> PyResult<Value> {
    match v.shape_id() {
        shapes::LIST => {
            let list = v.cast::<List>().expect("the shape says so");
            if let Some((start, stop)) = quick_bounds(start, stop, list.len()) {
                return Ok(list.copy_range(th, start, stop).value());
            }
        }
        shapes::TUPLE => {
            let items = v.cast::<Tuple>().expect("the shape says so").values();
            if let Some((start, stop)) = quick_bounds(start, stop, items.len())
                && stop - start < items.len()
            {
                return Ok(Tuple::new(th, &items[start..stop]).value());
            }
        }
        shapes::STR => {
            let s = v.cast::<Str>().expect("the shape says so");
            if let Some((start, stop)) = quick_bounds(start, stop, s.len()) {
                return Ok(s.slice(th, start, stop).value());
            }
        }
        _ => {}
    }
    let slice = crate::types::slice::Slice::new(th, start, stop, Value::NONE);
    get_item(th, v, slice.value())
}

/// `v[start:stop] = item`.
pub fn set_slice(th: &Thread, v: Value, start: Value, stop: Value, item: Value) -> PyResult<()> {
    if v.is_exactly(shapes::LIST)
        && item.is_exactly(shapes::LIST)
        && let (Some(list), Some(items)) = (v.cast::<List>(), item.cast::<List>())
        && let Some((start, stop)) = quick_bounds(start, stop, list.len())
        && list.replace_range(start, stop, items)
    {
        return Ok(());
    }
    let slice = crate::types::slice::Slice::new(th, start, stop, Value::NONE);
    set_item(th, v, slice.value(), item)
}
