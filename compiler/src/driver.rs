//! `krait build`, from the main file to the executable.
//!
//! ```text
//! main file → bytecode → imports → their bytecode → …      until no module is new
//!                 ↓
//!             machine code (in parallel, cached)  → tables → linker → executable
//! ```

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::fs;
use std::io::IsTerminal;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Condvar, Mutex};
use std::time::Instant;

use indicatif::{ProgressBar, ProgressStyle};
use krait_runtime::bytecode::code_unit::CodeUnit;
use krait_runtime::bytecode::{self, marshal};
use rustpython_wtf8::Wtf8;

use crate::cache::{self, Key};
use crate::codegen::module::Omit;
use crate::codegen::optimize::Level;
use crate::diagnostics::{Diagnostic, Place};
use crate::dis;
use crate::imports::{Found, Import, SearchPath};
use crate::link::{self, Link, tables};
use crate::lower::Typing;
use crate::options::{Build, Native, Run};
use crate::parts::{self, Part, Reached};
use crate::reach::{Encodings, Reach};
use crate::unit::{self, Compiled, Wanted};

/// Builds the program, or says what is wrong with it.
pub fn build(options: &Build) -> Result<(), Vec<Diagnostic>> {
    let started = Instant::now();
    let program = main_module(options).map_err(|d| vec![d])?;
    let modules = compile_all(options, &program)?;
    let compiled = started.elapsed();
    let output = options.output.clone().unwrap_or_else(|| default_output(&program));
    link_all(options, &program, &modules, &output).map_err(|d| vec![d])?;
    modules.done.values().filter(|module| !module.found.library).for_each(show_warnings);
    if options.report {
        report(&modules, options.verbose);
    }
    if options.verbose {
        let total = started.elapsed();
        eprintln!(
            "{} modules in {compiled:.2?}, linked in {:.2?}",
            modules.done.len(),
            total - compiled
        );
    }
    Ok(())
}

/// Builds the program in a temporary folder and runs it; its exit status.
pub fn build_and_run(run: &Run) -> Result<i32, Vec<Diagnostic>> {
    let error = |what: &str, e: std::io::Error| vec![Diagnostic::error(format!("{what}: {e}"))];
    let folder = Scratch::new().map_err(|e| error("cannot make a temporary folder", e))?;
    let executable = folder.0.join("program");
    let options = Build { output: Some(executable.clone()), ..Build::of(&run.file) };
    build(&options)?;
    let mut command = std::process::Command::new(&executable);
    #[cfg(unix)]
    std::os::unix::process::CommandExt::arg0(&mut command, &run.file);
    let status =
        command.args(&run.arguments).status().map_err(|e| error("cannot run the executable", e))?;
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return Ok(128 + signal);
    }
    Ok(status.code().unwrap_or(1))
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
    /// By module, what asked for it first.
    seen: HashMap<String, String>,
    done: BTreeMap<String, Done>,
    reached: Reached,
    errors: Vec<Diagnostic>,
}

impl Work {
    fn new(options: &Build, roots: &[Found]) -> Work {
        let mut reached = Reached::default();
        // As if the program imported them.
        let included = options.include.iter();
        let imports = included.map(|name| Import { module: name.clone(), names: vec![] }).collect();
        reached.add(MAIN, &[Part { imports, ..Part::default() }], true);
        let asked = |found: &Found| (found.name.clone(), "the command".to_string());
        Work {
            seen: roots.iter().map(asked).collect(),
            waiting: roots.to_vec().into(),
            busy: 0,
            done: BTreeMap::new(),
            reached,
            errors: vec![],
        }
    }

    /// Takes the parts of the module `found` into account. What has to be compiled now.
    fn follow(&mut self, program: &Program, found: &Found, parts: &[Part]) {
        for (importer, import) in self.reached.add(&found.name, parts, !found.library) {
            let candidates = import.candidates().into_iter();
            for found in candidates.filter_map(|name| program.path.find(&name)) {
                self.want(found, &importer);
            }
        }
    }

    fn want(&mut self, found: Found, importer: &str) {
        if !self.seen.contains_key(&found.name) {
            self.seen.insert(found.name.clone(), importer.to_string());
            self.waiting.push_back(found);
        }
    }

    /// What the program's own modules reach.
    fn own_reach(&self) -> impl Iterator<Item = &Reach> {
        let own = self.done.values().filter(|module| !module.found.library);
        own.filter_map(|module| self.reached.reach(&module.found.name))
    }

    /// What all modules reach.
    fn reach(&self) -> impl Iterator<Item = &Reach> {
        self.done.keys().filter_map(|name| self.reached.reach(name))
    }
}

