//! Block versions: the same bytecode, compiled for different types of its values.
//!
//! After Chevalier-Boisvert and Feeley, "Simple and Effective Type Check Removal through Lazy Basic
//! Block Versioning" (ECOOP 2015), and Melançon, Feeley and Serrano, "Static Basic Block Versioning"
//! (ECOOP 2024). Every place in the bytecode has one *generic* version, where local variables are in
//! their home slots and all values are words, and up to [`MAX_VERSIONS`] *typed* ones. A typed
//! version knows the machine types of the values on the evaluation stack and keeps local variables
//! in SSA values, so numbers are unboxed and their types are tested once.
//!
//! Nobody may see the difference:
//!
//! * Typed code runs only while its frame has no object. Whatever may call Python code is done with
//!   the variables in their home slots ([`Lowering::settle`]); if the frame has an object
//!   afterwards, generic code goes on ([`Lowering::check_observed`]).
//! * A test that fails (a type, an overflow) goes to the generic version of the *same* instruction,
//!   which does it from the start ([`Lowering::exit`]). Generic code gets back to typed code where
//!   the next loop starts.
//! * Only floats with an immediate word are unboxed from one and boxed to one, so that boxing a
//!   value twice gives the same object. Other results of arithmetic leave typed code when they have
//!   to be boxed. Unboxed ints are always small ints.

use std::collections::HashMap;

use krait_layout::Value as Word;

use super::from_bytecode::{Lowering, Pending};
use crate::ir::function::Definition;
use crate::ir::{Block, BlockCall, Builder, InstData, Machine, Operation, Type, Value};

/// Typed versions of one place.
const MAX_VERSIONS: usize = 8;
/// Instructions for each one of the bytecode, from which on no more versions are made.
const MAX_GROWTH: usize = 60;

/// Whether a function gets typed versions.
#[derive(Copy, Clone, PartialEq, Eq, Debug, Default)]
pub enum Typing {
    #[default]
    Off,
    On,
    /// A part of the guards fails always, chosen by this seed: a test of the ways out.
    Failing(u64),
}

impl Typing {
    pub fn is_on(self) -> bool {
        self != Typing::Off
    }

    /// Whether the next guard is to fail: one of four does.
    fn fails(&mut self) -> bool {
        let Typing::Failing(state) = self else { return false };
        // Vigna, "Further scramblings of Marsaglia's xorshift generators" (2017): splitmix64.
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = *state;
        bits = (bits ^ bits >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ bits >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        (bits ^ bits >> 31) & 3 == 0
    }
}

/// A local variable that is not only in its home slot.
#[derive(Copy, Clone, Debug)]
pub struct Cached {
    pub value: Value,
    /// Whether the home slot has something else.
    pub dirty: bool,
}

/// An iterator over a range that nobody else has, whose state is not in the object.
#[derive(Copy, Clone, Debug)]
pub struct Range {
    pub iterator: Value,
    pub next: Value,
    pub step: Value,
    pub left: Value,
}

/// What typed code knows at a place, besides the evaluation stack. Empty in generic code.
#[derive(Clone, Default, Debug)]
pub struct State {
    /// By slot.
    pub locals: Vec<Option<Cached>>,
    pub ranges: Vec<Range>,
}

/// What a version is compiled for.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Context {
    stack: Vec<Type>,
    locals: Vec<Option<Type>>,
    /// Places on the stack of iterators over ranges.
    ranges: Vec<usize>,
}

/// A typed version of a place.
#[derive(Clone, Debug)]
pub struct Version {
    context: Context,
    /// By slot, whether the version takes the home slot for outdated.
    dirty: Vec<bool>,
    /// Its parameters are the stack, the cached variables, and the state of each range.
    block: Block,
}

impl State {
    pub fn new(locals: u32) -> State {
        State { locals: vec![None; locals as usize], ranges: vec![] }
    }

    /// The state of the iterator, if it is that of a range.
    pub fn range(&mut self, iterator: Value) -> Option<&mut Range> {
        self.ranges.iter_mut().find(|range| range.iterator == iterator)
    }
}

