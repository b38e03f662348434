//! `zlib`: deflate streams, through zlib's own interface.

use std::cell::{Cell, RefCell};
use std::ffi::{CStr, c_int};

use krait_macros::methods;
use krait_runtime::gc::Field;
use krait_runtime::native::NativeModule;
use krait_runtime::object::{Object, Slot, Type, TypeDef, TypeFlags, ValueExt, alloc_as};
use krait_runtime::types::bytes::{self, Bytes};
use krait_runtime::types::exception::{self, Exc};
use krait_runtime::types::int;
use krait_runtime::types::module::Module;
use krait_runtime::types::str::Str;
use krait_runtime::{
    Header, Kind, PyResult, Raised, Thread, Value, error, intern, ops, raise, state,
};
use libz_rs_sys as z;

pub static MODULE: NativeModule = NativeModule {
    name: "zlib",
    doc: "The functions in this module allow compression and decompression using the\nzlib library, which is based on GNU zip.\n\nadler32(string[, start]) -- Compute an Adler-32 checksum.\ncompress(data[, level]) -- Compress data, with compression level 0-9 or -1.\ncompressobj([level[, ...]]) -- Return a compressor object.\ncrc32(string[, start]) -- Compute a CRC-32 checksum.\ndecompress(string,[wbits],[bufsize]) -- Decompresses a compressed string.\ndecompressobj([wbits[, zdict]]) -- Return a decompressor object.\n\n'wbits' is window buffer size and container format.\nCompressor objects support compress() and flush() methods; decompressor\nobjects support decompress() and flush().",
    functions: &functions::FUNCTIONS,
    init,
};

const MAX_WBITS: i32 = 15;
const DEF_MEM_LEVEL: i32 = 8;
const DEF_BUF_SIZE: i32 = 16 * 1024;

fn init(th: &Thread, m: &'static Module) -> PyResult<()> {
    let class = exception::new_class(th, "zlib.error", Exc::Exception.class(), "")?;
    state::module_state(th, "zlib").set_name(th, intern!(th, "error"), class.value());
    m.set(th, "error", class.value());
    for (name, n) in [
        ("DEFLATED", z::Z_DEFLATED),
        ("DEF_BUF_SIZE", DEF_BUF_SIZE),
        ("DEF_MEM_LEVEL", DEF_MEM_LEVEL),
        ("MAX_WBITS", MAX_WBITS),
        ("Z_BEST_COMPRESSION", z::Z_BEST_COMPRESSION),
        ("Z_BEST_SPEED", z::Z_BEST_SPEED),
        ("Z_BLOCK", z::Z_BLOCK),
        ("Z_DEFAULT_COMPRESSION", z::Z_DEFAULT_COMPRESSION),
        ("Z_DEFAULT_STRATEGY", z::Z_DEFAULT_STRATEGY),
        ("Z_FILTERED", z::Z_FILTERED),
        ("Z_FINISH", z::Z_FINISH),
        ("Z_FIXED", z::Z_FIXED),
        ("Z_FULL_FLUSH", z::Z_FULL_FLUSH),
        ("Z_HUFFMAN_ONLY", z::Z_HUFFMAN_ONLY),
        ("Z_NO_COMPRESSION", z::Z_NO_COMPRESSION),
        ("Z_NO_FLUSH", z::Z_NO_FLUSH),
        ("Z_PARTIAL_FLUSH", z::Z_PARTIAL_FLUSH),
        ("Z_RLE", z::Z_RLE),
        ("Z_SYNC_FLUSH", z::Z_SYNC_FLUSH),
        ("Z_TREES", z::Z_TREES),
    ] {
        m.set(th, name, Value::from_i32(n));
    }
    // SAFETY: a constant string.
    let version = unsafe { CStr::from_ptr(z::zlibVersion()) }.to_string_lossy();
    let version = Str::new(th, &version).value();
    m.set(th, "ZLIB_VERSION", version);
    m.set(th, "ZLIB_RUNTIME_VERSION", version);
    COMPRESS.class(th);
    DECOMPRESS.class(th);
    m.add_type(th, &DECOMPRESSOR);
    Ok(())
}

