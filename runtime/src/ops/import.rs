//! `import`.

use krait_layout::{Thread, Value};

use crate::error::PyResult;
use crate::interpreter::frame::FrameRecord;
use crate::object::{Object, ValueExt, get_attr, get_attr_or_none};
use crate::ops;
use crate::types::exception::{Exc, raise_import_error};
use crate::types::module::Module;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::{intern, raise, state};

/// `IMPORT_NAME`: through `builtins.__import__`, so that a replaced one is seen.
pub fn import_name(
    th: &Thread,
    frame: &FrameRecord,
    name: Value,
    from: Value,
    level: Value,
) -> PyResult<Value> {
    let Some(f) = frame.builtins.get_name(intern!(th, "__import__")) else {
        return Err(raise!(th, ImportError, "__import__ not found"));
    };
    let locals = frame.namespace.get().unwrap_or(Value::NONE);
    ops::call(th, f, &[name, frame.globals.value(), locals, from, level])
}

/// `IMPORT_FROM`: an attribute of a module, or its submodule of that name.
pub fn import_from(th: &Thread, module: Value, name: Value) -> PyResult<Value> {
    if let Some(v) = get_attr_or_none(th, module, name)? {
        return Ok(v);
    }
    let text = name.cast::<Str>().expect("a name is a string");
    let package = get_attr_or_none(th, module, intern!(th, "__name__"))?;
    let package = package.and_then(|p| p.cast::<Str>());
    if let Some(p) = package {
        let full = Str::new(th, &format!("{p}.{text}"));
        if let Some(m) = state::modules().get(th, full.value())? {
            return Ok(m);
        }
    }
    let shown = package.map_or("<unknown module name>".to_string(), |p| p.to_string());
    let spec = get_attr_or_none(th, module, intern!(th, "__spec__"))?.filter(|s| !s.is_none());
    let origin = match spec {
        Some(s) => {
            get_attr_or_none(th, s, intern!(th, "origin"))?.filter(|o| o.cast::<Str>().is_some())
        }
        None => None,
    };
    let file = match get_attr_or_none(th, module, intern!(th, "__file__"))? {
        Some(f) if f.cast::<Str>().is_some() => Some(f),
        _ => origin,
    };
    let initializing = match spec {
        Some(s) => match get_attr_or_none(th, s, intern!(th, "_initializing"))? {
            Some(v) => ops::truth(th, v)?,
            None => false,
        },
        None => false,
    };
    let place = match file {
        Some(f) => f.cast::<Str>().expect("filtered").to_string(),
        None => "unknown location".into(),
    };
    let message = if initializing {
        format!(
            "cannot import name '{text}' from partially initialized module '{shown}' (most likely due to a circular import) ({place})"
        )
    } else {
        format!("cannot import name '{text}' from '{shown}' ({place})")
    };
    let e = raise_import_error(th, Exc::ImportError, &message, package.map(|p| p.value()), file);
    if let Some(exc) = th.raised.get().and_then(|e| e.cast::<crate::types::exception::Exception>())
    {
        exc.set_field(3, Some(name));
    }
    Err(e)
}

/// `importlib.import_module(name)` for a dotted absolute name, from Rust.
pub fn import_module(th: &Thread, name: &str) -> PyResult<Value> {
    let key = Str::new(th, name);
    if let Some(m) = state::modules().get(th, key.value())? {
        return Ok(m);
    }
    crate::import::import(
        th,
        key,
        None,
        Some(Tuple::new(th, &[Str::new(th, "*").value()]).value()),
        0,
    )
}

/// Attribute `attribute` of module `module`, imported if need be.
pub fn from_module(th: &Thread, module: &str, attribute: &str) -> PyResult<Value> {
    let m = import_module(th, module)?;
    get_attr(th, m, state::intern(th, attribute))
}

/// `warnings.warn`, at the line that is running.
pub fn warn(th: &Thread, category: Exc, message: &str) -> PyResult<()> {
    let warn = from_module(th, "warnings", "warn")?;
    let class = category.class().value();
    ops::call(th, warn, &[Str::new(th, message).value(), class, Value::from_i32(1)])?;
    Ok(())
}

/// The module object, where `v` is one.
pub fn as_module(v: Value) -> Option<&'static Module> {
    v.cast::<Module>()
}
