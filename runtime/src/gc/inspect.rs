//! Looking at the heap from outside: for Python's `gc` module and for the debugging modes.

use core::sync::atomic::Ordering::*;

use krait_layout::{Header, Kind, Thread};

use super::block::{BlockKind, LARGE, TAIL};
use super::collect::{Generation, collect};
use super::global;
use super::heap::{ALLOCATED, HEAP};
use super::mark::cell_size;
use super::policy;
use super::reserve::{self, BLOCK, BLOCK_SHIFT};

/// A live cell, of the collector's or of Rust's.
#[derive(Copy, Clone, PartialEq, Eq)]
pub struct Cell {
    pub address: usize,
    pub size: usize,
    pub kind: BlockKind,
}

/// What the heap did and holds. Sizes are in bytes.
#[derive(Copy, Clone, Default, Debug)]
pub struct Statistics {
    pub minor_collections: usize,
    pub full_collections: usize,
    /// Time spent in collections.
    pub nanoseconds: u64,
    /// The longest collection.
    pub longest_nanoseconds: u64,
    /// Allocated since the last collection.
    pub young: usize,
    /// Cells that survived one.
    pub old: usize,
    /// Rust's memory.
    pub raw: usize,
    /// Blocks in use.
    pub used: usize,
}

/// The numbers so far.
pub fn statistics() -> Statistics {
    let counted = HEAP.lock().statistics;
    Statistics {
        young: ALLOCATED.load(Relaxed),
        raw: policy::RAW.load(Relaxed),
        used: policy::used(),
        ..counted
    }
}

/// All reachable objects, but no buffers. Collects first.
pub fn live_objects(th: &Thread) -> Vec<&'static Header> {
    collect(th, Generation::Full);
    let mut objects = Vec::new();
    each_marked(|cell| {
        // SAFETY: marked cells of swept kinds start with a header, and live.
        let header = unsafe { &*(cell.address as *const Header) };
        if header.kind != Kind::Buffer {
            objects.push(header);
        }
    });
    objects
}

/// The objects that `object` refers to, through buffers and Rust memory too, each once.
pub fn referents(object: &Header) -> Vec<&'static Header> {
    let mut found = Vec::new();
    let mut seen = Vec::new();
    let mut ranges = Vec::new();
    if let Some(cell) = resolve(object as *const Header as usize) {
        ranges.push(cell);
    }
    while let Some(cell) = ranges.pop() {
        each_word(cell, |_, word| {
            let Some(target) = resolve(word) else { return };
            if seen.contains(&target.address) {
                return;
            }
            seen.push(target.address);
            match target.kind {
                BlockKind::Traced | BlockKind::NoScan | BlockKind::Drop => {
                    // SAFETY: a live cell of a swept kind starts with a header.
                    let header = unsafe { &*(target.address as *const Header) };
                    if header.kind == Kind::Buffer {
                        ranges.push(target);
                    } else {
                        found.push(header);
                    }
                }
                BlockKind::Raw => ranges.push(target),
                BlockKind::RawNoScan | BlockKind::Free => {}
            }
        });
    }
    found
}

/// The objects that refer to one of `targets`. Collects first.
pub fn referrers(th: &Thread, targets: &[&Header]) -> Vec<&'static Header> {
    let mut objects = live_objects(th);
    objects.retain(|object| {
        referents(object).iter().any(|r| targets.iter().any(|t| core::ptr::eq(*t, *r)))
    });
    objects
}

/// Bytes of an object's cell, without its buffers; 0 for one that is not on the heap.
pub fn size_of_cell(object: &Header) -> usize {
    resolve(object as *const Header as usize).map_or(0, |cell| cell.size)
}

/// The live cell that `address` lies in, between collections. What was allocated since the last
/// one counts as live.
pub fn resolve(address: usize) -> Option<Cell> {
    resolve_with(address, is_in_interval_block)
}

/// The same during a collection, when no interval is in use.
pub fn resolve_flushed(address: usize) -> Option<Cell> {
    resolve_with(address, |_, _| false)
}

fn resolve_with(address: usize, is_cut: impl Fn(u32, usize) -> bool) -> Option<Cell> {
    let mut index = reserve::block_index(address)?;
    let mut block = reserve::block(index);
    let kind = block.kind();
    if kind == BlockKind::Free {
        return None;
    }
    if block.has_flag(LARGE) {
        if block.has_flag(TAIL) {
            index = reserve::links(index).head.load(Relaxed);
            block = reserve::block(index);
        }
        let cell =
            Cell { address: reserve::block_address(index), size: cell_size(index, block), kind };
        return (address < cell.address + cell.size).then_some(cell);
    }
    let offset = address - reserve::base();
    let within = block.cell_start(offset & (BLOCK - 1));
    let start = reserve::block_address(index) + within;
    if within >= block.cells_end() {
        return None;
    }
    let young = within < block.young_end.load(Relaxed) as usize;
    let live = if kind.is_swept() {
        young || reserve::marks().get(start - reserve::base()) || is_cut(index, start)
    } else {
        young && global::is_live(start)
    };
    live.then_some(Cell { address: start, size: block.cell_size.load(Relaxed) as usize, kind })
}

/// Whether a thread has cut the cell at `start` from the block that it allocates from.
fn is_in_interval_block(index: u32, start: usize) -> bool {
    let mut found = false;
    super::mutator::each(&HEAP.lock(), |m| found |= m.has_cut(index, start));
    found
}

/// Calls `f` for each cell that the last collection marked.
pub fn each_marked(mut f: impl FnMut(Cell)) {
    for index in 1..reserve::block_count() as u32 {
        let block = reserve::block(index);
        let kind = block.kind();
        if !kind.is_swept() || block.has_flag(TAIL) {
            continue;
        }
        let size = cell_size(index, block);
        for (i, word) in reserve::marks().of_block(index).iter().enumerate() {
            let mut bits = word.load(Relaxed);
            while bits != 0 {
                let granule = i << 6 | bits.trailing_zeros() as usize;
                bits &= bits - 1;
                let address = reserve::base() + ((index as usize) << BLOCK_SHIFT) + (granule << 4);
                f(Cell { address, size, kind });
            }
        }
    }
}

/// Calls `f` for each live cell of Rust's memory that may hold references.
pub fn each_raw(mut f: impl FnMut(Cell)) {
    let kind = BlockKind::Raw;
    for index in 1..reserve::block_count() as u32 {
        let block = reserve::block(index);
        if block.kind() != kind || block.has_flag(TAIL) {
            continue;
        }
        let (start, size) = (reserve::block_address(index), cell_size(index, block));
        if block.has_flag(LARGE) {
            f(Cell { address: start, size, kind });
            continue;
        }
        let carved = block.young_end.load(Relaxed) as usize;
        for address in (start..start + carved).step_by(size).filter(|at| global::is_live(*at)) {
            f(Cell { address, size, kind });
        }
    }
}

/// Calls `f` with each word of a cell that is scanned and could be a reference: its address, and
/// what it holds.
pub fn each_word(cell: Cell, mut f: impl FnMut(usize, usize)) {
    let header = match cell.kind {
        BlockKind::Traced | BlockKind::Drop => size_of::<Header>(),
        BlockKind::Raw => 0,
        BlockKind::NoScan | BlockKind::RawNoScan | BlockKind::Free => return,
    };
    for at in (cell.address + header..cell.address + cell.size).step_by(8) {
        // SAFETY: within a live cell.
        let word = unsafe { (at as *const usize).read_volatile() };
        if word & 7 == 0 {
            f(at, word);
        }
    }
}
