//! `_contextvars` (PEP 567). A context is a dictionary from variables to values, copied when a
//! context is.

use krait_macros::methods;
use krait_runtime::error::PyResult;
use krait_runtime::gc::Field;
use krait_runtime::interpreter::thread_state;
use krait_runtime::native::{NativeModule, class_arg};
use krait_runtime::object::{Object, TypeDef, TypeFlags, ValueExt, alloc_as};
use krait_runtime::types::dict::Dict;
use krait_runtime::types::generic_alias;
use krait_runtime::types::module::Module;
use krait_runtime::types::str::Str;
use krait_runtime::types::tuple::Tuple;
use krait_runtime::{Header, Kind, Thread, Value, ops, raise};
use std::cell::Cell;

pub static MODULE: NativeModule = NativeModule {
    name: "_contextvars",
    doc: "Context Variables",
    functions: &functions::FUNCTIONS,
    init,
};

fn init(th: &Thread, m: &'static Module) -> PyResult<()> {
    for def in [&CONTEXT, &VARIABLE, &TOKEN] {
        m.add_type(th, def);
    }
    let class = TOKEN.class(th);
    let missing = ops::call(th, krait_runtime::types::object::DEF.class(th).value(), &[])?;
    let name = krait_runtime::state::intern(th, "MISSING");
    krait_runtime::object::class::set_class_attribute(th, class, name, Some(missing));
    Ok(())
}

#[repr(C)]
pub struct Context {
    header: Header,
    values: Field,
    previous: Field,
    entered: Cell<bool>,
}

#[repr(C)]
pub struct ContextVar {
    header: Header,
    name: Field,
    default: Field,
}

#[repr(C)]
pub struct Token {
    header: Header,
    var: Field,
    old: Field,
    context: Field,
    used: Cell<bool>,
}

pub static CONTEXT: TypeDef = TypeDef::of::<Context>("Context", "_contextvars")
    .methods(Context::native_methods)
    .flags(TypeFlags::WEAKREF);
pub static VARIABLE: TypeDef = TypeDef::of::<ContextVar>("ContextVar", "_contextvars")
    .methods(ContextVar::native_methods)
    .getsets(ContextVar::native_getsets);
pub static TOKEN: TypeDef = TypeDef::of::<Token>("Token", "_contextvars")
    .flags(TypeFlags::NO_NEW)
    .methods(Token::native_methods)
    .getsets(Token::native_getsets);

macro_rules! native_object {
    ($type:ident, $def:ident) => {
        // SAFETY: instances are made by this file with this layout.
        unsafe impl Object for $type {
            const KIND: Kind = Kind::Native;

            fn def() -> &'static TypeDef {
                &$def
            }
        }
    };
}

native_object!(Context, CONTEXT);
native_object!(ContextVar, VARIABLE);
native_object!(Token, TOKEN);

fn new_context(th: &Thread, values: &'static Dict) -> &'static Context {
    alloc_as(
        th,
        CONTEXT.class(th),
        Context {
            header: Header::new(0, Kind::Native),
            values: Field::new(Some(values.value())),
            previous: Field::new(None),
            entered: Cell::new(false),
        },
    )
}

/// The thread's context, made at first use.
fn current(th: &Thread) -> &'static Context {
    let state = thread_state(th);
    if let Some(c) = state.context.get().and_then(|c| c.cast::<Context>()) {
        return c;
    }
    let c = new_context(th, Dict::new(th));
    state.context.set(Some(c.value()));
    c
}

impl Context {
    fn values(&self) -> &'static Dict {
        self.values.get().and_then(|d| d.cast()).expect("set when made")
    }
}

