//! Comparison, equality, hashing, membership.

use std::cmp::Ordering;

use krait_layout::{Kind, Thread, Value};

use crate::error::PyResult;
use crate::object::{Slot, TypeFlags, ValueExt};
use crate::ops::{self, call};
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::{float, hash as hashes, int, set};
use crate::{raise, shapes};

/// A rich comparison, numbered as in `COMPARE_OP`'s argument (shifted right by five).
#[repr(u8)]
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Comparison {
    Lt,
    Le,
    Eq,
    Ne,
    Gt,
    Ge,
}

impl Comparison {
    /// Every comparison, by number.
    pub const ALL: [Comparison; 6] = [
        Comparison::Lt,
        Comparison::Le,
        Comparison::Eq,
        Comparison::Ne,
        Comparison::Gt,
        Comparison::Ge,
    ];

    pub fn symbol(self) -> &'static str {
        match self {
            Comparison::Lt => "<",
            Comparison::Le => "<=",
            Comparison::Eq => "==",
            Comparison::Ne => "!=",
            Comparison::Gt => ">",
            Comparison::Ge => ">=",
        }
    }

    pub fn slot(self) -> Slot {
        match self {
            Comparison::Lt => Slot::Lt,
            Comparison::Le => Slot::Le,
            Comparison::Eq => Slot::Eq,
            Comparison::Ne => Slot::Ne,
            Comparison::Gt => Slot::Gt,
            Comparison::Ge => Slot::Ge,
        }
    }

    /// The comparison with its operands swapped.
    pub fn swapped(self) -> Comparison {
        match self {
            Comparison::Lt => Comparison::Gt,
            Comparison::Le => Comparison::Ge,
            Comparison::Eq => Comparison::Eq,
            Comparison::Ne => Comparison::Ne,
            Comparison::Gt => Comparison::Lt,
            Comparison::Ge => Comparison::Le,
        }
    }

    /// What an ordering of the operands means for the comparison.
    #[inline(always)]
    pub fn holds(self, order: Ordering) -> bool {
        match self {
            Comparison::Lt => order.is_lt(),
            Comparison::Le => order.is_le(),
            Comparison::Eq => order.is_eq(),
            Comparison::Ne => order.is_ne(),
            Comparison::Gt => order.is_gt(),
            Comparison::Ge => order.is_ge(),
        }
    }

    /// As [`Comparison::holds`] for floats: with a NaN, only `!=` holds.
    #[inline(always)]
    pub fn holds_f64(self, a: f64, b: f64) -> bool {
        match self {
            Comparison::Lt => a < b,
            Comparison::Le => a <= b,
            Comparison::Eq => a == b,
            Comparison::Ne => a != b,
            Comparison::Gt => a > b,
            Comparison::Ge => a >= b,
        }
    }
}

/// `a op b`, any result.
#[inline]
pub fn compare(th: &Thread, op: Comparison, a: Value, b: Value) -> PyResult<Value> {
    if a.is_small_int() && b.is_small_int() {
        return Ok(Value::from_bool(op.holds((a.bits() as i64).cmp(&(b.bits() as i64)))));
    }
    compare_slow(th, op, a, b)
}

#[inline(never)]
fn compare_slow(th: &Thread, op: Comparison, a: Value, b: Value) -> PyResult<Value> {
    if let Some(r) = compare_exact(op, a, b) {
        return Ok(Value::from_bool(r));
    }
    let (ca, cb) = (a.class(), b.class());
    let mut tried_right = false;
    if !std::ptr::eq(ca, cb)
        && cb.is_subclass(ca)
        && let Some(f) = cb.slot(op.swapped().slot())
    {
        tried_right = true;
        let r = call(th, f, &[b, a])?;
        if r != Value::NOT_IMPLEMENTED {
            return Ok(r);
        }
    }
    if let Some(f) = ca.slot(op.slot()) {
        let r = call(th, f, &[a, b])?;
        if r != Value::NOT_IMPLEMENTED {
            return Ok(r);
        }
    }
    if !tried_right && let Some(f) = cb.slot(op.swapped().slot()) {
        let r = call(th, f, &[b, a])?;
        if r != Value::NOT_IMPLEMENTED {
            return Ok(r);
        }
    }
    match op {
        Comparison::Eq => Ok(Value::from_bool(a == b)),
        Comparison::Ne => Ok(Value::from_bool(a != b)),
        _ => Err(raise!(
            th,
            TypeError,
            "'{}' not supported between instances of '{}' and '{}'",
            op.symbol(),
            a.type_name(),
            b.type_name()
        )),
    }
}

