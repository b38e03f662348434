//! `math`.
//!
//! Elementary functions are the C library's, as in CPython, so results agree to the bit.

mod gamma;
mod integer;
mod sums;

use krait_runtime::native::NativeModule;
use krait_runtime::object::{Object, Slot, ValueExt};
use krait_runtime::ops::{self, Binary};
use krait_runtime::sys::math as c;
use krait_runtime::types::hash::frexp as split;
use krait_runtime::types::module::Module;
use krait_runtime::types::tuple::Tuple;
use krait_runtime::types::{float, int};
use krait_runtime::{PyResult, Raised, Thread, Value, intern, raise};

pub static MODULE: NativeModule = NativeModule {
    name: "math",
    doc: "This module provides access to the mathematical functions\ndefined by the C standard.",
    functions: &functions::FUNCTIONS,
    init,
};

fn init(th: &Thread, m: &'static Module) -> PyResult<()> {
    use std::f64::consts;
    for (name, value) in [
        ("pi", consts::PI),
        ("e", consts::E),
        ("tau", consts::TAU),
        ("inf", f64::INFINITY),
        ("nan", f64::NAN),
    ] {
        m.set(th, name, float::new(th, value));
    }
    Ok(())
}

/// What a function of a finite argument with an infinite result means.
enum Infinite {
    /// Too large.
    Range,
    /// A pole.
    Domain,
}

#[cold]
fn domain_error(th: &Thread) -> Raised {
    raise!(th, ValueError, "math domain error")
}

#[cold]
fn range_error(th: &Thread) -> Raised {
    raise!(th, OverflowError, "math range error")
}

/// The result `r` of a function of `x`, checked: a NaN that was not given is out of the domain.
/// `expected` is the message of that, to which the argument is added.
fn checked(th: &Thread, x: f64, r: f64, infinite: Infinite, expected: &str) -> PyResult<f64> {
    let outside = || match expected {
        "" => domain_error(th),
        text => raise!(th, ValueError, "{text}, got {}", float::repr(x)),
    };
    if r.is_nan() && !x.is_nan() {
        return Err(outside());
    }
    if r.is_infinite() && x.is_finite() {
        match infinite {
            Infinite::Range => return Err(range_error(th)),
            Infinite::Domain => return Err(outside()),
        }
    }
    Ok(r)
}

/// The same for two arguments, where an infinite result of finite ones is too large.
fn checked2(th: &Thread, x: f64, y: f64, r: f64) -> PyResult<f64> {
    if r.is_nan() && !x.is_nan() && !y.is_nan() {
        return Err(domain_error(th));
    }
    if r.is_infinite() && x.is_finite() && y.is_finite() {
        return Err(range_error(th));
    }
    Ok(r)
}

/// A logarithm of any number: ints above the largest float are split into mantissa and exponent.
fn logarithm(th: &Thread, v: Value, log: fn(f64) -> f64) -> PyResult<f64> {
    const EXPECTED: &str = "expected a positive input";
    let whole = if int::is_int(v) {
        Some(v)
    } else if v.slot(Slot::Float).is_none() && v.slot(Slot::Index).is_some() {
        Some(ops::index(th, v)?)
    } else {
        None
    };
    let Some(i) = whole else {
        let x = float::as_f64(th, v)?;
        return checked(th, x, log(x), Infinite::Domain, EXPECTED);
    };
    if int::compare(i, Value::from_i32(0)).is_le() {
        return Err(raise!(th, ValueError, "{EXPECTED}"));
    }
    let bits = int::bit_length(i);
    if bits <= 1023 {
        return Ok(log(int::to_f64(th, i)?));
    }
    match int::to_f64(th, i) {
        Ok(x) => Ok(log(x)),
        Err(Raised) => {
            th.raised.set(None);
            // The top 64 bits decide the rounding of the mantissa; what is below only whether
            // there is something.
            let big = int::to_big(i);
            let top: dashu_int::IBig = &big >> (bits - 64);
            let sticky = (&top << (bits - 64)) != big;
            let top = u64::try_from(&top).expect("64 bits") | sticky as u64;
            let mut mantissa = top as f64 / 18446744073709551616.0;
            let mut exponent = bits as f64;
            if mantissa == 1.0 {
                mantissa = 0.5;
                exponent += 1.0;
            }
            Ok(log(mantissa) + log(2.0) * exponent)
        }
    }
}

