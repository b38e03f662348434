//! Refuses code objects that the engines could not run safely.
//!
//! What passes has instructions on whole boundaries, arguments in range, jumps to instructions,
//! one stack depth at each instruction that can be reached, and no way to fall off the end. The
//! front end's code passes; this guards `.pyc` files and code objects that a program makes.

use super::opcode::Argument;
use super::{CodeUnit, Constant, Opcode};

/// What is wrong, and at which byte offset of `co_code`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Error {
    pub offset: usize,
    pub message: String,
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "invalid code at offset {}: {}", self.offset, self.message)
    }
}

impl std::error::Error for Error {}

fn fail<T>(offset: usize, message: impl Into<String>) -> Result<T, Error> {
    Err(Error { offset, message: message.into() })
}

/// An instruction with its prefixes.
#[derive(Copy, Clone, Debug)]
pub struct Instruction {
    /// Of the first prefix, or of the instruction if it has none.
    pub start: usize,
    /// Of the instruction itself.
    pub offset: usize,
    pub opcode: Opcode,
    pub oparg: u32,
    /// After the inline caches.
    pub end: usize,
}

impl Instruction {
    /// Where a jump goes.
    pub fn target(&self) -> Option<usize> {
        if self.opcode.argument() != Argument::Jump {
            return None;
        }
        let distance = self.oparg as usize * 2;
        match self.opcode {
            Opcode::JUMP_BACKWARD | Opcode::JUMP_BACKWARD_NO_INTERRUPT | Opcode::END_ASYNC_FOR => {
                self.end.checked_sub(distance)
            }
            _ => self.end.checked_add(distance),
        }
    }
}

/// Splits `co_code` into instructions.
pub fn instructions(code: &[u8]) -> Result<Vec<Instruction>, Error> {
    let mut found = Vec::new();
    let (mut at, mut start) = (0, 0);
    let mut oparg = 0u32;
    let mut prefixes = 0;
    while at < code.len() {
        let Some(&[byte, argument]) = code.get(at..at + 2) else {
            return fail(at, "half an instruction");
        };
        let Some(opcode) = Opcode::from_byte(byte) else {
            return fail(at, format!("unknown instruction {byte}"));
        };
        oparg = oparg << 8 | u32::from(argument);
        if opcode == Opcode::EXTENDED_ARG {
            prefixes += 1;
            if prefixes > 3 {
                return fail(at, "too many prefixes");
            }
            at += 2;
            continue;
        }
        let end = at + 2 + 2 * opcode.caches();
        if end > code.len() {
            return fail(at, "cut off in its caches");
        }
        found.push(Instruction { start, offset: at, opcode, oparg, end });
        at = end;
        start = at;
        oparg = 0;
        prefixes = 0;
    }
    if prefixes > 0 {
        return fail(start, "a prefix without its instruction");
    }
    Ok(found)
}

/// Checks `code` and the code objects in it.
pub fn verify(code: &CodeUnit) -> Result<(), Error> {
    Verifier::new(code)?.run()?;
    code.consts.iter().try_for_each(verify_constant)
}

fn verify_constant(value: &Constant) -> Result<(), Error> {
    match value {
        Constant::Code(code) => verify(code),
        Constant::Tuple(items) | Constant::FrozenSet(items) => {
            items.iter().try_for_each(verify_constant)
        }
        _ => Ok(()),
    }
}

struct Verifier<'c> {
    code: &'c CodeUnit,
    instructions: Vec<Instruction>,
    /// Index of the instruction that begins at each code unit.
    index: Vec<Option<usize>>,
    /// Stack depth before each instruction, once known.
    depth: Vec<Option<u32>>,
    todo: Vec<usize>,
}

