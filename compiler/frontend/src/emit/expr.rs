//! Expressions.

use super::unit::ScopeKind;
use super::*;

/// `BINARY_OP`'s argument; the operators in place follow at 13.
fn binary_op(op: Operator) -> usize {
    match op {
        Operator::Add => 0,
        Operator::BitAnd => 1,
        Operator::FloorDiv => 2,
        Operator::LShift => 3,
        Operator::MatMult => 4,
        Operator::Mult => 5,
        Operator::Mod => 6,
        Operator::BitOr => 7,
        Operator::Pow => 8,
        Operator::RShift => 9,
        Operator::Sub => 10,
        Operator::Div => 11,
        Operator::BitXor => 12,
    }
}

const INPLACE: usize = 13;
/// `BINARY_OP`'s argument for `a[b]`.
pub const SUBSCR: usize = 26;

/// `COMPARE_OP`'s argument: the comparison above, the mask that specialised code uses below.
fn compare_arg(op: CmpOp) -> Option<usize> {
    const LESS: usize = 2;
    const GREATER: usize = 4;
    const EQUALS: usize = 8;
    const UNORDERED: usize = 1;
    let (number, mask) = match op {
        CmpOp::Lt => (0, LESS),
        CmpOp::LtE => (1, LESS | EQUALS),
        CmpOp::Eq => (2, EQUALS),
        CmpOp::NotEq => (3, UNORDERED | LESS | GREATER),
        CmpOp::Gt => (4, GREATER),
        CmpOp::GtE => (5, GREATER | EQUALS),
        CmpOp::Is | CmpOp::IsNot | CmpOp::In | CmpOp::NotIn => return None,
    };
    Some(number << 5 | mask)
}

impl<'a> Compiler<'a> {
    pub fn exprs(&mut self, exprs: &'a [Expr]) -> Fallible {
        exprs.iter().try_for_each(|e| self.expr(e))
    }

