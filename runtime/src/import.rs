//! Importing: `__import__`, and how modules are found without help from Python code.
//!
//! Native modules, modules embedded in the executable, and files on `sys.path` are found and loaded
//! here, so that starting a program runs no import machinery. What Python code sees of it, and the
//! finders that a program adds, are the business of [`standard`].

pub mod cached;
pub mod standard;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use krait_layout::{Thread, Value};

use crate::bytecode::CodeUnit;
use crate::bytecode::code_unit::flags;
use crate::error::PyResult;
use crate::interpreter;
use crate::native::NativeModule;
use crate::object::{Object, Slot, ValueExt, attributes, get_attr_or_none};
use crate::ops;
use crate::types::bytes;
use crate::types::code::Code;
use crate::types::dict::Dict;
use crate::types::exception::{Exc, raise_import_error};
use crate::types::list::List;
use crate::types::module::Module;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::{intern, program, raise, state, sys};
use standard::{Finder, Origin, Place};

/// `co_flags` of `from __future__` statements, which `compile` hands on.
pub const FUTURE_MASK: u32 = flags::FUTURE_ANNOTATIONS | flags::FUTURE_BARRY_AS_BDFL;

/// What the front end offers: source (or a tree) to a code unit. The one way from the runtime to
/// the compiler's front end; an executable that cannot reach it is linked without.
pub struct FrontEnd {
    /// Compiles `source`; raises `SyntaxError`. `mode` is `exec`, `eval` or `single`; `flags` are
    /// `co_flags` of the future and CPython's `PyCF_*`; `optimize` is 0 to 2.
    pub compile: fn(
        &Thread,
        source: &[u8],
        filename: &Str,
        mode: &str,
        flags: u32,
        optimize: i32,
    ) -> PyResult<CodeUnit>,
    /// Compiles an `ast` object, or makes one where `flags` asks for it.
    pub compile_object: fn(
        &Thread,
        source: Value,
        filename: &Str,
        mode: &str,
        flags: u32,
        optimize: i32,
    ) -> PyResult<Value>,
    /// Native modules that need the front end.
    pub modules: &'static [&'static NativeModule],
}

static FRONT_END: OnceLock<&'static FrontEnd> = OnceLock::new();

/// Installs the front end; called once by what links it.
pub fn set_front_end(front_end: &'static FrontEnd) {
    if FRONT_END.set(front_end).is_ok() {
        register_native(front_end.modules.iter().copied());
    }
}

fn front_end(th: &Thread) -> PyResult<&'static FrontEnd> {
    FRONT_END.get().copied().ok_or_else(|| {
        raise!(
            th,
            NotImplementedError,
            "this executable was built without the compiler's front end, which eval, exec and compile need"
        )
    })
}

struct Natives(std::sync::RwLock<Vec<&'static NativeModule>>);

static NATIVES: Natives = Natives(std::sync::RwLock::new(Vec::new()));

/// Adds native modules to those that can be imported.
pub fn register_native(modules: impl IntoIterator<Item = &'static NativeModule>) {
    NATIVES.0.write().expect("no panic while held").extend(modules);
}

/// Names of the native modules.
pub fn native_names() -> Vec<&'static str> {
    NATIVES.0.read().expect("no panic while held").iter().map(|m| m.name).collect()
}

fn native(name: &str) -> Option<&'static NativeModule> {
    NATIVES.0.read().expect("no panic while held").iter().copied().find(|m| m.name == name)
}

/// Attribute `name` of the `sys` module.
pub fn sys_attribute(th: &Thread, name: &str) -> Option<Value> {
    let sys = state::GLOBALS.sys.get()?;
    attributes::own_attribute(sys, state::intern(th, name))
}

/// A file name argument: `str`, or `bytes` decoded as the file system's.
pub fn path_argument(th: &Thread, v: Value) -> PyResult<&'static Str> {
    if let Some(s) = v.cast::<Str>() {
        return Ok(s);
    }
    if let Some(b) = bytes::bytes_like(v) {
        return Ok(Str::from_wtf8(th, &sys::decode_path(b)));
    }
    match v.slot(Slot::Fspath) {
        Some(f) => {
            let p = ops::call(th, f, &[v])?;
            path_argument(th, p)
        }
        None => Err(raise!(
            th,
            TypeError,
            "expected str, bytes or os.PathLike object, not {}",
            v.type_name()
        )),
    }
}

