//! `BufferedReader`, `BufferedWriter`, `BufferedRandom` and `BufferedRWPair`.

use std::cell::{Cell, RefCell};
use std::sync::atomic::{AtomicBool, Ordering};

use krait_macros::methods;
use krait_runtime::error::PyResult;
use krait_runtime::gc::{self, Field};
use krait_runtime::native::class_arg;
use krait_runtime::object::{
    Object, Type, TypeDef, TypeFlags, ValueExt, alloc_as, attributes, get_attr,
};
use krait_runtime::types::bytes::{self, Bytes};
use krait_runtime::{Header, Kind, Thread, Value, intern, ops, raise, state};

use super::base::BUFFERED_IO_BASE;
use super::file::FileIO;

/// A buffer over a raw stream; the class says for reading, writing or both.
#[repr(C)]
pub struct Buffered {
    pub header: Header,
    raw: Field,
    size: Cell<usize>,
    /// Bytes read ahead, from `read_at` on.
    ahead: RefCell<Vec<u8>>,
    read_at: Cell<usize>,
    /// Bytes not yet written.
    pending: RefCell<Vec<u8>>,
    reads: Cell<bool>,
    writes: Cell<bool>,
}

macro_rules! buffered_type {
    ($name:ident, $text:literal, $doc:literal) => {
        pub static $name: TypeDef = TypeDef::of::<Buffered>($text, "_io")
            .doc($doc)
            .base(&BASE)
            .flags(TypeFlags::BASE)
            .mutable();
    };
}

/// The methods that all share; not visible under a name of its own.
static BASE: TypeDef = TypeDef::of::<Buffered>("_Buffered", "_io")
    .base(&BUFFERED_IO_BASE)
    .flags(TypeFlags::BASE)
    .mutable()
    .methods(Buffered::native_methods)
    .getsets(Buffered::native_getsets);

buffered_type!(
    READER,
    "BufferedReader",
    "Create a new buffered reader using the given readable raw IO object."
);
buffered_type!(WRITER, "BufferedWriter", "A buffer for a writeable sequential RawIO object.");
buffered_type!(RANDOM, "BufferedRandom", "A buffered interface to random access streams.");

pub static PAIR: TypeDef = TypeDef::of::<Pair>("BufferedRWPair", "_io")
    .doc("A buffered reader and writer object together.")
    .base(&BUFFERED_IO_BASE)
    .flags(TypeFlags::BASE)
    .mutable()
    .methods(Pair::native_methods)
    .getsets(Pair::native_getsets);

// SAFETY: instances of the classes are made in this file with this layout.
unsafe impl Object for Buffered {
    const KIND: Kind = Kind::Native;

    fn def() -> &'static TypeDef {
        &BASE
    }
}

/// A `def`, one of the three classes, over `raw`.
pub fn over(th: &Thread, raw: Value, def: &'static TypeDef, size: usize) -> Value {
    let b = fresh(th, def.class(th));
    b.set_up(th, raw, size);
    b.value()
}

/// A writer other than the standard streams was made, so one may have been forgotten.
static WRITERS: AtomicBool = AtomicBool::new(false);

