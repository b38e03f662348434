//! `str`: immutable text, one, two or four bytes a character (PEP 393).
//!
//! A string may hold lone surrogates, so it is a sequence of code points, not of Rust `char`s.
//! Short strings have their characters behind the struct in the same cell; `data` points there.

pub mod build;
pub mod codec;
pub mod methods;
pub mod unicode;
mod unicode_table;

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;

use krait_layout::{Header, Kind, Thread, Value, shapes};
use rustpython_wtf8::{Wtf8, Wtf8Buf};

use crate::error::PyResult;
use crate::gc::{self, Scan};
use crate::object::type_object::{Type, TypeDef, TypeFlags};
use crate::object::{Object, ValueExt};
use crate::{raise, state};

/// `Header::count` of a string: bytes per character, or `ASCII`.
const ASCII: u8 = 0;

/// A `str`.
#[repr(C)]
pub struct Str {
    pub header: Header,
    /// Characters.
    len: usize,
    /// CPython's hash, or 0 where it was not computed yet.
    hash: Cell<i64>,
    data: *const u8,
}

pub static DEF: TypeDef = TypeDef::of::<Str>("str", "builtins")
    .doc("str(object='') -> str\nstr(bytes_or_buffer[, encoding[, errors]]) -> str\n\nCreate a new string object from the given object. If encoding or\nerrors is specified, then the object must expose a data buffer\nthat will be decoded using the given encoding and error handler.\nOtherwise, returns the result of object.__str__() (if defined)\nor repr(object).\nencoding defaults to 'utf-8'.\nerrors defaults to 'strict'.")
    .flags(TypeFlags::BASE.or(TypeFlags::MATCH_SELF))
    .methods(Str::native_methods)
    .shape(shapes::STR);

// SAFETY: every object of kind `Str` is made by `alloc_str` with this layout.
unsafe impl Object for Str {
    const KIND: Kind = Kind::Str;
    const TRACED: bool = false;

    fn def() -> &'static TypeDef {
        &DEF
    }
}

