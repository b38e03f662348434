//! `_imp`: what `importlib` asks of the runtime.

use krait_runtime::error::PyResult;
use krait_runtime::native::NativeModule;
use krait_runtime::object::Object;
use krait_runtime::types::module::Module;
use krait_runtime::{Thread, Value};

pub static MODULE: NativeModule = NativeModule {
    name: "_imp",
    doc: "(Extremely) low-level import machinery bits as used by importlib.",
    functions: &functions::FUNCTIONS,
    init,
};

/// CPython 3.14's magic number of `.pyc` files, with its line end.
const MAGIC: i32 = 3627 | 0x0d << 16 | 0x0a << 24;

fn init(th: &Thread, m: &'static Module) -> PyResult<()> {
    m.set(th, "pyc_magic_number_token", Value::from_i32(MAGIC));
    m.set(th, "check_hash_based_pycs", krait_runtime::types::str::Str::new(th, "default").value());
    Ok(())
}

#[krait_macros::module]
mod functions {
    use super::*;
    use krait_runtime::native::OrNone;
    use krait_runtime::object::get_attr;
    use krait_runtime::types::list::List;
    use krait_runtime::{import, intern, ops, state};

    /// The import lock: the interpreter lock serves as one.
    #[function]
    fn acquire_lock() {}

    #[function]
    fn release_lock() {}

    #[function]
    fn lock_held() -> bool {
        false
    }

    /// Whether there is a native module of that name.
    #[function(sig = "(name, /)")]
    fn is_builtin(name: String) -> i64 {
        (name == "builtins" || name == "sys" || import::native_names().contains(&name.as_str()))
            as i64
    }

    #[function(sig = "(name, /)")]
    fn is_frozen(_name: String) -> bool {
        false
    }

    #[function(sig = "(name, /, *, withdata=False)")]
    fn find_frozen(_name: String, _withdata: Option<bool>) -> OrNoneValue {
        OrNoneValue
    }

    /// File endings of extension modules: there are none.
    #[function]
    fn extension_suffixes(th: &Thread) -> Value {
        List::new(th, &[]).value()
    }

    /// Imports the native module that the spec names.
    #[function(sig = "(spec, /)")]
    fn create_builtin(th: &Thread, spec: Value) -> PyResult<Value> {
        let name = get_attr(th, spec, intern!(th, "name"))?;
        if let Some(m) = state::modules().get(th, name)? {
            return Ok(m);
        }
        ops::import::import_module(th, &ops::str_string(th, name)?)
    }

    #[function(sig = "(mod, /)")]
    fn exec_builtin(_module: Value) -> i64 {
        0
    }

    /// `None`.
    struct OrNoneValue;

    impl krait_runtime::native::IntoValue for OrNoneValue {
        fn into_value(self, _: &Thread) -> PyResult<Value> {
            Ok(Value::NONE)
        }
    }

    #[function(sig = "(multi, /)")]
    fn _override_multi_interp_extensions_check(_multi: OrNone<i64>) -> i64 {
        0
    }
}
