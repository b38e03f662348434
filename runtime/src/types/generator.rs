//! `generator`, `coroutine` and `async_generator`, and the steps of awaiting.
//!
//! A suspended generator keeps its frame's slots in a buffer; running it copies them to the frame
//! stack and, at the next `yield`, back.

use std::cell::Cell;

use krait_layout::program::{NativeCode, NativeFrame, NativeResume, Suspension};
use krait_layout::{Header, Kind, Raised, StackSlot, Thread, Value, shapes};

use crate::bytecode::Opcode;
use crate::bytecode::code_unit::flags;
use crate::error::{PyResult, catch, raise_value, reraise};
use crate::gc::{self, Field, Scan};
use crate::interpreter::frame::{FrameRecord, Returns};
use crate::interpreter::{self, Handled, execute, thread_state};
use crate::native_frames;
use crate::object::type_object::{Type, TypeDef, TypeFlags};
use crate::object::{Object, Slot, ValueExt, alloc, get_attr_or_none};
use crate::ops;
use crate::types::code::Code;
use crate::types::dict::Dict;
use crate::types::exception::{self, Exc, Exception};
use crate::types::frame::Frame;
use crate::types::function::Function;
use crate::types::generic_alias;
use crate::types::str::Str;
use crate::types::traceback::Traceback;
use crate::types::tuple::Tuple;
use crate::{intern, raise};
use krait_macros::methods;

#[derive(Copy, Clone, PartialEq, Eq, Debug)]
enum State {
    Created,
    Suspended,
    Running,
    Finished,
}

/// A generator, coroutine or asynchronous generator; the class says which.
#[repr(C)]
pub struct Generator {
    pub header: Header,
    code: Field,
    function: Field,
    globals: Field,
    builtins: Field,
    name: Field,
    qualname: Field,
    /// The Python frame object, if one was asked for.
    frame: Field,
    /// Slots of the suspended frame: locals, then the stack.
    slots: Cell<*mut StackSlot>,
    depth: Cell<u32>,
    ip: Cell<u32>,
    state: Cell<State>,
    handled: Handled,
    /// What the coroutine was created by (`cr_origin`), or for an asynchronous generator the
    /// finalizer hook.
    origin: Field,
    hooks_inited: Cell<bool>,
    /// An asynchronous generator has an `asend` or the like in progress.
    running_async: Cell<bool>,
    closed: Cell<bool>,
}

macro_rules! generator_type {
    ($name:ident, $text:literal, $shape:ident, $type:ident) => {
        pub static $name: TypeDef =
            TypeDef::new($text, "builtins", Kind::Generator, size_of::<Generator>())
                .flags(TypeFlags::NO_NEW.or(TypeFlags::WEAKREF))
                .methods($type::native_methods)
                .getsets($type::native_getsets)
                .shape(shapes::$shape);
    };
}

struct GeneratorMethods;
struct CoroutineMethods;
struct AsyncGeneratorMethods;

generator_type!(GENERATOR, "generator", GENERATOR, GeneratorMethods);
generator_type!(COROUTINE, "coroutine", COROUTINE, CoroutineMethods);
generator_type!(ASYNC_GENERATOR, "async_generator", ASYNC_GENERATOR, AsyncGeneratorMethods);

// SAFETY: every object of kind `Generator` is made by `from_frame` with this layout.
unsafe impl Object for Generator {
    const KIND: Kind = Kind::Generator;

    fn def() -> &'static TypeDef {
        &GENERATOR
    }
}

impl Generator {
    /// `RETURN_GENERATOR`: a generator that goes on where `record` is.
    pub fn from_frame(th: &Thread, record: &'static FrameRecord) -> Value {
        let code = record.code;
        let shape = if code.has_flag(flags::COROUTINE) {
            shapes::COROUTINE
        } else if code.has_flag(flags::ASYNC_GENERATOR) {
            shapes::ASYNC_GENERATOR
        } else {
            shapes::GENERATOR
        };
        let decoded = code.decoded();
        let total = decoded.locals_len + code.unit.stacksize as usize + 1;
        let slots = gc::buffer(th, Scan::Traced, total * size_of::<StackSlot>()) as *mut StackSlot;
        // SAFETY: the buffer has room for the locals, which is all there is yet.
        unsafe { std::ptr::copy_nonoverlapping(record.locals_ptr(), slots, decoded.locals_len) };
        let function = record.function.get();
        let names = function.and_then(|f| f.cast::<Function>());
        let g = alloc(
            th,
            Generator {
                header: Header::new(shape, Kind::Generator),
                code: Field::new(Some(code.value())),
                function: Field::new(function),
                globals: Field::new(Some(record.globals.value())),
                builtins: Field::new(Some(record.builtins.value())),
                name: Field::new(names.map_or(code.name.get(), |f| f.name.get())),
                qualname: Field::new(names.map_or(code.qualname.get(), |f| f.qualname.get())),
                frame: Field::new(None),
                slots: Cell::new(slots),
                depth: Cell::new(0),
                ip: Cell::new(record.index() as u32 + 1),
                state: Cell::new(State::Created),
                handled: Handled::new(),
                origin: Field::new(None),
                hooks_inited: Cell::new(false),
                running_async: Cell::new(false),
                closed: Cell::new(false),
            },
        );
        // A generator that dies with a `finally` or `with` pending has to be closed.
        if decoded.cleans_up {
            gc::register_finalizable(&g.header);
        }
        g.value()
    }

