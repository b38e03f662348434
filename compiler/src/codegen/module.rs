//! One LLVM module from the functions of one Python module.

use inkwell::GlobalVisibility;
use inkwell::attributes::{Attribute, AttributeLoc};
use inkwell::context::Context;
use inkwell::memory_buffer::MemoryBuffer;
use inkwell::module::{Linkage, Module};
use inkwell::targets::TargetMachine;
use inkwell::values::{CallSiteValue, InstructionOpcode, LLVMTailCallKind};

use super::debuginfo::DebugInfo;
use super::optimize::Level;
use super::runtime_calls::{add_attribute, add_call_attribute};
use super::{Compiled, Input, function, optimize, sites};
use crate::target::Target;

/// The fast paths of operations as bitcode, made by the build script.
static FAST_PATHS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/ops.bc"));

/// What the functions of a module share while they are translated.
pub struct ModuleContext<'a, 'ctx> {
    pub context: &'ctx Context,
    pub module: &'a Module<'ctx>,
    pub debug: DebugInfo<'ctx>,
    pub cpu: &'static str,
    pub level: Level,
    pub omit: Omit,
}

/// What compiled code is to leave out, to measure what it costs. Programs run as before as long
/// as nothing asks for what was left out.
#[derive(Copy, Clone, PartialEq, Eq, Debug, Default)]
pub struct Omit {
    /// The look at the stack limit before a direct call.
    pub entry_checks: bool,
    /// The stores that make a frame findable, and the look at its object at the end.
    pub frames: bool,
    /// The look at the stack limit at back-edges.
    pub polls: bool,
    /// What keeps calls apart, so that a return address tells the bytecode offset.
    pub sites: bool,
}

impl Omit {
    /// From names, separated by commas.
    pub fn parse(names: &str) -> Result<Omit, String> {
        let mut omit = Omit::default();
        for name in names.split(',').filter(|name| !name.is_empty()) {
            match name {
                "entry-checks" => omit.entry_checks = true,
                "frames" => omit.frames = true,
                "polls" => omit.polls = true,
                "sites" => omit.sites = true,
                _ => {
                    return Err(format!(
                        "expected entry-checks, frames, polls or sites, not {name}"
                    ));
                }
            }
        }
        Ok(omit)
    }
}

/// Compiles the functions of the Python module `name`, read from `path`. `keep_llvm` asks for
/// LLVM's IR as text, after optimization.
pub fn compile(
    name: &str,
    path: &str,
    inputs: &[Input],
    target: &'static Target,
    level: Level,
    keep_llvm: bool,
    omit: Omit,
) -> Compiled {
    let context = Context::create();
    let machine = optimize::machine(target, level);
    let module = context.create_module(name);
    module.set_triple(&machine.get_triple());
    module.set_data_layout(&machine.get_target_data().get_data_layout());
    let debug = DebugInfo::new(&context, &module, path);
    let shared =
        ModuleContext { context: &context, module: &module, debug, cpu: target.cpu, level, omit };
    for (number, input) in inputs.iter().enumerate() {
        function::define(&shared, input, number as u64);
    }
    shared.debug.finish();
    // Last: the linker takes only what is called, of functions that are available elsewhere.
    link_fast_paths(&context, &module, &machine);
    if cfg!(debug_assertions) {
        module.verify().unwrap_or_else(|e| panic!("invalid LLVM IR for {name}: {e}"));
    }
    optimize::optimize(&module, &machine, level);
    let llvm = keep_llvm.then(|| module.print_to_string().to_string());
    let object = optimize::emit(&module, &machine);
    let functions = sites::read(&object, inputs);
    Compiled { object, functions, llvm }
}

/// Puts the fast paths into `module`, so that calls to them can be inlined. What is not inlined
/// is a call into the runtime, which has them too.
fn link_fast_paths<'ctx>(context: &'ctx Context, module: &Module<'ctx>, machine: &TargetMachine) {
    let buffer = MemoryBuffer::create_from_memory_range_copy(FAST_PATHS, "ops.bc");
    let fast = Module::parse_bitcode_from_buffer(&buffer, context)
        .expect("the build script checked the LLVM versions");
    fast.strip_debug_info();
    fast.set_triple(&machine.get_triple());
    fast.set_data_layout(&machine.get_target_data().get_data_layout());
    for function in fast.get_functions().filter(|f| f.count_basic_blocks() == 0) {
        // The runtime is part of the executable: a call needs no detour.
        let lazy = Attribute::get_named_enum_kind_id("nonlazybind");
        function.remove_enum_attribute(AttributeLoc::Function, lazy);
        if !function.get_name().to_bytes().starts_with(b"llvm.") {
            function.as_global_value().set_visibility(GlobalVisibility::Hidden);
        }
    }
    for global in fast.get_globals().filter(|g| g.get_initializer().is_none()) {
        global.set_visibility(GlobalVisibility::Hidden);
    }
    for function in fast.get_functions().filter(|f| f.count_basic_blocks() > 0) {
        // Not `internal`: LLVM would not inline a function that it may still have to emit.
        function.set_linkage(Linkage::AvailableExternally);
        for attribute in ["target-cpu", "target-features", "probe-stack"] {
            function.remove_string_attribute(AttributeLoc::Function, attribute);
        }
        let uwtable = Attribute::get_named_enum_kind_id("uwtable");
        function.remove_enum_attribute(AttributeLoc::Function, uwtable);
        let instructions =
            function.get_basic_blocks().into_iter().flat_map(|block| block.get_instructions());
        for instruction in instructions.filter(|i| i.get_opcode() == InstructionOpcode::Call) {
            let call = CallSiteValue::try_from(instruction).expect("a call");
            let callee = call.get_called_fn_value();
            if callee.is_none_or(|f| f.get_name().to_bytes().starts_with(b"llvm.")) {
                continue;
            }
            // Two calls that were inlined from one place must keep their sites apart.
            for name in ["nomerge", "cold"] {
                add_call_attribute(context, call, AttributeLoc::Function, name);
            }
            call.set_tail_call_kind(LLVMTailCallKind::LLVMTailCallKindNoTail);
        }
        add_attribute(context, function, AttributeLoc::Function, "nounwind");
    }
    module.link_in_module(fast).expect("one data layout");
}
