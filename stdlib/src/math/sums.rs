//! Sums, norms and dot products with less rounding than the obvious loops.
//!
//! The building blocks are error-free transformations: a sum or product of two floats as the
//! rounded result and its exact error (Dekker 1971, Ogita, Rump and Oishi 2005).

use krait_runtime::object::ValueExt;
use krait_runtime::ops::{self, Binary};
use krait_runtime::types::hash::frexp;
use krait_runtime::types::{float, int};
use krait_runtime::{PyResult, Thread, Value, raise, shapes};

/// A rounded result and its error.
#[derive(Copy, Clone)]
struct Double {
    high: f64,
    low: f64,
}

/// `a + b` where `|a| >= |b|`.
fn fast_sum(a: f64, b: f64) -> Double {
    let high = a + b;
    Double { high, low: (a - high) + b }
}

/// `a + b`.
fn sum(a: f64, b: f64) -> Double {
    let high = a + b;
    let z = high - a;
    Double { high, low: (a - (high - z)) + (b - z) }
}

/// `a * b`.
fn product(a: f64, b: f64) -> Double {
    let high = a * b;
    Double { high, low: a.mul_add(b, -high) }
}

/// The Euclidean norm: components scaled by a power of two, squares summed with their errors, and
/// one Newton step after the square root.
pub fn norm(vector: &mut [f64]) -> f64 {
    let max = vector.iter().fold(0f64, |m, x| m.max(x.abs()));
    if vector.iter().any(|x| x.is_infinite()) {
        return f64::INFINITY;
    }
    if vector.iter().any(|x| x.is_nan()) {
        return f64::NAN;
    }
    if max == 0.0 || vector.len() <= 1 {
        return max;
    }
    let (_, e) = frexp(max);
    if e < -1023 {
        // The scale would overflow: lift subnormal components first.
        vector.iter_mut().for_each(|x| *x /= f64::MIN_POSITIVE);
        return f64::MIN_POSITIVE * norm(vector);
    }
    let scale = krait_runtime::sys::math::ldexp(1.0, -e);
    let (mut total, mut errors, mut carries) = (1.0, 0.0, 0.0);
    for x in vector {
        let x = *x * scale;
        let p = product(x, x);
        let s = fast_sum(total, p.high);
        total = s.high;
        errors += p.low;
        carries += s.low;
    }
    let mut h = (total - 1.0 + (errors + carries)).sqrt();
    let p = product(-h, h);
    let s = fast_sum(total, p.high);
    total = s.high;
    errors += p.low;
    carries += s.low;
    h += (total - 1.0 + (errors + carries)) / (2.0 * h);
    h / scale
}

/// The sum of the floats of an iterable, rounded once (Shewchuk 1997): the partial sums do not
/// overlap, so together they are exact.
pub fn exact_sum(th: &Thread, seq: Value) -> PyResult<f64> {
    let it = ops::get_iter(th, seq)?;
    let mut partials: Vec<f64> = Vec::with_capacity(32);
    let (mut special, mut infinities) = (0.0, 0.0);
    while let Some(v) = ops::next(th, it)? {
        let given = float::as_f64(th, v)?;
        let mut x = given;
        let mut kept = 0;
        for j in 0..partials.len() {
            let mut y = partials[j];
            if x.abs() < y.abs() {
                std::mem::swap(&mut x, &mut y);
            }
            let s = fast_sum(x, y);
            if s.low != 0.0 {
                partials[kept] = s.low;
                kept += 1;
            }
            x = s.high;
        }
        partials.truncate(kept);
        if x == 0.0 {
            continue;
        }
        if x.is_finite() {
            partials.push(x);
            continue;
        }
        if given.is_finite() {
            return Err(raise!(th, OverflowError, "intermediate overflow in fsum"));
        }
        if given.is_infinite() {
            infinities += given;
        }
        special += given;
        partials.clear();
    }
    if special != 0.0 {
        if f64::is_nan(infinities) {
            return Err(raise!(th, ValueError, "-inf + inf in fsum"));
        }
        return Ok(special);
    }
    let Some(mut high) = partials.pop() else { return Ok(0.0) };
    let mut low = 0.0;
    while let Some(y) = partials.pop() {
        let s = fast_sum(high, y);
        high = s.high;
        low = s.low;
        if low != 0.0 {
            break;
        }
    }
    // Halfway cases round to even only by what is left below; look at the next partial's sign.
    if let Some(next) = partials.last()
        && ((low < 0.0 && *next < 0.0) || (low > 0.0 && *next > 0.0))
    {
        let y = low * 2.0;
        let x = high + y;
        if y == x - high {
            high = x;
        }
    }
    Ok(high)
}

