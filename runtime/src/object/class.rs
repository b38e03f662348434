//! Making classes: from native definitions and from `class` statements; MRO; lookup.

use std::cell::Cell;
use std::sync::atomic::{AtomicU32, Ordering};

use krait_layout::{Header, Kind, Thread, Value, shapes};

use super::slots::{SLOT_COUNT, SLOT_NAMES, Slot};
use super::type_object::{Type, TypeDef, TypeFlags};
use super::{Object, ValueExt, shape};
use crate::error::PyResult;
use crate::gc::{self, Field};
use crate::native::DefKind;
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::native_function::{GetSet, NativeFunction};
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::{intern, ops, raise, state, types};

/// Grows whenever a class that a cache may rely on changes; an inline cache compares it.
#[unsafe(export_name = "krait_class_epoch")]
static EPOCH: AtomicU32 = AtomicU32::new(1);

/// The number that inline caches compare: while it stays, no class that was looked into changed.
#[inline(always)]
pub fn epoch() -> u32 {
    EPOCH.load(Ordering::Relaxed)
}

/// Address of the epoch, for compiled code.
pub fn epoch_address() -> *const u32 {
    EPOCH.as_ptr()
}

/// Makes all caches forget what they know of classes.
pub fn bump_epoch() {
    EPOCH.fetch_add(1, Ordering::Relaxed);
}

/// A class object with empty dictionary, not yet linked to its bases.
fn alloc_type(
    th: &Thread,
    metaclass: Option<&'static Type>,
    def: &'static TypeDef,
) -> &'static Type {
    let size = metaclass.map_or(size_of::<Type>(), |m| m.instance_size().max(size_of::<Type>()));
    let cell = gc::alloc_traced(th, size);
    let header =
        Header::new(metaclass.map_or(shapes::TYPE, |m| m.instance_shape.get()), Kind::Type);
    // SAFETY: the cell is fresh and large enough; all zero words are "no value".
    unsafe {
        std::ptr::write_bytes(cell.as_ptr(), 0, size);
        let at = cell.as_ptr() as *mut Type;
        at.write(Type {
            header,
            name: Field::new(None),
            qualname: Field::new(None),
            bases: Field::new(None),
            mro: Field::new(None),
            base: Field::new(None),
            dict: Field::new(None),
            subclasses: Field::new(None),
            def: Cell::new(def),
            flags: Cell::new(0),
            instance_shape: Cell::new(0),
            dict_shape: Cell::new(0),
            basic_size: Cell::new(0),
            inline_slots: Cell::new(0),
            is_cached: Cell::new(false),
            slots: [const { Field::new(None) }; SLOT_COUNT],
        });
        &*at
    }
}

/// Makes the class of a native type, and its bases' before it.
#[cold]
pub fn make_native(th: &Thread, def: &'static TypeDef) -> &'static Type {
    let base: Option<&'static TypeDef> = match def.base {
        Some(b) => Some(b),
        None if std::ptr::eq(def, &types::object::DEF) => None,
        None => Some(&types::object::DEF),
    };
    let base = base.map(|b| b.class(th));
    // Making the base may have made this class too.
    let made = def.class.load(Ordering::Acquire);
    if !made.is_null() {
        // SAFETY: native classes are never freed.
        return unsafe { &*made };
    }
    let class = alloc_type(th, None, def);
    def.class.store(class as *const Type as *mut Type, Ordering::Release);
    let root = shape::new_root(class, def.fixed_shape, false);
    class.instance_shape.set(root.id);
    def.shape.store(root.id, Ordering::Release);
    let inherited = base.map_or(0, |b| {
        let kept = TypeFlags::DICT.0
            | TypeFlags::SEQUENCE.0
            | TypeFlags::MAPPING.0
            | TypeFlags::WEAKREF.0
            | TypeFlags::MATCH_SELF.0;
        b.flags.get() & kept
    });
    class.flags.set(def.flags.0 | inherited);
    class.basic_size.set(def.size.next_multiple_of(8) as u32);
    class.dict.set(&class.header, Some(Dict::new(th).value()));
    // The names `object` and `type` have to exist before any string or tuple can be made of them.
    state::when_strings_exist(th, move |th| fill_native(th, class, def, base));
    class
}

