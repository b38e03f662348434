//! The command line.
//!
//! `krait FILE`, `-c`, `-m` and `-` take what follows as the program's own arguments, as `python`
//! does; anything else is a subcommand.

use clap::{Args, Parser, Subcommand};

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
}

#[derive(Args, Debug)]
pub struct Run {
    /// The engine: the bytecode interpreter.
    #[arg(long, default_value = "interp", value_parser = ["interp"])]
    pub engine: String,
    /// The program.
    pub file: String,
    /// The program's own arguments.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub arguments: Vec<String>,
}

impl Run {
    pub fn into_start(self) -> Start {
        Start { source: Source::File(self.file), arguments: self.arguments }
    }
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
        let with = |source, skip: usize| Invocation::Python(Start { source, arguments: rest[skip..].to_vec() });
        match first.as_deref() {
            Some("-c") if !rest.is_empty() => with(Source::Text(rest[0].clone()), 1),
            Some("-m") if !rest.is_empty() => with(Source::Module(rest[0].clone()), 1),
            Some("-") => with(Source::Stdin, 0),
            Some(name) if name.ends_with(".py") || (name.contains('/') && !name.starts_with('-')) => {
                with(Source::File(name.to_string()), 0)
            }
            _ => Invocation::Command(Options::parse()),
        }
    }
}
