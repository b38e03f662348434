//! Removal of unreachable code, of NOPs and of jumps; peephole optimisations in a block.

use super::{BlockId, ENTRY, Graph, Instr, NONE, constants, jumps, swaps};
use crate::ast::Loc;
use crate::constants::Constants;
use crate::instruction::{
    Op, has_target, is_block_push, is_conditional_jump, is_unconditional_jump, op,
};

/// Exits up to this size are copied to where they are jumped to from.
const MAX_COPY_SIZE: usize = 4;

/// `CALL_INTRINSIC_1`'s arguments that can be computed.
const UNARY_POSITIVE: u32 = 5;
const LIST_TO_TUPLE: u32 = 6;

/// A jump to a small exit, or to code without lines, becomes that code.
pub fn inline_small_blocks(graph: &mut Graph) {
    loop {
        let mut changed = false;
        let mut id = ENTRY;
        while id != NONE {
            changed |= inline_target(graph, id);
            id = graph.block(id).next;
        }
        if !changed {
            return;
        }
    }
}

fn inline_target(graph: &mut Graph, id: BlockId) -> bool {
    let Some(last) = graph.block(id).last().copied() else { return false };
    if !is_unconditional_jump(last.op) {
        return false;
    }
    let target = graph.block(last.target);
    let small_exit = target.exits_scope() && target.instrs.len() <= MAX_COPY_SIZE;
    let no_lines = target.has_no_lineno() && !target.has_fallthrough();
    if !small_exit && !no_lines {
        return false;
    }
    let copy = target.instrs.clone();
    let block = graph.block_mut(id);
    block.instrs.last_mut().expect("it has a last one").nop();
    block.extend(copy);
    if no_lines {
        let end = block.instrs.last_mut().expect("it has a last one");
        if is_unconditional_jump(end.op) && last.op == op::JUMP {
            // Keep the check for signals.
            end.op = op::JUMP;
        }
    }
    let target = graph.block_mut(last.target);
    target.predecessors = target.predecessors.wrapping_sub(1);
    true
}

/// Empties blocks that cannot be reached, and counts predecessors.
pub fn remove_unreachable(graph: &mut Graph) {
    graph.clear_visited();
    for block in &mut graph.blocks {
        block.predecessors = 0;
    }
    let mut todo = vec![ENTRY];
    let entry = graph.block_mut(ENTRY);
    entry.predecessors = 1;
    entry.visited = true;
    while let Some(id) = todo.pop() {
        let block = graph.block(id);
        let mut successors = Vec::with_capacity(2);
        if block.next != NONE && block.has_fallthrough() {
            successors.push(block.next);
        }
        let targets = block.instrs.iter().filter(|i| jumps(i) || is_block_push(i.op));
        successors.extend(targets.map(|i| i.target));
        for next in successors {
            let block = graph.block_mut(next);
            block.predecessors += 1;
            if !block.visited {
                block.visited = true;
                todo.push(next);
            }
        }
    }
    for id in graph.order() {
        let block = graph.block_mut(id);
        if block.predecessors == 0 {
            block.truncate(0);
            block.is_handler = false;
        }
    }
}

/// Removes NOPs that no line number needs; returns how many.
fn remove_nops(graph: &mut Graph, id: BlockId) -> usize {
    let block = graph.block(id);
    if !block.instrs.iter().any(|instr| instr.op == op::NOP) {
        return 0;
    }
    let next_line = first_line(graph, graph.next_nonempty(block.next));
    let block = graph.block_mut(id);
    let instrs = &mut block.instrs;
    let count = instrs.len();
    let mut kept = 0;
    let mut previous = -1;
    for i in 0..count {
        let line = instrs[i].loc.line;
        if instrs[i].op == op::NOP {
            if line < 0 || previous == line {
                continue;
            }
            if i + 1 < count {
                let following = instrs[i + 1].loc.line;
                if following == line {
                    continue;
                }
                if following < 0 {
                    instrs[i + 1].loc = instrs[i].loc;
                    continue;
                }
            } else if next_line == Some(line) {
                continue;
            }
        }
        instrs[kept] = instrs[i];
        kept += 1;
        previous = line;
    }
    block.truncate(kept);
    count - kept
}

