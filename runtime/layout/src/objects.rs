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