/// Raises `zlib.error`.
#[cold]
fn fail(th: &Thread, message: &str) -> Raised {
    let class = state::module_state(th, "zlib").get_name(intern!(th, "error"));
    let class = class.and_then(|c| c.cast::<Type>()).expect("made by init");
    error::raise_class(th, class, &[Str::new(th, message).value()])
}

/// A stream in one direction, which ends with the object that has it.
struct Stream {
    raw: Box<z::z_stream>,
    deflates: bool,
}

impl Drop for Stream {
    fn drop(&mut self) {
        // SAFETY: the stream was initialised for its direction, and this is its end.
        unsafe {
            match self.deflates {
                true => z::deflateEnd(&mut *self.raw),
                false => z::inflateEnd(&mut *self.raw),
            };
        }
    }
}

/// What a run over some input gave.
struct Outcome {
    out: Vec<u8>,
    /// Bytes of the input that were taken.
    taken: usize,
    status: c_int,
}

impl Stream {
    fn deflate(
        level: i32,
        method: i32,
        wbits: i32,
        mem_level: i32,
        strategy: i32,
    ) -> Result<Stream, c_int> {
        let mut raw = Box::<z::z_stream>::default();
        let size = size_of::<z::z_stream>() as c_int;
        // SAFETY: a fresh stream, and the version of this very library.
        let status = unsafe {
            let version = z::zlibVersion();
            z::deflateInit2_(&mut *raw, level, method, wbits, mem_level, strategy, version, size)
        };
        if status == z::Z_OK { Ok(Stream { raw, deflates: true }) } else { Err(status) }
    }

    fn inflate(wbits: i32) -> Result<Stream, c_int> {
        let mut raw = Box::<z::z_stream>::default();
        let size = size_of::<z::z_stream>() as c_int;
        // SAFETY: as above.
        let status = unsafe { z::inflateInit2_(&mut *raw, wbits, z::zlibVersion(), size) };
        if status == z::Z_OK { Ok(Stream { raw, deflates: false }) } else { Err(status) }
    }

    fn set_dictionary(&mut self, dictionary: &[u8]) -> c_int {
        let (at, len) = (dictionary.as_ptr(), dictionary.len() as u32);
        // SAFETY: the stream is initialised, and the dictionary is `len` bytes long.
        unsafe {
            match self.deflates {
                true => z::deflateSetDictionary(&mut *self.raw, at, len),
                false => z::inflateSetDictionary(&mut *self.raw, at, len),
            }
        }
    }

    fn copy(&mut self) -> Result<Stream, c_int> {
        let mut raw = Box::<z::z_stream>::default();
        // SAFETY: the source is initialised for its direction, the target is to become so.
        let status = unsafe {
            match self.deflates {
                true => z::deflateCopy(&mut *raw, &mut *self.raw),
                false => z::inflateCopy(&mut *raw, &*self.raw),
            }
        };
        if status == z::Z_OK { Ok(Stream { raw, deflates: self.deflates }) } else { Err(status) }
    }

