//! What a module's code may import and use, function by function, and which functions may run.
//!
//! The library imports much in functions that few programs call: `warnings` alone would bring half
//! of it. So of a library module, a function at the top level or a class's methods count only if
//! code that counts mentions the name: the same module as a global, any module as an attribute, as
//! a global that it imported, or in a string, which `getattr` may take; a string that ends in `_`
//! mentions all names that begin with it. Of a class that is mentioned, special methods count, and
//! the others if they are mentioned. What `@register` gets always counts, and so does all of the
//! program's own code. What is left out by mistake raises an error that says how to include it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ops::Range;

use krait_runtime::bytecode::code_unit::{CodeUnit, Constant, flags};
use krait_runtime::bytecode::opcode::Opcode;

use crate::imports::{self, Import};
use crate::lower::decode::{self, Handler, Instruction};
use crate::reach::{self, Reach};

/// Code of a module that counts as a whole.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Part {
    /// Names of the functions and classes around it, all of which have to be mentioned.
    pub functions: Vec<String>,
    pub imports: Vec<Import>,
    /// Modules among them without which the module cannot be imported.
    pub needs: BTreeSet<String>,
    pub reach: Reach,
    /// Names of globals that it loads.
    pub globals: BTreeSet<String>,
    /// Names that it mentions otherwise.
    pub names: BTreeSet<String>,
}

/// In the place of a function's name, for what runs only in a main module: nobody can mention it.
const IF_MAIN: &str = "if __name__ == '__main__'";

/// Classes and functions that the runtime uses by their names.
const BY_RUNTIME: [&str; 9] = [
    "BuiltinImporter",
    "FileFinder",
    "FrozenImporter",
    "PathFinder",
    "SourceFileLoader",
    "SourcelessFileLoader",
    "_compile_template",
    "_load_unlocked",
    "_strptime_time",
];

/// The parts of the module `name`; the first is what importing it runs. In the program's `own`
/// modules, every word of a string is a mention, since it may be compiled.
pub fn parts(unit: &CodeUnit, name: &str, package: bool, own: bool) -> Vec<Part> {
    let mut module = Module {
        name,
        package,
        own,
        parts: vec![Part::default()],
        imported: BTreeSet::new(),
        star: false,
    };
    module.collect(unit, 0, 0);
    let Module { mut parts, imported, star, .. } = module;
    // A global may be another module's function.
    for part in &mut parts {
        let others = part.globals.iter().filter(|name| star || imported.contains(*name));
        part.names.extend(others.cloned());
    }
    parts
}

struct Module<'m> {
    name: &'m str,
    package: bool,
    own: bool,
    parts: Vec<Part>,
    /// Globals that the module imports from others, and whether it imports all that others have.
    imported: BTreeSet<String>,
    star: bool,
}

