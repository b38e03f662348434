//! Native functions as objects: `builtin_function_or_method`, `method_descriptor` and their kin;
//! and `getset_descriptor`.

use std::cell::Cell;

use krait_layout::{Header, Kind, StackSlot, Thread, Value, shapes};

use crate::error::PyResult;
use crate::gc::Field;
use crate::native::{DefKind, GetSetDef, NativeDef};
use crate::object::slots::SLOT_NAMES;
use crate::object::type_object::{Type, TypeDef, TypeFlags};
use crate::object::{Object, ValueExt, alloc, missing};
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::{intern, raise, state};
use krait_macros::methods;

/// A native function. Its class says what it is: a module's function or bound method, a method
/// of a type not yet bound, a special method ("slot wrapper"), or a class method.
#[repr(C)]
pub struct NativeFunction {
    pub header: Header,
    /// Positional arguments that the function takes as they are, with nothing to bind; `UNKNOWN`
    /// until the first call that wants to know, `BINDS` where there is always something to do.
    arity: Cell<u32>,
    def: &'static NativeDef,
    /// What it is bound to, for `builtin_function_or_method` and `method-wrapper`.
    receiver: Field,
    /// The class it belongs to, or its module's name.
    owner: Field,
}

macro_rules! function_type {
    ($name:ident, $text:literal, $shape:ident) => {
        pub static $name: TypeDef = TypeDef::of::<NativeFunction>($text, "builtins")
            .flags(TypeFlags::NO_NEW.or(TypeFlags::METHOD_DESCRIPTOR))
            .methods(NativeFunction::native_methods)
            .getsets(NativeFunction::native_getsets)
            .shape(shapes::$shape);
    };
}

function_type!(BUILTIN_FUNCTION, "builtin_function_or_method", BUILTIN_FUNCTION);
function_type!(METHOD_DESCRIPTOR, "method_descriptor", METHOD_DESCRIPTOR);
function_type!(CLASS_METHOD_DESCRIPTOR, "classmethod_descriptor", CLASS_METHOD_DESCRIPTOR);
function_type!(WRAPPER_DESCRIPTOR, "wrapper_descriptor", WRAPPER_DESCRIPTOR);
function_type!(METHOD_WRAPPER, "method-wrapper", METHOD_WRAPPER);

// SAFETY: every object of kind `NativeFunction` is made by `make` with this layout.
unsafe impl Object for NativeFunction {
    const KIND: Kind = Kind::NativeFunction;

    fn def() -> &'static TypeDef {
        &BUILTIN_FUNCTION
    }
}

fn make(
    th: &Thread,
    shape: u32,
    def: &'static NativeDef,
    receiver: StackSlot,
    owner: StackSlot,
) -> &'static NativeFunction {
    alloc(
        th,
        NativeFunction {
            header: Header::new(shape, Kind::NativeFunction),
            arity: Cell::new(UNKNOWN),
            def,
            receiver: Field::new(receiver),
            owner: Field::new(owner),
        },
    )
}

/// A native `__next__` is at its end, and the program called it.
#[cold]
fn exhausted(th: &Thread) -> crate::Raised {
    raise!(th, StopIteration)
}

const UNKNOWN: u32 = u32::MAX;
const BINDS: u32 = u32::MAX - 1;

impl NativeFunction {
    /// Calls the function with positional arguments if it takes them just as they are; `None`
    /// where a full call is needed.
    #[inline(always)]
    pub fn call_as_is(&self, th: &Thread, args: &[StackSlot]) -> Option<PyResult<Value>> {
        if self.arity.get() != args.len() as u32 && !self.learn_arity(args.len()) {
            return None;
        }
        let result = (self.def.function)(th, args);
        Some(if result == Ok(Value::EXHAUSTED) { Err(exhausted(th)) } else { result })
    }

    #[inline(never)]
    fn learn_arity(&self, given: usize) -> bool {
        if self.arity.get() != UNKNOWN {
            return false;
        }
        let arity = if self.takes_receiver() { None } else { self.def.parameters().exact() };
        self.arity.set(arity.map_or(BINDS, |n| n as u32));
        arity == Some(given)
    }

