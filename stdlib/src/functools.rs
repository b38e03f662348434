//! `_functools`: `partial`, `reduce`, `cmp_to_key` and the wrapper behind `lru_cache`.

use std::cell::{Cell, RefCell};

use krait_macros::methods;
use krait_runtime::gc::{self, Field};
use krait_runtime::native::{NativeModule, class_arg};
use krait_runtime::object::{Object, Slot, TypeDef, TypeFlags, ValueExt, alloc, alloc_as};
use krait_runtime::object::{attributes, get_attr};
use krait_runtime::ops::{self, Comparison};
use krait_runtime::types::dict::Dict;
use krait_runtime::types::method::BoundMethod;
use krait_runtime::types::tuple::Tuple;
use krait_runtime::types::{generic_alias, int};
use krait_runtime::{Header, Kind, PyResult, Thread, Value, intern, raise, shapes, state, types};

pub static MODULE: NativeModule = NativeModule {
    name: "_functools",
    doc: "Tools that operate on functions.",
    functions: &functions::FUNCTIONS,
    init: |th, m| {
        m.add_type(th, &PARTIAL);
        m.add_type(th, &LRU_CACHE);
        m.add_type(th, &PLACEHOLDER);
        KEY.class(th);
        m.set(th, "Placeholder", placeholder(th));
        Ok(())
    },
};

fn native_header() -> Header {
    Header::new(0, Kind::Native)
}

fn get(f: &Field) -> Value {
    f.get().expect("set when made")
}

fn tuple(f: &Field) -> &'static Tuple {
    get(f).cast::<Tuple>().expect("a tuple")
}

fn dict(f: &Field) -> &'static Dict {
    get(f).cast::<Dict>().expect("a dictionary")
}

fn is_callable(v: Value) -> bool {
    v.slot(Slot::Call).is_some_and(|f| !f.is_none())
}

/// The type of `Placeholder`.
#[repr(C)]
pub struct Placeholder {
    header: Header,
}

pub static PLACEHOLDER: TypeDef = TypeDef::of::<Placeholder>("_PlaceholderType", "functools")
    .doc("The type of the Placeholder singleton.\n\nUsed as a placeholder for partial arguments.")
    .methods(Placeholder::native_methods);

// SAFETY: the only instance is made by `placeholder` with this layout.
unsafe impl Object for Placeholder {
    const KIND: Kind = Kind::Native;

    fn def() -> &'static TypeDef {
        &PLACEHOLDER
    }
}

/// The singleton.
fn placeholder(th: &Thread) -> Value {
    let all = state::module_state(th, "_functools");
    let name = intern!(th, "Placeholder");
    all.get_name(name).unwrap_or_else(|| {
        let class = PLACEHOLDER.class(th);
        let v = alloc_as(th, class, Placeholder { header: native_header() }).value();
        all.set_name(th, name, v);
        v
    })
}

#[methods]
impl Placeholder {
    #[staticmethod(sig = "(cls, /)")]
    fn __new__(th: &Thread, _cls: Value) -> Value {
        placeholder(th)
    }

    #[method]
    fn __repr__(_this: Value) -> &'static str {
        "Placeholder"
    }

    #[method]
    fn __reduce__(_this: Value) -> &'static str {
        "Placeholder"
    }
}

/// A `functools.partial`.
#[repr(C)]
pub struct Partial {
    header: Header,
    function: Field,
    args: Field,
    keywords: Field,
    /// How many of `args` are `Placeholder`.
    placeholders: Cell<usize>,
}

pub static PARTIAL: TypeDef = TypeDef::of::<Partial>("partial", "functools")
    .doc("Create a new function with partial application of the given arguments\nand keywords.")
    .flags(TypeFlags::BASE.or(TypeFlags::DICT).or(TypeFlags::WEAKREF))
    .mutable()
    .methods(Partial::native_methods)
    .getsets(Partial::native_getsets);

// SAFETY: instances of the class are made by `__new__` with this layout.
unsafe impl Object for Partial {
    const KIND: Kind = Kind::Native;

