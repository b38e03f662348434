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

#[global_allocator]
static GLOBAL: global::KraitAlloc = global::KraitAlloc;

/// Overwrites what calls that returned left on the stack.
#[inline(never)]
fn clear_stack() {
    core::hint::black_box(&mut [0usize; 4096]);
}

#[test]
fn values_in_rust_memory_survive() {
    with_thread(|th| {
        let mut flat = Vec::new();
        let mut nested: Box<Vec<Box<Vec<Value>>>> = Box::default();
        for i in 0..1000 {
            flat.push(tree(th, 2));
            if i % 10 == 0 {
                nested.push(Box::default());
            }
            nested[i / 10].push(tree(th, 2));
        }
        let map: std::collections::HashMap<usize, Value> =
            (0..1000).map(|i| (i, tree(th, 2))).collect();
        for generation in [Generation::Minor, Generation::Full, Generation::Minor] {
            collect(th, generation);
            tree(th, 14);
        }
        let all = flat.iter().chain(nested.iter().flat_map(|v| v.iter())).chain(map.values());
        assert_eq!(all.map(|&t| count(t)).sum::<usize>(), 3000 * 7);
    });
}

#[test]
fn interior_pointers_keep_cells() {
    with_thread(|th| {
        #[inline(never)]
        fn inside(th: &Thread) -> *const u8 {
            let bytes = alloc_buffer(th, Scan::NoScan, 5000).expect("small");
            let data = bytes.as_ptr().cast::<u8>().wrapping_add(2049);
            // SAFETY: within the buffer.
            unsafe { data.write_bytes(42, 1000) };
            data
        }
        let mut data = inside(th);
        for generation in [Generation::Minor, Generation::Full] {
            collect(th, generation);
            for _ in 0..3000 {
                let other = alloc_buffer(th, Scan::NoScan, 5000).expect("small");
                // SAFETY: a fresh buffer.
                unsafe { other.as_ptr().cast::<u8>().add(8).write_bytes(7, 4992) };
            }
            data = core::hint::black_box(data);
            // SAFETY: the buffer lives, as `data` points into it.
            assert!((0..1000).all(|i| unsafe { *data.add(i) } == 42));
        }
    });
}

#[test]
fn garbage_is_reused() {
    with_thread(|th| {
        let keep: Vec<Value> = (0..1000).map(|_| tree(th, 3)).collect();
        collect(th, Generation::Full);
        let before = statistics().used;
        for _ in 0..300 {
            tree(th, 13);
        }
        for i in 1..2000 {
            alloc_buffer(th, Scan::NoScan, i * 100).expect("small");
            alloc_buffer(th, Scan::Traced, i * 50).expect("small");
        }
        collect(th, Generation::Full);
        let after = statistics().used;
        assert!(after < before + (4 << 20), "{before} {after}");
        assert_eq!(keep.iter().map(|&t| count(t)).sum::<usize>(), 15_000);
    });
}

#[test]
fn gaps_in_old_blocks_are_reused() {
    with_thread(|th| {
        // Every eighth pair stays, in every block.
        let mut keep = Vec::new();
        for i in 0..400_000 {
            let p = value(pair(th, Value::small_int(i), None));
            if i % 8 == 0 {
                keep.push(p);
            }
        }
        collect(th, Generation::Full);
        let before = statistics().used;
        for _ in 0..40 {
            tree(th, 13);
        }
        assert!(statistics().used < before + (2 << 20));
        for (i, &p) in keep.iter().enumerate() {
            assert_eq!(as_pair(p).left.get(), Value::small_int(i as i64 * 8));
        }
    });
}

#[repr(C)]
struct Bag {
    header: Header,
    values: core::cell::RefCell<Vec<Value>>,
}

// SAFETY: `repr(C)`, starts with a header; pushes are followed by the barrier.
unsafe impl Object for Bag {
    const SCAN: Scan = Scan::Drop;
}

