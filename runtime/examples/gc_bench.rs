//! How quick the heap is.
//!
//! `cargo run --release -p krait-runtime --example gc_bench [name]`; all of them without a name. Prints
//! wall-clock times and the collector's share.

use std::hint::black_box;
use std::time::Instant;

use krait_runtime::gc::{
    self, Field, Generation, Object, Scan, alloc, alloc_buffer, alloc_traced, statistics,
};
use krait_runtime::{Header, Kind, StackSlot, Thread, Value};

#[global_allocator]
static GLOBAL: gc::global::KraitAlloc = gc::global::KraitAlloc;

#[repr(C)]
struct Pair {
    header: Header,
    left: Field,
    right: Field,
}

// SAFETY: `repr(C)`, starts with a header, fields have barriers.
unsafe impl Object for Pair {
    const SCAN: Scan = Scan::Traced;
}

fn pair(th: &Thread, left: StackSlot, right: StackSlot) -> &'static Pair {
    let header = Header::new(0, Kind::Tuple);
    alloc(th, Pair { header, left: Field::new(left), right: Field::new(right) })
}

fn value(pair: &Pair) -> Value {
    Value::from_header(&pair.header)
}

fn tree(th: &Thread, depth: usize) -> &'static Pair {
    if depth == 0 {
        return pair(th, None, None);
    }
    let left = tree(th, depth - 1);
    let right = tree(th, depth - 1);
    pair(th, Some(value(left)), Some(value(right)))
}

fn check(tree: &Pair) -> usize {
    let child = |field: &Field| match field.get() {
        // SAFETY: the fields hold pairs.
        Some(child) => check(unsafe { &*(child.bits() as *const Pair) }),
        None => 0,
    };
    1 + child(&tree.left) + child(&tree.right)
}

fn binary_trees(th: &Thread, n: usize) {
    check(tree(th, n + 1));
    let long_lived = tree(th, n);
    for depth in (4..=n).step_by(4) {
        let count: usize = (0..1 << (n - depth + 4)).map(|_| check(tree(th, depth))).sum();
        black_box(count);
    }
    check(long_lived);
}

