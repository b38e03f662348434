//! Which modules a program imports, and where they are.
//!
//! The imports are read off the bytecode; which of it counts, [`crate::parts`] says. What cannot be
//! found is left to run time, as it may be meant to fail.

use std::path::{Path, PathBuf};

use krait_runtime::bytecode::code_unit::{CodeUnit, Constant};
use krait_runtime::bytecode::opcode::Opcode;

use crate::lower::decode::Instruction;

/// A module's source file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Found {
    /// Full name.
    pub name: String,
    pub path: PathBuf,
    pub package: bool,
    /// Whether it belongs to the standard library.
    pub library: bool,
}

/// Where modules are looked for, in order.
#[derive(Clone, Debug)]
pub struct SearchPath {
    /// The folder of the main file, then `PYTHONPATH`.
    pub program: Vec<PathBuf>,
    /// The standard library.
    pub library: Vec<PathBuf>,
}

impl SearchPath {
    /// The path for a program in `folder`.
    pub fn new(folder: &Path) -> SearchPath {
        let mut program = vec![folder.to_path_buf()];
        if let Some(more) = std::env::var_os("PYTHONPATH") {
            program.extend(std::env::split_paths(&more).filter(|p| !p.as_os_str().is_empty()));
        }
        let overlay = Path::new(env!("CARGO_MANIFEST_DIR")).join("stdlib/python");
        SearchPath { program, library: vec![overlay, rustpython_pylib::LIB_PATH.into()] }
    }

    /// The folder of the standard library.
    pub fn library_folder(&self) -> &Path {
        self.library.last().expect("there is always one")
    }

    /// The module of that full name.
    pub fn find(&self, name: &str) -> Option<Found> {
        let relative: PathBuf = name.split('.').collect();
        let folders = self.program.iter().map(|f| (f, false));
        for (folder, library) in folders.chain(self.library.iter().map(|f| (f, true))) {
            let base = folder.join(&relative);
            for (path, package) in
                [(base.join("__init__.py"), true), (base.with_extension("py"), false)]
            {
                if path.is_file() {
                    return Some(Found { name: name.to_string(), path, package, library });
                }
            }
        }
        None
    }

    /// The module of that full name and, if it is a package, all that its folder holds.
    pub fn find_all(&self, name: &str) -> Vec<Found> {
        let Some(found) = self.find(name) else { return vec![] };
        let mut list = vec![found];
        if list[0].package {
            let folder = list[0].path.parent().expect("an `__init__.py` is in a folder");
            let mut names: Vec<String> = std::fs::read_dir(folder)
                .into_iter()
                .flatten()
                .flatten()
                .filter_map(|entry| {
                    let file = entry.file_name().into_string().ok()?;
                    let short = file.strip_suffix(".py").unwrap_or(&file);
                    let module = short != "__init__" && !short.contains('.');
                    module.then(|| format!("{name}.{short}"))
                })
                .collect();
            names.sort();
            list.extend(names.iter().flat_map(|name| self.find_all(name)));
        }
        list
    }
}

/// One import statement.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Import {
    /// Full name of the module, leading dots resolved.
    pub module: String,
    /// Names after `from … import`, each of which may be a submodule.
    pub names: Vec<String>,
}

impl Import {
    /// Names of modules that the statement may import, packages around them first.
    pub fn candidates(&self) -> Vec<String> {
        let mut list: Vec<String> =
            self.module.match_indices('.').map(|(end, _)| self.module[..end].to_string()).collect();
        list.push(self.module.clone());
        list.extend(self.names.iter().map(|name| format!("{}.{name}", self.module)));
        list
    }
}

/// What the instruction `code[n]` of `unit`, in the module `name`, imports.
pub fn import_at(
    unit: &CodeUnit,
    code: &[Instruction],
    n: usize,
    name: &str,
    package: bool,
) -> Option<Import> {
    if code[n].opcode != Opcode::IMPORT_NAME || n < 2 {
        return None;
    }
    let level = number(unit, &code[n - 2]).unwrap_or(0);
    let module = unit.names[code[n].oparg as usize].as_str().unwrap_or_default();
    let module = resolve(module, level, name, package)?;
    Some(Import { module, names: names(unit, &code[n - 1]) })
}

/// The `level` operand of the import.
fn number(unit: &CodeUnit, instruction: &Instruction) -> Option<usize> {
    match instruction.opcode {
        Opcode::LOAD_SMALL_INT => Some(instruction.oparg as usize),
        Opcode::LOAD_CONST => match &unit.consts[instruction.oparg as usize] {
            Constant::Int(n) => usize::try_from(n).ok(),
            _ => None,
        },
        _ => None,
    }
}

/// The names of `from … import`.
fn names(unit: &CodeUnit, instruction: &Instruction) -> Vec<String> {
    let Opcode::LOAD_CONST = instruction.opcode else { return vec![] };
    let Constant::Tuple(items) = &unit.consts[instruction.oparg as usize] else { return vec![] };
    let text = |constant: &Constant| match constant {
        Constant::Str(text) => text.as_str().ok().map(str::to_string),
        _ => None,
    };
    items.iter().filter_map(text).filter(|name| name != "*").collect()
}

/// The full name of what `from ..module import` means in the module `name`.
fn resolve(module: &str, level: usize, name: &str, package: bool) -> Option<String> {
    if level == 0 {
        return Some(module.to_string());
    }
    let mut parts: Vec<&str> = name.split('.').collect();
    let up = if package { level - 1 } else { level };
    if up >= parts.len() + usize::from(module.is_empty()) {
        return None;
    }
    parts.truncate(parts.len() - up);
    if !module.is_empty() {
        parts.push(module);
    }
    if parts.is_empty() { None } else { Some(parts.join(".")) }
}

#[cfg(test)]
mod tests {
    use super::resolve;

    #[test]
    fn relative_imports_resolve_against_the_package() {
        assert_eq!(resolve("x", 1, "a.b", false).as_deref(), Some("a.x"));
        assert_eq!(resolve("x", 1, "a.b", true).as_deref(), Some("a.b.x"));
        assert_eq!(resolve("", 1, "a.b", false).as_deref(), Some("a"));
        assert_eq!(resolve("x", 2, "a.b", true).as_deref(), Some("a.x"));
        assert_eq!(resolve("x", 2, "a.b", false), None);
    }
}