    fn def() -> &'static TypeDef {
        &PARTIAL
    }
}

/// Puts `given` where `args` has placeholders; what is left of `given` follows.
fn fill(hole: Value, args: &[Value], given: &[Value]) -> Vec<Value> {
    let mut given = given.iter().copied();
    let mut all: Vec<Value> =
        args.iter().map(|v| if *v == hole { given.next().unwrap_or(hole) } else { *v }).collect();
    all.extend(given);
    all
}

fn count(hole: Value, args: &[Value]) -> usize {
    args.iter().filter(|v| **v == hole).count()
}

#[methods]
impl Partial {
    #[staticmethod(sig = "(cls, /, *args, **keywords)")]
    fn __new__(
        th: &Thread,
        cls: Value,
        args: &Tuple,
        keywords: &'static Dict,
    ) -> PyResult<&'static Partial> {
        let class = class_arg(th, cls, PARTIAL.class(th))?;
        let [function, args @ ..] = args.values() else {
            return Err(raise!(th, TypeError, "type 'partial' takes at least one argument"));
        };
        if !is_callable(*function) {
            return Err(raise!(th, TypeError, "the first argument must be callable"));
        }
        let hole = placeholder(th);
        if args.last() == Some(&hole) {
            return Err(raise!(th, TypeError, "trailing Placeholders are not allowed"));
        }
        if keywords.iter().any(|(_, v)| v == hole) {
            let message = "Placeholder cannot be passed as a keyword argument";
            return Err(raise!(th, TypeError, "{message}"));
        }
        let (mut function, mut args, mut merged) = (*function, args.to_vec(), keywords);
        // A partial of a plain partial is flattened.
        if let Some(inner) = function.cast::<Partial>()
            && attributes::own_names(function).is_empty()
        {
            args = fill(hole, tuple(&inner.args).values(), &args);
            if !dict(&inner.keywords).is_empty() {
                merged = dict(&inner.keywords).copy(th);
                merged.update_from(th, keywords)?;
            }
            function = get(&inner.function);
        }
        let partial = Partial {
            header: native_header(),
            function: Field::new(Some(function)),
            args: Field::new(Some(Tuple::new(th, &args).value())),
            keywords: Field::new(Some(merged.value())),
            placeholders: Cell::new(count(hole, &args)),
        };
        Ok(alloc_as(th, class, partial))
    }

    #[method(sig = "($self, /, *args, **kwargs)")]
    fn __call__(
        th: &Thread,
        this: &'static Partial,
        args: &Tuple,
        kwargs: &'static Dict,
    ) -> PyResult<Value> {
        let (function, kept, given) = (get(&this.function), tuple(&this.args), args.values());
        let holes = this.placeholders.get();
        if given.len() < holes {
            return Err(raise!(
                th,
                TypeError,
                "missing positional arguments in 'partial' call; expected at least {holes}, got {}",
                given.len()
            ));
        }
        let all = match holes {
            0 => [kept.values(), given].concat(),
            _ => fill(placeholder(th), kept.values(), given),
        };
        let keywords = dict(&this.keywords);
        if keywords.is_empty() {
            return ops::call_with(th, function, &all, &kwargs.pairs());
        }
        if kwargs.is_empty() {
            return ops::call_with(th, function, &all, &keywords.pairs());
        }
        let merged = keywords.copy(th);
        merged.update_from(th, kwargs)?;
        ops::call_with(th, function, &all, &merged.pairs())
    }

    #[method(sig = "($self, instance, owner=None, /)")]
    fn __get__(th: &Thread, this: Value, instance: Value, _owner: Option<Value>) -> Value {
        if instance.is_none() { this } else { BoundMethod::new(th, this, instance).value() }
    }

    #[method]
    fn __repr__(th: &Thread, this: &'static Partial) -> PyResult<String> {
        let name = types::type_::full_name(this.value().class());
        ops::repr_guard(this.value(), "...".to_string(), || {
            let mut parts = vec![ops::repr_string(th, get(&this.function))?];
            for v in tuple(&this.args).values() {
                parts.push(ops::repr_string(th, *v)?);
            }
            for (k, v) in dict(&this.keywords).pairs() {
                let k = ops::str_string(th, k)?;
                parts.push(format!("{k}={}", ops::repr_string(th, v)?));
            }
            Ok(format!("{name}({})", parts.join(", ")))
        })
    }

    #[method]
    fn __reduce__(th: &Thread, this: &'static Partial) -> Value {
        let v = this.value();
        let own = match attributes::own_names(v).is_empty() {
            true => Value::NONE,
            false => attributes::instance_dict(th, v).map_or(Value::NONE, Dict::value),
        };
        let parts = [get(&this.function), get(&this.args), get(&this.keywords), own];
        let construct = Tuple::new(th, &parts[..1]).value();
        let state = Tuple::new(th, &parts).value();
        Tuple::new(th, &[v.class().value(), construct, state]).value()
    }

    #[method(sig = "($self, state, /)")]
    fn __setstate__(th: &Thread, this: &'static Partial, state: Value) -> PyResult<()> {
        let invalid = || raise!(th, TypeError, "invalid partial state");
        let Some(state) = state.cast::<Tuple>() else { return Err(invalid()) };
        let [function, args, keywords, own] = *state.values() else { return Err(invalid()) };
        let (Some(args), true) = (args.cast::<Tuple>(), is_callable(function)) else {
            return Err(invalid());
        };
        if !keywords.is_none() && keywords.cast::<Dict>().is_none() {
            return Err(invalid());
        }
        let hole = placeholder(th);
        if args.values().last() == Some(&hole) {
            return Err(raise!(th, TypeError, "trailing Placeholders are not allowed"));
        }
        // Not subclasses, whose methods would be seen.
        let args = Tuple::new(th, args.values());
        let keywords = match keywords.cast::<Dict>() {
            Some(d) => d.copy(th),
            None => Dict::new(th),
        };
        this.function.set(&this.header, function);
        this.args.set(&this.header, args.value());
        this.keywords.set(&this.header, keywords.value());
        this.placeholders.set(count(hole, args.values()));
        let own = own.cast::<Dict>().unwrap_or_else(|| Dict::new(th));
        attributes::set_instance_dict(th, this.value(), own)
    }

    /// See PEP 585
    #[classmethod(sig = "($type, object, /)")]
    fn __class_getitem__(th: &Thread, cls: Value, item: Value) -> PyResult<Value> {
        generic_alias::new(th, cls, item)
    }

    /// function object to use in future partial calls
    #[getter]
    fn func(this: &'static Partial) -> Value {
        get(&this.function)
    }

    /// tuple of arguments to future partial calls
    #[getter]
    fn args(this: &'static Partial) -> Value {
        get(&this.args)
    }

    /// dictionary of keyword arguments to future partial calls
    #[getter]
    fn keywords(this: &'static Partial) -> Value {
        get(&this.keywords)
    }
}

