//! From the tree to objects and back, row by row of the grammar's table.
//!
//! [`Convert`] says how a Rust type stands for a field's type and cardinality. Its implementations
//! for the node types are expanded from the table, so a tree that does not fit the grammar does
//! not compile.

use std::cell::RefCell;
use std::collections::HashMap;

use krait_runtime::bytecode::Constant;
use krait_runtime::error::PyResult;
use krait_runtime::object::{Object, Type, ValueExt, attributes, get_attr_or_none};
use krait_runtime::types::list::List;
use krait_runtime::types::str::Str;
use krait_runtime::types::{code, int};
use krait_runtime::{Raised, Thread, Value, ops, raise, state, types};
use rustpython_wtf8::Wtf8Buf;

use super::asdl::{self, Class, Positions, for_each_type, plain};
use super::classes::Classes;
use crate::ast::*;
use crate::error::StackGuard;

/// The `ast` object of a tree.
pub fn to_object(th: &Thread, tree: &Tree, guard: StackGuard) -> PyResult<Value> {
    let classes = Classes::get(th)?;
    let names = RefCell::new(Vec::new());
    let writer = Writer { th, classes, tree_names: &tree.names, names, guard };
    tree.body.write(&writer)
}

/// The tree of an `ast` object. Raises `TypeError` or `ValueError` where it is none.
pub fn from_object(th: &Thread, v: Value, guard: StackGuard) -> PyResult<Tree> {
    let classes = Classes::get(th)?;
    let by_address = Class::ALL.iter().map(|c| (address(classes.class(*c)), *c)).collect();
    let names = RefCell::new(Names::default());
    let reader = Reader { th, by_address, names, guard };
    let body =
        Mod::read(&reader, Some(v), Place { class: "compile", field: "source", item: false })?;
    Ok(Tree { names: reader.names.into_inner(), body })
}

/// What tells classes apart; they do not move.
fn address(class: &Type) -> usize {
    std::ptr::from_ref(class) as usize
}

struct Writer<'t> {
    th: &'t Thread,
    classes: Classes,
    tree_names: &'t Names,
    /// The strings of the tree's names, as far as they were needed.
    names: RefCell<Vec<Option<Value>>>,
    guard: StackGuard,
}

impl Writer<'_> {
    fn check(&self) -> PyResult<()> {
        let message = "maximum recursion depth exceeded during ast construction";
        self.guard.check().map_err(|_| raise!(self.th, RecursionError, "{message}"))
    }

    /// A node with the values of its fields.
    fn node(&self, class: Class, values: &[Value]) -> Value {
        if let Some(v) = self.classes.singleton(class) {
            return v;
        }
        let v = types::object::alloc_instance(self.th, self.classes.class(class));
        for (name, value) in self.classes.fields(class).iter().zip(values) {
            attributes::set_own_attribute(self.th, v, *name, *value);
        }
        v
    }

    fn located(&self, v: Value, loc: Loc) -> Value {
        let numbers = [loc.line, loc.col, loc.end_line, loc.end_col];
        for (name, n) in self.classes.positions.values().iter().zip(numbers) {
            attributes::set_own_attribute(self.th, v, *name, Value::from_i32(n));
        }
        v
    }

    fn name(&self, name: Name) -> Value {
        let mut names = self.names.borrow_mut();
        let i = name.0 as usize;
        if i >= names.len() {
            names.resize(i + 1, None);
        }
        *names[i].get_or_insert_with(|| state::intern(self.th, self.tree_names.text(name)))
    }
}

/// Where a value that is read stands, for messages.
#[derive(Copy, Clone)]
struct Place {
    class: &'static str,
    field: &'static str,
    /// In a list.
    item: bool,
}

impl Place {
    fn missing(self, th: &Thread) -> Raised {
        raise!(th, TypeError, "required field \"{}\" missing from {}", self.field, self.class)
    }

    /// `None` where a value is needed.
    fn none(self, th: &Thread, type_name: &str) -> Raised {
        if !self.item {
            return raise!(th, ValueError, "field '{}' is required for {}", self.field, self.class);
        }
        let kind = match type_name {
            "stmt" => "statement",
            "expr" => "expression",
            other => other,
        };
        raise!(th, ValueError, "None disallowed in {kind} list")
    }
}

