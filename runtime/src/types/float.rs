//! `float`: immediate where the exponent allows, boxed otherwise.

use krait_layout::{Header, Kind, Thread, Value, shapes};

use crate::error::PyResult;
use crate::native::class_arg;
use crate::object::type_object::{TypeDef, TypeFlags};
use crate::object::{Object, Slot, ValueExt, alloc, alloc_as};
use crate::ops::{self, Binary, Comparison};
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::{hash, int};
use crate::{raise, types};
use krait_macros::methods;

/// A float outside the immediate range, or an instance of a subclass.
#[repr(C)]
pub struct Float {
    pub header: Header,
    value: f64,
}

pub static DEF: TypeDef = TypeDef::of::<Float>("float", "builtins")
    .doc("Convert a string or number to a floating-point number, if possible.")
    .flags(TypeFlags::BASE.or(TypeFlags::MATCH_SELF))
    .methods(Float::native_methods)
    .getsets(Float::native_getsets)
    .shape(shapes::FLOAT);

// SAFETY: every object of kind `Float` is made in this file with this layout.
unsafe impl Object for Float {
    const KIND: Kind = Kind::Float;
    const TRACED: bool = false;

    fn def() -> &'static TypeDef {
        &DEF
    }
}

/// The float `f`.
#[inline]
pub fn new(th: &Thread, f: f64) -> Value {
    match Value::immediate_float(f) {
        Some(v) => v,
        None => boxed(th, f),
    }
}

#[inline(never)]
fn boxed(th: &Thread, f: f64) -> Value {
    alloc(th, Float { header: Header::new(shapes::FLOAT, Kind::Float), value: f }).value()
}

/// The number, if `v` is a `float` or an instance of a subclass.
#[inline(always)]
pub fn value(v: Value) -> Option<f64> {
    if v.is_immediate_float() {
        return Some(v.immediate_float_unchecked());
    }
    v.cast::<Float>().map(|f| f.value)
}

/// `float(v)` for a number: `__float__`, then `__index__`.
pub fn as_f64(th: &Thread, v: Value) -> PyResult<f64> {
    if let Some(f) = value(v) {
        return Ok(f);
    }
    if int::is_int(v) && v.class().slot(Slot::Float) == int::DEF.class(th).slot(Slot::Float) {
        return int::to_f64(th, v);
    }
    if let Some(f) = v.slot(Slot::Float) {
        let r = ops::call(th, f, &[v])?;
        return value(r).ok_or_else(|| {
            raise!(
                th,
                TypeError,
                "{}.__float__ returned non-float (type {})",
                v.type_name(),
                r.type_name()
            )
        });
    }
    if v.slot(Slot::Index).is_some() {
        let i = ops::index(th, v)?;
        return int::to_f64(th, i);
    }
    Err(raise!(th, TypeError, "must be real number, not {}", v.type_name()))
}

/// The number of a float or int operand; `None` for other types.
fn operand(th: &Thread, v: Value) -> PyResult<Option<f64>> {
    match value(v) {
        Some(f) => Ok(Some(f)),
        None if int::is_int(v) => int::to_f64(th, v).map(Some),
        None => Ok(None),
    }
}

/// `a op b` where one is a float and the other a float or int; `None` for operators that floats
/// lack and for other operands.
#[inline]
pub fn binary(th: &Thread, op: Binary, a: Value, b: Value) -> PyResult<Option<Value>> {
    let (Some(x), Some(y)) = (operand(th, a)?, operand(th, b)?) else { return Ok(None) };
    let r = match op {
        Binary::Add => x + y,
        Binary::Subtract => x - y,
        Binary::Multiply => x * y,
        Binary::TrueDivide => {
            if y == 0.0 {
                return Err(raise!(th, ZeroDivisionError, "division by zero"));
            }
            x / y
        }
        Binary::FloorDivide => divmod(th, x, y, "division by zero")?.0,
        Binary::Remainder => divmod(th, x, y, "division by zero")?.1,
        Binary::Power => return power(th, x, y).map(Some),
        _ => return Ok(None),
    };
    Ok(Some(new(th, r)))
}

