//! `int`, without limit: small ones are immediate, larger ones have their limbs in the heap.

pub mod methods;
pub mod text;

use std::cmp::Ordering;

use dashu_int::ops::BitTest;
use dashu_int::{IBig, Sign, UBig, Word};
use krait_layout::value::{SMALL_INT_MAX, SMALL_INT_MIN};
use krait_layout::{Header, Kind, Thread, Value, shapes};

use crate::error::PyResult;
use crate::gc;
use crate::object::type_object::{Type, TypeDef, TypeFlags};
use crate::object::{Object, ValueExt};
use crate::ops::{Binary, floor_div, floor_mod};
use crate::raise;
use crate::types::{float, hash as hashes};

/// An int that does not fit a small one, or an instance of a subclass of `int`: sign and
/// magnitude, whose limbs follow the struct or are in a cell of their own.
#[repr(C)]
pub struct BigInt {
    pub header: Header,
    negative: bool,
    len: usize,
    limbs: *const Word,
}

pub static DEF: TypeDef = TypeDef::of::<BigInt>("int", "builtins")
    .doc("int([x]) -> integer\nint(x, base=10) -> integer\n\nConvert a number or string to an integer, or return 0 if no arguments\nare given.  If x is a number, return x.__int__().  For floating-point\nnumbers, this truncates towards zero.\n\nIf x is not a number or if base is given, then x must be a string,\nbytes, or bytearray instance representing an integer literal in the\ngiven base.  The literal can be preceded by '+' or '-' and be surrounded\nby whitespace.  The base defaults to 10.  Valid bases are 0 and 2-36.\nBase 0 means to interpret the base from the string as an integer literal.\n>>> int('0b100', base=0)\n4")
    .flags(TypeFlags::BASE.or(TypeFlags::MATCH_SELF))
    .methods(BigInt::native_methods)
    .getsets(BigInt::native_getsets)
    .shape(shapes::INT);

// SAFETY: every object of kind `BigInt` is made by `alloc_big` with this layout.
unsafe impl Object for BigInt {
    const KIND: Kind = Kind::BigInt;
    const TRACED: bool = false;

    fn def() -> &'static TypeDef {
        &DEF
    }
}

fn alloc_big(th: &Thread, class: Option<&Type>, negative: bool, limbs: &[Word]) -> &'static BigInt {
    let bytes = std::mem::size_of_val(limbs);
    let base = class.map_or(size_of::<BigInt>(), Type::instance_size);
    let header = Header::new(class.map_or(shapes::INT, |c| c.instance_shape.get()), Kind::BigInt);
    // SAFETY: the cells are fresh and as large as asked for. The instance of a subclass is the last
    // to be allocated, so it is whole before the next collection.
    let big = unsafe {
        let (at, to) = match class {
            None => {
                let at = gc::alloc_no_scan(th, base + bytes).as_ptr();
                (at, at.add(base) as *mut Word)
            }
            Some(_) => {
                let to = gc::buffer(th, gc::Scan::NoScan, bytes) as *mut Word;
                let at = gc::alloc_traced(th, base).as_ptr();
                std::ptr::write_bytes(at, 0, base);
                (at, to)
            }
        };
        std::ptr::copy_nonoverlapping(limbs.as_ptr(), to, limbs.len());
        let at = at as *mut BigInt;
        at.write(BigInt { header, negative, len: limbs.len(), limbs: to });
        &*at
    };
    if let Some(class) = class {
        class.note_instance(th, &big.header);
    }
    big
}

impl BigInt {
    fn limbs(&self) -> &[Word] {
        // SAFETY: `limbs` points to `len` words that live as long as the object.
        unsafe { std::slice::from_raw_parts(self.limbs, self.len) }
    }
}

/// The int of a machine integer.
#[inline]
pub fn new(th: &Thread, i: i64) -> Value {
    match Value::small_int(i) {
        Some(v) => v,
        None => from_i128(th, i as i128),
    }
}

