//! `_bisect`: binary search in sorted sequences.

use krait_runtime::native::{NativeModule, OrNone};
use krait_runtime::object::ValueExt;
use krait_runtime::ops::{self, Comparison};
use krait_runtime::types::int;
use krait_runtime::types::list::List;
use krait_runtime::{PyResult, Thread, Value, intern, raise, shapes};

pub static MODULE: NativeModule = NativeModule {
    name: "_bisect",
    doc: "Bisection algorithms.\n\nThis module provides support for maintaining a list in sorted order without\nhaving to sort the list after each insertion. For long lists of items with\nexpensive comparison operations, this can be an improvement over the more\ncommon approach.\n",
    functions: &functions::FUNCTIONS,
    init: |_, _| Ok(()),
};

/// The first place in `low..high` where `x` may be inserted, or the last.
fn search(
    th: &Thread,
    a: Value,
    x: Value,
    low: Option<isize>,
    high: Option<isize>,
    key: Option<Value>,
    last: bool,
) -> PyResult<usize> {
    let low = low.unwrap_or(0);
    if low < 0 {
        return Err(raise!(th, ValueError, "lo must be non-negative"));
    }
    let high = match high {
        Some(h) => h.max(0) as usize,
        None => ops::length(th, a)?,
    };
    let (mut low, mut high) = (low as usize, high);
    while low < high {
        let middle = low + (high - low) / 2;
        let item = match a.cast::<List>().filter(|_| a.is_exactly(shapes::LIST)) {
            Some(l) => match l.get(middle) {
                Some(v) => v,
                None => return Err(raise!(th, IndexError, "list index out of range")),
            },
            None => ops::get_item(th, a, int::new(th, middle as i64))?,
        };
        let item = match key {
            Some(k) => ops::call(th, k, &[item])?,
            None => item,
        };
        let right = match last {
            true => !ops::compare_bool(th, Comparison::Lt, x, item)?,
            false => ops::compare_bool(th, Comparison::Lt, item, x)?,
        };
        if right {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Ok(low)
}

fn insert(
    th: &Thread,
    a: Value,
    x: Value,
    low: Option<isize>,
    high: Option<isize>,
    key: Option<Value>,
    last: bool,
) -> PyResult<()> {
    let searched = match key {
        Some(k) => ops::call(th, k, &[x])?,
        None => x,
    };
    let at = search(th, a, searched, low, high, key, last)?;
    match a.cast::<List>().filter(|_| a.is_exactly(shapes::LIST)) {
        Some(l) => l.insert_at(th, at.min(l.len()), x),
        None => {
            let at = int::new(th, at as i64);
            ops::call_method(th, a, intern!(th, "insert"), &[at, x])?;
        }
    }
    Ok(())
}

/// Writes the functions as rows of name, action, side and documentation.
macro_rules! bisect_functions {
    ($($name:ident $action:ident $last:literal -> $result:ty, $doc:literal;)*) => {
        #[krait_macros::module]
        mod functions {
            use super::*;

            $(#[doc = $doc]
            #[function(sig = "(a, x, lo=0, hi=None, *, key=None)")]
            fn $name(
                th: &Thread,
                a: Value,
                x: Value,
                lo: Option<isize>,
                hi: OrNone<isize>,
                key: OrNone<Value>,
            ) -> PyResult<$result> {
                $action(th, a, x, lo, hi.0, key.0, $last)
            })*
        }
    };
}

bisect_functions! {
    bisect_left search false -> usize, "Return the index where to insert item x in list a, assuming a is sorted.\n\nThe return value i is such that all e in a[:i] have e < x, and all e in\na[i:] have e >= x.  So if x already appears in the list, a.insert(i, x)\nwill insert just before the leftmost x already there.\n\nOptional args lo (default 0) and hi (default len(a)) bound the\nslice of a to be searched.\n\nA custom key function can be supplied to customize the sort order.";
    bisect_right search true -> usize, "Return the index where to insert item x in list a, assuming a is sorted.\n\nThe return value i is such that all e in a[:i] have e <= x, and all e in\na[i:] have e > x.  So if x already appears in the list, a.insert(i, x)\nwill insert just after the rightmost x already there.\n\nOptional args lo (default 0) and hi (default len(a)) bound the\nslice of a to be searched.\n\nA custom key function can be supplied to customize the sort order.";
    insort_left insert false -> (), "Insert item x in list a, and keep it sorted assuming a is sorted.\n\nIf x is already in a, insert it to the left of the leftmost x.\n\nOptional args lo (default 0) and hi (default len(a)) bound the\nslice of a to be searched.\n\nA custom key function can be supplied to customize the sort order.";
    insort_right insert true -> (), "Insert item x in list a, and keep it sorted assuming a is sorted.\n\nIf x is already in a, insert it to the right of the rightmost x.\n\nOptional args lo (default 0) and hi (default len(a)) bound the\nslice of a to be searched.\n\nA custom key function can be supplied to customize the sort order.";
}
