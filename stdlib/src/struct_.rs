//! `_struct`: values packed as C structs.
//!
//! A format is compiled once to a list of items with their offsets; the module's functions keep
//! what they compiled lately.

use std::cell::Cell;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use krait_macros::methods;
use krait_runtime::gc::Field;
use krait_runtime::native::NativeModule;
use krait_runtime::object::{Object, Slot, Type, TypeDef, TypeFlags, ValueExt, alloc, alloc_as};
use krait_runtime::types::exception::{self, Exc};
use krait_runtime::types::module::Module;
use krait_runtime::types::str::{Str, codec};
use krait_runtime::types::tuple::Tuple;
use krait_runtime::types::{bytearray, bytes, complex, float, int, memoryview};
use krait_runtime::{
    Header, Kind, PyResult, Raised, Thread, Value, error, intern, ops, raise, state,
};

pub static MODULE: NativeModule = NativeModule {
    name: "_struct",
    doc: "Functions to convert between Python values and C structs.\nPython bytes objects are used to hold the data representing the C struct.\nThe format string (explained below) describes the layout of data\nin the C struct.\n\nThe optional first format char indicates byte order, size and alignment:\n  @: native order, size & alignment (default)\n  =: native order, std. size & alignment\n  <: little-endian, std. size & alignment\n  >: big-endian, std. size & alignment\n  !: same as >\n\nThe remaining characters indicate types of args and must match exactly;\nthese can be preceded by a decimal repeat count:\n  x: pad byte (no data); c: char; b: signed byte; B: unsigned byte;\n  ?: _Bool; h: short; H: unsigned short; i: int; I: unsigned int;\n  l: long; L: unsigned long; q: long long; Q: unsigned long long;\n  f: float; d: double; e: half-float;\n  F: float complex; D: double complex.\nSpecial cases (preceding decimal count indicates length):\n  s: byte string (array of char); p: Pascal string (with count byte).\nSpecial cases (only available in native format):\n  n: ssize_t; N: size_t;\n  P: an integer type that is wide enough to hold a pointer.\nWhitespace between formats is ignored.\n\nThe variable struct.error is an exception raised on errors.\n",
    functions: &functions::FUNCTIONS,
    init,
};

fn init(th: &Thread, m: &'static Module) -> PyResult<()> {
    let class = exception::new_class(th, "struct.error", Exc::Exception.class(), "")?;
    state::module_state(th, "_struct").set_name(th, intern!(th, "error"), class.value());
    m.set(th, "error", class.value());
    m.add_type(th, &STRUCT);
    ITERATOR.class(th);
    Ok(())
}

/// Raises `struct.error`.
#[cold]
fn fail(th: &Thread, message: &str) -> Raised {
    let class = state::module_state(th, "_struct").get_name(intern!(th, "error"));
    let class = class.and_then(|c| c.cast::<Type>()).expect("made by init");
    error::raise_class(th, class, &[Str::new(th, message).value()])
}

/// One item of a format, or several of the same kind in a row.
struct Item {
    code: u8,
    offset: usize,
    /// Bytes of one value.
    size: usize,
    /// Values; 1 for `s` and `p`, whose count is their size.
    count: usize,
}

/// A compiled format.
struct Format {
    items: Vec<Item>,
    big_endian: bool,
    size: usize,
    /// Values that are packed.
    values: usize,
}

/// Size and alignment of a format character; `None` where there is none.
fn native_layout(code: u8) -> Option<(usize, usize)> {
    Some(match code {
        b'x' | b'b' | b'B' | b'c' | b'?' | b's' | b'p' => (1, 1),
        b'h' | b'H' | b'e' => (2, 2),
        b'i' | b'I' | b'f' => (4, 4),
        b'l' | b'L' => (size_of::<std::ffi::c_long>(), align_of::<std::ffi::c_long>()),
        b'q' | b'Q' | b'd' => (8, 8),
        b'n' | b'N' | b'P' => (size_of::<usize>(), align_of::<usize>()),
        b'F' => (8, 4),
        b'D' => (16, 8),
        _ => return None,
    })
}

