//! `posix`: the operating system's calls, as `os` wants them.

use krait_runtime::error::PyResult;
use krait_runtime::native::{ArgPlace, FromArg, NativeModule, OrNone};
use krait_runtime::object::{Object, Type, TypeDef, TypeFlags, ValueExt, alloc_as};
use krait_runtime::sys::{self, posix};
use krait_runtime::types::bytes::{self, Bytes};
use krait_runtime::types::dict::Dict;
use krait_runtime::types::exception::{Exc, raise_os_error};
use krait_runtime::types::list::List;
use krait_runtime::types::module::Module;
use krait_runtime::types::str::Str;
use krait_runtime::types::tuple::Tuple;
use krait_runtime::types::{float, int, struct_sequence};
use krait_runtime::{Header, Raised, StackSlot, Thread, Value, import, ops, raise, state, threads};

pub static MODULE: NativeModule = NativeModule {
    name: "posix",
    doc: "This module provides access to operating system functionality that is\nstandardized by the C Standard and the POSIX standard.",
    functions: &functions::FUNCTIONS,
    init,
};

/// Named tuples of the module, beside `stat_result`: name and fields.
static CLASSES: &[(&str, &str, &[&str])] = &[
    ("terminal_size", "os.terminal_size", &["columns", "lines"]),
    (
        "uname_result",
        "posix.uname_result",
        &["sysname", "nodename", "release", "version", "machine"],
    ),
    (
        "times_result",
        "posix.times_result",
        &["user", "system", "children_user", "children_system", "elapsed"],
    ),
];

fn init(th: &Thread, m: &'static Module) -> PyResult<()> {
    for (name, number) in posix::CONSTANTS {
        m.set(th, name, int::new(th, *number));
    }
    let own = state::module_state(th, "posix");
    let stat = struct_sequence::new_class_of(th, "os.stat_result", &STAT)?;
    let classes = CLASSES.iter().map(|(name, full, fields)| {
        struct_sequence::new_class(th, full, fields).map(|class| (*name, class))
    });
    for class in std::iter::once(Ok(("stat_result", stat))).chain(classes) {
        let (name, class) = class?;
        own.set_name(th, state::intern(th, name), class.value());
        m.set(th, name, class.value());
    }
    m.add_type(th, &dir_entry::DEF);
    m.add_type(th, &dir_entry::SCANDIR);
    m.set(th, "error", Exc::OSError.class().value());
    let environ = Dict::new(th);
    for (k, v) in posix::environment() {
        environ.set(th, Bytes::new(th, &k).value(), Bytes::new(th, &v).value())?;
    }
    m.set(th, "environ", environ.value());
    let have = [
        "HAVE_FACCESSAT",
        "HAVE_FCHDIR",
        "HAVE_FCHMOD",
        "HAVE_FCHMODAT",
        "HAVE_FCHOWN",
        "HAVE_FCHOWNAT",
        "HAVE_FDOPENDIR",
        "HAVE_FSTATAT",
        "HAVE_FTRUNCATE",
        "HAVE_FUTIMENS",
        "HAVE_LINKAT",
        "HAVE_LSTAT",
        "HAVE_MKDIRAT",
        "HAVE_OPENAT",
        "HAVE_READLINKAT",
        "HAVE_RENAMEAT",
        "HAVE_SYMLINKAT",
        "HAVE_UNLINKAT",
        "HAVE_UTIMENSAT",
    ];
    let have: Vec<Value> = have.iter().map(|n| Str::new(th, n).value()).collect();
    m.set(th, "_have_functions", List::new(th, &have).value());
    Ok(())
}

/// The fields of `stat_result`: the times as ints are items only, as floats attributes only.
static STAT: struct_sequence::Fields = struct_sequence::Fields {
    named: &["st_mode", "st_ino", "st_dev", "st_nlink", "st_uid", "st_gid", "st_size"],
    unnamed: 3,
    hidden: &[
        "st_atime",
        "st_mtime",
        "st_ctime",
        "st_atime_ns",
        "st_mtime_ns",
        "st_ctime_ns",
        "st_blksize",
        "st_blocks",
        "st_rdev",
    ],
};

fn instance(th: &Thread, class: &str, values: &[Value]) -> PyResult<Value> {
    let own = state::module_state(th, "posix");
    let class = own.get_name(state::intern(th, class)).and_then(|c| c.cast::<Type>());
    struct_sequence::instance(th, class.expect("made by init"), values)
}