impl Lowering {
    /// Goes on at the bytecode at `offset`; ends the block.
    pub(super) fn go(&mut self, b: &mut Builder, offset: u32, stack: &[Value]) {
        if self.typed {
            self.go_typed(b, offset, stack);
        } else if self.enters_typed(offset) {
            let generic = self.generic(b.func, offset, stack.len());
            let entry = b.func.add_block();
            let observed = b.machine(Machine::observed, vec![]);
            b.branch(
                observed,
                BlockCall::new(generic, stack.to_vec()),
                BlockCall::new(entry, vec![]),
            );
            b.switch_to(entry);
            self.go_typed(b, offset, stack);
        } else {
            let generic = self.generic(b.func, offset, stack.len());
            b.jump(generic, stack.to_vec());
        }
    }

    /// Whether generic code goes on in typed code at `offset`.
    fn enters_typed(&self, offset: u32) -> bool {
        self.typing.is_on() && self.loops.contains_key(&offset)
    }

    /// An edge to the bytecode at `offset`.
    pub(super) fn edge(&mut self, b: &mut Builder, offset: u32, stack: &[Value]) -> BlockCall {
        if !self.typed && !self.enters_typed(offset) {
            return BlockCall::new(self.generic(b.func, offset, stack.len()), stack.to_vec());
        }
        let (here, state) = (b.block(), self.state.clone());
        let between = b.func.add_block();
        b.switch_to(between);
        self.go(b, offset, stack);
        b.switch_to(here);
        self.state = state;
        BlockCall::new(between, vec![])
    }

    /// Goes to a typed version of the bytecode at `offset`, or, where none fits, to the generic one.
    pub(super) fn go_typed(&mut self, b: &mut Builder, offset: u32, stack: &[Value]) {
        if !self.go_exactly(b, offset, stack) {
            let context = self.context(b, stack);
            match self.versions[&offset].iter().find(|version| serves(&version.context, &context)) {
                Some(version) => self.enter(b, offset, stack, &version.clone()),
                None => self.leave(b, offset, stack),
            }
        }
    }

    /// Goes to the typed version of the bytecode at `offset` for just these types. False if there
    /// is none and there are too many others.
    pub(super) fn go_exactly(&mut self, b: &mut Builder, offset: u32, stack: &[Value]) -> bool {
        for slot in 0..self.state.locals.len() {
            let dead = !self.liveness.is_live(offset, slot as u32);
            self.state.locals[slot].take_if(|cached| dead && !cached.dirty);
        }
        let state = &mut self.state;
        state.ranges.retain(|range| stack.contains(&range.iterator));
        let context = self.context(b, stack);
        let versions = self.versions.entry(offset).or_default();
        let full = versions.len() >= MAX_VERSIONS
            || b.func.insts.len() > MAX_GROWTH * (self.instructions.len() + 10);
        let version = match versions.iter().find(|version| version.context == context) {
            Some(version) => version.clone(),
            None if !full => self.add_version(b, offset, context),
            None => return false,
        };
        self.enter(b, offset, stack, &version);
        true
    }

    fn context(&self, b: &Builder, stack: &[Value]) -> Context {
        let locals = self.state.locals.iter();
        Context {
            stack: stack.iter().map(|&v| b.func.ty(v)).collect(),
            locals: locals.map(|c| c.map(|c| b.func.ty(c.value))).collect(),
            ranges: places(stack, &self.state.ranges),
        }
    }

    fn add_version(&mut self, b: &mut Builder, offset: u32, context: Context) -> Version {
        let func = &mut *b.func;
        let block = func.add_block();
        let stack: Vec<Value> = context.stack.iter().map(|&ty| func.add_param(block, ty)).collect();
        let mut state = State::new(context.locals.len() as u32);
        let written = self.loops.get(&offset);
        let mut dirty = vec![false; context.locals.len()];
        for (slot, ty) in context.locals.iter().enumerate() {
            let Some(ty) = *ty else { continue };
            let value = func.add_param(block, ty);
            let was = self.state.locals[slot].is_some_and(|cached| cached.dirty);
            // A loop comes back with a new value: storing it each time is what this avoids.
            dirty[slot] = was || written.is_some_and(|slots| slots.contains(&(slot as u32)));
            state.locals[slot] = Some(Cached { value, dirty: dirty[slot] });
        }
        for &place in &context.ranges {
            let [next, step, left] = [(); 3].map(|()| func.add_param(block, Type::I64));
            state.ranges.push(Range { iterator: stack[place], next, step, left });
        }
        self.queue.push_back(Pending { offset, block, stack, state, typed: true });
        let version = Version { context, dirty, block };
        self.versions.entry(offset).or_default().push(version.clone());
        version
    }

