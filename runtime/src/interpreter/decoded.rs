//! The interpreter's private form of a code object: instructions with their whole argument, jumps
//! as distances, and a place for inline caches. `NOT_TAKEN`, which is for tools, is left out.

use std::cell::{Cell, OnceCell};

use krait_layout::Value;

use super::frame::RECORD_SLOTS;
use super::inline_cache::InlineCache;
use super::instruction::Op;
use super::tracing::Trace;
use crate::bytecode::Opcode;
use crate::bytecode::code_unit::flags;
use crate::bytecode::opcode::Argument;
use crate::types::code::Code;

/// An instruction: [`Op`] in the low byte, index of its inline cache in the next 24 bits, the
/// argument in the upper half: of jumps, the signed distance from the next instruction.
pub type Instruction = Cell<u64>;

/// A handler of the exception table, in instruction indices.
#[derive(Copy, Clone, Debug)]
pub struct Handler {
    pub start: u32,
    pub end: u32,
    pub target: u32,
    pub depth: u32,
    pub push_lasti: bool,
}

/// See the module's comment.
pub struct Decoded {
    pub instructions: Box<[Instruction]>,
    /// Bytecode offset in bytes of each instruction.
    pub offsets: Box<[u32]>,
    pub handlers: Box<[Handler]>,
    /// Offset and index of each instruction where a generator is suspended.
    yields: Box<[(u32, u32)]>,
    /// Some handler does more than turn `StopIteration` into `RuntimeError`, as one of every
    /// generator does: a generator that dies has to be closed.
    pub cleans_up: bool,
    pub caches: Box<[InlineCache]>,
    /// The code's constants and names, which live as long as the code object.
    pub consts: &'static [Value],
    pub names: &'static [Value],
    pub locals_len: usize,
    /// How many positional arguments fill the parameters one to one; `NOT_SIMPLE` where other
    /// kinds of parameters have to be filled too.
    pub simple_arguments: usize,
    /// Slots of a whole frame: record, locals, stack.
    pub frame_slots: usize,
    /// Made when the code is traced for the first time.
    pub trace: OnceCell<Box<Trace>>,
}

#[inline(always)]
pub const fn pack(op: u8, cache: u32, arg: u32) -> u64 {
    op as u64 | (cache as u64) << 8 | (arg as u64) << 32
}

/// Whether the interpreter keeps a cache for the instruction.
fn has_cache(opcode: Opcode) -> bool {
    use Opcode::*;
    matches!(opcode, LOAD_ATTR | STORE_ATTR | LOAD_GLOBAL | LOAD_SUPER_ATTR | CALL | CALL_KW)
}

impl Decoded {
    /// See [`Decoded::simple_arguments`].
    pub const NOT_SIMPLE: usize = usize::MAX;

    pub fn new(code: &Code) -> Decoded {
        let bytes = &code.unit.code;
        // Offsets of instructions; EXTENDED_ARG prefixes belong to what they extend.
        let mut offsets = Vec::new();
        let mut raw: Vec<(Opcode, u32)> = Vec::new();
        let mut index_of = vec![u32::MAX; bytes.len() / 2 + 1];
        let (mut at, mut extended) = (0usize, 0u32);
        let mut start = 0;
        while at + 1 < bytes.len() {
            let op = Opcode::from_byte(bytes[at]).unwrap_or(Opcode::RESERVED);
            let arg = extended << 8 | bytes[at + 1] as u32;
            if op == Opcode::EXTENDED_ARG {
                extended = arg;
                at += 2;
                continue;
            }
            for unit in (start / 2)..=(at / 2) {
                index_of[unit] = raw.len() as u32;
            }
            if op != Opcode::NOT_TAKEN {
                offsets.push(at as u32);
                raw.push((op, arg));
            }
            extended = 0;
            at += 2 + 2 * op.caches();
            start = at;
        }
        index_of[bytes.len() / 2] = raw.len() as u32;
        let mut cache_count = 0u32;
        let mut instructions = Vec::with_capacity(raw.len() + 1);
        for (i, (op, arg)) in raw.iter().enumerate() {
            let next = offsets[i] as usize / 2 + 1 + op.caches();
            let arg = match op.argument() {
                // Its distance is for tools only; the instruction falls through or raises.
                Argument::Jump if *op == Opcode::END_ASYNC_FOR => *arg,
                Argument::Jump => {
                    let backward =
                        matches!(op, Opcode::JUMP_BACKWARD | Opcode::JUMP_BACKWARD_NO_INTERRUPT);
                    let target = if backward { next - *arg as usize } else { next + *arg as usize };
                    // The exhausted iterator stays on the stack, and END_FOR is skipped.
                    let target = if *op == Opcode::FOR_ITER { target + 1 } else { target };
                    index_of[target].wrapping_sub(i as u32 + 1)
                }
                _ => *arg,
            };
            let cache = if has_cache(*op) {
                cache_count += 1;
                cache_count - 1
            } else {
                0
            };
            let op = Op::of(*op, arg, raw.get(i + 1).copied());
            instructions.push(Cell::new(pack(op as u8, cache, arg)));
        }
        // Falling off the end cannot happen in verified code; this stops it all the same.
        instructions.push(Cell::new(pack(Op::RESERVED as u8, 0, 0)));
        offsets.push(bytes.len() as u32);
        let handlers: Box<[Handler]> = code
            .unit
            .handlers()
            .map(|h| Handler {
                start: index_of[h.start / 2],
                end: index_of[h.end / 2],
                target: index_of[h.target / 2],
                depth: h.depth as u32,
                push_lasti: h.lasti,
            })
            .collect();
        const STOPITERATION_ERROR: u32 = 3;
        let cleans_up = handlers.iter().any(|h| {
            raw.get(h.target as usize) != Some(&(Opcode::CALL_INTRINSIC_1, STOPITERATION_ERROR))
        });
        let yields: Box<[(u32, u32)]> = (0..raw.len())
            .filter(|i| raw[*i].0 == Opcode::YIELD_VALUE)
            .map(|i| (offsets[i], i as u32))
            .collect();
        let locals_len = code.locals_len();
        let unit = &code.unit;
        let simple = unit.flags & (flags::OPTIMIZED | flags::VARARGS | flags::VARKEYWORDS)
            == flags::OPTIMIZED
            && unit.kwonlyargcount == 0;
        Decoded {
            instructions: instructions.into(),
            offsets: offsets.into(),
            handlers,
            yields,
            cleans_up,
            caches: (0..cache_count).map(|_| InlineCache::new()).collect(),
            consts: code.consts(),
            names: code.names(),
            locals_len,
            simple_arguments: if simple { unit.argcount as usize } else { Decoded::NOT_SIMPLE },
            frame_slots: RECORD_SLOTS + locals_len + code.unit.stacksize as usize + 1,
            trace: OnceCell::new(),
        }
    }

    /// The innermost handler of the instruction `index`: the table lists inner ones first.
    pub fn handler_for(&self, index: u32) -> Option<Handler> {
        self.handlers.iter().rev().find(|h| h.start <= index && index < h.end).copied()
    }

    /// The instruction at a bytecode offset.
    pub fn index_of_offset(&self, offset: u32) -> u32 {
        self.offsets.partition_point(|o| *o < offset) as u32
    }

    /// As [`Decoded::index_of_offset`] for the `YIELD_VALUE` where machine code suspended a
    /// generator, which happens too often to look through all instructions.
    #[inline(always)]
    pub fn index_of_yield(&self, offset: u32) -> u32 {
        let found = self.yields.iter().find(|(at, _)| *at == offset);
        found.expect("machine code suspends at a YIELD_VALUE").1
    }
}
