//! `BytesIO`: a file in memory.

use std::cell::Cell;

use krait_macros::methods;
use krait_runtime::error::PyResult;
use krait_runtime::gc::Field;
use krait_runtime::native::class_arg;
use krait_runtime::object::{Object, TypeDef, TypeFlags, ValueExt, alloc_as};
use krait_runtime::types::bytearray::ByteArray;
use krait_runtime::types::bytes::{self, Bytes};
use krait_runtime::types::memoryview;
use krait_runtime::{Header, Kind, Thread, Value, ops, raise};

use super::base::BUFFERED_IO_BASE;

/// A `BytesIO`. Its data are those of a `bytearray`, which views of them (`getbuffer`) can share.
#[repr(C)]
pub struct BytesIO {
    pub header: Header,
    data: Field,
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

    fn data(&self) -> &'static ByteArray {
        self.data.get().and_then(|d| d.cast()).expect("set when made")
    }

    fn take(&self, n: usize) -> &'static [u8] {
        let data = self.data().as_slice();
        let at = self.at.get().min(data.len());
        let end = at.saturating_add(n).min(data.len());
        self.at.set(self.at.get().max(end));
        &data[at..end]
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
                data: Field::new(Some(ByteArray::new(th, &[]).value())),
                at: Cell::new(0),
                closed: Cell::new(false),
            },
        ))
    }

    #[method(sig = "($self, initial_bytes=b'')")]
    fn __init__(th: &Thread, this: &'static BytesIO, initial: Option<Value>) -> PyResult<()> {
        this.data().check_resizable(th)?;
        let data = match initial.filter(|i| !i.is_none()) {
            Some(i) => bytes::expect_view(th, i)?,
            None => &[],
        };
        this.data.set(&this.header, Some(ByteArray::new(th, data).value()));
        this.at.set(0);
        this.closed.set(false);
        Ok(())
    }

    #[method(sig = "($self, size=-1, /)")]
    fn read(th: &Thread, this: &'static BytesIO, size: Option<Value>) -> PyResult<Value> {
        this.check(th)?;
        let n = size_argument(th, size)?;
        Ok(Bytes::new(th, this.take(n)).value())
    }

    #[method(sig = "($self, size=-1, /)")]
    fn read1(th: &Thread, this: &'static BytesIO, size: Option<Value>) -> PyResult<Value> {
        BytesIO::read(th, this, size)
    }

    #[method(sig = "($self, buffer, /)")]
    fn readinto(th: &Thread, this: &'static BytesIO, buffer: Value) -> PyResult<usize> {
        this.check(th)?;
        let data = this.take(ops::length(th, buffer)?);
        super::file::fill(th, buffer, data)
    }

    #[method(sig = "($self, size=-1, /)")]
    fn readline(th: &Thread, this: &'static BytesIO, size: Option<Value>) -> PyResult<Value> {
        this.check(th)?;
        let limit = size_argument(th, size)?;
        let n = {
            let data = this.data().as_slice();
            let rest = &data[this.at.get().min(data.len())..];
            rest.iter().position(|b| *b == b'\n').map_or(rest.len(), |i| i + 1)
        };
        Ok(Bytes::new(th, this.take(n.min(limit))).value())
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
        let (data, at) = (this.data(), this.at.get());
        data.check_resizable(th)?;
        if data.len() < at {
            data.extend_from(th, &vec![0; at - data.len()])?;
        }
        let overlap = new.len().min(data.len() - at);
        data.overwrite(at, &new[..overlap]);
        data.extend_from(th, &new[overlap..])?;
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
            2 => this.data().len() as i64,
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
        this.data().check_resizable(th)?;
        if (n as usize) < this.data().len() {
            this.data().splice(th, n as usize..this.data().len(), &[]);
        }
        Ok(n as usize)
    }

    #[method]
    fn getvalue(th: &Thread, this: &'static BytesIO) -> PyResult<Value> {
        this.check(th)?;
        Ok(Bytes::new(th, this.data().as_slice()).value())
    }

    #[method]
    fn getbuffer(th: &Thread, this: &'static BytesIO) -> PyResult<Value> {
        this.check(th)?;
        Ok(memoryview::from_object(th, this.data().value(), 0)?.value())
    }

    #[method]
    fn close(th: &Thread, this: &'static BytesIO) -> PyResult<()> {
        this.data().check_resizable(th)?;
        this.closed.set(true);
        this.data.set(&this.header, Some(ByteArray::new(th, &[]).value()));
        Ok(())
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
