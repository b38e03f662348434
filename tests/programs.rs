//! Programs of the standard library, as users run them: `python -m MODULE`, interpreted, and built
//! to an executable that is moved to a folder of its own.
//!
//! `tests/programs/expected/NAME.out` holds what CPython 3.14 printed, its exit status last. To
//! record it again:
//!
//!     KRAIT_RECORD=/path/to/python3.14 cargo test --test programs
//!
//! `tests/programs/pypi.sh` does the same with programs from PyPI.

use std::path::{Path, PathBuf};
use std::process::Command;

use libtest_mimic::{Arguments, Failed, Trial};

/// Name, module, arguments. The programs run in `tests/programs/input`.
const PROGRAMS: &[(&str, &str, &[&str])] = &[
    ("json", "json.tool", &["data.json"]),
    (
        "json_options",
        "json.tool",
        &["--sort-keys", "--indent", "2", "--no-ensure-ascii", "data.json"],
    ),
    ("json_compact", "json.tool", &["--compact", "data.json"]),
    ("json_broken", "json.tool", &["broken.json"]),
    ("tokenize", "tokenize", &["module.py"]),
    ("tokenize_exact", "tokenize", &["-e", "module.py"]),
    ("ast", "ast", &["module.py"]),
    ("ast_attributes", "ast", &["-a", "module.py"]),
    ("dis", "dis", &["module.py"]),
    ("calendar", "calendar", &["2026"]),
    ("calendar_html", "calendar", &["-t", "html", "2024"]),
];

fn main() {
    let arguments = Arguments::from_args();
    if let Ok(python) = std::env::var("KRAIT_RECORD") {
        for (name, module, args) in PROGRAMS {
            let printed = run(Command::new(&python).args(["-m", module]).args(*args));
            std::fs::write(expected(name), printed).expect("the folder is writable");
        }
        return;
    }
    let krait = env!("CARGO_BIN_EXE_krait");
    let mut trials = Vec::new();
    for (name, module, args) in PROGRAMS {
        trials.push(Trial::test(format!("interp::{name}"), move || {
            compare(name, run(Command::new(krait).args(["-m", module]).args(*args)))
        }));
        trials.push(Trial::test(format!("native::{name}"), move || {
            let folder = Folder::new(name)?;
            let executable = folder.0.join("program");
            let built = Command::new(krait)
                .args(["build", "-m", module, "-o"])
                .arg(&executable)
                .output()?;
            if !built.status.success() {
                return Err(String::from_utf8_lossy(&built.stderr).into_owned().into());
            }
            compare(name, run(Command::new(&executable).args(*args)))
        }));
    }
    libtest_mimic::run(&arguments, trials).exit();
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/programs")
}

fn expected(name: &str) -> PathBuf {
    root().join("expected").join(name).with_extension("out")
}

/// What the command prints, and its exit status. Addresses of objects are left out.
fn run(command: &mut Command) -> String {
    let output = command
        .current_dir(root().join("input"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("PYTHONIOENCODING", "utf-8")
        .output()
        .expect("the command can be started");
    let text = String::from_utf8_lossy(&output.stdout);
    let lines: String = text.split_inclusive('\n').map(without_address).collect();
    format!("{lines}status {}\n", output.status.code().unwrap_or(-1))
}

fn without_address(line: &str) -> String {
    match line.split_once(" at 0x") {
        Some((before, after)) => {
            format!("{before} at …{}", after.trim_start_matches(|c: char| c.is_ascii_hexdigit()))
        }
        None => line.to_string(),
    }
}

fn compare(name: &str, printed: String) -> Result<(), Failed> {
    let expected = std::fs::read_to_string(expected(name))?;
    if printed == expected {
        return Ok(());
    }
    let mut lines = expected.lines().zip(printed.lines()).enumerate();
    Err(match lines.find(|(_, (a, b))| a != b) {
        Some((i, (a, b))) => format!("line {}\n  expected: {a}\n  found:    {b}", i + 1).into(),
        None => "one is longer".into(),
    })
}

/// A folder that is removed when its test is done.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> std::io::Result<Folder> {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("program-{name}"));
        std::fs::create_dir_all(&path)?;
        Ok(Folder(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
