//! `_opcode`: what `opcode` and `dis` ask about instructions, answered from the runtime's table.
//!
//! CPython's instrumented instructions are those that they stand for; its pseudo instructions,
//! which only its compiler sees, have a table here. Specialised ones do not exist in Krait.

use krait_runtime::bytecode::dis;
use krait_runtime::bytecode::opcode::{Argument, Opcode};
use krait_runtime::error::PyResult;
use krait_runtime::native::NativeModule;
use krait_runtime::types::module::Module;
use krait_runtime::{Thread, Value};

pub static MODULE: NativeModule = NativeModule {
    name: "_opcode",
    doc: "Opcode support module.",
    functions: &functions::FUNCTIONS,
    init,
};

fn init(th: &Thread, m: &'static Module) -> PyResult<()> {
    m.set(th, "ENABLE_SPECIALIZATION", Value::from_i32(0));
    m.set(th, "ENABLE_SPECIALIZATION_FT", Value::from_i32(0));
    Ok(())
}

/// The instrumented instructions, by number from 234.
const INSTRUMENTED: [Option<Opcode>; 22] = {
    use Opcode::*;
    [
        Some(END_FOR),
        Some(POP_ITER),
        Some(END_SEND),
        Some(FOR_ITER),
        None,
        Some(JUMP_FORWARD),
        Some(NOT_TAKEN),
        Some(POP_JUMP_IF_TRUE),
        Some(POP_JUMP_IF_FALSE),
        Some(POP_JUMP_IF_NONE),
        Some(POP_JUMP_IF_NOT_NONE),
        Some(RESUME),
        Some(RETURN_VALUE),
        Some(YIELD_VALUE),
        Some(END_ASYNC_FOR),
        Some(LOAD_SUPER_ATTR),
        Some(CALL),
        Some(CALL_KW),
        Some(CALL_FUNCTION_EX),
        Some(JUMP_BACKWARD),
        None,
        None,
    ]
};
const FIRST_INSTRUMENTED: i64 = 234;
const ENTER_EXECUTOR: i64 = 255;

/// A pseudo instruction: its argument, whether it sets a handler, its effect on the stack and that
/// where it jumps.
struct Pseudo {
    argument: Argument,
    handler: bool,
    effect: i32,
    jump_effect: i32,
}

const fn pseudo(argument: Argument, handler: bool, effect: i32, jump_effect: i32) -> Pseudo {
    Pseudo { argument, handler, effect, jump_effect }
}

/// By number from 256.
const PSEUDO: [Pseudo; 11] = [
    // ANNOTATIONS_PLACEHOLDER, JUMP, JUMP_IF_FALSE, JUMP_IF_TRUE, JUMP_NO_INTERRUPT
    pseudo(Argument::None, false, 0, 0),
    pseudo(Argument::Jump, false, 0, 0),
    pseudo(Argument::Jump, false, 0, 0),
    pseudo(Argument::Jump, false, 0, 0),
    pseudo(Argument::Jump, false, 0, 0),
    // LOAD_CLOSURE, POP_BLOCK
    pseudo(Argument::Local, false, 1, 1),
    pseudo(Argument::None, false, 0, 0),
    // SETUP_CLEANUP, SETUP_FINALLY, SETUP_WITH
    pseudo(Argument::Count, true, 0, 2),
    pseudo(Argument::Count, true, 0, 1),
    pseudo(Argument::Count, true, 0, 1),
    // STORE_FAST_MAYBE_NULL
    pseudo(Argument::Local, false, -1, -1),
];
const FIRST_PSEUDO: i64 = 256;

/// What a number stands for.
enum Instruction {
    Real(Opcode),
    /// With an argument or without, and no effect.
    Other(bool),
    Pseudo(&'static Pseudo),
}

fn instruction(number: i64) -> Option<Instruction> {
    if let Ok(byte) = u8::try_from(number)
        && let Some(opcode) = Opcode::from_byte(byte)
    {
        return Some(Instruction::Real(opcode));
    }
    let index = |first: i64| usize::try_from(number - first).ok();
    if let Some(found) = index(FIRST_INSTRUMENTED).and_then(|i| INSTRUMENTED.get(i)) {
        return Some(match found {
            Some(opcode) => Instruction::Real(*opcode),
            None => Instruction::Other(number == ENTER_EXECUTOR),
        });
    }
    index(FIRST_PSEUDO).and_then(|i| PSEUDO.get(i)).map(Instruction::Pseudo)
}

fn argument(number: i64) -> Option<Argument> {
    Some(match instruction(number)? {
        Instruction::Real(opcode) => opcode.argument(),
        Instruction::Other(has) => {
            if has {
                Argument::Count
            } else {
                Argument::None
            }
        }
        Instruction::Pseudo(p) => p.argument,
    })
}

#[krait_macros::module]
mod functions {
    use super::*;
    use krait_runtime::object::Object;
    use krait_runtime::ops;
    use krait_runtime::raise;
    use krait_runtime::types::code::Code;
    use krait_runtime::types::list::List;
    use krait_runtime::types::str::Str;
    use krait_runtime::types::tuple::Tuple;

