//! System calls behind the module `posix`: paths are bytes, errors are the system's.

use std::ffi::CString;
use std::io::{Error, Result};

/// What `stat` tells about a file. Times are nanoseconds since 1970.
pub struct Stat {
    pub mode: u32,
    pub ino: u64,
    pub dev: u64,
    pub nlink: u64,
    pub uid: u32,
    pub gid: u32,
    pub size: i64,
    pub atime: i128,
    pub mtime: i128,
    pub ctime: i128,
    pub blksize: i64,
    pub blocks: i64,
    pub rdev: u64,
}

/// An entry of a folder.
pub struct Entry {
    pub name: Vec<u8>,
    pub ino: u64,
    /// `d_type` of the system; 0 where it is not known.
    pub kind: u8,
}

/// The current folder, as a folder descriptor.
pub const AT_FDCWD: i32 = libc::AT_FDCWD;
pub const DT_DIR: u8 = libc::DT_DIR;
pub const DT_REG: u8 = libc::DT_REG;
pub const DT_LNK: u8 = libc::DT_LNK;

fn c_path(path: &[u8]) -> Result<CString> {
    CString::new(path).map_err(|_| Error::from_raw_os_error(libc::EINVAL))
}

fn check(result: i32) -> Result<i32> {
    if result < 0 { Err(Error::last_os_error()) } else { Ok(result) }
}

fn convert(s: &libc::stat) -> Stat {
    let time = |seconds: i64, nanos: i64| seconds as i128 * 1_000_000_000 + nanos as i128;
    Stat {
        mode: s.st_mode as u32,
        ino: s.st_ino as u64,
        dev: s.st_dev as u64,
        nlink: s.st_nlink as u64,
        uid: s.st_uid,
        gid: s.st_gid,
        size: s.st_size,
        atime: time(s.st_atime as i64, s.st_atime_nsec as i64),
        mtime: time(s.st_mtime as i64, s.st_mtime_nsec as i64),
        ctime: time(s.st_ctime as i64, s.st_ctime_nsec as i64),
        blksize: s.st_blksize as i64,
        blocks: s.st_blocks as i64,
        rdev: s.st_rdev as u64,
    }
}

/// `fstatat`.
pub fn stat(dir: i32, path: &[u8], follow: bool) -> Result<Stat> {
    let path = c_path(path)?;
    let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
    // SAFETY: the path ends with a zero byte; the struct is filled or the call fails.
    unsafe {
        let mut s: libc::stat = std::mem::zeroed();
        check(libc::fstatat(dir, path.as_ptr(), &mut s, flags))?;
        Ok(convert(&s))
    }
}

pub fn fstat(fd: i32) -> Result<Stat> {
    // SAFETY: the struct is filled or the call fails.
    unsafe {
        let mut s: libc::stat = std::mem::zeroed();
        check(libc::fstat(fd, &mut s))?;
        Ok(convert(&s))
    }
}

/// Opens with the system's own flags; the descriptor is not inherited.
pub fn open(dir: i32, path: &[u8], flags: i32, mode: u32) -> Result<i32> {
    let path = c_path(path)?;
    // SAFETY: the path ends with a zero byte.
    check(unsafe {
        libc::openat(dir, path.as_ptr(), flags | libc::O_CLOEXEC, mode as libc::c_uint)
    })
}

