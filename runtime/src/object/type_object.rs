//! Class objects and the definitions of built-in types.

use std::cell::Cell;
use std::sync::atomic::{AtomicPtr, AtomicU32, Ordering};

use krait_layout::{Header, Kind, Thread, Value};

use super::slots::{SLOT_COUNT, Slot};
use super::{Object, ValueExt};
use crate::gc::Field;
use crate::native::{GetSetDef, NativeDef};
use crate::types::dict::Dict;
use crate::types::str::Str;
use crate::types::tuple::Tuple;

/// Properties of a class, inherited unless said otherwise.
#[derive(Copy, Clone, PartialEq, Eq)]
pub struct TypeFlags(pub u32);

impl TypeFlags {
    /// Python classes may derive from it.
    pub const BASE: TypeFlags = TypeFlags(1);
    /// Instances have a `__dict__`.
    pub const DICT: TypeFlags = TypeFlags(2);
    /// Attributes cannot be set from Python (not inherited).
    pub const IMMUTABLE: TypeFlags = TypeFlags(4);
    /// `cls()` raises (not inherited).
    pub const NO_NEW: TypeFlags = TypeFlags(8);
    /// Matches sequence patterns (PEP 634).
    pub const SEQUENCE: TypeFlags = TypeFlags(16);
    /// Matches mapping patterns (PEP 634).
    pub const MAPPING: TypeFlags = TypeFlags(32);
    /// Has abstract methods, so it cannot be instantiated (not inherited).
    pub const ABSTRACT: TypeFlags = TypeFlags(64);
    /// `case C(x)` matches the subject itself (PEP 634's built-in types).
    pub const MATCH_SELF: TypeFlags = TypeFlags(128);
    /// Descriptor protocol: bound like a function when found on a class by attribute access.
    pub const METHOD_DESCRIPTOR: TypeFlags = TypeFlags(256);
    /// Instances have `__weakref__`, that is, may be referred to weakly.
    pub const WEAKREF: TypeFlags = TypeFlags(512);
    /// Made by a `class` statement or `type()`.
    pub const HEAP: TypeFlags = TypeFlags(1024);
    pub const NONE: TypeFlags = TypeFlags(0);

    pub const fn or(self, other: TypeFlags) -> TypeFlags {
        TypeFlags(self.0 | other.0)
    }

    pub const fn has(self, other: TypeFlags) -> bool {
        self.0 & other.0 != 0
    }
}

/// A built-in type, as its file defines it.
pub struct TypeDef {
    /// `__name__`.
    pub name: &'static str,
    /// `__module__`.
    pub module: &'static str,
    pub doc: &'static str,
    /// `None` means `object`.
    pub base: Option<&'static TypeDef>,
    pub kind: Kind,
    /// Bytes of the Rust struct.
    pub size: usize,
    pub flags: TypeFlags,
    pub methods: fn() -> &'static [NativeDef],
    pub getsets: fn() -> &'static [GetSetDef],
    /// Fixed shape number, or 0.
    pub fixed_shape: u32,
    /// The class, once it was made.
    pub class: AtomicPtr<Type>,
    /// The shape number of exact instances, once the class was made.
    pub shape: AtomicU32,
}

impl TypeDef {
    /// A definition with no methods, no fixed shape, based on `object`.
    pub const fn new(name: &'static str, module: &'static str, kind: Kind, size: usize) -> TypeDef {
        TypeDef {
            name,
            module,
            doc: "",
            base: None,
            kind,
            size,
            flags: TypeFlags::IMMUTABLE,
            methods: || &[],
            getsets: || &[],
            fixed_shape: 0,
            class: AtomicPtr::new(std::ptr::null_mut()),
            shape: AtomicU32::new(0),
        }
    }

    /// A definition of the type whose struct is `T`.
    pub const fn of<T: Object>(name: &'static str, module: &'static str) -> TypeDef {
        TypeDef::new(name, module, T::KIND, size_of::<T>())
    }

    pub const fn doc(mut self, doc: &'static str) -> TypeDef {
        self.doc = doc;
        self
    }

    pub const fn base(mut self, base: &'static TypeDef) -> TypeDef {
        self.base = Some(base);
        self
    }

    pub const fn flags(mut self, flags: TypeFlags) -> TypeDef {
        self.flags = TypeFlags(self.flags.0 | flags.0);
        self
    }

    /// A type whose attributes Python code may set.
    pub const fn mutable(mut self) -> TypeDef {
        self.flags = TypeFlags(self.flags.0 & !TypeFlags::IMMUTABLE.0);
        self
    }

    pub const fn shape(mut self, number: u32) -> TypeDef {
        self.fixed_shape = number;
        self.shape = AtomicU32::new(number);
        self
    }

    pub const fn methods(mut self, methods: fn() -> &'static [NativeDef]) -> TypeDef {
        self.methods = methods;
        self
    }

    pub const fn getsets(mut self, getsets: fn() -> &'static [GetSetDef]) -> TypeDef {
        self.getsets = getsets;
        self
    }

