//! `str.format`: literal text and replacement fields.

use krait_layout::{Thread, Value};

use crate::error::PyResult;
use crate::object::{Object, get_attr};
use crate::types::exception;
use crate::types::str::Str;
use crate::types::str::build::StrBuilder;
use crate::types::str::unicode;
use crate::{ops, raise, state};

/// A replacement field: `{name!conversion:spec}`.
pub struct Field<'a> {
    pub name: &'a [u32],
    pub conversion: Option<u32>,
    pub spec: &'a [u32],
    /// The spec holds fields itself.
    pub nested: bool,
}

/// One step of a format string: text, then perhaps a field.
pub struct Piece<'a> {
    pub literal: &'a [u32],
    pub field: Option<Field<'a>>,
}

/// Reads a format string piece by piece.
pub struct Pieces<'a> {
    text: &'a [u32],
    at: usize,
}

const OPEN: u32 = '{' as u32;
const CLOSE: u32 = '}' as u32;

impl<'a> Pieces<'a> {
    pub fn new(text: &'a [u32]) -> Pieces<'a> {
        Pieces { text, at: 0 }
    }

    fn error(th: &Thread, message: &str) -> crate::Raised {
        raise!(th, ValueError, "{message}")
    }

    /// The next piece, or `None` at the end; raises `ValueError` where braces do not match.
    pub fn next(&mut self, th: &Thread) -> PyResult<Option<Piece<'a>>> {
        if self.at >= self.text.len() {
            return Ok(None);
        }
        let start = self.at;
        let brace = self.text[start..].iter().position(|c| matches!(*c, OPEN | CLOSE));
        let Some(i) = brace else {
            self.at = self.text.len();
            return Ok(Some(Piece { literal: &self.text[start..], field: None }));
        };
        let at = start + i;
        let c = self.text[at];
        let next = self.text.get(at + 1).copied();
        if next == Some(c) {
            self.at = at + 2;
            return Ok(Some(Piece { literal: &self.text[start..=at], field: None }));
        }
        if c == CLOSE {
            return Err(Pieces::error(th, "Single '}' encountered in format string"));
        }
        if next.is_none() {
            return Err(Pieces::error(th, "Single '{' encountered in format string"));
        }
        self.at = at + 1;
        let field = self.field(th)?;
        Ok(Some(Piece { literal: &self.text[start..at], field: Some(field) }))
    }

    fn field(&mut self, th: &Thread) -> PyResult<Field<'a>> {
        let text = self.text;
        let start = self.at;
        let mut end = None;
        while self.at < text.len() {
            let c = char::from_u32(text[self.at]).unwrap_or('\u{fffd}');
            self.at += 1;
            match c {
                '{' => return Err(Pieces::error(th, "unexpected '{' in field name")),
                '[' => {
                    while self.at < text.len() && text[self.at] != ']' as u32 {
                        self.at += 1;
                    }
                }
                '}' | ':' | '!' => {
                    end = Some(c);
                    break;
                }
                _ => {}
            }
        }
        let Some(end) = end else {
            return Err(Pieces::error(th, "expected '}' before end of string"));
        };
        let mut field =
            Field { name: &text[start..self.at - 1], conversion: None, spec: &[], nested: false };
        if end == '}' {
            return Ok(field);
        }
        if end == '!' {
            let Some(c) = text.get(self.at) else {
                return Err(Pieces::error(
                    th,
                    "end of string while looking for conversion specifier",
                ));
            };
            field.conversion = Some(*c);
            self.at += 1;
            match text.get(self.at) {
                Some(&CLOSE) => {
                    self.at += 1;
                    return Ok(field);
                }
                Some(c) if *c != ':' as u32 => {
                    return Err(Pieces::error(th, "expected ':' after conversion specifier"));
                }
                Some(_) => self.at += 1,
                None => {}
            }
        }
        let start = self.at;
        let mut depth = 1;
        while self.at < text.len() {
            let c = text[self.at];
            self.at += 1;
            if c == OPEN {
                field.nested = true;
                depth += 1;
            } else if c == CLOSE {
                depth -= 1;
                if depth == 0 {
                    field.spec = &text[start..self.at - 1];
                    return Ok(field);
                }
            }
        }
        Err(Pieces::error(th, "unmatched '{' in format spec"))
    }
}

/// A step of a field's name after the first part.
pub enum Step {
    Attribute(Value),
    /// A number or a string.
    Item(Value),
}

/// A number written in decimal digits; `None` where it is something else.
fn number(th: &Thread, text: &[u32]) -> PyResult<Option<usize>> {
    if text.is_empty() {
        return Ok(None);
    }
    let mut n: usize = 0;
    for c in text {
        let Some(d) = unicode::decimal(*c) else { return Ok(None) };
        n = match n.checked_mul(10).and_then(|n| n.checked_add(d as usize)) {
            Some(n) if n <= isize::MAX as usize => n,
            _ => return Err(raise!(th, ValueError, "Too many decimal digits in format string")),
        };
    }
    Ok(Some(n))
}

fn string(th: &Thread, text: &[u32]) -> &'static Str {
    Str::from_code_points(th, text.iter().copied())
}

/// The first part of a field's name: a number, or a key.
pub fn first_part<'a>(
    th: &Thread,
    name: &'a [u32],
) -> PyResult<(Option<usize>, &'a [u32], &'a [u32])> {
    let end = name
        .iter()
        .position(|c| matches!(char::from_u32(*c), Some('.' | '[')))
        .unwrap_or(name.len());
    let (first, rest) = name.split_at(end);
    Ok((number(th, first)?, first, rest))
}