    pub fn code(&self) -> &'static Code {
        self.code.get().and_then(|c| c.cast()).expect("set when made")
    }

    pub fn globals(&self) -> &'static Dict {
        self.globals.get().and_then(|c| c.cast()).expect("set when made")
    }

    pub fn is_finished(&self) -> bool {
        self.state.get() == State::Finished
    }

    pub fn is_running(&self) -> bool {
        self.state.get() == State::Running
    }

    /// Local variable slot `i` of the suspended frame.
    pub fn local(&self, i: usize) -> StackSlot {
        if self.slots.get().is_null() {
            return None;
        }
        // SAFETY: the buffer has the code's locals first, and callers index those.
        unsafe { *self.slots.get().add(i) }
    }

    pub fn set_local(&self, i: usize, v: StackSlot) {
        if !self.slots.get().is_null() {
            // SAFETY: as for `local`.
            unsafe { *self.slots.get().add(i) = v };
            self.slots_barrier();
        }
    }

    fn slots_barrier(&self) {
        // SAFETY: a buffer's data follows its header.
        gc::barrier(unsafe { &*(self.slots.get() as *const Header).sub(1) });
    }

    /// Bytecode offset in bytes where the frame is suspended.
    pub fn lasti(&self) -> usize {
        let decoded = self.code().decoded();
        decoded.offsets[(self.ip.get() as usize).saturating_sub(1)] as usize
    }

    /// The generator's code ended.
    pub fn finish(&self) {
        self.state.set(State::Finished);
        self.slots.set(std::ptr::null_mut());
        self.header.set_flag(krait_layout::header::FLAG_FINALIZED);
    }

    /// `YIELD_VALUE`: keeps the frame, which goes on at `ip` with `depth` values on the stack.
    pub fn suspend(&self, record: &FrameRecord, ip: usize, depth: usize) {
        let n = record.code.decoded().locals_len + depth;
        // SAFETY: the buffer is as large as the frame's locals and deepest stack.
        unsafe {
            let (from, to) = (record.locals_ptr(), self.slots.get());
            for i in 0..n {
                to.add(i).write(from.add(i).read());
            }
        }
        self.slots_barrier();
        self.ip.set(ip as u32);
        self.depth.set(depth as u32);
        self.state.set(State::Suspended);
        if let Some(f) = record.frame_object.get().and_then(|f| f.cast::<Frame>()) {
            self.frame.set(&self.header, Some(f.value()));
            f.suspend(self.lasti());
        }
    }

    /// Runs to the next `yield` (the value yielded) or to the end (the value returned, with
    /// `is_finished`). `input` is what `yield` gives, or `Err` to raise the thread's exception.
    fn resume(&'static self, th: &Thread, input: PyResult<Value>) -> PyResult<Value> {
        let created = self.state.get() == State::Created;
        let (record, ip, depth) = self.activate(th)?;
        // What is thrown in has what the generator is handling as its context, not what its
        // caller does.
        if input.is_err()
            && self.handled.exception.get().is_some()
            && let Some(exc) = th.raised.get()
        {
            crate::types::exception::set_context(th, exc);
        }
        let result = match self.code().native.get() {
            Some(native) if !interpreter::tracing::active(th) => {
                self.resume_native(th, record, native, created, input)
            }
            _ => execute::start(th, record, ip, depth, Some(input)),
        };
        self.deactivate(th);
        result
    }

    /// Makes the frame in which the generator goes on, its place in the code and the values on
    /// its stack, and marks the generator as running.
    #[inline(always)]
    pub fn activate(&'static self, th: &Thread) -> PyResult<(&'static FrameRecord, usize, usize)> {
        let code = self.code();
        let builtins = self.builtins.get().and_then(|b| b.cast::<Dict>()).expect("set when made");
        // SAFETY: the buffer starts with the locals.
        let locals =
            unsafe { std::slice::from_raw_parts(self.slots.get(), code.decoded().locals_len) };
        let function = self.function.get();
        let record = interpreter::push_frame(th, code, function, self.globals(), builtins, locals)?;
        let depth = self.depth.get() as usize;
        // SAFETY: the new frame has room for the stack that the buffer holds.
        unsafe {
            let n = locals.len();
            let (from, to) = (self.slots.get().add(n), record.locals_ptr().add(n));
            for i in 0..depth {
                to.add(i).write(from.add(i).read());
            }
        }
        record.generator.set(Some(self));
        if let Some(f) = self.frame.get().and_then(|f| f.cast::<Frame>()) {
            record.frame_object.set(Some(f.value()));
            f.attach(record);
        }
        self.state.set(State::Running);
        self.handled.previous.set(th.handled.get() as *const Handled);
        th.handled.set(&self.handled as *const Handled as *const u8);
        Ok((record, self.ip.get() as usize, depth))
    }

    /// Ends what [`Generator::activate`] began, after the frame was suspended or ended.
    #[inline(always)]
    pub fn deactivate(&self, th: &Thread) {
        th.handled.set(self.handled.previous.get() as *const u8);
        gc::barrier(&self.header);
    }

    /// As `execute::start`, in machine code.
    fn resume_native(
        &'static self,
        th: &Thread,
        record: &'static FrameRecord,
        native: &'static NativeCode,
        created: bool,
        input: PyResult<Value>,
    ) -> PyResult<Value> {
        let decoded = record.code.decoded();
        let last = self.ip.get().saturating_sub(1);
        record.set_index(last as usize);
        record.returns.set(Returns::Entry);
        record.stack_mark.set(native_frames::frame_pointer() as usize);
        record.previous.set(th.frame.get() as *const FrameRecord);
        th.frame.set(record as *const FrameRecord as *const u8);
        let offset = if created { Suspension::START } else { decoded.offsets[last as usize] };
        let suspension =
            Suspension { offset: Cell::new(offset), depth: Cell::new(self.depth.get()) };
        let mut result = input.and_then(|v| interpreter::recursion(th, "").map(|()| v));
        if created && result.is_err() {
            // Nothing has run that could catch it.
            interpreter::unwind::add_traceback(th, record);
            suspension.offset.set(Suspension::FINISHED);
        } else {
            // SAFETY: the tables say what the entry takes; the record starts as a `NativeFrame`.
            result = unsafe {
                let entry: NativeResume = std::mem::transmute(native.entry);
                let frame = &*(record as *const FrameRecord as *const NativeFrame);
                entry(th, self.value(), frame, &suspension, result.ok()).ok_or(Raised)
            };
        }
        if suspension.offset.get() == Suspension::LEFT {
            return result;
        }
        th.frame.set(record.previous.get() as *const u8);
        if suspension.offset.get() == Suspension::FINISHED {
            self.finish();
            interpreter::pop_frame(th, record);
        } else {
            let ip = decoded.index_of_yield(suspension.offset.get()) + 1;
            record.set_index(ip as usize - 1);
            self.suspend(record, ip as usize, suspension.depth.get() as usize);
            interpreter::release_frame(th, record);
        }
        result
    }

    fn kind_name(&self) -> &'static str {
        match self.header.shape.get() {
            shapes::COROUTINE => "coroutine",
            shapes::ASYNC_GENERATOR => "async generator",
            _ => "generator",
        }
    }

    /// `next(g)` for a loop: `EXHAUSTED` at the end.
    pub fn for_iter(&'static self, th: &Thread) -> PyResult<Value> {
        let (v, done) = self.send(th, Value::NONE)?;
        Ok(if done { Value::EXHAUSTED } else { v })
    }

    /// Sends `v`: what it yields and `false`, or what it returns and `true`.
    pub fn send(&'static self, th: &Thread, v: Value) -> PyResult<(Value, bool)> {
        match self.state.get() {
            State::Running => {
                return Err(raise!(th, ValueError, "{} already executing", self.kind_name()));
            }
            State::Finished => {
                if self.header.shape.get() == shapes::COROUTINE {
                    return Err(raise!(th, RuntimeError, "cannot reuse already awaited coroutine"));
                }
                return Ok((Value::NONE, true));
            }
            State::Created if !v.is_none() => {
                return Err(raise!(
                    th,
                    TypeError,
                    "can't send non-None value to a just-started {}",
                    self.kind_name()
                ));
            }
            State::Created | State::Suspended => {}
        }
        let result = self.resume(th, Ok(v));
        self.outcome(th, result)
    }

    fn outcome(&'static self, th: &Thread, result: PyResult<Value>) -> PyResult<(Value, bool)> {
        let _ = th;
        let v = result?;
        Ok((v, self.state.get() == State::Finished))
    }

    /// Raises `exc` where the generator is suspended.
    fn throw(&'static self, th: &Thread, exc: Value) -> PyResult<(Value, bool)> {
        match self.state.get() {
            State::Running => {
                return Err(raise!(th, ValueError, "{} already executing", self.kind_name()));
            }
            State::Finished => {
                if self.header.shape.get() == shapes::COROUTINE {
                    return Err(raise!(th, RuntimeError, "cannot reuse already awaited coroutine"));
                }
                return Err(raise_value(th, exc));
            }
            State::Created => {
                // Nothing has run that could catch it; the traceback shows the function's line.
                reraise(th, exc);
                let result = self.resume(th, Err(Raised));
                return self.outcome(th, result);
            }
            State::Suspended => {}
        }
        // A sub-iterator that is being delegated to gets it first.
        if let Some(sub) = self.delegate() {
            self.state.set(State::Running);
            let result = throw_into(th, sub, exc);
            self.state.set(State::Suspended);
            return match result {
                Ok(Some(v)) => Ok((v, false)),
                Ok(None) => {
                    // The sub-iterator has no `throw`.
                    reraise(th, exc);
                    let result = self.resume(th, Err(Raised));
                    self.outcome(th, result)
                }
                Err(Raised) => {
                    // Its end is the value of the `yield from`; another exception goes on here.
                    let result = self.resume(th, Err(Raised));
                    self.outcome(th, result)
                }
            };
        }
        reraise(th, exc);
        let result = self.resume(th, Err(Raised));
        self.outcome(th, result)
    }

    /// The iterator of the `yield from` or `await` that the frame is suspended in.
    pub fn delegate(&self) -> Option<Value> {
        if self.state.get() != State::Suspended || self.depth.get() == 0 {
            return None;
        }
        let decoded = self.code().decoded();
        // After a YIELD_VALUE in a delegation comes RESUME with argument 2 or 3 (low two bits).
        let next = self.ip.get() as usize;
        let argument = decoded.instructions[next].get() >> 32;
        if self.code().opcode(next) != Opcode::RESUME || argument & 3 < 2 {
            return None;
        }
        self.local(decoded.locals_len + self.depth.get() as usize - 1)
    }

    /// `close()`: the value that the generator returned, if it did.
    pub fn close(&'static self, th: &Thread) -> PyResult<Value> {
        match self.state.get() {
            State::Finished => return Ok(Value::NONE),
            State::Created => {
                self.finish();
                return Ok(Value::NONE);
            }
            State::Running => {
                return Err(raise!(th, ValueError, "{} already executing", self.kind_name()));
            }
            State::Suspended => {}
        }
        if let Some(sub) = self.delegate() {
            self.state.set(State::Running);
            let closed = close_iterator(th, sub);
            self.state.set(State::Suspended);
            if closed.is_err() {
                let result = self.resume(th, Err(Raised));
                return self.after_close(th, result);
            }
        }
        let exc = exception::new(th, Exc::GeneratorExit.class(), &[]);
        raise_value(th, exc.value());
        let result = self.resume(th, Err(Raised));
        self.after_close(th, result)
    }

    fn after_close(&'static self, th: &Thread, result: PyResult<Value>) -> PyResult<Value> {
        match result {
            Ok(v) if self.is_finished() => Ok(v),
            Ok(_) => Err(raise!(th, RuntimeError, "{} ignored GeneratorExit", self.kind_name())),
            Err(e) => {
                let first = catch::<Value>(th, Exc::GeneratorExit, Err(e));
                match first {
                    Ok(_) => Ok(Value::NONE),
                    Err(e) => {
                        Ok(catch::<Value>(th, Exc::StopIteration, Err(e))?.unwrap_or(Value::NONE))
                    }
                }
            }
        }
    }

    fn frame_object(&'static self, th: &Thread) -> Option<Value> {
        if self.is_finished() {
            return None;
        }
        if let Some(f) = self.frame.get() {
            return Some(f);
        }
        if self.is_running() {
            let mut at = interpreter::frame::current(th);
            while let Some(f) = at {
                if f.record().generator.get().is_some_and(|g| std::ptr::eq(g, self)) {
                    return Some(f.object(th).value());
                }
                at = f.previous();
            }
        }
        let f = Frame::of_generator(th, self);
        self.frame.set(&self.header, Some(f.value()));
        Some(f.value())
    }

    fn repr(&self) -> String {
        let q = self
            .qualname
            .get()
            .and_then(|q| q.cast::<Str>())
            .map_or(String::new(), |q| q.to_string());
        let kind = match self.header.shape.get() {
            shapes::COROUTINE => "coroutine",
            shapes::ASYNC_GENERATOR => "async_generator",
            _ => "generator",
        };
        format!("<{kind} object {q} at {:#x}>", self.value().bits())
    }
}

