//! Instructions in typed code ([`super::versions`]).
//!
//! What is done here is arithmetic on unboxed numbers, and what succeeds without calling the
//! runtime. Everything else is the generic lowering, with the frame settled before and a look at it
//! afterwards.

use krait_layout::Value as Word;
use krait_runtime::bytecode::opcode::Opcode;

use super::decode::Instruction;
use super::from_bytecode::{Lowering, Unsupported};
use super::versions::{Cached, Range};
use crate::ir::function::Definition;
use crate::ir::{BlockCall, Builder, InstData, Machine, Operation, Type, Value};

/// `BINARY_OP`'s argument for `a[b]`.
const SUBSCRIPT: u32 = 26;
/// What `BINARY_OP`'s argument for an in-place operator is more.
const IN_PLACE: u32 = 13;

/// What an operator is on ints and on floats.
struct Arithmetic {
    ints: Machine,
    floats: Option<Machine>,
}

/// The operator of `BINARY_OP`, if numbers have an instruction for it.
fn arithmetic(oparg: u32) -> Option<Arithmetic> {
    let (ints, floats) = match oparg % IN_PLACE {
        0 => (Machine::int_add, Some(Machine::float_add)),
        1 => (Machine::int_and, None),
        2 => (Machine::int_floor_div, None),
        3 => (Machine::int_shl, None),
        5 => (Machine::int_mul, Some(Machine::float_mul)),
        6 => (Machine::int_mod, None),
        7 => (Machine::int_or, None),
        9 => (Machine::int_shr, None),
        10 => (Machine::int_sub, Some(Machine::float_sub)),
        11 => (Machine::int_true_div, Some(Machine::float_div)),
        12 => (Machine::int_xor, None),
        _ => return None,
    };
    Some(Arithmetic { ints, floats })
}

/// The comparison of `COMPARE_OP` on ints and on floats.
fn comparison(oparg: u32) -> (Machine, Machine) {
    match oparg >> 5 {
        0 => (Machine::int_lt, Machine::float_lt),
        1 => (Machine::int_le, Machine::float_le),
        2 => (Machine::int_eq, Machine::float_eq),
        3 => (Machine::int_ne, Machine::float_ne),
        4 => (Machine::int_gt, Machine::float_gt),
        _ => (Machine::int_ge, Machine::float_ge),
    }
}

/// The `n`th value from the top of the stack.
fn top(stack: &[Value], n: usize) -> Value {
    stack[stack.len() - n]
}