    /// Runs over `input` until it is used up and all output is out, the stream ends, an error
    /// comes, or there are `limit` bytes of output.
    fn run(&mut self, input: &[u8], flush: c_int, limit: Option<usize>) -> Outcome {
        let mut out = Vec::new();
        let mut taken = 0;
        loop {
            let piece = &input[taken..input.len().min(taken + u32::MAX as usize)];
            let last = taken + piece.len() == input.len();
            let room = (out.len().max(DEF_BUF_SIZE as usize))
                .min(limit.map_or(usize::MAX, |l| l - out.len()))
                .min(u32::MAX as usize);
            let start = out.len();
            out.resize(start + room, 0);
            self.raw.next_in = piece.as_ptr();
            self.raw.avail_in = piece.len() as u32;
            self.raw.next_out = out[start..].as_mut_ptr();
            self.raw.avail_out = room as u32;
            let mode = if last { flush } else { z::Z_NO_FLUSH };
            // SAFETY: input and output have the lengths that the stream is told.
            let status = unsafe {
                match self.deflates {
                    true => z::deflate(&mut *self.raw, mode),
                    false => z::inflate(&mut *self.raw, mode),
                }
            };
            taken += piece.len() - self.raw.avail_in as usize;
            let full = self.raw.avail_out == 0;
            out.truncate(start + room - self.raw.avail_out as usize);
            let goes_on = matches!(status, z::Z_OK | z::Z_BUF_ERROR);
            let done = !full && taken == input.len();
            let stuck = status == z::Z_BUF_ERROR && !full;
            if !goes_on || done || stuck || limit == Some(out.len()) {
                return Outcome { out, taken, status };
            }
        }
    }

    /// CPython's message about a status, with zlib's own words where it has some.
    #[cold]
    fn error(&self, th: &Thread, status: c_int, what: &str) -> Raised {
        let own = match self.raw.msg.is_null() {
            true => None,
            // SAFETY: zlib's messages are constant strings.
            false => Some(unsafe { CStr::from_ptr(self.raw.msg) }.to_string_lossy()),
        };
        status_error(th, status, what, own.as_deref())
    }
}

#[cold]
fn status_error(th: &Thread, status: c_int, what: &str, message: Option<&str>) -> Raised {
    let message = message.or(match status {
        z::Z_BUF_ERROR => Some("incomplete or truncated stream"),
        z::Z_STREAM_ERROR => Some("inconsistent stream state"),
        z::Z_DATA_ERROR => Some("invalid input data"),
        _ => None,
    });
    match message {
        Some(m) => fail(th, &format!("Error {status} {what}: {m}")),
        None => fail(th, &format!("Error {status} {what}")),
    }
}

fn new(th: &Thread, data: &[u8]) -> Value {
    Bytes::new(th, data).value()
}

fn held(f: &Field) -> &'static [u8] {
    f.get().and_then(|b| b.cast::<Bytes>()).map_or(&[], Bytes::as_slice)
}

/// What `compressobj` gives.
#[repr(C)]
pub struct Compress {
    header: Header,
    /// Gone after the end was written.
    stream: RefCell<Option<Stream>>,
}

static COMPRESS: TypeDef = TypeDef::of::<Compress>("Compress", "zlib")
    .flags(TypeFlags::NO_NEW)
    .methods(Compress::native_methods);

// SAFETY: instances of the class are made by `Compress::make` with this layout.
unsafe impl Object for Compress {
    const KIND: Kind = Kind::Native;
    const TRACED: bool = false;

    fn def() -> &'static TypeDef {
        &COMPRESS
    }
}

impl Compress {
    fn make(th: &Thread, stream: Stream) -> Value {
        let stream = RefCell::new(Some(stream));
        let header = Header::new(0, Kind::Native);
        alloc_as(th, COMPRESS.class(th), Compress { header, stream }).value()
    }
}

#[methods]
impl Compress {
    #[method(sig = "($self, data, /)")]
    fn compress(th: &Thread, this: &'static Compress, data: Value) -> PyResult<Value> {
        let data = bytes::expect_view(th, data)?;
        let mut stream = this.stream.borrow_mut();
        let what = "while compressing data";
        let Some(stream) = stream.as_mut() else {
            return Err(status_error(th, z::Z_STREAM_ERROR, what, None));
        };
        let r = stream.run(data, z::Z_NO_FLUSH, None);
        if r.status == z::Z_STREAM_ERROR {
            return Err(stream.error(th, r.status, what));
        }
        Ok(new(th, &r.out))
    }