macro_rules! path_calls {
    ($($(#[$meta:meta])* $name:ident($dir:ident, $path:ident $(, $arg:ident: $type:ty)*) = $call:expr;)*) => {$(
        $(#[$meta])*
        pub fn $name($dir: i32, $path: &[u8] $(, $arg: $type)*) -> Result<()> {
            let $path = c_path($path)?;
            // SAFETY: the path ends with a zero byte.
            check(unsafe { $call }).map(|_| ())
        }
    )*};
}

path_calls! {
    mkdir(dir, path, mode: u32) = libc::mkdirat(dir, path.as_ptr(), mode as libc::mode_t);
    unlink(dir, path) = libc::unlinkat(dir, path.as_ptr(), 0);
    rmdir(dir, path) = libc::unlinkat(dir, path.as_ptr(), libc::AT_REMOVEDIR);
    chmod(dir, path, mode: u32) = libc::fchmodat(dir, path.as_ptr(), mode as libc::mode_t, 0);
    chown(dir, path, uid: u32, gid: u32, follow: bool) =
        libc::fchownat(dir, path.as_ptr(), uid, gid, if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW });
    access(dir, path, mode: i32, effective: bool) =
        libc::faccessat(dir, path.as_ptr(), mode, if effective { libc::AT_EACCESS } else { 0 });
    mkfifo(_dir, path, mode: u32) = libc::mkfifo(path.as_ptr(), mode as libc::mode_t);
    truncate(_dir, path, size: i64) = libc::truncate(path.as_ptr(), size);
    chroot(_dir, path) = libc::chroot(path.as_ptr());
    chdir(_dir, path) = libc::chdir(path.as_ptr());
}

macro_rules! two_path_calls {
    ($($name:ident($a:ident, $from:ident, $b:ident, $to:ident $(, $arg:ident: $type:ty)*) = $call:expr;)*) => {$(
        pub fn $name($a: i32, $from: &[u8], $b: i32, $to: &[u8] $(, $arg: $type)*) -> Result<()> {
            let ($from, $to) = (c_path($from)?, c_path($to)?);
            // SAFETY: the paths end with zero bytes.
            check(unsafe { $call }).map(|_| ())
        }
    )*};
}

two_path_calls! {
    rename(a, from, b, to) = libc::renameat(a, from.as_ptr(), b, to.as_ptr());
    link(a, from, b, to, follow: bool) =
        libc::linkat(a, from.as_ptr(), b, to.as_ptr(), if follow { libc::AT_SYMLINK_FOLLOW } else { 0 });
    symlink(_a, from, b, to) = libc::symlinkat(from.as_ptr(), b, to.as_ptr());
}

macro_rules! descriptor_calls {
    ($($name:ident($($arg:ident: $type:ty),*) = $call:expr;)*) => {$(
        pub fn $name($($arg: $type),*) -> Result<i32> {
            // SAFETY: the call touches no memory of ours.
            check(unsafe { $call } as i32)
        }
    )*};
}

descriptor_calls! {
    fchdir(fd: i32) = libc::fchdir(fd);
    fchmod(fd: i32, mode: u32) = libc::fchmod(fd, mode as libc::mode_t);
    fchown(fd: i32, uid: u32, gid: u32) = libc::fchown(fd, uid, gid);
    fsync(fd: i32) = libc::fsync(fd);
    dup(fd: i32) = libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0);
    dup2_inherited(fd: i32, to: i32) = libc::dup2(fd, to);
    kill(pid: i32, signal: i32) = libc::kill(pid, signal);
    killpg(pid: i32, signal: i32) = libc::killpg(pid, signal);
    fork() = libc::fork();
    setsid() = libc::setsid();
    getpgid(pid: i32) = libc::getpgid(pid);
    setpgid(pid: i32, group: i32) = libc::setpgid(pid, group);
    getsid(pid: i32) = libc::getsid(pid);
    tcgetpgrp(fd: i32) = libc::tcgetpgrp(fd);
    setuid(uid: u32) = libc::setuid(uid);
    setgid(gid: u32) = libc::setgid(gid);
    lockf(fd: i32, command: i32, size: i64) = libc::lockf(fd, command, size);
}

/// `dup2` whose result is not inherited.
pub fn dup2(fd: i32, to: i32) -> Result<i32> {
    dup2_inherited(fd, to)?;
    if fd != to {
        set_inheritable(to, false)?;
    }
    Ok(to)
}

pub fn set_inheritable(fd: i32, on: bool) -> Result<()> {
    // SAFETY: no memory is touched.
    unsafe {
        let old = check(libc::fcntl(fd, libc::F_GETFD))?;
        let new = if on { old & !libc::FD_CLOEXEC } else { old | libc::FD_CLOEXEC };
        check(libc::fcntl(fd, libc::F_SETFD, new)).map(|_| ())
    }
}

pub fn is_inheritable(fd: i32) -> Result<bool> {
    // SAFETY: no memory is touched.
    check(unsafe { libc::fcntl(fd, libc::F_GETFD) }).map(|f| f & libc::FD_CLOEXEC == 0)
}

pub fn set_blocking(fd: i32, on: bool) -> Result<()> {
    // SAFETY: no memory is touched.
    unsafe {
        let old = check(libc::fcntl(fd, libc::F_GETFL))?;
        let new = if on { old & !libc::O_NONBLOCK } else { old | libc::O_NONBLOCK };
        check(libc::fcntl(fd, libc::F_SETFL, new)).map(|_| ())
    }
}

