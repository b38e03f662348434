//! Frames of machine code: found by walking the chain of frame pointers, described by the tables
//! of the executable.
//!
//! Compiled functions keep no record of themselves while they run. Every function, the runtime's
//! included, keeps a frame pointer; a return address leads through the tables to the compiled
//! function and to the bytecode instruction that made the call, and the frame pointer of that
//! function to its [`NativeFrame`], which is room for a [`FrameRecord`] before the local variables.
//! [`complete`] makes a record of it, so that everything that knows the interpreter's frames knows
//! compiled ones.

use std::cell::Cell;
use std::mem::{offset_of, size_of};
use std::sync::{Mutex, OnceLock};

use krait_layout::program::{NativeCode, NativeFrame, NativeSite, Suspension, native_kind};
use krait_layout::{StackSlot, Thread, Value};

use crate::bytecode::code_unit::flags;
use crate::interpreter::frame::{self, FrameRecord};
use crate::interpreter::{self, execute, tracing, unwind};
use crate::object::{Object, ValueExt};
use crate::sys;
use crate::types::frame::Frame;
use crate::types::function::Function;

/// Tables that were registered before the index was made.
static REGISTERED: Mutex<Vec<Codes>> = Mutex::new(Vec::new());

/// Every compiled function, by address. Made at the first walk: most programs never walk.
static INDEX: OnceLock<Vec<Code>> = OnceLock::new();

#[derive(Copy, Clone)]
struct Codes(&'static [NativeCode]);
#[derive(Copy, Clone)]
struct Code(&'static NativeCode);

// SAFETY: the tables are constant data; pools are read under the interpreter lock.
unsafe impl Send for Codes {}
// SAFETY: as above.
unsafe impl Send for Code {}
// SAFETY: as above.
unsafe impl Sync for Code {}

/// Makes compiled functions known; must be called before the first walk.
pub fn register(natives: &'static [NativeCode]) {
    assert!(INDEX.get().is_none(), "all tables are registered at the start");
    REGISTERED.lock().expect("no panic while it is held").push(Codes(natives));
}

fn index() -> &'static [Code] {
    INDEX.get_or_init(|| {
        let registered = REGISTERED.lock().expect("no panic while it is held");
        let mut list: Vec<Code> = registered.iter().flat_map(|codes| codes.0).map(Code).collect();
        list.sort_by_key(|code| code.0.body as usize);
        list
    })
}

/// The compiled function that `address` lies in, and the bytecode offset of the call that
/// returns there.
fn lookup(return_address: usize) -> Option<(&'static NativeCode, u32)> {
    // The call instruction ends before the return address, which may be another call's site.
    let address = return_address - 1;
    let index = index();
    let n = index.partition_point(|code| code.0.body as usize <= address);
    let code = index.get(n.checked_sub(1)?)?.0;
    let distance = address - code.body as usize;
    if distance >= code.size as usize {
        return None;
    }
    // SAFETY: the tables give the length.
    let sites = unsafe { std::slice::from_raw_parts(code.sites, code.site_count as usize) };
    let n = sites.partition_point(|site| site.address as usize <= distance);
    Some((code, sites.get(n.checked_sub(1)?)?.offset))
}

/// A compiled function's activation.
#[derive(Copy, Clone)]
struct Activation {
    code: &'static NativeCode,
    /// Byte offset of the bytecode instruction that is running.
    offset: u32,
    frame: &'static NativeFrame,
    /// Its frame pointer.
    address: usize,
}

/// The activations of compiled functions on this thread's stack, innermost first, from the
/// function on whose frame pointer is `from`.
///
/// # Safety
/// The functions since the thread was attached keep frame pointers, and return after the iterator
/// and the frames that it gives were used.
unsafe fn walk(from: *const usize) -> impl Iterator<Item = Activation> {
    let end = STACK_END.get();
    let mut pointer = from as usize;
    std::iter::from_fn(move || {
        while pointer != 0 && pointer.is_multiple_of(8) && pointer < end {
            // SAFETY: `pointer` is a frame pointer inside of the stack: the caller's frame
            // pointer is there, and the return address above it.
            let (outer, address) =
                unsafe { (*(pointer as *const usize), *(pointer as *const usize).add(1)) };
            if outer <= pointer {
                return None;
            }
            pointer = outer;
            if let Some((code, offset)) = lookup(address) {
                // SAFETY: the activation is on the stack.
                let frame = unsafe { frame_at(code, pointer) };
                if frame.function.get().is_none() {
                    // The interpreter goes on with it, in a frame of its own.
                    continue;
                }
                if code.kind == native_kind::GENERATOR && frame.stack_mark.get() < pointer {
                    // The interpreter goes on with it, in the same frame: from further down the
                    // stack than the machine code.
                    continue;
                }
                let returns = offset == NativeSite::RETURNS;
                let offset = if returns { frame.caller_depth.get() } else { offset };
                return Some(Activation { code, offset, frame, address: pointer });
            }
        }
        None
    })
}

thread_local! {
    /// Where walks of this thread's stack end.
    static STACK_END: Cell<usize> = const { Cell::new(0) };
}

/// Tells where the calling thread's Python frames begin: none is older than the caller, or than a
/// function that is called next to it.
pub fn attach_thread(th: &Thread) {
    const MARGIN: usize = 1 << 14;
    STACK_END.set(frame_pointer() as usize + MARGIN);
    // The depth of compiled code's recursion: a hundred bytes a call, so this is far beyond the
    // interpreter's limit of 1,000, and yet an endless recursion ends soon.
    const BUDGET: usize = 16 << 20;
    /// For handlers of the error, and for what does not test.
    const RESERVE: usize = 256 << 10;
    let (low, high) = sys::stack_bounds();
    th.stack_end.set((low + RESERVE).max(high.saturating_sub(BUDGET)));
    th.clear_interrupt();
}

/// The frame of an activation of `code` whose frame pointer is `pointer`.
///
/// # Safety
/// The activation has not returned.
unsafe fn frame_at(code: &NativeCode, pointer: usize) -> &'static NativeFrame {
    let at = (pointer as isize + code.frame as isize) as usize;
    match code.kind {
        // SAFETY: the tables say that the generator's record's address is there.
        native_kind::GENERATOR => unsafe { &**(at as *const *const NativeFrame) },
        // SAFETY: the tables say that the frame is there.
        _ => unsafe { &*(at as *const NativeFrame) },
    }
}