    /// Compute the stack effect of the opcode.
    #[function(sig = "(opcode, oparg=None, /, *, jump=None)")]
    fn stack_effect(
        th: &Thread,
        opcode: i64,
        oparg: Option<Value>,
        jump: Option<Value>,
    ) -> PyResult<i64> {
        let oparg = match oparg.filter(|v| !v.is_none()) {
            Some(v) => ops::index_clipped(th, v)? as u32,
            None => 0,
        };
        let jump = match jump {
            None | Some(Value::NONE) => None,
            Some(Value::TRUE) => Some(true),
            Some(Value::FALSE) => Some(false),
            Some(_) => {
                let message = "stack_effect: jump must be False, True or None";
                return Err(raise!(th, ValueError, "{message}"));
            }
        };
        match instruction(opcode) {
            // CPython counts the value that returning takes as pushed in the caller.
            Some(Instruction::Real(Opcode::RETURN_VALUE)) | Some(Instruction::Other(_)) => Ok(0),
            Some(Instruction::Real(opcode)) => {
                Ok(i64::from(opcode.pushes(oparg)) - i64::from(opcode.pops(oparg)))
            }
            Some(Instruction::Pseudo(p)) => Ok(i64::from(match jump {
                Some(true) => p.jump_effect,
                Some(false) => p.effect,
                None => p.effect.max(p.jump_effect),
            })),
            None => Err(raise!(th, ValueError, "invalid opcode or oparg")),
        }
    }

    /// Return True if opcode is valid, False otherwise.
    #[function(sig = "(opcode)")]
    fn is_valid(opcode: i64) -> bool {
        instruction(opcode).is_some()
    }

    /// Return True if the opcode uses its oparg, False otherwise.
    #[function(sig = "(opcode)")]
    fn has_arg(opcode: i64) -> bool {
        argument(opcode).is_some_and(|a| a != Argument::None)
    }

    /// Return True if the opcode accesses a constant, False otherwise.
    #[function(sig = "(opcode)")]
    fn has_const(opcode: i64) -> bool {
        argument(opcode) == Some(Argument::Const)
    }

    /// Return True if the opcode accesses an attribute by name, False otherwise.
    #[function(sig = "(opcode)")]
    fn has_name(opcode: i64) -> bool {
        argument(opcode) == Some(Argument::Name)
    }

    /// Return True if the opcode has a jump target, False otherwise.
    #[function(sig = "(opcode)")]
    fn has_jump(opcode: i64) -> bool {
        argument(opcode) == Some(Argument::Jump)
    }

    /// Return True if the opcode accesses a free variable, False otherwise.
    ///
    /// Note that 'free' in this context refers to names in the current scope
    /// that are referenced by inner scopes or names in outer scopes that are
    /// referenced from this scope. It does not include references to global
    /// or builtin scopes.
    #[function(sig = "(opcode)")]
    fn has_free(opcode: i64) -> bool {
        argument(opcode) == Some(Argument::Free)
    }

    /// Return True if the opcode accesses a local variable, False otherwise.
    #[function(sig = "(opcode)")]
    fn has_local(opcode: i64) -> bool {
        matches!(argument(opcode), Some(Argument::Local | Argument::LocalPair))
    }

    /// Return True if the opcode sets an exception handler, False otherwise.
    #[function(sig = "(opcode)")]
    fn has_exc(opcode: i64) -> bool {
        matches!(instruction(opcode), Some(Instruction::Pseudo(p)) if p.handler)
    }

    /// Return the specialization stats
    #[function]
    fn get_specialization_stats() {}

    /// Return array of symbols of binary ops.
    ///
    /// Indexed by the BINARY_OP oparg value.
    #[function]
    fn get_nb_ops(th: &Thread) -> Value {
        let pair = |(name, symbol): &(&str, &str)| {
            let pair = [Str::new(th, name).value(), Str::new(th, symbol).value()];
            Tuple::new(th, &pair).value()
        };
        let names = dis::BINARY_OP_NAMES.iter().copied().zip(dis::BINARY_OPS);
        let pairs: Vec<Value> = names.map(|row| pair(&row)).collect();
        List::new(th, &pairs).value()
    }

    fn strings(th: &Thread, texts: &[&str]) -> Value {
        let items: Vec<Value> = texts.iter().map(|t| Str::new(th, t).value()).collect();
        List::new(th, &items).value()
    }

    /// Return a list of names of the unary intrinsics.
    #[function]
    fn get_intrinsic1_descs(th: &Thread) -> Value {
        strings(th, &dis::INTRINSICS_1)
    }

    /// Return a list of names of the binary intrinsics.
    #[function]
    fn get_intrinsic2_descs(th: &Thread) -> Value {
        strings(th, &dis::INTRINSICS_2)
    }

    /// Return a list of special method names.
    #[function]
    fn get_special_method_names(th: &Thread) -> Value {
        strings(th, &dis::SPECIAL_METHODS)
    }

    /// Return the executor object at offset in code if exists, None otherwise.
    #[function(sig = "(code, offset)")]
    fn get_executor(th: &Thread, code: Value, _offset: i64) -> PyResult<Value> {
        use krait_runtime::object::ValueExt;
        if code.cast::<Code>().is_none() {
            let found = code.type_name();
            return Err(raise!(th, TypeError, "expected a code object, not '{found}'"));
        }
        Err(raise!(th, ValueError, "no executor at given byte offset"))
    }
}
