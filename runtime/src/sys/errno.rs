//! Error numbers: their texts and the exception classes that they belong to (PEP 3151).

use crate::types::exception::Exc;

/// The subclass of `OSError` for an error number.
pub fn exception_class(errno: i32) -> Option<Exc> {
    Some(match errno {
        libc::EAGAIN | libc::EALREADY | libc::EINPROGRESS => Exc::BlockingIOError,
        libc::ECHILD => Exc::ChildProcessError,
        libc::EPIPE => Exc::BrokenPipeError,
        #[cfg(unix)]
        libc::ESHUTDOWN => Exc::BrokenPipeError,
        libc::ECONNABORTED => Exc::ConnectionAbortedError,
        libc::ECONNREFUSED => Exc::ConnectionRefusedError,
        libc::ECONNRESET => Exc::ConnectionResetError,
        libc::EEXIST => Exc::FileExistsError,
        libc::ENOENT => Exc::FileNotFoundError,
        libc::EINTR => Exc::InterruptedError,
        libc::EISDIR => Exc::IsADirectoryError,
        libc::ENOTDIR => Exc::NotADirectoryError,
        libc::EACCES | libc::EPERM => Exc::PermissionError,
        libc::ESRCH => Exc::ProcessLookupError,
        libc::ETIMEDOUT => Exc::TimeoutError,
        _ => return None,
    })
}

/// `os.strerror(errno)`.
pub fn message(errno: i32) -> String {
    let text = std::io::Error::from_raw_os_error(errno).to_string();
    match text.rfind(" (os error") {
        Some(at) => text[..at].to_string(),
        None => text,
    }
}
