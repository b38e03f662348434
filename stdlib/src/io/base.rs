//! The base classes, whose methods call one another as `io`'s documentation says.

use krait_macros::methods;
use krait_runtime::error::PyResult;
use krait_runtime::object::Object;
use krait_runtime::object::{TypeDef, TypeFlags, ValueExt, attributes, get_attr};
use krait_runtime::types::bytes::{self, Bytes};
use krait_runtime::types::list::List;
use krait_runtime::{Kind, Thread, Value, intern, ops, raise};

struct IoBase;
struct RawIoBase;
struct BufferedIoBase;
struct TextIoBase;

const INSTANCE: usize = 8;

pub static IO_BASE: TypeDef = TypeDef::new("_IOBase", "_io", Kind::Instance, INSTANCE)
    .doc("The abstract base class for all I/O classes.")
    .flags(TypeFlags::BASE.or(TypeFlags::DICT).or(TypeFlags::WEAKREF))
    .mutable()
    .methods(IoBase::native_methods)
    .getsets(IoBase::native_getsets);
pub static RAW_IO_BASE: TypeDef = TypeDef::new("_RawIOBase", "_io", Kind::Instance, INSTANCE)
    .doc("Base class for raw binary I/O.")
    .base(&IO_BASE)
    .flags(TypeFlags::BASE)
    .mutable()
    .methods(RawIoBase::native_methods);
pub static BUFFERED_IO_BASE: TypeDef =
    TypeDef::new("_BufferedIOBase", "_io", Kind::Instance, INSTANCE)
        .doc("Base class for buffered IO objects.")
        .base(&IO_BASE)
        .flags(TypeFlags::BASE)
        .mutable()
        .methods(BufferedIoBase::native_methods);
pub static TEXT_IO_BASE: TypeDef = TypeDef::new("_TextIOBase", "_io", Kind::Instance, INSTANCE)
    .doc("Base class for text I/O.")
    .base(&IO_BASE)
    .flags(TypeFlags::BASE)
    .mutable()
    .methods(TextIoBase::native_methods)
    .getsets(TextIoBase::native_getsets);

fn unsupported(th: &Thread, name: &str) -> krait_runtime::Raised {
    super::unsupported(th, name)
}

fn is_closed(th: &Thread, this: Value) -> PyResult<bool> {
    let closed = get_attr(th, this, intern!(th, "closed"))?;
    ops::truth(th, closed)
}

fn check_open(th: &Thread, this: Value) -> PyResult<()> {
    if is_closed(th, this)? { Err(super::closed_error(th)) } else { Ok(()) }
}

#[methods]
impl IoBase {
    #[method(sig = "($self, offset, whence=0, /)")]
    fn seek(th: &Thread, _this: Value, _offset: Value, _whence: Option<Value>) -> PyResult<()> {
        Err(unsupported(th, "seek"))
    }

    #[method]
    fn tell(th: &Thread, this: Value) -> PyResult<Value> {
        ops::call_method(th, this, intern!(th, "seek"), &[Value::from_i32(0), Value::from_i32(1)])
    }

    #[method(sig = "($self, size=None, /)")]
    fn truncate(th: &Thread, _this: Value, _size: Option<Value>) -> PyResult<()> {
        Err(unsupported(th, "truncate"))
    }

    #[method]
    fn fileno(th: &Thread, _this: Value) -> PyResult<()> {
        Err(unsupported(th, "fileno"))
    }

    /// Flush write buffers, if applicable.
    #[method]
    fn flush(th: &Thread, this: Value) -> PyResult<()> {
        check_open(th, this)
    }

    /// Flush and close the IO object.
    #[method]
    fn close(th: &Thread, this: Value) -> PyResult<()> {
        if is_closed(th, this)? {
            return Ok(());
        }
        let result = ops::call_method(th, this, intern!(th, "flush"), &[]);
        attributes::set_own_attribute(th, this, intern!(th, "__IOBase_closed"), Value::TRUE);
        result.map(|_| ())
    }

    #[getter]
    fn closed(th: &Thread, this: Value) -> bool {
        attributes::own_attribute(this, intern!(th, "__IOBase_closed")).is_some()
    }

    #[method]
    fn isatty(th: &Thread, this: Value) -> PyResult<bool> {
        check_open(th, this)?;
        Ok(false)
    }

    #[method]
    fn seekable(_this: Value) -> bool {
        false
    }

    #[method]
    fn readable(_this: Value) -> bool {
        false
    }

