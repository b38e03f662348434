//! `reversed`.

use std::cell::Cell;

use krait_layout::{Header, Kind, Thread, Value};

use crate::error::{PyResult, catch};
use crate::gc::Field;
use crate::native::class_arg;
use crate::object::type_object::{TypeDef, TypeFlags};
use crate::object::{Object, Slot, ValueExt, alloc_as};
use crate::types::exception::Exc;
use crate::types::tuple::Tuple;
use crate::{ops, raise};
use krait_macros::methods;

/// A `reversed` iterator over a sequence, by index.
#[repr(C)]
pub struct Reversed {
    pub header: Header,
    sequence: Field,
    /// Items left.
    left: Cell<usize>,
}

pub static DEF: TypeDef = TypeDef::of::<Reversed>("reversed", "builtins")
    .doc("Return a reverse iterator over the values of the given sequence.")
    .flags(TypeFlags::BASE)
    .methods(Reversed::native_methods);

// SAFETY: instances of the class are made by `__new__` with this layout.
unsafe impl Object for Reversed {
    const KIND: Kind = Kind::Native;

    fn def() -> &'static TypeDef {
        &DEF
    }
}

#[methods]
impl Reversed {
    #[staticmethod(sig = "(cls, object, /)")]
    fn __new__(th: &Thread, cls: Value, object: Value) -> PyResult<Value> {
        let class = class_arg(th, cls, DEF.class(th))?;
        match object.slot(Slot::Reversed) {
            Some(f) if !f.is_none() => return ops::call(th, f, &[object]),
            None if object.slot(Slot::GetItem).is_some()
                && object.slot(Slot::Len).is_some()
                && object.kind() != Kind::Dict => {}
            _ => {
                return Err(raise!(
                    th,
                    TypeError,
                    "'{}' object is not reversible",
                    object.type_name()
                ));
            }
        }
        let left = ops::length(th, object)?;
        Ok(alloc_as(
            th,
            class,
            Reversed {
                header: Header::new(0, Kind::Native),
                sequence: Field::new(Some(object)),
                left: Cell::new(left),
            },
        )
        .value())
    }

    #[method]
    fn __iter__(this: Value) -> Value {
        this
    }

    #[method]
    fn __next__(th: &Thread, this: &'static Reversed) -> PyResult<Value> {
        let left = this.left.get();
        let (Some(seq), true) = (this.sequence.get(), left > 0) else {
            return Ok(Value::EXHAUSTED);
        };
        let item = ops::get_item(th, seq, Value::from_len(left - 1));
        let item = match item {
            Ok(v) => Some(v),
            Err(e) => {
                let r = catch(th, Exc::IndexError, Err(e));
                match r {
                    Ok(v) => v,
                    Err(e) => catch(th, Exc::StopIteration, Err(e))?,
                }
            }
        };
        match item {
            Some(v) => {
                this.left.set(left - 1);
                Ok(v)
            }
            None => {
                this.left.set(0);
                Ok(Value::EXHAUSTED)
            }
        }
    }

    /// Private method returning an estimate of len(list(it)).
    #[method]
    fn __length_hint__(this: &'static Reversed) -> usize {
        this.left.get()
    }

    #[method]
    fn __reduce__(th: &Thread, this: &'static Reversed) -> Value {
        let seq = this.sequence.get().unwrap_or_else(|| Tuple::new(th, &[]).value());
        let args = Tuple::new(th, &[seq]).value();
        Tuple::new(th, &[DEF.class(th).value(), args]).value()
    }
}
