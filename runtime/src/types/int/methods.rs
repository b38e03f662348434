//! Methods of `int`.

use dashu_int::{IBig, UBig};
use krait_layout::{Thread, Value, shapes};

use super::*;
use crate::native::class_arg;
use crate::ops::{self, Comparison};
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::{raise, types};
use krait_macros::methods;

/// An `int` argument of any size, subclass instances and bools included.
struct Int(Value);

impl crate::native::FromArg for Int {
    fn from_arg(
        th: &Thread,
        slot: Option<Value>,
        place: &crate::native::ArgPlace,
    ) -> PyResult<Int> {
        let v = slot.expect("bound");
        if is_int(v) { Ok(Int(v)) } else { Err(place.mismatch(th, "int", v)) }
    }
}

fn arithmetic(th: &Thread, op: Binary, a: Value, b: Value) -> PyResult<Value> {
    if is_int(a) && is_int(b) { binary(th, op, a, b) } else { Ok(Value::NOT_IMPLEMENTED) }
}

/// The exact `int` of an int, without its subclass.
pub fn exact(th: &Thread, v: Value) -> Value {
    if v.is_exactly(shapes::INT) { v } else { from_big(th, &to_big(v)) }
}

#[methods]
impl BigInt {
    #[staticmethod(sig = "(cls, x=0, /, base=None)")]
    fn __new__(th: &Thread, cls: Value, x: Option<Value>, base: Option<Value>) -> PyResult<Value> {
        let class = class_arg(th, cls, DEF.class(th))?;
        let v = match (x, base) {
            (None, None) => Value::from_i32(0),
            (None, Some(_)) => return Err(raise!(th, TypeError, "int() missing string argument")),
            (Some(x), None) => from_object(th, x)?,
            (Some(x), Some(base)) => {
                let base = ops::index_clipped(th, base)?;
                if base != 0 && !(2..=36).contains(&base) {
                    return Err(raise!(th, ValueError, "int() base must be >= 2 and <= 36, or 0"));
                }
                match text::parse_object(th, x, base as u32)? {
                    Some(v) => v,
                    None => {
                        return Err(raise!(
                            th,
                            TypeError,
                            "int() can't convert non-string with explicit base"
                        ));
                    }
                }
            }
        };
        if class.value() == DEF.class(th).value() {
            Ok(exact(th, v))
        } else {
            Ok(copy_as(th, class, v))
        }
    }

    #[method(sig = "($self, value, /)")]
    fn __add__(th: &Thread, this: Int, other: Value) -> PyResult<Value> {
        arithmetic(th, Binary::Add, this.0, other)
    }
    #[method(sig = "($self, value, /)")]
    fn __radd__(th: &Thread, this: Int, other: Value) -> PyResult<Value> {
        arithmetic(th, Binary::Add, other, this.0)
    }
    #[method(sig = "($self, value, /)")]
    fn __sub__(th: &Thread, this: Int, other: Value) -> PyResult<Value> {
        arithmetic(th, Binary::Subtract, this.0, other)
    }
    #[method(sig = "($self, value, /)")]
    fn __rsub__(th: &Thread, this: Int, other: Value) -> PyResult<Value> {
        arithmetic(th, Binary::Subtract, other, this.0)
    }
    #[method(sig = "($self, value, /)")]
    fn __mul__(th: &Thread, this: Int, other: Value) -> PyResult<Value> {
        arithmetic(th, Binary::Multiply, this.0, other)
    }
    #[method(sig = "($self, value, /)")]
    fn __rmul__(th: &Thread, this: Int, other: Value) -> PyResult<Value> {
        arithmetic(th, Binary::Multiply, other, this.0)
    }
    #[method(sig = "($self, value, /)")]
    fn __floordiv__(th: &Thread, this: Int, other: Value) -> PyResult<Value> {
        arithmetic(th, Binary::FloorDivide, this.0, other)
    }
    #[method(sig = "($self, value, /)")]
    fn __rfloordiv__(th: &Thread, this: Int, other: Value) -> PyResult<Value> {
        arithmetic(th, Binary::FloorDivide, other, this.0)
    }
    #[method(sig = "($self, value, /)")]
    fn __truediv__(th: &Thread, this: Int, other: Value) -> PyResult<Value> {
        arithmetic(th, Binary::TrueDivide, this.0, other)
    }
    #[method(sig = "($self, value, /)")]
    fn __rtruediv__(th: &Thread, this: Int, other: Value) -> PyResult<Value> {
        arithmetic(th, Binary::TrueDivide, other, this.0)
    }
    #[method(sig = "($self, value, /)")]
    fn __mod__(th: &Thread, this: Int, other: Value) -> PyResult<Value> {
        arithmetic(th, Binary::Remainder, this.0, other)
    }
    #[method(sig = "($self, value, /)")]
    fn __rmod__(th: &Thread, this: Int, other: Value) -> PyResult<Value> {
        arithmetic(th, Binary::Remainder, other, this.0)
    }
    #[method(sig = "($self, value, /)")]
    fn __and__(th: &Thread, this: Int, other: Value) -> PyResult<Value> {
        arithmetic(th, Binary::And, this.0, other)
    }
    #[method(sig = "($self, value, /)")]
    fn __rand__(th: &Thread, this: Int, other: Value) -> PyResult<Value> {
        arithmetic(th, Binary::And, other, this.0)
    }
    #[method(sig = "($self, value, /)")]
    fn __or__(th: &Thread, this: Int, other: Value) -> PyResult<Value> {
        arithmetic(th, Binary::Or, this.0, other)
    }
    #[method(sig = "($self, value, /)")]
    fn __ror__(th: &Thread, this: Int, other: Value) -> PyResult<Value> {
        arithmetic(th, Binary::Or, other, this.0)
    }
    #[method(sig = "($self, value, /)")]
    fn __xor__(th: &Thread, this: Int, other: Value) -> PyResult<Value> {
        arithmetic(th, Binary::Xor, this.0, other)
    }
    #[method(sig = "($self, value, /)")]
    fn __rxor__(th: &Thread, this: Int, other: Value) -> PyResult<Value> {
        arithmetic(th, Binary::Xor, other, this.0)
    }
    #[method(sig = "($self, value, /)")]
    fn __lshift__(th: &Thread, this: Int, other: Value) -> PyResult<Value> {
        arithmetic(th, Binary::Lshift, this.0, other)
    }
    #[method(sig = "($self, value, /)")]
    fn __rlshift__(th: &Thread, this: Int, other: Value) -> PyResult<Value> {
        arithmetic(th, Binary::Lshift, other, this.0)
    }
    #[method(sig = "($self, value, /)")]
    fn __rshift__(th: &Thread, this: Int, other: Value) -> PyResult<Value> {
        arithmetic(th, Binary::Rshift, this.0, other)
    }
    #[method(sig = "($self, value, /)")]
    fn __rrshift__(th: &Thread, this: Int, other: Value) -> PyResult<Value> {
        arithmetic(th, Binary::Rshift, other, this.0)
    }