impl Lowering {
    /// As [`Lowering::instruction`], in typed code.
    pub(super) fn typed_instruction(
        &mut self,
        b: &mut Builder,
        instruction: &Instruction,
        stack: &mut Vec<Value>,
    ) -> Result<bool, Unsupported> {
        let start = instruction.start;
        b.unwind = None;
        match instruction.opcode {
            // Moves.
            Opcode::NOP
            | Opcode::NOT_TAKEN
            | Opcode::CACHE
            | Opcode::EXTENDED_ARG
            | Opcode::RESUME
            | Opcode::LOAD_CONST
            | Opcode::LOAD_SMALL_INT
            | Opcode::PUSH_NULL
            | Opcode::LOAD_FAST
            | Opcode::LOAD_FAST_BORROW
            | Opcode::LOAD_FAST_LOAD_FAST
            | Opcode::LOAD_FAST_BORROW_LOAD_FAST_BORROW
            | Opcode::LOAD_FAST_CHECK
            | Opcode::LOAD_FAST_AND_CLEAR
            | Opcode::STORE_FAST
            | Opcode::STORE_FAST_LOAD_FAST
            | Opcode::STORE_FAST_STORE_FAST
            | Opcode::DELETE_FAST
            | Opcode::POP_TOP
            | Opcode::POP_ITER
            | Opcode::END_FOR
            | Opcode::COPY
            | Opcode::SWAP
            | Opcode::JUMP_FORWARD => self.instruction(b, instruction, stack),

            // Control.
            Opcode::JUMP_BACKWARD => {
                let interrupted = b.machine(Machine::interrupted, vec![]);
                self.refuse(b, interrupted, start, stack);
                self.go_typed(b, instruction.target().expect("a jump"), stack);
                Ok(true)
            }
            Opcode::POP_JUMP_IF_FALSE | Opcode::POP_JUMP_IF_TRUE
                if b.func.ty(top(stack, 1)) == Type::I1 =>
            {
                let truth = stack.pop().expect("the code was verified");
                let condition = match instruction.opcode {
                    Opcode::POP_JUMP_IF_TRUE => truth,
                    _ => b.not(truth),
                };
                self.branch(b, condition, instruction, stack);
                Ok(true)
            }
            Opcode::POP_JUMP_IF_FALSE | Opcode::POP_JUMP_IF_TRUE => {
                self.instruction(b, instruction, stack)
            }
            Opcode::POP_JUMP_IF_NONE | Opcode::POP_JUMP_IF_NOT_NONE => {
                let value = top(stack, 1);
                if b.func.ty(value) != Type::Value {
                    stack.pop();
                    let none = instruction.opcode == Opcode::POP_JUMP_IF_NONE;
                    let target = instruction.target().expect("a jump");
                    self.go_typed(b, if none { instruction.next } else { target }, stack);
                    return Ok(true);
                }
                self.instruction(b, instruction, stack)
            }
            Opcode::RETURN_VALUE => {
                let value = self.boxed(b, top(stack, 1), start, stack);
                b.ret(value);
                Ok(true)
            }

            // Arithmetic and containers.
            Opcode::BINARY_OP if instruction.oparg == SUBSCRIPT => {
                self.typed_subscript(b, instruction, stack)
            }
            Opcode::BINARY_OP => self.typed_binary(b, instruction, stack),
            Opcode::COMPARE_OP => self.typed_compare(b, instruction, stack),
            Opcode::TO_BOOL => self.typed_to_bool(b, instruction, stack),
            Opcode::UNARY_NOT if b.func.ty(top(stack, 1)) == Type::I1 => {
                let value = stack.pop().expect("the code was verified");
                stack.push(b.not(value));
                Ok(false)
            }
            Opcode::UNARY_NEGATIVE => self.typed_negative(b, instruction, stack),
            Opcode::UNARY_NOT | Opcode::IS_OP => {
                self.box_stack(b, start, stack);
                self.instruction(b, instruction, stack)
            }
            Opcode::STORE_SUBSCR => self.typed_store_subscript(b, instruction, stack),

            // Names.
            Opcode::LOAD_GLOBAL => self.typed_load_global(b, instruction, stack),
            Opcode::LOAD_ATTR => self.typed_load_attr(b, instruction, stack),
            Opcode::STORE_ATTR => self.typed_store_attr(b, instruction, stack),

            // Iteration and calls.
            Opcode::GET_ITER => self.typed_get_iter(b, instruction, stack),
            Opcode::FOR_ITER => self.typed_for_iter(b, instruction, stack),
            Opcode::CALL => {
                let callable = stack[stack.len() - 2 - instruction.oparg as usize];
                let makes_range = self.named_range.contains(&callable);
                let ended = self.general(b, instruction, stack)?;
                if makes_range {
                    self.made_range.insert(top(stack, 1));
                }
                Ok(ended)
            }

            // The interpreter's frame is where a generator rests, so that it is generic code that
            // suspends it; handlers are generic anyway.
            Opcode::YIELD_VALUE
            | Opcode::SEND
            | Opcode::END_SEND
            | Opcode::GET_YIELD_FROM_ITER
            | Opcode::GET_AWAITABLE
            | Opcode::GET_AITER
            | Opcode::GET_ANEXT
            | Opcode::END_ASYNC_FOR
            | Opcode::CLEANUP_THROW
            | Opcode::JUMP_BACKWARD_NO_INTERRUPT
            | Opcode::RERAISE
            | Opcode::PUSH_EXC_INFO
            | Opcode::POP_EXCEPT
            | Opcode::CHECK_EXC_MATCH
            | Opcode::CHECK_EG_MATCH
            | Opcode::WITH_EXCEPT_START
            | Opcode::RETURN_GENERATOR
            | Opcode::INTERPRETER_EXIT
            | Opcode::RESERVED => {
                self.leave(b, start, stack);
                Ok(true)
            }

            // Whatever may call Python code.
            Opcode::BINARY_SLICE
            | Opcode::BUILD_TEMPLATE
            | Opcode::CALL_FUNCTION_EX
            | Opcode::DELETE_SUBSCR
            | Opcode::EXIT_INIT_CHECK
            | Opcode::FORMAT_SIMPLE
            | Opcode::FORMAT_WITH_SPEC
            | Opcode::GET_LEN
            | Opcode::LOAD_BUILD_CLASS
            | Opcode::LOAD_LOCALS
            | Opcode::MAKE_FUNCTION
            | Opcode::MATCH_KEYS
            | Opcode::MATCH_MAPPING
            | Opcode::MATCH_SEQUENCE
            | Opcode::SETUP_ANNOTATIONS
            | Opcode::STORE_SLICE
            | Opcode::UNARY_INVERT
            | Opcode::BUILD_INTERPOLATION
            | Opcode::BUILD_LIST
            | Opcode::BUILD_MAP
            | Opcode::BUILD_SET
            | Opcode::BUILD_SLICE
            | Opcode::BUILD_STRING
            | Opcode::BUILD_TUPLE
            | Opcode::CALL_INTRINSIC_1
            | Opcode::CALL_INTRINSIC_2
            | Opcode::CALL_KW
            | Opcode::CONTAINS_OP
            | Opcode::CONVERT_VALUE
            | Opcode::COPY_FREE_VARS
            | Opcode::DELETE_ATTR
            | Opcode::DELETE_DEREF
            | Opcode::DELETE_GLOBAL
            | Opcode::DELETE_NAME
            | Opcode::DICT_MERGE
            | Opcode::DICT_UPDATE
            | Opcode::IMPORT_FROM
            | Opcode::IMPORT_NAME
            | Opcode::LIST_APPEND
            | Opcode::LIST_EXTEND
            | Opcode::LOAD_COMMON_CONSTANT
            | Opcode::LOAD_DEREF
            | Opcode::LOAD_FROM_DICT_OR_DEREF
            | Opcode::LOAD_FROM_DICT_OR_GLOBALS
            | Opcode::LOAD_NAME
            | Opcode::LOAD_SPECIAL
            | Opcode::LOAD_SUPER_ATTR
            | Opcode::MAKE_CELL
            | Opcode::MAP_ADD
            | Opcode::MATCH_CLASS
            | Opcode::RAISE_VARARGS
            | Opcode::SET_ADD
            | Opcode::SET_FUNCTION_ATTRIBUTE
            | Opcode::SET_UPDATE
            | Opcode::STORE_DEREF
            | Opcode::STORE_GLOBAL
            | Opcode::STORE_NAME
            | Opcode::UNPACK_EX
            | Opcode::UNPACK_SEQUENCE => self.general(b, instruction, stack),
        }
    }

