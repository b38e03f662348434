//! Functions of whole numbers.

use dashu_int::ops::{Gcd, SquareRoot};
use dashu_int::{IBig, UBig};
use krait_runtime::ops;
use krait_runtime::types::int;
use krait_runtime::{PyResult, Thread, Value, raise};

fn gcd_u64(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// The greatest common divisor of two ints, never negative.
pub fn gcd(th: &Thread, a: Value, b: Value) -> Value {
    if let (Some(x), Some(y)) = (int::to_i64(a), int::to_i64(b)) {
        let g = gcd_u64(x.unsigned_abs(), y.unsigned_abs());
        return int::from_i128(th, g as i128);
    }
    let magnitude = |v| int::to_big(v).into_parts().1;
    let (x, y) = (magnitude(a), magnitude(b));
    let g = match (x == UBig::ZERO, y == UBig::ZERO) {
        (true, _) => y,
        (_, true) => x,
        _ => x.gcd(y),
    };
    int::from_big(th, &IBig::from(g))
}

/// The least common multiple of two ints, never negative.
pub fn lcm(th: &Thread, a: Value, b: Value) -> PyResult<Value> {
    let zero = Value::from_i32(0);
    if int::compare(a, zero).is_eq() || int::compare(b, zero).is_eq() {
        return Ok(zero);
    }
    let quotient = ops::binary(th, ops::Binary::FloorDivide, a, gcd(th, a, b))?;
    let product = ops::binary(th, ops::Binary::Multiply, quotient, b)?;
    ops::absolute(th, product)
}

/// The product of `low..=high`, by halves: the factors of each multiplication have like sizes.
fn range_product(low: u64, high: u64) -> UBig {
    if high < low {
        return UBig::ONE;
    }
    if high - low < 8 {
        return (low..=high).map(UBig::from).product();
    }
    let middle = low + (high - low) / 2;
    range_product(low, middle) * range_product(middle + 1, high)
}

/// `n!`
pub fn factorial(th: &Thread, n: Value) -> PyResult<Value> {
    let n = ops::index(th, n)?;
    if int::is_negative(n) {
        return Err(raise!(th, ValueError, "factorial() not defined for negative values"));
    }
    let Some(n) = int::to_i64(n) else {
        return Err(raise!(
            th,
            OverflowError,
            "factorial() argument should not exceed {}",
            i64::MAX
        ));
    };
    Ok(int::from_big(th, &IBig::from(range_product(2, n as u64))))
}

fn non_negative(th: &Thread, v: Value, name: &str) -> PyResult<()> {
    if int::is_negative(v) {
        return Err(raise!(th, ValueError, "{name} must be a non-negative integer"));
    }
    Ok(())
}

/// The product of `factors` descending ones from `n`.
fn falling(n: &IBig, factors: u64) -> IBig {
    fn part(n: &IBig, from: u64, to: u64) -> IBig {
        if to - from < 8 {
            return (from..to).map(|i| n - IBig::from(i)).product();
        }
        let middle = from + (to - from) / 2;
        part(n, from, middle) * part(n, middle, to)
    }
    part(n, 0, factors)
}

/// Ways to choose `k` of `n` things in order.
pub fn perm(th: &Thread, n: Value, k: Value) -> PyResult<Value> {
    let (n, k) = (ops::index(th, n)?, ops::index(th, k)?);
    non_negative(th, n, "n")?;
    non_negative(th, k, "k")?;
    if int::compare(n, k).is_lt() {
        return Ok(Value::from_i32(0));
    }
    let Some(count) = int::to_i64(k) else {
        return Err(raise!(th, OverflowError, "k must not exceed {}", i64::MAX));
    };
    Ok(int::from_big(th, &falling(&int::to_big(n), count as u64)))
}

/// Ways to choose `k` of `n` things.
pub fn comb(th: &Thread, n: Value, k: Value) -> PyResult<Value> {
    let (n, k) = (ops::index(th, n)?, ops::index(th, k)?);
    non_negative(th, n, "n")?;
    non_negative(th, k, "k")?;
    if int::compare(n, k).is_lt() {
        return Ok(Value::from_i32(0));
    }
    let (n, k) = (int::to_big(n), int::to_big(k));
    let other = &n - &k;
    let k = if other < k { other } else { k };
    let Ok(k) = i64::try_from(&k) else {
        return Err(raise!(th, OverflowError, "min(n - k, k) must not exceed {}", i64::MAX));
    };
    let k = k as u64;
    if k <= 64
        && let Ok(n) = u64::try_from(&n)
    {
        // Each step is exact: i + 1 consecutive numbers have a product that (i + 1)! divides.
        let mut r: u128 = 1;
        let fits = (0..k).all(|i| match r.checked_mul((n - i) as u128) {
            Some(p) => {
                r = p / (i + 1) as u128;
                true
            }
            None => false,
        });
        if fits {
            return Ok(int::from_big(th, &IBig::from(r)));
        }
    }
    let r = falling(&n, k) / IBig::from(range_product(2, k));
    Ok(int::from_big(th, &r))
}

/// The integer part of the square root.
pub fn isqrt(th: &Thread, n: Value) -> PyResult<Value> {
    let n = ops::index(th, n)?;
    if int::is_negative(n) {
        return Err(raise!(th, ValueError, "isqrt() argument must be nonnegative"));
    }
    if let Some(i) = int::to_i64(n) {
        return Ok(int::new(th, (i as u64).isqrt() as i64));
    }
    Ok(int::from_big(th, &IBig::from(int::to_big(n).into_parts().1.sqrt())))
}
