//! Reads what [`super::printer`] writes, for tests.
//!
//! Numbers of values and blocks are kept where the text numbers them densely in order of
//! appearance, as the printer's output after a round trip does; otherwise they are renumbered.

use std::collections::HashMap;

use super::entities::{Block, Inst, Value};
use super::function::Function;
use super::inst::{BlockCall, InstData, Site};
use super::machine::Machine;
use super::operation::Operation;
use super::types::Type;

/// What was wrong, and on which line of the text.
#[derive(Debug)]
pub struct ParseError {
    pub line: usize,
    pub message: String,
}

type Parsed<T> = Result<T, String>;

/// The functions in `text`. Lines that start with `;` are comments.
pub fn parse(text: &str) -> Result<Vec<Function>, ParseError> {
    let mut functions = Vec::new();
    let mut current: Option<Reader> = None;
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with(';') {
            continue;
        }
        let done = (|| -> Parsed<()> {
            let mut words = Words { rest: line };
            if words.eat("function ") {
                let name = words.until(" homes ")?;
                let homes = words.number()? as u32;
                current = Some(Reader::new(Function::new(name, homes)));
                return Ok(());
            }
            let reader = current.as_mut().ok_or("outside of a function")?;
            if line == "}" {
                let reader = current.take().expect("tested");
                functions.push(reader.func);
            } else if let Some(header) = line.strip_suffix(':') {
                reader.block_header(&mut Words { rest: header })?;
            } else {
                reader.instruction(&mut words)?;
            }
            Ok(())
        })();
        done.map_err(|message| ParseError { line: index + 1, message })?;
    }
    Ok(functions)
}

/// What is left of a line.
struct Words<'t> {
    rest: &'t str,
}

impl<'t> Words<'t> {
    fn eat(&mut self, prefix: &str) -> bool {
        match self.rest.strip_prefix(prefix) {
            Some(rest) => {
                self.rest = rest.trim_start();
                true
            }
            None => false,
        }
    }

    fn expect(&mut self, prefix: &str) -> Parsed<()> {
        if self.eat(prefix) {
            Ok(())
        } else {
            Err(format!("expected {prefix:?} at {:?}", self.rest))
        }
    }

    fn until(&mut self, end: &str) -> Parsed<&'t str> {
        let (word, rest) = self.rest.split_once(end).ok_or_else(|| format!("expected {end:?}"))?;
        self.rest = rest.trim_start();
        Ok(word)
    }

    fn word(&mut self) -> &'t str {
        let end = self.rest.find(|c: char| !(c.is_alphanumeric() || c == '_'));
        let (word, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest.trim_start();
        word
    }

    fn number(&mut self) -> Parsed<u64> {
        let word = self.word();
        let parsed = match word.strip_prefix("0x") {
            Some(hex) => u64::from_str_radix(hex, 16),
            None => word.parse(),
        };
        parsed.map_err(|_| format!("expected a number, not {word:?}"))
    }

    fn ty(&mut self) -> Parsed<Type> {
        let word = self.word();
        Type::from_name(word).ok_or_else(|| format!("no type {word:?}"))
    }
}

struct Reader {
    func: Function,
    values: HashMap<String, Value>,
    blocks: HashMap<String, Block>,
    /// The block that is being read.
    block: Option<Block>,
}

impl Reader {
    fn new(func: Function) -> Reader {
        Reader { func, values: HashMap::new(), blocks: HashMap::new(), block: None }
    }

    /// The block of that name, which enters the layout when its header is read.
    fn block(&mut self, name: &str) -> Parsed<Block> {
        if !name.starts_with("block") {
            return Err(format!("expected a block, not {name:?}"));
        }
        if let Some(&block) = self.blocks.get(name) {
            return Ok(block);
        }
        let block = self.func.blocks.push(Default::default());
        self.blocks.insert(name.to_string(), block);
        Ok(block)
    }

    fn value(&mut self, words: &mut Words) -> Parsed<Value> {
        let name = words.word();
        self.values.get(name).copied().ok_or_else(|| format!("{name:?} is not defined above"))
    }

    fn values(&mut self, words: &mut Words) -> Parsed<Vec<Value>> {
        words.expect("(")?;
        let mut values = Vec::new();
        while !words.eat(")") {
            values.push(self.value(words)?);
            words.eat(",");
        }
        Ok(values)
    }

    fn block_call(&mut self, words: &mut Words) -> Parsed<BlockCall> {
        let block = self.block(words.word())?;
        Ok(BlockCall::new(block, self.values(words)?))
    }

