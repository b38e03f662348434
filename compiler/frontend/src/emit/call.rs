//! Calls: plain ones, methods, `super()`, and `all`, `any` and `tuple` of a generator.

use super::expr::{Display, type_name};
use super::unit::ScopeKind;
use super::*;
use crate::symtable::{Scope, symbol};

/// A call `super(…)` that `LOAD_SUPER_ATTR` can replace.
#[derive(Copy, Clone)]
pub struct SuperCall<'a> {
    func: &'a Expr,
    args: &'a [Expr],
}

impl SuperCall<'_> {
    pub fn is_zero_argument(self) -> bool {
        self.args.is_empty()
    }
}

impl<'a> Compiler<'a> {
    pub fn call(
        &mut self,
        e: &'a Expr,
        func: &'a Expr,
        args: &'a [Expr],
        keywords: &'a [Keyword],
    ) -> Fallible {
        self.check_keywords(keywords)?;
        if self.method_call(e, func, args, keywords)? {
            return Ok(());
        }
        let end = self.new_label();
        self.check_caller(func);
        self.expr(func)?;
        self.builtin_call(func, args, keywords, end)?;
        self.add(func.loc, op::PUSH_NULL);
        self.call_arguments(e.loc, 0, args, None, keywords)?;
        self.use_label(end);
        Ok(())
    }

    fn check_keywords(&self, keywords: &[Keyword]) -> Fallible {
        for (i, keyword) in keywords.iter().enumerate() {
            let Some(arg) = keyword.arg else { continue };
            if let Some(other) = keywords[i + 1..].iter().find(|other| other.arg == Some(arg)) {
                let text = self.names.text(arg);
                return self.error(other.loc, format!("keyword argument repeated: {text}"));
            }
        }
        Ok(())
    }

    /// `object.method(…)` without `*` and `**`; false if it is none.
    fn method_call(
        &mut self,
        e: &'a Expr,
        func: &'a Expr,
        args: &'a [Expr],
        keywords: &'a [Keyword],
    ) -> Fallible<bool> {
        let ExprKind::Attribute { value, attr, ctx: Context::Load } = &func.kind else {
            return Ok(false);
        };
        let count = args.len() + keywords.len();
        if self.is_import(value)
            || count + usize::from(!keywords.is_empty()) >= STACK_USE_GUIDELINE
            || args.iter().any(Expr::is_starred)
            || keywords.iter().any(|k| k.arg.is_none())
        {
            return Ok(false);
        }
        let mut loc = func.loc;
        if let Some(call) = self.super_call(value, *attr) {
            self.super_args(value, call)?;
            let flags = if call.is_zero_argument() { 1 } else { 3 };
            self.add_attr(loc, op::LOAD_SUPER_ATTR, *attr, 2, flags);
            loc = self.attribute_loc(loc, func);
            self.add(loc, op::NOP);
        } else {
            self.expr(value)?;
            loc = self.attribute_loc(loc, func);
            self.add_attr(loc, op::LOAD_ATTR, *attr, 1, 1);
        }
        self.exprs(args)?;
        let call_loc = self.attribute_loc(e.loc, func);
        if keywords.is_empty() {
            self.add_i(call_loc, op::CALL, args.len());
        } else {
            self.keyword_values(loc, keywords)?;
            self.add_i(call_loc, op::CALL_KW, count);
        }
        Ok(true)
    }

    /// Whether `e` is a name that the module imports.
    fn is_import(&self, e: &Expr) -> bool {
        let ExprKind::Name { id, .. } = e.kind else { return false };
        let top = self.table.block(self.table.top);
        top.symbols.get(id).is_some_and(|value| value & symbol::IMPORT != 0)
    }

    /// The values of keyword arguments, then the tuple of their names.
    fn keyword_values(&mut self, loc: Loc, keywords: &'a [Keyword]) -> Fallible {
        for keyword in keywords {
            self.expr(&keyword.value)?;
        }
        let names = keywords.iter().filter_map(|k| k.arg);
        let names = names.map(|name| self.name_constant(name)).collect();
        self.load_const(loc, Constant::Tuple(names));
        Ok(())
    }

