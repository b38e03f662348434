//! Binary and unary operators.

use krait_layout::{Kind, Thread, Value};

use crate::error::PyResult;
use crate::object::{Object, Slot, ValueExt};
use crate::ops::{self, call};
use crate::types::str::Str;
use crate::types::{float, int};
use crate::{raise, shapes};

/// A binary operator, numbered as in `BINARY_OP`'s argument; in-place forms are 13 higher.
#[repr(u8)]
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Binary {
    Add,
    And,
    FloorDivide,
    Lshift,
    MatMul,
    Multiply,
    Remainder,
    Or,
    Power,
    Rshift,
    Subtract,
    TrueDivide,
    Xor,
}

impl Binary {
    /// Every operator, by number.
    pub const ALL: [Binary; 13] = [
        Binary::Add,
        Binary::And,
        Binary::FloorDivide,
        Binary::Lshift,
        Binary::MatMul,
        Binary::Multiply,
        Binary::Remainder,
        Binary::Or,
        Binary::Power,
        Binary::Rshift,
        Binary::Subtract,
        Binary::TrueDivide,
        Binary::Xor,
    ];

    /// The operator's text; `**` also says `pow()` in messages.
    pub fn symbol(self) -> &'static str {
        match self {
            Binary::Add => "+",
            Binary::And => "&",
            Binary::FloorDivide => "//",
            Binary::Lshift => "<<",
            Binary::MatMul => "@",
            Binary::Multiply => "*",
            Binary::Remainder => "%",
            Binary::Or => "|",
            Binary::Power => "** or pow()",
            Binary::Rshift => ">>",
            Binary::Subtract => "-",
            Binary::TrueDivide => "/",
            Binary::Xor => "^",
        }
    }

    /// The operator's, the reflected and the in-place special method.
    pub fn slots(self) -> (Slot, Slot, Slot) {
        match self {
            Binary::Add => (Slot::Add, Slot::Radd, Slot::Iadd),
            Binary::And => (Slot::And, Slot::Rand, Slot::Iand),
            Binary::FloorDivide => (Slot::FloorDiv, Slot::RfloorDiv, Slot::IfloorDiv),
            Binary::Lshift => (Slot::Lshift, Slot::Rlshift, Slot::Ilshift),
            Binary::MatMul => (Slot::MatMul, Slot::RmatMul, Slot::ImatMul),
            Binary::Multiply => (Slot::Mul, Slot::Rmul, Slot::Imul),
            Binary::Remainder => (Slot::Mod, Slot::Rmod, Slot::Imod),
            Binary::Or => (Slot::Or, Slot::Ror, Slot::Ior),
            Binary::Power => (Slot::Pow, Slot::Rpow, Slot::Ipow),
            Binary::Rshift => (Slot::Rshift, Slot::Rrshift, Slot::Irshift),
            Binary::Subtract => (Slot::Sub, Slot::Rsub, Slot::Isub),
            Binary::TrueDivide => (Slot::TrueDiv, Slot::RtrueDiv, Slot::ItrueDiv),
            Binary::Xor => (Slot::Xor, Slot::Rxor, Slot::Ixor),
        }
    }
}

/// `a op b`.
#[inline]
pub fn binary(th: &Thread, op: Binary, a: Value, b: Value) -> PyResult<Value> {
    if let (Some(x), Some(y)) = (a.as_small_int(), b.as_small_int())
        && let Some(v) = small_int_binary(op, x, y)
    {
        return Ok(v);
    }
    if a.is_immediate_float()
        && b.is_immediate_float()
        && let Some(f) =
            float_binary(op, a.immediate_float_unchecked(), b.immediate_float_unchecked())
    {
        return Ok(float::new(th, f));
    }
    binary_slow(th, op, a, b)
}

/// `a + b` of two small ints or two immediate floats whose sum needs no box.
#[inline(always)]
pub fn quick_add(a: Value, b: Value) -> Option<Value> {
    if a.is_small_int() && b.is_small_int() {
        // The tag of one operand stays.
        let sum = (a.bits() as i64).checked_add(b.bits() as i64 - 1)?;
        // SAFETY: the word has the small int's tag.
        return Some(unsafe { Value::from_bits(sum as u64) });
    }
    quick_float(a, b, |x, y| x + y)
}