/// Floor quotient and remainder with the sign of the divisor (CPython's `_float_div_mod`).
pub fn divmod(th: &Thread, x: f64, y: f64, message: &str) -> PyResult<(f64, f64)> {
    if y == 0.0 {
        return Err(raise!(th, ZeroDivisionError, "{message}"));
    }
    let mut r = x % y;
    let mut q = (x - r) / y;
    if r != 0.0 {
        if (y < 0.0) != (r < 0.0) {
            r += y;
            q -= 1.0;
        }
    } else {
        r = 0.0f64.copysign(y);
    }
    let floor = if q != 0.0 {
        let f = q.floor();
        if q - f > 0.5 { f + 1.0 } else { f }
    } else {
        0.0f64.copysign(x / y)
    };
    Ok((floor, r))
}

/// `x ** y`: complex where `x` is negative and `y` no integer.
pub fn power(th: &Thread, x: f64, y: f64) -> PyResult<Value> {
    if x == 0.0 && y < 0.0 {
        return Err(raise!(th, ZeroDivisionError, "zero to a negative power"));
    }
    if x < 0.0 && x.is_finite() && y.is_finite() && y.floor() != y {
        return types::complex::power_of_negative(th, x, y);
    }
    let r = x.powf(y);
    if r.is_infinite() && x.is_finite() && y.is_finite() {
        return Err(types::exception::raise_errno_args(
            th,
            types::exception::Exc::OverflowError,
            34,
            "Numerical result out of range",
        ));
    }
    Ok(new(th, r))
}

/// Compares a float with an int exactly, without rounding the int.
pub fn compare_mixed(op: Comparison, a: Value, b: Value) -> Option<bool> {
    if let Some(f) = value(a) {
        return Some(match order(f, b) {
            Some(o) => op.holds(o),
            None => op == Comparison::Ne,
        });
    }
    let f = value(b)?;
    Some(match order(f, a) {
        Some(o) => op.swapped().holds(o),
        None => op == Comparison::Ne,
    })
}

/// Order of a float and an int; `None` for NaN.
fn order(f: f64, i: Value) -> Option<std::cmp::Ordering> {
    use std::cmp::Ordering;
    if f.is_nan() {
        return None;
    }
    if f.is_infinite() {
        return Some(if f > 0.0 { Ordering::Greater } else { Ordering::Less });
    }
    if let Some(i) = int::to_i64(i) {
        let exact = i as f64;
        if i.unsigned_abs() <= 1 << 53 {
            return f.partial_cmp(&exact);
        }
    }
    let whole = f.trunc();
    let big = dashu_int::IBig::try_from_f64(whole);
    let o = big.cmp(&int::to_big(i));
    Some(if o.is_eq() { (f - whole).partial_cmp(&0.0).expect("not NaN") } else { o })
}

/// IEEE 754's half precision nearest to `f`, halves to even; `None` where it is too large.
pub fn to_half(f: f64) -> Option<u16> {
    let sign = ((f.to_bits() >> 48) & 0x8000) as u16;
    if f.is_nan() {
        return Some(sign | 0x7e00);
    }
    let x = f.abs();
    if x.is_infinite() {
        return Some(sign | 0x7c00);
    }
    if x < 2f64.powi(-14) {
        // Subnormal: units of 2**-24. Rounding up may give the smallest normal number.
        return Some(sign | (x * 2f64.powi(24)).round_ties_even() as u16);
    }
    let (m, e) = hash::frexp(x);
    // 1 <= 2m < 2, in units of 2**-10; rounding up to 2 carries into the exponent.
    let fraction = (m * 2048.0).round_ties_even() as u32 - 1024;
    let bits = (((e + 14) as u32) << 10) + fraction;
    (bits < 0x7c00).then_some(sign | bits as u16)
}

/// An integral float as a big integer.
pub trait FromF64 {
    fn try_from_f64(f: f64) -> Self;
}

