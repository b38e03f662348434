//! Code that runs only after an exception goes to the end.

use super::{BlockId, ENTRY, Graph, Instr, NONE, jumps, simplify};
use crate::ast::Loc;
use crate::instruction::op;

fn mark_warm(graph: &mut Graph) {
    graph.clear_visited();
    let mut todo = vec![ENTRY];
    graph.block_mut(ENTRY).visited = true;
    while let Some(id) = todo.pop() {
        graph.block_mut(id).warm = true;
        for next in successors(graph, id) {
            if !graph.block(next).visited {
                graph.block_mut(next).visited = true;
                todo.push(next);
            }
        }
    }
}

/// Where control goes from a block, exceptions apart.
fn successors(graph: &Graph, id: BlockId) -> Vec<BlockId> {
    let block = graph.block(id);
    let mut successors = Vec::with_capacity(2);
    if block.next != NONE && block.has_fallthrough() {
        successors.push(block.next);
    }
    successors.extend(block.instrs.iter().filter(|i| jumps(i)).map(|i| i.target));
    successors
}

fn mark_cold(graph: &mut Graph) {
    mark_warm(graph);
    graph.clear_visited();
    let mut todo = Vec::new();
    for id in graph.order() {
        if graph.block(id).is_handler {
            todo.push(id);
            graph.block_mut(id).visited = true;
        }
    }
    while let Some(id) = todo.pop() {
        graph.block_mut(id).cold = true;
        for next in successors(graph, id) {
            let block = graph.block_mut(next);
            if !block.warm && !block.visited {
                block.visited = true;
                todo.push(next);
            }
        }
    }
}

pub fn push_to_end(graph: &mut Graph) {
    if graph.block(ENTRY).next == NONE {
        return;
    }
    mark_cold(graph);
    // A cold block that falls through to a warm one gets a jump.
    let mut id = ENTRY;
    while id != NONE {
        let block = graph.block(id);
        let next = block.next;
        if block.cold && block.has_fallthrough() && next != NONE && graph.block(next).warm {
            let jump_block = graph.add_block();
            graph.block_mut(next).has_label = true;
            let mut jump = Instr::new(op::JUMP_NO_INTERRUPT, 0, Loc::NONE);
            jump.target = next;
            let block = graph.block_mut(jump_block);
            block.instrs.push(jump);
            block.cold = true;
            block.next = next;
            block.predecessors = 1;
            graph.block_mut(id).next = jump_block;
        }
        id = graph.block(id).next;
    }
    let order = graph.order();
    let (cold, warm): (Vec<BlockId>, Vec<BlockId>) =
        order.into_iter().partition(|id| graph.block(*id).cold);
    let has_cold = !cold.is_empty();
    let all: Vec<BlockId> = warm.into_iter().chain(cold).collect();
    for (i, id) in all.iter().enumerate() {
        graph.block_mut(*id).next = all.get(i + 1).copied().unwrap_or(NONE);
    }
    if has_cold {
        simplify::remove_redundant_nops_and_jumps(graph);
    }
}
