//! Expressions back to source, for annotations that are strings (PEP 563).
//!
//! Spacing, parentheses and quotes are CPython's: the text is visible as `__annotations__`.

use krait_runtime::bytecode::Constant;
use rustpython_wtf8::{Wtf8, Wtf8Buf};

use crate::ast::*;

/// How tightly an expression binds.
mod level {
    pub const NAMED: u8 = 0;
    pub const TUPLE: u8 = 1;
    pub const TEST: u8 = 2;
    pub const OR: u8 = 3;
    pub const AND: u8 = 4;
    pub const NOT: u8 = 5;
    pub const CMP: u8 = 6;
    pub const EXPR: u8 = 7;
    pub const BXOR: u8 = 8;
    pub const BAND: u8 = 9;
    pub const SHIFT: u8 = 10;
    pub const ARITH: u8 = 11;
    pub const TERM: u8 = 12;
    pub const FACTOR: u8 = 13;
    pub const POWER: u8 = 14;
    pub const AWAIT: u8 = 15;
    pub const ATOM: u8 = 16;
}

/// The source of `e`.
pub fn unparse(e: &Expr, names: &Names) -> Wtf8Buf {
    let mut writer = Writer { out: Wtf8Buf::new(), names };
    writer.expr(e, level::TEST);
    writer.out
}

struct Writer<'n> {
    out: Wtf8Buf,
    names: &'n Names,
}

