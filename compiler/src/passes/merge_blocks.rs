//! Joins a block with its only successor, where it is that block's only predecessor.

use std::collections::{HashMap, HashSet};

use crate::ir::cfg::Cfg;
use crate::ir::{Block, Function, InstData, Value};

pub fn run(func: &mut Function) {
    let preds = Cfg::new(func).preds;
    let mut replaced: HashMap<Value, Value> = HashMap::new();
    let mut gone: HashSet<Block> = HashSet::new();
    for block in func.layout.clone() {
        if gone.contains(&block) {
            continue;
        }
        while let Some(last) = func.terminator(block) {
            let InstData::Jump { targets: [target] } = func.insts[last].data.clone() else { break };
            let next = target.block;
            if preds[next].len() != 1 || next == block || next == func.entry() {
                break;
            }
            let params = std::mem::take(&mut func.blocks[next].params);
            replaced.extend(params.into_iter().zip(target.args));
            func.blocks[block].insts.pop();
            let insts = std::mem::take(&mut func.blocks[next].insts);
            func.blocks[block].insts.extend(insts);
            gone.insert(next);
        }
    }
    if gone.is_empty() {
        return;
    }
    func.layout.retain(|block| !gone.contains(block));
    // A parameter's argument may itself be a parameter that was replaced.
    func.map_uses(|mut value| {
        while let Some(&next) = replaced.get(&value) {
            value = next;
        }
        value
    });
}
