//! Local variables: which may be unset, which loads can borrow, and pairs of accesses.

use super::{BlockId, ENTRY, Graph, NONE, jumps, simplify};
use crate::instruction::{
    has_target, is_block_push, is_scope_exit, is_unconditional_jump, op, stack_effect,
};

/// Locals whose state is followed from block to block.
const TRACKED: usize = 64;

/// Loads of locals that may be unset become `LOAD_FAST_CHECK`.
pub fn check_uninitialized(graph: &mut Graph, locals: usize, parameters: usize) {
    if locals == 0 {
        return;
    }
    let mut tracked = locals;
    if locals > TRACKED {
        check_far_locals(graph, locals);
        tracked = TRACKED;
    }
    graph.clear_visited();
    let mut unset = 0u64;
    for i in parameters..tracked {
        unset |= 1 << i;
    }
    let mut todo = Vec::new();
    maybe_push(graph, &mut todo, ENTRY, unset);
    for id in graph.order() {
        scan_block(graph, &mut todo, id);
    }
    while let Some(id) = todo.pop() {
        graph.block_mut(id).visited = false;
        scan_block(graph, &mut todo, id);
    }
}

fn maybe_push(graph: &mut Graph, todo: &mut Vec<BlockId>, id: BlockId, mask: u64) {
    let block = graph.block_mut(id);
    let both = block.unsafe_locals | mask;
    if block.unsafe_locals != both {
        block.unsafe_locals = both;
        if !block.visited {
            block.visited = true;
            todo.push(id);
        }
    }
}

fn scan_block(graph: &mut Graph, todo: &mut Vec<BlockId>, id: BlockId) {
    let mut mask = graph.block(id).unsafe_locals;
    for i in 0..graph.block(id).instrs.len() {
        let instr = graph.block(id).instrs[i];
        if instr.except != NONE {
            maybe_push(graph, todo, instr.except, mask);
        }
        if instr.arg >= TRACKED as u32 {
            continue;
        }
        let bit = 1u64 << instr.arg;
        match instr.op {
            op::DELETE_FAST | op::LOAD_FAST_AND_CLEAR | op::STORE_FAST_MAYBE_NULL => mask |= bit,
            op::STORE_FAST | op::LOAD_FAST_CHECK => mask &= !bit,
            op::LOAD_FAST => {
                if mask & bit != 0 {
                    graph.block_mut(id).instrs[i].op = op::LOAD_FAST_CHECK;
                }
                mask &= !bit;
            }
            _ => {}
        }
    }
    let block = graph.block(id);
    let next = block.next;
    let last = block.last().copied();
    if next != NONE && block.has_fallthrough() {
        maybe_push(graph, todo, next, mask);
    }
    if let Some(last) = last
        && jumps(&last)
    {
        maybe_push(graph, todo, last.target, mask);
    }
}

/// Locals beyond the first 64 are followed only inside a block.
fn check_far_locals(graph: &mut Graph, locals: usize) {
    // The block in which each was last known to be set.
    let mut set_in = vec![0; locals];
    for (i, id) in graph.order().into_iter().enumerate() {
        let number = i + 1;
        for instr in &mut graph.block_mut(id).instrs {
            let arg = instr.arg as usize;
            if arg < TRACKED {
                continue;
            }
            match instr.op {
                op::DELETE_FAST | op::LOAD_FAST_AND_CLEAR | op::STORE_FAST_MAYBE_NULL => {
                    set_in[arg] = number - 1;
                }
                op::STORE_FAST => set_in[arg] = number,
                op::LOAD_FAST => {
                    if set_in[arg] != number {
                        instr.op = op::LOAD_FAST_CHECK;
                    }
                    set_in[arg] = number;
                }
                _ => {}
            }
        }
    }
}

/// Two accesses to locals in one instruction.
pub fn insert_superinstructions(graph: &mut Graph) {
    for id in graph.order() {
        let instrs = &mut graph.block_mut(id).instrs;
        for i in 1..instrs.len() {
            let (first, second) = (instrs[i - 1], instrs[i]);
            let combined = match (first.op, second.op) {
                (op::LOAD_FAST, op::LOAD_FAST) => op::LOAD_FAST_LOAD_FAST,
                (op::STORE_FAST, op::LOAD_FAST) => op::STORE_FAST_LOAD_FAST,
                (op::STORE_FAST, op::STORE_FAST) => op::STORE_FAST_STORE_FAST,
                _ => continue,
            };
            let (line1, line2) = (first.loc.line, second.loc.line);
            if (line1 >= 0 && line2 >= 0 && line1 != line2) || first.arg >= 16 || second.arg >= 16 {
                continue;
            }
            instrs[i - 1].set(combined, first.arg << 4 | second.arg);
            instrs[i].nop();
        }
    }
    simplify::remove_redundant_nops(graph);
}

/// A value on the abstract stack: the instruction that loaded it and the local it is from.
#[derive(Copy, Clone)]
struct Ref {
    instr: usize,
    local: u32,
}

const UNKNOWN: Ref = Ref { instr: usize::MAX, local: u32::MAX };

/// Why a load cannot borrow.
struct Walk {
    stack: Vec<Ref>,
    /// Instructions whose value outlives the local, is stored, or is left on the stack.
    keeps: Vec<bool>,
}

impl Walk {
    fn push(&mut self, instr: usize, local: u32) {
        self.stack.push(Ref { instr, local });
    }

    fn pop(&mut self) -> Ref {
        self.stack.pop().expect("the stack depth was computed")
    }

    fn keep(&mut self, instr: usize) {
        if let Some(keeps) = self.keeps.get_mut(instr) {
            *keeps = true;
        }
    }