struct Reader<'t> {
    th: &'t Thread,
    by_address: HashMap<usize, Class>,
    names: RefCell<Names>,
    guard: StackGuard,
}

impl Reader<'_> {
    /// The first class of the grammar among those of `v`.
    fn class_of(&self, v: Value) -> Option<Class> {
        let classes = v.class().mro().values().iter().filter_map(|c| c.cast::<Type>());
        classes.into_iter().find_map(|c| self.by_address.get(&address(c)).copied())
    }

    fn check(&self, type_name: &str) -> PyResult<()> {
        self.guard.check().map_err(|_| {
            raise!(
                self.th,
                RecursionError,
                "maximum recursion depth exceeded while traversing '{type_name}' node"
            )
        })
    }

    fn attribute(&self, v: Value, name: &str) -> PyResult<Option<Value>> {
        get_attr_or_none(self.th, v, state::intern(self.th, name))
    }

    fn int(&self, v: Value) -> PyResult<i32> {
        if !int::is_int(v) {
            let shown = ops::repr_string(self.th, v)?;
            return Err(raise!(self.th, ValueError, "invalid integer value: {shown}"));
        }
        int::to_i64(v).and_then(|i| i32::try_from(i).ok()).ok_or_else(|| {
            raise!(self.th, OverflowError, "Python int too large to convert to C int")
        })
    }

    /// The position of a node of type `class`; where its end is missing it is where it starts.
    fn loc(&self, v: Value, class: &'static str, positions: Positions) -> PyResult<Loc> {
        if positions == Positions::none {
            return Ok(Loc::default());
        }
        let required = |field| match self.attribute(v, field)? {
            Some(i) => self.int(i),
            None => Err(Place { class, field, item: false }.missing(self.th)),
        };
        let (line, col) = (required("lineno")?, required("col_offset")?);
        let end = |field, start| match self.attribute(v, field)? {
            Some(i) if !i.is_none() => self.int(i),
            _ if positions == Positions::exact => required(field),
            _ => Ok(start),
        };
        let (end_line, end_col) = (end("end_lineno", line)?, end("end_col_offset", col)?);
        Ok(Loc { line, end_line, col, end_col })
    }

    fn unexpected(&self, type_name: &str, v: Value) -> PyResult<Raised> {
        let shown = ops::repr_string(self.th, v)?;
        Ok(raise!(self.th, TypeError, "expected some sort of {type_name}, but got {shown}"))
    }
}

/// Cardinalities of a type of the grammar.
struct One<T>(T);
struct Opt<T>(T);
struct Seq<T>(T);
struct OptSeq<T>(T);

/// The types of the grammar, as names only.
#[allow(non_camel_case_types, dead_code)]
mod marker {
    pub struct identifier;
    pub struct string;
    pub struct int;
    pub struct constant;
    pub struct r#mod;
    pub struct stmt;
    pub struct expr;
    pub struct expr_context;
    pub struct boolop;
    pub struct operator;
    pub struct unaryop;
    pub struct cmpop;
    pub struct comprehension;
    pub struct excepthandler;
    pub struct arguments;
    pub struct arg;
    pub struct keyword;
    pub struct alias;
    pub struct withitem;
    pub struct match_case;
    pub struct pattern;
    pub struct type_ignore;
    pub struct type_param;
}

/// How `Self` stands for a field of type `T`, which has its cardinality around it.
trait Convert<T>: Sized {
    fn write(&self, w: &Writer) -> PyResult<Value>;

    /// `v` is missing where the object does not have the attribute.
    fn read(r: &Reader, v: Option<Value>, at: Place) -> PyResult<Self>;
}

impl<M, T: Convert<One<M>>> Convert<One<M>> for Box<T> {
    fn write(&self, w: &Writer) -> PyResult<Value> {
        (**self).write(w)
    }

    fn read(r: &Reader, v: Option<Value>, at: Place) -> PyResult<Box<T>> {
        T::read(r, v, at).map(Box::new)
    }
}

impl<M, T: Convert<One<M>>> Convert<Opt<M>> for Option<T> {
    fn write(&self, w: &Writer) -> PyResult<Value> {
        self.as_ref().map_or(Ok(Value::NONE), |t| t.write(w))
    }

