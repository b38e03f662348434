//! `complex`.
//!
//! Arithmetic of a complex with a real operand leaves the other part alone, as C's Annex G and
//! CPython 3.14 do: `1 - 0j` is `(1-0j)`.

use krait_layout::{Header, Kind, StackSlot, Thread, Value, shapes};

use crate::error::PyResult;
use crate::native::{ArgPlace, FromArg, class_arg};
use crate::object::type_object::{Type, TypeDef, TypeFlags};
use crate::object::{Object, Slot, ValueExt, alloc, alloc_as};
use crate::ops::{self, Comparison};
use crate::raise;
use crate::types::str::{Str, methods::to_ascii_digits};
use crate::types::tuple::Tuple;
use crate::types::{float, hash, int};
use krait_macros::methods;

/// A `complex`.
#[repr(C)]
pub struct Complex {
    pub header: Header,
    re: f64,
    im: f64,
}

pub static DEF: TypeDef = TypeDef::of::<Complex>("complex", "builtins")
    .doc("Create a complex number from a string or numbers.\n\nIf a string is given, parse it as a complex number.\nIf a single number is given, convert it to a complex number.\nIf the 'real' or 'imag' arguments are given, create a complex number\nwith the specified real and imaginary components.")
    .flags(TypeFlags::BASE)
    .methods(Complex::native_methods)
    .getsets(Complex::native_getsets)
    .shape(shapes::COMPLEX);

// SAFETY: every object of kind `Complex` is made in this file with this layout.
unsafe impl Object for Complex {
    const KIND: Kind = Kind::Complex;
    const TRACED: bool = false;

    fn def() -> &'static TypeDef {
        &DEF
    }
}

/// A complex number, and the arithmetic on it.
#[derive(Copy, Clone, PartialEq, Debug)]
pub struct C {
    pub re: f64,
    pub im: f64,
}

/// The `complex` of two parts.
pub fn new(th: &Thread, re: f64, im: f64) -> Value {
    DEF.class(th);
    alloc(th, Complex { header: Header::new(shapes::COMPLEX, Kind::Complex), re, im }).value()
}

fn new_as(th: &Thread, class: &Type, c: C) -> Value {
    if class.value() == DEF.class(th).value() {
        return new(th, c.re, c.im);
    }
    alloc_as(th, class, Complex { header: Header::new(0, Kind::Complex), re: c.re, im: c.im })
        .value()
}

/// The parts, if `v` is a `complex`.
pub fn parts(v: Value) -> Option<(f64, f64)> {
    v.cast::<Complex>().map(|c| (c.re, c.im))
}

/// `x ** y` where `x` is negative and `y` no integer.
pub fn power_of_negative(th: &Thread, x: f64, y: f64) -> PyResult<Value> {
    power(th, C { re: x, im: 0.0 }, C { re: y, im: 0.0 })
}

/// The number of any object that `complex()` takes but a string: `__complex__`, `__float__`,
/// `__index__`. Raises `TypeError` "must be real number, not X".
pub fn from_object(th: &Thread, v: Value) -> PyResult<C> {
    if let Some((re, im)) = parts(v) {
        return Ok(C { re, im });
    }
    if let Some(f) = v.slot(Slot::Complex) {
        let r = ops::call(th, f, &[v])?;
        return match parts(r) {
            Some((re, im)) => Ok(C { re, im }),
            None => Err(raise!(
                th,
                TypeError,
                "{}.__complex__() must return a complex, not {}",
                v.type_name(),
                r.type_name()
            )),
        };
    }
    Ok(C { re: float::as_f64(th, v)?, im: 0.0 })
}

