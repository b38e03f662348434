//! `set` and `frozenset`: one hash table of keys.
//!
//! Both types start with the same struct. The table follows CPython's probing step by step (up to
//! ten neighbours, then a perturbed jump) and its growth, so that the order of iteration, which
//! programs print, is CPython's for equal hashes.

pub mod methods;

use std::cell::Cell;

use krait_layout::{Header, Kind, StackSlot, Thread, Value, shapes};

use crate::error::PyResult;
use crate::gc::{self, Field};
use crate::object::type_object::{Type, TypeDef, TypeFlags};
use crate::object::{Object, ValueExt, alloc, alloc_as, header_of};
use crate::ops;
use crate::types::dict::{Dict, unhashable};
use crate::types::str::Str;
use krait_macros::methods;

/// One place of the table. A free one has no key and hash 0, a deleted one no key and hash -1.
#[repr(C)]
#[derive(Copy, Clone)]
struct Entry {
    hash: i64,
    key: StackSlot,
}

const FREE: Entry = Entry { hash: 0, key: None };
const DELETED: Entry = Entry { hash: -1, key: None };

/// The table: a traced cell, entries after the header.
#[repr(C)]
struct Entries {
    header: Header,
    count: usize,
}

impl Entries {
    fn alloc(th: &Thread, count: usize) -> *const Entries {
        let bytes = count * size_of::<Entry>();
        let cell = gc::alloc_traced(th, size_of::<Entries>() + bytes);
        // SAFETY: the cell is fresh and large enough; zero words are free entries.
        unsafe {
            let at = cell.as_ptr() as *mut Entries;
            at.write(Entries { header: Header::new(0, Kind::Buffer), count });
            std::ptr::write_bytes(at.add(1) as *mut u8, 0, bytes);
            at
        }
    }
}

/// A `set`, and the part of a `frozenset` that is the same.
#[repr(C)]
pub struct Set {
    pub header: Header,
    /// Entries that are not free, deleted ones included.
    fill: Cell<usize>,
    used: Cell<usize>,
    /// Size of the table, a power of two, less one.
    mask: Cell<usize>,
    /// Null while nothing was added.
    entries: Cell<*const Entries>,
    /// Where `pop` looks next.
    finger: Cell<usize>,
    /// Grows at each change.
    version: Cell<u64>,
    /// Of a `frozenset`: its hash, or -1.
    hash: Cell<i64>,
}

/// A `frozenset`.
#[repr(transparent)]
pub struct FrozenSet(pub Set);

pub static DEF: TypeDef = TypeDef::of::<Set>("set", "builtins")
    .doc("Build an unordered collection of unique elements.")
    .flags(TypeFlags::BASE.or(TypeFlags::MATCH_SELF).or(TypeFlags::WEAKREF))
    .methods(Set::native_methods)
    .shape(shapes::SET);

pub static FROZEN: TypeDef = TypeDef::of::<FrozenSet>("frozenset", "builtins")
    .doc("Build an immutable unordered collection of unique elements.")
    .flags(TypeFlags::BASE.or(TypeFlags::MATCH_SELF).or(TypeFlags::WEAKREF))
    .methods(FrozenSet::native_methods)
    .shape(shapes::FROZENSET);

// SAFETY: every object of kind `Set` is made in this file with this layout.
unsafe impl Object for Set {
    const KIND: Kind = Kind::Set;

    fn def() -> &'static TypeDef {
        &DEF
    }
}

// SAFETY: as above; the struct is a `Set` in another wrapper.
unsafe impl Object for FrozenSet {
    const KIND: Kind = Kind::FrozenSet;

    fn def() -> &'static TypeDef {
        &FROZEN
    }
}

/// The table of a `set` or `frozenset`; `None` for other values.
#[inline]
pub fn table(v: Value) -> Option<&'static Set> {
    match v.kind() {
        Kind::Set => v.cast::<Set>(),
        Kind::FrozenSet => v.cast::<FrozenSet>().map(|f| &f.0),
        _ => None,
    }
}

/// A `frozenset` of `items`; may run their `__hash__` and `__eq__`.
pub fn frozen(th: &Thread, items: &[Value]) -> PyResult<Value> {
    let s = FrozenSet::new(th);
    for v in items {
        s.0.add(th, *v)?;
    }
    Ok(s.value())
}

