//! Running a program in this process.

use std::path::Path;

use krait_runtime::error::PyResult;
use krait_runtime::object::Object;
use krait_runtime::types::code::Code;
use krait_runtime::types::module::Module;
use krait_runtime::types::str::Str;
use krait_runtime::{Thread, Value, import, raise, state};
use krait_stdlib::{startup, sys};

use crate::options::{Source, Start};

/// Runs the program and gives its exit status.
pub fn run(start: Start) -> i32 {
    let (argv0, path0) = match &start.source {
        Source::File(f) => {
            let parent = Path::new(f).parent().filter(|p| !p.as_os_str().is_empty());
            let folder = parent.map_or(".".into(), |p| p.to_string_lossy().into_owned());
            let folder =
                std::fs::canonicalize(&folder).map_or(folder, |p| p.to_string_lossy().into_owned());
            (f.clone(), folder)
        }
        Source::Text(_) => ("-c".to_string(), String::new()),
        Source::Module(_) => ("-m".to_string(), current_folder()),
        Source::Stdin => ("-".to_string(), String::new()),
    };
    let mut argv = vec![argv0];
    argv.extend(start.arguments.iter().cloned());
    let mut path = vec![path0];
    if let Ok(extra) = std::env::var("PYTHONPATH") {
        path.extend(std::env::split_paths(&extra).map(|p| p.to_string_lossy().into_owned()));
    }
    path.push(krait_stdlib::library_path().to_string());
    let executable =
        std::env::current_exe().map_or(String::new(), |p| p.to_string_lossy().into_owned());
    let setup = sys::Start { argv, path, executable };
    import::set_front_end(&const { krait_frontend::FRONT_END });
    import::register_native(krait_stdlib::MODULES.iter().copied());
    startup::run(setup, move |th, main| program(th, main, start.source))
}

fn current_folder() -> String {
    std::env::current_dir().map_or(String::new(), |p| p.to_string_lossy().into_owned())
}

fn program(th: &Thread, main: &'static Module, source: Source) -> PyResult<()> {
    let (text, filename) = match source {
        Source::File(f) => match read_program(&f) {
            Ok((text, file)) => {
                main.set(th, "__file__", Str::new(th, &file).value());
                (text, file)
            }
            Err(e) => {
                eprintln!("krait: can't open file '{f}': {e}");
                return Err(exit(th, 2));
            }
        },
        Source::Text(t) => (t.into_bytes(), "<string>".to_string()),
        Source::Stdin => {
            let mut text = Vec::new();
            if let Err(e) = std::io::Read::read_to_end(&mut std::io::stdin(), &mut text) {
                eprintln!("krait: can't read standard input: {e}");
                return Err(exit(th, 2));
            }
            (text, "<stdin>".to_string())
        }
        Source::Module(name) => {
            return match import::run_as_main(th, main, &name)? {
                Ok(()) => Ok(()),
                Err(message) => {
                    let executable = std::env::current_exe().unwrap_or_default();
                    eprintln!("{}: {message}", executable.display());
                    Err(exit(th, 1))
                }
            };
        }
    };
    if filename.ends_with(".pyc") {
        let code = import::cached::program_code(th, &text)?;
        return startup::run_main(th, main, code);
    }
    let source = krait_runtime::types::bytes::Bytes::new(th, &text).value();
    let filename = Str::new(th, &filename);
    let code = import::compile(th, source, filename, "exec", 0, 0)?;
    let code = krait_runtime::object::ValueExt::cast::<Code>(code).expect("compile gives code");
    startup::run_main(th, main, code)
}

/// The text and name of a program: a file, or `__main__.py` of a folder.
fn read_program(name: &str) -> Result<(Vec<u8>, String), std::io::Error> {
    let path = Path::new(name);
    let file = if path.is_dir() { path.join("__main__.py") } else { path.to_path_buf() };
    let text = std::fs::read(&file)?;
    // As CPython since 3.9: `__file__` of the main module is absolute.
    let file = std::path::absolute(&file)?;
    Ok((text, file.to_string_lossy().into_owned()))
}

fn exit(th: &Thread, status: i32) -> krait_runtime::Raised {
    let _ = state::modules();
    let _: Option<Value> = None;
    let e = raise!(th, SystemExit);
    if let Some(exc) = th.raised.get().and_then(
        krait_runtime::object::ValueExt::cast::<krait_runtime::types::exception::Exception>,
    ) {
        exc.set_field(0, Some(Value::from_i32(status)));
    }
    e
}
