//! `_codecs`: the registry of codecs and error handlers, and the functions of the built-in
//! codecs that the package `encodings` wraps.

use krait_runtime::error::PyResult;
use krait_runtime::native::{NativeModule, OrNone};
use krait_runtime::object::{Object, ValueExt, get_attr};
use krait_runtime::types::bytes::{self, Bytes};
use krait_runtime::types::dict::Dict;
use krait_runtime::types::exception::{
    Exc, raise_unicode_decode_error, raise_unicode_encode_error,
};
use krait_runtime::types::int;
use krait_runtime::types::list::List;
use krait_runtime::types::module::Module;
use krait_runtime::types::str::Str;
use krait_runtime::types::str::codec::{self, Encoding, Errors, Order};
use krait_runtime::types::tuple::Tuple;
use krait_runtime::{Thread, Value, intern, ops, raise, state};

pub static MODULE: NativeModule =
    NativeModule { name: "_codecs", doc: "", functions: &functions::FUNCTIONS, init };

fn init(th: &Thread, m: &'static Module) -> PyResult<()> {
    let table = error_table(th);
    for name in [
        "strict",
        "ignore",
        "replace",
        "xmlcharrefreplace",
        "backslashreplace",
        "namereplace",
        "surrogateescape",
        "surrogatepass",
    ] {
        let f = m.get(th, &format!("_{name}_errors")).expect("a function of this module");
        table.set_name(th, state::intern(th, name), f);
    }
    Ok(())
}

fn error_table(th: &Thread) -> &'static Dict {
    sub_table(th, "errors")
}

fn sub_table(th: &Thread, which: &str) -> &'static Dict {
    let own = state::module_state(th, "_codecs");
    let name = state::intern(th, which);
    if let Some(d) = own.get_name(name).and_then(|d| d.cast::<Dict>()) {
        return d;
    }
    let d = Dict::new(th);
    own.set_name(th, name, d.value());
    d
}

fn search_functions(th: &Thread) -> &'static List {
    let own = state::module_state(th, "_codecs");
    let name = intern!(th, "search");
    if let Some(l) = own.get_name(name).and_then(|l| l.cast::<List>()) {
        return l;
    }
    let l = List::new(th, &[]);
    own.set_name(th, name, l.value());
    l
}

/// Lower case, with one underscore for each run of what is no letter, digit or dot.
fn normal_name(name: &str) -> String {
    let mut out = String::new();
    let mut gap = false;
    for c in name.chars() {
        if c.is_ascii_alphanumeric() || c == '.' {
            if gap && !out.is_empty() {
                out.push('_');
            }
            gap = false;
            out.push(c.to_ascii_lowercase());
        } else {
            gap = true;
        }
    }
    out
}

/// The `CodecInfo` of an encoding; raises `LookupError`.
fn lookup(th: &Thread, encoding: &str) -> PyResult<&'static Tuple> {
    let cache = sub_table(th, "cache");
    let key = Str::new(th, &normal_name(encoding));
    if let Some(found) = cache.get_str(key) {
        return Ok(found.cast::<Tuple>().expect("checked below"));
    }
    if !sub_table(th, "flags").iter().any(|_| true) {
        sub_table(th, "flags").set_name(th, intern!(th, "imported"), Value::TRUE);
        ops::import::import_module(th, "encodings")?;
    }
    for f in search_functions(th).to_vec() {
        let found = ops::call(th, f, &[key.value()])?;
        if found.is_none() {
            continue;
        }
        let Some(t) = found.cast::<Tuple>().filter(|t| t.len() == 4) else {
            return Err(raise!(th, TypeError, "codec search functions must return 4-tuples"));
        };
        cache.set_str(th, key, found);
        return Ok(t);
    }
    Err(raise!(th, LookupError, "unknown encoding: {encoding}"))
}

/// The first element of a codec's result.
fn first_of(th: &Thread, v: Value, what: &str) -> PyResult<Value> {
    match v.cast::<Tuple>().filter(|t| t.len() == 2) {
        Some(t) => Ok(t.values()[0]),
        None => Err(raise!(th, TypeError, "{what} must return a tuple (object, integer)")),
    }
}

fn pair(th: &Thread, v: Value, n: usize) -> Value {
    Tuple::new(th, &[v, Value::from_len(n)]).value()
}

fn handlers_of(errors: &OrNone<String>) -> Errors {
    Errors::from_name(errors.0.as_deref().unwrap_or("strict"))
}

fn encode_as(
    th: &Thread,
    text: &'static Str,
    errors: OrNone<String>,
    encoding: Encoding,
) -> PyResult<Value> {
    let data = codec::encode_builtin(th, text, encoding, &handlers_of(&errors))?;
    Ok(pair(th, Bytes::new(th, &data).value(), text.len()))
}

fn decode_as(
    th: &Thread,
    data: Value,
    errors: OrNone<String>,
    last: bool,
    encoding: Encoding,
) -> PyResult<Value> {
    let data = data_of(th, data)?;
    let (text, n) = codec::decode_builtin(th, &data, encoding, &handlers_of(&errors), last)?;
    Ok(pair(th, text.value(), n))
}