    /// A module's function; `module` is its name.
    pub fn function(
        th: &Thread,
        def: &'static NativeDef,
        module: StackSlot,
    ) -> &'static NativeFunction {
        make(th, shapes::BUILTIN_FUNCTION, def, None, module)
    }

    /// A function bound to `receiver`, which it does not take as its first argument unless it is
    /// a method or class method.
    pub fn bound(
        th: &Thread,
        def: &'static NativeDef,
        receiver: Value,
        owner: StackSlot,
    ) -> &'static NativeFunction {
        make(th, shapes::BUILTIN_FUNCTION, def, Some(receiver), owner)
    }

    /// A method of `class`: a slot wrapper if it is a special method.
    pub fn method(th: &Thread, class: &Type, def: &'static NativeDef) -> &'static NativeFunction {
        let shape = if SLOT_NAMES.contains(&def.name)
            && !matches!(
                def.name,
                "__format__"
                    | "__reversed__"
                    | "__missing__"
                    | "__round__"
                    | "__dir__"
                    | "__length_hint__"
                    | "__enter__"
                    | "__exit__"
                    | "__fspath__"
                    | "__bytes__"
                    | "__instancecheck__"
                    | "__subclasscheck__"
                    | "__complex__"
            ) {
            shapes::WRAPPER_DESCRIPTOR
        } else {
            shapes::METHOD_DESCRIPTOR
        };
        make(th, shape, def, None, Some(class.value()))
    }

    pub fn class_method(
        th: &Thread,
        class: &Type,
        def: &'static NativeDef,
    ) -> &'static NativeFunction {
        make(th, shapes::CLASS_METHOD_DESCRIPTOR, def, None, Some(class.value()))
    }

    pub fn name(&self) -> &'static str {
        self.def.name
    }

    pub fn def(&self) -> &'static NativeDef {
        self.def
    }

    pub fn receiver(&self) -> StackSlot {
        self.receiver.get()
    }

    /// Whether calling it with the instance first does the same as binding and calling.
    #[inline(always)]
    pub fn is_unbound_method(&self) -> bool {
        matches!(self.header.shape.get(), shapes::METHOD_DESCRIPTOR | shapes::WRAPPER_DESCRIPTOR)
    }

    fn takes_receiver(&self) -> bool {
        self.receiver.get().is_some()
            && matches!(self.def.kind, DefKind::Method | DefKind::ClassMethod)
    }

    /// Calls the function. `EXHAUSTED` from a native `__next__` becomes `StopIteration`.
    #[inline]
    pub fn call(
        &self,
        th: &Thread,
        args: &[StackSlot],
        kwnames: Option<&'static Tuple>,
    ) -> PyResult<Value> {
        let result = self.call_raw(th, args, kwnames)?;
        if result == Value::EXHAUSTED { Err(exhausted(th)) } else { Ok(result) }
    }

    /// As `call`, with `EXHAUSTED` handed on.
    #[inline]
    pub fn call_raw(
        &self,
        th: &Thread,
        args: &[StackSlot],
        kwnames: Option<&'static Tuple>,
    ) -> PyResult<Value> {
        if self.takes_receiver() {
            let receiver = self.receiver.get().expect("checked");
            return crate::ops::call::with_first(receiver, args, |a| self.def.call(th, a, kwnames));
        }
        if args.is_empty() && matches!(self.def.kind, DefKind::Method | DefKind::ClassMethod) {
            return Err(self.needs_argument(th));
        }
        self.def.call(th, args, kwnames)
    }

    #[cold]
    fn needs_argument(&self, th: &Thread) -> crate::Raised {
        let owner = self.owner.get().and_then(|o| o.cast::<Type>());
        let owner = owner.map_or(String::new(), Type::name_string);
        if self.header.shape.get() == shapes::METHOD_DESCRIPTOR {
            return raise!(
                th,
                TypeError,
                "unbound method {owner}.{}() needs an argument",
                self.def.name
            );
        }
        raise!(
            th,
            TypeError,
            "descriptor '{}' of '{owner}' object needs an argument",
            self.def.name
        )
    }

    /// `__get__`.
    pub fn bind(&self, th: &Thread, instance: Value, owner: Value) -> PyResult<Value> {
        match self.header.shape.get() {
            shapes::METHOD_DESCRIPTOR | shapes::WRAPPER_DESCRIPTOR => {
                if instance.is_none()
                    && owner
                        .cast::<Type>()
                        .is_none_or(|t| t.instance_shape.get() != shapes::NONE_TYPE)
                {
                    return Ok(self.value());
                }
                let shape = if self.header.shape.get() == shapes::WRAPPER_DESCRIPTOR {
                    shapes::METHOD_WRAPPER
                } else {
                    shapes::BUILTIN_FUNCTION
                };
                Ok(make(th, shape, self.def, Some(instance), self.owner.get()).value())
            }
            shapes::CLASS_METHOD_DESCRIPTOR => {
                Ok(NativeFunction::bound(th, self.def, owner, self.owner.get()).value())
            }
            _ => Ok(self.value()),
        }
    }

    fn owner_class(&self) -> Option<&'static Type> {
        self.owner.get().and_then(|o| o.cast::<Type>())
    }
}

