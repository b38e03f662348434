//! The header that every heap object starts with, and the layout kinds.

use core::cell::Cell;

/// Eight bytes before an object's fields.
#[repr(C)]
pub struct Header {
    /// Index of the object's shape, which gives its class and where its attributes are.
    pub shape: Cell<u32>,
    /// Which Rust struct the object starts with. A subclass of a built-in type keeps its base's
    /// kind, so one byte compare says whether a value may be used as, say, a list.
    pub kind: Kind,
    /// See the `FLAG_` constants.
    pub flags: Cell<u8>,
    /// Small number whose meaning the kind gives (bytes per character of a `str`, …).
    pub count: Cell<u8>,
    /// The collector's byte. Bit 7: old and not in the remembered set, so a store needs the
    /// barrier's slow path.
    pub gc: Cell<u8>,
}

/// Weak references to the object exist.
pub const FLAG_WEAKREF: u8 = 1;
/// The object's class has `__del__` (or the type a native finalizer).
pub const FLAG_FINALIZER: u8 = 2;
/// The finalizer has run; it runs once (PEP 442).
pub const FLAG_FINALIZED: u8 = 4;
/// The object's kind may use this bit and those above as it likes.
pub const FLAG_KIND: u8 = 16;

/// `Header::gc`: old, and not yet in the remembered set.
pub const GC_OLD: u8 = 0x80;

impl Header {
    /// The header of a fresh object.
    #[inline(always)]
    pub const fn new(shape: u32, kind: Kind) -> Header {
        Header {
            shape: Cell::new(shape),
            kind,
            flags: Cell::new(0),
            count: Cell::new(0),
            gc: Cell::new(0),
        }
    }

    #[inline(always)]
    pub fn has_flag(&self, flag: u8) -> bool {
        self.flags.get() & flag != 0
    }

    #[inline(always)]
    pub fn set_flag(&self, flag: u8) {
        self.flags.set(self.flags.get() | flag);
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// Which Rust struct a heap object starts with.
        #[repr(u8)]
        #[derive(Copy, Clone, PartialEq, Eq, Debug)]
        pub enum Kind { $($(#[$doc])* $name,)* }

        impl Kind {
            /// Every kind, in the order of their numbers.
            pub const ALL: &[Kind] = &[$(Kind::$name,)*];
        }
    };
}

kinds! {
    /// No heap object: the kind of small ints, immediate floats, `None` and the like.
    Immediate,
    /// No Python object: a buffer that belongs to one (list items, dict entries).
    Buffer,
    /// A plain instance: header and attribute slots.
    Instance,
    Type,
    BigInt,
    Float,
    Complex,
    Str,
    Bytes,
    ByteArray,
    List,
    Tuple,
    Dict,
    Set,
    FrozenSet,
    Range,
    Slice,
    Function,
    NativeFunction,
    BoundMethod,
    Property,
    ClassMethod,
    StaticMethod,
    Member,
    GetSet,
    Module,
    Generator,
    Coroutine,
    AsyncGenerator,
    Cell,
    Code,
    Frame,
    Traceback,
    Exception,
    MappingProxy,
    Weakref,
    MemoryView,
    Iterator,
    Super,
    DictView,
    DictIterator,
    /// A struct of a native module; its class says which.
    Native,
}
