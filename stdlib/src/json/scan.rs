//! Reading JSON: one pass over the characters in the width that the string has.

use std::cell::Cell;

use krait_macros::methods;
use krait_runtime::gc::Field;
use krait_runtime::native::class_arg;
use krait_runtime::object::{Object, TypeDef, TypeFlags, ValueExt, alloc_as, get_attr};
use krait_runtime::types::dict::Dict;
use krait_runtime::types::list::List;
use krait_runtime::types::str::build::StrBuilder;
use krait_runtime::types::str::{Chars, Str};
use krait_runtime::types::tuple::Tuple;
use krait_runtime::types::{exception, float, int};
use krait_runtime::{
    Header, Kind, PyResult, Raised, Thread, Value, error, intern, interpreter, ops, raise,
};

/// A scanner: `JSONDecoder.scan_once`.
#[repr(C)]
pub struct Scanner {
    header: Header,
    strict: Cell<bool>,
    object_hook: Field,
    object_pairs_hook: Field,
    parse_float: Field,
    parse_int: Field,
    parse_constant: Field,
}

pub static SCANNER: TypeDef = TypeDef::of::<Scanner>("Scanner", "_json")
    .doc("JSON scanner object")
    .flags(TypeFlags::BASE)
    .methods(Scanner::native_methods)
    .getsets(Scanner::native_getsets);

// SAFETY: instances of the class are made by `__new__` with this layout.
unsafe impl Object for Scanner {
    const KIND: Kind = Kind::Native;

    fn def() -> &'static TypeDef {
        &SCANNER
    }
}

fn get(f: &Field) -> Value {
    f.get().expect("set when made")
}

#[methods]
impl Scanner {
    #[staticmethod(sig = "(cls, /, context)")]
    fn __new__(th: &Thread, cls: Value, context: Value) -> PyResult<Value> {
        let class = class_arg(th, cls, SCANNER.class(th))?;
        let strict = get_attr(th, context, intern!(th, "strict"))?;
        let strict = Cell::new(ops::truth(th, strict)?);
        let field = |name| Ok(Field::new(Some(get_attr(th, context, name)?)));
        let scanner = Scanner {
            header: Header::new(0, Kind::Native),
            strict,
            object_hook: field(intern!(th, "object_hook"))?,
            object_pairs_hook: field(intern!(th, "object_pairs_hook"))?,
            parse_float: field(intern!(th, "parse_float"))?,
            parse_int: field(intern!(th, "parse_int"))?,
            parse_constant: field(intern!(th, "parse_constant"))?,
        };
        Ok(alloc_as(th, class, scanner).value())
    }

    #[method(sig = "($self, /, string, idx)")]
    fn __call__(th: &Thread, this: &'static Scanner, string: Value, idx: isize) -> PyResult<Value> {
        let s = super::text(th, string)?;
        if idx < 0 {
            return Err(raise!(th, ValueError, "idx cannot be negative"));
        }
        let (v, end) = match s.chars() {
            Chars::Ascii(c) | Chars::Latin1(c) => Scan::new(th, this, s, c).run(idx as usize)?,
            Chars::Ucs2(c) => Scan::new(th, this, s, c).run(idx as usize)?,
            Chars::Ucs4(c) => Scan::new(th, this, s, c).run(idx as usize)?,
        };
        Ok(Tuple::new(th, &[v, Value::from_len(end)]).value())
    }

    /// strict
    #[getter]
    fn strict(this: &'static Scanner) -> bool {
        this.strict.get()
    }

    /// object_hook
    #[getter]
    fn object_hook(this: &'static Scanner) -> Value {
        get(&this.object_hook)
    }

    #[getter]
    fn object_pairs_hook(this: &'static Scanner) -> Value {
        get(&this.object_pairs_hook)
    }

    /// parse_float
    #[getter]
    fn parse_float(this: &'static Scanner) -> Value {
        get(&this.parse_float)
    }

    /// parse_int
    #[getter]
    fn parse_int(this: &'static Scanner) -> Value {
        get(&this.parse_int)
    }

    /// parse_constant
    #[getter]
    fn parse_constant(this: &'static Scanner) -> Value {
        get(&this.parse_constant)
    }
}

