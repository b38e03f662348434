//! `BaseExceptionGroup` and `ExceptionGroup` (PEP 654), and what `except*` does with them.

use krait_layout::{Thread, Value};

use crate::error::PyResult;
use crate::native::class_arg;
use crate::object::{Object, Type, ValueExt, attributes, get_attr_or_none};
use crate::types::exception::{Exc, Exception, exception_group};
use crate::types::list::List;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::{intern, ops, raise, types};
use krait_macros::methods;

/// Only a name for the methods; the struct is [`Exception`], field 0 the message, 1 the tuple.
pub struct Group;

fn exceptions(e: &Exception) -> &'static [Value] {
    e.field(1).and_then(|t| t.cast::<Tuple>()).map_or(&[], Tuple::values)
}

/// Whether `v` is an exception group.
pub fn is_group(v: Value) -> bool {
    v.class().is_subclass(Exc::BaseExceptionGroup.class())
}

/// How `split` and `subgroup` choose.
enum Matcher {
    /// An exception type or a tuple of them.
    Types(Value),
    Callable(Value),
    /// Members of a list, by identity.
    Leaves(Vec<Value>),
}

impl Matcher {
    fn new(th: &Thread, v: Value) -> PyResult<Matcher> {
        let is_type =
            |v: Value| v.cast::<Type>().is_some_and(|t| t.is_subclass(Exc::BaseException.class()));
        if is_type(v) || v.cast::<Tuple>().is_some_and(|t| t.values().iter().all(|t| is_type(*t))) {
            return Ok(Matcher::Types(v));
        }
        if v.cast::<Type>().is_none() && v.slot(crate::object::Slot::Call).is_some() {
            return Ok(Matcher::Callable(v));
        }
        Err(raise!(
            th,
            TypeError,
            "expected an exception type, a tuple of exception types, or a callable (other than a class)"
        ))
    }

    fn matches(&self, th: &Thread, e: Value) -> PyResult<bool> {
        match self {
            Matcher::Types(t) => ops::is_instance(th, e, *t),
            Matcher::Callable(f) => {
                let r = ops::call(th, *f, &[e])?;
                ops::truth(th, r)
            }
            Matcher::Leaves(leaves) => Ok(leaves.contains(&e)),
        }
    }
}

/// Splits an exception into what matches and the rest; either may be empty.
fn split(th: &Thread, e: Value, m: &Matcher) -> PyResult<(Option<Value>, Option<Value>)> {
    if m.matches(th, e)? {
        return Ok((Some(e), None));
    }
    if !is_group(e) {
        return Ok((None, Some(e)));
    }
    let group = e.cast::<Exception>().expect("a group is an exception");
    let (mut yes, mut no) = (Vec::new(), Vec::new());
    for inner in exceptions(group) {
        let (a, b) = split(th, *inner, m)?;
        yes.extend(a);
        no.extend(b);
    }
    Ok((derive(th, group, &yes)?, derive(th, group, &no)?))
}

/// A group like `group` of `inner`; `None` for no exceptions.
fn derive(th: &Thread, group: &'static Exception, inner: &[Value]) -> PyResult<Option<Value>> {
    if inner.is_empty() {
        return Ok(None);
    }
    let list = List::new(th, inner).value();
    let new = ops::call_method(th, group.value(), intern!(th, "derive"), &[list])?;
    let Some(e) = new.cast::<Exception>().filter(|_| is_group(new)) else {
        return Err(raise!(th, TypeError, "derive must return an instance of BaseExceptionGroup"));
    };
    e.set_traceback(group.traceback());
    e.set_context_value(group.context());
    if group.cause().is_some() {
        e.set_cause(group.cause());
    }
    e.set_suppress_context(group.suppresses_context());
    let notes = intern!(th, "__notes__");
    if let Some(n) = get_attr_or_none(th, group.value(), notes)?
        && let Ok(items) = ops::collect(th, n)
    {
        let copy = List::new(th, &items);
        attributes::set_own_attribute(th, new, notes, copy.value());
    }
    Ok(Some(new))
}