/// A string's characters, by width.
#[derive(Copy, Clone, PartialEq, Eq)]
pub enum Chars<'a> {
    /// All below U+0080.
    Ascii(&'a [u8]),
    /// All below U+0100, one above U+007F.
    Latin1(&'a [u8]),
    Ucs2(&'a [u16]),
    Ucs4(&'a [u32]),
}

/// The narrowest width for characters up to `max`: 0 for ASCII, else bytes per character.
fn width_for(max: u32) -> u8 {
    match max {
        0..=0x7f => ASCII,
        0x80..=0xff => 1,
        0x100..=0xffff => 2,
        _ => 4,
    }
}

/// Allocates a string of `len` characters of `width`, in an instance of `class`, and has `fill`
/// write the characters.
fn alloc_str(
    th: &Thread,
    class: Option<&Type>,
    len: usize,
    width: u8,
    fill: impl FnOnce(*mut u8),
) -> &'static Str {
    let bytes = len * width.max(1) as usize;
    // A subclass's attributes come right after the struct, so its characters have a cell of
    // their own; the cell is kept alive by `data`.
    let base = class.map_or(size_of::<Str>(), Type::instance_size);
    let cell = match class {
        None => gc::alloc_no_scan(th, base + bytes),
        Some(_) => gc::alloc_traced(th, base),
    };
    let data = match class {
        // SAFETY: the cell is `base + bytes` large.
        None => unsafe { cell.as_ptr().add(base) },
        Some(_) => {
            // SAFETY: the cell is fresh; "no value" is written before the next allocation.
            unsafe { std::ptr::write_bytes(cell.as_ptr(), 0, base) };
            gc::buffer(th, Scan::NoScan, bytes)
        }
    };
    fill(data);
    let header = Header::new(class.map_or(shapes::STR, |c| c.instance_shape.get()), Kind::Str);
    header.count.set(width);
    // SAFETY: the cell is fresh and large enough for the struct.
    let s = unsafe {
        let at = cell.as_ptr() as *mut Str;
        at.write(Str { header, len, hash: Cell::new(0), data });
        &*at
    };
    if let Some(class) = class {
        class.note_instance(th, &s.header);
    }
    s
}

impl Str {
    /// A string of valid UTF-8.
    pub fn new(th: &Thread, text: &str) -> &'static Str {
        if text.is_ascii() {
            return Str::from_ascii(th, text.as_bytes());
        }
        Str::from_code_points(th, text.chars().map(u32::from))
    }

    /// A string of bytes below 0x80.
    #[inline]
    pub fn from_ascii(th: &Thread, text: &[u8]) -> &'static Str {
        debug_assert!(text.is_ascii());
        match text {
            [] => state::empty_str(th),
            [c] => state::latin1_char(th, *c),
            // SAFETY: `alloc_str` gives room for as many bytes.
            _ => alloc_str(th, None, text.len(), ASCII, |at| unsafe {
                std::ptr::copy_nonoverlapping(text.as_ptr(), at, text.len())
            }),
        }
    }

    /// A string of ISO 8859-1 bytes.
    pub fn from_latin1(th: &Thread, text: &[u8]) -> &'static Str {
        if text.is_ascii() {
            return Str::from_ascii(th, text);
        }
        if let [c] = text {
            return state::latin1_char(th, *c);
        }
        // SAFETY: `alloc_str` gives room for as many bytes.
        alloc_str(th, None, text.len(), 1, |at| unsafe {
            std::ptr::copy_nonoverlapping(text.as_ptr(), at, text.len())
        })
    }

    /// As `from_latin1`, but never a shared object; for the tables of shared ones.
    pub(crate) fn fresh_latin1(th: &Thread, text: &[u8]) -> &'static Str {
        let width = if text.is_ascii() { ASCII } else { 1 };
        // SAFETY: `alloc_str` gives room for as many bytes.
        alloc_str(th, None, text.len(), width, |at| unsafe {
            std::ptr::copy_nonoverlapping(text.as_ptr(), at, text.len())
        })
    }

    /// A string of code points, each at most U+10FFFF; surrogates are allowed.
    pub fn from_code_points(
        th: &Thread,
        points: impl Iterator<Item = u32> + Clone,
    ) -> &'static Str {
        let (mut len, mut max) = (0, 0);
        for c in points.clone() {
            len += 1;
            max = max.max(c);
        }
        match width_for(max) {
            ASCII | 1 => {
                let bytes: Vec<u8> = points.map(|c| c as u8).collect();
                Str::from_latin1(th, &bytes)
            }
            // SAFETY: `alloc_str` gives room for `len` characters of the width.
            2 => alloc_str(th, None, len, 2, |at| unsafe {
                let at = at as *mut u16;
                points.enumerate().for_each(|(i, c)| at.add(i).write(c as u16));
            }),
            // SAFETY: as above.
            _ => alloc_str(th, None, len, 4, |at| unsafe {
                let at = at as *mut u32;
                points.enumerate().for_each(|(i, c)| at.add(i).write(c));
            }),
        }
    }

    pub fn from_wtf8(th: &Thread, text: &Wtf8) -> &'static Str {
        match text.as_str() {
            Ok(text) => Str::new(th, text),
            Err(_) => Str::from_code_points(th, text.code_points().map(|c| c.to_u32())),
        }
    }

    pub fn from_char(th: &Thread, c: u32) -> &'static Str {
        if c < 0x100 {
            state::latin1_char(th, c as u8)
        } else {
            Str::from_code_points(th, std::iter::once(c))
        }
    }

    /// A string of the same characters in an instance of the subclass `class`.
    pub fn copy_as(&self, th: &Thread, class: &Type) -> &'static Str {
        let width = self.header.count.get();
        let bytes = self.len * width.max(1) as usize;
        // SAFETY: source and target both have `bytes` bytes.
        alloc_str(th, Some(class), self.len, width, |at| unsafe {
            std::ptr::copy_nonoverlapping(self.data, at, bytes)
        })
    }

    /// Characters.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    #[inline]
    pub fn chars(&self) -> Chars<'_> {
        // SAFETY: `data` points to `len` characters of the width that the header gives, which
        // live as long as the string.
        unsafe {
            match self.header.count.get() {
                ASCII => Chars::Ascii(std::slice::from_raw_parts(self.data, self.len)),
                1 => Chars::Latin1(std::slice::from_raw_parts(self.data, self.len)),
                2 => Chars::Ucs2(std::slice::from_raw_parts(self.data as *const u16, self.len)),
                _ => Chars::Ucs4(std::slice::from_raw_parts(self.data as *const u32, self.len)),
            }
        }
    }

    /// The characters' bytes in their width.
    fn raw_bytes(&self) -> &[u8] {
        let width = self.header.count.get().max(1) as usize;
        // SAFETY: as for `chars`.
        unsafe { std::slice::from_raw_parts(self.data, self.len * width) }
    }

    /// Where all characters are below U+0080.
    #[inline]
    pub fn as_ascii(&self) -> Option<&str> {
        match self.chars() {
            // SAFETY: ASCII is UTF-8.
            Chars::Ascii(bytes) => Some(unsafe { std::str::from_utf8_unchecked(bytes) }),
            _ => None,
        }
    }

    pub fn is_ascii(&self) -> bool {
        self.header.count.get() == ASCII
    }

    /// The code point at `i`, which is below `len`.
    #[inline]
    pub fn char_at(&self, i: usize) -> u32 {
        match self.chars() {
            Chars::Ascii(s) | Chars::Latin1(s) => s[i] as u32,
            Chars::Ucs2(s) => s[i] as u32,
            Chars::Ucs4(s) => s[i],
        }
    }

    /// All code points in order.
    pub fn code_points(&self) -> CodePoints<'_> {
        CodePoints { chars: self.chars(), range: 0..self.len }
    }

    /// The largest code point that the width allows: a bound, not the maximum itself.
    pub fn max_char_bound(&self) -> u32 {
        match self.chars() {
            Chars::Ascii(_) => 0x7f,
            Chars::Latin1(_) => 0xff,
            Chars::Ucs2(_) => 0xffff,
            Chars::Ucs4(_) => 0x10ffff,
        }
    }

    /// The characters `start..end` as a string.
    pub fn slice(&'static self, th: &Thread, start: usize, end: usize) -> &'static Str {
        if start == 0 && end == self.len && self.header.shape.get() == shapes::STR {
            return self;
        }
        match self.chars() {
            Chars::Ascii(s) => Str::from_ascii(th, &s[start..end]),
            Chars::Latin1(s) => Str::from_latin1(th, &s[start..end]),
            Chars::Ucs2(s) => Str::from_code_points(th, s[start..end].iter().map(|c| *c as u32)),
            Chars::Ucs4(s) => Str::from_code_points(th, s[start..end].iter().copied()),
        }
    }

    /// The two strings one after the other.
    pub fn concat(&self, th: &Thread, other: &Str) -> &'static Str {
        let mut b = build::StrBuilder::with_capacity(self.len + other.len);
        match (self.chars(), other.chars()) {
            (Chars::Ascii(x), Chars::Ascii(y)) if x.len() + y.len() > 1 => {
                // SAFETY: room for both parts.
                return alloc_str(th, None, x.len() + y.len(), ASCII, |at| unsafe {
                    std::ptr::copy_nonoverlapping(x.as_ptr(), at, x.len());
                    std::ptr::copy_nonoverlapping(y.as_ptr(), at.add(x.len()), y.len());
                });
            }
            _ => {
                b.push_object(self);
                b.push_object(other);
            }
        }
        b.finish(th)
    }

    /// CPython's hash of the characters (PEP 456: SipHash-1-3).
    #[inline]
    pub fn hash(&self) -> i64 {
        let h = self.hash.get();
        if h != 0 {
            return h;
        }
        let h = crate::types::hash::hash_bytes(self.raw_bytes());
        self.hash.set(h);
        h
    }

    /// Whether the two have the same characters.
    #[inline]
    pub fn equals(&self, other: &Str) -> bool {
        std::ptr::eq(self, other)
            || (self.len == other.len
                && self.header.count.get() == other.header.count.get()
                && self.raw_bytes() == other.raw_bytes())
    }

    /// Whether the string is `text`, which is ASCII.
    pub fn equals_ascii(&self, text: &str) -> bool {
        self.as_ascii() == Some(text)
    }

    /// The text with lone surrogates kept (WTF-8).
    pub fn to_wtf8(&self) -> Wtf8Buf {
        let mut out = Wtf8Buf::with_capacity(self.len);
        for c in self.code_points() {
            out.push(rustpython_wtf8::CodePoint::from_u32(c).expect("at most U+10FFFF"));
        }
        out
    }

    /// The text, or `None` where it holds lone surrogates.
    pub fn as_utf8(&self) -> Option<Cow<'_, str>> {
        if let Some(ascii) = self.as_ascii() {
            return Some(Cow::Borrowed(ascii));
        }
        let mut out = String::with_capacity(self.len * 2);
        for c in self.code_points() {
            out.push(char::from_u32(c)?);
        }
        Some(Cow::Owned(out))
    }

    /// The text; raises `UnicodeEncodeError` where it holds lone surrogates.
    pub fn to_utf8(&'static self, th: &Thread) -> PyResult<String> {
        match self.as_utf8() {
            Some(text) => Ok(text.into_owned()),
            None => {
                let at =
                    self.code_points().position(|c| (0xd800..0xe000).contains(&c)).unwrap_or(0);
                Err(crate::types::exception::raise_unicode_encode_error(
                    th,
                    "utf-8",
                    self,
                    at,
                    at + 1,
                    "surrogates not allowed",
                ))
            }
        }
    }

    /// Order by code points, as Python's `<`.
    pub fn compare(&self, other: &Str) -> std::cmp::Ordering {
        match (self.chars(), other.chars()) {
            (Chars::Ascii(a) | Chars::Latin1(a), Chars::Ascii(b) | Chars::Latin1(b)) => a.cmp(b),
            _ => self.code_points().cmp(other.code_points()),
        }
    }
}

