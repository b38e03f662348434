//! `_collections`: `deque` and `defaultdict`.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

use krait_macros::methods;
use krait_runtime::error::PyResult;
use krait_runtime::gc::{self, Field};
use krait_runtime::native::{NativeModule, class_arg};
use krait_runtime::object::{Object, TypeDef, TypeFlags, ValueExt, alloc_as};
use krait_runtime::ops::{self, Comparison};
use krait_runtime::types::dict::{self, Dict};
use krait_runtime::types::list::List;
use krait_runtime::types::tuple::Tuple;
use krait_runtime::types::{generic_alias, item_attribute, slice};
use krait_runtime::{Header, Kind, Thread, Value, raise};

pub static MODULE: NativeModule = NativeModule {
    name: "_collections",
    doc: "High performance data structures.\n- deque:        ordered collection accessible from endpoints only\n- defaultdict:  dict subclass with a default value factory",
    functions: &functions::FUNCTIONS,
    init: |th, m| {
        m.add_type(th, &DEQUE);
        m.add_type(th, &ITERATOR);
        m.add_type(th, &item_attribute::DEF);
        m.set(th, "_deque_iterator", ITERATOR.class(th).value());
        m.set(th, "defaultdict", default_dict(th)?);
        Ok(())
    },
};

/// A `deque`.
#[repr(C)]
pub struct Deque {
    pub header: Header,
    items: RefCell<VecDeque<Value>>,
    max: Cell<Option<usize>>,
    /// Grows with each change of size, which an iterator notices.
    version: Cell<u64>,
}

pub static DEQUE: TypeDef = TypeDef::of::<Deque>("deque", "collections")
    .doc("A list-like sequence optimized for data accesses near its endpoints.")
    .flags(TypeFlags::BASE.or(TypeFlags::SEQUENCE).or(TypeFlags::WEAKREF))
    .methods(Deque::native_methods)
    .getsets(Deque::native_getsets);

// SAFETY: instances of the class are made by `fresh` with this layout.
unsafe impl Object for Deque {
    const KIND: Kind = Kind::Native;

    fn def() -> &'static TypeDef {
        &DEQUE
    }
}

impl Deque {
    fn fresh(th: &Thread, class: &krait_runtime::object::Type) -> &'static Deque {
        alloc_as(
            th,
            class,
            Deque {
                header: Header::new(0, Kind::Native),
                items: RefCell::default(),
                max: Cell::new(None),
                version: Cell::new(0),
            },
        )
    }

    fn changed(&self) {
        self.version.set(self.version.get() + 1);
        gc::barrier(&self.header);
    }

    fn push_back(&self, v: Value) {
        let mut items = self.items.borrow_mut();
        items.push_back(v);
        if self.max.get().is_some_and(|m| items.len() > m) {
            items.pop_front();
        }
        drop(items);
        self.changed();
    }

    fn push_front(&self, v: Value) {
        let mut items = self.items.borrow_mut();
        items.push_front(v);
        if self.max.get().is_some_and(|m| items.len() > m) {
            items.pop_back();
        }
        drop(items);
        self.changed();
    }

    fn len(&self) -> usize {
        self.items.borrow().len()
    }

    fn get(&self, i: usize) -> Option<Value> {
        self.items.borrow().get(i).copied()
    }

    fn to_vec(&self) -> Vec<Value> {
        self.items.borrow().iter().copied().collect()
    }

    /// A deque of the same class and bound with other items.
    fn like(&self, th: &Thread, items: Vec<Value>) -> &'static Deque {
        let d = Deque::fresh(th, self.value().class());
        d.max.set(self.max.get());
        items.into_iter().for_each(|v| d.push_back(v));
        d
    }

    fn position(&self, th: &Thread, key: Value) -> PyResult<usize> {
        let i = ops::index_clipped(th, key)?;
        slice::checked(i, self.len())
            .ok_or_else(|| raise!(th, IndexError, "deque index out of range"))
    }
}