impl FromF64 for dashu_int::IBig {
    /// `f` is finite and integral.
    fn try_from_f64(f: f64) -> dashu_int::IBig {
        let (m, e) = hash::frexp(f);
        let mantissa = dashu_int::IBig::from((m * 9007199254740992.0) as i64);
        let e = e - 53;
        if e >= 0 { mantissa << e as usize } else { mantissa >> (-e) as usize }
    }
}

/// The int of a float rounded by `round`; raises for infinities and NaN.
pub fn to_int(th: &Thread, f: f64) -> PyResult<Value> {
    if f.is_infinite() {
        return Err(raise!(th, OverflowError, "cannot convert float infinity to integer"));
    }
    if f.is_nan() {
        return Err(raise!(th, ValueError, "cannot convert float NaN to integer"));
    }
    if f.abs() < 9e18 {
        return Ok(int::new(th, f as i64));
    }
    Ok(int::from_big(th, &dashu_int::IBig::try_from_f64(f.trunc())))
}

/// `repr(f)`: the shortest text that reads back as the same float.
pub fn repr(f: f64) -> String {
    if f.is_nan() {
        return "nan".into();
    }
    if f.is_infinite() {
        return if f > 0.0 { "inf".into() } else { "-inf".into() };
    }
    // Rust gives the shortest digits; the choice of notation is Python's.
    let mut scientific = format!("{f:e}");
    // Two shortest numbers may be equally near, if the exact value has one digit more. Rust takes
    // either; Python takes the even one, which rounding to as many digits gives.
    if f.abs() >= 1e10 && (f * 262144.0).fract() == 0.0 {
        let digits = scientific.bytes().take_while(|b| *b != b'e').filter(u8::is_ascii_digit);
        let rounded = format!("{f:.0$e}", digits.count() - 1);
        if rounded.parse() == Ok(f) {
            scientific = rounded;
        }
    }
    let (digits, exponent) = scientific.split_once('e').expect("`e` notation");
    let exponent: i32 = exponent.parse().expect("a number");
    if (-4..16).contains(&exponent) {
        let (sign, digits) = match digits.strip_prefix('-') {
            Some(rest) => ("-", rest),
            None => ("", digits),
        };
        let mut text = String::with_capacity(24);
        text.push_str(sign);
        if exponent < 0 {
            text.push_str("0.");
            (1..-exponent).for_each(|_| text.push('0'));
        }
        // The point stands behind the first digit; it goes behind `exponent` more.
        let mut left = exponent;
        for d in digits.bytes().filter(|d| *d != b'.') {
            text.push(d as char);
            if left == 0 {
                text.push('.');
            }
            left -= 1;
        }
        while left >= 0 {
            text.push('0');
            if left == 0 {
                text.push('.');
            }
            left -= 1;
        }
        if text.ends_with('.') {
            text.push('0');
        }
        return text;
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs())
}

/// A float literal with optional white space, sign and underscores; `None` if malformed.
pub fn parse(text: &str) -> Option<f64> {
    let t = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\x1c'..='\x1f'));
    let lower = t.to_ascii_lowercase();
    let unsigned = lower.strip_prefix(['+', '-']).unwrap_or(&lower);
    match unsigned {
        "inf" | "infinity" => {
            return Some(if lower.starts_with('-') { f64::NEG_INFINITY } else { f64::INFINITY });
        }
        "nan" => return Some(if lower.starts_with('-') { -f64::NAN } else { f64::NAN }),
        _ => {}
    }
    if !unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    let bytes = lower.as_bytes();
    for (i, b) in bytes.iter().enumerate() {
        let digit = |j: usize| bytes.get(j).is_some_and(u8::is_ascii_digit);
        match b {
            b'_' if i > 0 && digit(i - 1) && digit(i + 1) => {}
            b'0'..=b'9' | b'.' | b'e' | b'+' | b'-' => {}
            _ => return None,
        }
    }
    lower.replace('_', "").parse().ok()
}

fn arithmetic(th: &Thread, op: Binary, a: Value, b: Value) -> PyResult<Value> {
    Ok(binary(th, op, a, b)?.unwrap_or(Value::NOT_IMPLEMENTED))
}

