//! `_abc`: what `abc.ABCMeta` is made of.
//!
//! A class keeps its virtual subclasses and what it found out about others by address: classes do
//! not move, and a weak reference tells whether the class at an address is still the same.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};

use krait_macros::methods;
use krait_runtime::gc;
use krait_runtime::native::NativeModule;
use krait_runtime::object::{
    Object, Type, TypeDef, TypeFlags, ValueExt, alloc, get_attr, set_attr,
};
use krait_runtime::object::{class, delete_attr};
use krait_runtime::types::int;
use krait_runtime::types::set::{self, Set};
use krait_runtime::types::tuple::Tuple;
use krait_runtime::types::weakref::{self, WeakRef};
use krait_runtime::{Header, Kind, PyResult, Thread, Value, intern, ops, raise};

pub static MODULE: NativeModule = NativeModule {
    name: "_abc",
    doc: "Module contains faster C implementation of abc.ABCMeta",
    functions: &functions::FUNCTIONS,
    init: |th, _| {
        DATA.class(th);
        Ok(())
    },
};

/// Grows with each `register`; what was found out negatively before is void.
static VERSION: AtomicU64 = AtomicU64::new(0);

/// Classes, referred to weakly.
#[derive(Default)]
struct Classes {
    by_address: HashMap<u64, Value>,
    /// Size at which dead entries are thrown out.
    limit: usize,
}

impl Classes {
    fn contains(&self, v: Value) -> bool {
        self.by_address
            .get(&v.bits())
            .and_then(|r| r.cast::<WeakRef>())
            .is_some_and(|r| r.target() == Some(v))
    }

    fn insert(&mut self, v: Value, reference: Value) {
        if self.by_address.len() >= self.limit {
            self.by_address
                .retain(|_, r| r.cast::<WeakRef>().is_some_and(|r| r.target().is_some()));
            self.limit = (self.by_address.len() * 2).max(16);
        }
        self.by_address.insert(v.bits(), reference);
    }

    fn references(&self) -> Vec<Value> {
        self.by_address.values().copied().collect()
    }
}

/// What an abstract base class keeps, its `_abc_impl`.
#[repr(C)]
pub struct Data {
    header: Header,
    /// In order of registration.
    registry: RefCell<Vec<Value>>,
    cache: RefCell<Classes>,
    negative: RefCell<Classes>,
    negative_version: Cell<u64>,
}

static DATA: TypeDef = TypeDef::of::<Data>("_abc_data", "_abc")
    .doc("Internal state held by ABC machinery.")
    .flags(TypeFlags::NO_NEW)
    .methods(Data::native_methods);

// SAFETY: instances of the class are made by `_abc_init` with this layout.
unsafe impl Object for Data {
    const KIND: Kind = Kind::Native;

    fn def() -> &'static TypeDef {
        &DATA
    }
}

#[methods]
impl Data {}

impl Data {
    fn remember(&self, th: &Thread, which: &RefCell<Classes>, v: Value) -> PyResult<()> {
        let reference = weakref::new(th, v)?.value();
        which.borrow_mut().insert(v, reference);
        gc::barrier(&self.header);
        Ok(())
    }

    fn registered(&self) -> Vec<Value> {
        let registry = self.registry.borrow();
        registry.iter().filter_map(|r| r.cast::<WeakRef>()?.target()).collect()
    }

    /// Whether `v` is known not to be a subclass.
    fn denies(&self, v: Value) -> bool {
        self.negative_version.get() == VERSION.load(Ordering::Relaxed)
            && self.negative.borrow().contains(v)
    }
}

/// The data of an abstract base class.
fn data(th: &Thread, cls: Value) -> PyResult<&'static Data> {
    let v = get_attr(th, cls, intern!(th, "_abc_impl"))?;
    v.cast::<Data>().ok_or_else(|| raise!(th, TypeError, "_abc_impl is set to a wrong type"))
}

