//! The operating system.
//!
//! The only place that names one. Every file here offers the same functions; the rest of the
//! runtime sees nothing but these.

#[cfg(unix)]
pub mod clock;
pub mod errno;
#[cfg(unix)]
pub mod file;
pub mod math;
#[cfg(unix)]
pub mod posix;
#[cfg(unix)]
pub mod process;
mod registers;
#[cfg(unix)]
pub mod signal;
#[cfg(unix)]
pub mod wait;

#[cfg(unix)]
mod unix;
#[cfg(unix)]
pub use unix::*;

#[cfg(windows)]
mod windows;
#[cfg(windows)]
pub use windows::*;

pub use registers::{Registers, capture_registers};
