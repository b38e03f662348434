//! Native modules of the standard library, one file each.

// Native functions carry the names that Python gives them.
#![allow(non_snake_case, clippy::too_many_arguments)]

extern crate self as krait_stdlib;

pub mod abc;
pub mod array;
pub mod atexit;
pub mod binascii;
pub mod bisect;
pub mod blake2;
pub mod codecs;
pub mod collections;
pub mod contextvars;
pub mod csv;
pub mod errno;
#[cfg(unix)]
pub mod fcntl;
pub mod functools;
pub mod gc;
#[cfg(unix)]
pub mod grp;
pub mod hashes;
pub mod heapq;
pub mod imp;
pub mod io;
pub mod itertools;
pub mod json;
pub mod marshal;
pub mod math;
pub mod md5;
pub mod monitoring;
pub mod opcode;
pub mod operator;
#[cfg(unix)]
pub mod posix;
#[cfg(unix)]
pub mod posixsubprocess;
#[cfg(unix)]
pub mod pwd;
#[cfg(unix)]
pub mod random;
#[cfg(unix)]
pub mod resource;
#[cfg(unix)]
pub mod select;
pub mod sha1;
pub mod sha2;
pub mod sha3;
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
pub mod unicodedata;
pub mod warnings;
pub mod weakref;
pub mod zlib;

krait_runtime::native_modules! {
    // One row a module, in alphabetical order of the files: the file and the module's name.
    abc = "_abc";
    array = "array";
    atexit = "atexit";
    binascii = "binascii";
    bisect = "_bisect";
    blake2 = "_blake2";
    codecs = "_codecs";
    collections = "_collections";
    contextvars = "_contextvars";
    csv = "_csv";
    errno = "errno";
    #[cfg(unix)]
    fcntl = "fcntl";
    functools = "_functools";
    gc = "gc";
    #[cfg(unix)]
    grp = "grp";
    heapq = "_heapq";
    imp = "_imp";
    io = "_io";
    itertools = "itertools";
    json = "_json";
    marshal = "marshal";
    math = "math";
    md5 = "_md5";
    opcode = "_opcode";
    operator = "_operator";
    #[cfg(unix)]
    posix = "posix";
    #[cfg(unix)]
    posixsubprocess = "_posixsubprocess";
    #[cfg(unix)]
    pwd = "pwd";
    #[cfg(unix)]
    random = "_random";
    #[cfg(unix)]
    resource = "resource";
    #[cfg(unix)]
    select = "select";
    sha1 = "_sha1";
    sha2 = "_sha2";
    sha3 = "_sha3";
    #[cfg(unix)]
    signal = "_signal";
    sre = "_sre";
    string = "_string";
    struct_ = "_struct";
    thread = "_thread";
    #[cfg(unix)]
    time = "time";
    typing = "_typing";
    unicodedata = "unicodedata";
    warnings = "_warnings";
    weakref = "_weakref";
    zlib = "zlib";
}

/// Folder of the pure-Python library.
pub fn library_path() -> &'static str {
    rustpython_pylib::LIB_PATH
}
