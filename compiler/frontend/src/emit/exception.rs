//! `try`, `with`, and leaving them early.

use super::expr::RESUME_AFTER_AWAIT;
use super::unit::{FBlock, FBlockKind};
use super::*;

impl<'a> Compiler<'a> {
    fn exit_with_nones(&mut self, loc: Loc) {
        for _ in 0..3 {
            self.load_const(loc, Constant::None);
        }
        self.add_i(loc, op::CALL, 3);
    }

    fn pop_except_and_reraise(&mut self, loc: Loc) {
        self.add_i(loc, op::COPY, 3);
        self.add(loc, op::POP_EXCEPT);
        self.add_i(loc, op::RERAISE, 1);
    }

    /// Leaves one statement; with `preserve`, the value on top of the stack survives.
    pub fn unwind(&mut self, loc: &mut Loc, fblock: FBlock<'a>, preserve: bool) -> Fallible {
        match fblock.kind {
            FBlockKind::WhileLoop
            | FBlockKind::ExceptionHandler
            | FBlockKind::ExceptionGroupHandler
            | FBlockKind::AsyncComprehensionGenerator
            | FBlockKind::StopIteration => {}
            FBlockKind::ForLoop | FBlockKind::AsyncForLoop | FBlockKind::PopValue => {
                if preserve {
                    self.add_i(*loc, op::SWAP, 2);
                }
                self.add(*loc, op::POP_TOP);
            }
            FBlockKind::TryExcept => self.add(*loc, op::POP_BLOCK),
            FBlockKind::FinallyTry(body) => {
                self.add(*loc, op::POP_BLOCK);
                if preserve {
                    let none = Label::NONE;
                    self.push_fblock(*loc, FBlockKind::PopValue, none, none)?;
                }
                self.stmts(body)?;
                if preserve {
                    self.pop_fblock();
                }
                // What follows is to appear after the finally block.
                *loc = Loc::NONE;
            }
            FBlockKind::FinallyEnd => {
                if preserve {
                    self.add_i(*loc, op::SWAP, 2);
                }
                self.add(*loc, op::POP_TOP);
                if preserve {
                    self.add_i(*loc, op::SWAP, 2);
                }
                self.add(*loc, op::POP_BLOCK);
                self.add(*loc, op::POP_EXCEPT);
            }
            FBlockKind::With | FBlockKind::AsyncWith => {
                *loc = fblock.loc;
                self.add(*loc, op::POP_BLOCK);
                if preserve {
                    self.add_i(*loc, op::SWAP, 3);
                    self.add_i(*loc, op::SWAP, 2);
                }
                self.exit_with_nones(*loc);
                if matches!(fblock.kind, FBlockKind::AsyncWith) {
                    self.add_i(*loc, op::GET_AWAITABLE, 2);
                    self.load_const(*loc, Constant::None);
                    self.yield_from(*loc, RESUME_AFTER_AWAIT);
                }
                self.add(*loc, op::POP_TOP);
                *loc = Loc::NONE;
            }
            FBlockKind::HandlerCleanup(name) => {
                if name.is_some() {
                    self.add(*loc, op::POP_BLOCK);
                }
                if preserve {
                    self.add_i(*loc, op::SWAP, 2);
                }
                self.add(*loc, op::POP_BLOCK);
                self.add(*loc, op::POP_EXCEPT);
                if let Some(name) = name {
                    self.unbind(*loc, name)?;
                }
            }
        }
        Ok(())
    }

    /// `name = None; del name`.
    fn unbind(&mut self, loc: Loc, name: Name) -> Fallible {
        self.load_const(loc, Constant::None);
        self.name(loc, name, Context::Store)?;
        self.name(loc, name, Context::Del)
    }

    /// Leaves everything, for `return`.
    pub fn unwind_all(&mut self, loc: &mut Loc, preserve: bool) -> Fallible {
        self.unwind_stack(loc, preserve, false).map(|_| ())
    }

