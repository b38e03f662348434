//! Writing JSON.

use krait_macros::methods;
use krait_runtime::gc::Field;
use krait_runtime::native::class_arg;
use krait_runtime::object::{Object, TypeDef, TypeFlags, ValueExt, alloc_as};
use krait_runtime::types::dict::Dict;
use krait_runtime::types::exception::add_note_to_raised;
use krait_runtime::types::list::List;
use krait_runtime::types::native_function::NativeFunction;
use krait_runtime::types::str::build::StrBuilder;
use krait_runtime::types::str::{Chars, Str};
use krait_runtime::types::tuple::Tuple;
use krait_runtime::types::{float, int, type_};
use krait_runtime::{
    Header, Kind, PyResult, Thread, Value, intern, interpreter, ops, raise, shapes,
};

/// An encoder: `c_make_encoder`.
#[repr(C)]
pub struct Encoder {
    header: Header,
    /// A dictionary of the containers that are being written, or `None`.
    markers: Field,
    default: Field,
    encoder: Field,
    indent: Field,
    key_separator: Field,
    item_separator: Field,
    sort_keys: bool,
    skip_keys: bool,
    allow_nan: bool,
    /// What `encoder` is.
    strings: Strings,
}

#[derive(Copy, Clone, PartialEq)]
enum Strings {
    /// `encode_basestring_ascii`.
    Ascii,
    /// `encode_basestring`.
    Plain,
    /// A function that is called.
    Other,
}

pub static ENCODER: TypeDef = TypeDef::of::<Encoder>("Encoder", "_json")
    .doc("Encoder(markers, default, encoder, indent, key_separator, item_separator, sort_keys, skipkeys, allow_nan)")
    .flags(TypeFlags::BASE)
    .methods(Encoder::native_methods)
    .getsets(Encoder::native_getsets);

// SAFETY: instances of the class are made by `__new__` with this layout.
unsafe impl Object for Encoder {
    const KIND: Kind = Kind::Native;

    fn def() -> &'static TypeDef {
        &ENCODER
    }
}

fn get(f: &Field) -> Value {
    f.get().expect("set when made")
}

fn text(f: &Field) -> &'static Str {
    get(f).cast::<Str>().expect("checked when made")
}

/// Whether a character needs an escape.
fn needs_escape(c: u32, ascii: bool) -> bool {
    c < 0x20 || c == b'"' as u32 || c == b'\\' as u32 || (ascii && c > 0x7e)
}

/// Writes a string with quotes and escapes; with `ascii`, what is not ASCII as `\uXXXX`.
pub fn push_string(out: &mut StrBuilder, s: &Str, ascii: bool) {
    out.push(u32::from('"'));
    let plain = match s.chars() {
        Chars::Ascii(c) | Chars::Latin1(c) => !c.iter().any(|c| needs_escape(*c as u32, ascii)),
        _ => !s.code_points().any(|c| needs_escape(c, ascii)),
    };
    if plain {
        out.push_object(s);
    } else {
        s.code_points().for_each(|c| push_char(out, c, ascii));
    }
    out.push(u32::from('"'));
}

fn push_char(out: &mut StrBuilder, c: u32, ascii: bool) {
    if !needs_escape(c, ascii) {
        out.push(c);
        return;
    }
    let short = match char::from_u32(c) {
        Some('"') => "\\\"",
        Some('\\') => "\\\\",
        Some('\n') => "\\n",
        Some('\r') => "\\r",
        Some('\t') => "\\t",
        Some('\u{8}') => "\\b",
        Some('\u{c}') => "\\f",
        _ => "",
    };
    if !short.is_empty() {
        out.push_str(short);
    } else if c < 0x10000 {
        out.push_str(&format!("\\u{c:04x}"));
    } else {
        let c = c - 0x10000;
        out.push_str(&format!("\\u{:04x}\\u{:04x}", 0xd800 + (c >> 10), 0xdc00 + (c & 0x3ff)));
    }
}

/// `__qualname__` with the module, as notes show types.
fn type_text(v: Value) -> String {
    type_::full_name(v.class())
}

impl Encoder {
    fn push_float(&self, th: &Thread, out: &mut StrBuilder, f: f64) -> PyResult<()> {
        if f.is_finite() {
            out.push_str(&float::repr(f));
            return Ok(());
        }
        if !self.allow_nan {
            return Err(raise!(
                th,
                ValueError,
                "Out of range float values are not JSON compliant: {}",
                float::repr(f)
            ));
        }
        out.push_str(match () {
            _ if f.is_nan() => "NaN",
            _ if f > 0.0 => "Infinity",
            _ => "-Infinity",
        });
        Ok(())
    }

    fn push_text(&self, th: &Thread, out: &mut StrBuilder, v: Value, s: &Str) -> PyResult<()> {
        if self.strings != Strings::Other {
            push_string(out, s, self.strings == Strings::Ascii);
            return Ok(());
        }
        let r = ops::call(th, get(&self.encoder), &[v])?;
        let Some(r) = r.cast::<Str>() else {
            let found = r.type_name();
            return Err(raise!(th, TypeError, "encoder() must return a string, not {found}"));
        };
        out.push_object(r);
        Ok(())
    }

