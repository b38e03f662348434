//! Inline caches of attribute and global access.

use std::cell::Cell;

use krait_layout::{Header, Kind, StackSlot, Thread, Value};

use crate::error::PyResult;
use crate::object::attributes::{self, Place};
use crate::object::type_object::{Type, TypeFlags};
use crate::object::{Object, Slot, ValueExt, class, descriptor, shape};
use crate::shapes;
use crate::types;
use crate::types::dict::Dict;
use crate::types::module::Module;
use crate::types::native_function::{GetSet, NativeFunction};
use crate::types::property::Property;
use crate::types::str::Str;

pub use krait_layout::{CacheKind, InlineCache};

/// The runtime's part of an inline cache.
pub trait InlineCacheExt {
    /// Whether the cache holds for an object of that shape.
    fn hits(&self, shape: u32) -> bool;

    /// Remembers how an object of that shape is accessed.
    fn fill(&self, kind: CacheKind, shape: u32, index: u32, value: StackSlot);
}

impl InlineCacheExt for InlineCache {
    #[inline(always)]
    fn hits(&self, shape: u32) -> bool {
        self.shape.get() == shape && self.epoch.get() == class::epoch()
    }

    fn fill(&self, kind: CacheKind, shape: u32, index: u32, value: StackSlot) {
        self.kind.set(kind);
        self.shape.set(shape);
        self.epoch.set(class::epoch());
        self.index.set(index);
        self.value.set(value);
    }
}

/// Reads the word at byte offset `offset` of the object `v`.
#[inline(always)]
pub fn read_slot(v: Value, offset: u32) -> StackSlot {
    // SAFETY: the cache holds the offset for the object's shape, so the word is a slot.
    unsafe { *((v.bits() + offset as u64) as *const StackSlot) }
}

/// Writes the word at byte offset `offset` of the object `v`.
#[inline(always)]
pub fn write_slot(v: Value, offset: u32, value: Value) {
    // SAFETY: as for `read_slot`.
    unsafe { *((v.bits() + offset as u64) as *mut StackSlot) = Some(value) };
    if value.is_heap() {
        crate::gc::barrier(v.header().expect("slots are of heap objects"));
    }
}

/// `v.name = value` as the cache knows; false if it does not.
#[inline(always)]
pub fn store_cached(cache: &InlineCache, v: Value, value: Value) -> bool {
    match cache.kind.get() {
        CacheKind::Slot => {
            write_slot(v, cache.index.get(), value);
            true
        }
        CacheKind::Transition => {
            write_slot(v, cache.index.get(), value);
            let next = cache.value.get().and_then(Value::as_small_int);
            let next = next.expect("a transition has its shape") as u32;
            v.header().expect("slots are of heap objects").shape.set(next);
            true
        }
        _ => false,
    }
}

/// The value of the entry that the cache names, in the class dictionary that it holds or in that
/// of the module `v`; `None` where the entry is no longer `name`'s.
#[inline(always)]
pub fn read_entry(cache: &InlineCache, v: Value, name: Value) -> StackSlot {
    let dict = match cache.kind.get() {
        CacheKind::ClassValue => cache.value.get()?.cast::<Dict>()?,
        CacheKind::TypeValue if cache.value.get() != Some(v) => return None,
        CacheKind::TypeValue => v.cast::<Type>()?.dict(),
        _ => v.cast::<Module>()?.dict(),
    };
    dict.value_of_key_at(cache.index.get() as usize, name)
}

/// The function that `super().name` finds for `this`, as the cache knows.
#[inline(always)]
pub fn load_super_method(
    th: &Thread,
    cache: &InlineCache,
    global: Value,
    class: Value,
    this: Value,
) -> StackSlot {
    let known = cache.kind.get() == CacheKind::Method
        && cache.hits(this.shape_id())
        && global == types::super_::DEF.class(th).value()
        && class.cast::<Type>()?.instance_shape.get() == cache.index.get();
    if known { cache.value.get() } else { None }
}