/// The names in `__abstractmethods__`: of the namespace's abstract values, and inherited ones that
/// are still abstract.
fn abstract_names(th: &Thread, cls: Value) -> PyResult<Value> {
    let marker = intern!(th, "__isabstractmethod__");
    let is_abstract = |v: Value| match krait_runtime::object::get_attr_or_none(th, v, marker)? {
        Some(flag) => ops::truth(th, flag),
        None => Ok(false),
    };
    let namespace = get_attr(th, cls, intern!(th, "__dict__"))?;
    let names = Set::new(th);
    let items = ops::call_method(th, namespace, intern!(th, "items"), &[])?;
    for pair in ops::collect(th, items)? {
        let Some([name, v]) = pair.cast::<Tuple>().map(Tuple::values) else { continue };
        if is_abstract(*v)? {
            names.add(th, *name)?;
        }
    }
    let abstracts = intern!(th, "__abstractmethods__");
    for base in cls.cast::<Type>().map_or(&[][..], |t| t.bases().values()) {
        // The class's own: that of `type` is the attribute by which others have it.
        let own = base.cast::<Type>().filter(|t| t.has(TypeFlags::HEAP));
        let Some(inherited) = own.and_then(|t| t.dict().get_name(abstracts)) else { continue };
        for name in ops::collect(th, inherited)? {
            if let Some(v) = krait_runtime::object::get_attr_or_none(th, cls, name)?
                && is_abstract(v)?
            {
                names.add(th, name)?;
            }
        }
    }
    set::frozen(th, &names.to_vec())
}

/// Sets on a class and its subclasses that they match sequence or mapping patterns.
fn set_pattern_flag(class: &'static Type, flag: TypeFlags) {
    if class.has(flag) {
        return;
    }
    class.set_flag(TypeFlags::SEQUENCE, false);
    class.set_flag(TypeFlags::MAPPING, false);
    class.set_flag(flag, true);
    class::for_each_subclass(class, |sub| {
        if !sub.has(TypeFlags::IMMUTABLE) {
            set_pattern_flag(sub, flag);
        }
    });
}

#[krait_macros::module]
mod functions {
    use super::*;

    /// Returns the current ABC cache token.
    ///
    /// The token is an opaque object (supporting equality testing) identifying
    /// the current version of the ABC cache for virtual subclasses.  The token
    /// changes with every call to register() on any ABC.
    #[function]
    fn get_cache_token(th: &Thread) -> Value {
        int::new(th, VERSION.load(Ordering::Relaxed) as i64)
    }

    /// Internal ABC helper for class set-up. Should be never used outside abc module.
    #[function(name = "_abc_init", sig = "(self, /)")]
    fn abc_init(th: &Thread, this: Value) -> PyResult<()> {
        let names = abstract_names(th, this)?;
        set_attr(th, this, intern!(th, "__abstractmethods__"), names)?;
        DATA.class(th);
        let fresh = Data {
            header: Header::new(DATA.shape_id(), Kind::Native),
            registry: RefCell::default(),
            cache: RefCell::default(),
            negative: RefCell::default(),
            negative_version: Cell::new(VERSION.load(Ordering::Relaxed)),
        };
        set_attr(th, this, intern!(th, "_abc_impl"), alloc(th, fresh).value())?;
        let Some(class) = this.cast::<Type>() else { return Ok(()) };
        let name = intern!(th, "__abc_tpflags__");
        let Some(flags) = class.dict().get_name(name) else { return Ok(()) };
        let bits = int::to_i64(flags).unwrap_or(0);
        for (bit, flag) in [(1 << 5, TypeFlags::SEQUENCE), (1 << 6, TypeFlags::MAPPING)] {
            if bits & bit != 0 {
                set_pattern_flag(class, flag);
            }
        }
        delete_attr(th, this, name)
    }

    /// Internal ABC helper for subclasss registration. Should be never used outside abc module.
    #[function(name = "_abc_register", sig = "(self, subclass, /)")]
    fn abc_register(th: &Thread, this: Value, subclass: Value) -> PyResult<Value> {
        let Some(class) = subclass.cast::<Type>() else {
            return Err(raise!(th, TypeError, "Can only register classes"));
        };
        if ops::is_subclass(th, subclass, this)? {
            return Ok(subclass);
        }
        if ops::is_subclass(th, this, subclass)? {
            return Err(raise!(th, RuntimeError, "Refusing to create an inheritance cycle"));
        }
        let data = data(th, this)?;
        let reference = weakref::new(th, subclass)?.value();
        data.registry.borrow_mut().push(reference);
        gc::barrier(&data.header);
        VERSION.fetch_add(1, Ordering::Relaxed);
        if let Some(own) = this.cast::<Type>() {
            for flag in [TypeFlags::SEQUENCE, TypeFlags::MAPPING] {
                if own.has(flag) {
                    set_pattern_flag(class, flag);
                }
            }
        }
        Ok(subclass)
    }