impl<'c> Verifier<'c> {
    fn new(code: &'c CodeUnit) -> Result<Verifier<'c>, Error> {
        let instructions = instructions(&code.code)?;
        let mut index = vec![None; code.code.len() / 2];
        for (i, instruction) in instructions.iter().enumerate() {
            index[instruction.start / 2] = Some(i);
        }
        let depth = vec![None; instructions.len()];
        Ok(Verifier { code, instructions, index, depth, todo: Vec::new() })
    }

    fn run(&mut self) -> Result<(), Error> {
        let code = self.code;
        if self.instructions.is_empty() {
            return fail(0, "no instructions");
        }
        if code.localsplusnames.len() != code.localspluskinds.len() {
            return fail(0, "as many kinds as names of locals are needed");
        }
        let parameters = u64::from(code.argcount) + u64::from(code.kwonlyargcount);
        if parameters > code.localsplusnames.len() as u64 || code.posonlyargcount > code.argcount {
            return fail(0, "more parameters than locals");
        }
        let mut locations = code.locations();
        let covered = locations.by_ref().last().map_or(0, |entry| entry.end);
        if locations.bad || covered != code.code.len() {
            return fail(covered, "the location table does not fit the code");
        }
        for instruction in &self.instructions {
            self.check_argument(instruction)?;
        }
        self.check_handlers()?;
        self.reach(0, 0, 0)?;
        while let Some(i) = self.todo.pop() {
            self.step(i)?;
        }
        Ok(())
    }

    fn check_argument(&self, instruction: &Instruction) -> Result<(), Error> {
        let code = self.code;
        let (offset, oparg) = (instruction.offset, instruction.oparg as usize);
        let opcode = instruction.opcode;
        let limit = |value: usize, count: usize, what: &str| {
            if value < count {
                return Ok(());
            }
            fail(offset, format!("{}: {what} {value} of {count}", opcode.name()))
        };
        match opcode.argument() {
            Argument::None => limit(oparg, 256, "argument"),
            Argument::Count => Ok(()),
            Argument::Const => limit(oparg, code.consts.len(), "constant"),
            Argument::Name => {
                let shift = match opcode {
                    Opcode::LOAD_ATTR | Opcode::LOAD_GLOBAL => 1,
                    Opcode::LOAD_SUPER_ATTR => 2,
                    _ => 0,
                };
                limit(oparg >> shift, code.names.len(), "name")
            }
            Argument::Local | Argument::Free => limit(oparg, code.localsplusnames.len(), "local"),
            Argument::LocalPair => {
                limit(oparg >> 4, code.localsplusnames.len(), "local")?;
                limit(oparg & 15, code.localsplusnames.len(), "local")
            }
            Argument::Jump => {
                let target = instruction.target().and_then(|target| self.at(target));
                if target.is_some() {
                    return Ok(());
                }
                fail(offset, format!("{}: jumps to no instruction", opcode.name()))
            }
        }
    }

    /// The instruction that begins at `offset`.
    fn at(&self, offset: usize) -> Option<usize> {
        if !offset.is_multiple_of(2) { None } else { self.index.get(offset / 2).copied().flatten() }
    }

    fn check_handlers(&self) -> Result<(), Error> {
        let mut last = 0;
        for handler in self.code.handlers() {
            if handler.start < last || handler.end <= handler.start {
                return fail(handler.start, "exception table out of order");
            }
            if handler.end > self.code.code.len() || self.at(handler.target).is_none() {
                return fail(handler.start, "exception table leaves the code");
            }
            last = handler.end;
        }
        Ok(())
    }

    /// Notes that the instruction at `offset` is reached with `depth` values on the stack.
    fn reach(&mut self, from: usize, offset: usize, depth: u32) -> Result<(), Error> {
        let Some(i) = self.at(offset) else {
            return fail(from, "control leaves the code");
        };
        if depth > self.code.stacksize {
            return fail(from, format!("{depth} values on a stack of {}", self.code.stacksize));
        }
        match self.depth[i] {
            None => {
                self.depth[i] = Some(depth);
                self.todo.push(i);
                Ok(())
            }
            Some(known) if known == depth => Ok(()),
            Some(known) => fail(offset, format!("reached with {known} and {depth} values")),
        }
    }

    fn step(&mut self, i: usize) -> Result<(), Error> {
        let instruction = self.instructions[i];
        let Instruction { offset, opcode, oparg, end, .. } = instruction;
        let depth = self.depth[i].expect("only what was reached is stepped through");
        let (pops, pushes) = (opcode.pops(oparg), opcode.pushes(oparg));
        // These count from the top of the stack, from one.
        let counts = matches!(
            opcode,
            Opcode::COPY
                | Opcode::SWAP
                | Opcode::DICT_MERGE
                | Opcode::DICT_UPDATE
                | Opcode::LIST_APPEND
                | Opcode::LIST_EXTEND
                | Opcode::MAP_ADD
                | Opcode::SET_ADD
                | Opcode::SET_UPDATE
        );
        if counts && oparg == 0 {
            return fail(offset, format!("{} 0", opcode.name()));
        }
        if depth < pops {
            let name = opcode.name();
            return fail(offset, format!("{name} takes {pops} of {depth} values"));
        }
        let after = depth - pops + pushes;
        if after > self.code.stacksize {
            return fail(offset, format!("{after} values on a stack of {}", self.code.stacksize));
        }
        if let Some(handler) = self.code.handler_for(offset) {
            let kept = handler.depth as u32;
            // The depth at which the exception is raised: what is popped is gone.
            if depth < kept {
                return fail(offset, format!("its handler keeps {kept} of {depth} values"));
            }
            self.reach(offset, handler.target, kept + 1 + u32::from(handler.lasti))?;
        }
        if let Some(target) = instruction.target()
            && opcode != Opcode::END_ASYNC_FOR
        {
            self.reach(offset, target, after)?;
        }
        match opcode {
            Opcode::RETURN_VALUE
            | Opcode::RAISE_VARARGS
            | Opcode::RERAISE
            | Opcode::INTERPRETER_EXIT
            | Opcode::JUMP_FORWARD
            | Opcode::JUMP_BACKWARD
            | Opcode::JUMP_BACKWARD_NO_INTERRUPT => Ok(()),
            Opcode::CACHE | Opcode::RESERVED | Opcode::EXTENDED_ARG => {
                fail(offset, format!("{} is no instruction", opcode.name()))
            }
            _ => self.reach(offset, end, after),
        }
    }
}
