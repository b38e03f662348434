//! Python 3.14 source to bytecode: what CPython 3.14 makes of it, byte for byte.
//!
//! The pipeline is [`compile`]: decode and parse, prepare the tree, find the scope of each name,
//! emit instructions, optimise them, assemble.

mod assemble;
pub mod ast;
mod ast_objects;
mod constants;
mod docstring;
mod emit;
mod error;
mod flowgraph;
mod fold;
mod instruction;
pub mod json_dump;
mod names;
mod options;
mod parse;
mod preprocess;
mod runtime_hook;
pub mod symtable;
mod symtable_objects;
mod tokenize;
mod unparse;

use krait_runtime::bytecode::CodeUnit;
use rustpython_wtf8::Wtf8;

pub use error::{ErrorKind, SyntaxError, Warning};
pub use options::{ALLOW_TOP_LEVEL_AWAIT, DONT_IMPLY_DEDENT, Options};
pub use parse::Mode;
pub use runtime_hook::FRONT_END;

use error::{Failure, StackGuard};
use options::IGNORE_COOKIE;
use parse::Lines;

/// A code object, with the warnings that are to be issued for its source.
#[derive(Debug)]
pub struct Compiled {
    pub code: CodeUnit,
    pub warnings: Vec<Warning>,
}

/// Compiles `source`, as `compile(source, filename, mode)` does.
pub fn compile(
    source: &[u8],
    filename: &Wtf8,
    mode: Mode,
    options: &Options,
) -> Result<Compiled, SyntaxError> {
    let guard = StackGuard::new(options.stack_budget);
    let text = parse::decode(source, options.flags & IGNORE_COOKIE == 0)
        .map_err(|failure| syntax_error(failure, filename, None))?;
    let lines = Lines::new(&text);
    let mut warnings = Vec::new();
    let result = parse::parse_text(&text, &lines, mode, options.flags, guard, &mut warnings)
        .and_then(|mut tree| compile_stages(&mut tree, filename, options, guard, &mut warnings));
    match result {
        Ok(code) => Ok(Compiled { code, warnings }),
        Err(failure) => Err(syntax_error(failure, filename, Some((&text, &lines)))),
    }
}

/// Parses `source` to a tree.
pub fn parse(
    source: &[u8],
    filename: &Wtf8,
    mode: Mode,
    options: &Options,
) -> Result<(ast::Tree, Vec<Warning>), SyntaxError> {
    let guard = StackGuard::new(options.stack_budget);
    let text = parse::decode(source, options.flags & IGNORE_COOKIE == 0)
        .map_err(|failure| syntax_error(failure, filename, None))?;
    let lines = Lines::new(&text);
    let mut warnings = Vec::new();
    match parse::parse_text(&text, &lines, mode, options.flags, guard, &mut warnings) {
        Ok(tree) => Ok((tree, warnings)),
        Err(failure) => Err(syntax_error(failure, filename, Some((&text, &lines)))),
    }
}

/// The symbol table of a tree as it was parsed.
pub fn symbol_table(
    tree: &mut ast::Tree,
    filename: &Wtf8,
    options: &Options,
) -> Result<symtable::Symtable, SyntaxError> {
    let guard = StackGuard::new(options.stack_budget);
    let ast::Tree { names, body } = tree;
    let features = options::features(body, names, options);
    let table = features.and_then(|features| symtable::build(body, names, &features, guard));
    table.map_err(|failure| failure.without_source(filename))
}

/// Changes a tree as compilation does before it emits code: what `PyCF_OPTIMIZED_AST` shows.
pub fn preprocess_tree(
    tree: &mut ast::Tree,
    filename: &Wtf8,
    options: &Options,
) -> Result<Vec<Warning>, SyntaxError> {
    let guard = StackGuard::new(options.stack_budget);
    let mut warnings = Vec::new();
    let ast::Tree { names, body } = tree;
    let result = options::features(body, names, options).and_then(|features| {
        preprocess::preprocess(body, &features, options.optimize, guard, &mut warnings)
    });
    match result {
        Ok(()) => Ok(warnings),
        Err(failure) => Err(failure.without_source(filename)),
    }
}

/// Compiles a tree, which is changed on the way. Errors have no source text.
pub fn compile_tree(
    tree: &mut ast::Tree,
    filename: &Wtf8,
    options: &Options,
) -> Result<Compiled, SyntaxError> {
    let guard = StackGuard::new(options.stack_budget);
    let mut warnings = Vec::new();
    match compile_stages(tree, filename, options, guard, &mut warnings) {
        Ok(code) => Ok(Compiled { code, warnings }),
        Err(failure) => Err(syntax_error(failure, filename, None)),
    }
}

/// Everything after parsing.
fn compile_stages(
    tree: &mut ast::Tree,
    filename: &Wtf8,
    options: &Options,
    guard: StackGuard,
    warnings: &mut Vec<Warning>,
) -> Result<CodeUnit, Failure> {
    let ast::Tree { names, body } = tree;
    let features = options::features(body, names, options)?;
    preprocess::preprocess(body, &features, options.optimize, guard, warnings)?;
    let table = symtable::build(body, names, &features, guard)?;
    emit::module(body, names, table, filename, features, options.optimize, guard, warnings)
}

/// Gives a failure its file name and source line, and counts its columns in characters.
fn syntax_error(failure: Failure, filename: &Wtf8, source: Option<(&str, &Lines)>) -> SyntaxError {
    let Failure { kind, message, loc } = failure;
    let mut error = SyntaxError {
        kind,
        message,
        filename: filename.to_owned(),
        lineno: None,
        offset: None,
        end_lineno: None,
        end_offset: None,
        text: None,
    };
    let Some(loc) = loc else { return error };
    error.lineno = Some(loc.line);
    error.end_lineno = Some(loc.end_line);
    // Negative columns are CPython's ways to say that there is none.
    let characters = |line: i32, col: i32| match source {
        _ if col < 0 => col + 1,
        Some((text, lines)) => {
            let line = lines.text(text, line);
            let col = col as usize;
            // The line end counts as a character.
            let beyond = col.saturating_sub(line.len());
            let inside = line.get(..col - beyond).map_or(col, |before| before.chars().count());
            (inside + beyond) as i32 + 1
        }
        None => col + 1,
    };
    error.offset = Some(characters(loc.line, loc.col));
    error.end_offset = Some(characters(loc.end_line, loc.end_col));
    if let Some((text, lines)) = source {
        error.text = Some(lines.text(text, loc.line).to_owned() + "\n");
    }
    error
}
