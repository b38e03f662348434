//! What the modules of hash functions share: arguments, and the types of digests of fixed size.

use krait_runtime::types::bytes;
use krait_runtime::{Kind, PyResult, Thread, Value, raise};

/// The bytes to hash.
pub fn input(th: &Thread, v: Value) -> PyResult<&'static [u8]> {
    if v.kind() == Kind::Str {
        return Err(raise!(th, TypeError, "Strings must be encoded before hashing"));
    }
    bytes::view(th, v)?
        .ok_or_else(|| raise!(th, TypeError, "object supporting the buffer API required"))
}

/// The bytes to start with, which have an old and a new name.
pub fn initial(th: &Thread, data: Option<Value>, string: Option<Value>) -> PyResult<&'static [u8]> {
    match (data, string) {
        (Some(_), Some(_)) => Err(raise!(
            th,
            TypeError,
            "'data' and 'string' are mutually exclusive and support for 'string' keyword parameter is slated for removal in a future version."
        )),
        (Some(v), None) | (None, Some(v)) => input(th, v),
        (None, None) => Ok(&[]),
    }
}

/// Hexadecimal digits.
pub fn hex(digest: &[u8]) -> String {
    use std::fmt::Write;
    digest.iter().fold(String::with_capacity(digest.len() * 2), |mut text, b| {
        write!(text, "{b:02x}").expect("strings take all");
        text
    })
}

/// The type of a hash function whose digest has a fixed size: struct, definition, implementation,
/// names of type, module and function, flags, and more attributes.
#[macro_export]
macro_rules! digest_type {
    ($struct:ident, $def:ident, $algorithm:ty, $type_name:literal, $module:literal, $name:literal, $flags:expr, { $($more:item)* }) => {
        #[doc = concat!("A running `", $name, "`.")]
        #[repr(C)]
        pub struct $struct {
            header: krait_runtime::Header,
            state: std::cell::RefCell<$algorithm>,
        }

        pub static $def: krait_runtime::object::TypeDef =
            krait_runtime::object::TypeDef::of::<$struct>($type_name, $module)
                .flags($flags)
                .methods($struct::native_methods)
                .getsets($struct::native_getsets);

        // SAFETY: instances of the class are made by `start` with this layout.
        unsafe impl krait_runtime::object::Object for $struct {
            const KIND: krait_runtime::Kind = krait_runtime::Kind::Native;
            const TRACED: bool = false;

            fn def() -> &'static krait_runtime::object::TypeDef {
                &$def
            }
        }

        impl $struct {
            /// A fresh object with the state `state`.
            pub fn start(th: &krait_runtime::Thread, state: $algorithm) -> &'static $struct {
                let header = krait_runtime::Header::new(0, krait_runtime::Kind::Native);
                let state = std::cell::RefCell::new(state);
                krait_runtime::object::alloc_as(th, $def.class(th), $struct { header, state })
            }

            /// The state after `data`.
            pub fn of(data: &[u8]) -> $algorithm {
                use digest::Digest;
                <$algorithm>::new_with_prefix(data)
            }

            fn finished(&self) -> Vec<u8> {
                use digest::Digest;
                self.state.borrow().clone().finalize().to_vec()
            }
        }

        #[krait_macros::methods]
        impl $struct {
            #[staticmethod(sig = "(cls, /, data=b'', *, usedforsecurity=True, string=None)")]
            fn __new__(
                th: &krait_runtime::Thread,
                _cls: krait_runtime::Value,
                data: Option<krait_runtime::Value>,
                _usedforsecurity: Option<bool>,
                string: Option<krait_runtime::Value>,
            ) -> krait_runtime::PyResult<&'static $struct> {
                let data = $crate::hashes::initial(th, data, string)?;
                Ok($struct::start(th, $struct::of(data)))
            }

            /// Return a copy of the hash object.
            #[method(sig = "($self, /)")]
            fn copy(th: &krait_runtime::Thread, this: &'static $struct) -> &'static $struct {
                $struct::start(th, this.state.borrow().clone())
            }

            /// Return the digest value as a bytes object.
            #[method(sig = "($self, /)")]
            fn digest(
                th: &krait_runtime::Thread,
                this: &'static $struct,
            ) -> &'static krait_runtime::types::bytes::Bytes {
                krait_runtime::types::bytes::Bytes::new(th, &this.finished())
            }

            /// Return the digest value as a string of hexadecimal digits.
            #[method(sig = "($self, /)")]
            fn hexdigest(this: &'static $struct) -> String {
                $crate::hashes::hex(&this.finished())
            }

            /// Update this hash object's state with the provided string.
            #[method(sig = "($self, obj, /)")]
            fn update(
                th: &krait_runtime::Thread,
                this: &'static $struct,
                obj: krait_runtime::Value,
            ) -> krait_runtime::PyResult<()> {
                let data = $crate::hashes::input(th, obj)?;
                digest::Digest::update(&mut *this.state.borrow_mut(), data);
                Ok(())
            }

            #[getter]
            fn digest_size(_this: krait_runtime::Value) -> usize {
                <$algorithm as digest::Digest>::output_size()
            }

            #[getter]
            fn block_size(_this: krait_runtime::Value) -> usize {
                use digest::typenum::Unsigned;
                <$algorithm as digest::core_api::BlockSizeUser>::BlockSize::USIZE
            }

            #[getter]
            fn name(_this: krait_runtime::Value) -> &'static str {
                $name
            }

            $($more)*
        }
    };
}
