//! `module`.

use krait_layout::{Header, Kind, Thread, Value, shapes};

use crate::error::PyResult;
use crate::gc::Field;
use crate::native::{NativeModule, class_arg};
use crate::object::type_object::{Type, TypeDef, TypeFlags};
use crate::object::{Object, ValueExt, alloc, alloc_as, attributes};
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::native_function::NativeFunction;
use crate::types::object::attribute_name;
use crate::types::str::Str;
use crate::{intern, ops, raise, state};
use krait_macros::methods;

/// A module: its attributes are the dictionary that its code runs in.
#[repr(C)]
pub struct Module {
    pub header: Header,
    dict: Field,
}

pub static DEF: TypeDef = TypeDef::of::<Module>("module", "builtins")
    .doc("Create a module object.\n\nThe name must be a string; the optional docstring can have any type.")
    .flags(TypeFlags::BASE.or(TypeFlags::WEAKREF))
    .methods(Module::native_methods)
    .getsets(Module::native_getsets)
    .shape(shapes::MODULE);

// SAFETY: every object of kind `Module` is made in this file with this layout.
unsafe impl Object for Module {
    const KIND: Kind = Kind::Module;

    fn def() -> &'static TypeDef {
        &DEF
    }
}

impl Module {
    /// A module with CPython's initial attributes.
    pub fn new(th: &Thread, name: &str) -> &'static Module {
        let dict = Dict::new(th);
        let m = alloc(
            th,
            Module {
                header: Header::new(shapes::MODULE, Kind::Module),
                dict: Field::new(Some(dict.value())),
            },
        );
        m.set_initial(th, Str::new(th, name).value(), Value::NONE);
        m
    }

    /// A native module: functions, documentation and what its `init` adds.
    pub fn new_native(th: &Thread, def: &'static NativeModule) -> PyResult<&'static Module> {
        let m = Module::new(th, def.name);
        let name = Str::new(th, def.name).value();
        if !def.doc.is_empty() {
            m.dict().set_name(th, intern!(th, "__doc__"), Str::new(th, def.doc).value());
        }
        for f in def.functions {
            if def.name != "builtins" {
                f.set_module(def.name);
            }
            let function = NativeFunction::function(th, f, Some(name));
            m.set(th, f.name, function.value());
        }
        (def.init)(th, m)?;
        Ok(m)
    }

    fn set_initial(&self, th: &Thread, name: Value, doc: Value) {
        let d = self.dict();
        d.set_name(th, intern!(th, "__name__"), name);
        d.set_name(th, intern!(th, "__doc__"), doc);
        for n in ["__package__", "__loader__", "__spec__"] {
            d.set_name(th, state::intern(th, n), Value::NONE);
        }
    }

    #[inline(always)]
    pub fn dict(&self) -> &'static Dict {
        self.dict.get().and_then(|d| d.cast::<Dict>()).expect("a module has a dictionary")
    }

    /// Sets the attribute `name`.
    pub fn set(&self, th: &Thread, name: &str, v: Value) {
        self.dict().set_name(th, state::intern(th, name), v);
    }

    /// The attribute `name`, by dictionary only.
    pub fn get(&self, th: &Thread, name: &str) -> Option<Value> {
        self.dict().get_name(state::intern(th, name))
    }

    /// Adds a native type under its own name.
    pub fn add_type(&self, th: &Thread, def: &'static TypeDef) -> &'static Type {
        let class = def.class(th);
        self.set(th, def.name.rsplit('.').next().expect("a name"), class.value());
        class
    }

    fn name(&self, th: &Thread) -> Option<&'static Str> {
        self.dict().get_name(intern!(th, "__name__")).and_then(|n| n.cast::<Str>())
    }

    /// The message of `AttributeError` for a missing attribute.
    pub fn missing_message(&self, th: &Thread, name: &Str) -> String {
        match self.name(th) {
            Some(n) => format!("module '{n}' has no attribute '{name}'"),
            None => format!("module has no attribute '{name}'"),
        }
    }
}

