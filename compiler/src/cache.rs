//! The cache of compiled modules, under the user's cache folder.
//!
//! An entry is a file whose name is a hash of all that it depends on, so an entry is never wrong
//! and never changes. Files are written under another name and renamed, so that compilers may
//! share the folder.

use std::fs;
use std::path::PathBuf;
use std::sync::OnceLock;

/// Names an entry.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Key(blake3::Hash);

impl Key {
    /// The key for what depends on `parts`, on this compiler, and on nothing else.
    pub fn new(parts: &[&[u8]]) -> Key {
        let mut hasher = blake3::Hasher::new();
        hasher.update(compiler());
        for part in parts {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        Key(hasher.finalize())
    }
}

/// Tells builds of the compiler apart: its executable's size and time of change.
fn compiler() -> &'static [u8] {
    static IDENTITY: OnceLock<Vec<u8>> = OnceLock::new();
    IDENTITY.get_or_init(|| {
        let metadata = std::env::current_exe().and_then(fs::metadata);
        let changed = metadata.as_ref().ok().and_then(|m| m.modified().ok());
        let length = metadata.map(|m| m.len()).unwrap_or(0);
        format!("{} {length} {changed:?}", env!("CARGO_PKG_VERSION")).into_bytes()
    })
}

/// The folder: `KRAIT_CACHE`, or `krait` in the system's folder for caches.
fn folder() -> Option<PathBuf> {
    let set = |name| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    set("KRAIT_CACHE")
        .or_else(|| set("XDG_CACHE_HOME").map(|f| f.join("krait")))
        .or_else(|| set("HOME").map(|f| f.join(".cache/krait")))
        .or_else(|| set("LOCALAPPDATA").map(|f| f.join("krait/cache")))
}

fn path(key: Key) -> Option<PathBuf> {
    let name = key.0.to_hex();
    Some(folder()?.join(&name[..2]).join(&name[2..]))
}

/// The entry, if there is one.
pub fn get(key: Key) -> Option<Vec<u8>> {
    fs::read(path(key)?).ok()
}

/// Stores an entry. A cache that cannot be written is no error.
pub fn put(key: Key, data: &[u8]) {
    let Some(path) = path(key) else { return };
    let written = || -> std::io::Result<()> {
        fs::create_dir_all(path.parent().expect("a file in the folder"))?;
        let temporary = path.with_extension(std::process::id().to_string());
        fs::write(&temporary, data)?;
        fs::rename(&temporary, &path)
    };
    let _ = written();
}