/// The line of the first instruction that is no NOP without one.
fn first_line(graph: &Graph, id: BlockId) -> Option<i32> {
    if id == NONE {
        return None;
    }
    let is_blank = |instr: &&Instr| instr.op == op::NOP && instr.loc.line < 0;
    let instrs = &graph.block(id).instrs;
    Some(instrs.iter().find(|i| !is_blank(i)).map_or(Loc::NONE.line, |i| i.loc.line))
}

pub fn remove_redundant_nops(graph: &mut Graph) -> usize {
    let mut removed = 0;
    let mut id = ENTRY;
    while id != NONE {
        removed += remove_nops(graph, id);
        id = graph.block(id).next;
    }
    removed
}

/// Jumps to what follows anyway become NOPs; returns how many.
fn remove_redundant_jumps(graph: &mut Graph) -> usize {
    let mut removed = 0;
    let mut id = ENTRY;
    while id != NONE {
        let block = graph.block(id);
        let next = block.next;
        if let Some(last) = block.last()
            && is_unconditional_jump(last.op)
            && graph.next_nonempty(last.target) == graph.next_nonempty(next)
        {
            graph.block_mut(id).instrs.last_mut().expect("it has a last one").nop();
            removed += 1;
        }
        id = next;
    }
    removed
}

pub fn remove_redundant_nops_and_jumps(graph: &mut Graph) {
    while remove_redundant_nops(graph) + remove_redundant_jumps(graph) > 0 {}
}

/// Removes NOPs, and values that are pushed only to be popped.
pub fn remove_redundant_nops_and_pairs(graph: &mut Graph) {
    loop {
        let mut done = true;
        // Where the instruction before is, if it certainly ran just before.
        let mut previous: Option<(BlockId, usize)> = None;
        let mut id = ENTRY;
        while id != NONE {
            remove_nops(graph, id);
            if graph.block(id).has_label {
                previous = None;
            }
            for i in 0..graph.block(id).instrs.len() {
                if graph.block(id).instrs[i].op == op::POP_TOP
                    && let Some((before, at)) = previous
                {
                    let push = graph.block(before).instrs[at];
                    let is_pair = push.op == op::LOAD_CONST
                        || push.op == op::LOAD_SMALL_INT
                        || (push.op == op::COPY && push.arg == 1);
                    if is_pair {
                        graph.block_mut(before).instrs[at].nop();
                        graph.block_mut(id).instrs[i].nop();
                        done = false;
                    }
                }
                previous = Some((id, i));
            }
            let ends_in_jump =
                previous.is_some_and(|(block, i)| jumps(&graph.block(block).instrs[i]));
            if ends_in_jump || !graph.block(id).has_fallthrough() {
                previous = None;
            }
            id = graph.block(id).next;
        }
        if done {
            return;
        }
    }
}

/// A jump to a jump becomes a NOP and a jump to the second target.
fn thread(graph: &mut Graph, id: BlockId, i: usize, target: Instr, op: Op) -> bool {
    if graph.block(id).instrs[i].target == target.target {
        return false;
    }
    let block = graph.block_mut(id);
    block.instrs[i].nop();
    block.instrs[i].target = NONE;
    let mut jump = Instr::new(op, 0, target.loc);
    jump.target = target.target;
    block.push(jump);
    true
}

/// Peephole optimisations.
pub fn optimize_block(graph: &mut Graph, id: BlockId, consts: &mut Constants) {
    let mut i = 0;
    while i < graph.block(id).instrs.len() {
        let instr = graph.block(id).instrs[i];
        // A jump may be looked at again after it was changed.
        if has_target(instr.op)
            && let Some(first) = graph.block(instr.target).instrs.first().copied()
        {
            if optimize_jump(graph, id, i, first) {
                continue;
            }
        } else {
            optimize_instr(graph, id, i, consts);
        }
        i += 1;
    }
    let block = graph.block_mut(id);
    let mut i = 0;
    while i < block.instrs.len() {
        if block.instrs[i].op == op::SWAP {
            i = swaps::shorten(block, i);
            swaps::apply(block, i);
        }
        i += 1;
    }
}