    pub fn expr(&mut self, e: &'a Expr) -> Fallible {
        self.guard.check()?;
        let loc = e.loc;
        match &e.kind {
            ExprKind::NamedExpr { target, value } => {
                self.expr(value)?;
                self.add_i(loc, op::COPY, 1);
                self.expr(target)
            }
            ExprKind::BoolOp { op, values } => self.bool_op(loc, *op, values),
            ExprKind::BinOp { .. } => self.bin_op(e),
            ExprKind::UnaryOp { op, operand } => {
                self.expr(operand)?;
                match op {
                    UnaryOp::UAdd => {
                        self.add_i(loc, op::CALL_INTRINSIC_1, intrinsic_1::UNARY_POSITIVE);
                    }
                    UnaryOp::Not => {
                        self.add(loc, op::TO_BOOL);
                        self.add(loc, op::UNARY_NOT);
                    }
                    UnaryOp::Invert => self.add(loc, op::UNARY_INVERT),
                    UnaryOp::USub => self.add(loc, op::UNARY_NEGATIVE),
                }
                Ok(())
            }
            ExprKind::Lambda(lambda) => self.lambda(e, lambda),
            ExprKind::IfExp(i) => {
                let end = self.new_label();
                let next = self.new_label();
                self.jump_if(loc, &i.test, next, false)?;
                self.expr(&i.body)?;
                self.add_jump(Loc::NONE, op::JUMP_NO_INTERRUPT, end);
                self.use_label(next);
                self.expr(&i.orelse)?;
                self.use_label(end);
                Ok(())
            }
            ExprKind::Dict { keys, values } => self.dict(loc, keys, values),
            ExprKind::Set(elts) => self.star_unpack(loc, elts, None, 0, Display::SET),
            ExprKind::GeneratorExp { .. }
            | ExprKind::ListComp { .. }
            | ExprKind::SetComp { .. }
            | ExprKind::DictComp { .. } => self.comprehension(e),
            ExprKind::Yield(value) => {
                if !self.block().is_function_like() {
                    return self.error(loc, "'yield' outside function");
                }
                match value {
                    Some(value) => self.expr(value)?,
                    None => self.load_const(loc, Constant::None),
                }
                self.add_yield(loc);
                Ok(())
            }
            ExprKind::YieldFrom(value) => {
                if !self.block().is_function_like() {
                    return self.error(loc, "'yield from' outside function");
                }
                if self.unit.kind == ScopeKind::AsyncFunction {
                    return self.error(loc, "'yield from' inside async function");
                }
                self.expr(value)?;
                self.add(loc, op::GET_YIELD_FROM_ITER);
                self.load_const(loc, Constant::None);
                self.yield_from(loc, RESUME_AFTER_YIELD_FROM);
                Ok(())
            }
            ExprKind::Await(value) => {
                self.expr(value)?;
                self.add_i(loc, op::GET_AWAITABLE, 0);
                self.load_const(loc, Constant::None);
                self.yield_from(loc, RESUME_AFTER_AWAIT);
                Ok(())
            }
            ExprKind::Compare { left, ops, comparators } => self.compare(e, left, ops, comparators),
            ExprKind::Call { func, args, keywords } => self.call(e, func, args, keywords),
            ExprKind::Constant { value, .. } => {
                self.load_const(loc, value.clone());
                Ok(())
            }
            ExprKind::JoinedStr(values) => self.joined_str(loc, values),
            ExprKind::TemplateStr(values) => self.template_str(loc, values),
            ExprKind::FormattedValue { value, conversion, format_spec } => {
                self.expr(value)?;
                if let Some(conversion) = conversion_arg(*conversion) {
                    self.add_i(loc, op::CONVERT_VALUE, conversion);
                }
                match format_spec {
                    Some(spec) => {
                        self.expr(spec)?;
                        self.add(loc, op::FORMAT_WITH_SPEC);
                    }
                    None => self.add(loc, op::FORMAT_SIMPLE),
                }
                Ok(())
            }
            ExprKind::Interpolation(i) => {
                self.expr(&i.value)?;
                self.load_const(loc, Constant::Str(i.text.clone()));
                let mut arg = 2;
                if let Some(spec) = &i.format_spec {
                    arg += 1;
                    self.expr(spec)?;
                }
                arg |= conversion_arg(i.conversion).unwrap_or(0) << 2;
                self.add_i(loc, op::BUILD_INTERPOLATION, arg);
                Ok(())
            }
            ExprKind::Attribute { value, attr, ctx } => self.attribute(e, value, *attr, *ctx),
            ExprKind::Subscript { value, slice, ctx } => self.subscript(loc, value, slice, *ctx),
            ExprKind::Starred { ctx, .. } => match ctx {
                Context::Store => {
                    self.error(loc, "starred assignment target must be in a list or tuple")
                }
                Context::Load | Context::Del => {
                    self.error(loc, "can't use starred expression here")
                }
            },
            ExprKind::Slice { lower, upper, step } => {
                if let Some(constant) = constant_slice(e) {
                    self.load_const(loc, constant);
                    return Ok(());
                }
                self.slice_bounds(loc, lower.as_deref(), upper.as_deref())?;
                let mut count = 2;
                if let Some(step) = step {
                    count += 1;
                    self.expr(step)?;
                }
                self.add_i(loc, op::BUILD_SLICE, count);
                Ok(())
            }
            ExprKind::Name { id, ctx } => self.name(loc, *id, *ctx),
            ExprKind::List { elts, ctx } => match ctx {
                Context::Store => self.unpack(loc, elts),
                Context::Load => self.star_unpack(loc, elts, None, 0, Display::LIST),
                Context::Del => self.exprs(elts),
            },
            ExprKind::Tuple { elts, ctx } => match ctx {
                Context::Store => self.unpack(loc, elts),
                Context::Load => self.star_unpack(loc, elts, None, 0, Display::TUPLE),
                Context::Del => self.exprs(elts),
            },
        }
    }

    /// The left spine is a loop, as deep as the expression is long.
    fn bin_op(&mut self, e: &'a Expr) -> Fallible {
        let mut spine = Vec::new();
        let mut first = e;
        while let ExprKind::BinOp { left, op, right } = &first.kind {
            spine.push((first.loc, *op, &**right));
            first = left;
        }
        self.expr(first)?;
        for (loc, op, right) in spine.into_iter().rev() {
            self.expr(right)?;
            self.add_i(loc, op::BINARY_OP, binary_op(op));
        }
        Ok(())
    }

