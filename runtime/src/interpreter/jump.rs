//! Where a debugger may go on: what `frame.f_lineno = n` allows and does.
//!
//! The frame goes on at an instruction of the line that asks for no more on the evaluation stack
//! than is there, value by value of the same kind: the body of a `for` needs its iterator, a
//! handler the exception that it handles. What the target does not need is taken off the stack.
//! Rules and messages are those of CPython 3.14's `frame.f_lineno`.

use krait_layout::{Thread, Value};

use super::decoded::Decoded;
use super::frame::FrameRecord;
use super::handled;
use super::tracing::{Trace, target};
use crate::bytecode::Opcode;
use crate::types::code::Code;

/// What a value on the evaluation stack is for.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Kind {
    /// An iterator that a loop asks for its next item.
    Iterator,
    /// The handled exception, or the one that was handled before.
    Exception,
    Object,
    /// No value: before the arguments of a call.
    Null,
    /// The place that an exception is raised again from.
    Place,
}

/// The stack before an instruction; `None` where control does not come.
type Stack = Option<Vec<Kind>>;

/// Whether `f_lineno` may be set: what a frame's trace function is called for.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Permission {
    /// The frame's trace function does not run.
    Untraced,
    /// It hears of something else than a line.
    OtherEvent,
    /// It hears of the start of the function.
    NewFrame,
    Granted,
}

/// A place to go on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Jump {
    /// The instruction.
    index: usize,
    /// How deep the stack is to be.
    depth: usize,
    /// What is above that now.
    dropped: Vec<Kind>,
}

/// Where the frame of `code`, which is before the instruction `from`, goes on in `line`, or why it
/// cannot go there.
pub fn find(code: &'static Code, from: usize, line: i64) -> Result<Jump, String> {
    if line < i64::from(code.unit.firstlineno) {
        return Err(format!("line {line} comes before the current code block"));
    }
    let decoded = code.decoded();
    // Where the line changes.
    let mut starts: Vec<(usize, i64)> = Vec::new();
    for (start, _, at) in code.unit.lines() {
        let Some(at) = at.map(i64::from) else { continue };
        if starts.last().is_none_or(|(_, last)| *last != at) {
            starts.push((decoded.index_of_offset(start as u32) as usize, at));
        }
    }
    let lines = starts.iter().map(|(_, line)| *line);
    let Some(line) = lines.filter(|at| *at >= line).min() else {
        return Err(format!("line {line} comes after the current code block"));
    };
    let trace = Trace::of(code);
    let stacks = stacks(decoded, &trace.opcodes);
    let Some(here) = &stacks[from] else {
        return Err("can't jump from unreachable code".to_string());
    };
    let candidates = starts.iter().filter(|(_, at)| *at == line).map(|(index, _)| *index);
    let mut best: Option<(usize, &Vec<Kind>)> = None;
    let mut problem = None;
    for index in candidates {
        match &stacks[index] {
            Some(there) if fits(here, there) => {
                let order = |stack: &Vec<Kind>| (stack.len(), stack.clone());
                if best.is_none_or(|(_, stack)| order(there) > order(stack)) {
                    best = Some((index, there));
                }
            }
            there => problem = problem.or(Some(explain(there))),
        }
    }
    match best {
        Some((index, there)) => {
            Ok(Jump { index, depth: there.len(), dropped: here[there.len()..].to_vec() })
        }
        None => Err(problem.unwrap_or("cannot find bytecode for specified line").to_string()),
    }
}

/// Whether the stack `from` holds what `to` needs, with nothing but more on top.
fn fits(from: &[Kind], to: &[Kind]) -> bool {
    let fits = |(from, to): (&Kind, &Kind)| match to {
        Kind::Object => *from != Kind::Null,
        Kind::Null => true,
        kind => from == kind,
    };
    from.len() >= to.len() && from.iter().zip(to).all(fits)
}

/// Why nobody can go where the stack has to be `to`.
fn explain(to: &Stack) -> &'static str {
    match to.as_ref().map(|stack| stack.last()) {
        None => "can't jump into unreachable code",
        Some(Some(Kind::Exception)) => "can't jump into an 'except' block as there's no exception",
        Some(Some(Kind::Place)) => "can't jump into a re-raising block as there's no location",
        Some(Some(Kind::Iterator)) => "can't jump into the body of a for loop",
        Some(Some(Kind::Object | Kind::Null) | None) => "incompatible stacks",
    }
}

