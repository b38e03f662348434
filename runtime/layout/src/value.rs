//! The value word.
//!
//! A `Value` is one non-zero 64-bit word. Its low bits say what it is:
//!
//! | low bits | meaning |
//! | --- | --- |
//! | `…1` | small int: 63 bits, two's complement, shifted left by one |
//! | `…10` | float, by exponent rotation (Melançon, Feeley, Serrano, "Float Self-Tagging", 2024) |
//! | `…100` | immediate: `None`, `False`, `True`, `NotImplemented`, `Ellipsis` and one sentinel |
//! | `…000` | address of a heap object's [`Header`] |
//!
//! The zero word is not a value: `Option<Value>` uses it for CPython's `NULL`, and
//! `Result<Value, Raised>` for "an exception is set on the thread"; both are one word in every ABI.

use core::num::NonZeroU64;

use crate::header::Header;

/// One Python value.
#[repr(transparent)]
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub struct Value(NonZeroU64);

/// A slot of the evaluation stack or of the local variables; `None` is CPython's `NULL`.
pub type StackSlot = Option<Value>;

/// The sign that a Python exception was raised; the exception itself is on the [`crate::Thread`].
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Raised;

const INT_TAG: u64 = 1;
const FLOAT_TAG: u64 = 2;
const FLOAT_MASK: u64 = 3;
const HEAP_MASK: u64 = 7;
/// `+0.0`, whose exponent is outside the immediate range but which is too common to box.
const FLOAT_ZERO: u64 = 0x8000_0000_0000_0002;

/// The largest small int, 2**62 - 1.
pub const SMALL_INT_MAX: i64 = i64::MAX >> 1;
/// The smallest small int, -2**62.
pub const SMALL_INT_MIN: i64 = i64::MIN >> 1;

#[inline(always)]
const fn word(bits: u64) -> Value {
    match NonZeroU64::new(bits) {
        Some(bits) => Value(bits),
        None => panic!("the zero word is no value"),
    }
}

impl Value {
    pub const NONE: Value = word(0x04);
    pub const FALSE: Value = word(0x0c);
    pub const TRUE: Value = word(0x14);
    pub const NOT_IMPLEMENTED: Value = word(0x1c);
    pub const ELLIPSIS: Value = word(0x24);
    /// "The iterator is exhausted": the result of `FOR_ITER` and `SEND`, never seen by a program.
    pub const EXHAUSTED: Value = word(0x2c);

    /// The value's word.
    #[inline(always)]
    pub const fn bits(self) -> u64 {
        self.0.get()
    }

    /// The value of a word.
    ///
    /// # Safety
    /// `bits` is not zero and came from [`Value::bits`].
    #[inline(always)]
    pub const unsafe fn from_bits(bits: u64) -> Value {
        // SAFETY: the caller promises a non-zero word.
        Value(unsafe { NonZeroU64::new_unchecked(bits) })
    }

    /// The value of the heap object at `header`.
    #[inline(always)]
    pub fn from_header(header: &Header) -> Value {
        let address = header as *const Header as u64;
        debug_assert!(address & HEAP_MASK == 0);
        // SAFETY: a reference is never null.
        Value(unsafe { NonZeroU64::new_unchecked(address) })
    }

    /// `True` or `False`.
    #[inline(always)]
    pub const fn from_bool(b: bool) -> Value {
        if b { Value::TRUE } else { Value::FALSE }
    }

    /// A small int, or `None` where `i` needs more than 63 bits.
    #[inline(always)]
    pub const fn small_int(i: i64) -> Option<Value> {
        match i.checked_mul(2) {
            Some(twice) => Some(word(twice as u64 | INT_TAG)),
            None => None,
        }
    }

    /// A small int that is known to fit, such as a length or an `i32`.
    #[inline(always)]
    pub const fn from_i32(i: i32) -> Value {
        word(((i as i64) << 1) as u64 | INT_TAG)
    }

    /// A length or index as an int; lengths are below 2**62.
    #[inline(always)]
    pub const fn from_len(n: usize) -> Value {
        word(((n as u64) << 1) | INT_TAG)
    }

