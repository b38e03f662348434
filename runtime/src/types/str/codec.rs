//! Text to bytes and back: UTF-8, UTF-16, UTF-32, ISO 8859-1 and ASCII, with the built-in error
//! handlers. Other encodings and handlers are asked of the `_codecs` module, once it was imported.

use krait_layout::{Thread, Value};

use super::Str;
use super::build::StrBuilder;
use crate::error::{PyResult, take};
use crate::object::{Object, ValueExt, get_attr_or_none};
use crate::types::bytes::Bytes;
use crate::types::exception::{raise_unicode_decode_error, raise_unicode_encode_error};
use crate::types::tuple::Tuple;
use crate::types::{bytes, int};
use crate::{intern, ops, raise};

/// What to do with what cannot be encoded or decoded (`errors=`).
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Errors {
    Strict,
    Ignore,
    Replace,
    BackslashReplace,
    XmlCharRefReplace,
    SurrogateEscape,
    SurrogatePass,
    /// A handler of the registry.
    Named(String),
}

impl Errors {
    pub fn from_name(name: &str) -> Errors {
        match name {
            "strict" => Errors::Strict,
            "ignore" => Errors::Ignore,
            "replace" => Errors::Replace,
            "backslashreplace" => Errors::BackslashReplace,
            "xmlcharrefreplace" => Errors::XmlCharRefReplace,
            "surrogateescape" => Errors::SurrogateEscape,
            "surrogatepass" => Errors::SurrogatePass,
            other => Errors::Named(other.to_string()),
        }
    }
}

/// Byte order of UTF-16 and UTF-32.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Order {
    /// This machine's, with a mark at the start.
    Native,
    Little,
    Big,
}

/// An encoding that is built in.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Encoding {
    Utf8,
    Utf16(Order),
    Utf32(Order),
    Latin1,
    Ascii,
}

impl Encoding {
    /// The encoding of that name, with CPython's shortcuts for spelling; others are the registry's.
    pub fn from_name(name: &str) -> Option<Encoding> {
        let normal: String = name
            .chars()
            .map(|c| if c == '_' || c == ' ' { '-' } else { c.to_ascii_lowercase() })
            .collect();
        Some(match normal.as_str() {
            "utf-8" | "utf8" | "u8" | "utf" | "cp65001" => Encoding::Utf8,
            "utf-16" | "utf16" | "u16" => Encoding::Utf16(Order::Native),
            "utf-16-le" | "utf-16le" => Encoding::Utf16(Order::Little),
            "utf-16-be" | "utf-16be" => Encoding::Utf16(Order::Big),
            "utf-32" | "utf32" | "u32" => Encoding::Utf32(Order::Native),
            "utf-32-le" | "utf-32le" => Encoding::Utf32(Order::Little),
            "utf-32-be" | "utf-32be" => Encoding::Utf32(Order::Big),
            "latin-1" | "latin1" | "iso-8859-1" | "iso8859-1" | "8859" | "cp819" | "latin"
            | "l1" => Encoding::Latin1,
            "ascii" | "us-ascii" | "646" => Encoding::Ascii,
            _ => return None,
        })
    }

    /// The name that errors give.
    pub fn name(self) -> &'static str {
        match self {
            Encoding::Utf8 => "utf-8",
            Encoding::Utf16(Order::Native) => "utf-16",
            Encoding::Utf16(Order::Little) => "utf-16-le",
            Encoding::Utf16(Order::Big) => "utf-16-be",
            Encoding::Utf32(Order::Native) => "utf-32",
            Encoding::Utf32(Order::Little) => "utf-32-le",
            Encoding::Utf32(Order::Big) => "utf-32-be",
            Encoding::Latin1 => "latin-1",
            Encoding::Ascii => "ascii",
        }
    }
}

/// A function of `_codecs`, where codecs are registered.
fn registry(th: &Thread, function: &str) -> PyResult<Value> {
    ops::import::from_module(th, "_codecs", function)
}

/// Raises `LookupError` where the codec is none of text, as `rot13`.
fn check_text_encoding(th: &Thread, encoding: &str, way: &str) -> PyResult<()> {
    let info = ops::call(th, registry(th, "lookup")?, &[Str::new(th, encoding).value()])?;
    let is_text = get_attr_or_none(th, info, intern!(th, "_is_text_encoding"))?;
    if is_text == Some(Value::FALSE) {
        return Err(raise!(
            th,
            LookupError,
            "'{encoding}' is not a text encoding; use codecs.{way}() to handle arbitrary codecs"
        ));
    }
    Ok(())
}

