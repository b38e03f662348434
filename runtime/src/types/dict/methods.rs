//! Methods of `dict`.

use krait_layout::{Thread, Value, shapes};

use super::{DEF, Dict, views};
use crate::error::{PyResult, catch};
use crate::native::class_arg;
use crate::object::{Object, Slot, ValueExt, get_attr_or_none};
use crate::ops::{self, Comparison};
use crate::types::exception::{self, Exc};
use crate::types::str::build::StrBuilder;
use crate::types::tuple::Tuple;
use crate::types::{generic_alias, list};
use crate::{intern, raise};
use krait_macros::methods;

/// `dict.update(v)`: adds the entries of a mapping, which has `keys()`, or of an iterable of pairs.
pub fn merge(th: &Thread, dict: &Dict, v: Value) -> PyResult<()> {
    if let Some(d) = v.cast::<Dict>()
        && v.class().slot(Slot::Iter) == DEF.class(th).slot(Slot::Iter)
    {
        return if std::ptr::eq(d, dict) { Ok(()) } else { update_watched(th, dict, d) };
    }
    if get_attr_or_none(th, v, intern!(th, "keys"))?.is_none() {
        return merge_pairs(th, dict, v);
    }
    let keys = ops::call_method(th, v, intern!(th, "keys"), &[])?;
    let it = ops::get_iter(th, keys)?;
    while let Some(key) = ops::next(th, it)? {
        let value = ops::get_item(th, v, key)?;
        dict.set(th, key, value)?;
    }
    Ok(())
}

/// As `Dict::update_from`, where `__eq__` of a key may change the source.
fn update_watched(th: &Thread, dict: &Dict, source: &Dict) -> PyResult<()> {
    let n = source.len();
    let mut at = 0;
    while let Some((i, key, value)) = source.next_entry(at) {
        dict.set(th, key, value)?;
        if source.len() != n {
            return Err(raise!(th, RuntimeError, "dict mutated during update"));
        }
        at = i + 1;
    }
    Ok(())
}

/// Adds pairs: `PyDict_MergeFromSeq2`.
pub fn merge_pairs(th: &Thread, dict: &Dict, v: Value) -> PyResult<()> {
    let it = ops::get_iter(th, v)?;
    let mut i = 0;
    while let Some(item) = ops::next(th, it)? {
        let pair = match item.shape_id() {
            shapes::TUPLE | shapes::LIST => ops::collect(th, item)?,
            _ => {
                if item.slot(Slot::Iter).is_none() && item.slot(Slot::GetItem).is_none() {
                    let e = raise!(th, TypeError, "object is not iterable");
                    exception::add_note_to_raised(
                        th,
                        &format!(
                            "Cannot convert dictionary update sequence element #{i} to a sequence"
                        ),
                    );
                    return Err(e);
                }
                ops::collect(th, item)?
            }
        };
        let [key, value] = pair[..] else {
            return Err(raise!(
                th,
                ValueError,
                "dictionary update sequence element #{i} has length {}; 2 is required",
                pair.len()
            ));
        };
        dict.set(th, key, value)?;
        i += 1;
    }
    Ok(())
}

/// What `dict()` and `update()` do with their arguments.
fn update_with(th: &Thread, name: &str, dict: &Dict, args: &Tuple, kwargs: &Dict) -> PyResult<()> {
    match args.values() {
        [] => {}
        [v] => merge(th, dict, *v)?,
        more => {
            return Err(raise!(
                th,
                TypeError,
                "{name} expected at most 1 argument, got {}",
                more.len()
            ));
        }
    }
    dict.update_from(th, kwargs)
}

/// `dict[key]` with `__missing__` of a subclass.
fn subscript(th: &Thread, this: &'static Dict, key: Value) -> PyResult<Value> {
    if let Some(v) = this.get(th, key)? {
        return Ok(v);
    }
    let d = this.value();
    if !d.is_exactly(shapes::DICT)
        && let Some(v) = ops::call_method_opt(th, d, intern!(th, "__missing__"), &[key])?
    {
        return Ok(v);
    }
    Err(exception::raise_key_error(th, key))
}

/// Whether two dictionaries have equal items; runs `__eq__` of values.
fn equal(th: &Thread, a: &Dict, b: &Dict) -> PyResult<bool> {
    if a.len() != b.len() {
        return Ok(false);
    }
    let mut at = 0;
    while let Some((i, key, value)) = a.next_entry(at) {
        let Some(other) = b.get(th, key)? else { return Ok(false) };
        if !ops::is_or_eq(th, value, other)? {
            return Ok(false);
        }
        at = i + 1;
    }
    Ok(true)
}

