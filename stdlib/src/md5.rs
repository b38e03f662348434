//! `_md5`.

use krait_runtime::native::NativeModule;
use krait_runtime::object::{Object, TypeFlags};
use krait_runtime::{PyResult, Thread, Value};

pub static MODULE: NativeModule = NativeModule {
    name: "_md5",
    doc: "",
    functions: &functions::FUNCTIONS,
    init: |th, m| {
        m.set(th, "MD5Type", MD5.class(th).value());
        m.set(th, "_GIL_MINSIZE", Value::from_i32(2048));
        Ok(())
    },
};

crate::digest_type!(Md5, MD5, md5::Md5, "md5", "_md5", "md5", TypeFlags::NO_NEW, {});

#[krait_macros::module]
mod functions {
    use super::*;

    /// Return a new MD5 hash object; optionally initialized with a string.
    #[function(sig = "(data=b'', *, usedforsecurity=True, string=None)")]
    fn md5(
        th: &Thread,
        data: Option<Value>,
        _usedforsecurity: Option<bool>,
        string: Option<Value>,
    ) -> PyResult<&'static Md5> {
        let data = crate::hashes::initial(th, data, string)?;
        Ok(Md5::start(th, Md5::of(data)))
    }
}
