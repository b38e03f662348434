//! `sys.settrace` and `sys.setprofile`.
//!
//! While a thread is traced, every function that it calls runs in the interpreter, whose code is
//! patched so that each instruction reports here before it runs. A frame of machine code that
//! somebody sets `f_trace` on goes on in the interpreter at its next line. What is not traced pays
//! nothing.
//!
//! Which events there are, and their order, follows CPython 3.14 (`sys.settrace` in the library
//! reference; PEP 669 for where lines start).

use krait_layout::{Raised, StackSlot, Thread, Value};

use super::frame::{FrameRecord, FrameRef};
use super::{ThreadState, thread_state};
use crate::bytecode::Opcode;
use crate::bytecode::code_unit::CodeUnit;
use crate::error::PyResult;
use crate::object::{Object, ValueExt};
use crate::ops;
use crate::types::exception::Exception;
use crate::types::frame::Frame;
use crate::types::str::Str;
use crate::types::tuple::Tuple;

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

/// `sys.settrace`, for the calling thread. `None` ends it.
pub fn set_trace(th: &Thread, function: StackSlot) {
    let ts = thread_state(th);
    ts.trace_function.set(function);
    update(th, ts);
}

/// `sys.setprofile`, for the calling thread. `None` ends it.
pub fn set_profile(th: &Thread, function: StackSlot) {
    let ts = thread_state(th);
    ts.profile_function.set(function);
    update(th, ts);
}

fn update(th: &Thread, ts: &ThreadState) {
    let wanted = ts.trace_function.get().is_some() || ts.profile_function.get().is_some();
    ts.traced.set(wanted && !ts.tracing.get());
    if !ts.traced.get() {
        return;
    }
    // Compiled code takes its slow paths while this lasts, and so notices.
    th.interrupt();
    let mut frame = super::frame::current(th);
    while let Some(f) = frame {
        // A profiler hears of the returns of what runs already; so does a tracer that puts its
        // function on the frames itself.
        if ts.profile_function.get().is_some() {
            f.object(th);
        }
        f.code().decoded().trace();
        frame = f.previous();
    }
}

/// Where lines start in a code object, by instruction index.
pub struct Lines {
    /// The line of each instruction; -1 for none.
    line: Box<[i32]>,
    /// Whether a line starts there.
    starts: Box<[bool]>,
    /// The first `RESUME`. Nothing before it is traced, and it belongs to no line.
    first: usize,
}

impl Lines {
    pub fn new(
        unit: &CodeUnit,
        offsets: &[u32],
        opcode: impl Fn(usize) -> Option<Opcode>,
        targets: impl Iterator<Item = usize>,
    ) -> Lines {
        let count = offsets.len() - 1;
        let line: Box<[i32]> =
            (0..count).map(|i| unit.position(offsets[i] as usize).line.unwrap_or(-1)).collect();
        let first = (0..count).find(|&i| opcode(i) == Some(Opcode::RESUME)).unwrap_or(0);
        let never = |i: usize| {
            matches!(
                opcode(i),
                Some(
                    Opcode::RESUME
                        | Opcode::END_FOR
                        | Opcode::POP_ITER
                        | Opcode::END_SEND
                        | Opcode::END_ASYNC_FOR
                )
            )
        };
        let mut starts: Box<[bool]> = (0..count)
            .map(|i| {
                let before = if i <= first + 1 { -1 } else { line[i - 1] };
                i > first && line[i] >= 0 && line[i] != before && !never(i)
            })
            .collect();
        for target in targets.filter(|&t| t > first && t < count) {
            starts[target] |= line[target] >= 0 && !never(target);
        }
        Lines { line, starts, first }
    }
}

/// Calls the tracing function `f` with tracing switched off meanwhile.
fn call(th: &Thread, f: Value, frame: &'static Frame, event: Event, arg: Value) -> PyResult<Value> {
    let ts = thread_state(th);
    ts.tracing.set(true);
    ts.traced.set(false);
    let name = Str::new(th, event.name()).value();
    let result = ops::call(th, f, &[frame.value(), name, arg]);
    ts.tracing.set(false);
    update(th, ts);
    result
}

