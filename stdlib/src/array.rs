//! `array`: rows of numbers or characters in one type.

use std::cell::Cell;

use krait_macros::methods;
use krait_runtime::gc::Field;
use krait_runtime::native::{NativeModule, class_arg};
use krait_runtime::object::{Object, Type, TypeDef, TypeFlags, ValueExt, alloc, alloc_as};
use krait_runtime::ops::{self, Comparison};
use krait_runtime::types::bytearray::ByteArray;
use krait_runtime::types::bytes::{self, Bytes};
use krait_runtime::types::dict::Dict;
use krait_runtime::types::exception::Exc;
use krait_runtime::types::list::List;
use krait_runtime::types::memoryview::{self, Layout, MemoryView};
use krait_runtime::types::module::Module;
use krait_runtime::types::slice::{self, Index};
use krait_runtime::types::str::{Str, codec};
use krait_runtime::types::tuple::Tuple;
use krait_runtime::types::{float, generic_alias, int};
use krait_runtime::{Header, Kind, PyResult, Raised, Thread, Value, error, intern, raise};

pub static MODULE: NativeModule = NativeModule {
    name: "array",
    doc: "This module defines an object type which can efficiently represent\nan array of basic values: characters, integers, floating-point\nnumbers.  Arrays are sequence types and behave very much like lists,\nexcept that the type of objects stored in them is constrained.\n",
    functions: &functions::FUNCTIONS,
    init,
};

const CODES: &str = "bBuwhHiIlLqQfd";

fn init(th: &Thread, m: &'static Module) -> PyResult<()> {
    let class = m.add_type(th, &ARRAY).value();
    m.set(th, "ArrayType", class);
    m.set(th, "typecodes", Str::new(th, CODES).value());
    ITERATOR.class(th);
    // Registered as `collections.abc.MutableSequence`, as CPython does when it is imported.
    let sequence = ops::import::from_module(th, "collections.abc", "MutableSequence")?;
    ops::call_method(th, sequence, intern!(th, "register"), &[class])?;
    Ok(())
}

/// What the items are.
#[derive(Copy, Clone, PartialEq)]
struct Code(u8);

impl Code {
    fn size(self) -> usize {
        match self.0 {
            b'b' | b'B' => 1,
            b'h' | b'H' => 2,
            // C's `wchar_t` where it is not Windows'.
            b'u' => {
                if cfg!(windows) {
                    2
                } else {
                    4
                }
            }
            b'i' | b'I' | b'f' | b'w' => 4,
            b'l' | b'L' => size_of::<std::ffi::c_long>(),
            _ => 8,
        }
    }

    fn is_text(self) -> bool {
        matches!(self.0, b'u' | b'w')
    }

    fn is_signed(self) -> bool {
        self.0.is_ascii_lowercase()
    }

    /// The item in `b` as a Python value.
    fn unpack(self, th: &Thread, b: &[u8]) -> PyResult<Value> {
        let mut wide = [0u8; 8];
        if cfg!(target_endian = "little") {
            wide[..b.len()].copy_from_slice(b);
        } else {
            wide[8 - b.len()..].copy_from_slice(b);
        }
        let bits = u64::from_ne_bytes(wide);
        Ok(match self.0 {
            b'f' => float::new(th, f32::from_bits(bits as u32) as f64),
            b'd' => float::new(th, f64::from_bits(bits)),
            b'u' | b'w' => {
                if bits > 0x10ffff {
                    return Err(raise!(
                        th,
                        ValueError,
                        "character U+{bits:x} is not in range [U+0000; U+10ffff]"
                    ));
                }
                Str::from_char(th, bits as u32).value()
            }
            _ if self.is_signed() => {
                let unused = 64 - b.len() as u32 * 8;
                int::new(th, ((bits << unused) as i64) >> unused)
            }
            _ => int::from_i128(th, bits as i128),
        })
    }

    /// The bytes of a Python value as an item.
    fn pack(self, th: &Thread, v: Value, out: &mut Vec<u8>) -> PyResult<()> {
        match self.0 {
            b'f' => out.extend((float::as_f64(th, v)? as f32).to_ne_bytes()),
            b'd' => out.extend(float::as_f64(th, v)?.to_ne_bytes()),
            b'u' | b'w' => {
                let what = "array item must be a unicode character, not";
                let Some(s) = v.cast::<Str>() else {
                    return Err(raise!(th, TypeError, "{what} {}", v.type_name()));
                };
                if s.len() != 1 {
                    return Err(raise!(th, TypeError, "{what} a string of length {}", s.len()));
                }
                let c = s.char_at(0);
                out.extend_from_slice(&low_bytes(c as u64, self.size()));
            }
            _ => {
                let i = self.checked(th, ops::index(th, v)?)?;
                out.extend_from_slice(&low_bytes(i as u64, self.size()));
            }
        }
        Ok(())
    }

