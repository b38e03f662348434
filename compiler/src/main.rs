//! The command `krait`.

mod options;
mod run;

use clap::Parser;
use options::{Command, Options};

#[global_allocator]
static ALLOCATOR: krait_runtime::gc::global::KraitAlloc = krait_runtime::gc::global::KraitAlloc;

fn main() {
    let status = match Options::parse_arguments() {
        options::Invocation::Python(start) => run::run(start),
        options::Invocation::Command(Options { command }) => match command {
            Command::Run(r) => run::run(r.into_start()),
        },
    };
    std::process::exit(status);
}

#[allow(unused_imports)]
use Parser as _;
