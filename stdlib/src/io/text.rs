//! `TextIOWrapper`: text over a buffered binary stream; `IncrementalNewlineDecoder`.

use std::cell::{Cell, RefCell};

use krait_macros::methods;
use krait_runtime::error::PyResult;
use krait_runtime::gc::Field;
use krait_runtime::native::class_arg;
use krait_runtime::object::{
    Object, Type, TypeDef, TypeFlags, ValueExt, alloc_as, get_attr, get_attr_or_none,
};
use krait_runtime::types::bytes::{self, Bytes};
use krait_runtime::types::search::{self, Unit};
use krait_runtime::types::str::build::StrBuilder;
use krait_runtime::types::str::codec;
use krait_runtime::types::str::{Chars, Str};
use krait_runtime::types::tuple::Tuple;
use krait_runtime::{Header, Kind, Thread, Value, intern, ops, raise};

use super::base::TEXT_IO_BASE;
use super::buffered::Buffered;

/// The `newline` argument.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Newline {
    /// `None`: any line end is read as `\n`; `\n` is written as the system's.
    Universal,
    /// `''`: any line end ends a line and is kept.
    Any,
    Lf,
    Cr,
    CrLf,
}

impl Newline {
    pub fn from_argument(th: &Thread, v: Option<Value>) -> PyResult<Newline> {
        let Some(v) = v.filter(|v| !v.is_none()) else { return Ok(Newline::Universal) };
        let Some(s) = v.cast::<Str>() else {
            return Err(raise!(
                th,
                TypeError,
                "newline must be str or None, not {}",
                v.type_name()
            ));
        };
        match s.to_string().as_str() {
            "" => Ok(Newline::Any),
            "\n" => Ok(Newline::Lf),
            "\r" => Ok(Newline::Cr),
            "\r\n" => Ok(Newline::CrLf),
            _ => Err(raise!(th, ValueError, "illegal newline value: {}", ops::repr_string(th, v)?)),
        }
    }

    /// Whether lines may end in any way, so that it is noted how they do.
    pub fn knows_all_ends(self) -> bool {
        matches!(self, Newline::Universal | Newline::Any)
    }

    pub fn translates_input(self) -> bool {
        self == Newline::Universal
    }

    /// What `\n` is written as, if not as it is.
    pub fn output(self) -> Option<&'static str> {
        match self {
            Newline::Universal => cfg!(windows).then_some("\r\n"),
            Newline::Any | Newline::Lf => None,
            Newline::Cr => Some("\r"),
            Newline::CrLf => Some("\r\n"),
        }
    }

    /// Length of the first line of `text` with its end, if it has one; `last` where no more
    /// text follows, so that a final `\r` is one.
    pub fn line_end<T: Unit>(self, text: &[T], last: bool) -> Option<usize> {
        let is = |at: usize, c: u32| text.get(at).is_some_and(|t| (*t).into() == c);
        match self {
            Newline::Universal | Newline::Lf => search::find_char(text, 10).map(|i| i + 1),
            Newline::Cr => search::find_char(text, 13).map(|i| i + 1),
            Newline::CrLf => {
                let mut starts = 0..text.len().saturating_sub(1);
                starts.find(|i| is(*i, 13) && is(i + 1, 10)).map(|i| i + 2)
            }
            Newline::Any => {
                let i = text.iter().position(|c| matches!((*c).into(), 10 | 13))?;
                match (is(i, 10), text.get(i + 1)) {
                    (true, _) => Some(i + 1),
                    (_, Some(_)) if is(i + 1, 10) => Some(i + 2),
                    (_, Some(_)) => Some(i + 1),
                    (_, None) => last.then_some(i + 1),
                }
            }
        }
    }
}

/// Which line ends were read, for `newlines`.
#[derive(Default)]
pub struct LineEnds {
    /// Bits for the entries of [`LineEnds::ALL`].
    seen: Cell<u8>,
    /// A `\r` ended what was read last; a `\n` that follows belongs to it.
    after_cr: Cell<bool>,
}