/// As [`quick_add`], for `a - b`.
#[inline(always)]
pub fn quick_subtract(a: Value, b: Value) -> Option<Value> {
    if a.is_small_int() && b.is_small_int() {
        let difference = (a.bits() as i64).checked_sub(b.bits() as i64 - 1)?;
        // SAFETY: the word has the small int's tag.
        return Some(unsafe { Value::from_bits(difference as u64) });
    }
    quick_float(a, b, |x, y| x - y)
}

/// As [`quick_add`], for `a * b`.
#[inline(always)]
pub fn quick_multiply(a: Value, b: Value) -> Option<Value> {
    if a.is_small_int() && b.is_small_int() {
        let product = (a.bits() as i64 - 1).checked_mul(b.small_int_unchecked())?;
        // SAFETY: the product of an even number is even, so this sets the small int's tag.
        return Some(unsafe { Value::from_bits(product as u64 | 1) });
    }
    quick_float(a, b, |x, y| x * y)
}

#[inline(always)]
fn quick_float(a: Value, b: Value, f: impl Fn(f64, f64) -> f64) -> Option<Value> {
    if a.is_immediate_float() && b.is_immediate_float() {
        return Value::immediate_float(f(
            a.immediate_float_unchecked(),
            b.immediate_float_unchecked(),
        ));
    }
    None
}

/// The operators on floats that cannot raise.
#[inline(always)]
fn float_binary(op: Binary, x: f64, y: f64) -> Option<f64> {
    match op {
        Binary::Add => Some(x + y),
        Binary::Subtract => Some(x - y),
        Binary::Multiply => Some(x * y),
        Binary::TrueDivide if y != 0.0 => Some(x / y),
        _ => None,
    }
}

/// The operators on small ints that need neither a big result nor an error.
#[inline(always)]
fn small_int_binary(op: Binary, x: i64, y: i64) -> Option<Value> {
    match op {
        Binary::Add => Value::small_int(x + y),
        Binary::Subtract => Value::small_int(x - y),
        Binary::Multiply => x.checked_mul(y).and_then(Value::small_int),
        Binary::And => Value::small_int(x & y),
        Binary::Or => Value::small_int(x | y),
        Binary::Xor => Value::small_int(x ^ y),
        Binary::FloorDivide if y != 0 => Value::small_int(floor_div(x, y)),
        Binary::Remainder if y != 0 => Value::small_int(floor_mod(x, y)),
        Binary::Rshift if y >= 0 => Value::small_int(x >> y.min(63)),
        Binary::Lshift if (0..62).contains(&y) => {
            let v = x << y;
            if v >> y == x { Value::small_int(v) } else { None }
        }
        _ => None,
    }
}

/// Python's `//` on machine integers; `y` is not 0.
#[inline(always)]
pub fn floor_div(x: i64, y: i64) -> i64 {
    let q = x / y;
    if (x % y != 0) && ((x < 0) != (y < 0)) { q - 1 } else { q }
}

/// Python's `%` on machine integers; `y` is not 0.
#[inline(always)]
pub fn floor_mod(x: i64, y: i64) -> i64 {
    let r = x % y;
    if r != 0 && ((r < 0) != (y < 0)) { r + y } else { r }
}

#[inline(never)]
fn binary_slow(th: &Thread, op: Binary, a: Value, b: Value) -> PyResult<Value> {
    if let Some(v) = numbers(th, op, a, b)? {
        return Ok(v);
    }
    if op == Binary::Add && a.is_exactly(shapes::STR) && b.is_exactly(shapes::STR) {
        return Ok(concat(th, a, b));
    }
    let (slot, reflected, _) = op.slots();
    let result = dispatch(th, slot, reflected, a, b)?;
    if result != Value::NOT_IMPLEMENTED {
        return Ok(result);
    }
    Err(unsupported(th, op, op.symbol(), a, b))
}

/// `a + b` of two strings.
fn concat(th: &Thread, a: Value, b: Value) -> Value {
    let (a, b) = (a.cast::<Str>().expect("a str"), b.cast::<Str>().expect("a str"));
    a.concat(th, b).value()
}