fn fill_native(
    th: &Thread,
    class: &'static Type,
    def: &'static TypeDef,
    base: Option<&'static Type>,
) {
    let header = &class.header;
    let name = Str::new(th, def.name.rsplit('.').next().expect("a name"));
    class.name.set(header, Some(name.value()));
    class.qualname.set(header, Some(Str::new(th, def.name).value()));
    let bases = match base {
        Some(b) => Tuple::new(th, &[b.value()]),
        None => Tuple::new(th, &[]),
    };
    class.bases.set(header, Some(bases.value()));
    class.base.set(header, base.map(|b| b.value()));
    let mut mro = vec![class.value()];
    if let Some(b) = base {
        mro.extend_from_slice(b.mro().values());
    }
    class.mro.set(header, Some(Tuple::new(th, &mro).value()));
    let dict = class.dict();
    if def.module != "builtins" {
        dict.set_name(th, intern!(th, "__module__"), Str::new(th, def.module).value());
    }
    add_native_members(th, class, def);
    let doc = intern!(th, "__doc__");
    if dict.get_name(doc).is_none() {
        let text = if def.doc.is_empty() { Value::NONE } else { Str::new(th, def.doc).value() };
        dict.set_name(th, doc, text);
    }
    // As CPython: a type that defines __eq__ and no __hash__ is unhashable.
    let hash = intern!(th, "__hash__");
    if dict.get_name(intern!(th, "__eq__")).is_some() && dict.get_name(hash).is_none() {
        dict.set_name(th, hash, Value::NONE);
    }
    update_slots(th, class);
    if let Some(b) = base {
        add_subclass(th, b, class);
    }
}

fn add_native_members(th: &Thread, class: &'static Type, def: &'static TypeDef) {
    let dict = class.dict();
    for m in (def.methods)() {
        let name = state::intern(th, m.name);
        let function = match m.kind {
            DefKind::Method => NativeFunction::method(th, class, m).value(),
            DefKind::ClassMethod => NativeFunction::class_method(th, class, m).value(),
            DefKind::StaticMethod if m.name == "__new__" => {
                NativeFunction::bound(th, m, class.value(), None).value()
            }
            DefKind::StaticMethod | DefKind::Function => {
                let f = NativeFunction::bound(th, m, class.value(), None);
                types::static_method::StaticMethod::new(th, f.value()).value()
            }
        };
        dict.set_name(th, name, function);
    }
    for g in (def.getsets)() {
        dict.set_name(th, state::intern(th, g.name), GetSet::new(th, class, g).value());
    }
    let name = intern!(th, "__dict__");
    if def.flags.has(TypeFlags::DICT) && dict.get_name(name).is_none() {
        let attribute = GetSet::new(th, class, &super::attributes::DICT_ATTRIBUTE);
        dict.set_name(th, name, attribute.value());
    }
}

/// Records `class` among `base`'s subclasses.
fn add_subclass(th: &Thread, base: &Type, class: &Type) {
    let list = match base.subclasses.get().and_then(|l| l.cast::<List>()) {
        Some(list) => list,
        None => {
            let list = List::new(th, &[]);
            base.subclasses.set(&base.header, Some(list.value()));
            list
        }
    };
    list.push(th, class.value());
}