    pub fn add_binary(&mut self, loc: Loc, op: Operator) {
        self.add_i(loc, op::BINARY_OP, binary_op(op));
    }

    fn bool_op(&mut self, loc: Loc, op: BoolOp, values: &'a [Expr]) -> Fallible {
        let jump = match op {
            BoolOp::And => op::JUMP_IF_FALSE,
            BoolOp::Or => op::JUMP_IF_TRUE,
        };
        let end = self.new_label();
        let (last, rest) = values.split_last().expect("a boolean operation has operands");
        for value in rest {
            self.expr(value)?;
            self.add_jump(loc, jump, end);
            self.add(loc, op::POP_TOP);
        }
        self.expr(last)?;
        self.use_label(end);
        Ok(())
    }

    pub fn add_yield(&mut self, loc: Loc) {
        let block = self.block();
        if block.generator && block.coroutine {
            self.add_i(loc, op::CALL_INTRINSIC_1, intrinsic_1::ASYNC_GEN_WRAP);
        }
        self.add_i(loc, op::YIELD_VALUE, 0);
        self.add_i(loc, op::RESUME, RESUME_AFTER_YIELD);
    }

    /// The loop of `await` and `yield from`.
    pub fn yield_from(&mut self, loc: Loc, resume: usize) {
        let send = self.new_label();
        let fail = self.new_label();
        let exit = self.new_label();
        self.use_label(send);
        self.add_jump(loc, op::SEND, exit);
        self.add_jump(loc, op::SETUP_FINALLY, fail);
        self.add_i(loc, op::YIELD_VALUE, 1);
        self.add(Loc::NONE, op::POP_BLOCK);
        self.add_i(loc, op::RESUME, resume);
        self.add_jump(loc, op::JUMP_NO_INTERRUPT, send);
        self.use_label(fail);
        self.add(loc, op::CLEANUP_THROW);
        self.use_label(exit);
        self.add(loc, op::END_SEND);
    }

    pub fn add_compare(&mut self, loc: Loc, op: CmpOp) {
        match op {
            CmpOp::Is => self.add_i(loc, op::IS_OP, 0),
            CmpOp::IsNot => self.add_i(loc, op::IS_OP, 1),
            CmpOp::In => self.add_i(loc, op::CONTAINS_OP, 0),
            CmpOp::NotIn => self.add_i(loc, op::CONTAINS_OP, 1),
            CmpOp::Eq | CmpOp::NotEq | CmpOp::Lt | CmpOp::LtE | CmpOp::Gt | CmpOp::GtE => {
                let arg = compare_arg(op).expect("a rich comparison");
                self.add_i(loc, op::COMPARE_OP, arg);
            }
        }
    }

    fn compare(
        &mut self,
        e: &'a Expr,
        left: &'a Expr,
        ops: &[CmpOp],
        comparators: &'a [Expr],
    ) -> Fallible {
        let loc = e.loc;
        self.check_compare(loc, left, ops, comparators);
        self.expr(left)?;
        let last = ops.len() - 1;
        if last == 0 {
            self.expr(&comparators[0])?;
            self.add_compare(loc, ops[0]);
            return Ok(());
        }
        let cleanup = self.new_label();
        for i in 0..last {
            self.expr(&comparators[i])?;
            self.add_i(loc, op::SWAP, 2);
            self.add_i(loc, op::COPY, 2);
            self.add_compare(loc, ops[i]);
            self.add_i(loc, op::COPY, 1);
            self.add(loc, op::TO_BOOL);
            self.add_jump(loc, op::POP_JUMP_IF_FALSE, cleanup);
            self.add(loc, op::POP_TOP);
        }
        self.expr(&comparators[last])?;
        self.add_compare(loc, ops[last]);
        let end = self.new_label();
        self.add_jump(Loc::NONE, op::JUMP_NO_INTERRUPT, end);
        self.use_label(cleanup);
        self.add_i(loc, op::SWAP, 2);
        self.add(loc, op::POP_TOP);
        self.use_label(end);
        Ok(())
    }

