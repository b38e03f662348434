//! Sorting: stable, with comparisons that may raise or run any code.

use std::cmp::Ordering;

use krait_layout::{Raised, Thread, Value};

use crate::error::PyResult;
use crate::object::ValueExt;
use crate::ops::{self, Comparison};
use crate::shapes;
use crate::types::str::{Chars, Str};
use crate::types::tuple::Tuple;
use crate::types::{float, int};

/// Sorts `items` by `key(item)`. Gives the outcome and the items in their new order; where a
/// comparison raised, in some order that has all of them.
pub fn sort(
    th: &Thread,
    mut items: Vec<Value>,
    key: Option<Value>,
    reverse: bool,
) -> (PyResult<()>, Vec<Value>) {
    let Some(key) = key else {
        // A stable descending sort reverses, sorts ascending and reverses.
        if reverse {
            items.reverse();
        }
        let result = sort_by(th, &mut items, |v| *v);
        if reverse {
            items.reverse();
        }
        return (result, items);
    };
    let mut pairs = Vec::with_capacity(items.len());
    for v in &items {
        match ops::call(th, key, &[*v]) {
            Ok(k) => pairs.push((k, *v)),
            Err(e) => return (Err(e), items),
        }
    }
    if reverse {
        pairs.reverse();
    }
    let result = sort_by(th, &mut pairs, |p| p.0);
    if reverse {
        pairs.reverse();
    }
    (result, pairs.into_iter().map(|p| p.1).collect())
}

/// Sorts by `key` with `<`. Keys of one exact type among int, float and str, and tuples of such
/// columns, are compared without calls.
fn sort_by<T: Copy>(th: &Thread, items: &mut [T], key: impl Fn(&T) -> Value) -> PyResult<()> {
    let Some(first) = items.first().map(&key) else { return Ok(()) };
    if items.iter().all(|i| key(i).as_small_int().is_some()) {
        items.sort_by_key(|i| key(i).as_small_int());
        return Ok(());
    }
    if items.iter().all(|i| is_alike(first, key(i))) {
        match first.shape_id() {
            shapes::STR => sort_texts(items, key),
            shapes::FLOAT => items.sort_by(|a, b| compare_floats(key(a), key(b))),
            _ => items.sort_by(|a, b| compare_alike(key(a), key(b))),
        }
        return Ok(());
    }
    let mut error = None;
    merge_sort(items, &mut |a, b| {
        if error.is_some() {
            return false;
        }
        match ops::compare_bool(th, Comparison::Lt, key(a), key(b)) {
            Ok(less) => less,
            Err(Raised) => {
                error = Some(Raised);
                false
            }
        }
    });
    match error {
        Some(e) => Err(e),
        None => Ok(()),
    }
}

/// Whether [`compare_alike`] orders all keys of which this holds with the same `first`, as `<`
/// does.
fn is_alike(first: Value, v: Value) -> bool {
    let shape = v.shape_id();
    shape == first.shape_id()
        && match shape {
            shapes::INT | shapes::STR => true,
            shapes::FLOAT => float::value(v).is_some_and(|f| !f.is_nan()),
            shapes::TUPLE => {
                let (a, b) = (items_of(first), items_of(v));
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_alike(*a, *b))
            }
            _ => false,
        }
}

fn compare_alike(a: Value, b: Value) -> Ordering {
    if a == b {
        return Ordering::Equal;
    }
    match a.shape_id() {
        shapes::INT => int::compare(a, b),
        shapes::STR => text(a).compare(text(b)),
        shapes::FLOAT => compare_floats(a, b),
        _ => {
            let pairs = items_of(a).iter().zip(items_of(b));
            let mut orders = pairs.map(|(a, b)| compare_alike(*a, *b));
            orders.find(|o| o.is_ne()).unwrap_or(Ordering::Equal)
        }
    }
}

fn compare_floats(a: Value, b: Value) -> Ordering {
    float::value(a).partial_cmp(&float::value(b)).unwrap_or(Ordering::Equal)
}

fn items_of(v: Value) -> &'static [Value] {
    v.cast::<Tuple>().expect("the shape says so").values()
}

fn text(v: Value) -> &'static Str {
    v.cast::<Str>().expect("the shape says so")
}

