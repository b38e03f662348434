//! What compiled code looks at in a function object.

use core::cell::Cell;

use crate::header::Header;
use crate::value::StackSlot;

/// The start of the runtime's `Function`. The header's kind is `Kind::Function`.
#[repr(C)]
pub struct FunctionHead {
    pub header: Header,
    /// The function's machine code, [`crate::program::NativeCode::body`]: called with the thread
    /// in the register that LLVM's `swiftself` stands for, then the function, then its arguments.
    pub body: Cell<*const u8>,
    /// How many arguments `body` takes just as a caller passes them: the function has that many
    /// positional parameters, no others, and machine code. [`FunctionHead::NOT_DIRECT`] otherwise.
    pub params: Cell<u32>,
    pub code: Cell<StackSlot>,
    /// The dictionary of the module's variables.
    pub globals: Cell<StackSlot>,
    pub builtins: Cell<StackSlot>,
}

impl FunctionHead {
    /// The function cannot be called without binding its arguments.
    pub const NOT_DIRECT: u32 = u32::MAX;
}
