//! The program that the executable holds: its modules, and machine code for some of their code.

use std::cell::Cell;
use std::sync::OnceLock;

use krait_layout::program::{Bytes, MODULE_PACKAGE, Module, NativeCode, Program, VERSION};
use krait_layout::{StackSlot, Thread};

use crate::bytecode::marshal;
use crate::gc;
use crate::import::{self, FrontEnd};
use crate::native::NativeModule;
use crate::native_frames;
use crate::object::ValueExt;
use crate::types::code::Code;

/// The tables, if the runtime is part of a compiled program.
static PROGRAM: OnceLock<Tables> = OnceLock::new();

struct Tables(&'static Program);

// SAFETY: the tables are constant data.
unsafe impl Sync for Tables {}
// SAFETY: as above.
unsafe impl Send for Tables {}

/// A module that is part of the executable.
#[derive(Copy, Clone)]
pub struct Embedded(&'static Module);

/// Makes the modules and the machine code of `program` known. To be called once, before any
/// Python code runs.
pub fn register(program: &'static Program) {
    assert_eq!(program.version, VERSION, "compiler and runtime are from one release");
    assert!(PROGRAM.set(Tables(program)).is_ok(), "an executable holds one program");
    for module in modules(program) {
        native_frames::register(natives(module));
    }
    // SAFETY: the tables give the length, and each address is of a reference that the macro
    // `native_modules` declared.
    let native = unsafe { table(program.natives.cast::<&&NativeModule>(), program.native_count) };
    import::register_native(native.iter().map(|module| **module));
    // SAFETY: null, or the archive's front end.
    if let Some(front_end) = unsafe { program.front_end.cast::<FrontEnd>().as_ref() } {
        import::set_front_end(front_end);
    }
}

fn modules(program: &'static Program) -> &'static [Module] {
    // SAFETY: the tables give the length.
    unsafe { table(program.modules, program.module_count) }
}

fn natives(module: &'static Module) -> &'static [NativeCode] {
    // SAFETY: the tables give the length.
    unsafe { table(module.natives, module.native_count as usize) }
}

/// A table of `len` items; the compiler gives an empty one no address.
unsafe fn table<T>(at: *const T, len: usize) -> &'static [T] {
    if len == 0 {
        return &[];
    }
    // SAFETY: the caller's promise.
    unsafe { std::slice::from_raw_parts(at, len) }
}

fn bytes(bytes: &'static Bytes) -> &'static [u8] {
    // SAFETY: the tables give the length.
    unsafe { table(bytes.data, bytes.len) }
}

fn text(text: &'static Bytes) -> &'static str {
    std::str::from_utf8(bytes(text)).expect("the compiler writes UTF-8")
}

/// The embedded module of that full name.
pub fn find(name: &str) -> Option<Embedded> {
    let modules = modules(PROGRAM.get()?.0);
    let found = modules.binary_search_by(|module| text(&module.name).cmp(name));
    Some(Embedded(&modules[found.ok()?]))
}

/// Whether the compiler left the module of that full name out of the executable.
pub fn is_left_out(name: &str) -> bool {
    let Some(Tables(program)) = PROGRAM.get() else { return false };
    // SAFETY: the tables give the length.
    let names = unsafe { table(program.left_out, program.left_out_count) };
    names.binary_search_by(|left_out| text(left_out).cmp(name)).is_ok()
}

/// The names of all embedded modules, sorted.
pub fn names() -> impl Iterator<Item = &'static str> {
    let program = PROGRAM.get();
    program.into_iter().flat_map(|tables| modules(tables.0)).map(|module| text(&module.name))
}

/// The module that runs as `__main__`.
pub fn main_module() -> Option<Embedded> {
    let program = PROGRAM.get()?.0;
    Some(Embedded(&modules(program)[program.main as usize]))
}

impl Embedded {
    pub fn name(self) -> &'static str {
        text(&self.0.name)
    }

    /// `co_filename`.
    pub fn filename(self) -> &'static str {
        text(&self.0.filename)
    }

    pub fn is_package(self) -> bool {
        self.0.flags & MODULE_PACKAGE != 0
    }

    /// The module's code object, its functions bound to their machine code.
    pub fn code(self, th: &Thread) -> &'static Code {
        let packed = bytes(&self.0.code);
        let data = lz4_flex::decompress_size_prepended(packed).expect("the compiler packed it");
        let unit = marshal::loads(&data).expect("the compiler wrote it");
        let code = Code::new(th, &unit);
        let mut natives = natives(self.0).iter();
        let mut next = natives.next();
        let mut number = 0;
        for_each_code(code, &mut |code| {
            if let Some(native) = next.filter(|native| native.index == number) {
                bind(code, native);
                next = natives.next();
            }
            number += 1;
        });
        code
    }
}

/// Calls `f` with the code object and those inside of it, in the order of their numbers.
fn for_each_code(code: &'static Code, f: &mut impl FnMut(&'static Code)) {
    f(code);
    for constant in code.consts() {
        if let Some(inner) = constant.cast::<Code>() {
            for_each_code(inner, f);
        }
    }
}

/// Gives a code object its machine code.
fn bind(code: &'static Code, native: &'static NativeCode) {
    code.native.set(Some(native));
    let count = native.pool_count as usize;
    if count == 0 {
        return;
    }
    // SAFETY: the tables give the length; the pool is memory of the executable that only this
    // and compiled code write.
    let pool: &'static [Cell<StackSlot>] = unsafe { table(native.pool, count) };
    let words = code.consts().iter().chain(code.names());
    if pool[0].get().is_some() {
        // The module was loaded before, and its functions keep the constants that they have.
        return;
    }
    for (slot, word) in pool.iter().zip(words) {
        slot.set(Some(*word));
    }
    // SAFETY: the pool is never freed.
    unsafe { gc::register_root_range(native.pool as *const usize, count) };
}
