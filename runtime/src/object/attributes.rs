//! Attribute access: instances' own attributes, and the default `__getattribute__`, `__setattr__`.

use krait_layout::{Header, Kind, StackSlot, Thread, Value};

use super::shape::{self, Shape};
use super::type_object::{Type, TypeFlags};
use super::{Object, Slot, ValueExt, class, descriptor};
use crate::error::{PyResult, catch};
use crate::gc::{self, Field};
use crate::native::GetSetDef;
use crate::types::dict::Dict;
use crate::types::exception;
use crate::types::module::Module;
use crate::types::str::Str;
use crate::{intern, ops, raise};

/// The attribute area of an instance of a class with `DICT`: one word that is none, the overflow
/// buffer or the dictionary, then `inline_slots` words.
struct Area {
    extra: &'static Field,
    slots: &'static [Field],
}

fn area(header: &'static Header, class: &Type) -> Area {
    let base = class.basic_size.get() as usize;
    // SAFETY: instances of a class with `DICT` are allocated with `instance_size` bytes, the area
    // at `basic_size`, and initialised to "no value".
    unsafe {
        let at = (header as *const Header as *const u8).add(base) as *const Field;
        Area {
            extra: &*at,
            slots: std::slice::from_raw_parts(at.add(1), class.inline_slots.get() as usize),
        }
    }
}

/// Attributes that did not fit in the instance.
#[repr(C)]
struct Overflow {
    header: Header,
    capacity: usize,
}

impl Overflow {
    fn slots(&self) -> &[Field] {
        // SAFETY: `capacity` fields follow the struct.
        unsafe {
            std::slice::from_raw_parts(
                (self as *const Overflow).add(1) as *const Field,
                self.capacity,
            )
        }
    }
}

fn overflow(area: &Area) -> Option<&'static Overflow> {
    let header = area.extra.get()?.header()?;
    // SAFETY: in an instance whose shape is not the dictionary shape, the word is an overflow
    // buffer, made by `grow`.
    Some(unsafe { &*(header as *const Header as *const Overflow) })
}

fn grow(th: &Thread, owner: &Header, area: &Area, needed: usize) -> &'static Overflow {
    let old = overflow(area);
    if let Some(o) = old
        && o.capacity >= needed
    {
        return o;
    }
    let capacity = (needed * 2).max(4);
    let size = size_of::<Overflow>() + capacity * 8;
    let cell = gc::alloc_traced(th, size);
    // SAFETY: the cell is fresh and large enough.
    let new = unsafe {
        std::ptr::write_bytes(cell.as_ptr(), 0, size);
        let at = cell.as_ptr() as *mut Overflow;
        at.write(Overflow { header: Header::new(0, Kind::Buffer), capacity });
        &*at
    };
    if let Some(o) = old {
        for (to, from) in new.slots().iter().zip(o.slots()) {
            to.set(&new.header, from.get());
        }
    }
    area.extra.set(owner, Some(Value::from_header(&new.header)));
    new
}

/// Where an attribute of an instance is, for inline caches.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Place {
    /// Byte offset from the object's start.
    Inline(u32),
    /// Index in the overflow buffer.
    Overflow(u32),
}

/// Where slot `index` of an instance of `class` is.
pub fn place(class: &Type, index: usize) -> Place {
    let inline = class.inline_slots.get() as usize;
    if index < inline {
        Place::Inline(class.basic_size.get() + 8 + index as u32 * 8)
    } else {
        Place::Overflow((index - inline) as u32)
    }
}

fn has_area(header: &Header) -> Option<&'static Shape> {
    let shape = shape::shape(header.shape.get());
    (shape.class.has(TypeFlags::DICT) && header.kind != Kind::Type && header.kind != Kind::Module)
        .then_some(shape)
}

