//! Iterators of sequences, `range` and `str`, and the shared ways of stepping an iterator.

use std::cell::Cell;

use krait_layout::{Header, Kind, Thread, Value, shapes};

use crate::error::{PyResult, catch};
use crate::gc::Field;
use crate::object::type_object::{TypeDef, TypeFlags};
use crate::object::{Object, ValueExt, alloc};
use crate::types::dict::views::DictIterator;
use crate::types::exception::Exc;
use crate::types::generator::Generator;
use crate::types::int;
use crate::types::list::List;
use crate::types::native_function::NativeFunction;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::{intern, ops, raise, state};
use krait_macros::methods;

/// An iterator over anything that is indexed: list, tuple, str, `range`, or by `__getitem__`.
/// The class says which; all share the struct.
#[repr(C)]
pub struct Iterator {
    pub header: Header,
    /// What is iterated; unset when exhausted.
    source: Field,
    /// Index of the next item; for `range` its value.
    next: Cell<i64>,
    /// For `range` its step; for a reverse iterator -1.
    step: Cell<i64>,
    /// For `range`, items left.
    left: Cell<i64>,
}

macro_rules! iterator_type {
    ($name:ident, $text:literal, $shape:expr) => {
        pub static $name: TypeDef = TypeDef::of::<Iterator>($text, "builtins")
            .flags(TypeFlags::NO_NEW)
            .methods(Iterator::native_methods)
            .shape($shape);
    };
}

iterator_type!(LIST_ITERATOR, "list_iterator", shapes::LIST_ITERATOR);
iterator_type!(TUPLE_ITERATOR, "tuple_iterator", shapes::TUPLE_ITERATOR);
iterator_type!(RANGE_ITERATOR, "range_iterator", shapes::RANGE_ITERATOR);
iterator_type!(STR_ITERATOR, "str_ascii_iterator", shapes::STR_ITERATOR);
iterator_type!(SEQUENCE_ITERATOR, "iterator", 0);
iterator_type!(REVERSE_LIST_ITERATOR, "list_reverseiterator", 0);
iterator_type!(BYTES_ITERATOR, "bytes_iterator", 0);
iterator_type!(BYTEARRAY_ITERATOR, "bytearray_iterator", 0);
iterator_type!(MEMORY_ITERATOR, "memory_iterator", 0);

// Fast paths of compiled code look into it.
const _: () = {
    use krait_layout::objects;
    use std::mem::offset_of;
    assert!(offset_of!(Iterator, source) == offset_of!(objects::Iterator, source));
    assert!(offset_of!(Iterator, next) == offset_of!(objects::Iterator, next));
    assert!(offset_of!(Iterator, step) == offset_of!(objects::Iterator, step));
    assert!(offset_of!(Iterator, left) == offset_of!(objects::Iterator, left));
};

// SAFETY: every object of kind `Iterator` is made in this file with this layout.
unsafe impl Object for Iterator {
    const KIND: Kind = Kind::Iterator;

    fn def() -> &'static TypeDef {
        &LIST_ITERATOR
    }
}

fn make(
    th: &Thread,
    def: &'static TypeDef,
    source: Option<Value>,
    next: i64,
    step: i64,
    left: i64,
) -> Value {
    def.class(th);
    alloc(
        th,
        Iterator {
            header: Header::new(def.shape_id(), Kind::Iterator),
            source: Field::new(source),
            next: Cell::new(next),
            step: Cell::new(step),
            left: Cell::new(left),
        },
    )
    .value()
}

/// `iter(v)` of a built-in sequence, or by `__getitem__` of any other.
pub fn sequence_iterator(th: &Thread, v: Value) -> Value {
    let def = match v.kind() {
        Kind::List => &LIST_ITERATOR,
        Kind::Tuple => &TUPLE_ITERATOR,
        Kind::Str => &STR_ITERATOR,
        Kind::Bytes => &BYTES_ITERATOR,
        Kind::ByteArray => &BYTEARRAY_ITERATOR,
        Kind::MemoryView => &MEMORY_ITERATOR,
        _ => &SEQUENCE_ITERATOR,
    };
    make(th, def, Some(v), 0, 1, 0)
}

/// `reversed(v)` of a list of `len` items.
pub fn reverse_iterator(th: &Thread, v: Value, len: usize) -> Value {
    make(th, &REVERSE_LIST_ITERATOR, Some(v), len as i64 - 1, -1, 0)
}

/// An iterator over `left` numbers from `start` in steps of `step`.
pub fn range_iterator(th: &Thread, start: i64, step: i64, left: i64) -> Value {
    make(th, &RANGE_ITERATOR, None, start, step, left)
}

/// The next item of an iterator over a list or tuple, or over a `range` of small ints, or
/// `EXHAUSTED`; `None` for other iterators. Neither allocates nor raises.
#[inline(always)]
pub fn next_quick(it: Value) -> Option<Value> {
    match it.header()?.shape.get() {
        shapes::RANGE_ITERATOR => {
            let it = it.cast::<Iterator>()?;
            let (left, value) = (it.left.get(), it.next.get());
            if left <= 0 {
                return Some(Value::EXHAUSTED);
            }
            let item = Value::small_int(value)?;
            it.left.set(left - 1);
            it.next.set(value.wrapping_add(it.step.get()));
            Some(item)
        }
        shapes::LIST_ITERATOR => Some(it.cast::<Iterator>()?.next_list()),
        shapes::TUPLE_ITERATOR => Some(it.cast::<Iterator>()?.next_tuple()),
        _ => None,
    }
}