    #[method(sig = "($self, mode=zlib.Z_FINISH, /)")]
    fn flush(th: &Thread, this: &'static Compress, mode: Option<i32>) -> PyResult<Value> {
        let mode = mode.unwrap_or(z::Z_FINISH);
        if mode == z::Z_NO_FLUSH {
            return Ok(new(th, &[]));
        }
        let mut slot = this.stream.borrow_mut();
        let what = "while flushing";
        let Some(stream) = slot.as_mut() else {
            return Err(status_error(th, z::Z_STREAM_ERROR, what, None));
        };
        let r = stream.run(&[], mode, None);
        match r.status {
            z::Z_STREAM_END => *slot = None,
            z::Z_OK | z::Z_BUF_ERROR => {}
            status => return Err(stream.error(th, status, what)),
        }
        Ok(new(th, &r.out))
    }

    #[method(sig = "($self, /)")]
    fn copy(th: &Thread, this: &'static Compress) -> PyResult<Value> {
        let copy = this.stream.borrow_mut().as_mut().and_then(|s| s.copy().ok());
        match copy {
            Some(s) => Ok(Compress::make(th, s)),
            None => Err(raise!(th, ValueError, "Inconsistent stream state")),
        }
    }

    #[method(sig = "($self, /)")]
    fn __copy__(th: &Thread, this: &'static Compress) -> PyResult<Value> {
        Compress::copy(th, this)
    }

    #[method(sig = "($self, memo, /)")]
    fn __deepcopy__(th: &Thread, this: &'static Compress, _memo: Value) -> PyResult<Value> {
        Compress::copy(th, this)
    }
}

/// What `decompressobj` gives.
#[repr(C)]
pub struct Decompress {
    header: Header,
    /// Gone after `flush` at the end of the stream.
    stream: RefCell<Option<Stream>>,
    dictionary: Field,
    unused_data: Field,
    unconsumed_tail: Field,
    eof: Cell<bool>,
}

static DECOMPRESS: TypeDef = TypeDef::of::<Decompress>("Decompress", "zlib")
    .flags(TypeFlags::NO_NEW)
    .methods(Decompress::native_methods)
    .getsets(Decompress::native_getsets);

// SAFETY: instances of the class are made by `Decompress::make` with this layout.
unsafe impl Object for Decompress {
    const KIND: Kind = Kind::Native;

    fn def() -> &'static TypeDef {
        &DECOMPRESS
    }
}

/// Inflates, giving the stream its dictionary when it asks for it.
fn inflate(
    th: &Thread,
    stream: &mut Stream,
    dictionary: &Field,
    input: &[u8],
    flush: c_int,
    limit: Option<usize>,
) -> PyResult<Outcome> {
    let mut r = stream.run(input, flush, limit);
    if r.status == z::Z_NEED_DICT && dictionary.get().is_some() {
        let status = stream.set_dictionary(held(dictionary));
        if status != z::Z_OK {
            return Err(stream.error(th, status, "while setting zdict"));
        }
        let more = stream.run(&input[r.taken..], flush, limit.map(|l| l - r.out.len()));
        r.out.extend(more.out);
        r = Outcome { out: r.out, taken: r.taken + more.taken, status: more.status };
    }
    Ok(r)
}

impl Decompress {
    fn make(th: &Thread, stream: Stream, dictionary: Option<Value>) -> &'static Decompress {
        let empty = || Field::new(Some(new(th, &[])));
        let object = Decompress {
            header: Header::new(0, Kind::Native),
            stream: RefCell::new(Some(stream)),
            dictionary: Field::new(dictionary),
            unused_data: empty(),
            unconsumed_tail: empty(),
            eof: Cell::new(false),
        };
        alloc_as(th, DECOMPRESS.class(th), object)
    }

    /// Keeps what was not used: behind the end of the stream, or for the next call.
    fn keep_rest(&self, th: &Thread, rest: &[u8], status: c_int) {
        if status == z::Z_STREAM_END {
            let all = [held(&self.unused_data), rest].concat();
            self.unused_data.set(&self.header, Some(new(th, &all)));
            self.unconsumed_tail.set(&self.header, Some(new(th, &[])));
        } else {
            self.unconsumed_tail.set(&self.header, Some(new(th, rest)));
        }
    }
}