/// The frame pointer of the function that this is inlined into.
#[inline(always)]
pub fn frame_pointer() -> *const usize {
    let pointer: *const usize;
    // SAFETY: reads a register.
    unsafe {
        #[cfg(target_arch = "x86_64")]
        std::arch::asm!("mov {}, rbp", out(reg) pointer, options(nomem, nostack, preserves_flags));
        #[cfg(target_arch = "aarch64")]
        std::arch::asm!("mov {}, x29", out(reg) pointer, options(nomem, nostack, preserves_flags));
    }
    pointer
}

// What compiled code fills in must be where the interpreter looks for it.
const _: () = {
    assert!(size_of::<NativeFrame>() == size_of::<FrameRecord>());
    assert!(offset_of!(NativeFrame, function) == offset_of!(FrameRecord, function));
    assert!(offset_of!(NativeFrame, namespace) == offset_of!(FrameRecord, namespace));
    assert!(offset_of!(NativeFrame, frame_object) == offset_of!(FrameRecord, frame_object));
};

/// The function that is running in a frame of compiled code.
pub fn running(frame: &NativeFrame) -> &'static Function {
    let function = frame.function.get().and_then(|f| f.cast::<Function>());
    function.expect("compiled code stores its function")
}

/// The record of a compiled function's frame. Its links to other frames and its place in the code
/// are those of the last [`link`].
pub fn complete(frame: &'static NativeFrame) -> &'static FrameRecord {
    const GENERATOR: u32 = flags::GENERATOR | flags::COROUTINE | flags::ASYNC_GENERATOR;
    let at = frame as *const NativeFrame as *mut FrameRecord;
    let function = running(frame);
    let code = function.code();
    // A generator runs in a record that the interpreter made.
    if code.unit.flags & GENERATOR == 0 {
        let record =
            FrameRecord::new(code, Some(function.value()), function.globals(), function.builtins());
        record.frame_object.set(frame.frame_object.get());
        record.caller_depth.set(frame.caller_depth.get());
        if code.native_class_body().is_some() {
            record.namespace.set(frame.namespace.get());
        } else if !code.has_flag(flags::OPTIMIZED) {
            record.namespace.set(Some(function.globals().value()));
        }
        // SAFETY: compiled code reserves room for a record, and uses only the fields that keep
        // their values.
        unsafe { at.write(record) };
    }
    // SAFETY: it is a record now.
    unsafe { &*at }
}

/// Brings the place in the code of compiled frames that somebody looks at up to date.
#[inline(never)]
pub fn refresh() {
    if !any() {
        return;
    }
    // SAFETY: the runtime is compiled with frame pointers.
    for native in unsafe { walk(frame_pointer()) } {
        if native.frame.frame_object.get().is_some() {
            // SAFETY: a frame that has an object was completed.
            let record = unsafe { &*(native.frame as *const NativeFrame as *const FrameRecord) };
            record.set_index(record.code.decoded().index_of_offset(native.offset) as usize);
        }
    }
}

/// Whether the program has compiled functions.
#[inline]
pub fn any() -> bool {
    !index().is_empty()
}

/// Links the frames of the calling thread, the interpreter's and compiled ones: sets each one's
/// `outer`, and the place in the code of compiled ones. Returns the newest.
///
/// The interpreter's records are in a chain of their own, in which compiled frames are missing.
/// Every run of its loop notes its place on the machine stack, which tells what is older.
#[inline(never)]
pub fn link(th: &Thread) -> *const FrameRecord {
    let mut record = th.frame.get() as *const FrameRecord;
    if !any() {
        return record;
    }
    // SAFETY: the runtime is compiled with frame pointers.
    let mut natives = unsafe { walk(frame_pointer()) }.peekable();
    let first = Cell::new(std::ptr::null::<FrameRecord>());
    let mut last: &Cell<*const FrameRecord> = &first;
    loop {
        // The records that one run of the interpreter's loop has, newest first.
        let mut mark = usize::MAX;
        let mut entry = record;
        while !entry.is_null() {
            // SAFETY: records of running frames are alive.
            let r = unsafe { &*entry };
            if r.is_entry() {
                mark = r.stack_mark.get();
                break;
            }
            entry = r.previous.get();
        }
        while let Some(native) = natives.next_if(|native| native.address < mark) {
            let own = complete(native.frame);
            own.set_index(own.code.decoded().index_of_offset(native.offset) as usize);
            if native.code.kind == native_kind::GENERATOR {
                continue;
            }
            last.set(own);
            last = &own.outer;
        }
        while !record.is_null() {
            // SAFETY: as above.
            let r = unsafe { &*record };
            last.set(record);
            last = &r.outer;
            let is_entry = r.is_entry();
            record = r.previous.get();
            if is_entry {
                break;
            }
        }
        if record.is_null() && natives.peek().is_none() {
            last.set(std::ptr::null());
            return first.get();
        }
    }
}

/// The newest frame that is not `but`. Looks no further, unlike [`link`]: it is called for each
/// frame that an exception leaves.
#[inline(never)]
pub fn newest_but(th: &Thread, but: &FrameRecord) -> *const FrameRecord {
    let mut record = th.frame.get() as *const FrameRecord;
    // SAFETY: the chain's records are alive.
    if let Some(r) = unsafe { record.as_ref() }
        && std::ptr::eq(r, but)
    {
        record = r.previous.get();
    }
    if !any() {
        return record;
    }
    let mut entry = record;
    // SAFETY: as above.
    while let Some(r) = unsafe { entry.as_ref() }
        && !r.is_entry()
    {
        entry = r.previous.get();
    }
    // SAFETY: as above.
    let mark = unsafe { entry.as_ref() }.map_or(usize::MAX, |r| r.stack_mark.get());
    // SAFETY: the runtime is compiled with frame pointers.
    let mut natives = unsafe { walk(frame_pointer()) };
    let other = natives.find(|native| {
        let own = std::ptr::eq(native.frame as *const NativeFrame as *const FrameRecord, but);
        native.code.kind != native_kind::GENERATOR && !own
    });
    match other.filter(|native| native.address < mark) {
        Some(native) => {
            let record = complete(native.frame);
            record.set_index(record.code.decoded().index_of_offset(native.offset) as usize);
            record
        }
        None => record,
    }
}

// Called by compiled code.

/// Adds the frame to the traceback of the raised exception.
#[unsafe(no_mangle)]
pub extern "C" fn krait_native_traceback(th: &Thread, frame: &'static NativeFrame, offset: u32) {
    let record = complete(frame);
    record.set_index(record.code.decoded().index_of_offset(offset) as usize);
    unwind::add_traceback(th, record);
}

/// The function returns `result`, or raises, at the bytecode offset: its frame object takes over the
/// local variables. What is returned in the end: a trace function may raise.
#[unsafe(no_mangle)]
pub extern "C" fn krait_native_leave(
    th: &Thread,
    frame: &'static NativeFrame,
    result: StackSlot,
    offset: u32,
) -> StackSlot {
    // The interpreter has run the rest of a frame that has no function any more.
    if frame.function.get().is_none() {
        return result;
    }
    frame.caller_depth.set(offset);
    let record = complete(frame);
    record.set_index(record.code.decoded().index_of_offset(offset) as usize);
    let mut result = result;
    if tracing::wants(th, record) {
        match result {
            Some(value) => result = tracing::returned(th, record, value).ok().and(result),
            None => tracing::unwound(th, record),
        }
    }
    record.set_index(record.code.decoded().index_of_offset(offset) as usize);
    frame::detach(th, record);
    result
}

/// If the frame is traced, the interpreter runs the rest of it, from the instruction at `offset`
/// on with the `depth` values at `stack`: the function's result, or what the generator yields.
/// `EXHAUSTED` if it is not traced.
///
/// # Safety
/// Called by compiled code, with its own frame.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn krait_native_go_on(
    th: &Thread,
    frame: &'static NativeFrame,
    suspension: Option<&Suspension>,
    offset: u32,
    stack: *const StackSlot,
    depth: u32,
) -> StackSlot {
    let old = complete(frame);
    if !tracing::wants(th, old) {
        return Some(Value::EXHAUSTED);
    }
    let code = old.code;
    let record = match suspension {
        // A generator's record is where the interpreter would have it.
        Some(suspension) => {
            suspension.offset.set(Suspension::LEFT);
            th.frame.set(old.previous.get() as *const u8);
            old
        }
        None => {
            let function = old.function.get();
            let (globals, builtins) = (old.globals, old.builtins);
            let Ok(record) = interpreter::push_frame(th, code, function, globals, builtins, &[])
            else {
                return None;
            };
            record.namespace.set(old.namespace.get());
            for (slot, value) in record.locals().iter().zip(old.locals()) {
                slot.set(value.get());
            }
            record.frame_object.set(old.frame_object.get());
            if let Some(object) = old.frame_object.get().and_then(|f| f.cast::<Frame>()) {
                object.attach(record);
            }
            // From here on there is one frame, not two.
            frame.frame_object.set(None);
            frame.function.set(None);
            record
        }
    };
    // SAFETY: the frame has room for the code's deepest stack, and the caller stored `depth`.
    unsafe {
        let top = record.locals_ptr().add(code.locals_len());
        std::ptr::copy_nonoverlapping(stack, top, depth as usize);
    }
    let ip = code.decoded().index_of_offset(offset);
    record.set_index(ip.saturating_sub(1) as usize);
    execute::start(th, record, ip as usize, depth as usize, None).ok()
}

/// The stack is nearly full, or somebody wants the thread's attention. None = raised; true if
/// functions must be called through the runtime, because the thread is traced.
#[unsafe(no_mangle)]
pub extern "C" fn krait_native_interrupt(th: &Thread) -> StackSlot {
    let polled = interpreter::recursion(th, "").and_then(|()| interpreter::poll(th));
    polled.ok().map(|()| Value::from_bool(tracing::active(th)))
}
