//! The second pass: what each name of each block is.

use super::{BlockId, BlockKind, ComprehensionKind, Scope, Symtable, symbol};
use crate::ast::{Name, Names};
use crate::error::{Failure, Fallible, StackGuard};
use crate::names::{WordMap, WordSet, known};

type Set = WordSet<Name>;

/// Decides the scopes of all names.
pub fn analyze(table: &mut Symtable, names: &Names, guard: StackGuard) -> Fallible {
    let mut analysis = Analysis { table, names, guard };
    let top = analysis.table.top;
    let (mut free, mut global, mut type_params) = (Set::default(), Set::default(), Set::default());
    analysis.block(top, None, &mut free, &mut global, &mut type_params, None)
}

struct Analysis<'t> {
    table: &'t mut Symtable,
    names: &'t Names,
    guard: StackGuard,
}

impl Analysis<'_> {
    fn at_directive(&self, id: BlockId, name: Name, message: String) -> Failure {
        let directives = &self.table.block(id).directives;
        let loc = directives.iter().find(|(n, _)| *n == name).map(|(_, loc)| *loc);
        Failure { kind: crate::error::ErrorKind::Syntax, message, loc }
    }

    /// `bound`, `global` and `type_params` come from the enclosing blocks and are this call's
    /// own; `free` receives what this block and those in it leave free.
    fn block(
        &mut self,
        id: BlockId,
        mut bound: Option<&mut Set>,
        free: &mut Set,
        global: &mut Set,
        type_params: &mut Set,
        class_entry: Option<BlockId>,
    ) -> Fallible {
        self.guard.check()?;
        let kind = self.table.block(id).kind;
        let is_class = kind == BlockKind::Class;
        let mut local = Set::default();
        let mut scopes: WordMap<Name, Scope> = WordMap::default();
        let mut new_global = Set::default();
        let mut new_free = Set::default();
        let mut new_bound = Set::default();
        let mut inlined_cells = Set::default();

        // A class's names are not visible in its functions.
        if is_class {
            new_global.extend(global.iter());
            if let Some(bound) = &bound {
                new_bound.extend(bound.iter());
            }
        }
        for i in 0..self.table.block(id).symbols.entries.len() {
            let (name, flags) = self.table.block(id).symbols.entries[i];
            let mut sets =
                Sets { bound: bound.as_deref_mut(), local: &mut local, free, global, type_params };
            let scope = self.name(id, name, flags, &mut sets, class_entry)?;
            scopes.insert(name, scope);
        }
        if is_class {
            new_bound.insert(known::CLASS);
            new_bound.insert(known::CLASSDICT);
            new_bound.insert(known::CONDITIONAL_ANNOTATIONS);
        } else {
            if self.table.block(id).is_function_like() {
                new_bound.extend(local.iter());
            }
            if let Some(bound) = &bound {
                new_bound.extend(bound.iter());
            }
            new_global.extend(global.iter());
        }

        for i in 0..self.table.block(id).children.len() {
            let child = self.table.block(id).children[i];
            let entry = self.table.block(child);
            let child_class = match entry.can_see_class_scope {
                true if is_class => Some(id),
                true => class_entry,
                false => None,
            };
            let inline = entry.comprehension != ComprehensionKind::None
                && !entry.generator
                && !self.table.block(id).can_see_class_scope;
            let mut child_free = new_free.clone();
            self.block(
                child,
                Some(&mut new_bound.clone()),
                &mut child_free,
                &mut new_global.clone(),
                &mut type_params.clone(),
                child_class,
            )?;
            if inline {
                self.inline(id, child, &mut scopes, &mut child_free, &mut inlined_cells);
                self.table.block_mut(child).comp_inlined = true;
            }
            new_free.extend(child_free);
        }
        self.splice_inlined(id);

        if self.table.block(id).is_function_like() {
            for (name, scope) in &mut scopes {
                if *scope == Scope::Local
                    && (new_free.contains(name) || inlined_cells.contains(name))
                {
                    *scope = Scope::Cell;
                    new_free.remove(name);
                }
            }
        } else if is_class {
            let block = self.table.block_mut(id);
            block.needs_class_closure |= new_free.remove(&known::CLASS);
            block.needs_classdict |= new_free.remove(&known::CLASSDICT);
            block.has_conditional_annotations |= new_free.remove(&known::CONDITIONAL_ANNOTATIONS);
        }
        self.update(id, &scopes, bound.as_deref(), &new_free, &inlined_cells);
        free.extend(new_free);
        Ok(())
    }

    fn name(
        &self,
        id: BlockId,
        name: Name,
        flags: u32,
        sets: &mut Sets<'_>,
        class_entry: Option<BlockId>,
    ) -> Fallible<Scope> {
        if flags & symbol::GLOBAL != 0 {
            if flags & symbol::NONLOCAL != 0 {
                let message = format!("name '{}' is nonlocal and global", self.names.text(name));
                return Err(self.at_directive(id, name, message));
            }
            sets.global.insert(name);
            if let Some(bound) = &mut sets.bound {
                bound.remove(&name);
            }
            return Ok(Scope::GlobalExplicit);
        }
        if flags & symbol::NONLOCAL != 0 {
            let Some(bound) = &sets.bound else {
                let message = "nonlocal declaration not allowed at module level".to_owned();
                return Err(self.at_directive(id, name, message));
            };
            let text = self.names.text(name);
            if !bound.contains(&name) {
                let message = format!("no binding for nonlocal '{text}' found");
                return Err(self.at_directive(id, name, message));
            }
            if sets.type_params.contains(&name) {
                let message = format!("nonlocal binding not allowed for type parameter '{text}'");
                return Err(self.at_directive(id, name, message));
            }
            sets.free.insert(name);
            return Ok(Scope::Free);
        }
        if flags & symbol::BOUND != 0 {
            sets.local.insert(name);
            sets.global.remove(&name);
            if flags & symbol::TYPE_PARAM != 0 {
                sets.type_params.insert(name);
            } else {
                sets.type_params.remove(&name);
            }
            return Ok(Scope::Local);
        }
        // A name of the class around is looked up there and among the globals at run time, not
        // in an enclosing function.
        if let Some(class) = class_entry {
            let in_class = self.table.block(class).symbols.get(name).unwrap_or(0);
            if in_class & symbol::GLOBAL != 0 {
                return Ok(Scope::GlobalExplicit);
            }
            if in_class & symbol::BOUND != 0 && in_class & symbol::NONLOCAL == 0 {
                return Ok(Scope::GlobalImplicit);
            }
        }
        if sets.bound.as_ref().is_some_and(|bound| bound.contains(&name)) {
            sets.free.insert(name);
            return Ok(Scope::Free);
        }
        Ok(Scope::GlobalImplicit)
    }

    /// Makes the names of comprehension `comp` names of `id`.
    fn inline(
        &mut self,
        id: BlockId,
        comp: BlockId,
        scopes: &mut WordMap<Name, Scope>,
        comp_free: &mut Set,
        inlined_cells: &mut Set,
    ) {
        let is_class = self.table.block(id).kind == BlockKind::Class;
        let mut remove_class = false;
        for i in 0..self.table.block(comp).symbols.entries.len() {
            let (name, value) = self.table.block(comp).symbols.entries[i];
            if value & symbol::PARAM != 0 {
                continue;
            }
            let mut scope = Scope::of(value);
            let flags = value & symbol::FLAGS;
            if scope == Scope::Cell || flags & symbol::COMP_CELL != 0 {
                inlined_cells.insert(name);
            }
            // `__class__` is never free through a class.
            if scope == Scope::Free && is_class && name == known::CLASS {
                scope = Scope::GlobalImplicit;
                comp_free.remove(&name);
                remove_class = true;
            }
            match self.table.block(id).symbols.get(name) {
                None => {
                    self.table.block_mut(id).symbols.set(name, flags);
                    scopes.insert(name, scope);
                }
                Some(existing) => {
                    // A class's own name is not what the comprehension sees.
                    if !is_class && flags & symbol::USE != 0 && flags & symbol::BOUND == 0 {
                        let symbols = &mut self.table.block_mut(id).symbols;
                        symbols.set(name, existing | symbol::USE);
                    }
                    // What is free in the comprehension and local around it is now just local.
                    if existing & symbol::BOUND != 0 && !is_class {
                        let children = &self.table.block(comp).children;
                        let still_free = children
                            .iter()
                            .any(|c| self.table.block(*c).scope_of(name) == Scope::Free);
                        if !still_free {
                            comp_free.remove(&name);
                        }
                    }
                }
            }
        }
        if remove_class {
            self.table.block_mut(comp).symbols.remove(known::CLASS);
        }
    }

    /// The children of inlined comprehensions become `id`'s.
    fn splice_inlined(&mut self, id: BlockId) {
        let children = &self.table.block(id).children;
        if !children.iter().any(|c| self.table.block(*c).comp_inlined) {
            return;
        }
        let mut spliced = Vec::with_capacity(children.len());
        for child in children {
            let block = self.table.block(*child);
            if block.comp_inlined {
                spliced.extend_from_slice(&block.children);
            } else {
                spliced.push(*child);
            }
        }
        self.table.block_mut(id).children = spliced;
    }

    /// Writes what was found into the block.
    fn update(
        &mut self,
        id: BlockId,
        scopes: &WordMap<Name, Scope>,
        bound: Option<&Set>,
        free: &Set,
        inlined_cells: &Set,
    ) {
        let block = self.table.block_mut(id);
        let is_class = block.kind == BlockKind::Class || block.can_see_class_scope;
        for (name, value) in &mut block.symbols.entries {
            if inlined_cells.contains(name) {
                *value |= symbol::COMP_CELL;
            }
            *value |= scopes.get(name).copied().unwrap_or(Scope::Unknown).bits();
        }
        let mut free: Vec<Name> = free.iter().copied().collect();
        free.sort_unstable();
        for name in free {
            match block.symbols.get(name) {
                Some(value) => {
                    if is_class {
                        block.symbols.set(name, value | symbol::FREE_CLASS);
                    }
                }
                None => {
                    if bound.is_none_or(|bound| bound.contains(&name)) {
                        block.symbols.set(name, Scope::Free.bits());
                    }
                }
            }
        }
    }
}

/// The sets that deciding on one name reads and writes.
struct Sets<'s> {
    bound: Option<&'s mut Set>,
    local: &'s mut Set,
    free: &'s mut Set,
    global: &'s mut Set,
    type_params: &'s mut Set,
}