/// The float after `x` towards `y`, `steps` times: ordered floats are ordered integers.
fn step_towards(x: f64, y: f64, steps: u64) -> f64 {
    if x.is_nan() || y.is_nan() {
        return x + y;
    }
    if steps == 0 {
        return x;
    }
    if x == y {
        return y;
    }
    let (bits, target) = (x.to_bits(), y.to_bits());
    const SIGN: u64 = 1 << 63;
    let (ax, ay) = (bits & !SIGN, target & !SIGN);
    if (bits ^ target) & SIGN != 0 {
        // Across zero.
        if ax as u128 + ay as u128 <= steps as u128 {
            y
        } else if ax < steps {
            f64::from_bits((target & SIGN) | (steps - ax))
        } else {
            f64::from_bits(bits - steps)
        }
    } else if ax > ay {
        if ax - ay >= steps { f64::from_bits(bits - steps) } else { y }
    } else if ay - ax >= steps {
        f64::from_bits(bits + steps)
    } else {
        y
    }
}

/// `__floor__` and its kin of a number that is no float; `None` where the class lacks it.
fn special(th: &Thread, x: Value, name: Value) -> PyResult<Option<Value>> {
    ops::call_method_opt(th, x, name, &[])
}

#[krait_macros::module]
mod functions {
    use super::*;
    use krait_runtime::native::OrNone;

    /// Return the arc cosine (measured in radians) of x.
    ///
    /// The result is between 0 and pi.
    #[function]
    fn acos(th: &Thread, x: f64) -> PyResult<f64> {
        checked(th, x, x.acos(), Infinite::Domain, "expected a number in range from -1 up to 1")
    }

    /// Return the inverse hyperbolic cosine of x.
    #[function]
    fn acosh(th: &Thread, x: f64) -> PyResult<f64> {
        checked(th, x, c::acosh(x), Infinite::Domain, "expected argument value not less than 1")
    }

    /// Return the arc sine (measured in radians) of x.
    ///
    /// The result is between -pi/2 and pi/2.
    #[function]
    fn asin(th: &Thread, x: f64) -> PyResult<f64> {
        checked(th, x, x.asin(), Infinite::Domain, "expected a number in range from -1 up to 1")
    }

    /// Return the inverse hyperbolic sine of x.
    #[function]
    fn asinh(x: f64) -> f64 {
        c::asinh(x)
    }

    /// Return the arc tangent (measured in radians) of x.
    ///
    /// The result is between -pi/2 and pi/2.
    #[function]
    fn atan(x: f64) -> f64 {
        x.atan()
    }

    /// Return the arc tangent (measured in radians) of y/x.
    ///
    /// Unlike atan(y/x), the signs of both x and y are considered.
    #[function]
    fn atan2(y: f64, x: f64) -> f64 {
        y.atan2(x)
    }

    /// Return the inverse hyperbolic tangent of x.
    #[function]
    fn atanh(th: &Thread, x: f64) -> PyResult<f64> {
        checked(th, x, c::atanh(x), Infinite::Domain, "expected a number between -1 and 1")
    }

    /// Return the cube root of x.
    #[function]
    fn cbrt(x: f64) -> f64 {
        x.cbrt()
    }

    /// Return a float with the magnitude (absolute value) of x but the sign of y.
    ///
    /// On platforms that support signed zeros, copysign(1.0, -0.0)
    /// returns -1.0.
    #[function]
    fn copysign(x: f64, y: f64) -> f64 {
        x.copysign(y)
    }

    /// Return the cosine of x (measured in radians).
    #[function]
    fn cos(th: &Thread, x: f64) -> PyResult<f64> {
        checked(th, x, x.cos(), Infinite::Domain, "expected a finite input")
    }

    /// Return the hyperbolic cosine of x.
    #[function]
    fn cosh(th: &Thread, x: f64) -> PyResult<f64> {
        checked(th, x, x.cosh(), Infinite::Range, "")
    }

    /// Error function at x.
    #[function]
    fn erf(x: f64) -> f64 {
        c::erf(x)
    }

    /// Complementary error function at x.
    #[function]
    fn erfc(x: f64) -> f64 {
        c::erfc(x)
    }

    /// Return e raised to the power of x.
    #[function]
    fn exp(th: &Thread, x: f64) -> PyResult<f64> {
        checked(th, x, x.exp(), Infinite::Range, "")
    }

