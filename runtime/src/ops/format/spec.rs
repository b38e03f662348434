//! Format specs (PEP 3101's mini language): parsing, padding, grouping.

use std::borrow::Cow;

use krait_layout::Thread;

use crate::error::PyResult;
use crate::raise;
use crate::types::str::Str;
use crate::types::str::build::StrBuilder;

/// Digits put in groups.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Grouping {
    pub separator: char,
    pub size: usize,
}

/// A parsed format spec.
#[derive(Clone, Debug)]
pub struct Spec {
    pub fill: u32,
    /// `<`, `>`, `^` or `=`.
    pub align: char,
    /// `+`, `-` or a space, if given.
    pub sign: Option<char>,
    /// `z`: no negative zero.
    pub no_negative_zero: bool,
    /// `#`.
    pub alternate: bool,
    pub width: usize,
    pub precision: Option<usize>,
    pub grouping: Option<Grouping>,
    pub fraction_grouping: Option<Grouping>,
    /// The presentation type, or 0 where none was given and there is no default.
    pub kind: u32,
}

struct Reader<'a> {
    text: &'a [u32],
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u32> {
        self.text.get(self.at).copied()
    }

    fn take(&mut self, c: char) -> bool {
        let found = self.peek() == Some(c as u32);
        self.at += found as usize;
        found
    }

    fn number(&mut self, th: &Thread) -> PyResult<Option<usize>> {
        let start = self.at;
        let mut n: usize = 0;
        while let Some(d) = self.peek().and_then(crate::types::str::unicode::decimal) {
            n = match n.checked_mul(10).and_then(|n| n.checked_add(d as usize)) {
                Some(n) if n <= isize::MAX as usize => n,
                _ => {
                    return Err(raise!(th, ValueError, "Too many decimal digits in format string"));
                }
            };
            self.at += 1;
        }
        Ok((self.at > start).then_some(n))
    }

    /// `,` or `_`.
    fn separator(&mut self, th: &Thread) -> PyResult<Option<char>> {
        let both = || raise!(th, ValueError, "Cannot specify both ',' and '_'.");
        let comma = self.take(',');
        if self.take('_') {
            if comma || self.peek() == Some(',' as u32) {
                return Err(both());
            }
            return Ok(Some('_'));
        }
        Ok(comma.then_some(','))
    }
}

fn align(c: Option<&u32>) -> Option<char> {
    c.and_then(|c| char::from_u32(*c)).filter(|c| matches!(c, '<' | '>' | '=' | '^'))
}

/// A character in messages: itself, or `\x…` where it does not print.
fn shown(c: u32) -> String {
    match char::from_u32(c) {
        Some(c) if (c as u32) > 32 && (c as u32) < 128 => c.to_string(),
        _ => format!("\\x{c:x}"),
    }
}

/// "Unknown format code 'q' for object of type 'int'".
#[cold]
pub fn unknown_code(th: &Thread, kind: u32, type_name: &str) -> crate::Raised {
    let c = shown(kind);
    raise!(th, ValueError, "Unknown format code '{c}' for object of type '{type_name}'")
}

impl Spec {
    /// Parses `text`; `kind` and `align` are the type's defaults.
    pub fn parse(
        th: &Thread,
        text: &Str,
        type_name: &str,
        kind: char,
        default_align: char,
    ) -> PyResult<Spec> {
        let points = text.points::<16>();
        let mut r = Reader { text: &points, at: 0 };
        let mut spec = Spec {
            fill: ' ' as u32,
            align: default_align,
            sign: None,
            no_negative_zero: false,
            alternate: false,
            width: 0,
            precision: None,
            grouping: None,
            fraction_grouping: None,
            kind: if kind == '\0' { 0 } else { kind as u32 },
        };
        let (mut filled, mut aligned) = (false, false);
        if let Some(a) = align(points.get(1)) {
            spec.fill = points[0];
            spec.align = a;
            (filled, aligned) = (true, true);
            r.at = 2;
        } else if let Some(a) = align(points.first()) {
            spec.align = a;
            aligned = true;
            r.at = 1;
        }
        spec.sign = ['+', '-', ' '].into_iter().find(|c| r.take(*c));
        spec.no_negative_zero = r.take('z');
        spec.alternate = r.take('#');
        if !filled && r.take('0') {
            spec.fill = '0' as u32;
            if !aligned && default_align == '>' {
                spec.align = '=';
            }
        }
        spec.width = r.number(th)?.unwrap_or(0);
        let separator = r.separator(th)?;
        let mut fraction_separator = None;
        if r.take('.') {
            spec.precision = r.number(th)?;
            fraction_separator = r.separator(th)?;
            if spec.precision.is_none() && fraction_separator.is_none() {
                return Err(raise!(th, ValueError, "Format specifier missing precision"));
            }
        }
        match points.len() - r.at {
            0 => {}
            1 => spec.kind = points[r.at],
            _ => {
                return Err(raise!(
                    th,
                    ValueError,
                    "Invalid format specifier '{text}' for object of type '{type_name}'"
                ));
            }
        }
        for (c, whole) in [(separator, true), (fraction_separator, false)] {
            let Some(c) = c else { continue };
            let size = match char::from_u32(spec.kind) {
                Some('d' | 'e' | 'f' | 'g' | 'E' | 'G' | '%' | 'F' | '\0') => 3,
                Some('b' | 'o' | 'x' | 'X') if c == '_' && whole => 4,
                _ => {
                    let kind = shown(spec.kind);
                    return Err(raise!(th, ValueError, "Cannot specify '{c}' with '{kind}'."));
                }
            };
            let grouping = Some(Grouping { separator: c, size });
            if whole {
                spec.grouping = grouping;
            } else {
                spec.fraction_grouping = grouping;
            }
        }
        Ok(spec)
    }

