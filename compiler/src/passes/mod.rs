//! The passes, and the order that they run in.

pub mod dead_blocks;
pub mod dead_code;
pub mod merge_blocks;
pub mod simplify_params;
pub mod watches;

use crate::ir::Function;

/// What every function goes through before code is generated from it.
pub fn run(func: &mut Function) {
    dead_blocks::run(func); // first: the edges of a dead block would keep parameters different
    simplify_params::run(func); // before merging: an edge without arguments is cheaper to merge
    merge_blocks::run(func);
    watches::run(func); // before dead code: the stack that a watch keeps is often needed no more
    dead_code::run(func); // last: the others leave unused constants and loads behind
}
