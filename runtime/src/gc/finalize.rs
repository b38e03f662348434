//! Finalizers, and what runs after a collection.
//!
//! The collector itself never runs Python code. It queues what is to be run and interrupts the
//! thread; at the next safepoint the interpreter calls [`run_pending`], which runs callbacks of
//! weak references first and finalizers then (PEP 442's order). A finalizer runs once; the
//! object is freed by a later collection, unless the finalizer made it reachable again.

use core::sync::atomic::{AtomicBool, Ordering::*};

use krait_layout::header::{FLAG_FINALIZED, FLAG_FINALIZER};
use krait_layout::{Header, Thread};

use super::collect::{Generation, collect};
use super::heap::HEAP;
use super::mark::Marker;
use super::pages::PageVec;

/// What the object layer does for the collector.
#[derive(Copy, Clone)]
pub struct Hooks {
    /// The target of this weak reference died: clear it. Called during the collection: may
    /// neither allocate nor call the heap. Returns whether there is a callback to be run.
    pub weak_dead: fn(&Header) -> bool,
    /// Runs the callback of a weak reference whose target died. In Python context.
    pub call_weak_callback: fn(&Thread, &'static Header),
    /// Runs `__del__` or a native finalizer. In Python context.
    pub call_finalizer: fn(&Thread, &'static Header),
    /// The name of the class whose instances have the shape, for messages about mistakes of ours.
    pub class_name: fn(u32) -> String,
}

impl Hooks {
    pub const NONE: Hooks = Hooks {
        weak_dead: |_| false,
        call_weak_callback: |_, _| {},
        call_finalizer: |_, _| {},
        class_name: |shape| format!("shape {shape}"),
    };
}

pub struct Finalizers {
    pub hooks: Hooks,
    /// Objects whose finalizer is to run; from `young` on, those since the last collection.
    objects: PageVec<usize>,
    young: usize,
    callbacks: Queue,
    pending: Queue,
}

/// First in, first out.
struct Queue {
    items: PageVec<usize>,
    taken: usize,
}

impl Queue {
    const fn new() -> Queue {
        Queue { items: PageVec::new(), taken: 0 }
    }

    fn waiting(&self) -> &[usize] {
        &self.items[self.taken..]
    }

    fn pop(&mut self) -> Option<usize> {
        let item = *self.items.get(self.taken)?;
        self.taken += 1;
        if self.taken == self.items.len() {
            self.items.clear();
            self.taken = 0;
        }
        Some(item)
    }
}

/// Something waits for [`run_pending`].
static PENDING: AtomicBool = AtomicBool::new(false);
/// A thread is in [`run_pending`].
static RUNNING: AtomicBool = AtomicBool::new(false);

/// Sets the hooks, at the start.
pub fn set_hooks(hooks: Hooks) {
    HEAP.lock().finalizers.hooks = hooks;
}

/// To be called for every new object with a finalizer.
pub fn register_finalizable(object: &Header) {
    object.set_flag(FLAG_FINALIZER);
    HEAP.lock().finalizers.objects.push(object as *const Header as usize);
}

/// Whether [`run_pending`] has something to do.
#[inline(always)]
pub fn has_pending() -> bool {
    PENDING.load(Relaxed)
}

/// Runs the queued callbacks and finalizers, and returns how many. In Python context, where
/// arbitrary code may run. Does nothing inside a finalizer.
pub fn run_pending(th: &Thread) -> usize {
    if !has_pending() || RUNNING.swap(true, Acquire) {
        return 0;
    }
    let mut count = 0;
    loop {
        // Taken one by one: what waits in the queues is a root.
        let (call, object) = {
            let finalizers = &mut HEAP.lock().finalizers;
            let hooks = finalizers.hooks;
            if let Some(object) = finalizers.callbacks.pop() {
                (hooks.call_weak_callback, object)
            } else if let Some(object) = finalizers.pending.pop() {
                (hooks.call_finalizer, object)
            } else {
                PENDING.store(false, Relaxed);
                break;
            }
        };
        // SAFETY: what waits in the queues is marked by every collection.
        call(th, unsafe { &*(object as *const Header) });
        count += 1;
    }
    RUNNING.store(false, Release);
    count
}

/// Python's `gc.collect()`: frees everything that is unreachable, as far as a conservative scan
/// can tell, and runs its finalizers. In Python context. Returns how many finalizers and
/// callbacks ran.
pub fn collect_and_finalize(th: &Thread) -> usize {
    clear_dead_stack();
    collect(th, Generation::Full);
    let count = run_pending(th);
    if count > 0 {
        clear_dead_stack();
        collect(th, Generation::Full);
    }
    count
}

/// Overwrites the stack below the caller's frame, where calls that returned have left words that
/// the frames of later calls may include.
#[inline(never)]
fn clear_dead_stack() {
    let mut frame = [0usize; 2048];
    core::hint::black_box(&mut frame);
}

impl Finalizers {
    pub const fn new() -> Finalizers {
        Finalizers {
            hooks: Hooks::NONE,
            objects: PageVec::new(),
            young: 0,
            callbacks: Queue::new(),
            pending: Queue::new(),
        }
    }

    /// Marks what waits to be run.
    pub fn mark(&self, marker: &mut Marker) {
        for &object in self.callbacks.waiting().iter().chain(self.pending.waiting()) {
            marker.address(object);
        }
    }

    /// Queues the callback of a cleared weak reference.
    pub fn queue_callback(&mut self, weakref: usize) {
        self.callbacks.items.push(weakref);
    }

    /// Queues unreachable objects with a finalizer that has not run, and marks from them.
    pub fn find_unreachable(&mut self, marker: &mut Marker, full: bool) {
        let from = if full { 0 } else { self.young };
        let mut kept = from;
        let first_new = self.pending.items.len();
        for i in from..self.objects.len() {
            let object = self.objects[i];
            if marker.is_marked(object) {
                self.objects[kept] = object;
                kept += 1;
                continue;
            }
            // SAFETY: the object was live until this collection, and is not swept yet.
            let header = unsafe { &*(object as *const Header) };
            if !header.has_flag(FLAG_FINALIZED) {
                header.set_flag(FLAG_FINALIZED);
                self.pending.items.push(object);
            }
        }
        self.objects.truncate(kept);
        self.young = kept;
        for i in first_new..self.pending.items.len() {
            marker.address(self.pending.items[i]);
        }
        marker.drain();
    }

    /// Notes that something waits, and interrupts the thread to have it run.
    pub fn request(&self, th: &Thread) {
        if !self.callbacks.waiting().is_empty() || !self.pending.waiting().is_empty() {
            PENDING.store(true, Relaxed);
            th.interrupt();
        }
    }
}
