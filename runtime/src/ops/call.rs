//! Calling.

use krait_layout::{Kind, StackSlot, Thread, Value};

use crate::error::PyResult;
use crate::object::{Object, Slot, Type, ValueExt, get_attr};
use crate::types::class_method::ClassMethod;
use crate::types::function::Function;
use crate::types::method::BoundMethod;
use crate::types::native_function::NativeFunction;
use crate::types::static_method::StaticMethod;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::{ops, raise, types};

/// Calls `callable` with positional arguments.
#[inline]
pub fn call(th: &Thread, callable: Value, args: &[Value]) -> PyResult<Value> {
    // SAFETY: `Option<Value>` has `Value`'s representation.
    let slots =
        unsafe { std::slice::from_raw_parts(args.as_ptr() as *const StackSlot, args.len()) };
    call_slots(th, callable, slots, None)
}

/// Calls `callable`; the values of the keyword arguments `kwnames` end `args`, all of which are
/// set. This is the one place that knows how each kind of callable is called.
pub fn call_slots(
    th: &Thread,
    callable: Value,
    args: &[StackSlot],
    kwnames: Option<&'static Tuple>,
) -> PyResult<Value> {
    match callable.kind() {
        Kind::Function => {
            callable.cast::<Function>().expect("the kind says so").call(th, args, kwnames)
        }
        Kind::NativeFunction => {
            callable.cast::<NativeFunction>().expect("the kind says so").call(th, args, kwnames)
        }
        Kind::BoundMethod => {
            let m = callable.cast::<BoundMethod>().expect("the kind says so");
            with_first(m.receiver(), args, |args| call_slots(th, m.function(), args, kwnames))
        }
        Kind::Type => call_type(th, callable, args, kwnames),
        _ => call_object(th, callable, args, kwnames),
    }
}

/// Runs `f` with `first` before `args`.
#[inline]
pub fn with_first<R>(first: Value, args: &[StackSlot], f: impl FnOnce(&[StackSlot]) -> R) -> R {
    let mut small = [None; 8];
    if args.len() < small.len() {
        small[0] = Some(first);
        small[1..=args.len()].copy_from_slice(args);
        return f(&small[..args.len() + 1]);
    }
    let mut large = Vec::with_capacity(args.len() + 1);
    large.push(Some(first));
    large.extend_from_slice(args);
    f(&large)
}

#[inline(never)]
fn call_object(
    th: &Thread,
    callable: Value,
    args: &[StackSlot],
    kwnames: Option<&'static Tuple>,
) -> PyResult<Value> {
    if callable.is_exactly(crate::shapes::STATICMETHOD) {
        let s = callable.cast::<StaticMethod>().expect("the shape says so");
        return call_slots(th, s.callable(), args, kwnames);
    }
    match callable.slot(Slot::Call) {
        Some(f) if !f.is_none() => {
            crate::interpreter::recursion(th, " while calling a Python object")?;
            match f.kind() {
                Kind::Function | Kind::NativeFunction => {
                    with_first(callable, args, |args| call_slots(th, f, args, kwnames))
                }
                _ => {
                    let bound =
                        crate::object::descriptor::bind(th, f, callable, callable.class().value())?;
                    call_slots(th, bound, args, kwnames)
                }
            }
        }
        _ => {
            let _ = ClassMethod::def;
            Err(raise!(th, TypeError, "'{}' object is not callable", callable.type_name()))
        }
    }
}

/// Calls a class: through its metaclass's `__call__` where that is overridden.
fn call_type(
    th: &Thread,
    callable: Value,
    args: &[StackSlot],
    kwnames: Option<&'static Tuple>,
) -> PyResult<Value> {
    let meta_call = callable.slot(Slot::Call);
    if meta_call != types::type_::DEF.class(th).slot(Slot::Call) {
        return call_object(th, callable, args, kwnames);
    }
    instantiate(th, callable.cast::<Type>().expect("the kind says so"), args, kwnames)
}

/// `type.__call__`: `__new__`, then `__init__` where the result is an instance.
pub fn instantiate(
    th: &Thread,
    class: &'static Type,
    args: &[StackSlot],
    kwnames: Option<&'static Tuple>,
) -> PyResult<Value> {
    let c = class.value();
    if c == types::type_::DEF.class(th).value() && args.len() == 1 && kwnames.is_none() {
        return Ok(args[0].expect("arguments are set").class().value());
    }
    if c == types::str::DEF.class(th).value() && args.len() == 1 && kwnames.is_none() {
        return Ok(ops::str(th, args[0].expect("arguments are set"))?.value());
    }
    let new = class.slot(Slot::New);
    let Some(new) = new.filter(|_| !class.has(crate::object::TypeFlags::NO_NEW)) else {
        return Err(raise!(
            th,
            TypeError,
            "cannot create '{}' instances",
            types::type_::full_name(class)
        ));
    };
    let init = class.slot(Slot::Init).expect("object defines __init__");
    let object_class = types::object::DEF.class(th);
    // A plain class with only `__init__`: object.__new__ would check and allocate the same.
    let object = if Some(new) == object_class.slot(Slot::New) {
        types::object::new_instance(
            th,
            class,
            Some(init) != object_class.slot(Slot::Init),
            args.len(),
        )?
    } else {
        let f = match new.cast::<StaticMethod>() {
            Some(s) => s.callable(),
            None => new,
        };
        with_first(c, args, |args| match f.cast::<NativeFunction>() {
            Some(native) if kwnames.is_none() => {
                native.call_as_is(th, args).unwrap_or_else(|| native.call(th, args, None))
            }
            _ => call_slots(th, f, args, kwnames),
        })?
    };
    if !object.class().is_subclass(class) {
        return Ok(object);
    }
    let init = object.slot(Slot::Init).expect("object defines __init__");
    if Some(init) == object_class.slot(Slot::Init) {
        if Some(new) == object_class.slot(Slot::New) && !args.is_empty() {
            return Err(raise!(th, TypeError, "{}() takes no arguments", class.name_string()));
        }
        return Ok(object);
    }
    let result = match init.kind() {
        Kind::Function | Kind::NativeFunction => {
            with_first(object, args, |args| call_slots(th, init, args, kwnames))?
        }
        _ => {
            let bound = crate::object::descriptor::bind(th, init, object, object.class().value())?;
            call_slots(th, bound, args, kwnames)?
        }
    };
    if !result.is_none() {
        return Err(init_returned(th, result));
    }
    Ok(object)
}

