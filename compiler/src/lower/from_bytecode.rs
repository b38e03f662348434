//! Builds SSA by running the bytecode on a stack of SSA values.
//!
//! Each basic block of the bytecode becomes a block with one parameter for each value on the
//! evaluation stack; the ones that turn out to be always the same are removed by
//! [`crate::passes::simplify_params`]. Local variables stay in their home slots, but in typed code
//! ([`super::versions`]). Exception handlers are
//! blocks whose parameters are the values that the exception table keeps.
//!
//! In the body of a generator the home slots are those of the heap frame, which the interpreter
//! uses as well: at `YIELD_VALUE` the stack is stored behind the locals, and the resumption loads
//! it again.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};

use krait_layout::Value as Word;
use krait_layout::program::native_kind;
use krait_runtime::bytecode::code_unit::{CodeUnit, Constant, flags};
use krait_runtime::bytecode::opcode::Opcode;

use super::decode::{self, Handler, Instruction};
use super::locals::{self, Liveness};
use super::versions::{State, Typing, Version};
use crate::ir::{Block, BlockCall, Builder, Function, Operation, Site, Type, Value};

/// Why a code object stays bytecode.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unsupported {
    pub reason: String,
}

/// What a code object is compiled to.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A function: called with its locals bound.
    Function,
    /// The body of a generator, coroutine or asynchronous generator, from `RETURN_GENERATOR` on:
    /// called to resume it. The interpreter runs the few instructions before.
    Generator,
    /// A module's top level, whose local variables are its globals.
    Module,
    /// The body of a class, whose names live in a mapping that `__prepare__` gives.
    Class,
}

impl Kind {
    /// The kind of `unit`.
    pub fn of(unit: &CodeUnit) -> Kind {
        if unit.flags & (flags::GENERATOR | flags::COROUTINE | flags::ASYNC_GENERATOR) != 0 {
            Kind::Generator
        } else if unit.flags & flags::OPTIMIZED != 0 {
            Kind::Function
        } else if unit.name.as_str() == Ok("<module>") {
            Kind::Module
        } else {
            Kind::Class
        }
    }

    /// See [`krait_layout::program::native_kind`].
    pub fn native(self) -> u32 {
        match self {
            Kind::Function | Kind::Module => native_kind::FUNCTION,
            Kind::Generator => native_kind::GENERATOR,
            Kind::Class => native_kind::CLASS_BODY,
        }
    }
}

/// The function in SSA form, or why it must stay bytecode. `typing` asks for versions by
/// types, which are larger and faster.
pub fn lower(unit: &CodeUnit, name: &str, typing: Typing) -> Result<Function, Unsupported> {
    let kind = Kind::of(unit);
    let mut slots = unit.localsplusnames.len() as u32;
    if kind == Kind::Generator {
        slots += unit.stacksize;
    }
    let mut func = Function::new(name, slots);
    let entry = func.add_block();
    let instructions = decode::instructions(&unit.code);
    let locals = unit.localsplusnames.len() as u32;
    // What runs once, and has its variables in a dictionary, gains nothing.
    let typing = match kind {
        Kind::Function | Kind::Generator => typing,
        Kind::Module | Kind::Class => Typing::Off,
    };
    let divides = |i: &Instruction| i.opcode == Opcode::BINARY_OP && matches!(i.oparg, 11 | 24);
    let mut lowering = Lowering {
        kind,
        locals,
        typing,
        typed: false,
        state: State::default(),
        versions: HashMap::new(),
        liveness: Liveness::new(&instructions, locals),
        loops: locals::loops(&instructions),
        prefers_floats: instructions.iter().any(divides)
            || unit.consts.iter().any(|constant| matches!(constant, Constant::Float(_))),
        range_name: unit.names.iter().position(|n| n.as_str() == Ok("range")).map(|n| n as u32),
        named_range: HashSet::new(),
        made_range: HashSet::new(),
        immediates: unit.consts.iter().map(immediate).collect(),
        positions: instructions.iter().enumerate().map(|(n, i)| (i.start, n)).collect(),
        leaders: leaders(&instructions),
        lines: decode::lines(unit).into_iter().map(|(offset, _)| offset).collect(),
        handlers: decode::handlers(unit),
        blocks: BTreeMap::new(),
        handler_blocks: HashMap::new(),
        resumptions: Vec::new(),
        queue: VecDeque::new(),
        instructions,
    };
    lowering.run(&mut func, entry)?;
    Ok(func)
}

fn unsupported(reason: impl Into<String>) -> Unsupported {
    Unsupported { reason: reason.into() }
}

