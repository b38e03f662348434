//! Removal of watches that nothing comes before.
//!
//! A frame is traced because a function that it called asked for it: a debugger's entry point,
//! most often. So a watch is needed only where a call was made since the last one, on some path;
//! what else can run Python code, an operator's method or a signal handler, is seen at the next
//! watch or poll.

use crate::ir::cfg::Cfg;
use crate::ir::entities::EntityVec;
use crate::ir::{Block, Function, InstData, Operation};

pub fn run(func: &mut Function) {
    let cfg = Cfg::new(func);
    // Whether a call may have been made since the last watch, where each block starts.
    let mut called: EntityVec<Block, bool> = EntityVec::filled(false, func.blocks.len());
    let mut changed = true;
    while changed {
        changed = false;
        for &block in &cfg.reverse_postorder {
            // A handler may be reached from any place in the block.
            let anywhere = called[block]
                || func.blocks[block].insts.iter().any(|&inst| calls(&func.insts[inst].data));
            let mut state = called[block];
            for &inst in &func.blocks[block].insts {
                state = after(&func.insts[inst].data, state);
            }
            for &inst in &func.blocks[block].insts {
                let node = &func.insts[inst];
                let unwinds = node.unwind.iter().map(|edge| (edge, anywhere));
                for (edge, state) in
                    node.data.targets().iter().map(|edge| (edge, state)).chain(unwinds)
                {
                    if state && !called[edge.block] {
                        called[edge.block] = true;
                        changed = true;
                    }
                }
            }
        }
    }
    for block in func.layout.clone() {
        let mut state = called[block];
        let insts = std::mem::take(&mut func.blocks[block].insts);
        func.blocks[block].insts = insts
            .into_iter()
            .filter(|&inst| {
                let data = &func.insts[inst].data;
                let keep = state || !matches!(data, InstData::Watch { .. });
                state = after(data, state);
                keep
            })
            .collect();
    }
}

/// Whether a call may have been made after `data`, if it may have been before.
fn after(data: &InstData, before: bool) -> bool {
    match data {
        InstData::Watch { .. } => false,
        data => before || calls(data),
    }
}

/// Whether the instruction calls what the program says.
fn calls(data: &InstData) -> bool {
    match data {
        InstData::Op { operation, .. } => matches!(
            operation,
            Operation::call
                | Operation::call_kw
                | Operation::call_function_ex
                | Operation::import_name
                | Operation::send
                | Operation::with_except_start
        ),
        // Whoever resumes a generator has run since it was suspended.
        InstData::Sent => true,
        _ => false,
    }
}
