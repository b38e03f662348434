//! Starting programs, limits of processes, and the databases of users and groups.

use std::ffi::{CStr, CString};
use std::io::{Error, Result};

/// How a child process is set up between `fork` and `exec`.
pub struct Child {
    /// Paths that are tried in turn.
    pub executables: Vec<Vec<u8>>,
    pub args: Vec<Vec<u8>>,
    pub env: Option<Vec<Vec<u8>>>,
    pub cwd: Option<Vec<u8>>,
    pub close_fds: bool,
    /// Sorted; they stay open.
    pub pass_fds: Vec<i32>,
    /// The pipes' ends: the child's stdin, stdout and stderr with those of the parent.
    pub pipes: [i32; 6],
    pub error_pipe: [i32; 2],
    pub restore_signals: bool,
    pub new_session: bool,
    /// -1 leaves the group.
    pub group_to_set: i32,
    pub gid: Option<u32>,
    pub groups: Option<Vec<u32>>,
    pub uid: Option<u32>,
    pub umask: Option<u32>,
}

/// A `null`-terminated array of strings.
struct Strings {
    _owned: Vec<CString>,
    pointers: Vec<*const libc::c_char>,
}

impl Strings {
    fn new(items: &[Vec<u8>]) -> Result<Strings> {
        let owned = items
            .iter()
            .map(|a| CString::new(a.as_slice()).map_err(Error::from))
            .collect::<Result<Vec<_>>>()?;
        let pointers = owned.iter().map(|s| s.as_ptr()).chain([std::ptr::null()]).collect();
        Ok(Strings { _owned: owned, pointers })
    }
}

