//! `slice`, and indexing of sequences.

use dashu_int::IBig;
use krait_layout::{Header, Kind, Thread, Value, shapes};

use crate::error::PyResult;
use crate::gc::Field;
use crate::object::type_object::{TypeDef, TypeFlags};
use crate::object::{Object, Slot, ValueExt, alloc};
use crate::ops::{self, Comparison};
use crate::types::tuple::Tuple;
use crate::{raise, types};
use krait_macros::methods;

/// A `slice`.
#[repr(C)]
pub struct Slice {
    pub header: Header,
    start: Field,
    stop: Field,
    step: Field,
}

pub static DEF: TypeDef = TypeDef::of::<Slice>("slice", "builtins")
    .doc("slice(stop)\nslice(start, stop[, step])\n\nCreate a slice object.  This is used for extended slicing (e.g. a[0:10:2]).")
    .flags(TypeFlags::NONE)
    .methods(Slice::native_methods)
    .getsets(Slice::native_getsets)
    .shape(shapes::SLICE);

// SAFETY: every object of kind `Slice` is made by `Slice::new` with this layout.
unsafe impl Object for Slice {
    const KIND: Kind = Kind::Slice;

    fn def() -> &'static TypeDef {
        &DEF
    }
}

/// A slice applied to a sequence of known length.
#[derive(Copy, Clone, Debug)]
pub struct Range {
    /// First index; meaningful as a position for insertion where `len` is 0.
    pub start: usize,
    pub step: isize,
    pub len: usize,
}

impl Range {
    pub fn iter(self) -> impl Iterator<Item = usize> + Clone {
        (0..self.len).map(move |i| (self.start as isize + i as isize * self.step) as usize)
    }

    pub fn is_whole(self, len: usize) -> bool {
        self.start == 0 && self.step == 1 && self.len == len
    }
}

/// A subscript of a sequence.
pub enum Index {
    At(isize),
    Slice(&'static Slice),
}

/// Sorts a subscript of a `type_name`; raises `TypeError` where it is neither index nor slice.
pub fn index_or_slice(th: &Thread, key: Value, type_name: &str) -> PyResult<Index> {
    if let Some(i) = key.as_small_int() {
        return Ok(Index::At(i as isize));
    }
    if let Some(s) = key.cast::<Slice>() {
        return Ok(Index::Slice(s));
    }
    if key.slot(Slot::Index).is_none() {
        return Err(raise!(
            th,
            TypeError,
            "{type_name} indices must be integers or slices, not {}",
            key.type_name()
        ));
    }
    let i = ops::index(th, key)?;
    match types::int::to_i128(i).map(isize::try_from) {
        Some(Ok(i)) => Ok(Index::At(i)),
        _ => Err(raise!(
            th,
            IndexError,
            "cannot fit '{}' into an index-sized integer",
            key.type_name()
        )),
    }
}

/// The position of index `i`, from the end where negative; `None` outside.
#[inline]
pub fn checked(i: isize, len: usize) -> Option<usize> {
    let i = if i < 0 { i + len as isize } else { i };
    (0..len as isize).contains(&i).then_some(i as usize)
}

/// The bounds of `index(x, start, stop)` and the like, clipped to the length.
pub fn search_bounds(
    th: &Thread,
    start: Option<Value>,
    stop: Option<Value>,
    len: usize,
) -> PyResult<(usize, usize)> {
    let clip = |v: Option<Value>, default: usize| -> PyResult<usize> {
        let Some(v) = v.filter(|v| !v.is_none()) else { return Ok(default) };
        if !types::int::is_int(v) && v.slot(Slot::Index).is_none() {
            return Err(raise!(
                th,
                TypeError,
                "slice indices must be integers or None or have an __index__ method"
            ));
        }
        let i = ops::index_clipped(th, v)?;
        let i = if i < 0 { i.saturating_add(len as isize).max(0) } else { i };
        Ok(i as usize)
    };
    Ok((clip(start, 0)?, clip(stop, len)?.min(len)))
}

impl Slice {
    pub fn new(th: &Thread, start: Value, stop: Value, step: Value) -> &'static Slice {
        alloc(
            th,
            Slice {
                header: Header::new(shapes::SLICE, Kind::Slice),
                start: Field::new(Some(start)),
                stop: Field::new(Some(stop)),
                step: Field::new(Some(step)),
            },
        )
    }

    /// Start, stop and step as given.
    pub fn parts(&self) -> [Value; 3] {
        [&self.start, &self.stop, &self.step].map(|f| f.get().expect("set when made"))
    }

    fn bound(th: &Thread, v: Value) -> PyResult<isize> {
        if !types::int::is_int(v) && v.slot(Slot::Index).is_none() {
            return Err(raise!(
                th,
                TypeError,
                "slice indices must be integers or None or have an __index__ method"
            ));
        }
        ops::index_clipped(th, v)
    }

