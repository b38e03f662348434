//! Methods of `set` and `frozenset`.
//!
//! The two have most methods in common, but each has descriptors of its own; the macro writes both.

use krait_layout::{Kind, StackSlot, Thread, Value, shapes};

use super::{DEF, FROZEN, FrozenSet, Set, hash_element, iterator, table};
use crate::error::{PyResult, catch};
use crate::native::{ArgPlace, FromArg, class_arg};
use crate::object::{Object, ValueExt};
use crate::ops::{self, Comparison};
use crate::types::dict::Dict;
use crate::types::exception::{self, Exc};
use crate::types::generic_alias;
use crate::types::list::List;
use crate::types::str::Str;
use crate::types::str::build::StrBuilder;
use crate::types::tuple::Tuple;
use crate::{intern, raise};
use krait_macros::methods;

/// A receiver of either type.
struct Any(&'static Set);

impl FromArg for Any {
    fn from_arg(th: &Thread, slot: StackSlot, place: &ArgPlace) -> PyResult<Any> {
        let v = slot.expect("bound");
        table(v).map(Any).ok_or_else(|| place.mismatch(th, "set", v))
    }
}

impl Any {
    fn value(&self) -> Value {
        Value::from_header(&self.0.header)
    }

    /// An empty set of the same built-in type.
    fn empty(&self, th: &Thread) -> &'static Set {
        match self.0.header.kind {
            Kind::FrozenSet => &FrozenSet::new(th).0,
            _ => Set::new(th),
        }
    }

    /// A copy as the same built-in type.
    fn copy(&self, th: &Thread) -> PyResult<&'static Set> {
        let s = self.empty(th);
        s.merge(th, self.0)?;
        Ok(s)
    }
}

fn as_value(s: &'static Set) -> Value {
    Value::from_header(&s.header)
}

/// The hash to look an element up with; of a `set`, which has none, that of the equal `frozenset`.
pub(super) fn hash_or_frozen(th: &Thread, key: Value) -> PyResult<i64> {
    match key.cast::<Set>() {
        None => hash_element(th, key),
        Some(s) => match catch(th, Exc::TypeError, ops::hash(th, key))? {
            Some(h) => Ok(h),
            None => Ok(s.frozen_hash_now()),
        },
    }
}

impl Set {
    /// The hash that a `frozenset` of the elements would have now; not kept, since they may change.
    fn frozen_hash_now(&self) -> i64 {
        self.hash.set(-1);
        let h = self.frozen_hash();
        self.hash.set(-1);
        h
    }
}

fn repr(th: &Thread, this: &Any) -> PyResult<Value> {
    let v = this.value();
    let name = v.type_name();
    if this.0.is_empty() {
        return Ok(Str::new(th, &format!("{name}()")).value());
    }
    let dots = Str::new(th, &format!("{name}(...)")).value();
    ops::repr_guard(v, dots, || {
        let plain = v.is_exactly(shapes::SET);
        let mut b = StrBuilder::new();
        if !plain {
            b.push_str(&name);
            b.push_str("(");
        }
        b.push_str("{");
        for (i, item) in this.0.to_vec().into_iter().enumerate() {
            if i > 0 {
                b.push_str(", ");
            }
            b.push_object(ops::repr(th, item)?);
        }
        b.push_str(if plain { "}" } else { "})" });
        Ok(b.finish(th).value())
    })
}

fn compare(th: &Thread, this: &Set, other: Value, op: Comparison) -> PyResult<Value> {
    let Some(other) = table(other) else { return Ok(Value::NOT_IMPLEMENTED) };
    let equal =
        || -> PyResult<bool> { Ok(this.len() == other.len() && this.is_subset(th, other)?) };
    Ok(Value::from_bool(match op {
        Comparison::Eq => equal()?,
        Comparison::Ne => !equal()?,
        Comparison::Le => this.is_subset(th, other)?,
        Comparison::Ge => other.is_subset(th, this)?,
        Comparison::Lt => this.len() < other.len() && this.is_subset(th, other)?,
        Comparison::Gt => this.len() > other.len() && other.is_subset(th, this)?,
    }))
}

/// Runs a binary operator where both operands are sets.
fn both(a: Value, b: Value) -> Option<(Any, Any)> {
    Some((Any(table(a)?), Any(table(b)?)))
}

fn or(th: &Thread, a: Value, b: Value) -> PyResult<Value> {
    let Some((a, b)) = both(a, b) else { return Ok(Value::NOT_IMPLEMENTED) };
    let s = a.copy(th)?;
    s.merge(th, b.0)?;
    Ok(as_value(s))
}

