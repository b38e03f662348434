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
    use krait_runtime::types::bytes::{self, Bytes};
    use krait_runtime::types::code::Code;
    use krait_runtime::types::exception::{Exc, raise_import_error};
    use krait_runtime::types::list::List;
    use krait_runtime::types::str::Str;
    use krait_runtime::types::tuple::Tuple;
    use krait_runtime::{import, intern, ops, program, raise, state};

    /// The import lock, which one thread may take several times.
    fn lock(th: &Thread) -> PyResult<Value> {
        let own = state::module_state(th, "_imp");
        let key = intern!(th, "lock");
        if let Some(lock) = own.get_name(key) {
            return Ok(lock);
        }
        let class = ops::import::from_module(th, "_thread", "RLock")?;
        let lock = ops::call(th, class, &[])?;
        own.set_name(th, key, lock);
        Ok(lock)
    }

    /// Acquires the interpreter's import lock for the current thread.
    #[function]
    fn acquire_lock(th: &Thread) -> PyResult<()> {
        ops::call_method(th, lock(th)?, intern!(th, "acquire"), &[]).map(|_| ())
    }

    /// Release the interpreter's import lock.
    #[function]
    fn release_lock(th: &Thread) -> PyResult<()> {
        let lock = lock(th)?;
        let owned = ops::call_method(th, lock, intern!(th, "_is_owned"), &[])?;
        if !ops::truth(th, owned)? {
            return Err(raise!(th, RuntimeError, "not holding the import lock"));
        }
        ops::call_method(th, lock, intern!(th, "release"), &[]).map(|_| ())
    }

    /// Return True if the import lock is currently held, else False.
    #[function]
    fn lock_held(th: &Thread) -> PyResult<bool> {
        let locked = ops::call_method(th, lock(th)?, intern!(th, "locked"), &[])?;
        ops::truth(th, locked)
    }

    /// Whether there is a native module of that name.
    #[function(sig = "(name, /)")]
    fn is_builtin(name: String) -> i64 {
        match name.as_str() {
            // They cannot be made again.
            "builtins" | "sys" => -1,
            name => i64::from(import::native_names().contains(&name)),
        }
    }

    /// Returns True if the module name corresponds to a frozen module: one that is part of the
    /// executable.
    #[function(sig = "(name, /)")]
    fn is_frozen(th: &Thread, name: String) -> bool {
        program::find(&name).is_some() && !import::standard::is_installing(th)
    }

    fn frozen(th: &Thread, name: &str) -> PyResult<program::Embedded> {
        program::find(name).ok_or_else(|| {
            let message = format!("No such frozen object named {name}");
            let name = Str::new(th, name).value();
            raise_import_error(th, Exc::ImportError, &message, Some(name), None)
        })
    }

    /// Returns True if the module name is of a frozen package.
    #[function(sig = "(name, /)")]
    fn is_frozen_package(th: &Thread, name: String) -> PyResult<bool> {
        Ok(frozen(th, &name)?.is_package())
    }

    /// Create a code object for a frozen module.
    #[function(sig = "(name, data=None, /)")]
    fn get_frozen_object(
        th: &Thread,
        name: String,
        _data: Option<Value>,
    ) -> PyResult<&'static Code> {
        Ok(frozen(th, &name)?.code(th))
    }

    /// Return info about the corresponding frozen module (if there is one) or None.
    #[function(sig = "(name, /, *, withdata=False)")]
    fn find_frozen(th: &Thread, name: String, _withdata: Option<bool>) -> Value {
        let Some(embedded) = program::find(&name) else { return Value::NONE };
        let package = Value::from_bool(embedded.is_package());
        Tuple::new(th, &[Value::NONE, package, Str::new(th, &name).value()]).value()
    }

    /// Returns the list of available frozen modules.
    #[function]
    fn _frozen_module_names(th: &Thread) -> Value {
        let names: Vec<Value> = program::names().map(|n| Str::new(th, n).value()).collect();
        List::new(th, &names).value()
    }

    /// Changes code.co_filename to specify the passed-in file path.
    #[function(sig = "(code, path, /)")]
    fn _fix_co_filename(code: &'static Code, path: &'static Str) {
        code.set_filename(path);
    }

    #[function(sig = "(key, source)")]
    fn source_hash(th: &Thread, _key: i64, source: Value) -> PyResult<&'static Bytes> {
        let hash = import::cached::source_hash(bytes::expect_view(th, source)?);
        Ok(Bytes::new(th, &hash))
    }

    /// Extension modules of CPython cannot be loaded.
    #[function(sig = "(spec, file=None, /)")]
    fn create_dynamic(th: &Thread, spec: Value, _file: Option<Value>) -> PyResult<Value> {
        let name = get_attr(th, spec, intern!(th, "name"))?;
        let message = "extension modules of CPython cannot be loaded";
        Err(raise_import_error(th, Exc::ImportError, message, Some(name), None))
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
        let text = ops::str_string(th, name)?;
        import::create_native(th, &text)?.ok_or_else(|| {
            let message = format!("no built-in module named {text}");
            raise_import_error(th, Exc::ImportError, &message, Some(name), None)
        })
    }

    #[function(sig = "(mod, /)")]
    fn exec_builtin(_module: Value) -> i64 {
        0
    }

    #[function(sig = "(multi, /)")]
    fn _override_multi_interp_extensions_check(_multi: OrNone<i64>) -> i64 {
        0
    }
}
