//! `%` formatting of `str` and `bytes`.

use krait_layout::{Kind, Thread, Value, shapes};
use smallvec::{SmallVec, smallvec};

use super::float_text::{self, Notation};
use crate::error::PyResult;
use crate::object::{Object, Slot, ValueExt};
use crate::ops;
use crate::raise;
use crate::types::bytes::{self, Bytes};
use crate::types::str::Str;
use crate::types::str::build::StrBuilder;
use crate::types::tuple::Tuple;
use crate::types::{exception::Exc, float, int};

/// Where values come from.
struct Arguments {
    /// The tuple's items, or the one value.
    items: SmallVec<[Value; 8]>,
    next: usize,
    /// `%(key)s` looks here.
    mapping: Option<Value>,
}

impl Arguments {
    fn new(args: Value, is_text: impl Fn(Value) -> bool) -> Arguments {
        match args.cast::<Tuple>() {
            Some(t) => Arguments { items: t.values().into(), next: 0, mapping: None },
            None => {
                let mapping = args.slot(Slot::GetItem).is_some() && !is_text(args);
                Arguments { items: smallvec![args], next: 0, mapping: mapping.then_some(args) }
            }
        }
    }

    fn next(&mut self, th: &Thread) -> PyResult<Value> {
        match self.items.get(self.next) {
            Some(v) => {
                self.next += 1;
                Ok(*v)
            }
            None => Err(raise!(th, TypeError, "not enough arguments for format string")),
        }
    }

    /// Raises `TypeError` where values are left.
    fn finish(&self, th: &Thread, what: &str) -> PyResult<()> {
        if self.next < self.items.len() && self.mapping.is_none() {
            return Err(raise!(
                th,
                TypeError,
                "not all arguments converted during {what} formatting"
            ));
        }
        Ok(())
    }
}

/// One conversion.
#[derive(Default)]
struct Conversion {
    left: bool,
    plus: bool,
    space: bool,
    alternate: bool,
    zero: bool,
    width: usize,
    precision: Option<usize>,
    kind: u32,
    /// Index of the conversion's character.
    at: usize,
}

/// Parses the conversion after a `%` at `at - 1`; gives it and where the text goes on.
fn parse(
    th: &Thread,
    text: &[u32],
    mut at: usize,
    args: &mut Arguments,
    make_key: impl Fn(&[u32]) -> Value,
) -> PyResult<(Conversion, usize)> {
    let incomplete = || raise!(th, ValueError, "incomplete format");
    let mut c = Conversion::default();
    if text.get(at) == Some(&('(' as u32)) {
        let Some(mapping) = args.mapping else {
            return Err(raise!(th, TypeError, "format requires a mapping"));
        };
        let start = at + 1;
        let mut depth = 1;
        at = start;
        while depth > 0 {
            match text.get(at).and_then(|c| char::from_u32(*c)) {
                None if at >= text.len() => {
                    return Err(raise!(th, ValueError, "incomplete format key"));
                }
                Some('(') => depth += 1,
                Some(')') => depth -= 1,
                _ => {}
            }
            at += 1;
        }
        let value = ops::get_item(th, mapping, make_key(&text[start..at - 1]))?;
        args.items = smallvec![value];
        args.next = 0;
    }
    let peek = |at: usize| text.get(at).map_or('\0', |c| char::from_u32(*c).unwrap_or('\u{fffd}'));
    loop {
        match peek(at) {
            '-' => c.left = true,
            '+' => c.plus = true,
            ' ' => c.space = true,
            '#' => c.alternate = true,
            '0' => c.zero = true,
            _ => break,
        }
        at += 1;
    }
    let number = |at: &mut usize, message: &str| -> PyResult<Option<usize>> {
        let start = *at;
        let mut n: usize = 0;
        while let Some(d) = peek(*at).to_digit(10) {
            n = match n.checked_mul(10).and_then(|n| n.checked_add(d as usize)) {
                Some(n) if n <= isize::MAX as usize => n,
                _ => return Err(raise!(th, ValueError, "{message}")),
            };
            *at += 1;
        }
        Ok((*at > start).then_some(n))
    };
    if peek(at) == '*' {
        let v = args.next(th)?;
        if !int::is_int(v) {
            return Err(raise!(th, TypeError, "* wants int"));
        }
        let n = ops::index_clipped(th, v)?;
        c.left |= n < 0;
        c.width = n.unsigned_abs();
        at += 1;
    } else if let Some(n) = number(&mut at, "width too big")? {
        c.width = n;
    }
    if peek(at) == '.' {
        at += 1;
        c.precision = Some(0);
        if peek(at) == '*' {
            let v = args.next(th)?;
            if !int::is_int(v) {
                return Err(raise!(th, TypeError, "* wants int"));
            }
            c.precision = Some(ops::index_clipped(th, v)?.max(0) as usize);
            at += 1;
        } else if let Some(n) = number(&mut at, "precision too big")? {
            c.precision = Some(n);
        }
    }
    if matches!(peek(at), 'h' | 'l' | 'L') {
        at += 1;
    }
    let Some(kind) = text.get(at) else { return Err(incomplete()) };
    c.kind = *kind;
    c.at = at;
    Ok((c, at + 1))
}

