//! CPython 3.14's instructions: the one table that the assembler, the disassembler, the verifier,
//! the interpreter and the lowering to SSA expand.
//!
//! A row gives name, number, inline cache entries (16-bit code units that follow the instruction),
//! what the argument means, how many values the instruction pops and pushes as functions of the
//! argument, and its effects. `pops` and `pushes` follow CPython's `bytecodes.c`; where a value is
//! only looked at, it counts as popped and pushed again.

/// Expands `$macro! { NAME = number, caches, Argument, |oparg| pops, |oparg| pushes, effects; … }`.
#[macro_export]
macro_rules! for_each_opcode {
    ($macro:path) => {
        $macro! {
            CACHE = 0, 0, None, |oparg| 0, |oparg| 0, PURE;
            BINARY_SLICE = 1, 0, None, |oparg| 3, |oparg| 1, RAISES | ALLOCATES | CALLS_PYTHON;
            BUILD_TEMPLATE = 2, 0, None, |oparg| 2, |oparg| 1, ALLOCATES;
            CALL_FUNCTION_EX = 4, 0, None, |oparg| 4, |oparg| 1, RAISES | ALLOCATES | CALLS_PYTHON;
            CHECK_EG_MATCH = 5, 0, None, |oparg| 2, |oparg| 2, RAISES | ALLOCATES | CALLS_PYTHON;
            CHECK_EXC_MATCH = 6, 0, None, |oparg| 2, |oparg| 2, RAISES | CALLS_PYTHON;
            CLEANUP_THROW = 7, 0, None, |oparg| 3, |oparg| 2, RAISES | ALLOCATES | CALLS_PYTHON;
            DELETE_SUBSCR = 8, 0, None, |oparg| 2, |oparg| 0, RAISES | CALLS_PYTHON;
            END_FOR = 9, 0, None, |oparg| 1, |oparg| 0, PURE;
            END_SEND = 10, 0, None, |oparg| 2, |oparg| 1, PURE;
            EXIT_INIT_CHECK = 11, 0, None, |oparg| 1, |oparg| 0, RAISES | ALLOCATES;
            FORMAT_SIMPLE = 12, 0, None, |oparg| 1, |oparg| 1, RAISES | ALLOCATES | CALLS_PYTHON;
            FORMAT_WITH_SPEC = 13, 0, None, |oparg| 2, |oparg| 1, RAISES | ALLOCATES | CALLS_PYTHON;
            GET_AITER = 14, 0, None, |oparg| 1, |oparg| 1, RAISES | ALLOCATES | CALLS_PYTHON;
            GET_ANEXT = 15, 0, None, |oparg| 1, |oparg| 2, RAISES | ALLOCATES | CALLS_PYTHON;
            GET_ITER = 16, 0, None, |oparg| 1, |oparg| 1, RAISES | ALLOCATES | CALLS_PYTHON;
            RESERVED = 17, 0, None, |oparg| 0, |oparg| 0, PURE;
            GET_LEN = 18, 0, None, |oparg| 1, |oparg| 2, RAISES | ALLOCATES | CALLS_PYTHON;
            GET_YIELD_FROM_ITER = 19, 0, None, |oparg| 1, |oparg| 1, RAISES | ALLOCATES | CALLS_PYTHON;
            INTERPRETER_EXIT = 20, 0, None, |oparg| 1, |oparg| 0, PURE;
            LOAD_BUILD_CLASS = 21, 0, None, |oparg| 0, |oparg| 1, RAISES | ALLOCATES | CALLS_PYTHON;
            LOAD_LOCALS = 22, 0, None, |oparg| 0, |oparg| 1, RAISES | ALLOCATES;
            MAKE_FUNCTION = 23, 0, None, |oparg| 1, |oparg| 1, ALLOCATES;
            MATCH_KEYS = 24, 0, None, |oparg| 2, |oparg| 3, RAISES | ALLOCATES | CALLS_PYTHON;
            MATCH_MAPPING = 25, 0, None, |oparg| 1, |oparg| 2, PURE;
            MATCH_SEQUENCE = 26, 0, None, |oparg| 1, |oparg| 2, PURE;
            NOP = 27, 0, None, |oparg| 0, |oparg| 0, PURE;
            NOT_TAKEN = 28, 0, None, |oparg| 0, |oparg| 0, PURE;
            POP_EXCEPT = 29, 0, None, |oparg| 1, |oparg| 0, PURE;
            POP_ITER = 30, 0, None, |oparg| 1, |oparg| 0, PURE;
            POP_TOP = 31, 0, None, |oparg| 1, |oparg| 0, PURE;
            PUSH_EXC_INFO = 32, 0, None, |oparg| 1, |oparg| 2, PURE;
            PUSH_NULL = 33, 0, None, |oparg| 0, |oparg| 1, PURE;
            RETURN_GENERATOR = 34, 0, None, |oparg| 0, |oparg| 1, ALLOCATES;
            RETURN_VALUE = 35, 0, None, |oparg| 1, |oparg| 0, PURE;
            SETUP_ANNOTATIONS = 36, 0, None, |oparg| 0, |oparg| 0, RAISES | ALLOCATES | CALLS_PYTHON;
            STORE_SLICE = 37, 0, None, |oparg| 4, |oparg| 0, RAISES | ALLOCATES | CALLS_PYTHON;
            STORE_SUBSCR = 38, 1, None, |oparg| 3, |oparg| 0, RAISES | ALLOCATES | CALLS_PYTHON;
            TO_BOOL = 39, 3, None, |oparg| 1, |oparg| 1, RAISES | CALLS_PYTHON;
            UNARY_INVERT = 40, 0, None, |oparg| 1, |oparg| 1, RAISES | ALLOCATES | CALLS_PYTHON;
            UNARY_NEGATIVE = 41, 0, None, |oparg| 1, |oparg| 1, RAISES | ALLOCATES | CALLS_PYTHON;
            UNARY_NOT = 42, 0, None, |oparg| 1, |oparg| 1, PURE;
            WITH_EXCEPT_START = 43, 0, None, |oparg| 5, |oparg| 6, RAISES | ALLOCATES | CALLS_PYTHON;
            BINARY_OP = 44, 5, Count, |oparg| 2, |oparg| 1, RAISES | ALLOCATES | CALLS_PYTHON;
            BUILD_INTERPOLATION = 45, 0, Count, |oparg| 2 + (oparg & 1), |oparg| 1, ALLOCATES;
            BUILD_LIST = 46, 0, Count, |oparg| oparg, |oparg| 1, ALLOCATES;
            BUILD_MAP = 47, 0, Count, |oparg| oparg * 2, |oparg| 1, RAISES | ALLOCATES | CALLS_PYTHON;
            BUILD_SET = 48, 0, Count, |oparg| oparg, |oparg| 1, RAISES | ALLOCATES | CALLS_PYTHON;
            BUILD_SLICE = 49, 0, Count, |oparg| oparg, |oparg| 1, ALLOCATES;
            BUILD_STRING = 50, 0, Count, |oparg| oparg, |oparg| 1, RAISES | ALLOCATES;
            BUILD_TUPLE = 51, 0, Count, |oparg| oparg, |oparg| 1, ALLOCATES;
            CALL = 52, 3, Count, |oparg| 2 + oparg, |oparg| 1, RAISES | ALLOCATES | CALLS_PYTHON;
            CALL_INTRINSIC_1 = 53, 0, Count, |oparg| 1, |oparg| 1, RAISES | ALLOCATES | CALLS_PYTHON;
            CALL_INTRINSIC_2 = 54, 0, Count, |oparg| 2, |oparg| 1, RAISES | ALLOCATES | CALLS_PYTHON;
            CALL_KW = 55, 3, Count, |oparg| 3 + oparg, |oparg| 1, RAISES | ALLOCATES | CALLS_PYTHON;
            COMPARE_OP = 56, 1, Count, |oparg| 2, |oparg| 1, RAISES | ALLOCATES | CALLS_PYTHON;
            CONTAINS_OP = 57, 1, Count, |oparg| 2, |oparg| 1, RAISES | ALLOCATES | CALLS_PYTHON;
            CONVERT_VALUE = 58, 0, Count, |oparg| 1, |oparg| 1, RAISES | ALLOCATES | CALLS_PYTHON;
            COPY = 59, 0, Count, |oparg| oparg, |oparg| oparg + 1, PURE;
            COPY_FREE_VARS = 60, 0, Count, |oparg| 0, |oparg| 0, PURE;
            DELETE_ATTR = 61, 0, Name, |oparg| 1, |oparg| 0, RAISES | ALLOCATES | CALLS_PYTHON;
            DELETE_DEREF = 62, 0, Free, |oparg| 0, |oparg| 0, RAISES;
            DELETE_FAST = 63, 0, Local, |oparg| 0, |oparg| 0, RAISES;
            DELETE_GLOBAL = 64, 0, Name, |oparg| 0, |oparg| 0, RAISES | CALLS_PYTHON;
            DELETE_NAME = 65, 0, Name, |oparg| 0, |oparg| 0, RAISES | CALLS_PYTHON;
            DICT_MERGE = 66, 0, Count, |oparg| 4 + oparg, |oparg| 3 + oparg, RAISES | ALLOCATES | CALLS_PYTHON;
            DICT_UPDATE = 67, 0, Count, |oparg| 1 + oparg, |oparg| oparg, RAISES | ALLOCATES | CALLS_PYTHON;
            END_ASYNC_FOR = 68, 0, Jump, |oparg| 2, |oparg| 0, RAISES;
            EXTENDED_ARG = 69, 0, Count, |oparg| 0, |oparg| 0, PURE;
            FOR_ITER = 70, 1, Jump, |oparg| 1, |oparg| 2, RAISES | ALLOCATES | CALLS_PYTHON;
            GET_AWAITABLE = 71, 0, Count, |oparg| 1, |oparg| 1, RAISES | ALLOCATES | CALLS_PYTHON;
            IMPORT_FROM = 72, 0, Name, |oparg| 1, |oparg| 2, RAISES | ALLOCATES | CALLS_PYTHON;
            IMPORT_NAME = 73, 0, Name, |oparg| 2, |oparg| 1, RAISES | ALLOCATES | CALLS_PYTHON;
            IS_OP = 74, 0, Count, |oparg| 2, |oparg| 1, PURE;
            JUMP_BACKWARD = 75, 1, Jump, |oparg| 0, |oparg| 0, RAISES | CALLS_PYTHON;
            JUMP_BACKWARD_NO_INTERRUPT = 76, 0, Jump, |oparg| 0, |oparg| 0, PURE;
            JUMP_FORWARD = 77, 0, Jump, |oparg| 0, |oparg| 0, PURE;
            LIST_APPEND = 78, 0, Count, |oparg| 1 + oparg, |oparg| oparg, ALLOCATES;
            LIST_EXTEND = 79, 0, Count, |oparg| 1 + oparg, |oparg| oparg, RAISES | ALLOCATES | CALLS_PYTHON;
            LOAD_ATTR = 80, 9, Name, |oparg| 1, |oparg| 1 + (oparg & 1), RAISES | ALLOCATES | CALLS_PYTHON;
            LOAD_COMMON_CONSTANT = 81, 0, Count, |oparg| 0, |oparg| 1, PURE;
            LOAD_CONST = 82, 0, Const, |oparg| 0, |oparg| 1, PURE;
            LOAD_DEREF = 83, 0, Local, |oparg| 0, |oparg| 1, RAISES;
            LOAD_FAST = 84, 0, Local, |oparg| 0, |oparg| 1, PURE;
            LOAD_FAST_AND_CLEAR = 85, 0, Local, |oparg| 0, |oparg| 1, PURE;
            LOAD_FAST_BORROW = 86, 0, Local, |oparg| 0, |oparg| 1, PURE;
            LOAD_FAST_BORROW_LOAD_FAST_BORROW = 87, 0, LocalPair, |oparg| 0, |oparg| 2, PURE;
            LOAD_FAST_CHECK = 88, 0, Local, |oparg| 0, |oparg| 1, RAISES;
            LOAD_FAST_LOAD_FAST = 89, 0, LocalPair, |oparg| 0, |oparg| 2, PURE;
            LOAD_FROM_DICT_OR_DEREF = 90, 0, Free, |oparg| 1, |oparg| 1, RAISES | ALLOCATES | CALLS_PYTHON;
            LOAD_FROM_DICT_OR_GLOBALS = 91, 0, Name, |oparg| 1, |oparg| 1, RAISES | ALLOCATES | CALLS_PYTHON;
            LOAD_GLOBAL = 92, 4, Name, |oparg| 0, |oparg| 1 + (oparg & 1), RAISES | ALLOCATES | CALLS_PYTHON;
            LOAD_NAME = 93, 0, Name, |oparg| 0, |oparg| 1, RAISES | ALLOCATES | CALLS_PYTHON;
            LOAD_SMALL_INT = 94, 0, Count, |oparg| 0, |oparg| 1, PURE;
            LOAD_SPECIAL = 95, 0, Count, |oparg| 1, |oparg| 2, RAISES | ALLOCATES | CALLS_PYTHON;
            LOAD_SUPER_ATTR = 96, 1, Name, |oparg| 3, |oparg| 1 + (oparg & 1), RAISES | ALLOCATES | CALLS_PYTHON;
            MAKE_CELL = 97, 0, Free, |oparg| 0, |oparg| 0, ALLOCATES;
            MAP_ADD = 98, 0, Count, |oparg| 2 + oparg, |oparg| oparg, RAISES | ALLOCATES | CALLS_PYTHON;
            MATCH_CLASS = 99, 0, Count, |oparg| 3, |oparg| 1, RAISES | ALLOCATES | CALLS_PYTHON;
            POP_JUMP_IF_FALSE = 100, 1, Jump, |oparg| 1, |oparg| 0, PURE;
            POP_JUMP_IF_NONE = 101, 1, Jump, |oparg| 1, |oparg| 0, PURE;
            POP_JUMP_IF_NOT_NONE = 102, 1, Jump, |oparg| 1, |oparg| 0, PURE;
            POP_JUMP_IF_TRUE = 103, 1, Jump, |oparg| 1, |oparg| 0, PURE;
            RAISE_VARARGS = 104, 0, Count, |oparg| oparg, |oparg| 0, RAISES | ALLOCATES | CALLS_PYTHON;
            RERAISE = 105, 0, Count, |oparg| 1 + oparg, |oparg| oparg, RAISES;
            SEND = 106, 1, Jump, |oparg| 2, |oparg| 2, RAISES | ALLOCATES | CALLS_PYTHON;
            SET_ADD = 107, 0, Count, |oparg| 1 + oparg, |oparg| oparg, RAISES | ALLOCATES | CALLS_PYTHON;
            SET_FUNCTION_ATTRIBUTE = 108, 0, Count, |oparg| 2, |oparg| 1, PURE;
            SET_UPDATE = 109, 0, Count, |oparg| 1 + oparg, |oparg| oparg, RAISES | ALLOCATES | CALLS_PYTHON;
            STORE_ATTR = 110, 4, Name, |oparg| 2, |oparg| 0, RAISES | ALLOCATES | CALLS_PYTHON;
            STORE_DEREF = 111, 0, Free, |oparg| 1, |oparg| 0, PURE;
            STORE_FAST = 112, 0, Local, |oparg| 1, |oparg| 0, PURE;
            STORE_FAST_LOAD_FAST = 113, 0, LocalPair, |oparg| 1, |oparg| 1, PURE;
            STORE_FAST_STORE_FAST = 114, 0, LocalPair, |oparg| 2, |oparg| 0, PURE;
            STORE_GLOBAL = 115, 0, Name, |oparg| 1, |oparg| 0, RAISES | ALLOCATES | CALLS_PYTHON;
            STORE_NAME = 116, 0, Name, |oparg| 1, |oparg| 0, RAISES | ALLOCATES | CALLS_PYTHON;
            SWAP = 117, 0, Count, |oparg| oparg, |oparg| oparg, PURE;
            UNPACK_EX = 118, 0, Count, |oparg| 1, |oparg| 1 + (oparg & 0xFF) + (oparg >> 8), RAISES | ALLOCATES | CALLS_PYTHON;
            UNPACK_SEQUENCE = 119, 1, Count, |oparg| 1, |oparg| oparg, RAISES | ALLOCATES | CALLS_PYTHON;
            YIELD_VALUE = 120, 0, Count, |oparg| 1, |oparg| 1, RAISES | CALLS_PYTHON;
            RESUME = 128, 0, Count, |oparg| 0, |oparg| 0, RAISES | CALLS_PYTHON;
        }
    };
}