impl C {
    /// Product, with infinities kept (C99 Annex G).
    pub fn product(self, other: C) -> C {
        let (mut a, mut b) = (self, other);
        let (ac, bd, ad, bc) = (a.re * b.re, a.im * b.im, a.re * b.im, a.im * b.re);
        let r = C { re: ac - bd, im: ad + bc };
        if !(r.re.is_nan() && r.im.is_nan()) {
            return r;
        }
        let boxed = |f: f64| (if f.is_infinite() { 1.0f64 } else { 0.0 }).copysign(f);
        let zeroed = |f: f64| if f.is_nan() { 0.0f64.copysign(f) } else { f };
        let mut again = false;
        if a.re.is_infinite() || a.im.is_infinite() {
            a = C { re: boxed(a.re), im: boxed(a.im) };
            b = C { re: zeroed(b.re), im: zeroed(b.im) };
            again = true;
        }
        if b.re.is_infinite() || b.im.is_infinite() {
            b = C { re: boxed(b.re), im: boxed(b.im) };
            a = C { re: zeroed(a.re), im: zeroed(a.im) };
            again = true;
        }
        if !again && [ac, bd, ad, bc].iter().any(|f| f.is_infinite()) {
            a = C { re: zeroed(a.re), im: zeroed(a.im) };
            b = C { re: zeroed(b.re), im: zeroed(b.im) };
            again = true;
        }
        if !again {
            return r;
        }
        C {
            re: f64::INFINITY * (a.re * b.re - a.im * b.im),
            im: f64::INFINITY * (a.re * b.im + a.im * b.re),
        }
    }

    /// Quotient by Smith's method; `None` for a zero divisor.
    pub fn quotient(self, b: C) -> Option<C> {
        let a = self;
        let (br, bi) = (b.re.abs(), b.im.abs());
        let r = if br >= bi {
            if br == 0.0 {
                return None;
            }
            let ratio = b.im / b.re;
            let d = b.re + b.im * ratio;
            C { re: (a.re + a.im * ratio) / d, im: (a.im - a.re * ratio) / d }
        } else if bi >= br {
            let ratio = b.re / b.im;
            let d = b.re * ratio + b.im;
            C { re: (a.re * ratio + a.im) / d, im: (a.im * ratio - a.re) / d }
        } else {
            C { re: f64::NAN, im: f64::NAN }
        };
        if !(r.re.is_nan() && r.im.is_nan()) {
            return Some(r);
        }
        let boxed = |f: f64| (if f.is_infinite() { 1.0f64 } else { 0.0 }).copysign(f);
        if (a.re.is_infinite() || a.im.is_infinite()) && b.re.is_finite() && b.im.is_finite() {
            let (x, y) = (boxed(a.re), boxed(a.im));
            return Some(C {
                re: f64::INFINITY * (x * b.re + y * b.im),
                im: f64::INFINITY * (y * b.re - x * b.im),
            });
        }
        if (br.is_infinite() || bi.is_infinite()) && a.re.is_finite() && a.im.is_finite() {
            let (x, y) = (boxed(b.re), boxed(b.im));
            return Some(C { re: 0.0 * (a.re * x + a.im * y), im: 0.0 * (a.im * x - a.re * y) });
        }
        Some(r)
    }

    /// Quotient of a real number; `None` for a zero divisor.
    fn real_quotient(a: f64, b: C) -> Option<C> {
        let (br, bi) = (b.re.abs(), b.im.abs());
        let r = if br >= bi {
            if br == 0.0 {
                return None;
            }
            let ratio = b.im / b.re;
            let d = b.re + b.im * ratio;
            C { re: a / d, im: (-a * ratio) / d }
        } else if bi >= br {
            let ratio = b.re / b.im;
            let d = b.re * ratio + b.im;
            C { re: (a * ratio) / d, im: -a / d }
        } else {
            C { re: f64::NAN, im: f64::NAN }
        };
        if r.re.is_nan() && r.im.is_nan() && a.is_finite() && (br.is_infinite() || bi.is_infinite())
        {
            let boxed = |f: f64| (if f.is_infinite() { 1.0f64 } else { 0.0 }).copysign(f);
            let (x, y) = (boxed(b.re), boxed(b.im));
            return Some(C { re: 0.0 * (a * x), im: 0.0 * (-a * y) });
        }
        Some(r)
    }

