//! `frame`: a window on an activation, which outlives it.

use std::cell::Cell;

use krait_layout::{Header, Kind, StackSlot, Thread, Value, shapes};

use crate::error::PyResult;
use crate::gc::Field;
use crate::interpreter::frame::{FrameRecord, FrameRef};
use crate::interpreter::jump::{self, Permission};
use crate::interpreter::{local_value, thread_state, tracing};
use crate::object::type_object::{TypeDef, TypeFlags};
use crate::object::{Object, ValueExt, alloc};
use crate::types::cell;
use crate::types::code::Code;
use crate::types::dict::Dict;
use crate::types::exception::Exc;
use crate::types::generator::Generator;
use crate::types::int;
use crate::types::tuple::Tuple;
use crate::{ops, raise};
use krait_macros::methods;

/// A frame object. While the activation runs it refers to its record; afterwards it has a copy of
/// the local variables. A suspended generator's frame refers to the generator.
#[repr(C)]
pub struct Frame {
    pub header: Header,
    record: Cell<*const FrameRecord>,
    generator: Field,
    code: Field,
    globals: Field,
    builtins: Field,
    namespace: Field,
    /// Once detached: the locals, as a tuple with `EXHAUSTED` for unset ones.
    saved: Field,
    back: Field,
    /// Values that `f_locals` added beyond the code's variables.
    extra_locals: Field,
    lasti: Cell<i64>,
    /// `f_trace` and its switches.
    pub trace: Field,
    pub trace_lines: Cell<bool>,
    pub trace_opcodes: Cell<bool>,
    /// Index of the instruction that a tracer saw last.
    pub traced_index: Cell<u32>,
    /// Whether `f_lineno` may be set.
    pub permission: Cell<Permission>,
    /// `f_lineno` was set, and the frame's place is where it is to go on: how many values it is to
    /// drop.
    pub jumped: Cell<Option<u32>>,
}

pub static DEF: TypeDef = TypeDef::of::<Frame>("frame", "builtins")
    .flags(TypeFlags::NO_NEW)
    .methods(Frame::native_methods)
    .getsets(Frame::native_getsets)
    .shape(shapes::FRAME);

// SAFETY: every object of kind `Frame` is made by `Frame::new` with this layout.
unsafe impl Object for Frame {
    const KIND: Kind = Kind::Frame;

    fn def() -> &'static TypeDef {
        &DEF
    }
}

impl Frame {
    pub fn new(th: &Thread, record: &'static FrameRecord) -> &'static Frame {
        alloc(
            th,
            Frame {
                header: Header::new(shapes::FRAME, Kind::Frame),
                record: Cell::new(record),
                generator: Field::new(record.generator.get().map(|g| g.value())),
                code: Field::new(Some(record.code.value())),
                globals: Field::new(Some(record.globals.value())),
                builtins: Field::new(Some(record.builtins.value())),
                namespace: Field::new(record.namespace.get()),
                saved: Field::new(None),
                back: Field::new(None),
                extra_locals: Field::new(None),
                lasti: Cell::new(-1),
                trace: Field::new(None),
                trace_lines: Cell::new(true),
                trace_opcodes: Cell::new(false),
                traced_index: Cell::new(0),
                permission: Cell::new(Permission::Untraced),
                jumped: Cell::new(None),
            },
        )
    }

    /// The frame object of a suspended generator.
    pub fn of_generator(th: &Thread, g: &'static Generator) -> &'static Frame {
        alloc(
            th,
            Frame {
                header: Header::new(shapes::FRAME, Kind::Frame),
                record: Cell::new(std::ptr::null()),
                generator: Field::new(Some(g.value())),
                code: Field::new(Some(g.code().value())),
                globals: Field::new(Some(g.globals().value())),
                builtins: Field::new(None),
                namespace: Field::new(None),
                saved: Field::new(None),
                back: Field::new(None),
                extra_locals: Field::new(None),
                lasti: Cell::new(g.lasti() as i64),
                trace: Field::new(None),
                trace_lines: Cell::new(true),
                trace_opcodes: Cell::new(false),
                traced_index: Cell::new(0),
                permission: Cell::new(Permission::Untraced),
                jumped: Cell::new(None),
            },
        )
    }

    pub fn code(&self) -> &'static Code {
        self.code.get().and_then(|c| c.cast::<Code>()).expect("set when made")
    }

    fn record(&self) -> Option<&'static FrameRecord> {
        let r = self.record.get();
        // SAFETY: `detach` and `suspend` unset the pointer before the record goes away.
        (!r.is_null()).then(|| unsafe { &*r })
    }

    /// The activation goes on in `record` (a resumed generator).
    pub fn attach(&self, record: &FrameRecord) {
        self.record.set(record);
    }

    /// The generator's activation pauses at `lasti`.
    pub fn suspend(&self, lasti: usize) {
        self.record.set(std::ptr::null());
        self.lasti.set(lasti as i64);
    }