/// What `cmp_to_key` gives, both before and after it was called with an object.
#[repr(C)]
pub struct Key {
    header: Header,
    compare: Field,
    object: Field,
}

static KEY: TypeDef = TypeDef::of::<Key>("KeyWrapper", "functools")
    .flags(TypeFlags::NO_NEW)
    .methods(Key::native_methods)
    .getsets(Key::native_getsets);

// SAFETY: instances of the class are made by `Key::new` with this layout.
unsafe impl Object for Key {
    const KIND: Kind = Kind::Native;

    fn def() -> &'static TypeDef {
        &KEY
    }
}

impl Key {
    fn new(th: &Thread, compare: Value, object: Option<Value>) -> &'static Key {
        KEY.class(th);
        let header = Header::new(KEY.shape_id(), Kind::Native);
        let (compare, object) = (Field::new(Some(compare)), Field::new(object));
        alloc(th, Key { header, compare, object })
    }
}

#[methods]
impl Key {
    #[method(name = "__call__", sig = "($self, /, obj)")]
    fn K(th: &Thread, this: &'static Key, obj: Value) -> &'static Key {
        Key::new(th, get(&this.compare), Some(obj))
    }

    #[comparison]
    fn order(th: &Thread, this: &'static Key, other: Value, op: Comparison) -> PyResult<Value> {
        let Some(other) = other.cast::<Key>() else {
            return Err(raise!(th, TypeError, "other argument must be K instance"));
        };
        let (Some(x), Some(y)) = (this.object.get(), other.object.get()) else {
            return Err(raise!(th, AttributeError, "object"));
        };
        let r = ops::call(th, get(&this.compare), &[x, y])?;
        ops::compare(th, op, r, Value::from_i32(0))
    }

    /// Value wrapped by a key function.
    #[getter]
    fn obj(this: &'static Key) -> Option<Value> {
        this.object.get()
    }
}

/// The number of no node.
const NIL: usize = usize::MAX;

/// A result that is kept, in a list ordered by use.
struct Node {
    key: Value,
    hash: i64,
    result: Value,
    older: usize,
    newer: usize,
}

/// The list of results and a dictionary from keys to their places in it.
#[derive(Default)]
struct Uses {
    nodes: Vec<Node>,
    oldest: usize,
    newest: usize,
}

impl Uses {
    fn unlink(&mut self, at: usize) {
        let (older, newer) = (self.nodes[at].older, self.nodes[at].newer);
        match older {
            NIL => self.oldest = newer,
            i => self.nodes[i].newer = newer,
        }
        match newer {
            NIL => self.newest = older,
            i => self.nodes[i].older = older,
        }
    }