pub fn from_i128(th: &Thread, i: i128) -> Value {
    if (SMALL_INT_MIN as i128..=SMALL_INT_MAX as i128).contains(&i) {
        return Value::small_int(i as i64).expect("in range");
    }
    from_big(th, &IBig::from(i))
}

/// The int of a big integer; small where it fits.
pub fn from_big(th: &Thread, i: &IBig) -> Value {
    if let Ok(small) = i64::try_from(i)
        && let Some(v) = Value::small_int(small)
    {
        return v;
    }
    let (sign, words) = i.as_sign_words();
    alloc_big(th, None, sign == Sign::Negative, words).value()
}

/// The same number as an instance of `class`, a subclass of `int`.
pub fn copy_as(th: &Thread, class: &Type, v: Value) -> Value {
    let big = to_big(v);
    let (sign, words) = big.as_sign_words();
    alloc_big(th, Some(class), sign == Sign::Negative, words).value()
}

/// Whether `v` is an `int` (a `bool` is one too).
#[inline]
pub fn is_int(v: Value) -> bool {
    v.is_small_int() || v.kind() == Kind::BigInt || v.as_bool().is_some()
}

/// The number of an int of any size; `v` is one.
pub fn to_big(v: Value) -> IBig {
    if let Some(i) = v.as_small_int() {
        return IBig::from(i);
    }
    if let Some(b) = v.as_bool() {
        return IBig::from(b as i64);
    }
    let big = v.cast::<BigInt>().expect("the caller checked that it is an int");
    IBig::from_parts(
        if big.negative { Sign::Negative } else { Sign::Positive },
        UBig::from_words(big.limbs()),
    )
}

/// The number of an int, where it fits; `None` also for what is no int.
#[inline]
pub fn to_i128(v: Value) -> Option<i128> {
    if let Some(i) = v.as_small_int() {
        return Some(i as i128);
    }
    if let Some(b) = v.as_bool() {
        return Some(b as i128);
    }
    let big = v.cast::<BigInt>()?;
    let limbs = big.limbs();
    if limbs.len() > 2 {
        return None;
    }
    let magnitude = limbs.iter().rev().fold(0u128, |m, l| (m << 64) | *l as u128);
    let i = i128::try_from(magnitude).ok()?;
    Some(if big.negative { -i } else { i })
}

/// The number of an int, where it fits.
pub fn to_i64(v: Value) -> Option<i64> {
    to_i128(v).and_then(|i| i64::try_from(i).ok())
}

pub fn is_negative(v: Value) -> bool {
    match v.as_small_int() {
        Some(i) => i < 0,
        None => v.cast::<BigInt>().is_some_and(|b| b.negative),
    }
}

/// CPython's hash of an int.
pub fn hash(v: Value) -> i64 {
    match to_i64(v) {
        Some(i) => hashes::hash_i64(i),
        None => {
            let big = v.cast::<BigInt>().expect("an int that is not small");
            hashes::hash_limbs(big.negative, big.limbs())
        }
    }
}

/// Order of two ints.
pub fn compare(a: Value, b: Value) -> Ordering {
    match (to_i128(a), to_i128(b)) {
        (Some(x), Some(y)) => x.cmp(&y),
        _ => to_big(a).cmp(&to_big(b)),
    }
}

/// Bits of the magnitude (`int.bit_length`).
pub fn bit_length(v: Value) -> usize {
    match to_i128(v) {
        Some(i) => 128 - i.unsigned_abs().leading_zeros() as usize,
        None => to_big(v).into_parts().1.bit_len(),
    }
}

/// The nearest float; raises `OverflowError` above the largest.
pub fn to_f64(th: &Thread, v: Value) -> PyResult<f64> {
    if let Some(i) = v.as_small_int() {
        return Ok(i as f64);
    }
    if let Some(i) = to_i128(v) {
        return Ok(i as f64);
    }
    let f = to_big(v).to_f64().value();
    if f.is_infinite() {
        return Err(raise!(th, OverflowError, "int too large to convert to float"));
    }
    Ok(f)
}

