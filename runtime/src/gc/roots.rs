//! Where marking starts, besides the stacks: registered ranges of words and root cells.

use core::cell::Cell;
use core::marker::PhantomData;
use core::ptr::NonNull;

use krait_layout::{StackSlot, Value};

use super::heap::HEAP;
use super::pages::PageVec;
use crate::sys;

/// Tells at collection time which words are roots: their address and number.
pub type RootSource = unsafe fn(data: *const u8) -> (*const usize, usize);

#[derive(Copy, Clone)]
pub struct Source {
    pub data: *const u8,
    pub range: RootSource,
}

pub struct Roots {
    pub ranges: PageVec<(usize, usize)>,
    pub sources: PageVec<Source>,
    /// Chunks of root cells, and the first free cell.
    chunks: PageVec<NonNull<usize>>,
    free: *mut usize,
    /// Parts of stacks that were left for another segment.
    pub segments: PageVec<(usize, usize)>,
}

/// Words of a chunk of root cells.
pub const CHUNK_WORDS: usize = sys::PAGE / size_of::<usize>();

impl Roots {
    pub const fn new() -> Roots {
        Roots {
            ranges: PageVec::new(),
            sources: PageVec::new(),
            chunks: PageVec::new(),
            free: core::ptr::null_mut(),
            segments: PageVec::new(),
        }
    }

    /// Chunks of root cells. A free cell holds the next one's address, which is outside the
    /// reserve.
    pub fn chunks(&self) -> &[NonNull<usize>] {
        &self.chunks
    }

    fn take_cell(&mut self) -> NonNull<usize> {
        if self.free.is_null() {
            let Some(chunk) = sys::map_pages(sys::PAGE) else {
                super::fatal("out of memory for a root");
            };
            let chunk = chunk.cast::<usize>();
            for i in 0..CHUNK_WORDS {
                // SAFETY: the chunk has that many words.
                unsafe { chunk.add(i).write(self.free as usize) };
                // SAFETY: likewise.
                self.free = unsafe { chunk.add(i) }.as_ptr();
            }
            self.chunks.push(chunk);
        }
        let cell = NonNull::new(self.free).expect("filled above");
        // SAFETY: a free cell holds the address of the next one.
        self.free = unsafe { cell.read() } as *mut usize;
        cell
    }
}

/// Makes `words` words at `start` roots for the rest of the program: globals, constants' mutable
/// words, inline caches.
///
/// # Safety
/// The range stays readable, and is written by Python threads only.
pub unsafe fn register_root_range(start: *const usize, words: usize) {
    HEAP.lock().roots.ranges.push((start as usize, words));
}

/// Ends what [`register_root_range`] began.
pub fn unregister_root_range(start: *const usize) {
    let mut heap = HEAP.lock();
    let ranges = &mut heap.roots.ranges;
    if let Some(i) = ranges.iter().position(|&(s, _)| s == start as usize) {
        let last = ranges.pop().expect("not empty");
        if i < ranges.len() {
            ranges[i] = last;
        }
    }
}

/// Makes the words that `range(data)` tells at each collection roots: data stacks up to their
/// current top.
///
/// # Safety
/// `range` may be called with `data` at any collection until [`unregister_root_source`], and the
/// words that it tells are readable. It must not call the heap.
pub unsafe fn register_root_source(data: *const u8, range: RootSource) {
    HEAP.lock().roots.sources.push(Source { data, range });
}

/// Ends what [`register_root_source`] began.
pub fn unregister_root_source(data: *const u8) {
    let mut heap = HEAP.lock();
    let sources = &mut heap.roots.sources;
    if let Some(i) = sources.iter().position(|s| s.data == data) {
        let last = sources.pop().expect("not empty");
        if i < sources.len() {
            sources[i] = last;
        }
    }
}

/// A root that may lie anywhere: a static, a thread-local, memory of C code. The collector sees
/// the value for as long as the `GcRoot` lives.
pub struct GcRoot {
    cell: NonNull<usize>,
    not_sync: PhantomData<Cell<Value>>,
}

// SAFETY: the cell belongs to this root alone; values may go from thread to thread.
unsafe impl Send for GcRoot {}

impl GcRoot {
    pub fn new(value: StackSlot) -> GcRoot {
        let cell = HEAP.lock().roots.take_cell();
        let root = GcRoot { cell, not_sync: PhantomData };
        root.set(value);
        root
    }

    pub fn get(&self) -> StackSlot {
        // SAFETY: `set` wrote a slot; the cell is this root's.
        unsafe { self.cell.cast::<StackSlot>().read() }
    }

    pub fn set(&self, value: StackSlot) {
        // SAFETY: the cell is this root's.
        unsafe { self.cell.cast::<StackSlot>().write(value) };
    }
}

impl Drop for GcRoot {
    fn drop(&mut self) {
        let roots = &mut HEAP.lock().roots;
        // SAFETY: the cell is free from now on.
        unsafe { self.cell.write(roots.free as usize) };
        roots.free = self.cell.as_ptr();
    }
}
