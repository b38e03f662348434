//! `FileIO`: an open file of the operating system.

use std::cell::Cell;

use krait_macros::methods;
use krait_runtime::error::PyResult;
use krait_runtime::native::class_arg;
use krait_runtime::object::{Object, TypeDef, TypeFlags, ValueExt, alloc_as, attributes};
use krait_runtime::sys::file as os;
use krait_runtime::types::bytes::{self, Bytes};
use krait_runtime::types::memoryview;
use krait_runtime::types::str::Str;
use krait_runtime::{Header, Kind, Thread, Value, import, intern, ops, raise, threads};

use super::base::RAW_IO_BASE;

/// A `FileIO`. Its `name` is an ordinary attribute.
#[repr(C)]
pub struct FileIO {
    pub header: Header,
    fd: Cell<i32>,
    readable: Cell<bool>,
    writable: Cell<bool>,
    appending: Cell<bool>,
    created: Cell<bool>,
    close_fd: Cell<bool>,
}

pub static DEF: TypeDef = TypeDef::of::<FileIO>("FileIO", "_io")
    .doc("Open a file.")
    .base(&RAW_IO_BASE)
    .flags(TypeFlags::BASE)
    .mutable()
    .methods(FileIO::native_methods)
    .getsets(FileIO::native_getsets);

// SAFETY: instances of the class are made in this file with this layout.
unsafe impl Object for FileIO {
    const KIND: Kind = Kind::Native;

    fn def() -> &'static TypeDef {
        &DEF
    }
}

/// Copies `data` to the start of the writable buffer `target`; gives the number of bytes.
pub fn fill(th: &Thread, target: Value, data: &[u8]) -> PyResult<usize> {
    let view = memoryview::from_object(th, target, 1)?;
    if view.is_readonly() {
        return Err(raise!(
            th,
            TypeError,
            "readinto() argument must be read-write bytes-like object, not {}",
            target.type_name()
        ));
    }
    let n = data.len().min(view.layout().size());
    // SAFETY: the view's memory has that size and is kept alive by the view.
    unsafe { std::ptr::copy_nonoverlapping(data.as_ptr(), view.start(), n) };
    Ok(n)
}

impl FileIO {
    fn fresh(th: &Thread, class: &krait_runtime::object::Type) -> &'static FileIO {
        alloc_as(
            th,
            class,
            FileIO {
                header: Header::new(0, Kind::Native),
                fd: Cell::new(-1),
                readable: Cell::new(false),
                writable: Cell::new(false),
                appending: Cell::new(false),
                created: Cell::new(false),
                close_fd: Cell::new(true),
            },
        )
    }

    /// A file over an open descriptor.
    pub fn over(
        th: &Thread,
        fd: i32,
        readable: bool,
        writable: bool,
        close_fd: bool,
    ) -> &'static FileIO {
        let f = FileIO::fresh(th, DEF.class(th));
        f.fd.set(fd);
        f.readable.set(readable);
        f.writable.set(writable);
        f.close_fd.set(close_fd);
        f
    }

    fn open_fd(&self, th: &Thread) -> PyResult<i32> {
        match self.fd.get() {
            fd if fd >= 0 => Ok(fd),
            _ => Err(raise!(th, ValueError, "I/O operation on closed file")),
        }
    }

    /// Reads at most `buffer.len()` bytes; `None` where the file would block.
    pub fn read_some(&self, th: &Thread, buffer: &mut [u8]) -> PyResult<Option<usize>> {
        let fd = self.open_fd(th)?;
        if !self.readable.get() {
            return Err(super::unsupported(th, "File not open for reading"));
        }
        loop {
            match threads::without_lock(th, || os::read(fd, buffer)) {
                Ok(n) => return Ok(Some(n)),
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {
                    krait_runtime::signals::run_handlers(th)?;
                }
                Err(e) if e.kind() == std::io::ErrorKind::WouldBlock => return Ok(None),
                Err(e) => return Err(super::os_error(th, &e, None)),
            }
        }
    }

    /// Writes at least one byte of `data`; `None` where the file would block.
    pub fn write_some(&self, th: &Thread, data: &[u8]) -> PyResult<Option<usize>> {
        let fd = self.open_fd(th)?;
        if !self.writable.get() {
            return Err(super::unsupported(th, "File not open for writing"));
        }
        loop {
            match threads::without_lock(th, || os::write(fd, data)) {
                Ok(n) => return Ok(Some(n)),
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {
                    krait_runtime::signals::run_handlers(th)?;
                }
                Err(e) if e.kind() == std::io::ErrorKind::WouldBlock => return Ok(None),
                Err(e) => return Err(super::os_error(th, &e, None)),
            }
        }
    }

    /// Whether the descriptor is closed with the object.
    pub fn is_owned(&self) -> bool {
        self.close_fd.get()
    }

    pub fn is_open(&self) -> bool {
        self.fd.get() >= 0
    }
}