/// Iterator over a string's code points.
#[derive(Clone)]
pub struct CodePoints<'a> {
    chars: Chars<'a>,
    range: std::ops::Range<usize>,
}

impl Iterator for CodePoints<'_> {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        let i = self.range.next()?;
        Some(match self.chars {
            Chars::Ascii(s) | Chars::Latin1(s) => s[i] as u32,
            Chars::Ucs2(s) => s[i] as u32,
            Chars::Ucs4(s) => s[i],
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.range.size_hint()
    }
}

impl DoubleEndedIterator for CodePoints<'_> {
    fn next_back(&mut self) -> Option<u32> {
        let i = self.range.next_back()?;
        Some(match self.chars {
            Chars::Ascii(s) | Chars::Latin1(s) => s[i] as u32,
            Chars::Ucs2(s) => s[i] as u32,
            Chars::Ucs4(s) => s[i],
        })
    }
}

impl ExactSizeIterator for CodePoints<'_> {}

/// Shows lone surrogates as U+FFFD: for messages.
impl fmt::Display for Str {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        if let Some(ascii) = self.as_ascii() {
            return f.write_str(ascii);
        }
        for c in self.code_points() {
            fmt::Write::write_char(f, char::from_u32(c).unwrap_or('\u{fffd}'))?;
        }
        Ok(())
    }
}

/// The value as a `str`; raises `TypeError` "`what` must be str, not X".
pub fn expect_str(th: &Thread, v: Value, what: &str) -> PyResult<&'static Str> {
    v.cast::<Str>()
        .ok_or_else(|| raise!(th, TypeError, "{what} must be str, not {}", v.type_name()))
}