#[test]
fn values_in_memory_of_drop_cells_survive() {
    with_thread(|th| {
        let bag =
            alloc(th, Bag { header: Header::new(9, Kind::Native), values: Default::default() });
        for round in 0..20 {
            for _ in 0..50 {
                bag.values.borrow_mut().push(tree(th, 3));
                barrier(&bag.header);
            }
            collect(th, if round % 5 == 4 { Generation::Full } else { Generation::Minor });
            tree(th, 12);
        }
        // The vector's memory must be found through the cell alone.
        let sum: usize = bag.values.borrow().iter().map(|&t| count(t)).sum();
        assert_eq!(sum, 15_000);
    });
}

#[repr(C)]
struct Weak {
    header: Header,
    target: WeakField,
}

// SAFETY: `repr(C)`, starts with a header; the weak field is no reference.
unsafe impl Object for Weak {
    const SCAN: Scan = Scan::NoScan;
}

static FINALIZED: Mutex<Vec<usize>> = Mutex::new(Vec::new());
static CALLBACKS: AtomicUsize = AtomicUsize::new(0);
static RESURRECTED: Mutex<Option<GcRoot>> = Mutex::new(None);

fn test_hooks() -> Hooks {
    Hooks {
        weak_dead: |weakref| {
            // SAFETY: the tests register `Weak` cells only.
            let weak = unsafe { &*(weakref as *const Header as *const Weak) };
            weak.target.set(None);
            true
        },
        call_weak_callback: |_, _| {
            CALLBACKS.fetch_add(1, Relaxed);
        },
        call_finalizer: |_, object| {
            let object = Value::from_header(object);
            let pair = as_pair(object);
            let number = pair.left.get().and_then(Value::as_small_int).expect("numbered");
            FINALIZED.lock().unwrap().push(number as usize);
            if number == 3 {
                *RESURRECTED.lock().unwrap() = Some(GcRoot::new(Some(object)));
            }
        },
        ..Hooks::NONE
    }
}

#[inline(never)]
fn make_finalizable(th: &Thread, weak: &mut Vec<&'static Weak>) {
    for i in 0..100 {
        let child = tree(th, 2);
        let p = pair(th, Value::small_int(i), Some(child));
        register_finalizable(p.header());
        let w = alloc(
            th,
            Weak {
                header: Header::new(10, Kind::Weakref),
                target: WeakField::new(Some(p.header())),
            },
        );
        weak_register(p.header(), w.header());
        weak.push(w);
        assert!(core::ptr::eq(weak_references(p.header())[0], w.header()));
    }
}

#[test]
fn finalizers_run_once_and_weak_references_are_cleared_first() {
    with_thread(|th| {
        set_hooks(test_hooks());
        for generation in [Generation::Minor, Generation::Full] {
            FINALIZED.lock().unwrap().clear();
            CALLBACKS.store(0, Relaxed);
            let mut weak = Vec::new();
            // Under stress they would die while the others are made.
            disable();
            make_finalizable(th, &mut weak);
            enable();
            clear_stack();
            assert!(weak.iter().all(|w| w.target.get().is_some()));
            clear_stack();
            collect(th, generation);
            assert!(has_pending());
            assert!(FINALIZED.lock().unwrap().is_empty());
            let cleared = weak.iter().filter(|w| w.target.get().is_none()).count();
            assert!(cleared > 90, "{cleared}");
            let ran = run_pending(th);
            assert_eq!(ran, CALLBACKS.load(Relaxed) + FINALIZED.lock().unwrap().len());
            assert!(!has_pending());
            th.clear_interrupt();
            // The resurrected one is whole, and dies without a second call.
            tree(th, 14);
            let root = RESURRECTED.lock().unwrap().take();
            if let Some(root) = root {
                assert_eq!(count(root.get().expect("set")), 8);
            }
            clear_stack();
            collect_and_finalize(th);
            collect_and_finalize(th);
            let mut numbers = FINALIZED.lock().unwrap().clone();
            let calls = numbers.len();
            numbers.sort();
            numbers.dedup();
            assert_eq!(calls, numbers.len());
            assert!(calls > 90);
        }
        set_hooks(Hooks::NONE);
    });
}

