//! Blocks to bytes: code, location table (PEP 626, PEP 657) and exception table.

use krait_runtime::bytecode::CodeUnit;
use rustpython_wtf8::Wtf8;

use crate::ast::{Loc, Names};
use crate::emit::Metadata;
use crate::flowgraph::{Graph, NONE, Shape};
use crate::instruction::{Op, is_jump, op, real};

/// An instruction with its place in the code.
struct Placed {
    op: Op,
    arg: u32,
    loc: Loc,
    /// Index of the jump's target instruction.
    target: Option<usize>,
    /// Index of the handler's first instruction, depth to unwind to, whether it wants `lasti`.
    handler: Option<(usize, u32, bool)>,
}

/// Code units of an instruction: prefixes, itself, caches.
fn size(op: Op, arg: u32) -> usize {
    let prefixes = match arg {
        0..0x100 => 0,
        0x100..0x1_0000 => 1,
        0x1_0000..0x100_0000 => 2,
        _ => 3,
    };
    prefixes + 1 + real(op).caches()
}

/// Makes the code object.
pub fn assemble(
    graph: Graph,
    metadata: &mut Metadata,
    shape: Shape,
    code_flags: u32,
    names: &Names,
    filename: &Wtf8,
) -> CodeUnit {
    let mut instrs = place(&graph);
    resolve_unconditional_jumps(&mut instrs);
    resolve_locations(&mut instrs);
    let offsets = resolve_offsets(&mut instrs);
    let text = |name: &crate::ast::Name| names.text(*name).into();
    let metadata_name = metadata.name.expect("every unit has a name");
    CodeUnit {
        filename: filename.to_owned(),
        name: names.text(metadata_name).into(),
        qualname: if metadata.qualname.is_empty() {
            names.text(metadata_name).into()
        } else {
            metadata.qualname.as_str().into()
        },
        argcount: (metadata.argcount + metadata.posonlyargcount) as u32,
        posonlyargcount: metadata.posonlyargcount as u32,
        kwonlyargcount: metadata.kwonlyargcount as u32,
        stacksize: shape.stacksize.max(1),
        flags: code_flags,
        firstlineno: metadata.firstlineno,
        linetable: location_table(&instrs, metadata.firstlineno),
        exceptiontable: exception_table(&instrs, &offsets),
        code: code_bytes(&instrs),
        consts: std::mem::take(&mut metadata.consts).into_list(),
        names: metadata.names.iter().map(|name| text(&name)).collect(),
        localsplusnames: shape.slots.names.iter().map(text).collect(),
        localspluskinds: shape.slots.kinds,
    }
}

/// One list of the instructions of all blocks.
fn place(graph: &Graph) -> Vec<Placed> {
    let order = graph.order();
    let mut start = vec![0; graph.blocks.len()];
    let mut count = 0;
    for id in &order {
        start[*id as usize] = count;
        count += graph.blocks[*id as usize].instrs.len();
    }
    let mut instrs = Vec::with_capacity(count);
    for id in order {
        for instr in &graph.blocks[id as usize].instrs {
            let target = is_jump(instr.op).then(|| start[instr.target as usize]);
            let handler = (instr.except != NONE).then(|| {
                let block = &graph.blocks[instr.except as usize];
                (
                    start[instr.except as usize],
                    block.start_depth.max(0) as u32,
                    block.preserve_lasti,
                )
            });
            let (op, arg, loc) = (instr.op, instr.arg, instr.loc);
            instrs.push(Placed { op, arg, loc, target, handler });
        }
    }
    instrs
}

fn resolve_unconditional_jumps(instrs: &mut [Placed]) {
    for (i, instr) in instrs.iter_mut().enumerate() {
        let is_forward = instr.target.is_some_and(|target| target > i);
        instr.op = match instr.op {
            op::JUMP if is_forward => op::JUMP_FORWARD,
            op::JUMP => op::JUMP_BACKWARD,
            op::JUMP_NO_INTERRUPT if is_forward => op::JUMP_FORWARD,
            op::JUMP_NO_INTERRUPT => op::JUMP_BACKWARD_NO_INTERRUPT,
            other => other,
        };
    }
}

/// Instructions that take the next one's place get it.
fn resolve_locations(instrs: &mut [Placed]) {
    let mut next = Loc::NONE;
    for instr in instrs.iter_mut().rev() {
        if instr.loc == Loc::NEXT {
            let is_end = crate::instruction::is_terminator(instr.op);
            instr.loc = if is_end { Loc::NONE } else { next };
        }
        next = instr.loc;
    }
}

/// Computes the arguments of jumps; returns the offset of each instruction in code units, and
/// of the end.
fn resolve_offsets(instrs: &mut [Placed]) -> Vec<usize> {
    loop {
        let mut offsets = Vec::with_capacity(instrs.len() + 1);
        let mut offset = 0;
        for instr in instrs.iter() {
            offsets.push(offset);
            offset += size(instr.op, instr.arg);
        }
        offsets.push(offset);
        let mut changed = false;
        for (i, instr) in instrs.iter_mut().enumerate() {
            let Some(target) = instr.target else { continue };
            let (to, after) = (offsets[target], offsets[i + 1]);
            // END_ASYNC_FOR counts back to the SEND, others from after themselves.
            let arg = to.abs_diff(after) as u32;
            changed |= size(instr.op, arg) != size(instr.op, instr.arg);
            instr.arg = arg;
        }
        if !changed {
            return offsets;
        }
    }
}

