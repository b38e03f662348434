//! Capturing the registers that a callee must keep.
//!
//! A conservative stack scan needs every word that the program can still use. Caller-saved
//! registers are on the stack at any call; callee-saved ones may hold the only reference to an
//! object and never touch the stack, so a naked function (which the compiler cannot give a
//! prologue) copies them out. Vector registers are included where the ABI keeps them, because
//! LLVM moves pairs of words through them.

use core::arch::naked_asm;

/// The callee-saved registers of one thread at one moment.
#[repr(C, align(16))]
#[derive(Copy, Clone)]
pub struct Registers([usize; Registers::WORDS]);

impl Registers {
    #[cfg(all(target_arch = "x86_64", not(windows)))]
    const WORDS: usize = 6;
    #[cfg(all(target_arch = "x86_64", windows))]
    const WORDS: usize = 8 + 2 * 10;
    #[cfg(target_arch = "aarch64")]
    const WORDS: usize = 12 + 8;

    pub const EMPTY: Registers = Registers([0; Registers::WORDS]);

    /// The captured words.
    pub fn words(&self) -> &[usize] {
        &self.0
    }
}

/// Copies the callee-saved registers into `to` and returns the caller's stack pointer: every
/// word of the caller's frame and of those above it lies at or after that address.
#[cfg(all(target_arch = "x86_64", not(windows)))]
#[unsafe(naked)]
pub extern "C" fn capture_registers(to: &mut Registers) -> usize {
    naked_asm!(
        "mov [rdi], rbx",
        "mov [rdi + 8], rbp",
        "mov [rdi + 16], r12",
        "mov [rdi + 24], r13",
        "mov [rdi + 32], r14",
        "mov [rdi + 40], r15",
        "lea rax, [rsp + 8]",
        "ret",
    )
}

/// Copies the callee-saved registers into `to` and returns the caller's stack pointer: every
/// word of the caller's frame and of those above it lies at or after that address.
#[cfg(all(target_arch = "x86_64", windows))]
#[unsafe(naked)]
pub extern "C" fn capture_registers(to: &mut Registers) -> usize {
    naked_asm!(
        "mov [rcx], rbx",
        "mov [rcx + 8], rbp",
        "mov [rcx + 16], r12",
        "mov [rcx + 24], r13",
        "mov [rcx + 32], r14",
        "mov [rcx + 40], r15",
        "mov [rcx + 48], rsi",
        "mov [rcx + 56], rdi",
        "movaps [rcx + 64], xmm6",
        "movaps [rcx + 80], xmm7",
        "movaps [rcx + 96], xmm8",
        "movaps [rcx + 112], xmm9",
        "movaps [rcx + 128], xmm10",
        "movaps [rcx + 144], xmm11",
        "movaps [rcx + 160], xmm12",
        "movaps [rcx + 176], xmm13",
        "movaps [rcx + 192], xmm14",
        "movaps [rcx + 208], xmm15",
        "lea rax, [rsp + 8]",
        "ret",
    )
}

/// Copies the callee-saved registers into `to` and returns the caller's stack pointer: every
/// word of the caller's frame and of those above it lies at or after that address.
#[cfg(target_arch = "aarch64")]
#[unsafe(naked)]
pub extern "C" fn capture_registers(to: &mut Registers) -> usize {
    naked_asm!(
        "stp x19, x20, [x0]",
        "stp x21, x22, [x0, #16]",
        "stp x23, x24, [x0, #32]",
        "stp x25, x26, [x0, #48]",
        "stp x27, x28, [x0, #64]",
        "stp x29, x30, [x0, #80]",
        "stp d8, d9, [x0, #96]",
        "stp d10, d11, [x0, #112]",
        "stp d12, d13, [x0, #128]",
        "stp d14, d15, [x0, #144]",
        "mov x0, sp",
        "ret",
    )
}
