//! Rust's global allocator, in the same blocks.
//!
//! Rust's memory lives among the collector's cells so that a word on a stack that leads to a
//! `Vec<Value>` can be told from any other word, and the `Vec`'s words be taken as roots. Rust
//! frees it; the collector never does. Every system thread has lists of free cells, which it
//! exchanges in batches with the blocks' own lists under one lock.
//!
//! A free cell is marked by a cookie in its second word, which allocation clears: the scan must
//! not follow what dead Rust memory refers to. The link in its first word is inverted, so that it
//! looks like no address.

use core::alloc::{GlobalAlloc, Layout};
use core::cell::Cell;
use core::sync::atomic::{AtomicBool, Ordering::*};

use super::block::{self, BlockKind, CLASSES, MAX_CELL, class_of, class_size};
use super::lock::Lock;
use super::policy;
use super::reserve::{self, BLOCK, BLOCK_SHIFT};
use super::span::SPANS;

/// The allocator, for `#[global_allocator]`.
pub struct KraitAlloc;

/// Free cells of one class that one system thread holds.
struct List {
    /// Address of the first; 0 is none.
    head: Cell<usize>,
    count: Cell<u32>,
    /// With this many, some go back to their blocks.
    limit: Cell<u32>,
}

struct Cache {
    /// By whether the cells are scanned, and class.
    lists: [[List; CLASSES]; 2],
    state: Cell<State>,
}

#[derive(Copy, Clone, PartialEq, Eq)]
enum State {
    Fresh,
    InUse,
    /// The thread is ending: nothing may stay in the cache.
    Closed,
}

thread_local! {
    static CACHE: Cache = const {
        Cache {
            lists: [const {
                [const {
                    List { head: Cell::new(0), count: Cell::new(0), limit: Cell::new(0) }
                }; CLASSES]
            }; 2],
            state: Cell::new(State::Fresh),
        }
    };
    /// Empties the cache when the thread ends.
    static CLOSER: Closer = const { Closer };
}

struct Closer;

impl Drop for Closer {
    fn drop(&mut self) {
        CACHE.with(|cache| {
            cache.state.set(State::Closed);
            give_back_all(cache);
        });
    }
}

fn give_back_all(cache: &Cache) {
    let mut central = CENTRAL.lock();
    for (scanned, lists) in cache.lists.iter().enumerate() {
        for (class, list) in lists.iter().enumerate() {
            list.limit.set(0);
            central.take_back(scanned, class, list, 0);
        }
    }
}

/// Blocks with free cells, by whether they are scanned, and class.
pub struct Central {
    partial: [[u32; CLASSES]; 2],
}

pub static CENTRAL: Lock<Central> = Lock::new(Central { partial: [[0; CLASSES]; 2] });

/// Whether free memory is zeroed, so that every reference in it was stored there; see
/// [`zero_free_memory`].
static ZEROES: AtomicBool = AtomicBool::new(false);

/// From now on, Rust's memory reads as zero when it is allocated, and so do the ends of cells that
/// are larger than what was asked for. What an earlier use left there makes dead cells seem
/// reachable, which is harmless but for the check of barriers.
pub fn zero_free_memory() {
    ZEROES.store(true, Relaxed);
    // From here on, every cell that is freed goes through `Central::take_back`.
    CACHE.with(give_back_all);
}

const COOKIE: usize = 0x9e37_79b9_7f4a_7c15;

#[inline(always)]
fn cookie(cell: usize) -> usize {
    cell ^ COOKIE
}

/// Whether the raw cell at `address` is allocated.
#[inline(always)]
pub fn is_live(address: usize) -> bool {
    // SAFETY: raw cells have at least two words, and the cell was carved from its block.
    unsafe { ((address + 8) as *const usize).read_volatile() != cookie(address) }
}

/// Puts a free cell before `next`.
#[inline(always)]
fn link(cell: usize, next: usize) {
    // SAFETY: the cell is free and has two words.
    unsafe {
        (cell as *mut usize).write(!next);
        ((cell + 8) as *mut usize).write(cookie(cell));
    }
}

#[inline(always)]
fn next(cell: usize) -> usize {
    // SAFETY: the cell is free, so `link` wrote its first word.
    unsafe { !(cell as *const usize).read() }
}