impl Module<'_> {
    /// Adds `unit`, whose own code belongs to `part`, and the functions in it, which belong to
    /// `inside`.
    fn collect(&mut self, unit: &CodeUnit, part: usize, inside: usize) {
        let code = decode::instructions(&unit.code);
        let main = main_block(unit, &code);
        let main_part = main.as_ref().map_or(part, |_| self.add_part(part, IF_MAIN));
        let exported = exported(unit, &code);
        let handlers = decode::handlers(unit);
        let name_at = |index: usize| unit.names[index].as_str().unwrap_or_default().to_string();
        for (n, instruction) in code.iter().enumerate() {
            let oparg = instruction.oparg as usize;
            let in_main = main.as_ref().is_some_and(|range| range.contains(&n));
            let part = if in_main { main_part } else { part };
            let inside = if in_main { main_part } else { inside };
            let own = &mut self.parts[part];
            match instruction.opcode {
                Opcode::LOAD_NAME | Opcode::LOAD_FROM_DICT_OR_GLOBALS => {
                    own.globals.insert(name_at(oparg));
                }
                Opcode::LOAD_GLOBAL => {
                    own.globals.insert(name_at(oparg >> 1));
                }
                Opcode::LOAD_ATTR => {
                    own.names.insert(name_at(oparg >> 1));
                }
                Opcode::LOAD_SUPER_ATTR => {
                    own.names.insert(name_at(oparg >> 2));
                }
                Opcode::IMPORT_FROM => {
                    // Under its own name it is mentioned where that is loaded.
                    let name = name_at(oparg);
                    let store = &code[n + 1];
                    if store.opcode == Opcode::STORE_NAME && name_at(store.oparg as usize) == name {
                        self.imported.insert(name);
                    } else {
                        own.names.insert(name);
                    }
                }
                // INTRINSIC_IMPORT_STAR
                Opcode::CALL_INTRINSIC_1 if oparg == 2 => self.star = true,
                Opcode::LOAD_CONST => match &unit.consts[oparg] {
                    Constant::Code(inner) => {
                        let (body, functions) = match stored(unit, inner, &code, n) {
                            Some(Stored::Function(name)) => {
                                let part = self.add_part(inside, &name);
                                (part, part)
                            }
                            Some(Stored::Special) => (inside, inside),
                            Some(Stored::Class(name)) => (part, self.add_part(inside, &name)),
                            None => (part, part),
                        };
                        self.collect(inner, body, functions);
                    }
                    _ if exported.contains(&n) || names_itself(unit, &code, n) => {}
                    constant => mentions(constant, self.own, own),
                },
                _ => {}
            }
            let own = &mut self.parts[part];
            if let Some(import) = imports::import_at(unit, &code, n, self.name, self.package) {
                let at = instruction.offset;
                let caught = |h: &Handler| (h.start..h.end).contains(&at);
                let skips = |i: &Instruction| i.target().is_some_and(|target| target > at);
                let certain = !handlers.iter().any(caught) && !code[..n].iter().any(skips);
                if unit.flags & flags::OPTIMIZED == 0 && certain {
                    own.needs.insert(import.module.clone());
                }
                own.imports.push(import);
            }
            reach::note(unit, instruction, &mut own.reach);
        }
    }

    /// A new part inside of the part `outer`.
    fn add_part(&mut self, outer: usize, name: &str) -> usize {
        let mut names = self.parts[outer].functions.clone();
        names.push(name.to_string());
        self.parts.push(Part { functions: names, ..Part::default() });
        self.parts.len() - 1
    }
}

/// What code is stored as, if nothing else can be done with it before.
enum Stored {
    Function(String),
    /// A special method.
    Special,
    Class(String),
}

/// What becomes of `inner`, which `code[n]` loads.
fn stored(unit: &CodeUnit, inner: &CodeUnit, code: &[Instruction], n: usize) -> Option<Stored> {
    if unit.flags & flags::OPTIMIZED != 0 {
        return None;
    }
    let name_at = |i: &Instruction| unit.names[i.oparg as usize].as_str().unwrap_or_default();
    let stores = |i: &Instruction| matches!(i.opcode, Opcode::STORE_NAME | Opcode::STORE_GLOBAL);
    if inner.flags & flags::OPTIMIZED == 0 {
        // `__build_class__` is called with the body, the name and the bases.
        let calls = [Opcode::CALL, Opcode::CALL_KW];
        let call = code[n..].iter().position(|i| calls.contains(&i.opcode) || stores(i))?;
        let store = code[n + call..].get(1)?;
        return stores(store).then(|| Stored::Class(name_at(store).to_string()));
    }
    let making = [Opcode::MAKE_FUNCTION, Opcode::SET_FUNCTION_ATTRIBUTE];
    let following = code[n + 1..].iter().skip_while(|i| making.contains(&i.opcode));
    let decorator = |i: &&Instruction| (i.opcode, i.oparg) == (Opcode::CALL, 0);
    let mut following = following.peekable();
    if following.next_if(decorator).is_some() {
        while following.next_if(decorator).is_some() {}
        let mut decorators = code[..n].iter().rev().take_while(|i| !stores(i));
        // It may be called by what it was given to.
        let registers = |i: &Instruction| {
            let name = match i.opcode {
                Opcode::LOAD_NAME => i.oparg,
                Opcode::LOAD_ATTR => i.oparg >> 1,
                _ => return false,
            };
            unit.names[name as usize].as_str() == Ok("register")
        };
        if decorators.any(registers) {
            return None;
        }
    }
    let store = following.next()?;
    let name = Some(store).filter(|i| stores(i)).map(name_at)?;
    // `__signature__` is for `inspect`, which mentions it.
    let special = name.starts_with("__") && name.ends_with("__") && name != "__signature__";
    Some(if special { Stored::Special } else { Stored::Function(name.to_string()) })
}

