//! `bytes`, and what takes bytes from any object that has them.

pub mod methods;
pub mod text;

use std::cell::Cell;

use krait_layout::{Header, Kind, Thread, Value, shapes};

use crate::error::PyResult;
use crate::gc;
use crate::object::type_object::{Type, TypeDef, TypeFlags};
use crate::object::{Object, Slot, ValueExt};
use crate::types::bytearray::ByteArray;
use crate::types::memoryview::{self, MemoryView};
use crate::types::str::{Str, codec};
use crate::types::{hash, int};
use crate::{ops, raise};

/// A `bytes`. The data follow the struct, but for a subclass's instance, whose data are in a cell
/// of their own.
#[repr(C)]
pub struct Bytes {
    pub header: Header,
    len: usize,
    /// CPython's hash, or 0 where it was not computed yet.
    hash: Cell<i64>,
    data: *const u8,
}

pub static DEF: TypeDef = TypeDef::of::<Bytes>("bytes", "builtins")
    .doc("bytes(iterable_of_ints) -> bytes\nbytes(string, encoding[, errors]) -> bytes\nbytes(bytes_or_buffer) -> immutable copy of bytes_or_buffer\nbytes(int) -> bytes object of size given by the parameter initialized with null bytes\nbytes() -> empty bytes object\n\nConstruct an immutable array of bytes from:\n  - an iterable yielding integers in range(256)\n  - a text string encoded using the specified encoding\n  - any object implementing the buffer API.\n  - an integer")
    .flags(TypeFlags::BASE.or(TypeFlags::MATCH_SELF))
    .methods(Bytes::native_methods)
    .shape(shapes::BYTES);

// SAFETY: every object of kind `Bytes` is made by `alloc_bytes` with this layout.
unsafe impl Object for Bytes {
    const KIND: Kind = Kind::Bytes;
    const TRACED: bool = false;

    fn def() -> &'static TypeDef {
        &DEF
    }
}

fn alloc_bytes(th: &Thread, class: Option<&Type>, data: &[u8]) -> &'static Bytes {
    DEF.class(th);
    let base = class.map_or(size_of::<Bytes>(), Type::instance_size);
    let header = Header::new(class.map_or(shapes::BYTES, |c| c.instance_shape.get()), Kind::Bytes);
    // SAFETY: the cells are fresh and as large as asked for. The instance of a subclass is the last
    // to be allocated, so it is whole before the next collection.
    let b = unsafe {
        let (at, to) = match class {
            None => {
                let at = gc::alloc_no_scan(th, base + data.len()).as_ptr();
                (at, at.add(base))
            }
            Some(_) => {
                let to = gc::buffer(th, gc::Scan::NoScan, data.len().max(1));
                let at = gc::alloc_traced(th, base).as_ptr();
                std::ptr::write_bytes(at, 0, base);
                (at, to)
            }
        };
        std::ptr::copy_nonoverlapping(data.as_ptr(), to, data.len());
        let at = at as *mut Bytes;
        at.write(Bytes { header, len: data.len(), hash: Cell::new(0), data: to });
        &*at
    };
    if let Some(class) = class {
        class.note_instance(th, &b.header);
    }
    b
}

impl Bytes {
    pub fn new(th: &Thread, data: &[u8]) -> &'static Bytes {
        alloc_bytes(th, None, data)
    }

    /// The same data in an instance of `class`, `bytes` or a subclass.
    pub fn new_as(th: &Thread, class: &Type, data: &[u8]) -> &'static Bytes {
        let exact = class.value() == DEF.class(th).value();
        alloc_bytes(th, if exact { None } else { Some(class) }, data)
    }

    #[inline]
    pub fn as_slice(&self) -> &'static [u8] {
        // SAFETY: `data` points to `len` bytes that live as long as the object, which the slice's
        // address keeps alive.
        unsafe { std::slice::from_raw_parts(self.data, self.len) }
    }

    /// CPython's hash of the data, the same as that of an ASCII `str`.
    pub fn hash(&self) -> i64 {
        if self.hash.get() == 0 {
            self.hash.set(hash::hash_bytes(self.as_slice()));
        }
        self.hash.get()
    }
}