/// `a op b` of two ints.
pub fn binary(th: &Thread, op: Binary, a: Value, b: Value) -> PyResult<Value> {
    if let (Some(x), Some(y)) = (to_i64(a), to_i64(b)) {
        match op {
            Binary::Add => return Ok(from_i128(th, x as i128 + y as i128)),
            Binary::Subtract => return Ok(from_i128(th, x as i128 - y as i128)),
            Binary::Multiply => return Ok(from_i128(th, x as i128 * y as i128)),
            Binary::FloorDivide if y != 0 && x != i64::MIN => return Ok(new(th, floor_div(x, y))),
            Binary::Remainder if y != 0 && x != i64::MIN => return Ok(new(th, floor_mod(x, y))),
            Binary::And => return Ok(new(th, x & y)),
            Binary::Or => return Ok(new(th, x | y)),
            Binary::Xor => return Ok(new(th, x ^ y)),
            _ => {}
        }
    }
    let zero_divisor = || raise!(th, ZeroDivisionError, "division by zero");
    match op {
        Binary::TrueDivide => true_divide(th, a, b),
        Binary::Power => power(th, a, b),
        Binary::Lshift | Binary::Rshift => shift(th, op, a, b),
        Binary::MatMul => Ok(Value::NOT_IMPLEMENTED),
        Binary::FloorDivide | Binary::Remainder if b == Value::from_i32(0) || b == Value::FALSE => {
            Err(zero_divisor())
        }
        Binary::FloorDivide => Ok(from_big(th, &div_mod_floor(to_big(a), to_big(b)).0)),
        Binary::Remainder => Ok(from_big(th, &div_mod_floor(to_big(a), to_big(b)).1)),
        Binary::Add => Ok(from_big(th, &(to_big(a) + to_big(b)))),
        Binary::Subtract => Ok(from_big(th, &(to_big(a) - to_big(b)))),
        Binary::Multiply => Ok(from_big(th, &(to_big(a) * to_big(b)))),
        Binary::And => Ok(from_big(th, &(to_big(a) & to_big(b)))),
        Binary::Or => Ok(from_big(th, &(to_big(a) | to_big(b)))),
        Binary::Xor => Ok(from_big(th, &(to_big(a) ^ to_big(b)))),
    }
}

/// Quotient and remainder rounded towards minus infinity; `b` is not 0.
pub fn div_mod_floor(a: IBig, b: IBig) -> (IBig, IBig) {
    use dashu_int::ops::DivRem;
    let (q, r) = a.div_rem(&b);
    if r != IBig::ZERO && (r.sign() != b.sign()) { (q - IBig::ONE, r + b) } else { (q, r) }
}

fn shift(th: &Thread, op: Binary, a: Value, b: Value) -> PyResult<Value> {
    if is_negative(b) {
        return Err(raise!(th, ValueError, "negative shift count"));
    }
    let count = to_i128(b).and_then(|n| usize::try_from(n).ok());
    match (op, count) {
        (_, _) if a == Value::from_i32(0) => Ok(a),
        (Binary::Lshift, Some(n)) if n < MOST_BITS => Ok(from_big(th, &(to_big(a) << n))),
        (Binary::Lshift, Some(_)) => Err(raise!(th, MemoryError)),
        (Binary::Lshift, None) => Err(raise!(th, OverflowError, "too many digits in integer")),
        (_, Some(n)) if n <= bit_length(a) => Ok(from_big(th, &(to_big(a) >> n))),
        _ => Ok(Value::from_i32(if is_negative(a) { -1 } else { 0 })),
    }
}

/// Bits of an integer that no machine here has the memory to work with: 4 GB.
const MOST_BITS: usize = 1 << 35;

