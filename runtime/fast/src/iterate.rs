//! Steps of iterators that run no Python code.

use krait_layout::objects::{Iterator, List, Tuple};
use krait_layout::{Header, StackSlot, Thread, Value, shapes};

unsafe extern "C" {
    fn krait_op_for_iter(th: &Thread, iterator: Value, cache: *const u8) -> StackSlot;
}

/// # Safety
/// As for the operation in the runtime.
#[unsafe(no_mangle)]
#[inline(always)]
pub unsafe extern "C" fn krait_fast_for_iter(
    th: &Thread,
    iterator: Value,
    cache: *const u8,
) -> StackSlot {
    // SAFETY: the caller's promise.
    let item = unsafe { krait_try_next(iterator) };
    if item.is_some() {
        return item;
    }
    // The end of an iterator is the operation's work, too.
    // SAFETY: the caller's promise.
    unsafe { krait_op_for_iter(th, iterator, cache) }
}

/// # Safety
/// The operand is a value of the program.
#[unsafe(no_mangle)]
#[inline(always)]
pub unsafe extern "C" fn krait_try_next(iterator: Value) -> StackSlot {
    if let Some(header) = iterator.header() {
        let shape = header.shape.get();
        if shape == shapes::RANGE_ITERATOR {
            // SAFETY: the shape says so.
            let iterator = unsafe { &*(header as *const Header as *const Iterator) };
            return next_range(iterator);
        } else if shape == shapes::LIST_ITERATOR {
            // SAFETY: the shape says so.
            let iterator = unsafe { &*(header as *const Header as *const Iterator) };
            return next_list(iterator);
        } else if shape == shapes::TUPLE_ITERATOR {
            // SAFETY: the shape says so.
            let iterator = unsafe { &*(header as *const Header as *const Iterator) };
            return next_tuple(iterator);
        }
    }
    None
}

#[inline(always)]
fn next_range(iterator: &Iterator) -> StackSlot {
    let left = iterator.left.get();
    if left <= 0 {
        return None;
    }
    let next = iterator.next.get();
    let item = Value::small_int(next)?;
    iterator.left.set(left - 1);
    iterator.next.set(next.wrapping_add(iterator.step.get()));
    Some(item)
}

#[inline(always)]
fn next_list(iterator: &Iterator) -> StackSlot {
    let source = iterator.source.get()?.header()?;
    // SAFETY: a list iterator iterates a list.
    let list = unsafe { &*(source as *const Header as *const List) };
    let next = iterator.next.get();
    let item = list.get(next as usize)?;
    iterator.next.set(next + 1);
    Some(item)
}

#[inline(always)]
fn next_tuple(iterator: &Iterator) -> StackSlot {
    let source = iterator.source.get()?.header()?;
    // SAFETY: a tuple iterator iterates a tuple.
    let tuple = unsafe { &*(source as *const Header as *const Tuple) };
    let next = iterator.next.get();
    let item = tuple.get(next as usize)?;
    iterator.next.set(next + 1);
    Some(item)
}

#[unsafe(no_mangle)]
#[inline(always)]
pub extern "C" fn krait_try_is_range(value: Value) -> bool {
    value.header().is_some_and(|header| header.shape.get() == shapes::RANGE)
}

/// Whether the value is an iterator over a range all of whose numbers are small ints.
#[unsafe(no_mangle)]
#[inline(always)]
pub extern "C" fn krait_try_is_range_iterator(value: Value) -> bool {
    if value.header().is_none_or(|header| header.shape.get() != shapes::RANGE_ITERATOR) {
        return false;
    }
    // SAFETY: the shape says so.
    let iterator = unsafe { range(value) };
    let (next, step, left) = (iterator.next.get(), iterator.step.get(), iterator.left.get());
    // The number behind the last one counts too: typed code computes it.
    let end = step.checked_mul(left).and_then(|distance| next.checked_add(distance));
    Value::small_int(next).is_some() && end.is_some_and(|end| Value::small_int(end).is_some())
}

/// # Safety
/// The value is an iterator over a range.
#[inline(always)]
unsafe fn range(value: Value) -> &'static Iterator {
    // SAFETY: the caller's promise.
    unsafe { &*(value.bits() as *const Iterator) }
}

/// # Safety
/// The value is an iterator over a range.
#[unsafe(no_mangle)]
#[inline(always)]
pub unsafe extern "C" fn krait_try_range_next(value: Value) -> i64 {
    // SAFETY: the caller's promise.
    unsafe { range(value) }.next.get()
}

/// # Safety
/// The value is an iterator over a range.
#[unsafe(no_mangle)]
#[inline(always)]
pub unsafe extern "C" fn krait_try_range_step(value: Value) -> i64 {
    // SAFETY: the caller's promise.
    unsafe { range(value) }.step.get()
}

/// # Safety
/// The value is an iterator over a range.
#[unsafe(no_mangle)]
#[inline(always)]
pub unsafe extern "C" fn krait_try_range_left(value: Value) -> i64 {
    // SAFETY: the caller's promise.
    unsafe { range(value) }.left.get()
}

/// # Safety
/// The value is an iterator over a range.
#[unsafe(no_mangle)]
#[inline(always)]
pub unsafe extern "C" fn krait_try_set_range(value: Value, next: i64, left: i64) {
    // SAFETY: the caller's promise.
    let iterator = unsafe { range(value) };
    iterator.next.set(next);
    iterator.left.set(left);
}