/// The bytes of a buffer, or of a `str` in UTF-8.
fn data_of(th: &Thread, v: Value) -> PyResult<Vec<u8>> {
    match v.cast::<Str>() {
        Some(s) => Ok(s.to_utf8(th)?.into_bytes()),
        None => Ok(bytes::expect_view(th, v)?.to_vec()),
    }
}

/// Calls the handler for the raised exception; its replacement and where to go on.
fn handle(th: &Thread, errors: &str, len: usize) -> PyResult<(Value, usize)> {
    let exc = krait_runtime::error::take(th);
    let handler = find_handler(th, errors)?;
    let r = ops::call(th, handler, &[exc])?;
    let parts = r.cast::<Tuple>().map(Tuple::values);
    let Some([replacement, at]) = parts.filter(|p| int::is_int(p[p.len() - 1])) else {
        return Err(raise!(th, TypeError, "error handler must return (str, int) tuple"));
    };
    let given = ops::index_clipped(th, *at)?;
    let at = if given < 0 { given + len as isize } else { given };
    if at < 0 || at > len as isize {
        return Err(raise!(th, IndexError, "position {given} from error handler out of bounds"));
    }
    Ok((*replacement, at as usize))
}

fn find_handler(th: &Thread, name: &str) -> PyResult<Value> {
    match error_table(th).get_str(Str::new(th, name)) {
        Some(f) => Ok(f),
        None => Err(raise!(th, LookupError, "unknown error handler name '{name}'")),
    }
}

/// What an error handler sees of its exception.
struct Failure {
    class: Exc,
    object: Value,
    start: usize,
    end: usize,
}

fn failure(th: &Thread, exc: Value) -> PyResult<Failure> {
    let class = [Exc::UnicodeEncodeError, Exc::UnicodeDecodeError, Exc::UnicodeTranslateError]
        .into_iter()
        .find(|c| exc.class().is_subclass(c.class()));
    let Some(class) = class else { return Err(unhandled(th, exc)) };
    let object = get_attr(th, exc, intern!(th, "object"))?;
    let len = ops::length(th, object)?;
    let start = ops::index_clipped(th, get_attr(th, exc, intern!(th, "start"))?)?;
    let end = ops::index_clipped(th, get_attr(th, exc, intern!(th, "end"))?)?;
    let start = (start.max(0) as usize).min(len.saturating_sub(1));
    let end = (end.max(1) as usize).min(len).max(start);
    Ok(Failure { class, object, start, end })
}

fn unhandled(th: &Thread, exc: Value) -> krait_runtime::Raised {
    let name = exc.type_name();
    raise!(th, TypeError, "don't know how to handle {name} in error callback")
}

fn is_class(a: Exc, b: Exc) -> bool {
    a as usize == b as usize
}

impl Failure {
    fn is_decoding(&self) -> bool {
        is_class(self.class, Exc::UnicodeDecodeError)
    }

    fn characters(&self) -> Vec<u32> {
        let s = self.object.cast::<Str>();
        s.map_or(Vec::new(), |s| (self.start..self.end).map(|i| s.char_at(i)).collect())
    }

    fn bytes(&self) -> Vec<u8> {
        bytes::bytes_like(self.object).map_or(Vec::new(), |b| b[self.start..self.end].to_vec())
    }
}

fn escaped(c: u32) -> String {
    match c {
        0..=0xff => format!("\\x{c:02x}"),
        0x100..=0xffff => format!("\\u{c:04x}"),
        _ => format!("\\U{c:08x}"),
    }
}

fn from_points(th: &Thread, points: &[u32]) -> &'static Str {
    Str::from_code_points(th, points.iter().copied())
}

#[krait_macros::module]
mod functions {
    use super::*;
    use krait_runtime::object::Slot;

    /// Register a codec search function.
    #[function(sig = "(search_function, /)")]
    fn register(th: &Thread, f: Value) -> PyResult<()> {
        if f.slot(Slot::Call).is_none() {
            return Err(raise!(th, TypeError, "argument must be callable"));
        }
        search_functions(th).push(th, f);
        Ok(())
    }

    /// Unregister a codec search function and clear the registry's cache.
    #[function(sig = "(search_function, /)")]
    fn unregister(th: &Thread, f: Value) {
        search_functions(th).retain(|g| g != f);
        sub_table(th, "cache").clear();
    }

