//! One function: its frame, its blocks, how it is entered and left.
//!
//! ```text
//! body(thread in swiftself, function, arguments…):   called by compiled code
//!     frame = alloca NativeFrame and home slots       found by the runtime through a stack map
//! entry(thread, function, locals):                    called by the runtime; loads the arguments
//! ```
//!
//! All raising instructions with one handler share a *landing*, cold code that adds the frame to
//! the traceback; the bytecode offset gets there through a phi. All returns share an exit, and cold
//! code in which a frame object is told that its frame is gone, and where.

use std::collections::HashMap;

use inkwell::attributes::AttributeLoc;
use inkwell::basic_block::BasicBlock;
use inkwell::builder::Builder;
use inkwell::debug_info::DISubprogram;
use inkwell::intrinsics::Intrinsic;
use inkwell::module::Linkage;
use inkwell::types::{BasicMetadataTypeEnum, BasicTypeEnum};
use inkwell::values::{
    BasicMetadataValueEnum, BasicValueEnum, CallSiteValue, FunctionValue, GlobalValue, IntValue,
    LLVMTailCallKind, PhiValue, PointerValue,
};
use inkwell::{AddressSpace, GlobalVisibility, IntPredicate};

use krait_layout::Value as Word;
use krait_layout::program::{NativeSite, Suspension};

use super::module::ModuleContext;
use super::runtime_calls::{self, Support, add_attribute, add_call_attribute};
use super::{Input, entry_symbol, layout, pool_symbol};
use crate::ir::entities::EntityVec;
use crate::ir::operation::Operand;
use crate::ir::{Block, Function, Inst, InstData, Type, Value};
use crate::lower::Kind;

/// Where exceptions of one handler go, or those that leave the function.
#[derive(Clone)]
struct Landing<'ctx> {
    block: BasicBlock<'ctx>,
    /// Bytecode offset of what raised.
    offset: PhiValue<'ctx>,
    /// One for each parameter of the handler.
    params: Vec<PhiValue<'ctx>>,
}