/// `compile()`.
pub fn compile(
    th: &Thread,
    source: Value,
    filename: &'static Str,
    mode: &str,
    flags: u32,
    optimize: i32,
) -> PyResult<Value> {
    const UNKNOWN: u32 = !(FUTURE_MASK | FUTURE_OLD | 0xff00);
    if flags & UNKNOWN != 0 {
        return Err(raise!(th, ValueError, "compile(): unrecognised flags"));
    }
    if !(-1..=2).contains(&optimize) {
        return Err(raise!(th, ValueError, "compile(): invalid optimize value"));
    }
    let only_ast = flags & ONLY_AST != 0;
    if !matches!(mode, "exec" | "eval" | "single") {
        return Err(match (mode, only_ast) {
            ("func_type", true) => {
                return (front_end(th)?.compile_object)(th, source, filename, mode, flags, 0);
            }
            ("func_type", false) => {
                raise!(th, ValueError, "compile() mode 'func_type' requires flag PyCF_ONLY_AST")
            }
            (_, true) => {
                let modes = "'exec', 'eval', 'single' or 'func_type'";
                raise!(th, ValueError, "compile() mode must be {modes}")
            }
            (_, false) => {
                raise!(th, ValueError, "compile() mode must be 'exec', 'eval' or 'single'")
            }
        });
    }
    let optimize = if optimize < 0 { optimize_level(th) } else { optimize };
    let is_text = source.cast::<Str>().is_some() || bytes::bytes_like(source).is_some();
    // The text of a string is UTF-8, whatever it says.
    let flags = if source.cast::<Str>().is_some() { flags | IGNORE_COOKIE } else { flags };
    if !is_text || only_ast {
        return (front_end(th)?.compile_object)(th, source, filename, mode, flags, optimize);
    }
    let text = source_text(th, source, "compile", "string, bytes or AST object")?;
    let unit = (front_end(th)?.compile)(th, &text, filename, mode, flags, optimize)?;
    Ok(Code::new(th, &unit).value())
}

/// `compile()`'s flags that the runtime knows.
const ONLY_AST: u32 = 0x400;
const IGNORE_COOKIE: u32 = 0x800;
/// Future features that are always in force, which `compile()` takes all the same.
const FUTURE_OLD: u32 = 0x10 | 0x20_0000 | 0x2_0000 | 0x4_0000 | 0x8_0000 | 0x10_0000 | 0x80_0000;

/// `sys.flags.optimize`.
fn optimize_level(th: &Thread) -> i32 {
    sys_attribute(th, "flags")
        .and_then(|flags| get_attr_or_none(th, flags, intern!(th, "optimize")).ok().flatten())
        .and_then(Value::as_small_int)
        .map_or(0, |level| level.clamp(0, 2) as i32)
}

/// The bytes of a source argument; strings as UTF-8.
pub fn source_text(th: &Thread, v: Value, function: &str, expected: &str) -> PyResult<Vec<u8>> {
    if let Some(s) = v.cast::<Str>() {
        return Ok(s.to_utf8(th)?.into_bytes());
    }
    match bytes::bytes_like(v) {
        Some(b) => Ok(b.to_vec()),
        None => Err(raise!(th, TypeError, "{function}() arg 1 must be a {expected}")),
    }
}

/// The code of `eval`'s or `exec`'s text.
pub fn compile_argument(
    th: &Thread,
    source: Value,
    function: &str,
    mode: &str,
) -> PyResult<&'static Code> {
    let text = source_text(th, source, function, "string, bytes or code object")?;
    let cookie = if source.cast::<Str>().is_some() { IGNORE_COOKIE } else { 0 };
    let text = if mode == "eval" {
        let skip = text.iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
        &text[skip..]
    } else {
        &text[..]
    };
    let inherited =
        interpreter::frame::current(th).map_or(0, |f| f.code().unit.flags & FUTURE_MASK);
    let filename = Str::new(th, "<string>");
    let unit =
        (front_end(th)?.compile)(th, text, filename, mode, inherited | cookie, optimize_level(th))?;
    Ok(Code::new(th, &unit))
}

