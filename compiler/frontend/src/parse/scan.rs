//! A look over the tokens of a source that does not parse, for the mistakes that CPython's
//! tokenizer finds: strings and brackets that do not end, brackets that do not match.

use super::lines::Lines;
use crate::ast::Loc;
use crate::error::{Failure, Fallible, StackGuard};

/// What the look found.
#[derive(Debug, Default)]
pub struct Scan {
    /// The first mistake, and its offset.
    pub error: Option<(usize, Failure)>,
    /// Offsets of brackets that are open at the end.
    pub open: Vec<usize>,
}

/// Looks over `source`.
pub fn scan(source: &str, lines: &Lines) -> Scan {
    let mut scan = Scan::default();
    let bytes = source.as_bytes();
    let mut i = 0;
    while i < bytes.len() {
        match bytes[i] {
            b'#' => {
                while i < bytes.len() && bytes[i] != b'\n' {
                    i += 1;
                }
            }
            b'\'' | b'"' => {
                let prefix_start = bytes[..i]
                    .iter()
                    .rposition(|b| !b.is_ascii_alphabetic())
                    .map_or(0, |before| before + 1);
                let prefix = &source[prefix_start..i];
                let is_f = prefix.contains(['f', 'F', 't', 'T']);
                match string_end(bytes, i) {
                    Some(end) => i = end,
                    None if is_f => return scan,
                    None => {
                        scan.error = Some((i, unterminated(source, lines, i)));
                        return scan;
                    }
                }
            }
            b'(' | b'[' | b'{' => {
                scan.open.push(i);
                i += 1;
            }
            close @ (b')' | b']' | b'}') => {
                if let Some(failure) = check_close(bytes, lines, &mut scan.open, i, close) {
                    scan.error = Some((i, failure));
                    return scan;
                }
                i += 1;
            }
            b'0'..=b'9' if i == 0 || !is_word(bytes[i - 1]) => {
                let end = i + bytes[i..].iter().take_while(|b| is_word(**b)).count();
                // The sign of an exponent ends the word.
                let is_signed =
                    source[..end].ends_with(['e', 'E']) && source[end..].starts_with(['+', '-']);
                if !is_signed && let Some((at, end_at, message)) = bad_number(&source[i..end]) {
                    let failure = at_offsets(lines, i + at, i + end_at, message);
                    scan.error = Some((i, failure));
                    return scan;
                }
                i = end;
            }
            _ => i += 1,
        }
    }
    scan
}

/// CPython's limit on nested brackets.
const MAX_BRACKETS: usize = 200;
/// Stack that the parser takes for one level of operators, generously.
const LEVEL_BYTES: usize = 4096;

