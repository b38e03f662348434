//! Code objects as JSON, one line per source file: the format "pycode/1", in which they are
//! compared with CPython's.

use std::fmt::Write;

use krait_runtime::bytecode::{CodeUnit, Constant};
use rustpython_wtf8::Wtf8;

use crate::SyntaxError;

/// The line for a file that compiles. `sha256` is of its source.
pub fn code_line(file: &str, sha256: &str, optimize: u8, code: &CodeUnit) -> String {
    let mut out = head(file, sha256, optimize);
    out.push_str(",\"code\":");
    push_code(&mut out, code);
    out.push('}');
    out
}

/// The line for a file that does not.
pub fn error_line(file: &str, sha256: &str, optimize: u8, error: &SyntaxError) -> String {
    let mut out = head(file, sha256, optimize);
    out.push_str(",\"error\":{\"type\":");
    push_str(&mut out, error.kind.type_name().as_ref());
    out.push_str(",\"msg\":");
    push_str(&mut out, error.message.as_str().as_ref());
    for (key, value) in [
        ("lineno", error.lineno),
        ("offset", error.offset),
        ("end_lineno", error.end_lineno),
        ("end_offset", error.end_offset),
    ] {
        match value {
            Some(value) => push(&mut out, format_args!(",\"{key}\":{value}")),
            None => push(&mut out, format_args!(",\"{key}\":null")),
        }
    }
    out.push_str("}}");
    out
}

fn push(out: &mut String, arguments: std::fmt::Arguments<'_>) {
    out.write_fmt(arguments).expect("a String takes everything");
}

fn head(file: &str, sha256: &str, optimize: u8) -> String {
    let mut out = String::from("{\"format\":\"pycode/1\",\"file\":");
    push_str(&mut out, file.as_ref());
    push(&mut out, format_args!(",\"sha256\":\"{sha256}\",\"optimize\":{optimize}"));
    out
}

fn push_hex(out: &mut String, bytes: &[u8]) {
    out.push('"');
    for byte in bytes {
        push(out, format_args!("{byte:02x}"));
    }
    out.push('"');
}

/// A string, with everything but ASCII escaped; lone surrogates as themselves.
fn push_str(out: &mut String, text: &Wtf8) {
    out.push('"');
    for point in text.code_points() {
        let value = point.to_u32();
        match value {
            0x22 => out.push_str("\\\""),
            0x5c => out.push_str("\\\\"),
            0x0a => out.push_str("\\n"),
            0x0d => out.push_str("\\r"),
            0x09 => out.push_str("\\t"),
            0x20..0x7f => out.push(value as u8 as char),
            0x1_0000.. => {
                let rest = value - 0x1_0000;
                let (high, low) = (0xd800 + (rest >> 10), 0xdc00 + (rest & 0x3ff));
                push(out, format_args!("\\u{high:04x}\\u{low:04x}"));
            }
            _ => push(out, format_args!("\\u{value:04x}")),
        }
    }
    out.push('"');
}

fn push_list<T>(
    out: &mut String,
    items: impl IntoIterator<Item = T>,
    mut item: impl FnMut(&mut String, T),
) {
    out.push('[');
    for (i, value) in items.into_iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        item(out, value);
    }
    out.push(']');
}

fn push_code(out: &mut String, code: &CodeUnit) {
    out.push_str("{\"name\":");
    push_str(out, &code.name);
    out.push_str(",\"qualname\":");
    push_str(out, &code.qualname);
    for (key, value) in [
        ("argcount", code.argcount),
        ("posonlyargcount", code.posonlyargcount),
        ("kwonlyargcount", code.kwonlyargcount),
        ("nlocals", code.nlocals() as u32),
        ("stacksize", code.stacksize),
        ("flags", code.flags),
    ] {
        push(out, format_args!(",\"{key}\":{value}"));
    }
    push(out, format_args!(",\"firstlineno\":{}", code.firstlineno));
    for (key, value) in [
        ("code", &code.code),
        ("linetable", &code.linetable),
        ("exceptiontable", &code.exceptiontable),
    ] {
        push(out, format_args!(",\"{key}\":"));
        push_hex(out, value);
    }
    out.push_str(",\"names\":");
    push_list(out, &code.names, |out, name| push_str(out, name));
    out.push_str(",\"varnames\":");
    push_list(out, code.varnames(), |out, name| push_str(out, name));
    out.push_str(",\"cellvars\":");
    push_list(out, code.cellvars(), |out, name| push_str(out, name));
    out.push_str(",\"freevars\":");
    push_list(out, code.freevars(), |out, name| push_str(out, name));
    out.push_str(",\"consts\":");
    push_list(out, &code.consts, push_constant);
    out.push('}');
}

/// From here on ints are written in hexadecimal, as in the other dump.
const HEX_BITS: usize = 12000;

fn push_constant(out: &mut String, value: &Constant) {
    match value {
        Constant::None => out.push_str("null"),
        Constant::True => out.push_str("true"),
        Constant::False => out.push_str("false"),
        Constant::Ellipsis => out.push_str("\"...\""),
        Constant::Int(value) => {
            use dashu_int::ops::BitTest;
            if value.bit_len() < HEX_BITS {
                push(out, format_args!("[\"i\",\"{value}\"]"));
            } else {
                push(out, format_args!("[\"i\",\"{value:#x}\"]"));
            }
        }
        Constant::Float(value) => push(out, format_args!("[\"f\",\"{:016x}\"]", value.to_bits())),
        Constant::Complex(re, im) => {
            let (re, im) = (re.to_bits(), im.to_bits());
            push(out, format_args!("[\"c\",\"{re:016x}\",\"{im:016x}\"]"));
        }
        Constant::Str(text) => {
            out.push_str("[\"s\",");
            push_str(out, text);
            out.push(']');
        }
        Constant::Bytes(bytes) => {
            out.push_str("[\"b\",");
            push_hex(out, bytes);
            out.push(']');
        }
        Constant::Tuple(items) => {
            out.push_str("[\"t\",");
            push_list(out, items, push_constant);
            out.push(']');
        }
        Constant::FrozenSet(items) => {
            // Sorted as the other side sorts: by Python's JSON text, which has blanks.
            let mut texts: Vec<(String, String)> = items
                .iter()
                .map(|item| {
                    let mut text = String::new();
                    push_constant(&mut text, item);
                    (spaced(&text), text)
                })
                .collect();
            texts.sort();
            out.push_str("[\"fs\",");
            push_list(out, &texts, |out, (_, text)| out.push_str(text));
            out.push(']');
        }
        Constant::Slice(parts) => {
            out.push_str("[\"slice\",");
            push_list(out, parts.iter(), push_constant);
            out.push(']');
        }
        Constant::Code(code) => {
            out.push_str("[\"code\",");
            push_code(out, code);
            out.push(']');
        }
    }
}

/// JSON with a blank after each comma outside strings.
fn spaced(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut in_string = false;
    let mut escaped = false;
    for c in text.chars() {
        out.push(c);
        match c {
            '"' if !escaped => in_string = !in_string,
            ',' if !in_string => out.push(' '),
            _ => {}
        }
        escaped = c == '\\' && !escaped;
    }
    out
}
