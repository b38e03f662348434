//! `krait build`, from the main file to the executable.
//!
//! ```text
//! main file → bytecode → imports → their bytecode → …      until no module is new
//!                 ↓
//!             machine code (in parallel, cached)  → tables → linker → executable
//! ```

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::fs;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex};
use std::time::Instant;

use indicatif::{ProgressBar, ProgressStyle};
use krait_runtime::bytecode::code_unit::CodeUnit;
use krait_runtime::bytecode::{self, marshal};
use rustpython_wtf8::Wtf8;

use crate::cache::{self, Key};
use crate::codegen::optimize::Level;
use crate::diagnostics::Diagnostic;
use crate::dis;
use crate::imports::{self, Found, SearchPath};
use crate::link::{self, Link, tables};
use crate::options::{Build, Native};
use crate::unit::{self, Compiled, Wanted};

/// Builds the program, or says what is wrong with it.
pub fn build(options: &Build) -> Result<(), Vec<Diagnostic>> {
    let started = Instant::now();
    let program = main_module(options).map_err(|d| vec![d])?;
    let modules = compile_all(options, &program)?;
    let compiled = started.elapsed();
    let output = options.output.clone().unwrap_or_else(|| default_output(&program));
    link_all(options, &program, &modules, &output).map_err(|d| vec![d])?;
    if options.report {
        report(&modules);
    }
    if options.verbose {
        let total = started.elapsed();
        eprintln!(
            "{} modules in {compiled:.2?}, linked in {:.2?}",
            modules.len(),
            total - compiled
        );
    }
    Ok(())
}

/// The module that runs, and where its imports are looked for.
struct Program {
    main: Found,
    path: SearchPath,
}

/// The main module's name in the tables, as in Python, whatever its file is called.
const MAIN: &str = "__main__";

fn main_module(options: &Build) -> Result<Program, Diagnostic> {
    let (folder, main) = match (&options.file, &options.module) {
        (Some(file), _) => {
            let folder = file.parent().unwrap_or(Path::new("")).to_path_buf();
            (folder, Some(file.clone()))
        }
        (None, Some(name)) => {
            let here = PathBuf::from(".");
            let path = SearchPath::new(&here);
            let found = path.find(name).map(|found| {
                if found.package { found.path.with_file_name("__main__.py") } else { found.path }
            });
            (here, found)
        }
        (None, None) => unreachable!("clap asks for one of them"),
    };
    let path = main.ok_or_else(|| {
        let name = options.module.as_deref().unwrap_or_default();
        Diagnostic::error(format!("there is no module {name}"))
    })?;
    // As in CPython, `__main__.__file__` is absolute.
    let path = std::path::absolute(&path).unwrap_or(path);
    let main = Found { name: MAIN.to_string(), path, package: false, library: false };
    Ok(Program { main, path: SearchPath::new(&folder) })
}

/// The program's name without its extension, in the current folder.
fn default_output(program: &Program) -> PathBuf {
    let stem = program.main.path.file_stem().unwrap_or_default();
    Path::new(stem).to_path_buf()
}

/// A module that was compiled.
struct Done {
    found: Found,
    compiled: Compiled,
}

/// What the threads share.
struct Work {
    waiting: VecDeque<Found>,
    /// Modules that somebody works on and that may still import others.
    busy: usize,
    seen: HashSet<String>,
    done: BTreeMap<String, Done>,
    errors: Vec<Diagnostic>,
}

/// Compiles the main module and all that it imports, by name.
fn compile_all(
    options: &Build,
    program: &Program,
) -> Result<BTreeMap<String, Done>, Vec<Diagnostic>> {
    let work = Mutex::new(Work {
        waiting: VecDeque::from([program.main.clone()]),
        busy: 0,
        seen: HashSet::from([MAIN.to_string()]),
        done: BTreeMap::new(),
        errors: vec![],
    });
    let changed = Condvar::new();
    let progress = progress();
    let threads =
        options.jobs.or_else(|| std::thread::available_parallelism().ok().map(usize::from));
    std::thread::scope(|scope| {
        for _ in 0..threads.unwrap_or(1).max(1) {
            std::thread::Builder::new()
                // The front end's recursion follows the nesting of the source.
                .stack_size(64 << 20)
                .spawn_scoped(scope, || worker(options, program, &work, &changed, &progress))
                .expect("the system gives threads");
        }
    });
    progress.finish_and_clear();
    let work = work.into_inner().expect("no thread panicked");
    if work.errors.is_empty() { Ok(work.done) } else { Err(work.errors) }
}

