//! Changes to the tree before it is compiled: `'…' % (…)` becomes an f-string, `__debug__` a
//! constant, and under `-OO` docstrings go. Numbers in patterns become constants too, and jumps
//! out of `finally` are warned of (PEP 765).

use krait_runtime::bytecode::Constant;
use rustpython_wtf8::{CodePoint, Wtf8, Wtf8Buf};

use crate::ast::*;
use crate::error::{Fallible, StackGuard, Warning};
use crate::fold;
use crate::names::known;
use crate::options::Features;

/// Prepares `body` in place.
pub fn preprocess(
    body: &mut Mod,
    features: &Features,
    optimize: u8,
    guard: StackGuard,
    warnings: &mut Vec<Warning>,
) -> Fallible {
    let annotations = !features.annotations;
    let mut pass = Pass { annotations, optimize, guard, warnings, contexts: Vec::new() };
    match body {
        Mod::Module(stmts) => pass.body(stmts),
        Mod::Interactive(stmts) => pass.stmts(stmts),
        Mod::Expression(e) => pass.expr(e),
        Mod::FunctionType { argtypes, returns } => {
            argtypes.iter_mut().try_for_each(|e| pass.expr(e))?;
            pass.expr(returns)
        }
    }
}

/// What is around a statement, for jumps out of `finally`.
#[derive(Copy, Clone, PartialEq, Eq)]
enum Context {
    Finally,
    Function,
    Loop,
}

struct Pass<'w> {
    /// Annotations are evaluated, not strings.
    annotations: bool,
    optimize: u8,
    guard: StackGuard,
    warnings: &'w mut Vec<Warning>,
    contexts: Vec<Context>,
}

