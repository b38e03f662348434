//! The heap: non-moving, generational, mark-sweep, with conservative roots.
//!
//! It knows headers, and nothing of Python. Cells live in 64 KiB blocks of one size and one
//! kind, and the kind says how a cell is scanned, so there are no tracing functions to get
//! wrong. Stacks and registers are scanned conservatively, and so is Rust memory that they lead
//! to: Rust code holds plain `Value`s and `&'static` references, in locals and in `Vec`s, and
//! cannot lose one.
//!
//! A function that takes a [`Thread`] may collect. Objects do not move.

mod alloc;
mod block;
mod collect;
mod debug;
mod field;
mod finalize;
pub mod global;
mod heap;
mod inspect;
mod lock;
mod mark;
mod mutator;
mod object;
mod pages;
mod policy;
mod reserve;
mod roots;
mod span;
mod sweep;
#[cfg(test)]
mod tests;
mod weak;

pub use alloc::{
    DropFn, OutOfMemory, Scan, alloc_buffer, alloc_drop, alloc_no_scan, alloc_traced, buffer,
    try_alloc,
};
pub use collect::{Generation, collect};
pub use field::{CellField, Field, barrier, barrier_at, clear, copy, copy_from, copy_within};
pub use finalize::{
    Hooks, collect_and_finalize, has_pending, register_finalizable, run_pending, set_hooks,
};
pub use inspect::{Statistics, live_objects, referents, referrers, size_of_cell, statistics};
pub use lock::while_idle;
pub use mutator::{attach_thread, detach_thread, enter_blocking, leave_blocking, on_stack};
pub use object::{Object, alloc, alloc_with_slots, slots};
pub use policy::is_enabled;
pub use roots::{
    GcRoot, RootSource, register_root_range, register_root_source, unregister_root_range,
    unregister_root_source,
};
pub use weak::{WeakField, weak_references, weak_register, weak_unregister};

use crate::sys;

/// Reads the debugging modes. To be called once, before the first thread is attached.
pub fn init() {
    debug::init();
}

/// Lets allocation collect (`gc.enable`).
pub fn enable() {
    heap::HEAP.lock().policy.set_enabled(true);
}

/// Keeps allocation from collecting (`gc.disable`); [`collect()`] still does.
pub fn disable() {
    heap::HEAP.lock().policy.set_enabled(false);
}

/// Reports a bug, or that memory has run out where no exception can be raised, and aborts.
#[cold]
fn fatal(message: &str) -> ! {
    sys::write_stderr(b"krait: fatal: ");
    sys::write_stderr(message.as_bytes());
    sys::write_stderr(b"\n");
    std::process::abort()
}