    /// An instruction that may call Python code.
    fn general(
        &mut self,
        b: &mut Builder,
        instruction: &Instruction,
        stack: &mut Vec<Value>,
    ) -> Result<bool, Unsupported> {
        if is_quiet(instruction.opcode) {
            self.box_stack(b, instruction.start, stack);
            self.may_raise(b, instruction, stack);
            return self.instruction(b, instruction, stack);
        }
        self.settle(b, instruction.start, stack);
        self.may_raise(b, instruction, stack);
        let ended = self.instruction(b, instruction, stack)?;
        b.unwind = None;
        if !ended && !instruction.ends_block() {
            self.check_observed(b, instruction.next, stack);
        }
        Ok(ended)
    }

    /// Lets the operation that follows raise. A handler is generic code.
    fn may_raise(&mut self, b: &mut Builder, instruction: &Instruction, stack: &[Value]) {
        b.unwind = self.unwind(b, instruction, stack);
        let kept = b.unwind.as_ref().map_or(vec![], |unwind| unwind.args.clone());
        for range in self.state.ranges.iter().filter(|range| kept.contains(&range.iterator)) {
            b.machine_all(Machine::set_range, vec![range.iterator, range.next, range.left]);
        }
    }

    /// Goes on with `results` where `succeeded` holds, and else performs the instruction in place:
    /// `operation` gives the same results. `taken` operands are on the stack, which it finds
    /// settled. Of the results, those that are constants stay what they are.
    fn or_operation(
        &mut self,
        b: &mut Builder,
        instruction: &Instruction,
        stack: &mut Vec<Value>,
        taken: usize,
        (succeeded, results): (Value, Vec<Value>),
        operation: impl FnOnce(&mut Builder, &[Value]) -> Vec<Value>,
    ) {
        let join = b.func.add_block();
        let slow = b.func.add_block();
        let pushed: Vec<Value> = results
            .iter()
            .map(|&result| match is_constant(b, result) {
                true => result,
                false => b.func.add_param(join, b.func.ty(result)),
            })
            .collect();
        let passed = |b: &Builder, results: &[Value]| {
            let pairs = pushed.iter().zip(results);
            pairs.filter(|(p, _)| !is_constant(b, **p)).map(|(_, &r)| r).collect()
        };
        let args = passed(b, &results);
        b.branch(succeeded, BlockCall::new(join, args), BlockCall::new(slow, vec![]));
        b.switch_to(slow);
        let state = self.state.clone();
        let mut settled = stack.clone();
        self.settle_rarely(b, instruction.start, &mut settled);
        self.may_raise(b, instruction, &settled);
        let results = operation(b, &settled[settled.len() - taken..]);
        b.unwind = None;
        settled.truncate(settled.len() - taken);
        settled.extend(&results);
        self.check_observed(b, instruction.next, &settled);
        let args = passed(b, &results);
        b.jump(join, args);
        self.state = state;
        b.switch_to(join);
        stack.truncate(stack.len() - taken);
        stack.extend(pushed);
    }

