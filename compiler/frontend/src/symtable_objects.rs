//! `_symtable`: the symbol table as Python objects, for `symtable`.

use std::cell::Cell;

use krait_macros::methods;
use krait_runtime::error::PyResult;
use krait_runtime::gc::Field;
use krait_runtime::native::NativeModule;
use krait_runtime::object::{Object, TypeDef, TypeFlags, ValueExt, alloc_as};
use krait_runtime::types::dict::Dict;
use krait_runtime::types::list::List;
use krait_runtime::types::module::Module;
use krait_runtime::types::str::Str;
use krait_runtime::{Header, Kind, Thread, Value, state};

use crate::names::Names;
use crate::symtable::{BlockId, BlockKind, Scope, Symtable, symbol};

pub static MODULE: NativeModule =
    NativeModule { name: "_symtable", doc: "", functions: &functions::FUNCTIONS, init };

fn init(th: &Thread, m: &'static Module) -> PyResult<()> {
    let constants = [
        ("USE", symbol::USE),
        ("DEF_GLOBAL", symbol::GLOBAL),
        ("DEF_NONLOCAL", symbol::NONLOCAL),
        ("DEF_LOCAL", symbol::LOCAL),
        ("DEF_PARAM", symbol::PARAM),
        ("DEF_TYPE_PARAM", symbol::TYPE_PARAM),
        ("DEF_FREE_CLASS", symbol::FREE_CLASS),
        ("DEF_IMPORT", symbol::IMPORT),
        ("DEF_BOUND", symbol::BOUND),
        ("DEF_ANNOT", symbol::ANNOT),
        ("DEF_COMP_ITER", symbol::COMP_ITER),
        ("DEF_COMP_CELL", symbol::COMP_CELL),
        ("TYPE_FUNCTION", type_number(BlockKind::Function)),
        ("TYPE_CLASS", type_number(BlockKind::Class)),
        ("TYPE_MODULE", type_number(BlockKind::Module)),
        ("TYPE_ANNOTATION", type_number(BlockKind::Annotation)),
        ("TYPE_TYPE_ALIAS", type_number(BlockKind::TypeAlias)),
        ("TYPE_TYPE_PARAMETERS", type_number(BlockKind::TypeParameters)),
        ("TYPE_TYPE_VARIABLE", type_number(BlockKind::TypeVariable)),
        ("LOCAL", Scope::Local.number()),
        ("GLOBAL_EXPLICIT", Scope::GlobalExplicit.number()),
        ("GLOBAL_IMPLICIT", Scope::GlobalImplicit.number()),
        ("FREE", Scope::Free.number()),
        ("CELL", Scope::Cell.number()),
        ("SCOPE_OFF", symbol::SCOPE_SHIFT),
        ("SCOPE_MASK", 15),
    ];
    for (name, value) in constants {
        m.set(th, name, Value::from_i32(value as i32));
    }
    Ok(())
}

fn type_number(kind: BlockKind) -> u32 {
    match kind {
        BlockKind::Function => 0,
        BlockKind::Class => 1,
        BlockKind::Module => 2,
        BlockKind::Annotation => 3,
        BlockKind::TypeAlias => 4,
        BlockKind::TypeParameters => 5,
        BlockKind::TypeVariable => 6,
    }
}

/// A block of the table.
#[repr(C)]
pub struct Entry {
    pub header: Header,
    name: Field,
    symbols: Field,
    varnames: Field,
    children: Field,
    id: Cell<usize>,
    nested: Cell<bool>,
    kind: Cell<BlockKind>,
    line: Cell<i32>,
}

static ENTRY: TypeDef = TypeDef::of::<Entry>("symtable entry", "builtins")
    .flags(TypeFlags::NO_NEW.or(TypeFlags::WEAKREF))
    .methods(Entry::native_methods)
    .getsets(Entry::native_getsets);

// SAFETY: instances of the class are made by `entry` with this layout.
unsafe impl Object for Entry {
    const KIND: Kind = Kind::Native;

    fn def() -> &'static TypeDef {
        &ENTRY
    }
}

#[methods]
impl Entry {
    #[method]
    fn __repr__(this: &'static Entry) -> String {
        let name = this.name.get().and_then(|n| n.cast::<Str>());
        let name = name.map_or(String::new(), |n| n.to_string());
        format!("<symtable entry {name}({}), line {}>", this.id.get(), this.line.get())
    }

    #[getter]
    fn id(this: &'static Entry) -> usize {
        this.id.get()
    }

    #[getter]
    fn name(this: &'static Entry) -> Option<Value> {
        this.name.get()
    }

    #[getter]
    fn symbols(this: &'static Entry) -> Option<Value> {
        this.symbols.get()
    }

    #[getter]
    fn varnames(this: &'static Entry) -> Option<Value> {
        this.varnames.get()
    }

    #[getter]
    fn children(this: &'static Entry) -> Option<Value> {
        this.children.get()
    }

    #[getter]
    fn nested(this: &'static Entry) -> i64 {
        i64::from(this.nested.get())
    }

    #[getter(name = "type")]
    fn kind(this: &'static Entry) -> u32 {
        type_number(this.kind.get())
    }

    #[getter]
    fn lineno(this: &'static Entry) -> i32 {
        this.line.get()
    }
}

/// The object of a block and of those inside of it.
pub fn entry(th: &Thread, table: &Symtable, names: &Names, id: BlockId) -> Value {
    let block = table.block(id);
    let text = |name| state::intern(th, names.text(name));
    let symbols = Dict::new(th);
    for (name, bits) in block.symbols.iter() {
        symbols.set_name(th, text(name), Value::from_i32(bits as i32));
    }
    let varnames: Vec<Value> = block.varnames.iter().map(|name| text(*name)).collect();
    let children: Vec<Value> =
        block.children.iter().map(|child| entry(th, table, names, *child)).collect();
    let e = Entry {
        header: Header::new(0, Kind::Native),
        name: Field::new(Some(text(block.name))),
        symbols: Field::new(Some(symbols.value())),
        varnames: Field::new(Some(List::new(th, &varnames).value())),
        children: Field::new(Some(List::new(th, &children).value())),
        id: Cell::new(std::ptr::from_ref(block) as usize),
        nested: Cell::new(block.nested),
        kind: Cell::new(block.kind),
        line: Cell::new(block.loc.line),
    };
    alloc_as(th, ENTRY.class(th), e).value()
}

#[krait_macros::module]
mod functions {
    use super::*;
    use krait_runtime::{import, raise};

    /// Return symbol and scope dictionaries used internally by compiler.
    #[function(sig = "(source, filename, startstr, /)")]
    fn symtable(th: &Thread, source: Value, filename: Value, start: &Str) -> PyResult<Value> {
        let filename = import::path_argument(th, filename)?;
        let mode = start.to_string();
        if !matches!(mode.as_str(), "exec" | "eval" | "single") {
            let message = "symtable() arg 3 must be 'exec' or 'eval' or 'single'";
            return Err(raise!(th, ValueError, "{message}"));
        }
        crate::runtime_hook::symbol_table(th, source, filename, &mode)
    }
}
