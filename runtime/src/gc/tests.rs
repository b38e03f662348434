//! What no Python program can show: that nothing in use is lost, and everything else is freed.

use core::sync::atomic::{AtomicUsize, Ordering::*};
use std::sync::{Mutex, MutexGuard};

use krait_layout::{Header, Kind, StackSlot, Thread, Value};

use super::*;

/// Stands for the interpreter lock.
static LOCK: Mutex<()> = Mutex::new(());

fn lock() -> MutexGuard<'static, ()> {
    LOCK.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// Runs a test on an attached thread.
fn with_thread<R>(f: impl FnOnce(&Thread) -> R) -> R {
    let _guard = lock();
    static INIT: std::sync::Once = std::sync::Once::new();
    INIT.call_once(init);
    let th = Thread::new();
    attach_thread(&th);
    let result = f(&th);
    detach_thread(&th);
    result
}

#[repr(C)]
struct Pair {
    header: Header,
    left: Field,
    right: Field,
}

// SAFETY: `repr(C)`, starts with a header, and its fields have barriers.
unsafe impl Object for Pair {
    const SCAN: Scan = Scan::Traced;
}

fn pair(th: &Thread, left: StackSlot, right: StackSlot) -> &'static Pair {
    let header = Header::new(7, Kind::Tuple);
    alloc(th, Pair { header, left: Field::new(left), right: Field::new(right) })
}

fn value<T: Object>(object: &T) -> Value {
    Value::from_header(object.header())
}

fn as_pair(value: Value) -> &'static Pair {
    let header = value.header().expect("a pair");
    assert!(header.shape.get() == 7 && header.kind == Kind::Tuple, "the cell was reused");
    // SAFETY: the shape is that of pairs only.
    unsafe { &*(header as *const Header).cast() }
}

fn tree(th: &Thread, depth: usize) -> Value {
    if depth == 0 {
        return value(pair(th, Value::small_int(1), None));
    }
    let left = tree(th, depth - 1);
    let right = tree(th, depth - 1);
    value(pair(th, Some(left), Some(right)))
}

fn count(tree: Value) -> usize {
    let pair = as_pair(tree);
    let child = |field: &Field| field.get().filter(|v| v.is_heap()).map_or(0, count);
    1 + child(&pair.left) + child(&pair.right)
}

#[test]
fn trees_survive_collections_while_they_are_built() {
    with_thread(|th| {
        for generation in [Generation::Minor, Generation::Full] {
            let t = tree(th, 12);
            collect(th, generation);
            let u = tree(th, 12);
            collect(th, generation);
            collect(th, generation);
            assert_eq!((count(t), count(u)), (8191, 8191));
        }
        let long_lived = tree(th, 16);
        for _ in 0..40 {
            assert_eq!(count(tree(th, 14)), (1 << 15) - 1);
        }
        assert_eq!(count(long_lived), (1 << 17) - 1);
    });
}

#[test]
fn a_store_into_an_old_object_is_remembered() {
    with_thread(|th| {
        let old = pair(th, None, None);
        collect(th, Generation::Minor);
        old.left.set(old.header(), Some(tree(th, 8)));
        collect(th, Generation::Minor);
        tree(th, 12);
        assert_eq!(count(old.left.get().expect("set above")), 511);
        old.right.set(old.header(), Some(tree(th, 8)));
        collect(th, Generation::Minor);
        tree(th, 12);
        assert_eq!(count(value(old)), 1023);
    });
}

static DROPPED: AtomicUsize = AtomicUsize::new(0);

#[repr(C)]
struct Owner {
    header: Header,
    text: String,
}

impl Drop for Owner {
    fn drop(&mut self) {
        assert_eq!(self.text, "owned");
        DROPPED.fetch_add(1, Relaxed);
    }
}

// SAFETY: `repr(C)`, starts with a header, no references.
unsafe impl Object for Owner {
    const SCAN: Scan = Scan::Drop;
}

#[inline(never)]
fn make_owners(th: &Thread, n: usize) {
    for _ in 0..n {
        alloc(th, Owner { header: Header::new(8, Kind::Native), text: "owned".to_string() });
    }
}

#[test]
fn drop_cells_are_dropped_once() {
    with_thread(|th| {
        DROPPED.store(0, Relaxed);
        make_owners(th, 10_000);
        for _ in 0..3 {
            collect(th, Generation::Minor);
            collect(th, Generation::Full);
        }
        let dropped = DROPPED.load(Relaxed);
        assert!((9_990..=10_000).contains(&dropped), "{dropped}");
    });
}

#[test]
fn large_buffers_are_scanned_and_freed() {
    with_thread(|th| {
        let bytes = 10 << 20;
        let buffer = alloc_buffer(th, Scan::Traced, bytes).expect("10 MB");
        let words = bytes / 8 - 1;
        // SAFETY: the buffer has that many zeroed words after its header.
        let slots =
            unsafe { core::slice::from_raw_parts(buffer.as_ptr().add(1).cast::<Field>(), words) };
        // SAFETY: the buffer is alive.
        let owner = unsafe { buffer.as_ref() };
        collect(th, Generation::Minor);
        for i in [0, 5, 100_000, words - 1] {
            slots[i].set(owner, Some(tree(th, 6)));
        }
        collect(th, Generation::Minor);
        slots[6].set(owner, Some(tree(th, 6)));
        collect(th, Generation::Minor);
        collect(th, Generation::Full);
        tree(th, 14);
        for i in [0, 5, 6, 100_000, words - 1] {
            assert_eq!(count(slots[i].get().expect("stored")), 127);
        }
    });
}
