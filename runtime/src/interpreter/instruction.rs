//! The instructions of the decoded copy: CPython's, by CPython's numbers, and forms of them that
//! only the interpreter knows.
//!
//! A form for one operator (`ADD`) saves the look at the argument. A fused form does the work of
//! its own place and of the next one and skips that; the next instruction stays where it is, since
//! jumps may lead there and the fused form reads its argument from it. Where a fused form's quick
//! way is not open, it does what the plain instruction does and leaves the next to itself.

use crate::bytecode::Opcode;
use crate::for_each_opcode;

macro_rules! define {
    ($($name:ident = $number:literal, $caches:literal, $argument:ident, |$p:ident| $pops:expr, |$q:ident| $pushes:expr, $($effect:ident)|+;)*) => {
        /// An instruction of the decoded copy.
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        #[repr(u8)]
        #[derive(Copy, Clone, PartialEq, Eq, Debug)]
        pub enum Op {
            $($name = $number,)*
            /// `BINARY_OP` by operator, in-place forms included.
            ADD = 129,
            SUBTRACT,
            MULTIPLY,
            GET_ITEM,
            /// A small int and `ADD` or `SUBTRACT`.
            SMALL_INT_ADD,
            SMALL_INT_SUBTRACT,
            /// A test and the conditional jump on its result.
            COMPARE_JUMP,
            CONTAINS_JUMP,
            IS_JUMP,
            TRUTH_JUMP,
            /// A local variable, and an attribute of it: loaded or stored.
            LOAD_FAST_LOAD_ATTR,
            LOAD_FAST_STORE_ATTR,
            /// Two local variables, and the item of one at the other.
            LOAD_FAST_PAIR_GET_ITEM,
            /// `CALL` of something else than a Python function with as many parameters as arguments.
            CALL_GENERAL,
            /// The next item goes into a local variable.
            FOR_ITER_STORE_FAST,
            /// In the place of every instruction of a code object that is traced.
            TRACE,
            /// A call of a native function of which a profiler hears.
            PROFILED_CALL,
            /// A jump that a debugger asks for; it drops as many values as its cache number says.
            TRACED_JUMP,
        }

        impl Op {
            /// The plain form.
            pub const fn plain(opcode: Opcode) -> Op {
                match opcode { $(Opcode::$name => Op::$name,)* }
            }
        }
    };
}

for_each_opcode!(define);

impl Op {
    /// The form of `opcode` with argument `arg`, given what comes next.
    pub fn of(opcode: Opcode, arg: u32, next: Option<(Opcode, u32)>) -> Op {
        let (following, following_arg) = next.unwrap_or((Opcode::NOP, 0));
        let jumps = matches!(following, Opcode::POP_JUMP_IF_FALSE | Opcode::POP_JUMP_IF_TRUE);
        match opcode {
            Opcode::BINARY_OP => binary(arg).unwrap_or(Op::BINARY_OP),
            // Bit 4 says that the result is to be a bool.
            Opcode::COMPARE_OP if jumps && arg & 16 != 0 => Op::COMPARE_JUMP,
            Opcode::CONTAINS_OP if jumps => Op::CONTAINS_JUMP,
            Opcode::IS_OP if jumps => Op::IS_JUMP,
            Opcode::TO_BOOL if jumps => Op::TRUTH_JUMP,
            Opcode::LOAD_SMALL_INT if following == Opcode::BINARY_OP => match binary(following_arg)
            {
                Some(Op::ADD) => Op::SMALL_INT_ADD,
                Some(Op::SUBTRACT) => Op::SMALL_INT_SUBTRACT,
                _ => Op::LOAD_SMALL_INT,
            },
            Opcode::LOAD_FAST | Opcode::LOAD_FAST_BORROW => match following {
                Opcode::LOAD_ATTR => Op::LOAD_FAST_LOAD_ATTR,
                Opcode::STORE_ATTR => Op::LOAD_FAST_STORE_ATTR,
                _ => Op::LOAD_FAST,
            },
            Opcode::LOAD_FAST_LOAD_FAST | Opcode::LOAD_FAST_BORROW_LOAD_FAST_BORROW => {
                match following {
                    Opcode::BINARY_OP if binary(following_arg) == Some(Op::GET_ITEM) => {
                        Op::LOAD_FAST_PAIR_GET_ITEM
                    }
                    _ => Op::LOAD_FAST_LOAD_FAST,
                }
            }
            Opcode::FOR_ITER if following == Opcode::STORE_FAST => Op::FOR_ITER_STORE_FAST,
            _ => Op::plain(opcode),
        }
    }
}

/// The form of `BINARY_OP` for an operator that has one.
fn binary(number: u32) -> Option<Op> {
    use crate::ops::Binary;
    const SUBSCRIPT: u32 = 26;
    if number == SUBSCRIPT {
        return Some(Op::GET_ITEM);
    }
    match Binary::ALL[number as usize % Binary::ALL.len()] {
        Binary::Add => Some(Op::ADD),
        Binary::Subtract => Some(Op::SUBTRACT),
        Binary::Multiply => Some(Op::MULTIPLY),
        _ => None,
    }
}
