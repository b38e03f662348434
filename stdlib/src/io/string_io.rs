//! `StringIO`: a text file in memory.

use std::cell::{Cell, RefCell};

use krait_macros::methods;
use krait_runtime::error::PyResult;
use krait_runtime::native::class_arg;
use krait_runtime::object::{Object, TypeDef, TypeFlags, ValueExt, alloc_as};
use krait_runtime::types::str::Str;
use krait_runtime::{Header, Kind, Thread, Value, ops, raise};

use super::base::TEXT_IO_BASE;
use super::text::{LineEnds, Newline};

/// A `StringIO`: code points and a position among them.
#[repr(C)]
pub struct StringIO {
    pub header: Header,
    data: RefCell<Vec<u32>>,
    at: Cell<usize>,
    closed: Cell<bool>,
    newline: Cell<Newline>,
    line_ends: LineEnds,
}

pub static DEF: TypeDef = TypeDef::of::<StringIO>("StringIO", "_io")
    .doc("Text I/O implementation using an in-memory buffer.")
    .base(&TEXT_IO_BASE)
    .flags(TypeFlags::BASE)
    .mutable()
    .methods(StringIO::native_methods)
    .getsets(StringIO::native_getsets);

// SAFETY: instances of the class are made by `__new__` with this layout.
unsafe impl Object for StringIO {
    const KIND: Kind = Kind::Native;

    fn def() -> &'static TypeDef {
        &DEF
    }
}

impl StringIO {
    fn check(&self, th: &Thread) -> PyResult<()> {
        if self.closed.get() {
            return Err(raise!(th, ValueError, "I/O operation on closed file"));
        }
        Ok(())
    }

    fn take(&self, th: &Thread, n: usize) -> Value {
        let data = self.data.borrow();
        let at = self.at.get().min(data.len());
        let end = at.saturating_add(n).min(data.len());
        self.at.set(self.at.get().max(end));
        Str::from_code_points(th, data[at..end].iter().copied()).value()
    }

    fn put(&self, text: &Str) {
        let newline = self.newline.get();
        if newline.knows_all_ends() {
            self.line_ends.note_text(text, true);
        }
        if !newline.translates_input()
            && newline.output().is_none()
            && self.at.get() == self.data.borrow().len()
        {
            let mut data = self.data.borrow_mut();
            data.extend(text.code_points());
            self.at.set(data.len());
            return;
        }
        let mut new: Vec<u32> = Vec::with_capacity(text.len());
        if newline.translates_input() {
            let mut points = text.code_points().peekable();
            while let Some(c) = points.next() {
                if c == 13 {
                    if points.peek() == Some(&10) {
                        points.next();
                    }
                    new.push(10);
                } else {
                    new.push(c);
                }
            }
        } else {
            for c in text.code_points() {
                match newline.output() {
                    Some(end) if c == 10 => new.extend(end.chars().map(u32::from)),
                    _ => new.push(c),
                }
            }
        }
        let mut data = self.data.borrow_mut();
        let at = self.at.get();
        if data.len() < at {
            data.resize(at, 0);
        }
        let overlap = new.len().min(data.len() - at);
        data[at..at + overlap].copy_from_slice(&new[..overlap]);
        data.extend_from_slice(&new[overlap..]);
        self.at.set(at + new.len());
    }
}