/// The generator or coroutine `v`, if it is bytecode's and can go on with `input`: what the
/// interpreter's loop does itself.
#[inline(always)]
pub fn resumable(v: Value, input: Value) -> Option<&'static Generator> {
    if !matches!(v.shape_id(), shapes::GENERATOR | shapes::COROUTINE) {
        return None;
    }
    let g = v.cast::<Generator>()?;
    let ready = match g.state.get() {
        State::Suspended => true,
        State::Created => input.is_none(),
        State::Running | State::Finished => false,
    };
    (ready && g.code().native.get().is_none()).then_some(g)
}

/// Closes a generator that died while suspended.
pub fn finalize(th: &Thread, g: &'static Generator) {
    if g.state.get() == State::Suspended && g.header.shape.get() != shapes::ASYNC_GENERATOR {
        let result = g.close(th);
        if result.is_err() {
            crate::ops::exceptions::write_unraisable(th, g.value());
        }
    }
}

/// `StopIteration` of a finished generator, or the value.
fn next_result(th: &Thread, r: PyResult<(Value, bool)>) -> PyResult<Value> {
    match r? {
        (v, false) => Ok(v),
        (v, true) => Err(exception::raise_stop_iteration(th, v)),
    }
}

/// The arguments of `throw` as an exception.
fn exception_argument(
    th: &Thread,
    class: Value,
    value: Option<Value>,
    tb: Option<Value>,
) -> PyResult<Value> {
    let value = value.filter(|v| !v.is_none());
    let tb = tb.filter(|t| !t.is_none());
    if tb.is_some_and(|t| t.cast::<Traceback>().is_none()) {
        return Err(raise!(th, TypeError, "throw() third argument must be a traceback object"));
    }
    let exc = match class.cast::<Type>() {
        Some(t) if t.is_subclass(Exc::BaseException.class()) => match value {
            Some(v) if v.class().is_subclass(t) => v,
            Some(v) => match v.cast::<Tuple>() {
                Some(args) => ops::call(th, class, args.values())?,
                None => ops::call(th, class, &[v])?,
            },
            None => ops::call(th, class, &[])?,
        },
        _ if class.cast::<Exception>().is_some() => {
            if value.is_some() {
                return Err(raise!(
                    th,
                    TypeError,
                    "instance exception may not have a separate value"
                ));
            }
            class
        }
        _ => {
            return Err(raise!(
                th,
                TypeError,
                "exceptions must be classes or instances deriving from BaseException, not {}",
                class.type_name()
            ));
        }
    };
    if let (Some(t), Some(e)) = (tb, exc.cast::<Exception>()) {
        e.set_traceback(Some(t));
    }
    Ok(exc)
}