/// `CHECK_EG_MATCH`: splits the handled exception `e` by the types of an `except*`. Gives what is
/// left (or `None`) and what matched (or `None`).
pub fn check_match(th: &Thread, e: Value, types: Value) -> PyResult<(Value, Value)> {
    let list = match types.cast::<Tuple>() {
        Some(t) => t.values().to_vec(),
        None => vec![types],
    };
    for t in &list {
        let class = t.cast::<Type>();
        if class.is_none_or(|c| !c.is_subclass(Exc::BaseException.class())) {
            return Err(raise!(
                th,
                TypeError,
                "catching classes that do not inherit from BaseException is not allowed"
            ));
        }
        if class.is_some_and(|c| c.is_subclass(Exc::BaseExceptionGroup.class())) {
            return Err(raise!(
                th,
                TypeError,
                "catching ExceptionGroup with except* is not allowed. Use except instead."
            ));
        }
    }
    if e.is_none() {
        return Ok((Value::NONE, Value::NONE));
    }
    if ops::is_instance(th, e, types)? {
        if is_group(e) {
            return Ok((Value::NONE, e));
        }
        // A naked exception is wrapped.
        let inner = Tuple::new(th, &[e]).value();
        let empty = Str::new(th, "").value();
        let group = ops::call(th, exception_group_for(e), &[empty, inner])?;
        if let (Some(g), Some(e)) = (group.cast::<Exception>(), e.cast::<Exception>()) {
            g.set_traceback(e.traceback());
        }
        return Ok((Value::NONE, group));
    }
    if !is_group(e) {
        return Ok((e, Value::NONE));
    }
    let (yes, no) = split(th, e, &Matcher::Types(types))?;
    Ok((no.unwrap_or(Value::NONE), yes.unwrap_or(Value::NONE)))
}

fn exception_group_for(e: Value) -> Value {
    if e.class().is_subclass(Exc::Exception.class()) {
        exception_group().value()
    } else {
        Exc::BaseExceptionGroup.class().value()
    }
}

/// `INTRINSIC_PREP_RERAISE_STAR`: what an `except*` statement raises at its end; `None` for
/// nothing. `raised` lists what the handlers raised and what was left.
pub fn prepare_reraise(th: &Thread, original: Value, raised: Value) -> PyResult<Value> {
    let items = ops::collect(th, raised)?;
    let items: Vec<Value> = items.into_iter().filter(|e| !e.is_none()).collect();
    if items.is_empty() {
        return Ok(Value::NONE);
    }
    if !is_group(original) {
        return Ok(items[0]);
    }
    let metadata =
        |v: Value| v.cast::<Exception>().map(|e| (e.traceback(), e.context(), e.cause()));
    let of_original = metadata(original);
    let (reraised, raised): (Vec<Value>, Vec<Value>) =
        items.into_iter().partition(|e| is_group(*e) && metadata(*e) == of_original);
    let mut leaves = Vec::new();
    fn collect_leaves(v: Value, out: &mut Vec<Value>) {
        match v.cast::<Exception>().filter(|_| is_group(v)) {
            Some(g) => exceptions(g).iter().for_each(|e| collect_leaves(*e, out)),
            None => out.push(v),
        }
    }
    reraised.iter().for_each(|g| collect_leaves(*g, &mut leaves));
    let (kept, _) = split(th, original, &Matcher::Leaves(leaves))?;
    if raised.is_empty() {
        return Ok(kept.unwrap_or(Value::NONE));
    }
    let mut all = raised;
    all.extend(kept);
    if all.len() == 1 {
        return Ok(all[0]);
    }
    let list = List::new(th, &all).value();
    let empty = Str::new(th, "").value();
    ops::call(th, Exc::BaseExceptionGroup.class().value(), &[empty, list])
}