pub fn is_blocking(fd: i32) -> Result<bool> {
    // SAFETY: no memory is touched.
    check(unsafe { libc::fcntl(fd, libc::F_GETFL) }).map(|f| f & libc::O_NONBLOCK == 0)
}

/// Reading and writing end.
pub fn pipe() -> Result<(i32, i32)> {
    let mut ends = [0; 2];
    // SAFETY: the array has two elements.
    check(unsafe { libc::pipe(ends.as_mut_ptr()) })?;
    set_inheritable(ends[0], false)?;
    set_inheritable(ends[1], false)?;
    Ok((ends[0], ends[1]))
}

pub fn read_link(dir: i32, path: &[u8]) -> Result<Vec<u8>> {
    let path = c_path(path)?;
    let mut buffer = vec![0u8; 4096];
    // SAFETY: the buffer has the length given.
    let n =
        unsafe { libc::readlinkat(dir, path.as_ptr(), buffer.as_mut_ptr().cast(), buffer.len()) };
    if n < 0 {
        return Err(Error::last_os_error());
    }
    buffer.truncate(n as usize);
    Ok(buffer)
}

pub fn current_folder() -> Result<Vec<u8>> {
    use std::os::unix::ffi::OsStringExt;
    std::env::current_dir().map(|p| p.into_os_string().into_vec())
}

/// The entries of a folder, without `.` and `..`, in the system's order.
pub fn list_folder(path: &[u8]) -> Result<Vec<Entry>> {
    let path = c_path(path)?;
    // SAFETY: the path ends with a zero byte.
    let stream = unsafe { libc::opendir(path.as_ptr()) };
    read_entries(stream)
}

/// The same, by descriptor, which stays open.
pub fn list_folder_of(fd: i32) -> Result<Vec<Entry>> {
    let fd = dup(fd)?;
    // SAFETY: the stream owns the new descriptor.
    let stream = unsafe { libc::fdopendir(fd) };
    read_entries(stream)
}

fn read_entries(stream: *mut libc::DIR) -> Result<Vec<Entry>> {
    if stream.is_null() {
        return Err(Error::last_os_error());
    }
    let mut entries = Vec::new();
    loop {
        // SAFETY: the stream is open, and the entry is read before the next call.
        unsafe {
            let e = libc::readdir(stream);
            if e.is_null() {
                break;
            }
            let name = std::ffi::CStr::from_ptr((*e).d_name.as_ptr()).to_bytes();
            if name != b"." && name != b".." {
                entries.push(Entry {
                    name: name.to_vec(),
                    ino: (*e).d_ino as u64,
                    kind: (*e).d_type,
                });
            }
        }
    }
    // SAFETY: the stream is open.
    unsafe { libc::closedir(stream) };
    Ok(entries)
}

/// Sets times of access and modification, in nanoseconds; `None` is now.
pub fn set_times(dir: i32, path: &[u8], times: Option<(i128, i128)>, follow: bool) -> Result<()> {
    let path = c_path(path)?;
    let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
    let times = times.map(|(a, m)| [timespec(a), timespec(m)]);
    let pointer = times.as_ref().map_or(std::ptr::null(), |t| t.as_ptr());
    // SAFETY: the path ends with a zero byte; the times are two or none.
    check(unsafe { libc::utimensat(dir, path.as_ptr(), pointer, flags) }).map(|_| ())
}

pub fn set_times_of(fd: i32, times: Option<(i128, i128)>) -> Result<()> {
    let times = times.map(|(a, m)| [timespec(a), timespec(m)]);
    let pointer = times.as_ref().map_or(std::ptr::null(), |t| t.as_ptr());
    // SAFETY: the times are two or none.
    check(unsafe { libc::futimens(fd, pointer) }).map(|_| ())
}

fn timespec(nanos: i128) -> libc::timespec {
    libc::timespec {
        tv_sec: nanos.div_euclid(1_000_000_000) as libc::time_t,
        tv_nsec: nanos.rem_euclid(1_000_000_000) as libc::c_long,
    }
}

/// Columns and lines of a terminal.
pub fn terminal_size(fd: i32) -> Result<(u16, u16)> {
    // SAFETY: the struct is filled or the call fails.
    unsafe {
        let mut size: libc::winsize = std::mem::zeroed();
        check(libc::ioctl(fd, libc::TIOCGWINSZ, &mut size))?;
        Ok((size.ws_col, size.ws_row))
    }
}