fn standard_size(code: u8) -> Option<usize> {
    match code {
        b'n' | b'N' | b'P' => None,
        b'l' | b'L' => Some(4),
        _ => native_layout(code).map(|(size, _)| size),
    }
}

impl Format {
    fn parse(th: &Thread, text: &[u8]) -> PyResult<Format> {
        if text.contains(&0) {
            return Err(fail(th, "embedded null character"));
        }
        let too_long = || fail(th, "total struct size too long");
        let (order, rest) = match text.first() {
            Some(c @ (b'@' | b'=' | b'<' | b'>' | b'!')) => (*c, &text[1..]),
            _ => (b'@', text),
        };
        let mut f = Format {
            items: Vec::new(),
            big_endian: match order {
                b'<' => false,
                b'>' | b'!' => true,
                _ => cfg!(target_endian = "big"),
            },
            size: 0,
            values: 0,
        };
        let mut i = 0;
        while i < rest.len() {
            if rest[i].is_ascii_whitespace() || rest[i] == 0x0b {
                i += 1;
                continue;
            }
            let mut count = 1usize;
            if rest[i].is_ascii_digit() {
                count = 0;
                while let Some(d) = rest.get(i).filter(|d| d.is_ascii_digit()) {
                    count = count
                        .checked_mul(10)
                        .and_then(|n| n.checked_add((d - b'0') as usize))
                        .filter(|n| *n <= isize::MAX as usize)
                        .ok_or_else(too_long)?;
                    i += 1;
                }
                if i == rest.len() {
                    return Err(fail(th, "repeat count given without format specifier"));
                }
            }
            let code = rest[i];
            i += 1;
            let layout = match order {
                b'@' => native_layout(code),
                _ => standard_size(code).map(|size| (size, 1)),
            };
            let Some((size, align)) = layout else {
                return Err(fail(th, "bad char in struct format"));
            };
            let offset = f.size.checked_next_multiple_of(align).ok_or_else(too_long)?;
            let bytes = count.checked_mul(size).ok_or_else(too_long)?;
            f.size = offset
                .checked_add(bytes)
                .filter(|n| *n <= isize::MAX as usize)
                .ok_or_else(too_long)?;
            match code {
                b'x' => {}
                b's' | b'p' => {
                    f.items.push(Item { code, offset, size: count, count: 1 });
                    f.values += 1;
                }
                _ if count > 0 => {
                    f.items.push(Item { code, offset, size, count });
                    f.values += count;
                }
                _ => {}
            }
        }
        Ok(f)
    }

    /// The format of an argument, compiled now or lately.
    fn of(th: &Thread, v: Value) -> PyResult<Arc<Format>> {
        static CACHE: Mutex<Option<HashMap<Vec<u8>, Arc<Format>>>> = Mutex::new(None);
        const LIMIT: usize = 100;
        let text = format_text(th, v)?;
        let locked = || CACHE.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(f) = locked().as_ref().and_then(|c| c.get(text.as_ref())) {
            return Ok(f.clone());
        }
        let f = Arc::new(Format::parse(th, &text)?);
        let mut cache = locked();
        let cache = cache.get_or_insert_default();
        if cache.len() >= LIMIT {
            cache.clear();
        }
        cache.insert(text.into_owned(), f.clone());
        Ok(f)
    }

    /// Packs `values`, as many as there are, into `out`, which has `size` zero bytes.
    fn pack(&self, th: &Thread, values: &[Value], out: &mut [u8]) -> PyResult<()> {
        let mut values = values.iter();
        for item in &self.items {
            let mut at = item.offset;
            for _ in 0..item.count {
                let v = *values.next().expect("counted before");
                let to = &mut out[at..at + item.size];
                self.pack_one(th, item.code, v, to).map_err(|e| {
                    if int::is_int(v) && error::raised_is(th, Exc::OverflowError) {
                        th.raised.set(None);
                        return fail(th, "int too large to convert");
                    }
                    e
                })?;
                at += item.size;
            }
        }
        Ok(())
    }

