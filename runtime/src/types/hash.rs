//! CPython's hashes, exactly: the order of sets, and so the output of programs, follows them.
//!
//! Strings and bytes: SipHash-1-3 with the key of `PYTHONHASHSEED` (PEP 456). Numbers: reduction
//! modulo 2**61 - 1 (`Include/cpython/pyhash.h`), so that equal numbers of any type have equal
//! hashes. Tuples: xxHash's mixing, as in CPython 3.8 and later.

use std::cell::Cell;

use krait_layout::{Thread, Value};

use crate::error::PyResult;
use crate::ops;

/// The Mersenne prime that numeric hashes are taken modulo.
pub const MODULUS: u64 = (1 << BITS) - 1;
const BITS: u32 = 61;
/// Hash of the infinities.
pub const INF: i64 = 314159;
/// Multiplier of a complex number's imaginary part.
pub const IMAG: i64 = 1_000_003;

struct Key(Cell<(u64, u64)>);

// SAFETY: written once at start-up, before other threads exist.
unsafe impl Sync for Key {}

static KEY: Key = Key(Cell::new((0, 0)));

/// Sets the key from `PYTHONHASHSEED`: unset or `random` is a random key, `0` no randomisation,
/// another number the key that CPython derives from it. Any other text is an error.
pub fn init(seed: Option<&str>, random: impl FnOnce() -> [u8; 16]) -> Result<(), String> {
    let bytes = match seed {
        None | Some("") | Some("random") => random(),
        Some(text) => {
            let seed: u32 = text.parse().map_err(|_| {
                "PYTHONHASHSEED must be \"random\" or an integer in range [0; 4294967295]"
                    .to_string()
            })?;
            let mut bytes = [0; 16];
            if seed != 0 {
                // CPython's `lcg_urandom`.
                let mut x = seed;
                for b in &mut bytes {
                    x = x.wrapping_mul(214013).wrapping_add(2531011);
                    *b = (x >> 16) as u8;
                }
            }
            bytes
        }
    };
    let (a, b) = bytes.split_at(8);
    KEY.0.set((
        u64::from_le_bytes(a.try_into().expect("eight bytes")),
        u64::from_le_bytes(b.try_into().expect("eight bytes")),
    ));
    Ok(())
}

/// -1 is CPython's error value, so no hash is -1. Zero is ours for "not computed"; the one string
/// in 2**64 whose hash it is, and the empty one, are hashed anew each time.
fn fix(h: i64) -> i64 {
    if h == -1 { -2 } else { h }
}

/// Hash of bytes, or of a string's characters in their width.
pub fn hash_bytes(bytes: &[u8]) -> i64 {
    if bytes.is_empty() {
        return 0;
    }
    let (k0, k1) = KEY.0.get();
    fix(siphash_1_3(k0, k1, bytes) as i64)
}

/// SipHash (Aumasson and Bernstein, 2012) with one round a word and three at the end. Most keys
/// are a word or two, so that a hasher that takes its input in parts costs more than the rounds.
#[inline]
fn siphash_1_3(k0: u64, k1: u64, bytes: &[u8]) -> u64 {
    let mut v = [
        k0 ^ 0x736f_6d65_7073_6575,
        k1 ^ 0x646f_7261_6e64_6f6d,
        k0 ^ 0x6c79_6765_6e65_7261,
        k1 ^ 0x7465_6462_7974_6573,
    ];
    let round = |v: &mut [u64; 4]| {
        v[0] = v[0].wrapping_add(v[1]);
        v[2] = v[2].wrapping_add(v[3]);
        v[1] = v[1].rotate_left(13) ^ v[0];
        v[3] = v[3].rotate_left(16) ^ v[2];
        v[0] = v[0].rotate_left(32);
        v[2] = v[2].wrapping_add(v[1]);
        v[0] = v[0].wrapping_add(v[3]);
        v[1] = v[1].rotate_left(17) ^ v[2];
        v[3] = v[3].rotate_left(21) ^ v[0];
        v[2] = v[2].rotate_left(32);
    };
    let take = |v: &mut [u64; 4], word: u64| {
        v[3] ^= word;
        round(v);
        v[0] ^= word;
    };
    let (words, rest) = bytes.as_chunks::<8>();
    for word in words {
        take(&mut v, u64::from_le_bytes(*word));
    }
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    last[7] = bytes.len() as u8;
    take(&mut v, u64::from_le_bytes(last));
    v[2] ^= 0xff;
    (0..3).for_each(|_| round(&mut v));
    v[0] ^ v[1] ^ v[2] ^ v[3]
}

