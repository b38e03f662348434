//! `traceback`.

use std::cell::Cell;

use krait_layout::{Header, Kind, StackSlot, Thread, Value, shapes};

use crate::error::PyResult;
use crate::gc::Field;
use crate::object::type_object::{TypeDef, TypeFlags};
use crate::object::{Object, ValueExt, alloc};
use crate::raise;
use crate::types::frame::Frame;
use krait_macros::methods;

/// One entry of a traceback.
#[repr(C)]
pub struct Traceback {
    pub header: Header,
    next: Field,
    frame: Field,
    /// Bytecode offset in bytes.
    lasti: Cell<i64>,
    /// Line, or -1 for "from `lasti`".
    line: Cell<i64>,
}

pub static DEF: TypeDef = TypeDef::of::<Traceback>("traceback", "builtins")
    .doc("Create a new traceback object.")
    .flags(TypeFlags::NONE)
    .methods(Traceback::native_methods)
    .getsets(Traceback::native_getsets)
    .shape(shapes::TRACEBACK);

// SAFETY: every object of kind `Traceback` is made by `Traceback::new` with this layout.
unsafe impl Object for Traceback {
    const KIND: Kind = Kind::Traceback;

    fn def() -> &'static TypeDef {
        &DEF
    }
}

impl Traceback {
    /// An entry for `frame` at the instruction at `lasti`, before `next`.
    pub fn new(th: &Thread, next: StackSlot, frame: Value, lasti: i64) -> &'static Traceback {
        alloc(
            th,
            Traceback {
                header: Header::new(shapes::TRACEBACK, Kind::Traceback),
                next: Field::new(next),
                frame: Field::new(Some(frame)),
                lasti: Cell::new(lasti),
                line: Cell::new(-1),
            },
        )
    }

    pub fn next(&self) -> Option<&'static Traceback> {
        self.next.get().and_then(|n| n.cast())
    }

    pub fn frame(&self) -> &'static Frame {
        self.frame.get().and_then(|f| f.cast()).expect("set when made")
    }

    pub fn lasti(&self) -> i64 {
        self.lasti.get()
    }

    /// The line number, if the instruction has one.
    pub fn line(&self) -> Option<i64> {
        if self.line.get() >= 0 {
            return Some(self.line.get());
        }
        self.frame().code().line_at(self.lasti.get().max(0) as usize).map(i64::from)
    }
}

#[methods]
impl Traceback {
    #[staticmethod(sig = "(cls, tb_next, tb_frame, tb_lasti, tb_lineno)")]
    fn __new__(
        th: &Thread,
        _cls: Value,
        next: Value,
        frame: &'static Frame,
        lasti: i64,
        line: i64,
    ) -> PyResult<&'static Traceback> {
        if !next.is_none() && next.cast::<Traceback>().is_none() {
            return Err(raise!(
                th,
                TypeError,
                "expected traceback object or None, got '{}'",
                next.type_name()
            ));
        }
        let next = Some(next).filter(|n| !n.is_none());
        let tb = Traceback::new(th, next, frame.value(), lasti);
        tb.line.set(line);
        Ok(tb)
    }

    #[getter]
    fn tb_frame(this: &'static Traceback) -> Option<Value> {
        this.frame.get()
    }

    #[getter]
    fn tb_lasti(this: &'static Traceback) -> i64 {
        this.lasti.get()
    }

    #[getter]
    fn tb_lineno(this: &'static Traceback) -> Option<i64> {
        this.line()
    }

    #[getter]
    fn tb_next(this: &'static Traceback) -> Option<Value> {
        this.next.get()
    }

    #[setter]
    fn set_tb_next(th: &Thread, this: &'static Traceback, v: Option<Value>) -> PyResult<()> {
        let v = v.filter(|v| !v.is_none());
        let mut at = match v {
            Some(v) => match v.cast::<Traceback>() {
                Some(t) => Some(t),
                None => {
                    return Err(raise!(
                        th,
                        TypeError,
                        "expected traceback object or None, got '{}'",
                        v.type_name()
                    ));
                }
            },
            None => None,
        };
        while let Some(t) = at {
            if std::ptr::eq(t, this) {
                return Err(raise!(th, ValueError, "traceback loop detected"));
            }
            at = t.next();
        }
        this.next.set(&this.header, v);
        Ok(())
    }

    #[method]
    fn __dir__(th: &Thread, _this: &'static Traceback) -> Value {
        let names = ["tb_frame", "tb_next", "tb_lasti", "tb_lineno"];
        let items: Vec<Value> = names.iter().map(|n| crate::state::intern(th, n)).collect();
        crate::types::list::List::new(th, &items).value()
    }
}