/// Optimises the jump at `i`, whose target begins with `target`; true if `i` is to be visited
/// again.
fn optimize_jump(graph: &mut Graph, id: BlockId, i: usize, target: Instr) -> bool {
    let instr = graph.block(id).instrs[i];
    match (instr.op, target.op) {
        (
            op::POP_JUMP_IF_NOT_NONE
            | op::POP_JUMP_IF_NONE
            | op::POP_JUMP_IF_FALSE
            | op::POP_JUMP_IF_TRUE,
            op::JUMP,
        ) => thread(graph, id, i, target, instr.op),
        (op::JUMP_IF_FALSE, op::JUMP | op::JUMP_IF_FALSE)
        | (op::JUMP_IF_TRUE, op::JUMP | op::JUMP_IF_TRUE) => thread(graph, id, i, target, instr.op),
        (op::JUMP_IF_FALSE, op::JUMP_IF_TRUE) | (op::JUMP_IF_TRUE, op::JUMP_IF_FALSE) => {
            let next = graph.block(instr.target).next;
            graph.block_mut(id).instrs[i].target = next;
            true
        }
        (op::JUMP | op::JUMP_NO_INTERRUPT, op::JUMP) => thread(graph, id, i, target, op::JUMP),
        (op::JUMP | op::JUMP_NO_INTERRUPT, op::JUMP_NO_INTERRUPT) => {
            thread(graph, id, i, target, instr.op)
        }
        _ => false,
    }
}

fn optimize_instr(graph: &mut Graph, id: BlockId, i: usize, consts: &mut Constants) {
    let block = graph.block_mut(id);
    let instr = block.instrs[i];
    let next = block.instrs.get(i + 1).copied();
    let next_op = next.map_or(0, |next| next.op);
    match instr.op {
        op::BUILD_TUPLE => {
            if next_op == op::UNPACK_SEQUENCE && next.is_some_and(|next| next.arg == instr.arg) {
                match instr.arg {
                    1 => {
                        block.instrs[i].nop();
                        block.instrs[i + 1].nop();
                        return;
                    }
                    2 | 3 => {
                        block.instrs[i].nop();
                        block.instrs[i + 1].op = op::SWAP;
                        return;
                    }
                    _ => {}
                }
            }
            constants::fold_tuple(block, i, consts);
        }
        op::BUILD_LIST | op::BUILD_SET => constants::fold_display(block, i, next_op, consts),
        op::STORE_FAST => {
            // The first of two stores to one name is lost.
            if let Some(next) = next
                && next.op == op::STORE_FAST
                && next.arg == instr.arg
                && next.loc.line == instr.loc.line
            {
                block.instrs[i].set(op::POP_TOP, 0);
            }
        }
        op::SWAP => {
            if instr.arg == 1 {
                block.instrs[i].nop();
            }
        }
        op::LOAD_GLOBAL => {
            if next_op == op::PUSH_NULL && instr.arg & 1 == 0 {
                block.instrs[i].arg |= 1;
                block.instrs[i + 1].nop();
            }
        }
        op::COMPARE_OP => {
            if next_op == op::TO_BOOL {
                block.instrs[i].nop();
                block.instrs[i + 1].set(op::COMPARE_OP, instr.arg | 16);
            }
        }
        op::CONTAINS_OP | op::IS_OP => {
            if next_op == op::TO_BOOL {
                block.instrs[i].nop();
                block.instrs[i + 1].set(instr.op, instr.arg);
            } else if next_op == op::UNARY_NOT {
                block.instrs[i].nop();
                block.instrs[i + 1].set(instr.op, instr.arg ^ 1);
            }
        }
        op::TO_BOOL => {
            if next_op == op::TO_BOOL {
                block.instrs[i].nop();
            }
        }
        op::UNARY_NOT if next_op == op::TO_BOOL => {
            block.instrs[i].nop();
            block.instrs[i + 1].set(op::UNARY_NOT, 0);
        }
        op::UNARY_NOT if next_op == op::UNARY_NOT => {
            block.instrs[i].nop();
            block.instrs[i + 1].nop();
        }
        op::UNARY_NOT | op::UNARY_INVERT | op::UNARY_NEGATIVE => {
            constants::fold_unary(block, i, consts);
        }
        op::CALL_INTRINSIC_1 if instr.arg == LIST_TO_TUPLE => {
            if next_op == op::GET_ITER {
                block.instrs[i].nop();
            } else {
                constants::fold_list_to_tuple(block, i, consts);
            }
        }
        op::CALL_INTRINSIC_1 if instr.arg == UNARY_POSITIVE => {
            constants::fold_unary(block, i, consts);
        }
        op::BINARY_OP => constants::fold_binary(block, i, consts),
        _ => {}
    }
}