/// A number's pieces, to be padded.
struct Number {
    negative: bool,
    prefix: &'static str,
    body: String,
}

/// `%d`, `%i`, `%u`, `%o`, `%x`, `%X`.
fn integer(th: &Thread, c: &Conversion, v: Value) -> PyResult<Number> {
    let kind = char::from_u32(c.kind).expect("checked");
    let decimal = matches!(kind, 'd' | 'i' | 'u');
    let i = if int::is_int(v) {
        v
    } else if decimal {
        let number = float::value(v).is_some()
            || v.slot(Slot::Int).is_some()
            || v.slot(Slot::Index).is_some();
        let refuse = || {
            raise!(
                th,
                TypeError,
                "%{kind} format: a real number is required, not {}",
                v.type_name()
            )
        };
        if !number {
            return Err(refuse());
        }
        match float::value(v) {
            Some(f) => float::to_int(th, f)?,
            None => {
                let class = int::DEF.class(th).value();
                match ops::call(th, class, &[v]) {
                    Ok(i) => i,
                    Err(e) if crate::error::raised_is(th, Exc::TypeError) => {
                        let _ = e;
                        th.raised.set(None);
                        return Err(refuse());
                    }
                    Err(e) => return Err(e),
                }
            }
        }
    } else {
        if v.slot(Slot::Index).is_none() {
            return Err(raise!(
                th,
                TypeError,
                "%{kind} format: an integer is required, not {}",
                v.type_name()
            ));
        }
        ops::index(th, v)?
    };
    let (base, prefix) = match kind {
        'o' => (8, "0o"),
        'x' => (16, "0x"),
        'X' => (16, "0X"),
        _ => (10, ""),
    };
    let (negative, mut body) = if base == 10 {
        super::without_sign(int::text::decimal(th, i)?)
    } else {
        super::magnitude(i, base)
    };
    if kind == 'X' {
        body.make_ascii_uppercase();
    }
    if let Some(p) = c.precision
        && body.len() < p
    {
        body = format!("{body:0>p$}");
    }
    Ok(Number { negative, prefix: if c.alternate { prefix } else { "" }, body })
}

/// `%e`, `%f`, `%g` and their capitals.
fn real(th: &Thread, c: &Conversion, v: Value) -> PyResult<Number> {
    let f = float::as_f64(th, v)?;
    let kind = char::from_u32(c.kind).expect("checked");
    let notation = match kind.to_ascii_lowercase() {
        'e' => Notation::Exponent,
        'f' => Notation::Fixed,
        _ => Notation::General,
    };
    let parts = float_text::parts(f, notation, c.precision.unwrap_or(6), c.alternate, false);
    let mut body = parts.whole + &parts.rest;
    if kind.is_ascii_uppercase() {
        body.make_ascii_uppercase();
    }
    Ok(Number { negative: parts.negative, prefix: "", body })
}

/// The padded text of a number: gives `out` texts and how often each comes.
fn lay_out(c: &Conversion, n: &Number, out: impl FnMut(&str, usize)) {
    lay_out_parts(c, n.negative, n.prefix, &n.body, out);
}