    #[method]
    fn writable(_this: Value) -> bool {
        false
    }

    #[method]
    fn _checkClosed(th: &Thread, this: Value) -> PyResult<()> {
        check_open(th, this)
    }

    #[method]
    fn _checkReadable(th: &Thread, this: Value) -> PyResult<()> {
        let r = ops::call_method(th, this, intern!(th, "readable"), &[])?;
        if r == Value::TRUE {
            Ok(())
        } else {
            Err(unsupported(th, "File or stream is not readable."))
        }
    }

    #[method]
    fn _checkWritable(th: &Thread, this: Value) -> PyResult<()> {
        let r = ops::call_method(th, this, intern!(th, "writable"), &[])?;
        if r == Value::TRUE {
            Ok(())
        } else {
            Err(unsupported(th, "File or stream is not writable."))
        }
    }

    #[method]
    fn _checkSeekable(th: &Thread, this: Value) -> PyResult<()> {
        let r = ops::call_method(th, this, intern!(th, "seekable"), &[])?;
        if r == Value::TRUE {
            Ok(())
        } else {
            Err(unsupported(th, "File or stream is not seekable."))
        }
    }

    #[method]
    fn __enter__(th: &Thread, this: Value) -> PyResult<Value> {
        check_open(th, this)?;
        Ok(this)
    }

    #[method(sig = "($self, /, *args)")]
    fn __exit__(th: &Thread, this: Value, _args: Value) -> PyResult<()> {
        ops::call_method(th, this, intern!(th, "close"), &[]).map(|_| ())
    }

    #[method]
    fn __iter__(th: &Thread, this: Value) -> PyResult<Value> {
        check_open(th, this)?;
        Ok(this)
    }

    #[method]
    fn __next__(th: &Thread, this: Value) -> PyResult<Value> {
        let line = ops::call_method(th, this, intern!(th, "readline"), &[])?;
        if ops::length(th, line)? == 0 { Ok(Value::EXHAUSTED) } else { Ok(line) }
    }

    /// Read and return a line from the stream.
    #[method(sig = "($self, size=-1, /)")]
    fn readline(th: &Thread, this: Value, size: Option<Value>) -> PyResult<Value> {
        let limit = match size.filter(|s| !s.is_none()) {
            Some(s) => ops::index_clipped(th, s)?,
            None => -1,
        };
        let mut line = Vec::new();
        while limit < 0 || (line.len() as isize) < limit {
            let b = ops::call_method(th, this, intern!(th, "read"), &[Value::from_i32(1)])?;
            let Some(data) = bytes::view(th, b)? else {
                return Err(raise!(
                    th,
                    OSError,
                    "read() should have returned a bytes object, not '{}'",
                    b.type_name()
                ));
            };
            if data.is_empty() {
                break;
            }
            line.extend_from_slice(data);
            if line.last() == Some(&b'\n') {
                break;
            }
        }
        Ok(Bytes::new(th, &line).value())
    }

    /// Return a list of lines from the stream.
    #[method(sig = "($self, hint=-1, /)")]
    fn readlines(th: &Thread, this: Value, hint: Option<Value>) -> PyResult<Value> {
        let hint = match hint.filter(|h| !h.is_none()) {
            Some(h) => ops::index_clipped(th, h)?,
            None => -1,
        };
        let lines = List::new(th, &[]);
        let mut total = 0;
        let it = ops::get_iter(th, this)?;
        while let Some(line) = ops::next(th, it)? {
            lines.push(th, line);
            total += ops::length(th, line)? as isize;
            if hint > 0 && total >= hint {
                break;
            }
        }
        Ok(lines.value())
    }

    /// Write a list of lines to stream.
    #[method(sig = "($self, lines, /)")]
    fn writelines(th: &Thread, this: Value, lines: Value) -> PyResult<()> {
        check_open(th, this)?;
        let it = ops::get_iter(th, lines)?;
        while let Some(line) = ops::next(th, it)? {
            ops::call_method(th, this, intern!(th, "write"), &[line])?;
        }
        Ok(())
    }

    #[getter]
    fn __dict__(th: &Thread, this: Value) -> Option<Value> {
        attributes::instance_dict(th, this).map(|d| d.value())
    }
}