/// `__import__(name, globals, fromlist=…, level=…)`.
pub fn import(
    th: &Thread,
    name: &'static Str,
    globals: Option<&Dict>,
    fromlist: Option<Value>,
    level: i64,
) -> PyResult<Value> {
    if level < 0 {
        return Err(raise!(th, ValueError, "level must be >= 0"));
    }
    let full =
        if level > 0 { resolve(th, &name.to_string(), globals, level)? } else { name.to_string() };
    if full.is_empty() {
        return Err(raise!(th, ValueError, "Empty module name"));
    }
    let module = find_and_load(th, &full)?;
    let has_from = match fromlist {
        Some(f) => ops::truth(th, f)?,
        None => false,
    };
    if !has_from {
        if level == 0 || name.is_empty() {
            return match full.split_once('.') {
                Some((top, _)) if level == 0 => find_and_load(th, top),
                _ => Ok(module),
            };
        }
        // `import .a.b` binds `.a`.
        let text = name.to_string();
        return match text.split_once('.') {
            None => Ok(module),
            Some((first, rest)) => {
                let _ = first;
                let keep = full.len() - rest.len() - 1;
                find_and_load(th, &full[..keep])
            }
        };
    }
    let names = fromlist.expect("checked");
    handle_fromlist(th, module, &full, names)?;
    Ok(module)
}

/// Imports submodules that `from package import names` names.
fn handle_fromlist(th: &Thread, module: Value, full: &str, names: Value) -> PyResult<()> {
    if get_attr_or_none(th, module, intern!(th, "__path__"))?.is_none() {
        return Ok(());
    }
    for name in ops::collect(th, names)? {
        let Some(text) = name.cast::<Str>() else {
            return Err(raise!(
                th,
                TypeError,
                "Item in ``from list'' must be str, not {}",
                name.type_name()
            ));
        };
        if text.equals_ascii("*") {
            if let Some(all) = get_attr_or_none(th, module, intern!(th, "__all__"))? {
                handle_fromlist_all(th, module, full, all)?;
            }
            continue;
        }
        let name = state::intern_object(th, text);
        if get_attr_or_none(th, module, name)?.is_none() {
            let sub = format!("{full}.{text}");
            if let Err(e) = find_and_load(th, &sub) {
                // A missing submodule is IMPORT_FROM's to report.
                let missing = crate::error::raised_is(th, Exc::ModuleNotFoundError)
                    && th
                        .raised
                        .get()
                        .and_then(|e| e.cast::<crate::types::exception::Exception>())
                        .and_then(|e| e.field(1))
                        .and_then(|n| n.cast::<Str>())
                        .is_some_and(|n| n.to_string() == sub);
                if !missing {
                    return Err(e);
                }
                th.raised.set(None);
            }
        }
    }
    Ok(())
}

fn handle_fromlist_all(th: &Thread, module: Value, full: &str, all: Value) -> PyResult<()> {
    let names: Vec<Value> = ops::collect(th, all)?
        .into_iter()
        .filter(|n| n.cast::<Str>().is_some_and(|s| !s.equals_ascii("*")))
        .collect();
    handle_fromlist(th, module, full, Tuple::new(th, &names).value())
}

/// The absolute name of a relative import.
fn resolve(th: &Thread, name: &str, globals: Option<&Dict>, level: i64) -> PyResult<String> {
    let Some(globals) = globals else {
        return Err(raise!(th, KeyError, "'__name__' not in globals"));
    };
    let package = match globals.get_name(intern!(th, "__package__")).filter(|p| !p.is_none()) {
        Some(p) => match p.cast::<Str>() {
            Some(s) => s.to_string(),
            None => return Err(raise!(th, TypeError, "package must be a string")),
        },
        None => {
            let own = globals.get_name(intern!(th, "__name__")).and_then(|n| n.cast::<Str>());
            let Some(own) = own else {
                return Err(raise!(th, KeyError, "'__name__' not in globals"));
            };
            let own = own.to_string();
            if globals.get_name(intern!(th, "__path__")).is_some() {
                own
            } else {
                own.rsplit_once('.').map_or(String::new(), |(p, _)| p.to_string())
            }
        }
    };
    if package.is_empty() {
        return Err(raise!(
            th,
            ImportError,
            "attempted relative import with no known parent package"
        ));
    }
    let mut base = package.as_str();
    for _ in 1..level {
        match base.rsplit_once('.') {
            Some((parent, _)) => base = parent,
            None => {
                return Err(raise!(
                    th,
                    ImportError,
                    "attempted relative import beyond top-level package"
                ));
            }
        }
    }
    Ok(if name.is_empty() { base.to_string() } else { format!("{base}.{name}") })
}

