//! Methods of `str`.

use krait_layout::{Kind, StackSlot, Thread, Value, shapes};

use super::build::StrBuilder;
use super::unicode::{self, Case};
use super::{Chars, DEF, Str, codec};
use crate::error::{PyResult, catch};
use crate::native::{ArgPlace, FromArg, class_arg};
use crate::object::{Object, Slot, ValueExt};
use crate::ops::{self, Comparison};
use crate::types::bytes::{self, Bytes};
use crate::types::dict::Dict;
use crate::types::exception::Exc;
use crate::types::list::List;
use crate::types::search::{self, Unit};
use crate::types::slice::{self, Index};
use crate::types::tuple::Tuple;
use crate::types::{int, iterator};
use crate::{raise, state};
use krait_macros::methods;

/// Whether the string is an identifier by PEP 3131 (keywords included).
pub fn is_identifier(s: &Str) -> bool {
    if let Some(a) = s.as_ascii() {
        let ok = |b: u8| b == b'_' || b.is_ascii_alphanumeric();
        return a.bytes().all(ok) && a.bytes().next().is_some_and(|b| !b.is_ascii_digit());
    }
    let mut points = s.code_points();
    points.next().is_some_and(unicode::is_xid_start) && points.all(unicode::is_xid_continue)
}

/// The text with every decimal digit as its ASCII digit and all white space as spaces; what
/// `int()` and `float()` read. Other characters are kept.
pub fn to_ascii_digits(s: &Str) -> String {
    s.code_points()
        .map(|c| match unicode::decimal(c) {
            Some(d) => (b'0' + d) as char,
            None if c > 0x7f && unicode::is_space(c) => ' ',
            None => char::from_u32(c).unwrap_or('\u{fffd}'),
        })
        .collect()
}

/// Runs `$body` with `$units` as the characters in their width.
macro_rules! with_units {
    ($s:expr, $units:ident => $body:expr) => {
        match $s.chars() {
            Chars::Ascii($units) | Chars::Latin1($units) => $body,
            Chars::Ucs2($units) => $body,
            Chars::Ucs4($units) => $body,
        }
    };
}

/// A width that code points are stored in.
trait Width: Unit {
    /// The characters of `s` in this width; `None` where one does not fit.
    fn units(s: &Str) -> Option<Vec<Self>>;
}

impl Width for u8 {
    fn units(s: &Str) -> Option<Vec<u8>> {
        match s.chars() {
            Chars::Ascii(c) | Chars::Latin1(c) => Some(c.to_vec()),
            Chars::Ucs2(_) | Chars::Ucs4(_) => None,
        }
    }
}

impl Width for u16 {
    fn units(s: &Str) -> Option<Vec<u16>> {
        match s.chars() {
            Chars::Ucs4(_) => None,
            _ => Some(s.code_points().map(|c| c as u16).collect()),
        }
    }
}

impl Width for u32 {
    fn units(s: &Str) -> Option<Vec<u32>> {
        Some(s.code_points().collect())
    }
}

fn find_units<T: Width>(hay: &[T], needle: &Str, reverse: bool) -> Option<usize> {
    let needle = T::units(needle)?;
    if reverse { search::rfind(hay, &needle) } else { search::find(hay, &needle) }
}

/// The first or last place of `needle` in the characters `start..stop`.
pub fn find_in(s: &Str, needle: &Str, start: usize, stop: usize, reverse: bool) -> Option<usize> {
    if start > stop {
        return None;
    }
    if let (Chars::Ascii(h) | Chars::Latin1(h), Chars::Ascii(n) | Chars::Latin1(n)) =
        (s.chars(), needle.chars())
    {
        let hay = &h[start..stop];
        let at = if reverse { search::rfind(hay, n) } else { search::find(hay, n) };
        return at.map(|i| i + start);
    }
    with_units!(s, units => find_units(&units[start..stop], needle, reverse)).map(|i| i + start)
}

type Bounds = (Option<Value>, Option<Value>);

fn find(
    th: &Thread,
    name: &str,
    s: &Str,
    sub: Value,
    bounds: Bounds,
    reverse: bool,
) -> PyResult<Option<usize>> {
    let sub = text_arg(th, name, 1, sub)?;
    let (start, stop) = slice::search_bounds(th, bounds.0, bounds.1, s.len())?;
    Ok(find_in(s, sub, start, stop, reverse))
}

/// An argument that has to be a `str`.
fn text_arg(th: &Thread, name: &str, index: usize, v: Value) -> PyResult<&'static Str> {
    v.cast::<Str>().ok_or_else(|| {
        let found = if v.is_none() { "None".to_string() } else { v.type_name() };
        raise!(th, TypeError, "{name}() argument {index} must be str, not {found}")
    })
}

fn count_in(s: &Str, sub: &Str, start: usize, stop: usize) -> usize {
    fn units<T: Width>(hay: &[T], sub: &Str) -> usize {
        T::units(sub).map_or(0, |n| search::count(hay, &n))
    }
    if start > stop {
        return 0;
    }
    with_units!(s, u => units(&u[start..stop], sub))
}

fn has_affix(s: &Str, affix: &Str, start: usize, stop: usize, at_end: bool) -> bool {
    if start > stop || affix.len() > stop - start {
        return false;
    }
    let from = if at_end { stop - affix.len() } else { start };
    match (s.chars(), affix.chars()) {
        (Chars::Ascii(h) | Chars::Latin1(h), Chars::Ascii(a) | Chars::Latin1(a)) => {
            h[from..from + a.len()] == *a
        }
        _ => affix.code_points().enumerate().all(|(i, c)| s.char_at(from + i) == c),
    }
}

