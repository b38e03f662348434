//! A function in SSA form.

use super::entities::{Block, EntityVec, Inst, Value};
use super::inst::{BlockCall, InstData, Site};
use super::types::Type;

/// Where a value comes from.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Definition {
    /// The block's `n`th parameter.
    Param(Block, usize),
    /// The instruction's `n`th result.
    Result(Inst, usize),
}

#[derive(Clone, Debug)]
pub struct ValueData {
    pub ty: Type,
    pub definition: Definition,
}

#[derive(Clone, Debug, Default)]
pub struct BlockData {
    pub params: Vec<Value>,
    pub insts: Vec<Inst>,
}

#[derive(Clone, Debug)]
pub struct InstNode {
    pub data: InstData,
    pub results: Vec<Value>,
    /// For an instruction that calls the runtime: where in the bytecode it comes from.
    pub site: Option<Site>,
    /// Where control goes if the instruction raises; without it, to the caller.
    pub unwind: Option<BlockCall>,
}

/// A function. Its first block in `layout` is the entry, which has no parameters: arguments are
/// in their home slots.
#[derive(Clone, Debug, Default)]
pub struct Function {
    /// `module.qualname`, for people.
    pub name: String,
    /// Home slots: the code object's `localsplus`, followed in generators by its stack.
    pub home_slots: u32,
    pub blocks: EntityVec<Block, BlockData>,
    pub insts: EntityVec<Inst, InstNode>,
    pub values: EntityVec<Value, ValueData>,
    /// The blocks that are part of the function, in order.
    pub layout: Vec<Block>,
}

impl Function {
    pub fn new(name: impl Into<String>, home_slots: u32) -> Function {
        Function { name: name.into(), home_slots, ..Function::default() }
    }

    pub fn entry(&self) -> Block {
        self.layout[0]
    }

    /// A new block at the end of the layout.
    pub fn add_block(&mut self) -> Block {
        let block = self.blocks.push(BlockData::default());
        self.layout.push(block);
        block
    }

    pub fn add_param(&mut self, block: Block, ty: Type) -> Value {
        let definition = Definition::Param(block, self.blocks[block].params.len());
        let value = self.values.push(ValueData { ty, definition });
        self.blocks[block].params.push(value);
        value
    }

    /// Appends an instruction to `block`, with results of the types `types`.
    pub fn add_inst(&mut self, block: Block, data: InstData, types: &[Type]) -> Inst {
        let inst = self.insts.push(InstNode { data, results: vec![], site: None, unwind: None });
        for (n, &ty) in types.iter().enumerate() {
            let definition = Definition::Result(inst, n);
            let value = self.values.push(ValueData { ty, definition });
            self.insts[inst].results.push(value);
        }
        self.blocks[block].insts.push(inst);
        inst
    }

    pub fn ty(&self, value: Value) -> Type {
        self.values[value].ty
    }

    /// The block's last instruction, if the block has one and it is a terminator.
    pub fn terminator(&self, block: Block) -> Option<Inst> {
        let last = *self.blocks[block].insts.last()?;
        self.insts[last].data.is_terminator().then_some(last)
    }

    /// Every edge out of `block`, in order: the unwind edges of its instructions, then those of
    /// its terminator.
    pub fn edges(&self, block: Block) -> impl Iterator<Item = &BlockCall> {
        self.blocks[block].insts.iter().flat_map(|&inst| self.inst_edges(inst))
    }

    /// The edges out of one instruction.
    pub fn inst_edges(&self, inst: Inst) -> impl Iterator<Item = &BlockCall> {
        let node = &self.insts[inst];
        node.unwind.iter().chain(node.data.targets())
    }

    /// The values that the instruction reads itself; arguments of its edges are not among them.
    pub fn inst_args(&self, inst: Inst) -> &[Value] {
        self.insts[inst].data.args()
    }

    /// Rewrites every use of a value, in arguments and on edges.
    pub fn map_uses(&mut self, mut map: impl FnMut(Value) -> Value) {
        for block in self.layout.clone() {
            for inst in self.blocks[block].insts.clone() {
                let node = &mut self.insts[inst];
                for arg in node.data.args_mut() {
                    *arg = map(*arg);
                }
                for edge in node.unwind.iter_mut().chain(node.data.targets_mut()) {
                    for arg in &mut edge.args {
                        *arg = map(*arg);
                    }
                }
            }
        }
    }
}