#[methods]
impl NativeFunction {
    #[method(sig = "($self, /, *args, **kwargs)")]
    fn __call__(
        th: &Thread,
        this: &'static NativeFunction,
        args: &'static Tuple,
        kwargs: &'static crate::types::dict::Dict,
    ) -> PyResult<Value> {
        crate::ops::call_with(th, this.value(), args.values(), &kwargs.pairs())
    }

    #[method(sig = "($self, instance, owner=None, /)")]
    fn __get__(
        th: &Thread,
        this: &'static NativeFunction,
        instance: Value,
        owner: Option<Value>,
    ) -> PyResult<Value> {
        this.bind(th, instance, owner.unwrap_or(instance.class().value()))
    }

    #[method]
    fn __repr__(th: &Thread, this: &'static NativeFunction) -> PyResult<String> {
        let name = this.def.name;
        let owner = || this.owner_class().map_or(String::new(), Type::name_string);
        Ok(match this.header.shape.get() {
            shapes::METHOD_DESCRIPTOR => format!("<method '{name}' of '{}' objects>", owner()),
            shapes::CLASS_METHOD_DESCRIPTOR => {
                format!("<method '{name}' of '{}' objects>", owner())
            }
            shapes::WRAPPER_DESCRIPTOR => {
                format!("<slot wrapper '{name}' of '{}' objects>", owner())
            }
            shapes::METHOD_WRAPPER => {
                let r = this.receiver.get().expect("bound");
                format!("<method-wrapper '{name}' of {} object at {:#x}>", r.type_name(), r.bits())
            }
            _ => match this.receiver.get() {
                Some(r) if r.kind() != Kind::Module => match r.cast::<Type>() {
                    Some(t) => format!(
                        "<built-in method {name} of type object at {:#x}>",
                        t.value().bits()
                    ),
                    None => format!(
                        "<built-in method {name} of {} object at {:#x}>",
                        r.type_name(),
                        r.bits()
                    ),
                },
                _ => {
                    let _ = th;
                    format!("<built-in function {name}>")
                }
            },
        })
    }

    #[comparison]
    fn compare(
        _th: &Thread,
        this: &'static NativeFunction,
        other: Value,
        op: crate::ops::Comparison,
    ) -> PyResult<Value> {
        let same = other.cast::<NativeFunction>().map(|o| {
            std::ptr::eq(this, o)
                || (this.receiver.get().is_some()
                    && this.receiver.get() == o.receiver.get()
                    && std::ptr::eq(this.def, o.def))
        });
        Ok(match (op, same) {
            (crate::ops::Comparison::Eq, Some(s)) => Value::from_bool(s),
            (crate::ops::Comparison::Ne, Some(s)) => Value::from_bool(!s),
            _ => Value::NOT_IMPLEMENTED,
        })
    }

    #[method]
    fn __hash__(this: &'static NativeFunction) -> i64 {
        let a = crate::types::hash::hash_address(this.def as *const NativeDef as u64);
        match this.receiver.get() {
            Some(r) => a ^ crate::types::hash::hash_address(r.bits()),
            None => crate::types::hash::hash_address(this.value().bits()),
        }
    }

