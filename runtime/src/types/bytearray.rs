//! `bytearray`.

use std::cell::Cell;
use std::sync::Arc;

use krait_layout::{Header, Kind, Thread, Value, shapes};

use crate::error::PyResult;
use crate::gc;
use crate::native::class_arg;
use crate::object::type_object::{Type, TypeDef, TypeFlags};
use crate::object::{Object, Slot, ValueExt, alloc, alloc_as, header_of};
use crate::ops::{self, Comparison};
use crate::types::bytes::methods::{byte_methods, text_argument};
use crate::types::bytes::text::{self, Data, Like};
use crate::types::bytes::{self, Bytes, construct};
use crate::types::iterator;
use crate::types::search;
use crate::types::slice::{self, Index};
use crate::types::str::{Str, codec};
use crate::types::tuple::Tuple;
use crate::{raise, types};
use krait_macros::methods;

/// A `bytearray`: its data are in a cell of their own, replaced when they grow. A slice of the
/// old cell stays readable, but no longer shows changes; what wants to see them exports the data,
/// which keeps them where they are.
#[repr(C)]
pub struct ByteArray {
    pub header: Header,
    len: Cell<usize>,
    capacity: Cell<usize>,
    data: Cell<*mut u8>,
    /// Shared with the memory views that are in a `with` statement; meanwhile the size is fixed.
    /// Not a plain count, because a view that is collected can no longer touch this object.
    ///
    /// CPython fixes the size as long as any view exists. Here a view that nobody uses any more
    /// exists until the next collection, so that would break `bytes(memoryview(b)[1:]); del b[:]`.
    exports: Arc<()>,
}

pub static DEF: TypeDef = TypeDef::of::<ByteArray>("bytearray", "builtins")
    .doc("bytearray(iterable_of_ints) -> bytearray\nbytearray(string, encoding[, errors]) -> bytearray\nbytearray(bytes_or_buffer) -> mutable copy of bytes_or_buffer\nbytearray(int) -> bytes array of size given by the parameter initialized with null bytes\nbytearray() -> empty bytes array\n\nConstruct a mutable bytearray object from:\n  - an iterable yielding integers in range(256)\n  - a text string encoded using the specified encoding\n  - a bytes or a buffer object\n  - any object implementing the buffer API.\n  - an integer")
    .flags(TypeFlags::BASE.or(TypeFlags::MATCH_SELF))
    .methods(ByteArray::native_methods)
    .shape(shapes::BYTEARRAY);

// SAFETY: every object of kind `ByteArray` is made in this file with this layout.
unsafe impl Object for ByteArray {
    const KIND: Kind = Kind::ByteArray;

    fn def() -> &'static TypeDef {
        &DEF
    }
}

impl ByteArray {
    fn fresh(header: Header) -> ByteArray {
        ByteArray {
            header,
            len: Cell::new(0),
            capacity: Cell::new(0),
            data: Cell::new(std::ptr::NonNull::dangling().as_ptr()),
            exports: Arc::new(()),
        }
    }