/// What an instruction's argument means.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Argument {
    /// There is none; the byte is zero.
    None,
    /// A number: of operands, of an operator, flags.
    Count,
    /// Index into `co_consts`.
    Const,
    /// Index into `co_names`, above the flag bits that some instructions put below it.
    Name,
    /// Index into the local variables (`co_localsplusnames`).
    Local,
    /// Two such indices, four bits each.
    LocalPair,
    /// Index of a cell or free variable in `co_localsplusnames`.
    Free,
    /// Distance in code units, forward or backward as the instruction says.
    Jump,
}

/// What an operation may do, for the passes of the compiler.
pub mod effects {
    /// None of the effects below.
    pub const PURE: u8 = 0;
    /// May raise an exception.
    pub const RAISES: u8 = 1;
    /// May allocate, and so collect.
    pub const ALLOCATES: u8 = 2;
    /// May run arbitrary Python code.
    pub const CALLS_PYTHON: u8 = 4;
}

macro_rules! define {
    ($($name:ident = $number:literal, $caches:literal, $argument:ident, |$p:ident| $pops:expr, |$q:ident| $pushes:expr, $($effect:ident)|+;)*) => {
        /// An instruction of CPython 3.14, by CPython's name and number.
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        #[repr(u8)]
        #[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
        pub enum Opcode { $($name = $number,)* }

        impl Opcode {
            /// Every instruction, by number.
            pub const ALL: &'static [Opcode] = &[$(Opcode::$name,)*];

            /// The instruction with CPython's number `byte`, if there is one.
            pub const fn from_byte(byte: u8) -> Option<Opcode> {
                match byte {
                    $($number => Some(Opcode::$name),)*
                    _ => None,
                }
            }

            /// CPython's name.
            pub const fn name(self) -> &'static str {
                match self { $(Opcode::$name => stringify!($name),)* }
            }

            /// Code units of inline cache that follow the instruction.
            pub const fn caches(self) -> usize {
                match self { $(Opcode::$name => $caches,)* }
            }

            pub const fn argument(self) -> Argument {
                match self { $(Opcode::$name => Argument::$argument,)* }
            }

            /// Values taken off the stack.
            #[allow(unused_variables)]
            pub const fn pops(self, oparg: u32) -> u32 {
                match self { $(Opcode::$name => { let $p = oparg; $pops })* }
            }

            /// Values put on the stack, on the path that does not raise (and, for a conditional
            /// jump, on both).
            #[allow(unused_variables)]
            pub const fn pushes(self, oparg: u32) -> u32 {
                match self { $(Opcode::$name => { let $q = oparg; $pushes })* }
            }

            /// Bits of [`effects`].
            pub const fn effects(self) -> u8 {
                use effects::*;
                match self { $(Opcode::$name => $($effect)|+,)* }
            }
        }
    };
}

for_each_opcode!(define);