    /// Jumps to `next` if the truth of `e` is `condition`.
    pub fn jump_if(&mut self, loc: Loc, e: &'a Expr, next: Label, condition: bool) -> Fallible {
        self.guard.check()?;
        match &e.kind {
            ExprKind::UnaryOp { op: UnaryOp::Not, operand } => {
                return self.jump_if(loc, operand, next, !condition);
            }
            ExprKind::BoolOp { op, values } => {
                let inner = *op == BoolOp::Or;
                let next2 = if inner == condition { next } else { self.new_label() };
                let (last, rest) = values.split_last().expect("it has operands");
                for value in rest {
                    self.jump_if(loc, value, next2, inner)?;
                }
                self.jump_if(loc, last, next, condition)?;
                if next2 != next {
                    self.use_label(next2);
                }
                return Ok(());
            }
            ExprKind::IfExp(i) => {
                let end = self.new_label();
                let next2 = self.new_label();
                self.jump_if(loc, &i.test, next2, false)?;
                self.jump_if(loc, &i.body, next, condition)?;
                self.add_jump(Loc::NONE, op::JUMP_NO_INTERRUPT, end);
                self.use_label(next2);
                self.jump_if(loc, &i.orelse, next, condition)?;
                self.use_label(end);
                return Ok(());
            }
            ExprKind::Compare { left, ops, comparators } if ops.len() > 1 => {
                return self.jump_if_chain(e.loc, left, ops, comparators, next, condition);
            }
            _ => {}
        }
        self.expr(e)?;
        self.add(e.loc, op::TO_BOOL);
        self.add_jump(e.loc, jump_on(condition), next);
        Ok(())
    }

    /// [`Self::jump_if`] for `a < b < c`.
    fn jump_if_chain(
        &mut self,
        loc: Loc,
        left: &'a Expr,
        ops: &[CmpOp],
        comparators: &'a [Expr],
        next: Label,
        condition: bool,
    ) -> Fallible {
        self.check_compare(loc, left, ops, comparators);
        let cleanup = self.new_label();
        self.expr(left)?;
        let last = ops.len() - 1;
        for i in 0..last {
            self.expr(&comparators[i])?;
            self.add_i(loc, op::SWAP, 2);
            self.add_i(loc, op::COPY, 2);
            self.add_compare(loc, ops[i]);
            self.add(loc, op::TO_BOOL);
            self.add_jump(loc, op::POP_JUMP_IF_FALSE, cleanup);
        }
        self.expr(&comparators[last])?;
        self.add_compare(loc, ops[last]);
        self.add(loc, op::TO_BOOL);
        self.add_jump(loc, jump_on(condition), next);
        let end = self.new_label();
        self.add_jump(Loc::NONE, op::JUMP_NO_INTERRUPT, end);
        self.use_label(cleanup);
        self.add(loc, op::POP_TOP);
        if !condition {
            self.add_jump(Loc::NONE, op::JUMP_NO_INTERRUPT, next);
        }
        self.use_label(end);
        Ok(())
    }

    fn check_compare(&mut self, loc: Loc, left: &Expr, ops: &[CmpOp], comparators: &[Expr]) {
        let mut left = left;
        for (op, right) in ops.iter().zip(comparators) {
            let (word, instead) = match op {
                CmpOp::Is => ("is", "=="),
                CmpOp::IsNot => ("is not", "!="),
                _ => {
                    left = right;
                    continue;
                }
            };
            let literal = [left, right].into_iter().find(|e| is_literal(e));
            if let Some(literal) = literal {
                let type_name = type_name(literal).unwrap_or("object");
                let message =
                    format!("\"{word}\" with '{type_name}' literal. Did you mean \"{instead}\"?");
                self.warn(loc, message);
                return;
            }
            left = right;
        }
    }

