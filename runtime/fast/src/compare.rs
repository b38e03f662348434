//! Comparisons of small ints.

use krait_layout::{StackSlot, Thread, Value};

unsafe extern "C" {
    fn krait_op_compare_op(th: &Thread, a: Value, b: Value, op: i64, cache: *const u8)
    -> StackSlot;
}

macro_rules! small_int_comparisons {
    ($($name:ident: $op:tt;)*) => {$(
        /// # Safety
        /// As for the operation in the runtime.
        #[unsafe(no_mangle)]
        #[inline(always)]
        pub unsafe extern "C" fn $name(
            th: &Thread,
            left: Value,
            right: Value,
            op: i64,
            cache: *const u8,
        ) -> StackSlot {
            if left.is_small_int() {
                if right.is_small_int() {
                    return Some(Value::from_bool((left.bits() as i64) $op (right.bits() as i64)));
                }
            }
            // SAFETY: the caller's promise.
            unsafe { krait_op_compare_op(th, left, right, op, cache) }
        }
    )*};
}

small_int_comparisons! {
    krait_fast_less: <;
    krait_fast_less_equal: <=;
    krait_fast_equal: ==;
    krait_fast_not_equal: !=;
    krait_fast_greater: >;
    krait_fast_greater_equal: >=;
}
