//! The operations: one function each, used by the interpreter, compiled code, native types and
//! the constant folder alike.
//!
//! A function that takes `th` may run Python code unless its comment says otherwise.

pub mod arithmetic;
pub mod attribute;
pub mod call;
pub mod class_statement;
pub mod collection;
pub mod compare;
pub mod exceptions;
pub mod format;
pub mod global;
pub mod import;
pub mod intrinsic;
pub mod iterate;
pub mod pattern;
pub mod sort;
pub mod subscript;
pub mod text;
pub mod unpack;

pub use arithmetic::*;
pub use call::{call, call_kw, call_method, call_method_opt, call_slots, call_with};
pub use compare::*;
pub use iterate::*;
pub use subscript::*;
pub use text::*;
