//! Searching and splitting sequences of bytes or characters: what `str`, `bytes` and `bytearray`
//! have in common. Results are ranges, which the callers cut out.

use std::ops::Range;

/// A character of a string's width, or a byte.
pub trait Unit: Copy + Eq + Into<u32> + 'static {
    /// The units as bytes.
    fn bytes(units: &[Self]) -> &[u8];
}

impl Unit for u8 {
    fn bytes(units: &[u8]) -> &[u8] {
        units
    }
}

impl Unit for u16 {
    fn bytes(units: &[u16]) -> &[u8] {
        // SAFETY: any memory may be looked at as bytes.
        unsafe { std::slice::from_raw_parts(units.as_ptr() as *const u8, units.len() * 2) }
    }
}

impl Unit for u32 {
    fn bytes(units: &[u32]) -> &[u8] {
        // SAFETY: as above.
        unsafe { std::slice::from_raw_parts(units.as_ptr() as *const u8, units.len() * 4) }
    }
}

/// The first place of a character.
pub fn find_char<T: Unit>(hay: &[T], c: u32) -> Option<usize> {
    match (size_of::<T>(), u8::try_from(c)) {
        (1, Ok(c)) => memchr::memchr(c, T::bytes(hay)),
        (1, Err(_)) => None,
        _ => hay.iter().position(|h| (*h).into() == c),
    }
}

/// The first place of `needle`, which is not longer than `hay` or not found.
pub fn find<T: Unit>(hay: &[T], needle: &[T]) -> Option<usize> {
    if needle.is_empty() {
        return Some(0);
    }
    if needle.len() > hay.len() {
        return None;
    }
    if let ([c], true) = (needle, size_of::<T>() > 1) {
        return hay.iter().position(|h| h == c);
    }
    if let ([c], 1) = (needle, size_of::<T>()) {
        return memchr::memchr((*c).into() as u8, T::bytes(hay));
    }
    // Preparing a search costs more than looking through a short text.
    const SHORT: usize = 64;
    if hay.len() <= SHORT {
        let (first, rest) = (needle[0], &needle[1..]);
        return (0..=hay.len() - needle.len())
            .find(|&i| hay[i] == first && hay[i + 1..i + needle.len()] == *rest);
    }
    // The byte search may find a place that is no multiple of the width: go on behind it.
    let (hay, needle) = (T::bytes(hay), T::bytes(needle));
    let finder = memchr::memmem::Finder::new(needle);
    let mut from = 0;
    while let Some(i) = finder.find(&hay[from..]) {
        let at = from + i;
        if at % size_of::<T>() == 0 {
            return Some(at / size_of::<T>());
        }
        from = at + 1;
    }
    None
}

/// The last place of `needle`.
pub fn rfind<T: Unit>(hay: &[T], needle: &[T]) -> Option<usize> {
    if needle.is_empty() {
        return Some(hay.len());
    }
    if needle.len() > hay.len() {
        return None;
    }
    if let [c] = needle {
        return hay.iter().rposition(|h| h == c);
    }
    let (hay, needle) = (T::bytes(hay), T::bytes(needle));
    let finder = memchr::memmem::FinderRev::new(needle);
    let mut end = hay.len();
    while let Some(at) = finder.rfind(&hay[..end]) {
        if at % size_of::<T>() == 0 {
            return Some(at / size_of::<T>());
        }
        end = at + needle.len() - 1;
    }
    None
}

/// Places of `needle` that do not overlap, `limit` at most; of an empty one, every gap.
pub fn occurrences<T: Unit>(hay: &[T], needle: &[T], limit: usize) -> Vec<usize> {
    let mut found = Vec::new();
    if needle.is_empty() {
        found.extend((0..=hay.len()).take(limit));
        return found;
    }
    let mut from = 0;
    while found.len() < limit
        && let Some(i) = find(&hay[from..], needle)
    {
        found.push(from + i);
        from += i + needle.len();
    }
    found
}

/// How often `needle` occurs without overlap.
pub fn count<T: Unit>(hay: &[T], needle: &[T]) -> usize {
    if needle.is_empty() {
        return hay.len() + 1;
    }
    if let ([c], 1) = (needle, size_of::<T>()) {
        return memchr::memchr_iter((*c).into() as u8, T::bytes(hay)).count();
    }
    let (mut n, mut from) = (0, 0);
    while let Some(i) = find(&hay[from..], needle) {
        n += 1;
        from += i + needle.len();
    }
    n
}

/// `split(separator, limit)`.
pub fn split<T: Unit>(hay: &[T], separator: &[T], limit: usize) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut from = 0;
    while parts.len() < limit
        && let Some(i) = find(&hay[from..], separator)
    {
        parts.push(from..from + i);
        from += i + separator.len();
    }
    parts.push(from..hay.len());
    parts
}

/// `rsplit(separator, limit)`.
pub fn rsplit<T: Unit>(hay: &[T], separator: &[T], limit: usize) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut end = hay.len();
    while parts.len() < limit
        && let Some(i) = rfind(&hay[..end], separator)
    {
        parts.push(i + separator.len()..end);
        end = i;
    }
    parts.push(0..end);
    parts.reverse();
    parts
}

/// `split(None, limit)`: at runs of white space.
pub fn split_space<T: Unit>(
    hay: &[T],
    limit: usize,
    space: impl Fn(u32) -> bool,
) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut i = 0;
    loop {
        while i < hay.len() && space(hay[i].into()) {
            i += 1;
        }
        if i == hay.len() {
            return parts;
        }
        if parts.len() == limit {
            // The last part keeps the white space at its end.
            parts.push(i..hay.len());
            return parts;
        }
        let start = i;
        while i < hay.len() && !space(hay[i].into()) {
            i += 1;
        }
        parts.push(start..i);
    }
}

/// `rsplit(None, limit)`.
pub fn rsplit_space<T: Unit>(
    hay: &[T],
    limit: usize,
    space: impl Fn(u32) -> bool,
) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut end = hay.len();
    loop {
        while end > 0 && space(hay[end - 1].into()) {
            end -= 1;
        }
        if end == 0 {
            break;
        }
        if parts.len() == limit {
            parts.push(0..end);
            break;
        }
        let stop = end;
        while end > 0 && !space(hay[end - 1].into()) {
            end -= 1;
        }
        parts.push(end..stop);
    }
    parts.reverse();
    parts
}

/// `splitlines(keep_ends)`; `line_end` says which characters end a line, besides `\r\n`.
pub fn split_lines<T: Unit>(
    hay: &[T],
    keep_ends: bool,
    line_end: impl Fn(u32) -> bool,
) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut i = 0;
    while i < hay.len() {
        let start = i;
        while i < hay.len() && !line_end(hay[i].into()) {
            i += 1;
        }
        let mut end = i;
        if i < hay.len() {
            let cr: u32 = hay[i].into();
            i += 1;
            if cr == 13 && i < hay.len() && hay[i].into() == 10 {
                i += 1;
            }
            if keep_ends {
                end = i;
            }
        }
        parts.push(start..end);
    }
    parts
}

/// What is left when units for which `strip` holds are cut off at the sides asked for.
pub fn strip<T: Unit>(
    hay: &[T],
    left: bool,
    right: bool,
    strip: impl Fn(u32) -> bool,
) -> Range<usize> {
    let (mut start, mut end) = (0, hay.len());
    while left && start < end && strip(hay[start].into()) {
        start += 1;
    }
    while right && end > start && strip(hay[end - 1].into()) {
        end -= 1;
    }
    start..end
}
