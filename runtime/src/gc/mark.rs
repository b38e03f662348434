//! Marking.
//!
//! There are no functions that trace a type. A traced cell is scanned word by word: a word that
//! could be an address (low three bits clear) and lies in the reserve is resolved through the
//! block table, and the cell that it hits is marked if it is live; every other word is ignored.
//! A hit in Rust's memory makes the words there references too, once in each collection.
//!
//! Mark bits are sticky: a minor collection leaves those of earlier collections set and goes no
//! further where it finds one, so old cells are scanned only when the barrier remembered them.

use core::sync::atomic::Ordering::*;

use krait_layout::Header;
use krait_layout::header::GC_OLD;

use super::block::{Block, BlockKind, LARGE, TAIL};
use super::global;
use super::pages::PageVec;
use super::reserve::{self, BLOCK, BLOCK_SHIFT, Bits};

/// Bytes of a range that are scanned before what they refer to.
const CHUNK: usize = 8 << 10;

pub struct Marker {
    /// Old cells are followed again, and may die.
    full: bool,
    base: usize,
    committed: usize,
    marks: Bits,
    live: Bits,
    /// Ranges of words yet to be scanned.
    stack: PageVec<(usize, usize)>,
    /// Offsets of the raw cells that were scanned.
    raw: PageVec<usize>,
    /// Bytes scanned.
    pub scanned: usize,
}

impl Marker {
    /// A marker that uses the memory of `stack`.
    pub fn new(full: bool, stack: PageVec<(usize, usize)>) -> Marker {
        Marker {
            full,
            base: reserve::base(),
            committed: reserve::committed(),
            marks: reserve::marks(),
            live: reserve::live(),
            stack,
            raw: PageVec::new(),
            scanned: 0,
        }
    }

    /// Marks what a word of a cell refers to, if it does.
    #[inline(always)]
    pub fn word(&mut self, word: usize) {
        if word & 7 == 0 {
            self.address(word);
        }
    }

    /// Marks the cell that an address, which may be any word, lies in.
    #[inline(always)]
    pub fn address(&mut self, address: usize) {
        let offset = address.wrapping_sub(self.base);
        if offset < self.committed {
            self.offset(offset);
        }
    }

    #[inline(always)]
    fn offset(&mut self, offset: usize) {
        let block = reserve::block((offset >> BLOCK_SHIFT) as u32);
        let young_end = block.young_end.load(Relaxed) as usize;
        if young_end == 0 && !self.full {
            // Nothing was allocated here since the last collection: the cell is old or dead.
            return;
        }
        let kind = block.kind();
        if !kind.is_swept() || block.has_flag(LARGE) {
            return self.uncommon(offset, block);
        }
        let within = block.cell_start(offset & (BLOCK - 1));
        let start = (offset & !(BLOCK - 1)) + within;
        if within >= young_end && !(self.full && self.live.get(start)) {
            return;
        }
        if self.marks.set(start) && kind != BlockKind::NoScan {
            self.push(start, block.cell_size.load(Relaxed) as usize);
        }
    }

    /// Marks a large cell or scans a raw one.
    #[cold]
    #[inline(never)]
    fn uncommon(&mut self, offset: usize, block: &Block) {
        let index = (offset >> BLOCK_SHIFT) as u32;
        let kind = block.kind();
        if kind == BlockKind::Free || kind == BlockKind::RawNoScan {
            return;
        }
        let (start, size) = if block.has_flag(LARGE) {
            let head =
                if block.has_flag(TAIL) { reserve::links(index).head.load(Relaxed) } else { index };
            let start = (head as usize) << BLOCK_SHIFT;
            let size = reserve::links(head).bytes.load(Relaxed);
            if offset - start >= size {
                return;
            }
            let young = reserve::block(head).young_end.load(Relaxed) != 0;
            if kind.is_swept() && !young && !(self.full && self.live.get(start)) {
                return;
            }
            (start, size)
        } else {
            let within = block.cell_start(offset & (BLOCK - 1));
            let size = block.cell_size.load(Relaxed) as usize;
            let start = (offset & !(BLOCK - 1)) + within;
            let carved = block.young_end.load(Relaxed) as usize;
            if within >= carved || !global::is_live(self.base + start) {
                return;
            }
            (start, size)
        };
        if !self.marks.set(start) {
            return;
        }
        match kind {
            BlockKind::Traced | BlockKind::Drop => self.push(start, size),
            BlockKind::Raw => {
                self.raw.push(start);
                self.stack.push((self.base + start, self.base + start + size));
            }
            BlockKind::NoScan | BlockKind::RawNoScan | BlockKind::Free => {}
        }
    }

