//! Native modules of the standard library, one file each.

// Native functions carry the names that Python gives them.
#![allow(non_snake_case, clippy::too_many_arguments)]

extern crate self as krait_stdlib;

pub mod atexit;
pub mod codecs;
pub mod collections;
pub mod contextvars;
pub mod errno;
pub mod gc;
pub mod imp;
pub mod io;
pub mod itertools;
pub mod marshal;
pub mod opcode;
#[cfg(unix)]
pub mod posix;
#[cfg(unix)]
pub mod signal;
pub mod sre;
pub mod startup;
pub mod string;
pub mod sys;
pub mod thread;
#[cfg(unix)]
pub mod time;
pub mod typing;
pub mod warnings;
pub mod weakref;

krait_runtime::native_modules! {
    // One row a module, in alphabetical order of the files: the file and the module's name.
    atexit = "atexit";
    codecs = "_codecs";
    collections = "_collections";
    contextvars = "_contextvars";
    errno = "errno";
    gc = "gc";
    imp = "_imp";
    io = "_io";
    itertools = "itertools";
    marshal = "marshal";
    opcode = "_opcode";
    #[cfg(unix)]
    posix = "posix";
    #[cfg(unix)]
    signal = "_signal";
    sre = "_sre";
    string = "_string";
    thread = "_thread";
    #[cfg(unix)]
    time = "time";
    typing = "_typing";
    warnings = "_warnings";
    weakref = "_weakref";
}

/// Folder of the pure-Python library.
pub fn library_path() -> &'static str {
    rustpython_pylib::LIB_PATH
}