#[methods]
impl Deque {
    #[staticmethod(sig = "(cls, /, *args, **kwargs)")]
    fn __new__(th: &Thread, cls: Value, _args: Value, _kwargs: Value) -> PyResult<&'static Deque> {
        let class = class_arg(th, cls, DEQUE.class(th))?;
        Ok(Deque::fresh(th, class))
    }

    #[method(sig = "($self, iterable=(), maxlen=None)")]
    fn __init__(
        th: &Thread,
        this: &'static Deque,
        iterable: Option<Value>,
        maxlen: Option<Value>,
    ) -> PyResult<()> {
        let max = match maxlen.filter(|m| !m.is_none()) {
            Some(m) => match ops::index_clipped(th, m)? {
                n if n < 0 => return Err(raise!(th, ValueError, "maxlen must be non-negative")),
                n => Some(n as usize),
            },
            None => None,
        };
        this.max.set(max);
        this.items.borrow_mut().clear();
        match iterable {
            Some(it) => Deque::extend(th, this, it),
            None => Ok(()),
        }
    }

    #[method]
    fn __len__(this: &'static Deque) -> usize {
        this.len()
    }

    #[method]
    fn __iter__(th: &Thread, this: &'static Deque) -> Value {
        DequeIterator::new(th, this, false)
    }

    /// Return a reverse iterator over the deque.
    #[method]
    fn __reversed__(th: &Thread, this: &'static Deque) -> Value {
        DequeIterator::new(th, this, true)
    }

    #[method(sig = "($self, key, /)")]
    fn __getitem__(th: &Thread, this: &'static Deque, key: Value) -> PyResult<Value> {
        let i = this.position(th, key)?;
        Ok(this.get(i).expect("checked"))
    }

    #[method(sig = "($self, key, value, /)")]
    fn __setitem__(th: &Thread, this: &'static Deque, key: Value, value: Value) -> PyResult<()> {
        let i = this.position(th, key)?;
        this.items.borrow_mut()[i] = value;
        gc::barrier(&this.header);
        Ok(())
    }

    #[method(sig = "($self, key, /)")]
    fn __delitem__(th: &Thread, this: &'static Deque, key: Value) -> PyResult<()> {
        let i = this.position(th, key)?;
        this.items.borrow_mut().remove(i);
        this.changed();
        Ok(())
    }

    #[method(sig = "($self, key, /)")]
    fn __contains__(th: &Thread, this: &'static Deque, key: Value) -> PyResult<bool> {
        Ok(find(th, this, key, 0, usize::MAX)?.is_some())
    }

    #[method]
    fn __repr__(th: &Thread, this: &'static Deque) -> PyResult<String> {
        let name = this.value().class().name_string();
        ops::repr_guard(this.value(), format!("{name}([...])"), || {
            let list = List::new(th, &this.to_vec()).value();
            let items = ops::repr_string(th, list)?;
            Ok(match this.max.get() {
                Some(m) => format!("{name}({items}, maxlen={m})"),
                None => format!("{name}({items})"),
            })
        })
    }

    #[comparison]
    fn compare(th: &Thread, this: &'static Deque, other: Value, op: Comparison) -> PyResult<Value> {
        let Some(other) = other.cast::<Deque>() else { return Ok(Value::NOT_IMPLEMENTED) };
        ops::compare_sequences(th, op, |i| this.get(i), |i| other.get(i))
    }

    #[method(sig = "($self, value, /)")]
    fn __add__(th: &Thread, this: &'static Deque, other: Value) -> PyResult<Value> {
        let Some(other) = other.cast::<Deque>() else {
            return Err(raise!(
                th,
                TypeError,
                "can only concatenate deque (not \"{}\") to deque",
                other.type_name()
            ));
        };
        let mut items = this.to_vec();
        items.extend(other.to_vec());
        Ok(this.like(th, items).value())
    }

    #[method(sig = "($self, value, /)")]
    fn __iadd__(th: &Thread, this: &'static Deque, other: Value) -> PyResult<Value> {
        Deque::extend(th, this, other)?;
        Ok(this.value())
    }

    #[method(sig = "($self, value, /)")]
    fn __mul__(th: &Thread, this: &'static Deque, count: Value) -> PyResult<Value> {
        let Some(n) = ops::repeat_count(th, count)? else { return Ok(Value::NOT_IMPLEMENTED) };
        let items = this.to_vec();
        let total = ops::checked_size(th, items.len(), n)?;
        let all = (0..total).map(|i| items[i % items.len()]).collect();
        Ok(this.like(th, all).value())
    }

    #[method(sig = "($self, value, /)")]
    fn __rmul__(th: &Thread, this: &'static Deque, count: Value) -> PyResult<Value> {
        Deque::__mul__(th, this, count)
    }

    /// Add an element to the right side of the deque.
    #[method(sig = "($self, item, /)")]
    fn append(this: &'static Deque, item: Value) {
        this.push_back(item);
    }

    /// Add an element to the left side of the deque.
    #[method(sig = "($self, item, /)")]
    fn appendleft(this: &'static Deque, item: Value) {
        this.push_front(item);
    }

    /// Extend the right side of the deque with elements from the iterable.
    #[method(sig = "($self, iterable, /)")]
    fn extend(th: &Thread, this: &'static Deque, iterable: Value) -> PyResult<()> {
        if iterable == this.value() {
            this.to_vec().into_iter().for_each(|v| this.push_back(v));
            return Ok(());
        }
        let it = ops::get_iter(th, iterable)?;
        while let Some(v) = ops::next(th, it)? {
            this.push_back(v);
        }
        Ok(())
    }

    /// Extend the left side of the deque with elements from the iterable.
    #[method(sig = "($self, iterable, /)")]
    fn extendleft(th: &Thread, this: &'static Deque, iterable: Value) -> PyResult<()> {
        for v in ops::collect(th, iterable)? {
            this.push_front(v);
        }
        Ok(())
    }

    /// Remove and return the rightmost element.
    #[method]
    fn pop(th: &Thread, this: &'static Deque) -> PyResult<Value> {
        let v = this.items.borrow_mut().pop_back();
        this.changed();
        v.ok_or_else(|| raise!(th, IndexError, "pop from an empty deque"))
    }

    /// Remove and return the leftmost element.
    #[method]
    fn popleft(th: &Thread, this: &'static Deque) -> PyResult<Value> {
        let v = this.items.borrow_mut().pop_front();
        this.changed();
        v.ok_or_else(|| raise!(th, IndexError, "pop from an empty deque"))
    }

    /// Remove all elements from the deque.
    #[method]
    fn clear(this: &'static Deque) {
        this.items.borrow_mut().clear();
        this.changed();
    }

    /// Return a shallow copy of a deque.
    #[method]
    fn copy(th: &Thread, this: &'static Deque) -> &'static Deque {
        this.like(th, this.to_vec())
    }

    /// Return a shallow copy of a deque.
    #[method]
    fn __copy__(th: &Thread, this: &'static Deque) -> &'static Deque {
        this.like(th, this.to_vec())
    }

    /// Return number of occurrences of value.
    #[method(sig = "($self, value, /)")]
    fn count(th: &Thread, this: &'static Deque, value: Value) -> PyResult<usize> {
        let mut n = 0;
        for v in this.to_vec() {
            n += ops::is_or_eq(th, v, value)? as usize;
        }
        Ok(n)
    }

    /// Return first index of value.
    ///
    /// Raises ValueError if the value is not present.
    #[method(sig = "($self, value, start=0, stop=sys.maxsize, /)")]
    fn index(
        th: &Thread,
        this: &'static Deque,
        value: Value,
        start: Option<Value>,
        stop: Option<Value>,
    ) -> PyResult<usize> {
        let (start, stop) = slice::search_bounds(th, start, stop, this.len())?;
        match find(th, this, value, start, stop)? {
            Some(i) => Ok(i),
            None => Err(raise!(th, ValueError, "deque.index(x): x not in deque")),
        }
    }

    /// Insert value before index.
    #[method(sig = "($self, index, value, /)")]
    fn insert(th: &Thread, this: &'static Deque, index: Value, value: Value) -> PyResult<()> {
        let len = this.len();
        if this.max.get() == Some(len) {
            return Err(raise!(th, IndexError, "deque already at its maximum size"));
        }
        let i = ops::index_clipped(th, index)?;
        let i = if i < 0 { (i + len as isize).max(0) } else { i.min(len as isize) };
        this.items.borrow_mut().insert(i as usize, value);
        this.changed();
        Ok(())
    }

    /// Remove first occurrence of value.
    #[method(sig = "($self, value, /)")]
    fn remove(th: &Thread, this: &'static Deque, value: Value) -> PyResult<()> {
        match find(th, this, value, 0, usize::MAX)? {
            Some(i) => {
                this.items.borrow_mut().remove(i);
                this.changed();
                Ok(())
            }
            None => Err(raise!(th, ValueError, "deque.remove(x): x not in deque")),
        }
    }

    /// Reverse *IN PLACE*.
    #[method]
    fn reverse(this: &'static Deque) {
        this.items.borrow_mut().make_contiguous().reverse();
    }

    /// Rotate the deque n steps to the right.  If n is negative, rotates left.
    #[method(sig = "($self, n=1, /)")]
    fn rotate(this: &'static Deque, n: Option<isize>) {
        let len = this.len() as isize;
        if len > 0 {
            let n = n.unwrap_or(1).rem_euclid(len) as usize;
            this.items.borrow_mut().rotate_right(n);
            this.changed();
        }
    }

    #[method]
    fn __reduce__(th: &Thread, this: &'static Deque) -> Value {
        let items = List::new(th, &this.to_vec()).value();
        let max = this.max.get().map_or(Value::NONE, Value::from_len);
        let args = Tuple::new(th, &[items, max]).value();
        Tuple::new(th, &[this.value().class().value(), args]).value()
    }

    /// See PEP 585
    #[classmethod(sig = "($type, object, /)")]
    fn __class_getitem__(th: &Thread, cls: Value, item: Value) -> PyResult<Value> {
        generic_alias::new(th, cls, item)
    }

    /// maximum size of a deque or None if unbounded
    #[getter]
    fn maxlen(this: &'static Deque) -> Option<usize> {
        this.max.get()
    }
}

/// The index of `value` between the bounds; the deque must not change while items are compared.
fn find(
    th: &Thread,
    d: &Deque,
    value: Value,
    start: usize,
    stop: usize,
) -> PyResult<Option<usize>> {
    let version = d.version.get();
    let mut i = start;
    while i < stop
        && let Some(v) = d.get(i)
    {
        let same = ops::is_or_eq(th, v, value)?;
        if d.version.get() != version {
            return Err(raise!(th, RuntimeError, "deque mutated during iteration"));
        }
        if same {
            return Ok(Some(i));
        }
        i += 1;
    }
    Ok(None)
}

/// `_deque_iterator`, in either direction.
#[repr(C)]
pub struct DequeIterator {
    pub header: Header,
    deque: Field,
    next: Cell<usize>,
    reverse: bool,
    version: u64,
}

static ITERATOR: TypeDef = TypeDef::of::<DequeIterator>("_deque_iterator", "_collections")
    .flags(TypeFlags::NO_NEW)
    .methods(DequeIterator::native_methods);

// SAFETY: instances of the class are made by `new` with this layout.
unsafe impl Object for DequeIterator {
    const KIND: Kind = Kind::Native;

    fn def() -> &'static TypeDef {
        &ITERATOR
    }
}

