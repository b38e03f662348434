//! `gc`: the collector as programs see it. There are no reference counts: every object that
//! cannot be reached is found by the collector, cyclic or not.

use krait_runtime::error::PyResult;
use krait_runtime::native::NativeModule;
use krait_runtime::object::{Object, ValueExt};
use krait_runtime::types::list::List;
use krait_runtime::types::module::Module;
use krait_runtime::types::tuple::Tuple;
use krait_runtime::{Thread, Value, gc, raise};

pub static MODULE: NativeModule = NativeModule {
    name: "gc",
    doc: "This module provides access to the garbage collector for reference cycles.",
    functions: &functions::FUNCTIONS,
    init,
};

fn init(th: &Thread, m: &'static Module) -> PyResult<()> {
    m.set(th, "garbage", List::new(th, &[]).value());
    m.set(th, "callbacks", List::new(th, &[]).value());
    for (name, bit) in [
        ("DEBUG_STATS", 1),
        ("DEBUG_COLLECTABLE", 2),
        ("DEBUG_UNCOLLECTABLE", 4),
        ("DEBUG_SAVEALL", 32),
        ("DEBUG_LEAK", 38),
    ] {
        m.set(th, name, Value::from_i32(bit));
    }
    Ok(())
}

#[krait_macros::module]
mod functions {
    use super::*;

    /// Run the garbage collector; the number of finalizers that ran.
    #[function(sig = "(generation=2)")]
    fn collect(th: &Thread, generation: Option<i64>) -> PyResult<usize> {
        if !matches!(generation.unwrap_or(2), 0..=2) {
            return Err(raise!(th, ValueError, "invalid generation"));
        }
        Ok(gc::collect_and_finalize(th))
    }

    /// Enable automatic garbage collection.
    #[function]
    fn enable() {
        gc::enable();
    }

    /// Disable automatic garbage collection.
    #[function]
    fn disable() {
        gc::disable();
    }

    /// Returns true if automatic garbage collection is enabled.
    #[function]
    fn isenabled() -> bool {
        gc::is_enabled()
    }

    /// Whether the collector knows the object: whether it is one of the heap.
    #[function(sig = "(obj, /)")]
    fn is_tracked(obj: Value) -> bool {
        obj.is_heap()
            && !matches!(obj.type_name().as_str(), "int" | "float" | "str" | "bytes" | "complex")
    }

    /// Return the list of objects tracked by the collector.
    #[function(sig = "(generation=None)")]
    fn get_objects(th: &Thread, _generation: Option<Value>) -> Value {
        let all: Vec<Value> = gc::live_objects(th).into_iter().map(Value::from_header).collect();
        List::new(th, &all).value()
    }

    /// Return the list of objects that the arguments refer to.
    #[function(sig = "(*objs)")]
    fn get_referents(th: &Thread, objs: &Tuple) -> Value {
        let found: Vec<Value> = objs
            .values()
            .iter()
            .filter_map(|v| v.header())
            .flat_map(gc::referents)
            .map(Value::from_header)
            .collect();
        List::new(th, &found).value()
    }

    /// Return the list of objects that refer to the arguments.
    #[function(sig = "(*objs)")]
    fn get_referrers(th: &Thread, objs: &Tuple) -> Value {
        let targets: Vec<_> = objs.values().iter().filter_map(|v| v.header()).collect();
        let found: Vec<Value> =
            gc::referrers(th, &targets).into_iter().map(Value::from_header).collect();
        List::new(th, &found).value()
    }

    /// Krait's collector has no thresholds of counts: CPython's defaults.
    #[function]
    fn get_threshold(th: &Thread) -> Value {
        let t = [Value::from_i32(2000), Value::from_i32(10), Value::from_i32(0)];
        Tuple::new(th, &t).value()
    }

    /// Accepted and ignored: the collector decides by the heap's growth.
    #[function(sig = "(threshold0, threshold1=0, threshold2=0, /)")]
    fn set_threshold(_a: i64, _b: Option<i64>, _c: Option<i64>) {}

    /// Return the current collection counts: always zero.
    #[function]
    fn get_count(th: &Thread) -> Value {
        Tuple::new(th, &[Value::from_i32(0); 3]).value()
    }

    /// Accepted and ignored: there is no permanent generation.
    #[function]
    fn freeze() {}

    /// Accepted and ignored: there is no permanent generation.
    #[function]
    fn unfreeze() {}

    /// Return the number of objects in the permanent generation: none.
    #[function]
    fn get_freeze_count() -> i64 {
        0
    }

    /// Get the garbage collection debugging flags: none are supported.
    #[function]
    fn get_debug() -> i64 {
        0
    }
}