impl LineEnds {
    const ALL: [&str; 3] = ["\r", "\n", "\r\n"];

    /// Notes the ends in a piece of text, which may be the `last`.
    pub fn note(&self, points: impl Iterator<Item = u32>, last: bool) {
        let (mut seen, mut after_cr) = (self.seen.get(), self.after_cr.get());
        for c in points {
            seen |= match (after_cr, c == 10) {
                (true, true) => 4,
                (true, false) => 1,
                (false, true) => 2,
                (false, false) => 0,
            };
            after_cr = c == 13;
        }
        if last && after_cr {
            (seen, after_cr) = (seen | 1, false);
        }
        self.seen.set(seen);
        self.after_cr.set(after_cr);
    }

    /// As [`LineEnds::note`]; text without `\r` is not looked at one by one.
    pub fn note_text(&self, text: &Str, last: bool) {
        if self.after_cr.get() || text.has_char(13) {
            self.note(text.code_points(), last);
        } else if text.has_char(10) {
            self.seen.set(self.seen.get() | 2);
        }
    }

    /// `None`, a string, or a tuple of strings.
    pub fn value(&self, th: &Thread) -> Value {
        let seen = LineEnds::ALL.iter().enumerate().filter(|(i, _)| self.seen.get() >> i & 1 == 1);
        let ends: Vec<Value> = seen.map(|(_, end)| Str::new(th, end).value()).collect();
        match ends[..] {
            [] => Value::NONE,
            [one] => one,
            _ => Tuple::new(th, &ends).value(),
        }
    }
}

/// A `TextIOWrapper`.
#[repr(C)]
pub struct TextIO {
    pub header: Header,
    buffer: Field,
    encoding: RefCell<String>,
    errors: RefCell<String>,
    newline: Cell<Newline>,
    line_buffering: Cell<bool>,
    write_through: Cell<bool>,
    /// Decoded text (a string), of which `text_at` characters were taken.
    text: Field,
    text_at: Cell<usize>,
    /// Bytes of a character that is not complete yet.
    partial: RefCell<Vec<u8>>,
    /// A `\r` ended the last chunk; a `\n` that follows belongs to it.
    after_cr: Cell<bool>,
    line_ends: LineEnds,
    at_end: Cell<bool>,
    /// Encoded text not yet handed to the buffer.
    pending: RefCell<Vec<u8>>,
    ready: Cell<bool>,
}

pub static DEF: TypeDef = TypeDef::of::<TextIO>("TextIOWrapper", "_io")
    .doc("Character and line based layer over a BufferedIOBase object, buffer.")
    .base(&TEXT_IO_BASE)
    .flags(TypeFlags::BASE)
    .mutable()
    .methods(TextIO::native_methods)
    .getsets(TextIO::native_getsets);

// SAFETY: instances of the class are made by `fresh` with this layout.
unsafe impl Object for TextIO {
    const KIND: Kind = Kind::Native;

    fn def() -> &'static TypeDef {
        &DEF
    }
}

const CHUNK: usize = 8192;

impl TextIO {
    fn fresh(th: &Thread, class: &'static Type) -> &'static TextIO {
        alloc_as(
            th,
            class,
            TextIO {
                header: Header::new(0, Kind::Native),
                buffer: Field::new(None),
                encoding: RefCell::new("utf-8".into()),
                errors: RefCell::new("strict".into()),
                newline: Cell::new(Newline::Universal),
                line_buffering: Cell::new(false),
                write_through: Cell::new(false),
                text: Field::new(Some(Str::from_ascii(th, b"").value())),
                text_at: Cell::new(0),
                partial: RefCell::default(),
                after_cr: Cell::new(false),
                line_ends: LineEnds::default(),
                at_end: Cell::new(false),
                pending: RefCell::default(),
                ready: Cell::new(false),
            },
        )
    }

    /// Text over `buffer`.
    pub fn over(
        th: &Thread,
        buffer: Value,
        encoding: &str,
        errors: &str,
        newline: Option<Newline>,
        line_buffering: bool,
        write_through: bool,
    ) -> &'static TextIO {
        let t = TextIO::fresh(th, DEF.class(th));
        t.buffer.set(&t.header, buffer);
        *t.encoding.borrow_mut() = encoding.into();
        *t.errors.borrow_mut() = errors.into();
        t.newline.set(newline.unwrap_or(Newline::Universal));
        t.line_buffering.set(line_buffering);
        t.write_through.set(write_through);
        t.ready.set(true);
        t
    }