/// The bytes of an object that has a contiguous buffer: `bytes`, `bytearray`, `memoryview`, and
/// what has `__buffer__`; `None` for other objects. The memory stays valid while the slice's
/// address is on the stack; what it holds may change when Python code runs.
pub fn view(th: &Thread, v: Value) -> PyResult<Option<&'static [u8]>> {
    match v.kind() {
        Kind::Bytes => Ok(v.cast::<Bytes>().map(Bytes::as_slice)),
        Kind::ByteArray => Ok(v.cast::<ByteArray>().map(ByteArray::as_slice)),
        Kind::MemoryView => {
            let m = v.cast::<MemoryView>().expect("the kind says so");
            m.contiguous(th).map(Some)
        }
        _ if v.slot(Slot::Buffer).is_some() => {
            // The owner is kept alive by the slice's address; the view itself has done its work.
            let m = memoryview::from_object(th, v, memoryview::SIMPLE)?;
            let data = m.contiguous(th)?;
            m.release(th)?;
            Ok(Some(data))
        }
        _ => Ok(None),
    }
}

/// As [`view`] for objects whose bytes are had without running code: `bytes`, `bytearray` and
/// contiguous memory views.
pub fn bytes_like(v: Value) -> Option<&'static [u8]> {
    match v.kind() {
        Kind::Bytes => v.cast::<Bytes>().map(Bytes::as_slice),
        Kind::ByteArray => v.cast::<ByteArray>().map(ByteArray::as_slice),
        Kind::MemoryView => v.cast::<MemoryView>().and_then(MemoryView::as_slice),
        _ => None,
    }
}

/// As [`view`]; raises `TypeError` "a bytes-like object is required, not 'X'".
pub fn expect_view(th: &Thread, v: Value) -> PyResult<&'static [u8]> {
    match view(th, v)? {
        Some(data) => Ok(data),
        None => {
            Err(raise!(th, TypeError, "a bytes-like object is required, not '{}'", v.type_name()))
        }
    }
}

/// Address and length of the memory of an object that lets itself be written, as [`view`]; raises
/// `TypeError` "`what` must be read-write bytes-like object, not X".
pub fn expect_writable(th: &Thread, v: Value, what: &str) -> PyResult<&'static mut [u8]> {
    let not_writable = || {
        let found = if v.is_none() { "None".to_string() } else { v.type_name() };
        raise!(th, TypeError, "{what} must be read-write bytes-like object, not {found}")
    };
    if v.kind() == Kind::Bytes || v.slot(Slot::Buffer).is_none() {
        return Err(not_writable());
    }
    let Ok(m) = memoryview::from_object(th, v, memoryview::WRITABLE) else {
        th.raised.set(None);
        return Err(not_writable());
    };
    if m.is_readonly() {
        return Err(not_writable());
    }
    let Ok((at, len)) = m.contiguous_mut(th) else {
        th.raised.set(None);
        return Err(not_writable());
    };
    m.release(th)?;
    // SAFETY: the owner keeps the memory where it is as long as it lives and is not resized; the
    // slice's address keeps it alive.
    Ok(unsafe { std::slice::from_raw_parts_mut(at, len) })
}

/// A copy of the bytes of an object that has a buffer, contiguous or not; `None` for others.
pub fn copy(th: &Thread, v: Value) -> PyResult<Option<Vec<u8>>> {
    match v.cast::<MemoryView>() {
        Some(m) => m.to_bytes(th).map(Some),
        None => Ok(view(th, v)?.map(<[u8]>::to_vec)),
    }
}

/// A copy of the bytes of an object, as `PyObject_Bytes` takes them: a buffer, `__bytes__`, or an
/// iterable of ints.
pub fn from_object(th: &Thread, v: Value) -> PyResult<Vec<u8>> {
    if let Some(data) = copy(th, v)? {
        return Ok(data);
    }
    if let Some(f) = v.slot(Slot::Bytes) {
        let r = ops::call(th, f, &[v])?;
        return match r.cast::<Bytes>() {
            Some(b) => Ok(b.as_slice().to_vec()),
            None => {
                Err(raise!(th, TypeError, "__bytes__ returned non-bytes (type {})", r.type_name()))
            }
        };
    }
    from_iterable(th, v, "bytes")
}