/// The constant's word, where that does not depend on the heap.
fn immediate(constant: &Constant) -> Option<Word> {
    match constant {
        Constant::None => Some(Word::NONE),
        Constant::True => Some(Word::TRUE),
        Constant::False => Some(Word::FALSE),
        Constant::Ellipsis => Some(Word::ELLIPSIS),
        Constant::Int(n) => Word::small_int(i64::try_from(n).ok()?),
        Constant::Float(f) => Word::immediate_float(*f),
        Constant::Complex(..)
        | Constant::Str(_)
        | Constant::Bytes(_)
        | Constant::Tuple(_)
        | Constant::FrozenSet(_)
        | Constant::Slice(_)
        | Constant::Code(_) => None,
    }
}

/// The offsets where a basic block starts.
fn leaders(instructions: &[Instruction]) -> BTreeSet<u32> {
    let mut leaders = BTreeSet::new();
    for instruction in instructions {
        if let Some(target) = instruction.target() {
            leaders.insert(target);
            leaders.insert(instruction.next);
        } else if instruction.opcode == Opcode::YIELD_VALUE {
            // Suspended in one place only.
            leaders.insert(instruction.start);
            leaders.insert(instruction.next);
        }
    }
    leaders
}

/// A block that was reached and not yet filled.
pub(super) struct Pending {
    /// Where in the bytecode it goes on.
    pub offset: u32,
    pub block: Block,
    pub stack: Vec<Value>,
    pub state: State,
    pub typed: bool,
}

pub(super) struct Lowering {
    kind: Kind,
    /// Length of `localsplus`.
    locals: u32,
    /// Whether there are typed versions.
    pub(super) typing: Typing,
    /// Whether the block that is being filled is one.
    pub(super) typed: bool,
    /// What that knows.
    pub(super) state: State,
    pub(super) versions: HashMap<u32, Vec<Version>>,
    pub(super) liveness: Liveness,
    /// Where loops start, with the variables that they write.
    pub(super) loops: BTreeMap<u32, BTreeSet<u32>>,
    /// Whether a number of which nothing is known is rather a float.
    pub(super) prefers_floats: bool,
    /// The index of the name `range`.
    pub(super) range_name: Option<u32>,
    /// What was loaded by that name, and what calls of that gave.
    pub(super) named_range: HashSet<Value>,
    pub(super) made_range: HashSet<Value>,
    /// Those of `co_consts` that are no heap objects.
    immediates: Vec<Option<Word>>,
    pub(super) instructions: Vec<Instruction>,
    /// Index into `instructions` by offset.
    positions: HashMap<u32, usize>,
    leaders: BTreeSet<u32>,
    /// Offsets where a line starts, sorted.
    lines: Vec<u32>,
    handlers: Vec<Handler>,
    /// Blocks of the bytecode by offset. Every edge into one agrees on the depth of the stack.
    blocks: BTreeMap<u32, Block>,
    /// Blocks that catch for a handler.
    handler_blocks: HashMap<(u32, u32, bool), Block>,
    /// Suspension points and the blocks that go on there.
    resumptions: Vec<(u32, Block)>,
    pub(super) queue: VecDeque<Pending>,
}

impl Lowering {
    fn run(&mut self, func: &mut Function, entry: Block) -> Result<(), Unsupported> {
        let start = match self.kind {
            Kind::Function | Kind::Module | Kind::Class => {
                let (typed, state) = (self.typing.is_on(), State::new(self.locals));
                self.queue.push_back(Pending {
                    offset: 0,
                    block: entry,
                    stack: vec![],
                    state,
                    typed,
                });
                None
            }
            Kind::Generator => {
                let first = self
                    .instructions
                    .iter()
                    .find(|i| i.opcode == Opcode::RETURN_GENERATOR)
                    .ok_or_else(|| unsupported("a generator without RETURN_GENERATOR"))?;
                let next = first.next;
                let block = func.add_block();
                // The value that RETURN_GENERATOR leaves for the first resumption.
                let none = Builder::new(func, block).word(Word::NONE);
                self.queue.push_back(Pending {
                    offset: next,
                    block,
                    stack: vec![none],
                    state: State::new(self.locals),
                    typed: false,
                });
                Some(block)
            }
        };
        while let Some(Pending { offset, block, stack, state, typed }) = self.queue.pop_front() {
            (self.state, self.typed) = (state, typed);
            self.block(func, offset, block, stack)?;
        }
        if let Some(start) = start {
            let mut targets = vec![BlockCall::new(start, vec![])];
            targets.extend(self.resumptions.iter().map(|(_, b)| BlockCall::new(*b, vec![])));
            let offsets = self.resumptions.iter().map(|(offset, _)| *offset).collect();
            Builder::new(func, entry).resume(offsets, targets);
        }
        Ok(())
    }