#[methods]
impl Context {
    #[staticmethod(sig = "(cls, /)")]
    fn __new__(th: &Thread, _cls: Value) -> &'static Context {
        new_context(th, Dict::new(th))
    }

    #[method(sig = "($self, callable, /, *args, **kwargs)")]
    fn run(
        th: &Thread,
        this: &'static Context,
        callable: Value,
        args: &Tuple,
        kwargs: &Dict,
    ) -> PyResult<Value> {
        if this.entered.get() {
            let text = ops::repr_string(th, this.value())?;
            return Err(raise!(
                th,
                RuntimeError,
                "cannot enter context: {text} is already entered"
            ));
        }
        let state = thread_state(th);
        let previous = current(th);
        this.previous.set(&this.header, Some(previous.value()));
        this.entered.set(true);
        state.context.set(Some(this.value()));
        let result = ops::call_with(th, callable, args.values(), &kwargs.pairs());
        this.entered.set(false);
        this.previous.set(&this.header, None);
        state.context.set(Some(previous.value()));
        result
    }

    /// Return a shallow copy of the context object.
    #[method]
    fn copy(th: &Thread, this: &'static Context) -> &'static Context {
        new_context(th, this.values().copy(th))
    }

    #[method(sig = "($self, key, /)")]
    fn __getitem__(th: &Thread, this: &'static Context, key: Value) -> PyResult<Value> {
        match this.values().get(th, key)? {
            Some(v) => Ok(v),
            None => Err(krait_runtime::types::exception::raise_key_error(th, key)),
        }
    }

    #[method(sig = "($self, key, /)")]
    fn __contains__(th: &Thread, this: &'static Context, key: Value) -> PyResult<bool> {
        Ok(this.values().get(th, key)?.is_some())
    }

    #[method(sig = "($self, key, default=None, /)")]
    fn get(
        th: &Thread,
        this: &'static Context,
        key: Value,
        default: Option<Value>,
    ) -> PyResult<Option<Value>> {
        Ok(this.values().get(th, key)?.or(default))
    }

    #[method]
    fn __len__(this: &'static Context) -> usize {
        this.values().len()
    }

    #[method]
    fn __iter__(th: &Thread, this: &'static Context) -> PyResult<Value> {
        ops::get_iter(th, this.values().value())
    }

    #[method]
    fn keys(th: &Thread, this: &'static Context) -> PyResult<Value> {
        ops::call_method(th, this.values().value(), krait_runtime::intern!(th, "keys"), &[])
    }

    #[method(name = "values")]
    fn values_view(th: &Thread, this: &'static Context) -> PyResult<Value> {
        ops::call_method(th, this.values().value(), krait_runtime::intern!(th, "values"), &[])
    }

    #[method]
    fn items(th: &Thread, this: &'static Context) -> PyResult<Value> {
        ops::call_method(th, this.values().value(), krait_runtime::intern!(th, "items"), &[])
    }
}

impl ContextVar {
    /// The name and address, as `repr` shows them.
    fn shown(&self, th: &Thread) -> PyResult<String> {
        let name = ops::repr_string(th, self.name.get().expect("set when made"))?;
        let default = match self.default.get() {
            Some(d) => format!(" default={}", ops::repr_string(th, d)?),
            None => String::new(),
        };
        Ok(format!("<ContextVar name={name}{default} at {:#x}>", self.value().bits()))
    }
}