    /// Jumps to the version, which serves the state.
    fn enter(&mut self, b: &mut Builder, offset: u32, stack: &[Value], version: &Version) {
        let wanted = &version.context;
        let mut args = Vec::new();
        for (&value, &ty) in stack.iter().zip(&wanted.stack) {
            args.push(self.converted(b, value, ty, offset, stack));
        }
        for slot in 0..self.state.locals.len() {
            let cached = self.state.locals[slot];
            if cached.is_some_and(|c| c.dirty) && !version.dirty[slot] {
                self.store_home(b, slot, offset, stack);
            }
            match (wanted.locals[slot], cached) {
                (Some(ty), Some(cached)) => {
                    args.push(self.converted(b, cached.value, ty, offset, stack));
                }
                (Some(_), None) => args.push(b.home_load(slot as u32)),
                (None, _) => {}
            }
        }
        for &place in &wanted.ranges {
            let range = self.state.range(stack[place]).expect("the version serves the state");
            args.extend([range.next, range.step, range.left]);
        }
        for range in self.state.ranges.clone() {
            if !wanted.ranges.iter().any(|&place| stack[place] == range.iterator) {
                b.machine_all(Machine::set_range, vec![range.iterator, range.next, range.left]);
            }
        }
        b.jump(version.block, args);
    }

    fn converted(
        &mut self,
        b: &mut Builder,
        value: Value,
        ty: Type,
        offset: u32,
        stack: &[Value],
    ) -> Value {
        if b.func.ty(value) == ty { value } else { self.boxed(b, value, offset, stack) }
    }

    /// The value as a word. `offset` is the place whose generic version goes on, with `stack`, where
    /// a float needs a box.
    pub(super) fn boxed(
        &mut self,
        b: &mut Builder,
        value: Value,
        offset: u32,
        stack: &[Value],
    ) -> Value {
        if let Some(word) = word_of_constant(b, value) {
            return b.word(word);
        }
        match b.func.ty(value) {
            Type::Value | Type::Ptr => value,
            Type::I64 => b.machine(Machine::tag_int, vec![value]),
            Type::I1 => b.box_bool(value),
            Type::F64 => {
                let fits = b.machine(Machine::fits_float, vec![value]);
                self.require(b, fits, offset, stack);
                b.machine(Machine::tag_float, vec![value])
            }
        }
    }

    /// Goes on in a new block if the condition holds, and leaves typed code before the bytecode at
    /// `offset` if not.
    pub(super) fn require(
        &mut self,
        b: &mut Builder,
        condition: Value,
        offset: u32,
        stack: &[Value],
    ) {
        let exit = self.exit(b, offset, stack);
        let on = b.func.add_block();
        let condition = if self.typing.fails() { b.truth(false) } else { condition };
        b.branch(condition, BlockCall::new(on, vec![]), BlockCall::new(exit, vec![]));
        b.switch_to(on);
    }

    /// As [`Lowering::require`], if the condition does not hold.
    pub(super) fn refuse(
        &mut self,
        b: &mut Builder,
        condition: Value,
        offset: u32,
        stack: &[Value],
    ) {
        let holds = b.not(condition);
        self.require(b, holds, offset, stack);
    }

    /// A block that leaves typed code: the generic version of `offset` goes on.
    pub(super) fn exit(&mut self, b: &mut Builder, offset: u32, stack: &[Value]) -> Block {
        let here = b.block();
        let block = b.func.add_block();
        b.switch_to(block);
        self.leave(b, offset, stack);
        b.switch_to(here);
        block
    }

    /// Goes to the generic version of the bytecode at `offset`, with everything where it expects
    /// it; ends the block.
    pub(super) fn leave(&mut self, b: &mut Builder, offset: u32, stack: &[Value]) {
        // One value that is in several places is one object.
        let mut words: HashMap<Value, Value> = HashMap::new();
        let mut word = |b: &mut Builder, value: Value| {
            *words.entry(value).or_insert_with(|| boxed_anyhow(b, value))
        };
        for (slot, cached) in self.state.locals.iter().enumerate() {
            if let Some(cached) = cached.filter(|cached| cached.dirty) {
                let value = word(b, cached.value);
                b.home_store(slot as u32, value);
            }
        }
        for range in self.state.ranges.iter().filter(|r| stack.contains(&r.iterator)) {
            b.machine_all(Machine::set_range, vec![range.iterator, range.next, range.left]);
        }
        let args: Vec<Value> = stack.iter().map(|&value| word(b, value)).collect();
        let generic = self.generic(b.func, offset, stack.len());
        b.jump(generic, args);
    }