#[methods]
impl Decompress {
    #[method(sig = "($self, data, /, max_length=0)")]
    fn decompress(
        th: &Thread,
        this: &'static Decompress,
        data: Value,
        max_length: Option<isize>,
    ) -> PyResult<Value> {
        let limit = match max_length.unwrap_or(0) {
            0 => None,
            n if n < 0 => {
                return Err(raise!(th, ValueError, "max_length must be non-negative"));
            }
            n => Some(n as usize),
        };
        let data = bytes::expect_view(th, data)?;
        let what = "while decompressing data";
        let mut slot = this.stream.borrow_mut();
        let Some(stream) = slot.as_mut() else {
            return Err(status_error(th, z::Z_STREAM_ERROR, what, None));
        };
        let r = inflate(th, stream, &this.dictionary, data, z::Z_SYNC_FLUSH, limit)?;
        this.keep_rest(th, &data[r.taken..], r.status);
        match r.status {
            z::Z_STREAM_END => this.eof.set(true),
            z::Z_OK | z::Z_BUF_ERROR => {}
            status => return Err(stream.error(th, status, what)),
        }
        Ok(new(th, &r.out))
    }

    #[method(sig = "($self, length=zlib.DEF_BUF_SIZE, /)")]
    fn flush(th: &Thread, this: &'static Decompress, length: Option<isize>) -> PyResult<Value> {
        if length.is_some_and(|l| l <= 0) {
            return Err(raise!(th, ValueError, "length must be greater than zero"));
        }
        let mut slot = this.stream.borrow_mut();
        let Some(stream) = slot.as_mut() else { return Ok(new(th, &[])) };
        let data = held(&this.unconsumed_tail);
        let r = inflate(th, stream, &this.dictionary, data, z::Z_FINISH, None)?;
        this.keep_rest(th, &data[r.taken..], r.status);
        match r.status {
            z::Z_STREAM_END => {
                this.eof.set(true);
                *slot = None;
            }
            z::Z_OK | z::Z_BUF_ERROR => {}
            status => return Err(stream.error(th, status, "while decompressing data")),
        }
        Ok(new(th, &r.out))
    }

    #[method(sig = "($self, /)")]
    fn copy(th: &Thread, this: &'static Decompress) -> PyResult<Value> {
        let copy = this.stream.borrow_mut().as_mut().and_then(|s| s.copy().ok());
        let Some(stream) = copy else {
            return Err(raise!(th, ValueError, "Inconsistent stream state"));
        };
        let copy = Decompress::make(th, stream, this.dictionary.get());
        copy.unused_data.set(&copy.header, this.unused_data.get());
        copy.unconsumed_tail.set(&copy.header, this.unconsumed_tail.get());
        copy.eof.set(this.eof.get());
        Ok(copy.value())
    }

    #[method(sig = "($self, /)")]
    fn __copy__(th: &Thread, this: &'static Decompress) -> PyResult<Value> {
        Decompress::copy(th, this)
    }

    #[method(sig = "($self, memo, /)")]
    fn __deepcopy__(th: &Thread, this: &'static Decompress, _memo: Value) -> PyResult<Value> {
        Decompress::copy(th, this)
    }

    #[getter]
    fn unused_data(this: &'static Decompress) -> Option<Value> {
        this.unused_data.get()
    }

    #[getter]
    fn unconsumed_tail(this: &'static Decompress) -> Option<Value> {
        this.unconsumed_tail.get()
    }

    #[getter]
    fn eof(this: &'static Decompress) -> bool {
        this.eof.get()
    }
}

/// `_ZlibDecompressor`: keeps its input itself.
#[repr(C)]
pub struct Decompressor {
    header: Header,
    stream: RefCell<Stream>,
    dictionary: Field,
    unused_data: Field,
    pending: RefCell<Vec<u8>>,
    eof: Cell<bool>,
    needs_input: Cell<bool>,
}

