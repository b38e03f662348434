//! `BytesIO`: a file in memory.

use std::cell::{Cell, RefCell};

use krait_macros::methods;
use krait_runtime::error::PyResult;
use krait_runtime::native::class_arg;
use krait_runtime::object::{Object, TypeDef, TypeFlags, alloc_as};
use krait_runtime::types::bytes::{self, Bytes};
use krait_runtime::types::memoryview;
use krait_runtime::{Header, Kind, Thread, Value, ops, raise};

use super::base::BUFFERED_IO_BASE;

/// A `BytesIO`.
#[repr(C)]
pub struct BytesIO {
    pub header: Header,
    data: RefCell<Vec<u8>>,
    at: Cell<usize>,
    closed: Cell<bool>,
}

pub static DEF: TypeDef = TypeDef::of::<BytesIO>("BytesIO", "_io")
    .doc("Buffered I/O implementation using an in-memory bytes buffer.")
    .base(&BUFFERED_IO_BASE)
    .flags(TypeFlags::BASE)
    .mutable()
    .methods(BytesIO::native_methods)
    .getsets(BytesIO::native_getsets);

// SAFETY: instances of the class are made by `__new__` with this layout.
unsafe impl Object for BytesIO {
    const KIND: Kind = Kind::Native;

    fn def() -> &'static TypeDef {
        &DEF
    }
}

impl BytesIO {
    fn check(&self, th: &Thread) -> PyResult<()> {
        if self.closed.get() { Err(super::closed_error(th)) } else { Ok(()) }
    }

    fn take(&self, n: usize) -> Vec<u8> {
        let data = self.data.borrow();
        let at = self.at.get().min(data.len());
        let end = at.saturating_add(n).min(data.len());
        self.at.set(self.at.get().max(end));
        data[at..end].to_vec()
    }
}

fn size_argument(th: &Thread, size: Option<Value>) -> PyResult<usize> {
    match size.filter(|s| !s.is_none()) {
        Some(s) => {
            let n = ops::index_clipped(th, s)?;
            Ok(if n < 0 { usize::MAX } else { n as usize })
        }
        None => Ok(usize::MAX),
    }
}

