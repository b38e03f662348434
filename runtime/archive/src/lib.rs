//! The one static library that executables link: runtime, native modules, front end.

pub use krait_runtime as runtime;
pub use krait_stdlib as stdlib;