    /// The generic version of the bytecode at `offset`, reached with `depth` values on the stack.
    pub(super) fn generic(&mut self, func: &mut Function, offset: u32, depth: usize) -> Block {
        if let Some(&block) = self.blocks.get(&offset) {
            assert_eq!(func.blocks[block].params.len(), depth, "stack depth at {offset}");
            return block;
        }
        let block = func.add_block();
        let params = (0..depth).map(|_| func.add_param(block, Type::Value)).collect();
        self.blocks.insert(offset, block);
        let state = State::new(self.locals);
        self.queue.push_back(Pending { offset, block, stack: params, state, typed: false });
        block
    }

    /// Where an exception goes that is raised by `instruction` with `stack` below its operands.
    pub(super) fn unwind(
        &mut self,
        b: &mut Builder,
        instruction: &Instruction,
        stack: &[Value],
    ) -> Option<BlockCall> {
        let covers = |h: &&Handler| h.start <= instruction.offset && instruction.offset < h.end;
        let handler = *self.handlers.iter().find(covers)?;
        let depth = handler.depth as usize;
        let mut args = stack[..depth].to_vec();
        if handler.lasti {
            args.push(b.word(Word::from_i32((instruction.offset / 2) as i32)));
        }
        let key = (handler.target, handler.depth, handler.lasti);
        if let Some(&block) = self.handler_blocks.get(&key) {
            return Some(BlockCall::new(block, args));
        }
        let func = &mut *b.func;
        let block = func.add_block();
        self.handler_blocks.insert(key, block);
        let mut stack: Vec<Value> =
            args.iter().map(|_| func.add_param(block, Type::Value)).collect();
        let mut catching = Builder::new(func, block);
        stack.push(catching.catch());
        let target = self.generic(catching.func, handler.target, stack.len());
        catching.jump(target, stack);
        Some(BlockCall::new(block, args))
    }

    /// Fills `block` from the bytecode at `offset` up to the end of its basic block.
    fn block(
        &mut self,
        func: &mut Function,
        offset: u32,
        block: Block,
        mut stack: Vec<Value>,
    ) -> Result<(), Unsupported> {
        let mut b = Builder::new(func, block);
        let mut position = *self
            .positions
            .get(&offset)
            .ok_or_else(|| unsupported(format!("a jump into the middle of {offset}")))?;
        loop {
            let instruction = *self
                .instructions
                .get(position)
                .ok_or_else(|| unsupported("control runs off the end"))?;
            b.site = Site { offset: instruction.offset, depth: stack.len() as u32 };
            let ended = if self.typed {
                self.typed_instruction(&mut b, &instruction, &mut stack)?
            } else {
                if self.lines.binary_search(&instruction.start).is_ok() {
                    b.watch(stack.clone());
                }
                b.unwind = self.unwind(&mut b, &instruction, &stack);
                self.instruction(&mut b, &instruction, &mut stack)?
            };
            if ended || instruction.ends_block() {
                return Ok(());
            }
            let shared = !self.typed && self.blocks.contains_key(&instruction.next);
            if shared || self.leaders.contains(&instruction.next) {
                self.go(&mut b, instruction.next, &stack);
                return Ok(());
            }
            position += 1;
        }
    }

    /// Goes to `yes` or on to the next instruction.
    pub(super) fn branch(
        &mut self,
        b: &mut Builder,
        condition: Value,
        instruction: &Instruction,
        stack: &[Value],
    ) {
        let target = instruction.target().expect("a jump");
        let yes = self.edge(b, target, stack);
        let no = self.edge(b, instruction.next, stack);
        b.branch(condition, yes, no);
    }

    /// Loads a local variable for `instruction`, raising `UnboundLocalError` where it has no value.
    fn load_checked(
        &mut self,
        b: &mut Builder,
        slot: u32,
        instruction: &Instruction,
        stack: &[Value],
    ) -> Value {
        let value = self.load_local(b, slot);
        if b.func.ty(value) != Type::Value {
            return value;
        }
        let unbound = b.is_word(value, 0);
        if self.typed {
            self.refuse(b, unbound, instruction.start, stack);
            return value;
        }
        let error = b.func.add_block();
        let bound = b.func.add_block();
        b.branch(unbound, BlockCall::new(error, vec![]), BlockCall::new(bound, vec![]));
        b.switch_to(error);
        let function = b.function();
        let index = b.i64(slot.into());
        b.op(Operation::unbound_local, vec![function, index]);
        b.unreachable();
        b.switch_to(bound);
        value
    }