fn stat_value(th: &Thread, s: &posix::Stat) -> PyResult<Value> {
    let big = |n: i128| int::from_i128(th, n);
    let whole = |n: i128| big(n.div_euclid(1_000_000_000));
    let seconds = |n: i128| float::new(th, n as f64 / 1e9);
    let values = [
        big(s.mode as i128),
        big(s.ino as i128),
        big(s.dev as i128),
        big(s.nlink as i128),
        big(s.uid as i128),
        big(s.gid as i128),
        big(s.size as i128),
        whole(s.atime),
        whole(s.mtime),
        whole(s.ctime),
    ];
    let hidden = [
        seconds(s.atime),
        seconds(s.mtime),
        seconds(s.ctime),
        big(s.atime),
        big(s.mtime),
        big(s.ctime),
        big(s.blksize as i128),
        big(s.blocks as i128),
        big(s.rdev as i128),
    ];
    let own = state::module_state(th, "posix");
    let class = own.get_name(state::intern(th, "stat_result")).and_then(|c| c.cast::<Type>());
    struct_sequence::instance_with(th, class.expect("made by init"), &values, &hidden)
}

fn os_error(th: &Thread, e: &std::io::Error, name: StackSlot, other: StackSlot) -> Raised {
    let errno = e.raw_os_error().unwrap_or(0);
    raise_os_error(th, errno, &sys::errno::message(errno), name, other)
}

/// A path argument: its bytes, or a descriptor; and the value, for errors.
struct PathArg {
    bytes: Vec<u8>,
    fd: Option<i32>,
    value: Value,
    is_bytes: bool,
}

impl FromArg for PathArg {
    fn from_arg(th: &Thread, slot: StackSlot, place: &ArgPlace) -> PyResult<PathArg> {
        let v = Value::from_arg(th, slot, place)?;
        if int::is_int(v) {
            let fd = i32::from_arg(th, slot, place)?;
            return Ok(PathArg { bytes: Vec::new(), fd: Some(fd), value: v, is_bytes: false });
        }
        let is_path = v.cast::<Str>().is_some() || bytes::bytes_like(v).is_some();
        if !is_path && v.slot(krait_runtime::object::Slot::Fspath).is_none() {
            return Err(raise!(
                th,
                TypeError,
                "{}: {} should be string, bytes or os.PathLike, not {}",
                place.function,
                place.parameter,
                v.type_name()
            ));
        }
        let given = if is_path {
            v
        } else {
            ops::call_method(th, v, krait_runtime::intern!(th, "__fspath__"), &[])?
        };
        let is_bytes = given.cast::<Bytes>().is_some();
        let text = import::path_argument(th, given)?;
        let encoded = sys::file::encode_path(text);
        if encoded.contains(&0) {
            return Err(raise!(
                th,
                ValueError,
                "{}: embedded null character in {}",
                place.function,
                place.parameter
            ));
        }
        Ok(PathArg { bytes: encoded, fd: None, value: v, is_bytes })
    }
}

impl PathArg {
    /// Text or bytes, as the argument was.
    fn like(&self, th: &Thread, name: &[u8]) -> Value {
        if self.is_bytes { Bytes::new(th, name).value() } else { decoded(th, name) }
    }

    fn check<T>(&self, th: &Thread, r: std::io::Result<T>) -> PyResult<T> {
        r.map_err(|e| os_error(th, &e, Some(self.value), None))
    }
}

fn decoded(th: &Thread, name: &[u8]) -> Value {
    Str::from_wtf8(th, &sys::decode_path(name)).value()
}

/// `dir_fd=None`.
struct DirFd(i32);

impl FromArg for DirFd {
    fn from_arg(th: &Thread, slot: StackSlot, place: &ArgPlace) -> PyResult<DirFd> {
        match slot.filter(|v| !v.is_none()) {
            None => Ok(DirFd(posix::AT_FDCWD)),
            some => i32::from_arg(th, some, place).map(DirFd),
        }
    }
}

fn plain<T>(th: &Thread, r: std::io::Result<T>) -> PyResult<T> {
    r.map_err(|e| os_error(th, &e, None, None))
}

mod dir_entry {
    use super::*;
    use krait_macros::methods;
    use krait_runtime::Kind;
    use krait_runtime::gc::{self, Field};
    use std::cell::{Cell, RefCell};

    /// An entry that `scandir` found.
    #[repr(C)]
    pub struct DirEntry {
        header: Header,
        name: Field,
        path: Field,
        /// What `stat()` and `stat(follow_symlinks=False)` gave.
        stat: Field,
        lstat: Field,
        ino: u64,
        kind: u8,
        full: Vec<u8>,
        dir: i32,
    }

    pub static DEF: TypeDef = TypeDef::of::<DirEntry>("DirEntry", "posix")
        .flags(TypeFlags::NO_NEW)
        .methods(DirEntry::native_methods)
        .getsets(DirEntry::native_getsets);

