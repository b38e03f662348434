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

macro_rules! names {
    ($($(#[$meta:meta])* $name:ident)*) => {
        /// The numbers by name; where two names share one, `errorcode` has the later.
        pub static NAMES: &[(&str, i32)] = &[$($(#[$meta])* (stringify!($name), libc::$name)),*];
    };
}

#[cfg(unix)]
names! {
    EWOULDBLOCK
    ENOTSUP
    EPERM
    ENOENT
    ESRCH
    EINTR
    EIO
    ENXIO
    E2BIG
    ENOEXEC
    EBADF
    ECHILD
    EAGAIN
    ENOMEM
    EACCES
    EFAULT
    ENOTBLK
    EBUSY
    EEXIST
    EXDEV
    ENODEV
    ENOTDIR
    EISDIR
    EINVAL
    ENFILE
    EMFILE
    ENOTTY
    ETXTBSY
    EFBIG
    ENOSPC
    ESPIPE
    EROFS
    EMLINK
    EPIPE
    EDOM
    ERANGE
    ENAMETOOLONG
    ENOLCK
    ENOSYS
    ENOTEMPTY
    ELOOP
    ENOMSG
    EIDRM
    ENOSTR
    ENODATA
    ETIME
    ENOSR
    EREMOTE
    ENOLINK
    EPROTO
    EMULTIHOP
    EBADMSG
    EOVERFLOW
    EILSEQ
    EUSERS
    ENOTSOCK
    EDESTADDRREQ
    EMSGSIZE
    EPROTOTYPE
    ENOPROTOOPT
    EPROTONOSUPPORT
    ESOCKTNOSUPPORT
    EPFNOSUPPORT
    EAFNOSUPPORT
    EADDRINUSE
    EADDRNOTAVAIL
    ENETDOWN
    ENETUNREACH
    ENETRESET
    ECONNABORTED
    ECONNRESET
    ENOBUFS
    EISCONN
    ENOTCONN
    ESHUTDOWN
    ETOOMANYREFS
    ETIMEDOUT
    ECONNREFUSED
    EHOSTDOWN
    EHOSTUNREACH
    EALREADY
    EINPROGRESS
    ESTALE
    EDQUOT
    ECANCELED
    EOWNERDEAD
    ENOTRECOVERABLE
    EOPNOTSUPP
    #[cfg(target_os = "linux")]
    EDEADLOCK
    #[cfg(target_os = "linux")]
    ECHRNG
    #[cfg(target_os = "linux")]
    EL2NSYNC
    #[cfg(target_os = "linux")]
    EL3HLT
    #[cfg(target_os = "linux")]
    EL3RST
    #[cfg(target_os = "linux")]
    ELNRNG
    #[cfg(target_os = "linux")]
    EUNATCH
    #[cfg(target_os = "linux")]
    ENOCSI
    #[cfg(target_os = "linux")]
    EL2HLT
    #[cfg(target_os = "linux")]
    EBADE
    #[cfg(target_os = "linux")]
    EBADR
    #[cfg(target_os = "linux")]
    EXFULL
    #[cfg(target_os = "linux")]
    ENOANO
    #[cfg(target_os = "linux")]
    EBADRQC
    #[cfg(target_os = "linux")]
    EBADSLT
    #[cfg(target_os = "linux")]
    EBFONT
    #[cfg(target_os = "linux")]
    ENONET
    #[cfg(target_os = "linux")]
    ENOPKG
    #[cfg(target_os = "linux")]
    EADV
    #[cfg(target_os = "linux")]
    ESRMNT
    #[cfg(target_os = "linux")]
    ECOMM
    #[cfg(target_os = "linux")]
    EDOTDOT
    #[cfg(target_os = "linux")]
    ENOTUNIQ
    #[cfg(target_os = "linux")]
    EBADFD
    #[cfg(target_os = "linux")]
    EREMCHG
    #[cfg(target_os = "linux")]
    ELIBACC
    #[cfg(target_os = "linux")]
    ELIBBAD
    #[cfg(target_os = "linux")]
    ELIBSCN
    #[cfg(target_os = "linux")]
    ELIBMAX
    #[cfg(target_os = "linux")]
    ELIBEXEC
    #[cfg(target_os = "linux")]
    ERESTART
    #[cfg(target_os = "linux")]
    ESTRPIPE
    #[cfg(target_os = "linux")]
    EUCLEAN
    #[cfg(target_os = "linux")]
    ENOTNAM
    #[cfg(target_os = "linux")]
    ENAVAIL
    #[cfg(target_os = "linux")]
    EISNAM
    #[cfg(target_os = "linux")]
    EREMOTEIO
    #[cfg(target_os = "linux")]
    ENOMEDIUM
    #[cfg(target_os = "linux")]
    EMEDIUMTYPE
    #[cfg(target_os = "linux")]
    ENOKEY
    #[cfg(target_os = "linux")]
    EKEYEXPIRED
    #[cfg(target_os = "linux")]
    EKEYREVOKED
    #[cfg(target_os = "linux")]
    EKEYREJECTED
    #[cfg(target_os = "linux")]
    ERFKILL
    #[cfg(target_os = "linux")]
    EHWPOISON
    #[cfg(target_os = "linux")]
    EDEADLOCK
}

/// `ENOENT` and `EBADF`, which have these numbers wherever there is a C library.
pub const NO_ENTRY: i32 = 2;
pub const BAD_DESCRIPTOR: i32 = 9;