    /// Return 2 raised to the power of x.
    #[function]
    fn exp2(th: &Thread, x: f64) -> PyResult<f64> {
        checked(th, x, c::exp2(x), Infinite::Range, "")
    }

    /// Return exp(x)-1.
    ///
    /// This function avoids the loss of precision involved in the direct evaluation of exp(x)-1 for small x.
    #[function]
    fn expm1(th: &Thread, x: f64) -> PyResult<f64> {
        checked(th, x, x.exp_m1(), Infinite::Range, "")
    }

    /// Return the absolute value of the float x.
    #[function]
    fn fabs(x: f64) -> f64 {
        x.abs()
    }

    /// Gamma function at x.
    #[function]
    fn gamma(th: &Thread, x: f64) -> PyResult<f64> {
        let pole = x == x.floor() && x <= 0.0;
        let infinite = if pole { Infinite::Domain } else { Infinite::Range };
        let expected = "expected a noninteger or positive integer";
        checked(th, x, super::gamma::gamma(x), infinite, expected)
    }

    /// Natural logarithm of absolute value of Gamma function at x.
    #[function]
    fn lgamma(th: &Thread, x: f64) -> PyResult<f64> {
        let pole = x == x.floor() && x <= 0.0;
        let infinite = if pole { Infinite::Domain } else { Infinite::Range };
        let expected = "expected a noninteger or positive integer";
        checked(th, x, super::gamma::log_gamma(x), infinite, expected)
    }

    /// log(x, [base=math.e])
    /// Return the logarithm of x to the given base.
    ///
    /// If the base is not specified, returns the natural logarithm (base e) of x.
    #[function(sig = "(x[, base=math.e], /)")]
    fn log(th: &Thread, x: Value, base: Option<Value>) -> PyResult<Value> {
        let n = logarithm(th, x, f64::ln)?;
        let Some(base) = base else { return Ok(float::new(th, n)) };
        let d = logarithm(th, base, f64::ln)?;
        ops::binary(th, Binary::TrueDivide, float::new(th, n), float::new(th, d))
    }

    /// Return the base 10 logarithm of x.
    #[function]
    fn log10(th: &Thread, x: Value) -> PyResult<f64> {
        logarithm(th, x, f64::log10)
    }

    /// Return the natural logarithm of 1+x (base e).
    ///
    /// The result is computed in a way which is accurate for x near zero.
    #[function]
    fn log1p(th: &Thread, x: f64) -> PyResult<f64> {
        // The sign of zero is the argument's.
        let r = if x == 0.0 { x } else { x.ln_1p() };
        checked(th, x, r, Infinite::Domain, "expected argument value > -1")
    }

    /// Return the base 2 logarithm of x.
    #[function]
    fn log2(th: &Thread, x: Value) -> PyResult<f64> {
        logarithm(th, x, f64::log2)
    }

    /// Return the sine of x (measured in radians).
    #[function]
    fn sin(th: &Thread, x: f64) -> PyResult<f64> {
        checked(th, x, x.sin(), Infinite::Domain, "expected a finite input")
    }

    /// Return the hyperbolic sine of x.
    #[function]
    fn sinh(th: &Thread, x: f64) -> PyResult<f64> {
        checked(th, x, x.sinh(), Infinite::Range, "")
    }

    /// Return the square root of x.
    #[function]
    fn sqrt(th: &Thread, x: f64) -> PyResult<f64> {
        checked(th, x, x.sqrt(), Infinite::Domain, "expected a nonnegative input")
    }

    /// Return the tangent of x (measured in radians).
    #[function]
    fn tan(th: &Thread, x: f64) -> PyResult<f64> {
        checked(th, x, x.tan(), Infinite::Domain, "expected a finite input")
    }

    /// Return the hyperbolic tangent of x.
    #[function]
    fn tanh(x: f64) -> f64 {
        x.tanh()
    }

    /// Return the ceiling of x as an Integral.
    ///
    /// This is the smallest integer >= x.
    #[function]
    fn ceil(th: &Thread, x: Value) -> PyResult<Value> {
        if float::value(x).is_none()
            && let Some(r) = special(th, x, intern!(th, "__ceil__"))?
        {
            return Ok(r);
        }
        float::to_int(th, float::as_f64(th, x)?.ceil())
    }