    // SAFETY: instances are made by `ScandirIterator` with this layout.
    unsafe impl Object for DirEntry {
        const KIND: Kind = Kind::Native;

        fn def() -> &'static TypeDef {
            &DEF
        }
    }

    impl DirEntry {
        fn system_stat(&self, th: &Thread, follow: bool) -> std::io::Result<posix::Stat> {
            let _ = th;
            posix::stat(self.dir, &self.full, follow)
        }

        /// Whether the file (behind a link, if `follow`) has the type `wanted`, a part of `st_mode`.
        fn is_kind(&self, th: &Thread, wanted: u32, kind: u8, follow: bool) -> PyResult<bool> {
            if self.kind != 0 && (self.kind != posix::DT_LNK || !follow) {
                return Ok(self.kind == kind);
            }
            match self.system_stat(th, follow) {
                Ok(s) => Ok(s.mode & 0o170000 == wanted),
                Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(false),
                Err(e) => Err(os_error(th, &e, self.path.get(), None)),
            }
        }
    }

    #[methods]
    impl DirEntry {
        #[getter]
        fn name(this: &'static DirEntry) -> Option<Value> {
            this.name.get()
        }

        #[getter]
        fn path(this: &'static DirEntry) -> Option<Value> {
            this.path.get()
        }

        /// Return True if the entry is a directory; cached per entry.
        #[method(sig = "($self, /, *, follow_symlinks=True)")]
        fn is_dir(th: &Thread, this: &'static DirEntry, follow: Option<bool>) -> PyResult<bool> {
            this.is_kind(th, 0o040000, posix::DT_DIR, follow.unwrap_or(true))
        }

        /// Return True if the entry is a file; cached per entry.
        #[method(sig = "($self, /, *, follow_symlinks=True)")]
        fn is_file(th: &Thread, this: &'static DirEntry, follow: Option<bool>) -> PyResult<bool> {
            this.is_kind(th, 0o100000, posix::DT_REG, follow.unwrap_or(true))
        }

        /// Return True if the entry is a symbolic link; cached per entry.
        #[method]
        fn is_symlink(th: &Thread, this: &'static DirEntry) -> PyResult<bool> {
            this.is_kind(th, 0o120000, posix::DT_LNK, false)
        }

        /// Return True if the entry is a junction; cached per entry.
        #[method]
        fn is_junction(_this: &'static DirEntry) -> bool {
            false
        }

        /// Return inode of the entry; cached per entry.
        #[method]
        fn inode(this: &'static DirEntry) -> u64 {
            this.ino
        }

        /// Return stat_result object for the entry; cached per entry.
        #[method(sig = "($self, /, *, follow_symlinks=True)")]
        fn stat(th: &Thread, this: &'static DirEntry, follow: Option<bool>) -> PyResult<Value> {
            let follow = follow.unwrap_or(true);
            let cache = if follow { &this.stat } else { &this.lstat };
            if let Some(v) = cache.get() {
                return Ok(v);
            }
            let s = this
                .system_stat(th, follow)
                .map_err(|e| os_error(th, &e, this.path.get(), None))?;
            let v = stat_value(th, &s)?;
            cache.set(&this.header, Some(v));
            Ok(v)
        }

        #[method]
        fn __fspath__(this: &'static DirEntry) -> Option<Value> {
            this.path.get()
        }

        #[method]
        fn __repr__(th: &Thread, this: &'static DirEntry) -> PyResult<String> {
            Ok(format!(
                "<DirEntry {}>",
                ops::repr_string(th, this.name.get().unwrap_or(Value::NONE))?
            ))
        }
    }

    /// What `scandir` gives: an iterator and context manager.
    #[repr(C)]
    pub struct ScandirIterator {
        header: Header,
        entries: RefCell<Vec<posix::Entry>>,
        at: Cell<usize>,
        folder: Vec<u8>,
        dir: i32,
        is_bytes: bool,
    }

    pub static SCANDIR: TypeDef = TypeDef::of::<ScandirIterator>("ScandirIterator", "posix")
        .flags(TypeFlags::NO_NEW)
        .methods(ScandirIterator::native_methods);

    // SAFETY: instances are made by `scandir` with this layout.
    unsafe impl Object for ScandirIterator {
        const KIND: Kind = Kind::Native;

        fn def() -> &'static TypeDef {
            &SCANDIR
        }
    }

    /// `os.scandir(path)`.
    pub fn scandir(th: &Thread, path: Option<PathArg>) -> PyResult<Value> {
        let (entries, folder, dir, is_bytes) = match path {
            None => (plain(th, posix::list_folder(b"."))?, b".".to_vec(), posix::AT_FDCWD, false),
            Some(p) => match p.fd {
                Some(fd) => (p.check(th, posix::list_folder_of(fd))?, Vec::new(), fd, false),
                None => (
                    p.check(th, posix::list_folder(&p.bytes))?,
                    p.bytes,
                    posix::AT_FDCWD,
                    p.is_bytes,
                ),
            },
        };
        let it = alloc_as(
            th,
            SCANDIR.class(th),
            ScandirIterator {
                header: Header::new(0, Kind::Native),
                entries: RefCell::new(entries),
                at: Cell::new(0),
                folder,
                dir,
                is_bytes,
            },
        );
        Ok(it.value())
    }

    #[methods]
    impl ScandirIterator {
        #[method]
        fn __iter__(this: &'static ScandirIterator) -> Value {
            this.value()
        }

        #[method]
        fn __next__(th: &Thread, this: &'static ScandirIterator) -> Value {
            let (name, ino, kind) = {
                let entries = this.entries.borrow();
                let Some(e) = entries.get(this.at.get()) else { return Value::EXHAUSTED };
                (e.name.clone(), e.ino, e.kind)
            };
            this.at.set(this.at.get() + 1);
            let mut full = this.folder.clone();
            if !full.is_empty() && !full.ends_with(b"/") {
                full.push(b'/');
            }
            full.extend_from_slice(&name);
            let like =
                |b: &[u8]| if this.is_bytes { Bytes::new(th, b).value() } else { decoded(th, b) };
            let e = alloc_as(
                th,
                DEF.class(th),
                DirEntry {
                    header: Header::new(0, Kind::Native),
                    name: Field::new(Some(like(&name))),
                    path: Field::new(Some(like(&full))),
                    stat: Field::new(None),
                    lstat: Field::new(None),
                    ino,
                    kind,
                    full,
                    dir: this.dir,
                },
            );
            gc::barrier(&e.header);
            e.value()
        }

        #[method]
        fn close(this: &'static ScandirIterator) {
            this.entries.borrow_mut().clear();
        }

        #[method]
        fn __enter__(this: &'static ScandirIterator) -> Value {
            this.value()
        }

        #[method(sig = "($self, /, *args)")]
        fn __exit__(this: &'static ScandirIterator, _args: Value) {
            this.entries.borrow_mut().clear();
        }
    }
}

