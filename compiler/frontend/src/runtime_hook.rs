//! The front end as the runtime calls it: for `compile`, `eval`, `exec` and imported source.

use krait_runtime::bytecode::CodeUnit;
use krait_runtime::error::{PyResult, raise_value};
use krait_runtime::object::Object;
use krait_runtime::types::exception::{self, Exc};
use krait_runtime::types::str::Str;
use krait_runtime::types::tuple::Tuple;
use krait_runtime::{Raised, Thread, Value, import, intern, ops, raise, state};

use crate::{ErrorKind, Mode, Options, SyntaxError, Warning, compile};

/// What `krait_runtime::import::set_front_end` takes.
pub const FRONT_END: import::FrontEnd =
    import::FrontEnd { compile: compile_source, compile_object };

fn mode_of(mode: &str) -> Mode {
    match mode {
        "eval" => Mode::Eval,
        "single" => Mode::Single,
        _ => Mode::Exec,
    }
}

fn compile_source(
    th: &Thread,
    source: &[u8],
    filename: &Str,
    mode: &str,
    flags: u32,
    optimize: i32,
) -> PyResult<CodeUnit> {
    let options = Options { optimize: optimize as u8, flags, stack_budget: 64 << 20 };
    match compile(source, &filename.to_wtf8(), mode_of(mode), &options) {
        Ok(compiled) => {
            for w in &compiled.warnings {
                issue_warning(th, w, filename, source)?;
            }
            Ok(compiled.code)
        }
        Err(e) => Err(raise_syntax_error(th, &e)),
    }
}

/// Issues a `SyntaxWarning` through the `warnings` module; before that was imported, as it would
/// by default.
fn issue_warning(th: &Thread, w: &Warning, filename: &Str, source: &[u8]) -> PyResult<()> {
    let message = Str::new(th, &w.message).value();
    let category = Exc::SyntaxWarning.class().value();
    if let Some(module) = state::modules().get_name(intern!(th, "warnings")) {
        let args = [message, category, filename.value(), Value::from_i32(w.lineno)];
        return ops::call_method(th, module, intern!(th, "warn_explicit"), &args).map(|_| ());
    }
    let text = String::from_utf8_lossy(source);
    let line = text.lines().nth((w.lineno - 1).max(0) as usize).unwrap_or("").trim();
    let mut out = format!("{filename}:{}: SyntaxWarning: {}\n", w.lineno, w.message);
    if !line.is_empty() && !filename.to_string().starts_with('<') {
        out.push_str(&format!("  {line}\n"));
    }
    if let Some(stderr) = import::sys_attribute(th, "stderr").filter(|f| !f.is_none()) {
        ops::call_method(th, stderr, intern!(th, "write"), &[Str::new(th, &out).value()])?;
    }
    Ok(())
}

/// Raises the exception that a front end's error stands for.
fn raise_syntax_error(th: &Thread, e: &SyntaxError) -> Raised {
    let class = match e.kind {
        ErrorKind::Syntax => Exc::SyntaxError,
        ErrorKind::Indentation => Exc::IndentationError,
        ErrorKind::Tab => Exc::TabError,
        ErrorKind::Recursion => return raise!(th, RecursionError, "{}", e.message),
        ErrorKind::Value => return raise!(th, ValueError, "{}", e.message),
    };
    let int = |i: Option<i32>| i.map_or(Value::NONE, Value::from_i32);
    let text = match &e.text {
        Some(t) => Str::new(th, t).value(),
        None => Value::NONE,
    };
    let filename = Str::from_wtf8(th, &e.filename).value();
    let message = Str::new(th, &e.message).value();
    let fields =
        [filename, int(e.lineno), int(e.offset), text, int(e.end_lineno), int(e.end_offset)];
    let info = Tuple::new(th, &fields).value();
    let exc = exception::new(th, class.class(), &[message, info]);
    exc.set_field(0, Some(message));
    for (i, v) in fields.iter().enumerate() {
        exc.set_field(i + 1, Some(*v));
    }
    raise_value(th, exc.value())
}

fn compile_object(
    th: &Thread,
    _source: Value,
    _filename: &Str,
    _mode: &str,
    _flags: u32,
    _optimize: i32,
) -> PyResult<Value> {
    Err(raise!(
        th,
        NotImplementedError,
        "compile() from and to ast objects needs the native module _ast"
    ))
}
