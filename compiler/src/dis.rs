//! `krait dis`: the bytecode of a file, for reading and for comparing with CPython's.

use std::io::{Read, Write};
use std::path::Path;

use krait_frontend::{Compiled, Mode, Options, SyntaxError, json_dump};
use krait_runtime::bytecode::{CodeUnit, cache, dis, verify};
use rustpython_wtf8::Wtf8;
use sha2::{Digest, Sha256};

use crate::diagnostics::{Diagnostic, Place};
use crate::options::Dis;

/// Stack for the front end's recursion over deep trees, and how much of it may be used.
const STACK: usize = 256 << 20;
const STACK_BUDGET: usize = STACK / 2;

/// Prints what `options` ask for; whether the file compiles.
pub fn dis(options: &Dis) -> Result<bool, Diagnostic> {
    let source = read(&options.file)?;
    let text = std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK);
        let thread = thread.spawn_scoped(scope, || text(options, &source));
        let thread =
            thread.map_err(|e| Diagnostic::error(format!("cannot start a thread: {e}")))?;
        thread.join().expect("the front end does not panic")
    });
    let (text, good) = text?;
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        // A reader that has seen enough is no error.
        Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Diagnostic::error(format!("cannot write the output: {e}")))
        }
        _ => Ok(good),
    }
}

fn read(file: &str) -> Result<Vec<u8>, Diagnostic> {
    let mut source = Vec::new();
    let read = match file {
        "-" => std::io::stdin().read_to_end(&mut source).map(|_| source),
        _ => std::fs::read(file),
    };
    read.map_err(|e| Diagnostic::error(format!("cannot read {file}: {e}")))
}

/// The output, and whether the file compiles.
fn text(options: &Dis, source: &[u8]) -> Result<(String, bool), Diagnostic> {
    let file = match options.file.as_str() {
        "-" => "<stdin>",
        name => name,
    };
    let code =
        if is_pyc(file) { Ok(read_pyc(file, source)?) } else { compile(options, file, source) };
    if options.json {
        let hash: String = Sha256::digest(source).iter().map(|b| format!("{b:02x}")).collect();
        let line = match &code {
            Ok(code) => json_dump::code_line(file, &hash, options.optimize, code),
            Err(error) => json_dump::error_line(file, &hash, options.optimize, error),
        };
        return Ok((line + "\n", code.is_ok()));
    }
    let code = code.map_err(|error| diagnostic(file, error))?;
    Ok((dis::dis(&code, &dis::own_address).to_string_lossy().into_owned(), true))
}

fn is_pyc(file: &str) -> bool {
    Path::new(file).extension().is_some_and(|extension| extension == "pyc")
}

fn read_pyc(file: &str, bytes: &[u8]) -> Result<CodeUnit, Diagnostic> {
    let wrong = |e: String| Diagnostic::error(format!("{file}: {e}"));
    let (_, code) = cache::from_bytes(bytes).map_err(|e| wrong(e.to_string()))?;
    verify::verify(&code).map_err(|e| wrong(e.to_string()))?;
    Ok(code)
}

fn compile(options: &Dis, file: &str, source: &[u8]) -> Result<CodeUnit, SyntaxError> {
    let options =
        Options { optimize: options.optimize, stack_budget: STACK_BUDGET, ..Options::default() };
    let compiled = krait_frontend::compile(source, Wtf8::new(file), Mode::Exec, &options);
    compiled.map(|Compiled { code, .. }| code)
}

/// A syntax error as a diagnostic.
pub fn diagnostic(file: &str, e: SyntaxError) -> Diagnostic {
    let place = Place {
        file: file.into(),
        line: e.lineno.unwrap_or(0).max(0) as u32,
        column: e.offset.unwrap_or(0).max(0) as u32,
        text: e.text.map(|text| text.trim_end().to_string()),
    };
    Diagnostic::error(format!("{}: {}", e.kind.type_name(), e.message)).at(place)
}