/// `a op b` where both are exactly int, float or bool in any mix.
#[inline]
fn numbers(th: &Thread, op: Binary, a: Value, b: Value) -> PyResult<Option<Value>> {
    match (a.shape_id(), b.shape_id()) {
        (shapes::INT, shapes::INT) if op != Binary::MatMul => int::binary(th, op, a, b).map(Some),
        (shapes::FLOAT, shapes::FLOAT)
        | (shapes::FLOAT, shapes::INT)
        | (shapes::INT, shapes::FLOAT) => float::binary(th, op, a, b),
        _ => Ok(None),
    }
}

/// CPython's `binary_op1`: the left operand's method, or first the right's reflected one where
/// its class is a subclass that overrides it.
pub fn dispatch(th: &Thread, slot: Slot, reflected: Slot, a: Value, b: Value) -> PyResult<Value> {
    let (ca, cb) = (a.class(), b.class());
    let left = ca.slot(slot);
    let mut right = if std::ptr::eq(ca, cb) { None } else { cb.slot(reflected) };
    // A sequence's concatenation and repetition come after the right operand's number method.
    let left_is_sequence = left.is_some()
        && matches!(slot, Slot::Add | Slot::Mul)
        && matches!(a.kind(), Kind::List | Kind::Tuple | Kind::Str | Kind::Bytes | Kind::ByteArray);
    if let Some(r) = right
        && ((cb.is_subclass(ca) && ca.slot(reflected) != Some(r))
            || (left_is_sequence && cb.has(crate::object::TypeFlags::HEAP)))
    {
        let v = call(th, r, &[b, a])?;
        if v != Value::NOT_IMPLEMENTED {
            return Ok(v);
        }
        right = None;
    }
    if let Some(l) = left {
        let v = call(th, l, &[a, b])?;
        if v != Value::NOT_IMPLEMENTED {
            return Ok(v);
        }
    }
    if let Some(r) = right {
        return call(th, r, &[b, a]);
    }
    Ok(Value::NOT_IMPLEMENTED)
}

/// `a op= b`.
#[inline]
pub fn inplace(th: &Thread, op: Binary, a: Value, b: Value) -> PyResult<Value> {
    if let (Some(x), Some(y)) = (a.as_small_int(), b.as_small_int())
        && let Some(v) = small_int_binary(op, x, y)
    {
        return Ok(v);
    }
    if a.is_immediate_float()
        && b.is_immediate_float()
        && let Some(f) =
            float_binary(op, a.immediate_float_unchecked(), b.immediate_float_unchecked())
    {
        return Ok(float::new(th, f));
    }
    if op == Binary::Add && a.is_exactly(shapes::STR) && b.is_exactly(shapes::STR) {
        return Ok(concat(th, a, b));
    }
    let (slot, reflected, in_place) = op.slots();
    if let Some(f) = a.slot(in_place) {
        let v = call(th, f, &[a, b])?;
        if v != Value::NOT_IMPLEMENTED {
            return Ok(v);
        }
    } else if let Some(v) = numbers(th, op, a, b)? {
        return Ok(v);
    }
    let v = dispatch(th, slot, reflected, a, b)?;
    if v != Value::NOT_IMPLEMENTED {
        return Ok(v);
    }
    let symbol = match op {
        Binary::Power => "**=".to_string(),
        _ => format!("{}=", op.symbol()),
    };
    Err(unsupported(th, op, &symbol, a, b))
}