    /// Makes a number of the value at `place` on the stack: what follows is compiled for an int or a
    /// float, and a second version of this instruction for the other of the two. Others leave.
    fn number_at(
        &mut self,
        b: &mut Builder,
        instruction: &Instruction,
        stack: &mut [Value],
        place: usize,
        float_first: bool,
    ) {
        let value = stack[place];
        if b.func.ty(value) != Type::Value {
            return;
        }
        let int = (Machine::is_int, Machine::untag_int);
        let float = (Machine::is_float, Machine::untag_float);
        let (first, second) = if float_first { (float, int) } else { (int, float) };
        let (this, other) = (b.func.add_block(), b.func.add_block());
        let is_first = b.machine(first.0, vec![value]);
        b.branch(is_first, BlockCall::new(this, vec![]), BlockCall::new(other, vec![]));

        b.switch_to(other);
        let is_second = b.machine(second.0, vec![value]);
        self.require(b, is_second, instruction.start, stack);
        let (state, mut refined) = (self.state.clone(), stack.to_vec());
        let unboxed = b.machine(second.1, vec![value]);
        self.refine(value, unboxed, &mut refined);
        // A version for less would come back here.
        if !self.go_exactly(b, instruction.start, &refined) {
            self.leave(b, instruction.start, &refined);
        }
        self.state = state;

        b.switch_to(this);
        let unboxed = b.machine(first.1, vec![value]);
        self.refine(value, unboxed, stack);
    }

    /// Makes numbers of the two topmost values. False if they are known to be something else.
    fn numbers(&mut self, b: &mut Builder, instruction: &Instruction, stack: &mut [Value]) -> bool {
        let places = [stack.len() - 2, stack.len() - 1];
        let types = places.map(|place| b.func.ty(stack[place]));
        if types.contains(&Type::I1) || places.iter().any(|&p| is_object(b, stack[p])) {
            return false;
        }
        let known = types.contains(&Type::F64) || types.contains(&Type::I64);
        let float_first = types.contains(&Type::F64) || !known && self.prefers_floats;
        for place in places {
            self.number_at(b, instruction, stack, place, float_first);
        }
        true
    }

    fn typed_binary(
        &mut self,
        b: &mut Builder,
        instruction: &Instruction,
        stack: &mut Vec<Value>,
    ) -> Result<bool, Unsupported> {
        let Some(operator) = arithmetic(instruction.oparg) else {
            return self.general(b, instruction, stack);
        };
        let floats = [2, 1].map(|n| b.func.ty(top(stack, n)) == Type::F64);
        if floats.contains(&true) && operator.floats.is_none() {
            return self.general(b, instruction, stack);
        }
        if !self.numbers(b, instruction, stack) {
            return self.general(b, instruction, stack);
        }
        let operands = [top(stack, 2), top(stack, 1)];
        let (op, args) = match (operands.map(|v| b.func.ty(v)), operator.floats) {
            ([Type::I64, Type::I64], _) => (operator.ints, operands.to_vec()),
            (_, Some(floats)) => (floats, operands.map(|v| as_float(b, v)).to_vec()),
            (_, None) => return self.general(b, instruction, stack),
        };
        let results = b.machine_all(op, args);
        if let Some(&fails) = results.get(1) {
            self.refuse(b, fails, instruction.start, stack);
        }
        stack.truncate(stack.len() - 2);
        stack.push(results[0]);
        Ok(false)
    }

