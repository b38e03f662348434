//! Shapes (hidden classes): which attribute of an instance is in which slot.
//!
//! A class has a root shape; storing a new attribute moves the instance along a transition to the
//! shape with one more name. Instances that were filled in the same order share their shape, so
//! an inline cache compares one number and loads one word. An instance with too many attributes,
//! or whose `__dict__` was asked for, has its class's dictionary shape: its attributes live in a
//! `dict`. Shapes, and with them classes, live as long as the process.

use std::cell::{Cell, RefCell};
use std::sync::atomic::{AtomicU32, Ordering};

use krait_layout::{Value, shapes};

use super::Type;

/// Most attributes that an instance keeps in slots.
pub const MAX_ATTRIBUTES: usize = 128;
/// Most shapes in a process; classes beyond it keep their instances' attributes in dictionaries.
const MAX_SHAPES: usize = 1 << 20;

/// What a shape says of the instances that have it.
pub struct Shape {
    pub id: u32,
    pub class: &'static Type,
    /// Attribute names (interned strings) in slot order.
    pub names: Vec<Value>,
    /// The attributes are in a dictionary, not in slots.
    pub is_dict: bool,
    transitions: RefCell<Vec<(Value, u32)>>,
}

#[derive(Copy, Clone)]
struct Entry {
    class: *const Type,
    shape: *const Shape,
}

struct Table(Cell<[Entry; MAX_SHAPES]>);

// SAFETY: entries are written under the interpreter lock before their number is published.
unsafe impl Sync for Table {}

static TABLE: Table =
    Table(Cell::new([Entry { class: std::ptr::null(), shape: std::ptr::null() }; MAX_SHAPES]));
static NEXT: AtomicU32 = AtomicU32::new(shapes::FIRST_FREE);

#[inline(always)]
fn entry(id: u32) -> *mut Entry {
    debug_assert!((id as usize) < MAX_SHAPES);
    // SAFETY: shape numbers come from `new_id`, which stays below `MAX_SHAPES`.
    unsafe { (TABLE.0.as_ptr() as *mut Entry).add(id as usize) }
}

/// The class of the instances with shape `id`.
#[inline(always)]
pub fn class_of_shape(id: u32) -> &'static Type {
    // SAFETY: an object's header holds only published numbers.
    unsafe { &*(*entry(id)).class }
}

/// The shape numbered `id`.
#[inline(always)]
pub fn shape(id: u32) -> &'static Shape {
    // SAFETY: as for `class_of_shape`.
    unsafe { &*(*entry(id)).shape }
}

/// Every class that owns a published shape, for the collector's roots.
pub fn for_each_class(mut f: impl FnMut(&'static Type)) {
    for id in 1..NEXT.load(Ordering::Acquire) {
        // SAFETY: numbers below `NEXT` are published, or null for unused fixed numbers.
        let class = unsafe { (*entry(id)).class };
        if !class.is_null() {
            // SAFETY: classes with shapes are never freed.
            f(unsafe { &*class });
        }
    }
}

/// Address and length in words of the table, a root range of the collector.
pub fn root_range() -> (*const usize, usize) {
    (TABLE.0.as_ptr() as *const usize, NEXT.load(Ordering::Acquire) as usize * 2)
}

fn publish(id: u32, shape: Shape) -> &'static Shape {
    let shape: &'static Shape = Box::leak(Box::new(shape));
    // SAFETY: the number is fresh, and the interpreter lock is held.
    unsafe { *entry(id) = Entry { class: shape.class, shape } };
    shape
}

fn new_id() -> Option<u32> {
    let id = NEXT.load(Ordering::Relaxed);
    if (id as usize) < MAX_SHAPES {
        NEXT.store(id + 1, Ordering::Release);
        Some(id)
    } else {
        None
    }
}

/// Makes the root shape of `class`: number `fixed` for a built-in type, otherwise a fresh one.
pub fn new_root(class: &'static Type, fixed: u32, is_dict: bool) -> &'static Shape {
    let id = if fixed != 0 { fixed } else { new_id().expect("fewer than a million shapes") };
    publish(id, Shape { id, class, names: Vec::new(), is_dict, transitions: RefCell::default() })
}

impl Shape {
    /// The slot of the attribute `name` (an interned string).
    #[inline]
    pub fn find(&self, name: Value) -> Option<usize> {
        self.names.iter().position(|n| *n == name)
    }

    /// The shape with `name` added, or `None` where the instance has to become a dictionary.
    pub fn with(&'static self, name: Value) -> Option<&'static Shape> {
        if self.is_dict || self.names.len() >= MAX_ATTRIBUTES {
            return None;
        }
        if let Some((_, id)) = self.transitions.borrow().iter().find(|(n, _)| *n == name) {
            return Some(shape(*id));
        }
        // A class whose instances differ wildly would fill the table: stop at a wide fan-out.
        if self.transitions.borrow().len() >= 64 {
            return None;
        }
        let id = new_id()?;
        let mut names = self.names.clone();
        names.push(name);
        let next =
            Shape { id, class: self.class, names, is_dict: false, transitions: RefCell::default() };
        self.transitions.borrow_mut().push((name, id));
        Some(publish(id, next))
    }
}
