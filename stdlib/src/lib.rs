//! Native modules of the standard library, one file each.

extern crate self as krait_stdlib;

pub mod io;
pub mod startup;
pub mod sys;

use krait_runtime::native::NativeModule;

/// Every native module. An executable registers only those that it can import.
pub static MODULES: &[&NativeModule] = &[&io::MODULE];

/// Folder of the pure-Python library.
pub fn library_path() -> &'static str {
    rustpython_pylib::LIB_PATH
}