/// Sets the mask of new files and gives the old one.
pub fn umask(mask: u32) -> u32 {
    // SAFETY: no memory is touched.
    unsafe { libc::umask(mask as libc::mode_t) as u32 }
}

/// Ends the process at once.
pub fn exit_now(status: i32) -> ! {
    // SAFETY: the process ends.
    unsafe { libc::_exit(status) }
}

/// Runs a command by the shell; the wait status.
pub fn system(command: &[u8]) -> Result<i32> {
    let command = c_path(command)?;
    // SAFETY: the command ends with a zero byte.
    Ok(unsafe { libc::system(command.as_ptr()) })
}

/// Waits for a child: its id (0 where none is ready) and status.
pub fn wait(pid: i32, options: i32) -> Result<(i32, i32)> {
    let mut status = 0;
    // SAFETY: the status is written.
    let pid = check(unsafe { libc::waitpid(pid, &mut status, options) })?;
    Ok((pid, status))
}

/// Replaces the program; returns only with an error.
pub fn exec(path: &[u8], args: &[Vec<u8>], env: Option<&[Vec<u8>]>) -> Error {
    let build = |items: &[Vec<u8>]| items.iter().map(|a| c_path(a)).collect::<Result<Vec<_>>>();
    let (path, args) = match (c_path(path), build(args)) {
        (Ok(p), Ok(a)) => (p, a),
        (Err(e), _) | (_, Err(e)) => return e,
    };
    let pointers = |items: &[CString]| {
        items.iter().map(|a| a.as_ptr()).chain([std::ptr::null()]).collect::<Vec<_>>()
    };
    let argv = pointers(&args);
    // SAFETY: the arrays end with null, the strings with zero bytes.
    unsafe {
        match env.map(build) {
            None => libc::execv(path.as_ptr(), argv.as_ptr()),
            Some(Ok(env)) => libc::execve(path.as_ptr(), argv.as_ptr(), pointers(&env).as_ptr()),
            Some(Err(e)) => return e,
        };
    }
    Error::last_os_error()
}

/// Bytes from the operating system's random numbers.
pub fn random(n: usize) -> Result<Vec<u8>> {
    let mut bytes = vec![0u8; n];
    for chunk in bytes.chunks_mut(256) {
        // SAFETY: the chunk has the length given.
        check(unsafe { libc::getentropy(chunk.as_mut_ptr().cast(), chunk.len()) })?;
    }
    Ok(bytes)
}

/// Process id, parent's, user, effective user, group, effective group, process group.
pub fn ids() -> [i64; 7] {
    // SAFETY: these calls only read.
    unsafe {
        [
            libc::getpid() as i64,
            libc::getppid() as i64,
            libc::getuid() as i64,
            libc::geteuid() as i64,
            libc::getgid() as i64,
            libc::getegid() as i64,
            libc::getpgrp() as i64,
        ]
    }
}

/// `sysname`, `nodename`, `release`, `version`, `machine`.
pub fn uname() -> Result<[String; 5]> {
    // SAFETY: the struct is filled with strings that end with zero bytes.
    unsafe {
        let mut u: libc::utsname = std::mem::zeroed();
        check(libc::uname(&mut u))?;
        let text = |s: &[libc::c_char]| {
            std::ffi::CStr::from_ptr(s.as_ptr()).to_string_lossy().into_owned()
        };
        Ok([
            text(&u.sysname),
            text(&u.nodename),
            text(&u.release),
            text(&u.version),
            text(&u.machine),
        ])
    }
}

/// The environment, undecoded.
pub fn environment() -> Vec<(Vec<u8>, Vec<u8>)> {
    use std::os::unix::ffi::OsStringExt;
    std::env::vars_os().map(|(k, v)| (k.into_vec(), v.into_vec())).collect()
}

pub fn set_environment(name: &[u8], value: Option<&[u8]>) -> Result<()> {
    let name = c_path(name)?;
    match value {
        Some(v) => {
            let v = c_path(v)?;
            // SAFETY: both end with a zero byte; the interpreter lock keeps others out.
            check(unsafe { libc::setenv(name.as_ptr(), v.as_ptr(), 1) }).map(|_| ())
        }
        // SAFETY: the name ends with a zero byte; the interpreter lock keeps others out.
        None => check(unsafe { libc::unsetenv(name.as_ptr()) }).map(|_| ()),
    }
}

