//! `_typing`: the classes of PEP 695 and PEP 604 for `typing`.

use krait_runtime::error::PyResult;
use krait_runtime::native::NativeModule;
use krait_runtime::object::Object;
use krait_runtime::types::module::Module;
use krait_runtime::types::{generic_alias, typing};
use krait_runtime::{Thread, Value};

pub static MODULE: NativeModule = NativeModule {
    name: "_typing",
    doc: "Primitives and accelerators for the typing module.",
    functions: &functions::FUNCTIONS,
    init,
};

fn init(th: &Thread, m: &'static Module) -> PyResult<()> {
    m.set(th, "TypeVar", typing::TYPE_VAR.class(th).value());
    m.set(th, "ParamSpec", typing::PARAM_SPEC.class(th).value());
    m.set(th, "TypeVarTuple", typing::TYPE_VAR_TUPLE.class(th).value());
    m.set(th, "ParamSpecArgs", typing::PARAM_SPEC_ARGS.class(th).value());
    m.set(th, "ParamSpecKwargs", typing::PARAM_SPEC_KWARGS.class(th).value());
    m.set(th, "TypeAliasType", typing::TYPE_ALIAS.class(th).value());
    m.set(th, "Generic", typing::GENERIC.class(th).value());
    m.set(th, "Union", generic_alias::UNION.class(th).value());
    m.set(th, "NoDefault", typing::no_default(th));
    Ok(())
}

#[krait_macros::module]
mod functions {
    use super::*;

    #[function(sig = "(x, /)")]
    fn _idfunc(x: Value) -> Value {
        x
    }
}
