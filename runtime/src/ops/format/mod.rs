//! Formatting: `format()`, `str.format` and `%`.

pub mod fields;
pub mod float_text;
pub mod percent;
pub mod spec;

use krait_layout::{Thread, Value, shapes};

use self::float_text::Notation;
use self::spec::{Spec, group_fraction, unknown_code};
use crate::error::PyResult;
use crate::object::{Object, Slot, ValueExt};
use crate::ops::{self, call};
use crate::raise;
use crate::types::complex::{self, C};
use crate::types::str::Str;
use crate::types::str::build::StrBuilder;
use crate::types::{float, int};

pub use percent::{percent, percent_bytes};

/// `format(v, spec)`.
pub fn format(th: &Thread, v: Value, spec: Value) -> PyResult<Value> {
    let Some(text) = spec.cast::<Str>() else {
        return Err(raise!(
            th,
            TypeError,
            "Format specifier must be a string, not {}",
            spec.type_name()
        ));
    };
    match v.shape_id() {
        shapes::STR if text.is_empty() => return Ok(v),
        shapes::STR => return format_str(th, v.cast::<Str>().expect("the shape says so"), text),
        shapes::INT | shapes::FLOAT if text.is_empty() => return Ok(ops::repr(th, v)?.value()),
        shapes::INT => return format_int(th, v, text),
        shapes::FLOAT => return format_float(th, float::value(v).expect("a float"), text),
        _ => {}
    }
    let f = v.slot(Slot::Format).expect("object defines __format__");
    let r = call(th, f, &[v, spec])?;
    if r.cast::<Str>().is_none() {
        return Err(raise!(
            th,
            TypeError,
            "{}.__format__() must return a str, not {}",
            v.type_name(),
            r.type_name()
        ));
    }
    Ok(r)
}

/// `str.__format__`.
pub fn format_str(th: &Thread, s: &'static Str, text: &Str) -> PyResult<Value> {
    if text.is_empty() {
        return Ok(ops::str(th, s.value())?.value());
    }
    let type_name = s.value().type_name();
    let spec = Spec::parse(th, text, &type_name, 's', '<')?;
    let refuse =
        |what: &str| raise!(th, ValueError, "{what} not allowed in string format specifier");
    if spec.kind != 's' as u32 {
        return Err(unknown_code(th, spec.kind, &type_name));
    }
    match spec.sign {
        Some(' ') => return Err(refuse("Space")),
        Some(_) => return Err(refuse("Sign")),
        None => {}
    }
    if spec.no_negative_zero {
        return Err(refuse("Negative zero coercion (z)"));
    }
    if spec.alternate {
        return Err(refuse("Alternate form (#)"));
    }
    if spec.align == '=' {
        return Err(raise!(th, ValueError, "'=' alignment not allowed in string format specifier"));
    }
    let s = match spec.precision {
        Some(p) if p < s.len() => s.slice(th, 0, p),
        _ => s,
    };
    if spec.width <= s.len() {
        return Ok(ops::str(th, s.value())?.value());
    }
    Ok(spec.pad(s.len(), |b| b.push_object(s)).finish(th).value())
}

/// `int.__format__`; `v` is an int.
pub fn format_int(th: &Thread, v: Value, text: &Str) -> PyResult<Value> {
    if text.is_empty() {
        return Ok(if v.as_bool().is_some() || !v.is_exactly(shapes::INT) {
            ops::str(th, v)?.value()
        } else {
            ops::repr(th, v)?.value()
        });
    }
    let type_name = v.type_name();
    let spec = Spec::parse(th, text, &type_name, 'd', '>')?;
    let kind = char::from_u32(spec.kind).unwrap_or('\u{fffd}');
    match kind {
        'd' | 'b' | 'o' | 'x' | 'X' | 'n' | 'c' => {}
        'e' | 'E' | 'f' | 'F' | 'g' | 'G' | '%' => {
            let f = int::to_f64(th, v)?;
            return Ok(float_with(th, f, &spec, &type_name)?.finish(th).value());
        }
        _ => return Err(unknown_code(th, spec.kind, &type_name)),
    }
    if spec.precision.is_some() {
        return Err(raise!(th, ValueError, "Precision not allowed in integer format specifier"));
    }
    if spec.no_negative_zero {
        return Err(raise!(
            th,
            ValueError,
            "Negative zero coercion (z) not allowed in integer format specifier"
        ));
    }
    if kind == 'c' {
        if spec.sign.is_some() {
            return Err(raise!(
                th,
                ValueError,
                "Sign not allowed with integer format specifier 'c'"
            ));
        }
        if spec.alternate {
            return Err(raise!(
                th,
                ValueError,
                "Alternate form (#) not allowed with integer format specifier 'c'"
            ));
        }
        let Some(c) = int::to_i64(v).and_then(|i| u32::try_from(i).ok()).filter(|c| *c < 0x110000)
        else {
            return Err(raise!(th, OverflowError, "%c arg not in range(0x110000)"));
        };
        return Ok(spec.pad(1, |b| b.push(c)).finish(th).value());
    }
    let digits = match kind {
        'b' => int::text::radix(v, 2),
        'o' => int::text::radix(v, 8),
        'x' | 'X' => int::text::radix(v, 16),
        _ => int::text::decimal(th, v)?,
    };
    let (negative, mut digits) = without_sign(digits);
    let mut prefix = match kind {
        'b' if spec.alternate => "0b".to_string(),
        'o' if spec.alternate => "0o".to_string(),
        'x' | 'X' if spec.alternate => "0x".to_string(),
        _ => String::new(),
    };
    if kind == 'X' {
        digits.make_ascii_uppercase();
        prefix.make_ascii_uppercase();
    }
    Ok(spec.number(negative, &prefix, &digits, "").finish(th).value())
}