/// The module `name`, imported with its parents if it was not yet.
fn find_and_load(th: &Thread, name: &str) -> PyResult<Value> {
    let key = Str::new(th, name);
    if let Some(m) = state::modules().get(th, key.value())? {
        if m.is_none() {
            let message = format!("import of {name} halted; None in sys.modules");
            return Err(raise_import_error(
                th,
                Exc::ModuleNotFoundError,
                &message,
                Some(key.value()),
                None,
            ));
        }
        return Ok(m);
    }
    let mut search = None;
    let mut parent_module = None;
    if let Some((parent, _)) = name.rsplit_once('.') {
        let p = find_and_load(th, parent)?;
        // Importing the parent may have imported this one.
        if let Some(m) = state::modules().get(th, key.value())? {
            return Ok(m);
        }
        match get_attr_or_none(th, p, intern!(th, "__path__"))? {
            Some(path) => search = Some(path),
            None => {
                let message = format!("No module named '{name}'; '{parent}' is not a package");
                return Err(raise_import_error(
                    th,
                    Exc::ModuleNotFoundError,
                    &message,
                    Some(key.value()),
                    None,
                ));
            }
        }
        parent_module = Some(p);
    }
    let Some(module) = load(th, name, search)? else {
        let mut message = format!("No module named '{name}'");
        if program::is_left_out(name) {
            // The compiler took it that nothing calls for it.
            message += &format!(" in this executable; build it with --include {name}");
        }
        return Err(raise_import_error(
            th,
            Exc::ModuleNotFoundError,
            &message,
            Some(key.value()),
            None,
        ));
    };
    if let Some(p) = parent_module {
        let short = state::intern(th, name.rsplit('.').next().expect("a name"));
        crate::object::set_attr(th, p, short, module)?;
    }
    Ok(module)
}

