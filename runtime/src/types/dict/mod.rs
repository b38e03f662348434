//! `dict`: compact and ordered.
//!
//! As in CPython 3.6 and later: an index table probed by hash, and a dense array of entries (hash,
//! key, value) in insertion order. Both are heap cells of their own. A deleted entry stays as a
//! hole until the next resize.

pub mod methods;
pub mod views;

use std::cell::Cell;

use krait_layout::{Header, Kind, StackSlot, Thread, Value, shapes};

use crate::error::PyResult;
use crate::gc;
use crate::object::type_object::{Type, TypeDef, TypeFlags};
use crate::object::{Object, ValueExt, alloc, alloc_as, header_of};
use crate::ops;
use crate::raise;
use crate::types::exception::Exc;
use crate::types::str::Str;

/// One entry; `key` is `None` for a hole.
#[repr(C)]
#[derive(Copy, Clone)]
struct Entry {
    hash: i64,
    key: StackSlot,
    value: StackSlot,
}

/// Entries of one dictionary: a traced cell.
#[repr(C)]
struct Entries {
    header: Header,
    capacity: usize,
    // `capacity` entries follow.
}

impl Entries {
    fn alloc(th: &Thread, capacity: usize) -> *const Entries {
        let bytes = capacity * size_of::<Entry>();
        let cell = gc::alloc_traced(th, size_of::<Entries>() + bytes);
        // SAFETY: the cell is fresh and large enough; unused entries read as "no value".
        unsafe {
            let at = cell.as_ptr() as *mut Entries;
            at.write(Entries { header: Header::new(0, Kind::Buffer), capacity });
            std::ptr::write_bytes(at.add(1) as *mut u8, 0, bytes);
            at
        }
    }
}

/// A `dict`.
#[repr(C)]
pub struct Dict {
    pub header: Header,
    /// Live entries.
    used: Cell<usize>,
    /// Entries that were ever filled, holes included: where the next goes.
    filled: Cell<usize>,
    entries: Cell<*const Entries>,
    /// `1 << log2` signed indices of 1, 2 or 4 bytes, as `log2` says; -1 is free, -2 deleted.
    indices: Cell<*mut u8>,
    log2: Cell<u8>,
    /// A key that is no `str` was stored.
    has_other_keys: Cell<bool>,
    /// Grows whenever a key is added or removed or the entries move; an inline cache that knows
    /// this number knows where its key's entry is.
    version: Cell<u32>,
}

pub static DEF: TypeDef = TypeDef::of::<Dict>("dict", "builtins")
    .doc("dict() -> new empty dictionary\ndict(mapping) -> new dictionary initialized from a mapping object's\n    (key, value) pairs\ndict(iterable) -> new dictionary initialized as if via:\n    d = {}\n    for k, v in iterable:\n        d[k] = v\ndict(**kwargs) -> new dictionary initialized with the name=value pairs\n    in the keyword argument list.  For example:  dict(one=1, two=2)")
    .flags(TypeFlags::BASE.or(TypeFlags::MAPPING).or(TypeFlags::MATCH_SELF))
    .methods(Dict::native_methods)
    .shape(shapes::DICT);

// Fast paths of compiled code look into it.
const _: () = {
    use krait_layout::objects;
    use std::mem::offset_of;
    assert!(offset_of!(Dict, entries) == offset_of!(objects::Dict, entries));
    assert!(offset_of!(Dict, version) == offset_of!(objects::Dict, version));
};

// SAFETY: every object of kind `Dict` is made in this file with this layout.
unsafe impl Object for Dict {
    const KIND: Kind = Kind::Dict;

    fn def() -> &'static TypeDef {
        &DEF
    }
}

const FREE: i32 = -1;
const DELETED: i32 = -2;
const MIN_LOG2: u8 = 3;

thread_local! {
    /// Versions are unique in the process, so a cache cannot mistake one dictionary for another.
    static NEXT_VERSION: Cell<u32> = const { Cell::new(1) };
}

fn next_version() -> u32 {
    NEXT_VERSION.with(|n| {
        let v = n.get();
        n.set(v.wrapping_add(1).max(1));
        v
    })
}

/// Entries that an index table of `1 << log2` may refer to (two thirds).
fn usable(log2: u8) -> usize {
    (2 << log2) / 3
}

