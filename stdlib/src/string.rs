//! `_string`: the pieces of `str.format`'s language that `string.Formatter` is made of.

use krait_runtime::error::PyResult;
use krait_runtime::native::NativeModule;
use krait_runtime::object::Object;
use krait_runtime::types::list::List;
use krait_runtime::types::str::Str;
use krait_runtime::types::tuple::Tuple;
use krait_runtime::{Thread, Value, ops, raise};

pub static MODULE: NativeModule = NativeModule {
    name: "_string",
    doc: "string helper module",
    functions: &functions::FUNCTIONS,
    init: |_, _| Ok(()),
};

/// One piece: literal text, and the field after it as name, format spec and conversion.
type Piece = (Vec<u32>, Option<(Vec<u32>, Vec<u32>, Option<u32>)>);

const OPEN: u32 = b'{' as u32;
const CLOSE: u32 = b'}' as u32;

/// Splits a format string into pieces; raises `ValueError` as `str.format` does.
fn pieces(th: &Thread, text: &Str) -> PyResult<Vec<Piece>> {
    let points: Vec<u32> = text.code_points().collect();
    let (mut out, mut literal, mut i) = (Vec::new(), Vec::new(), 0);
    while i < points.len() {
        let c = points[i];
        i += 1;
        if c != OPEN && c != CLOSE {
            literal.push(c);
            continue;
        }
        if points.get(i) == Some(&c) {
            literal.push(c);
            i += 1;
            out.push((std::mem::take(&mut literal), None));
            continue;
        }
        if c == CLOSE {
            return Err(raise!(th, ValueError, "Single '}}' encountered in format string"));
        }
        let start = i;
        let mut depth = 1;
        while i < points.len() && depth > 0 {
            match points[i] {
                OPEN => depth += 1,
                CLOSE => depth -= 1,
                _ => {}
            }
            i += 1;
        }
        if depth > 0 {
            let message = if start == points.len() {
                "Single '{' encountered in format string"
            } else {
                "expected '}' before end of string"
            };
            return Err(raise!(th, ValueError, "{message}"));
        }
        let field = &points[start..i - 1];
        out.push((std::mem::take(&mut literal), Some(split_field(th, field)?)));
    }
    if !literal.is_empty() {
        out.push((literal, None));
    }
    Ok(out)
}

/// Name, format spec and conversion of the text between the braces.
fn split_field(th: &Thread, field: &[u32]) -> PyResult<(Vec<u32>, Vec<u32>, Option<u32>)> {
    let mut bracket = false;
    let end = field.iter().position(|c| {
        match char::from_u32(*c) {
            Some('[') => bracket = true,
            Some(']') => bracket = false,
            _ => {}
        }
        !bracket && (*c == u32::from(':') || *c == u32::from('!'))
    });
    let Some(end) = end else { return Ok((field.to_vec(), Vec::new(), None)) };
    let (name, rest) = (field[..end].to_vec(), &field[end..]);
    if rest[0] == u32::from(':') {
        return Ok((name, rest[1..].to_vec(), None));
    }
    match rest[1..] {
        [] => Err(raise!(th, ValueError, "end of string while looking for conversion specifier")),
        [conversion] => Ok((name, Vec::new(), Some(conversion))),
        [conversion, colon, ref spec @ ..] if colon == u32::from(':') => {
            Ok((name, spec.to_vec(), Some(conversion)))
        }
        _ => Err(raise!(th, ValueError, "expected ':' after conversion specifier")),
    }
}

#[krait_macros::module]
mod functions {
    use super::*;

    fn text(th: &Thread, points: &[u32]) -> Value {
        Str::from_code_points(th, points.iter().copied()).value()
    }

    /// parse the argument as a format string
    #[function(sig = "(string, /)")]
    fn formatter_parser(th: &Thread, string: &Str) -> PyResult<Value> {
        let rows: Vec<Value> = pieces(th, string)?
            .into_iter()
            .map(|(literal, field)| {
                let literal = text(th, &literal);
                let row = match field {
                    None => [literal, Value::NONE, Value::NONE, Value::NONE],
                    Some((name, spec, conversion)) => {
                        let conversion = conversion.map_or(Value::NONE, |c| text(th, &[c]));
                        [literal, text(th, &name), text(th, &spec), conversion]
                    }
                };
                Tuple::new(th, &row).value()
            })
            .collect();
        ops::get_iter(th, List::new(th, &rows).value())
    }

    /// split the argument as a field name
    #[function(sig = "(string, /)")]
    fn formatter_field_name_split(th: &Thread, string: &Str) -> PyResult<Value> {
        let points: Vec<u32> = string.code_points().collect();
        let is_start = |c: &u32| *c == u32::from('.') || *c == u32::from('[');
        let end = points.iter().position(is_start).unwrap_or(points.len());
        let number = |digits: &[u32]| -> Option<i64> {
            let s: Option<String> = digits.iter().map(|c| char::from_u32(*c)).collect();
            s.filter(|s| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit()))?.parse().ok()
        };
        let value = |th: &Thread, part: &[u32]| match number(part) {
            Some(n) => krait_runtime::types::int::new(th, n),
            None => text(th, part),
        };
        let first = value(th, &points[..end]);
        let (mut rest, mut i) = (Vec::new(), end);
        while i < points.len() {
            let attribute = points[i] == u32::from('.');
            i += 1;
            let stop = if attribute {
                points[i..].iter().position(is_start).map_or(points.len(), |n| i + n)
            } else {
                match points[i..].iter().position(|c| *c == u32::from(']')) {
                    Some(n) => i + n,
                    None => return Err(raise!(th, ValueError, "Missing ']' in format string")),
                }
            };
            let part = &points[i..stop];
            if part.is_empty() {
                return Err(raise!(th, ValueError, "Empty attribute in format string"));
            }
            let part = if attribute { text(th, part) } else { value(th, part) };
            rest.push(Tuple::new(th, &[Value::from_bool(attribute), part]).value());
            i = stop + !attribute as usize;
            if !attribute && i < points.len() && !is_start(&points[i]) {
                return Err(raise!(
                    th,
                    ValueError,
                    "Only '.' or '[' may follow ']' in format field specifier"
                ));
            }
        }
        let rest = ops::get_iter(th, List::new(th, &rest).value())?;
        Ok(Tuple::new(th, &[first, rest]).value())
    }
}
