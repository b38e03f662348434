//! Statements.

use super::unit::{DeferredAnnotation, ScopeKind};
use super::*;

impl<'a> Compiler<'a> {
    pub fn stmts(&mut self, stmts: &'a [Stmt]) -> Fallible {
        stmts.iter().try_for_each(|s| self.stmt(s))
    }

    fn stmt(&mut self, s: &'a Stmt) -> Fallible {
        self.guard.check()?;
        let loc = s.loc;
        match &s.kind {
            StmtKind::FunctionDef(f) => self.function(loc, f),
            StmtKind::ClassDef(c) => self.class(loc, c),
            StmtKind::TypeAlias { name, type_params, value } => {
                self.type_alias(s, name, type_params, value)
            }
            StmtKind::Return(value) => self.return_stmt(loc, value.as_deref()),
            StmtKind::Delete(targets) => self.exprs(targets),
            StmtKind::Assign { targets, value } => {
                self.expr(value)?;
                for (i, target) in targets.iter().enumerate() {
                    if i + 1 < targets.len() {
                        self.add_i(loc, op::COPY, 1);
                    }
                    self.expr(target)?;
                }
                Ok(())
            }
            StmtKind::AugAssign { target, op, value } => self.aug_assign(s, target, *op, value),
            StmtKind::AnnAssign(a) => self.ann_assign(loc, a),
            StmtKind::For(f) => self.conditional(|c| match f.is_async {
                true => c.async_for_stmt(loc, f),
                false => c.for_stmt(loc, f),
            }),
            StmtKind::While { test, body, orelse } => {
                self.conditional(|c| c.while_stmt(loc, test, body, orelse))
            }
            StmtKind::If { test, body, orelse } => {
                self.conditional(|c| c.if_stmt(loc, test, body, orelse))
            }
            StmtKind::Match { subject, cases } => {
                self.conditional(|c| c.match_stmt(subject, cases))
            }
            StmtKind::Raise { exc, cause } => {
                let mut count = 0;
                for e in exc.iter().chain(cause) {
                    self.expr(e)?;
                    count += 1;
                }
                self.add_i(loc, op::RAISE_VARARGS, count);
                Ok(())
            }
            StmtKind::Try(t) => self.conditional(|c| c.try_stmt(loc, t)),
            StmtKind::Assert { test, msg } => self.assert_stmt(loc, test, msg.as_deref()),
            StmtKind::Import(aliases) => self.import(loc, aliases),
            StmtKind::ImportFrom { module, names, level } => {
                self.import_from(loc, *module, names, *level)
            }
            StmtKind::Global(_) | StmtKind::Nonlocal(_) => Ok(()),
            StmtKind::Expr(e) => self.expr_stmt(loc, e),
            StmtKind::Pass => {
                self.add(loc, op::NOP);
                Ok(())
            }
            StmtKind::Break => self.break_stmt(loc),
            StmtKind::Continue => self.continue_stmt(loc),
            StmtKind::With { items, body, is_async } => self.conditional(|c| match is_async {
                true => c.async_with(loc, items, body),
                false => c.with(loc, items, body),
            }),
        }
    }

    /// Annotations in a conditional statement are conditional.
    fn conditional(&mut self, visit: impl FnOnce(&mut Self) -> Fallible) -> Fallible {
        self.unit.in_conditional_block += 1;
        visit(self)?;
        self.unit.in_conditional_block -= 1;
        Ok(())
    }

    fn expr_stmt(&mut self, loc: Loc, e: &'a Expr) -> Fallible {
        if self.interactive && self.outer.is_empty() {
            self.expr(e)?;
            self.add_i(loc, op::CALL_INTRINSIC_1, intrinsic_1::PRINT);
            self.add(Loc::NONE, op::POP_TOP);
            return Ok(());
        }
        if e.as_constant().is_some() {
            self.add(loc, op::NOP);
            return Ok(());
        }
        self.expr(e)?;
        self.add(Loc::NONE, op::POP_TOP);
        Ok(())
    }

    fn return_stmt(&mut self, mut loc: Loc, value: Option<&'a Expr>) -> Fallible {
        let block = self.block();
        if !block.is_function_like() {
            return self.error(loc, "'return' outside function");
        }
        if value.is_some() && block.coroutine && block.generator {
            return self.error(loc, "'return' with value in async generator");
        }
        let stmt_loc = loc;
        let constant = value.and_then(Expr::as_constant);
        let preserve = value.is_some() && constant.is_none();
        if let Some(value) = value {
            if preserve {
                self.expr(value)?;
            } else {
                loc = value.loc;
                self.add(loc, op::NOP);
            }
        }
        if value.is_none_or(|value| value.loc.line != stmt_loc.line) {
            loc = stmt_loc;
            self.add(loc, op::NOP);
        }
        self.unwind_all(&mut loc, preserve)?;
        match (value, constant) {
            (None, _) => self.load_const(loc, Constant::None),
            (Some(_), Some(constant)) => self.load_const(loc, constant.clone()),
            (Some(_), None) => {}
        }
        self.add(loc, op::RETURN_VALUE);
        Ok(())
    }

