//! Names: globals, builtins, class and module namespaces, and errors for unbound variables.

use krait_layout::{Thread, Value};

use crate::error::{PyResult, catch};
use crate::interpreter::frame::{FrameRecord, FrameRef};
use crate::interpreter::inline_cache::{CacheKind, InlineCache};
use crate::object::{Object, ValueExt};
use crate::ops;
use crate::types::cell::Cell;
use crate::types::code::Code;
use crate::types::dict::Dict;
use crate::types::exception::{Exc, raise_name_error};
use crate::types::str::Str;
use crate::{intern, raise, shapes};

fn text(name: Value) -> &'static Str {
    name.cast::<Str>().expect("a name is a string")
}

/// Raises `NameError: name 'x' is not defined`.
#[cold]
pub fn undefined(th: &Thread, name: Value) -> crate::Raised {
    raise_name_error(th, Exc::NameError, &format!("name '{}' is not defined", text(name)), name)
}

/// Raises `UnboundLocalError` for local variable `i`.
#[cold]
pub fn unbound_local(th: &Thread, code: &Code, i: u32) -> crate::Raised {
    let name = code.local_names()[i as usize];
    let message = format!(
        "cannot access local variable '{}' where it is not associated with a value",
        text(name)
    );
    raise_name_error(th, Exc::UnboundLocalError, &message, name)
}

/// Raises the error for an empty cell: of a local variable or of an enclosing function's.
#[cold]
pub fn unbound_cell(th: &Thread, code: &Code, i: u32) -> crate::Raised {
    let kind = code.unit.localspluskinds[i as usize];
    if kind & crate::bytecode::code_unit::local_kind::FREE == 0 {
        return unbound_local(th, code, i);
    }
    let name = code.local_names()[i as usize];
    let message = format!(
        "cannot access free variable '{}' where it is not associated with a value in enclosing scope",
        text(name)
    );
    raise_name_error(th, Exc::NameError, &message, name)
}

/// `LOAD_GLOBAL`, looked up anew.
pub fn load_global(th: &Thread, globals: &Dict, builtins: &Dict, name: Value) -> PyResult<Value> {
    for d in [globals, builtins] {
        let found = if d.value().is_exactly(shapes::DICT) {
            d.get_name(name)
        } else {
            // A subclass of dict: its own __getitem__ and __missing__ count.
            catch(th, Exc::KeyError, ops::get_item(th, d.value(), name))?
        };
        if let Some(v) = found {
            return Ok(v);
        }
    }
    Err(undefined(th, name))
}

/// As [`load_global`], filling the instruction's cache.
pub fn load_global_cached(
    th: &Thread,
    globals: &Dict,
    builtins: &Dict,
    name: Value,
    cache: &InlineCache,
) -> PyResult<Value> {
    let s = text(name);
    if !globals.value().is_exactly(shapes::DICT) || !builtins.value().is_exactly(shapes::DICT) {
        return load_global(th, globals, builtins, name);
    }
    if let Some(i) = globals.position_of(s) {
        cache.kind.set(CacheKind::Global);
        cache.shape.set(globals.version());
        cache.index.set(i as u32);
        return Ok(globals.value_at(i).expect("a found entry has a value"));
    }
    if let Some(i) = builtins.position_of(s) {
        cache.kind.set(CacheKind::Builtin);
        cache.shape.set(globals.version());
        cache.epoch.set(builtins.version());
        cache.index.set(i as u32);
        return Ok(builtins.value_at(i).expect("a found entry has a value"));
    }
    load_global(th, globals, builtins, name)
}

pub fn store_global(th: &Thread, globals: &Dict, name: Value, v: Value) -> PyResult<()> {
    globals.set_name(th, name, v);
    Ok(())
}

pub fn delete_global(th: &Thread, globals: &Dict, name: Value) -> PyResult<()> {
    match globals.remove_str(text(name)) {
        Some(_) => Ok(()),
        None => Err(undefined(th, name)),
    }
}

fn namespace(th: &Thread, frame: &FrameRecord) -> PyResult<Value> {
    frame.namespace.get().ok_or_else(|| raise!(th, SystemError, "no locals found"))
}

/// `v[name]` of a namespace; `None` where it has no such key.
fn find_in(th: &Thread, mapping: Value, name: Value) -> PyResult<Option<Value>> {
    if mapping.is_exactly(shapes::DICT) {
        return Ok(mapping.cast::<Dict>().expect("the shape says so").get_name(name));
    }
    catch(th, Exc::KeyError, ops::get_item(th, mapping, name))
}

/// `LOAD_NAME`.
pub fn load_name(th: &Thread, frame: &FrameRecord, name: Value) -> PyResult<Value> {
    if let Some(v) = find_in(th, namespace(th, frame)?, name)? {
        return Ok(v);
    }
    load_global(th, frame.globals, frame.builtins, name)
}

/// `STORE_NAME`.
pub fn store_name(th: &Thread, frame: &FrameRecord, name: Value, v: Value) -> PyResult<()> {
    let ns = namespace(th, frame)?;
    if ns.is_exactly(shapes::DICT) {
        ns.cast::<Dict>().expect("the shape says so").set_name(th, name, v);
        return Ok(());
    }
    ops::set_item(th, ns, name, v)
}

/// `DELETE_NAME`.
pub fn delete_name(th: &Thread, frame: &FrameRecord, name: Value) -> PyResult<()> {
    let ns = namespace(th, frame)?;
    match catch(th, Exc::KeyError, ops::delete_item(th, ns, name))? {
        Some(()) => Ok(()),
        None => Err(undefined(th, name)),
    }
}

/// `LOAD_LOCALS`: the namespace of the frame.
pub fn load_locals(th: &Thread, frame: &'static FrameRecord) -> PyResult<Value> {
    match frame.namespace.get() {
        Some(ns) => Ok(ns),
        None => FrameRef::of(frame).object(th).locals(th),
    }
}

/// `LOAD_FROM_DICT_OR_GLOBALS`.
pub fn load_from_mapping_or_globals(
    th: &Thread,
    mapping: Value,
    frame: &FrameRecord,
    name: Value,
) -> PyResult<Value> {
    match find_in(th, mapping, name)? {
        Some(v) => Ok(v),
        None => load_global(th, frame.globals, frame.builtins, name),
    }
}

/// `LOAD_FROM_DICT_OR_DEREF` for variable `i`.
pub fn load_from_mapping_or_cell(
    th: &Thread,
    mapping: Value,
    code: &Code,
    i: u32,
    cell: Option<&'static Cell>,
) -> PyResult<Value> {
    match find_in(th, mapping, code.local_names()[i as usize])? {
        Some(v) => Ok(v),
        None => cell.and_then(Cell::get).ok_or_else(|| unbound_cell(th, code, i)),
    }
}

/// `SETUP_ANNOTATIONS`: makes `__annotations__` in the namespace.
pub fn setup_annotations(th: &Thread, frame: &FrameRecord) -> PyResult<()> {
    let ns = namespace(th, frame)?;
    let name = intern!(th, "__annotations__");
    if find_in(th, ns, name)?.is_none() {
        let d = Dict::new(th);
        ops::set_item(th, ns, name, d.value())?;
    }
    Ok(())
}