fn lay_out_parts(
    c: &Conversion,
    negative: bool,
    prefix: &str,
    body: &str,
    mut out: impl FnMut(&str, usize),
) {
    let sign = match (negative, c.plus, c.space) {
        (true, _, _) => "-",
        (_, true, _) => "+",
        (_, _, true) => " ",
        _ => "",
    };
    let gap = c.width.saturating_sub(sign.len() + prefix.len() + body.len());
    let (zeros, spaces) = if c.zero && !c.left { (gap, 0) } else { (0, gap) };
    if !c.left {
        out(" ", spaces);
    }
    out(sign, 1);
    out(prefix, 1);
    out("0", zeros);
    out(body, 1);
    if c.left {
        out(" ", spaces);
    }
}

#[cold]
fn unsupported(th: &Thread, c: &Conversion) -> crate::Raised {
    let shown = match char::from_u32(c.kind) {
        Some(k) if (31..127).contains(&c.kind) => k,
        _ => '?',
    };
    raise!(
        th,
        ValueError,
        "unsupported format character '{shown}' ({:#x}) at index {}",
        c.kind,
        c.at
    )
}

/// `format % args` of a `str`.
pub fn percent(th: &Thread, format: &Str, args: Value) -> PyResult<Value> {
    let text = format.points::<64>();
    let mut args = Arguments::new(args, |v| v.kind() == Kind::Str);
    let mut out = StrBuilder::with_capacity(text.len() + 16);
    let mut at = 0;
    while at < text.len() {
        if text[at] != '%' as u32 {
            let rest = &text[at..];
            let literal = rest.iter().position(|c| *c == '%' as u32).unwrap_or(rest.len());
            out.push_points(&rest[..literal]);
            at += literal;
            continue;
        }
        at += 1;
        if text.get(at) == Some(&('%' as u32)) {
            out.push('%' as u32);
            at += 1;
            continue;
        }
        let make_key = |points: &[u32]| Str::from_code_points(th, points.iter().copied()).value();
        let (c, next) = parse(th, &text, at, &mut args, make_key)?;
        at = next;
        let v = args.next(th)?;
        let put = |text: &str, n: usize| match text.as_bytes() {
            [b] => out.push_repeated(*b as u32, n),
            _ => (0..n).for_each(|_| out.push_str(text)),
        };
        let piece = match char::from_u32(c.kind).unwrap_or('\0') {
            'd' | 'i' | 'u' if c.precision.is_none() && v.as_small_int().is_some() => {
                let i = v.as_small_int().expect("just seen");
                let mut digits = [0; 20];
                let digits = int::text::write_decimal(i.unsigned_abs(), &mut digits);
                lay_out_parts(&c, i < 0, "", digits, put);
                continue;
            }
            's' if v.is_exactly(shapes::STR) => v.cast::<Str>().expect("the shape says so"),
            's' => ops::str(th, v)?,
            'r' => ops::repr(th, v)?,
            'a' => ops::ascii(th, v)?,
            'c' => character(th, v)?,
            'd' | 'i' | 'u' | 'o' | 'x' | 'X' => {
                lay_out(&c, &integer(th, &c, v)?, put);
                continue;
            }
            'e' | 'E' | 'f' | 'F' | 'g' | 'G' => {
                lay_out(&c, &real(th, &c, v)?, put);
                continue;
            }
            _ => return Err(unsupported(th, &c)),
        };
        let piece = match c.precision {
            Some(p) if p < piece.len() && c.kind != 'c' as u32 => piece.slice(th, 0, p),
            _ => piece,
        };
        let gap = c.width.saturating_sub(piece.len());
        if !c.left {
            out.push_repeated(' ' as u32, gap);
        }
        out.push_object(piece);
        if c.left {
            out.push_repeated(' ' as u32, gap);
        }
    }
    args.finish(th, "string")?;
    Ok(out.finish(th).value())
}

/// `%c` of a `str`.
fn character(th: &Thread, v: Value) -> PyResult<&'static Str> {
    if let Some(s) = v.cast::<Str>() {
        if s.len() == 1 {
            return Ok(s);
        }
        return Err(raise!(
            th,
            TypeError,
            "%c requires an int or a unicode character, not a string of length {}",
            s.len()
        ));
    }
    if !int::is_int(v) && v.slot(Slot::Index).is_none() {
        return Err(raise!(
            th,
            TypeError,
            "%c requires an int or a unicode character, not {}",
            v.type_name()
        ));
    }
    let i = ops::index(th, v)?;
    match int::to_i64(i).and_then(|i| u32::try_from(i).ok()).filter(|c| *c < 0x110000) {
        Some(c) => Ok(Str::from_char(th, c)),
        None => Err(raise!(th, OverflowError, "%c arg not in range(0x110000)")),
    }
}

