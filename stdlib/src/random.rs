//! `_random`: the Mersenne Twister MT19937 (Matsumoto and Nishimura 1998), seeded as CPython
//! does, so that sequences agree.

use std::cell::{Cell, UnsafeCell};

use dashu_int::IBig;
use krait_macros::methods;
use krait_runtime::native::{NativeModule, OrNone, class_arg};
use krait_runtime::object::{Object, TypeDef, TypeFlags, alloc_as};
use krait_runtime::types::int;
use krait_runtime::types::tuple::Tuple;
use krait_runtime::{Header, Kind, PyResult, Thread, Value, ops, raise, sys};

pub static MODULE: NativeModule = NativeModule {
    name: "_random",
    doc: "Module implements the Mersenne Twister random number generator.",
    functions: &[],
    init: |th, m| {
        m.add_type(th, &RANDOM);
        Ok(())
    },
};

/// Words of the state.
const N: usize = 624;
/// Distance of the words that are combined.
const M: usize = 397;

/// A `_random.Random`.
#[repr(C)]
pub struct Random {
    header: Header,
    /// The next word to give; `N` when all are used.
    index: Cell<usize>,
    words: UnsafeCell<[u32; N]>,
}

pub static RANDOM: TypeDef = TypeDef::of::<Random>("Random", "_random")
    .doc("Random() -> create a random number generator with its own internal state.")
    .flags(TypeFlags::BASE)
    .methods(Random::native_methods);

// SAFETY: instances of the class are made by `__new__` with this layout.
unsafe impl Object for Random {
    const KIND: Kind = Kind::Native;
    const TRACED: bool = false;

    fn def() -> &'static TypeDef {
        &RANDOM
    }
}

impl Random {
    /// The words of the state, for as long as `f` runs, which calls nothing of the generator.
    fn with<R>(&self, f: impl FnOnce(&mut [u32; N]) -> R) -> R {
        // SAFETY: one thread runs at a time, and `f` is a leaf, so nobody else has a reference.
        f(unsafe { &mut *self.words.get() })
    }

    fn seed_word(words: &mut [u32; N], seed: u32) {
        words[0] = seed;
        for i in 1..N {
            let before = words[i - 1];
            words[i] = 1812433253u32.wrapping_mul(before ^ (before >> 30)).wrapping_add(i as u32);
        }
    }

    /// The published `init_by_array`.
    fn seed_key(&self, key: &[u32]) {
        self.with(|words| {
            Random::seed_word(words, 19650218);
            let (mut i, mut j) = (1, 0);
            for _ in 0..N.max(key.len()) {
                let before = words[i - 1];
                words[i] = (words[i] ^ (before ^ (before >> 30)).wrapping_mul(1664525))
                    .wrapping_add(key[j])
                    .wrapping_add(j as u32);
                i += 1;
                j += 1;
                if i >= N {
                    words[0] = words[N - 1];
                    i = 1;
                }
                if j >= key.len() {
                    j = 0;
                }
            }
            for _ in 0..N - 1 {
                let before = words[i - 1];
                words[i] = (words[i] ^ (before ^ (before >> 30)).wrapping_mul(1566083941))
                    .wrapping_sub(i as u32);
                i += 1;
                if i >= N {
                    words[0] = words[N - 1];
                    i = 1;
                }
            }
            words[0] = 0x8000_0000;
        });
        self.index.set(N);
    }

    /// The next 32 bits.
    fn next_word(&self) -> u32 {
        let i = self.index.get();
        let mut y = self.with(|words| {
            if i < N {
                return words[i];
            }
            for k in 0..N {
                let y = (words[k] & 0x8000_0000) | (words[(k + 1) % N] & 0x7fff_ffff);
                let odd = if y & 1 == 1 { 0x9908_b0df } else { 0 };
                words[k] = words[(k + M) % N] ^ (y >> 1) ^ odd;
            }
            words[0]
        });
        self.index.set(if i < N { i + 1 } else { 1 });
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c_5680;
        y ^= (y << 15) & 0xefc6_0000;
        y ^ (y >> 18)
    }

    fn seed_with(&self, th: &Thread, n: Option<Value>) -> PyResult<()> {
        let Some(n) = n else {
            let bytes = sys::posix::random(N * 4)
                .map_err(|_| raise!(th, OSError, "the system has no random bytes"))?;
            let words: Vec<u32> = bytes
                .chunks_exact(4)
                .map(|b| u32::from_ne_bytes([b[0], b[1], b[2], b[3]]))
                .collect();
            self.seed_key(&words);
            return Ok(());
        };
        let magnitude = if int::is_int(n) {
            int::to_big(ops::absolute(th, n)?).into_parts().1
        } else {
            dashu_int::UBig::from(ops::hash(th, n)? as u64)
        };
        let bytes = magnitude.to_le_bytes();
        let mut words: Vec<u32> = bytes
            .chunks(4)
            .map(|b| b.iter().rev().fold(0, |w, byte| (w << 8) | *byte as u32))
            .collect();
        while words.len() > 1 && words.last() == Some(&0) {
            words.pop();
        }
        if words.is_empty() {
            words.push(0);
        }
        self.seed_key(&words);
        Ok(())
    }
}

