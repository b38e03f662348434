//! SSA to machine code, by LLVM.
//!
//! One LLVM module holds the functions of one Python module. The result is an object file and,
//! for each function, what the runtime must know to walk its frames: [`Compiled`].

pub mod call;
pub mod debuginfo;
pub mod function;
pub mod inst;
pub mod layout;
pub mod machine;
pub mod module;
pub mod optimize;
pub mod runtime_calls;
pub mod sites;

use crate::ir::Function;
use crate::lower::Kind;

/// One function to compile.
pub struct Input {
    pub ir: Function,
    /// The linker's name for the function; unique in the program.
    pub symbol: String,
    /// Parameters, which come first in the home slots. Unused in generators and class bodies.
    pub params: u32,
    /// Length of `co_consts` and `co_names`, in this order in the pool.
    pub consts: u32,
    pub names: u32,
    pub kind: Kind,
    /// Line of each bytecode instruction, by byte offset; sorted.
    pub lines: Vec<(u32, u32)>,
    pub first_line: u32,
}

impl Input {
    /// The frame is the interpreter's record, in the heap.
    pub fn is_generator(&self) -> bool {
        self.kind == Kind::Generator
    }

    /// Words that the function takes after the thread and itself. A generator takes others.
    pub fn argument_words(&self) -> u32 {
        // The body of a class takes the mapping of its names.
        if self.kind == Kind::Class { 1 } else { self.params }
    }

    /// Words of the function's pool: constants, names, inline caches.
    pub fn pool_words(&self) -> u32 {
        let caches = function::cache_offsets(&self.ir).len() as u32;
        self.consts + self.names + caches * layout::CACHE_WORDS
    }
}

/// What became of one function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    pub symbol: String,
    /// Bytes of machine code.
    pub size: u32,
    /// From frame pointer to the `NativeFrame`.
    pub frame: i32,
    /// Distance from the function's start, and bytecode offset.
    pub sites: Vec<(u32, u32)>,
}

/// A Python module's machine code.
pub struct Compiled {
    pub object: Vec<u8>,
    pub functions: Vec<Output>,
    /// LLVM's IR, where it was asked for.
    pub llvm: Option<String>,
}

/// The symbol of what the runtime calls for the function `symbol`.
pub fn entry_symbol(symbol: &str) -> String {
    format!("{symbol}.entry")
}

/// The symbol of the constants and names of the function `symbol`.
pub fn pool_symbol(symbol: &str) -> String {
    format!("{symbol}.pool")
}

/// A function may have this many sites: they are columns in the line table.
pub const MAX_SITES: usize = 65_000;
