//! Allocation.
//!
//! A small cell is cut from its class's interval: load, add, compare, store. When the interval
//! is used up, the next run of unmarked cells in the block becomes the interval (this is all the
//! sweeping that most blocks get), then the next block with free cells, then a fresh block; and
//! when enough was allocated, the heap is collected first.

use core::ptr::NonNull;
use core::sync::atomic::Ordering::*;

use krait_layout::{Bump, Header, Thread};

use super::block::{self, Block, BlockKind, MAX_CELL, class_of, class_size};
use super::heap::{ALLOCATED, HEAP};
use super::reserve::{self, BLOCK, BLOCK_SHIFT, MARK_WORDS};
use super::span::SPANS;
use super::{collect, debug, mutator, policy};

/// What the collector does with a cell's words.
#[repr(u8)]
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Scan {
    /// It follows every word that is a reference.
    Traced = 0,
    /// The cell has no references.
    NoScan = 1,
    /// It follows every word, also through Rust memory that the cell owns, and runs the cell's
    /// destructor before it reuses it.
    Drop = 2,
}

impl Scan {
    pub const ALL: [Scan; 3] = [Scan::Traced, Scan::NoScan, Scan::Drop];

    pub fn kind(self) -> BlockKind {
        match self {
            Scan::Traced => BlockKind::Traced,
            Scan::NoScan => BlockKind::NoScan,
            Scan::Drop => BlockKind::Drop,
        }
    }
}

/// There is no memory for the cell; the caller raises `MemoryError`.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct OutOfMemory;

/// A cell of `size` bytes whose words are scanned. May collect. The memory is not zeroed: the
/// caller writes a header and every field before the next allocation.
#[inline(always)]
pub fn alloc_traced(th: &Thread, size: usize) -> NonNull<u8> {
    alloc(th, Scan::Traced, size)
}

/// A cell of `size` bytes without references. May collect. The memory is not zeroed; the caller
/// writes a header before the next allocation.
#[inline(always)]
pub fn alloc_no_scan(th: &Thread, size: usize) -> NonNull<u8> {
    alloc(th, Scan::NoScan, size)
}

/// The destructor of a cell; see [`alloc_drop`].
pub type DropFn = unsafe fn(*mut u8);

/// A scanned cell that owns Rust memory: `drop` is called once with its address after the cell
/// became unreachable. `drop` must not use other cells, which may be gone, nor allocate any. May
/// collect. The caller writes a header and every field before the next allocation.
pub fn alloc_drop(th: &Thread, size: usize, drop: DropFn) -> NonNull<u8> {
    if policy::raw_growth_is_due() {
        collect::collect_due(th);
    }
    let size = size.next_multiple_of(8) + size_of::<DropFn>();
    let cell = alloc(th, Scan::Drop, size);
    // Behind the object there may be a word that is not the slot: stale, it would keep its object.
    // SAFETY: the cell has `size` bytes, and the slot is its last word, where `drop_slot` finds it.
    unsafe {
        cell.add(size - size_of::<DropFn>()).cast::<usize>().write(0);
        cell.add(drop_slot(size)).cast::<DropFn>().write(drop);
    }
    cell
}

/// Where in a drop cell of `size` bytes its destructor is noted: its last word.
fn drop_slot(size: usize) -> usize {
    let cell = if size <= MAX_CELL { class_size(class_of(size)) } else { size };
    cell - size_of::<DropFn>()
}

/// The destructor of the drop cell at `start`, which has `size` bytes.
///
/// # Safety
/// A drop cell that was allocated and not yet dropped.
pub unsafe fn drop_fn(start: usize, size: usize) -> DropFn {
    // SAFETY: `alloc_drop` wrote it.
    unsafe { ((start + size - size_of::<DropFn>()) as *const DropFn).read() }
}

/// As [`alloc_traced`] or [`alloc_no_scan`], for any size, with an error in place of an abort.
/// The memory is not zeroed.
pub fn try_alloc(th: &Thread, scan: Scan, size: usize) -> Result<NonNull<u8>, OutOfMemory> {
    assert!(scan != Scan::Drop, "cells with destructors come from `alloc_drop`");
    Ok(try_alloc_cell(th, scan, size)?.0)
}

/// A buffer: a cell of `size` bytes that is zeroed except for its header, which is that of a
/// [`krait_layout::Kind::Buffer`] cell. May collect.
pub fn alloc_buffer(th: &Thread, scan: Scan, size: usize) -> Result<NonNull<Header>, OutOfMemory> {
    assert!(scan != Scan::Drop && size >= size_of::<Header>());
    let (cell, zeroed) = try_alloc_cell(th, scan, size)?;
    // SAFETY: the cell has `size` bytes.
    unsafe {
        if !zeroed {
            cell.write_bytes(0, size);
        }
        let header = cell.cast::<Header>();
        header.write(Header::new(0, krait_layout::Kind::Buffer));
        Ok(header)
    }
}

