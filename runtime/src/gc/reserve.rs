//! The reserved address space and the tables that describe it.
//!
//! One reservation holds 64 KiB blocks and, after them, the tables with an entry for each block
//! or granule: mark bits, live bits, cards, block entries. "Is this word a heap pointer" is one
//! subtraction and a compare, and every table is indexed by shifting the difference. Memory is
//! committed from the bottom up, tables along with the blocks that they describe.

use core::sync::atomic::{AtomicU8, AtomicU64, AtomicUsize, Ordering::*};

use super::block::{Block, BlockLinks};
use super::lock::Lock;
use crate::sys;

pub const BLOCK_SHIFT: usize = 16;
/// Bytes of a block; blocks are aligned to their size.
pub const BLOCK: usize = 1 << BLOCK_SHIFT;
/// Cells start at multiples of this; each has one mark bit.
pub const GRANULE_SHIFT: usize = 4;
/// Bytes of a card: the part of a large cell that is scanned again after a store into it.
pub const CARD_SHIFT: usize = 9;
/// Words of mark bits of one block.
pub const MARK_WORDS: usize = BLOCK >> GRANULE_SHIFT >> 6;

const SIZES: [usize; 5] = [64 << 30, 16 << 30, 4 << 30, 1 << 30, 256 << 20];
/// Blocks are committed at least this many at a time (4 MiB).
const MIN_STEP: usize = 64;

struct Reserve {
    base: AtomicUsize,
    /// Bytes of blocks that are committed; zero before initialisation.
    committed: AtomicUsize,
    /// Bytes of blocks in the reservation.
    size: AtomicUsize,
    marks: AtomicUsize,
    live: AtomicUsize,
    cards: AtomicUsize,
    blocks: AtomicUsize,
    links: AtomicUsize,
}

static RESERVE: Reserve = Reserve {
    base: AtomicUsize::new(0),
    committed: AtomicUsize::new(0),
    size: AtomicUsize::new(0),
    marks: AtomicUsize::new(0),
    live: AtomicUsize::new(0),
    cards: AtomicUsize::new(0),
    blocks: AtomicUsize::new(0),
    links: AtomicUsize::new(0),
};

/// Serialises growth.
static GROW: Lock<()> = Lock::new(());

/// Address of the first block.
#[inline(always)]
pub fn base() -> usize {
    RESERVE.base.load(Relaxed)
}

/// Bytes of blocks that may be touched.
#[inline(always)]
pub fn committed() -> usize {
    RESERVE.committed.load(Relaxed)
}

/// Bytes that the heap can grow to.
pub fn capacity() -> usize {
    RESERVE.size.load(Relaxed)
}

/// Number of committed blocks; block 0 is never used, so that 0 can mean "none".
#[inline(always)]
pub fn block_count() -> usize {
    committed() >> BLOCK_SHIFT
}

/// The address of block `index`.
#[inline(always)]
pub fn block_address(index: u32) -> usize {
    base() + ((index as usize) << BLOCK_SHIFT)
}

/// The index of the committed block that `address` lies in.
#[inline(always)]
pub fn block_index(address: usize) -> Option<u32> {
    let offset = address.wrapping_sub(base());
    if offset < committed() { Some((offset >> BLOCK_SHIFT) as u32) } else { None }
}

/// The entry of a committed block.
#[inline(always)]
pub fn block(index: u32) -> &'static Block {
    debug_assert!((index as usize) < block_count());
    // SAFETY: the entry of a committed block is committed, zero is a valid entry, and all its
    // fields are atomic.
    unsafe { &*(RESERVE.blocks.load(Relaxed) as *const Block).add(index as usize) }
}

/// The links of a committed block.
#[inline(always)]
pub fn links(index: u32) -> &'static BlockLinks {
    debug_assert!((index as usize) < block_count());
    // SAFETY: as for `block`.
    unsafe { &*(RESERVE.links.load(Relaxed) as *const BlockLinks).add(index as usize) }
}

/// One bit for each granule of the committed blocks.
#[derive(Copy, Clone)]
pub struct Bits(*const AtomicU64);

/// Bits of marked cells. Between collections: the cells that survived the last one.
#[inline(always)]
pub fn marks() -> Bits {
    Bits(RESERVE.marks.load(Relaxed) as *const AtomicU64)
}

/// During a full collection: the cells that had survived the collection before.
#[inline(always)]
pub fn live() -> Bits {
    Bits(RESERVE.live.load(Relaxed) as *const AtomicU64)
}

