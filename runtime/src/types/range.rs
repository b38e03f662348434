//! `range`.

use krait_layout::{Header, Kind, Thread, Value, shapes};

use crate::error::PyResult;
use crate::gc::Field;
use crate::object::type_object::{TypeDef, TypeFlags};
use crate::object::{Object, Slot, ValueExt, alloc};
use crate::ops::{self, Binary, Comparison};
use crate::types::slice::{self, Index};
use crate::types::tuple::Tuple;
use crate::types::{int, iterator};
use crate::{intern, raise};
use krait_macros::methods;

/// A `range`; its bounds are ints of any size.
#[repr(C)]
pub struct Range {
    pub header: Header,
    start: Field,
    stop: Field,
    step: Field,
    length: Field,
}

pub static DEF: TypeDef = TypeDef::of::<Range>("range", "builtins")
    .doc("range(stop) -> range object\nrange(start, stop[, step]) -> range object\n\nReturn an object that produces a sequence of integers from start (inclusive)\nto stop (exclusive) by step.  range(i, j) produces i, i+1, i+2, ..., j-1.\nstart defaults to 0, and stop is omitted!  range(4) produces 0, 1, 2, 3.\nThese are exactly the valid indices for a list of 4 elements.\nWhen step is given, it specifies the increment (or decrement).")
    .flags(TypeFlags::SEQUENCE)
    .methods(Range::native_methods)
    .getsets(Range::native_getsets)
    .shape(shapes::RANGE);

// SAFETY: every object of kind `Range` is made by `make` with this layout.
unsafe impl Object for Range {
    const KIND: Kind = Kind::Range;

    fn def() -> &'static TypeDef {
        &DEF
    }
}

/// A slice of a range whose bounds are no machine integers.
fn large_slice(th: &Thread, range: &'static Range, slice: Value) -> PyResult<Value> {
    let [_, _, step, length] = range.parts();
    let indices = ops::call_method(th, slice, intern!(th, "indices"), &[length])?;
    let [first, last, by] = *ops::collect(th, indices)? else {
        unreachable!("`indices` gives three numbers")
    };
    let (first, last) = (range.item(th, first)?, range.item(th, last)?);
    let by = ops::binary(th, Binary::Multiply, step, by)?;
    Ok(make(th, first, last, by)?.value())
}

fn small(i: i32) -> Value {
    Value::from_i32(i)
}

fn make(th: &Thread, start: Value, stop: Value, step: Value) -> PyResult<&'static Range> {
    let length = match (int::to_i64(start), int::to_i64(stop), int::to_i64(step)) {
        (Some(a), Some(b), Some(s)) => {
            let (a, b, s) = (a as i128, b as i128, s as i128);
            let n = if s > 0 && a < b {
                (b - a - 1) / s + 1
            } else if s < 0 && a > b {
                (a - b - 1) / -s + 1
            } else {
                0
            };
            int::from_i128(th, n)
        }
        _ => {
            let (low, high, s) = if int::is_negative(step) {
                (stop, start, ops::negative(th, step)?)
            } else {
                (start, stop, step)
            };
            if int::compare(low, high).is_ge() {
                small(0)
            } else {
                let span = ops::binary(th, Binary::Subtract, high, low)?;
                let span = ops::binary(th, Binary::Subtract, span, small(1))?;
                let n = ops::binary(th, Binary::FloorDivide, span, s)?;
                ops::binary(th, Binary::Add, n, small(1))?
            }
        }
    };
    Ok(alloc(
        th,
        Range {
            header: Header::new(shapes::RANGE, Kind::Range),
            start: Field::new(Some(start)),
            stop: Field::new(Some(stop)),
            step: Field::new(Some(step)),
            length: Field::new(Some(length)),
        },
    ))
}

impl Range {
    fn parts(&self) -> [Value; 4] {
        [&self.start, &self.stop, &self.step, &self.length].map(|f| f.get().expect("set when made"))
    }

    /// Start, step and length, where they are machine integers.
    fn machine(&self) -> Option<(i64, i64, i64)> {
        let [start, _, step, length] = self.parts();
        let (start, step, length) = (int::to_i64(start)?, int::to_i64(step)?, int::to_i64(length)?);
        start.checked_add(step.checked_mul(length)?)?;
        Some((start, step, length))
    }

