//! Views of dictionaries (`dict_keys`, `dict_values`, `dict_items`) and their iterators.
//!
//! Views share one struct and iterators another; the class says which it is. The views of keys and
//! of items are sets, so far as their elements are hashable.

use std::cell::Cell;

use krait_layout::{Header, Kind, Thread, Value, shapes};

use super::Dict;
use crate::error::PyResult;
use crate::gc::Field;
use crate::object::type_object::{TypeDef, TypeFlags};
use crate::object::{Object, ValueExt, alloc};
use crate::ops::{self, Comparison};
use crate::types::list::List;
use crate::types::mapping_proxy::MappingProxy;
use crate::types::set::{self, Set};
use crate::types::str::build::StrBuilder;
use crate::types::tuple::Tuple;
use crate::{intern, raise, state};
use krait_macros::methods;

/// What an iterator gives of each entry.
#[derive(Copy, Clone, PartialEq, Eq)]
enum Part {
    Key,
    Value,
    Item,
}

/// A view: keys, values or items.
#[repr(C)]
pub struct DictView {
    pub header: Header,
    dict: Field,
    part: Part,
}

pub static KEYS: TypeDef = TypeDef::of::<DictView>("dict_keys", "builtins")
    .flags(TypeFlags::NO_NEW)
    .methods(SetView::native_methods)
    .getsets(SetView::native_getsets);
pub static VALUES: TypeDef = TypeDef::of::<DictView>("dict_values", "builtins")
    .flags(TypeFlags::NO_NEW)
    .methods(DictView::native_methods)
    .getsets(DictView::native_getsets);
pub static ITEMS: TypeDef = TypeDef::of::<DictView>("dict_items", "builtins")
    .flags(TypeFlags::NO_NEW)
    .methods(SetView::native_methods)
    .getsets(SetView::native_getsets);

// SAFETY: every object of kind `DictView` is made by `view` with this layout.
unsafe impl Object for DictView {
    const KIND: Kind = Kind::DictView;

    fn def() -> &'static TypeDef {
        &KEYS
    }
}

fn view(th: &Thread, part: Part, dict: &'static Dict) -> Value {
    let def = match part {
        Part::Key => &KEYS,
        Part::Value => &VALUES,
        Part::Item => &ITEMS,
    };
    def.class(th);
    let header = Header::new(def.shape_id(), Kind::DictView);
    alloc(th, DictView { header, dict: Field::new(Some(dict.value())), part }).value()
}

/// `dict.keys()`.
pub fn keys(th: &Thread, dict: &'static Dict) -> Value {
    view(th, Part::Key, dict)
}

/// `dict.values()`.
pub fn values(th: &Thread, dict: &'static Dict) -> Value {
    view(th, Part::Value, dict)
}

/// `dict.items()`.
pub fn items(th: &Thread, dict: &'static Dict) -> Value {
    view(th, Part::Item, dict)
}

impl Part {
    fn of(self, th: &Thread, key: Value, value: Value) -> Value {
        match self {
            Part::Key => key,
            Part::Value => value,
            Part::Item => Tuple::new(th, &[key, value]).value(),
        }
    }
}