pub static DECOMPRESSOR: TypeDef = TypeDef::of::<Decompressor>("_ZlibDecompressor", "zlib")
    .doc("Create a decompressor object for decompressing data incrementally.")
    .methods(Decompressor::native_methods)
    .getsets(Decompressor::native_getsets);

// SAFETY: instances of the class are made by `__new__` with this layout.
unsafe impl Object for Decompressor {
    const KIND: Kind = Kind::Native;

    fn def() -> &'static TypeDef {
        &DECOMPRESSOR
    }
}

/// The dictionary argument as an object that keeps its bytes.
fn dictionary(th: &Thread, zdict: Option<Value>) -> PyResult<Option<Value>> {
    let Some(v) = zdict else { return Ok(None) };
    if v.slot(Slot::Buffer).is_none() && v.kind() != Kind::Bytes {
        return Err(raise!(th, TypeError, "zdict argument must support the buffer protocol"));
    }
    let data = bytes::expect_view(th, v)?;
    Ok((!data.is_empty()).then(|| new(th, data)))
}

/// A stream to inflate, which knows its dictionary where it cannot ask for it.
fn open(th: &Thread, wbits: i32, zdict: Option<Value>) -> PyResult<Stream> {
    let invalid = |_| raise!(th, ValueError, "Invalid initialization option");
    let mut stream = Stream::inflate(wbits).map_err(invalid)?;
    if wbits < 0
        && let Some(d) = zdict
    {
        let data = bytes::expect_view(th, d)?;
        let status = stream.set_dictionary(data);
        if status != z::Z_OK {
            return Err(stream.error(th, status, "while setting zdict"));
        }
    }
    Ok(stream)
}

#[methods]
impl Decompressor {
    #[staticmethod(sig = "(cls, /, wbits=MAX_WBITS, zdict=b'')")]
    fn __new__(
        th: &Thread,
        _cls: Value,
        wbits: Option<i32>,
        zdict: Option<Value>,
    ) -> PyResult<Value> {
        let zdict = dictionary(th, zdict)?;
        let stream = open(th, wbits.unwrap_or(MAX_WBITS), zdict)?;
        let object = Decompressor {
            header: Header::new(0, Kind::Native),
            stream: RefCell::new(stream),
            dictionary: Field::new(zdict),
            unused_data: Field::new(Some(new(th, &[]))),
            pending: RefCell::default(),
            eof: Cell::new(false),
            needs_input: Cell::new(true),
        };
        Ok(alloc_as(th, DECOMPRESSOR.class(th), object).value())
    }

    #[method(sig = "($self, /, data, max_length=-1)")]
    fn decompress(
        th: &Thread,
        this: &'static Decompressor,
        data: Value,
        max_length: Option<isize>,
    ) -> PyResult<Value> {
        let data = bytes::expect_view(th, data)?;
        if this.eof.get() {
            return Err(raise!(th, EOFError, "End of stream already reached"));
        }
        let limit = max_length.filter(|l| *l >= 0).map(|l| l as usize);
        let mut input = this.pending.take();
        input.extend_from_slice(data);
        let mut stream = this.stream.borrow_mut();
        let r = match limit {
            Some(0) => Outcome { out: Vec::new(), taken: 0, status: z::Z_OK },
            _ => inflate(th, &mut stream, &this.dictionary, &input, z::Z_SYNC_FLUSH, limit)?,
        };
        let rest = &input[r.taken..];
        match r.status {
            z::Z_STREAM_END => {
                this.eof.set(true);
                this.needs_input.set(false);
                this.unused_data.set(&this.header, Some(new(th, rest)));
            }
            z::Z_OK | z::Z_BUF_ERROR => {
                let full = limit.is_some_and(|l| r.out.len() >= l);
                this.needs_input.set(rest.is_empty() && !full);
                *this.pending.borrow_mut() = rest.to_vec();
            }
            status => return Err(stream.error(th, status, "while decompressing data")),
        }
        Ok(new(th, &r.out))
    }

