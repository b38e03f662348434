//! Predecessors, successors and orders of blocks.

use super::entities::{Block, EntityVec};
use super::function::Function;

/// The control-flow graph of a function. Unwind edges count like all others; a block that has
/// several edges to another is listed once for each.
pub struct Cfg {
    pub preds: EntityVec<Block, Vec<Block>>,
    pub succs: EntityVec<Block, Vec<Block>>,
    /// Blocks that can be reached, each after as many of its predecessors as loops allow.
    pub reverse_postorder: Vec<Block>,
}

impl Cfg {
    pub fn new(func: &Function) -> Cfg {
        let mut preds = EntityVec::filled(vec![], func.blocks.len());
        let mut succs = EntityVec::filled(vec![], func.blocks.len());
        for &block in &func.layout {
            for edge in func.edges(block) {
                let pred: &mut Vec<Block> = &mut preds[edge.block];
                pred.push(block);
                let succ: &mut Vec<Block> = &mut succs[block];
                succ.push(edge.block);
            }
        }
        let reverse_postorder = reverse_postorder(func, &succs);
        Cfg { preds, succs, reverse_postorder }
    }
}

fn reverse_postorder(func: &Function, succs: &EntityVec<Block, Vec<Block>>) -> Vec<Block> {
    let mut seen = EntityVec::filled(false, func.blocks.len());
    let mut order = Vec::new();
    // Each entry is a block and the number of its successors that were walked.
    let mut stack = vec![(func.entry(), 0)];
    seen[func.entry()] = true;
    while let Some((block, next)) = stack.last_mut() {
        match succs[*block].get(*next) {
            Some(&succ) => {
                *next += 1;
                if !seen[succ] {
                    seen[succ] = true;
                    stack.push((succ, 0));
                }
            }
            None => {
                order.push(*block);
                stack.pop();
            }
        }
    }
    order.reverse();
    order
}