#[cold]
fn unsupported(th: &Thread, op: Binary, symbol: &str, a: Value, b: Value) -> crate::Raised {
    let (ta, tb) = (a.type_name(), b.type_name());
    if op == Binary::Add {
        match a.kind() {
            Kind::Str => {
                return raise!(th, TypeError, "can only concatenate str (not \"{tb}\") to str");
            }
            Kind::List => {
                return raise!(th, TypeError, "can only concatenate list (not \"{tb}\") to list");
            }
            Kind::Tuple => {
                return raise!(th, TypeError, "can only concatenate tuple (not \"{tb}\") to tuple");
            }
            Kind::Bytes => return raise!(th, TypeError, "can't concat {tb} to bytes"),
            Kind::ByteArray => return raise!(th, TypeError, "can't concat {tb} to bytearray"),
            _ => {}
        }
    }
    if op == Binary::Multiply {
        let is_sequence = |v: Value| {
            matches!(v.kind(), Kind::Str | Kind::List | Kind::Tuple | Kind::Bytes | Kind::ByteArray)
        };
        if is_sequence(a) {
            return raise!(th, TypeError, "can't multiply sequence by non-int of type '{tb}'");
        }
        if is_sequence(b) {
            return raise!(th, TypeError, "can't multiply sequence by non-int of type '{ta}'");
        }
    }
    if op == Binary::Rshift && a.kind() == Kind::NativeFunction && symbol == ">>" {
        let print = a.cast::<crate::types::native_function::NativeFunction>();
        if print.is_some_and(|p| p.name() == "print") {
            return raise!(
                th,
                TypeError,
                "unsupported operand type(s) for >>: '{ta}' and '{tb}'. Did you mean \"print(<message>, file=<output_stream>)\"?"
            );
        }
    }
    raise!(th, TypeError, "unsupported operand type(s) for {symbol}: '{ta}' and '{tb}'")
}

/// `divmod(a, b)`.
pub fn divmod(th: &Thread, a: Value, b: Value) -> PyResult<Value> {
    let v = dispatch(th, Slot::DivMod, Slot::RdivMod, a, b)?;
    if v != Value::NOT_IMPLEMENTED {
        return Ok(v);
    }
    let (ta, tb) = (a.type_name(), b.type_name());
    Err(raise!(th, TypeError, "unsupported operand type(s) for divmod(): '{ta}' and '{tb}'"))
}

/// `pow(a, b, m)`.
pub fn power(th: &Thread, a: Value, b: Value, m: Option<Value>) -> PyResult<Value> {
    let Some(m) = m else { return binary(th, Binary::Power, a, b) };
    for (v, slot, args) in [(a, Slot::Pow, [a, b, m]), (b, Slot::Rpow, [b, a, m])] {
        if let Some(f) = v.slot(slot) {
            let v = call(th, f, &args)?;
            if v != Value::NOT_IMPLEMENTED {
                return Ok(v);
            }
        }
    }
    Err(raise!(
        th,
        TypeError,
        "unsupported operand type(s) for ** or pow(): '{}', '{}', '{}'",
        a.type_name(),
        b.type_name(),
        m.type_name()
    ))
}

/// `-v`.
pub fn negative(th: &Thread, v: Value) -> PyResult<Value> {
    if let Some(i) = v.as_small_int()
        && let Some(r) = Value::small_int(-i)
    {
        return Ok(r);
    }
    unary(th, v, Slot::Neg, "-")
}

/// `+v`.
pub fn positive(th: &Thread, v: Value) -> PyResult<Value> {
    unary(th, v, Slot::Pos, "+")
}

/// `~v`.
pub fn invert(th: &Thread, v: Value) -> PyResult<Value> {
    if let Some(i) = v.as_small_int() {
        return Ok(Value::small_int(!i).expect("the complement of a small int is small"));
    }
    unary(th, v, Slot::Invert, "~")
}

fn unary(th: &Thread, v: Value, slot: Slot, symbol: &str) -> PyResult<Value> {
    match v.slot(slot) {
        Some(f) => call(th, f, &[v]),
        None => {
            Err(raise!(th, TypeError, "bad operand type for unary {symbol}: '{}'", v.type_name()))
        }
    }
}

/// `abs(v)`.
pub fn absolute(th: &Thread, v: Value) -> PyResult<Value> {
    match v.slot(Slot::Abs) {
        Some(f) => call(th, f, &[v]),
        None => Err(raise!(th, TypeError, "bad operand type for abs(): '{}'", v.type_name())),
    }
}

/// `bool(v)`.
#[inline]
pub fn truth(th: &Thread, v: Value) -> PyResult<bool> {
    if v == Value::TRUE {
        return Ok(true);
    }
    if v == Value::FALSE || v.is_none() {
        return Ok(false);
    }
    if let Some(i) = v.as_small_int() {
        return Ok(i != 0);
    }
    truth_slow(th, v)
}