    fn put(&self, to: &mut [u8], little: &[u8]) {
        to.copy_from_slice(&little[..to.len()]);
        if self.big_endian {
            to.reverse();
        }
    }

    fn pack_one(&self, th: &Thread, code: u8, v: Value, to: &mut [u8]) -> PyResult<()> {
        match code {
            b'c' => {
                let [byte] = *bytes_object(v).unwrap_or(&[]) else {
                    return Err(fail(th, "char format requires a bytes object of length 1"));
                };
                to[0] = byte;
            }
            b's' | b'p' => {
                let Some(data) = bytes_object(v).or_else(|| {
                    v.cast::<bytearray::ByteArray>().map(bytearray::ByteArray::as_slice)
                }) else {
                    let what = code as char;
                    return Err(fail(th, &format!("argument for '{what}' must be a bytes object")));
                };
                if code == b's' {
                    let n = data.len().min(to.len());
                    to[..n].copy_from_slice(&data[..n]);
                } else if !to.is_empty() {
                    let n = data.len().min(to.len() - 1);
                    to[0] = n.min(255) as u8;
                    to[1..=n].copy_from_slice(&data[..n]);
                }
            }
            b'?' => to[0] = ops::truth(th, v)? as u8,
            b'e' => match float::to_half(real(th, v)?) {
                Some(h) => self.put(to, &h.to_le_bytes()),
                None => return Err(too_large(th, 'e')),
            },
            b'f' => self.put(to, &single(th, real(th, v)?)?.to_le_bytes()),
            b'd' => self.put(to, &real(th, v)?.to_le_bytes()),
            b'F' | b'D' => {
                let c = complex::from_object(th, v).map_err(|_| {
                    th.raised.set(None);
                    fail(th, "required argument is not a complex")
                })?;
                let half = to.len() / 2;
                for (part, to) in [c.re, c.im].into_iter().zip(to.chunks_mut(half)) {
                    match code {
                        b'F' => self.put(to, &single(th, part)?.to_le_bytes()),
                        _ => self.put(to, &part.to_le_bytes()),
                    }
                }
            }
            _ => self.pack_int(th, code, v, to)?,
        }
        Ok(())
    }

    fn pack_int(&self, th: &Thread, code: u8, v: Value, to: &mut [u8]) -> PyResult<()> {
        if !int::is_int(v) && v.slot(Slot::Index).is_none() {
            return Err(fail(th, "required argument is not an integer"));
        }
        let i = int::to_i128(ops::index(th, v)?);
        let bits = to.len() as u32 * 8;
        let (low, high) = match code {
            b'P' => (-(1i128 << (bits - 1)), (1i128 << bits) - 1),
            _ if code.is_ascii_lowercase() => (-(1i128 << (bits - 1)), (1i128 << (bits - 1)) - 1),
            _ => (0, (1i128 << bits) - 1),
        };
        match i.filter(|i| (low..=high).contains(i)) {
            Some(i) => {
                self.put(to, &i.to_le_bytes());
                Ok(())
            }
            None if code == b'P' => Err(fail(th, "int too large to convert")),
            None => {
                let code = code as char;
                Err(fail(th, &format!("'{code}' format requires {low} <= number <= {high}")))
            }
        }
    }

    /// The values in `data`, which has `size` bytes.
    fn unpack(&self, th: &Thread, data: &[u8]) -> Value {
        let mut values = Vec::with_capacity(self.values);
        for item in &self.items {
            let end = item.offset + item.count * item.size;
            match item.size {
                0 => values.push(bytes::Bytes::new(th, &[]).value()),
                size => values.extend(
                    data[item.offset..end].chunks(size).map(|b| self.unpack_one(th, item.code, b)),
                ),
            }
        }
        Tuple::new(th, &values).value()
    }