impl DictView {
    fn dict(&self) -> &'static Dict {
        self.dict.get().and_then(|d| d.cast()).expect("set when made")
    }

    fn iterator(&self, th: &Thread, reverse: bool) -> Value {
        let dict = self.dict();
        make_iterator(th, dict, self.part, reverse)
    }

    /// The elements as they are now.
    fn elements(&self, th: &Thread) -> Vec<Value> {
        let part = self.part;
        self.dict().pairs().into_iter().map(|(k, v)| part.of(th, k, v)).collect()
    }

    fn repr(&self, th: &Thread) -> PyResult<Value> {
        let name = self.value().type_name();
        let dots = state::intern(th, "...");
        ops::repr_guard(self.value(), dots, || {
            let mut b = StrBuilder::new();
            b.push_str(&name);
            b.push_str("([");
            let part = self.part;
            let dict = self.dict();
            let mut at = 0;
            while let Some((i, key, value)) = dict.next_entry(at) {
                if at > 0 {
                    b.push_str(", ");
                }
                b.push_object(ops::repr(th, part.of(th, key, value))?);
                at = i + 1;
            }
            b.push_str("])");
            Ok(b.finish(th).value())
        })
    }

    fn contains(&self, th: &Thread, v: Value) -> PyResult<bool> {
        match self.part {
            Part::Key => Ok(self.dict().get(th, v)?.is_some()),
            Part::Value => {
                for (_, value) in self.dict().pairs() {
                    if ops::is_or_eq(th, value, v)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Part::Item => {
                let Some([key, value]) = v.cast::<Tuple>().map(Tuple::values) else {
                    return Ok(false);
                };
                match self.dict().get(th, *key)? {
                    Some(found) => ops::is_or_eq(th, found, *value),
                    None => Ok(false),
                }
            }
        }
    }
}

#[methods]
impl DictView {
    #[method]
    fn __len__(this: &'static DictView) -> usize {
        this.dict().len()
    }

    #[method]
    fn __iter__(th: &Thread, this: &'static DictView) -> Value {
        this.iterator(th, false)
    }

    /// Return a reverse iterator over the dict values.
    #[method]
    fn __reversed__(th: &Thread, this: &'static DictView) -> Value {
        this.iterator(th, true)
    }

    #[method]
    fn __repr__(th: &Thread, this: &'static DictView) -> PyResult<Value> {
        this.repr(th)
    }

    /// dictionary that this view refers to
    #[getter]
    fn mapping(th: &Thread, this: &'static DictView) -> &'static MappingProxy {
        MappingProxy::new(th, this.dict().value())
    }
}

/// The methods of the two views that are sets.
struct SetView;

/// Number of elements of a set or view; `None` for other values.
fn set_like_len(v: Value) -> Option<usize> {
    match v.kind() {
        Kind::Set | Kind::FrozenSet => set::table(v).map(|t| t.len()),
        Kind::DictView => {
            v.cast::<DictView>().filter(|d| d.part != Part::Value).map(|d| d.dict().len())
        }
        _ => None,
    }
}

fn all_contained(th: &Thread, elements: Value, container: Value) -> PyResult<bool> {
    let it = ops::get_iter(th, elements)?;
    while let Some(v) = ops::next(th, it)? {
        if !ops::contains(th, container, v)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn to_set(th: &Thread, v: Value) -> PyResult<&'static Set> {
    let items = match v.cast::<DictView>() {
        Some(view) => view.elements(th),
        None => ops::collect(th, v)?,
    };
    Set::from_values(th, &items)
}

fn is_view(v: Value) -> bool {
    v.kind() == Kind::DictView
}

#[methods]
impl SetView {
    #[method]
    fn __len__(this: &'static DictView) -> usize {
        this.dict().len()
    }

    #[method(sig = "($self, key, /)")]
    fn __contains__(th: &Thread, this: &'static DictView, v: Value) -> PyResult<bool> {
        this.contains(th, v)
    }

    #[method]
    fn __iter__(th: &Thread, this: &'static DictView) -> Value {
        this.iterator(th, false)
    }

    /// Return a reverse iterator over the dict keys.
    #[method]
    fn __reversed__(th: &Thread, this: &'static DictView) -> Value {
        this.iterator(th, true)
    }

    #[method]
    fn __repr__(th: &Thread, this: &'static DictView) -> PyResult<Value> {
        this.repr(th)
    }

    #[comparison]
    fn compare(
        th: &Thread,
        this: &'static DictView,
        other: Value,
        op: Comparison,
    ) -> PyResult<Value> {
        let Some(m) = set_like_len(other) else { return Ok(Value::NOT_IMPLEMENTED) };
        let v = this.value();
        let n = this.dict().len();
        let r = match op {
            Comparison::Eq => n == m && all_contained(th, v, other)?,
            Comparison::Ne => !(n == m && all_contained(th, v, other)?),
            Comparison::Lt => n < m && all_contained(th, v, other)?,
            Comparison::Le => n <= m && all_contained(th, v, other)?,
            Comparison::Gt => n > m && all_contained(th, other, v)?,
            Comparison::Ge => n >= m && all_contained(th, other, v)?,
        };
        Ok(Value::from_bool(r))
    }

    #[method(sig = "($self, value, /)")]
    fn __and__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
        // The smaller one is looked up in the larger, as CPython does, which decides which of two
        // equal elements is kept.
        let (small, large) = if !is_view(this)
            || set_like_len(other).is_some_and(|m| set_like_len(this).is_some_and(|n| m > n))
        {
            (this, other)
        } else {
            (other, this)
        };
        let (walked, container) = if is_view(large) || set_like_len(large).is_some() {
            (small, large)
        } else {
            (large, small)
        };
        let result = Set::new(th);
        let it = ops::get_iter(th, walked)?;
        while let Some(v) = ops::next(th, it)? {
            if ops::contains(th, container, v)? {
                result.add(th, v)?;
            }
        }
        Ok(result.value())
    }

    #[method(sig = "($self, value, /)")]
    fn __rand__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
        SetView::__and__(th, other, this)
    }

    #[method(sig = "($self, value, /)")]
    fn __or__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
        let result = to_set(th, this)?;
        result.update(th, other)?;
        Ok(result.value())
    }

    #[method(sig = "($self, value, /)")]
    fn __ror__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
        SetView::__or__(th, other, this)
    }

    #[method(sig = "($self, value, /)")]
    fn __sub__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
        let result = to_set(th, this)?;
        let it = ops::get_iter(th, other)?;
        while let Some(v) = ops::next(th, it)? {
            result.discard(th, v)?;
        }
        Ok(result.value())
    }

    #[method(sig = "($self, value, /)")]
    fn __rsub__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
        SetView::__sub__(th, other, this)
    }

    #[method(sig = "($self, value, /)")]
    fn __xor__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
        let result = to_set(th, this)?;
        let other = to_set(th, other)?;
        result.symmetric_difference_update(th, other.value())?;
        Ok(result.value())
    }

    #[method(sig = "($self, value, /)")]
    fn __rxor__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
        SetView::__xor__(th, other, this)
    }

    /// Return True if the view and the given iterable have a null intersection.
    #[method(sig = "($self, other, /)")]
    fn isdisjoint(th: &Thread, this: &'static DictView, other: Value) -> PyResult<bool> {
        let v = this.value();
        if v == other {
            return Ok(this.dict().is_empty());
        }
        let (walked, container) = match set_like_len(other) {
            Some(m) if m > this.dict().len() => (v, other),
            _ => (other, v),
        };
        let it = ops::get_iter(th, walked)?;
        while let Some(v) = ops::next(th, it)? {
            if ops::contains(th, container, v)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// dictionary that this view refers to
    #[getter]
    fn mapping(th: &Thread, this: &'static DictView) -> &'static MappingProxy {
        MappingProxy::new(th, this.dict().value())
    }
}

/// An iterator over a dictionary.
#[repr(C)]
pub struct DictIterator {
    pub header: Header,
    /// Unset when exhausted.
    dict: Field,
    /// Position of the next entry; for a reverse iterator, one above it.
    at: Cell<usize>,
    /// Entries that the dictionary had at the start, or `usize::MAX` after it changed size.
    len: Cell<usize>,
    left: Cell<usize>,
    part: Part,
    reverse: bool,
}

macro_rules! iterator_type {
    ($name:ident, $text:literal, $shape:expr) => {
        pub static $name: TypeDef = TypeDef::of::<DictIterator>($text, "builtins")
            .flags(TypeFlags::NO_NEW)
            .methods(DictIterator::native_methods)
            .shape($shape);
    };
}

iterator_type!(KEY_ITERATOR, "dict_keyiterator", shapes::DICT_KEY_ITERATOR);
iterator_type!(VALUE_ITERATOR, "dict_valueiterator", shapes::DICT_VALUE_ITERATOR);
iterator_type!(ITEM_ITERATOR, "dict_itemiterator", shapes::DICT_ITEM_ITERATOR);
iterator_type!(REVERSE_KEY_ITERATOR, "dict_reversekeyiterator", 0);
iterator_type!(REVERSE_VALUE_ITERATOR, "dict_reversevalueiterator", 0);
iterator_type!(REVERSE_ITEM_ITERATOR, "dict_reverseitemiterator", 0);

// SAFETY: every object of kind `DictIterator` is made by `make_iterator` with this layout.
unsafe impl Object for DictIterator {
    const KIND: Kind = Kind::DictIterator;

    fn def() -> &'static TypeDef {
        &KEY_ITERATOR
    }
}

fn make_iterator(th: &Thread, dict: &'static Dict, part: Part, reverse: bool) -> Value {
    let def = match (part, reverse) {
        (Part::Key, false) => &KEY_ITERATOR,
        (Part::Value, false) => &VALUE_ITERATOR,
        (Part::Item, false) => &ITEM_ITERATOR,
        (Part::Key, true) => &REVERSE_KEY_ITERATOR,
        (Part::Value, true) => &REVERSE_VALUE_ITERATOR,
        (Part::Item, true) => &REVERSE_ITEM_ITERATOR,
    };
    def.class(th);
    alloc(
        th,
        DictIterator {
            header: Header::new(def.shape_id(), Kind::DictIterator),
            dict: Field::new(Some(dict.value())),
            at: Cell::new(if reverse { dict.positions() } else { 0 }),
            len: Cell::new(dict.len()),
            left: Cell::new(dict.len()),
            part,
            reverse,
        },
    )
    .value()
}

/// `iter(dict)`.
pub fn key_iterator(th: &Thread, dict: &'static Dict) -> Value {
    make_iterator(th, dict, Part::Key, false)
}

/// `reversed(dict)`.
pub fn reverse_key_iterator(th: &Thread, dict: &'static Dict) -> Value {
    make_iterator(th, dict, Part::Key, true)
}

impl DictIterator {
    /// The next key, value or item, or `EXHAUSTED`; raises `RuntimeError` where the dictionary
    /// changed. Runs no Python code.
    #[inline]
    pub fn step(&self, th: &Thread) -> PyResult<Value> {
        let Some(dict) = self.dict.get().and_then(|d| d.cast::<Dict>()) else {
            return Ok(Value::EXHAUSTED);
        };
        if dict.len() != self.len.get() {
            self.len.set(usize::MAX); // the error stays
            return Err(raise!(th, RuntimeError, "dictionary changed size during iteration"));
        }
        let found = if self.reverse {
            dict.previous_entry(self.at.get())
        } else {
            dict.next_entry(self.at.get())
        };
        let Some((i, key, value)) = found else {
            self.dict.set(&self.header, None);
            return Ok(Value::EXHAUSTED);
        };
        let Some(left) = self.left.get().checked_sub(1) else {
            self.dict.set(&self.header, None);
            return Err(raise!(th, RuntimeError, "dictionary keys changed during iteration"));
        };
        self.left.set(left);
        self.at.set(if self.reverse { i } else { i + 1 });
        Ok(self.part.of(th, key, value))
    }
}

#[methods]
impl DictIterator {
    #[method]
    fn __iter__(this: &'static DictIterator) -> Value {
        this.value()
    }

    #[method]
    fn __next__(th: &Thread, this: &'static DictIterator) -> PyResult<Value> {
        this.step(th)
    }

    /// Private method returning an estimate of len(list(it)).
    #[method]
    fn __length_hint__(this: &'static DictIterator) -> usize {
        match this.dict.get().and_then(|d| d.cast::<Dict>()) {
            Some(d) if d.len() == this.len.get() => this.left.get(),
            _ => 0,
        }
    }

    /// Return state information for pickling.
    #[method]
    fn __reduce__(th: &Thread, this: &'static DictIterator) -> PyResult<Value> {
        // A copy of the iterator is run to its end, as CPython does.
        let mut rest = Vec::new();
        if let Some(dict) = this.dict.get().and_then(|d| d.cast::<Dict>()) {
            let mut at = this.at.get();
            while let Some((i, key, value)) =
                if this.reverse { dict.previous_entry(at) } else { dict.next_entry(at) }
            {
                rest.push(this.part.of(th, key, value));
                at = if this.reverse { i } else { i + 1 };
            }
        }
        let iter = state::builtins().get_name(intern!(th, "iter")).expect("builtins has iter");
        let args = Tuple::new(th, &[List::new(th, &rest).value()]).value();
        Ok(Tuple::new(th, &[iter, args]).value())
    }
}