impl Pass<'_> {
    fn stmts(&mut self, stmts: &mut [Stmt]) -> Fallible {
        stmts.iter_mut().try_for_each(|s| self.stmt(s))
    }

    fn exprs(&mut self, exprs: &mut [Expr]) -> Fallible {
        exprs.iter_mut().try_for_each(|e| self.expr(e))
    }

    fn opt(&mut self, e: Option<&mut Expr>) -> Fallible {
        e.map_or(Ok(()), |e| self.expr(e))
    }

    fn within(&mut self, context: Context, stmts: &mut Vec<Stmt>) -> Fallible {
        self.contexts.push(context);
        if context == Context::Function {
            self.body(stmts)?
        } else {
            self.stmts(stmts)?
        };
        self.contexts.pop();
        Ok(())
    }

    /// The statements of a module, class or function.
    fn body(&mut self, stmts: &mut Vec<Stmt>) -> Fallible {
        let mut has_doc = docstring(stmts).is_some();
        if has_doc && self.optimize >= 2 {
            match stmts.as_mut_slice() {
                // A body is never empty.
                [only] => {
                    let Loc { line, col, .. } = only.loc;
                    let loc = Loc::new(line, line, col, col + "pass".len() as i32);
                    *only = Stmt { loc, kind: StmtKind::Pass };
                }
                _ => drop(stmts.remove(0)),
            }
            has_doc = false;
        }
        self.stmts(stmts)?;
        // What has become a string in first place is no docstring.
        if !has_doc
            && docstring(stmts).is_some()
            && let Stmt { loc, kind: StmtKind::Expr(e) } = &mut stmts[0]
        {
            let none = Expr::constant(*loc, Constant::None);
            let value = std::mem::replace(&mut **e, none);
            e.loc = *loc;
            e.kind = ExprKind::JoinedStr(vec![value]);
        }
        Ok(())
    }

    fn warn(&mut self, loc: Loc, what: &str) {
        self.warnings.push(Warning {
            message: format!("'{what}' in a 'finally' block"),
            lineno: loc.line,
            offset: loc.col + 1,
            end_lineno: loc.end_line,
            end_offset: loc.end_col + 1,
        });
    }

    fn stmt(&mut self, s: &mut Stmt) -> Fallible {
        self.guard.check()?;
        match &mut s.kind {
            StmtKind::FunctionDef(f) => {
                self.type_params(&mut f.type_params)?;
                self.arguments(&mut f.args)?;
                self.within(Context::Function, &mut f.body)?;
                self.exprs(&mut f.decorator_list)?;
                if self.annotations { self.opt(f.returns.as_deref_mut()) } else { Ok(()) }
            }
            StmtKind::ClassDef(c) => {
                self.type_params(&mut c.type_params)?;
                self.exprs(&mut c.bases)?;
                self.keywords(&mut c.keywords)?;
                self.body(&mut c.body)?;
                self.exprs(&mut c.decorator_list)
            }
            StmtKind::Return(value) => {
                if self.contexts.last() == Some(&Context::Finally)
                    || self.leaves_finally_through_loops()
                {
                    self.warn(s.loc, "return");
                }
                self.opt(value.as_deref_mut())
            }
            StmtKind::Delete(targets) => self.exprs(targets),
            StmtKind::Assign { targets, value } => {
                self.exprs(targets)?;
                self.expr(value)
            }
            StmtKind::AugAssign { target, value, .. } => {
                self.expr(target)?;
                self.expr(value)
            }
            StmtKind::AnnAssign(a) => {
                self.expr(&mut a.target)?;
                if self.annotations {
                    self.expr(&mut a.annotation)?;
                }
                self.opt(a.value.as_mut())
            }
            StmtKind::TypeAlias { name, type_params, value } => {
                self.expr(name)?;
                self.type_params(type_params)?;
                self.expr(value)
            }
            StmtKind::For(f) => {
                self.expr(&mut f.target)?;
                self.expr(&mut f.iter)?;
                self.within(Context::Loop, &mut f.body)?;
                self.stmts(&mut f.orelse)
            }
            StmtKind::While { test, body, orelse } => {
                self.expr(test)?;
                self.within(Context::Loop, body)?;
                self.stmts(orelse)
            }
            StmtKind::If { test, body, orelse } => {
                self.expr(test)?;
                self.stmts(body)?;
                self.stmts(orelse)
            }
            StmtKind::With { items, body, .. } => {
                for item in items {
                    self.expr(&mut item.context_expr)?;
                    self.opt(item.optional_vars.as_mut())?;
                }
                self.stmts(body)
            }
            StmtKind::Raise { exc, cause } => {
                self.opt(exc.as_deref_mut())?;
                self.opt(cause.as_deref_mut())
            }
            StmtKind::Try(t) => {
                self.stmts(&mut t.body)?;
                for handler in &mut t.handlers {
                    self.opt(handler.type_.as_deref_mut())?;
                    self.stmts(&mut handler.body)?;
                }
                self.stmts(&mut t.orelse)?;
                self.within(Context::Finally, &mut t.finalbody)
            }
            StmtKind::Assert { test, msg } => {
                self.expr(test)?;
                self.opt(msg.as_deref_mut())
            }
            StmtKind::Expr(e) => self.expr(e),
            StmtKind::Match { subject, cases } => {
                self.expr(subject)?;
                for case in cases {
                    self.pattern(&mut case.pattern)?;
                    self.opt(case.guard.as_mut())?;
                    self.stmts(&mut case.body)?;
                }
                Ok(())
            }
            StmtKind::Break | StmtKind::Continue => {
                if self.contexts.last() == Some(&Context::Finally) {
                    let what = if matches!(s.kind, StmtKind::Break) { "break" } else { "continue" };
                    self.warn(s.loc, what);
                }
                Ok(())
            }
            StmtKind::Import(_)
            | StmtKind::ImportFrom { .. }
            | StmtKind::Global(_)
            | StmtKind::Nonlocal(_)
            | StmtKind::Pass => Ok(()),
        }
    }

    /// Whether there are only loops between here and a `finally`.
    fn leaves_finally_through_loops(&self) -> bool {
        let outer = self.contexts.iter().rev().find(|c| **c != Context::Loop);
        outer == Some(&Context::Finally)
    }

    fn type_params(&mut self, params: &mut [TypeParam]) -> Fallible {
        for param in params {
            if let TypeParamKind::TypeVar { bound } = &mut param.kind {
                self.opt(bound.as_mut())?;
            }
            self.opt(param.default.as_mut())?;
        }
        Ok(())
    }

    fn arguments(&mut self, args: &mut Arguments) -> Fallible {
        if self.annotations {
            let starred = args.vararg.iter_mut().chain(&mut args.kwarg).map(|arg| &mut **arg);
            let all = args.posonlyargs.iter_mut().chain(&mut args.args).chain(&mut args.kwonlyargs);
            for arg in all.chain(starred) {
                if let Some(annotation) = &mut arg.annotation {
                    self.expr(annotation)?;
                }
            }
        }
        args.kw_defaults.iter_mut().flatten().try_for_each(|e| self.expr(e))?;
        self.exprs(&mut args.defaults)
    }

    fn keywords(&mut self, keywords: &mut [Keyword]) -> Fallible {
        keywords.iter_mut().try_for_each(|k| self.expr(&mut k.value))
    }

    fn generators(&mut self, generators: &mut [Comprehension]) -> Fallible {
        for generator in generators {
            self.expr(&mut generator.target)?;
            self.expr(&mut generator.iter)?;
            self.exprs(&mut generator.ifs)?;
        }
        Ok(())
    }

    fn expr(&mut self, e: &mut Expr) -> Fallible {
        self.guard.check()?;
        match &mut e.kind {
            ExprKind::BoolOp { values, .. } => self.exprs(values),
            ExprKind::BinOp { .. } => self.bin_op(e),
            ExprKind::UnaryOp { operand, .. } => self.expr(operand),
            ExprKind::Lambda(lambda) => {
                self.arguments(&mut lambda.args)?;
                self.expr(&mut lambda.body)
            }
            ExprKind::IfExp(i) => {
                self.expr(&mut i.test)?;
                self.expr(&mut i.body)?;
                self.expr(&mut i.orelse)
            }
            ExprKind::Dict { keys, values } => {
                keys.iter_mut().flatten().try_for_each(|k| self.expr(k))?;
                self.exprs(values)
            }
            ExprKind::Set(elts) => self.exprs(elts),
            ExprKind::ListComp { elt, generators }
            | ExprKind::SetComp { elt, generators }
            | ExprKind::GeneratorExp { elt, generators } => {
                self.expr(elt)?;
                self.generators(generators)
            }
            ExprKind::DictComp { key, value, generators } => {
                self.expr(key)?;
                self.expr(value)?;
                self.generators(generators)
            }
            ExprKind::Await(value) | ExprKind::YieldFrom(value) => self.expr(value),
            ExprKind::Yield(value) => self.opt(value.as_deref_mut()),
            ExprKind::Compare { left, comparators, .. } => {
                self.expr(left)?;
                self.exprs(comparators)
            }
            ExprKind::Call { func, args, keywords } => {
                self.expr(func)?;
                self.exprs(args)?;
                self.keywords(keywords)
            }
            ExprKind::FormattedValue { value, format_spec, .. } => {
                self.expr(value)?;
                self.opt(format_spec.as_deref_mut())
            }
            ExprKind::Interpolation(i) => {
                self.expr(&mut i.value)?;
                self.opt(i.format_spec.as_mut())
            }
            ExprKind::JoinedStr(values) | ExprKind::TemplateStr(values) => self.exprs(values),
            ExprKind::Attribute { value, .. } | ExprKind::Starred { value, .. } => self.expr(value),
            ExprKind::Subscript { value, slice, .. } => {
                self.expr(value)?;
                self.expr(slice)
            }
            ExprKind::Slice { lower, upper, step } => {
                self.opt(lower.as_deref_mut())?;
                self.opt(upper.as_deref_mut())?;
                self.opt(step.as_deref_mut())
            }
            ExprKind::List { elts, .. } | ExprKind::Tuple { elts, .. } => self.exprs(elts),
            ExprKind::Name { id: known::DEBUG, ctx: crate::ast::Context::Load } => {
                let value = if self.optimize == 0 { Constant::True } else { Constant::False };
                e.kind = ExprKind::Constant { value, is_u: false };
                Ok(())
            }
            ExprKind::NamedExpr { value, .. } => self.expr(value),
            ExprKind::Name { .. } | ExprKind::Constant { .. } => Ok(()),
        }
    }

    /// The left spine is a loop, as deep as the expression is long.
    fn bin_op(&mut self, e: &mut Expr) -> Fallible {
        let mut node = e;
        loop {
            let is_format = matches!(&node.kind, ExprKind::BinOp { left, op: Operator::Mod, .. }
                if matches!(left.as_constant(), Some(Constant::Str(_))));
            if is_format {
                if let ExprKind::BinOp { right, .. } = &mut node.kind {
                    self.expr(right)?;
                }
                fold_format(node);
                return Ok(());
            }
            if !matches!(node.kind, ExprKind::BinOp { .. }) {
                return self.expr(node);
            }
            let ExprKind::BinOp { left, right, .. } = &mut node.kind else {
                unreachable!("checked above");
            };
            self.expr(right)?;
            node = left;
        }
    }

    fn pattern(&mut self, p: &mut Pattern) -> Fallible {
        self.guard.check()?;
        match &mut p.kind {
            PatternKind::Value(e) => fold_pattern_value(e),
            PatternKind::Singleton(_) | PatternKind::Star(_) => {}
            PatternKind::Sequence(patterns) | PatternKind::Or(patterns) => {
                patterns.iter_mut().try_for_each(|p| self.pattern(p))?;
            }
            PatternKind::Mapping { keys, patterns, .. } => {
                keys.iter_mut().for_each(fold_pattern_value);
                patterns.iter_mut().try_for_each(|p| self.pattern(p))?;
            }
            PatternKind::Class { cls, patterns, kwd_patterns, .. } => {
                self.expr(cls)?;
                patterns.iter_mut().try_for_each(|p| self.pattern(p))?;
                kwd_patterns.iter_mut().try_for_each(|p| self.pattern(p))?;
            }
            PatternKind::As { pattern, .. } => {
                if let Some(pattern) = pattern {
                    self.pattern(pattern)?;
                }
            }
        }
        Ok(())
    }
}

