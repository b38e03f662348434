//! Tree to instructions.
//!
//! One [`Unit`] per code object; visiting a node appends instructions to the innermost unit. The
//! instructions and their order are those of CPython 3.14's code generator, so that after
//! [`crate::flowgraph`] and [`crate::assemble`] the code object is CPython's byte for byte.

mod annotations;
mod call;
mod class;
mod comprehension;
mod exception;
mod expr;
mod function;
mod name;
mod pattern;
mod stmt;
mod unit;

use std::collections::BTreeSet;

use krait_runtime::bytecode::code_unit::flags;
use krait_runtime::bytecode::{CodeUnit, Constant};
use rustpython_wtf8::{Wtf8, Wtf8Buf};

use crate::ast::*;
use crate::error::{Failure, Fallible, StackGuard, Warning};
use crate::instruction::{Label, Op, op};
use crate::names::known;
use crate::options::Features;
use crate::symtable::{Block, BlockId, BlockKind, Key, Part, Symtable, key};
use crate::{assemble, flowgraph};

pub use unit::Metadata;
use unit::{FBlock, FBlockKind, ScopeKind, Unit};

/// CPython's `_PY_STACK_USE_GUIDELINE`: longer displays are built piece by piece.
const STACK_USE_GUIDELINE: usize = 30;

/// CPython's `CO_MAXBLOCKS`.
const MAX_BLOCKS: usize = 40;

/// Compiles a tree whose symbol table is `table`.
pub fn module(
    body: &Mod,
    names: &mut Names,
    table: Symtable,
    filename: &Wtf8,
    features: Features,
    optimize: u8,
    guard: StackGuard,
    warnings: &mut Vec<Warning>,
) -> Fallible<CodeUnit> {
    let top_key = key(body, Part::Body);
    let top = table.lookup(top_key);
    let unit = Unit::new(&table, names, top, known::MODULE_CODE, ScopeKind::Module, 1);
    let mut compiler = Compiler {
        table,
        names,
        features,
        optimize,
        guard,
        interactive: matches!(body, Mod::Interactive(_)),
        filename: filename.to_owned(),
        warnings,
        disable_warnings: 0,
        unit,
        outer: Vec::new(),
    };
    let loc = Loc::new(0, 1, 0, 0);
    compiler.add_i(loc, op::RESUME, 0);
    compiler.add(loc, op::ANNOTATIONS_PLACEHOLDER);
    let add_none = match body {
        Mod::Module(stmts) => {
            compiler.module_body(stmts, false)?;
            true
        }
        Mod::Interactive(stmts) => {
            compiler.module_body(stmts, true)?;
            true
        }
        Mod::Expression(e) => {
            compiler.expr(e)?;
            false
        }
        Mod::FunctionType { .. } => unreachable!("the symbol table refuses it"),
    };
    compiler.finish(add_none)
}

struct Compiler<'a> {
    table: Symtable,
    names: &'a mut Names,
    features: Features,
    optimize: u8,
    guard: StackGuard,
    interactive: bool,
    filename: Wtf8Buf,
    warnings: &'a mut Vec<Warning>,
    /// Positive while a `finally` body is compiled for the second time.
    disable_warnings: u32,
    unit: Unit<'a>,
    /// The units around.
    outer: Vec<Unit<'a>>,
}

impl<'a> Compiler<'a> {
    fn block(&self) -> &Block {
        self.table.block(self.unit.block)
    }

    fn add(&mut self, loc: Loc, op: Op) {
        self.unit.seq.add(op, 0, loc);
    }

    fn add_i(&mut self, loc: Loc, op: Op, arg: usize) {
        self.unit.seq.add(op, arg as u32, loc);
    }

    fn add_jump(&mut self, loc: Loc, op: Op, label: Label) {
        self.unit.seq.add(op, label.0, loc);
    }

    fn new_label(&mut self) -> Label {
        self.unit.seq.new_label()
    }

    fn use_label(&mut self, label: Label) {
        self.unit.seq.use_label(label);
    }

    fn load_const(&mut self, loc: Loc, value: Constant) {
        let arg = self.unit.metadata.consts.add(value);
        self.unit.seq.add(op::LOAD_CONST, arg, loc);
    }

    fn load_int(&mut self, loc: Loc, value: i64) {
        self.load_const(loc, Constant::Int(value.into()));
    }

    /// A name as a string constant.
    fn name_constant(&self, name: Name) -> Constant {
        Constant::Str(self.names.text(name).into())
    }

    fn load_name_constant(&mut self, loc: Loc, name: Name) {
        let value = self.name_constant(name);
        self.load_const(loc, value);
    }

    fn error<T>(&self, loc: Loc, message: impl Into<String>) -> Fallible<T> {
        Err(Failure::at(loc, message))
    }

