//! The command `krait`.

use std::process::exit;

use krait_compiler::diagnostics::Diagnostic;
use krait_compiler::options::{Command, Engine, Invocation, Options};
use krait_compiler::{dis, driver, run};

#[global_allocator]
static ALLOCATOR: krait_runtime::gc::global::KraitAlloc = krait_runtime::gc::global::KraitAlloc;

fn main() {
    let status = match Options::parse_arguments() {
        Invocation::Python(start) => run::run(start),
        Invocation::Command(Options { command }) => match command {
            Command::Run(r) => match r.engine {
                Engine::Interp => run::run(r.into_start()),
                Engine::Aot => show(driver::build_and_run(&r)),
            },
            Command::Dis(options) => {
                show(dis::dis(&options).map(|good| i32::from(!good)).map_err(|d| vec![d]))
            }
            Command::Build(build) => show(driver::build(&build).map(|()| 0)),
        },
    };
    exit(status);
}

/// The exit status, after what went wrong was shown.
fn show(result: Result<i32, Vec<Diagnostic>>) -> i32 {
    result.unwrap_or_else(|diagnostics| {
        diagnostics.iter().for_each(|diagnostic| eprintln!("{diagnostic}"));
        1
    })
}