/// Throws into a sub-iterator; `None` where it has no `throw`.
fn throw_into(th: &Thread, sub: Value, exc: Value) -> PyResult<Option<Value>> {
    if exc.class().is_subclass(Exc::GeneratorExit.class()) {
        close_iterator(th, sub)?;
        return Ok(None);
    }
    if let Some(g) =
        sub.cast::<Generator>().filter(|g| g.header.shape.get() != shapes::ASYNC_GENERATOR)
    {
        let r = g.throw(th, exc);
        return next_result(th, r).map(Some);
    }
    match get_attr_or_none(th, sub, intern!(th, "throw"))? {
        Some(f) => ops::call(th, f, &[exc]).map(Some),
        None => Ok(None),
    }
}

fn close_iterator(th: &Thread, sub: Value) -> PyResult<()> {
    if let Some(g) =
        sub.cast::<Generator>().filter(|g| g.header.shape.get() != shapes::ASYNC_GENERATOR)
    {
        return g.close(th).map(|_| ());
    }
    match get_attr_or_none(th, sub, intern!(th, "close"))? {
        Some(f) => ops::call(th, f, &[]).map(|_| ()),
        None => Ok(()),
    }
}

/// `SEND`: what the iterator yields and `false`, or the value of its end and `true`.
pub fn send(th: &Thread, receiver: Value, v: Value) -> PyResult<(Value, bool)> {
    if matches!(receiver.shape_id(), shapes::GENERATOR | shapes::COROUTINE) {
        return receiver.cast::<Generator>().expect("the shape says so").send(th, v);
    }
    let result = if v.is_none() && receiver.slot(Slot::Next).is_some() {
        // As `next()`, but the value of StopIteration counts.
        let f = receiver.slot(Slot::Next).expect("checked");
        crate::types::iterator::call_next(th, f, receiver)
    } else {
        ops::call_method(th, receiver, intern!(th, "send"), &[v])
    };
    match result {
        Ok(v) if v == Value::EXHAUSTED => Ok((Value::NONE, true)),
        Ok(v) => Ok((v, false)),
        Err(e) if !crate::error::raised_is(th, Exc::StopIteration) => Err(e),
        Err(Raised) => {
            let exc = crate::error::take(th);
            if interpreter::tracing::active(th) {
                interpreter::tracing::stopped_with(th, exc)?;
            }
            let exc = exc.cast::<Exception>().expect("an exception");
            Ok((exc.field(0).unwrap_or(Value::NONE), true))
        }
    }
}

