//! `_sysconfigdata__linux_`: the variables of the build that `sysconfig` asks for.
//!
//! There was no Makefile, so only what programs use at run time is here; others are `None` there.

use krait_runtime::native::NativeModule;
use krait_runtime::object::Object;
use krait_runtime::types::dict::Dict;
use krait_runtime::types::str::Str;
use krait_runtime::{Value, state};

pub static MODULE: NativeModule = NativeModule {
    name: "_sysconfigdata__linux_",
    doc: "",
    functions: &[],
    init: |th, m| {
        let variables = Dict::new(th);
        for (name, text) in [
            // Where `zoneinfo` looks for the time zones of the system.
            (
                "TZPATH",
                "/usr/share/zoneinfo:/usr/lib/zoneinfo:/usr/share/lib/zoneinfo:/etc/zoneinfo",
            ),
            ("VERSION", "3.14"),
            ("EXE", ""),
        ] {
            variables.set_name(th, state::intern(th, name), Str::new(th, text).value());
        }
        for name in ["Py_DEBUG", "Py_GIL_DISABLED", "Py_ENABLE_SHARED", "WITH_PYMALLOC"] {
            variables.set_name(th, state::intern(th, name), Value::from_i32(0));
        }
        m.set(th, "build_time_vars", variables.value());
        Ok(())
    },
};
