//! Loads of constants, and operations on them.

use dashu_int::IBig;
use krait_runtime::bytecode::Constant;

use super::{Block, Graph, Instr};
use crate::ast::Loc;
use crate::constants::{Constants, truth};
use crate::fold;
use crate::instruction::{Op, op};

/// Ints that `LOAD_SMALL_INT` can load.
const SMALL_INTS: u32 = 256;

/// Longer displays are not folded.
const STACK_USE_GUIDELINE: usize = 30;

/// Shorter list and set displays are not made from a constant.
const MIN_SEQUENCE: usize = 3;

fn loads_const(op: Op) -> bool {
    op == op::LOAD_CONST || op == op::LOAD_SMALL_INT
}

fn value_of(op: Op, arg: u32, consts: &Constants) -> Constant {
    if op == op::LOAD_SMALL_INT { Constant::Int(IBig::from(arg)) } else { consts.get(arg).clone() }
}

fn truth_of(op: Op, arg: u32, consts: &Constants) -> bool {
    if op == op::LOAD_SMALL_INT { arg != 0 } else { truth(consts.get(arg)) }
}

fn small_int(value: &Constant) -> Option<u32> {
    match value {
        Constant::Int(value) => u32::try_from(value.clone()).ok().filter(|v| *v < SMALL_INTS),
        _ => None,
    }
}

fn make_load(instr: &mut Instr, value: Constant, consts: &mut Constants) {
    match small_int(&value) {
        Some(small) => instr.set(op::LOAD_SMALL_INT, small),
        None => {
            let arg = consts.add(value);
            instr.set(op::LOAD_CONST, arg);
        }
    }
}

pub fn optimize_loads(graph: &mut Graph, consts: &mut Constants) {
    for id in graph.order() {
        optimize_block_loads(graph.block_mut(id), consts);
    }
}

/// Small ints, and tests and jumps whose outcome is known.
fn optimize_block_loads(block: &mut Block, consts: &mut Constants) {
    let (mut op, mut arg) = (0, 0);
    let count = block.instrs.len();
    for i in 0..count {
        let instrs = &mut block.instrs;
        if instrs[i].op == op::LOAD_CONST
            && let Some(small) = small_int(consts.get(instrs[i].arg))
        {
            instrs[i].set(op::LOAD_SMALL_INT, small);
        }
        let is_copy = op == op::LOAD_CONST && instrs[i].op == op::COPY && instrs[i].arg == 1;
        if !is_copy {
            op = instrs[i].op;
            arg = instrs[i].arg;
        }
        if !loads_const(op) {
            continue;
        }
        let next = instrs.get(i + 1).map_or(0, |next| next.op);
        match next {
            op::POP_JUMP_IF_FALSE | op::POP_JUMP_IF_TRUE | op::JUMP_IF_FALSE | op::JUMP_IF_TRUE => {
                let is_true = truth_of(op, arg, consts);
                if next == op::POP_JUMP_IF_FALSE || next == op::POP_JUMP_IF_TRUE {
                    instrs[i].nop();
                }
                let jump_if_true = next == op::POP_JUMP_IF_TRUE || next == op::JUMP_IF_TRUE;
                if is_true == jump_if_true {
                    instrs[i + 1].op = op::JUMP;
                } else {
                    instrs[i + 1].nop();
                }
            }
            op::IS_OP => {
                if op != op::LOAD_CONST || *consts.get(arg) != Constant::None || count <= i + 2 {
                    continue;
                }
                let mut jump = i + 2;
                if instrs[jump].op == op::TO_BOOL {
                    instrs[jump].nop();
                    if count <= i + 3 {
                        continue;
                    }
                    jump = i + 3;
                }
                let mut invert = instrs[i + 1].arg != 0;
                match instrs[jump].op {
                    op::POP_JUMP_IF_FALSE => invert = !invert,
                    op::POP_JUMP_IF_TRUE => {}
                    _ => continue,
                }
                instrs[i].nop();
                instrs[i + 1].nop();
                instrs[jump].op =
                    if invert { op::POP_JUMP_IF_NOT_NONE } else { op::POP_JUMP_IF_NONE };
            }
            op::TO_BOOL => {
                let is_true = truth_of(op, arg, consts);
                let index = consts.add(if is_true { Constant::True } else { Constant::False });
                instrs[i].nop();
                instrs[i + 1].set(op::LOAD_CONST, index);
            }
            _ => {}
        }
    }
}

/// Indices of the `count` instructions before `end` that load constants, if they all do.
fn const_loads(block: &Block, end: usize, count: usize) -> Option<Vec<usize>> {
    let mut found = Vec::with_capacity(count);
    let mut i = end;
    while found.len() < count {
        i = i.checked_sub(1)?;
        let op = block.instrs[i].op;
        if op == op::NOP {
            continue;
        }
        if !loads_const(op) {
            return None;
        }
        found.push(i);
    }
    found.reverse();
    Some(found)
}

fn values(block: &Block, loads: &[usize], consts: &Constants) -> Vec<Constant> {
    let value = |i: &usize| value_of(block.instrs[*i].op, block.instrs[*i].arg, consts);
    loads.iter().map(value).collect()
}

fn nop_out(block: &mut Block, indices: &[usize]) {
    for i in indices {
        block.instrs[*i].nop();
        block.instrs[*i].loc = Loc::NONE;
    }
}

