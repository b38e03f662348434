//! `repr()` of constants, for disassembly, unparsing and error messages.

use rustpython_wtf8::{CodePoint, Wtf8, Wtf8Buf};

use super::Constant;

/// `repr(value)`. Code objects are shown without an address.
pub fn constant(value: &Constant) -> Wtf8Buf {
    let list = |open: &str, items: &[Constant], close: &str| {
        let mut out = Wtf8Buf::from(open);
        for (i, item) in items.iter().enumerate() {
            if i > 0 {
                out.push_str(", ");
            }
            out.push_wtf8(&constant(item));
        }
        out.push_str(close);
        out
    };
    match value {
        Constant::None => "None".into(),
        Constant::True => "True".into(),
        Constant::False => "False".into(),
        Constant::Ellipsis => "Ellipsis".into(),
        Constant::Int(value) => value.to_string().into(),
        Constant::Float(value) => float(*value).into(),
        Constant::Complex(re, im) => complex(*re, *im).into(),
        Constant::Str(text) => string(text),
        Constant::Bytes(text) => bytes(text).into(),
        Constant::Tuple(items) => list("(", items, if items.len() == 1 { ",)" } else { ")" }),
        Constant::FrozenSet(items) if items.is_empty() => "frozenset()".into(),
        Constant::FrozenSet(items) => list("frozenset({", items, "})"),
        Constant::Slice(parts) => list("slice(", &parts[..], ")"),
        Constant::Code(code) => {
            let mut out = Wtf8Buf::from("<code object ");
            out.push_wtf8(&code.name);
            out.push_str(", file \"");
            out.push_wtf8(&code.filename);
            out.push_str(&format!("\", line {}>", code.firstlineno));
            out
        }
    }
}

/// Digits as Python chooses them: the shortest that read back the same, in scientific notation
/// from 1e16 up and below 1e-4.
pub fn float(value: f64) -> String {
    if value.is_nan() {
        return "nan".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    let scientific = format!("{value:e}");
    let (mantissa, exponent) = scientific.split_once('e').expect("it was asked for");
    let exponent: i32 = exponent.parse().expect("Rust writes a number");
    if value != 0.0 && !(-4..16).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{mantissa}e{sign}{:02}", exponent.abs());
    }
    let plain = format!("{value}");
    if plain.contains('.') { plain } else { plain + ".0" }
}

/// Parts of a complex number are written without `.0`.
fn complex(re: f64, im: f64) -> String {
    let part = |value: f64| {
        let text = float(value);
        text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
    };
    if re == 0.0 && re.is_sign_positive() {
        return format!("{}j", part(im));
    }
    let sign = if im.is_sign_negative() && !im.is_nan() { "" } else { "+" };
    format!("({}{sign}{}j)", part(re), part(im))
}

/// Single quotes, unless there are some inside and no double ones.
fn quote(has_single: bool, has_double: bool) -> char {
    if has_single && !has_double { '"' } else { '\'' }
}

/// `repr()` of a string.
pub fn string(text: &Wtf8) -> Wtf8Buf {
    let has = |quote: char| text.code_points().any(|c| c == quote);
    let quote = quote(has('\''), has('"'));
    let mut out = Wtf8Buf::new();
    out.push_char(quote);
    for point in text.code_points() {
        push_escaped(&mut out, point, quote);
    }
    out.push_char(quote);
    out
}

fn push_escaped(out: &mut Wtf8Buf, point: CodePoint, quote: char) {
    let value = point.to_u32();
    match point.to_char() {
        Some('\n') => out.push_str("\\n"),
        Some('\r') => out.push_str("\\r"),
        Some('\t') => out.push_str("\\t"),
        Some('\\') => out.push_str("\\\\"),
        Some(c) if c == quote => {
            out.push_char('\\');
            out.push_char(c);
        }
        Some(c) if is_printable(c) => out.push_char(c),
        _ if value < 0x100 => out.push_str(&format!("\\x{value:02x}")),
        _ if value < 0x1_0000 => out.push_str(&format!("\\u{value:04x}")),
        _ => out.push_str(&format!("\\U{value:08x}")),
    }
}

/// Close to `str.isprintable()`: separators other than the blank, controls, format characters
/// and private use are not.
fn is_printable(c: char) -> bool {
    match c {
        ' '..='~' => true,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' => {
            false
        }
        '\u{feff}' | '\u{e000}'..='\u{f8ff}' | '\u{fff9}'..='\u{fffb}' => false,
        '\u{e0000}'..='\u{10ffff}' => false,
        _ => !c.is_control() && !c.is_whitespace(),
    }
}

/// `repr()` of bytes.
pub fn bytes(text: &[u8]) -> String {
    let quote = quote(text.contains(&b'\''), text.contains(&b'"'));
    let mut out = format!("b{quote}");
    for byte in text {
        match byte {
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            b'\\' => out.push_str("\\\\"),
            b if char::from(*b) == quote => {
                out.push('\\');
                out.push(quote);
            }
            b' '..=b'~' => out.push(char::from(*byte)),
            _ => out.push_str(&format!("\\x{byte:02x}")),
        }
    }
    out.push(quote);
    out
}
