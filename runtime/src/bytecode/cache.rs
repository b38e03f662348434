//! `.pyc` files: where they are, what stands before the code object, how they are written.

use std::io::Write;
use std::path::{Component, Path, PathBuf};

use super::{CodeUnit, marshal};

/// CPython 3.14's number for its bytecode, with the line end that betrays text mode.
pub const MAGIC: [u8; 4] = [0x2b, 0x0e, b'\r', b'\n'];
/// Ours, until all code is CPython's.
const TAG: &str = "krait-314";
/// CPython's, which is read too.
const CPYTHON_TAG: &str = "cpython-314";
const HEADER: usize = 16;

/// What tells whether the cached code is that of the source (PEP 552).
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Validity {
    /// Modification time in seconds and size in bytes of the source, both modulo 2^32.
    Timestamp { mtime: u32, size: u32 },
    /// SipHash of the source, and whether it is to be checked.
    Hash { hash: [u8; 8], check: bool },
}

/// Why a `.pyc` cannot be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Error {
    /// Of another version of Python, or none at all.
    BadMagic,
    TooShort,
    BadFlags(u32),
    Marshal(marshal::Error),
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Error::BadMagic => f.write_str("bad magic number"),
            Error::TooShort => f.write_str("reached EOF while reading pyc header"),
            Error::BadFlags(flags) => write!(f, "invalid flags {flags:#x}"),
            Error::Marshal(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Error {}

/// A whole `.pyc`.
pub fn to_bytes(code: &CodeUnit, validity: Validity) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    match validity {
        Validity::Timestamp { mtime, size } => {
            bytes.extend(0u32.to_le_bytes());
            bytes.extend(mtime.to_le_bytes());
            bytes.extend(size.to_le_bytes());
        }
        Validity::Hash { hash, check } => {
            bytes.extend((1 | u32::from(check) << 1).to_le_bytes());
            bytes.extend(hash);
        }
    }
    bytes.extend(marshal::dumps(code));
    bytes
}

/// The header of a `.pyc` and the bytes after it.
pub fn header(bytes: &[u8]) -> Result<(Validity, &[u8]), Error> {
    if !bytes.starts_with(&MAGIC) {
        return Err(Error::BadMagic);
    }
    let Some((header, rest)) = bytes.split_at_checked(HEADER) else {
        return Err(Error::TooShort);
    };
    let word = |at: usize| {
        u32::from_le_bytes(header[at..at + 4].try_into().expect("a slice of four bytes"))
    };
    let validity = match word(4) {
        0 => Validity::Timestamp { mtime: word(8), size: word(12) },
        flags @ (1 | 3) => Validity::Hash {
            hash: header[8..].try_into().expect("the header has sixteen bytes"),
            check: flags & 2 != 0,
        },
        flags => return Err(Error::BadFlags(flags)),
    };
    Ok((validity, rest))
}

/// Reads a `.pyc`.
pub fn from_bytes(bytes: &[u8]) -> Result<(Validity, CodeUnit), Error> {
    let (validity, rest) = header(bytes)?;
    Ok((validity, marshal::loads(rest).map_err(Error::Marshal)?))
}

/// The file beside `source`, or at the same place below `prefix` (`sys.pycache_prefix`).
fn tagged(source: &Path, tag: &str, optimize: u8, prefix: Option<&Path>) -> Option<PathBuf> {
    let stem = source.file_stem()?.to_str()?;
    let suffix = match optimize {
        0 => String::new(),
        level => format!(".opt-{level}"),
    };
    let name = format!("{stem}.{tag}{suffix}.pyc");
    let folder = source.parent().unwrap_or(Path::new(""));
    Some(match prefix {
        None => folder.join("__pycache__").join(name),
        Some(prefix) => {
            let folder = std::path::absolute(folder).ok()?;
            let parts = folder.components().filter(|c| matches!(c, Component::Normal(_)));
            parts.fold(prefix.to_path_buf(), |path, part| path.join(part)).join(name)
        }
    })
}

/// Where the code of `source` is cached: `__pycache__/name.krait-314.pyc`.
pub fn cache_from_source(source: &Path, optimize: u8, prefix: Option<&Path>) -> Option<PathBuf> {
    tagged(source, TAG, optimize, prefix)
}

/// Where CPython caches it.
pub fn cpython_cache_from_source(
    source: &Path,
    optimize: u8,
    prefix: Option<&Path>,
) -> Option<PathBuf> {
    tagged(source, CPYTHON_TAG, optimize, prefix)
}

/// Writes a file so that others see the old contents or the new, never a part: to a temporary
/// file beside it, which is then renamed. Makes the folder if need be.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{}", std::process::id()));
    let temporary = PathBuf::from(name);
    let write = || {
        let mut file = std::fs::OpenOptions::new().write(true).create_new(true).open(&temporary)?;
        file.write_all(bytes)?;
        drop(file);
        std::fs::rename(&temporary, path)
    };
    let result = write();
    if result.is_err() {
        // The error that matters is the first one.
        let _ = std::fs::remove_file(&temporary);
    }
    result
}