    /// An int that fits; raises `OverflowError` with CPython's words for each type.
    fn checked(self, th: &Thread, v: Value) -> PyResult<i128> {
        let bits = self.size() as u32 * 8;
        let (low, high) = match self.is_signed() {
            true => (-(1i128 << (bits - 1)), (1i128 << (bits - 1)) - 1),
            false => (0, (1i128 << bits) - 1),
        };
        if let Some(i) = int::to_i128(v).filter(|i| (low..=high).contains(i)) {
            return Ok(i);
        }
        let negative = int::is_negative(v);
        let end = if negative { "less than minimum" } else { "greater than maximum" };
        let fits_long = int::to_i64(v).is_some();
        let c_type = if self.is_signed() { "long" } else { "unsigned long" };
        let text = match self.0 {
            b'q' | b'Q' if negative && self.0 == b'Q' => {
                "can't convert negative int to unsigned".to_string()
            }
            b'q' | b'Q' => "int too big to convert".to_string(),
            b'I' | b'L' if negative => "can't convert negative value to unsigned int".to_string(),
            _ if !fits_long => format!("Python int too large to convert to C {c_type}"),
            b'b' => format!("signed char is {end}"),
            b'B' => format!("unsigned byte integer is {end}"),
            b'h' => format!("signed short integer is {end}"),
            b'H' => format!("unsigned short is {end}"),
            b'i' => format!("signed integer is {end}"),
            b'I' => format!("unsigned int is {end}"),
            _ => format!("Python int too large to convert to C {c_type}"),
        };
        Err(raise!(th, OverflowError, "{text}"))
    }
}

fn low_bytes(bits: u64, size: usize) -> Vec<u8> {
    let b = bits.to_ne_bytes();
    if cfg!(target_endian = "little") { b[..size].to_vec() } else { b[8 - size..].to_vec() }
}

/// An `array.array`.
#[repr(C)]
pub struct Array {
    header: Header,
    code: Code,
    /// The items' bytes, a `bytearray` that nobody else sees.
    data: Field,
}

pub static ARRAY: TypeDef = TypeDef::of::<Array>("array", "array")
    .doc("array(typecode [, initializer]) -> array\n\nReturn a new array whose items are restricted by typecode, and\ninitialized from the optional initializer value, which must be a list,\nstring or iterable over elements of the appropriate type.\n\nArrays represent basic values and behave very much like lists, except\nthe type of objects stored in them is constrained. The type is specified\nat object creation time by using a type code, which is a single character.\nThe following type codes are defined:\n\n    Type code   C Type             Minimum size in bytes\n    'b'         signed integer     1\n    'B'         unsigned integer   1\n    'u'         Unicode character  2 (see note)\n    'h'         signed integer     2\n    'H'         unsigned integer   2\n    'i'         signed integer     2\n    'I'         unsigned integer   2\n    'l'         signed integer     4\n    'L'         unsigned integer   4\n    'q'         signed integer     8 (see note)\n    'Q'         unsigned integer   8 (see note)\n    'f'         floating-point     4\n    'd'         floating-point     8\n")
    .flags(TypeFlags::BASE.or(TypeFlags::SEQUENCE).or(TypeFlags::WEAKREF))
    .mutable()
    .methods(Array::native_methods)
    .getsets(Array::native_getsets);

// SAFETY: instances of the class are made by `Array::make` with this layout.
unsafe impl Object for Array {
    const KIND: Kind = Kind::Native;

    fn def() -> &'static TypeDef {
        &ARRAY
    }
}

