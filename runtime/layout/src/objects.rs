//! The parts of built-in objects that fast paths look into.
//!
//! Each struct here is the beginning of the runtime's struct of the same name, which asserts that
//! the two agree.

use core::cell::Cell;

use crate::header::Header;
use crate::value::StackSlot;

/// A `list`.
#[repr(C)]
pub struct List {
    pub header: Header,
    pub len: Cell<usize>,
    /// Null while the list was always empty.
    pub items: Cell<*const ListItems>,
}

/// The items of a list.
#[repr(C)]
pub struct ListItems {
    pub header: Header,
    pub capacity: usize,
    /// `capacity` of them.
    pub slots: [Cell<StackSlot>; 0],
}

/// A `tuple`.
#[repr(C)]
pub struct Tuple {
    pub header: Header,
    pub len: usize,
    pub items: *const StackSlot,
}

/// An iterator over a list, a tuple or a `range`.
#[repr(C)]
pub struct Iterator {
    pub header: Header,
    /// What is iterated; unset when exhausted.
    pub source: Cell<StackSlot>,
    /// Index of the next item; for `range` its value.
    pub next: Cell<i64>,
    /// For `range` its step.
    pub step: Cell<i64>,
    /// For `range`, items left.
    pub left: Cell<i64>,
}

/// A `dict`.
#[repr(C)]
pub struct Dict {
    pub header: Header,
    pub used: Cell<usize>,
    pub filled: Cell<usize>,
    pub entries: Cell<*const DictEntries>,
    pub indices: Cell<*mut u8>,
    pub log2: Cell<u8>,
    pub has_other_keys: Cell<bool>,
    /// Changes whenever a key is added or removed or the entries move. No two dictionaries have
    /// one version.
    pub version: Cell<u32>,
}

/// The entries of a dictionary.
#[repr(C)]
pub struct DictEntries {
    pub header: Header,
    pub capacity: usize,
    /// `capacity` of them.
    pub entries: [DictEntry; 0],
}

#[repr(C)]
pub struct DictEntry {
    pub hash: i64,
    pub key: StackSlot,
    pub value: Cell<StackSlot>,
}

impl Dict {
    /// The value of entry `index`, which the dictionary has.
    ///
    /// # Safety
    /// `index` was the number of an entry when the dictionary had this version.
    #[inline(always)]
    pub unsafe fn value_at(&self, index: u32) -> StackSlot {
        // SAFETY: the caller's promise.
        unsafe { (*(*self.entries.get()).entries.as_ptr().add(index as usize)).value.get() }
    }
}

impl List {
    /// Item `index`, if there is one.
    #[inline(always)]
    pub fn get(&self, index: usize) -> StackSlot {
        if index < self.len.get() { self.slot(index).get() } else { None }
    }

    /// The place of item `index`, which is less than the length.
    #[inline(always)]
    pub fn slot(&self, index: usize) -> &Cell<StackSlot> {
        debug_assert!(index < self.len.get());
        // SAFETY: a list with a length has items, and its length is at most their capacity.
        unsafe { &*(*self.items.get()).slots.as_ptr().add(index) }
    }
}

impl Tuple {
    /// Item `index`, if there is one.
    #[inline(always)]
    pub fn get(&self, index: usize) -> StackSlot {
        if index < self.len {
            // SAFETY: `items` points to `len` slots.
            unsafe { *self.items.add(index) }
        } else {
            None
        }
    }
}