    fn typed_compare(
        &mut self,
        b: &mut Builder,
        instruction: &Instruction,
        stack: &mut Vec<Value>,
    ) -> Result<bool, Unsupported> {
        let (ints, floats) = comparison(instruction.oparg);
        let operands = [top(stack, 2), top(stack, 1)];
        if operands.map(|v| b.func.ty(v)) == [Type::Value; 2]
            && !operands.iter().any(|&v| is_object(b, v))
        {
            return self.compare_unknown(b, instruction, stack, ints);
        }
        if !self.numbers(b, instruction, stack) {
            return self.general(b, instruction, stack);
        }
        let operands = [top(stack, 2), top(stack, 1)];
        let result = match operands.map(|v| b.func.ty(v)) {
            [Type::I64, Type::I64] => b.machine(ints, operands.to_vec()),
            [Type::F64, Type::F64] => b.machine(floats, operands.to_vec()),
            // An int and a float compare exactly in Python.
            _ if operands.iter().all(|&v| is_exact_float(b, v)) => {
                let args = operands.map(|v| as_float(b, v)).to_vec();
                b.machine(floats, args)
            }
            _ => return self.general(b, instruction, stack),
        };
        stack.truncate(stack.len() - 2);
        stack.push(result);
        Ok(false)
    }

    /// A comparison of values of which nothing is known: most often not of numbers.
    fn compare_unknown(
        &mut self,
        b: &mut Builder,
        instruction: &Instruction,
        stack: &mut Vec<Value>,
        ints: Machine,
    ) -> Result<bool, Unsupported> {
        let operands = [top(stack, 2), top(stack, 1)];
        let truth = instruction.oparg & 16 != 0;
        let are_ints = b.machine(Machine::are_ints, operands.to_vec());
        let numbers = operands.map(|v| b.machine(Machine::untag_int, vec![v])).to_vec();
        let mut compared = b.machine(ints, numbers);
        if !truth {
            compared = b.box_bool(compared);
        }
        let operation = |b: &mut Builder, operands: &[Value]| {
            let (which, cache) = (b.i64(instruction.oparg.into()), b.cache(instruction.offset));
            let result =
                b.op_value(Operation::compare_op, vec![operands[0], operands[1], which, cache]);
            vec![if truth { b.is_word(result, Word::TRUE.bits()) } else { result }]
        };
        self.or_operation(b, instruction, stack, 2, (are_ints, vec![compared]), operation);
        Ok(false)
    }

    fn typed_to_bool(
        &mut self,
        b: &mut Builder,
        instruction: &Instruction,
        stack: &mut Vec<Value>,
    ) -> Result<bool, Unsupported> {
        let value = top(stack, 1);
        let truth = match b.func.ty(value) {
            Type::I1 => value,
            Type::I64 => {
                let zero = b.i64(0);
                b.machine(Machine::int_ne, vec![value, zero])
            }
            Type::F64 => {
                let zero = b.f64(0.0);
                b.machine(Machine::float_ne, vec![value, zero])
            }
            Type::Value | Type::Ptr => {
                let attempt = b.machine(Machine::truth, vec![value]);
                let attempt = succeeded(b, attempt);
                self.or_operation(b, instruction, stack, 1, attempt, |b, operands| {
                    vec![b.op_value(Operation::to_bool, operands.to_vec())]
                });
                return Ok(false);
            }
        };
        stack.pop();
        stack.push(truth);
        Ok(false)
    }