#[methods]
impl ContextVar {
    #[staticmethod(sig = "(cls, name, /, *, default=<unrepresentable>)")]
    fn __new__(
        th: &Thread,
        cls: Value,
        name: &'static Str,
        default: Option<Value>,
    ) -> PyResult<&'static ContextVar> {
        let class = class_arg(th, cls, VARIABLE.class(th))?;
        Ok(alloc_as(
            th,
            class,
            ContextVar {
                header: Header::new(0, Kind::Native),
                name: Field::new(Some(name.value())),
                default: Field::new(default),
            },
        ))
    }

    /// Return a value for the context variable for the current context.
    #[method(sig = "($self, default=<unrepresentable>, /)")]
    fn get(th: &Thread, this: &'static ContextVar, default: Option<Value>) -> PyResult<Value> {
        if let Some(v) = current(th).values().get(th, this.value())? {
            return Ok(v);
        }
        match default.or(this.default.get()) {
            Some(v) => Ok(v),
            None => Err(krait_runtime::error::raise_args(
                th,
                krait_runtime::types::exception::Exc::LookupError,
                &[this.value()],
            )),
        }
    }

    /// Call to set a new value for the context variable in the current context.
    #[method(sig = "($self, value, /)")]
    fn set(th: &Thread, this: &'static ContextVar, value: Value) -> PyResult<Value> {
        let context = current(th);
        let old = context.values().get(th, this.value())?;
        context.values().set(th, this.value(), value)?;
        Ok(alloc_as(
            th,
            TOKEN.class(th),
            Token {
                header: Header::new(0, Kind::Native),
                var: Field::new(Some(this.value())),
                old: Field::new(old),
                context: Field::new(Some(context.value())),
                used: Cell::new(false),
            },
        )
        .value())
    }

    /// Reset the context variable.
    #[method(sig = "($self, token, /)")]
    fn reset(th: &Thread, this: &'static ContextVar, token: &'static Token) -> PyResult<()> {
        let shown = || ops::repr_string(th, token.value());
        if token.used.get() {
            let text = shown()?;
            return Err(raise!(th, RuntimeError, "{text} has already been used once"));
        }
        if token.var.get() != Some(this.value()) {
            let text = shown()?;
            return Err(raise!(th, ValueError, "{text} was created by a different ContextVar"));
        }
        let context = current(th);
        if token.context.get() != Some(context.value()) {
            let text = shown()?;
            return Err(raise!(th, ValueError, "{text} was created in a different Context"));
        }
        token.used.set(true);
        match token.old.get() {
            Some(v) => context.values().set(th, this.value(), v),
            None => context.values().remove(th, this.value()).map(|_| ()),
        }
    }

    #[getter]
    fn name(this: &'static ContextVar) -> Option<Value> {
        this.name.get()
    }

    #[method]
    fn __hash__(this: &'static ContextVar) -> i64 {
        ops::identity_hash(this.value())
    }

    #[method]
    fn __repr__(th: &Thread, this: &'static ContextVar) -> PyResult<String> {
        this.shown(th)
    }

    /// See PEP 585
    #[classmethod(sig = "($type, object, /)")]
    fn __class_getitem__(th: &Thread, cls: Value, item: Value) -> PyResult<Value> {
        generic_alias::new(th, cls, item)
    }
}

#[methods]
impl Token {
    #[getter]
    fn var(this: &'static Token) -> Option<Value> {
        this.var.get()
    }

    #[getter]
    fn old_value(th: &Thread, this: &'static Token) -> PyResult<Value> {
        match this.old.get() {
            Some(v) => Ok(v),
            None => krait_runtime::object::get_attr(
                th,
                TOKEN.class(th).value(),
                krait_runtime::intern!(th, "MISSING"),
            ),
        }
    }

    #[method]
    fn __enter__(this: &'static Token) -> Value {
        this.value()
    }

    #[method(sig = "($self, /, *args)")]
    fn __exit__(th: &Thread, this: &'static Token, _args: Value) -> PyResult<()> {
        let var: &'static ContextVar =
            this.var.get().and_then(|v| v.cast()).expect("set when made");
        ContextVar::reset(th, var, this)
    }

    #[method]
    fn __repr__(th: &Thread, this: &'static Token) -> PyResult<String> {
        let var = ops::repr_string(th, this.var.get().expect("set when made"))?;
        let used = if this.used.get() { " used" } else { "" };
        Ok(format!("<Token{used} var={var} at {:#x}>", this.value().bits()))
    }

    /// See PEP 585
    #[classmethod(sig = "($type, object, /)")]
    fn __class_getitem__(th: &Thread, cls: Value, item: Value) -> PyResult<Value> {
        generic_alias::new(th, cls, item)
    }
}

#[krait_macros::module]
mod functions {
    use super::*;

    /// A copy of the current context.
    #[function]
    fn copy_context(th: &Thread) -> &'static Context {
        new_context(th, current(th).values().copy(th))
    }
}
