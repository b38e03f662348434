//! Makes the bitcode of the operations' fast paths, which the compiler links into what it
//! compiles.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

fn main() {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("set by cargo"));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("set by cargo"));
    check_llvm_versions();
    fast_paths(&root, &out);
}

/// rustc writes the bitcode that inkwell's LLVM reads, so their versions must agree.
fn check_llvm_versions() {
    let text = run(rustc().arg("-vV"));
    let version = text.lines().find_map(|line| line.strip_prefix("LLVM version: "));
    let major = version.and_then(|v| v.split('.').next()).unwrap_or("none");
    assert_eq!(major, "22", "rustc's LLVM and the compiler's must have one major version");
}

/// Compiles `runtime/layout` and `runtime/fast` to `ops.bc`.
fn fast_paths(root: &Path, out: &Path) {
    for folder in ["runtime/layout/src", "runtime/fast/src"] {
        println!("cargo::rerun-if-changed={}", root.join(folder).display());
    }
    let common = [
        "--edition=2024",
        "--crate-type=rlib",
        "-Copt-level=3",
        "-Cpanic=abort",
        "-Cforce-unwind-tables=no",
        "-Ccodegen-units=1",
        "-Cdebuginfo=0",
        "--cap-lints=allow",
    ];
    let layout = out.join("libkrait_layout.rlib");
    run(rustc()
        .args(common)
        .args(["--crate-name=krait_layout", "--emit=link", "-o"])
        .arg(&layout)
        .arg(root.join("runtime/layout/src/lib.rs")));
    run(rustc()
        .args(common)
        .args(["--crate-name=krait_fast", "--emit=llvm-bc", "-o"])
        .arg(out.join("ops.bc"))
        .arg(format!("--extern=krait_layout={}", layout.display()))
        .arg(root.join("runtime/fast/src/lib.rs")));
}

fn rustc() -> Command {
    Command::new(env::var_os("RUSTC").expect("set by cargo"))
}

/// What the command wrote.
fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|e| panic!("{command:?}: {e}"));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?} failed:\n{errors}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}
