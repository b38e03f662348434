//! Methods of `bytes`, and by the same macro those that `bytearray` has too.

use krait_layout::{Kind, Thread, Value, shapes};

use super::text::{self, Data, Like};
use super::{Bytes, DEF, construct};
use crate::error::PyResult;
use crate::native::class_arg;
use crate::object::{Object, ValueExt};
use crate::ops::{self, Comparison};
use crate::types::iterator;
use crate::types::search;
use crate::types::slice::{self, Index};
use crate::types::str::{Str, codec};
use crate::types::tuple::Tuple;
use crate::{raise, types};
use krait_macros::methods;

macro_rules! byte_methods {
    ($type:ident { $($own:tt)* }) => {
        #[methods]
        impl $type {
            #[method]
            fn __len__(this: Data) -> usize {
                this.bytes.len()
            }

            #[method(sig = "($self, key, /)")]
            fn __contains__(th: &Thread, this: Data, key: Value) -> PyResult<bool> {
                if types::int::is_int(key) {
                    let b = text::needle(th, key)?[0];
                    return Ok(memchr::memchr(b, this.bytes).is_some());
                }
                let sub = $crate::types::bytes::expect_view(th, key)?;
                Ok(search::find(this.bytes, sub).is_some())
            }

            #[method]
            fn __iter__(th: &Thread, this: Data) -> Value {
                iterator::sequence_iterator(th, this.value)
            }

            #[method(sig = "($self, value, /)")]
            fn __add__(th: &Thread, this: Data, other: Value) -> PyResult<Value> {
                let Some(b) = $crate::types::bytes::view(th, other)? else {
                    return Err(raise!(
                        th,
                        TypeError,
                        "can't concat {} to {}",
                        other.type_name(),
                        this.value.type_name()
                    ));
                };
                if b.is_empty() && this.value.is_exactly(shapes::BYTES) {
                    return Ok(this.value);
                }
                let mut out = Vec::with_capacity(this.bytes.len() + b.len());
                out.extend_from_slice(this.bytes);
                out.extend_from_slice(b);
                Ok(this.make(th, &out))
            }

            #[method(sig = "($self, value, /)")]
            fn __mul__(th: &Thread, this: Data, count: Value) -> PyResult<Value> {
                let Some(n) = ops::repeat_count(th, count)? else { return Ok(Value::NOT_IMPLEMENTED) };
                ops::checked_size(th, this.bytes.len(), n)?;
                if n == 1 {
                    return Ok(this.make(th, this.bytes));
                }
                Ok(this.make(th, &this.bytes.repeat(n)))
            }

            #[method(sig = "($self, value, /)")]
            fn __rmul__(th: &Thread, this: Data, count: Value) -> PyResult<Value> {
                $type::__mul__(th, this, count)
            }

            #[method(sig = "($self, value, /)")]
            fn __mod__(th: &Thread, this: Data, args: Value) -> PyResult<Value> {
                let out = ops::format::percent_bytes(th, this.bytes, args)?;
                Ok(this.make(th, &out))
            }

            #[method(sig = "($self, value, /)")]
            fn __rmod__(_this: Data, _value: Value) -> Value {
                Value::NOT_IMPLEMENTED
            }

            #[comparison]
            fn compare(th: &Thread, this: Data, other: Value, op: Comparison) -> PyResult<Value> {
                match $crate::types::bytes::view(th, other)? {
                    Some(b) => Ok(Value::from_bool(op.holds(this.bytes.cmp(b)))),
                    None => Ok(Value::NOT_IMPLEMENTED),
                }
            }

            /// B.capitalize() -> copy of B
            ///
            /// Return a copy of B with only its first character capitalized (ASCII)
            /// and the rest lower-cased.
            #[method]
            fn capitalize(th: &Thread, this: Data) -> Value {
                let mut out = this.bytes.to_ascii_lowercase();
                if let Some(b) = out.first_mut() {
                    b.make_ascii_uppercase();
                }
                this.make(th, &out)
            }

            /// Return a centered string of length width.
            ///
            /// Padding is done using the specified fill character.
            #[method(sig = "($self, width, fillchar=b' ', /)")]
            fn center(th: &Thread, this: Data, width: isize, fillchar: Option<Value>) -> PyResult<Value> {
                text::pad(th, "center", this, width, fillchar, text::center_share)
            }

            /// Return a left-justified string of length width.
            ///
            /// Padding is done using the specified fill character.
            #[method(sig = "($self, width, fillchar=b' ', /)")]
            fn ljust(th: &Thread, this: Data, width: isize, fillchar: Option<Value>) -> PyResult<Value> {
                text::pad(th, "ljust", this, width, fillchar, |_, _| 0)
            }

            /// Return a right-justified string of length width.
            ///
            /// Padding is done using the specified fill character.
            #[method(sig = "($self, width, fillchar=b' ', /)")]
            fn rjust(th: &Thread, this: Data, width: isize, fillchar: Option<Value>) -> PyResult<Value> {
                text::pad(th, "rjust", this, width, fillchar, |total, _| total)
            }

            /// Return the number of non-overlapping occurrences of subsection 'sub' in bytes B[start:end].
            #[method(sig = "($self, sub[, start[, end]], /)")]
            fn count(th: &Thread, this: Data, sub: Value, start: Option<Value>, end: Option<Value>) -> PyResult<usize> {
                text::count(th, this, sub, (start, end))
            }

            /// Decode the bytes using the codec registered for encoding.
            #[method(sig = "($self, /, encoding='utf-8', errors='strict')")]
            fn decode(th: &Thread, this: Data, encoding: Option<&Str>, errors: Option<&Str>) -> PyResult<&'static Str> {
                let encoding = encoding.map_or("utf-8".to_string(), |e| e.to_string());
                let errors = errors.map_or("strict".to_string(), |e| e.to_string());
                codec::decode(th, this.bytes, &encoding, &errors)
            }

            /// Return True if the bytes ends with the specified suffix, False otherwise.
            #[method(sig = "($self, suffix[, start[, end]], /)")]
            fn endswith(th: &Thread, this: Data, suffix: Value, start: Option<Value>, end: Option<Value>) -> PyResult<bool> {
                text::affix(th, "endswith", this, suffix, (start, end), true)
            }

            /// Return True if the bytes starts with the specified prefix, False otherwise.
            #[method(sig = "($self, prefix[, start[, end]], /)")]
            fn startswith(th: &Thread, this: Data, prefix: Value, start: Option<Value>, end: Option<Value>) -> PyResult<bool> {
                text::affix(th, "startswith", this, prefix, (start, end), false)
            }

            /// Return a copy where all tab characters are expanded using spaces.
            ///
            /// If tabsize is not given, a tab size of 8 characters is assumed.
            #[method(sig = "($self, /, tabsize=8)")]
            fn expandtabs(th: &Thread, this: Data, tabsize: Option<isize>) -> Value {
                let out = text::expand_tabs(this.bytes, tabsize.unwrap_or(8));
                this.make(th, &out)
            }

            /// Return the lowest index in B where subsection 'sub' is found, such that sub is contained within B[start,end].
            #[method(sig = "($self, sub[, start[, end]], /)")]
            fn find(th: &Thread, this: Data, sub: Value, start: Option<Value>, end: Option<Value>) -> PyResult<i64> {
                Ok(text::find(th, this, sub, (start, end), false)?.map_or(-1, |i| i as i64))
            }

            /// Return the highest index in B where subsection 'sub' is found, such that sub is contained within B[start,end].
            #[method(sig = "($self, sub[, start[, end]], /)")]
            fn rfind(th: &Thread, this: Data, sub: Value, start: Option<Value>, end: Option<Value>) -> PyResult<i64> {
                Ok(text::find(th, this, sub, (start, end), true)?.map_or(-1, |i| i as i64))
            }

            /// Return the lowest index in B where subsection 'sub' is found, such that sub is contained within B[start,end].
            ///
            /// Raise ValueError if the subsection is not found.
            #[method(sig = "($self, sub[, start[, end]], /)")]
            fn index(th: &Thread, this: Data, sub: Value, start: Option<Value>, end: Option<Value>) -> PyResult<usize> {
                text::find(th, this, sub, (start, end), false)?
                    .ok_or_else(|| raise!(th, ValueError, "subsection not found"))
            }

            /// Return the highest index in B where subsection 'sub' is found, such that sub is contained within B[start,end].
            ///
            /// Raise ValueError if the subsection is not found.
            #[method(sig = "($self, sub[, start[, end]], /)")]
            fn rindex(th: &Thread, this: Data, sub: Value, start: Option<Value>, end: Option<Value>) -> PyResult<usize> {
                text::find(th, this, sub, (start, end), true)?
                    .ok_or_else(|| raise!(th, ValueError, "subsection not found"))
            }

            /// Create a string of hexadecimal numbers from a bytes object.
            #[method(sig = "($self, /, sep=<unrepresentable>, bytes_per_sep=1)")]
            fn hex(th: &Thread, this: Data, sep: Option<Value>, bytes_per_sep: Option<isize>) -> PyResult<String> {
                text::hex(th, this.bytes, sep, bytes_per_sep)
            }

            /// B.isalnum() -> bool
            ///
            /// Return True if all characters in B are alphanumeric
            /// and there is at least one character in B, False otherwise.
            #[method]
            fn isalnum(this: Data) -> bool {
                this.all(|b| b.is_ascii_alphanumeric())
            }

            /// B.isalpha() -> bool
            ///
            /// Return True if all characters in B are alphabetic
            /// and there is at least one character in B, False otherwise.
            #[method]
            fn isalpha(this: Data) -> bool {
                this.all(|b| b.is_ascii_alphabetic())
            }

            /// B.isascii() -> bool
            ///
            /// Return True if B is empty or all characters in B are ASCII,
            /// False otherwise.
            #[method]
            fn isascii(this: Data) -> bool {
                this.bytes.is_ascii()
            }

            /// B.isdigit() -> bool
            ///
            /// Return True if all characters in B are digits
            /// and there is at least one character in B, False otherwise.
            #[method]
            fn isdigit(this: Data) -> bool {
                this.all(|b| b.is_ascii_digit())
            }

            /// B.islower() -> bool
            ///
            /// Return True if all cased characters in B are lowercase and there is
            /// at least one cased character in B, False otherwise.
            #[method]
            fn islower(this: Data) -> bool {
                text::is_case(this.bytes, false)
            }

            /// B.isspace() -> bool
            ///
            /// Return True if all characters in B are whitespace
            /// and there is at least one character in B, False otherwise.
            #[method]
            fn isspace(this: Data) -> bool {
                this.all(|b| text::is_space(b as u32))
            }

            /// B.istitle() -> bool
            ///
            /// Return True if B is a titlecased string and there is at least one
            /// character in B, i.e. uppercase characters may only follow uncased
            /// characters and lowercase characters only cased ones. Return False
            /// otherwise.
            #[method]
            fn istitle(this: Data) -> bool {
                text::is_title(this.bytes)
            }

            /// B.isupper() -> bool
            ///
            /// Return True if all cased characters in B are uppercase and there is
            /// at least one cased character in B, False otherwise.
            #[method]
            fn isupper(this: Data) -> bool {
                text::is_case(this.bytes, true)
            }

            /// Concatenate any number of bytes objects.
            ///
            /// The bytes whose method is called is inserted in between each pair.
            ///
            /// The result is returned as a new bytes object.
            ///
            /// Example: b'.'.join([b'ab', b'pq', b'rs']) -> b'ab.pq.rs'.
            #[method(sig = "($self, iterable_of_bytes, /)")]
            fn join(th: &Thread, this: Data, items: Value) -> PyResult<Value> {
                text::join(th, this, items)
            }

            /// B.lower() -> copy of B
            ///
            /// Return a copy of B with all ASCII characters converted to lowercase.
            #[method]
            fn lower(th: &Thread, this: Data) -> Value {
                this.map(th, |b| b.to_ascii_lowercase())
            }

            /// B.upper() -> copy of B
            ///
            /// Return a copy of B with all ASCII characters converted to uppercase.
            #[method]
            fn upper(th: &Thread, this: Data) -> Value {
                this.map(th, |b| b.to_ascii_uppercase())
            }

            /// B.swapcase() -> copy of B
            ///
            /// Return a copy of B with uppercase ASCII characters converted
            /// to lowercase ASCII and vice versa.
            #[method]
            fn swapcase(th: &Thread, this: Data) -> Value {
                this.map(th, |b| if b.is_ascii_alphabetic() { b ^ 0x20 } else { b })
            }

            /// B.title() -> copy of B
            ///
            /// Return a titlecased version of B, i.e. ASCII words start with uppercase
            /// characters, all remaining cased characters have lowercase.
            #[method]
            fn title(th: &Thread, this: Data) -> Value {
                let out = text::title(this.bytes);
                this.make(th, &out)
            }

            /// Strip leading bytes contained in the argument.
            ///
            /// If the argument is omitted or None, strip leading  ASCII whitespace.
            #[method(sig = "($self, bytes=None, /)")]
            fn lstrip(th: &Thread, this: Data, bytes: Option<Value>) -> PyResult<Value> {
                text::strip(th, this, bytes, true, false)
            }

            /// Strip trailing bytes contained in the argument.
            ///
            /// If the argument is omitted or None, strip trailing ASCII whitespace.
            #[method(sig = "($self, bytes=None, /)")]
            fn rstrip(th: &Thread, this: Data, bytes: Option<Value>) -> PyResult<Value> {
                text::strip(th, this, bytes, false, true)
            }

            /// Strip leading and trailing bytes contained in the argument.
            ///
            /// If the argument is omitted or None, strip leading and trailing ASCII whitespace.
            #[method(sig = "($self, bytes=None, /)")]
            fn strip(th: &Thread, this: Data, bytes: Option<Value>) -> PyResult<Value> {
                text::strip(th, this, bytes, true, true)
            }

            /// Return a translation table usable for the bytes or bytearray translate method.
            #[staticmethod(sig = "(frm, to, /)")]
            fn maketrans(th: &Thread, frm: Like, to: Like) -> PyResult<Value> {
                text::make_table(th, frm.0, to.0)
            }

            /// Partition the bytes into three parts using the given separator.
            #[method(sig = "($self, sep, /)")]
            fn partition(th: &Thread, this: Data, sep: Like) -> PyResult<Value> {
                text::partition(th, this, sep.0, false)
            }

            /// Partition the bytes into three parts using the given separator.
            #[method(sig = "($self, sep, /)")]
            fn rpartition(th: &Thread, this: Data, sep: Like) -> PyResult<Value> {
                text::partition(th, this, sep.0, true)
            }

            /// Return a bytes object with the given prefix string removed if present.
            #[method(sig = "($self, prefix, /)")]
            fn removeprefix(th: &Thread, this: Data, prefix: Like) -> Value {
                this.make(th, this.bytes.strip_prefix(prefix.0).unwrap_or(this.bytes))
            }

            /// Return a bytes object with the given suffix string removed if present.
            #[method(sig = "($self, suffix, /)")]
            fn removesuffix(th: &Thread, this: Data, suffix: Like) -> Value {
                this.make(th, this.bytes.strip_suffix(suffix.0).unwrap_or(this.bytes))
            }

            /// Return a copy with all occurrences of substring old replaced by new.
            #[method(sig = "($self, old, new, count=-1, /)")]
            fn replace(th: &Thread, this: Data, old: Like, new: Like, count: Option<Value>) -> PyResult<Value> {
                text::replace(th, this, old.0, new.0, count)
            }

            /// Return a list of the sections in the bytes, using sep as the delimiter.
            #[method(sig = "($self, /, sep=None, maxsplit=-1)")]
            fn split(th: &Thread, this: Data, sep: Option<Value>, maxsplit: Option<Value>) -> PyResult<Value> {
                text::split(th, this, sep, maxsplit, false)
            }

            /// Return a list of the sections in the bytes, using sep as the delimiter.
            #[method(sig = "($self, /, sep=None, maxsplit=-1)")]
            fn rsplit(th: &Thread, this: Data, sep: Option<Value>, maxsplit: Option<Value>) -> PyResult<Value> {
                text::split(th, this, sep, maxsplit, true)
            }

            /// Return a list of the lines in the bytes, breaking at line boundaries.
            ///
            /// Line breaks are not included in the resulting list unless keepends is given and
            /// true.
            #[method(sig = "($self, /, keepends=False)")]
            fn splitlines(th: &Thread, this: Data, keepends: Option<bool>) -> Value {
                let lines = search::split_lines(this.bytes, keepends.unwrap_or(false), |b| b == 10 || b == 13);
                this.pieces(th, lines)
            }

            /// Return a copy with each character mapped by the given translation table.
            #[method(sig = "($self, table, /, delete=b'')")]
            fn translate(th: &Thread, this: Data, table: Value, delete: Option<Value>) -> PyResult<Value> {
                text::translate(th, this, table, delete)
            }

            /// Pad a numeric string with zeros on the left, to fill a field of the given width.
            ///
            /// The original string is never truncated.
            #[method(sig = "($self, width, /)")]
            fn zfill(th: &Thread, this: Data, width: isize) -> Value {
                match text::zfill(this.bytes, width) {
                    Some(out) => this.make(th, &out),
                    None => this.make(th, this.bytes),
                }
            }

            $($own)*
        }
    };
}