/// A function while it is translated.
pub(super) struct Translation<'a, 'ctx> {
    pub shared: &'a ModuleContext<'a, 'ctx>,
    pub ir: &'a Function,
    pub input: &'a Input,
    pub builder: Builder<'ctx>,
    pub llvm: FunctionValue<'ctx>,
    pub thread: PointerValue<'ctx>,
    pub function: IntValue<'ctx>,
    /// The frame's record; a generator's is in the heap.
    pub frame: PointerValue<'ctx>,
    pub home: PointerValue<'ctx>,
    /// Memory for counted operands and for results after the first.
    pub slots: PointerValue<'ctx>,
    pub outs: PointerValue<'ctx>,
    pub pool: GlobalValue<'ctx>,
    /// Bytecode offsets that have an inline cache, sorted.
    pub caches: Vec<u32>,
    pub values: EntityVec<Value, Option<BasicValueEnum<'ctx>>>,
    blocks: EntityVec<Block, Option<BasicBlock<'ctx>>>,
    phis: HashMap<Value, PhiValue<'ctx>>,
    /// By handler; `None` is for what leaves the function.
    landings: HashMap<Option<Block>, Landing<'ctx>>,
    exit: (BasicBlock<'ctx>, PhiValue<'ctx>),
    /// What leaves with a frame object: the block, the result and the bytecode offset.
    detach: (BasicBlock<'ctx>, PhiValue<'ctx>, PhiValue<'ctx>),
    scope: DISubprogram<'ctx>,
    /// Sites so far; the next site's number is one more.
    sites: u32,
}

/// Adds `input` to the module. `number` identifies it in the stack maps.
pub fn define(shared: &ModuleContext, input: &Input, number: u64) {
    let mut translation = begin(shared, input, number);
    translation.run();
    if !input.is_generator() {
        define_entry(shared, input, translation.llvm);
    }
}

fn declare<'ctx>(shared: &ModuleContext<'_, 'ctx>, input: &Input) -> FunctionValue<'ctx> {
    let context = shared.context;
    let word = context.i64_type();
    let pointer = context.ptr_type(AddressSpace::default());
    let mut params: Vec<BasicMetadataTypeEnum> = vec![pointer.into(), word.into()];
    if input.is_generator() {
        params.extend([pointer.into(), pointer.into(), word.into()] as [BasicMetadataTypeEnum; 3]);
    } else {
        params.extend((0..input.argument_words()).map(|_| BasicMetadataTypeEnum::from(word)));
    }
    let ty = word.fn_type(&params, false);
    let function = shared.module.add_function(&input.symbol, ty, None);
    add_attributes(shared, function, &input.symbol);
    if !input.is_generator() {
        add_attribute(context, function, AttributeLoc::Param(0), "swiftself");
    }
    // Its frame must stay its own: the runtime finds it by the return address.
    add_attribute(context, function, AttributeLoc::Function, "noinline");
    function
}

fn add_attributes(shared: &ModuleContext, function: FunctionValue, symbol: &str) {
    let context = shared.context;
    function.as_global_value().set_visibility(GlobalVisibility::Hidden);
    function.set_section(Some(&format!(".text.{symbol}")));
    add_attribute(context, function, AttributeLoc::Function, "nounwind");
    for (name, value) in [("frame-pointer", "all"), ("target-cpu", shared.cpu)] {
        let attribute = context.create_string_attribute(name, value);
        function.add_attribute(AttributeLoc::Function, attribute);
    }
}

/// What the runtime calls: takes the arguments out of memory.
fn define_entry(shared: &ModuleContext, input: &Input, body: FunctionValue) {
    let context = shared.context;
    let word = context.i64_type();
    let pointer = context.ptr_type(AddressSpace::default());
    let ty = word.fn_type(&[pointer.into(), word.into(), pointer.into()], false);
    let symbol = entry_symbol(&input.symbol);
    let function = shared.module.add_function(&symbol, ty, None);
    add_attributes(shared, function, &symbol);
    let builder = context.create_builder();
    builder.position_at_end(context.append_basic_block(function, "entry"));
    let param = |n| function.get_nth_param(n).expect("declared with it");
    let mut args: Vec<BasicMetadataValueEnum> = vec![param(0).into(), param(1).into()];
    for n in 0..input.argument_words() {
        let address = element(&builder, shared, param(2).into_pointer_value(), n);
        args.push(builder.build_load(word, address, "").expect("positioned").into());
    }
    let call = builder.build_call(body, &args, "").expect("positioned");
    add_call_attribute(shared.context, call, AttributeLoc::Param(0), "swiftself");
    let result = call.try_as_basic_value().unwrap_basic();
    builder.build_return(Some(&result)).expect("positioned");
}

/// The address of the `index`th word at `base`.
pub(super) fn element<'ctx>(
    builder: &Builder<'ctx>,
    shared: &ModuleContext<'_, 'ctx>,
    base: PointerValue<'ctx>,
    index: u32,
) -> PointerValue<'ctx> {
    byte_offset(builder, shared, base, u64::from(index) * 8)
}

pub(super) fn byte_offset<'ctx>(
    builder: &Builder<'ctx>,
    shared: &ModuleContext<'_, 'ctx>,
    base: PointerValue<'ctx>,
    offset: u64,
) -> PointerValue<'ctx> {
    if offset == 0 {
        return base;
    }
    let offset = shared.context.i64_type().const_int(offset, false);
    // SAFETY: callers pass an offset inside of the object at `base`.
    let address =
        unsafe { builder.build_in_bounds_gep(shared.context.i8_type(), base, &[offset], "") };
    address.expect("positioned")
}

/// Bytecode offsets that have an inline cache, sorted.
pub(super) fn cache_offsets(ir: &Function) -> Vec<u32> {
    let insts = ir.layout.iter().flat_map(|&block| &ir.blocks[block].insts);
    let mut offsets: Vec<u32> = insts
        .filter_map(|&inst| match ir.insts[inst].data {
            InstData::Cache { offset } => Some(offset),
            _ => None,
        })
        .collect();
    offsets.sort_unstable();
    offsets.dedup();
    offsets
}