/// The ints of an iterable as bytes; `what` is the type that is made, for messages.
pub fn from_iterable(th: &Thread, v: Value, what: &str) -> PyResult<Vec<u8>> {
    if v.kind() == Kind::Str || (v.slot(Slot::Iter).is_none() && v.slot(Slot::GetItem).is_none()) {
        return Err(raise!(th, TypeError, "cannot convert '{}' object to {what}", v.type_name()));
    }
    let it = ops::get_iter(th, v)?;
    let mut out = Vec::new();
    while let Some(item) = ops::next(th, it)? {
        out.push(byte(th, item, what)?);
    }
    Ok(out)
}

/// An int as a byte; raises `ValueError` "`what` must be in range(0, 256)".
pub fn byte(th: &Thread, v: Value, what: &str) -> PyResult<u8> {
    let i = ops::index(th, v)?;
    match int::to_i64(i).map(u8::try_from) {
        Some(Ok(b)) => Ok(b),
        _ => Err(raise!(th, ValueError, "{what} must be in range(0, 256)")),
    }
}

/// What `bytes(…)` and `bytearray(…)` make of their arguments.
pub fn construct(
    th: &Thread,
    source: Option<Value>,
    encoding: Option<&'static Str>,
    errors: Option<&'static Str>,
    what: &str,
) -> PyResult<Vec<u8>> {
    let Some(v) = source else {
        if encoding.is_some() || errors.is_some() {
            let which = if encoding.is_some() { "encoding" } else { "errors" };
            return Err(raise!(th, TypeError, "{which} without a string argument"));
        }
        return Ok(Vec::new());
    };
    if encoding.is_some() || errors.is_some() {
        let Some(s) = v.cast::<Str>() else {
            let which = if encoding.is_some() { "encoding" } else { "errors" };
            return Err(raise!(th, TypeError, "{which} without a string argument"));
        };
        let Some(encoding) = encoding else {
            return Err(raise!(th, TypeError, "string argument without an encoding"));
        };
        let errors = errors.map_or("strict".to_string(), |e| e.to_string());
        return codec::encode(th, s, &encoding.to_string(), &errors);
    }
    if what == "bytes"
        && let Some(f) = v.slot(Slot::Bytes)
    {
        let r = ops::call(th, f, &[v])?;
        return match r.cast::<Bytes>() {
            Some(b) => Ok(b.as_slice().to_vec()),
            None => {
                Err(raise!(th, TypeError, "__bytes__ returned non-bytes (type {})", r.type_name()))
            }
        };
    }
    if v.kind() == Kind::Str {
        return Err(raise!(th, TypeError, "string argument without an encoding"));
    }
    if (int::is_int(v) || v.slot(Slot::Index).is_some())
        && let Some(i) =
            crate::error::catch(th, crate::types::exception::Exc::TypeError, ops::index(th, v))?
    {
        let n = match int::to_i128(i).map(isize::try_from) {
            Some(Ok(n)) => n,
            _ => {
                return Err(raise!(
                    th,
                    OverflowError,
                    "cannot fit '{}' into an index-sized integer",
                    v.type_name()
                ));
            }
        };
        if n < 0 {
            return Err(raise!(th, ValueError, "negative count"));
        }
        let mut out = Vec::new();
        if out.try_reserve_exact(n as usize).is_err() {
            return Err(raise!(th, MemoryError));
        }
        out.resize(n as usize, 0);
        return Ok(out);
    }
    match copy(th, v)? {
        Some(data) => Ok(data),
        None if what == "bytes" => from_iterable(th, v, "bytes"),
        None => from_iterable(th, v, "byte").map_err(|e| not_iterable(th, v, e)),
    }
}

/// `bytearray` says "bytearray" where it says "byte" of an item.
fn not_iterable(th: &Thread, v: Value, e: crate::Raised) -> crate::Raised {
    if v.slot(Slot::Iter).is_none() && v.slot(Slot::GetItem).is_none() {
        th.raised.set(None);
        return raise!(th, TypeError, "cannot convert '{}' object to bytearray", v.type_name());
    }
    e
}
