//! A growable array outside the heap.
//!
//! The collector's own tables (mark stack, remembered sets, weak references) must neither
//! allocate from the heap that is being collected nor be found by its scan. They take their
//! memory from the system directly.

use core::ptr::NonNull;

use crate::sys;

pub struct PageVec<T: Copy> {
    start: NonNull<T>,
    len: usize,
    capacity: usize,
}

// SAFETY: the array owns its memory like a `Vec`.
unsafe impl<T: Copy + Send> Send for PageVec<T> {}

impl<T: Copy> PageVec<T> {
    pub const fn new() -> PageVec<T> {
        PageVec { start: NonNull::dangling(), len: 0, capacity: 0 }
    }

    #[inline(always)]
    pub fn push(&mut self, item: T) {
        if self.len == self.capacity {
            self.grow();
        }
        // SAFETY: `len < capacity` after growing.
        unsafe { self.start.add(self.len).write(item) };
        self.len += 1;
    }

    #[inline(always)]
    pub fn pop(&mut self) -> Option<T> {
        if self.len == 0 {
            return None;
        }
        self.len -= 1;
        // SAFETY: the item was written by `push`.
        Some(unsafe { self.start.add(self.len).read() })
    }

    pub fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }

    pub fn clear(&mut self) {
        self.len = 0;
    }

    /// Empties the array and returns what it held.
    pub fn take(&mut self) -> PageVec<T> {
        core::mem::replace(self, PageVec::new())
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self) {
        let capacity = (self.capacity * 2).max(sys::PAGE / size_of::<T>());
        let bytes = capacity * size_of::<T>();
        let Some(start) = sys::map_pages(bytes) else {
            super::fatal("out of memory for the collector's tables");
        };
        let start = start.cast::<T>();
        // SAFETY: the new memory is larger than the old.
        unsafe { start.copy_from_nonoverlapping(self.start, self.len) };
        self.free();
        self.start = start;
        self.capacity = capacity;
    }

    fn free(&mut self) {
        if self.capacity > 0 {
            // SAFETY: the memory came from `map_pages` with this size, and the array is its only
            // user.
            unsafe { sys::release(self.start.cast(), self.capacity * size_of::<T>()) };
        }
    }
}

impl<T: Copy> core::ops::Deref for PageVec<T> {
    type Target = [T];
    #[inline(always)]
    fn deref(&self) -> &[T] {
        // SAFETY: the first `len` items were written.
        unsafe { core::slice::from_raw_parts(self.start.as_ptr(), self.len) }
    }
}

impl<T: Copy> core::ops::DerefMut for PageVec<T> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut [T] {
        // SAFETY: the first `len` items were written, and `self` is borrowed mutably.
        unsafe { core::slice::from_raw_parts_mut(self.start.as_ptr(), self.len) }
    }
}

impl<T: Copy> Drop for PageVec<T> {
    fn drop(&mut self) {
        self.free();
    }
}
