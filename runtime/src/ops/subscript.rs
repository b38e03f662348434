//! `v[key]`.

use krait_layout::{Thread, Value};

use crate::error::PyResult;
use crate::object::{Object, Slot, Type, ValueExt};
use crate::ops::call;
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::tuple::Tuple;
use crate::{intern, raise, shapes};

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
            Err(raise!(th, TypeError, "'{}' object doesn't support item deletion", v.type_name()))
        }
    }
}

/// `v[start:stop]`, the bounds `None` where left out.
pub fn get_slice(th: &Thread, v: Value, start: Value, stop: Value) -> PyResult<Value> {
    let slice = crate::types::slice::Slice::new(th, start, stop, Value::NONE);
    get_item(th, v, slice.value())
}

/// `v[start:stop] = item`.
pub fn set_slice(th: &Thread, v: Value, start: Value, stop: Value, item: Value) -> PyResult<()> {
    let slice = crate::types::slice::Slice::new(th, start, stop, Value::NONE);
    set_item(th, v, slice.value(), item)
}
