//! Importing: `__import__`, and how modules are found without help from Python code.
//!
//! Native modules, modules embedded in the executable, and source files on `sys.path` are found
//! and loaded here, so that starting a program runs no import machinery. Finders that a program
//! puts on `sys.meta_path` are asked first.

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
use crate::types::code::Code;
use crate::types::dict::Dict;
use crate::types::exception::{Exc, raise_import_error};
use crate::types::list::List;
use crate::types::module::Module;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::{bytes, simple_namespace};
use crate::{intern, program, raise, state, sys};

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
        let message = format!("No module named '{name}'");
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
    if let Some(found) = ask_meta_path(th, name, search)? {
        return Ok(Some(found));
    }
    if let Some(def) = native(name) {
        let m = Module::new_native(th, def)?;
        set_spec(th, m, name, "built-in", None, None)?;
        state::modules().set(th, Str::new(th, name).value(), m.value())?;
        return Ok(Some(m.value()));
    }
    if let Some(embedded) = program::find(name) {
        let file = embedded.filename();
        let path = if embedded.is_package() { Path::new(file).parent() } else { None };
        return run_module(th, name, embedded.code(th), file, path).map(Some);
    }
    let portions = match locate(th, name, search)? {
        Located::Package { folder, init } => {
            let code = compile_file(th, &init)?;
            let file = init.to_string_lossy().into_owned();
            return run_module(th, name, code, &file, Some(&folder)).map(Some);
        }
        Located::File(file) => {
            let code = compile_file(th, &file)?;
            return run_module(th, name, code, &file.to_string_lossy(), None).map(Some);
        }
        Located::Namespace(portions) => portions,
        Located::Nowhere => return Ok(None),
    };
    let portions: Vec<Value> =
        portions.iter().map(|p| Str::new(th, &p.to_string_lossy()).value()).collect();
    // PEP 420.
    let m = Module::new(th, name);
    let path = List::new(th, &portions).value();
    m.set(th, "__path__", path);
    set_spec(th, m, name, "namespace", None, Some(path))?;
    state::modules().set(th, Str::new(th, name).value(), m.value())?;
    Ok(Some(m.value()))
}

/// Where the source of a module is.
enum Located {
    Package {
        folder: PathBuf,
        init: PathBuf,
    },
    File(PathBuf),
    /// Folders of a namespace package (PEP 420).
    Namespace(Vec<PathBuf>),
    Nowhere,
}

/// Looks for the source of `name` in `search`, the parent's `__path__`, or on `sys.path`.
fn locate(th: &Thread, name: &str, search: Option<Value>) -> PyResult<Located> {
    let dirs = match search.or_else(|| sys_attribute(th, "path")) {
        Some(path) => ops::collect(th, path)?,
        None => Vec::new(),
    };
    let short = name.rsplit('.').next().expect("a name");
    let mut portions = Vec::new();
    for dir in dirs {
        let Some(dir) = dir.cast::<Str>() else { continue };
        let text = dir.to_string();
        let base = if text.is_empty() { PathBuf::from(".") } else { PathBuf::from(&text) };
        let folder = base.join(short);
        let init = folder.join("__init__.py");
        if init.is_file() {
            return Ok(Located::Package { folder, init });
        }
        let file = base.join(format!("{short}.py"));
        if file.is_file() {
            return Ok(Located::File(file));
        }
        if folder.is_dir() {
            portions.push(folder);
        }
    }
    Ok(if portions.is_empty() { Located::Nowhere } else { Located::Namespace(portions) })
}

/// Runs module `name` in `main`, as `python -m` does: a package's `__main__`, with its parents
/// imported first and `sys.argv[0]` the file. Raises `ImportError` where there is none.
pub fn run_as_main(th: &Thread, main: &'static Module, name: &str) -> PyResult<()> {
    let search = match name.rsplit_once('.') {
        Some((parent, _)) => {
            let parent = find_and_load(th, parent)?;
            get_attr_or_none(th, parent, intern!(th, "__path__"))?
        }
        None => None,
    };
    let file = match locate(th, name, search)? {
        Located::File(file) => file,
        Located::Package { .. } if !name.ends_with(".__main__") => {
            return run_as_main(th, main, &format!("{name}.__main__"));
        }
        _ => return Err(raise!(th, ImportError, "No module named {name}")),
    };
    let file = std::path::absolute(&file).unwrap_or(file);
    let code = compile_file(th, &file)?;
    let text = file.to_string_lossy().into_owned();
    main.set(th, "__file__", Str::new(th, &text).value());
    set_spec(th, main, name, &text, Some(&text), None)?;
    if let Some(argv) = sys_attribute(th, "argv").and_then(|a| a.cast::<List>()) {
        argv.set_signed(0, Str::new(th, &text).value());
    }
    interpreter::eval_code(th, code, main.dict(), None, None).map(|_| ())
}

