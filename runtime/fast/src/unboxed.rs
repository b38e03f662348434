//! Words of numbers, and the numbers that they stand for.

use krait_layout::Value;

/// What typed code asks and does on values without touching memory.
macro_rules! on_words {
    ($($name:ident($($arg:ident: $ty:ty),*) -> $result:ty { $body:expr })*) => {$(
        #[unsafe(no_mangle)]
        #[inline(always)]
        pub extern "C" fn $name($($arg: $ty),*) -> $result {
            $body
        }
    )*};
}

on_words! {
    krait_try_is_int(value: Value) -> bool { value.is_small_int() }
    krait_try_are_ints(a: Value, b: Value) -> bool { a.is_small_int() && b.is_small_int() }
    krait_try_untag_int(value: Value) -> i64 { value.small_int_unchecked() }
    krait_try_is_float(value: Value) -> bool { value.is_immediate_float() }
    krait_try_untag_float(value: Value) -> f64 { value.immediate_float_unchecked() }
    krait_try_fits_float(f: f64) -> bool { Value::immediate_float(f).is_some() }
}

#[unsafe(no_mangle)]
#[inline(always)]
pub extern "C" fn krait_try_tag_int(n: i64) -> Value {
    // SAFETY: the low bit is set.
    unsafe { Value::from_bits((n << 1 | 1) as u64) }
}

/// # Safety
/// The float has an immediate word.
#[unsafe(no_mangle)]
#[inline(always)]
pub unsafe extern "C" fn krait_try_tag_float(f: f64) -> Value {
    // SAFETY: the caller's promise.
    unsafe { Value::immediate_float(f).unwrap_unchecked() }
}
