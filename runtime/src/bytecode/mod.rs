//! CPython 3.14's bytecode: instructions, code objects as data, and their serialised forms.

pub mod cache;
pub mod code_unit;
pub mod dis;
pub mod marshal;
pub mod opcode;
pub mod repr;
pub mod tables;
pub mod verify;

pub use code_unit::{CodeUnit, Constant};
pub use opcode::Opcode;
pub use tables::{Handler, Position};
