//! Native modules of the standard library, one file each.

// Native functions carry the names that Python gives them.
#![allow(non_snake_case, clippy::too_many_arguments)]

extern crate self as krait_stdlib;

pub mod io;
pub mod itertools;
pub mod startup;
pub mod sys;

use krait_runtime::native::NativeModule;

/// Every native module. An executable registers only those that it can import.
pub static MODULES: &[&NativeModule] = &[
    // One row a module, in alphabetical order of the files.
    &io::MODULE,
    &itertools::MODULE,
];

/// Folder of the pure-Python library.
pub fn library_path() -> &'static str {
    rustpython_pylib::LIB_PATH
}
