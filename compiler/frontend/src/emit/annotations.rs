//! Functions that compute annotations (PEP 649), and annotations as strings (PEP 563).

use super::*;
use crate::names::known;
use crate::unparse;

/// `annotationlib.Format.VALUE_WITH_FAKE_GLOBALS`.
const VALUE_WITH_FAKE_GLOBALS: i64 = 2;

impl<'a> Compiler<'a> {
    /// The annotation's source, as a string.
    pub fn annotation_text(&mut self, annotation: &Expr) {
        let text = unparse::unparse(annotation, self.names);
        self.load_const(annotation.loc, Constant::Str(text));
    }

    /// Begins a function of a format that refuses formats above `VALUE_WITH_FAKE_GLOBALS`.
    pub fn enter_annotations(&mut self, loc: Loc, block: BlockId, name: Name) {
        self.enter(name, unit::ScopeKind::Annotations, block, loc.line, None);
        self.unit.metadata.posonlyargcount = 1;
        self.add_i(loc, op::LOAD_FAST, 0);
        self.load_int(loc, VALUE_WITH_FAKE_GLOBALS);
        self.add_compare(loc, CmpOp::Gt);
        let body = self.new_label();
        self.add_jump(loc, op::POP_JUMP_IF_FALSE, body);
        self.add_i(loc, op::LOAD_COMMON_CONSTANT, common_constant::NOT_IMPLEMENTED_ERROR);
        self.add_i(loc, op::RAISE_VARARGS, 1);
        self.use_label(body);
    }

    /// Ends such a function and leaves it on the stack.
    pub fn leave_annotations(&mut self, loc: Loc) -> Fallible {
        self.add(loc, op::RETURN_VALUE);
        let mut code = self.exit(true)?;
        // In the signature the parameter is `format`; inside it has another name, for an
        // annotation may mention a `format` of its own.
        code.localsplusnames[0] = self.names.text(known::FORMAT).into();
        self.make_closure(loc, code, 0)
    }

    /// `__annotate__` of a module or class, from the annotations met.
    pub fn deferred_annotations(&mut self, loc: Loc) -> Fallible {
        let deferred = std::mem::take(&mut self.unit.deferred_annotations);
        if deferred.is_empty() {
            return Ok(());
        }
        let is_module = self.unit.kind == unit::ScopeKind::Module;
        let stashed = is_module.then(|| std::mem::take(&mut self.unit.seq));
        let block = self.block().annotation_block.expect("there are annotations");
        let name = self.table.block(block).name;
        self.enter_annotations(loc, block, name);
        self.add_i(loc, op::BUILD_MAP, 0);
        for item in &deferred {
            let mangled = self.mangle_plain(item.target);
            let not_set = self.new_label();
            if let Some(index) = item.index {
                self.load_int(item.loc, index);
                if is_module {
                    let name = known::CONDITIONAL_ANNOTATIONS;
                    self.add_attr(item.loc, op::LOAD_GLOBAL, name, 1, 0);
                } else {
                    let arg = self.unit.metadata.freevars.add(known::CONDITIONAL_ANNOTATIONS);
                    self.add_i(item.loc, op::LOAD_DEREF, arg);
                }
                self.add_i(item.loc, op::CONTAINS_OP, 0);
                self.add_jump(item.loc, op::POP_JUMP_IF_FALSE, not_set);
            }
            self.expr(item.annotation)?;
            self.add_i(item.loc, op::COPY, 2);
            self.load_name_constant(item.loc, mangled);
            self.add(loc, op::STORE_SUBSCR);
            self.use_label(not_set);
        }
        self.leave_annotations(loc)?;
        let name = if self.is_class_block() { known::ANNOTATE_FUNC } else { known::ANNOTATE };
        self.name(loc, name, Context::Store)?;
        if let Some(stashed) = stashed {
            let annotations = std::mem::replace(&mut self.unit.seq, stashed);
            self.unit.seq.annotations = Some(annotations.instrs);
        }
        Ok(())
    }

    /// Mangled whatever the block.
    fn mangle_plain(&mut self, name: Name) -> Name {
        self.names.mangle(self.unit.private, name)
    }

    /// `__annotate__` of a function; true if there is one, on the stack.
    pub fn function_annotations(&mut self, loc: Loc, f: &'a FunctionDef) -> Fallible<bool> {
        let block = self.table.lookup(key(&f.args, Part::Annotations));
        let entry = self.table.block(block);
        if !entry.annotations_used {
            return Ok(false);
        }
        let name = entry.name;
        self.enter_annotations(loc, block, name);
        let args = &f.args;
        let mut count = 0;
        let positional = args.args.iter().chain(&args.posonlyargs);
        for arg in positional
            .chain(args.vararg.as_deref())
            .chain(&args.kwonlyargs)
            .chain(args.kwarg.as_deref())
        {
            if let Some(annotation) = &arg.annotation {
                self.arg_annotation(loc, arg.name, annotation)?;
                count += 1;
            }
        }
        if let Some(returns) = &f.returns {
            self.arg_annotation(loc, known::RETURN, returns)?;
            count += 1;
        }
        self.add_i(loc, op::BUILD_MAP, count);
        self.leave_annotations(loc)?;
        Ok(true)
    }

    fn arg_annotation(&mut self, loc: Loc, name: Name, annotation: &'a Expr) -> Fallible {
        let mangled = self.mangle(name);
        self.load_name_constant(loc, mangled);
        if self.features.annotations {
            self.annotation_text(annotation);
        } else if let ExprKind::Starred { value, .. } = &annotation.kind {
            // `*args: *Ts` is `[*Ts]`'s one element.
            self.expr(value)?;
            self.add_i(loc, op::UNPACK_SEQUENCE, 1);
        } else {
            self.expr(annotation)?;
        }
        Ok(())
    }
}