/// `GET_YIELD_FROM_ITER`.
pub fn yield_from_iter(th: &Thread, v: Value, code: &'static Code) -> PyResult<Value> {
    if v.is_exactly(shapes::COROUTINE) {
        if !code.has_flag(flags::COROUTINE | flags::ITERABLE_COROUTINE) {
            return Err(raise!(
                th,
                TypeError,
                "cannot 'yield from' a coroutine object in a non-coroutine generator"
            ));
        }
        return Ok(v);
    }
    if v.is_exactly(shapes::GENERATOR) {
        return Ok(v);
    }
    ops::get_iter(th, v)
}

/// `GET_AWAITABLE`; `place` is 1 after `__aenter__`, 2 after `__aexit__`, for messages.
pub fn get_awaitable(th: &Thread, v: Value, place: u32) -> PyResult<Value> {
    if let Some(g) = v.cast::<Generator>() {
        let iterable = g.code().has_flag(flags::ITERABLE_COROUTINE);
        if v.is_exactly(shapes::COROUTINE) {
            if g.delegate().is_some() {
                return Err(raise!(th, RuntimeError, "coroutine is being awaited already"));
            }
            return Ok(v);
        }
        if iterable {
            return Ok(v);
        }
    }
    let Some(f) = v.slot(Slot::Await) else {
        return Err(match place {
            1 => raise!(
                th,
                TypeError,
                "'async with' received an object from __aenter__ that does not implement __await__: {}",
                v.type_name()
            ),
            2 => raise!(
                th,
                TypeError,
                "'async with' received an object from __aexit__ that does not implement __await__: {}",
                v.type_name()
            ),
            _ => raise!(th, TypeError, "'{}' object can't be awaited", v.type_name()),
        });
    };
    let it = ops::call(th, f, &[v])?;
    if it.is_exactly(shapes::COROUTINE) {
        return Err(raise!(th, TypeError, "__await__() returned a coroutine"));
    }
    if it.slot(Slot::Next).is_none() {
        return Err(raise!(
            th,
            TypeError,
            "__await__() returned non-iterator of type '{}'",
            it.type_name()
        ));
    }
    Ok(it)
}

/// `GET_AITER`.
pub fn get_aiter(th: &Thread, v: Value) -> PyResult<Value> {
    let Some(f) = v.slot(Slot::Aiter) else {
        return Err(raise!(
            th,
            TypeError,
            "'async for' requires an object with __aiter__ method, got {}",
            v.type_name()
        ));
    };
    let it = ops::call(th, f, &[v])?;
    if it.slot(Slot::Anext).is_none() {
        return Err(raise!(
            th,
            TypeError,
            "'async for' received an object from __aiter__ that does not implement __anext__: {}",
            it.type_name()
        ));
    }
    Ok(it)
}

/// `GET_ANEXT`: the awaitable of the next item.
pub fn get_anext(th: &Thread, v: Value) -> PyResult<Value> {
    let Some(f) = v.slot(Slot::Anext) else {
        return Err(raise!(
            th,
            TypeError,
            "'async for' requires an iterator with __anext__ method, got {}",
            v.type_name()
        ));
    };
    let awaitable = ops::call(th, f, &[v])?;
    if v.is_exactly(shapes::ASYNC_GENERATOR) {
        return Ok(awaitable);
    }
    get_awaitable(th, awaitable, 0).map_err(|e| {
        if let Some(cause) = th.raised.take() {
            let e = raise!(
                th,
                TypeError,
                "'async for' received an invalid object from __anext__: {}",
                awaitable.type_name()
            );
            if let Some(new) = th.raised.get().and_then(|x| x.cast::<Exception>()) {
                new.set_cause(Some(cause));
            }
            return e;
        }
        e
    })
}

/// Reads shared by the three types.
fn name_of(this: &Generator) -> Option<Value> {
    this.name.get()
}

fn set_text(
    th: &Thread,
    this: &'static Generator,
    field: &Field,
    what: &str,
    v: Option<Value>,
) -> PyResult<()> {
    if v.and_then(|v| v.cast::<Str>()).is_none() {
        return Err(raise!(th, TypeError, "{what} must be set to a string object"));
    }
    field.set(&this.header, v);
    Ok(())
}

#[methods]
impl GeneratorMethods {
    #[method]
    fn __iter__(this: Value) -> Value {
        this
    }

    #[method]
    fn __next__(th: &Thread, this: &'static Generator) -> PyResult<Value> {
        let r = this.send(th, Value::NONE)?;
        if r.1 && r.0.is_none() {
            return Ok(Value::EXHAUSTED);
        }
        next_result(th, Ok(r))
    }

    #[method]
    fn __repr__(this: &'static Generator) -> String {
        this.repr()
    }

    /// send(value) -> send 'value' into generator,
    /// return next yielded value or raise StopIteration.
    #[method(sig = "($self, value, /)")]
    fn send(th: &Thread, this: &'static Generator, value: Value) -> PyResult<Value> {
        let r = this.send(th, value);
        next_result(th, r)
    }

    /// throw(value)
    /// throw(type[,value[,tb]])
    ///
    /// Raise exception in generator, return next yielded value or raise
    /// StopIteration.
    #[method(sig = "($self, type, value=None, traceback=None, /)")]
    fn throw(
        th: &Thread,
        this: &'static Generator,
        class: Value,
        value: Option<Value>,
        tb: Option<Value>,
    ) -> PyResult<Value> {
        let exc = exception_argument(th, class, value, tb)?;
        let r = this.throw(th, exc);
        next_result(th, r)
    }

