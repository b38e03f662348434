//! A collection, from top to bottom.

use core::sync::atomic::{AtomicU64, Ordering::*};
use std::time::Instant;

use krait_layout::{Header, Thread};

use super::block::{Block, LARGE};
use super::debug;
use super::heap::{ALLOCATED, HEAP, Heap};
use super::inspect::Statistics;
use super::mark::Marker;
use super::mutator::{self, Mutator};
use super::pages::PageVec;
use super::reserve::{self, MARK_WORDS};
use super::roots::CHUNK_WORDS;
use super::sweep;

/// Which cells a collection frees.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Generation {
    /// Those allocated since the last collection.
    Minor,
    /// Any.
    Full,
}

/// The collection that is due: a minor one, or a full one when the old cells have doubled.
#[cold]
pub fn collect_due(th: &Thread) {
    let full = HEAP.lock().policy.full_is_due();
    collect(th, if full { Generation::Full } else { Generation::Minor });
}

/// A full collection because memory has run out.
#[cold]
pub fn collect_full(th: &Thread) {
    collect(th, Generation::Full);
}

/// Collects the heap. Runs no Python code: what finalizers and weak references' callbacks have
/// to do is queued, and the thread interrupted. Must be called with the interpreter lock held;
/// every other attached thread is parked.
#[inline(never)]
pub fn collect(th: &Thread, generation: Generation) {
    let mutator = mutator::of(th);
    // From here down, nothing is scanned; every frame above is.
    mutator.park();
    let mut dead = PageVec::new();
    run(&mut HEAP.lock(), th, generation, &mut dead);
    mutator.resume();
    sweep::run_destructors(&dead);
}

#[inline(never)]
fn run(heap: &mut Heap, th: &Thread, generation: Generation, dead: &mut PageVec<sweep::DeadCell>) {
    let start = Instant::now();
    let full = generation == Generation::Full;
    // Blocks learn how far their intervals were used: that is what was allocated.
    mutator::each(heap, |m| {
        // SAFETY: every thread but this one is parked, and this one is here.
        unsafe { m.flush() }
    });
    let allocated = ALLOCATED.swap(0, Relaxed);
    let mut remembered = PageVec::new();
    core::mem::swap(&mut remembered, &mut heap.remembered);
    if full {
        clear_marks(heap, &remembered);
    }

    let mut marker = Marker::new(full, heap.mark_stack.take());
    if !full {
        remembered.iter().for_each(|&entry| marker.rescan(entry));
        mutator::each(heap, |m| {
            m.take_remembered().iter().for_each(|&entry| marker.rescan(entry));
        });
    }
    mark_roots(heap, &mut marker);
    marker.drain();
    if !full && debug::checks_barrier() {
        marker.forget_raw();
        let class_name = heap.finalizers.hooks.class_name;
        debug::check_barrier(class_name, |checker| mark_roots(heap, checker));
    }

    // References to what is unreachable are cleared before finalizers make some of it reachable
    // again; only then is the rest dead.
    let Heap { weak, finalizers, .. } = heap;
    weak.clear_dead(&marker, full, |weakref| {
        // SAFETY: the weak reference itself is marked.
        let header = unsafe { &*(weakref as *const Header) };
        if (finalizers.hooks.weak_dead)(header) {
            finalizers.queue_callback(weakref);
        }
    });
    finalizers.find_unreachable(&mut marker, full);
    finalizers.request(th);
    marker.forget_raw();
    debug::walk();
    let scanned = marker.scanned;
    heap.mark_stack = marker.into_stack();

    sweep::sweep(heap, full, dead);
    debug::note_stale();
    heap.policy.after(generation, scanned, allocated);
    let time = start.elapsed();
    count(&mut heap.statistics, generation, time.as_nanos() as u64);
    heap.statistics.old = heap.policy.old;
    debug::log(heap, generation, time, allocated, scanned);
}

fn count(statistics: &mut Statistics, generation: Generation, nanoseconds: u64) {
    match generation {
        Generation::Minor => statistics.minor_collections += 1,
        Generation::Full => statistics.full_collections += 1,
    }
    statistics.nanoseconds += nanoseconds;
    statistics.longest_nanoseconds = statistics.longest_nanoseconds.max(nanoseconds);
}

/// Makes every cell unmarked, and keeps the old marks to tell live cells from free ones. Forgets
/// what was remembered: every old cell that lives is going to be scanned.
fn clear_marks(heap: &Heap, orphaned: &PageVec<usize>) {
    let forget = |entry: usize| {
        if entry & 1 != 0 {
            reserve::card((entry & !1) - reserve::base()).store(0, Relaxed);
        }
    };
    orphaned.iter().copied().for_each(forget);
    mutator::each(heap, |m| m.take_remembered().iter().copied().for_each(forget));
    move_marks_to_live();
}

/// The mark and live bits of a block, of which a large cell has only the first.
pub fn mark_words(
    index: u32,
    block: &Block,
) -> impl Iterator<Item = (&'static AtomicU64, &'static AtomicU64)> {
    let words = if block.has_flag(LARGE) { 1 } else { MARK_WORDS };
    let (marks, live) = (reserve::marks().of_block(index), reserve::live().of_block(index));
    marks.iter().zip(live).take(words)
}

/// Clears the mark bits of all cells and keeps them as live bits.
pub fn move_marks_to_live() {
    for index in 1..reserve::block_count() as u32 {
        let block = reserve::block(index);
        if block.kind().is_swept() {
            for (mark, live) in mark_words(index, block) {
                live.store(mark.load(Relaxed), Relaxed);
                mark.store(0, Relaxed);
            }
        }
    }
}

/// Marks what the program can reach directly.
fn mark_roots(heap: &Heap, marker: &mut Marker) {
    mutator::each(heap, |m| mark_thread(m, marker));
    heap.finalizers.mark(marker);
    let roots = &heap.roots;
    for &(start, end) in roots.segments.iter() {
        // SAFETY: a part of a stack that `on_stack` left, to which it returns.
        unsafe { marker.scan_stack(start, end) };
        marker.drain();
    }
    for &(start, words) in roots.ranges.iter() {
        // SAFETY: `register_root_range`'s caller vouches for it.
        unsafe { marker.scan_words(start as *const usize, words) };
        marker.drain();
    }
    for source in roots.sources.iter() {
        // SAFETY: `register_root_source`'s caller vouches for it.
        unsafe {
            let (start, words) = (source.range)(source.data);
            marker.scan_words(start, words);
        }
        marker.drain();
    }
    for chunk in roots.chunks() {
        // SAFETY: chunks are never unmapped.
        unsafe { marker.scan_words(chunk.as_ptr(), CHUNK_WORDS) };
    }
}

fn mark_thread(mutator: &Mutator, marker: &mut Marker) {
    let (low, high, registers) = mutator.roots();
    for &word in registers.words() {
        marker.address(word);
    }
    // SAFETY: the stack of a parked thread, from its stack pointer up; and the thread's state,
    // which outlives its attachment.
    unsafe {
        marker.scan_words(mutator.thread.cast(), size_of::<Thread>() / 8);
        marker.scan_stack(low, high);
    }
    marker.drain();
}