    /// Return the floor of x as an Integral.
    ///
    /// This is the largest integer <= x.
    #[function]
    fn floor(th: &Thread, x: Value) -> PyResult<Value> {
        if float::value(x).is_none()
            && let Some(r) = special(th, x, intern!(th, "__floor__"))?
        {
            return Ok(r);
        }
        float::to_int(th, float::as_f64(th, x)?.floor())
    }

    /// Truncates the Real x to the nearest Integral toward 0.
    ///
    /// Uses the __trunc__ magic method.
    #[function]
    fn trunc(th: &Thread, x: Value) -> PyResult<Value> {
        match special(th, x, intern!(th, "__trunc__"))? {
            Some(r) => Ok(r),
            None => {
                Err(raise!(th, TypeError, "type {} doesn't define __trunc__ method", x.type_name()))
            }
        }
    }

    /// Return fmod(x, y), according to platform C.
    ///
    /// x % y may differ.
    #[function]
    fn fmod(th: &Thread, x: f64, y: f64) -> PyResult<f64> {
        checked2(th, x, y, x % y)
    }

    /// Difference between x and the closest integer multiple of y.
    ///
    /// Return x - n*y where n*y is the closest integer multiple of y.
    /// In the case where x is exactly halfway between two multiples of
    /// y, the nearest even value of n is used. The result is always exact.
    #[function]
    fn remainder(th: &Thread, x: f64, y: f64) -> PyResult<f64> {
        checked2(th, x, y, c::remainder(x, y))
    }

    /// Return x**y (x to the power of y).
    #[function]
    fn pow(th: &Thread, x: f64, y: f64) -> PyResult<f64> {
        let r = x.powf(y);
        if x.is_finite() && y.is_finite() {
            if r.is_nan() || (r.is_infinite() && x == 0.0) {
                return Err(domain_error(th));
            }
            if r.is_infinite() {
                return Err(range_error(th));
            }
        }
        Ok(r)
    }

    /// Fused multiply-add operation.
    ///
    /// Compute (x * y) + z with a single round.
    #[function]
    fn fma(th: &Thread, x: f64, y: f64, z: f64) -> PyResult<f64> {
        let r = x.mul_add(y, z);
        if r.is_nan() && !x.is_nan() && !y.is_nan() && !z.is_nan() {
            return Err(raise!(th, ValueError, "invalid operation in fma"));
        }
        if r.is_infinite() && x.is_finite() && y.is_finite() && z.is_finite() {
            return Err(raise!(th, OverflowError, "overflow in fma"));
        }
        Ok(r)
    }

    /// Return the mantissa and exponent of x, as pair (m, e).
    ///
    /// If x is a finite nonzero number, then m is a float with
    /// 0.5 <= abs(m) < 1.0 and an integer e is such that
    /// x == m * 2**e exactly.  Else, return (x, 0).
    #[function]
    fn frexp(th: &Thread, x: f64) -> Value {
        let (m, e) = if x.is_finite() && x != 0.0 { split(x) } else { (x, 0) };
        Tuple::new(th, &[float::new(th, m), Value::from_i32(e)]).value()
    }

    /// Return x * (2**i).
    ///
    /// This is essentially the inverse of frexp().
    #[function]
    fn ldexp(th: &Thread, x: f64, i: Value) -> PyResult<f64> {
        if !int::is_int(i) {
            return Err(raise!(th, TypeError, "Expected an int as second argument to ldexp."));
        }
        if x == 0.0 || !x.is_finite() {
            return Ok(x);
        }
        let e = match int::to_i64(i) {
            Some(e) => e.clamp(-100_000, 100_000) as i32,
            None => 100_000 * if int::is_negative(i) { -1 } else { 1 },
        };
        let r = c::ldexp(x, e);
        if r.is_infinite() { Err(range_error(th)) } else { Ok(r) }
    }

    /// Return the fractional and integer parts of x.
    ///
    /// Both results carry the sign of x and are floats.
    #[function]
    fn modf(th: &Thread, x: f64) -> Value {
        let (fraction, whole) = match () {
            _ if x.is_infinite() => (0f64.copysign(x), x),
            _ if x.is_nan() => (x, x),
            _ => ((x - x.trunc()).copysign(x), x.trunc()),
        };
        Tuple::new(th, &[float::new(th, fraction), float::new(th, whole)]).value()
    }