fn fresh(th: &Thread, class: &'static Type) -> &'static Buffered {
    alloc_as(
        th,
        class,
        Buffered {
            header: Header::new(0, Kind::Native),
            raw: Field::new(None),
            size: Cell::new(0),
            ahead: RefCell::default(),
            read_at: Cell::new(0),
            pending: RefCell::default(),
            reads: Cell::new(false),
            writes: Cell::new(false),
        },
    )
}

/// Flushes writers that the program forgot to close.
pub fn flush_all(th: &Thread) {
    if !WRITERS.load(Ordering::Relaxed) {
        return;
    }
    for header in gc::live_objects(th) {
        if let Some(b) = Value::from_header(header).cast::<Buffered>()
            && !b.pending.borrow().is_empty()
            && b.flush_pending(th).is_err()
        {
            th.raised.set(None);
        }
    }
}

impl Buffered {
    fn set_up(&self, th: &Thread, raw: Value, size: usize) {
        let class = self.value().class();
        self.raw.set(&self.header, raw);
        self.size.set(size);
        self.reads.set(!class.is_subclass(WRITER.class(th)));
        self.writes.set(!class.is_subclass(READER.class(th)));
        if self.writes.get()
            && self.raw.get().and_then(|r| r.cast::<FileIO>()).is_none_or(FileIO::is_owned)
        {
            WRITERS.store(true, Ordering::Relaxed);
        }
    }

    fn raw(&self, th: &Thread) -> PyResult<Value> {
        self.raw.get().ok_or_else(|| raise!(th, ValueError, "raw stream has been detached"))
    }

    /// Not an instance of a subclass, which may see things in another way.
    pub fn is_exact(&self, th: &Thread) -> bool {
        let class = self.value().class().value();
        [&READER, &WRITER, &RANDOM].iter().any(|def| def.class(th).value() == class)
    }

    pub fn is_closed(&self, th: &Thread) -> PyResult<bool> {
        let raw = self.raw(th)?;
        if let Some(f) = raw.cast::<FileIO>() {
            return Ok(!f.is_open());
        }
        let closed = get_attr(th, raw, intern!(th, "closed"))?;
        ops::truth(th, closed)
    }

    fn check_open(&self, th: &Thread, what: &str) -> PyResult<()> {
        if self.is_closed(th)? {
            return Err(raise!(th, ValueError, "{what} of closed file"));
        }
        Ok(())
    }

    /// Bytes read ahead and not yet taken.
    fn buffered(&self) -> usize {
        self.ahead.borrow().len() - self.read_at.get()
    }

    /// Takes up to `n` buffered bytes.
    fn take(&self, n: usize) -> Vec<u8> {
        let ahead = self.ahead.borrow();
        let at = self.read_at.get();
        let end = (at + n).min(ahead.len());
        self.read_at.set(end);
        ahead[at..end].to_vec()
    }

    /// Reads once from the raw stream into the empty buffer; false at the end or if it blocks.
    fn refill(&self, th: &Thread) -> PyResult<bool> {
        let data = self.raw_read(th, self.size.get().max(1))?.unwrap_or_default();
        let some = !data.is_empty();
        *self.ahead.borrow_mut() = data;
        self.read_at.set(0);
        Ok(some)
    }

    fn raw_read(&self, th: &Thread, n: usize) -> PyResult<Option<Vec<u8>>> {
        let raw = self.raw(th)?;
        if let Some(f) = raw.cast::<FileIO>() {
            let mut data = vec![0; n];
            let got = f.read_some(th, &mut data)?;
            return Ok(got.map(|got| {
                data.truncate(got);
                data
            }));
        }
        let buffer = krait_runtime::types::bytearray::ByteArray::new(th, &vec![0; n]);
        let view = krait_runtime::types::memoryview::from_object(th, buffer.value(), 0)?;
        let got = ops::call_method(th, raw, intern!(th, "readinto"), &[view.value()])?;
        if got.is_none() {
            return Ok(None);
        }
        let got = ops::index_clipped(th, got)?;
        if got < 0 || got as usize > n {
            return Err(raise!(
                th,
                OSError,
                "raw readinto() returned invalid length {got} (should have been between 0 and {n})"
            ));
        }
        Ok(Some(buffer.as_slice()[..got as usize].to_vec()))
    }

    fn raw_write(&self, th: &Thread, data: &[u8]) -> PyResult<Option<usize>> {
        let raw = self.raw(th)?;
        if let Some(f) = raw.cast::<FileIO>() {
            return f.write_some(th, data);
        }
        let n = ops::call_method(th, raw, intern!(th, "write"), &[Bytes::new(th, data).value()])?;
        if n.is_none() {
            return Ok(None);
        }
        let n = ops::index_clipped(th, n)?;
        if n < 0 || n as usize > data.len() {
            return Err(raise!(
                th,
                OSError,
                "raw write() returned invalid length {n} (should have been between 0 and {})",
                data.len()
            ));
        }
        Ok(Some(n as usize))
    }

    fn flush_pending(&self, th: &Thread) -> PyResult<()> {
        loop {
            let data = self.pending.borrow().clone();
            if data.is_empty() {
                return Ok(());
            }
            match self.raw_write(th, &data)? {
                Some(n) => {
                    self.pending.borrow_mut().drain(..n);
                }
                None => {
                    return Err(krait_runtime::types::exception::raise_errno_args(
                        th,
                        krait_runtime::types::exception::Exc::BlockingIOError,
                        11,
                        "write could not complete without blocking",
                    ));
                }
            }
        }
    }

    /// Makes the raw position the logical one: drops what was read ahead.
    fn drop_ahead(&self, th: &Thread) -> PyResult<()> {
        let n = self.buffered();
        if n > 0 {
            let raw = self.raw(th)?;
            let back = krait_runtime::types::int::new(th, -(n as i64));
            ops::call_method(th, raw, intern!(th, "seek"), &[back, Value::from_i32(1)])?;
        }
        self.ahead.borrow_mut().clear();
        self.read_at.set(0);
        Ok(())
    }

    fn check_reads(&self, th: &Thread) -> PyResult<()> {
        if self.reads.get() { Ok(()) } else { Err(super::unsupported(th, "read")) }
    }

    fn check_writes(&self, th: &Thread) -> PyResult<()> {
        if self.writes.get() { Ok(()) } else { Err(super::unsupported(th, "write")) }
    }

    /// All bytes to the end.
    pub fn read_all(&self, th: &Thread) -> PyResult<Vec<u8>> {
        self.flush_pending(th)?;
        let mut all = self.take(usize::MAX / 2);
        loop {
            let chunk = self.raw_read(th, self.size.get().max(8192))?;
            match chunk {
                Some(c) if !c.is_empty() => all.extend(c),
                _ => return Ok(all),
            }
        }
    }

    /// At most `n` bytes by at most one read of the raw stream; none at the end.
    pub fn read_some(&self, th: &Thread, n: usize) -> PyResult<Vec<u8>> {
        self.check_reads(th)?;
        self.flush_pending(th)?;
        if self.buffered() == 0 && !self.refill(th)? {
            return Ok(Vec::new());
        }
        Ok(self.take(n))
    }

    /// Writes `data`, buffering what fits.
    pub fn write_all(&self, th: &Thread, data: &[u8]) -> PyResult<()> {
        self.check_open(th, "write")?;
        self.check_writes(th)?;
        self.drop_ahead(th)?;
        self.pending.borrow_mut().extend_from_slice(data);
        if self.pending.borrow().len() > self.size.get() {
            self.flush_pending(th)?;
        }
        Ok(())
    }
}

#[methods]
impl Buffered {
    #[staticmethod(sig = "(cls, /, *args, **kwargs)")]
    fn __new__(
        th: &Thread,
        cls: Value,
        _args: Value,
        _kwargs: Value,
    ) -> PyResult<&'static Buffered> {
        let class = class_arg(th, cls, BASE.class(th))?;
        Ok(fresh(th, class))
    }

    #[method(sig = "($self, raw, buffer_size=131072)")]
    fn __init__(
        th: &Thread,
        this: &'static Buffered,
        raw: Value,
        buffer_size: Option<i64>,
    ) -> PyResult<()> {
        let size = buffer_size.unwrap_or(super::DEFAULT_BUFFER_SIZE as i64);
        if size <= 0 {
            return Err(raise!(th, ValueError, "buffer size must be strictly positive"));
        }
        this.set_up(th, raw, size as usize);
        for (needed, name, message) in [
            (this.reads.get(), "readable", "File or stream is not readable."),
            (this.writes.get(), "writable", "File or stream is not writable."),
        ] {
            if needed {
                let ok = ops::call_method(th, raw, state::intern(th, name), &[])?;
                if !ops::truth(th, ok)? {
                    return Err(super::unsupported(th, message));
                }
            }
        }
        Ok(())
    }

    /// Read and return up to n bytes.
    #[method(sig = "($self, size=-1, /)")]
    fn read(th: &Thread, this: &'static Buffered, size: Option<Value>) -> PyResult<Value> {
        this.check_open(th, "read")?;
        this.check_reads(th)?;
        let n = match size.filter(|s| !s.is_none()) {
            Some(s) => ops::index_clipped(th, s)?,
            None => -1,
        };
        if n < -1 {
            return Err(raise!(th, ValueError, "read length must be non-negative or -1"));
        }
        if n < 0 {
            let all = this.read_all(th)?;
            return Ok(Bytes::new(th, &all).value());
        }
        this.flush_pending(th)?;
        let n = n as usize;
        let mut data = this.take(n);
        while data.len() < n {
            if !this.refill(th)? {
                break;
            }
            data.extend(this.take(n - data.len()));
        }
        Ok(Bytes::new(th, &data).value())
    }

    /// Read and return up to size bytes, with at most one read() call to the underlying raw stream.
    #[method(sig = "($self, size=-1, /)")]
    fn read1(th: &Thread, this: &'static Buffered, size: Option<i64>) -> PyResult<Value> {
        this.check_open(th, "read")?;
        let n = match size.unwrap_or(-1) {
            n if n < 0 => this.size.get(),
            n => n as usize,
        };
        let data = this.read_some(th, n)?;
        Ok(Bytes::new(th, &data).value())
    }

    #[method(sig = "($self, size=0, /)")]
    fn peek(th: &Thread, this: &'static Buffered, _size: Option<Value>) -> PyResult<Value> {
        this.check_open(th, "peek")?;
        this.check_reads(th)?;
        this.flush_pending(th)?;
        if this.buffered() == 0 {
            this.refill(th)?;
        }
        let ahead = this.ahead.borrow()[this.read_at.get()..].to_vec();
        Ok(Bytes::new(th, &ahead).value())
    }

    #[method(sig = "($self, buffer, /)")]
    fn readinto(th: &Thread, this: &'static Buffered, buffer: Value) -> PyResult<usize> {
        let n = ops::length(th, buffer)?;
        let data = Buffered::read(th, this, Some(Value::from_len(n)))?;
        super::file::fill(th, buffer, bytes::expect_view(th, data)?)
    }

    #[method(sig = "($self, buffer, /)")]
    fn readinto1(th: &Thread, this: &'static Buffered, buffer: Value) -> PyResult<usize> {
        this.check_open(th, "read")?;
        let n = ops::length(th, buffer)?;
        let data = this.read_some(th, n)?;
        super::file::fill(th, buffer, &data)
    }

    #[method(sig = "($self, size=-1, /)")]
    fn readline(th: &Thread, this: &'static Buffered, size: Option<Value>) -> PyResult<Value> {
        this.check_open(th, "readline")?;
        this.check_reads(th)?;
        this.flush_pending(th)?;
        let limit = match size.filter(|s| !s.is_none()) {
            Some(s) => ops::index_clipped(th, s)?,
            None => -1,
        };
        let limit = if limit < 0 { usize::MAX } else { limit as usize };
        let mut line = Vec::new();
        while line.len() < limit {
            if this.buffered() == 0 && !this.refill(th)? {
                break;
            }
            let found = {
                let ahead = this.ahead.borrow();
                let rest = &ahead[this.read_at.get()..];
                rest.iter().position(|b| *b == b'\n').map(|i| i + 1)
            };
            let n = found.unwrap_or(usize::MAX / 2).min(limit - line.len());
            line.extend(this.take(n));
            if line.last() == Some(&b'\n') {
                break;
            }
        }
        Ok(Bytes::new(th, &line).value())
    }

    #[method]
    fn __next__(th: &Thread, this: &'static Buffered) -> PyResult<Value> {
        let line = Buffered::readline(th, this, None)?;
        Ok(if ops::length(th, line)? == 0 { Value::EXHAUSTED } else { line })
    }

    /// Write buffer b to the IO stream.
    #[method(sig = "($self, buffer, /)")]
    fn write(th: &Thread, this: &'static Buffered, buffer: Value) -> PyResult<usize> {
        if buffer.kind() == Kind::Str {
            return Err(raise!(th, TypeError, "a bytes-like object is required, not 'str'"));
        }
        let data = bytes::expect_view(th, buffer)?;
        this.write_all(th, data)?;
        Ok(data.len())
    }

    #[method]
    fn flush(th: &Thread, this: &'static Buffered) -> PyResult<()> {
        this.check_open(th, "flush")?;
        this.flush_pending(th)?;
        if this.writes.get() && this.reads.get() {
            this.drop_ahead(th)?;
        }
        let raw = this.raw(th)?;
        if raw.cast::<FileIO>().is_none() {
            ops::call_method(th, raw, intern!(th, "flush"), &[])?;
        }
        Ok(())
    }

    #[method(sig = "($self, target, whence=0, /)")]
    fn seek(
        th: &Thread,
        this: &'static Buffered,
        target: Value,
        whence: Option<i64>,
    ) -> PyResult<Value> {
        this.check_open(th, "seek")?;
        let whence = whence.unwrap_or(0);
        if !(0..=2).contains(&whence) {
            return Err(raise!(th, ValueError, "whence value {whence} unsupported"));
        }
        this.flush_pending(th)?;
        if this.reads.get() {
            if whence == 1 {
                this.drop_ahead(th)?;
            }
            this.ahead.borrow_mut().clear();
            this.read_at.set(0);
        }
        let raw = this.raw(th)?;
        ops::call_method(th, raw, intern!(th, "seek"), &[target, Value::from_i32(whence as i32)])
    }

    #[method]
    fn tell(th: &Thread, this: &'static Buffered) -> PyResult<i64> {
        this.check_open(th, "tell")?;
        let raw = this.raw(th)?;
        let at = ops::call_method(th, raw, intern!(th, "tell"), &[])?;
        let at = ops::index_clipped(th, at)? as i64;
        Ok(at - this.buffered() as i64 + this.pending.borrow().len() as i64)
    }

    #[method(sig = "($self, pos=None, /)")]
    fn truncate(th: &Thread, this: &'static Buffered, pos: Option<Value>) -> PyResult<Value> {
        this.check_open(th, "truncate")?;
        this.check_writes(th)?;
        this.flush_pending(th)?;
        let pos = match pos.filter(|p| !p.is_none()) {
            Some(p) => p,
            None => krait_runtime::types::int::new(th, Buffered::tell(th, this)?),
        };
        let raw = this.raw(th)?;
        ops::call_method(th, raw, intern!(th, "truncate"), &[pos])
    }

    #[method]
    fn close(th: &Thread, this: &'static Buffered) -> PyResult<()> {
        if this.raw.get().is_none() || this.is_closed(th)? {
            return Ok(());
        }
        let flushed = ops::call_method(th, this.value(), intern!(th, "flush"), &[]);
        let raised = th.raised.take();
        let raw = this.raw(th)?;
        ops::call_method(th, raw, intern!(th, "close"), &[])?;
        if flushed.is_err() {
            th.raised.set(raised);
            return Err(krait_runtime::Raised);
        }
        Ok(())
    }

    #[method]
    fn detach(th: &Thread, this: &'static Buffered) -> PyResult<Value> {
        ops::call_method(th, this.value(), intern!(th, "flush"), &[])?;
        let raw = this.raw(th)?;
        this.raw.set(&this.header, None::<Value>);
        Ok(raw)
    }

    #[method]
    fn fileno(th: &Thread, this: &'static Buffered) -> PyResult<Value> {
        ops::call_method(th, this.raw(th)?, intern!(th, "fileno"), &[])
    }

    #[method]
    fn isatty(th: &Thread, this: &'static Buffered) -> PyResult<Value> {
        ops::call_method(th, this.raw(th)?, intern!(th, "isatty"), &[])
    }

    #[method]
    fn readable(th: &Thread, this: &'static Buffered) -> PyResult<Value> {
        if !this.reads.get() {
            return Ok(Value::FALSE);
        }
        ops::call_method(th, this.raw(th)?, intern!(th, "readable"), &[])
    }

    #[method]
    fn writable(th: &Thread, this: &'static Buffered) -> PyResult<Value> {
        if !this.writes.get() {
            return Ok(Value::FALSE);
        }
        ops::call_method(th, this.raw(th)?, intern!(th, "writable"), &[])
    }

    #[method]
    fn seekable(th: &Thread, this: &'static Buffered) -> PyResult<Value> {
        ops::call_method(th, this.raw(th)?, intern!(th, "seekable"), &[])
    }

    #[method]
    fn __repr__(th: &Thread, this: &'static Buffered) -> PyResult<String> {
        let name = krait_runtime::types::type_::full_name(this.value().class());
        let shown = match this.raw.get() {
            Some(r) => krait_runtime::object::get_attr_or_none(th, r, intern!(th, "name"))?,
            None => None,
        };
        Ok(match shown {
            Some(n) => format!("<{name} name={}>", ops::repr_string(th, n)?),
            None => format!("<{name}>"),
        })
    }

    #[method]
    fn __del__(th: &Thread, this: &'static Buffered) -> PyResult<()> {
        Buffered::close(th, this)
    }

    #[getter(name = "raw")]
    fn py_raw(this: &'static Buffered) -> Option<Value> {
        this.raw.get()
    }

    #[getter]
    fn closed(th: &Thread, this: &'static Buffered) -> PyResult<bool> {
        this.is_closed(th)
    }

    #[getter]
    fn name(th: &Thread, this: &'static Buffered) -> PyResult<Value> {
        get_attr(th, this.raw(th)?, intern!(th, "name"))
    }

    #[getter]
    fn mode(th: &Thread, this: &'static Buffered) -> PyResult<Value> {
        get_attr(th, this.raw(th)?, intern!(th, "mode"))
    }
}

