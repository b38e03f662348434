//! What happens to blocks after marking.
//!
//! No dead cell is visited: a block's marked cells are counted, a block without any is free, and
//! one with room goes to the list that the allocator takes blocks from, whose gaps it finds
//! through the mark bits. Blocks more than 15/16 full are left alone. Only cells with a
//! destructor are looked at one by one.

use core::sync::atomic::Ordering::*;

use super::alloc;
use super::block::{BlockKind, LARGE, SWEPT_KINDS};
use super::debug;
use super::heap::Heap;
use super::mark::cell_size;
use super::pages::PageVec;
use super::reserve::{self, BLOCK, BLOCK_SHIFT};
use super::span::{SPANS, Spans};

/// A dead cell whose destructor is to be run.
#[derive(Copy, Clone)]
pub struct DeadCell {
    pub address: usize,
    pub size: usize,
}

/// Sorts the blocks after a collection. Appends dead cells with destructors to `dead`; their
/// memory is not reused before the next allocation.
pub fn sweep(heap: &mut Heap, full: bool, dead: &mut PageVec<DeadCell>) {
    let mut spans = SPANS.lock();
    if full {
        heap.available = [[0; _]; SWEPT_KINDS];
        heap.touched.clear();
        heap.policy.old = 0;
        for index in 1..reserve::block_count() as u32 {
            let block = reserve::block(index);
            if block.kind().is_swept() && !block.has_flag(LARGE) {
                sweep_block(heap, &mut spans, index, true, dead);
            }
        }
    } else {
        for &index in heap.touched.take().iter() {
            heap.policy.old -= reserve::links(index).used.load(Relaxed) as usize
                * reserve::block(index).cell_size.load(Relaxed) as usize;
            sweep_block(heap, &mut spans, index, false, dead);
        }
    }
    sweep_large(heap, &mut spans, full, dead);
}

/// Counts a block's marked cells and decides what becomes of it.
fn sweep_block(
    heap: &mut Heap,
    spans: &mut Spans,
    index: u32,
    full: bool,
    dead: &mut PageVec<DeadCell>,
) {
    let block = reserve::block(index);
    let kind = block.kind();
    let size = block.cell_size.load(Relaxed) as usize;
    let marks = reserve::marks().of_block(index);
    let marked = marks.iter().map(|w| w.load(Relaxed).count_ones()).sum::<u32>() as usize;
    let mut dying = false;
    if kind == BlockKind::Drop {
        dying = find_dead(index, size, full, dead);
    }
    if debug::poisons() && !dying {
        debug::poison_block(index, size);
    }
    block.young_end.store(0, Relaxed);
    reserve::links(index).used.store(marked as u32, Relaxed);
    if marked == 0 && !dying {
        spans.give(index, 1);
        return;
    }
    heap.policy.old += marked * size;
    if marked * size * 16 <= BLOCK * 15 {
        heap.push_available(kind as usize, block.class.load(Relaxed) as usize, index);
    }
}

/// Lists the cells of a drop block that were live and are not marked.
fn find_dead(index: u32, size: usize, full: bool, dead: &mut PageVec<DeadCell>) -> bool {
    let block = reserve::block(index);
    let young_end = block.young_end.load(Relaxed) as usize;
    let first = (index as usize) << BLOCK_SHIFT;
    let before = dead.len();
    for within in (0..block.cells_end()).step_by(size) {
        let offset = first + within;
        let was_live = within < young_end || full && reserve::live().get(offset);
        if was_live && !reserve::marks().get(offset) {
            dead.push(DeadCell { address: reserve::base() + offset, size });
        }
    }
    dead.len() > before
}

fn sweep_large(heap: &mut Heap, spans: &mut Spans, full: bool, dead: &mut PageVec<DeadCell>) {
    let from = if full { 0 } else { heap.large_young };
    let mut kept = from;
    for i in from..heap.large.len() {
        let index = heap.large[i];
        let block = reserve::block(index);
        let blocks = reserve::links(index).blocks.load(Relaxed) as usize;
        if reserve::marks().get((index as usize) << BLOCK_SHIFT) {
            for i in index..index + blocks as u32 {
                reserve::block(i).young_end.store(0, Relaxed);
            }
            heap.policy.old += blocks * BLOCK;
            heap.large[kept] = index;
            kept += 1;
        } else if block.kind() == BlockKind::Drop {
            let cell =
                DeadCell { address: reserve::block_address(index), size: cell_size(index, block) };
            dead.push(cell);
        } else {
            if debug::poisons() {
                debug::poison_cell(reserve::block_address(index), cell_size(index, block));
            }
            spans.give(index, blocks);
        }
    }
    heap.large.truncate(kept);
    heap.large_young = kept;
}

/// Runs the destructors of dead cells. Without the heap's lock: a destructor may free Rust
/// memory, drop a [`super::GcRoot`] or the like.
pub fn run_destructors(dead: &PageVec<DeadCell>) {
    for &DeadCell { address, size } in dead.iter() {
        // SAFETY: the cell was live until this collection, so its destructor is there and was
        // not run; nothing refers to the cell, and its memory is not reused yet.
        unsafe { alloc::drop_fn(address, size)(address as *mut u8) };
    }
    let mut spans = SPANS.lock();
    for &DeadCell { address, size } in dead.iter() {
        let index = reserve::block_index(address).expect("a cell lies in a block");
        let block = reserve::block(index);
        if block.has_flag(LARGE) && block.kind() == BlockKind::Drop {
            spans.give(index, reserve::links(index).blocks.load(Relaxed) as usize);
        } else if debug::poisons() {
            debug::poison_cell(address, size);
        }
    }
}
