//! The command line.
//!
//! `krait FILE`, `-c`, `-m` and `-` take what follows as the program's own arguments, as `python`
//! does; anything else is a subcommand.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::codegen::module::Omit;

/// What to run, and with which `sys.argv`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Start {
    pub source: Source,
    pub arguments: Vec<String>,
}

/// Where a program comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A file, or a folder with `__main__.py`.
    File(String),
    /// `-c`: the text itself.
    Text(String),
    /// `-m`: a module's name.
    Module(String),
    /// `-`: standard input.
    Stdin,
}

/// Compiles and runs Python 3.14 programs.
#[derive(Parser, Debug)]
#[command(
    name = "krait",
    version,
    override_usage = "krait [FILE | -c TEXT | -m MODULE | -] [ARGUMENTS]...\n       krait <COMMAND>",
    after_help = "Examples:\n  krait app.py --verbose        run a program, as python does\n  krait -m json.tool data.json  run a module of the library\n  krait -c 'print(6 * 7)'       run a text"
)]
pub struct Options {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand, Debug)]
pub enum Command {
    /// Run a program with a chosen engine.
    Run(Run),
    /// Compile a program to one native executable.
    Build(Build),
    /// Show the bytecode of a file
    Dis(Dis),
}

#[derive(Args, Debug)]
pub struct Run {
    /// What runs the program
    #[arg(long, value_enum, default_value_t = Engine::Interp)]
    pub engine: Engine,
    /// The program
    pub file: String,
    /// The program's own arguments
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub arguments: Vec<String>,
}

/// What runs a program.
#[derive(clap::ValueEnum, Copy, Clone, PartialEq, Eq, Debug)]
pub enum Engine {
    /// The bytecode interpreter
    Interp,
    /// Machine code: the program is built first, as by `krait build`
    Aot,
}

impl Run {
    pub fn into_start(self) -> Start {
        Start { source: Source::File(self.file), arguments: self.arguments }
    }
}

/// `krait dis`
#[derive(Args, Clone, Debug)]
pub struct Dis {
    /// A source file, a `.pyc` file, or `-` for standard input
    pub file: String,
    /// One line of JSON with every field of every code object, in the form "pycode/1"
    #[arg(long)]
    pub json: bool,
    /// 1 leaves out assertions, 2 docstrings too
    #[arg(short = 'O', long, value_name = "LEVEL", default_value_t = 0,
          value_parser = clap::value_parser!(u8).range(0..=2))]
    pub optimize: u8,
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
    /// Also put in this module, which is imported by a name that is made at run time; of a
    /// package, all of it
    #[arg(long, value_name = "NAME")]
    pub include: Vec<String>,
    /// Also put in the compiler's front end and every native module, as for a program that calls
    /// `eval` or `exec`
    #[arg(long)]
    pub dynamic: bool,
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
    /// Leave out entry-checks, frames, polls or sites, to measure what they cost
    #[arg(long, hide = true, value_name = "NAMES", default_value = "", value_parser = Omit::parse)]
    pub omit: Omit,
    /// Let some of the guards of typed code fail always, to test what happens then
    #[arg(long, hide = true, value_name = "SEED")]
    pub fail_guards: Option<u64>,
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

impl Build {
    /// What `krait build FILE` asks for.
    pub fn of(file: &str) -> Build {
        let options = Options::parse_from(["krait", "build", "--", file]);
        match options.command {
            Command::Build(build) => build,
            _ => unreachable!("the subcommand is given"),
        }
    }
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

/// A parsed command line.
pub enum Invocation {
    Python(Start),
    Command(Options),
}

impl Options {
    /// Parses the process's arguments; prints help or an error and exits where that is asked for.
    pub fn parse_arguments() -> Invocation {
        let mut args = std::env::args().skip(1);
        let first = args.next();
        let rest: Vec<String> = args.collect();
        let with = |source, skip: usize| {
            Invocation::Python(Start { source, arguments: rest[skip..].to_vec() })
        };
        match first.as_deref() {
            Some("-c") if !rest.is_empty() => with(Source::Text(rest[0].clone()), 1),
            Some("-m") if !rest.is_empty() => with(Source::Module(rest[0].clone()), 1),
            Some("-") => with(Source::Stdin, 0),
            Some(name)
                if name.ends_with(".py")
                    || name.ends_with(".pyc")
                    || (name.contains('/') && !name.starts_with('-')) =>
            {
                with(Source::File(name.to_string()), 0)
            }
            _ => Invocation::Command(Options::parse()),
        }
    }
}