/// `float.__format__`.
pub fn format_float(th: &Thread, f: f64, text: &Str) -> PyResult<Value> {
    if text.is_empty() {
        return Ok(Str::new(th, &float::repr(f)).value());
    }
    let spec = Spec::parse(th, text, "float", '\0', '>')?;
    Ok(float_with(th, f, &spec, "float")?.finish(th).value())
}

/// The notation of a presentation type, and whether a percent sign follows.
fn notation(th: &Thread, spec: &Spec, type_name: &str) -> PyResult<(Notation, bool)> {
    let c = char::from_u32(spec.kind).unwrap_or('\u{fffd}');
    Ok(match c {
        '\0' if spec.precision.is_some() => (Notation::General, false),
        '\0' => (Notation::Repr, false),
        'e' | 'E' => (Notation::Exponent, false),
        'f' | 'F' => (Notation::Fixed, false),
        'g' | 'G' | 'n' => (Notation::General, false),
        '%' if type_name != "complex" => (Notation::Fixed, true),
        _ => return Err(unknown_code(th, spec.kind, type_name)),
    })
}

fn is_upper(spec: &Spec) -> bool {
    matches!(char::from_u32(spec.kind), Some('E' | 'F' | 'G'))
}

fn float_with(th: &Thread, f: f64, spec: &Spec, type_name: &str) -> PyResult<StrBuilder> {
    let (notation, percent) = notation(th, spec, type_name)?;
    let f = if percent { f * 100.0 } else { f };
    let dot_zero = spec.kind == 0;
    let mut parts =
        float_text::parts(f, notation, spec.precision.unwrap_or(6), spec.alternate, dot_zero);
    if spec.no_negative_zero && parts.is_zero() {
        parts.negative = false;
    }
    if is_upper(spec) {
        parts.make_upper();
    }
    let mut rest = grouped_rest(parts.rest, spec);
    if percent {
        rest.push('%');
    }
    Ok(spec.number(parts.negative, "", &parts.whole, &rest))
}

/// Puts the digits after the point in groups, where the spec says so.
fn grouped_rest(rest: String, spec: &Spec) -> String {
    let Some(g) = spec.fraction_grouping else { return rest };
    let Some(fraction) = rest.strip_prefix('.') else { return rest };
    let end = fraction.find(|c: char| !c.is_ascii_digit()).unwrap_or(fraction.len());
    format!(".{}{}", group_fraction(&fraction[..end], g), &fraction[end..])
}

/// `complex.__format__`.
pub fn format_complex(th: &Thread, c: C, text: &Str) -> PyResult<Value> {
    if text.is_empty() {
        return Ok(Str::new(th, &complex::repr(c)).value());
    }
    let spec = Spec::parse(th, text, "complex", '\0', '>')?;
    let (notation, _) = notation(th, &spec, "complex")?;
    if spec.fill == '0' as u32 {
        return Err(raise!(
            th,
            ValueError,
            "Zero padding is not allowed in complex format specifier"
        ));
    }
    if spec.align == '=' {
        return Err(raise!(
            th,
            ValueError,
            "'=' alignment flag is not allowed in complex format specifier"
        ));
    }
    let plain = spec.kind == 0;
    let only_imaginary = plain && c.re == 0.0 && c.re.is_sign_positive();
    let part = |f: f64, sign: Option<char>| {
        let mut p =
            float_text::parts(f, notation, spec.precision.unwrap_or(6), spec.alternate, false);
        if spec.no_negative_zero && p.is_zero() {
            p.negative = false;
        }
        if is_upper(&spec) {
            p.make_upper();
        }
        let rest = grouped_rest(p.rest, &spec);
        let field = Spec { width: 0, align: '<', sign, ..spec.clone() };
        field.number(p.negative, "", &p.whole, &rest)
    };
    let mut body = StrBuilder::new();
    if plain && !only_imaginary {
        body.push_str("(");
    }
    if !only_imaginary {
        body.push_object(part(c.re, spec.sign).finish(th));
    }
    let sign = if only_imaginary { spec.sign } else { Some('+') };
    body.push_object(part(c.im, sign).finish(th));
    body.push_str("j");
    if plain && !only_imaginary {
        body.push_str(")");
    }
    let body = body.finish(th);
    Ok(spec.pad(body.len(), |b| b.push_object(body)).finish(th).value())
}

/// The digits of an int in a base, and whether it is negative; for `%`.
fn magnitude(v: Value, base: u32) -> (bool, String) {
    without_sign(int::text::radix(v, base))
}

/// Whether a number's text begins with a minus sign, and the rest.
fn without_sign(mut digits: String) -> (bool, String) {
    let negative = digits.starts_with('-');
    if negative {
        digits.remove(0);
    }
    (negative, digits)
}