    fn buffer(&self, th: &Thread) -> PyResult<Value> {
        if !self.ready.get() {
            return Err(raise!(th, ValueError, "I/O operation on uninitialized object"));
        }
        self.buffer
            .get()
            .ok_or_else(|| raise!(th, ValueError, "underlying buffer has been detached"))
    }

    fn check_open(&self, th: &Thread) -> PyResult<Value> {
        let buffer = self.buffer(th)?;
        let closed = match buffer.cast::<Buffered>().filter(|b| b.is_exact(th)) {
            Some(b) => b.is_closed(th)?,
            None => {
                let closed = get_attr(th, buffer, intern!(th, "closed"))?;
                ops::truth(th, closed)?
            }
        };
        if closed { Err(super::closed_error(th)) } else { Ok(buffer) }
    }

    fn text(&self) -> &'static Str {
        self.text.get().and_then(|t| t.cast()).expect("set when made")
    }

    fn remaining(&self) -> usize {
        self.text().len() - self.text_at.get()
    }

    /// Takes `n` characters of decoded text.
    fn take(&self, th: &Thread, n: usize) -> &'static Str {
        let (text, at) = (self.text(), self.text_at.get());
        let end = (at + n).min(text.len());
        self.text_at.set(end);
        text.slice(th, at, end)
    }

    /// Decodes `data`, which follows what was decoded before; `last` at the end of the file.
    fn decode(&self, th: &Thread, data: &[u8], last: bool) -> PyResult<()> {
        let mut bytes = std::mem::take(&mut *self.partial.borrow_mut());
        bytes.extend_from_slice(data);
        let encoding = self.encoding.borrow().clone();
        let keep = if last { 0 } else { incomplete_tail(&encoding, &bytes) };
        let split = bytes.len() - keep;
        *self.partial.borrow_mut() = bytes[split..].to_vec();
        let errors = self.errors.borrow().clone();
        let decoded = codec::decode(th, &bytes[..split], &encoding, &errors)?;
        if self.newline.get().knows_all_ends() {
            self.line_ends.note_text(decoded, last);
        }
        let decoded = match self.newline.get().translates_input() {
            true => self.translate(th, decoded),
            false => decoded,
        };
        let text = match self.remaining() {
            0 => decoded,
            rest => Str::from_parts(th, [self.take(th, rest), decoded].into_iter()),
        };
        self.text.set(&self.header, text.value());
        self.text_at.set(0);
        Ok(())
    }

    /// Makes `\n` of every line end of text that was decoded.
    fn translate(&self, th: &Thread, decoded: &'static Str) -> &'static Str {
        let nothing_before = !self.after_cr.get() || decoded.is_empty();
        if nothing_before && !decoded.has_char(13) {
            return decoded;
        }
        let mut text = StrBuilder::with_capacity(decoded.len());
        let mut after_cr = self.after_cr.get();
        for c in decoded.code_points() {
            match c {
                10 if after_cr => after_cr = false,
                13 => {
                    text.push(10);
                    after_cr = true;
                }
                c => {
                    text.push(c);
                    after_cr = false;
                }
            }
        }
        self.after_cr.set(after_cr);
        text.finish(th)
    }

    /// Reads and decodes one more chunk; false at the end.
    fn refill(&self, th: &Thread) -> PyResult<bool> {
        let buffer = self.check_open(th)?;
        let data = match buffer.cast::<Buffered>() {
            Some(b) => b.read_some(th, CHUNK)?,
            None => {
                let read1 = get_attr_or_none(th, buffer, intern!(th, "read1"))?;
                let read = match read1 {
                    Some(r) => r,
                    None => get_attr(th, buffer, intern!(th, "read"))?,
                };
                let chunk = ops::call(th, read, &[Value::from_len(CHUNK)])?;
                match bytes::view(th, chunk)? {
                    Some(d) => d.to_vec(),
                    None => {
                        return Err(raise!(
                            th,
                            TypeError,
                            "underlying read1() should have returned a bytes-like object, not '{}'",
                            chunk.type_name()
                        ));
                    }
                }
            }
        };
        let end = data.is_empty();
        self.decode(th, &data, end)?;
        Ok(!end)
    }

    fn flush_pending(&self, th: &Thread) -> PyResult<()> {
        let data = std::mem::take(&mut *self.pending.borrow_mut());
        if data.is_empty() {
            return Ok(());
        }
        let buffer = self.buffer(th)?;
        match buffer.cast::<Buffered>() {
            Some(b) => b.write_all(th, &data),
            None => {
                let data = Bytes::new(th, &data).value();
                ops::call_method(th, buffer, intern!(th, "write"), &[data]).map(|_| ())
            }
        }
    }

    /// Writes text; what `write` does.
    pub fn put(&self, th: &Thread, s: &'static Str) -> PyResult<()> {
        self.check_open(th)?;
        let has_end = s.has_char(10) || s.has_char(13);
        let translated;
        let out = match self.newline.get().output() {
            Some(end) if has_end => {
                let points: Vec<u32> = s
                    .code_points()
                    .flat_map(
                        |c| if c == 10 { end.chars().map(u32::from).collect() } else { vec![c] },
                    )
                    .collect();
                translated = Str::from_code_points(th, points.into_iter());
                translated
            }
            _ => s,
        };
        match out.as_ascii() {
            Some(a) if is_ascii_superset(&self.encoding.borrow()) => {
                self.pending.borrow_mut().extend_from_slice(a.as_bytes());
            }
            _ => {
                let (encoding, errors) =
                    (self.encoding.borrow().clone(), self.errors.borrow().clone());
                let data = codec::encode(th, out, &encoding, &errors)?;
                self.pending.borrow_mut().extend(data);
            }
        }
        let flush = self.line_buffering.get() && has_end;
        if flush || self.write_through.get() || self.pending.borrow().len() > CHUNK {
            self.flush_pending(th)?;
        }
        if flush {
            let buffer = self.buffer(th)?;
            ops::call_method(th, buffer, intern!(th, "flush"), &[])?;
        }
        Ok(())
    }

    fn reset_reading(&self) {
        self.text_at.set(self.text().len());
        self.partial.borrow_mut().clear();
        self.after_cr.set(false);
    }
}

