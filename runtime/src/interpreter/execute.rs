//! Runs frames: what each instruction does.
//!
//! Operations are calls of `ops`; only what moves values or control is done here. A call of a
//! Python function whose code is bytecode pushes a frame and goes on, and so does going on with a
//! generator: the native stack grows only where native code stands between.
//!
//! An instruction must not lend local variables of its own (`&mut`, arrays) to functions that are
//! not inlined, nor hold what has a `Drop`: see [`super::dispatch`]. What needs that goes to a
//! function of its own.

use krait_layout::{Kind, Raised, StackSlot, Thread, Value};

use super::dispatch::{done, instructions, try_op};
use super::frame::{FrameRecord, Returns};
use super::inline_cache::{self, CacheKind, InlineCache, InlineCacheExt};
use super::instruction::Op;
use super::registers::Registers;
use super::{
    handled, poll, poll_at_start, pop_frame, push_simple_call, release_frame, tracing, unwind,
};
use crate::error::PyResult;
use crate::native_frames;
use crate::object::{Object, Slot, Type, TypeFlags, ValueExt, class};
use crate::ops::{self, Comparison};
use crate::types::cell::Cell as PyCell;
use crate::types::code::Code;
use crate::types::dict::Dict;
use crate::types::function::Function;
use crate::types::generator::Generator;
use crate::types::list::List;
use crate::types::method::BoundMethod;
use crate::types::native_function::NativeFunction;
use crate::types::tuple::Tuple;
use crate::{raise, shapes, state, types};

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
    frame.returns.set(Returns::Entry);
    frame.stack_mark.set(native_frames::frame_pointer() as usize);
    frame.previous.set(th.frame.get() as *const FrameRecord);
    th.frame.set(frame as *const FrameRecord as *const u8);
    let mut depth = depth;
    let mut raised = false;
    match input {
        Some(Ok(v)) => {
            // SAFETY: the frame has room for one more value.
            unsafe {
                frame.locals_ptr().add(frame.code.decoded().locals_len + depth).write(Some(v));
            }
            depth += 1;
        }
        Some(Err(Raised)) => {
            frame.set_index(ip.saturating_sub(1));
            if tracing::active(th) {
                tracing::thrown(th, frame);
            }
            unwind::add_traceback(th, frame);
            raised = true;
        }
        None => {}
    }
    if !raised && let Err(Raised) = super::recursion(th, "") {
        frame.set_index(ip);
        raised = true;
    }
    let regs = if raised {
        find_handler(th, frame).map(Handler::registers)
    } else {
        Some(Registers::enter(frame, ip, depth))
    };
    regs.and_then(|regs| execute(th, regs)).ok_or(Raised)
}

/// Where an exception is handled: two words, which come back in registers. The frame's note of its
/// place is the handler's first instruction.
#[derive(Clone, Copy)]
struct Handler {
    frame: &'static FrameRecord,
    depth: usize,
}

impl Handler {
    #[inline(always)]
    fn registers(self) -> Registers {
        Registers::at_note(self.frame, self.depth)
    }
}

/// Where the thread's exception, raised in `frame`, is handled: in it or in the frames that called
/// it in the same loop, all of which end otherwise. `None` where it goes on to Rust. The exception
/// is on the handler's stack.
#[cold]
#[inline(never)]
fn find_handler(th: &Thread, mut frame: &'static FrameRecord) -> Option<Handler> {
    loop {
        let index = frame.index();
        let decoded = frame.code.decoded();
        if let Some(h) = decoded.handler_for(index as u32) {
            let exc = unwind::take_raised(th);
            let mut regs = Registers::enter(frame, h.target as usize, h.depth as usize);
            if h.push_lasti {
                regs.push(Some(Value::from_len(decoded.offsets[index] as usize / 2)));
            }
            regs.push(Some(exc));
            frame.at.set(regs.ip);
            return Some(Handler { frame, depth: regs.depth() });
        }
        if tracing::active(th) {
            tracing::unwound(th, frame);
        }
        th.frame.set(frame.previous.get() as *const u8);
        if let Some(g) = frame.generator.get() {
            g.finish();
            if !frame.is_entry() {
                g.deactivate(th);
            }
        }
        let caller = (!frame.is_entry()).then(|| Registers::caller_of(frame).frame);
        pop_frame(th, frame);
        frame = caller?;
        unwind::add_traceback(th, frame);
    }
}

/// A frame for the call of `f` with its arguments bound, or `None` where the function's code is
/// compiled.
#[inline(always)]
fn frame_of_call(
    th: &Thread,
    f: &'static Function,
    args: &[StackSlot],
    kwnames: Option<&'static Tuple>,
) -> PyResult<Option<&'static FrameRecord>> {
    if f.code().native_function().is_some() {
        return Ok(None);
    }
    super::push_call(th, f, args, kwnames).map(Some)
}

/// Makes `record` the running frame: a call by the frame of `regs`, whose stack without the
/// operands is `regs`'s.
#[inline(always)]
fn enter(
    th: &Thread,
    regs: &Registers,
    record: &'static FrameRecord,
    returns: Returns,
) -> Registers {
    record.previous.set(regs.frame);
    record.returns.set(returns);
    record.caller_depth.set(regs.depth() as u32);
    th.frame.set(record as *const FrameRecord as *const u8);
    Registers::enter(record, 0, 0)
}

