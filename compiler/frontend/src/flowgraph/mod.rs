//! Instructions as a graph of basic blocks, and CPython 3.14's optimisations on it.
//!
//! Each pass does what the pass of the same name in CPython does, in the same order, so that
//! the result is the same instruction for instruction.

mod cold;
mod constants;
mod exceptions;
mod lines;
mod local_slots;
mod locals;
mod simplify;
mod swaps;

use crate::ast::Loc;
use crate::constants::Constants;
use crate::emit::Metadata;
use crate::error::Fallible;
use crate::instruction::{
    Op, RawInstr, Sequence, has_eval_break, has_target, is_jump, is_scope_exit, is_terminator,
    is_unconditional_jump, op,
};

pub use local_slots::LocalSlots;

/// A block's number.
pub type BlockId = u32;
/// No block.
pub const NONE: BlockId = u32::MAX;

#[derive(Copy, Clone, Debug)]
pub struct Instr {
    pub op: Op,
    pub arg: u32,
    pub loc: Loc,
    /// Of a jump or of the beginning of an exception region.
    pub target: BlockId,
    /// The handler of exceptions raised here.
    pub except: BlockId,
}

impl Instr {
    fn new(op: Op, arg: u32, loc: Loc) -> Instr {
        Instr { op, arg, loc, target: NONE, except: NONE }
    }

    fn set(&mut self, op: Op, arg: u32) {
        self.op = op;
        self.arg = arg;
    }

    fn nop(&mut self) {
        self.set(op::NOP, 0);
    }
}

#[derive(Debug)]
pub struct Block {
    pub instrs: Vec<Instr>,
    /// Handlers of instructions that were here once, behind the last: CPython does not clear the
    /// memory, and what is put there later inherits them.
    stale: std::collections::VecDeque<BlockId>,
    /// The block that follows in the code.
    pub next: BlockId,
    /// Something jumps here, or did.
    has_label: bool,
    predecessors: u32,
    /// Stack depth on entry.
    pub start_depth: i32,
    /// An exception handler that gets the offset of the raising instruction too.
    pub preserve_lasti: bool,
    visited: bool,
    is_handler: bool,
    cold: bool,
    warm: bool,
    unsafe_locals: u64,
}

impl Block {
    fn new() -> Block {
        Block {
            instrs: Vec::new(),
            stale: std::collections::VecDeque::new(),
            next: NONE,
            has_label: false,
            predecessors: 0,
            start_depth: i32::MIN,
            preserve_lasti: false,
            visited: false,
            is_handler: false,
            cold: false,
            warm: false,
            unsafe_locals: 0,
        }
    }

    /// Appends an instruction, which gets the handler of what was in its place before.
    fn push(&mut self, mut instr: Instr) {
        instr.except = self.stale.pop_front().unwrap_or(NONE);
        self.instrs.push(instr);
    }

    /// Appends instructions with handlers of their own.
    fn extend(&mut self, instrs: Vec<Instr>) {
        self.forget(instrs.len());
        self.instrs.extend(instrs);
    }

    /// Inserts instructions.
    fn insert(&mut self, at: usize, instrs: Vec<Instr>) {
        self.forget(instrs.len());
        self.instrs.splice(at..at, instrs);
    }

    fn forget(&mut self, count: usize) {
        self.stale.drain(..count.min(self.stale.len()));
    }

    /// Drops all but the first `kept` instructions. What lies behind keeps its handlers.
    fn truncate(&mut self, kept: usize) {
        for instr in self.instrs.drain(kept..).rev() {
            self.stale.push_front(instr.except);
        }
    }

    fn last(&self) -> Option<&Instr> {
        self.instrs.last()
    }

    fn exits_scope(&self) -> bool {
        self.last().is_some_and(|last| is_scope_exit(last.op))
    }

    fn has_fallthrough(&self) -> bool {
        !self.last().is_some_and(|last| is_scope_exit(last.op) || is_unconditional_jump(last.op))
    }

    fn has_no_lineno(&self) -> bool {
        self.instrs.iter().all(|instr| instr.loc.line < 0)
    }

    fn has_eval_break(&self) -> bool {
        self.instrs.iter().any(|instr| has_eval_break(instr.op))
    }
}

/// The code of one code object.
#[derive(Debug)]
pub struct Graph {
    pub blocks: Vec<Block>,
}

/// The first block.
pub const ENTRY: BlockId = 0;