    #[method(sig = "($self, value, /)")]
    fn __divmod__(th: &Thread, this: Int, other: Value) -> PyResult<Value> {
        div_mod(th, this.0, other)
    }
    #[method(sig = "($self, value, /)")]
    fn __rdivmod__(th: &Thread, this: Int, other: Value) -> PyResult<Value> {
        if !is_int(other) {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        div_mod(th, other, this.0)
    }

    #[method(sig = "($self, value, mod=None, /)")]
    fn __pow__(th: &Thread, this: Int, other: Value, modulus: Option<Value>) -> PyResult<Value> {
        match modulus.filter(|m| !m.is_none()) {
            None => arithmetic(th, Binary::Power, this.0, other),
            Some(m) if is_int(other) && is_int(m) => power_modulo(th, this.0, other, m),
            Some(_) => Ok(Value::NOT_IMPLEMENTED),
        }
    }
    #[method(sig = "($self, value, mod=None, /)")]
    fn __rpow__(th: &Thread, this: Int, other: Value, modulus: Option<Value>) -> PyResult<Value> {
        match modulus.filter(|m| !m.is_none()) {
            None => arithmetic(th, Binary::Power, other, this.0),
            Some(m) if is_int(other) && is_int(m) => power_modulo(th, other, this.0, m),
            Some(_) => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    #[method]
    fn __neg__(th: &Thread, this: Int) -> Value {
        from_big(th, &-to_big(this.0))
    }

    #[method]
    fn __pos__(th: &Thread, this: Int) -> Value {
        exact(th, this.0)
    }

    #[method]
    fn __abs__(th: &Thread, this: Int) -> Value {
        if is_negative(this.0) { from_big(th, &-to_big(this.0)) } else { exact(th, this.0) }
    }

    #[method]
    fn __invert__(th: &Thread, this: Int) -> Value {
        from_big(th, &!to_big(this.0))
    }

    #[method]
    fn __bool__(this: Int) -> bool {
        to_i64(this.0) != Some(0)
    }

    #[method]
    fn __int__(th: &Thread, this: Int) -> Value {
        exact(th, this.0)
    }

    #[method]
    fn __index__(th: &Thread, this: Int) -> Value {
        exact(th, this.0)
    }

    #[method]
    fn __float__(th: &Thread, this: Int) -> PyResult<f64> {
        to_f64(th, this.0)
    }

    /// Truncating an Integral returns itself.
    #[method]
    fn __trunc__(th: &Thread, this: Int) -> Value {
        exact(th, this.0)
    }

    /// Flooring an Integral returns itself.
    #[method]
    fn __floor__(th: &Thread, this: Int) -> Value {
        exact(th, this.0)
    }

    /// Ceiling of an Integral returns itself.
    #[method]
    fn __ceil__(th: &Thread, this: Int) -> Value {
        exact(th, this.0)
    }

    /// Rounding an Integral returns itself.
    ///
    /// Rounding with an ndigits argument also returns an integer.
    #[method(sig = "($self, ndigits=None, /)")]
    fn __round__(th: &Thread, this: Int, ndigits: Option<Value>) -> PyResult<Value> {
        let Some(ndigits) = ndigits.filter(|n| !n.is_none()) else { return Ok(exact(th, this.0)) };
        let n = ops::index_clipped(th, ndigits)?;
        if n >= 0 {
            return Ok(exact(th, this.0));
        }
        if n.unsigned_abs() > bit_length(this.0) {
            return Ok(Value::from_i32(0));
        }
        // Round half to even at a power of ten.
        let unit = IBig::from(10).pow(n.unsigned_abs());
        let (q, r) = div_mod_floor(to_big(this.0), unit.clone());
        let twice = &r * IBig::from(2);
        let up = match twice.cmp(&unit) {
            Ordering::Greater => true,
            Ordering::Equal => &q & IBig::ONE != IBig::ZERO,
            Ordering::Less => false,
        };
        let q = if up { q + IBig::ONE } else { q };
        Ok(from_big(th, &(q * unit)))
    }

    #[method]
    fn __hash__(this: Int) -> i64 {
        hash(this.0)
    }

    #[method]
    fn __repr__(th: &Thread, this: Int) -> PyResult<String> {
        text::decimal(th, this.0)
    }

    #[method(sig = "($self, format_spec, /)")]
    fn __format__(th: &Thread, this: Int, format_spec: &Str) -> PyResult<Value> {
        ops::format::format_int(th, this.0, format_spec)
    }

    #[comparison]
    fn compare_to(th: &Thread, this: Int, other: Value, op: Comparison) -> PyResult<Value> {
        let _ = th;
        if !is_int(other) {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        Ok(Value::from_bool(op.holds(compare(this.0, other))))
    }

    #[method]
    fn __getnewargs__(th: &Thread, this: Int) -> Value {
        Tuple::new(th, &[exact(th, this.0)]).value()
    }

    #[method]
    fn __sizeof__(this: Int) -> usize {
        24 + bit_length(this.0).div_ceil(30) * 4
    }

    /// Number of bits necessary to represent self in binary.
    #[method(name = "bit_length")]
    fn py_bit_length(this: Int) -> usize {
        bit_length(this.0)
    }

    /// Number of ones in the binary representation of the absolute value of self.
    #[method]
    fn bit_count(this: Int) -> usize {
        to_big(this.0).as_sign_words().1.iter().map(|w| w.count_ones() as usize).sum()
    }

    /// Return a pair of integers, whose ratio is equal to the original int.
    #[method]
    fn as_integer_ratio(th: &Thread, this: Int) -> Value {
        Tuple::new(th, &[exact(th, this.0), Value::from_i32(1)]).value()
    }

    /// Returns True. Exists for duck type compatibility with float.is_integer.
    #[method]
    fn is_integer(_this: Int) -> bool {
        true
    }

    #[method]
    fn conjugate(th: &Thread, this: Int) -> Value {
        exact(th, this.0)
    }

    /// Return an array of bytes representing an integer.
    #[method(sig = "($self, /, length=1, byteorder='big', *, signed=False)")]
    fn to_bytes(
        th: &Thread,
        this: Int,
        length: Option<Value>,
        byteorder: Option<&'static Str>,
        signed: Option<bool>,
    ) -> PyResult<Value> {
        let length = match length {
            Some(l) => ops::index_clipped(th, l)?,
            None => 1,
        };
        if length < 0 {
            return Err(raise!(th, ValueError, "length argument must be non-negative"));
        }
        let length = length as usize;
        let little = little_endian(th, byteorder)?;
        let signed = signed.unwrap_or(false);
        let big = to_big(this.0);
        let negative = is_negative(this.0);
        if negative && !signed {
            return Err(raise!(th, OverflowError, "can't convert negative int to unsigned"));
        }
        let room = if signed {
            let limit = IBig::ONE << (length * 8).saturating_sub(1);
            if length == 0 { big == IBig::ZERO } else { big < limit && big >= -limit }
        } else {
            bit_length(this.0) <= length * 8
        };
        if !room {
            return Err(raise!(th, OverflowError, "int too big to convert"));
        }
        let magnitude: UBig = if negative {
            (big + (IBig::ONE << (length * 8))).into_parts().1
        } else {
            big.into_parts().1
        };
        let mut bytes = magnitude.to_le_bytes().to_vec();
        bytes.resize(length, 0);
        if !little {
            bytes.reverse();
        }
        Ok(types::bytes::Bytes::new(th, &bytes).value())
    }

    /// Return the integer represented by the given array of bytes.
    #[classmethod(sig = "($type, /, bytes, byteorder='big', *, signed=False)")]
    fn from_bytes(
        th: &Thread,
        cls: Value,
        bytes: Value,
        byteorder: Option<&'static Str>,
        signed: Option<bool>,
    ) -> PyResult<Value> {
        let little = little_endian(th, byteorder)?;
        let mut data = types::bytes::from_object(th, bytes)?;
        if !little {
            data.reverse();
        }
        let negative = signed.unwrap_or(false) && data.last().is_some_and(|b| b & 0x80 != 0);
        let mut big = IBig::from(UBig::from_le_bytes(&data));
        if negative {
            big -= IBig::ONE << (data.len() * 8);
        }
        let v = from_big(th, &big);
        if cls == DEF.class(th).value() { Ok(v) } else { ops::call(th, cls, &[v]) }
    }

    /// the real part of a complex number
    #[getter]
    fn real(th: &Thread, this: Int) -> Value {
        exact(th, this.0)
    }

    /// the imaginary part of a complex number
    #[getter]
    fn imag(_this: Int) -> Value {
        Value::from_i32(0)
    }

    /// the numerator of a rational number in lowest terms
    #[getter]
    fn numerator(th: &Thread, this: Int) -> Value {
        exact(th, this.0)
    }

    /// the denominator of a rational number in lowest terms
    #[getter]
    fn denominator(_this: Int) -> Value {
        Value::from_i32(1)
    }
}

fn little_endian(th: &Thread, order: Option<&Str>) -> PyResult<bool> {
    match order {
        None => Ok(false),
        Some(s) if s.equals_ascii("big") => Ok(false),
        Some(s) if s.equals_ascii("little") => Ok(true),
        Some(_) => Err(raise!(th, ValueError, "byteorder must be either 'little' or 'big'")),
    }
}

fn div_mod(th: &Thread, a: Value, b: Value) -> PyResult<Value> {
    if !is_int(b) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let q = binary(th, Binary::FloorDivide, a, b)?;
    let r = binary(th, Binary::Remainder, a, b)?;
    Ok(Tuple::new(th, &[q, r]).value())
}

/// `pow(a, b, m)`.
fn power_modulo(th: &Thread, a: Value, b: Value, m: Value) -> PyResult<Value> {
    let modulus = to_big(m);
    if modulus == IBig::ZERO {
        return Err(raise!(th, ValueError, "pow() 3rd argument cannot be 0"));
    }
    let size = modulus.clone().into_parts().1;
    let mut base = div_mod_floor(to_big(a), IBig::from(size.clone())).1.into_parts().1;
    let mut exponent = to_big(b);
    if exponent < IBig::ZERO {
        use dashu_int::ops::ExtendedGcd;
        if size == UBig::ONE {
            return Ok(Value::from_i32(0));
        }
        let (g, x, _) = if base == UBig::ZERO {
            (size.clone(), IBig::ZERO, IBig::ONE)
        } else {
            (&base).gcd_ext(&size)
        };
        if g != UBig::ONE {
            return Err(raise!(th, ValueError, "base is not invertible for the given modulus"));
        }
        base = div_mod_floor(x, IBig::from(size.clone())).1.into_parts().1;
        exponent = -exponent;
    }
    let e = exponent.into_parts().1;
    let mut result = UBig::ONE % &size;
    for i in (0..e.bit_len()).rev() {
        result = (&result * &result) % &size;
        if e.bit(i) {
            result = (result * &base) % &size;
        }
    }
    let mut result = IBig::from(result);
    if modulus < IBig::ZERO && result != IBig::ZERO {
        result += modulus;
    }
    Ok(from_big(th, &result))
}

/// `int(x)`: a number or text.
pub fn from_object(th: &Thread, x: Value) -> PyResult<Value> {
    use crate::object::Slot;
    if x.is_exactly(shapes::INT) {
        return Ok(x);
    }
    if let Some(f) = x.slot(Slot::Int) {
        let r = ops::call(th, f, &[x])?;
        if !is_int(r) {
            return Err(raise!(th, TypeError, "__int__ returned non-int (type {})", r.type_name()));
        }
        return Ok(exact(th, r));
    }
    if x.slot(Slot::Index).is_some() {
        return Ok(exact(th, ops::index(th, x)?));
    }
    match text::parse_object(th, x, 10)? {
        Some(v) => Ok(v),
        None => Err(raise!(
            th,
            TypeError,
            "int() argument must be a string, a bytes-like object or a real number, not '{}'",
            x.type_name()
        )),
    }
}
