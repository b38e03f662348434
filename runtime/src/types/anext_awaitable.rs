//! `anext_awaitable`: what `anext(iterator, default)` gives. Awaiting it gives the default where
//! the iterator is at its end.

use krait_layout::{Header, Kind, Raised, Thread, Value};

use super::exception::Exc;
use super::generator;
use crate::error::{PyResult, catch};
use crate::gc::Field;
use crate::object::type_object::{TypeDef, TypeFlags};
use crate::object::{Object, Slot, ValueExt, alloc};
use crate::{intern, ops, raise};
use krait_macros::methods;

/// See the module's comment.
#[repr(C)]
pub struct AnextAwaitable {
    pub header: Header,
    /// What `__anext__()` gave.
    awaitable: Field,
    default: Field,
    /// The iterator of the awaitable, once it is awaited.
    iterator: Field,
}

pub static DEF: TypeDef = TypeDef::of::<AnextAwaitable>("anext_awaitable", "builtins")
    .flags(TypeFlags::NO_NEW)
    .methods(AnextAwaitable::native_methods);

// SAFETY: instances of the class are made by `new` with this layout.
unsafe impl Object for AnextAwaitable {
    const KIND: Kind = Kind::Native;

    fn def() -> &'static TypeDef {
        &DEF
    }
}

/// `anext(iterator, default)`, of whose `__anext__()` the result is `awaitable`.
pub fn new(th: &Thread, awaitable: Value, default: Value) -> Value {
    DEF.class(th);
    alloc(
        th,
        AnextAwaitable {
            header: Header::new(DEF.shape_id(), Kind::Native),
            awaitable: Field::new(Some(awaitable)),
            default: Field::new(Some(default)),
            iterator: Field::new(None),
        },
    )
    .value()
}

/// The iterator that the awaitable is awaited by.
fn iterator(th: &Thread, this: &'static AnextAwaitable) -> PyResult<Value> {
    if let Some(it) = this.iterator.get() {
        return Ok(it);
    }
    let awaitable = this.awaitable.get().expect("set when made");
    let mut it = generator::get_awaitable(th, awaitable, 0)?;
    // A coroutine is awaited through its wrapper.
    if it.slot(Slot::Next).is_none() {
        it = ops::call_method(th, it, intern!(th, "__await__"), &[])?;
    }
    this.iterator.set(&this.header, Some(it));
    Ok(it)
}

/// A step of the iterator, whose end without an item is the default as a `StopIteration`.
fn step(th: &Thread, this: &'static AnextAwaitable, result: PyResult<Value>) -> PyResult<Value> {
    match catch(th, Exc::StopAsyncIteration, result)? {
        Some(Value::EXHAUSTED) => Err(raise!(th, StopIteration)),
        Some(v) => Ok(v),
        None => {
            let default = this.default.get().expect("set when made");
            let class = Exc::StopIteration.class().value();
            let exc = ops::call(th, class, &[default])?;
            th.raised.set(Some(exc));
            Err(Raised)
        }
    }
}

#[methods]
impl AnextAwaitable {
    #[method]
    fn __await__(this: Value) -> Value {
        this
    }

    #[method]
    fn __iter__(this: Value) -> Value {
        this
    }

    #[method]
    fn __next__(th: &Thread, this: &'static AnextAwaitable) -> PyResult<Value> {
        let it = iterator(th, this)?;
        let f = it.slot(Slot::Next).expect("an iterator");
        step(th, this, ops::call(th, f, &[it]))
    }

    #[method(sig = "($self, value, /)")]
    fn send(th: &Thread, this: &'static AnextAwaitable, value: Value) -> PyResult<Value> {
        let it = iterator(th, this)?;
        step(th, this, ops::call_method(th, it, intern!(th, "send"), &[value]))
    }

    #[method(sig = "($self, type, value=None, traceback=None, /)")]
    fn throw(
        th: &Thread,
        this: &'static AnextAwaitable,
        class: Value,
        value: Option<Value>,
        tb: Option<Value>,
    ) -> PyResult<Value> {
        let it = iterator(th, this)?;
        let args: Vec<Value> = [Some(class), value, tb].into_iter().flatten().collect();
        step(th, this, ops::call_method(th, it, intern!(th, "throw"), &args))
    }

    #[method]
    fn close(th: &Thread, this: &'static AnextAwaitable) -> PyResult<Value> {
        let it = iterator(th, this)?;
        ops::call_method(th, it, intern!(th, "close"), &[])
    }
}