    #[inline(always)]
    pub const fn is_small_int(self) -> bool {
        self.bits() & INT_TAG != 0
    }

    /// The small int's value, if it is one (a `bool` is not).
    #[inline(always)]
    pub const fn as_small_int(self) -> Option<i64> {
        if self.is_small_int() { Some(self.small_int_unchecked()) } else { None }
    }

    /// The small int's value; meaningless for any other value.
    #[inline(always)]
    pub const fn small_int_unchecked(self) -> i64 {
        (self.bits() as i64) >> 1
    }

    /// A float as an immediate, or `None` where its exponent needs a box.
    #[inline(always)]
    pub const fn immediate_float(f: f64) -> Option<Value> {
        let bits = f.to_bits();
        let top = (bits >> 60) & 7;
        if top == 3 || top == 4 {
            let rotated = bits.rotate_left(3);
            // 1.72723e-77 is the one float in range whose word would be that of +0.0.
            if bits != 0x3000_0000_0000_0000 {
                return Some(word((rotated & !FLOAT_MASK) | FLOAT_TAG));
            }
            None
        } else if bits == 0 {
            Some(word(FLOAT_ZERO))
        } else {
            None
        }
    }

    #[inline(always)]
    pub const fn is_immediate_float(self) -> bool {
        self.bits() & FLOAT_MASK == FLOAT_TAG
    }

    /// The immediate float's value; meaningless for any other value.
    #[inline(always)]
    pub const fn immediate_float_unchecked(self) -> f64 {
        let v = self.bits();
        if v == FLOAT_ZERO {
            return 0.0;
        }
        let top = 2 - (v >> 63);
        f64::from_bits((top | (v & !FLOAT_MASK)).rotate_right(3))
    }

    #[inline(always)]
    pub const fn is_heap(self) -> bool {
        self.bits() & HEAP_MASK == 0
    }

    /// The object's header, if this is a heap object. Objects do not move, and one that can be
    /// reached from the stack, as the result is while it is used, is not collected.
    #[inline(always)]
    pub fn header(self) -> Option<&'static Header> {
        if self.is_heap() {
            // SAFETY: tag 000 is given to addresses of live headers only.
            Some(unsafe { &*(self.bits() as *const Header) })
        } else {
            None
        }
    }

    /// The object's layout kind, or `Kind::Immediate`.
    #[inline(always)]
    pub fn kind(self) -> crate::Kind {
        match self.header() {
            Some(header) => header.kind,
            None => crate::Kind::Immediate,
        }
    }

    #[inline(always)]
    pub const fn is_none(self) -> bool {
        self.bits() == Value::NONE.bits()
    }

    /// `Some` for `True` and `False`.
    #[inline(always)]
    pub const fn as_bool(self) -> Option<bool> {
        if self.bits() == Value::TRUE.bits() {
            Some(true)
        } else if self.bits() == Value::FALSE.bits() {
            Some(false)
        } else {
            None
        }
    }
}

impl From<bool> for Value {
    fn from(b: bool) -> Value {
        Value::from_bool(b)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_ints_round_trip_and_overflow() {
        for i in [0, 1, -1, SMALL_INT_MAX, SMALL_INT_MIN] {
            assert_eq!(Value::small_int(i).and_then(Value::as_small_int), Some(i));
        }
        assert_eq!(Value::small_int(SMALL_INT_MAX + 1), None);
        assert_eq!(Value::small_int(SMALL_INT_MIN - 1), None);
    }

    #[test]
    fn floats_round_trip_or_need_a_box() {
        for f in [0.0, 1.0, -1.0, 0.1, 1e70, -1e-70, core::f64::consts::PI] {
            let v = Value::immediate_float(f).expect("in the immediate range");
            assert!(v.is_immediate_float() && !v.is_small_int() && !v.is_heap());
            assert_eq!(v.immediate_float_unchecked().to_bits(), f.to_bits());
        }
        for f in
            [-0.0, f64::INFINITY, f64::NAN, 1e300, 5e-324, f64::from_bits(0x3000_0000_0000_0000)]
        {
            assert_eq!(Value::immediate_float(f), None);
        }
    }
}
