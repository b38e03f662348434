//! Code of source files, by way of `__pycache__`.
//!
//! Ours are `name.krait-314.pyc`; where there is none, CPython's `name.cpython-314.pyc` does. What
//! is there is used only if it is the source's, by time and size or by hash (PEP 552), and if the
//! verifier takes it; a broken file is as good as none. Nothing that fails here is an error: the
//! source is compiled, and the next process tries again.

use std::hash::Hasher;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use krait_layout::{Raised, Thread};
use rustpython_wtf8::Wtf8Buf;
use siphasher::sip::SipHasher13;

use super::{front_end, optimize_level, sys_attribute};
use crate::bytecode::cache::{self, Error, Validity};
use crate::bytecode::{CodeUnit, Constant, verify};
use crate::error::PyResult;
use crate::object::{Object, ValueExt, get_attr_or_none};
use crate::ops;
use crate::types::bytes::Bytes;
use crate::types::code::Code;
use crate::types::exception::{Exc, raise_import_error, raise_os_error};
use crate::types::str::Str;
use crate::{intern, raise, state, sys};

/// The code of the source file `path`.
pub fn source_code(th: &Thread, path: &Path) -> PyResult<&'static Code> {
    let optimize = optimize_level(th);
    let level = optimize as u8;
    let prefix = sys_attribute(th, "pycache_prefix").and_then(|p| p.cast::<Str>());
    let prefix = prefix.map(|p| PathBuf::from(p.to_string()));
    let own = cache::cache_from_source(path, level, prefix.as_deref());
    let foreign = cache::cpython_cache_from_source(path, level, prefix.as_deref());
    let stamp = stamp(path);
    for file in [&own, &foreign].into_iter().flatten() {
        if let Some(unit) = read(th, file, path, stamp) {
            return Ok(Code::new(th, &unit));
        }
    }
    let source = std::fs::read(path).map_err(|e| read_error(th, path, &e))?;
    let filename = Str::new(th, &path.to_string_lossy());
    let unit = (front_end(th)?.compile)(th, &source, filename, "exec", 0, optimize)?;
    let may_write = match sys_attribute(th, "dont_write_bytecode") {
        Some(flag) => !ops::truth(th, flag)?,
        None => true,
    };
    if let (Some(own), Some((mtime, _)), true) = (own, stamp, may_write) {
        // The size is of what was read, which may be newer than what was looked at.
        let validity = Validity::Timestamp { mtime, size: source.len() as u32 };
        // A folder that cannot be written costs time at the next start and nothing else.
        let _ = cache::write_atomically(&own, &cache::to_bytes(&unit, validity));
    }
    Ok(Code::new(th, &unit))
}

fn read_error(th: &Thread, path: &Path, e: &std::io::Error) -> Raised {
    let name = Str::new(th, &path.to_string_lossy()).value();
    let errno = e.raw_os_error().unwrap_or(0);
    raise_os_error(th, errno, &sys::errno::message(errno), Some(name), None)
}

/// Modification time in seconds and size, modulo 2^32, as `.pyc` files hold them.
fn stamp(path: &Path) -> Option<(u32, u32)> {
    let metadata = std::fs::metadata(path).ok()?;
    let seconds = match metadata.modified().ok()?.duration_since(UNIX_EPOCH) {
        Ok(after) => after.as_secs() as i64,
        Err(before) => -(before.duration().as_secs_f64().ceil() as i64),
    };
    Some((seconds as u32, metadata.len() as u32))
}