impl Array {
    fn make(th: &Thread, class: &Type, code: Code, data: &[u8]) -> &'static Array {
        let data = Field::new(Some(ByteArray::new(th, data).value()));
        alloc_as(th, class, Array { header: Header::new(0, Kind::Native), code, data })
    }

    fn like(&self, th: &Thread, data: &[u8]) -> &'static Array {
        Array::make(th, ARRAY.class(th), self.code, data)
    }

    fn bytes(&self) -> &'static ByteArray {
        self.data.get().and_then(|d| d.cast::<ByteArray>()).expect("set when made")
    }

    fn raw(&self) -> &'static [u8] {
        self.bytes().as_slice()
    }

    fn len(&self) -> usize {
        self.raw().len() / self.code.size()
    }

    /// The bytes of the items in a range.
    fn part(&self, from: usize, to: usize) -> &'static [u8] {
        let size = self.code.size();
        &self.raw()[from * size..to * size]
    }

    fn get(&self, th: &Thread, i: usize) -> PyResult<Option<Value>> {
        if i >= self.len() {
            return Ok(None);
        }
        self.code.unpack(th, self.part(i, i + 1)).map(Some)
    }

    fn packed(&self, th: &Thread, v: Value) -> PyResult<Vec<u8>> {
        let mut out = Vec::with_capacity(8);
        self.code.pack(th, v, &mut out)?;
        Ok(out)
    }

    /// Replaces the items of a range.
    fn splice(&self, th: &Thread, from: usize, to: usize, data: &[u8]) {
        let size = self.code.size();
        self.bytes().splice(th, from * size..to * size, data);
    }

    fn insert_at(&self, th: &Thread, i: usize, v: Value) -> PyResult<()> {
        let data = self.packed(th, v)?;
        let i = i.min(self.len());
        self.splice(th, i, i, &data);
        Ok(())
    }

    fn extend_with(&self, th: &Thread, v: Value) -> PyResult<()> {
        if let Some(other) = v.cast::<Array>() {
            if other.code != self.code {
                return Err(raise!(th, TypeError, "can only extend with array of same kind"));
            }
            return self.bytes().extend_from(th, other.raw());
        }
        let it = ops::get_iter(th, v)?;
        while let Some(item) = ops::next(th, it)? {
            let data = self.packed(th, item)?;
            self.bytes().extend_from(th, &data)?;
        }
        Ok(())
    }

    fn text(&self, th: &Thread) -> PyResult<Value> {
        let mut points = Vec::with_capacity(self.len());
        for b in self.raw().chunks_exact(self.code.size()) {
            let c = self.code.unpack(th, b)?;
            points.push(c.cast::<Str>().expect("a character").char_at(0));
        }
        Ok(Str::from_code_points(th, points.iter().copied()).value())
    }

    fn push_text(&self, th: &Thread, s: &Str) -> PyResult<()> {
        let size = self.code.size();
        let data: Vec<u8> = s.code_points().flat_map(|c| low_bytes(c as u64, size)).collect();
        self.bytes().extend_from(th, &data)
    }

    fn push_bytes(&self, th: &Thread, data: &[u8]) -> PyResult<()> {
        if !data.len().is_multiple_of(self.code.size()) {
            return Err(raise!(th, ValueError, "bytes length not a multiple of item size"));
        }
        self.bytes().extend_from(th, data)
    }

    fn position(&self, th: &Thread, v: Value) -> PyResult<Option<usize>> {
        let mut i = 0;
        while let Some(item) = self.get(th, i)? {
            if ops::equals(th, item, v)? {
                return Ok(Some(i));
            }
            i += 1;
        }
        Ok(None)
    }
}

fn subscript(th: &Thread, key: Value) -> PyResult<Index> {
    slice::index_or_slice(th, key, "array").map_err(|e| {
        if error::raised_is(th, Exc::TypeError) {
            th.raised.set(None);
            return raise!(th, TypeError, "array indices must be integers");
        }
        e
    })
}

fn typecode(th: &Thread, v: Value) -> PyResult<Code> {
    let what = "array() argument 1 must be a unicode character, not";
    let Some(s) = v.cast::<Str>() else {
        return Err(raise!(th, TypeError, "{what} {}", v.type_name()));
    };
    if s.len() != 1 {
        return Err(raise!(th, TypeError, "{what} a string of length {}", s.len()));
    }
    match u8::try_from(s.char_at(0)) {
        Ok(c) if CODES.as_bytes().contains(&c) => Ok(Code(c)),
        _ => Err(raise!(
            th,
            ValueError,
            "bad typecode (must be b, B, u, w, h, H, i, I, l, L, q, Q, f or d)"
        )),
    }
}

#[methods]
impl Array {
    #[staticmethod(sig = "(cls, /, *args, **kwargs)")]
    fn __new__(th: &Thread, cls: Value, args: &Tuple, kwargs: &Dict) -> PyResult<Value> {
        let class = class_arg(th, cls, ARRAY.class(th))?;
        if !kwargs.is_empty() && std::ptr::eq(class, ARRAY.class(th)) {
            return Err(raise!(th, TypeError, "array.array() takes no keyword arguments"));
        }
        let (code, initial) = match *args.values() {
            [code] => (code, None),
            [code, initial] => (code, Some(initial)),
            [] => return Err(raise!(th, TypeError, "array() takes at least 1 argument (0 given)")),
            ref more => {
                let n = more.len();
                return Err(raise!(th, TypeError, "array() takes at most 2 arguments ({n} given)"));
            }
        };
        let code = typecode(th, code)?;
        if code.0 == b'u' {
            let text = "The 'u' type code is deprecated and will be removed in Python 3.16";
            ops::import::warn(th, Exc::DeprecationWarning, text)?;
        }
        let a = Array::make(th, class, code, &[]);
        let Some(v) = initial else { return Ok(a.value()) };
        if let Some(s) = v.cast::<Str>() {
            if !code.is_text() {
                let c = code.0 as char;
                return Err(raise!(
                    th,
                    TypeError,
                    "cannot use a str to initialize an array with typecode '{c}'"
                ));
            }
            a.push_text(th, s)?;
        } else if matches!(v.kind(), Kind::Bytes | Kind::ByteArray) {
            a.push_bytes(th, bytes::expect_view(th, v)?)?;
        } else if let Some(other) = v.cast::<Array>().filter(|o| o.code == code) {
            a.bytes().extend_from(th, other.raw())?;
        } else {
            for item in ops::collect(th, v)? {
                let data = a.packed(th, item)?;
                a.bytes().extend_from(th, &data)?;
            }
        }
        Ok(a.value())
    }