/// A `float` argument.
struct Number(f64, Value);

impl crate::native::FromArg for Number {
    fn from_arg(
        th: &Thread,
        slot: Option<Value>,
        place: &crate::native::ArgPlace,
    ) -> PyResult<Number> {
        let v = slot.expect("bound");
        value(v).map(|f| Number(f, v)).ok_or_else(|| place.mismatch(th, "float", v))
    }
}

#[methods]
impl Float {
    #[staticmethod(sig = "(cls, x=0, /)")]
    fn __new__(th: &Thread, cls: Value, x: Option<Value>) -> PyResult<Value> {
        let class = class_arg(th, cls, DEF.class(th))?;
        let f = match x {
            None => 0.0,
            Some(x) => match (x.kind(), value(x)) {
                (_, Some(f)) if x.is_exactly(shapes::FLOAT) => f,
                (Kind::Str, _) => {
                    let s = x.cast::<Str>().expect("the kind says so");
                    let text = match s.as_ascii() {
                        Some(a) => a.to_string(),
                        None => types::str::methods::to_ascii_digits(s),
                    };
                    match parse(&text) {
                        Some(f) => f,
                        None => {
                            return Err(raise!(
                                th,
                                ValueError,
                                "could not convert string to float: {}",
                                ops::repr_string(th, x)?
                            ));
                        }
                    }
                }
                (Kind::Bytes | Kind::ByteArray, _) => {
                    let data = types::bytes::from_object(th, x)?;
                    match std::str::from_utf8(&data).ok().and_then(parse) {
                        Some(f) => f,
                        None => {
                            return Err(raise!(
                                th,
                                ValueError,
                                "could not convert string to float: {}",
                                ops::repr_string(th, x)?
                            ));
                        }
                    }
                }
                _ if x.slot(Slot::Float).is_none() && x.slot(Slot::Index).is_none() => {
                    return Err(raise!(
                        th,
                        TypeError,
                        "float() argument must be a string or a real number, not '{}'",
                        x.type_name()
                    ));
                }
                _ => as_f64(th, x)?,
            },
        };
        if class.value() == DEF.class(th).value() {
            return Ok(new(th, f));
        }
        Ok(alloc_as(th, class, Float { header: Header::new(0, Kind::Float), value: f }).value())
    }

    #[method(sig = "($self, value, /)")]
    fn __add__(th: &Thread, this: Number, other: Value) -> PyResult<Value> {
        arithmetic(th, Binary::Add, this.1, other)
    }
    #[method(sig = "($self, value, /)")]
    fn __radd__(th: &Thread, this: Number, other: Value) -> PyResult<Value> {
        arithmetic(th, Binary::Add, other, this.1)
    }
    #[method(sig = "($self, value, /)")]
    fn __sub__(th: &Thread, this: Number, other: Value) -> PyResult<Value> {
        arithmetic(th, Binary::Subtract, this.1, other)
    }
    #[method(sig = "($self, value, /)")]
    fn __rsub__(th: &Thread, this: Number, other: Value) -> PyResult<Value> {
        arithmetic(th, Binary::Subtract, other, this.1)
    }
    #[method(sig = "($self, value, /)")]
    fn __mul__(th: &Thread, this: Number, other: Value) -> PyResult<Value> {
        arithmetic(th, Binary::Multiply, this.1, other)
    }
    #[method(sig = "($self, value, /)")]
    fn __rmul__(th: &Thread, this: Number, other: Value) -> PyResult<Value> {
        arithmetic(th, Binary::Multiply, other, this.1)
    }
    #[method(sig = "($self, value, /)")]
    fn __truediv__(th: &Thread, this: Number, other: Value) -> PyResult<Value> {
        arithmetic(th, Binary::TrueDivide, this.1, other)
    }
    #[method(sig = "($self, value, /)")]
    fn __rtruediv__(th: &Thread, this: Number, other: Value) -> PyResult<Value> {
        arithmetic(th, Binary::TrueDivide, other, this.1)
    }
    #[method(sig = "($self, value, /)")]
    fn __floordiv__(th: &Thread, this: Number, other: Value) -> PyResult<Value> {
        arithmetic(th, Binary::FloorDivide, this.1, other)
    }
    #[method(sig = "($self, value, /)")]
    fn __rfloordiv__(th: &Thread, this: Number, other: Value) -> PyResult<Value> {
        arithmetic(th, Binary::FloorDivide, other, this.1)
    }
    #[method(sig = "($self, value, /)")]
    fn __mod__(th: &Thread, this: Number, other: Value) -> PyResult<Value> {
        arithmetic(th, Binary::Remainder, this.1, other)
    }
    #[method(sig = "($self, value, /)")]
    fn __rmod__(th: &Thread, this: Number, other: Value) -> PyResult<Value> {
        arithmetic(th, Binary::Remainder, other, this.1)
    }
    #[method(sig = "($self, value, mod=None, /)")]
    fn __pow__(th: &Thread, this: Number, other: Value, modulus: Option<Value>) -> PyResult<Value> {
        if modulus.is_some_and(|m| !m.is_none()) {
            return Err(raise!(
                th,
                TypeError,
                "pow() 3rd argument not allowed unless all arguments are integers"
            ));
        }
        arithmetic(th, Binary::Power, this.1, other)
    }
    #[method(sig = "($self, value, mod=None, /)")]
    fn __rpow__(
        th: &Thread,
        this: Number,
        other: Value,
        _modulus: Option<Value>,
    ) -> PyResult<Value> {
        arithmetic(th, Binary::Power, other, this.1)
    }