/// What the `.pyc` holds, if it is of `source` as it is now.
fn read(th: &Thread, file: &Path, source: &Path, stamp: Option<(u32, u32)>) -> Option<CodeUnit> {
    let bytes = std::fs::read(file).ok()?;
    let (validity, _) = cache::header(&bytes).ok()?;
    let is_current = match validity {
        Validity::Timestamp { mtime, size } => stamp == Some((mtime, size)),
        Validity::Hash { hash, check } => {
            let wanted = match hash_policy(th)?.as_str() {
                "always" => true,
                "never" => false,
                _ => check,
            };
            !wanted || source_hash(&std::fs::read(source).ok()?) == hash
        }
    };
    if !is_current {
        return None;
    }
    let (_, mut unit) = cache::from_bytes(&bytes).ok()?;
    verify::verify(&unit).ok()?;
    let filename = Wtf8Buf::from_string(source.to_string_lossy().into_owned());
    if unit.filename != filename {
        set_filename(&mut unit, &filename);
    }
    Some(unit)
}

/// `_imp.check_hash_based_pycs`.
fn hash_policy(th: &Thread) -> Option<String> {
    let default = "default".to_string();
    let Some(imp) = state::modules().get_name(intern!(th, "_imp")) else { return Some(default) };
    let policy = get_attr_or_none(th, imp, intern!(th, "check_hash_based_pycs")).ok()?;
    Some(policy.and_then(|p| p.cast::<Str>()).map_or(default, |p| p.to_string()))
}

/// The hash of a source in its `.pyc` (PEP 552): SipHash with the magic number as its key.
pub fn source_hash(source: &[u8]) -> [u8; 8] {
    let mut hasher = SipHasher13::new_with_keys(u64::from(u32::from_le_bytes(cache::MAGIC)), 0);
    hasher.write(source);
    hasher.finish().to_le_bytes()
}

/// Gives code that was moved, and the code inside of it, its new file name.
fn set_filename(unit: &mut CodeUnit, filename: &Wtf8Buf) {
    unit.filename = filename.clone();
    for constant in &mut unit.consts {
        if let Constant::Code(inner) = constant {
            set_filename(inner, filename);
        }
    }
}

/// The code of module `name`, which has only a `.pyc`. Raises what CPython raises where that is
/// none.
pub fn sourceless_code(th: &Thread, name: &str, path: &Path) -> PyResult<&'static Code> {
    let bytes = std::fs::read(path).map_err(|e| read_error(th, path, &e))?;
    let quoted = ops::repr_string(th, Str::new(th, name).value())?;
    let place = path.to_string_lossy();
    let import_error = |message: String| {
        let (name, path) = (Str::new(th, name).value(), Str::new(th, &place).value());
        raise_import_error(th, Exc::ImportError, &message, Some(name), Some(path))
    };
    match cache::from_bytes(&bytes) {
        Ok((_, unit)) => match verify::verify(&unit) {
            Ok(()) => Ok(Code::new(th, &unit)),
            Err(e) => Err(import_error(format!("bad code in {quoted}: {e}"))),
        },
        Err(Error::BadMagic) => {
            let magic = Bytes::new(th, &bytes[..bytes.len().min(4)]).value();
            let magic = ops::repr_string(th, magic)?;
            Err(import_error(format!("bad magic number in {quoted}: {magic}")))
        }
        Err(Error::TooShort) => {
            Err(raise!(th, EOFError, "reached EOF while reading pyc header of {quoted}"))
        }
        Err(Error::BadFlags(flags)) => {
            Err(import_error(format!("invalid flags {flags} in {quoted}")))
        }
        Err(Error::Marshal(crate::bytecode::marshal::Error::Eof)) => {
            Err(raise!(th, EOFError, "marshal data too short"))
        }
        Err(Error::Marshal(e)) => Err(raise!(th, ValueError, "{e}")),
    }
}

/// The code of a `.pyc` that is run as a program.
pub fn program_code(th: &Thread, bytes: &[u8]) -> PyResult<&'static Code> {
    match cache::from_bytes(bytes) {
        Err(Error::BadMagic) => Err(raise!(th, RuntimeError, "Bad magic number in .pyc file")),
        Ok((_, unit)) if verify::verify(&unit).is_ok() => Ok(Code::new(th, &unit)),
        _ => Err(raise!(th, RuntimeError, "Bad code object in .pyc file")),
    }
}