    fn typed_negative(
        &mut self,
        b: &mut Builder,
        instruction: &Instruction,
        stack: &mut Vec<Value>,
    ) -> Result<bool, Unsupported> {
        let place = stack.len() - 1;
        if b.func.ty(stack[place]) == Type::I1 {
            return self.general(b, instruction, stack);
        }
        self.number_at(b, instruction, stack, place, self.prefers_floats);
        let value = stack[place];
        stack[place] = if b.func.ty(value) == Type::F64 {
            b.machine(Machine::float_neg, vec![value])
        } else {
            let zero = b.i64(0);
            let results = b.machine_all(Machine::int_sub, vec![zero, value]);
            self.refuse(b, results[1], instruction.start, stack);
            results[0]
        };
        Ok(false)
    }

    fn typed_subscript(
        &mut self,
        b: &mut Builder,
        instruction: &Instruction,
        stack: &mut Vec<Value>,
    ) -> Result<bool, Unsupported> {
        let operands = [top(stack, 2), top(stack, 1)];
        let op = match operands.map(|v| b.func.ty(v)) {
            [Type::Value, Type::I64] => Machine::item_at,
            [Type::Value, Type::Value] if !is_object(b, operands[1]) => Machine::item,
            _ => return self.general(b, instruction, stack),
        };
        let attempt = b.machine(op, operands.to_vec());
        let attempt = succeeded(b, attempt);
        self.or_operation(b, instruction, stack, 2, attempt, |b, operands| {
            let (which, cache) = (b.i64(SUBSCRIPT.into()), b.cache(instruction.offset));
            let args = vec![operands[0], operands[1], which, cache];
            vec![b.op_value(Operation::binary_op, args)]
        });
        Ok(false)
    }

    fn typed_store_subscript(
        &mut self,
        b: &mut Builder,
        instruction: &Instruction,
        stack: &mut Vec<Value>,
    ) -> Result<bool, Unsupported> {
        let [value, container, key] = [3, 2, 1].map(|n| top(stack, n));
        let op = match [container, key].map(|v| b.func.ty(v)) {
            [Type::Value, Type::I64] => Machine::set_item_at,
            [Type::Value, Type::Value] if !is_object(b, key) => Machine::set_item,
            _ => return self.general(b, instruction, stack),
        };
        let value = self.boxed(b, value, instruction.start, stack);
        let failed = b.machine(op, vec![container, key, value]);
        let succeeded = b.not(failed);
        self.or_operation(b, instruction, stack, 3, (succeeded, vec![]), |b, operands| {
            let cache = b.cache(instruction.offset);
            b.op(Operation::store_subscr, vec![operands[1], operands[2], operands[0], cache]);
            vec![]
        });
        Ok(false)
    }

    fn typed_load_global(
        &mut self,
        b: &mut Builder,
        instruction: &Instruction,
        stack: &mut Vec<Value>,
    ) -> Result<bool, Unsupported> {
        let name = instruction.oparg >> 1;
        let args = vec![b.function(), b.cache(instruction.offset)];
        let attempt = b.machine(Machine::global, args);
        let mut attempt = succeeded(b, attempt);
        let null = (instruction.oparg & 1 != 0).then(|| b.null());
        attempt.1.extend(null);
        self.or_operation(b, instruction, stack, 0, attempt, |b, _| {
            let args = vec![b.function(), b.pool_name(name), b.cache(instruction.offset)];
            let mut results = vec![b.op_value(Operation::load_global, args)];
            results.extend(null);
            results
        });
        if self.range_name == Some(name) {
            self.named_range.insert(top(stack, 1 + usize::from(null.is_some())));
        }
        Ok(false)
    }

    fn typed_load_attr(
        &mut self,
        b: &mut Builder,
        instruction: &Instruction,
        stack: &mut Vec<Value>,
    ) -> Result<bool, Unsupported> {
        let (owner, name) = (top(stack, 1), instruction.oparg >> 1);
        if b.func.ty(owner) != Type::Value {
            return self.general(b, instruction, stack);
        }
        let cache = b.cache(instruction.offset);
        let method = instruction.oparg & 1 != 0;
        let op = if method { Machine::method } else { Machine::slot };
        let attempt = b.machine(op, vec![owner, cache]);
        let mut attempt = succeeded(b, attempt);
        if method {
            attempt.1.push(owner);
        }
        self.or_operation(b, instruction, stack, 1, attempt, |b, operands| {
            let (name, frame) = (b.pool_name(name), b.frame_address());
            let args = vec![operands[0], name, frame, b.cache(instruction.offset)];
            if method {
                b.op_outs(Operation::load_method, args, 1)
            } else {
                vec![b.op_value(Operation::load_attr, args)]
            }
        });
        Ok(false)
    }

