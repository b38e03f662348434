//! Files of the operating system, by descriptor.

use std::ffi::CString;
use std::io::{Error, Result};

use crate::types::str::Str;

/// How to open a file.
#[derive(Default, Clone, Copy)]
pub struct Flags {
    pub read: bool,
    pub write: bool,
    pub create: bool,
    pub truncate: bool,
    pub append: bool,
    pub exclusive: bool,
}

fn check(result: i64) -> Result<i64> {
    if result < 0 { Err(Error::last_os_error()) } else { Ok(result) }
}

/// The system's flags of `open`.
pub fn open_flags(flags: &Flags) -> i32 {
    let mut bits = match (flags.read, flags.write) {
        (true, true) => libc::O_RDWR,
        (false, true) => libc::O_WRONLY,
        _ => libc::O_RDONLY,
    };
    for (on, bit) in [
        (flags.create, libc::O_CREAT),
        (flags.truncate, libc::O_TRUNC),
        (flags.append, libc::O_APPEND),
        (flags.exclusive, libc::O_EXCL),
    ] {
        if on {
            bits |= bit;
        }
    }
    bits | libc::O_CLOEXEC
}

/// A path as the system wants it: UTF-8, lone surrogates back to bytes (PEP 383).
pub fn encode_path(path: &Str) -> Vec<u8> {
    let mut out = Vec::with_capacity(path.len());
    let mut buffer = [0; 4];
    for c in path.code_points() {
        match char::from_u32(c) {
            Some(c) => out.extend_from_slice(c.encode_utf8(&mut buffer).as_bytes()),
            None => out.push(c as u8),
        }
    }
    out
}

/// Opens a file and gives its descriptor.
pub fn open(path: &[u8], flags: &Flags) -> Result<i32> {
    let path = CString::new(path)?;
    // SAFETY: the path ends with a zero byte.
    check(unsafe { libc::open(path.as_ptr(), open_flags(flags), 0o666) } as i64).map(|fd| fd as i32)
}

/// Reads some bytes; 0 at the end.
pub fn read(fd: i32, buffer: &mut [u8]) -> Result<usize> {
    // SAFETY: the buffer has the length given.
    check(unsafe { libc::read(fd, buffer.as_mut_ptr().cast(), buffer.len()) } as i64)
        .map(|n| n as usize)
}

/// Writes some bytes.
pub fn write(fd: i32, data: &[u8]) -> Result<usize> {
    // SAFETY: the data has the length given.
    check(unsafe { libc::write(fd, data.as_ptr().cast(), data.len()) } as i64).map(|n| n as usize)
}

pub fn close(fd: i32) -> Result<()> {
    // SAFETY: closing a descriptor touches no memory.
    check(unsafe { libc::close(fd) } as i64).map(|_| ())
}

/// Moves the position; `whence` is 0, 1 or 2 for start, position, end.
pub fn seek(fd: i32, offset: i64, whence: i32) -> Result<i64> {
    // SAFETY: no memory is touched.
    check(unsafe { libc::lseek(fd, offset, whence) })
}

pub fn truncate(fd: i32, size: i64) -> Result<()> {
    // SAFETY: no memory is touched.
    check(unsafe { libc::ftruncate(fd, size) } as i64).map(|_| ())
}

pub fn is_terminal(fd: i32) -> bool {
    // SAFETY: no memory is touched.
    unsafe { libc::isatty(fd) == 1 }
}

pub fn is_open(fd: i32) -> bool {
    // SAFETY: no memory is touched.
    unsafe { libc::fcntl(fd, libc::F_GETFD) >= 0 }
}

pub fn is_directory(fd: i32) -> bool {
    // SAFETY: `fstat` fills the struct or fails.
    unsafe {
        let mut stat: libc::stat = std::mem::zeroed();
        libc::fstat(fd, &mut stat) == 0 && stat.st_mode & libc::S_IFMT == libc::S_IFDIR
    }
}