#[methods]
impl Random {
    #[staticmethod(sig = "(cls, /, *args, **kwargs)")]
    fn __new__(th: &Thread, cls: Value, _args: Value, _kwargs: Value) -> PyResult<&'static Random> {
        let class = class_arg(th, cls, RANDOM.class(th))?;
        let header = Header::new(0, Kind::Native);
        let words = UnsafeCell::new([0; N]);
        Ok(alloc_as(th, class, Random { header, index: Cell::new(N), words }))
    }

    #[method(sig = "($self, seed=None, /)")]
    fn __init__(th: &Thread, this: &'static Random, seed: OrNone<Value>) -> PyResult<()> {
        this.seed_with(th, seed.0)
    }

    /// random() -> x in the interval [0, 1).
    #[method(sig = "($self, /)")]
    fn random(this: &'static Random) -> f64 {
        let (a, b) = (this.next_word() >> 5, this.next_word() >> 6);
        (a as f64 * 67108864.0 + b as f64) * (1.0 / 9007199254740992.0)
    }

    /// seed([n]) -> None.
    ///
    /// Defaults to use urandom and falls back to a combination
    /// of the current time and the process identifier.
    #[method(sig = "($self, n=None, /)")]
    fn seed(th: &Thread, this: &'static Random, n: OrNone<Value>) -> PyResult<()> {
        this.seed_with(th, n.0)
    }

    /// getstate() -> tuple containing the current state.
    #[method(sig = "($self, /)")]
    fn getstate(th: &Thread, this: &'static Random) -> Value {
        let mut items: Vec<Value> =
            this.with(|words| words.iter().map(|w| int::new(th, *w as i64)).collect());
        items.push(Value::from_len(this.index.get()));
        Tuple::new(th, &items).value()
    }

    /// setstate(state) -> None.  Restores generator state.
    #[method(sig = "($self, state, /)")]
    fn setstate(th: &Thread, this: &'static Random, state: Value) -> PyResult<()> {
        use krait_runtime::object::ValueExt;
        let Some(state) = state.cast::<Tuple>() else {
            return Err(raise!(th, TypeError, "state vector must be a tuple"));
        };
        if state.len() != N + 1 {
            return Err(raise!(th, ValueError, "state vector is the wrong size"));
        }
        let mut fresh = [0u32; N];
        let (index, words) = state.values().split_last().expect("not empty");
        let number = |v: Value| match int::is_int(v) {
            true => Ok(int::to_i128(v).unwrap_or(-1)),
            false => Err(raise!(th, TypeError, "an integer is required")),
        };
        for (w, v) in fresh.iter_mut().zip(words) {
            let i = number(*v)?;
            if i < 0 {
                return Err(raise!(
                    th,
                    OverflowError,
                    "can't convert negative value to unsigned int"
                ));
            }
            *w = i as u32;
        }
        let index = number(*index)?;
        if !(0..=N as i128).contains(&index) {
            return Err(raise!(th, ValueError, "invalid state"));
        }
        this.with(|words| *words = fresh);
        this.index.set(index as usize);
        Ok(())
    }

    /// getrandbits(k) -> x.  Generates an int with k random bits.
    #[method(sig = "($self, k, /)")]
    fn getrandbits(th: &Thread, this: &'static Random, k: Value) -> PyResult<Value> {
        let k = ops::index(th, k)?;
        if int::is_negative(k) {
            return Err(raise!(th, ValueError, "Cannot convert negative int"));
        }
        let k = int::to_i128(k).and_then(|k| usize::try_from(k).ok()).unwrap_or(usize::MAX);
        match k {
            0 => return Ok(Value::from_i32(0)),
            1..=32 => return Ok(int::new(th, (this.next_word() >> (32 - k)) as i64)),
            _ => {}
        }
        let count = (k - 1) / 32 + 1;
        let mut bytes: Vec<u8> = Vec::new();
        if bytes.try_reserve_exact(count * 4).is_err() {
            return Err(raise!(th, MemoryError));
        }
        for i in 0..count {
            let unused = if i + 1 == count { count * 32 - k } else { 0 };
            bytes.extend_from_slice(&(this.next_word() >> unused).to_le_bytes());
        }
        Ok(int::from_big(th, &IBig::from(dashu_int::UBig::from_le_bytes(&bytes))))
    }
}