/// Comparisons of exact ints, floats and strings, which run no Python code.
#[inline]
fn compare_exact(op: Comparison, a: Value, b: Value) -> Option<bool> {
    match (a.shape_id(), b.shape_id()) {
        (shapes::STR, shapes::STR) => {
            let (x, y) = (a.cast::<Str>()?, b.cast::<Str>()?);
            Some(match op {
                Comparison::Eq => x.equals(y),
                Comparison::Ne => !x.equals(y),
                _ => op.holds(x.compare(y)),
            })
        }
        (shapes::INT, shapes::INT) => Some(op.holds(int::compare(a, b))),
        (shapes::FLOAT, shapes::FLOAT) => Some(op.holds_f64(float::value(a)?, float::value(b)?)),
        (shapes::FLOAT, shapes::INT) | (shapes::INT, shapes::FLOAT) => {
            float::compare_mixed(op, a, b)
        }
        _ => None,
    }
}

/// `a op b` of two small ints or two immediate floats.
#[inline(always)]
pub fn quick_compare(op: Comparison, a: Value, b: Value) -> Option<bool> {
    if a.is_small_int() && b.is_small_int() {
        return Some(op.holds((a.bits() as i64).cmp(&(b.bits() as i64))));
    }
    if a.is_immediate_float() && b.is_immediate_float() {
        return Some(op.holds_f64(a.immediate_float_unchecked(), b.immediate_float_unchecked()));
    }
    None
}

/// `bool(a op b)`.
#[inline]
pub fn compare_bool(th: &Thread, op: Comparison, a: Value, b: Value) -> PyResult<bool> {
    if let Some(r) = quick_compare(op, a, b) {
        return Ok(r);
    }
    compare_bool_slow(th, op, a, b)
}

#[inline(never)]
fn compare_bool_slow(th: &Thread, op: Comparison, a: Value, b: Value) -> PyResult<bool> {
    if let Some(r) = compare_exact(op, a, b) {
        return Ok(r);
    }
    let r = compare_slow(th, op, a, b)?;
    ops::truth(th, r)
}

/// `bool(a == b)`.
#[inline]
pub fn equals(th: &Thread, a: Value, b: Value) -> PyResult<bool> {
    compare_bool(th, Comparison::Eq, a, b)
}

/// `a is b or a == b`, what containers compare with.
#[inline]
pub fn is_or_eq(th: &Thread, a: Value, b: Value) -> PyResult<bool> {
    Ok(a == b || equals(th, a, b)?)
}

/// Lexicographic comparison of two sequences given by their items; they may change meanwhile.
pub fn compare_sequences(
    th: &Thread,
    op: Comparison,
    a: impl Fn(usize) -> Option<Value>,
    b: impl Fn(usize) -> Option<Value>,
) -> PyResult<Value> {
    let mut i = 0;
    loop {
        match (a(i), b(i)) {
            (Some(x), Some(y)) => {
                if !is_or_eq(th, x, y)? {
                    return match op {
                        Comparison::Eq => Ok(Value::FALSE),
                        Comparison::Ne => Ok(Value::TRUE),
                        _ => compare(th, op, x, y),
                    };
                }
            }
            (x, y) => {
                let order = x.is_some().cmp(&y.is_some());
                return Ok(Value::from_bool(op.holds(order)));
            }
        }
        i += 1;
    }
}

/// `hash(v)`.
#[inline]
pub fn hash(th: &Thread, v: Value) -> PyResult<i64> {
    if let Some(i) = v.as_small_int() {
        return Ok(hashes::hash_i64(i));
    }
    if v.is_exactly(shapes::STR) {
        return Ok(v.cast::<Str>().expect("a str").hash());
    }
    hash_slow(th, v)
}

fn hash_slow(th: &Thread, v: Value) -> PyResult<i64> {
    if v.is_exactly(shapes::TUPLE) {
        crate::interpreter::recursion(th, "")?;
        return hashes::hash_tuple(th, v.cast::<Tuple>().expect("a tuple").values());
    }
    match v.slot(Slot::Hash) {
        Some(f) if !f.is_none() => {
            let r = call(th, f, &[v])?;
            if !int::is_int(r) {
                return Err(raise!(th, TypeError, "__hash__ method should return an integer"));
            }
            // What fits a machine word is the hash; the hash of a small int is not always itself.
            let h = int::to_i64(r).unwrap_or_else(|| int::hash(r));
            Ok(if h == -1 { -2 } else { h })
        }
        _ => Err(raise!(th, TypeError, "unhashable type: '{}'", v.type_name())),
    }
}

/// The hash of an object by identity.
pub fn identity_hash(v: Value) -> i64 {
    hashes::hash_address(v.bits())
}