/// A character in the width of its string.
trait Unit: Copy {
    fn code(self) -> u32;
}

impl Unit for u8 {
    #[inline(always)]
    fn code(self) -> u32 {
        self as u32
    }
}

impl Unit for u16 {
    #[inline(always)]
    fn code(self) -> u32 {
        self as u32
    }
}

impl Unit for u32 {
    #[inline(always)]
    fn code(self) -> u32 {
        self
    }
}

/// Raises `json.JSONDecodeError`.
#[cold]
fn decode_error(th: &Thread, message: &str, s: &'static Str, at: isize) -> Raised {
    let raise = || {
        let class = ops::import::from_module(th, "json.decoder", "JSONDecodeError")?;
        let args = [Str::new(th, message).value(), s.value(), int::new(th, at as i64)];
        ops::call(th, class, &args)
    };
    match raise() {
        Ok(e) => error::raise_value(th, e),
        Err(e) => e,
    }
}

const QUOTE: u32 = b'"' as u32;
const BACKSLASH: u32 = b'\\' as u32;

fn slice(th: &Thread, s: &'static Str, start: usize, end: usize) -> Value {
    s.slice(th, start, end).value()
}

/// Reads the string whose first character is at `start`; gives the place after its quote.
fn scan_string<U: Unit>(
    th: &Thread,
    s: &'static Str,
    units: &[U],
    start: usize,
    strict: bool,
) -> PyResult<(Value, usize)> {
    let begin = start as isize - 1;
    let unterminated = || decode_error(th, "Unterminated string starting at", s, begin);
    let plain_end = |from: usize| {
        let special = |u: &U| {
            let c = u.code();
            c == QUOTE || c == BACKSLASH || (c < 0x20 && strict)
        };
        units[from..].iter().position(special).map(|n| from + n)
    };
    let mut i = start;
    let mut built: Option<StrBuilder> = None;
    loop {
        let end = plain_end(i).ok_or_else(unterminated)?;
        let c = units[end].code();
        if c == QUOTE {
            let Some(mut b) = built else { return Ok((slice(th, s, start, end), end + 1)) };
            units[i..end].iter().for_each(|u| b.push(u.code()));
            return Ok((b.finish(th).value(), end + 1));
        }
        if c != BACKSLASH {
            return Err(decode_error(th, "Invalid control character at", s, end as isize));
        }
        let b = built.get_or_insert_default();
        units[i..end].iter().for_each(|u| b.push(u.code()));
        let kind = units.get(end + 1).ok_or_else(unterminated)?.code();
        i = end + 2;
        if kind != u32::from('u') {
            let plain = match char::from_u32(kind) {
                Some(c @ ('"' | '\\' | '/')) => c as u32,
                Some('b') => 8,
                Some('f') => 12,
                Some('n') => 10,
                Some('r') => 13,
                Some('t') => 9,
                _ => {
                    return Err(decode_error(th, "Invalid \\escape", s, end as isize));
                }
            };
            b.push(plain);
            continue;
        }
        let hex = |at: usize| -> Option<u32> {
            let digits = units.get(at..at + 4)?;
            // A quote must follow somewhere, so four digits at the end are too few.
            units.get(at + 4)?;
            digits.iter().try_fold(0, |n, u| Some(n << 4 | char::from_u32(u.code())?.to_digit(16)?))
        };
        let Some(mut c) = hex(i) else {
            return Err(decode_error(th, "Invalid \\uXXXX escape", s, end as isize + 1));
        };
        i += 4;
        if (0xd800..0xdc00).contains(&c)
            && units.get(i).is_some_and(|u| u.code() == BACKSLASH)
            && units.get(i + 1).is_some_and(|u| u.code() == u32::from('u'))
            && let Some(low @ 0xdc00..0xe000) = hex(i + 2)
        {
            c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
            i += 6;
        }
        b.push(c);
    }
}