/// The instance attribute `name`, an interned string, with no look at the class.
pub fn own_attribute(v: Value, name: Value) -> StackSlot {
    let header = v.header()?;
    if header.kind == Kind::Module {
        return v.cast::<Module>()?.dict().get_name(name);
    }
    let shape = has_area(header)?;
    let area = area(header, shape.class);
    if shape.is_dict {
        return area.extra.get()?.cast::<Dict>()?.get_name(name);
    }
    let index = shape.find(name)?;
    match area.slots.get(index) {
        Some(slot) => slot.get(),
        None => overflow(&area)?.slots()[index - area.slots.len()].get(),
    }
}

/// Sets the instance attribute `name`, an interned string. False where instances have none.
pub fn set_own_attribute(th: &Thread, v: Value, name: Value, value: Value) -> bool {
    let Some(header) = v.header() else { return false };
    if let Some(m) = v.cast::<Module>() {
        m.dict().set_name(th, name, value);
        return true;
    }
    let Some(shape) = has_area(header) else { return false };
    let area_ = area(header, shape.class);
    if shape.is_dict {
        let dict = area_.extra.get().and_then(|d| d.cast::<Dict>()).expect("a dictionary instance");
        dict.set_name(th, name, value);
        return true;
    }
    let (next, index) = match shape.find(name) {
        Some(index) => (shape, index),
        None => match shape.with(name) {
            Some(next) => (next, shape.names.len()),
            None => {
                instance_dict(th, v)
                    .expect("the instance has attributes")
                    .set_name(th, name, value);
                return true;
            }
        },
    };
    match area_.slots.get(index) {
        Some(slot) => slot.set(header, Some(value)),
        None => {
            let index = index - area_.slots.len();
            let o = grow(th, header, &area_, index + 1);
            o.slots()[index].set(&o.header, Some(value));
        }
    }
    header.shape.set(next.id);
    true
}

/// Removes the instance attribute `name`. False where there is none.
fn delete_own_attribute(th: &Thread, v: Value, name: Value) -> bool {
    if own_attribute(v, name).is_none() {
        return false;
    }
    let Some(dict) = instance_dict(th, v) else { return false };
    dict.remove_str(name.cast::<Str>().expect("a name is a string")).is_some()
}

/// The instance's `__dict__`, which it keeps its attributes in from now on; `None` where
/// instances of its class have none.
pub fn instance_dict(th: &Thread, v: Value) -> Option<&'static Dict> {
    let header = v.header()?;
    if let Some(m) = v.cast::<Module>() {
        return Some(m.dict());
    }
    let shape = has_area(header)?;
    let area_ = area(header, shape.class);
    if shape.is_dict {
        return area_.extra.get()?.cast::<Dict>();
    }
    let dict = Dict::with_capacity(th, shape.names.len());
    for (i, name) in shape.names.iter().enumerate() {
        let value = match area_.slots.get(i) {
            Some(slot) => slot.get(),
            None => overflow(&area_).and_then(|o| o.slots()[i - area_.slots.len()].get()),
        };
        if let Some(value) = value {
            dict.set_name(th, *name, value);
        }
    }
    become_dict(header, shape.class, dict);
    Some(dict)
}

fn become_dict(header: &'static Header, class: &'static Type, dict: &Dict) {
    let area = area(header, class);
    area.extra.set(header, Some(dict.value()));
    area.slots.iter().for_each(|s| s.set(header, None));
    if class.dict_shape.get() == 0 {
        class.dict_shape.set(shape::new_root(class, 0, true).id);
    }
    header.shape.set(class.dict_shape.get());
}

/// `v.__dict__ = dict`.
pub fn set_instance_dict(th: &Thread, v: Value, dict: &Dict) -> PyResult<()> {
    match v.header().and_then(|h| has_area(h).map(|s| (h, s))) {
        Some((header, shape)) => {
            become_dict(header, shape.class, dict);
            Ok(())
        }
        None => Err(raise!(
            th,
            AttributeError,
            "attribute '__dict__' of '{}' objects is not writable",
            v.type_name()
        )),
    }
}