/// The class of cells for the layout; `None` for those with blocks of their own.
#[inline(always)]
fn class_for(layout: Layout) -> Option<usize> {
    let mut size = layout.size();
    if layout.align() > 16 {
        // Cells whose size is a power of two are aligned to it.
        size = size.max(layout.align()).next_power_of_two();
    }
    if size <= MAX_CELL { Some(class_of(size)) } else { None }
}

/// Whether memory of this layout can hold references.
#[inline(always)]
fn is_scanned(layout: Layout) -> usize {
    usize::from(layout.align() >= 8)
}

fn kind(scanned: usize) -> BlockKind {
    if scanned == 0 { BlockKind::RawNoScan } else { BlockKind::Raw }
}

// SAFETY: cells of a class are at least as large and as aligned as the layouts of the class (see
// `class_for`), are in one list or in use, and large ones have blocks of their own. Nothing here
// unwinds.
unsafe impl GlobalAlloc for KraitAlloc {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let scanned = is_scanned(layout);
        match class_for(layout) {
            Some(class) => CACHE.with(|cache| {
                let list = &cache.lists[scanned][class];
                let cell = list.head.get();
                if cell == 0 {
                    return refill(cache, scanned, class);
                }
                take(list, cell)
            }),
            None => alloc_large(layout).0,
        }
    }

    #[inline]
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        match class_for(layout) {
            Some(class) => CACHE.with(|cache| {
                let scanned = is_scanned(layout);
                let list = &cache.lists[scanned][class];
                let cell = pointer as usize;
                link(cell, list.head.get());
                list.head.set(cell);
                let count = list.count.get() + 1;
                list.count.set(count);
                if count > list.limit.get() {
                    overflow(cache, scanned, class);
                }
            }),
            None => free_large(pointer),
        }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if class_for(layout).is_none() {
            let (pointer, zeroed) = alloc_large(layout);
            if !zeroed && !pointer.is_null() {
                // SAFETY: the memory has that size.
                unsafe { pointer.write_bytes(0, layout.size()) };
            }
            return pointer;
        }
        // SAFETY: the caller's promises are those of `alloc`.
        let pointer = unsafe { self.alloc(layout) };
        if !pointer.is_null() {
            // SAFETY: the memory has that size.
            unsafe { pointer.write_bytes(0, layout.size()) };
        }
        pointer
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // SAFETY: the caller promises that the size, rounded to the alignment, is valid.
        let new_layout = unsafe { Layout::from_size_align_unchecked(new_size, layout.align()) };
        let fits = match (class_for(layout), class_for(new_layout)) {
            (Some(old), Some(new)) => old == new,
            (None, None) => resize_large(pointer, new_size),
            (Some(_), None) | (None, Some(_)) => false,
        };
        if fits {
            if ZEROES.load(Relaxed) && new_size < layout.size() {
                // SAFETY: the bytes that were given up are still in the cell.
                unsafe { pointer.add(new_size).write_bytes(0, layout.size() - new_size) };
            }
            return pointer;
        }
        // SAFETY: both layouts are valid, the old memory is the caller's, and the new is apart.
        unsafe {
            let new = self.alloc(new_layout);
            if !new.is_null() {
                new.copy_from_nonoverlapping(pointer, layout.size().min(new_size));
                self.dealloc(pointer, layout);
            }
            new
        }
    }
}

/// Takes the first cell off a list.
#[inline(always)]
fn take(list: &List, cell: usize) -> *mut u8 {
    list.head.set(next(cell));
    list.count.set(list.count.get() - 1);
    // SAFETY: the cell has two words and is now the caller's.
    unsafe { ((cell + 8) as *mut usize).write(0) };
    cell as *mut u8
}