    /// Puts `body`, which has `len` characters, into a field of the width.
    pub fn pad(&self, len: usize, body: impl FnOnce(&mut StrBuilder)) -> StrBuilder {
        let total = self.width.saturating_sub(len);
        let left = match self.align {
            '>' | '=' => total,
            '^' => total / 2,
            _ => 0,
        };
        let mut b = StrBuilder::with_capacity(len + total);
        b.push_repeated(self.fill, left);
        body(&mut b);
        b.push_repeated(self.fill, total - left);
        b
    }

    /// Lays a number out: sign, prefix, grouped digits, the rest (fraction and exponent, or
    /// letters of `inf`), in the field.
    pub fn number(&self, negative: bool, prefix: &str, digits: &str, rest: &str) -> StrBuilder {
        let sign = match (negative, self.sign) {
            (true, _) => "-",
            (false, Some('+')) => "+",
            (false, Some(' ')) => " ",
            (false, _) => "",
        };
        let fixed = sign.len() + prefix.len() + rest.len();
        let zeros = self.align == '=' && self.fill == '0' as u32;
        let minimum = if zeros { self.width.saturating_sub(fixed) } else { 0 };
        let grouped = match digits.is_empty() || self.grouping.is_none() && digits.len() >= minimum
        {
            true => Cow::Borrowed(digits),
            false => Cow::Owned(group(digits, self.grouping, minimum)),
        };
        let len = fixed + grouped.len();
        if self.align == '=' {
            let total = self.width.saturating_sub(len);
            let mut b = StrBuilder::with_capacity(len + total);
            b.push_str(sign);
            b.push_str(prefix);
            b.push_repeated(self.fill, total);
            b.push_str(&grouped);
            b.push_str(rest);
            return b;
        }
        self.pad(len, |b| {
            b.push_str(sign);
            b.push_str(prefix);
            b.push_str(&grouped);
            b.push_str(rest);
        })
    }
}

/// Digits with separators, and with zeros before them up to `minimum` characters.
fn group(digits: &str, grouping: Option<Grouping>, minimum: usize) -> String {
    let Some(g) = grouping else {
        return if digits.len() < minimum {
            format!("{digits:0>minimum$}")
        } else {
            digits.to_string()
        };
    };
    let (mut remaining, mut minimum) = (digits.len() as isize, minimum as isize);
    let mut parts: Vec<String> = Vec::new();
    loop {
        let l = (g.size as isize).min(remaining.max(minimum).max(1));
        let chars = remaining.min(l).max(0);
        let zeros = (l - remaining.max(0)).max(0);
        let end = remaining.max(0) as usize;
        parts.push("0".repeat(zeros as usize) + &digits[end - chars as usize..end]);
        remaining -= chars;
        minimum -= l;
        if remaining <= 0 && minimum <= 0 {
            break;
        }
        minimum -= 1;
    }
    parts.reverse();
    parts.join(&g.separator.to_string())
}

/// The digits of a fraction in groups, from the point on.
pub fn group_fraction(digits: &str, g: Grouping) -> String {
    let mut out = String::with_capacity(digits.len() * 4 / 3);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && i % g.size == 0 {
            out.push(g.separator);
        }
        out.push(c);
    }
    out
}