impl DequeIterator {
    fn new(th: &Thread, d: &Deque, reverse: bool) -> Value {
        alloc_as(
            th,
            ITERATOR.class(th),
            DequeIterator {
                header: Header::new(0, Kind::Native),
                deque: Field::new(Some(d.value())),
                next: Cell::new(0),
                reverse,
                version: d.version.get(),
            },
        )
        .value()
    }
}

#[methods]
impl DequeIterator {
    #[method]
    fn __iter__(this: Value) -> Value {
        this
    }

    #[method]
    fn __next__(th: &Thread, this: &'static DequeIterator) -> PyResult<Value> {
        let d = this.deque.get().and_then(|d| d.cast::<Deque>()).expect("set when made");
        if d.version.get() != this.version {
            return Err(raise!(th, RuntimeError, "deque mutated during iteration"));
        }
        let (i, len) = (this.next.get(), d.len());
        if i >= len {
            return Ok(Value::EXHAUSTED);
        }
        this.next.set(i + 1);
        Ok(d.get(if this.reverse { len - 1 - i } else { i }).expect("in range"))
    }

    #[method]
    fn __length_hint__(this: &'static DequeIterator) -> usize {
        let d = this.deque.get().and_then(|d| d.cast::<Deque>()).expect("set when made");
        d.len().saturating_sub(this.next.get())
    }
}