    /// Return the floating-point value the given number of steps after x towards y.
    ///
    /// If steps is not specified or is None, it defaults to 1.
    ///
    /// Raises a TypeError, if x or y is not a double, or if steps is not
    /// an integer.  Raises ValueError if steps is negative.
    #[function(sig = "(x, y, /, *, steps=None)")]
    fn nextafter(th: &Thread, x: f64, y: f64, steps: OrNone<Value>) -> PyResult<f64> {
        let steps = match steps.0 {
            None => 1,
            Some(v) => {
                let i = ops::index(th, v)?;
                if int::is_negative(i) {
                    let message = "steps must be a non-negative integer";
                    return Err(raise!(th, ValueError, "{message}"));
                }
                // More steps than there are floats lead to `y` too.
                int::to_i128(i).and_then(|i| u64::try_from(i).ok()).unwrap_or(u64::MAX)
            }
        };
        Ok(step_towards(x, y, steps))
    }

    /// Return the value of the least significant bit of the float x.
    #[function]
    fn ulp(x: f64) -> f64 {
        let x = x.abs();
        if !x.is_finite() {
            return x;
        }
        if x == f64::MAX { x - x.next_down() } else { x.next_up() - x }
    }

    /// Convert angle x from radians to degrees.
    #[function]
    fn degrees(x: f64) -> f64 {
        x * (180.0 / std::f64::consts::PI)
    }

    /// Convert angle x from degrees to radians.
    #[function]
    fn radians(x: f64) -> f64 {
        x * (std::f64::consts::PI / 180.0)
    }

    /// Return True if x is neither an infinity nor a NaN, and False otherwise.
    #[function]
    fn isfinite(x: f64) -> bool {
        x.is_finite()
    }

    /// Return True if x is a positive or negative infinity, and False otherwise.
    #[function]
    fn isinf(x: f64) -> bool {
        x.is_infinite()
    }

    /// Return True if x is a NaN (not a number), and False otherwise.
    #[function]
    fn isnan(x: f64) -> bool {
        x.is_nan()
    }

    /// Determine whether two floating-point numbers are close in value.
    ///
    ///   rel_tol
    ///     maximum difference for being considered "close", relative to the
    ///     magnitude of the input values
    ///   abs_tol
    ///     maximum difference for being considered "close", regardless of the
    ///     magnitude of the input values
    ///
    /// Return True if a is close in value to b, and False otherwise.
    ///
    /// For the values to be considered close, the difference between them
    /// must be smaller than at least one of the tolerances.
    ///
    /// -inf, inf and NaN behave similarly to the IEEE 754 Standard.  That
    /// is, NaN is not close to anything, even itself.  inf and -inf are
    /// only close to themselves.
    #[function(sig = "(a, b, *, rel_tol=1e-09, abs_tol=0.0)")]
    fn isclose(
        th: &Thread,
        a: f64,
        b: f64,
        rel_tol: Option<f64>,
        abs_tol: Option<f64>,
    ) -> PyResult<bool> {
        let (relative, absolute) = (rel_tol.unwrap_or(1e-9), abs_tol.unwrap_or(0.0));
        if relative < 0.0 || absolute < 0.0 {
            return Err(raise!(th, ValueError, "tolerances must be non-negative"));
        }
        if a == b {
            return Ok(true);
        }
        if a.is_infinite() || b.is_infinite() {
            return Ok(false);
        }
        let difference = (b - a).abs();
        Ok(difference <= (relative * b).abs()
            || difference <= (relative * a).abs()
            || difference <= absolute)
    }

    /// Multidimensional Euclidean distance from the origin to a point.
    ///
    /// Roughly equivalent to:
    ///     sqrt(sum(x**2 for x in coordinates))
    ///
    /// For a two dimensional point (x, y), gives the hypotenuse
    /// using the Pythagorean theorem:  sqrt(x*x + y*y).
    ///
    /// For example, the hypotenuse of a 3/4/5 right triangle is:
    ///
    ///     >>> hypot(3.0, 4.0)
    ///     5.0
    #[function(sig = "(*coordinates)")]
    fn hypot(th: &Thread, coordinates: &Tuple) -> PyResult<f64> {
        let mut vector = Vec::with_capacity(coordinates.len());
        for v in coordinates.values() {
            vector.push(float::as_f64(th, *v)?.abs());
        }
        Ok(sums::norm(&mut vector))
    }

