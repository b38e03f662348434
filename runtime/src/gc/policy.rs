//! When to collect, and what.
//!
//! A minor collection is due after a nursery's worth of allocation (8 MB); a full one when the
//! old cells and Rust's memory exceed twice what lived after the last full one. Programs that
//! store young objects into old ones at random make minor collections scan more than they free:
//! when that happens twice running, the nursery grows until the next full collection.

use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering::*};

use super::Generation;
use super::heap::ALLOCATED;
use super::span::SPANS;

/// Allocation between minor collections.
const NURSERY: usize = 8 << 20;
/// The nursery of a program for which generations do not pay.
const LARGE_NURSERY: usize = 32 << 20;
/// A heap below this is never collected fully for its size alone.
const MIN_FULL: usize = 32 << 20;

/// Allocation after which a collection is due; `usize::MAX` while the collector is disabled.
static LIMIT: AtomicUsize = AtomicUsize::new(NURSERY);
static ENABLED: AtomicBool = AtomicBool::new(true);
/// Bytes in raw blocks, and how many make a collection due.
pub static RAW: AtomicUsize = AtomicUsize::new(0);
static RAW_LIMIT: AtomicUsize = AtomicUsize::new(MIN_FULL);

pub struct Policy {
    nursery: usize,
    /// Bytes in cells that survived a collection.
    pub old: usize,
    /// Bytes of old cells and Rust's memory at which a full collection is due.
    full_at: usize,
    /// Minor collections in a row that scanned more than half of what was allocated.
    thrashing: u32,
}

impl Policy {
    pub const fn new() -> Policy {
        Policy { nursery: NURSERY, old: 0, full_at: MIN_FULL, thrashing: 0 }
    }

    /// Whether the next collection should be a full one.
    pub fn full_is_due(&self) -> bool {
        self.old + RAW.load(Relaxed) > self.full_at
    }

    /// Takes note of a collection that scanned so many bytes after so many were allocated, and
    /// sets when the next one is due.
    pub fn after(&mut self, generation: Generation, scanned: usize, allocated: usize) {
        let raw = RAW.load(Relaxed);
        self.after_collection(generation, scanned, allocated, raw);
        RAW_LIMIT.store(raw + (raw / 2).max(MIN_FULL), Relaxed);
        self.publish();
    }

    fn after_collection(
        &mut self,
        generation: Generation,
        scanned: usize,
        allocated: usize,
        raw: usize,
    ) {
        match generation {
            Generation::Full => {
                self.full_at = ((self.old + raw) * 2).max(MIN_FULL);
                self.nursery = NURSERY;
                self.thrashing = 0;
            }
            Generation::Minor => {
                self.thrashing = if scanned > allocated / 2 { self.thrashing + 1 } else { 0 };
                if self.thrashing >= 2 {
                    self.nursery = LARGE_NURSERY.max(self.old / 2);
                }
            }
        }
    }

    fn publish(&self) {
        LIMIT.store(if ENABLED.load(Relaxed) { self.nursery } else { usize::MAX }, Relaxed);
    }

    pub fn set_enabled(&self, enabled: bool) {
        ENABLED.store(enabled, Relaxed);
        self.publish();
    }
}

/// Whether automatic collection is enabled.
pub fn is_enabled() -> bool {
    ENABLED.load(Relaxed)
}

/// Whether the heap should be collected before `more` bytes are allocated.
#[inline(always)]
pub fn is_due(more: usize) -> bool {
    ALLOCATED.load(Relaxed).saturating_add(more) > LIMIT.load(Relaxed) || raw_growth_is_due()
}

/// Whether Rust's memory has grown so much that dead cells probably own it.
#[inline(always)]
pub fn raw_growth_is_due() -> bool {
    RAW.load(Relaxed) > RAW_LIMIT.load(Relaxed) && is_enabled()
}

/// Bytes of blocks in use, by cells and by Rust.
pub fn used() -> usize {
    SPANS.lock().used()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generations_that_do_not_pay_get_a_larger_nursery_until_the_next_full_collection() {
        let mut policy = Policy::new();
        policy.old = 200 << 20;
        let step = |policy: &mut Policy, scanned| {
            policy.after_collection(Generation::Minor, scanned, NURSERY, 0);
            policy.nursery
        };
        assert_eq!(step(&mut policy, NURSERY), NURSERY);
        assert_eq!(step(&mut policy, 0), NURSERY);
        assert_eq!(step(&mut policy, NURSERY), NURSERY);
        assert_eq!(step(&mut policy, NURSERY), 100 << 20);
        policy.after_collection(Generation::Full, 0, 0, 0);
        assert_eq!(policy.nursery, NURSERY);
        assert_eq!(policy.full_at, 400 << 20);
    }
}
