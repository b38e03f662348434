//! `tuple`.

use krait_layout::{Header, Kind, StackSlot, Thread, Value, shapes};

use crate::error::PyResult;
use crate::gc;
use crate::native::class_arg;
use crate::object::type_object::{Type, TypeDef, TypeFlags};
use crate::object::{Object, ValueExt};
use crate::ops::Comparison;
use crate::types::slice::{self, Index};
use crate::types::{hash, iterator};
use crate::{ops, raise, state};
use krait_macros::methods;

/// A `tuple`; its items follow the struct, unless it is an instance of a subclass, whose items
/// are in a buffer of their own so that attributes keep their place.
#[repr(C)]
pub struct Tuple {
    pub header: Header,
    len: usize,
    items: *const StackSlot,
}

pub static DEF: TypeDef = TypeDef::of::<Tuple>("tuple", "builtins")
    .doc("Built-in immutable sequence.\n\nIf no argument is given, the constructor returns an empty tuple.\nIf iterable is specified the tuple is initialized from iterable's items.\n\nIf the argument is a tuple, the return value is the same object.")
    .flags(TypeFlags::BASE.or(TypeFlags::SEQUENCE).or(TypeFlags::MATCH_SELF))
    .methods(Tuple::native_methods)
    .shape(shapes::TUPLE);

// Fast paths of compiled code look into it.
const _: () = {
    use krait_layout::objects;
    use std::mem::offset_of;
    assert!(offset_of!(Tuple, len) == offset_of!(objects::Tuple, len));
    assert!(offset_of!(Tuple, items) == offset_of!(objects::Tuple, items));
};

// SAFETY: every object of kind `Tuple` is made by `alloc_tuple` with this layout.
unsafe impl Object for Tuple {
    const KIND: Kind = Kind::Tuple;

    fn def() -> &'static TypeDef {
        &DEF
    }
}

/// Allocates a tuple of the `len` items that `item` gives; `item` must not allocate.
fn alloc_tuple(
    th: &Thread,
    class: Option<&Type>,
    len: usize,
    item: impl Fn(usize) -> StackSlot,
) -> &'static Tuple {
    let base = class.map_or(size_of::<Tuple>(), Type::instance_size);
    let header = Header::new(class.map_or(shapes::TUPLE, |c| c.instance_shape.get()), Kind::Tuple);
    // SAFETY: the cells are fresh and as large as asked for; each is written whole before the next
    // allocation, so the instance of a subclass is the last.
    unsafe {
        let fill = |items: *mut StackSlot| {
            for i in 0..len {
                items.add(i).write(item(i));
            }
            items
        };
        let (at, items) = if class.is_none() {
            let at = gc::alloc_traced(th, base + len * 8).as_ptr();
            (at, fill(at.add(base) as *mut StackSlot))
        } else {
            let items = fill(gc::buffer(th, gc::Scan::Traced, len * 8) as *mut StackSlot);
            let at = gc::alloc_traced(th, base).as_ptr();
            std::ptr::write_bytes(at, 0, base);
            (at, items)
        };
        let at = at as *mut Tuple;
        at.write(Tuple { header, len, items });
        let tuple = &*at;
        if let Some(class) = class {
            class.note_instance(th, &tuple.header);
        }
        tuple
    }
}

impl Tuple {
    /// A tuple of `items`.
    pub fn new(th: &Thread, items: &[Value]) -> &'static Tuple {
        if items.is_empty() {
            return state::empty_tuple(th);
        }
        alloc_tuple(th, None, items.len(), |i| Some(items[i]))
    }

    /// A tuple of `items`, none of which is `None` (no value).
    #[inline]
    pub fn from_slots(th: &Thread, items: &[StackSlot]) -> &'static Tuple {
        debug_assert!(items.iter().all(Option::is_some));
        if items.is_empty() {
            return state::empty_tuple(th);
        }
        alloc_tuple(th, None, items.len(), |i| items[i])
    }

    /// The empty tuple object itself; use `new` instead.
    pub(crate) fn fresh_empty(th: &Thread) -> &'static Tuple {
        alloc_tuple(th, None, 0, |_| None)
    }

    /// A tuple of the same items in an instance of the subclass `class`.
    pub fn from_slots_as(th: &Thread, class: &Type, items: &[StackSlot]) -> &'static Tuple {
        alloc_tuple(th, Some(class), items.len(), |i| items[i])
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The items, each set.
    #[inline(always)]
    pub fn items(&self) -> &'static [StackSlot] {
        // SAFETY: `items` points to `len` slots that live as long as the tuple, which the
        // reference or an interior pointer keeps alive.
        unsafe { std::slice::from_raw_parts(self.items, self.len) }
    }

    /// The items as values.
    #[inline(always)]
    pub fn values(&self) -> &'static [Value] {
        // SAFETY: every slot of a tuple is set, and `Option<Value>` has `Value`'s representation.
        unsafe { std::slice::from_raw_parts(self.items as *const Value, self.len) }
    }
}

/// The items of any iterable as a tuple; runs its `__iter__`.
pub fn from_iterable(th: &Thread, v: Value) -> PyResult<&'static Tuple> {
    if v.is_exactly(shapes::TUPLE) {
        return Ok(v.cast::<Tuple>().expect("a tuple"));
    }
    let items = ops::collect(th, v)?;
    Ok(Tuple::new(th, &items))
}