/// `text.encode(encoding, errors)`: the bytes. May run codecs and handlers written in Python.
pub fn encode(th: &Thread, text: &'static Str, encoding: &str, errors: &str) -> PyResult<Vec<u8>> {
    if let Some(e) = Encoding::from_name(encoding) {
        return encode_builtin(th, text, e, &Errors::from_name(errors));
    }
    check_text_encoding(th, encoding, "encode")?;
    let f = registry(th, "encode")?;
    let args = [text.value(), Str::new(th, encoding).value(), Str::new(th, errors).value()];
    let r = ops::call(th, f, &args)?;
    match r.cast::<Bytes>() {
        Some(b) => Ok(b.as_slice().to_vec()),
        None => Err(raise!(
            th,
            TypeError,
            "'{encoding}' encoder returned '{}' instead of 'bytes'; use codecs.encode() to encode to arbitrary types",
            r.type_name()
        )),
    }
}

/// `data.decode(encoding, errors)`.
pub fn decode(th: &Thread, data: &[u8], encoding: &str, errors: &str) -> PyResult<&'static Str> {
    if let Some(e) = Encoding::from_name(encoding) {
        return decode_builtin(th, data, e, &Errors::from_name(errors), true).map(|(s, _)| s);
    }
    check_text_encoding(th, encoding, "decode")?;
    let f = registry(th, "decode")?;
    let args = [
        Bytes::new(th, data).value(),
        Str::new(th, encoding).value(),
        Str::new(th, errors).value(),
    ];
    let r = ops::call(th, f, &args)?;
    r.cast::<Str>().ok_or_else(|| {
        raise!(
            th,
            TypeError,
            "'{encoding}' decoder returned '{}' instead of 'str'; use codecs.decode() to decode to arbitrary types",
            r.type_name()
        )
    })
}

fn put_16(out: &mut Vec<u8>, unit: u16, order: Order) {
    match order {
        Order::Big => out.extend_from_slice(&unit.to_be_bytes()),
        Order::Little => out.extend_from_slice(&unit.to_le_bytes()),
        Order::Native => out.extend_from_slice(&unit.to_ne_bytes()),
    }
}

fn put_32(out: &mut Vec<u8>, unit: u32, order: Order) {
    match order {
        Order::Big => out.extend_from_slice(&unit.to_be_bytes()),
        Order::Little => out.extend_from_slice(&unit.to_le_bytes()),
        Order::Native => out.extend_from_slice(&unit.to_ne_bytes()),
    }
}

fn is_surrogate(c: u32) -> bool {
    (0xd800..0xe000).contains(&c)
}

/// Adds the code point `c` in the encoding; false where it has no place in it.
fn put(out: &mut Vec<u8>, c: u32, encoding: Encoding) -> bool {
    match encoding {
        Encoding::Ascii if c < 0x80 => out.push(c as u8),
        Encoding::Latin1 if c < 0x100 => out.push(c as u8),
        Encoding::Ascii | Encoding::Latin1 => return false,
        _ if is_surrogate(c) => return false,
        Encoding::Utf8 => {
            let c = char::from_u32(c).expect("no surrogate");
            out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        }
        Encoding::Utf16(order) => {
            let c = char::from_u32(c).expect("no surrogate");
            c.encode_utf16(&mut [0; 2]).iter().for_each(|u| put_16(out, *u, order));
        }
        Encoding::Utf32(order) => put_32(out, c, order),
    }
    true
}

