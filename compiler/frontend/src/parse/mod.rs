//! Source text to tree.
//!
//! `ruff_python_parser` parses; no other module knows it.

mod convert;
mod convert_expr;
mod decode;
mod errors;
mod lines;
mod literals;
mod scan;

use ruff_python_parser::ParseOptions;

pub use decode::decode;
pub use lines::Lines;

use crate::ast::{Loc, Mod, Names, Stmt, StmtKind, Tree};
use crate::error::{ErrorKind, Failure, StackGuard, Warning};
use crate::options::{ALLOW_INCOMPLETE_INPUT, DONT_IMPLY_DEDENT};
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
    flags: u32,
    guard: StackGuard,
    warnings: &mut Vec<Warning>,
) -> Result<Tree, Failure> {
    let options = match mode {
        Mode::Exec | Mode::Single => ParseOptions::from(ruff_python_parser::Mode::Module),
        Mode::Eval => ParseOptions::from(ruff_python_parser::Mode::Expression),
    };
    let options = options.with_target_version(ruff_python_ast::PythonVersion::PY314);
    scan::check_nesting(source, lines, guard)?;
    let parsed = ruff_python_parser::parse_unchecked(source, options);
    if let Some(error) = parsed.errors().first() {
        let failure = errors::diagnose(source, lines, error, parsed.syntax());
        let at = error.location.start().to_usize();
        if flags & ALLOW_INCOMPLETE_INPUT != 0 && errors::wants_more(source, lines, at, &failure) {
            return Err(incomplete(failure.loc));
        }
        return Err(failure);
    }
    let mut converter =
        Converter { source, lines, names: Names::default(), guard, warnings: Vec::new() };
    let syntax = parsed.into_syntax();
    let body = match &syntax {
        ruff_python_ast::Mod::Module(module) => converter.body(&module.body).map(|body| {
            if mode == Mode::Single { Mod::Interactive(body) } else { Mod::Module(body) }
        }),
        ruff_python_ast::Mod::Expression(expression) => {
            converter.boxed(&expression.body).map(Mod::Expression)
        }
    };
    if let Err(Failure { kind: ErrorKind::Recursion, .. }) = body {
        // Dropping the tree would recurse as deep as it is; better to lose its memory.
        std::mem::forget(syntax);
        return Err(Failure::recursion());
    }
    let body = body?;
    if mode == Mode::Single
        && flags & DONT_IMPLY_DEDENT != 0
        && let Mod::Interactive(stmts) = &body
        && ends_in_block(source, stmts)
    {
        return Err(incomplete(None));
    }
    warnings.append(&mut converter.warnings);
    Ok(Tree { names: converter.names, body })
}

fn incomplete(loc: Option<Loc>) -> Failure {
    Failure { kind: ErrorKind::Incomplete, message: "incomplete input".to_owned(), loc }
}

/// Whether the last line, which has no end, is the body of a compound statement.
fn ends_in_block(source: &str, stmts: &[Stmt]) -> bool {
    let is_compound = stmts.last().is_some_and(|s| {
        use StmtKind::*;
        matches!(
            s.kind,
            FunctionDef(_)
                | ClassDef(_)
                | For(_)
                | While { .. }
                | If { .. }
                | With { .. }
                | Match { .. }
                | Try(_)
        )
    });
    let last = source.rsplit('\n').next().unwrap_or("");
    is_compound && last.starts_with([' ', '\t'])
}
