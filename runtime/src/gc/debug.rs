//! Modes that find mistakes, chosen by the environment variable `KRAIT_GC`.
//!
//! A comma-separated list:
//!
//! | word | meaning |
//! | --- | --- |
//! | `stress`, `stress=N` | collect at every (every Nth) allocation |
//! | `poison` | fill freed cells with `0xDB` |
//! | `log` | one line for each collection on the standard error stream |

use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering::*};
use core::time::Duration;

use krait_layout::Thread;

use super::heap::Heap;
use super::reserve::{self, BLOCK_SHIFT};
use super::{Generation, collect, policy};

/// What freed cells are filled with.
pub const POISON: u8 = 0xDB;

/// Allocations between collections; 0 is off.
static STRESS: AtomicUsize = AtomicUsize::new(0);
static COUNT: AtomicUsize = AtomicUsize::new(0);
static POISONS: AtomicBool = AtomicBool::new(false);
static LOG: AtomicBool = AtomicBool::new(false);

/// Reads `KRAIT_GC`.
pub fn init() {
    let Ok(modes) = std::env::var("KRAIT_GC") else { return };
    for mode in modes.split(',').filter(|m| !m.is_empty()) {
        let (name, value) = mode.split_once('=').unwrap_or((mode, "1"));
        match name {
            "stress" => STRESS.store(value.parse().unwrap_or(1), Relaxed),
            "poison" => POISONS.store(true, Relaxed),
            "log" => LOG.store(true, Relaxed),
            _ => super::fatal("KRAIT_GC: known modes are stress, stress=N, poison, log"),
        }
    }
}

/// Called at each allocation that takes the slow path; in stress mode that is every one.
#[inline(always)]
pub fn before_allocation(th: &Thread) {
    let every = STRESS.load(Relaxed);
    if every != 0 {
        stress(th, every);
    }
}

#[cold]
fn stress(th: &Thread, every: usize) {
    let count = COUNT.fetch_add(1, Relaxed) + 1;
    if count.is_multiple_of(every) && policy::is_enabled() {
        let full = (count / every).is_multiple_of(4);
        collect::collect(th, if full { Generation::Full } else { Generation::Minor });
    }
}

/// Whether intervals are to hold one cell, so that every allocation takes the slow path.
#[inline(always)]
pub fn single_cells() -> bool {
    STRESS.load(Relaxed) != 0
}

#[inline(always)]
pub fn poisons() -> bool {
    POISONS.load(Relaxed)
}

/// Fills the unmarked cells of a block.
pub fn poison_block(index: u32, size: usize) {
    let first = (index as usize) << BLOCK_SHIFT;
    for within in (0..reserve::block(index).cells_end()).step_by(size) {
        if !reserve::marks().get(first + within) {
            poison_cell(reserve::base() + first + within, size);
        }
    }
}

/// Fills a cell.
pub fn poison_cell(address: usize, size: usize) {
    // SAFETY: the cell is dead.
    unsafe { (address as *mut u8).write_bytes(POISON, size) };
}

/// Reports a collection.
pub fn log(heap: &Heap, generation: Generation, time: Duration, allocated: usize, scanned: usize) {
    if !LOG.load(Relaxed) {
        return;
    }
    let name = match generation {
        Generation::Minor => "minor",
        Generation::Full => "full",
    };
    eprintln!(
        "gc: {name} {:.3} ms, allocated {} KB, scanned {} KB, old {} KB, used {} KB",
        time.as_secs_f64() * 1e3,
        allocated >> 10,
        scanned >> 10,
        heap.policy.old >> 10,
        policy::used() >> 10,
    );
}