    /// Return the Euclidean distance between two points p and q.
    ///
    /// The points should be specified as sequences (or iterables) of
    /// coordinates.  Both inputs must have the same dimension.
    ///
    /// Roughly equivalent to:
    ///     sqrt(sum((px - qx) ** 2.0 for px, qx in zip(p, q)))
    #[function]
    fn dist(th: &Thread, p: Value, q: Value) -> PyResult<f64> {
        let (p, q) = (ops::collect(th, p)?, ops::collect(th, q)?);
        if p.len() != q.len() {
            let message = "both points must have the same number of dimensions";
            return Err(raise!(th, ValueError, "{message}"));
        }
        let mut vector = Vec::with_capacity(p.len());
        for (a, b) in p.into_iter().zip(q) {
            vector.push((float::as_f64(th, a)? - float::as_f64(th, b)?).abs());
        }
        Ok(sums::norm(&mut vector))
    }

    /// Return an accurate floating-point sum of values in the iterable seq.
    ///
    /// Assumes IEEE-754 floating-point arithmetic.
    #[function]
    fn fsum(th: &Thread, seq: Value) -> PyResult<f64> {
        sums::exact_sum(th, seq)
    }

    /// Return the sum of products of values from two iterables p and q.
    ///
    /// Roughly equivalent to:
    ///
    ///     sum(map(operator.mul, p, q, strict=True))
    ///
    /// For float and mixed int/float inputs, the intermediate products
    /// and sums are computed with extended precision.
    #[function]
    fn sumprod(th: &Thread, p: Value, q: Value) -> PyResult<Value> {
        sums::dot_product(th, p, q)
    }

    /// Calculate the product of all the elements in the input iterable.
    ///
    /// The default start value for the product is 1.
    ///
    /// When the iterable is empty, return the start value.  This function is
    /// intended specifically for use with numeric values and may reject
    /// non-numeric types.
    #[function(sig = "(iterable, /, *, start=1)")]
    fn prod(th: &Thread, iterable: Value, start: Option<Value>) -> PyResult<Value> {
        let it = ops::get_iter(th, iterable)?;
        let mut total = start.unwrap_or(Value::from_i32(1));
        while let Some(v) = ops::next(th, it)? {
            total = ops::binary(th, Binary::Multiply, total, v)?;
        }
        Ok(total)
    }

    /// Greatest Common Divisor.
    #[function(sig = "(*integers)")]
    fn gcd(th: &Thread, integers: &Tuple) -> PyResult<Value> {
        let mut r = Value::from_i32(0);
        for v in integers.values() {
            let v = ops::index(th, *v)?;
            r = integer::gcd(th, r, v);
        }
        Ok(r)
    }

    /// Least Common Multiple.
    #[function(sig = "(*integers)")]
    fn lcm(th: &Thread, integers: &Tuple) -> PyResult<Value> {
        let mut r = Value::from_i32(1);
        for v in integers.values() {
            let v = ops::index(th, *v)?;
            r = integer::lcm(th, r, v)?;
        }
        Ok(r)
    }

    /// Find n!.
    #[function]
    fn factorial(th: &Thread, n: Value) -> PyResult<Value> {
        integer::factorial(th, n)
    }

    /// Return the integer part of the square root of the input.
    #[function]
    fn isqrt(th: &Thread, n: Value) -> PyResult<Value> {
        integer::isqrt(th, n)
    }

    /// Number of ways to choose k items from n items without repetition and with order.
    ///
    /// Evaluates to n! / (n - k)! when k <= n and evaluates
    /// to zero when k > n.
    ///
    /// If k is not specified or is None, then k defaults to n
    /// and the function returns n!.
    ///
    /// Raises TypeError if either of the arguments are not integers.
    /// Raises ValueError if either of the arguments are negative.
    #[function(sig = "(n, k=None, /)")]
    fn perm(th: &Thread, n: Value, k: OrNone<Value>) -> PyResult<Value> {
        match k.0 {
            None => integer::factorial(th, n),
            Some(k) => integer::perm(th, n, k),
        }
    }

    /// Number of ways to choose k items from n items without repetition and without order.
    ///
    /// Evaluates to n! / (k! * (n - k)!) when k <= n and evaluates
    /// to zero when k > n.
    ///
    /// Also called the binomial coefficient because it is equivalent
    /// to the coefficient of k-th term in polynomial expansion of the
    /// expression (1 + x)**n.
    ///
    /// Raises TypeError if either of the arguments are not integers.
    /// Raises ValueError if either of the arguments are negative.
    #[function]
    fn comb(th: &Thread, n: Value, k: Value) -> PyResult<Value> {
        integer::comb(th, n, k)
    }
}