/// `scanstring`: as [`scan_string`] for a string of any width.
pub fn string_at(
    th: &Thread,
    s: &'static Str,
    start: isize,
    strict: bool,
) -> PyResult<(Value, usize)> {
    if start < 0 || start as usize > s.len() {
        return Err(raise!(th, ValueError, "end is out of bounds"));
    }
    let start = start as usize;
    match s.chars() {
        Chars::Ascii(c) | Chars::Latin1(c) => scan_string(th, s, c, start, strict),
        Chars::Ucs2(c) => scan_string(th, s, c, start, strict),
        Chars::Ucs4(c) => scan_string(th, s, c, start, strict),
    }
}

/// One run of a scanner over a string.
struct Scan<'a, U> {
    th: &'a Thread,
    scanner: &'static Scanner,
    s: &'static Str,
    units: &'a [U],
    /// Keys that were read, to have one object for each.
    memo: &'static Dict,
    plain_float: bool,
    plain_int: bool,
}

impl<'a, U: Unit> Scan<'a, U> {
    fn new(
        th: &'a Thread,
        scanner: &'static Scanner,
        s: &'static Str,
        units: &'a [U],
    ) -> Scan<'a, U> {
        let plain_float = get(&scanner.parse_float) == float::DEF.class(th).value();
        let plain_int = get(&scanner.parse_int) == int::DEF.class(th).value();
        Scan { th, scanner, s, units, memo: Dict::new(th), plain_float, plain_int }
    }

    fn run(&self, at: usize) -> PyResult<(Value, usize)> {
        self.value(at)
    }

    #[inline(always)]
    fn at(&self, i: usize) -> Option<u32> {
        self.units.get(i).map(|u| u.code())
    }

    fn is(&self, i: usize, c: char) -> bool {
        self.at(i) == Some(c as u32)
    }

    fn skip_space(&self, mut i: usize) -> usize {
        while let Some(0x20 | 0x09 | 0x0a | 0x0d) = self.at(i) {
            i += 1;
        }
        i
    }

    #[cold]
    fn error(&self, message: &str, at: usize) -> Raised {
        decode_error(self.th, message, self.s, at as isize)
    }

    #[cold]
    fn no_value(&self, at: usize) -> Raised {
        exception::raise_stop_iteration(self.th, Value::from_len(at))
    }

    fn has(&self, at: usize, word: &str) -> bool {
        self.units
            .get(at..at + word.len())
            .is_some_and(|u| u.iter().zip(word.bytes()).all(|(u, b)| u.code() == b as u32))
    }

    /// Reads the value that starts at `i`.
    fn value(&self, i: usize) -> PyResult<(Value, usize)> {
        let Some(c) = self.at(i) else { return Err(self.no_value(i)) };
        match char::from_u32(c) {
            Some('"') => scan_string(self.th, self.s, self.units, i + 1, self.scanner.strict.get()),
            Some('{') => {
                let place = " while decoding a JSON object from a unicode string";
                interpreter::recursion(self.th, place)?;
                self.object(i + 1)
            }
            Some('[') => {
                let place = " while decoding a JSON array from a unicode string";
                interpreter::recursion(self.th, place)?;
                self.array(i + 1)
            }
            Some('n') if self.has(i, "null") => Ok((Value::NONE, i + 4)),
            Some('t') if self.has(i, "true") => Ok((Value::TRUE, i + 4)),
            Some('f') if self.has(i, "false") => Ok((Value::FALSE, i + 5)),
            Some('N') if self.has(i, "NaN") => self.constant("NaN", i),
            Some('I') if self.has(i, "Infinity") => self.constant("Infinity", i),
            Some('-') if self.has(i, "-Infinity") => self.constant("-Infinity", i),
            _ => self.number(i),
        }
    }

    fn constant(&self, name: &str, i: usize) -> PyResult<(Value, usize)> {
        let text = Str::new(self.th, name).value();
        let v = ops::call(self.th, get(&self.scanner.parse_constant), &[text])?;
        Ok((v, i + name.len()))
    }

    fn digits(&self, mut i: usize) -> usize {
        while self.at(i).is_some_and(|c| (0x30..0x3a).contains(&c)) {
            i += 1;
        }
        i
    }

    fn number(&self, start: usize) -> PyResult<(Value, usize)> {
        let first = start + self.is(start, '-') as usize;
        let mut end = match self.at(first) {
            Some(0x30) => first + 1,
            Some(0x31..=0x39) => self.digits(first + 1),
            _ => return Err(self.no_value(start)),
        };
        let mut real = false;
        if self.is(end, '.') {
            let fraction = self.digits(end + 1);
            if fraction > end + 1 {
                real = true;
                end = fraction;
            }
        }
        if self.is(end, 'e') || self.is(end, 'E') {
            let sign = self.is(end + 1, '+') || self.is(end + 1, '-');
            let from = end + 1 + sign as usize;
            let exponent = self.digits(from);
            if exponent > from {
                real = true;
                end = exponent;
            }
        }
        let units = &self.units[start..end];
        if !real && self.plain_int && units.len() <= 18 {
            let n = units[first - start..].iter().fold(0, |n, u| n * 10 + (u.code() as i64 - 0x30));
            return Ok((int::new(self.th, if first > start { -n } else { n }), end));
        }
        let text: String = units.iter().filter_map(|u| char::from_u32(u.code())).collect();
        if real && self.plain_float {
            let f = text.parse().expect("digits with point and exponent are a float");
            return Ok((float::new(self.th, f), end));
        }
        let convert = if real { &self.scanner.parse_float } else { &self.scanner.parse_int };
        let text = Str::new(self.th, &text).value();
        Ok((ops::call(self.th, get(convert), &[text])?, end))
    }

    fn array(&self, start: usize) -> PyResult<(Value, usize)> {
        let mut items = Vec::new();
        let mut i = self.skip_space(start);
        if self.is(i, ']') {
            return Ok((List::new(self.th, &items).value(), i + 1));
        }
        loop {
            let (v, end) = self.value(i)?;
            items.push(v);
            i = self.skip_space(end);
            if self.is(i, ']') {
                return Ok((List::new(self.th, &items).value(), i + 1));
            }
            if !self.is(i, ',') {
                return Err(self.error("Expecting ',' delimiter", i));
            }
            let comma = i;
            i = self.skip_space(i + 1);
            if self.is(i, ']') {
                return Err(self.error("Illegal trailing comma before end of array", comma));
            }
        }
    }

    /// The one object for the text of a key.
    fn key(&self, v: Value) -> Value {
        let s = v.cast::<Str>().expect("keys are strings");
        match self.memo.get_str(s) {
            Some(known) => known,
            None => {
                self.memo.set_str(self.th, s, v);
                v
            }
        }
    }

    fn object(&self, start: usize) -> PyResult<(Value, usize)> {
        let th = self.th;
        let pairs_hook = get(&self.scanner.object_pairs_hook);
        let want_pairs = !pairs_hook.is_none();
        let (dict, mut pairs) = (Dict::new(th), Vec::new());
        let mut i = self.skip_space(start);
        if self.is(i, '}') {
            i += 1;
        } else {
            loop {
                if !self.is(i, '"') {
                    let message = "Expecting property name enclosed in double quotes";
                    return Err(self.error(message, i));
                }
                let strict = self.scanner.strict.get();
                let (key, end) = scan_string(th, self.s, self.units, i + 1, strict)?;
                let key = self.key(key);
                i = self.skip_space(end);
                if !self.is(i, ':') {
                    return Err(self.error("Expecting ':' delimiter", i));
                }
                let (v, end) = self.value(self.skip_space(i + 1))?;
                if want_pairs {
                    pairs.push(Tuple::new(th, &[key, v]).value());
                } else {
                    dict.set_str(th, key.cast::<Str>().expect("keys are strings"), v);
                }
                i = self.skip_space(end);
                if self.is(i, '}') {
                    i += 1;
                    break;
                }
                if !self.is(i, ',') {
                    return Err(self.error("Expecting ',' delimiter", i));
                }
                let comma = i;
                i = self.skip_space(i + 1);
                if self.is(i, '}') {
                    let message = "Illegal trailing comma before end of object";
                    return Err(self.error(message, comma));
                }
            }
        }
        if want_pairs {
            let pairs = List::new(th, &pairs).value();
            return Ok((ops::call(th, pairs_hook, &[pairs])?, i));
        }
        let hook = get(&self.scanner.object_hook);
        if !hook.is_none() {
            return Ok((ops::call(th, hook, &[dict.value()])?, i));
        }
        Ok((dict.value(), i))
    }
}