    /// The activation ends: keeps the locals and the caller's frame.
    pub fn detach(&self, th: &Thread, record: &FrameRecord, back: StackSlot) {
        let items: Vec<Value> =
            record.locals().iter().map(|l| l.get().unwrap_or(Value::EXHAUSTED)).collect();
        let saved = Tuple::new(th, &items);
        self.saved.set(&self.header, Some(saved.value()));
        self.namespace.set(&self.header, record.namespace.get());
        self.back.set(&self.header, back);
        self.lasti.set(record.lasti() as i64);
        self.record.set(std::ptr::null());
    }

    /// Bytecode offset in bytes.
    pub fn lasti(&self) -> i64 {
        match self.record() {
            Some(r) => {
                crate::native_frames::refresh();
                r.lasti() as i64
            }
            None => self.lasti.get(),
        }
    }

    /// Local variable slot `i`, a cell where the variable has one.
    fn slot(&self, i: usize) -> StackSlot {
        if let Some(r) = self.record() {
            return r.locals()[i].get();
        }
        if let Some(saved) = self.saved.get().and_then(|s| s.cast::<Tuple>()) {
            return saved.values().get(i).copied().filter(|v| *v != Value::EXHAUSTED);
        }
        self.generator.get().and_then(|g| g.cast::<Generator>()).and_then(|g| g.local(i))
    }

    fn set_slot(&self, th: &Thread, i: usize, v: StackSlot) {
        if let Some(r) = self.record() {
            r.locals()[i].set(v);
        } else if let Some(saved) = self.saved.get().and_then(|s| s.cast::<Tuple>()) {
            let mut items = saved.values().to_vec();
            items[i] = v.unwrap_or(Value::EXHAUSTED);
            self.saved.set(&self.header, Some(Tuple::new(th, &items).value()));
        } else if let Some(g) = self.generator.get().and_then(|g| g.cast::<Generator>()) {
            g.set_local(i, v);
        }
    }

    /// The value of variable `i`.
    pub fn variable(&self, i: usize) -> StackSlot {
        local_value(self.code(), i, self.slot(i))
    }

    /// Sets variable `i`, through its cell where it has one.
    pub fn set_variable(&self, th: &Thread, i: usize, v: Value) {
        match self.slot(i).and_then(|s| s.cast::<cell::Cell>()) {
            Some(c) if local_value(self.code(), i, Some(c.value())) != Some(c.value()) => {
                c.set(Some(v))
            }
            _ => self.set_slot(th, i, Some(v)),
        }
    }

    /// `f_locals`: the namespace of module and class code, a write-through proxy for functions.
    pub fn locals(&'static self, th: &Thread) -> PyResult<Value> {
        let namespace = match self.record() {
            Some(r) => r.namespace.get(),
            None => self.namespace.get(),
        };
        let optimised = self.code().has_flag(crate::bytecode::code_unit::flags::OPTIMIZED);
        match namespace {
            Some(n) if !optimised => Ok(n),
            _ => Ok(crate::types::frame_locals::FrameLocals::new(th, self).value()),
        }
    }

    /// A dict of the variables that are set, as `locals()` gives in a function.
    pub fn snapshot(&self, th: &Thread) -> PyResult<&'static Dict> {
        let d = Dict::new(th);
        let code = self.code();
        for (i, name) in code.local_names().iter().enumerate() {
            if code.unit.localspluskinds[i] & crate::bytecode::code_unit::local_kind::HIDDEN != 0 {
                continue;
            }
            if let Some(v) = self.variable(i) {
                d.set(th, *name, v)?;
            }
        }
        if let Some(extra) = self.extra_locals(th, false) {
            d.update_from(th, extra)?;
        }
        Ok(d)
    }

    /// The dictionary of names that were added through `f_locals`.
    pub fn extra_locals(&self, th: &Thread, make: bool) -> Option<&'static Dict> {
        if self.extra_locals.get().is_none() && make {
            let d = Dict::new(th);
            self.extra_locals.set(&self.header, Some(d.value()));
        }
        self.extra_locals.get().and_then(|d| d.cast())
    }

    /// The line being executed.
    pub fn line(&self) -> Option<i32> {
        match self.lasti() {
            i if i < 0 => Some(self.code().unit.firstlineno),
            i => self.code().line_at(i as usize),
        }
    }
}

#[methods]
impl Frame {
    #[method]
    fn __repr__(th: &Thread, this: &'static Frame) -> PyResult<String> {
        let code = this.code();
        Ok(format!(
            "<frame at {:#x}, file {}, line {}, code {}>",
            this.value().bits(),
            ops::repr_string(th, code.filename().value())?,
            this.line().map_or("None".into(), |l| l.to_string()),
            code.name()
        ))
    }