/// Remembers the Python function that `super().name` finds, if it does find one.
#[cold]
pub fn fill_super_method(
    th: &Thread,
    cache: &InlineCache,
    owner: &Header,
    global: Value,
    class: Value,
    this: Value,
    name: Value,
) {
    if global == types::super_::DEF.class(th).value()
        && let Some(class) = class.cast::<Type>()
        && this.kind() != Kind::Type
        && let Some(f) = types::super_::find(class, this.class(), name)
        && f.is_exactly(shapes::FUNCTION)
    {
        class::note_cached(this.class());
        cache.fill(CacheKind::Method, this.shape_id(), class.instance_shape.get(), Some(f));
        crate::gc::barrier(owner);
    }
}

/// What any instruction found last for objects of a shape under a name: for those that meet many
/// shapes, whose own caches hold one. Nothing in it needs a root: names are interned, and shapes,
/// classes and their dictionaries live as long as the process; a method is in a class dictionary
/// while the epoch stays. The function of a property is not, and is not kept here.
struct Shared {
    /// The name's word; an odd one for stores.
    key: Cell<u64>,
    cache: InlineCache,
}

const SHARED_COUNT: usize = 1024;
const LOAD: u64 = 0;
const STORE: u64 = 1;

thread_local! {
    static SHARED: [Shared; SHARED_COUNT] = const {
        [const { Shared { key: Cell::new(0), cache: InlineCache::new() } }; SHARED_COUNT]
    };
}

/// Brings what another instruction found out about the shape into `cache`; false where none did,
/// or where that is a method and the instruction wants none.
#[inline(always)]
fn take_shared(cache: &InlineCache, shape: u32, name: Value, access: u64, method: bool) -> bool {
    SHARED.with(|shared| {
        let kept = &shared[shared_index(shape, name)];
        let known = kept.key.get() == name.bits() | access
            && kept.cache.hits(shape)
            && (method || kept.cache.kind.get() != CacheKind::Method);
        if known {
            copy(&kept.cache, cache);
        }
        known
    })
}

/// Lets others know what `cache` knows of the shape.
fn share(cache: &InlineCache, shape: u32, name: Value, access: u64) {
    if cache.hits(shape) && cache.kind.get() != CacheKind::Property {
        SHARED.with(|shared| {
            let kept = &shared[shared_index(shape, name)];
            kept.key.set(name.bits() | access);
            copy(cache, &kept.cache);
        });
    }
}

fn copy(from: &InlineCache, to: &InlineCache) {
    to.kind.set(from.kind.get());
    to.shape.set(from.shape.get());
    to.epoch.set(from.epoch.get());
    to.index.set(from.index.get());
    to.value.set(from.value.get());
}

fn shared_index(shape: u32, name: Value) -> usize {
    ((name.bits() >> 4) as usize ^ (shape as usize).wrapping_mul(0x9e37)) % SHARED_COUNT
}

/// `v.name` as `cache`, which is for the shape of `v`, knows; its result is as [`load_attr`]'s.
fn read(cache: &InlineCache, v: Value, name: Value) -> Option<(Value, bool)> {
    match cache.kind.get() {
        CacheKind::Slot => Some((read_slot(v, cache.index.get())?, false)),
        CacheKind::Method => Some((cache.value.get()?, true)),
        CacheKind::ClassValue | CacheKind::ModuleValue | CacheKind::TypeValue => {
            Some((read_entry(cache, v, name)?, false))
        }
        _ => None,
    }
}

/// The attribute of `v`, where the cache, which is for its shape, knows that a function of the
/// class gives it.
fn call_getter(th: &Thread, cache: &InlineCache, v: Value) -> Option<PyResult<Value>> {
    match cache.kind.get() {
        CacheKind::Property => Some(crate::ops::call(th, cache.value.get()?, &[v])),
        CacheKind::Getter => cache.value.get()?.cast::<GetSet>()?.read(th, v),
        _ => None,
    }
}

/// Whether plain attribute access applies to instances of the class.
fn has_default_access(th: &Thread, class: &Type) -> bool {
    class.slot(Slot::GetAttribute) == types::object::DEF.class(th).slot(Slot::GetAttribute)
}

/// The same for modules, which have a `__getattribute__` of their own.
fn has_default_module_access(th: &Thread, class: &Type) -> bool {
    class.slot(Slot::GetAttribute) == types::module::DEF.class(th).slot(Slot::GetAttribute)
}