    fn dict(&mut self, loc: Loc, keys: &'a [Option<Expr>], values: &'a [Expr]) -> Fallible {
        let mut have_dict = false;
        let mut elements = 0;
        for (i, key) in keys.iter().enumerate() {
            if key.is_none() {
                if elements > 0 {
                    self.subdict(loc, keys, values, i - elements, i)?;
                    if have_dict {
                        self.add_i(loc, op::DICT_UPDATE, 1);
                    }
                    have_dict = true;
                    elements = 0;
                }
                if !have_dict {
                    self.add_i(loc, op::BUILD_MAP, 0);
                    have_dict = true;
                }
                self.expr(&values[i])?;
                self.add_i(loc, op::DICT_UPDATE, 1);
            } else if elements * 2 > STACK_USE_GUIDELINE {
                self.subdict(loc, keys, values, i - elements, i + 1)?;
                if have_dict {
                    self.add_i(loc, op::DICT_UPDATE, 1);
                }
                have_dict = true;
                elements = 0;
            } else {
                elements += 1;
            }
        }
        if elements > 0 {
            self.subdict(loc, keys, values, keys.len() - elements, keys.len())?;
            if have_dict {
                self.add_i(loc, op::DICT_UPDATE, 1);
            }
            have_dict = true;
        }
        if !have_dict {
            self.add_i(loc, op::BUILD_MAP, 0);
        }
        Ok(())
    }

    fn subdict(
        &mut self,
        loc: Loc,
        keys: &'a [Option<Expr>],
        values: &'a [Expr],
        begin: usize,
        end: usize,
    ) -> Fallible {
        let count = end - begin;
        let big = count * 2 > STACK_USE_GUIDELINE;
        if big {
            self.add_i(loc, op::BUILD_MAP, 0);
        }
        for i in begin..end {
            self.expr(keys[i].as_ref().expect("between two unpackings"))?;
            self.expr(&values[i])?;
            if big {
                self.add_i(loc, op::MAP_ADD, 1);
            }
        }
        if !big {
            self.add_i(loc, op::BUILD_MAP, count);
        }
        Ok(())
    }

    /// A display with possible `*` elements; `pushed` values are on the stack already, and
    /// `injected` is a name to be loaded at the end.
    pub fn star_unpack(
        &mut self,
        loc: Loc,
        elts: &'a [Expr],
        injected: Option<Name>,
        pushed: usize,
        display: Display,
    ) -> Fallible {
        let mut count = elts.len();
        let big = count + pushed + usize::from(injected.is_some()) > STACK_USE_GUIDELINE;
        if !big && !elts.iter().any(Expr::is_starred) {
            self.exprs(elts)?;
            if let Some(name) = injected {
                self.name(loc, name, Context::Load)?;
                count += 1;
            }
            let build = if display.tuple { op::BUILD_TUPLE } else { display.build };
            self.add_i(loc, build, count + pushed);
            return Ok(());
        }
        let mut built = big;
        if big {
            self.add_i(loc, display.build, pushed);
        }
        for (i, elt) in elts.iter().enumerate() {
            if let ExprKind::Starred { value, .. } = &elt.kind {
                if !built {
                    self.add_i(loc, display.build, i + pushed);
                    built = true;
                }
                self.expr(value)?;
                self.add_i(loc, display.extend, 1);
            } else {
                self.expr(elt)?;
                if built {
                    self.add_i(loc, display.add, 1);
                }
            }
        }
        if let Some(name) = injected {
            self.name(loc, name, Context::Load)?;
            self.add_i(loc, display.add, 1);
        }
        if display.tuple {
            self.add_i(loc, op::CALL_INTRINSIC_1, intrinsic_1::LIST_TO_TUPLE);
        }
        Ok(())
    }