/// `format % args` of a `bytes` or `bytearray` (PEP 461).
pub fn percent_bytes(th: &Thread, format: &[u8], args: Value) -> PyResult<Vec<u8>> {
    let text: Vec<u32> = format.iter().map(|b| *b as u32).collect();
    let is_text = |v: Value| matches!(v.kind(), Kind::Str | Kind::Bytes | Kind::ByteArray);
    let mut args = Arguments::new(args, is_text);
    let mut out = Vec::with_capacity(text.len() + 16);
    let mut at = 0;
    while at < text.len() {
        if text[at] != '%' as u32 {
            out.push(text[at] as u8);
            at += 1;
            continue;
        }
        at += 1;
        if text.get(at) == Some(&('%' as u32)) {
            out.push(b'%');
            at += 1;
            continue;
        }
        let make_key = |points: &[u32]| {
            let key: Vec<u8> = points.iter().map(|c| *c as u8).collect();
            Bytes::new(th, &key).value()
        };
        let (c, next) = parse(th, &text, at, &mut args, make_key)?;
        at = next;
        let v = args.next(th)?;
        let mut piece = match char::from_u32(c.kind).unwrap_or('\0') {
            's' | 'b' => bytes_of(th, v)?,
            'r' | 'a' => ops::ascii(th, v)?.to_string().into_bytes(),
            'c' => vec![byte_character(th, v)?],
            'd' | 'i' | 'u' | 'o' | 'x' | 'X' => {
                let n = integer(th, &c, v)?;
                lay_out(&c, &n, |s, n| (0..n).for_each(|_| out.extend_from_slice(s.as_bytes())));
                continue;
            }
            'e' | 'E' | 'f' | 'F' | 'g' | 'G' => {
                if float::value(v).is_none()
                    && !int::is_int(v)
                    && v.slot(Slot::Float).is_none()
                    && v.slot(Slot::Index).is_none()
                {
                    return Err(raise!(
                        th,
                        TypeError,
                        "float argument required, not {}",
                        v.type_name()
                    ));
                }
                let n = real(th, &c, v)?;
                lay_out(&c, &n, |s, n| (0..n).for_each(|_| out.extend_from_slice(s.as_bytes())));
                continue;
            }
            _ => return Err(unsupported(th, &c)),
        };
        if let Some(p) = c.precision
            && c.kind != 'c' as u32
        {
            piece.truncate(p);
        }
        let gap = c.width.saturating_sub(piece.len());
        if !c.left {
            out.extend(std::iter::repeat_n(b' ', gap));
        }
        out.extend_from_slice(&piece);
        if c.left {
            out.extend(std::iter::repeat_n(b' ', gap));
        }
    }
    args.finish(th, "bytes")?;
    Ok(out)
}

/// `%b`.
fn bytes_of(th: &Thread, v: Value) -> PyResult<Vec<u8>> {
    if let Some(data) = bytes::view(th, v)? {
        return Ok(data.to_vec());
    }
    if v.slot(Slot::Bytes).is_some() {
        return bytes::from_object(th, v);
    }
    Err(raise!(
        th,
        TypeError,
        "%b requires a bytes-like object, or an object that implements __bytes__, not '{}'",
        v.type_name()
    ))
}

/// `%c` of a `bytes`.
fn byte_character(th: &Thread, v: Value) -> PyResult<u8> {
    let refuse = |v: Value| {
        raise!(
            th,
            TypeError,
            "%c requires an integer in range(256) or a single byte, not {}",
            v.type_name()
        )
    };
    if matches!(v.kind(), Kind::Bytes | Kind::ByteArray) {
        let data = bytes::expect_view(th, v)?;
        return match data {
            [b] => Ok(*b),
            _ => Err(raise!(
                th,
                TypeError,
                "%c requires an integer in range(256) or a single byte, not a {} object of length {}",
                v.type_name(),
                data.len()
            )),
        };
    }
    if !int::is_int(v) && v.slot(Slot::Index).is_none() {
        return Err(refuse(v));
    }
    let i = ops::index(th, v)?;
    match int::to_i64(i).map(u8::try_from) {
        Some(Ok(b)) => Ok(b),
        _ => Err(raise!(th, OverflowError, "%c arg not in range(256)")),
    }
}