    #[method]
    fn __repr__(th: &Thread, this: &'static Array) -> PyResult<String> {
        let name = this.value().class().name_string();
        let code = this.code.0 as char;
        if this.len() == 0 {
            return Ok(format!("{name}('{code}')"));
        }
        let items = if this.code.is_text() { this.text(th)? } else { Array::tolist(th, this)? };
        Ok(format!("{name}('{code}', {})", ops::repr_string(th, items)?))
    }

    #[method]
    fn __len__(this: &'static Array) -> usize {
        this.len()
    }

    #[method]
    fn __iter__(th: &Thread, this: &'static Array) -> Value {
        ITERATOR.class(th);
        let header = Header::new(ITERATOR.shape_id(), Kind::Native);
        let array = Field::new(Some(this.value()));
        alloc(th, ArrayIterator { header, array, next: Cell::new(0) }).value()
    }

    #[comparison]
    fn compare(th: &Thread, this: &'static Array, other: Value, op: Comparison) -> PyResult<Value> {
        let Some(other) = other.cast::<Array>() else { return Ok(Value::NOT_IMPLEMENTED) };
        if this.code == other.code
            && !matches!(this.code.0, b'f' | b'd')
            && matches!(op, Comparison::Eq | Comparison::Ne)
        {
            return Ok(Value::from_bool((this.raw() == other.raw()) == (op == Comparison::Eq)));
        }
        let (x, y) = (Array::tolist(th, this)?, Array::tolist(th, other)?);
        ops::compare(th, op, x, y)
    }

    #[method(sig = "($self, key, /)")]
    fn __getitem__(th: &Thread, this: &'static Array, key: Value) -> PyResult<Value> {
        match subscript(th, key)? {
            Index::At(i) => match slice::checked(i, this.len()) {
                Some(i) => Ok(this.get(th, i)?.expect("inside the array")),
                None => Err(raise!(th, IndexError, "array index out of range")),
            },
            Index::Slice(s) => {
                let r = s.resolve(th, this.len())?;
                if r.step == 1 {
                    return Ok(this.like(th, this.part(r.start, r.start + r.len)).value());
                }
                let data: Vec<u8> = r.iter().flat_map(|i| this.part(i, i + 1)).copied().collect();
                Ok(this.like(th, &data).value())
            }
        }
    }

    #[method(sig = "($self, key, value, /)")]
    fn __setitem__(th: &Thread, this: &'static Array, key: Value, value: Value) -> PyResult<()> {
        match subscript(th, key)? {
            Index::At(i) => {
                if slice::checked(i, this.len()).is_none() {
                    return Err(raise!(th, IndexError, "array assignment index out of range"));
                }
                let data = this.packed(th, value)?;
                // Converting the value may have changed the array.
                match slice::checked(i, this.len()) {
                    Some(i) => this.splice(th, i, i + 1, &data),
                    None => {
                        return Err(raise!(th, IndexError, "array assignment index out of range"));
                    }
                }
                Ok(())
            }
            Index::Slice(s) => {
                let Some(other) = value.cast::<Array>() else {
                    let found = value.type_name();
                    let what = "can only assign array";
                    return Err(raise!(th, TypeError, "{what} (not \"{found}\") to array slice"));
                };
                if other.code != this.code {
                    return Err(bad_argument(th));
                }
                let r = s.resolve(th, this.len())?;
                let data = other.raw().to_vec();
                if r.step == 1 {
                    this.splice(th, r.start, r.start + r.len, &data);
                    return Ok(());
                }
                let size = this.code.size();
                let given = data.len() / size;
                if given != r.len {
                    return Err(raise!(
                        th,
                        ValueError,
                        "attempt to assign array of size {given} to extended slice of size {}",
                        r.len
                    ));
                }
                for (i, item) in r.iter().zip(data.chunks_exact(size)) {
                    this.splice(th, i, i + 1, item);
                }
                Ok(())
            }
        }
    }

    #[method(sig = "($self, key, /)")]
    fn __delitem__(th: &Thread, this: &'static Array, key: Value) -> PyResult<()> {
        match subscript(th, key)? {
            Index::At(i) => match slice::checked(i, this.len()) {
                Some(i) => {
                    this.splice(th, i, i + 1, &[]);
                    Ok(())
                }
                None => Err(raise!(th, IndexError, "array assignment index out of range")),
            },
            Index::Slice(s) => {
                let r = s.resolve(th, this.len())?;
                if r.step == 1 {
                    this.splice(th, r.start, r.start + r.len, &[]);
                    return Ok(());
                }
                let gone: std::collections::HashSet<usize> = r.iter().collect();
                let kept: Vec<u8> = (0..this.len())
                    .filter(|i| !gone.contains(i))
                    .flat_map(|i| this.part(i, i + 1))
                    .copied()
                    .collect();
                this.splice(th, 0, this.len(), &kept);
                Ok(())
            }
        }
    }

