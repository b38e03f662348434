//! Layouts that compiled code, the interpreter and the collector agree on.
//!
//! Everything here is `repr(C)` or `repr(transparent)` and `no_std`: the operations' fast paths
//! (`ops.bc`), which are inlined into compiled Python code, see this crate and nothing else.
#![no_std]

pub mod function;
pub mod header;
pub mod inline_cache;
pub mod objects;
pub mod program;
pub mod shapes;
pub mod thread;
pub mod value;

pub use function::FunctionHead;
pub use header::{Header, Kind};
pub use inline_cache::{CacheKind, InlineCache};
pub use thread::{Bump, Thread};
pub use value::{Raised, StackSlot, Value};
