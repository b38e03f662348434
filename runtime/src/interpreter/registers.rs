//! The registers of the interpreter: where the running frame is.

use krait_layout::{StackSlot, Value};

use super::decoded::{Decoded, Instruction};
use super::frame::FrameRecord;
use super::inline_cache::InlineCache;
use super::instruction::Op;

/// The registers of the running frame.
pub struct Registers {
    pub frame: &'static FrameRecord,
    pub decoded: &'static Decoded,
    /// The next instruction.
    pub ip: *const Instruction,
    /// One past the top of the stack.
    pub sp: *mut StackSlot,
    pub locals: *mut StackSlot,
}

impl Registers {
    #[inline(always)]
    pub fn enter(frame: &'static FrameRecord, ip: usize, depth: usize) -> Registers {
        let decoded = frame.code.decoded();
        let locals = frame.locals_ptr();
        // SAFETY: the frame has room for its locals and its deepest stack, and `ip` is the index
        // of an instruction.
        unsafe {
            let sp = locals.add(decoded.locals_len + depth);
            let ip = decoded.instructions.as_ptr().add(ip);
            Registers { frame, decoded, ip, sp, locals }
        }
    }

    /// The registers of a frame that goes on at the instruction it has noted, with `depth` values on
    /// its stack.
    #[inline(always)]
    pub fn at_note(frame: &'static FrameRecord, depth: usize) -> Registers {
        let decoded = frame.code.decoded();
        let locals = frame.locals_ptr();
        // SAFETY: as for `enter`.
        let sp = unsafe { locals.add(decoded.locals_len + depth) };
        Registers { frame, decoded, ip: frame.at.get(), sp, locals }
    }

    /// The registers of the frame that called `callee`, behind the calling instruction.
    #[inline(always)]
    pub fn caller_of(callee: &FrameRecord) -> Registers {
        // SAFETY: a frame that is no entry was called from the one before.
        let frame = unsafe { &*callee.previous.get() };
        let decoded = frame.code.decoded();
        let locals = frame.locals_ptr();
        // SAFETY: as for `enter`; the calling instruction is not the last.
        unsafe {
            let sp = locals.add(decoded.locals_len + callee.caller_depth.get() as usize);
            Registers { frame, decoded, ip: frame.at.get().add(1), sp, locals }
        }
    }

    /// Goes to the instruction at the signed distance `by` from the next one.
    #[inline(always)]
    pub fn jump(&mut self, by: u32) {
        // SAFETY: the verifier keeps jumps in bounds.
        self.ip = unsafe { self.ip.offset(by as i32 as isize) };
    }

    /// The word of the next instruction, of which a fused form does the work.
    #[inline(always)]
    pub fn next_word(&self) -> u64 {
        // SAFETY: `Decoded::new` ends the code with one more instruction.
        unsafe { (*self.ip).get() }
    }

    /// Does the conditional jump that comes next, given the truth of what it tests.
    #[inline(always)]
    pub fn branch(&mut self, truth: bool) {
        let word = self.next_word();
        self.skip(1);
        if truth == (word as u8 == Op::POP_JUMP_IF_TRUE as u8) {
            self.jump((word >> 32) as u32);
        }
    }

    #[inline(always)]
    pub fn skip(&mut self, n: usize) {
        // SAFETY: only over instructions that a fused form knows to be there.
        self.ip = unsafe { self.ip.add(n) };
    }

    /// Turns the instruction being executed into a more general form, which comes next.
    #[inline(always)]
    pub fn generalise(&mut self, op: Op) {
        // SAFETY: the instruction is before the next one.
        unsafe {
            self.ip = self.ip.sub(1);
            let word = (*self.ip).get();
            (*self.ip).set(word & !0xff | op as u64);
        }
    }

    /// Index of the next instruction.
    pub fn index(&self) -> usize {
        // SAFETY: both point into the decoded copy.
        unsafe { self.ip.offset_from(self.decoded.instructions.as_ptr()) as usize }
    }

    #[inline(always)]
    pub fn push(&mut self, v: StackSlot) {
        // SAFETY: the verifier (or our assembler) bounds the stack by `stacksize`.
        unsafe {
            self.sp.write(v);
            self.sp = self.sp.add(1);
        }
    }

    #[inline(always)]
    pub fn pop_slot(&mut self) -> StackSlot {
        // SAFETY: as for `push`: the stack is not empty here.
        unsafe {
            self.sp = self.sp.sub(1);
            self.sp.read()
        }
    }

    #[inline(always)]
    pub fn pop(&mut self) -> Value {
        // SAFETY: the instruction's operand is a value by the bytecode's contract.
        unsafe { self.pop_slot().unwrap_unchecked() }
    }

    /// The slot `n` below the top; 1 is the top itself.
    #[inline(always)]
    pub fn peek_slot(&self, n: usize) -> StackSlot {
        // SAFETY: the stack is at least `n` deep.
        unsafe { *self.sp.sub(n) }
    }

    #[inline(always)]
    pub fn peek(&self, n: usize) -> Value {
        // SAFETY: the instruction's operand is a value by the bytecode's contract.
        unsafe { self.peek_slot(n).unwrap_unchecked() }
    }

    #[inline(always)]
    pub fn set(&mut self, n: usize, v: StackSlot) {
        // SAFETY: the stack is at least `n` deep.
        unsafe { *self.sp.sub(n) = v };
    }

    #[inline(always)]
    pub fn drop_n(&mut self, n: usize) {
        // SAFETY: the stack is at least `n` deep.
        self.sp = unsafe { self.sp.sub(n) };
    }

    /// Takes `n` slots that were written behind the top as pushed.
    #[inline(always)]
    pub fn skip_stack(&mut self, n: usize) {
        // SAFETY: the instruction has room for its results.
        self.sp = unsafe { self.sp.add(n) };
    }

    /// The topmost `n` slots, the deepest first.
    #[inline(always)]
    pub fn top(&self, n: usize) -> &'static [StackSlot] {
        // SAFETY: the stack is at least `n` deep; the slice is used before the stack changes.
        unsafe { std::slice::from_raw_parts(self.sp.sub(n), n) }
    }

    #[inline(always)]
    pub fn local(&self, i: u32) -> StackSlot {
        // SAFETY: the verifier bounds local indices.
        unsafe { *self.locals.add(i as usize) }
    }

    #[inline(always)]
    pub fn set_local(&mut self, i: u32, v: StackSlot) {
        // SAFETY: the verifier bounds local indices.
        unsafe { *self.locals.add(i as usize) = v };
    }

    pub fn depth(&self) -> usize {
        // SAFETY: both point into the frame.
        unsafe { self.sp.offset_from(self.locals) as usize - self.decoded.locals_len }
    }

    /// The inline cache of the instruction `word`.
    #[inline(always)]
    pub fn cache(&self, word: u64) -> &'static InlineCache {
        // SAFETY: `Decoded::new` numbered the caches.
        unsafe { self.decoded.caches.get_unchecked((word as u32 >> 8) as usize) }
    }
}
