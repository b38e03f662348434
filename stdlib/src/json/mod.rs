//! `_json`: reading and writing JSON.

mod encode;
mod scan;

use krait_runtime::native::NativeModule;
use krait_runtime::object::ValueExt;
use krait_runtime::types::str::Str;
use krait_runtime::{PyResult, Thread, Value, raise};

pub static MODULE: NativeModule = NativeModule {
    name: "_json",
    doc: "json speedups\n",
    functions: &functions::FUNCTIONS,
    init: |th, m| {
        m.set(th, "make_scanner", m.add_type(th, &scan::SCANNER).value());
        m.set(th, "make_encoder", m.add_type(th, &encode::ENCODER).value());
        for name in ["Scanner", "Encoder"] {
            m.dict().remove_str(Str::new(th, name));
        }
        Ok(())
    },
};

use krait_runtime::object::Object;

fn text(th: &Thread, v: Value) -> PyResult<&'static Str> {
    v.cast::<Str>().ok_or_else(|| {
        raise!(th, TypeError, "first argument must be a string, not {}", v.type_name())
    })
}

#[krait_macros::module]
mod functions {
    use super::*;
    use krait_runtime::types::str::build::StrBuilder;
    use krait_runtime::types::tuple::Tuple;

    /// encode_basestring(string) -> string
    ///
    /// Return a JSON representation of a Python string
    #[function(sig = "(string, /)")]
    fn encode_basestring(th: &Thread, string: Value) -> PyResult<&'static Str> {
        let mut out = StrBuilder::new();
        encode::push_string(&mut out, text(th, string)?, false);
        Ok(out.finish(th))
    }

    /// encode_basestring_ascii(string) -> string
    ///
    /// Return an ASCII-only JSON representation of a Python string
    #[function(sig = "(string, /)")]
    fn encode_basestring_ascii(th: &Thread, string: Value) -> PyResult<&'static Str> {
        let mut out = StrBuilder::new();
        encode::push_string(&mut out, text(th, string)?, true);
        Ok(out.finish(th))
    }

    /// scanstring(string, end, strict=True) -> (string, end)
    ///
    /// Scan the string s for a JSON string. End is the index of the
    /// character in s after the quote that started the JSON string.
    /// Unescapes all valid JSON string escape sequences and raises ValueError
    /// on attempt to decode an invalid string. If strict is False then literal
    /// control characters are allowed in the string.
    ///
    /// Returns a tuple of the decoded string and the index of the character in s
    /// after the end quote.
    #[function(sig = "(string, end, strict=True, /)")]
    fn scanstring(th: &Thread, string: Value, end: isize, strict: Option<bool>) -> PyResult<Value> {
        let (s, end) = scan::string_at(th, text(th, string)?, end, strict.unwrap_or(true))?;
        Ok(Tuple::new(th, &[s, Value::from_len(end)]).value())
    }
}
