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

use krait_layout::header::FLAG_KIND;
use krait_layout::{Header, Kind, Thread, Value, shapes};
use rustpython_wtf8::{Wtf8, Wtf8Buf};
use smallvec::SmallVec;

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

/// The string is the result of a concatenation.
const CONCATENATED: u8 = FLAG_KIND;
/// Its characters are in a [`Room`].
const IN_ROOM: u8 = FLAG_KIND << 1;
/// Bytes from which on a string may get a [`Room`].
const ROOM_FROM: usize = 128;

/// Characters of a string that grows, with space for more, in a buffer of their own. The strings
/// that share it all begin with the first.
#[repr(C)]
struct Room {
    /// Bytes behind this struct.
    capacity: usize,
    /// Bytes that belong to a string.
    used: Cell<usize>,
}

impl Room {
    /// A room for `capacity` bytes of which `used` are about to be written: the address of the
    /// first.
    fn new(th: &Thread, capacity: usize, used: usize) -> *const Room {
        let at = gc::buffer(th, Scan::NoScan, size_of::<Room>() + capacity) as *mut Room;
        // SAFETY: the buffer is fresh and that large.
        unsafe {
            at.write(Room { capacity, used: Cell::new(used) });
            at.add(1)
        }
    }

    /// Gives the bytes `start..end` to a string, if they are the first free ones.
    fn take(&self, start: usize, end: usize) -> bool {
        let free = self.used.get() == start && end <= self.capacity;
        if free {
            self.used.set(end);
        }
        free
    }
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
    let (cell, data) = match class {
        None => {
            let cell = gc::alloc_no_scan(th, base + bytes);
            // SAFETY: the cell is `base + bytes` large.
            (cell, unsafe { cell.as_ptr().add(base) })
        }
        Some(_) => {
            // The instance comes last, so that it is whole before the next collection.
            let data = gc::buffer(th, Scan::NoScan, bytes);
            let cell = gc::alloc_traced(th, base);
            // SAFETY: the cell is fresh and `base` large.
            unsafe { std::ptr::write_bytes(cell.as_ptr(), 0, base) };
            (cell, data)
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

    /// A string of what `f` makes of each byte of an ASCII text: ASCII again.
    pub fn map_ascii(th: &Thread, text: &[u8], mut f: impl FnMut(u8) -> u8) -> &'static Str {
        match text {
            [] => state::empty_str(th),
            [c] => state::latin1_char(th, f(*c)),
            // SAFETY: `alloc_str` gives room for as many bytes.
            _ => alloc_str(th, None, text.len(), ASCII, |at| unsafe {
                for (i, c) in text.iter().enumerate() {
                    let mapped = f(*c);
                    debug_assert!(mapped.is_ascii());
                    at.add(i).write(mapped);
                }
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
            ASCII | 1 if len == 0 => state::empty_str(th),
            ASCII | 1 if len == 1 => state::latin1_char(th, max as u8),
            // SAFETY: `alloc_str` gives room for `len` characters of one byte.
            width @ (ASCII | 1) => alloc_str(th, None, len, width, |at| unsafe {
                points.enumerate().for_each(|(i, c)| at.add(i).write(c as u8));
            }),
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

    /// The code points side by side; up to `N` of them need no memory of their own.
    pub fn points<const N: usize>(&self) -> SmallVec<[u32; N]> {
        let mut points = SmallVec::from_elem(0, self.len);
        match self.chars() {
            Chars::Ascii(s) | Chars::Latin1(s) => {
                points.iter_mut().zip(s).for_each(|(p, c)| *p = *c as u32);
            }
            Chars::Ucs2(s) => points.iter_mut().zip(s).for_each(|(p, c)| *p = *c as u32),
            Chars::Ucs4(s) => points.copy_from_slice(s),
        }
        points
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
    ///
    /// Building a string by `+=` takes time in proportion to its length: the second concatenation
    /// in a row gets a [`Room`] with space to spare, in which later ones add their characters
    /// behind those that are there. The strings made on the way are its beginnings.
    pub fn concat(&self, th: &Thread, other: &Str) -> &'static Str {
        let (own, more) = (self.header.count.get(), other.header.count.get());
        let width = own.max(more);
        let unit = width.max(1) as usize;
        let len = self.len + other.len;
        let (start, bytes) = (self.len * unit, len * unit);
        if len < 2 {
            let mut points = self.code_points().chain(other.code_points());
            return points.next().map_or_else(|| state::empty_str(th), |c| Str::from_char(th, c));
        }
        if bytes < ROOM_FROM || !self.header.has_flag(CONCATENATED) {
            let s = alloc_str(th, None, len, width, |at| {
                self.write_to(at, unit);
                // SAFETY: the cell has room for both.
                other.write_to(unsafe { at.add(start) }, unit);
            });
            s.header.set_flag(CONCATENATED);
            return s;
        }
        let data = match self.room() {
            Some(room) if own.max(1) as usize == unit && room.take(start, bytes) => self.data,
            _ => {
                let room = Room::new(th, bytes * 2, bytes);
                self.write_to(room as *mut u8, unit);
                room as *const u8
            }
        };
        // SAFETY: the room has `bytes` bytes, of which those from `start` on belong to no string.
        other.write_to(unsafe { data.add(start) as *mut u8 }, unit);
        let header = Header::new(shapes::STR, Kind::Str);
        header.count.set(width);
        header.set_flag(CONCATENATED | IN_ROOM);
        let cell = gc::alloc_traced(th, size_of::<Str>());
        // SAFETY: the cell is fresh and large enough for the struct.
        unsafe {
            let at = cell.as_ptr() as *mut Str;
            at.write(Str { header, len, hash: Cell::new(0), data });
            &*at
        }
    }

    /// The strings one after the other.
    pub fn from_parts<'a>(
        th: &Thread,
        parts: impl Iterator<Item = &'a Str> + Clone,
    ) -> &'static Str {
        let (mut len, mut width) = (0, ASCII);
        for part in parts.clone() {
            len += part.len;
            width = width.max(part.header.count.get());
        }
        if len < 2 {
            let first = parts.flat_map(Str::code_points).next();
            return first.map_or_else(|| state::empty_str(th), |c| Str::from_char(th, c));
        }
        let unit = width.max(1) as usize;
        alloc_str(th, None, len, width, |at| {
            let mut at = at;
            for part in parts {
                part.write_to(at, unit);
                // SAFETY: there is room for all parts.
                at = unsafe { at.add(part.len * unit) };
            }
        })
    }

    /// The strings that `parts` are, with `separator` between them.
    pub fn join(th: &Thread, separator: &Str, parts: &[Value]) -> &'static Str {
        let text = |v: &Value| v.cast::<Str>().expect("the caller saw that all are strings");
        let gaps = parts.len().saturating_sub(1);
        let mut len = separator.len * gaps;
        let mut width = if len > 0 { separator.header.count.get() } else { ASCII };
        for part in parts {
            let part = text(part);
            len += part.len;
            width = width.max(part.header.count.get());
        }
        if len < 2 {
            let all = parts.iter().map(|part| -> &Str { text(part) });
            return Str::from_parts(th, all.chain((gaps > 0).then_some(separator)));
        }
        let unit = width.max(1) as usize;
        alloc_str(th, None, len, width, |at| {
            let mut at = at;
            for (i, part) in parts.iter().enumerate() {
                let part = text(part);
                if i > 0 {
                    separator.write_to(at, unit);
                    // SAFETY: there is room for all parts and the separators.
                    at = unsafe { at.add(separator.len * unit) };
                }
                part.write_to(at, unit);
                // SAFETY: as above.
                at = unsafe { at.add(part.len * unit) };
            }
        })
    }

    /// Writes the characters to `at`, `unit` bytes each, which is no less than their own.
    fn write_to(&self, at: *mut u8, unit: usize) {
        fn widen<A: Copy, B: From<A>>(from: &[A], to: *mut B) {
            for (i, c) in from.iter().enumerate() {
                // SAFETY: the caller has room for as many characters.
                unsafe { to.add(i).write(B::from(*c)) };
            }
        }
        match (self.chars(), unit) {
            (Chars::Ascii(s) | Chars::Latin1(s), 2) => widen(s, at as *mut u16),
            (Chars::Ascii(s) | Chars::Latin1(s), 4) => widen(s, at as *mut u32),
            (Chars::Ucs2(s), 4) => widen(s, at as *mut u32),
            // SAFETY: the caller has room for as many bytes.
            _ => unsafe { std::ptr::copy_nonoverlapping(self.data, at, self.raw_bytes().len()) },
        }
    }

    fn room(&self) -> Option<&Room> {
        // SAFETY: a room's characters follow it, and the string begins with the first.
        self.header.has_flag(IN_ROOM).then(|| unsafe { &*(self.data as *const Room).sub(1) })
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
