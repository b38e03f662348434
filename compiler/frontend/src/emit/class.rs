//! The body of a class.

use super::unit::ScopeKind;
use super::*;

impl<'a> Compiler<'a> {
    /// Leaves `__build_class__`, the body's function and the name on the stack.
    pub fn class_body(&mut self, loc: Loc, c: &'a ClassDef, firstline: i32) -> Fallible {
        let block = self.table.lookup(key(c, Part::Body));
        self.enter(c.name, ScopeKind::Class, block, firstline, Some(c.name));
        let body_loc = Loc::new(firstline, firstline, 0, 0);
        self.name(body_loc, known::NAME, Context::Load)?;
        self.name(body_loc, known::MODULE, Context::Store)?;
        let qualname = self.unit.metadata.qualname.as_str().into();
        self.load_const(body_loc, Constant::Str(qualname));
        self.name(body_loc, known::QUALNAME, Context::Store)?;
        self.load_int(body_loc, i64::from(firstline));
        self.name(body_loc, known::FIRSTLINENO, Context::Store)?;
        if !c.type_params.is_empty() {
            self.name(body_loc, known::DOT_TYPE_PARAMS, Context::Load)?;
            self.name(body_loc, known::TYPE_PARAMS, Context::Store)?;
        }
        let block = self.block();
        let needs_classdict = block.needs_classdict;
        let needs_class_closure = block.needs_class_closure;
        let has_conditional_annotations = block.has_conditional_annotations;
        if needs_classdict {
            self.add(body_loc, op::LOAD_LOCALS);
            let arg = self.unit.metadata.cellvars.add(known::CLASSDICT);
            self.add_i(body_loc, op::STORE_DEREF, arg);
        }
        if has_conditional_annotations {
            self.add_i(body_loc, op::BUILD_SET, 0);
            let arg = self.unit.metadata.cellvars.add(known::CONDITIONAL_ANNOTATIONS);
            self.add_i(body_loc, op::STORE_DEREF, arg);
        }
        self.body(body_loc, &c.body, false)?;
        let attributes = self.static_attributes();
        self.load_const(Loc::NONE, attributes);
        self.name(Loc::NONE, known::STATIC_ATTRIBUTES, Context::Store)?;
        if needs_classdict {
            let arg = self.unit.metadata.cellvars.add(known::CLASSDICT);
            self.add_i(Loc::NONE, op::LOAD_CLOSURE, arg);
            self.name(Loc::NONE, known::CLASSDICTCELL, Context::Store)?;
        }
        if needs_class_closure {
            let arg = self.unit.metadata.cellvars.add(known::CLASS);
            self.add_i(Loc::NONE, op::LOAD_CLOSURE, arg);
            self.add_i(Loc::NONE, op::COPY, 1);
            self.name(Loc::NONE, known::CLASSCELL, Context::Store)?;
        } else {
            self.load_const(Loc::NONE, Constant::None);
        }
        self.add(Loc::NONE, op::RETURN_VALUE);
        let code = self.exit(true)?;
        self.add(loc, op::LOAD_BUILD_CLASS);
        self.add(loc, op::PUSH_NULL);
        self.make_closure(loc, code, 0)?;
        self.load_name_constant(loc, c.name);
        Ok(())
    }
}