    fn integer_power(self, n: i64) -> Option<C> {
        let one = C { re: 1.0, im: 0.0 };
        let (mut r, mut p, mut k) = (one, self, n.unsigned_abs());
        while k > 0 {
            if k & 1 == 1 {
                r = r.product(p);
            }
            k >>= 1;
            p = p.product(p);
        }
        if n < 0 { one.quotient(r) } else { Some(r) }
    }
}

/// `a ** b`.
fn power(th: &Thread, a: C, b: C) -> PyResult<Value> {
    let zero_power = || raise!(th, ZeroDivisionError, "zero to a negative or complex power");
    let r = if b.im == 0.0 && b.re == b.re.floor() && b.re.abs() <= 100.0 {
        a.integer_power(b.re as i64).ok_or_else(zero_power)?
    } else if a.re == 0.0 && a.im == 0.0 {
        if b.im != 0.0 || b.re < 0.0 {
            return Err(zero_power());
        }
        C { re: 0.0, im: 0.0 }
    } else {
        let size = a.re.hypot(a.im);
        let angle = a.im.atan2(a.re);
        let mut len = size.powf(b.re);
        let mut phase = angle * b.re;
        if b.im != 0.0 {
            len *= (-angle * b.im).exp();
            phase += b.im * size.ln();
        }
        C { re: len * phase.cos(), im: len * phase.sin() }
    };
    if r.re.is_infinite() || r.im.is_infinite() {
        return Err(raise!(th, OverflowError, "complex exponentiation"));
    }
    Ok(new(th, r.re, r.im))
}

/// An operand: complex, or real (float or int).
#[derive(Copy, Clone)]
enum Operand {
    Complex(C),
    Real(f64),
}

impl Operand {
    fn of(th: &Thread, v: Value) -> PyResult<Option<Operand>> {
        Ok(match (parts(v), float::value(v)) {
            (Some((re, im)), _) => Some(Operand::Complex(C { re, im })),
            (None, Some(f)) => Some(Operand::Real(f)),
            (None, None) if int::is_int(v) => Some(Operand::Real(int::to_f64(th, v)?)),
            (None, None) => None,
        })
    }

    fn complex(self) -> C {
        match self {
            Operand::Complex(c) => c,
            Operand::Real(re) => C { re, im: 0.0 },
        }
    }
}

/// Runs `f` on the operands; `NotImplemented` where one is no number.
fn with_operands(
    th: &Thread,
    a: Value,
    b: Value,
    f: impl FnOnce(Operand, Operand) -> PyResult<C>,
) -> PyResult<Value> {
    let (Some(a), Some(b)) = (Operand::of(th, a)?, Operand::of(th, b)?) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let c = f(a, b)?;
    Ok(new(th, c.re, c.im))
}

fn add(th: &Thread, a: Value, b: Value) -> PyResult<Value> {
    use Operand::*;
    with_operands(th, a, b, |a, b| {
        Ok(match (a, b) {
            (Complex(a), Complex(b)) => C { re: a.re + b.re, im: a.im + b.im },
            (Complex(a), Real(b)) => C { re: a.re + b, im: a.im },
            (Real(a), b) => C { re: a + b.complex().re, im: b.complex().im },
        })
    })
}

fn sub(th: &Thread, a: Value, b: Value) -> PyResult<Value> {
    use Operand::*;
    with_operands(th, a, b, |a, b| {
        Ok(match (a, b) {
            (Complex(a), Complex(b)) => C { re: a.re - b.re, im: a.im - b.im },
            (Complex(a), Real(b)) => C { re: a.re - b, im: a.im },
            (Real(a), b) => C { re: a - b.complex().re, im: -b.complex().im },
        })
    })
}

fn mul(th: &Thread, a: Value, b: Value) -> PyResult<Value> {
    use Operand::*;
    with_operands(th, a, b, |a, b| {
        Ok(match (a, b) {
            (Complex(a), Complex(b)) => a.product(b),
            (Complex(a), Real(b)) => C { re: a.re * b, im: a.im * b },
            (Real(a), b) => C { re: b.complex().re * a, im: b.complex().im * a },
        })
    })
}