const MIN_SIZE: usize = 8;
const LINEAR_PROBES: usize = 9;
const PERTURB_SHIFT: u32 = 5;

fn growth(used: usize) -> usize {
    if used > 50000 { used * 2 } else { used * 4 }
}

/// The hash of an element; says what an unhashable one was for.
#[inline]
pub fn hash_element(th: &Thread, v: Value) -> PyResult<i64> {
    ops::hash(th, v).map_err(|e| unhashable(th, v, "a set element", e))
}

/// Whether two keys are equal, where no Python code has to be asked.
#[inline]
fn quick_equals(a: Value, b: Value) -> Option<bool> {
    if a.is_small_int() && b.is_small_int() {
        return Some(a == b);
    }
    if a.is_exactly(shapes::STR) && b.is_exactly(shapes::STR) {
        return Some(a.cast::<Str>()?.equals(b.cast::<Str>()?));
    }
    None
}

impl Set {
    fn fresh(header: Header) -> Set {
        Set {
            header,
            fill: Cell::new(0),
            used: Cell::new(0),
            mask: Cell::new(MIN_SIZE - 1),
            entries: Cell::new(std::ptr::null()),
            finger: Cell::new(0),
            version: Cell::new(0),
            hash: Cell::new(-1),
        }
    }

    /// An empty `set`.
    pub fn new(th: &Thread) -> &'static Set {
        DEF.class(th);
        alloc(th, Set::fresh(Header::new(shapes::SET, Kind::Set)))
    }

    /// An empty instance of `class`, `set` or a subclass.
    pub fn new_as(th: &Thread, class: &Type) -> &'static Set {
        alloc_as(th, class, Set::fresh(header_of::<Set>()))
    }

    /// A `set` of `items`; may run their `__hash__` and `__eq__`.
    pub fn from_values(th: &Thread, items: &[Value]) -> PyResult<&'static Set> {
        let s = Set::new(th);
        for v in items {
            s.add(th, *v)?;
        }
        Ok(s)
    }

    #[inline]
    pub fn len(&self) -> usize {
        self.used.get()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn slots(&self) -> &[Cell<Entry>] {
        let entries = self.entries.get();
        if entries.is_null() {
            return &[];
        }
        // SAFETY: `count` entries follow the header of the cell, which this set keeps alive.
        unsafe {
            std::slice::from_raw_parts(entries.add(1) as *const Cell<Entry>, (*entries).count)
        }
    }

    fn barrier(&self) {
        let entries = self.entries.get();
        if !entries.is_null() {
            // SAFETY: the cell starts with a header.
            gc::barrier(unsafe { &(*entries).header });
        }
    }

    fn changed(&self) {
        self.version.set(self.version.get() + 1);
    }

    /// Live keys in table order. The set must not change meanwhile.
    pub fn iter(&self) -> impl Iterator<Item = Value> + '_ {
        self.slots().iter().filter_map(|e| e.get().key)
    }

    /// A copy of the keys as they are now.
    pub fn to_vec(&self) -> Vec<Value> {
        self.iter().collect()
    }

    fn pairs(&self) -> Vec<(Value, i64)> {
        self.slots().iter().filter_map(|e| Some((e.get().key?, e.get().hash))).collect()
    }

    /// The first live key at or after table position `at`, with its position.
    pub fn next_entry(&self, mut at: usize) -> Option<(usize, Value)> {
        let slots = self.slots();
        while at < slots.len() {
            if let Some(key) = slots[at].get().key {
                return Some((at, key));
            }
            at += 1;
        }
        None
    }

    /// Walks the probe sequence of `hash` until `stop` says so; gives the place.
    #[inline(always)]
    fn probe(slots: &[Cell<Entry>], hash: i64, mut stop: impl FnMut(Entry) -> bool) -> usize {
        let mask = slots.len() - 1;
        let mut perturb = hash as u64;
        let mut i = hash as usize & mask;
        loop {
            let last = if i + LINEAR_PROBES <= mask { i + LINEAR_PROBES } else { i };
            for (at, slot) in slots.iter().enumerate().take(last + 1).skip(i) {
                if stop(slot.get()) {
                    return at;
                }
            }
            perturb >>= PERTURB_SHIFT;
            i = i.wrapping_mul(5).wrapping_add(1).wrapping_add(perturb as usize) & mask;
        }
    }

    /// The place of `key`, or of the free entry that ends its probe sequence. Runs `__eq__` of
    /// keys with the same hash, and starts again where that changed the table.
    fn find(&self, th: &Thread, key: Value, hash: i64) -> PyResult<(usize, bool)> {
        if let Some(found) = self.find_itself(key, hash) {
            return Ok(found);
        }
        self.find_equal(th, key, hash)
    }

    /// As [`Set::find`], where no two keys have to be compared by `__eq__`.
    #[inline]
    fn find_itself(&self, key: Value, hash: i64) -> Option<(usize, bool)> {
        let slots = self.slots();
        let mask = slots.len() - 1;
        let mut perturb = hash as u64;
        let mut i = hash as usize & mask;
        loop {
            let last = if i + LINEAR_PROBES <= mask { i + LINEAR_PROBES } else { i };
            for at in i..=last {
                let e = slots[at].get();
                match e.key {
                    None if e.hash == 0 => return Some((at, false)),
                    Some(k) if k == key => return Some((at, true)),
                    Some(k) if e.hash == hash => match quick_equals(k, key) {
                        Some(true) => return Some((at, true)),
                        Some(false) => {}
                        None => return None,
                    },
                    _ => {}
                }
            }
            perturb >>= PERTURB_SHIFT;
            i = i.wrapping_mul(5).wrapping_add(1).wrapping_add(perturb as usize) & mask;
        }
    }

    #[inline(never)]
    fn find_equal(&self, th: &Thread, key: Value, hash: i64) -> PyResult<(usize, bool)> {
        loop {
            let version = self.version.get();
            let mut outcome = Ok(false);
            let mut restart = false;
            let at = Set::probe(self.slots(), hash, |e| {
                let Some(k) = e.key else { return e.hash == 0 };
                if e.hash != hash {
                    return false;
                }
                if k == key {
                    outcome = Ok(true);
                    return true;
                }
                match ops::equals(th, k, key) {
                    Ok(same) => {
                        restart = self.version.get() != version;
                        if same {
                            outcome = Ok(true);
                        }
                        same || restart
                    }
                    Err(e) => {
                        outcome = Err(e);
                        true
                    }
                }
            });
            let found = outcome?;
            if !restart {
                return Ok((at, found));
            }
        }
    }

    /// Makes a table for more than `minimum` keys, without deleted entries.
    fn resize(&self, th: &Thread, minimum: usize) {
        let mut size = MIN_SIZE;
        while size <= minimum {
            size *= 2;
        }
        let entries = Entries::alloc(th, size);
        // SAFETY: the fresh cell has `size` entries.
        let new = unsafe { std::slice::from_raw_parts(entries.add(1) as *const Cell<Entry>, size) };
        for e in self.slots() {
            let e = e.get();
            if e.key.is_some() {
                let at = Set::probe(new, e.hash, |e| e.key.is_none());
                new[at].set(e);
            }
        }
        self.entries.set(entries);
        self.mask.set(size - 1);
        self.fill.set(self.used.get());
        self.barrier();
        gc::barrier(&self.header);
        self.changed();
    }

    /// Adds `key`; false where it was there.
    pub fn add(&self, th: &Thread, key: Value) -> PyResult<bool> {
        let hash = hash_element(th, key)?;
        self.add_hashed(th, key, hash)
    }

    fn add_hashed(&self, th: &Thread, key: Value, hash: i64) -> PyResult<bool> {
        if self.entries.get().is_null() {
            self.resize(th, 0);
        }
        let (at, found) = self.find(th, key, hash)?;
        if found {
            return Ok(false);
        }
        self.slots()[at].set(Entry { hash, key: Some(key) });
        self.barrier();
        self.fill.set(self.fill.get() + 1);
        self.used.set(self.used.get() + 1);
        self.changed();
        if self.fill.get() * 5 >= self.mask.get() * 3 {
            self.resize(th, growth(self.used.get()));
        }
        Ok(true)
    }

    /// Whether `key` is an element; a `set` is looked up as the equal `frozenset`.
    pub fn contains(&self, th: &Thread, key: Value) -> PyResult<bool> {
        let hash = methods::hash_or_frozen(th, key)?;
        self.contains_hashed(th, key, hash)
    }

    fn contains_hashed(&self, th: &Thread, key: Value, hash: i64) -> PyResult<bool> {
        if self.entries.get().is_null() {
            return Ok(false);
        }
        Ok(self.find(th, key, hash)?.1)
    }

    /// Removes `key`; false where it was not there.
    pub fn discard(&self, th: &Thread, key: Value) -> PyResult<bool> {
        let hash = methods::hash_or_frozen(th, key)?;
        self.discard_hashed(th, key, hash)
    }

    fn discard_hashed(&self, th: &Thread, key: Value, hash: i64) -> PyResult<bool> {
        if self.entries.get().is_null() {
            return Ok(false);
        }
        let (at, found) = self.find(th, key, hash)?;
        if found {
            self.slots()[at].set(DELETED);
            self.used.set(self.used.get() - 1);
            self.changed();
        }
        Ok(found)
    }

    /// Removes some element, the next in table order after the last one that was popped.
    pub fn pop(&self) -> Option<Value> {
        if self.used.get() == 0 {
            return None;
        }
        let slots = self.slots();
        let mut at = self.finger.get() & self.mask.get();
        loop {
            if let Some(key) = slots[at].get().key {
                slots[at].set(DELETED);
                self.used.set(self.used.get() - 1);
                self.finger.set(at + 1);
                self.changed();
                return Some(key);
            }
            at = (at + 1) & self.mask.get();
        }
    }

    pub fn clear(&self) {
        self.entries.set(std::ptr::null());
        self.mask.set(MIN_SIZE - 1);
        self.fill.set(0);
        self.used.set(0);
        self.finger.set(0);
        self.changed();
    }

    /// Adds the elements of another set, placing them as CPython does.
    pub fn merge(&self, th: &Thread, other: &Set) -> PyResult<()> {
        if std::ptr::eq(self, other) || other.is_empty() {
            return Ok(());
        }
        if (self.fill.get() + other.used.get()) * 5 >= self.mask.get() * 3 {
            self.resize(th, (self.used.get() + other.used.get()) * 2);
        }
        if self.fill.get() > 0 {
            for (key, hash) in other.pairs() {
                self.add_hashed(th, key, hash)?;
            }
            return Ok(());
        }
        if self.entries.get().is_null() {
            self.resize(th, 0);
        }
        let (to, from) = (self.slots(), other.slots());
        if self.mask.get() == other.mask.get() && other.fill.get() == other.used.get() {
            to.iter().zip(from).for_each(|(t, f)| t.set(f.get()));
        } else {
            to.iter().for_each(|t| t.set(FREE));
            for e in from {
                if e.get().key.is_some() {
                    to[Set::probe(to, e.get().hash, |e| e.key.is_none())].set(e.get());
                }
            }
        }
        self.fill.set(other.used.get());
        self.used.set(other.used.get());
        self.barrier();
        self.changed();
        Ok(())
    }

    /// Adds the elements of any iterable.
    pub fn update(&self, th: &Thread, v: Value) -> PyResult<()> {
        if let Some(other) = table(v) {
            return self.merge(th, other);
        }
        if v.is_exactly(shapes::DICT) {
            let d = v.cast::<Dict>().expect("the shape says so");
            if (self.fill.get() + d.len()) * 5 >= self.mask.get() * 3 {
                self.resize(th, (self.used.get() + d.len()) * 2);
            }
            for (key, _) in d.pairs() {
                self.add(th, key)?;
            }
            return Ok(());
        }
        let it = ops::get_iter(th, v)?;
        while let Some(item) = ops::next(th, it)? {
            self.add(th, item)?;
        }
        Ok(())
    }

    /// Keeps the elements that are in exactly one of the two.
    pub fn symmetric_difference_update(&self, th: &Thread, other: Value) -> PyResult<()> {
        if other == self.value() {
            self.clear();
            return Ok(());
        }
        let pairs = match (table(other), other.cast::<Dict>()) {
            (Some(t), _) => t.pairs(),
            (None, Some(d)) => {
                let mut pairs = Vec::new();
                for (k, _) in d.pairs() {
                    pairs.push((k, hash_element(th, k)?));
                }
                pairs
            }
            (None, None) => {
                let t = Set::new(th);
                t.update(th, other)?;
                t.pairs()
            }
        };
        for (key, hash) in pairs {
            if !self.discard_hashed(th, key, hash)? {
                self.add_hashed(th, key, hash)?;
            }
        }
        Ok(())
    }

    /// Removes the elements of `other`, which is any iterable.
    pub fn difference_update(&self, th: &Thread, other: Value) -> PyResult<()> {
        if other == self.value() {
            self.clear();
            return Ok(());
        }
        match table(other) {
            Some(t) => {
                let pairs = if t.used.get() >> 3 > self.used.get() {
                    let common = Set::new(th);
                    self.intersection_into(th, other, common)?;
                    common.pairs()
                } else {
                    t.pairs()
                };
                for (key, hash) in pairs {
                    self.discard_hashed(th, key, hash)?;
                }
            }
            None => {
                let it = ops::get_iter(th, other)?;
                while let Some(item) = ops::next(th, it)? {
                    self.discard(th, item)?;
                }
            }
        }
        // Many deleted entries: rebuild.
        if self.fill.get() - self.used.get() > self.mask.get() / 4 {
            self.resize(th, growth(self.used.get()));
        }
        Ok(())
    }

    /// Adds to `result`, an empty set, the elements that are in both.
    pub fn intersection_into(&self, th: &Thread, other: Value, result: &Set) -> PyResult<()> {
        if let Some(t) = table(other) {
            if std::ptr::eq(t, self) {
                return result.merge(th, self);
            }
            let (walked, looked_up) =
                if t.used.get() > self.used.get() { (self, t) } else { (t, self) };
            for (key, hash) in walked.pairs() {
                if looked_up.contains_hashed(th, key, hash)? {
                    result.add_hashed(th, key, hash)?;
                }
            }
            return Ok(());
        }
        let it = ops::get_iter(th, other)?;
        while let Some(key) = ops::next(th, it)? {
            let hash = hash_element(th, key)?;
            if self.contains_hashed(th, key, hash)? {
                result.add_hashed(th, key, hash)?;
            }
        }
        Ok(())
    }

    /// Adds to `result`, an empty set, the elements that are not in `other`.
    pub fn difference_into(&self, th: &Thread, other: Value, result: &Set) -> PyResult<()> {
        let dict = other.cast::<Dict>();
        let size = match (table(other), dict) {
            (Some(t), _) => t.len(),
            (None, Some(d)) => d.len(),
            (None, None) => 0,
        };
        let known = table(other).is_some() || dict.is_some();
        if self.is_empty() || !known || self.used.get() >> 2 > size {
            result.merge(th, self)?;
            return if self.is_empty() { Ok(()) } else { result.difference_update(th, other) };
        }
        for (key, hash) in self.pairs() {
            let there = match (table(other), dict) {
                (Some(t), _) => t.contains_hashed(th, key, hash)?,
                (None, Some(d)) => d.get_hashed(th, key, hash)?.is_some(),
                (None, None) => unreachable!("handled above"),
            };
            if !there {
                result.add_hashed(th, key, hash)?;
            }
        }
        Ok(())
    }

    /// Whether all elements are in `other`.
    pub fn is_subset(&self, th: &Thread, other: &Set) -> PyResult<bool> {
        if self.len() > other.len() {
            return Ok(false);
        }
        for (key, hash) in self.pairs() {
            if !other.contains_hashed(th, key, hash)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Takes the table of `other`, which is dropped.
    fn take_body(&self, other: &Set) {
        self.fill.set(other.fill.get());
        self.used.set(other.used.get());
        self.mask.set(other.mask.get());
        self.entries.set(other.entries.get());
        self.finger.set(0);
        gc::barrier(&self.header);
        self.changed();
    }

    /// CPython's hash of a `frozenset`: independent of the order.
    fn frozen_hash(&self) -> i64 {
        if self.hash.get() != -1 {
            return self.hash.get();
        }
        let shuffle = |h: u64| ((h ^ 89869747) ^ (h << 16)).wrapping_mul(3644798167);
        let mut hash: u64 = 0;
        for e in self.slots() {
            if e.get().key.is_some() {
                hash ^= shuffle(e.get().hash as u64);
            }
        }
        hash ^= (self.used.get() as u64 + 1).wrapping_mul(1927868237);
        hash ^= (hash >> 11) ^ (hash >> 25);
        hash = hash.wrapping_mul(69069).wrapping_add(907133923);
        if hash == u64::MAX {
            hash = 590923713;
        }
        self.hash.set(hash as i64);
        hash as i64
    }
}

impl FrozenSet {
    /// An empty `frozenset`; to be filled before anything else sees it.
    pub fn new(th: &Thread) -> &'static FrozenSet {
        FROZEN.class(th);
        alloc(th, FrozenSet(Set::fresh(Header::new(shapes::FROZENSET, Kind::FrozenSet))))
    }

    /// An empty instance of `class`, `frozenset` or a subclass.
    pub fn new_as(th: &Thread, class: &Type) -> &'static FrozenSet {
        alloc_as(th, class, FrozenSet(Set::fresh(header_of::<FrozenSet>())))
    }
}