/// Fills an empty list and takes a cell from it; null when there is no memory.
#[cold]
#[inline(never)]
fn refill(cache: &Cache, scanned: usize, class: usize) -> *mut u8 {
    let list = &cache.lists[scanned][class];
    open(cache, list, class);
    let found = CENTRAL.lock().cells(scanned, class);
    let Some((first, count)) = found else { return core::ptr::null_mut() };
    // Opening the cache may have allocated and freed: the list need not be empty any more.
    let mut last = first;
    if list.head.get() != 0 {
        while next(last) != 0 {
            last = next(last);
        }
        link(last, list.head.get());
    }
    list.head.set(first);
    list.count.set(list.count.get() + count);
    let cell = take(list, first);
    if cache.state.get() == State::Closed {
        CENTRAL.lock().take_back(scanned, class, list, 0);
    }
    cell
}

/// Gives half of a list that has become long back to the blocks.
#[cold]
#[inline(never)]
fn overflow(cache: &Cache, scanned: usize, class: usize) {
    let list = &cache.lists[scanned][class];
    open(cache, list, class);
    if list.count.get() > list.limit.get() {
        CENTRAL.lock().take_back(scanned, class, list, list.limit.get() / 2);
    }
}

/// Sets the list's limit, and has the cache emptied when the thread ends.
fn open(cache: &Cache, list: &List, class: usize) {
    if cache.state.get() == State::Fresh {
        cache.state.set(State::InUse);
        if CLOSER.try_with(|_| ()).is_err() {
            cache.state.set(State::Closed);
        }
    }
    if cache.state.get() == State::InUse && !ZEROES.load(Relaxed) {
        list.limit.set((2 * BLOCK / class_size(class)).clamp(8, 2048) as u32);
    }
}

impl Central {
    /// A chain of free cells and their number.
    fn cells(&mut self, scanned: usize, class: usize) -> Option<(usize, u32)> {
        let size = class_size(class);
        loop {
            let index = self.partial[scanned][class];
            if index == 0 {
                self.add_block(scanned, class)?;
                continue;
            }
            let (entry, links) = (reserve::block(index), reserve::links(index));
            let carved = entry.young_end.load(Relaxed) as usize;
            let first = links.bytes.swap(0, Relaxed);
            if first != 0 {
                let count = (carved / size) as u32 - links.used.load(Relaxed);
                links.used.store((carved / size) as u32, Relaxed);
                return Some((first, count));
            }
            if carved == entry.cells_end() {
                self.unlink(scanned, class, index);
                continue;
            }
            let count = (8192 / size).clamp(1, (entry.cells_end() - carved) / size);
            let start = reserve::block_address(index) + carved;
            for i in (0..count).rev() {
                let cell = start + i * size;
                link(cell, if i + 1 < count { cell + size } else { 0 });
            }
            let carved = carved + count * size;
            entry.young_end.store(carved as u32, Release);
            links.used.store((carved / size) as u32, Relaxed);
            return Some((start, count as u32));
        }
    }

    fn add_block(&mut self, scanned: usize, class: usize) -> Option<()> {
        let mut spans = SPANS.lock();
        let span = spans.take(1)?;
        let index = span.first;
        if ZEROES.load(Relaxed) && !span.zeroed {
            zero(reserve::block_address(index), BLOCK);
        }
        reserve::marks().clear_block(index);
        reserve::block(index).set_cells(kind(scanned), class);
        reserve::links(index).bytes.store(0, Relaxed);
        reserve::links(index).used.store(0, Relaxed);
        policy::RAW.fetch_add(BLOCK, Relaxed);
        drop(spans);
        self.relink(scanned, class, index);
        Some(())
    }

    /// Returns cells of a list to their blocks until `keep` are left.
    fn take_back(&mut self, scanned: usize, class: usize, list: &List, keep: u32) {
        let mut cell = list.head.get();
        let mut count = list.count.get();
        while count > keep {
            let following = next(cell);
            let index = reserve::block_index(cell).expect("raw cells lie in the reserve");
            let (entry, links) = (reserve::block(index), reserve::links(index));
            let first = links.bytes.load(Relaxed);
            let carved = entry.young_end.load(Relaxed) as usize;
            if first == 0 && carved == entry.cells_end() && !self.is_linked(scanned, class, index) {
                self.relink(scanned, class, index);
            }
            if ZEROES.load(Relaxed) {
                zero(cell, class_size(class));
            }
            link(cell, first);
            links.bytes.store(cell, Relaxed);
            let used = links.used.load(Relaxed) - 1;
            links.used.store(used, Relaxed);
            // One block is kept, so that a loop does not take and give it each time.
            if used == 0 && links.next.load(Relaxed) != 0 {
                self.unlink(scanned, class, index);
                SPANS.lock().give(index, 1);
                policy::RAW.fetch_sub(BLOCK, Relaxed);
            }
            cell = following;
            count -= 1;
        }
        list.head.set(cell);
        list.count.set(count);
    }