/// Names of the instance's own attributes, in order of their creation.
pub fn own_names(v: Value) -> Vec<Value> {
    let Some(header) = v.header() else { return Vec::new() };
    if let Some(m) = v.cast::<Module>() {
        return m.dict().iter().map(|(k, _)| k).collect();
    }
    let Some(shape) = has_area(header) else { return Vec::new() };
    if shape.is_dict {
        let dict = area(header, shape.class).extra.get().and_then(|d| d.cast::<Dict>());
        return dict.map_or(Vec::new(), |d| d.iter().map(|(k, _)| k).collect());
    }
    shape.names.iter().copied().filter(|n| own_attribute(v, *n).is_some()).collect()
}

/// `v.__class__ = class`.
pub fn set_class(th: &Thread, v: Value, class: &'static Type) -> PyResult<()> {
    let old = v.class();
    let compatible = old.has(TypeFlags::HEAP)
        && class.has(TypeFlags::HEAP)
        && std::ptr::eq(old.def.get(), class.def.get())
        && old.basic_size.get() == class.basic_size.get()
        && old.has(TypeFlags::DICT) == class.has(TypeFlags::DICT);
    let header = v.header();
    let (Some(header), true) =
        (header, compatible || header.is_some_and(|h| h.kind == Kind::Module))
    else {
        if !old.has(TypeFlags::HEAP) || !class.has(TypeFlags::HEAP) {
            return Err(raise!(
                th,
                TypeError,
                "__class__ assignment only supported for mutable types or ModuleType subclasses"
            ));
        }
        return Err(raise!(
            th,
            TypeError,
            "__class__ assignment: '{}' object layout differs from '{}'",
            class.name_string(),
            old.name_string()
        ));
    };
    if header.kind == Kind::Module || !old.has(TypeFlags::DICT) {
        header.shape.set(class.instance_shape.get());
        return Ok(());
    }
    if old.inline_slots.get() != class.inline_slots.get() {
        // The areas differ in size: keep the attributes in a dictionary. The word for it is at
        // the same place in both.
        let dict = instance_dict(th, v).expect("has DICT");
        let _ = dict;
        if class.dict_shape.get() == 0 {
            class.dict_shape.set(shape::new_root(class, 0, true).id);
        }
        header.shape.set(class.dict_shape.get());
        return Ok(());
    }
    let shape = shape::shape(header.shape.get());
    if shape.is_dict {
        if class.dict_shape.get() == 0 {
            class.dict_shape.set(shape::new_root(class, 0, true).id);
        }
        header.shape.set(class.dict_shape.get());
        return Ok(());
    }
    let mut next = shape::shape(class.instance_shape.get());
    for name in &shape.names {
        match next.with(*name) {
            Some(n) => next = n,
            None => {
                instance_dict(th, v);
                return set_class(th, v, class);
            }
        }
    }
    header.shape.set(next.id);
    Ok(())
}

/// `object.__getattribute__` where `name` is an interned string; `None` where the attribute does
/// not exist (and no exception is raised for that).
pub fn generic_get(th: &Thread, v: Value, name: Value) -> PyResult<StackSlot> {
    let class = v.class();
    let on_class = class.lookup(name);
    if let Some(d) = on_class
        && descriptor::is_data(d)
    {
        return descriptor::bind(th, d, v, class.value()).map(Some);
    }
    if let Some(own) = own_attribute(v, name) {
        return Ok(Some(own));
    }
    match on_class {
        Some(d) => descriptor::bind(th, d, v, class.value()).map(Some),
        None => Ok(None),
    }
}

/// `type.__getattribute__`: the class's own MRO before the metaclass's plain attributes.
pub fn type_get(th: &Thread, class: &'static Type, name: Value) -> PyResult<StackSlot> {
    let meta = class.value().class();
    let on_meta = meta.lookup(name);
    if let Some(d) = on_meta
        && descriptor::is_data(d)
    {
        return descriptor::bind(th, d, class.value(), meta.value()).map(Some);
    }
    if let Some(own) = class.lookup(name) {
        return descriptor::bind(th, own, Value::NONE, class.value()).map(Some);
    }
    match on_meta {
        Some(d) => descriptor::bind(th, d, class.value(), meta.value()).map(Some),
        None => Ok(None),
    }
}

