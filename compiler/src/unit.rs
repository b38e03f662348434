//! One module, from source to what goes into the executable.

use std::collections::BTreeSet;

use krait_runtime::bytecode::code_unit::{CodeUnit, Constant, flags};

use crate::codegen::module::Omit;
use crate::codegen::optimize::Level;
use crate::codegen::{self, Input, MAX_SITES, Output};
use crate::imports::Import;
use crate::ir::verifier;
use crate::lower::Kind;
use crate::lower::Typing;
use crate::lower::decode;
use crate::parts::Part;
use crate::reach::Reach;
use crate::{lower, passes};

/// A module that is ready to be linked.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Compiled {
    /// The code object, marshalled and packed.
    pub code: Vec<u8>,
    /// What it imports and uses.
    pub parts: Vec<Part>,
    /// The object file with the machine code; empty if there is none.
    pub object: Vec<u8>,
    pub natives: Vec<Native>,
    /// Code objects that stay bytecode: qualified name, line, reason.
    pub bytecode: Vec<(String, u32, String)>,
    /// Syntax warnings: line, column, message.
    pub warnings: Vec<(u32, u32, String)>,
}

/// A code object with machine code.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Native {
    /// The code object's number, see `krait_layout::program::NativeCode::index`.
    pub index: u32,
    /// See `krait_layout::program::native_kind`.
    pub kind: u32,
    pub qualname: String,
    pub line: u32,
    pub pool: u32,
    pub output: Output,
}

/// The representations of a module's functions as text, where they were asked for.
#[derive(Default)]
pub struct Texts {
    pub ir: Option<String>,
    pub llvm: Option<String>,
}

/// What to make machine code of, and which texts to keep.
#[derive(Copy, Clone, Debug)]
pub struct Wanted {
    pub native: bool,
    pub level: Level,
    pub typing: Typing,
    pub ir: bool,
    pub llvm: bool,
    pub omit: Omit,
}

/// Fills in the machine code of the module `name`, read from `path`.
pub fn compile_native(
    compiled: &mut Compiled,
    unit: &CodeUnit,
    name: &str,
    path: &str,
    wanted: Wanted,
) -> Texts {
    let mut texts = Texts::default();
    let mut inputs = Vec::new();
    let mut natives = Vec::new();
    for (index, (code, runs_once)) in codes(unit).into_iter().enumerate() {
        let qualname = code.qualname.to_string();
        let line = code.firstlineno.max(0) as u32;
        let prepared = match runs_once {
            true => Err("straight-line top-level code runs once".to_string()),
            false => prepare(code, name, index, wanted.typing),
        };
        match prepared {
            Ok(input) => {
                let (kind, pool) = (input.kind.native(), input.pool_words());
                natives.push((index as u32, kind, qualname, line, pool));
                inputs.push(input);
            }
            Err(reason) => compiled.bytecode.push((qualname, line, reason)),
        }
    }
    if wanted.ir {
        texts.ir = Some(inputs.iter().map(|input| format!("{}\n", input.ir)).collect());
    }
    if inputs.is_empty() {
        return texts;
    }
    let target = crate::target::Target::host();
    let made = codegen::module::compile(
        name,
        path,
        &inputs,
        target,
        wanted.level,
        wanted.llvm,
        wanted.omit,
    );
    texts.llvm = made.llvm;
    compiled.object = made.object;
    compiled.natives = natives
        .into_iter()
        .zip(made.functions)
        .map(|((index, kind, qualname, line, pool), output)| Native {
            index,
            kind,
            qualname,
            line,
            pool,
            output,
        })
        .collect();
    texts
}

/// The code objects in the module `unit`, itself first, in the order of their numbers; and whether
/// each is straight-line top-level code, which runs once and stays bytecode: making machine code of
/// it takes longer than interpreting it.
fn codes(unit: &CodeUnit) -> Vec<(&CodeUnit, bool)> {
    let mut list = Vec::new();
    add_codes(unit, true, &mut list);
    list
}

