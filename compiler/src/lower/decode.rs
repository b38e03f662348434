//! `co_code` and the table of lines as lists.

use krait_runtime::bytecode::code_unit::CodeUnit;
use krait_runtime::bytecode::opcode::Opcode;
use krait_runtime::bytecode::tables;

/// One bytecode instruction, `EXTENDED_ARG` prefixes folded in.
#[derive(Copy, Clone, Debug)]
pub struct Instruction {
    pub opcode: Opcode,
    pub oparg: u32,
    /// Byte offset of the first `EXTENDED_ARG`, where a jump to the instruction leads.
    pub start: u32,
    /// Byte offset of the opcode itself, which tracebacks report.
    pub offset: u32,
    /// Byte offset behind the instruction and its caches.
    pub next: u32,
}

impl Instruction {
    /// Where a jump with this instruction leads. `FOR_ITER`'s target skips the `END_FOR`, as
    /// CPython's interpreter does.
    pub fn target(&self) -> Option<u32> {
        let distance = self.oparg * 2;
        match self.opcode {
            Opcode::JUMP_FORWARD
            | Opcode::POP_JUMP_IF_FALSE
            | Opcode::POP_JUMP_IF_TRUE
            | Opcode::POP_JUMP_IF_NONE
            | Opcode::POP_JUMP_IF_NOT_NONE
            | Opcode::SEND => Some(self.next + distance),
            Opcode::FOR_ITER => Some(self.next + distance + 2),
            Opcode::JUMP_BACKWARD | Opcode::JUMP_BACKWARD_NO_INTERRUPT => {
                Some(self.next - distance)
            }
            _ => None,
        }
    }

    /// The local variables whose slots it reads.
    pub fn reads(&self) -> impl Iterator<Item = u32> {
        let (first, second) = match self.opcode {
            Opcode::LOAD_FAST
            | Opcode::LOAD_FAST_BORROW
            | Opcode::LOAD_FAST_CHECK
            | Opcode::LOAD_FAST_AND_CLEAR
            | Opcode::DELETE_FAST
            | Opcode::MAKE_CELL
            | Opcode::LOAD_DEREF
            | Opcode::STORE_DEREF
            | Opcode::DELETE_DEREF
            | Opcode::LOAD_FROM_DICT_OR_DEREF => (Some(self.oparg), None),
            Opcode::LOAD_FAST_LOAD_FAST | Opcode::LOAD_FAST_BORROW_LOAD_FAST_BORROW => {
                (Some(self.oparg >> 4), Some(self.oparg & 15))
            }
            Opcode::STORE_FAST_LOAD_FAST => (Some(self.oparg & 15), None),
            _ => (None, None),
        };
        first.into_iter().chain(second)
    }

    /// The local variables whose slots it writes.
    pub fn writes(&self) -> impl Iterator<Item = u32> {
        let (first, second) = match self.opcode {
            Opcode::STORE_FAST
            | Opcode::DELETE_FAST
            | Opcode::MAKE_CELL
            | Opcode::LOAD_FAST_AND_CLEAR => (Some(self.oparg), None),
            Opcode::STORE_FAST_LOAD_FAST => (Some(self.oparg >> 4), None),
            Opcode::STORE_FAST_STORE_FAST => (Some(self.oparg >> 4), Some(self.oparg & 15)),
            _ => (None, None),
        };
        first.into_iter().chain(second)
    }

    /// Whether control never goes on to the next instruction.
    pub fn ends_block(&self) -> bool {
        matches!(
            self.opcode,
            Opcode::JUMP_FORWARD
                | Opcode::JUMP_BACKWARD
                | Opcode::JUMP_BACKWARD_NO_INTERRUPT
                | Opcode::RETURN_VALUE
                | Opcode::RAISE_VARARGS
                | Opcode::RERAISE
        )
    }
}

/// The instructions of `co_code`. The verifier of the runtime has accepted it, so every opcode is
/// known.
pub fn instructions(code: &[u8]) -> Vec<Instruction> {
    let mut list = Vec::new();
    let mut position = 0;
    while position + 1 < code.len() {
        let start = position;
        let mut oparg = 0;
        while code[position] == Opcode::EXTENDED_ARG as u8 {
            oparg = oparg << 8 | u32::from(code[position + 1]);
            position += 2;
        }
        let opcode = Opcode::from_byte(code[position]).expect("the code was verified");
        oparg = oparg << 8 | u32::from(code[position + 1]);
        let offset = position;
        position += 2 + 2 * opcode.caches();
        list.push(Instruction {
            opcode,
            oparg,
            start: start as u32,
            offset: offset as u32,
            next: position as u32,
        });
    }
    list
}

/// A range of instructions and where their exceptions go.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Handler {
    pub start: u32,
    pub end: u32,
    pub target: u32,
    /// Values that stay on the stack.
    pub depth: u32,
    /// Whether the offset of the raising instruction is pushed before the exception.
    pub lasti: bool,
}

/// The exception table, byte offsets, in its order.
pub fn handlers(unit: &CodeUnit) -> Vec<Handler> {
    let handler = |h: tables::Handler| Handler {
        start: h.start as u32,
        end: h.end as u32,
        target: h.target as u32,
        depth: h.depth as u32,
        lasti: h.lasti,
    };
    unit.handlers().map(handler).collect()
}

/// The lines of the instructions: `(byte offset, line)` where a line starts, by offset.
/// Instructions without a line belong to the line before.
pub fn lines(unit: &CodeUnit) -> Vec<(u32, u32)> {
    let lines = unit.lines().filter_map(|(start, _, line)| Some((start as u32, line? as u32)));
    lines.collect()
}