    /// Assignment to several targets.
    fn unpack(&mut self, loc: Loc, elts: &'a [Expr]) -> Fallible {
        let mut star = None;
        for (i, elt) in elts.iter().enumerate() {
            if elt.is_starred() {
                if star.is_some() {
                    return self.error(loc, "multiple starred expressions in assignment");
                }
                star = Some(i);
                let after = elts.len() - i - 1;
                if i >= 1 << 8 || after >= (i32::MAX >> 8) as usize {
                    return self.error(loc, "too many expressions in star-unpacking assignment");
                }
                self.add_i(loc, op::UNPACK_EX, i + (after << 8));
            }
        }
        if star.is_none() {
            self.add_i(loc, op::UNPACK_SEQUENCE, elts.len());
        }
        for elt in elts {
            match &elt.kind {
                ExprKind::Starred { value, .. } => self.expr(value)?,
                _ => self.expr(elt)?,
            }
        }
        Ok(())
    }

    fn joined_str(&mut self, loc: Loc, values: &'a [Expr]) -> Fallible {
        if values.len() > STACK_USE_GUIDELINE {
            self.load_const(loc, Constant::Str(Wtf8Buf::new()));
            self.add_attr(loc, op::LOAD_ATTR, known::JOIN, 1, 1);
            self.add_i(loc, op::BUILD_LIST, 0);
            for value in values {
                self.expr(value)?;
                self.add_i(loc, op::LIST_APPEND, 1);
            }
            self.add_i(loc, op::CALL, 1);
            return Ok(());
        }
        self.exprs(values)?;
        match values.len() {
            0 => self.load_const(loc, Constant::Str(Wtf8Buf::new())),
            1 => {}
            count => self.add_i(loc, op::BUILD_STRING, count),
        }
        Ok(())
    }

    fn template_str(&mut self, loc: Loc, values: &'a [Expr]) -> Fallible {
        let is_interpolation = |e: &Expr| matches!(e.kind, ExprKind::Interpolation(_));
        let mut strings = 0;
        let mut after_interpolation = true;
        for value in values {
            if is_interpolation(value) {
                if after_interpolation {
                    self.load_const(loc, Constant::Str(Wtf8Buf::new()));
                    strings += 1;
                }
                after_interpolation = true;
            } else {
                self.expr(value)?;
                strings += 1;
                after_interpolation = false;
            }
        }
        if after_interpolation {
            self.load_const(loc, Constant::Str(Wtf8Buf::new()));
            strings += 1;
        }
        self.add_i(loc, op::BUILD_TUPLE, strings);
        let mut interpolations = 0;
        for value in values.iter().filter(|e| is_interpolation(e)) {
            self.expr(value)?;
            interpolations += 1;
        }
        self.add_i(loc, op::BUILD_TUPLE, interpolations);
        self.add(loc, op::BUILD_TEMPLATE);
        Ok(())
    }

    fn attribute(&mut self, e: &'a Expr, value: &'a Expr, attr: Name, ctx: Context) -> Fallible {
        let mut loc = e.loc;
        if ctx == Context::Load
            && let Some(call) = self.super_call(value, attr)
        {
            self.super_args(value, call)?;
            let flags = if call.is_zero_argument() { 0 } else { 2 };
            self.add_attr(loc, op::LOAD_SUPER_ATTR, attr, 2, flags);
            loc = self.attribute_loc(loc, e);
            self.add(loc, op::NOP);
            return Ok(());
        }
        self.note_static_attribute(value, attr, ctx);
        self.expr(value)?;
        loc = self.attribute_loc(loc, e);
        match ctx {
            Context::Load => self.add_attr(loc, op::LOAD_ATTR, attr, 1, 0),
            Context::Store => self.add_name(loc, op::STORE_ATTR, attr),
            Context::Del => self.add_name(loc, op::DELETE_ATTR, attr),
        }
        Ok(())
    }

    /// `self.attr = …` in a method is noted for `__static_attributes__`.
    pub fn note_static_attribute(&mut self, value: &Expr, attr: Name, ctx: Context) {
        let ExprKind::Name { id, .. } = value.kind else { return };
        if ctx != Context::Store || self.names.text(id) != "self" {
            return;
        }
        let class = self.outer.iter_mut().rev().find(|unit| unit.kind == ScopeKind::Class);
        if let Some(class) = class {
            class.static_attributes.insert(attr);
        }
    }