    fn read(r: &Reader, v: Option<Value>, at: Place) -> PyResult<Option<T>> {
        match v {
            Some(v) if !v.is_none() => T::read(r, Some(v), at).map(Some),
            _ => Ok(None),
        }
    }
}

/// The items of a list field, which may be missing.
fn read_list<T>(
    r: &Reader,
    v: Option<Value>,
    at: Place,
    item: impl Fn(Value, Place) -> PyResult<T>,
) -> PyResult<Vec<T>> {
    let Some(v) = v else { return Ok(Vec::new()) };
    let Some(list) = v.cast::<List>() else {
        return Err(raise!(
            r.th,
            TypeError,
            "{} field \"{}\" must be a list, not a {}",
            at.class,
            at.field,
            v.type_name()
        ));
    };
    let (mut items, len) = (Vec::new(), list.len());
    for i in 0..len {
        // Reading an item may run Python code.
        let v = list.get(i).filter(|_| list.len() == len).ok_or_else(|| {
            let Place { class, field, .. } = at;
            raise!(r.th, RuntimeError, "{class} field \"{field}\" changed size during iteration")
        })?;
        items.push(item(v, Place { item: true, ..at })?);
    }
    Ok(items)
}

impl<M, T: Convert<One<M>>> Convert<Seq<M>> for Vec<T> {
    fn write(&self, w: &Writer) -> PyResult<Value> {
        let items: Vec<Value> = self.iter().map(|t| t.write(w)).collect::<PyResult<_>>()?;
        Ok(List::new(w.th, &items).value())
    }

    fn read(r: &Reader, v: Option<Value>, at: Place) -> PyResult<Vec<T>> {
        read_list(r, v, at, |v, at| T::read(r, Some(v), at))
    }
}

impl<M, T: Convert<One<M>>> Convert<OptSeq<M>> for Vec<Option<T>> {
    fn write(&self, w: &Writer) -> PyResult<Value> {
        let items: Vec<Value> = self.iter().map(|t| t.write(w)).collect::<PyResult<_>>()?;
        Ok(List::new(w.th, &items).value())
    }

    fn read(r: &Reader, v: Option<Value>, at: Place) -> PyResult<Vec<Option<T>>> {
        read_list(r, v, at, |v, at| <Option<T> as Convert<Opt<M>>>::read(r, Some(v), at))
    }
}

impl Convert<One<marker::identifier>> for Name {
    fn write(&self, w: &Writer) -> PyResult<Value> {
        Ok(w.name(*self))
    }

    fn read(r: &Reader, v: Option<Value>, at: Place) -> PyResult<Name> {
        let v = v.ok_or_else(|| at.missing(r.th))?;
        if v.is_none() {
            return Err(at.none(r.th, "identifier"));
        }
        match v.cast::<Str>().filter(|_| std::ptr::eq(v.class(), types::str::DEF.made())) {
            Some(s) => Ok(r.names.borrow_mut().intern(&s.to_utf8(r.th)?)),
            None => Err(raise!(r.th, TypeError, "AST identifier must be of type str")),
        }
    }
}

impl Convert<One<marker::int>> for i32 {
    fn write(&self, _: &Writer) -> PyResult<Value> {
        Ok(Value::from_i32(*self))
    }

    fn read(r: &Reader, v: Option<Value>, at: Place) -> PyResult<i32> {
        r.int(v.ok_or_else(|| at.missing(r.th))?)
    }
}

impl Convert<One<marker::int>> for bool {
    fn write(&self, _: &Writer) -> PyResult<Value> {
        Ok(Value::from_i32(i32::from(*self)))
    }

    fn read(r: &Reader, v: Option<Value>, at: Place) -> PyResult<bool> {
        <i32 as Convert<One<marker::int>>>::read(r, v, at).map(|i| i != 0)
    }
}

/// The level of a relative import.
impl Convert<Opt<marker::int>> for u32 {
    fn write(&self, _: &Writer) -> PyResult<Value> {
        Ok(Value::from_i32(*self as i32))
    }