/// `getattr(v, name)` for an interned `name`; `None` where it raises `AttributeError`.
pub fn get_attr_or_none(th: &Thread, v: Value, name: Value) -> PyResult<StackSlot> {
    let class = v.class();
    // The default ones need no exception to say "missing".
    if class.slot(Slot::GetAttr).is_none() {
        let get = class.slot(Slot::GetAttribute);
        if get == crate::types::object::DEF.class(th).slot(Slot::GetAttribute) {
            return match generic_get(th, v, name) {
                Ok(found) => Ok(found),
                Err(e) => catch(th, exception::Exc::AttributeError, Err(e)),
            };
        }
        if get == crate::types::type_::DEF.class(th).slot(Slot::GetAttribute)
            && let Some(t) = v.cast::<Type>()
        {
            return match type_get(th, t, name) {
                Ok(found) => Ok(found),
                Err(e) => catch(th, exception::Exc::AttributeError, Err(e)),
            };
        }
    }
    let result = get_attr(th, v, name);
    catch(th, exception::Exc::AttributeError, result)
}

/// `getattr(v, name)` for an interned `name`.
pub fn get_attr(th: &Thread, v: Value, name: Value) -> PyResult<Value> {
    let class = v.class();
    let get = class.slot(Slot::GetAttribute).expect("object defines __getattribute__");
    let result =
        if get == crate::types::object::DEF.class(th).slot(Slot::GetAttribute).expect("set") {
            match generic_get(th, v, name) {
                Ok(Some(found)) => return Ok(found),
                Ok(None) if class.slot(Slot::GetAttr).is_none() => Err(missing(th, v, name)),
                Ok(None) => {
                    let f = class.slot(Slot::GetAttr).expect("checked");
                    return ops::call(th, f, &[v, name]);
                }
                Err(e) => Err(e),
            }
        } else if let Some(t) = v.cast::<Type>().filter(|_| {
            Some(get) == crate::types::type_::DEF.class(th).slot(Slot::GetAttribute)
                && class.slot(Slot::GetAttr).is_none()
        }) {
            match type_get(th, t, name)? {
                Some(found) => return Ok(found),
                None => Err(missing(th, v, name)),
            }
        } else {
            ops::call(th, get, &[v, name])
        };
    match (result, class.slot(Slot::GetAttr)) {
        (Err(_), Some(f)) if crate::error::raised_is(th, exception::Exc::AttributeError) => {
            th.raised.set(None);
            ops::call(th, f, &[v, name])
        }
        (result, _) => result,
    }
}

/// Raises `AttributeError` as the default `__getattribute__` does, with `name` and `obj` set.
#[cold]
pub fn missing(th: &Thread, v: Value, name: Value) -> crate::Raised {
    let text = name.cast::<Str>().expect("a name is a string");
    let message = match (v.cast::<Type>(), v.cast::<Module>()) {
        (Some(t), _) => format!("type object '{}' has no attribute '{text}'", t.name_string()),
        (_, Some(m)) => m.missing_message(th, text),
        _ => format!("'{}' object has no attribute '{text}'", v.type_name()),
    };
    exception::raise_attribute_error(th, &message, v, name)
}

/// `object.__setattr__` and `object.__delattr__` for an interned `name`.
pub fn generic_set(th: &Thread, v: Value, name: Value, value: StackSlot) -> PyResult<()> {
    let cls = v.class();
    let on_class = cls.lookup(name);
    if let Some(d) = on_class
        && descriptor::is_data(d)
    {
        return set_through(th, d, v, value);
    }
    let text = name.cast::<Str>().expect("a name is a string");
    match value {
        Some(value) => {
            if set_own_attribute(th, v, name, value) {
                return Ok(());
            }
        }
        None => {
            if delete_own_attribute(th, v, name) {
                return Ok(());
            }
            if v.header().and_then(has_area).is_some() || v.kind() == Kind::Module {
                return Err(missing(th, v, name));
            }
        }
    }
    let tail = if v.header().and_then(has_area).is_none() && on_class.is_none() {
        " and no __dict__ for setting new attributes"
    } else {
        ""
    };
    let message = if on_class.is_some() {
        format!("'{}' object attribute '{text}' is read-only", v.type_name())
    } else {
        format!("'{}' object has no attribute '{text}'{tail}", v.type_name())
    };
    Err(exception::raise_attribute_error(th, &message, v, name))
}

