//! Native modules of the standard library, one file each.

// Native functions carry the names that Python gives them.
#![allow(non_snake_case, clippy::too_many_arguments)]

extern crate self as krait_stdlib;

pub mod abc;
pub mod atexit;
pub mod binascii;
pub mod bisect;
pub mod codecs;
pub mod collections;
pub mod contextvars;
pub mod errno;
pub mod functools;
pub mod gc;
pub mod heapq;
pub mod imp;
pub mod io;
pub mod itertools;
pub mod json;
pub mod marshal;
pub mod math;
pub mod operator;
#[cfg(unix)]
pub mod posix;
#[cfg(unix)]
pub mod random;
#[cfg(unix)]
pub mod signal;
pub mod sre;
pub mod startup;
pub mod string;
pub mod struct_;
pub mod sys;
pub mod thread;
#[cfg(unix)]
pub mod time;
pub mod typing;
pub mod warnings;
pub mod weakref;

use krait_runtime::native::NativeModule;

/// Every native module. An executable registers only those that it can import.
pub static MODULES: &[&NativeModule] = &[
    // One row a module, in alphabetical order of the files.
    &abc::MODULE,
    &atexit::MODULE,
    &binascii::MODULE,
    &bisect::MODULE,
    &codecs::MODULE,
    &collections::MODULE,
    &contextvars::MODULE,
    &errno::MODULE,
    &functools::MODULE,
    &gc::MODULE,
    &heapq::MODULE,
    &imp::MODULE,
    &io::MODULE,
    &itertools::MODULE,
    &json::MODULE,
    &marshal::MODULE,
    &math::MODULE,
    &operator::MODULE,
    #[cfg(unix)]
    &posix::MODULE,
    #[cfg(unix)]
    &random::MODULE,
    #[cfg(unix)]
    &signal::MODULE,
    &sre::MODULE,
    &string::MODULE,
    &struct_::MODULE,
    &thread::MODULE,
    #[cfg(unix)]
    &time::MODULE,
    &typing::MODULE,
    &warnings::MODULE,
    &weakref::MODULE,
];

/// Folder of the pure-Python library.
pub fn library_path() -> &'static str {
    rustpython_pylib::LIB_PATH
}
