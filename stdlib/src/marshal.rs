//! `marshal`: constants and code objects as bytes, in CPython's format. Lists, dictionaries and
//! sets, which no code object holds, are not supported yet.

use krait_runtime::bytecode::marshal::{self, Error};
use krait_runtime::error::PyResult;
use krait_runtime::native::NativeModule;
use krait_runtime::types::bytes::{self, Bytes};
use krait_runtime::types::code;
use krait_runtime::types::module::Module;
use krait_runtime::{Raised, Thread, Value, intern, ops, raise};

pub static MODULE: NativeModule = NativeModule {
    name: "marshal",
    doc: "This module contains functions that can read and write Python values in a binary format.",
    functions: &functions::FUNCTIONS,
    init,
};

/// The version of the format.
const VERSION: i32 = 5;

fn init(th: &Thread, m: &'static Module) -> PyResult<()> {
    m.set(th, "version", Value::from_i32(VERSION));
    Ok(())
}

fn bad(th: &Thread, e: Error) -> Raised {
    match e {
        Error::Eof => raise!(th, EOFError, "marshal data too short"),
        Error::Bad(_) => raise!(th, ValueError, "{e}"),
    }
}

#[krait_macros::module]
mod functions {
    use super::*;

    /// Return the bytes object that would be written to a file by dump(value, file).
    #[function(sig = "(value, version=5, /, *, allow_code=True)")]
    fn dumps(
        th: &Thread,
        value: Value,
        _version: Option<i64>,
        _allow: Option<bool>,
    ) -> PyResult<&'static Bytes> {
        let constant = code::to_constant(th, value)?;
        Ok(Bytes::new(th, &marshal::dumps_constant(&constant)))
    }

    /// Convert the bytes-like object to a value.
    #[function(sig = "(bytes, /, *, allow_code=True)")]
    fn loads(th: &Thread, data: Value, _allow: Option<bool>) -> PyResult<Value> {
        let data = bytes::expect_view(th, data)?;
        match marshal::loads_constant(data) {
            Ok((constant, _)) => Ok(code::constant(th, &constant)),
            Err(e) => Err(bad(th, e)),
        }
    }

    /// Write the value on the open file.
    #[function(sig = "(value, file, version=5, /, *, allow_code=True)")]
    fn dump(
        th: &Thread,
        value: Value,
        file: Value,
        version: Option<i64>,
        allow: Option<bool>,
    ) -> PyResult<Value> {
        use krait_runtime::object::Object;
        let data = dumps(th, value, version, allow)?;
        ops::call_method(th, file, intern!(th, "write"), &[data.value()])
    }
}
