//! Modes that find mistakes, chosen by the environment variable `KRAIT_GC`.
//!
//! A comma-separated list:
//!
//! | word | meaning |
//! | --- | --- |
//! | `stress`, `stress=N` | collect at every (every Nth) allocation; on a deep stack, all of which is scanned each time, more rarely |
//! | `poison` | fill freed cells with `0xDB` |
//! | `walk` | check the headers of all live cells after each marking |
//! | `barrier` | mark everything after each minor collection: what it reaches that the minor one did not, was stored without a barrier |
//! | `log` | one line for each collection on the standard error stream |

use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering::*};
use core::time::Duration;

use krait_layout::header::GC_OLD;
use krait_layout::{Header, Kind, Thread};

use super::block::BlockKind;
use super::heap::Heap;
use super::inspect::{self, Cell};
use super::lock::Lock;
use super::mark::Marker;
use super::pages::PageVec;
use super::reserve::{self, BLOCK_SHIFT};
use super::{Generation, collect, global, mutator, policy};

/// What freed cells are filled with.
pub const POISON: u8 = 0xDB;

/// Allocations between collections; 0 is off.
static STRESS: AtomicUsize = AtomicUsize::new(0);
static COUNT: AtomicUsize = AtomicUsize::new(0);
static POISONS: AtomicBool = AtomicBool::new(false);
static WALK: AtomicBool = AtomicBool::new(false);
static BARRIER: AtomicBool = AtomicBool::new(false);
static LOG: AtomicBool = AtomicBool::new(false);

/// Reads `KRAIT_GC`.
pub fn init() {
    let Ok(modes) = std::env::var("KRAIT_GC") else { return };
    for mode in modes.split(',').filter(|m| !m.is_empty()) {
        let (name, value) = mode.split_once('=').unwrap_or((mode, "1"));
        match name {
            "stress" => STRESS.store(value.parse().unwrap_or(1), Relaxed),
            "poison" => POISONS.store(true, Relaxed),
            "walk" => WALK.store(true, Relaxed),
            "barrier" => {
                BARRIER.store(true, Relaxed);
                global::zero_free_memory();
            }
            "log" => LOG.store(true, Relaxed),
            _ => super::fatal(
                "KRAIT_GC: known modes are stress, stress=N, poison, walk, barrier, log",
            ),
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
    // Bytes of stack that count as one more: so the whole time is in proportion to the depth, and
    // not to its square.
    const DEEP: usize = 64 << 10;
    let every = every * (1 + mutator::of(th).stack_depth() / DEEP);
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

/// Checks the header of every marked cell.
pub fn walk() {
    if !WALK.load(Relaxed) {
        return;
    }
    inspect::each_marked(|cell| {
        // SAFETY: marked cells of swept kinds start with a header's bytes.
        let bytes = unsafe { (cell.address as *const [u8; 8]).read() };
        let scanned = cell.kind != BlockKind::NoScan;
        if bytes[4] as usize >= Kind::ALL.len() || scanned && bytes[7] != GC_OLD {
            super::fatal(&format!(
                "gc walk: a live {:?} cell of {} bytes at {:#x} has no header: {bytes:02x?}{}",
                cell.kind,
                cell.size,
                cell.address,
                if bytes == [POISON; 8] { ", it was freed while in use" } else { "" },
            ));
        }
    });
}

#[inline(always)]
pub fn checks_barrier() -> bool {
    BARRIER.load(Relaxed)
}

/// Marks everything from the roots after a minor collection did its part, and compares.
pub fn check_barrier(class_name: fn(u32) -> String, mark_roots: impl FnOnce(&mut Marker)) {
    // What was old or reached by the minor collection.
    collect::move_marks_to_live();
    let mut checker = Marker::new(true, PageVec::new());
    mark_roots(&mut checker);
    checker.drain();
    checker.forget_raw();
    let mut lost = false;
    inspect::each_marked(|cell| lost |= is_lost(cell.address));
    if lost {
        report_lost(class_name);
    }
    for index in 1..reserve::block_count() as u32 {
        let block = reserve::block(index);
        if block.kind().is_swept() {
            for (mark, live) in collect::mark_words(index, block) {
                mark.store(live.load(Relaxed), Relaxed);
            }
        }
    }
}

/// Whether the full marking reached the cell at `address` and the minor one did not.
fn is_lost(address: usize) -> bool {
    let offset = address.wrapping_sub(reserve::base());
    offset < reserve::committed() && reserve::marks().get(offset) && !reserve::live().get(offset)
}

/// Aborts with the names of an old cell and of the lost one that it refers to, itself or through
/// Rust memory. Returns if only words that are no references lead to what was lost.
fn report_lost(class_name: fn(u32) -> String) {
    let mut found = None;
    inspect::each_marked(|owner| {
        if found.is_none() && !is_lost(owner.address) {
            found = lost_through(owner).map(|(lost, depth)| (lost, owner, depth));
        }
    });
    let Some((lost, owner, depth)) = found else { return };
    let describe = |cell: Cell| {
        // SAFETY: a live cell of a swept kind starts with a header.
        let header = unsafe { &*(cell.address as *const Header) };
        let class = class_name(header.shape.get());
        format!("a {:?} ({class}) at {:#x} of {} bytes", header.kind, cell.address, cell.size)
    };
    super::fatal(&format!(
        "gc barrier: {} is reachable, but only through {}{}, which was stored into without a \
         barrier",
        describe(lost),
        if depth > 0 { "Rust memory of " } else { "" },
        describe(owner),
    ));
}

/// A lost cell that `owner` refers to, and through how many pieces of Rust memory.
fn lost_through(owner: Cell) -> Option<(Cell, usize)> {
    let mut seen = std::collections::HashSet::new();
    let mut pending = vec![(owner, 0)];
    let mut found = None;
    let stale = STALE.lock();
    while let Some((cell, depth)) = pending.pop()
        && found.is_none()
    {
        inspect::each_word(cell, |at, word| {
            if stale.binary_search(&(at, word)).is_ok() {
                return;
            }
            // Into the cell, too: data of buffers.
            match inspect::resolve_flushed(word) {
                Some(lost) if is_lost(lost.address) => found = Some((lost, depth)),
                Some(raw) if raw.kind == BlockKind::Raw && seen.insert(raw.address) => {
                    pending.push((raw, depth + 1));
                }
                _ => {}
            }
        });
    }
    found
}

/// Words of live memory that look like references and led to no live cell when the last collection
/// ended, in order: their addresses, and what they held. Padding of structs keeps what was on the
/// stack before, and a new cell where it points is not referred to by it.
static STALE: Lock<PageVec<(usize, usize)>> = Lock::new(PageVec::new());

/// Notes such words, for the next check of barriers.
pub fn note_stale() {
    if !checks_barrier() {
        return;
    }
    let stale = &mut *STALE.lock();
    stale.clear();
    let mut note = |cell| {
        inspect::each_word(cell, |at, word| {
            let reserved = word.wrapping_sub(reserve::base()) < reserve::capacity();
            if reserved && inspect::resolve_flushed(word).is_none() {
                stale.push((at, word));
            }
        });
    };
    inspect::each_marked(&mut note);
    inspect::each_raw(note);
    stale.sort_unstable();
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
