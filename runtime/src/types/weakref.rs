//! Weak references: `weakref.ref`, and the proxies.
//!
//! The collector's table knows which references a target has. When a target dies the collector
//! calls [`on_target_dead`] for each of them during the collection, and later, where there is a
//! callback, [`run_callback`].

use std::cell::Cell;

use krait_layout::{Header, Kind, StackSlot, Thread, Value};

use crate::error::PyResult;
use crate::gc::{self, Field, WeakField};
use crate::native::{ArgPlace, FromArg, class_arg};
use crate::object::type_object::{TypeDef, TypeFlags};
use crate::object::{Object, Slot, Type, ValueExt, alloc_as, attributes};
use crate::ops::{self, Binary, Comparison};
use crate::types::dict::Dict;
use crate::types::generic_alias;
use crate::types::list::List;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::{intern, raise};
use krait_macros::methods;

/// A `weakref.ref` or a proxy.
#[repr(C)]
pub struct WeakRef {
    pub header: Header,
    target: WeakField,
    /// Unset where there is none, and after it was called.
    callback: Field,
    /// The target's hash, once it was asked for.
    hash: Cell<Option<i64>>,
}

pub static DEF: TypeDef = TypeDef::of::<WeakRef>("ReferenceType", "weakref")
    .flags(TypeFlags::BASE)
    .methods(WeakRef::native_methods)
    .getsets(WeakRef::native_getsets);

pub static PROXY: TypeDef = TypeDef::of::<WeakRef>("ProxyType", "weakref")
    .flags(TypeFlags::NO_NEW)
    .methods(Proxy::native_methods);

pub static CALLABLE_PROXY: TypeDef = TypeDef::of::<WeakRef>("CallableProxyType", "weakref")
    .flags(TypeFlags::NO_NEW)
    .methods(CallableProxy::native_methods);

// SAFETY: every object of kind `Weakref` is made by `make` with this layout.
unsafe impl Object for WeakRef {
    const KIND: Kind = Kind::Weakref;

    fn def() -> &'static TypeDef {
        &DEF
    }
}

fn make(
    th: &Thread,
    class: &Type,
    target: &'static Header,
    callback: StackSlot,
) -> &'static WeakRef {
    let r = alloc_as(
        th,
        class,
        WeakRef {
            header: Header::new(0, Kind::Weakref),
            target: WeakField::new(Some(target)),
            callback: Field::new(callback),
            hash: Cell::new(None),
        },
    );
    gc::weak_register(target, &r.header);
    r
}

/// The header of an object that may be referred to weakly; raises `TypeError` for others.
fn checked_target(th: &Thread, v: Value) -> PyResult<&'static Header> {
    match v.header() {
        Some(h) if v.class().has(TypeFlags::WEAKREF) => Ok(h),
        _ => {
            Err(raise!(th, TypeError, "cannot create weak reference to '{}' object", v.type_name()))
        }
    }
}

fn references(v: Value) -> Vec<&'static WeakRef> {
    let Some(h) = v.header() else { return Vec::new() };
    gc::weak_references(h)
        .into_iter()
        .filter_map(|r| Value::from_header(r).cast::<WeakRef>())
        .filter(|r| r.target.get().is_some())
        .collect()
}

/// An existing reference of exactly `class` without a callback, which is shared.
fn shared(v: Value, class: &Type) -> Option<&'static WeakRef> {
    references(v)
        .into_iter()
        .find(|r| r.callback.get().is_none() && std::ptr::eq(r.value().class(), class))
}

/// `weakref.ref(v)`.
pub fn new(th: &Thread, v: Value) -> PyResult<&'static WeakRef> {
    let target = checked_target(th, v)?;
    let class = DEF.class(th);
    Ok(shared(v, class).unwrap_or_else(|| make(th, class, target, None)))
}

/// `weakref.proxy(v, callback)`.
pub fn proxy(th: &Thread, v: Value, callback: Option<Value>) -> PyResult<Value> {
    let target = checked_target(th, v)?;
    let class =
        if v.slot(Slot::Call).is_some() { CALLABLE_PROXY.class(th) } else { PROXY.class(th) };
    let callback = callback.filter(|c| !c.is_none());
    if callback.is_none()
        && let Some(r) = shared(v, class)
    {
        return Ok(r.value());
    }
    Ok(make(th, class, target, callback).value())
}

/// `v.__weakref__`: the first weak reference, or `None`.
pub fn first(_: &Thread, v: Value) -> Value {
    // The shared reference without a callback comes first, as in CPython.
    let all = references(v);
    all.iter()
        .find(|r| r.callback.get().is_none())
        .or(all.last())
        .map_or(Value::NONE, |r| r.value())
}

