//! `atexit`.

use krait_runtime::error::PyResult;
use krait_runtime::native::NativeModule;
use krait_runtime::object::{Object, ValueExt};
use krait_runtime::types::list::List;
use krait_runtime::types::module::Module;
use krait_runtime::types::tuple::Tuple;
use krait_runtime::{Thread, Value, intern, ops, raise, state};

pub static MODULE: NativeModule = NativeModule {
    name: "atexit",
    doc: "allow programmer to define multiple exit functions to be executed\nupon normal program termination.",
    functions: &functions::FUNCTIONS,
    init: |_, _: &'static Module| Ok(()),
};

/// The registered calls: `(function, args, kwargs)`.
fn calls(th: &Thread) -> &'static List {
    let own = state::module_state(th, "atexit");
    let name = intern!(th, "calls");
    if let Some(l) = own.get_name(name).and_then(|l| l.cast::<List>()) {
        return l;
    }
    let l = List::new(th, &[]);
    own.set_name(th, name, l.value());
    l
}

#[krait_macros::module]
mod functions {
    use super::*;
    use krait_runtime::object::Slot;
    use krait_runtime::types::dict::Dict;

    /// Register a function to be executed upon normal program termination.
    #[function(sig = "(func, /, *args, **kwargs)")]
    fn register(th: &Thread, func: Value, args: Value, kwargs: Value) -> PyResult<Value> {
        if func.slot(Slot::Call).is_none() {
            return Err(raise!(th, TypeError, "the first argument must be callable"));
        }
        calls(th).push(th, Tuple::new(th, &[func, args, kwargs]).value());
        Ok(func)
    }

    /// Clear the list of previously registered exit functions.
    #[function]
    fn _clear(th: &Thread) {
        calls(th).set_items(th, &[]);
    }

    /// Unregister an exit function which was previously registered.
    #[function(sig = "(func, /)")]
    fn unregister(th: &Thread, func: Value) -> PyResult<()> {
        let mut keep = Vec::new();
        for call in calls(th).to_vec() {
            let f = call.cast::<Tuple>().expect("made by register").values()[0];
            if !ops::is_or_eq(th, f, func)? {
                keep.push(call);
            }
        }
        calls(th).set_items(th, &keep);
        Ok(())
    }

    /// Return the number of exit functions registered.
    #[function]
    fn _ncallbacks(th: &Thread) -> usize {
        calls(th).len()
    }

    /// Run all registered exit functions, newest first.
    #[function]
    fn _run_exitfuncs(th: &Thread) {
        while let Some(call) = calls(th).pop_last() {
            let parts = call.cast::<Tuple>().expect("made by register").values();
            let args = parts[1].cast::<Tuple>().expect("made by register").values();
            let kwargs = parts[2].cast::<Dict>().expect("made by register").pairs();
            if ops::call_with(th, parts[0], args, &kwargs).is_err() {
                ops::exceptions::write_unraisable(th, parts[0]);
            }
        }
    }
}
