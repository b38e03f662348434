//! Krait's runtime: heap, object model, operations and interpreter.
//!
//! The layers, each seeing only those to its right: `interpreter` → `ops` → `types` → `object` →
//! `gc` → the value word in `krait-layout`. Types reach one another through `ops`.

// Native methods and fields carry the names that Python gives them.
#![allow(non_snake_case, clippy::too_many_arguments)]

extern crate self as krait_runtime;

pub mod audit;
pub mod builtins;
pub mod bytecode;
pub mod error;
pub mod gc;
pub mod import;
pub mod interpreter;
pub mod native;
pub mod native_frames;
pub mod native_ops;
pub mod object;
pub mod ops;
pub mod program;
pub mod signals;
pub mod state;
pub mod sys;
pub mod threads;
pub mod traceback;
pub mod types;

pub use error::PyResult;
pub use krait_layout::{Header, Kind, Raised, StackSlot, Thread, Value, shapes};
