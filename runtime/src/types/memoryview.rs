//! `memoryview`, and the buffer protocol behind it (PEP 688).
//!
//! A view knows the object that owns the memory, the address, and how the bytes are laid out: item
//! size and format, shape and strides. Native objects that export memory make a view with
//! [`over`]; Python objects do so in `__buffer__`.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use krait_layout::{Header, Kind, StackSlot, Thread, Value};

use crate::error::PyResult;
use crate::gc::Field;
use crate::object::type_object::{TypeDef, TypeFlags};
use crate::object::{Object, Slot, ValueExt, alloc};
use crate::ops::{self, Comparison};
use crate::types::bytearray::ByteArray;
use crate::types::bytes::{self, Bytes};
use crate::types::list::List;
use crate::types::slice::{self, Slice};
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::{float, generic_alias, hash, int, iterator};
use crate::{intern, raise};
use krait_macros::methods;

/// `inspect.BufferFlags`.
pub const SIMPLE: i64 = 0;
pub const WRITABLE: i64 = 1;
pub const FULL_RO: i64 = 0x100 | 0x10 | 0x08 | 0x04;

/// How the memory is laid out.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    /// As in `struct`, one item.
    pub format: String,
    pub item_size: usize,
    pub shape: Vec<usize>,
    pub strides: Vec<isize>,
}

impl Layout {
    /// A row of `len` bytes.
    pub fn bytes(len: usize) -> Layout {
        Layout { format: "B".into(), item_size: 1, shape: vec![len], strides: vec![1] }
    }

    /// A row of `len` items.
    pub fn items(format: &str, item_size: usize, len: usize) -> Layout {
        Layout {
            format: format.into(),
            item_size,
            shape: vec![len],
            strides: vec![item_size as isize],
        }
    }

    fn count(&self) -> usize {
        self.shape.iter().product()
    }

    /// Bytes of all items.
    pub fn size(&self) -> usize {
        self.count() * self.item_size
    }

    fn is_c_contiguous(&self) -> bool {
        let mut expected = self.item_size as isize;
        for (n, stride) in self.shape.iter().zip(&self.strides).rev() {
            if *n > 1 && *stride != expected {
                return self.count() == 0;
            }
            expected *= *n as isize;
        }
        true
    }

    fn is_f_contiguous(&self) -> bool {
        let mut expected = self.item_size as isize;
        for (n, stride) in self.shape.iter().zip(&self.strides) {
            if *n > 1 && *stride != expected {
                return self.count() == 0;
            }
            expected *= *n as isize;
        }
        true
    }

    /// The format's character, without a byte order mark.
    fn code(&self) -> Option<char> {
        let f = self.format.strip_prefix('@').unwrap_or(&self.format);
        let mut chars = f.chars();
        match (chars.next(), chars.next()) {
            (Some(c), None) => Some(c),
            _ => None,
        }
    }
}

/// A `memoryview`.
#[repr(C)]
pub struct MemoryView {
    pub header: Header,
    /// The object whose memory it is; unset after release.
    owner: Field,
    /// The object that `__buffer__` of a Python class was called on, to be told of the release.
    exporter: Field,
    start: Cell<*mut u8>,
    readonly: bool,
    /// Keeps a `bytearray` from changing its size, in a `with` statement.
    lease: RefCell<Option<Arc<()>>>,
    /// Views of this view's memory that count in its owner.
    exports: Cell<usize>,
    hash: Cell<Option<i64>>,
    layout: RefCell<Box<Layout>>,
}

pub static DEF: TypeDef = TypeDef::of::<MemoryView>("memoryview", "builtins")
    .doc("Create a new memoryview object which references the given object.")
    .flags(TypeFlags::SEQUENCE.or(TypeFlags::WEAKREF))
    .methods(MemoryView::native_methods)
    .getsets(MemoryView::native_getsets);

// SAFETY: every object of kind `MemoryView` is made by `over` with this layout.
unsafe impl Object for MemoryView {
    const KIND: Kind = Kind::MemoryView;

    fn def() -> &'static TypeDef {
        &DEF
    }
}

/// A view of memory that belongs to `owner`, which keeps it where it is as long as it lives or
/// until the view is released.
pub fn over(
    th: &Thread,
    owner: Value,
    start: *mut u8,
    layout: Layout,
    readonly: bool,
) -> &'static MemoryView {
    DEF.class(th);
    alloc(
        th,
        MemoryView {
            header: Header::new(DEF.shape_id(), Kind::MemoryView),
            owner: Field::new(Some(owner)),
            exporter: Field::new(None),
            start: Cell::new(start),
            readonly,
            lease: RefCell::new(None),
            exports: Cell::new(0),
            hash: Cell::new(None),
            layout: RefCell::new(Box::new(layout)),
        },
    )
}

