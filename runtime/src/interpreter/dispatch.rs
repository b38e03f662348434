//! How the interpreter gets from one instruction to the next.
//!
//! `instructions!` takes what each instruction does and makes one of two things of it: a loop around
//! a `match`, or, with the feature `tail-calls`, a function for each instruction, which ends by
//! calling that of the next in tail position: a jump, since all have one signature and leave nothing
//! on the stack. Each of those has its own indirect jump for the processor to predict, and its own
//! allocation of registers; the state of the interpreter is in the registers of the arguments.
//!
//! Stable Rust does not promise the jumps. LLVM makes them in every function whose local variables
//! stay its own: a `&mut` to one that is handed out, or a value with a destructor, makes calls of
//! them, and a long loop then overflows the stack. `tools/tail_calls.py` looks for them.
//!
//! Traced code has `TRACE` in the place of each instruction, which does the instruction itself
//! with `instead!(word)`.

/// The value of a result, or on to the handler of its exception.
macro_rules! try_op {
    ($e:expr) => {
        match $e {
            Ok(v) => v,
            Err(krait_layout::Raised) => fail!(),
        }
    };
}

/// Ends the run of the interpreter with a result.
macro_rules! done {
    ($v:expr) => {
        return Some($v)
    };
}

/// `instructions! { (th, regs, op, oparg, word) NAME | NAME => { … } … }`, the parenthesised names
/// being those that the bodies use. A body may say `next!()` (so it ends early), `fail!()` (an
/// exception was raised here), `unwind!()` (the same without a traceback entry), `done!(v)` (the
/// frame was the first of the run), `cache!()` and `instead!(word)` (does another instruction in
/// the same place). Makes `execute(th, regs)`.
macro_rules! instructions {
    (($th:ident, $regs:ident, $op:ident, $oparg:ident, $word:ident)
     $($($name:ident)|+ => $body:block)+) => {
        #[cfg(not(feature = "tail-calls"))]
        fn execute($th: &Thread, mut $regs: Registers) -> StackSlot {
            let mut replaced: Option<u64> = None;
            'next: loop {
                macro_rules! instead {
                    ($other:expr) => {{
                        replaced = Some($other);
                        // SAFETY: the instruction is before the next one. The frame's own note of
                        // it may have been changed by whoever looked at compiled frames.
                        $regs.ip = unsafe { $regs.ip.sub(1) };
                        continue 'next;
                    }};
                }
                #[allow(unused_macros)]
                macro_rules! next {
                    () => {
                        continue 'next
                    };
                }
                macro_rules! unwind {
                    () => {{
                        $regs = find_handler($th, $regs.frame)?.registers();
                        continue 'next;
                    }};
                }
                macro_rules! fail {
                    () => {{
                        unwind::add_traceback($th, $regs.frame);
                        unwind!()
                    }};
                }
                let $word = replaced.take().unwrap_or_else(|| $regs.next_word());
                macro_rules! cache {
                    () => {
                        $regs.cache($word)
                    };
                }
                let $oparg = ($word >> 32) as u32;
                $regs.frame.at.set($regs.ip);
                $regs.skip(1);
                // SAFETY: the low byte was written by `Decoded::new` from an `Op`.
                let $op: Op = unsafe { std::mem::transmute::<u8, Op>($word as u8) };
                match $op {
                    $($(Op::$name)|+ => $body)+
                }
            }
        }

        #[cfg(feature = "tail-calls")]
        fn execute(th: &Thread, regs: Registers) -> StackSlot {
            handlers::dispatch(th, regs)
        }

        #[cfg(feature = "tail-calls")]
        #[allow(non_snake_case, improper_ctypes_definitions, unused)]
        mod handlers {
            use super::*;
            use crate::interpreter::decoded::{Decoded, Instruction};

            /// Does an instruction and all that follow: thread, frame, the instruction, top of
            /// the stack, the code's decoded copy, the instruction's word.
            type Handler = extern "C" fn(
                &Thread,
                &'static FrameRecord,
                *const Instruction,
                *mut StackSlot,
                &'static Decoded,
                u64,
            ) -> StackSlot;

            static TABLE: [Handler; 256] = {
                let mut table = [RESERVED as Handler; 256];
                $($(table[Op::$name as usize] = $name;)+)+
                table
            };

            #[inline(always)]
            pub fn dispatch(th: &Thread, regs: Registers) -> StackSlot {
                let word = regs.next_word();
                let handler = TABLE[word as u8 as usize];
                handler(th, regs.frame, regs.ip, regs.sp, regs.decoded, word)
            }

            /// Goes on where the exception, raised in the frame, is handled.
            #[cold]
            #[inline(never)]
            extern "C" fn unwind(th: &Thread, frame: &'static FrameRecord) -> StackSlot {
                match find_handler(th, frame) {
                    Some(handler) => dispatch(th, handler.registers()),
                    None => None,
                }
            }

            #[cold]
            #[inline(never)]
            extern "C" fn fail(th: &Thread, frame: &'static FrameRecord) -> StackSlot {
                super::unwind::add_traceback(th, frame);
                unwind(th, frame)
            }

            $($(
                extern "C" fn $name(
                    $th: &Thread,
                    frame: &'static FrameRecord,
                    ip: *const Instruction,
                    sp: *mut StackSlot,
                    decoded: &'static Decoded,
                    $word: u64,
                ) -> StackSlot {
                    let locals = frame.locals_ptr();
                    let mut $regs = Registers { frame, decoded, ip, sp, locals };
                    let $op = Op::$name;
                    let $oparg = ($word >> 32) as u32;
                    frame.at.set(ip);
                    $regs.skip(1);
                    macro_rules! next {
                        () => {
                            return dispatch($th, $regs)
                        };
                    }
                    macro_rules! unwind {
                        () => {
                            return unwind($th, $regs.frame)
                        };
                    }
                    macro_rules! fail {
                        () => {
                            return fail($th, $regs.frame)
                        };
                    }
                    macro_rules! cache {
                        () => {
                            $regs.cache($word)
                        };
                    }
                    macro_rules! instead {
                        ($other:expr) => {{
                            let other = $other;
                            let handler = TABLE[other as u8 as usize];
                            return handler($th, frame, ip, $regs.sp, decoded, other);
                        }};
                    }
                    $body
                    next!()
                }
            )+)+
        }
    };
}

pub(super) use {done, instructions, try_op};
