//! `enumerate`.

use krait_layout::{Header, Kind, Thread, Value};

use crate::error::PyResult;
use crate::gc::Field;
use crate::native::class_arg;
use crate::object::type_object::{TypeDef, TypeFlags};
use crate::object::{Object, alloc_as};
use crate::ops::{self, Binary};
use crate::types::generic_alias;
use crate::types::tuple::Tuple;
use krait_macros::methods;

/// An `enumerate` iterator.
#[repr(C)]
pub struct Enumerate {
    pub header: Header,
    iterator: Field,
    count: Field,
}

pub static DEF: TypeDef = TypeDef::of::<Enumerate>("enumerate", "builtins")
    .doc("Return an enumerate object.\n\n  iterable\n    an object supporting iteration\n\nThe enumerate object yields pairs containing a count (from start, which\ndefaults to zero) and a value yielded by the iterable argument.\n\nenumerate is useful for obtaining an indexed list:\n    (0, seq[0]), (1, seq[1]), (2, seq[2]), ...")
    .flags(TypeFlags::BASE)
    .methods(Enumerate::native_methods);

// SAFETY: instances of the class are made by `__new__` with this layout.
unsafe impl Object for Enumerate {
    const KIND: Kind = Kind::Native;

    fn def() -> &'static TypeDef {
        &DEF
    }
}

#[methods]
impl Enumerate {
    #[staticmethod(sig = "(cls, iterable, start=0)")]
    fn __new__(
        th: &Thread,
        cls: Value,
        iterable: Value,
        start: Option<Value>,
    ) -> PyResult<&'static Enumerate> {
        let class = class_arg(th, cls, DEF.class(th))?;
        let start = match start {
            Some(s) => ops::index(th, s)?,
            None => Value::from_i32(0),
        };
        let it = ops::get_iter(th, iterable)?;
        Ok(alloc_as(
            th,
            class,
            Enumerate {
                header: Header::new(0, Kind::Native),
                iterator: Field::new(Some(it)),
                count: Field::new(Some(start)),
            },
        ))
    }

    #[method]
    fn __iter__(this: Value) -> Value {
        this
    }

    #[method]
    fn __next__(th: &Thread, this: &'static Enumerate) -> PyResult<Value> {
        let v = ops::for_iter(th, this.iterator.get().expect("set when made"))?;
        if v == Value::EXHAUSTED {
            return Ok(v);
        }
        let i = this.count.get().expect("set when made");
        let next = ops::binary(th, Binary::Add, i, Value::from_i32(1))?;
        this.count.set(&this.header, Some(next));
        Ok(Tuple::new(th, &[i, v]).value())
    }

    #[method]
    fn __reduce__(th: &Thread, this: &'static Enumerate) -> Value {
        let (it, count) = (this.iterator.get(), this.count.get());
        let args = Tuple::from_slots(th, &[it, count]).value();
        Tuple::new(th, &[DEF.class(th).value(), args]).value()
    }

    /// See PEP 585
    #[classmethod(sig = "($type, object, /)")]
    fn __class_getitem__(th: &Thread, cls: Value, item: Value) -> PyResult<Value> {
        generic_alias::new(th, cls, item)
    }
}
