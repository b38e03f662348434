//! `match`.
//!
//! A pattern takes the subject off the stack and, if it does not match, jumps to code that pops
//! whatever is there by then. Names are bound only when the whole pattern has matched; until
//! then what they capture lies on the stack, below the items that are still needed.

use super::expr::SUBSCR;
use super::*;

/// State of matching one case.
#[derive(Default)]
struct PatternContext {
    /// Names captured so far, whose values are on the stack.
    stores: Vec<Name>,
    /// A capture here may match anything.
    allow_irrefutable: bool,
    /// Labels to jump to on failure, by how many items are to be popped.
    fail_pop: Vec<Label>,
    /// Items on the stack above the captured values.
    on_top: usize,
}

impl<'a> Compiler<'a> {
    pub fn match_stmt(&mut self, subject: &'a Expr, cases: &'a [MatchCase]) -> Fallible {
        self.expr(subject)?;
        let end = self.new_label();
        let (last, _) = cases.split_last().expect("a `match` has cases");
        let has_default = is_wildcard(&last.pattern) && cases.len() > 1;
        let checked = cases.len() - usize::from(has_default);
        for (i, case) in cases[..checked].iter().enumerate() {
            let is_last = i + 1 == checked;
            let loc = case.pattern.loc;
            if !is_last {
                self.add_i(loc, op::COPY, 1);
            }
            let mut pc = PatternContext {
                allow_irrefutable: case.guard.is_some() || i + 1 == cases.len(),
                ..PatternContext::default()
            };
            self.pattern(&case.pattern, &mut pc)?;
            for name in &pc.stores {
                self.name(loc, *name, Context::Store)?;
            }
            if let Some(guard) = &case.guard {
                self.ensure_fail_pop(&mut pc, 0);
                self.jump_if(loc, guard, pc.fail_pop[0], false)?;
            }
            if !is_last {
                self.add(Loc::NEXT, op::POP_TOP);
            }
            self.stmts(&case.body)?;
            self.add_jump(Loc::NONE, op::JUMP, end);
            self.emit_fail_pop(loc, &mut pc);
        }
        if has_default {
            let loc = last.pattern.loc;
            // For line coverage of the default case.
            self.add(loc, op::NOP);
            if let Some(guard) = &last.guard {
                self.jump_if(loc, guard, end, false)?;
            }
            self.stmts(&last.body)?;
        }
        self.use_label(end);
        Ok(())
    }

    fn ensure_fail_pop(&mut self, pc: &mut PatternContext, pops: usize) {
        while pc.fail_pop.len() <= pops {
            let label = self.new_label();
            pc.fail_pop.push(label);
        }
    }

    fn jump_to_fail_pop(&mut self, loc: Loc, pc: &mut PatternContext, op: Op) {
        let pops = pc.on_top + pc.stores.len();
        self.ensure_fail_pop(pc, pops);
        self.add_jump(loc, op, pc.fail_pop[pops]);
    }

    fn emit_fail_pop(&mut self, loc: Loc, pc: &mut PatternContext) {
        while let Some(label) = pc.fail_pop.pop() {
            self.use_label(label);
            if !pc.fail_pop.is_empty() {
                self.add(loc, op::POP_TOP);
            }
        }
    }

    /// Moves the top of the stack `count - 1` places down.
    fn rotate(&mut self, loc: Loc, count: usize) {
        for i in (2..=count).rev() {
            self.add_i(loc, op::SWAP, i);
        }
    }

    fn duplicate_store<T>(&self, loc: Loc, name: Name) -> Fallible<T> {
        let text = self.names.text(name);
        self.error(loc, format!("multiple assignments to name '{text}' in pattern"))
    }

    fn store(&mut self, loc: Loc, name: Option<Name>, pc: &mut PatternContext) -> Fallible {
        let Some(name) = name else {
            self.add(loc, op::POP_TOP);
            return Ok(());
        };
        if pc.stores.contains(&name) {
            return self.duplicate_store(loc, name);
        }
        self.rotate(loc, pc.on_top + pc.stores.len() + 1);
        pc.stores.push(name);
        Ok(())
    }

    /// A pattern inside another: it may match anything.
    fn subpattern(&mut self, p: &'a Pattern, pc: &mut PatternContext) -> Fallible {
        let before = std::mem::replace(&mut pc.allow_irrefutable, true);
        self.pattern(p, pc)?;
        pc.allow_irrefutable = before;
        Ok(())
    }

