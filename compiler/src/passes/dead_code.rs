//! Removal of pure instructions whose results nothing uses.

use crate::ir::Function;
use crate::ir::entities::EntityVec;

pub fn run(func: &mut Function) {
    let mut uses: EntityVec<_, u32> = EntityVec::filled(0, func.values.len());
    for &block in &func.layout {
        for &inst in &func.blocks[block].insts {
            for &arg in func.inst_args(inst) {
                uses[arg] += 1;
            }
            for edge in func.inst_edges(inst) {
                for &arg in &edge.args {
                    uses[arg] += 1;
                }
            }
        }
    }
    // Backwards, so that what only a dead instruction used is dead when it is looked at. A use in
    // a loop from a block before is found by the next round.
    let mut changed = true;
    while changed {
        changed = false;
        for &block in func.layout.clone().iter().rev() {
            let mut kept = Vec::new();
            for &inst in func.blocks[block].insts.iter().rev() {
                let node = &func.insts[inst];
                if !node.data.is_pure() || node.results.iter().any(|&r| uses[r] > 0) {
                    kept.push(inst);
                    continue;
                }
                for &arg in node.data.args() {
                    uses[arg] -= 1;
                }
                changed = true;
            }
            kept.reverse();
            func.blocks[block].insts = kept;
        }
    }
}