    fn link_newest(&mut self, at: usize) {
        let last = self.newest;
        self.nodes[at].older = last;
        self.nodes[at].newer = NIL;
        match last {
            NIL => self.oldest = at,
            i => self.nodes[i].newer = at,
        }
        self.newest = at;
    }
}

/// A function with a cache of its results.
#[repr(C)]
pub struct LruCache {
    header: Header,
    function: Field,
    /// `None` keeps everything.
    max: Option<usize>,
    typed: bool,
    info_type: Field,
    /// From keys to results, or to places in `uses` where the number is bounded.
    cache: Field,
    uses: RefCell<Uses>,
    hits: Cell<u64>,
    misses: Cell<u64>,
}

pub static LRU_CACHE: TypeDef = TypeDef::of::<LruCache>("_lru_cache_wrapper", "functools")
    .doc("Create a cached callable that wraps another function.\n\nuser_function:      the function being cached\n\nmaxsize:  0         for no caching\n          None      for unlimited cache size\n          n         for a bounded cache\n\ntyped:    False     cache f(3) and f(3.0) as identical calls\n          True      cache f(3) and f(3.0) as distinct calls\n\ncache_info_type:    namedtuple class with the fields:\n                        hits misses currsize maxsize\n")
    .flags(
        TypeFlags::BASE
            .or(TypeFlags::DICT)
            .or(TypeFlags::WEAKREF)
            .or(TypeFlags::METHOD_DESCRIPTOR),
    )
    .mutable()
    .methods(LruCache::native_methods);

// SAFETY: instances of the class are made by `__new__` with this layout.
unsafe impl Object for LruCache {
    const KIND: Kind = Kind::Native;

    fn def() -> &'static TypeDef {
        &LRU_CACHE
    }
}