    /// Where an attribute access is: if it spans lines, where the attribute's name is.
    pub fn attribute_loc(&self, mut loc: Loc, e: &Expr) -> Loc {
        let ExprKind::Attribute { attr, .. } = e.kind else { return loc };
        if loc.line == e.loc.end_line {
            return loc;
        }
        loc.line = e.loc.end_line;
        let length = self.names.text(attr).chars().count() as i32;
        if length <= e.loc.end_col {
            loc.col = e.loc.end_col - length;
        } else {
            loc.col = -1;
            loc.end_col = -1;
        }
        loc.end_line = loc.line.max(loc.end_line);
        if loc.line == loc.end_line {
            loc.end_col = loc.col.max(loc.end_col);
        }
        loc
    }

    fn subscript(&mut self, loc: Loc, value: &'a Expr, slice: &'a Expr, ctx: Context) -> Fallible {
        if ctx == Context::Load {
            self.check_subscripter(value);
            self.check_index(value, slice);
        }
        self.expr(value)?;
        if ctx != Context::Del
            && let Some((lower, upper)) = two_part_slice(slice)
        {
            self.slice_bounds(slice.loc, lower, upper)?;
            let op = if ctx == Context::Load { op::BINARY_SLICE } else { op::STORE_SLICE };
            self.add(loc, op);
            return Ok(());
        }
        self.expr(slice)?;
        match ctx {
            Context::Load => self.add_i(loc, op::BINARY_OP, SUBSCR),
            Context::Store => self.add(loc, op::STORE_SUBSCR),
            Context::Del => self.add(loc, op::DELETE_SUBSCR),
        }
        Ok(())
    }

    fn slice_bounds(
        &mut self,
        loc: Loc,
        lower: Option<&'a Expr>,
        upper: Option<&'a Expr>,
    ) -> Fallible {
        for bound in [lower, upper] {
            match bound {
                Some(bound) => self.expr(bound)?,
                None => self.load_const(loc, Constant::None),
            }
        }
        Ok(())
    }

    pub fn aug_assign(
        &mut self,
        s: &'a Stmt,
        e: &'a Expr,
        operator: Operator,
        operand: &'a Expr,
    ) -> Fallible {
        let mut loc = e.loc;
        match &e.kind {
            ExprKind::Attribute { value, attr, .. } => {
                self.expr(value)?;
                self.add_i(loc, op::COPY, 1);
                loc = self.attribute_loc(loc, e);
                self.add_attr(loc, op::LOAD_ATTR, *attr, 1, 0);
            }
            ExprKind::Subscript { value, slice, .. } => {
                self.expr(value)?;
                if let Some((lower, upper)) = two_part_slice(slice) {
                    self.slice_bounds(slice.loc, lower, upper)?;
                    self.add_i(loc, op::COPY, 3);
                    self.add_i(loc, op::COPY, 3);
                    self.add_i(loc, op::COPY, 3);
                    self.add(loc, op::BINARY_SLICE);
                } else {
                    self.expr(slice)?;
                    self.add_i(loc, op::COPY, 2);
                    self.add_i(loc, op::COPY, 2);
                    self.add_i(loc, op::BINARY_OP, SUBSCR);
                }
            }
            ExprKind::Name { id, .. } => self.name(loc, *id, Context::Load)?,
            _ => return self.error(loc, "illegal expression for augmented assignment"),
        }
        self.expr(operand)?;
        self.add_i(s.loc, op::BINARY_OP, INPLACE + binary_op(operator));
        loc = e.loc;
        match &e.kind {
            ExprKind::Attribute { attr, .. } => {
                loc = self.attribute_loc(loc, e);
                self.add_i(loc, op::SWAP, 2);
                self.add_name(loc, op::STORE_ATTR, *attr);
            }
            ExprKind::Subscript { slice, .. } => {
                if two_part_slice(slice).is_some() {
                    self.add_i(loc, op::SWAP, 4);
                    self.add_i(loc, op::SWAP, 3);
                    self.add_i(loc, op::SWAP, 2);
                    self.add(loc, op::STORE_SLICE);
                } else {
                    self.add_i(loc, op::SWAP, 3);
                    self.add_i(loc, op::SWAP, 2);
                    self.add(loc, op::STORE_SUBSCR);
                }
            }
            ExprKind::Name { id, .. } => self.name(loc, *id, Context::Store)?,
            _ => unreachable!("refused above"),
        }
        Ok(())
    }
}