fn and(th: &Thread, a: Value, b: Value) -> PyResult<Value> {
    let Some((a, b)) = both(a, b) else { return Ok(Value::NOT_IMPLEMENTED) };
    intersection(th, &a, b.value())
}

fn sub(th: &Thread, a: Value, b: Value) -> PyResult<Value> {
    let Some((a, b)) = both(a, b) else { return Ok(Value::NOT_IMPLEMENTED) };
    difference(th, &a, b.value())
}

fn xor(th: &Thread, a: Value, b: Value) -> PyResult<Value> {
    let Some((a, b)) = both(a, b) else { return Ok(Value::NOT_IMPLEMENTED) };
    symmetric_difference(th, &a, b.value())
}

fn intersection(th: &Thread, this: &Any, other: Value) -> PyResult<Value> {
    let s = this.empty(th);
    this.0.intersection_into(th, other, s)?;
    Ok(as_value(s))
}

fn difference(th: &Thread, this: &Any, other: Value) -> PyResult<Value> {
    let s = this.empty(th);
    this.0.difference_into(th, other, s)?;
    Ok(as_value(s))
}

/// As CPython, starts from the other one's elements.
fn symmetric_difference(th: &Thread, this: &Any, other: Value) -> PyResult<Value> {
    let s = this.empty(th);
    s.update(th, other)?;
    s.symmetric_difference_update(th, this.value())?;
    Ok(as_value(s))
}

fn to_table(th: &Thread, v: Value) -> PyResult<&'static Set> {
    match table(v) {
        Some(t) => Ok(t),
        None => {
            let s = Set::new(th);
            s.update(th, v)?;
            Ok(s)
        }
    }
}

fn is_disjoint(th: &Thread, this: &Set, other: Value) -> PyResult<bool> {
    if let Some(t) = table(other) {
        let (walked, looked_up) = if t.len() > this.len() { (this, t) } else { (t, this) };
        for (key, hash) in walked.pairs() {
            if looked_up.contains_hashed(th, key, hash)? {
                return Ok(false);
            }
        }
        return Ok(true);
    }
    let it = ops::get_iter(th, other)?;
    while let Some(v) = ops::next(th, it)? {
        let hash = hash_element(th, v)?;
        if this.contains_hashed(th, v, hash)? {
            return Ok(false);
        }
    }
    Ok(true)
}

