//! `list`.

use std::cell::Cell;

use krait_layout::{Header, Kind, StackSlot, Thread, Value, shapes};

use crate::error::PyResult;
use crate::gc;
use crate::native::class_arg;
use crate::object::type_object::{Type, TypeDef, TypeFlags};
use crate::object::{Object, ValueExt, alloc, alloc_as, header_of};
use crate::ops::{self, Comparison};
use crate::types::iterator;
use crate::types::slice::{self, Index};
use crate::types::tuple::Tuple;
use crate::{raise, types};
use krait_macros::methods;

/// The items of a list: a traced cell.
#[repr(C)]
struct Items {
    header: Header,
    capacity: usize,
}

impl Items {
    fn alloc(th: &Thread, capacity: usize) -> *const Items {
        let cell = gc::alloc_traced(th, size_of::<Items>() + capacity * 8);
        // SAFETY: the cell is fresh and large enough; unused slots read as "no value".
        unsafe {
            let at = cell.as_ptr() as *mut Items;
            at.write(Items { header: Header::new(0, Kind::Buffer), capacity });
            std::ptr::write_bytes(at.add(1) as *mut u8, 0, capacity * 8);
            at
        }
    }
}

/// A `list`.
#[repr(C)]
pub struct List {
    pub header: Header,
    len: Cell<usize>,
    items: Cell<*const Items>,
}

pub static DEF: TypeDef = TypeDef::of::<List>("list", "builtins")
    .doc("Built-in mutable sequence.\n\nIf no argument is given, the constructor creates a new empty list.\nThe argument must be an iterable if specified.")
    .flags(TypeFlags::BASE.or(TypeFlags::SEQUENCE).or(TypeFlags::MATCH_SELF))
    .methods(List::native_methods)
    .shape(shapes::LIST);

// Fast paths of compiled code look into it.
const _: () = {
    use krait_layout::objects;
    use std::mem::offset_of;
    assert!(offset_of!(List, len) == offset_of!(objects::List, len));
    assert!(offset_of!(List, items) == offset_of!(objects::List, items));
};

// SAFETY: every object of kind `List` is made in this file with this layout.
unsafe impl Object for List {
    const KIND: Kind = Kind::List;

    fn def() -> &'static TypeDef {
        &DEF
    }
}

