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

/// How a program is run.
#[derive(Copy, Clone, PartialEq, Eq)]
enum Engine {
    /// `krait run --engine interp`
    Interpreter,
    /// `krait build`, then the executable.
    Native,
    /// The same with a part of the guards of typed code failing, by `KRAIT_TEST_SEED`.
    Guards,
}

/// The engines, by the names that the tests have.
const ENGINES: &[(&str, Engine)] =
    &[("interp", Engine::Interpreter), ("native", Engine::Native), ("guards", Engine::Guards)];

/// Settings of `KRAIT_GC` with the collector at work all the time. They are slow, so only every
/// fourth program runs with them and those in [`STRESSED`], or all with `KRAIT_TEST_ALL=1`.
const HEAP_MODES: &[(&str, &str)] =
    &[("stress", "stress=50,poison"), ("barrier", "barrier,walk,stress=2000")];

/// Programs that had to do with mistakes that only these settings show.
const STRESSED: &[&str] =
    &["language/class_bodies", "language/exception_groups", "language/trace_jumps"];

fn main() {
    let arguments = Arguments::from_args();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/run");
    let mut programs = Vec::new();
    collect(&root, &mut programs);
    programs.sort();
    if let Ok(python) = std::env::var("KRAIT_RECORD") {
        let chosen = programs.iter().filter(|p| {
            let name = p.strip_prefix(&root).expect("found below the root").to_string_lossy();
            arguments.filter.as_ref().is_none_or(|filter| name.contains(filter.as_str()))
        });
        chosen.for_each(|p| record(&python, p));
        return;
    }
    let all = std::env::var_os("KRAIT_TEST_ALL").is_some();
    let mut trials = Vec::new();
    for (i, program) in programs.iter().enumerate() {
        let name = program.strip_prefix(&root).expect("found below the root").with_extension("");
        let name = name.to_string_lossy().into_owned();
        let stressed = all || i % 4 == 0 || STRESSED.contains(&name.as_str());
        let modes = HEAP_MODES.iter().filter(|_| stressed);
        let modes = modes.map(|(mode, setting)| (format!("-{mode}"), Some(*setting)));
        for (mode, heap) in std::iter::once((String::new(), None)).chain(modes) {
            for (engine, kind) in ENGINES {
                // Like the heap modes, for a part of the programs.
                let chosen = all || i % 4 == 1 || name.starts_with("typed");
                if *kind == Engine::Guards && (heap.is_some() || !chosen) {
                    continue;
                }
                let (program, kind) = (program.clone(), *kind);
                trials.push(Trial::test(format!("{engine}{mode}::{name}"), move || {
                    check_again(&program, kind, heap)
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

/// Runs a command in the program's folder, where programs find their files.
fn run(command: &mut Command, program: &Path, heap: Option<&str>) -> Output {
    command
        .current_dir(program.parent().expect("a file has a folder"))
        .env("PYTHONHASHSEED", "0")
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env_remove("KRAIT_GC")
        .envs(heap.map(|setting| ("KRAIT_GC", setting)))
        .output()
        .expect("the command can be started")
}

/// The program's file as users would give it.
fn file(program: &Path) -> &std::ffi::OsStr {
    program.file_name().expect("a file has a name")
}

/// As [`check`]. Rust's memory is scanned word by word, and what looks like a reference there may
/// be chance: a report of the check of barriers that rests on it counts if it comes three times.
fn check_again(program: &Path, engine: Engine, heap: Option<&str>) -> Result<(), Failed> {
    let mut result = check(program, engine, heap);
    for _ in 0..2 {
        let by_chance =
            |e: &Failed| e.message().is_some_and(|m| m.contains("only through Rust memory"));
        if !result.as_ref().is_err_and(by_chance) {
            break;
        }
        result = check(program, engine, heap);
    }
    result
}

fn check(program: &Path, engine: Engine, heap: Option<&str>) -> Result<(), Failed> {
    let krait = env!("CARGO_BIN_EXE_krait");
    let output = match engine {
        Engine::Interpreter => {
            let mut command = Command::new(krait);
            run(command.args(["run", "--engine", "interp"]).arg(file(program)), program, heap)
        }
        Engine::Native | Engine::Guards => {
            let executable = Executable::new(program, engine, heap);
            let mut build = Command::new(krait);
            build.arg("build").arg(file(program)).arg("-o").arg(&executable.0);
            if engine == Engine::Guards {
                build.arg("--fail-guards").arg(seed());
            }
            let built = run(&mut build, program, None);
            if !built.status.success() {
                return Err(String::from_utf8_lossy(&built.stderr).into_owned().into());
            }
            run(&mut Command::new(&executable.0), program, heap)
        }
    };
    let expected = std::fs::read(program.with_extension("out"))?;
    let status = std::fs::read_to_string(program.with_extension("status"))
        .map_or(0, |s| s.trim().parse().expect("a number"));
    if output.stdout != expected {
        return Err(format!(
            "standard output differs{}\n{}\nstandard error:\n{}",
            if engine == Engine::Guards { format!(" (seed {})", seed()) } else { String::new() },
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

/// What chooses the guards that fail.
fn seed() -> String {
    std::env::var("KRAIT_TEST_SEED").unwrap_or_else(|_| "1".to_string())
}

/// An executable that is removed when its test is done.
struct Executable(PathBuf);

impl Executable {
    fn new(program: &Path, engine: Engine, heap: Option<&str>) -> Executable {
        let stem = program.file_stem().expect("a file has a name").to_string_lossy();
        let kind = program.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy();
        let mode = heap.map_or(0, str::len) + usize::from(engine == Engine::Guards);
        Executable(Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{kind}-{stem}-{mode}")))
    }
}

impl Drop for Executable {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
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
    let output = run(Command::new(python).arg(file(program)), program, None);
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
