//! `_sha3`: SHA-3, and SHAKE with output of any length.

use std::cell::RefCell;

use digest::{ExtendableOutput, Update, XofReader};
use krait_runtime::native::NativeModule;
use krait_runtime::object::{Object, TypeDef, TypeFlags, alloc_as};
use krait_runtime::types::bytes::Bytes;
use krait_runtime::types::int;
use krait_runtime::types::str::Str;
use krait_runtime::{Header, Kind, PyResult, Thread, Value, ops, raise};

pub static MODULE: NativeModule = NativeModule {
    name: "_sha3",
    doc: "",
    functions: &[],
    init: |th, m| {
        for def in [&SHA3_224, &SHA3_256, &SHA3_384, &SHA3_512, &SHAKE_128, &SHAKE_256] {
            m.add_type(th, def);
        }
        m.set(th, "_GIL_MINSIZE", Value::from_i32(2048));
        m.set(th, "implementation", Str::new(th, "RustCrypto").value());
        Ok(())
    },
};

/// Writes a type of fixed digest size with the attributes of the sponge.
macro_rules! sha3_type {
    ($struct:ident, $def:ident, $algorithm:ident, $name:literal, $bits:literal) => {
        crate::digest_type!(
            $struct,
            $def,
            sha3::$algorithm,
            $name,
            "_sha3",
            $name,
            TypeFlags::NONE,
            {
                #[getter]
                fn _capacity_bits(_this: Value) -> i32 {
                    2 * $bits
                }

                #[getter]
                fn _rate_bits(_this: Value) -> i32 {
                    1600 - 2 * $bits
                }

                #[getter]
                fn _suffix(th: &Thread, _this: Value) -> &'static Bytes {
                    Bytes::new(th, &[6])
                }
            }
        );
    };
}

sha3_type!(Sha3_224, SHA3_224, Sha3_224, "sha3_224", 224);
sha3_type!(Sha3_256, SHA3_256, Sha3_256, "sha3_256", 256);
sha3_type!(Sha3_384, SHA3_384, Sha3_384, "sha3_384", 384);
sha3_type!(Sha3_512, SHA3_512, Sha3_512, "sha3_512", 512);

/// The length of output that is asked for.
fn length(th: &Thread, v: Value) -> PyResult<usize> {
    let i = ops::index(th, v)?;
    if int::is_negative(i) {
        return Err(raise!(th, ValueError, "Cannot convert negative int"));
    }
    match int::to_i64(i) {
        Some(n) if n < 1 << 29 => Ok(n as usize),
        _ => Err(raise!(th, ValueError, "length is too large")),
    }
}

/// Writes a type whose digests have any length.
macro_rules! shake_type {
    ($struct:ident, $def:ident, $name:literal, $bits:literal) => {
        #[doc = concat!("A running `", $name, "`.")]
        #[repr(C)]
        pub struct $struct {
            header: Header,
            state: RefCell<sha3::$struct>,
        }

        pub static $def: TypeDef = TypeDef::of::<$struct>($name, "_sha3")
            .methods($struct::native_methods)
            .getsets($struct::native_getsets);

        // SAFETY: instances of the class are made by `start` with this layout.
        unsafe impl Object for $struct {
            const KIND: Kind = Kind::Native;
            const TRACED: bool = false;

            fn def() -> &'static TypeDef {
                &$def
            }
        }

        impl $struct {
            fn start(th: &Thread, state: sha3::$struct) -> &'static $struct {
                let header = Header::new(0, Kind::Native);
                alloc_as(th, $def.class(th), $struct { header, state: RefCell::new(state) })
            }

            fn finished(&self, length: usize) -> Vec<u8> {
                let mut out = vec![0; length];
                self.state.borrow().clone().finalize_xof().read(&mut out);
                out
            }
        }

        #[krait_macros::methods]
        impl $struct {
            #[staticmethod(sig = "(cls, /, data=b'', *, usedforsecurity=True, string=None)")]
            fn __new__(
                th: &Thread,
                _cls: Value,
                data: Option<Value>,
                _usedforsecurity: Option<bool>,
                string: Option<Value>,
            ) -> PyResult<&'static $struct> {
                let data = crate::hashes::initial(th, data, string)?;
                let mut state = sha3::$struct::default();
                state.update(data);
                Ok($struct::start(th, state))
            }

            /// Return a copy of the hash object.
            #[method(sig = "($self, /)")]
            fn copy(th: &Thread, this: &'static $struct) -> &'static $struct {
                $struct::start(th, this.state.borrow().clone())
            }

            /// Return the digest value as a bytes object.
            #[method(sig = "($self, /, length)")]
            fn digest(
                th: &Thread,
                this: &'static $struct,
                length: Value,
            ) -> PyResult<&'static Bytes> {
                let n = super::sha3::length(th, length)?;
                Ok(Bytes::new(th, &this.finished(n)))
            }

            /// Return the digest value as a string of hexadecimal digits.
            #[method(sig = "($self, /, length)")]
            fn hexdigest(th: &Thread, this: &'static $struct, length: Value) -> PyResult<String> {
                let n = super::sha3::length(th, length)?;
                Ok(crate::hashes::hex(&this.finished(n)))
            }

            /// Update this hash object's state with the provided bytes-like object.
            #[method(sig = "($self, data, /)")]
            fn update(th: &Thread, this: &'static $struct, data: Value) -> PyResult<()> {
                let data = crate::hashes::input(th, data)?;
                this.state.borrow_mut().update(data);
                Ok(())
            }

            #[getter]
            fn digest_size(_this: Value) -> i32 {
                0
            }

            #[getter]
            fn block_size(_this: Value) -> i32 {
                (1600 - 2 * $bits) / 8
            }

            #[getter]
            fn name(_this: Value) -> &'static str {
                $name
            }

            #[getter]
            fn _capacity_bits(_this: Value) -> i32 {
                2 * $bits
            }

            #[getter]
            fn _rate_bits(_this: Value) -> i32 {
                1600 - 2 * $bits
            }

            #[getter]
            fn _suffix(th: &Thread, _this: Value) -> &'static Bytes {
                Bytes::new(th, &[0x1f])
            }
        }
    };
}

shake_type!(Shake128, SHAKE_128, "shake_128", 128);
shake_type!(Shake256, SHAKE_256, "shake_256", 256);