fn progress() -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}").expect("a template");
    ProgressBar::new(1).with_style(style)
}

fn worker(
    options: &Build,
    program: &Program,
    work: &Mutex<Work>,
    changed: &Condvar,
    progress: &ProgressBar,
) {
    let mut guard = work.lock().expect("no thread panicked");
    loop {
        let Some(found) = guard.waiting.pop_front() else {
            if guard.busy == 0 {
                changed.notify_all();
                return;
            }
            guard = changed.wait(guard).expect("no thread panicked");
            continue;
        };
        guard.busy += 1;
        drop(guard);
        progress.set_message(found.name.clone());
        // Imports are handed out before machine code is made, so that others can go on.
        let result = compile_one(options, &found, |imports| {
            let candidates = imports.iter().flat_map(imports::Import::candidates);
            let new: Vec<Found> = candidates.filter_map(|name| program.path.find(&name)).collect();
            let mut work = work.lock().expect("no thread panicked");
            for found in new {
                if work.seen.insert(found.name.clone()) {
                    progress.inc_length(1);
                    work.waiting.push_back(found);
                    changed.notify_one();
                }
            }
        });
        progress.inc(1);
        guard = work.lock().expect("no thread panicked");
        guard.busy -= 1;
        match result {
            Ok(compiled) => {
                guard.done.insert(found.name.clone(), Done { found, compiled });
            }
            // A broken module of the library, or one for another version, is no error of the
            // program; importing it fails at run time as it does in CPython.
            Err(_) if found.library => {}
            Err(diagnostic) => guard.errors.push(diagnostic),
        }
        changed.notify_all();
    }
}

/// Compiles one module, or takes it from the cache. Calls `announce` with its imports as soon as
/// they are known.
fn compile_one(
    options: &Build,
    found: &Found,
    announce: impl FnOnce(&[imports::Import]),
) -> Result<Compiled, Diagnostic> {
    let source = fs::read(&found.path)
        .map_err(|e| Diagnostic::error(format!("cannot read {}: {e}", found.path.display())))?;
    let native = match options.native {
        Native::Program => !found.library,
        Native::All => true,
        Native::None => false,
    };
    // The library is large, and most of it is not hot.
    let quick = found.library || options.optimize == 1;
    let level = if quick { Level::Quick } else { Level::Full };
    let filename = found.path.to_string_lossy();
    let parts: [&[u8]; 5] = [
        &source,
        found.name.as_bytes(),
        filename.as_bytes(),
        &[native.into(), found.package.into(), level as u8],
        crate::target::Target::host().triple.as_bytes(),
    ];
    let key = Key::new(&parts);
    let wanted =
        Wanted { native, level, ir: options.keep_ir.is_some(), llvm: options.keep_llvm.is_some() };
    let cached = if options.no_cache || wanted.ir || wanted.llvm { None } else { cache::get(key) };
    if let Some(compiled) = cached.and_then(|data| Compiled::from_bytes(&data)) {
        announce(&compiled.imports);
        return Ok(compiled);
    }
    let unit = front_end(&source, found)?;
    let mut compiled = Compiled {
        code: lz4_flex::compress_prepend_size(&marshal::dumps(&unit)),
        imports: imports::imports(&unit, &found.name, found.package),
        ..Compiled::default()
    };
    announce(&compiled.imports);
    if native {
        let texts = unit::compile_native(&mut compiled, &unit, &found.name, &filename, wanted);
        keep(options.keep_ir.as_deref(), &found.name, "ir", texts.ir)?;
        keep(options.keep_llvm.as_deref(), &found.name, "ll", texts.llvm)?;
    }
    if !options.no_cache {
        cache::put(key, &compiled.to_bytes());
    }
    Ok(compiled)
}

