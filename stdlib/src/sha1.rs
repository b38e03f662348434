//! `_sha1`.

use krait_runtime::native::NativeModule;
use krait_runtime::object::{Object, TypeFlags};
use krait_runtime::{PyResult, Thread, Value};

pub static MODULE: NativeModule = NativeModule {
    name: "_sha1",
    doc: "",
    functions: &functions::FUNCTIONS,
    init: |th, m| {
        m.set(th, "SHA1Type", SHA1.class(th).value());
        m.set(th, "_GIL_MINSIZE", Value::from_i32(2048));
        Ok(())
    },
};

crate::digest_type!(Sha1, SHA1, sha1::Sha1, "sha1", "_sha1", "sha1", TypeFlags::NO_NEW, {});

#[krait_macros::module]
mod functions {
    use super::*;

    /// Return a new SHA1 hash object; optionally initialized with a string.
    #[function(sig = "(data=b'', *, usedforsecurity=True, string=None)")]
    fn sha1(
        th: &Thread,
        data: Option<Value>,
        _usedforsecurity: Option<bool>,
        string: Option<Value>,
    ) -> PyResult<&'static Sha1> {
        let data = crate::hashes::initial(th, data, string)?;
        Ok(Sha1::start(th, Sha1::of(data)))
    }
}