/// The class `defaultdict`: a `dict` with one attribute more and `__missing__`.
fn default_dict(th: &Thread) -> PyResult<Value> {
    use krait_runtime::object::class;
    use krait_runtime::types::native_function::NativeFunction;
    use krait_runtime::types::str::Str;
    use krait_runtime::{intern, state, types};
    let namespace = Dict::new(th);
    namespace.set_name(th, intern!(th, "__module__"), Str::new(th, "collections").value());
    let slots = Tuple::new(th, &[intern!(th, "default_factory")]).value();
    namespace.set_name(th, intern!(th, "__slots__"), slots);
    let bases = [dict::DEF.class(th).value()];
    let metaclass = types::type_::DEF.class(th);
    let class =
        class::new_class(th, metaclass, Str::new(th, "defaultdict"), &bases, namespace, &[])?;
    for def in DefaultDict::native_methods() {
        let f = NativeFunction::method(th, class, def).value();
        class::set_class_attribute(th, class, state::intern(th, def.name), Some(f));
    }
    Ok(class.value())
}

/// Only a name for the methods.
struct DefaultDict;

impl DefaultDict {
    /// `left | right`, of the class and with the factory of `this`, which is one of them.
    fn union(th: &Thread, this: Value, left: Value, right: Value) -> PyResult<Value> {
        let (true, Some(right)) = (left.cast::<Dict>().is_some(), right.cast::<Dict>()) else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        let f = factory(th, this)?;
        let new = ops::call(th, this.class().value(), &[f, left])?;
        if let Some(d) = new.cast::<Dict>() {
            d.update_from(th, right)?;
        }
        Ok(new)
    }
}