fn div(th: &Thread, a: Value, b: Value) -> PyResult<Value> {
    use Operand::*;
    with_operands(th, a, b, |a, b| {
        let r = match (a, b) {
            (Complex(a), Complex(b)) => a.quotient(b),
            (Complex(_), Real(0.0)) => None,
            (Complex(a), Real(b)) => Some(C { re: a.re / b, im: a.im / b }),
            (Real(a), b) => C::real_quotient(a, b.complex()),
        };
        r.ok_or_else(|| raise!(th, ZeroDivisionError, "division by zero"))
    })
}

fn pow(th: &Thread, a: Value, b: Value, modulus: Option<Value>) -> PyResult<Value> {
    let (Some(a), Some(b)) = (Operand::of(th, a)?, Operand::of(th, b)?) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    if modulus.is_some_and(|m| !m.is_none()) {
        return Err(raise!(th, ValueError, "complex modulo"));
    }
    power(th, a.complex(), b.complex())
}

/// A float part's text: as `repr(float)` without the `.0`.
fn part_text(f: f64) -> String {
    let text = float::repr(f);
    match text.strip_suffix(".0") {
        Some(t) => t.to_string(),
        None => text,
    }
}

/// `repr(c)`.
pub fn repr(c: C) -> String {
    let im = part_text(c.im);
    if c.re == 0.0 && c.re.is_sign_positive() {
        return format!("{im}j");
    }
    let sign = if im.starts_with('-') { "" } else { "+" };
    format!("({}{sign}{im}j)", part_text(c.re))
}

/// The float at the start of `text`, and how many bytes it takes.
fn float_prefix(text: &str) -> Option<(f64, usize)> {
    let b = text.as_bytes();
    let mut i = matches!(b.first(), Some(b'+' | b'-')) as usize;
    let lower = text[i..].to_ascii_lowercase();
    for word in ["infinity", "inf", "nan"] {
        if lower.starts_with(word) {
            let end = i + word.len();
            return float::parse(&text[..end]).map(|f| (f, end));
        }
    }
    let digits = |mut i: usize| {
        while b.get(i).is_some_and(u8::is_ascii_digit) {
            i += 1;
        }
        i
    };
    let start = i;
    i = digits(i);
    let mut count = i - start;
    if b.get(i) == Some(&b'.') {
        let end = digits(i + 1);
        count += end - i - 1;
        i = end;
    }
    if count == 0 {
        return None;
    }
    if matches!(b.get(i), Some(b'e' | b'E')) {
        let at = i + 1 + matches!(b.get(i + 1), Some(b'+' | b'-')) as usize;
        let end = digits(at);
        if end > at {
            i = end;
        }
    }
    text[..i].parse().ok().map(|f| (f, i))
}

/// A complex literal with optional white space and brackets; `None` if malformed.
pub fn parse(text: &str) -> Option<C> {
    let is_space = |c: char| c.is_whitespace() || matches!(c, '\x1c'..='\x1f');
    let bytes = text.as_bytes();
    for (i, b) in bytes.iter().enumerate() {
        let digit = |j: usize| bytes.get(j).is_some_and(u8::is_ascii_digit);
        if *b == b'_' && !(i > 0 && digit(i - 1) && digit(i + 1)) {
            return None;
        }
    }
    let plain = text.replace('_', "");
    let mut s = plain.trim_matches(is_space);
    if let Some(inner) = s.strip_prefix('(') {
        s = inner.strip_suffix(')')?.trim_matches(is_space);
    }
    let unit = |s: &str| match s.as_bytes().first() {
        Some(b'+') => (1.0, 1),
        Some(b'-') => (-1.0, 1),
        _ => (1.0, 0),
    };
    let is_j = |s: &str| s == "j" || s == "J";
    match float_prefix(s) {
        None => {
            let (im, n) = unit(s);
            is_j(&s[n..]).then_some(C { re: 0.0, im })
        }
        Some((first, n)) => {
            let rest = &s[n..];
            if rest.is_empty() {
                Some(C { re: first, im: 0.0 })
            } else if is_j(rest) {
                Some(C { re: 0.0, im: first })
            } else if rest.starts_with(['+', '-']) {
                let (im, n) = float_prefix(rest).unwrap_or_else(|| unit(rest));
                is_j(&rest[n..]).then_some(C { re: first, im })
            } else {
                None
            }
        }
    }
}

