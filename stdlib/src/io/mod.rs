//! `_io`: files, buffers and text over them (PEP 3116).

mod base;
mod buffered;
mod bytes_io;
mod file;
mod open;
mod string_io;
mod text;

use krait_runtime::error::PyResult;
use krait_runtime::native::NativeModule;
use krait_runtime::object::{Object, TypeDef};
use krait_runtime::types::exception::Exc;
use krait_runtime::types::module::Module;
use krait_runtime::types::str::Str;
use krait_runtime::types::tuple::Tuple;
use krait_runtime::types::type_;
use krait_runtime::{Thread, Value, intern, ops, raise, state};

pub use buffered::flush_all;

/// `io.DEFAULT_BUFFER_SIZE`, bytes.
pub const DEFAULT_BUFFER_SIZE: usize = 128 << 10;

static TYPES: &[&TypeDef] = &[
    &base::IO_BASE,
    &base::RAW_IO_BASE,
    &base::BUFFERED_IO_BASE,
    &base::TEXT_IO_BASE,
    &file::DEF,
    &buffered::READER,
    &buffered::WRITER,
    &buffered::RANDOM,
    &buffered::PAIR,
    &bytes_io::DEF,
    &string_io::DEF,
    &text::DEF,
    &text::NEWLINE_DECODER,
];

pub static MODULE: NativeModule = NativeModule {
    name: "_io",
    doc: "The io module provides the Python interfaces to stream handling.",
    functions: &open::functions::FUNCTIONS,
    init,
};

fn init(th: &Thread, m: &'static Module) -> PyResult<()> {
    for def in TYPES {
        m.add_type(th, def);
    }
    m.set(th, "DEFAULT_BUFFER_SIZE", Value::from_len(DEFAULT_BUFFER_SIZE));
    m.set(th, "BlockingIOError", Exc::BlockingIOError.class().value());
    m.set(th, "UnsupportedOperation", unsupported_operation(th)?);
    Ok(())
}

/// The class `io.UnsupportedOperation`.
fn unsupported_operation(th: &Thread) -> PyResult<Value> {
    let own = state::module_state(th, "_io");
    let name = intern!(th, "UnsupportedOperation");
    if let Some(c) = own.get_name(name) {
        return Ok(c);
    }
    let bases = [Exc::OSError.class().value(), Exc::ValueError.class().value()];
    let bases = Tuple::new(th, &bases).value();
    let namespace = krait_runtime::types::dict::Dict::new(th);
    namespace.set_name(th, intern!(th, "__module__"), Str::new(th, "io").value());
    let class = ops::call(th, type_::DEF.class(th).value(), &[name, bases, namespace.value()])?;
    own.set_name(th, name, class);
    Ok(class)
}

/// Raises `io.UnsupportedOperation(message)`.
fn unsupported(th: &Thread, message: &str) -> krait_runtime::Raised {
    let class = match unsupported_operation(th) {
        Ok(c) => c,
        Err(e) => return e,
    };
    match ops::call(th, class, &[Str::new(th, message).value()]) {
        Ok(exc) => krait_runtime::error::raise_value(th, exc),
        Err(e) => e,
    }
}

/// Raises `OSError` for the operating system's error, about the file `name`.
fn os_error(th: &Thread, e: &std::io::Error, name: Option<Value>) -> krait_runtime::Raised {
    let errno = e.raw_os_error().unwrap_or(0);
    let message = krait_runtime::sys::errno::message(errno);
    krait_runtime::types::exception::raise_os_error(th, errno, &message, name, None)
}

fn closed_error(th: &Thread) -> krait_runtime::Raised {
    raise!(th, ValueError, "I/O operation on closed file.")
}

/// `sys.stdin`, `sys.stdout` or `sys.stderr` over a file descriptor; `None` where it is not open.
pub fn standard_stream(th: &Thread, fd: i32, name: &str) -> PyResult<Value> {
    if !krait_runtime::sys::file::is_open(fd) {
        return Ok(Value::NONE);
    }
    let writes = fd != 0;
    let raw = file::FileIO::over(th, fd, !writes, writes, false);
    let shown = Str::new(th, &format!("<{name}>")).value();
    krait_runtime::object::attributes::set_own_attribute(
        th,
        raw.value(),
        intern!(th, "name"),
        shown,
    );
    // As CPython: set and not empty, `PYTHONUNBUFFERED` sends text to the descriptor at once.
    let unbuffered = writes && std::env::var_os("PYTHONUNBUFFERED").is_some_and(|v| !v.is_empty());
    let buffer = match unbuffered {
        true => raw.value(),
        false => buffered::over(
            th,
            raw.value(),
            if writes { &buffered::WRITER } else { &buffered::READER },
            DEFAULT_BUFFER_SIZE,
        ),
    };
    let errors = match name {
        "stderr" => "backslashreplace",
        _ => "strict",
    };
    let terminal = krait_runtime::sys::file::is_terminal(fd);
    let lines = terminal || fd == 2;
    let t = text::TextIO::over(th, buffer, "utf-8", errors, None, lines, unbuffered);
    let mode = Str::new(th, if writes { "w" } else { "r" }).value();
    krait_runtime::object::attributes::set_own_attribute(th, t.value(), intern!(th, "mode"), mode);
    Ok(t.value())
}