#[methods]
impl BytesIO {
    #[staticmethod(sig = "(cls, /, *args, **kwargs)")]
    fn __new__(
        th: &Thread,
        cls: Value,
        _args: Value,
        _kwargs: Value,
    ) -> PyResult<&'static BytesIO> {
        let class = class_arg(th, cls, DEF.class(th))?;
        Ok(alloc_as(
            th,
            class,
            BytesIO {
                header: Header::new(0, Kind::Native),
                data: RefCell::default(),
                at: Cell::new(0),
                closed: Cell::new(false),
            },
        ))
    }

    #[method(sig = "($self, initial_bytes=b'')")]
    fn __init__(th: &Thread, this: &'static BytesIO, initial: Option<Value>) -> PyResult<()> {
        let data = match initial.filter(|i| !i.is_none()) {
            Some(i) => bytes::expect_view(th, i)?.to_vec(),
            None => Vec::new(),
        };
        *this.data.borrow_mut() = data;
        this.at.set(0);
        this.closed.set(false);
        Ok(())
    }

    #[method(sig = "($self, size=-1, /)")]
    fn read(th: &Thread, this: &'static BytesIO, size: Option<Value>) -> PyResult<Value> {
        this.check(th)?;
        let n = size_argument(th, size)?;
        Ok(Bytes::new(th, &this.take(n)).value())
    }

    #[method(sig = "($self, size=-1, /)")]
    fn read1(th: &Thread, this: &'static BytesIO, size: Option<Value>) -> PyResult<Value> {
        BytesIO::read(th, this, size)
    }

    #[method(sig = "($self, buffer, /)")]
    fn readinto(th: &Thread, this: &'static BytesIO, buffer: Value) -> PyResult<usize> {
        this.check(th)?;
        let data = this.take(ops::length(th, buffer)?);
        super::file::fill(th, buffer, &data)
    }

    #[method(sig = "($self, size=-1, /)")]
    fn readline(th: &Thread, this: &'static BytesIO, size: Option<Value>) -> PyResult<Value> {
        this.check(th)?;
        let limit = size_argument(th, size)?;
        let n = {
            let data = this.data.borrow();
            let rest = &data[this.at.get().min(data.len())..];
            rest.iter().position(|b| *b == b'\n').map_or(rest.len(), |i| i + 1)
        };
        Ok(Bytes::new(th, &this.take(n.min(limit))).value())
    }

    #[method]
    fn __next__(th: &Thread, this: &'static BytesIO) -> PyResult<Value> {
        let line = BytesIO::readline(th, this, None)?;
        Ok(if ops::length(th, line)? == 0 { Value::EXHAUSTED } else { line })
    }

    #[method(sig = "($self, b, /)")]
    fn write(th: &Thread, this: &'static BytesIO, b: Value) -> PyResult<usize> {
        this.check(th)?;
        if b.kind() == Kind::Str {
            return Err(raise!(th, TypeError, "a bytes-like object is required, not 'str'"));
        }
        let new = bytes::expect_view(th, b)?;
        if new.is_empty() {
            return Ok(0);
        }
        let mut data = this.data.borrow_mut();
        let at = this.at.get();
        if data.len() < at {
            data.resize(at, 0);
        }
        let overlap = new.len().min(data.len() - at);
        data[at..at + overlap].copy_from_slice(&new[..overlap]);
        data.extend_from_slice(&new[overlap..]);
        this.at.set(at + new.len());
        Ok(new.len())
    }

    #[method(sig = "($self, pos, whence=0, /)")]
    fn seek(th: &Thread, this: &'static BytesIO, pos: i64, whence: Option<i64>) -> PyResult<usize> {
        this.check(th)?;
        let base = match whence.unwrap_or(0) {
            0 if pos < 0 => return Err(raise!(th, ValueError, "negative seek value {pos}")),
            0 => 0,
            1 => this.at.get() as i64,
            2 => this.data.borrow().len() as i64,
            w => return Err(raise!(th, ValueError, "invalid whence ({w}, should be 0, 1 or 2)")),
        };
        this.at.set((base + pos).max(0) as usize);
        Ok(this.at.get())
    }

    #[method]
    fn tell(th: &Thread, this: &'static BytesIO) -> PyResult<usize> {
        this.check(th)?;
        Ok(this.at.get())
    }

    #[method(sig = "($self, size=None, /)")]
    fn truncate(th: &Thread, this: &'static BytesIO, size: Option<Value>) -> PyResult<usize> {
        this.check(th)?;
        let n = match size.filter(|s| !s.is_none()) {
            Some(s) => ops::index_clipped(th, s)?,
            None => this.at.get() as isize,
        };
        if n < 0 {
            return Err(raise!(th, ValueError, "negative size value {n}"));
        }
        let mut data = this.data.borrow_mut();
        if (n as usize) < data.len() {
            data.truncate(n as usize);
        }
        Ok(n as usize)
    }

    #[method]
    fn getvalue(th: &Thread, this: &'static BytesIO) -> PyResult<Value> {
        this.check(th)?;
        Ok(Bytes::new(th, &this.data.borrow()).value())
    }

    #[method]
    fn getbuffer(th: &Thread, this: &'static BytesIO) -> PyResult<Value> {
        this.check(th)?;
        let copy = krait_runtime::types::bytearray::ByteArray::new(th, &this.data.borrow());
        Ok(memoryview::from_object(th, copy.value(), 0)?.value())
    }

    #[method]
    fn close(this: &'static BytesIO) {
        this.closed.set(true);
        this.data.borrow_mut().clear();
    }

    #[method]
    fn flush(th: &Thread, this: &'static BytesIO) -> PyResult<()> {
        this.check(th)
    }

    #[method]
    fn isatty(th: &Thread, this: &'static BytesIO) -> PyResult<bool> {
        this.check(th)?;
        Ok(false)
    }

    #[method]
    fn readable(th: &Thread, this: &'static BytesIO) -> PyResult<bool> {
        this.check(th)?;
        Ok(true)
    }

    #[method]
    fn writable(th: &Thread, this: &'static BytesIO) -> PyResult<bool> {
        this.check(th)?;
        Ok(true)
    }

    #[method]
    fn seekable(th: &Thread, this: &'static BytesIO) -> PyResult<bool> {
        this.check(th)?;
        Ok(true)
    }

    #[getter(name = "closed")]
    fn py_closed(this: &'static BytesIO) -> bool {
        this.closed.get()
    }
}