fn code_bytes(instrs: &[Placed]) -> Vec<u8> {
    let mut code = Vec::new();
    for instr in instrs {
        let bytes = instr.arg.to_be_bytes();
        let first = bytes[..3].iter().position(|b| *b != 0).unwrap_or(3);
        for prefix in &bytes[first..3] {
            code.extend([op::EXTENDED_ARG as u8, *prefix]);
        }
        code.extend([instr.op as u8, bytes[3]]);
        code.resize(code.len() + 2 * real(instr.op).caches(), 0);
    }
    code
}

/// Kinds of entries of a location table.
mod location {
    pub const ONE_LINE_0: u8 = 10;
    pub const NO_COLUMNS: u8 = 13;
    pub const LONG: u8 = 14;
    pub const NONE: u8 = 15;
}

struct LocationTable {
    bytes: Vec<u8>,
    line: i32,
}

fn location_table(instrs: &[Placed], first_line: i32) -> Vec<u8> {
    let mut table = LocationTable { bytes: Vec::new(), line: first_line };
    let mut loc = Loc::NONE;
    let mut units = 0;
    for instr in instrs {
        if instr.loc != loc {
            table.entry(loc, units);
            loc = instr.loc;
            units = 0;
        }
        units += size(instr.op, instr.arg);
    }
    table.entry(loc, units);
    table.bytes
}

impl LocationTable {
    /// `units` code units at `loc`, in entries of at most eight.
    fn entry(&mut self, loc: Loc, mut units: usize) {
        while units > 8 {
            self.short_entry(loc, 8);
            units -= 8;
        }
        if units > 0 {
            self.short_entry(loc, units);
        }
    }

    fn first_byte(&mut self, kind: u8, units: usize) {
        self.bytes.push(0x80 | kind << 3 | (units as u8 - 1));
    }

    fn varint(&mut self, mut value: u32) {
        while value >= 64 {
            self.bytes.push(0x40 | (value & 63) as u8);
            value >>= 6;
        }
        self.bytes.push(value as u8);
    }

    fn signed_varint(&mut self, value: i32) {
        let magnitude = value.unsigned_abs();
        self.varint(if value < 0 { magnitude << 1 | 1 } else { magnitude << 1 });
    }

    fn short_entry(&mut self, loc: Loc, units: usize) {
        if loc.line == Loc::NONE.line {
            self.first_byte(location::NONE, units);
            return;
        }
        let delta = loc.line - self.line;
        let (col, end_col) = (loc.col, loc.end_col);
        if col < 0 || end_col < 0 {
            if loc.end_line == loc.line || loc.end_line < 0 {
                self.first_byte(location::NO_COLUMNS, units);
                self.signed_varint(delta);
                self.line = loc.line;
                return;
            }
        } else if loc.end_line == loc.line {
            if delta == 0 && col < 80 && end_col - col < 16 && end_col >= col {
                self.first_byte((col >> 3) as u8, units);
                self.bytes.push(((col & 7) << 4 | (end_col - col)) as u8);
                return;
            }
            if (0..3).contains(&delta) && col < 128 && end_col < 128 {
                self.first_byte(location::ONE_LINE_0 + delta as u8, units);
                self.bytes.extend([col as u8, end_col as u8]);
                self.line = loc.line;
                return;
            }
        }
        self.first_byte(location::LONG, units);
        self.signed_varint(delta);
        self.varint((loc.end_line - loc.line) as u32);
        self.varint((col + 1) as u32);
        self.varint((end_col + 1) as u32);
        self.line = loc.line;
    }
}

fn exception_table(instrs: &[Placed], offsets: &[usize]) -> Vec<u8> {
    let mut table = Vec::new();
    let mut start = 0;
    let mut current: Option<(usize, u32, bool)> = None;
    for (i, instr) in instrs.iter().enumerate() {
        if instr.handler.map(|h| h.0) != current.map(|h| h.0) {
            if let Some(handler) = current {
                exception_entry(&mut table, offsets, start, offsets[i], handler);
            }
            start = offsets[i];
            current = instr.handler;
        }
    }
    if let Some(handler) = current {
        exception_entry(&mut table, offsets, start, offsets[instrs.len()], handler);
    }
    table
}

fn exception_entry(
    table: &mut Vec<u8>,
    offsets: &[usize],
    start: usize,
    end: usize,
    (target, depth, lasti): (usize, u32, bool),
) {
    // The handler's depth counts what the runtime pushes.
    let pushed = if lasti { 2 } else { 1 };
    let depth = depth.saturating_sub(pushed) as usize;
    exception_item(table, start, 0x80);
    exception_item(table, end - start, 0);
    exception_item(table, offsets[target], 0);
    exception_item(table, depth << 1 | usize::from(lasti), 0);
}

fn exception_item(table: &mut Vec<u8>, value: usize, first_bit: u8) {
    const MORE: u8 = 0x40;
    let mut flag = first_bit;
    for shift in [24, 18, 12, 6] {
        if value >= 1 << shift {
            table.push(flag | MORE | (value >> shift & 0x3f) as u8);
            flag = 0;
        }
    }
    table.push(flag | (value & 0x3f) as u8);
}
