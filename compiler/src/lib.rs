//! Krait, an ahead-of-time compiler for Python 3.14.

pub mod codegen;
pub mod ir;
pub mod lower;
pub mod passes;
pub mod target;