    fn pattern(&mut self, p: &'a Pattern, pc: &mut PatternContext) -> Fallible {
        self.guard.check()?;
        let loc = p.loc;
        match &p.kind {
            PatternKind::Value(value) => {
                if !matches!(value.kind, ExprKind::Constant { .. } | ExprKind::Attribute { .. }) {
                    let message = "patterns may only match literals and attribute lookups";
                    return self.error(loc, message);
                }
                self.expr(value)?;
                self.add_compare(loc, CmpOp::Eq);
                self.add(loc, op::TO_BOOL);
                self.jump_to_fail_pop(loc, pc, op::POP_JUMP_IF_FALSE);
                Ok(())
            }
            PatternKind::Singleton(value) => {
                self.load_const(loc, value.clone());
                self.add_compare(loc, CmpOp::Is);
                self.jump_to_fail_pop(loc, pc, op::POP_JUMP_IF_FALSE);
                Ok(())
            }
            PatternKind::Sequence(patterns) => self.pattern_sequence(loc, patterns, pc),
            PatternKind::Mapping { keys, patterns, rest } => {
                self.pattern_mapping(loc, keys, patterns, *rest, pc)
            }
            PatternKind::Class { cls, patterns, kwd_attrs, kwd_patterns } => {
                self.pattern_class(loc, cls, patterns, kwd_attrs, kwd_patterns, pc)
            }
            PatternKind::Star(name) => self.store(loc, *name, pc),
            PatternKind::As { pattern, name } => {
                self.pattern_as(loc, pattern.as_deref(), *name, pc)
            }
            PatternKind::Or(patterns) => self.pattern_or(loc, patterns, pc),
        }
    }

    fn pattern_as(
        &mut self,
        loc: Loc,
        pattern: Option<&'a Pattern>,
        name: Option<Name>,
        pc: &mut PatternContext,
    ) -> Fallible {
        let Some(pattern) = pattern else {
            if !pc.allow_irrefutable {
                let message = match name {
                    Some(name) => format!(
                        "name capture '{}' makes remaining patterns unreachable",
                        self.names.text(name)
                    ),
                    None => "wildcard makes remaining patterns unreachable".to_owned(),
                };
                return self.error(loc, message);
            }
            return self.store(loc, name, pc);
        };
        pc.on_top += 1;
        self.add_i(loc, op::COPY, 1);
        self.pattern(pattern, pc)?;
        pc.on_top -= 1;
        self.store(loc, name, pc)
    }

    fn pattern_sequence(
        &mut self,
        loc: Loc,
        patterns: &'a [Pattern],
        pc: &mut PatternContext,
    ) -> Fallible {
        let mut star = None;
        let mut only_wildcard = true;
        let mut star_wildcard = false;
        for (i, pattern) in patterns.iter().enumerate() {
            if let PatternKind::Star(name) = &pattern.kind {
                if star.is_some() {
                    return self.error(loc, "multiple starred names in sequence pattern");
                }
                star_wildcard = name.is_none();
                only_wildcard &= star_wildcard;
                star = Some(i);
                continue;
            }
            only_wildcard &= is_wildcard(pattern);
        }
        let size = patterns.len();
        pc.on_top += 1;
        self.add(loc, op::MATCH_SEQUENCE);
        self.jump_to_fail_pop(loc, pc, op::POP_JUMP_IF_FALSE);
        if star.is_none() {
            self.add(loc, op::GET_LEN);
            self.load_int(loc, size as i64);
            self.add_compare(loc, CmpOp::Eq);
            self.jump_to_fail_pop(loc, pc, op::POP_JUMP_IF_FALSE);
        } else if size > 1 {
            self.add(loc, op::GET_LEN);
            self.load_int(loc, size as i64 - 1);
            self.add_compare(loc, CmpOp::GtE);
            self.jump_to_fail_pop(loc, pc, op::POP_JUMP_IF_FALSE);
        }
        pc.on_top -= 1;
        match star {
            _ if only_wildcard => {
                self.add(loc, op::POP_TOP);
                Ok(())
            }
            Some(star) if star_wildcard => self.sequence_subscr(loc, patterns, star, pc),
            _ => self.sequence_unpack(loc, patterns, star, pc),
        }
    }

