//! Ints from and to text.

use dashu_int::fmt::InRadix;
use dashu_int::{IBig, UBig};
use krait_layout::{Kind, Thread, Value};

use super::{from_big, from_i128, to_big, to_i128};
use crate::error::PyResult;
use crate::object::ValueExt;
use crate::types::str::Str;
use crate::{ops, raise, types};

/// `sys.get_int_max_str_digits()`: more decimal digits raise `ValueError`; 0 is no limit.
pub static MAX_DIGITS: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(4300);

fn limit() -> usize {
    MAX_DIGITS.load(std::sync::atomic::Ordering::Relaxed)
}

/// The int in decimal.
pub fn decimal(th: &Thread, v: Value) -> PyResult<String> {
    if let Some(i) = to_i128(v) {
        return Ok(i.to_string());
    }
    let big = to_big(v);
    let max = limit();
    // A digit has log2(10) > 3.32 bits; the text is made only where it may be short enough.
    if max != 0 && super::bit_length(v) * 100 / 333 > max + 1 {
        return Err(too_long(th));
    }
    let text = big.to_string();
    if max != 0 && text.trim_start_matches('-').len() > max {
        return Err(too_long(th));
    }
    Ok(text)
}

#[cold]
fn too_long(th: &Thread) -> crate::Raised {
    raise!(
        th,
        ValueError,
        "Exceeds the limit ({} digits) for integer string conversion; use sys.set_int_max_str_digits() to increase the limit",
        limit()
    )
}

/// The int's digits in `base` (2 to 36), lower case, with a minus sign.
pub fn radix(v: Value, base: u32) -> String {
    let big = to_big(v);
    let shown: InRadix<'_> = big.in_radix(base as u8);
    shown.to_string()
}

/// The int of up to 18 decimal digits and perhaps a sign: the usual case.
fn plain(text: &[u8]) -> Option<Value> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, text),
    };
    if digits.is_empty() || digits.len() > 18 {
        return None;
    }
    let mut i = 0i64;
    for d in digits {
        if !d.is_ascii_digit() {
            return None;
        }
        i = i * 10 + (d - b'0') as i64;
    }
    Value::small_int(if negative { -i } else { i })
}

/// A small int's decimal text.
pub fn small_decimal(th: &Thread, i: i64) -> &'static Str {
    let mut text = [0; 20];
    let mut at = write_digits(i.unsigned_abs(), &mut text);
    if i < 0 {
        at -= 1;
        text[at] = b'-';
    }
    Str::from_ascii(th, &text[at..])
}

/// The decimal digits of `n`, in the buffer.
pub fn write_decimal(n: u64, text: &mut [u8; 20]) -> &str {
    let at = write_digits(n, text);
    std::str::from_utf8(&text[at..]).expect("digits are ASCII")
}

/// Writes decimal digits to the end of the buffer; where they begin.
fn write_digits(n: u64, text: &mut [u8; 20]) -> usize {
    let (mut at, mut rest) = (text.len(), n);
    while rest >= 100 {
        let pair = (rest % 100) as u8;
        rest /= 100;
        at -= 2;
        text[at] = b'0' + pair / 10;
        text[at + 1] = b'0' + pair % 10;
    }
    if rest >= 10 {
        at -= 2;
        text[at] = b'0' + rest as u8 / 10;
        text[at + 1] = b'0' + rest as u8 % 10;
    } else {
        at -= 1;
        text[at] = b'0' + rest as u8;
    }
    at
}

/// `int(x, base)` of a `str`, `bytes` or `bytearray`; `None` for other types.
pub fn parse_object(th: &Thread, x: Value, base: u32) -> PyResult<Option<Value>> {
    let text: String = match x.kind() {
        Kind::Str => {
            let s = x.cast::<Str>().expect("the kind says so");
            if let (Some(digits), 10) = (s.as_ascii(), base)
                && let Some(i) = plain(digits.as_bytes())
            {
                return Ok(Some(i));
            }
            match s.as_ascii() {
                Some(a) => a.to_string(),
                None => types::str::methods::to_ascii_digits(s),
            }
        }
        Kind::Bytes | Kind::ByteArray => {
            types::bytes::from_object(th, x)?.iter().map(|b| *b as char).collect()
        }
        _ => return Ok(None),
    };
    match parse(th, &text, base)? {
        Some(big) => Ok(Some(big)),
        None => Err(raise!(
            th,
            ValueError,
            "invalid literal for int() with base {base}: {}",
            ops::repr_string(th, x)?
        )),
    }
}

/// An int literal with optional white space, sign, prefix and underscores; `None` if malformed.
pub fn parse(th: &Thread, text: &str, base: u32) -> PyResult<Option<Value>> {
    let is_space = |c: char| {
        matches!(c, ' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c' | '\x1c'..='\x1f')
            || (c as u32 > 127 && c.is_whitespace())
    };
    let t = text.trim_matches(is_space);
    let (negative, t) = match t.as_bytes().first() {
        Some(b'-') => (true, &t[1..]),
        Some(b'+') => (false, &t[1..]),
        _ => (false, t),
    };
    let prefix = t.get(..2).map(str::to_ascii_lowercase);
    let prefixed = match prefix.as_deref() {
        Some("0x") => Some(16),
        Some("0o") => Some(8),
        Some("0b") => Some(2),
        _ => None,
    };
    let (actual, t) = match (base, prefixed) {
        (0, Some(b)) => (b, &t[2..]),
        (b, Some(p)) if b == p => (b, &t[2..]),
        (0, None) => {
            // "010" is no literal; "0", "00" are.
            if t.starts_with('0') && t.chars().any(|c| c != '0' && c != '_') {
                return Ok(None);
            }
            (10, t)
        }
        (b, _) => (b, t),
    };
    let t = if prefixed.is_some() && t.starts_with('_') { &t[1..] } else { t };
    if t.is_empty() || t.starts_with('_') || t.ends_with('_') || t.contains("__") {
        return Ok(None);
    }
    let digits: String = t.chars().filter(|c| *c != '_').collect();
    if !digits.chars().all(|c| c.is_digit(actual)) {
        return Ok(None);
    }
    if digits.len() <= 18 {
        let i = i128::from_str_radix(&digits, actual).unwrap_or_else(|_| {
            u128::from_str_radix(&digits, actual).expect("18 digits fit") as i128
        });
        return Ok(Some(from_i128(th, if negative { -i } else { i })));
    }
    let max = limit();
    if max != 0 && digits.len() > max && !actual.is_power_of_two() {
        return Err(raise!(
            th,
            ValueError,
            "Exceeds the limit ({max} digits) for integer string conversion: value has {} digits; use sys.set_int_max_str_digits() to increase the limit",
            digits.len()
        ));
    }
    let Ok(big) = UBig::from_str_radix(&digits, actual) else { return Ok(None) };
    let big = IBig::from(big);
    Ok(Some(from_big(th, &if negative { -big } else { big })))
}