/// Compiles the main module and all that it imports.
fn compile_all(options: &Build, program: &Program) -> Result<Work, Vec<Diagnostic>> {
    let roots = roots(options, program).map_err(|d| vec![d])?;
    let mut work = Work::new(options, &roots);
    let progress = progress();
    while !work.waiting.is_empty() && work.errors.is_empty() {
        work = compile_waiting(options, program, work, &progress);
        // Which names a program makes at run time is known when all of it was read.
        for found in named_at_run_time(program, &work) {
            work.want(found, "a name at run time");
        }
    }
    if work.errors.is_empty() {
        work = without_broken(options, program, &roots, work);
    }
    for found in encodings(program, &work) {
        let importer = "a name of an encoding".to_string();
        if work.seen.insert(found.name.clone(), importer).is_none()
            && let Ok(compiled) = compile_one(options, &found, |_| {})
        {
            work.reached.add(&found.name, &compiled.parts, true);
            work.done.insert(found.name.clone(), Done { found, compiled });
        }
    }
    progress.finish_and_clear();
    if work.errors.is_empty() { Ok(work) } else { Err(work.errors) }
}

/// The same without library modules that cannot be imported, because they need a native module that
/// is missing, and without what only they import. Those that the program itself imports stay: their
/// error says what is missing.
fn without_broken(options: &Build, program: &Program, roots: &[Found], work: Work) -> Work {
    let mut broken: HashSet<String> = HashSet::new();
    // Whether there is something of that name; modules may put others into `sys.modules`.
    let exists = |name: &str| {
        let top = name.split('.').next().unwrap_or(name);
        program.path.find(top).is_some() || is_native(top)
    };
    loop {
        let fails = |module: &&Done| {
            let mut needs = module.compiled.parts.iter().take(1).flat_map(|part| &part.needs);
            let fails = needs.any(|name| broken.contains(name) || !exists(name));
            module.found.library && fails && !broken.contains(&module.found.name)
        };
        let more: Vec<String> =
            work.done.values().filter(fails).map(|module| module.found.name.clone()).collect();
        if more.is_empty() {
            break;
        }
        broken.extend(more);
    }
    let own = work.done.values().filter(|module| !module.found.library);
    let imports = own.flat_map(|module| &module.compiled.parts).flat_map(|part| &part.imports);
    for name in imports.flat_map(Import::candidates) {
        broken.remove(&name);
    }
    if broken.is_empty() {
        return work;
    }
    let mut all = work.done;
    all.retain(|name, _| !broken.contains(name));
    let mut kept = Work::new(options, roots);
    while let Some(found) = kept.waiting.pop_front() {
        if let Some(module) = all.remove(&found.name) {
            kept.follow(program, &found, &module.compiled.parts);
            kept.done.insert(found.name, module);
        }
        if kept.waiting.is_empty() {
            for found in named_at_run_time(program, &kept) {
                kept.want(found, "a name at run time");
            }
        }
    }
    kept
}

/// What the program starts from: its main module and what it was told to include.
fn roots(options: &Build, program: &Program) -> Result<Vec<Found>, Diagnostic> {
    let mut roots = vec![program.main.clone()];
    for name in &options.include {
        let found = program.path.find_all(name);
        if found.is_empty() && !is_native(name) {
            return Err(Diagnostic::error(format!("there is no module {name} to include")));
        }
        roots.extend(found);
    }
    Ok(roots)
}

/// The modules that the runtime imports for what the program does, and those that strings of its
/// own modules may name if it imports by name or compiles text.
fn named_at_run_time(program: &Program, work: &Work) -> Vec<Found> {
    /// Modules that native ones import.
    const BY_NATIVE: [(&str, &str); 5] = [
        ("_json", "json.decoder"),
        ("_posixsubprocess", "os"),
        ("_ast", "warnings"),
        ("_warnings", "warnings"),
        ("array", "collections.abc"),
    ];
    let imported = imported(work);
    let by_native = BY_NATIVE.iter().filter(|(native, _)| imported.contains(*native));
    let by_native: Vec<String> = by_native.map(|(_, module)| module.to_string()).collect();
    let implied = work.reach().flat_map(|reach| &reach.implied);
    let mut names: BTreeSet<&String> = implied.chain(&by_native).collect();
    if work.own_reach().any(|reach| reach.imports_by_name) {
        names.extend(work.own_reach().flat_map(|reach| &reach.strings));
    }
    if work.own_reach().any(|reach| reach.compiles) {
        names.extend(work.own_reach().flat_map(|reach| &reach.words));
    }
    names
        .into_iter()
        .flat_map(|name| Import { module: name.clone(), names: vec![] }.candidates())
        .filter_map(|name| program.path.find(&name))
        .collect()
}