#[methods]
impl RawIoBase {
    #[method(sig = "($self, size=-1, /)")]
    fn read(th: &Thread, this: Value, size: Option<Value>) -> PyResult<Value> {
        let n = match size.filter(|s| !s.is_none()) {
            Some(s) => ops::index_clipped(th, s)?,
            None => -1,
        };
        if n < 0 {
            return ops::call_method(th, this, intern!(th, "readall"), &[]);
        }
        let buffer = krait_runtime::types::bytearray::ByteArray::new(th, &vec![0; n as usize]);
        let got = ops::call_method(th, this, intern!(th, "readinto"), &[buffer.value()])?;
        if got.is_none() {
            return Ok(got);
        }
        let got = ops::index_clipped(th, got)?;
        if got < 0 || got > n {
            return Err(raise!(th, ValueError, "readinto returned {got} outside buffer size {n}"));
        }
        Ok(Bytes::new(th, &buffer.as_slice()[..got as usize]).value())
    }

    /// Read until EOF, using multiple read() call.
    #[method]
    fn readall(th: &Thread, this: Value) -> PyResult<Value> {
        let mut all = Vec::new();
        loop {
            let chunk = ops::call_method(
                th,
                this,
                intern!(th, "read"),
                &[Value::from_len(super::DEFAULT_BUFFER_SIZE)],
            )?;
            if chunk.is_none() {
                return if all.is_empty() { Ok(chunk) } else { Ok(Bytes::new(th, &all).value()) };
            }
            let data = bytes::expect_view(th, chunk)?;
            if data.is_empty() {
                return Ok(Bytes::new(th, &all).value());
            }
            all.extend_from_slice(data);
        }
    }

    #[method(sig = "($self, buffer, /)")]
    fn readinto(th: &Thread, _this: Value, _buffer: Value) -> PyResult<()> {
        Err(raise!(th, NotImplementedError))
    }

    #[method(sig = "($self, b, /)")]
    fn write(th: &Thread, _this: Value, _b: Value) -> PyResult<()> {
        Err(raise!(th, NotImplementedError))
    }
}

#[methods]
impl BufferedIoBase {
    #[method(sig = "($self, size=-1, /)")]
    fn read(th: &Thread, _this: Value, _size: Option<Value>) -> PyResult<()> {
        Err(unsupported(th, "read"))
    }

    #[method(sig = "($self, size=-1, /)")]
    fn read1(th: &Thread, _this: Value, _size: Option<Value>) -> PyResult<()> {
        Err(unsupported(th, "read1"))
    }

    #[method(sig = "($self, b, /)")]
    fn write(th: &Thread, _this: Value, _b: Value) -> PyResult<()> {
        Err(unsupported(th, "write"))
    }

    #[method]
    fn detach(th: &Thread, _this: Value) -> PyResult<()> {
        Err(unsupported(th, "detach"))
    }

    #[method(sig = "($self, buffer, /)")]
    fn readinto(th: &Thread, this: Value, buffer: Value) -> PyResult<usize> {
        read_into(th, this, buffer, false)
    }

    #[method(sig = "($self, buffer, /)")]
    fn readinto1(th: &Thread, this: Value, buffer: Value) -> PyResult<usize> {
        read_into(th, this, buffer, true)
    }
}

/// `readinto` by way of `read`.
fn read_into(th: &Thread, this: Value, buffer: Value, once: bool) -> PyResult<usize> {
    let len = ops::length(th, buffer)?;
    let name = if once { intern!(th, "read1") } else { intern!(th, "read") };
    let data = ops::call_method(th, this, name, &[Value::from_len(len)])?;
    let data = bytes::expect_view(th, data)?;
    super::file::fill(th, buffer, data)
}

#[methods]
impl TextIoBase {
    #[method(sig = "($self, size=-1, /)")]
    fn read(th: &Thread, _this: Value, _size: Option<Value>) -> PyResult<()> {
        Err(unsupported(th, "read"))
    }

    #[method(sig = "($self, size=-1, /)")]
    fn readline(th: &Thread, _this: Value, _size: Option<Value>) -> PyResult<()> {
        Err(unsupported(th, "readline"))
    }

    #[method(sig = "($self, s, /)")]
    fn write(th: &Thread, _this: Value, _s: Value) -> PyResult<()> {
        Err(unsupported(th, "write"))
    }

    #[method]
    fn detach(th: &Thread, _this: Value) -> PyResult<()> {
        Err(unsupported(th, "detach"))
    }

    #[getter]
    fn encoding(_this: Value) -> Value {
        Value::NONE
    }

    #[getter]
    fn errors(_this: Value) -> Value {
        Value::NONE
    }

    #[getter]
    fn newlines(_this: Value) -> Value {
        Value::NONE
    }
}
