//! Exception regions and the depth of the stack.

use super::{BlockId, ENTRY, Graph, NONE, jumps};
use crate::instruction::{
    has_target, is_block_push, is_scope_exit, is_unconditional_jump, op, stack_effect,
};

/// Flag in `RESUME`'s argument: inside one exception region exactly.
const RESUME_DEPTH_1: u32 = 4;

pub fn mark_handlers(graph: &mut Graph) {
    for id in graph.order() {
        for i in 0..graph.block(id).instrs.len() {
            let instr = graph.block(id).instrs[i];
            if is_block_push(instr.op) {
                graph.block_mut(instr.target).is_handler = true;
            }
        }
    }
}

/// Gives each instruction its handler.
pub fn label_targets(graph: &mut Graph) {
    graph.clear_visited();
    let mut stacks: Vec<Option<Vec<BlockId>>> = vec![None; graph.blocks.len()];
    let mut todo = vec![ENTRY];
    graph.block_mut(ENTRY).visited = true;
    stacks[ENTRY as usize] = Some(Vec::new());
    while let Some(id) = todo.pop() {
        let mut stack = stacks[id as usize].take().expect("a block to do has its stack");
        let mut handler = stack.last().copied().unwrap_or(NONE);
        let mut last_yield_depth = None;
        for i in 0..graph.block(id).instrs.len() {
            let instr = graph.block(id).instrs[i];
            if is_block_push(instr.op) {
                let target = instr.target;
                if !graph.block(target).visited {
                    stacks[target as usize] = Some(stack.clone());
                    graph.block_mut(target).visited = true;
                    todo.push(target);
                }
                if instr.op != op::SETUP_FINALLY {
                    graph.block_mut(target).preserve_lasti = true;
                }
                stack.push(target);
                handler = target;
                continue;
            }
            if instr.op == op::POP_BLOCK {
                stack.pop();
                handler = stack.last().copied().unwrap_or(NONE);
                graph.block_mut(id).instrs[i].nop();
                continue;
            }
            graph.block_mut(id).instrs[i].except = handler;
            if jumps(&instr) {
                let target = instr.target;
                if !graph.block(target).visited {
                    stacks[target as usize] = Some(stack.clone());
                    graph.block_mut(target).visited = true;
                    todo.push(target);
                }
            } else if instr.op == op::YIELD_VALUE {
                last_yield_depth = Some(stack.len());
            } else if instr.op == op::RESUME && instr.arg != 0 {
                if last_yield_depth == Some(1) {
                    graph.block_mut(id).instrs[i].arg |= RESUME_DEPTH_1;
                }
                last_yield_depth = None;
            }
        }
        let next = graph.block(id).next;
        if graph.block(id).has_fallthrough() && next != NONE && !graph.block(next).visited {
            stacks[next as usize] = Some(stack);
            graph.block_mut(next).visited = true;
            todo.push(next);
        }
    }
}

/// The deepest stack; also notes each block's depth on entry.
pub fn stack_depth(graph: &mut Graph) -> u32 {
    for block in &mut graph.blocks {
        block.start_depth = i32::MIN;
    }
    let mut max = 0;
    let mut todo = vec![ENTRY];
    graph.block_mut(ENTRY).start_depth = 0;
    let push = |graph: &mut Graph, todo: &mut Vec<BlockId>, id: BlockId, depth: i32| {
        let block = graph.block_mut(id);
        debug_assert!(block.start_depth < 0 || block.start_depth == depth);
        if block.start_depth < depth && block.start_depth < 100 {
            block.start_depth = depth;
            todo.push(id);
        }
    };
    while let Some(id) = todo.pop() {
        let mut depth = graph.block(id).start_depth;
        let mut next = graph.block(id).next;
        for i in 0..graph.block(id).instrs.len() {
            let instr = graph.block(id).instrs[i];
            let (pops, pushes) = stack_effect(instr.op, instr.arg);
            let effect = pushes as i32 - pops as i32;
            max = max.max(depth);
            if has_target(instr.op) && instr.op != op::END_ASYNC_FOR {
                push(graph, &mut todo, instr.target, depth + effect);
            }
            if !is_block_push(instr.op) {
                depth += effect;
            }
            if is_unconditional_jump(instr.op) || is_scope_exit(instr.op) {
                next = NONE;
                break;
            }
        }
        if next != NONE {
            push(graph, &mut todo, next, depth);
        }
    }
    max as u32
}