#[methods]
impl FileIO {
    #[staticmethod(sig = "(cls, /, *args, **kwargs)")]
    fn __new__(th: &Thread, cls: Value, _args: Value, _kwargs: Value) -> PyResult<&'static FileIO> {
        let class = class_arg(th, cls, DEF.class(th))?;
        Ok(FileIO::fresh(th, class))
    }

    #[method(sig = "($self, file, mode='r', closefd=True, opener=None)")]
    fn __init__(
        th: &Thread,
        this: &'static FileIO,
        file: Value,
        mode: Option<&Str>,
        closefd: Option<bool>,
        opener: Option<Value>,
    ) -> PyResult<()> {
        let mode = mode.map_or("r".to_string(), |m| m.to_string());
        let mut flags = os::Flags::default();
        let mut kinds = 0;
        for c in mode.chars() {
            match c {
                'r' => {
                    kinds += 1;
                    flags.read = true;
                }
                'w' => {
                    kinds += 1;
                    flags.write = true;
                    flags.create = true;
                    flags.truncate = true;
                }
                'a' => {
                    kinds += 1;
                    flags.write = true;
                    flags.create = true;
                    flags.append = true;
                }
                'x' => {
                    kinds += 1;
                    flags.write = true;
                    flags.create = true;
                    flags.exclusive = true;
                }
                '+' => {
                    flags.read = true;
                    flags.write = true;
                }
                'b' => {}
                _ => return Err(raise!(th, ValueError, "invalid mode: {mode}")),
            }
        }
        if kinds != 1 {
            return Err(raise!(
                th,
                ValueError,
                "Must have exactly one of create/read/write/append mode and at most one plus"
            ));
        }
        this.readable.set(flags.read);
        this.writable.set(flags.write);
        this.appending.set(flags.append);
        this.created.set(flags.exclusive);
        let closefd = closefd.unwrap_or(true);
        this.close_fd.set(closefd);
        if krait_runtime::types::int::is_int(file) {
            let fd = ops::index_clipped(th, file)?;
            if fd < 0 {
                return Err(raise!(th, ValueError, "negative file descriptor"));
            }
            if !os::is_open(fd as i32) {
                return Err(super::os_error(th, &std::io::Error::from_raw_os_error(9), None));
            }
            this.fd.set(fd as i32);
        } else {
            if !closefd {
                return Err(raise!(th, ValueError, "Cannot use closefd=False with file name"));
            }
            let path = import::path_argument(th, file)?;
            let fd = match opener.filter(|o| !o.is_none()) {
                Some(opener) => {
                    let bits = os::open_flags(&flags);
                    let fd = ops::call(th, opener, &[file, Value::from_i32(bits)])?;
                    let fd = ops::index_clipped(th, fd)?;
                    if fd < 0 {
                        return Err(raise!(th, ValueError, "opener returned {fd}"));
                    }
                    fd as i32
                }
                None => {
                    let bytes = os::encode_path(path);
                    if bytes.contains(&0) {
                        return Err(raise!(th, ValueError, "embedded null byte"));
                    }
                    match threads::without_lock(th, || os::open(&bytes, &flags)) {
                        Ok(fd) => fd,
                        Err(e) => return Err(super::os_error(th, &e, Some(file))),
                    }
                }
            };
            this.fd.set(fd);
            if os::is_directory(fd) {
                let _ = os::close(fd);
                this.fd.set(-1);
                return Err(super::os_error(
                    th,
                    &std::io::Error::from_raw_os_error(21),
                    Some(file),
                ));
            }
        }
        attributes::set_own_attribute(th, this.value(), intern!(th, "name"), file);
        if flags.append {
            let _ = os::seek(this.fd.get(), 0, 2);
        }
        Ok(())
    }

    /// Read at most size bytes, returned as bytes.
    #[method(sig = "($self, size=-1, /)")]
    fn read(th: &Thread, this: &'static FileIO, size: Option<Value>) -> PyResult<Value> {
        let n = match size.filter(|s| !s.is_none()) {
            Some(s) => ops::index_clipped(th, s)?,
            None => -1,
        };
        if n < 0 {
            return FileIO::readall(th, this);
        }
        let mut buffer = vec![0; n as usize];
        match this.read_some(th, &mut buffer)? {
            Some(n) => Ok(Bytes::new(th, &buffer[..n]).value()),
            None => Ok(Value::NONE),
        }
    }

    /// Read all data from the file, returned as bytes.
    #[method]
    fn readall(th: &Thread, this: &'static FileIO) -> PyResult<Value> {
        let mut all = Vec::new();
        let mut chunk = vec![0; super::DEFAULT_BUFFER_SIZE];
        loop {
            match this.read_some(th, &mut chunk)? {
                Some(0) => return Ok(Bytes::new(th, &all).value()),
                Some(n) => all.extend_from_slice(&chunk[..n]),
                None if all.is_empty() => return Ok(Value::NONE),
                None => return Ok(Bytes::new(th, &all).value()),
            }
        }
    }

    /// Same as RawIOBase.readinto().
    #[method(sig = "($self, buffer, /)")]
    fn readinto(th: &Thread, this: &'static FileIO, buffer: Value) -> PyResult<Value> {
        let mut data = vec![0; ops::length(th, buffer)?];
        match this.read_some(th, &mut data)? {
            Some(n) => Ok(Value::from_len(fill(th, buffer, &data[..n])?)),
            None => Ok(Value::NONE),
        }
    }

    /// Write buffer b to file, return number of bytes written.
    #[method(sig = "($self, b, /)")]
    fn write(th: &Thread, this: &'static FileIO, b: Value) -> PyResult<Option<usize>> {
        let data = bytes::expect_view(th, b)?;
        this.write_some(th, data)
    }

    /// Move to new file position and return the file position.
    #[method(sig = "($self, pos, whence=0, /)")]
    fn seek(th: &Thread, this: &'static FileIO, pos: i64, whence: Option<i32>) -> PyResult<i64> {
        let fd = this.open_fd(th)?;
        os::seek(fd, pos, whence.unwrap_or(0)).map_err(|e| super::os_error(th, &e, None))
    }

    /// Current file position.
    #[method]
    fn tell(th: &Thread, this: &'static FileIO) -> PyResult<i64> {
        FileIO::seek(th, this, 0, Some(1))
    }

    /// Truncate the file to at most size bytes and return the truncated size.
    #[method(sig = "($self, size=None, /)")]
    fn truncate(th: &Thread, this: &'static FileIO, size: Option<Value>) -> PyResult<i64> {
        let fd = this.open_fd(th)?;
        let size = match size.filter(|s| !s.is_none()) {
            Some(s) => ops::index_clipped(th, s)? as i64,
            None => FileIO::tell(th, this)?,
        };
        os::truncate(fd, size).map_err(|e| super::os_error(th, &e, None))?;
        Ok(size)
    }

    /// Close the file.
    #[method]
    fn close(th: &Thread, this: &'static FileIO) -> PyResult<()> {
        let fd = this.fd.replace(-1);
        if fd >= 0 && this.close_fd.get() {
            os::close(fd).map_err(|e| super::os_error(th, &e, None))?;
        }
        Ok(())
    }

    #[method]
    fn fileno(th: &Thread, this: &'static FileIO) -> PyResult<i32> {
        this.open_fd(th)
    }

    #[method]
    fn isatty(th: &Thread, this: &'static FileIO) -> PyResult<bool> {
        Ok(os::is_terminal(this.open_fd(th)?))
    }

    #[method]
    fn readable(th: &Thread, this: &'static FileIO) -> PyResult<bool> {
        this.open_fd(th)?;
        Ok(this.readable.get())
    }

    #[method]
    fn writable(th: &Thread, this: &'static FileIO) -> PyResult<bool> {
        this.open_fd(th)?;
        Ok(this.writable.get())
    }

    #[method]
    fn seekable(th: &Thread, this: &'static FileIO) -> PyResult<bool> {
        Ok(os::seek(this.open_fd(th)?, 0, 1).is_ok())
    }

    #[method]
    fn __repr__(th: &Thread, this: &'static FileIO) -> PyResult<String> {
        if this.fd.get() < 0 {
            return Ok("<_io.FileIO [closed]>".into());
        }
        let name = match attributes::own_attribute(this.value(), intern!(th, "name")) {
            Some(n) => format!("name={}", ops::repr_string(th, n)?),
            None => format!("fd={}", this.fd.get()),
        };
        let closefd = if this.close_fd.get() { "True" } else { "False" };
        Ok(format!("<_io.FileIO {name} mode='{}' closefd={closefd}>", FileIO::mode(this)))
    }

    #[method]
    fn __del__(th: &Thread, this: &'static FileIO) -> PyResult<()> {
        FileIO::close(th, this)
    }

    #[getter]
    fn closed(this: &'static FileIO) -> bool {
        this.fd.get() < 0
    }

    #[getter]
    fn closefd(this: &'static FileIO) -> bool {
        this.close_fd.get()
    }

    #[getter]
    fn mode(this: &'static FileIO) -> &'static str {
        match (this.created.get(), this.appending.get(), this.readable.get(), this.writable.get()) {
            (true, _, true, _) => "xb+",
            (true, _, false, _) => "xb",
            (_, true, true, _) => "ab+",
            (_, true, false, _) => "ab",
            (_, _, true, true) => "rb+",
            (_, _, true, false) => "rb",
            _ => "wb",
        }
    }
}
