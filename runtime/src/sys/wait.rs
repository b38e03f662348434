//! Waiting for descriptors, and control of them: `poll`, `epoll`, `fcntl`, `ioctl`, locks.

use std::io::{Error, Result};

/// A descriptor that is waited for, and what for; after the wait, what is there.
#[repr(transparent)]
#[derive(Copy, Clone)]
pub struct Watched(libc::pollfd);

impl Watched {
    pub fn new(fd: i32, events: u16) -> Watched {
        Watched(libc::pollfd { fd, events: events as i16, revents: 0 })
    }

    pub fn fd(&self) -> i32 {
        self.0.fd
    }

    pub fn found(&self) -> u16 {
        self.0.revents as u16
    }
}

pub const IN: u16 = libc::POLLIN as u16;
pub const OUT: u16 = libc::POLLOUT as u16;
pub const PRI: u16 = libc::POLLPRI as u16;
pub const ERR: u16 = libc::POLLERR as u16;
pub const HUP: u16 = libc::POLLHUP as u16;
pub const INVALID: u16 = libc::POLLNVAL as u16;

/// Names and numbers of `select`.
pub const EVENTS: &[(&str, i64)] = &[
    ("POLLIN", libc::POLLIN as i64),
    ("POLLPRI", libc::POLLPRI as i64),
    ("POLLOUT", libc::POLLOUT as i64),
    ("POLLERR", libc::POLLERR as i64),
    ("POLLHUP", libc::POLLHUP as i64),
    ("POLLNVAL", libc::POLLNVAL as i64),
    ("POLLRDNORM", libc::POLLRDNORM as i64),
    ("POLLRDBAND", libc::POLLRDBAND as i64),
    ("POLLWRNORM", libc::POLLWRNORM as i64),
    ("POLLWRBAND", libc::POLLWRBAND as i64),
    #[cfg(target_os = "linux")]
    ("POLLMSG", 0x400),
    #[cfg(target_os = "linux")]
    ("POLLRDHUP", libc::POLLRDHUP as i64),
    ("PIPE_BUF", libc::PIPE_BUF as i64),
    #[cfg(target_os = "linux")]
    ("EPOLLIN", libc::EPOLLIN as u32 as i64),
    #[cfg(target_os = "linux")]
    ("EPOLLOUT", libc::EPOLLOUT as u32 as i64),
    #[cfg(target_os = "linux")]
    ("EPOLLPRI", libc::EPOLLPRI as u32 as i64),
    #[cfg(target_os = "linux")]
    ("EPOLLERR", libc::EPOLLERR as u32 as i64),
    #[cfg(target_os = "linux")]
    ("EPOLLHUP", libc::EPOLLHUP as u32 as i64),
    #[cfg(target_os = "linux")]
    ("EPOLLRDHUP", libc::EPOLLRDHUP as u32 as i64),
    #[cfg(target_os = "linux")]
    ("EPOLLET", libc::EPOLLET as u32 as i64),
    #[cfg(target_os = "linux")]
    ("EPOLLONESHOT", libc::EPOLLONESHOT as u32 as i64),
    #[cfg(target_os = "linux")]
    ("EPOLLEXCLUSIVE", libc::EPOLLEXCLUSIVE as u32 as i64),
    #[cfg(target_os = "linux")]
    ("EPOLLWAKEUP", libc::EPOLLWAKEUP as u32 as i64),
    #[cfg(target_os = "linux")]
    ("EPOLLRDNORM", libc::EPOLLRDNORM as u32 as i64),
    #[cfg(target_os = "linux")]
    ("EPOLLRDBAND", libc::EPOLLRDBAND as u32 as i64),
    #[cfg(target_os = "linux")]
    ("EPOLLWRNORM", libc::EPOLLWRNORM as u32 as i64),
    #[cfg(target_os = "linux")]
    ("EPOLLWRBAND", libc::EPOLLWRBAND as u32 as i64),
    #[cfg(target_os = "linux")]
    ("EPOLLMSG", libc::EPOLLMSG as u32 as i64),
    #[cfg(target_os = "linux")]
    ("EPOLL_CLOEXEC", libc::EPOLL_CLOEXEC as u32 as i64),
];