/// Encodes in a built-in encoding.
pub fn encode_builtin(
    th: &Thread,
    text: &'static Str,
    encoding: Encoding,
    errors: &Errors,
) -> PyResult<Vec<u8>> {
    if let Some(ascii) = text.as_ascii()
        && matches!(encoding, Encoding::Utf8 | Encoding::Latin1 | Encoding::Ascii)
    {
        return Ok(ascii.as_bytes().to_vec());
    }
    if encoding == Encoding::Utf8
        && let Some(whole) = text.as_utf8()
    {
        return Ok(whole.into_owned().into_bytes());
    }
    let mut out = Vec::with_capacity(text.len() + 8);
    match encoding {
        Encoding::Utf16(Order::Native) => put_16(&mut out, 0xfeff, Order::Native),
        Encoding::Utf32(Order::Native) => put_32(&mut out, 0xfeff, Order::Native),
        _ => {}
    }
    let mut i = 0;
    while i < text.len() {
        if put(&mut out, text.char_at(i), encoding) {
            i += 1;
            continue;
        }
        // The longest run that the encoding cannot hold is one error.
        let mut end = i + 1;
        while end < text.len() && !put(&mut Vec::new(), text.char_at(end), encoding) {
            end += 1;
        }
        let reason = match encoding {
            Encoding::Ascii => "ordinal not in range(128)",
            Encoding::Latin1 => "ordinal not in range(256)",
            _ => "surrogates not allowed",
        };
        i = encode_error(th, &mut out, text, i..end, encoding, reason, errors)?;
    }
    Ok(out)
}

/// Deals with the characters `run`, which cannot be encoded; gives where to go on.
fn encode_error(
    th: &Thread,
    out: &mut Vec<u8>,
    text: &'static Str,
    run: std::ops::Range<usize>,
    encoding: Encoding,
    reason: &str,
    errors: &Errors,
) -> PyResult<usize> {
    let fail = || raise_unicode_encode_error(th, encoding.name(), text, run.start, run.end, reason);
    let put_text = |out: &mut Vec<u8>, s: &str| s.chars().all(|c| put(out, c as u32, encoding));
    match errors {
        Errors::Strict => return Err(fail()),
        Errors::Ignore => {}
        Errors::Replace => {
            for _ in run.clone() {
                put_text(out, "?");
            }
        }
        Errors::BackslashReplace => {
            for i in run.clone() {
                put_text(out, &escape(text.char_at(i)));
            }
        }
        Errors::XmlCharRefReplace => {
            for i in run.clone() {
                put_text(out, &format!("&#{};", text.char_at(i)));
            }
        }
        Errors::SurrogateEscape => {
            for i in run.clone() {
                match text.char_at(i) {
                    c @ 0xdc80..=0xdcff => out.push((c - 0xdc00) as u8),
                    _ => {
                        return Err(raise_unicode_encode_error(
                            th,
                            encoding.name(),
                            text,
                            i,
                            run.end,
                            reason,
                        ));
                    }
                }
            }
        }
        Errors::SurrogatePass => {
            for i in run.clone() {
                let c = text.char_at(i);
                match encoding {
                    _ if !is_surrogate(c) => return Err(fail()),
                    Encoding::Utf8 => out.extend_from_slice(&[
                        0xe0 | (c >> 12) as u8,
                        0x80 | (c >> 6 & 0x3f) as u8,
                        0x80 | (c & 0x3f) as u8,
                    ]),
                    Encoding::Utf16(order) => put_16(out, c as u16, order),
                    Encoding::Utf32(order) => put_32(out, c, order),
                    Encoding::Ascii | Encoding::Latin1 => return Err(fail()),
                }
            }
        }
        Errors::Named(name) => {
            let _ = fail();
            let (replacement, at) = call_handler(th, name, text.len())?;
            if let Some(data) = bytes::view(th, replacement)? {
                out.extend_from_slice(data);
            } else if let Some(s) = replacement.cast::<Str>() {
                for c in s.code_points() {
                    if !put(out, c, encoding) {
                        return Err(fail());
                    }
                }
            } else {
                return Err(handler_result(th, "encoding"));
            }
            return Ok(at);
        }
    }
    Ok(run.end)
}

/// `\xhh`, `\uhhhh` or `\Uhhhhhhhh`.
fn escape(c: u32) -> String {
    match c {
        0..=0xff => format!("\\x{c:02x}"),
        0x100..=0xffff => format!("\\u{c:04x}"),
        _ => format!("\\U{c:08x}"),
    }
}

fn handler_result(th: &Thread, what: &str) -> crate::Raised {
    let types = if what == "encoding" { "str/bytes" } else { "str" };
    raise!(th, TypeError, "{what} error handler must return ({types}, int) tuple")
}