/// Asks the finders of `sys.meta_path`.
fn ask_meta_path(th: &Thread, name: &str, search: Option<Value>) -> PyResult<Option<Value>> {
    let Some(finders) = sys_attribute(th, "meta_path") else { return Ok(None) };
    for finder in ops::collect(th, finders)? {
        let Some(f) = get_attr_or_none(th, finder, intern!(th, "find_spec"))? else { continue };
        let args = [Str::new(th, name).value(), search.unwrap_or(Value::NONE), Value::NONE];
        let spec = ops::call(th, f, &args)?;
        if !spec.is_none() {
            let load = ops::import::from_module(th, "importlib._bootstrap", "_load_unlocked")?;
            return ops::call(th, load, &[spec]).map(Some);
        }
    }
    Ok(None)
}

fn compile_file(th: &Thread, path: &Path) -> PyResult<&'static Code> {
    let source = match std::fs::read(path) {
        Ok(s) => s,
        Err(e) => {
            let name = Str::new(th, &path.to_string_lossy()).value();
            return Err(crate::types::exception::raise_os_error(
                th,
                e.raw_os_error().unwrap_or(0),
                &sys::errno::message(e.raw_os_error().unwrap_or(0)),
                Some(name),
                None,
            ));
        }
    };
    let filename = Str::new(th, &path.to_string_lossy());
    let unit = (front_end(th)?.compile)(th, &source, filename, "exec", 0, optimize_level(th))?;
    Ok(Code::new(th, &unit))
}

/// Makes the module, puts it in `sys.modules` and runs its code; takes it out where that raises.
fn run_module(
    th: &Thread,
    name: &str,
    code: &'static Code,
    file: &str,
    package: Option<&Path>,
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
    let spec = set_spec(th, m, name, file, Some(file), path)?;
    m.set(th, "__builtins__", state::modules().get_name(intern!(th, "builtins")).expect("loaded"));
    state::modules().set(th, key, m.value())?;
    let initializing = intern!(th, "_initializing");
    crate::object::set_attr(th, spec, initializing, Value::TRUE)?;
    let result = interpreter::eval_code(th, code, m.dict(), None, None);
    let raised = th.raised.take();
    crate::object::set_attr(th, spec, initializing, Value::FALSE)?;
    if result.is_err() {
        state::modules().remove(th, key)?;
        th.raised.set(raised);
        return Err(crate::Raised);
    }
    // A module may replace itself in sys.modules.
    Ok(state::modules().get(th, key)?.unwrap_or(m.value()))
}

/// Gives the module `__package__` and a spec with the attributes of `ModuleSpec`.
fn set_spec(
    th: &Thread,
    m: &'static Module,
    name: &str,
    origin: &str,
    file: Option<&str>,
    path: Option<Value>,
) -> PyResult<Value> {
    let parent = if path.is_some() { name } else { name.rsplit_once('.').map_or("", |(p, _)| p) };
    let text = |s: &str| Str::new(th, s).value();
    m.set(th, "__package__", text(parent));
    let spec = simple_namespace::new(
        th,
        &[
            ("name", text(name)),
            ("loader", Value::NONE),
            ("origin", if origin == "namespace" { Value::NONE } else { text(origin) }),
            ("submodule_search_locations", path.unwrap_or(Value::NONE)),
            ("loader_state", Value::NONE),
            ("cached", Value::NONE),
            ("parent", text(parent)),
            ("has_location", Value::from_bool(file.is_some())),
            ("_initializing", Value::FALSE),
            ("_uninitialized_submodules", List::new(th, &[]).value()),
        ],
    );
    m.set(th, "__spec__", spec);
    Ok(spec)
}