#[methods]
impl Tuple {
    #[staticmethod(sig = "(cls, iterable=(), /)")]
    fn __new__(th: &Thread, cls: Value, iterable: Option<Value>) -> PyResult<&'static Tuple> {
        let class = class_arg(th, cls, DEF.class(th))?;
        let tuple = match iterable {
            Some(v) => from_iterable(th, v)?,
            None => Tuple::new(th, &[]),
        };
        if class.value() == DEF.class(th).value() {
            return Ok(tuple);
        }
        Ok(Tuple::from_slots_as(th, class, tuple.items()))
    }

    #[method]
    fn __len__(this: &Tuple) -> usize {
        this.len()
    }

    #[method(sig = "($self, key, /)")]
    fn __getitem__(th: &Thread, this: &Tuple, key: Value) -> PyResult<Value> {
        match slice::index_or_slice(th, key, "tuple")? {
            Index::At(i) => match slice::checked(i, this.len()) {
                Some(i) => Ok(this.values()[i]),
                None => Err(raise!(th, IndexError, "tuple index out of range")),
            },
            Index::Slice(s) => {
                let r = s.resolve(th, this.len())?;
                if r.is_whole(this.len()) && this.value().is_exactly(shapes::TUPLE) {
                    return Ok(this.value());
                }
                let items: Vec<Value> = r.iter().map(|i| this.values()[i]).collect();
                Ok(Tuple::new(th, &items).value())
            }
        }
    }

    #[method]
    fn __iter__(th: &Thread, this: &Tuple) -> Value {
        iterator::sequence_iterator(th, this.value())
    }

    #[method(sig = "($self, value, /)")]
    fn __add__(th: &Thread, this: &Tuple, other: Value) -> Value {
        let Some(other) = other.cast::<Tuple>() else { return Value::NOT_IMPLEMENTED };
        if other.is_empty() && this.value().is_exactly(shapes::TUPLE) {
            return this.value();
        }
        let (a, b) = (this.items(), other.items());
        if a.is_empty() && b.is_empty() {
            return state::empty_tuple(th).value();
        }
        alloc_tuple(
            th,
            None,
            a.len() + b.len(),
            |i| if i < a.len() { a[i] } else { b[i - a.len()] },
        )
        .value()
    }

    #[method(sig = "($self, value, /)")]
    fn __mul__(th: &Thread, this: &Tuple, count: Value) -> PyResult<Value> {
        let Some(n) = ops::repeat_count(th, count)? else { return Ok(Value::NOT_IMPLEMENTED) };
        if n == 1 && this.value().is_exactly(shapes::TUPLE) {
            return Ok(this.value());
        }
        let items = this.items();
        if n == 0 || items.is_empty() {
            return Ok(state::empty_tuple(th).value());
        }
        let total = ops::checked_size(th, items.len(), n)?;
        Ok(alloc_tuple(th, None, total, |i| items[i % items.len()]).value())
    }

    #[method(sig = "($self, value, /)")]
    fn __rmul__(th: &Thread, this: &Tuple, count: Value) -> PyResult<Value> {
        Tuple::__mul__(th, this, count)
    }

    #[method(sig = "($self, key, /)")]
    fn __contains__(th: &Thread, this: &Tuple, item: Value) -> PyResult<bool> {
        for v in this.values() {
            if ops::is_or_eq(th, *v, item)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    #[method]
    fn __hash__(th: &Thread, this: &Tuple) -> PyResult<i64> {
        hash::hash_tuple(th, this.values())
    }

    #[method]
    fn __repr__(th: &Thread, this: &Tuple) -> PyResult<Value> {
        ops::repr_sequence(th, this.value(), "(", if this.len() == 1 { ",)" } else { ")" }, |i| {
            this.values().get(i).copied()
        })
    }

    #[comparison]
    fn compare(th: &Thread, this: &'static Tuple, other: Value, op: Comparison) -> PyResult<Value> {
        let Some(other) = other.cast::<Tuple>() else { return Ok(Value::NOT_IMPLEMENTED) };
        let (a, b) = (this.values(), other.values());
        ops::compare_sequences(th, op, |i| a.get(i).copied(), |i| b.get(i).copied())
    }

    /// Return number of occurrences of value.
    #[method(sig = "($self, value, /)")]
    fn count(th: &Thread, this: &Tuple, value: Value) -> PyResult<usize> {
        let mut n = 0;
        for v in this.values() {
            n += ops::is_or_eq(th, *v, value)? as usize;
        }
        Ok(n)
    }

    /// Return first index of value.
    ///
    /// Raises ValueError if the value is not present.
    #[method(sig = "($self, value, start=0, stop=sys.maxsize, /)")]
    fn index(
        th: &Thread,
        this: &Tuple,
        value: Value,
        start: Option<Value>,
        stop: Option<Value>,
    ) -> PyResult<usize> {
        let (start, stop) = slice::search_bounds(th, start, stop, this.len())?;
        for (i, v) in this.values().iter().enumerate().take(stop).skip(start) {
            if ops::is_or_eq(th, *v, value)? {
                return Ok(i);
            }
        }
        Err(raise!(th, ValueError, "tuple.index(x): x not in tuple"))
    }

    #[method]
    fn __getnewargs__(th: &Thread, this: &Tuple) -> &'static Tuple {
        let copy = Tuple::from_slots(th, this.items());
        Tuple::new(th, &[copy.value()])
    }

    /// See PEP 585
    #[classmethod(sig = "($type, object, /)")]
    fn __class_getitem__(th: &Thread, cls: Value, item: Value) -> PyResult<Value> {
        crate::types::generic_alias::new(th, cls, item)
    }
}
