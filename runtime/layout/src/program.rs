//! The tables that an executable hands to the runtime, and the frames of its machine code.
//!
//! `krait build` writes them as data. All pointers are to immutable memory of the executable,
//! except for pools and caches, which are zero until the runtime fills them.

use core::cell::Cell;

use crate::value::{StackSlot, Value};

/// Bytes of the executable: text is UTF-8.
#[repr(C)]
pub struct Bytes {
    pub data: *const u8,
    pub len: usize,
}

/// A whole program.
#[repr(C)]
pub struct Program {
    /// [`VERSION`] of the compiler that wrote the tables.
    pub version: u32,
    /// Index of the module that runs as `__main__`.
    pub main: u32,
    pub modules: *const Module,
    pub module_count: usize,
    /// Addresses of the symbols `krait_module_NAME` of the native modules that may be imported;
    /// each holds a reference to a `NativeModule` of the runtime.
    pub natives: *const *const u8,
    pub native_count: usize,
    /// The symbol `krait_front_end`, a `FrontEnd` of the runtime; null if the program has no need
    /// to compile.
    pub front_end: *const u8,
    /// Names of modules that were left out, because only functions that seem not to be called import
    /// them; sorted.
    pub left_out: *const Bytes,
    pub left_out_count: usize,
}

/// Changes with every change of these tables.
pub const VERSION: u32 = 5;

/// A module that is part of the executable. Modules are sorted by name, so that an import finds
/// its module by binary search.
#[repr(C)]
pub struct Module {
    /// Full name, as in `sys.modules`.
    pub name: Bytes,
    /// `co_filename`.
    pub filename: Bytes,
    /// The module's code object, marshalled and packed by LZ4, its size first.
    pub code: Bytes,
    /// See the `MODULE_` constants.
    pub flags: u32,
    /// Code objects of the module that have machine code.
    pub native_count: u32,
    /// Sorted by [`NativeCode::index`].
    pub natives: *const NativeCode,
}

/// The module is a package: it has `__path__`.
pub const MODULE_PACKAGE: u32 = 1;

/// Calls a function whose arguments were bound: `locals` are its parameters in the order of
/// `localsplus`. The result is a value, or 0 if an exception was raised.
pub type NativeEntry = unsafe extern "C" fn(
    thread: &crate::Thread,
    function: Value,
    locals: *const StackSlot,
) -> StackSlot;

/// Resumes a generator, whose locals and stack follow `frame`. `sent` is `None` to raise what is set on the thread. The result is what
/// was yielded or returned, or 0 if an exception was raised; the state in `suspension` tells the
/// two apart.
pub type NativeResume = unsafe extern "C" fn(
    thread: &crate::Thread,
    generator: Value,
    frame: &NativeFrame,
    suspension: &Suspension,
    sent: StackSlot,
) -> StackSlot;

/// Where a generator is suspended; enough for the interpreter to go on there.
#[repr(C)]
pub struct Suspension {
    /// Byte offset of the `YIELD_VALUE` where the generator is suspended; [`Suspension::START`]
    /// before its first instruction, [`Suspension::FINISHED`] after its return.
    pub offset: Cell<u32>,
    /// Values on the evaluation stack, stored behind the locals.
    pub depth: Cell<u32>,
}

impl Suspension {
    pub const START: u32 = u32::MAX;
    pub const FINISHED: u32 = u32::MAX - 1;
    /// The interpreter went on with the generator, and has kept where it is.
    pub const LEFT: u32 = u32::MAX - 2;
}

/// What compiled code of a code object is.
pub mod native_kind {
    /// A function: `entry` is a [`super::NativeEntry`], `locals` its parameters.
    pub const FUNCTION: u32 = 0;
    /// The body of a generator: `entry` is a [`super::NativeResume`].
    pub const GENERATOR: u32 = 1;
    /// The body of a class: `entry` is a [`super::NativeEntry`], `locals` holds the mapping of its
    /// names, which it keeps in its frame's `namespace`.
    pub const CLASS_BODY: u32 = 2;
}

/// The machine code of one code object.
#[repr(C)]
pub struct NativeCode {
    /// Number of the code object: the module's own is 0, and every other one follows its parent
    /// in the order of `co_consts`, depth first.
    pub index: u32,
    /// See [`native_kind`].
    pub kind: u32,
    /// What the runtime calls.
    pub entry: *const u8,
    /// Where the machine code starts that has the frames: what addresses in `sites` count from.
    /// Called by compiled code, with the arguments in registers.
    pub body: *const u8,
    /// Bytes of machine code from `body` on.
    pub size: u32,
    /// What a frame pointer must be increased by to give the address of the [`NativeFrame`].
    pub frame: i32,
    /// `co_consts`, then `co_names`: filled by the runtime before the first call. Zeroed inline
    /// caches follow. All of it are roots of the collector from then on.
    pub pool: *const Cell<StackSlot>,
    /// Words in the pool, with the caches.
    pub pool_count: u32,
    pub site_count: u32,
    /// Sorted by address.
    pub sites: *const NativeSite,
}

/// A call in machine code.
#[repr(C)]
#[derive(Copy, Clone)]
pub struct NativeSite {
    /// Distance from the body's start. Holds for return addresses behind it and not behind the
    /// next site's address.
    pub address: u32,
    /// Byte offset of the bytecode instruction, or [`NativeSite::RETURNS`].
    pub offset: u32,
}

impl NativeSite {
    /// The call of `krait_native_leave`, from whichever instruction returns: that is in the frame's
    /// `caller_depth`.
    pub const RETURNS: u32 = u32::MAX;
}

/// A frame: the start of the runtime's `FrameRecord`, which the local variables follow.
///
/// Machine code reserves one in each of its own frames, at [`NativeCode::frame`] from the frame
/// pointer, but fills in only `function` and clears `frame_object`; in the body of a class also
/// `namespace`. The runtime completes it in
/// place when somebody looks at the frame, and may then treat it as an interpreter's. The body of
/// a generator has the address of the generator's record there.
#[repr(C)]
pub struct NativeFrame {
    pub previous: Cell<*const u8>,
    pub code: Cell<*const u8>,
    pub function: Cell<StackSlot>,
    pub globals: Cell<*const u8>,
    pub builtins: Cell<*const u8>,
    pub namespace: Cell<StackSlot>,
    /// The frame object, once somebody has asked for it. The function calls
    /// `krait_native_leave` before it returns, if this is set.
    pub frame_object: Cell<StackSlot>,
    pub generator: Cell<*const u8>,
    pub at: Cell<*const u8>,
    pub returns: Cell<u8>,
    /// Byte offset of the instruction that returns, while `krait_native_leave` runs.
    pub caller_depth: Cell<u32>,
    /// The next older frame, of whichever engine.
    pub outer: Cell<*const u8>,
    /// Where a run of the interpreter's loop is on the machine stack.
    pub stack_mark: Cell<usize>,
}
