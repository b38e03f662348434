//! The one static library that executables link: runtime, native modules, front end; and `main`.

use std::ffi::{c_char, c_int};
use std::path::Path;

use krait_runtime::gc::global::KraitAlloc;
use krait_runtime::import::FrontEnd;
use krait_runtime::object::Object;
use krait_runtime::program;
use krait_runtime::types::str::Str;
use krait_stdlib::{startup, sys};

#[global_allocator]
static ALLOCATOR: KraitAlloc = KraitAlloc;

/// The front end, for programs whose tables refer to it.
#[unsafe(no_mangle)]
#[allow(non_upper_case_globals)]
static krait_front_end: FrontEnd = krait_frontend::FRONT_END;

unsafe extern "C" {
    /// The program's tables, in the object file that `krait build` writes.
    static krait_program: krait_layout::program::Program;
}

/// Where the executable starts.
///
/// # Safety
/// Called by the C library.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn main(_argc: c_int, _argv: *const *const c_char) -> c_int {
    // SAFETY: the compiler wrote the tables, which are constant.
    program::register(unsafe { &krait_program });
    startup::run(setup(), |th, main| {
        let module = program::main_module().expect("the tables name it");
        main.set(th, "__file__", Str::new(th, module.filename()).value());
        startup::run_main(th, main, module.code(th))
    })
}

/// `sys.argv` and what the program may import beside its own modules: from `PYTHONPATH`, and from
/// the folder of the executable.
fn setup() -> sys::Start {
    let text = |path: &Path| path.to_string_lossy().into_owned();
    let argv = std::env::args_os().map(|arg| text(Path::new(&arg))).collect();
    let executable = std::env::current_exe().unwrap_or_default();
    let mut path: Vec<String> = executable.parent().map(text).into_iter().collect();
    if let Some(more) = std::env::var_os("PYTHONPATH") {
        path.extend(std::env::split_paths(&more).map(|folder| text(&folder)));
    }
    sys::Start { argv, path, executable: text(&executable) }
}