fn affix(
    th: &Thread,
    name: &str,
    s: &Str,
    affix: Value,
    bounds: Bounds,
    at_end: bool,
) -> PyResult<bool> {
    let (start, stop) = slice::search_bounds(th, bounds.0, bounds.1, s.len())?;
    if let Some(t) = affix.cast::<Tuple>() {
        for v in t.values() {
            let Some(a) = v.cast::<Str>() else {
                return Err(raise!(
                    th,
                    TypeError,
                    "tuple for {name} must only contain str, not {}",
                    v.type_name()
                ));
            };
            if has_affix(s, a, start, stop, at_end) {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    match affix.cast::<Str>() {
        Some(a) => Ok(has_affix(s, a, start, stop, at_end)),
        None => Err(raise!(
            th,
            TypeError,
            "{name} first arg must be str or a tuple of str, not {}",
            affix.type_name()
        )),
    }
}

/// A list of parts of `s`.
fn pieces(th: &Thread, s: &'static Str, ranges: Vec<std::ops::Range<usize>>) -> Value {
    let list = List::with_capacity(th, ranges.len());
    for r in ranges {
        list.push(th, s.slice(th, r.start, r.end).value());
    }
    list.value()
}

fn split(
    th: &Thread,
    s: &'static Str,
    sep: Option<Value>,
    maxsplit: Option<Value>,
    reverse: bool,
) -> PyResult<Value> {
    let limit = bytes::text::limit(th, maxsplit)?;
    let Some(sep) = sep.filter(|s| !s.is_none()) else {
        let ranges = with_units!(s, u => if reverse {
            search::rsplit_space(u, limit, unicode::is_space)
        } else {
            search::split_space(u, limit, unicode::is_space)
        });
        return Ok(pieces(th, s, ranges));
    };
    let Some(sep) = sep.cast::<Str>() else {
        return Err(raise!(th, TypeError, "must be str or None, not {}", sep.type_name()));
    };
    if sep.is_empty() {
        return Err(raise!(th, ValueError, "empty separator"));
    }
    fn units<T: Width>(
        hay: &[T],
        sep: &Str,
        limit: usize,
        reverse: bool,
    ) -> Vec<std::ops::Range<usize>> {
        match T::units(sep) {
            None => std::iter::once(0..hay.len()).collect(),
            Some(sep) if reverse => search::rsplit(hay, &sep, limit),
            Some(sep) => search::split(hay, &sep, limit),
        }
    }
    Ok(pieces(th, s, with_units!(s, u => units(u, sep, limit, reverse))))
}

fn partition(th: &Thread, s: &'static Str, sep: Value, reverse: bool) -> PyResult<Value> {
    let Some(sep) = sep.cast::<Str>() else {
        return Err(raise!(th, TypeError, "must be str, not {}", sep.type_name()));
    };
    if sep.is_empty() {
        return Err(raise!(th, ValueError, "empty separator"));
    }
    let empty = state::empty_str(th).value();
    let whole = s.slice(th, 0, s.len()).value();
    let parts = match find_in(s, sep, 0, s.len(), reverse) {
        Some(i) => {
            let before = s.slice(th, 0, i).value();
            [before, sep.value(), s.slice(th, i + sep.len(), s.len()).value()]
        }
        None if reverse => [empty, empty, whole],
        None => [whole, empty, empty],
    };
    Ok(Tuple::new(th, &parts).value())
}

fn strip(
    th: &Thread,
    name: &str,
    s: &'static Str,
    chars: Option<Value>,
    left: bool,
    right: bool,
) -> PyResult<Value> {
    let r = match chars.filter(|c| !c.is_none()) {
        None => with_units!(s, u => search::strip(u, left, right, unicode::is_space)),
        Some(c) => {
            let Some(set) = c.cast::<Str>() else {
                return Err(raise!(th, TypeError, "{name} arg must be None or str"));
            };
            let set: Vec<u32> = set.code_points().collect();
            with_units!(s, u => search::strip(u, left, right, |c| set.contains(&c)))
        }
    };
    Ok(s.slice(th, r.start, r.end).value())
}

/// `text.replace(old, new, limit)`.
pub fn replace(th: &Thread, s: &'static Str, old: &Str, new: &Str, limit: usize) -> &'static Str {
    fn places<T: Width>(hay: &[T], old: &Str, limit: usize) -> Vec<usize> {
        T::units(old).map_or(Vec::new(), |n| search::occurrences(hay, &n, limit))
    }
    let places = with_units!(s, u => places(u, old, limit));
    if places.is_empty() {
        return s.slice(th, 0, s.len());
    }
    let mut b = StrBuilder::with_capacity(s.len() + places.len() * new.len());
    let mut from = 0;
    for at in places {
        push_range(&mut b, s, from, at);
        b.push_object(new);
        from = at + old.len();
    }
    push_range(&mut b, s, from, s.len());
    b.finish(th)
}

fn push_range(b: &mut StrBuilder, s: &Str, start: usize, end: usize) {
    match s.chars() {
        Chars::Ascii(u) | Chars::Latin1(u) => b.push_latin1(&u[start..end]),
        Chars::Ucs2(u) => u[start..end].iter().for_each(|c| b.push(*c as u32)),
        Chars::Ucs4(u) => u[start..end].iter().for_each(|c| b.push(*c)),
    }
}

fn fill_char(th: &Thread, fill: Option<Value>) -> PyResult<u32> {
    let Some(v) = fill else { return Ok(' ' as u32) };
    match v.cast::<Str>() {
        Some(s) if s.len() == 1 => Ok(s.char_at(0)),
        Some(_) => {
            Err(raise!(th, TypeError, "The fill character must be exactly one character long"))
        }
        None => Err(raise!(
            th,
            TypeError,
            "The fill character must be a unicode character, not {}",
            v.type_name()
        )),
    }
}

fn pad(
    th: &Thread,
    s: &'static Str,
    width: isize,
    fill: Option<Value>,
    share: impl Fn(usize, usize) -> usize,
) -> PyResult<Value> {
    let fill = fill_char(th, fill)?;
    let width = width.max(0) as usize;
    let total = width.saturating_sub(s.len());
    if total == 0 {
        return Ok(s.slice(th, 0, s.len()).value());
    }
    let left = share(total, width);
    let mut b = StrBuilder::with_capacity(width);
    b.push_repeated(fill, left);
    b.push_object(s);
    b.push_repeated(fill, total - left);
    Ok(b.finish(th).value())
}

fn lower_into(b: &mut StrBuilder, s: &Str, i: usize) {
    match s.char_at(i) {
        0x3a3 => b.push(unicode::lower_sigma(|i| s.char_at(i), s.len(), i)),
        c => unicode::map(c, Case::Lower, |c| b.push(c)),
    }
}

/// `text.lower()`.
pub fn lower(th: &Thread, s: &'static Str) -> &'static Str {
    if let Some(a) = s.as_ascii() {
        return Str::map_ascii(th, a.as_bytes(), |c| c.to_ascii_lowercase());
    }
    let mut b = StrBuilder::with_capacity(s.len());
    (0..s.len()).for_each(|i| lower_into(&mut b, s, i));
    b.finish(th)
}

fn map_all(th: &Thread, s: &Str, case: Case) -> &'static Str {
    if let (Some(a), Case::Upper) = (s.as_ascii(), case) {
        return Str::map_ascii(th, a.as_bytes(), |c| c.to_ascii_uppercase());
    }
    let mut b = StrBuilder::with_capacity(s.len());
    for c in s.code_points() {
        unicode::map(c, case, |c| b.push(c));
    }
    b.finish(th)
}

/// Whether there are characters and `f` holds for all.
fn all(s: &Str, f: impl Fn(u32) -> bool) -> bool {
    !s.is_empty() && s.code_points().all(f)
}

/// `repr(text)`.
pub fn repr(th: &Thread, s: &Str) -> &'static Str {
    let single = s.code_points().any(|c| c == '\'' as u32);
    let double = s.code_points().any(|c| c == '"' as u32);
    let quote = if single && !double { '"' } else { '\'' } as u32;
    let mut b = StrBuilder::with_capacity(s.len() + 2);
    b.push(quote);
    for c in s.code_points() {
        match c {
            0x5c => b.push_str("\\\\"),
            0x09 => b.push_str("\\t"),
            0x0a => b.push_str("\\n"),
            0x0d => b.push_str("\\r"),
            _ if c == quote => {
                b.push(0x5c);
                b.push(c);
            }
            _ if unicode::is_printable(c) => b.push(c),
            0..=0xff => b.push_str(&format!("\\x{c:02x}")),
            0x100..=0xffff => b.push_str(&format!("\\u{c:04x}")),
            _ => b.push_str(&format!("\\U{c:08x}")),
        }
    }
    b.push(quote);
    b.finish(th)
}

/// Where a translation table sends a character.
enum Translated {
    Same,
    Deleted,
    Char(u32),
    Text(&'static Str),
}

fn translate_one(th: &Thread, table: Value, c: u32) -> PyResult<Translated> {
    let key = int::new(th, c as i64);
    let found = match table.cast::<Dict>().filter(|_| table.is_exactly(shapes::DICT)) {
        Some(d) => d.get(th, key)?,
        None => catch(th, Exc::LookupError, ops::get_item(th, table, key))?,
    };
    let Some(v) = found else { return Ok(Translated::Same) };
    if v.is_none() {
        return Ok(Translated::Deleted);
    }
    if let Some(s) = v.cast::<Str>() {
        return Ok(Translated::Text(s));
    }
    if !int::is_int(v) {
        return Err(raise!(th, TypeError, "character mapping must return integer, None or str"));
    }
    match int::to_i64(v).and_then(|i| u32::try_from(i).ok()).filter(|c| *c < 0x110000) {
        Some(c) => Ok(Translated::Char(c)),
        None => Err(raise!(th, ValueError, "character mapping must be in range(0x110000)")),
    }
}

fn translate(th: &Thread, s: &'static Str, table: Value) -> PyResult<Value> {
    if table.slot(Slot::GetItem).is_none() {
        return Err(raise!(th, TypeError, "'{}' object is not subscriptable", table.type_name()));
    }
    let mut b = StrBuilder::with_capacity(s.len());
    for c in s.code_points() {
        match translate_one(th, table, c)? {
            Translated::Same => b.push(c),
            Translated::Deleted => {}
            Translated::Char(c) => b.push(c),
            Translated::Text(t) => b.push_object(t),
        }
    }
    Ok(b.finish(th).value())
}

/// `separator.join(items)`.
pub fn join(th: &Thread, separator: &Str, items: Value) -> PyResult<Value> {
    if items.slot(Slot::Iter).is_none() && items.slot(Slot::GetItem).is_none() {
        return Err(raise!(th, TypeError, "can only join an iterable"));
    }
    let items = ops::collect(th, items)?;
    if let [v] = items[..]
        && v.is_exactly(shapes::STR)
    {
        return Ok(v);
    }
    join_values(th, separator, &items).map(|s| s.value())
}

/// As [`join`] of items that were collected.
pub fn join_values(th: &Thread, separator: &Str, items: &[Value]) -> PyResult<&'static Str> {
    for (i, v) in items.iter().enumerate() {
        if v.cast::<Str>().is_none() {
            return Err(raise!(
                th,
                TypeError,
                "sequence item {i}: expected str instance, {} found",
                v.type_name()
            ));
        }
    }
    Ok(Str::join(th, separator, items))
}

/// A `str` argument that messages call by its position.
struct Text<const N: usize>(&'static Str);

impl<const N: usize> FromArg for Text<N> {
    fn from_arg(th: &Thread, slot: StackSlot, place: &ArgPlace) -> PyResult<Text<N>> {
        let v = slot.expect("bound");
        match v.cast::<Str>() {
            Some(s) => Ok(Text(s)),
            None => {
                let found = if v.is_none() { "None".to_string() } else { v.type_name() };
                let n = if N == 0 { String::new() } else { format!(" {N}") };
                Err(raise!(
                    th,
                    TypeError,
                    "{}() argument{n} must be str, not {found}",
                    place.function
                ))
            }
        }
    }
}

/// `str(v, encoding, errors)`.
fn decode_object(
    th: &Thread,
    v: Value,
    encoding: Option<&Str>,
    errors: Option<&Str>,
) -> PyResult<&'static Str> {
    if v.kind() == Kind::Str {
        return Err(raise!(th, TypeError, "decoding str is not supported"));
    }
    let Some(data) = bytes::view(th, v)? else {
        return Err(raise!(
            th,
            TypeError,
            "decoding to str: need a bytes-like object, {} found",
            v.type_name()
        ));
    };
    let encoding = encoding.map_or("utf-8".to_string(), |e| e.to_string());
    let errors = errors.map_or("strict".to_string(), |e| e.to_string());
    codec::decode(th, data, &encoding, &errors)
}

impl Str {
    /// Whether the character occurs in the string.
    pub fn has_char(&self, c: u32) -> bool {
        match self.chars() {
            Chars::Ascii(s) | Chars::Latin1(s) => c < 0x100 && memchr::memchr(c as u8, s).is_some(),
            Chars::Ucs2(s) => c < 0x1_0000 && s.contains(&(c as u16)),
            Chars::Ucs4(s) => s.contains(&c),
        }
    }

    /// Whether `sub` occurs in the string.
    pub fn contains(&self, sub: &Str) -> bool {
        if sub.len() == 1 {
            return self.has_char(sub.char_at(0));
        }
        find_in(self, sub, 0, self.len(), false).is_some()
    }
}

#[methods]
impl Str {
    #[staticmethod(
        sig = "(cls, /, object='', encoding=<unrepresentable>, errors=<unrepresentable>)"
    )]
    fn __new__(
        th: &Thread,
        cls: Value,
        object: Option<Value>,
        encoding: Option<Value>,
        errors: Option<Value>,
    ) -> PyResult<Value> {
        let class = class_arg(th, cls, DEF.class(th))?;
        let encoding = bytes::methods::text_argument(th, "str", "encoding", encoding)?;
        let errors = bytes::methods::text_argument(th, "str", "errors", errors)?;
        let s = match object {
            None => state::empty_str(th),
            Some(v) if encoding.is_none() && errors.is_none() => ops::str(th, v)?,
            Some(v) => decode_object(th, v, encoding, errors)?,
        };
        if class.value() == DEF.class(th).value() {
            Ok(s.value())
        } else {
            Ok(s.copy_as(th, class).value())
        }
    }

    #[method]
    fn __len__(this: &Str) -> usize {
        this.len()
    }

    #[method(sig = "($self, key, /)")]
    fn __getitem__(th: &Thread, this: &'static Str, key: Value) -> PyResult<Value> {
        if !int::is_int(key) && key.kind() != Kind::Slice && key.slot(Slot::Index).is_none() {
            return Err(raise!(
                th,
                TypeError,
                "string indices must be integers, not '{}'",
                key.type_name()
            ));
        }
        match slice::index_or_slice(th, key, "string")? {
            Index::At(i) => match slice::checked(i, this.len()) {
                Some(i) => Ok(Str::from_char(th, this.char_at(i)).value()),
                None => Err(raise!(th, IndexError, "string index out of range")),
            },
            Index::Slice(s) => {
                let r = s.resolve(th, this.len())?;
                if r.step == 1 {
                    return Ok(this.slice(th, r.start, r.start + r.len).value());
                }
                Ok(Str::from_code_points(th, r.iter().map(|i| this.char_at(i))).value())
            }
        }
    }

    #[method(sig = "($self, key, /)")]
    fn __contains__(th: &Thread, this: &Str, key: Value) -> PyResult<bool> {
        let Some(sub) = key.cast::<Str>() else {
            return Err(raise!(
                th,
                TypeError,
                "'in <string>' requires string as left operand, not {}",
                key.type_name()
            ));
        };
        Ok(this.contains(sub))
    }

    #[method]
    fn __iter__(th: &Thread, this: &Str) -> Value {
        iterator::sequence_iterator(th, this.value())
    }

    #[method(sig = "($self, value, /)")]
    fn __add__(th: &Thread, this: &'static Str, other: Value) -> Value {
        let Some(other) = other.cast::<Str>() else { return Value::NOT_IMPLEMENTED };
        if other.is_empty() && this.value().is_exactly(shapes::STR) {
            return this.value();
        }
        if this.is_empty() && other.value().is_exactly(shapes::STR) {
            return other.value();
        }
        this.concat(th, other).value()
    }

    #[method(sig = "($self, value, /)")]
    fn __mul__(th: &Thread, this: &'static Str, count: Value) -> PyResult<Value> {
        let Some(n) = ops::repeat_count(th, count)? else { return Ok(Value::NOT_IMPLEMENTED) };
        ops::checked_size(th, this.len(), n)?;
        if n == 1 {
            return Ok(this.slice(th, 0, this.len()).value());
        }
        if let Some(a) = this.as_ascii() {
            return Ok(Str::from_ascii(th, a.repeat(n).as_bytes()).value());
        }
        let mut b = StrBuilder::with_capacity(this.len() * n);
        (0..n).for_each(|_| b.push_object(this));
        Ok(b.finish(th).value())
    }

    #[method(sig = "($self, value, /)")]
    fn __rmul__(th: &Thread, this: &'static Str, count: Value) -> PyResult<Value> {
        Str::__mul__(th, this, count)
    }

    #[method(sig = "($self, value, /)")]
    fn __mod__(th: &Thread, this: &Str, args: Value) -> PyResult<Value> {
        ops::format::percent(th, this, args)
    }

    #[method(sig = "($self, value, /)")]
    fn __rmod__(th: &Thread, this: &Str, format: Value) -> PyResult<Value> {
        match format.cast::<Str>() {
            Some(f) => ops::format::percent(th, f, this.value()),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    #[method]
    fn __hash__(this: &Str) -> i64 {
        this.hash()
    }

    #[method]
    fn __repr__(th: &Thread, this: &Str) -> &'static Str {
        repr(th, this)
    }

    #[method]
    fn __str__(th: &Thread, this: &'static Str) -> &'static Str {
        this.slice(th, 0, this.len())
    }

    /// Return a formatted version of the string as described by format_spec.
    #[method(sig = "($self, format_spec, /)")]
    fn __format__(th: &Thread, this: &'static Str, format_spec: &Str) -> PyResult<Value> {
        ops::format::format_str(th, this, format_spec)
    }

    #[comparison]
    fn py_compare(
        _th: &Thread,
        this: &'static Str,
        other: Value,
        op: Comparison,
    ) -> PyResult<Value> {
        let Some(other) = other.cast::<Str>() else { return Ok(Value::NOT_IMPLEMENTED) };
        Ok(Value::from_bool(match op {
            Comparison::Eq => this.equals(other),
            Comparison::Ne => !this.equals(other),
            _ => op.holds(this.compare(other)),
        }))
    }

    #[method]
    fn __getnewargs__(th: &Thread, this: &'static Str) -> Value {
        Tuple::new(th, &[this.slice(th, 0, this.len()).value()]).value()
    }

    /// Return the size of the string in memory, in bytes.
    #[method]
    fn __sizeof__(this: &Str) -> usize {
        match this.chars() {
            Chars::Ascii(c) => 41 + c.len(),
            Chars::Latin1(c) => 57 + c.len(),
            Chars::Ucs2(c) => 58 + c.len() * 2,
            Chars::Ucs4(c) => 60 + c.len() * 4,
        }
    }

    /// Return a capitalized version of the string.
    ///
    /// More specifically, make the first character have upper case and the
    /// rest lower case.
    #[method]
    fn capitalize(th: &Thread, this: &'static Str) -> &'static Str {
        if let Some(a) = this.as_ascii() {
            let mut first = true;
            return Str::map_ascii(th, a.as_bytes(), |c| match std::mem::take(&mut first) {
                true => c.to_ascii_uppercase(),
                false => c.to_ascii_lowercase(),
            });
        }
        let mut b = StrBuilder::with_capacity(this.len());
        for i in 0..this.len() {
            if i == 0 {
                unicode::map(this.char_at(0), Case::Title, |c| b.push(c));
            } else {
                lower_into(&mut b, this, i);
            }
        }
        b.finish(th)
    }

    /// Return a version of the string suitable for caseless comparisons.
    #[method]
    fn casefold(th: &Thread, this: &'static Str) -> &'static Str {
        if this.is_ascii() { lower(th, this) } else { map_all(th, this, Case::Fold) }
    }

    /// Return a copy of the string converted to lowercase.
    #[method(name = "lower")]
    fn py_lower(th: &Thread, this: &'static Str) -> &'static Str {
        lower(th, this)
    }

    /// Return a copy of the string converted to uppercase.
    #[method]
    fn upper(th: &Thread, this: &Str) -> &'static Str {
        map_all(th, this, Case::Upper)
    }

    /// Convert uppercase characters to lowercase and lowercase characters to uppercase.
    #[method]
    fn swapcase(th: &Thread, this: &Str) -> &'static Str {
        let mut b = StrBuilder::with_capacity(this.len());
        for (i, c) in this.code_points().enumerate() {
            if unicode::is_upper(c) {
                lower_into(&mut b, this, i);
            } else if unicode::is_lower(c) {
                unicode::map(c, Case::Upper, |c| b.push(c));
            } else {
                b.push(c);
            }
        }
        b.finish(th)
    }

    /// Return a version of the string where each word is titlecased.
    ///
    /// More specifically, words start with uppercased characters and all
    /// remaining cased characters have lower case.
    #[method]
    fn title(th: &Thread, this: &Str) -> &'static Str {
        if let Some(a) = this.as_ascii() {
            let mut previous = false;
            return Str::map_ascii(th, a.as_bytes(), |c| {
                let c = if previous { c.to_ascii_lowercase() } else { c.to_ascii_uppercase() };
                previous = c.is_ascii_alphabetic();
                c
            });
        }
        let mut b = StrBuilder::with_capacity(this.len());
        let mut previous = false;
        for (i, c) in this.code_points().enumerate() {
            if previous {
                lower_into(&mut b, this, i);
            } else {
                unicode::map(c, Case::Title, |c| b.push(c));
            }
            previous = unicode::is_cased(c);
        }
        b.finish(th)
    }

    /// Return a centered string of length width.
    ///
    /// Padding is done using the specified fill character (default is
    /// a space).
    #[method(sig = "($self, width, fillchar=' ', /)")]
    fn center(
        th: &Thread,
        this: &'static Str,
        width: isize,
        fillchar: Option<Value>,
    ) -> PyResult<Value> {
        pad(th, this, width, fillchar, bytes::text::center_share)
    }

    /// Return a left-justified string of length width.
    ///
    /// Padding is done using the specified fill character (default is
    /// a space).
    #[method(sig = "($self, width, fillchar=' ', /)")]
    fn ljust(
        th: &Thread,
        this: &'static Str,
        width: isize,
        fillchar: Option<Value>,
    ) -> PyResult<Value> {
        pad(th, this, width, fillchar, |_, _| 0)
    }

    /// Return a right-justified string of length width.
    ///
    /// Padding is done using the specified fill character (default is
    /// a space).
    #[method(sig = "($self, width, fillchar=' ', /)")]
    fn rjust(
        th: &Thread,
        this: &'static Str,
        width: isize,
        fillchar: Option<Value>,
    ) -> PyResult<Value> {
        pad(th, this, width, fillchar, |total, _| total)
    }

    /// Return the number of non-overlapping occurrences of substring sub in string S[start:end].
    ///
    /// Optional arguments start and end are interpreted as in slice
    /// notation.
    #[method(sig = "($self, sub[, start[, end]], /)")]
    fn count(
        th: &Thread,
        this: &Str,
        sub: Text<1>,
        start: Option<Value>,
        end: Option<Value>,
    ) -> PyResult<usize> {
        let (start, stop) = slice::search_bounds(th, start, end, this.len())?;
        Ok(count_in(this, sub.0, start, stop))
    }

    /// Encode the string using the codec registered for encoding.
    #[method(sig = "($self, /, encoding='utf-8', errors='strict')")]
    fn encode(
        th: &Thread,
        this: &'static Str,
        encoding: Option<&Str>,
        errors: Option<&Str>,
    ) -> PyResult<Value> {
        let encoding = encoding.map_or("utf-8".to_string(), |e| e.to_string());
        let errors = errors.map_or("strict".to_string(), |e| e.to_string());
        let data = codec::encode(th, this, &encoding, &errors)?;
        Ok(Bytes::new(th, &data).value())
    }

    /// Return True if the string ends with the specified suffix, False otherwise.
    #[method(sig = "($self, suffix[, start[, end]], /)")]
    fn endswith(
        th: &Thread,
        this: &Str,
        suffix: Value,
        start: Option<Value>,
        end: Option<Value>,
    ) -> PyResult<bool> {
        affix(th, "endswith", this, suffix, (start, end), true)
    }

    /// Return True if the string starts with the specified prefix, False otherwise.
    #[method(sig = "($self, prefix[, start[, end]], /)")]
    fn startswith(
        th: &Thread,
        this: &Str,
        prefix: Value,
        start: Option<Value>,
        end: Option<Value>,
    ) -> PyResult<bool> {
        affix(th, "startswith", this, prefix, (start, end), false)
    }

    /// Return a copy where all tab characters are expanded using spaces.
    ///
    /// If tabsize is not given, a tab size of 8 characters is assumed.
    #[method(sig = "($self, /, tabsize=8)")]
    fn expandtabs(th: &Thread, this: &Str, tabsize: Option<i32>) -> &'static Str {
        let tab = tabsize.unwrap_or(8).max(0) as usize;
        let mut b = StrBuilder::with_capacity(this.len());
        let mut column = 0;
        for c in this.code_points() {
            match c {
                0x09 => {
                    if tab > 0 {
                        let n = tab - column % tab;
                        (0..n).for_each(|_| b.push(' ' as u32));
                        column += n;
                    }
                }
                0x0a | 0x0d => {
                    b.push(c);
                    column = 0;
                }
                _ => {
                    b.push(c);
                    column += 1;
                }
            }
        }
        b.finish(th)
    }

    /// Return the lowest index in S where substring sub is found, such that sub is contained within S[start:end].
    ///
    /// Optional arguments start and end are interpreted as in slice
    /// notation.  Return -1 on failure.
    #[method(name = "find", sig = "($self, sub[, start[, end]], /)")]
    fn py_find(
        th: &Thread,
        this: &Str,
        sub: Value,
        start: Option<Value>,
        end: Option<Value>,
    ) -> PyResult<i64> {
        Ok(find(th, "find", this, sub, (start, end), false)?.map_or(-1, |i| i as i64))
    }

    /// Return the highest index in S where substring sub is found, such that sub is contained within S[start:end].
    ///
    /// Optional arguments start and end are interpreted as in slice
    /// notation.  Return -1 on failure.
    #[method(sig = "($self, sub[, start[, end]], /)")]
    fn rfind(
        th: &Thread,
        this: &Str,
        sub: Value,
        start: Option<Value>,
        end: Option<Value>,
    ) -> PyResult<i64> {
        Ok(find(th, "rfind", this, sub, (start, end), true)?.map_or(-1, |i| i as i64))
    }

    /// Return the lowest index in S where substring sub is found, such that sub is contained within S[start:end].
    ///
    /// Optional arguments start and end are interpreted as in slice
    /// notation.  Raises ValueError when the substring is not found.
    #[method(sig = "($self, sub[, start[, end]], /)")]
    fn index(
        th: &Thread,
        this: &Str,
        sub: Value,
        start: Option<Value>,
        end: Option<Value>,
    ) -> PyResult<usize> {
        find(th, "index", this, sub, (start, end), false)?
            .ok_or_else(|| raise!(th, ValueError, "substring not found"))
    }

    /// Return the highest index in S where substring sub is found, such that sub is contained within S[start:end].
    ///
    /// Optional arguments start and end are interpreted as in slice
    /// notation.  Raises ValueError when the substring is not found.
    #[method(sig = "($self, sub[, start[, end]], /)")]
    fn rindex(
        th: &Thread,
        this: &Str,
        sub: Value,
        start: Option<Value>,
        end: Option<Value>,
    ) -> PyResult<usize> {
        find(th, "rindex", this, sub, (start, end), true)?
            .ok_or_else(|| raise!(th, ValueError, "substring not found"))
    }

    /// Return a formatted version of the string, using substitutions from args and kwargs.
    ///
    /// The substitutions are identified by braces ('{' and '}').
    #[method(sig = "($self, /, *args, **kwargs)")]
    fn format(
        th: &Thread,
        this: &Str,
        args: &'static Tuple,
        kwargs: &'static Dict,
    ) -> PyResult<Value> {
        let kwargs = if kwargs.is_empty() { None } else { Some(kwargs.value()) };
        ops::format::fields::format_fields(th, this, Some(args.values()), kwargs)
    }

    /// Return a formatted version of the string, using substitutions from mapping.
    ///
    /// The substitutions are identified by braces ('{' and '}').
    #[method(sig = "($self, mapping, /)")]
    fn format_map(th: &Thread, this: &Str, mapping: Value) -> PyResult<Value> {
        ops::format::fields::format_fields(th, this, None, Some(mapping))
    }

    /// Return True if the string is an alpha-numeric string, False otherwise.
    #[method]
    fn isalnum(this: &Str) -> bool {
        all(this, unicode::is_alnum)
    }

    /// Return True if the string is an alphabetic string, False otherwise.
    #[method]
    fn isalpha(this: &Str) -> bool {
        all(this, unicode::is_alpha)
    }

    /// Return True if all characters in the string are ASCII, False otherwise.
    #[method]
    fn isascii(this: &Str) -> bool {
        this.is_ascii()
    }

    /// Return True if the string is a decimal string, False otherwise.
    #[method]
    fn isdecimal(this: &Str) -> bool {
        all(this, unicode::is_decimal)
    }

    /// Return True if the string is a digit string, False otherwise.
    #[method]
    fn isdigit(this: &Str) -> bool {
        all(this, unicode::is_digit)
    }

    /// Return True if the string is a valid Python identifier, False otherwise.
    #[method]
    fn isidentifier(this: &Str) -> bool {
        is_identifier(this)
    }

    /// Return True if the string is a lowercase string, False otherwise.
    #[method]
    fn islower(this: &Str) -> bool {
        !this.code_points().any(|c| unicode::is_upper(c) || unicode::is_title(c))
            && this.code_points().any(unicode::is_lower)
    }

    /// Return True if the string is a numeric string, False otherwise.
    #[method]
    fn isnumeric(this: &Str) -> bool {
        all(this, unicode::is_numeric)
    }

    /// Return True if all characters in the string are printable, False otherwise.
    #[method]
    fn isprintable(this: &Str) -> bool {
        this.code_points().all(unicode::is_printable)
    }

    /// Return True if the string is a whitespace string, False otherwise.
    #[method]
    fn isspace(this: &Str) -> bool {
        all(this, unicode::is_space)
    }

    /// Return True if the string is a title-cased string, False otherwise.
    #[method]
    fn istitle(this: &Str) -> bool {
        let (mut cased, mut previous) = (false, false);
        for c in this.code_points() {
            if unicode::is_upper(c) || unicode::is_title(c) {
                if previous {
                    return false;
                }
                (previous, cased) = (true, true);
            } else if unicode::is_lower(c) {
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

    /// Return True if the string is an uppercase string, False otherwise.
    #[method]
    fn isupper(this: &Str) -> bool {
        !this.code_points().any(|c| unicode::is_lower(c) || unicode::is_title(c))
            && this.code_points().any(unicode::is_upper)
    }

    /// Concatenate any number of strings.
    ///
    /// The string whose method is called is inserted in between each given
    /// string.  The result is returned as a new string.
    ///
    /// Example: '.'.join(['ab', 'pq', 'rs']) -> 'ab.pq.rs'
    #[method(name = "join", sig = "($self, iterable, /)")]
    fn py_join(th: &Thread, this: &Str, iterable: Value) -> PyResult<Value> {
        join(th, this, iterable)
    }

    /// Return a copy of the string with leading whitespace removed.
    ///
    /// If chars is given and not None, remove characters in chars instead.
    #[method(sig = "($self, chars=None, /)")]
    fn lstrip(th: &Thread, this: &'static Str, chars: Option<Value>) -> PyResult<Value> {
        strip(th, "lstrip", this, chars, true, false)
    }

    /// Return a copy of the string with trailing whitespace removed.
    ///
    /// If chars is given and not None, remove characters in chars instead.
    #[method(sig = "($self, chars=None, /)")]
    fn rstrip(th: &Thread, this: &'static Str, chars: Option<Value>) -> PyResult<Value> {
        strip(th, "rstrip", this, chars, false, true)
    }

    /// Return a copy of the string with leading and trailing whitespace removed.
    ///
    /// If chars is given and not None, remove characters in chars instead.
    #[method(name = "strip", sig = "($self, chars=None, /)")]
    fn py_strip(th: &Thread, this: &'static Str, chars: Option<Value>) -> PyResult<Value> {
        strip(th, "strip", this, chars, true, true)
    }

    /// Return a translation table usable for str.translate().
    #[staticmethod(sig = "(x, y=<unrepresentable>, z=<unrepresentable>, /)")]
    fn maketrans(th: &Thread, x: Value, y: Option<Value>, z: Option<Value>) -> PyResult<Value> {
        let table = Dict::new(th);
        let Some(y) = y else {
            let Some(d) = x.cast::<Dict>().filter(|_| x.is_exactly(shapes::DICT)) else {
                return Err(raise!(
                    th,
                    TypeError,
                    "if you give only one argument to maketrans it must be a dict"
                ));
            };
            for (key, value) in d.pairs() {
                let key = match key.cast::<Str>() {
                    Some(s) if s.len() == 1 => int::new(th, s.char_at(0) as i64),
                    Some(_) => {
                        return Err(raise!(
                            th,
                            ValueError,
                            "string keys in translatetable must be of length 1"
                        ));
                    }
                    None if int::is_int(key) => key,
                    None => {
                        return Err(raise!(
                            th,
                            TypeError,
                            "keys in translate table mustbe strings or integers"
                        ));
                    }
                };
                table.set(th, key, value)?;
            }
            return Ok(table.value());
        };
        let y = text_arg(th, "maketrans", 2, y)?;
        let Some(x) = x.cast::<Str>() else {
            return Err(raise!(
                th,
                TypeError,
                "first maketrans argument must be a string if there is a second argument"
            ));
        };
        if x.len() != y.len() {
            return Err(raise!(
                th,
                ValueError,
                "the first two maketrans arguments must have equal length"
            ));
        }
        for (a, b) in x.code_points().zip(y.code_points()) {
            table.set(th, int::new(th, a as i64), int::new(th, b as i64))?;
        }
        if let Some(z) = z {
            for c in text_arg(th, "maketrans", 3, z)?.code_points() {
                table.set(th, int::new(th, c as i64), Value::NONE)?;
            }
        }
        Ok(table.value())
    }

    /// Partition the string into three parts using the given separator.
    #[method(name = "partition", sig = "($self, sep, /)")]
    fn py_partition(th: &Thread, this: &'static Str, sep: Value) -> PyResult<Value> {
        partition(th, this, sep, false)
    }

    /// Partition the string into three parts using the given separator.
    #[method(sig = "($self, sep, /)")]
    fn rpartition(th: &Thread, this: &'static Str, sep: Value) -> PyResult<Value> {
        partition(th, this, sep, true)
    }

    /// Return a str with the given prefix string removed if present.
    #[method(sig = "($self, prefix, /)")]
    fn removeprefix(th: &Thread, this: &'static Str, prefix: Text<0>) -> &'static Str {
        let n = if has_affix(this, prefix.0, 0, this.len(), false) { prefix.0.len() } else { 0 };
        this.slice(th, n, this.len())
    }

    /// Return a str with the given suffix string removed if present.
    #[method(sig = "($self, suffix, /)")]
    fn removesuffix(th: &Thread, this: &'static Str, suffix: Text<0>) -> &'static Str {
        let n = if has_affix(this, suffix.0, 0, this.len(), true) { suffix.0.len() } else { 0 };
        this.slice(th, 0, this.len() - n)
    }

    /// Return a copy with all occurrences of substring old replaced by new.
    #[method(name = "replace", sig = "($self, old, new, /, count=-1)")]
    fn py_replace(
        th: &Thread,
        this: &'static Str,
        old: Text<1>,
        new: Text<2>,
        count: Option<Value>,
    ) -> PyResult<&'static Str> {
        let limit = bytes::text::limit(th, count)?;
        Ok(replace(th, this, old.0, new.0, limit))
    }

    /// Return a list of the substrings in the string, using sep as the separator string.
    #[method(name = "split", sig = "($self, /, sep=None, maxsplit=-1)")]
    fn py_split(
        th: &Thread,
        this: &'static Str,
        sep: Option<Value>,
        maxsplit: Option<Value>,
    ) -> PyResult<Value> {
        split(th, this, sep, maxsplit, false)
    }

    /// Return a list of the substrings in the string, using sep as the separator string.
    #[method(sig = "($self, /, sep=None, maxsplit=-1)")]
    fn rsplit(
        th: &Thread,
        this: &'static Str,
        sep: Option<Value>,
        maxsplit: Option<Value>,
    ) -> PyResult<Value> {
        split(th, this, sep, maxsplit, true)
    }

    /// Return a list of the lines in the string, breaking at line boundaries.
    ///
    /// Line breaks are not included in the resulting list unless keepends
    /// is given and true.
    #[method(sig = "($self, /, keepends=False)")]
    fn splitlines(th: &Thread, this: &'static Str, keepends: Option<bool>) -> Value {
        let keep = keepends.unwrap_or(false);
        let ranges = with_units!(this, u => search::split_lines(u, keep, unicode::is_line_end));
        pieces(th, this, ranges)
    }

    /// Replace each character in the string using the given translation table.
    #[method(name = "translate", sig = "($self, table, /)")]
    fn py_translate(th: &Thread, this: &'static Str, table: Value) -> PyResult<Value> {
        translate(th, this, table)
    }

    /// Pad a numeric string with zeros on the left, to fill a field of the given width.
    ///
    /// The string is never truncated.
    #[method(sig = "($self, width, /)")]
    fn zfill(th: &Thread, this: &'static Str, width: isize) -> &'static Str {
        let missing = (width.max(0) as usize).saturating_sub(this.len());
        if missing == 0 {
            return this.slice(th, 0, this.len());
        }
        let signed = !this.is_empty() && matches!(char::from_u32(this.char_at(0)), Some('+' | '-'));
        let mut b = StrBuilder::with_capacity(width as usize);
        push_range(&mut b, this, 0, signed as usize);
        (0..missing).for_each(|_| b.push('0' as u32));
        push_range(&mut b, this, signed as usize, this.len());
        b.finish(th)
    }
}