/// The most words that any operation of the function passes counted, and gets back.
fn scratch(ir: &Function) -> (usize, usize) {
    let (mut slots, mut outs) = (0, 0);
    for &block in &ir.layout {
        for &inst in &ir.blocks[block].insts {
            if let InstData::Poll { args } | InstData::Watch { args } = &ir.insts[inst].data {
                slots = slots.max(args.len());
            }
            if let InstData::Op { operation, args } = &ir.insts[inst].data {
                if operation.operands().contains(&Operand::Slots) {
                    slots = slots.max(args.len());
                }
                if operation.has_outs() {
                    outs = outs.max(ir.insts[inst].results.len());
                }
            }
        }
    }
    (slots, outs)
}

fn begin<'a, 'ctx>(
    shared: &'a ModuleContext<'a, 'ctx>,
    input: &'a Input,
    number: u64,
) -> Translation<'a, 'ctx> {
    let (context, ir) = (shared.context, &input.ir);
    let word = context.i64_type();
    let llvm = declare(shared, input);
    let scope = shared.debug.function(&ir.name, &input.symbol, input.first_line);
    llvm.set_subprogram(scope);
    let builder = context.create_builder();
    builder.position_at_end(context.append_basic_block(llvm, "entry"));
    builder.set_current_debug_location(shared.debug.location(scope, input.first_line, 0));
    let param = |n| llvm.get_nth_param(n).expect("declared with it");
    let alloca =
        |words: u32, name| builder.build_alloca(word.array_type(words), name).expect("positioned");
    let words = if input.is_generator() { 1 } else { layout::FRAME_WORDS + ir.home_slots };
    let frame = alloca(words, "frame");
    let (slots, outs) = scratch(ir);
    let (slots, outs) = (alloca(slots.max(1) as u32, "slots"), alloca(outs.max(1) as u32, "outs"));
    let store = |offset, value: BasicValueEnum<'ctx>| {
        let address = byte_offset(&builder, shared, frame, offset);
        builder.build_store(address, value).expect("positioned");
    };
    let locals = u64::from(layout::FRAME_WORDS) * 8;
    // Where the home slots are, the record before them, and the function object.
    let (home, record, function) = if input.is_generator() {
        store(0, param(2));
        let record = param(2).into_pointer_value();
        let function = byte_offset(&builder, shared, record, layout::FRAME_FUNCTION);
        let function = builder.build_load(word, function, "").expect("positioned");
        (byte_offset(&builder, shared, record, locals), record, function)
    } else {
        if !shared.omit.frames {
            store(layout::FRAME_OBJECT, word.const_zero().into());
            store(layout::FRAME_FUNCTION, param(1));
        }
        if input.kind == Kind::Class {
            store(layout::FRAME_NAMESPACE, param(2));
        }
        for n in 0..ir.home_slots {
            let value = if n < input.params { param(2 + n) } else { word.const_zero().into() };
            store(locals + u64::from(n) * 8, value);
        }
        (byte_offset(&builder, shared, frame, locals), frame, param(1))
    };
    let stackmap = Intrinsic::find("llvm.experimental.stackmap").expect("LLVM has it");
    let stackmap = stackmap.get_declaration(shared.module, &[]).expect("it has no overloads");
    let id = word.const_int(number, false).into();
    let shadow = context.i32_type().const_zero().into();
    builder.build_call(stackmap, &[id, shadow, frame.into()], "").expect("positioned");

    let caches = cache_offsets(ir);
    let pool_words = input.pool_words();
    let pool_type = word.array_type(pool_words);
    let pool = shared.module.add_global(pool_type, None, &pool_symbol(&input.symbol));
    pool.set_initializer(&pool_type.const_zero());
    pool.set_visibility(GlobalVisibility::Hidden);
    pool.set_section(Some(&format!(".bss.{}", pool_symbol(&input.symbol))));
    pool.set_linkage(Linkage::External);

    let exit_block = context.append_basic_block(llvm, "exit");
    let exit_builder = context.create_builder();
    exit_builder.position_at_end(exit_block);
    let exit = (exit_block, exit_builder.build_phi(word, "result").expect("positioned"));
    let detach_block = context.append_basic_block(llvm, "detach");
    exit_builder.position_at_end(detach_block);
    let phi = |ty, name| exit_builder.build_phi(ty, name).expect("positioned");
    let detach = (detach_block, phi(word, "result"), phi(context.i32_type(), "offset"));
    Translation {
        shared,
        ir,
        input,
        builder,
        llvm,
        thread: param(0).into_pointer_value(),
        function: function.into_int_value(),
        frame: record,
        home,
        slots,
        outs,
        pool,
        caches,
        values: EntityVec::filled(None, ir.values.len()),
        blocks: EntityVec::filled(None, ir.blocks.len()),
        phis: HashMap::new(),
        landings: HashMap::new(),
        exit,
        detach,
        scope,
        sites: 0,
    }
}

