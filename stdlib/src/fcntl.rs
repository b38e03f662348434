//! `fcntl`: control of descriptors, and file locks.

use krait_runtime::native::NativeModule;
use krait_runtime::object::{Object, ValueExt};
use krait_runtime::sys::wait;
use krait_runtime::types::bytes::{self, Bytes};
use krait_runtime::types::int;
use krait_runtime::types::module::Module;
use krait_runtime::types::str::Str;
use krait_runtime::{Kind, PyResult, Thread, Value, ops, raise, signals, threads};

use crate::select::{descriptor, os_error};

pub static MODULE: NativeModule = NativeModule {
    name: "fcntl",
    doc: "This module performs file control and I/O control on file\ndescriptors.  It is an interface to the fcntl() and ioctl() Unix\nroutines.  File descriptors can be obtained with the fileno() method of\na file or socket object.",
    functions: &functions::FUNCTIONS,
    init,
};

fn init(th: &Thread, m: &'static Module) -> PyResult<()> {
    for (name, n) in wait::CONTROLS {
        m.set(th, name, int::new(th, *n));
    }
    Ok(())
}

/// Memory that the system gets; what it may write beyond is ours too.
const BUFFER: usize = 1024;

/// Runs a system call without the lock, again after signals.
fn call<T: Send>(th: &Thread, mut f: impl FnMut() -> std::io::Result<T> + Send) -> PyResult<T> {
    loop {
        match threads::without_lock(th, &mut f) {
            Ok(r) => return Ok(r),
            Err(e) if wait::is_interrupt(&e) => signals::run_handlers(th)?,
            Err(e) => return Err(os_error(th, &e)),
        }
    }
}

/// The number in an argument, as the low 32 bits.
fn number(th: &Thread, v: Option<Value>) -> PyResult<i32> {
    let Some(v) = v else { return Ok(0) };
    let i = ops::index(th, v)?;
    match int::to_i128(i) {
        Some(i) if (i32::MIN as i128..=u32::MAX as i128).contains(&i) => Ok(i as i32),
        _ => Err(raise!(th, OverflowError, "signed integer is greater than maximum")),
    }
}

/// The bytes in an argument that is no number.
fn memory(th: &Thread, v: Option<Value>) -> PyResult<Option<Vec<u8>>> {
    match v {
        Some(v) if v.kind() == Kind::Str => {
            let s = v.cast::<Str>().expect("the kind says so");
            Ok(Some(s.to_utf8(th)?.into_bytes()))
        }
        Some(v) if !int::is_int(v) => Ok(bytes::view(th, v)?.map(<[u8]>::to_vec)),
        _ => Ok(None),
    }
}

#[krait_macros::module]
mod functions {
    use super::*;

    /// Perform the operation cmd on file descriptor fd.
    ///
    /// The values used for cmd are operating system dependent, and are
    /// available as constants in the fcntl module, using the same names as used
    /// in the relevant C header files.  The argument arg is optional, and
    /// defaults to 0; it may be an integer, a bytes-like object or a string.
    /// If arg is given as a string, it will be encoded to binary using the
    /// UTF-8 encoding.
    #[function(sig = "(fd, cmd, arg=0, /)")]
    fn fcntl(th: &Thread, fd: Value, cmd: i32, arg: Option<Value>) -> PyResult<Value> {
        let fd = descriptor(th, fd)?;
        if let Some(data) = memory(th, arg)? {
            if data.len() > BUFFER {
                return Err(raise!(th, ValueError, "fcntl argument 3 is too long"));
            }
            let mut buffer = [0u8; BUFFER];
            buffer[..data.len()].copy_from_slice(&data);
            call(th, || wait::control_with(fd, cmd, &mut buffer))?;
            return Ok(Bytes::new(th, &buffer[..data.len()]).value());
        }
        let n = number(th, arg)?;
        Ok(Value::from_i32(call(th, || wait::control(fd, cmd, n))?))
    }