/// Seconds of the process: user, system, children's user, children's system, and since a start.
pub fn process_times() -> [f64; 5] {
    // SAFETY: the struct is filled.
    unsafe {
        let mut t: libc::tms = std::mem::zeroed();
        let elapsed = libc::times(&mut t);
        let tick = libc::sysconf(libc::_SC_CLK_TCK) as f64;
        [
            t.tms_utime as f64 / tick,
            t.tms_stime as f64 / tick,
            t.tms_cutime as f64 / tick,
            t.tms_cstime as f64 / tick,
            elapsed as f64 / tick,
        ]
    }
}

/// The constants that `posix` has.
pub static CONSTANTS: &[(&str, i64)] = &[
    ("F_OK", libc::F_OK as i64),
    ("R_OK", libc::R_OK as i64),
    ("W_OK", libc::W_OK as i64),
    ("X_OK", libc::X_OK as i64),
    ("O_RDONLY", libc::O_RDONLY as i64),
    ("O_WRONLY", libc::O_WRONLY as i64),
    ("O_RDWR", libc::O_RDWR as i64),
    ("O_ACCMODE", libc::O_ACCMODE as i64),
    ("O_CREAT", libc::O_CREAT as i64),
    ("O_EXCL", libc::O_EXCL as i64),
    ("O_NOCTTY", libc::O_NOCTTY as i64),
    ("O_TRUNC", libc::O_TRUNC as i64),
    ("O_APPEND", libc::O_APPEND as i64),
    ("O_NONBLOCK", libc::O_NONBLOCK as i64),
    ("O_NDELAY", libc::O_NONBLOCK as i64),
    ("O_SYNC", libc::O_SYNC as i64),
    ("O_DSYNC", libc::O_DSYNC as i64),
    ("O_CLOEXEC", libc::O_CLOEXEC as i64),
    ("O_DIRECTORY", libc::O_DIRECTORY as i64),
    ("O_NOFOLLOW", libc::O_NOFOLLOW as i64),
    #[cfg(target_os = "linux")]
    ("O_TMPFILE", libc::O_TMPFILE as i64),
    #[cfg(target_os = "linux")]
    ("O_PATH", libc::O_PATH as i64),
    #[cfg(target_os = "linux")]
    ("O_NOATIME", libc::O_NOATIME as i64),
    ("EX_OK", 0),
    ("EX_USAGE", 64),
    ("EX_DATAERR", 65),
    ("EX_NOINPUT", 66),
    ("EX_NOUSER", 67),
    ("EX_NOHOST", 68),
    ("EX_UNAVAILABLE", 69),
    ("EX_SOFTWARE", 70),
    ("EX_OSERR", 71),
    ("EX_OSFILE", 72),
    ("EX_CANTCREAT", 73),
    ("EX_IOERR", 74),
    ("EX_TEMPFAIL", 75),
    ("EX_PROTOCOL", 76),
    ("EX_NOPERM", 77),
    ("EX_CONFIG", 78),
    ("WNOHANG", libc::WNOHANG as i64),
    ("WUNTRACED", libc::WUNTRACED as i64),
    ("WCONTINUED", libc::WCONTINUED as i64),
    ("WEXITED", libc::WEXITED as i64),
    ("WSTOPPED", libc::WSTOPPED as i64),
    ("WNOWAIT", libc::WNOWAIT as i64),
    ("P_ALL", libc::P_ALL as i64),
    ("P_PID", libc::P_PID as i64),
    ("P_PGID", libc::P_PGID as i64),
    ("TMP_MAX", 238328),
    ("NGROUPS_MAX", 65536),
    ("F_LOCK", libc::F_LOCK as i64),
    ("F_TLOCK", libc::F_TLOCK as i64),
    ("F_ULOCK", libc::F_ULOCK as i64),
    ("F_TEST", libc::F_TEST as i64),
    ("PRIO_PROCESS", 0),
    ("PRIO_PGRP", 1),
    ("PRIO_USER", 2),
    ("RTLD_LAZY", libc::RTLD_LAZY as i64),
    ("RTLD_NOW", libc::RTLD_NOW as i64),
    ("RTLD_GLOBAL", libc::RTLD_GLOBAL as i64),
    ("RTLD_LOCAL", libc::RTLD_LOCAL as i64),
];