/// `JUMP_IF_x` is `COPY 1; TO_BOOL; POP_JUMP_IF_x`.
pub fn convert_conditional_jumps(graph: &mut Graph) {
    for id in graph.order() {
        let block = graph.block_mut(id);
        let Some(last) = block.instrs.last_mut() else { continue };
        let op = match last.op {
            op::JUMP_IF_FALSE => op::POP_JUMP_IF_FALSE,
            op::JUMP_IF_TRUE => op::POP_JUMP_IF_TRUE,
            _ => continue,
        };
        last.op = op;
        let copy = Instr { op: op::COPY, arg: 1, target: NONE, ..*last };
        let test = Instr { op: op::TO_BOOL, arg: 0, target: NONE, ..*last };
        let at = block.instrs.len() - 1;
        block.insert(at, vec![copy, test]);
    }
}

/// Replaces the pseudo-instructions that are left, jumps apart.
pub fn convert_pseudo_ops(graph: &mut Graph) {
    for id in graph.order() {
        for instr in &mut graph.block_mut(id).instrs {
            match instr.op {
                op::SETUP_CLEANUP | op::SETUP_FINALLY | op::SETUP_WITH => {
                    instr.nop();
                    instr.target = NONE;
                }
                op::LOAD_CLOSURE => instr.op = op::LOAD_FAST,
                op::STORE_FAST_MAYBE_NULL => instr.op = op::STORE_FAST,
                _ => {}
            }
        }
    }
    remove_redundant_nops_and_jumps(graph);
}

/// Conditional jumps go forward only; one that goes back is turned round and followed by an
/// unconditional one.
pub fn normalize_jumps(graph: &mut Graph) {
    graph.clear_visited();
    let mut id = ENTRY;
    while id != NONE {
        graph.block_mut(id).visited = true;
        normalize_block(graph, id);
        id = graph.block(id).next;
    }
}

fn normalize_block(graph: &mut Graph, id: BlockId) {
    let Some(last) = graph.block(id).last().copied() else { return };
    if !is_conditional_jump(last.op) {
        return;
    }
    let not_taken = Instr::new(op::NOT_TAKEN, 0, last.loc);
    if !graph.block(last.target).visited {
        graph.block_mut(id).push(not_taken);
        return;
    }
    let reversed = match last.op {
        op::POP_JUMP_IF_NOT_NONE => op::POP_JUMP_IF_NONE,
        op::POP_JUMP_IF_NONE => op::POP_JUMP_IF_NOT_NONE,
        op::POP_JUMP_IF_FALSE => op::POP_JUMP_IF_TRUE,
        _ => op::POP_JUMP_IF_FALSE,
    };
    let start_depth = graph.block(last.target).start_depth;
    let next = graph.block(id).next;
    let cold = graph.block(id).cold;
    let back = graph.add_block();
    let mut jump = Instr::new(op::JUMP, 0, last.loc);
    jump.target = last.target;
    let block = graph.block_mut(back);
    block.instrs = vec![not_taken, jump];
    block.start_depth = start_depth;
    block.cold = cold;
    block.next = next;
    let block = graph.block_mut(id);
    block.next = back;
    let end = block.instrs.last_mut().expect("it has a last one");
    end.op = reversed;
    end.target = next;
}