/// Calls the handler `name` with the raised exception; gives its replacement and position.
fn call_handler(th: &Thread, name: &str, len: usize) -> PyResult<(Value, usize)> {
    let exc = take(th);
    let lookup = registry(th, "lookup_error")?;
    let handler = ops::call(th, lookup, &[Str::new(th, name).value()])?;
    let r = ops::call(th, handler, &[exc])?;
    let Some([replacement, at]) = r.cast::<Tuple>().map(Tuple::values) else {
        return Err(handler_result(th, "decoding"));
    };
    if !int::is_int(*at) {
        return Err(handler_result(th, "decoding"));
    }
    let given = ops::index_clipped(th, *at)?;
    let at = if given < 0 { given + len as isize } else { given };
    if at < 0 || at > len as isize {
        return Err(raise!(th, IndexError, "position {given} from error handler out of bounds"));
    }
    Ok((*replacement, at as usize))
}

/// Decodes a built-in encoding; gives the text and how many bytes it took. Where not `last`, an
/// incomplete sequence at the end is left.
pub fn decode_builtin(
    th: &Thread,
    data: &[u8],
    encoding: Encoding,
    errors: &Errors,
    last: bool,
) -> PyResult<(&'static Str, usize)> {
    match encoding {
        Encoding::Latin1 => Ok((Str::from_latin1(th, data), data.len())),
        Encoding::Ascii if data.is_ascii() => Ok((Str::from_ascii(th, data), data.len())),
        Encoding::Ascii => {
            let mut out = StrBuilder::with_capacity(data.len());
            let mut i = 0;
            while i < data.len() {
                if data[i] < 0x80 {
                    out.push(data[i] as u32);
                    i += 1;
                } else {
                    let reason = "ordinal not in range(128)";
                    i = decode_error(
                        th,
                        &mut out,
                        data,
                        i..i + 1,
                        encoding.name(),
                        reason,
                        errors,
                    )?;
                }
            }
            Ok((out.finish(th), data.len()))
        }
        Encoding::Utf8 => decode_utf8(th, data, errors, last),
        Encoding::Utf16(order) => decode_utf16(th, data, order, errors, last),
        Encoding::Utf32(order) => decode_utf32(th, data, order, errors, last),
    }
}

fn decode_utf8(
    th: &Thread,
    data: &[u8],
    errors: &Errors,
    last: bool,
) -> PyResult<(&'static Str, usize)> {
    if let Ok(text) = std::str::from_utf8(data) {
        return Ok((Str::new(th, text), data.len()));
    }
    let mut out = StrBuilder::with_capacity(data.len());
    let mut i = 0;
    while i < data.len() {
        match std::str::from_utf8(&data[i..]) {
            Ok(text) => {
                out.push_str(text);
                return Ok((out.finish(th), data.len()));
            }
            Err(e) => {
                let good = &data[i..i + e.valid_up_to()];
                out.push_str(std::str::from_utf8(good).expect("checked"));
                i += e.valid_up_to();
                let (len, reason) = match e.error_len() {
                    // The sequence stops with the data.
                    None if !last => return Ok((out.finish(th), i)),
                    None => (data.len() - i, "unexpected end of data"),
                    Some(n) => {
                        let start = matches!(data[i], 0xc2..=0xf4);
                        (n, if start { "invalid continuation byte" } else { "invalid start byte" })
                    }
                };
                if *errors == Errors::SurrogatePass
                    && let [a @ 0xed, b @ 0xa0..=0xbf, c @ 0x80..=0xbf, ..] = data[i..]
                {
                    out.push((a as u32 & 0xf) << 12 | (b as u32 & 0x3f) << 6 | c as u32 & 0x3f);
                    i += 3;
                    continue;
                }
                i = decode_error(th, &mut out, data, i..i + len, "utf-8", reason, errors)?;
            }
        }
    }
    Ok((out.finish(th), data.len()))
}

