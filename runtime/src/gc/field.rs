//! Fields of heap objects, and the barrier.
//!
//! A minor collection scans no old object unless it was stored into since the last collection.
//! So every store of a reference into an object tells the collector: if the object is old and
//! not yet noted, the slow path notes it. The types here are the only way to store, and they
//! cannot forget it; a raw field write is a mistake that `KRAIT_GC=barrier` finds.

use core::cell::Cell;
use core::sync::atomic::Ordering::*;

use krait_layout::header::GC_OLD;
use krait_layout::{Header, StackSlot, Value};

use super::block::LARGE;
use super::heap::HEAP;
use super::mark::cell_size;
use super::mutator;
use super::reserve;

/// To be called after a reference was stored into `owner`, or into Rust memory that it owns. The
/// next minor collection scans the whole object.
#[inline(always)]
pub fn barrier(owner: &Header) {
    if owner.gc.get() & GC_OLD != 0 {
        remember(owner);
    }
}

/// As [`barrier`], where the place of the store is known: of a large cell (over 32 KiB) only the
/// card of `slot` is scanned again, which is why its bit stays set.
#[inline(always)]
pub fn barrier_at(owner: &Header, slot: *const u8) {
    if owner.gc.get() & GC_OLD != 0 {
        remember_at(owner, slot);
    }
}

/// The barrier's slow path, for compiled code: `owner` is old, and a reference was stored at
/// `slot` in it.
#[unsafe(no_mangle)]
pub extern "C" fn krait_gc_remember(owner: &Header, slot: *const u8) {
    remember_at(owner, slot);
}

#[cold]
#[inline(never)]
fn remember(owner: &Header) {
    owner.gc.set(owner.gc.get() & !GC_OLD);
    note(owner as *const Header as usize);
}

#[cold]
#[inline(never)]
fn remember_at(owner: &Header, slot: *const u8) {
    let start = owner as *const Header as usize;
    let Some(index) = reserve::block_index(start) else { return };
    let block = reserve::block(index);
    let within = (slot as usize).wrapping_sub(start);
    if !block.has_flag(LARGE) || within >= cell_size(index, block) {
        return remember(owner);
    }
    // The card of a large cell is noted once.
    let card = reserve::card(slot as usize - reserve::base());
    if card.load(Relaxed) == 0 && card.swap(1, Relaxed) == 0 {
        note(slot as usize & !7 | 1);
    }
}

fn note(entry: usize) {
    match mutator::running() {
        Some(mutator) => mutator.remember(entry),
        None => HEAP.lock().remembered.push(entry),
    }
}

/// A field that holds a value, or nothing.
#[repr(transparent)]
pub struct Field(Cell<StackSlot>);

impl Field {
    /// For a fresh object, which needs no barrier.
    #[inline(always)]
    pub const fn new(value: StackSlot) -> Field {
        Field(Cell::new(value))
    }

    #[inline(always)]
    pub fn get(&self) -> StackSlot {
        self.0.get()
    }

    /// Stores a value; `owner` is the object that the field is in.
    #[inline(always)]
    pub fn set(&self, owner: &Header, value: impl Into<StackSlot>) {
        let value = value.into();
        self.0.set(value);
        if value.is_some_and(Value::is_heap) {
            barrier_at(owner, self as *const Field as *const u8);
        }
    }

    /// Stores a value and returns the one before.
    #[inline(always)]
    pub fn replace(&self, owner: &Header, value: impl Into<StackSlot>) -> StackSlot {
        let old = self.get();
        self.set(owner, value);
        old
    }

    /// Stores into an object that was allocated after the last possible collection, or stores
    /// what is no reference.
    #[inline(always)]
    pub fn init(&self, value: StackSlot) {
        self.0.set(value);
    }
}

impl core::fmt::Debug for Field {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.get().fmt(f)
    }
}

/// A field that refers to a heap cell of a known type: a buffer, a shape's table, …
#[repr(transparent)]
pub struct CellField<T: 'static>(Cell<Option<&'static T>>);

impl<T> CellField<T> {
    /// For a fresh object, which needs no barrier.
    #[inline(always)]
    pub const fn new(cell: Option<&'static T>) -> CellField<T> {
        CellField(Cell::new(cell))
    }

    #[inline(always)]
    pub fn get(&self) -> Option<&'static T> {
        self.0.get()
    }

    /// Stores a reference; `owner` is the object that the field is in.
    #[inline(always)]
    pub fn set(&self, owner: &Header, cell: Option<&'static T>) {
        self.0.set(cell);
        if cell.is_some() {
            barrier_at(owner, self as *const CellField<T> as *const u8);
        }
    }
}

/// Stores `values` over the first of `slots`, which lie in `owner`.
pub fn copy_from(owner: &Header, slots: &[Field], values: &[StackSlot]) {
    for (slot, value) in slots[..values.len()].iter().zip(values) {
        slot.0.set(*value);
    }
    barrier(owner);
}

/// Moves `slots[from..from + count]` to `slots[to..]`, which lie in `owner`; the ranges may overlap.
pub fn copy_within(owner: &Header, slots: &[Field], from: usize, to: usize, count: usize) {
    let (source, target) = (&slots[from..from + count], &slots[to..to + count]);
    // SAFETY: both are in bounds, and the slots are cells, which may be written while shared.
    unsafe {
        core::ptr::copy(
            source.as_ptr().cast::<StackSlot>(),
            target.as_ptr() as *mut StackSlot,
            count,
        );
    }
    barrier(owner);
}

/// Copies `from`, slots of any object, over `to`, which lie in `owner`. The slices have one
/// length, and do not overlap unless they are the same.
pub fn copy(owner: &Header, to: &[Field], from: &[Field]) {
    assert!(to.len() == from.len());
    for (to, from) in to.iter().zip(from) {
        to.0.set(from.get());
    }
    barrier(owner);
}

/// Empties slots, so that they keep nothing alive.
pub fn clear(slots: &[Field]) {
    for slot in slots {
        slot.0.set(None);
    }
}
