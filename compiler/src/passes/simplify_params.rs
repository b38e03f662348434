//! Removal of block parameters that are always the same value.
//!
//! Lowering gives each block a parameter for each value on the evaluation stack. Where every edge
//! passes the same value (or the parameter itself), the parameter is that value. Such a value is
//! available in the block: it is available on every edge into it.

use std::collections::{HashMap, HashSet};

use crate::ir::function::Definition;
use crate::ir::{Function, Value};

pub fn run(func: &mut Function) {
    while round(func) {}
}

fn round(func: &mut Function) -> bool {
    // For each parameter the one argument that it gets, or None after a second one.
    let mut only: HashMap<Value, Option<Value>> = HashMap::new();
    for &block in &func.layout {
        for edge in func.edges(block) {
            for (&param, &arg) in func.blocks[edge.block].params.iter().zip(&edge.args) {
                if param == arg {
                    continue;
                }
                let entry = only.entry(param).or_insert(Some(arg));
                if *entry != Some(arg) {
                    *entry = None;
                }
            }
        }
    }
    let replaced: HashMap<Value, Value> =
        only.into_iter().filter_map(|(param, arg)| Some((param, arg?))).collect();
    if replaced.is_empty() {
        return false;
    }
    // Two parameters that only get each other cannot both be replaced; a chain ends elsewhere.
    let resolve = |value: Value| {
        let mut current = value;
        for _ in 0..=replaced.len() {
            match replaced.get(&current) {
                Some(&next) => current = next,
                None => return current,
            }
        }
        value
    };
    let cyclic = |value: &Value| resolve(*value) == *value;
    let gone: HashSet<Value> = replaced.keys().copied().filter(|v| !cyclic(v)).collect();
    if gone.is_empty() {
        return false;
    }
    let blocks = func.layout.clone();
    for &block in &blocks {
        for inst in func.blocks[block].insts.clone() {
            let params = &func.blocks;
            let node = &mut func.insts[inst];
            for edge in node.unwind.iter_mut().chain(node.data.targets_mut()) {
                let mut params = params[edge.block].params.iter();
                edge.args.retain(|_| !gone.contains(params.next().expect("one for each argument")));
            }
        }
    }
    for &block in &blocks {
        func.blocks[block].params.retain(|param| !gone.contains(param));
        for (n, &param) in func.blocks[block].params.iter().enumerate() {
            func.values[param].definition = Definition::Param(block, n);
        }
    }
    func.map_uses(resolve);
    true
}