    /// Makes everything visible to whoever looks at the frame: boxes the evaluation stack and
    /// stores the variables in their home slots. `offset` is the instruction that follows.
    pub(super) fn settle(&mut self, b: &mut Builder, offset: u32, stack: &mut [Value]) {
        self.box_stack(b, offset, stack);
        for slot in 0..self.state.locals.len() {
            if self.state.locals[slot].is_some_and(|cached| cached.dirty) {
                self.store_home(b, slot, offset, stack);
            }
        }
    }

    /// As [`Lowering::settle`], in code that is rarely run: a float that needs a box gets one in its
    /// home slot, and another if it is looked at again.
    pub(super) fn settle_rarely(&mut self, b: &mut Builder, offset: u32, stack: &mut [Value]) {
        self.box_stack(b, offset, stack);
        for (slot, cached) in self.state.locals.iter_mut().enumerate() {
            if let Some(cached) = cached.as_mut().filter(|cached| cached.dirty) {
                let word = boxed_anyhow(b, cached.value);
                b.home_store(slot as u32, word);
                cached.dirty = false;
            }
        }
    }

    /// Makes words of all values on the evaluation stack.
    pub(super) fn box_stack(&mut self, b: &mut Builder, offset: u32, stack: &mut [Value]) {
        let before = stack.to_vec();
        for value in stack {
            *value = self.boxed(b, *value, offset, &before);
        }
    }

    fn store_home(&mut self, b: &mut Builder, slot: usize, offset: u32, stack: &[Value]) {
        let cached = self.state.locals[slot].expect("the variable is cached");
        let word = self.boxed(b, cached.value, offset, stack);
        b.home_store(slot as u32, word);
        self.state.locals[slot] = Some(Cached { dirty: false, ..cached });
    }

    /// Leaves typed code, to go on at `offset`, if somebody has the frame's object.
    pub(super) fn check_observed(&mut self, b: &mut Builder, offset: u32, stack: &[Value]) {
        let observed = b.machine(Machine::observed, vec![]);
        self.refuse(b, observed, offset, stack);
    }

    /// Now that `value` is known to be what `unboxed` is, uses that.
    pub(super) fn refine(&mut self, value: Value, unboxed: Value, stack: &mut [Value]) {
        for place in stack.iter_mut().filter(|place| **place == value) {
            *place = unboxed;
        }
        for cached in self.state.locals.iter_mut().flatten().filter(|c| c.value == value) {
            cached.value = unboxed;
        }
    }
}

/// The value as a word, a new object if it needs one.
fn boxed_anyhow(b: &mut Builder, value: Value) -> Value {
    if let Some(word) = word_of_constant(b, value) {
        return b.word(word);
    }
    match b.func.ty(value) {
        Type::F64 => b.op_value(Operation::box_float, vec![value]),
        Type::I64 => b.machine(Machine::tag_int, vec![value]),
        Type::I1 => b.box_bool(value),
        Type::Value | Type::Ptr => value,
    }
}

/// The word of an unboxed constant.
fn word_of_constant(b: &Builder, value: Value) -> Option<Word> {
    let Definition::Result(inst, _) = b.func.values[value].definition else { return None };
    match b.func.insts[inst].data {
        InstData::Const { ty: Type::I64, bits } => Word::small_int(bits as i64),
        InstData::Const { ty: Type::F64, bits } => Word::immediate_float(f64::from_bits(bits)),
        _ => None,
    }
}

/// Places on the stack of the ranges' iterators.
fn places(stack: &[Value], ranges: &[Range]) -> Vec<usize> {
    let is_range = |value: &Value| ranges.iter().any(|range| range.iterator == *value);
    (0..stack.len()).filter(|&place| is_range(&stack[place])).collect()
}

/// Whether a version that is compiled for `version` can go on in `state`, after boxing.
fn serves(version: &Context, state: &Context) -> bool {
    let takes = |wanted: Type, given: Type| wanted == given || wanted == Type::Value;
    version.stack.iter().zip(&state.stack).all(|(&wanted, &given)| takes(wanted, given))
        && version.locals.iter().zip(&state.locals).all(|pair| match pair {
            (Some(wanted), Some(given)) => takes(*wanted, *given),
            (Some(wanted), None) => *wanted == Type::Value,
            (None, _) => true,
        })
        && version.ranges.iter().all(|place| state.ranges.contains(place))
}
