//! What the methods of `bytes` and `bytearray` do, on slices.

use krait_layout::{Kind, StackSlot, Thread, Value, shapes};

use super::{Bytes, expect_view, view};
use crate::error::PyResult;
use crate::native::{ArgPlace, FromArg};
use crate::object::{Object, Slot, ValueExt};
use crate::types::bytearray::ByteArray;
use crate::types::list::List;
use crate::types::slice;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::{int, search};
use crate::{ops, raise};

/// A `bytes` or `bytearray` receiver.
#[derive(Copy, Clone)]
pub struct Data {
    pub value: Value,
    pub bytes: &'static [u8],
}

impl FromArg for Data {
    fn from_arg(th: &Thread, slot: StackSlot, place: &ArgPlace) -> PyResult<Data> {
        let value = slot.expect("bound");
        if let Some(b) = value.cast::<Bytes>() {
            return Ok(Data { value, bytes: b.as_slice() });
        }
        match value.cast::<ByteArray>() {
            Some(b) => Ok(Data { value, bytes: b.as_slice() }),
            None => Err(place.mismatch(th, "bytes", value)),
        }
    }
}

/// A bytes-like argument.
pub struct Like(pub &'static [u8]);

impl FromArg for Like {
    fn from_arg(th: &Thread, slot: StackSlot, _place: &ArgPlace) -> PyResult<Like> {
        expect_view(th, slot.expect("bound")).map(Like)
    }
}

impl Data {
    /// A new object of the receiver's built-in type.
    pub fn make(&self, th: &Thread, data: &[u8]) -> Value {
        match self.value.kind() {
            Kind::ByteArray => ByteArray::new(th, data).value(),
            _ if self.value.is_exactly(shapes::BYTES)
                && std::ptr::eq(data.as_ptr(), self.bytes.as_ptr())
                && data.len() == self.bytes.len() =>
            {
                self.value
            }
            _ => Bytes::new(th, data).value(),
        }
    }

    pub fn type_name(&self) -> &'static str {
        if self.value.kind() == Kind::ByteArray { "bytearray" } else { "bytes" }
    }

    /// A list of pieces.
    pub fn pieces(&self, th: &Thread, ranges: Vec<std::ops::Range<usize>>) -> Value {
        let items: Vec<Value> = ranges.into_iter().map(|r| self.make(th, &self.bytes[r])).collect();
        List::new(th, &items).value()
    }

    pub fn map(&self, th: &Thread, f: impl Fn(u8) -> u8) -> Value {
        let out: Vec<u8> = self.bytes.iter().map(|b| f(*b)).collect();
        self.make(th, &out)
    }

    /// Whether there are bytes and `f` holds for all.
    pub fn all(&self, f: impl Fn(u8) -> bool) -> bool {
        !self.bytes.is_empty() && self.bytes.iter().all(|b| f(*b))
    }
}

pub fn is_space(b: u32) -> bool {
    matches!(b, 9..=13 | 32)
}

/// What is searched for: a byte given as an int, or a bytes-like object.
pub fn needle(th: &Thread, v: Value) -> PyResult<Vec<u8>> {
    if int::is_int(v) || (v.slot(Slot::Index).is_some() && view(th, v)?.is_none()) {
        let i = ops::index(th, v)?;
        return match int::to_i64(i).map(u8::try_from) {
            Some(Ok(b)) => Ok(vec![b]),
            _ => Err(raise!(th, ValueError, "byte must be in range(0, 256)")),
        };
    }
    match view(th, v)? {
        Some(data) => Ok(data.to_vec()),
        None => Err(raise!(
            th,
            TypeError,
            "argument should be integer or bytes-like object, not '{}'",
            v.type_name()
        )),
    }
}

/// Runs a search in `data[start:stop]`; `None` also where the start is behind the end.
pub fn find(
    th: &Thread,
    this: Data,
    sub: Value,
    bounds: (Option<Value>, Option<Value>),
    reverse: bool,
) -> PyResult<Option<usize>> {
    let needle = needle(th, sub)?;
    let (start, stop) = slice::search_bounds(th, bounds.0, bounds.1, this.bytes.len())?;
    if start > stop {
        return Ok(None);
    }
    let hay = &this.bytes[start..stop];
    let at = if reverse { search::rfind(hay, &needle) } else { search::find(hay, &needle) };
    Ok(at.map(|i| i + start))
}

pub fn count(
    th: &Thread,
    this: Data,
    sub: Value,
    bounds: (Option<Value>, Option<Value>),
) -> PyResult<usize> {
    let needle = needle(th, sub)?;
    let (start, stop) = slice::search_bounds(th, bounds.0, bounds.1, this.bytes.len())?;
    Ok(if start > stop { 0 } else { search::count(&this.bytes[start..stop], &needle) })
}

