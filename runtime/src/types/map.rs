//! `map`.

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

/// A `map` iterator.
#[repr(C)]
pub struct Map {
    pub header: Header,
    function: Field,
    iterators: Field,
    strict: bool,
}

pub static DEF: TypeDef = TypeDef::of::<Map>("map", "builtins")
    .doc("Make an iterator that computes the function using arguments from\neach of the iterables.  Stops when the shortest iterable is exhausted.\n\nIf strict is true and one of the arguments is exhausted before the others,\nraise a ValueError.")
    .flags(TypeFlags::BASE)
    .methods(Map::native_methods);

// SAFETY: instances of the class are made by `__new__` with this layout.
unsafe impl Object for Map {
    const KIND: Kind = Kind::Native;

    fn def() -> &'static TypeDef {
        &DEF
    }
}

#[methods]
impl Map {
    #[staticmethod(sig = "(cls, function, iterable, /, *iterables, strict=False)")]
    fn __new__(
        th: &Thread,
        cls: Value,
        function: Value,
        iterable: Value,
        strict: Option<bool>,
        iterables: &Tuple,
    ) -> PyResult<&'static Map> {
        let class = class_arg(th, cls, DEF.class(th))?;
        let mut its = vec![ops::get_iter(th, iterable)?];
        for v in iterables.values() {
            its.push(ops::get_iter(th, *v)?);
        }
        let its = Tuple::new(th, &its);
        Ok(alloc_as(
            th,
            class,
            Map {
                header: Header::new(0, Kind::Native),
                function: Field::new(Some(function)),
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
    fn __next__(th: &Thread, this: &'static Map) -> PyResult<Value> {
        let its = this.iterators.get().and_then(|t| t.cast::<Tuple>()).expect("set when made");
        let f = this.function.get().expect("set when made");
        if let [it] = its.values() {
            let v = ops::for_iter(th, *it)?;
            return if v == Value::EXHAUSTED { Ok(v) } else { ops::call(th, f, &[v]) };
        }
        let mut args = Vec::with_capacity(its.len());
        for (i, it) in its.values().iter().enumerate() {
            match ops::next(th, *it)? {
                Some(v) => args.push(v),
                None if this.strict && i > 0 => {
                    let names =
                        if i == 1 { "argument 1".to_string() } else { format!("arguments 1-{i}") };
                    return Err(raise!(
                        th,
                        ValueError,
                        "map() argument {} is shorter than {names}",
                        i + 1
                    ));
                }
                None if this.strict => {
                    for (k, it) in its.values().iter().enumerate().skip(1) {
                        if ops::next(th, *it)?.is_some() {
                            let names = if k == 1 {
                                "argument 1".to_string()
                            } else {
                                format!("arguments 1-{k}")
                            };
                            return Err(raise!(
                                th,
                                ValueError,
                                "map() argument {} is longer than {names}",
                                k + 1
                            ));
                        }
                    }
                    return Ok(Value::EXHAUSTED);
                }
                None => return Ok(Value::EXHAUSTED),
            }
        }
        ops::call(th, f, &args)
    }

    #[method]
    fn __reduce__(th: &Thread, this: &'static Map) -> Value {
        let its = this.iterators.get().and_then(|t| t.cast::<Tuple>()).expect("set when made");
        let mut args = vec![this.function.get().expect("set when made")];
        args.extend_from_slice(its.values());
        let args = Tuple::new(th, &args).value();
        Tuple::new(th, &[DEF.class(th).value(), args]).value()
    }
}