    fn sequence_unpack(
        &mut self,
        loc: Loc,
        patterns: &'a [Pattern],
        star: Option<usize>,
        pc: &mut PatternContext,
    ) -> Fallible {
        let size = patterns.len();
        match star {
            Some(i) => {
                let after = size - i - 1;
                if i >= 1 << 8 || after >= (i32::MAX >> 8) as usize {
                    let message = "too many expressions in star-unpacking sequence pattern";
                    return self.error(loc, message);
                }
                self.add_i(loc, op::UNPACK_EX, i + (after << 8));
            }
            None => self.add_i(loc, op::UNPACK_SEQUENCE, size),
        }
        pc.on_top += size;
        for pattern in patterns {
            pc.on_top -= 1;
            self.subpattern(pattern, pc)?;
        }
        Ok(())
    }

    /// With `*_`, elements are picked one by one.
    fn sequence_subscr(
        &mut self,
        loc: Loc,
        patterns: &'a [Pattern],
        star: usize,
        pc: &mut PatternContext,
    ) -> Fallible {
        pc.on_top += 1;
        let size = patterns.len();
        for (i, pattern) in patterns.iter().enumerate() {
            if i == star || is_wildcard(pattern) {
                continue;
            }
            self.add_i(loc, op::COPY, 1);
            if i < star {
                self.load_int(loc, i as i64);
            } else {
                self.add(loc, op::GET_LEN);
                self.load_int(loc, (size - i) as i64);
                self.add_binary(loc, Operator::Sub);
            }
            self.add_i(loc, op::BINARY_OP, SUBSCR);
            self.subpattern(pattern, pc)?;
        }
        pc.on_top -= 1;
        self.add(loc, op::POP_TOP);
        Ok(())
    }

    fn pattern_class(
        &mut self,
        loc: Loc,
        cls: &'a Expr,
        patterns: &'a [Pattern],
        kwd_attrs: &[Name],
        kwd_patterns: &'a [Pattern],
        pc: &mut PatternContext,
    ) -> Fallible {
        for (i, attr) in kwd_attrs.iter().enumerate() {
            if let Some(j) = kwd_attrs[i + 1..].iter().position(|other| other == attr) {
                let at = kwd_patterns[i + 1 + j].loc;
                let text = self.names.text(*attr);
                return self.error(at, format!("attribute name repeated in class pattern: {text}"));
            }
        }
        self.expr(cls)?;
        let names = kwd_attrs.iter().map(|name| self.name_constant(*name)).collect();
        self.load_const(loc, Constant::Tuple(names));
        self.add_i(loc, op::MATCH_CLASS, patterns.len());
        self.add_i(loc, op::COPY, 1);
        self.load_const(loc, Constant::None);
        self.add_i(loc, op::IS_OP, 1);
        pc.on_top += 1;
        self.jump_to_fail_pop(loc, pc, op::POP_JUMP_IF_FALSE);
        let count = patterns.len() + kwd_patterns.len();
        self.add_i(loc, op::UNPACK_SEQUENCE, count);
        pc.on_top = pc.on_top + count - 1;
        for pattern in patterns.iter().chain(kwd_patterns) {
            pc.on_top -= 1;
            if is_wildcard(pattern) {
                self.add(loc, op::POP_TOP);
            } else {
                self.subpattern(pattern, pc)?;
            }
        }
        Ok(())
    }

