//! Line numbers for instructions that have none of their own.

use super::{BlockId, ENTRY, Graph, NONE, jumps};
use crate::ast::Loc;

/// Every exit and every place where a signal may be handled gets a line number.
pub fn resolve(graph: &mut Graph) {
    duplicate_exits(graph);
    propagate(graph);
}

fn needs_line(graph: &Graph, id: BlockId) -> bool {
    let block = graph.block(id);
    (block.exits_scope() || block.has_eval_break()) && block.has_no_lineno()
}

/// Copies exits without a line that several blocks jump to, so that each has one predecessor
/// and can take its line.
fn duplicate_exits(graph: &mut Graph) {
    let mut id = ENTRY;
    while id != NONE {
        if let Some(last) = graph.block(id).last().copied()
            && jumps(&last)
        {
            let target = graph.next_nonempty(last.target);
            if needs_line(graph, target) && graph.block(target).predecessors > 1 {
                let copy = graph.add_block();
                let instrs = graph.block(target).instrs.clone();
                let next = graph.block(target).next;
                let block = graph.block_mut(copy);
                block.instrs = instrs;
                block.instrs[0].loc = last.loc;
                block.predecessors = 1;
                block.next = next;
                block.has_label = true;
                let end = graph.block_mut(id).instrs.last_mut().expect("it has a last one");
                end.target = copy;
                let old = graph.block_mut(target);
                old.predecessors -= 1;
                old.next = copy;
            }
        }
        id = graph.block(id).next;
    }
    let mut id = ENTRY;
    while id != NONE {
        let block = graph.block(id);
        let next = block.next;
        if block.has_fallthrough()
            && next != NONE
            && let Some(last) = block.last().copied()
            && needs_line(graph, next)
        {
            graph.block_mut(next).instrs[0].loc = last.loc;
        }
        id = next;
    }
}

/// Instructions take the line of the one before; a block that has one predecessor, its last.
fn propagate(graph: &mut Graph) {
    let take = |graph: &mut Graph, id: BlockId, loc: Loc| {
        let block = graph.block_mut(id);
        if block.predecessors == 1
            && let Some(first) = block.instrs.first_mut()
            && first.loc.line == Loc::NONE.line
        {
            first.loc = loc;
        }
    };
    let mut id = ENTRY;
    while id != NONE {
        let next = graph.block(id).next;
        let block = graph.block_mut(id);
        if !block.instrs.is_empty() {
            let mut previous = Loc::NONE;
            for instr in &mut block.instrs {
                if instr.loc.line == Loc::NONE.line {
                    instr.loc = previous;
                } else {
                    previous = instr.loc;
                }
            }
            let last = *block.instrs.last().expect("not empty");
            if block.has_fallthrough() && next != NONE {
                take(graph, next, previous);
            }
            if jumps(&last) {
                take(graph, last.target, previous);
            }
        }
        id = next;
    }
}
