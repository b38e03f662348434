//! One instruction.

use inkwell::IntPredicate;
use inkwell::intrinsics::Intrinsic;
use inkwell::values::{
    BasicMetadataValueEnum, BasicValue, BasicValueEnum, CallSiteValue, IntValue,
};

use krait_layout::Value as Word;

use super::function::{Translation, byte_offset, element};
use super::layout;
use super::optimize::Level;
use super::runtime_calls::{self, Support};
use crate::ir::operation::{Operand, Returns};
use crate::ir::{BlockCall, Inst, InstData, Operation, Type, Value};

impl<'ctx> Translation<'_, 'ctx> {
    /// Translates one instruction at the builder's place.
    pub(super) fn inst(&mut self, inst: Inst) {
        let node = &self.ir.insts[inst];
        let result = match &node.data {
            InstData::Const { ty, bits } => Some(match ty {
                Type::Value | Type::I64 => self.const_word(*bits).into(),
                Type::F64 => {
                    self.shared.context.f64_type().const_float(f64::from_bits(*bits)).into()
                }
                Type::I1 => self.shared.context.bool_type().const_int(*bits, false).into(),
                Type::Ptr => unreachable!("there are no constant addresses"),
            }),
            InstData::PoolConst { index } => Some(self.pool(*index)),
            InstData::PoolName { index } => Some(self.pool(self.input.consts + index)),
            InstData::Cache { offset } => Some(self.cache(*offset)),
            InstData::Function => Some(self.function.into()),
            InstData::FrameAddress => Some(self.frame.into()),
            InstData::HomeLoad { slot } => {
                let address = element(&self.builder, self.shared, self.home, *slot);
                let word = self.shared.context.i64_type();
                Some(self.builder.build_load(word, address, "").expect("positioned"))
            }
            InstData::HomeStore { slot, args } => {
                self.store_home(*slot, args[0]);
                None
            }
            InstData::Op { operation, args } => {
                self.operation(inst, *operation, args);
                None
            }
            InstData::Machine { op, args } => {
                self.machine(*op, args, &node.results);
                None
            }
            InstData::IsWord { word, args } => {
                let word = self.const_word(*word);
                Some(self.compare(IntPredicate::EQ, self.word(args[0]), word).into())
            }
            InstData::Is { args } => {
                let (a, b) = (self.word(args[0]), self.word(args[1]));
                Some(self.compare(IntPredicate::EQ, a, b).into())
            }
            InstData::Not { args } => {
                let condition = self.get(args[0]).into_int_value();
                Some(self.builder.build_not(condition, "").expect("positioned").into())
            }
            InstData::BoxBool { args } => {
                let condition = self.get(args[0]).into_int_value();
                let yes = self.const_word(Word::TRUE.bits());
                let no = self.const_word(Word::FALSE.bits());
                Some(self.builder.build_select(condition, yes, no, "").expect("positioned"))
            }
            InstData::Catch => {
                let address = self.raised();
                let word = self.shared.context.i64_type();
                let exception = self.builder.build_load(word, address, "").expect("positioned");
                self.builder.build_store(address, word.const_zero()).expect("positioned");
                Some(exception)
            }
            InstData::Poll { args } => {
                self.poll(inst, args);
                None
            }
            InstData::Watch { args } => {
                let offset = node.site.expect("verified").offset;
                self.begin_site(offset);
                self.watch(offset, args);
                None
            }
            InstData::Sent => {
                let sent = self.llvm.get_nth_param(4).expect("a generator");
                let raise = self.is_zero(sent.into_int_value());
                self.begin_site(node.site.expect("verified").offset);
                self.unwind_if(raise, inst);
                Some(sent)
            }
            InstData::Jump { targets: [target] } => {
                self.jump(target);
                None
            }
            InstData::Branch { args, targets: [yes, no] } => {
                let condition = self.get(args[0]).into_int_value();
                let (yes, no) = (self.edge(yes), self.edge(no));
                self.builder.build_conditional_branch(condition, yes, no).expect("positioned");
                None
            }
            InstData::Return { args } => {
                self.finish_generator();
                let offset = node.site.map_or(0, |site| site.offset);
                self.leave_at(self.word(args[0]), offset);
                None
            }
            InstData::Reraise { args } => {
                self.builder.build_store(self.raised(), self.word(args[0])).expect("positioned");
                match &node.unwind {
                    Some(unwind) => self.jump(unwind),
                    None => {
                        self.finish_generator();
                        let offset = node.site.expect("verified").offset;
                        self.leave_at(self.const_word(0), offset);
                    }
                }
                None
            }
            InstData::Resume { offsets, targets } => {
                self.resume(offsets, targets);
                None
            }
            InstData::Yield { args } => {
                let site = node.site.expect("verified");
                self.suspend(site.offset, site.depth - 1);
                self.leave(self.word(args[0]));
                None
            }
            InstData::Unreachable => {
                self.builder.build_unreachable().expect("positioned");
                None
            }
        };
        if let Some(result) = result {
            self.values[node.results[0]] = Some(result);
        }
    }

    pub(super) fn compare(
        &self,
        predicate: IntPredicate,
        a: IntValue<'ctx>,
        b: IntValue<'ctx>,
    ) -> IntValue<'ctx> {
        self.builder.build_int_compare(predicate, a, b, "").expect("positioned")
    }

    fn is_zero(&self, word: IntValue<'ctx>) -> IntValue<'ctx> {
        self.compare(IntPredicate::EQ, word, self.const_word(0))
    }

    fn raised(&self) -> inkwell::values::PointerValue<'ctx> {
        byte_offset(&self.builder, self.shared, self.thread, layout::THREAD_RAISED)
    }

    fn store_home(&self, slot: u32, value: Value) {
        let address = element(&self.builder, self.shared, self.home, slot);
        self.builder.build_store(address, self.word(value)).expect("positioned");
    }

    /// A constant or name. It never changes once the function can run.
    fn pool(&self, index: u32) -> BasicValueEnum<'ctx> {
        let context = self.shared.context;
        let base = self.pool.as_pointer_value();
        let address = element(&self.builder, self.shared, base, index);
        let value = self.builder.build_load(context.i64_type(), address, "").expect("positioned");
        let load = value.as_instruction_value().expect("a load");
        let kind = context.get_kind_id("invariant.load");
        load.set_metadata(context.metadata_node(&[]), kind).expect("a node");
        value
    }

    /// Goes to `target`.
    fn jump(&self, target: &BlockCall) {
        self.add_incoming(target.block, &target.args);
        self.builder.build_unconditional_branch(self.llvm_block(target.block)).expect("positioned");
    }

    /// The LLVM block to branch to for an edge. Two edges from one block to another with
    /// different arguments need a block of their own each, since phis tell only blocks apart.
    fn edge(&self, target: &BlockCall) -> inkwell::basic_block::BasicBlock<'ctx> {
        if target.args.is_empty() {
            return self.llvm_block(target.block);
        }
        let here = self.here();
        let between = self.shared.context.insert_basic_block_after(here, "");
        self.builder.position_at_end(between);
        self.jump(target);
        self.builder.position_at_end(here);
        between
    }

    /// The condition that the stack pointer is below the thread's limit.
    pub(super) fn below_limit(&self) -> IntValue<'ctx> {
        let context = self.shared.context;
        let pointer = context.ptr_type(Default::default());
        let intrinsic = Intrinsic::find("llvm.frameaddress").expect("LLVM has it");
        let function = intrinsic
            .get_declaration(self.shared.module, &[pointer.into()])
            .expect("pointers have frames");
        let level = context.i32_type().const_zero().into();
        let frame = self.builder.build_call(function, &[level], "").expect("positioned");
        let frame = frame.try_as_basic_value().unwrap_basic().into_pointer_value();
        let word = context.i64_type();
        let frame = self.builder.build_ptr_to_int(frame, word, "").expect("positioned");
        let limit =
            byte_offset(&self.builder, self.shared, self.thread, layout::THREAD_STACK_LIMIT);
        let limit = self.builder.build_load(word, limit, "").expect("positioned");
        // Another thread or a signal handler may store it.
        let load = limit.as_instruction_value().expect("a load");
        load.set_atomic_ordering(inkwell::AtomicOrdering::Monotonic).expect("a load");
        load.set_alignment(8).expect("a load");
        self.compare(IntPredicate::ULT, frame, limit.into_int_value())
    }

    fn poll(&mut self, inst: Inst, stack: &[Value]) {
        let offset = self.ir.insts[inst].site.expect("verified").offset;
        self.begin_site(offset);
        if self.shared.omit.polls {
            return;
        }
        let context = self.shared.context;
        let low = self.below_limit();
        let slow = context.append_basic_block(self.llvm, "interrupt");
        self.unlikely(low, slow);
        let on = self.here();
        self.builder.position_at_end(slow);
        let word = self.support(Support::Interrupt, &[]);
        let word = word.try_as_basic_value().unwrap_basic().into_int_value();
        self.unwind_if(self.is_zero(word), inst);
        // What ran meanwhile may trace this frame.
        self.watch(offset, stack);
        self.builder.build_unconditional_branch(on).expect("positioned");
        self.builder.position_at_end(on);
    }

    fn resume(&mut self, offsets: &[u32], targets: &[BlockCall]) {
        let context = self.shared.context;
        let number = context.i32_type();
        let suspension = self.llvm.get_nth_param(3).expect("a generator").into_pointer_value();
        let address =
            byte_offset(&self.builder, self.shared, suspension, layout::SUSPENSION_OFFSET);
        let offset = self.builder.build_load(number, address, "").expect("positioned");
        let cases: Vec<_> = offsets
            .iter()
            .zip(&targets[1..])
            .map(|(&o, target)| (number.const_int(o.into(), false), self.llvm_block(target.block)))
            .collect();
        let start = self.llvm_block(targets[0].block);
        self.builder.build_switch(offset.into_int_value(), start, &cases).expect("positioned");
    }

    /// The address of the inline cache of the bytecode at `offset`.
    fn cache(&self, offset: u32) -> BasicValueEnum<'ctx> {
        let number = self.caches.binary_search(&offset).expect("it was collected") as u32;
        let index = self.input.consts + self.input.names + number * layout::CACHE_WORDS;
        element(&self.builder, self.shared, self.pool.as_pointer_value(), index).into()
    }

    /// The function to call for `operation`: its fast path for these operands, if it has one.
    fn symbol(&self, operation: Operation, args: &[Value]) -> &'static str {
        let place = operation.operands().iter().position(|o| *o == Operand::Number);
        let number = place.and_then(|n| self.word(args[n]).get_zero_extended_constant());
        runtime_calls::fast_path(operation, number, self.shared.level).unwrap_or(operation.symbol())
    }

    /// Calls the runtime's function for `operation`, or its fast path.
    pub(super) fn call_operation(
        &self,
        operation: Operation,
        args: &[Value],
    ) -> CallSiteValue<'ctx> {
        let mut operands: Vec<BasicMetadataValueEnum> = vec![self.thread.into()];
        let mut rest = args.iter();
        for operand in operation.operands() {
            match operand {
                Operand::Value
                | Operand::Slot
                | Operand::Number
                | Operand::Float
                | Operand::Address => {
                    operands.push(self.get(*rest.next().expect("verified")).into());
                }
                Operand::Slots => {
                    let count = rest.len();
                    for (n, arg) in rest.by_ref().enumerate() {
                        let address = element(&self.builder, self.shared, self.slots, n as u32);
                        self.builder.build_store(address, self.word(*arg)).expect("positioned");
                    }
                    operands.push(self.slots.into());
                    operands.push(self.const_word(count as u64).into());
                }
                Operand::Outs => operands.push(self.outs.into()),
            }
        }
        let (context, module) = (self.shared.context, self.shared.module);
        let symbol = self.symbol(operation, args);
        self.call(runtime_calls::operation(context, module, operation, symbol), &operands)
    }

    /// Performs `operation` and takes its results.
    fn operation(&mut self, inst: Inst, operation: Operation, args: &[Value]) {
        let node = &self.ir.insts[inst];
        let word = self.shared.context.i64_type();
        self.begin_site(node.site.expect("operations have sites").offset);
        if operation == Operation::call && self.shared.level == Level::Full {
            let result = self.python_call(inst, args);
            self.unwind_if(self.is_zero(result), inst);
            self.values[node.results[0]] = Some(result.into());
            return;
        }
        let call = self.call_operation(operation, args);
        let mut results = node.results.iter();
        match operation.returns() {
            Returns::Value | Returns::Status => {
                let returned = call.try_as_basic_value().unwrap_basic().into_int_value();
                self.unwind_if(self.is_zero(returned), inst);
                if operation.has_result() {
                    let result = *results.next().expect("verified");
                    self.values[result] = Some(returned.into());
                }
            }
            Returns::Word => {
                let returned = call.try_as_basic_value().unwrap_basic();
                self.values[*results.next().expect("verified")] = Some(returned);
            }
            Returns::Nothing => {}
        }
        for (n, &result) in results.enumerate() {
            let address = element(&self.builder, self.shared, self.outs, n as u32);
            let value = self.builder.build_load(word, address, "").expect("positioned");
            self.values[result] = Some(value);
        }
    }
}

/// The bytecode offset of the instruction's site, if it is given a number. Must agree with
/// [`Translation::inst`], which numbers sites as it goes.
pub(super) fn numbered_site(func: &crate::ir::Function, inst: Inst) -> Option<u32> {
    let node = &func.insts[inst];
    let numbered = matches!(
        node.data,
        InstData::Op { .. } | InstData::Poll { .. } | InstData::Watch { .. } | InstData::Sent
    );
    numbered.then(|| node.site.expect("verified").offset)
}
