//! A code object under construction.

use crate::ast::{AnnAssign, Expr, Loc, Name, Stmt};
use crate::constants::Constants;
use crate::instruction::{Label, Sequence};
use crate::names::{Names, WordMap, WordSet, known};
use crate::symtable::{BlockId, Scope, Symbols, Symtable, symbol};

/// Names numbered in the order in which they were added.
#[derive(Debug, Default)]
pub struct NameTable {
    entries: Symbols,
    count: usize,
    /// The first number.
    base: usize,
}

impl NameTable {
    pub fn add(&mut self, name: Name) -> usize {
        match self.get(name) {
            Some(i) => i,
            None => {
                self.entries.set(name, self.count as u32);
                self.count += 1;
                self.base + self.count - 1
            }
        }
    }

    pub fn get(&self, name: Name) -> Option<usize> {
        self.entries.get(name).map(|i| self.base + i as usize)
    }

    pub fn len(&self) -> usize {
        self.count
    }

    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    pub fn iter(&self) -> impl Iterator<Item = Name> {
        self.entries.iter().map(|(name, _)| name)
    }
}

/// What the code object needs besides its instructions.
#[derive(Debug, Default)]
pub struct Metadata {
    pub name: Option<Name>,
    pub qualname: String,
    pub argcount: usize,
    pub posonlyargcount: usize,
    pub kwonlyargcount: usize,
    pub firstlineno: i32,
    pub consts: Constants,
    pub names: NameTable,
    pub varnames: NameTable,
    pub cellvars: NameTable,
    pub freevars: NameTable,
    /// Locals of inlined comprehensions outside functions; whether one is in force.
    pub fast_hidden: WordMap<Name, bool>,
}

#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum ScopeKind {
    Module,
    Class,
    Function,
    AsyncFunction,
    Lambda,
    Comprehension,
    Annotations,
}

/// A statement that is being compiled, for `return`, `break` and `continue` in it.
#[derive(Copy, Clone, Debug)]
pub enum FBlockKind<'a> {
    WhileLoop,
    ForLoop,
    AsyncForLoop,
    TryExcept,
    /// With the statements of `finally`.
    FinallyTry(&'a [Stmt]),
    FinallyEnd,
    With,
    AsyncWith,
    /// With the name of `except … as name`.
    HandlerCleanup(Option<Name>),
    PopValue,
    ExceptionHandler,
    ExceptionGroupHandler,
    AsyncComprehensionGenerator,
    StopIteration,
}

#[derive(Copy, Clone, Debug)]
pub struct FBlock<'a> {
    pub kind: FBlockKind<'a>,
    pub block: Label,
    pub exit: Label,
    pub loc: Loc,
}

/// An annotation to be evaluated by `__annotate__`.
#[derive(Copy, Clone, Debug)]
pub struct DeferredAnnotation<'a> {
    pub target: Name,
    pub annotation: &'a Expr,
    pub loc: Loc,
    /// Its element in `__conditional_annotations__`.
    pub index: Option<i64>,
}

impl<'a> DeferredAnnotation<'a> {
    pub fn new(target: Name, a: &'a AnnAssign, loc: Loc, index: Option<i64>) -> Self {
        DeferredAnnotation { target, annotation: &a.annotation, loc, index }
    }
}

#[derive(Debug)]
pub struct Unit<'a> {
    pub kind: ScopeKind,
    pub block: BlockId,
    /// The class whose private names are mangled.
    pub private: Option<Name>,
    pub metadata: Metadata,
    pub seq: Sequence,
    pub fblocks: Vec<FBlock<'a>>,
    pub in_inlined_comp: u32,
    pub in_conditional_block: u32,
    pub deferred_annotations: Vec<DeferredAnnotation<'a>>,
    pub next_conditional_index: i64,
    pub static_attributes: WordSet<Name>,
}

impl Unit<'_> {
    pub fn new(
        table: &Symtable,
        interner: &Names,
        block: BlockId,
        name: Name,
        kind: ScopeKind,
        line: i32,
    ) -> Self {
        let entry = table.block(block);
        let mut metadata = Metadata { name: Some(name), firstlineno: line, ..Metadata::default() };
        for name in &entry.varnames {
            metadata.varnames.add(*name);
        }
        for name in names_by(interner, &entry.symbols, Scope::Cell, symbol::COMP_CELL) {
            metadata.cellvars.add(name);
        }
        if entry.needs_class_closure {
            metadata.cellvars.add(known::CLASS);
        }
        if entry.needs_classdict {
            metadata.cellvars.add(known::CLASSDICT);
        }
        if entry.has_conditional_annotations {
            metadata.cellvars.add(known::CONDITIONAL_ANNOTATIONS);
        }
        metadata.freevars.base = metadata.cellvars.len();
        for name in names_by(interner, &entry.symbols, Scope::Free, symbol::FREE_CLASS) {
            metadata.freevars.add(name);
        }
        Unit {
            kind,
            block,
            private: None,
            metadata,
            seq: Sequence::default(),
            fblocks: Vec::new(),
            in_inlined_comp: 0,
            in_conditional_block: 0,
            deferred_annotations: Vec::new(),
            next_conditional_index: 0,
            static_attributes: WordSet::default(),
        }
    }
}

/// The names whose scope is `scope` or that have `flag`, sorted.
fn names_by(interner: &Names, symbols: &Symbols, scope: Scope, flag: u32) -> Vec<Name> {
    let is_one = |value: u32| Scope::of(value) == scope || value & flag != 0;
    let mut found: Vec<Name> =
        symbols.iter().filter(|(_, value)| is_one(*value)).map(|(name, _)| name).collect();
    found.sort_unstable_by(|a, b| interner.text(*a).cmp(interner.text(*b)));
    found
}