/// The next item of an iterator whose step runs no Python code, or `EXHAUSTED`; `None` for other
/// iterators.
#[inline(always)]
pub fn next_fast(th: &Thread, it: Value) -> Option<PyResult<Value>> {
    let shape = it.header()?.shape.get();
    if shape == shapes::RANGE_ITERATOR {
        let it = it.cast::<Iterator>().expect("the shape says so");
        return Some(Ok(it.next_range(th)));
    }
    match shape {
        shapes::LIST_ITERATOR => {
            let it = it.cast::<Iterator>().expect("the shape says so");
            Some(Ok(it.next_list()))
        }
        shapes::TUPLE_ITERATOR => {
            let it = it.cast::<Iterator>().expect("the shape says so");
            Some(Ok(it.next_tuple()))
        }
        shapes::STR_ITERATOR => {
            let it = it.cast::<Iterator>().expect("the shape says so");
            Some(Ok(it.next_char(th)))
        }
        shapes::GENERATOR => {
            let g = it.cast::<Generator>().expect("the shape says so");
            Some(g.for_iter(th))
        }
        shapes::DICT_KEY_ITERATOR | shapes::DICT_VALUE_ITERATOR | shapes::DICT_ITEM_ITERATOR => {
            let d = it.cast::<DictIterator>().expect("the shape says so");
            Some(d.step(th))
        }
        _ => None,
    }
}

/// Calls `__next__`, handing `EXHAUSTED` of native iterators on.
pub fn call_next(th: &Thread, next: Value, it: Value) -> PyResult<Value> {
    match next.cast::<NativeFunction>() {
        Some(f) if f.is_unbound_method() => (f.def().function)(th, &[Some(it)]),
        Some(f) => f.call_raw(th, &[Some(it)], None),
        None => ops::call(th, next, &[it]),
    }
}

impl Iterator {
    #[inline(always)]
    fn next_list(&self) -> Value {
        let Some(list) = self.source.get().and_then(|s| s.cast::<List>()) else {
            return Value::EXHAUSTED;
        };
        let i = self.next.get();
        match list.get(i as usize) {
            Some(v) => {
                self.next.set(i + 1);
                v
            }
            None => {
                self.source.set(&self.header, None);
                Value::EXHAUSTED
            }
        }
    }

    fn next_char(&self, th: &Thread) -> Value {
        let Some(text) = self.source.get().and_then(|s| s.cast::<Str>()) else {
            return Value::EXHAUSTED;
        };
        let i = self.next.get();
        if i as usize >= text.len() {
            self.source.set(&self.header, None);
            return Value::EXHAUSTED;
        }
        self.next.set(i + 1);
        Str::from_char(th, text.char_at(i as usize)).value()
    }

    #[inline(always)]
    fn next_tuple(&self) -> Value {
        let Some(tuple) = self.source.get().and_then(|s| s.cast::<Tuple>()) else {
            return Value::EXHAUSTED;
        };
        let i = self.next.get();
        match tuple.values().get(i as usize) {
            Some(v) => {
                self.next.set(i + 1);
                *v
            }
            None => {
                self.source.set(&self.header, None);
                Value::EXHAUSTED
            }
        }
    }

    #[inline(always)]
    fn next_range(&self, th: &Thread) -> Value {
        let left = self.left.get();
        if left <= 0 {
            return Value::EXHAUSTED;
        }
        let v = self.next.get();
        self.left.set(left - 1);
        self.next.set(v.wrapping_add(self.step.get()));
        int::new(th, v)
    }

    fn step(&self, th: &Thread) -> PyResult<Value> {
        if self.header.shape.get() == shapes::RANGE_ITERATOR {
            return Ok(self.next_range(th));
        }
        let Some(source) = self.source.get() else { return Ok(Value::EXHAUSTED) };
        let i = self.next.get();
        let item = match source.kind() {
            Kind::List if i >= 0 => {
                source.cast::<List>().expect("the kind says so").get(i as usize)
            }
            Kind::Tuple => {
                source.cast::<Tuple>().expect("the kind says so").values().get(i as usize).copied()
            }
            Kind::Str => {
                let s = source.cast::<Str>().expect("the kind says so");
                if (i as usize) < s.len() {
                    Some(Str::from_char(th, s.char_at(i as usize)).value())
                } else {
                    None
                }
            }
            Kind::List => None,
            _ => {
                let item = ops::get_item(th, source, int::new(th, i));
                match item {
                    Ok(v) => Some(v),
                    Err(e) => {
                        let item = catch(th, Exc::IndexError, Err(e));
                        match item {
                            Ok(v) => v,
                            Err(e) => catch(th, Exc::StopIteration, Err(e))?,
                        }
                    }
                }
            }
        };
        match item {
            Some(v) => {
                self.next.set(i + self.step.get());
                Ok(v)
            }
            None => {
                self.source.set(&self.header, None);
                Ok(Value::EXHAUSTED)
            }
        }
    }
}

