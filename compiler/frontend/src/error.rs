//! What the front end says of a program that is not one.

use rustpython_wtf8::{Wtf8, Wtf8Buf};

use crate::ast::Loc;

/// The exception to raise.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum ErrorKind {
    Syntax,
    Indentation,
    Tab,
    /// `_IncompleteInputError`: more lines could make it a program.
    Incomplete,
    /// The tree is deeper than the stack allows (`RecursionError`).
    Recursion,
    /// `ValueError`: the tree of an `ast` object is not well-formed.
    Value,
    /// `TypeError`: as above.
    Type,
}

impl ErrorKind {
    /// The exception's name.
    pub fn type_name(self) -> &'static str {
        match self {
            ErrorKind::Syntax => "SyntaxError",
            ErrorKind::Indentation => "IndentationError",
            ErrorKind::Tab => "TabError",
            ErrorKind::Incomplete => "_IncompleteInputError",
            ErrorKind::Recursion => "RecursionError",
            ErrorKind::Value => "ValueError",
            ErrorKind::Type => "TypeError",
        }
    }
}

/// A `SyntaxError` with its attributes. `offset` and `end_offset` count characters from 1.
#[derive(Clone, PartialEq, Debug)]
pub struct SyntaxError {
    pub kind: ErrorKind,
    pub message: String,
    pub filename: Wtf8Buf,
    pub lineno: Option<i32>,
    pub offset: Option<i32>,
    pub end_lineno: Option<i32>,
    pub end_offset: Option<i32>,
    /// The line of the error.
    pub text: Option<String>,
}

/// A `SyntaxWarning` to be issued.
#[derive(Clone, PartialEq, Debug)]
pub struct Warning {
    pub message: String,
    pub lineno: i32,
    /// Characters from 1.
    pub offset: i32,
    pub end_lineno: i32,
    pub end_offset: i32,
}

/// An error inside the front end, before file name and source line are known.
#[derive(Clone, Debug)]
pub struct Failure {
    pub kind: ErrorKind,
    pub message: String,
    /// Lines from 1, columns in UTF-8 bytes from 0.
    pub loc: Option<Loc>,
}

impl Failure {
    pub fn at(loc: Loc, message: impl Into<String>) -> Failure {
        Failure { kind: ErrorKind::Syntax, message: message.into(), loc: Some(loc) }
    }

    /// The error for a tree that has no source.
    pub fn without_source(self, filename: &Wtf8) -> SyntaxError {
        crate::syntax_error(self, filename, None)
    }

    pub fn recursion() -> Failure {
        Failure {
            kind: ErrorKind::Recursion,
            message: "maximum recursion depth exceeded during compilation".to_owned(),
            loc: None,
        }
    }
}

/// Result of a step of the front end.
pub type Fallible<T = ()> = Result<T, Failure>;

/// Watches how much native stack the recursion over a tree uses. Without it, a deep tree would
/// overflow the stack; with it, one gets a `RecursionError`. It compares addresses of locals, so
/// it costs two instructions and needs nothing of the platform.
#[derive(Copy, Clone, Debug)]
pub struct StackGuard {
    top: usize,
    budget: usize,
}

impl StackGuard {
    /// Allows `budget` bytes of stack from here on.
    #[inline(never)]
    pub fn new(budget: usize) -> StackGuard {
        let here = 0u8;
        StackGuard { top: &raw const here as usize, budget }
    }

    /// How deep a recursion may go that uses `bytes` a level.
    pub fn levels(self, bytes: usize) -> usize {
        self.budget / bytes
    }

    /// Fails if the budget is used up.
    #[inline]
    pub fn check(self) -> Fallible {
        let here = 0u8;
        if self.top.abs_diff(&raw const here as usize) > self.budget {
            return Err(Failure::recursion());
        }
        Ok(())
    }
}