    /// Makes a marked cell old, to be scanned.
    #[inline(always)]
    fn push(&mut self, start: usize, size: usize) {
        let address = self.base + start;
        // SAFETY: a live cell of a swept kind starts with a header.
        unsafe { (*(address as *const Header)).gc.set(GC_OLD) };
        self.stack.push((address + size_of::<Header>(), address + size));
    }

    /// Scans an old cell, or a card of one (bit 0 set), that was stored into.
    pub fn rescan(&mut self, entry: usize) {
        let offset = (entry & !1) - self.base;
        let index = (offset >> BLOCK_SHIFT) as u32;
        let block = reserve::block(index);
        if entry & 1 == 0 {
            let size = cell_size(index, block);
            self.push(offset, size);
        } else {
            reserve::card(offset).store(0, Relaxed);
            let head =
                if block.has_flag(TAIL) { reserve::links(index).head.load(Relaxed) } else { index };
            let cell = (head as usize) << BLOCK_SHIFT;
            let card = offset & !((1 << reserve::CARD_SHIFT) - 1);
            let from = card.max(cell + size_of::<Header>());
            let to = (card + (1 << reserve::CARD_SHIFT))
                .min(cell + reserve::links(head).bytes.load(Relaxed));
            self.stack.push((self.base + from, self.base + to));
        }
    }

    /// Scans words as references of any alignment: a stack.
    ///
    /// # Safety
    /// The range is readable.
    pub unsafe fn scan_stack(&mut self, from: usize, to: usize) {
        let mut at = from & !7;
        while at + 8 <= to {
            // SAFETY: within the range that the caller vouches for.
            let word = unsafe { (at as *const usize).read_volatile() };
            self.address(word);
            at += 8;
        }
    }

    /// Scans the words of a root range.
    ///
    /// # Safety
    /// The range is readable.
    pub unsafe fn scan_words(&mut self, start: *const usize, words: usize) {
        for i in 0..words {
            // SAFETY: within the range that the caller vouches for.
            self.word(unsafe { start.add(i).read_volatile() });
        }
    }

    /// Marks everything that can be reached from what was marked.
    pub fn drain(&mut self) {
        while let Some((from, to)) = self.stack.pop() {
            let end = if to - from > CHUNK {
                self.stack.push((from + CHUNK, to));
                from + CHUNK
            } else {
                to
            };
            self.scanned += end - from;
            let mut at = from;
            while at < end {
                // SAFETY: ranges on the stack are parts of live cells, whose sizes are multiples
                // of a word. Another system thread may free and reuse a raw cell meanwhile: any
                // word is tolerated.
                let word = unsafe { (at as *const usize).read_volatile() };
                self.word(word);
                at += 8;
            }
        }
    }

    /// The memory of the stack, for the next marker.
    pub fn into_stack(self) -> PageVec<(usize, usize)> {
        self.stack
    }

    /// Makes the raw cells that were scanned ready for the next scan.
    pub fn forget_raw(&mut self) {
        while let Some(offset) = self.raw.pop() {
            self.marks.clear(offset);
        }
    }

    /// Whether the cell whose header is at `address` was reached. Cells outside the reserve are
    /// immortal.
    pub fn is_marked(&self, address: usize) -> bool {
        let offset = address.wrapping_sub(self.base);
        offset >= self.committed || self.marks.get(offset)
    }
}

/// Bytes of the cell, small or large, that starts in the block.
pub fn cell_size(index: u32, block: &Block) -> usize {
    if block.has_flag(LARGE) {
        reserve::links(index).bytes.load(Relaxed)
    } else {
        block.cell_size.load(Relaxed) as usize
    }
}