/// `item in container`.
pub fn contains(th: &Thread, container: Value, item: Value) -> PyResult<bool> {
    match container.shape_id() {
        shapes::DICT => {
            let d = container.cast::<Dict>().expect("the shape says so");
            return Ok(d.get(th, item)?.is_some());
        }
        shapes::SET | shapes::FROZENSET => {
            return set::table(container).expect("the shape says so").contains(th, item);
        }
        shapes::STR if item.kind() == Kind::Str => {
            let text = container.cast::<Str>().expect("the shape says so");
            return Ok(text.contains(item.cast::<Str>().expect("the kind says so")));
        }
        shapes::LIST => {
            let list = container.cast::<List>().expect("the shape says so");
            let mut i = 0;
            while let Some(v) = list.get(i) {
                if is_or_eq(th, v, item)? {
                    return Ok(true);
                }
                i += 1;
            }
            return Ok(false);
        }
        shapes::TUPLE => {
            for v in container.cast::<Tuple>().expect("the shape says so").values() {
                if is_or_eq(th, *v, item)? {
                    return Ok(true);
                }
            }
            return Ok(false);
        }
        _ => {}
    }
    match container.slot(Slot::Contains) {
        Some(f) if !f.is_none() => {
            let r = call(th, f, &[container, item])?;
            ops::truth(th, r)
        }
        Some(_) => {
            Err(raise!(th, TypeError, "'{}' object is not a container", container.type_name()))
        }
        None => {
            if container.slot(Slot::Iter).is_none() && container.slot(Slot::GetItem).is_none() {
                return Err(raise!(
                    th,
                    TypeError,
                    "argument of type '{}' is not a container or iterable",
                    container.type_name()
                ));
            }
            let iter = ops::get_iter(th, container)?;
            while let Some(v) = ops::next(th, iter)? {
                if is_or_eq(th, v, item)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
    }
}

/// `isinstance(v, class)` with `__instancecheck__`, tuples and unions.
pub fn is_instance(th: &Thread, v: Value, class: Value) -> PyResult<bool> {
    if v.class() as *const _ as u64 == class.bits() {
        return Ok(true);
    }
    if class.is_exactly(shapes::TYPE) {
        return real_is_instance(th, v, class);
    }
    if let Some(t) = class.cast::<Tuple>() {
        for c in t.values() {
            if is_instance(th, v, *c)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    match class.slot(Slot::InstanceCheck) {
        Some(f) => {
            let r = call(th, f, &[class, v])?;
            ops::truth(th, r)
        }
        None => real_is_instance(th, v, class),
    }
}

/// `type.__instancecheck__`: by type, then by `__class__`.
pub fn real_is_instance(th: &Thread, v: Value, class: Value) -> PyResult<bool> {
    let Some(c) = class.cast::<crate::object::Type>() else {
        let bases = crate::object::get_attr_or_none(th, class, crate::intern!(th, "__bases__"))?;
        if bases.is_none_or(|b| b.cast::<Tuple>().is_none()) {
            return Err(raise!(
                th,
                TypeError,
                "isinstance() arg 2 must be a type, a tuple of types, or a union"
            ));
        }
        let own = crate::object::get_attr_or_none(th, v, crate::intern!(th, "__class__"))?;
        return match own {
            Some(own) => real_is_subclass(th, own, class),
            None => Ok(false),
        };
    };
    if v.class().is_subclass(c) {
        return Ok(true);
    }
    if v.class().has(TypeFlags::HEAP) {
        let own = crate::object::get_attr_or_none(th, v, crate::intern!(th, "__class__"))?;
        if let Some(own) = own.and_then(|o| o.cast::<crate::object::Type>()) {
            return Ok(own.is_subclass(c));
        }
    }
    Ok(false)
}

/// `issubclass(class, base)` with `__subclasscheck__`, tuples and unions.
pub fn is_subclass(th: &Thread, class: Value, base: Value) -> PyResult<bool> {
    if base.is_exactly(shapes::TYPE) {
        return real_is_subclass(th, class, base);
    }
    if let Some(t) = base.cast::<Tuple>() {
        for c in t.values() {
            if is_subclass(th, class, *c)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    match base.slot(Slot::SubclassCheck) {
        Some(f) => {
            let r = call(th, f, &[base, class])?;
            ops::truth(th, r)
        }
        None => real_is_subclass(th, class, base),
    }
}

/// `type.__subclasscheck__`: by MRO, or by `__bases__` of objects that are no classes.
pub fn real_is_subclass(th: &Thread, class: Value, base: Value) -> PyResult<bool> {
    use crate::object::Type;
    if let (Some(c), Some(b)) = (class.cast::<Type>(), base.cast::<Type>()) {
        return Ok(c.is_subclass(b));
    }
    let bases_of = |v: Value| -> PyResult<Option<Value>> {
        let b = crate::object::get_attr_or_none(th, v, crate::intern!(th, "__bases__"))?;
        Ok(b.filter(|b| b.kind() == Kind::Tuple))
    };
    let Some(bases) = bases_of(class)? else {
        return Err(raise!(th, TypeError, "issubclass() arg 1 must be a class"));
    };
    if base.cast::<Type>().is_none() && bases_of(base)?.is_none() {
        return Err(raise!(
            th,
            TypeError,
            "issubclass() arg 2 must be a class, a tuple of classes, or a union"
        ));
    }
    if class == base {
        return Ok(true);
    }
    for b in bases.cast::<Tuple>().expect("filtered").values() {
        if real_is_subclass(th, *b, base)? {
            return Ok(true);
        }
    }
    Ok(false)
}