/// The machinery of codecs, which any program may need, and the encodings that its strings name.
/// What these modules import in rare cases is not followed: through `warnings` it would be half
/// of the library.
fn encodings(program: &Program, work: &Work) -> Vec<Found> {
    let aliases = program.path.find("encodings.aliases").and_then(|found| {
        let source = fs::read(&found.path).ok()?;
        Some(front_end(&source, &found).ok()?.0)
    });
    let encodings = Encodings::new(program.path.library_folder(), aliases.as_ref());
    let strings = work.own_reach().flat_map(|reach| &reach.strings);
    let mut names: BTreeSet<String> = strings.filter_map(|name| encodings.module(name)).collect();
    names.extend(["codecs", "encodings", "encodings.aliases"].map(String::from));
    names.iter().filter_map(|name| program.path.find(name)).collect()
}

/// Compiles what waits and all that it imports.
fn compile_waiting(options: &Build, program: &Program, work: Work, progress: &ProgressBar) -> Work {
    let work = Mutex::new(work);
    let changed = Condvar::new();
    let threads =
        options.jobs.or_else(|| std::thread::available_parallelism().ok().map(usize::from));
    std::thread::scope(|scope| {
        for _ in 0..threads.unwrap_or(1).max(1) {
            std::thread::Builder::new()
                // The front end's recursion follows the nesting of the source.
                .stack_size(64 << 20)
                .spawn_scoped(scope, || worker(options, program, &work, &changed, progress))
                .expect("the system gives threads");
        }
    });
    work.into_inner().expect("no thread panicked")
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
        let announce = |parts: &_| {
            let mut work = work.lock().expect("no thread panicked");
            work.follow(program, &found, parts);
            progress.set_length(work.seen.len() as u64);
            changed.notify_all();
        };
        // A bug of the compiler must not leave the other threads waiting.
        let result = catch_unwind(AssertUnwindSafe(|| compile_one(options, &found, announce)));
        progress.inc(1);
        guard = work.lock().expect("no thread panicked");
        guard.busy -= 1;
        match result {
            Ok(Ok(compiled)) => {
                guard.done.insert(found.name.clone(), Done { found, compiled });
            }
            // A broken module of the library, or one for another version, is no error of the
            // program; importing it fails at run time as it does in CPython.
            Ok(Err(_)) if found.library => {}
            Ok(Err(diagnostic)) => guard.errors.push(diagnostic),
            Err(_) => {
                let message = format!("a bug in krait: it cannot compile module {}", found.name);
                guard.errors.push(Diagnostic::error(message));
            }
        }
        changed.notify_all();
    }
}

/// Compiles one module, or takes it from the cache. Calls `announce` with its parts as soon as
/// they are known.
fn compile_one(
    options: &Build,
    found: &Found,
    announce: impl FnOnce(&[Part]),
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
    let wanted = Wanted {
        native,
        level,
        ir: options.keep_ir.is_some(),
        llvm: options.keep_llvm.is_some(),
        typing: match (level, options.fail_guards) {
            (Level::Quick, _) => Typing::Off,
            (Level::Full, None) => Typing::On,
            (Level::Full, Some(seed)) => Typing::Failing(seed),
        },
        omit: options.omit,
    };
    let experiment = wanted.omit != Omit::default() || options.fail_guards.is_some();
    let cached = if options.no_cache || wanted.ir || wanted.llvm || experiment {
        None
    } else {
        cache::get(key)
    };
    if let Some(compiled) = cached.and_then(|data| Compiled::from_bytes(&data)) {
        announce(&compiled.parts);
        return Ok(compiled);
    }
    let (unit, warnings) = front_end(&source, found)?;
    let mut compiled = Compiled {
        warnings,
        code: lz4_flex::compress_prepend_size(&marshal::dumps(&unit)),
        parts: parts::parts(&unit, &found.name, found.package),
        ..Compiled::default()
    };
    announce(&compiled.parts);
    if native {
        let texts = unit::compile_native(&mut compiled, &unit, &found.name, &filename, wanted);
        keep(options.keep_ir.as_deref(), &found.name, "ir", texts.ir)?;
        keep(options.keep_llvm.as_deref(), &found.name, "ll", texts.llvm)?;
    }
    if !options.no_cache && !experiment {
        cache::put(key, &compiled.to_bytes());
    }
    Ok(compiled)
}

/// Syntax warnings: line, column, message.
type Warnings = Vec<(u32, u32, String)>;

