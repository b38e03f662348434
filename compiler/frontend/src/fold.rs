//! Arithmetic on constants, with CPython's limits on the size of results.
//!
//! Whatever would raise, or is not worth having, gives `None`, and the operation is left to run
//! time.

use dashu_int::IBig;
use dashu_int::ops::BitTest;
use krait_runtime::bytecode::Constant;
use rustpython_wtf8::{CodePoint, Wtf8Buf};

/// Bits of an int.
const MAX_INT_SIZE: usize = 128;
/// Elements of a tuple.
const MAX_COLLECTION_SIZE: usize = 256;
/// Characters.
const MAX_STR_SIZE: usize = 4096;
/// Elements, including those of nested tuples.
const MAX_TOTAL_ITEMS: usize = 1024;

/// A number, with `bool` as the int that it is.
enum Number {
    Int(IBig),
    Float(f64),
    Complex(f64, f64),
}

fn number(value: &Constant) -> Option<Number> {
    Some(match value {
        Constant::True => Number::Int(IBig::ONE),
        Constant::False => Number::Int(IBig::ZERO),
        Constant::Int(value) => Number::Int(value.clone()),
        Constant::Float(value) => Number::Float(*value),
        Constant::Complex(re, im) => Number::Complex(*re, *im),
        _ => return None,
    })
}

/// An int as the nearest float; `None` if it is too large.
fn to_float(value: &IBig) -> Option<f64> {
    let float = value.to_f64().value();
    float.is_finite().then_some(float)
}

fn boolean(value: &Constant) -> Option<bool> {
    match value {
        Constant::True => Some(true),
        Constant::False => Some(false),
        _ => None,
    }
}

fn from_bool(value: bool) -> Constant {
    if value { Constant::True } else { Constant::False }
}

/// The integer that `value` is.
fn integer(value: &Constant) -> Option<IBig> {
    match number(value)? {
        Number::Int(value) => Some(value),
        Number::Float(_) | Number::Complex(..) => None,
    }
}

/// Python's `==`, for numbers, strings and bytes.
pub fn equal(a: &Constant, b: &Constant) -> bool {
    match (number(a), number(b)) {
        (Some(Number::Int(a)), Some(Number::Int(b))) => a == b,
        (Some(a), Some(b)) => {
            let parts = |n: Number| match n {
                Number::Int(n) => (n.to_f64().value(), 0.0),
                Number::Float(n) => (n, 0.0),
                Number::Complex(re, im) => (re, im),
            };
            parts(a) == parts(b)
        }
        (None, None) => a == b,
        _ => false,
    }
}

/// `left op right`, where `op` is `BINARY_OP`'s argument.
pub fn binary(left: &Constant, op: u32, right: &Constant) -> Option<Constant> {
    match op {
        0 => add(left, right),
        1 | 7 | 12 => bitwise(left, op, right),
        2 => floor_divide(left, right),
        3 => left_shift(left, right),
        5 => multiply(left, right),
        6 => remainder(left, right),
        8 => power(left, right),
        9 => right_shift(left, right),
        10 => arithmetic(
            left,
            right,
            |a, b| a - b,
            |a, b| a - b,
            |a, b| match (a, b) {
                (Part::Real(a), Part::Complex(re, im)) => (a - re, -im),
                (Part::Complex(re, im), Part::Real(b)) => (re - b, im),
                (a, b) => {
                    let ((a, b), (c, d)) = (a.pair(), b.pair());
                    (a - c, b - d)
                }
            },
        ),
        11 => true_divide(left, right),
        26 => subscript(left, right),
        _ => None,
    }
}

/// `op operand`.
pub fn negative(operand: &Constant) -> Option<Constant> {
    Some(match number(operand)? {
        Number::Int(value) => Constant::Int(-value),
        Number::Float(value) => Constant::Float(-value),
        Number::Complex(re, im) => Constant::Complex(-re, -im),
    })
}

pub fn positive(operand: &Constant) -> Option<Constant> {
    Some(match number(operand)? {
        Number::Int(value) => Constant::Int(value),
        Number::Float(value) => Constant::Float(value),
        Number::Complex(re, im) => Constant::Complex(re, im),
    })
}

pub fn invert(operand: &Constant) -> Option<Constant> {
    Some(Constant::Int(!integer(operand)?))
}

/// An operand of complex arithmetic: real numbers are not given an imaginary part of zero,
/// which matters for the sign of zeros and for infinities.
#[derive(Copy, Clone)]
enum Part {
    Real(f64),
    Complex(f64, f64),
}

impl Part {
    fn pair(self) -> (f64, f64) {
        match self {
            Part::Real(re) => (re, 0.0),
            Part::Complex(re, im) => (re, im),
        }
    }
}

