//! The checks that CPython makes of a tree that a program built: what the grammar's types do not
//! say. All raise `ValueError` but for a few `TypeError`s.

use krait_runtime::bytecode::Constant;

use crate::ast::*;
use crate::error::{ErrorKind, Failure, Fallible, StackGuard};

/// Checks a tree.
pub fn validate(tree: &Tree, guard: StackGuard) -> Fallible {
    let check = Check { names: &tree.names, guard };
    match &tree.body {
        Mod::Module(body) | Mod::Interactive(body) => check.stmts(body),
        Mod::Expression(e) => check.expr(e, Context::Load),
        Mod::FunctionType { argtypes, returns } => {
            check.exprs(argtypes, Context::Load)?;
            check.expr(returns, Context::Load)
        }
    }
}

fn bad(kind: ErrorKind, message: impl Into<String>) -> Fallible {
    Err(Failure { kind, message: message.into(), loc: None })
}

fn wrong<T>(message: impl Into<String>) -> Fallible<T> {
    Err(Failure { kind: ErrorKind::Value, message: message.into(), loc: None })
}

fn ensure(holds: bool, message: &str) -> Fallible {
    if holds { Ok(()) } else { wrong(message) }
}

fn nonempty<T>(items: &[T], what: &str, owner: &str) -> Fallible {
    if items.is_empty() { wrong(format!("empty {what} on {owner}")) } else { Ok(()) }
}

fn position(loc: Loc) -> Fallible {
    let Loc { line, end_line, col, end_col } = loc;
    if line > end_line {
        return wrong(format!("AST node line range ({line}, {end_line}) is not valid"));
    }
    if (line < 0 && end_line != line) || (col < 0 && col != end_col) {
        return wrong(format!(
            "AST node column range ({col}, {end_col}) for line range ({line}, {end_line}) is not \
             valid"
        ));
    }
    if line == end_line && col > end_col {
        return wrong(format!("line {line}, column {col}-{end_col} is not a valid range"));
    }
    Ok(())
}

struct Check<'t> {
    names: &'t Names,
    guard: StackGuard,
}

