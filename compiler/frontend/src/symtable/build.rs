//! The first pass: what each block does with each name.

use super::{
    Block, BlockId, BlockKind, ComprehensionKind, Key, Part, Symbols, Symtable, key, symbol,
};
use crate::ast::*;
use crate::error::{ErrorKind, Failure, Fallible, StackGuard};
use crate::names::{WordMap, WordSet, known};
use crate::options::Features;

/// Makes the table of a tree. `features` are the future features in force.
pub fn build(
    body: &Mod,
    names: &mut Names,
    features: &Features,
    guard: StackGuard,
) -> Fallible<Symtable> {
    let table = Symtable { blocks: Vec::new(), by_key: WordMap::default(), top: BlockId(0) };
    let mut builder = Builder { table, stack: Vec::new(), private: None, names, features, guard };
    let loc = Loc::new(0, 0, 0, 0);
    builder.enter(known::TOP, BlockKind::Module, key(body, Part::Body), loc)?;
    match body {
        Mod::Module(stmts) => {
            if docstring(stmts).is_some() {
                builder.cur().has_docstring = true;
            }
            builder.stmts(stmts)?;
        }
        Mod::Interactive(stmts) => builder.stmts(stmts)?,
        Mod::Expression(e) => builder.expr(e)?,
        Mod::FunctionType { .. } => {
            let message = "a function type cannot be compiled".to_owned();
            return Err(Failure { kind: ErrorKind::Value, message, loc: None });
        }
    }
    builder.exit();
    let mut table = builder.table;
    super::analyze::analyze(&mut table, names, guard)?;
    Ok(table)
}

struct Builder<'t> {
    table: Symtable,
    stack: Vec<BlockId>,
    private: Option<Name>,
    names: &'t mut Names,
    features: &'t Features,
    guard: StackGuard,
}

