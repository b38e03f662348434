//! The abstract grammar: the one table that the classes of `_ast` and the conversions between
//! their instances and the tree follow.
//!
//! A section is a sum or a product of the grammar: its name, its position attributes and the Rust
//! type that stands for it. A row is a constructor with its fields, and what it is in the tree:
//! tokens that are a pattern where an object is made, and an expression where one is read. Rows in
//! `@ Variant: Struct { … }` are of a variant that boxes that struct.
//!
//! Fields are written `cardinality type name`. Those that begin with `no_` are not in the tree.

/// Expands `$macro!` with the table.
macro_rules! for_each_type {
    ($macro:path) => {
        $macro! {
            sum r#mod (none) Mod {
                Module(seq stmt body, no_seq type_ignore type_ignores) [Mod::Module(body)];
                Interactive(seq stmt body) [Mod::Interactive(body)];
                Expression(one expr body) [Mod::Expression(body)];
                FunctionType(seq expr argtypes, one expr returns)
                    [Mod::FunctionType { argtypes, returns }];
            }
            sum stmt (range) StmtKind {
                @ FunctionDef: FunctionDef {
                    FunctionDef(one identifier name, one arguments args, seq stmt body,
                        seq expr decorator_list, opt expr returns, no_opt string type_comment,
                        seq type_param type_params)
                        [FunctionDef { name, args, body, decorator_list, returns, type_params,
                            is_async: false }];
                    AsyncFunctionDef(one identifier name, one arguments args, seq stmt body,
                        seq expr decorator_list, opt expr returns, no_opt string type_comment,
                        seq type_param type_params)
                        [FunctionDef { name, args, body, decorator_list, returns, type_params,
                            is_async: true }];
                };
                @ ClassDef: ClassDef {
                    ClassDef(one identifier name, seq expr bases, seq keyword keywords,
                        seq stmt body, seq expr decorator_list, seq type_param type_params)
                        [ClassDef { name, bases, keywords, body, decorator_list, type_params }];
                };
                Return(opt expr value) [StmtKind::Return(value)];
                Delete(seq expr targets) [StmtKind::Delete(targets)];
                Assign(seq expr targets, one expr value, no_opt string type_comment)
                    [StmtKind::Assign { targets, value }];
                TypeAlias(one expr name, seq type_param type_params, one expr value)
                    [StmtKind::TypeAlias { name, type_params, value }];
                AugAssign(one expr target, one operator op, one expr value)
                    [StmtKind::AugAssign { target, op, value }];
                @ AnnAssign: AnnAssign {
                    AnnAssign(one expr target, one expr annotation, opt expr value, one int simple)
                        [AnnAssign { target, annotation, value, simple }];
                };
                @ For: For {
                    For(one expr target, one expr iter, seq stmt body, seq stmt orelse,
                        no_opt string type_comment)
                        [For { target, iter, body, orelse, is_async: false }];
                    AsyncFor(one expr target, one expr iter, seq stmt body, seq stmt orelse,
                        no_opt string type_comment)
                        [For { target, iter, body, orelse, is_async: true }];
                };
                While(one expr test, seq stmt body, seq stmt orelse)
                    [StmtKind::While { test, body, orelse }];
                If(one expr test, seq stmt body, seq stmt orelse)
                    [StmtKind::If { test, body, orelse }];
                With(seq withitem items, seq stmt body, no_opt string type_comment)
                    [StmtKind::With { items, body, is_async: false }];
                AsyncWith(seq withitem items, seq stmt body, no_opt string type_comment)
                    [StmtKind::With { items, body, is_async: true }];
                Match(one expr subject, seq match_case cases) [StmtKind::Match { subject, cases }];
                Raise(opt expr exc, opt expr cause) [StmtKind::Raise { exc, cause }];
                @ Try: Try {
                    Try(seq stmt body, seq excepthandler handlers, seq stmt orelse,
                        seq stmt finalbody)
                        [Try { body, handlers, orelse, finalbody, is_star: false }];
                    TryStar(seq stmt body, seq excepthandler handlers, seq stmt orelse,
                        seq stmt finalbody)
                        [Try { body, handlers, orelse, finalbody, is_star: true }];
                };
                Assert(one expr test, opt expr msg) [StmtKind::Assert { test, msg }];
                Import(seq alias names) [StmtKind::Import(names)];
                ImportFrom(opt identifier module, seq alias names, opt int level)
                    [StmtKind::ImportFrom { module, names, level }];
                Global(seq identifier names) [StmtKind::Global(names)];
                Nonlocal(seq identifier names) [StmtKind::Nonlocal(names)];
                Expr(one expr value) [StmtKind::Expr(value)];
                Pass() [StmtKind::Pass];
                Break() [StmtKind::Break];
                Continue() [StmtKind::Continue];
            }
            sum expr (range) ExprKind {
                BoolOp(one boolop op, seq expr values) [ExprKind::BoolOp { op, values }];
                NamedExpr(one expr target, one expr value) [ExprKind::NamedExpr { target, value }];
                BinOp(one expr left, one operator op, one expr right)
                    [ExprKind::BinOp { left, op, right }];
                UnaryOp(one unaryop op, one expr operand) [ExprKind::UnaryOp { op, operand }];
                @ Lambda: Lambda {
                    Lambda(one arguments args, one expr body) [Lambda { args, body }];
                };
                @ IfExp: IfExp {
                    IfExp(one expr test, one expr body, one expr orelse)
                        [IfExp { test, body, orelse }];
                };
                Dict(opt_seq expr keys, seq expr values) [ExprKind::Dict { keys, values }];
                Set(seq expr elts) [ExprKind::Set(elts)];
                ListComp(one expr elt, seq comprehension generators)
                    [ExprKind::ListComp { elt, generators }];
                SetComp(one expr elt, seq comprehension generators)
                    [ExprKind::SetComp { elt, generators }];
                DictComp(one expr key, one expr value, seq comprehension generators)
                    [ExprKind::DictComp { key, value, generators }];
                GeneratorExp(one expr elt, seq comprehension generators)
                    [ExprKind::GeneratorExp { elt, generators }];
                Await(one expr value) [ExprKind::Await(value)];
                Yield(opt expr value) [ExprKind::Yield(value)];
                YieldFrom(one expr value) [ExprKind::YieldFrom(value)];
                Compare(one expr left, seq cmpop ops, seq expr comparators)
                    [ExprKind::Compare { left, ops, comparators }];
                Call(one expr func, seq expr args, seq keyword keywords)
                    [ExprKind::Call { func, args, keywords }];
                FormattedValue(one expr value, one int conversion, opt expr format_spec)
                    [ExprKind::FormattedValue { value, conversion, format_spec }];
                @ Interpolation: Interpolation {
                    Interpolation(one expr value, one constant str, one int conversion,
                        opt expr format_spec)
                        [Interpolation { value, text: str, conversion, format_spec }];
                };
                JoinedStr(seq expr values) [ExprKind::JoinedStr(values)];
                TemplateStr(seq expr values) [ExprKind::TemplateStr(values)];
                Constant(one constant value, opt string kind)
                    [ExprKind::Constant { value, is_u: kind }];
                Attribute(one expr value, one identifier attr, one expr_context ctx)
                    [ExprKind::Attribute { value, attr, ctx }];
                Subscript(one expr value, one expr slice, one expr_context ctx)
                    [ExprKind::Subscript { value, slice, ctx }];
                Starred(one expr value, one expr_context ctx) [ExprKind::Starred { value, ctx }];
                Name(one identifier id, one expr_context ctx) [ExprKind::Name { id, ctx }];
                List(seq expr elts, one expr_context ctx) [ExprKind::List { elts, ctx }];
                Tuple(seq expr elts, one expr_context ctx) [ExprKind::Tuple { elts, ctx }];
                Slice(opt expr lower, opt expr upper, opt expr step)
                    [ExprKind::Slice { lower, upper, step }];
            }
            sum expr_context (none) Context {
                Load() [Context::Load];
                Store() [Context::Store];
                Del() [Context::Del];
            }
            sum boolop (none) BoolOp {
                And() [BoolOp::And];
                Or() [BoolOp::Or];
            }
            sum operator (none) Operator {
                Add() [Operator::Add];
                Sub() [Operator::Sub];
                Mult() [Operator::Mult];
                MatMult() [Operator::MatMult];
                Div() [Operator::Div];
                Mod() [Operator::Mod];
                Pow() [Operator::Pow];
                LShift() [Operator::LShift];
                RShift() [Operator::RShift];
                BitOr() [Operator::BitOr];
                BitXor() [Operator::BitXor];
                BitAnd() [Operator::BitAnd];
                FloorDiv() [Operator::FloorDiv];
            }
            sum unaryop (none) UnaryOp {
                Invert() [UnaryOp::Invert];
                Not() [UnaryOp::Not];
                UAdd() [UnaryOp::UAdd];
                USub() [UnaryOp::USub];
            }
            sum cmpop (none) CmpOp {
                Eq() [CmpOp::Eq];
                NotEq() [CmpOp::NotEq];
                Lt() [CmpOp::Lt];
                LtE() [CmpOp::LtE];
                Gt() [CmpOp::Gt];
                GtE() [CmpOp::GtE];
                Is() [CmpOp::Is];
                IsNot() [CmpOp::IsNot];
                In() [CmpOp::In];
                NotIn() [CmpOp::NotIn];
            }
            product comprehension (none) Comprehension {
                comprehension(one expr target, one expr iter, seq expr ifs, one int is_async)
                    [Comprehension { target, iter, ifs, is_async }];
            }
            sum excepthandler (range loc) ExceptHandler {
                ExceptHandler(opt expr r#type, opt identifier name, seq stmt body)
                    [ExceptHandler { loc, type_: r#type, name, body }];
            }
            product arguments (none) Arguments {
                arguments(seq arg posonlyargs, seq arg args, opt arg vararg, seq arg kwonlyargs,
                    opt_seq expr kw_defaults, opt arg kwarg, seq expr defaults)
                    [Arguments { posonlyargs, args, vararg, kwonlyargs, kw_defaults, kwarg,
                        defaults }];
            }
            product arg (range loc) Arg {
                arg(one identifier arg, opt expr annotation, no_opt string type_comment)
                    [Arg { loc, name: arg, annotation }];
            }
            product keyword (range loc) Keyword {
                keyword(opt identifier arg, one expr value) [Keyword { loc, arg, value }];
            }
            product alias (range loc) Alias {
                alias(one identifier name, opt identifier asname) [Alias { loc, name, asname }];
            }
            product withitem (none) WithItem {
                withitem(one expr context_expr, opt expr optional_vars)
                    [WithItem { context_expr, optional_vars }];
            }
            product match_case (none) MatchCase {
                match_case(one pattern pattern, opt expr guard, seq stmt body)
                    [MatchCase { pattern, guard, body }];
            }
            sum pattern (exact) PatternKind {
                MatchValue(one expr value) [PatternKind::Value(value)];
                MatchSingleton(one constant value) [PatternKind::Singleton(value)];
                MatchSequence(seq pattern patterns) [PatternKind::Sequence(patterns)];
                MatchMapping(seq expr keys, seq pattern patterns, opt identifier rest)
                    [PatternKind::Mapping { keys, patterns, rest }];
                MatchClass(one expr cls, seq pattern patterns, seq identifier kwd_attrs,
                    seq pattern kwd_patterns)
                    [PatternKind::Class { cls, patterns, kwd_attrs, kwd_patterns }];
                MatchStar(opt identifier name) [PatternKind::Star(name)];
                MatchAs(opt pattern pattern, opt identifier name)
                    [PatternKind::As { pattern, name }];
                MatchOr(seq pattern patterns) [PatternKind::Or(patterns)];
            }
            sum type_ignore (none) TypeIgnore {
                TypeIgnore(one int lineno, one string tag) [TypeIgnore { lineno, tag }];
            }
            sum type_param (exact loc) TypeParam {
                TypeVar(one identifier name, opt expr bound, opt expr default_value)
                    [TypeParam { loc, name, kind: TypeParamKind::TypeVar { bound },
                        default: default_value }];
                ParamSpec(one identifier name, opt expr default_value)
                    [TypeParam { loc, name, kind: TypeParamKind::ParamSpec,
                        default: default_value }];
                TypeVarTuple(one identifier name, opt expr default_value)
                    [TypeParam { loc, name, kind: TypeParamKind::TypeVarTuple,
                        default: default_value }];
            }
        }
    };
}
pub(super) use for_each_type;

/// How often a field's type occurs.
#[allow(non_camel_case_types)]
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Cardinality {
    one,
    opt,
    seq,
    opt_seq,
    no_opt,
    no_seq,
}

impl Cardinality {
    pub fn is_optional(self) -> bool {
        matches!(self, Cardinality::opt | Cardinality::no_opt)
    }

    pub fn is_sequence(self) -> bool {
        matches!(self, Cardinality::seq | Cardinality::opt_seq | Cardinality::no_seq)
    }

    /// What stands behind the type in the grammar.
    fn suffix(self) -> &'static str {
        match self {
            Cardinality::one => "",
            Cardinality::opt | Cardinality::no_opt => "?",
            Cardinality::seq | Cardinality::no_seq => "*",
            Cardinality::opt_seq => "?*",
        }
    }
}

pub struct Field {
    pub name: &'static str,
    pub type_name: &'static str,
    pub cardinality: Cardinality,
}

pub struct Constructor {
    pub name: &'static str,
    pub fields: &'static [Field],
}

/// The positions that nodes of a type have.
#[allow(non_camel_case_types)]
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Positions {
    none,
    /// The end may be left out.
    range,
    /// The end must be given.
    exact,
}

/// A sum or product of the grammar.
pub struct TypeInfo {
    pub name: &'static str,
    pub is_sum: bool,
    pub positions: Positions,
    pub constructors: &'static [Constructor],
}

/// The attributes of nodes with a position.
pub const POSITIONS: [&str; 4] = ["lineno", "col_offset", "end_lineno", "end_col_offset"];

/// The name of a field that is a keyword of Rust.
pub const fn plain(name: &'static str) -> &'static str {
    match name.as_bytes() {
        [b'r', b'#', ..] => name.split_at(2).1,
        _ => name,
    }
}

impl Constructor {
    /// As in the grammar, and in `__doc__`.
    pub fn grammar(&self) -> String {
        if self.fields.is_empty() {
            return self.name.to_owned();
        }
        let field = |f: &Field| format!("{}{} {}", f.type_name, f.cardinality.suffix(), f.name);
        let fields: Vec<String> = self.fields.iter().map(field).collect();
        format!("{}({})", self.name, fields.join(", "))
    }
}

impl TypeInfo {
    pub fn grammar(&self) -> String {
        let parts: Vec<String> = self.constructors.iter().map(Constructor::grammar).collect();
        let simple = self.constructors.iter().all(|c| c.fields.is_empty());
        let separator = if simple {
            " | ".to_owned()
        } else {
            format!("\n{}| ", " ".repeat(self.name.len() + 1))
        };
        format!("{} = {}", self.name, parts.join(&separator))
    }
}

macro_rules! is_sum {
    (sum) => {
        true
    };
    (product) => {
        false
    };
}
pub(super) use is_sum;

macro_rules! tables {
    ($($kind:ident $type_name:ident ($positions:ident $($loc:ident)?) $rust:ident {
        $(
            $(@ $variant:ident: $inner:ident {
                $($in_name:ident($($in_card:ident $in_type:ident $in_field:ident),*) [$($in_pattern:tt)*];)*
            })?
            $($name:ident($($card:ident $field_type:ident $field:ident),*) [$($pattern:tt)*])?
        ;)*
    })*) => {
        /// Every type of the grammar.
        pub static TYPES: &[TypeInfo] = &[$(TypeInfo {
            name: plain(stringify!($type_name)),
            is_sum: is_sum!($kind),
            positions: Positions::$positions,
            constructors: &[$(
                $($(Constructor {
                    name: stringify!($in_name),
                    fields: &[$(Field {
                        name: plain(stringify!($in_field)),
                        type_name: stringify!($in_type),
                        cardinality: Cardinality::$in_card,
                    },)*],
                },)*)?
                $(Constructor {
                    name: stringify!($name),
                    fields: &[$(Field {
                        name: plain(stringify!($field)),
                        type_name: stringify!($field_type),
                        cardinality: Cardinality::$card,
                    },)*],
                },)?
            )*],
        },)*];

        /// The constructors, in the order of the table.
        #[allow(non_camel_case_types, clippy::enum_variant_names)]
        #[repr(u8)]
        #[derive(Copy, Clone, PartialEq, Eq, Debug)]
        pub enum Class { $($($($($in_name,)*)? $($name,)?)*)* }

        impl Class {
            pub const ALL: &'static [Class] = &[$($($($(Class::$in_name,)*)? $(Class::$name,)?)*)*];

            pub const fn name(self) -> &'static str {
                match self { $($($($(Class::$in_name => stringify!($in_name),)*)? $(Class::$name => stringify!($name),)?)*)* }
            }
        }
    };
}

for_each_type!(tables);
