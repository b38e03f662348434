//! A collection, from top to bottom.

use core::sync::atomic::Ordering::*;
use std::time::Instant;

use krait_layout::Thread;

use super::block::LARGE;
use super::debug;
use super::heap::{ALLOCATED, HEAP, Heap};
use super::mark::Marker;
use super::mutator::{self, Mutator};
use super::pages::PageVec;
use super::reserve::{self, BLOCK};
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

    let mut marker = Marker::new(full);
    if !full {
        for &entry in remembered.iter() {
            marker.rescan(entry);
        }
        mutator::each(heap, |m| {
            for &entry in m.take_remembered().iter() {
                marker.rescan(entry);
            }
        });
    }
    mark_roots(heap, &mut marker);
    marker.drain();
    marker.forget_raw();
    sweep::sweep(heap, full, dead);
    heap.policy.after(generation, marker.scanned, allocated);
    let _ = th;
    debug::log(heap, generation, start.elapsed(), allocated, marker.scanned);
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
    for index in 0..reserve::block_count() as u32 {
        let block = reserve::block(index);
        if block.kind().is_swept() {
            let words = if block.has_flag(LARGE) { 1 } else { BLOCK >> 10 };
            let (marks, live) = (reserve::marks(), reserve::live());
            for (mark, live) in marks.of_block(index).iter().zip(live.of_block(index)).take(words) {
                live.store(mark.swap(0, Relaxed), Relaxed);
            }
        }
    }
}

/// Marks what the program can reach directly.
fn mark_roots(heap: &Heap, marker: &mut Marker) {
    mutator::each(heap, |m| mark_thread(m, marker));
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