/// Hash of a machine integer.
pub fn hash_i64(i: i64) -> i64 {
    let h = (i.unsigned_abs() % MODULUS) as i64;
    fix(if i < 0 { -h } else { h })
}

/// Hash of an int of any size, given as sign and 64-bit limbs, least significant first.
pub fn hash_limbs(negative: bool, limbs: &[u64]) -> i64 {
    let mut h: u128 = 0;
    for limb in limbs.iter().rev() {
        h = ((h << 64) | *limb as u128) % MODULUS as u128;
    }
    let h = h as i64;
    fix(if negative { -h } else { h })
}

/// Hash of a float; `identity` gives the hash of a NaN, which is its object's.
pub fn hash_f64(f: f64, identity: impl FnOnce() -> i64) -> i64 {
    if f.is_infinite() {
        return if f > 0.0 { INF } else { -INF };
    }
    if f.is_nan() {
        return identity();
    }
    let (mut m, mut e) = frexp(f.abs());
    // The mantissa in pieces of 28 bits, modulo 2**61 - 1.
    let mut x: u64 = 0;
    while m != 0.0 {
        x = ((x << 28) & MODULUS) | (x >> (BITS - 28));
        m *= 268435456.0;
        e -= 28;
        let y = m as u64;
        m -= y as f64;
        x += y;
        if x >= MODULUS {
            x -= MODULUS;
        }
    }
    let e = e.rem_euclid(BITS as i32) as u32;
    x = ((x << e) & MODULUS) | (x >> (BITS - e));
    fix(if f < 0.0 { -(x as i64) } else { x as i64 })
}

/// `f = m * 2**e` with 0.5 <= |m| < 1.
pub fn frexp(f: f64) -> (f64, i32) {
    if f == 0.0 || !f.is_finite() {
        return (f, 0);
    }
    let bits = f.to_bits();
    let exponent = ((bits >> 52) & 0x7ff) as i32;
    if exponent == 0 {
        let (m, e) = frexp(f * 18014398509481984.0); // 2**54, to make it normal
        return (m, e - 54);
    }
    (f64::from_bits((bits & !(0x7ff << 52)) | (1022 << 52)), exponent - 1022)
}

/// Hash of an address, as of an object without `__hash__` of its own.
pub fn hash_address(bits: u64) -> i64 {
    fix(bits.rotate_right(4) as i64)
}

const XXPRIME_1: u64 = 11400714785074694791;
const XXPRIME_2: u64 = 14029467366897019727;
const XXPRIME_5: u64 = 2870177450012600261;

/// Hash of a tuple of `items`; runs their `__hash__`.
pub fn hash_tuple(th: &Thread, items: &[Value]) -> PyResult<i64> {
    let mut acc = XXPRIME_5;
    for v in items {
        let lane = ops::hash(th, *v)? as u64;
        acc = acc.wrapping_add(lane.wrapping_mul(XXPRIME_2));
        acc = acc.rotate_left(31);
        acc = acc.wrapping_mul(XXPRIME_1);
    }
    acc = acc.wrapping_add(items.len() as u64 ^ (XXPRIME_5 ^ 3527539));
    if acc == u64::MAX {
        return Ok(1546275796);
    }
    Ok(acc as i64)
}
