//! `filter`.

use krait_layout::{Header, Kind, Thread, Value};

use crate::error::PyResult;
use crate::gc::Field;
use crate::native::class_arg;
use crate::object::type_object::{TypeDef, TypeFlags};
use crate::object::{Object, alloc_as};
use crate::ops;
use crate::types::boolean;
use crate::types::tuple::Tuple;
use krait_macros::methods;

/// A `filter` iterator.
#[repr(C)]
pub struct Filter {
    pub header: Header,
    function: Field,
    iterator: Field,
}

pub static DEF: TypeDef = TypeDef::of::<Filter>("filter", "builtins")
    .doc("Return an iterator yielding those items of iterable for which function(item)\nis true. If function is None, return the items that are true.")
    .flags(TypeFlags::BASE)
    .methods(Filter::native_methods);

// SAFETY: instances of the class are made by `__new__` with this layout.
unsafe impl Object for Filter {
    const KIND: Kind = Kind::Native;

    fn def() -> &'static TypeDef {
        &DEF
    }
}

#[methods]
impl Filter {
    #[staticmethod(sig = "(cls, function, iterable, /)")]
    fn __new__(
        th: &Thread,
        cls: Value,
        function: Value,
        iterable: Value,
    ) -> PyResult<&'static Filter> {
        let class = class_arg(th, cls, DEF.class(th))?;
        let it = ops::get_iter(th, iterable)?;
        Ok(alloc_as(
            th,
            class,
            Filter {
                header: Header::new(0, Kind::Native),
                function: Field::new(Some(function)),
                iterator: Field::new(Some(it)),
            },
        ))
    }

    #[method]
    fn __iter__(this: Value) -> Value {
        this
    }

    #[method]
    fn __next__(th: &Thread, this: &'static Filter) -> PyResult<Value> {
        let f = this.function.get().expect("set when made");
        let it = this.iterator.get().expect("set when made");
        loop {
            let v = ops::for_iter(th, it)?;
            if v == Value::EXHAUSTED {
                return Ok(v);
            }
            let keep = if f.is_none() || f == boolean::DEF.class(th).value() {
                v
            } else {
                ops::call(th, f, &[v])?
            };
            if ops::truth(th, keep)? {
                return Ok(v);
            }
        }
    }

    #[method]
    fn __reduce__(th: &Thread, this: &'static Filter) -> Value {
        let args = Tuple::from_slots(th, &[this.function.get(), this.iterator.get()]).value();
        Tuple::new(th, &[DEF.class(th).value(), args]).value()
    }
}