/// What stopped a child before its program ran.
enum Failure {
    /// A system call, with the word that tells the parent which.
    Errno(i32, &'static str),
    Hook,
}

/// Starts a process and gives its number. `hook` runs in the child before the program, and gives
/// whether all went well. Failures of the child are written to its error pipe as
/// `subprocess` reads them: class, number in hexadecimal and a word, separated by colons.
pub fn fork_exec(child: &Child, hook: Option<&mut dyn FnMut() -> bool>) -> Result<i32> {
    // All memory is had before the fork: the child may not allocate.
    let executables = child
        .executables
        .iter()
        .map(|e| CString::new(e.as_slice()).map_err(Error::from))
        .collect::<Result<Vec<_>>>()?;
    let args = Strings::new(&child.args)?;
    let env = child.env.as_deref().map(Strings::new).transpose()?;
    let cwd = child.cwd.as_deref().map(CString::new).transpose()?;
    // SAFETY: the child calls only functions that are safe after a fork, and the hook, which is
    // the caller's wish.
    let pid = unsafe { libc::fork() };
    if pid < 0 {
        return Err(Error::last_os_error());
    }
    if pid > 0 {
        return Ok(pid);
    }
    let failure = run_child(child, &executables, &args, env.as_ref(), cwd.as_deref(), hook);
    let mut text = [0u8; 64];
    let len = failure_text(&failure, &mut text);
    // SAFETY: writes what was just composed, and ends.
    unsafe {
        libc::write(child.error_pipe[1], text.as_ptr().cast(), len);
        libc::_exit(255)
    }
}

/// Composes the message without allocating.
fn failure_text(failure: &Failure, out: &mut [u8; 64]) -> usize {
    use std::io::Write;
    let mut rest = &mut out[..];
    let written = match failure {
        Failure::Errno(errno, word) => write!(rest, "OSError:{errno:X}:{word}"),
        Failure::Hook => write!(rest, "SubprocessError:0:Exception occurred in preexec_fn."),
    };
    let left = rest.len();
    if written.is_err() { 0 } else { out.len() - left }
}

fn run_child(
    child: &Child,
    executables: &[CString],
    args: &Strings,
    env: Option<&Strings>,
    cwd: Option<&CStr>,
    hook: Option<&mut dyn FnMut() -> bool>,
) -> Failure {
    let [stdin, stdin_other, stdout_other, mut stdout, stderr_other, mut stderr] = child.pipes;
    let errno = || Error::last_os_error().raw_os_error().unwrap_or(0);
    let ok = |r: libc::c_int| {
        if r < 0 { Err(Failure::Errno(errno(), "noexec")) } else { Ok(r) }
    };
    let mut steps = || -> std::result::Result<(), Failure> {
        // SAFETY: system calls on descriptors and strings that the caller gave.
        unsafe {
            for fd in &child.pass_fds {
                if *fd != child.error_pipe[1] {
                    ok(libc::fcntl(*fd, libc::F_SETFD, 0))?;
                }
            }
            for fd in [stdin_other, stdout_other, stderr_other, child.error_pipe[0]] {
                if fd >= 0 {
                    ok(libc::close(fd))?;
                }
            }
            // A standard descriptor that is to become another one is moved away first.
            if stdout == 0 {
                stdout = ok(libc::dup(stdout))?;
            }
            while stderr == 0 || stderr == 1 {
                stderr = ok(libc::dup(stderr))?;
            }
            for (fd, standard) in [(stdin, 0), (stdout, 1), (stderr, 2)] {
                if fd == standard {
                    ok(libc::fcntl(fd, libc::F_SETFD, 0))?;
                } else if fd >= 0 {
                    ok(libc::dup2(fd, standard))?;
                }
            }
            if let Some(cwd) = cwd
                && libc::chdir(cwd.as_ptr()) < 0
            {
                return Err(Failure::Errno(errno(), "noexec:chdir"));
            }
            if let Some(mask) = child.umask {
                libc::umask(mask as libc::mode_t);
            }
            if child.restore_signals {
                libc::signal(libc::SIGPIPE, libc::SIG_DFL);
                libc::signal(libc::SIGXFSZ, libc::SIG_DFL);
            }
            if child.new_session {
                ok(libc::setsid())?;
            }
            if child.group_to_set >= 0 {
                ok(libc::setpgid(0, child.group_to_set))?;
            }
            if let Some(groups) = &child.groups {
                ok(libc::setgroups(groups.len() as _, groups.as_ptr()))?;
            }
            if let Some(gid) = child.gid {
                ok(libc::setregid(gid, gid))?;
            }
            if let Some(uid) = child.uid {
                ok(libc::setreuid(uid, uid))?;
            }
        }
        Ok(())
    };
    if let Err(failure) = steps() {
        return failure;
    }
    if let Some(hook) = hook
        && !hook()
    {
        return Failure::Hook;
    }
    if child.close_fds {
        close_others(&child.pass_fds);
    }
    let mut first_error = 0;
    for path in executables {
        // SAFETY: the arrays end with null, the strings with zero bytes.
        unsafe {
            match env {
                Some(env) => {
                    libc::execve(path.as_ptr(), args.pointers.as_ptr(), env.pointers.as_ptr())
                }
                None => libc::execv(path.as_ptr(), args.pointers.as_ptr()),
            };
        }
        let e = errno();
        if e != libc::ENOENT && e != libc::ENOTDIR && first_error == 0 {
            first_error = e;
        }
    }
    Failure::Errno(if first_error != 0 { first_error } else { errno() }, "")
}

/// Closes all descriptors above the standard ones but `keep`, which is sorted.
fn close_others(keep: &[i32]) {
    let mut start = 3;
    for fd in keep.iter().copied().filter(|fd| *fd >= 3).chain([i32::MAX]) {
        if start < fd {
            close_range(start, fd - 1);
        }
        start = fd.saturating_add(1);
    }
}

fn close_range(first: i32, last: i32) {
    #[cfg(target_os = "linux")]
    {
        // SAFETY: closing descriptors is what the caller asks for.
        let r = unsafe { libc::syscall(libc::SYS_close_range, first, last, 0) };
        if r == 0 {
            return;
        }
    }
    // SAFETY: as above; descriptors that are not open give an error that means nothing.
    unsafe {
        let limit = libc::sysconf(libc::_SC_OPEN_MAX).clamp(256, 1 << 20) as i32;
        for fd in first..=last.min(limit) {
            libc::close(fd);
        }
    }
}

/// A row of the user database.
pub struct User {
    pub name: Vec<u8>,
    pub password: Vec<u8>,
    pub uid: u32,
    pub gid: u32,
    pub comment: Vec<u8>,
    pub home: Vec<u8>,
    pub shell: Vec<u8>,
}

/// A row of the group database.
pub struct Group {
    pub name: Vec<u8>,
    pub password: Vec<u8>,
    pub gid: u32,
    pub members: Vec<Vec<u8>>,
}

/// # Safety
/// `s` is null or points to a string that ends with a zero byte.
unsafe fn text(s: *const libc::c_char) -> Vec<u8> {
    if s.is_null() {
        return Vec::new();
    }
    // SAFETY: the caller's promise.
    unsafe { CStr::from_ptr(s) }.to_bytes().to_vec()
}

/// # Safety
/// `p` is null or points to a filled row.
unsafe fn user(p: *const libc::passwd) -> Option<User> {
    // SAFETY: the caller's promise; the strings of a row end with zero bytes.
    unsafe {
        let p = p.as_ref()?;
        Some(User {
            name: text(p.pw_name),
            password: text(p.pw_passwd),
            uid: p.pw_uid,
            gid: p.pw_gid,
            comment: text(p.pw_gecos),
            home: text(p.pw_dir),
            shell: text(p.pw_shell),
        })
    }
}

/// # Safety
/// As for `user`.
unsafe fn group(g: *const libc::group) -> Option<Group> {
    // SAFETY: the caller's promise; the list of members ends with null.
    unsafe {
        let g = g.as_ref()?;
        let mut members = Vec::new();
        let mut at = g.gr_mem;
        while !at.is_null() && !(*at).is_null() {
            members.push(text(*at));
            at = at.add(1);
        }
        let (name, password) = (text(g.gr_name), text(g.gr_passwd));
        Some(Group { name, password, gid: g.gr_gid, members })
    }
}

// The calls below share static memory of the C library; the interpreter lock keeps them apart.

pub fn user_by_id(uid: u32) -> Option<User> {
    // SAFETY: the row is copied before the next call.
    unsafe { user(libc::getpwuid(uid)) }
}

pub fn user_by_name(name: &CStr) -> Option<User> {
    // SAFETY: as above.
    unsafe { user(libc::getpwnam(name.as_ptr())) }
}

pub fn users() -> Vec<User> {
    // SAFETY: as above.
    unsafe {
        libc::setpwent();
        let all = std::iter::from_fn(|| user(libc::getpwent())).collect();
        libc::endpwent();
        all
    }
}

pub fn group_by_id(gid: u32) -> Option<Group> {
    // SAFETY: as above.
    unsafe { group(libc::getgrgid(gid)) }
}

pub fn group_by_name(name: &CStr) -> Option<Group> {
    // SAFETY: as above.
    unsafe { group(libc::getgrnam(name.as_ptr())) }
}

pub fn groups() -> Vec<Group> {
    // SAFETY: as above.
    unsafe {
        libc::setgrent();
        let all = std::iter::from_fn(|| group(libc::getgrent())).collect();
        libc::endgrent();
        all
    }
}

/// Names and numbers of what can be limited.
pub const LIMITS: &[(&str, i32)] = &[
    ("RLIMIT_AS", libc::RLIMIT_AS as i32),
    ("RLIMIT_CORE", libc::RLIMIT_CORE as i32),
    ("RLIMIT_CPU", libc::RLIMIT_CPU as i32),
    ("RLIMIT_DATA", libc::RLIMIT_DATA as i32),
    ("RLIMIT_FSIZE", libc::RLIMIT_FSIZE as i32),
    ("RLIMIT_MEMLOCK", libc::RLIMIT_MEMLOCK as i32),
    ("RLIMIT_NOFILE", libc::RLIMIT_NOFILE as i32),
    ("RLIMIT_NPROC", libc::RLIMIT_NPROC as i32),
    ("RLIMIT_RSS", libc::RLIMIT_RSS as i32),
    ("RLIMIT_STACK", libc::RLIMIT_STACK as i32),
    #[cfg(target_os = "linux")]
    ("RLIMIT_MSGQUEUE", libc::RLIMIT_MSGQUEUE as i32),
    #[cfg(target_os = "linux")]
    ("RLIMIT_NICE", libc::RLIMIT_NICE as i32),
    #[cfg(target_os = "linux")]
    ("RLIMIT_OFILE", libc::RLIMIT_NOFILE as i32),
    #[cfg(target_os = "linux")]
    ("RLIMIT_RTPRIO", libc::RLIMIT_RTPRIO as i32),
    #[cfg(target_os = "linux")]
    ("RLIMIT_RTTIME", libc::RLIMIT_RTTIME as i32),
    #[cfg(target_os = "linux")]
    ("RLIMIT_SIGPENDING", libc::RLIMIT_SIGPENDING as i32),
    ("RUSAGE_CHILDREN", libc::RUSAGE_CHILDREN),
    ("RUSAGE_SELF", libc::RUSAGE_SELF),
    #[cfg(target_os = "linux")]
    ("RUSAGE_THREAD", libc::RUSAGE_THREAD),
];

/// Soft and hard limit; -1 is none.
pub fn limit(resource: i32) -> Result<(i64, i64)> {
    // SAFETY: the struct is filled or the call fails.
    unsafe {
        let mut l: libc::rlimit = std::mem::zeroed();
        if libc::getrlimit(resource as _, &mut l) < 0 {
            return Err(Error::last_os_error());
        }
        Ok((l.rlim_cur as i64, l.rlim_max as i64))
    }
}

pub fn set_limit(resource: i32, soft: i64, hard: i64) -> Result<()> {
    let l = libc::rlimit { rlim_cur: soft as _, rlim_max: hard as _ };
    // SAFETY: the struct is read only.
    match unsafe { libc::setrlimit(resource as _, &l) } {
        0 => Ok(()),
        _ => Err(Error::last_os_error()),
    }
}

/// User and system time in seconds, then the fourteen counters of `getrusage`.
pub fn usage(who: i32) -> Result<([f64; 2], [i64; 14])> {
    // SAFETY: the struct is filled or the call fails.
    let u = unsafe {
        let mut u: libc::rusage = std::mem::zeroed();
        if libc::getrusage(who, &mut u) < 0 {
            return Err(Error::last_os_error());
        }
        u
    };
    let seconds = |t: libc::timeval| t.tv_sec as f64 + t.tv_usec as f64 * 1e-6;
    let counters = [
        u.ru_maxrss,
        u.ru_ixrss,
        u.ru_idrss,
        u.ru_isrss,
        u.ru_minflt,
        u.ru_majflt,
        u.ru_nswap,
        u.ru_inblock,
        u.ru_oublock,
        u.ru_msgsnd,
        u.ru_msgrcv,
        u.ru_nsignals,
        u.ru_nvcsw,
        u.ru_nivcsw,
    ];
    Ok(([seconds(u.ru_utime), seconds(u.ru_stime)], counters.map(|c| c as i64)))
}

/// Bytes of a page.
pub fn page_size() -> i64 {
    // SAFETY: reads a constant.
    unsafe { libc::sysconf(libc::_SC_PAGESIZE) as i64 }
}

/// The errors that callers tell from others.
pub const INVALID: i32 = libc::EINVAL;