impl Check<'_> {
    fn name(&self, name: Name) -> Fallible {
        match self.names.text(name) {
            text @ ("None" | "True" | "False") => {
                wrong(format!("identifier field can't represent '{text}' constant"))
            }
            _ => Ok(()),
        }
    }

    fn stmts(&self, body: &[Stmt]) -> Fallible {
        body.iter().try_for_each(|s| self.stmt(s))
    }

    fn body(&self, body: &[Stmt], owner: &str) -> Fallible {
        nonempty(body, "body", owner)?;
        self.stmts(body)
    }

    fn loads<'e>(&self, exprs: impl IntoIterator<Item = &'e Expr>) -> Fallible {
        exprs.into_iter().try_for_each(|e| self.expr(e, Context::Load))
    }

    fn exprs(&self, exprs: &[Expr], context: Context) -> Fallible {
        exprs.iter().try_for_each(|e| self.expr(e, context))
    }

    fn targets(&self, targets: &[Expr], context: Context) -> Fallible {
        let owner = if context == Context::Del { "Delete" } else { "Assign" };
        nonempty(targets, "targets", owner)?;
        self.exprs(targets, context)
    }

    fn stmt(&self, s: &Stmt) -> Fallible {
        self.guard.check()?;
        position(s.loc)?;
        match &s.kind {
            StmtKind::FunctionDef(f) => {
                let owner = if f.is_async { "AsyncFunctionDef" } else { "FunctionDef" };
                self.name(f.name)?;
                self.body(&f.body, owner)?;
                self.type_params(&f.type_params)?;
                self.arguments(&f.args)?;
                self.loads(&f.decorator_list)?;
                self.loads(f.returns.as_deref())
            }
            StmtKind::ClassDef(c) => {
                self.name(c.name)?;
                self.body(&c.body, "ClassDef")?;
                self.type_params(&c.type_params)?;
                self.loads(&c.bases)?;
                self.loads(c.keywords.iter().map(|k| &k.value))?;
                self.loads(&c.decorator_list)
            }
            StmtKind::Return(value) => self.loads(value.as_deref()),
            StmtKind::Delete(targets) => self.targets(targets, Context::Del),
            StmtKind::Assign { targets, value } => {
                self.targets(targets, Context::Store)?;
                self.expr(value, Context::Load)
            }
            StmtKind::TypeAlias { name, type_params, value } => {
                if !matches!(name.kind, ExprKind::Name { .. }) {
                    return bad(ErrorKind::Type, "TypeAlias with non-Name name");
                }
                self.expr(name, Context::Store)?;
                self.type_params(type_params)?;
                self.expr(value, Context::Load)
            }
            StmtKind::AugAssign { target, value, .. } => {
                self.expr(target, Context::Store)?;
                self.expr(value, Context::Load)
            }
            StmtKind::AnnAssign(a) => {
                if a.simple && !matches!(a.target.kind, ExprKind::Name { .. }) {
                    return bad(ErrorKind::Type, "AnnAssign with simple non-Name target");
                }
                self.expr(&a.target, Context::Store)?;
                self.loads(&a.value)?;
                self.expr(&a.annotation, Context::Load)
            }
            StmtKind::For(f) => {
                self.expr(&f.target, Context::Store)?;
                self.expr(&f.iter, Context::Load)?;
                self.body(&f.body, if f.is_async { "AsyncFor" } else { "For" })?;
                self.stmts(&f.orelse)
            }
            StmtKind::While { test, body, orelse } => {
                self.expr(test, Context::Load)?;
                self.body(body, "While")?;
                self.stmts(orelse)
            }
            StmtKind::If { test, body, orelse } => {
                self.expr(test, Context::Load)?;
                self.body(body, "If")?;
                self.stmts(orelse)
            }
            StmtKind::With { items, body, is_async } => {
                let owner = if *is_async { "AsyncWith" } else { "With" };
                nonempty(items, "items", owner)?;
                for item in items {
                    self.expr(&item.context_expr, Context::Load)?;
                    if let Some(vars) = &item.optional_vars {
                        self.expr(vars, Context::Store)?;
                    }
                }
                self.body(body, owner)
            }
            StmtKind::Match { subject, cases } => {
                self.expr(subject, Context::Load)?;
                nonempty(cases, "cases", "Match")?;
                for case in cases {
                    self.pattern(&case.pattern, false)?;
                    self.loads(&case.guard)?;
                    self.body(&case.body, "match_case")?;
                }
                Ok(())
            }
            StmtKind::Raise { exc, cause } => {
                ensure(exc.is_some() || cause.is_none(), "Raise with cause but no exception")?;
                self.loads(exc.as_deref())?;
                self.loads(cause.as_deref())
            }
            StmtKind::Try(t) => self.try_(t),
            StmtKind::Assert { test, msg } => {
                self.expr(test, Context::Load)?;
                self.loads(msg.as_deref())
            }
            StmtKind::Import(names) => self.aliases(names, "Import"),
            StmtKind::ImportFrom { names, .. } => self.aliases(names, "ImportFrom"),
            StmtKind::Global(names) => nonempty(names, "names", "Global"),
            StmtKind::Nonlocal(names) => nonempty(names, "names", "Nonlocal"),
            StmtKind::Expr(e) => self.expr(e, Context::Load),
            StmtKind::Pass | StmtKind::Break | StmtKind::Continue => Ok(()),
        }
    }

    fn aliases(&self, names: &[Alias], owner: &str) -> Fallible {
        nonempty(names, "names", owner)?;
        for alias in names {
            self.name(alias.name)?;
            alias.asname.map_or(Ok(()), |name| self.name(name))?;
        }
        Ok(())
    }

    fn try_(&self, t: &Try) -> Fallible {
        let owner = if t.is_star { "TryStar" } else { "Try" };
        self.body(&t.body, owner)?;
        if t.handlers.is_empty() && t.finalbody.is_empty() {
            return wrong(format!("{owner} has neither except handlers nor finalbody"));
        }
        if t.handlers.is_empty() && !t.orelse.is_empty() {
            return wrong(format!("{owner} has orelse but no except handlers"));
        }
        for handler in &t.handlers {
            position(handler.loc)?;
            handler.name.map_or(Ok(()), |name| self.name(name))?;
            self.loads(handler.type_.as_deref())?;
            self.body(&handler.body, "ExceptHandler")?;
        }
        self.stmts(&t.finalbody)?;
        self.stmts(&t.orelse)
    }

    fn arguments(&self, a: &Arguments) -> Fallible {
        let parts = [&a.posonlyargs, &a.args, &a.kwonlyargs];
        let rest = [a.vararg.as_deref(), a.kwarg.as_deref()];
        for arg in parts.into_iter().flatten().chain(rest.into_iter().flatten()) {
            position(arg.loc)?;
            self.loads(arg.annotation.as_deref())?;
        }
        ensure(
            a.defaults.len() <= a.posonlyargs.len() + a.args.len(),
            "more positional defaults than args on arguments",
        )?;
        ensure(
            a.kw_defaults.len() == a.kwonlyargs.len(),
            "length of kwonlyargs is not the same as kw_defaults on arguments",
        )?;
        self.loads(&a.defaults)?;
        self.loads(a.kw_defaults.iter().flatten())
    }

    fn type_params(&self, params: &[TypeParam]) -> Fallible {
        for param in params {
            position(param.loc)?;
            self.name(param.name)?;
            if let TypeParamKind::TypeVar { bound } = &param.kind {
                self.loads(bound)?;
            }
            self.loads(&param.default)?;
        }
        Ok(())
    }

    fn comprehension(&self, generators: &[Comprehension]) -> Fallible {
        ensure(!generators.is_empty(), "comprehension with no generators")?;
        for g in generators {
            self.expr(&g.target, Context::Store)?;
            self.expr(&g.iter, Context::Load)?;
            self.loads(&g.ifs)?;
        }
        Ok(())
    }

    fn expr(&self, e: &Expr, context: Context) -> Fallible {
        self.guard.check()?;
        position(e.loc)?;
        let word = |c| match c {
            Context::Load => "Load",
            Context::Store => "Store",
            Context::Del => "Del",
        };
        let own = match &e.kind {
            ExprKind::Name { id, ctx } => {
                self.name(*id)?;
                Some(*ctx)
            }
            ExprKind::Attribute { ctx, .. }
            | ExprKind::Subscript { ctx, .. }
            | ExprKind::Starred { ctx, .. }
            | ExprKind::List { ctx, .. }
            | ExprKind::Tuple { ctx, .. } => Some(*ctx),
            _ => None,
        };
        match own {
            Some(own) if own != context => {
                let (want, have) = (word(context), word(own));
                return wrong(format!(
                    "expression must have {want} context but has {have} instead"
                ));
            }
            None if context != Context::Load => {
                let word = word(context);
                return wrong(format!("expression which can't be assigned to in {word} context"));
            }
            _ => {}
        }
        match &e.kind {
            ExprKind::BoolOp { values, .. } => {
                ensure(values.len() >= 2, "BoolOp with less than 2 values")?;
                self.loads(values)
            }
            ExprKind::NamedExpr { target, value } => {
                if !matches!(target.kind, ExprKind::Name { .. }) {
                    return bad(ErrorKind::Type, "NamedExpr target must be a Name");
                }
                self.expr(value, Context::Load)
            }
            ExprKind::BinOp { left, right, .. } => self.loads([&**left, &**right]),
            ExprKind::UnaryOp { operand, .. } => self.expr(operand, Context::Load),
            ExprKind::Lambda(l) => {
                self.arguments(&l.args)?;
                self.expr(&l.body, Context::Load)
            }
            ExprKind::IfExp(i) => self.loads([&i.test, &i.body, &i.orelse]),
            ExprKind::Dict { keys, values } => {
                ensure(
                    keys.len() == values.len(),
                    "Dict doesn't have the same number of keys as values",
                )?;
                self.loads(keys.iter().flatten())?;
                self.loads(values)
            }
            ExprKind::Set(elts) => self.loads(elts),
            ExprKind::ListComp { elt, generators }
            | ExprKind::SetComp { elt, generators }
            | ExprKind::GeneratorExp { elt, generators } => {
                self.comprehension(generators)?;
                self.expr(elt, Context::Load)
            }
            ExprKind::DictComp { key, value, generators } => {
                self.comprehension(generators)?;
                self.loads([&**key, &**value])
            }
            ExprKind::Await(value) | ExprKind::YieldFrom(value) => self.expr(value, Context::Load),
            ExprKind::Yield(value) => self.loads(value.as_deref()),
            ExprKind::Compare { left, ops, comparators } => {
                ensure(!comparators.is_empty(), "Compare with no comparators")?;
                ensure(
                    comparators.len() == ops.len(),
                    "Compare has a different number of comparators and operands",
                )?;
                self.loads(comparators)?;
                self.expr(left, Context::Load)
            }
            ExprKind::Call { func, args, keywords } => {
                self.expr(func, Context::Load)?;
                self.loads(args)?;
                self.loads(keywords.iter().map(|k| &k.value))
            }
            ExprKind::FormattedValue { value, format_spec, .. } => {
                self.expr(value, Context::Load)?;
                self.loads(format_spec.as_deref())
            }
            ExprKind::Interpolation(i) => {
                self.expr(&i.value, Context::Load)?;
                self.loads(&i.format_spec)
            }
            ExprKind::JoinedStr(values) | ExprKind::TemplateStr(values) => self.loads(values),
            ExprKind::Constant { .. } | ExprKind::Name { .. } => Ok(()),
            ExprKind::Attribute { value, .. } => self.expr(value, Context::Load),
            ExprKind::Subscript { value, slice, .. } => self.loads([&**slice, &**value]),
            ExprKind::Starred { value, ctx } => self.expr(value, *ctx),
            ExprKind::List { elts, ctx } | ExprKind::Tuple { elts, ctx } => self.exprs(elts, *ctx),
            ExprKind::Slice { lower, upper, step } => {
                self.loads([lower, upper, step].into_iter().flatten().map(|e| &**e))
            }
        }
    }

    /// A name that a pattern binds.
    fn capture(&self, name: Name) -> Fallible {
        ensure(self.names.text(name) != "_", "can't capture name '_' in patterns")?;
        self.name(name)
    }

    fn patterns(&self, patterns: &[Pattern], star_ok: bool) -> Fallible {
        patterns.iter().try_for_each(|p| self.pattern(p, star_ok))
    }

    fn pattern(&self, p: &Pattern, star_ok: bool) -> Fallible {
        self.guard.check()?;
        position(p.loc)?;
        match &p.kind {
            PatternKind::Value(value) => self.pattern_value(value),
            PatternKind::Singleton(value) => ensure(
                matches!(value, Constant::None | Constant::True | Constant::False),
                "MatchSingleton can only contain True, False and None",
            ),
            PatternKind::Sequence(patterns) => self.patterns(patterns, true),
            PatternKind::Mapping { keys, patterns, rest } => {
                ensure(
                    keys.len() == patterns.len(),
                    "MatchMapping doesn't have the same number of keys as patterns",
                )?;
                if let Some(rest) = rest {
                    self.capture(*rest)?;
                }
                for key in keys {
                    let singleton = key.as_constant();
                    if !matches!(singleton, Some(Constant::None | Constant::True | Constant::False))
                    {
                        self.pattern_value(key)?;
                    }
                }
                self.patterns(patterns, false)
            }
            PatternKind::Class { cls, patterns, kwd_attrs, kwd_patterns } => {
                ensure(
                    kwd_attrs.len() == kwd_patterns.len(),
                    "MatchClass doesn't have the same number of keyword attributes as patterns",
                )?;
                self.expr(cls, Context::Load)?;
                let mut at = &**cls;
                while let ExprKind::Attribute { value, .. } = &at.kind {
                    at = value;
                }
                ensure(
                    matches!(at.kind, ExprKind::Name { .. }),
                    "MatchClass cls field can only contain Name or Attribute nodes.",
                )?;
                kwd_attrs.iter().try_for_each(|name| self.name(*name))?;
                self.patterns(patterns, false)?;
                self.patterns(kwd_patterns, false)
            }
            PatternKind::Star(name) => {
                ensure(star_ok, "can't use MatchStar here")?;
                name.map_or(Ok(()), |name| self.capture(name))
            }
            PatternKind::As { pattern, name } => {
                if let Some(name) = name {
                    self.capture(*name)?;
                }
                match pattern {
                    None => Ok(()),
                    Some(_) if name.is_none() => {
                        wrong("MatchAs must specify a target name if a pattern is given")
                    }
                    Some(pattern) => self.pattern(pattern, false),
                }
            }
            PatternKind::Or(patterns) => {
                ensure(patterns.len() >= 2, "MatchOr requires at least 2 patterns")?;
                self.patterns(patterns, false)
            }
        }
    }

    /// The expression of a `MatchValue`.
    fn pattern_value(&self, e: &Expr) -> Fallible {
        self.expr(e, Context::Load)?;
        let is_good = match &e.kind {
            ExprKind::Constant { value, .. } => {
                if matches!(
                    value,
                    Constant::Ellipsis | Constant::None | Constant::True | Constant::False
                ) {
                    return wrong("unexpected constant inside of a literal pattern");
                }
                matches!(
                    value,
                    Constant::Int(_)
                        | Constant::Float(_)
                        | Constant::Complex(..)
                        | Constant::Str(_)
                        | Constant::Bytes(_)
                )
            }
            ExprKind::Attribute { .. } | ExprKind::JoinedStr(_) | ExprKind::TemplateStr(_) => true,
            ExprKind::UnaryOp { .. } | ExprKind::BinOp { .. } => is_number(e),
            _ => false,
        };
        ensure(is_good, "patterns may only match literals and attribute lookups")
    }
}

/// A number with its sign, or a complex one as a sum.
fn is_number(e: &Expr) -> bool {
    let literal = |e: &Expr, complex: bool| match e.as_constant() {
        Some(Constant::Int(_) | Constant::Float(_)) => !complex,
        Some(Constant::Complex(..)) => complex,
        _ => false,
    };
    let real = |e: &Expr| match &e.kind {
        ExprKind::UnaryOp { op: UnaryOp::USub, operand } => literal(operand, false),
        _ => literal(e, false),
    };
    match &e.kind {
        ExprKind::BinOp { left, op: Operator::Add | Operator::Sub, right } => {
            real(left) && literal(right, true)
        }
        ExprKind::UnaryOp { op: UnaryOp::USub, operand } => {
            literal(operand, false) || literal(operand, true)
        }
        _ => false,
    }
}