    fn typed_store_attr(
        &mut self,
        b: &mut Builder,
        instruction: &Instruction,
        stack: &mut Vec<Value>,
    ) -> Result<bool, Unsupported> {
        let [value, owner] = [2, 1].map(|n| top(stack, n));
        if b.func.ty(owner) != Type::Value {
            return self.general(b, instruction, stack);
        }
        let value = self.boxed(b, value, instruction.start, stack);
        let cache = b.cache(instruction.offset);
        let failed = b.machine(Machine::set_slot, vec![owner, value, cache]);
        let succeeded = b.not(failed);
        self.or_operation(b, instruction, stack, 2, (succeeded, vec![]), |b, operands| {
            let (name, cache) = (b.pool_name(instruction.oparg), b.cache(instruction.offset));
            b.op(Operation::store_attr, vec![operands[1], name, operands[0], cache]);
            vec![]
        });
        Ok(false)
    }

    /// An iterator over what `range` just gave goes nowhere but to the loop, if that comes next: its
    /// state can be in SSA values.
    fn typed_get_iter(
        &mut self,
        b: &mut Builder,
        instruction: &Instruction,
        stack: &mut Vec<Value>,
    ) -> Result<bool, Unsupported> {
        let iterable = top(stack, 1);
        if !self.made_range.contains(&iterable) || !self.loop_follows(instruction) {
            return self.general(b, instruction, stack);
        }
        let is_range = b.machine(Machine::is_range, vec![iterable]);
        self.require(b, is_range, instruction.start, stack);
        // For a range it runs no Python code and does not fail.
        let iterator = b.op_value(Operation::get_iter, vec![iterable]);
        stack.pop();
        stack.push(iterator);
        let small = b.machine(Machine::is_range_iterator, vec![iterator]);
        self.require(b, small, instruction.next, stack);
        let [next, step, left] = [Machine::range_next, Machine::range_step, Machine::range_left]
            .map(|op| b.machine(op, vec![iterator]));
        self.state.ranges.push(Range { iterator, next, step, left });
        Ok(false)
    }

    /// Whether the loop over a new iterator starts behind `instruction`. A comprehension first
    /// saves the variables that it uses.
    fn loop_follows(&self, instruction: &Instruction) -> bool {
        let behind = self.instructions.iter().skip_while(|i| i.start < instruction.next);
        let mut rest = behind.skip_while(|i| {
            matches!(
                i.opcode,
                Opcode::NOP
                    | Opcode::LOAD_FAST_AND_CLEAR
                    | Opcode::SWAP
                    | Opcode::COPY
                    | Opcode::BUILD_LIST
                    | Opcode::BUILD_SET
                    | Opcode::BUILD_MAP
            )
        });
        rest.next().is_some_and(|i| i.opcode == Opcode::FOR_ITER)
    }

    fn typed_for_iter(
        &mut self,
        b: &mut Builder,
        instruction: &Instruction,
        stack: &mut Vec<Value>,
    ) -> Result<bool, Unsupported> {
        let iterator = top(stack, 1);
        let target = instruction.target().expect("FOR_ITER jumps");
        if let Some(range) = self.state.range(iterator).copied() {
            let (zero, one) = (b.i64(0), b.i64(1));
            let done = b.machine(Machine::int_le, vec![range.left, zero]);
            let yes = self.edge(b, target, stack);
            // Every number of the range, and the one behind the last, is a small int.
            let next = b.machine(Machine::int_add, vec![range.next, range.step]);
            let left = b.machine(Machine::int_sub, vec![range.left, one]);
            *self.state.range(iterator).expect("it was found") = Range { next, left, ..range };
            stack.push(range.next);
            let no = self.edge(b, instruction.next, stack);
            b.branch(done, yes, no);
            return Ok(true);
        }
        let join = b.func.add_block();
        let item = b.func.add_param(join, Type::Value);
        let slow = b.func.add_block();
        let attempt = b.machine(Machine::next, vec![iterator]);
        let (succeeded, results) = succeeded(b, attempt);
        b.branch(succeeded, BlockCall::new(join, results), BlockCall::new(slow, vec![]));
        b.switch_to(slow);
        let state = self.state.clone();
        let mut settled = stack.clone();
        self.settle_rarely(b, instruction.start, &mut settled);
        self.may_raise(b, instruction, &settled);
        let args = vec![iterator, b.cache(instruction.offset)];
        let result = b.op_value(Operation::for_iter, args);
        b.unwind = None;
        let done = b.is_word(result, Word::EXHAUSTED.bits());
        let ended = self.edge(b, target, &settled);
        let more = b.func.add_block();
        b.branch(done, ended, BlockCall::new(more, vec![]));
        b.switch_to(more);
        settled.push(result);
        self.check_observed(b, instruction.next, &settled);
        b.jump(join, vec![result]);
        self.state = state;
        b.switch_to(join);
        stack.push(item);
        self.go_typed(b, instruction.next, stack);
        Ok(true)
    }

