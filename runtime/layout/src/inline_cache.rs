//! What an instruction that looks up a name remembers.

use core::cell::Cell;

use crate::value::StackSlot;

/// An inline cache: valid while the object's shape is `shape` and no class that was looked into
/// changed since `epoch`. For globals, the two are versions of the dictionaries.
#[repr(C)]
pub struct InlineCache {
    pub shape: Cell<u32>,
    pub epoch: Cell<u32>,
    pub kind: Cell<CacheKind>,
    /// Byte offset, or number of the entry.
    pub index: Cell<u32>,
    /// A function found on the class.
    pub value: Cell<StackSlot>,
}

/// How a cached access is done.
#[repr(u8)]
#[derive(Copy, Clone, PartialEq, Eq, Default, Debug)]
pub enum CacheKind {
    #[default]
    Empty,
    /// The attribute is the word at byte offset `index` of the object.
    Slot,
    /// `value` is a function of the class, to be called with the object first.
    Method,
    /// Entry `index` of the class dictionary `value`.
    ClassValue,
    /// The object is the class `value`; entry `index` of its dictionary.
    TypeValue,
    /// Entry `index` of the module's dictionary.
    ModuleValue,
    /// `value` is the function that reads a property.
    Property,
    /// `value` is a native attribute's descriptor.
    Getter,
    /// `value` is the `__init__` of the class that is called, whose instances start with `shape`.
    Init,
    /// A new attribute of the object at byte offset `index`; its shape becomes the small int
    /// `value`.
    Transition,
    /// Entry `index` of the module's globals.
    Global,
    /// Entry `index` of the builtins, the globals having no such name.
    Builtin,
}

impl InlineCache {
    /// A cache that knows nothing.
    pub const fn new() -> InlineCache {
        InlineCache {
            shape: Cell::new(0),
            epoch: Cell::new(0),
            kind: Cell::new(CacheKind::Empty),
            index: Cell::new(0),
            value: Cell::new(None),
        }
    }
}

impl Default for InlineCache {
    fn default() -> InlineCache {
        InlineCache::new()
    }
}