#[test]
fn roots_and_ranges_keep_objects() {
    with_thread(|th| {
        let root = GcRoot::new(Some(tree(th, 4)));
        let mut range = [0usize; 4];
        range[2] = tree(th, 4).bits() as usize;
        let leaked = range.map(|word| !word);
        let outside = crate::sys::map_pages(crate::sys::PAGE).expect("a page").cast::<usize>();
        // SAFETY: the page is ours.
        unsafe {
            outside.add(2).write(!leaked[2]);
            register_root_range(outside.as_ptr(), 4);
        }
        range = [0; 4];
        core::hint::black_box(&mut range);
        clear_stack();
        collect(th, Generation::Full);
        tree(th, 14);
        assert_eq!(count(root.get().expect("set")), 31);
        // SAFETY: the range kept the tree.
        let kept = unsafe { Value::from_bits(outside.add(2).read() as u64) };
        assert_eq!(count(kept), 31);
        unregister_root_range(outside.as_ptr());
    });
}

#[test]
fn parked_threads_keep_their_values() {
    use std::sync::mpsc::channel;
    with_thread(|th| {
        let (parked, is_parked) = channel();
        let (release, released) = channel();
        enter_blocking(th);
        let other = std::thread::spawn(move || {
            let th = Thread::new();
            attach_thread(&th);
            let values = [tree(&th, 10), tree(&th, 10)];
            enter_blocking(&th);
            parked.send(()).unwrap();
            released.recv().unwrap();
            leave_blocking(&th);
            let sum = values.iter().map(|&t| count(t)).sum::<usize>();
            detach_thread(&th);
            sum
        });
        is_parked.recv().unwrap();
        leave_blocking(th);
        for _ in 0..5 {
            collect(th, Generation::Minor);
            collect(th, Generation::Full);
            tree(th, 14);
        }
        enter_blocking(th);
        release.send(()).unwrap();
        assert_eq!(other.join().unwrap(), 2 * 2047);
        leave_blocking(th);
    });
}

