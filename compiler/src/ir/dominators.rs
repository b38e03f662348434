//! The dominator tree, by Cooper, Harvey and Kennedy's "A Simple, Fast Dominance Algorithm".
//!
//! Since operations leave blocks in the middle, that a block dominates another does not mean that
//! every value of the first is available in the second: one defined after the edge is not. Ask
//! [`super::verifier::available`] where that matters.

use super::cfg::Cfg;
use super::entities::{Block, Entity, EntityVec};
use super::function::Function;

pub struct Dominators {
    idom: EntityVec<Block, Option<Block>>,
    /// Position in reverse postorder; `usize::MAX` where the block cannot be reached.
    number: EntityVec<Block, usize>,
}

impl Dominators {
    pub fn new(func: &Function, cfg: &Cfg) -> Dominators {
        let mut number = EntityVec::filled(usize::MAX, func.blocks.len());
        for (n, &block) in cfg.reverse_postorder.iter().enumerate() {
            number[block] = n;
        }
        let mut idom: EntityVec<Block, Option<Block>> = EntityVec::filled(None, func.blocks.len());
        idom[func.entry()] = Some(func.entry());
        let mut changed = true;
        while changed {
            changed = false;
            for &block in &cfg.reverse_postorder[1..] {
                let mut new: Option<Block> = None;
                for &pred in cfg.preds[block].iter().filter(|p| idom[**p].is_some()) {
                    new = Some(match new {
                        Some(other) => intersect(&idom, &number, pred, other),
                        None => pred,
                    });
                }
                if idom[block] != new {
                    idom[block] = new;
                    changed = true;
                }
            }
        }
        Dominators { idom, number }
    }

    /// The closest other block on every path from the entry to `block`.
    pub fn immediate(&self, block: Block) -> Option<Block> {
        self.idom[block].filter(|d| *d != block)
    }

    /// Whether every path from the entry to `b` goes through `a`.
    pub fn dominates(&self, a: Block, b: Block) -> bool {
        let mut block = b;
        while self.number[block] > self.number[a] && self.idom[block].is_some() {
            block = self.idom[block].expect("tested");
        }
        block == a
    }
}

fn intersect(
    idom: &EntityVec<Block, Option<Block>>,
    number: &EntityVec<Block, usize>,
    mut a: Block,
    mut b: Block,
) -> Block {
    let up =
        |block: Block| idom[block].unwrap_or_else(|| panic!("{} has no number", block.index()));
    while a != b {
        while number[a] > number[b] {
            a = up(a);
        }
        while number[b] > number[a] {
            b = up(b);
        }
    }
    a
}
