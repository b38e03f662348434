//! Frames of the interpreter: records on the thread's frame stack.

use std::cell::Cell;

use krait_layout::{StackSlot, Thread, Value};

use super::decoded::Instruction;
use crate::native_frames;
use crate::object::{Object, ValueExt};
use crate::types::code::Code;
use crate::types::dict::Dict;
use crate::types::frame::Frame;
use crate::types::function::Function;
use crate::types::generator::Generator;

/// Where the interpreter's loop goes on when a frame ends or yields.
#[repr(u8)]
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Returns {
    /// Back to Rust: the frame was the loop's first.
    Entry,
    /// After the caller's call, with the result.
    Value,
    /// After the caller's call of a class: the new instance is on its stack already, and
    /// `__init__` has to give `None`.
    Init,
    /// After the caller's `FOR_ITER` over this generator.
    Item,
    /// After the caller's `SEND` to this generator or coroutine.
    Sent,
}

/// One activation of a code object. Local variables and the evaluation stack follow the struct.
#[repr(C)]
pub struct FrameRecord {
    pub previous: Cell<*const FrameRecord>,
    pub code: &'static Code,
    /// The function, where the code runs as one.
    pub function: Cell<StackSlot>,
    pub globals: &'static Dict,
    pub builtins: &'static Dict,
    /// The mapping of names in module and class bodies.
    pub namespace: Cell<StackSlot>,
    /// The Python frame object, once one was asked for.
    pub frame_object: Cell<StackSlot>,
    /// The generator whose frame this is.
    pub generator: Cell<Option<&'static Generator>>,
    /// The instruction being executed, in the code's decoded copy; null before the first.
    pub at: Cell<*const Instruction>,
    /// What the interpreter's loop does when this frame ends.
    pub returns: Cell<Returns>,
    /// Values on the caller's stack below where the result goes, if the frame is no entry.
    pub caller_depth: Cell<u32>,
    /// The next older frame, compiled ones included; up to date after `native_frames::link`.
    pub outer: Cell<*const FrameRecord>,
    /// Where the run of the interpreter's loop is on the machine stack, if this is an entry.
    pub stack_mark: Cell<usize>,
}

/// Slots that the struct takes.
pub const RECORD_SLOTS: usize = size_of::<FrameRecord>() / size_of::<StackSlot>();

impl FrameRecord {
    #[inline(always)]
    pub fn new(
        code: &'static Code,
        function: StackSlot,
        globals: &'static Dict,
        builtins: &'static Dict,
    ) -> FrameRecord {
        FrameRecord {
            previous: Cell::new(std::ptr::null()),
            code,
            function: Cell::new(function),
            globals,
            builtins,
            namespace: Cell::new(None),
            frame_object: Cell::new(None),
            generator: Cell::new(None),
            at: Cell::new(std::ptr::null()),
            returns: Cell::new(Returns::Value),
            caller_depth: Cell::new(0),
            outer: Cell::new(std::ptr::null()),
            stack_mark: Cell::new(0),
        }
    }

    /// The first local variable slot.
    #[inline(always)]
    pub fn locals_ptr(&self) -> *mut StackSlot {
        // SAFETY: the slots follow the struct.
        unsafe { (self as *const FrameRecord).add(1) as *mut StackSlot }
    }

    /// The local variable slots.
    pub fn locals(&self) -> &[Cell<StackSlot>] {
        // SAFETY: the frame has a slot for each local variable.
        unsafe {
            std::slice::from_raw_parts(
                self.locals_ptr() as *const Cell<StackSlot>,
                self.code.locals_len(),
            )
        }
    }

    /// Index of the instruction being executed.
    pub fn index(&self) -> usize {
        if self.at.get().is_null() {
            return 0;
        }
        // SAFETY: `at` points into the decoded copy.
        unsafe { self.at.get().offset_from(self.code.decoded().instructions.as_ptr()) as usize }
    }

    pub fn set_index(&self, index: usize) {
        self.at.set(&self.code.decoded().instructions[index]);
    }

    /// Bytecode offset, in bytes, of the instruction being executed.
    pub fn lasti(&self) -> usize {
        self.code.decoded().offsets[self.index()] as usize
    }

    /// The interpreter's loop returns to Rust when this frame ends.
    #[inline(always)]
    pub fn is_entry(&self) -> bool {
        self.returns.get() == Returns::Entry
    }
}

/// A frame in progress, of any engine.
#[derive(Copy, Clone)]
pub struct FrameRef(&'static FrameRecord);

/// The newest Python frame of the thread, of any engine.
#[inline]
pub fn current(th: &Thread) -> Option<FrameRef> {
    let at = native_frames::link(th);
    // SAFETY: the frames that are linked are running.
    (!at.is_null()).then(|| FrameRef(unsafe { &*at }))
}

impl FrameRef {
    pub fn of(record: &'static FrameRecord) -> FrameRef {
        FrameRef(record)
    }

    pub fn record(self) -> &'static FrameRecord {
        self.0
    }

    pub fn code(self) -> &'static Code {
        self.0.code
    }

    pub fn globals(self) -> &'static Dict {
        self.0.globals
    }

    pub fn builtins(self) -> &'static Dict {
        self.0.builtins
    }

    pub fn function(self) -> Option<&'static Function> {
        self.0.function.get().and_then(|f| f.cast())
    }

    /// Local variable slot `i` (a cell where the variable has one).
    pub fn local(self, i: usize) -> StackSlot {
        self.0.locals().get(i).and_then(Cell::get)
    }

    pub fn previous(self) -> Option<FrameRef> {
        let at = if native_frames::any() { self.0.outer.get() } else { self.0.previous.get() };
        // SAFETY: records of callers outlive those of callees.
        (!at.is_null()).then(|| FrameRef(unsafe { &*at }))
    }

    /// The Python frame object; made at the first call.
    pub fn object(self, th: &Thread) -> &'static Frame {
        match self.0.frame_object.get().and_then(|f| f.cast::<Frame>()) {
            Some(f) => f,
            None => {
                let f = Frame::new(th, self.0);
                self.0.frame_object.set(Some(f.value()));
                f
            }
        }
    }
}

/// Lets the frame object of a record that ends keep the locals and the caller.
#[cold]
pub fn detach(th: &Thread, record: &FrameRecord) {
    let frame =
        record.frame_object.get().and_then(|f| f.cast::<Frame>()).expect("the caller checked");
    let back = native_frames::newest_but(th, record);
    // SAFETY: the caller's record is alive.
    let back = (!back.is_null()).then(|| FrameRef(unsafe { &*back }).object(th).value());
    frame.detach(th, record, back);
}

/// The value of a name in the frame's own namespace or globals, for messages and hooks.
pub fn global_name(frame: FrameRef, name: Value) -> StackSlot {
    frame.globals().get_name(name)
}
