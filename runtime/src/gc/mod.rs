//! Placeholder API until the heap lands.
use std::cell::Cell;
use std::ptr::NonNull;
use krait_layout::{Header, StackSlot, Thread, Value};

fn raw(size: usize) -> NonNull<u8> {
    let layout = std::alloc::Layout::from_size_align((size + 15) & !15, 16).unwrap();
    // SAFETY: the size is not zero.
    NonNull::new(unsafe { std::alloc::alloc_zeroed(layout) }).unwrap()
}
pub fn alloc_traced(_: &Thread, size: usize) -> NonNull<u8> { raw(size) }
pub fn alloc_no_scan(_: &Thread, size: usize) -> NonNull<u8> { raw(size) }
pub fn alloc_drop(_: &Thread, size: usize, _: unsafe fn(*mut u8)) -> NonNull<u8> { raw(size) }
pub fn barrier(_: &Header) {}
#[repr(transparent)]
pub struct Field(Cell<StackSlot>);
impl Field {
    pub const fn new(v: StackSlot) -> Field { Field(Cell::new(v)) }
    #[inline(always)]
    pub fn get(&self) -> StackSlot { self.0.get() }
    #[inline(always)]
    pub fn set(&self, owner: &Header, v: StackSlot) { self.0.set(v); barrier(owner); }
    pub fn set_value(&self, owner: &Header, v: Value) { self.set(owner, Some(v)) }
}
pub fn register_finalizable(_: &Thread, _: &Header) {}