#[methods]
impl Group {
    #[staticmethod(sig = "(cls, /, *args, **kwargs)")]
    fn __new__(
        th: &Thread,
        cls: Value,
        args: &Tuple,
        _kwargs: &types::dict::Dict,
    ) -> PyResult<&'static Exception> {
        let [message, inner] = *args.values() else {
            return Err(raise!(
                th,
                TypeError,
                "BaseExceptionGroup.__new__() takes exactly 2 arguments ({} given)",
                args.len()
            ));
        };
        let base = Exc::BaseExceptionGroup.class();
        let mut class = class_arg(th, cls, base)?;
        if message.cast::<Str>().is_none() {
            return Err(raise!(
                th,
                TypeError,
                "BaseExceptionGroup.__new__() argument 1 must be str, not {}",
                message.type_name()
            ));
        }
        if inner.slot(crate::object::Slot::GetItem).is_none()
            || inner.cast::<types::dict::Dict>().is_some()
        {
            return Err(raise!(th, TypeError, "second argument (exceptions) must be a sequence"));
        }
        let items = ops::collect(th, inner)?;
        if items.is_empty() {
            return Err(raise!(
                th,
                ValueError,
                "second argument (exceptions) must be a non-empty sequence"
            ));
        }
        let mut nested_base = false;
        for (i, e) in items.iter().enumerate() {
            if e.cast::<Exception>().is_none() {
                return Err(raise!(
                    th,
                    ValueError,
                    "Item {i} of second argument (exceptions) is not an exception"
                ));
            }
            nested_base |= !e.class().is_subclass(Exc::Exception.class());
        }
        if std::ptr::eq(class, base) {
            if !nested_base {
                class = exception_group();
            }
        } else if nested_base && class.is_subclass(Exc::Exception.class()) {
            return Err(if std::ptr::eq(class, exception_group()) {
                raise!(th, TypeError, "Cannot nest BaseExceptions in an ExceptionGroup")
            } else {
                raise!(th, TypeError, "Cannot nest BaseExceptions in '{}'", class.name_string())
            });
        }
        let e = Exception::with_args(th, class, Tuple::new(th, &[message, inner]));
        e.set_field(0, Some(message));
        e.set_field(1, Some(Tuple::new(th, &items).value()));
        Ok(e)
    }

    #[method(sig = "($self, /, *args, **kwargs)")]
    fn __init__(
        th: &Thread,
        this: &'static Exception,
        _args: &Tuple,
        kwargs: &types::dict::Dict,
    ) -> PyResult<()> {
        if !kwargs.is_empty() {
            return Err(raise!(
                th,
                TypeError,
                "{}() takes no keyword arguments",
                this.value().type_name()
            ));
        }
        Ok(())
    }

    #[method]
    fn __str__(th: &Thread, this: &'static Exception) -> PyResult<String> {
        let n = exceptions(this).len();
        let message = ops::str_string(th, this.field(0).unwrap_or(Value::NONE))?;
        Ok(format!("{message} ({n} sub-exception{})", if n == 1 { "" } else { "s" }))
    }

    #[method]
    fn __repr__(th: &Thread, this: &'static Exception) -> PyResult<String> {
        let message = ops::repr_string(th, this.field(0).unwrap_or(Value::NONE))?;
        // In the kind of sequence that it was made from.
        let inner = match this.args().values().get(1) {
            Some(v) if v.cast::<List>().is_some() => List::new(th, exceptions(this)).value(),
            _ => Tuple::new(th, exceptions(this)).value(),
        };
        Ok(format!("{}({message}, {})", this.value().type_name(), ops::repr_string(th, inner)?))
    }

    #[method(sig = "($self, exceptions, /)")]
    fn derive(th: &Thread, this: &'static Exception, inner: Value) -> PyResult<Value> {
        let message = this.field(0).unwrap_or(Value::NONE);
        ops::call(th, Exc::BaseExceptionGroup.class().value(), &[message, inner])
    }

    #[method(sig = "($self, matcher_value, /)")]
    fn split(th: &Thread, this: &'static Exception, matcher: Value) -> PyResult<Value> {
        let m = Matcher::new(th, matcher)?;
        let (yes, no) = split(th, this.value(), &m)?;
        Ok(Tuple::new(th, &[yes.unwrap_or(Value::NONE), no.unwrap_or(Value::NONE)]).value())
    }

    #[method(sig = "($self, matcher_value, /)")]
    fn subgroup(th: &Thread, this: &'static Exception, matcher: Value) -> PyResult<Value> {
        let m = Matcher::new(th, matcher)?;
        Ok(split(th, this.value(), &m)?.0.unwrap_or(Value::NONE))
    }

    /// See PEP 585
    #[classmethod(sig = "($type, object, /)")]
    fn __class_getitem__(th: &Thread, cls: Value, item: Value) -> PyResult<Value> {
        types::generic_alias::new(th, cls, item)
    }
}
