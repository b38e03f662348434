//! Programs under every engine: each `tests/run/**/NAME.py` prints what `NAME.out` holds, which
//! CPython 3.14 printed.
//!
//! `NAME.err`, where it exists, is what the program writes to standard error, and `NAME.status`
//! its exit status if not 0. To record the files again from CPython:
//!
//!     KRAIT_RECORD=/path/to/python3.14 cargo test --test run

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use libtest_mimic::{Arguments, Failed, Trial};

/// An engine: its name and the arguments that come before the program's file.
const ENGINES: &[(&str, &[&str])] = &[("interp", &["run", "--engine", "interp"])];

/// Programs that also run with the collector at work all the time, as the heap's modes.
const HEAP_MODES: &[(&str, &str)] =
    &[("stress", "stress=50,poison"), ("barrier", "barrier,walk,stress=2000")];

fn main() {
    let arguments = Arguments::from_args();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/run");
    let mut programs = Vec::new();
    collect(&root, &mut programs);
    programs.sort();
    if let Ok(python) = std::env::var("KRAIT_RECORD") {
        programs.iter().for_each(|p| record(&python, p));
        return;
    }
    let mut trials = Vec::new();
    for (i, program) in programs.iter().enumerate() {
        let name = program.strip_prefix(&root).expect("found below the root").with_extension("");
        let name = name.to_string_lossy().into_owned();
        for (engine, args) in ENGINES {
            let (program, args) = (program.clone(), *args);
            trials.push(Trial::test(format!("{engine}::{name}"), move || {
                check(&program, args, None)
            }));
        }
        // Executables do not carry the front end yet, so programs that compile text cannot run
        // there; those of the library come with it.
        let text = std::fs::read_to_string(program).expect("programs are text");
        let compiles = ["eval(", "exec(", "compile("].iter().any(|call| text.contains(call));
        if !compiles && !name.starts_with("stdlib") {
            let program = program.clone();
            trials.push(Trial::test(format!("native::{name}"), move || check_native(&program)));
        }
        // A sample: the modes are slow.
        if i % 4 == 0 {
            for (mode, setting) in HEAP_MODES {
                let (program, args) = (program.clone(), ENGINES[0].1);
                trials.push(Trial::test(format!("{mode}::{name}"), move || {
                    check(&program, args, Some(setting))
                }));
            }
        }
    }
    libtest_mimic::run(&arguments, trials).exit();
}

fn collect(folder: &Path, programs: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("the folder of programs").flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, programs);
        } else if path.extension().is_some_and(|e| e == "py") && path.with_extension("out").exists()
            || path.extension().is_some_and(|e| e == "py")
                && std::env::var_os("KRAIT_RECORD").is_some()
        {
            programs.push(path);
        }
    }
}

/// Runs a command on the program, which sees its own name as users would give it.
fn run(mut command: Command, program: &Path) -> Output {
    let folder = program.parent().expect("a file has a folder");
    command
        .arg(program.file_name().expect("a file has a name"))
        .current_dir(folder)
        .env("PYTHONHASHSEED", "0")
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env_remove("KRAIT_GC")
        .output()
        .expect("the command can be started")
}

fn check(program: &Path, args: &[&str], heap: Option<&str>) -> Result<(), Failed> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_krait"));
    command.args(args);
    let output = match heap {
        None => run(command, program),
        Some(mode) => {
            // `run` clears the variable; a shell-free way to set it for the child only.
            let mut wrapped = Command::new("env");
            wrapped.arg(format!("KRAIT_GC={mode}")).arg(env!("CARGO_BIN_EXE_krait")).args(args);
            run(wrapped, program)
        }
    };
    let expected = std::fs::read(program.with_extension("out"))?;
    let status = std::fs::read_to_string(program.with_extension("status"))
        .map_or(0, |s| s.trim().parse().expect("a number"));
    if output.stdout != expected {
        return Err(format!(
            "standard output differs\n{}\nstandard error:\n{}",
            difference(&expected, &output.stdout),
            String::from_utf8_lossy(&output.stderr)
        )
        .into());
    }
    let stderr = without_folder(&output.stderr, program);
    if let Ok(expected) = std::fs::read(program.with_extension("err"))
        && stderr != expected
    {
        return Err(format!("standard error differs\n{}", difference(&expected, &stderr)).into());
    }
    if output.status.code() != Some(status) {
        return Err(format!(
            "exit status {:?}, not {status}\n{}",
            output.status,
            String::from_utf8_lossy(&output.stderr)
        )
        .into());
    }
    Ok(())
}

/// Builds an executable of the program and compares what it prints.
fn check_native(program: &Path) -> Result<(), Failed> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let stem = program.file_stem().expect("a file has a name").to_string_lossy();
    let executable = folder.join(format!("native-{stem}"));
    let built = Command::new(env!("CARGO_BIN_EXE_krait"))
        .arg("build")
        .arg(program)
        .arg("-o")
        .arg(&executable)
        .output()?;
    if !built.status.success() {
        return Err(String::from_utf8_lossy(&built.stderr).into_owned().into());
    }
    let output = Command::new(&executable)
        .current_dir(program.parent().expect("a file has a folder"))
        .env("PYTHONHASHSEED", "0")
        .output()?;
    let expected = std::fs::read(program.with_extension("out"))?;
    if output.stdout != expected {
        return Err(format!(
            "standard output differs\n{}\nstandard error:\n{}",
            difference(&expected, &output.stdout),
            String::from_utf8_lossy(&output.stderr)
        )
        .into());
    }
    Ok(())
}

/// The text with the program's folder taken out of file names: it differs between machines.
fn without_folder(text: &[u8], program: &Path) -> Vec<u8> {
    let folder = program.parent().expect("a file has a folder");
    let prefix = format!("{}/", folder.display());
    String::from_utf8_lossy(text).replace(&prefix, "").into_bytes()
}

/// The first lines that differ.
fn difference(expected: &[u8], found: &[u8]) -> String {
    let (expected, found) = (String::from_utf8_lossy(expected), String::from_utf8_lossy(found));
    let mut lines = expected.lines().zip(found.lines()).enumerate();
    match lines.find(|(_, (a, b))| a != b) {
        Some((i, (a, b))) => format!("line {}\n  expected: {a}\n  found:    {b}", i + 1),
        None => {
            format!("expected {} lines, found {}", expected.lines().count(), found.lines().count())
        }
    }
}

fn record(python: &str, program: &Path) {
    let output = run(Command::new(python), program);
    std::fs::write(program.with_extension("out"), &output.stdout).expect("the folder is writable");
    let err = program.with_extension("err");
    if err.exists() {
        std::fs::write(err, without_folder(&output.stderr, program))
            .expect("the folder is writable");
    }
    if output.status.code() != Some(0) {
        let status = output.status.code().expect("the program was not killed");
        std::fs::write(program.with_extension("status"), format!("{status}\n")).expect("writable");
    }
}