impl Writer<'_> {
    fn str(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn name(&mut self, name: Name) {
        self.out.push_str(self.names.text(name));
    }

    fn parenthesized(&mut self, condition: bool, write: impl FnOnce(&mut Self)) {
        if condition {
            self.str("(");
        }
        write(self);
        if condition {
            self.str(")");
        }
    }

    fn list(&mut self, exprs: &[Expr], level: u8) {
        for (i, e) in exprs.iter().enumerate() {
            if i > 0 {
                self.str(", ");
            }
            self.expr(e, level);
        }
    }

    fn expr(&mut self, e: &Expr, level: u8) {
        match &e.kind {
            ExprKind::BoolOp { op, values } => {
                let (text, own) = match op {
                    BoolOp::And => (" and ", level::AND),
                    BoolOp::Or => (" or ", level::OR),
                };
                self.parenthesized(level > own, |w| {
                    for (i, value) in values.iter().enumerate() {
                        if i > 0 {
                            w.str(text);
                        }
                        w.expr(value, own + 1);
                    }
                });
            }
            ExprKind::NamedExpr { target, value } => {
                self.parenthesized(level > level::NAMED, |w| {
                    w.expr(target, level::ATOM);
                    w.str(" := ");
                    w.expr(value, level::ATOM);
                });
            }
            ExprKind::BinOp { left, op, right } => {
                let (text, own) = operator(*op);
                let right_associative = u8::from(*op == Operator::Pow);
                self.parenthesized(level > own, |w| {
                    w.expr(left, own + right_associative);
                    w.str(text);
                    w.expr(right, own + 1 - right_associative);
                });
            }
            ExprKind::UnaryOp { op, operand } => {
                let (text, own) = match op {
                    UnaryOp::Invert => ("~", level::FACTOR),
                    UnaryOp::Not => ("not ", level::NOT),
                    UnaryOp::UAdd => ("+", level::FACTOR),
                    UnaryOp::USub => ("-", level::FACTOR),
                };
                self.parenthesized(level > own, |w| {
                    w.str(text);
                    w.expr(operand, own);
                });
            }
            ExprKind::Lambda(lambda) => self.parenthesized(level > level::TEST, |w| {
                let args = &lambda.args;
                let any = !args.posonlyargs.is_empty()
                    || !args.args.is_empty()
                    || !args.kwonlyargs.is_empty()
                    || args.vararg.is_some()
                    || args.kwarg.is_some();
                w.str(if any { "lambda " } else { "lambda" });
                w.arguments(args);
                w.str(": ");
                w.expr(&lambda.body, level::TEST);
            }),
            ExprKind::IfExp(i) => self.parenthesized(level > level::TEST, |w| {
                w.expr(&i.body, level::TEST + 1);
                w.str(" if ");
                w.expr(&i.test, level::TEST + 1);
                w.str(" else ");
                w.expr(&i.orelse, level::TEST);
            }),
            ExprKind::Dict { keys, values } => {
                self.str("{");
                for (i, (key, value)) in keys.iter().zip(values).enumerate() {
                    if i > 0 {
                        self.str(", ");
                    }
                    match key {
                        Some(key) => {
                            self.expr(key, level::TEST);
                            self.str(": ");
                            self.expr(value, level::TEST);
                        }
                        None => {
                            self.str("**");
                            self.expr(value, level::EXPR);
                        }
                    }
                }
                self.str("}");
            }
            ExprKind::Set(elts) => {
                self.str("{");
                self.list(elts, level::TEST);
                self.str("}");
            }
            ExprKind::GeneratorExp { elt, generators } => {
                self.comprehension("(", elt, None, generators, ")");
            }
            ExprKind::ListComp { elt, generators } => {
                self.comprehension("[", elt, None, generators, "]");
            }
            ExprKind::SetComp { elt, generators } => {
                self.comprehension("{", elt, None, generators, "}");
            }
            ExprKind::DictComp { key, value, generators } => {
                self.comprehension("{", key, Some(value), generators, "}");
            }
            ExprKind::Await(value) => self.parenthesized(level > level::AWAIT, |w| {
                w.str("await ");
                w.expr(value, level::ATOM);
            }),
            ExprKind::Yield(None) => self.str("(yield)"),
            ExprKind::Yield(Some(value)) => {
                self.str("(yield ");
                self.expr(value, level::TEST);
                self.str(")");
            }
            ExprKind::YieldFrom(value) => {
                self.str("(yield from ");
                self.expr(value, level::TEST);
                self.str(")");
            }
            ExprKind::Compare { left, ops, comparators } => {
                self.parenthesized(level > level::CMP, |w| {
                    w.expr(left, level::CMP + 1);
                    for (op, right) in ops.iter().zip(comparators) {
                        w.str(comparison(*op));
                        w.expr(right, level::CMP + 1);
                    }
                });
            }
            ExprKind::Call { func, args, keywords } => {
                self.expr(func, level::ATOM);
                if let ([arg], []) = (args.as_slice(), keywords.as_slice())
                    && matches!(arg.kind, ExprKind::GeneratorExp { .. })
                {
                    self.expr(arg, level::TEST);
                    return;
                }
                self.str("(");
                self.list(args, level::TEST);
                for (i, keyword) in keywords.iter().enumerate() {
                    if i > 0 || !args.is_empty() {
                        self.str(", ");
                    }
                    match keyword.arg {
                        Some(arg) => {
                            self.name(arg);
                            self.str("=");
                        }
                        None => self.str("**"),
                    }
                    self.expr(&keyword.value, level::TEST);
                }
                self.str(")");
            }
            ExprKind::JoinedStr(values) => self.interpolated("f", values),
            ExprKind::TemplateStr(values) => self.interpolated("t", values),
            ExprKind::FormattedValue { .. } | ExprKind::Interpolation(_) => {
                self.interpolated("f", std::slice::from_ref(e));
            }
            ExprKind::Constant { value, is_u } => {
                if *is_u {
                    self.str("u");
                }
                let text = constant_repr(value);
                self.out.push_wtf8(&text);
            }
            ExprKind::Attribute { value, attr, .. } => {
                self.expr(value, level::ATOM);
                // Else `1.real` would be a float.
                let is_int = matches!(value.as_constant(), Some(Constant::Int(_)));
                self.str(if is_int { " ." } else { "." });
                self.name(*attr);
            }
            ExprKind::Subscript { value, slice, .. } => {
                self.expr(value, level::ATOM);
                self.str("[");
                self.expr(slice, level::TUPLE);
                self.str("]");
            }
            ExprKind::Starred { value, .. } => {
                self.str("*");
                self.expr(value, level::EXPR);
            }
            ExprKind::Name { id, .. } => self.name(*id),
            ExprKind::List { elts, .. } => {
                self.str("[");
                self.list(elts, level::TEST);
                self.str("]");
            }
            ExprKind::Tuple { elts, .. } if elts.is_empty() => self.str("()"),
            ExprKind::Tuple { elts, .. } => self.parenthesized(level > level::TUPLE, |w| {
                w.list(elts, level::TEST);
                if elts.len() == 1 {
                    w.str(",");
                }
            }),
            ExprKind::Slice { lower, upper, step } => {
                if let Some(lower) = lower {
                    self.expr(lower, level::TEST);
                }
                self.str(":");
                if let Some(upper) = upper {
                    self.expr(upper, level::TEST);
                }
                if let Some(step) = step {
                    self.str(":");
                    self.expr(step, level::TEST);
                }
            }
        }
    }

    fn comprehension(
        &mut self,
        open: &str,
        elt: &Expr,
        value: Option<&Expr>,
        generators: &[Comprehension],
        close: &str,
    ) {
        self.str(open);
        self.expr(elt, level::TEST);
        if let Some(value) = value {
            self.str(": ");
            self.expr(value, level::TEST);
        }
        for generator in generators {
            self.str(if generator.is_async { " async for " } else { " for " });
            self.expr(&generator.target, level::TUPLE);
            self.str(" in ");
            self.expr(&generator.iter, level::TEST + 1);
            for condition in &generator.ifs {
                self.str(" if ");
                self.expr(condition, level::TEST + 1);
            }
        }
        self.str(close);
    }

    fn arguments(&mut self, args: &Arguments) {
        let positional: Vec<&Arg> = args.posonlyargs.iter().chain(&args.args).collect();
        let first_default = positional.len() - args.defaults.len();
        let mut first = true;
        let mut comma = |w: &mut Self| {
            if !std::mem::take(&mut first) {
                w.str(", ");
            }
        };
        for (i, arg) in positional.iter().enumerate() {
            comma(self);
            self.name(arg.name);
            if let Some(default) = i.checked_sub(first_default) {
                self.str("=");
                self.expr(&args.defaults[default], level::TEST);
            }
            if i + 1 == args.posonlyargs.len() {
                self.str(", /");
            }
        }
        if args.vararg.is_some() || !args.kwonlyargs.is_empty() {
            comma(self);
            self.str("*");
            if let Some(arg) = &args.vararg {
                self.name(arg.name);
            }
        }
        for (arg, default) in args.kwonlyargs.iter().zip(&args.kw_defaults) {
            comma(self);
            self.name(arg.name);
            if let Some(default) = default {
                self.str("=");
                self.expr(default, level::TEST);
            }
        }
        if let Some(arg) = &args.kwarg {
            comma(self);
            self.str("**");
            self.name(arg.name);
        }
    }

    fn interpolated(&mut self, prefix: &str, values: &[Expr]) {
        let mut body = Wtf8Buf::new();
        for value in values {
            self.interpolated_part(&mut body, value);
        }
        self.str(prefix);
        let text = str_repr(&body);
        self.out.push_wtf8(&text);
    }

    fn interpolated_part(&self, body: &mut Wtf8Buf, e: &Expr) {
        let (value, conversion, spec) = match &e.kind {
            ExprKind::Constant { value: Constant::Str(text), .. } => {
                for c in text.code_points() {
                    body.push(c);
                    if c == '{' || c == '}' {
                        body.push(c);
                    }
                }
                return;
            }
            ExprKind::JoinedStr(values) => {
                for value in values {
                    self.interpolated_part(body, value);
                }
                return;
            }
            ExprKind::FormattedValue { value, conversion, format_spec } => {
                (&**value, *conversion, format_spec.as_deref())
            }
            ExprKind::Interpolation(i) => (&i.value, i.conversion, i.format_spec.as_ref()),
            _ => return,
        };
        let mut inner = Writer { out: Wtf8Buf::new(), names: self.names };
        inner.expr(value, level::TEST + 1);
        body.push_str(if inner.out.as_bytes().starts_with(b"{") { "{ " } else { "{" });
        body.push_wtf8(&inner.out);
        body.push_str(match conversion {
            Conversion::None => "",
            Conversion::Str => "!s",
            Conversion::Repr => "!r",
            Conversion::Ascii => "!a",
        });
        if let Some(spec) = spec {
            body.push_str(":");
            self.interpolated_part(body, spec);
        }
        body.push_str("}");
    }
}

