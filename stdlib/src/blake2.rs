//! `_blake2` (RFC 7693), with key, salt, personalisation and tree hashing.

use std::cell::RefCell;

use krait_runtime::native::NativeModule;
use krait_runtime::object::{Object, TypeDef, TypeFlags, alloc_as, class};
use krait_runtime::types::bytes::{self, Bytes};
use krait_runtime::types::int;
use krait_runtime::{Header, Kind, PyResult, Thread, Value, ops, raise, state};

pub static MODULE: NativeModule = NativeModule {
    name: "_blake2",
    doc: "",
    functions: &[],
    init: |th, m| {
        for (def, prefix, sizes) in
            [(&BLAKE2B, "BLAKE2B", [16, 16, 64, 64]), (&BLAKE2S, "BLAKE2S", [8, 8, 32, 32])]
        {
            let class = m.add_type(th, def);
            let names = ["SALT_SIZE", "PERSON_SIZE", "MAX_KEY_SIZE", "MAX_DIGEST_SIZE"];
            for (name, size) in names.into_iter().zip(sizes) {
                let size = Value::from_i32(size);
                m.set(th, &format!("{prefix}_{name}"), size);
                class::set_class_attribute(th, class, state::intern(th, name), Some(size));
            }
        }
        m.set(th, "_GIL_MINSIZE", Value::from_i32(2048));
        Ok(())
    },
};

/// A parameter that is at most `max`; `unsigned` ones have a message of their own below zero.
fn number(
    th: &Thread,
    v: Option<Value>,
    default: u64,
    range: std::ops::RangeInclusive<u64>,
    error: impl FnOnce() -> krait_runtime::Raised,
    unsigned: bool,
) -> PyResult<u64> {
    let Some(v) = v else { return Ok(default) };
    let i = ops::index(th, v)?;
    if unsigned && int::is_negative(i) {
        return Err(raise!(th, ValueError, "Cannot convert negative int"));
    }
    match int::to_i128(i).and_then(|i| u64::try_from(i).ok()) {
        Some(n) if range.contains(&n) => Ok(n),
        _ => Err(error()),
    }
}

/// A parameter of bytes, at most `max` of them.
fn short(th: &Thread, v: Option<Value>, name: &str, max: usize) -> PyResult<&'static [u8]> {
    let Some(v) = v else { return Ok(&[]) };
    let data = bytes::expect_view(th, v)?;
    if data.len() > max {
        return Err(raise!(th, ValueError, "maximum {name} length is {max} bytes"));
    }
    Ok(data)
}