fn part(n: &Number) -> Option<Part> {
    Some(match n {
        Number::Int(n) => Part::Real(to_float(n)?),
        Number::Float(n) => Part::Real(*n),
        Number::Complex(re, im) => Part::Complex(*re, *im),
    })
}

fn arithmetic(
    left: &Constant,
    right: &Constant,
    ints: impl FnOnce(IBig, IBig) -> IBig,
    floats: impl FnOnce(f64, f64) -> f64,
    complexes: impl FnOnce(Part, Part) -> (f64, f64),
) -> Option<Constant> {
    let (a, b) = (number(left)?, number(right)?);
    if let (Number::Int(a), Number::Int(b)) = (&a, &b) {
        return Some(Constant::Int(ints(a.clone(), b.clone())));
    }
    match (part(&a)?, part(&b)?) {
        (Part::Real(a), Part::Real(b)) => Some(Constant::Float(floats(a, b))),
        (a, b) => {
            let (re, im) = complexes(a, b);
            Some(Constant::Complex(re, im))
        }
    }
}

fn add(left: &Constant, right: &Constant) -> Option<Constant> {
    match (left, right) {
        (Constant::Str(a), Constant::Str(b)) => {
            let mut sum = a.clone();
            sum.push_wtf8(b);
            Some(Constant::Str(sum))
        }
        (Constant::Bytes(a), Constant::Bytes(b)) => {
            Some(Constant::Bytes([a.as_slice(), b.as_slice()].concat()))
        }
        (Constant::Tuple(a), Constant::Tuple(b)) => {
            Some(Constant::Tuple([a.as_slice(), b.as_slice()].concat()))
        }
        _ => arithmetic(
            left,
            right,
            |a, b| a + b,
            |a, b| a + b,
            |a, b| match (a, b) {
                (Part::Real(a), Part::Complex(re, im)) => (a + re, im),
                (Part::Complex(re, im), Part::Real(b)) => (re + b, im),
                (a, b) => {
                    let ((a, b), (c, d)) = (a.pair(), b.pair());
                    (a + c, b + d)
                }
            },
        ),
    }
}

fn bitwise(left: &Constant, op: u32, right: &Constant) -> Option<Constant> {
    if let (Some(a), Some(b)) = (boolean(left), boolean(right)) {
        return Some(from_bool(match op {
            1 => a & b,
            7 => a | b,
            _ => a ^ b,
        }));
    }
    let (a, b) = (integer(left)?, integer(right)?);
    Some(Constant::Int(match op {
        1 => a & b,
        7 => a | b,
        _ => a ^ b,
    }))
}

/// Quotient and remainder, rounded down.
fn floor_div_mod(a: &IBig, b: &IBig) -> Option<(IBig, IBig)> {
    if b.is_zero() {
        return None;
    }
    let quotient = a / b;
    let remainder = a % b;
    let is_negative = |n: &IBig| *n < IBig::ZERO;
    if !remainder.is_zero() && is_negative(&remainder) != is_negative(b) {
        return Some((quotient - IBig::ONE, remainder + b));
    }
    Some((quotient, remainder))
}

/// The same for floats, as CPython does it.
fn float_div_mod(a: f64, b: f64) -> Option<(f64, f64)> {
    if b == 0.0 {
        return None;
    }
    let mut modulus = a % b;
    let mut div = (a - modulus) / b;
    if modulus != 0.0 {
        if (b < 0.0) != (modulus < 0.0) {
            modulus += b;
            div -= 1.0;
        }
    } else {
        modulus = 0.0f64.copysign(b);
    }
    let floor = if div != 0.0 {
        let floor = div.floor();
        if div - floor > 0.5 { floor + 1.0 } else { floor }
    } else {
        0.0f64.copysign(a / b)
    };
    Some((floor, modulus))
}

fn floor_divide(left: &Constant, right: &Constant) -> Option<Constant> {
    match (number(left)?, number(right)?) {
        (Number::Int(a), Number::Int(b)) => Some(Constant::Int(floor_div_mod(&a, &b)?.0)),
        (a, b) => match (part(&a)?, part(&b)?) {
            (Part::Real(a), Part::Real(b)) => Some(Constant::Float(float_div_mod(a, b)?.0)),
            _ => None,
        },
    }
}

fn remainder(left: &Constant, right: &Constant) -> Option<Constant> {
    match (number(left)?, number(right)?) {
        (Number::Int(a), Number::Int(b)) => Some(Constant::Int(floor_div_mod(&a, &b)?.1)),
        (a, b) => match (part(&a)?, part(&b)?) {
            (Part::Real(a), Part::Real(b)) => Some(Constant::Float(float_div_mod(a, b)?.1)),
            _ => None,
        },
    }
}