impl List {
    /// A list of `items`.
    pub fn new(th: &Thread, items: &[Value]) -> &'static List {
        let list = List::with_capacity(th, items.len());
        for (slot, v) in list.capacity_slots().iter().zip(items) {
            slot.set(Some(*v));
        }
        list.len.set(items.len());
        list.items_barrier();
        list
    }

    /// A list of `items`, all of which are set.
    #[inline]
    pub fn from_slots(th: &Thread, items: &[StackSlot]) -> &'static List {
        // SAFETY: a set `Option<Value>` has `Value`'s representation.
        let items =
            unsafe { std::slice::from_raw_parts(items.as_ptr() as *const Value, items.len()) };
        List::new(th, items)
    }

    /// An empty list with room for `capacity` items.
    pub fn with_capacity(th: &Thread, capacity: usize) -> &'static List {
        let items = if capacity == 0 { std::ptr::null() } else { Items::alloc(th, capacity) };
        alloc(
            th,
            List {
                header: Header::new(shapes::LIST, Kind::List),
                len: Cell::new(0),
                items: Cell::new(items),
            },
        )
    }

    /// An empty instance of `class`, a subclass of `list`.
    pub fn new_as(th: &Thread, class: &Type) -> &'static List {
        alloc_as(
            th,
            class,
            List {
                header: header_of::<List>(),
                len: Cell::new(0),
                items: Cell::new(std::ptr::null()),
            },
        )
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len.get()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn capacity_slots(&self) -> &[Cell<StackSlot>] {
        let items = self.items.get();
        if items.is_null() {
            return &[];
        }
        // SAFETY: `capacity` slots follow the header; the list keeps the cell alive.
        unsafe {
            std::slice::from_raw_parts(items.add(1) as *const Cell<StackSlot>, (*items).capacity)
        }
    }

    #[inline(always)]
    fn slots(&self) -> &[Cell<StackSlot>] {
        let items = self.items.get();
        if items.is_null() {
            return &[];
        }
        // SAFETY: `len` is at most the capacity.
        unsafe {
            std::slice::from_raw_parts(items.add(1) as *const Cell<StackSlot>, self.len.get())
        }
    }

    #[inline(always)]
    fn items_barrier(&self) {
        let items = self.items.get();
        if !items.is_null() {
            // SAFETY: the buffer starts with a header.
            gc::barrier(unsafe { &(*items).header });
        }
    }

    /// The barrier after a store of `v` into one slot.
    #[inline(always)]
    fn slot_barrier(&self, slot: &Cell<StackSlot>, v: Value) {
        if !v.is_heap() {
            return;
        }
        // SAFETY: the buffer that the slot is in starts with a header.
        let header = unsafe { &(*self.items.get()).header };
        gc::barrier_at(header, slot as *const Cell<StackSlot> as *const u8);
    }

    /// Item `i`, or `None` past the end.
    #[inline(always)]
    pub fn get(&self, i: usize) -> StackSlot {
        self.slots().get(i).and_then(Cell::get)
    }

    /// Item `i`, counted from the end where negative.
    #[inline(always)]
    pub fn get_signed(&self, i: i64) -> StackSlot {
        let i = if i < 0 { i + self.len() as i64 } else { i };
        self.get(i as usize)
    }

    /// Replaces item `i`; false past the ends.
    #[inline(always)]
    pub fn set_signed(&self, i: i64, v: Value) -> bool {
        let i = if i < 0 { i + self.len() as i64 } else { i };
        match self.slots().get(i as usize) {
            Some(slot) => {
                slot.set(Some(v));
                self.slot_barrier(slot, v);
                true
            }
            None => false,
        }
    }

    /// A copy of the items as they are now.
    pub fn to_vec(&self) -> Vec<Value> {
        self.slots().iter().map(|s| s.get().expect("items are set")).collect()
    }

    fn reserve(&self, th: &Thread, more: usize) {
        let needed = self.len() + more;
        let capacity = self.capacity_slots().len();
        if needed <= capacity {
            return;
        }
        // CPython's growth pattern.
        let new = (needed + (needed >> 3) + 6) & !3;
        let items = Items::alloc(th, new.max(4));
        // SAFETY: the fresh buffer has more room than the old one.
        unsafe {
            std::ptr::copy_nonoverlapping(
                self.slots().as_ptr() as *const u64,
                items.add(1) as *mut u64,
                self.len(),
            );
            gc::barrier(&(*items).header);
        }
        self.items.set(items);
        gc::barrier(&self.header);
    }

    /// Adds an item at the end.
    #[inline]
    pub fn push(&self, th: &Thread, v: Value) {
        let len = self.len();
        if len == self.capacity_slots().len() {
            self.reserve(th, 1);
        }
        self.len.set(len + 1);
        let slot = &self.slots()[len];
        slot.set(Some(v));
        self.slot_barrier(slot, v);
    }

    /// Removes and gives the last item.
    pub fn pop_last(&self) -> StackSlot {
        let last = self.len().checked_sub(1)?;
        let v = self.slots()[last].take();
        self.len.set(last);
        v
    }

    /// Inserts `v` before item `i`, which is at most the length.
    pub fn insert_at(&self, th: &Thread, i: usize, v: Value) {
        self.push(th, v);
        let slots = self.slots();
        // SAFETY: both ranges are within the items, of which the last was just added.
        unsafe {
            let at = slots.as_ptr().add(i) as *mut StackSlot;
            std::ptr::copy(at, at.add(1), slots.len() - 1 - i);
        }
        slots[i].set(Some(v));
        self.items_barrier();
    }

    /// Removes and gives item `i`, which is below the length.
    pub fn remove_at(&self, i: usize) -> Value {
        let slots = self.slots();
        let v = slots[i].get().expect("items are set");
        // SAFETY: both ranges are within the items.
        unsafe {
            let at = slots.as_ptr().add(i) as *mut StackSlot;
            std::ptr::copy(at.add(1), at, slots.len() - 1 - i);
        }
        slots[slots.len() - 1].set(None);
        self.len.set(slots.len() - 1);
        self.items_barrier();
        v
    }

    /// A list of the items `start..stop`.
    pub fn copy_range(&self, th: &Thread, start: usize, stop: usize) -> &'static List {
        let list = List::with_capacity(th, stop - start);
        for (to, from) in list.capacity_slots().iter().zip(&self.slots()[start..stop]) {
            to.set(from.get());
        }
        list.len.set(stop - start);
        list.items_barrier();
        list
    }

    /// Replaces the items `start..stop` by as many others; false where there are not as many.
    pub fn replace_range(&self, start: usize, stop: usize, items: &List) -> bool {
        if items.len() != stop - start {
            return false;
        }
        // SAFETY: both have as many items; they may be the same list.
        unsafe {
            let to = self.slots().as_ptr().add(start) as *mut StackSlot;
            std::ptr::copy(items.slots().as_ptr() as *const StackSlot, to, items.len());
        }
        self.items_barrier();
        true
    }

    /// Replaces all items.
    pub fn set_items(&self, th: &Thread, items: &[Value]) {
        self.slots().iter().for_each(|s| s.set(None));
        self.len.set(0);
        self.reserve(th, items.len());
        self.len.set(items.len());
        for (slot, v) in self.slots().iter().zip(items) {
            slot.set(Some(*v));
        }
        self.items_barrier();
    }

    /// Keeps the items for which `keep` holds; it must not touch the list.
    pub fn retain(&self, keep: impl Fn(Value) -> bool) {
        let mut n = 0;
        let slots = self.slots();
        for slot in slots {
            let v = slot.get().expect("items are set");
            if keep(v) {
                slots[n].set(Some(v));
                n += 1;
            }
        }
        slots[n..].iter().for_each(|s| s.set(None));
        self.len.set(n);
        self.items_barrier();
    }

    /// Adds the items of any iterable.
    pub fn extend(&self, th: &Thread, v: Value) -> PyResult<()> {
        if matches!(v.shape_id(), shapes::LIST | shapes::TUPLE) {
            let more = match v.cast::<List>() {
                Some(list) => list.len(),
                None => v.cast::<Tuple>().expect("the shape says so").len(),
            };
            self.reserve(th, more);
            let len = self.len();
            // Of a list that is extended by itself, the items that it had.
            let from = match v.cast::<List>() {
                Some(list) => list.slots().as_ptr() as *const StackSlot,
                None => v.cast::<Tuple>().expect("the shape says so").items().as_ptr(),
            };
            self.len.set(len + more);
            // SAFETY: the source has `more` items and there is room for as many.
            unsafe {
                let to = self.slots().as_ptr().add(len) as *mut StackSlot;
                std::ptr::copy_nonoverlapping(from, to, more);
            }
            self.items_barrier();
            return Ok(());
        }
        let it = ops::get_iter(th, v)?;
        while let Some(item) = ops::next(th, it)? {
            self.push(th, item);
        }
        Ok(())
    }
}

