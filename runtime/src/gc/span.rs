//! Free spans of blocks.
//!
//! Binned by length, with both ends marked in the block table so that a freed span joins its
//! free neighbours at once. Whoever frees a span may leave its memory dirty; when much dirty
//! memory lies free, it is given back to the system.

use core::sync::atomic::Ordering::*;

use super::block::BlockKind;
use super::lock::Lock;
use super::reserve::{self, BLOCK, BLOCK_SHIFT};
use crate::sys;

const BINS: usize = 64;
const EXACT_BINS: usize = 32;
/// Dirty free memory below this is kept for reuse (64 MiB): four nurseries and some buffers.
const KEEP: usize = 64 << 20;

pub struct Spans {
    heads: [u32; BINS],
    nonempty: u64,
    /// Bytes in free spans.
    free: usize,
    /// Bytes in free spans whose memory the system has not got back.
    dirty: usize,
}

pub static SPANS: Lock<Spans> =
    Lock::new(Spans { heads: [0; BINS], nonempty: 0, free: 0, dirty: 0 });

/// A span that was taken.
pub struct Span {
    pub first: u32,
    /// The memory reads as zero.
    pub zeroed: bool,
}

fn bin(blocks: usize) -> usize {
    if blocks < EXACT_BINS {
        blocks
    } else {
        (EXACT_BINS + blocks.ilog2() as usize - EXACT_BINS.ilog2() as usize).min(BINS - 1)
    }
}

fn length(first: u32) -> usize {
    reserve::links(first).blocks.load(Relaxed) as usize
}

impl Spans {
    /// Bytes in blocks that are in use.
    pub fn used(&self) -> usize {
        reserve::committed() - self.free
    }

    /// Takes `blocks` blocks. Their entries are still those of free blocks: the caller makes
    /// them what they are to be before it gives up the lock.
    pub fn take(&mut self, blocks: usize) -> Option<Span> {
        let found = self.find(blocks);
        let first = match found {
            Some(first) => first,
            None => {
                let (first, count) = reserve::grow(blocks)?;
                self.insert(first, count, false);
                self.find(blocks)?
            }
        };
        let total = length(first);
        let dirty = reserve::links(first).dirty.load(Relaxed) != 0;
        self.remove(first);
        if total > blocks {
            self.insert_alone(first + blocks as u32, total - blocks, dirty);
        }
        Some(Span { first, zeroed: !dirty })
    }

    /// Takes the blocks right after `end` if that many are free.
    pub fn extend(&mut self, end: u32, blocks: usize) -> Option<Span> {
        if end as usize >= reserve::block_count() || reserve::block(end).kind() != BlockKind::Free {
            return None;
        }
        let total = length(end);
        if total < blocks {
            return None;
        }
        let dirty = reserve::links(end).dirty.load(Relaxed) != 0;
        self.remove(end);
        if total > blocks {
            self.insert_alone(end + blocks as u32, total - blocks, dirty);
        }
        Some(Span { first: end, zeroed: !dirty })
    }

    /// Frees `blocks` blocks, whatever they were, with dirty memory.
    pub fn give(&mut self, first: u32, blocks: usize) {
        for i in first..first + blocks as u32 {
            let block = reserve::block(i);
            block.set_kind(BlockKind::Free);
            block.flags.store(0, Relaxed);
            block.young_end.store(0, Relaxed);
        }
        self.insert(first, blocks, true);
        if self.dirty > KEEP && self.dirty > self.used() / 4 {
            self.purge();
        }
    }

    /// Gives the memory of all free spans back to the system.
    pub fn purge(&mut self) {
        for bin in 0..BINS {
            let mut first = self.heads[bin];
            while first != 0 {
                let links = reserve::links(first);
                if links.dirty.load(Relaxed) != 0 {
                    let start = reserve::block_address(first) as *mut u8;
                    // SAFETY: the blocks are free, and the lock keeps them so.
                    if unsafe { sys::decommit(start, length(first) << BLOCK_SHIFT) } {
                        links.dirty.store(0, Relaxed);
                    }
                }
                first = links.next.load(Relaxed);
            }
        }
        self.dirty = 0;
    }

    fn find(&self, blocks: usize) -> Option<u32> {
        let mut bin = bin(blocks);
        while bin < BINS {
            let mut first = self.heads[bin];
            while first != 0 {
                if length(first) >= blocks {
                    return Some(first);
                }
                first = reserve::links(first).next.load(Relaxed);
            }
            let above = self.nonempty.checked_shr(bin as u32 + 1).unwrap_or(0);
            if above == 0 {
                return None;
            }
            bin += 1 + above.trailing_zeros() as usize;
        }
        None
    }

    /// Adds a span, joined with its free neighbours.
    fn insert(&mut self, mut first: u32, mut blocks: usize, mut dirty: bool) {
        if first > 1 && reserve::block(first - 1).kind() == BlockKind::Free {
            let before = length(first - 1);
            first -= before as u32;
            dirty |= reserve::links(first).dirty.load(Relaxed) != 0;
            self.remove(first);
            blocks += before;
        }
        let end = first + blocks as u32;
        // Blocks that were committed a moment ago follow their span but are not free yet.
        if (end as usize) < reserve::block_count()
            && reserve::block(end).kind() == BlockKind::Free
            && length(end) > 0
        {
            dirty |= reserve::links(end).dirty.load(Relaxed) != 0;
            blocks += length(end);
            self.remove(end);
        }
        self.insert_alone(first, blocks, dirty);
    }

    fn insert_alone(&mut self, first: u32, blocks: usize, dirty: bool) {
        let bin = bin(blocks);
        let links = reserve::links(first);
        let next = self.heads[bin];
        links.next.store(next, Relaxed);
        links.previous.store(0, Relaxed);
        if next != 0 {
            reserve::links(next).previous.store(first, Relaxed);
        }
        self.heads[bin] = first;
        self.nonempty |= 1 << bin;
        links.dirty.store(dirty as u8, Relaxed);
        links.blocks.store(blocks as u32, Relaxed);
        reserve::links(first + blocks as u32 - 1).blocks.store(blocks as u32, Relaxed);
        self.free += blocks * BLOCK;
        if dirty {
            self.dirty += blocks * BLOCK;
        }
    }

    fn remove(&mut self, first: u32) {
        let links = reserve::links(first);
        let (next, previous) = (links.next.load(Relaxed), links.previous.load(Relaxed));
        let blocks = length(first);
        let bin = bin(blocks);
        if previous != 0 {
            reserve::links(previous).next.store(next, Relaxed);
        } else {
            self.heads[bin] = next;
            if next == 0 {
                self.nonempty &= !(1 << bin);
            }
        }
        if next != 0 {
            reserve::links(next).previous.store(previous, Relaxed);
        }
        self.free -= blocks * BLOCK;
        if links.dirty.load(Relaxed) != 0 {
            self.dirty = self.dirty.saturating_sub(blocks * BLOCK);
        }
    }
}