#[methods]
impl StringIO {
    #[staticmethod(sig = "(cls, /, *args, **kwargs)")]
    fn __new__(
        th: &Thread,
        cls: Value,
        _args: Value,
        _kwargs: Value,
    ) -> PyResult<&'static StringIO> {
        let class = class_arg(th, cls, DEF.class(th))?;
        Ok(alloc_as(
            th,
            class,
            StringIO {
                header: Header::new(0, Kind::Native),
                data: RefCell::default(),
                at: Cell::new(0),
                closed: Cell::new(false),
                newline: Cell::new(Newline::Lf),
                line_ends: LineEnds::default(),
            },
        ))
    }

    #[method(sig = "($self, initial_value='', newline='\\n')")]
    fn __init__(
        th: &Thread,
        this: &'static StringIO,
        initial: Option<Value>,
        newline: Option<Value>,
    ) -> PyResult<()> {
        let newline = match newline {
            None => Newline::Lf,
            Some(n) => Newline::from_argument(th, Some(n))?,
        };
        this.newline.set(newline);
        this.data.borrow_mut().clear();
        this.at.set(0);
        this.closed.set(false);
        if let Some(i) = initial.filter(|i| !i.is_none()) {
            let Some(text) = i.cast::<Str>() else {
                return Err(raise!(
                    th,
                    TypeError,
                    "initial_value must be str or None, not {}",
                    i.type_name()
                ));
            };
            this.put(text);
            this.at.set(0);
        }
        Ok(())
    }

    #[method(sig = "($self, size=-1, /)")]
    fn read(th: &Thread, this: &'static StringIO, size: Option<Value>) -> PyResult<Value> {
        this.check(th)?;
        let n = match size.filter(|s| !s.is_none()) {
            Some(s) => ops::index_clipped(th, s)?,
            None => -1,
        };
        Ok(this.take(th, if n < 0 { usize::MAX } else { n as usize }))
    }

    #[method(sig = "($self, size=-1, /)")]
    fn readline(th: &Thread, this: &'static StringIO, size: Option<Value>) -> PyResult<Value> {
        this.check(th)?;
        let limit = match size.filter(|s| !s.is_none()) {
            Some(s) => ops::index_clipped(th, s)?,
            None => -1,
        };
        let n = {
            let data = this.data.borrow();
            let rest = &data[this.at.get().min(data.len())..];
            this.newline.get().line_end(rest, true).unwrap_or(rest.len())
        };
        Ok(this.take(th, if limit < 0 { n } else { n.min(limit as usize) }))
    }

    #[method]
    fn __next__(th: &Thread, this: &'static StringIO) -> PyResult<Value> {
        let line = StringIO::readline(th, this, None)?;
        Ok(if ops::length(th, line)? == 0 { Value::EXHAUSTED } else { line })
    }

    #[method(sig = "($self, s, /)")]
    fn write(th: &Thread, this: &'static StringIO, s: Value) -> PyResult<usize> {
        let Some(text) = s.cast::<Str>() else {
            return Err(raise!(th, TypeError, "string argument expected, got '{}'", s.type_name()));
        };
        this.check(th)?;
        this.put(text);
        Ok(text.len())
    }

    #[method(sig = "($self, pos, whence=0, /)")]
    fn seek(
        th: &Thread,
        this: &'static StringIO,
        pos: i64,
        whence: Option<i64>,
    ) -> PyResult<usize> {
        this.check(th)?;
        match whence.unwrap_or(0) {
            0 if pos < 0 => return Err(raise!(th, ValueError, "Negative seek position {pos}")),
            0 => this.at.set(pos as usize),
            1 | 2 if pos != 0 => {
                return Err(raise!(th, OSError, "Can't do nonzero cur-relative seeks"));
            }
            1 => {}
            2 => this.at.set(this.data.borrow().len()),
            w => return Err(raise!(th, ValueError, "Invalid whence ({w}, should be 0, 1 or 2)")),
        }
        Ok(this.at.get())
    }

    #[method]
    fn tell(th: &Thread, this: &'static StringIO) -> PyResult<usize> {
        this.check(th)?;
        Ok(this.at.get())
    }

    #[method(sig = "($self, pos=None, /)")]
    fn truncate(th: &Thread, this: &'static StringIO, pos: Option<Value>) -> PyResult<usize> {
        this.check(th)?;
        let n = match pos.filter(|p| !p.is_none()) {
            Some(p) => ops::index_clipped(th, p)?,
            None => this.at.get() as isize,
        };
        if n < 0 {
            return Err(raise!(th, ValueError, "Negative size value {n}"));
        }
        this.data.borrow_mut().truncate(n as usize);
        Ok(n as usize)
    }

    #[method]
    fn getvalue(th: &Thread, this: &'static StringIO) -> PyResult<Value> {
        this.check(th)?;
        let data = this.data.borrow();
        Ok(Str::from_code_points(th, data.iter().copied()).value())
    }

    #[method]
    fn close(this: &'static StringIO) {
        this.closed.set(true);
        this.data.borrow_mut().clear();
    }

    #[method]
    fn flush(th: &Thread, this: &'static StringIO) -> PyResult<()> {
        this.check(th)
    }

    #[method]
    fn readable(th: &Thread, this: &'static StringIO) -> PyResult<bool> {
        this.check(th)?;
        Ok(true)
    }

    #[method]
    fn writable(th: &Thread, this: &'static StringIO) -> PyResult<bool> {
        this.check(th)?;
        Ok(true)
    }

    #[method]
    fn seekable(th: &Thread, this: &'static StringIO) -> PyResult<bool> {
        this.check(th)?;
        Ok(true)
    }

    #[getter(name = "closed")]
    fn py_closed(this: &'static StringIO) -> bool {
        this.closed.get()
    }

    #[getter]
    fn newlines(th: &Thread, this: &'static StringIO) -> Value {
        this.line_ends.value(th)
    }

    #[getter]
    fn line_buffering(_this: &'static StringIO) -> bool {
        false
    }
}