#[methods]
impl Dict {
    #[staticmethod(sig = "(cls, /, *args, **kwargs)")]
    fn __new__(th: &Thread, cls: Value, _args: &Tuple, _kwargs: &Dict) -> PyResult<&'static Dict> {
        let class = class_arg(th, cls, DEF.class(th))?;
        Ok(Dict::new_as(th, class))
    }

    #[method(sig = "($self, /, *args, **kwargs)")]
    fn __init__(th: &Thread, this: &Dict, args: &Tuple, kwargs: &Dict) -> PyResult<()> {
        update_with(th, "dict", this, args, kwargs)
    }

    #[method]
    fn __len__(this: &Dict) -> usize {
        this.len()
    }

    #[method(sig = "($self, key, /)")]
    fn __getitem__(th: &Thread, this: &'static Dict, key: Value) -> PyResult<Value> {
        subscript(th, this, key)
    }

    #[method(sig = "($self, key, value, /)")]
    fn __setitem__(th: &Thread, this: &Dict, key: Value, value: Value) -> PyResult<()> {
        this.set(th, key, value)
    }

    #[method(sig = "($self, key, /)")]
    fn __delitem__(th: &Thread, this: &Dict, key: Value) -> PyResult<()> {
        match this.remove(th, key)? {
            Some(_) => Ok(()),
            None => Err(exception::raise_key_error(th, key)),
        }
    }

    /// True if the dictionary has the specified key, else False.
    #[method(sig = "($self, key, /)")]
    fn __contains__(th: &Thread, this: &Dict, key: Value) -> PyResult<bool> {
        Ok(this.get(th, key)?.is_some())
    }

    #[method]
    fn __iter__(th: &Thread, this: &'static Dict) -> Value {
        views::key_iterator(th, this)
    }

    /// Return a reverse iterator over the dict keys.
    #[method]
    fn __reversed__(th: &Thread, this: &'static Dict) -> Value {
        views::reverse_key_iterator(th, this)
    }

    #[method]
    fn __repr__(th: &Thread, this: &'static Dict) -> PyResult<Value> {
        let dots = crate::types::str::Str::new(th, "{...}").value();
        ops::repr_guard(this.value(), dots, || {
            let mut b = StrBuilder::new();
            b.push_str("{");
            let mut at = 0;
            while let Some((i, key, value)) = this.next_entry(at) {
                if at > 0 {
                    b.push_str(", ");
                }
                b.push_object(ops::repr(th, key)?);
                b.push_str(": ");
                b.push_object(ops::repr(th, value)?);
                at = i + 1;
            }
            b.push_str("}");
            Ok(b.finish(th).value())
        })
    }

    #[comparison]
    fn compare(th: &Thread, this: &'static Dict, other: Value, op: Comparison) -> PyResult<Value> {
        let Some(other) = other.cast::<Dict>() else { return Ok(Value::NOT_IMPLEMENTED) };
        match op {
            Comparison::Eq => Ok(Value::from_bool(equal(th, this, other)?)),
            Comparison::Ne => Ok(Value::from_bool(!equal(th, this, other)?)),
            _ => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    #[method(sig = "($self, value, /)")]
    fn __or__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
        let (Some(a), Some(b)) = (this.cast::<Dict>(), other.cast::<Dict>()) else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        let d = a.copy(th);
        d.update_from(th, b)?;
        Ok(d.value())
    }

    #[method(sig = "($self, value, /)")]
    fn __ror__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
        Dict::__or__(th, other, this)
    }

    #[method(sig = "($self, value, /)")]
    fn __ior__(th: &Thread, this: &'static Dict, other: Value) -> PyResult<Value> {
        merge(th, this, other)?;
        Ok(this.value())
    }

    /// Return the value for key if key is in the dictionary, else default.
    #[method(name = "get", sig = "($self, key, default=None, /)")]
    fn py_get(th: &Thread, this: &Dict, key: Value, default: Option<Value>) -> PyResult<Value> {
        Ok(this.get(th, key)?.or(default).unwrap_or(Value::NONE))
    }

    /// Insert key with a value of default if key is not in the dictionary.
    ///
    /// Return the value for key if key is in the dictionary, else default.
    #[method(sig = "($self, key, default=None, /)")]
    fn setdefault(th: &Thread, this: &Dict, key: Value, default: Option<Value>) -> PyResult<Value> {
        let hash = super::hash_key(th, key)?;
        if let Some(v) = this.get_hashed(th, key, hash)? {
            return Ok(v);
        }
        let v = default.unwrap_or(Value::NONE);
        this.set_hashed(th, key, hash, v)?;
        Ok(v)
    }

    /// D.pop(k[,d]) -> v, remove specified key and return the corresponding value.
    ///
    /// If the key is not found, return the default if given; otherwise,
    /// raise a KeyError.
    #[method(sig = "($self, key, default=<unrepresentable>, /)")]
    fn pop(th: &Thread, this: &Dict, key: Value, default: Option<Value>) -> PyResult<Value> {
        let found = if this.is_empty() { None } else { this.remove(th, key)? };
        match found.or(default) {
            Some(v) => Ok(v),
            None => Err(exception::raise_key_error(th, key)),
        }
    }

    /// Remove and return a (key, value) pair as a 2-tuple.
    ///
    /// Pairs are returned in LIFO (last-in, first-out) order.
    /// Raises KeyError if the dict is empty.
    #[method]
    fn popitem(th: &Thread, this: &Dict) -> PyResult<Value> {
        match this.pop_last() {
            Some((key, value)) => Ok(Tuple::new(th, &[key, value]).value()),
            None => Err(raise!(th, KeyError, "popitem(): dictionary is empty")),
        }
    }

    /// D.update([E, ]**F) -> None.  Update D from mapping/iterable E and F.
    ///
    /// If E is present and has a .keys() method, then does:  for k in E.keys(): D[k] = E[k]
    /// If E is present and lacks a .keys() method, then does:  for k, v in E: D[k] = v
    /// In either case, this is followed by: for k in F:  D[k] = F[k]
    #[method(sig = "($self, /, *args, **kwargs)")]
    fn update(th: &Thread, this: &Dict, args: &Tuple, kwargs: &Dict) -> PyResult<()> {
        update_with(th, "update", this, args, kwargs)
    }

    /// Return a set-like object providing a view on the dict's keys.
    #[method]
    fn keys(th: &Thread, this: &'static Dict) -> Value {
        views::keys(th, this)
    }

    /// Return an object providing a view on the dict's values.
    #[method]
    fn values(th: &Thread, this: &'static Dict) -> Value {
        views::values(th, this)
    }

    /// Return a set-like object providing a view on the dict's items.
    #[method]
    fn items(th: &Thread, this: &'static Dict) -> Value {
        views::items(th, this)
    }

    /// Remove all items from the dict.
    #[method(name = "clear")]
    fn py_clear(this: &Dict) {
        this.clear();
    }

    /// Return a shallow copy of the dict.
    #[method(name = "copy")]
    fn py_copy(th: &Thread, this: &Dict) -> &'static Dict {
        this.copy(th)
    }

    /// Create a new dictionary with keys from iterable and values set to value.
    #[classmethod(sig = "($type, iterable, value=None, /)")]
    fn fromkeys(th: &Thread, cls: Value, iterable: Value, value: Option<Value>) -> PyResult<Value> {
        let value = value.unwrap_or(Value::NONE);
        let d = ops::call(th, cls, &[])?;
        let exact = if d.is_exactly(shapes::DICT) { d.cast::<Dict>() } else { None };
        let it = ops::get_iter(th, iterable)?;
        while let Some(key) = ops::next(th, it)? {
            match exact {
                Some(d) => d.set(th, key, value)?,
                None => ops::set_item(th, d, key, value)?,
            }
        }
        Ok(d)
    }

    #[method]
    fn __sizeof__(this: &Dict) -> usize {
        // CPython's size, for programs that compare sizes with one another.
        let log2 = this.log2.get();
        if this.entries.get().is_null() {
            return 48;
        }
        let width = if log2 <= 7 {
            1
        } else if log2 <= 15 {
            2
        } else {
            4
        };
        let entry = if this.has_other_keys.get() { 24 } else { 16 };
        48 + 32 + (width << log2) + super::usable(log2) * entry
    }

    /// See PEP 585
    #[classmethod(sig = "($type, object, /)")]
    fn __class_getitem__(th: &Thread, cls: Value, item: Value) -> PyResult<Value> {
        generic_alias::new(th, cls, item)
    }
}

/// The keys as a `list`.
pub fn key_list(th: &Thread, dict: &Dict) -> &'static list::List {
    let keys: Vec<Value> = dict.iter().map(|(k, _)| k).collect();
    list::List::new(th, &keys)
}

/// The value of `key` for a caller that takes a missing key for `KeyError` of any mapping.
pub fn get_or_none(th: &Thread, mapping: Value, key: Value) -> PyResult<Option<Value>> {
    match mapping.cast::<Dict>().filter(|_| mapping.is_exactly(shapes::DICT)) {
        Some(d) => d.get(th, key),
        None => catch(th, Exc::KeyError, ops::get_item(th, mapping, key)),
    }
}