    fn unpack_one(&self, th: &Thread, code: u8, from: &[u8]) -> Value {
        let little = |from: &[u8]| {
            let mut b = [0; 8];
            b[..from.len()].copy_from_slice(from);
            if self.big_endian {
                b[..from.len()].reverse();
            }
            u64::from_le_bytes(b)
        };
        let real = |from: &[u8]| match from.len() {
            2 => memoryview::half_to_f64(little(from) as u16),
            4 => f32::from_bits(little(from) as u32) as f64,
            _ => f64::from_bits(little(from)),
        };
        match code {
            b'c' | b's' => bytes::Bytes::new(th, from).value(),
            b'p' => {
                let n = (from[0] as usize).min(from.len() - 1);
                bytes::Bytes::new(th, &from[1..=n]).value()
            }
            b'?' => Value::from_bool(from[0] != 0),
            b'e' | b'f' | b'd' => float::new(th, real(from)),
            b'F' | b'D' => {
                let (re, im) = from.split_at(from.len() / 2);
                complex::new(th, real(re), real(im))
            }
            b'P' => int::from_i128(th, little(from) as i128),
            _ if code.is_ascii_lowercase() => {
                let unused = 64 - from.len() as u32 * 8;
                int::new(th, ((little(from) << unused) as i64) >> unused)
            }
            _ => int::from_i128(th, little(from) as i128),
        }
    }
}

fn bytes_object(v: Value) -> Option<&'static [u8]> {
    v.cast::<bytes::Bytes>().map(bytes::Bytes::as_slice)
}

fn too_large(th: &Thread, code: char) -> Raised {
    raise!(th, OverflowError, "float too large to pack with {code} format")
}

fn real(th: &Thread, v: Value) -> PyResult<f64> {
    float::as_f64(th, v).map_err(|_| {
        th.raised.set(None);
        fail(th, "required argument is not a float")
    })
}

fn single(th: &Thread, f: f64) -> PyResult<f32> {
    let single = f as f32;
    if single.is_infinite() && f.is_finite() { Err(too_large(th, 'f')) } else { Ok(single) }
}

/// The text of a format argument.
fn format_text(th: &Thread, v: Value) -> PyResult<std::borrow::Cow<'static, [u8]>> {
    use std::borrow::Cow;
    if let Some(s) = v.cast::<Str>() {
        return match s.as_ascii() {
            Some(ascii) => Ok(Cow::Borrowed(ascii.as_bytes())),
            None => codec::encode(th, s, "ascii", "strict").map(Cow::Owned),
        };
    }
    bytes_object(v).map(Cow::Borrowed).ok_or_else(|| {
        let found = v.type_name();
        raise!(th, TypeError, "Struct() argument 1 must be a str or bytes object, not {found}")
    })
}

fn check_count(th: &Thread, f: &Format, function: &str, given: usize) -> PyResult<()> {
    if given == f.values {
        return Ok(());
    }
    let expected = f.values;
    Err(fail(th, &format!("{function} expected {expected} items for packing (got {given})")))
}

fn pack(th: &Thread, f: &Format, values: &[Value]) -> PyResult<Value> {
    check_count(th, f, "pack", values.len())?;
    let mut out = vec![0; f.size];
    f.pack(th, values, &mut out)?;
    Ok(bytes::Bytes::new(th, &out).value())
}

fn pack_into(th: &Thread, f: &Format, args: &[Value]) -> PyResult<()> {
    let [buffer, offset, values @ ..] = args else {
        let missing = if args.is_empty() { "buffer" } else { "offset" };
        return Err(fail(th, &format!("pack_into expected {missing} argument")));
    };
    check_count(th, f, "pack_into", values.len())?;
    let len = bytes::expect_writable(th, *buffer, "argument")?.len();
    let offset = ops::index_clipped(th, *offset)?;
    let start = position(th, offset, len, f.size, true)?;
    let mut out = vec![0; f.size];
    f.pack(th, values, &mut out)?;
    // Converting the values may have run code that resized the buffer.
    let to = bytes::expect_writable(th, *buffer, "argument")?;
    match to.get_mut(start..start + f.size) {
        Some(to) => to.copy_from_slice(&out),
        None => return Err(raise!(th, BufferError, "the buffer became smaller")),
    }
    Ok(())
}

