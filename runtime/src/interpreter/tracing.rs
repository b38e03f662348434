//! `sys.settrace` and `sys.setprofile`.
//!
//! While a thread is traced, every function that it calls runs in the interpreter, whose code is
//! patched so that each instruction reports here before it runs. A frame of machine code that
//! somebody sets `f_trace` on goes on in the interpreter at its next line. What is not traced pays
//! nothing.
//!
//! Which events there are, and their order, follows CPython 3.14 (`sys.settrace` in the library
//! reference; PEP 669 for where lines start).

use std::cell::{Cell, RefCell};
use std::sync::atomic::{AtomicUsize, Ordering};

use krait_layout::{Raised, StackSlot, Thread, Value};

use super::decoded::Decoded;
use super::frame::{FrameRecord, FrameRef};
use super::instruction::Op;
use super::jump::Permission;
use super::{ThreadState, thread_state};
use crate::bytecode::Opcode;
use crate::bytecode::opcode::Argument;
use crate::error::PyResult;
use crate::object::{Object, Slot, ValueExt, descriptor};
use crate::types::code::Code;
use crate::types::exception::{Exc, Exception};
use crate::types::frame::Frame;
use crate::types::generator::Generator;
use crate::types::iterator;
use crate::types::native_function::NativeFunction;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::{gc, ops};

/// What happened, for `sys.settrace` and `sys.setprofile`.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Event {
    Call,
    Line,
    Return,
    Exception,
    Opcode,
    CCall,
    CReturn,
    CException,
}

impl Event {
    const fn name(self) -> &'static str {
        match self {
            Event::Call => "call",
            Event::Line => "line",
            Event::Return => "return",
            Event::Exception => "exception",
            Event::Opcode => "opcode",
            Event::CCall => "c_call",
            Event::CReturn => "c_return",
            Event::CException => "c_exception",
        }
    }
}

/// Whether the thread is traced or profiled, and not inside of the function that does it.
#[inline(always)]
pub fn active(th: &Thread) -> bool {
    thread_state(th).traced.get()
}

/// Threads that have a trace or profile function.
static THREADS: AtomicUsize = AtomicUsize::new(0);

/// `sys.settrace`, for the calling thread. `None` ends it.
pub fn set_trace(th: &Thread, function: StackSlot) {
    change(th, |ts| ts.trace_function.set(function));
}

/// `sys.setprofile`, for the calling thread. `None` ends it.
pub fn set_profile(th: &Thread, function: StackSlot) {
    change(th, |ts| ts.profile_function.set(function));
}

fn wanted(ts: &ThreadState) -> bool {
    ts.trace_function.get().is_some() || ts.profile_function.get().is_some()
}

fn change(th: &Thread, set: impl FnOnce(&ThreadState)) {
    let ts = thread_state(th);
    let before = wanted(ts);
    set(ts);
    match (before, wanted(ts)) {
        (false, true) => drop(THREADS.fetch_add(1, Ordering::Relaxed)),
        (true, false) => drop(THREADS.fetch_sub(1, Ordering::Relaxed)),
        _ => {}
    }
    resume(th, ts);
    if !ts.traced.get() {
        return;
    }
    // The profiler hears of the returns of what runs already.
    let profiled = ts.profile_function.get().is_some();
    let mut frame = super::frame::current(th);
    while let Some(f) = frame {
        if profiled {
            f.object(th);
        }
        watch(th, f.record());
        frame = f.previous();
    }
}

/// Switches tracing on, if it is wanted and the function that does it is not running.
fn resume(th: &Thread, ts: &ThreadState) {
    ts.traced.set(wanted(ts) && !ts.tracing.get());
    if ts.traced.get() {
        // Compiled code takes its slow paths while this lasts, and so notices.
        th.interrupt();
    }
}

/// Has the instructions of a frame that runs already report, if somebody hears of them.
pub fn watch(th: &Thread, record: &'static FrameRecord) {
    if !active(th) || !wants(th, record) {
        return;
    }
    if let Some(frame) = record.frame_object.get().and_then(|f| f.cast::<Frame>()) {
        frame.traced_index.set(record.index() as u32);
    }
    Trace::of(record.code).patch(record.code.decoded());
}