/// A view of the memory of `v`; raises `TypeError` where it has none, `BufferError` where it
/// cannot be had with `flags`.
pub fn from_object(th: &Thread, v: Value, flags: i64) -> PyResult<&'static MemoryView> {
    let read_only = || raise!(th, BufferError, "Object is not writable.");
    match v.kind() {
        Kind::Bytes => {
            if flags & WRITABLE != 0 {
                return Err(read_only());
            }
            let data = v.cast::<Bytes>().expect("the kind says so").as_slice();
            Ok(over(th, v, data.as_ptr() as *mut u8, Layout::bytes(data.len()), true))
        }
        Kind::ByteArray => {
            let b = v.cast::<ByteArray>().expect("the kind says so");
            Ok(over(th, v, b.data(), Layout::bytes(b.len()), false))
        }
        Kind::MemoryView => {
            let m = v.cast::<MemoryView>().expect("the kind says so");
            m.check(th)?;
            if flags & WRITABLE != 0 && m.readonly {
                return Err(raise!(
                    th,
                    BufferError,
                    "memoryview: underlying buffer is not writable"
                ));
            }
            Ok(m.again(th, m.layout(), m.start.get()))
        }
        _ => {
            let Some(f) = v.slot(Slot::Buffer) else {
                return Err(raise!(
                    th,
                    TypeError,
                    "memoryview: a bytes-like object is required, not '{}'",
                    v.type_name()
                ));
            };
            let r = ops::call(th, f, &[v, int::new(th, flags)])?;
            let Some(m) = r.cast::<MemoryView>() else {
                return Err(raise!(th, TypeError, "__buffer__ returned non-memoryview object"));
            };
            let native = f.kind() == Kind::NativeFunction;
            if native {
                return Ok(m);
            }
            m.check(th)?;
            let own = m.again(th, m.layout(), m.start.get());
            own.exporter.set(&own.header, Some(v));
            Ok(own)
        }
    }
}

impl MemoryView {
    /// The layout as it is now.
    pub fn layout(&self) -> Layout {
        (**self.layout.borrow()).clone()
    }

    pub fn is_readonly(&self) -> bool {
        self.readonly
    }

    /// Address of the first item.
    pub fn start(&self) -> *mut u8 {
        self.start.get()
    }

    fn check(&self, th: &Thread) -> PyResult<()> {
        if self.owner.get().is_some() {
            return Ok(());
        }
        Err(raise!(th, ValueError, "operation forbidden on released memoryview object"))
    }