/// A `complex` receiver.
impl FromArg for C {
    fn from_arg(th: &Thread, slot: StackSlot, place: &ArgPlace) -> PyResult<C> {
        let v = slot.expect("bound");
        parts(v).map(|(re, im)| C { re, im }).ok_or_else(|| place.mismatch(th, "complex", v))
    }
}

/// Whether `complex()` takes the value as a number.
fn is_number(v: Value) -> bool {
    parts(v).is_some()
        || v.slot(Slot::Complex).is_some()
        || v.slot(Slot::Float).is_some()
        || v.slot(Slot::Index).is_some()
}

#[methods]
impl Complex {
    #[staticmethod(sig = "(cls, /, real=0, imag=0)")]
    fn __new__(
        th: &Thread,
        cls: Value,
        real: Option<Value>,
        imag: Option<Value>,
    ) -> PyResult<Value> {
        let class = class_arg(th, cls, DEF.class(th))?;
        let wrong = |name: &str, v: Value| {
            raise!(
                th,
                TypeError,
                "complex() argument '{name}' must be a real number, not {}",
                v.type_name()
            )
        };
        if let (Some(x), None) = (real, imag) {
            if x.is_exactly(shapes::COMPLEX) && class.value() == DEF.class(th).value() {
                return Ok(x);
            }
            if let Some(s) = x.cast::<Str>() {
                let text = match s.as_ascii() {
                    Some(a) => a.to_string(),
                    None => to_ascii_digits(s),
                };
                return match parse(&text) {
                    Some(c) => Ok(new_as(th, class, c)),
                    None => Err(raise!(th, ValueError, "complex() arg is a malformed string")),
                };
            }
            if !is_number(x) {
                return Err(raise!(
                    th,
                    TypeError,
                    "complex() argument must be a string or a number, not {}",
                    x.type_name()
                ));
            }
        }
        let mut c = C { re: 0.0, im: 0.0 };
        if let Some(x) = real {
            if !is_number(x) {
                return Err(wrong("real", x));
            }
            c = from_object(th, x)?;
        }
        if let Some(y) = imag {
            if !is_number(y)
                || (parts(y).is_none()
                    && y.slot(Slot::Float).is_none()
                    && y.slot(Slot::Index).is_none())
            {
                return Err(wrong("imag", y));
            }
            match parts(y) {
                Some((re, im)) => {
                    c.re -= im;
                    c.im += re;
                }
                None if real.is_some_and(|x| parts(x).is_some()) => c.im += float::as_f64(th, y)?,
                None => c.im = float::as_f64(th, y)?,
            }
        }
        Ok(new_as(th, class, c))
    }

    /// Convert number to a complex floating-point number.
    #[classmethod(sig = "($type, number, /)")]
    fn from_number(th: &Thread, cls: Value, number: Value) -> PyResult<Value> {
        if number.is_exactly(shapes::COMPLEX) && cls == DEF.class(th).value() {
            return Ok(number);
        }
        let c = from_object(th, number)?;
        let v = new(th, c.re, c.im);
        if cls == DEF.class(th).value() { Ok(v) } else { ops::call(th, cls, &[v]) }
    }

