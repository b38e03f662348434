//! Declarations of the runtime's functions.

use inkwell::attributes::{Attribute, AttributeLoc};
use inkwell::context::Context;
use inkwell::module::Module;
use inkwell::types::{BasicMetadataTypeEnum, FunctionType};
use inkwell::values::{CallSiteValue, FunctionValue};
use inkwell::{AddressSpace, GlobalVisibility};

use super::optimize::Level;
use crate::ir::Operation;
use crate::ir::operation::{Operand, Returns};

/// What compiled code calls besides operations.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Support {
    /// `(thread, frame, offset)`: adds the frame to the raised exception's traceback.
    Traceback,
    /// `(thread, frame, result, offset) -> result`: the function returns at the bytecode offset, and
    /// its frame object lives on.
    Leave,
    /// `(thread) -> word`: the stack pointer is below the thread's limit, which may have been
    /// raised to interrupt. 0 = raised; true if functions must not be called directly.
    Interrupt,
    /// `(thread, frame, suspension, offset, stack, depth) -> result`: the interpreter runs the
    /// rest of a frame that is traced; `EXHAUSTED` if it is not.
    GoOn,
}

impl Support {
    pub const fn symbol(self) -> &'static str {
        match self {
            Support::Traceback => "krait_native_traceback",
            Support::Leave => "krait_native_leave",
            Support::Interrupt => "krait_native_interrupt",
            Support::GoOn => "krait_native_go_on",
        }
    }

    fn ty<'ctx>(self, context: &'ctx Context) -> FunctionType<'ctx> {
        let word = context.i64_type();
        let pointer = context.ptr_type(AddressSpace::default());
        let p = pointer.into();
        match self {
            Support::Traceback => {
                let number = context.i32_type().into();
                context.void_type().fn_type(&[p, p, number], false)
            }
            Support::Leave => {
                let number = context.i32_type().into();
                word.fn_type(&[p, p, word.into(), number], false)
            }
            Support::Interrupt => word.fn_type(&[p], false),
            Support::GoOn => {
                let number = context.i32_type().into();
                word.fn_type(&[p, p, p, number, p, number], false)
            }
        }
    }
}

/// Gives `function` an attribute that LLVM names `name`.
pub fn add_attribute(context: &Context, function: FunctionValue, loc: AttributeLoc, name: &str) {
    let kind = Attribute::get_named_enum_kind_id(name);
    assert!(kind != 0, "LLVM has no attribute {name}");
    function.add_attribute(loc, context.create_enum_attribute(kind, 0));
}

/// Gives one call an attribute that LLVM names `name`.
pub fn add_call_attribute(context: &Context, call: CallSiteValue, loc: AttributeLoc, name: &str) {
    let kind = Attribute::get_named_enum_kind_id(name);
    assert!(kind != 0, "LLVM has no attribute {name}");
    call.add_attribute(loc, context.create_enum_attribute(kind, 0));
}

/// The declaration of a support function.
pub fn support<'ctx>(
    context: &'ctx Context,
    module: &Module<'ctx>,
    support: Support,
) -> FunctionValue<'ctx> {
    module.get_function(support.symbol()).unwrap_or_else(|| {
        let ty = support.ty(context);
        let function = module.add_function(support.symbol(), ty, None);
        function.as_global_value().set_visibility(GlobalVisibility::Hidden);
        add_attribute(context, function, AttributeLoc::Function, "nounwind");
        add_attribute(context, function, AttributeLoc::Function, "cold");
        function
    })
}

