//! The values of number, string and bytes literals, from their source text.
//!
//! The parser's own values are not used: it turns lone surrogates into U+FFFD and drops what
//! CPython only warns about.

use dashu_int::{IBig, UBig};
use krait_runtime::bytecode::Constant;
use rustpython_wtf8::{CodePoint, Wtf8Buf};

/// A literal that has no value: CPython's message, and where in the literal's text it is at fault
/// when that is known.
#[derive(Debug)]
pub struct BadLiteral {
    pub message: String,
}

/// A backslash before a character that is no escape: the text of the warning (`\d`) and its byte
/// offset in the literal's body.
#[derive(Debug)]
pub struct InvalidEscape {
    pub offset: usize,
    pub text: String,
    pub octal: bool,
}

/// The value of a number literal.
pub fn number(text: &str) -> Result<Constant, BadLiteral> {
    let clean: String;
    let text = if text.contains('_') {
        clean = text.replace('_', "");
        clean.as_str()
    } else {
        text
    };
    let bytes = text.as_bytes();
    if bytes.len() > 2 && bytes[0] == b'0' {
        let radix = match bytes[1] {
            b'x' | b'X' => 16,
            b'o' | b'O' => 8,
            b'b' | b'B' => 2,
            _ => 10,
        };
        if radix != 10 {
            let value = UBig::from_str_radix(&text[2..], radix)
                .map_err(|_| BadLiteral { message: "invalid number literal".to_owned() })?;
            return Ok(Constant::Int(IBig::from(value)));
        }
    }
    if let Some(imaginary) = text.strip_suffix(['j', 'J']) {
        return Ok(Constant::Complex(0.0, float(imaginary)?));
    }
    if bytes.iter().any(|b| matches!(b, b'.' | b'e' | b'E')) {
        return Ok(Constant::Float(float(text)?));
    }
    if bytes.len() < 19 {
        let value: i64 = text
            .parse()
            .map_err(|_| BadLiteral { message: "invalid number literal".to_owned() })?;
        return Ok(Constant::Int(IBig::from(value)));
    }
    if bytes.len() > MAX_STR_DIGITS {
        return Err(BadLiteral {
            message: format!(
                "Exceeds the limit ({MAX_STR_DIGITS} digits) for integer string conversion: \
                 value has {} digits; use sys.set_int_max_str_digits() to increase the limit - \
                 Consider hexadecimal for huge integer literals to avoid decimal conversion limits.",
                bytes.len()
            ),
        });
    }
    let value = UBig::from_str_radix(text, 10)
        .map_err(|_| BadLiteral { message: "invalid number literal".to_owned() })?;
    Ok(Constant::Int(IBig::from(value)))
}

/// CPython's default for `sys.get_int_max_str_digits()`.
const MAX_STR_DIGITS: usize = 4300;

fn float(text: &str) -> Result<f64, BadLiteral> {
    text.parse().map_err(|_| BadLiteral { message: "invalid number literal".to_owned() })
}

/// Appends the text between the quotes of a string literal to `out`; `\r\n` and `\r` count as
/// `\n`. With `braces`, `{{` and `}}` stand for one brace, as in f-strings.
pub fn string(
    body: &str,
    raw: bool,
    braces: bool,
    out: &mut Wtf8Buf,
    invalid: &mut Vec<InvalidEscape>,
) -> Result<(), BadLiteral> {
    let bytes = body.as_bytes();
    let mut i = 0;
    let mut copied = 0;
    while i < bytes.len() {
        match bytes[i] {
            b'\\' if !raw => {
                out.push_str(&body[copied..i]);
                i = escape(body, i, out, invalid)?;
                copied = i;
            }
            b'\r' => {
                out.push_str(&body[copied..i]);
                out.push_char('\n');
                i += if bytes.get(i + 1) == Some(&b'\n') { 2 } else { 1 };
                copied = i;
            }
            brace @ (b'{' | b'}') if braces && bytes.get(i + 1) == Some(&brace) => {
                out.push_str(&body[copied..=i]);
                i += 2;
                copied = i;
            }
            _ => i += 1,
        }
    }
    out.push_str(&body[copied..]);
    Ok(())
}

/// Decodes the escape at `body[at]`, a backslash; returns where it ends.
fn escape(
    body: &str,
    at: usize,
    out: &mut Wtf8Buf,
    invalid: &mut Vec<InvalidEscape>,
) -> Result<usize, BadLiteral> {
    let bytes = body.as_bytes();
    let Some(kind) = bytes.get(at + 1) else {
        return Err(BadLiteral {
            message: "(unicode error) 'unicodeescape' codec can't decode byte 0x5c in position 0: \
                      \\ at end of string"
                .to_owned(),
        });
    };
    let simple = |out: &mut Wtf8Buf, c: char| {
        out.push_char(c);
        Ok(at + 2)
    };
    match kind {
        b'\n' => Ok(at + 2),
        b'\r' => Ok(at + if bytes.get(at + 2) == Some(&b'\n') { 3 } else { 2 }),
        b'\\' => simple(out, '\\'),
        b'\'' => simple(out, '\''),
        b'"' => simple(out, '"'),
        b'a' => simple(out, '\x07'),
        b'b' => simple(out, '\x08'),
        b'f' => simple(out, '\x0c'),
        b'n' => simple(out, '\n'),
        b'r' => simple(out, '\r'),
        b't' => simple(out, '\t'),
        b'v' => simple(out, '\x0b'),
        b'0'..=b'7' => {
            let mut end = at + 1;
            let mut value = 0u32;
            while end < at + 4 && matches!(bytes.get(end), Some(b'0'..=b'7')) {
                value = value * 8 + u32::from(bytes[end] - b'0');
                end += 1;
            }
            if value > 0o377 {
                invalid.push(InvalidEscape {
                    offset: at,
                    text: body[at..end].to_owned(),
                    octal: true,
                });
            }
            push_code_point(out, value);
            Ok(end)
        }
        b'x' => hex(body, at, 2, "truncated \\xXX escape", out),
        b'u' => hex(body, at, 4, "truncated \\uXXXX escape", out),
        b'U' => hex(body, at, 8, "truncated \\UXXXXXXXX escape", out),
        b'N' => named(body, at, out),
        _ => {
            let c = body[at + 1..].chars().next().expect("a byte is there");
            invalid.push(InvalidEscape { offset: at, text: format!("\\{c}"), octal: false });
            out.push_char('\\');
            out.push_char(c);
            Ok(at + 1 + c.len_utf8())
        }
    }
}

