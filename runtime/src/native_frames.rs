//! Frames of machine code: found by walking the chain of frame pointers, described by the tables
//! of the executable.
//!
//! Compiled functions keep no record of themselves while they run. Every function, the runtime's
//! included, keeps a frame pointer; a return address leads through the tables to the compiled
//! function and to the bytecode instruction that made the call, and the frame pointer of that
//! function to its [`NativeFrame`].

use std::sync::{Mutex, OnceLock};

use krait_layout::program::{NativeCode, NativeFrame, native_kind};

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
pub fn lookup(return_address: usize) -> Option<(&'static NativeCode, u32)> {
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
pub struct Activation {
    pub code: &'static NativeCode,
    /// Byte offset of the bytecode instruction that is running.
    pub offset: u32,
    pub frame: &'static NativeFrame,
}

/// The activations of compiled functions on this thread's stack, innermost first.
///
/// `from` is a frame pointer, such as [`frame_pointer`] gives. The walk ends at `end`, the
/// stack's upper end, or where the chain stops.
///
/// # Safety
/// The functions between `from` and `end` keep frame pointers, and return after the iterator and
/// the frames that it gives were used.
pub unsafe fn walk(from: *const usize, end: usize) -> impl Iterator<Item = Activation> {
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
                // SAFETY: the tables say where the frame is.
                let frame =
                    unsafe { &*((pointer as isize + code.frame as isize) as *const NativeFrame) };
                return Some(Activation { code, offset, frame });
            }
        }
        None
    })
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
