//! From the parser's tree to ours: expressions and literals.

use krait_runtime::bytecode::Constant;
use ruff_python_ast as ruff;
use ruff_text_size::{Ranged, TextRange};
use rustpython_wtf8::Wtf8Buf;

use crate::ast::*;
use crate::error::{Failure, Fallible, Warning};
use crate::parse::convert::{Converter, operator};
use crate::parse::literals::{self, BadLiteral, InvalidEscape};

impl Converter<'_> {
    /// The element of a comprehension.
    fn element(&mut self, e: &ruff::Expr) -> Fallible<Box<Expr>> {
        if e.is_starred_expr() {
            let message = "iterable unpacking cannot be used in comprehension";
            return Err(Failure::at(self.loc(e.range()), message));
        }
        self.boxed(e)
    }

    pub fn boxed(&mut self, e: &ruff::Expr) -> Fallible<Box<Expr>> {
        Ok(Box::new(self.expr(e)?))
    }

    pub fn opt_box(&mut self, e: Option<&ruff::Expr>) -> Fallible<Option<Box<Expr>>> {
        e.map(|e| self.boxed(e)).transpose()
    }

    pub fn exprs(&mut self, exprs: &[ruff::Expr]) -> Fallible<Vec<Expr>> {
        exprs.iter().map(|e| self.expr(e)).collect()
    }

    pub fn expr(&mut self, e: &ruff::Expr) -> Fallible<Expr> {
        self.guard.check()?;
        let loc = self.loc(e.range());
        let kind = match e {
            ruff::Expr::BoolOp(e) => ExprKind::BoolOp {
                op: match e.op {
                    ruff::BoolOp::And => BoolOp::And,
                    ruff::BoolOp::Or => BoolOp::Or,
                },
                values: self.exprs(&e.values)?,
            },
            ruff::Expr::Named(e) => {
                ExprKind::NamedExpr { target: self.boxed(&e.target)?, value: self.boxed(&e.value)? }
            }
            ruff::Expr::BinOp(e) => return self.bin_op(e),
            ruff::Expr::UnaryOp(e) => ExprKind::UnaryOp {
                op: match e.op {
                    ruff::UnaryOp::Invert => UnaryOp::Invert,
                    ruff::UnaryOp::Not => UnaryOp::Not,
                    ruff::UnaryOp::UAdd => UnaryOp::UAdd,
                    ruff::UnaryOp::USub => UnaryOp::USub,
                },
                operand: self.boxed(&e.operand)?,
            },
            ruff::Expr::Lambda(e) => ExprKind::Lambda(Box::new(Lambda {
                args: match &e.parameters {
                    Some(parameters) => self.parameters(parameters)?,
                    None => Arguments::default(),
                },
                body: self.expr(&e.body)?,
            })),
            ruff::Expr::If(e) => ExprKind::IfExp(Box::new(IfExp {
                test: self.expr(&e.test)?,
                body: self.expr(&e.body)?,
                orelse: self.expr(&e.orelse)?,
            })),
            ruff::Expr::Dict(e) => {
                let mut keys = Vec::with_capacity(e.items.len());
                let mut values = Vec::with_capacity(e.items.len());
                for item in &e.items {
                    keys.push(item.key.as_ref().map(|k| self.expr(k)).transpose()?);
                    values.push(self.expr(&item.value)?);
                }
                ExprKind::Dict { keys, values }
            }
            ruff::Expr::Set(e) => ExprKind::Set(self.exprs(&e.elts)?),
            ruff::Expr::ListComp(e) => ExprKind::ListComp {
                elt: self.element(&e.elt)?,
                generators: self.generators(&e.generators)?,
            },
            ruff::Expr::SetComp(e) => ExprKind::SetComp {
                elt: self.element(&e.elt)?,
                generators: self.generators(&e.generators)?,
            },
            ruff::Expr::DictComp(e) => {
                let Some(key) = &e.key else {
                    let message = "dict unpacking cannot be used in dict comprehension";
                    let start = e.range().start().to_u32();
                    let stars = self.slice(e.range()).find("**").unwrap_or(0) as u32 + start;
                    return Err(Failure::at(self.lines.loc(stars, stars + 2), message));
                };
                ExprKind::DictComp {
                    key: self.boxed(key)?,
                    value: self.boxed(&e.value)?,
                    generators: self.generators(&e.generators)?,
                }
            }
            ruff::Expr::Generator(e) => ExprKind::GeneratorExp {
                elt: self.element(&e.elt)?,
                generators: self.generators(&e.generators)?,
            },
            ruff::Expr::Await(e) => ExprKind::Await(self.boxed(&e.value)?),
            ruff::Expr::Yield(e) => ExprKind::Yield(self.opt_box(e.value.as_deref())?),
            ruff::Expr::YieldFrom(e) => ExprKind::YieldFrom(self.boxed(&e.value)?),
            ruff::Expr::Compare(e) => ExprKind::Compare {
                left: self.boxed(&e.left)?,
                ops: e.ops.iter().map(|op| cmp_op(*op)).collect(),
                comparators: self.exprs(&e.comparators)?,
            },
            ruff::Expr::Call(e) => {
                let func = self.boxed(&e.func)?;
                let (args, keywords) = self.arguments(&e.arguments)?;
                ExprKind::Call { func, args, keywords }
            }
            ruff::Expr::FString(e) => return self.f_string(e),
            ruff::Expr::TString(e) => return self.t_string(e),
            ruff::Expr::StringLiteral(e) => {
                let mut value = Wtf8Buf::new();
                for part in e.value.iter() {
                    self.string_part(part, &mut value)?;
                }
                let is_u = e.value.is_unicode();
                ExprKind::Constant { value: Constant::Str(value), is_u }
            }
            ruff::Expr::BytesLiteral(e) => {
                let mut value = Vec::new();
                for part in e.value.iter() {
                    let raw = part.flags.prefix().is_raw();
                    let range = part.content_range();
                    let mut invalid = Vec::new();
                    let result =
                        literals::bytes(&self.source[range], raw, &mut value, &mut invalid);
                    self.finish_literal(result, part.range, range, invalid)?;
                }
                constant(Constant::Bytes(value))
            }
            ruff::Expr::NumberLiteral(e) => {
                let value = literals::number(self.slice(e.range))
                    .map_err(|bad| Failure::at(loc, bad.message))?;
                constant(value)
            }
            ruff::Expr::BooleanLiteral(e) => {
                constant(if e.value { Constant::True } else { Constant::False })
            }
            ruff::Expr::NoneLiteral(_) => constant(Constant::None),
            ruff::Expr::EllipsisLiteral(_) => constant(Constant::Ellipsis),
            ruff::Expr::Attribute(e) => ExprKind::Attribute {
                value: self.boxed(&e.value)?,
                attr: self.name(&e.attr),
                ctx: context(e.ctx),
            },
            ruff::Expr::Subscript(e) => ExprKind::Subscript {
                value: self.boxed(&e.value)?,
                slice: self.boxed(&e.slice)?,
                ctx: context(e.ctx),
            },
            ruff::Expr::Starred(e) => {
                ExprKind::Starred { value: self.boxed(&e.value)?, ctx: context(e.ctx) }
            }
            ruff::Expr::Name(e) => {
                ExprKind::Name { id: self.names.intern(e.id.as_str()), ctx: context(e.ctx) }
            }
            ruff::Expr::List(e) => {
                ExprKind::List { elts: self.exprs(&e.elts)?, ctx: context(e.ctx) }
            }
            ruff::Expr::Tuple(e) => {
                ExprKind::Tuple { elts: self.exprs(&e.elts)?, ctx: context(e.ctx) }
            }
            ruff::Expr::Slice(e) => ExprKind::Slice {
                lower: self.opt_box(e.lower.as_deref())?,
                upper: self.opt_box(e.upper.as_deref())?,
                step: self.opt_box(e.step.as_deref())?,
            },
            ruff::Expr::IpyEscapeCommand(_) => return Err(Failure::at(loc, "invalid syntax")),
        };
        Ok(Expr { loc, kind })
    }

    /// `a + b + c + …` nests to the left as deep as it is long, so the left spine is a loop.
    fn bin_op(&mut self, e: &ruff::ExprBinOp) -> Fallible<Expr> {
        let mut spine = vec![e];
        let mut first = &*e.left;
        while let ruff::Expr::BinOp(inner) = first {
            spine.push(inner);
            first = &*inner.left;
        }
        // Giving the tree back recurses.
        if spine.len() > self.guard.levels(SPINE_BYTES) {
            return Err(Failure::recursion());
        }
        let mut left = self.expr(first)?;
        while let Some(e) = spine.pop() {
            let right = self.boxed(&e.right)?;
            let kind = ExprKind::BinOp { left: Box::new(left), op: operator(e.op), right };
            left = Expr { loc: self.loc(e.range), kind };
        }
        Ok(left)
    }

    fn generators(&mut self, generators: &[ruff::Comprehension]) -> Fallible<Vec<Comprehension>> {
        generators
            .iter()
            .map(|g| {
                Ok(Comprehension {
                    target: self.expr(&g.target)?,
                    iter: self.expr(&g.iter)?,
                    ifs: self.exprs(&g.ifs)?,
                    is_async: g.is_async,
                })
            })
            .collect()
    }

    /// Positional and keyword arguments of a call or class.
    pub fn arguments(
        &mut self,
        arguments: &ruff::Arguments,
    ) -> Fallible<(Vec<Expr>, Vec<Keyword>)> {
        let mut args = self.exprs(&arguments.args)?;
        if let ([ruff::Expr::Generator(g)], []) = (&*arguments.args, &*arguments.keywords)
            && !g.parenthesized
        {
            args[0].loc = self.loc(arguments.range);
        }
        let keywords = arguments
            .keywords
            .iter()
            .map(|k| {
                let arg = k.arg.as_ref().map(|arg| self.name(arg));
                Ok(Keyword { loc: self.loc(k.range), arg, value: self.expr(&k.value)? })
            })
            .collect::<Fallible<_>>()?;
        Ok((args, keywords))
    }

    fn string_part(&mut self, part: &ruff::StringLiteral, out: &mut Wtf8Buf) -> Fallible {
        let raw = part.flags.prefix().is_raw();
        let range = part.content_range();
        let mut invalid = Vec::new();
        let result = literals::string(&self.source[range], raw, false, out, &mut invalid);
        self.finish_literal(result, part.range, range, invalid)
    }

    /// Turns a bad literal into an error and invalid escapes into warnings.
    fn finish_literal(
        &mut self,
        result: Result<(), BadLiteral>,
        token: TextRange,
        body: TextRange,
        invalid: Vec<InvalidEscape>,
    ) -> Fallible {
        for escape in invalid {
            let start = body.start().to_u32() + escape.offset as u32;
            let loc = self.lines.loc(start, start + escape.text.len() as u32);
            let what = if escape.octal { "octal escape sequence" } else { "escape sequence" };
            let text = escape.text;
            self.warnings.push(Warning {
                message: format!(
                    "\"{text}\" is an invalid {what}. Such sequences will not work in the future. \
                     Did you mean \"\\{text}\"? A raw string is also an option."
                ),
                lineno: loc.line,
                offset: loc.col + 1,
                end_lineno: loc.end_line,
                end_offset: loc.end_col + 1,
            });
        }
        result.map_err(|bad| Failure::at(self.loc(token), bad.message))
    }

    fn f_string(&mut self, e: &ruff::ExprFString) -> Fallible<Expr> {
        let mut values = Vec::new();
        for part in e.value.as_slice() {
            match part {
                ruff::FStringPart::Literal(literal) => {
                    let mut value = Wtf8Buf::new();
                    self.string_part(literal, &mut value)?;
                    let is_u = literal.flags.prefix().is_unicode();
                    let kind = ExprKind::Constant { value: Constant::Str(value), is_u };
                    values.push(Expr { loc: self.loc(literal.range), kind });
                }
                ruff::FStringPart::FString(f) => {
                    let raw = f.flags.prefix().is_raw();
                    self.elements(&f.elements, raw, false, true, &mut values)?;
                }
            }
        }
        let kind = ExprKind::JoinedStr(merge_constants(values));
        Ok(Expr { loc: self.loc(e.range), kind })
    }

    fn t_string(&mut self, e: &ruff::ExprTString) -> Fallible<Expr> {
        let mut values = Vec::new();
        for part in e.value.as_slice() {
            let raw = part.flags.prefix().is_raw();
            self.elements(&part.elements, raw, false, false, &mut values)?;
        }
        let kind = ExprKind::TemplateStr(merge_constants(values));
        Ok(Expr { loc: self.loc(e.range), kind })
    }

    /// The pieces of an f-string (`is_f`) or t-string, or of a format specification in one.
    fn elements(
        &mut self,
        elements: &[ruff::InterpolatedStringElement],
        raw: bool,
        in_spec: bool,
        is_f: bool,
        out: &mut Vec<Expr>,
    ) -> Fallible {
        for element in elements {
            match element {
                ruff::InterpolatedStringElement::Literal(literal) => {
                    let text = &self.source[literal.range];
                    let mut value = Wtf8Buf::new();
                    let mut invalid = Vec::new();
                    let result = literals::string(text, raw, !in_spec, &mut value, &mut invalid);
                    self.finish_literal(result, literal.range, literal.range, invalid)?;
                    if !value.is_empty() {
                        let loc = self.loc(literal.range);
                        out.push(Expr::constant(loc, Constant::Str(value)));
                    }
                }
                ruff::InterpolatedStringElement::Interpolation(e) => {
                    self.interpolation(e, raw, is_f, out)?;
                }
            }
        }
        Ok(())
    }

    fn interpolation(
        &mut self,
        e: &ruff::InterpolatedElement,
        raw: bool,
        is_f: bool,
        out: &mut Vec<Expr>,
    ) -> Fallible {
        let value = self.expr(&e.expression)?;
        let format_spec = match &e.format_spec {
            None => None,
            Some(spec) => {
                let mut values = Vec::new();
                self.elements(&spec.elements, raw, true, true, &mut values)?;
                let start = spec.range.start().to_u32() - 1;
                let loc = self.lines.loc(start, spec.range.end().to_u32());
                Some(Expr { loc, kind: ExprKind::JoinedStr(merge_constants(values)) })
            }
        };
        let mut conversion = match e.conversion {
            ruff::ConversionFlag::None => Conversion::None,
            ruff::ConversionFlag::Str => Conversion::Str,
            ruff::ConversionFlag::Ascii => Conversion::Ascii,
            ruff::ConversionFlag::Repr => Conversion::Repr,
        };
        let mut text = String::new();
        if let Some(debug) = &e.debug_text {
            // The text after the brace, as it stands, up to what follows the `=`.
            let start = e.range.start().to_usize() + 1;
            let mut end = match &e.format_spec {
                Some(spec) => spec.range.start().to_usize() - 1,
                None => e.range.end().to_usize() - 1,
            };
            if conversion != Conversion::None {
                end = self.source[..end].rfind('!').unwrap_or(end);
            }
            let _ = debug;
            let shown = self.source[start..end].replace("\r\n", "\n").replace('\r', "\n");
            let loc = self.lines.loc(start as u32, end as u32);
            // A template's own text of the expression goes up to the `=`.
            text = shown[..shown.rfind('=').unwrap_or(shown.len())].to_owned();
            out.push(Expr::constant(loc, Constant::Str(shown.into())));
            if conversion == Conversion::None && format_spec.is_none() {
                conversion = Conversion::Repr;
            }
        }
        let loc = self.loc(e.range);
        let kind = if is_f {
            let value = Box::new(value);
            ExprKind::FormattedValue { value, conversion, format_spec: format_spec.map(Box::new) }
        } else {
            let text = if text.is_empty() { self.expression_text(e).into() } else { text.into() };
            ExprKind::Interpolation(Box::new(Interpolation {
                value,
                text,
                conversion,
                format_spec,
            }))
        };
        out.push(Expr { loc, kind });
        Ok(())
    }

    /// The source of a t-string's expression: from the brace to `=`, `!`, `:` or the closing
    /// brace, without the blanks at its end.
    fn expression_text(&self, e: &ruff::InterpolatedElement) -> String {
        let start = e.range.start().to_usize() + 1;
        let mut end = e.range.end().to_usize() - 1;
        if let Some(spec) = &e.format_spec {
            end = spec.range.start().to_usize() - 1;
        }
        if e.conversion != ruff::ConversionFlag::None {
            end = self.source[..end].rfind('!').unwrap_or(end);
        }
        let mut text = self.source[start..end].trim_end();
        if e.debug_text.is_some() {
            text = text.strip_suffix('=').unwrap_or(text).trim_end();
        }
        text.to_owned()
    }
}

