//! The interpreter's loop.
//!
//! One `match` over the instructions of CPython 3.14. Operations are calls of `ops`; only what
//! moves values or control is done here. A call of a Python function whose code is bytecode
//! pushes a frame and goes on in the same loop; the native stack grows only where native code
//! stands between.

use krait_layout::{Kind, Raised, StackSlot, Thread, Value};

use super::decoded::{Decoded, Instruction};
use super::frame::FrameRecord;
use super::inline_cache::{self, CacheKind, InlineCacheExt};
use super::{handled, pop_frame, push_frame, unwind};
use crate::bytecode::Opcode;
use crate::error::PyResult;
use crate::native_frames;
use crate::object::{Object, ValueExt};
use crate::ops::{self, Comparison};
use crate::types::cell::Cell as PyCell;
use crate::types::code::Code;
use crate::types::dict::Dict;
use crate::types::function::Function;
use crate::types::generator::Generator;
use crate::types::list::List;
use crate::types::tuple::Tuple;
use crate::{raise, shapes, state, types};

/// The registers of the running frame.
struct Registers {
    frame: &'static FrameRecord,
    decoded: &'static Decoded,
    /// Index of the next instruction.
    ip: usize,
    /// One past the top of the stack.
    sp: *mut StackSlot,
    locals: *mut StackSlot,
}

impl Registers {
    #[inline(always)]
    fn enter(frame: &'static FrameRecord, ip: usize, depth: usize) -> Registers {
        let decoded = frame.code.decoded();
        let locals = frame.locals_ptr();
        // SAFETY: the frame has room for its locals and its deepest stack.
        let sp = unsafe { locals.add(decoded.locals_len + depth) };
        Registers { frame, decoded, ip, sp, locals }
    }

    #[inline(always)]
    fn push(&mut self, v: StackSlot) {
        // SAFETY: the verifier (or our assembler) bounds the stack by `stacksize`.
        unsafe {
            self.sp.write(v);
            self.sp = self.sp.add(1);
        }
    }

    #[inline(always)]
    fn pop_slot(&mut self) -> StackSlot {
        // SAFETY: as for `push`: the stack is not empty here.
        unsafe {
            self.sp = self.sp.sub(1);
            self.sp.read()
        }
    }

    #[inline(always)]
    fn pop(&mut self) -> Value {
        // SAFETY: the instruction's operand is a value by the bytecode's contract.
        unsafe { self.pop_slot().unwrap_unchecked() }
    }

    /// The slot `n` below the top; 1 is the top itself.
    #[inline(always)]
    fn peek_slot(&self, n: usize) -> StackSlot {
        // SAFETY: the stack is at least `n` deep.
        unsafe { *self.sp.sub(n) }
    }

    #[inline(always)]
    fn peek(&self, n: usize) -> Value {
        self.peek_slot(n).expect("an operand is a value")
    }

    #[inline(always)]
    fn set(&mut self, n: usize, v: StackSlot) {
        // SAFETY: the stack is at least `n` deep.
        unsafe { *self.sp.sub(n) = v };
    }

    #[inline(always)]
    fn drop_n(&mut self, n: usize) {
        // SAFETY: the stack is at least `n` deep.
        self.sp = unsafe { self.sp.sub(n) };
    }

    /// The topmost `n` slots, the deepest first.
    #[inline(always)]
    fn top(&self, n: usize) -> &'static [StackSlot] {
        // SAFETY: the stack is at least `n` deep; the slice is used before the stack changes.
        unsafe { std::slice::from_raw_parts(self.sp.sub(n), n) }
    }

    #[inline(always)]
    fn local(&self, i: u32) -> StackSlot {
        // SAFETY: the verifier bounds local indices.
        unsafe { *self.locals.add(i as usize) }
    }

    #[inline(always)]
    fn set_local(&mut self, i: u32, v: StackSlot) {
        // SAFETY: the verifier bounds local indices.
        unsafe { *self.locals.add(i as usize) = v };
    }

    fn depth(&self) -> usize {
        // SAFETY: both point into the frame.
        unsafe { self.sp.offset_from(self.locals) as usize - self.decoded.locals_len }
    }
}

#[inline(always)]
pub(crate) fn common_constant(th: &Thread, i: u32) -> Value {
    let builtin =
        |name: &str| state::builtins().get_name(state::intern(th, name)).expect("a builtin");
    match i {
        0 => types::exception::Exc::AssertionError.class().value(),
        1 => types::exception::Exc::NotImplementedError.class().value(),
        2 => types::tuple::DEF.class(th).value(),
        3 => builtin("all"),
        _ => builtin("any"),
    }
}

/// Runs a frame that was just made to its end.
pub fn run(th: &Thread, frame: &'static FrameRecord) -> PyResult<Value> {
    start(th, frame, 0, 0, None)
}