#[test]
fn the_global_allocator_keeps_contents_apart() {
    let threads: Vec<_> = (0..4u64)
        .map(|seed| {
            std::thread::spawn(move || {
                let mut state = seed + 1;
                let mut random = move || {
                    state ^= state << 13;
                    state ^= state >> 7;
                    state ^= state << 17;
                    state
                };
                let mut held: Vec<(u8, Vec<u8>, Vec<u64>)> = Vec::new();
                for _ in 0..30_000 {
                    let tag = random() as u8;
                    let size = 1usize << (random() % 16);
                    let size = size + random() as usize % size;
                    match random() % 4 {
                        0 if held.len() > 100 => {
                            let i = random() as usize % held.len();
                            let (tag, bytes, words) = held.swap_remove(i);
                            assert!(bytes.iter().all(|&b| b == tag));
                            assert!(words.iter().all(|&w| w == tag as u64));
                        }
                        1 if !held.is_empty() => {
                            let i = random() as usize % held.len();
                            let (tag, bytes, words) = &mut held[i];
                            bytes.resize(size, *tag);
                            bytes.shrink_to_fit();
                            words.resize(size / 8, *tag as u64);
                        }
                        _ if held.len() < 300 => {
                            held.push((tag, vec![tag; size], vec![tag as u64; size / 8]))
                        }
                        _ => {
                            held.remove(0);
                        }
                    }
                }
                for (tag, bytes, words) in held {
                    assert!(bytes.iter().all(|&b| b == tag));
                    assert!(words.iter().all(|&w| w == tag as u64));
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().expect("no thread finds foreign bytes");
    }
}

#[test]
fn alignments_are_kept_and_impossible_sizes_refused() {
    use std::alloc::{Layout, alloc as raw_alloc, dealloc};
    for align in (0..=16).map(|i| 1usize << i) {
        for size in [1, 24, 100, 5000, 40_000, 200_000] {
            let layout = Layout::from_size_align(size, align).expect("valid");
            // SAFETY: the layout has a size, and the memory is freed with it.
            unsafe {
                let pointer = raw_alloc(layout);
                assert!(!pointer.is_null() && (pointer as usize).is_multiple_of(align));
                pointer.write_bytes(1, size);
                dealloc(pointer, layout);
            }
        }
    }
    assert!(Vec::<u8>::new().try_reserve(1 << 50).is_err());
    with_thread(|th| {
        assert_eq!(alloc_buffer(th, Scan::Traced, 1 << 50), Err(OutOfMemory));
        assert_eq!(try_alloc(th, Scan::NoScan, usize::MAX), Err(OutOfMemory));
    });
}

#[test]
fn objects_can_be_inspected() {
    with_thread(|th| {
        let left = tree(th, 1);
        let p = pair(th, Some(left), None);
        let of_p = referents(p.header());
        assert!(of_p.len() == 1 && core::ptr::eq(of_p[0], left.header().expect("a pair")));
        assert!(live_objects(th).iter().any(|o| core::ptr::eq(*o, p.header())));
        let to_left = referrers(th, &[left.header().expect("a pair")]);
        assert!(to_left.iter().any(|o| core::ptr::eq(*o, p.header())));
        assert_eq!(size_of_cell(p.header()), 32);
    });
}

/// Runs one of the ignored tests below in a process with `KRAIT_GC` set; returns whether it
/// succeeded, and its standard error stream.
fn in_child(test: &str, modes: &str) -> (bool, String) {
    let output = std::process::Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", &format!("gc::tests::{test}"), "--ignored", "--nocapture"])
        .env("KRAIT_GC", modes)
        .output()
        .expect("runs");
    (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
#[ignore = "run by `a_missing_barrier_is_caught`"]
fn child_without_barrier() {
    with_thread(|th| {
        let old = pair(th, None, None);
        collect(th, Generation::Minor);
        #[inline(never)]
        fn store(th: &Thread, old: &Pair) {
            old.left.init(Some(tree(th, 3)));
        }
        store(th, old);
        clear_stack();
        collect(th, Generation::Minor);
        assert!(as_pair(value(old)).left.get().is_some());
    });
}

#[test]
fn a_missing_barrier_is_caught() {
    let (success, message) = in_child("child_without_barrier", "barrier");
    assert!(!success);
    assert!(message.contains("through a Tuple (shape 7)"), "{message}");
}

#[test]
#[ignore = "run by `freed_cells_are_poisoned`"]
fn child_reads_freed() {
    with_thread(|th| {
        #[inline(never)]
        fn hidden(th: &Thread) -> [usize; 100] {
            core::array::from_fn(|_| !(pair(th, None, None) as *const Pair as usize))
        }
        let addresses = hidden(th);
        clear_stack();
        collect(th, Generation::Full);
        // SAFETY: the memory is still mapped.
        let poisoned = addresses.iter().filter(|&&a| unsafe {
            (!a as *const u64).read_volatile() == u64::from_ne_bytes([debug::POISON; 8])
        });
        assert!(poisoned.count() > 90);
    });
}

#[test]
fn freed_cells_are_poisoned() {
    let (success, message) = in_child("child_reads_freed", "poison");
    assert!(success, "{message}");
}

#[test]
#[ignore = "run by `a_torn_header_is_caught`"]
fn child_tears_header() {
    with_thread(|th| {
        let p = pair(th, None, None);
        // SAFETY: the test is about what must not be done.
        unsafe { (p as *const Pair as *mut u8).add(4).write(0xee) };
        collect(th, Generation::Full);
        core::hint::black_box(p);
    });
}

#[test]
fn a_torn_header_is_caught() {
    let (success, message) = in_child("child_tears_header", "walk");
    assert!(!success && message.contains("has no header"), "{message}");
}

#[test]
fn collections_are_logged() {
    let (_, message) = in_child("child_reads_freed", "log");
    assert!(message.contains("gc: full"), "{message}");
}

#[test]
fn the_tests_pass_under_stress() {
    if std::env::var_os("KRAIT_GC").is_some() {
        return;
    }
    for modes in ["stress=3000,poison,walk,barrier", "barrier,walk,poison"] {
        let output = std::process::Command::new(std::env::current_exe().expect("this test"))
            .args(["gc::", "--skip", "under_stress", "--skip", "_caught", "--skip", "used"])
            .env("KRAIT_GC", modes)
            .output()
            .expect("runs");
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    }
}
