//! Checks what every pass may rely on. A failure is a bug of the compiler.

use std::collections::HashSet;

use super::cfg::Cfg;
use super::entities::{Block, EntityVec, Value};
use super::function::Function;
use super::inst::{BlockCall, InstData};
use super::operation::{Operand, Returns};
use super::printer::InstDisplay;
use super::types::Type;

/// Everything that is wrong with `func`, in words.
pub fn verify(func: &Function) -> Result<(), String> {
    let mut errors = Vec::new();
    let in_layout: HashSet<Block> = func.layout.iter().copied().collect();
    if func.layout.is_empty() {
        return Err("no entry block".to_string());
    }
    if !func.blocks[func.entry()].params.is_empty() {
        errors.push("the entry block has parameters".to_string());
    }
    for &block in &func.layout {
        check_block(func, block, &in_layout, &mut errors);
    }
    if errors.is_empty() {
        check_availability(func, &mut errors);
    }
    if errors.is_empty() { Ok(()) } else { Err(errors.join("\n")) }
}

fn check_block(
    func: &Function,
    block: Block,
    in_layout: &HashSet<Block>,
    errors: &mut Vec<String>,
) {
    let insts = &func.blocks[block].insts;
    if func.terminator(block).is_none() {
        errors.push(format!("{block} has no terminator"));
    }
    for (n, &inst) in insts.iter().enumerate() {
        let node = &func.insts[inst];
        let mut error = |what: String| {
            errors.push(format!("{block}: {}: {what}", InstDisplay { func, inst }));
        };
        if node.data.is_terminator() && n + 1 != insts.len() {
            error("a terminator in the middle of a block".to_string());
        }
        if node.unwind.is_some() && !node.data.may_raise() {
            error("an unwind edge on an instruction that does not raise".to_string());
        }
        if node.data.may_raise() && node.site.is_none() {
            error("raises and has no site".to_string());
        }
        if let InstData::Poll { args } | InstData::Watch { args } = &node.data
            && node.site.is_none_or(|site| site.depth as usize != args.len())
        {
            error("the evaluation stack is not as deep as the site says".to_string());
        }
        for edge in func.inst_edges(inst) {
            if let Some(wrong) = edge_error(func, edge, in_layout) {
                error(wrong);
            }
        }
        if let Some(wrong) = type_error(func, &node.data, node.results.len()) {
            error(wrong);
        }
    }
}

fn edge_error(func: &Function, edge: &BlockCall, in_layout: &HashSet<Block>) -> Option<String> {
    if !in_layout.contains(&edge.block) {
        return Some(format!("{} is not in the layout", edge.block));
    }
    let params = &func.blocks[edge.block].params;
    if params.len() != edge.args.len() {
        return Some(format!("{} takes {} arguments", edge.block, params.len()));
    }
    let wrong = params.iter().zip(&edge.args).find(|(p, a)| func.ty(**p) != func.ty(**a));
    wrong.map(|(p, a)| format!("{a} is {}, parameter {p} is {}", func.ty(*a), func.ty(*p)))
}

fn type_error(func: &Function, data: &InstData, results: usize) -> Option<String> {
    let expected: Vec<Type> = match data {
        InstData::Op { operation, args } => {
            let fixed = operation.operands().iter().filter_map(|operand| match operand {
                Operand::Value | Operand::Slot => Some(Type::Value),
                Operand::Number => Some(Type::I64),
                Operand::Address => Some(Type::Ptr),
                Operand::Float => Some(Type::F64),
                Operand::Slots | Operand::Outs => None,
            });
            let mut expected: Vec<Type> = fixed.collect();
            if operation.operands().contains(&Operand::Slots) {
                expected.resize(expected.len().max(args.len()), Type::Value);
            }
            let word = matches!(operation.returns(), Returns::Value | Returns::Word);
            if results < usize::from(word) || (results > 1 && !operation.has_outs()) {
                return Some(format!("{results} results"));
            }
            expected
        }
        InstData::Machine { op, .. } => op.operands().to_vec(),
        InstData::HomeStore { .. }
        | InstData::Poll { .. }
        | InstData::Watch { .. }
        | InstData::IsWord { .. }
        | InstData::Is { .. }
        | InstData::Return { .. }
        | InstData::Reraise { .. }
        | InstData::Yield { .. } => vec![Type::Value; data.args().len()],
        InstData::Not { .. } | InstData::BoxBool { .. } | InstData::Branch { .. } => {
            vec![Type::I1]
        }
        InstData::Const { .. }
        | InstData::PoolConst { .. }
        | InstData::PoolName { .. }
        | InstData::Cache { .. }
        | InstData::Function
        | InstData::FrameAddress
        | InstData::HomeLoad { .. }
        | InstData::Catch
        | InstData::Sent
        | InstData::Jump { .. }
        | InstData::Resume { .. }
        | InstData::Unreachable => vec![],
    };
    let actual: Vec<Type> = data.args().iter().map(|&a| func.ty(a)).collect();
    (expected != actual).then(|| format!("arguments {actual:?}, expected {expected:?}"))
}

/// The values that are defined on every path to the start of each block that can be reached.
pub fn available(func: &Function, cfg: &Cfg) -> EntityVec<Block, Option<HashSet<Value>>> {
    let mut start: EntityVec<Block, Option<HashSet<Value>>> =
        EntityVec::filled(None, func.blocks.len());
    start[func.entry()] = Some(HashSet::new());
    let mut changed = true;
    while changed {
        changed = false;
        for &block in &cfg.reverse_postorder {
            let Some(mut set) = start[block].clone() else { continue };
            set.extend(&func.blocks[block].params);
            for &inst in &func.blocks[block].insts {
                let node = &func.insts[inst];
                for edge in func.inst_edges(inst) {
                    let old = start[edge.block].as_ref().map(HashSet::len);
                    let new: HashSet<Value> = match start[edge.block].take() {
                        Some(old) => old.intersection(&set).copied().collect(),
                        None => set.clone(),
                    };
                    changed |= old != Some(new.len());
                    start[edge.block] = Some(new);
                }
                set.extend(&node.results);
            }
        }
    }
    start
}

fn check_availability(func: &Function, errors: &mut Vec<String>) {
    let cfg = Cfg::new(func);
    let start = available(func, &cfg);
    for &block in &cfg.reverse_postorder {
        let mut set = start[block].clone().expect("the block can be reached");
        set.extend(&func.blocks[block].params);
        for &inst in &func.blocks[block].insts {
            let uses = func.inst_args(inst).iter();
            let on_edges = func.inst_edges(inst).flat_map(|edge| &edge.args);
            for value in uses.chain(on_edges) {
                if !set.contains(value) {
                    let text = InstDisplay { func, inst };
                    errors.push(format!("{block}: {text}: {value} is not available here"));
                }
            }
            set.extend(&func.insts[inst].results);
        }
    }
}
