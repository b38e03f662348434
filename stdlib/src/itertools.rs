//! `itertools`.
//!
//! Each iterator is a struct of its own. State that refers to values is in fields; indices are in
//! Rust vectors. A finished iterator drops what it refers to.

use std::cell::{Cell, RefCell};

use krait_macros::methods;
use krait_runtime::gc::Field;
use krait_runtime::native::{NativeModule, OrNone, class_arg};
use krait_runtime::object::{Object, TypeDef, TypeFlags, ValueExt, alloc, alloc_as};
use krait_runtime::ops::{self, Binary};
use krait_runtime::types::module::Module;
use krait_runtime::types::tuple::Tuple;
use krait_runtime::types::{generic_alias, int};
use krait_runtime::{Header, Kind, PyResult, Thread, Value, intern, raise};

pub static MODULE: NativeModule = NativeModule {
    name: "itertools",
    doc: "Functional tools for creating and using iterators.",
    functions: &functions::FUNCTIONS,
    init,
};

fn init(th: &Thread, m: &'static Module) -> PyResult<()> {
    for def in TYPES {
        m.add_type(th, def);
    }
    Ok(())
}

static TYPES: &[&TypeDef] = &[
    &ACCUMULATE,
    &BATCHED,
    &CHAIN,
    &COMBINATIONS,
    &COMBINATIONS_WITH_REPLACEMENT,
    &COMPRESS,
    &COUNT,
    &CYCLE,
    &DROPWHILE,
    &FILTERFALSE,
    &GROUPBY,
    &GROUPER,
    &ISLICE,
    &PAIRWISE,
    &PERMUTATIONS,
    &PRODUCT,
    &REPEAT,
    &STARMAP,
    &TAKEWHILE,
    &TEE,
    &ZIP_LONGEST,
];

