//! The machine's instructions: LLVM's own for numbers, functions of `ops.bc` for what looks into
//! objects and words.

use inkwell::intrinsics::Intrinsic;
use inkwell::types::BasicMetadataTypeEnum;
use inkwell::values::{
    BasicMetadataValueEnum, BasicValueEnum, FloatValue, FunctionValue, IntValue,
};
use inkwell::{FloatPredicate, GlobalVisibility, IntPredicate};

use super::function::Translation;
use crate::ir::{Machine, Type, Value};

/// Integers up to here, positive and negative, are exact as floats.
const EXACT_FLOAT: i64 = 1 << 53;

impl<'ctx> Translation<'_, 'ctx> {
    /// Performs `op` and sets its results.
    pub(super) fn machine(&mut self, op: Machine, args: &[Value], results: &[Value]) {
        let int = |n: usize| self.get(args[n]).into_int_value();
        let float = |n: usize| self.get(args[n]).into_float_value();
        let b = &self.builder;
        let values: Vec<BasicValueEnum> = match op {
            Machine::int_add => {
                let sum = b.build_int_nsw_add(int(0), int(1), "").expect("positioned");
                self.small(sum)
            }
            Machine::int_sub => {
                let difference = b.build_int_nsw_sub(int(0), int(1), "").expect("positioned");
                self.small(difference)
            }
            Machine::int_mul => {
                // Twice the product, so that one check finds what is no small int.
                let twice = b.build_int_nsw_mul(int(0), self.const_word(2), "");
                let [twice, fails] =
                    self.checked("llvm.smul.with.overflow", twice.expect("positioned"), int(1));
                let one = self.const_word(1);
                let product = b.build_right_shift(twice, one, true, "").expect("positioned");
                vec![product.into(), fails.into()]
            }
            Machine::int_floor_div => self.divide(int(0), int(1), true),
            Machine::int_mod => self.divide(int(0), int(1), false),
            Machine::int_true_div => self.true_divide(int(0), int(1)),
            Machine::int_shl => self.shift_left(int(0), int(1)),
            Machine::int_shr => self.shift_right(int(0), int(1)),
            Machine::int_and => vec![b.build_and(int(0), int(1), "").expect("positioned").into()],
            Machine::int_or => vec![b.build_or(int(0), int(1), "").expect("positioned").into()],
            Machine::int_xor => vec![b.build_xor(int(0), int(1), "").expect("positioned").into()],
            Machine::int_lt => vec![self.compare(IntPredicate::SLT, int(0), int(1)).into()],
            Machine::int_le => vec![self.compare(IntPredicate::SLE, int(0), int(1)).into()],
            Machine::int_eq => vec![self.compare(IntPredicate::EQ, int(0), int(1)).into()],
            Machine::int_ne => vec![self.compare(IntPredicate::NE, int(0), int(1)).into()],
            Machine::int_gt => vec![self.compare(IntPredicate::SGT, int(0), int(1)).into()],
            Machine::int_ge => vec![self.compare(IntPredicate::SGE, int(0), int(1)).into()],
            Machine::int_to_float => vec![self.to_float(int(0)).into()],

            Machine::float_add => {
                vec![b.build_float_add(float(0), float(1), "").expect("positioned").into()]
            }
            Machine::float_sub => {
                vec![b.build_float_sub(float(0), float(1), "").expect("positioned").into()]
            }
            Machine::float_mul => {
                vec![b.build_float_mul(float(0), float(1), "").expect("positioned").into()]
            }
            Machine::float_div => {
                let zero = self.shared.context.f64_type().const_zero();
                let fails = self.compare_floats(FloatPredicate::OEQ, float(1), zero);
                let quotient = b.build_float_div(float(0), float(1), "").expect("positioned");
                vec![quotient.into(), fails.into()]
            }
            Machine::float_neg => vec![b.build_float_neg(float(0), "").expect("positioned").into()],
            Machine::float_lt => self.float_test(FloatPredicate::OLT, args),
            Machine::float_le => self.float_test(FloatPredicate::OLE, args),
            Machine::float_eq => self.float_test(FloatPredicate::OEQ, args),
            Machine::float_ne => self.float_test(FloatPredicate::UNE, args),
            Machine::float_gt => self.float_test(FloatPredicate::OGT, args),
            Machine::float_ge => self.float_test(FloatPredicate::OGE, args),

            Machine::interrupted => {
                let never = self.shared.context.bool_type().const_zero();
                vec![if self.shared.omit.polls { never } else { self.below_limit() }.into()]
            }
            Machine::observed => {
                let never = self.shared.context.bool_type().const_zero();
                vec![if self.shared.omit.frames { never } else { self.has_frame_object() }.into()]
            }

            Machine::is_int
            | Machine::are_ints
            | Machine::untag_int
            | Machine::tag_int
            | Machine::is_float
            | Machine::untag_float
            | Machine::fits_float
            | Machine::tag_float
            | Machine::truth
            | Machine::item_at
            | Machine::set_item_at
            | Machine::item
            | Machine::set_item
            | Machine::slot
            | Machine::set_slot
            | Machine::method
            | Machine::global
            | Machine::next
            | Machine::is_range
            | Machine::is_range_iterator
            | Machine::range_next
            | Machine::range_step
            | Machine::range_left
            | Machine::set_range => self.attempt(op, args).into_iter().collect(),
        };
        for (&result, value) in results.iter().zip(values) {
            self.values[result] = Some(value);
        }
    }

    /// A number that is known to fit the machine's word, and whether it is no small int.
    fn small(&self, number: IntValue<'ctx>) -> Vec<BasicValueEnum<'ctx>> {
        let [_, fails] = self.checked("llvm.sadd.with.overflow", number, number);
        vec![number.into(), fails.into()]
    }

    /// The result and the overflow of one of LLVM's checked operations.
    fn checked(&self, name: &str, a: IntValue<'ctx>, b: IntValue<'ctx>) -> [IntValue<'ctx>; 2] {
        let intrinsic = Intrinsic::find(name).expect("LLVM has it");
        let word = self.shared.context.i64_type();
        let function =
            intrinsic.get_declaration(self.shared.module, &[word.into()]).expect("it has words");
        let call =
            self.builder.build_call(function, &[a.into(), b.into()], "").expect("positioned");
        let pair = call.try_as_basic_value().unwrap_basic().into_struct_value();
        [0, 1].map(|n| {
            let part = self.builder.build_extract_value(pair, n, "").expect("it has two");
            part.into_int_value()
        })
    }

    /// The floor of the quotient, or the remainder that goes with it. Fails for divisors below 1,
    /// which are rare and have the hard cases.
    fn divide(
        &self,
        a: IntValue<'ctx>,
        divisor: IntValue<'ctx>,
        quotient: bool,
    ) -> Vec<BasicValueEnum<'ctx>> {
        let b = &self.builder;
        let (zero, one) = (self.const_word(0), self.const_word(1));
        let fails = self.compare(IntPredicate::SLE, divisor, zero);
        // LLVM may do the division before the test of `fails`.
        let safe = b.build_select(fails, one, divisor, "").expect("positioned").into_int_value();
        let rest = b.build_int_signed_rem(a, safe, "").expect("positioned");
        let below = self.compare(IntPredicate::SLT, rest, zero);
        let result = if quotient {
            let result = b.build_int_signed_div(a, safe, "").expect("positioned");
            let lower = b.build_int_nsw_sub(result, one, "").expect("positioned");
            b.build_select(below, lower, result, "")
        } else {
            let higher = b.build_int_nsw_add(rest, safe, "").expect("positioned");
            b.build_select(below, higher, rest, "")
        };
        vec![result.expect("positioned"), fails.into()]
    }

    fn true_divide(&self, a: IntValue<'ctx>, divisor: IntValue<'ctx>) -> Vec<BasicValueEnum<'ctx>> {
        let b = &self.builder;
        let mut fails = self.compare(IntPredicate::EQ, divisor, self.const_word(0));
        for number in [a, divisor] {
            let limit = self.const_word(EXACT_FLOAT as u64);
            let moved = b.build_int_add(number, limit, "").expect("positioned");
            let range = self.const_word(2 * EXACT_FLOAT as u64);
            let inexact = self.compare(IntPredicate::UGT, moved, range);
            fails = b.build_or(fails, inexact, "").expect("positioned");
        }
        let (a, divisor) = (self.to_float(a), self.to_float(divisor));
        let quotient = b.build_float_div(a, divisor, "").expect("positioned");
        vec![quotient.into(), fails.into()]
    }

    /// Fails for counts that are negative or large, and for results that are no small ints.
    fn shift_left(&self, a: IntValue<'ctx>, count: IntValue<'ctx>) -> Vec<BasicValueEnum<'ctx>> {
        let b = &self.builder;
        let large = self.compare(IntPredicate::UGE, count, self.const_word(62));
        let mask = self.const_word(63);
        let count = b.build_and(count, mask, "").expect("positioned");
        // One more for the tag's place.
        let one = self.const_word(1);
        let more = b.build_int_add(count, one, "").expect("positioned");
        let more = b.build_and(more, mask, "").expect("positioned");
        let shifted = b.build_left_shift(a, more, "").expect("positioned");
        let back = b.build_right_shift(shifted, more, true, "").expect("positioned");
        let lost = self.compare(IntPredicate::NE, back, a);
        let fails = b.build_or(large, lost, "").expect("positioned");
        let result = b.build_right_shift(shifted, one, true, "").expect("positioned");
        vec![result.into(), fails.into()]
    }

    /// Fails for negative counts.
    fn shift_right(&self, a: IntValue<'ctx>, count: IntValue<'ctx>) -> Vec<BasicValueEnum<'ctx>> {
        let b = &self.builder;
        let most = self.const_word(63);
        let fails = self.compare(IntPredicate::SLT, count, self.const_word(0));
        let large = self.compare(IntPredicate::UGT, count, most);
        let count = b.build_select(large, most, count, "").expect("positioned").into_int_value();
        let result = b.build_right_shift(a, count, true, "").expect("positioned");
        vec![result.into(), fails.into()]
    }

    fn to_float(&self, a: IntValue<'ctx>) -> FloatValue<'ctx> {
        let ty = self.shared.context.f64_type();
        self.builder.build_signed_int_to_float(a, ty, "").expect("positioned")
    }

    fn compare_floats(
        &self,
        predicate: FloatPredicate,
        a: FloatValue<'ctx>,
        b: FloatValue<'ctx>,
    ) -> IntValue<'ctx> {
        self.builder.build_float_compare(predicate, a, b, "").expect("positioned")
    }

    fn float_test(&self, predicate: FloatPredicate, args: &[Value]) -> Vec<BasicValueEnum<'ctx>> {
        let [a, b] = [0, 1].map(|n| self.get(args[n]).into_float_value());
        vec![self.compare_floats(predicate, a, b).into()]
    }

    /// Calls the function of `ops.bc`, which is always inlined.
    fn attempt(&self, op: Machine, args: &[Value]) -> Option<BasicValueEnum<'ctx>> {
        let args: Vec<BasicMetadataValueEnum> =
            args.iter().map(|&arg| self.get(arg).into()).collect();
        self.call(self.attempt_function(op), &args).try_as_basic_value().basic()
    }

    fn attempt_function(&self, op: Machine) -> FunctionValue<'ctx> {
        let module = self.shared.module;
        module.get_function(op.symbol()).unwrap_or_else(|| {
            let params: Vec<BasicMetadataTypeEnum> =
                op.operands().iter().map(|&ty| self.ty(ty).into()).collect();
            let ty = match op.results() {
                [] => self.shared.context.void_type().fn_type(&params, false),
                [Type::I1] => self.shared.context.bool_type().fn_type(&params, false),
                [Type::F64] => self.shared.context.f64_type().fn_type(&params, false),
                _ => self.shared.context.i64_type().fn_type(&params, false),
            };
            let function = module.add_function(op.symbol(), ty, None);
            function.as_global_value().set_visibility(GlobalVisibility::Hidden);
            function
        })
    }
}