/// The place of `size` bytes at `offset`, which may count from the end of `len` bytes.
fn position(th: &Thread, offset: isize, len: usize, size: usize, pack: bool) -> PyResult<usize> {
    let start = if offset < 0 {
        if offset + size as isize > 0 {
            let text = if pack { "no space to pack" } else { "not enough data to unpack" };
            return Err(fail(th, &format!("{text} {size} bytes at offset {offset}")));
        }
        if offset + (len as isize) < 0 {
            return Err(fail(th, &format!("offset {offset} out of range for {len}-byte buffer")));
        }
        (offset + len as isize) as usize
    } else {
        offset as usize
    };
    if len < start || len - start < size {
        let (function, word) =
            if pack { ("pack_into", "packing") } else { ("unpack_from", "unpacking") };
        let least = start.saturating_add(size);
        return Err(fail(
            th,
            &format!(
                "{function} requires a buffer of at least {least} bytes for {word} {size} bytes at offset {start} (actual buffer size is {len})"
            ),
        ));
    }
    Ok(start)
}

fn unpack(th: &Thread, f: &Format, buffer: Value) -> PyResult<Value> {
    let data = bytes::expect_view(th, buffer)?;
    if data.len() != f.size {
        return Err(fail(th, &format!("unpack requires a buffer of {} bytes", f.size)));
    }
    Ok(f.unpack(th, data))
}

fn unpack_from(th: &Thread, f: &Format, buffer: Value, offset: Option<Value>) -> PyResult<Value> {
    let data = bytes::expect_view(th, buffer)?;
    let offset = offset.map_or(Ok(0), |o| ops::index_clipped(th, o))?;
    let start = position(th, offset, data.len(), f.size, false)?;
    Ok(f.unpack(th, &data[start..start + f.size]))
}

fn iter_unpack(th: &Thread, f: Arc<Format>, buffer: Value) -> PyResult<Value> {
    if f.size == 0 {
        return Err(fail(th, "cannot iteratively unpack with a struct of length 0"));
    }
    let len = bytes::expect_view(th, buffer)?.len();
    if !len.is_multiple_of(f.size) {
        let size = f.size;
        let text = format!("iterative unpacking requires a buffer of a multiple of {size} bytes");
        return Err(fail(th, &text));
    }
    ITERATOR.class(th);
    let header = Header::new(ITERATOR.shape_id(), Kind::Native);
    let buffer = Field::new(Some(buffer));
    Ok(alloc(th, UnpackIterator { header, format: f, buffer, at: Cell::new(0) }).value())
}

/// A `struct.Struct`.
#[repr(C)]
pub struct Struct {
    header: Header,
    format: Arc<Format>,
    text: Field,
}

pub static STRUCT: TypeDef = TypeDef::of::<Struct>("Struct", "_struct")
    .doc("Struct(fmt) --> compiled struct object\n\n")
    .flags(TypeFlags::BASE.or(TypeFlags::WEAKREF))
    .methods(Struct::native_methods)
    .getsets(Struct::native_getsets);

// SAFETY: instances of the class are made by `__new__` with this layout.
unsafe impl Object for Struct {
    const KIND: Kind = Kind::Native;

    fn def() -> &'static TypeDef {
        &STRUCT
    }
}

#[methods]
impl Struct {
    #[staticmethod(sig = "(cls, /, format)")]
    fn __new__(th: &Thread, cls: Value, format: Value) -> PyResult<Value> {
        let class = krait_runtime::native::class_arg(th, cls, STRUCT.class(th))?;
        let text = format_text(th, format)?;
        let compiled = Arc::new(Format::parse(th, &text)?);
        let header = Header::new(0, Kind::Native);
        let text = Field::new(Some(Str::from_ascii(th, &text).value()));
        Ok(alloc_as(th, class, Struct { header, format: compiled, text }).value())
    }