    /// The local gets another value.
    fn kill(&mut self, local: u32) {
        for i in 0..self.stack.len() {
            if self.stack[i].local == local {
                self.keep(self.stack[i].instr);
            }
        }
    }

    fn store(&mut self, local: u32) {
        let value = self.pop();
        self.kill(local);
        self.keep(value.instr);
    }
}

/// Loads of locals that are used up before the local changes do not need a reference of their
/// own.
pub fn borrow_loads(graph: &mut Graph) {
    graph.clear_visited();
    let mut todo = vec![ENTRY];
    let entry = graph.block_mut(ENTRY);
    entry.visited = true;
    entry.start_depth = 0;
    let push = |graph: &mut Graph, todo: &mut Vec<BlockId>, id: BlockId| {
        let block = graph.block_mut(id);
        if !block.visited {
            block.visited = true;
            todo.push(id);
        }
    };
    const NO_LOCAL: u32 = u32::MAX;
    while let Some(id) = todo.pop() {
        let count = graph.block(id).instrs.len();
        let depth = graph.block(id).start_depth.max(0) as usize;
        let mut walk = Walk { stack: vec![UNKNOWN; depth], keeps: vec![false; count] };
        for i in 0..count {
            let instr = graph.block(id).instrs[i];
            let arg = instr.arg;
            match instr.op {
                op::LOAD_FAST => walk.push(i, arg),
                op::LOAD_FAST_AND_CLEAR => {
                    walk.kill(arg);
                    walk.push(i, arg);
                }
                op::LOAD_FAST_LOAD_FAST => {
                    walk.push(i, arg >> 4);
                    walk.push(i, arg & 15);
                }
                op::STORE_FAST => walk.store(arg),
                op::STORE_FAST_LOAD_FAST => {
                    walk.store(arg >> 4);
                    walk.push(i, arg & 15);
                }
                op::STORE_FAST_STORE_FAST => {
                    walk.store(arg >> 4);
                    walk.store(arg & 15);
                }
                op::COPY => {
                    let copied = walk.stack[walk.stack.len() - arg as usize];
                    walk.stack.push(copied);
                }
                op::SWAP => {
                    let top = walk.stack.len() - 1;
                    walk.stack.swap(top, top + 1 - arg as usize);
                }
                op::GET_ANEXT
                | op::GET_LEN
                | op::GET_YIELD_FROM_ITER
                | op::IMPORT_FROM
                | op::MATCH_KEYS
                | op::MATCH_MAPPING
                | op::MATCH_SEQUENCE
                | op::WITH_EXCEPT_START => {
                    let (pops, pushes) = stack_effect(instr.op, arg);
                    // CPython numbers these values from 0, not by the instruction; the effect is
                    // that a load at the start of a block whose number it is may not borrow.
                    for k in 0..(pushes - pops) as usize {
                        walk.push(k, NO_LOCAL);
                    }
                }
                op::DICT_MERGE
                | op::DICT_UPDATE
                | op::LIST_APPEND
                | op::LIST_EXTEND
                | op::MAP_ADD
                | op::RERAISE
                | op::SET_ADD
                | op::SET_UPDATE => {
                    let (pops, pushes) = stack_effect(instr.op, arg);
                    for _ in pushes..pops {
                        walk.pop();
                    }
                }
                op::END_SEND | op::SET_FUNCTION_ATTRIBUTE => {
                    let top = walk.pop();
                    walk.pop();
                    walk.stack.push(top);
                }
                op::CHECK_EXC_MATCH => {
                    walk.pop();
                    walk.push(i, NO_LOCAL);
                }
                op::FOR_ITER => {
                    push(graph, &mut todo, instr.target);
                    walk.push(i, NO_LOCAL);
                }
                op::LOAD_ATTR | op::LOAD_SUPER_ATTR => {
                    let object = walk.pop();
                    if instr.op == op::LOAD_SUPER_ATTR {
                        walk.pop();
                        walk.pop();
                    }
                    walk.push(i, NO_LOCAL);
                    if arg & 1 != 0 {
                        walk.stack.push(object);
                    }
                }
                op::LOAD_SPECIAL | op::PUSH_EXC_INFO => {
                    let object = walk.pop();
                    walk.push(i, NO_LOCAL);
                    walk.stack.push(object);
                }
                op::SEND => {
                    push(graph, &mut todo, instr.target);
                    walk.pop();
                    walk.push(i, NO_LOCAL);
                }
                _ => {
                    if has_target(instr.op) {
                        push(graph, &mut todo, instr.target);
                    }
                    if !is_block_push(instr.op) {
                        let (pops, pushes) = stack_effect(instr.op, arg);
                        for _ in 0..pops {
                            walk.pop();
                        }
                        for _ in 0..pushes {
                            walk.push(i, NO_LOCAL);
                        }
                    }
                }
            }
        }
        let block = graph.block(id);
        let next = block.next;
        if let Some(last) = block.last()
            && next != NONE
            && !is_unconditional_jump(last.op)
            && !is_scope_exit(last.op)
        {
            push(graph, &mut todo, next);
        }
        for i in 0..walk.stack.len() {
            let instr = walk.stack[i].instr;
            walk.keep(instr);
        }
        for (instr, keeps) in graph.block_mut(id).instrs.iter_mut().zip(walk.keeps) {
            if !keeps {
                match instr.op {
                    op::LOAD_FAST => instr.op = op::LOAD_FAST_BORROW,
                    op::LOAD_FAST_LOAD_FAST => instr.op = op::LOAD_FAST_BORROW_LOAD_FAST_BORROW,
                    _ => {}
                }
            }
        }
    }
}