    /// Leaves everything inside the innermost loop, which is returned.
    pub fn unwind_to_loop(&mut self, loc: &mut Loc) -> Fallible<Option<FBlock<'a>>> {
        self.unwind_stack(loc, false, true)
    }

    fn unwind_stack(
        &mut self,
        loc: &mut Loc,
        preserve: bool,
        to_loop: bool,
    ) -> Fallible<Option<FBlock<'a>>> {
        let mut left = Vec::new();
        let mut found = None;
        while let Some(top) = self.unit.fblocks.last().copied() {
            if matches!(top.kind, FBlockKind::ExceptionGroupHandler) {
                let message = "'break', 'continue' and 'return' cannot appear in an except* block";
                return self.error(*loc, message);
            }
            if to_loop
                && matches!(
                    top.kind,
                    FBlockKind::WhileLoop | FBlockKind::ForLoop | FBlockKind::AsyncForLoop
                )
            {
                found = Some(top);
                break;
            }
            left.push(self.pop_fblock());
            self.unwind(loc, top, preserve)?;
        }
        for fblock in left.into_iter().rev() {
            self.push_fblock(fblock.loc, fblock.kind, fblock.block, fblock.exit)?;
        }
        Ok(found)
    }

    pub fn try_stmt(&mut self, loc: Loc, t: &'a Try) -> Fallible {
        if t.finalbody.is_empty() { self.try_handlers(loc, t) } else { self.try_finally(loc, t) }
    }

    fn try_handlers(&mut self, loc: Loc, t: &'a Try) -> Fallible {
        if t.is_star { self.try_star(loc, t) } else { self.try_except(loc, t) }
    }

    fn try_finally(&mut self, loc: Loc, t: &'a Try) -> Fallible {
        let body = self.new_label();
        let end = self.new_label();
        let exit = self.new_label();
        let cleanup = self.new_label();
        self.add_jump(loc, op::SETUP_FINALLY, end);
        self.use_label(body);
        self.push_fblock(loc, FBlockKind::FinallyTry(&t.finalbody), body, end)?;
        if t.handlers.is_empty() {
            self.stmts(&t.body)?;
        } else {
            self.try_handlers(loc, t)?;
        }
        self.add(Loc::NONE, op::POP_BLOCK);
        self.pop_fblock();
        self.stmts(&t.finalbody)?;
        self.add_jump(Loc::NONE, op::JUMP_NO_INTERRUPT, exit);
        self.use_label(end);
        self.add_jump(Loc::NONE, op::SETUP_CLEANUP, cleanup);
        self.add(Loc::NONE, op::PUSH_EXC_INFO);
        self.push_fblock(Loc::NONE, FBlockKind::FinallyEnd, end, Label::NONE)?;
        self.stmts(&t.finalbody)?;
        self.pop_fblock();
        self.add_i(Loc::NONE, op::RERAISE, 0);
        self.use_label(cleanup);
        self.pop_except_and_reraise(Loc::NONE);
        self.use_label(exit);
        Ok(())
    }

    fn try_except(&mut self, loc: Loc, t: &'a Try) -> Fallible {
        let body = self.new_label();
        let except = self.new_label();
        let end = self.new_label();
        let cleanup = self.new_label();
        self.add_jump(loc, op::SETUP_FINALLY, except);
        self.use_label(body);
        self.push_fblock(loc, FBlockKind::TryExcept, body, Label::NONE)?;
        self.stmts(&t.body)?;
        self.pop_fblock();
        self.add(Loc::NONE, op::POP_BLOCK);
        self.stmts(&t.orelse)?;
        self.add_jump(Loc::NONE, op::JUMP_NO_INTERRUPT, end);
        self.use_label(except);
        self.add_jump(Loc::NONE, op::SETUP_CLEANUP, cleanup);
        self.add(Loc::NONE, op::PUSH_EXC_INFO);
        self.push_fblock(loc, FBlockKind::ExceptionHandler, Label::NONE, Label::NONE)?;
        for (i, handler) in t.handlers.iter().enumerate() {
            let loc = handler.loc;
            if handler.type_.is_none() && i + 1 < t.handlers.len() {
                return self.error(loc, "default 'except:' must be last");
            }
            let next = self.new_label();
            if let Some(type_) = &handler.type_ {
                self.expr(type_)?;
                self.add(loc, op::CHECK_EXC_MATCH);
                self.add_jump(loc, op::POP_JUMP_IF_FALSE, next);
            }
            if let Some(name) = handler.name {
                let cleanup_end = self.new_label();
                let cleanup_body = self.new_label();
                self.name(loc, name, Context::Store)?;
                self.add_jump(loc, op::SETUP_CLEANUP, cleanup_end);
                self.use_label(cleanup_body);
                let kind = FBlockKind::HandlerCleanup(Some(name));
                self.push_fblock(loc, kind, cleanup_body, Label::NONE)?;
                self.stmts(&handler.body)?;
                self.pop_fblock();
                self.add(Loc::NONE, op::POP_BLOCK);
                self.add(Loc::NONE, op::POP_BLOCK);
                self.add(Loc::NONE, op::POP_EXCEPT);
                self.unbind(Loc::NONE, name)?;
                self.add_jump(Loc::NONE, op::JUMP_NO_INTERRUPT, end);
                self.use_label(cleanup_end);
                self.unbind(Loc::NONE, name)?;
                self.add_i(Loc::NONE, op::RERAISE, 1);
            } else {
                let cleanup_body = self.new_label();
                self.add(loc, op::POP_TOP);
                self.use_label(cleanup_body);
                let kind = FBlockKind::HandlerCleanup(None);
                self.push_fblock(loc, kind, cleanup_body, Label::NONE)?;
                self.stmts(&handler.body)?;
                self.pop_fblock();
                self.add(Loc::NONE, op::POP_BLOCK);
                self.add(Loc::NONE, op::POP_EXCEPT);
                self.add_jump(Loc::NONE, op::JUMP_NO_INTERRUPT, end);
            }
            self.use_label(next);
        }
        self.pop_fblock();
        self.add_i(Loc::NONE, op::RERAISE, 0);
        self.use_label(cleanup);
        self.pop_except_and_reraise(Loc::NONE);
        self.use_label(end);
        Ok(())
    }

    fn try_star(&mut self, loc: Loc, t: &'a Try) -> Fallible {
        let body = self.new_label();
        let except = self.new_label();
        let orelse = self.new_label();
        let end = self.new_label();
        let cleanup = self.new_label();
        let reraise_star = self.new_label();
        self.add_jump(loc, op::SETUP_FINALLY, except);
        self.use_label(body);
        self.push_fblock(loc, FBlockKind::TryExcept, body, Label::NONE)?;
        self.stmts(&t.body)?;
        self.pop_fblock();
        self.add(Loc::NONE, op::POP_BLOCK);
        self.add_jump(Loc::NONE, op::JUMP_NO_INTERRUPT, orelse);
        self.use_label(except);
        self.add_jump(Loc::NONE, op::SETUP_CLEANUP, cleanup);
        self.add(Loc::NONE, op::PUSH_EXC_INFO);
        self.push_fblock(loc, FBlockKind::ExceptionGroupHandler, Label::NONE, Label::NONE)?;
        for (i, handler) in t.handlers.iter().enumerate() {
            let loc = handler.loc;
            let next = self.new_label();
            let with_error = self.new_label();
            let no_match = self.new_label();
            if i == 0 {
                // The exceptions that the handlers raise, and the group.
                self.add_i(loc, op::BUILD_LIST, 0);
                self.add_i(loc, op::COPY, 2);
            }
            if let Some(type_) = &handler.type_ {
                self.expr(type_)?;
                self.add(loc, op::CHECK_EG_MATCH);
                self.add_i(loc, op::COPY, 1);
                self.add_jump(loc, op::POP_JUMP_IF_NONE, no_match);
            }
            let cleanup_end = self.new_label();
            let cleanup_body = self.new_label();
            match handler.name {
                Some(name) => self.name(loc, name, Context::Store)?,
                None => self.add(loc, op::POP_TOP),
            }
            self.add_jump(loc, op::SETUP_CLEANUP, cleanup_end);
            self.use_label(cleanup_body);
            let kind = FBlockKind::HandlerCleanup(handler.name);
            self.push_fblock(loc, kind, cleanup_body, Label::NONE)?;
            self.stmts(&handler.body)?;
            self.pop_fblock();
            self.add(Loc::NONE, op::POP_BLOCK);
            if let Some(name) = handler.name {
                self.unbind(Loc::NONE, name)?;
            }
            self.add_jump(Loc::NONE, op::JUMP_NO_INTERRUPT, next);
            self.use_label(cleanup_end);
            if let Some(name) = handler.name {
                self.unbind(Loc::NONE, name)?;
            }
            self.add_i(Loc::NONE, op::LIST_APPEND, 3);
            self.add(Loc::NONE, op::POP_TOP);
            self.add_jump(Loc::NONE, op::JUMP_NO_INTERRUPT, with_error);
            self.use_label(next);
            self.add(Loc::NONE, op::NOP);
            self.add_jump(Loc::NONE, op::JUMP_NO_INTERRUPT, with_error);
            self.use_label(no_match);
            self.add(loc, op::POP_TOP);
            self.use_label(with_error);
            if i + 1 == t.handlers.len() {
                self.add_i(Loc::NONE, op::LIST_APPEND, 1);
                self.add_jump(Loc::NONE, op::JUMP_NO_INTERRUPT, reraise_star);
            }
        }
        self.pop_fblock();
        let reraise = self.new_label();
        self.use_label(reraise_star);
        self.add_i(Loc::NONE, op::CALL_INTRINSIC_2, intrinsic_2::PREP_RERAISE_STAR);
        self.add_i(Loc::NONE, op::COPY, 1);
        self.add_jump(Loc::NONE, op::POP_JUMP_IF_NOT_NONE, reraise);
        self.add(Loc::NONE, op::POP_TOP);
        self.add(Loc::NONE, op::POP_BLOCK);
        self.add(Loc::NONE, op::POP_EXCEPT);
        self.add_jump(Loc::NONE, op::JUMP_NO_INTERRUPT, end);
        self.use_label(reraise);
        self.add(Loc::NONE, op::POP_BLOCK);
        self.add_i(Loc::NONE, op::SWAP, 2);
        self.add(Loc::NONE, op::POP_EXCEPT);
        self.add_i(Loc::NONE, op::RERAISE, 0);
        self.use_label(cleanup);
        self.pop_except_and_reraise(Loc::NONE);
        self.use_label(orelse);
        self.stmts(&t.orelse)?;
        self.use_label(end);
        Ok(())
    }

    /// The end of a `with`: whether `__exit__` wants the exception suppressed.
    fn with_except_finish(&mut self, cleanup: Label) {
        let suppress = self.new_label();
        let exit = self.new_label();
        self.add(Loc::NONE, op::TO_BOOL);
        self.add_jump(Loc::NONE, op::POP_JUMP_IF_TRUE, suppress);
        self.add_i(Loc::NONE, op::RERAISE, 2);
        self.use_label(suppress);
        self.add(Loc::NONE, op::POP_TOP);
        self.add(Loc::NONE, op::POP_BLOCK);
        self.add(Loc::NONE, op::POP_EXCEPT);
        for _ in 0..3 {
            self.add(Loc::NONE, op::POP_TOP);
        }
        self.add_jump(Loc::NONE, op::JUMP_NO_INTERRUPT, exit);
        self.use_label(cleanup);
        self.pop_except_and_reraise(Loc::NONE);
        self.use_label(exit);
    }

    pub fn with(&mut self, stmt_loc: Loc, items: &'a [WithItem], body: &'a [Stmt]) -> Fallible {
        self.guard.check()?;
        let (item, rest) = items.split_first().expect("a `with` has items");
        let block = self.new_label();
        let finally = self.new_label();
        let exit = self.new_label();
        let cleanup = self.new_label();
        self.expr(&item.context_expr)?;
        let loc = item.context_expr.loc;
        self.add_i(loc, op::COPY, 1);
        self.add_i(loc, op::LOAD_SPECIAL, SPECIAL_EXIT);
        self.add_i(loc, op::SWAP, 2);
        self.add_i(loc, op::SWAP, 3);
        self.add_i(loc, op::LOAD_SPECIAL, SPECIAL_ENTER);
        self.add_i(loc, op::CALL, 0);
        self.add_jump(loc, op::SETUP_WITH, finally);
        self.use_label(block);
        self.push_fblock(loc, FBlockKind::With, block, finally)?;
        match &item.optional_vars {
            Some(vars) => self.expr(vars)?,
            None => self.add(loc, op::POP_TOP),
        }
        if rest.is_empty() {
            self.stmts(body)?;
        } else {
            self.with(stmt_loc, rest, body)?;
        }
        self.add(Loc::NONE, op::POP_BLOCK);
        self.pop_fblock();
        self.exit_with_nones(loc);
        self.add(loc, op::POP_TOP);
        self.add_jump(loc, op::JUMP, exit);
        self.use_label(finally);
        self.add_jump(loc, op::SETUP_CLEANUP, cleanup);
        self.add(loc, op::PUSH_EXC_INFO);
        self.add(loc, op::WITH_EXCEPT_START);
        self.with_except_finish(cleanup);
        self.use_label(exit);
        Ok(())
    }

    pub fn async_with(
        &mut self,
        stmt_loc: Loc,
        items: &'a [WithItem],
        body: &'a [Stmt],
    ) -> Fallible {
        self.guard.check()?;
        let (item, rest) = items.split_first().expect("a `with` has items");
        let block = self.new_label();
        let finally = self.new_label();
        let exit = self.new_label();
        let cleanup = self.new_label();
        self.expr(&item.context_expr)?;
        let loc = item.context_expr.loc;
        self.add_i(loc, op::COPY, 1);
        self.add_i(loc, op::LOAD_SPECIAL, SPECIAL_AEXIT);
        self.add_i(loc, op::SWAP, 2);
        self.add_i(loc, op::SWAP, 3);
        self.add_i(loc, op::LOAD_SPECIAL, SPECIAL_AENTER);
        self.add_i(loc, op::CALL, 0);
        self.add_i(loc, op::GET_AWAITABLE, 1);
        self.load_const(loc, Constant::None);
        self.yield_from(loc, RESUME_AFTER_AWAIT);
        self.add_jump(loc, op::SETUP_WITH, finally);
        self.use_label(block);
        self.push_fblock(loc, FBlockKind::AsyncWith, block, finally)?;
        match &item.optional_vars {
            Some(vars) => self.expr(vars)?,
            None => self.add(loc, op::POP_TOP),
        }
        if rest.is_empty() {
            self.stmts(body)?;
        } else {
            self.async_with(stmt_loc, rest, body)?;
        }
        self.pop_fblock();
        self.add(loc, op::POP_BLOCK);
        self.exit_with_nones(loc);
        self.add_i(loc, op::GET_AWAITABLE, 2);
        self.load_const(loc, Constant::None);
        self.yield_from(loc, RESUME_AFTER_AWAIT);
        self.add(loc, op::POP_TOP);
        self.add_jump(loc, op::JUMP, exit);
        self.use_label(finally);
        self.add_jump(loc, op::SETUP_CLEANUP, cleanup);
        self.add(loc, op::PUSH_EXC_INFO);
        self.add(loc, op::WITH_EXCEPT_START);
        self.add_i(loc, op::GET_AWAITABLE, 2);
        self.load_const(loc, Constant::None);
        self.yield_from(loc, RESUME_AFTER_AWAIT);
        self.with_except_finish(cleanup);
        self.use_label(exit);
        Ok(())
    }
}

/// `LOAD_SPECIAL`'s argument.
const SPECIAL_ENTER: usize = 0;
const SPECIAL_EXIT: usize = 1;
const SPECIAL_AENTER: usize = 2;
const SPECIAL_AEXIT: usize = 3;