/// The module's code object, from source or from a `.pyc` file.
fn front_end(source: &[u8], found: &Found) -> Result<(CodeUnit, Warnings), Diagnostic> {
    if found.path.extension().is_some_and(|extension| extension == "pyc") {
        let read = bytecode::cache::from_bytes(source);
        let wrong = |e| Diagnostic::error(format!("{}: {e:?}", found.path.display()));
        return read.map(|(_, unit)| (unit, vec![])).map_err(wrong);
    }
    let options = krait_frontend::Options { stack_budget: STACK_BUDGET, ..Default::default() };
    let filename = found.path.to_string_lossy();
    let compiled = krait_frontend::compile(
        source,
        Wtf8::new(&*filename),
        krait_frontend::Mode::Exec,
        &options,
    );
    let number = |n: i32| n.max(0) as u32;
    let warning = |w: krait_frontend::Warning| (number(w.lineno), number(w.offset), w.message);
    let done =
        |c: krait_frontend::Compiled| (c.code, c.warnings.into_iter().map(warning).collect());
    compiled.map(done).map_err(|e| dis::diagnostic(&filename, e))
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
    work: &Work,
    output: &Path,
) -> Result<(), Diagnostic> {
    let modules = &work.done;
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
    // Text that the program itself runs may use anything.
    let any = work.own_reach().any(|reach| reach.compiles || reach.imports_by_name);
    let dynamic = options.dynamic || any;
    let imported = imported(work);
    let parses = krait_frontend::FRONT_END.modules.iter().any(|m| imported.contains(m.name));
    let front_end = dynamic || parses || work.reach().any(|reach| reach.compiles);
    let all = krait_stdlib::MODULES.iter().map(|module| module.name);
    let natives = all.filter(|name| dynamic || imported.contains(*name)).collect();
    let left_out = left_out(program, work);
    let contents = tables::Contents { modules: entries, main, natives, front_end, left_out };
    add("tables", &tables::write(&contents))?;
    for module in modules.values().filter(|module| !module.compiled.object.is_empty()) {
        add(&module.found.name, &module.compiled.object)?;
    }
    link::link(&Link { objects, output, debug: options.debug, verbose: options.verbose })
}

/// Whether the runtime has a native module of that name.
fn is_native(name: &str) -> bool {
    let mut modules = krait_stdlib::MODULES.iter().chain(krait_frontend::FRONT_END.modules);
    ["sys", "builtins"].contains(&name) || modules.any(|module| module.name == name)
}

/// Modules that functions import which seem not to be called, and so are left out; sorted.
fn left_out(program: &Program, work: &Work) -> Vec<String> {
    let names: BTreeSet<String> = work.reached.left_out().flat_map(Import::candidates).collect();
    let imported = imported(work);
    let missing = |name: &String| match program.path.find(name) {
        Some(_) => !work.done.contains_key(name),
        None => is_native(name) && !imported.contains(name),
    };
    names.into_iter().filter(missing).collect()
}

/// What the program's modules import by name, and what the runtime itself does.
fn imported(work: &Work) -> HashSet<String> {
    let imports = work.reached.imports();
    let mut names: HashSet<String> =
        imports.flat_map(Import::candidates).chain(["_codecs", "_io"].map(String::from)).collect();
    // These ways to encode need the names of characters.
    let named = |reach: &Reach| {
        ["namereplace", "unicode_escape"].iter().any(|name| reach.strings.contains(*name))
    };
    if work.own_reach().any(named) {
        names.insert("unicodedata".to_string());
    }
    names
}

/// A folder that is removed when its owner is done.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> std::io::Result<Scratch> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("krait-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path)?;
        Ok(Scratch(path))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Shows the module's syntax warnings, which CPython shows when it compiles the module.
fn show_warnings(module: &Done) {
    for (line, column, message) in &module.compiled.warnings {
        let source = fs::read_to_string(&module.found.path).unwrap_or_default();
        let text = source.lines().nth(line.saturating_sub(1) as usize).map(str::to_string);
        let place = Place { file: module.found.path.clone(), line: *line, column: *column, text };
        eprintln!("{}", Diagnostic::warning(message).at(place));
    }
}

/// Shows which functions became machine code.
fn report(work: &Work, verbose: bool) {
    let modules = &work.done;
    for module in modules.values().filter(|m| !m.found.library) {
        let compiled = &module.compiled;
        let (native, bytecode) = (compiled.natives.len(), compiled.bytecode.len());
        let (name, path) = (&module.found.name, module.found.path.display());
        println!("{name} ({path}): {native} of {} functions native", native + bytecode);
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
    for module in modules.values().filter(|m| m.found.library && verbose) {
        let name = &module.found.name;
        println!("  {name}, for {}", work.seen[name]);
    }
}
