//! The import system as Python code sees it: specs, loaders and `sys.meta_path`.
//!
//! It is `importlib._bootstrap`, which runs when a program first asks for it by importing
//! `importlib`. Until then modules have plain specs, and `sys.meta_path` has only what the program
//! put there. From then on it has CPython's three finders too, and modules have the specs and
//! loaders that these give; but [`super::load`] does those finders' work itself as long as nothing
//! in `sys.path_hooks` is the program's.

use krait_layout::{Thread, Value};

use super::{module_code, run_module, sys_attribute};
use crate::error::PyResult;
use crate::object::{Object, ValueExt, get_attr};
use crate::ops;
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::module::Module;
use crate::types::simple_namespace::{self, SimpleNamespace};
use crate::types::str::Str;
use crate::{intern, state};

/// The names under which `importlib` looks for its two parts, and where they are.
pub const PARTS: [(&str, &str); 2] = [
    ("_frozen_importlib", "importlib._bootstrap"),
    ("_frozen_importlib_external", "importlib._bootstrap_external"),
];

/// Which of CPython's finders an entry of `sys.meta_path` is.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Finder {
    BuiltIn,
    Frozen,
    Path,
    /// The program's own.
    Other(Value),
}

/// What was installed: empty before.
fn installed(th: &Thread) -> &'static Dict {
    state::module_state(th, "importlib")
}

/// Whether `importlib` is being set up: it would look for what `FrozenImporter` leaves behind in
/// the modules that are there, which have their specs from [`note_installed`].
pub fn is_installing(th: &Thread) -> bool {
    installed(th).get_name(intern!(th, "installing")).is_some() && !is_installed(th)
}

pub fn is_installed(th: &Thread) -> bool {
    installed(th).get_name(intern!(th, "PathFinder")).is_some()
}

/// The finders to ask, in order.
pub fn finders(th: &Thread) -> PyResult<Vec<Finder>> {
    let entries = match sys_attribute(th, "meta_path").and_then(|l| l.cast::<List>()) {
        Some(list) => list.to_vec(),
        None => Vec::new(),
    };
    let is_running = installed(th).get_name(intern!(th, "installing")).is_some();
    if !is_installed(th) {
        // While `importlib` itself is loaded, its finders are not ready.
        let entries = if is_running { Vec::new() } else { entries };
        let own = entries.into_iter().map(Finder::Other);
        return Ok(own.chain([Finder::BuiltIn, Finder::Frozen, Finder::Path]).collect());
    }
    let known = installed(th);
    let is = |name: &str, v: Value| known.get_name(state::intern(th, name)) == Some(v);
    let kind = |v| match v {
        v if is("BuiltinImporter", v) => Finder::BuiltIn,
        v if is("FrozenImporter", v) => Finder::Frozen,
        v if is("PathFinder", v) => Finder::Path,
        v => Finder::Other(v),
    };
    Ok(entries.into_iter().map(kind).collect())
}

/// Whether nothing but CPython's own finder of files looks at `sys.path`.
pub fn has_own_path_hooks(th: &Thread) -> bool {
    let hooks = sys_attribute(th, "path_hooks").and_then(|l| l.cast::<List>());
    let hooks = hooks.map_or(Vec::new(), |l| l.to_vec());
    let own = installed(th).get_name(intern!(th, "hook"));
    let cached = sys_attribute(th, "path_importer_cache").and_then(|d| d.cast::<Dict>());
    let finder = installed(th).get_name(intern!(th, "FileFinder"));
    let is_own = |v: Value| v.is_none() || Some(v.class().value()) == finder;
    hooks.into_iter().all(|hook| Some(hook) == own)
        && cached.is_none_or(|d| d.iter().all(|(_, v)| is_own(v)))
}

/// Loads the part of `importlib` named `name`, if it is one.
pub fn load_part(th: &Thread, name: &str) -> PyResult<Option<Value>> {
    let Some((_, module)) = PARTS.iter().find(|(part, _)| *part == name) else { return Ok(None) };
    let Some((code, file)) = module_code(th, module)? else { return Ok(None) };
    let part = run_module(th, name, code, &file, None)?;
    if name == PARTS[0].0 {
        installed(th).set_name(th, intern!(th, "installing"), Value::TRUE);
        let imp = super::find_and_load(th, "_imp")?;
        let sys = state::GLOBALS.sys.get().expect("made at start");
        ops::call_method(th, part, intern!(th, "_install"), &[sys, imp])?;
        ops::call_method(th, part, intern!(th, "_install_external_importers"), &[])?;
        note_installed(th, part)?;
    }
    Ok(Some(part))
}

/// Makes sure that the import system exists as Python code.
pub fn install(th: &Thread) -> PyResult<()> {
    if !is_installed(th) {
        super::find_and_load(th, PARTS[0].0)?;
    }
    Ok(())
}

/// Puts the finder for archives in front of `sys.path_hooks`; only programs that have an archive on
/// `sys.path` need it.
pub fn add_archives(th: &Thread) -> PyResult<()> {
    install(th)?;
    let importer = ops::import::from_module(th, "zipimport", "zipimporter")?;
    if let Some(hooks) = sys_attribute(th, "path_hooks").and_then(|l| l.cast::<List>())
        && !hooks.to_vec().contains(&importer)
    {
        hooks.insert_at(th, 0, importer);
    }
    Ok(())
}