#[krait_macros::module]
mod functions {
    use super::*;

    #[function(sig = "(path, *, dir_fd=None, follow_symlinks=True)")]
    fn stat(th: &Thread, path: PathArg, dir: DirFd, follow: Option<bool>) -> PyResult<Value> {
        let s = match path.fd {
            Some(fd) => posix::fstat(fd),
            None => posix::stat(dir.0, &path.bytes, follow.unwrap_or(true)),
        };
        stat_value(th, &path.check(th, s)?)
    }

    #[function(sig = "(path, *, dir_fd=None)")]
    fn lstat(th: &Thread, path: PathArg, dir: DirFd) -> PyResult<Value> {
        let s = path.check(th, posix::stat(dir.0, &path.bytes, false))?;
        stat_value(th, &s)
    }

    #[function(sig = "(fd)")]
    fn fstat(th: &Thread, fd: i32) -> PyResult<Value> {
        let s = plain(th, posix::fstat(fd))?;
        stat_value(th, &s)
    }

    #[function(sig = "(path, mode, *, dir_fd=None, effective_ids=False, follow_symlinks=True)")]
    fn access(
        path: PathArg,
        mode: i32,
        dir: DirFd,
        effective: Option<bool>,
        _follow: Option<bool>,
    ) -> bool {
        posix::access(dir.0, &path.bytes, mode, effective.unwrap_or(false)).is_ok()
    }

    #[function(sig = "(path)")]
    fn chdir(th: &Thread, path: PathArg) -> PyResult<()> {
        match path.fd {
            Some(fd) => path.check(th, posix::fchdir(fd)).map(|_| ()),
            None => path.check(th, posix::chdir(0, &path.bytes)),
        }
    }

    #[function(sig = "(fd)")]
    fn fchdir(th: &Thread, fd: i32) -> PyResult<()> {
        plain(th, posix::fchdir(fd)).map(|_| ())
    }

    #[function]
    fn getcwd(th: &Thread) -> PyResult<Value> {
        Ok(decoded(th, &plain(th, posix::current_folder())?))
    }

    #[function]
    fn getcwdb(th: &Thread) -> PyResult<Value> {
        Ok(Bytes::new(th, &plain(th, posix::current_folder())?).value())
    }

