//! Source text to tree.
//!
//! `ruff_python_parser` parses; no other module knows it.

mod convert;
mod convert_expr;
mod decode;
mod lines;
mod literals;

use ruff_python_parser::ParseOptions;

pub use decode::decode;
pub use lines::Lines;

use crate::ast::{Mod, Names, Tree};
use crate::error::{ErrorKind, Failure, StackGuard, Warning};
use convert::Converter;

/// What the source is parsed as, `compile()`'s third argument.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Mode {
    Exec,
    Eval,
    Single,
}

/// Parses decoded source.
pub fn parse_text(
    source: &str,
    lines: &Lines,
    mode: Mode,
    guard: StackGuard,
    warnings: &mut Vec<Warning>,
) -> Result<Tree, Failure> {
    let options = match mode {
        Mode::Exec | Mode::Single => ParseOptions::from(ruff_python_parser::Mode::Module),
        Mode::Eval => ParseOptions::from(ruff_python_parser::Mode::Expression),
    };
    let options = options.with_target_version(ruff_python_ast::PythonVersion::PY314);
    let parsed = ruff_python_parser::parse_unchecked(source, options);
    if let Some(error) = parsed.errors().first() {
        let range = error.location;
        return Err(Failure {
            kind: ErrorKind::Syntax,
            message: error.error.to_string(),
            loc: Some(lines.loc(range.start().to_u32(), range.end().to_u32())),
        });
    }
    let mut converter =
        Converter { source, lines, names: Names::default(), guard, warnings: Vec::new() };
    let body = match parsed.into_syntax() {
        ruff_python_ast::Mod::Module(module) => {
            let body = converter.body(&module.body)?;
            if mode == Mode::Single { Mod::Interactive(body) } else { Mod::Module(body) }
        }
        ruff_python_ast::Mod::Expression(expression) => {
            Mod::Expression(converter.boxed(&expression.body)?)
        }
    };
    warnings.append(&mut converter.warnings);
    Ok(Tree { names: converter.names, body })
}
