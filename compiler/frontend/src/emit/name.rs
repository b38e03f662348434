//! Loading, storing and deleting names.

use super::unit::ScopeKind;
use super::*;
use crate::symtable::Scope;

impl<'a> Compiler<'a> {
    /// The name as the class around sees it.
    pub fn mangle(&mut self, name: Name) -> Name {
        if !self.table.mangles(self.unit.block, name) {
            return name;
        }
        self.names.mangle(self.unit.private, name)
    }

    /// Adds an instruction whose argument is a name, mangled, in `co_names`.
    pub fn add_name(&mut self, loc: Loc, op: Op, name: Name) {
        let mangled = self.mangle(name);
        let arg = self.unit.metadata.names.add(mangled);
        self.add_i(loc, op, arg);
    }

    /// Like [`Self::add_name`], with flag bits below the index.
    pub fn add_attr(&mut self, loc: Loc, op: Op, name: Name, shift: usize, flags: usize) {
        let mangled = self.mangle(name);
        let arg = self.unit.metadata.names.add(mangled);
        self.add_i(loc, op, arg << shift | flags);
    }

    /// The cell of `name` in the current unit, for a closure.
    pub fn closure_arg(&self, name: Name) -> usize {
        let metadata = &self.unit.metadata;
        let implicit = [known::CLASS, known::CLASSDICT, known::CONDITIONAL_ANNOTATIONS];
        let is_cell = (self.unit.kind == ScopeKind::Class && implicit.contains(&name))
            || self.block().scope_of(name) == Scope::Cell;
        let table = if is_cell { &metadata.cellvars } else { &metadata.freevars };
        table.get(name).expect("a name that is free inside is a cell or free here")
    }

    /// Loads, stores or deletes `name`.
    pub fn name(&mut self, loc: Loc, name: Name, ctx: Context) -> Fallible {
        let mangled = self.mangle(name);
        let block = self.block();
        let scope = block.scope_of(mangled);
        let is_function = block.is_function_like();
        let is_class = block.kind == BlockKind::Class;
        let sees_class = block.can_see_class_scope;
        let inlined = self.unit.in_inlined_comp > 0;
        let metadata = &mut self.unit.metadata;
        match scope {
            Scope::Free | Scope::Cell => {
                let table = if scope == Scope::Free {
                    &mut metadata.freevars
                } else {
                    &mut metadata.cellvars
                };
                let arg = table.add(mangled);
                let op = match ctx {
                    Context::Store => op::STORE_DEREF,
                    Context::Del => op::DELETE_DEREF,
                    Context::Load if is_class && !inlined => {
                        self.add(loc, op::LOAD_LOCALS);
                        op::LOAD_FROM_DICT_OR_DEREF
                    }
                    Context::Load if sees_class => {
                        self.load_classdict(loc);
                        op::LOAD_FROM_DICT_OR_DEREF
                    }
                    Context::Load => op::LOAD_DEREF,
                };
                self.add_i(loc, op, arg);
            }
            Scope::Local if is_function || metadata.fast_hidden.get(&mangled) == Some(&true) => {
                let arg = metadata.varnames.add(mangled);
                let op = match ctx {
                    Context::Load => op::LOAD_FAST,
                    Context::Store => op::STORE_FAST,
                    Context::Del => op::DELETE_FAST,
                };
                self.add_i(loc, op, arg);
            }
            Scope::GlobalExplicit | Scope::GlobalImplicit
                if is_function || scope == Scope::GlobalExplicit =>
            {
                let arg = metadata.names.add(mangled);
                match ctx {
                    Context::Load if sees_class && scope == Scope::GlobalImplicit => {
                        self.load_classdict(loc);
                        self.add_i(loc, op::LOAD_FROM_DICT_OR_GLOBALS, arg);
                    }
                    Context::Load => self.add_i(loc, op::LOAD_GLOBAL, arg << 1),
                    Context::Store => self.add_i(loc, op::STORE_GLOBAL, arg),
                    Context::Del => self.add_i(loc, op::DELETE_GLOBAL, arg),
                }
            }
            Scope::Unknown | Scope::Local | Scope::GlobalExplicit | Scope::GlobalImplicit => {
                let arg = metadata.names.add(mangled);
                match ctx {
                    Context::Load if is_class && inlined => {
                        self.add_i(loc, op::LOAD_GLOBAL, arg << 1);
                    }
                    Context::Load => self.add_i(loc, op::LOAD_NAME, arg),
                    Context::Store => self.add_i(loc, op::STORE_NAME, arg),
                    Context::Del => self.add_i(loc, op::DELETE_NAME, arg),
                }
            }
        }
        Ok(())
    }

    fn load_classdict(&mut self, loc: Loc) {
        let arg = self.unit.metadata.freevars.add(known::CLASSDICT);
        self.add_i(loc, op::LOAD_DEREF, arg);
    }
}
