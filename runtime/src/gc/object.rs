//! Typed allocation.

use krait_layout::{Header, StackSlot, Thread};

use super::alloc::{DropFn, OutOfMemory, Scan, alloc_drop, alloc_no_scan, alloc_traced, try_alloc};
use super::field::Field;

/// A Rust struct that lives in a heap cell.
///
/// # Safety
/// The struct is `repr(C)` and starts with a [`Header`]. References to other cells are stored as
/// words (`Value`, `&'static T`, `Field`, …), in the struct or in Rust memory that it owns; a
/// `NO_SCAN` struct has none. They are stored after construction through fields with a barrier.
pub unsafe trait Object: Sized + 'static {
    /// How the cell is scanned. A struct with a destructor must say [`Scan::Drop`].
    const SCAN: Scan;

    fn header(&self) -> &Header {
        // SAFETY: the struct starts with a header.
        unsafe { &*(self as *const Self).cast() }
    }
}

/// Moves `object` into a new cell. May collect; `object` itself lies on the stack meanwhile, so
/// what it refers to stays.
#[inline(always)]
pub fn alloc<T: Object>(th: &Thread, object: T) -> &'static T {
    const {
        assert!(align_of::<T>() <= 16 && size_of::<T>() >= size_of::<Header>());
        assert!(
            !core::mem::needs_drop::<T>() || matches!(T::SCAN, Scan::Drop),
            "a struct with a destructor is of kind Drop"
        );
    }
    let size = size_of::<T>();
    let cell = match T::SCAN {
        Scan::Traced => alloc_traced(th, size),
        Scan::NoScan => alloc_no_scan(th, size),
        Scan::Drop => {
            let drop: unsafe fn(*mut T) = core::ptr::drop_in_place::<T>;
            // SAFETY: pointers to sized types are passed alike.
            let drop = unsafe { core::mem::transmute::<unsafe fn(*mut T), DropFn>(drop) };
            alloc_drop(th, size, drop)
        }
    };
    let cell = cell.cast::<T>();
    // SAFETY: the cell has the size, and is aligned to 16 bytes. It lives while it is referred
    // to, which is what `'static` means for cells.
    unsafe {
        cell.write(object);
        cell.as_ref()
    }
}

/// Moves `object` into a new cell with `count` slots after it, filled by `fill`. An error when
/// there is no memory. `fill` must not allocate cells.
#[inline(always)]
pub fn alloc_with_slots<T: Object>(
    th: &Thread,
    object: T,
    count: usize,
    mut fill: impl FnMut(usize) -> StackSlot,
) -> Result<&'static T, OutOfMemory> {
    const {
        assert!(align_of::<T>() == 8 && matches!(T::SCAN, Scan::Traced));
    }
    let size = count
        .checked_mul(size_of::<StackSlot>())
        .and_then(|bytes| bytes.checked_add(size_of::<T>()))
        .ok_or(OutOfMemory)?;
    let cell =
        if size <= 256 { alloc_traced(th, size) } else { try_alloc(th, Scan::Traced, size)? }
            .cast::<T>();
    // SAFETY: the cell has room for the struct and the slots.
    unsafe {
        cell.write(object);
        let slots = cell.add(1).cast::<StackSlot>();
        for i in 0..count {
            slots.add(i).write(fill(i));
        }
        Ok(cell.as_ref())
    }
}

/// The slots after a struct.
///
/// # Safety
/// `object` was made by [`alloc_with_slots`] with at least `count` slots.
#[inline(always)]
pub unsafe fn slots<T: Object>(object: &'static T, count: usize) -> &'static [Field] {
    // SAFETY: the caller vouches for the count.
    unsafe {
        let first = (object as *const T).add(1).cast::<Field>();
        core::slice::from_raw_parts(first, count)
    }
}
