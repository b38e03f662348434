//! Instructions before assembly: CPython's, and the pseudo-instructions that only the compiler
//! knows.

use krait_runtime::bytecode::Opcode;

use crate::ast::Loc;

/// An instruction's number: a real one below 256, else a pseudo-instruction.
pub type Op = u16;

macro_rules! op_constants {
    ($($name:ident = $number:literal, $caches:literal, $argument:ident, |$p:ident| $pops:expr, |$q:ident| $pushes:expr, $($effect:ident)|+;)*) => {
        /// Instructions by CPython's names.
        #[allow(dead_code)]
        pub mod op {
            use super::Op;
            $(pub const $name: Op = $number;)*
            /// Where the code that makes `__annotate__` goes.
            pub const ANNOTATIONS_PLACEHOLDER: Op = 256;
            pub const JUMP: Op = 257;
            pub const JUMP_IF_FALSE: Op = 258;
            pub const JUMP_IF_TRUE: Op = 259;
            pub const JUMP_NO_INTERRUPT: Op = 260;
            pub const LOAD_CLOSURE: Op = 261;
            pub const POP_BLOCK: Op = 262;
            pub const SETUP_CLEANUP: Op = 263;
            pub const SETUP_FINALLY: Op = 264;
            pub const SETUP_WITH: Op = 265;
            pub const STORE_FAST_MAYBE_NULL: Op = 266;
        }
    };
}

krait_runtime::for_each_opcode!(op_constants);

/// Instructions that begin a region with an exception handler.
pub fn is_block_push(op: Op) -> bool {
    matches!(op, op::SETUP_CLEANUP | op::SETUP_FINALLY | op::SETUP_WITH)
}

/// Instructions whose target is a jump.
pub fn is_jump(op: Op) -> bool {
    matches!(
        op,
        op::JUMP
            | op::JUMP_NO_INTERRUPT
            | op::JUMP_IF_FALSE
            | op::JUMP_IF_TRUE
            | op::JUMP_FORWARD
            | op::JUMP_BACKWARD
            | op::JUMP_BACKWARD_NO_INTERRUPT
            | op::POP_JUMP_IF_FALSE
            | op::POP_JUMP_IF_TRUE
            | op::POP_JUMP_IF_NONE
            | op::POP_JUMP_IF_NOT_NONE
            | op::FOR_ITER
            | op::SEND
            | op::END_ASYNC_FOR
    )
}

/// Instructions with a label.
pub fn has_target(op: Op) -> bool {
    is_jump(op) || is_block_push(op)
}

pub fn is_unconditional_jump(op: Op) -> bool {
    matches!(
        op,
        op::JUMP
            | op::JUMP_NO_INTERRUPT
            | op::JUMP_FORWARD
            | op::JUMP_BACKWARD
            | op::JUMP_BACKWARD_NO_INTERRUPT
    )
}

pub fn is_conditional_jump(op: Op) -> bool {
    matches!(
        op,
        op::POP_JUMP_IF_FALSE
            | op::POP_JUMP_IF_TRUE
            | op::POP_JUMP_IF_NONE
            | op::POP_JUMP_IF_NOT_NONE
    )
}

/// Instructions after which the function is left.
pub fn is_scope_exit(op: Op) -> bool {
    matches!(op, op::RETURN_VALUE | op::RAISE_VARARGS | op::RERAISE)
}

/// Instructions that end a basic block.
pub fn is_terminator(op: Op) -> bool {
    is_jump(op) || is_scope_exit(op)
}

/// Instructions at which other threads and signals get their turn.
pub fn has_eval_break(op: Op) -> bool {
    matches!(
        op,
        op::CALL | op::CALL_FUNCTION_EX | op::CALL_KW | op::JUMP | op::JUMP_BACKWARD | op::RESUME
    )
}

/// Values that an instruction takes and puts, on the path that jumps if it is one of
/// [`is_block_push`].
pub fn stack_effect(op: Op, arg: u32) -> (u32, u32) {
    match op {
        op::SETUP_CLEANUP => (0, 2),
        op::SETUP_FINALLY | op::SETUP_WITH => (0, 1),
        op::LOAD_CLOSURE => (0, 1),
        op::STORE_FAST_MAYBE_NULL => (1, 0),
        op::JUMP_IF_FALSE | op::JUMP_IF_TRUE => (1, 1),
        op::JUMP | op::JUMP_NO_INTERRUPT | op::POP_BLOCK | op::ANNOTATIONS_PLACEHOLDER => (0, 0),
        _ => {
            let opcode = real(op);
            (opcode.pops(arg), opcode.pushes(arg))
        }
    }
}

/// The real instruction `op`.
pub fn real(op: Op) -> Opcode {
    u8::try_from(op).ok().and_then(Opcode::from_byte).expect("not a pseudo-instruction")
}

/// An instruction as the emitter makes it: a jump's argument is a label.
#[derive(Copy, Clone, Debug)]
pub struct RawInstr {
    pub op: Op,
    pub arg: u32,
    pub loc: Loc,
}

/// A place in the code, see [`Sequence::use_label`].
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Label(pub u32);

impl Label {
    pub const NONE: Label = Label(u32::MAX);
}

/// The instructions of a code object under construction.
#[derive(Debug, Default)]
pub struct Sequence {
    pub instrs: Vec<RawInstr>,
    /// Index of the instruction at each label.
    pub labels: Vec<u32>,
    /// Goes to the `ANNOTATIONS_PLACEHOLDER`.
    pub annotations: Option<Vec<RawInstr>>,
}

impl Sequence {
    pub fn add(&mut self, op: Op, arg: u32, loc: Loc) {
        self.instrs.push(RawInstr { op, arg, loc });
    }

    pub fn new_label(&mut self) -> Label {
        self.labels.push(u32::MAX);
        Label(self.labels.len() as u32 - 1)
    }

    /// Places `label` before the next instruction.
    pub fn use_label(&mut self, label: Label) {
        self.labels[label.0 as usize] = self.instrs.len() as u32;
    }

    /// Puts an instruction first; labels go on meaning the same instructions.
    pub fn insert_first(&mut self, op: Op, arg: u32, loc: Loc) {
        self.instrs.insert(0, RawInstr { op, arg, loc });
        for label in &mut self.labels {
            *label = label.saturating_add(1);
        }
    }
}