impl<'ctx> Translation<'_, 'ctx> {
    fn run(&mut self) {
        let context = self.shared.context;
        for &block in &self.ir.layout {
            let llvm = context.append_basic_block(self.llvm, &block.to_string());
            self.blocks[block] = Some(llvm);
            let at = context.create_builder();
            at.position_at_end(llvm);
            for &param in &self.ir.blocks[block].params {
                let phi = at.build_phi(self.ty(self.ir.ty(param)), "").expect("positioned");
                self.phis.insert(param, phi);
                self.values[param] = Some(phi.as_basic_value());
            }
        }
        self.builder
            .build_unconditional_branch(self.llvm_block(self.ir.entry()))
            .expect("positioned");
        for &block in &self.ir.layout {
            self.builder.position_at_end(self.llvm_block(block));
            for &inst in &self.ir.blocks[block].insts {
                self.inst(inst);
            }
        }
        self.finish_exit();
    }

    pub fn ty(&self, ty: Type) -> BasicTypeEnum<'ctx> {
        let context = self.shared.context;
        match ty {
            Type::Value | Type::I64 => context.i64_type().into(),
            Type::F64 => context.f64_type().into(),
            Type::I1 => context.bool_type().into(),
            Type::Ptr => context.ptr_type(AddressSpace::default()).into(),
        }
    }

    pub fn llvm_block(&self, block: Block) -> BasicBlock<'ctx> {
        self.blocks[block].expect("the block is in the layout")
    }

    pub fn get(&self, value: Value) -> BasicValueEnum<'ctx> {
        self.values[value].expect("the verifier checked availability")
    }

    pub fn word(&self, value: Value) -> IntValue<'ctx> {
        self.get(value).into_int_value()
    }

    pub fn const_word(&self, bits: u64) -> IntValue<'ctx> {
        self.shared.context.i64_type().const_int(bits, false)
    }

    /// The block that the builder is in.
    pub fn here(&self) -> BasicBlock<'ctx> {
        self.builder.get_insert_block().expect("positioned")
    }

    /// Gives the calls that follow a new site.
    pub fn begin_site(&mut self, offset: u32) {
        self.sites += 1;
        let lines = &self.input.lines;
        let line = match lines.partition_point(|(at, _)| *at <= offset) {
            0 => self.input.first_line,
            n => lines[n - 1].1,
        };
        let location = self.shared.debug.location(self.scope, line, self.sites);
        self.builder.set_current_debug_location(location);
    }

    /// Passes `args` to `block`'s parameters from the current block.
    pub fn add_incoming(&self, block: Block, args: &[Value]) {
        for (param, &arg) in self.ir.blocks[block].params.iter().zip(args) {
            self.phis[param].add_incoming(&[(&self.get(arg), self.here())]);
        }
    }

    /// A call that keeps its site: it is neither merged with another nor made a jump.
    pub fn call(
        &self,
        function: FunctionValue<'ctx>,
        args: &[BasicMetadataValueEnum<'ctx>],
    ) -> CallSiteValue<'ctx> {
        let call = self.builder.build_call(function, args, "").expect("positioned");
        if !self.shared.omit.sites {
            add_call_attribute(self.shared.context, call, AttributeLoc::Function, "nomerge");
        }
        call.set_tail_call_kind(LLVMTailCallKind::LLVMTailCallKindNoTail);
        call
    }

    /// A call to one of the runtime's support functions, after the thread's argument.
    pub fn support(
        &self,
        support: Support,
        args: &[BasicMetadataValueEnum<'ctx>],
    ) -> CallSiteValue<'ctx> {
        let function = runtime_calls::support(self.shared.context, self.shared.module, support);
        self.call(function, &[&[self.thread.into()], args].concat())
    }

    /// Branches to `cold` if the condition holds, which is unlikely, and else goes on in a new
    /// block.
    pub fn unlikely(&self, condition: IntValue<'ctx>, cold: BasicBlock<'ctx>) {
        let context = self.shared.context;
        let next = context.insert_basic_block_after(self.here(), "");
        let branch =
            self.builder.build_conditional_branch(condition, cold, next).expect("positioned");
        let number = |n| context.i32_type().const_int(n, false).into();
        let name = context.metadata_string("branch_weights").into();
        let weights = context.metadata_node(&[name, number(1), number(1 << 20)]);
        branch.set_metadata(weights, context.get_kind_id("prof")).expect("a node");
        self.builder.position_at_end(next);
    }

    /// Goes to the instruction's handler, or out of the function, if the condition holds. The
    /// exception is on the thread.
    pub fn unwind_if(&mut self, condition: IntValue<'ctx>, inst: Inst) {
        let node = &self.ir.insts[inst];
        let offset = node.site.expect("the verifier checked it").offset;
        let landing = self.landing(node.unwind.as_ref().map(|unwind| unwind.block));
        let offset = self.shared.context.i32_type().const_int(offset.into(), false);
        landing.offset.add_incoming(&[(&offset, self.here())]);
        if let Some(unwind) = &node.unwind {
            for (phi, &arg) in landing.params.iter().zip(&unwind.args) {
                phi.add_incoming(&[(&self.get(arg), self.here())]);
            }
        }
        self.unlikely(condition, landing.block);
    }

    /// The landing of a handler, or of what leaves the function.
    fn landing(&mut self, handler: Option<Block>) -> Landing<'ctx> {
        if let Some(landing) = self.landings.get(&handler) {
            return landing.clone();
        }
        let context = self.shared.context;
        let here = self.here();
        let location = self.builder.get_current_debug_location();
        let block = context.append_basic_block(self.llvm, "landing");
        self.builder.position_at_end(block);
        let offset = self.builder.build_phi(context.i32_type(), "offset").expect("positioned");
        let params = handler.map_or(&[][..], |handler| &self.ir.blocks[handler].params);
        let phis: Vec<PhiValue> = params
            .iter()
            .map(|&p| self.builder.build_phi(self.ty(self.ir.ty(p)), "").expect("positioned"))
            .collect();
        self.builder.set_current_debug_location(self.shared.debug.location(
            self.scope,
            self.input.first_line,
            0,
        ));
        self.support(Support::Traceback, &[self.frame.into(), offset.as_basic_value().into()]);
        match handler {
            Some(handler) => {
                for (param, phi) in params.iter().zip(&phis) {
                    self.phis[param].add_incoming(&[(&phi.as_basic_value(), block)]);
                }
                let target = self.llvm_block(handler);
                self.builder.build_unconditional_branch(target).expect("positioned");
            }
            None => {
                self.finish_generator();
                let offset = offset.as_basic_value().into_int_value();
                self.leave_with(self.const_word(0), offset);
            }
        }
        if let Some(location) = location {
            self.builder.set_current_debug_location(location);
        }
        self.builder.position_at_end(here);
        let landing = Landing { block, offset, params: phis };
        self.landings.insert(handler, landing.clone());
        landing
    }

    /// Returns `value`, 0 for an exception, from the bytecode instruction at `offset`.
    pub fn leave_at(&mut self, value: IntValue<'ctx>, offset: u32) {
        self.leave_with(value, self.shared.context.i32_type().const_int(offset.into(), false));
    }

    fn leave_with(&mut self, value: IntValue<'ctx>, offset: IntValue<'ctx>) {
        // The record of a generator outlives its activation.
        if !self.input.is_generator() && self.calls() && !self.shared.omit.frames {
            let set = self.has_frame_object();
            self.detach.1.add_incoming(&[(&value, self.here())]);
            self.detach.2.add_incoming(&[(&offset, self.here())]);
            self.unlikely(set, self.detach.0);
        }
        self.leave(value);
    }

    /// Returns `value`, through the exit.
    pub fn leave(&self, value: IntValue<'ctx>) {
        self.exit.1.add_incoming(&[(&value, self.here())]);
        self.builder.build_unconditional_branch(self.exit.0).expect("positioned");
    }

    /// Marks the generator as finished; does nothing in a function.
    pub fn finish_generator(&self) {
        if self.input.is_generator() {
            self.suspend(Suspension::FINISHED, 0);
        }
    }

    /// Stores where the generator is suspended.
    pub fn suspend(&self, offset: u32, depth: u32) {
        let suspension = self.llvm.get_nth_param(3).expect("a generator").into_pointer_value();
        let number = |n: u32| self.shared.context.i32_type().const_int(n.into(), false);
        for (field, value) in
            [(layout::SUSPENSION_OFFSET, offset), (layout::SUSPENSION_DEPTH, depth)]
        {
            let address = byte_offset(&self.builder, self.shared, suspension, field);
            self.builder.build_store(address, number(value)).expect("positioned");
        }
    }

    /// The frame's object, 0 if nobody has asked for it yet, as a condition.
    pub(super) fn has_frame_object(&self) -> IntValue<'ctx> {
        let object = byte_offset(&self.builder, self.shared, self.frame, layout::FRAME_OBJECT);
        let word = self.shared.context.i64_type();
        let object = self.builder.build_load(word, object, "").expect("positioned");
        self.compare(IntPredicate::NE, object.into_int_value(), word.const_zero())
    }

    /// Leaves the machine code if the frame is traced: a call of the runtime on a cold path.
    /// `offset` is where the interpreter goes on, with `stack`.
    pub fn watch(&mut self, offset: u32, stack: &[Value]) {
        if self.shared.omit.frames {
            return;
        }
        let context = self.shared.context;
        let cold = context.append_basic_block(self.llvm, "watch");
        let seen = self.has_frame_object();
        self.unlikely(seen, cold);
        let on = self.here();
        self.builder.position_at_end(cold);
        for (n, &value) in stack.iter().enumerate() {
            let address = element(&self.builder, self.shared, self.slots, n as u32);
            self.builder.build_store(address, self.word(value)).expect("positioned");
        }
        let number = |n: u32| context.i32_type().const_int(n.into(), false);
        let pointer = context.ptr_type(AddressSpace::default());
        let suspension = match self.input.is_generator() {
            true => self.llvm.get_nth_param(3).expect("a generator").into_pointer_value(),
            false => pointer.const_null(),
        };
        let args: [BasicMetadataValueEnum; 5] = [
            self.frame.into(),
            suspension.into(),
            number(offset).into(),
            self.slots.into(),
            number(stack.len() as u32).into(),
        ];
        let result = self.support(Support::GoOn, &args).try_as_basic_value().unwrap_basic();
        let result = result.into_int_value();
        let not_traced = self.const_word(Word::EXHAUSTED.bits());
        let stays = self.compare(IntPredicate::EQ, result, not_traced);
        let left = context.append_basic_block(self.llvm, "left");
        self.builder.build_conditional_branch(stays, on, left).expect("positioned");
        self.builder.position_at_end(left);
        self.leave(result);
        self.builder.position_at_end(on);
    }

    /// Whether the function has an operation, during which somebody may ask for its frame.
    fn calls(&self) -> bool {
        let insts = self.ir.layout.iter().flat_map(|&block| &self.ir.blocks[block].insts);
        let mut nodes = insts.map(|&inst| &self.ir.insts[inst]);
        nodes.any(|n| n.site.is_some() && !matches!(n.data, InstData::Return { .. }))
    }

    fn finish_exit(&mut self) {
        let (block, result) = self.exit;
        self.builder.position_at_end(block);
        if result.count_incoming() == 0 {
            result.as_instruction().erase_from_basic_block();
            self.builder.build_unreachable().expect("positioned");
        } else {
            self.builder.build_return(Some(&result.as_basic_value())).expect("positioned");
        }
        let (block, result, offset) = self.detach;
        if result.count_incoming() == 0 {
            // SAFETY: nothing refers to the block.
            unsafe { block.delete() }.expect("it is in the function");
            return;
        }
        self.builder.position_at_end(block);
        self.begin_site(NativeSite::RETURNS);
        let args =
            [self.frame.into(), result.as_basic_value().into(), offset.as_basic_value().into()];
        let result = self.support(Support::Leave, &args).try_as_basic_value().unwrap_basic();
        self.builder.build_return(Some(&result)).expect("positioned");
    }
}