    fn read(r: &Reader, v: Option<Value>, at: Place) -> PyResult<u32> {
        let level: Option<i32> = Convert::<Opt<marker::int>>::read(r, v, at)?;
        u32::try_from(level.unwrap_or(0))
            .map_err(|_| raise!(r.th, ValueError, "Negative ImportFrom level"))
    }
}

/// Conversions are the letter's number, or -1.
impl Convert<One<marker::int>> for Conversion {
    fn write(&self, _: &Writer) -> PyResult<Value> {
        Ok(Value::from_i32(match self {
            Conversion::None => -1,
            Conversion::Str => i32::from(b's'),
            Conversion::Repr => i32::from(b'r'),
            Conversion::Ascii => i32::from(b'a'),
        }))
    }

    fn read(r: &Reader, v: Option<Value>, at: Place) -> PyResult<Conversion> {
        let number = <i32 as Convert<One<marker::int>>>::read(r, v, at)?;
        Ok(match u8::try_from(number) {
            Err(_) if number == -1 => Conversion::None,
            Ok(b's') => Conversion::Str,
            Ok(b'r') => Conversion::Repr,
            Ok(b'a') => Conversion::Ascii,
            _ => {
                let message = "Unrecognized conversion character";
                return Err(raise!(r.th, SystemError, "{message} {number}"));
            }
        })
    }
}

impl Convert<One<marker::constant>> for Constant {
    fn write(&self, w: &Writer) -> PyResult<Value> {
        Ok(code::constant(w.th, self))
    }

    fn read(r: &Reader, v: Option<Value>, at: Place) -> PyResult<Constant> {
        let v = v.ok_or_else(|| at.missing(r.th))?;
        match find_invalid(r.th, v)? {
            None => code::to_constant(r.th, v),
            Some(name) => Err(raise!(r.th, TypeError, "got an invalid type in Constant: {name}")),
        }
    }
}

/// The name of the first type in `v` that constants cannot have.
fn find_invalid(th: &Thread, v: Value) -> PyResult<Option<String>> {
    let class = v.class();
    let is = |def: &'static krait_runtime::object::TypeDef| std::ptr::eq(class, def.class(th));
    if is(&types::tuple::DEF) || is(&types::set::FROZEN) {
        for item in ops::collect(th, v)? {
            if let Some(name) = find_invalid(th, item)? {
                return Ok(Some(name));
            }
        }
        return Ok(None);
    }
    let simple = v.is_none()
        || matches!(v, Value::TRUE | Value::FALSE | Value::ELLIPSIS)
        || is(&types::int::DEF)
        || is(&types::float::DEF)
        || is(&types::complex::DEF)
        || is(&types::str::DEF)
        || is(&types::bytes::DEF);
    Ok(if simple { None } else { Some(class.name_string()) })
}

/// The source text of an interpolation.
impl Convert<One<marker::constant>> for Wtf8Buf {
    fn write(&self, w: &Writer) -> PyResult<Value> {
        Ok(Str::from_wtf8(w.th, self).value())
    }

    fn read(r: &Reader, v: Option<Value>, at: Place) -> PyResult<Wtf8Buf> {
        match <Constant as Convert<One<marker::constant>>>::read(r, v, at)? {
            Constant::Str(text) => Ok(text),
            _ => Err(raise!(r.th, TypeError, "AST string must be of type str")),
        }
    }
}

impl Convert<One<marker::string>> for String {
    fn write(&self, w: &Writer) -> PyResult<Value> {
        Ok(Str::new(w.th, self).value())
    }

    fn read(r: &Reader, v: Option<Value>, at: Place) -> PyResult<String> {
        let v = v.ok_or_else(|| at.missing(r.th))?;
        match v.cast::<Str>() {
            Some(s) => s.to_utf8(r.th),
            None if types::bytes::bytes_like(v).is_some() => Ok(String::new()),
            None => Err(raise!(r.th, TypeError, "AST string must be of type str")),
        }
    }
}

/// Whether a constant was written with the prefix `u`.
impl Convert<Opt<marker::string>> for bool {
    fn write(&self, w: &Writer) -> PyResult<Value> {
        Ok(if *self { state::intern(w.th, "u") } else { Value::NONE })
    }

    fn read(r: &Reader, v: Option<Value>, at: Place) -> PyResult<bool> {
        let kind: Option<String> = Convert::<Opt<marker::string>>::read(r, v, at)?;
        Ok(kind.is_some_and(|k| k == "u"))
    }
}