enum Found {
    /// The key's entry, and where in the index table it is.
    At {
        index: usize,
        slot: usize,
    },
    Missing,
}

impl Dict {
    fn fresh(header: Header) -> Dict {
        Dict {
            header,
            used: Cell::new(0),
            filled: Cell::new(0),
            entries: Cell::new(std::ptr::null()),
            indices: Cell::new(std::ptr::null_mut()),
            log2: Cell::new(0),
            has_other_keys: Cell::new(false),
            version: Cell::new(0),
        }
    }

    /// An empty dictionary.
    pub fn new(th: &Thread) -> &'static Dict {
        alloc(th, Dict::fresh(Header::new(shapes::DICT, Kind::Dict)))
    }

    /// An empty dictionary with room for `n` keys.
    pub fn with_capacity(th: &Thread, n: usize) -> &'static Dict {
        let d = Dict::new(th);
        let mut log2 = MIN_LOG2;
        while usable(log2) < n {
            log2 += 1;
        }
        if n > 0 {
            d.resize(th, log2);
        }
        d
    }

    /// An empty instance of `class`, a subclass of `dict`.
    pub fn new_as(th: &Thread, class: &Type) -> &'static Dict {
        alloc_as(th, class, Dict::fresh(header_of::<Dict>()))
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.used.get()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// See the field.
    #[inline(always)]
    pub fn version(&self) -> u32 {
        self.version.get()
    }

    fn entry_slice(&self) -> &[Cell<Entry>] {
        let entries = self.entries.get();
        if entries.is_null() {
            return &[];
        }
        // SAFETY: `filled` entries after the header were written, and the cell is kept alive by
        // this dictionary.
        unsafe {
            std::slice::from_raw_parts(entries.add(1) as *const Cell<Entry>, self.filled.get())
        }
    }

    #[inline(always)]
    fn entry(&self, index: usize) -> &Cell<Entry> {
        &self.entry_slice()[index]
    }

    #[inline(always)]
    fn index_at(&self, slot: usize) -> i32 {
        // SAFETY: the table has `1 << log2` entries, and callers mask `slot`.
        unsafe {
            match self.log2.get() {
                0..=7 => *(self.indices.get() as *const i8).add(slot) as i32,
                8..=15 => *(self.indices.get() as *const i16).add(slot) as i32,
                _ => *(self.indices.get() as *const i32).add(slot),
            }
        }
    }

    #[inline(always)]
    fn set_index(&self, slot: usize, index: i32) {
        // SAFETY: as for `index_at`.
        unsafe {
            match self.log2.get() {
                0..=7 => *(self.indices.get() as *mut i8).add(slot) = index as i8,
                8..=15 => *(self.indices.get() as *mut i16).add(slot) = index as i16,
                _ => *(self.indices.get() as *mut i32).add(slot) = index,
            }
        }
    }

    /// Rebuilds the dictionary without holes, with an index table of `1 << log2`.
    fn resize(&self, th: &Thread, log2: u8) {
        let width = match log2 {
            0..=7 => 1,
            8..=15 => 2,
            _ => 4,
        };
        let bytes = width << log2;
        let indices = gc::buffer(th, gc::Scan::NoScan, bytes);
        // SAFETY: the cell is fresh and `bytes` large; every index reads as FREE.
        unsafe { std::ptr::write_bytes(indices, 0xff, bytes) };
        let entries = Entries::alloc(th, usable(log2));
        let old: &[Cell<Entry>] = self.entry_slice();
        let mut n = 0;
        // SAFETY: the new cell has room for all live entries.
        unsafe {
            let to = entries.add(1) as *mut Entry;
            for e in old {
                if e.get().key.is_some() {
                    to.add(n).write(e.get());
                    n += 1;
                }
            }
        }
        self.entries.set(entries);
        self.indices.set(indices);
        self.log2.set(log2);
        self.filled.set(n);
        // SAFETY: `entries` was just made with a header; the fresh cells are referred to from
        // this possibly old object.
        gc::barrier(unsafe { &(*entries).header });
        gc::barrier(&self.header);
        let mask = (1usize << log2) - 1;
        for i in 0..n {
            let hash = self.entry(i).get().hash;
            let mut probe = Probe::new(hash, mask);
            while self.index_at(probe.slot) != FREE {
                probe.next();
            }
            self.set_index(probe.slot, i as i32);
        }
        self.version.set(next_version());
    }

    /// Finds `key`; `same` compares it with a stored key that has the same hash.
    #[inline(always)]
    fn find_with(&self, hash: i64, mut same: impl FnMut(Value) -> bool) -> Found {
        if self.entries.get().is_null() {
            return Found::Missing;
        }
        let mut probe = Probe::new(hash, (1usize << self.log2.get()) - 1);
        loop {
            let index = self.index_at(probe.slot);
            if index == FREE {
                return Found::Missing;
            }
            if index >= 0 {
                let e = self.entry(index as usize).get();
                if e.hash == hash
                    && let Some(k) = e.key
                    && same(k)
                {
                    return Found::At { index: index as usize, slot: probe.slot };
                }
            }
            probe.next();
        }
    }

    /// Finds `key`, running `__eq__` of keys with the same hash; starts again where that changed
    /// the dictionary.
    #[inline]
    fn find(&self, th: &Thread, key: Value, hash: i64) -> PyResult<Found> {
        if let Some(s) = key.cast::<Str>()
            && key.is_exactly(shapes::STR)
            && !self.has_other_keys.get()
        {
            return Ok(self.find_with(hash, |k| k == key || str_equals(k, s)));
        }
        // Mostly the key is there itself, or no other key has its hash.
        let mut other = false;
        let found = self.find_with(hash, |k| {
            other |= k != key && !(k.is_small_int() && key.is_small_int());
            k == key || other
        });
        if other { self.find_slow(th, key, hash) } else { Ok(found) }
    }

    #[inline(never)]
    fn find_slow(&self, th: &Thread, key: Value, hash: i64) -> PyResult<Found> {
        loop {
            let version = self.version.get();
            let mut error = None;
            let mut changed = false;
            let found = self.find_with(hash, |k| {
                if k == key {
                    return true;
                }
                if changed || error.is_some() {
                    return true;
                }
                match ops::equals(th, k, key) {
                    Ok(same) => {
                        changed = self.version.get() != version;
                        same || changed
                    }
                    Err(e) => {
                        error = Some(e);
                        true
                    }
                }
            });
            if let Some(e) = error {
                return Err(e);
            }
            if !changed {
                return Ok(found);
            }
        }
    }

    /// The value of `key`; may run `__hash__` and `__eq__`.
    #[inline]
    pub fn get(&self, th: &Thread, key: Value) -> PyResult<StackSlot> {
        let hash = hash_key(th, key)?;
        self.get_hashed(th, key, hash)
    }

    pub fn get_hashed(&self, th: &Thread, key: Value, hash: i64) -> PyResult<StackSlot> {
        Ok(match self.find(th, key, hash)? {
            Found::At { index, .. } => self.entry(index).get().value,
            Found::Missing => None,
        })
    }

    /// The value of a `str` key, found without running Python code: where the dictionary has keys
    /// that are no strings, those do not equal it.
    #[inline]
    pub fn get_str(&self, key: &Str) -> StackSlot {
        self.position_of(key).and_then(|i| self.entry(i).get().value)
    }

    /// The value of an interned name.
    #[inline]
    pub fn get_name(&self, name: Value) -> StackSlot {
        self.get_str(name.cast::<Str>().expect("a name is a string"))
    }

    /// The entry number of a `str` key, valid while [`Dict::version`] stays the same.
    #[inline]
    pub fn position_of(&self, key: &Str) -> Option<usize> {
        let v = key.value();
        match self.find_with(key.hash(), |k| k == v || str_equals(k, key)) {
            Found::At { index, .. } => Some(index),
            Found::Missing => None,
        }
    }

    /// The value in entry `index`, as [`Dict::position_of`] gave it.
    #[inline(always)]
    pub fn value_at(&self, index: usize) -> StackSlot {
        // SAFETY: `position_of` gave the number of a filled entry, and the version, which the
        // caller compared, says that the entries did not move since.
        unsafe { (*(self.entries.get().add(1) as *const Entry).add(index)).value }
    }

    /// The value in entry `index`, if that is the entry of the interned string `name`.
    #[inline(always)]
    pub fn value_of_key_at(&self, index: usize, name: Value) -> StackSlot {
        let e = self.entry_slice().get(index)?.get();
        if e.key == Some(name) { e.value } else { None }
    }

    /// Replaces the value in entry `index`, as [`Dict::position_of`] gave it.
    #[inline(always)]
    pub fn set_value_at(&self, index: usize, value: Value) {
        let cell = self.entry(index);
        let mut e = cell.get();
        e.value = Some(value);
        cell.set(e);
        self.entry_barrier(index);
    }

    /// The barrier after a store into an entry.
    #[inline(always)]
    fn entry_barrier(&self, index: usize) {
        // SAFETY: the caller has just used the entry.
        unsafe {
            let entries = self.entries.get();
            let slot = (entries.add(1) as *const Entry).add(index);
            gc::barrier_at(&(*entries).header, &raw const (*slot).key as *const u8);
            // The words of an entry may lie on two cards.
            gc::barrier_at(&(*entries).header, &raw const (*slot).value as *const u8);
        }
    }

    /// Sets `key` to `value`; may run `__hash__` and `__eq__`.
    #[inline]
    pub fn set(&self, th: &Thread, key: Value, value: Value) -> PyResult<()> {
        let hash = hash_key(th, key)?;
        self.set_hashed(th, key, hash, value)
    }

    pub fn set_hashed(&self, th: &Thread, key: Value, hash: i64, value: Value) -> PyResult<()> {
        match self.find(th, key, hash)? {
            Found::At { index, .. } => self.set_value_at(index, value),
            Found::Missing => self.insert_new(th, key, hash, value),
        }
        Ok(())
    }

    /// Sets a `str` key without running Python code.
    pub fn set_str(&self, th: &Thread, key: &Str, value: Value) {
        match self.position_of(key) {
            Some(index) => self.set_value_at(index, value),
            None => self.insert_new(th, key.value(), key.hash(), value),
        }
    }

    /// Sets the interned string `name`.
    pub fn set_name(&self, th: &Thread, name: Value, value: Value) {
        self.set_str(th, name.cast::<Str>().expect("a name is a string"), value);
    }

    fn insert_new(&self, th: &Thread, key: Value, hash: i64, value: Value) {
        let log2 = self.log2.get();
        if self.entries.get().is_null() {
            self.resize(th, MIN_LOG2);
        } else if self.filled.get() >= usable(log2) {
            // CPython's growth rate: three times what is used.
            let mut new = MIN_LOG2;
            while usable(new) <= self.used.get() * 3 / 2 || (1usize << new) < self.used.get() * 3 {
                new += 1;
            }
            self.resize(th, new);
        }
        if !key.is_exactly(shapes::STR) {
            self.has_other_keys.set(true);
        }
        let index = self.filled.get();
        let mut probe = Probe::new(hash, (1usize << self.log2.get()) - 1);
        while self.index_at(probe.slot) >= 0 {
            probe.next();
        }
        self.set_index(probe.slot, index as i32);
        self.filled.set(index + 1);
        self.used.set(self.used.get() + 1);
        self.entry(index).set(Entry { hash, key: Some(key), value: Some(value) });
        self.entry_barrier(index);
        self.version.set(next_version());
    }

    fn remove_at(&self, index: usize, slot: usize) -> Value {
        let value = self.entry(index).get().value.expect("a filled entry has a value");
        self.entry(index).set(Entry { hash: 0, key: None, value: None });
        self.set_index(slot, DELETED);
        self.used.set(self.used.get() - 1);
        self.version.set(next_version());
        value
    }

    /// Removes `key` and gives its value.
    pub fn remove(&self, th: &Thread, key: Value) -> PyResult<StackSlot> {
        let hash = hash_key(th, key)?;
        Ok(match self.find(th, key, hash)? {
            Found::At { index, slot } => Some(self.remove_at(index, slot)),
            Found::Missing => None,
        })
    }

    /// Removes a `str` key without running Python code.
    pub fn remove_str(&self, key: &Str) -> StackSlot {
        let v = key.value();
        match self.find_with(key.hash(), |k| k == v || str_equals(k, key)) {
            Found::At { index, slot } => Some(self.remove_at(index, slot)),
            Found::Missing => None,
        }
    }

    /// Removes the newest entry.
    pub fn pop_last(&self) -> Option<(Value, Value)> {
        let mut at = self.filled.get();
        while at > 0 {
            at -= 1;
            let e = self.entry(at).get();
            if let (Some(key), Some(value)) = (e.key, e.value) {
                let Found::At { slot, .. } = self.find_with(e.hash, |k| k == key) else {
                    unreachable!("a live entry is in the index table")
                };
                self.remove_at(at, slot);
                self.filled.set(at);
                return Some((key, value));
            }
        }
        None
    }

    pub fn clear(&self) {
        self.used.set(0);
        self.filled.set(0);
        self.entries.set(std::ptr::null());
        self.indices.set(std::ptr::null_mut());
        self.log2.set(0);
        self.has_other_keys.set(false);
        self.version.set(next_version());
    }

    /// The first live entry at or after position `at`: its position, key and value.
    #[inline]
    pub fn next_entry(&self, mut at: usize) -> Option<(usize, Value, Value)> {
        let entries = self.entry_slice();
        while at < entries.len() {
            let e = entries[at].get();
            if let (Some(key), Some(value)) = (e.key, e.value) {
                return Some((at, key, value));
            }
            at += 1;
        }
        None
    }

    /// The last live entry before position `at`.
    pub fn previous_entry(&self, mut at: usize) -> Option<(usize, Value, Value)> {
        let entries = self.entry_slice();
        at = at.min(entries.len());
        while at > 0 {
            at -= 1;
            let e = entries[at].get();
            if let (Some(key), Some(value)) = (e.key, e.value) {
                return Some((at, key, value));
            }
        }
        None
    }

    /// Positions up to which entries were filled.
    pub fn positions(&self) -> usize {
        self.filled.get()
    }

    /// Live entries in order. The dictionary must not change meanwhile; one that might is walked
    /// with [`Dict::next_entry`].
    pub fn iter(&self) -> impl Iterator<Item = (Value, Value)> + '_ {
        self.entry_slice().iter().filter_map(|e| Some((e.get().key?, e.get().value?)))
    }

    /// A copy of the entries as they are now.
    pub fn pairs(&self) -> Vec<(Value, Value)> {
        self.iter().collect()
    }

    /// An exact `dict` with the same entries.
    pub fn copy(&self, th: &Thread) -> &'static Dict {
        let d = Dict::with_capacity(th, self.len());
        for e in self.entry_slice() {
            let e = e.get();
            if let (Some(key), Some(value)) = (e.key, e.value) {
                d.insert_new(th, key, e.hash, value);
            }
        }
        d
    }

    /// Adds the entries of `other`, replacing values of keys that both have.
    pub fn update_from(&self, th: &Thread, other: &Dict) -> PyResult<()> {
        let mut at = 0;
        while let Some((i, key, value)) = other.next_entry(at) {
            let hash = other.entry(i).get().hash;
            self.set_hashed(th, key, hash, value)?;
            at = i + 1;
        }
        Ok(())
    }
}