    /// Clear most references held by the frame.
    #[method]
    fn clear(th: &Thread, this: &'static Frame) -> PyResult<()> {
        if this.record().is_some() {
            return Err(raise!(th, RuntimeError, "cannot clear an executing frame"));
        }
        if let Some(g) = this.generator.get().and_then(|g| g.cast::<Generator>())
            && !g.is_finished()
        {
            return Err(raise!(th, RuntimeError, "cannot clear a suspended frame"));
        }
        let unset = vec![Value::EXHAUSTED; this.code().locals_len()];
        this.saved.set(&this.header, Some(Tuple::new(th, &unset).value()));
        Ok(())
    }

    #[getter]
    fn f_code(this: &'static Frame) -> Option<Value> {
        this.code.get()
    }

    #[getter]
    fn f_globals(this: &'static Frame) -> Option<Value> {
        this.globals.get()
    }

    #[getter]
    fn f_builtins(th: &Thread, this: &'static Frame) -> Option<Value> {
        let globals = this.globals.get().and_then(|g| g.cast::<Dict>());
        this.builtins
            .get()
            .or_else(|| globals.map(|g| crate::interpreter::builtins_of(th, g).value()))
    }

    #[getter]
    fn f_locals(th: &Thread, this: &'static Frame) -> PyResult<Value> {
        this.locals(th)
    }

    #[getter]
    fn f_back(th: &Thread, this: &'static Frame) -> Option<Value> {
        match this.record() {
            Some(r) => {
                crate::native_frames::link(th);
                FrameRef::of(r).previous().map(|p| p.object(th).value())
            }
            None => this.back.get(),
        }
    }

    #[getter]
    fn f_lasti(this: &'static Frame) -> i64 {
        this.lasti()
    }

    #[getter]
    fn f_lineno(this: &'static Frame) -> Option<i32> {
        this.line()
    }

    /// Goes on in another line. Allowed to trace functions, for their own frame.
    #[setter]
    fn set_f_lineno(th: &Thread, this: &'static Frame, line: Option<Value>) -> PyResult<()> {
        let Some(line) = line else {
            let message = "attribute 'f_lineno' of 'frame' objects cannot be deleted";
            return Err(raise!(th, AttributeError, "{message}"));
        };
        if !line.is_exactly(shapes::INT) {
            return Err(raise!(th, ValueError, "lineno must be an integer"));
        }
        let problem = match this.permission.get() {
            Permission::Granted => None,
            Permission::NewFrame => Some("can't jump from the 'call' trace event of a new frame"),
            Permission::Untraced if !thread_state(th).tracing.get() => {
                Some("f_lineno can only be set in a trace function")
            }
            Permission::Untraced | Permission::OtherEvent => {
                Some("can only jump from a 'line' trace event")
            }
        };
        if let Some(problem) = problem {
            return Err(raise!(th, ValueError, "{problem}"));
        }
        let Some(line) = int::to_i64(line).filter(|line| i32::try_from(*line).is_ok()) else {
            return Err(raise!(th, ValueError, "lineno out of range"));
        };
        let record = this.record().expect("the frame is traced");
        let jump = jump::find(record.code, record.index(), line)
            .map_err(|problem| raise!(th, ValueError, "{problem}"))?;
        // The compiler relies on variables that have a value where the program's own paths lead.
        let unbound = record.locals().iter().filter(|local| local.get().is_none()).count();
        if unbound > 0 {
            let s = if unbound == 1 { "" } else { "s" };
            let message = format!("assigning None to {unbound} unbound local{s}");
            ops::import::warn(th, Exc::RuntimeWarning, &message)?;
            for local in record.locals().iter().filter(|local| local.get().is_none()) {
                local.set(Some(Value::NONE));
            }
        }
        let dropped = this.jumped.get().unwrap_or(0) + jump.prepare(th, record);
        this.jumped.set(Some(dropped));
        this.traced_index.set(record.index() as u32);
        Ok(())
    }

    #[getter]
    fn f_generator(this: &'static Frame) -> Option<Value> {
        this.generator.get()
    }

    #[getter]
    fn f_trace(this: &'static Frame) -> Option<Value> {
        this.trace.get()
    }

    #[setter]
    fn set_f_trace(th: &Thread, this: &'static Frame, v: Option<Value>) {
        this.trace.set(&this.header, v.filter(|v| !v.is_none()));
        if let Some(record) = this.record() {
            tracing::watch(th, record);
        }
    }

    #[getter]
    fn f_trace_lines(this: &'static Frame) -> bool {
        this.trace_lines.get()
    }

    #[setter]
    fn set_f_trace_lines(th: &Thread, this: &'static Frame, v: Option<Value>) -> PyResult<()> {
        this.trace_lines.set(ops::truth(th, v.unwrap_or(Value::FALSE))?);
        Ok(())
    }

    #[getter]
    fn f_trace_opcodes(this: &'static Frame) -> bool {
        this.trace_opcodes.get()
    }

    #[setter]
    fn set_f_trace_opcodes(th: &Thread, this: &'static Frame, v: Option<Value>) -> PyResult<()> {
        this.trace_opcodes.set(ops::truth(th, v.unwrap_or(Value::FALSE))?);
        Ok(())
    }
}