fn is_ascii_superset(encoding: &str) -> bool {
    let e = encoding.to_ascii_lowercase().replace('_', "-");
    matches!(
        e.as_str(),
        "utf-8" | "utf8" | "ascii" | "us-ascii" | "latin-1" | "iso-8859-1" | "iso8859-1" | "latin1"
    )
}

/// Bytes at the end of `data` that may be the start of a character.
fn incomplete_tail(encoding: &str, data: &[u8]) -> usize {
    let e = encoding.to_ascii_lowercase().replace('_', "-");
    match e.as_str() {
        "utf-8" | "utf8" | "utf-8-sig" => {
            for back in 1..=data.len().min(3) {
                let b = data[data.len() - back];
                let needed = match b {
                    0xc2..=0xdf => 2,
                    0xe0..=0xef => 3,
                    0xf0..=0xf4 => 4,
                    0x80..=0xbf => continue,
                    _ => return 0,
                };
                return if needed > back { back } else { 0 };
            }
            0
        }
        e if e.starts_with("utf-16") => data.len() % 2,
        e if e.starts_with("utf-32") => data.len() % 4,
        _ => 0,
    }
}

#[methods]
impl TextIO {
    #[staticmethod(sig = "(cls, /, *args, **kwargs)")]
    fn __new__(th: &Thread, cls: Value, _args: Value, _kwargs: Value) -> PyResult<&'static TextIO> {
        let class = class_arg(th, cls, DEF.class(th))?;
        Ok(TextIO::fresh(th, class))
    }

    #[method(
        sig = "($self, buffer, encoding=None, errors=None, newline=None, line_buffering=False, write_through=False)"
    )]
    fn __init__(
        th: &Thread,
        this: &'static TextIO,
        buffer: Value,
        encoding: Option<Value>,
        errors: Option<Value>,
        newline: Option<Value>,
        line_buffering: Option<bool>,
        write_through: Option<bool>,
    ) -> PyResult<()> {
        let text = |v: Option<Value>, default: &str, what: &str| -> PyResult<String> {
            match v.filter(|v| !v.is_none()) {
                None => Ok(default.to_string()),
                Some(v) => match v.cast::<Str>() {
                    Some(s) => Ok(s.to_string()),
                    None => Err(raise!(
                        th,
                        TypeError,
                        "TextIOWrapper() argument '{what}' must be str or None, not {}",
                        v.type_name()
                    )),
                },
            }
        };
        let encoding = text(encoding, "utf-8", "encoding")?;
        let encoding = if encoding == "locale" { "utf-8".to_string() } else { encoding };
        let errors = text(errors, "strict", "errors")?;
        this.newline.set(Newline::from_argument(th, newline)?);
        codec::encode(th, Str::new(th, ""), &encoding, &errors)?;
        *this.encoding.borrow_mut() = encoding;
        *this.errors.borrow_mut() = errors;
        this.line_buffering.set(line_buffering.unwrap_or(false));
        this.write_through.set(write_through.unwrap_or(false));
        this.reset_reading();
        this.buffer.set(&this.header, buffer);
        this.ready.set(true);
        Ok(())
    }

    #[method(sig = "($self, text, /)")]
    fn write(th: &Thread, this: &'static TextIO, text: Value) -> PyResult<usize> {
        let Some(s) = text.cast::<Str>() else {
            return Err(raise!(
                th,
                TypeError,
                "write() argument must be str, not {}",
                text.type_name()
            ));
        };
        this.put(th, s)?;
        Ok(s.len())
    }

    #[method(sig = "($self, size=-1, /)")]
    fn read(th: &Thread, this: &'static TextIO, size: Option<Value>) -> PyResult<Value> {
        this.check_open(th)?;
        this.flush_pending(th)?;
        let n = match size.filter(|s| !s.is_none()) {
            Some(s) => ops::index_clipped(th, s)?,
            None => -1,
        };
        if n < 0 {
            let buffer = this.buffer(th)?;
            let data = match buffer.cast::<Buffered>() {
                Some(b) => b.read_all(th)?,
                None => {
                    let all = ops::call_method(th, buffer, intern!(th, "read"), &[])?;
                    bytes::expect_view(th, all)?.to_vec()
                }
            };
            this.decode(th, &data, true)?;
            return Ok(this.take(th, usize::MAX / 2).value());
        }
        while this.remaining() < n as usize {
            if !this.refill(th)? {
                break;
            }
        }
        Ok(this.take(th, n as usize).value())
    }

    #[method(sig = "($self, size=-1, /)")]
    fn readline(th: &Thread, this: &'static TextIO, size: Option<Value>) -> PyResult<Value> {
        this.check_open(th)?;
        this.flush_pending(th)?;
        let limit = match size.filter(|s| !s.is_none()) {
            Some(s) => ops::index_clipped(th, s)?,
            None => -1,
        };
        let mut last = false;
        loop {
            let found = {
                let (newline, at) = (this.newline.get(), this.text_at.get());
                match this.text().chars() {
                    Chars::Ascii(t) | Chars::Latin1(t) => newline.line_end(&t[at..], last),
                    Chars::Ucs2(t) => newline.line_end(&t[at..], last),
                    Chars::Ucs4(t) => newline.line_end(&t[at..], last),
                }
            };
            if let Some(n) = found {
                let n = if limit < 0 { n } else { n.min(limit as usize) };
                return Ok(this.take(th, n).value());
            }
            if limit >= 0 && this.remaining() >= limit as usize {
                return Ok(this.take(th, limit as usize).value());
            }
            if last {
                return Ok(this.take(th, usize::MAX / 2).value());
            }
            last = !this.refill(th)?;
        }
    }

    #[method]
    fn __next__(th: &Thread, this: &'static TextIO) -> PyResult<Value> {
        let line = TextIO::readline(th, this, None)?;
        Ok(if ops::length(th, line)? == 0 { Value::EXHAUSTED } else { line })
    }

    #[method]
    fn flush(th: &Thread, this: &'static TextIO) -> PyResult<()> {
        let buffer = this.check_open(th)?;
        this.flush_pending(th)?;
        ops::call_method(th, buffer, intern!(th, "flush"), &[]).map(|_| ())
    }

    #[method]
    fn close(th: &Thread, this: &'static TextIO) -> PyResult<()> {
        let Some(buffer) = this.buffer.get() else { return Ok(()) };
        let closed = get_attr(th, buffer, intern!(th, "closed"))?;
        if ops::truth(th, closed)? {
            return Ok(());
        }
        let flushed = ops::call_method(th, this.value(), intern!(th, "flush"), &[]);
        let raised = th.raised.take();
        ops::call_method(th, buffer, intern!(th, "close"), &[])?;
        if flushed.is_err() {
            th.raised.set(raised);
            return Err(krait_runtime::Raised);
        }
        Ok(())
    }

    #[method]
    fn detach(th: &Thread, this: &'static TextIO) -> PyResult<Value> {
        ops::call_method(th, this.value(), intern!(th, "flush"), &[])?;
        let buffer = this.buffer(th)?;
        this.buffer.set(&this.header, None::<Value>);
        Ok(buffer)
    }

    #[method(sig = "($self, cookie, whence=0, /)")]
    fn seek(
        th: &Thread,
        this: &'static TextIO,
        cookie: Value,
        whence: Option<i64>,
    ) -> PyResult<Value> {
        let buffer = this.check_open(th)?;
        let offset = ops::index_clipped(th, cookie)?;
        this.flush_pending(th)?;
        let (target, whence) = match whence.unwrap_or(0) {
            0 if offset < 0 => {
                return Err(raise!(th, ValueError, "negative seek position {offset}"));
            }
            0 => (cookie, 0),
            1 if offset != 0 => {
                return Err(super::unsupported(th, "can't do nonzero cur-relative seeks"));
            }
            1 => (TextIO::tell(th, this)?, 0),
            2 if offset != 0 => {
                return Err(super::unsupported(th, "can't do nonzero end-relative seeks"));
            }
            2 => (Value::from_i32(0), 2),
            w => return Err(raise!(th, ValueError, "invalid whence ({w}, should be 0, 1 or 2)")),
        };
        this.reset_reading();
        ops::call_method(th, buffer, intern!(th, "seek"), &[target, Value::from_i32(whence)])
    }

    /// The position in bytes: what was decoded but not read is encoded again to count it.
    #[method]
    fn tell(th: &Thread, this: &'static TextIO) -> PyResult<Value> {
        let buffer = this.check_open(th)?;
        this.flush_pending(th)?;
        ops::call_method(th, buffer, intern!(th, "flush"), &[])?;
        let at = ops::call_method(th, buffer, intern!(th, "tell"), &[])?;
        let at = ops::index_clipped(th, at)?;
        let rest = this.text().slice(th, this.text_at.get(), this.text().len());
        let (encoding, errors) = (this.encoding.borrow().clone(), this.errors.borrow().clone());
        let ahead =
            codec::encode(th, rest, &encoding, &errors)?.len() + this.partial.borrow().len();
        Ok(krait_runtime::types::int::new(th, at as i64 - ahead as i64))
    }

    #[method(sig = "($self, pos=None, /)")]
    fn truncate(th: &Thread, this: &'static TextIO, pos: Option<Value>) -> PyResult<Value> {
        let buffer = this.check_open(th)?;
        this.flush_pending(th)?;
        let args: Vec<Value> = pos.into_iter().collect();
        ops::call_method(th, buffer, intern!(th, "truncate"), &args)
    }

    /// Reconfigure the text stream with new parameters.
    #[method(
        sig = "($self, *, encoding=None, errors=None, newline=<unrepresentable>, line_buffering=None, write_through=None)"
    )]
    fn reconfigure(
        th: &Thread,
        this: &'static TextIO,
        encoding: Option<Value>,
        errors: Option<Value>,
        newline: Option<Value>,
        line_buffering: Option<Value>,
        write_through: Option<Value>,
    ) -> PyResult<()> {
        this.flush_pending(th)?;
        if let Some(e) = encoding.and_then(|e| e.cast::<Str>()) {
            *this.encoding.borrow_mut() = e.to_string();
            if errors.is_none_or(Value::is_none) {
                *this.errors.borrow_mut() = "strict".into();
            }
        }
        if let Some(e) = errors.and_then(|e| e.cast::<Str>()) {
            *this.errors.borrow_mut() = e.to_string();
        }
        if newline.is_some() {
            this.newline.set(Newline::from_argument(th, newline)?);
        }
        if let Some(l) = line_buffering.filter(|l| !l.is_none()) {
            this.line_buffering.set(ops::truth(th, l)?);
        }
        if let Some(w) = write_through.filter(|w| !w.is_none()) {
            this.write_through.set(ops::truth(th, w)?);
        }
        Ok(())
    }

    #[method]
    fn fileno(th: &Thread, this: &'static TextIO) -> PyResult<Value> {
        ops::call_method(th, this.buffer(th)?, intern!(th, "fileno"), &[])
    }

    #[method]
    fn isatty(th: &Thread, this: &'static TextIO) -> PyResult<Value> {
        ops::call_method(th, this.buffer(th)?, intern!(th, "isatty"), &[])
    }

    #[method]
    fn readable(th: &Thread, this: &'static TextIO) -> PyResult<Value> {
        ops::call_method(th, this.buffer(th)?, intern!(th, "readable"), &[])
    }

    #[method]
    fn writable(th: &Thread, this: &'static TextIO) -> PyResult<Value> {
        ops::call_method(th, this.buffer(th)?, intern!(th, "writable"), &[])
    }

    #[method]
    fn seekable(th: &Thread, this: &'static TextIO) -> PyResult<Value> {
        ops::call_method(th, this.buffer(th)?, intern!(th, "seekable"), &[])
    }

    #[method]
    fn __repr__(th: &Thread, this: &'static TextIO) -> PyResult<String> {
        let mut out = String::from("<_io.TextIOWrapper");
        if let Some(n) = get_attr_or_none(th, this.value(), intern!(th, "name"))? {
            out.push_str(&format!(" name={}", ops::repr_string(th, n)?));
        }
        if let Some(m) = get_attr_or_none(th, this.value(), intern!(th, "mode"))? {
            out.push_str(&format!(" mode={}", ops::repr_string(th, m)?));
        }
        out.push_str(&format!(" encoding='{}'>", this.encoding.borrow()));
        Ok(out)
    }

    #[method]
    fn __del__(th: &Thread, this: &'static TextIO) -> PyResult<()> {
        TextIO::close(th, this)
    }

    #[getter(name = "buffer")]
    fn py_buffer(this: &'static TextIO) -> Option<Value> {
        this.buffer.get()
    }

    #[getter]
    fn closed(th: &Thread, this: &'static TextIO) -> PyResult<Value> {
        get_attr(th, this.buffer(th)?, intern!(th, "closed"))
    }

    #[getter]
    fn name(th: &Thread, this: &'static TextIO) -> PyResult<Value> {
        get_attr(th, this.buffer(th)?, intern!(th, "name"))
    }

    #[getter(name = "encoding")]
    fn py_encoding(this: &'static TextIO) -> String {
        this.encoding.borrow().clone()
    }

    #[getter(name = "errors")]
    fn py_errors(this: &'static TextIO) -> String {
        this.errors.borrow().clone()
    }

    #[getter]
    fn newlines(th: &Thread, this: &'static TextIO) -> Value {
        this.line_ends.value(th)
    }

    #[getter(name = "line_buffering")]
    fn py_line_buffering(this: &'static TextIO) -> bool {
        this.line_buffering.get()
    }

    #[getter(name = "write_through")]
    fn py_write_through(this: &'static TextIO) -> bool {
        this.write_through.get()
    }

    #[getter]
    fn _CHUNK_SIZE(_this: &'static TextIO) -> usize {
        CHUNK
    }
}