/// The steps in the rest of a field's name.
pub fn steps(th: &Thread, mut rest: &[u32]) -> PyResult<Vec<Step>> {
    let mut out = Vec::new();
    while let Some((c, tail)) = rest.split_first() {
        let (part, item) = match char::from_u32(*c) {
            Some('.') => {
                let end = tail
                    .iter()
                    .position(|c| matches!(char::from_u32(*c), Some('.' | '[')))
                    .unwrap_or(tail.len());
                rest = &tail[end..];
                (&tail[..end], false)
            }
            Some('[') => {
                let Some(end) = tail.iter().position(|c| *c == ']' as u32) else {
                    return Err(raise!(th, ValueError, "Missing ']' in format string"));
                };
                rest = &tail[end + 1..];
                (&tail[..end], true)
            }
            _ => {
                return Err(raise!(
                    th,
                    ValueError,
                    "Only '.' or '[' may follow ']' in format field specifier"
                ));
            }
        };
        if part.is_empty() {
            return Err(raise!(th, ValueError, "Empty attribute in format string"));
        }
        out.push(match (item, if item { number(th, part)? } else { None }) {
            (false, _) => Step::Attribute(state::intern_object(th, string(th, part))),
            (true, Some(n)) => Step::Item(Value::from_len(n)),
            (true, None) => Step::Item(string(th, part).value()),
        });
    }
    Ok(out)
}

/// How fields without a name are counted.
#[derive(Copy, Clone, PartialEq)]
enum Numbering {
    Unknown,
    Automatic(usize),
    Manual,
}

/// What the fields are replaced by.
struct Formatter<'a> {
    /// `None` for `format_map`.
    args: Option<&'a [Value]>,
    /// A mapping, or none where there are no keyword arguments.
    kwargs: Option<Value>,
    numbering: Numbering,
}

/// `text.format(*args, **kwargs)`; without `args`, `text.format_map(kwargs)`.
pub fn format_fields(
    th: &Thread,
    text: &Str,
    args: Option<&[Value]>,
    kwargs: Option<Value>,
) -> PyResult<Value> {
    let points = text.points::<64>();
    let mut f = Formatter { args, kwargs, numbering: Numbering::Unknown };
    Ok(f.build(th, &points, 2)?.value())
}

impl Formatter<'_> {
    fn build(&mut self, th: &Thread, text: &[u32], depth: usize) -> PyResult<&'static Str> {
        if depth == 0 {
            return Err(raise!(th, ValueError, "Max string recursion exceeded"));
        }
        let mut out = StrBuilder::with_capacity(text.len() + 16);
        let mut pieces = Pieces::new(text);
        while let Some(piece) = pieces.next(th)? {
            out.push_points(piece.literal);
            let Some(field) = piece.field else { continue };
            let mut v = self.value(th, field.name)?;
            v = match field.conversion.map(|c| char::from_u32(c).unwrap_or('\u{fffd}')) {
                None => v,
                Some('r') => ops::repr(th, v)?.value(),
                Some('s') => ops::str(th, v)?.value(),
                Some('a') => ops::ascii(th, v)?.value(),
                Some(c) if (33..127).contains(&(c as u32)) => {
                    return Err(raise!(th, ValueError, "Unknown conversion specifier {c}"));
                }
                Some(c) => {
                    return Err(raise!(
                        th,
                        ValueError,
                        "Unknown conversion specifier \\x{:x}",
                        c as u32
                    ));
                }
            };
            let spec = if field.nested {
                self.build(th, field.spec, depth - 1)?
            } else {
                string(th, field.spec)
            };
            let r = super::format(th, v, spec.value())?;
            out.push_object(crate::types::str::expect_str(th, r, "format result")?);
        }
        Ok(out.finish(th))
    }

    fn value(&mut self, th: &Thread, name: &[u32]) -> PyResult<Value> {
        let (index, first, rest) = first_part(th, name)?;
        let index = match (index, first.is_empty(), self.numbering) {
            (None, false, _) => None,
            (Some(_), _, Numbering::Automatic(_)) => {
                return Err(raise!(
                    th,
                    ValueError,
                    "cannot switch from automatic field numbering to manual field specification"
                ));
            }
            (Some(n), _, _) => {
                self.numbering = Numbering::Manual;
                Some(n)
            }
            (None, true, Numbering::Manual) => {
                return Err(raise!(
                    th,
                    ValueError,
                    "cannot switch from manual field specification to automatic field numbering"
                ));
            }
            (None, true, Numbering::Unknown) => {
                self.numbering = Numbering::Automatic(1);
                Some(0)
            }
            (None, true, Numbering::Automatic(n)) => {
                self.numbering = Numbering::Automatic(n + 1);
                Some(n)
            }
        };
        let mut v = match (index, self.args) {
            (Some(_), None) => {
                return Err(raise!(th, ValueError, "Format string contains positional fields"));
            }
            (Some(n), Some(args)) => match args.get(n) {
                Some(v) => *v,
                None => {
                    return Err(raise!(
                        th,
                        IndexError,
                        "Replacement index {n} out of range for positional args tuple"
                    ));
                }
            },
            (None, _) => {
                let key = string(th, first).value();
                match self.kwargs {
                    Some(kwargs) => ops::get_item(th, kwargs, key)?,
                    None => return Err(exception::raise_key_error(th, key)),
                }
            }
        };
        for step in steps(th, rest)? {
            v = match step {
                Step::Attribute(name) => get_attr(th, v, name)?,
                Step::Item(key) => ops::get_item(th, v, key)?,
            };
        }
        Ok(v)
    }
}