/// `descriptor.__set__(instance, value)`, or `__delete__` for no value.
pub fn set_through(th: &Thread, d: Value, instance: Value, value: StackSlot) -> PyResult<()> {
    if d.is_exactly(crate::shapes::PROPERTY) {
        let p = d.cast::<crate::types::property::Property>().expect("the shape says so");
        return p.set_or_delete(th, instance, value);
    }
    match value {
        Some(value) => match d.slot(Slot::Set) {
            Some(f) => ops::call(th, f, &[d, instance, value]).map(|_| ()),
            None => Err(raise!(th, AttributeError, "__set__")),
        },
        None => match d.slot(Slot::Delete) {
            Some(f) => ops::call(th, f, &[d, instance]).map(|_| ()),
            None => Err(raise!(th, AttributeError, "__delete__")),
        },
    }
}

/// `type.__setattr__` and `type.__delattr__`.
pub fn type_set(th: &Thread, class: &'static Type, name: Value, value: StackSlot) -> PyResult<()> {
    let text = name.cast::<Str>().expect("a name is a string");
    if class.has(TypeFlags::IMMUTABLE) {
        return Err(raise!(
            th,
            TypeError,
            "cannot set '{text}' attribute of immutable type '{}'",
            class.name_string()
        ));
    }
    let meta = class.value().class();
    if let Some(d) = meta.lookup(name)
        && descriptor::is_data(d)
    {
        return set_through(th, d, class.value(), value);
    }
    if class::set_class_attribute(th, class, name, value) {
        Ok(())
    } else {
        Err(missing(th, class.value(), name))
    }
}

/// `setattr(v, name, value)` for an interned `name`.
pub fn set_attr(th: &Thread, v: Value, name: Value, value: Value) -> PyResult<()> {
    let f = v.slot(Slot::SetAttr).expect("object defines __setattr__");
    if Some(f) == crate::types::object::DEF.class(th).slot(Slot::SetAttr) {
        return generic_set(th, v, name, Some(value));
    }
    ops::call(th, f, &[v, name, value]).map(|_| ())
}

/// `delattr(v, name)` for an interned `name`.
pub fn delete_attr(th: &Thread, v: Value, name: Value) -> PyResult<()> {
    let f = v.slot(Slot::DelAttr).expect("object defines __delattr__");
    if Some(f) == crate::types::object::DEF.class(th).slot(Slot::DelAttr) {
        return generic_set(th, v, name, None);
    }
    ops::call(th, f, &[v, name]).map(|_| ())
}

/// `__dict__` of classes made by Python code.
pub static DICT_ATTRIBUTE: GetSetDef = GetSetDef {
    name: "__dict__",
    doc: "dictionary for instance variables",
    get: Some(|th, args| {
        let v = args[0].expect("bound");
        match instance_dict(th, v) {
            Some(d) => Ok(d.value()),
            None => Err(missing(th, v, intern!(th, "__dict__"))),
        }
    }),
    set: Some(|th, args| {
        let v = args[0].expect("bound");
        match args[1] {
            Some(d) => match d.cast::<Dict>() {
                Some(d) => set_instance_dict(th, v, d).map(|_| Value::NONE),
                None => Err(raise!(
                    th,
                    TypeError,
                    "__dict__ must be set to a dictionary, not a '{}'",
                    d.type_name()
                )),
            },
            None => set_instance_dict(th, v, Dict::new(th)).map(|_| Value::NONE),
        }
    }),
};

/// `__weakref__` of classes made by Python code.
pub static WEAKREF_ATTRIBUTE: GetSetDef = GetSetDef {
    name: "__weakref__",
    doc: "list of weak references to the object",
    get: Some(|th, args| Ok(crate::types::weakref::first(th, args[0].expect("bound")))),
    set: None,
};