    #[function(sig = "(path=None)")]
    fn listdir(th: &Thread, path: OrNone<PathArg>) -> PyResult<Value> {
        let (entries, like) = match path.0 {
            None => (plain(th, posix::list_folder(b"."))?, None),
            Some(p) => {
                let r = match p.fd {
                    Some(fd) => posix::list_folder_of(fd),
                    None => posix::list_folder(&p.bytes),
                };
                (p.check(th, r)?, Some(p))
            }
        };
        let names: Vec<Value> = entries
            .iter()
            .map(|e| match &like {
                Some(p) => p.like(th, &e.name),
                None => decoded(th, &e.name),
            })
            .collect();
        Ok(List::new(th, &names).value())
    }

    #[function(sig = "(path=None)")]
    fn scandir(th: &Thread, path: OrNone<PathArg>) -> PyResult<Value> {
        dir_entry::scandir(th, path.0)
    }

    #[function(sig = "(path, flags, mode=511, *, dir_fd=None)")]
    fn open(
        th: &Thread,
        path: PathArg,
        flags: i32,
        mode: Option<u32>,
        dir: DirFd,
    ) -> PyResult<i32> {
        let mode = mode.unwrap_or(0o777);
        let r = threads::without_lock(th, || posix::open(dir.0, &path.bytes, flags, mode));
        path.check(th, r)
    }

    #[function(sig = "(fd)")]
    fn close(th: &Thread, fd: i32) -> PyResult<()> {
        plain(th, sys::file::close(fd))
    }

    #[function(sig = "(fd_low, fd_high, /)")]
    fn closerange(low: i32, high: i32) {
        for fd in low..high {
            let _ = sys::file::close(fd);
        }
    }

    #[function(sig = "(fd, length, /)")]
    fn read(th: &Thread, fd: i32, length: i64) -> PyResult<Value> {
        if length < 0 {
            return Err(raise!(th, OSError, "[Errno 22] Invalid argument"));
        }
        let mut buffer = vec![0u8; length as usize];
        let n = threads::without_lock(th, || sys::file::read(fd, &mut buffer));
        let n = plain(th, n)?;
        Ok(Bytes::new(th, &buffer[..n]).value())
    }

    #[function(sig = "(fd, data, /)")]
    fn write(th: &Thread, fd: i32, data: Value) -> PyResult<usize> {
        let data = bytes::expect_view(th, data)?.to_vec();
        let n = threads::without_lock(th, || sys::file::write(fd, &data));
        plain(th, n)
    }

    #[function(sig = "(fd, position, whence, /)")]
    fn lseek(th: &Thread, fd: i32, position: i64, whence: i32) -> PyResult<i64> {
        plain(th, sys::file::seek(fd, position, whence))
    }

    #[function(sig = "(fd, length, /)")]
    fn ftruncate(th: &Thread, fd: i32, length: i64) -> PyResult<()> {
        plain(th, sys::file::truncate(fd, length))
    }

    #[function(sig = "(path, length)")]
    fn truncate(th: &Thread, path: PathArg, length: i64) -> PyResult<()> {
        match path.fd {
            Some(fd) => path.check(th, sys::file::truncate(fd, length)),
            None => path.check(th, posix::truncate(0, &path.bytes, length)),
        }
    }

    #[function(sig = "(path, mode=511, *, dir_fd=None)")]
    fn mkdir(th: &Thread, path: PathArg, mode: Option<u32>, dir: DirFd) -> PyResult<()> {
        path.check(th, posix::mkdir(dir.0, &path.bytes, mode.unwrap_or(0o777)))
    }

    #[function(sig = "(path, *, dir_fd=None)")]
    fn rmdir(th: &Thread, path: PathArg, dir: DirFd) -> PyResult<()> {
        path.check(th, posix::rmdir(dir.0, &path.bytes))
    }

    #[function(sig = "(path, *, dir_fd=None)")]
    fn unlink(th: &Thread, path: PathArg, dir: DirFd) -> PyResult<()> {
        path.check(th, posix::unlink(dir.0, &path.bytes))
    }

    #[function(sig = "(path, *, dir_fd=None)")]
    fn remove(th: &Thread, path: PathArg, dir: DirFd) -> PyResult<()> {
        path.check(th, posix::unlink(dir.0, &path.bytes))
    }

    fn two<T>(th: &Thread, r: std::io::Result<T>, a: &PathArg, b: &PathArg) -> PyResult<T> {
        r.map_err(|e| os_error(th, &e, Some(a.value), Some(b.value)))
    }

    #[function(sig = "(src, dst, *, src_dir_fd=None, dst_dir_fd=None)")]
    fn rename(th: &Thread, src: PathArg, dst: PathArg, a: DirFd, b: DirFd) -> PyResult<()> {
        two(th, posix::rename(a.0, &src.bytes, b.0, &dst.bytes), &src, &dst)
    }