impl Graph {
    /// Cuts a sequence into blocks: at labels and after jumps and exits.
    pub fn new(sequence: Sequence) -> Graph {
        let Sequence { mut instrs, mut labels, annotations } = sequence;
        if instrs.get(1).is_some_and(|i| i.op == op::ANNOTATIONS_PLACEHOLDER) {
            let code = annotations.unwrap_or_default();
            let shift = code.len() as u32;
            instrs.splice(1..2, code);
            for label in &mut labels {
                if *label != u32::MAX && *label > 1 {
                    *label = *label + shift - 1;
                }
            }
        }
        let mut is_target = vec![false; instrs.len()];
        for instr in instrs.iter().filter(|instr| has_target(instr.op)) {
            is_target[labels[instr.arg as usize] as usize] = true;
        }
        let mut graph = Graph { blocks: vec![Block::new()] };
        let mut block_at = vec![NONE; instrs.len()];
        let mut current: BlockId = ENTRY;
        for (i, RawInstr { op, arg, loc }) in instrs.iter().enumerate() {
            let block = &graph.blocks[current as usize];
            let ended = block.last().is_some_and(|last| is_terminator(last.op));
            if ended || (is_target[i] && (!block.instrs.is_empty() || block.has_label)) {
                let new = graph.add_block();
                graph.blocks[current as usize].next = new;
                current = new;
            }
            let block = &mut graph.blocks[current as usize];
            if is_target[i] {
                block.has_label = true;
                block_at[i] = current;
            }
            block.instrs.push(Instr::new(*op, *arg, *loc));
        }
        for block in &mut graph.blocks {
            for instr in block.instrs.iter_mut().filter(|instr| has_target(instr.op)) {
                instr.target = block_at[labels[instr.arg as usize] as usize];
                instr.arg = 0;
            }
        }
        graph
    }

    fn add_block(&mut self) -> BlockId {
        self.blocks.push(Block::new());
        self.blocks.len() as BlockId - 1
    }

    fn block(&self, id: BlockId) -> &Block {
        &self.blocks[id as usize]
    }

    fn block_mut(&mut self, id: BlockId) -> &mut Block {
        &mut self.blocks[id as usize]
    }

    /// The blocks in the order of the code.
    pub fn order(&self) -> Vec<BlockId> {
        let mut order = Vec::with_capacity(self.blocks.len());
        let mut id = ENTRY;
        while id != NONE {
            order.push(id);
            id = self.block(id).next;
        }
        order
    }

    /// `id`, or the first block after it that is not empty.
    fn next_nonempty(&self, mut id: BlockId) -> BlockId {
        while id != NONE && self.block(id).instrs.is_empty() {
            id = self.block(id).next;
        }
        id
    }

    fn clear_visited(&mut self) {
        for block in &mut self.blocks {
            block.visited = false;
        }
    }
}

/// The passes before the shape of the code object is settled.
pub fn optimize(graph: &mut Graph, consts: &mut Constants, locals: usize, parameters: usize) {
    exceptions::mark_handlers(graph);
    exceptions::label_targets(graph);

    simplify::inline_small_blocks(graph);
    simplify::remove_unreachable(graph);
    lines::resolve(graph);
    constants::optimize_loads(graph, consts);
    for id in graph.order() {
        simplify::optimize_block(graph, id, consts);
    }
    simplify::remove_redundant_nops_and_pairs(graph);
    simplify::remove_unreachable(graph);
    simplify::remove_redundant_nops_and_jumps(graph);

    constants::remove_unused(graph, consts);
    locals::check_uninitialized(graph, locals, parameters);
    locals::insert_superinstructions(graph);
    cold::push_to_end(graph);
    lines::resolve(graph);
}

/// What the assembler needs to know beyond the instructions.
#[derive(Debug)]
pub struct Shape {
    pub stacksize: u32,
    pub slots: LocalSlots,
}

/// Turns pseudo-instructions into real ones and settles stack, locals and jumps.
pub fn finalize(graph: &mut Graph, metadata: &Metadata, code_flags: u32) -> Fallible<Shape> {
    simplify::convert_conditional_jumps(graph);
    let stacksize = exceptions::stack_depth(graph);
    let slots = local_slots::prepare(graph, metadata, code_flags);
    simplify::convert_pseudo_ops(graph);
    simplify::normalize_jumps(graph);
    locals::borrow_loads(graph);
    Ok(Shape { stacksize, slots })
}

/// Whether an instruction jumps to its target.
fn jumps(instr: &Instr) -> bool {
    is_jump(instr.op)
}