/// The type of a function that performs `operation`.
pub fn operation_type<'ctx>(context: &'ctx Context, operation: Operation) -> FunctionType<'ctx> {
    let word = context.i64_type();
    let pointer = context.ptr_type(AddressSpace::default());
    let mut params: Vec<BasicMetadataTypeEnum> = vec![pointer.into()];
    for operand in operation.operands() {
        match operand {
            Operand::Value | Operand::Slot | Operand::Number => params.push(word.into()),
            Operand::Float => params.push(context.f64_type().into()),
            Operand::Address | Operand::Outs => params.push(pointer.into()),
            Operand::Slots => {
                params.push(pointer.into());
                params.push(word.into());
            }
        }
    }
    match operation.returns() {
        Returns::Value | Returns::Status | Returns::Word => word.fn_type(&params, false),
        Returns::Nothing => context.void_type().fn_type(&params, false),
    }
}

/// The declaration of the function `symbol` that performs `operation`, or, if the fast paths
/// define it, its definition.
pub fn operation<'ctx>(
    context: &'ctx Context,
    module: &Module<'ctx>,
    operation: Operation,
    symbol: &str,
) -> FunctionValue<'ctx> {
    module.get_function(symbol).unwrap_or_else(|| {
        let function = module.add_function(symbol, operation_type(context, operation), None);
        function.as_global_value().set_visibility(GlobalVisibility::Hidden);
        add_attribute(context, function, AttributeLoc::Function, "nounwind");
        function
    })
}

/// The fast path for `operation` when its number (if it has one) is `number`: the name of a
/// function in `ops.bc` with the same parameters. Quick code gets the small ones only.
pub fn fast_path(operation: Operation, number: Option<u64>, level: Level) -> Option<&'static str> {
    let large = match operation {
        Operation::load_global => Some("krait_fast_load_global"),
        Operation::load_attr => Some("krait_fast_load_attr"),
        Operation::load_method => Some("krait_fast_load_method"),
        Operation::store_attr => Some("krait_fast_store_attr"),
        Operation::for_iter => Some("krait_fast_for_iter"),
        Operation::store_subscr => Some("krait_fast_store_subscr"),
        Operation::binary_op if number == Some(SUBSCRIPT) => Some("krait_fast_subscript"),
        _ => None,
    };
    let small = || match (operation, number) {
        (Operation::to_bool, _) => Some("krait_fast_to_bool"),
        (Operation::binary_op, Some(op)) => find(BINARY_FAST_PATHS, op),
        (Operation::compare_op, Some(op)) => find(COMPARE_FAST_PATHS, op >> 5),
        _ => None,
    };
    match level {
        Level::Quick => small(),
        Level::Full => large.or_else(small),
    }
}

fn find(table: &[(u64, &'static str)], number: u64) -> Option<&'static str> {
    table.iter().find(|(n, _)| *n == number).map(|(_, symbol)| *symbol)
}

/// `BINARY_OP`'s argument for `a[b]`.
const SUBSCRIPT: u64 = 26;

/// By argument of `BINARY_OP`, in-place operators included: on ints they are the same.
const BINARY_FAST_PATHS: &[(u64, &str)] = &[
    (0, "krait_fast_add"),
    (1, "krait_fast_and"),
    (2, "krait_fast_floor_divide"),
    (5, "krait_fast_multiply"),
    (6, "krait_fast_remainder"),
    (7, "krait_fast_or"),
    (9, "krait_fast_right_shift"),
    (10, "krait_fast_subtract"),
    (12, "krait_fast_xor"),
    (13, "krait_fast_add"),
    (14, "krait_fast_and"),
    (15, "krait_fast_floor_divide"),
    (18, "krait_fast_multiply"),
    (19, "krait_fast_remainder"),
    (20, "krait_fast_or"),
    (22, "krait_fast_right_shift"),
    (23, "krait_fast_subtract"),
    (25, "krait_fast_xor"),
];

/// By argument of `COMPARE_OP` without its flags.
const COMPARE_FAST_PATHS: &[(u64, &str)] = &[
    (0, "krait_fast_less"),
    (1, "krait_fast_less_equal"),
    (2, "krait_fast_equal"),
    (3, "krait_fast_not_equal"),
    (4, "krait_fast_greater"),
    (5, "krait_fast_greater_equal"),
];
