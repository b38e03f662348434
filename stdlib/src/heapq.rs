//! `_heapq`: binary heaps in lists.
//!
//! An item sinks by following the smaller children to the bottom and rises from there: on average
//! that needs half the comparisons of stopping at the right place on the way down. Comparisons may
//! run code that changes the list, which raises.

use krait_runtime::native::NativeModule;
use krait_runtime::object::ValueExt;
use krait_runtime::ops::{self, Comparison};
use krait_runtime::types::list::List;
use krait_runtime::{PyResult, Thread, Value, raise};

pub static MODULE: NativeModule = NativeModule {
    name: "_heapq",
    doc: "Heap queue algorithm (a.k.a. priority queue).\n\nHeaps are arrays for which a[k] <= a[2*k+1] and a[k] <= a[2*k+2] for\nall k, counting elements from 0.  For the sake of comparison,\nnon-existing elements are considered to be infinite.  The interesting\nproperty of a heap is that a[0] is always its smallest element.\n\nUsage:\n\nheap = []            # creates an empty heap\nheappush(heap, item) # pushes a new item on the heap\nitem = heappop(heap) # pops the smallest item from the heap\nitem = heap[0]       # smallest item on the heap without popping it\nheapify(x)           # transforms list into a heap, in-place, in linear time\nitem = heapreplace(heap, item) # pops and returns smallest item, and adds\n                               # new item; the heap size is unchanged\n\nOur API differs from textbook heap algorithms as follows:\n\n- We use 0-based indexing.  This makes the relationship between the\n  index for a node and the indexes for its children slightly less\n  obvious, but is more suitable since Python uses 0-based indexing.\n\n- Our heappop() method returns the smallest item, not the largest.\n\nThese two make it possible to view the heap as a regular Python list\nwithout surprises: heap[0] is the smallest item, and heap.sort()\nmaintains the heap invariant!\n",
    functions: &functions::FUNCTIONS,
    init: |_, _| Ok(()),
};

/// Which end is on top.
#[derive(Copy, Clone)]
enum Order {
    Min,
    Max,
}

impl Order {
    /// Whether `a` belongs above `b`.
    fn above(self, th: &Thread, a: Value, b: Value) -> PyResult<bool> {
        match self {
            Order::Min => ops::compare_bool(th, Comparison::Lt, a, b),
            Order::Max => ops::compare_bool(th, Comparison::Lt, b, a),
        }
    }
}

fn item(heap: &List, i: usize) -> Value {
    heap.get(i).expect("inside the list")
}

fn put(heap: &List, i: usize, v: Value) {
    heap.set_signed(i as i64, v);
}

/// As [`Order::above`] of two items of the heap, which must keep its size.
fn above(th: &Thread, order: Order, heap: &List, a: Value, b: Value) -> PyResult<bool> {
    let len = heap.len();
    let r = order.above(th, a, b)?;
    if heap.len() != len {
        return Err(raise!(th, RuntimeError, "list changed size during iteration"));
    }
    Ok(r)
}

/// Moves the item at `at` up to its place, at `top` at most.
fn rise(th: &Thread, order: Order, heap: &List, top: usize, mut at: usize) -> PyResult<()> {
    while at > top {
        let parent = (at - 1) / 2;
        let (v, p) = (item(heap, at), item(heap, parent));
        if !above(th, order, heap, v, p)? {
            break;
        }
        put(heap, at, item(heap, parent));
        put(heap, parent, v);
        at = parent;
    }
    Ok(())
}

/// Moves the item at `top` down to a leaf, and up from there to its place.
fn sink(th: &Thread, order: Order, heap: &List, top: usize) -> PyResult<()> {
    let len = heap.len();
    let mut at = top;
    while at < len / 2 {
        let mut child = 2 * at + 1;
        if child + 1 < len && !above(th, order, heap, item(heap, child), item(heap, child + 1))? {
            child += 1;
        }
        let (v, c) = (item(heap, at), item(heap, child));
        put(heap, at, c);
        put(heap, child, v);
        at = child;
    }
    rise(th, order, heap, top, at)
}

fn push(th: &Thread, order: Order, heap: &List, v: Value) -> PyResult<()> {
    heap.push(th, v);
    rise(th, order, heap, 0, heap.len() - 1)
}