/// As [`enter`], for going on with a generator.
#[inline(always)]
fn enter_generator(
    th: &Thread,
    regs: &Registers,
    g: &'static Generator,
    input: Value,
    returns: Returns,
) -> PyResult<Registers> {
    let (record, ip, depth) = g.activate(th)?;
    record.previous.set(regs.frame);
    record.returns.set(returns);
    record.caller_depth.set(regs.depth() as u32);
    th.frame.set(record as *const FrameRecord as *const u8);
    let mut inner = Registers::enter(record, ip, depth);
    inner.push(Some(input));
    Ok(inner)
}

/// Remembers whether calling `class` allocates an instance and calls a Python function `__init__`.
#[cold]
fn fill_class_call(
    th: &Thread,
    cache: &InlineCache,
    owner: &krait_layout::Header,
    class: &'static Type,
) {
    let object = types::object::DEF.class(th);
    let meta = types::type_::DEF.class(th);
    let init = class.slot(Slot::Init);
    if class.value().slot(Slot::Call) == meta.slot(Slot::Call)
        && !class.has(TypeFlags::NO_NEW)
        && class.slot(Slot::New) == object.slot(Slot::New)
        && class.def.get().kind == Kind::Instance
        && init.is_some_and(|f| f.kind() == Kind::Function)
    {
        class::note_cached(class);
        class::note_cached(class.value().class());
        cache.fill(CacheKind::Init, class.instance_shape.get(), 0, init);
        crate::gc::barrier(owner);
    } else {
        cache.fill(CacheKind::Empty, class.instance_shape.get(), 0, None);
    }
}

/// `UNPACK_SEQUENCE`: the `n` items of the value at `top`, the first topmost, in its place on the
/// stack.
///
/// # Safety
/// `top` is the top of a stack with room for the items.
#[inline(never)]
unsafe fn unpack(th: &Thread, top: *mut StackSlot, n: usize) -> PyResult<()> {
    let mut small = [None; 8];
    let mut large;
    let out: &mut [StackSlot] = if n <= 8 {
        &mut small[..n]
    } else {
        large = vec![None; n];
        &mut large
    };
    // SAFETY: the operand is a value by the bytecode's contract.
    ops::unpack::unpack_sequence(th, unsafe { (*top).unwrap_unchecked() }, out)?;
    // SAFETY: the caller's.
    unsafe { write_reversed(top, out) };
    Ok(())
}

/// `GET_LEN`: a function of its own, since the result of `length` would lie in memory.
#[inline(never)]
fn get_len(th: &Thread, v: Value) -> PyResult<Value> {
    ops::length(th, v).map(Value::from_len)
}

/// As [`unpack`], for `UNPACK_EX`.
///
/// # Safety
/// As for [`unpack`].
#[inline(never)]
unsafe fn unpack_ex(th: &Thread, top: *mut StackSlot, before: usize, after: usize) -> PyResult<()> {
    let mut out = vec![None; before + 1 + after];
    // SAFETY: the operand is a value by the bytecode's contract.
    ops::unpack::unpack_ex(th, unsafe { (*top).unwrap_unchecked() }, before, after, &mut out)?;
    // SAFETY: the caller's.
    unsafe { write_reversed(top, &out) };
    Ok(())
}

/// Writes the items, the first topmost, from `top` on.
///
/// # Safety
/// The stack has room for them.
unsafe fn write_reversed(top: *mut StackSlot, items: &[StackSlot]) {
    for (i, v) in items.iter().rev().enumerate() {
        // SAFETY: the caller's.
        unsafe { top.add(i).write(*v) };
    }
}

#[cold]
fn unknown(th: &Thread, op: Op) -> Raised {
    raise!(th, SystemError, "unknown opcode {op:?}")
}