fn factory(th: &Thread, this: Value) -> PyResult<Value> {
    let name = krait_runtime::intern!(th, "default_factory");
    Ok(krait_runtime::object::get_attr_or_none(th, this, name)?.unwrap_or(Value::NONE))
}

#[methods]
impl DefaultDict {
    #[method(sig = "($self, default_factory=None, /, *args, **kwargs)")]
    fn __init__(
        th: &Thread,
        this: Value,
        default_factory: Option<Value>,
        args: &Tuple,
        kwargs: &'static Dict,
    ) -> PyResult<()> {
        let f = default_factory.unwrap_or(Value::NONE);
        if !f.is_none() && f.slot(krait_runtime::object::Slot::Call).is_none() {
            return Err(raise!(th, TypeError, "first argument must be callable or None"));
        }
        let name = krait_runtime::intern!(th, "default_factory");
        krait_runtime::object::set_attr(th, this, name, f)?;
        let d = this.cast::<Dict>().expect("a defaultdict is a dict");
        if let Some(source) = args.values().first() {
            dict::methods::merge(th, d, *source)?;
        }
        d.update_from(th, kwargs)
    }

    /// Called by __getitem__ for a missing key.
    #[method(sig = "($self, key, /)")]
    fn __missing__(th: &Thread, this: Value, key: Value) -> PyResult<Value> {
        let f = factory(th, this)?;
        if f.is_none() {
            return Err(krait_runtime::types::exception::raise_key_error(th, key));
        }
        let v = ops::call(th, f, &[])?;
        ops::set_item(th, this, key, v)?;
        Ok(v)
    }

    #[method]
    fn __repr__(th: &Thread, this: Value) -> PyResult<String> {
        let name = this.class().name_string();
        let f = factory(th, this)?;
        let plain = this.cast::<Dict>().expect("a defaultdict is a dict").copy(th);
        ops::repr_guard(this, format!("{name}(...)"), || {
            Ok(format!(
                "{name}({}, {})",
                ops::repr_string(th, f)?,
                ops::repr_string(th, plain.value())?
            ))
        })
    }

    /// D.copy() -> a shallow copy of D.
    #[method]
    fn copy(th: &Thread, this: Value) -> PyResult<Value> {
        let f = factory(th, this)?;
        ops::call(th, this.class().value(), &[f, this])
    }

    #[method]
    fn __copy__(th: &Thread, this: Value) -> PyResult<Value> {
        DefaultDict::copy(th, this)
    }

    #[method(sig = "($self, value, /)")]
    fn __or__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
        DefaultDict::union(th, this, this, other)
    }

    #[method(sig = "($self, value, /)")]
    fn __ror__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
        DefaultDict::union(th, this, other, this)
    }

    #[method]
    fn __reduce__(th: &Thread, this: Value) -> PyResult<Value> {
        let f = factory(th, this)?;
        let args = if f.is_none() { Tuple::new(th, &[]) } else { Tuple::new(th, &[f]) };
        let items = ops::call_method(th, this, krait_runtime::intern!(th, "items"), &[])?;
        let items = ops::get_iter(th, items)?;
        let none = Value::NONE;
        Ok(Tuple::new(th, &[this.class().value(), args.value(), none, none, items]).value())
    }
}

#[krait_macros::module]
mod functions {
    use super::*;
    use krait_runtime::ops::Binary;

    /// Count elements in the iterable, updating the mapping
    #[function(sig = "(mapping, iterable, /)")]
    fn _count_elements(th: &Thread, mapping: Value, iterable: Value) -> PyResult<()> {
        let it = ops::get_iter(th, iterable)?;
        let get = krait_runtime::intern!(th, "get");
        while let Some(v) = ops::next(th, it)? {
            let n = match mapping.cast::<Dict>() {
                Some(d) => d.get(th, v)?.unwrap_or(Value::from_i32(0)),
                None => ops::call_method(th, mapping, get, &[v, Value::from_i32(0)])?,
            };
            let n = ops::binary(th, Binary::Add, n, Value::from_i32(1))?;
            ops::set_item(th, mapping, v, n)?;
        }
        Ok(())
    }
}