    fn block_header(&mut self, words: &mut Words) -> Parsed<()> {
        let block = self.block(words.word())?;
        self.func.layout.push(block);
        self.block = Some(block);
        words.expect("(")?;
        while !words.eat(")") {
            let name = words.word().to_string();
            words.expect(":")?;
            let ty = words.ty()?;
            let value = self.func.add_param(block, ty);
            self.values.insert(name, value);
            words.eat(",");
        }
        Ok(())
    }

    fn instruction(&mut self, words: &mut Words) -> Parsed<()> {
        let block = self.block.ok_or("outside of a block")?;
        let mut names = Vec::new();
        if words.rest.contains(" = ") {
            for name in words.until(" = ")?.split(", ") {
                names.push(name.to_string());
            }
        }
        let data = self.data(words)?;
        let ty = match &data {
            InstData::Const { ty, .. } => *ty,
            InstData::Cache { .. } | InstData::FrameAddress => Type::Ptr,
            InstData::IsWord { .. } | InstData::Is { .. } | InstData::Not { .. } => Type::I1,
            _ => Type::Value,
        };
        let types = match &data {
            InstData::Machine { op, .. } => op.results().to_vec(),
            _ => vec![ty; names.len()],
        };
        let inst: Inst = self.func.add_inst(block, data, &types);
        for (name, &value) in names.into_iter().zip(&self.func.insts[inst].results) {
            self.values.insert(name, value);
        }
        if words.eat("@") {
            let offset = words.number()? as u32;
            words.expect(":")?;
            let depth = words.number()? as u32;
            self.func.insts[inst].site = Some(Site { offset, depth });
        }
        if words.eat("unwind") {
            let call = self.block_call(words)?;
            self.func.insts[inst].unwind = Some(call);
        }
        if words.rest.is_empty() { Ok(()) } else { Err(format!("unexpected {:?}", words.rest)) }
    }

    fn data(&mut self, words: &mut Words) -> Parsed<InstData> {
        let name = words.word();
        Ok(match name {
            "const" => InstData::Const { ty: words.ty()?, bits: words.number()? },
            "pool_const" => InstData::PoolConst { index: words.number()? as u32 },
            "pool_name" => InstData::PoolName { index: words.number()? as u32 },
            "cache" => InstData::Cache { offset: words.number()? as u32 },
            "function" => InstData::Function,
            "frame_address" => InstData::FrameAddress,
            "home" => InstData::HomeLoad { slot: words.number()? as u32 },
            "store_home" => {
                let slot = words.number()? as u32;
                words.expect(",")?;
                InstData::HomeStore { slot, args: [self.value(words)?] }
            }
            "op" => {
                let name = words.word();
                let operation =
                    Operation::from_name(name).ok_or_else(|| format!("no operation {name:?}"))?;
                InstData::Op { operation, args: self.values(words)? }
            }
            "machine" => {
                let name = words.word();
                let op = Machine::from_name(name)
                    .ok_or_else(|| format!("no instruction of the machine {name:?}"))?;
                InstData::Machine { op, args: self.values(words)? }
            }
            "is_word" => {
                let args = [self.value(words)?];
                words.expect(",")?;
                InstData::IsWord { word: words.number()?, args }
            }
            "is" => {
                let a = self.value(words)?;
                words.expect(",")?;
                InstData::Is { args: [a, self.value(words)?] }
            }
            "not" => InstData::Not { args: [self.value(words)?] },
            "box_bool" => InstData::BoxBool { args: [self.value(words)?] },
            "catch" => InstData::Catch,
            "poll" => InstData::Poll { args: self.values(words)? },
            "watch" => InstData::Watch { args: self.values(words)? },
            "sent" => InstData::Sent,
            "jump" => InstData::Jump { targets: [self.block_call(words)?] },
            "branch" => {
                let args = [self.value(words)?];
                words.expect(",")?;
                let yes = self.block_call(words)?;
                words.expect(",")?;
                InstData::Branch { args, targets: [yes, self.block_call(words)?] }
            }
            "return" => InstData::Return { args: [self.value(words)?] },
            "reraise" => InstData::Reraise { args: [self.value(words)?] },
            "resume" => {
                let mut targets = vec![self.block_call(words)?];
                let mut offsets = Vec::new();
                while words.eat(",") {
                    offsets.push(words.number()? as u32);
                    words.expect("=>")?;
                    targets.push(self.block_call(words)?);
                }
                InstData::Resume { offsets, targets }
            }
            "yield" => InstData::Yield { args: [self.value(words)?] },
            "unreachable" => InstData::Unreachable,
            _ => return Err(format!("no instruction {name:?}")),
        })
    }
}