    /// close() -> raise GeneratorExit inside generator.
    #[method(name = "close")]
    fn py_close(th: &Thread, this: &'static Generator) -> PyResult<Value> {
        this.close(th)
    }

    /// See PEP 585
    #[classmethod(sig = "($type, object, /)")]
    fn __class_getitem__(th: &Thread, cls: Value, item: Value) -> PyResult<Value> {
        generic_alias::new(th, cls, item)
    }

    #[getter]
    fn gi_frame(th: &Thread, this: &'static Generator) -> Option<Value> {
        this.frame_object(th)
    }

    #[getter]
    fn gi_running(this: &'static Generator) -> bool {
        this.is_running()
    }

    #[getter]
    fn gi_suspended(this: &'static Generator) -> bool {
        this.state.get() == State::Suspended
    }

    #[getter]
    fn gi_code(this: &'static Generator) -> Option<Value> {
        this.code.get()
    }

    #[getter]
    fn gi_yieldfrom(this: &'static Generator) -> Option<Value> {
        this.delegate()
    }

    #[getter]
    fn __name__(this: &'static Generator) -> Option<Value> {
        name_of(this)
    }

    #[setter]
    fn set___name__(th: &Thread, this: &'static Generator, v: Option<Value>) -> PyResult<()> {
        set_text(th, this, &this.name, "__name__", v)
    }

    #[getter]
    fn __qualname__(this: &'static Generator) -> Option<Value> {
        this.qualname.get()
    }

    #[setter]
    fn set___qualname__(th: &Thread, this: &'static Generator, v: Option<Value>) -> PyResult<()> {
        set_text(th, this, &this.qualname, "__qualname__", v)
    }
}

#[methods]
impl CoroutineMethods {
    #[method]
    fn __await__(th: &Thread, this: Value) -> Value {
        CoroutineWrapper::new(th, this)
    }

    #[method]
    fn __repr__(this: &'static Generator) -> String {
        this.repr()
    }

    /// send(arg) -> send 'arg' into coroutine,
    /// return next iterated value or raise StopIteration.
    #[method(sig = "($self, value, /)")]
    fn send(th: &Thread, this: &'static Generator, value: Value) -> PyResult<Value> {
        let r = this.send(th, value);
        next_result(th, r)
    }

    /// throw(value)
    /// throw(type[,value[,traceback]])
    ///
    /// Raise exception in coroutine, return next iterated value or raise
    /// StopIteration.
    #[method(sig = "($self, type, value=None, traceback=None, /)")]
    fn throw(
        th: &Thread,
        this: &'static Generator,
        class: Value,
        value: Option<Value>,
        tb: Option<Value>,
    ) -> PyResult<Value> {
        let exc = exception_argument(th, class, value, tb)?;
        let r = this.throw(th, exc);
        next_result(th, r)
    }

    /// close() -> raise GeneratorExit inside coroutine.
    #[method(name = "close")]
    fn py_close(th: &Thread, this: &'static Generator) -> PyResult<()> {
        this.close(th).map(|_| ())
    }

    /// See PEP 585
    #[classmethod(sig = "($type, object, /)")]
    fn __class_getitem__(th: &Thread, cls: Value, item: Value) -> PyResult<Value> {
        generic_alias::new(th, cls, item)
    }

    #[getter]
    fn cr_frame(th: &Thread, this: &'static Generator) -> Option<Value> {
        this.frame_object(th)
    }

    #[getter]
    fn cr_running(this: &'static Generator) -> bool {
        this.is_running()
    }

    #[getter]
    fn cr_suspended(this: &'static Generator) -> bool {
        this.state.get() == State::Suspended
    }

    #[getter]
    fn cr_code(this: &'static Generator) -> Option<Value> {
        this.code.get()
    }

    #[getter]
    fn cr_await(this: &'static Generator) -> Option<Value> {
        this.delegate()
    }

    #[getter]
    fn cr_origin(this: &'static Generator) -> Option<Value> {
        this.origin.get()
    }

    #[getter]
    fn __name__(this: &'static Generator) -> Option<Value> {
        name_of(this)
    }

    #[setter]
    fn set___name__(th: &Thread, this: &'static Generator, v: Option<Value>) -> PyResult<()> {
        set_text(th, this, &this.name, "__name__", v)
    }

    #[getter]
    fn __qualname__(this: &'static Generator) -> Option<Value> {
        this.qualname.get()
    }

    #[setter]
    fn set___qualname__(th: &Thread, this: &'static Generator, v: Option<Value>) -> PyResult<()> {
        set_text(th, this, &this.qualname, "__qualname__", v)
    }
}

/// `coroutine_wrapper`: the iterator that `coroutine.__await__()` gives.
#[repr(C)]
pub struct CoroutineWrapper {
    pub header: Header,
    coroutine: Field,
}

static COROUTINE_WRAPPER: TypeDef =
    TypeDef::of::<CoroutineWrapper>("coroutine_wrapper", "builtins")
        .flags(TypeFlags::NO_NEW)
        .methods(CoroutineWrapper::native_methods);

// SAFETY: instances of the class are made by `CoroutineWrapper::new` with this layout.
unsafe impl Object for CoroutineWrapper {
    const KIND: Kind = Kind::Native;

    fn def() -> &'static TypeDef {
        &COROUTINE_WRAPPER
    }
}

impl CoroutineWrapper {
    fn new(th: &Thread, coroutine: Value) -> Value {
        COROUTINE_WRAPPER.class(th);
        alloc(
            th,
            CoroutineWrapper {
                header: Header::new(COROUTINE_WRAPPER.shape_id(), Kind::Native),
                coroutine: Field::new(Some(coroutine)),
            },
        )
        .value()
    }

    fn coroutine(&self) -> &'static Generator {
        self.coroutine.get().and_then(|c| c.cast()).expect("set when made")
    }
}

#[methods]
impl CoroutineWrapper {
    #[method]
    fn __iter__(this: Value) -> Value {
        this
    }