/// Sorts by strings. Most comparisons are decided by the first eight characters, which lie beside
/// the items as one number.
fn sort_texts<T: Copy>(items: &mut [T], key: impl Fn(&T) -> Value) {
    let beginning = |s: &Str| match s.chars() {
        Chars::Ascii(t) | Chars::Latin1(t) => {
            let mut bytes = [0; 8];
            let n = t.len().min(8);
            bytes[..n].copy_from_slice(&t[..n]);
            Some(u64::from_be_bytes(bytes))
        }
        Chars::Ucs2(_) | Chars::Ucs4(_) => None,
    };
    let keyed: Option<Vec<(u64, T)>> =
        items.iter().map(|i| Some((beginning(text(key(i)))?, *i))).collect();
    let Some(mut keyed) = keyed else {
        items.sort_by(|a, b| text(key(a)).compare(text(key(b))));
        return;
    };
    keyed.sort_by(|(a, x), (b, y)| a.cmp(b).then_with(|| text(key(x)).compare(text(key(y)))));
    for (place, (_, item)) in items.iter_mut().zip(keyed) {
        *place = item;
    }
}

/// A natural merge sort: runs are found as they are, short ones extended by binary insertion,
/// neighbours merged when of similar length. `less` may be inconsistent (user code): the result
/// then is some permutation. Rust's own sorts may panic on such an order.
fn merge_sort<T: Copy>(items: &mut [T], less: &mut impl FnMut(&T, &T) -> bool) {
    let n = items.len();
    let min_run = if n < 64 { n } else { 32 };
    let mut runs: Vec<(usize, usize)> = Vec::new();
    let mut buffer: Vec<T> = Vec::with_capacity(n / 2);
    let mut start = 0;
    while start < n {
        let mut end = start + 1;
        if end < n {
            if less(&items[end], &items[start]) {
                end += 1;
                while end < n && less(&items[end], &items[end - 1]) {
                    end += 1;
                }
                items[start..end].reverse();
            } else {
                end += 1;
                while end < n && !less(&items[end], &items[end - 1]) {
                    end += 1;
                }
            }
        }
        let wanted = (start + min_run).min(n);
        while end < wanted {
            let v = items[end];
            let (mut low, mut high) = (start, end);
            while low < high {
                let middle = (low + high) / 2;
                if less(&v, &items[middle]) {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            items.copy_within(low..end, low + 1);
            items[low] = v;
            end += 1;
        }
        runs.push((start, end));
        start = end;
        while runs.len() > 1 {
            let k = runs.len();
            let len = |r: (usize, usize)| r.1 - r.0;
            if k > 2 && len(runs[k - 3]) <= len(runs[k - 2]) + len(runs[k - 1]) {
                if len(runs[k - 3]) < len(runs[k - 1]) {
                    merge_at(items, &mut runs, k - 3, &mut buffer, less);
                } else {
                    merge_at(items, &mut runs, k - 2, &mut buffer, less);
                }
            } else if len(runs[k - 2]) <= len(runs[k - 1]) {
                merge_at(items, &mut runs, k - 2, &mut buffer, less);
            } else {
                break;
            }
        }
    }
    while runs.len() > 1 {
        let k = runs.len();
        merge_at(items, &mut runs, k - 2, &mut buffer, less);
    }
}

fn merge_at<T: Copy>(
    items: &mut [T],
    runs: &mut Vec<(usize, usize)>,
    at: usize,
    buffer: &mut Vec<T>,
    less: &mut impl FnMut(&T, &T) -> bool,
) {
    let ((start, middle), (_, end)) = (runs[at], runs[at + 1]);
    runs[at] = (start, end);
    runs.remove(at + 1);
    buffer.clear();
    buffer.extend_from_slice(&items[start..middle]);
    let (mut left, mut right, mut to) = (0, middle, start);
    while left < buffer.len() && right < end {
        if less(&items[right], &buffer[left]) {
            items[to] = items[right];
            right += 1;
        } else {
            items[to] = buffer[left];
            left += 1;
        }
        to += 1;
    }
    items[to..to + buffer.len() - left].copy_from_slice(&buffer[left..]);
}