impl LruCache {
    fn cache(&self) -> &'static Dict {
        dict(&self.cache)
    }

    /// The key of a call: the argument itself where there is one of a type that equals no other;
    /// else a tuple of arguments, a mark and keywords, and the types where they count.
    fn key(&self, th: &Thread, args: &Tuple, kwargs: &Dict) -> PyResult<Value> {
        if !self.typed && kwargs.is_empty() {
            if let [v] = args.values()
                && matches!(v.shape_id(), shapes::INT | shapes::STR)
            {
                return Ok(*v);
            }
            return Ok(args.value());
        }
        let mut items = args.values().to_vec();
        let pairs = kwargs.pairs();
        if !pairs.is_empty() {
            items.push(mark(th)?);
            items.extend(pairs.iter().flat_map(|(k, v)| [*k, *v]));
        }
        if self.typed {
            items.extend(args.values().iter().map(|v| v.class().value()));
            items.extend(pairs.iter().map(|(_, v)| v.class().value()));
        }
        Ok(Tuple::new(th, &items).value())
    }

    fn count_miss(&self) {
        self.misses.set(self.misses.get() + 1);
    }

    fn count_hit(&self) {
        self.hits.set(self.hits.get() + 1);
    }

    fn place(v: Value) -> usize {
        v.as_small_int().expect("places are small ints") as usize
    }

    /// A call where at most `max` results are kept.
    fn bounded(
        &self,
        th: &Thread,
        max: usize,
        key: Value,
        compute: impl FnOnce() -> PyResult<Value>,
    ) -> PyResult<Value> {
        let hash = ops::hash(th, key)?;
        if let Some(at) = self.cache().get_hashed(th, key, hash)? {
            let at = LruCache::place(at);
            let mut uses = self.uses.borrow_mut();
            if uses.newest != at {
                uses.unlink(at);
                uses.link_newest(at);
            }
            self.count_hit();
            return Ok(uses.nodes[at].result);
        }
        self.count_miss();
        let result = compute()?;
        // The call may have kept the same key meanwhile.
        if self.cache().get_hashed(th, key, hash)?.is_some() {
            return Ok(result);
        }
        let fresh = Node { key, hash, result, older: NIL, newer: NIL };
        let full = self.uses.borrow().nodes.len() >= max;
        let at = if full {
            let (at, old) = {
                let uses = self.uses.borrow();
                (uses.oldest, (uses.nodes[uses.oldest].key, uses.nodes[uses.oldest].hash))
            };
            // Comparing keys may run code that uses the cache.
            self.cache().remove(th, old.0)?;
            let mut uses = self.uses.borrow_mut();
            if uses.oldest != at || uses.nodes[at].hash != old.1 {
                return Ok(result);
            }
            uses.unlink(at);
            uses.nodes[at] = fresh;
            at
        } else {
            let mut uses = self.uses.borrow_mut();
            uses.nodes.push(fresh);
            uses.nodes.len() - 1
        };
        self.uses.borrow_mut().link_newest(at);
        gc::barrier(&self.header);
        self.cache().set_hashed(th, key, hash, Value::from_len(at))?;
        Ok(result)
    }
}

/// An object between positional arguments and keywords in keys, which equals nothing else.
fn mark(th: &Thread) -> PyResult<Value> {
    let all = state::module_state(th, "_functools");
    let name = intern!(th, "keyword mark");
    if let Some(v) = all.get_name(name) {
        return Ok(v);
    }
    let v = ops::call(th, types::object::DEF.class(th).value(), &[])?;
    all.set_name(th, name, v);
    Ok(v)
}