    #[method]
    fn __next__(th: &Thread, this: &'static CoroutineWrapper) -> PyResult<Value> {
        let r = this.coroutine().send(th, Value::NONE);
        next_result(th, r)
    }

    #[method(sig = "($self, value, /)")]
    fn send(th: &Thread, this: &'static CoroutineWrapper, value: Value) -> PyResult<Value> {
        let r = this.coroutine().send(th, value);
        next_result(th, r)
    }

    #[method(sig = "($self, type, value=None, traceback=None, /)")]
    fn throw(
        th: &Thread,
        this: &'static CoroutineWrapper,
        class: Value,
        value: Option<Value>,
        tb: Option<Value>,
    ) -> PyResult<Value> {
        let exc = exception_argument(th, class, value, tb)?;
        let r = this.coroutine().throw(th, exc);
        next_result(th, r)
    }

    #[method]
    fn close(th: &Thread, this: &'static CoroutineWrapper) -> PyResult<()> {
        this.coroutine().close(th).map(|_| ())
    }
}

#[methods]
impl AsyncGeneratorMethods {
    #[method]
    fn __aiter__(this: Value) -> Value {
        this
    }

    #[method]
    fn __anext__(th: &Thread, this: &'static Generator) -> PyResult<Value> {
        Step::new(th, this, StepKind::Send, Some(Value::NONE))
    }

    #[method]
    fn __repr__(this: &'static Generator) -> String {
        this.repr()
    }

    /// asend(v) -> send 'v' in generator.
    #[method(sig = "($self, value, /)")]
    fn asend(th: &Thread, this: &'static Generator, value: Value) -> PyResult<Value> {
        Step::new(th, this, StepKind::Send, Some(value))
    }

    /// athrow(value)
    /// athrow(type[,value[,tb]])
    ///
    /// raise exception in generator.
    #[method(sig = "($self, type, value=None, traceback=None, /)")]
    fn athrow(
        th: &Thread,
        this: &'static Generator,
        class: Value,
        value: Option<Value>,
        tb: Option<Value>,
    ) -> PyResult<Value> {
        let exc = exception_argument(th, class, value, tb)?;
        Step::new(th, this, StepKind::Throw, Some(exc))
    }

    /// aclose() -> raise GeneratorExit inside generator.
    #[method]
    fn aclose(th: &Thread, this: &'static Generator) -> PyResult<Value> {
        Step::new(th, this, StepKind::Close, None)
    }

    /// See PEP 585
    #[classmethod(sig = "($type, object, /)")]
    fn __class_getitem__(th: &Thread, cls: Value, item: Value) -> PyResult<Value> {
        generic_alias::new(th, cls, item)
    }

    #[getter]
    fn ag_frame(th: &Thread, this: &'static Generator) -> Option<Value> {
        this.frame_object(th)
    }

    #[getter]
    fn ag_running(this: &'static Generator) -> bool {
        this.running_async.get()
    }

    #[getter]
    fn ag_suspended(this: &'static Generator) -> bool {
        this.state.get() == State::Suspended
    }

    #[getter]
    fn ag_code(this: &'static Generator) -> Option<Value> {
        this.code.get()
    }

    #[getter]
    fn ag_await(this: &'static Generator) -> Option<Value> {
        this.delegate()
    }

    #[getter]
    fn __name__(this: &'static Generator) -> Option<Value> {
        name_of(this)
    }

    #[setter]
    fn set___name__(th: &Thread, this: &'static Generator, v: Option<Value>) -> PyResult<()> {
        set_text(th, this, &this.name, "__name__", v)
    }

    #[getter]
    fn __qualname__(this: &'static Generator) -> Option<Value> {
        this.qualname.get()
    }

    #[setter]
    fn set___qualname__(th: &Thread, this: &'static Generator, v: Option<Value>) -> PyResult<()> {
        set_text(th, this, &this.qualname, "__qualname__", v)
    }
}

/// `INTRINSIC_ASYNC_GEN_WRAP`: marks what an asynchronous generator itself yields, to tell it
/// from what its awaits yield.
#[repr(C)]
pub struct WrappedValue {
    pub header: Header,
    value: Field,
}

static WRAPPED_VALUE: TypeDef =
    TypeDef::of::<WrappedValue>("async_generator_wrapped_value", "builtins")
        .flags(TypeFlags::NO_NEW);

// SAFETY: instances of the class are made by `wrap` with this layout.
unsafe impl Object for WrappedValue {
    const KIND: Kind = Kind::Native;

    fn def() -> &'static TypeDef {
        &WRAPPED_VALUE
    }
}

/// See [`WrappedValue`].
pub fn wrap(th: &Thread, v: Value) -> Value {
    WRAPPED_VALUE.class(th);
    alloc(
        th,
        WrappedValue {
            header: Header::new(WRAPPED_VALUE.shape_id(), Kind::Native),
            value: Field::new(Some(v)),
        },
    )
    .value()
}

#[derive(Copy, Clone, PartialEq, Eq)]
enum StepKind {
    Send,
    Throw,
    Close,
}

/// The awaitable of one step of an asynchronous generator: `asend`, `athrow` or `aclose`.
#[repr(C)]
pub struct Step {
    pub header: Header,
    generator: Field,
    argument: Field,
    kind: StepKind,
    state: Cell<StepState>,
}

#[derive(Copy, Clone, PartialEq, Eq)]
enum StepState {
    Created,
    Running,
    Closed,
}

static ASEND: TypeDef = TypeDef::of::<Step>("async_generator_asend", "builtins")
    .flags(TypeFlags::NO_NEW)
    .methods(Step::native_methods);
static ATHROW: TypeDef =
    TypeDef::of::<Step>("async_generator_athrow", "builtins").base(&ASEND).flags(TypeFlags::NO_NEW);

// SAFETY: instances of the classes are made by `Step::new` with this layout.
unsafe impl Object for Step {
    const KIND: Kind = Kind::Native;