/// Cells up to this size have intervals in `Thread`.
const SMALL: usize = krait_layout::thread::SMALL_CLASSES * krait_layout::thread::GRANULE;

#[inline(always)]
fn alloc(th: &Thread, scan: Scan, size: usize) -> NonNull<u8> {
    if size <= SMALL {
        debug_assert!(size >= size_of::<Header>());
        let class = class_of(size);
        let interval = match scan {
            Scan::Traced => &th.traced[class],
            Scan::NoScan => &th.no_scan[class],
            Scan::Drop => mutator::of(th).interval(th, scan, class),
        };
        let cell = match bump(interval, (class + 1) * 16) {
            Some(cell) => cell,
            None => refill_or_abort(th, scan, class),
        };
        if scan != Scan::NoScan && !size.is_multiple_of(16) {
            // The tail is scanned too; a stale word there would keep its object for ever.
            // SAFETY: the last word of the cell.
            unsafe { cell.add(class * 16 + 8).cast::<usize>().write(0) };
        }
        cell
    } else {
        alloc_big(th, scan, size)
    }
}

#[inline(always)]
fn bump(interval: &Bump, bytes: usize) -> Option<NonNull<u8>> {
    let start = interval.cursor.get();
    let end = start + bytes;
    if end > interval.end.get() {
        return None;
    }
    interval.cursor.set(end);
    // SAFETY: an interval that has room starts at an address in the reserve, which is not null.
    Some(unsafe { NonNull::new_unchecked(start as *mut u8) })
}

/// For compiled code, which cuts small traced cells from `Thread`'s intervals itself: the slow
/// path, with the size in bytes. Writes the tail; the caller writes everything else.
#[unsafe(no_mangle)]
pub extern "C" fn krait_gc_alloc_traced(th: &Thread, size: usize) -> NonNull<u8> {
    alloc_traced(th, size)
}

/// As [`krait_gc_alloc_traced`] for cells without references.
#[unsafe(no_mangle)]
pub extern "C" fn krait_gc_alloc_no_scan(th: &Thread, size: usize) -> NonNull<u8> {
    alloc_no_scan(th, size)
}

#[cold]
#[inline(never)]
fn refill_or_abort(th: &Thread, scan: Scan, class: usize) -> NonNull<u8> {
    match refill(th, scan, class) {
        Ok(cell) => cell,
        Err(OutOfMemory) => super::fatal("out of memory"),
    }
}

#[inline(never)]
fn alloc_big(th: &Thread, scan: Scan, size: usize) -> NonNull<u8> {
    match try_alloc_cell(th, scan, size) {
        Ok((cell, _)) => cell,
        Err(OutOfMemory) => super::fatal("out of memory"),
    }
}

/// A cell of any size, and whether it is zeroed. Its tail is.
fn try_alloc_cell(
    th: &Thread,
    scan: Scan,
    size: usize,
) -> Result<(NonNull<u8>, bool), OutOfMemory> {
    if size > MAX_CELL {
        return alloc_large(th, scan, size);
    }
    let class = class_of(size);
    let cell_size = class_size(class);
    let cell = match bump(mutator::of(th).interval(th, scan, class), cell_size) {
        Some(cell) => cell,
        None => refill(th, scan, class)?,
    };
    if scan != Scan::NoScan {
        let tail = size & !7;
        // SAFETY: within the cell; a word that is partly in use is written by the caller later.
        unsafe { cell.add(tail).write_bytes(0, cell_size - tail) };
    }
    Ok((cell, false))
}