    fn is_linked(&self, scanned: usize, class: usize, index: u32) -> bool {
        reserve::links(index).previous.load(Relaxed) != 0 || self.partial[scanned][class] == index
    }

    fn relink(&mut self, scanned: usize, class: usize, index: u32) {
        let head = &mut self.partial[scanned][class];
        let links = reserve::links(index);
        links.next.store(*head, Relaxed);
        links.previous.store(0, Relaxed);
        if *head != 0 {
            reserve::links(*head).previous.store(index, Relaxed);
        }
        *head = index;
    }

    fn unlink(&mut self, scanned: usize, class: usize, index: u32) {
        let links = reserve::links(index);
        let (next, previous) = (links.next.load(Relaxed), links.previous.load(Relaxed));
        if previous != 0 {
            reserve::links(previous).next.store(next, Relaxed);
        } else {
            self.partial[scanned][class] = next;
        }
        if next != 0 {
            reserve::links(next).previous.store(previous, Relaxed);
        }
        links.next.store(0, Relaxed);
        links.previous.store(0, Relaxed);
    }
}

/// Zeroes free memory.
fn zero(start: usize, bytes: usize) {
    // SAFETY: nobody uses the memory.
    unsafe { (start as *mut u8).write_bytes(0, bytes) };
}

/// Blocks of its own for a layout, and whether they are zeroed; null when there is no memory.
#[cold]
#[inline(never)]
fn alloc_large(layout: Layout) -> (*mut u8, bool) {
    let size = layout.size();
    if layout.align() > BLOCK || size > reserve::capacity().max(BLOCK << 10) {
        return (core::ptr::null_mut(), false);
    }
    let blocks = size.div_ceil(BLOCK);
    let mut spans = SPANS.lock();
    let Some(span) = spans.take(blocks) else { return (core::ptr::null_mut(), false) };
    reserve::marks().clear_block(span.first);
    block::set_large(span.first, blocks, size & !7, kind(is_scanned(layout)));
    policy::RAW.fetch_add(blocks << BLOCK_SHIFT, Relaxed);
    let start = reserve::block_address(span.first);
    let zeroes = ZEROES.load(Relaxed) && !span.zeroed;
    if zeroes {
        zero(start, blocks << BLOCK_SHIFT);
    }
    (start as *mut u8, span.zeroed || zeroes)
}

#[cold]
#[inline(never)]
fn free_large(pointer: *mut u8) {
    let index = reserve::block_index(pointer as usize).expect("raw cells lie in the reserve");
    let blocks = reserve::links(index).blocks.load(Relaxed) as usize;
    policy::RAW.fetch_sub(blocks << BLOCK_SHIFT, Relaxed);
    SPANS.lock().give(index, blocks);
}

/// Makes a large cell larger or smaller where it is, if that can be.
#[cold]
fn resize_large(pointer: *mut u8, size: usize) -> bool {
    let index = reserve::block_index(pointer as usize).expect("raw cells lie in the reserve");
    let links = reserve::links(index);
    let (old, new) = (links.blocks.load(Relaxed) as usize, size.div_ceil(BLOCK));
    let kind = reserve::block(index).kind();
    let mut spans = SPANS.lock();
    if new > old {
        let Some(span) = spans.extend(index + old as u32, new - old) else { return false };
        if ZEROES.load(Relaxed) && !span.zeroed {
            zero(reserve::block_address(span.first), (new - old) << BLOCK_SHIFT);
        }
        policy::RAW.fetch_add((new - old) << BLOCK_SHIFT, Relaxed);
    } else if new < old {
        spans.give(index + new as u32, old - new);
        policy::RAW.fetch_sub((old - new) << BLOCK_SHIFT, Relaxed);
    }
    block::set_large(index, new, size & !7, kind);
    true
}