    fn def() -> &'static TypeDef {
        &ASEND
    }
}

impl Step {
    fn new(
        th: &Thread,
        g: &'static Generator,
        kind: StepKind,
        argument: StackSlot,
    ) -> PyResult<Value> {
        // PEP 525: the first iteration tells the event loop.
        if !g.hooks_inited.get() {
            g.hooks_inited.set(true);
            let ts = thread_state(th);
            g.origin.set(&g.header, ts.asyncgen_finalizer.get());
            if let Some(f) = ts.asyncgen_firstiter.get() {
                ops::call(th, f, &[g.value()])?;
            }
        }
        let def = if kind == StepKind::Send { &ASEND } else { &ATHROW };
        def.class(th);
        Ok(alloc(
            th,
            Step {
                header: Header::new(def.shape_id(), Kind::Native),
                generator: Field::new(Some(g.value())),
                argument: Field::new(argument),
                kind,
                state: Cell::new(StepState::Created),
            },
        )
        .value())
    }

    fn generator(&self) -> &'static Generator {
        self.generator.get().and_then(|g| g.cast()).expect("set when made")
    }

    /// What the generator did: an await's value goes on to the event loop; a yielded value ends
    /// the step; the generator's end is `StopAsyncIteration`.
    fn outcome(&self, th: &Thread, r: PyResult<(Value, bool)>) -> PyResult<Value> {
        let g = self.generator();
        let ended = |state: StepState| {
            self.state.set(state);
            g.running_async.set(false);
        };
        match r {
            Ok((v, false)) => match v.cast::<WrappedValue>() {
                Some(w) => {
                    ended(StepState::Closed);
                    if self.kind == StepKind::Close {
                        return Err(raise!(
                            th,
                            RuntimeError,
                            "async generator ignored GeneratorExit"
                        ));
                    }
                    Err(exception::raise_stop_iteration_exactly(
                        th,
                        w.value.get().unwrap_or(Value::NONE),
                    ))
                }
                None => Ok(v),
            },
            Ok((_, true)) => {
                ended(StepState::Closed);
                g.closed.set(true);
                if self.kind == StepKind::Close {
                    return Err(exception::raise_stop_iteration(th, Value::NONE));
                }
                Err(raise!(th, StopAsyncIteration))
            }
            Err(e) => {
                ended(StepState::Closed);
                if crate::error::raised_is(th, Exc::StopAsyncIteration)
                    || crate::error::raised_is(th, Exc::GeneratorExit)
                {
                    g.closed.set(true);
                    if self.kind == StepKind::Close {
                        th.raised.set(None);
                        return Err(exception::raise_stop_iteration(th, Value::NONE));
                    }
                }
                Err(e)
            }
        }
    }

    fn step(&self, th: &Thread, v: Value) -> PyResult<Value> {
        let g = self.generator();
        match self.state.get() {
            StepState::Closed => {
                let name = if self.kind == StepKind::Send {
                    "__anext__()/asend()"
                } else {
                    "aclose()/athrow()"
                };
                Err(raise!(th, RuntimeError, "cannot reuse already awaited {name}"))
            }
            StepState::Running => {
                let r = g.send(th, v);
                self.outcome(th, r)
            }
            StepState::Created => {
                if g.running_async.get() {
                    self.state.set(StepState::Closed);
                    let name = match self.kind {
                        StepKind::Send => "anext()",
                        StepKind::Throw => "athrow()",
                        StepKind::Close => "aclose()",
                    };
                    return Err(raise!(
                        th,
                        RuntimeError,
                        "{name}: asynchronous generator is already running"
                    ));
                }
                if g.closed.get() || (g.is_finished() && self.kind != StepKind::Send) {
                    self.state.set(StepState::Closed);
                    return Err(if self.kind == StepKind::Close {
                        exception::raise_stop_iteration(th, Value::NONE)
                    } else {
                        raise!(th, StopAsyncIteration)
                    });
                }
                self.state.set(StepState::Running);
                g.running_async.set(true);
                let r = match self.kind {
                    StepKind::Send => {
                        let v = if v.is_none() {
                            self.argument.get().unwrap_or(Value::NONE)
                        } else {
                            v
                        };
                        g.send(th, v)
                    }
                    StepKind::Throw => g.throw(th, self.argument.get().expect("set when made")),
                    StepKind::Close => {
                        if g.state.get() == State::Created {
                            g.finish();
                            g.closed.set(true);
                        }
                        let exc = exception::new(th, Exc::GeneratorExit.class(), &[]);
                        g.throw(th, exc.value())
                    }
                };
                self.outcome(th, r)
            }
        }
    }
}

#[methods]
impl Step {
    #[method]
    fn __await__(this: Value) -> Value {
        this
    }

    #[method]
    fn __iter__(this: Value) -> Value {
        this
    }

    #[method]
    fn __next__(th: &Thread, this: &'static Step) -> PyResult<Value> {
        this.step(th, Value::NONE)
    }

    #[method(sig = "($self, value, /)")]
    fn send(th: &Thread, this: &'static Step, value: Value) -> PyResult<Value> {
        this.step(th, value)
    }

    #[method(sig = "($self, type, value=None, traceback=None, /)")]
    fn throw(
        th: &Thread,
        this: &'static Step,
        class: Value,
        value: Option<Value>,
        tb: Option<Value>,
    ) -> PyResult<Value> {
        let exc = exception_argument(th, class, value, tb)?;
        if this.state.get() == StepState::Closed {
            return Err(raise!(
                th,
                RuntimeError,
                "cannot reuse already awaited __anext__()/asend()"
            ));
        }
        this.state.set(StepState::Running);
        this.generator().running_async.set(true);
        let r = this.generator().throw(th, exc);
        this.outcome(th, r)
    }

    #[method]
    fn close(this: &'static Step) {
        this.state.set(StepState::Closed);
    }
}
