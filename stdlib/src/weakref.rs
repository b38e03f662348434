//! `_weakref`.

use krait_runtime::error::PyResult;
use krait_runtime::native::NativeModule;
use krait_runtime::object::Object;
use krait_runtime::types::module::Module;
use krait_runtime::types::weakref;
use krait_runtime::{Thread, Value};

pub static MODULE: NativeModule = NativeModule {
    name: "_weakref",
    doc: "Weak-reference support module.",
    functions: &functions::FUNCTIONS,
    init,
};

fn init(th: &Thread, m: &'static Module) -> PyResult<()> {
    let class = weakref::DEF.class(th).value();
    m.set(th, "ref", class);
    m.set(th, "ReferenceType", class);
    m.set(th, "ProxyType", weakref::PROXY.class(th).value());
    m.set(th, "CallableProxyType", weakref::CALLABLE_PROXY.class(th).value());
    Ok(())
}

#[krait_macros::module]
mod functions {
    use super::*;
    use krait_runtime::object::ValueExt;
    use krait_runtime::ops;
    use krait_runtime::types::dict::Dict;
    use krait_runtime::types::weakref::WeakRef;

    /// Create a proxy object that weakly references 'object'.
    #[function(sig = "(object, callback=None, /)")]
    fn proxy(th: &Thread, object: Value, callback: Option<Value>) -> PyResult<Value> {
        weakref::proxy(th, object, callback)
    }

    /// Return the number of weak references to 'object'.
    #[function(sig = "(object, /)")]
    fn getweakrefcount(object: Value) -> usize {
        weakref::count(object)
    }

    /// Return a list of all weak reference objects that point to 'object'.
    #[function(sig = "(object, /)")]
    fn getweakrefs(th: &Thread, object: Value) -> Value {
        weakref::list(th, object)
    }

    /// Atomically remove key from dict if it points to a dead weakref.
    #[function(sig = "(dct, key, /)")]
    fn _remove_dead_weakref(th: &Thread, dct: &Dict, key: Value) -> PyResult<()> {
        let hash = ops::hash(th, key)?;
        let Some(v) = dct.get_hashed(th, key, hash)? else { return Ok(()) };
        if v.cast::<WeakRef>().is_some_and(|r| r.target().is_none()) {
            dct.remove(th, key)?;
        }
        Ok(())
    }
}