/// The module's code object, from source or from a `.pyc` file.
fn front_end(source: &[u8], found: &Found) -> Result<CodeUnit, Diagnostic> {
    if found.path.extension().is_some_and(|extension| extension == "pyc") {
        let read = bytecode::cache::from_bytes(source);
        let wrong = |e| Diagnostic::error(format!("{}: {e:?}", found.path.display()));
        return read.map(|(_, unit)| unit).map_err(wrong);
    }
    let options = krait_frontend::Options { stack_budget: STACK_BUDGET, ..Default::default() };
    let filename = found.path.to_string_lossy();
    let compiled = krait_frontend::compile(
        source,
        Wtf8::new(&*filename),
        krait_frontend::Mode::Exec,
        &options,
    );
    compiled.map(|compiled| compiled.code).map_err(|e| dis::diagnostic(&filename, e))
}

/// How much of a thread's stack the front end's recursion may use.
const STACK_BUDGET: usize = 32 << 20;

/// Writes a text that was asked for.
fn keep(
    folder: Option<&Path>,
    name: &str,
    extension: &str,
    text: Option<String>,
) -> Result<(), Diagnostic> {
    let (Some(folder), Some(text)) = (folder, text) else { return Ok(()) };
    let path = folder.join(format!("{name}.{extension}"));
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(&path, text))
        .map_err(|e| Diagnostic::error(format!("cannot write {}: {e}", path.display())))
}

fn link_all(
    options: &Build,
    program: &Program,
    modules: &BTreeMap<String, Done>,
    output: &Path,
) -> Result<(), Diagnostic> {
    let filenames: Vec<String> =
        modules.values().map(|m| m.found.path.to_string_lossy().into_owned()).collect();
    let entries: Vec<tables::Entry> = modules
        .values()
        .zip(&filenames)
        .map(|(module, filename)| tables::Entry {
            name: &module.found.name,
            filename,
            package: module.found.package,
            compiled: &module.compiled,
        })
        .collect();
    let main = entries.iter().position(|e| e.name == program.main.name).expect("it was compiled");
    let folder = Scratch::new()
        .map_err(|e| Diagnostic::error(format!("cannot make a folder for temporary files: {e}")))?;
    let mut objects = Vec::new();
    let mut add = |name: &str, data: &[u8]| {
        let path = folder.0.join(format!("{}.{name}.o", objects.len()));
        let written = fs::write(&path, data);
        objects.push(path);
        written.map_err(|e| Diagnostic::error(format!("cannot write an object file: {e}")))
    };
    add("tables", &tables::write(&entries, main))?;
    for module in modules.values().filter(|module| !module.compiled.object.is_empty()) {
        add(&module.found.name, &module.compiled.object)?;
    }
    link::link(&Link { objects, output, debug: options.debug, verbose: options.verbose })
}

/// A folder that is removed when its owner is done.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> std::io::Result<Scratch> {
        let path = std::env::temp_dir().join(format!("krait-{}", std::process::id()));
        fs::create_dir_all(&path)?;
        Ok(Scratch(path))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Shows which functions became machine code.
fn report(modules: &BTreeMap<String, Done>) {
    for module in modules.values().filter(|m| !m.found.library) {
        let compiled = &module.compiled;
        println!("{} ({})", module.found.name, module.found.path.display());
        for native in &compiled.natives {
            let size = native.output.size;
            println!("  native    {}:{} ({size} bytes)", native.qualname, native.line);
        }
        for (qualname, line, reason) in &compiled.bytecode {
            println!("  bytecode  {qualname}:{line}: {reason}");
        }
    }
    let library = modules.values().filter(|m| m.found.library);
    let (native, bytecode): (Vec<&Done>, Vec<&Done>) =
        library.partition(|m| !m.compiled.natives.is_empty());
    println!("library: {} modules native, {} bytecode", native.len(), bytecode.len());
}