/// `BufferedRWPair`: two independent streams as one.
#[repr(C)]
pub struct Pair {
    pub header: Header,
    reader: Field,
    writer: Field,
}

// SAFETY: instances of the class are made in `__new__` with this layout.
unsafe impl Object for Pair {
    const KIND: Kind = Kind::Native;

    fn def() -> &'static TypeDef {
        &PAIR
    }
}

#[methods]
impl Pair {
    #[staticmethod(sig = "(cls, reader, writer, buffer_size=131072, /)")]
    fn __new__(
        th: &Thread,
        cls: Value,
        reader: Value,
        writer: Value,
        size: Option<usize>,
    ) -> PyResult<&'static Pair> {
        let class = class_arg(th, cls, PAIR.class(th))?;
        let size = size.unwrap_or(super::DEFAULT_BUFFER_SIZE);
        let (r, w) = (over(th, reader, &READER, size), over(th, writer, &WRITER, size));
        Ok(alloc_as(
            th,
            class,
            Pair {
                header: Header::new(0, Kind::Native),
                reader: Field::new(Some(r)),
                writer: Field::new(Some(w)),
            },
        ))
    }

    #[method(sig = "($self, /, *args)")]
    fn __init__(_this: Value, _args: Value) {}

    #[method(sig = "($self, name, /)")]
    fn __getattr__(th: &Thread, this: &'static Pair, name: Value) -> PyResult<Value> {
        let reads = ["read", "read1", "readinto", "readinto1", "peek", "readline", "readable"];
        let text =
            name.cast::<krait_runtime::types::str::Str>().map_or(String::new(), |s| s.to_string());
        let side = if reads.contains(&text.as_str()) { &this.reader } else { &this.writer };
        get_attr(
            th,
            side.get().expect("set when made"),
            krait_runtime::types::object::attribute_name(th, name)?,
        )
    }

    #[method(sig = "($self, size=-1, /)")]
    fn read(th: &Thread, this: &'static Pair, size: Option<Value>) -> PyResult<Value> {
        let args: Vec<Value> = size.into_iter().collect();
        ops::call_method(th, this.reader.get().expect("set when made"), intern!(th, "read"), &args)
    }

    #[method(sig = "($self, b, /)")]
    fn write(th: &Thread, this: &'static Pair, b: Value) -> PyResult<Value> {
        ops::call_method(th, this.writer.get().expect("set when made"), intern!(th, "write"), &[b])
    }

    #[method]
    fn flush(th: &Thread, this: &'static Pair) -> PyResult<Value> {
        ops::call_method(th, this.writer.get().expect("set when made"), intern!(th, "flush"), &[])
    }

    #[method]
    fn close(th: &Thread, this: &'static Pair) -> PyResult<()> {
        for side in [&this.writer, &this.reader] {
            ops::call_method(th, side.get().expect("set when made"), intern!(th, "close"), &[])?;
        }
        Ok(())
    }

    #[getter]
    fn closed(th: &Thread, this: &'static Pair) -> PyResult<Value> {
        let _ = attributes::own_names;
        get_attr(th, this.writer.get().expect("set when made"), intern!(th, "closed"))
    }
}
