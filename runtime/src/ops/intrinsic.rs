//! `CALL_INTRINSIC_1` and `CALL_INTRINSIC_2`.

use krait_layout::{Thread, Value};

use crate::error::PyResult;
use crate::interpreter::frame::FrameRecord;
use crate::object::{Object, ValueExt, get_attr_or_none};
use crate::ops;
use crate::types::dict::Dict;
use crate::types::exception::Exc;
use crate::types::function::Function;
use crate::types::list::List;
use crate::types::module::Module;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::{exception_group, generator, typing};
use crate::{intern, raise, state};

/// Intrinsic number `which` with one operand.
pub fn unary(th: &Thread, frame: &'static FrameRecord, which: u32, v: Value) -> PyResult<Value> {
    match which {
        1 => {
            // An expression statement of the interactive mode.
            let hook = crate::import::sys_attribute(th, "displayhook")
                .ok_or_else(|| raise!(th, RuntimeError, "lost sys.displayhook"))?;
            ops::call(th, hook, &[v])
        }
        2 => import_star(th, frame, v),
        3 => stop_iteration_error(th, frame, v),
        4 => Ok(generator::wrap(th, v)),
        5 => ops::positive(th, v),
        6 => {
            let list = v.cast::<List>().expect("the compiler puts a list here");
            Ok(Tuple::new(th, &list.to_vec()).value())
        }
        7 => typing::type_var(th, v),
        8 => typing::param_spec(th, v),
        9 => typing::type_var_tuple(th, v),
        10 => typing::subscript_generic(th, v),
        11 => typing::type_alias(th, v),
        _ => Err(raise!(th, SystemError, "unknown intrinsic {which}")),
    }
}

/// Intrinsic number `which` with two operands.
pub fn binary(th: &Thread, which: u32, a: Value, b: Value) -> PyResult<Value> {
    match which {
        1 => exception_group::prepare_reraise(th, a, b),
        2 => typing::type_var_with_bound(th, a, b),
        3 => typing::type_var_with_constraints(th, a, b),
        4 => {
            let f = a.cast::<Function>().expect("the compiler puts a function here");
            f.type_params.set(&f.header, Some(b));
            Ok(a)
        }
        5 => typing::set_default(th, a, b),
        _ => Err(raise!(th, SystemError, "unknown intrinsic {which}")),
    }
}

/// `from module import *`.
fn import_star(th: &Thread, frame: &FrameRecord, module: Value) -> PyResult<Value> {
    let namespace = frame.namespace.get().unwrap_or(frame.globals.value());
    let all = get_attr_or_none(th, module, intern!(th, "__all__"))?;
    let names = match all {
        Some(all) => ops::collect(th, all)?,
        None => {
            let dict = get_attr_or_none(th, module, intern!(th, "__dict__"))?;
            let Some(dict) = dict.and_then(|d| d.cast::<Dict>()) else {
                return Err(raise!(
                    th,
                    ImportError,
                    "from-import-* object has no __dict__ and no __all__"
                ));
            };
            dict.iter()
                .map(|(k, _)| k)
                .filter(|k| {
                    k.cast::<Str>().is_none_or(|s| s.is_empty() || s.char_at(0) != u32::from('_'))
                })
                .collect()
        }
    };
    for name in names {
        let Some(text) = name.cast::<Str>() else {
            let shown = module.cast::<Module>().and_then(|m| m.get(th, "__name__"));
            let shown = shown.map_or(Ok("?".to_string()), |n| ops::str_string(th, n))?;
            let what = if all.is_some() { "Item in" } else { "Key in" };
            let place = if all.is_some() { "__all__" } else { "__dict__" };
            return Err(raise!(
                th,
                TypeError,
                "{what} {shown}.{place} must be str, not {}",
                name.type_name()
            ));
        };
        let name = state::intern_object(th, text);
        let v = crate::object::get_attr(th, module, name)?;
        ops::set_item(th, namespace, name, v)?;
    }
    Ok(Value::NONE)
}

/// PEP 479: `StopIteration` out of a generator becomes `RuntimeError`.
fn stop_iteration_error(th: &Thread, frame: &FrameRecord, exc: Value) -> PyResult<Value> {
    use crate::bytecode::code_unit::flags;
    let kind = if frame.code.has_flag(flags::ASYNC_GENERATOR) {
        "async generator"
    } else if frame.code.has_flag(flags::COROUTINE) {
        "coroutine"
    } else {
        "generator"
    };
    let message = if exc.class().is_subclass(Exc::StopIteration.class()) {
        format!("{kind} raised StopIteration")
    } else if frame.code.has_flag(flags::ASYNC_GENERATOR)
        && exc.class().is_subclass(Exc::StopAsyncIteration.class())
    {
        format!("{kind} raised StopAsyncIteration")
    } else {
        return Ok(exc);
    };
    let text = Str::new(th, &message).value();
    let error = crate::types::exception::new(th, Exc::RuntimeError.class(), &[text]);
    error.set_cause(Some(exc));
    error.set_context_value(Some(exc));
    Ok(error.value())
}
