//! What Python asks of characters: properties and case mappings of Unicode 16.

use super::unicode_table::*;

#[inline]
fn record(c: u32) -> &'static Record {
    let c = c as usize;
    if c > 0x10ffff {
        return &RECORDS[0];
    }
    let middle = HIGH[c >> 9] as usize * 32 + (c >> 4 & 31);
    let low = MIDDLE[middle] as usize * 16 + (c & 15);
    &RECORDS[LOW[low] as usize]
}

fn has(c: u32, flags: u16) -> bool {
    record(c).flags & flags != 0
}

/// Letters: the general categories L*.
#[inline]
pub fn is_alpha(c: u32) -> bool {
    if c < 0x80 { (c as u8).is_ascii_alphabetic() } else { has(c, ALPHA) }
}

/// Decimal digits.
pub fn is_decimal(c: u32) -> bool {
    has(c, DECIMAL)
}

/// Digits, superscripts and the like included.
pub fn is_digit(c: u32) -> bool {
    has(c, DIGIT)
}

/// Characters with a numeric value.
pub fn is_numeric(c: u32) -> bool {
    has(c, NUMERIC)
}

pub fn is_alnum(c: u32) -> bool {
    has(c, ALPHA | DECIMAL | DIGIT | NUMERIC)
}

pub fn is_lower(c: u32) -> bool {
    has(c, LOWER)
}

pub fn is_upper(c: u32) -> bool {
    has(c, UPPER)
}

pub fn is_title(c: u32) -> bool {
    has(c, TITLE)
}

#[inline]
pub fn is_cased(c: u32) -> bool {
    if c < 0x80 { (c as u8).is_ascii_alphabetic() } else { has(c, LOWER | UPPER | TITLE) }
}

/// White space of `str.split` and `str.isspace`.
#[inline]
pub fn is_space(c: u32) -> bool {
    match c {
        0x09..=0x0d | 0x1c..=0x20 => true,
        0..=0x7f => false,
        _ => has(c, SPACE),
    }
}

/// Shown as it is by `repr`.
#[inline]
pub fn is_printable(c: u32) -> bool {
    match c {
        0x20..=0x7e => true,
        _ => has(c, PRINTABLE),
    }
}

/// Ends a line in `str.splitlines`.
pub fn is_line_end(c: u32) -> bool {
    matches!(c, 0x0a..=0x0d | 0x1c..=0x1e | 0x85 | 0x2028 | 0x2029)
}

/// May begin an identifier (`_` included).
pub fn is_xid_start(c: u32) -> bool {
    has(c, XID_START)
}

pub fn is_xid_continue(c: u32) -> bool {
    has(c, XID_CONTINUE)
}

/// Value of a decimal digit.
#[inline]
pub fn decimal(c: u32) -> Option<u8> {
    match c {
        0x30..=0x39 => Some((c - 0x30) as u8),
        0..=0x7f => None,
        _ if is_decimal(c) => Some(record(c).decimal),
        _ => None,
    }
}

/// A case mapping, as in `Record::delta`.
#[derive(Copy, Clone, PartialEq, Eq)]
pub enum Case {
    Upper,
    Lower,
    Title,
    Fold,
}

/// Calls `out` with the character or characters that `c` maps to.
#[inline]
pub fn map(c: u32, case: Case, mut out: impl FnMut(u32)) {
    if c < 0x80 {
        let c = c as u8;
        return out(match case {
            Case::Upper | Case::Title => c.to_ascii_uppercase(),
            Case::Lower | Case::Fold => c.to_ascii_lowercase(),
        } as u32);
    }
    let r = record(c);
    if r.flags & SPECIAL_CASE != 0
        && let Ok(i) = SPECIAL.binary_search_by_key(&(c, case as u8), |s| (s.0, s.1))
    {
        SPECIAL[i].2.chars().for_each(|c| out(c as u32));
        return;
    }
    out(c.wrapping_add_signed(r.delta[case as usize]));
}

/// The lower case of U+03A3 at `i`: the final form behind a letter where none follows.
pub fn lower_sigma(text: impl Fn(usize) -> u32, len: usize, i: usize) -> u32 {
    let ignorable = |c: u32| has(c, CASE_IGNORABLE);
    let before = (0..i).rev().map(&text).find(|c| !ignorable(*c));
    let after = (i + 1..len).map(&text).find(|c| !ignorable(*c));
    if before.is_some_and(is_cased) && !after.is_some_and(is_cased) { 0x3c2 } else { 0x3c3 }
}