    #[method(sig = "($self, key, /)")]
    fn __contains__(th: &Thread, this: &'static Array, key: Value) -> PyResult<bool> {
        Ok(this.position(th, key)?.is_some())
    }

    #[method(sig = "($self, value, /)")]
    fn __add__(th: &Thread, this: &'static Array, other: Value) -> PyResult<Value> {
        let Some(o) = other.cast::<Array>() else {
            let found = other.type_name();
            return Err(raise!(th, TypeError, "can only append array (not \"{found}\") to array"));
        };
        if o.code != this.code {
            return Err(bad_argument(th));
        }
        Ok(this.like(th, &[this.raw(), o.raw()].concat()).value())
    }

    #[method(sig = "($self, value, /)")]
    fn __iadd__(th: &Thread, this: &'static Array, other: Value) -> PyResult<Value> {
        if other.cast::<Array>().is_none() {
            let found = other.type_name();
            let what = "can only extend array with array";
            return Err(raise!(th, TypeError, "{what} (not \"{found}\")"));
        }
        this.extend_with(th, other)?;
        Ok(this.value())
    }

    #[method(sig = "($self, value, /)")]
    fn __mul__(th: &Thread, this: &'static Array, count: Value) -> PyResult<Value> {
        let Some(n) = ops::repeat_count(th, count)? else { return Ok(Value::NOT_IMPLEMENTED) };
        ops::checked_size(th, this.raw().len(), n)?;
        Ok(this.like(th, &this.raw().repeat(n)).value())
    }

    #[method(sig = "($self, value, /)")]
    fn __rmul__(th: &Thread, this: &'static Array, count: Value) -> PyResult<Value> {
        Array::__mul__(th, this, count)
    }

    #[method(sig = "($self, value, /)")]
    fn __imul__(th: &Thread, this: &'static Array, count: Value) -> PyResult<Value> {
        let Some(n) = ops::repeat_count(th, count)? else { return Ok(Value::NOT_IMPLEMENTED) };
        ops::checked_size(th, this.raw().len(), n)?;
        this.splice(th, 0, this.len(), &this.raw().repeat(n));
        Ok(this.value())
    }

