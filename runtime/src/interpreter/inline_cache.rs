//! Inline caches of attribute and global access.

use krait_layout::{StackSlot, Thread, Value};

use crate::error::PyResult;
use crate::object::attributes::{self, Place};
use crate::object::type_object::{Type, TypeFlags};
use crate::object::{Slot, ValueExt, class, descriptor, shape};
use crate::shapes;
use crate::types;
use crate::types::native_function::NativeFunction;

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
    crate::gc::barrier(v.header().expect("slots are of heap objects"));
}

/// Whether plain attribute access applies to instances of the class.
fn has_default_access(th: &Thread, class: &Type) -> bool {
    class.slot(Slot::GetAttribute) == types::object::DEF.class(th).slot(Slot::GetAttribute)
}

/// `v.name`, remembering how it was found. With `method`, gives the function and says that `v` is
/// its first argument, where that saves making a bound method.
pub fn load_attr(
    th: &Thread,
    cache: &InlineCache,
    owner: &krait_layout::Header,
    v: Value,
    name: Value,
    method: bool,
) -> PyResult<(Value, bool)> {
    let class = v.class();
    if has_default_access(th, class) && v.is_heap() && v.kind() != krait_layout::Kind::Module {
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
                }
            }
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
    let class = v.class();
    let default = class.slot(Slot::SetAttr) == types::object::DEF.class(th).slot(Slot::SetAttr);
    if default && v.is_heap() && v.kind() != krait_layout::Kind::Module {
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
