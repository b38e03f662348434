//! The object model: classes, shapes, attributes, descriptors.
//!
//! A heap object is a `repr(C)` struct that starts with a [`Header`]. The header's kind says which
//! struct; its shape says which class and where the attributes are. Objects never move, so `&T` is
//! an object reference; one on the stack, in a register or in another object keeps it alive.

pub mod attributes;
pub mod class;
pub mod descriptor;
pub mod shape;
pub mod slots;
pub mod type_object;

pub use attributes::{delete_attr, get_attr, get_attr_or_none, missing, set_attr};
pub use shape::{Shape, class_of_shape};
pub use slots::Slot;
pub use type_object::{Type, TypeDef, TypeFlags};

use krait_layout::{Header, Kind, Thread, Value, shapes};

use crate::gc;
use crate::types;

/// A Rust struct that Python sees as an object.
///
/// # Safety
/// The struct is `repr(C)` and starts with a [`Header`]; every object of kind `KIND` (for
/// `Kind::Native`: every instance of `def()`'s class or a subclass) was made from this struct.
pub unsafe trait Object: Sized + 'static {
    /// The layout kind, which identifies the struct unless it is `Kind::Native`.
    const KIND: Kind;
    /// Whether the struct holds references to other heap cells.
    const TRACED: bool = true;

    /// The type's definition.
    fn def() -> &'static TypeDef;

    /// The object as a value.
    #[inline(always)]
    fn value(&self) -> Value {
        Value::from_header(self.object_header())
    }

    #[inline(always)]
    fn object_header(&self) -> &Header {
        // SAFETY: the trait's contract: the struct starts with a header.
        unsafe { &*(self as *const Self as *const Header) }
    }
}

/// Views of a value as an object.
pub trait ValueExt: Copy {
    /// The value as a `T` (or an instance of a subclass of `T`'s type).
    fn cast<T: Object>(self) -> Option<&'static T>;
    /// The value's class (`type(v)`).
    fn class(self) -> &'static Type;
    /// The number of the value's shape.
    fn shape_id(self) -> u32;
    /// The value of the slot `slot` in the value's class.
    fn slot(self, slot: Slot) -> Option<Value>;
    /// The class's name, for messages.
    fn type_name(self) -> String;
    fn is_exactly(self, shape: u32) -> bool;
}

impl ValueExt for Value {
    #[inline(always)]
    fn cast<T: Object>(self) -> Option<&'static T> {
        let header = self.header()?;
        let matches = if matches!(T::KIND, Kind::Native) {
            header.kind == Kind::Native && class_of_shape(header.shape.get()).is_native(T::def())
        } else {
            header.kind == T::KIND
        };
        // SAFETY: the kind (or, for native types, the class) says that the object is a `T`.
        matches.then(|| unsafe { &*(header as *const Header as *const T) })
    }

    #[inline(always)]
    fn class(self) -> &'static Type {
        class_of_shape(self.shape_id())
    }

    #[inline(always)]
    fn shape_id(self) -> u32 {
        match self.header() {
            Some(header) => header.shape.get(),
            None => immediate_shape(self),
        }
    }

    #[inline(always)]
    fn slot(self, slot: Slot) -> Option<Value> {
        self.class().slot(slot)
    }

    fn type_name(self) -> String {
        let class = self.class();
        let def = class.def.get();
        // CPython's `tp_name`: with the module for types of native modules.
        if class.has(TypeFlags::HEAP) || def.module == "builtins" {
            return class.name_string();
        }
        format!("{}.{}", def.module, def.name)
    }

    #[inline(always)]
    fn is_exactly(self, shape: u32) -> bool {
        self.shape_id() == shape
    }
}

#[inline]
fn immediate_shape(v: Value) -> u32 {
    if v.is_small_int() {
        shapes::INT
    } else if v.is_immediate_float() {
        shapes::FLOAT
    } else if v == Value::NONE {
        shapes::NONE_TYPE
    } else if v == Value::TRUE || v == Value::FALSE {
        shapes::BOOL
    } else if v == Value::NOT_IMPLEMENTED {
        shapes::NOT_IMPLEMENTED_TYPE
    } else {
        shapes::ELLIPSIS_TYPE
    }
}

/// Allocates an exact instance of a built-in type whose shape number is `shape`.
#[inline(always)]
pub fn alloc<T: Object>(th: &Thread, object: T) -> &'static T {
    let size = size_of::<T>();
    let cell = if std::mem::needs_drop::<T>() {
        gc::alloc_drop(th, size, drop_object::<T>)
    } else if T::TRACED {
        gc::alloc_traced(th, size)
    } else {
        gc::alloc_no_scan(th, size)
    };
    // SAFETY: the cell is fresh and large enough.
    unsafe {
        let at = cell.as_ptr() as *mut T;
        at.write(object);
        &*at
    }
}

/// Allocates an instance of `class`, which is `T`'s own type or a subclass with room for
/// `__slots__` and attributes after the struct.
pub fn alloc_as<T: Object>(th: &Thread, class: &Type, object: T) -> &'static T {
    let size = class.instance_size();
    debug_assert!(size >= size_of::<T>());
    let cell = if std::mem::needs_drop::<T>() {
        gc::alloc_drop(th, size, drop_object::<T>)
    } else if T::TRACED || size > size_of::<T>() {
        gc::alloc_traced(th, size)
    } else {
        gc::alloc_no_scan(th, size)
    };
    // SAFETY: the cell is fresh and `size` bytes large; the words after the struct are set to
    // "no value" before anything can look at them.
    let object = unsafe {
        let at = cell.as_ptr();
        (at as *mut T).write(object);
        std::ptr::write_bytes(at.add(size_of::<T>()), 0, size - size_of::<T>());
        &*(at as *const T)
    };
    object.object_header().shape.set(class.instance_shape.get());
    class.note_instance(th, object.object_header());
    object
}

unsafe fn drop_object<T>(at: *mut u8) {
    // SAFETY: the collector calls this once for a dead cell that `alloc` made from a `T`.
    unsafe { std::ptr::drop_in_place(at as *mut T) }
}

/// The header of an exact instance of `T`'s type.
pub fn header_of<T: Object>() -> Header {
    Header::new(T::def().shape_id(), T::KIND)
}

/// Whether `v` is an instance of `class` or a subclass, by type only (no `__instancecheck__`).
pub fn is_instance(v: Value, class: &Type) -> bool {
    v.class().is_subclass(class)
}

/// `type(v).__name__`, or for a module-level type `module.name` as in some messages.
pub fn repr_of_type(v: Value) -> String {
    v.class().name_string()
}

pub use types::str::Str;
