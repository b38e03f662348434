//! Displays: sets, dictionaries and joined strings.

use krait_layout::{StackSlot, Thread, Value};

use crate::error::PyResult;
use crate::object::{Object, ValueExt};
use crate::ops;
use crate::types::dict::Dict;
use crate::types::set::Set;
use crate::types::str::Str;

/// `{a, b, …}`.
pub fn build_set(th: &Thread, items: &[StackSlot]) -> PyResult<Value> {
    let set = Set::new(th);
    for v in items {
        set.add(th, v.expect("items are set"))?;
    }
    Ok(set.value())
}

/// `set.add`, of a set display or comprehension.
pub fn set_add(th: &Thread, set: Value, v: Value) -> PyResult<()> {
    set.cast::<Set>().expect("the compiler puts a set here").add(th, v).map(|_| ())
}

/// `{*set, *v}`.
pub fn set_update(th: &Thread, set: Value, v: Value) -> PyResult<()> {
    let set = set.cast::<Set>().expect("the compiler puts a set here");
    let it = ops::get_iter(th, v)?;
    while let Some(item) = ops::next(th, it)? {
        set.add(th, item)?;
    }
    Ok(())
}

/// `{k: v, …}` of alternating keys and values.
pub fn build_map(th: &Thread, items: &[StackSlot]) -> PyResult<Value> {
    let d = Dict::with_capacity(th, items.len() / 2);
    for pair in items.chunks(2) {
        d.set(th, pair[0].expect("items are set"), pair[1].expect("items are set"))?;
    }
    Ok(d.value())
}

/// The strings of an f-string, joined. Runs no Python code.
#[inline(never)]
pub fn build_string(th: &Thread, items: &[StackSlot]) -> Value {
    let text = |v: &StackSlot| v.and_then(|v| v.cast::<Str>()).expect("the parts are strings");
    Str::from_parts(th, items.iter().map(text)).value()
}