macro_rules! iterator {
    ($name:ident, $def:ident, $text:literal, $doc:literal, { $($(#[$note:meta])* $field:ident: $type:ty,)* }) => {
        #[doc = $doc]
        #[repr(C)]
        pub struct $name {
            header: Header,
            $($(#[$note])* $field: $type,)*
        }

        pub static $def: TypeDef = TypeDef::of::<$name>($text, "itertools")
            .doc($doc)
            .flags(TypeFlags::BASE)
            .methods($name::native_methods);

        // SAFETY: instances of the class are made in this file with this layout.
        unsafe impl Object for $name {
            const KIND: Kind = Kind::Native;

            fn def() -> &'static TypeDef {
                &$def
            }
        }
    };
}

fn header() -> Header {
    Header::new(0, Kind::Native)
}

fn some(v: Value) -> Field {
    Field::new(Some(v))
}

fn get(f: &Field) -> Value {
    f.get().expect("set when made")
}

/// Steps the iterator in a field; `None` at the end and ever after.
fn step(th: &Thread, header: &Header, f: &Field) -> PyResult<Option<Value>> {
    let Some(it) = f.get() else { return Ok(None) };
    let v = ops::next(th, it)?;
    if v.is_none() {
        f.set(header, None);
    }
    Ok(v)
}

fn items(f: &Field) -> &'static [Value] {
    f.get().and_then(|t| t.cast::<Tuple>()).expect("a tuple").values()
}

iterator!(Count, COUNT, "count", "Return a count object whose .__next__() method returns consecutive values.", {
    value: Field,
    step: Field,
});

#[methods]
impl Count {
    #[staticmethod(sig = "(cls, /, start=0, step=1)")]
    fn __new__(
        th: &Thread,
        cls: Value,
        start: Option<Value>,
        step: Option<Value>,
    ) -> PyResult<Value> {
        let class = class_arg(th, cls, COUNT.class(th))?;
        let (start, step) =
            (start.unwrap_or(Value::from_i32(0)), step.unwrap_or(Value::from_i32(1)));
        for v in [start, step] {
            let number = int::is_int(v)
                || [
                    krait_runtime::object::Slot::Float,
                    krait_runtime::object::Slot::Index,
                    krait_runtime::object::Slot::Complex,
                ]
                .into_iter()
                .any(|s| v.slot(s).is_some());
            if !number {
                return Err(raise!(th, TypeError, "a number is required"));
            }
        }
        Ok(alloc_as(th, class, Count { header: header(), value: some(start), step: some(step) })
            .value())
    }

    #[method]
    fn __iter__(this: Value) -> Value {
        this
    }

    #[method]
    fn __next__(th: &Thread, this: &'static Count) -> PyResult<Value> {
        let v = get(&this.value);
        let next = ops::binary(th, Binary::Add, v, get(&this.step))?;
        this.value.set(&this.header, Some(next));
        Ok(v)
    }

    #[method]
    fn __repr__(th: &Thread, this: &'static Count) -> PyResult<String> {
        let v = ops::repr_string(th, get(&this.value))?;
        let step = get(&this.step);
        if step == Value::from_i32(1) {
            return Ok(format!("count({v})"));
        }
        Ok(format!("count({v}, {})", ops::repr_string(th, step)?))
    }
}

iterator!(Cycle, CYCLE, "cycle", "Return elements from the iterable until it is exhausted. Then repeat the sequence indefinitely.", {
    source: Field,
    saved: Field,
    at: Cell<usize>,
});

#[methods]
impl Cycle {
    #[staticmethod(sig = "(cls, iterable, /)")]
    fn __new__(th: &Thread, cls: Value, iterable: Value) -> PyResult<Value> {
        let class = class_arg(th, cls, CYCLE.class(th))?;
        let it = ops::get_iter(th, iterable)?;
        let saved = krait_runtime::types::list::List::new(th, &[]).value();
        Ok(alloc_as(
            th,
            class,
            Cycle { header: header(), source: some(it), saved: some(saved), at: Cell::new(0) },
        )
        .value())
    }

    #[method]
    fn __iter__(this: Value) -> Value {
        this
    }

    #[method]
    fn __next__(th: &Thread, this: &'static Cycle) -> PyResult<Value> {
        let saved = get(&this.saved).cast::<krait_runtime::types::list::List>().expect("a list");
        if let Some(v) = step(th, &this.header, &this.source)? {
            saved.push(th, v);
            return Ok(v);
        }
        if saved.is_empty() {
            return Ok(Value::EXHAUSTED);
        }
        let at = this.at.get();
        this.at.set((at + 1) % saved.len());
        Ok(saved.get(at).expect("below the length"))
    }
}

iterator!(Repeat, REPEAT, "repeat", "repeat(object [,times]) -> create an iterator which returns the object\nfor the specified number of times.  If not specified, returns the object\nendlessly.", {
    object: Field,
    left: Cell<i64>,
});

#[methods]
impl Repeat {
    #[staticmethod(sig = "(cls, /, object, times=<unrepresentable>)")]
    fn __new__(th: &Thread, cls: Value, object: Value, times: Option<isize>) -> PyResult<Value> {
        let class = class_arg(th, cls, REPEAT.class(th))?;
        // Negative is without end.
        let left = Cell::new(times.map_or(-1, |n| n.max(0) as i64));
        Ok(alloc_as(th, class, Repeat { header: header(), object: some(object), left }).value())
    }

    #[method]
    fn __iter__(this: Value) -> Value {
        this
    }

    #[method]
    fn __next__(this: &'static Repeat) -> Value {
        match this.left.get() {
            0 => return Value::EXHAUSTED,
            n if n > 0 => this.left.set(n - 1),
            _ => {}
        }
        get(&this.object)
    }

    /// Private method returning an estimate of len(list(it)).
    #[method]
    fn __length_hint__(th: &Thread, this: &'static Repeat) -> PyResult<i64> {
        match this.left.get() {
            n if n < 0 => Err(raise!(th, TypeError, "len() of unsized object")),
            n => Ok(n),
        }
    }

    #[method]
    fn __repr__(th: &Thread, this: &'static Repeat) -> PyResult<String> {
        let v = ops::repr_string(th, get(&this.object))?;
        Ok(match this.left.get() {
            n if n < 0 => format!("repeat({v})"),
            n => format!("repeat({v}, {n})"),
        })
    }
}

iterator!(Chain, CHAIN, "chain", "Return a chain object whose .__next__() method returns elements from the\nfirst iterable until it is exhausted, then elements from the next\niterable, until all of the iterables are exhausted.", {
    sources: Field,
    current: Field,
});

impl Chain {
    fn make(th: &Thread, cls: Value, sources: Value) -> PyResult<Value> {
        let class = class_arg(th, cls, CHAIN.class(th))?;
        Ok(alloc_as(
            th,
            class,
            Chain { header: header(), sources: some(sources), current: Field::new(None) },
        )
        .value())
    }
}

#[methods]
impl Chain {
    #[staticmethod(sig = "(cls, /, *iterables)")]
    fn __new__(th: &Thread, cls: Value, iterables: Value) -> PyResult<Value> {
        let sources = ops::get_iter(th, iterables)?;
        Chain::make(th, cls, sources)
    }

    /// Alternative chain() constructor taking a single iterable argument that evaluates lazily.
    #[classmethod(sig = "($type, iterable, /)")]
    fn from_iterable(th: &Thread, cls: Value, iterable: Value) -> PyResult<Value> {
        let sources = ops::get_iter(th, iterable)?;
        Chain::make(th, cls, sources)
    }

    #[method]
    fn __iter__(this: Value) -> Value {
        this
    }

    #[method]
    fn __next__(th: &Thread, this: &'static Chain) -> PyResult<Value> {
        loop {
            if let Some(v) = step(th, &this.header, &this.current)? {
                return Ok(v);
            }
            let Some(next) = step(th, &this.header, &this.sources)? else {
                return Ok(Value::EXHAUSTED);
            };
            let it = ops::get_iter(th, next)?;
            this.current.set(&this.header, Some(it));
        }
    }

    /// See PEP 585
    #[classmethod(sig = "($type, object, /)")]
    fn __class_getitem__(th: &Thread, cls: Value, item: Value) -> PyResult<Value> {
        generic_alias::new(th, cls, item)
    }
}

iterator!(Accumulate, ACCUMULATE, "accumulate", "Return series of accumulated sums (or other binary function results).", {
    source: Field,
    function: Field,
    total: Field,
    initial: Field,
});

#[methods]
impl Accumulate {
    #[staticmethod(sig = "(cls, /, iterable, func=None, *, initial=None)")]
    fn __new__(
        th: &Thread,
        cls: Value,
        iterable: Value,
        func: OrNone<Value>,
        initial: OrNone<Value>,
    ) -> PyResult<Value> {
        let class = class_arg(th, cls, ACCUMULATE.class(th))?;
        let it = ops::get_iter(th, iterable)?;
        Ok(alloc_as(
            th,
            class,
            Accumulate {
                header: header(),
                source: some(it),
                function: Field::new(func.0),
                total: Field::new(None),
                initial: Field::new(initial.0),
            },
        )
        .value())
    }

    #[method]
    fn __iter__(this: Value) -> Value {
        this
    }

    #[method]
    fn __next__(th: &Thread, this: &'static Accumulate) -> PyResult<Value> {
        if let Some(v) = this.initial.get() {
            this.initial.set(&this.header, None);
            this.total.set(&this.header, Some(v));
            return Ok(v);
        }
        let Some(v) = step(th, &this.header, &this.source)? else { return Ok(Value::EXHAUSTED) };
        let total = match (this.total.get(), this.function.get()) {
            (None, _) => v,
            (Some(t), None) => ops::binary(th, Binary::Add, t, v)?,
            (Some(t), Some(f)) => ops::call(th, f, &[t, v])?,
        };
        this.total.set(&this.header, Some(total));
        Ok(total)
    }
}

iterator!(Compress, COMPRESS, "compress", "Return data elements corresponding to true selector elements.", {
    data: Field,
    selectors: Field,
});

#[methods]
impl Compress {
    #[staticmethod(sig = "(cls, /, data, selectors)")]
    fn __new__(th: &Thread, cls: Value, data: Value, selectors: Value) -> PyResult<Value> {
        let class = class_arg(th, cls, COMPRESS.class(th))?;
        let (data, selectors) = (ops::get_iter(th, data)?, ops::get_iter(th, selectors)?);
        Ok(alloc_as(
            th,
            class,
            Compress { header: header(), data: some(data), selectors: some(selectors) },
        )
        .value())
    }

    #[method]
    fn __iter__(this: Value) -> Value {
        this
    }

    #[method]
    fn __next__(th: &Thread, this: &'static Compress) -> PyResult<Value> {
        loop {
            let Some(v) = ops::next(th, get(&this.data))? else { return Ok(Value::EXHAUSTED) };
            let Some(s) = ops::next(th, get(&this.selectors))? else { return Ok(Value::EXHAUSTED) };
            if ops::truth(th, s)? {
                return Ok(v);
            }
        }
    }
}

macro_rules! predicate_iterator {
    ($name:ident, $def:ident, $text:literal, $doc:literal, |$th:ident, $this:ident| $next:block) => {
        iterator!($name, $def, $text, $doc, {
            function: Field,
            source: Field,
            flag: Cell<bool>,
        });

        #[methods]
        impl $name {
            #[staticmethod(sig = "(cls, function, iterable, /)")]
            fn __new__(th: &Thread, cls: Value, function: Value, iterable: Value) -> PyResult<Value> {
                let class = class_arg(th, cls, $def.class(th))?;
                let it = ops::get_iter(th, iterable)?;
                Ok(alloc_as(th, class, $name {
                    header: header(),
                    function: some(function),
                    source: some(it),
                    flag: Cell::new(false),
                })
                .value())
            }

            #[method]
            fn __iter__(this: Value) -> Value {
                this
            }

            #[method]
            fn __next__($th: &Thread, $this: &'static $name) -> PyResult<Value> {
                $next
            }
        }
    };
}

predicate_iterator!(
    TakeWhile,
    TAKEWHILE,
    "takewhile",
    "Return successive entries from an iterable as long as the predicate evaluates to true for each entry.",
    |th, this| {
        if this.flag.get() {
            return Ok(Value::EXHAUSTED);
        }
        let Some(v) = ops::next(th, get(&this.source))? else { return Ok(Value::EXHAUSTED) };
        let r = ops::call(th, get(&this.function), &[v])?;
        if ops::truth(th, r)? {
            return Ok(v);
        }
        this.flag.set(true);
        Ok(Value::EXHAUSTED)
    }
);

predicate_iterator!(
    DropWhile,
    DROPWHILE,
    "dropwhile",
    "Drop items from the iterable while predicate(item) is true.\n\nAfterwards, return every element until the iterable is exhausted.",
    |th, this| {
        loop {
            let Some(v) = ops::next(th, get(&this.source))? else { return Ok(Value::EXHAUSTED) };
            if this.flag.get() {
                return Ok(v);
            }
            let r = ops::call(th, get(&this.function), &[v])?;
            if !ops::truth(th, r)? {
                this.flag.set(true);
                return Ok(v);
            }
        }
    }
);

predicate_iterator!(
    FilterFalse,
    FILTERFALSE,
    "filterfalse",
    "Return those items of iterable for which function(item) is false.\n\nIf function is None, return the items that are false.",
    |th, this| {
        loop {
            let Some(v) = ops::next(th, get(&this.source))? else { return Ok(Value::EXHAUSTED) };
            let f = get(&this.function);
            let r = if f.is_none() { v } else { ops::call(th, f, &[v])? };
            if !ops::truth(th, r)? {
                return Ok(v);
            }
        }
    }
);

predicate_iterator!(
    StarMap,
    STARMAP,
    "starmap",
    "Return an iterator whose values are returned from the function evaluated with an argument tuple taken from the given sequence.",
    |th, this| {
        let Some(v) = ops::next(th, get(&this.source))? else { return Ok(Value::EXHAUSTED) };
        let args = ops::collect(th, v)?;
        ops::call(th, get(&this.function), &args)
    }
);

iterator!(ISlice, ISLICE, "islice", "islice(iterable, stop) --> islice object\nislice(iterable, start, stop[, step]) --> islice object\n\nReturn an iterator whose next() method returns selected values from an\niterable.", {
    source: Field,
    next: Cell<usize>,
    stop: Cell<usize>,
    step: Cell<usize>,
    count: Cell<usize>,
});

#[methods]
impl ISlice {
    #[staticmethod(
        sig = "(cls, iterable, start, stop=<unrepresentable>, step=<unrepresentable>, /)"
    )]
    fn __new__(
        th: &Thread,
        cls: Value,
        iterable: Value,
        start: Value,
        stop: Option<Value>,
        step: Option<Value>,
    ) -> PyResult<Value> {
        let class = class_arg(th, cls, ISLICE.class(th))?;
        let number = |v: Value, message: &str| -> PyResult<Option<usize>> {
            if v.is_none() {
                return Ok(None);
            }
            let n = if int::is_int(v) || v.slot(krait_runtime::object::Slot::Index).is_some() {
                ops::index_clipped(th, v)?
            } else {
                -1
            };
            if n < 0 {
                return Err(raise!(th, ValueError, "{message}"));
            }
            Ok(Some(n as usize))
        };
        const BOUNDS: &str =
            "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
        const STOP: &str =
            "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
        const STEP: &str = "Step for islice() must be a positive integer or None.";
        let (start, stop) = match stop {
            None => (0, number(start, STOP)?),
            Some(stop) => {
                let stop = number(stop, STOP)?;
                (number(start, BOUNDS)?.unwrap_or(0), stop)
            }
        };
        let step = match step {
            Some(s) => number(s, STEP)?.unwrap_or(1),
            None => 1,
        };
        if step == 0 {
            return Err(raise!(th, ValueError, "{STEP}"));
        }
        let it = ops::get_iter(th, iterable)?;
        Ok(alloc_as(
            th,
            class,
            ISlice {
                header: header(),
                source: some(it),
                next: Cell::new(start),
                stop: Cell::new(stop.unwrap_or(usize::MAX)),
                step: Cell::new(step),
                count: Cell::new(0),
            },
        )
        .value())
    }

    #[method]
    fn __iter__(this: Value) -> Value {
        this
    }

    #[method]
    fn __next__(th: &Thread, this: &'static ISlice) -> PyResult<Value> {
        let stop = this.stop.get();
        while this.count.get() < this.next.get().min(stop) {
            if step(th, &this.header, &this.source)?.is_none() {
                return Ok(Value::EXHAUSTED);
            }
            this.count.set(this.count.get() + 1);
        }
        if this.count.get() >= stop {
            this.source.set(&this.header, None);
            return Ok(Value::EXHAUSTED);
        }
        let Some(v) = step(th, &this.header, &this.source)? else { return Ok(Value::EXHAUSTED) };
        this.count.set(this.count.get() + 1);
        this.next.set(this.next.get().saturating_add(this.step.get()).min(stop));
        Ok(v)
    }
}

iterator!(Pairwise, PAIRWISE, "pairwise", "Return an iterator of overlapping pairs taken from the input iterator.", {
    source: Field,
    old: Field,
});

#[methods]
impl Pairwise {
    #[staticmethod(sig = "(cls, iterable, /)")]
    fn __new__(th: &Thread, cls: Value, iterable: Value) -> PyResult<Value> {
        let class = class_arg(th, cls, PAIRWISE.class(th))?;
        let it = ops::get_iter(th, iterable)?;
        Ok(alloc_as(
            th,
            class,
            Pairwise { header: header(), source: some(it), old: Field::new(None) },
        )
        .value())
    }

    #[method]
    fn __iter__(this: Value) -> Value {
        this
    }

    #[method]
    fn __next__(th: &Thread, this: &'static Pairwise) -> PyResult<Value> {
        let old = match this.old.get() {
            Some(v) => v,
            None => match step(th, &this.header, &this.source)? {
                Some(v) => v,
                None => return Ok(Value::EXHAUSTED),
            },
        };
        match step(th, &this.header, &this.source)? {
            Some(new) => {
                this.old.set(&this.header, Some(new));
                Ok(Tuple::new(th, &[old, new]).value())
            }
            None => {
                this.old.set(&this.header, None);
                Ok(Value::EXHAUSTED)
            }
        }
    }
}

iterator!(Batched, BATCHED, "batched", "Batch data into tuples of length n. The last batch may be shorter than n.", {
    source: Field,
    size: usize,
    strict: bool,
});

#[methods]
impl Batched {
    #[staticmethod(sig = "(cls, /, iterable, n, *, strict=False)")]
    fn __new__(
        th: &Thread,
        cls: Value,
        iterable: Value,
        n: isize,
        strict: Option<bool>,
    ) -> PyResult<Value> {
        let class = class_arg(th, cls, BATCHED.class(th))?;
        if n < 1 {
            return Err(raise!(th, ValueError, "n must be at least one"));
        }
        let it = ops::get_iter(th, iterable)?;
        let strict = strict.unwrap_or(false);
        Ok(alloc_as(
            th,
            class,
            Batched { header: header(), source: some(it), size: n as usize, strict },
        )
        .value())
    }

    #[method]
    fn __iter__(this: Value) -> Value {
        this
    }

    #[method]
    fn __next__(th: &Thread, this: &'static Batched) -> PyResult<Value> {
        let mut batch = Vec::new();
        while batch.len() < this.size
            && let Some(v) = step(th, &this.header, &this.source)?
        {
            batch.push(v);
        }
        if batch.is_empty() {
            return Ok(Value::EXHAUSTED);
        }
        if this.strict && batch.len() < this.size {
            return Err(raise!(th, ValueError, "batched(): incomplete batch"));
        }
        Ok(Tuple::new(th, &batch).value())
    }
}

iterator!(ZipLongest, ZIP_LONGEST, "zip_longest", "Return a zip_longest object whose .__next__() method returns a tuple where\nthe i-th element comes from the i-th iterable argument.", {
    sources: Field,
    fill: Field,
    done: RefCell<Vec<bool>>,
});

#[methods]
impl ZipLongest {
    #[staticmethod(sig = "(cls, /, *iterables, fillvalue=None)")]
    fn __new__(
        th: &Thread,
        cls: Value,
        fillvalue: Option<Value>,
        iterables: &'static Tuple,
    ) -> PyResult<Value> {
        let class = class_arg(th, cls, ZIP_LONGEST.class(th))?;
        let mut its = Vec::new();
        for v in iterables.values() {
            its.push(ops::get_iter(th, *v)?);
        }
        let done = RefCell::new(vec![false; its.len()]);
        let sources = some(Tuple::new(th, &its).value());
        let fill = some(fillvalue.unwrap_or(Value::NONE));
        Ok(alloc_as(th, class, ZipLongest { header: header(), sources, fill, done }).value())
    }

    #[method]
    fn __iter__(this: Value) -> Value {
        this
    }

    #[method]
    fn __next__(th: &Thread, this: &'static ZipLongest) -> PyResult<Value> {
        let mut row = Vec::new();
        for (i, it) in items(&this.sources).iter().enumerate() {
            let done = this.done.borrow()[i];
            let v = if done { None } else { ops::next(th, *it)? };
            if v.is_none() {
                this.done.borrow_mut()[i] = true;
            }
            row.push(v.unwrap_or(get(&this.fill)));
        }
        if this.done.borrow().iter().all(|d| *d) {
            return Ok(Value::EXHAUSTED);
        }
        Ok(Tuple::new(th, &row).value())
    }
}

macro_rules! combinatoric {
    ($name:ident, $def:ident, $text:literal, $doc:literal) => {
        iterator!($name, $def, $text, $doc, {
            pool: Field,
            /// Indices of the next result; `None` at the end.
            indices: RefCell<Option<Vec<usize>>>,
            more: RefCell<Vec<usize>>,
            length: usize,
        });

        impl $name {
            fn make(th: &Thread, cls: Value, pool: &[Value], length: usize, indices: Option<Vec<usize>>, more: Vec<usize>) -> PyResult<Value> {
                let class = class_arg(th, cls, $def.class(th))?;
                let pool = some(Tuple::new(th, pool).value());
                Ok(alloc_as(th, class, $name {
                    header: header(),
                    pool,
                    indices: RefCell::new(indices),
                    more: RefCell::new(more),
                    length,
                })
                .value())
            }

            /// The tuple of the indices as they are; `permutations` picks its row otherwise.
            #[allow(dead_code)]
            fn result(&self, th: &Thread) -> Option<Value> {
                let indices = self.indices.borrow();
                let pool = items(&self.pool);
                let row: Vec<Value> = indices.as_ref()?.iter().take(self.length).map(|i| pool[*i]).collect();
                Some(Tuple::new(th, &row).value())
            }
        }
    };
}

combinatoric!(
    Combinations,
    COMBINATIONS,
    "combinations",
    "Return successive r-length combinations of elements in the iterable.\n\ncombinations(range(4), 3) --> (0,1,2), (0,1,3), (0,2,3), (1,2,3)"
);
combinatoric!(
    Combinations2,
    COMBINATIONS_WITH_REPLACEMENT,
    "combinations_with_replacement",
    "Return successive r-length combinations of elements in the iterable allowing individual elements to have successive repeats.\n\ncombinations_with_replacement('ABC', 2) --> ('A','A'), ('A','B'), ('A','C'), ('B','B'), ('B','C'), ('C','C')"
);
combinatoric!(
    Permutations,
    PERMUTATIONS,
    "permutations",
    "Return successive r-length permutations of elements in the iterable.\n\npermutations(range(3), 2) --> (0,1), (0,2), (1,0), (1,2), (2,0), (2,1)"
);
combinatoric!(
    Product,
    PRODUCT,
    "product",
    "Cartesian product of input iterables.  Equivalent to nested for-loops."
);

fn check_length(th: &Thread, r: isize) -> PyResult<usize> {
    usize::try_from(r).map_err(|_| raise!(th, ValueError, "r must be non-negative"))
}

#[methods]
impl Combinations {
    #[staticmethod(sig = "(cls, /, iterable, r)")]
    fn __new__(th: &Thread, cls: Value, iterable: Value, r: isize) -> PyResult<Value> {
        let pool = ops::collect(th, iterable)?;
        let r = check_length(th, r)?;
        let indices = (r <= pool.len()).then(|| (0..r).collect());
        Combinations::make(th, cls, &pool, r, indices, Vec::new())
    }

    #[method]
    fn __iter__(this: Value) -> Value {
        this
    }

    #[method]
    fn __next__(th: &Thread, this: &'static Combinations) -> Value {
        let Some(v) = this.result(th) else { return Value::EXHAUSTED };
        let n = items(&this.pool).len();
        let mut state = this.indices.borrow_mut();
        let ix = state.as_mut().expect("not at the end");
        let r = ix.len();
        match (0..r).rev().find(|i| ix[*i] != i + n - r) {
            Some(i) => {
                ix[i] += 1;
                for j in i + 1..r {
                    ix[j] = ix[j - 1] + 1;
                }
            }
            None => *state = None,
        }
        v
    }
}

#[methods]
impl Combinations2 {
    #[staticmethod(sig = "(cls, /, iterable, r)")]
    fn __new__(th: &Thread, cls: Value, iterable: Value, r: isize) -> PyResult<Value> {
        let pool = ops::collect(th, iterable)?;
        let r = check_length(th, r)?;
        let indices = (r == 0 || !pool.is_empty()).then(|| vec![0; r]);
        Combinations2::make(th, cls, &pool, r, indices, Vec::new())
    }

    #[method]
    fn __iter__(this: Value) -> Value {
        this
    }

    #[method]
    fn __next__(th: &Thread, this: &'static Combinations2) -> Value {
        let Some(v) = this.result(th) else { return Value::EXHAUSTED };
        let n = items(&this.pool).len();
        let mut state = this.indices.borrow_mut();
        let ix = state.as_mut().expect("not at the end");
        match (0..ix.len()).rev().find(|i| ix[*i] != n - 1) {
            Some(i) => {
                let next = ix[i] + 1;
                ix[i..].fill(next);
            }
            None => *state = None,
        }
        v
    }
}

#[methods]
impl Permutations {
    #[staticmethod(sig = "(cls, /, iterable, r=None)")]
    fn __new__(th: &Thread, cls: Value, iterable: Value, r: OrNone<Value>) -> PyResult<Value> {
        let pool = ops::collect(th, iterable)?;
        let n = pool.len();
        let r = match r.0 {
            None => n,
            Some(v) if !int::is_int(v) => return Err(raise!(th, TypeError, "Expected int as r")),
            Some(v) => check_length(th, ops::index_clipped(th, v)?)?,
        };
        let indices = (r <= n).then(|| (0..n).collect());
        let cycles = if r <= n { (n - r + 1..=n).rev().collect() } else { Vec::new() };
        Permutations::make(th, cls, &pool, r, indices, cycles)
    }

    #[method]
    fn __iter__(this: Value) -> Value {
        this
    }

    #[method]
    fn __next__(th: &Thread, this: &'static Permutations) -> Value {
        let Some(v) = this.result(th) else { return Value::EXHAUSTED };
        let mut state = this.indices.borrow_mut();
        let ix = state.as_mut().expect("not at the end");
        let mut cycles = this.more.borrow_mut();
        let n = ix.len();
        for i in (0..this.length).rev() {
            cycles[i] -= 1;
            if cycles[i] == 0 {
                ix[i..].rotate_left(1);
                cycles[i] = n - i;
            } else {
                ix.swap(i, n - cycles[i]);
                return v;
            }
        }
        *state = None;
        v
    }
}

#[methods]
impl Product {
    #[staticmethod(sig = "(cls, /, *iterables, repeat=1)")]
    fn __new__(
        th: &Thread,
        cls: Value,
        repeat: Option<isize>,
        iterables: &'static Tuple,
    ) -> PyResult<Value> {
        let Ok(repeat) = usize::try_from(repeat.unwrap_or(1)) else {
            return Err(raise!(th, ValueError, "repeat argument cannot be negative"));
        };
        let mut pools = Vec::new();
        for v in iterables.values() {
            pools.push(Tuple::new(th, &ops::collect(th, *v)?).value());
        }
        let all: Vec<Value> = (0..repeat).flat_map(|_| pools.iter().copied()).collect();
        let sizes: Vec<usize> =
            all.iter().map(|p| p.cast::<Tuple>().expect("a tuple").len()).collect();
        let indices = sizes.iter().all(|n| *n > 0).then(|| vec![0; all.len()]);
        let length = all.len();
        Product::make(th, cls, &all, length, indices, sizes)
    }

    #[method]
    fn __iter__(this: Value) -> Value {
        this
    }

    #[method]
    fn __next__(th: &Thread, this: &'static Product) -> Value {
        let row: Vec<Value> = {
            let indices = this.indices.borrow();
            let Some(ix) = indices.as_ref() else { return Value::EXHAUSTED };
            let pools = items(&this.pool);
            ix.iter()
                .zip(pools)
                .map(|(i, p)| p.cast::<Tuple>().expect("a tuple").values()[*i])
                .collect()
        };
        let v = Tuple::new(th, &row).value();
        let mut state = this.indices.borrow_mut();
        let ix = state.as_mut().expect("not at the end");
        let sizes = this.more.borrow();
        for i in (0..ix.len()).rev() {
            ix[i] += 1;
            if ix[i] < sizes[i] {
                return v;
            }
            ix[i] = 0;
        }
        *state = None;
        v
    }
}

iterator!(GroupBy, GROUPBY, "groupby", "make an iterator that returns consecutive keys and groups from the iterable", {
    source: Field,
    function: Field,
    target_key: Field,
    current_key: Field,
    current_value: Field,
    /// The group that may still be read.
    grouper: Field,
});

impl GroupBy {
    /// Reads the next item; false at the end.
    fn read(&self, th: &Thread) -> PyResult<bool> {
        let Some(v) = ops::next(th, get(&self.source))? else { return Ok(false) };
        let key = match self.function.get() {
            Some(f) => ops::call(th, f, &[v])?,
            None => v,
        };
        self.current_value.set(&self.header, Some(v));
        self.current_key.set(&self.header, Some(key));
        Ok(true)
    }
}

#[methods]
impl GroupBy {
    #[staticmethod(sig = "(cls, /, iterable, key=None)")]
    fn __new__(th: &Thread, cls: Value, iterable: Value, key: OrNone<Value>) -> PyResult<Value> {
        let class = class_arg(th, cls, GROUPBY.class(th))?;
        let it = ops::get_iter(th, iterable)?;
        Ok(alloc_as(
            th,
            class,
            GroupBy {
                header: header(),
                source: some(it),
                function: Field::new(key.0),
                target_key: Field::new(None),
                current_key: Field::new(None),
                current_value: Field::new(None),
                grouper: Field::new(None),
            },
        )
        .value())
    }

    #[method]
    fn __iter__(this: Value) -> Value {
        this
    }

    #[method]
    fn __next__(th: &Thread, this: &'static GroupBy) -> PyResult<Value> {
        this.grouper.set(&this.header, None);
        loop {
            match (this.current_key.get(), this.target_key.get()) {
                (None, _) => {}
                (Some(_), None) => break,
                (Some(c), Some(t)) => {
                    if !ops::is_or_eq(th, t, c)? {
                        break;
                    }
                }
            }
            if !this.read(th)? {
                return Ok(Value::EXHAUSTED);
            }
        }
        let key = get(&this.current_key);
        this.target_key.set(&this.header, Some(key));
        GROUPER.class(th);
        let group = alloc(
            th,
            Grouper {
                header: Header::new(GROUPER.shape_id(), Kind::Native),
                parent: some(this.value()),
                key: some(key),
            },
        )
        .value();
        this.grouper.set(&this.header, Some(group));
        Ok(Tuple::new(th, &[key, group]).value())
    }
}

iterator!(Grouper, GROUPER, "_grouper", "One group of a groupby.", {
    parent: Field,
    key: Field,
});

#[methods]
impl Grouper {
    #[staticmethod(sig = "(cls, parent, key, /)")]
    fn __new__(th: &Thread, _cls: Value, parent: &'static GroupBy, key: Value) -> Value {
        GROUPER.class(th);
        let header = Header::new(GROUPER.shape_id(), Kind::Native);
        let v = alloc(th, Grouper { header, parent: some(parent.value()), key: some(key) }).value();
        parent.grouper.set(&parent.header, Some(v));
        v
    }

    #[method]
    fn __iter__(this: Value) -> Value {
        this
    }

    #[method]
    fn __next__(th: &Thread, this: &'static Grouper) -> PyResult<Value> {
        let parent = get(&this.parent).cast::<GroupBy>().expect("a groupby");
        if parent.grouper.get() != Some(this.value()) {
            return Ok(Value::EXHAUSTED);
        }
        if parent.current_value.get().is_none() && !parent.read(th)? {
            return Ok(Value::EXHAUSTED);
        }
        if !ops::is_or_eq(th, get(&this.key), get(&parent.current_key))? {
            return Ok(Value::EXHAUSTED);
        }
        let v = get(&parent.current_value);
        parent.current_value.set(&parent.header, None);
        Ok(v)
    }
}

/// One item that `tee` read, and the next one: a linked list that the iterators walk.
#[repr(C)]
struct Link {
    header: Header,
    source: Field,
    value: Field,
    next: Field,
}

static LINK: TypeDef = TypeDef::of::<Link>("_tee_dataobject", "itertools").flags(TypeFlags::NO_NEW);

// SAFETY: instances of the class are made by `Link::new` with this layout.
unsafe impl Object for Link {
    const KIND: Kind = Kind::Native;

    fn def() -> &'static TypeDef {
        &LINK
    }
}