/// Runs or goes on with a frame: from instruction `ip`, with `depth` values on its stack and, if
/// given, one more pushed; or, with `Err`, by raising the thread's exception there.
pub fn start(
    th: &Thread,
    frame: &'static FrameRecord,
    ip: usize,
    depth: usize,
    input: Option<PyResult<Value>>,
) -> PyResult<Value> {
    frame.is_entry.set(true);
    frame.stack_mark.set(native_frames::frame_pointer() as usize);
    frame.previous.set(th.frame.get() as *const FrameRecord);
    th.frame.set(frame as *const FrameRecord as *const u8);
    let mut regs = Registers::enter(frame, ip, depth);
    let mut raised = false;
    match input {
        Some(Ok(v)) => regs.push(Some(v)),
        Some(Err(Raised)) => {
            frame.ip.set(ip.saturating_sub(1) as u32);
            raised = true;
        }
        None => {}
    }
    if !raised && let Err(Raised) = super::recursion(th, "") {
        frame.ip.set(ip as u32);
        raised = true;
    }
    execute(th, regs, raised)
}

/// Goes back to the caller's frame in the same loop.
#[inline(always)]
fn leave(th: &Thread, regs: &mut Registers) -> bool {
    let frame = regs.frame;
    let entry = frame.is_entry.get();
    let previous = frame.previous.get();
    th.frame.set(previous as *const u8);
    entry
}