/// `weakref.getweakrefcount(v)`.
pub fn count(v: Value) -> usize {
    references(v).len()
}

/// `weakref.getweakrefs(v)`: oldest first, those without a callback before all.
pub fn list(th: &Thread, v: Value) -> Value {
    let mut all = references(v);
    all.reverse();
    all.sort_by_key(|r| r.callback.get().is_some());
    let all: Vec<Value> = all.iter().map(|r| r.value()).collect();
    List::new(th, &all).value()
}

/// For the collector: the target of the reference `header` died. Allocates nothing. Returns
/// whether there is a callback to be run.
pub fn on_target_dead(header: &Header) -> bool {
    // SAFETY: only objects of this struct are registered as weak references.
    let r = unsafe { &*(header as *const Header as *const WeakRef) };
    r.target.set(None);
    r.callback.get().is_some()
}

/// Runs the callback of a reference whose target died.
pub fn run_callback(th: &Thread, header: &'static Header) -> PyResult<()> {
    let Some(r) = Value::from_header(header).cast::<WeakRef>() else { return Ok(()) };
    let Some(callback) = r.callback.get() else { return Ok(()) };
    r.callback.set(&r.header, None);
    ops::call(th, callback, &[r.value()])?;
    Ok(())
}

/// Ends the reference as if its target had died, without calling the callback (`_clear`).
pub fn clear(r: &WeakRef) {
    if let Some(target) = r.target.get() {
        gc::weak_unregister(target, &r.header);
        r.target.set(None);
    }
    r.callback.set(&r.header, None);
}

impl WeakRef {
    /// The target, unless it died.
    pub fn target(&self) -> Option<Value> {
        self.target.get().map(Value::from_header)
    }
}

fn address(v: Value) -> String {
    format!("{:#x}", v.bits())
}