/// Finds and loads `name`; `search` is the parent's `__path__`. `None` where there is no such
/// module.
fn load(th: &Thread, name: &str, search: Option<Value>) -> PyResult<Option<Value>> {
    if let Some(part) = standard::load_part(th, name)? {
        return Ok(Some(part));
    }
    for finder in standard::finders(th)? {
        let found = match finder {
            Finder::BuiltIn => load_native(th, name)?,
            Finder::Frozen => load_embedded(th, name)?,
            Finder::Path => load_file(th, name, search)?,
            Finder::Other(finder) => ask(th, finder, name, search)?,
        };
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

fn load_native(th: &Thread, name: &str) -> PyResult<Option<Value>> {
    let Some(def) = native(name) else { return Ok(None) };
    let m = Module::new_native(th, def)?;
    let origin = Origin { name: name.to_string(), place: Place::BuiltIn, path: None };
    standard::set_spec(th, m, &origin)?;
    state::modules().set(th, Str::new(th, name).value(), m.value())?;
    Ok(Some(m.value()))
}

fn load_embedded(th: &Thread, name: &str) -> PyResult<Option<Value>> {
    let Some(embedded) = program::find(name) else { return Ok(None) };
    let file = embedded.filename();
    let path = if embedded.is_package() { Path::new(file).parent() } else { None };
    let place = Place::Frozen(file.to_string());
    run_in_module(th, name, embedded.code(th), file, path, place).map(Some)
}

fn load_file(th: &Thread, name: &str, search: Option<Value>) -> PyResult<Option<Value>> {
    let ask_finder = || {
        standard::install(th)?;
        let finder = ops::import::from_module(th, standard::PARTS[1].0, "PathFinder")?;
        ask(th, finder, name, search)
    };
    if !standard::has_own_path_hooks(th) {
        return ask_finder();
    }
    match locate(th, name, search)? {
        Located::Package { folder, init } => {
            let code = code_of(th, name, &init)?;
            let file = init.to_string_lossy();
            let place = Place::File(file.to_string());
            run_in_module(th, name, code, &file, Some(&folder), place).map(Some)
        }
        Located::File(file) => {
            let code = code_of(th, name, &file)?;
            run_module(th, name, code, &file.to_string_lossy(), None).map(Some)
        }
        Located::Archive => {
            standard::add_archives(th)?;
            ask_finder()
        }
        // Its path changes with `sys.path`, which is the business of CPython's own class.
        Located::Namespace => ask_finder(),
        Located::Nowhere => Ok(None),
    }
}

/// Asks a finder of the program's for a module and has it loaded.
fn ask(th: &Thread, finder: Value, name: &str, search: Option<Value>) -> PyResult<Option<Value>> {
    let Some(f) = get_attr_or_none(th, finder, intern!(th, "find_spec"))? else { return Ok(None) };
    let args = [Str::new(th, name).value(), search.unwrap_or(Value::NONE), Value::NONE];
    let spec = ops::call(th, f, &args)?;
    if spec.is_none() {
        return Ok(None);
    }
    standard::install(th)?;
    let load = ops::import::from_module(th, standard::PARTS[0].0, "_load_unlocked")?;
    ops::call(th, load, &[spec]).map(Some)
}

/// The code of a module's file, source or not.
fn code_of(th: &Thread, name: &str, file: &Path) -> PyResult<&'static Code> {
    if file.extension().is_some_and(|extension| extension == "pyc") {
        cached::sourceless_code(th, name, file)
    } else {
        cached::source_code(th, file)
    }
}

/// The code of a module that is embedded or on `sys.path`, and its file.
fn module_code(th: &Thread, name: &str) -> PyResult<Option<(&'static Code, String)>> {
    if let Some(embedded) = program::find(name) {
        return Ok(Some((embedded.code(th), embedded.filename().to_string())));
    }
    let folder = match name.rsplit_once('.') {
        None => None,
        Some((parent, _)) => match locate(th, parent, None)? {
            Located::Package { folder, .. } => {
                let folder = Str::new(th, &folder.to_string_lossy()).value();
                Some(List::new(th, &[folder]).value())
            }
            _ => return Ok(None),
        },
    };
    let Located::File(file) = locate(th, name, folder)? else { return Ok(None) };
    Ok(Some((code_of(th, name, &file)?, file.to_string_lossy().into_owned())))
}

/// Where the source of a module is.
enum Located {
    Package {
        folder: PathBuf,
        init: PathBuf,
    },
    File(PathBuf),
    /// There are folders of a namespace package (PEP 420).
    Namespace,
    /// There is an archive, which may have it.
    Archive,
    Nowhere,
}

/// Looks for the source of `name` in `search`, the parent's `__path__`, or on `sys.path`.
fn locate(th: &Thread, name: &str, search: Option<Value>) -> PyResult<Located> {
    let dirs = match search.or_else(|| sys_attribute(th, "path")) {
        Some(path) => ops::collect(th, path)?,
        None => Vec::new(),
    };
    let short = name.rsplit('.').next().expect("a name");
    let mut is_namespace = false;
    for dir in dirs {
        let Some(dir) = dir.cast::<Str>() else { continue };
        let text = dir.to_string();
        // As CPython's finder: what is found has an absolute name.
        let base = match text.as_str() {
            "" => std::env::current_dir().unwrap_or_default(),
            text => std::path::absolute(text).unwrap_or_else(|_| PathBuf::from(text)),
        };
        if base.extension().is_some() && base.is_file() {
            return Ok(Located::Archive);
        }
        let folder = base.join(short);
        for ending in ["py", "pyc"] {
            let init = folder.join(format!("__init__.{ending}"));
            if init.is_file() {
                return Ok(Located::Package { folder, init });
            }
        }
        for ending in ["py", "pyc"] {
            let file = base.join(format!("{short}.{ending}"));
            if file.is_file() {
                return Ok(Located::File(file));
            }
        }
        is_namespace |= folder.is_dir();
    }
    Ok(if is_namespace { Located::Namespace } else { Located::Nowhere })
}

/// A native module, fresh; `None` where there is none of that name.
pub fn create_native(th: &Thread, name: &str) -> PyResult<Option<Value>> {
    match native(name) {
        Some(def) => Ok(Some(Module::new_native(th, def)?.value())),
        None => Ok(None),
    }
}

/// Runs module `name` in `main`, as `python -m` does: a package's `__main__`, with its parents
/// imported first and `sys.argv[0]` the file. Where there is none, gives the message to print.
pub fn run_as_main(th: &Thread, main: &'static Module, name: &str) -> PyResult<Result<(), String>> {
    let search = match name.rsplit_once('.') {
        Some((parent, _)) => match find_parent(th, name, parent)? {
            Ok(path) => Some(path),
            Err(message) => return Ok(Err(message)),
        },
        None => None,
    };
    let file = match locate(th, name, search)? {
        Located::File(file) => file,
        Located::Package { .. } | Located::Namespace if !name.ends_with(".__main__") => {
            let result = run_as_main(th, main, &format!("{name}.__main__"))?;
            return Ok(result.map_err(|message| match message.contains(" is a package") {
                true => message,
                false => {
                    format!("{message}; '{name}' is a package and cannot be directly executed")
                }
            }));
        }
        _ => return Ok(Err(format!("No module named {name}"))),
    };
    let code = code_of(th, name, &file)?;
    let text = file.to_string_lossy().into_owned();
    main.set(th, "__file__", Str::new(th, &text).value());
    let place = Place::File(text.clone());
    standard::set_spec(th, main, &Origin { name: name.to_string(), place, path: None })?;
    if let Some(argv) = sys_attribute(th, "argv").and_then(|a| a.cast::<List>()) {
        argv.set_signed(0, Str::new(th, &text).value());
    }
    interpreter::eval_code(th, code, main.dict(), None, None).map(|_| Ok(()))
}

/// The `__path__` of the parent of the module to run, or why there is none.
fn find_parent(th: &Thread, name: &str, parent: &str) -> PyResult<Result<Value, String>> {
    let failed = |what: String| {
        Ok(Err(format!("Error while finding module specification for '{name}' ({what})")))
    };
    let found = find_and_load(th, parent);
    let Some(parent_module) = crate::error::catch(th, Exc::ModuleNotFoundError, found)? else {
        return failed(format!("ModuleNotFoundError: No module named '{parent}'"));
    };
    match get_attr_or_none(th, parent_module, intern!(th, "__path__"))? {
        Some(path) => Ok(Ok(path)),
        None => failed(format!(
            "ModuleNotFoundError: __path__ attribute not found on '{parent}' while trying to find \
             '{name}'"
        )),
    }
}

/// Makes the module of a file and runs its code.
fn run_module(
    th: &Thread,
    name: &str,
    code: &'static Code,
    file: &str,
    package: Option<&Path>,
) -> PyResult<Value> {
    run_in_module(th, name, code, file, package, Place::File(file.to_string()))
}

/// Makes the module, puts it in `sys.modules` and runs its code; takes it out where that raises.
fn run_in_module(
    th: &Thread,
    name: &str,
    code: &'static Code,
    file: &str,
    package: Option<&Path>,
    place: Place,
) -> PyResult<Value> {
    let m = Module::new(th, name);
    let key = Str::new(th, name).value();
    m.set(th, "__file__", Str::new(th, file).value());
    let path = package.map(|p| {
        let dir = Str::new(th, &p.to_string_lossy()).value();
        List::new(th, &[dir]).value()
    });
    if let Some(p) = path {
        m.set(th, "__path__", p);
    }
    standard::set_spec(th, m, &Origin { name: name.to_string(), place, path })?;
    m.set(th, "__builtins__", state::modules().get_name(intern!(th, "builtins")).expect("loaded"));
    state::modules().set(th, key, m.value())?;
    let initializing = |on: Value| {
        // The spec may be another by now, if the module imported `importlib`.
        match m.get(th, "__spec__").filter(|spec| !spec.is_none()) {
            Some(spec) => crate::object::set_attr(th, spec, intern!(th, "_initializing"), on),
            None => Ok(()),
        }
    };
    initializing(Value::TRUE)?;
    let result = interpreter::eval_code(th, code, m.dict(), None, None);
    let raised = th.raised.take();
    initializing(Value::FALSE)?;
    if result.is_err() {
        state::modules().remove(th, key)?;
        th.raised.set(raised);
        return Err(crate::Raised);
    }
    // A module may replace itself in sys.modules.
    Ok(state::modules().get(th, key)?.unwrap_or(m.value()))
}