    fn warn(&mut self, loc: Loc, message: String) {
        if self.disable_warnings == 0 {
            self.warnings.push(Warning {
                message,
                lineno: loc.line,
                offset: loc.col + 1,
                end_lineno: loc.end_line,
                end_offset: loc.end_col + 1,
            });
        }
    }

    fn push_fblock(
        &mut self,
        loc: Loc,
        kind: FBlockKind<'a>,
        block: Label,
        exit: Label,
    ) -> Fallible {
        if self.unit.fblocks.len() >= MAX_BLOCKS {
            return self.error(loc, "too many statically nested blocks");
        }
        if matches!(kind, FBlockKind::FinallyEnd) {
            self.disable_warnings += 1;
        }
        self.unit.fblocks.push(FBlock { kind, block, exit, loc });
        Ok(())
    }

    fn pop_fblock(&mut self) -> FBlock<'a> {
        let fblock = self.unit.fblocks.pop().expect("each pop has its push");
        if matches!(fblock.kind, FBlockKind::FinallyEnd) {
            self.disable_warnings -= 1;
        }
        fblock
    }

    /// Begins a code object for the node with `key`.
    fn enter(
        &mut self,
        name: Name,
        kind: ScopeKind,
        block: BlockId,
        line: i32,
        private: Option<Name>,
    ) {
        let mut unit = Unit::new(&self.table, self.names, block, name, kind, line);
        unit.private = private.or(self.unit.private);
        unit.metadata.qualname = self.qualname(name, kind);
        self.outer.push(std::mem::replace(&mut self.unit, unit));
        self.add_i(Loc::new(line, line, 0, 0), op::RESUME, 0);
    }

    fn enter_key(&mut self, name: Name, kind: ScopeKind, key: Key, line: i32) {
        let block = self.table.lookup(key);
        self.enter(name, kind, block, line, None);
    }

    /// The qualified name of a unit `name` inside the current one.
    fn qualname(&mut self, name: Name, kind: ScopeKind) -> String {
        let text = self.names.text(name).to_owned();
        // The module is no part of qualified names, annotation scopes are transparent.
        if self.outer.is_empty() {
            return text;
        }
        let mut parent = &self.unit;
        if parent.kind == ScopeKind::Annotations {
            if self.outer.len() == 1 {
                return text;
            }
            parent = &self.outer[self.outer.len() - 1];
        }
        if matches!(kind, ScopeKind::Function | ScopeKind::AsyncFunction | ScopeKind::Class) {
            let mangled = self.names.mangle(parent.private, name);
            let scope = self.table.block(parent.block).scope_of(mangled);
            if scope == crate::symtable::Scope::GlobalExplicit {
                return text;
            }
        }
        let base = &parent.metadata.qualname;
        match parent.kind {
            ScopeKind::Function | ScopeKind::AsyncFunction | ScopeKind::Lambda => {
                format!("{base}.<locals>.{text}")
            }
            ScopeKind::Module
            | ScopeKind::Class
            | ScopeKind::Comprehension
            | ScopeKind::Annotations => format!("{base}.{text}"),
        }
    }

    /// Ends the innermost code object.
    fn exit(&mut self, add_none: bool) -> Fallible<CodeUnit> {
        let code = self.finish(add_none)?;
        self.unit = self.outer.pop().expect("only inner units are left this way");
        Ok(code)
    }

    fn code_flags(&self) -> u32 {
        let block = self.block();
        let mut code_flags = self.features.flags;
        if block.is_function_like() {
            code_flags |= flags::NEWLOCALS | flags::OPTIMIZED;
            for (condition, flag) in [
                (block.nested, flags::NESTED),
                (block.generator && !block.coroutine, flags::GENERATOR),
                (block.generator && block.coroutine, flags::ASYNC_GENERATOR),
                (block.varargs, flags::VARARGS),
                (block.varkeywords, flags::VARKEYWORDS),
                (block.has_docstring, flags::HAS_DOCSTRING),
                (block.method, flags::METHOD),
            ] {
                if condition {
                    code_flags |= flag;
                }
            }
        }
        if block.coroutine && !block.generator {
            code_flags |= flags::COROUTINE;
        }
        code_flags
    }

    fn finish(&mut self, add_none: bool) -> Fallible<CodeUnit> {
        if add_none {
            self.load_const(Loc::NONE, Constant::None);
        }
        self.add(Loc::NONE, op::RETURN_VALUE);
        let code_flags = self.code_flags();
        let parameters = self.block().varnames.len();
        let seq = std::mem::take(&mut self.unit.seq);
        let metadata = &mut self.unit.metadata;
        let mut graph = flowgraph::Graph::new(seq);
        flowgraph::optimize(&mut graph, &mut metadata.consts, metadata.varnames.len(), parameters);
        let shape = flowgraph::finalize(&mut graph, metadata, code_flags)?;
        Ok(assemble::assemble(graph, metadata, shape, code_flags, self.names, &self.filename))
    }

    fn module_body(&mut self, stmts: &'a [Stmt], interactive: bool) -> Fallible {
        let loc = match stmts.first() {
            Some(stmt) => stmt.loc,
            None => Loc::new(1, 1, 0, 0),
        };
        if self.block().has_conditional_annotations {
            self.add_i(loc, op::BUILD_SET, 0);
            let arg = self.unit.metadata.names.add(known::CONDITIONAL_ANNOTATIONS);
            self.add_i(loc, op::STORE_NAME, arg);
        }
        self.body(loc, stmts, interactive)
    }

    /// The statements of a module or class.
    fn body(&mut self, loc: Loc, stmts: &'a [Stmt], interactive: bool) -> Fallible {
        if self.features.annotations && self.block().annotations_used {
            self.add(loc, op::SETUP_ANNOTATIONS);
        }
        if stmts.is_empty() {
            return Ok(());
        }
        let mut rest = stmts;
        if !interactive
            && self.block().has_docstring
            && let Some(text) = docstring(stmts)
            && let StmtKind::Expr(e) = &stmts[0].kind
        {
            let doc = crate::docstring::clean(text);
            self.load_const(e.loc, Constant::Str(doc));
            self.name(Loc::NONE, known::DOC, Context::Store)?;
            rest = &stmts[1..];
        }
        self.stmts(rest)?;
        if !self.features.annotations {
            self.deferred_annotations(loc)?;
        }
        Ok(())
    }

    /// Makes a function of `code`, with `attributes` (on the stack) of the kinds in `flags`.
    fn make_closure(&mut self, loc: Loc, code: CodeUnit, mut attributes: u32) -> Fallible {
        let free: Vec<Wtf8Buf> = code.freevars().cloned().collect();
        if !free.is_empty() {
            for name in &free {
                let text = name.as_str().expect("identifiers are UTF-8");
                let name = self.names.intern(text);
                let arg = self.closure_arg(name);
                self.add_i(loc, op::LOAD_CLOSURE, arg);
            }
            attributes |= MAKE_FUNCTION_CLOSURE;
            self.add_i(loc, op::BUILD_TUPLE, free.len());
        }
        self.load_const(loc, Constant::Code(Box::new(code)));
        self.add(loc, op::MAKE_FUNCTION);
        for attribute in [
            MAKE_FUNCTION_CLOSURE,
            MAKE_FUNCTION_ANNOTATE,
            MAKE_FUNCTION_KWDEFAULTS,
            MAKE_FUNCTION_DEFAULTS,
        ] {
            if attributes & attribute != 0 {
                self.add_i(loc, op::SET_FUNCTION_ATTRIBUTE, attribute as usize);
            }
        }
        Ok(())
    }

    /// The sorted names of attributes that methods set on `self`.
    fn static_attributes(&self) -> Constant {
        let names: BTreeSet<&str> =
            self.unit.static_attributes.iter().map(|name| self.names.text(*name)).collect();
        Constant::Tuple(names.into_iter().map(|name| Constant::Str(name.into())).collect())
    }

    fn is_class_block(&self) -> bool {
        self.block().kind == BlockKind::Class
    }
}