    /// Another view of the same memory.
    fn again(&self, th: &Thread, layout: Layout, start: *mut u8) -> &'static MemoryView {
        let owner = self.owner.get().expect("checked before");
        over(th, owner, start, layout, self.readonly)
    }

    /// Ends the view; the owner may resize again.
    pub fn release(&self, th: &Thread) -> PyResult<()> {
        if self.exports.get() > 0 {
            return Err(raise!(
                th,
                BufferError,
                "memoryview has {} exported buffer{}",
                self.exports.get(),
                if self.exports.get() == 1 { "" } else { "s" }
            ));
        }
        if self.owner.get().is_none() {
            return Ok(());
        }
        self.owner.set(&self.header, None);
        self.lease.replace(None);
        if let Some(exporter) = self.exporter.get() {
            self.exporter.set(&self.header, None);
            ops::call_method_opt(th, exporter, intern!(th, "__release_buffer__"), &[self.value()])?;
        }
        Ok(())
    }

    /// The bytes, where they are in one piece; raises `BufferError` where they are not.
    pub fn contiguous(&self, th: &Thread) -> PyResult<&'static [u8]> {
        self.check(th)?;
        self.as_slice().ok_or_else(|| {
            raise!(th, BufferError, "memoryview: underlying buffer is not C-contiguous")
        })
    }

    /// The bytes, where the view was not released and they are in one piece.
    pub fn as_slice(&self) -> Option<&'static [u8]> {
        let layout = self.layout.borrow();
        if self.owner.get().is_none() || !layout.is_c_contiguous() {
            return None;
        }
        let size = layout.size();
        if size == 0 {
            return Some(&[]);
        }
        // SAFETY: whoever made the view vouches for the memory as long as the owner lives; the
        // slice's address, or the view, keeps it alive.
        Some(unsafe { std::slice::from_raw_parts(self.start.get(), size) })
    }

    /// Writable memory of a contiguous view.
    pub fn contiguous_mut(&self, th: &Thread) -> PyResult<(*mut u8, usize)> {
        let data = self.contiguous(th)?;
        if self.readonly {
            return Err(raise!(th, TypeError, "cannot modify read-only memory"));
        }
        Ok((data.as_ptr() as *mut u8, data.len()))
    }

    /// The items' bytes in C order.
    pub fn to_bytes(&self, th: &Thread) -> PyResult<Vec<u8>> {
        self.check(th)?;
        let layout = self.layout();
        let mut out = Vec::with_capacity(layout.size());
        self.each_item(&layout, |at| {
            // SAFETY: `each_item` gives addresses of items inside the view.
            out.extend_from_slice(unsafe { std::slice::from_raw_parts(at, layout.item_size) });
        });
        Ok(out)
    }

    /// Calls `f` with the address of each item in C order.
    fn each_item(&self, layout: &Layout, mut f: impl FnMut(*mut u8)) {
        fn walk(layout: &Layout, dim: usize, at: *mut u8, f: &mut impl FnMut(*mut u8)) {
            if dim == layout.shape.len() {
                f(at);
                return;
            }
            for i in 0..layout.shape[dim] {
                let offset = layout.strides[dim] * i as isize;
                // SAFETY: shape and strides stay inside the memory of the view.
                walk(layout, dim + 1, unsafe { at.offset(offset) }, f);
            }
        }
        walk(layout, 0, self.start.get(), &mut f);
    }

    /// The item at `at` as a Python value.
    fn unpack(&self, th: &Thread, layout: &Layout, at: *const u8) -> PyResult<Value> {
        // SAFETY: `at` is an item inside the view.
        let b = unsafe { std::slice::from_raw_parts(at, layout.item_size) };
        macro_rules! number {
            ($t:ty) => {
                <$t>::from_ne_bytes(b.try_into().expect("the format gives the size"))
            };
        }
        Ok(match layout.code() {
            Some('B') => Value::from_i32(b[0] as i32),
            Some('b') => Value::from_i32(b[0] as i8 as i32),
            Some('c') => Bytes::new(th, b).value(),
            Some('?') => Value::from_bool(b[0] != 0),
            Some('h') => Value::from_i32(number!(i16) as i32),
            Some('H') => Value::from_i32(number!(u16) as i32),
            Some('i') => Value::from_i32(number!(i32)),
            Some('I') => int::new(th, number!(u32) as i64),
            Some('l' | 'q' | 'n') => int::new(th, number!(i64)),
            Some('L' | 'Q' | 'N' | 'P') => int::from_i128(th, number!(u64) as i128),
            Some('f') => float::new(th, number!(f32) as f64),
            Some('d') => float::new(th, number!(f64)),
            Some('e') => float::new(th, half_to_f64(number!(u16))),
            _ => {
                return Err(raise!(
                    th,
                    NotImplementedError,
                    "memoryview: unsupported format {}",
                    layout.format
                ));
            }
        })
    }

    /// Stores a Python value as the item at `at`.
    fn pack(&self, th: &Thread, layout: &Layout, at: *mut u8, v: Value) -> PyResult<()> {
        let f = &layout.format;
        let bad_type = || raise!(th, TypeError, "memoryview: invalid type for format '{f}'");
        let bad_value = || raise!(th, ValueError, "memoryview: invalid value for format '{f}'");
        let put = |b: &[u8]| {
            // SAFETY: `at` is an item of that size inside the view.
            unsafe { std::ptr::copy_nonoverlapping(b.as_ptr(), at, b.len()) };
        };
        macro_rules! integer {
            ($t:ty) => {{
                if !int::is_int(v) && v.slot(Slot::Index).is_none() {
                    return Err(bad_type());
                }
                let i = ops::index(th, v)?;
                let i =
                    int::to_i128(i).and_then(|i| <$t>::try_from(i).ok()).ok_or_else(bad_value)?;
                put(&i.to_ne_bytes());
            }};
        }
        match layout.code() {
            Some('B') => integer!(u8),
            Some('b') => integer!(i8),
            Some('h') => integer!(i16),
            Some('H') => integer!(u16),
            Some('i') => integer!(i32),
            Some('I') => integer!(u32),
            Some('l' | 'q' | 'n') => integer!(i64),
            Some('L' | 'Q' | 'N' | 'P') => integer!(u64),
            Some('?') => put(&[ops::truth(th, v)? as u8]),
            Some('c') => match v.cast::<Bytes>().map(Bytes::as_slice) {
                Some([b]) => put(&[*b]),
                Some(_) => return Err(bad_value()),
                None => return Err(bad_type()),
            },
            Some('f') => {
                put(&(float::as_f64(th, v).map_err(|_| self.retype(th, f))? as f32).to_ne_bytes())
            }
            Some('d') => put(&float::as_f64(th, v).map_err(|_| self.retype(th, f))?.to_ne_bytes()),
            _ => return Err(raise!(th, NotImplementedError, "memoryview: unsupported format {f}")),
        }
        Ok(())
    }

    fn retype(&self, th: &Thread, format: &str) -> crate::Raised {
        th.raised.set(None);
        raise!(th, TypeError, "memoryview: invalid type for format '{format}'")
    }

    /// The address of the item at the indices.
    fn address(&self, th: &Thread, layout: &Layout, indices: &[Value]) -> PyResult<*mut u8> {
        let mut at = self.start.get();
        for (dim, v) in indices.iter().enumerate() {
            let i = ops::index_clipped(th, *v)?;
            let Some(i) = slice::checked(i, layout.shape[dim]) else {
                return Err(raise!(th, IndexError, "index out of bounds on dimension {}", dim + 1));
            };
            // SAFETY: the index is inside the dimension.
            at = unsafe { at.offset(layout.strides[dim] * i as isize) };
        }
        Ok(at)
    }

    fn sliced(&self, th: &Thread, s: &Slice) -> PyResult<&'static MemoryView> {
        let mut layout = self.layout();
        let r = s.resolve(th, layout.shape[0])?;
        // SAFETY: the slice starts inside the first dimension, or is empty.
        let start = unsafe { self.start.get().offset(layout.strides[0] * r.start as isize) };
        layout.shape[0] = r.len;
        layout.strides[0] *= r.step;
        Ok(self.again(th, layout, start))
    }

    fn to_list(&self, th: &Thread, layout: &Layout, dim: usize, at: *mut u8) -> PyResult<Value> {
        if dim == layout.shape.len() {
            return self.unpack(th, layout, at);
        }
        let mut items = Vec::with_capacity(layout.shape[dim]);
        for i in 0..layout.shape[dim] {
            // SAFETY: the index is inside the dimension.
            let at = unsafe { at.offset(layout.strides[dim] * i as isize) };
            items.push(self.to_list(th, layout, dim + 1, at)?);
        }
        Ok(List::new(th, &items).value())
    }
}

