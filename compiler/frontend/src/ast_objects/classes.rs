//! The classes of `_ast`: `AST`, whose methods follow `_fields` and its like, and one class for
//! each name of the grammar.

use krait_macros::methods;
use krait_runtime::error::PyResult;
use krait_runtime::object::{
    Object, Type, TypeDef, TypeFlags, ValueExt, attributes, class, get_attr, get_attr_or_none,
    set_attr,
};
use krait_runtime::ops::{self, Binary};
use krait_runtime::types::dict::Dict;
use krait_runtime::types::exception::Exc;
use krait_runtime::types::list::List;
use krait_runtime::types::str::Str;
use krait_runtime::types::tuple::Tuple;
use krait_runtime::types::{generic_alias, int, list, object, str, type_};
use krait_runtime::{Header, Kind, Thread, Value, intern, raise, state};

use super::asdl::{Class, Constructor, POSITIONS, Positions, TYPES, TypeInfo};

/// `ast.AST`. Instances have attributes and nothing else.
pub static AST: TypeDef = TypeDef::new("AST", "ast", Kind::Instance, size_of::<Header>())
    .flags(TypeFlags::BASE.or(TypeFlags::DICT))
    .mutable()
    .methods(Ast::native_methods);

/// Only a name for the methods.
struct Ast;

/// The classes of the grammar, ready for use.
#[derive(Copy, Clone)]
pub struct Classes {
    /// By [`Class`]: a tuple of the class and the names of its fields.
    nodes: &'static Tuple,
    /// By [`Class`]: the one instance of a class without fields, else `None`.
    singletons: &'static Tuple,
    /// The sums, by number in [`TYPES`]; products too.
    types: &'static Tuple,
    /// The names of the position attributes.
    pub positions: &'static Tuple,
}

impl Classes {
    /// The classes; made at the first call.
    pub fn get(th: &Thread) -> PyResult<Classes> {
        let own = state::module_state(th, "_ast");
        let key = intern!(th, "classes");
        if own.get_name(key).is_none() {
            own.set_name(th, key, make(th)?.value());
        }
        let parts = own.get_name(key).and_then(|t| t.cast::<Tuple>()).expect("made above");
        let part = |i: usize| parts.values()[i].cast::<Tuple>().expect("made by `make`");
        Ok(Classes { nodes: part(0), singletons: part(1), types: part(2), positions: part(3) })
    }

    fn node(self, class: Class) -> &'static [Value] {
        self.nodes.values()[class as usize].cast::<Tuple>().expect("made by `make`").values()
    }

    pub fn class(self, class: Class) -> &'static Type {
        self.node(class)[0].cast::<Type>().expect("made by `make`")
    }

    /// The names of the fields.
    pub fn fields(self, class: Class) -> &'static [Value] {
        &self.node(class)[1..]
    }

    /// The one instance of a class without fields.
    pub fn singleton(self, class: Class) -> Option<Value> {
        Some(self.singletons.values()[class as usize]).filter(|v| !v.is_none())
    }

    /// The class of a sum or product.
    pub fn of_type(self, index: usize) -> Value {
        self.types.values()[index]
    }
}

/// Makes every class: what [`Classes`] holds.
fn make(th: &Thread) -> PyResult<&'static Tuple> {
    let ast = AST.class(th);
    let empty = Tuple::new(th, &[]).value();
    for name in ["_fields", "__match_args__", "_attributes"] {
        class::set_class_attribute(th, ast, state::intern(th, name), Some(empty));
    }
    let positions: Vec<Value> = POSITIONS.iter().map(|name| state::intern(th, name)).collect();
    let positions = Tuple::new(th, &positions);
    let types = TYPES.iter().map(|t| base_class(th, t, positions)).collect::<PyResult<Vec<_>>>()?;
    let (mut nodes, mut singletons) = (Vec::new(), Vec::new());
    for (t, base) in TYPES.iter().zip(&types) {
        for constructor in t.constructors {
            let names: Vec<Value> =
                constructor.fields.iter().map(|f| state::intern(th, f.name)).collect();
            let class = if t.is_sum {
                new_class(th, constructor.name, *base, &names, &constructor.grammar(), |_| {})?
            } else {
                *base
            };
            set_defaults(th, class, constructor, &types)?;
            let mut node = vec![class];
            node.extend(&names);
            nodes.push(Tuple::new(th, &node).value());
            let simple = t.constructors.iter().all(|c| c.fields.is_empty());
            singletons.push(if simple {
                object::alloc_instance(th, class.cast::<Type>().expect("just made"))
            } else {
                Value::NONE
            });
        }
    }
    let parts = [
        Tuple::new(th, &nodes).value(),
        Tuple::new(th, &singletons).value(),
        Tuple::new(th, &types).value(),
        positions.value(),
    ];
    Ok(Tuple::new(th, &parts))
}

