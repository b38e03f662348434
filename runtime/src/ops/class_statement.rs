//! The `class` statement: `builtins.__build_class__`.

use krait_layout::{Thread, Value};

use crate::error::{PyResult, catch};
use crate::object::{Object, Type, ValueExt, class, get_attr_or_none};
use crate::types::cell::Cell;
use crate::types::dict::Dict;
use crate::types::exception::Exc;
use crate::types::function::Function;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::{intern, interpreter, ops, raise, types};

/// `LOAD_BUILD_CLASS`.
pub fn load_build_class(th: &Thread, builtins: &Dict) -> PyResult<Value> {
    builtins
        .get_name(intern!(th, "__build_class__"))
        .ok_or_else(|| raise!(th, NameError, "__build_class__ not found"))
}

/// PEP 560: bases that are no classes give the real ones by `__mro_entries__`.
pub fn resolve_bases(th: &Thread, bases: &[Value]) -> PyResult<Vec<Value>> {
    let mut resolved = Vec::with_capacity(bases.len());
    for b in bases {
        if b.cast::<Type>().is_some() {
            resolved.push(*b);
            continue;
        }
        match get_attr_or_none(th, *b, intern!(th, "__mro_entries__"))? {
            Some(f) => {
                let original = Tuple::new(th, bases).value();
                let entries = ops::call(th, f, &[original])?;
                let Some(entries) = entries.cast::<Tuple>() else {
                    return Err(raise!(th, TypeError, "__mro_entries__ must return a tuple"));
                };
                resolved.extend_from_slice(entries.values());
            }
            None => resolved.push(*b),
        }
    }
    Ok(resolved)
}

/// `__build_class__(function, name, *bases, metaclass=…, **kwargs)`.
pub fn build_class(
    th: &Thread,
    function: Value,
    name: Value,
    original_bases: &[Value],
    kwargs: &'static Dict,
) -> PyResult<Value> {
    let Some(function) = function.cast::<Function>() else {
        return Err(raise!(th, TypeError, "__build_class__: func must be a function"));
    };
    if name.cast::<Str>().is_none() {
        return Err(raise!(th, TypeError, "__build_class__: name is not a string"));
    }
    let bases = resolve_bases(th, original_bases)?;
    let bases_tuple = Tuple::new(th, &bases).value();
    let kwargs = kwargs.copy(th);
    let key = intern!(th, "metaclass");
    let explicit = kwargs.remove_str(key.cast().expect("a string"));
    let meta = match explicit {
        Some(m) => m,
        None => match bases.first() {
            Some(b) => b.class().value(),
            None => types::type_::DEF.class(th).value(),
        },
    };
    let meta = match meta.cast::<Type>() {
        Some(m) => class::winning_metaclass(th, m, &bases)?.value(),
        None => meta,
    };
    let pairs = kwargs.pairs();
    let namespace = match get_attr_or_none(th, meta, intern!(th, "__prepare__"))? {
        Some(prepare) => {
            let ns = ops::call_with(th, prepare, &[name, bases_tuple], &pairs)?;
            if ns.slot(crate::object::Slot::GetItem).is_none() {
                let shown = meta.cast::<Type>().map_or("<metaclass>".into(), Type::name_string);
                return Err(raise!(
                    th,
                    TypeError,
                    "{shown}.__prepare__() must return a mapping, not {}",
                    ns.type_name()
                ));
            }
            ns
        }
        None => Dict::new(th).value(),
    };
    let cell = interpreter::run_class_body(th, function, namespace)?;
    if bases != original_bases {
        let original = Tuple::new(th, original_bases).value();
        ops::set_item(th, namespace, intern!(th, "__orig_bases__"), original)?;
    }
    let made = ops::call_with(th, meta, &[name, bases_tuple, namespace], &pairs)?;
    if let (Some(_), Some(cell)) = (made.cast::<Type>(), cell.cast::<Cell>()) {
        match cell.get() {
            None => {
                return Err(raise!(
                    th,
                    RuntimeError,
                    "__class__ not set defining {} as {}. Was __classcell__ propagated to type.__new__?",
                    ops::repr_string(th, name)?,
                    ops::repr_string(th, made)?
                ));
            }
            Some(c) if c != made => {
                return Err(raise!(
                    th,
                    TypeError,
                    "__class__ set to {} defining {} as {}",
                    ops::repr_string(th, c)?,
                    ops::repr_string(th, name)?,
                    ops::repr_string(th, made)?
                ));
            }
            Some(_) => {}
        }
    }
    Ok(made)
}

/// Whether a namespace has `key`, for mappings of any kind.
pub fn namespace_has(th: &Thread, namespace: Value, key: Value) -> PyResult<bool> {
    Ok(catch(th, Exc::KeyError, ops::get_item(th, namespace, key))?.is_some())
}