    /// Runs one instruction. True if it ended the block.
    pub(super) fn instruction(
        &mut self,
        b: &mut Builder,
        instruction: &Instruction,
        stack: &mut Vec<Value>,
    ) -> Result<bool, Unsupported> {
        use Operation as Op;
        let oparg = instruction.oparg;
        let offset = instruction.offset;
        let count = oparg as usize;
        macro_rules! pop {
            () => {
                stack.pop().expect("the code was verified")
            };
        }
        macro_rules! top {
            () => {
                *stack.last().expect("the code was verified")
            };
        }
        // One operation: takes the named values off the stack, last one first, and pushes the
        // result.
        macro_rules! operation {
            ($op:ident; $($arg:ident),*; $($extra:expr),*) => {{
                operation!(@pop $($arg),*);
                let args = vec![$($arg,)* $($extra),*];
                let result = b.op(Op::$op, args);
                stack.extend(result);
            }};
            (@pop $first:ident $(, $rest:ident)*) => {
                operation!(@pop $($rest),*);
                let $first = pop!();
            };
            (@pop) => {};
        }
        match instruction.opcode {
            Opcode::NOP | Opcode::NOT_TAKEN | Opcode::CACHE | Opcode::EXTENDED_ARG => {}
            // The stack check at the first call is its poll.
            Opcode::RESUME => {}

            // Constants and local variables.
            Opcode::LOAD_CONST => stack.push(match self.immediates[count] {
                Some(word) => self.constant(b, word),
                None => b.pool_const(oparg),
            }),
            Opcode::LOAD_SMALL_INT => stack.push(self.constant(b, Word::from_i32(oparg as i32))),
            Opcode::LOAD_COMMON_CONSTANT => {
                let index = b.i64(oparg.into());
                stack.push(b.op_value(Op::load_common_constant, vec![index]));
            }
            Opcode::PUSH_NULL => stack.push(b.null()),
            Opcode::LOAD_FAST | Opcode::LOAD_FAST_BORROW => stack.push(self.load_local(b, oparg)),
            Opcode::LOAD_FAST_LOAD_FAST | Opcode::LOAD_FAST_BORROW_LOAD_FAST_BORROW => {
                stack.push(self.load_local(b, oparg >> 4));
                stack.push(self.load_local(b, oparg & 15));
            }
            Opcode::LOAD_FAST_CHECK => stack.push(self.load_checked(b, oparg, instruction, stack)),
            Opcode::LOAD_FAST_AND_CLEAR => {
                stack.push(self.load_local(b, oparg));
                let null = b.null();
                self.store_local(b, oparg, null);
            }
            Opcode::STORE_FAST => {
                let value = pop!();
                self.store_local(b, oparg, value)
            }
            Opcode::STORE_FAST_LOAD_FAST => {
                let value = pop!();
                self.store_local(b, oparg >> 4, value);
                stack.push(self.load_local(b, oparg & 15));
            }
            Opcode::STORE_FAST_STORE_FAST => {
                let value = pop!();
                self.store_local(b, oparg >> 4, value);
                let value = pop!();
                self.store_local(b, oparg & 15, value);
            }
            Opcode::DELETE_FAST => {
                self.load_checked(b, oparg, instruction, stack);
                let null = b.null();
                self.store_local(b, oparg, null);
            }
            Opcode::MAKE_CELL => {
                let value = self.load_local(b, oparg);
                let cell = b.op_value(Op::make_cell, vec![value]);
                self.store_local(b, oparg, cell);
            }
            Opcode::COPY_FREE_VARS => {
                let frame = b.frame_address();
                b.op(Op::copy_free_vars, vec![frame]);
            }
            Opcode::LOAD_DEREF => {
                let (cell, function) = (self.load_local(b, oparg), b.function());
                let index = b.i64(oparg.into());
                stack.push(b.op_value(Op::load_deref, vec![cell, function, index]));
            }
            Opcode::STORE_DEREF => {
                let cell = self.load_local(b, oparg);
                b.op(Op::store_deref, vec![cell, pop!()]);
            }
            Opcode::DELETE_DEREF => {
                let (cell, function) = (self.load_local(b, oparg), b.function());
                let index = b.i64(oparg.into());
                b.op(Op::delete_deref, vec![cell, function, index]);
            }
            Opcode::LOAD_FROM_DICT_OR_DEREF => {
                let (cell, function) = (self.load_local(b, oparg), b.function());
                let index = b.i64(oparg.into());
                let mapping = pop!();
                let args = vec![mapping, cell, function, index];
                stack.push(b.op_value(Op::load_from_dict_or_deref, args));
            }
            Opcode::LOAD_FROM_DICT_OR_GLOBALS => {
                let (name, frame) = (b.pool_name(oparg), b.frame_address());
                let mapping = pop!();
                let args = vec![mapping, name, frame];
                stack.push(b.op_value(Op::load_from_dict_or_globals, args));
            }

            // Globals and names. A module's locals are its globals.
            Opcode::LOAD_GLOBAL => {
                self.load_global(b, oparg >> 1, offset, stack);
                if oparg & 1 != 0 {
                    stack.push(b.null());
                }
            }
            Opcode::LOAD_NAME if self.kind == Kind::Module => {
                self.load_global(b, oparg, offset, stack);
            }
            Opcode::STORE_GLOBAL => self.store_global(b, oparg, pop!()),
            Opcode::STORE_NAME if self.kind == Kind::Module => {
                self.store_global(b, oparg, pop!());
            }
            Opcode::DELETE_GLOBAL => self.delete_global(b, oparg),
            Opcode::DELETE_NAME if self.kind == Kind::Module => self.delete_global(b, oparg),
            Opcode::LOAD_NAME => {
                let args = vec![b.frame_address(), b.pool_name(oparg)];
                stack.push(b.op_value(Op::load_name, args));
            }
            Opcode::STORE_NAME => {
                let args = vec![b.frame_address(), b.pool_name(oparg), pop!()];
                b.op(Op::store_name, args);
            }
            Opcode::DELETE_NAME => {
                let args = vec![b.frame_address(), b.pool_name(oparg)];
                b.op(Op::delete_name, args);
            }
            Opcode::LOAD_LOCALS => {
                let frame = b.frame_address();
                stack.push(b.op_value(Op::load_locals, vec![frame]));
            }
            Opcode::SETUP_ANNOTATIONS => {
                let frame = b.frame_address();
                b.op(Op::setup_annotations, vec![frame]);
            }
            Opcode::LOAD_BUILD_CLASS => {
                let function = b.function();
                stack.push(b.op_value(Op::load_build_class, vec![function]));
            }
            Opcode::IMPORT_NAME => {
                let (name, frame) = (b.pool_name(oparg), b.frame_address());
                operation!(import_name; level, fromlist; name, frame);
            }
            Opcode::IMPORT_FROM => {
                let name = b.pool_name(oparg);
                let args = vec![top!(), name];
                stack.push(b.op_value(Op::import_from, args));
            }

            // Attributes.
            Opcode::LOAD_ATTR => {
                let owner = pop!();
                let (name, frame) = (b.pool_name(oparg >> 1), b.frame_address());
                let args = vec![owner, name, frame, b.cache(offset)];
                if oparg & 1 != 0 {
                    stack.extend(b.op_outs(Op::load_method, args, 1));
                } else {
                    stack.push(b.op_value(Op::load_attr, args));
                }
            }
            Opcode::STORE_ATTR => {
                let owner = pop!();
                let value = pop!();
                let (name, cache) = (b.pool_name(oparg), b.cache(offset));
                b.op(Op::store_attr, vec![owner, name, value, cache]);
            }
            Opcode::DELETE_ATTR => {
                let name = b.pool_name(oparg);
                operation!(delete_attr; owner; name);
            }
            Opcode::LOAD_SUPER_ATTR => {
                let this = pop!();
                let class = pop!();
                let super_ = pop!();
                let (name, flags) = (b.pool_name(oparg >> 2), b.i64((oparg & 3).into()));
                let args = vec![super_, class, this, name, flags];
                stack.push(b.op_value(Op::load_super_attr, args));
                if oparg & 1 != 0 {
                    stack.push(b.null());
                }
            }
            Opcode::LOAD_SPECIAL => {
                let owner = pop!();
                let which = b.i64(oparg.into());
                stack.extend(b.op_outs(Op::load_special, vec![owner, which], 1));
            }

            // Arithmetic, comparison, containers.
            Opcode::BINARY_OP => {
                let (which, cache) = (b.i64(oparg.into()), b.cache(offset));
                operation!(binary_op; left, right; which, cache);
            }
            Opcode::COMPARE_OP => {
                let (which, cache) = (b.i64(oparg.into()), b.cache(offset));
                operation!(compare_op; left, right; which, cache);
            }
            Opcode::CONTAINS_OP => {
                let invert = b.i64(oparg.into());
                operation!(contains_op; item, container; invert);
            }
            Opcode::IS_OP => {
                let right = pop!();
                let left = pop!();
                let mut condition = b.is(left, right);
                if oparg & 1 != 0 {
                    condition = b.not(condition);
                }
                stack.push(b.box_bool(condition));
            }
            Opcode::UNARY_NEGATIVE => operation!(unary_negative; value;),
            Opcode::UNARY_INVERT => operation!(unary_invert; value;),
            Opcode::UNARY_NOT => {
                let value = pop!();
                let condition = b.is_word(value, Word::FALSE.bits());
                stack.push(b.box_bool(condition));
            }
            Opcode::TO_BOOL => operation!(to_bool; value;),
            Opcode::BINARY_SLICE => operation!(binary_slice; container, start, stop;),
            Opcode::STORE_SLICE => operation!(store_slice; value, container, start, stop;),
            Opcode::STORE_SUBSCR => {
                let key = pop!();
                let container = pop!();
                let value = pop!();
                let cache = b.cache(offset);
                b.op(Op::store_subscr, vec![container, key, value, cache]);
            }
            Opcode::DELETE_SUBSCR => operation!(delete_subscr; container, key;),
            Opcode::GET_LEN => {
                let args = vec![top!()];
                stack.push(b.op_value(Op::get_len, args));
            }

            // Calls and functions.
            Opcode::CALL => {
                let args = stack.split_off(stack.len() - count);
                let this = pop!();
                let callable = pop!();
                let cache = b.cache(offset);
                let all = [vec![callable, this, cache], args].concat();
                stack.push(b.op_value(Op::call, all));
            }
            Opcode::CALL_KW => {
                let names = pop!();
                let args = stack.split_off(stack.len() - count);
                let this = pop!();
                let callable = pop!();
                let cache = b.cache(offset);
                let all = [vec![callable, this, names, cache], args].concat();
                stack.push(b.op_value(Op::call_kw, all));
            }
            Opcode::CALL_FUNCTION_EX => {
                operation!(call_function_ex; callable, null, args, keywords;);
            }
            Opcode::CALL_INTRINSIC_1 => {
                let (which, frame) = (b.i64(oparg.into()), b.frame_address());
                operation!(call_intrinsic_1; value; which, frame);
            }
            Opcode::CALL_INTRINSIC_2 => {
                let which = b.i64(oparg.into());
                operation!(call_intrinsic_2; first, second; which);
            }
            Opcode::MAKE_FUNCTION => {
                let function = b.function();
                operation!(make_function; code; function);
            }
            Opcode::SET_FUNCTION_ATTRIBUTE => {
                let function = pop!();
                let attribute = pop!();
                let which = b.i64(oparg.into());
                b.op(Op::set_function_attribute, vec![function, attribute, which]);
                stack.push(function);
            }
            Opcode::EXIT_INIT_CHECK => operation!(exit_init_check; value;),

            // Construction.
            Opcode::BUILD_LIST => self.build(b, Op::build_list, count, stack),
            Opcode::BUILD_TUPLE => self.build(b, Op::build_tuple, count, stack),
            Opcode::BUILD_SET => self.build(b, Op::build_set, count, stack),
            Opcode::BUILD_STRING => self.build(b, Op::build_string, count, stack),
            Opcode::BUILD_MAP => self.build(b, Op::build_map, 2 * count, stack),
            Opcode::BUILD_SLICE => {
                let step = if oparg == 3 { pop!() } else { b.word(Word::NONE) };
                operation!(build_slice; start, stop; step);
            }
            Opcode::BUILD_TEMPLATE => operation!(build_template; strings, interpolations;),
            Opcode::BUILD_INTERPOLATION => {
                let format = if oparg & 1 != 0 { pop!() } else { b.null() };
                let conversion = b.i64((oparg >> 2).into());
                operation!(build_interpolation; value, text; format, conversion);
            }
            Opcode::LIST_APPEND => self.add(b, Op::list_append, 1, count, stack),
            Opcode::LIST_EXTEND => self.add(b, Op::list_extend, 1, count, stack),
            Opcode::SET_ADD => self.add(b, Op::set_add, 1, count, stack),
            Opcode::SET_UPDATE => self.add(b, Op::set_update, 1, count, stack),
            Opcode::MAP_ADD => self.add(b, Op::map_add, 2, count, stack),
            Opcode::DICT_UPDATE => self.add(b, Op::dict_update, 1, count, stack),
            Opcode::DICT_MERGE => {
                let update = pop!();
                let dict = stack[stack.len() - count];
                let callable = stack[stack.len() - count - 3];
                b.op(Op::dict_merge, vec![dict, update, callable]);
            }
            Opcode::CONVERT_VALUE => {
                let which = b.i64(oparg.into());
                operation!(convert_value; value; which);
            }
            Opcode::FORMAT_SIMPLE => operation!(format_simple; value;),
            Opcode::FORMAT_WITH_SPEC => operation!(format_with_spec; value, spec;),

            // Iteration and unpacking.
            Opcode::GET_ITER => operation!(get_iter; iterable;),
            Opcode::FOR_ITER => {
                let cache = b.cache(offset);
                let args = vec![top!(), cache];
                let item = b.op_value(Op::for_iter, args);
                let done = b.is_word(item, Word::EXHAUSTED.bits());
                let target = instruction.target().expect("FOR_ITER jumps");
                let yes = self.edge(b, target, stack);
                stack.push(item);
                let no = self.edge(b, instruction.next, stack);
                b.branch(done, yes, no);
                return Ok(true);
            }
            Opcode::UNPACK_SEQUENCE => {
                let sequence = pop!();
                let length = b.i64(oparg.into());
                let items = b.op_outs(Op::unpack_sequence, vec![sequence, length], count);
                stack.extend(items.into_iter().rev());
            }
            Opcode::UNPACK_EX => {
                let sequence = pop!();
                let (before, after) = (oparg & 0xff, oparg >> 8);
                let numbers = [b.i64(before.into()), b.i64(after.into())];
                let args = vec![sequence, numbers[0], numbers[1]];
                let items = b.op_outs(Op::unpack_ex, args, (before + after + 1) as usize);
                stack.extend(items.into_iter().rev());
            }

            // Patterns.
            Opcode::MATCH_CLASS => {
                let positional = b.i64(oparg.into());
                operation!(match_class; subject, class, names; positional);
            }
            Opcode::MATCH_KEYS => {
                let args = stack[stack.len() - 2..].to_vec();
                stack.push(b.op_value(Op::match_keys, args));
            }
            Opcode::MATCH_MAPPING => {
                let args = vec![top!()];
                stack.push(b.op_value(Op::match_mapping, args));
            }
            Opcode::MATCH_SEQUENCE => {
                let args = vec![top!()];
                stack.push(b.op_value(Op::match_sequence, args));
            }

            // Control.
            Opcode::POP_TOP | Opcode::POP_ITER | Opcode::END_FOR => {
                pop!();
            }
            Opcode::END_SEND => {
                let value = pop!();
                pop!();
                stack.push(value);
            }
            Opcode::COPY => stack.push(stack[stack.len() - count]),
            Opcode::SWAP => {
                let last = stack.len() - 1;
                stack.swap(last, last + 1 - count);
            }
            Opcode::JUMP_FORWARD | Opcode::JUMP_BACKWARD_NO_INTERRUPT => {
                let call = self.edge(b, instruction.target().expect("a jump"), stack);
                b.jump(call.block, call.args);
            }
            Opcode::JUMP_BACKWARD => {
                b.poll(stack.clone());
                let call = self.edge(b, instruction.target().expect("a jump"), stack);
                b.jump(call.block, call.args);
            }
            Opcode::POP_JUMP_IF_FALSE | Opcode::POP_JUMP_IF_TRUE => {
                let word = if instruction.opcode == Opcode::POP_JUMP_IF_FALSE {
                    Word::FALSE
                } else {
                    Word::TRUE
                };
                let condition = b.is_word(pop!(), word.bits());
                self.branch(b, condition, instruction, stack);
                return Ok(true);
            }
            Opcode::POP_JUMP_IF_NONE => {
                let condition = b.is_word(pop!(), Word::NONE.bits());
                self.branch(b, condition, instruction, stack);
                return Ok(true);
            }
            Opcode::POP_JUMP_IF_NOT_NONE => {
                let none = b.is_word(pop!(), Word::NONE.bits());
                let condition = b.not(none);
                self.branch(b, condition, instruction, stack);
                return Ok(true);
            }
            Opcode::RETURN_VALUE => b.ret(pop!()),

            // Exceptions.
            // A bare `raise` goes on with the traceback that the exception has.
            Opcode::RAISE_VARARGS if oparg == 0 => {
                let exception = b.op_value(Op::handled_exception, vec![]);
                b.reraise(exception);
            }
            Opcode::RAISE_VARARGS => {
                let cause = if oparg == 2 { pop!() } else { b.null() };
                b.op(Op::raise_varargs, vec![pop!(), cause]);
                b.unreachable();
            }
            Opcode::RERAISE => b.reraise(pop!()),
            Opcode::PUSH_EXC_INFO => {
                let exception = pop!();
                stack.push(b.op_value(Op::push_exc_info, vec![exception]));
                stack.push(exception);
            }
            Opcode::POP_EXCEPT => {
                b.op(Op::pop_exc_info, vec![pop!()]);
            }
            Opcode::CHECK_EXC_MATCH => {
                let class = pop!();
                let args = vec![top!(), class];
                stack.push(b.op_value(Op::check_exc_match, args));
            }
            Opcode::CHECK_EG_MATCH => {
                let class = pop!();
                let exception = pop!();
                let results = b.op_outs(Op::check_eg_match, vec![exception, class], 1);
                stack.extend([results[1], results[0]]);
            }
            Opcode::WITH_EXCEPT_START => {
                let from_top = |n: usize| stack[stack.len() - n];
                let args = vec![from_top(5), from_top(4), from_top(1)];
                stack.push(b.op_value(Op::with_except_start, args));
            }

            // Generators, coroutines, asynchronous iteration.
            Opcode::YIELD_VALUE => {
                if self.kind != Kind::Generator {
                    return Err(unsupported("YIELD_VALUE outside of a generator"));
                }
                let value = pop!();
                for (n, &below) in stack.iter().enumerate() {
                    b.home_store(self.locals + n as u32, below);
                }
                b.yield_(value);
                let block = b.func.add_block();
                self.resumptions.push((offset, block));
                b.switch_to(block);
                for (n, slot) in stack.iter_mut().enumerate() {
                    *slot = b.home_load(self.locals + n as u32);
                }
                // `throw` resumes with `None` on the stack and then raises.
                let mut throwing = stack.clone();
                throwing.push(b.word(Word::NONE));
                b.unwind = self.unwind(b, instruction, &throwing);
                stack.push(b.sent());
            }
            Opcode::SEND => {
                let value = pop!();
                let results = b.op_outs(Op::send, vec![top!(), value], 1);
                let done = b.is_word(results[0], Word::EXHAUSTED.bits());
                let target = instruction.target().expect("SEND jumps");
                stack.push(results[1]);
                let yes = self.edge(b, target, stack);
                pop!();
                stack.push(results[0]);
                let no = self.edge(b, instruction.next, stack);
                b.branch(done, yes, no);
                return Ok(true);
            }
            Opcode::GET_YIELD_FROM_ITER => {
                let function = b.function();
                operation!(get_yield_from_iter; iterable; function);
            }
            Opcode::GET_AWAITABLE => {
                let which = b.i64(oparg.into());
                operation!(get_awaitable; iterable; which);
            }
            Opcode::GET_AITER => operation!(get_aiter; iterable;),
            Opcode::GET_ANEXT => {
                let args = vec![top!()];
                stack.push(b.op_value(Op::get_anext, args));
            }
            Opcode::END_ASYNC_FOR => {
                let exception = pop!();
                pop!();
                let matches = b.op_value(Op::is_stop_async_iteration, vec![exception]);
                let condition = b.is_word(matches, Word::FALSE.bits());
                self.reraise_if(b, condition, exception);
            }
            Opcode::CLEANUP_THROW => {
                let exception = pop!();
                pop!();
                pop!();
                let value = b.op_value(Op::stop_iteration_value, vec![exception]);
                let condition = b.is_word(value, Word::EXHAUSTED.bits());
                self.reraise_if(b, condition, exception);
                stack.push(b.word(Word::NONE));
                stack.push(value);
            }

            Opcode::RETURN_GENERATOR | Opcode::INTERPRETER_EXIT | Opcode::RESERVED => {
                return Err(unsupported(instruction.opcode.name().to_string()));
            }
        }
        Ok(false)
    }

