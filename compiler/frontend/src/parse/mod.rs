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
use crate::error::{ErrorKind, Failure, Fallible, StackGuard, Warning};
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
    if let Mod::Interactive(stmts) = &body {
        check_single(source, stmts, flags)?;
    }
    warnings.append(&mut converter.warnings);
    Ok(Tree { names: converter.names, body })
}

fn incomplete(loc: Option<Loc>) -> Failure {
    Failure { kind: ErrorKind::Incomplete, message: "incomplete input".to_owned(), loc }
}

/// Refuses several statements where one is wanted, and a compound one that no line end follows if
/// `flags` say that more of it may come.
fn check_single(source: &str, stmts: &[Stmt], flags: u32) -> Fallible {
    let is_compound = |s: &Stmt| {
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
    };
    if let Some(pair) = stmts.windows(2).find(|pair| pair[1].loc.line > pair[0].loc.end_line) {
        if is_compound(&pair[0]) {
            let Loc { line, col, .. } = pair[1].loc;
            return Err(Failure::at(Loc::new(line, line, col, col + 1), "invalid syntax"));
        }
        let Loc { end_line, end_col, .. } = pair[0].loc;
        let loc = Loc::new(end_line, end_line, end_col, end_col + 1);
        let message = "multiple statements found while compiling a single statement";
        return Err(Failure::at(loc, message));
    }
    let is_open = flags & DONT_IMPLY_DEDENT != 0 && !source.ends_with('\n');
    if is_open && stmts.last().is_some_and(is_compound) {
        return Err(incomplete(None));
    }
    Ok(())
}