/// `v.name`, remembering how it was found. With `method`, gives the function and says that `v` is
/// its first argument, where that saves making a bound method.
pub fn load_attr(
    th: &Thread,
    cache: &InlineCache,
    owner: &Header,
    v: Value,
    name: Value,
    method: bool,
) -> PyResult<(Value, bool)> {
    let shape = v.shape_id();
    let known = if cache.hits(shape) {
        method || cache.kind.get() != CacheKind::Method
    } else if take_shared(cache, shape, name, LOAD, method) {
        crate::gc::barrier(owner);
        true
    } else {
        false
    };
    if known {
        if let Some(found) = call_getter(th, cache, v) {
            return found.map(|v| (v, false));
        }
        if let Some(found) = read(cache, v, name) {
            return Ok(found);
        }
    }
    let found = load_attr_anew(th, cache, owner, v, name, method)?;
    share(cache, shape, name, LOAD);
    Ok(found)
}

#[inline(never)]
fn load_attr_anew(
    th: &Thread,
    cache: &InlineCache,
    owner: &Header,
    v: Value,
    name: Value,
    method: bool,
) -> PyResult<(Value, bool)> {
    let class = v.class();
    if has_default_access(th, class) && v.is_heap() && v.kind() != Kind::Module {
        let on_class = class.lookup(name);
        let id = v.shape_id();
        let shape_ = shape::shape(id);
        match on_class {
            Some(d) if descriptor::is_data(d) => {
                if let Some(m) = d.cast::<types::member::Member>()
                    && class.is_subclass_of_member(m)
                {
                    class::note_cached(class);
                    if let Some(value) = m.read(v) {
                        cache.fill(CacheKind::Slot, id, m.offset(), None);
                        return Ok((value, false));
                    }
                } else if let Some(g) = d.cast::<GetSet>()
                    && class.slot(Slot::GetAttr).is_none()
                    && g.applies_to(class)
                {
                    class::note_cached(class);
                    cache.fill(CacheKind::Getter, id, 0, Some(d));
                    crate::gc::barrier(owner);
                } else if d.is_exactly(shapes::PROPERTY)
                    // What the function raises may have to go to `__getattr__`.
                    && class.slot(Slot::GetAttr).is_none()
                    && let Some(p) = d.cast::<Property>()
                    && let Some(f) = p.getter_function()
                    && f.kind() == Kind::Function
                {
                    class::note_cached(class);
                    cache.fill(CacheKind::Property, id, 0, Some(f));
                    crate::gc::barrier(owner);
                }
            }
            _ => {
                let plain = class.has(TypeFlags::DICT) && !shape_.is_dict;
                let own = if plain { shape_.find(name) } else { None };
                if let Some(index) = own
                    && let Some(value) = attributes::own_attribute(v, name)
                {
                    if let Place::Inline(offset) = attributes::place(class, index) {
                        class::note_cached(class);
                        cache.fill(CacheKind::Slot, id, offset, None);
                    }
                    return Ok((value, false));
                }
                let no_own = own.is_none() && (plain || !class.has(TypeFlags::DICT));
                if let Some(d) = on_class
                    && (no_own || attributes::own_attribute(v, name).is_none())
                {
                    let function = d.is_exactly(shapes::FUNCTION)
                        || d.cast::<NativeFunction>()
                            .is_some_and(NativeFunction::is_unbound_method);
                    if function && method {
                        if no_own {
                            class::note_cached(class);
                            cache.fill(CacheKind::Method, id, 0, Some(d));
                            crate::gc::barrier(owner);
                        }
                        return Ok((d, true));
                    }
                    if no_own
                        && !class::is_descriptor(d)
                        && let Some((dict, index)) = class::entry(class, name)
                    {
                        class::note_cached(class);
                        cache.fill(CacheKind::ClassValue, id, index as u32, Some(dict.value()));
                        crate::gc::barrier(owner);
                        return Ok((d, false));
                    }
                }
            }
        }
    } else if let Some(module) = v.cast::<Module>()
        && has_default_module_access(th, class)
        && class.lookup(name).is_none()
    {
        let found = module.dict().position_of(name.cast::<Str>().expect("a name is a string"));
        if let Some(index) = found {
            class::note_cached(class);
            cache.fill(CacheKind::ModuleValue, v.shape_id(), index as u32, None);
            return Ok((module.dict().value_at(index).expect("a found entry has a value"), false));
        }
    } else if let Some(t) = v.cast::<Type>()
        && class.slot(Slot::GetAttribute) == types::type_::DEF.class(th).slot(Slot::GetAttribute)
        && class.slot(Slot::GetAttr).is_none()
    {
        let on_class = class.lookup(name).filter(|d| descriptor::is_data(*d));
        if let Some(g) = on_class.and_then(|d| d.cast::<GetSet>())
            && g.applies_to(class)
        {
            class::note_cached(class);
            cache.fill(CacheKind::Getter, v.shape_id(), 0, on_class);
            crate::gc::barrier(owner);
        }
        let found = t.dict().position_of(name.cast::<Str>().expect("a name is a string"));
        // Functions of a class are the same object when they are found there.
        let is_same = |d: Value| {
            d.is_exactly(shapes::FUNCTION)
                || d.cast::<NativeFunction>().is_some_and(NativeFunction::is_unbound_method)
                || !class::is_descriptor(d)
        };
        if on_class.is_none()
            && let Some(index) = found
            && let Some(d) = t.dict().value_at(index)
            && is_same(d)
        {
            class::note_cached(class);
            class::note_cached(t);
            cache.fill(CacheKind::TypeValue, v.shape_id(), index as u32, Some(v));
            crate::gc::barrier(owner);
            return Ok((d, false));
        }
    } else if method && !v.is_heap() && has_default_access(th, class) {
        // Methods of ints, floats and other immediates.
        if let Some(d) = class.lookup(name)
            && d.cast::<NativeFunction>().is_some_and(NativeFunction::is_unbound_method)
        {
            return Ok((d, true));
        }
    }
    Ok((crate::object::get_attr(th, v, name)?, false))
}

