//! Items of lists and tuples.

use krait_layout::header::GC_OLD;
use krait_layout::objects::{List, Tuple};
use krait_layout::{Header, StackSlot, Thread, Value, shapes};

unsafe extern "C" {
    fn krait_op_binary_op(th: &Thread, a: Value, b: Value, op: i64, cache: *const u8) -> StackSlot;
    fn krait_op_store_subscr(
        th: &Thread,
        container: Value,
        key: Value,
        value: Value,
        cache: *const u8,
    ) -> StackSlot;
}

/// The object as a `T`, whose instances have exactly the shape `shape`.
///
/// # Safety
/// Every object with that shape starts as `T` does.
#[inline(always)]
unsafe fn exactly<T>(value: Value, shape: u32) -> Option<&'static T> {
    let header = value.header()?;
    if header.shape.get() == shape {
        // SAFETY: the caller's promise.
        Some(unsafe { &*(header as *const Header as *const T) })
    } else {
        None
    }
}

/// The index that the small int `key` means in a sequence of `len` items; out of range where it
/// is out of range.
#[inline(always)]
fn index(index: i64, len: usize) -> usize {
    (if index < 0 { index + len as i64 } else { index }) as usize
}

/// # Safety
/// As for the operation in the runtime.
#[unsafe(no_mangle)]
#[inline(always)]
pub unsafe extern "C" fn krait_fast_subscript(
    th: &Thread,
    left: Value,
    right: Value,
    op: i64,
    cache: *const u8,
) -> StackSlot {
    // SAFETY: the caller's promise.
    let item = unsafe { krait_try_item(left, right) };
    if item.is_some() {
        return item;
    }
    // SAFETY: the caller's promise.
    unsafe { krait_op_binary_op(th, left, right, op, cache) }
}

/// # Safety
/// As for the operation in the runtime.
#[unsafe(no_mangle)]
#[inline(always)]
pub unsafe extern "C" fn krait_fast_store_subscr(
    th: &Thread,
    container: Value,
    key: Value,
    value: Value,
    cache: *const u8,
) -> StackSlot {
    // SAFETY: the caller's promise.
    if !unsafe { krait_try_set_item(container, key, value) } {
        return Some(Value::NONE);
    }
    // SAFETY: the caller's promise.
    unsafe { krait_op_store_subscr(th, container, key, value, cache) }
}

/// # Safety
/// The operands are values of the program.
#[unsafe(no_mangle)]
#[inline(always)]
pub unsafe extern "C" fn krait_try_item(container: Value, key: Value) -> StackSlot {
    if key.is_small_int() {
        // SAFETY: the caller's promise.
        unsafe { krait_try_item_at(container, key.small_int_unchecked()) }
    } else {
        None
    }
}

/// # Safety
/// As above.
#[unsafe(no_mangle)]
#[inline(always)]
pub unsafe extern "C" fn krait_try_item_at(container: Value, at: i64) -> StackSlot {
    // SAFETY: lists have this layout.
    if let Some(list) = unsafe { exactly::<List>(container, shapes::LIST) } {
        list.get(index(at, list.len.get()))
    // SAFETY: tuples have this layout.
    } else if let Some(tuple) = unsafe { exactly::<Tuple>(container, shapes::TUPLE) } {
        tuple.get(index(at, tuple.len))
    } else {
        None
    }
}

/// # Safety
/// As above.
#[unsafe(no_mangle)]
#[inline(always)]
pub unsafe extern "C" fn krait_try_set_item(container: Value, key: Value, value: Value) -> bool {
    if key.is_small_int() {
        // SAFETY: the caller's promise.
        unsafe { krait_try_set_item_at(container, key.small_int_unchecked(), value) }
    } else {
        true
    }
}

/// # Safety
/// As above.
#[unsafe(no_mangle)]
#[inline(always)]
pub unsafe extern "C" fn krait_try_set_item_at(container: Value, at: i64, value: Value) -> bool {
    // SAFETY: lists have this layout.
    if let Some(list) = unsafe { exactly::<List>(container, shapes::LIST) } {
        let index = index(at, list.len.get());
        if index < list.len.get() {
            // SAFETY: a list with a length has items.
            let items = unsafe { &*list.items.get() };
            // The collector has to hear of a reference that an old object gets.
            if !value.is_heap() || items.header.gc.get() & GC_OLD == 0 {
                list.slot(index).set(Some(value));
                return false;
            }
        }
    }
    true
}