pub const RESUME_AFTER_YIELD: usize = 1;
pub const RESUME_AFTER_YIELD_FROM: usize = 2;
pub const RESUME_AFTER_AWAIT: usize = 3;

/// Instructions that build a display.
#[derive(Copy, Clone)]
pub struct Display {
    build: Op,
    add: Op,
    extend: Op,
    tuple: bool,
}

impl Display {
    pub const LIST: Display = Display {
        build: op::BUILD_LIST,
        add: op::LIST_APPEND,
        extend: op::LIST_EXTEND,
        tuple: false,
    };
    pub const TUPLE: Display = Display { tuple: true, ..Display::LIST };
    pub const SET: Display =
        Display { build: op::BUILD_SET, add: op::SET_ADD, extend: op::SET_UPDATE, tuple: false };
}

fn jump_on(condition: bool) -> Op {
    if condition { op::POP_JUMP_IF_TRUE } else { op::POP_JUMP_IF_FALSE }
}

fn conversion_arg(conversion: Conversion) -> Option<usize> {
    match conversion {
        Conversion::None => None,
        Conversion::Str => Some(1),
        Conversion::Repr => Some(2),
        Conversion::Ascii => Some(3),
    }
}

/// A slice of constants is a constant.
fn constant_slice(e: &Expr) -> Option<Constant> {
    let ExprKind::Slice { lower, upper, step } = &e.kind else { return None };
    let part = |e: &Option<Box<Expr>>| match e {
        None => Some(Constant::None),
        Some(e) => e.as_constant().cloned(),
    };
    Some(Constant::Slice(Box::new([part(lower)?, part(upper)?, part(step)?])))
}

/// The bounds of a slice that is not constant and has no step.
#[allow(clippy::type_complexity)]
fn two_part_slice(e: &Expr) -> Option<(Option<&Expr>, Option<&Expr>)> {
    match &e.kind {
        ExprKind::Slice { lower, upper, step: None } if constant_slice(e).is_none() => {
            Some((lower.as_deref(), upper.as_deref()))
        }
        _ => None,
    }
}

/// A literal that `is` should not be used with.
fn is_literal(e: &Expr) -> bool {
    match &e.kind {
        ExprKind::Tuple { elts, .. } => elts.iter().all(|e| e.as_constant().is_some()),
        ExprKind::Constant { value, .. } => {
            !matches!(value, Constant::None | Constant::True | Constant::False | Constant::Ellipsis)
        }
        _ => false,
    }
}

/// The type that an expression certainly has.
pub fn type_name(e: &Expr) -> Option<&'static str> {
    Some(match &e.kind {
        ExprKind::Tuple { .. } => "tuple",
        ExprKind::List { .. } | ExprKind::ListComp { .. } => "list",
        ExprKind::Dict { .. } | ExprKind::DictComp { .. } => "dict",
        ExprKind::Set(_) | ExprKind::SetComp { .. } => "set",
        ExprKind::GeneratorExp { .. } => "generator",
        ExprKind::Lambda(_) => "function",
        ExprKind::TemplateStr(_) | ExprKind::Interpolation(_) => "string.templatelib.Template",
        ExprKind::JoinedStr(_) | ExprKind::FormattedValue { .. } => "str",
        ExprKind::Constant { value, .. } => match value {
            Constant::None => "NoneType",
            Constant::True | Constant::False => "bool",
            Constant::Ellipsis => "ellipsis",
            Constant::Int(_) => "int",
            Constant::Float(_) => "float",
            Constant::Complex(..) => "complex",
            Constant::Str(_) => "str",
            Constant::Bytes(_) => "bytes",
            Constant::Tuple(_) => "tuple",
            Constant::FrozenSet(_) => "frozenset",
            Constant::Slice(_) => "slice",
            Constant::Code(_) => "code",
        },
        _ => return None,
    })
}
