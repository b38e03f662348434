//! Runs of `SWAP`: made as short as can be, then done at compile time where only stores follow.

use super::Block;
use crate::instruction::{Op, op};

/// Replaces the run of SWAPs and NOPs at `at` by the shortest with the same effect; returns the
/// index of the run's last instruction.
pub fn shorten(block: &mut Block, at: usize) -> usize {
    let instrs = &mut block.instrs[at..];
    let mut depth = instrs[0].arg as usize;
    let mut more = false;
    let mut length = 1;
    while length < instrs.len() {
        match instrs[length].op {
            op::SWAP => {
                depth = depth.max(instrs[length].arg as usize);
                more = true;
            }
            op::NOP => {}
            _ => break,
        }
        length += 1;
    }
    if !more {
        return at;
    }
    // What the run does to the stack, top first.
    let mut stack: Vec<usize> = (0..depth).collect();
    for instr in instrs[..length].iter().filter(|instr| instr.op == op::SWAP) {
        stack.swap(0, instr.arg as usize - 1);
    }
    // Undo it cycle by cycle, writing the SWAPs from the end.
    const DONE: usize = usize::MAX;
    let mut current = length;
    for i in 0..depth {
        if stack[i] == DONE || stack[i] == i {
            continue;
        }
        let mut j = i;
        loop {
            if j != 0 {
                current -= 1;
                instrs[current].set(op::SWAP, j as u32 + 1);
            }
            if stack[j] == DONE {
                break;
            }
            j = std::mem::replace(&mut stack[j], DONE);
        }
    }
    for instr in &mut instrs[..current] {
        instr.nop();
    }
    at + length - 1
}

fn is_swappable(op: Op) -> bool {
    matches!(op, op::STORE_FAST | op::STORE_FAST_MAYBE_NULL | op::POP_TOP)
}

/// The local that an instruction stores to.
fn stores_to(block: &Block, i: usize) -> Option<u32> {
    let instr = block.instrs[i];
    (instr.op != op::POP_TOP && is_swappable(instr.op)).then_some(instr.arg)
}

fn next_swappable(block: &Block, after: usize, line: i32) -> Option<usize> {
    for (i, instr) in block.instrs.iter().enumerate().skip(after + 1) {
        if line >= 0 && instr.loc.line != line {
            return None;
        }
        match instr.op {
            op::NOP => {}
            op if is_swappable(op) => return Some(i),
            _ => return None,
        }
    }
    None
}

/// Swaps the instructions that take the values instead of the values, for the SWAPs up to `at`.
pub fn apply(block: &mut Block, at: usize) {
    for i in (0..=at).rev() {
        let swap = block.instrs[i];
        if swap.op != op::SWAP {
            if swap.op == op::NOP || is_swappable(swap.op) {
                continue;
            }
            return;
        }
        let Some(j) = next_swappable(block, i, -1) else { return };
        let line = block.instrs[j].loc.line;
        let mut k = j;
        for _ in 1..swap.arg {
            match next_swappable(block, k, line) {
                Some(next) => k = next,
                None => return,
            }
        }
        let (store_j, store_k) = (stores_to(block, j), stores_to(block, k));
        if store_j.is_some() || store_k.is_some() {
            if store_j == store_k {
                return;
            }
            let between = (j + 1..k).filter_map(|i| stores_to(block, i));
            for store in between {
                if Some(store) == store_j || Some(store) == store_k {
                    return;
                }
            }
        }
        block.instrs[i].nop();
        block.instrs.swap(j, k);
    }
}
