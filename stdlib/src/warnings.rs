//! `_warnings`: for code that must not import `warnings` itself. The filters and their meaning are
//! the pure module's; these functions call it.

use krait_runtime::error::PyResult;
use krait_runtime::native::NativeModule;
use krait_runtime::types::dict::Dict;
use krait_runtime::types::tuple::Tuple;
use krait_runtime::{Thread, Value, ops};

pub static MODULE: NativeModule = NativeModule {
    name: "_warnings",
    doc: "Low-level interface to warnings functionality.",
    functions: &functions::FUNCTIONS,
    init: |_, _| Ok(()),
};

fn forward(th: &Thread, name: &str, args: &Tuple, kwargs: &Dict) -> PyResult<Value> {
    let f = ops::import::from_module(th, "warnings", name)?;
    ops::call_with(th, f, args.values(), &kwargs.pairs())
}

#[krait_macros::module]
mod functions {
    use super::*;

    /// Issue a warning, or maybe ignore it or raise an exception.
    #[function(sig = "(*args, **kwargs)")]
    fn warn(th: &Thread, args: &Tuple, kwargs: &Dict) -> PyResult<Value> {
        forward(th, "warn", args, kwargs)
    }

    /// Issue a warning, or maybe ignore it or raise an exception.
    #[function(sig = "(*args, **kwargs)")]
    fn warn_explicit(th: &Thread, args: &Tuple, kwargs: &Dict) -> PyResult<Value> {
        forward(th, "warn_explicit", args, kwargs)
    }
}