/// Stack that dropping one level of a tree takes, generously.
const SPINE_BYTES: usize = 256;

fn constant(value: Constant) -> ExprKind {
    ExprKind::Constant { value, is_u: false }
}

/// Joins neighbouring string constants and drops empty ones.
fn merge_constants(values: Vec<Expr>) -> Vec<Expr> {
    let mut merged: Vec<Expr> = Vec::with_capacity(values.len());
    for value in values {
        if let ExprKind::Constant { value: Constant::Str(text), .. } = &value.kind
            && let Some(last) = merged.last_mut()
            && let ExprKind::Constant { value: Constant::Str(before), .. } = &mut last.kind
        {
            before.push_wtf8(text);
            last.loc.end_line = value.loc.end_line;
            last.loc.end_col = value.loc.end_col;
            continue;
        }
        merged.push(value);
    }
    merged.retain(|e| !matches!(e.as_constant(), Some(Constant::Str(text)) if text.is_empty()));
    merged
}

fn context(ctx: ruff::ExprContext) -> Context {
    match ctx {
        ruff::ExprContext::Load | ruff::ExprContext::Invalid => Context::Load,
        ruff::ExprContext::Store => Context::Store,
        ruff::ExprContext::Del => Context::Del,
    }
}

fn cmp_op(op: ruff::CmpOp) -> CmpOp {
    match op {
        ruff::CmpOp::Eq => CmpOp::Eq,
        ruff::CmpOp::NotEq => CmpOp::NotEq,
        ruff::CmpOp::Lt => CmpOp::Lt,
        ruff::CmpOp::LtE => CmpOp::LtE,
        ruff::CmpOp::Gt => CmpOp::Gt,
        ruff::CmpOp::GtE => CmpOp::GtE,
        ruff::CmpOp::Is => CmpOp::Is,
        ruff::CmpOp::IsNot => CmpOp::IsNot,
        ruff::CmpOp::In => CmpOp::In,
        ruff::CmpOp::NotIn => CmpOp::NotIn,
    }
}