fn truth_slow(th: &Thread, v: Value) -> PyResult<bool> {
    match v.shape_id() {
        shapes::STR => return Ok(!v.cast::<crate::types::str::Str>().expect("a str").is_empty()),
        shapes::LIST => {
            return Ok(!v.cast::<crate::types::list::List>().expect("a list").is_empty());
        }
        shapes::TUPLE => {
            return Ok(!v.cast::<crate::types::tuple::Tuple>().expect("a tuple").is_empty());
        }
        shapes::DICT => {
            return Ok(!v.cast::<crate::types::dict::Dict>().expect("a dict").is_empty());
        }
        shapes::FLOAT => return Ok(float::value(v).expect("a float") != 0.0),
        _ => {}
    }
    if let Some(f) = v.slot(Slot::Bool) {
        let r = call(th, f, &[v])?;
        return r.as_bool().ok_or_else(|| {
            raise!(th, TypeError, "__bool__ should return bool, returned {}", r.type_name())
        });
    }
    if v.slot(Slot::Len).is_some() {
        return Ok(ops::length(th, v)? != 0);
    }
    Ok(true)
}

/// `operator.index(v)`: an `int` (or a subclass's instance as it is).
#[inline]
pub fn index(th: &Thread, v: Value) -> PyResult<Value> {
    if v.is_small_int() {
        return Ok(v);
    }
    if int::is_int(v) {
        return Ok(int::methods::exact(th, v));
    }
    let Some(f) = v.slot(Slot::Index) else {
        return Err(raise!(
            th,
            TypeError,
            "'{}' object cannot be interpreted as an integer",
            v.type_name()
        ));
    };
    let r = call(th, f, &[v])?;
    if int::is_int(r) {
        return Ok(int::methods::exact(th, r));
    }
    Err(raise!(th, TypeError, "__index__ returned non-int (type {})", r.type_name()))
}

/// `operator.index(v)` as a position: clipped to `isize`, as `PyNumber_AsSsize_t(v, NULL)`.
pub fn index_clipped(th: &Thread, v: Value) -> PyResult<isize> {
    if let Some(i) = v.as_small_int() {
        return Ok(i as isize);
    }
    let i = index(th, v)?;
    Ok(int::to_i128(i).map_or_else(
        || if int::is_negative(i) { isize::MIN } else { isize::MAX },
        |i| i.clamp(isize::MIN as i128, isize::MAX as i128) as isize,
    ))
}

/// The count of a sequence repetition, 0 for negative ones; `None` where `v` is no index.
pub fn repeat_count(th: &Thread, v: Value) -> PyResult<Option<usize>> {
    if let Some(i) = v.as_small_int() {
        return Ok(Some(i.max(0) as usize));
    }
    if !int::is_int(v) && v.slot(Slot::Index).is_none() {
        return Ok(None);
    }
    let i = index(th, v)?;
    match int::to_i128(i).map(isize::try_from) {
        Some(Ok(i)) => Ok(Some(i.max(0) as usize)),
        _ if int::is_negative(i) => Ok(Some(0)),
        _ => Err(raise!(
            th,
            OverflowError,
            "cannot fit '{}' into an index-sized integer",
            v.type_name()
        )),
    }
}

/// `a * b` as the length of a new sequence; raises `MemoryError` where it cannot be.
pub fn checked_size(th: &Thread, a: usize, b: usize) -> PyResult<usize> {
    match a.checked_mul(b) {
        Some(n) if n < isize::MAX as usize / 16 => Ok(n),
        _ => Err(raise!(th, MemoryError)),
    }
}

/// `BINARY_OP` with the operator's number as in the instruction: binary, in-place, or `[]`.
#[inline(always)]
pub fn binary_op(th: &Thread, number: u32, a: Value, b: Value) -> PyResult<Value> {
    match number {
        0..13 => binary(th, Binary::ALL[number as usize], a, b),
        13..26 => inplace(th, Binary::ALL[number as usize - 13], a, b),
        _ => ops::get_item(th, a, b),
    }
}