    #[method]
    fn __reduce__(th: &Thread, this: &'static NativeFunction) -> PyResult<Value> {
        match this.receiver.get() {
            Some(r) if r.kind() != Kind::Module => {
                let getattr = state::builtins()
                    .get_name(intern!(th, "getattr"))
                    .expect("builtins has getattr");
                let name = Str::new(th, this.def.name).value();
                let args = Tuple::new(th, &[r, name]).value();
                Ok(Tuple::new(th, &[getattr, args]).value())
            }
            _ => match this.owner_class() {
                Some(c) => {
                    let getattr = state::builtins()
                        .get_name(intern!(th, "getattr"))
                        .expect("builtins has getattr");
                    let name = Str::new(th, this.def.name).value();
                    let args = Tuple::new(th, &[c.value(), name]).value();
                    Ok(Tuple::new(th, &[getattr, args]).value())
                }
                None => Ok(Str::new(th, this.def.name).value()),
            },
        }
    }

    #[getter]
    fn __name__(this: &'static NativeFunction) -> &'static str {
        this.def.name
    }

    #[getter]
    fn __qualname__(this: &'static NativeFunction) -> String {
        let class = match this.receiver.get() {
            Some(r) if this.owner_class().is_none() => match r.cast::<Type>() {
                Some(t) => Some(t),
                None if r.kind() == Kind::Module => None,
                None => Some(r.class()),
            },
            _ => this.owner_class(),
        };
        match class {
            Some(c) => format!("{}.{}", c.qualname_string(), this.def.name),
            None => this.def.name.to_string(),
        }
    }

    #[getter]
    fn __doc__(th: &Thread, this: &'static NativeFunction) -> Value {
        if this.def.doc.is_empty() { Value::NONE } else { Str::new(th, this.def.doc).value() }
    }

    #[getter]
    fn __text_signature__(th: &Thread, this: &'static NativeFunction) -> Value {
        this.def.text_signature().map_or(Value::NONE, |s| Str::new(th, &s).value())
    }

    #[getter]
    fn __module__(th: &Thread, this: &'static NativeFunction) -> PyResult<Value> {
        if this.header.shape.get() != shapes::BUILTIN_FUNCTION {
            return Err(missing(th, this.value(), intern!(th, "__module__")));
        }
        Ok(match this.owner.get() {
            Some(o) if o.cast::<Str>().is_some() => o,
            _ => Value::NONE,
        })
    }

    #[getter]
    fn __self__(th: &Thread, this: &'static NativeFunction) -> PyResult<Value> {
        match this.header.shape.get() {
            shapes::BUILTIN_FUNCTION | shapes::METHOD_WRAPPER => Ok(match this.receiver.get() {
                Some(r) => r,
                None => this
                    .owner
                    .get()
                    .and_then(|name| state::modules().get_str(name.cast::<Str>()?))
                    .unwrap_or(Value::NONE),
            }),
            _ => Err(missing(th, this.value(), intern!(th, "__self__"))),
        }
    }

    #[getter]
    fn __objclass__(th: &Thread, this: &'static NativeFunction) -> PyResult<Value> {
        match this.owner_class() {
            Some(c) if this.header.shape.get() != shapes::BUILTIN_FUNCTION => Ok(c.value()),
            _ => Err(missing(th, this.value(), intern!(th, "__objclass__"))),
        }
    }
}

/// `getset_descriptor`: a native attribute.
#[repr(C)]
pub struct GetSet {
    pub header: Header,
    def: &'static GetSetDef,
    owner: Field,
}

pub static GETSET_DESCRIPTOR: TypeDef = TypeDef::of::<GetSet>("getset_descriptor", "builtins")
    .flags(TypeFlags::NO_NEW)
    .methods(GetSet::native_methods)
    .getsets(GetSet::native_getsets)
    .shape(shapes::GETSET_DESCRIPTOR);

// SAFETY: every object of kind `GetSet` is made by `GetSet::new` with this layout.
unsafe impl Object for GetSet {
    const KIND: Kind = Kind::GetSet;

    fn def() -> &'static TypeDef {
        &GETSET_DESCRIPTOR
    }
}

impl GetSet {
    pub fn new(th: &Thread, class: &Type, def: &'static GetSetDef) -> &'static GetSet {
        alloc(
            th,
            GetSet {
                header: Header::new(shapes::GETSET_DESCRIPTOR, Kind::GetSet),
                def,
                owner: Field::new(Some(class.value())),
            },
        )
    }

    fn owner(&self) -> &'static Type {
        self.owner.get().and_then(|o| o.cast::<Type>()).expect("set when made")
    }

