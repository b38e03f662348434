//! The instructions.

use super::entities::{Block, Value};
use super::machine::{Effect, Machine};
use super::operation::Operation;
use super::types::Type;

/// A destination and the arguments for its parameters.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BlockCall {
    pub block: Block,
    pub args: Vec<Value>,
}

impl BlockCall {
    pub fn new(block: Block, args: Vec<Value>) -> BlockCall {
        BlockCall { block, args }
    }
}

/// Where in the bytecode an instruction comes from.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Site {
    /// Byte offset of the bytecode instruction, as `f_lasti` has it.
    pub offset: u32,
    /// Values on the evaluation stack before it.
    pub depth: u32,
}

/// An instruction, without its results, site and unwind edge.
#[derive(Clone, PartialEq, Debug)]
pub enum InstData {
    /// A constant of any type, by its bits. For [`Type::Value`], an immediate or 0.
    Const { ty: Type, bits: u64 },
    /// `co_consts[index]`.
    PoolConst { index: u32 },
    /// `co_names[index]`, interned.
    PoolName { index: u32 },
    /// The address of the inline cache that belongs to the bytecode instruction at `offset`.
    Cache { offset: u32 },
    /// The function object that is running.
    Function,
    /// The address of the frame: what `krait_layout::program::NativeFrame` describes.
    FrameAddress,
    /// The word in a home slot, 0 where the variable is unbound.
    HomeLoad { slot: u32 },
    /// Stores a word, 0 to unbind the variable.
    HomeStore { slot: u32, args: [Value; 1] },
    /// An operation of the runtime.
    Op { operation: Operation, args: Vec<Value> },
    /// An instruction of the machine.
    Machine { op: Machine, args: Vec<Value> },
    /// The condition `args[0] == word`, of value words.
    IsWord { word: u64, args: [Value; 1] },
    /// Python's `is`.
    Is { args: [Value; 2] },
    /// The opposite condition.
    Not { args: [Value; 1] },
    /// `True` or `False`.
    BoxBool { args: [Value; 1] },
    /// Takes the raised exception off the thread; the first instruction of a handler.
    Catch,
    /// Compares the stack pointer with the thread's limit at a loop's back-edge. May raise what
    /// a signal handler raised, or go on like [`InstData::Watch`]. Its arguments are the
    /// evaluation stack.
    Poll { args: Vec<Value> },
    /// At the start of a line: if somebody traces the frame, leaves the machine code. The
    /// interpreter runs the rest of the function, from the site on, with the arguments on its
    /// evaluation stack, and the function returns what it gives.
    Watch { args: Vec<Value> },
    /// What the generator was resumed with. Raises if that is an exception.
    Sent,

    /// Goes on.
    Jump { targets: [BlockCall; 1] },
    /// Goes to the first target if the condition holds, else to the second.
    Branch { args: [Value; 1], targets: [BlockCall; 2] },
    /// Returns a value to the caller.
    Return { args: [Value; 1] },
    /// Raises an exception that has its traceback already.
    Reraise { args: [Value; 1] },
    /// At the start of a generator's body: goes to the first target on the first entry, and to
    /// the others when the bytecode offset where it was suspended is `offsets`.
    Resume { offsets: Vec<u32>, targets: Vec<BlockCall> },
    /// Suspends the generator, whose stack is in its home slots, and returns a value to whoever
    /// resumed it.
    Yield { args: [Value; 1] },
    /// Is never reached: the operation before it always raises.
    Unreachable,
}

impl InstData {
    pub fn is_terminator(&self) -> bool {
        match self {
            InstData::Jump { .. }
            | InstData::Branch { .. }
            | InstData::Return { .. }
            | InstData::Reraise { .. }
            | InstData::Resume { .. }
            | InstData::Yield { .. }
            | InstData::Unreachable => true,
            InstData::Const { .. }
            | InstData::PoolConst { .. }
            | InstData::PoolName { .. }
            | InstData::Cache { .. }
            | InstData::Function
            | InstData::FrameAddress
            | InstData::HomeLoad { .. }
            | InstData::HomeStore { .. }
            | InstData::Op { .. }
            | InstData::Machine { .. }
            | InstData::IsWord { .. }
            | InstData::Is { .. }
            | InstData::Not { .. }
            | InstData::BoxBool { .. }
            | InstData::Catch
            | InstData::Poll { .. }
            | InstData::Watch { .. }
            | InstData::Sent => false,
        }
    }

    /// Whether it may leave over an unwind edge (or to the caller).
    pub fn may_raise(&self) -> bool {
        match self {
            InstData::Op { operation, .. } => operation.may_raise(),
            InstData::Poll { .. } | InstData::Sent | InstData::Reraise { .. } => true,
            _ => false,
        }
    }

    /// Whether it may be removed when nothing uses its results.
    pub fn is_pure(&self) -> bool {
        match self {
            InstData::Machine { op, .. } => op.effect() != Effect::Writes,
            InstData::Const { .. }
            | InstData::PoolConst { .. }
            | InstData::PoolName { .. }
            | InstData::Cache { .. }
            | InstData::Function
            | InstData::FrameAddress
            | InstData::HomeLoad { .. }
            | InstData::IsWord { .. }
            | InstData::Is { .. }
            | InstData::Not { .. }
            | InstData::BoxBool { .. } => true,
            InstData::HomeStore { .. }
            | InstData::Op { .. }
            | InstData::Catch
            | InstData::Poll { .. }
            | InstData::Watch { .. }
            | InstData::Sent
            | InstData::Jump { .. }
            | InstData::Branch { .. }
            | InstData::Return { .. }
            | InstData::Reraise { .. }
            | InstData::Resume { .. }
            | InstData::Yield { .. }
            | InstData::Unreachable => false,
        }
    }

    /// The values that it reads.
    pub fn args(&self) -> &[Value] {
        match self {
            InstData::Op { args, .. }
            | InstData::Machine { args, .. }
            | InstData::Poll { args }
            | InstData::Watch { args } => args,
            InstData::HomeStore { args, .. }
            | InstData::IsWord { args, .. }
            | InstData::Not { args }
            | InstData::BoxBool { args }
            | InstData::Branch { args, .. }
            | InstData::Return { args }
            | InstData::Reraise { args }
            | InstData::Yield { args } => args,
            InstData::Is { args } => args,
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
            | InstData::Unreachable => &[],
        }
    }

    pub fn args_mut(&mut self) -> &mut [Value] {
        match self {
            InstData::Op { args, .. }
            | InstData::Machine { args, .. }
            | InstData::Poll { args }
            | InstData::Watch { args } => args,
            InstData::HomeStore { args, .. }
            | InstData::IsWord { args, .. }
            | InstData::Not { args }
            | InstData::BoxBool { args }
            | InstData::Branch { args, .. }
            | InstData::Return { args }
            | InstData::Reraise { args }
            | InstData::Yield { args } => args,
            InstData::Is { args } => args,
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
            | InstData::Unreachable => &mut [],
        }
    }

    /// A terminator's destinations.
    pub fn targets(&self) -> &[BlockCall] {
        match self {
            InstData::Jump { targets } => targets,
            InstData::Branch { targets, .. } => targets,
            InstData::Resume { targets, .. } => targets,
            _ => &[],
        }
    }

    pub fn targets_mut(&mut self) -> &mut [BlockCall] {
        match self {
            InstData::Jump { targets } => targets,
            InstData::Branch { targets, .. } => targets,
            InstData::Resume { targets, .. } => targets,
            _ => &mut [],
        }
    }
}