#[methods]
impl Module {
    #[staticmethod(sig = "(cls, /, *args, **kwargs)")]
    fn __new__(
        th: &Thread,
        cls: Value,
        _args: &crate::types::tuple::Tuple,
        _kwargs: &Dict,
    ) -> PyResult<&'static Module> {
        let class = class_arg(th, cls, DEF.class(th))?;
        let dict = Dict::new(th);
        Ok(alloc_as(
            th,
            class,
            Module {
                header: Header::new(shapes::MODULE, Kind::Module),
                dict: Field::new(Some(dict.value())),
            },
        ))
    }

    #[method(sig = "($self, name, doc=None)")]
    fn __init__(th: &Thread, this: &'static Module, name: &Str, doc: Option<Value>) {
        this.set_initial(th, name.value(), doc.unwrap_or(Value::NONE));
    }

    #[method(sig = "($self, name, /)")]
    fn __getattribute__(th: &Thread, this: &'static Module, name: Value) -> PyResult<Value> {
        let name = attribute_name(th, name)?;
        if let Some(v) = attributes::generic_get(th, this.value(), name)? {
            return Ok(v);
        }
        // PEP 562.
        if let Some(f) = this.dict().get_name(intern!(th, "__getattr__")) {
            return ops::call(th, f, &[name]);
        }
        Err(attributes::missing(th, this.value(), name))
    }

    #[method]
    fn __repr__(th: &Thread, this: &'static Module) -> PyResult<Value> {
        let importlib = state::GLOBALS.importlib.get();
        if let Some(importlib) = importlib {
            return ops::call_method(
                th,
                importlib,
                state::intern(th, "_module_repr"),
                &[this.value()],
            );
        }
        let name = this.name(th).map_or("?".into(), |n| n.to_string());
        Ok(Str::new(th, &format!("<module '{name}' (built-in)>")).value())
    }

    #[method]
    fn __dir__(th: &Thread, this: &'static Module) -> PyResult<Value> {
        if let Some(f) = this.dict().get_name(intern!(th, "__dir__")) {
            return ops::call(th, f, &[]);
        }
        let keys: Vec<Value> = this.dict().iter().map(|(k, _)| k).collect();
        Ok(List::new(th, &keys).value())
    }

    #[getter]
    fn __dict__(this: &'static Module) -> Option<Value> {
        this.dict.get()
    }

    #[getter]
    fn __annotate__(th: &Thread, this: &'static Module) -> Value {
        this.dict().get_name(intern!(th, "__annotate__")).unwrap_or(Value::NONE)
    }

    #[setter]
    fn set___annotate__(th: &Thread, this: &'static Module, value: Option<Value>) -> PyResult<()> {
        match value {
            Some(v) => {
                this.dict().set_name(th, intern!(th, "__annotate__"), v);
                Ok(())
            }
            None => Err(raise!(th, TypeError, "cannot delete __annotate__ attribute")),
        }
    }

    #[getter]
    fn __annotations__(th: &Thread, this: &'static Module) -> PyResult<Value> {
        let name = intern!(th, "__annotations__");
        if let Some(a) = this.dict().get_name(name) {
            return Ok(a);
        }
        let made = match this.dict().get_name(intern!(th, "__annotate__")).filter(|a| !a.is_none())
        {
            Some(f) => ops::call(th, f, &[Value::from_i32(1)])?,
            None => Dict::new(th).value(),
        };
        this.dict().set_name(th, name, made);
        Ok(made)
    }

    #[setter]
    fn set___annotations__(
        th: &Thread,
        this: &'static Module,
        value: Option<Value>,
    ) -> PyResult<()> {
        let name = intern!(th, "__annotations__");
        match value {
            Some(v) => this.dict().set_name(th, name, v),
            None => {
                if this.dict().remove_str(name.cast::<Str>().expect("a string")).is_none() {
                    return Err(attributes::missing(th, this.value(), name));
                }
            }
        }
        Ok(())
    }
}