fn execute(th: &Thread, mut regs: Registers, raised: bool) -> PyResult<Value> {
    let mut pending = raised;
    'outer: loop {
        if std::mem::take(&mut pending) {
            // Find a handler, here or in the frames that this loop runs.
            let frame = regs.frame;
            let index = frame.ip.get();
            match regs.decoded.handler_for(index) {
                Some(h) => {
                    let exc = unwind::take_raised(th);
                    // SAFETY: the handler's depth is within the frame's stack.
                    regs.sp =
                        unsafe { regs.locals.add(regs.decoded.locals_len + h.depth as usize) };
                    if h.push_lasti {
                        let offset = regs.decoded.offsets[index as usize] / 2;
                        regs.push(Some(Value::from_len(offset as usize)));
                    }
                    regs.push(Some(exc));
                    regs.ip = h.target as usize;
                }
                None => {
                    let entry = leave(th, &mut regs);
                    if let Some(g) = frame.generator.get() {
                        g.finish();
                    }
                    let previous = frame.previous.get();
                    pop_frame(th, frame);
                    if entry {
                        return Err(Raised);
                    }
                    // SAFETY: a frame that is no entry was called from this one.
                    let caller = unsafe { &*previous };
                    let decoded = caller.code.decoded();
                    regs = Registers {
                        frame: caller,
                        decoded,
                        ip: caller.ip.get() as usize + 1,
                        sp: std::ptr::null_mut(),
                        locals: caller.locals_ptr(),
                    };
                    unwind::add_traceback(th, caller);
                    pending = true;
                    continue;
                }
            }
        }
        macro_rules! try_op {
            ($e:expr) => {
                match $e {
                    Ok(v) => v,
                    Err(Raised) => {
                        unwind::add_traceback(th, regs.frame);
                        pending = true;
                        continue 'outer;
                    }
                }
            };
        }
        loop {
            let index = regs.ip;
            // SAFETY: the verifier keeps jumps and the end of the code in bounds.
            let instruction: &Instruction =
                unsafe { regs.decoded.instructions.get_unchecked(index) };
            let word = instruction.get();
            let oparg = (word >> 32) as u32;
            regs.frame.ip.set(index as u32);
            regs.ip = index + 1;
            // SAFETY: the low byte was written by `Decoded::new` from an `Opcode`.
            let op: Opcode = unsafe { std::mem::transmute::<u8, Opcode>(word as u8) };
            macro_rules! cache {
                () => {
                    // SAFETY: `Decoded::new` numbered the caches.
                    unsafe { regs.decoded.caches.get_unchecked((word as u32 >> 8) as usize) }
                };
            }
            match op {
                Opcode::NOP | Opcode::NOT_TAKEN | Opcode::CACHE | Opcode::EXTENDED_ARG => {}
                Opcode::RESUME => try_op!(super::poll(th)),
                Opcode::LOAD_FAST | Opcode::LOAD_FAST_BORROW => {
                    let v = regs.local(oparg);
                    regs.push(v);
                }
                Opcode::LOAD_FAST_LOAD_FAST | Opcode::LOAD_FAST_BORROW_LOAD_FAST_BORROW => {
                    let (a, b) = (regs.local(oparg >> 4), regs.local(oparg & 15));
                    regs.push(a);
                    regs.push(b);
                }
                Opcode::LOAD_FAST_CHECK => match regs.local(oparg) {
                    Some(v) => regs.push(Some(v)),
                    None => try_op!(Err(ops::global::unbound_local(th, regs.frame.code, oparg))),
                },
                Opcode::LOAD_FAST_AND_CLEAR => {
                    let v = regs.local(oparg);
                    regs.push(v);
                    regs.set_local(oparg, None);
                }
                Opcode::LOAD_CONST => {
                    let v = regs.decoded.consts[oparg as usize];
                    regs.push(Some(v));
                }
                Opcode::LOAD_SMALL_INT => regs.push(Some(Value::from_i32(oparg as i32))),
                Opcode::LOAD_COMMON_CONSTANT => regs.push(Some(common_constant(th, oparg))),
                Opcode::STORE_FAST => {
                    let v = regs.pop_slot();
                    regs.set_local(oparg, v);
                }
                Opcode::STORE_FAST_LOAD_FAST => {
                    let v = regs.pop_slot();
                    regs.set_local(oparg >> 4, v);
                    let v = regs.local(oparg & 15);
                    regs.push(v);
                }
                Opcode::STORE_FAST_STORE_FAST => {
                    let (a, b) = (regs.pop_slot(), regs.pop_slot());
                    regs.set_local(oparg >> 4, a);
                    regs.set_local(oparg & 15, b);
                }
                Opcode::DELETE_FAST => {
                    if regs.local(oparg).is_none() {
                        try_op!(Err::<(), _>(ops::global::unbound_local(
                            th,
                            regs.frame.code,
                            oparg
                        )));
                    }
                    regs.set_local(oparg, None);
                }
                Opcode::POP_TOP | Opcode::POP_ITER | Opcode::END_FOR => regs.drop_n(1),
                Opcode::PUSH_NULL => regs.push(None),
                Opcode::COPY => {
                    let v = regs.peek_slot(oparg as usize);
                    regs.push(v);
                }
                Opcode::SWAP => {
                    let (a, b) = (regs.peek_slot(1), regs.peek_slot(oparg as usize));
                    regs.set(1, b);
                    regs.set(oparg as usize, a);
                }
                Opcode::END_SEND => {
                    let v = regs.pop_slot();
                    regs.set(1, v);
                }
                Opcode::UNARY_NEGATIVE => {
                    let v = try_op!(ops::negative(th, regs.peek(1)));
                    regs.set(1, Some(v));
                }
                Opcode::UNARY_INVERT => {
                    let v = try_op!(ops::invert(th, regs.peek(1)));
                    regs.set(1, Some(v));
                }
                Opcode::UNARY_NOT => {
                    let v = regs.peek(1) == Value::FALSE;
                    regs.set(1, Some(Value::from_bool(v)));
                }
                Opcode::TO_BOOL => {
                    let v = try_op!(ops::truth(th, regs.peek(1)));
                    regs.set(1, Some(Value::from_bool(v)));
                }
                Opcode::BINARY_OP => {
                    let (a, b) = (regs.peek(2), regs.peek(1));
                    let v = try_op!(ops::binary_op(th, oparg, a, b));
                    regs.drop_n(1);
                    regs.set(1, Some(v));
                }
                Opcode::COMPARE_OP => {
                    let (a, b) = (regs.peek(2), regs.peek(1));
                    let op = Comparison::ALL[(oparg >> 5) as usize];
                    let v = if oparg & 16 != 0 {
                        Value::from_bool(try_op!(ops::compare_bool(th, op, a, b)))
                    } else {
                        try_op!(ops::compare(th, op, a, b))
                    };
                    regs.drop_n(1);
                    regs.set(1, Some(v));
                }
                Opcode::IS_OP => {
                    let b = regs.pop();
                    let same = (regs.peek(1) == b) != (oparg != 0);
                    regs.set(1, Some(Value::from_bool(same)));
                }
                Opcode::CONTAINS_OP => {
                    let (item, container) = (regs.peek(2), regs.peek(1));
                    let found = try_op!(ops::contains(th, container, item)) != (oparg != 0);
                    regs.drop_n(1);
                    regs.set(1, Some(Value::from_bool(found)));
                }
                Opcode::BINARY_SLICE => {
                    let v = try_op!(ops::get_slice(th, regs.peek(3), regs.peek(2), regs.peek(1)));
                    regs.drop_n(2);
                    regs.set(1, Some(v));
                }
                Opcode::STORE_SLICE => {
                    let (v, c, start, stop) =
                        (regs.peek(4), regs.peek(3), regs.peek(2), regs.peek(1));
                    try_op!(ops::set_slice(th, c, start, stop, v));
                    regs.drop_n(4);
                }
                Opcode::STORE_SUBSCR => {
                    let (v, c, key) = (regs.peek(3), regs.peek(2), regs.peek(1));
                    try_op!(ops::set_item(th, c, key, v));
                    regs.drop_n(3);
                }
                Opcode::DELETE_SUBSCR => {
                    try_op!(ops::delete_item(th, regs.peek(2), regs.peek(1)));
                    regs.drop_n(2);
                }
                Opcode::JUMP_FORWARD | Opcode::JUMP_BACKWARD_NO_INTERRUPT => {
                    regs.ip = oparg as usize
                }
                Opcode::JUMP_BACKWARD => {
                    regs.ip = oparg as usize;
                    try_op!(super::poll(th));
                }
                Opcode::POP_JUMP_IF_FALSE => {
                    if regs.pop() == Value::FALSE {
                        regs.ip = oparg as usize;
                    }
                }
                Opcode::POP_JUMP_IF_TRUE => {
                    if regs.pop() == Value::TRUE {
                        regs.ip = oparg as usize;
                    }
                }
                Opcode::POP_JUMP_IF_NONE => {
                    if regs.pop().is_none() {
                        regs.ip = oparg as usize;
                    }
                }
                Opcode::POP_JUMP_IF_NOT_NONE => {
                    if !regs.pop().is_none() {
                        regs.ip = oparg as usize;
                    }
                }
                Opcode::GET_ITER => {
                    let v = try_op!(ops::get_iter(th, regs.peek(1)));
                    regs.set(1, Some(v));
                }
                Opcode::GET_YIELD_FROM_ITER => {
                    let v = try_op!(types::generator::yield_from_iter(
                        th,
                        regs.peek(1),
                        regs.frame.code
                    ));
                    regs.set(1, Some(v));
                }
                Opcode::FOR_ITER => {
                    let v = try_op!(ops::for_iter(th, regs.peek(1)));
                    if v == Value::EXHAUSTED {
                        regs.ip = oparg as usize;
                    } else {
                        regs.push(Some(v));
                    }
                }
                Opcode::GET_LEN => {
                    let n = try_op!(ops::length(th, regs.peek(1)));
                    regs.push(Some(Value::from_len(n)));
                }
                Opcode::LOAD_ATTR => {
                    let v = regs.peek(1);
                    let cache = cache!();
                    if cache.hits(v.shape_id()) {
                        match cache.kind.get() {
                            CacheKind::Slot => {
                                if let Some(found) = inline_cache::read_slot(v, cache.index.get()) {
                                    regs.set(1, Some(found));
                                    if oparg & 1 != 0 {
                                        regs.push(None);
                                    }
                                    continue;
                                }
                            }
                            CacheKind::Method => {
                                let f = cache.value.get();
                                regs.set(1, f);
                                regs.push(Some(v));
                                continue;
                            }
                            _ => {}
                        }
                    }
                    let name = regs.decoded.names[(oparg >> 1) as usize];
                    let owner = &regs.frame.code.header;
                    let (found, bound) =
                        try_op!(inline_cache::load_attr(th, cache, owner, v, name, oparg & 1 != 0));
                    regs.set(1, Some(found));
                    if oparg & 1 != 0 {
                        regs.push(bound.then_some(v));
                    }
                }
                Opcode::STORE_ATTR => {
                    let (value, v) = (regs.peek(2), regs.peek(1));
                    let cache = cache!();
                    if cache.hits(v.shape_id()) {
                        match cache.kind.get() {
                            CacheKind::Slot => {
                                inline_cache::write_slot(v, cache.index.get(), value);
                                regs.drop_n(2);
                                continue;
                            }
                            CacheKind::Transition => {
                                inline_cache::write_slot(v, cache.index.get(), value);
                                let next = cache.value.get().and_then(Value::as_small_int);
                                let next = next.expect("a transition has its shape") as u32;
                                v.header().expect("slots are of heap objects").shape.set(next);
                                regs.drop_n(2);
                                continue;
                            }
                            _ => {}
                        }
                    }
                    let name = regs.decoded.names[oparg as usize];
                    try_op!(inline_cache::store_attr(th, cache, v, name, value));
                    regs.drop_n(2);
                }
                Opcode::DELETE_ATTR => {
                    let name = regs.decoded.names[oparg as usize];
                    try_op!(crate::object::delete_attr(th, regs.peek(1), name));
                    regs.drop_n(1);
                }
                Opcode::LOAD_GLOBAL => {
                    let cache = cache!();
                    let frame = regs.frame;
                    if cache.shape.get() == frame.globals.version() {
                        let found = match cache.kind.get() {
                            CacheKind::Global => frame.globals.value_at(cache.index.get() as usize),
                            CacheKind::Builtin if cache.epoch.get() == frame.builtins.version() => {
                                frame.builtins.value_at(cache.index.get() as usize)
                            }
                            _ => None,
                        };
                        if found.is_some() {
                            regs.push(found);
                            if oparg & 1 != 0 {
                                regs.push(None);
                            }
                            continue;
                        }
                    }
                    let name = regs.decoded.names[(oparg >> 1) as usize];
                    let v = try_op!(ops::global::load_global_cached(
                        th,
                        frame.globals,
                        frame.builtins,
                        name,
                        cache
                    ));
                    regs.push(Some(v));
                    if oparg & 1 != 0 {
                        regs.push(None);
                    }
                }
                Opcode::STORE_GLOBAL => {
                    let name = regs.decoded.names[oparg as usize];
                    let v = regs.pop();
                    try_op!(ops::global::store_global(th, regs.frame.globals, name, v));
                }
                Opcode::DELETE_GLOBAL => {
                    let name = regs.decoded.names[oparg as usize];
                    try_op!(ops::global::delete_global(th, regs.frame.globals, name));
                }
                Opcode::LOAD_NAME => {
                    let name = regs.decoded.names[oparg as usize];
                    let v = try_op!(ops::global::load_name(th, regs.frame, name));
                    regs.push(Some(v));
                }
                Opcode::STORE_NAME => {
                    let name = regs.decoded.names[oparg as usize];
                    let v = regs.peek(1);
                    try_op!(ops::global::store_name(th, regs.frame, name, v));
                    regs.drop_n(1);
                }
                Opcode::DELETE_NAME => {
                    let name = regs.decoded.names[oparg as usize];
                    try_op!(ops::global::delete_name(th, regs.frame, name));
                }
                Opcode::LOAD_LOCALS => {
                    let v = try_op!(ops::global::load_locals(th, regs.frame));
                    regs.push(Some(v));
                }
                Opcode::LOAD_FROM_DICT_OR_GLOBALS => {
                    let name = regs.decoded.names[oparg as usize];
                    let v = try_op!(ops::global::load_from_mapping_or_globals(
                        th,
                        regs.peek(1),
                        regs.frame,
                        name
                    ));
                    regs.set(1, Some(v));
                }
                Opcode::LOAD_FROM_DICT_OR_DEREF => {
                    let cell = regs.local(oparg).and_then(|c| c.cast::<PyCell>());
                    let v = try_op!(ops::global::load_from_mapping_or_cell(
                        th,
                        regs.peek(1),
                        regs.frame.code,
                        oparg,
                        cell,
                    ));
                    regs.set(1, Some(v));
                }
                Opcode::MAKE_CELL => {
                    let v = regs.local(oparg);
                    let cell = PyCell::new(th, v);
                    regs.set_local(oparg, Some(cell.value()));
                }
                Opcode::COPY_FREE_VARS => {
                    let f = regs.frame.function.get().and_then(|f| f.cast::<Function>());
                    let closure = f.and_then(Function::closure).expect("a closure has cells");
                    let first = regs.decoded.locals_len - oparg as usize;
                    for (i, c) in closure.items().iter().enumerate() {
                        regs.set_local((first + i) as u32, *c);
                    }
                }
                Opcode::LOAD_DEREF => {
                    let cell = regs.local(oparg).and_then(|c| c.cast::<PyCell>()).expect("a cell");
                    match cell.get() {
                        Some(v) => regs.push(Some(v)),
                        None => try_op!(Err(ops::global::unbound_cell(th, regs.frame.code, oparg))),
                    }
                }
                Opcode::STORE_DEREF => {
                    let v = regs.pop_slot();
                    regs.local(oparg).and_then(|c| c.cast::<PyCell>()).expect("a cell").set(v);
                }
                Opcode::DELETE_DEREF => {
                    let cell = regs.local(oparg).and_then(|c| c.cast::<PyCell>()).expect("a cell");
                    if cell.get().is_none() {
                        try_op!(Err::<(), _>(ops::global::unbound_cell(
                            th,
                            regs.frame.code,
                            oparg
                        )));
                    }
                    cell.set(None);
                }
                Opcode::BUILD_TUPLE => {
                    let t = Tuple::from_slots(th, regs.top(oparg as usize));
                    regs.drop_n(oparg as usize);
                    regs.push(Some(t.value()));
                }
                Opcode::BUILD_LIST => {
                    let l = List::from_slots(th, regs.top(oparg as usize));
                    regs.drop_n(oparg as usize);
                    regs.push(Some(l.value()));
                }
                Opcode::BUILD_SET => {
                    let s = try_op!(ops::collection::build_set(th, regs.top(oparg as usize)));
                    regs.drop_n(oparg as usize);
                    regs.push(Some(s));
                }
                Opcode::BUILD_MAP => {
                    let n = oparg as usize * 2;
                    let d = try_op!(ops::collection::build_map(th, regs.top(n)));
                    regs.drop_n(n);
                    regs.push(Some(d));
                }
                Opcode::BUILD_SLICE => {
                    let parts = regs.top(oparg as usize);
                    let part = |i: usize| parts.get(i).copied().flatten().unwrap_or(Value::NONE);
                    let s = types::slice::Slice::new(th, part(0), part(1), part(2));
                    regs.drop_n(oparg as usize);
                    regs.push(Some(s.value()));
                }
                Opcode::BUILD_STRING => {
                    let s = ops::collection::build_string(th, regs.top(oparg as usize));
                    regs.drop_n(oparg as usize);
                    regs.push(Some(s));
                }
                Opcode::BUILD_INTERPOLATION => {
                    let spec = if oparg & 1 != 0 { regs.pop_slot() } else { None };
                    let text = regs.pop();
                    let v = regs.peek(1);
                    let i = try_op!(types::template::interpolation(th, v, text, oparg >> 2, spec));
                    regs.set(1, Some(i));
                }
                Opcode::BUILD_TEMPLATE => {
                    let t = try_op!(types::template::template(th, regs.peek(2), regs.peek(1)));
                    regs.drop_n(1);
                    regs.set(1, Some(t));
                }
                Opcode::CONVERT_VALUE => {
                    let v = regs.peek(1);
                    let s = match oparg {
                        1 => try_op!(ops::str(th, v)),
                        2 => try_op!(ops::repr(th, v)),
                        _ => try_op!(ops::ascii(th, v)),
                    };
                    regs.set(1, Some(s.value()));
                }
                Opcode::FORMAT_SIMPLE => {
                    let v = regs.peek(1);
                    if !v.is_exactly(shapes::STR) {
                        let s = try_op!(ops::format::format(th, v, state::empty_str(th).value()));
                        regs.set(1, Some(s));
                    }
                }
                Opcode::FORMAT_WITH_SPEC => {
                    let s = try_op!(ops::format::format(th, regs.peek(2), regs.peek(1)));
                    regs.drop_n(1);
                    regs.set(1, Some(s));
                }
                Opcode::LIST_APPEND => {
                    let v = regs.pop();
                    regs.peek(oparg as usize).cast::<List>().expect("a list").push(th, v);
                }
                Opcode::LIST_EXTEND => {
                    let l = regs.peek(oparg as usize + 1).cast::<List>().expect("a list");
                    try_op!(ops::unpack::list_extend(th, l, regs.peek(1)));
                    regs.drop_n(1);
                }
                Opcode::SET_ADD => {
                    try_op!(ops::collection::set_add(
                        th,
                        regs.peek(oparg as usize + 1),
                        regs.peek(1)
                    ));
                    regs.drop_n(1);
                }
                Opcode::SET_UPDATE => {
                    try_op!(ops::collection::set_update(
                        th,
                        regs.peek(oparg as usize + 1),
                        regs.peek(1)
                    ));
                    regs.drop_n(1);
                }
                Opcode::MAP_ADD => {
                    let d = regs.peek(oparg as usize + 2).cast::<Dict>().expect("a dict");
                    try_op!(d.set(th, regs.peek(2), regs.peek(1)));
                    regs.drop_n(2);
                }
                Opcode::DICT_UPDATE => {
                    let d = regs.peek(oparg as usize + 1).cast::<Dict>().expect("a dict");
                    try_op!(ops::unpack::dict_update(th, d, regs.peek(1)));
                    regs.drop_n(1);
                }
                Opcode::DICT_MERGE => {
                    let d = regs.peek(oparg as usize + 1).cast::<Dict>().expect("a dict");
                    let function = regs.peek(oparg as usize + 4);
                    try_op!(ops::unpack::dict_merge(th, d, regs.peek(1), function));
                    regs.drop_n(1);
                }
                Opcode::UNPACK_SEQUENCE => {
                    let v = regs.peek(1);
                    let n = oparg as usize;
                    let mut small = [None; 8];
                    let mut large;
                    let out: &mut [StackSlot] = if n <= 8 {
                        &mut small[..n]
                    } else {
                        large = vec![None; n];
                        &mut large
                    };
                    try_op!(ops::unpack::unpack_sequence(th, v, out));
                    regs.drop_n(1);
                    for v in out.iter().rev() {
                        regs.push(*v);
                    }
                }
                Opcode::UNPACK_EX => {
                    let (before, after) = ((oparg & 0xff) as usize, (oparg >> 8) as usize);
                    let mut out = vec![None; before + 1 + after];
                    try_op!(ops::unpack::unpack_ex(th, regs.peek(1), before, after, &mut out));
                    regs.drop_n(1);
                    for v in out.iter().rev() {
                        regs.push(*v);
                    }
                }
                Opcode::MAKE_FUNCTION => {
                    let code = regs.peek(1).cast::<Code>().expect("a code object");
                    let f = Function::new(th, code, regs.frame.globals);
                    regs.set(1, Some(f.value()));
                }
                Opcode::SET_FUNCTION_ATTRIBUTE => {
                    let f = regs.pop().cast::<Function>().expect("a function");
                    let v = regs.peek_slot(1);
                    let field = match oparg {
                        1 => &f.defaults,
                        2 => &f.kwdefaults,
                        4 => &f.annotations,
                        8 => &f.closure,
                        _ => &f.annotate,
                    };
                    field.set(&f.header, v);
                    regs.set(1, Some(f.value()));
                }
                Opcode::CALL => {
                    let n = oparg as usize;
                    let receiver = regs.peek_slot(n + 1);
                    let callable = regs.peek(n + 2);
                    let count = n + receiver.is_some() as usize;
                    if callable.kind() == Kind::Function {
                        let f = callable.cast::<Function>().expect("the kind says so");
                        let code = f.code();
                        if code.native_function().is_none() && f.is_simple_call(code, count) {
                            let record = try_op!(push_frame(
                                th,
                                code,
                                Some(callable),
                                f.globals(),
                                f.builtins()
                            ));
                            // SAFETY: the new frame has a slot for each argument.
                            unsafe {
                                std::ptr::copy_nonoverlapping(
                                    regs.sp.sub(count),
                                    record.locals_ptr(),
                                    count,
                                );
                            }
                            regs.drop_n(n + 2);
                            // The result goes where the callable was: the caller's depth is known
                            // from its own stack pointer, kept in its frame.
                            record.previous.set(regs.frame);
                            record.is_entry.set(false);
                            record.caller_depth.set(regs.depth() as u32);
                            th.frame.set(record as *const FrameRecord as *const u8);
                            regs = Registers::enter(record, 0, 0);
                            continue;
                        }
                    }
                    let args = regs.top(count);
                    let v = try_op!(ops::call_slots(th, callable, args, None));
                    regs.drop_n(n + 1);
                    regs.set(1, Some(v));
                }
                Opcode::CALL_KW => {
                    let n = oparg as usize;
                    let names = regs.pop().cast::<Tuple>().expect("keyword names are a tuple");
                    let receiver = regs.peek_slot(n + 1);
                    let callable = regs.peek(n + 2);
                    let args = regs.top(n + receiver.is_some() as usize);
                    let v = try_op!(ops::call_slots(th, callable, args, Some(names)));
                    regs.drop_n(n + 1);
                    regs.set(1, Some(v));
                }
                Opcode::CALL_FUNCTION_EX => {
                    let kwargs = regs.pop_slot();
                    let args = regs.pop();
                    let f = regs.peek(2);
                    let v = try_op!(ops::call::call_function_ex(th, f, args, kwargs));
                    regs.drop_n(1);
                    regs.set(1, Some(v));
                }
                Opcode::CALL_INTRINSIC_1 => {
                    let v = try_op!(ops::intrinsic::unary(th, regs.frame, oparg, regs.peek(1)));
                    regs.set(1, Some(v));
                }
                Opcode::CALL_INTRINSIC_2 => {
                    let v = try_op!(ops::intrinsic::binary(th, oparg, regs.peek(2), regs.peek(1)));
                    regs.drop_n(1);
                    regs.set(1, Some(v));
                }
                Opcode::RETURN_VALUE => {
                    let v = regs.pop();
                    let frame = regs.frame;
                    let entry = leave(th, &mut regs);
                    if let Some(g) = frame.generator.get() {
                        g.finish();
                    }
                    let (previous, depth) = (frame.previous.get(), frame.caller_depth.get());
                    pop_frame(th, frame);
                    if entry {
                        return Ok(v);
                    }
                    // SAFETY: a frame that is no entry was called from this one.
                    let caller = unsafe { &*previous };
                    regs = Registers::enter(caller, caller.ip.get() as usize + 1, depth as usize);
                    regs.push(Some(v));
                }
                Opcode::RETURN_GENERATOR => {
                    let frame = regs.frame;
                    let g = Generator::from_frame(th, frame);
                    let entry = leave(th, &mut regs);
                    let (previous, depth) = (frame.previous.get(), frame.caller_depth.get());
                    pop_frame(th, frame);
                    if entry {
                        return Ok(g);
                    }
                    // SAFETY: a frame that is no entry was called from this one.
                    let caller = unsafe { &*previous };
                    regs = Registers::enter(caller, caller.ip.get() as usize + 1, depth as usize);
                    regs.push(Some(g));
                }
                Opcode::YIELD_VALUE => {
                    let v = regs.pop();
                    let frame = regs.frame;
                    let g = frame.generator.get().expect("only generators yield");
                    g.suspend(frame, regs.ip, regs.depth());
                    leave(th, &mut regs);
                    super::release_frame(th, frame);
                    return Ok(v);
                }
                Opcode::SEND => {
                    let (receiver, v) = (regs.peek(2), regs.peek(1));
                    let (value, done) = try_op!(types::generator::send(th, receiver, v));
                    regs.set(1, Some(value));
                    if done {
                        regs.ip = oparg as usize;
                    }
                }
                Opcode::GET_AWAITABLE => {
                    let v = try_op!(types::generator::get_awaitable(th, regs.peek(1), oparg));
                    regs.set(1, Some(v));
                }
                Opcode::GET_AITER => {
                    let v = try_op!(types::generator::get_aiter(th, regs.peek(1)));
                    regs.set(1, Some(v));
                }
                Opcode::GET_ANEXT => {
                    let v = try_op!(types::generator::get_anext(th, regs.peek(1)));
                    regs.push(Some(v));
                }
                Opcode::END_ASYNC_FOR => {
                    let exc = regs.pop();
                    if exc.class().is_subclass(types::exception::Exc::StopAsyncIteration.class()) {
                        regs.drop_n(1);
                    } else {
                        th.raised.set(Some(exc));
                        pending = true;
                        continue 'outer;
                    }
                }
                Opcode::CLEANUP_THROW => {
                    let exc = regs.peek(1);
                    if exc.class().is_subclass(types::exception::Exc::StopIteration.class()) {
                        let e = exc.cast::<types::exception::Exception>().expect("an exception");
                        let v = e.field(0).unwrap_or(Value::NONE);
                        regs.drop_n(1);
                        regs.set(2, Some(Value::NONE));
                        regs.set(1, Some(v));
                    } else {
                        th.raised.set(Some(exc));
                        pending = true;
                        continue 'outer;
                    }
                }
                Opcode::PUSH_EXC_INFO => {
                    let exc = regs.peek_slot(1);
                    let handled = handled(th);
                    regs.set(1, handled.exception.get().or(Some(Value::NONE)));
                    regs.push(exc);
                    handled.exception.set(exc);
                }
                Opcode::POP_EXCEPT => {
                    let exc = regs.pop();
                    handled(th).exception.set(Some(exc).filter(|e| !e.is_none()));
                }
                Opcode::CHECK_EXC_MATCH => {
                    let m = try_op!(ops::exceptions::matches(th, regs.peek(2), regs.peek(1)));
                    regs.set(1, Some(Value::from_bool(m)));
                }
                Opcode::CHECK_EG_MATCH => {
                    let (rest, matched) = try_op!(types::exception_group::check_match(
                        th,
                        regs.peek(2),
                        regs.peek(1)
                    ));
                    regs.set(2, Some(rest));
                    regs.set(1, Some(matched));
                    if !matched.is_none() {
                        handled(th).exception.set(Some(matched));
                    }
                }
                Opcode::RAISE_VARARGS => {
                    let (exc, cause) = match oparg {
                        0 => (None, None),
                        1 => (Some(regs.peek(1)), None),
                        _ => (Some(regs.peek(2)), Some(regs.peek(1))),
                    };
                    // A bare `raise` goes on with the traceback that the exception has.
                    if !ops::exceptions::raise(th, exc, cause) {
                        unwind::add_traceback(th, regs.frame);
                    }
                    pending = true;
                    continue 'outer;
                }
                Opcode::RERAISE => {
                    let exc = regs.pop();
                    // The offset that it pushes back is for `f_lineno`; the traceback has the line.
                    th.raised.set(Some(exc));
                    pending = true;
                    continue 'outer;
                }
                Opcode::WITH_EXCEPT_START => {
                    let exc = regs.peek(1);
                    let (receiver, f) = (regs.peek_slot(4), regs.peek(5));
                    let v = try_op!(ops::exceptions::call_exit(th, f, receiver, exc));
                    regs.push(Some(v));
                }
                Opcode::LOAD_SPECIAL => {
                    let (f, receiver) =
                        try_op!(ops::attribute::load_special(th, regs.peek(1), oparg));
                    regs.set(1, Some(f));
                    regs.push(receiver);
                }
                Opcode::LOAD_SUPER_ATTR => {
                    let (global, class, this) = (regs.peek(3), regs.peek(2), regs.peek(1));
                    let name = regs.decoded.names[(oparg >> 2) as usize];
                    let v = try_op!(ops::attribute::load_super_attr(
                        th,
                        global,
                        class,
                        this,
                        name,
                        oparg & 2 != 0
                    ));
                    regs.drop_n(2);
                    regs.set(1, Some(v));
                    if oparg & 1 != 0 {
                        regs.push(None);
                    }
                }
                Opcode::LOAD_BUILD_CLASS => {
                    let v =
                        try_op!(ops::class_statement::load_build_class(th, regs.frame.builtins));
                    regs.push(Some(v));
                }
                Opcode::SETUP_ANNOTATIONS => {
                    try_op!(ops::global::setup_annotations(th, regs.frame))
                }
                Opcode::IMPORT_NAME => {
                    let name = regs.decoded.names[oparg as usize];
                    let (level, from) = (regs.peek(2), regs.peek(1));
                    let v = try_op!(ops::import::import_name(th, regs.frame, name, from, level));
                    regs.drop_n(1);
                    regs.set(1, Some(v));
                }
                Opcode::IMPORT_FROM => {
                    let name = regs.decoded.names[oparg as usize];
                    let v = try_op!(ops::import::import_from(th, regs.peek(1), name));
                    regs.push(Some(v));
                }
                Opcode::MATCH_MAPPING => {
                    let m = regs.peek(1).class().has(crate::object::TypeFlags::MAPPING);
                    regs.push(Some(Value::from_bool(m)));
                }
                Opcode::MATCH_SEQUENCE => {
                    let m = regs.peek(1).class().has(crate::object::TypeFlags::SEQUENCE);
                    regs.push(Some(Value::from_bool(m)));
                }
                Opcode::MATCH_KEYS => {
                    let v = try_op!(ops::pattern::match_keys(th, regs.peek(2), regs.peek(1)));
                    regs.push(Some(v));
                }
                Opcode::MATCH_CLASS => {
                    let (subject, class, names) = (regs.peek(3), regs.peek(2), regs.peek(1));
                    let v = try_op!(ops::pattern::match_class(
                        th,
                        subject,
                        class,
                        oparg as usize,
                        names
                    ));
                    regs.drop_n(2);
                    regs.set(1, Some(v));
                }
                Opcode::RESERVED | Opcode::EXIT_INIT_CHECK | Opcode::INTERPRETER_EXIT => {
                    try_op!(Err::<(), _>(raise!(th, SystemError, "unknown opcode {}", op.name())));
                }
            }
        }
    }
}
