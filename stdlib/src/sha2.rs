//! `_sha2`.

use krait_runtime::native::NativeModule;
use krait_runtime::object::TypeFlags;
use krait_runtime::{PyResult, Thread, Value};

pub static MODULE: NativeModule = NativeModule {
    name: "_sha2",
    doc: "",
    functions: &functions::FUNCTIONS,
    init: |th, m| {
        for def in [&SHA224, &SHA256, &SHA384, &SHA512] {
            m.add_type(th, def);
        }
        m.set(th, "_GIL_MINSIZE", Value::from_i32(2048));
        Ok(())
    },
};

/// Writes the types and the functions that make their objects as rows.
macro_rules! functions {
    ($($name:ident, $text:literal, $struct:ident, $def:ident, $type_name:literal, $doc:literal;)*) => {
        $(crate::digest_type!(
            $struct, $def, sha2::$struct, $type_name, "_sha2", $text, TypeFlags::NO_NEW, {}
        );)*

        #[krait_macros::module]
        mod functions {
            use super::*;

            $(#[doc = $doc]
            #[function(sig = "(data=b'', *, usedforsecurity=True, string=None)")]
            fn $name(
                th: &Thread,
                data: Option<Value>,
                _usedforsecurity: Option<bool>,
                string: Option<Value>,
            ) -> PyResult<&'static $struct> {
                let data = crate::hashes::initial(th, data, string)?;
                Ok($struct::start(th, $struct::of(data)))
            })*
        }
    };
}

functions! {
    sha224, "sha224", Sha224, SHA224, "SHA224Type",
        "Return a new SHA-224 hash object; optionally initialized with a string.";
    sha256, "sha256", Sha256, SHA256, "SHA256Type",
        "Return a new SHA-256 hash object; optionally initialized with a string.";
    sha384, "sha384", Sha384, SHA384, "SHA384Type",
        "Return a new SHA-384 hash object; optionally initialized with a string.";
    sha512, "sha512", Sha512, SHA512, "SHA512Type",
        "Return a new SHA-512 hash object; optionally initialized with a string.";
}