/// Calls `f` with each direct subclass.
pub fn for_each_subclass(class: &Type, mut f: impl FnMut(&'static Type)) {
    if let Some(list) = class.subclasses.get().and_then(|l| l.cast::<List>()) {
        let mut i = 0;
        while let Some(v) = list.get(i) {
            f(v.cast::<Type>().expect("subclasses are classes"));
            i += 1;
        }
    }
}

/// `_PyType_Lookup`: `name`, an interned string, along the MRO. Results that hold as long as the
/// epoch are kept: that a class has nothing of the name, or a descriptor.
pub fn lookup(class: &Type, name: Value) -> Option<Value> {
    let shape = class.instance_shape.get();
    let at = (name.bits() >> 4) as usize ^ (shape as usize).wrapping_mul(0x9e37);
    LOOKUPS.with(|lookups| {
        let kept = &lookups[at % LOOKUP_COUNT];
        let known = kept.get();
        if known.shape == shape && known.epoch == epoch() && known.name == name.bits() {
            return known.found;
        }
        let found = lookup_in_mro(class, name);
        // A class is given its shape only when it is complete.
        if shape != 0 && found.is_none_or(is_descriptor) {
            note_cached(class);
            kept.set(Lookup { shape, epoch: epoch(), name: name.bits(), found });
        }
        found
    })
}

#[inline(never)]
fn lookup_in_mro(class: &Type, name: Value) -> Option<Value> {
    let name = name.cast::<Str>().expect("a name is a string");
    class
        .mro()
        .values()
        .iter()
        .find_map(|c| c.cast::<Type>().expect("the MRO holds classes").dict().get_str(name))
}

/// A result of [`lookup`]. What it found is in a class dictionary while the epoch stays.
#[derive(Copy, Clone)]
struct Lookup {
    shape: u32,
    epoch: u32,
    name: u64,
    found: Option<Value>,
}

const LOOKUP_COUNT: usize = 1024;

thread_local! {
    static LOOKUPS: [Cell<Lookup>; LOOKUP_COUNT] =
        const { [const { Cell::new(Lookup { shape: 0, epoch: 0, name: 0, found: None }) }; LOOKUP_COUNT] };
}

/// The dictionary, of a class in the MRO, that has `name`, and its entry there.
pub fn entry(class: &Type, name: Value) -> Option<(&'static Dict, usize)> {
    let name = name.cast::<Str>().expect("a name is a string");
    class.mro().values().iter().find_map(|c| {
        let dict = c.cast::<Type>().expect("the MRO holds classes").dict();
        dict.position_of(name).map(|index| (dict, index))
    })
}

/// Says that a cache relies on what `class` and its bases hold.
pub fn note_cached(class: &Type) {
    if !class.is_cached.get() {
        for c in class.mro().values() {
            c.cast::<Type>().expect("the MRO holds classes").is_cached.set(true);
        }
    }
}

/// Sets or deletes an attribute in the class's dictionary and brings caches up to date.
pub fn set_class_attribute(
    th: &Thread,
    class: &'static Type,
    name: Value,
    value: Option<Value>,
) -> bool {
    let dict = class.dict();
    let old = match value {
        Some(v) => {
            let old = dict.get_name(name);
            dict.set_name(th, name, v);
            old
        }
        None => {
            let removed = dict.remove_str(name.cast::<Str>().expect("a name is a string"));
            if removed.is_none() {
                return false;
            }
            removed
        }
    };
    // Replacing one plain value by another cannot change where an attribute is found, and caches
    // do not hold plain values of classes.
    let plain = |v: Option<Value>| v.is_some_and(|v| !is_descriptor(v));
    if class.is_cached.get() && !(plain(old) && plain(value)) {
        bump_epoch();
    }
    let text = name.cast::<Str>().expect("a name is a string");
    if let Some(ascii) = text.as_ascii()
        && ascii.starts_with("__")
        && let Some(i) = SLOT_NAMES.iter().position(|n| *n == ascii)
    {
        update_slot(th, class, Slot::ALL[i]);
    }
    true
}

/// Whether the class of `v` has `__get__`, `__set__` or `__delete__`.
pub fn is_descriptor(v: Value) -> bool {
    let class = v.class();
    class.slot(Slot::Get).is_some()
        || class.slot(Slot::Set).is_some()
        || class.slot(Slot::Delete).is_some()
}

/// Looks a special method up anew, in the class alone.
fn look_slot_up(th: &Thread, class: &'static Type, slot: Slot) {
    let mut found = lookup_in_mro(class, state::slot_name(slot));
    // Native classes hold nothing else than native methods, and `__new__` is called as it is.
    if class.has(TypeFlags::HEAP) && slot != Slot::New {
        found = found.map(|v| types::slot_binding::for_slot(th, v));
    }
    class.slots[slot as usize].set(&class.header, found);
}

fn update_slot(th: &Thread, class: &'static Type, slot: Slot) {
    look_slot_up(th, class, slot);
    for_each_subclass(class, |c| update_slot(th, c, slot));
}

/// Looks every special method up anew, in the class and its subclasses.
pub fn update_slots(th: &Thread, class: &'static Type) {
    for slot in Slot::ALL {
        look_slot_up(th, class, *slot);
    }
    for_each_subclass(class, |c| update_slots(th, c));
}

/// C3 linearisation of `bases` behind `class` (CPython's `mro_implementation`).
pub fn compute_mro(th: &Thread, class: Value, bases: &[Value]) -> PyResult<Vec<Value>> {
    let mut sequences: Vec<Vec<Value>> = Vec::new();
    for b in bases {
        sequences.push(b.cast::<Type>().expect("bases are classes").mro().values().to_vec());
    }
    if let Some(i) = (1..bases.len()).find(|i| bases[..*i].contains(&bases[*i])) {
        let name = bases[i].cast::<Type>().expect("bases are classes").name_string();
        return Err(raise!(th, TypeError, "duplicate base class {name}"));
    }
    sequences.push(bases.to_vec());
    let mut result = vec![class];
    loop {
        sequences.retain(|s| !s.is_empty());
        if sequences.is_empty() {
            return Ok(result);
        }
        let next =
            sequences.iter().map(|s| s[0]).find(|c| !sequences.iter().any(|s| s[1..].contains(c)));
        let Some(next) = next else {
            let names: Vec<String> = sequences
                .iter()
                .map(|s| s[0].cast::<Type>().expect("a class").name_string())
                .fold(Vec::new(), |mut names, n| {
                    if !names.contains(&n) {
                        names.push(n);
                    }
                    names
                });
            return Err(raise!(
                th,
                TypeError,
                "Cannot create a consistent method resolution order (MRO) for bases {}",
                names.join(", ")
            ));
        };
        result.push(next);
        for s in &mut sequences {
            if s[0] == next {
                s.remove(0);
            }
        }
    }
}

/// The base whose instance layout a class with `bases` extends (`best_base`).
fn best_base(th: &Thread, bases: &[Value]) -> PyResult<&'static Type> {
    let mut winner: Option<(&'static Type, &'static Type)> = None;
    for b in bases {
        let Some(base) = b.cast::<Type>() else {
            return Err(raise!(th, TypeError, "bases must be types"));
        };
        if !base.has(TypeFlags::BASE) {
            return Err(raise!(
                th,
                TypeError,
                "type '{}' is not an acceptable base type",
                base.name_string()
            ));
        }
        let solid = solid_base(base);
        match winner {
            None => winner = Some((base, solid)),
            Some((_, s)) if s.is_subclass(solid) => {}
            Some((_, s)) if solid.is_subclass(s) => winner = Some((base, solid)),
            Some(_) => {
                return Err(raise!(th, TypeError, "multiple bases have instance lay-out conflict"));
            }
        }
    }
    Ok(winner.expect("there is at least one base").0)
}