/// Writes a field; those that are not in the tree are empty.
macro_rules! write_field {
    ($w:ident one $type_name:ident $field:ident) => {
        Convert::<One<marker::$type_name>>::write($field, $w)?
    };
    ($w:ident opt $type_name:ident $field:ident) => {
        Convert::<Opt<marker::$type_name>>::write($field, $w)?
    };
    ($w:ident seq $type_name:ident $field:ident) => {
        Convert::<Seq<marker::$type_name>>::write($field, $w)?
    };
    ($w:ident opt_seq $type_name:ident $field:ident) => {
        Convert::<OptSeq<marker::$type_name>>::write($field, $w)?
    };
    ($w:ident no_opt $type_name:ident $field:ident) => {
        Value::NONE
    };
    ($w:ident no_seq $type_name:ident $field:ident) => {
        List::new($w.th, &[]).value()
    };
}

/// Reads a field.
macro_rules! read_as {
    ($cardinality:ident $type_name:ident $r:ident $v:ident $class:ident $field:ident) => {{
        let field = plain(stringify!($field));
        let at = Place { class: stringify!($class), field, item: false };
        Convert::<$cardinality<marker::$type_name>>::read($r, $r.attribute($v, field)?, at)?
    }};
}

/// Reads a field into a variable of its name; those that are not in the tree are only checked.
macro_rules! read_field {
    ($r:ident $v:ident $class:ident one $type_name:ident $field:ident) => {
        let $field = read_as!(One $type_name $r $v $class $field);
    };
    ($r:ident $v:ident $class:ident opt $type_name:ident $field:ident) => {
        let $field = read_as!(Opt $type_name $r $v $class $field);
    };
    ($r:ident $v:ident $class:ident seq $type_name:ident $field:ident) => {
        let $field = read_as!(Seq $type_name $r $v $class $field);
    };
    ($r:ident $v:ident $class:ident opt_seq $type_name:ident $field:ident) => {
        let $field = read_as!(OptSeq $type_name $r $v $class $field);
    };
    ($r:ident $v:ident $class:ident no_opt $type_name:ident $field:ident) => {
        let _: Option<String> = read_as!(Opt $type_name $r $v $class $field);
    };
    ($r:ident $v:ident $class:ident no_seq $type_name:ident $field:ident) => {
        let _: Vec<TypeIgnore> = read_as!(Seq $type_name $r $v $class $field);
    };
}

/// A type whose values are the nodes of a type of the grammar.
trait Node: Sized {
    const NAME: &'static str;
    const IS_SUM: bool;
    const POSITIONS: Positions;

    fn to_object(&self, w: &Writer) -> PyResult<Value>;

    /// The node `v` of class `class`; `None` where it is not of this type.
    fn from_object(r: &Reader, v: Value, class: Option<Class>, at: Loc) -> PyResult<Option<Self>>;
}

macro_rules! nodes {
    ($($kind:ident $type_name:ident ($positions:ident $($loc:ident)?) $rust:ident {
        $(
            $(@ $variant:ident: $inner:ident {
                $($in_name:ident($($in_card:ident $in_type:ident $in_field:ident),*) [$($in_pattern:tt)*];)*
            })?
            $($name:ident($($card:ident $field_type:ident $field:ident),*) [$($pattern:tt)*])?
        ;)*
    })*) => {$(
        impl Node for $rust {
            const NAME: &'static str = plain(stringify!($type_name));
            const IS_SUM: bool = asdl::is_sum!($kind);
            const POSITIONS: Positions = Positions::$positions;

            #[allow(unused_variables)]
            fn to_object(&self, w: &Writer) -> PyResult<Value> {
                Ok(match self {$(
                    $($rust::$variant(node) => match &**node {$(
                        $($in_pattern)* => {
                            let values = [$(write_field!(w $in_card $in_type $in_field)),*];
                            w.node(Class::$in_name, &values)
                        }
                    )*},)?
                    $($($pattern)* => {
                        let values = [$(write_field!(w $card $field_type $field)),*];
                        w.node(Class::$name, &values)
                    })?
                )*})
            }

            #[allow(unused_variables)]
            fn from_object(
                r: &Reader,
                v: Value,
                class: Option<Class>,
                at: Loc,
            ) -> PyResult<Option<$rust>> {
                $(let $loc = at;)?
                let Some(class) = class else { return Ok(None) };
                Ok(Some(match class {
                    $(
                        $($(Class::$in_name => {
                            $(read_field!(r v $in_name $in_card $in_type $in_field);)*
                            $rust::$variant(Box::new($($in_pattern)*))
                        })*)?
                        $(Class::$name => {
                            $(read_field!(r v $name $card $field_type $field);)*
                            $($pattern)*
                        })?
                    )*
                    #[allow(unreachable_patterns)]
                    _ => return Ok(None),
                }))
            }
        }
    )*};
}

