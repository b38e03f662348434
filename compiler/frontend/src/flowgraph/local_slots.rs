//! The slots of a frame: locals, then cells that are no locals, then free variables.

use super::{ENTRY, Graph, Instr};
use crate::ast::{Loc, Name};
use crate::emit::Metadata;
use crate::instruction::op;
use krait_runtime::bytecode::code_unit::{flags, local_kind};

/// Names and kinds of the slots.
#[derive(Debug)]
pub struct LocalSlots {
    pub names: Vec<Name>,
    pub kinds: Vec<u8>,
}

/// Gives cells and free variables their slots and adds the instructions that begin the code.
pub fn prepare(graph: &mut Graph, metadata: &Metadata, code_flags: u32) -> LocalSlots {
    let locals = metadata.varnames.len();
    let cells = metadata.cellvars.len();
    let frees = metadata.freevars.len();
    // A parameter that is a cell has one slot.
    let mut slot: Vec<usize> = (locals..locals + cells + frees).collect();
    for (i, name) in metadata.cellvars.iter().enumerate() {
        if let Some(local) = metadata.varnames.get(name) {
            slot[i] = local;
        }
    }
    insert_prefix(graph, metadata, &slot, code_flags);
    let mut dropped = 0;
    for (i, slot) in slot.iter_mut().enumerate() {
        if *slot == i + locals {
            *slot -= dropped;
        } else {
            dropped += 1;
        }
    }
    for id in graph.order() {
        for instr in &mut graph.block_mut(id).instrs {
            if matches!(
                instr.op,
                op::MAKE_CELL
                    | op::LOAD_CLOSURE
                    | op::LOAD_DEREF
                    | op::STORE_DEREF
                    | op::DELETE_DEREF
                    | op::LOAD_FROM_DICT_OR_DEREF
            ) {
                instr.arg = slot[instr.arg as usize] as u32;
            }
        }
    }
    kinds(metadata, code_flags)
}

fn insert_prefix(graph: &mut Graph, metadata: &Metadata, slot: &[usize], code_flags: u32) {
    let mut prefix = Vec::new();
    if !metadata.freevars.is_empty() {
        let count = metadata.freevars.len() as u32;
        prefix.push(Instr::new(op::COPY_FREE_VARS, count, Loc::NONE));
    }
    let mut cells: Vec<usize> = (0..metadata.cellvars.len()).collect();
    cells.sort_unstable_by_key(|cell| slot[*cell]);
    for cell in cells {
        prefix.push(Instr::new(op::MAKE_CELL, cell as u32, Loc::NONE));
    }
    if code_flags & (flags::GENERATOR | flags::COROUTINE | flags::ASYNC_GENERATOR) != 0 {
        let line = metadata.firstlineno;
        let loc = Loc::new(line, line, -1, -1);
        prefix.push(Instr::new(op::RETURN_GENERATOR, 0, loc));
        prefix.push(Instr::new(op::POP_TOP, 0, loc));
    }
    graph.block_mut(ENTRY).insert(0, prefix);
}

fn kinds(metadata: &Metadata, code_flags: u32) -> LocalSlots {
    let mut slots = LocalSlots { names: Vec::new(), kinds: Vec::new() };
    let positional_only = metadata.posonlyargcount;
    let positional = positional_only + metadata.argcount;
    let keyword = positional + metadata.kwonlyargcount;
    let varargs = usize::from(code_flags & flags::VARARGS != 0);
    let varkeywords = usize::from(code_flags & flags::VARKEYWORDS != 0);
    for (i, name) in metadata.varnames.iter().enumerate() {
        let mut kind = local_kind::LOCAL;
        if metadata.fast_hidden.contains_key(&name) {
            kind |= local_kind::HIDDEN;
        }
        if metadata.cellvars.get(name).is_some() {
            kind |= local_kind::CELL;
        }
        kind |= if i < positional_only {
            local_kind::ARG_POS
        } else if i < positional {
            local_kind::ARG_POS | local_kind::ARG_KW
        } else if i < keyword {
            local_kind::ARG_KW
        } else if i < keyword + varargs {
            local_kind::ARG_VAR | local_kind::ARG_POS
        } else if i < keyword + varargs + varkeywords {
            local_kind::ARG_VAR | local_kind::ARG_KW
        } else {
            0
        };
        slots.names.push(name);
        slots.kinds.push(kind);
    }
    for name in metadata.cellvars.iter() {
        if metadata.varnames.get(name).is_none() {
            slots.names.push(name);
            slots.kinds.push(local_kind::CELL);
        }
    }
    for name in metadata.freevars.iter() {
        slots.names.push(name);
        slots.kinds.push(local_kind::FREE);
    }
    slots
}