/// An event for the trace function: the thread's own for calls, the frame's for the others.
fn trace(th: &Thread, record: &'static FrameRecord, event: Event, arg: Value) -> PyResult<()> {
    let Some(global) = thread_state(th).trace_function.get() else { return Ok(()) };
    let frame = FrameRef::of(record).object(th);
    let function = if event == Event::Call { Some(global) } else { frame.trace.get() };
    let Some(function) = function else { return Ok(()) };
    match call(th, function, frame, event, arg) {
        Ok(Value::NONE) => Ok(()),
        Ok(local) => {
            frame.trace.set(&frame.header, Some(local));
            Ok(())
        }
        Err(Raised) => {
            let raised = th.raised.take();
            set_trace(th, None);
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

fn both(th: &Thread, record: &'static FrameRecord, event: Event, arg: Value) -> PyResult<()> {
    trace(th, record, event, arg)?;
    profile(th, record, event, arg)
}

/// The instruction `index` of `record`, with `oparg`, is about to run after `previous`; `top` is
/// the value on top of the stack, if there is one. May run Python code, and raise.
pub fn before(
    th: &Thread,
    record: &'static FrameRecord,
    lines: &Lines,
    (previous, index): (usize, usize),
    (opcode, target): (Opcode, usize),
    top: StackSlot,
) -> PyResult<()> {
    if index < lines.first {
        return Ok(());
    }
    if opcode == Opcode::RESUME {
        return both(th, record, Event::Call, Value::NONE);
    }
    let line = lines.line.get(index).copied().unwrap_or(-1);
    let wanted = |record: &FrameRecord| {
        let frame = record.frame_object.get().and_then(|f| f.cast::<Frame>());
        frame.is_some_and(|f| f.trace.get().is_some() && f.trace_lines.get())
    };
    if lines.starts.get(index).is_some_and(|starts| *starts) {
        let before = if previous <= lines.first { -1 } else { lines.line[previous] };
        if before != line && wanted(record) {
            trace(th, record, Event::Line, Value::NONE)?;
        }
    }
    let opcodes = record.frame_object.get().and_then(|f| f.cast::<Frame>());
    if opcodes.is_some_and(|f| f.trace_opcodes.get()) && opcode != Opcode::END_FOR {
        trace(th, record, Event::Opcode, Value::NONE)?;
    }
    match opcode {
        // Each round of a loop is a line, on one line too.
        Opcode::JUMP_BACKWARD if line >= 0 && lines.line[target] == line && wanted(record) => {
            trace(th, record, Event::Line, Value::NONE)
        }
        Opcode::RETURN_VALUE | Opcode::YIELD_VALUE => {
            both(th, record, Event::Return, top.unwrap_or(Value::NONE))
        }
        _ => Ok(()),
    }
}

/// An exception was raised in `record`, or came to it from a callee. It stays set, or is replaced
/// by what the trace function raises.
#[cold]
pub fn raised(th: &Thread, record: &'static FrameRecord) {
    let Some(exc) = th.raised.take() else { return };
    let tb = exc.cast::<Exception>().and_then(Exception::traceback).unwrap_or(Value::NONE);
    let arg = Tuple::new(th, &[exc.class().value(), exc, tb]).value();
    if trace(th, record, Event::Exception, arg).is_ok() {
        th.raised.set(Some(exc));
    }
}

/// `record`, which runs as machine code, returns.
#[cold]
pub fn returned(th: &Thread, record: &'static FrameRecord, value: Value) -> PyResult<()> {
    both(th, record, Event::Return, value)
}

/// `record` ends with an exception, which stays set or is replaced.
#[cold]
pub fn unwound(th: &Thread, record: &'static FrameRecord) {
    let exc = th.raised.take();
    if both(th, record, Event::Return, Value::NONE).is_ok() {
        th.raised.set(exc);
    }
}

/// The iterator that a `for`, `await` or `yield from` of the newest frame runs ended with
/// `exc`, which nobody sees but the trace function.
#[cold]
pub fn stopped(th: &Thread, exc: impl FnOnce() -> Value) -> PyResult<()> {
    let Some(frame) = super::frame::current(th) else { return Ok(()) };
    let exc = exc();
    th.raised.set(Some(exc));
    raised(th, frame.record());
    if th.raised.get() == Some(exc) {
        th.raised.set(None);
        return Ok(());
    }
    Err(Raised)
}

/// A native function is about to be called, or has returned.
#[cold]
pub fn native_call(th: &Thread, event: Event, function: Value) -> PyResult<()> {
    match super::frame::current(th) {
        Some(frame) => profile(th, frame.record(), event, function),
        None => Ok(()),
    }
}

/// Whether `record`, which runs as machine code, has to go on in the interpreter to be traced.
pub fn wants(th: &Thread, record: &FrameRecord) -> bool {
    let ts = thread_state(th);
    let frame = record.frame_object.get().and_then(|f| f.cast::<Frame>());
    ts.traced.get()
        && (ts.profile_function.get().is_some() || frame.is_some_and(|f| f.trace.get().is_some()))
}
