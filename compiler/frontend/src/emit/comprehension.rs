//! Comprehensions, in place where they can be (PEP 709), and generator expressions.

use super::expr::RESUME_AFTER_AWAIT;
use super::unit::ScopeKind;
use super::*;
use crate::symtable::{Scope, symbol};

/// What a comprehension yields.
#[derive(Copy, Clone)]
enum Element<'a> {
    Generator(&'a Expr),
    List(&'a Expr),
    Set(&'a Expr),
    Dict(&'a Expr, &'a Expr),
}

/// What is to be undone after an inlined comprehension.
#[derive(Default)]
struct Inlined {
    pushed_locals: Vec<Name>,
    /// Symbols of the block around, as they were.
    outer_symbols: Vec<(Name, u32)>,
    fast_hidden: Vec<Name>,
    cleanup: Option<Label>,
}

impl<'a> Compiler<'a> {
    pub fn comprehension(&mut self, e: &'a Expr) -> Fallible {
        let (element, generators, name) = match &e.kind {
            ExprKind::GeneratorExp { elt, generators } => {
                (Element::Generator(elt), generators, known::GENEXPR_CODE)
            }
            ExprKind::ListComp { elt, generators } => {
                (Element::List(elt), generators, known::LISTCOMP_CODE)
            }
            ExprKind::SetComp { elt, generators } => {
                (Element::Set(elt), generators, known::SETCOMP_CODE)
            }
            ExprKind::DictComp { key, value, generators } => {
                (Element::Dict(key, value), generators, known::DICTCOMP_CODE)
            }
            _ => unreachable!("only comprehensions come here"),
        };
        let loc = e.loc;
        let block = self.table.lookup(key(e, Part::Body));
        let entry = self.table.block(block);
        let is_inlined = entry.comp_inlined;
        let is_async = entry.coroutine;
        let is_generator = matches!(element, Element::Generator(_));
        let mut state = Inlined::default();
        if is_inlined {
            self.outermost_iter(&generators[0])?;
            self.push_inlined(loc, block, &mut state)?;
        } else {
            self.enter(name, ScopeKind::Comprehension, block, loc.line, None);
            self.unit.metadata.argcount = 1;
        }
        let build = match element {
            Element::Generator(_) => None,
            Element::List(_) => Some(op::BUILD_LIST),
            Element::Set(_) => Some(op::BUILD_SET),
            Element::Dict(..) => Some(op::BUILD_MAP),
        };
        if let Some(build) = build {
            self.add_i(loc, build, 0);
            if is_inlined {
                self.add_i(loc, op::SWAP, 2);
            }
        }
        self.generator(loc, generators, 0, 0, element, is_inlined)?;
        if is_inlined {
            self.pop_inlined(loc, state);
            return Ok(());
        }
        if is_generator {
            self.stop_iteration_handler();
        } else {
            self.add(loc, op::RETURN_VALUE);
        }
        let code = self.exit(true)?;
        self.make_closure(loc, code, 0)?;
        self.outermost_iter(&generators[0])?;
        self.add_i(loc, op::CALL, 0);
        if is_async && !is_generator {
            self.add_i(loc, op::GET_AWAITABLE, 0);
            self.load_const(loc, Constant::None);
            self.yield_from(loc, RESUME_AFTER_AWAIT);
        }
        Ok(())
    }

    /// The first iterator, which is made outside the comprehension.
    fn outermost_iter(&mut self, generator: &'a Comprehension) -> Fallible {
        self.expr(&generator.iter)?;
        let op = if generator.is_async { op::GET_AITER } else { op::GET_ITER };
        self.add(generator.iter.loc, op);
        Ok(())
    }

    fn generator(
        &mut self,
        loc: Loc,
        generators: &'a [Comprehension],
        index: usize,
        depth: usize,
        element: Element<'a>,
        iter_on_stack: bool,
    ) -> Fallible {
        self.guard.check()?;
        if generators[index].is_async {
            self.async_generator(loc, generators, index, depth, element, iter_on_stack)
        } else {
            self.sync_generator(loc, generators, index, depth, element, iter_on_stack)
        }
    }

    fn sync_generator(
        &mut self,
        loc: Loc,
        generators: &'a [Comprehension],
        index: usize,
        mut depth: usize,
        element: Element<'a>,
        iter_on_stack: bool,
    ) -> Fallible {
        let generator = &generators[index];
        let start = self.new_label();
        let if_cleanup = self.new_label();
        let anchor = self.new_label();
        // `for y in [f(x)]` is an assignment.
        let mut is_assignment = false;
        if !iter_on_stack {
            if index == 0 {
                self.add_i(loc, op::LOAD_FAST, 0);
            } else {
                match &generator.iter.kind {
                    ExprKind::List { elts, .. } | ExprKind::Tuple { elts, .. }
                        if elts.len() == 1 && !elts[0].is_starred() =>
                    {
                        self.expr(&elts[0])?;
                        is_assignment = true;
                    }
                    _ => {
                        self.expr(&generator.iter)?;
                        self.add(generator.iter.loc, op::GET_ITER);
                    }
                }
            }
        }
        if !is_assignment {
            depth += 1;
            self.use_label(start);
            self.add_jump(generator.iter.loc, op::FOR_ITER, anchor);
        }
        self.expr(&generator.target)?;
        for condition in &generator.ifs {
            self.jump_if(loc, condition, if_cleanup, false)?;
        }
        let element_loc = self.rest(loc, generators, index, depth, element)?;
        self.use_label(if_cleanup);
        if !is_assignment {
            self.add_jump(element_loc, op::JUMP, start);
            self.use_label(anchor);
            self.add(Loc::NONE, op::END_FOR);
            self.add(Loc::NONE, op::POP_ITER);
        }
        Ok(())
    }

    fn async_generator(
        &mut self,
        loc: Loc,
        generators: &'a [Comprehension],
        index: usize,
        depth: usize,
        element: Element<'a>,
        iter_on_stack: bool,
    ) -> Fallible {
        let generator = &generators[index];
        let start = self.new_label();
        let send = self.new_label();
        let except = self.new_label();
        let if_cleanup = self.new_label();
        if !iter_on_stack {
            if index == 0 {
                self.add_i(loc, op::LOAD_FAST, 0);
            } else {
                self.expr(&generator.iter)?;
                self.add(generator.iter.loc, op::GET_AITER);
            }
        }
        self.use_label(start);
        let kind = FBlockKind::AsyncComprehensionGenerator;
        self.push_fblock(loc, kind, start, Label::NONE)?;
        self.add_jump(loc, op::SETUP_FINALLY, except);
        self.add(loc, op::GET_ANEXT);
        self.load_const(loc, Constant::None);
        self.use_label(send);
        self.yield_from(loc, RESUME_AFTER_AWAIT);
        self.add(loc, op::POP_BLOCK);
        self.expr(&generator.target)?;
        for condition in &generator.ifs {
            self.jump_if(loc, condition, if_cleanup, false)?;
        }
        let element_loc = self.rest(loc, generators, index, depth + 1, element)?;
        self.use_label(if_cleanup);
        self.add_jump(element_loc, op::JUMP, start);
        self.pop_fblock();
        self.use_label(except);
        self.add_jump(loc, op::END_ASYNC_FOR, send);
        Ok(())
    }

    /// The inner generators or, in the innermost, the element; returns the element's place.
    fn rest(
        &mut self,
        loc: Loc,
        generators: &'a [Comprehension],
        index: usize,
        depth: usize,
        element: Element<'a>,
    ) -> Fallible<Loc> {
        let innermost = index + 1 == generators.len();
        if !innermost {
            self.generator(loc, generators, index + 1, depth, element, false)?;
        }
        let mut at = match element {
            Element::Generator(e) | Element::List(e) | Element::Set(e) | Element::Dict(e, _) => {
                e.loc
            }
        };
        if !innermost {
            return Ok(at);
        }
        match element {
            Element::Generator(e) => {
                self.expr(e)?;
                self.add_yield(at);
                self.add(at, op::POP_TOP);
            }
            Element::List(e) => {
                self.expr(e)?;
                self.add_i(at, op::LIST_APPEND, depth + 1);
            }
            Element::Set(e) => {
                self.expr(e)?;
                self.add_i(at, op::SET_ADD, depth + 1);
            }
            Element::Dict(key, value) => {
                self.expr(key)?;
                self.expr(value)?;
                at = Loc::new(key.loc.line, value.loc.end_line, key.loc.col, value.loc.end_col);
                self.add_i(at, op::MAP_ADD, depth + 1);
            }
        }
        Ok(at)
    }

    /// Gives the comprehension's names their meaning inside it, and saves what they mean outside.
    fn push_inlined(&mut self, loc: Loc, comp: BlockId, state: &mut Inlined) -> Fallible {
        let in_class = self.is_class_block() && self.unit.in_inlined_comp == 0;
        self.unit.in_inlined_comp += 1;
        let is_function = self.block().is_function_like();
        let symbols: Vec<(Name, u32)> = self.table.block(comp).symbols.iter().collect();
        let is_local = |value: u32| value & symbol::LOCAL != 0 && value & symbol::NONLOCAL == 0;
        for (name, value) in &symbols {
            let scope = Scope::of(*value);
            let outer_value = self.block().symbols.get(*name).unwrap_or(0);
            let outer = Scope::of(outer_value);
            let differs = scope != outer
                && scope != Scope::Free
                && !(scope == Scope::Cell && outer == Scope::Free);
            if differs || in_class {
                let block = self.unit.block;
                self.table.block_mut(block).symbols.set(*name, *value);
                state.outer_symbols.push((*name, outer_value));
            }
            if is_local(*value) && !is_function {
                let hidden = &mut self.unit.metadata.fast_hidden;
                if hidden.insert(*name, true) != Some(true) {
                    state.fast_hidden.push(*name);
                }
            }
        }
        for (name, value) in &symbols {
            if !is_local(*value) {
                continue;
            }
            let outer = self.block().scope_of(*name);
            let mangled = self.mangle(*name);
            let arg = self.unit.metadata.varnames.add(mangled);
            self.add_i(loc, op::LOAD_FAST_AND_CLEAR, arg);
            if Scope::of(*value) == Scope::Cell {
                let metadata = &mut self.unit.metadata;
                let arg = if outer == Scope::Free {
                    metadata.freevars.add(mangled)
                } else {
                    metadata.cellvars.add(mangled)
                };
                self.add_i(loc, op::MAKE_CELL, arg);
            }
            state.pushed_locals.push(*name);
        }
        if !state.pushed_locals.is_empty() {
            self.add_i(loc, op::SWAP, state.pushed_locals.len() + 1);
            let cleanup = self.new_label();
            state.cleanup = Some(cleanup);
            self.add_jump(loc, op::SETUP_FINALLY, cleanup);
        }
        Ok(())
    }

    fn pop_inlined(&mut self, loc: Loc, state: Inlined) {
        if let Some(cleanup) = state.cleanup {
            self.add(Loc::NONE, op::POP_BLOCK);
            let end = self.new_label();
            self.add_jump(Loc::NONE, op::JUMP_NO_INTERRUPT, end);
            self.use_label(cleanup);
            // Below the exception is the unfinished result.
            self.add_i(Loc::NONE, op::SWAP, 2);
            self.add(Loc::NONE, op::POP_TOP);
            self.restore_locals(loc, &state.pushed_locals);
            self.add_i(Loc::NONE, op::RERAISE, 0);
            self.use_label(end);
            self.restore_locals(loc, &state.pushed_locals);
        }
        self.unit.in_inlined_comp -= 1;
        let block = self.unit.block;
        for (name, value) in state.outer_symbols {
            self.table.block_mut(block).symbols.set(name, value);
        }
        for name in state.fast_hidden {
            self.unit.metadata.fast_hidden.insert(name, false);
        }
    }

    fn restore_locals(&mut self, loc: Loc, names: &[Name]) {
        self.add_i(loc, op::SWAP, names.len() + 1);
        for name in names.iter().rev() {
            let mangled = self.mangle(*name);
            let arg = self.unit.metadata.varnames.add(mangled);
            self.add_i(loc, op::STORE_FAST_MAYBE_NULL, arg);
        }
    }
}