/// A cell with a span of its own.
fn alloc_large(th: &Thread, scan: Scan, size: usize) -> Result<(NonNull<u8>, bool), OutOfMemory> {
    if size > reserve_limit() {
        return Err(OutOfMemory);
    }
    let blocks = size.div_ceil(BLOCK);
    let bytes = blocks << BLOCK_SHIFT;
    debug::before_allocation(th);
    if policy::is_due(bytes) {
        collect::collect_due(th);
    }
    for retry in [true, false] {
        // The heap's lock comes before the spans'.
        let mut heap = HEAP.lock();
        let span = {
            let mut spans = SPANS.lock();
            let span = spans.take(blocks);
            if let Some(span) = &span {
                let used = size.next_multiple_of(8);
                block::set_large(span.first, blocks, used, scan.kind());
            }
            span
        };
        if let Some(span) = span {
            heap.large.push(span.first);
            drop(heap);
            reserve::marks().clear_block(span.first);
            ALLOCATED.fetch_add(bytes, Relaxed);
            let start = reserve::block_address(span.first);
            // SAFETY: the span was committed and is not in use.
            let cell = unsafe { NonNull::new_unchecked(start as *mut u8) };
            if !span.zeroed && scan != Scan::NoScan && !size.is_multiple_of(8) {
                // SAFETY: the last word of the cell.
                unsafe { cell.add(size & !7).cast::<usize>().write(0) };
            }
            return Ok((cell, span.zeroed));
        }
        drop(heap);
        if retry {
            collect::collect_full(th);
        }
    }
    Err(OutOfMemory)
}

/// No cell can be larger than the reservation.
fn reserve_limit() -> usize {
    reserve::capacity().max(BLOCK)
}

/// Finds the next interval of a class and cuts a cell from it.
#[inline(never)]
fn refill(th: &Thread, scan: Scan, class: usize) -> Result<NonNull<u8>, OutOfMemory> {
    debug::before_allocation(th);
    if policy::is_due(0) {
        collect::collect_due(th);
    }
    let size = class_size(class);
    let mutator = mutator::of(th);
    let interval = mutator.interval(th, scan, class);
    let current = mutator.current(scan, class);
    let mut collected = false;
    loop {
        if current.get() != 0 {
            let index = current.get();
            let block = reserve::block(index);
            let start = reserve::block_address(index);
            let from = interval.end.get() - start;
            if let Some((from, to)) = next_free_run(index, block, from) {
                let to = if debug::single_cells() { from + size } else { to };
                ALLOCATED.store(ALLOCATED.load(Relaxed) + (to - from), Relaxed);
                interval.cursor.set(start + from);
                interval.end.set(start + to);
                return Ok(bump(interval, size).expect("a run holds a cell"));
            }
            block.young_end.store(block.cells_end() as u32, Relaxed);
            current.set(0);
            interval.cursor.set(0);
            interval.end.set(0);
        }
        match take_block(scan, class) {
            Some(index) => {
                let start = reserve::block_address(index);
                current.set(index);
                interval.cursor.set(start);
                interval.end.set(start);
            }
            None if collected => return Err(OutOfMemory),
            None => {
                collect::collect_full(th);
                collected = true;
            }
        }
    }
}

/// A block with free cells of the kind and class.
fn take_block(scan: Scan, class: usize) -> Option<u32> {
    let mut heap = HEAP.lock();
    let index = match heap.pop_available(scan as usize, class) {
        Some(index) => index,
        None => {
            let mut spans = SPANS.lock();
            let index = spans.take(1)?.first;
            reserve::block(index).set_cells(scan.kind(), class);
            reserve::links(index).used.store(0, Relaxed);
            reserve::marks().clear_block(index);
            index
        }
    };
    heap.touched.push(index);
    Some(index)
}

/// The first run of unmarked cells at or after the cell at offset `from`.
fn next_free_run(index: u32, block: &Block, from: usize) -> Option<(usize, usize)> {
    let size = block.cell_size.load(Relaxed) as usize;
    let end = block.cells_end();
    let bits = reserve::marks().of_block(index);
    let mut start = from;
    loop {
        if start >= end {
            return None;
        }
        let granule = start >> 4;
        if bits[granule >> 6].load(Relaxed) >> (granule & 63) & 1 == 0 {
            break;
        }
        start += size;
    }
    // Only first granules of cells have bits, so the next set bit is where the run ends.
    let granule = start >> 4;
    let mut word = granule >> 6;
    let mut set = bits[word].load(Relaxed) & (!0 << (granule & 63));
    while set == 0 {
        word += 1;
        if word == MARK_WORDS {
            return Some((start, end));
        }
        set = bits[word].load(Relaxed);
    }
    let stop = (word << 6 | set.trailing_zeros() as usize) << 4;
    Some((start, stop.min(end)))
}

/// A buffer cell for `size` bytes of an object's data: the address of the bytes, which follow the
/// cell's header and read as zero. Aborts when memory runs out, as the other infallible forms do.
pub fn buffer(th: &Thread, scan: Scan, size: usize) -> *mut u8 {
    match alloc_buffer(th, scan, size + size_of::<Header>()) {
        // SAFETY: the cell is that large.
        Ok(header) => unsafe { header.as_ptr().add(1) as *mut u8 },
        Err(OutOfMemory) => super::fatal("out of memory"),
    }
}