    /// Perform the operation request on file descriptor fd.
    ///
    /// The values used for request are operating system dependent, and are
    /// available as constants in the fcntl or termios library modules, using
    /// the same names as used in the relevant C header files.
    #[function(sig = "(fd, request, arg=0, mutate_flag=True, /)")]
    fn ioctl(
        th: &Thread,
        fd: Value,
        request: u64,
        arg: Option<Value>,
        mutate_flag: Option<bool>,
    ) -> PyResult<Value> {
        let fd = descriptor(th, fd)?;
        let writable = |v: &Value| v.kind() != Kind::Bytes && v.kind() != Kind::Str;
        if mutate_flag.unwrap_or(true)
            && let Some(v) = arg.filter(|v| !int::is_int(*v)).filter(writable)
        {
            let target = bytes::expect_writable(th, v, "ioctl() argument 3")?;
            let mut buffer = vec![0u8; target.len().max(BUFFER)];
            buffer[..target.len()].copy_from_slice(target);
            let r = call(th, || wait::device_control_with(fd, request, &mut buffer))?;
            target.copy_from_slice(&buffer[..target.len()]);
            return Ok(Value::from_i32(r));
        }
        if let Some(data) = memory(th, arg)? {
            if data.len() > BUFFER {
                return Err(raise!(th, ValueError, "ioctl argument 3 is too long"));
            }
            let mut buffer = [0u8; BUFFER];
            buffer[..data.len()].copy_from_slice(&data);
            call(th, || wait::device_control_with(fd, request, &mut buffer))?;
            return Ok(Bytes::new(th, &buffer[..data.len()]).value());
        }
        let n = number(th, arg)?;
        Ok(Value::from_i32(call(th, || wait::device_control(fd, request, n))?))
    }

    /// Perform the lock operation on file descriptor fd.
    ///
    /// See the Unix manual page for flock(2) for details (On some systems, this
    /// function is emulated using fcntl()).
    #[function(sig = "(fd, operation, /)")]
    fn flock(th: &Thread, fd: Value, operation: i32) -> PyResult<()> {
        let fd = descriptor(th, fd)?;
        call(th, || wait::lock_file(fd, operation))
    }

    /// A wrapper around the fcntl() locking calls.
    ///
    /// fd is the file descriptor of the file to lock or unlock, and operation
    /// is one of the following values:
    ///
    ///     LOCK_UN - unlock
    ///     LOCK_SH - acquire a shared lock
    ///     LOCK_EX - acquire an exclusive lock
    ///
    /// When operation is LOCK_SH or LOCK_EX, it can also be bitwise ORed with
    /// LOCK_NB to avoid blocking on lock acquisition.  If LOCK_NB is used and
    /// the lock cannot be acquired, an OSError will be raised and the exception
    /// will have an errno attribute set to EACCES or EAGAIN (depending on the
    /// operating system -- for portability, check for either value).
    ///
    /// len is the number of bytes to lock, with the default meaning to lock to
    /// EOF.  start is the byte offset, relative to whence, to that the lock
    /// starts.  whence is as with fileobj.seek(), specifically:
    ///
    ///     0 - relative to the start of the file (SEEK_SET)
    ///     1 - relative to the current buffer position (SEEK_CUR)
    ///     2 - relative to the end of the file (SEEK_END)
    #[function(sig = "(fd, cmd, len=0, start=0, whence=0, /)")]
    fn lockf(
        th: &Thread,
        fd: Value,
        cmd: i32,
        len: Option<i64>,
        start: Option<i64>,
        whence: Option<i32>,
    ) -> PyResult<()> {
        let fd = descriptor(th, fd)?;
        let (len, start) = (len.unwrap_or(0), start.unwrap_or(0));
        let whence = whence.unwrap_or(0);
        call(th, || wait::lock_region(fd, cmd, len, start, whence))
    }
}