/// The instructions of a module's `if __name__ == "__main__"`, to its end.
fn main_block(unit: &CodeUnit, code: &[Instruction]) -> Option<Range<usize>> {
    let is_main = |n: usize| {
        let name = |i: &Instruction| unit.names[i.oparg as usize].as_str() == Ok("__name__");
        let main = |i: &Instruction| match &unit.consts[i.oparg as usize] {
            Constant::Str(text) => text.as_str() == Ok("__main__"),
            _ => false,
        };
        code[n].opcode == Opcode::LOAD_NAME
            && name(&code[n])
            && code[n + 1].opcode == Opcode::LOAD_CONST
            && main(&code[n + 1])
            && code[n + 2].opcode == Opcode::COMPARE_OP
            && code[n + 3].opcode == Opcode::POP_JUMP_IF_FALSE
    };
    let start = (0..code.len().saturating_sub(3)).find(|n| is_main(*n))?;
    let target = code[start + 3].target()?;
    let end = code.iter().position(|i| i.start >= target)?;
    Some(start + 4..end)
}

/// Whether the constant that `code[n]` loads is part of a statement that gives names: a class's own
/// name, those of `from … import`, of keywords.
fn names_itself(unit: &CodeUnit, code: &[Instruction], n: usize) -> bool {
    let next = &code[n + 1];
    let qualname = next.opcode == Opcode::STORE_NAME
        && unit.names[next.oparg as usize].as_str() == Ok("__qualname__");
    let class = n > 0 && code[n - 1].opcode == Opcode::MAKE_FUNCTION;
    qualname || class || matches!(next.opcode, Opcode::IMPORT_NAME | Opcode::CALL_KW)
}

/// The constants that make up `__all__`, which mentions nothing: by their places in the code.
fn exported(unit: &CodeUnit, code: &[Instruction]) -> HashSet<usize> {
    use Opcode::{
        BINARY_OP, BUILD_LIST, BUILD_TUPLE, CALL, LIST_APPEND, LIST_EXTEND, LOAD_CONST, LOAD_NAME,
        STORE_NAME,
    };
    const BUILDING: [Opcode; 7] =
        [LOAD_CONST, BUILD_LIST, BUILD_TUPLE, LIST_EXTEND, LIST_APPEND, BINARY_OP, LOAD_NAME];
    let mut places = HashSet::new();
    let is_all = |i: &Instruction| unit.names[i.oparg as usize].as_str() == Ok("__all__");
    for (n, instruction) in code.iter().enumerate() {
        match instruction.opcode {
            STORE_NAME if is_all(instruction) => {
                let built = code[..n].iter().rev().take_while(|i| BUILDING.contains(&i.opcode));
                places.extend(n - built.count()..n);
            }
            // `__all__.append(…)`, and the like.
            LOAD_NAME if is_all(instruction) => {
                let until = |i: &&Instruction| !matches!(i.opcode, CALL | STORE_NAME);
                places.extend(n..n + code[n..].iter().take_while(until).count());
            }
            _ => {}
        }
    }
    places
}

