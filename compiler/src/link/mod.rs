//! Makes the executable: tables, machine code and the runtime's archive, by the system's linker.

pub mod tables;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::diagnostics::Diagnostic;

/// What is linked.
pub struct Link<'a> {
    pub objects: Vec<PathBuf>,
    pub output: &'a Path,
    pub debug: bool,
    pub verbose: bool,
}

/// Links the executable.
pub fn link(link: &Link) -> Result<(), Diagnostic> {
    let archive = archive()?;
    let mut command = Command::new(std::env::var_os("CC").unwrap_or_else(|| "cc".into()));
    command.arg("-o").arg(link.output).args(&link.objects).arg(archive);
    command.args(["-Wl,--gc-sections", "-Wl,--build-id=none", "-Wl,-z,relro", "-Wl,-z,now"]);
    if packs_relocations() {
        command.arg("-Wl,-z,pack-relative-relocs");
    }
    if !link.debug {
        command.arg("-s");
    }
    command.args(lld());
    command.args(["-lm", "-lpthread", "-ldl"]);
    if link.verbose {
        eprintln!("{command:?}");
    }
    let output = command
        .output()
        .map_err(|e| Diagnostic::error(format!("cannot run the linker {command:?}: {e}")))?;
    if output.status.success() {
        return Ok(());
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    Err(Diagnostic::error(format!("the linker failed:\n{errors}")))
}

/// Whether this system's dynamic linker reads packed relocations: glibc does from 2.36 on. The
/// addresses in the runtime's tables of methods would take a tenth of a small executable.
fn packs_relocations() -> bool {
    let Ok(output) = Command::new("getconf").arg("GNU_LIBC_VERSION").output() else { return false };
    let text = String::from_utf8_lossy(&output.stdout);
    let version = text.trim().strip_prefix("glibc 2.").and_then(|minor| minor.parse().ok());
    version.is_some_and(|minor: u32| minor >= 36)
}

/// Arguments that make `cc` use lld, if lld is there. It is quicker than GNU ld; any linker does.
fn lld() -> Vec<OsString> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    folders.push("/usr/lib/llvm-22/bin".into());
    // gcc 12 finds `ld.lld` in its own folders only; `-B` adds one.
    let Some(folder) = folders.into_iter().find(|folder| folder.join("ld.lld").is_file()) else {
        return vec![];
    };
    let mut search = OsString::from("-B");
    search.push(folder);
    vec![search, "-fuse-ld=lld".into()]
}

/// The runtime's static library: `KRAIT_ARCHIVE`, or next to an installed compiler, or where the
/// build script made it.
fn archive() -> Result<PathBuf, Diagnostic> {
    const NAME: &str = "libkrait_archive.a";
    let set = std::env::var_os("KRAIT_ARCHIVE").map(PathBuf::from);
    let executable = std::env::current_exe().ok();
    let installed = executable.and_then(|e| Some(e.parent()?.join("../lib/krait").join(NAME)));
    let built = option_env!("KRAIT_BUILT_ARCHIVE").map(PathBuf::from);
    let places: Vec<PathBuf> = [set, installed, built].into_iter().flatten().collect();
    places.iter().find(|place| place.is_file()).cloned().ok_or_else(|| {
        let places: Vec<String> = places.iter().map(|p| p.display().to_string()).collect();
        Diagnostic::error(format!("the runtime's archive is at none of {}", places.join(", ")))
    })
}