/// Refuses what would take the parser too deep, which recurses over brackets and over operators
/// that bind to the right. The count is a bound, for it does not read the source exactly.
pub fn check_nesting(source: &str, lines: &Lines, guard: StackGuard) -> Fallible {
    let bytes = source.as_bytes();
    let limit = guard.levels(LEVEL_BYTES);
    // Brackets that are open, and how many operators preceded each.
    let mut open: Vec<usize> = Vec::new();
    let mut operators = 0;
    let mut i = 0;
    while i < bytes.len() {
        match bytes[i] {
            b'#' => {
                while i < bytes.len() && bytes[i] != b'\n' {
                    i += 1;
                }
                continue;
            }
            b'\'' | b'"' => {
                i = string_end(bytes, i).unwrap_or(i + 1);
                continue;
            }
            b'(' | b'[' | b'{' => {
                open.push(operators);
                if open.len() > MAX_BRACKETS {
                    return Err(at_offsets(lines, i, i, "too many nested parentheses"));
                }
            }
            b')' | b']' | b'}' => operators = open.pop().unwrap_or(0),
            b',' | b';' => operators = open.last().copied().unwrap_or(0),
            b'\n' if open.is_empty() => operators = 0,
            b'~' | b'-' | b'+'
                if matches!(bytes[..i].iter().rfind(|b| **b != b' '), Some(b'~' | b'-' | b'+')) =>
            {
                operators += 1;
            }
            b'*' if bytes.get(i + 1) == Some(&b'*') => operators += 1,
            b if b.is_ascii_alphabetic() && (i == 0 || !is_word(bytes[i - 1])) => {
                let end = i + bytes[i..].iter().take_while(|b| is_word(**b)).count();
                if matches!(&source[i..end], "not" | "lambda" | "else" | "await") {
                    operators += 1;
                }
                i = end;
                continue;
            }
            _ => {}
        }
        if operators > limit {
            return Err(Failure::recursion());
        }
        i += 1;
    }
    Ok(())
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// A failure at offsets that CPython reports without an extent if they are the same.
fn at_offsets(lines: &Lines, start: usize, end: usize, message: impl Into<String>) -> Failure {
    Failure::at(lines.loc(start as u32, end as u32), message)
}

/// Where the string that begins with the quote at `start` ends.
fn string_end(bytes: &[u8], start: usize) -> Option<usize> {
    let quote = bytes[start];
    let triple = bytes.get(start + 1) == Some(&quote) && bytes.get(start + 2) == Some(&quote);
    let mut i = start + if triple { 3 } else { 1 };
    while i < bytes.len() {
        match bytes[i] {
            b'\\' => i += 1,
            b'\n' if !triple => return None,
            b if b == quote => {
                if !triple {
                    return Some(i + 1);
                }
                if bytes.get(i + 1) == Some(&quote) && bytes.get(i + 2) == Some(&quote) {
                    return Some(i + 3);
                }
            }
            _ => {}
        }
        i += 1;
    }
    None
}

fn unterminated(source: &str, lines: &Lines, start: usize) -> Failure {
    let bytes = source.as_bytes();
    let triple = bytes[start..].starts_with(b"'''") || bytes[start..].starts_with(b"\"\"\"");
    let (line, _) = lines.position(start as u32);
    if triple {
        let last = source.trim_end_matches('\n').len();
        let (end_line, _) = lines.position(last as u32);
        let message =
            format!("unterminated triple-quoted string literal (detected at line {end_line})");
        return at_offsets(lines, start, start, message);
    }
    let message = format!("unterminated string literal (detected at line {line})");
    at_offsets(lines, start, start, message)
}

fn check_close(
    bytes: &[u8],
    lines: &Lines,
    open: &mut Vec<usize>,
    at: usize,
    close: u8,
) -> Option<Failure> {
    let close_char = close as char;
    let Some(start) = open.pop() else {
        return Some(at_offsets(lines, at, at, format!("unmatched '{close_char}'")));
    };
    let opening = bytes[start] as char;
    if matches!((opening, close_char), ('(', ')') | ('[', ']') | ('{', '}')) {
        return None;
    }
    let (open_line, _) = lines.position(start as u32);
    let (line, _) = lines.position(at as u32);
    let place = if open_line == line { String::new() } else { format!(" on line {open_line}") };
    let message = format!(
        "closing parenthesis '{close_char}' does not match opening parenthesis '{opening}'{place}"
    );
    Some(at_offsets(lines, at, at, message))
}

/// "'(' was never closed".
pub fn never_closed(source: &str, lines: &Lines, open: usize) -> Failure {
    let (line, col) = lines.position(open as u32);
    let bracket = source.as_bytes()[open] as char;
    Failure::at(Loc::new(line, line, col, -1), format!("'{bracket}' was never closed"))
}

/// What is wrong with a number: start and end of the mistake in it, and the message.
fn bad_number(text: &str) -> Option<(usize, usize, String)> {
    let bytes = text.as_bytes();
    let kind = bytes.get(1).map(u8::to_ascii_lowercase);
    let (name, radix) = match (bytes[0], kind) {
        (b'0', Some(b'x')) => ("hexadecimal", 16),
        (b'0', Some(b'o')) => ("octal", 8),
        (b'0', Some(b'b')) => ("binary", 2),
        _ => return bad_decimal(text),
    };
    for (i, byte) in bytes.iter().enumerate().skip(2) {
        match byte {
            b'_' if i + 1 < bytes.len() && bytes[i + 1] != b'_' => {}
            _ if (*byte as char).is_digit(radix) => {}
            b'0'..=b'9' => {
                let digit = *byte as char;
                return Some((i, i, format!("invalid digit '{digit}' in {name} literal")));
            }
            _ => return Some((i - 1, i - 1, format!("invalid {name} literal"))),
        }
    }
    (bytes.len() == 2).then(|| (1, 1, format!("invalid {name} literal")))
}

fn bad_decimal(text: &str) -> Option<(usize, usize, String)> {
    let digits = text.bytes().take_while(|b| b.is_ascii_digit() || *b == b'_').count();
    if let Some(at) = text[..digits].find("__") {
        return Some((at, at, "invalid decimal literal".to_owned()));
    }
    if text[..digits].ends_with('_') {
        return Some((digits - 1, digits - 1, "invalid decimal literal".to_owned()));
    }
    let rest = &text[digits..];
    if text.starts_with('0') && digits > 1 && rest.is_empty() && text.bytes().any(|b| b > b'0') {
        let zeros = text.bytes().take_while(|b| *b == b'0' || *b == b'_').count();
        let message = "leading zeros in decimal integer literals are not permitted; use an 0o \
                       prefix for octal integers";
        return Some((0, zeros, message.to_owned()));
    }
    let keywords = ["and", "else", "for", "if", "in", "is", "not", "or"];
    let ok = rest.is_empty()
        || rest.eq_ignore_ascii_case("j")
        || rest.starts_with(['e', 'E']) && rest[1..].starts_with(|c: char| c.is_ascii_digit())
        || keywords.iter().any(|word| rest.starts_with(word));
    (!ok).then(|| (digits - 1, digits - 1, "invalid decimal literal".to_owned()))
}