/// Adds the names in a constant: strings that are names, or all `words` in strings.
fn mentions(constant: &Constant, words: bool, part: &mut Part) {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    match constant {
        Constant::Str(text) => {
            let Ok(text) = text.as_str() else { return };
            if words {
                for word in text.split(|c| !is_name(c)).filter(|word| word.len() > 1) {
                    part.names.insert(word.to_string());
                    reach::note_name(word, &mut part.reach);
                }
            } else if text.chars().all(is_name) && text.len() > 1 {
                part.names.insert(text.to_string());
            }
        }
        Constant::Tuple(items) | Constant::FrozenSet(items) => {
            items.iter().for_each(|item| mentions(item, words, part));
        }
        _ => {}
    }
}

/// What counts of the modules that were looked at so far.
pub struct Reached {
    /// By module.
    active: BTreeMap<String, (Vec<Import>, Reach)>,
    mentioned: HashSet<String>,
    /// Beginnings of names.
    prefixes: Vec<String>,
    globals: HashMap<String, HashSet<String>>,
    /// Parts, with their modules, that wait for a name to be mentioned.
    waiting: HashMap<String, Vec<(String, Part)>>,
}

impl Default for Reached {
    fn default() -> Reached {
        Reached {
            active: BTreeMap::new(),
            mentioned: BY_RUNTIME.iter().map(|name| name.to_string()).collect(),
            prefixes: Vec::new(),
            globals: HashMap::new(),
            waiting: HashMap::new(),
        }
    }
}

impl Reached {
    /// Adds the parts of a module, all of which count if `all` says so. Gives the imports that count
    /// from now on, each with its place.
    pub fn add(&mut self, module: &str, parts: &[Part], all: bool) -> Vec<(String, Import)> {
        let mut imports = Vec::new();
        let mut queue: Vec<(String, Part)> =
            parts.iter().map(|part| (module.to_string(), part.clone())).collect();
        if all {
            for (_, part) in &mut queue {
                part.functions.clear();
                let names = part.imports.iter().flat_map(|import| &import.names);
                part.names.extend(names.cloned());
            }
        }
        while let Some((module, part)) = queue.pop() {
            let missing = part.functions.iter().find(|name| !self.is_mentioned(&module, name));
            if let Some(name) = missing {
                self.waiting.entry(name.clone()).or_default().push((module, part));
                continue;
            }
            let place = [std::slice::from_ref(&module), &part.functions[..]].concat().join(".");
            imports.extend(part.imports.iter().map(|import| (place.clone(), import.clone())));
            let globals = self.globals.entry(module.clone()).or_default();
            for name in part.globals {
                if let Some(freed) = self.waiting.remove(&name) {
                    queue.extend(freed);
                }
                globals.insert(name);
            }
            for name in part.names {
                if name.len() > 2 && name.ends_with('_') && !self.prefixes.contains(&name) {
                    let begun = |key: &String| key.starts_with(&name);
                    let keys: Vec<String> =
                        self.waiting.keys().filter(|k| begun(k)).cloned().collect();
                    queue.extend(keys.iter().filter_map(|key| self.waiting.remove(key)).flatten());
                    self.prefixes.push(name.clone());
                }
                if let Some(freed) = self.waiting.remove(&name) {
                    queue.extend(freed);
                }
                self.mentioned.insert(name);
            }
            let (own, reach) = self.active.entry(module).or_default();
            own.extend(part.imports);
            reach.add(part.reach);
        }
        imports
    }

    fn is_mentioned(&self, module: &str, name: &str) -> bool {
        self.mentioned.contains(name)
            || self.globals.get(module).is_some_and(|globals| globals.contains(name))
            || name != IF_MAIN && self.prefixes.iter().any(|prefix| name.starts_with(prefix))
    }

    /// What the module's code that counts imports.
    pub fn imports(&self) -> impl Iterator<Item = &Import> {
        self.active.values().flat_map(|(imports, _)| imports)
    }

    pub fn reach(&self, module: &str) -> Option<&Reach> {
        self.active.get(module).map(|(_, reach)| reach)
    }

    /// What code that does not count imports.
    pub fn left_out(&self) -> impl Iterator<Item = &Import> {
        self.waiting.values().flatten().flat_map(|(_, part)| &part.imports)
    }
}
