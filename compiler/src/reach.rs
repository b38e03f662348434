//! What a module's code may ask of the executable beside the modules that it imports by name: the
//! compiler's front end, modules whose names are made at run time, encodings.
//!
//! All of it is a guess from names in the bytecode. One too many makes the executable larger; one
//! too few raises an error at run time that says what to do, so the guesses are generous.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use krait_runtime::bytecode::code_unit::{CodeUnit, Constant};
use krait_runtime::bytecode::opcode::Opcode;

use crate::lower::decode::{self, Instruction};

/// What a module's code reaches.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Reach {
    /// It may compile source: `eval`, `exec`, `compile`, or running a file.
    pub compiles: bool,
    /// It may import modules by names that are made at run time.
    pub imports_by_name: bool,
    /// Modules that the runtime imports on behalf of what the code uses.
    pub implied: BTreeSet<String>,
    /// Constants that may be the name of a module or of an encoding.
    pub strings: BTreeSet<String>,
    /// Words of texts in which something is imported: source that it may compile.
    pub words: BTreeSet<String>,
}

/// Builtin functions that compile source.
const COMPILING: &[&str] = &["eval", "exec", "compile"];

/// Names, of whatever object, whose use may run source found at run time.
const RUNNING: &[&str] = &["exec_module", "run_path", "run_module"];

/// Native modules that are part of the front end.
const FRONT_END: &[&str] = &["_ast", "_symtable", "_tokenize"];

/// Names, of whatever object, whose use may import a module by its name.
const IMPORTING: &[&str] = &["__import__", "import_module", "find_spec", "load_module"];

/// Names whose use makes the runtime import a module.
const IMPLIED: &[(&str, &str)] = &[
    ("__reduce_ex__", "copyreg"),
    ("__reduce__", "copyreg"),
    ("breakpoint", "pdb"),
    ("set_trace", "pdb"),
    ("strptime", "_strptime"),
];

/// The longest string that is taken for a name.
const LONGEST: usize = 80;

/// Notes what an instruction of `unit` reaches.
pub fn note(unit: &CodeUnit, instruction: &Instruction, reach: &mut Reach) {
    let oparg = instruction.oparg as usize;
    let name_at = |index: usize| unit.names[index].as_str().unwrap_or_default();
    let name = match instruction.opcode {
        Opcode::LOAD_NAME | Opcode::LOAD_FROM_DICT_OR_GLOBALS => {
            reach.compiles |= COMPILING.contains(&name_at(oparg));
            name_at(oparg)
        }
        Opcode::LOAD_GLOBAL => {
            reach.compiles |= COMPILING.contains(&name_at(oparg >> 1));
            name_at(oparg >> 1)
        }
        Opcode::LOAD_ATTR => name_at(oparg >> 1),
        Opcode::LOAD_SUPER_ATTR => name_at(oparg >> 2),
        Opcode::IMPORT_NAME | Opcode::IMPORT_FROM => name_at(oparg),
        // A jump of a debugger, which may warn.
        Opcode::STORE_ATTR if name_at(oparg) == "f_lineno" => {
            reach.implied.insert("warnings".to_string());
            return;
        }
        Opcode::CALL_INTRINSIC_1 if TYPE_PARAMETERS.contains(&instruction.oparg) => {
            reach.implied.insert("typing".to_string());
            return;
        }
        Opcode::LOAD_CONST => return strings(&unit.consts[oparg], reach),
        _ => return,
    };
    reach.compiles |= RUNNING.contains(&name) || FRONT_END.contains(&name);
    reach.imports_by_name |= IMPORTING.contains(&name);
    let implied = IMPLIED.iter().filter(|(used, _)| *used == name);
    reach.implied.extend(implied.map(|(_, module)| module.to_string()));
}

impl Reach {
    pub fn add(&mut self, other: Reach) {
        self.compiles |= other.compiles;
        self.imports_by_name |= other.imports_by_name;
        self.implied.extend(other.implied);
        self.strings.extend(other.strings);
        self.words.extend(other.words);
    }
}