/// The stack before each instruction.
fn stacks(decoded: &Decoded, opcodes: &[Opcode]) -> Vec<Stack> {
    let mut stacks: Vec<Stack> = vec![None; opcodes.len()];
    let mut waiting = vec![(0, vec![])];
    while let Some((index, stack)) = waiting.pop() {
        if index >= opcodes.len() || stacks[index].is_some() {
            continue;
        }
        // What the instruction raises is caught with the stack as deep as the table says.
        if let Some(handler) = decoded.handler_for(index as u32) {
            let mut caught = stack[..(handler.depth as usize).min(stack.len())].to_vec();
            caught.extend(handler.push_lasti.then_some(Kind::Place));
            caught.push(Kind::Exception);
            waiting.push((handler.target as usize, caught));
        }
        let word = decoded.instructions[index].get();
        let mut after = stack.clone();
        stacks[index] = Some(stack);
        let opcode = opcodes[index];
        let goes_on = apply(opcode, (word >> 32) as u32, &mut after);
        match opcode {
            Opcode::FOR_ITER => {
                // `END_FOR`, before the target, takes one value off: a debugger may choose it.
                waiting.push((target(index, word) - 1, after.clone()));
            }
            Opcode::END_ASYNC_FOR => {}
            opcode if opcode.argument() == crate::bytecode::opcode::Argument::Jump => {
                waiting.push((target(index, word), after.clone()));
            }
            _ => {}
        }
        if goes_on {
            waiting.push((index + 1, after));
        }
    }
    stacks
}

/// Does to the stack what the instruction does; whether the next one follows it.
fn apply(opcode: Opcode, oparg: u32, stack: &mut Vec<Kind>) -> bool {
    match opcode {
        Opcode::GET_ITER | Opcode::GET_AITER => {
            stack.pop();
            stack.push(Kind::Iterator);
        }
        Opcode::FOR_ITER => stack.push(Kind::Object),
        Opcode::PUSH_EXC_INFO => stack.push(Kind::Exception),
        Opcode::PUSH_NULL => stack.push(Kind::Null),
        Opcode::LOAD_GLOBAL => {
            stack.push(Kind::Object);
            stack.extend((oparg & 1 != 0).then_some(Kind::Null));
        }
        Opcode::LOAD_ATTR if oparg & 1 != 0 => {
            stack.pop();
            stack.extend([Kind::Object, Kind::Null]);
        }
        Opcode::SWAP => {
            let last = stack.len() - 1;
            stack.swap(last, last + 1 - oparg as usize);
        }
        Opcode::COPY => stack.push(stack[stack.len() - oparg as usize]),
        Opcode::JUMP_FORWARD | Opcode::JUMP_BACKWARD | Opcode::JUMP_BACKWARD_NO_INTERRUPT => {
            return false;
        }
        Opcode::RETURN_VALUE | Opcode::RAISE_VARARGS | Opcode::RERAISE => return false,
        // The others add objects or take values, whatever they are.
        opcode => {
            let (pops, pushes) = (opcode.pops(oparg) as usize, opcode.pushes(oparg) as usize);
            stack.truncate(stack.len() - pops.saturating_sub(pushes).min(stack.len()));
            stack.extend((pops..pushes).map(|_| Kind::Object));
        }
    }
    true
}

impl Jump {
    /// Takes what the target does not need off the stack of `record`, where an exception that was
    /// being handled becomes the handled one again, and makes the target its place. How many values
    /// were taken.
    pub fn prepare(&self, th: &Thread, record: &FrameRecord) -> u32 {
        let base = record.code.locals_len() + self.depth;
        for (n, kind) in self.dropped.iter().enumerate().rev() {
            // SAFETY: the stack holds the values that are dropped.
            let slot = unsafe { record.locals_ptr().add(base + n) };
            if *kind == Kind::Exception {
                // SAFETY: as above.
                let exception = unsafe { *slot };
                handled(th).exception.set(exception.filter(|e| *e != Value::NONE));
            }
            // SAFETY: as above.
            unsafe { *slot = None };
        }
        record.set_index(self.index);
        self.dropped.len() as u32
    }
}
