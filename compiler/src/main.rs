//! The `krait` command.

use std::process::ExitCode;

use clap::Parser;
use krait_compiler::driver;
use krait_compiler::options::{Command, Options};

fn main() -> ExitCode {
    let Command::Build(build) = Options::parse().command;
    match driver::build(&build) {
        Ok(()) => ExitCode::SUCCESS,
        Err(diagnostics) => {
            for diagnostic in diagnostics {
                eprintln!("{diagnostic}");
            }
            ExitCode::FAILURE
        }
    }
}