pub fn fold_tuple(block: &mut Block, i: usize, consts: &mut Constants) {
    let size = block.instrs[i].arg as usize;
    if size > STACK_USE_GUIDELINE {
        return;
    }
    let Some(loads) = const_loads(block, i, size) else { return };
    let tuple = Constant::Tuple(values(block, &loads, consts));
    nop_out(block, &loads);
    make_load(&mut block.instrs[i], tuple, consts);
}

/// A list built piece by piece from constants, to be made a tuple.
pub fn fold_list_to_tuple(block: &mut Block, i: usize, consts: &mut Constants) {
    let mut loads = Vec::new();
    let mut expect_append = true;
    for at in (0..i).rev() {
        let Instr { op, arg, .. } = block.instrs[at];
        if op == op::NOP {
            continue;
        }
        if op == op::BUILD_LIST && arg == 0 {
            if !expect_append {
                return;
            }
            loads.reverse();
            let tuple = Constant::Tuple(values(block, &loads, consts));
            let pieces: Vec<usize> = (at..i).filter(|k| block.instrs[*k].op != op::NOP).collect();
            nop_out(block, &pieces);
            make_load(&mut block.instrs[i], tuple, consts);
            return;
        }
        if expect_append {
            if op != op::LIST_APPEND || arg != 1 {
                return;
            }
        } else {
            if !loads_const(op) {
                return;
            }
            loads.push(at);
        }
        expect_append = !expect_append;
    }
}

/// List and set displays of constants: constants where they are only iterated over or searched,
/// else extended from a constant.
pub fn fold_display(block: &mut Block, i: usize, next: Op, consts: &mut Constants) {
    let Instr { op, arg, loc, .. } = block.instrs[i];
    let only_read = next == op::GET_ITER || next == op::CONTAINS_OP;
    let size = arg as usize;
    if size > STACK_USE_GUIDELINE || (size < MIN_SEQUENCE && !only_read) {
        return;
    }
    let Some(loads) = const_loads(block, i, size) else {
        if only_read && op == op::BUILD_LIST {
            block.instrs[i].op = op::BUILD_TUPLE;
        }
        return;
    };
    let items = values(block, &loads, consts);
    let constant = if op == op::BUILD_SET {
        let mut unique: Vec<Constant> = Vec::with_capacity(items.len());
        for item in items {
            if !unique.iter().any(|other| fold::equal(other, &item)) {
                unique.push(item);
            }
        }
        Constant::FrozenSet(unique)
    } else {
        Constant::Tuple(items)
    };
    let index = consts.add(constant);
    nop_out(block, &loads);
    if only_read {
        block.instrs[i].set(op::LOAD_CONST, index);
        return;
    }
    let extend = if op == op::BUILD_LIST { op::LIST_EXTEND } else { op::SET_UPDATE };
    block.instrs[i - 2].loc = loc;
    block.instrs[i - 2].set(op, 0);
    block.instrs[i - 1].set(op::LOAD_CONST, index);
    block.instrs[i].set(extend, 1);
}

pub fn fold_binary(block: &mut Block, i: usize, consts: &mut Constants) {
    let Some(loads) = const_loads(block, i, 2) else { return };
    let operands = values(block, &loads, consts);
    let Some(result) = fold::binary(&operands[0], block.instrs[i].arg, &operands[1]) else {
        return;
    };
    nop_out(block, &loads);
    make_load(&mut block.instrs[i], result, consts);
}

pub fn fold_unary(block: &mut Block, i: usize, consts: &mut Constants) {
    let Some(loads) = const_loads(block, i, 1) else { return };
    let operand = values(block, &loads, consts).remove(0);
    let result = match block.instrs[i].op {
        op::UNARY_NEGATIVE => fold::negative(&operand),
        op::UNARY_INVERT => fold::invert(&operand),
        op::UNARY_NOT => Some(if truth(&operand) { Constant::False } else { Constant::True }),
        _ => fold::positive(&operand),
    };
    let Some(result) = result else { return };
    nop_out(block, &loads);
    make_load(&mut block.instrs[i], result, consts);
}

/// Drops constants that nothing loads; the first stays, it may be the docstring.
pub fn remove_unused(graph: &mut Graph, consts: &mut Constants) {
    if consts.is_empty() {
        return;
    }
    let mut used = vec![false; consts.len()];
    used[0] = true;
    let order = graph.order();
    for id in &order {
        for instr in graph.block(*id).instrs.iter().filter(|i| i.op == op::LOAD_CONST) {
            used[instr.arg as usize] = true;
        }
    }
    if used.iter().all(|used| *used) {
        return;
    }
    let mut new_index = vec![0; used.len()];
    let mut count = 0;
    for (i, used) in used.iter().enumerate() {
        new_index[i] = count;
        count += u32::from(*used);
    }
    let list = std::mem::take(consts).into_list();
    *consts = Constants::from_distinct(
        list.into_iter().zip(used).filter(|(_, used)| *used).map(|(value, _)| value).collect(),
    );
    for id in order {
        for instr in graph.block_mut(id).instrs.iter_mut().filter(|i| i.op == op::LOAD_CONST) {
            instr.arg = new_index[instr.arg as usize];
        }
    }
}