    #[method(sig = "($self, value, /)")]
    fn __add__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
        add(th, this, other)
    }
    #[method(sig = "($self, value, /)")]
    fn __radd__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
        add(th, other, this)
    }
    #[method(sig = "($self, value, /)")]
    fn __sub__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
        sub(th, this, other)
    }
    #[method(sig = "($self, value, /)")]
    fn __rsub__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
        sub(th, other, this)
    }
    #[method(sig = "($self, value, /)")]
    fn __mul__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
        mul(th, this, other)
    }
    #[method(sig = "($self, value, /)")]
    fn __rmul__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
        mul(th, other, this)
    }
    #[method(sig = "($self, value, /)")]
    fn __truediv__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
        div(th, this, other)
    }
    #[method(sig = "($self, value, /)")]
    fn __rtruediv__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
        div(th, other, this)
    }
    #[method(sig = "($self, value, mod=None, /)")]
    fn __pow__(th: &Thread, this: Value, other: Value, modulus: Option<Value>) -> PyResult<Value> {
        pow(th, this, other, modulus)
    }
    #[method(sig = "($self, value, mod=None, /)")]
    fn __rpow__(th: &Thread, this: Value, other: Value, modulus: Option<Value>) -> PyResult<Value> {
        pow(th, other, this, modulus)
    }

    #[method]
    fn __neg__(th: &Thread, this: C) -> Value {
        new(th, -this.re, -this.im)
    }

    #[method]
    fn __pos__(th: &Thread, this: C) -> Value {
        new(th, this.re, this.im)
    }

    #[method]
    fn __abs__(th: &Thread, this: C) -> PyResult<f64> {
        let r = this.re.hypot(this.im);
        if r.is_infinite() && this.re.is_finite() && this.im.is_finite() {
            return Err(raise!(th, OverflowError, "absolute value too large"));
        }
        Ok(r)
    }

    #[method]
    fn __bool__(this: C) -> bool {
        this.re != 0.0 || this.im != 0.0
    }

    /// Convert this value to exact type complex.
    #[method]
    fn __complex__(th: &Thread, this: C) -> Value {
        new(th, this.re, this.im)
    }

    #[method]
    fn __hash__(th: &Thread, this: Value) -> PyResult<i64> {
        let (re, im) = parts(this).ok_or_else(|| raise!(th, TypeError, "a complex is required"))?;
        let identity = || ops::identity_hash(this);
        let h = hash::hash_f64(re, identity) as u64;
        let h =
            h.wrapping_add((hash::hash_f64(im, identity) as u64).wrapping_mul(hash::IMAG as u64));
        Ok(if h == u64::MAX { -2 } else { h as i64 })
    }

    #[method]
    fn __repr__(this: C) -> String {
        repr(this)
    }

    /// Convert to a string according to format_spec.
    #[method(sig = "($self, format_spec, /)")]
    fn __format__(th: &Thread, this: C, format_spec: &Str) -> PyResult<Value> {
        ops::format::format_complex(th, this, format_spec)
    }

    #[comparison]
    fn compare(th: &Thread, this: C, other: Value, op: Comparison) -> PyResult<Value> {
        let equal = match parts(other) {
            Some((re, im)) => this.re == re && this.im == im,
            None if int::is_int(other) => {
                this.im == 0.0 && ops::equals(th, float::new(th, this.re), other)?
            }
            None => match float::value(other) {
                Some(f) => this.im == 0.0 && this.re == f,
                None => return Ok(Value::NOT_IMPLEMENTED),
            },
        };
        match op {
            Comparison::Eq => Ok(Value::from_bool(equal)),
            Comparison::Ne => Ok(Value::from_bool(!equal)),
            _ => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    #[method]
    fn __getnewargs__(th: &Thread, this: C) -> Value {
        Tuple::new(th, &[float::new(th, this.re), float::new(th, this.im)]).value()
    }

    /// Return the complex conjugate of its argument. (3-4j).conjugate() == 3+4j.
    #[method]
    fn conjugate(th: &Thread, this: C) -> Value {
        new(th, this.re, -this.im)
    }

    /// the real part of a complex number
    #[getter]
    fn real(this: C) -> f64 {
        this.re
    }

    /// the imaginary part of a complex number
    #[getter]
    fn imag(this: C) -> f64 {
        this.im
    }
}