    #[getter]
    fn eof(this: &'static Decompressor) -> bool {
        this.eof.get()
    }

    #[getter]
    fn needs_input(this: &'static Decompressor) -> bool {
        this.needs_input.get()
    }

    #[getter]
    fn unused_data(this: &'static Decompressor) -> Option<Value> {
        this.unused_data.get()
    }
}

#[krait_macros::module]
mod functions {
    use super::*;

    fn start_value(th: &Thread, v: Option<Value>, default: u32) -> PyResult<u32> {
        let Some(v) = v else { return Ok(default) };
        let i = ops::index(th, v)?;
        Ok(int::to_i128(i).unwrap_or(0) as u32)
    }

    /// Compute an Adler-32 checksum of data.
    ///
    ///   value
    ///     Starting value of the checksum.
    ///
    /// The returned checksum is an integer.
    #[function(sig = "(data, value=1, /)")]
    fn adler32(th: &Thread, data: Value, value: Option<Value>) -> PyResult<u32> {
        let data = bytes::expect_view(th, data)?;
        let start = start_value(th, value, 1)?;
        let sum = data.chunks(u32::MAX as usize).fold(start as _, |sum, piece| {
            // SAFETY: the piece is as long as is said.
            unsafe { z::adler32(sum, piece.as_ptr(), piece.len() as u32) }
        });
        Ok(sum as u32)
    }

    /// Compute a CRC-32 checksum of data.
    ///
    ///   value
    ///     Starting value of the checksum.
    ///
    /// The returned checksum is an integer.
    #[function(sig = "(data, value=0, /)")]
    fn crc32(th: &Thread, data: Value, value: Option<Value>) -> PyResult<u32> {
        let data = bytes::expect_view(th, data)?;
        let mut hasher = crc32fast::Hasher::new_with_initial(start_value(th, value, 0)?);
        hasher.update(data);
        Ok(hasher.finalize())
    }

    /// Returns a bytes object containing compressed data.
    ///
    ///   data
    ///     Binary data to be compressed.
    ///   level
    ///     Compression level, in 0-9 or -1.
    ///   wbits
    ///     The window buffer size and container format.
    #[function(sig = "(data, /, level=Z_DEFAULT_COMPRESSION, wbits=MAX_WBITS)")]
    fn compress(
        th: &Thread,
        data: Value,
        level: Option<i32>,
        wbits: Option<i32>,
    ) -> PyResult<Value> {
        let data = bytes::expect_view(th, data)?;
        let level = level.unwrap_or(z::Z_DEFAULT_COMPRESSION);
        let wbits = wbits.unwrap_or(MAX_WBITS);
        let stream =
            Stream::deflate(level, z::Z_DEFLATED, wbits, DEF_MEM_LEVEL, z::Z_DEFAULT_STRATEGY);
        let mut stream = stream.map_err(|status| match status {
            z::Z_STREAM_ERROR => fail(th, "Bad compression level"),
            z::Z_MEM_ERROR => raise!(th, MemoryError, "Out of memory while compressing data"),
            status => status_error(th, status, "while compressing data", None),
        })?;
        let r = stream.run(data, z::Z_FINISH, None);
        if r.status != z::Z_STREAM_END {
            return Err(stream.error(th, r.status, "while compressing data"));
        }
        Ok(new(th, &r.out))
    }