    /// A constant that is no heap object: numbers are unboxed in typed code.
    pub(super) fn constant(&mut self, b: &mut Builder, word: Word) -> Value {
        if !self.typed {
            return b.word(word);
        }
        if let Some(n) = word.as_small_int() {
            b.i64(n)
        } else if word.is_immediate_float() {
            b.f64(word.immediate_float_unchecked())
        } else {
            b.word(word)
        }
    }

    /// The local variable in `slot`, which may be unbound.
    pub(super) fn load_local(&mut self, b: &mut Builder, slot: u32) -> Value {
        if !self.typed {
            return b.home_load(slot);
        }
        if let Some(cached) = self.state.locals[slot as usize] {
            return cached.value;
        }
        let value = b.home_load(slot);
        self.state.locals[slot as usize] = Some(Cached { value, dirty: false });
        value
    }

    pub(super) fn store_local(&mut self, b: &mut Builder, slot: u32, value: Value) {
        if self.typed {
            self.state.locals[slot as usize] = Some(Cached { value, dirty: true });
        } else {
            b.home_store(slot, value);
        }
    }
}

/// The condition that an attempt gave a value, and the value.
fn succeeded(b: &mut Builder, result: Value) -> (Value, Vec<Value>) {
    let failed = b.is_word(result, 0);
    (b.not(failed), vec![result])
}

fn is_constant(b: &Builder, value: Value) -> bool {
    match b.func.values[value].definition {
        Definition::Result(inst, _) => matches!(b.func.insts[inst].data, InstData::Const { .. }),
        Definition::Param(..) => false,
    }
}

/// Whether the value is known to be a heap object that is no number.
fn is_object(b: &Builder, value: Value) -> bool {
    match b.func.values[value].definition {
        Definition::Result(inst, _) => {
            matches!(b.func.insts[inst].data, InstData::PoolConst { .. })
        }
        Definition::Param(..) => false,
    }
}

/// The number as a float.
fn as_float(b: &mut Builder, value: Value) -> Value {
    match b.func.ty(value) {
        Type::I64 => b.machine(Machine::int_to_float, vec![value]),
        _ => value,
    }
}

/// Whether the number is known to be exact as a float.
fn is_exact_float(b: &Builder, value: Value) -> bool {
    match (b.func.ty(value), b.func.values[value].definition) {
        (Type::F64, _) => true,
        (_, Definition::Result(inst, _)) => {
            matches!(b.func.insts[inst].data, InstData::Const { ty: Type::I64, bits }
                if (bits as i64).unsigned_abs() <= 1 << 53)
        }
        (_, Definition::Param(..)) => false,
    }
}

/// Whether nobody can look at the frame during the instruction: it calls no Python code.
fn is_quiet(opcode: Opcode) -> bool {
    matches!(
        opcode,
        Opcode::BUILD_LIST
            | Opcode::BUILD_TUPLE
            | Opcode::BUILD_STRING
            | Opcode::BUILD_SLICE
            | Opcode::LIST_APPEND
            | Opcode::MAKE_CELL
            | Opcode::COPY_FREE_VARS
            | Opcode::STORE_DEREF
            | Opcode::MAKE_FUNCTION
            | Opcode::SET_FUNCTION_ATTRIBUTE
            | Opcode::LOAD_COMMON_CONSTANT
            | Opcode::MATCH_MAPPING
            | Opcode::MATCH_SEQUENCE
    )
}