    #[function(sig = "(src, dst, *, src_dir_fd=None, dst_dir_fd=None)")]
    fn replace(th: &Thread, src: PathArg, dst: PathArg, a: DirFd, b: DirFd) -> PyResult<()> {
        two(th, posix::rename(a.0, &src.bytes, b.0, &dst.bytes), &src, &dst)
    }

    #[function(sig = "(src, dst, *, src_dir_fd=None, dst_dir_fd=None, follow_symlinks=True)")]
    fn link(
        th: &Thread,
        src: PathArg,
        dst: PathArg,
        a: DirFd,
        b: DirFd,
        follow: Option<bool>,
    ) -> PyResult<()> {
        two(th, posix::link(a.0, &src.bytes, b.0, &dst.bytes, follow.unwrap_or(true)), &src, &dst)
    }

    #[function(sig = "(src, dst, target_is_directory=False, *, dir_fd=None)")]
    fn symlink(
        th: &Thread,
        src: PathArg,
        dst: PathArg,
        _directory: Option<bool>,
        dir: DirFd,
    ) -> PyResult<()> {
        two(th, posix::symlink(0, &src.bytes, dir.0, &dst.bytes), &src, &dst)
    }

    #[function(sig = "(path, *, dir_fd=None)")]
    fn readlink(th: &Thread, path: PathArg, dir: DirFd) -> PyResult<Value> {
        let target = path.check(th, posix::read_link(dir.0, &path.bytes))?;
        Ok(path.like(th, &target))
    }

    #[function(sig = "(path, mode, *, dir_fd=None, follow_symlinks=True)")]
    fn chmod(
        th: &Thread,
        path: PathArg,
        mode: u32,
        dir: DirFd,
        _follow: Option<bool>,
    ) -> PyResult<()> {
        match path.fd {
            Some(fd) => path.check(th, posix::fchmod(fd, mode)).map(|_| ()),
            None => path.check(th, posix::chmod(dir.0, &path.bytes, mode)),
        }
    }

    #[function(sig = "(fd, mode)")]
    fn fchmod(th: &Thread, fd: i32, mode: u32) -> PyResult<()> {
        plain(th, posix::fchmod(fd, mode)).map(|_| ())
    }

    #[function(sig = "(path, uid, gid, *, dir_fd=None, follow_symlinks=True)")]
    fn chown(
        th: &Thread,
        path: PathArg,
        uid: i64,
        gid: i64,
        dir: DirFd,
        follow: Option<bool>,
    ) -> PyResult<()> {
        path.check(
            th,
            posix::chown(dir.0, &path.bytes, uid as u32, gid as u32, follow.unwrap_or(true)),
        )
    }