macro_rules! blake2_type {
    ($struct:ident, $def:ident, $crate_name:ident, $name:literal, $text:literal, $size:literal, $block:literal, $salt:literal, $offset:expr) => {
        #[doc = concat!("A running `", $name, "`.")]
        #[repr(C)]
        pub struct $struct {
            header: Header,
            digest_size: usize,
            state: RefCell<$crate_name::State>,
        }

        pub static $def: TypeDef = TypeDef::of::<$struct>($name, "_blake2")
            .doc("Return a new BLAKE2 hash object.")
            .flags(TypeFlags::BASE)
            .methods($struct::native_methods)
            .getsets($struct::native_getsets);

        // SAFETY: instances of the class are made in this macro with this layout.
        unsafe impl Object for $struct {
            const KIND: Kind = Kind::Native;
            const TRACED: bool = false;

            fn def() -> &'static TypeDef {
                &$def
            }
        }

        #[krait_macros::methods]
        impl $struct {
            #[staticmethod(
                sig = "(cls, /, data=b'', *, digest_size=64, key=b'', salt=b'', person=b'', fanout=1, depth=1, leaf_size=0, node_offset=0, node_depth=0, inner_size=0, last_node=False, usedforsecurity=True, string=None)"
            )]
            fn __new__(
                th: &Thread,
                cls: Value,
                data: Option<Value>,
                digest_size: Option<Value>,
                key: Option<Value>,
                salt: Option<Value>,
                person: Option<Value>,
                fanout: Option<Value>,
                depth: Option<Value>,
                leaf_size: Option<Value>,
                node_offset: Option<Value>,
                node_depth: Option<Value>,
                inner_size: Option<Value>,
                last_node: Option<bool>,
                _usedforsecurity: Option<bool>,
                string: Option<Value>,
            ) -> PyResult<&'static $struct> {
                let class = krait_runtime::native::class_arg(th, cls, $def.class(th))?;
                let data = crate::hashes::initial(th, data, string)?;
                let given = match digest_size {
                    Some(v) => ops::repr_string(th, v)?,
                    None => String::new(),
                };
                let size = number(th, digest_size, $size, 1..=$size, || raise!(
                    th,
                    ValueError,
                    "digest_size for {} must be between 1 and {} bytes, here it is {given}",
                    $text,
                    $size
                ), false)?;
                let salt = short(th, salt, "salt", $salt)?;
                let person = short(th, person, "person", $salt)?;
                let byte = |v, name: &str, default, low| number(th, v, default, low..=255, || {
                    raise!(th, ValueError, "{name} must be between {low} and 255")
                }, false);
                let fanout = byte(fanout, "fanout", 1, 0)?;
                let depth = byte(depth, "depth", 1, 1)?;
                let large = |name: &str| raise!(th, OverflowError, "{name} is too large");
                let leaf_size =
                    number(th, leaf_size, 0, 0..=u32::MAX as u64, || large("leaf_size"), true)?;
                let node_offset =
                    number(th, node_offset, 0, 0..=$offset, || large("node_offset"), true)?;
                let node_depth = byte(node_depth, "node_depth", 0, 0)?;
                let inner_size = number(th, inner_size, 0, 0..=$size, || {
                    raise!(th, ValueError, "inner_size must be between 0 and is {}", $size)
                }, false)?;
                let key = short(th, key, "key", $size)?;
                let mut params = $crate_name::Params::new();
                params
                    .hash_length(size as usize)
                    .key(key)
                    .salt(salt)
                    .personal(person)
                    .fanout(fanout as u8)
                    .max_depth(depth as u8)
                    .max_leaf_length(leaf_size as u32)
                    .node_offset(node_offset)
                    .node_depth(node_depth as u8)
                    .inner_hash_length(inner_size as usize)
                    .last_node(last_node.unwrap_or(false));
                let mut state = params.to_state();
                state.update(data);
                let header = Header::new(0, Kind::Native);
                let digest_size = size as usize;
                let object = $struct { header, digest_size, state: RefCell::new(state) };
                Ok(alloc_as(th, class, object))
            }

            /// Return a copy of the hash object.
            #[method(sig = "($self, /)")]
            fn copy(th: &Thread, this: &'static $struct) -> &'static $struct {
                let header = Header::new(0, Kind::Native);
                let state = RefCell::new(this.state.borrow().clone());
                let digest_size = this.digest_size;
                alloc_as(th, $def.class(th), $struct { header, digest_size, state })
            }

            /// Return the digest value as a bytes object.
            #[method(sig = "($self, /)")]
            fn digest(th: &Thread, this: &'static $struct) -> &'static Bytes {
                Bytes::new(th, this.state.borrow().finalize().as_bytes())
            }

            /// Return the digest value as a string of hexadecimal digits.
            #[method(sig = "($self, /)")]
            fn hexdigest(this: &'static $struct) -> String {
                crate::hashes::hex(this.state.borrow().finalize().as_bytes())
            }

            /// Update this hash object's state with the provided bytes-like object.
            #[method(sig = "($self, data, /)")]
            fn update(th: &Thread, this: &'static $struct, data: Value) -> PyResult<()> {
                let data = crate::hashes::input(th, data)?;
                this.state.borrow_mut().update(data);
                Ok(())
            }

            #[getter]
            fn digest_size(this: &'static $struct) -> usize {
                this.digest_size
            }

            #[getter]
            fn block_size(_this: Value) -> i32 {
                $block
            }

            #[getter]
            fn name(_this: Value) -> &'static str {
                $name
            }
        }
    };
}

blake2_type!(Blake2b, BLAKE2B, blake2b_simd, "blake2b", "Blake2b", 64, 128, 16, u64::MAX);
blake2_type!(Blake2s, BLAKE2S, blake2s_simd, "blake2s", "Blake2s", 32, 64, 8, (1 << 48) - 1);
