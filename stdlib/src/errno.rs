//! `errno`.

use krait_runtime::error::PyResult;
use krait_runtime::native::NativeModule;
use krait_runtime::object::Object;
use krait_runtime::sys::errno::NAMES;
use krait_runtime::types::dict::Dict;
use krait_runtime::types::module::Module;
use krait_runtime::types::str::Str;
use krait_runtime::{Thread, Value};

pub static MODULE: NativeModule = NativeModule {
    name: "errno",
    doc: "This module makes available standard errno system symbols.",
    functions: &[],
    init,
};

fn init(th: &Thread, m: &'static Module) -> PyResult<()> {
    let codes = Dict::new(th);
    for (name, number) in NAMES {
        m.set(th, name, Value::from_i32(*number));
        codes.set(th, Value::from_i32(*number), Str::new(th, name).value())?;
    }
    m.set(th, "errorcode", codes.value());
    Ok(())
}