/// The class of a sum, or of a product with its fields.
fn base_class(th: &Thread, t: &TypeInfo, positions: &Tuple) -> PyResult<Value> {
    let (names, doc) = if t.is_sum {
        (Vec::new(), t.grammar())
    } else {
        let fields = t.constructors[0].fields;
        let names = fields.iter().map(|f| state::intern(th, f.name)).collect();
        (names, t.constructors[0].grammar())
    };
    let attributes = match t.positions {
        Positions::none => Tuple::new(th, &[]).value(),
        Positions::range | Positions::exact => positions.value(),
    };
    new_class(th, t.name, AST.class(th).value(), &names, &doc, |namespace| {
        namespace.set_name(th, intern!(th, "_attributes"), attributes);
        if t.positions == Positions::range {
            for name in &positions.values()[2..] {
                namespace.set_name(th, *name, Value::NONE);
            }
        }
    })
}

fn new_class(
    th: &Thread,
    name: &str,
    base: Value,
    fields: &[Value],
    doc: &str,
    more: impl FnOnce(&Dict),
) -> PyResult<Value> {
    let namespace = Dict::new(th);
    let fields = Tuple::new(th, fields).value();
    namespace.set_name(th, intern!(th, "_fields"), fields);
    namespace.set_name(th, intern!(th, "__match_args__"), fields);
    namespace.set_name(th, intern!(th, "__module__"), intern!(th, "ast"));
    namespace.set_name(th, intern!(th, "__doc__"), Str::new(th, doc).value());
    more(namespace);
    let metaclass = type_::DEF.class(th);
    let name = state::intern(th, name).cast::<Str>().expect("a name is a string");
    Ok(class::new_class(th, metaclass, name, &[base], namespace, &[])?.value())
}

/// Gives a class `None` for each optional field, and `_field_types`.
fn set_defaults(th: &Thread, class: Value, c: &Constructor, types: &[Value]) -> PyResult<()> {
    let field_types = Dict::new(th);
    let class = class.cast::<Type>().expect("just made");
    for field in c.fields {
        let name = state::intern(th, field.name);
        let plain = match field.type_name {
            "identifier" | "string" => str::DEF.class(th).value(),
            "int" => int::DEF.class(th).value(),
            "constant" => object::DEF.class(th).value(),
            other => {
                let at = TYPES.iter().position(|t| t.name == other);
                types[at.expect("the grammar defines every type that it uses")]
            }
        };
        let full = if field.cardinality.is_sequence() {
            generic_alias::new(th, list::DEF.class(th).value(), plain)?
        } else if field.cardinality.is_optional() {
            class::set_class_attribute(th, class, name, Some(Value::NONE));
            ops::binary(th, Binary::Or, plain, Value::NONE)?
        } else {
            plain
        };
        field_types.set_name(th, name, full);
    }
    let key = intern!(th, "_field_types");
    class::set_class_attribute(th, class, key, Some(field_types.value()));
    Ok(())
}

/// The name of an object's class in messages; of `AST` itself with its module.
fn type_name(v: Value) -> String {
    match v.class() {
        class if std::ptr::eq(class, AST.made()) => "ast.AST".to_owned(),
        class => class.name_string(),
    }
}

/// The strings that a class attribute lists, if it has the attribute.
fn names_of(th: &Thread, v: Value, attribute: &str) -> PyResult<Vec<Value>> {
    let class = v.class().value();
    match get_attr_or_none(th, class, state::intern(th, attribute))? {
        Some(names) => ops::collect(th, names),
        None => Ok(Vec::new()),
    }
}

