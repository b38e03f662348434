//! Krait's runtime: heap, object model, operations and interpreter.

pub mod bytecode;
pub mod native_frames;

pub use krait_layout::{Header, Kind, Raised, StackSlot, Thread, Value};
