//! Removal of blocks that the entry does not reach. The others are put in reverse postorder, so
//! that a definition stands before its uses.

use crate::ir::Function;
use crate::ir::cfg::Cfg;

pub fn run(func: &mut Function) {
    func.layout = Cfg::new(func).reverse_postorder;
}
