//! The truth of a value.

use krait_layout::{StackSlot, Thread, Value};

unsafe extern "C" {
    fn krait_op_to_bool(th: &Thread, value: Value) -> StackSlot;
}

/// # Safety
/// As for the operation in the runtime.
#[unsafe(no_mangle)]
#[inline(always)]
pub unsafe extern "C" fn krait_fast_to_bool(th: &Thread, value: Value) -> StackSlot {
    if let Some(truth) = krait_try_truth(value) {
        return Some(truth);
    }
    // SAFETY: the caller's promise.
    unsafe { krait_op_to_bool(th, value) }
}

#[unsafe(no_mangle)]
#[inline(always)]
pub extern "C" fn krait_try_truth(value: Value) -> StackSlot {
    if value.as_bool().is_some() {
        return Some(value);
    }
    if value.is_small_int() {
        return Some(Value::from_bool(value != Value::from_i32(0)));
    }
    if value.is_none() {
        return Some(Value::FALSE);
    }
    None
}
