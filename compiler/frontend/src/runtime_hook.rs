//! The front end as the runtime calls it: for `compile`, `eval`, `exec` and imported source.

use krait_runtime::bytecode::CodeUnit;
use krait_runtime::error::{PyResult, raise_value};
use krait_runtime::native::NativeModule;
use krait_runtime::object::Object;
use krait_runtime::types::code::Code;
use krait_runtime::types::exception::{self, Exc};
use krait_runtime::types::str::Str;
use krait_runtime::types::tuple::Tuple;
use krait_runtime::{Raised, Thread, Value, import, intern, ops, raise, state};

use crate::error::StackGuard;
use crate::options::{ONLY_AST, OPTIMIZED_AST, TYPE_COMMENTS};
use crate::{
    ErrorKind, Mode, Options, SyntaxError, Warning, ast_objects, compile, symtable_objects,
    tokenize,
};

/// What `krait_runtime::import::set_front_end` takes.
pub const FRONT_END: import::FrontEnd =
    import::FrontEnd { compile: compile_source, compile_object, modules: MODULES };

/// The native modules that need the front end.
static MODULES: &[&NativeModule] =
    &[&ast_objects::MODULE, &symtable_objects::MODULE, &tokenize::MODULE];

/// How much of a thread's stack the recursion over a tree may use.
const STACK_BUDGET: usize = 64 << 20;

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
    let options = Options { optimize: optimize as u8, flags, stack_budget: STACK_BUDGET };
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
        ErrorKind::Incomplete => Exc::_IncompleteInputError,
        ErrorKind::Recursion => return raise!(th, RecursionError, "{}", e.message),
        ErrorKind::Value => return raise!(th, ValueError, "{}", e.message),
        ErrorKind::Type => return raise!(th, TypeError, "{}", e.message),
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

/// Gives a tree's warnings and errors to Python.
struct Reporter<'a> {
    th: &'a Thread,
    filename: &'a Str,
    /// The source, where there is one.
    source: &'a [u8],
}

impl Reporter<'_> {
    fn report<T>(&self, result: Result<(T, Vec<Warning>), SyntaxError>) -> PyResult<T> {
        let (value, warnings) = result.map_err(|e| raise_syntax_error(self.th, &e))?;
        for w in &warnings {
            issue_warning(self.th, w, self.filename, self.source)?;
        }
        Ok(value)
    }
}

/// `_symtable.symtable()`.
pub fn symbol_table(th: &Thread, source: Value, filename: &Str, mode: &str) -> PyResult<Value> {
    let text = import::source_text(th, source, "symtable", "string or bytes")?;
    let options = Options { stack_budget: STACK_BUDGET, ..Options::default() };
    let reporter = Reporter { th, filename, source: &text };
    let name = filename.to_wtf8();
    let mut tree = reporter.report(crate::parse(&text, &name, mode_of(mode), &options))?;
    let table = crate::symbol_table(&mut tree, &name, &options);
    let table = reporter.report(table.map(|table| (table, Vec::new())))?;
    Ok(symtable_objects::entry(th, &table, &tree.names, table.top))
}

/// `compile()` from or to `ast` objects.
fn compile_object(
    th: &Thread,
    source: Value,
    filename: &Str,
    mode: &str,
    flags: u32,
    optimize: i32,
) -> PyResult<Value> {
    let name = filename.to_wtf8();
    let options = Options { optimize: optimize as u8, flags, stack_budget: STACK_BUDGET };
    let guard = StackGuard::new(STACK_BUDGET);
    let only_ast = flags & ONLY_AST != 0;
    let is_optimized = flags & OPTIMIZED_AST == OPTIMIZED_AST;
    if flags & TYPE_COMMENTS != 0 || mode == "func_type" {
        return Err(raise!(th, NotImplementedError, "compile() does not read type comments"));
    }
    if !ast_objects::is_node(th, source) {
        // The caller compiles sources itself unless it wants the tree.
        let text = import::source_text(th, source, "compile", "string, bytes or AST object")?;
        let reporter = Reporter { th, filename, source: &text };
        let mut tree = reporter.report(crate::parse(&text, &name, mode_of(mode), &options))?;
        if is_optimized {
            let done = crate::preprocess_tree(&mut tree, &name, &options);
            reporter.report(done.map(|warnings| ((), warnings)))?;
        }
        return ast_objects::to_object(th, &tree, guard);
    }
    if only_ast && !is_optimized {
        return Ok(source);
    }
    ast_objects::expect_mode(th, source, mode)?;
    let reporter = Reporter { th, filename, source: b"" };
    let mut tree = ast_objects::from_object(th, source, guard)?;
    let valid = ast_objects::validate(&tree, guard);
    reporter.report(valid.map(|()| ((), Vec::new())).map_err(|f| f.without_source(&name)))?;
    if is_optimized {
        let done = crate::preprocess_tree(&mut tree, &name, &options);
        reporter.report(done.map(|warnings| ((), warnings)))?;
        return ast_objects::to_object(th, &tree, guard);
    }
    let compiled = crate::compile_tree(&mut tree, &name, &options);
    let code = reporter.report(compiled.map(|c| (c.code, c.warnings)))?;
    Ok(Code::new(th, &code).value())
}