    fn check(&self, th: &Thread, instance: Value) -> PyResult<()> {
        if instance.class().is_subclass(self.owner()) {
            return Ok(());
        }
        Err(raise!(
            th,
            TypeError,
            "descriptor '{}' for '{}' objects doesn't apply to a '{}' object",
            self.def.name,
            self.owner().name_string(),
            instance.type_name()
        ))
    }

    pub fn get(&self, th: &Thread, instance: Value, owner: Value) -> PyResult<Value> {
        if instance.is_none()
            && owner.cast::<Type>().is_none_or(|t| t.instance_shape.get() != shapes::NONE_TYPE)
        {
            return Ok(self.value());
        }
        self.check(th, instance)?;
        match self.def.get {
            Some(get) => get(th, &[Some(instance)]),
            None if is_member(&self.owner().name_string(), self.def.name) => {
                Err(raise!(th, AttributeError, "readonly attribute"))
            }
            None => Err(raise!(
                th,
                AttributeError,
                "attribute '{}' of '{}' objects is not readable",
                self.def.name,
                self.owner().name_string()
            )),
        }
    }

    /// The attribute of an instance that was seen to be the owner's; `None` where it cannot be
    /// read.
    #[inline]
    pub fn read(&self, th: &Thread, instance: Value) -> Option<PyResult<Value>> {
        self.def.get.map(|get| get(th, &[Some(instance)]))
    }

    /// Whether `class` is the owner or a subclass.
    pub fn applies_to(&self, class: &Type) -> bool {
        class.is_subclass(self.owner())
    }

    fn set(&self, th: &Thread, instance: Value, value: StackSlot) -> PyResult<()> {
        self.check(th, instance)?;
        match self.def.set {
            Some(set) => set(th, &[Some(instance), value]).map(|_| ()),
            None if is_member(&self.owner().name_string(), self.def.name) => {
                Err(raise!(th, AttributeError, "readonly attribute"))
            }
            None => Err(raise!(
                th,
                AttributeError,
                "attribute '{}' of '{}' objects is not writable",
                self.def.name,
                self.owner().name_string()
            )),
        }
    }
}

/// Whether CPython has the attribute of a built-in type as a plain member, whose message for a
/// store is another.
fn is_member(owner: &str, name: &str) -> bool {
    match owner {
        "function" => matches!(name, "__closure__" | "__globals__" | "__builtins__"),
        "code" => name != "co_code" && name.starts_with("co_") && !name.ends_with("vars"),
        "slice" | "range" => matches!(name, "start" | "stop" | "step"),
        "complex" => matches!(name, "real" | "imag"),
        "method" => matches!(name, "__func__" | "__self__"),
        "property" => matches!(name, "fget" | "fset" | "fdel"),
        "partial" => matches!(name, "func" | "args" | "keywords"),
        "Template" => matches!(name, "strings" | "interpolations"),
        "Interpolation" => true,
        "super" => matches!(name, "__thisclass__" | "__self__" | "__self_class__"),
        _ => false,
    }
}

#[methods]
impl GetSet {
    #[method(sig = "($self, instance, owner=None, /)")]
    fn __get__(
        th: &Thread,
        this: &'static GetSet,
        instance: Value,
        owner: Option<Value>,
    ) -> PyResult<Value> {
        this.get(th, instance, owner.unwrap_or(instance.class().value()))
    }

    #[method]
    fn __set__(th: &Thread, this: &'static GetSet, instance: Value, value: Value) -> PyResult<()> {
        this.set(th, instance, Some(value))
    }

    #[method]
    fn __delete__(th: &Thread, this: &'static GetSet, instance: Value) -> PyResult<()> {
        this.set(th, instance, None)
    }

    #[method]
    fn __repr__(this: &'static GetSet) -> String {
        format!("<attribute '{}' of '{}' objects>", this.def.name, this.owner().name_string())
    }

    #[getter]
    fn __name__(this: &'static GetSet) -> &'static str {
        this.def.name
    }

    #[getter]
    fn __qualname__(this: &'static GetSet) -> String {
        format!("{}.{}", this.owner().qualname_string(), this.def.name)
    }

    #[getter]
    fn __doc__(th: &Thread, this: &'static GetSet) -> Value {
        if this.def.doc.is_empty() { Value::NONE } else { Str::new(th, this.def.doc).value() }
    }

    #[getter]
    fn __objclass__(this: &'static GetSet) -> Value {
        this.owner().value()
    }
}
