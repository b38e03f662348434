//! Bytes to text, as PEP 263 has it.
//!
//! A byte-order mark means UTF-8; else a comment in the first two lines may name an encoding.

use std::borrow::Cow;

use crate::error::{ErrorKind, Failure};

const BOM: &[u8] = b"\xef\xbb\xbf";

fn failure(message: String) -> Failure {
    Failure { kind: ErrorKind::Syntax, message, loc: None }
}

/// Decodes `source`; a comment that names an encoding counts if `cookies` says so. The result has
/// no byte-order mark and no null byte.
pub fn decode(source: &[u8], cookies: bool) -> Result<Cow<'_, str>, Failure> {
    let (body, has_bom) = match source.strip_prefix(BOM) {
        Some(body) => (body, true),
        None => (source, false),
    };
    let cookie = if cookies { cookie(body) } else { None };
    let encoding = cookie.map_or("utf-8", |name| name);
    let kind = normalize(encoding);
    if has_bom && kind != "utf-8" {
        return Err(failure(format!("encoding problem: {encoding} with BOM")));
    }
    if body.contains(&0) {
        let what = if cookies { "source code" } else { "source code string" };
        return Err(failure(format!("{what} cannot contain null bytes")));
    }
    match kind.as_str() {
        "utf-8" | "ascii" => match std::str::from_utf8(body) {
            Ok(text) => Ok(Cow::Borrowed(text)),
            Err(error) => Err(not_utf8(body, error.valid_up_to(), cookie)),
        },
        "iso-8859-1" => Ok(Cow::Owned(body.iter().map(|b| *b as char).collect())),
        "iso-8859-15" => Ok(Cow::Owned(body.iter().map(|b| latin_9(*b)).collect())),
        _ => Err(failure(format!("unknown encoding: {encoding}"))),
    }
}

fn not_utf8(body: &[u8], at: usize, cookie: Option<&str>) -> Failure {
    let byte = body[at];
    if cookie.is_some() {
        let message = format!(
            "(unicode error) 'utf-8' codec can't decode byte 0x{byte:02x} in position {at}: \
             invalid start byte"
        );
        return failure(message);
    }
    let line = body[..at].iter().filter(|b| **b == b'\n').count() + 1;
    failure(format!(
        "Non-UTF-8 code starting with '\\x{byte:02x}' on line {line}, but no encoding declared; \
         see https://peps.python.org/pep-0263/ for details"
    ))
}

/// ISO 8859-15: Latin-1 with eight exceptions.
fn latin_9(byte: u8) -> char {
    match byte {
        0xa4 => '€',
        0xa6 => 'Š',
        0xa8 => 'š',
        0xb4 => 'Ž',
        0xb8 => 'ž',
        0xbc => 'Œ',
        0xbd => 'œ',
        0xbe => 'Ÿ',
        _ => byte as char,
    }
}

/// The encoding named in a comment of the first two lines; the first line must then be blank or
/// a comment for the second to count.
fn cookie(body: &[u8]) -> Option<&str> {
    for line in body.split(|b| *b == b'\n').take(2) {
        let mut rest = line;
        while let Some((b' ' | b'\t' | b'\x0c', tail)) = rest.split_first() {
            rest = tail;
        }
        match rest.first() {
            None | Some(b'\r') => continue,
            Some(b'#') => {}
            Some(_) => return None,
        }
        if let Some(name) = cookie_in_comment(rest) {
            return Some(name);
        }
    }
    None
}

/// Finds `coding[:=]\s*([-\w.]+)`.
fn cookie_in_comment(comment: &[u8]) -> Option<&str> {
    let at = comment.windows(6).position(|w| w == b"coding")?;
    let rest = &comment[at + 6..];
    let (b':' | b'=', mut rest) = rest.split_first()? else { return None };
    while let Some((b' ' | b'\t', tail)) = rest.split_first() {
        rest = tail;
    }
    let is_name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    let end = rest.iter().position(|b| !is_name(b)).unwrap_or(rest.len());
    if end == 0 { None } else { std::str::from_utf8(&rest[..end]).ok() }
}

/// One spelling for the encodings that are known.
fn normalize(name: &str) -> String {
    let lower = name.to_ascii_lowercase().replace('_', "-");
    match lower.as_str() {
        "utf8" | "utf-8-sig" | "u8" | "utf" | "cp65001" => "utf-8".to_owned(),
        "us-ascii" | "646" | "ansi-x3.4-1968" => "ascii".to_owned(),
        "latin-1" | "latin1" | "latin" | "l1" | "8859" | "cp819" | "iso8859-1" => {
            "iso-8859-1".to_owned()
        }
        "latin-9" | "latin9" | "l9" | "iso8859-15" => "iso-8859-15".to_owned(),
        _ if lower.starts_with("utf-8-") => "utf-8".to_owned(),
        _ if lower.starts_with("iso-8859-1-") || lower.starts_with("latin-1-") => {
            "iso-8859-1".to_owned()
        }
        _ => lower,
    }
}