    /// Writes `None`, a bool, a string or a number; `false` for what is none of them.
    fn push_simple(&self, th: &Thread, out: &mut StrBuilder, v: Value) -> PyResult<bool> {
        if v.is_none() {
            out.push_str("null");
        } else if let Some(b) = v.as_bool() {
            out.push_str(if b { "true" } else { "false" });
        } else if let Some(s) = v.cast::<Str>() {
            self.push_text(th, out, v, s)?;
        } else if int::is_int(v) {
            // Of a subclass the number counts, not its own representation.
            out.push_str(&int::text::decimal(th, v)?);
        } else if let Some(f) = float::value(v) {
            self.push_float(th, out, f)?;
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    /// Marks a container as being written; gives the mark to be taken away.
    fn enter(&self, th: &Thread, v: Value) -> PyResult<Option<(&'static Dict, Value)>> {
        let Some(markers) = get(&self.markers).cast::<Dict>() else { return Ok(None) };
        let id = int::from_i128(th, v.bits() as i128);
        if markers.get(th, id)?.is_some() {
            return Err(raise!(th, ValueError, "Circular reference detected"));
        }
        markers.set(th, id, v)?;
        Ok(Some((markers, id)))
    }

    fn leave(&self, th: &Thread, mark: Option<(&'static Dict, Value)>) -> PyResult<()> {
        if let Some((markers, id)) = mark {
            markers.remove(th, id)?;
        }
        Ok(())
    }

    fn push_value(
        &self,
        th: &Thread,
        out: &mut StrBuilder,
        v: Value,
        level: usize,
    ) -> PyResult<()> {
        if self.push_simple(th, out, v)? {
            return Ok(());
        }
        interpreter::recursion(th, " while encoding a JSON object")?;
        if v.cast::<List>().is_some() || v.cast::<Tuple>().is_some() {
            return self.push_array(th, out, v, level);
        }
        if let Some(d) = v.cast::<Dict>() {
            return self.push_object(th, out, d, level);
        }
        let mark = self.enter(th, v)?;
        let plain = ops::call(th, get(&self.default), &[v])?;
        let r = self.push_value(th, out, plain, level);
        if r.is_err() {
            add_note_to_raised(th, &format!("when serializing {} object", type_text(v)));
        }
        r?;
        self.leave(th, mark)
    }

    fn new_line(&self, out: &mut StrBuilder, level: usize) {
        if let Some(indent) = get(&self.indent).cast::<Str>() {
            out.push(u32::from('\n'));
            (0..level).for_each(|_| out.push_object(indent));
        }
    }

    fn push_array(
        &self,
        th: &Thread,
        out: &mut StrBuilder,
        v: Value,
        level: usize,
    ) -> PyResult<()> {
        let list = v.cast::<List>();
        let item = |i: usize| match list {
            Some(l) => l.get(i),
            None => v.cast::<Tuple>().and_then(|t| t.values().get(i).copied()),
        };
        if item(0).is_none() {
            out.push_str("[]");
            return Ok(());
        }
        let mark = self.enter(th, v)?;
        out.push(u32::from('['));
        self.new_line(out, level + 1);
        let mut i = 0;
        while let Some(x) = item(i) {
            if i > 0 {
                out.push_object(text(&self.item_separator));
                self.new_line(out, level + 1);
            }
            if let Err(e) = self.push_value(th, out, x, level + 1) {
                add_note_to_raised(th, &format!("when serializing {} item {i}", type_text(v)));
                return Err(e);
            }
            i += 1;
        }
        self.leave(th, mark)?;
        self.new_line(out, level);
        out.push(u32::from(']'));
        Ok(())
    }

    /// Writes a key that is no string as one; `false` where it is to be skipped.
    fn push_key(&self, th: &Thread, out: &mut StrBuilder, key: Value) -> PyResult<()> {
        let mut own = StrBuilder::new();
        if let Some(s) = key.cast::<Str>() {
            return self.push_text(th, out, key, s);
        }
        self.push_simple(th, &mut own, key)?;
        let s = own.finish(th);
        self.push_text(th, out, s.value(), s)
    }

    /// The pairs in the order in which they are written.
    fn pairs(&self, th: &Thread, d: &'static Dict) -> PyResult<Vec<(Value, Value)>> {
        let exact = d.value().is_exactly(shapes::DICT);
        let mut pairs = if exact {
            d.pairs()
        } else {
            let items = ops::call_method(th, d.value(), intern!(th, "items"), &[])?;
            let mut pairs = Vec::new();
            for pair in ops::collect(th, items)? {
                let Some([k, v]) = pair.cast::<Tuple>().map(Tuple::values) else {
                    return Err(raise!(th, ValueError, "items must return 2-tuples"));
                };
                pairs.push((*k, *v));
            }
            pairs
        };
        if self.sort_keys {
            if pairs.iter().all(|(k, _)| k.is_exactly(shapes::STR)) {
                let text = |v: Value| v.cast::<Str>().expect("just checked");
                pairs.sort_by(|a, b| text(a.0).compare(text(b.0)));
            } else {
                let rows = pairs.iter().map(|(k, v)| Tuple::new(th, &[*k, *v]).value()).collect();
                let (r, rows) = ops::sort::sort(th, rows, None, false);
                r?;
                let row = |v: Value| v.cast::<Tuple>().expect("made above").values();
                pairs = rows.into_iter().map(|r| (row(r)[0], row(r)[1])).collect();
            }
        }
        Ok(pairs)
    }

    fn push_object(
        &self,
        th: &Thread,
        out: &mut StrBuilder,
        d: &'static Dict,
        level: usize,
    ) -> PyResult<()> {
        if d.is_empty() {
            out.push_str("{}");
            return Ok(());
        }
        let mark = self.enter(th, d.value())?;
        out.push(u32::from('{'));
        let mut first = true;
        for (key, v) in self.pairs(th, d)? {
            let writable = key.is_none()
                || key.kind() == Kind::Str
                || int::is_int(key)
                || float::value(key).is_some();
            if !writable {
                if self.skip_keys {
                    continue;
                }
                return Err(raise!(
                    th,
                    TypeError,
                    "keys must be str, int, float, bool or None, not {}",
                    key.type_name()
                ));
            }
            if first {
                first = false;
            } else {
                out.push_object(text(&self.item_separator));
            }
            self.new_line(out, level + 1);
            self.push_key(th, out, key)?;
            out.push_object(text(&self.key_separator));
            if let Err(e) = self.push_value(th, out, v, level + 1) {
                let saved = th.raised.take();
                let shown = ops::repr_string(th, key);
                th.raised.set(saved);
                let what = type_text(d.value());
                add_note_to_raised(th, &format!("when serializing {what} item {}", shown?));
                return Err(e);
            }
        }
        self.leave(th, mark)?;
        if !first {
            self.new_line(out, level);
        }
        out.push(u32::from('}'));
        Ok(())
    }
}

#[methods]
impl Encoder {
    #[staticmethod(
        sig = "(cls, /, markers, default, encoder, indent, key_separator, item_separator, sort_keys, skipkeys, allow_nan)"
    )]
    fn __new__(
        th: &Thread,
        cls: Value,
        markers: Value,
        default: Value,
        encoder: Value,
        indent: Value,
        key_separator: &'static Str,
        item_separator: &'static Str,
        sort_keys: bool,
        skipkeys: bool,
        allow_nan: bool,
    ) -> PyResult<Value> {
        let class = class_arg(th, cls, ENCODER.class(th))?;
        if !markers.is_none() && markers.cast::<Dict>().is_none() {
            let found = markers.type_name();
            let what = "make_encoder() argument 1 must be dict or None";
            return Err(raise!(th, TypeError, "{what}, not {found}"));
        }
        let native = encoder.cast::<NativeFunction>().map(NativeFunction::def);
        let own = |name: &str| {
            let functions = super::MODULE.functions;
            native.is_some_and(|n| functions.iter().any(|f| f.name == name && std::ptr::eq(f, n)))
        };
        let strings = match () {
            _ if own("encode_basestring_ascii") => Strings::Ascii,
            _ if own("encode_basestring") => Strings::Plain,
            _ => Strings::Other,
        };
        let field = |v: Value| Field::new(Some(v));
        let e = Encoder {
            header: Header::new(0, Kind::Native),
            markers: field(markers),
            default: field(default),
            encoder: field(encoder),
            indent: field(indent),
            key_separator: field(key_separator.value()),
            item_separator: field(item_separator.value()),
            sort_keys,
            skip_keys: skipkeys,
            allow_nan,
            strings,
        };
        Ok(alloc_as(th, class, e).value())
    }

    #[method(sig = "($self, /, obj, _current_indent_level)")]
    fn __call__(th: &Thread, this: &'static Encoder, obj: Value, level: usize) -> PyResult<Value> {
        let mut out = StrBuilder::new();
        this.push_value(th, &mut out, obj, level)?;
        let text = out.finish(th).value();
        Ok(Tuple::new(th, &[text]).value())
    }

    /// markers
    #[getter]
    fn markers(this: &'static Encoder) -> Value {
        get(&this.markers)
    }

    /// default
    #[getter]
    fn default(this: &'static Encoder) -> Value {
        get(&this.default)
    }

    /// encoder
    #[getter]
    fn encoder(this: &'static Encoder) -> Value {
        get(&this.encoder)
    }

    /// indent
    #[getter]
    fn indent(this: &'static Encoder) -> Value {
        get(&this.indent)
    }

    /// key_separator
    #[getter]
    fn key_separator(this: &'static Encoder) -> Value {
        get(&this.key_separator)
    }

    /// item_separator
    #[getter]
    fn item_separator(this: &'static Encoder) -> Value {
        get(&this.item_separator)
    }

    /// sort_keys
    #[getter]
    fn sort_keys(this: &'static Encoder) -> bool {
        this.sort_keys
    }

    /// skipkeys
    #[getter]
    fn skipkeys(this: &'static Encoder) -> bool {
        this.skip_keys
    }
}