fn decode_utf16(
    th: &Thread,
    data: &[u8],
    order: Order,
    errors: &Errors,
    last: bool,
) -> PyResult<(&'static Str, usize)> {
    let (mut i, order) = match (order, data) {
        (Order::Native, [0xff, 0xfe, ..]) => (2, Order::Little),
        (Order::Native, [0xfe, 0xff, ..]) => (2, Order::Big),
        (Order::Native, _) if cfg!(target_endian = "big") => (0, Order::Big),
        (Order::Native, _) => (0, Order::Little),
        (o, _) => (0, o),
    };
    let name = Encoding::Utf16(order).name();
    let unit = |i: usize| -> Option<u32> {
        let b = [*data.get(i)?, *data.get(i + 1)?];
        Some(if order == Order::Big { u16::from_be_bytes(b) } else { u16::from_le_bytes(b) } as u32)
    };
    let mut out = StrBuilder::with_capacity(data.len() / 2);
    while i < data.len() {
        let (end, reason) = match unit(i) {
            None if !last => break,
            None => (data.len(), "truncated data"),
            Some(high @ 0xd800..=0xdbff) => match unit(i + 2) {
                Some(low @ 0xdc00..=0xdfff) => {
                    out.push(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00));
                    i += 4;
                    continue;
                }
                Some(_) => (i + 2, "illegal UTF-16 surrogate"),
                None if !last => break,
                None => (data.len(), "unexpected end of data"),
            },
            Some(0xdc00..=0xdfff) => (i + 2, "illegal encoding"),
            Some(c) => {
                out.push(c);
                i += 2;
                continue;
            }
        };
        if *errors == Errors::SurrogatePass
            && let Some(c) = unit(i)
            && is_surrogate(c)
        {
            out.push(c);
            i += 2;
            continue;
        }
        i = decode_error(th, &mut out, data, i..end, name, reason, errors)?;
    }
    Ok((out.finish(th), i))
}

fn decode_utf32(
    th: &Thread,
    data: &[u8],
    order: Order,
    errors: &Errors,
    last: bool,
) -> PyResult<(&'static Str, usize)> {
    let (mut i, order) = match (order, data) {
        (Order::Native, [0xff, 0xfe, 0, 0, ..]) => (4, Order::Little),
        (Order::Native, [0, 0, 0xfe, 0xff, ..]) => (4, Order::Big),
        (Order::Native, _) if cfg!(target_endian = "big") => (0, Order::Big),
        (Order::Native, _) => (0, Order::Little),
        (o, _) => (0, o),
    };
    let name = Encoding::Utf32(order).name();
    let mut out = StrBuilder::with_capacity(data.len() / 4);
    while i < data.len() {
        let unit = data.get(i..i + 4).map(|b| {
            let b: [u8; 4] = b.try_into().expect("four bytes");
            if order == Order::Big { u32::from_be_bytes(b) } else { u32::from_le_bytes(b) }
        });
        let (end, reason) = match unit {
            None if !last => break,
            None => (data.len(), "truncated data"),
            Some(c) if is_surrogate(c) && *errors == Errors::SurrogatePass => {
                out.push(c);
                i += 4;
                continue;
            }
            Some(c) if is_surrogate(c) => {
                (i + 4, "code point in surrogate code point range(0xd800, 0xe000)")
            }
            Some(c) if c > 0x10ffff => (i + 4, "code point not in range(0x110000)"),
            Some(c) => {
                out.push(c);
                i += 4;
                continue;
            }
        };
        i = decode_error(th, &mut out, data, i..end, name, reason, errors)?;
    }
    Ok((out.finish(th), i))
}

/// Deals with the bytes `run`, which cannot be decoded; gives where to go on.
pub fn decode_error(
    th: &Thread,
    out: &mut StrBuilder,
    data: &[u8],
    run: std::ops::Range<usize>,
    encoding: &str,
    reason: &str,
    errors: &Errors,
) -> PyResult<usize> {
    let fail = |start: usize| {
        let object = Bytes::new(th, data).value();
        raise_unicode_decode_error(th, encoding, object, start, run.end, reason)
    };
    match errors {
        Errors::Strict | Errors::SurrogatePass => return Err(fail(run.start)),
        Errors::Ignore => {}
        Errors::Replace => out.push(0xfffd),
        Errors::BackslashReplace => {
            for b in &data[run.clone()] {
                out.push_str(&format!("\\x{b:02x}"));
            }
        }
        Errors::XmlCharRefReplace => {
            return Err(raise!(
                th,
                TypeError,
                "don't know how to handle UnicodeDecodeError in error callback"
            ));
        }
        Errors::SurrogateEscape => {
            let mut i = run.start;
            while i < run.end && data[i] >= 0x80 {
                out.push(0xdc00 + data[i] as u32);
                i += 1;
            }
            if i == run.start {
                return Err(fail(run.start));
            }
            return Ok(i);
        }
        Errors::Named(name) => {
            let _ = fail(run.start);
            let (replacement, at) = call_handler(th, name, data.len())?;
            match replacement.cast::<Str>() {
                Some(s) => out.push_object(s),
                None => return Err(handler_result(th, "decoding")),
            }
            return Ok(at);
        }
    }
    Ok(run.end)
}