macro_rules! set_methods {
    ($type:ident { $($own:tt)* }) => {
        #[methods]
        impl $type {
            #[method]
            fn __len__(this: Any) -> usize {
                this.0.len()
            }

            /// x.__contains__(y) <==> y in x.
            #[method(sig = "($self, object, /)")]
            fn __contains__(th: &Thread, this: Any, object: Value) -> PyResult<bool> {
                this.0.contains(th, object)
            }

            #[method]
            fn __iter__(th: &Thread, this: Any) -> Value {
                iterator(th, this.0)
            }

            #[method]
            fn __repr__(th: &Thread, this: Any) -> PyResult<Value> {
                repr(th, &this)
            }

            #[comparison]
            fn compare(th: &Thread, this: Any, other: Value, op: Comparison) -> PyResult<Value> {
                compare(th, this.0, other, op)
            }

            #[method(sig = "($self, value, /)")]
            fn __or__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
                or(th, this, other)
            }

            #[method(sig = "($self, value, /)")]
            fn __ror__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
                or(th, other, this)
            }

            #[method(sig = "($self, value, /)")]
            fn __and__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
                and(th, this, other)
            }

            #[method(sig = "($self, value, /)")]
            fn __rand__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
                and(th, other, this)
            }

            #[method(sig = "($self, value, /)")]
            fn __sub__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
                sub(th, this, other)
            }

            #[method(sig = "($self, value, /)")]
            fn __rsub__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
                sub(th, other, this)
            }

            #[method(sig = "($self, value, /)")]
            fn __xor__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
                xor(th, this, other)
            }

            #[method(sig = "($self, value, /)")]
            fn __rxor__(th: &Thread, this: Value, other: Value) -> PyResult<Value> {
                xor(th, other, this)
            }

            /// Return a new set with elements from the set and all others.
            #[method(sig = "($self, /, *others)")]
            fn union(th: &Thread, this: Any, others: &'static Tuple) -> PyResult<Value> {
                let s = this.copy(th)?;
                for v in others.values() {
                    s.update(th, *v)?;
                }
                Ok(as_value(s))
            }

            /// Return a new set with elements common to the set and all others.
            #[method(sig = "($self, /, *others)")]
            fn intersection(th: &Thread, this: Any, others: &'static Tuple) -> PyResult<Value> {
                if others.is_empty() {
                    return this.copy(th).map(as_value);
                }
                let mut result = this.value();
                for v in others.values() {
                    result = intersection(th, &Any(table(result).expect("a set")), *v)?;
                }
                Ok(result)
            }

            /// Return a new set with elements in the set that are not in the others.
            #[method(sig = "($self, /, *others)")]
            fn difference(th: &Thread, this: Any, others: &'static Tuple) -> PyResult<Value> {
                let Some((first, rest)) = others.values().split_first() else {
                    return this.copy(th).map(as_value);
                };
                let result = difference(th, &this, *first)?;
                for v in rest {
                    table(result).expect("a set").difference_update(th, *v)?;
                }
                Ok(result)
            }

            /// Return a new set with elements in either the set or other but not both.
            #[method(sig = "($self, other, /)")]
            fn symmetric_difference(th: &Thread, this: Any, other: Value) -> PyResult<Value> {
                symmetric_difference(th, &this, other)
            }

            /// Return True if two sets have a null intersection.
            #[method(sig = "($self, other, /)")]
            fn isdisjoint(th: &Thread, this: Any, other: Value) -> PyResult<bool> {
                is_disjoint(th, this.0, other)
            }

            /// Report whether another set contains this set.
            #[method(sig = "($self, other, /)")]
            fn issubset(th: &Thread, this: Any, other: Value) -> PyResult<bool> {
                this.0.is_subset(th, to_table(th, other)?)
            }

            /// Report whether this set contains another set.
            #[method(sig = "($self, other, /)")]
            fn issuperset(th: &Thread, this: Any, other: Value) -> PyResult<bool> {
                if let Some(t) = table(other) {
                    return t.is_subset(th, this.0);
                }
                let it = ops::get_iter(th, other)?;
                while let Some(v) = ops::next(th, it)? {
                    if !this.0.contains(th, v)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }

            /// Return state information for pickling.
            #[method]
            fn __reduce__(th: &Thread, this: Any) -> PyResult<Value> {
                let v = this.value();
                let items = List::new(th, &this.0.to_vec()).value();
                let args = Tuple::new(th, &[items]).value();
                let state = ops::call_method(th, v, intern!(th, "__getstate__"), &[])?;
                Ok(Tuple::new(th, &[v.class().value(), args, state]).value())
            }

            /// S.__sizeof__() -> size of S in memory, in bytes.
            #[method]
            fn __sizeof__(this: Any) -> usize {
                let size = this.0.slots().len();
                200 + if size > 8 { size * 16 } else { 0 }
            }

            /// sets are generic over the type of their elements
            #[classmethod(sig = "($type, object, /)")]
            fn __class_getitem__(th: &Thread, cls: Value, item: Value) -> PyResult<Value> {
                generic_alias::new(th, cls, item)
            }

            $($own)*
        }
    };
}