    fn item(&self, th: &Thread, i: Value) -> PyResult<Value> {
        let [start, _, step, _] = self.parts();
        let offset = ops::binary(th, Binary::Multiply, i, step)?;
        ops::binary(th, Binary::Add, start, offset)
    }

    /// The position of the int `v`, if it is an item.
    fn position(&self, th: &Thread, v: Value) -> PyResult<Option<Value>> {
        let [start, stop, step, _] = self.parts();
        let inside = if int::is_negative(step) {
            int::compare(v, start).is_le() && int::compare(v, stop).is_gt()
        } else {
            int::compare(v, start).is_ge() && int::compare(v, stop).is_lt()
        };
        if !inside {
            return Ok(None);
        }
        let offset = ops::binary(th, Binary::Subtract, v, start)?;
        let rest = ops::binary(th, Binary::Remainder, offset, step)?;
        if rest != small(0) {
            return Ok(None);
        }
        ops::binary(th, Binary::FloorDivide, offset, step).map(Some)
    }
}

impl Range {
    /// `iter(range)`.
    pub fn iter(&'static self, th: &Thread) -> PyResult<Value> {
        match self.machine() {
            Some((start, step, length)) => Ok(iterator::range_iterator(th, start, step, length)),
            None => Ok(iterator::sequence_iterator(th, self.value())),
        }
    }
}

