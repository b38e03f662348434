//! `zip`.

use krait_layout::{Header, Kind, Thread, Value};

use crate::error::PyResult;
use crate::gc::Field;
use crate::native::class_arg;
use crate::object::type_object::{TypeDef, TypeFlags};
use crate::object::{Object, ValueExt, alloc_as};
use crate::ops;
use crate::raise;
use crate::types::tuple::Tuple;
use krait_macros::methods;

/// A `zip` iterator.
#[repr(C)]
pub struct Zip {
    pub header: Header,
    /// A tuple; unset when exhausted.
    iterators: Field,
    strict: bool,
}

pub static DEF: TypeDef = TypeDef::of::<Zip>("zip", "builtins")
    .doc("The zip object yields n-length tuples, where n is the number of iterables\npassed as positional arguments to zip().  The i-th element in every tuple\ncomes from the i-th iterable argument to zip().  This continues until the\nshortest argument is exhausted.\n\nIf strict is true and one of the arguments is exhausted before the others,\nraise a ValueError.\n\n   >>> list(zip('abcdefg', range(3), range(4)))\n   [('a', 0, 0), ('b', 1, 1), ('c', 2, 2)]")
    .flags(TypeFlags::BASE)
    .methods(Zip::native_methods);

// SAFETY: instances of the class are made by `__new__` with this layout.
unsafe impl Object for Zip {
    const KIND: Kind = Kind::Native;

    fn def() -> &'static TypeDef {
        &DEF
    }
}

#[methods]
impl Zip {
    #[staticmethod(sig = "(cls, /, *iterables, strict=False)")]
    fn __new__(
        th: &Thread,
        cls: Value,
        strict: Option<bool>,
        iterables: &Tuple,
    ) -> PyResult<&'static Zip> {
        let class = class_arg(th, cls, DEF.class(th))?;
        let mut its = Vec::with_capacity(iterables.len());
        for (i, v) in iterables.values().iter().enumerate() {
            if v.slot(crate::object::Slot::Iter).is_none()
                && v.slot(crate::object::Slot::GetItem).is_none()
            {
                let _ = i;
                return Err(raise!(th, TypeError, "'{}' object is not iterable", v.type_name()));
            }
            its.push(ops::get_iter(th, *v)?);
        }
        let its = Tuple::new(th, &its);
        Ok(alloc_as(
            th,
            class,
            Zip {
                header: Header::new(0, Kind::Native),
                iterators: Field::new(Some(its.value())),
                strict: strict.unwrap_or(false),
            },
        ))
    }

    #[method]
    fn __iter__(this: Value) -> Value {
        this
    }

    #[method]
    fn __next__(th: &Thread, this: &'static Zip) -> PyResult<Value> {
        let Some(its) = this.iterators.get().and_then(|t| t.cast::<Tuple>()) else {
            return Ok(Value::EXHAUSTED);
        };
        if its.is_empty() {
            return Ok(Value::EXHAUSTED);
        }
        let mut small = [None; 8];
        let mut large;
        let n = its.len();
        let out = if n <= 8 {
            &mut small[..n]
        } else {
            large = vec![None; n];
            &mut large[..]
        };
        for (i, it) in its.values().iter().enumerate() {
            let v = ops::for_iter(th, *it)?;
            if v == Value::EXHAUSTED {
                this.iterators.set(&this.header, None);
                if this.strict {
                    return strict_end(th, its, i);
                }
                return Ok(v);
            }
            out[i] = Some(v);
        }
        Ok(Tuple::from_slots(th, out).value())
    }

    #[method]
    fn __reduce__(th: &Thread, this: &'static Zip) -> Value {
        let its = this.iterators.get().unwrap_or_else(|| Tuple::new(th, &[]).value());
        Tuple::new(th, &[DEF.class(th).value(), its]).value()
    }
}

/// Iterator `i` ended first: with `strict`, all others have to end too.
fn strict_end(th: &Thread, its: &Tuple, i: usize) -> PyResult<Value> {
    let names =
        |n: usize| if n == 1 { "argument 1".to_string() } else { format!("arguments 1-{n}") };
    if i > 0 {
        return Err(raise!(
            th,
            ValueError,
            "zip() argument {} is shorter than {}",
            i + 1,
            names(i)
        ));
    }
    for (k, it) in its.values().iter().enumerate().skip(1) {
        if ops::next(th, *it)?.is_some() {
            return Err(raise!(
                th,
                ValueError,
                "zip() argument {} is longer than {}",
                k + 1,
                names(k)
            ));
        }
    }
    Ok(Value::EXHAUSTED)
}
