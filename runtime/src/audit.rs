//! Audit hooks (PEP 578): functions that are told of what a program does and may forbid it.

use std::sync::atomic::{AtomicBool, Ordering};

use krait_layout::{Thread, Value};

use crate::error::PyResult;
use crate::object::{Object, ValueExt};
use crate::types::list::List;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::{intern, ops, state};

/// Whether there are hooks, so that events without a listener cost one load.
static HOOKED: AtomicBool = AtomicBool::new(false);

fn hooks(th: &Thread) -> &'static List {
    let own = state::module_state(th, "sys");
    let key = intern!(th, "audit_hooks");
    match own.get_name(key).and_then(|l| l.cast::<List>()) {
        Some(list) => list,
        None => {
            let list = List::new(th, &[]);
            own.set_name(th, key, list.value());
            list
        }
    }
}

/// Adds a hook for as long as the process lives.
pub fn add(th: &Thread, hook: Value) {
    hooks(th).push(th, hook);
    HOOKED.store(true, Ordering::Relaxed);
}

/// Tells the hooks of an event; what one raises forbids it.
#[inline]
pub fn event(
    th: &Thread,
    name: &str,
    args: impl FnOnce(&Thread) -> PyResult<Vec<Value>>,
) -> PyResult<()> {
    if !HOOKED.load(Ordering::Relaxed) {
        return Ok(());
    }
    let args = args(th)?;
    tell(th, Str::new(th, name).value(), Tuple::new(th, &args).value())
}

/// The same, of an event that Python code names.
pub fn tell(th: &Thread, name: Value, args: Value) -> PyResult<()> {
    for hook in hooks(th).to_vec() {
        ops::call(th, hook, &[name, args])?;
    }
    Ok(())
}