    fn if_stmt(
        &mut self,
        loc: Loc,
        test: &'a Expr,
        body: &'a [Stmt],
        orelse: &'a [Stmt],
    ) -> Fallible {
        let end = self.new_label();
        let next = if orelse.is_empty() { end } else { self.new_label() };
        self.jump_if(loc, test, next, false)?;
        self.stmts(body)?;
        if !orelse.is_empty() {
            self.add_jump(Loc::NONE, op::JUMP_NO_INTERRUPT, end);
            self.use_label(next);
            self.stmts(orelse)?;
        }
        self.use_label(end);
        Ok(())
    }

    fn for_stmt(&mut self, loc: Loc, f: &'a For) -> Fallible {
        let start = self.new_label();
        let cleanup = self.new_label();
        let end = self.new_label();
        self.push_fblock(loc, FBlockKind::ForLoop, start, end)?;
        self.expr(&f.iter)?;
        let loc = f.iter.loc;
        self.add(loc, op::GET_ITER);
        self.use_label(start);
        self.add_jump(loc, op::FOR_ITER, cleanup);
        // For line events of a `for` over several lines; mostly removed again.
        self.add(f.target.loc, op::NOP);
        self.expr(&f.target)?;
        self.stmts(&f.body)?;
        self.add_jump(Loc::NONE, op::JUMP, start);
        self.use_label(cleanup);
        self.add(Loc::NONE, op::END_FOR);
        self.add(Loc::NONE, op::POP_ITER);
        self.pop_fblock();
        self.stmts(&f.orelse)?;
        self.use_label(end);
        Ok(())
    }

    fn async_for_stmt(&mut self, loc: Loc, f: &'a For) -> Fallible {
        let start = self.new_label();
        let send = self.new_label();
        let except = self.new_label();
        let end = self.new_label();
        self.expr(&f.iter)?;
        self.add(f.iter.loc, op::GET_AITER);
        self.use_label(start);
        self.push_fblock(loc, FBlockKind::AsyncForLoop, start, end)?;
        self.add_jump(loc, op::SETUP_FINALLY, except);
        self.add(loc, op::GET_ANEXT);
        self.load_const(loc, Constant::None);
        self.use_label(send);
        self.yield_from(loc, super::expr::RESUME_AFTER_AWAIT);
        self.add(loc, op::POP_BLOCK);
        self.add(loc, op::NOT_TAKEN);
        self.expr(&f.target)?;
        self.stmts(&f.body)?;
        self.add_jump(Loc::NONE, op::JUMP, start);
        self.pop_fblock();
        self.use_label(except);
        self.add_jump(f.iter.loc, op::END_ASYNC_FOR, send);
        self.stmts(&f.orelse)?;
        self.use_label(end);
        Ok(())
    }

    fn while_stmt(
        &mut self,
        loc: Loc,
        test: &'a Expr,
        body: &'a [Stmt],
        orelse: &'a [Stmt],
    ) -> Fallible {
        let repeat = self.new_label();
        let end = self.new_label();
        let anchor = self.new_label();
        self.use_label(repeat);
        self.push_fblock(loc, FBlockKind::WhileLoop, repeat, end)?;
        self.jump_if(loc, test, anchor, false)?;
        self.stmts(body)?;
        self.add_jump(Loc::NONE, op::JUMP, repeat);
        self.pop_fblock();
        self.use_label(anchor);
        self.stmts(orelse)?;
        self.use_label(end);
        Ok(())
    }

    fn break_stmt(&mut self, loc: Loc) -> Fallible {
        self.add(loc, op::NOP);
        let mut at = loc;
        let Some(target) = self.unwind_to_loop(&mut at)? else {
            return self.error(loc, "'break' outside loop");
        };
        self.unwind(&mut at, target, false)?;
        self.add_jump(at, op::JUMP, target.exit);
        Ok(())
    }

    fn continue_stmt(&mut self, loc: Loc) -> Fallible {
        self.add(loc, op::NOP);
        let mut at = loc;
        let Some(target) = self.unwind_to_loop(&mut at)? else {
            return self.error(loc, "'continue' not properly in loop");
        };
        self.add_jump(at, op::JUMP, target.block);
        Ok(())
    }

    fn assert_stmt(&mut self, loc: Loc, test: &'a Expr, msg: Option<&'a Expr>) -> Fallible {
        let always_true = match &test.kind {
            ExprKind::Tuple { elts, .. } => !elts.is_empty(),
            ExprKind::Constant { value: Constant::Tuple(items), .. } => !items.is_empty(),
            _ => false,
        };
        if always_true {
            let message = "assertion is always true, perhaps remove parentheses?";
            self.warn(loc, message.to_owned());
        }
        if self.optimize > 0 {
            return Ok(());
        }
        let end = self.new_label();
        self.jump_if(loc, test, end, true)?;
        self.add_i(loc, op::LOAD_COMMON_CONSTANT, common_constant::ASSERTION_ERROR);
        if let Some(msg) = msg {
            self.expr(msg)?;
            self.add_i(loc, op::CALL, 0);
        }
        self.add_i(test.loc, op::RAISE_VARARGS, 1);
        self.use_label(end);
        Ok(())
    }

