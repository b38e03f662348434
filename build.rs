//! Makes what the compiler carries along:
//!
//! * `ops.bc`, the operations' fast paths as bitcode, which it links into what it compiles;
//! * `libkrait_archive.a`, runtime and library, which it links into every executable. A nested
//!   cargo makes it, since it wants a profile and a target folder of its own: it has to abort on
//!   panic, and its optimization does not depend on the compiler's. With a release build of the
//!   compiler it is optimized across crates, which takes minutes; otherwise quickly.
//!   `KRAIT_SKIP_ARCHIVE=1` leaves it out, for editors and linters.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

fn main() {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("set by cargo"));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("set by cargo"));
    check_llvm_versions();
    fast_paths(&root, &out);
    println!("cargo::rerun-if-env-changed=KRAIT_SKIP_ARCHIVE");
    if env::var_os("KRAIT_SKIP_ARCHIVE").is_none() {
        archive(&root, &out);
    }
}

/// Builds `runtime/archive`.
fn archive(root: &Path, out: &Path) {
    for path in ["runtime", "stdlib", "compiler/frontend", "Cargo.toml", "Cargo.lock", ".cargo"] {
        println!("cargo::rerun-if-changed={}", root.join(path).display());
    }
    // OUT_DIR is `target/PROFILE/build/krait-HASH/out`.
    let target = out.ancestors().nth(4).expect("cargo's layout").join("krait-archive");
    let release = env::var("PROFILE").expect("set by cargo") == "release";
    let profile = if release { "archive" } else { "archive-dev" };
    let mut cargo = Command::new(env::var_os("CARGO").expect("set by cargo"));
    cargo.current_dir(root).args(["build", "--package=krait-archive"]);
    cargo.arg("--profile").arg(profile).arg("--target-dir").arg(&target);
    // Flags that were meant for the compiler; `.cargo/config.toml` has the archive's.
    for variable in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_TARGET_DIR"] {
        cargo.env_remove(variable);
    }
    run(&mut cargo);
    let archive = target.join(profile).join("libkrait_archive.a");
    println!("cargo::rustc-env=KRAIT_BUILT_ARCHIVE={}", archive.display());
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