/// `set_iterator`.
#[repr(C)]
pub struct SetIterator {
    pub header: Header,
    /// Unset when exhausted.
    set: Field,
    at: Cell<usize>,
    /// Elements at the start, or `usize::MAX` after the set changed size.
    len: Cell<usize>,
    left: Cell<usize>,
}

pub static ITERATOR: TypeDef = TypeDef::of::<SetIterator>("set_iterator", "builtins")
    .flags(TypeFlags::NO_NEW)
    .methods(SetIterator::native_methods);

// SAFETY: instances of the class are made by `iterator` with this layout.
unsafe impl Object for SetIterator {
    const KIND: Kind = Kind::Native;

    fn def() -> &'static TypeDef {
        &ITERATOR
    }
}

/// `iter(set)`.
pub fn iterator(th: &Thread, set: &'static Set) -> Value {
    ITERATOR.class(th);
    alloc(
        th,
        SetIterator {
            header: Header::new(ITERATOR.shape_id(), Kind::Native),
            set: Field::new(Some(Value::from_header(&set.header))),
            at: Cell::new(0),
            len: Cell::new(set.len()),
            left: Cell::new(set.len()),
        },
    )
    .value()
}

#[methods]
impl SetIterator {
    #[method]
    fn __iter__(this: Value) -> Value {
        this
    }