impl Bits {
    #[inline(always)]
    pub fn word(self, index: usize) -> &'static AtomicU64 {
        debug_assert!(index < committed() >> GRANULE_SHIFT >> 6);
        // SAFETY: the tables cover all committed blocks.
        unsafe { &*self.0.add(index) }
    }

    /// The bit of the granule at `offset` bytes from the base.
    #[inline(always)]
    pub fn get(self, offset: usize) -> bool {
        let granule = offset >> GRANULE_SHIFT;
        self.word(granule >> 6).load(Relaxed) >> (granule & 63) & 1 != 0
    }

    /// Sets the bit; returns whether it was clear.
    #[inline(always)]
    pub fn set(self, offset: usize) -> bool {
        let granule = offset >> GRANULE_SHIFT;
        let word = self.word(granule >> 6);
        let bit = 1 << (granule & 63);
        let old = word.load(Relaxed);
        word.store(old | bit, Relaxed);
        old & bit == 0
    }

    pub fn clear(self, offset: usize) {
        let granule = offset >> GRANULE_SHIFT;
        let word = self.word(granule >> 6);
        word.store(word.load(Relaxed) & !(1 << (granule & 63)), Relaxed);
    }

    /// The bits of one block.
    #[inline(always)]
    pub fn of_block(self, index: u32) -> &'static [AtomicU64; MARK_WORDS] {
        debug_assert!((index as usize) < block_count());
        // SAFETY: the tables cover all committed blocks.
        unsafe { &*self.0.add(index as usize * MARK_WORDS).cast() }
    }

    pub fn clear_block(self, index: u32) {
        for word in self.of_block(index) {
            word.store(0, Relaxed);
        }
    }
}

/// The dirty byte of the card at `offset` bytes from the base.
#[inline(always)]
pub fn card(offset: usize) -> &'static AtomicU8 {
    debug_assert!(offset < committed());
    // SAFETY: the table covers all committed blocks.
    unsafe { &*(RESERVE.cards.load(Relaxed) as *const AtomicU8).add(offset >> CARD_SHIFT) }
}

/// Commits at least `blocks` more blocks; returns the first one's index and their number. `None`
/// when the reservation or the system's memory is used up.
pub fn grow(blocks: usize) -> Option<(u32, usize)> {
    let _guard = GROW.lock();
    if capacity() == 0 {
        reserve();
    }
    let old = block_count();
    let total = capacity() >> BLOCK_SHIFT;
    let first_is_unused = usize::from(old == 0);
    let wanted = blocks.checked_add(first_is_unused)?;
    if wanted > total - old {
        return None;
    }
    let step = wanted.max(old / 8).max(MIN_STEP).min(total - old);
    // Try the generous step, then just what is needed.
    for count in [step, wanted] {
        let new = old + count;
        let committed = commit_table(base(), old << BLOCK_SHIFT, new << BLOCK_SHIFT)
            && tables().iter().all(|(table, per_block)| {
                commit_table(table.load(Relaxed), old * per_block, new * per_block)
            });
        if committed {
            RESERVE.committed.store(new << BLOCK_SHIFT, Release);
            return Some(((old + first_is_unused) as u32, count - first_is_unused));
        }
    }
    None
}

/// Each table and its bytes for one block.
fn tables() -> [(&'static AtomicUsize, usize); 5] {
    [
        (&RESERVE.marks, BLOCK >> GRANULE_SHIFT >> 3),
        (&RESERVE.live, BLOCK >> GRANULE_SHIFT >> 3),
        (&RESERVE.cards, BLOCK >> CARD_SHIFT),
        (&RESERVE.blocks, size_of::<Block>()),
        (&RESERVE.links, size_of::<BlockLinks>()),
    ]
}

/// Commits the pages of a table from the entry at `from` to the one before `to`.
fn commit_table(start: usize, from: usize, to: usize) -> bool {
    let from = from.next_multiple_of(sys::PAGE);
    let to = to.next_multiple_of(sys::PAGE);
    if from == to {
        return true;
    }
    // SAFETY: the range lies in the reservation, where `reserve` made room for every table's
    // last page.
    unsafe { sys::commit((start + from) as *mut u8, to - from) }
}

fn reserve() {
    for size in SIZES {
        let blocks = size >> BLOCK_SHIFT;
        let table_bytes: usize = tables()
            .iter()
            .map(|(_, per_block)| (blocks * per_block).next_multiple_of(BLOCK))
            .sum();
        // One block more, to align the first.
        let Some(start) = sys::reserve(size + table_bytes + BLOCK) else { continue };
        let base = (start.as_ptr() as usize).next_multiple_of(BLOCK);
        let mut next = base + size;
        for (table, per_block) in tables() {
            table.store(next, Relaxed);
            next += (blocks * per_block).next_multiple_of(BLOCK);
        }
        RESERVE.base.store(base, Relaxed);
        RESERVE.size.store(size, Release);
        return;
    }
    super::fatal("cannot reserve address space for the heap");
}