    /// Looks up a codec tuple in the Python codec registry and returns a CodecInfo object.
    #[function(sig = "(encoding, /)", name = "lookup")]
    fn lookup_codec(th: &Thread, encoding: String) -> PyResult<&'static Tuple> {
        lookup(th, &encoding)
    }

    /// Encodes obj using the codec registered for encoding.
    #[function(sig = "(obj, encoding='utf-8', errors='strict')")]
    fn encode(
        th: &Thread,
        obj: Value,
        encoding: Option<String>,
        errors: Option<String>,
    ) -> PyResult<Value> {
        let info = lookup(th, encoding.as_deref().unwrap_or("utf-8"))?;
        let mut args = vec![obj];
        args.extend(errors.map(|e| Str::new(th, &e).value()));
        let r = ops::call(th, info.values()[0], &args)?;
        first_of(th, r, "encoder")
    }

    /// Decodes obj using the codec registered for encoding.
    #[function(sig = "(obj, encoding='utf-8', errors='strict')")]
    fn decode(
        th: &Thread,
        obj: Value,
        encoding: Option<String>,
        errors: Option<String>,
    ) -> PyResult<Value> {
        let info = lookup(th, encoding.as_deref().unwrap_or("utf-8"))?;
        let mut args = vec![obj];
        args.extend(errors.map(|e| Str::new(th, &e).value()));
        let r = ops::call(th, info.values()[1], &args)?;
        first_of(th, r, "decoder")
    }

    /// Register the specified error handler under the name errors.
    #[function(sig = "(errors, handler, /)")]
    fn register_error(th: &Thread, errors: &Str, handler: Value) -> PyResult<()> {
        if handler.slot(Slot::Call).is_none() {
            return Err(raise!(th, TypeError, "handler must be callable"));
        }
        error_table(th).set_str(th, errors, handler);
        Ok(())
    }

    /// Un-register the specified error handler for the error handling `errors'.
    #[function(sig = "(errors, /)")]
    fn _unregister_error(th: &Thread, errors: &Str) -> bool {
        error_table(th).remove_str(errors).is_some()
    }

    /// Return the error handler for the specified error handling name.
    #[function(sig = "(name, /)")]
    fn lookup_error(th: &Thread, name: String) -> PyResult<Value> {
        find_handler(th, &name)
    }

    /// Implements the 'strict' error handling, which raises a UnicodeError on coding errors.
    #[function(sig = "(exception, /)", name = "_strict_errors")]
    fn strict_errors(th: &Thread, exc: Value) -> PyResult<Value> {
        if exc.class().is_subclass(Exc::BaseException.class()) {
            return Err(krait_runtime::error::raise_value(th, exc));
        }
        Err(raise!(th, TypeError, "codec must pass exception instance"))
    }

    /// Implements the 'ignore' error handling, which ignores malformed data and continues.
    #[function(sig = "(exception, /)", name = "_ignore_errors")]
    fn ignore_errors(th: &Thread, exc: Value) -> PyResult<Value> {
        let f = failure(th, exc)?;
        Ok(pair(th, Str::new(th, "").value(), f.end))
    }

    /// Implements the 'replace' error handling, which replaces malformed data with a replacement marker.
    #[function(sig = "(exception, /)", name = "_replace_errors")]
    fn replace_errors(th: &Thread, exc: Value) -> PyResult<Value> {
        let f = failure(th, exc)?;
        let n = f.end - f.start;
        let text = if f.is_decoding() {
            "\u{fffd}".to_string()
        } else if is_class(f.class, Exc::UnicodeEncodeError) {
            "?".repeat(n)
        } else {
            "\u{fffd}".repeat(n)
        };
        Ok(pair(th, Str::new(th, &text).value(), f.end))
    }

    /// Implements the 'xmlcharrefreplace' error handling.
    #[function(sig = "(exception, /)", name = "_xmlcharrefreplace_errors")]
    fn xmlcharrefreplace_errors(th: &Thread, exc: Value) -> PyResult<Value> {
        let f = failure(th, exc)?;
        if !is_class(f.class, Exc::UnicodeEncodeError) {
            return Err(unhandled(th, exc));
        }
        let text: String = f.characters().iter().map(|c| format!("&#{c};")).collect();
        Ok(pair(th, Str::new(th, &text).value(), f.end))
    }

    /// Implements the 'backslashreplace' error handling.
    #[function(sig = "(exception, /)", name = "_backslashreplace_errors")]
    fn backslashreplace_errors(th: &Thread, exc: Value) -> PyResult<Value> {
        let f = failure(th, exc)?;
        let text: String = if f.is_decoding() {
            f.bytes().iter().map(|b| format!("\\x{b:02x}")).collect()
        } else {
            f.characters().into_iter().map(escaped).collect()
        };
        Ok(pair(th, Str::new(th, &text).value(), f.end))
    }

    /// Implements the 'namereplace' error handling.
    #[function(sig = "(exception, /)", name = "_namereplace_errors")]
    fn namereplace_errors(th: &Thread, exc: Value) -> PyResult<Value> {
        let f = failure(th, exc)?;
        if !is_class(f.class, Exc::UnicodeEncodeError) {
            return Err(unhandled(th, exc));
        }
        let name = ops::import::from_module(th, "unicodedata", "name")?;
        let mut text = String::new();
        for c in f.characters() {
            let found = ops::call(th, name, &[Str::from_char(th, c).value(), Value::NONE])?;
            match found.cast::<Str>() {
                Some(n) => text.push_str(&format!("\\N{{{n}}}")),
                None => text.push_str(&escaped(c)),
            }
        }
        Ok(pair(th, Str::new(th, &text).value(), f.end))
    }

    /// Implements the 'surrogateescape' error handling (PEP 383).
    #[function(sig = "(exception, /)", name = "_surrogateescape_errors")]
    fn surrogateescape_errors(th: &Thread, exc: Value) -> PyResult<Value> {
        let f = failure(th, exc)?;
        if f.is_decoding() {
            let high: Vec<u32> =
                f.bytes().iter().take_while(|b| **b >= 0x80).map(|b| 0xdc00 + *b as u32).collect();
            if high.is_empty() {
                return Err(krait_runtime::error::raise_value(th, exc));
            }
            return Ok(pair(th, from_points(th, &high).value(), f.start + high.len()));
        }
        let characters = f.characters();
        if !is_class(f.class, Exc::UnicodeEncodeError)
            || characters.iter().any(|c| !(0xdc80..0xdd00).contains(c))
        {
            return Err(krait_runtime::error::raise_value(th, exc));
        }
        let data: Vec<u8> = characters.iter().map(|c| (c - 0xdc00) as u8).collect();
        Ok(pair(th, Bytes::new(th, &data).value(), f.end))
    }

    /// Implements the 'surrogatepass' error handling for UTF-8.
    #[function(sig = "(exception, /)", name = "_surrogatepass_errors")]
    fn surrogatepass_errors(th: &Thread, exc: Value) -> PyResult<Value> {
        let f = failure(th, exc)?;
        if f.is_decoding() {
            let data = bytes::bytes_like(f.object).unwrap_or(&[]);
            if let [a @ 0xed, b @ 0xa0..=0xbf, c @ 0x80..=0xbf, ..] = data[f.start..] {
                let c = (a as u32 & 15) << 12 | (b as u32 & 63) << 6 | (c as u32 & 63);
                return Ok(pair(th, from_points(th, &[c]).value(), f.start + 3));
            }
            return Err(krait_runtime::error::raise_value(th, exc));
        }
        let characters = f.characters();
        if !is_class(f.class, Exc::UnicodeEncodeError)
            || characters.iter().any(|c| !(0xd800..0xe000).contains(c))
        {
            return Err(krait_runtime::error::raise_value(th, exc));
        }
        let data: Vec<u8> = characters
            .iter()
            .flat_map(|c| {
                [0xe0 | (c >> 12) as u8, 0x80 | (c >> 6 & 63) as u8, 0x80 | (c & 63) as u8]
            })
            .collect();
        Ok(pair(th, Bytes::new(th, &data).value(), f.end))
    }

    #[function(sig = "(str, errors=None, /)")]
    fn utf_8_encode(th: &Thread, s: &'static Str, errors: OrNone<String>) -> PyResult<Value> {
        encode_as(th, s, errors, Encoding::Utf8)
    }

    #[function(sig = "(data, errors=None, final=False, /)")]
    fn utf_8_decode(
        th: &Thread,
        d: Value,
        errors: OrNone<String>,
        last: Option<bool>,
    ) -> PyResult<Value> {
        decode_as(th, d, errors, last.unwrap_or(false), Encoding::Utf8)
    }

    #[function(sig = "(str, errors=None, /)")]
    fn latin_1_encode(th: &Thread, s: &'static Str, errors: OrNone<String>) -> PyResult<Value> {
        encode_as(th, s, errors, Encoding::Latin1)
    }

    #[function(sig = "(data, errors=None, /)")]
    fn latin_1_decode(th: &Thread, d: Value, errors: OrNone<String>) -> PyResult<Value> {
        decode_as(th, d, errors, true, Encoding::Latin1)
    }

    #[function(sig = "(str, errors=None, /)")]
    fn ascii_encode(th: &Thread, s: &'static Str, errors: OrNone<String>) -> PyResult<Value> {
        encode_as(th, s, errors, Encoding::Ascii)
    }

    #[function(sig = "(data, errors=None, /)")]
    fn ascii_decode(th: &Thread, d: Value, errors: OrNone<String>) -> PyResult<Value> {
        decode_as(th, d, errors, true, Encoding::Ascii)
    }

    fn order_of(byteorder: Option<i64>) -> Order {
        match byteorder.unwrap_or(0) {
            0 => Order::Native,
            n if n < 0 => Order::Little,
            _ => Order::Big,
        }
    }

    #[function(sig = "(str, errors=None, byteorder=0, /)")]
    fn utf_16_encode(
        th: &Thread,
        s: &'static Str,
        errors: OrNone<String>,
        order: Option<i64>,
    ) -> PyResult<Value> {
        encode_as(th, s, errors, Encoding::Utf16(order_of(order)))
    }

    #[function(sig = "(str, errors=None, /)")]
    fn utf_16_le_encode(th: &Thread, s: &'static Str, errors: OrNone<String>) -> PyResult<Value> {
        encode_as(th, s, errors, Encoding::Utf16(Order::Little))
    }

    #[function(sig = "(str, errors=None, /)")]
    fn utf_16_be_encode(th: &Thread, s: &'static Str, errors: OrNone<String>) -> PyResult<Value> {
        encode_as(th, s, errors, Encoding::Utf16(Order::Big))
    }

    #[function(sig = "(data, errors=None, final=False, /)")]
    fn utf_16_decode(
        th: &Thread,
        d: Value,
        errors: OrNone<String>,
        last: Option<bool>,
    ) -> PyResult<Value> {
        decode_as(th, d, errors, last.unwrap_or(false), Encoding::Utf16(Order::Native))
    }

    #[function(sig = "(data, errors=None, final=False, /)")]
    fn utf_16_le_decode(
        th: &Thread,
        d: Value,
        errors: OrNone<String>,
        last: Option<bool>,
    ) -> PyResult<Value> {
        decode_as(th, d, errors, last.unwrap_or(false), Encoding::Utf16(Order::Little))
    }

    #[function(sig = "(data, errors=None, final=False, /)")]
    fn utf_16_be_decode(
        th: &Thread,
        d: Value,
        errors: OrNone<String>,
        last: Option<bool>,
    ) -> PyResult<Value> {
        decode_as(th, d, errors, last.unwrap_or(false), Encoding::Utf16(Order::Big))
    }

    #[function(sig = "(str, errors=None, byteorder=0, /)")]
    fn utf_32_encode(
        th: &Thread,
        s: &'static Str,
        errors: OrNone<String>,
        order: Option<i64>,
    ) -> PyResult<Value> {
        encode_as(th, s, errors, Encoding::Utf32(order_of(order)))
    }

    #[function(sig = "(str, errors=None, /)")]
    fn utf_32_le_encode(th: &Thread, s: &'static Str, errors: OrNone<String>) -> PyResult<Value> {
        encode_as(th, s, errors, Encoding::Utf32(Order::Little))
    }

    #[function(sig = "(str, errors=None, /)")]
    fn utf_32_be_encode(th: &Thread, s: &'static Str, errors: OrNone<String>) -> PyResult<Value> {
        encode_as(th, s, errors, Encoding::Utf32(Order::Big))
    }

    #[function(sig = "(data, errors=None, final=False, /)")]
    fn utf_32_decode(
        th: &Thread,
        d: Value,
        errors: OrNone<String>,
        last: Option<bool>,
    ) -> PyResult<Value> {
        decode_as(th, d, errors, last.unwrap_or(false), Encoding::Utf32(Order::Native))
    }

    #[function(sig = "(data, errors=None, final=False, /)")]
    fn utf_32_le_decode(
        th: &Thread,
        d: Value,
        errors: OrNone<String>,
        last: Option<bool>,
    ) -> PyResult<Value> {
        decode_as(th, d, errors, last.unwrap_or(false), Encoding::Utf32(Order::Little))
    }

    #[function(sig = "(data, errors=None, final=False, /)")]
    fn utf_32_be_decode(
        th: &Thread,
        d: Value,
        errors: OrNone<String>,
        last: Option<bool>,
    ) -> PyResult<Value> {
        decode_as(th, d, errors, last.unwrap_or(false), Encoding::Utf32(Order::Big))
    }

    /// Decoding that also tells the byte order: -1 little, 0 not known, 1 big.
    fn ex_decode(
        th: &Thread,
        d: Value,
        errors: OrNone<String>,
        order: Option<i64>,
        last: bool,
        wide: bool,
    ) -> PyResult<Value> {
        let data = data_of(th, d)?;
        let marks: [&[u8]; 2] = if wide {
            [&[0xff, 0xfe, 0, 0], &[0, 0, 0xfe, 0xff]]
        } else {
            [&[0xff, 0xfe], &[0xfe, 0xff]]
        };
        let mut order = order.unwrap_or(0).signum();
        let mut skip = 0;
        if order == 0 {
            for (mark, found) in marks.iter().zip([-1, 1]) {
                if data.starts_with(mark) {
                    (order, skip) = (found, mark.len());
                }
            }
        }
        let known = match order {
            0 => Order::Native,
            n if n < 0 => Order::Little,
            _ => Order::Big,
        };
        let encoding = if wide { Encoding::Utf32(known) } else { Encoding::Utf16(known) };
        let (text, n) =
            codec::decode_builtin(th, &data[skip..], encoding, &handlers_of(&errors), last)?;
        Ok(Tuple::new(
            th,
            &[text.value(), Value::from_len(n + skip), Value::from_i32(order as i32)],
        )
        .value())
    }

    #[function(sig = "(data, errors=None, byteorder=0, final=False, /)")]
    fn utf_16_ex_decode(
        th: &Thread,
        d: Value,
        errors: OrNone<String>,
        order: Option<i64>,
        last: Option<bool>,
    ) -> PyResult<Value> {
        ex_decode(th, d, errors, order, last.unwrap_or(false), false)
    }

    #[function(sig = "(data, errors=None, byteorder=0, final=False, /)")]
    fn utf_32_ex_decode(
        th: &Thread,
        d: Value,
        errors: OrNone<String>,
        order: Option<i64>,
        last: Option<bool>,
    ) -> PyResult<Value> {
        ex_decode(th, d, errors, order, last.unwrap_or(false), true)
    }

    #[function(sig = "(data, errors=None, /)")]
    fn readbuffer_encode(th: &Thread, d: Value, _errors: OrNone<String>) -> PyResult<Value> {
        let data = data_of(th, d)?;
        Ok(pair(th, Bytes::new(th, &data).value(), data.len()))
    }

    #[function(sig = "(str, errors=None, /)")]
    fn unicode_escape_encode(th: &Thread, s: &'static Str, _errors: OrNone<String>) -> Value {
        let mut out = String::new();
        for c in s.code_points() {
            match c {
                0x5c => out.push_str("\\\\"),
                9 => out.push_str("\\t"),
                10 => out.push_str("\\n"),
                13 => out.push_str("\\r"),
                0x20..=0x7e => out.push(c as u8 as char),
                _ => out.push_str(&escaped(c)),
            }
        }
        pair(th, Bytes::new(th, out.as_bytes()).value(), s.len())
    }

    #[function(sig = "(str, errors=None, /)")]
    fn raw_unicode_escape_encode(th: &Thread, s: &'static Str, _errors: OrNone<String>) -> Value {
        let mut out = Vec::new();
        for c in s.code_points() {
            match c {
                0..=0xff => out.push(c as u8),
                _ => out.extend_from_slice(escaped(c).as_bytes()),
            }
        }
        pair(th, Bytes::new(th, &out).value(), s.len())
    }

    /// Reads escapes of text; `raw` knows only `\u` and `\U`.
    fn unescape(
        th: &Thread,
        d: Value,
        errors: OrNone<String>,
        last: bool,
        raw: bool,
    ) -> PyResult<Value> {
        let data = data_of(th, d)?;
        let errors = errors.0.unwrap_or_else(|| "strict".into());
        let encoding = if raw { "rawunicodeescape" } else { "unicodeescape" };
        let mut out: Vec<u32> = Vec::new();
        let mut i = 0;
        while i < data.len() {
            let b = data[i];
            if b != b'\\' {
                out.push(b as u32);
                i += 1;
                continue;
            }
            let start = i;
            let Some(&e) = data.get(i + 1) else {
                if raw {
                    out.push(b as u32);
                    i += 1;
                    continue;
                }
                if !last {
                    break;
                }
                let object = Bytes::new(th, &data).value();
                let _ = raise_unicode_decode_error(
                    th,
                    encoding,
                    object,
                    start,
                    data.len(),
                    "\\ at end of string",
                );
                let (r, at) = handle(th, &errors, data.len())?;
                out.extend(r.cast::<Str>().into_iter().flat_map(|s| s.code_points()));
                i = at;
                continue;
            };
            i += 2;
            let (digits, what) = match e {
                b'u' => (4, "truncated \\uXXXX escape"),
                b'U' => (8, "truncated \\UXXXXXXXX escape"),
                b'x' if !raw => (2, "truncated \\xXX escape"),
                _ if raw => {
                    out.extend([b as u32, e as u32]);
                    continue;
                }
                _ => (0, "malformed \\N character escape"),
            };
            let mut fail = None;
            if digits > 0 {
                let found =
                    data[i..].iter().take(digits).take_while(|d| d.is_ascii_hexdigit()).count();
                let text = std::str::from_utf8(&data[i..i + found]).expect("digits");
                if found < digits {
                    if !last && i + found == data.len() {
                        i = start;
                        break;
                    }
                    i += found;
                    fail = Some(what);
                } else {
                    let c = u32::from_str_radix(text, 16).expect("digits");
                    i += found;
                    if c > 0x10ffff {
                        fail = Some("illegal Unicode character")
                    } else {
                        out.push(c)
                    }
                }
            } else {
                match e {
                    b'\n' => {}
                    b'\\' | b'\'' | b'"' => out.push(e as u32),
                    b'b' => out.push(8),
                    b'f' => out.push(12),
                    b't' => out.push(9),
                    b'n' => out.push(10),
                    b'r' => out.push(13),
                    b'v' => out.push(11),
                    b'a' => out.push(7),
                    b'0'..=b'7' => {
                        let mut c = (e - b'0') as u32;
                        for _ in 0..2 {
                            match data.get(i) {
                                Some(d @ b'0'..=b'7') => c = c * 8 + (d - b'0') as u32,
                                _ => break,
                            }
                            i += 1;
                        }
                        out.push(c);
                    }
                    b'N' => {
                        let end = data[i..].iter().position(|b| *b == b'}').map(|n| i + n);
                        match end {
                            Some(end) if data.get(i) == Some(&b'{') && end > i + 1 => {
                                let name = String::from_utf8_lossy(&data[i + 1..end]).into_owned();
                                let f = ops::import::from_module(th, "unicodedata", "lookup")?;
                                let found = ops::call(th, f, &[Str::new(th, &name).value()]);
                                i = end + 1;
                                match krait_runtime::error::catch(th, Exc::KeyError, found)? {
                                    Some(s) => out.extend(
                                        s.cast::<Str>().into_iter().flat_map(|s| s.code_points()),
                                    ),
                                    None => fail = Some("unknown Unicode character name"),
                                }
                            }
                            _ => fail = Some(what),
                        }
                    }
                    _ => out.extend([b as u32, e as u32]),
                }
            }
            if let Some(reason) = fail {
                let object = Bytes::new(th, &data).value();
                let _ = raise_unicode_decode_error(th, encoding, object, start, i, reason);
                let (r, at) = handle(th, &errors, data.len())?;
                out.extend(r.cast::<Str>().into_iter().flat_map(|s| s.code_points()));
                i = at;
            }
        }
        Ok(pair(th, from_points(th, &out).value(), i))
    }

    #[function(sig = "(data, errors=None, final=True, /)")]
    fn unicode_escape_decode(
        th: &Thread,
        d: Value,
        errors: OrNone<String>,
        last: Option<bool>,
    ) -> PyResult<Value> {
        unescape(th, d, errors, last.unwrap_or(true), false)
    }

    #[function(sig = "(data, errors=None, final=True, /)")]
    fn raw_unicode_escape_decode(
        th: &Thread,
        d: Value,
        errors: OrNone<String>,
        last: Option<bool>,
    ) -> PyResult<Value> {
        unescape(th, d, errors, last.unwrap_or(true), true)
    }

    #[function(sig = "(data, errors=None, /)")]
    fn escape_encode(th: &Thread, d: &Bytes, _errors: OrNone<String>) -> Value {
        let mut out = Vec::new();
        for b in d.as_slice() {
            match b {
                b'\\' | b'\'' => out.extend([b'\\', *b]),
                b'\t' => out.extend(b"\\t"),
                b'\n' => out.extend(b"\\n"),
                b'\r' => out.extend(b"\\r"),
                0x20..=0x7e => out.push(*b),
                _ => out.extend(format!("\\x{b:02x}").bytes()),
            }
        }
        pair(th, Bytes::new(th, &out).value(), d.as_slice().len())
    }

    #[function(sig = "(data, errors=None, /)")]
    fn escape_decode(th: &Thread, d: Value, errors: OrNone<String>) -> PyResult<Value> {
        let data = data_of(th, d)?;
        let errors = errors.0.unwrap_or_else(|| "strict".into());
        let mut out = Vec::new();
        let mut i = 0;
        while i < data.len() {
            if data[i] != b'\\' {
                out.push(data[i]);
                i += 1;
                continue;
            }
            let Some(&e) = data.get(i + 1) else {
                return Err(raise!(th, ValueError, "Trailing \\ in string"));
            };
            i += 2;
            match e {
                b'\n' => {}
                b'\\' | b'\'' | b'"' => out.push(e),
                b'b' => out.push(8),
                b'f' => out.push(12),
                b't' => out.push(9),
                b'n' => out.push(10),
                b'r' => out.push(13),
                b'v' => out.push(11),
                b'a' => out.push(7),
                b'0'..=b'7' => {
                    let mut c = (e - b'0') as u32;
                    for _ in 0..2 {
                        match data.get(i) {
                            Some(d @ b'0'..=b'7') => c = c * 8 + (d - b'0') as u32,
                            _ => break,
                        }
                        i += 1;
                    }
                    out.push(c as u8);
                }
                b'x' => {
                    let found =
                        data[i..].iter().take(2).take_while(|d| d.is_ascii_hexdigit()).count();
                    if found == 2 {
                        let text = std::str::from_utf8(&data[i..i + 2]).expect("digits");
                        out.push(u8::from_str_radix(text, 16).expect("digits"));
                    } else {
                        match errors.as_str() {
                            "strict" => {
                                return Err(raise!(
                                    th,
                                    ValueError,
                                    "invalid \\x escape at position {}",
                                    i - 2
                                ));
                            }
                            "replace" => out.push(b'?'),
                            "ignore" => {}
                            other => {
                                return Err(raise!(
                                    th,
                                    ValueError,
                                    "decoding error; unknown error handling code: {other}"
                                ));
                            }
                        }
                    }
                    i += found;
                }
                _ => out.extend([b'\\', e]),
            }
        }
        Ok(pair(th, Bytes::new(th, &out).value(), data.len()))
    }

    /// The table for `charmap_encode`: a dictionary from characters to bytes.
    #[function(sig = "(map, /)")]
    fn charmap_build(th: &Thread, map: &'static Str) -> PyResult<Value> {
        let d = Dict::new(th);
        for (i, c) in map.code_points().enumerate() {
            if c != 0xfffe {
                d.set(th, Value::from_i32(c as i32), Value::from_len(i))?;
            }
        }
        Ok(d.value())
    }

    #[function(sig = "(data, errors=None, mapping=None, /)")]
    fn charmap_decode(
        th: &Thread,
        d: Value,
        errors: OrNone<String>,
        mapping: OrNone<Value>,
    ) -> PyResult<Value> {
        let data = data_of(th, d)?;
        let Some(mapping) = mapping.0 else {
            return decode_as(th, d, errors, true, Encoding::Latin1);
        };
        let errors = errors.0.unwrap_or_else(|| "strict".into());
        let mut out: Vec<u32> = Vec::new();
        let mut i = 0;
        while i < data.len() {
            let b = data[i] as usize;
            let before = out.len();
            match mapping.cast::<Str>() {
                Some(s) => {
                    if b < s.len() && s.char_at(b) != 0xfffe {
                        out.push(s.char_at(b));
                    }
                }
                None => {
                    let found = ops::get_item(th, mapping, Value::from_len(b));
                    let found = krait_runtime::error::catch(th, Exc::LookupError, found)?;
                    match found.filter(|f| !f.is_none()) {
                        Some(f) if int::is_int(f) => match int::to_i64(f) {
                            Some(0xfffe) => {}
                            Some(c @ 0..=0x10ffff) => out.push(c as u32),
                            _ => {
                                return Err(raise!(
                                    th,
                                    TypeError,
                                    "character mapping must be in range(0x110000)"
                                ));
                            }
                        },
                        Some(f) => match f.cast::<Str>() {
                            Some(s) if s.equals(Str::from_char(th, 0xfffe)) => {}
                            Some(s) => {
                                out.extend(s.code_points());
                                i += s.is_empty() as usize;
                                if s.is_empty() {
                                    continue;
                                }
                            }
                            None => {
                                return Err(raise!(
                                    th,
                                    TypeError,
                                    "character mapping must return integer, None or str"
                                ));
                            }
                        },
                        None => {}
                    }
                }
            }
            if out.len() > before {
                i += 1;
                continue;
            }
            let object = Bytes::new(th, &data).value();
            let _ = raise_unicode_decode_error(
                th,
                "charmap",
                object,
                i,
                i + 1,
                "character maps to <undefined>",
            );
            let (r, at) = handle(th, &errors, data.len())?;
            out.extend(r.cast::<Str>().into_iter().flat_map(|s| s.code_points()));
            i = at;
        }
        Ok(pair(th, from_points(th, &out).value(), data.len()))
    }

    /// The bytes of one character; false where the mapping has none.
    fn map_one(th: &Thread, mapping: Value, c: u32, out: &mut Vec<u8>) -> PyResult<bool> {
        let found = ops::get_item(th, mapping, Value::from_i32(c as i32));
        let found = krait_runtime::error::catch(th, Exc::LookupError, found)?;
        let Some(f) = found.filter(|f| !f.is_none()) else { return Ok(false) };
        if let Some(b) = f.cast::<Bytes>() {
            out.extend_from_slice(b.as_slice());
        } else if int::is_int(f) {
            match int::to_i64(f) {
                Some(b @ 0..=255) => out.push(b as u8),
                _ => return Err(raise!(th, TypeError, "character mapping must be in range(256)")),
            }
        } else {
            let name = f.type_name();
            return Err(raise!(
                th,
                TypeError,
                "character mapping must return integer, bytes or None, not {name}"
            ));
        }
        Ok(true)
    }

    #[function(sig = "(str, errors=None, mapping=None, /)")]
    fn charmap_encode(
        th: &Thread,
        s: &'static Str,
        errors: OrNone<String>,
        mapping: OrNone<Value>,
    ) -> PyResult<Value> {
        let Some(mapping) = mapping.0 else {
            return encode_as(th, s, errors, Encoding::Latin1);
        };
        let errors = errors.0.unwrap_or_else(|| "strict".into());
        let mut out = Vec::new();
        let mut i = 0;
        while i < s.len() {
            if map_one(th, mapping, s.char_at(i), &mut out)? {
                i += 1;
                continue;
            }
            let mut end = i + 1;
            let mut rest = Vec::new();
            while end < s.len() && !map_one(th, mapping, s.char_at(end), &mut rest)? {
                end += 1;
            }
            let reason = "character maps to <undefined>";
            let _ = raise_unicode_encode_error(th, "charmap", s, i, end, reason);
            let (r, at) = handle(th, &errors, s.len())?;
            if let Some(b) = r.cast::<Bytes>() {
                out.extend_from_slice(b.as_slice());
            } else if let Some(text) = r.cast::<Str>() {
                for c in text.code_points() {
                    if !map_one(th, mapping, c, &mut out)? {
                        return Err(raise_unicode_encode_error(th, "charmap", s, i, end, reason));
                    }
                }
            }
            i = at;
        }
        Ok(pair(th, Bytes::new(th, &out).value(), s.len()))
    }
}
