//! Calls of Python functions.
//!
//! A callee that is a compiled function and takes just the arguments that are passed is called
//! directly, with the arguments in registers:
//!
//! ```text
//! callable is a heap object, its kind is Function, params == number of arguments?
//!     stack pointer below the thread's limit?     → interrupt, which may raise
//!     body(thread, callable, arguments…)
//! else the operation
//! ```

use inkwell::IntPredicate;
use inkwell::attributes::AttributeLoc;
use inkwell::basic_block::BasicBlock;
use inkwell::values::{BasicMetadataValueEnum, IntValue, LLVMTailCallKind};

use krait_layout::{Kind, Value as Word};

use super::function::{Translation, byte_offset};
use super::layout;
use super::runtime_calls::{Support, add_call_attribute};
use crate::ir::{Inst, Operation, Value};

impl<'ctx> Translation<'_, 'ctx> {
    /// Calls `args[0]` with `args[1]`, if that is set, and `args[3..]`. The result is 0 if it
    /// raised.
    pub(super) fn python_call(&mut self, inst: Inst, args: &[Value]) -> IntValue<'ctx> {
        let context = self.shared.context;
        let (callable, this) = (self.word(args[0]), self.word(args[1]));
        let mut passed: Vec<BasicMetadataValueEnum> = vec![self.thread.into(), callable.into()];
        let after = context.insert_basic_block_after(self.here(), "called");
        let slow = context.insert_basic_block_after(self.here(), "call");
        // A method's instance is known not to be NULL only at run time; without one, the callable
        // is a plain attribute, which is rare.
        if !this.is_null() {
            let no_instance = self.compare(IntPredicate::EQ, this, self.const_word(0));
            self.or_else(no_instance, slow);
            passed.push(this.into());
        }
        passed.extend(args[3..].iter().map(|&arg| BasicMetadataValueEnum::from(self.word(arg))));

        let tag = self.builder.build_and(callable, self.const_word(7), "").expect("positioned");
        let immediate = self.compare(IntPredicate::NE, tag, self.const_word(0));
        self.or_else(immediate, slow);
        let pointer = context.ptr_type(Default::default());
        let object = self.builder.build_int_to_ptr(callable, pointer, "").expect("positioned");
        let field = |offset| byte_offset(&self.builder, self.shared, object, offset);
        let kind_at = field(layout::HEADER_KIND);
        let kind = self.builder.build_load(context.i8_type(), kind_at, "").expect("positioned");
        let function = context.i8_type().const_int(Kind::Function as u64, false);
        let other = self.compare(IntPredicate::NE, kind.into_int_value(), function);
        self.or_else(other, slow);
        let params_at = byte_offset(&self.builder, self.shared, object, layout::FUNCTION_PARAMS);
        let params =
            self.builder.build_load(context.i32_type(), params_at, "").expect("positioned");
        let count = context.i32_type().const_int(passed.len() as u64 - 2, false);
        let differs = self.compare(IntPredicate::NE, params.into_int_value(), count);
        self.or_else(differs, slow);

        if !self.shared.omit.entry_checks {
            self.entry_check(inst, slow);
        }
        let body_at = byte_offset(&self.builder, self.shared, object, layout::FUNCTION_BODY);
        let body = self.builder.build_load(pointer, body_at, "").expect("positioned");
        let word = context.i64_type();
        let mut types = vec![pointer.into()];
        types.resize(passed.len(), word.into());
        let ty = word.fn_type(&types, false);
        let call = self
            .builder
            .build_indirect_call(ty, body.into_pointer_value(), &passed, "")
            .expect("positioned");
        add_call_attribute(context, call, AttributeLoc::Param(0), "swiftself");
        if !self.shared.omit.sites {
            add_call_attribute(context, call, AttributeLoc::Function, "nomerge");
        }
        call.set_tail_call_kind(LLVMTailCallKind::LLVMTailCallKindNoTail);
        let fast_result = call.try_as_basic_value().unwrap_basic();
        self.builder.build_unconditional_branch(after).expect("positioned");
        let fast_end = self.here();

        self.builder.position_at_end(slow);
        let slow_result = self.call_operation(Operation::call, args);
        let slow_result = slow_result.try_as_basic_value().unwrap_basic();
        self.builder.build_unconditional_branch(after).expect("positioned");

        self.builder.position_at_end(after);
        let result = self.builder.build_phi(word, "").expect("positioned");
        result.add_incoming(&[(&fast_result, fast_end), (&slow_result, slow)]);
        result.as_basic_value().into_int_value()
    }

    /// Before a direct call: whether there is room on the stack, and nobody interrupts. Goes to
    /// `slow` if the thread is traced, whose functions run in the interpreter.
    fn entry_check(&mut self, inst: Inst, slow: BasicBlock<'ctx>) {
        let interrupt = self.shared.context.append_basic_block(self.llvm, "interrupt");
        let low = self.below_limit();
        self.unlikely(low, interrupt);
        let direct = self.here();
        self.builder.position_at_end(interrupt);
        let word = self.support(Support::Interrupt, &[]);
        let word = word.try_as_basic_value().unwrap_basic().into_int_value();
        let raised = self.compare(IntPredicate::EQ, word, self.const_word(0));
        self.unwind_if(raised, inst);
        let indirect = self.compare(IntPredicate::EQ, word, self.const_word(Word::TRUE.bits()));
        self.builder.build_conditional_branch(indirect, slow, direct).expect("positioned");
        self.builder.position_at_end(direct);
    }

    /// Goes to `other` if the condition holds, and else goes on in a new block.
    fn or_else(&self, condition: IntValue<'ctx>, other: BasicBlock<'ctx>) {
        let next = self.shared.context.insert_basic_block_after(self.here(), "");
        self.builder.build_conditional_branch(condition, other, next).expect("positioned");
        self.builder.position_at_end(next);
    }
}