/// `top_level`: what surrounds `unit` runs once.
fn add_codes<'u>(unit: &'u CodeUnit, top_level: bool, list: &mut Vec<(&'u CodeUnit, bool)>) {
    let body = matches!(Kind::of(unit), Kind::Module | Kind::Class);
    let runs_once = top_level && body && !has_loop(unit);
    list.push((unit, runs_once));
    for constant in &unit.consts {
        if let Constant::Code(inner) = constant {
            add_codes(inner, runs_once, list);
        }
    }
}

fn has_loop(unit: &CodeUnit) -> bool {
    let instructions = decode::instructions(&unit.code);
    instructions.iter().any(|i| i.target().is_some_and(|target| target < i.offset))
}

/// The code object in SSA form, or why it stays bytecode.
fn prepare(code: &CodeUnit, module: &str, index: usize, typing: Typing) -> Result<Input, String> {
    let qualname = code.qualname.to_string();
    let name = format!("{module}.{qualname}").replace(char::is_whitespace, "_");
    let mut ir = lower::lower(code, &name, typing).map_err(|unsupported| unsupported.reason)?;
    passes::run(&mut ir);
    if cfg!(debug_assertions) {
        verifier::verify(&ir).unwrap_or_else(|e| panic!("{name}: {e}\n{ir}"));
    }
    let sites = ir.layout.iter().map(|&b| ir.blocks[b].insts.len()).sum::<usize>();
    if sites > MAX_SITES {
        return Err(format!("{sites} instructions"));
    }
    let variadic = [flags::VARARGS, flags::VARKEYWORDS];
    let rest = variadic.iter().filter(|flag| code.flags & **flag != 0).count() as u32;
    Ok(Input {
        ir,
        symbol: format!("krait.{module}.{index}.{qualname}"),
        params: code.argcount + code.kwonlyargcount + rest,
        consts: code.consts.len() as u32,
        names: code.names.len() as u32,
        kind: Kind::of(code),
        lines: decode::lines(code),
        first_line: code.firstlineno.max(1) as u32,
    })
}

impl Compiled {
    /// The module as an entry of the cache.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut w = Writer(Vec::new());
        w.bytes(&self.code);
        w.list(&self.parts, |w, part| {
            w.list(&part.functions, |w, name| w.text(name));
            w.list(&part.imports, |w, import| {
                w.text(&import.module);
                w.list(&import.names, |w, name| w.text(name));
            });
            w.texts(&part.needs);
            w.number(part.reach.compiles.into());
            w.number(part.reach.imports_by_name.into());
            w.texts(&part.reach.implied);
            w.texts(&part.reach.strings);
            w.texts(&part.reach.words);
            w.texts(&part.globals);
            w.texts(&part.names);
        });
        w.bytes(&self.object);
        w.list(&self.natives, |w, native| {
            w.number(native.index);
            w.number(native.kind);
            w.text(&native.qualname);
            w.number(native.line);
            w.number(native.pool);
            w.text(&native.output.symbol);
            w.number(native.output.size);
            w.number(native.output.frame as u32);
            w.list(&native.output.sites, |w, (address, offset)| {
                w.number(*address);
                w.number(*offset);
            });
        });
        w.list(&self.bytecode, |w, (qualname, line, reason)| {
            w.text(qualname);
            w.number(*line);
            w.text(reason);
        });
        w.list(&self.warnings, |w, (line, column, message)| {
            w.number(*line);
            w.number(*column);
            w.text(message);
        });
        w.0
    }

    /// The module from an entry of the cache; `None` if the entry is damaged.
    pub fn from_bytes(data: &[u8]) -> Option<Compiled> {
        let mut r = Reader(data);
        Some(Compiled {
            code: r.bytes()?.to_vec(),
            parts: r.list(|r| {
                Some(Part {
                    functions: r.list(Reader::text)?,
                    imports: r.list(|r| {
                        Some(Import { module: r.text()?, names: r.list(Reader::text)? })
                    })?,
                    needs: r.texts()?,
                    reach: Reach {
                        compiles: r.number()? != 0,
                        imports_by_name: r.number()? != 0,
                        implied: r.texts()?,
                        strings: r.texts()?,
                        words: r.texts()?,
                    },
                    globals: r.texts()?,
                    names: r.texts()?,
                })
            })?,
            object: r.bytes()?.to_vec(),
            natives: r.list(|r| {
                Some(Native {
                    index: r.number()?,
                    kind: r.number()?,
                    qualname: r.text()?,
                    line: r.number()?,
                    pool: r.number()?,
                    output: Output {
                        symbol: r.text()?,
                        size: r.number()?,
                        frame: r.number()? as i32,
                        sites: r.list(|r| Some((r.number()?, r.number()?)))?,
                    },
                })
            })?,
            bytecode: r.list(|r| Some((r.text()?, r.number()?, r.text()?)))?,
            warnings: r.list(|r| Some((r.number()?, r.number()?, r.text()?)))?,
        })
    }
}