/// Waits at most `milliseconds` (-1: for ever) and gives how many descriptors are ready.
pub fn poll(watched: &mut [Watched], milliseconds: i32) -> Result<usize> {
    // SAFETY: `Watched` is a `pollfd`, and the slice is as long as is said.
    let n = unsafe {
        libc::poll(watched.as_mut_ptr().cast(), watched.len() as libc::nfds_t, milliseconds)
    };
    if n < 0 { Err(Error::last_os_error()) } else { Ok(n as usize) }
}

/// Whether the error is that a signal came.
pub fn is_interrupt(e: &Error) -> bool {
    e.raw_os_error() == Some(libc::EINTR)
}

fn check(r: i32) -> Result<i32> {
    if r < 0 { Err(Error::last_os_error()) } else { Ok(r) }
}

/// Linux's `epoll`.
#[cfg(target_os = "linux")]
pub mod epoll {
    use super::*;

    pub const ADD: i32 = libc::EPOLL_CTL_ADD;
    pub const MODIFY: i32 = libc::EPOLL_CTL_MOD;
    pub const DELETE: i32 = libc::EPOLL_CTL_DEL;

    /// A new descriptor, which is not inherited.
    pub fn create() -> Result<i32> {
        // SAFETY: the call touches no memory of ours.
        check(unsafe { libc::epoll_create1(libc::EPOLL_CLOEXEC) })
    }

    pub fn control(epoll: i32, operation: i32, fd: i32, events: u32) -> Result<()> {
        let mut event = libc::epoll_event { events, u64: fd as u64 };
        // SAFETY: the event is read only.
        check(unsafe { libc::epoll_ctl(epoll, operation, fd, &mut event) }).map(|_| ())
    }

    /// Descriptors that are ready and what for.
    pub fn wait(epoll: i32, max: usize, milliseconds: i32) -> Result<Vec<(i32, u32)>> {
        let mut events = vec![libc::epoll_event { events: 0, u64: 0 }; max];
        let len = events.len() as i32;
        // SAFETY: the vector is as long as is said.
        let n = check(unsafe { libc::epoll_wait(epoll, events.as_mut_ptr(), len, milliseconds) })?;
        Ok(events[..n as usize].iter().map(|e| (e.u64 as i32, e.events)).collect())
    }
}