    #[method]
    fn __next__(th: &Thread, this: &'static SetIterator) -> PyResult<Value> {
        let Some(set) = this.set.get().and_then(table) else { return Ok(Value::EXHAUSTED) };
        if set.len() != this.len.get() {
            this.len.set(usize::MAX);
            return Err(crate::raise!(th, RuntimeError, "Set changed size during iteration"));
        }
        match set.next_entry(this.at.get()) {
            Some((at, key)) => {
                this.at.set(at + 1);
                this.left.set(this.left.get().saturating_sub(1));
                Ok(key)
            }
            None => {
                this.set.set(&this.header, None);
                Ok(Value::EXHAUSTED)
            }
        }
    }

    /// Private method returning an estimate of len(list(it)).
    #[method]
    fn __length_hint__(this: &'static SetIterator) -> usize {
        match this.set.get().and_then(table) {
            Some(s) if s.len() == this.len.get() => this.left.get(),
            _ => 0,
        }
    }

    /// Return state information for pickling.
    #[method]
    fn __reduce__(th: &Thread, this: &'static SetIterator) -> Value {
        let mut rest = Vec::new();
        if let Some(set) = this.set.get().and_then(table) {
            let mut at = this.at.get();
            while let Some((i, key)) = set.next_entry(at) {
                rest.push(key);
                at = i + 1;
            }
        }
        let iter = crate::state::builtins()
            .get_name(crate::intern!(th, "iter"))
            .expect("builtins has iter");
        let list = crate::types::list::List::new(th, &rest).value();
        let args = crate::types::tuple::Tuple::new(th, &[list]).value();
        crate::types::tuple::Tuple::new(th, &[iter, args]).value()
    }
}
