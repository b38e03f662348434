//! Krait, an ahead-of-time compiler for Python 3.14.
//!
//! [`driver`] is the place to start: it calls everything else in order.

pub mod cache;
pub mod codegen;
pub mod diagnostics;
pub mod dis;
pub mod driver;
pub mod imports;
pub mod ir;
pub mod link;
pub mod lower;
pub mod options;
pub mod parts;
pub mod passes;
pub mod reach;
pub mod run;
pub mod target;
pub mod unit;