for_each_type!(nodes);

/// Reads a node; `build` adds its position.
fn read_node<N: Node, T>(
    r: &Reader,
    v: Option<Value>,
    at: Place,
    build: impl FnOnce(N, Loc) -> T,
) -> PyResult<T> {
    let v = v.ok_or_else(|| at.missing(r.th))?;
    if v.is_none() && N::IS_SUM {
        return Err(at.none(r.th, N::NAME));
    }
    r.check(N::NAME)?;
    let loc = r.loc(v, N::NAME, N::POSITIONS)?;
    match N::from_object(r, v, r.class_of(v), loc)? {
        Some(node) => Ok(build(node, loc)),
        None if N::IS_SUM => Err(r.unexpected(N::NAME, v)?),
        None => read_product(r, v, loc, build),
    }
}

/// A product is whatever has its fields.
fn read_product<N: Node, T>(
    r: &Reader,
    v: Value,
    loc: Loc,
    build: impl FnOnce(N, Loc) -> T,
) -> PyResult<T> {
    let class = Class::ALL.iter().copied().find(|c| c.name() == N::NAME);
    match N::from_object(r, v, class, loc)? {
        Some(node) => Ok(build(node, loc)),
        None => Err(r.unexpected(N::NAME, v)?),
    }
}

/// Implements [`Convert`] for nodes: those without a position, those that know it, and those in a
/// struct that has it beside the kind.
macro_rules! convert {
    ($($type_name:ident $rust:ident;)*) => {$(
        impl Convert<One<marker::$type_name>> for $rust {
            fn write(&self, w: &Writer) -> PyResult<Value> {
                w.check()?;
                self.to_object(w)
            }

            fn read(r: &Reader, v: Option<Value>, at: Place) -> PyResult<$rust> {
                read_node(r, v, at, |node, _| node)
            }
        }
    )*};
    ($($type_name:ident located $rust:ident;)*) => {$(
        impl Convert<One<marker::$type_name>> for $rust {
            fn write(&self, w: &Writer) -> PyResult<Value> {
                w.check()?;
                Ok(w.located(self.to_object(w)?, self.loc))
            }

            fn read(r: &Reader, v: Option<Value>, at: Place) -> PyResult<$rust> {
                read_node(r, v, at, |node, _| node)
            }
        }
    )*};
    ($($type_name:ident $rust:ident in $outer:ident;)*) => {$(
        impl Convert<One<marker::$type_name>> for $outer {
            fn write(&self, w: &Writer) -> PyResult<Value> {
                w.check()?;
                Ok(w.located(self.kind.to_object(w)?, self.loc))
            }

            fn read(r: &Reader, v: Option<Value>, at: Place) -> PyResult<$outer> {
                read_node(r, v, at, |kind: $rust, loc| $outer { loc, kind })
            }
        }
    )*};
}

convert! {
    r#mod Mod;
    expr_context Context;
    boolop BoolOp;
    operator Operator;
    unaryop UnaryOp;
    cmpop CmpOp;
    comprehension Comprehension;
    arguments Arguments;
    withitem WithItem;
    match_case MatchCase;
    type_ignore TypeIgnore;
}

convert! {
    excepthandler located ExceptHandler;
    arg located Arg;
    keyword located Keyword;
    alias located Alias;
    type_param located TypeParam;
}

convert! {
    stmt StmtKind in Stmt;
    expr ExprKind in Expr;
    pattern PatternKind in Pattern;
}
