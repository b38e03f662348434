//! `FrameLocalsProxy`: `f_locals` of a function's frame, which writes through (PEP 667).

use krait_layout::{Header, Kind, Thread, Value};

use crate::bytecode::code_unit::local_kind;
use crate::error::PyResult;
use crate::gc::Field;
use crate::object::type_object::{TypeDef, TypeFlags};
use crate::object::{Object, ValueExt, alloc};
use crate::ops::{self, Comparison};
use crate::types::dict::Dict;
use crate::types::exception::raise_key_error;
use crate::types::frame::Frame;
use crate::types::str::Str;
use crate::{raise, state};
use krait_macros::methods;

/// The proxy.
#[repr(C)]
pub struct FrameLocals {
    pub header: Header,
    frame: Field,
}

pub static DEF: TypeDef = TypeDef::of::<FrameLocals>("FrameLocalsProxy", "builtins")
    .flags(TypeFlags::MAPPING)
    .methods(FrameLocals::native_methods);

// SAFETY: instances of the class are made by `FrameLocals::new` with this layout.
unsafe impl Object for FrameLocals {
    const KIND: Kind = Kind::Native;

    fn def() -> &'static TypeDef {
        &DEF
    }
}

impl FrameLocals {
    pub fn new(th: &Thread, frame: &Frame) -> &'static FrameLocals {
        DEF.class(th);
        alloc(
            th,
            FrameLocals {
                header: Header::new(DEF.shape_id(), Kind::Native),
                frame: Field::new(Some(frame.value())),
            },
        )
    }

    fn frame(&self) -> &'static Frame {
        self.frame.get().and_then(|f| f.cast()).expect("set when made")
    }

    fn index(&self, key: Value) -> Option<usize> {
        let key = key.cast::<Str>()?;
        let code = self.frame().code();
        (0..code.locals_len()).find(|&i| {
            code.unit.localspluskinds[i] & local_kind::HIDDEN == 0
                && code.local_names()[i].cast::<Str>().is_some_and(|n| n.equals(key))
        })
    }

    fn find(&self, th: &Thread, key: Value) -> PyResult<Option<Value>> {
        if let Some(v) = self.index(key).and_then(|i| self.frame().variable(i)) {
            return Ok(Some(v));
        }
        match self.frame().extra_locals(th, false) {
            Some(d) => d.get(th, key),
            None => Ok(None),
        }
    }
}

#[methods]
impl FrameLocals {
    #[method(sig = "($self, key, /)")]
    fn __getitem__(th: &Thread, this: &'static FrameLocals, key: Value) -> PyResult<Value> {
        match this.find(th, key)? {
            Some(v) => Ok(v),
            None => Err(raise_key_error(th, key)),
        }
    }

    #[method(sig = "($self, key, value, /)")]
    fn __setitem__(
        th: &Thread,
        this: &'static FrameLocals,
        key: Value,
        value: Value,
    ) -> PyResult<()> {
        match this.index(key) {
            Some(i) => {
                this.frame().set_variable(th, i, value);
                Ok(())
            }
            None => this.frame().extra_locals(th, true).expect("made").set(th, key, value),
        }
    }

    #[method(sig = "($self, key, /)")]
    fn __delitem__(th: &Thread, this: &'static FrameLocals, key: Value) -> PyResult<()> {
        if this.index(key).is_some() {
            return Err(raise!(
                th,
                ValueError,
                "cannot remove local variables from FrameLocalsProxy"
            ));
        }
        match this.frame().extra_locals(th, true).expect("made").remove(th, key)? {
            Some(_) => Ok(()),
            None => Err(raise_key_error(th, key)),
        }
    }

    #[method]
    fn __len__(th: &Thread, this: &'static FrameLocals) -> PyResult<usize> {
        Ok(this.frame().snapshot(th)?.len())
    }

    #[method(sig = "($self, key, /)")]
    fn __contains__(th: &Thread, this: &'static FrameLocals, key: Value) -> PyResult<bool> {
        Ok(this.find(th, key)?.is_some())
    }

    #[method]
    fn __iter__(th: &Thread, this: &'static FrameLocals) -> PyResult<Value> {
        let keys: Vec<Value> = this.frame().snapshot(th)?.iter().map(|(k, _)| k).collect();
        let list = crate::types::list::List::new(th, &keys);
        ops::get_iter(th, list.value())
    }

    #[method]
    fn __repr__(th: &Thread, this: &'static FrameLocals) -> PyResult<Value> {
        Ok(ops::repr(th, this.frame().snapshot(th)?.value())?.value())
    }

    #[comparison]
    fn compare(
        th: &Thread,
        this: &'static FrameLocals,
        other: Value,
        op: Comparison,
    ) -> PyResult<Value> {
        let mine = this.frame().snapshot(th)?.value();
        let theirs = match other.cast::<FrameLocals>() {
            Some(o) => o.frame().snapshot(th)?.value(),
            None => other,
        };
        ops::compare(th, op, mine, theirs)
    }

    #[method(sig = "($self, key, default=None, /)")]
    fn get(
        th: &Thread,
        this: &'static FrameLocals,
        key: Value,
        default: Option<Value>,
    ) -> PyResult<Value> {
        Ok(this.find(th, key)?.or(default).unwrap_or(Value::NONE))
    }

    #[method]
    fn keys(th: &Thread, this: &'static FrameLocals) -> PyResult<Value> {
        let keys: Vec<Value> = this.frame().snapshot(th)?.iter().map(|(k, _)| k).collect();
        Ok(crate::types::list::List::new(th, &keys).value())
    }

    #[method]
    fn values(th: &Thread, this: &'static FrameLocals) -> PyResult<Value> {
        let values: Vec<Value> = this.frame().snapshot(th)?.iter().map(|(_, v)| v).collect();
        Ok(crate::types::list::List::new(th, &values).value())
    }

    #[method]
    fn items(th: &Thread, this: &'static FrameLocals) -> PyResult<Value> {
        let items: Vec<Value> = this
            .frame()
            .snapshot(th)?
            .iter()
            .map(|(k, v)| crate::types::tuple::Tuple::new(th, &[k, v]).value())
            .collect();
        Ok(crate::types::list::List::new(th, &items).value())
    }

    #[method]
    fn copy(th: &Thread, this: &'static FrameLocals) -> PyResult<Value> {
        Ok(this.frame().snapshot(th)?.value())
    }

    #[method(sig = "($self, other, /)")]
    fn update(th: &Thread, this: &'static FrameLocals, other: Value) -> PyResult<()> {
        let d = Dict::new(th);
        crate::types::dict::methods::merge(th, d, other)?;
        for (k, v) in d.pairs() {
            FrameLocals::__setitem__(th, this, k, v)?;
        }
        Ok(())
    }

    #[method(sig = "($self, other, /)")]
    fn __or__(th: &Thread, this: &'static FrameLocals, other: Value) -> PyResult<Value> {
        let d = this.frame().snapshot(th)?;
        crate::types::dict::methods::merge(th, d, other)?;
        Ok(d.value())
    }

    #[method(sig = "($self, key, default=None, /)")]
    fn setdefault(
        th: &Thread,
        this: &'static FrameLocals,
        key: Value,
        default: Option<Value>,
    ) -> PyResult<Value> {
        if let Some(v) = this.find(th, key)? {
            return Ok(v);
        }
        let v = default.unwrap_or(Value::NONE);
        let _ = state::builtins();
        FrameLocals::__setitem__(th, this, key, v)?;
        Ok(v)
    }
}