/// `CALL_INTRINSIC_1`'s operands for type parameters (CPython's `pycore_intrinsics.h`):
/// `INTRINSIC_TYPEVAR` to `INTRINSIC_TYPEALIAS`.
const TYPE_PARAMETERS: std::ops::RangeInclusive<u32> = 7..=11;

fn strings(constant: &Constant, reach: &mut Reach) {
    match constant {
        Constant::Str(text) => {
            let text = text.as_str();
            if let Ok(text) = text
                && text.contains("import")
            {
                let words = text.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.'));
                reach.words.extend(words.filter(|word| !word.is_empty()).map(str::to_string));
            }
            if let Ok(text) = text
                && text.len() <= LONGEST
                && text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
                && text.chars().all(|c| c.is_ascii_alphanumeric() || "._- ".contains(c))
            {
                reach.strings.insert(text.to_string());
            }
        }
        Constant::Tuple(items) | Constant::FrozenSet(items) => {
            items.iter().for_each(|item| strings(item, reach));
        }
        _ => {}
    }
}

/// The modules of the package `encodings`, by the names that programs give to encodings.
pub struct Encodings(BTreeMap<String, String>);

impl Encodings {
    /// Reads the names off the library in `folder` and off the code of `encodings.aliases`.
    pub fn new(folder: &Path, aliases: Option<&CodeUnit>) -> Encodings {
        let files = std::fs::read_dir(folder.join("encodings")).into_iter().flatten().flatten();
        let modules = files
            .filter_map(|file| Some(file.file_name().to_str()?.strip_suffix(".py")?.to_string()));
        let modules: BTreeSet<String> = modules.filter(|name| !name.starts_with('_')).collect();
        let mut names: BTreeMap<String, String> =
            modules.iter().map(|name| (name.clone(), name.clone())).collect();
        // The table of aliases is one long display: each alias's constant precedes its module's.
        let code = aliases.map(|unit| (unit, decode::instructions(&unit.code)));
        let constants: Vec<&str> = code
            .iter()
            .flat_map(|(unit, code)| {
                code.iter().filter(|i| i.opcode == Opcode::LOAD_CONST).filter_map(|i| {
                    match &unit.consts[i.oparg as usize] {
                        Constant::Str(text) => text.as_str().ok(),
                        _ => None,
                    }
                })
            })
            .collect();
        for pair in constants.windows(2).filter(|pair| modules.contains(pair[1])) {
            names.entry(pair[0].to_string()).or_insert_with(|| pair[1].to_string());
        }
        Encodings(names)
    }

    /// The module of an encoding.
    pub fn module(&self, name: &str) -> Option<String> {
        let normal: String = name.to_ascii_lowercase().replace(['-', ' ', '.'], "_");
        let found = self.0.get(&normal).or_else(|| self.0.get(&normal.replace('_', "")));
        found.map(|module| format!("encodings.{module}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(source: &str) -> Reach {
        let options = krait_frontend::Options { stack_budget: 1 << 20, ..Default::default() };
        let name = rustpython_wtf8::Wtf8::new("<test>");
        let mode = krait_frontend::Mode::Exec;
        let compiled = krait_frontend::compile(source.as_bytes(), name, mode, &options);
        let code = compiled.expect("the test's source is right").code;
        let mut reach = Reach::default();
        crate::parts::parts(&code, "test", false)
            .into_iter()
            .for_each(|part| reach.add(part.reach));
        reach
    }

    #[test]
    fn builtins_that_compile_are_told_from_methods_of_that_name() {
        assert!(!of("import re\ndef f():\n    re.compile('x')").compiles);
        assert!(of("def f():\n    return eval('1')").compiles);
        assert!(of("class C:\n    exec('x = 1')").compiles);
    }

    #[test]
    fn names_of_modules_are_collected() {
        let reach = of("m = __import__(name)\nT = {'a': ('pkg.mod', 'two words!')}");
        assert!(reach.imports_by_name);
        assert!(reach.strings.contains("pkg.mod"));
        assert!(!reach.strings.contains("two words!"));
        assert!(of("exec('import a.b, c')").words.contains("a.b"));
    }
}