/// An IEEE half as a double.
pub fn half_to_f64(h: u16) -> f64 {
    let sign = if h & 0x8000 != 0 { -1.0 } else { 1.0 };
    let e = (h >> 10 & 0x1f) as i32;
    let m = (h & 0x3ff) as f64;
    sign * match e {
        0 => m * 2f64.powi(-24),
        31 if m == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1.0 + m / 1024.0) * 2f64.powi(e - 15),
    }
}

/// Bytes of one item of a native single-character format.
pub fn format_size(code: char) -> Option<usize> {
    Some(match code {
        'c' | 'b' | 'B' | '?' => 1,
        'h' | 'H' | 'e' => 2,
        'i' | 'I' | 'f' => 4,
        'l' | 'L' | 'q' | 'Q' | 'n' | 'N' | 'P' | 'd' => 8,
        _ => return None,
    })
}

fn ints(th: &Thread, items: impl Iterator<Item = i128>) -> Value {
    let items: Vec<Value> = items.map(|i| int::from_i128(th, i)).collect();
    Tuple::new(th, &items).value()
}

#[methods]
impl MemoryView {
    #[staticmethod(sig = "(cls, object)")]
    fn __new__(th: &Thread, _cls: Value, object: Value) -> PyResult<&'static MemoryView> {
        from_object(th, object, FULL_RO)
    }

    #[classmethod(sig = "($type, /, object, flags)")]
    fn _from_flags(
        th: &Thread,
        _cls: Value,
        object: Value,
        flags: i64,
    ) -> PyResult<&'static MemoryView> {
        from_object(th, object, flags)
    }

    #[method]
    fn __len__(th: &Thread, this: &'static MemoryView) -> PyResult<usize> {
        this.check(th)?;
        match this.layout.borrow().shape.first() {
            Some(n) => Ok(*n),
            None => Err(raise!(th, TypeError, "0-dim memory has no length")),
        }
    }

    #[method(sig = "($self, key, /)")]
    fn __getitem__(th: &Thread, this: &'static MemoryView, key: Value) -> PyResult<Value> {
        this.check(th)?;
        let layout = this.layout();
        let dims = layout.shape.len();
        if dims == 0 {
            return match key.cast::<Tuple>() {
                Some(t) if t.is_empty() => this.unpack(th, &layout, this.start.get()),
                _ if key == Value::ELLIPSIS => Ok(this.value()),
                _ => Err(raise!(th, TypeError, "invalid indexing of 0-dim memory")),
            };
        }
        if let Some(s) = key.cast::<Slice>() {
            return Ok(this.sliced(th, s)?.value());
        }
        let indices = match key.cast::<Tuple>() {
            Some(t) => t.values().to_vec(),
            None => vec![key],
        };
        for v in &indices {
            if !int::is_int(*v) && v.slot(Slot::Index).is_none() {
                return Err(raise!(th, TypeError, "memoryview: invalid slice key"));
            }
        }
        if indices.len() < dims {
            let what = if key.cast::<Tuple>().is_some() {
                "sub-views"
            } else {
                "multi-dimensional sub-views"
            };
            return Err(raise!(th, NotImplementedError, "{what} are not implemented"));
        }
        if indices.len() > dims {
            return Err(raise!(
                th,
                TypeError,
                "cannot index {dims}-dimension view with {}-element tuple",
                indices.len()
            ));
        }
        let at = this.address(th, &layout, &indices)?;
        this.unpack(th, &layout, at)
    }

    #[method(sig = "($self, key, value, /)")]
    fn __setitem__(
        th: &Thread,
        this: &'static MemoryView,
        key: Value,
        value: Value,
    ) -> PyResult<()> {
        this.check(th)?;
        if this.readonly {
            return Err(raise!(th, TypeError, "cannot modify read-only memory"));
        }
        let layout = this.layout();
        if let Some(s) = key.cast::<Slice>() {
            if layout.shape.len() != 1 {
                return Err(raise!(
                    th,
                    NotImplementedError,
                    "memoryview slice assignments are currently restricted to ndim = 1"
                ));
            }
            let to = this.sliced(th, s)?;
            if value.kind() != Kind::Bytes
                && value.kind() != Kind::ByteArray
                && value.kind() != Kind::MemoryView
                && value.slot(Slot::Buffer).is_none()
            {
                let found = value.type_name();
                return Err(raise!(
                    th,
                    TypeError,
                    "a bytes-like object is required, not '{found}'"
                ));
            }
            let from = from_object(th, value, FULL_RO)?;
            let (a, b) = (to.layout(), from.layout());
            let result = if a.format != b.format || a.shape != b.shape {
                Err(raise!(
                    th,
                    ValueError,
                    "memoryview assignment: lvalue and rvalue have different structures"
                ))
            } else {
                let data = from.to_bytes(th)?;
                let mut i = 0;
                to.each_item(&a, |at| {
                    // SAFETY: both have as many items of the same size.
                    unsafe { std::ptr::copy_nonoverlapping(data[i..].as_ptr(), at, a.item_size) };
                    i += a.item_size;
                });
                Ok(())
            };
            from.release(th)?;
            to.release(th)?;
            return result;
        }
        let indices = match key.cast::<Tuple>() {
            Some(t) => t.values().to_vec(),
            None if layout.shape.is_empty() && key == Value::ELLIPSIS => Vec::new(),
            None => vec![key],
        };
        if key.cast::<Tuple>().is_none() && layout.shape.len() > 1 {
            return Err(raise!(th, NotImplementedError, "sub-views are not implemented"));
        }
        if indices.len() != layout.shape.len() {
            return Err(raise!(
                th,
                TypeError,
                "invalid indexing of {}-dim memory",
                layout.shape.len()
            ));
        }
        for v in &indices {
            if !int::is_int(*v) && v.slot(Slot::Index).is_none() {
                return Err(raise!(th, TypeError, "memoryview: invalid slice key"));
            }
        }
        let at = this.address(th, &layout, &indices)?;
        this.pack(th, &layout, at, value)
    }

    #[method(sig = "($self, key, /)")]
    fn __delitem__(th: &Thread, this: &'static MemoryView, _key: Value) -> PyResult<()> {
        Err(match this.readonly {
            true => raise!(th, TypeError, "cannot modify read-only memory"),
            false => raise!(th, TypeError, "cannot delete memory"),
        })
    }

    #[method]
    fn __iter__(th: &Thread, this: &'static MemoryView) -> PyResult<Value> {
        this.check(th)?;
        if this.layout.borrow().shape.is_empty() {
            return Err(raise!(th, TypeError, "invalid indexing of 0-dim memory"));
        }
        Ok(iterator::sequence_iterator(th, this.value()))
    }

    #[method]
    fn __hash__(th: &Thread, this: &'static MemoryView) -> PyResult<i64> {
        if let Some(h) = this.hash.get() {
            return Ok(h);
        }
        this.check(th)?;
        if !this.readonly {
            return Err(raise!(th, ValueError, "cannot hash writable memoryview object"));
        }
        if !matches!(this.layout.borrow().code(), Some('B' | 'b' | 'c')) {
            return Err(raise!(
                th,
                ValueError,
                "memoryview: hashing is restricted to formats 'B', 'b' or 'c'"
            ));
        }
        let h = hash::hash_bytes(&this.to_bytes(th)?);
        this.hash.set(Some(h));
        Ok(h)
    }

    #[comparison]
    fn compare(
        th: &Thread,
        this: &'static MemoryView,
        other: Value,
        op: Comparison,
    ) -> PyResult<Value> {
        if !matches!(op, Comparison::Eq | Comparison::Ne) {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        let answer = |equal: bool| Ok(Value::from_bool(equal == (op == Comparison::Eq)));
        if this.owner.get().is_none() {
            return answer(this.value() == other);
        }
        if other.kind() != Kind::MemoryView && other.slot(Slot::Buffer).is_none() {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        if other.cast::<MemoryView>().is_some_and(|m| m.owner.get().is_none()) {
            return answer(false);
        }
        let other = from_object(th, other, FULL_RO)?;
        let (a, b) = (this.layout(), other.layout());
        let equal = if a.shape != b.shape {
            false
        } else if a.format == b.format && !matches!(a.code(), Some('f' | 'd' | 'e') | None) {
            this.to_bytes(th)? == other.to_bytes(th)?
        } else if a.code().is_none() || b.code().is_none() {
            false
        } else {
            let x = this.to_list(th, &a, 0, this.start.get())?;
            let y = other.to_list(th, &b, 0, other.start.get())?;
            ops::equals(th, x, y)?
        };
        other.release(th)?;
        answer(equal)
    }

    #[method]
    fn __repr__(this: &'static MemoryView) -> String {
        match this.owner.get() {
            Some(_) => format!("<memory at {:#x}>", this.value().bits()),
            None => format!("<released memory at {:#x}>", this.value().bits()),
        }
    }

    #[method]
    fn __enter__(th: &Thread, this: &'static MemoryView) -> PyResult<&'static MemoryView> {
        this.check(th)?;
        let owner = this.owner.get().and_then(|o| o.cast::<ByteArray>());
        this.lease.replace(owner.map(ByteArray::export));
        Ok(this)
    }

    /// Release the underlying buffer exposed by the memoryview object.
    #[method(sig = "($self, /, *exc_info)")]
    fn __exit__(th: &Thread, this: &'static MemoryView, _exc_info: Value) -> PyResult<()> {
        this.release(th)
    }

    /// Release the underlying buffer exposed by the memoryview object.
    #[method(name = "release")]
    fn py_release(th: &Thread, this: &'static MemoryView) -> PyResult<()> {
        this.release(th)
    }

    /// Return a buffer object that exposes the underlying memory of the object.
    #[method(sig = "($self, flags, /)")]
    fn __buffer__(th: &Thread, this: Value, flags: i64) -> PyResult<Value> {
        Ok(from_object(th, this, flags)?.value())
    }

    /// Return the data in the buffer as a byte string.
    ///
    /// Order can be {'C', 'F', 'A'}. When order is 'C' or 'F', the data of the
    /// original array is converted to C or Fortran order. For contiguous views,
    /// 'A' returns an exact copy of the physical memory. In particular, in-memory
    /// Fortran order is preserved. For non-contiguous views, the data is converted
    /// to C first. order=None is the same as order='C'.
    #[method(sig = "($self, /, order='C')")]
    fn tobytes(
        th: &Thread,
        this: &'static MemoryView,
        order: Option<Value>,
    ) -> PyResult<&'static Bytes> {
        let order = match order.filter(|o| !o.is_none()).map(|o| o.cast::<Str>()) {
            None => 'C',
            Some(Some(s)) if s.equals_ascii("C") => 'C',
            Some(Some(s)) if s.equals_ascii("A") => 'A',
            Some(Some(s)) if s.equals_ascii("F") => 'F',
            Some(Some(_)) => return Err(raise!(th, ValueError, "order must be 'C', 'F' or 'A'")),
            Some(None) => {
                return Err(raise!(
                    th,
                    TypeError,
                    "tobytes() argument 'order' must be str or None"
                ));
            }
        };
        this.check(th)?;
        let layout = this.layout();
        let fortran =
            order == 'F' || (order == 'A' && layout.is_f_contiguous() && !layout.is_c_contiguous());
        if fortran && layout.shape.len() > 1 {
            let turned = Layout {
                shape: layout.shape.iter().rev().copied().collect(),
                strides: layout.strides.iter().rev().copied().collect(),
                ..layout
            };
            let view = this.again(th, turned, this.start.get());
            let data = view.to_bytes(th)?;
            view.release(th)?;
            return Ok(Bytes::new(th, &data));
        }
        let data = this.to_bytes(th)?;
        Ok(Bytes::new(th, &data))
    }

    /// Return the data in the buffer as a list of elements.
    #[method]
    fn tolist(th: &Thread, this: &'static MemoryView) -> PyResult<Value> {
        this.check(th)?;
        let layout = this.layout();
        this.to_list(th, &layout, 0, this.start.get())
    }

    /// Return the data in the buffer as a str of hexadecimal numbers.
    #[method(sig = "($self, /, sep=<unrepresentable>, bytes_per_sep=1)")]
    fn hex(
        th: &Thread,
        this: &'static MemoryView,
        sep: Option<Value>,
        bytes_per_sep: Option<isize>,
    ) -> PyResult<String> {
        bytes::text::hex(th, &this.to_bytes(th)?, sep, bytes_per_sep)
    }

    /// Return a readonly version of the memoryview.
    #[method]
    fn toreadonly(th: &Thread, this: &'static MemoryView) -> PyResult<Value> {
        this.check(th)?;
        let owner = this.owner.get().expect("checked");
        Ok(over(th, owner, this.start.get(), this.layout(), true).value())
    }

    /// Cast a memoryview to a new format or shape.
    #[method(sig = "($self, /, format, shape=<unrepresentable>)")]
    fn cast(
        th: &Thread,
        this: &'static MemoryView,
        format: &Str,
        shape: Option<Value>,
    ) -> PyResult<Value> {
        this.check(th)?;
        let old = this.layout();
        if !old.is_c_contiguous() {
            return Err(raise!(
                th,
                TypeError,
                "memoryview: casts are restricted to C-contiguous views"
            ));
        }
        let format = format.to_string();
        let new = Layout::items(&format, 1, 0);
        let Some(size) = new.code().and_then(format_size) else {
            return Err(raise!(
                th,
                ValueError,
                "memoryview: destination format must be a native single character format prefixed with an optional '@'"
            ));
        };
        let byte = |l: &Layout| matches!(l.code(), Some('B' | 'b' | 'c'));
        if !byte(&old) && !byte(&new) {
            return Err(raise!(
                th,
                TypeError,
                "memoryview: cannot cast between two non-byte formats"
            ));
        }
        if (shape.is_some() || old.shape.len() > 1) && old.shape.len() != 1 && shape.is_some() {
            return Err(raise!(th, TypeError, "memoryview: cast must be 1D -> ND or ND -> 1D"));
        }
        let total = old.size();
        if !total.is_multiple_of(size) {
            return Err(raise!(th, TypeError, "memoryview: length is not a multiple of itemsize"));
        }
        let shape = match shape {
            None => vec![total / size],
            Some(v) => {
                if !matches!(v.kind(), Kind::List | Kind::Tuple) {
                    return Err(raise!(th, TypeError, "shape must be a list or a tuple"));
                }
                let mut dims = Vec::new();
                for v in ops::collect(th, v)? {
                    let n = ops::index_clipped(th, v)?;
                    if n <= 0 {
                        return Err(raise!(
                            th,
                            ValueError,
                            "memoryview.cast(): elements of shape must be integers > 0"
                        ));
                    }
                    dims.push(n as usize);
                }
                if dims.iter().product::<usize>() * size != total {
                    return Err(raise!(
                        th,
                        TypeError,
                        "memoryview: product(shape) * itemsize != buffer size"
                    ));
                }
                dims
            }
        };
        let mut strides = vec![size as isize; shape.len()];
        for i in (0..shape.len().saturating_sub(1)).rev() {
            strides[i] = strides[i + 1] * shape[i + 1] as isize;
        }
        Ok(this
            .again(th, Layout { format, item_size: size, shape, strides }, this.start.get())
            .value())
    }

    /// Count the number of occurrences of a value.
    #[method(sig = "($self, value, /)")]
    fn count(th: &Thread, this: &'static MemoryView, value: Value) -> PyResult<usize> {
        let items = MemoryView::tolist(th, this)?;
        let mut n = 0;
        for v in ops::collect(th, items)? {
            n += ops::is_or_eq(th, v, value)? as usize;
        }
        Ok(n)
    }

    /// Return the index of the first occurrence of a value.
    ///
    /// Raises ValueError if the value is not present.
    #[method(sig = "($self, value, start=0, stop=sys.maxsize, /)")]
    fn index(
        th: &Thread,
        this: &'static MemoryView,
        value: Value,
        start: Option<Value>,
        stop: Option<Value>,
    ) -> PyResult<usize> {
        let items = MemoryView::tolist(th, this)?;
        let items = ops::collect(th, items)?;
        let (start, stop) = slice::search_bounds(th, start, stop, items.len())?;
        for (i, v) in items.iter().enumerate().take(stop).skip(start) {
            if ops::is_or_eq(th, *v, value)? {
                return Ok(i);
            }
        }
        Err(raise!(th, ValueError, "memoryview.index(x): x not found"))
    }

    /// See PEP 585
    #[classmethod(sig = "($type, object, /)")]
    fn __class_getitem__(th: &Thread, cls: Value, item: Value) -> PyResult<Value> {
        generic_alias::new(th, cls, item)
    }

    /// The underlying object of the memoryview.
    #[getter]
    fn obj(th: &Thread, this: &'static MemoryView) -> PyResult<StackSlot> {
        this.check(th)?;
        Ok(this.exporter.get().or(this.owner.get()))
    }

    /// The amount of space in bytes that the array would use in a contiguous representation.
    #[getter]
    fn nbytes(th: &Thread, this: &'static MemoryView) -> PyResult<usize> {
        this.check(th)?;
        Ok(this.layout.borrow().size())
    }

    /// A bool indicating whether the memory is read only.
    #[getter]
    fn readonly(th: &Thread, this: &'static MemoryView) -> PyResult<bool> {
        this.check(th)?;
        Ok(this.readonly)
    }

    /// The size in bytes of each element of the memoryview.
    #[getter]
    fn itemsize(th: &Thread, this: &'static MemoryView) -> PyResult<usize> {
        this.check(th)?;
        Ok(this.layout.borrow().item_size)
    }

    /// A string containing the format (in struct module style) for each element in the view.
    #[getter]
    fn format(th: &Thread, this: &'static MemoryView) -> PyResult<String> {
        this.check(th)?;
        Ok(this.layout.borrow().format.clone())
    }

    /// An integer indicating how many dimensions of a multi-dimensional array the memory represents.
    #[getter]
    fn ndim(th: &Thread, this: &'static MemoryView) -> PyResult<usize> {
        this.check(th)?;
        Ok(this.layout.borrow().shape.len())
    }

    /// A tuple of ndim integers giving the shape of the memory as an N-dimensional array.
    #[getter]
    fn shape(th: &Thread, this: &'static MemoryView) -> PyResult<Value> {
        this.check(th)?;
        let shape = this.layout().shape;
        Ok(ints(th, shape.into_iter().map(|n| n as i128)))
    }

    /// A tuple of ndim integers giving the size in bytes to access each element for each dimension of the array.
    #[getter]
    fn strides(th: &Thread, this: &'static MemoryView) -> PyResult<Value> {
        this.check(th)?;
        let strides = this.layout().strides;
        Ok(ints(th, strides.into_iter().map(|n| n as i128)))
    }

    /// A tuple of integers used internally for PIL-style arrays.
    #[getter]
    fn suboffsets(th: &Thread, this: &'static MemoryView) -> PyResult<Value> {
        this.check(th)?;
        Ok(Tuple::new(th, &[]).value())
    }

    /// A bool indicating whether the memory is C contiguous.
    #[getter]
    fn c_contiguous(th: &Thread, this: &'static MemoryView) -> PyResult<bool> {
        this.check(th)?;
        Ok(this.layout.borrow().is_c_contiguous())
    }

    /// A bool indicating whether the memory is Fortran contiguous.
    #[getter]
    fn f_contiguous(th: &Thread, this: &'static MemoryView) -> PyResult<bool> {
        this.check(th)?;
        Ok(this.layout.borrow().is_f_contiguous())
    }

    /// A bool indicating whether the memory is contiguous.
    #[getter(name = "contiguous")]
    fn any_contiguous(th: &Thread, this: &'static MemoryView) -> PyResult<bool> {
        this.check(th)?;
        let layout = this.layout.borrow();
        Ok(layout.is_c_contiguous() || layout.is_f_contiguous())
    }
}