    pub fn new(th: &Thread, data: &[u8]) -> &'static ByteArray {
        DEF.class(th);
        let b = alloc(th, ByteArray::fresh(Header::new(shapes::BYTEARRAY, Kind::ByteArray)));
        b.set_all(th, data);
        b
    }

    fn new_as(th: &Thread, class: &Type) -> &'static ByteArray {
        alloc_as(th, class, ByteArray::fresh(header_of::<ByteArray>()))
    }

    pub fn len(&self) -> usize {
        self.len.get()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The data as they are now; see the struct.
    pub fn as_slice(&self) -> &'static [u8] {
        // SAFETY: `data` points to at least `len` bytes of a cell (or nowhere, where `len` is 0),
        // which the slice's address keeps alive.
        unsafe { std::slice::from_raw_parts(self.data.get(), self.len.get()) }
    }

    /// Address of the data.
    pub fn data(&self) -> *mut u8 {
        self.data.get()
    }

    /// What a memory view keeps as long as it uses the data.
    pub fn export(&self) -> Arc<()> {
        self.exports.clone()
    }

    fn set(&self, i: usize, b: u8) {
        assert!(i < self.len.get());
        // SAFETY: the index is below the length.
        unsafe { *self.data.get().add(i) = b };
    }

    /// Raises `BufferError` where the size must not change.
    pub fn check_resizable(&self, th: &Thread) -> PyResult<()> {
        if Arc::strong_count(&self.exports) == 1 {
            return Ok(());
        }
        Err(raise!(th, BufferError, "Existing exports of data: object cannot be re-sized"))
    }

    /// Sets the length; new bytes are 0. There are no exports.
    fn set_len(&self, th: &Thread, len: usize) {
        if len > self.capacity.get() {
            let capacity = if self.len.get() == 0 {
                len
            } else {
                len + (len >> 3) + if len < 9 { 3 } else { 6 }
            };
            let cell = gc::buffer(th, gc::Scan::NoScan, capacity.max(1));
            // SAFETY: the fresh cell is larger than the old data.
            unsafe { std::ptr::copy_nonoverlapping(self.data.get(), cell, self.len.get()) };
            self.data.set(cell);
            self.capacity.set(capacity);
            gc::barrier(&self.header);
        }
        if len > self.len.get() {
            // SAFETY: the capacity is at least `len`.
            unsafe {
                std::ptr::write_bytes(self.data.get().add(self.len.get()), 0, len - self.len.get())
            };
        }
        self.len.set(len);
    }

    /// Writes over the bytes from `at`, which are there.
    pub fn overwrite(&self, at: usize, data: &[u8]) {
        assert!(at + data.len() <= self.len());
        // SAFETY: the range is within the length; the source may be the array's own data.
        unsafe { std::ptr::copy(data.as_ptr(), self.data.get().add(at), data.len()) };
    }

    /// Replaces all data. There are no exports.
    fn set_all(&self, th: &Thread, data: &[u8]) {
        self.splice(th, 0..self.len(), data);
    }

    /// Replaces the bytes of `range` by `data`, which may be the array's own.
    pub fn splice(&self, th: &Thread, range: std::ops::Range<usize>, data: &[u8]) {
        let data = data.to_vec();
        let tail = self.as_slice()[range.end..].to_vec();
        self.set_len(th, range.start + data.len() + tail.len());
        // SAFETY: the length was set to hold both parts; they were copied away before.
        unsafe {
            let at = self.data.get().add(range.start);
            std::ptr::copy_nonoverlapping(data.as_ptr(), at, data.len());
            std::ptr::copy_nonoverlapping(tail.as_ptr(), at.add(data.len()), tail.len());
        }
    }

    /// Adds bytes at the end.
    pub fn extend_from(&self, th: &Thread, data: &[u8]) -> PyResult<()> {
        if data.is_empty() {
            return Ok(());
        }
        self.check_resizable(th)?;
        let data = data.to_vec();
        let len = self.len();
        self.set_len(th, len + data.len());
        // SAFETY: the length was just set to hold them.
        unsafe {
            std::ptr::copy_nonoverlapping(data.as_ptr(), self.data.get().add(len), data.len())
        };
        Ok(())
    }
}

/// The bytes that are assigned to a slice or added.
fn source(th: &Thread, v: Value) -> PyResult<Vec<u8>> {
    match bytes::copy(th, v)? {
        Some(data) => Ok(data),
        None => bytes::from_iterable(th, v, "byte"),
    }
}

