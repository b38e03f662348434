//! The state that all threads share, behind one lock.

use core::ptr::NonNull;
use core::sync::atomic::{AtomicUsize, Ordering::*};

use super::block::{CLASSES, SWEPT_KINDS};
use super::finalize::Finalizers;
use super::inspect::Statistics;
use super::lock::Lock;
use super::mutator::Mutator;
use super::pages::PageVec;
use super::policy::Policy;
use super::reserve;
use super::roots::Roots;
use super::weak::WeakTable;

pub struct Heap {
    pub mutators: PageVec<NonNull<Mutator>>,
    /// Blocks with free cells, by kind and class, linked through their entries.
    pub available: [[u32; CLASSES]; SWEPT_KINDS],
    /// Blocks that were taken since the last collection.
    pub touched: PageVec<u32>,
    /// First blocks of large cells; from `large_young` on, those since the last collection.
    pub large: PageVec<u32>,
    pub large_young: usize,
    /// Remembered entries of threads that ended.
    pub remembered: PageVec<usize>,
    /// The memory of the last marker's stack.
    pub mark_stack: PageVec<(usize, usize)>,
    pub roots: Roots,
    pub policy: Policy,
    pub weak: WeakTable,
    pub finalizers: Finalizers,
    pub statistics: Statistics,
}

pub static HEAP: Lock<Heap> = Lock::new(Heap {
    mutators: PageVec::new(),
    available: [[0; CLASSES]; SWEPT_KINDS],
    touched: PageVec::new(),
    large: PageVec::new(),
    large_young: 0,
    remembered: PageVec::new(),
    mark_stack: PageVec::new(),
    roots: Roots::new(),
    policy: Policy::new(),
    weak: WeakTable::new(),
    finalizers: Finalizers::new(),
    statistics: Statistics {
        minor_collections: 0,
        full_collections: 0,
        nanoseconds: 0,
        longest_nanoseconds: 0,
        young: 0,
        old: 0,
        raw: 0,
        used: 0,
    },
});

/// Bytes handed to threads since the last collection.
pub static ALLOCATED: AtomicUsize = AtomicUsize::new(0);

impl Heap {
    /// A block with free cells, taken off its list.
    pub fn pop_available(&mut self, kind: usize, class: usize) -> Option<u32> {
        let head = &mut self.available[kind][class];
        let block = *head;
        if block == 0 {
            return None;
        }
        *head = reserve::links(block).next.load(Relaxed);
        Some(block)
    }

    pub fn push_available(&mut self, kind: usize, class: usize, block: u32) {
        let head = &mut self.available[kind][class];
        reserve::links(block).next.store(*head, Relaxed);
        *head = block;
    }
}