    /// Returns a bytes object containing the uncompressed data.
    ///
    ///   data
    ///     Compressed data.
    ///   wbits
    ///     The window buffer size and container format.
    ///   bufsize
    ///     The initial output buffer size.
    #[function(sig = "(data, /, wbits=MAX_WBITS, bufsize=DEF_BUF_SIZE)")]
    fn decompress(
        th: &Thread,
        data: Value,
        wbits: Option<i32>,
        bufsize: Option<isize>,
    ) -> PyResult<Value> {
        let data = bytes::expect_view(th, data)?;
        if bufsize.is_some_and(|b| b < 0) {
            return Err(raise!(th, ValueError, "bufsize must be non-negative"));
        }
        let mut stream = Stream::inflate(wbits.unwrap_or(MAX_WBITS)).map_err(|status| {
            status_error(th, status, "while preparing to decompress data", None)
        })?;
        let r = stream.run(data, z::Z_SYNC_FLUSH, None);
        match r.status {
            z::Z_STREAM_END => Ok(new(th, &r.out)),
            z::Z_OK | z::Z_BUF_ERROR => {
                Err(status_error(th, z::Z_BUF_ERROR, "while decompressing data", None))
            }
            status => Err(stream.error(th, status, "while decompressing data")),
        }
    }

    /// Return a compressor object.
    ///
    ///   level
    ///     The compression level (an integer in the range 0-9 or -1; default is
    ///     currently equivalent to 6).  Higher compression levels are slower,
    ///     but produce smaller results.
    ///   method
    ///     The compression algorithm.  If given, this must be DEFLATED.
    ///   wbits
    ///     +9 to +15: The base-two logarithm of the window size.  Include a zlib
    ///         container.
    ///     -9 to -15: Generate a raw stream.
    ///     +25 to +31: Include a gzip container.
    ///   memLevel
    ///     Controls the amount of memory used for internal compression state.
    ///     Valid values range from 1 to 9.  Higher values result in higher memory
    ///     usage, faster compression, and smaller output.
    ///   strategy
    ///     Used to tune the compression algorithm.  Possible values are
    ///     Z_DEFAULT_STRATEGY, Z_FILTERED, and Z_HUFFMAN_ONLY.
    ///   zdict
    ///     The predefined compression dictionary - a sequence of bytes
    ///     containing subsequences that are likely to occur in the input data.
    #[function(
        sig = "(level=Z_DEFAULT_COMPRESSION, method=DEFLATED, wbits=MAX_WBITS, memLevel=DEF_MEM_LEVEL, strategy=Z_DEFAULT_STRATEGY, zdict=<unrepresentable>)"
    )]
    fn compressobj(
        th: &Thread,
        level: Option<i32>,
        method: Option<i32>,
        wbits: Option<i32>,
        mem_level: Option<i32>,
        strategy: Option<i32>,
        zdict: Option<Value>,
    ) -> PyResult<Value> {
        let zdict = zdict.map(|v| bytes::expect_view(th, v)).transpose()?;
        let stream = Stream::deflate(
            level.unwrap_or(z::Z_DEFAULT_COMPRESSION),
            method.unwrap_or(z::Z_DEFLATED),
            wbits.unwrap_or(MAX_WBITS),
            mem_level.unwrap_or(DEF_MEM_LEVEL),
            strategy.unwrap_or(z::Z_DEFAULT_STRATEGY),
        );
        let invalid = |_| raise!(th, ValueError, "Invalid initialization option");
        let mut stream = stream.map_err(invalid)?;
        if let Some(d) = zdict
            && stream.set_dictionary(d) != z::Z_OK
        {
            return Err(raise!(th, ValueError, "Invalid dictionary"));
        }
        Ok(Compress::make(th, stream))
    }

    /// Return a decompressor object.
    ///
    ///   wbits
    ///     The window buffer size and container format.
    ///   zdict
    ///     The predefined compression dictionary.  This must be the same
    ///     dictionary as used by the compressor that produced the input data.
    #[function(sig = "(wbits=MAX_WBITS, zdict=b'')")]
    fn decompressobj(th: &Thread, wbits: Option<i32>, zdict: Option<Value>) -> PyResult<Value> {
        let zdict = dictionary(th, zdict)?;
        let stream = open(th, wbits.unwrap_or(MAX_WBITS), zdict)?;
        Ok(Decompress::make(th, stream, zdict).value())
    }
}