#[methods]
impl Iterator {
    #[method]
    fn __iter__(this: &'static Iterator) -> Value {
        this.value()
    }

    #[method]
    fn __next__(th: &Thread, this: &'static Iterator) -> PyResult<Value> {
        this.step(th)
    }

    /// Private method returning an estimate of len(list(it)).
    #[method]
    fn __length_hint__(th: &Thread, this: &'static Iterator) -> PyResult<usize> {
        if this.header.shape.get() == shapes::RANGE_ITERATOR {
            return Ok(this.left.get().max(0) as usize);
        }
        let Some(source) = this.source.get() else { return Ok(0) };
        if this.step.get() < 0 {
            return Ok((this.next.get() + 1).max(0) as usize);
        }
        let len = ops::length_hint(th, source)? as i64;
        Ok((len - this.next.get()).max(0) as usize)
    }

    /// Return state information for pickling.
    #[method]
    fn __reduce__(th: &Thread, this: &'static Iterator) -> PyResult<Value> {
        let name =
            if this.step.get() < 0 && this.source.get().is_some() { "reversed" } else { "iter" };
        let iter = state::builtins().get_name(state::intern(th, name)).expect("a builtin");
        if this.header.shape.get() == shapes::RANGE_ITERATOR {
            let start = this.next.get();
            let stop = start + this.step.get() * this.left.get();
            let args = [int::new(th, start), int::new(th, stop), int::new(th, this.step.get())];
            let range = ops::call(th, crate::types::range::DEF.class(th).value(), &args)?;
            let args = Tuple::new(th, &[range]).value();
            return Ok(Tuple::new(th, &[iter, args]).value());
        }
        Ok(match this.source.get() {
            Some(s) => {
                let args = Tuple::new(th, &[s]).value();
                Tuple::new(th, &[iter, args, int::new(th, this.next.get())]).value()
            }
            None => {
                let empty = List::new(th, &[]).value();
                let args = Tuple::new(th, &[empty]).value();
                Tuple::new(th, &[iter, args]).value()
            }
        })
    }

    /// Set state information for unpickling.
    #[method(sig = "($self, object, /)")]
    fn __setstate__(th: &Thread, this: &'static Iterator, state: Value) -> PyResult<()> {
        let i = ops::index_clipped(th, state)?;
        this.next.set(i.max(0) as i64);
        Ok(())
    }
}

/// `callable_iterator`: `iter(callable, sentinel)`.
#[repr(C)]
pub struct CallableIterator {
    pub header: Header,
    callable: Field,
    sentinel: Field,
}

pub static CALLABLE_ITERATOR: TypeDef =
    TypeDef::of::<CallableIterator>("callable_iterator", "builtins")
        .flags(TypeFlags::NO_NEW)
        .methods(CallableIterator::native_methods);

// SAFETY: instances of the class are made by `callable_iterator` with this layout.
unsafe impl Object for CallableIterator {
    const KIND: Kind = Kind::Native;

    fn def() -> &'static TypeDef {
        &CALLABLE_ITERATOR
    }
}

/// `iter(callable, sentinel)`.
pub fn callable_iterator(th: &Thread, callable: Value, sentinel: Value) -> Value {
    CALLABLE_ITERATOR.class(th);
    alloc(
        th,
        CallableIterator {
            header: Header::new(CALLABLE_ITERATOR.shape_id(), Kind::Native),
            callable: Field::new(Some(callable)),
            sentinel: Field::new(Some(sentinel)),
        },
    )
    .value()
}

#[methods]
impl CallableIterator {
    #[method]
    fn __iter__(this: Value) -> Value {
        this
    }

    #[method]
    fn __next__(th: &Thread, this: &'static CallableIterator) -> PyResult<Value> {
        let (Some(callable), Some(sentinel)) = (this.callable.get(), this.sentinel.get()) else {
            return Ok(Value::EXHAUSTED);
        };
        let v = match ops::call(th, callable, &[]) {
            Ok(v) => v,
            Err(e) => {
                this.callable.set(&this.header, None);
                return Ok(catch(th, Exc::StopIteration, Err(e))?.unwrap_or(Value::EXHAUSTED));
            }
        };
        if ops::equals(th, sentinel, v)? {
            this.callable.set(&this.header, None);
            return Ok(Value::EXHAUSTED);
        }
        Ok(v)
    }

    #[method]
    fn __reduce__(th: &Thread, this: &'static CallableIterator) -> PyResult<Value> {
        let iter = state::builtins().get_name(intern!(th, "iter")).expect("builtins has iter");
        match (this.callable.get(), this.sentinel.get()) {
            (Some(c), Some(s)) => {
                let args = Tuple::new(th, &[c, s]).value();
                Ok(Tuple::new(th, &[iter, args]).value())
            }
            _ => Err(raise!(th, TypeError, "cannot pickle an exhausted iterator")),
        }
    }
}
