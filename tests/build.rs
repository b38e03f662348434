//! `krait build`: its report, what it leaves out, and what debuggers see of an executable.

use std::path::PathBuf;
use std::process::Command;

/// A folder of the test's own.
fn folder(test: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("build-{test}"));
    std::fs::create_dir_all(&folder).expect("a writable folder");
    folder
}

/// Builds `source` as `NAME.py` in the folder of the test, with `options`: what `krait build`
/// prints.
fn build(test: &str, name: &str, source: &str, options: &[&str]) -> String {
    let folder = folder(test);
    let file = format!("{name}.py");
    std::fs::write(folder.join(&file), source).expect("a writable folder");
    let mut command = Command::new(env!("CARGO_BIN_EXE_krait"));
    let command = command.current_dir(&folder).args(["build", &file, "-o", name]).args(options);
    let output = command.output().expect("krait runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("the output is UTF-8")
}

const REPORTED: &str = "
class Straight:
    x = 1

    def method(self):
        class Local:
            y = 2
        return Local


class Loop:
    for i in range(3):
        pass


def function():
    return Straight
";

/// Only straight-line top-level code stays bytecode, and the report says so.
#[test]
fn report_says_what_stays_bytecode() {
    let report =
        build("report", "straight", "class A:\n    x = 1\n\ndef f():\n    pass\n", &["--report"]);
    assert!(report.contains("1 of 3 functions native"), "{report}");
    assert!(report.contains("bytecode  <module>:1: straight-line top-level code"), "{report}");
    assert!(report.contains("bytecode  A:1: straight-line top-level code"), "{report}");
    let report = build("report", "reported", REPORTED, &["--report"]);
    for native in ["Straight.method", "Straight.method.<locals>.Local", "Loop", "function"] {
        assert!(report.contains(&format!("  native    {native}:")), "{native}: {report}");
    }
    let source = format!("{REPORTED}\nfor i in range(2):\n    function()\n");
    let report = build("report", "looping", &source, &["--report"]);
    assert!(!report.contains("  bytecode  "), "{report}");
}

/// What only functions of the library import that nobody calls is left out. If that was wrong, the
/// error says what to do.
#[test]
fn what_was_left_out_is_named() {
    let source = "import os\nname = ''.join(['po', 'pen'])\ngetattr(os, name)('true')\n";
    build("left_out", "program", source, &[]);
    let program = folder("left_out").join("program");
    let output = Command::new(&program).output().expect("the executable runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    let hint =
        "No module named 'subprocess' in this executable; build it with --include subprocess";
    assert!(errors.contains(hint), "{errors}");
    build("left_out", "program", source, &["--include", "subprocess"]);
    assert!(Command::new(&program).status().expect("the executable runs").success());
}

/// A debugger stops at a line of Python and shows the lines of the callers. Needs gdb.
#[test]
fn gdb_shows_pythons_lines() {
    if Command::new("gdb").arg("--version").output().is_err() {
        return;
    }
    let source = "
def inner(a):
    b = a + 1
    return b * 2

def outer(n):
    total = 0
    for i in range(n):
        total += inner(i)
    return total

print(outer(3))
";
    build("gdb", "lines", source, &["--debug"]);
    let mut gdb = Command::new("gdb");
    gdb.current_dir(folder("gdb")).args(["-batch", "-nx"]);
    for command in ["break lines.py:3", "run", "backtrace", "next", "frame"] {
        gdb.args(["-ex", command]);
    }
    let output = gdb.arg("./lines").output().expect("gdb runs");
    let text = String::from_utf8_lossy(&output.stdout);
    // Where processes may not be traced, there is nothing to see.
    if !text.contains("Breakpoint 1,") {
        return;
    }
    assert!(text.contains("inner () at lines.py:3"), "{text}");
    assert!(text.contains("outer () at lines.py:9"), "{text}");
    assert!(text.contains("lines.py:4"), "{text}");
}
