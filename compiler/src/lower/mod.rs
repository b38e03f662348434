//! From bytecode to SSA.

pub mod decode;
pub mod from_bytecode;

pub use from_bytecode::{Kind, Unsupported, lower};
