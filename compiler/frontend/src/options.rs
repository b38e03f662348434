//! What a compilation is asked for, and the future features that the source itself asks for.

use krait_runtime::bytecode::code_unit::flags;

use crate::ast::*;
use crate::error::{Failure, Fallible};
use crate::names::known;

/// `PyCF_ALLOW_TOP_LEVEL_AWAIT`, among `compile()`'s flags.
pub const ALLOW_TOP_LEVEL_AWAIT: u32 = 0x2000;
/// `PyCF_DONT_IMPLY_DEDENT`, among `compile()`'s flags: used by `codeop`.
pub const DONT_IMPLY_DEDENT: u32 = 0x200;
/// `PyCF_ONLY_AST`: `compile()` is to give the tree.
pub const ONLY_AST: u32 = 0x400;
/// `PyCF_IGNORE_COOKIE`: the source is UTF-8, whatever its first lines say.
pub const IGNORE_COOKIE: u32 = 0x800;
/// `PyCF_TYPE_COMMENTS`: type comments are part of the tree.
pub const TYPE_COMMENTS: u32 = 0x1000;
/// `PyCF_ALLOW_INCOMPLETE_INPUT`: a source that ends too early has an exception of its own.
pub const ALLOW_INCOMPLETE_INPUT: u32 = 0x4000;
/// `PyCF_OPTIMIZED_AST`: as `ONLY_AST`, of the tree that is compiled.
pub const OPTIMIZED_AST: u32 = 0x8000 | ONLY_AST;

/// The flags of `compile()` that a code object keeps and that nested code inherits.
pub const INHERITED: u32 = flags::FUTURE_ANNOTATIONS | flags::FUTURE_BARRY_AS_BDFL | 0x00fe_0000;

/// How to compile.
#[derive(Copy, Clone, Debug)]
pub struct Options {
    /// 0, 1 (no asserts) or 2 (no docstrings either).
    pub optimize: u8,
    /// Future features (`co_flags` bits) to begin with, and `ALLOW_TOP_LEVEL_AWAIT`.
    pub flags: u32,
    /// Native stack that may be used, in bytes; more is a `RecursionError`.
    pub stack_budget: usize,
}

impl Default for Options {
    fn default() -> Options {
        Options { optimize: 0, flags: 0, stack_budget: 1 << 20 }
    }
}

/// Features in force in a source.
#[derive(Copy, Clone, Debug, Default)]
pub struct Features {
    /// `co_flags` bits.
    pub flags: u32,
    /// `from __future__ import annotations`.
    pub annotations: bool,
    pub top_level_await: bool,
    /// The last `from __future__` import at the beginning, if any.
    last: Option<Loc>,
}

impl Features {
    /// Whether a `from __future__` import at `loc` comes after the beginning of the file.
    pub fn is_late(&self, loc: Loc) -> bool {
        match self.last {
            None => true,
            Some(last) => {
                loc.line > last.line || (loc.line == last.end_line && loc.col > last.end_col)
            }
        }
    }
}

/// Finds the `from __future__` imports at the beginning of a tree.
pub fn features(body: &Mod, names: &Names, options: &Options) -> Fallible<Features> {
    let mut features = Features { flags: options.flags & INHERITED, ..Features::default() };
    let stmts = match body {
        Mod::Module(stmts) | Mod::Interactive(stmts) => stmts.as_slice(),
        Mod::Expression(_) | Mod::FunctionType { .. } => &[],
    };
    let start = usize::from(docstring(stmts).is_some());
    for stmt in &stmts[start..] {
        let StmtKind::ImportFrom { module: Some(known::FUTURE), names: aliases, level: 0 } =
            &stmt.kind
        else {
            break;
        };
        for alias in aliases {
            match names.text(alias.name) {
                "nested_scopes" | "generators" | "division" | "absolute_import"
                | "with_statement" | "print_function" | "unicode_literals" | "generator_stop" => {}
                "annotations" => features.flags |= flags::FUTURE_ANNOTATIONS,
                "barry_as_FLUFL" => features.flags |= flags::FUTURE_BARRY_AS_BDFL,
                "braces" => return Err(Failure::at(alias.loc, "not a chance")),
                other => {
                    let message = format!("future feature {other} is not defined");
                    return Err(Failure::at(alias.loc, message));
                }
            }
        }
        features.last = Some(stmt.loc);
    }
    features.annotations = features.flags & flags::FUTURE_ANNOTATIONS != 0;
    features.top_level_await = options.flags & ALLOW_TOP_LEVEL_AWAIT != 0;
    Ok(features)
}