    #[function(
        sig = "(path, times=None, *, ns=<unrepresentable>, dir_fd=None, follow_symlinks=True)"
    )]
    fn utime(
        th: &Thread,
        path: PathArg,
        times: OrNone<&'static Tuple>,
        ns: OrNone<&'static Tuple>,
        dir: DirFd,
        follow: Option<bool>,
    ) -> PyResult<()> {
        let times = match (times.0, ns.0) {
            (Some(t), None) if t.len() == 2 => {
                let nanos = |v: Value| -> PyResult<i128> {
                    if let Some(i) = int::to_i128(v) {
                        return Ok(i * 1_000_000_000);
                    }
                    Ok((float::as_f64(th, v)? * 1e9).floor() as i128)
                };
                Some((nanos(t.values()[0])?, nanos(t.values()[1])?))
            }
            (None, Some(t)) if t.len() == 2 => {
                let nanos = |v: Value| int::to_i128(v).ok_or(());
                match (nanos(t.values()[0]), nanos(t.values()[1])) {
                    (Ok(a), Ok(m)) => Some((a, m)),
                    _ => {
                        return Err(raise!(
                            th,
                            TypeError,
                            "utime: 'ns' must be a tuple of two ints"
                        ));
                    }
                }
            }
            (None, None) => None,
            (Some(_), Some(_)) => {
                return Err(raise!(
                    th,
                    ValueError,
                    "utime: you may specify either 'times' or 'ns' but not both"
                ));
            }
            _ => {
                return Err(raise!(
                    th,
                    TypeError,
                    "utime: 'times' must be either a tuple of two ints or None"
                ));
            }
        };
        match path.fd {
            Some(fd) => path.check(th, posix::set_times_of(fd, times)),
            None => {
                path.check(th, posix::set_times(dir.0, &path.bytes, times, follow.unwrap_or(true)))
            }
        }
    }

    #[function(sig = "(path)")]
    fn fspath(th: &Thread, path: Value) -> PyResult<Value> {
        if path.cast::<Str>().is_some() || path.cast::<Bytes>().is_some() {
            return Ok(path);
        }
        let Some(f) = path.slot(krait_runtime::object::Slot::Fspath) else {
            let name = path.type_name();
            return Err(raise!(
                th,
                TypeError,
                "expected str, bytes or os.PathLike object, not {name}"
            ));
        };
        let p = ops::call(th, f, &[path])?;
        if p.cast::<Str>().is_some() || p.cast::<Bytes>().is_some() {
            return Ok(p);
        }
        let (a, b) = (path.type_name(), p.type_name());
        Err(raise!(th, TypeError, "expected {a}.__fspath__() to return str or bytes, not {b}"))
    }

    #[function(sig = "(fd, /)")]
    fn isatty(fd: i32) -> bool {
        sys::file::is_terminal(fd)
    }

    #[function(sig = "(fd=1, /)")]
    fn get_terminal_size(th: &Thread, fd: Option<i32>) -> PyResult<Value> {
        let (c, l) = plain(th, posix::terminal_size(fd.unwrap_or(1)))?;
        instance(th, "terminal_size", &[Value::from_i32(c as i32), Value::from_i32(l as i32)])
    }

    #[function]
    fn pipe(th: &Thread) -> PyResult<Value> {
        let (r, w) = plain(th, posix::pipe())?;
        Ok(Tuple::new(th, &[Value::from_i32(r), Value::from_i32(w)]).value())
    }

    #[function(sig = "(fd, /)")]
    fn dup(th: &Thread, fd: i32) -> PyResult<i32> {
        plain(th, posix::dup(fd))
    }

    #[function(sig = "(fd, fd2, inheritable=True)")]
    fn dup2(th: &Thread, fd: i32, to: i32, inheritable: Option<bool>) -> PyResult<i32> {
        plain(
            th,
            if inheritable.unwrap_or(true) {
                posix::dup2_inherited(fd, to)
            } else {
                posix::dup2(fd, to)
            },
        )
    }

    #[function(sig = "(fd, /)")]
    fn get_inheritable(th: &Thread, fd: i32) -> PyResult<bool> {
        plain(th, posix::is_inheritable(fd))
    }

    #[function(sig = "(fd, inheritable, /)")]
    fn set_inheritable(th: &Thread, fd: i32, on: bool) -> PyResult<()> {
        plain(th, posix::set_inheritable(fd, on))
    }

    #[function(sig = "(fd, /)")]
    fn get_blocking(th: &Thread, fd: i32) -> PyResult<bool> {
        plain(th, posix::is_blocking(fd))
    }

    #[function(sig = "(fd, blocking, /)")]
    fn set_blocking(th: &Thread, fd: i32, on: bool) -> PyResult<()> {
        plain(th, posix::set_blocking(fd, on))
    }

    #[function(sig = "(fd)")]
    fn fsync(th: &Thread, fd: i32) -> PyResult<()> {
        plain(th, posix::fsync(fd)).map(|_| ())
    }

    #[function(sig = "(pid, signal, /)")]
    fn kill(th: &Thread, pid: i32, signal: i32) -> PyResult<()> {
        plain(th, posix::kill(pid, signal)).map(|_| ())
    }

    #[function(sig = "(pgid, signal, /)")]
    fn killpg(th: &Thread, pid: i32, signal: i32) -> PyResult<()> {
        plain(th, posix::killpg(pid, signal)).map(|_| ())
    }

    #[function(sig = "(command)")]
    fn system(th: &Thread, command: PathArg) -> PyResult<i32> {
        let r = threads::without_lock(th, || posix::system(&command.bytes));
        plain(th, r)
    }

    #[function(sig = "(pid, options, /)")]
    fn waitpid(th: &Thread, pid: i32, options: i32) -> PyResult<Value> {
        let r = threads::without_lock(th, || posix::wait(pid, options));
        let (pid, status) = plain(th, r)?;
        Ok(Tuple::new(th, &[Value::from_i32(pid), Value::from_i32(status)]).value())
    }

    #[function(sig = "(status)")]
    fn waitstatus_to_exitcode(th: &Thread, status: i32) -> PyResult<i32> {
        match status & 0x7f {
            0 => Ok(status >> 8 & 0xff),
            0x7f => Err(raise!(
                th,
                ValueError,
                "process stopped by delivery of signal {}",
                status >> 8 & 0xff
            )),
            signal => Ok(-signal),
        }
    }

    #[function(name = "WIFEXITED", sig = "(status)")]
    fn wifexited(status: i32) -> bool {
        status & 0x7f == 0
    }

    #[function(name = "WEXITSTATUS", sig = "(status)")]
    fn wexitstatus(status: i32) -> i32 {
        status >> 8 & 0xff
    }

    #[function(name = "WIFSIGNALED", sig = "(status)")]
    fn wifsignaled(status: i32) -> bool {
        !matches!(status & 0x7f, 0 | 0x7f)
    }

    #[function(name = "WTERMSIG", sig = "(status)")]
    fn wtermsig(status: i32) -> i32 {
        status & 0x7f
    }

    #[function(name = "WIFSTOPPED", sig = "(status)")]
    fn wifstopped(status: i32) -> bool {
        status & 0xff == 0x7f
    }

    #[function(name = "WSTOPSIG", sig = "(status)")]
    fn wstopsig(status: i32) -> i32 {
        status >> 8 & 0xff
    }

    fn list_of_paths(th: &Thread, v: Value) -> PyResult<Vec<Vec<u8>>> {
        ops::collect(th, v)?
            .into_iter()
            .map(|a| Ok(sys::file::encode_path(import::path_argument(th, a)?)))
            .collect()
    }

    #[function(sig = "(path, argv, /)")]
    fn execv(th: &Thread, path: PathArg, argv: Value) -> PyResult<()> {
        let argv = list_of_paths(th, argv)?;
        if argv.is_empty() {
            return Err(raise!(th, ValueError, "execv() arg 2 must not be empty"));
        }
        path.check(th, Err(posix::exec(&path.bytes, &argv, None)))
    }

    #[function(sig = "(path, argv, env)")]
    fn execve(th: &Thread, path: PathArg, argv: Value, env: Value) -> PyResult<()> {
        let argv = list_of_paths(th, argv)?;
        let mut block = Vec::new();
        for k in ops::collect(th, env)? {
            let v = ops::get_item(th, env, k)?;
            let mut line = sys::file::encode_path(import::path_argument(th, k)?);
            line.push(b'=');
            line.extend(sys::file::encode_path(import::path_argument(th, v)?));
            block.push(line);
        }
        path.check(th, Err(posix::exec(&path.bytes, &argv, Some(&block))))
    }

    #[function(sig = "(status)")]
    fn _exit(status: i32) -> PyResult<()> {
        posix::exit_now(status)
    }

    #[function(sig = "(code, /)")]
    fn strerror(code: i32) -> String {
        sys::errno::message(code)
    }

    #[function(sig = "(size, /)")]
    fn urandom(th: &Thread, size: i64) -> PyResult<Value> {
        if size < 0 {
            return Err(raise!(th, ValueError, "negative argument not allowed"));
        }
        let data = plain(th, posix::random(size as usize))?;
        Ok(Bytes::new(th, &data).value())
    }

    #[function(sig = "(mask, /)")]
    fn umask(mask: u32) -> u32 {
        posix::umask(mask)
    }

    #[function]
    fn uname(th: &Thread) -> PyResult<Value> {
        let parts = plain(th, posix::uname())?.map(|s| Str::new(th, &s).value());
        instance(th, "uname_result", &parts)
    }

    #[function]
    fn times(th: &Thread) -> PyResult<Value> {
        instance(th, "times_result", &posix::process_times().map(|t| float::new(th, t)))
    }

    #[function]
    fn cpu_count() -> Option<usize> {
        std::thread::available_parallelism().ok().map(|n| n.get())
    }

    #[function]
    fn getpid() -> i64 {
        posix::ids()[0]
    }

    #[function]
    fn getppid() -> i64 {
        posix::ids()[1]
    }

    #[function]
    fn getuid() -> i64 {
        posix::ids()[2]
    }

    #[function]
    fn geteuid() -> i64 {
        posix::ids()[3]
    }

    #[function]
    fn getgid() -> i64 {
        posix::ids()[4]
    }

    #[function]
    fn getegid() -> i64 {
        posix::ids()[5]
    }

    #[function]
    fn getpgrp() -> i64 {
        posix::ids()[6]
    }

    #[function]
    fn setsid(th: &Thread) -> PyResult<()> {
        plain(th, posix::setsid()).map(|_| ())
    }

    #[function(sig = "(name, value, /)")]
    fn putenv(th: &Thread, name: PathArg, value: PathArg) -> PyResult<()> {
        plain(th, posix::set_environment(&name.bytes, Some(&value.bytes)))
    }

    #[function(sig = "(name, /)")]
    fn unsetenv(th: &Thread, name: PathArg) -> PyResult<()> {
        plain(th, posix::set_environment(&name.bytes, None))
    }

    /// The process's environment, read anew.
    #[function]
    fn _create_environ(th: &Thread) -> PyResult<Value> {
        let environ = Dict::new(th);
        for (k, v) in posix::environment() {
            environ.set(th, Bytes::new(th, &k).value(), Bytes::new(th, &v).value())?;
        }
        Ok(environ.value())
    }
}