/// The nearest class along the bases that adds to the instance layout (a native struct, or
/// `__slots__`).
fn solid_base(class: &'static Type) -> &'static Type {
    match class.base() {
        Some(base)
            if base.basic_size.get() == class.basic_size.get()
                && base.def.get().kind == class.def.get().kind =>
        {
            solid_base(base)
        }
        _ => class,
    }
}

/// The metaclass of a class with `bases`, at least `metaclass` (`_PyType_CalculateMetaclass`).
pub fn winning_metaclass(
    th: &Thread,
    metaclass: &'static Type,
    bases: &[Value],
) -> PyResult<&'static Type> {
    let mut winner = metaclass;
    for b in bases {
        let m = b.class();
        if winner.is_subclass(m) {
            continue;
        }
        if m.is_subclass(winner) {
            winner = m;
            continue;
        }
        return Err(raise!(
            th,
            TypeError,
            "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses of all its bases"
        ));
    }
    Ok(winner)
}

/// `type.__new__`: makes a class of `name`, `bases` and a namespace that is copied. Runs
/// `__set_name__` and `__init_subclass__` (with `kwargs`).
pub fn new_class(
    th: &Thread,
    metaclass: &'static Type,
    name: &'static Str,
    bases: &[Value],
    namespace: &Dict,
    kwargs: &[(Value, Value)],
) -> PyResult<&'static Type> {
    let object = types::object::DEF.class(th).value();
    let bases = if bases.is_empty() { vec![object] } else { bases.to_vec() };
    let base = best_base(th, &bases)?;
    let class = alloc_type(th, Some(metaclass), base.def.get());
    let header = &class.header;
    let dict = namespace.copy(th);
    class.dict.set(header, Some(dict.value()));
    class.name.set(header, Some(name.value()));
    class.base.set(header, Some(base.value()));
    class.bases.set(header, Some(Tuple::new(th, &bases).value()));
    let inherited = bases.iter().fold(0, |flags, b| {
        let b = b.cast::<Type>().expect("bases are classes");
        let kept = TypeFlags::DICT.0
            | TypeFlags::SEQUENCE.0
            | TypeFlags::MAPPING.0
            | TypeFlags::WEAKREF.0
            | TypeFlags::MATCH_SELF.0;
        flags | b.flags.get() & kept
    });
    class.flags.set(inherited | TypeFlags::BASE.0 | TypeFlags::HEAP.0);
    class.basic_size.set(base.basic_size.get());

    let qualname_key = intern!(th, "__qualname__");
    let qualname = match dict.remove_str(qualname_key.cast().expect("a string")) {
        None => name.value(),
        Some(q) if q.cast::<Str>().is_some() => q,
        Some(q) => {
            return Err(raise!(
                th,
                TypeError,
                "type __qualname__ must be a str, not {}",
                q.type_name()
            ));
        }
    };
    class.qualname.set(header, Some(qualname));
    if dict.get_name(intern!(th, "__module__")).is_none()
        && let Some(globals) = state::current_globals(th)
        && let Some(module) = globals.get_name(intern!(th, "__name__"))
    {
        dict.set_name(th, intern!(th, "__module__"), module);
    }
    make_implicit(th, class, dict);
    add_slots(th, class, dict, base)?;
    let doc = intern!(th, "__doc__");
    if dict.get_name(doc).is_none() {
        dict.set_name(th, doc, Value::NONE);
    }
    let hash = intern!(th, "__hash__");
    if dict.get_name(intern!(th, "__eq__")).is_some() && dict.get_name(hash).is_none() {
        dict.set_name(th, hash, Value::NONE);
    }

    // The root shape exists before `mro()` may run Python code that looks at the class.
    let root = shape::new_root(class, 0, false);
    class.instance_shape.set(root.id);
    class.mro.set(header, Some(Tuple::new(th, &[class.value()]).value()));
    let mro = compute_mro(th, class.value(), &bases)?;
    class.mro.set(header, Some(Tuple::new(th, &mro).value()));
    let custom = metaclass.lookup(intern!(th, "mro"));
    if custom != types::type_::DEF.class(th).lookup(intern!(th, "mro")) {
        let result = ops::call_method(th, class.value(), intern!(th, "mro"), &[])?;
        let items = types::tuple::from_iterable(th, result)?;
        for c in items.values() {
            let Some(c) = c.cast::<Type>() else {
                let found = c.type_name();
                return Err(raise!(th, TypeError, "mro() returned a non-class ('{found}')"));
            };
            if !base.is_subclass(solid_base(c)) && !std::ptr::eq(c, class) {
                let name = c.name_string();
                return Err(raise!(
                    th,
                    TypeError,
                    "mro() returned base with unsuitable layout ('{name}')"
                ));
            }
        }
        class.mro.set(header, Some(items.value()));
    }
    class.inline_slots.set(if class.has(TypeFlags::DICT) {
        inline_slots(th, class, base, dict)
    } else {
        0
    });
    update_slots(th, class);
    for b in &bases {
        add_subclass(th, b.cast::<Type>().expect("bases are classes"), class);
    }
    let cell_key = intern!(th, "__classcell__");
    if let Some(cell) = dict.remove_str(cell_key.cast().expect("a string")) {
        let Some(cell) = cell.cast::<types::cell::Cell>() else {
            return Err(raise!(
                th,
                TypeError,
                "__classcell__ must be a nonlocal cell, not {}",
                ops::repr_string(th, cell.class().value())?
            ));
        };
        cell.set(Some(class.value()));
    }
    if let Some(cell) = dict
        .remove_str(intern!(th, "__classdictcell__").cast().expect("a string"))
        .and_then(|c| c.cast::<types::cell::Cell>())
    {
        cell.set(Some(dict.value()));
    }
    call_set_name(th, class, dict)?;
    call_init_subclass(th, class, kwargs)?;
    Ok(class)
}

