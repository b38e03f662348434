//! Blocks: what each holds, and the size classes of cells.
//!
//! A block holds cells of one size class and one kind; a large cell spans blocks of its own. The
//! part of an entry that marking reads is 16 bytes, so that the table of a 64 MB heap stays in
//! the first-level cache; the rest lies apart.

use core::sync::atomic::{AtomicU8, AtomicU32, AtomicUsize, Ordering::*};

use super::reserve::{self, BLOCK};

/// What the cells of a block are. The first three agree with [`super::Scan`].
#[repr(u8)]
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum BlockKind {
    /// Cells with a header whose words are scanned.
    Traced = 0,
    /// Cells with a header and no references.
    NoScan = 1,
    /// Traced cells that own Rust memory; a destructor runs before reuse.
    Drop = 2,
    /// Rust's memory, scanned when found from a root.
    Raw = 3,
    /// Rust's memory of an alignment that no pointer can have.
    RawNoScan = 4,
    Free = 5,
}

/// Kinds whose cells the collector owns.
pub const SWEPT_KINDS: usize = 3;

impl BlockKind {
    #[inline(always)]
    fn from_u8(byte: u8) -> BlockKind {
        debug_assert!(byte <= BlockKind::Free as u8);
        // SAFETY: the entry's kind byte is only written from a `BlockKind` (see `set_kind`, whose
        // encoding makes zeroed entries free).
        unsafe { core::mem::transmute(byte) }
    }

    #[inline(always)]
    pub fn is_swept(self) -> bool {
        (self as usize) < SWEPT_KINDS
    }
}

/// The block is (part of) one large cell.
pub const LARGE: u8 = 1;
/// The block continues a large cell that starts in an earlier block.
pub const TAIL: u8 = 2;

/// The part of a block's entry that marking reads.
#[repr(C, align(16))]
pub struct Block {
    /// `BlockKind` xor `Free`, so that a zeroed entry is a free block.
    kind: AtomicU8,
    pub flags: AtomicU8,
    pub class: AtomicU8,
    pub cell_size: AtomicU32,
    /// Multiplier that divides an offset by the cell size.
    pub reciprocal: AtomicU32,
    /// Cells below this offset are live whatever their mark bit says: they were allocated since
    /// the last collection. In raw blocks: the end of what was carved into cells.
    pub young_end: AtomicU32,
}

/// The rest of a block's entry.
#[repr(C, align(32))]
pub struct BlockLinks {
    /// Next block of the list that the block is in (free spans, blocks with free cells).
    pub next: AtomicU32,
    /// Previous block of a doubly linked list.
    pub previous: AtomicU32,
    /// Free span: its length, at its first and last block. Large cell: number of blocks.
    pub blocks: AtomicU32,
    /// First block of the large cell that this block continues.
    pub head: AtomicU32,
    /// Large cell: bytes in use. Raw block: address of its first free cell.
    pub bytes: AtomicUsize,
    /// Raw block: cells that are not in its free list. Swept block: marked cells.
    pub used: AtomicU32,
    /// The memory was touched since the system gave it (in the first block of a span).
    pub dirty: AtomicU8,
}

impl Block {
    #[inline(always)]
    pub fn kind(&self) -> BlockKind {
        BlockKind::from_u8(self.kind.load(Relaxed) ^ BlockKind::Free as u8)
    }

    pub fn set_kind(&self, kind: BlockKind) {
        self.kind.store(kind as u8 ^ BlockKind::Free as u8, Relaxed);
    }

    #[inline(always)]
    pub fn has_flag(&self, flag: u8) -> bool {
        self.flags.load(Relaxed) & flag != 0
    }

    /// The offset of the cell that `offset` lies in.
    #[inline(always)]
    pub fn cell_start(&self, offset: usize) -> usize {
        let index = ((offset as u64 * self.reciprocal.load(Relaxed) as u64) >> 32) as usize;
        index * self.cell_size.load(Relaxed) as usize
    }

    /// The end of the last cell.
    pub fn cells_end(&self) -> usize {
        let size = self.cell_size.load(Relaxed) as usize;
        BLOCK / size * size
    }

    /// Makes this the entry of an empty block of small cells.
    pub fn set_cells(&self, kind: BlockKind, class: usize) {
        let size = class_size(class);
        self.flags.store(0, Relaxed);
        self.class.store(class as u8, Relaxed);
        self.cell_size.store(size as u32, Relaxed);
        // Rounded up; exact for every offset below 64 KiB, as the error of one multiplication
        // is below 2^16 * size / 2^32 of a cell.
        self.reciprocal.store(((1u64 << 32).div_ceil(size as u64)) as u32, Relaxed);
        self.young_end.store(0, Relaxed);
        self.set_kind(kind);
    }
}

/// Makes the entries of a span that holds one large cell of `bytes`.
pub fn set_large(first: u32, blocks: usize, bytes: usize, kind: BlockKind) {
    for i in 0..blocks as u32 {
        let block = reserve::block(first + i);
        block.flags.store(if i == 0 { LARGE } else { LARGE | TAIL }, Relaxed);
        block.cell_size.store(0, Relaxed);
        block.young_end.store(1, Relaxed);
        reserve::links(first + i).head.store(first, Relaxed);
        block.set_kind(kind);
    }
    reserve::links(first).blocks.store(blocks as u32, Relaxed);
    reserve::links(first).bytes.store(bytes, Relaxed);
}

/// Number of size classes: 16-byte steps to 256, then four to each doubling up to [`MAX_CELL`].
pub const CLASSES: usize = 16 + 28;
/// The largest cell that shares a block.
pub const MAX_CELL: usize = 32 << 10;

/// The class of cells that hold `size` bytes.
///
/// `size` is 1 to [`MAX_CELL`].
#[inline(always)]
pub const fn class_of(size: usize) -> usize {
    if size <= 256 {
        size.div_ceil(16) - 1
    } else {
        let top = (size - 1).ilog2() as usize;
        16 + (top - 8) * 4 + (((size - 1) >> (top - 2)) & 3)
    }
}

/// Bytes of the cells of a class.
#[inline(always)]
pub const fn class_size(class: usize) -> usize {
    if class < 16 {
        (class + 1) * 16
    } else {
        let (doubling, step) = ((class - 16) / 4, (class - 16) % 4);
        (5 + step) << (6 + doubling)
    }
}

const _: () = {
    let mut size = 1;
    while size <= MAX_CELL {
        let class = class_of(size);
        assert!(class < CLASSES && class_size(class) >= size);
        assert!(class == 0 || class_size(class - 1) < size);
        size += if size < 600 { 1 } else { 61 };
    }
    assert!(class_of(MAX_CELL) == CLASSES - 1);
};