/// The slots of a buffer.
fn slots(buffer: &'static Header, count: usize) -> &'static [Field] {
    // SAFETY: the callers made the buffer for that many.
    unsafe { core::slice::from_raw_parts((buffer as *const Header).add(1).cast(), count) }
}

fn buffer(th: &Thread, count: usize) -> (&'static Header, &'static [Field]) {
    let cell = alloc_buffer(th, Scan::Traced, 8 + count * 8).expect("memory");
    // SAFETY: the cell has a header.
    let header = unsafe { cell.as_ref() };
    (header, slots(header, count))
}

/// Live records under many short-lived tuples.
fn records(th: &Thread) {
    let (owner, records) = buffer(th, 1_000_000);
    for slot in records {
        slot.set(owner, value(pair(th, Some(Value::TRUE), None)));
    }
    for _ in 0..40_000_000 {
        black_box(pair(th, Some(Value::TRUE), None));
    }
    black_box(records);
}

/// Random replacement of old records, the worst case of generations.
fn replacements(th: &Thread) {
    let (owner, records) = buffer(th, 1_000_000);
    for slot in records {
        slot.set(owner, value(pair(th, Some(Value::TRUE), None)));
    }
    let mut state = 1u64;
    for _ in 0..2_000_000 {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        let at = (state >> 33) as usize % records.len();
        let old = records[at].get();
        let new = pair(th, Some(Value::TRUE), None);
        let inner = pair(th, Some(Value::TRUE), None);
        new.right.set(&new.header, value(inner));
        records[at].set(owner, value(new));
        if let Some(old) = records[(at * 7) % records.len()].get() {
            // SAFETY: the records are pairs.
            let old = unsafe { &*(old.bits() as *const Pair) };
            old.left.set(&old.header, value(inner));
        }
        black_box(old);
    }
}

/// A list that grows to ten million objects.
fn append(th: &Thread) {
    let (mut owner, mut items) = buffer(th, 16);
    for i in 0..10_000_000 {
        if i == items.len() {
            let (new_owner, new_items) = buffer(th, i * 2);
            gc::copy(new_owner, &new_items[..i], items);
            (owner, items) = (new_owner, new_items);
        }
        items[i].set(owner, value(pair(th, None, None)));
    }
    black_box(items);
}

/// Pauses of full collections of a large heap whose objects lie in random order.
fn pauses(th: &Thread) {
    let n = 8_000_000;
    let (owner, items) = buffer(th, n);
    for slot in items {
        slot.set(owner, value(pair(th, None, None)));
    }
    let mut state = 1u64;
    for i in 0..n {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        let at = (state >> 33) as usize % n;
        let (a, b) = (items[i].get(), items[at].get());
        items[i].set(owner, b);
        items[at].set(owner, a);
    }
    for _ in 0..5 {
        let start = Instant::now();
        gc::collect(th, Generation::Full);
        println!("full collection of {n} pairs: {:.1} ms", start.elapsed().as_secs_f64() * 1e3);
    }
    black_box(items);
}

fn per_allocation<const WORDS: usize>(th: &Thread) {
    const N: usize = 50_000_000;
    let start = Instant::now();
    for i in 0..N {
        let cell = alloc_traced(th, WORDS * 8).cast::<[usize; WORDS]>();
        // SAFETY: the cell has that many words.
        unsafe { cell.write([0; WORDS]) };
        // SAFETY: as above; word 1 is no reference.
        unsafe { (*cell.as_ptr())[1] = i << 1 | 1 };
        black_box(cell);
    }
    let ns = start.elapsed().as_nanos() as f64 / N as f64;
    println!("allocate {:3} bytes: {ns:.2} ns", WORDS * 8);
}

fn boxes(_: &Thread) {
    const N: usize = 20_000_000;
    let start = Instant::now();
    for i in 0..N {
        black_box(Box::new([i, 1, 2]));
    }
    println!("Box of 24 bytes, made and dropped: {:.2} ns", per(start, N));
    let start = Instant::now();
    for _ in 0..20 {
        let all: Vec<Box<[usize; 3]>> = (0..N / 20).map(|i| Box::new([i, 1, 2])).collect();
        black_box(&all);
    }
    println!("Box of 24 bytes, a million at a time: {:.2} ns", per(start, N));
    let start = Instant::now();
    for i in 0..N / 20 {
        let mut v = Vec::new();
        for j in 0..20 {
            v.push(i + j);
        }
        black_box(&v);
    }
    println!("Vec of 20 words, pushed: {:.2} ns an element", per(start, N));
}

fn per(start: Instant, n: usize) -> f64 {
    start.elapsed().as_nanos() as f64 / n as f64
}

fn barriers(th: &Thread) {
    const N: usize = 100_000_000;
    let young = pair(th, None, None);
    let v = value(pair(th, None, None));
    let start = Instant::now();
    for _ in 0..N {
        black_box(young).left.set(&young.header, black_box(v));
    }
    println!("store with the barrier not taken: {:.2} ns", per(start, N));
    let start = Instant::now();
    for _ in 0..N {
        black_box(young).left.init(black_box(Some(v)));
    }
    println!("store without a barrier: {:.2} ns", per(start, N));
}

fn timed(name: &str, th: &Thread, f: impl FnOnce(&Thread)) {
    gc::collect(th, Generation::Full);
    let before = statistics();
    let start = Instant::now();
    f(th);
    let time = start.elapsed();
    let after = statistics();
    println!(
        "{name}: {:.3} s, collector {:.3} s in {} minor and {} full, longest {:.1} ms, used {} MB",
        time.as_secs_f64(),
        (after.nanoseconds - before.nanoseconds) as f64 / 1e9,
        after.minor_collections - before.minor_collections,
        after.full_collections - before.full_collections,
        after.longest_nanoseconds as f64 / 1e6,
        after.used >> 20,
    );
}

fn main() {
    let start = Instant::now();
    gc::init();
    let th = &Thread::new();
    gc::attach_thread(th);
    black_box(pair(th, None, None));
    println!("ready and first allocation: {} us", start.elapsed().as_micros());
    let wanted = std::env::args().nth(1);
    let run = |name: &str| wanted.as_deref().is_none_or(|w| w == name);
    if run("allocate") {
        per_allocation::<2>(th);
        per_allocation::<4>(th);
        per_allocation::<6>(th);
        per_allocation::<8>(th);
        per_allocation::<16>(th);
        per_allocation::<32>(th);
    }
    if run("barriers") {
        barriers(th);
    }
    if run("boxes") {
        boxes(th);
    }
    if run("trees16") {
        timed("binary_trees 16", th, |th| binary_trees(th, 16));
    }
    if run("trees18") {
        timed("binary_trees 18", th, |th| binary_trees(th, 18));
    }
    if run("records") {
        timed("1M records, 40M dead tuples", th, records);
    }
    if run("replacements") {
        timed("1M records, 2M replacements", th, replacements);
    }
    if run("append") {
        timed("list of 10M objects", th, append);
    }
    if run("pauses") {
        timed("pauses", th, pauses);
    }
    gc::detach_thread(th);
}