/// Raises the error for an `__init__` that returned `v`.
#[cold]
pub fn init_returned(th: &Thread, v: Value) -> crate::Raised {
    raise!(th, TypeError, "__init__() should return None, not '{}'", v.type_name())
}

/// Calls `callable` with positional arguments and keyword arguments given as pairs.
pub fn call_with(
    th: &Thread,
    callable: Value,
    args: &[Value],
    kwargs: &[(Value, Value)],
) -> PyResult<Value> {
    if kwargs.is_empty() {
        return call(th, callable, args);
    }
    if kwargs.iter().any(|(k, _)| k.cast::<Str>().is_none()) {
        return Err(raise!(th, TypeError, "keywords must be strings"));
    }
    let mut slots: Vec<StackSlot> = args.iter().map(|a| Some(*a)).collect();
    slots.extend(kwargs.iter().map(|(_, v)| Some(*v)));
    let names: Vec<Value> = kwargs.iter().map(|(k, _)| *k).collect();
    call_slots(th, callable, &slots, Some(Tuple::new(th, &names)))
}

/// As [`call_with`] with Rust names.
pub fn call_kw(
    th: &Thread,
    callable: Value,
    args: &[Value],
    kwargs: &[(&str, Value)],
) -> PyResult<Value> {
    let kwargs: Vec<(Value, Value)> =
        kwargs.iter().map(|(k, v)| (crate::state::intern(th, k), *v)).collect();
    call_with(th, callable, args, &kwargs)
}

/// `v.name(*args)` for an interned `name`, without making a bound method where that is not seen.
pub fn call_method(th: &Thread, v: Value, name: Value, args: &[Value]) -> PyResult<Value> {
    if let Some(f) = v.class().lookup(name)
        && matches!(f.kind(), Kind::Function)
        && v.class().slot(Slot::GetAttribute)
            == types::object::DEF.class(th).slot(Slot::GetAttribute)
        && crate::object::attributes::own_attribute(v, name).is_none()
    {
        let mut all = Vec::with_capacity(args.len() + 1);
        all.push(v);
        all.extend_from_slice(args);
        return call(th, f, &all);
    }
    let f = get_attr(th, v, name)?;
    call(th, f, args)
}

/// As [`call_method`] for a method looked up on the class only; `None` where there is none.
pub fn call_method_opt(
    th: &Thread,
    v: Value,
    name: Value,
    args: &[Value],
) -> PyResult<Option<Value>> {
    let class = v.class();
    match class.lookup(name) {
        Some(f) => {
            let bound = crate::object::descriptor::bind(th, f, v, class.value())?;
            call(th, bound, args).map(Some)
        }
        None => Ok(None),
    }
}

/// The name of a callable in messages: `f()` as `_PyObject_FunctionStr` gives it.
pub fn function_string(th: &Thread, f: Value) -> String {
    let qualname = crate::object::get_attr_or_none(th, f, crate::intern!(th, "__qualname__"));
    let Ok(Some(q)) = qualname else {
        th.raised.set(None);
        return crate::ops::str_string(th, f).unwrap_or_default();
    };
    let Some(q) = q.cast::<Str>() else { return String::new() };
    let module = crate::object::get_attr_or_none(th, f, crate::intern!(th, "__module__"));
    match module {
        Ok(Some(m)) if m.cast::<Str>().is_some_and(|m| !m.equals_ascii("builtins")) => {
            format!("{}.{q}()", m.cast::<Str>().expect("checked"))
        }
        _ => {
            th.raised.set(None);
            format!("{q}()")
        }
    }
}

/// `f(*args, **kwargs)`: `CALL_FUNCTION_EX`. `args` is any iterable; `kwargs` any mapping or none.
pub fn call_function_ex(
    th: &Thread,
    f: Value,
    args: Value,
    kwargs: Option<Value>,
) -> PyResult<Value> {
    let args = match args.cast::<Tuple>() {
        Some(t) => t,
        None => {
            if args.slot(Slot::Iter).is_none() && args.slot(Slot::GetItem).is_none() {
                return Err(raise!(
                    th,
                    TypeError,
                    "{} argument after * must be an iterable, not {}",
                    function_string(th, f),
                    args.type_name()
                ));
            }
            types::tuple::from_iterable(th, args)?
        }
    };
    let Some(kwargs) = kwargs else { return call_slots(th, f, args.items(), None) };
    let dict = match kwargs.cast::<types::dict::Dict>() {
        Some(d) => d,
        None => {
            let d = types::dict::Dict::new(th);
            crate::ops::unpack::dict_merge(th, d, kwargs, f)?;
            d
        }
    };
    let pairs = dict.pairs();
    if pairs.is_empty() {
        return call_slots(th, f, args.items(), None);
    }
    for (k, _) in &pairs {
        if k.cast::<Str>().is_none() {
            return Err(raise!(th, TypeError, "keywords must be strings"));
        }
    }
    call_with(th, f, args.values(), &pairs)
}