    /// The class; made at the first call.
    #[inline(always)]
    pub fn class(&'static self, th: &Thread) -> &'static Type {
        let class = self.class.load(Ordering::Acquire);
        if class.is_null() {
            super::class::make_native(th, self)
        } else {
            // SAFETY: native classes are never freed.
            unsafe { &*class }
        }
    }

    /// The class, which must have been made already: a value of the type exists, or it is one
    /// that start-up makes.
    #[inline(always)]
    pub fn made(&'static self) -> &'static Type {
        let class = self.class.load(Ordering::Acquire);
        assert!(!class.is_null(), "class {} is used before it was made", self.name);
        // SAFETY: native classes are never freed.
        unsafe { &*class }
    }

    /// The shape number of exact instances; the class must have been made.
    #[inline(always)]
    pub fn shape_id(&'static self) -> u32 {
        let id = self.shape.load(Ordering::Relaxed);
        debug_assert!(id != 0, "{} is used before its class was made", self.name);
        id
    }
}

/// A class.
#[repr(C)]
pub struct Type {
    pub header: Header,
    /// `__name__`, a `str`.
    pub name: Field,
    /// `__qualname__`, a `str`.
    pub qualname: Field,
    /// `__bases__`, a `tuple`.
    pub bases: Field,
    /// `__mro__`, a `tuple`.
    pub mro: Field,
    /// The base whose instance layout this class extends, or none for `object`.
    pub base: Field,
    /// The class's own attributes, a `dict`.
    pub dict: Field,
    /// A `list` of weak references to the direct subclasses, in order of creation.
    pub subclasses: Field,
    /// The native type whose struct instances start with.
    pub def: Cell<&'static TypeDef>,
    pub flags: Cell<u32>,
    /// Shape number of fresh instances.
    pub instance_shape: Cell<u32>,
    /// Shape number of instances whose attributes are in a dictionary, or 0 (made on demand).
    pub dict_shape: Cell<u32>,
    /// Bytes before the attribute area: struct and `__slots__`.
    pub basic_size: Cell<u32>,
    /// Attribute slots inside the instance.
    pub inline_slots: Cell<u32>,
    /// An inline cache or another class's cache relies on what this class holds.
    pub is_cached: Cell<bool>,
    /// Cached results of the MRO lookup of each special method.
    pub slots: [Field; SLOT_COUNT],
}

// SAFETY: every object of kind `Type` is made in `object::class` from this struct.
unsafe impl Object for Type {
    const KIND: Kind = Kind::Type;

    fn def() -> &'static TypeDef {
        &crate::types::type_::DEF
    }
}

impl Type {
    #[inline(always)]
    pub fn slot(&self, slot: Slot) -> Option<Value> {
        self.slots[slot as usize].get()
    }

    pub fn has(&self, flag: TypeFlags) -> bool {
        self.flags.get() & flag.0 != 0
    }

    pub fn set_flag(&self, flag: TypeFlags, on: bool) {
        let bits = self.flags.get();
        self.flags.set(if on { bits | flag.0 } else { bits & !flag.0 });
    }

    pub fn dict(&self) -> &'static Dict {
        self.dict.get().and_then(|d| d.cast::<Dict>()).expect("a class has a dictionary")
    }

    pub fn mro(&self) -> &'static Tuple {
        self.mro.get().and_then(|t| t.cast::<Tuple>()).expect("a class has an MRO")
    }

    pub fn bases(&self) -> &'static Tuple {
        self.bases.get().and_then(|t| t.cast::<Tuple>()).expect("a class has bases")
    }

    pub fn base(&self) -> Option<&'static Type> {
        self.base.get().and_then(|b| b.cast::<Type>())
    }

    pub fn name(&self) -> &'static Str {
        self.name.get().and_then(|n| n.cast::<Str>()).expect("a class has a name")
    }

    pub fn name_string(&self) -> String {
        self.name().to_string()
    }

    pub fn qualname_string(&self) -> String {
        self.qualname.get().and_then(|n| n.cast::<Str>()).expect("a class has a name").to_string()
    }

    /// Whether the class is `other` or derives from it (by MRO).
    #[inline]
    pub fn is_subclass(&self, other: &Type) -> bool {
        std::ptr::eq(self, other) || self.mro().items().contains(&Some(other.value()))
    }

    /// Whether instances start with the struct of the native type `def`.
    #[inline]
    pub fn is_native(&self, def: &'static TypeDef) -> bool {
        let mut at = Some(self.def.get());
        while let Some(d) = at {
            if std::ptr::eq(d, def) {
                return true;
            }
            at = d.base;
        }
        false
    }

    /// Bytes of an instance, with `__slots__` and attribute area.
    #[inline]
    pub fn instance_size(&self) -> usize {
        let attributes = if self.has(TypeFlags::DICT) { 1 + self.inline_slots.get() } else { 0 };
        self.basic_size.get() as usize + attributes as usize * 8
    }

    /// Does what a new instance needs besides memory: registers a finalizer.
    #[inline]
    pub fn note_instance(&self, th: &Thread, header: &Header) {
        if self.slot(Slot::Del).is_some() {
            let _ = th;
            crate::gc::register_finalizable(header);
        }
    }

    /// Looks `name` (an interned string) up along the MRO: `_PyType_Lookup`.
    #[inline]
    pub fn lookup(&self, name: Value) -> Option<Value> {
        super::class::lookup(self, name)
    }
}