    #[method]
    fn __repr__(th: &Thread, this: &'static Struct) -> PyResult<String> {
        let text = this.text.get().expect("set when made");
        Ok(format!("{}({})", this.value().class().name_string(), ops::repr_string(th, text)?))
    }

    /// S.pack(v1, v2, ...) -> bytes
    ///
    /// Return a bytes object containing values v1, v2, ... packed according
    /// to the format string S.format.  See help(struct) for more on format
    /// strings.
    #[method(sig = "($self, /, *values)")]
    fn pack(th: &Thread, this: &'static Struct, values: &Tuple) -> PyResult<Value> {
        pack(th, &this.format, values.values())
    }

    /// S.pack_into(buffer, offset, v1, v2, ...)
    ///
    /// Pack the values v1, v2, ... according to the format string S.format
    /// and write the packed bytes into the writable buffer buf starting at
    /// offset.  Note that the offset is a required argument.  See
    /// help(struct) for more on format strings.
    #[method(sig = "($self, /, *values)")]
    fn pack_into(th: &Thread, this: &'static Struct, values: &Tuple) -> PyResult<()> {
        pack_into(th, &this.format, values.values())
    }

    /// Return a tuple containing unpacked values.
    ///
    /// Unpack according to the format string Struct.format. The buffer's size
    /// in bytes must be Struct.size.
    ///
    /// See help(struct) for more on format strings.
    #[method(sig = "($self, buffer, /)")]
    fn unpack(th: &Thread, this: &'static Struct, buffer: Value) -> PyResult<Value> {
        unpack(th, &this.format, buffer)
    }

    /// Return a tuple containing unpacked values.
    ///
    /// Values are unpacked according to the format string Struct.format.
    ///
    /// The buffer's size in bytes, starting at position offset, must be
    /// at least Struct.size.
    ///
    /// See help(struct) for more on format strings.
    #[method(sig = "($self, /, buffer, offset=0)")]
    fn unpack_from(
        th: &Thread,
        this: &'static Struct,
        buffer: Value,
        offset: Option<Value>,
    ) -> PyResult<Value> {
        unpack_from(th, &this.format, buffer, offset)
    }

    /// Return an iterator yielding tuples.
    ///
    /// Tuples are unpacked from the given bytes source, like a repeated
    /// invocation of unpack_from().
    ///
    /// Requires that the bytes length be a multiple of the struct size.
    #[method(sig = "($self, buffer, /)")]
    fn iter_unpack(th: &Thread, this: &'static Struct, buffer: Value) -> PyResult<Value> {
        iter_unpack(th, this.format.clone(), buffer)
    }

    /// struct format string
    #[getter]
    fn format(this: &'static Struct) -> Option<Value> {
        this.text.get()
    }

    /// struct size in bytes
    #[getter]
    fn size(this: &'static Struct) -> usize {
        this.format.size
    }
}

/// What `iter_unpack` gives.
#[repr(C)]
pub struct UnpackIterator {
    header: Header,
    format: Arc<Format>,
    buffer: Field,
    at: Cell<usize>,
}

static ITERATOR: TypeDef = TypeDef::of::<UnpackIterator>("unpack_iterator", "_struct")
    .flags(TypeFlags::NO_NEW)
    .methods(UnpackIterator::native_methods);

// SAFETY: instances of the class are made by `iter_unpack` with this layout.
unsafe impl Object for UnpackIterator {
    const KIND: Kind = Kind::Native;

    fn def() -> &'static TypeDef {
        &ITERATOR
    }
}

#[methods]
impl UnpackIterator {
    #[method]
    fn __iter__(this: Value) -> Value {
        this
    }