/// The hash of a key; says what an unhashable one was for.
#[inline]
pub fn hash_key(th: &Thread, key: Value) -> PyResult<i64> {
    ops::hash(th, key).map_err(|e| unhashable(th, key, "a dict key", e))
}

/// Replaces a plain `TypeError` of `hash(v)` by one that says what `v` was for.
#[cold]
pub fn unhashable(th: &Thread, v: Value, role: &str, e: crate::Raised) -> crate::Raised {
    let Some(raised) = th.raised.get() else { return e };
    if raised.class().value() != Exc::TypeError.class().value() {
        return e;
    }
    th.raised.set(None);
    let Ok(text) = ops::str_string(th, raised) else { return e };
    raise!(th, TypeError, "cannot use '{}' as {role} ({text})", v.type_name())
}

#[inline]
fn str_equals(k: Value, s: &Str) -> bool {
    match k.cast::<Str>() {
        Some(k) => k.equals(s),
        None => false,
    }
}

/// CPython's probe sequence.
struct Probe {
    slot: usize,
    perturb: u64,
    mask: usize,
}

impl Probe {
    #[inline(always)]
    fn new(hash: i64, mask: usize) -> Probe {
        Probe { slot: hash as usize & mask, perturb: hash as u64, mask }
    }

    #[inline(always)]
    fn next(&mut self) {
        self.perturb >>= 5;
        self.slot = (self.slot.wrapping_mul(5).wrapping_add(self.perturb as usize + 1)) & self.mask;
    }
}
