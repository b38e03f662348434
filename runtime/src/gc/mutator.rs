//! What the heap knows about each Python thread.
//!
//! The intervals that compiled code bumps lie in [`Thread`]; the rest is here: intervals of the
//! other classes, the blocks that intervals are cut from, the remembered set, and where the
//! thread's stack begins and, while it is parked, ends.

use core::cell::Cell;
use core::ptr::NonNull;

use krait_layout::{Bump, Thread};

use super::Scan;
use super::block::{CLASSES, SWEPT_KINDS};
use super::heap::{HEAP, Heap};
use super::pages::PageVec;
use super::reserve;
use crate::sys::{self, Registers};
use core::sync::atomic::Ordering::*;

pub struct Mutator {
    pub thread: *const Thread,
    /// The address after the outermost frame.
    stack_base: Cell<usize>,
    /// The stack pointer of a parked thread; zero while it runs.
    stack_pointer: Cell<usize>,
    registers: Cell<Registers>,
    /// The block that each interval was cut from.
    current: [[Cell<u32>; CLASSES]; SWEPT_KINDS],
    /// Intervals of the classes that `Thread` has none for.
    intervals: [[Bump; CLASSES]; SWEPT_KINDS],
    /// Old cells, and cards of large old cells (tagged with bit 0), that were stored into since
    /// the last collection.
    pub remembered: core::cell::UnsafeCell<PageVec<usize>>,
}

/// The state of an attached thread.
#[inline(always)]
pub fn of(th: &Thread) -> &Mutator {
    let mutator = th.mutator.get().cast::<Mutator>();
    debug_assert!(!mutator.is_null(), "the thread is not attached to the heap");
    // SAFETY: set by `attach_thread` for as long as the thread is attached.
    unsafe { &*mutator }
}

thread_local! {
    /// The mutator that runs on this system thread, for the barrier, which has no `&Thread`.
    static RUNNING: Cell<*const Mutator> = const { Cell::new(core::ptr::null()) };
}

/// The mutator attached to the calling system thread.
#[inline]
pub fn running() -> Option<&'static Mutator> {
    // SAFETY: cleared by `detach_thread`, which runs on the same system thread.
    unsafe { RUNNING.get().as_ref() }
}

/// Makes the calling system thread a Python thread: it may allocate, and its stack becomes part
/// of the roots. `th` must stay where it is until [`detach_thread`]. To be called, and left,
/// with the interpreter lock held.
pub fn attach_thread(th: &Thread) {
    let bytes = size_of::<Mutator>().next_multiple_of(sys::PAGE);
    let Some(memory) = sys::map_pages(bytes) else { super::fatal("out of memory for a thread") };
    let mutator = memory.cast::<Mutator>();
    // SAFETY: fresh memory of sufficient size; all other fields are valid as zeroes, and an
    // empty `PageVec` is written before it is used.
    unsafe {
        let m = mutator.as_ptr();
        (&raw mut (*m).thread).write(th);
        (&raw mut (*m).stack_base).write(Cell::new(sys::stack_bounds().1));
        (&raw mut (*m).remembered).write(core::cell::UnsafeCell::new(PageVec::new()));
    }
    th.mutator.set(mutator.as_ptr().cast());
    RUNNING.set(mutator.as_ptr());
    HEAP.lock().mutators.push(mutator);
}

/// Ends [`attach_thread`]; the thread's cells stay. On the same system thread, with the
/// interpreter lock held.
pub fn detach_thread(th: &Thread) {
    let mutator = of(th);
    let mut heap = HEAP.lock();
    // SAFETY: the thread is this one, and no collection runs.
    unsafe { mutator.flush() };
    let orphaned = mutator.take_remembered();
    for &entry in orphaned.iter() {
        heap.remembered.push(entry);
    }
    let position = heap
        .mutators
        .iter()
        .position(|&m| core::ptr::eq(m.as_ptr(), mutator))
        .expect("an attached thread is in the list");
    let last = heap.mutators.pop().expect("not empty");
    if position < heap.mutators.len() {
        heap.mutators[position] = last;
    }
    RUNNING.set(core::ptr::null());
    let memory = NonNull::new(th.mutator.replace(core::ptr::null_mut())).expect("attached");
    // SAFETY: nothing refers to the mutator any more; its `PageVec` was taken above.
    unsafe { sys::release(memory, size_of::<Mutator>().next_multiple_of(sys::PAGE)) };
}

/// To be called right before the thread gives up the interpreter lock: leaves its registers and
/// stack pointer for a collector on another thread. Until [`leave_blocking`] the thread must not
/// touch the heap.
#[inline(never)]
pub fn enter_blocking(th: &Thread) {
    of(th).park();
}

