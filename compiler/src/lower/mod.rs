//! From bytecode to SSA.

pub mod decode;
pub mod from_bytecode;
mod locals;
mod typed;
pub mod versions;

pub use from_bytecode::{Kind, Unsupported, lower};
pub use versions::Typing;