/// `-1` and `1 + 2j` in a pattern.
fn fold_pattern_value(e: &mut Expr) {
    let folded = match &mut e.kind {
        ExprKind::UnaryOp { op: UnaryOp::USub, operand } => {
            operand.as_constant().and_then(fold::negative)
        }
        ExprKind::BinOp { left, op, right } => {
            const ADD: u32 = 0;
            const SUBTRACT: u32 = 10;
            let op = match op {
                Operator::Add => ADD,
                Operator::Sub => SUBTRACT,
                _ => return,
            };
            if right.as_constant().is_none() {
                return;
            }
            fold_pattern_value(left);
            match (left.as_constant(), right.as_constant()) {
                (Some(left), Some(right)) => fold::binary(left, op, right),
                _ => None,
            }
        }
        _ => None,
    };
    if let Some(value) = folded {
        e.kind = ExprKind::Constant { value, is_u: false };
    }
}

/// `'a %s' % (x,)` becomes `f'a {x!s}'`, if the format is simple and the counts agree.
fn fold_format(e: &mut Expr) {
    let ExprKind::BinOp { left, right, .. } = &mut e.kind else { return };
    let Some(Constant::Str(format)) = left.as_constant() else { return };
    let ExprKind::Tuple { elts, .. } = &mut right.kind else { return };
    if elts.iter().any(Expr::is_starred) {
        return;
    }
    let Some(pieces) = parse_format(format) else { return };
    let units = pieces.iter().filter(|piece| matches!(piece, Piece::Unit { .. })).count();
    if units != elts.len() {
        return;
    }
    let mut values = std::mem::take(elts).into_iter();
    let joined = pieces
        .into_iter()
        .map(|piece| match piece {
            Piece::Literal(text) => Expr::constant(Loc::NONE, Constant::Str(text)),
            Piece::Unit { conversion, spec } => {
                let value = Box::new(values.next().expect("counted above"));
                let format_spec = (!spec.is_empty())
                    .then(|| Box::new(Expr::constant(Loc::NONE, Constant::Str(spec.into()))));
                let loc = value.loc;
                Expr { loc, kind: ExprKind::FormattedValue { value, conversion, format_spec } }
            }
        })
        .collect();
    e.kind = ExprKind::JoinedStr(joined);
}

