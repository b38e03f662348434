//! Binary operators on small ints. Floats stay out of line: inlined too, they double the code for
//! a gain of a tenth.

use krait_layout::{StackSlot, Thread, Value};

unsafe extern "C" {
    fn krait_op_binary_op(th: &Thread, a: Value, b: Value, op: i64, cache: *const u8) -> StackSlot;
}

macro_rules! small_int_operators {
    ($($name:ident: |$a:ident, $b:ident| $result:expr;)*) => {$(
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
                    let ($a, $b) = (left.bits() as i64, right.bits() as i64);
                    let result: Option<i64> = $result;
                    if let Some(word) = result {
                        // SAFETY: the low bit is set. Saying so saves the test for an exception.
                        unsafe { core::hint::assert_unchecked(word != 0) };
                        // SAFETY: as above.
                        return Some(unsafe { Value::from_bits(word as u64) });
                    }
                }
            }
            // SAFETY: the caller's promise.
            unsafe { krait_op_binary_op(th, left, right, op, cache) }
        }
    )*};
}

// A small int `n` is the word `2n + 1`.
small_int_operators! {
    krait_fast_add: |a, b| a.checked_add(b - 1);
    krait_fast_subtract: |a, b| a.checked_sub(b).map(|twice| twice | 1);
    krait_fast_multiply: |a, b| (a - 1).checked_mul(b >> 1).map(|twice| twice | 1);
    krait_fast_and: |a, b| Some(a & b);
    krait_fast_or: |a, b| Some(a | b);
    krait_fast_xor: |a, b| Some((a ^ b) | 1);
    krait_fast_floor_divide: |a, b| {
        let (a, b) = (a >> 1, b >> 1);
        if b > 0 { Some(a.div_euclid(b) << 1 | 1) } else { None }
    };
    krait_fast_remainder: |a, b| {
        let (a, b) = (a >> 1, b >> 1);
        if b > 0 { Some(a.rem_euclid(b) << 1 | 1) } else { None }
    };
    krait_fast_right_shift: |a, b| {
        let n = b >> 1;
        if (0..62).contains(&n) { Some(a >> n | 1) } else { None }
    };
}