/// `v.name = value`, remembering where it went.
pub fn store_attr(
    th: &Thread,
    cache: &InlineCache,
    v: Value,
    name: Value,
    value: Value,
) -> PyResult<()> {
    let shape = v.shape_id();
    if take_shared(cache, shape, name, STORE, false) && store_cached(cache, v, value) {
        return Ok(());
    }
    store_attr_anew(th, cache, v, name, value)?;
    share(cache, shape, name, STORE);
    Ok(())
}

#[inline(never)]
fn store_attr_anew(
    th: &Thread,
    cache: &InlineCache,
    v: Value,
    name: Value,
    value: Value,
) -> PyResult<()> {
    let class = v.class();
    let default = class.slot(Slot::SetAttr) == types::object::DEF.class(th).slot(Slot::SetAttr);
    if default && v.is_heap() && v.kind() != Kind::Module {
        let on_class = class.lookup(name);
        match on_class {
            Some(d) if descriptor::is_data(d) => {
                if let Some(m) = d.cast::<types::member::Member>()
                    && class.is_subclass_of_member(m)
                {
                    class::note_cached(class);
                    cache.fill(CacheKind::Slot, v.shape_id(), m.offset(), None);
                }
            }
            _ => {
                let before = v.shape_id();
                attributes::generic_set(th, v, name, Some(value))?;
                let after = v.shape_id();
                let shape_ = shape::shape(after);
                if class.has(TypeFlags::DICT)
                    && !shape_.is_dict
                    && let Some(index) = shape_.find(name)
                    && let Place::Inline(offset) = attributes::place(class, index)
                {
                    class::note_cached(class);
                    if before == after {
                        cache.fill(CacheKind::Slot, after, offset, None);
                    } else {
                        // The value word holds the next shape as a small int.
                        cache.fill(
                            CacheKind::Transition,
                            before,
                            offset,
                            Some(Value::from_len(after as usize)),
                        );
                    }
                }
                return Ok(());
            }
        }
    }
    crate::object::set_attr(th, v, name, value)
}

impl Type {
    /// Whether instances have the field that the member descriptor names.
    fn is_subclass_of_member(&self, m: &types::member::Member) -> bool {
        m.offset() + 8 <= self.instance_size() as u32 && m.belongs_to(self)
    }
}