    fn load_global(&mut self, b: &mut Builder, name: u32, offset: u32, stack: &mut Vec<Value>) {
        let args = vec![b.function(), b.pool_name(name), b.cache(offset)];
        stack.push(b.op_value(Operation::load_global, args));
    }

    fn store_global(&mut self, b: &mut Builder, name: u32, value: Value) {
        let args = vec![b.function(), b.pool_name(name), value];
        b.op(Operation::store_global, args);
    }

    fn delete_global(&mut self, b: &mut Builder, name: u32) {
        let args = vec![b.function(), b.pool_name(name)];
        b.op(Operation::delete_global, args);
    }

    /// A container of the `count` values on top.
    fn build(&mut self, b: &mut Builder, op: Operation, count: usize, stack: &mut Vec<Value>) {
        let items = stack.split_off(stack.len() - count);
        stack.push(b.op_value(op, items));
    }

    /// Adds the `items` values on top to the container that is `depth` below them.
    fn add(
        &mut self,
        b: &mut Builder,
        op: Operation,
        items: usize,
        depth: usize,
        stack: &mut Vec<Value>,
    ) {
        let items = stack.split_off(stack.len() - items);
        let container = stack[stack.len() - depth];
        b.op(op, [vec![container], items].concat());
    }

    /// Raises `exception`, which has its traceback, again if `condition` holds.
    fn reraise_if(&mut self, b: &mut Builder, condition: Value, exception: Value) {
        let raise = b.func.add_block();
        let rest = b.func.add_block();
        b.branch(condition, BlockCall::new(raise, vec![]), BlockCall::new(rest, vec![]));
        b.switch_to(raise);
        b.reraise(exception);
        b.switch_to(rest);
    }
}
