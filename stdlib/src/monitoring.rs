//! `sys.monitoring` (PEP 669): tools and their callbacks.
//!
//! The interpreter reports no events yet, so turning one on raises; what only asks which tools
//! there are, as debuggers do when they are imported, works.

use krait_runtime::native::NativeModule;
use krait_runtime::object::Object;
use krait_runtime::types::dict::Dict;
use krait_runtime::types::module::Module;
use krait_runtime::types::str::Str;
use krait_runtime::types::{int, simple_namespace};
use krait_runtime::{PyResult, Thread, Value, raise, state};

pub static MODULE: NativeModule =
    NativeModule { name: "sys.monitoring", doc: "", functions: &functions::FUNCTIONS, init };

/// Tools that can be used at a time.
const TOOLS: i32 = 6;

const EVENTS: [(&str, i64); 20] = [
    ("NO_EVENTS", 0),
    ("PY_START", 1),
    ("PY_RESUME", 1 << 1),
    ("PY_RETURN", 1 << 2),
    ("PY_YIELD", 1 << 3),
    ("CALL", 1 << 4),
    ("LINE", 1 << 5),
    ("INSTRUCTION", 1 << 6),
    ("JUMP", 1 << 7),
    ("BRANCH_LEFT", 1 << 8),
    ("BRANCH_RIGHT", 1 << 9),
    ("STOP_ITERATION", 1 << 10),
    ("RAISE", 1 << 11),
    ("EXCEPTION_HANDLED", 1 << 12),
    ("PY_UNWIND", 1 << 13),
    ("PY_THROW", 1 << 14),
    ("RERAISE", 1 << 15),
    ("C_RETURN", 1 << 16),
    ("C_RAISE", 1 << 17),
    ("BRANCH", 1 << 18),
];

fn init(th: &Thread, m: &'static Module) -> PyResult<()> {
    for (name, id) in
        [("DEBUGGER_ID", 0), ("COVERAGE_ID", 1), ("PROFILER_ID", 2), ("OPTIMIZER_ID", 5)]
    {
        m.set(th, name, Value::from_i32(id));
    }
    let pairs: Vec<(&str, Value)> =
        EVENTS.iter().map(|(name, bit)| (*name, int::new(th, *bit))).collect();
    m.set(th, "events", simple_namespace::new(th, &pairs));
    for name in ["DISABLE", "MISSING"] {
        m.set(th, name, simple_namespace::new(th, &[]));
    }
    Ok(())
}

/// Names of the tools that are in use, by number.
fn tools(th: &Thread) -> &'static Dict {
    state::module_state(th, "sys.monitoring")
}

fn check(th: &Thread, tool: i32) -> PyResult<Value> {
    if !(0..TOOLS).contains(&tool) {
        return Err(raise!(th, ValueError, "invalid tool {tool} (must be between 0 and 5)"));
    }
    Ok(Value::from_i32(tool))
}

fn used(th: &Thread, tool: i32) -> PyResult<Value> {
    let key = check(th, tool)?;
    if tools(th).get(th, key)?.is_none() {
        return Err(raise!(th, ValueError, "tool {tool} is not in use"));
    }
    Ok(key)
}

#[krait_macros::module]
mod functions {
    use super::*;

    #[function(sig = "(tool_id, name, /)")]
    fn use_tool_id(th: &Thread, tool_id: i32, name: &Str) -> PyResult<()> {
        let key = check(th, tool_id)?;
        if tools(th).get(th, key)?.is_some() {
            return Err(raise!(th, ValueError, "tool {tool_id} is already in use"));
        }
        tools(th).set(th, key, name.value())
    }

    #[function(sig = "(tool_id, /)")]
    fn clear_tool_id(th: &Thread, tool_id: i32) -> PyResult<()> {
        check(th, tool_id).map(|_| ())
    }

    #[function(sig = "(tool_id, /)")]
    fn free_tool_id(th: &Thread, tool_id: i32) -> PyResult<()> {
        let key = check(th, tool_id)?;
        tools(th).remove(th, key).map(|_| ())
    }

    /// Return the name of the tool in use, or None.
    #[function(sig = "(tool_id, /)")]
    fn get_tool(th: &Thread, tool_id: i32) -> PyResult<Option<Value>> {
        let key = check(th, tool_id)?;
        tools(th).get(th, key)
    }

    #[function(sig = "(tool_id, event, func, /)")]
    fn register_callback(th: &Thread, tool_id: i32, event: i64, _func: Value) -> PyResult<()> {
        check(th, tool_id)?;
        if event.count_ones() != 1 {
            return Err(raise!(
                th,
                ValueError,
                "The callback can only be set for one event at a time"
            ));
        }
        Ok(())
    }

    #[function(sig = "(tool_id, /)")]
    fn get_events(th: &Thread, tool_id: i32) -> PyResult<i64> {
        used(th, tool_id).map(|_| 0)
    }

    #[function(sig = "(tool_id, event_set, /)")]
    fn set_events(th: &Thread, tool_id: i32, event_set: i64) -> PyResult<()> {
        used(th, tool_id)?;
        if event_set != 0 {
            let message = "sys.monitoring: Krait does not report events yet";
            return Err(raise!(th, NotImplementedError, "{message}"));
        }
        Ok(())
    }

    #[function(sig = "(tool_id, code, /)")]
    fn get_local_events(th: &Thread, tool_id: i32, _code: Value) -> PyResult<i64> {
        used(th, tool_id).map(|_| 0)
    }

    #[function(sig = "(tool_id, code, event_set, /)")]
    fn set_local_events(th: &Thread, tool_id: i32, _code: Value, event_set: i64) -> PyResult<()> {
        set_events(th, tool_id, event_set)
    }

    #[function]
    fn restart_events() {}
}