/// `a / b` of ints, correctly rounded.
fn int_true_divide(a: &IBig, b: &IBig) -> Option<f64> {
    const EXACT: i64 = 1 << 53;
    let small = |n: &IBig| i64::try_from(n.clone()).ok().filter(|n| n.abs() <= EXACT);
    if let (Some(a), Some(b)) = (small(a), small(b)) {
        return Some(a as f64 / b as f64);
    }
    // A quotient of at least 64 bits, with a lowest bit that says whether more followed.
    let shift = 64 + b.bit_len() as i64 - a.bit_len() as i64;
    let (mut a2, mut b2) = (a.clone(), b.clone());
    if shift >= 0 {
        a2 <<= shift as usize;
    } else {
        b2 <<= (-shift) as usize;
    }
    let mut quotient = &a2 / &b2;
    if !(&a2 % &b2).is_zero() {
        quotient |= IBig::ONE;
    }
    let scaled = quotient.to_f64().value() * 2f64.powi(i32::try_from(-shift).ok()?);
    scaled.is_finite().then_some(scaled)
}

fn true_divide(left: &Constant, right: &Constant) -> Option<Constant> {
    let (a, b) = (number(left)?, number(right)?);
    if let (Number::Int(a), Number::Int(b)) = (&a, &b) {
        return if b.is_zero() { None } else { Some(Constant::Float(int_true_divide(a, b)?)) };
    }
    match (part(&a)?, part(&b)?) {
        (Part::Real(a), Part::Real(b)) => (b != 0.0).then(|| Constant::Float(a / b)),
        (Part::Complex(re, im), Part::Real(b)) => {
            (b != 0.0).then(|| Constant::Complex(re / b, im / b))
        }
        (a, b) => {
            let ((a, b), (c, d)) = (a.pair(), b.pair());
            if c == 0.0 && d == 0.0 {
                return None;
            }
            // Smith's algorithm.
            if c.abs() >= d.abs() {
                let ratio = d / c;
                let denominator = c + d * ratio;
                let re = (a + b * ratio) / denominator;
                Some(Constant::Complex(re, (b - a * ratio) / denominator))
            } else {
                let ratio = c / d;
                let denominator = c * ratio + d;
                let re = (a * ratio + b) / denominator;
                Some(Constant::Complex(re, (b * ratio - a) / denominator))
            }
        }
    }
}

/// What is left of `limit` after all elements of a tuple are counted.
fn check_complexity(value: &Constant, limit: usize) -> Option<usize> {
    let Constant::Tuple(items) = value else { return Some(limit) };
    let limit = limit.checked_sub(items.len())?;
    items.iter().try_fold(limit, |limit, item| check_complexity(item, limit))
}

fn multiply(left: &Constant, right: &Constant) -> Option<Constant> {
    match (left, right) {
        (Constant::Tuple(_) | Constant::Str(_) | Constant::Bytes(_), _) => repeat(left, right),
        (_, Constant::Tuple(_) | Constant::Str(_) | Constant::Bytes(_)) => repeat(right, left),
        _ => {
            if let (Some(a), Some(b)) = (integer(left), integer(right))
                && !a.is_zero()
                && !b.is_zero()
                && a.bit_len() + b.bit_len() > MAX_INT_SIZE
            {
                return None;
            }
            arithmetic(
                left,
                right,
                |a, b| a * b,
                |a, b| a * b,
                |a, b| match (a, b) {
                    (Part::Real(a), Part::Complex(re, im)) => (a * re, a * im),
                    (Part::Complex(re, im), Part::Real(b)) => (re * b, im * b),
                    (a, b) => {
                        let ((a, b), (c, d)) = (a.pair(), b.pair());
                        (a * c - b * d, a * d + b * c)
                    }
                },
            )
        }
    }
}

fn repeat(sequence: &Constant, count: &Constant) -> Option<Constant> {
    let count = integer(count)?;
    let count = match i64::try_from(count) {
        Ok(count) => count,
        Err(_) => return None,
    };
    let allowed =
        |size: usize, max: usize| size == 0 || (count >= 0 && count as usize <= max / size);
    let times = count.max(0) as usize;
    match sequence {
        Constant::Tuple(items) => {
            if !allowed(items.len(), MAX_COLLECTION_SIZE) {
                return None;
            }
            if times > 0 && !items.is_empty() {
                check_complexity(sequence, MAX_TOTAL_ITEMS / times)?;
            }
            let all = std::iter::repeat_n(items, times).flatten().cloned();
            Some(Constant::Tuple(all.collect()))
        }
        Constant::Str(text) => {
            if !allowed(text.code_points().count(), MAX_STR_SIZE) {
                return None;
            }
            let mut out = Wtf8Buf::new();
            for _ in 0..times {
                out.push_wtf8(text);
            }
            Some(Constant::Str(out))
        }
        Constant::Bytes(bytes) => {
            if !allowed(bytes.len(), MAX_STR_SIZE) {
                return None;
            }
            Some(Constant::Bytes(bytes.repeat(times)))
        }
        _ => None,
    }
}

