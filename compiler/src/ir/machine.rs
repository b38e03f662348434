//! Instructions of the machine: arithmetic on unboxed numbers, tests of words, and attempts at what
//! an operation does for common operands.
//!
//! None of them raises, calls Python code or allocates. Where one cannot do its work (a sum too
//! large, an index out of range) it says so in its last result, a condition that is true on
//! failure, or gives the word 0 for a value; code that uses it then performs the operation.

use std::fmt;

use super::types::Type;

macro_rules! machine {
    ($($(#[$doc:meta])* $name:ident($($operand:ident),*) -> $effect:ident ($($result:ident),*);)*) => {
        /// One of the machine's instructions.
        #[allow(non_camel_case_types)]
        #[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
        pub enum Machine { $($(#[$doc])* $name,)* }

        impl Machine {
            pub const ALL: &'static [Machine] = &[$(Machine::$name,)*];

            pub const fn name(self) -> &'static str {
                match self { $(Machine::$name => stringify!($name),)* }
            }

            /// The symbol of its function in `ops.bc`, if it is one that reads or writes memory.
            pub const fn symbol(self) -> &'static str {
                match self { $(Machine::$name => concat!("krait_try_", stringify!($name)),)* }
            }

            pub const fn operands(self) -> &'static [Type] {
                match self { $(Machine::$name => &[$(Type::$operand),*],)* }
            }

            pub const fn results(self) -> &'static [Type] {
                match self { $(Machine::$name => &[$(Type::$result),*],)* }
            }

            pub const fn effect(self) -> Effect {
                match self { $(Machine::$name => Effect::$effect,)* }
            }
        }
    };
}

/// What an instruction has to do with memory.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Effect {
    /// Nothing.
    None,
    /// It reads objects or the thread.
    Reads,
    /// It reads and writes objects.
    Writes,
}

machine! {
    /// Whether the value is a small int.
    is_int(Value) -> None (I1);
    /// Whether both values are small ints.
    are_ints(Value, Value) -> None (I1);
    untag_int(Value) -> None (I64);
    /// An unboxed int is always in the range of small ints.
    tag_int(I64) -> None (Value);
    /// Whether the value is an immediate float.
    is_float(Value) -> None (I1);
    untag_float(Value) -> None (F64);
    /// Whether the float has an immediate word.
    fits_float(F64) -> None (I1);
    tag_float(F64) -> None (Value);

    int_add(I64, I64) -> None (I64, I1);
    int_sub(I64, I64) -> None (I64, I1);
    int_mul(I64, I64) -> None (I64, I1);
    int_floor_div(I64, I64) -> None (I64, I1);
    int_mod(I64, I64) -> None (I64, I1);
    /// Fails unless both are exact as floats.
    int_true_div(I64, I64) -> None (F64, I1);
    int_shl(I64, I64) -> None (I64, I1);
    int_shr(I64, I64) -> None (I64, I1);
    int_and(I64, I64) -> None (I64);
    int_or(I64, I64) -> None (I64);
    int_xor(I64, I64) -> None (I64);
    int_lt(I64, I64) -> None (I1);
    int_le(I64, I64) -> None (I1);
    int_eq(I64, I64) -> None (I1);
    int_ne(I64, I64) -> None (I1);
    int_gt(I64, I64) -> None (I1);
    int_ge(I64, I64) -> None (I1);
    int_to_float(I64) -> None (F64);

    float_add(F64, F64) -> None (F64);
    float_sub(F64, F64) -> None (F64);
    float_mul(F64, F64) -> None (F64);
    /// Fails where the divisor is zero.
    float_div(F64, F64) -> None (F64, I1);
    float_neg(F64) -> None (F64);
    float_lt(F64, F64) -> None (I1);
    float_le(F64, F64) -> None (I1);
    float_eq(F64, F64) -> None (I1);
    float_ne(F64, F64) -> None (I1);
    float_gt(F64, F64) -> None (I1);
    float_ge(F64, F64) -> None (I1);

    /// Whether a loop's back-edge or an entry must go to the runtime: somebody interrupts, or the
    /// stack is used up.
    interrupted() -> Reads (I1);
    /// Whether the frame has an object, through which its variables can be seen and changed.
    observed() -> Reads (I1);

    /// The truth of what is no object with methods.
    truth(Value) -> Reads (Value);
    /// The item of a list or tuple at an index, which may be negative.
    item_at(Value, I64) -> Reads (Value);
    /// Stores an item of a list; the condition is true on failure.
    set_item_at(Value, I64, Value) -> Writes (I1);
    /// `container[key]`.
    item(Value, Value) -> Reads (Value);
    /// `container[key] = value`; the condition is true on failure.
    set_item(Value, Value, Value) -> Writes (I1);
    /// An attribute in a slot that the cache knows.
    slot(Value, Ptr) -> Reads (Value);
    /// Stores such an attribute; the condition is true on failure.
    set_slot(Value, Value, Ptr) -> Writes (I1);
    /// The function of a method that the cache knows.
    method(Value, Ptr) -> Reads (Value);
    /// The running function's global variable or builtin that the cache knows.
    global(Value, Ptr) -> Reads (Value);
    /// The next item of an iterator over a range, list or tuple.
    next(Value) -> Writes (Value);

    /// Whether the value is a `range`, whose iterators nobody else has.
    is_range(Value) -> Reads (I1);
    /// Whether the value is an iterator over small ints of a range.
    is_range_iterator(Value) -> Reads (I1);
    /// State of an iterator over a range: its next number, its step, and how many are left.
    range_next(Value) -> Reads (I64);
    range_step(Value) -> Reads (I64);
    range_left(Value) -> Reads (I64);
    /// `(iterator, next, left)`: writes the state back.
    set_range(Value, I64, I64) -> Writes ();
}

impl Machine {
    pub fn from_name(name: &str) -> Option<Machine> {
        Machine::ALL.iter().copied().find(|op| op.name() == name)
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