fn empty(th: &Thread) -> krait_runtime::Raised {
    raise!(th, IndexError, "index out of range")
}

fn pop(th: &Thread, order: Order, heap: &List) -> PyResult<Value> {
    let last = heap.pop_last().ok_or_else(|| empty(th))?;
    let Some(first) = heap.get(0) else { return Ok(last) };
    put(heap, 0, last);
    sink(th, order, heap, 0)?;
    Ok(first)
}

fn replace(th: &Thread, order: Order, heap: &List, v: Value) -> PyResult<Value> {
    let first = heap.get(0).ok_or_else(|| empty(th))?;
    put(heap, 0, v);
    sink(th, order, heap, 0)?;
    Ok(first)
}

fn push_pop(th: &Thread, order: Order, heap: &List, v: Value) -> PyResult<Value> {
    let Some(first) = heap.get(0) else { return Ok(v) };
    if !order.above(th, first, v)? {
        return Ok(v);
    }
    if heap.is_empty() {
        return Err(empty(th));
    }
    replace(th, order, heap, v)
}

fn heapify(th: &Thread, order: Order, heap: &List) -> PyResult<()> {
    (0..heap.len() / 2).rev().try_for_each(|i| sink(th, order, heap, i))
}

/// A heap argument, for messages that name it as CPython's do.
fn list(th: &Thread, v: Value, place: &str) -> PyResult<&'static List> {
    v.cast::<List>().ok_or_else(|| {
        let found = if v.is_none() { "None".to_string() } else { v.type_name() };
        raise!(th, TypeError, "{place} must be list, not {found}")
    })
}

/// Writes the functions as rows; each has one for the other order.
macro_rules! heap_functions {
    ($($name:ident, $action:ident($($arg:ident)?), $order:ident -> $result:ty, $place:literal, $sig:literal, $doc:literal;)*) => {
        #[krait_macros::module]
        mod functions {
            use super::*;

            $(#[doc = $doc]
            #[function(sig = $sig)]
            fn $name(th: &Thread, heap: Value $(, $arg: Value)?) -> PyResult<$result> {
                let heap = list(th, heap, concat!(stringify!($name), "() ", $place))?;
                super::$action(th, Order::$order, heap $(, $arg)?)
            })*
        }
    };
}

heap_functions! {
    heapify, heapify(), Min -> (), "argument", "(heap, /)",
        "Transform list into a heap, in-place, in O(len(heap)) time.";
    heappop, pop(), Min -> Value, "argument", "(heap, /)",
        "Pop the smallest item off the heap, maintaining the heap invariant.";
    heappush, push(item), Min -> (), "argument 1", "(heap, item, /)",
        "Push item onto heap, maintaining the heap invariant.";
    heappushpop, push_pop(item), Min -> Value, "argument 1", "(heap, item, /)",
        "Push item on the heap, then pop and return the smallest item from the heap.\n\nThe combined action runs more efficiently than heappush() followed by\na separate call to heappop().";
    heapreplace, replace(item), Min -> Value, "argument 1", "(heap, item, /)",
        "Pop and return the current smallest value, and add the new item.\n\nThis is more efficient than heappop() followed by heappush(), and can be\nmore appropriate when using a fixed-size heap.  Note that the value\nreturned may be larger than item!  That constrains reasonable uses of\nthis routine unless written as part of a conditional replacement:\n\n    if item > heap[0]:\n        item = heapreplace(heap, item)";
    heapify_max, heapify(), Max -> (), "argument", "(heap, /)", "Maxheap variant of heapify.";
    heappop_max, pop(), Max -> Value, "argument", "(heap, /)", "Maxheap variant of heappop.";
    heappush_max, push(item), Max -> (), "argument 1", "(heap, item, /)",
        "Push item onto max heap, maintaining the heap invariant.";
    heappushpop_max, push_pop(item), Max -> Value, "argument 1", "(heap, item, /)",
        "Maxheap variant of heappushpop.\n\nThe combined action runs more efficiently than heappush_max()\nfollowed by a separate call to heappop_max().";
    heapreplace_max, replace(item), Max -> Value, "argument 1", "(heap, item, /)",
        "Maxheap variant of heapreplace.";
}
