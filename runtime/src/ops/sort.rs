//! Sorting: stable, with comparisons that may raise or run any code.

use krait_layout::{Raised, Thread, Value};

use crate::error::PyResult;
use crate::object::ValueExt;
use crate::ops::{self, Comparison};
use crate::shapes;
use crate::types::str::Str;
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

/// Sorts by `key` with `<`. Keys of one exact type among int, float and str are compared without
/// calls.
fn sort_by<T: Copy>(th: &Thread, items: &mut [T], key: impl Fn(&T) -> Value) -> PyResult<()> {
    let Some(first) = items.first().map(&key) else { return Ok(()) };
    let shape = first.shape_id();
    if items.iter().all(|i| key(i).shape_id() == shape) {
        match shape {
            shapes::INT => {
                items.sort_by(|a, b| int::compare(key(a), key(b)));
                return Ok(());
            }
            shapes::STR => {
                let text = |v: Value| v.cast::<Str>().expect("the shape says so");
                items.sort_by(|a, b| text(key(a)).compare(text(key(b))));
                return Ok(());
            }
            shapes::FLOAT => {
                let number = |v: Value| float::value(v).expect("the shape says so");
                if items.iter().all(|i| !number(key(i)).is_nan()) {
                    items.sort_by(|a, b| number(key(a)).total_cmp_or_equal(number(key(b))));
                    return Ok(());
                }
            }
            _ => {}
        }
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

trait CompareFloats {
    fn total_cmp_or_equal(self, other: f64) -> std::cmp::Ordering;
}

impl CompareFloats for f64 {
    fn total_cmp_or_equal(self, other: f64) -> std::cmp::Ordering {
        self.partial_cmp(&other).unwrap_or(std::cmp::Ordering::Equal)
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