impl Builder<'_> {
    fn cur_id(&self) -> BlockId {
        *self.stack.last().expect("inside the module's block")
    }

    fn cur(&mut self) -> &mut Block {
        let id = self.cur_id();
        self.table.block_mut(id)
    }

    fn new_block(&mut self, name: Name, kind: BlockKind, key: Key, loc: Loc) -> BlockId {
        let outer = self.stack.last().map(|id| self.table.block(*id));
        let nested = outer.is_some_and(|outer| outer.nested || outer.is_function_like());
        let method = kind == BlockKind::Function
            && outer.is_some_and(|outer| outer.kind == BlockKind::Class);
        let block = Block {
            name,
            kind,
            loc,
            symbols: Symbols::default(),
            varnames: Vec::new(),
            children: Vec::new(),
            directives: Vec::new(),
            nested,
            generator: false,
            coroutine: false,
            comprehension: ComprehensionKind::None,
            varargs: false,
            varkeywords: false,
            needs_class_closure: false,
            needs_classdict: false,
            has_conditional_annotations: false,
            comp_inlined: false,
            can_see_class_scope: false,
            has_docstring: false,
            method,
            annotations_used: false,
            comp_iter_target: false,
            comp_iter_expr: 0,
            in_conditional_block: false,
            in_unevaluated_annotation: false,
            annotation_block: None,
            mangled_names: None,
            own_mangled_names: WordSet::default(),
            scope_info: None,
        };
        let id = BlockId(self.table.blocks.len() as u32);
        self.table.blocks.push(block);
        self.table.by_key.insert(key, id);
        id
    }

    fn enter_existing(&mut self, id: BlockId) {
        let outer = self.stack.last().copied();
        self.stack.push(id);
        let Some(outer) = outer else { return };
        let (iter_expr, mangled) = {
            let outer = self.table.block(outer);
            (outer.comp_iter_expr, outer.mangled_names)
        };
        let block = self.table.block_mut(id);
        block.comp_iter_expr = iter_expr;
        if mangled.is_some() && block.kind != BlockKind::Class {
            block.mangled_names = mangled;
        }
        // Annotations that become strings have no effect on scopes.
        if self.features.annotations && block.kind == BlockKind::Annotation {
            return;
        }
        self.table.block_mut(outer).children.push(id);
    }

    fn enter(&mut self, name: Name, kind: BlockKind, key: Key, loc: Loc) -> Fallible {
        let id = self.new_block(name, kind, key, loc);
        self.enter_existing(id);
        if matches!(kind, BlockKind::Annotation | BlockKind::TypeVariable | BlockKind::TypeAlias) {
            self.def(known::DOT_FORMAT, symbol::PARAM, loc)?;
            self.def(known::DOT_FORMAT, symbol::USE, loc)?;
        }
        Ok(())
    }

    fn exit(&mut self) {
        self.stack.pop();
    }

    fn mangled(&mut self, block: BlockId, name: Name) -> Name {
        if !self.table.mangles(block, name) {
            return name;
        }
        self.names.mangle(self.private, name)
    }

    fn lookup_in(&mut self, block: BlockId, name: Name) -> u32 {
        let mangled = self.mangled(block, name);
        self.table.block(block).symbols.get(mangled).unwrap_or(0)
    }

    fn def(&mut self, name: Name, flag: u32, loc: Loc) -> Fallible {
        let ctx = if flag == symbol::USE { Context::Load } else { Context::Store };
        self.def_ctx(name, flag, loc, ctx)
    }

    fn def_ctx(&mut self, name: Name, flag: u32, loc: Loc, ctx: Context) -> Fallible {
        if flag & (symbol::PARAM | symbol::LOCAL | symbol::IMPORT) != 0 {
            check_name(name, loc, ctx)?;
        }
        let cur = self.cur_id();
        if flag & symbol::TYPE_PARAM != 0
            && let Some(owner) = self.table.block(cur).mangled_names
        {
            self.table.block_mut(owner).own_mangled_names.insert(name);
        }
        self.def_in(cur, name, flag, loc)
    }

    fn def_in(&mut self, block: BlockId, name: Name, flag: u32, loc: Loc) -> Fallible {
        let cur = self.cur_id();
        let mangled = self.mangled(cur, name);
        let existing = self.table.block(block).symbols.get(mangled);
        if let Some(existing) = existing {
            if flag & existing & symbol::PARAM != 0 {
                let text = self.names.text(name);
                let message = format!("duplicate argument '{text}' in function definition");
                return Err(Failure::at(loc, message));
            }
            if flag & existing & symbol::TYPE_PARAM != 0 {
                let text = self.names.text(name);
                return Err(Failure::at(loc, format!("duplicate type parameter '{text}'")));
            }
        }
        let mut value = existing.unwrap_or(0) | flag;
        if self.table.block(block).comp_iter_target {
            if value & (symbol::GLOBAL | symbol::NONLOCAL) != 0 {
                let text = self.names.text(name);
                let message = format!(
                    "comprehension inner loop cannot rebind assignment expression target '{text}'"
                );
                return Err(Failure::at(loc, message));
            }
            value |= symbol::COMP_ITER;
        }
        self.table.block_mut(block).symbols.set(mangled, value);
        if flag & symbol::PARAM != 0 {
            self.table.block_mut(block).varnames.push(mangled);
        } else if flag & symbol::GLOBAL != 0 {
            let top = self.table.top;
            let module = &mut self.table.block_mut(top).symbols;
            let value = module.get(mangled).unwrap_or(0) | flag;
            module.set(mangled, value);
        }
        Ok(())
    }

    fn record_directive(&mut self, name: Name, loc: Loc) {
        let cur = self.cur_id();
        let mangled = self.mangled(cur, name);
        self.cur().directives.push((mangled, loc));
    }

    fn stmts(&mut self, stmts: &[Stmt]) -> Fallible {
        stmts.iter().try_for_each(|s| self.stmt(s))
    }

    fn exprs(&mut self, exprs: &[Expr]) -> Fallible {
        exprs.iter().try_for_each(|e| self.expr(e))
    }

    fn opt_expr(&mut self, e: Option<&Expr>) -> Fallible {
        e.map_or(Ok(()), |e| self.expr(e))
    }

    /// Runs `visit` with the current block marked as inside a conditional statement.
    fn conditional(&mut self, visit: impl FnOnce(&mut Self) -> Fallible) -> Fallible {
        let before = std::mem::replace(&mut self.cur().in_conditional_block, true);
        visit(self)?;
        self.cur().in_conditional_block = before;
        Ok(())
    }

    fn stmt(&mut self, s: &Stmt) -> Fallible {
        self.guard.check()?;
        match &s.kind {
            StmtKind::FunctionDef(f) => self.function(f, s.loc),
            StmtKind::ClassDef(c) => self.class(c, s.loc),
            StmtKind::TypeAlias { name, type_params, value } => {
                self.type_alias(s, name, type_params, value)
            }
            StmtKind::Return(value) => self.opt_expr(value.as_deref()),
            StmtKind::Delete(targets) => self.exprs(targets),
            StmtKind::Assign { targets, value } => {
                self.exprs(targets)?;
                self.expr(value)
            }
            StmtKind::AnnAssign(a) => self.ann_assign(a, s.loc),
            StmtKind::AugAssign { target, value, .. } => {
                self.expr(target)?;
                self.expr(value)
            }
            StmtKind::For(f) => {
                if f.is_async {
                    self.needs_coroutine("'async for' outside async function", s.loc)?;
                }
                self.expr(&f.target)?;
                self.expr(&f.iter)?;
                self.conditional(|b| {
                    b.stmts(&f.body)?;
                    b.stmts(&f.orelse)
                })
            }
            StmtKind::While { test, body, orelse } | StmtKind::If { test, body, orelse } => {
                self.expr(test)?;
                self.conditional(|b| {
                    b.stmts(body)?;
                    b.stmts(orelse)
                })
            }
            StmtKind::Match { subject, cases } => {
                self.expr(subject)?;
                self.conditional(|b| {
                    cases.iter().try_for_each(|case| {
                        b.pattern(&case.pattern)?;
                        b.opt_expr(case.guard.as_ref())?;
                        b.stmts(&case.body)
                    })
                })
            }
            StmtKind::Raise { exc, cause } => {
                self.opt_expr(exc.as_deref())?;
                self.opt_expr(cause.as_deref())
            }
            StmtKind::Try(t) => self.conditional(|b| {
                b.stmts(&t.body)?;
                for handler in &t.handlers {
                    b.opt_expr(handler.type_.as_deref())?;
                    if let Some(name) = handler.name {
                        b.def(name, symbol::LOCAL, handler.loc)?;
                    }
                    b.stmts(&handler.body)?;
                }
                b.stmts(&t.orelse)?;
                b.stmts(&t.finalbody)
            }),
            StmtKind::Assert { test, msg } => {
                self.expr(test)?;
                self.opt_expr(msg.as_deref())
            }
            StmtKind::Import(aliases) => aliases.iter().try_for_each(|a| self.alias(a)),
            StmtKind::ImportFrom { module, names, level } => {
                names.iter().try_for_each(|a| self.alias(a))?;
                if *module == Some(known::FUTURE) && *level == 0 && self.features.is_late(s.loc) {
                    let message = "from __future__ imports must occur at the beginning of the file";
                    return Err(Failure::at(s.loc, message));
                }
                Ok(())
            }
            StmtKind::Global(names) => self.directive(names, symbol::GLOBAL, "global", s.loc),
            StmtKind::Nonlocal(names) => self.directive(names, symbol::NONLOCAL, "nonlocal", s.loc),
            StmtKind::Expr(e) => self.expr(e),
            StmtKind::Pass | StmtKind::Break | StmtKind::Continue => Ok(()),
            StmtKind::With { items, body, is_async } => {
                if *is_async {
                    self.needs_coroutine("'async with' outside async function", s.loc)?;
                }
                self.conditional(|b| {
                    for item in items {
                        b.expr(&item.context_expr)?;
                        b.opt_expr(item.optional_vars.as_ref())?;
                    }
                    b.stmts(body)
                })
            }
        }
    }

    fn allows_top_level_await(&mut self) -> bool {
        self.features.top_level_await && self.cur().kind == BlockKind::Module
    }

    fn needs_coroutine(&mut self, message: &str, loc: Loc) -> Fallible {
        if self.allows_top_level_await() {
            self.cur().coroutine = true;
        }
        if self.cur().coroutine { Ok(()) } else { Err(Failure::at(loc, message)) }
    }

    fn function(&mut self, f: &FunctionDef, loc: Loc) -> Fallible {
        self.def(f.name, symbol::LOCAL, loc)?;
        self.exprs(&f.args.defaults)?;
        for default in f.args.kw_defaults.iter().flatten() {
            self.expr(default)?;
        }
        self.exprs(&f.decorator_list)?;
        let is_generic = !f.type_params.is_empty();
        if is_generic {
            // CPython asks whether there is a list of defaults, and there always is.
            let has_defaults = true;
            let has_kwdefaults = f.args.kw_defaults.iter().any(Option::is_some);
            self.enter_type_params(
                f.name,
                &f.type_params,
                has_defaults,
                has_kwdefaults,
                false,
                loc,
            )?;
            f.type_params.iter().try_for_each(|p| self.type_param(p))?;
        }
        let block = self.new_block(f.name, BlockKind::Function, key(f, Part::Body), loc);
        if docstring(&f.body).is_some() {
            self.table.block_mut(block).has_docstring = true;
        }
        self.function_annotations(f, loc)?;
        self.enter_existing(block);
        if f.is_async {
            self.cur().coroutine = true;
        }
        self.parameters(&f.args)?;
        self.stmts(&f.body)?;
        self.exit();
        if is_generic {
            self.exit();
        }
        Ok(())
    }

    fn function_annotations(&mut self, f: &FunctionDef, loc: Loc) -> Fallible {
        let outer = self.cur();
        let in_class = outer.can_see_class_scope || outer.kind == BlockKind::Class;
        let key = key(&f.args, Part::Annotations);
        self.enter(known::ANNOTATE, BlockKind::Annotation, key, loc)?;
        if in_class {
            self.cur().can_see_class_scope = true;
            self.def(known::CLASSDICT, symbol::USE, loc)?;
        }
        let args = &f.args;
        let starred = args.vararg.iter().chain(&args.kwarg).map(|arg| &**arg);
        let all = args.posonlyargs.iter().chain(&args.args).chain(starred).chain(&args.kwonlyargs);
        for annotation in all.filter_map(|arg| arg.annotation.as_ref()).chain(&f.returns) {
            self.cur().annotations_used = true;
            self.expr(annotation)?;
        }
        self.exit();
        Ok(())
    }

    fn parameters(&mut self, args: &Arguments) -> Fallible {
        for arg in args.posonlyargs.iter().chain(&args.args).chain(&args.kwonlyargs) {
            self.def(arg.name, symbol::PARAM, arg.loc)?;
        }
        if let Some(arg) = &args.vararg {
            self.def(arg.name, symbol::PARAM, arg.loc)?;
            self.cur().varargs = true;
        }
        if let Some(arg) = &args.kwarg {
            self.def(arg.name, symbol::PARAM, arg.loc)?;
            self.cur().varkeywords = true;
        }
        Ok(())
    }

    fn enter_type_params(
        &mut self,
        name: Name,
        params: &[TypeParam],
        has_defaults: bool,
        has_kwdefaults: bool,
        is_class: bool,
        loc: Loc,
    ) -> Fallible {
        let in_class = self.cur().kind == BlockKind::Class;
        let key = key(&params[0], Part::TypeParams);
        self.enter(name, BlockKind::TypeParameters, key, loc)?;
        if in_class {
            self.cur().can_see_class_scope = true;
            self.def(known::CLASSDICT, symbol::USE, loc)?;
        }
        if is_class {
            for name in [known::DOT_TYPE_PARAMS, known::DOT_GENERIC_BASE] {
                self.def(name, symbol::LOCAL, loc)?;
                self.def(name, symbol::USE, loc)?;
            }
        }
        if has_defaults {
            self.def(known::DOT_DEFAULTS, symbol::PARAM, loc)?;
        }
        if has_kwdefaults {
            self.def(known::DOT_KWDEFAULTS, symbol::PARAM, loc)?;
        }
        Ok(())
    }

    fn type_param(&mut self, p: &TypeParam) -> Fallible {
        self.def(p.name, symbol::TYPE_PARAM | symbol::LOCAL, p.loc)?;
        let default_info = match &p.kind {
            TypeParamKind::TypeVar { bound } => {
                let info = match bound.as_ref().map(|e| &e.kind) {
                    Some(ExprKind::Tuple { .. }) => "a TypeVar constraint",
                    _ => "a TypeVar bound",
                };
                self.type_param_part(p, bound.as_ref(), Part::Bound, info)?;
                "a TypeVar default"
            }
            TypeParamKind::TypeVarTuple => "a TypeVarTuple default",
            TypeParamKind::ParamSpec => "a ParamSpec default",
        };
        self.type_param_part(p, p.default.as_ref(), Part::Default, default_info)
    }

    fn type_param_part(
        &mut self,
        p: &TypeParam,
        e: Option<&Expr>,
        part: Part,
        info: &'static str,
    ) -> Fallible {
        if p.name == known::CLASSDICT {
            let message = "reserved name '__classdict__' cannot be used for type parameter";
            return Err(Failure::at(p.loc, message));
        }
        let Some(e) = e else { return Ok(()) };
        let in_class = self.cur().can_see_class_scope;
        self.enter(p.name, BlockKind::TypeVariable, key(p, part), e.loc)?;
        self.cur().can_see_class_scope = in_class;
        if in_class {
            self.def(known::CLASSDICT, symbol::USE, e.loc)?;
        }
        self.cur().scope_info = Some(info);
        self.expr(e)?;
        self.exit();
        Ok(())
    }

    fn class(&mut self, c: &ClassDef, loc: Loc) -> Fallible {
        self.def(c.name, symbol::LOCAL, loc)?;
        self.exprs(&c.decorator_list)?;
        let outer_private = self.private;
        let is_generic = !c.type_params.is_empty();
        if is_generic {
            self.enter_type_params(c.name, &c.type_params, false, false, true, loc)?;
            self.private = Some(c.name);
            let owner = self.cur_id();
            self.cur().mangled_names = Some(owner);
            c.type_params.iter().try_for_each(|p| self.type_param(p))?;
        }
        self.exprs(&c.bases)?;
        self.keywords(&c.keywords)?;
        self.enter(c.name, BlockKind::Class, key(c, Part::Body), loc)?;
        self.private = Some(c.name);
        if is_generic {
            self.def(known::TYPE_PARAMS, symbol::LOCAL, loc)?;
            self.def(known::DOT_TYPE_PARAMS, symbol::USE, loc)?;
        }
        if docstring(&c.body).is_some() {
            self.cur().has_docstring = true;
        }
        self.stmts(&c.body)?;
        self.exit();
        if is_generic {
            self.exit();
        }
        self.private = outer_private;
        Ok(())
    }

    fn keywords(&mut self, keywords: &[Keyword]) -> Fallible {
        for keyword in keywords {
            if let Some(arg) = keyword.arg {
                check_name(arg, keyword.loc, Context::Store)?;
            }
        }
        keywords.iter().try_for_each(|keyword| self.expr(&keyword.value))
    }

    fn type_alias(
        &mut self,
        s: &Stmt,
        name: &Expr,
        type_params: &[TypeParam],
        value: &Expr,
    ) -> Fallible {
        self.expr(name)?;
        let ExprKind::Name { id, .. } = name.kind else {
            return Err(Failure::at(name.loc, "type alias target must be a name"));
        };
        let in_class = self.cur().kind == BlockKind::Class;
        let is_generic = !type_params.is_empty();
        if is_generic {
            self.enter_type_params(id, type_params, false, false, false, s.loc)?;
            type_params.iter().try_for_each(|p| self.type_param(p))?;
        }
        self.enter(id, BlockKind::TypeAlias, key(s, Part::Body), s.loc)?;
        self.cur().can_see_class_scope = in_class;
        if in_class {
            self.def(known::CLASSDICT, symbol::USE, value.loc)?;
        }
        self.expr(value)?;
        self.exit();
        if is_generic {
            self.exit();
        }
        Ok(())
    }

    fn ann_assign(&mut self, a: &AnnAssign, loc: Loc) -> Fallible {
        self.cur().annotations_used = true;
        if let ExprKind::Name { id, .. } = a.target.kind {
            let cur = self.cur_id();
            let flags = self.lookup_in(cur, id);
            if flags & (symbol::GLOBAL | symbol::NONLOCAL) != 0 && cur != self.table.top && a.simple
            {
                let what = if flags & symbol::GLOBAL != 0 { "global" } else { "nonlocal" };
                let text = self.names.text(id);
                return Err(Failure::at(loc, format!("annotated name '{text}' can't be {what}")));
            }
            if a.simple {
                self.def(id, symbol::ANNOT | symbol::LOCAL, a.target.loc)?;
            } else if a.value.is_some() {
                self.def(id, symbol::LOCAL, a.target.loc)?;
            }
        } else {
            self.expr(&a.target)?;
        }
        self.annotation(&a.annotation)?;
        self.opt_expr(a.value.as_ref())
    }

    /// The annotation of a variable: evaluated in a block that the scope's annotations share.
    fn annotation(&mut self, annotation: &Expr) -> Fallible {
        let owner = self.cur_id();
        let block = self.cur();
        let kind = block.kind;
        // Annotations of a function's variables are never evaluated.
        let unevaluated = kind == BlockKind::Function;
        // A module may be left in the middle, so its annotations are all conditional.
        let conditional = match kind {
            BlockKind::Class => block.in_conditional_block,
            BlockKind::Module => true,
            _ => false,
        };
        if conditional && !block.has_conditional_annotations {
            block.has_conditional_annotations = true;
            self.def(known::CONDITIONAL_ANNOTATIONS, symbol::USE, annotation.loc)?;
        }
        match self.table.block(owner).annotation_block {
            Some(block) => self.enter_existing(block),
            None => {
                let key = (owner.0 as usize, Part::Annotations);
                self.enter(known::ANNOTATE, BlockKind::Annotation, key, annotation.loc)?;
                let block = self.cur_id();
                self.table.block_mut(owner).annotation_block = Some(block);
                if kind == BlockKind::Class && !self.features.annotations {
                    self.cur().can_see_class_scope = true;
                    self.def(known::CLASSDICT, symbol::USE, annotation.loc)?;
                }
            }
        }
        if unevaluated {
            self.cur().in_unevaluated_annotation = true;
        }
        self.expr(annotation)?;
        if unevaluated {
            self.cur().in_unevaluated_annotation = false;
        }
        self.exit();
        Ok(())
    }

    fn directive(&mut self, names: &[Name], flag: u32, what: &str, loc: Loc) -> Fallible {
        for name in names {
            let cur = self.cur_id();
            let flags = self.lookup_in(cur, *name);
            let text = self.names.text(*name);
            let message = if flags & symbol::PARAM != 0 {
                format!("name '{text}' is parameter and {what}")
            } else if flags & symbol::USE != 0 {
                format!("name '{text}' is used prior to {what} declaration")
            } else if flags & symbol::ANNOT != 0 {
                format!("annotated name '{text}' can't be {what}")
            } else if flags & symbol::LOCAL != 0 {
                format!("name '{text}' is assigned to before {what} declaration")
            } else {
                self.def(*name, flag, loc)?;
                self.record_directive(*name, loc);
                continue;
            };
            return Err(Failure::at(loc, message));
        }
        Ok(())
    }

    fn alias(&mut self, alias: &Alias) -> Fallible {
        if alias.name == known::STAR && alias.asname.is_none() {
            if self.cur().kind != BlockKind::Module {
                return Err(Failure::at(alias.loc, "import * only allowed at module level"));
            }
            return Ok(());
        }
        let name = alias.asname.unwrap_or(alias.name);
        let text = self.names.text(name);
        let name = match text.split_once('.') {
            Some((first, _)) => {
                let first = first.to_owned();
                self.names.intern(&first)
            }
            None => name,
        };
        self.def(name, symbol::IMPORT, alias.loc)
    }

    fn pattern(&mut self, p: &Pattern) -> Fallible {
        self.guard.check()?;
        let patterns = |b: &mut Self, all: &[Pattern]| all.iter().try_for_each(|p| b.pattern(p));
        let bind = |b: &mut Self, name: &Option<Name>| match name {
            Some(name) => b.def(*name, symbol::LOCAL, p.loc),
            None => Ok(()),
        };
        match &p.kind {
            PatternKind::Value(e) => self.expr(e),
            PatternKind::Singleton(_) => Ok(()),
            PatternKind::Sequence(all) | PatternKind::Or(all) => patterns(self, all),
            PatternKind::Star(name) => bind(self, name),
            PatternKind::Mapping { keys, patterns: all, rest } => {
                self.exprs(keys)?;
                patterns(self, all)?;
                bind(self, rest)
            }
            PatternKind::Class { cls, patterns: all, kwd_attrs, kwd_patterns } => {
                self.expr(cls)?;
                patterns(self, all)?;
                for (attr, pattern) in kwd_attrs.iter().zip(kwd_patterns) {
                    check_name(*attr, pattern.loc, Context::Store)?;
                }
                patterns(self, kwd_patterns)
            }
            PatternKind::As { pattern, name } => {
                if let Some(pattern) = pattern {
                    self.pattern(pattern)?;
                }
                bind(self, name)
            }
        }
    }

    fn expr(&mut self, e: &Expr) -> Fallible {
        self.guard.check()?;
        match &e.kind {
            ExprKind::NamedExpr { target, value } => {
                self.not_in_annotation("named expression", e.loc)?;
                self.named_expr(e, target, value)
            }
            ExprKind::BoolOp { values, .. } => self.exprs(values),
            ExprKind::BinOp { .. } => {
                let mut spine = Vec::new();
                let mut first = e;
                while let ExprKind::BinOp { left, right, .. } = &first.kind {
                    spine.push(&**right);
                    first = left;
                }
                self.expr(first)?;
                spine.into_iter().rev().try_for_each(|right| self.expr(right))
            }
            ExprKind::UnaryOp { operand, .. } => self.expr(operand),
            ExprKind::Lambda(lambda) => {
                self.exprs(&lambda.args.defaults)?;
                for default in lambda.args.kw_defaults.iter().flatten() {
                    self.expr(default)?;
                }
                self.enter(known::LAMBDA, BlockKind::Function, key(e, Part::Body), e.loc)?;
                self.parameters(&lambda.args)?;
                self.expr(&lambda.body)?;
                self.exit();
                Ok(())
            }
            ExprKind::IfExp(i) => {
                self.expr(&i.test)?;
                self.expr(&i.body)?;
                self.expr(&i.orelse)
            }
            ExprKind::Dict { keys, values } => {
                keys.iter().flatten().try_for_each(|k| self.expr(k))?;
                self.exprs(values)
            }
            ExprKind::Set(elts) => self.exprs(elts),
            ExprKind::GeneratorExp { elt, generators } => self.comprehension(
                e,
                known::GENEXPR,
                ComprehensionKind::Generator,
                generators,
                elt,
                None,
            ),
            ExprKind::ListComp { elt, generators } => {
                let kind = ComprehensionKind::List;
                self.comprehension(e, known::LISTCOMP, kind, generators, elt, None)
            }
            ExprKind::SetComp { elt, generators } => {
                let kind = ComprehensionKind::Set;
                self.comprehension(e, known::SETCOMP, kind, generators, elt, None)
            }
            ExprKind::DictComp { key, value, generators } => {
                let kind = ComprehensionKind::Dict;
                self.comprehension(e, known::DICTCOMP, kind, generators, key, Some(value))
            }
            ExprKind::Yield(value) => {
                self.not_in_annotation("yield expression", e.loc)?;
                self.opt_expr(value.as_deref())?;
                self.generator(e.loc)
            }
            ExprKind::YieldFrom(value) => {
                self.not_in_annotation("yield expression", e.loc)?;
                self.expr(value)?;
                self.generator(e.loc)
            }
            ExprKind::Await(value) => {
                self.not_in_annotation("await expression", e.loc)?;
                if !self.allows_top_level_await() {
                    let block = self.cur();
                    if !block.is_function_like() {
                        return Err(Failure::at(e.loc, "'await' outside function"));
                    }
                    let is_async_def = block.kind == BlockKind::Function && block.coroutine;
                    if !is_async_def && block.comprehension == ComprehensionKind::None {
                        return Err(Failure::at(e.loc, "'await' outside async function"));
                    }
                }
                self.expr(value)?;
                self.cur().coroutine = true;
                Ok(())
            }
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
                self.opt_expr(format_spec.as_deref())
            }
            ExprKind::Interpolation(i) => {
                self.expr(&i.value)?;
                self.opt_expr(i.format_spec.as_ref())
            }
            ExprKind::JoinedStr(values) | ExprKind::TemplateStr(values) => self.exprs(values),
            ExprKind::Constant { .. } => Ok(()),
            ExprKind::Attribute { value, attr, ctx } => {
                check_name(*attr, e.loc, *ctx)?;
                self.expr(value)
            }
            ExprKind::Subscript { value, slice, .. } => {
                self.expr(value)?;
                self.expr(slice)
            }
            ExprKind::Starred { value, .. } => self.expr(value),
            ExprKind::Slice { lower, upper, step } => {
                self.opt_expr(lower.as_deref())?;
                self.opt_expr(upper.as_deref())?;
                self.opt_expr(step.as_deref())
            }
            ExprKind::Name { id, ctx } => self.name(*id, *ctx, e.loc),
            ExprKind::List { elts, .. } | ExprKind::Tuple { elts, .. } => self.exprs(elts),
        }
    }

    fn name(&mut self, id: Name, ctx: Context, loc: Loc) -> Fallible {
        if self.cur().in_unevaluated_annotation {
            return Ok(());
        }
        let flag = if ctx == Context::Load { symbol::USE } else { symbol::LOCAL };
        self.def_ctx(id, flag, loc, ctx)?;
        // `super` counts as a use of `__class__`.
        if ctx == Context::Load && id == known::SUPER && self.cur().is_function_like() {
            self.def(known::CLASS, symbol::USE, loc)?;
        }
        Ok(())
    }

    fn generator(&mut self, loc: Loc) -> Fallible {
        self.cur().generator = true;
        let what = match self.cur().comprehension {
            ComprehensionKind::None => return Ok(()),
            ComprehensionKind::List => "list comprehension",
            ComprehensionKind::Set => "set comprehension",
            ComprehensionKind::Dict => "dict comprehension",
            ComprehensionKind::Generator => "generator expression",
        };
        Err(Failure::at(loc, format!("'yield' inside {what}")))
    }

    fn not_in_annotation(&mut self, what: &str, loc: Loc) -> Fallible {
        let place = match self.cur().kind {
            BlockKind::Annotation => "an annotation",
            BlockKind::TypeVariable => {
                self.cur().scope_info.expect("set on entering a type variable's block")
            }
            BlockKind::TypeAlias => "a type alias",
            BlockKind::TypeParameters => "the definition of a generic",
            BlockKind::Function | BlockKind::Class | BlockKind::Module => return Ok(()),
        };
        Err(Failure::at(loc, format!("{what} cannot be used within {place}")))
    }

    fn named_expr(&mut self, e: &Expr, target: &Expr, value: &Expr) -> Fallible {
        if self.cur().comp_iter_expr > 0 {
            let message =
                "assignment expression cannot be used in a comprehension iterable expression";
            return Err(Failure::at(e.loc, message));
        }
        if self.cur().comprehension != ComprehensionKind::None
            && let ExprKind::Name { id, .. } = target.kind
        {
            self.extend_named_expr(id, target.loc)?;
        }
        self.expr(value)?;
        self.expr(target)
    }

    /// Binds the target of `:=` in a comprehension in the nearest block that is none.
    fn extend_named_expr(&mut self, id: Name, loc: Loc) -> Fallible {
        for i in (0..self.stack.len()).rev() {
            let block = self.stack[i];
            let flags = self.lookup_in(block, id);
            let entry = self.table.block(block);
            if entry.comprehension != ComprehensionKind::None {
                if flags & symbol::COMP_ITER != 0 && flags & symbol::LOCAL != 0 {
                    let text = self.names.text(id);
                    let message = format!(
                        "assignment expression cannot rebind comprehension iteration variable '{text}'"
                    );
                    return Err(Failure::at(loc, message));
                }
                continue;
            }
            let place = match entry.kind {
                BlockKind::Function => {
                    let global = flags & symbol::GLOBAL != 0;
                    let flag = if global { symbol::GLOBAL } else { symbol::NONLOCAL };
                    self.def(id, flag, loc)?;
                    self.record_directive(id, loc);
                    return self.def_in(block, id, symbol::LOCAL, loc);
                }
                BlockKind::Module => {
                    self.def(id, symbol::GLOBAL, loc)?;
                    self.record_directive(id, loc);
                    return self.def_in(block, id, symbol::GLOBAL, loc);
                }
                BlockKind::Class => "in a class body",
                BlockKind::TypeParameters => "within the definition of a generic",
                BlockKind::TypeAlias => "in a type alias",
                BlockKind::TypeVariable => "in a TypeVar bound",
                BlockKind::Annotation => continue,
            };
            let message =
                format!("assignment expression within a comprehension cannot be used {place}");
            return Err(Failure::at(loc, message));
        }
        Ok(())
    }

    fn comprehension(
        &mut self,
        e: &Expr,
        name: Name,
        kind: ComprehensionKind,
        generators: &[Comprehension],
        elt: &Expr,
        value: Option<&Expr>,
    ) -> Fallible {
        let is_generator = kind == ComprehensionKind::Generator;
        let outermost = &generators[0];
        // The first iterable is evaluated outside.
        self.cur().comp_iter_expr += 1;
        self.expr(&outermost.iter)?;
        self.cur().comp_iter_expr -= 1;
        self.enter(name, BlockKind::Function, key(e, Part::Body), e.loc)?;
        self.cur().comprehension = kind;
        if outermost.is_async {
            self.cur().coroutine = true;
        }
        self.def(known::DOT_ZERO, symbol::PARAM, e.loc)?;
        self.comp_target(&outermost.target)?;
        self.exprs(&outermost.ifs)?;
        for generator in &generators[1..] {
            self.comp_target(&generator.target)?;
            self.cur().comp_iter_expr += 1;
            self.expr(&generator.iter)?;
            self.cur().comp_iter_expr -= 1;
            self.exprs(&generator.ifs)?;
            if generator.is_async {
                self.cur().coroutine = true;
            }
        }
        self.opt_expr(value)?;
        self.expr(elt)?;
        self.cur().generator = is_generator;
        let is_async = self.cur().coroutine && !is_generator;
        self.exit();
        if is_async {
            let allowed = self.allows_top_level_await();
            let block = self.cur();
            let is_async_def = block.kind == BlockKind::Function && block.coroutine;
            if !is_async_def && block.comprehension == ComprehensionKind::None && !allowed {
                let message = "asynchronous comprehension outside of an asynchronous function";
                return Err(Failure::at(e.loc, message));
            }
            block.coroutine = true;
        }
        Ok(())
    }

    fn comp_target(&mut self, target: &Expr) -> Fallible {
        self.cur().comp_iter_target = true;
        self.expr(target)?;
        self.cur().comp_iter_target = false;
        Ok(())
    }
}

/// `__debug__` cannot be bound.
fn check_name(name: Name, loc: Loc, ctx: Context) -> Fallible {
    if name != known::DEBUG {
        return Ok(());
    }
    match ctx {
        Context::Load => Ok(()),
        Context::Store => Err(Failure::at(loc, "cannot assign to __debug__")),
        Context::Del => Err(Failure::at(loc, "cannot delete __debug__")),
    }
}