/// What tracing needs of a code object.
pub struct Trace {
    /// The instruction of CPython's in each place.
    pub(super) opcodes: Box<[Opcode]>,
    /// The line of each instruction; -1 for none.
    line: Box<[i32]>,
    /// Whether a line starts there.
    starts: Box<[bool]>,
    /// The first `RESUME`. Nothing before it is traced, and it belongs to no line.
    first: usize,
    /// The decoded copy as it was, while it is patched.
    saved: RefCell<Option<Box<[u64]>>>,
}

impl Trace {
    pub(super) fn of(code: &'static Code) -> &'static Trace {
        code.decoded().trace.get_or_init(|| {
            gc::barrier(&code.header);
            Box::new(Trace::new(code))
        })
    }

    /// Marks where lines start: where the line changes from one instruction to the next, and at
    /// the targets of jumps and handlers (PEP 669).
    fn new(code: &'static Code) -> Trace {
        let decoded = code.decoded();
        let count = decoded.instructions.len() - 1;
        let bytes = &code.unit.code;
        let opcodes: Box<[Opcode]> = decoded.offsets[..count]
            .iter()
            .map(|&at| Opcode::from_byte(bytes[at as usize]).unwrap_or(Opcode::RESERVED))
            .collect();
        let line: Box<[i32]> = decoded.offsets[..count]
            .iter()
            .map(|&at| code.unit.position(at as usize).line.unwrap_or(-1))
            .collect();
        let first = opcodes.iter().position(|op| *op == Opcode::RESUME).unwrap_or(0);
        let may_start = |i: usize| {
            use Opcode::{END_ASYNC_FOR, END_FOR, END_SEND, POP_ITER, RESUME};
            let never = [RESUME, END_FOR, POP_ITER, END_SEND, END_ASYNC_FOR];
            i > first && line[i] >= 0 && !never.contains(&opcodes[i])
        };
        let changes = |i: usize| i == first + 1 || line[i] != line[i - 1];
        let mut starts: Box<[bool]> = (0..count).map(|i| may_start(i) && changes(i)).collect();
        let jumps = (0..count).filter(|&i| opcodes[i].argument() == Argument::Jump);
        let targets = jumps.map(|i| target(i, decoded.instructions[i].get()));
        for at in targets.chain(decoded.handlers.iter().map(|h| h.target as usize)) {
            starts[at] |= at < count && may_start(at);
        }
        Trace { opcodes, line, starts, first, saved: RefCell::new(None) }
    }

    /// Has every instruction report.
    fn patch(&self, decoded: &Decoded) {
        let mut saved = self.saved.borrow_mut();
        if saved.is_none() {
            *saved = Some(decoded.instructions.iter().map(Cell::get).collect());
            for instruction in &decoded.instructions[..self.opcodes.len()] {
                instruction.set(instruction.get() & !0xff | Op::TRACE as u64);
            }
        }
    }

    /// Makes the decoded copy what it was.
    fn restore(&self, decoded: &Decoded) {
        if let Some(saved) = self.saved.borrow_mut().take() {
            for (instruction, word) in decoded.instructions.iter().zip(saved) {
                instruction.set(word);
            }
        }
    }
}

/// Where the jump `word`, the instruction `index`, leads.
pub(super) fn target(index: usize, word: u64) -> usize {
    (index as i64 + 1 + i64::from((word >> 32) as u32 as i32)) as usize
}

/// Calls the tracing function `f` with tracing switched off meanwhile.
fn call(th: &Thread, f: Value, frame: &'static Frame, event: Event, arg: Value) -> PyResult<Value> {
    let ts = thread_state(th);
    ts.tracing.set(true);
    ts.traced.set(false);
    let name = Str::new(th, event.name()).value();
    let result = ops::call(th, f, &[frame.value(), name, arg]);
    ts.tracing.set(false);
    resume(th, ts);
    result
}

/// An event for the trace function: the thread's own for calls, the frame's for the others. What it
/// may do with `f_lineno` depends on the event.
fn trace(
    th: &Thread,
    record: &'static FrameRecord,
    event: Event,
    arg: Value,
    permission: Permission,
) -> PyResult<()> {
    let Some(global) = thread_state(th).trace_function.get() else { return Ok(()) };
    let frame = FrameRef::of(record).object(th);
    let function = if event == Event::Call { Some(global) } else { frame.trace.get() };
    let Some(function) = function else { return Ok(()) };
    frame.permission.set(permission);
    let result = call(th, function, frame, event, arg);
    frame.permission.set(Permission::Untraced);
    match result {
        Ok(Value::NONE) => Ok(()),
        Ok(local) => {
            frame.trace.set(&frame.header, Some(local));
            Ok(())
        }
        Err(Raised) => {
            let raised = th.raised.take();
            set_trace(th, None);
            frame.jumped.set(None);
            frame.trace.set(&frame.header, None);
            th.raised.set(raised);
            Err(Raised)
        }
    }
}

/// An event for the profile function.
fn profile(th: &Thread, record: &'static FrameRecord, event: Event, arg: Value) -> PyResult<()> {
    let Some(function) = thread_state(th).profile_function.get() else { return Ok(()) };
    let frame = FrameRef::of(record).object(th);
    match call(th, function, frame, event, arg) {
        Ok(_) => Ok(()),
        Err(Raised) => {
            let raised = th.raised.take();
            set_profile(th, None);
            th.raised.set(raised);
            Err(Raised)
        }
    }
}

fn both(
    th: &Thread,
    record: &'static FrameRecord,
    event: Event,
    arg: Value,
    permission: Permission,
) -> PyResult<()> {
    trace(th, record, event, arg, permission)?;
    profile(th, record, event, arg)
}

/// A function starts, or a generator goes on, while the thread is traced.
#[cold]
pub fn start(th: &Thread, record: &'static FrameRecord) -> PyResult<()> {
    let trace = Trace::of(record.code);
    if trace.saved.borrow().is_some() {
        // Its own `TRACE` has told.
        return Ok(());
    }
    both(th, record, Event::Call, Value::NONE, Permission::NewFrame)?;
    watch(th, record);
    Ok(())
}

/// The instruction `word` is about to run in `record`, whose stack ends at `sp`: what runs in its
/// place. May run Python code, and raise.
///
/// # Safety
/// The operands of the instruction are below `sp`.
#[cold]
#[inline(never)]
pub unsafe fn step(
    th: &Thread,
    record: &'static FrameRecord,
    sp: *const StackSlot,
    word: u64,
) -> PyResult<u64> {
    let decoded = record.code.decoded();
    let trace = Trace::of(record.code);
    let index = record.index();
    let opcode = trace.opcodes[index];
    let instead = |op: Op| word & !0xff | op as u64;
    let plain = match opcode {
        // `CALL` would change the instruction.
        Opcode::CALL => Op::CALL_GENERAL,
        opcode => Op::plain(opcode),
    };
    if !active(th) {
        if THREADS.load(Ordering::Relaxed) == 0 {
            trace.restore(decoded);
        }
        return Ok(instead(plain));
    }
    if index >= trace.first {
        report(th, record, trace, index, sp, word)?;
        let frame = record.frame_object.get().and_then(|f| f.cast::<Frame>());
        if let Some(dropped) = frame.and_then(|f| f.jumped.take()) {
            // `f_lineno` was set: goes on at the place that the frame notes.
            let by = record.index().wrapping_sub(index + 1) as u32;
            let jump = Op::TRACED_JUMP as u64;
            return Ok(jump | u64::from(dropped) << 8 | u64::from(by) << 32);
        }
    }
    let profiled = thread_state(th).profile_function.get().is_some();
    if profiled && native_callee(record, sp, word).is_some() {
        return Ok(instead(Op::PROFILED_CALL));
    }
    Ok(instead(plain))
}

/// Tells the trace and profile functions of what the instruction `index` means to them.
fn report(
    th: &Thread,
    record: &'static FrameRecord,
    trace_of: &Trace,
    index: usize,
    sp: *const StackSlot,
    word: u64,
) -> PyResult<()> {
    let opcode = trace_of.opcodes[index];
    let line = trace_of.line[index];
    let frame = || record.frame_object.get().and_then(|f| f.cast::<Frame>());
    let jumped = || frame().is_some_and(|f| f.jumped.get().is_some());
    let previous = frame().map_or(index, |f| f.traced_index.replace(index as u32) as usize);
    if opcode == Opcode::RESUME {
        // The low bits tell the start of a function from going on with a generator.
        let starts = (word >> 32) & 3 == 0;
        let permission = if starts { Permission::NewFrame } else { Permission::Granted };
        both(th, record, Event::Call, Value::NONE, permission)?;
        if let Some(frame) = frame().filter(|_| !jumped()) {
            frame.traced_index.set(index as u32);
        }
        return Ok(());
    }
    let lines_wanted = || frame().is_some_and(|f| f.trace.get().is_some() && f.trace_lines.get());
    if trace_of.starts[index] {
        let before = if previous <= trace_of.first { -1 } else { trace_of.line[previous] };
        if before != line && lines_wanted() {
            trace(th, record, Event::Line, Value::NONE, Permission::Granted)?;
            if jumped() {
                return Ok(());
            }
        }
    }
    if frame().is_some_and(|f| f.trace_opcodes.get()) && opcode != Opcode::END_FOR {
        trace(th, record, Event::Opcode, Value::NONE, Permission::OtherEvent)?;
    }
    match opcode {
        // Each round of a loop is a line, on one line too.
        Opcode::JUMP_BACKWARD
            if line >= 0 && trace_of.line[target(index, word)] == line && lines_wanted() =>
        {
            trace(th, record, Event::Line, Value::NONE, Permission::Granted)
        }
        Opcode::RETURN_VALUE | Opcode::YIELD_VALUE => {
            // SAFETY: the instruction's operand is on the stack.
            let value = unsafe { *sp.sub(1) };
            let yields = opcode == Opcode::YIELD_VALUE;
            let permission = if yields { Permission::Granted } else { Permission::OtherEvent };
            both(th, record, Event::Return, value.unwrap_or(Value::NONE), permission)
        }
        _ => Ok(()),
    }
}

/// The native function that the call `word` in `record` is of, bound to the object that it is a
/// method of.
fn native_callee(
    record: &FrameRecord,
    sp: *const StackSlot,
    word: u64,
) -> Option<(&'static NativeFunction, StackSlot)> {
    let opcode = Trace::of(record.code).opcodes[record.index()];
    if !matches!(opcode, Opcode::CALL | Opcode::CALL_KW | Opcode::CALL_FUNCTION_EX) {
        return None;
    }
    let count = operands_of_call(record, (word >> 32) as u32);
    // SAFETY: the operands are on the stack, the callable and its object deepest.
    let (callable, object) = unsafe { (*sp.sub(count), *sp.sub(count - 1)) };
    Some((callable?.cast::<NativeFunction>()?, object))
}

/// How many values the call that `record` runs takes off the stack.
pub fn operands_of_call(record: &FrameRecord, oparg: u32) -> usize {
    match Trace::of(record.code).opcodes[record.index()] {
        Opcode::CALL => oparg as usize + 2,
        Opcode::CALL_KW => oparg as usize + 3,
        _ => 4,
    }
}

/// Does the call that `record` runs of a native function, telling the profile function before and
/// after.
///
/// # Safety
/// The operands of the call are below `sp`.
#[inline(never)]
pub unsafe fn profiled_call(
    th: &Thread,
    record: &'static FrameRecord,
    sp: *const StackSlot,
    oparg: u32,
) -> PyResult<Value> {
    let opcode = Trace::of(record.code).opcodes[record.index()];
    let count = operands_of_call(record, oparg);
    // SAFETY: the operands are on the stack.
    let operands = unsafe { std::slice::from_raw_parts(sp.sub(count), count) };
    let callable = operands[0].expect("a callable");
    let shown = match operands[1] {
        Some(this) => descriptor::bind(th, callable, this, this.class().value())?,
        None => callable,
    };
    profile(th, record, Event::CCall, shown)?;
    let result = if opcode == Opcode::CALL_FUNCTION_EX {
        ops::call::call_function_ex(th, callable, operands[2].expect("arguments"), operands[3])
    } else {
        let with_names = opcode == Opcode::CALL_KW;
        let names = operands[count - 1].filter(|_| with_names).and_then(|n| n.cast::<Tuple>());
        let args = &operands[2..count - usize::from(with_names)];
        let first = &operands[1..2];
        let args: Vec<StackSlot> =
            first.iter().filter(|this| this.is_some()).chain(args).copied().collect();
        ops::call_slots(th, callable, &args, names)
    };
    if !active(th) {
        return result;
    }
    match result {
        Ok(v) => profile(th, record, Event::CReturn, shown).map(|()| v),
        Err(Raised) => {
            let exc = th.raised.take();
            profile(th, record, Event::CException, shown)?;
            th.raised.set(exc);
            Err(Raised)
        }
    }
}

/// An exception was raised in `record`, or came to it from a callee. It stays set, or is replaced
/// by what the trace function raises.
#[cold]
pub fn raised(th: &Thread, record: &'static FrameRecord) {
    let Some(exc) = th.raised.take() else { return };
    let tb = exc.cast::<Exception>().and_then(Exception::traceback).unwrap_or(Value::NONE);
    let arg = Tuple::new(th, &[exc.class().value(), exc, tb]).value();
    if trace(th, record, Event::Exception, arg, Permission::OtherEvent).is_ok() {
        th.raised.set(Some(exc));
    }
}

/// `record`, which runs as machine code, returns.
#[cold]
pub fn returned(th: &Thread, record: &'static FrameRecord, value: Value) -> PyResult<()> {
    both(th, record, Event::Return, value, Permission::OtherEvent)
}

/// `RERAISE` goes on with an exception that was raised at `lasti`, in code units.
#[cold]
pub fn reraised(record: &FrameRecord, lasti: Value) {
    let frame = record.frame_object.get().and_then(|f| f.cast::<Frame>());
    if let (Some(frame), Some(lasti)) = (frame, lasti.as_small_int()) {
        let index = record.code.decoded().index_of_offset(lasti as u32 * 2);
        frame.traced_index.set(index);
    }
}

/// `record` ends with an exception, which stays set or is replaced.
#[cold]
pub fn unwound(th: &Thread, record: &'static FrameRecord) {
    let exc = th.raised.take();
    let trace = Trace::of(record.code);
    let word = record.code.decoded().instructions[record.index()].get();
    if trace.opcodes.get(record.index()) == Some(&Opcode::RERAISE)
        && (word >> 32) != 0
        && let Some(frame) = record.frame_object.get().and_then(|f| f.cast::<Frame>())
    {
        // The frame is where the exception was raised.
        record.set_index(frame.traced_index.get() as usize);
    }
    if both(th, record, Event::Return, Value::NONE, Permission::OtherEvent).is_ok() {
        th.raised.set(exc);
    }
}

/// An exception is thrown into a suspended generator, which goes on in `record`.
#[cold]
pub fn thrown(th: &Thread, record: &'static FrameRecord) {
    let exc = th.raised.take();
    if both(th, record, Event::Call, Value::NONE, Permission::OtherEvent).is_ok() {
        th.raised.set(exc);
    }
}

/// Whether the end of the iterator is an exception, which `await` and `yield from` catch.
pub fn raises_at_end(iterator: Value) -> bool {
    iterator.cast::<Generator>().is_some()
}

/// The iterator that a `for`, `await` or `yield from` of the newest frame runs ended with the
/// value: as a `StopIteration` that nobody sees but the trace function.
#[cold]
pub fn stopped(th: &Thread, value: Value) -> PyResult<()> {
    let args: &[Value] = if value.is_none() { &[] } else { &[value] };
    let exc = ops::call(th, Exc::StopIteration.class().value(), args)?;
    stopped_with(th, exc)
}

/// As `ops::for_iter`, telling of the `StopIteration` that ends it.
#[cold]
#[inline(never)]
pub fn for_iter(th: &Thread, it: Value) -> PyResult<Value> {
    if let Some(g) = it.cast::<Generator>() {
        let (v, done) = g.send(th, Value::NONE)?;
        if done && !v.is_none() {
            stopped(th, v)?;
        }
        return Ok(if done { Value::EXHAUSTED } else { v });
    }
    let Some(f) = it.slot(Slot::Next) else { return ops::for_iter(th, it) };
    match iterator::call_next(th, f, it) {
        Err(Raised) if crate::error::raised_is(th, Exc::StopIteration) => {
            let exc = crate::error::take(th);
            stopped_with(th, exc)?;
            Ok(Value::EXHAUSTED)
        }
        result => result,
    }
}

/// As [`stopped`], with the `StopIteration` that was raised.
pub fn stopped_with(th: &Thread, exc: Value) -> PyResult<()> {
    let Some(frame) = super::frame::current(th) else { return Ok(()) };
    th.raised.set(Some(exc));
    raised(th, frame.record());
    if th.raised.get() == Some(exc) {
        th.raised.set(None);
        return Ok(());
    }
    Err(Raised)
}

/// Whether `record`, which runs as machine code, has to go on in the interpreter to be traced.
pub fn wants(th: &Thread, record: &FrameRecord) -> bool {
    let ts = thread_state(th);
    let frame = record.frame_object.get().and_then(|f| f.cast::<Frame>());
    ts.traced.get()
        && (ts.profile_function.get().is_some() || frame.is_some_and(|f| f.trace.get().is_some()))
}