fn push_code_point(out: &mut Wtf8Buf, value: u32) {
    out.push(CodePoint::from_u32(value).expect("checked against U+10FFFF"));
}

fn unicode_error(at: usize, end: usize, reason: &str) -> BadLiteral {
    BadLiteral {
        message: format!(
            "(unicode error) 'unicodeescape' codec can't decode bytes in position {at}-{end}: \
             {reason}"
        ),
    }
}

fn hex(
    body: &str,
    at: usize,
    digits: usize,
    truncated: &str,
    out: &mut Wtf8Buf,
) -> Result<usize, BadLiteral> {
    let bytes = body.as_bytes();
    let mut value = 0u32;
    for i in at + 2..at + 2 + digits {
        match bytes.get(i).and_then(|b| (*b as char).to_digit(16)) {
            Some(digit) => value = value << 4 | digit,
            None => return Err(unicode_error(at, i - 1, truncated)),
        }
    }
    if value > 0x10_ffff {
        return Err(unicode_error(at, at + 1 + digits, "illegal Unicode character"));
    }
    push_code_point(out, value);
    Ok(at + 2 + digits)
}

fn named(body: &str, at: usize, out: &mut Wtf8Buf) -> Result<usize, BadLiteral> {
    let rest = &body[at + 2..];
    let Some(close) = rest.find('}').filter(|close| rest.starts_with('{') && *close > 1) else {
        let end = at + 1 + usize::from(rest.starts_with('{'));
        return Err(unicode_error(at, end, "malformed \\N character escape"));
    };
    let end = at + 2 + close;
    match unicode_names2::character(&rest[1..close]) {
        Some(c) => {
            out.push_char(c);
            Ok(end + 1)
        }
        None => Err(unicode_error(at, end, "unknown Unicode character name")),
    }
}

/// Appends the value of the text between the quotes of a bytes literal to `out`.
pub fn bytes(
    body: &str,
    raw: bool,
    out: &mut Vec<u8>,
    invalid: &mut Vec<InvalidEscape>,
) -> Result<(), BadLiteral> {
    let text = body.as_bytes();
    let mut i = 0;
    while i < text.len() {
        let byte = text[i];
        if byte == b'\r' {
            out.push(b'\n');
            i += if text.get(i + 1) == Some(&b'\n') { 2 } else { 1 };
            continue;
        }
        if byte != b'\\' || raw {
            out.push(byte);
            i += 1;
            continue;
        }
        let Some(kind) = text.get(i + 1) else {
            return Err(BadLiteral { message: "(value error) Trailing \\ in string".to_owned() });
        };
        let value = match kind {
            b'\n' => {
                i += 2;
                continue;
            }
            b'\r' => {
                i += if text.get(i + 2) == Some(&b'\n') { 3 } else { 2 };
                continue;
            }
            b'\\' | b'\'' | b'"' => *kind,
            b'a' => 7,
            b'b' => 8,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'v' => 11,
            b'0'..=b'7' => {
                let mut end = i + 1;
                let mut value = 0u32;
                while end < i + 4 && matches!(text.get(end), Some(b'0'..=b'7')) {
                    value = value * 8 + u32::from(text[end] - b'0');
                    end += 1;
                }
                if value > 0o377 {
                    invalid.push(InvalidEscape {
                        offset: i,
                        text: body[i..end].to_owned(),
                        octal: true,
                    });
                }
                out.push(value as u8);
                i = end;
                continue;
            }
            b'x' => {
                let digit = |j: usize| text.get(j).and_then(|b| (*b as char).to_digit(16));
                match (digit(i + 2), digit(i + 3)) {
                    (Some(high), Some(low)) => {
                        out.push((high << 4 | low) as u8);
                        i += 4;
                        continue;
                    }
                    _ => {
                        return Err(BadLiteral {
                            message: format!("(value error) invalid \\x escape at position {i}"),
                        });
                    }
                }
            }
            _ => {
                let text = format!("\\{}", *kind as char);
                invalid.push(InvalidEscape { offset: i, text, octal: false });
                out.push(b'\\');
                i += 1;
                continue;
            }
        };
        out.push(value);
        i += 2;
    }
    Ok(())
}