fn operator(op: Operator) -> (&'static str, u8) {
    match op {
        Operator::Add => (" + ", level::ARITH),
        Operator::Sub => (" - ", level::ARITH),
        Operator::Mult => (" * ", level::TERM),
        Operator::MatMult => (" @ ", level::TERM),
        Operator::Div => (" / ", level::TERM),
        Operator::Mod => (" % ", level::TERM),
        Operator::FloorDiv => (" // ", level::TERM),
        Operator::LShift => (" << ", level::SHIFT),
        Operator::RShift => (" >> ", level::SHIFT),
        Operator::BitOr => (" | ", level::EXPR),
        Operator::BitXor => (" ^ ", level::BXOR),
        Operator::BitAnd => (" & ", level::BAND),
        Operator::Pow => (" ** ", level::POWER),
    }
}

fn comparison(op: CmpOp) -> &'static str {
    match op {
        CmpOp::Eq => " == ",
        CmpOp::NotEq => " != ",
        CmpOp::Lt => " < ",
        CmpOp::LtE => " <= ",
        CmpOp::Gt => " > ",
        CmpOp::GtE => " >= ",
        CmpOp::Is => " is ",
        CmpOp::IsNot => " is not ",
        CmpOp::In => " in ",
        CmpOp::NotIn => " not in ",
    }
}

/// `repr()` of a constant, with infinities as literals that evaluate to them.
pub fn constant_repr(value: &Constant) -> Wtf8Buf {
    const INFINITY: &str = "1e309";
    match krait_runtime::bytecode::repr::constant(value) {
        _ if *value == Constant::Ellipsis => "...".into(),
        text if matches!(value, Constant::Float(_) | Constant::Complex(..)) => {
            text.to_string().replace("inf", INFINITY).into()
        }
        text => text,
    }
}

fn str_repr(text: &Wtf8) -> Wtf8Buf {
    krait_runtime::bytecode::repr::string(text)
}