#[methods]
impl List {
    #[staticmethod(sig = "(cls, /, *args, **kwargs)")]
    fn __new__(
        th: &Thread,
        cls: Value,
        _args: &types::tuple::Tuple,
        _kwargs: &types::dict::Dict,
    ) -> PyResult<&'static List> {
        let class = class_arg(th, cls, DEF.class(th))?;
        Ok(List::new_as(th, class))
    }

    #[method(sig = "($self, iterable=(), /)")]
    fn __init__(th: &Thread, this: &List, iterable: Option<Value>) -> PyResult<()> {
        this.set_items(th, &[]);
        match iterable {
            Some(v) => this.extend(th, v),
            None => Ok(()),
        }
    }

    #[method]
    fn __len__(this: &List) -> usize {
        this.len()
    }

    #[method(sig = "($self, index, /)")]
    fn __getitem__(th: &Thread, this: &List, key: Value) -> PyResult<Value> {
        match slice::index_or_slice(th, key, "list")? {
            Index::At(i) => match slice::checked(i, this.len()) {
                Some(i) => Ok(this.get(i).expect("checked")),
                None => Err(raise!(th, IndexError, "list index out of range")),
            },
            Index::Slice(s) => {
                let r = s.resolve(th, this.len())?;
                let items: Vec<Value> = r.iter().filter_map(|i| this.get(i)).collect();
                Ok(List::new(th, &items).value())
            }
        }
    }

    #[method(sig = "($self, key, value, /)")]
    fn __setitem__(th: &Thread, this: &List, key: Value, value: Value) -> PyResult<()> {
        match slice::index_or_slice(th, key, "list")? {
            Index::At(i) => {
                let at = slice::checked(i, this.len());
                match at {
                    Some(i) => {
                        this.set_signed(i as i64, value);
                        Ok(())
                    }
                    None => Err(raise!(th, IndexError, "list assignment index out of range")),
                }
            }
            Index::Slice(s) => {
                if value.slot(crate::object::Slot::Iter).is_none()
                    && value.slot(crate::object::Slot::GetItem).is_none()
                {
                    return Err(raise!(th, TypeError, "must assign iterable to extended slice"));
                }
                let new = ops::collect(th, value)?;
                let r = s.resolve(th, this.len())?;
                if r.step == 1 {
                    let mut items = this.to_vec();
                    let end = r.start + r.len;
                    items.splice(r.start..end, new);
                    this.set_items(th, &items);
                    return Ok(());
                }
                if new.len() != r.len {
                    return Err(raise!(
                        th,
                        ValueError,
                        "attempt to assign sequence of size {} to extended slice of size {}",
                        new.len(),
                        r.len
                    ));
                }
                for (i, v) in r.iter().zip(new) {
                    this.set_signed(i as i64, v);
                }
                Ok(())
            }
        }
    }

    #[method(sig = "($self, key, /)")]
    fn __delitem__(th: &Thread, this: &List, key: Value) -> PyResult<()> {
        match slice::index_or_slice(th, key, "list")? {
            Index::At(i) => match slice::checked(i, this.len()) {
                Some(i) => {
                    this.remove_at(i);
                    Ok(())
                }
                None => Err(raise!(th, IndexError, "list assignment index out of range")),
            },
            Index::Slice(s) => {
                let r = s.resolve(th, this.len())?;
                let mut remove = vec![false; this.len()];
                r.iter().for_each(|i| remove[i] = true);
                let items: Vec<Value> = this
                    .to_vec()
                    .into_iter()
                    .zip(remove)
                    .filter(|(_, r)| !r)
                    .map(|(v, _)| v)
                    .collect();
                this.set_items(th, &items);
                Ok(())
            }
        }
    }

    #[method]
    fn __iter__(th: &Thread, this: &List) -> Value {
        iterator::sequence_iterator(th, this.value())
    }

    /// Return a reverse iterator over the list.
    #[method]
    fn __reversed__(th: &Thread, this: &List) -> Value {
        iterator::reverse_iterator(th, this.value(), this.len())
    }

    #[method(sig = "($self, value, /)")]
    fn __add__(th: &Thread, this: &List, other: Value) -> Value {
        let Some(other) = other.cast::<List>() else { return Value::NOT_IMPLEMENTED };
        let mut items = this.to_vec();
        items.extend(other.to_vec());
        List::new(th, &items).value()
    }

    #[method(sig = "($self, value, /)")]
    fn __iadd__(th: &Thread, this: &List, other: Value) -> PyResult<Value> {
        this.extend(th, other)?;
        Ok(this.value())
    }

    #[method(sig = "($self, value, /)")]
    fn __mul__(th: &Thread, this: &List, count: Value) -> PyResult<Value> {
        let Some(n) = ops::repeat_count(th, count)? else { return Ok(Value::NOT_IMPLEMENTED) };
        let total = ops::checked_size(th, this.len(), n)?;
        let list = List::with_capacity(th, total);
        let (from, to) = (this.slots(), list.capacity_slots());
        for (i, slot) in to.iter().enumerate().take(total) {
            slot.set(from[i % from.len()].get());
        }
        list.len.set(total);
        list.items_barrier();
        Ok(list.value())
    }

    #[method(sig = "($self, value, /)")]
    fn __rmul__(th: &Thread, this: &List, count: Value) -> PyResult<Value> {
        List::__mul__(th, this, count)
    }

    #[method(sig = "($self, value, /)")]
    fn __imul__(th: &Thread, this: &'static List, count: Value) -> PyResult<Value> {
        let Some(n) = ops::repeat_count(th, count)? else { return Ok(Value::NOT_IMPLEMENTED) };
        let total = ops::checked_size(th, this.len(), n)?;
        let items = this.to_vec();
        let repeated: Vec<Value> = (0..total).map(|i| items[i % items.len()]).collect();
        this.set_items(th, &repeated);
        Ok(this.value())
    }

    #[method(sig = "($self, key, /)")]
    fn __contains__(th: &Thread, this: &List, item: Value) -> PyResult<bool> {
        let mut i = 0;
        while let Some(v) = this.get(i) {
            if ops::is_or_eq(th, v, item)? {
                return Ok(true);
            }
            i += 1;
        }
        Ok(false)
    }

    #[method]
    fn __repr__(th: &Thread, this: &'static List) -> PyResult<Value> {
        ops::repr_sequence(th, this.value(), "[", "]", |i| this.get(i))
    }

    #[comparison]
    fn compare(th: &Thread, this: &'static List, other: Value, op: Comparison) -> PyResult<Value> {
        let Some(other) = other.cast::<List>() else { return Ok(Value::NOT_IMPLEMENTED) };
        if this.len() != other.len() && matches!(op, Comparison::Eq | Comparison::Ne) {
            return Ok(Value::from_bool(op == Comparison::Ne));
        }
        ops::compare_sequences(th, op, |i| this.get(i), |i| other.get(i))
    }

    /// Append object to the end of the list.
    #[method]
    fn append(th: &Thread, this: &List, object: Value) {
        this.push(th, object);
    }

    /// Extend list by appending elements from the iterable.
    #[method(name = "extend", sig = "($self, iterable, /)")]
    fn py_extend(th: &Thread, this: &List, iterable: Value) -> PyResult<()> {
        this.extend(th, iterable)
    }

    /// Insert object before index.
    #[method(sig = "($self, index, object, /)")]
    fn insert(th: &Thread, this: &List, index: Value, object: Value) -> PyResult<()> {
        let i = ops::index_clipped(th, index)?;
        let len = this.len() as isize;
        let i = if i < 0 { (i + len).max(0) } else { i.min(len) };
        this.insert_at(th, i as usize, object);
        Ok(())
    }

    /// Remove and return item at index (default last).
    ///
    /// Raises IndexError if list is empty or index is out of range.
    #[method(sig = "($self, index=-1, /)")]
    fn pop(th: &Thread, this: &List, index: Option<Value>) -> PyResult<Value> {
        if this.is_empty() {
            return Err(raise!(th, IndexError, "pop from empty list"));
        }
        let i = match index {
            None => return Ok(this.pop_last().expect("not empty")),
            Some(i) => ops::index_clipped(th, i)?,
        };
        match slice::checked(i, this.len()) {
            Some(i) => Ok(this.remove_at(i)),
            None => Err(raise!(th, IndexError, "pop index out of range")),
        }
    }

    /// Remove first occurrence of value.
    ///
    /// Raises ValueError if the value is not present.
    #[method(sig = "($self, value, /)")]
    fn remove(th: &Thread, this: &List, value: Value) -> PyResult<()> {
        let mut i = 0;
        while let Some(v) = this.get(i) {
            if ops::is_or_eq(th, v, value)? {
                if i < this.len() {
                    this.remove_at(i);
                }
                return Ok(());
            }
            i += 1;
        }
        Err(raise!(th, ValueError, "list.remove(x): x not in list"))
    }

    /// Remove all items from list.
    #[method]
    fn clear(th: &Thread, this: &List) {
        this.set_items(th, &[]);
    }

    /// Return a shallow copy of the list.
    #[method]
    fn copy(th: &Thread, this: &List) -> &'static List {
        List::new(th, &this.to_vec())
    }

    /// Return number of occurrences of value.
    #[method(sig = "($self, value, /)")]
    fn count(th: &Thread, this: &List, value: Value) -> PyResult<usize> {
        let (mut n, mut i) = (0, 0);
        while let Some(v) = this.get(i) {
            n += ops::is_or_eq(th, v, value)? as usize;
            i += 1;
        }
        Ok(n)
    }

    /// Return first index of value.
    ///
    /// Raises ValueError if the value is not present.
    #[method(sig = "($self, value, start=0, stop=sys.maxsize, /)")]
    fn index(
        th: &Thread,
        this: &List,
        value: Value,
        start: Option<Value>,
        stop: Option<Value>,
    ) -> PyResult<usize> {
        let (start, stop) = slice::search_bounds(th, start, stop, this.len())?;
        let mut i = start;
        while i < stop
            && let Some(v) = this.get(i)
        {
            if ops::is_or_eq(th, v, value)? {
                return Ok(i);
            }
            i += 1;
        }
        Err(raise!(th, ValueError, "list.index(x): x not in list"))
    }

    /// Reverse *IN PLACE*.
    #[method]
    fn reverse(this: &List) {
        let slots = this.slots();
        let n = slots.len();
        for i in 0..n / 2 {
            slots[i].swap(&slots[n - 1 - i]);
        }
        this.items_barrier();
    }

    /// Sort the list in ascending order and return None.
    ///
    /// The sort is in-place (i.e. the list itself is modified) and stable (i.e. the
    /// order of two equal elements is maintained).
    ///
    /// If a key function is given, apply it once to each list item and sort them,
    /// ascending or descending, according to their function values.
    ///
    /// The reverse flag can be set to sort in descending order.
    #[method(sig = "($self, /, *, key=None, reverse=False)")]
    fn sort(th: &Thread, this: &List, key: Option<Value>, reverse: Option<bool>) -> PyResult<()> {
        // The list is empty while keys and comparisons run, so that they cannot disturb it.
        let items = this.to_vec();
        this.set_items(th, &[]);
        let (result, items) =
            ops::sort::sort(th, items, key.filter(|k| !k.is_none()), reverse.unwrap_or(false));
        let changed = !this.is_empty();
        this.set_items(th, &items);
        result?;
        if changed {
            return Err(raise!(th, ValueError, "list modified during sort"));
        }
        Ok(())
    }

    #[method]
    fn __sizeof__(this: &List) -> usize {
        40 + this.capacity_slots().len() * 8
    }

    /// See PEP 585
    #[classmethod(sig = "($type, object, /)")]
    fn __class_getitem__(th: &Thread, cls: Value, item: Value) -> PyResult<Value> {
        types::generic_alias::new(th, cls, item)
    }
}
