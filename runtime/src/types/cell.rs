//! `cell`: a variable that closures share.

use krait_layout::{Header, Kind, StackSlot, Thread, Value, shapes};

use crate::error::PyResult;
use crate::gc::Field;
use crate::object::type_object::TypeDef;
use crate::object::{Object, ValueExt, alloc};
use crate::ops::{self, Comparison};
use crate::raise;
use krait_macros::methods;

/// A cell; empty before the variable is assigned.
#[repr(C)]
pub struct Cell {
    pub header: Header,
    contents: Field,
}

pub static DEF: TypeDef = TypeDef::of::<Cell>("cell", "builtins")
    .doc("Create a new cell object.\n\n  contents\n    the contents of the cell. If not specified, the cell will be empty,\n    and \n further attempts to access its cell_contents attribute will\n    raise a ValueError.")
    .methods(Cell::native_methods)
    .getsets(Cell::native_getsets)
    .shape(shapes::CELL);

// SAFETY: every object of kind `Cell` is made by `Cell::new` with this layout.
unsafe impl Object for Cell {
    const KIND: Kind = Kind::Cell;

    fn def() -> &'static TypeDef {
        &DEF
    }
}

impl Cell {
    #[inline]
    pub fn new(th: &Thread, contents: StackSlot) -> &'static Cell {
        alloc(
            th,
            Cell { header: Header::new(shapes::CELL, Kind::Cell), contents: Field::new(contents) },
        )
    }

    #[inline(always)]
    pub fn get(&self) -> StackSlot {
        self.contents.get()
    }

    #[inline(always)]
    pub fn set(&self, v: StackSlot) {
        self.contents.set(&self.header, v);
    }
}

#[methods]
impl Cell {
    #[staticmethod(sig = "(cls, contents=<unrepresentable>, /)")]
    fn __new__(th: &Thread, _cls: Value, contents: Option<Value>) -> &'static Cell {
        Cell::new(th, contents)
    }

    #[method]
    fn __repr__(this: &'static Cell) -> String {
        let at = this.value().bits();
        match this.get() {
            Some(v) => format!("<cell at {at:#x}: {} object at {:#x}>", v.type_name(), v.bits()),
            None => format!("<cell at {at:#x}: empty>"),
        }
    }

    #[comparison]
    fn compare(th: &Thread, this: &'static Cell, other: Value, op: Comparison) -> PyResult<Value> {
        let Some(other) = other.cast::<Cell>() else { return Ok(Value::NOT_IMPLEMENTED) };
        match (this.get(), other.get()) {
            (Some(a), Some(b)) => ops::compare(th, op, a, b),
            (a, b) => Ok(Value::from_bool(op.holds(a.is_some().cmp(&b.is_some())))),
        }
    }

    #[getter]
    fn cell_contents(th: &Thread, this: &'static Cell) -> PyResult<Value> {
        this.get().ok_or_else(|| raise!(th, ValueError, "Cell is empty"))
    }

    #[setter]
    fn set_cell_contents(this: &'static Cell, v: Option<Value>) {
        this.set(v);
    }
}