enum Piece {
    Literal(Wtf8Buf),
    Unit { conversion: Conversion, spec: String },
}

fn parse_format(format: &Wtf8) -> Option<Vec<Piece>> {
    let points: Vec<CodePoint> = format.code_points().collect();
    let mut pieces = Vec::new();
    let mut i = 0;
    loop {
        let mut literal = Wtf8Buf::new();
        while i < points.len() {
            if points[i] != '%' {
                literal.push(points[i]);
                i += 1;
            } else if points.get(i + 1).is_some_and(|c| *c == '%') {
                literal.push_char('%');
                i += 2;
            } else {
                break;
            }
        }
        if !literal.is_empty() {
            pieces.push(Piece::Literal(literal));
        }
        if i >= points.len() {
            return Some(pieces);
        }
        i += 1;
        pieces.push(parse_unit(&points, &mut i)?);
    }
}

/// Width and precision have fewer digits than this.
const MAX_DIGITS: usize = 3;

fn parse_unit(points: &[CodePoint], i: &mut usize) -> Option<Piece> {
    let next = |i: &mut usize| {
        let c = points.get(*i)?.to_char()?;
        *i += 1;
        Some(c)
    };
    let number = |first: char, i: &mut usize| -> Option<(u32, char)> {
        let mut value = 0;
        let mut c = first;
        let mut digits = 0;
        while let Some(digit) = c.to_digit(10) {
            value = value * 10 + digit;
            c = next(i)?;
            digits += 1;
            if digits >= MAX_DIGITS {
                return None;
            }
        }
        Some((value, c))
    };
    let mut left = false;
    let mut c;
    loop {
        c = next(i)?;
        match c {
            '-' => left = true,
            '+' | ' ' | '#' | '0' => {}
            _ => break,
        }
    }
    let mut spec = String::new();
    if c.is_ascii_digit() {
        let (width, after) = number(c, i)?;
        if !left && width > 0 {
            spec.push('>');
        }
        spec.push_str(&width.to_string());
        c = after;
    }
    if c == '.' {
        let (precision, after) = number(next(i)?, i)?;
        spec.push_str(&format!(".{precision}"));
        c = after;
    }
    let conversion = match c {
        's' => Conversion::Str,
        'r' => Conversion::Repr,
        'a' => Conversion::Ascii,
        _ => return None,
    };
    Some(Piece::Unit { conversion, spec })
}