/// To be called right after the thread took the interpreter lock again.
pub fn leave_blocking(th: &Thread) {
    of(th).resume();
}

/// Runs `f`, which switches to a stack segment whose outermost address is `base` before it
/// allocates cells, and back after. The stack that was in use is scanned too.
pub fn on_stack<R>(th: &Thread, base: usize, f: impl FnOnce() -> R) -> R {
    let mutator = of(th);
    let mut registers = Registers::EMPTY;
    let stack_pointer = sys::capture_registers(&mut registers);
    let old_base = mutator.stack_base.replace(base);
    HEAP.lock().roots.segments.push((stack_pointer, old_base));
    let result = f();
    let segments = &mut HEAP.lock().roots.segments;
    let last = segments.pop().expect("pushed above");
    // Another thread may have left a segment meanwhile.
    if let Some(mine) = segments.iter_mut().find(|s| **s == (stack_pointer, old_base)) {
        *mine = last;
    }
    mutator.stack_base.set(old_base);
    core::hint::black_box(&registers);
    result
}

impl Mutator {
    /// Records the registers and the stack pointer.
    #[inline(always)]
    pub fn park(&self) {
        let mut registers = Registers::EMPTY;
        let stack_pointer = sys::capture_registers(&mut registers);
        self.registers.set(registers);
        self.stack_pointer.set(stack_pointer);
    }

    pub fn resume(&self) {
        self.stack_pointer.set(0);
    }

    /// The stack of a parked thread, lowest address first, and its registers.
    pub fn roots(&self) -> (usize, usize, Registers) {
        let (sp, base) = (self.stack_pointer.get(), self.stack_base.get());
        if sp == 0 || sp > base {
            super::fatal(
                "a collection while a thread runs, or runs on a stack that is not its own",
            );
        }
        (sp, base, self.registers.get())
    }

    /// Bytes of the thread's stack that are in use. To be called on that stack.
    pub fn stack_depth(&self) -> usize {
        self.stack_base.get().saturating_sub(crate::sys::stack_pointer() as usize)
    }

    /// The interval that cells of a kind and class are cut from.
    #[inline(always)]
    pub fn interval<'a>(&'a self, th: &'a Thread, scan: Scan, class: usize) -> &'a Bump {
        match scan {
            Scan::Traced if class < th.traced.len() => &th.traced[class],
            Scan::NoScan if class < th.no_scan.len() => &th.no_scan[class],
            Scan::Traced | Scan::NoScan | Scan::Drop => &self.intervals[scan as usize][class],
        }
    }

    /// The block that the interval lies in; 0 is none.
    pub fn current(&self, scan: Scan, class: usize) -> &Cell<u32> {
        &self.current[scan as usize][class]
    }

    /// Whether the cell at `start` in block `index` was cut from an interval of this thread, or
    /// lies below it.
    pub fn has_cut(&self, index: u32, start: usize) -> bool {
        // SAFETY: the thread outlives its attachment.
        let th = unsafe { &*self.thread };
        Scan::ALL.into_iter().any(|scan| {
            (0..CLASSES).any(|class| {
                self.current(scan, class).get() == index
                    && start < self.interval(th, scan, class).cursor.get()
            })
        })
    }

    /// Empties the intervals, and notes in the blocks how far they were used.
    ///
    /// # Safety
    /// The thread does not allocate meanwhile.
    pub unsafe fn flush(&self) {
        // SAFETY: the thread outlives its attachment.
        let th = unsafe { &*self.thread };
        for scan in Scan::ALL {
            for class in 0..CLASSES {
                let block = self.current(scan, class).take();
                if block != 0 {
                    let interval = self.interval(th, scan, class);
                    let used = interval.cursor.take() - reserve::block_address(block);
                    interval.end.set(0);
                    reserve::block(block).young_end.store(used as u32, Relaxed);
                }
            }
        }
    }

    /// Empties the remembered set and returns it.
    pub fn take_remembered(&self) -> PageVec<usize> {
        // SAFETY: only the thread itself and a collector that stopped it touch the set, and
        // neither holds a reference into it across calls.
        unsafe { (*self.remembered.get()).take() }
    }

    pub fn remember(&self, entry: usize) {
        // SAFETY: as in `take_remembered`.
        unsafe { (*self.remembered.get()).push(entry) };
    }
}

/// Calls `f` for every attached thread.
pub fn each(heap: &Heap, mut f: impl FnMut(&Mutator)) {
    for mutator in heap.mutators.iter() {
        // SAFETY: attached mutators stay where they are, and the list is of attached ones.
        f(unsafe { mutator.as_ref() });
    }
}