/// `startswith` and `endswith`.
pub fn affix(
    th: &Thread,
    name: &str,
    this: Data,
    affix: Value,
    bounds: (Option<Value>, Option<Value>),
    at_end: bool,
) -> PyResult<bool> {
    let (start, stop) = slice::search_bounds(th, bounds.0, bounds.1, this.bytes.len())?;
    let check = |data: &[u8]| {
        start <= stop && {
            let hay = &this.bytes[start..stop];
            if at_end { hay.ends_with(data) } else { hay.starts_with(data) }
        }
    };
    if let Some(t) = affix.cast::<Tuple>() {
        for v in t.values() {
            if check(expect_view(th, *v)?) {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    match view(th, affix)? {
        Some(data) => Ok(check(data)),
        None => Err(raise!(
            th,
            TypeError,
            "{name} first arg must be bytes or a tuple of bytes, not {}",
            affix.type_name()
        )),
    }
}

/// The limit of a `maxsplit` or `count` argument; negative is none.
pub fn limit(th: &Thread, v: Option<Value>) -> PyResult<usize> {
    match v {
        None => Ok(usize::MAX),
        Some(v) => {
            let n = ops::index_clipped(th, v)?;
            Ok(if n < 0 { usize::MAX } else { n as usize })
        }
    }
}

pub fn split(
    th: &Thread,
    this: Data,
    sep: Option<Value>,
    maxsplit: Option<Value>,
    reverse: bool,
) -> PyResult<Value> {
    let limit = limit(th, maxsplit)?;
    let ranges = match sep.filter(|s| !s.is_none()) {
        None if reverse => search::rsplit_space(this.bytes, limit, is_space),
        None => search::split_space(this.bytes, limit, is_space),
        Some(sep) => {
            let sep = expect_view(th, sep)?;
            if sep.is_empty() {
                return Err(raise!(th, ValueError, "empty separator"));
            }
            if reverse {
                search::rsplit(this.bytes, sep, limit)
            } else {
                search::split(this.bytes, sep, limit)
            }
        }
    };
    Ok(this.pieces(th, ranges))
}

pub fn partition(th: &Thread, this: Data, sep: &[u8], reverse: bool) -> PyResult<Value> {
    if sep.is_empty() {
        return Err(raise!(th, ValueError, "empty separator"));
    }
    let at = if reverse { search::rfind(this.bytes, sep) } else { search::find(this.bytes, sep) };
    let b = this.bytes;
    let parts: [&[u8]; 3] = match at {
        Some(i) => [&b[..i], sep, &b[i + sep.len()..]],
        None if reverse => [b"", b"", b],
        None => [b, b"", b""],
    };
    let parts = parts.map(|p| this.make(th, p));
    Ok(Tuple::new(th, &parts).value())
}

pub fn strip(
    th: &Thread,
    this: Data,
    chars: Option<Value>,
    left: bool,
    right: bool,
) -> PyResult<Value> {
    let r = match chars.filter(|c| !c.is_none()) {
        None => search::strip(this.bytes, left, right, is_space),
        Some(c) => {
            let set = expect_view(th, c)?;
            search::strip(this.bytes, left, right, |b| set.contains(&(b as u8)))
        }
    };
    Ok(this.make(th, &this.bytes[r]))
}

pub fn replace(
    th: &Thread,
    this: Data,
    old: &[u8],
    new: &[u8],
    count: Option<Value>,
) -> PyResult<Value> {
    let places = search::occurrences(this.bytes, old, limit(th, count)?);
    if places.is_empty() {
        return Ok(this.make(th, this.bytes));
    }
    let mut out = Vec::with_capacity(this.bytes.len());
    let mut from = 0;
    for at in places {
        out.extend_from_slice(&this.bytes[from..at]);
        out.extend_from_slice(new);
        from = at + old.len();
    }
    out.extend_from_slice(&this.bytes[from..]);
    Ok(this.make(th, &out))
}

/// The fill byte of `center`, `ljust`, `rjust`.
fn fill_byte(th: &Thread, name: &str, fill: Option<Value>) -> PyResult<u8> {
    let Some(v) = fill else { return Ok(b' ') };
    let (data, kind) = match v.kind() {
        Kind::Bytes => (v.cast::<Bytes>().expect("the kind says so").as_slice(), "bytes"),
        Kind::ByteArray => {
            (v.cast::<ByteArray>().expect("the kind says so").as_slice(), "bytearray")
        }
        _ => {
            return Err(raise!(
                th,
                TypeError,
                "{name}() argument 2 must be a byte string of length 1, not {}",
                v.type_name()
            ));
        }
    };
    match data {
        [b] => Ok(*b),
        _ => Err(raise!(
            th,
            TypeError,
            "{name}(): argument 2 must be a byte string of length 1, not a {kind} object of length {}",
            data.len()
        )),
    }
}

/// `center`, `ljust`, `rjust`: `share` says how much of the padding goes to the left.
pub fn pad(
    th: &Thread,
    name: &str,
    this: Data,
    width: isize,
    fill: Option<Value>,
    share: impl Fn(usize, usize) -> usize,
) -> PyResult<Value> {
    let fill = fill_byte(th, name, fill)?;
    let width = width.max(0) as usize;
    let Some(total) = width.checked_sub(this.bytes.len()).filter(|n| *n > 0) else {
        return Ok(this.make(th, this.bytes));
    };
    let left = share(total, width);
    let mut out = vec![fill; left];
    out.extend_from_slice(this.bytes);
    out.resize(width, fill);
    Ok(this.make(th, &out))
}

/// `center`'s padding at the left: CPython's rounding.
pub fn center_share(total: usize, width: usize) -> usize {
    total / 2 + (total & width & 1)
}

pub fn expand_tabs(bytes: &[u8], tab: isize) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut column = 0usize;
    for b in bytes {
        match b {
            b'\t' => {
                if tab > 0 {
                    let n = tab as usize - column % tab as usize;
                    out.resize(out.len() + n, b' ');
                    column += n;
                }
            }
            b'\n' | b'\r' => {
                out.push(*b);
                column = 0;
            }
            _ => {
                out.push(*b);
                column += 1;
            }
        }
    }
    out
}

pub fn is_title(bytes: &[u8]) -> bool {
    let (mut cased, mut previous) = (false, false);
    for b in bytes {
        if b.is_ascii_uppercase() {
            if previous {
                return false;
            }
            previous = true;
            cased = true;
        } else if b.is_ascii_lowercase() {
            if !previous {
                return false;
            }
            cased = true;
        } else {
            previous = false;
        }
    }
    cased
}

pub fn is_case(bytes: &[u8], upper: bool) -> bool {
    let mut cased = false;
    for b in bytes {
        let (right, wrong) = if upper {
            (b.is_ascii_uppercase(), b.is_ascii_lowercase())
        } else {
            (b.is_ascii_lowercase(), b.is_ascii_uppercase())
        };
        if wrong {
            return false;
        }
        cased |= right;
    }
    cased
}

pub fn title(bytes: &[u8]) -> Vec<u8> {
    let mut previous = false;
    bytes
        .iter()
        .map(|b| {
            let c = if previous { b.to_ascii_lowercase() } else { b.to_ascii_uppercase() };
            previous = b.is_ascii_alphabetic();
            c
        })
        .collect()
}

pub fn translate(th: &Thread, this: Data, table: Value, delete: Option<Value>) -> PyResult<Value> {
    let table = if table.is_none() {
        None
    } else {
        let t = expect_view(th, table)?;
        if t.len() != 256 {
            return Err(raise!(th, ValueError, "translation table must be 256 characters long"));
        }
        Some(t)
    };
    let delete = match delete {
        Some(d) => expect_view(th, d)?,
        None => b"",
    };
    let out: Vec<u8> = this
        .bytes
        .iter()
        .filter(|b| !delete.contains(b))
        .map(|b| table.map_or(*b, |t| t[*b as usize]))
        .collect();
    if out == this.bytes {
        return Ok(this.make(th, this.bytes));
    }
    Ok(this.make(th, &out))
}

pub fn join(th: &Thread, this: Data, items: Value) -> PyResult<Value> {
    if items.slot(Slot::Iter).is_none() && items.slot(Slot::GetItem).is_none() {
        return Err(raise!(th, TypeError, "can only join an iterable"));
    }
    let items = ops::collect(th, items)?;
    if let ([v], Kind::Bytes) = (&items[..], this.value.kind())
        && v.is_exactly(shapes::BYTES)
    {
        return Ok(*v);
    }
    let mut out = Vec::new();
    for (i, v) in items.iter().enumerate() {
        if i > 0 {
            out.extend_from_slice(this.bytes);
        }
        match view(th, *v)? {
            Some(data) => out.extend_from_slice(data),
            None => {
                return Err(raise!(
                    th,
                    TypeError,
                    "sequence item {i}: expected a bytes-like object, {} found",
                    v.type_name()
                ));
            }
        }
    }
    Ok(this.make(th, &out))
}

/// Hexadecimal digits with separators: `bytes.hex`.
pub fn hex(
    th: &Thread,
    bytes: &[u8],
    sep: Option<Value>,
    bytes_per_sep: Option<isize>,
) -> PyResult<String> {
    let sep = match sep {
        None => None,
        Some(v) => {
            if ops::length(th, v)? != 1 {
                return Err(raise!(th, ValueError, "sep must be length 1."));
            }
            let c = match (v.cast::<Str>(), v.cast::<Bytes>()) {
                (Some(s), _) => s.char_at(0),
                (None, Some(b)) => b.as_slice()[0] as u32,
                (None, None) => return Err(raise!(th, TypeError, "sep must be str or bytes.")),
            };
            if c >= 0x80 {
                return Err(raise!(th, ValueError, "sep must be ASCII."));
            }
            Some(c as u8 as char)
        }
    };
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let group = bytes_per_sep.unwrap_or(1);
    let mut out = String::with_capacity(bytes.len() * 3);
    for (i, b) in bytes.iter().enumerate() {
        if let Some(sep) = sep
            && i > 0
            && group != 0
        {
            // A positive group counts from the right end, a negative one from the left.
            let n = group.unsigned_abs();
            let here = if group > 0 { (bytes.len() - i).is_multiple_of(n) } else { i % n == 0 };
            if here {
                out.push(sep);
            }
        }
        out.push(DIGITS[(b >> 4) as usize] as char);
        out.push(DIGITS[(b & 15) as usize] as char);
    }
    Ok(out)
}

/// The bytes of hexadecimal digits: `bytes.fromhex`.
pub fn from_hex(th: &Thread, v: Value) -> PyResult<Vec<u8>> {
    let text: Vec<u32> = match v.cast::<Str>() {
        Some(s) => s.code_points().collect(),
        None => match view(th, v)? {
            Some(b) => b.iter().map(|b| *b as u32).collect(),
            None => {
                return Err(raise!(
                    th,
                    TypeError,
                    "fromhex() argument must be str or bytes-like, not {}",
                    v.type_name()
                ));
            }
        },
    };
    let digit = |i: usize| {
        text.get(i)
            .and_then(|c| char::from_u32(*c))
            .filter(char::is_ascii)
            .and_then(|c| c.to_digit(16))
    };
    let mut out = Vec::with_capacity(text.len() / 2);
    let mut i = 0;
    while i < text.len() {
        if is_space(text[i]) {
            i += 1;
            continue;
        }
        let wrong = |at: usize| {
            raise!(th, ValueError, "non-hexadecimal number found in fromhex() arg at position {at}")
        };
        let Some(high) = digit(i) else { return Err(wrong(i)) };
        if i + 1 >= text.len() {
            return Err(raise!(
                th,
                ValueError,
                "fromhex() arg must contain an even number of hexadecimal digits"
            ));
        }
        let Some(low) = digit(i + 1) else { return Err(wrong(i + 1)) };
        out.push((high << 4 | low) as u8);
        i += 2;
    }
    Ok(out)
}

/// `b'…'` with CPython's choice of quotes.
pub fn repr(bytes: &[u8], escape_apostrophe: bool) -> String {
    let quote = if bytes.contains(&b'\'') && !bytes.contains(&b'"') { b'"' } else { b'\'' };
    let mut out = String::with_capacity(bytes.len() + 3);
    out.push('b');
    out.push(quote as char);
    for b in bytes {
        match b {
            b'\\' => out.push_str("\\\\"),
            b'\t' => out.push_str("\\t"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\'' if escape_apostrophe => out.push_str("\\'"),
            _ if *b == quote => {
                out.push('\\');
                out.push(*b as char);
            }
            0x20..=0x7e => out.push(*b as char),
            _ => out.push_str(&format!("\\x{b:02x}")),
        }
    }
    out.push(quote as char);
    out
}

/// `maketrans(from, to)`.
pub fn make_table(th: &Thread, from: &[u8], to: &[u8]) -> PyResult<Value> {
    if from.len() != to.len() {
        return Err(raise!(th, ValueError, "maketrans arguments must have same length"));
    }
    let mut table: Vec<u8> = (0..=255).collect();
    for (f, t) in from.iter().zip(to) {
        table[*f as usize] = *t;
    }
    Ok(Bytes::new(th, &table).value())
}

/// `zfill(width)`; `None` where nothing is added.
pub fn zfill(bytes: &[u8], width: isize) -> Option<Vec<u8>> {
    let missing = (width.max(0) as usize).checked_sub(bytes.len()).filter(|n| *n > 0)?;
    let sign = matches!(bytes.first(), Some(b'+' | b'-')) as usize;
    let mut out = bytes[..sign].to_vec();
    out.resize(sign + missing, b'0');
    out.extend_from_slice(&bytes[sign..]);
    Some(out)
}
