//! The target machine and LLVM's passes.

use inkwell::OptimizationLevel;
use inkwell::module::Module;
use inkwell::passes::PassBuilderOptions;
use inkwell::targets::{
    CodeModel, FileType, InitializationConfig, RelocMode, Target, TargetMachine, TargetTriple,
};

use crate::target;

/// How much work goes into machine code.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Level {
    /// Inlined fast paths, and else what can be had quickly: a third of the time.
    Quick,
    /// LLVM's `-O2`.
    Full,
}

/// The machine for the target that is compiled for.
pub fn machine(target: &target::Target, level: Level) -> TargetMachine {
    Target::initialize_x86(&InitializationConfig::default());
    Target::initialize_aarch64(&InitializationConfig::default());
    let triple = TargetTriple::create(target.triple);
    let llvm = Target::from_triple(&triple).expect("LLVM was built with the target");
    llvm.create_target_machine(
        &triple,
        target.cpu,
        "",
        match level {
            Level::Quick => OptimizationLevel::None,
            Level::Full => OptimizationLevel::Default,
        },
        RelocMode::PIC,
        CodeModel::Default,
    )
    .expect("LLVM knows the target")
}

/// Runs LLVM's passes.
pub fn optimize(module: &Module, machine: &TargetMachine, level: Level) {
    let options = PassBuilderOptions::create();
    options.set_verify_each(false);
    // Interpreter-like straight-line code: nothing to vectorize, and trying costs compile time.
    options.set_loop_vectorization(false);
    options.set_loop_slp_vectorization(false);
    options.set_loop_unrolling(false);
    let passes = match level {
        Level::Quick => {
            "always-inline,function(sroa,early-cse<memssa>,simplifycfg,instcombine,gvn,simplifycfg)"
        }
        Level::Full => "default<O2>",
    };
    module.run_passes(passes, machine, options).expect("the pipelines are written rightly");
}

/// The module as an object file.
pub fn emit(module: &Module, machine: &TargetMachine) -> Vec<u8> {
    let buffer =
        machine.write_to_memory_buffer(module, FileType::Object).expect("the module was verified");
    buffer.as_slice().to_vec()
}
