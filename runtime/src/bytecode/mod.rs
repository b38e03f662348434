//! CPython 3.14's bytecode: instructions, code objects as data, and their serialised forms.

pub mod code_unit;
mod location;
pub mod marshal;
pub mod opcode;
pub mod repr;

pub use code_unit::{CodeUnit, Constant};
pub use opcode::Opcode;