/// `__new__` is a static method, `__init_subclass__` and `__class_getitem__` are class methods.
fn make_implicit(th: &Thread, class: &'static Type, dict: &Dict) {
    let _ = class;
    let is_function = |v: Value| v.cast::<types::function::Function>().is_some();
    let new = intern!(th, "__new__");
    if let Some(f) = dict.get_name(new).filter(|f| is_function(*f)) {
        dict.set_name(th, new, types::static_method::StaticMethod::new(th, f).value());
    }
    for name in [intern!(th, "__init_subclass__"), intern!(th, "__class_getitem__")] {
        if let Some(f) = dict.get_name(name).filter(|f| is_function(*f)) {
            dict.set_name(th, name, types::class_method::ClassMethod::new(th, f).value());
        }
    }
}

/// Handles `__slots__`: member descriptors, `__dict__` and `__weakref__`.
fn add_slots(
    th: &Thread,
    class: &'static Type,
    dict: &'static Dict,
    base: &'static Type,
) -> PyResult<()> {
    // Classes and modules have a dictionary of their own kind.
    if matches!(base.def.get().kind, Kind::Type | Kind::Module) {
        return Ok(());
    }
    let Some(slots) = dict.get_name(intern!(th, "__slots__")) else {
        class.set_flag(TypeFlags::DICT, true);
        class.set_flag(TypeFlags::WEAKREF, true);
        add_dict_and_weakref(
            th,
            class,
            dict,
            !base.has(TypeFlags::DICT),
            !base.has(TypeFlags::WEAKREF),
        );
        return Ok(());
    };
    let names = if slots.cast::<Str>().is_some() { vec![slots] } else { ops::collect(th, slots)? };
    let mut offset = class.basic_size.get();
    let (mut has_dict, mut has_weakref) = (false, false);
    // A base with a dictionary keeps its attribute area where its own instances have it, so
    // members go before the area: the area moves, which shapes of this class account for.
    for name in names {
        let Some(text) = name.cast::<Str>() else {
            return Err(raise!(
                th,
                TypeError,
                "__slots__ items must be strings, not '{}'",
                name.type_name()
            ));
        };
        if !types::str::methods::is_identifier(text) {
            return Err(raise!(th, TypeError, "__slots__ must be identifiers"));
        }
        if text.equals_ascii("__dict__") {
            if class.has(TypeFlags::DICT) || has_dict {
                return Err(raise!(th, TypeError, "__dict__ slot disallowed: we already got one"));
            }
            has_dict = true;
            continue;
        }
        if text.equals_ascii("__weakref__") {
            if class.has(TypeFlags::WEAKREF) || has_weakref {
                return Err(raise!(
                    th,
                    TypeError,
                    "__weakref__ slot disallowed: we already got one"
                ));
            }
            has_weakref = true;
            continue;
        }
        let mangled = mangle(th, class.name(), text);
        let key = state::intern_object(th, mangled);
        if dict.get_name(key).is_some() && !text.equals_ascii("__classcell__") {
            return Err(raise!(
                th,
                ValueError,
                "'{text}' in __slots__ conflicts with class variable"
            ));
        }
        let member = types::member::Member::new(th, class, key, offset);
        dict.set_name(th, key, member.value());
        offset += 8;
    }
    if offset > class.basic_size.get()
        && matches!(base.def.get().kind, Kind::Tuple | Kind::BigInt | Kind::Bytes)
        && base.def.get().name != "object"
    {
        return Err(raise!(
            th,
            TypeError,
            "nonempty __slots__ not supported for subtype of '{}'",
            base.name_string()
        ));
    }
    class.basic_size.set(offset);
    class.set_flag(TypeFlags::DICT, class.has(TypeFlags::DICT) || has_dict);
    class.set_flag(TypeFlags::WEAKREF, class.has(TypeFlags::WEAKREF) || has_weakref);
    add_dict_and_weakref(th, class, dict, has_dict, has_weakref);
    Ok(())
}

