//! Appends instructions to a function, block by block.

use krait_layout::Value as Word;

use super::entities::{Block, Inst, Value};
use super::function::Function;
use super::inst::{BlockCall, InstData, Site};
use super::machine::Machine;
use super::operation::Operation;
use super::types::Type;

/// A cursor at the end of one block.
pub struct Builder<'f> {
    pub func: &'f mut Function,
    block: Block,
    /// Given to the operations that follow.
    pub site: Site,
    /// Given to the instructions that follow and may raise.
    pub unwind: Option<BlockCall>,
}

impl<'f> Builder<'f> {
    pub fn new(func: &'f mut Function, block: Block) -> Builder<'f> {
        Builder { func, block, site: Site { offset: 0, depth: 0 }, unwind: None }
    }

    pub fn block(&self) -> Block {
        self.block
    }

    /// Goes on at the end of `block`.
    pub fn switch_to(&mut self, block: Block) {
        self.block = block;
    }

    fn inst(&mut self, data: InstData, types: &[Type]) -> Inst {
        let raises = data.may_raise();
        let sited = raises
            || matches!(
                data,
                InstData::Op { .. }
                    | InstData::Yield { .. }
                    | InstData::Watch { .. }
                    | InstData::Return { .. }
            );
        let inst = self.func.add_inst(self.block, data, types);
        let node = &mut self.func.insts[inst];
        if sited {
            node.site = Some(self.site);
        }
        if raises {
            node.unwind = self.unwind.clone();
        }
        inst
    }

    fn value(&mut self, data: InstData, ty: Type) -> Value {
        let inst = self.inst(data, &[ty]);
        self.func.insts[inst].results[0]
    }

    /// An immediate value.
    pub fn word(&mut self, word: Word) -> Value {
        self.value(InstData::Const { ty: Type::Value, bits: word.bits() }, Type::Value)
    }

    /// CPython's `NULL`.
    pub fn null(&mut self) -> Value {
        self.value(InstData::Const { ty: Type::Value, bits: 0 }, Type::Value)
    }

    pub fn i64(&mut self, n: i64) -> Value {
        self.value(InstData::Const { ty: Type::I64, bits: n as u64 }, Type::I64)
    }

    /// A constant condition.
    pub fn truth(&mut self, truth: bool) -> Value {
        self.value(InstData::Const { ty: Type::I1, bits: truth.into() }, Type::I1)
    }

    pub fn f64(&mut self, f: f64) -> Value {
        self.value(InstData::Const { ty: Type::F64, bits: f.to_bits() }, Type::F64)
    }

    /// An instruction of the machine with any results.
    pub fn machine_all(&mut self, op: Machine, args: Vec<Value>) -> Vec<Value> {
        let inst = self.inst(InstData::Machine { op, args }, op.results());
        self.func.insts[inst].results.clone()
    }

    /// An instruction of the machine with one result.
    pub fn machine(&mut self, op: Machine, args: Vec<Value>) -> Value {
        self.machine_all(op, args)[0]
    }

    pub fn pool_const(&mut self, index: u32) -> Value {
        self.value(InstData::PoolConst { index }, Type::Value)
    }

    pub fn pool_name(&mut self, index: u32) -> Value {
        self.value(InstData::PoolName { index }, Type::Value)
    }

    pub fn cache(&mut self, offset: u32) -> Value {
        self.value(InstData::Cache { offset }, Type::Ptr)
    }

    pub fn function(&mut self) -> Value {
        self.value(InstData::Function, Type::Value)
    }

    pub fn frame_address(&mut self) -> Value {
        self.value(InstData::FrameAddress, Type::Ptr)
    }

    pub fn home_load(&mut self, slot: u32) -> Value {
        self.value(InstData::HomeLoad { slot }, Type::Value)
    }

    pub fn home_store(&mut self, slot: u32, value: Value) {
        self.inst(InstData::HomeStore { slot, args: [value] }, &[]);
    }

    /// An operation with one result, or none if its table row says so.
    pub fn op(&mut self, operation: Operation, args: Vec<Value>) -> Option<Value> {
        let types: &[Type] = if operation.has_result() { &[Type::Value] } else { &[] };
        let inst = self.inst(InstData::Op { operation, args }, types);
        self.func.insts[inst].results.first().copied()
    }

    /// An operation whose value is wanted.
    pub fn op_value(&mut self, operation: Operation, args: Vec<Value>) -> Value {
        self.op(operation, args).expect("the operation has a result")
    }

    /// An operation with `outs` results besides the returned word, all of them values. The word
    /// comes first where the operation returns one.
    pub fn op_outs(&mut self, operation: Operation, args: Vec<Value>, outs: usize) -> Vec<Value> {
        let count = outs + usize::from(operation.has_result());
        let inst = self.inst(InstData::Op { operation, args }, &vec![Type::Value; count]);
        self.func.insts[inst].results.clone()
    }

    pub fn is_word(&mut self, value: Value, word: u64) -> Value {
        self.value(InstData::IsWord { word, args: [value] }, Type::I1)
    }

    pub fn is(&mut self, a: Value, b: Value) -> Value {
        self.value(InstData::Is { args: [a, b] }, Type::I1)
    }

    pub fn not(&mut self, condition: Value) -> Value {
        self.value(InstData::Not { args: [condition] }, Type::I1)
    }

    pub fn box_bool(&mut self, condition: Value) -> Value {
        self.value(InstData::BoxBool { args: [condition] }, Type::Value)
    }

    pub fn catch(&mut self) -> Value {
        self.value(InstData::Catch, Type::Value)
    }

    pub fn poll(&mut self, stack: Vec<Value>) {
        self.inst(InstData::Poll { args: stack }, &[]);
    }

    pub fn watch(&mut self, stack: Vec<Value>) {
        self.inst(InstData::Watch { args: stack }, &[]);
    }

    pub fn sent(&mut self) -> Value {
        self.value(InstData::Sent, Type::Value)
    }

    pub fn jump(&mut self, block: Block, args: Vec<Value>) {
        self.inst(InstData::Jump { targets: [BlockCall::new(block, args)] }, &[]);
    }

    pub fn branch(&mut self, condition: Value, yes: BlockCall, no: BlockCall) {
        self.inst(InstData::Branch { args: [condition], targets: [yes, no] }, &[]);
    }

    pub fn ret(&mut self, value: Value) {
        self.inst(InstData::Return { args: [value] }, &[]);
    }

    pub fn reraise(&mut self, exception: Value) {
        self.inst(InstData::Reraise { args: [exception] }, &[]);
    }

    pub fn resume(&mut self, offsets: Vec<u32>, targets: Vec<BlockCall>) {
        self.inst(InstData::Resume { offsets, targets }, &[]);
    }

    pub fn yield_(&mut self, value: Value) {
        self.inst(InstData::Yield { args: [value] }, &[]);
    }

    pub fn unreachable(&mut self) {
        self.inst(InstData::Unreachable, &[]);
    }
}
