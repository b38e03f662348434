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
    if let Some(header) = iterator.header() {
        let shape = header.shape.get();
        if shape == shapes::RANGE_ITERATOR {
            // SAFETY: the shape says so.
            let iterator = unsafe { &*(header as *const Header as *const Iterator) };
            if let Some(item) = next_range(iterator) {
                return Some(item);
            }
        } else if shape == shapes::LIST_ITERATOR {
            // SAFETY: the shape says so.
            let iterator = unsafe { &*(header as *const Header as *const Iterator) };
            if let Some(item) = next_list(iterator) {
                return Some(item);
            }
        } else if shape == shapes::TUPLE_ITERATOR {
            // SAFETY: the shape says so.
            let iterator = unsafe { &*(header as *const Header as *const Iterator) };
            if let Some(item) = next_tuple(iterator) {
                return Some(item);
            }
        }
    }
    // The end of an iterator is the operation's work, too.
    // SAFETY: the caller's promise.
    unsafe { krait_op_for_iter(th, iterator, cache) }
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
