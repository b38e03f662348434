//! `repr`, `str` and `ascii` of any value, and recursion in containers' representations.

use std::cell::RefCell;

use krait_layout::{Thread, Value};

use crate::error::PyResult;
use crate::object::{Object, Slot, ValueExt};
use crate::ops::call;
use crate::types::int;
use crate::types::str::Str;
use crate::types::str::build::StrBuilder;
use crate::{raise, shapes};

/// `repr(v)`.
pub fn repr(th: &Thread, v: Value) -> PyResult<&'static Str> {
    if let Some(i) = v.as_small_int() {
        return Ok(int::text::small_decimal(th, i));
    }
    crate::interpreter::recursion(th, " while getting the repr of an object")?;
    let f = v.slot(Slot::Repr).expect("object defines __repr__");
    let r = call(th, f, &[v])?;
    r.cast::<Str>().ok_or_else(|| {
        raise!(th, TypeError, "__repr__ returned non-string (type {})", r.type_name())
    })
}

/// `str(v)`.
pub fn str(th: &Thread, v: Value) -> PyResult<&'static Str> {
    if v.is_exactly(shapes::STR) {
        return Ok(v.cast::<Str>().expect("the shape says so"));
    }
    if let Some(i) = v.as_small_int() {
        return Ok(int::text::small_decimal(th, i));
    }
    crate::interpreter::recursion(th, " while getting the str of an object")?;
    let f = v.slot(Slot::Str).expect("object defines __str__");
    let r = call(th, f, &[v])?;
    r.cast::<Str>().ok_or_else(|| {
        raise!(th, TypeError, "__str__ returned non-string (type {})", r.type_name())
    })
}

/// `repr(v)` as Rust text, lone surrogates replaced: for messages.
pub fn repr_string(th: &Thread, v: Value) -> PyResult<String> {
    Ok(repr(th, v)?.to_string())
}

/// `str(v)` as Rust text, lone surrogates replaced: for messages.
pub fn str_string(th: &Thread, v: Value) -> PyResult<String> {
    Ok(str(th, v)?.to_string())
}

/// `ascii(v)`.
pub fn ascii(th: &Thread, v: Value) -> PyResult<&'static Str> {
    let r = repr(th, v)?;
    if r.is_ascii() {
        return Ok(r);
    }
    let mut out = String::with_capacity(r.len() * 2);
    for c in r.code_points() {
        match c {
            0..=0x7f => out.push(c as u8 as char),
            0x80..=0xff => out.push_str(&format!("\\x{c:02x}")),
            0x100..=0xffff => out.push_str(&format!("\\u{c:04x}")),
            _ => out.push_str(&format!("\\U{c:08x}")),
        }
    }
    Ok(Str::new(th, &out))
}

thread_local! {
    /// Containers whose representation is being made (`Py_ReprEnter`).
    static ACTIVE: RefCell<Vec<Value>> = const { RefCell::new(Vec::new()) };
}

/// Runs `f` unless the representation of `v` is already being made further up, and gives
/// `recursive` then.
pub fn repr_guard<R>(v: Value, recursive: R, f: impl FnOnce() -> PyResult<R>) -> PyResult<R> {
    if ACTIVE.with(|a| a.borrow().contains(&v)) {
        return Ok(recursive);
    }
    ACTIVE.with(|a| a.borrow_mut().push(v));
    let result = f();
    ACTIVE.with(|a| a.borrow_mut().retain(|x| *x != v));
    result
}

/// The representation of a sequence: its items between `open` and `close`; `item` gives them by
/// index, since the sequence may change meanwhile.
pub fn repr_sequence(
    th: &Thread,
    v: Value,
    open: &str,
    close: &str,
    item: impl Fn(usize) -> Option<Value>,
) -> PyResult<Value> {
    let dots = Str::new(th, &format!("{open}...{}", close.trim_start_matches(','))).value();
    repr_guard(v, dots, || {
        let mut b = StrBuilder::new();
        b.push_str(open);
        let mut i = 0;
        while let Some(v) = item(i) {
            if i > 0 {
                b.push_str(", ");
            }
            b.push_object(repr(th, v)?);
            i += 1;
        }
        b.push_str(close);
        Ok(b.finish(th).value())
    })
}