instructions! {
    (th, regs, op, oparg, word)
    NOP | NOT_TAKEN | CACHE | EXTENDED_ARG => {}
    RESUME => { try_op!(poll_at_start(th, regs.frame)) }
    TRACE => {
        // SAFETY: the stack ends at `sp`.
        let plain = try_op!(unsafe { tracing::step(th, regs.frame, regs.sp, word) });
        instead!(plain)
    }
    PROFILED_CALL => {
        // SAFETY: the stack ends at `sp`.
        let v = try_op!(unsafe { tracing::profiled_call(th, regs.frame, regs.sp, oparg) });
        regs.drop_n(tracing::operands_of_call(regs.frame, oparg) - 1);
        regs.set(1, Some(v));
    }
    TRACED_JUMP => {
        regs.drop_n((word as u32 >> 8) as usize);
        regs.jump(oparg);
    }
    LOAD_FAST | LOAD_FAST_BORROW => {
        let v = regs.local(oparg);
        regs.push(v);
    }
    LOAD_FAST_LOAD_FAST | LOAD_FAST_BORROW_LOAD_FAST_BORROW => {
        let (a, b) = (regs.local(oparg >> 4), regs.local(oparg & 15));
        regs.push(a);
        regs.push(b);
    }
    LOAD_FAST_CHECK => { match regs.local(oparg) {
        Some(v) => regs.push(Some(v)),
        None => try_op!(Err(ops::global::unbound_local(th, regs.frame.code, oparg))),
    } }
    LOAD_FAST_AND_CLEAR => {
        let v = regs.local(oparg);
        regs.push(v);
        regs.set_local(oparg, None);
    }
    LOAD_CONST => {
        let v = regs.decoded.consts[oparg as usize];
        regs.push(Some(v));
    }
    LOAD_SMALL_INT => { regs.push(Some(Value::from_i32(oparg as i32))) }
    LOAD_COMMON_CONSTANT => { regs.push(Some(common_constant(th, oparg))) }
    STORE_FAST => {
        let v = regs.pop_slot();
        regs.set_local(oparg, v);
    }
    STORE_FAST_LOAD_FAST => {
        let v = regs.pop_slot();
        regs.set_local(oparg >> 4, v);
        let v = regs.local(oparg & 15);
        regs.push(v);
    }
    STORE_FAST_STORE_FAST => {
        let (a, b) = (regs.pop_slot(), regs.pop_slot());
        regs.set_local(oparg >> 4, a);
        regs.set_local(oparg & 15, b);
    }
    DELETE_FAST => {
        if regs.local(oparg).is_none() {
            try_op!(Err::<(), _>(ops::global::unbound_local(
                th,
                regs.frame.code,
                oparg
            )));
        }
        regs.set_local(oparg, None);
    }
    POP_TOP | POP_ITER | END_FOR => { regs.drop_n(1) }
    PUSH_NULL => { regs.push(None) }
    COPY => {
        let v = regs.peek_slot(oparg as usize);
        regs.push(v);
    }
    SWAP => {
        let (a, b) = (regs.peek_slot(1), regs.peek_slot(oparg as usize));
        regs.set(1, b);
        regs.set(oparg as usize, a);
    }
    END_SEND => {
        let v = regs.pop_slot();
        regs.set(1, v);
    }
    UNARY_NEGATIVE => {
        let v = try_op!(ops::negative(th, regs.peek(1)));
        regs.set(1, Some(v));
    }
    UNARY_INVERT => {
        let v = try_op!(ops::invert(th, regs.peek(1)));
        regs.set(1, Some(v));
    }
    UNARY_NOT => {
        let v = regs.peek(1) == Value::FALSE;
        regs.set(1, Some(Value::from_bool(v)));
    }
    TO_BOOL => {
        let v = try_op!(ops::truth(th, regs.peek(1)));
        regs.set(1, Some(Value::from_bool(v)));
    }
    ADD => {
        let (a, b) = (regs.peek(2), regs.peek(1));
        let v = match ops::quick_add(a, b) {
            Some(v) => v,
            None => try_op!(ops::binary_op(th, oparg, a, b)),
        };
        regs.drop_n(1);
        regs.set(1, Some(v));
    }
    SUBTRACT => {
        let (a, b) = (regs.peek(2), regs.peek(1));
        let v = match ops::quick_subtract(a, b) {
            Some(v) => v,
            None => try_op!(ops::binary_op(th, oparg, a, b)),
        };
        regs.drop_n(1);
        regs.set(1, Some(v));
    }
    MULTIPLY => {
        let (a, b) = (regs.peek(2), regs.peek(1));
        let v = match ops::quick_multiply(a, b) {
            Some(v) => v,
            None => try_op!(ops::binary_op(th, oparg, a, b)),
        };
        regs.drop_n(1);
        regs.set(1, Some(v));
    }
    SMALL_INT_ADD => {
        let b = Value::from_i32(oparg as i32);
        match ops::quick_add(regs.peek(1), b) {
            Some(v) => {
                regs.set(1, Some(v));
                regs.skip(1);
            }
            None => regs.push(Some(b)),
        }
    }
    SMALL_INT_SUBTRACT => {
        let b = Value::from_i32(oparg as i32);
        match ops::quick_subtract(regs.peek(1), b) {
            Some(v) => {
                regs.set(1, Some(v));
                regs.skip(1);
            }
            None => regs.push(Some(b)),
        }
    }
    GET_ITEM => {
        let (a, b) = (regs.peek(2), regs.peek(1));
        let v = match ops::quick_get_item(a, b) {
            Some(v) => v,
            None => try_op!(ops::get_item(th, a, b)),
        };
        regs.drop_n(1);
        regs.set(1, Some(v));
    }
    LOAD_FAST_PAIR_GET_ITEM => {
        let (a, b) = (regs.local(oparg >> 4), regs.local(oparg & 15));
        let found = match (a, b) {
            (Some(a), Some(b)) => ops::quick_get_item(a, b),
            _ => None,
        };
        if found.is_some() {
            regs.push(found);
            regs.skip(1);
        } else {
            regs.push(a);
            regs.push(b);
        }
    }
    BINARY_OP => {
        let (a, b) = (regs.peek(2), regs.peek(1));
        let v = try_op!(ops::binary_op(th, oparg, a, b));
        regs.drop_n(1);
        regs.set(1, Some(v));
    }
    COMPARE_OP => {
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
    COMPARE_JUMP => {
        let (a, b) = (regs.peek(2), regs.peek(1));
        let op = Comparison::ALL[(oparg >> 5) as usize];
        let truth = match ops::quick_compare(op, a, b) {
            Some(truth) => truth,
            None => try_op!(ops::compare_bool(th, op, a, b)),
        };
        regs.drop_n(2);
        regs.branch(truth);
    }
    IS_JUMP => {
        let (a, b) = (regs.peek(2), regs.peek(1));
        regs.drop_n(2);
        regs.branch((a == b) != (oparg != 0));
    }
    CONTAINS_JUMP => {
        let (item, container) = (regs.peek(2), regs.peek(1));
        let found = try_op!(ops::contains(th, container, item)) != (oparg != 0);
        regs.drop_n(2);
        regs.branch(found);
    }
    TRUTH_JUMP => {
        let truth = try_op!(ops::truth(th, regs.peek(1)));
        regs.drop_n(1);
        regs.branch(truth);
    }
    IS_OP => {
        let b = regs.pop();
        let same = (regs.peek(1) == b) != (oparg != 0);
        regs.set(1, Some(Value::from_bool(same)));
    }
    CONTAINS_OP => {
        let (item, container) = (regs.peek(2), regs.peek(1));
        let found = try_op!(ops::contains(th, container, item)) != (oparg != 0);
        regs.drop_n(1);
        regs.set(1, Some(Value::from_bool(found)));
    }
    BINARY_SLICE => {
        let v = try_op!(ops::get_slice(th, regs.peek(3), regs.peek(2), regs.peek(1)));
        regs.drop_n(2);
        regs.set(1, Some(v));
    }
    STORE_SLICE => {
        let (v, c, start, stop) =
            (regs.peek(4), regs.peek(3), regs.peek(2), regs.peek(1));
        try_op!(ops::set_slice(th, c, start, stop, v));
        regs.drop_n(4);
    }
    STORE_SUBSCR => {
        let (v, c, key) = (regs.peek(3), regs.peek(2), regs.peek(1));
        try_op!(ops::set_item(th, c, key, v));
        regs.drop_n(3);
    }
    DELETE_SUBSCR => {
        try_op!(ops::delete_item(th, regs.peek(2), regs.peek(1)));
        regs.drop_n(2);
    }
    JUMP_FORWARD | JUMP_BACKWARD_NO_INTERRUPT => {
        regs.jump(oparg)
    }
    JUMP_BACKWARD => {
        regs.jump(oparg);
        try_op!(poll(th));
    }
    POP_JUMP_IF_FALSE => {
        if regs.pop() == Value::FALSE {
            regs.jump(oparg);
        }
    }
    POP_JUMP_IF_TRUE => {
        if regs.pop() == Value::TRUE {
            regs.jump(oparg);
        }
    }
    POP_JUMP_IF_NONE => {
        if regs.pop().is_none() {
            regs.jump(oparg);
        }
    }
    POP_JUMP_IF_NOT_NONE => {
        if !regs.pop().is_none() {
            regs.jump(oparg);
        }
    }
    GET_ITER => {
        let v = try_op!(ops::get_iter(th, regs.peek(1)));
        regs.set(1, Some(v));
    }
    GET_YIELD_FROM_ITER => {
        let v = try_op!(types::generator::yield_from_iter(
            th,
            regs.peek(1),
            regs.frame.code
        ));
        regs.set(1, Some(v));
    }
    FOR_ITER | FOR_ITER_STORE_FAST => {
        let it = regs.peek(1);
        let v = match types::iterator::next_quick(it) {
            Some(v) => v,
            None => {
                if let Some(g) = types::generator::resumable(it, Value::NONE) {
                    regs = try_op!(enter_generator(th, &regs, g, Value::NONE, Returns::Item));
                    next!()
                }
                if tracing::active(th) {
                    try_op!(tracing::for_iter(th, it))
                } else {
                    try_op!(ops::for_iter(th, it))
                }
            }
        };
        if v == Value::EXHAUSTED {
            regs.jump(oparg);
        } else if op == Op::FOR_ITER_STORE_FAST {
            let target = (regs.next_word() >> 32) as u32;
            regs.set_local(target, Some(v));
            regs.skip(1);
        } else {
            regs.push(Some(v));
        }
    }
    GET_LEN => {
        let n = try_op!(get_len(th, regs.peek(1)));
        regs.push(Some(n));
    }
    LOAD_FAST_LOAD_ATTR => {
        let slot = regs.local(oparg);
        let next = regs.next_word();
        let arg = (next >> 32) as u32;
        // SAFETY: `Decoded::new` numbered the caches.
        let cache = unsafe {
            regs.decoded.caches.get_unchecked((next as u32 >> 8) as usize)
        };
        if let Some(v) = slot
            && cache.hits(v.shape_id())
        {
            match cache.kind.get() {
                CacheKind::Slot => {
                    let found = inline_cache::read_slot(v, cache.index.get());
                    if found.is_some() {
                        regs.push(found);
                        if arg & 1 != 0 {
                            regs.push(None);
                        }
                        regs.skip(1);
                        next!()
                    }
                }
                CacheKind::Method => {
                    regs.push(cache.value.get());
                    regs.push(slot);
                    regs.skip(1);
                    next!()
                }
                _ => {}
            }
        }
        regs.push(slot);
    }
    LOAD_FAST_STORE_ATTR => {
        let slot = regs.local(oparg);
        let next = regs.next_word();
        // SAFETY: `Decoded::new` numbered the caches.
        let cache = unsafe {
            regs.decoded.caches.get_unchecked((next as u32 >> 8) as usize)
        };
        if let Some(v) = slot
            && cache.hits(v.shape_id())
            && inline_cache::store_cached(cache, v, regs.peek(1))
        {
            regs.drop_n(1);
            regs.skip(1);
            next!()
        }
        regs.push(slot);
    }
    LOAD_ATTR => {
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
                        next!()
                    }
                }
                CacheKind::Method => {
                    let f = cache.value.get();
                    regs.set(1, f);
                    regs.push(Some(v));
                    next!()
                }
                CacheKind::ClassValue | CacheKind::ModuleValue | CacheKind::TypeValue => {
                    let name = regs.decoded.names[(oparg >> 1) as usize];
                    let found = inline_cache::read_entry(cache, v, name);
                    if found.is_some() {
                        regs.set(1, found);
                        if oparg & 1 != 0 {
                            regs.push(None);
                        }
                        next!()
                    }
                }
                CacheKind::Property => {
                    let f = cache.value.get().and_then(|f| f.cast::<Function>());
                    let f = f.expect("the cache holds a function");
                    if oparg & 1 == 0
                        && let Some(record) =
                            try_op!(frame_of_call(th, f, regs.top(1), None))
                    {
                        regs.drop_n(1);
                        regs = enter(th, &regs, record, Returns::Value);
                        next!()
                    }
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
    STORE_ATTR => {
        let (value, v) = (regs.peek(2), regs.peek(1));
        let cache = cache!();
        if cache.hits(v.shape_id()) && inline_cache::store_cached(cache, v, value) {
            regs.drop_n(2);
            next!()
        }
        let name = regs.decoded.names[oparg as usize];
        try_op!(inline_cache::store_attr(th, cache, v, name, value));
        regs.drop_n(2);
    }
    DELETE_ATTR => {
        let name = regs.decoded.names[oparg as usize];
        try_op!(crate::object::delete_attr(th, regs.peek(1), name));
        regs.drop_n(1);
    }
    LOAD_GLOBAL => {
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
                next!()
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
    STORE_GLOBAL => {
        let name = regs.decoded.names[oparg as usize];
        let v = regs.pop();
        try_op!(ops::global::store_global(th, regs.frame.globals, name, v));
    }
    DELETE_GLOBAL => {
        let name = regs.decoded.names[oparg as usize];
        try_op!(ops::global::delete_global(th, regs.frame.globals, name));
    }
    LOAD_NAME => {
        let name = regs.decoded.names[oparg as usize];
        let v = try_op!(ops::global::load_name(th, regs.frame, name));
        regs.push(Some(v));
    }
    STORE_NAME => {
        let name = regs.decoded.names[oparg as usize];
        let v = regs.peek(1);
        try_op!(ops::global::store_name(th, regs.frame, name, v));
        regs.drop_n(1);
    }
    DELETE_NAME => {
        let name = regs.decoded.names[oparg as usize];
        try_op!(ops::global::delete_name(th, regs.frame, name));
    }
    LOAD_LOCALS => {
        let v = try_op!(ops::global::load_locals(th, regs.frame));
        regs.push(Some(v));
    }
    LOAD_FROM_DICT_OR_GLOBALS => {
        let name = regs.decoded.names[oparg as usize];
        let v = try_op!(ops::global::load_from_mapping_or_globals(
            th,
            regs.peek(1),
            regs.frame,
            name
        ));
        regs.set(1, Some(v));
    }
    LOAD_FROM_DICT_OR_DEREF => {
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
    MAKE_CELL => {
        let v = regs.local(oparg);
        let cell = PyCell::new(th, v);
        regs.set_local(oparg, Some(cell.value()));
    }
    COPY_FREE_VARS => {
        let f = regs.frame.function.get().and_then(|f| f.cast::<Function>());
        let closure = f.and_then(Function::closure).expect("a closure has cells");
        let first = regs.decoded.locals_len - oparg as usize;
        for (i, c) in closure.items().iter().enumerate() {
            regs.set_local((first + i) as u32, *c);
        }
    }
    LOAD_DEREF => {
        let cell = regs.local(oparg).and_then(|c| c.cast::<PyCell>()).expect("a cell");
        match cell.get() {
            Some(v) => regs.push(Some(v)),
            None => try_op!(Err(ops::global::unbound_cell(th, regs.frame.code, oparg))),
        }
    }
    STORE_DEREF => {
        let v = regs.pop_slot();
        regs.local(oparg).and_then(|c| c.cast::<PyCell>()).expect("a cell").set(v);
    }
    DELETE_DEREF => {
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
    BUILD_TUPLE => {
        let t = Tuple::from_slots(th, regs.top(oparg as usize));
        regs.drop_n(oparg as usize);
        regs.push(Some(t.value()));
    }
    BUILD_LIST => {
        let l = List::from_slots(th, regs.top(oparg as usize));
        regs.drop_n(oparg as usize);
        regs.push(Some(l.value()));
    }
    BUILD_SET => {
        let s = try_op!(ops::collection::build_set(th, regs.top(oparg as usize)));
        regs.drop_n(oparg as usize);
        regs.push(Some(s));
    }
    BUILD_MAP => {
        let n = oparg as usize * 2;
        let d = try_op!(ops::collection::build_map(th, regs.top(n)));
        regs.drop_n(n);
        regs.push(Some(d));
    }
    BUILD_SLICE => {
        let parts = regs.top(oparg as usize);
        let part = |i: usize| parts.get(i).copied().flatten().unwrap_or(Value::NONE);
        let s = types::slice::Slice::new(th, part(0), part(1), part(2));
        regs.drop_n(oparg as usize);
        regs.push(Some(s.value()));
    }
    BUILD_STRING => {
        let s = ops::collection::build_string(th, regs.top(oparg as usize));
        regs.drop_n(oparg as usize);
        regs.push(Some(s));
    }
    BUILD_INTERPOLATION => {
        let spec = if oparg & 1 != 0 { regs.pop_slot() } else { None };
        let text = regs.pop();
        let v = regs.peek(1);
        let i = try_op!(types::template::interpolation(th, v, text, oparg >> 2, spec));
        regs.set(1, Some(i));
    }
    BUILD_TEMPLATE => {
        let t = try_op!(types::template::template(th, regs.peek(2), regs.peek(1)));
        regs.drop_n(1);
        regs.set(1, Some(t));
    }
    CONVERT_VALUE => {
        let v = regs.peek(1);
        let s = match oparg {
            1 => try_op!(ops::str(th, v)),
            2 => try_op!(ops::repr(th, v)),
            _ => try_op!(ops::ascii(th, v)),
        };
        regs.set(1, Some(s.value()));
    }
    FORMAT_SIMPLE => {
        let v = regs.peek(1);
        if !v.is_exactly(shapes::STR) {
            let s = try_op!(ops::format::format(th, v, state::empty_str(th).value()));
            regs.set(1, Some(s));
        }
    }
    FORMAT_WITH_SPEC => {
        let s = try_op!(ops::format::format(th, regs.peek(2), regs.peek(1)));
        regs.drop_n(1);
        regs.set(1, Some(s));
    }
    LIST_APPEND => {
        let v = regs.pop();
        regs.peek(oparg as usize).cast::<List>().expect("a list").push(th, v);
    }
    LIST_EXTEND => {
        let l = regs.peek(oparg as usize + 1).cast::<List>().expect("a list");
        try_op!(ops::unpack::list_extend(th, l, regs.peek(1)));
        regs.drop_n(1);
    }
    SET_ADD => {
        try_op!(ops::collection::set_add(
            th,
            regs.peek(oparg as usize + 1),
            regs.peek(1)
        ));
        regs.drop_n(1);
    }
    SET_UPDATE => {
        try_op!(ops::collection::set_update(
            th,
            regs.peek(oparg as usize + 1),
            regs.peek(1)
        ));
        regs.drop_n(1);
    }
    MAP_ADD => {
        let d = regs.peek(oparg as usize + 2).cast::<Dict>().expect("a dict");
        try_op!(d.set(th, regs.peek(2), regs.peek(1)));
        regs.drop_n(2);
    }
    DICT_UPDATE => {
        let d = regs.peek(oparg as usize + 1).cast::<Dict>().expect("a dict");
        try_op!(ops::unpack::dict_update(th, d, regs.peek(1)));
        regs.drop_n(1);
    }
    DICT_MERGE => {
        let d = regs.peek(oparg as usize + 1).cast::<Dict>().expect("a dict");
        let function = regs.peek(oparg as usize + 4);
        try_op!(ops::unpack::dict_merge(th, d, regs.peek(1), function));
        regs.drop_n(1);
    }
    UNPACK_SEQUENCE => {
        let (v, n) = (regs.peek(1), oparg as usize);
        if v.is_exactly(shapes::TUPLE)
            && let Some(t) = v.cast::<Tuple>()
            && t.len() == n
        {
            regs.drop_n(1);
            for v in t.items().iter().rev() {
                regs.push(*v);
            }
        } else {
            // SAFETY: the verifier bounds the stack.
            try_op!(unsafe { unpack(th, regs.sp.sub(1), n) });
            regs.drop_n(1);
            regs.skip_stack(n);
        }
    }
    UNPACK_EX => {
        let (before, after) = ((oparg & 0xff) as usize, (oparg >> 8) as usize);
        // SAFETY: the verifier bounds the stack.
        try_op!(unsafe { unpack_ex(th, regs.sp.sub(1), before, after) });
        regs.drop_n(1);
        regs.skip_stack(before + 1 + after);
    }
    MAKE_FUNCTION => {
        let code = regs.peek(1).cast::<Code>().expect("a code object");
        let f = Function::new(th, code, regs.frame.globals);
        regs.set(1, Some(f.value()));
    }
    SET_FUNCTION_ATTRIBUTE => {
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
    CALL => {
        let n = oparg as usize;
        let receiver = regs.peek_slot(n + 1).is_some() as usize;
        if let Some(f) = regs.peek(n + 2).cast::<Function>()
            && f.code().native_function().is_none()
            && f.code().decoded().simple_arguments == n + receiver
        {
            let args = regs.top(n + receiver);
            let record = try_op!(push_simple_call(th, f, args));
            regs.drop_n(n + 2);
            regs = enter(th, &regs, record, Returns::Value);
            next!()
        }
        regs.generalise(Op::CALL_GENERAL);
    }
    CALL_GENERAL | CALL_KW => {
        let n = oparg as usize;
        let kwnames = if op == Op::CALL_KW {
            regs.pop().cast::<Tuple>()
        } else {
            None
        };
        let mut callable = regs.peek(n + 2);
        if callable.is_exactly(shapes::METHOD) && regs.peek_slot(n + 1).is_none() {
            // Its parts go where it and the missing first argument are.
            let m = callable.cast::<BoundMethod>().expect("the shape says so");
            callable = m.function();
            regs.set(n + 1, Some(m.receiver()));
            regs.set(n + 2, Some(callable));
        }
        let count = n + regs.peek_slot(n + 1).is_some() as usize;
        if let Some(f) = callable.cast::<Function>() {
            let frame = frame_of_call(th, f, regs.top(count), kwnames);
            if let Some(record) = try_op!(frame) {
                regs.drop_n(n + 2);
                regs = enter(th, &regs, record, Returns::Value);
                next!()
            }
        } else if let Some(class) = callable.cast::<Type>()
            && count == n
        {
            let cache = cache!();
            if cache.hits(class.instance_shape.get())
                && cache.kind.get() == CacheKind::Init
                && !class.has(TypeFlags::ABSTRACT)
                && let Some(init) = cache.value.get().and_then(|f| f.cast::<Function>())
            {
                let object = types::object::alloc_instance(th, class);
                regs.set(n + 1, Some(object));
                let frame = frame_of_call(th, init, regs.top(n + 1), kwnames);
                if let Some(record) = try_op!(frame) {
                    regs.set(n + 2, Some(object));
                    regs.drop_n(n + 1);
                    regs = enter(th, &regs, record, Returns::Init);
                    next!()
                }
                regs.set(n + 1, None);
            } else if class.has(TypeFlags::HEAP)
                && !cache.hits(class.instance_shape.get())
            {
                fill_class_call(th, cache, &regs.frame.code.header, class);
            }
        }
        let quick = match callable.cast::<NativeFunction>() {
            Some(f) if kwnames.is_none() => f.call_as_is(th, regs.top(count)),
            _ => None,
        };
        let v = match quick {
            Some(result) => try_op!(result),
            None => try_op!(ops::call_slots(th, callable, regs.top(count), kwnames)),
        };
        regs.drop_n(n + 1);
        regs.set(1, Some(v));
    }
    CALL_FUNCTION_EX => {
        let kwargs = regs.pop_slot();
        let args = regs.pop();
        let f = regs.peek(2);
        let v = try_op!(ops::call::call_function_ex(th, f, args, kwargs));
        regs.drop_n(1);
        regs.set(1, Some(v));
    }
    CALL_INTRINSIC_1 => {
        let v = try_op!(ops::intrinsic::unary(th, regs.frame, oparg, regs.peek(1)));
        regs.set(1, Some(v));
    }
    CALL_INTRINSIC_2 => {
        let v = try_op!(ops::intrinsic::binary(th, oparg, regs.peek(2), regs.peek(1)));
        regs.drop_n(1);
        regs.set(1, Some(v));
    }
    RETURN_VALUE => {
        let v = regs.pop();
        let frame = regs.frame;
        let returns = frame.returns.get();
        th.frame.set(frame.previous.get() as *const u8);
        if let Some(g) = frame.generator.get() {
            g.finish();
            if returns != Returns::Entry {
                g.deactivate(th);
            }
        }
        if returns == Returns::Entry {
            pop_frame(th, frame);
            done!(v)
        }
        let caller = Registers::caller_of(frame);
        pop_frame(th, frame);
        regs = caller;
        match returns {
            Returns::Value | Returns::Entry => regs.push(Some(v)),
            Returns::Init => {
                if !v.is_none() {
                    try_op!(Err::<(), _>(ops::call::init_returned(th, v)));
                }
            }
            Returns::Item | Returns::Sent => {
                // SAFETY: the caller's instruction is before its next one.
                let word = unsafe { (*regs.ip.sub(1)).get() };
                if tracing::active(th) && (returns == Returns::Sent || !v.is_none()) {
                    try_op!(tracing::stopped(th, v));
                }
                if returns == Returns::Sent {
                    regs.push(Some(v));
                }
                regs.jump((word >> 32) as u32);
            }
        }
    }
    RETURN_GENERATOR => {
        let frame = regs.frame;
        let g = Generator::from_frame(th, frame);
        th.frame.set(frame.previous.get() as *const u8);
        if frame.is_entry() {
            pop_frame(th, frame);
            done!(g)
        }
        let caller = Registers::caller_of(frame);
        pop_frame(th, frame);
        regs = caller;
        regs.push(Some(g));
    }
    YIELD_VALUE => {
        let v = regs.pop();
        let frame = regs.frame;
        let g = frame.generator.get().expect("only generators yield");
        g.suspend(frame, regs.index(), regs.depth());
        th.frame.set(frame.previous.get() as *const u8);
        if frame.is_entry() {
            release_frame(th, frame);
            done!(v)
        }
        g.deactivate(th);
        let caller = Registers::caller_of(frame);
        release_frame(th, frame);
        regs = caller;
        regs.push(Some(v));
    }
    SEND => {
        let (receiver, v) = (regs.peek(2), regs.peek(1));
        if let Some(g) = types::generator::resumable(receiver, v) {
            regs.drop_n(1);
            match enter_generator(th, &regs, g, v, Returns::Sent) {
                Ok(inner) => {
                    regs = inner;
                    next!()
                }
                Err(Raised) => try_op!(Err::<(), _>(Raised)),
            }
        }
        let (value, done) = try_op!(types::generator::send(th, receiver, v));
        regs.set(1, Some(value));
        if done && tracing::active(th) && tracing::raises_at_end(receiver) {
            try_op!(tracing::stopped(th, value));
        }
        if done {
            regs.jump(oparg);
        }
    }
    GET_AWAITABLE => {
        let v = try_op!(types::generator::get_awaitable(th, regs.peek(1), oparg));
        regs.set(1, Some(v));
    }
    GET_AITER => {
        let v = try_op!(types::generator::get_aiter(th, regs.peek(1)));
        regs.set(1, Some(v));
    }
    GET_ANEXT => {
        let v = try_op!(types::generator::get_anext(th, regs.peek(1)));
        regs.push(Some(v));
    }
    END_ASYNC_FOR => {
        let exc = regs.pop();
        if exc.class().is_subclass(types::exception::Exc::StopAsyncIteration.class()) {
            regs.drop_n(1);
        } else {
            th.raised.set(Some(exc));
            unwind!()
        }
    }
    CLEANUP_THROW => {
        let exc = regs.peek(1);
        if exc.class().is_subclass(types::exception::Exc::StopIteration.class()) {
            let e = exc.cast::<types::exception::Exception>().expect("an exception");
            let v = e.field(0).unwrap_or(Value::NONE);
            regs.drop_n(1);
            regs.set(2, Some(Value::NONE));
            regs.set(1, Some(v));
        } else {
            th.raised.set(Some(exc));
            unwind!()
        }
    }
    PUSH_EXC_INFO => {
        let exc = regs.peek_slot(1);
        let handled = handled(th);
        regs.set(1, handled.exception.get().or(Some(Value::NONE)));
        regs.push(exc);
        handled.exception.set(exc);
    }
    POP_EXCEPT => {
        let exc = regs.pop();
        handled(th).exception.set(Some(exc).filter(|e| !e.is_none()));
    }
    CHECK_EXC_MATCH => {
        let m = try_op!(ops::exceptions::matches(th, regs.peek(2), regs.peek(1)));
        regs.set(1, Some(Value::from_bool(m)));
    }
    CHECK_EG_MATCH => {
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
    RAISE_VARARGS => {
        let (exc, cause) = match oparg {
            0 => (None, None),
            1 => (Some(regs.peek(1)), None),
            _ => (Some(regs.peek(2)), Some(regs.peek(1))),
        };
        // A bare `raise` goes on with the traceback that the exception has.
        if !ops::exceptions::raise(th, exc, cause) {
            unwind::add_traceback(th, regs.frame);
        }
        unwind!()
    }
    RERAISE => {
        let exc = regs.pop();
        // The offset below is where the exception was raised; the traceback has its line already.
        if oparg > 0 && tracing::active(th) {
            tracing::reraised(regs.frame, regs.peek(oparg as usize));
        }
        th.raised.set(Some(exc));
        unwind!()
    }
    WITH_EXCEPT_START => {
        let exc = regs.peek(1);
        let (receiver, f) = (regs.peek_slot(4), regs.peek(5));
        let v = try_op!(ops::exceptions::call_exit(th, f, receiver, exc));
        regs.push(Some(v));
    }
    LOAD_SPECIAL => {
        let (f, receiver) =
            try_op!(ops::attribute::load_special(th, regs.peek(1), oparg));
        regs.set(1, Some(f));
        regs.push(receiver);
    }
    LOAD_SUPER_ATTR => {
        let (global, class, this) = (regs.peek(3), regs.peek(2), regs.peek(1));
        let name = regs.decoded.names[(oparg >> 2) as usize];
        let cache = cache!();
        if oparg & 1 != 0
            && let Some(f) =
                inline_cache::load_super_method(th, cache, global, class, this)
        {
            regs.drop_n(2);
            regs.set(1, Some(f));
            regs.push(Some(this));
            next!()
        }
        let v = try_op!(ops::attribute::load_super_attr(
            th,
            global,
            class,
            this,
            name,
            oparg & 2 != 0
        ));
        if oparg & 1 != 0 {
            let owner = &regs.frame.code.header;
            inline_cache::fill_super_method(th, cache, owner, global, class, this, name);
        }
        regs.drop_n(2);
        regs.set(1, Some(v));
        if oparg & 1 != 0 {
            regs.push(None);
        }
    }
    LOAD_BUILD_CLASS => {
        let v =
            try_op!(ops::class_statement::load_build_class(th, regs.frame.builtins));
        regs.push(Some(v));
    }
    SETUP_ANNOTATIONS => {
        try_op!(ops::global::setup_annotations(th, regs.frame))
    }
    IMPORT_NAME => {
        let name = regs.decoded.names[oparg as usize];
        let (level, from) = (regs.peek(2), regs.peek(1));
        let v = try_op!(ops::import::import_name(th, regs.frame, name, from, level));
        regs.drop_n(1);
        regs.set(1, Some(v));
    }
    IMPORT_FROM => {
        let name = regs.decoded.names[oparg as usize];
        let v = try_op!(ops::import::import_from(th, regs.peek(1), name));
        regs.push(Some(v));
    }
    MATCH_MAPPING => {
        let m = regs.peek(1).class().has(crate::object::TypeFlags::MAPPING);
        regs.push(Some(Value::from_bool(m)));
    }
    MATCH_SEQUENCE => {
        let m = regs.peek(1).class().has(crate::object::TypeFlags::SEQUENCE);
        regs.push(Some(Value::from_bool(m)));
    }
    MATCH_KEYS => {
        let v = try_op!(ops::pattern::match_keys(th, regs.peek(2), regs.peek(1)));
        regs.push(Some(v));
    }
    MATCH_CLASS => {
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
    RESERVED | EXIT_INIT_CHECK | INTERPRETER_EXIT => {
        try_op!(Err::<(), _>(unknown(th, op)));
    }
}