    #[method]
    fn __next__(th: &Thread, this: &'static UnpackIterator) -> PyResult<Value> {
        let Some(buffer) = this.buffer.get() else { return Ok(Value::EXHAUSTED) };
        let data = bytes::expect_view(th, buffer)?;
        let at = this.at.get();
        let Some(piece) = data.get(at..at + this.format.size) else {
            this.buffer.set(&this.header, None);
            return Ok(Value::EXHAUSTED);
        };
        this.at.set(at + this.format.size);
        Ok(this.format.unpack(th, piece))
    }

    #[method]
    fn __length_hint__(th: &Thread, this: &'static UnpackIterator) -> PyResult<usize> {
        match this.buffer.get() {
            Some(b) => {
                let left = bytes::expect_view(th, b)?.len().saturating_sub(this.at.get());
                Ok(left / this.format.size)
            }
            None => Ok(0),
        }
    }
}

#[krait_macros::module]
mod functions {
    use super::*;

    fn with_format(th: &Thread, args: &Tuple) -> PyResult<(Arc<Format>, &'static [Value])> {
        let [format, rest @ ..] = args.values() else {
            return Err(raise!(th, TypeError, "missing format argument"));
        };
        // SAFETY: the values are those of a heap object that the caller's argument keeps alive.
        let rest = unsafe { std::slice::from_raw_parts(rest.as_ptr(), rest.len()) };
        Ok((Format::of(th, *format)?, rest))
    }

    /// Clear the internal cache.
    #[function]
    fn _clearcache() {}

    /// Return size in bytes of the struct described by the format string.
    #[function(sig = "(format, /)")]
    fn calcsize(th: &Thread, format: Value) -> PyResult<usize> {
        Ok(Format::of(th, format)?.size)
    }

    /// pack(format, v1, v2, ...) -> bytes
    ///
    /// Return a bytes object containing the values v1, v2, ... packed according
    /// to the format string.  See help(struct) for more on format strings.
    #[function(sig = "(*values)")]
    fn pack(th: &Thread, values: &Tuple) -> PyResult<Value> {
        let (f, rest) = with_format(th, values)?;
        super::pack(th, &f, rest)
    }

    /// pack_into(format, buffer, offset, v1, v2, ...)
    ///
    /// Pack the values v1, v2, ... according to the format string and write
    /// the packed bytes into the writable buffer buf starting at offset.  Note
    /// that the offset is a required argument.  See help(struct) for more
    /// on format strings.
    #[function(sig = "(*values)")]
    fn pack_into(th: &Thread, values: &Tuple) -> PyResult<()> {
        let (f, rest) = with_format(th, values)?;
        super::pack_into(th, &f, rest)
    }

    /// Return a tuple containing values unpacked according to the format string.
    ///
    /// The buffer's size in bytes must be calcsize(format).
    ///
    /// See help(struct) for more on format strings.
    #[function(sig = "(format, buffer, /)")]
    fn unpack(th: &Thread, format: Value, buffer: Value) -> PyResult<Value> {
        let f = Format::of(th, format)?;
        super::unpack(th, &f, buffer)
    }

    /// Return a tuple containing values unpacked according to the format string.
    ///
    /// The buffer's size, minus offset, must be at least calcsize(format).
    ///
    /// See help(struct) for more on format strings.
    #[function(sig = "(format, /, buffer, offset=0)")]
    fn unpack_from(
        th: &Thread,
        format: Value,
        buffer: Value,
        offset: Option<Value>,
    ) -> PyResult<Value> {
        let f = Format::of(th, format)?;
        super::unpack_from(th, &f, buffer, offset)
    }

    /// Return an iterator yielding tuples unpacked from the given bytes.
    ///
    /// The bytes are unpacked according to the format string, like
    /// a repeated invocation of unpack_from().
    ///
    /// Requires that the bytes length be a multiple of the format struct size.
    #[function(sig = "(format, buffer, /)")]
    fn iter_unpack(th: &Thread, format: Value, buffer: Value) -> PyResult<Value> {
        let f = Format::of(th, format)?;
        super::iter_unpack(th, f, buffer)
    }
}