pub(crate) use byte_methods;

byte_methods!(Bytes {
    #[staticmethod(sig = "(cls, /, source=b'', encoding=<unrepresentable>, errors=<unrepresentable>)")]
    fn __new__(
        th: &Thread,
        cls: Value,
        source: Option<Value>,
        encoding: Option<Value>,
        errors: Option<Value>,
    ) -> PyResult<&'static Bytes> {
        let class = class_arg(th, cls, DEF.class(th))?;
        let encoding = text_argument(th, "bytes", "encoding", encoding)?;
        let errors = text_argument(th, "bytes", "errors", errors)?;
        if let (Some(v), None, None) = (source, encoding, errors)
            && v.is_exactly(shapes::BYTES)
            && class.value() == DEF.class(th).value()
        {
            return Ok(v.cast::<Bytes>().expect("the shape says so"));
        }
        let data = construct(th, source, encoding, errors, "bytes")?;
        Ok(Bytes::new_as(th, class, &data))
    }

    #[method(sig = "($self, key, /)")]
    fn __getitem__(th: &Thread, this: Data, key: Value) -> PyResult<Value> {
        match slice::index_or_slice(th, key, "byte")? {
            Index::At(i) => match slice::checked(i, this.bytes.len()) {
                Some(i) => Ok(Value::from_i32(this.bytes[i] as i32)),
                None => Err(raise!(th, IndexError, "index out of range")),
            },
            Index::Slice(s) => {
                let r = s.resolve(th, this.bytes.len())?;
                if r.step == 1 {
                    return Ok(this.make(th, &this.bytes[r.start..r.start + r.len]));
                }
                let out: Vec<u8> = r.iter().map(|i| this.bytes[i]).collect();
                Ok(this.make(th, &out))
            }
        }
    }

    #[method]
    fn __hash__(this: &'static Bytes) -> i64 {
        this.hash()
    }

    #[method]
    fn __repr__(this: &'static Bytes) -> String {
        text::repr(this.as_slice(), false)
    }

    #[method]
    fn __str__(this: &'static Bytes) -> String {
        text::repr(this.as_slice(), false)
    }

    /// Convert this value to exact type bytes.
    #[method]
    fn __bytes__(th: &Thread, this: &'static Bytes) -> Value {
        let v = this.value();
        if v.is_exactly(shapes::BYTES) { v } else { Bytes::new(th, this.as_slice()).value() }
    }

    #[method]
    fn __getnewargs__(th: &Thread, this: &'static Bytes) -> Value {
        Tuple::new(th, &[Bytes::new(th, this.as_slice()).value()]).value()
    }

    #[method]
    fn __sizeof__(this: &'static Bytes) -> usize {
        33 + this.as_slice().len()
    }

    /// Return a buffer object that exposes the underlying memory of the object.
    #[method(sig = "($self, flags, /)")]
    fn __buffer__(th: &Thread, this: Value, flags: i64) -> PyResult<Value> {
        let m = types::memoryview::from_object(th, this, flags)?;
        Ok(m.value())
    }

    /// Create a bytes object from a string of hexadecimal numbers.
    ///
    /// Spaces between two numbers are accepted.
    /// Example: bytes.fromhex('B9 01EF') -> b'\\xb9\\x01\\xef'.
    #[classmethod(sig = "($type, string, /)")]
    fn fromhex(th: &Thread, cls: Value, string: Value) -> PyResult<Value> {
        let v = Bytes::new(th, &text::from_hex(th, string)?).value();
        if cls == DEF.class(th).value() { Ok(v) } else { ops::call(th, cls, &[v]) }
    }
});

/// An argument that has to be a `str` if given.
pub fn text_argument(
    th: &Thread,
    f: &str,
    name: &str,
    v: Option<Value>,
) -> PyResult<Option<&'static Str>> {
    match v {
        None => Ok(None),
        Some(v) if v.kind() == Kind::Str => Ok(v.cast::<Str>()),
        Some(v) => {
            let found = if v.is_none() { "None".to_string() } else { v.type_name() };
            Err(raise!(th, TypeError, "{f}() argument '{name}' must be str, not {found}"))
        }
    }
}
