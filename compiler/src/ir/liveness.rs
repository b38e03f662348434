//! Which values are needed after the start of each block.

use std::collections::HashSet;

use super::cfg::Cfg;
use super::entities::{Block, EntityVec, Value};
use super::function::Function;

/// For each block, the values that are defined before it and used in it or after it. A block's
/// parameters are not among them.
pub fn live_in(func: &Function, cfg: &Cfg) -> EntityVec<Block, HashSet<Value>> {
    let mut live: EntityVec<Block, HashSet<Value>> =
        EntityVec::filled(HashSet::new(), func.blocks.len());
    let mut changed = true;
    while changed {
        changed = false;
        for &block in cfg.reverse_postorder.iter().rev() {
            let mut set = HashSet::new();
            for &inst in func.blocks[block].insts.iter().rev() {
                for result in &func.insts[inst].results {
                    set.remove(result);
                }
                for edge in func.inst_edges(inst) {
                    set.extend(&live[edge.block]);
                    set.extend(&edge.args);
                }
                set.extend(func.inst_args(inst));
            }
            for param in &func.blocks[block].params {
                set.remove(param);
            }
            if set.len() != live[block].len() {
                live[block] = set;
                changed = true;
            }
        }
    }
    live
}