struct Writer(Vec<u8>);

impl Writer {
    fn number(&mut self, n: u32) {
        self.0.extend(n.to_le_bytes());
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u32);
        self.0.extend(bytes);
    }

    fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    fn texts(&mut self, texts: &BTreeSet<String>) {
        self.number(texts.len() as u32);
        texts.iter().for_each(|text| self.text(text));
    }

    fn list<T>(&mut self, items: &[T], mut write: impl FnMut(&mut Writer, &T)) {
        self.number(items.len() as u32);
        for item in items {
            write(self, item);
        }
    }
}

struct Reader<'d>(&'d [u8]);

impl<'d> Reader<'d> {
    fn take(&mut self, n: usize) -> Option<&'d [u8]> {
        let (head, tail) = self.0.split_at_checked(n)?;
        self.0 = tail;
        Some(head)
    }

    fn number(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(self.take(4)?.try_into().ok()?))
    }

    fn bytes(&mut self) -> Option<&'d [u8]> {
        let len = self.number()?;
        self.take(len as usize)
    }

    fn text(&mut self) -> Option<String> {
        String::from_utf8(self.bytes()?.to_vec()).ok()
    }

    fn texts(&mut self) -> Option<BTreeSet<String>> {
        Some(self.list(Reader::text)?.into_iter().collect())
    }

    fn list<T>(&mut self, mut read: impl FnMut(&mut Reader<'d>) -> Option<T>) -> Option<Vec<T>> {
        let len = self.number()?;
        (0..len).map(|_| read(self)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cached_module_is_what_was_stored() {
        let output = Output { symbol: "f".into(), size: 7, frame: -48, sites: vec![(1, 2)] };
        let native = Native { index: 3, kind: 1, qualname: "f".into(), line: 9, pool: 4, output };
        let compiled = Compiled {
            code: vec![1, 2],
            parts: vec![Part {
                functions: vec!["f".into()],
                imports: vec![Import { module: "a.b".into(), names: vec!["c".into()] }],
                needs: BTreeSet::from(["m".into()]),
                reach: Reach {
                    compiles: true,
                    imports_by_name: false,
                    implied: BTreeSet::from(["typing".into()]),
                    strings: BTreeSet::from(["a".into(), "b".into()]),
                    words: BTreeSet::from(["w".into()]),
                },
                globals: BTreeSet::from(["g".into()]),
                names: BTreeSet::from(["n".into()]),
            }],
            object: vec![3],
            natives: vec![native],
            bytecode: vec![("g".into(), 1, "no".into())],
            warnings: vec![(1, 2, "why".into())],
        };
        let bytes = compiled.to_bytes();
        assert_eq!(Compiled::from_bytes(&bytes), Some(compiled));
        assert_eq!(Compiled::from_bytes(&bytes[..bytes.len() - 1]), None);
    }
}