    /// `value` if it is a `super()` whose attribute `attr` can be loaded at once.
    pub fn super_call(&self, value: &'a Expr, attr: Name) -> Option<SuperCall<'a>> {
        let ExprKind::Call { func, args, keywords } = &value.kind else { return None };
        if !matches!(func.kind, ExprKind::Name { id: known::SUPER, .. })
            || attr == known::CLASS
            || !keywords.is_empty()
        {
            return None;
        }
        let top = self.table.block(self.table.top);
        if self.block().scope_of(known::SUPER) != Scope::GlobalImplicit
            || top.scope_of(known::SUPER) != Scope::Unknown
        {
            return None;
        }
        let call = SuperCall { func, args };
        match args.as_slice() {
            [a, b] if !a.is_starred() && !b.is_starred() => Some(call),
            [] => {
                let metadata = &self.unit.metadata;
                let has_self = metadata.argcount + metadata.posonlyargcount > 0;
                let is_free = self.unit.kind != ScopeKind::Class
                    && self.block().scope_of(known::CLASS) == Scope::Free;
                (has_self && is_free).then_some(call)
            }
            _ => None,
        }
    }

    /// Loads `super`, the class and the object.
    pub fn super_args(&mut self, value: &'a Expr, call: SuperCall<'a>) -> Fallible {
        self.name(call.func.loc, known::SUPER, Context::Load)?;
        if let [class, object] = call.args {
            self.expr(class)?;
            return self.expr(object);
        }
        self.name(value.loc, known::CLASS, Context::Load)?;
        let first = self.unit.metadata.varnames.iter().next().expect("there is a parameter");
        self.name(value.loc, first, Context::Load)
    }

    /// `all(… for …)` and its like run the loop in place if the name still means the built-in;
    /// the function is on the stack.
    fn builtin_call(
        &mut self,
        func: &'a Expr,
        args: &'a [Expr],
        keywords: &[Keyword],
        end: Label,
    ) -> Fallible {
        let ExprKind::Name { id, .. } = func.kind else { return Ok(()) };
        let ([generator], []) = (args, keywords) else { return Ok(()) };
        if !matches!(generator.kind, ExprKind::GeneratorExp { .. }) {
            return Ok(());
        }
        let (constant, initial) = match id {
            known::ALL => (common_constant::BUILTIN_ALL, Some(true)),
            known::ANY => (common_constant::BUILTIN_ANY, Some(false)),
            known::TUPLE => (common_constant::BUILTIN_TUPLE, None),
            _ => return Ok(()),
        };
        let loc = func.loc;
        let skip = self.new_label();
        self.add_i(loc, op::COPY, 1);
        self.add_i(loc, op::LOAD_COMMON_CONSTANT, constant);
        self.add_compare(loc, CmpOp::Is);
        self.add_jump(loc, op::POP_JUMP_IF_FALSE, skip);
        self.add(loc, op::POP_TOP);
        if initial.is_none() {
            self.add_i(loc, op::BUILD_LIST, 0);
        }
        self.expr(generator)?;
        let repeat = self.new_label();
        let cleanup = self.new_label();
        self.use_label(repeat);
        self.add_jump(loc, op::FOR_ITER, cleanup);
        let boolean = |value| if value { Constant::True } else { Constant::False };
        match initial {
            None => {
                self.add_i(loc, op::LIST_APPEND, 2);
                self.add_jump(loc, op::JUMP, repeat);
            }
            Some(initial) => {
                self.add(loc, op::TO_BOOL);
                let jump = if initial { op::POP_JUMP_IF_TRUE } else { op::POP_JUMP_IF_FALSE };
                self.add_jump(loc, jump, repeat);
            }
        }
        self.add(Loc::NONE, op::POP_ITER);
        if let Some(initial) = initial {
            self.load_const(loc, boolean(!initial));
        }
        self.add_jump(loc, op::JUMP, end);
        self.use_label(cleanup);
        self.add(Loc::NONE, op::END_FOR);
        self.add(Loc::NONE, op::POP_ITER);
        match initial {
            None => self.add_i(loc, op::CALL_INTRINSIC_1, intrinsic_1::LIST_TO_TUPLE),
            Some(initial) => self.load_const(loc, boolean(initial)),
        }
        self.add_jump(loc, op::JUMP, end);
        self.use_label(skip);
        Ok(())
    }

    /// Arguments and the call itself; `pushed` arguments are on the stack already, and
    /// `injected` is a name to be passed after the positional ones.
    pub fn call_arguments(
        &mut self,
        loc: Loc,
        pushed: usize,
        args: &'a [Expr],
        injected: Option<Name>,
        keywords: &'a [Keyword],
    ) -> Fallible {
        self.check_keywords(keywords)?;
        let simple = args.len() + keywords.len() * 2 <= STACK_USE_GUIDELINE
            && !args.iter().any(Expr::is_starred)
            && keywords.iter().all(|k| k.arg.is_some());
        if simple {
            self.exprs(args)?;
            let mut count = pushed + args.len();
            if let Some(name) = injected {
                self.name(loc, name, Context::Load)?;
                count += 1;
            }
            if keywords.is_empty() {
                self.add_i(loc, op::CALL, count);
            } else {
                self.keyword_values(loc, keywords)?;
                self.add_i(loc, op::CALL_KW, count + keywords.len());
            }
            return Ok(());
        }
        match args {
            [Expr { kind: ExprKind::Starred { value, .. }, .. }] if pushed == 0 => {
                self.expr(value)?;
            }
            _ => self.star_unpack(loc, args, injected, pushed, Display::TUPLE)?,
        }
        if keywords.is_empty() {
            self.add(loc, op::PUSH_NULL);
        } else {
            self.keyword_dict(loc, keywords)?;
        }
        self.add(loc, op::CALL_FUNCTION_EX);
        Ok(())
    }

    /// Keyword arguments with `**` among them, as a dict.
    fn keyword_dict(&mut self, loc: Loc, keywords: &'a [Keyword]) -> Fallible {
        let mut have_dict = false;
        let mut seen = 0;
        for (i, keyword) in keywords.iter().enumerate() {
            if keyword.arg.is_some() {
                seen += 1;
                continue;
            }
            if seen > 0 {
                self.sub_keywords(loc, &keywords[i - seen..i])?;
                if have_dict {
                    self.add_i(loc, op::DICT_MERGE, 1);
                }
                have_dict = true;
                seen = 0;
            }
            if !have_dict {
                self.add_i(loc, op::BUILD_MAP, 0);
                have_dict = true;
            }
            self.expr(&keyword.value)?;
            self.add_i(loc, op::DICT_MERGE, 1);
        }
        if seen > 0 {
            self.sub_keywords(loc, &keywords[keywords.len() - seen..])?;
            if have_dict {
                self.add_i(loc, op::DICT_MERGE, 1);
            }
        }
        Ok(())
    }

    fn sub_keywords(&mut self, loc: Loc, keywords: &'a [Keyword]) -> Fallible {
        let big = keywords.len() * 2 > STACK_USE_GUIDELINE;
        if big {
            self.add_i(Loc::NONE, op::BUILD_MAP, 0);
        }
        for keyword in keywords {
            let arg = keyword.arg.expect("between two unpackings");
            self.load_name_constant(loc, arg);
            self.expr(&keyword.value)?;
            if big {
                self.add_i(Loc::NONE, op::MAP_ADD, 1);
            }
        }
        if !big {
            self.add_i(loc, op::BUILD_MAP, keywords.len());
        }
        Ok(())
    }

    fn check_caller(&mut self, func: &Expr) {
        if !matches!(func.kind, ExprKind::Lambda(_))
            && let Some(name) = type_name(func)
        {
            let message = format!("'{name}' object is not callable; perhaps you missed a comma?");
            self.warn(func.loc, message);
        }
    }

    pub fn check_subscripter(&mut self, e: &Expr) {
        let suspicious = match &e.kind {
            ExprKind::Constant { value, .. } => matches!(
                value,
                Constant::None
                    | Constant::Ellipsis
                    | Constant::True
                    | Constant::False
                    | Constant::Int(_)
                    | Constant::Float(_)
                    | Constant::Complex(..)
                    | Constant::FrozenSet(_)
            ),
            ExprKind::Set(_)
            | ExprKind::SetComp { .. }
            | ExprKind::GeneratorExp { .. }
            | ExprKind::TemplateStr(_)
            | ExprKind::Interpolation(_)
            | ExprKind::Lambda(_) => true,
            _ => false,
        };
        if suspicious && let Some(name) = type_name(e) {
            let message =
                format!("'{name}' object is not subscriptable; perhaps you missed a comma?");
            self.warn(e.loc, message);
        }
    }

    pub fn check_index(&mut self, e: &Expr, index: &Expr) {
        let Some(index_type) = type_name(index) else { return };
        if matches!(index_type, "int" | "bool" | "slice") {
            return;
        }
        let suspicious = match &e.kind {
            ExprKind::Constant { value, .. } => {
                matches!(value, Constant::Str(_) | Constant::Bytes(_) | Constant::Tuple(_))
            }
            ExprKind::Tuple { .. }
            | ExprKind::List { .. }
            | ExprKind::ListComp { .. }
            | ExprKind::JoinedStr(_)
            | ExprKind::FormattedValue { .. } => true,
            _ => false,
        };
        if suspicious && let Some(name) = type_name(e) {
            let message = format!(
                "{name} indices must be integers or slices, not {index_type}; perhaps you \
                 missed a comma?"
            );
            self.warn(e.loc, message);
        }
    }
}
