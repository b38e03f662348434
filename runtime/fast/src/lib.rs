//! Fast paths of operations, which LLVM inlines into compiled code.
//!
//! The compiler's build script compiles this crate to bitcode (`ops.bc`). Each function performs
//! one operation, with the instruction's argument fixed, for the operands where that takes a few
//! instructions, and calls the runtime's function for all others. It sees nothing of the runtime
//! but `krait-layout`.
//!
//! What such a function does without calling the runtime is a function of its own, `krait_try_…`,
//! for typed code, which has its own way to go on where the attempt fails. It returns no value, or
//! true, on failure.
//!
//! A test of one operand has a branch of its own: LLVM then folds the test where the same operand
//! was tested before, which it does not for a combined `(a & b) & 1`.
#![no_std]
// The lint is right for machine code; in bitcode the attribute is what makes LLVM inline.
#![allow(unused_attributes)]

mod arithmetic;
mod compare;
mod iterate;
mod name;
mod subscript;
mod truth;
mod unboxed;