    #[method(sig = "($self, value, /)")]
    fn __divmod__(th: &Thread, this: Number, other: Value) -> PyResult<Value> {
        let Some(y) = operand(th, other)? else { return Ok(Value::NOT_IMPLEMENTED) };
        let (q, r) = divmod(th, this.0, y, "division by zero")?;
        Ok(Tuple::new(th, &[new(th, q), new(th, r)]).value())
    }

    #[method(sig = "($self, value, /)")]
    fn __rdivmod__(th: &Thread, this: Number, other: Value) -> PyResult<Value> {
        let Some(x) = operand(th, other)? else { return Ok(Value::NOT_IMPLEMENTED) };
        let (q, r) = divmod(th, x, this.0, "division by zero")?;
        Ok(Tuple::new(th, &[new(th, q), new(th, r)]).value())
    }

    #[method]
    fn __neg__(this: Number) -> f64 {
        -this.0
    }

    #[method]
    fn __pos__(this: Number) -> f64 {
        this.0
    }

    #[method]
    fn __abs__(this: Number) -> f64 {
        this.0.abs()
    }

    #[method]
    fn __bool__(this: Number) -> bool {
        this.0 != 0.0
    }

    #[method]
    fn __float__(this: Number) -> f64 {
        this.0
    }

    #[method]
    fn __int__(th: &Thread, this: Number) -> PyResult<Value> {
        to_int(th, this.0)
    }

    /// Return the Integral closest to x between 0 and x.
    #[method]
    fn __trunc__(th: &Thread, this: Number) -> PyResult<Value> {
        to_int(th, this.0)
    }

    /// Return the floor as an Integral.
    #[method]
    fn __floor__(th: &Thread, this: Number) -> PyResult<Value> {
        to_int(th, this.0.floor())
    }

    /// Return the ceiling as an Integral.
    #[method]
    fn __ceil__(th: &Thread, this: Number) -> PyResult<Value> {
        to_int(th, this.0.ceil())
    }