#[methods]
impl WeakRef {
    #[staticmethod(sig = "(cls, object, callback=None, /)")]
    fn __new__(
        th: &Thread,
        cls: Value,
        object: Value,
        callback: Option<Value>,
    ) -> PyResult<&'static WeakRef> {
        let class = class_arg(th, cls, DEF.class(th))?;
        let target = checked_target(th, object)?;
        let callback = callback.filter(|c| !c.is_none());
        if callback.is_none()
            && class.value() == DEF.class(th).value()
            && let Some(r) = shared(object, class)
        {
            return Ok(r);
        }
        Ok(make(th, class, target, callback))
    }

    #[method(sig = "($self, object, callback=None, /)")]
    fn __init__(_this: &'static WeakRef, _object: Value, _callback: Option<Value>) {}

    #[method]
    fn __call__(this: &'static WeakRef) -> Option<Value> {
        this.target()
    }

    #[method]
    fn __hash__(th: &Thread, this: &'static WeakRef) -> PyResult<i64> {
        if let Some(h) = this.hash.get() {
            return Ok(h);
        }
        let Some(v) = this.target() else {
            return Err(raise!(th, TypeError, "weak object has gone away"));
        };
        let h = ops::hash(th, v)?;
        this.hash.set(Some(h));
        Ok(h)
    }

    #[comparison]
    fn compare(
        th: &Thread,
        this: &'static WeakRef,
        other: Value,
        op: Comparison,
    ) -> PyResult<Value> {
        let other_ref =
            other.cast::<WeakRef>().filter(|o| o.value().class().is_subclass(DEF.class(th)));
        let Some(other) = other_ref else { return Ok(Value::NOT_IMPLEMENTED) };
        if !matches!(op, Comparison::Eq | Comparison::Ne) {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        match (this.target(), other.target()) {
            (Some(a), Some(b)) => ops::compare(th, op, a, b),
            _ => Ok(Value::from_bool((this.value() == other.value()) == (op == Comparison::Eq))),
        }
    }

    #[method]
    fn __repr__(th: &Thread, this: &'static WeakRef) -> PyResult<String> {
        let own = address(this.value());
        let name = crate::types::type_::full_name(this.value().class());
        let name = name.strip_prefix("__main__.").unwrap_or(&name);
        let name = if name == "weakref.ReferenceType" { "weakref" } else { name };
        let Some(v) = this.target() else { return Ok(format!("<{name} at {own}; dead>")) };
        // CPython's `tp_name`, which has the module of native classes only.
        let class = match v.class().has(TypeFlags::HEAP) {
            true => v.class().name_string(),
            false => crate::types::type_::full_name(v.class()),
        };
        let given = attributes::get_attr_or_none(th, v, intern!(th, "__name__"))?;
        match given.and_then(|n| n.cast::<Str>()) {
            Some(n) => Ok(format!("<{name} at {own}; to '{class}' at {} ({n})>", address(v))),
            None => Ok(format!("<{name} at {own}; to '{class}' at {}>", address(v))),
        }
    }

    /// See PEP 585
    #[classmethod(sig = "($type, object, /)")]
    fn __class_getitem__(th: &Thread, cls: Value, item: Value) -> PyResult<Value> {
        generic_alias::new(th, cls, item)
    }

    #[getter]
    fn __callback__(this: &'static WeakRef) -> Option<Value> {
        this.callback.get()
    }
}

/// A live proxy's target as a receiver; raises `ReferenceError` after its death.
struct Live(Value);

impl FromArg for Live {
    fn from_arg(th: &Thread, slot: StackSlot, place: &ArgPlace) -> PyResult<Live> {
        let v = slot.expect("bound");
        match v.cast::<WeakRef>() {
            Some(_) => unwrap(th, v).map(Live),
            None => Err(place.mismatch(th, "weakref.ProxyType", v)),
        }
    }
}

/// The target of a proxy, or the value itself.
fn unwrap(th: &Thread, v: Value) -> PyResult<Value> {
    match v.cast::<WeakRef>().filter(|r| is_proxy(r)) {
        None => Ok(v),
        Some(r) => r
            .target()
            .ok_or_else(|| raise!(th, ReferenceError, "weakly-referenced object no longer exists")),
    }
}

fn is_proxy(r: &WeakRef) -> bool {
    let shape = r.header.shape.get();
    let of = |d: &TypeDef| d.shape.load(std::sync::atomic::Ordering::Relaxed);
    shape == of(&PROXY) || shape == of(&CALLABLE_PROXY)
}

fn binary(th: &Thread, op: Binary, a: Value, b: Value) -> PyResult<Value> {
    ops::binary(th, op, unwrap(th, a)?, unwrap(th, b)?)
}

fn inplace(th: &Thread, op: Binary, a: Value, b: Value) -> PyResult<Value> {
    ops::inplace(th, op, unwrap(th, a)?, unwrap(th, b)?)
}

macro_rules! proxy_methods {
    ($type:ident { $($own:tt)* }) => {
        #[methods]
        impl $type {
            #[method(sig = "($self, name, /)")]
            fn __getattribute__(th: &Thread, this: Live, name: Value) -> PyResult<Value> {
                let name = crate::types::object::attribute_name(th, name)?;
                crate::object::get_attr(th, this.0, name)
            }

            #[method(sig = "($self, name, value, /)")]
            fn __setattr__(th: &Thread, this: Live, name: Value, value: Value) -> PyResult<()> {
                let name = crate::types::object::attribute_name(th, name)?;
                crate::object::set_attr(th, this.0, name, value)
            }

            #[method(sig = "($self, name, /)")]
            fn __delattr__(th: &Thread, this: Live, name: Value) -> PyResult<()> {
                let name = crate::types::object::attribute_name(th, name)?;
                crate::object::delete_attr(th, this.0, name)
            }

            #[method]
            fn __repr__(th: &Thread, this: &'static WeakRef) -> PyResult<String> {
                let _ = th;
                let own = address(this.value());
                Ok(match this.target() {
                    Some(v) => {
                        format!("<weakproxy at {own}; to '{}' at {}>", crate::types::type_::full_name(v.class()), address(v))
                    }
                    None => format!("<weakproxy at {own}; dead>"),
                })
            }

            #[method]
            fn __str__(th: &Thread, this: Live) -> PyResult<Value> {
                Ok(ops::str(th, this.0)?.value())
            }

            #[method]
            fn __bytes__(th: &Thread, this: Live) -> PyResult<Value> {
                ops::call_method(th, this.0, intern!(th, "__bytes__"), &[])
            }

            #[method]
            fn __hash__(th: &Thread, _this: &'static WeakRef) -> PyResult<Value> {
                Err(raise!(th, TypeError, "unhashable type: 'weakref.ProxyType'"))
            }

            #[comparison]
            fn compare(th: &Thread, this: Live, other: Value, op: Comparison) -> PyResult<Value> {
                ops::compare(th, op, this.0, unwrap(th, other)?)
            }

            #[method]
            fn __bool__(th: &Thread, this: Live) -> PyResult<bool> {
                ops::truth(th, this.0)
            }

            #[method]
            fn __len__(th: &Thread, this: Live) -> PyResult<usize> {
                ops::length(th, this.0)
            }

            #[method(sig = "($self, key, /)")]
            fn __getitem__(th: &Thread, this: Live, key: Value) -> PyResult<Value> {
                ops::get_item(th, this.0, key)
            }

            #[method(sig = "($self, key, value, /)")]
            fn __setitem__(th: &Thread, this: Live, key: Value, value: Value) -> PyResult<()> {
                ops::set_item(th, this.0, key, value)
            }

            #[method(sig = "($self, key, /)")]
            fn __delitem__(th: &Thread, this: Live, key: Value) -> PyResult<()> {
                ops::delete_item(th, this.0, key)
            }

            #[method(sig = "($self, key, /)")]
            fn __contains__(th: &Thread, this: Live, key: Value) -> PyResult<bool> {
                ops::contains(th, this.0, key)
            }

            #[method]
            fn __iter__(th: &Thread, this: Live) -> PyResult<Value> {
                ops::get_iter(th, this.0)
            }

            #[method]
            fn __next__(th: &Thread, this: Live) -> PyResult<Value> {
                if this.0.slot(Slot::Next).is_none() {
                    return Err(raise!(
                        th,
                        TypeError,
                        "Weakref proxy referenced a non-iterator '{}' object cannot be iterated",
                        this.0.type_name()
                    ));
                }
                ops::for_iter(th, this.0)
            }

            #[method]
            fn __reversed__(th: &Thread, this: Live) -> PyResult<Value> {
                ops::call_method(th, this.0, intern!(th, "__reversed__"), &[])
            }

            #[method]
            fn __neg__(th: &Thread, this: Live) -> PyResult<Value> {
                ops::negative(th, this.0)
            }

            #[method]
            fn __pos__(th: &Thread, this: Live) -> PyResult<Value> {
                ops::positive(th, this.0)
            }

            #[method]
            fn __abs__(th: &Thread, this: Live) -> PyResult<Value> {
                ops::absolute(th, this.0)
            }

            #[method]
            fn __invert__(th: &Thread, this: Live) -> PyResult<Value> {
                ops::invert(th, this.0)
            }

            #[method]
            fn __int__(th: &Thread, this: Live) -> PyResult<Value> {
                let class = crate::types::int::DEF.class(th).value();
                ops::call(th, class, &[this.0])
            }

            #[method]
            fn __float__(th: &Thread, this: Live) -> PyResult<f64> {
                crate::types::float::as_f64(th, this.0)
            }

            #[method]
            fn __index__(th: &Thread, this: Live) -> PyResult<Value> {
                ops::index(th, this.0)
            }

            #[method(sig = "($self, value, /)")]
            fn __divmod__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
                ops::divmod(th, unwrap(th, this)?, unwrap(th, other)?)
            }

            #[method(sig = "($self, value, /)")]
            fn __rdivmod__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
                ops::divmod(th, unwrap(th, other)?, unwrap(th, this)?)
            }

            #[method(sig = "($self, value, mod=None, /)")]
            fn __pow__(th: &Thread, this: Value, other: Value, modulus: Option<Value>) -> PyResult<Value> {
                let modulus = match modulus.filter(|m| !m.is_none()) {
                    Some(m) => Some(unwrap(th, m)?),
                    None => None,
                };
                ops::power(th, unwrap(th, this)?, unwrap(th, other)?, modulus)
            }

            #[method(sig = "($self, value, mod=None, /)")]
            fn __rpow__(th: &Thread, this: Value, other: Value, modulus: Option<Value>) -> PyResult<Value> {
                $type::__pow__(th, other, this, modulus)
            }

            #[method(sig = "($self, value, /)")]
            fn __ipow__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
                inplace(th, Binary::Power, this, other)
            }

            #[method(sig = "($self, value, /)")]
            fn __add__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
                binary(th, Binary::Add, this, other)
            }
            #[method(sig = "($self, value, /)")]
            fn __radd__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
                binary(th, Binary::Add, other, this)
            }
            #[method(sig = "($self, value, /)")]
            fn __iadd__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
                inplace(th, Binary::Add, this, other)
            }
            #[method(sig = "($self, value, /)")]
            fn __sub__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
                binary(th, Binary::Subtract, this, other)
            }
            #[method(sig = "($self, value, /)")]
            fn __rsub__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
                binary(th, Binary::Subtract, other, this)
            }
            #[method(sig = "($self, value, /)")]
            fn __isub__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
                inplace(th, Binary::Subtract, this, other)
            }
            #[method(sig = "($self, value, /)")]
            fn __mul__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
                binary(th, Binary::Multiply, this, other)
            }
            #[method(sig = "($self, value, /)")]
            fn __rmul__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
                binary(th, Binary::Multiply, other, this)
            }
            #[method(sig = "($self, value, /)")]
            fn __imul__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
                inplace(th, Binary::Multiply, this, other)
            }
            #[method(sig = "($self, value, /)")]
            fn __matmul__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
                binary(th, Binary::MatMul, this, other)
            }
            #[method(sig = "($self, value, /)")]
            fn __rmatmul__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
                binary(th, Binary::MatMul, other, this)
            }
            #[method(sig = "($self, value, /)")]
            fn __imatmul__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
                inplace(th, Binary::MatMul, this, other)
            }
            #[method(sig = "($self, value, /)")]
            fn __truediv__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
                binary(th, Binary::TrueDivide, this, other)
            }
            #[method(sig = "($self, value, /)")]
            fn __rtruediv__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
                binary(th, Binary::TrueDivide, other, this)
            }
            #[method(sig = "($self, value, /)")]
            fn __itruediv__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
                inplace(th, Binary::TrueDivide, this, other)
            }
            #[method(sig = "($self, value, /)")]
            fn __floordiv__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
                binary(th, Binary::FloorDivide, this, other)
            }
            #[method(sig = "($self, value, /)")]
            fn __rfloordiv__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
                binary(th, Binary::FloorDivide, other, this)
            }
            #[method(sig = "($self, value, /)")]
            fn __ifloordiv__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
                inplace(th, Binary::FloorDivide, this, other)
            }
            #[method(sig = "($self, value, /)")]
            fn __mod__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
                binary(th, Binary::Remainder, this, other)
            }
            #[method(sig = "($self, value, /)")]
            fn __rmod__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
                binary(th, Binary::Remainder, other, this)
            }
            #[method(sig = "($self, value, /)")]
            fn __imod__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
                inplace(th, Binary::Remainder, this, other)
            }
            #[method(sig = "($self, value, /)")]
            fn __lshift__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
                binary(th, Binary::Lshift, this, other)
            }
            #[method(sig = "($self, value, /)")]
            fn __rlshift__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
                binary(th, Binary::Lshift, other, this)
            }
            #[method(sig = "($self, value, /)")]
            fn __ilshift__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
                inplace(th, Binary::Lshift, this, other)
            }
            #[method(sig = "($self, value, /)")]
            fn __rshift__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
                binary(th, Binary::Rshift, this, other)
            }
            #[method(sig = "($self, value, /)")]
            fn __rrshift__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
                binary(th, Binary::Rshift, other, this)
            }
            #[method(sig = "($self, value, /)")]
            fn __irshift__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
                inplace(th, Binary::Rshift, this, other)
            }
            #[method(sig = "($self, value, /)")]
            fn __and__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
                binary(th, Binary::And, this, other)
            }
            #[method(sig = "($self, value, /)")]
            fn __rand__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
                binary(th, Binary::And, other, this)
            }
            #[method(sig = "($self, value, /)")]
            fn __iand__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
                inplace(th, Binary::And, this, other)
            }
            #[method(sig = "($self, value, /)")]
            fn __or__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
                binary(th, Binary::Or, this, other)
            }
            #[method(sig = "($self, value, /)")]
            fn __ror__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
                binary(th, Binary::Or, other, this)
            }
            #[method(sig = "($self, value, /)")]
            fn __ior__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
                inplace(th, Binary::Or, this, other)
            }
            #[method(sig = "($self, value, /)")]
            fn __xor__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
                binary(th, Binary::Xor, this, other)
            }
            #[method(sig = "($self, value, /)")]
            fn __rxor__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
                binary(th, Binary::Xor, other, this)
            }
            #[method(sig = "($self, value, /)")]
            fn __ixor__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
                inplace(th, Binary::Xor, this, other)
            }

            $($own)*
        }
    };
}

/// Methods of `weakref.ProxyType`.
struct Proxy;

/// Methods of `weakref.CallableProxyType`.
struct CallableProxy;

proxy_methods!(Proxy {});

proxy_methods!(CallableProxy {
    #[method(sig = "($self, /, *args, **kwargs)")]
    fn __call__(th: &Thread, this: Live, args: &'static Tuple, kwargs: &Dict) -> PyResult<Value> {
        ops::call_with(th, this.0, args.values(), &kwargs.pairs())
    }
});