/// Checks the operand of an in-place operator and runs `f`.
fn in_place(this: &'static Set, other: Value, f: impl FnOnce() -> PyResult<()>) -> PyResult<Value> {
    if table(other).is_none() {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    f()?;
    Ok(as_value(this))
}

set_methods!(Set {
    #[staticmethod(sig = "(cls, /, *args, **kwargs)")]
    fn __new__(th: &Thread, cls: Value, _args: &Tuple, _kwargs: &Dict) -> PyResult<&'static Set> {
        let class = class_arg(th, cls, DEF.class(th))?;
        Ok(Set::new_as(th, class))
    }

    #[method(sig = "($self, /, *args, **kwargs)")]
    fn __init__(th: &Thread, this: &Set, args: &'static Tuple, kwargs: &Dict) -> PyResult<()> {
        if !kwargs.is_empty() {
            return Err(raise!(th, TypeError, "set() takes no keyword arguments"));
        }
        if args.len() > 1 {
            return Err(raise!(th, TypeError, "set expected at most 1 argument, got {}", args.len()));
        }
        this.clear();
        match args.values().first() {
            Some(v) => this.update(th, *v),
            None => Ok(()),
        }
    }

    #[method(sig = "($self, value, /)")]
    fn __ior__(th: &Thread, this: &'static Set, other: Value) -> PyResult<Value> {
        in_place(this, other, || this.update(th, other))
    }

    #[method(sig = "($self, value, /)")]
    fn __iand__(th: &Thread, this: &'static Set, other: Value) -> PyResult<Value> {
        in_place(this, other, || {
            let s = Set::new(th);
            this.intersection_into(th, other, s)?;
            this.take_body(s);
            Ok(())
        })
    }

    #[method(sig = "($self, value, /)")]
    fn __isub__(th: &Thread, this: &'static Set, other: Value) -> PyResult<Value> {
        in_place(this, other, || this.difference_update(th, other))
    }

    #[method(sig = "($self, value, /)")]
    fn __ixor__(th: &Thread, this: &'static Set, other: Value) -> PyResult<Value> {
        in_place(this, other, || this.symmetric_difference_update(th, other))
    }

    /// Add an element to a set.
    ///
    /// This has no effect if the element is already present.
    #[method(name = "add", sig = "($self, object, /)")]
    fn py_add(th: &Thread, this: &Set, object: Value) -> PyResult<()> {
        this.add(th, object).map(|_| ())
    }

    /// Remove all elements from this set.
    #[method(name = "clear")]
    fn py_clear(this: &Set) {
        this.clear();
    }

    /// Return a shallow copy of a set.
    #[method(name = "copy")]
    fn py_copy(th: &Thread, this: &'static Set) -> PyResult<Value> {
        Any(this).copy(th).map(as_value)
    }

    /// Remove an element from a set if it is a member.
    ///
    /// Unlike set.remove(), the discard() method does not raise
    /// an exception when an element is missing from the set.
    #[method(name = "discard", sig = "($self, object, /)")]
    fn py_discard(th: &Thread, this: &Set, object: Value) -> PyResult<()> {
        this.discard(th, object).map(|_| ())
    }

    /// Remove an element from a set; it must be a member.
    ///
    /// If the element is not a member, raise a KeyError.
    #[method(sig = "($self, object, /)")]
    fn remove(th: &Thread, this: &Set, object: Value) -> PyResult<()> {
        if this.discard(th, object)? { Ok(()) } else { Err(exception::raise_key_error(th, object)) }
    }

    /// Remove and return an arbitrary set element.
    ///
    /// Raises KeyError if the set is empty.
    #[method(name = "pop")]
    fn py_pop(th: &Thread, this: &Set) -> PyResult<Value> {
        this.pop().ok_or_else(|| raise!(th, KeyError, "pop from an empty set"))
    }

    /// Update the set, adding elements from all others.
    #[method(name = "update", sig = "($self, /, *others)")]
    fn py_update(th: &Thread, this: &Set, others: &'static Tuple) -> PyResult<()> {
        others.values().iter().try_for_each(|v| this.update(th, *v))
    }

    /// Update the set, keeping only elements found in it and all others.
    #[method(sig = "($self, /, *others)")]
    fn intersection_update(th: &Thread, this: &'static Set, others: &'static Tuple) -> PyResult<()> {
        let result = Set::intersection(th, Any(this), others)?;
        this.take_body(table(result).expect("a set"));
        Ok(())
    }

    /// Update the set, removing elements found in others.
    #[method(name = "difference_update", sig = "($self, /, *others)")]
    fn py_difference_update(th: &Thread, this: &Set, others: &'static Tuple) -> PyResult<()> {
        others.values().iter().try_for_each(|v| this.difference_update(th, *v))
    }

    /// Update the set, keeping only elements found in either set, but not in both.
    #[method(name = "symmetric_difference_update", sig = "($self, other, /)")]
    fn py_symmetric_difference_update(th: &Thread, this: &Set, other: Value) -> PyResult<()> {
        this.symmetric_difference_update(th, other)
    }
});

set_methods!(FrozenSet {
    #[staticmethod(sig = "(cls, /, *args, **kwargs)")]
    fn __new__(th: &Thread, cls: Value, args: &'static Tuple, kwargs: &Dict) -> PyResult<Value> {
        let class = class_arg(th, cls, FROZEN.class(th))?;
        let exact = class.value() == FROZEN.class(th).value();
        if !kwargs.is_empty() && exact {
            return Err(raise!(th, TypeError, "frozenset() takes no keyword arguments"));
        }
        if args.len() > 1 {
            return Err(raise!(th, TypeError, "frozenset expected at most 1 argument, got {}", args.len()));
        }
        let Some(v) = args.values().first() else { return Ok(FrozenSet::new_as(th, class).value()) };
        if exact && v.is_exactly(shapes::FROZENSET) {
            return Ok(*v);
        }
        let s = FrozenSet::new_as(th, class);
        s.0.update(th, *v)?;
        Ok(s.value())
    }

    #[method]
    fn __hash__(this: &'static FrozenSet) -> i64 {
        this.0.frozen_hash()
    }

    /// Return a shallow copy of a set.
    #[method]
    fn copy(th: &Thread, this: &'static FrozenSet) -> PyResult<Value> {
        if this.value().is_exactly(shapes::FROZENSET) {
            return Ok(this.value());
        }
        Any(&this.0).copy(th).map(as_value)
    }
});

/// The elements of any iterable as a `set`; what `{*a, *b}` and comprehensions build on.
pub fn from_iterable(th: &Thread, v: Value) -> PyResult<&'static Set> {
    let s = Set::new(th);
    s.update(th, v)?;
    Ok(s)
}