    /// Return the Integral closest to x, rounding half toward even.
    ///
    /// When an argument is passed, work like built-in round(x, ndigits).
    #[method(sig = "($self, ndigits=None, /)")]
    fn __round__(th: &Thread, this: Number, ndigits: Option<Value>) -> PyResult<Value> {
        let Some(ndigits) = ndigits.filter(|n| !n.is_none()) else {
            return to_int(th, this.0.round_ties_even());
        };
        let n = ops::index_clipped(th, ndigits)?;
        let x = this.0;
        // Past these, rounding changes nothing, or leaves nothing (CPython's NDIGITS_MAX/MIN).
        if !x.is_finite() || n > 323 {
            return Ok(new(th, x));
        }
        if n < -308 {
            return Ok(new(th, 0.0f64.copysign(x)));
        }
        let rounded = if n >= 0 {
            format!("{x:.*}", n as usize).parse().expect("a float's text")
        } else {
            round_to_tens(x, (-n) as usize)
        };
        if f64::is_infinite(rounded) {
            return Err(raise!(th, OverflowError, "rounded value too large to represent"));
        }
        Ok(new(th, rounded))
    }

    #[method]
    fn __hash__(this: Number) -> i64 {
        hash::hash_f64(this.0, || ops::identity_hash(this.1))
    }

    #[method]
    fn __repr__(this: Number) -> String {
        repr(this.0)
    }

    #[method(sig = "($self, format_spec, /)")]
    fn __format__(th: &Thread, this: Number, format_spec: &Str) -> PyResult<Value> {
        if format_spec.is_empty() {
            return Ok(ops::str(th, this.1)?.value());
        }
        ops::format::format_float(th, this.0, format_spec)
    }

    #[comparison]
    fn compare(_th: &Thread, this: Number, other: Value, op: Comparison) -> PyResult<Value> {
        if let Some(y) = value(other) {
            return Ok(Value::from_bool(op.holds_f64(this.0, y)));
        }
        if !int::is_int(other) {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        Ok(Value::from_bool(compare_mixed(op, this.1, other).expect("float and int")))
    }

    #[method]
    fn __getnewargs__(th: &Thread, this: Number) -> Value {
        Tuple::new(th, &[new(th, this.0)]).value()
    }

    /// Return True if the float is an integer.
    #[method]
    fn is_integer(this: Number) -> bool {
        this.0.is_finite() && this.0.floor() == this.0
    }

    #[method]
    fn conjugate(this: Number) -> f64 {
        this.0
    }

    /// Return a pair of integers, whose ratio is exactly equal to the original float.
    #[method]
    fn as_integer_ratio(th: &Thread, this: Number) -> PyResult<Value> {
        if this.0.is_infinite() {
            return Err(raise!(th, OverflowError, "cannot convert Infinity to integer ratio"));
        }
        if this.0.is_nan() {
            return Err(raise!(th, ValueError, "cannot convert NaN to integer ratio"));
        }
        let (m, e) = hash::frexp(this.0);
        let mut n = (m * 9007199254740992.0) as i64;
        let mut e = e - 53;
        while n != 0 && n % 2 == 0 && e < 0 {
            n /= 2;
            e += 1;
        }
        use dashu_int::IBig;
        let (n, d) = if n == 0 {
            (IBig::ZERO, IBig::ONE)
        } else if e >= 0 {
            (IBig::from(n) << e as usize, IBig::ONE)
        } else {
            (IBig::from(n), IBig::ONE << (-e) as usize)
        };
        let n = int::from_big(th, &n);
        Ok(Tuple::new(th, &[n, int::from_big(th, &d)]).value())
    }

    /// Return a hexadecimal representation of a floating-point number.
    #[method]
    fn hex(this: Number) -> String {
        let f = this.0;
        if !f.is_finite() {
            return repr(f);
        }
        let sign = if f.is_sign_negative() { "-" } else { "" };
        if f == 0.0 {
            return format!("{sign}0x0.0p+0");
        }
        let bits = f.to_bits();
        let mantissa = bits & ((1 << 52) - 1);
        let exponent = ((bits >> 52) & 0x7ff) as i64;
        let (lead, e) = if exponent == 0 { (0, -1022) } else { (1, exponent - 1023) };
        let e_sign = if e < 0 { '-' } else { '+' };
        format!("{sign}0x{lead}.{mantissa:013x}p{e_sign}{}", e.abs())
    }

    /// Create a floating-point number from a hexadecimal string.
    #[classmethod(sig = "($type, string, /)")]
    fn fromhex(th: &Thread, cls: Value, string: &Str) -> PyResult<Value> {
        let text = string.to_string();
        let Some(f) = parse_hex(text.trim()) else {
            return Err(raise!(th, ValueError, "invalid hexadecimal floating-point string"));
        };
        if f.is_infinite() && !text.to_ascii_lowercase().contains("inf") {
            return Err(raise!(
                th,
                OverflowError,
                "hexadecimal value too large to represent as a float"
            ));
        }
        let v = new(th, f);
        if cls == DEF.class(th).value() { Ok(v) } else { ops::call(th, cls, &[v]) }
    }

    /// Convert real number to a floating-point number.
    #[classmethod(sig = "($type, number, /)")]
    fn from_number(th: &Thread, cls: Value, number: Value) -> PyResult<Value> {
        let f = as_f64(th, number)?;
        let v = new(th, f);
        if cls == DEF.class(th).value() { Ok(v) } else { ops::call(th, cls, &[v]) }
    }

    #[classmethod(sig = "($type, typestr, /)")]
    fn __getformat__(th: &Thread, _cls: Value, typestr: &Str) -> PyResult<&'static str> {
        if !typestr.equals_ascii("double") && !typestr.equals_ascii("float") {
            return Err(raise!(
                th,
                ValueError,
                "__getformat__() argument 1 must be 'double' or 'float'"
            ));
        }
        Ok(if cfg!(target_endian = "little") { "IEEE, little-endian" } else { "IEEE, big-endian" })
    }