fn add_dict_and_weakref(
    th: &Thread,
    class: &'static Type,
    dict: &Dict,
    has_dict: bool,
    has_weakref: bool,
) {
    if has_dict {
        let name = intern!(th, "__dict__");
        if dict.get_name(name).is_none() {
            dict.set_name(
                th,
                name,
                GetSet::new(th, class, &super::attributes::DICT_ATTRIBUTE).value(),
            );
        }
    }
    if has_weakref {
        let name = intern!(th, "__weakref__");
        if dict.get_name(name).is_none() {
            dict.set_name(
                th,
                name,
                GetSet::new(th, class, &super::attributes::WEAKREF_ATTRIBUTE).value(),
            );
        }
    }
}

/// `__name` in class `C` is `_C__name` (CPython's `_Py_Mangle`).
pub fn mangle(th: &Thread, class_name: &Str, name: &'static Str) -> &'static Str {
    let text = name.to_string();
    let class = class_name.to_string();
    let class = class.trim_start_matches('_');
    if !text.starts_with("__") || text.ends_with("__") || text.contains('.') || class.is_empty() {
        return name;
    }
    Str::new(th, &format!("_{class}{text}"))
}

/// Attribute slots for instances: what the compiler saw assigned to `self` in this class and its
/// bases (`__static_attributes__`), with a little room.
fn inline_slots(th: &Thread, class: &'static Type, base: &'static Type, dict: &Dict) -> u32 {
    let _ = class;
    let own = dict
        .get_name(intern!(th, "__static_attributes__"))
        .and_then(|t| t.cast::<Tuple>())
        .map_or(0, |t| t.len() as u32);
    let inherited = if base.has(TypeFlags::DICT) { base.inline_slots.get() } else { 0 };
    (own + inherited).clamp(3, 30)
}

fn call_set_name(th: &Thread, class: &'static Type, dict: &Dict) -> PyResult<()> {
    let set_name = intern!(th, "__set_name__");
    for (key, value) in dict.pairs() {
        if let Some(f) = value.class().lookup(set_name) {
            let bound = super::descriptor::bind(th, f, value, value.class().value())?;
            if let Err(e) = ops::call(th, bound, &[class.value(), key]) {
                let note = format!(
                    "Error calling __set_name__ on '{}' instance {} in '{}'",
                    value.type_name(),
                    ops::repr_string(th, key).unwrap_or_default(),
                    class.name_string()
                );
                types::exception::add_note_to_raised(th, &note);
                return Err(e);
            }
        }
    }
    Ok(())
}

fn call_init_subclass(
    th: &Thread,
    class: &'static Type,
    kwargs: &[(Value, Value)],
) -> PyResult<()> {
    // `super(class, class).__init_subclass__(**kwargs)`
    let name = intern!(th, "__init_subclass__");
    let found = class.mro().values()[1..]
        .iter()
        .find_map(|c| c.cast::<Type>().expect("the MRO holds classes").dict().get_name(name));
    let Some(f) = found else { return Ok(()) };
    let bound = super::descriptor::bind(th, f, Value::NONE, class.value())?;
    ops::call_with(th, bound, &[], kwargs)?;
    Ok(())
}

/// `cls.__bases__ = bases`.
pub fn set_bases(th: &Thread, class: &'static Type, bases: &Tuple) -> PyResult<()> {
    if !class.has(TypeFlags::HEAP) {
        return Err(raise!(
            th,
            TypeError,
            "cannot set '__bases__' attribute of immutable type '{}'",
            class.name_string()
        ));
    }
    if bases.is_empty() {
        return Err(raise!(
            th,
            TypeError,
            "can only assign non-empty tuple to {}.__bases__, not ()",
            class.name_string()
        ));
    }
    for b in bases.values() {
        match b.cast::<Type>() {
            Some(b) if b.is_subclass(class) => {
                return Err(raise!(th, TypeError, "a __bases__ item causes an inheritance cycle"));
            }
            Some(_) => {}
            None => {
                return Err(raise!(
                    th,
                    TypeError,
                    "{}.__bases__ must be tuple of classes, not '{}'",
                    class.name_string(),
                    b.type_name()
                ));
            }
        }
    }
    let base = best_base(th, bases.values())?;
    let old = class.base().expect("object's bases are immutable");
    if base.has(TypeFlags::HEAP) != old.has(TypeFlags::HEAP) {
        return Err(raise!(
            th,
            TypeError,
            "__bases__ assignment: '{}' deallocator differs from '{}'",
            base.name_string(),
            old.name_string()
        ));
    }
    if base.def.get().kind != old.def.get().kind || base.basic_size.get() != old.basic_size.get() {
        return Err(raise!(
            th,
            TypeError,
            "__bases__ assignment: '{}' object layout differs from '{}'",
            base.name_string(),
            old.name_string()
        ));
    }
    for b in class.bases().values() {
        remove_subclass(b.cast::<Type>().expect("bases are classes"), class);
    }
    let mro = compute_mro(th, class.value(), bases.values())?;
    class.bases.set(&class.header, Some(bases.value()));
    class.base.set(&class.header, Some(base.value()));
    class.mro.set(&class.header, Some(Tuple::new(th, &mro).value()));
    for b in bases.values() {
        add_subclass(th, b.cast::<Type>().expect("bases are classes"), class);
    }
    update_mro_of_subclasses(th, class)?;
    bump_epoch();
    update_slots(th, class);
    Ok(())
}

fn update_mro_of_subclasses(th: &Thread, class: &'static Type) -> PyResult<()> {
    let mut subclasses = Vec::new();
    for_each_subclass(class, |c| subclasses.push(c));
    for c in subclasses {
        let mro = compute_mro(th, c.value(), c.bases().values())?;
        c.mro.set(&c.header, Some(Tuple::new(th, &mro).value()));
        update_mro_of_subclasses(th, c)?;
    }
    Ok(())
}

fn remove_subclass(base: &Type, class: &Type) {
    if let Some(list) = base.subclasses.get().and_then(|l| l.cast::<List>()) {
        list.retain(|v| v != class.value());
    }
}