/// Names and numbers of `fcntl`.
pub const CONTROLS: &[(&str, i64)] = &[
    ("FD_CLOEXEC", libc::FD_CLOEXEC as i64),
    ("F_DUPFD", libc::F_DUPFD as i64),
    ("F_DUPFD_CLOEXEC", libc::F_DUPFD_CLOEXEC as i64),
    ("F_GETFD", libc::F_GETFD as i64),
    ("F_SETFD", libc::F_SETFD as i64),
    ("F_GETFL", libc::F_GETFL as i64),
    ("F_SETFL", libc::F_SETFL as i64),
    ("F_GETLK", libc::F_GETLK as i64),
    ("F_SETLK", libc::F_SETLK as i64),
    ("F_SETLKW", libc::F_SETLKW as i64),
    ("F_GETOWN", libc::F_GETOWN as i64),
    ("F_SETOWN", libc::F_SETOWN as i64),
    ("F_RDLCK", libc::F_RDLCK as i64),
    ("F_WRLCK", libc::F_WRLCK as i64),
    ("F_UNLCK", libc::F_UNLCK as i64),
    ("LOCK_SH", libc::LOCK_SH as i64),
    ("LOCK_EX", libc::LOCK_EX as i64),
    ("LOCK_NB", libc::LOCK_NB as i64),
    ("LOCK_UN", libc::LOCK_UN as i64),
    ("FASYNC", libc::O_ASYNC as i64),
    #[cfg(target_os = "linux")]
    ("F_GETLK64", libc::F_GETLK as i64),
    #[cfg(target_os = "linux")]
    ("F_SETLK64", libc::F_SETLK as i64),
    #[cfg(target_os = "linux")]
    ("F_SETLKW64", libc::F_SETLKW as i64),
    #[cfg(target_os = "linux")]
    ("F_OFD_GETLK", libc::F_OFD_GETLK as i64),
    #[cfg(target_os = "linux")]
    ("F_OFD_SETLK", libc::F_OFD_SETLK as i64),
    #[cfg(target_os = "linux")]
    ("F_OFD_SETLKW", libc::F_OFD_SETLKW as i64),
    #[cfg(target_os = "linux")]
    ("F_GETPIPE_SZ", libc::F_GETPIPE_SZ as i64),
    #[cfg(target_os = "linux")]
    ("F_SETPIPE_SZ", libc::F_SETPIPE_SZ as i64),
    #[cfg(target_os = "linux")]
    ("F_GETLEASE", libc::F_GETLEASE as i64),
    #[cfg(target_os = "linux")]
    ("F_SETLEASE", libc::F_SETLEASE as i64),
    #[cfg(target_os = "linux")]
    ("F_NOTIFY", libc::F_NOTIFY as i64),
    #[cfg(target_os = "linux")]
    ("F_ADD_SEALS", libc::F_ADD_SEALS as i64),
    #[cfg(target_os = "linux")]
    ("F_GET_SEALS", libc::F_GET_SEALS as i64),
    #[cfg(target_os = "linux")]
    ("F_SEAL_SEAL", libc::F_SEAL_SEAL as i64),
    #[cfg(target_os = "linux")]
    ("F_SEAL_SHRINK", libc::F_SEAL_SHRINK as i64),
    #[cfg(target_os = "linux")]
    ("F_SEAL_GROW", libc::F_SEAL_GROW as i64),
    #[cfg(target_os = "linux")]
    ("F_SEAL_WRITE", libc::F_SEAL_WRITE as i64),
];

/// `fcntl` with a number.
pub fn control(fd: i32, command: i32, argument: i32) -> Result<i32> {
    // SAFETY: commands that take a number touch no memory of ours.
    check(unsafe { libc::fcntl(fd, command, argument) })
}

/// `fcntl` with memory, which the system may change.
pub fn control_with(fd: i32, command: i32, memory: &mut [u8]) -> Result<i32> {
    // SAFETY: the caller says that the command takes memory of this size.
    check(unsafe { libc::fcntl(fd, command, memory.as_mut_ptr()) })
}

/// `ioctl` with a number.
pub fn device_control(fd: i32, request: u64, argument: i32) -> Result<i32> {
    // SAFETY: as for `control`.
    check(unsafe { libc::ioctl(fd, request as _, argument) })
}

/// `ioctl` with memory, which the system may change.
pub fn device_control_with(fd: i32, request: u64, memory: &mut [u8]) -> Result<i32> {
    // SAFETY: as for `control_with`.
    check(unsafe { libc::ioctl(fd, request as _, memory.as_mut_ptr()) })
}

/// Locks a whole file.
pub fn lock_file(fd: i32, operation: i32) -> Result<()> {
    // SAFETY: the call touches no memory of ours.
    check(unsafe { libc::flock(fd, operation) }).map(|_| ())
}

/// Locks a region of a file: `operation` is as for [`lock_file`].
pub fn lock_region(fd: i32, operation: i32, len: i64, start: i64, whence: i32) -> Result<()> {
    // SAFETY: all zero is a valid struct.
    let mut region: libc::flock = unsafe { std::mem::zeroed() };
    region.l_type = match operation {
        o if o == libc::LOCK_UN => libc::F_UNLCK,
        o if o & libc::LOCK_SH != 0 => libc::F_RDLCK,
        o if o & libc::LOCK_EX != 0 => libc::F_WRLCK,
        _ => return Err(Error::from_raw_os_error(libc::EINVAL)),
    } as _;
    region.l_whence = whence as _;
    region.l_start = start as _;
    region.l_len = len as _;
    let command = if operation & libc::LOCK_NB != 0 { libc::F_SETLK } else { libc::F_SETLKW };
    // SAFETY: the struct is what the command takes.
    check(unsafe { libc::fcntl(fd, command, &region) }).map(|_| ())
}