#[methods]
impl Range {
    #[staticmethod(sig = "(cls, start, stop=None, step=1, /)")]
    fn __new__(
        th: &Thread,
        _cls: Value,
        start: Value,
        stop: Option<Value>,
        step: Option<Value>,
    ) -> PyResult<&'static Range> {
        let Some(stop) = stop else {
            let stop = ops::index(th, start)?;
            return make(th, small(0), stop, small(1));
        };
        let start = ops::index(th, start)?;
        let stop = ops::index(th, stop)?;
        let step = match step {
            Some(s) => ops::index(th, s)?,
            None => small(1),
        };
        if int::to_i64(step) == Some(0) {
            return Err(raise!(th, ValueError, "range() arg 3 must not be zero"));
        }
        make(th, start, stop, step)
    }

    #[method]
    fn __len__(th: &Thread, this: &'static Range) -> PyResult<usize> {
        match int::to_i64(this.parts()[3]) {
            Some(n) => Ok(n as usize),
            None => Err(raise!(th, OverflowError, "Python int too large to convert to C ssize_t")),
        }
    }

    #[method]
    fn __bool__(this: &'static Range) -> bool {
        int::to_i64(this.parts()[3]) != Some(0)
    }

    #[method(sig = "($self, key, /)")]
    fn __getitem__(th: &Thread, this: &'static Range, key: Value) -> PyResult<Value> {
        let [start, _, step, length] = this.parts();
        if let Some(s) = key.cast::<slice::Slice>() {
            let Some((first, step_, n)) = this.machine() else {
                return large_slice(th, this, key);
            };
            let r = s.resolve(th, n as usize)?;
            let begin = first + r.start as i64 * step_;
            let begin = if r.len == 0 && r.step < 0 { first + (n - 1) * step_ } else { begin };
            let new_step = step_ * r.step as i64;
            let [lo, hi, _] = {
                // The bounds that the slice names, as CPython shows them.
                let idx = ops::call_method(th, key, crate::intern!(th, "indices"), &[length])?;
                let v = idx.cast::<Tuple>().expect("a tuple").values();
                [v[0], v[1], v[2]]
            };
            let _ = (begin, start);
            let lo = this.item(th, lo)?;
            let hi = this.item(th, hi)?;
            return Ok(make(th, lo, hi, int::new(th, new_step))?.value());
        }
        let i = if int::is_int(key) || key.slot(Slot::Index).is_some() {
            ops::index(th, key)?
        } else {
            match slice::index_or_slice(th, key, "range")? {
                Index::At(i) => int::new(th, i as i64),
                Index::Slice(_) => unreachable!("handled above"),
            }
        };
        let i = if int::is_negative(i) { ops::binary(th, Binary::Add, i, length)? } else { i };
        if int::is_negative(i) || int::compare(i, length).is_ge() {
            return Err(raise!(th, IndexError, "range object index out of range"));
        }
        let _ = step;
        this.item(th, i)
    }

    #[method]
    fn __iter__(th: &Thread, this: &'static Range) -> PyResult<Value> {
        this.iter(th)
    }

    /// Return a reverse iterator.
    #[method]
    fn __reversed__(th: &Thread, this: &'static Range) -> PyResult<Value> {
        match this.machine() {
            Some((start, step, length)) => {
                Ok(iterator::range_iterator(th, start + step * (length - 1), -step, length))
            }
            None => {
                let [start, _, step, length] = this.parts();
                let last = this.item(th, ops::binary(th, Binary::Subtract, length, small(1))?)?;
                let before = ops::binary(th, Binary::Subtract, start, step)?;
                make(th, last, before, ops::negative(th, step)?)?.iter(th)
            }
        }
    }

    #[method(sig = "($self, key, /)")]
    fn __contains__(th: &Thread, this: &'static Range, v: Value) -> PyResult<bool> {
        if v.is_exactly(shapes::INT) || v.as_bool().is_some() {
            return Ok(this.position(th, v)?.is_some());
        }
        let it = Range::__iter__(th, this)?;
        while let Some(item) = ops::next(th, it)? {
            if ops::is_or_eq(th, item, v)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    #[method]
    fn __repr__(th: &Thread, this: &'static Range) -> PyResult<String> {
        let [start, stop, step, _] = this.parts();
        let (a, b) = (ops::repr_string(th, start)?, ops::repr_string(th, stop)?);
        if step == small(1) {
            return Ok(format!("range({a}, {b})"));
        }
        Ok(format!("range({a}, {b}, {})", ops::repr_string(th, step)?))
    }

    #[comparison]
    fn compare(
        _th: &Thread,
        this: &'static Range,
        other: Value,
        op: Comparison,
    ) -> PyResult<Value> {
        let Some(other) = other.cast::<Range>() else { return Ok(Value::NOT_IMPLEMENTED) };
        let ([a, _, s, n], [b, _, t, m]) = (this.parts(), other.parts());
        let eq = |x, y| int::compare(x, y).is_eq();
        let same = eq(n, m) && (eq(n, small(0)) || (eq(a, b) && (eq(n, small(1)) || eq(s, t))));
        Ok(match op {
            Comparison::Eq => Value::from_bool(same),
            Comparison::Ne => Value::from_bool(!same),
            _ => Value::NOT_IMPLEMENTED,
        })
    }

    #[method]
    fn __hash__(th: &Thread, this: &'static Range) -> PyResult<i64> {
        let [start, _, step, length] = this.parts();
        let n = int::to_i64(length);
        let start = if n == Some(0) { Value::NONE } else { start };
        let step = if matches!(n, Some(0 | 1)) { Value::NONE } else { step };
        crate::types::hash::hash_tuple(th, &[length, start, step])
    }

    /// rangeobject.count(value) -> integer -- return number of occurrences of value
    #[method(sig = "($self, value, /)")]
    fn count(th: &Thread, this: &'static Range, value: Value) -> PyResult<usize> {
        Ok(Range::__contains__(th, this, value)? as usize)
    }

    /// rangeobject.index(value) -> integer -- return index of value.
    /// Raise ValueError if the value is not present.
    #[method(sig = "($self, value, /)")]
    fn index(th: &Thread, this: &'static Range, value: Value) -> PyResult<Value> {
        if int::is_int(value)
            && let Some(i) = this.position(th, value)?
        {
            return Ok(i);
        }
        if int::is_int(value) {
            return Err(raise!(th, ValueError, "range.index(x): x not in range"));
        }
        let it = Range::__iter__(th, this)?;
        let mut i = 0;
        while let Some(item) = ops::next(th, it)? {
            if ops::is_or_eq(th, item, value)? {
                return Ok(small(i));
            }
            i += 1;
        }
        Err(raise!(th, ValueError, "sequence.index(x): x not in sequence"))
    }

    #[method]
    fn __reduce__(th: &Thread, this: &'static Range) -> Value {
        let args = Tuple::new(th, &this.parts()[..3]).value();
        Tuple::new(th, &[DEF.class(th).value(), args]).value()
    }

    #[getter]
    fn start(this: &'static Range) -> Option<Value> {
        this.start.get()
    }

    #[getter]
    fn stop(this: &'static Range) -> Option<Value> {
        this.stop.get()
    }

    #[getter]
    fn step(this: &'static Range) -> Option<Value> {
        this.step.get()
    }
}