    /// Internal ABC helper for instance checks. Should be never used outside abc module.
    #[function(name = "_abc_instancecheck", sig = "(self, instance, /)")]
    fn abc_instancecheck(th: &Thread, this: Value, instance: Value) -> PyResult<Value> {
        let data = data(th, this)?;
        let subclass = get_attr(th, instance, intern!(th, "__class__"))?;
        if data.cache.borrow().contains(subclass) {
            return Ok(Value::TRUE);
        }
        let check = intern!(th, "__subclasscheck__");
        let own = instance.class().value();
        if own == subclass {
            if data.denies(subclass) {
                return Ok(Value::FALSE);
            }
            return ops::call_method(th, this, check, &[subclass]);
        }
        let r = ops::call_method(th, this, check, &[subclass])?;
        if ops::truth(th, r)? {
            return Ok(r);
        }
        ops::call_method(th, this, check, &[own])
    }

    /// Internal ABC helper for subclasss checks. Should be never used outside abc module.
    #[function(name = "_abc_subclasscheck", sig = "(self, subclass, /)")]
    fn abc_subclasscheck(th: &Thread, this: Value, subclass: Value) -> PyResult<bool> {
        let Some(class) = subclass.cast::<Type>() else {
            return Err(raise!(th, TypeError, "issubclass() arg 1 must be a class"));
        };
        let data = data(th, this)?;
        if data.cache.borrow().contains(subclass) {
            return Ok(true);
        }
        let version = VERSION.load(Ordering::Relaxed);
        if data.negative_version.get() < version {
            *data.negative.borrow_mut() = Classes::default();
            data.negative_version.set(version);
        } else if data.negative.borrow().contains(subclass) {
            return Ok(false);
        }
        let yes = || data.remember(th, &data.cache, subclass).map(|()| true);
        let hook = ops::call_method(th, this, intern!(th, "__subclasshook__"), &[subclass])?;
        if hook == Value::TRUE {
            return yes();
        }
        if hook == Value::FALSE {
            data.remember(th, &data.negative, subclass)?;
            return Ok(false);
        }
        if hook != Value::NOT_IMPLEMENTED {
            return Err(raise!(
                th,
                AssertionError,
                "__subclasshook__ must return either False, True, or NotImplemented"
            ));
        }
        if class.mro().values().contains(&this) {
            return yes();
        }
        for registered in data.registered() {
            if ops::is_subclass(th, subclass, registered)? {
                return yes();
            }
        }
        let subclasses = ops::call_method(th, this, intern!(th, "__subclasses__"), &[])?;
        for derived in ops::collect(th, subclasses)? {
            if ops::is_subclass(th, subclass, derived)? {
                return yes();
            }
        }
        data.remember(th, &data.negative, subclass)?;
        Ok(false)
    }

    /// Internal ABC helper for cache and registry debugging.
    ///
    /// Return shallow copies of registry, of both caches, and
    /// negative cache version. Don't call this function directly,
    /// instead use ABC._dump_registry() for a nice repr.
    #[function(sig = "(self, /)")]
    fn _get_dump(th: &Thread, this: Value) -> PyResult<Value> {
        let data = data(th, this)?;
        let set = |items: Vec<Value>| Set::from_values(th, &items).map(|s| s.value());
        let registry = data.registry.borrow().clone();
        let (cache, negative) =
            (data.cache.borrow().references(), data.negative.borrow().references());
        let version = int::new(th, data.negative_version.get() as i64);
        Ok(Tuple::new(th, &[set(registry)?, set(cache)?, set(negative)?, version]).value())
    }

    /// Internal ABC helper to reset registry of a given class.
    ///
    /// Should be only used by refleak.py
    #[function(sig = "(self, /)")]
    fn _reset_registry(th: &Thread, this: Value) -> PyResult<()> {
        data(th, this)?.registry.borrow_mut().clear();
        Ok(())
    }

    /// Internal ABC helper to reset both caches of a given class.
    ///
    /// Should be only used by refleak.py
    #[function(sig = "(self, /)")]
    fn _reset_caches(th: &Thread, this: Value) -> PyResult<()> {
        let data = data(th, this)?;
        *data.cache.borrow_mut() = Classes::default();
        *data.negative.borrow_mut() = Classes::default();
        Ok(())
    }
}
