//! `_ast`: syntax trees as Python objects, made from our tree and turned into it again.

mod asdl;
mod classes;
mod convert;
mod validate;

use krait_runtime::error::PyResult;
use krait_runtime::native::NativeModule;
use krait_runtime::object::{Object, ValueExt};
use krait_runtime::types::module::Module;
use krait_runtime::{Thread, Value, raise};

use crate::options::{ALLOW_TOP_LEVEL_AWAIT, ONLY_AST, OPTIMIZED_AST, TYPE_COMMENTS};
use asdl::{Class, TYPES};
use classes::{AST, Classes};

pub use convert::{from_object, to_object};
pub use validate::validate;

pub static MODULE: NativeModule = NativeModule { name: "_ast", doc: "", functions: &[], init };

fn init(th: &Thread, m: &'static Module) -> PyResult<()> {
    let classes = Classes::get(th)?;
    m.set(th, "AST", AST.class(th).value());
    for (i, t) in TYPES.iter().enumerate() {
        m.set(th, t.name, classes.of_type(i));
    }
    for class in Class::ALL {
        m.set(th, class.name(), classes.class(*class).value());
    }
    for (name, flag) in [
        ("PyCF_ALLOW_TOP_LEVEL_AWAIT", ALLOW_TOP_LEVEL_AWAIT),
        ("PyCF_ONLY_AST", ONLY_AST),
        ("PyCF_TYPE_COMMENTS", TYPE_COMMENTS),
        ("PyCF_OPTIMIZED_AST", OPTIMIZED_AST),
    ] {
        m.set(th, name, Value::from_i32(flag as i32));
    }
    Ok(())
}

/// Refuses an `ast` object that is not what `compile()` needs in `mode`.
pub fn expect_mode(th: &Thread, v: Value, mode: &str) -> PyResult<()> {
    let class = match mode {
        "eval" => Class::Expression,
        "single" => Class::Interactive,
        _ => Class::Module,
    };
    if v.class().is_subclass(Classes::get(th)?.class(class)) {
        return Ok(());
    }
    let (expected, found) = (class.name(), v.type_name());
    Err(raise!(th, TypeError, "expected {expected} node, got {found}"))
}

/// Whether `v` is an instance of `ast.AST`.
pub fn is_node(th: &Thread, v: Value) -> bool {
    v.class().is_subclass(AST.class(th))
}