    /// the real part of a complex number
    #[getter]
    fn real(this: Number) -> f64 {
        this.0
    }

    /// the imaginary part of a complex number
    #[getter]
    fn imag(_this: Number) -> f64 {
        0.0
    }
}

/// `x` rounded half to even at `10**n`, exactly.
fn round_to_tens(x: f64, n: usize) -> f64 {
    use dashu_int::IBig;
    let unit = IBig::from(10).pow(n);
    let whole = IBig::try_from_f64(x.trunc());
    let fraction = x.fract() != 0.0;
    let (q, r) = int::div_mod_floor(whole, unit.clone());
    let twice = &r * IBig::from(2);
    let up = match twice.cmp(&unit) {
        std::cmp::Ordering::Greater => true,
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Equal => fraction && x > 0.0 || (&q & IBig::ONE) != IBig::ZERO,
    };
    let q = if up { q + IBig::ONE } else { q };
    let f = (q * unit).to_f64().value();
    if f == 0.0 { f.copysign(x) } else { f }
}

fn parse_hex(text: &str) -> Option<f64> {
    let lower = text.to_ascii_lowercase();
    let (negative, t) = match lower.strip_prefix('-') {
        Some(t) => (true, t),
        None => (false, lower.strip_prefix('+').unwrap_or(&lower)),
    };
    let sign = if negative { -1.0 } else { 1.0 };
    match t {
        "inf" | "infinity" => return Some(sign * f64::INFINITY),
        "nan" => return Some(f64::NAN),
        _ => {}
    }
    let t = t.strip_prefix("0x").unwrap_or(t);
    let (digits, exponent) = match t.split_once('p') {
        Some((d, e)) => (d, e.parse::<i64>().ok()?),
        None => (t, 0),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let (mut bits, mut sticky, mut e) = (0u128, false, exponent);
    for c in whole.chars() {
        let d = c.to_digit(16)? as u128;
        if bits >> 100 == 0 {
            bits = bits << 4 | d;
        } else {
            sticky |= d != 0;
            e += 4;
        }
    }
    for c in fraction.chars() {
        let d = c.to_digit(16)? as u128;
        if bits >> 100 == 0 {
            bits = bits << 4 | d;
            e -= 4;
        } else {
            sticky |= d != 0;
        }
    }
    if bits == 0 {
        return Some(sign * 0.0);
    }
    if e > 5000 {
        return Some(sign * f64::INFINITY);
    }
    if e < -5000 {
        return Some(sign * 0.0);
    }
    Some(sign * int::ldexp_u128(bits | sticky as u128, e).unwrap_or(f64::INFINITY))
}
