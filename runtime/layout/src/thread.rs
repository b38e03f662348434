//! Per-thread state that compiled code touches.

use core::cell::Cell;
use core::sync::atomic::{AtomicUsize, Ordering};

use crate::value::StackSlot;

/// Small objects are bump-allocated in classes of 16 bytes up to this many classes (256 bytes).
pub const SMALL_CLASSES: usize = 16;
/// Bytes between size classes.
pub const GRANULE: usize = 16;

/// A free interval that small objects of one size class are cut from.
#[repr(C)]
pub struct Bump {
    /// The next free byte.
    pub cursor: Cell<usize>,
    /// End of the interval; `cursor + size > end` takes the slow path.
    pub end: Cell<usize>,
}

impl Bump {
    #[expect(clippy::declare_interior_mutable_const, reason = "copied into each array")]
    const EMPTY: Bump = Bump { cursor: Cell::new(0), end: Cell::new(0) };
}

/// State of one Python thread. Passed by shared reference with `Cell` fields, so that no two
/// `&mut` can meet; a function that takes it may allocate, collect, raise and run Python code.
#[repr(C)]
pub struct Thread {
    /// Compiled code and the interpreter compare the stack pointer with this at calls and
    /// back-edges. Raised to `usize::MAX` it interrupts: signals, the collector, other threads
    /// waiting for the lock, tracing.
    pub stack_limit: AtomicUsize,
    /// The true lower end of the usable stack, which `stack_limit` returns to.
    pub stack_end: Cell<usize>,
    /// The raised exception while `Raised` travels up.
    pub raised: Cell<StackSlot>,
    /// Allocation intervals of cells whose words are traced, by size class.
    pub traced: [Bump; SMALL_CLASSES],
    /// Allocation intervals of cells without references, by size class.
    pub no_scan: [Bump; SMALL_CLASSES],
    /// The newest interpreter frame's record; the interpreter gives its type.
    pub frame: Cell<*const u8>,
    /// The innermost handled exception's record (`sys.exception()`).
    pub handled: Cell<*const u8>,
    /// The rest of the thread's state, which only the runtime knows.
    pub extension: Cell<*mut u8>,
    /// The heap's own state of this thread; null while the thread is not attached.
    pub mutator: Cell<*mut u8>,
}

impl Thread {
    /// A thread that has not allocated yet and whose stack is not bounded.
    pub const fn new() -> Thread {
        Thread {
            stack_limit: AtomicUsize::new(0),
            stack_end: Cell::new(0),
            raised: Cell::new(None),
            traced: [Bump::EMPTY; SMALL_CLASSES],
            no_scan: [Bump::EMPTY; SMALL_CLASSES],
            frame: Cell::new(core::ptr::null()),
            handled: Cell::new(core::ptr::null()),
            extension: Cell::new(core::ptr::null_mut()),
            mutator: Cell::new(core::ptr::null_mut()),
        }
    }

    /// Asks the thread to take its slow path at the next safepoint. May be called from a signal
    /// handler or another thread.
    pub fn interrupt(&self) {
        self.stack_limit.store(usize::MAX, Ordering::Release);
    }

    /// Ends an interruption.
    pub fn clear_interrupt(&self) {
        self.stack_limit.store(self.stack_end.get(), Ordering::Release);
    }
}

impl Default for Thread {
    fn default() -> Thread {
        Thread::new()
    }
}