fn contains(th: &Thread, names: &[Value], name: Value) -> PyResult<bool> {
    for n in names {
        if ops::is_or_eq(th, *n, name)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Removes `name` from `names`; whether it was there.
fn discard(th: &Thread, names: &mut Vec<Value>, name: Value) -> PyResult<bool> {
    for i in 0..names.len() {
        if ops::is_or_eq(th, names[i], name)? {
            names.remove(i);
            return Ok(true);
        }
    }
    Ok(false)
}

fn deprecated(th: &Thread, message: &str) -> PyResult<()> {
    let warn = ops::import::from_module(th, "warnings", "warn")?;
    let category = Exc::DeprecationWarning.class().value();
    let args = [Str::new(th, message).value(), category, Value::from_i32(1)];
    ops::call(th, warn, &args).map(|_| ())
}

/// How deep `repr` goes into a tree.
const REPR_DEPTH: usize = 3;

fn repr(th: &Thread, v: Value, depth: usize) -> PyResult<String> {
    let name = type_name(v);
    if depth == 0 {
        return Ok(format!("{name}(...)"));
    }
    ops::repr_guard(v, format!("{name}(...)"), || {
        let fields = names_of(th, v, "_fields")?;
        if fields.is_empty() && name == "ast.AST" {
            return Ok(format!("{name}()"));
        }
        let mut parts = Vec::new();
        for field in fields {
            let value = get_attr(th, v, expect_name(th, field)?)?;
            let shown = match (value.cast::<List>(), value.cast::<Tuple>()) {
                (Some(items), _) => repr_items(th, &items.to_vec(), "[", "]", depth)?,
                (_, Some(items)) => repr_items(th, items.values(), "(", ")", depth)?,
                _ => repr_item(th, value, depth)?,
            };
            parts.push(format!("{}={shown}", ops::str_string(th, field)?));
        }
        Ok(format!("{name}({})", parts.join(", ")))
    })
}

fn repr_item(th: &Thread, v: Value, depth: usize) -> PyResult<String> {
    if v.class().is_subclass(AST.class(th)) {
        repr(th, v, depth - 1)
    } else {
        ops::repr_string(th, v)
    }
}

/// The first and the last item.
fn repr_items(
    th: &Thread,
    items: &[Value],
    open: &str,
    close: &str,
    depth: usize,
) -> PyResult<String> {
    let mut out = open.to_owned();
    if let Some(first) = items.first() {
        out.push_str(&repr_item(th, *first, depth)?);
    }
    if items.len() > 2 {
        out.push_str(", ...");
    }
    if let [_, .., last] = items {
        out.push_str(", ");
        out.push_str(&repr_item(th, *last, depth)?);
    }
    out.push_str(close);
    Ok(out)
}

/// An item of `_fields`, as a name.
fn expect_name(th: &Thread, v: Value) -> PyResult<Value> {
    object::attribute_name(th, v)
}

/// A fresh dictionary of the instance's own attributes.
fn own_attributes(th: &Thread, v: Value) -> &'static Dict {
    let dict = Dict::new(th);
    for name in attributes::own_names(v) {
        if let Some(value) = attributes::own_attribute(v, name) {
            dict.set_name(th, name, value);
        }
    }
    dict
}

#[methods]
impl Ast {
    #[method(sig = "($self, /, *args, **kwargs)")]
    fn __init__(th: &Thread, this: Value, args: &Tuple, kwargs: &'static Dict) -> PyResult<()> {
        let fields = names_of(th, this, "_fields")?;
        let class = type_name(this);
        if args.len() > fields.len() {
            let s = if fields.len() == 1 { "" } else { "s" };
            return Err(raise!(
                th,
                TypeError,
                "{class} constructor takes at most {} positional argument{s}",
                fields.len()
            ));
        }
        let mut remaining = fields.clone();
        for (name, value) in fields.iter().zip(args.values()) {
            set_attr(th, this, expect_name(th, *name)?, *value)?;
            discard(th, &mut remaining, *name)?;
        }
        let mut positions = None;
        for (name, value) in kwargs.pairs() {
            if contains(th, &fields, name)? {
                if !discard(th, &mut remaining, name)? {
                    let name = ops::repr_string(th, name)?;
                    return Err(raise!(
                        th,
                        TypeError,
                        "{class} got multiple values for argument {name}"
                    ));
                }
            } else {
                let positions = match &positions {
                    Some(positions) => positions,
                    None => positions.insert(names_of(th, this, "_attributes")?),
                };
                if !contains(th, positions, name)? {
                    let name = ops::repr_string(th, name)?;
                    deprecated(
                        th,
                        &format!(
                            "{class}.__init__ got an unexpected keyword argument {name}. Support \
                             for arbitrary keyword arguments is deprecated and will be removed in \
                             Python 3.15."
                        ),
                    )?;
                }
            }
            set_attr(th, this, expect_name(th, name)?, value)?;
        }
        if remaining.is_empty() {
            return Ok(());
        }
        fill_in(th, this, &remaining)
    }

    #[method]
    fn __repr__(th: &Thread, this: Value) -> PyResult<String> {
        repr(th, this, REPR_DEPTH)
    }

    #[method]
    fn __reduce__(th: &Thread, this: Value) -> PyResult<Value> {
        let class = this.class().value();
        // The state has all attributes; `None` stands for the fields until it is set.
        let state = own_attributes(th, this);
        let mut args = Vec::new();
        for name in names_of(th, this, "_fields")? {
            if state.get(th, name)?.is_none() {
                break;
            }
            args.push(Value::NONE);
        }
        let args = Tuple::new(th, &args).value();
        Ok(Tuple::new(th, &[class, args, state.value()]).value())
    }

    /// Return a copy of the AST node with new values for the specified fields.
    #[method(sig = "($self, /, **fields)")]
    fn __replace__(th: &Thread, this: Value, changes: &'static Dict) -> PyResult<Value> {
        let own = own_attributes(th, this);
        let fields = names_of(th, this, "_fields")?;
        let mut expected = fields.clone();
        expected.extend(names_of(th, this, "_attributes")?);
        for (name, _) in own.pairs() {
            discard(th, &mut expected, name)?;
        }
        let mut known = fields.clone();
        known.extend(names_of(th, this, "_attributes")?);
        for (name, _) in changes.pairs() {
            if !contains(th, &known, name)? {
                let (class, name) = (type_name(this), ops::repr_string(th, name)?);
                return Err(raise!(
                    th,
                    TypeError,
                    "{class}.__replace__ got an unexpected keyword argument {name}."
                ));
            }
            discard(th, &mut expected, name)?;
        }
        // Optional fields and positions may be missing.
        let mut missing = Vec::new();
        for name in expected {
            let optional = get_attr_or_none(th, this.class().value(), expect_name(th, name)?)?;
            if contains(th, &fields, name)? && optional.is_none() {
                missing.push(ops::repr_string(th, name)?);
            }
        }
        if !missing.is_empty() {
            missing.sort();
            let (n, s) = (missing.len(), if missing.len() == 1 { "" } else { "s" });
            return Err(raise!(
                th,
                TypeError,
                "{}.__replace__ missing {n} keyword argument{s}: {}.",
                type_name(this),
                missing.join(", ")
            ));
        }
        own.update_from(th, changes)?;
        ops::call_with(th, this.class().value(), &[], &own.pairs())
    }
}

/// Gives the fields that the constructor was not given what their types say: nothing for optional
/// ones, whose default the class has; an empty list; `Load()`; a warning for the others.
fn fill_in(th: &Thread, this: Value, remaining: &[Value]) -> PyResult<()> {
    let class = type_name(this);
    let types = get_attr_or_none(th, this.class().value(), intern!(th, "_field_types"))?;
    let types = types.and_then(|t| t.cast::<Dict>());
    let context = TYPES.iter().position(|t| t.name == "expr_context").expect("in the grammar");
    let classes = Classes::get(th)?;
    for name in remaining {
        let field_type = match types {
            Some(types) => types.get(th, *name)?,
            None => None,
        };
        let shown = ops::repr_string(th, *name)?;
        let Some(field_type) = field_type else {
            deprecated(
                th,
                &format!(
                    "Field {shown} is missing from {class}._field_types. This will become an error \
                     in Python 3.15."
                ),
            )?;
            continue;
        };
        let name = expect_name(th, *name)?;
        if field_type.class().is_native(&generic_alias::UNION) {
            continue;
        } else if field_type.class().is_native(&generic_alias::DEF) {
            set_attr(th, this, name, List::new(th, &[]).value())?;
        } else if field_type == classes.of_type(context) {
            let load = classes.singleton(Class::Load).expect("it has no fields");
            set_attr(th, this, name, load)?;
        } else {
            deprecated(
                th,
                &format!(
                    "{class}.__init__ missing 1 required positional argument: {shown}. This will \
                     become an error in Python 3.15."
                ),
            )?;
        }
    }
    Ok(())
}