    fn import(&mut self, loc: Loc, aliases: &[Alias]) -> Fallible {
        for alias in aliases {
            self.load_int(loc, 0);
            self.load_const(loc, Constant::None);
            self.add_name(loc, op::IMPORT_NAME, alias.name);
            let text = self.names.text(alias.name).to_owned();
            let mut parts = text.split('.');
            let first = parts.next().expect("a split has a first part");
            let Some(asname) = alias.asname else {
                let name = self.names.intern(first);
                self.name(loc, name, Context::Store)?;
                continue;
            };
            let rest: Vec<&str> = parts.collect();
            for (i, part) in rest.iter().enumerate() {
                let name = self.names.intern(part);
                let arg = self.unit.metadata.names.add(name);
                self.add_i(loc, op::IMPORT_FROM, arg);
                if i + 1 < rest.len() {
                    self.add_i(loc, op::SWAP, 2);
                    self.add(loc, op::POP_TOP);
                }
            }
            self.name(loc, asname, Context::Store)?;
            if !rest.is_empty() {
                self.add(loc, op::POP_TOP);
            }
        }
        Ok(())
    }

    fn import_from(
        &mut self,
        loc: Loc,
        module: Option<Name>,
        aliases: &[Alias],
        level: u32,
    ) -> Fallible {
        self.load_int(loc, i64::from(level));
        let names = aliases.iter().map(|alias| self.name_constant(alias.name)).collect();
        self.load_const(loc, Constant::Tuple(names));
        self.add_name(loc, op::IMPORT_NAME, module.unwrap_or(known::EMPTY));
        if let [Alias { name: known::STAR, .. }] = aliases {
            self.add_i(loc, op::CALL_INTRINSIC_1, intrinsic_1::IMPORT_STAR);
            self.add(Loc::NONE, op::POP_TOP);
            return Ok(());
        }
        for alias in aliases {
            self.add_name(loc, op::IMPORT_FROM, alias.name);
            self.name(loc, alias.asname.unwrap_or(alias.name), Context::Store)?;
        }
        self.add(loc, op::POP_TOP);
        Ok(())
    }

    fn ann_assign(&mut self, loc: Loc, a: &'a AnnAssign) -> Fallible {
        if let Some(value) = &a.value {
            self.expr(value)?;
            self.expr(&a.target)?;
        }
        match &a.target.kind {
            ExprKind::Name { id, .. } => {
                if a.simple && matches!(self.unit.kind, ScopeKind::Module | ScopeKind::Class) {
                    self.annotate(loc, a, *id)?;
                }
                Ok(())
            }
            ExprKind::Attribute { value, .. } => {
                if a.value.is_none() {
                    self.check_annotation(value)
                } else {
                    Ok(())
                }
            }
            ExprKind::Subscript { value, slice, .. } => {
                if a.value.is_some() {
                    return Ok(());
                }
                self.check_annotation(value)?;
                self.check_annotation_slice(slice)
            }
            _ => self.error(a.target.loc, "illegal target for annotation"),
        }
    }

    fn annotate(&mut self, loc: Loc, a: &'a AnnAssign, id: Name) -> Fallible {
        if self.features.annotations {
            self.annotation_text(&a.annotation);
            self.add_name(loc, op::LOAD_NAME, known::ANNOTATIONS);
            let mangled = self.mangle(id);
            self.load_name_constant(loc, mangled);
            self.add(loc, op::STORE_SUBSCR);
            return Ok(());
        }
        let conditional = self.unit.kind == ScopeKind::Module || self.unit.in_conditional_block > 0;
        let index = conditional.then_some(self.unit.next_conditional_index);
        self.unit.deferred_annotations.push(DeferredAnnotation::new(id, a, loc, index));
        let Some(index) = index else { return Ok(()) };
        self.unit.next_conditional_index += 1;
        if self.unit.kind == ScopeKind::Class {
            let arg = self.unit.metadata.cellvars.add(known::CONDITIONAL_ANNOTATIONS);
            self.add_i(loc, op::LOAD_DEREF, arg);
        } else {
            self.add_name(loc, op::LOAD_NAME, known::CONDITIONAL_ANNOTATIONS);
        }
        self.load_int(loc, index);
        self.add_i(loc, op::SET_ADD, 1);
        self.add(loc, op::POP_TOP);
        Ok(())
    }

    fn check_annotation(&mut self, e: &'a Expr) -> Fallible {
        self.expr(e)?;
        self.add(e.loc, op::POP_TOP);
        Ok(())
    }

    fn check_annotation_slice(&mut self, e: &'a Expr) -> Fallible {
        match &e.kind {
            ExprKind::Slice { lower, upper, step } => {
                for part in [lower, upper, step].into_iter().flatten() {
                    self.check_annotation(part)?;
                }
                Ok(())
            }
            ExprKind::Tuple { elts, .. } => {
                elts.iter().try_for_each(|elt| self.check_annotation_slice(elt))
            }
            _ => self.check_annotation(e),
        }
    }
}