/// `IncrementalNewlineDecoder`.
#[repr(C)]
pub struct NewlineDecoder {
    pub header: Header,
    decoder: Field,
    translate: Cell<bool>,
    pending_cr: Cell<bool>,
    line_ends: LineEnds,
}

pub static NEWLINE_DECODER: TypeDef =
    TypeDef::of::<NewlineDecoder>("IncrementalNewlineDecoder", "_io")
        .doc("Codec used when reading a file in universal newlines mode.")
        .flags(TypeFlags::BASE)
        .methods(NewlineDecoder::native_methods)
        .getsets(NewlineDecoder::native_getsets);

// SAFETY: instances of the class are made by `__new__` with this layout.
unsafe impl Object for NewlineDecoder {
    const KIND: Kind = Kind::Native;

    fn def() -> &'static TypeDef {
        &NEWLINE_DECODER
    }
}

#[methods]
impl NewlineDecoder {
    #[staticmethod(sig = "(cls, decoder, translate, errors='strict')")]
    fn __new__(
        th: &Thread,
        cls: Value,
        decoder: Value,
        translate: bool,
        _errors: Option<Value>,
    ) -> PyResult<&'static NewlineDecoder> {
        let class = class_arg(th, cls, NEWLINE_DECODER.class(th))?;
        Ok(alloc_as(
            th,
            class,
            NewlineDecoder {
                header: Header::new(0, Kind::Native),
                decoder: Field::new(Some(decoder)),
                translate: Cell::new(translate),
                pending_cr: Cell::new(false),
                line_ends: LineEnds::default(),
            },
        ))
    }

    #[method(sig = "($self, input, final=False)")]
    fn decode(
        th: &Thread,
        this: &'static NewlineDecoder,
        input: Value,
        is_final: Option<bool>,
    ) -> PyResult<Value> {
        let is_final = is_final.unwrap_or(false);
        let decoder = this.decoder.get().expect("set when made");
        let text = if decoder.is_none() {
            input
        } else {
            ops::call_method(
                th,
                decoder,
                intern!(th, "decode"),
                &[input, Value::from_bool(is_final)],
            )?
        };
        let Some(text) = text.cast::<Str>() else {
            return Err(raise!(
                th,
                TypeError,
                "decoder should return a string result, not '{}'",
                text.type_name()
            ));
        };
        let mut points: Vec<u32> = Vec::with_capacity(text.len() + 1);
        if this.pending_cr.replace(false) {
            points.push(13);
        }
        points.extend(text.code_points());
        if !is_final && points.last() == Some(&13) {
            points.pop();
            this.pending_cr.set(true);
        }
        this.line_ends.note(points.iter().copied(), is_final);
        if this.translate.get() {
            let mut out = Vec::with_capacity(points.len());
            let mut i = 0;
            while i < points.len() {
                if points[i] == 13 {
                    out.push(10);
                    if points.get(i + 1) == Some(&10) {
                        i += 1;
                    }
                } else {
                    out.push(points[i]);
                }
                i += 1;
            }
            points = out;
        }
        Ok(Str::from_code_points(th, points.into_iter()).value())
    }

    #[getter]
    fn newlines(th: &Thread, this: &'static NewlineDecoder) -> Value {
        this.line_ends.value(th)
    }

    #[method]
    fn reset(th: &Thread, this: &'static NewlineDecoder) -> PyResult<()> {
        this.pending_cr.set(false);
        this.line_ends.seen.set(0);
        let decoder = this.decoder.get().expect("set when made");
        if !decoder.is_none() {
            ops::call_method(th, decoder, intern!(th, "reset"), &[])?;
        }
        Ok(())
    }
}