#[methods]
impl LruCache {
    #[staticmethod(sig = "(cls, /, user_function, maxsize, typed, cache_info_type)")]
    fn __new__(
        th: &Thread,
        cls: Value,
        user_function: Value,
        maxsize: Value,
        typed: bool,
        cache_info_type: Value,
    ) -> PyResult<&'static LruCache> {
        let class = class_arg(th, cls, LRU_CACHE.class(th))?;
        if !is_callable(user_function) {
            return Err(raise!(th, TypeError, "the first argument must be callable"));
        }
        let max = if maxsize.is_none() {
            None
        } else if int::is_int(maxsize) || maxsize.slot(Slot::Index).is_some() {
            Some(ops::index_clipped(th, maxsize)?.max(0) as usize)
        } else {
            return Err(raise!(th, TypeError, "maxsize should be integer or None"));
        };
        let cache = LruCache {
            header: native_header(),
            function: Field::new(Some(user_function)),
            max,
            typed,
            info_type: Field::new(Some(cache_info_type)),
            cache: Field::new(Some(Dict::new(th).value())),
            uses: RefCell::new(Uses { nodes: Vec::new(), oldest: NIL, newest: NIL }),
            hits: Cell::new(0),
            misses: Cell::new(0),
        };
        Ok(alloc_as(th, class, cache))
    }

    #[method(sig = "($self, /, *args, **kwargs)")]
    fn __call__(
        th: &Thread,
        this: &'static LruCache,
        args: &Tuple,
        kwargs: &'static Dict,
    ) -> PyResult<Value> {
        let compute = || ops::call_with(th, get(&this.function), args.values(), &kwargs.pairs());
        match this.max {
            Some(0) => {
                this.count_miss();
                compute()
            }
            Some(max) => this.bounded(th, max, this.key(th, args, kwargs)?, compute),
            None => {
                let key = this.key(th, args, kwargs)?;
                let hash = ops::hash(th, key)?;
                if let Some(r) = this.cache().get_hashed(th, key, hash)? {
                    this.count_hit();
                    return Ok(r);
                }
                this.count_miss();
                let r = compute()?;
                this.cache().set_hashed(th, key, hash, r)?;
                Ok(r)
            }
        }
    }

    #[method(sig = "($self, instance, owner=None, /)")]
    fn __get__(th: &Thread, this: Value, instance: Value, _owner: Option<Value>) -> Value {
        if instance.is_none() { this } else { BoundMethod::new(th, this, instance).value() }
    }

    /// Report cache statistics
    #[method(sig = "($self, /)")]
    fn cache_info(th: &Thread, this: &'static LruCache) -> PyResult<Value> {
        let number = |n: u64| int::from_i128(th, n as i128);
        let max = this.max.map_or(Value::NONE, Value::from_len);
        let size = Value::from_len(this.cache().len());
        let fields = [number(this.hits.get()), number(this.misses.get()), max, size];
        ops::call(th, get(&this.info_type), &fields)
    }

    /// Clear the cache and cache statistics
    #[method(sig = "($self, /)")]
    fn cache_clear(this: &'static LruCache) {
        this.hits.set(0);
        this.misses.set(0);
        *this.uses.borrow_mut() = Uses { nodes: Vec::new(), oldest: NIL, newest: NIL };
        this.cache().clear();
    }

    #[method]
    fn __reduce__(th: &Thread, this: Value) -> PyResult<Value> {
        get_attr(th, this, intern!(th, "__qualname__"))
    }

    #[method]
    fn __copy__(this: Value) -> Value {
        this
    }

    #[method(sig = "($self, memo, /)")]
    fn __deepcopy__(this: Value, _memo: Value) -> Value {
        this
    }
}

#[krait_macros::module]
mod functions {
    use super::*;

    /// Convert a cmp= function into a key= function.
    ///
    ///   mycmp
    ///     Function that compares two objects.
    #[function(sig = "(mycmp)")]
    fn cmp_to_key(th: &Thread, mycmp: Value) -> &'static Key {
        Key::new(th, mycmp, None)
    }

    /// Apply a function of two arguments cumulatively to the items of an iterable, from left to right.
    ///
    /// This effectively reduces the iterable to a single value.  If initial is
    /// present, it is placed before the items of the iterable in the
    /// calculation, and serves as a default when the iterable is empty.
    ///
    /// For example, reduce(lambda x, y: x+y, [1, 2, 3, 4, 5])
    /// calculates ((((1 + 2) + 3) + 4) + 5).
    #[function(sig = "(function, iterable, /, initial=<unrepresentable>)")]
    fn reduce(
        th: &Thread,
        function: Value,
        iterable: Value,
        initial: Option<Value>,
    ) -> PyResult<Value> {
        use krait_runtime::types::exception::Exc;
        let it = ops::get_iter(th, iterable).map_err(|e| {
            if krait_runtime::error::raised_is(th, Exc::TypeError) {
                th.raised.set(None);
                return raise!(th, TypeError, "reduce() arg 2 must support iteration");
            }
            e
        })?;
        let first = match initial {
            Some(v) => Some(v),
            None => ops::next(th, it)?,
        };
        let Some(mut total) = first else {
            let message = "reduce() of empty iterable with no initial value";
            return Err(raise!(th, TypeError, "{message}"));
        };
        while let Some(v) = ops::next(th, it)? {
            total = ops::call(th, function, &[total, v])?;
        }
        Ok(total)
    }
}
