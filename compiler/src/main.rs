//! The command `krait`.

use std::process::exit;

use krait_compiler::options::{Command, Invocation, Options};
use krait_compiler::{dis, driver, run};

#[global_allocator]
static ALLOCATOR: krait_runtime::gc::global::KraitAlloc = krait_runtime::gc::global::KraitAlloc;

fn main() {
    let status = match Options::parse_arguments() {
        Invocation::Python(start) => run::run(start),
        Invocation::Command(Options { command }) => match command {
            Command::Run(r) => run::run(r.into_start()),
            Command::Dis(options) => match dis::dis(&options) {
                Ok(good) => i32::from(!good),
                Err(diagnostic) => {
                    eprintln!("{diagnostic}");
                    1
                }
            },
            Command::Build(build) => match driver::build(&build) {
                Ok(()) => 0,
                Err(diagnostics) => {
                    diagnostics.iter().for_each(|diagnostic| eprintln!("{diagnostic}"));
                    1
                }
            },
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
