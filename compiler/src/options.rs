//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// Compile Python 3.14 programs ahead of time.
#[derive(Parser, Debug)]
#[command(name = "krait", version)]
pub struct Options {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand, Debug)]
pub enum Command {
    /// Compile a program to one native executable
    Build(Build),
}

/// `krait build`
#[derive(Args, Clone, Debug)]
pub struct Build {
    /// The program's main file
    #[arg(required_unless_present = "module")]
    pub file: Option<PathBuf>,
    /// Build a module, found as an import would find it, in place of a file
    #[arg(short, long, conflicts_with = "file", value_name = "NAME")]
    pub module: Option<String>,
    /// The executable to write [default: the program's name]
    #[arg(short, long, value_name = "PATH")]
    pub output: Option<PathBuf>,
    /// Show which functions became machine code, and why any did not
    #[arg(long)]
    pub report: bool,
    /// Which modules to compile to machine code; the others stay bytecode in the executable
    #[arg(long, value_enum, default_value_t = Native::Program)]
    pub native: Native,
    /// How much work goes into the program's machine code. Library modules get level 1
    #[arg(short = 'O', value_name = "LEVEL", default_value_t = 2,
          value_parser = clap::value_parser!(u8).range(1..=2))]
    pub optimize: u8,
    /// Keep debug information: debuggers and profilers then show Python's lines
    #[arg(short = 'g', long)]
    pub debug: bool,
    /// Write each module's intermediate representation to this folder
    #[arg(long, value_name = "FOLDER")]
    pub keep_ir: Option<PathBuf>,
    /// Write LLVM's optimized representation to this folder
    #[arg(long, value_name = "FOLDER")]
    pub keep_llvm: Option<PathBuf>,
    /// Do not read or write the cache of compiled modules
    #[arg(long)]
    pub no_cache: bool,
    /// Compile with this many threads [default: one for each processor]
    #[arg(short, long, value_name = "N")]
    pub jobs: Option<usize>,
    /// Show each step and how long it took
    #[arg(short, long)]
    pub verbose: bool,
}

/// Which modules become machine code.
#[derive(clap::ValueEnum, Copy, Clone, PartialEq, Eq, Debug)]
pub enum Native {
    /// The program's own modules, not the standard library's
    Program,
    /// Every module
    All,
    /// None: every module is interpreted
    None,
}