const MAKE_FUNCTION_DEFAULTS: u32 = 0x01;
const MAKE_FUNCTION_KWDEFAULTS: u32 = 0x02;
const MAKE_FUNCTION_CLOSURE: u32 = 0x08;
const MAKE_FUNCTION_ANNOTATE: u32 = 0x10;

/// `CALL_INTRINSIC_1`.
mod intrinsic_1 {
    pub const PRINT: usize = 1;
    pub const IMPORT_STAR: usize = 2;
    pub const STOPITERATION_ERROR: usize = 3;
    pub const ASYNC_GEN_WRAP: usize = 4;
    pub const UNARY_POSITIVE: usize = 5;
    pub const LIST_TO_TUPLE: usize = 6;
    pub const TYPEVAR: usize = 7;
    pub const PARAMSPEC: usize = 8;
    pub const TYPEVARTUPLE: usize = 9;
    pub const SUBSCRIPT_GENERIC: usize = 10;
    pub const TYPEALIAS: usize = 11;
}

/// `CALL_INTRINSIC_2`.
mod intrinsic_2 {
    pub const PREP_RERAISE_STAR: usize = 1;
    pub const TYPEVAR_WITH_BOUND: usize = 2;
    pub const TYPEVAR_WITH_CONSTRAINTS: usize = 3;
    pub const SET_FUNCTION_TYPE_PARAMS: usize = 4;
    pub const SET_TYPEPARAM_DEFAULT: usize = 5;
}

/// `LOAD_COMMON_CONSTANT`.
mod common_constant {
    pub const ASSERTION_ERROR: usize = 0;
    pub const NOT_IMPLEMENTED_ERROR: usize = 1;
    pub const BUILTIN_TUPLE: usize = 2;
    pub const BUILTIN_ALL: usize = 3;
    pub const BUILTIN_ANY: usize = 4;
}