fn power(left: &Constant, right: &Constant) -> Option<Constant> {
    match (number(left)?, number(right)?) {
        (Number::Int(a), Number::Int(b)) => {
            if b < IBig::ZERO {
                if a.is_zero() {
                    return None;
                }
                return Some(Constant::Float(to_float(&a)?.powf(to_float(&b)?)));
            }
            let exponent = usize::try_from(b).ok()?;
            if !a.is_zero() && exponent > 0 && a.bit_len() > MAX_INT_SIZE / exponent {
                return None;
            }
            if a.is_zero() {
                return Some(Constant::Int(if exponent == 0 { IBig::ONE } else { IBig::ZERO }));
            }
            Some(Constant::Int(a.pow(exponent)))
        }
        (a, b) => match (part(&a)?, part(&b)?) {
            (Part::Real(a), Part::Real(b)) => {
                if (a == 0.0 && b < 0.0) || (a < 0.0 && b.fract() != 0.0) {
                    return None;
                }
                let result = a.powf(b);
                (result.is_finite() || !a.is_finite() || !b.is_finite())
                    .then_some(Constant::Float(result))
            }
            _ => None,
        },
    }
}

fn left_shift(left: &Constant, right: &Constant) -> Option<Constant> {
    let (a, b) = (integer(left)?, integer(right)?);
    if b < IBig::ZERO {
        return None;
    }
    if a.is_zero() {
        return Some(Constant::Int(IBig::ZERO));
    }
    let shift = usize::try_from(b).ok()?;
    if shift > MAX_INT_SIZE || a.bit_len() > MAX_INT_SIZE - shift {
        return None;
    }
    Some(Constant::Int(a << shift))
}

fn right_shift(left: &Constant, right: &Constant) -> Option<Constant> {
    let (a, b) = (integer(left)?, integer(right)?);
    if b < IBig::ZERO {
        return None;
    }
    let result = match usize::try_from(b) {
        Ok(shift) => a >> shift,
        Err(_) if a < IBig::ZERO => -IBig::ONE,
        Err(_) => IBig::ZERO,
    };
    Some(Constant::Int(result))
}

/// The indices that a slice selects from `length` elements.
fn slice_indices(slice: &[Constant; 3], length: usize) -> Option<Vec<usize>> {
    let length = length as i64;
    let part = |value: &Constant| match value {
        Constant::None => Some(None),
        _ => {
            let value = integer(value)?;
            let huge = if value < IBig::ZERO { i64::MIN / 4 } else { i64::MAX / 4 };
            let value = i64::try_from(value).unwrap_or(huge);
            Some(Some(value.clamp(i64::MIN / 4, i64::MAX / 4)))
        }
    };
    let step = part(&slice[2])?.unwrap_or(1);
    if step == 0 {
        return None;
    }
    let (low, high) = if step > 0 { (0, length) } else { (-1, length - 1) };
    let bound = |value: Option<i64>, default: i64| match value {
        None => default,
        Some(value) if value < 0 => (value + length).max(low),
        Some(value) => value.min(high),
    };
    let start = bound(part(&slice[0])?, if step > 0 { low } else { high });
    let stop = bound(part(&slice[1])?, if step > 0 { high } else { low });
    let mut indices = Vec::new();
    let mut i = start;
    while if step > 0 { i < stop } else { i > stop } {
        indices.push(i as usize);
        i += step;
    }
    Some(indices)
}

fn subscript(left: &Constant, right: &Constant) -> Option<Constant> {
    let select = |length: usize| -> Option<Vec<usize>> {
        match right {
            Constant::Slice(slice) => slice_indices(slice, length),
            _ => {
                let index = i64::try_from(integer(right)?).ok()?;
                let index = if index < 0 { index + length as i64 } else { index };
                let index = usize::try_from(index).ok().filter(|index| *index < length)?;
                Some(vec![index])
            }
        }
    };
    let is_slice = matches!(right, Constant::Slice(_));
    match left {
        Constant::Tuple(items) => {
            let indices = select(items.len())?;
            if !is_slice {
                return Some(items[indices[0]].clone());
            }
            Some(Constant::Tuple(indices.into_iter().map(|i| items[i].clone()).collect()))
        }
        Constant::Bytes(bytes) => {
            let indices = select(bytes.len())?;
            if !is_slice {
                return Some(Constant::Int(bytes[indices[0]].into()));
            }
            Some(Constant::Bytes(indices.into_iter().map(|i| bytes[i]).collect()))
        }
        Constant::Str(text) => {
            let points: Vec<CodePoint> = text.code_points().collect();
            let indices = select(points.len())?;
            Some(Constant::Str(indices.into_iter().map(|i| points[i]).collect()))
        }
        _ => None,
    }
}