/// Keeps what tells CPython's finders from a program's, and gives the modules that are there the
/// specs that they would have had.
fn note_installed(th: &Thread, bootstrap: Value) -> PyResult<()> {
    let external = super::find_and_load(th, PARTS[1].0)?;
    let known = installed(th);
    for (module, name) in [
        (bootstrap, "BuiltinImporter"),
        (bootstrap, "FrozenImporter"),
        (bootstrap, "ModuleSpec"),
        (bootstrap, "_init_module_attrs"),
        (external, "FileFinder"),
        (external, "SourceFileLoader"),
        (external, "SourcelessFileLoader"),
        (external, "spec_from_file_location"),
        (external, "PathFinder"),
    ] {
        let name = state::intern(th, name);
        known.set_name(th, name, get_attr(th, module, name)?);
    }
    let hooks = sys_attribute(th, "path_hooks").and_then(|l| l.cast::<List>());
    if let Some(hook) = hooks.and_then(|l| l.to_vec().last().copied()) {
        known.set_name(th, intern!(th, "hook"), hook);
    }
    let modules: Vec<Value> = state::modules().pairs().into_iter().map(|(_, m)| m).collect();
    for m in modules {
        let Some(m) = m.cast::<Module>() else { continue };
        let spec = m.get(th, "__spec__").filter(|s| s.cast::<SimpleNamespace>().is_some());
        if let Some(spec) = spec {
            let initializing = get_attr(th, spec, intern!(th, "_initializing"))?;
            set_real_spec(th, m, &plain_origin(th, spec)?)?;
            let real = m.get(th, "__spec__").unwrap_or(Value::NONE);
            if !real.is_none() {
                crate::object::set_attr(th, real, intern!(th, "_initializing"), initializing)?;
            }
        }
    }
    Ok(())
}

/// Where a module came from.
pub struct Origin {
    pub name: String,
    pub place: Place,
    /// `__path__`, of a package.
    pub path: Option<Value>,
}

pub enum Place {
    BuiltIn,
    /// Part of the executable, under the name of this file.
    Frozen(String),
    File(String),
}

/// Gives a fresh module its `__spec__` and what follows from it.
pub fn set_spec(th: &Thread, m: &'static Module, origin: &Origin) -> PyResult<Value> {
    if is_installed(th) { set_real_spec(th, m, origin) } else { set_plain_spec(th, m, origin) }
}

/// A spec with the attributes of a `ModuleSpec`, made without Python code.
fn set_plain_spec(th: &Thread, m: &'static Module, origin: &Origin) -> PyResult<Value> {
    let name = origin.name.as_str();
    let parent = match origin.path {
        Some(_) => name,
        None => name.rsplit_once('.').map_or("", |(parent, _)| parent),
    };
    let text = |s: &str| Str::new(th, s).value();
    m.set(th, "__package__", text(parent));
    let (place, has_location) = match &origin.place {
        Place::BuiltIn => (text("built-in"), false),
        Place::Frozen(file) => (text(file), false),
        Place::File(file) => (text(file), true),
    };
    let spec = simple_namespace::new(
        th,
        &[
            ("name", text(name)),
            ("loader", Value::NONE),
            ("origin", place),
            ("submodule_search_locations", origin.path.unwrap_or(Value::NONE)),
            ("loader_state", Value::NONE),
            ("cached", Value::NONE),
            ("parent", text(parent)),
            ("has_location", Value::from_bool(has_location)),
            ("_initializing", Value::FALSE),
            ("_uninitialized_submodules", List::new(th, &[]).value()),
        ],
    );
    m.set(th, "__spec__", spec);
    Ok(spec)
}

/// What a plain spec says.
fn plain_origin(th: &Thread, spec: Value) -> PyResult<Origin> {
    let get = |name: &str| get_attr(th, spec, state::intern(th, name));
    let name = ops::str_string(th, get("name")?)?;
    let path = Some(get("submodule_search_locations")?).filter(|p| !p.is_none());
    let place = ops::str_string(th, get("origin")?)?;
    let place = if ops::truth(th, get("has_location")?)? {
        Place::File(place)
    } else if place == "built-in" {
        Place::BuiltIn
    } else {
        Place::Frozen(place)
    };
    Ok(Origin { name, place, path })
}

/// The spec that CPython's finder for such a module gives; sets the module's attributes by it.
fn set_real_spec(th: &Thread, m: &'static Module, origin: &Origin) -> PyResult<Value> {
    let known = installed(th);
    let known = |name: &str| known.get_name(state::intern(th, name)).expect("installed");
    let name = Str::new(th, &origin.name).value();
    let key = |s: &str| state::intern(th, s);
    let spec = match &origin.place {
        Place::BuiltIn => {
            let origin = (key("origin"), key("built-in"));
            ops::call_with(th, known("ModuleSpec"), &[name, known("BuiltinImporter")], &[origin])?
        }
        Place::Frozen(file) => {
            let package = Value::from_bool(origin.path.is_some());
            let state = [("filename", Str::new(th, file).value()), ("origname", name)];
            let options = [
                (key("origin"), Str::new(th, file).value()),
                (key("is_package"), package),
                (key("loader_state"), simple_namespace::new(th, &state)),
            ];
            let args = [name, known("FrozenImporter")];
            let spec = ops::call_with(th, known("ModuleSpec"), &args, &options)?;
            if let Some(path) = origin.path {
                crate::object::set_attr(th, spec, key("submodule_search_locations"), path)?;
            }
            spec
        }
        Place::File(file) => {
            let loader =
                if file.ends_with(".pyc") { "SourcelessFileLoader" } else { "SourceFileLoader" };
            let file = Str::new(th, file).value();
            let loader = ops::call(th, known(loader), &[name, file])?;
            let mut options = vec![(key("loader"), loader)];
            options.extend(origin.path.map(|path| (key("submodule_search_locations"), path)));
            ops::call_with(th, known("spec_from_file_location"), &[name, file], &options)?
        }
    };
    ops::call(th, known("_init_module_attrs"), &[spec, m.value()])?;
    Ok(spec)
}