    /// Applies the slice to a sequence of `len` items (`PySlice_AdjustIndices`).
    pub fn resolve(&self, th: &Thread, len: usize) -> PyResult<Range> {
        let [start, stop, step] = self.parts();
        let step = if step.is_none() { 1 } else { Slice::bound(th, step)?.max(-isize::MAX) };
        if step == 0 {
            return Err(raise!(th, ValueError, "slice step cannot be zero"));
        }
        let len = len as isize;
        let (low, high) = if step < 0 { (-1, len - 1) } else { (0, len) };
        let clip = |i: isize| {
            if i < 0 { (i.saturating_add(len)).max(low) } else { i.min(high) }
        };
        let start = if start.is_none() {
            if step < 0 { high } else { 0 }
        } else {
            clip(Slice::bound(th, start)?)
        };
        let stop = if stop.is_none() {
            if step < 0 { -1 } else { len }
        } else {
            clip(Slice::bound(th, stop)?)
        };
        let n = if step < 0 && stop < start {
            (start - stop - 1) / -step + 1
        } else if step > 0 && start < stop {
            (stop - start - 1) / step + 1
        } else {
            0
        };
        Ok(Range { start: start.max(0) as usize, step, len: n as usize })
    }
}

#[methods]
impl Slice {
    #[staticmethod(sig = "(cls, start, stop=None, step=None, /)")]
    fn __new__(
        th: &Thread,
        _cls: Value,
        start: Value,
        stop: Option<Value>,
        step: Option<Value>,
    ) -> &'static Slice {
        match stop {
            None => Slice::new(th, Value::NONE, start, Value::NONE),
            Some(stop) => Slice::new(th, start, stop, step.unwrap_or(Value::NONE)),
        }
    }

    #[method]
    fn __repr__(th: &Thread, this: &'static Slice) -> PyResult<String> {
        let [a, b, c] = this.parts();
        let (a, b, c) =
            (ops::repr_string(th, a)?, ops::repr_string(th, b)?, ops::repr_string(th, c)?);
        Ok(format!("slice({a}, {b}, {c})"))
    }

    #[comparison]
    fn compare(th: &Thread, this: &'static Slice, other: Value, op: Comparison) -> PyResult<Value> {
        let Some(other) = other.cast::<Slice>() else { return Ok(Value::NOT_IMPLEMENTED) };
        let (a, b) = (this.parts(), other.parts());
        ops::compare_sequences(th, op, |i| a.get(i).copied(), |i| b.get(i).copied())
    }

    #[method]
    fn __hash__(th: &Thread, this: &'static Slice) -> PyResult<i64> {
        types::hash::hash_tuple(th, &this.parts())
    }

    /// S.indices(len) -> (start, stop, stride)
    ///
    /// Assuming a sequence of length len, calculate the start and stop
    /// indices, and the stride length of the extended slice described by
    /// S. Out of bounds indices are clipped in a manner consistent with the
    /// handling of normal slices.
    #[method(sig = "($self, len, /)")]
    fn indices(th: &Thread, this: &'static Slice, len: Value) -> PyResult<Value> {
        // Of any size, because ranges are.
        let n = types::int::to_big(ops::index(th, len)?);
        let zero = IBig::ZERO;
        if n < zero {
            return Err(raise!(th, ValueError, "length should not be negative"));
        }
        let bound = |v: Value| -> PyResult<IBig> {
            Slice::bound(th, v)?;
            Ok(types::int::to_big(ops::index(th, v)?))
        };
        let [start, stop, step] = this.parts();
        let step = if step.is_none() { IBig::ONE } else { bound(step)? };
        if step == zero {
            return Err(raise!(th, ValueError, "slice step cannot be zero"));
        }
        let down = step < zero;
        let (low, high) =
            if down { (-IBig::ONE, &n - IBig::ONE) } else { (zero.clone(), n.clone()) };
        let clip = |v: Value, default: &IBig| -> PyResult<IBig> {
            if v.is_none() {
                return Ok(default.clone());
            }
            let i = bound(v)?;
            Ok(if i < zero { (i + &n).max(low.clone()) } else { i.min(high.clone()) })
        };
        let start = clip(start, if down { &high } else { &low })?;
        let stop = clip(stop, if down { &low } else { &high })?;
        let parts = [start, stop, step].map(|i| types::int::from_big(th, &i));
        Ok(Tuple::new(th, &parts).value())
    }

    #[method]
    fn __reduce__(th: &Thread, this: &'static Slice) -> Value {
        let args = Tuple::new(th, &this.parts()).value();
        Tuple::new(th, &[DEF.class(th).value(), args]).value()
    }

    #[getter]
    fn start(this: &'static Slice) -> Option<Value> {
        this.start.get()
    }

    #[getter]
    fn stop(this: &'static Slice) -> Option<Value> {
        this.stop.get()
    }

    #[getter]
    fn step(this: &'static Slice) -> Option<Value> {
        this.step.get()
    }
}