impl Link {
    fn new(th: &Thread, source: Value) -> &'static Link {
        LINK.class(th);
        alloc(
            th,
            Link {
                header: Header::new(LINK.shape_id(), Kind::Native),
                source: some(source),
                value: Field::new(None),
                next: Field::new(None),
            },
        )
    }
}

iterator!(Tee, TEE, "_tee", "Iterator wrapped to make it copyable.", {
    link: Field,
});

impl Tee {
    fn make(th: &Thread, link: Value) -> Value {
        TEE.class(th);
        alloc(th, Tee { header: Header::new(TEE.shape_id(), Kind::Native), link: some(link) })
            .value()
    }
}

#[methods]
impl Tee {
    #[staticmethod(sig = "(cls, iterable, /)")]
    fn __new__(th: &Thread, _cls: Value, iterable: Value) -> PyResult<Value> {
        if let Some(t) = iterable.cast::<Tee>() {
            return Ok(Tee::make(th, get(&t.link)));
        }
        let it = ops::get_iter(th, iterable)?;
        let link = Link::new(th, it).value();
        Ok(Tee::make(th, link))
    }

    #[method]
    fn __iter__(this: Value) -> Value {
        this
    }

    #[method]
    fn __next__(th: &Thread, this: &'static Tee) -> PyResult<Value> {
        let link = get(&this.link).cast::<Link>().expect("a link");
        if link.value.get().is_none() {
            let Some(v) = ops::next(th, get(&link.source))? else { return Ok(Value::EXHAUSTED) };
            let next = Link::new(th, get(&link.source)).value();
            link.value.set(&link.header, Some(v));
            link.next.set(&link.header, Some(next));
        }
        this.link.set(&this.header, link.next.get());
        Ok(get(&link.value))
    }

    /// Returns an independent iterator.
    #[method]
    fn __copy__(th: &Thread, this: &'static Tee) -> Value {
        Tee::make(th, get(&this.link))
    }
}

#[krait_macros::module]
mod functions {
    use super::*;

    /// Returns a tuple of n independent iterators.
    #[function(sig = "(iterable, n=2, /)")]
    fn tee(th: &Thread, iterable: Value, n: Option<isize>) -> PyResult<Value> {
        let n = n.unwrap_or(2);
        if n < 0 {
            return Err(raise!(th, ValueError, "n must be >= 0"));
        }
        if n == 0 {
            return Ok(Tuple::new(th, &[]).value());
        }
        let it = ops::get_iter(th, iterable)?;
        let copy = ops::call_method_opt(th, it, intern!(th, "__copy__"), &[])?;
        let mut all = vec![match copy {
            Some(_) => it,
            None => Tee::__new__(th, Value::NONE, it)?,
        }];
        for _ in 1..n {
            all.push(ops::call_method(th, all[0], intern!(th, "__copy__"), &[])?);
        }
        Ok(Tuple::new(th, &all).value())
    }
}