    fn pattern_mapping(
        &mut self,
        loc: Loc,
        keys: &'a [Expr],
        patterns: &'a [Pattern],
        rest: Option<Name>,
        pc: &mut PatternContext,
    ) -> Fallible {
        pc.on_top += 1;
        self.add(loc, op::MATCH_MAPPING);
        self.jump_to_fail_pop(loc, pc, op::POP_JUMP_IF_FALSE);
        let size = keys.len();
        if size == 0 && rest.is_none() {
            pc.on_top -= 1;
            self.add(loc, op::POP_TOP);
            return Ok(());
        }
        if size > 0 {
            self.add(loc, op::GET_LEN);
            self.load_int(loc, size as i64);
            self.add_compare(loc, CmpOp::GtE);
            self.jump_to_fail_pop(loc, pc, op::POP_JUMP_IF_FALSE);
        }
        let mut seen: Vec<&Constant> = Vec::new();
        for key in keys {
            match &key.kind {
                ExprKind::Constant { value, .. } => {
                    if seen.iter().any(|other| crate::fold::equal(other, value)) {
                        let text = unparse_constant(value);
                        let message = format!("mapping pattern checks duplicate key ({text})");
                        return self.error(loc, message);
                    }
                    seen.push(value);
                }
                ExprKind::Attribute { .. } => {}
                _ => {
                    let message =
                        "mapping pattern keys may only match literals and attribute lookups";
                    return self.error(loc, message);
                }
            }
            self.expr(key)?;
        }
        self.add_i(loc, op::BUILD_TUPLE, size);
        self.add(loc, op::MATCH_KEYS);
        pc.on_top += 2;
        self.add_i(loc, op::COPY, 1);
        self.load_const(loc, Constant::None);
        self.add_i(loc, op::IS_OP, 1);
        self.jump_to_fail_pop(loc, pc, op::POP_JUMP_IF_FALSE);
        self.add_i(loc, op::UNPACK_SEQUENCE, size);
        pc.on_top = pc.on_top + size - 1;
        for pattern in patterns {
            pc.on_top -= 1;
            self.subpattern(pattern, pc)?;
        }
        pc.on_top -= 2;
        let Some(rest) = rest else {
            self.add(loc, op::POP_TOP);
            self.add(loc, op::POP_TOP);
            return Ok(());
        };
        // rest = dict(subject), without the keys.
        self.add_i(loc, op::BUILD_MAP, 0);
        self.add_i(loc, op::SWAP, 3);
        self.add_i(loc, op::DICT_UPDATE, 2);
        self.add_i(loc, op::UNPACK_SEQUENCE, size);
        for left in (1..=size).rev() {
            self.add_i(loc, op::COPY, 1 + left);
            self.add_i(loc, op::SWAP, 2);
            self.add(loc, op::DELETE_SUBSCR);
        }
        self.store(loc, Some(rest), pc)
    }

    fn pattern_or(
        &mut self,
        loc: Loc,
        patterns: &'a [Pattern],
        pc: &mut PatternContext,
    ) -> Fallible {
        let end = self.new_label();
        // The names of the first alternative, which the others must bind too.
        let mut control: Vec<Name> = Vec::new();
        for (i, alternative) in patterns.iter().enumerate() {
            let loc_alternative = alternative.loc;
            let mut inner = PatternContext {
                allow_irrefutable: i + 1 == patterns.len() && pc.allow_irrefutable,
                ..PatternContext::default()
            };
            self.add_i(loc_alternative, op::COPY, 1);
            self.pattern(alternative, &mut inner)?;
            if i == 0 {
                control = inner.stores.clone();
            } else if inner.stores.len() != control.len() {
                return self.error(loc, "alternative patterns bind different names");
            } else {
                self.reorder_stores(loc, loc_alternative, &control, &mut inner)?;
            }
            self.add_jump(loc_alternative, op::JUMP, end);
            self.emit_fail_pop(loc_alternative, &mut inner);
        }
        self.add(loc, op::POP_TOP);
        self.jump_to_fail_pop(loc, pc, op::JUMP);
        self.use_label(end);
        let rotations = control.len() + 1 + pc.on_top + pc.stores.len();
        for name in control {
            self.rotate(loc, rotations);
            if pc.stores.contains(&name) {
                return self.duplicate_store(loc, name);
            }
            pc.stores.push(name);
        }
        self.add(loc, op::POP_TOP);
        Ok(())
    }

    /// Brings the captured values into the order of `control`.
    fn reorder_stores(
        &mut self,
        loc: Loc,
        loc_alternative: Loc,
        control: &[Name],
        pc: &mut PatternContext,
    ) -> Fallible {
        for i in (0..control.len()).rev() {
            let Some(at) = pc.stores.iter().position(|name| *name == control[i]) else {
                return self.error(loc, "alternative patterns bind different names");
            };
            if at == i {
                continue;
            }
            let rotations = at + 1;
            let rotated: Vec<Name> = pc.stores.drain(..rotations).collect();
            pc.stores.splice(i - at..i - at, rotated);
            for _ in 0..rotations {
                self.rotate(loc_alternative, i + 1);
            }
        }
        Ok(())
    }
}

fn is_wildcard(p: &Pattern) -> bool {
    matches!(p.kind, PatternKind::As { pattern: None, name: None })
}

fn unparse_constant(value: &Constant) -> String {
    crate::unparse::constant_repr(value).to_string()
}