/// A running sum in three floats, each the error of the one before.
#[derive(Copy, Clone, Default)]
struct Triple {
    high: f64,
    low: f64,
    tiny: f64,
}

impl Triple {
    fn plus_product(self, x: f64, y: f64) -> Triple {
        let p = product(x, y);
        let high = sum(self.high, p.high);
        let low = sum(self.low, p.low);
        let rest = sum(low.high, high.low);
        Triple { high: high.high, low: rest.high, tiny: self.tiny + low.low + rest.low }
    }

    fn value(self) -> f64 {
        let last = sum(self.low, self.high);
        self.tiny + last.low + last.high
    }
}

/// The pair as floats, where one is a float and the other a float, an int or a bool.
fn float_pair(th: &Thread, p: Value, q: Value) -> Option<(f64, f64)> {
    let exact = |v: Value| if v.is_exactly(shapes::FLOAT) { float::value(v) } else { None };
    let whole = |v: Value| {
        if !v.is_exactly(shapes::INT) && v.as_bool().is_none() {
            return None;
        }
        let f = int::to_f64(th, v);
        if f.is_err() {
            th.raised.set(None);
        }
        f.ok()
    };
    match (exact(p), exact(q)) {
        (Some(x), Some(y)) => Some((x, y)),
        (Some(x), None) => Some((x, whole(q)?)),
        (None, Some(y)) => Some((whole(p)?, y)),
        (None, None) => None,
    }
}

/// `sum(map(mul, p, q))`: machine integers are summed as such, floats in extended precision; the
/// first pair of another kind ends that part and goes on with the operators.
pub fn dot_product(th: &Thread, p: Value, q: Value) -> PyResult<Value> {
    let (p, q) = (ops::get_iter(th, p)?, ops::get_iter(th, q)?);
    let mut total = Value::from_i32(0);
    let (mut ints, mut int_total) = (true, None::<i64>);
    let (mut floats, mut float_total) = (true, None::<Triple>);
    loop {
        let pair = match (ops::next(th, p)?, ops::next(th, q)?) {
            (Some(x), Some(y)) => Some((x, y)),
            (None, None) => None,
            _ => return Err(raise!(th, ValueError, "Inputs are not the same length")),
        };
        if ints {
            let next = pair.and_then(|(x, y)| {
                if !x.is_exactly(shapes::INT) || !y.is_exactly(shapes::INT) {
                    return None;
                }
                let product = int::to_i64(x)?.checked_mul(int::to_i64(y)?)?;
                int_total.unwrap_or(0).checked_add(product)
            });
            if next.is_some() {
                int_total = next;
                continue;
            }
            ints = false;
            if let Some(i) = int_total {
                total = ops::binary(th, Binary::Add, total, int::new(th, i))?;
            }
        }
        if floats {
            let next = pair.and_then(|(x, y)| {
                let (x, y) = float_pair(th, x, y)?;
                let t = float_total.unwrap_or_default().plus_product(x, y);
                t.high.is_finite().then_some(t)
            });
            if next.is_some() {
                float_total = next;
                continue;
            }
            floats = false;
            if let Some(t) = float_total {
                total = ops::binary(th, Binary::Add, total, float::new(th, t.value()))?;
            }
        }
        let Some((x, y)) = pair else { return Ok(total) };
        let product = ops::binary(th, Binary::Multiply, x, y)?;
        total = ops::binary(th, Binary::Add, total, product)?;
    }
}