byte_methods!(ByteArray {
    #[staticmethod(sig = "(cls, /, *args, **kwargs)")]
    fn __new__(th: &Thread, cls: Value, _args: &Tuple, _kwargs: &types::dict::Dict) -> PyResult<&'static ByteArray> {
        let class = class_arg(th, cls, DEF.class(th))?;
        Ok(ByteArray::new_as(th, class))
    }

    #[method(sig = "($self, /, source=b'', encoding=<unrepresentable>, errors=<unrepresentable>)")]
    fn __init__(
        th: &Thread,
        this: &'static ByteArray,
        source: Option<Value>,
        encoding: Option<Value>,
        errors: Option<Value>,
    ) -> PyResult<()> {
        let encoding = text_argument(th, "bytearray", "encoding", encoding)?;
        let errors = text_argument(th, "bytearray", "errors", errors)?;
        let data = construct(th, source, encoding, errors, "bytearray")?;
        this.check_resizable(th)?;
        this.set_all(th, &data);
        Ok(())
    }

    #[method(sig = "($self, key, /)")]
    fn __getitem__(th: &Thread, this: Data, key: Value) -> PyResult<Value> {
        match slice::index_or_slice(th, key, "bytearray")? {
            Index::At(i) => match slice::checked(i, this.bytes.len()) {
                Some(i) => Ok(Value::from_i32(this.bytes[i] as i32)),
                None => Err(raise!(th, IndexError, "bytearray index out of range")),
            },
            Index::Slice(s) => {
                let r = s.resolve(th, this.bytes.len())?;
                let out: Vec<u8> = r.iter().map(|i| this.bytes[i]).collect();
                Ok(this.make(th, &out))
            }
        }
    }

    #[method(sig = "($self, key, value, /)")]
    fn __setitem__(th: &Thread, this: &'static ByteArray, key: Value, value: Value) -> PyResult<()> {
        match slice::index_or_slice(th, key, "bytearray")? {
            Index::At(i) => {
                let b = bytes::byte(th, value, "byte")?;
                match slice::checked(i, this.len()) {
                    Some(i) => {
                        this.set(i, b);
                        Ok(())
                    }
                    None => Err(raise!(th, IndexError, "bytearray index out of range")),
                }
            }
            Index::Slice(s) => {
                if types::int::is_int(value) {
                    return Err(raise!(
                        th,
                        TypeError,
                        "can assign only bytes, buffers, or iterables of ints in range(0, 256)"
                    ));
                }
                let new = source(th, value)?;
                let r = s.resolve(th, this.len())?;
                if r.step == 1 {
                    if new.len() != r.len {
                        this.check_resizable(th)?;
                    }
                    this.splice(th, r.start..r.start + r.len, &new);
                    return Ok(());
                }
                if new.is_empty() {
                    return ByteArray::__delitem__(th, this, key);
                }
                if new.len() != r.len {
                    return Err(raise!(
                        th,
                        ValueError,
                        "attempt to assign bytes of size {} to extended slice of size {}",
                        new.len(),
                        r.len
                    ));
                }
                r.iter().zip(new).for_each(|(i, b)| this.set(i, b));
                Ok(())
            }
        }
    }

    #[method(sig = "($self, key, /)")]
    fn __delitem__(th: &Thread, this: &'static ByteArray, key: Value) -> PyResult<()> {
        let mut keep = this.as_slice().to_vec();
        match slice::index_or_slice(th, key, "bytearray")? {
            Index::At(i) => match slice::checked(i, keep.len()) {
                Some(i) => {
                    keep.remove(i);
                }
                None => return Err(raise!(th, IndexError, "bytearray index out of range")),
            },
            Index::Slice(s) => {
                let r = s.resolve(th, keep.len())?;
                let mut gone = vec![false; keep.len()];
                r.iter().for_each(|i| gone[i] = true);
                let mut i = 0;
                keep.retain(|_| {
                    i += 1;
                    !gone[i - 1]
                });
            }
        }
        if keep.len() != this.len() {
            this.check_resizable(th)?;
            this.set_all(th, &keep);
        }
        Ok(())
    }

    #[method(sig = "($self, value, /)")]
    fn __iadd__(th: &Thread, this: &'static ByteArray, other: Value) -> PyResult<Value> {
        match bytes::view(th, other)? {
            Some(data) => this.extend_from(th, data)?,
            None => return Err(raise!(th, TypeError, "can't concat {} to bytearray", other.type_name())),
        }
        Ok(this.value())
    }

    #[method(sig = "($self, value, /)")]
    fn __imul__(th: &Thread, this: &'static ByteArray, count: Value) -> PyResult<Value> {
        let Some(n) = ops::repeat_count(th, count)? else { return Ok(Value::NOT_IMPLEMENTED) };
        ops::checked_size(th, this.len(), n)?;
        if n != 1 {
            this.check_resizable(th)?;
            this.set_all(th, &this.as_slice().repeat(n));
        }
        Ok(this.value())
    }

    #[method]
    fn __repr__(this: &'static ByteArray) -> String {
        format!("{}({})", this.value().type_name(), text::repr(this.as_slice(), true))
    }

    #[method]
    fn __str__(this: &'static ByteArray) -> String {
        format!("{}({})", this.value().type_name(), text::repr(this.as_slice(), true))
    }

    /// Append a single item to the end of the bytearray.
    #[method(sig = "($self, item, /)")]
    fn append(th: &Thread, this: &'static ByteArray, item: Value) -> PyResult<()> {
        let b = bytes::byte(th, item, "byte")?;
        this.extend_from(th, &[b])
    }

    /// Append all the items from the iterator or sequence to the end of the bytearray.
    #[method(sig = "($self, iterable_of_ints, /)")]
    fn extend(th: &Thread, this: &'static ByteArray, iterable: Value) -> PyResult<()> {
        if let Some(data) = bytes::copy(th, iterable)? {
            return this.extend_from(th, &data);
        }
        if iterable.kind() == Kind::Str {
            return Err(raise!(th, TypeError, "expected iterable of integers; got: 'str'"));
        }
        if iterable.slot(Slot::Iter).is_none() && iterable.slot(Slot::GetItem).is_none() {
            return Err(raise!(th, TypeError, "can't extend bytearray with {}", iterable.type_name()));
        }
        let data = bytes::from_iterable(th, iterable, "byte")?;
        this.extend_from(th, &data)
    }

    /// Insert a single item into the bytearray before the given index.
    #[method(sig = "($self, index, item, /)")]
    fn insert(th: &Thread, this: &'static ByteArray, index: Value, item: Value) -> PyResult<()> {
        let i = ops::index_clipped(th, index)?;
        let b = bytes::byte(th, item, "byte")?;
        this.check_resizable(th)?;
        let len = this.len() as isize;
        let i = if i < 0 { (i + len).max(0) } else { i.min(len) } as usize;
        this.splice(th, i..i, &[b]);
        Ok(())
    }

    /// Remove and return a single item from B.
    ///
    /// If no index argument is given, will pop the last item.
    #[method(sig = "($self, index=-1, /)")]
    fn pop(th: &Thread, this: &'static ByteArray, index: Option<Value>) -> PyResult<u8> {
        let i = match index {
            Some(i) => ops::index_clipped(th, i)?,
            None => -1,
        };
        if this.is_empty() {
            return Err(raise!(th, IndexError, "pop from empty bytearray"));
        }
        let Some(i) = slice::checked(i, this.len()) else {
            return Err(raise!(th, IndexError, "pop index out of range"));
        };
        this.check_resizable(th)?;
        let b = this.as_slice()[i];
        this.splice(th, i..i + 1, b"");
        Ok(b)
    }

    /// Remove the first occurrence of a value in the bytearray.
    #[method(sig = "($self, value, /)")]
    fn remove(th: &Thread, this: &'static ByteArray, value: Value) -> PyResult<()> {
        let b = bytes::byte(th, value, "byte")?;
        let Some(i) = memchr::memchr(b, this.as_slice()) else {
            return Err(raise!(th, ValueError, "value not found in bytearray"));
        };
        this.check_resizable(th)?;
        this.splice(th, i..i + 1, b"");
        Ok(())
    }

    /// Reverse the order of the values in B in place.
    #[method]
    fn reverse(th: &Thread, this: &'static ByteArray) {
        let mut data = this.as_slice().to_vec();
        data.reverse();
        this.splice(th, 0..data.len(), &data);
    }

    /// Remove all items from the bytearray.
    #[method]
    fn clear(th: &Thread, this: &'static ByteArray) -> PyResult<()> {
        this.check_resizable(th)?;
        this.set_len(th, 0);
        Ok(())
    }

    /// Return a copy of B.
    #[method]
    fn copy(th: &Thread, this: &'static ByteArray) -> &'static ByteArray {
        ByteArray::new(th, this.as_slice())
    }

    /// Resize the internal buffer of bytearray to len.
    #[method(sig = "($self, size, /)")]
    fn resize(th: &Thread, this: &'static ByteArray, size: isize) -> PyResult<()> {
        if size < 0 {
            return Err(raise!(th, ValueError, "Can only resize to positive sizes, got {size}"));
        }
        this.check_resizable(th)?;
        this.set_len(th, size as usize);
        Ok(())
    }

    /// Return the number of bytes actually allocated.
    #[method]
    fn __alloc__(this: &'static ByteArray) -> usize {
        if this.capacity.get() == 0 { 0 } else { this.capacity.get() + 1 }
    }

    #[method]
    fn __sizeof__(this: &'static ByteArray) -> usize {
        56 + if this.capacity.get() == 0 { 0 } else { this.capacity.get() + 1 }
    }

    /// Return state information for pickling.
    #[method]
    fn __reduce__(th: &Thread, this: &'static ByteArray) -> PyResult<Value> {
        let data = Bytes::new(th, this.as_slice()).value();
        let args = Tuple::new(th, &[data]).value();
        let state = ops::call_method(th, this.value(), crate::intern!(th, "__getstate__"), &[])?;
        Ok(Tuple::new(th, &[this.value().class().value(), args, state]).value())
    }

    /// Return a buffer object that exposes the underlying memory of the object.
    #[method(sig = "($self, flags, /)")]
    fn __buffer__(th: &Thread, this: Value, flags: i64) -> PyResult<Value> {
        let m = types::memoryview::from_object(th, this, flags)?;
        Ok(m.value())
    }

    /// Release the buffer object that exposes the underlying memory of the object.
    #[method(sig = "($self, buffer, /)")]
    fn __release_buffer__(th: &Thread, _this: Value, buffer: Value) -> PyResult<()> {
        match buffer.cast::<types::memoryview::MemoryView>() {
            Some(m) => m.release(th),
            None => Err(raise!(th, TypeError, "expected a memoryview object")),
        }
    }

    /// Create a bytearray object from a string of hexadecimal numbers.
    ///
    /// Spaces between two numbers are accepted.
    /// Example: bytearray.fromhex('B9 01EF') -> bytearray(b'\\xb9\\x01\\xef')
    #[classmethod(sig = "($type, string, /)")]
    fn fromhex(th: &Thread, cls: Value, string: Value) -> PyResult<Value> {
        let v = ByteArray::new(th, &text::from_hex(th, string)?).value();
        if cls == DEF.class(th).value() { Ok(v) } else { ops::call(th, cls, &[v]) }
    }
});