/// `a ** b`: a float where `b` is negative.
fn power(th: &Thread, a: Value, b: Value) -> PyResult<Value> {
    if is_negative(b) {
        let (x, y) = (to_f64(th, a)?, to_f64(th, b)?);
        return float::power(th, x, y);
    }
    let Some(n) = to_i128(b).and_then(|n| usize::try_from(n).ok()) else {
        // Only 0, 1 and -1 have such powers.
        return match to_i64(a) {
            Some(0) => Ok(Value::from_i32(0)),
            Some(1) => Ok(Value::from_i32(1)),
            Some(-1) => {
                let odd = to_big(b).bit(0);
                Ok(Value::from_i32(if odd { -1 } else { 1 }))
            }
            _ => Err(raise!(th, MemoryError)),
        };
    };
    if let Some(x) = to_i64(a) {
        let mut result: i128 = 1;
        let mut overflow = false;
        if n < 128 {
            for _ in 0..n {
                match result.checked_mul(x as i128) {
                    Some(r) => result = r,
                    None => {
                        overflow = true;
                        break;
                    }
                }
            }
            if !overflow {
                return Ok(from_i128(th, result));
            }
        }
        if x == 0 || x == 1 {
            return Ok(a);
        }
        if x == -1 {
            return Ok(Value::from_i32(if n % 2 == 0 { 1 } else { -1 }));
        }
    }
    if bit_length(a).saturating_mul(n) > MOST_BITS {
        return Err(raise!(th, MemoryError));
    }
    Ok(from_big(th, &to_big(a).pow(n)))
}

/// `a / b`, correctly rounded.
fn true_divide(th: &Thread, a: Value, b: Value) -> PyResult<Value> {
    if compare(b, Value::from_i32(0)).is_eq() {
        return Err(raise!(th, ZeroDivisionError, "division by zero"));
    }
    const EXACT: i128 = 1 << 53;
    if let (Some(x), Some(y)) = (to_i128(a), to_i128(b))
        && x.abs() <= EXACT
        && y.abs() <= EXACT
    {
        return Ok(float::new(th, x as f64 / y as f64));
    }
    // Scale so that the integer quotient has 66 bits or more; the sticky bit keeps rounding right.
    let (a_big, b_big) = (to_big(a), to_big(b));
    let negative = (a_big < IBig::ZERO) != (b_big < IBig::ZERO);
    let (_, x) = a_big.into_parts();
    let (_, y) = b_big.into_parts();
    if x == UBig::ZERO {
        return Ok(float::new(th, if negative { -0.0 } else { 0.0 }));
    }
    let shift = 66 + y.bit_len() as i64 - x.bit_len() as i64;
    let (n, d) = if shift >= 0 { (x << shift as usize, y) } else { (x, y << (-shift) as usize) };
    use dashu_int::ops::DivRem;
    let (q, r) = n.div_rem(&d);
    let mut bits: u128 = u128::try_from(&q).expect("67 bits at most");
    if r != UBig::ZERO {
        bits |= 1;
    }
    match ldexp_u128(bits, -shift) {
        Some(f) => Ok(float::new(th, if negative { -f } else { f })),
        None => Err(raise!(th, OverflowError, "integer division result too large for a float")),
    }
}

/// `bits * 2**e` rounded to nearest even, `None` on overflow; `bits` has a sticky last bit.
pub fn ldexp_u128(bits: u128, e: i64) -> Option<f64> {
    let length = 128 - bits.leading_zeros() as i64;
    // The exponent of the result's lowest bit: 53 bits of precision, fewer for subnormals.
    let low = (length + e - 53).max(-1074);
    let drop = low - e;
    let mantissa = if drop <= 0 {
        bits << (-drop)
    } else if drop >= 128 {
        0
    } else {
        let kept = bits >> drop;
        let rest = bits & ((1 << drop) - 1);
        let half = 1u128 << (drop - 1);
        if rest > half || (rest == half && kept & 1 == 1) { kept + 1 } else { kept }
    };
    let f = mantissa as f64 * pow2(low);
    if f.is_infinite() { None } else { Some(f) }
}

/// `2**e` for exponents of normal and subnormal floats; two steps below keep it exact.
fn pow2(e: i64) -> f64 {
    if e >= -1022 {
        if e > 1023 { f64::INFINITY } else { f64::from_bits(((e + 1023) as u64) << 52) }
    } else {
        f64::from_bits(1u64 << (e + 1074))
    }
}
