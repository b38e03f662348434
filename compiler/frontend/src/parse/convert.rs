//! From the parser's tree to ours: statements, patterns and parameters.
//!
//! The two trees agree but for a few habits: the parser's functions and classes begin at their
//! first decorator, its `elif` is a list of clauses, and a generator that is a call's only
//! argument does not own the parentheses.

use krait_runtime::bytecode::Constant;
use ruff_python_ast as ruff;
use ruff_text_size::{Ranged, TextRange};

use crate::ast::*;
use crate::error::{Failure, Fallible, StackGuard, Warning};
use crate::parse::lines::Lines;

/// State of one conversion.
pub struct Converter<'s> {
    pub source: &'s str,
    pub lines: &'s Lines,
    pub names: Names,
    pub guard: StackGuard,
    pub warnings: Vec<Warning>,
}

impl Converter<'_> {
    pub fn loc(&self, range: TextRange) -> Loc {
        self.lines.loc(range.start().to_u32(), range.end().to_u32())
    }

    pub fn slice(&self, range: TextRange) -> &str {
        &self.source[range]
    }

    pub fn name(&mut self, identifier: &ruff::Identifier) -> Name {
        self.names.intern(identifier.id.as_str())
    }

    fn opt_name(&mut self, identifier: Option<&ruff::Identifier>) -> Option<Name> {
        identifier.map(|identifier| self.name(identifier))
    }

    pub fn body(&mut self, body: &[ruff::Stmt]) -> Fallible<Vec<Stmt>> {
        body.iter().map(|s| self.stmt(s)).collect()
    }

    fn stmt(&mut self, s: &ruff::Stmt) -> Fallible<Stmt> {
        self.guard.check()?;
        let mut range = s.range();
        let kind = match s {
            ruff::Stmt::FunctionDef(f) => {
                if !f.decorator_list.is_empty() {
                    let start = self.keyword_before(f.name.range, f.is_async);
                    range = TextRange::new(start.into(), range.end());
                }
                self.function(f)?
            }
            ruff::Stmt::ClassDef(c) => {
                if !c.decorator_list.is_empty() {
                    let start = self.keyword_before(c.name.range, false);
                    range = TextRange::new(start.into(), range.end());
                }
                self.class(c)?
            }
            ruff::Stmt::Return(s) => StmtKind::Return(self.opt_box(s.value.as_deref())?),
            ruff::Stmt::Delete(s) => StmtKind::Delete(self.exprs(&s.targets)?),
            ruff::Stmt::TypeAlias(s) => StmtKind::TypeAlias {
                name: self.boxed(&s.name)?,
                type_params: self.type_params(s.type_params.as_deref())?,
                value: self.boxed(&s.value)?,
            },
            ruff::Stmt::Assign(s) => {
                StmtKind::Assign { targets: self.exprs(&s.targets)?, value: self.boxed(&s.value)? }
            }
            ruff::Stmt::AugAssign(s) => StmtKind::AugAssign {
                target: self.boxed(&s.target)?,
                op: operator(s.op),
                value: self.boxed(&s.value)?,
            },
            ruff::Stmt::AnnAssign(s) => StmtKind::AnnAssign(Box::new(AnnAssign {
                target: self.expr(&s.target)?,
                annotation: self.expr(&s.annotation)?,
                value: s.value.as_ref().map(|v| self.expr(v)).transpose()?,
                simple: s.simple,
            })),
            ruff::Stmt::For(s) => StmtKind::For(Box::new(For {
                target: self.expr(&s.target)?,
                iter: self.expr(&s.iter)?,
                body: self.body(&s.body)?,
                orelse: self.body(&s.orelse)?,
                is_async: s.is_async,
            })),
            ruff::Stmt::While(s) => StmtKind::While {
                test: self.boxed(&s.test)?,
                body: self.body(&s.body)?,
                orelse: self.body(&s.orelse)?,
            },
            ruff::Stmt::If(s) => StmtKind::If {
                test: self.boxed(&s.test)?,
                body: self.body(&s.body)?,
                orelse: self.elif_else(&s.elif_else_clauses, s.range)?,
            },
            ruff::Stmt::With(s) => StmtKind::With {
                items: s.items.iter().map(|i| self.with_item(i)).collect::<Fallible<_>>()?,
                body: self.body(&s.body)?,
                is_async: s.is_async,
            },
            ruff::Stmt::Match(s) => StmtKind::Match {
                subject: self.boxed(&s.subject)?,
                cases: s.cases.iter().map(|c| self.match_case(c)).collect::<Fallible<_>>()?,
            },
            ruff::Stmt::Raise(s) => StmtKind::Raise {
                exc: self.opt_box(s.exc.as_deref())?,
                cause: self.opt_box(s.cause.as_deref())?,
            },
            ruff::Stmt::Try(s) => StmtKind::Try(Box::new(Try {
                body: self.body(&s.body)?,
                handlers: s.handlers.iter().map(|h| self.handler(h)).collect::<Fallible<_>>()?,
                orelse: self.body(&s.orelse)?,
                finalbody: self.body(&s.finalbody)?,
                is_star: s.is_star,
            })),
            ruff::Stmt::Assert(s) => StmtKind::Assert {
                test: self.boxed(&s.test)?,
                msg: self.opt_box(s.msg.as_deref())?,
            },
            ruff::Stmt::Import(s) => {
                StmtKind::Import(s.names.iter().map(|a| self.alias(a)).collect())
            }
            ruff::Stmt::ImportFrom(s) => StmtKind::ImportFrom {
                module: self.opt_name(s.module.as_ref()),
                names: s.names.iter().map(|a| self.alias(a)).collect(),
                level: s.level,
            },
            ruff::Stmt::Global(s) => {
                StmtKind::Global(s.names.iter().map(|n| self.name(n)).collect())
            }
            ruff::Stmt::Nonlocal(s) => {
                StmtKind::Nonlocal(s.names.iter().map(|n| self.name(n)).collect())
            }
            ruff::Stmt::Expr(s) => StmtKind::Expr(self.boxed(&s.value)?),
            ruff::Stmt::Pass(_) => StmtKind::Pass,
            ruff::Stmt::Break(_) => StmtKind::Break,
            ruff::Stmt::Continue(_) => StmtKind::Continue,
            ruff::Stmt::IpyEscapeCommand(s) => {
                return Err(Failure::at(self.loc(s.range), "invalid syntax"));
            }
        };
        Ok(Stmt { loc: self.loc(range), kind })
    }

    /// Where the `def` or `class` (or, for `async def`, the `async`) before `name` begins.
    fn keyword_before(&self, name: TextRange, is_async: bool) -> u32 {
        let bytes = self.source.as_bytes();
        let mut at = name.start().to_usize();
        for _ in 0..=usize::from(is_async) {
            while !bytes[at - 1].is_ascii_alphabetic() {
                at -= 1;
            }
            while at > 0 && bytes[at - 1].is_ascii_alphabetic() {
                at -= 1;
            }
        }
        at as u32
    }

    fn function(&mut self, f: &ruff::StmtFunctionDef) -> Fallible<StmtKind> {
        Ok(StmtKind::FunctionDef(Box::new(FunctionDef {
            decorator_list: self.decorators(&f.decorator_list)?,
            name: self.name(&f.name),
            type_params: self.type_params(f.type_params.as_deref())?,
            args: self.parameters(&f.parameters)?,
            returns: self.opt_box(f.returns.as_deref())?,
            body: self.body(&f.body)?,
            is_async: f.is_async,
        })))
    }

    fn class(&mut self, c: &ruff::StmtClassDef) -> Fallible<StmtKind> {
        let decorator_list = self.decorators(&c.decorator_list)?;
        let name = self.name(&c.name);
        let type_params = self.type_params(c.type_params.as_deref())?;
        let (bases, keywords) = match &c.arguments {
            Some(arguments) => self.arguments(arguments)?,
            None => (Vec::new(), Vec::new()),
        };
        let body = self.body(&c.body)?;
        let class = ClassDef { name, bases, keywords, body, decorator_list, type_params };
        Ok(StmtKind::ClassDef(Box::new(class)))
    }

    fn decorators(&mut self, decorators: &[ruff::Decorator]) -> Fallible<Vec<Expr>> {
        decorators.iter().map(|d| self.expr(&d.expression)).collect()
    }

    /// The `orelse` of an `if` whose remaining clauses are `clauses` and that ends where `range`
    /// ends. Long chains are common in generated code, so they are built from the back.
    fn elif_else(
        &mut self,
        clauses: &[ruff::ElifElseClause],
        range: TextRange,
    ) -> Fallible<Vec<Stmt>> {
        let mut orelse = Vec::new();
        for clause in clauses.iter().rev() {
            let body = self.body(&clause.body)?;
            orelse = match &clause.test {
                None => body,
                Some(test) => {
                    let loc = self.loc(TextRange::new(clause.range.start(), range.end()));
                    let test = self.boxed(test)?;
                    vec![Stmt { loc, kind: StmtKind::If { test, body, orelse } }]
                }
            };
        }
        Ok(orelse)
    }

    fn with_item(&mut self, item: &ruff::WithItem) -> Fallible<WithItem> {
        Ok(WithItem {
            context_expr: self.expr(&item.context_expr)?,
            optional_vars: item.optional_vars.as_ref().map(|v| self.expr(v)).transpose()?,
        })
    }

    fn handler(&mut self, handler: &ruff::ExceptHandler) -> Fallible<ExceptHandler> {
        let ruff::ExceptHandler::ExceptHandler(h) = handler;
        Ok(ExceptHandler {
            loc: self.loc(h.range),
            type_: self.opt_box(h.type_.as_deref())?,
            name: self.opt_name(h.name.as_ref()),
            body: self.body(&h.body)?,
        })
    }

    fn alias(&mut self, alias: &ruff::Alias) -> Alias {
        Alias {
            loc: self.loc(alias.range),
            name: self.name(&alias.name),
            asname: self.opt_name(alias.asname.as_ref()),
        }
    }

    fn match_case(&mut self, case: &ruff::MatchCase) -> Fallible<MatchCase> {
        Ok(MatchCase {
            pattern: self.pattern(&case.pattern)?,
            guard: case.guard.as_ref().map(|g| self.expr(g)).transpose()?,
            body: self.body(&case.body)?,
        })
    }

    fn patterns(&mut self, patterns: &[ruff::Pattern]) -> Fallible<Vec<Pattern>> {
        patterns.iter().map(|p| self.pattern(p)).collect()
    }

    fn pattern(&mut self, pattern: &ruff::Pattern) -> Fallible<Pattern> {
        self.guard.check()?;
        let kind = match pattern {
            ruff::Pattern::MatchValue(p) => PatternKind::Value(self.boxed(&p.value)?),
            ruff::Pattern::MatchSingleton(p) => PatternKind::Singleton(match p.value {
                ruff::Singleton::None => Constant::None,
                ruff::Singleton::True => Constant::True,
                ruff::Singleton::False => Constant::False,
            }),
            ruff::Pattern::MatchSequence(p) => PatternKind::Sequence(self.patterns(&p.patterns)?),
            ruff::Pattern::MatchMapping(p) => PatternKind::Mapping {
                keys: self.exprs(&p.keys)?,
                patterns: self.patterns(&p.patterns)?,
                rest: self.opt_name(p.rest.as_ref()),
            },
            ruff::Pattern::MatchClass(p) => {
                let keywords = &p.arguments.keywords;
                PatternKind::Class {
                    cls: self.boxed(&p.cls)?,
                    patterns: self.patterns(&p.arguments.patterns)?,
                    kwd_attrs: keywords.iter().map(|k| self.name(&k.attr)).collect(),
                    kwd_patterns: keywords
                        .iter()
                        .map(|k| self.pattern(&k.pattern))
                        .collect::<Fallible<_>>()?,
                }
            }
            ruff::Pattern::MatchStar(p) => PatternKind::Star(self.opt_name(p.name.as_ref())),
            ruff::Pattern::MatchAs(p) => PatternKind::As {
                pattern: match &p.pattern {
                    Some(pattern) => Some(Box::new(self.pattern(pattern)?)),
                    None => None,
                },
                name: self.opt_name(p.name.as_ref()),
            },
            ruff::Pattern::MatchOr(p) => PatternKind::Or(self.patterns(&p.patterns)?),
        };
        Ok(Pattern { loc: self.loc(pattern.range()), kind })
    }

    pub fn type_params(&mut self, params: Option<&ruff::TypeParams>) -> Fallible<Vec<TypeParam>> {
        let Some(params) = params else { return Ok(Vec::new()) };
        params
            .type_params
            .iter()
            .map(|param| {
                let loc = self.loc(param.range());
                let (name, kind, default) = match param {
                    ruff::TypeParam::TypeVar(p) => {
                        let bound = p.bound.as_ref().map(|e| self.expr(e)).transpose()?;
                        (&p.name, TypeParamKind::TypeVar { bound }, &p.default)
                    }
                    ruff::TypeParam::TypeVarTuple(p) => {
                        (&p.name, TypeParamKind::TypeVarTuple, &p.default)
                    }
                    ruff::TypeParam::ParamSpec(p) => {
                        (&p.name, TypeParamKind::ParamSpec, &p.default)
                    }
                };
                let default = default.as_ref().map(|e| self.expr(e)).transpose()?;
                Ok(TypeParam { loc, name: self.name(name), kind, default })
            })
            .collect()
    }

    pub fn parameters(&mut self, parameters: &ruff::Parameters) -> Fallible<Arguments> {
        let mut arguments = Arguments::default();
        for p in &parameters.posonlyargs {
            arguments.posonlyargs.push(self.parameter(&p.parameter)?);
        }
        for p in &parameters.args {
            arguments.args.push(self.parameter(&p.parameter)?);
        }
        for p in parameters.posonlyargs.iter().chain(&parameters.args) {
            if let Some(default) = &p.default {
                arguments.defaults.push(self.expr(default)?);
            }
        }
        for p in &parameters.kwonlyargs {
            arguments.kwonlyargs.push(self.parameter(&p.parameter)?);
            let default = p.default.as_ref().map(|d| self.expr(d)).transpose()?;
            arguments.kw_defaults.push(default);
        }
        if let Some(p) = &parameters.vararg {
            arguments.vararg = Some(Box::new(self.starred_parameter(p)?));
        }
        if let Some(p) = &parameters.kwarg {
            arguments.kwarg = Some(Box::new(self.starred_parameter(p)?));
        }
        Ok(arguments)
    }

    fn parameter(&mut self, p: &ruff::Parameter) -> Fallible<Arg> {
        Ok(Arg {
            loc: self.loc(p.range),
            name: self.name(&p.name),
            annotation: self.opt_box(p.annotation.as_deref())?,
        })
    }

    /// `*args` or `**kwargs`: CPython's node begins at the name.
    fn starred_parameter(&mut self, p: &ruff::Parameter) -> Fallible<Arg> {
        let mut arg = self.parameter(p)?;
        arg.loc = self.loc(TextRange::new(p.name.range.start(), p.range.end()));
        Ok(arg)
    }
}

pub fn operator(op: ruff::Operator) -> Operator {
    match op {
        ruff::Operator::Add => Operator::Add,
        ruff::Operator::Sub => Operator::Sub,
        ruff::Operator::Mult => Operator::Mult,
        ruff::Operator::MatMult => Operator::MatMult,
        ruff::Operator::Div => Operator::Div,
        ruff::Operator::Mod => Operator::Mod,
        ruff::Operator::Pow => Operator::Pow,
        ruff::Operator::LShift => Operator::LShift,
        ruff::Operator::RShift => Operator::RShift,
        ruff::Operator::BitOr => Operator::BitOr,
        ruff::Operator::BitXor => Operator::BitXor,
        ruff::Operator::BitAnd => Operator::BitAnd,
        ruff::Operator::FloorDiv => Operator::FloorDiv,
    }
}