    /// Return a buffer object that exposes the underlying memory of the object.
    #[method(sig = "($self, flags, /)")]
    fn __buffer__(th: &Thread, this: &'static Array, _flags: i64) -> &'static MemoryView {
        let code = (this.code.0 as char).to_string();
        let layout = Layout::items(&code, this.code.size(), this.len());
        memoryview::over(th, this.value(), this.bytes().data(), layout, false)
    }

    /// Release the buffer object that exposes the underlying memory of the object.
    #[method(sig = "($self, buffer, /)")]
    fn __release_buffer__(_this: Value, _buffer: Value) {}

    /// Append new value v to the end of the array.
    #[method(sig = "($self, v, /)")]
    fn append(th: &Thread, this: &'static Array, v: Value) -> PyResult<()> {
        let data = this.packed(th, v)?;
        this.bytes().extend_from(th, &data)
    }

    /// Append items to the end of the array.
    #[method(sig = "($self, bb, /)")]
    fn extend(th: &Thread, this: &'static Array, bb: Value) -> PyResult<()> {
        this.extend_with(th, bb)
    }

    /// Insert a new item v into the array before position i.
    #[method(sig = "($self, i, v, /)")]
    fn insert(th: &Thread, this: &'static Array, i: isize, v: Value) -> PyResult<()> {
        let at = if i < 0 { (i + this.len() as isize).max(0) } else { i };
        this.insert_at(th, at as usize, v)
    }

    /// Return the i-th element and delete it from the array.
    ///
    /// i defaults to -1.
    #[method(sig = "($self, i=-1, /)")]
    fn pop(th: &Thread, this: &'static Array, i: Option<isize>) -> PyResult<Value> {
        if this.len() == 0 {
            return Err(raise!(th, IndexError, "pop from empty array"));
        }
        let Some(i) = slice::checked(i.unwrap_or(-1), this.len()) else {
            return Err(raise!(th, IndexError, "pop index out of range"));
        };
        let v = this.get(th, i)?.expect("inside the array");
        this.splice(th, i, i + 1, &[]);
        Ok(v)
    }

    /// Remove the first occurrence of v in the array.
    #[method(sig = "($self, v, /)")]
    fn remove(th: &Thread, this: &'static Array, v: Value) -> PyResult<()> {
        match this.position(th, v)? {
            Some(i) => {
                this.splice(th, i, i + 1, &[]);
                Ok(())
            }
            None => Err(raise!(th, ValueError, "array.remove(x): x not in array")),
        }
    }

    /// Remove all items from the array.
    #[method(sig = "($self, /)")]
    fn clear(th: &Thread, this: &'static Array) {
        this.splice(th, 0, this.len(), &[]);
    }

    /// Return number of occurrences of v in the array.
    #[method(sig = "($self, v, /)")]
    fn count(th: &Thread, this: &'static Array, v: Value) -> PyResult<usize> {
        let (mut i, mut n) = (0, 0);
        while let Some(item) = this.get(th, i)? {
            n += ops::equals(th, item, v)? as usize;
            i += 1;
        }
        Ok(n)
    }

    /// Return index of first occurrence of v in the array.
    ///
    /// Raise ValueError if the value is not present.
    #[method(sig = "($self, v, start=0, stop=sys.maxsize, /)")]
    fn index(
        th: &Thread,
        this: &'static Array,
        v: Value,
        start: Option<Value>,
        stop: Option<Value>,
    ) -> PyResult<usize> {
        let (start, stop) = slice::search_bounds(th, start, stop, this.len())?;
        for i in start..stop {
            let Some(item) = this.get(th, i)? else { break };
            if ops::equals(th, item, v)? {
                return Ok(i);
            }
        }
        Err(raise!(th, ValueError, "array.index(x): x not in array"))
    }

    /// Reverse the order of the items in the array.
    #[method(sig = "($self, /)")]
    fn reverse(th: &Thread, this: &'static Array) {
        let items = this.raw().chunks_exact(this.code.size());
        let data: Vec<u8> = items.rev().flatten().copied().collect();
        this.splice(th, 0, this.len(), &data);
    }

    /// Byteswap all items of the array.
    ///
    /// If the items in the array are not 1, 2, 4, or 8 bytes in size, RuntimeError is
    /// raised.
    #[method(sig = "($self, /)")]
    fn byteswap(th: &Thread, this: &'static Array) {
        let items = this.raw().chunks_exact(this.code.size());
        let data: Vec<u8> = items.flat_map(|b| b.iter().rev()).copied().collect();
        this.splice(th, 0, this.len(), &data);
    }

    /// Convert array to an ordinary list with the same items.
    #[method(sig = "($self, /)")]
    fn tolist(th: &Thread, this: &'static Array) -> PyResult<Value> {
        let items = this.raw().chunks_exact(this.code.size());
        let items: Vec<Value> = items.map(|b| this.code.unpack(th, b)).collect::<PyResult<_>>()?;
        Ok(List::new(th, &items).value())
    }

    /// Append items to array from list.
    #[method(sig = "($self, list, /)")]
    fn fromlist(th: &Thread, this: &'static Array, list: Value) -> PyResult<()> {
        let Some(l) = list.cast::<List>() else {
            return Err(raise!(th, TypeError, "arg must be list"));
        };
        let mut data = Vec::new();
        for v in l.to_vec() {
            this.code.pack(th, v, &mut data)?;
        }
        this.bytes().extend_from(th, &data)
    }

    /// Convert the array to an array of machine values and return the bytes representation.
    #[method(sig = "($self, /)")]
    fn tobytes(th: &Thread, this: &'static Array) -> &'static Bytes {
        Bytes::new(th, this.raw())
    }

    /// Appends items from the string, interpreting it as an array of machine values, as if it had been read from a file using the fromfile() method.
    #[method(sig = "($self, buffer, /)")]
    fn frombytes(th: &Thread, this: &'static Array, buffer: Value) -> PyResult<()> {
        let data = bytes::expect_view(th, buffer)?.to_vec();
        this.push_bytes(th, &data)
    }

    /// Extends this array with data from the unicode string ustr.
    ///
    /// The array must be a unicode type array; otherwise a ValueError is raised.
    /// Use array.frombytes(ustr.encode(...)) to append Unicode data to an array of
    /// some other type.
    #[method(sig = "($self, ustr, /)")]
    fn fromunicode(th: &Thread, this: &'static Array, ustr: &'static Str) -> PyResult<()> {
        if !this.code.is_text() {
            return Err(raise!(
                th,
                ValueError,
                "fromunicode() may only be called on unicode type arrays ('u' or 'w')"
            ));
        }
        this.push_text(th, ustr)
    }

    /// Extends this array with data from the unicode string ustr.
    ///
    /// Convert the array to a unicode string.  The array must be a unicode type array;
    /// otherwise a ValueError is raised.  Use array.tobytes().decode() to obtain a
    /// unicode string from an array of some other type.
    #[method(sig = "($self, /)")]
    fn tounicode(th: &Thread, this: &'static Array) -> PyResult<Value> {
        if !this.code.is_text() {
            return Err(raise!(
                th,
                ValueError,
                "tounicode() may only be called on unicode type arrays ('u' or 'w')"
            ));
        }
        this.text(th)
    }

    /// Write all items (as machine values) to the file object f.
    #[method(sig = "($self, f, /)")]
    fn tofile(th: &Thread, this: &'static Array, f: Value) -> PyResult<()> {
        for block in this.raw().chunks(64 * 1024) {
            let block = Bytes::new(th, block).value();
            ops::call_method(th, f, intern!(th, "write"), &[block])?;
        }
        Ok(())
    }

    /// Read n objects from the file object f and append them to the end of the array.
    #[method(sig = "($self, f, n, /)")]
    fn fromfile(th: &Thread, this: &'static Array, f: Value, n: isize) -> PyResult<()> {
        if n < 0 {
            return Err(raise!(th, ValueError, "negative count"));
        }
        let wanted = ops::checked_size(th, n as usize, this.code.size())?;
        let read = ops::call_method(th, f, intern!(th, "read"), &[Value::from_len(wanted)])?;
        let Some(data) = read.cast::<Bytes>() else {
            return Err(raise!(th, TypeError, "read() didn't return bytes"));
        };
        this.push_bytes(th, data.as_slice())?;
        if data.as_slice().len() < wanted {
            return Err(raise!(th, EOFError, "read() didn't return enough bytes"));
        }
        Ok(())
    }

    /// Return a tuple (address, length) giving the current memory address and the length in items of the buffer used to hold array's contents.
    ///
    /// The length should be multiplied by the itemsize attribute to calculate
    /// the buffer length in bytes.
    #[method(sig = "($self, /)")]
    fn buffer_info(th: &Thread, this: &'static Array) -> Value {
        let address = int::from_i128(th, this.bytes().data() as usize as i128);
        Tuple::new(th, &[address, Value::from_len(this.len())]).value()
    }

    /// Return a copy of the array.
    #[method(sig = "($self, /)")]
    fn __copy__(th: &Thread, this: &'static Array) -> &'static Array {
        this.like(th, this.raw())
    }

    /// Return a copy of the array.
    #[method(sig = "($self, unused, /)")]
    fn __deepcopy__(th: &Thread, this: &'static Array, _unused: Value) -> &'static Array {
        this.like(th, this.raw())
    }

    /// Return state information for pickling.
    #[method(sig = "($self, value, /)")]
    fn __reduce_ex__(th: &Thread, this: &'static Array, value: Value) -> PyResult<Value> {
        let own = this.value();
        let state = krait_runtime::object::attributes::instance_dict(th, own);
        let state = state.map_or(Value::NONE, |d| d.value());
        let class = own.class().value();
        let code = Str::new(th, &(this.code.0 as char).to_string()).value();
        if int::to_i64(ops::index(th, value)?).unwrap_or(0) < 3 {
            let items = Array::tolist(th, this)?;
            let args = Tuple::new(th, &[code, items]).value();
            return Ok(Tuple::new(th, &[class, args, state]).value());
        }
        let make = ops::import::from_module(th, "array", "_array_reconstructor")?;
        let format = Value::from_i32(machine_format(this.code));
        let data = Bytes::new(th, this.raw()).value();
        let args = Tuple::new(th, &[class, code, format, data]).value();
        Ok(Tuple::new(th, &[make, args, state]).value())
    }

    /// See PEP 585
    #[classmethod(sig = "($type, object, /)")]
    fn __class_getitem__(th: &Thread, cls: Value, item: Value) -> PyResult<Value> {
        generic_alias::new(th, cls, item)
    }

    /// the typecode character used to create the array
    #[getter]
    fn typecode(this: &'static Array) -> String {
        (this.code.0 as char).to_string()
    }

    /// the size, in bytes, of one array item
    #[getter]
    fn itemsize(this: &'static Array) -> usize {
        this.code.size()
    }
}

#[cold]
fn bad_argument(th: &Thread) -> Raised {
    raise!(th, TypeError, "bad argument type for built-in operation")
}

/// The number that pickles give a layout: kind, size, sign, byte order.
fn machine_format(code: Code) -> i32 {
    let big = cfg!(target_endian = "big") as i32;
    match (code.0, code.size()) {
        (b'f', _) => 14 + big,
        (b'd', _) => 16 + big,
        (b'u' | b'w', _) => 20 + big,
        (_, 1) => code.is_signed() as i32,
        (_, 2) => 2 + 2 * code.is_signed() as i32 + big,
        (_, 4) => 6 + 2 * code.is_signed() as i32 + big,
        _ => 10 + 2 * code.is_signed() as i32 + big,
    }
}

/// The values of items in a layout that another machine wrote.
fn foreign_items(th: &Thread, format: i32, data: &[u8]) -> PyResult<Vec<Value>> {
    let (size, big) = match format {
        0 | 1 => (1, false),
        2..=5 => (2, format % 2 == 1),
        6..=9 | 14 | 15 => (4, format % 2 == 1),
        10..=13 | 16 | 17 => (8, format % 2 == 1),
        _ => {
            let encoding = ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"];
            let text = codec::decode(th, data, encoding[format as usize - 18], "strict")?;
            return Ok(text.code_points().map(|c| Str::from_char(th, c).value()).collect());
        }
    };
    if !data.len().is_multiple_of(size) {
        return Err(raise!(th, ValueError, "bytes length not a multiple of item size"));
    }
    let signed = matches!(format, 1 | 4 | 5 | 8 | 9 | 12 | 13);
    let items = data.chunks_exact(size).map(|b| {
        let fold = |n: u64, byte: &u8| n << 8 | *byte as u64;
        let bits = if big { b.iter().fold(0, fold) } else { b.iter().rev().fold(0, fold) };
        let unused = 64 - size as u32 * 8;
        match format {
            14 | 15 => float::new(th, f32::from_bits(bits as u32) as f64),
            16 | 17 => float::new(th, f64::from_bits(bits)),
            _ if signed => int::new(th, ((bits << unused) as i64) >> unused),
            _ => int::from_i128(th, bits as i128),
        }
    });
    Ok(items.collect())
}

/// An iterator over an array.
#[repr(C)]
pub struct ArrayIterator {
    header: Header,
    array: Field,
    next: Cell<usize>,
}

static ITERATOR: TypeDef = TypeDef::of::<ArrayIterator>("arrayiterator", "array")
    .flags(TypeFlags::NO_NEW)
    .methods(ArrayIterator::native_methods);

// SAFETY: instances of the class are made by `Array::__iter__` with this layout.
unsafe impl Object for ArrayIterator {
    const KIND: Kind = Kind::Native;

    fn def() -> &'static TypeDef {
        &ITERATOR
    }
}

#[methods]
impl ArrayIterator {
    #[method]
    fn __iter__(this: Value) -> Value {
        this
    }

    #[method]
    fn __next__(th: &Thread, this: &'static ArrayIterator) -> PyResult<Value> {
        let Some(array) = this.array.get().and_then(|a| a.cast::<Array>()) else {
            return Ok(Value::EXHAUSTED);
        };
        let i = this.next.get();
        match array.get(th, i)? {
            Some(v) => {
                this.next.set(i + 1);
                Ok(v)
            }
            None => {
                this.array.set(&this.header, None);
                Ok(Value::EXHAUSTED)
            }
        }
    }

    /// Return state information for pickling.
    #[method(sig = "($self, /)")]
    fn __reduce__(th: &Thread, this: &'static ArrayIterator) -> PyResult<Value> {
        let iter = ops::import::from_module(th, "builtins", "iter")?;
        Ok(match this.array.get() {
            Some(a) => {
                let args = Tuple::new(th, &[a]).value();
                Tuple::new(th, &[iter, args, Value::from_len(this.next.get())]).value()
            }
            None => {
                let empty = Tuple::new(th, &[]).value();
                Tuple::new(th, &[iter, Tuple::new(th, &[empty]).value()]).value()
            }
        })
    }

    /// Set state information for unpickling.
    #[method(sig = "($self, state, /)")]
    fn __setstate__(this: &'static ArrayIterator, state: isize) {
        this.next.set(state.max(0) as usize);
    }
}

#[krait_macros::module]
mod functions {
    use super::*;

    /// Internal. Used for pickling support.
    #[function(sig = "(arraytype, typecode, mformat_code, items, /)")]
    fn _array_reconstructor(
        th: &Thread,
        arraytype: Value,
        typecode: Value,
        mformat_code: i32,
        items: Value,
    ) -> PyResult<Value> {
        let Some(class) = arraytype.cast::<Type>() else {
            let found = arraytype.type_name();
            return Err(raise!(th, TypeError, "first argument must be a type object, not {found}"));
        };
        if !class.is_subclass(ARRAY.class(th)) {
            let name = class.name_string();
            return Err(raise!(th, TypeError, "{name} is not a subtype of array.array"));
        }
        let code = super::typecode(th, typecode)?;
        if !(0..=21).contains(&mformat_code) {
            return Err(raise!(
                th,
                ValueError,
                "third argument must be a valid machine format code."
            ));
        }
        let Some(data) = items.cast::<Bytes>() else {
            let found = items.type_name();
            return Err(raise!(th, TypeError, "fourth argument should be bytes, not {found}"));
        };
        let a = Array::make(th, class, code, &[]);
        if mformat_code == machine_format(code) {
            a.push_bytes(th, data.as_slice())?;
        } else {
            for v in foreign_items(th, mformat_code, data.as_slice())? {
                let data = a.packed(th, v)?;
                a.bytes().extend_from(th, &data)?;
            }
        }
        Ok(a.value())
    }
}
