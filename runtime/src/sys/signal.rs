//! Signals of Unix systems (POSIX.1, `sigaction` and its family).

use std::io::{Error, Result};
use std::mem::MaybeUninit;
use std::time::Duration;

/// Ctrl-C.
pub const SIGINT: i32 = libc::SIGINT;
/// Writing where nobody reads.
pub const SIGPIPE: i32 = libc::SIGPIPE;
/// One more than the largest signal number.
pub const NSIG: i32 = 65;

extern "C" fn note_signal(signal: i32) {
    crate::signals::note(signal);
}

/// What the system does when a signal comes.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Action {
    Default,
    Ignore,
    /// It is noted for the interpreter.
    Note,
    /// A handler that is none of ours.
    Other,
}

fn check(result: i32) -> Result<i32> {
    if result < 0 { Err(Error::last_os_error()) } else { Ok(result) }
}

/// Sets what happens when `signal` comes.
pub fn set_action(signal: i32, action: Action) -> Result<()> {
    // SAFETY: `note_signal` does only what a signal handler may.
    unsafe {
        let mut new: libc::sigaction = std::mem::zeroed();
        new.sa_sigaction = match action {
            Action::Default | Action::Other => libc::SIG_DFL,
            Action::Ignore => libc::SIG_IGN,
            Action::Note => note_signal as *const () as usize,
        };
        check(libc::sigaction(signal, &new, std::ptr::null_mut())).map(|_| ())
    }
}

/// What happens when `signal` comes.
pub fn action(signal: i32) -> Action {
    // SAFETY: the call fills in the struct, or leaves it zero.
    let old = unsafe {
        let mut old: libc::sigaction = std::mem::zeroed();
        libc::sigaction(signal, std::ptr::null(), &mut old);
        old.sa_sigaction
    };
    match old {
        libc::SIG_DFL => Action::Default,
        libc::SIG_IGN => Action::Ignore,
        handler if handler == note_signal as *const () as usize => Action::Note,
        _ => Action::Other,
    }
}

/// Whether system calls that `signal` interrupts fail with EINTR.
pub fn set_interrupting(signal: i32, on: bool) -> Result<()> {
    // SAFETY: the handler stays what it was.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        check(libc::sigaction(signal, std::ptr::null(), &mut action))?;
        if on {
            action.sa_flags &= !libc::SA_RESTART;
        } else {
            action.sa_flags |= libc::SA_RESTART;
        }
        check(libc::sigaction(signal, &action, std::ptr::null_mut())).map(|_| ())
    }
}

macro_rules! signals {
    ($($name:ident)*) => { &[$((stringify!($name), libc::$name)),*] };
}

/// The signals and their numbers. Several names of one signal are in the order in which `repr`
/// prefers them.
pub static SIGNALS: &[(&str, i32)] = signals! {
    SIGHUP SIGINT SIGQUIT SIGILL SIGTRAP SIGABRT SIGIOT SIGBUS SIGFPE SIGKILL SIGUSR1 SIGSEGV
    SIGUSR2 SIGPIPE SIGALRM SIGTERM SIGCHLD SIGCONT SIGSTOP SIGTSTP SIGTTIN SIGTTOU SIGURG SIGXCPU
    SIGXFSZ SIGVTALRM SIGPROF SIGWINCH SIGIO SIGSYS
};

/// Signals that Linux alone has, and other names.
#[cfg(target_os = "linux")]
pub static MORE_SIGNALS: &[(&str, i32)] = &[
    ("SIGCLD", libc::SIGCHLD),
    ("SIGPOLL", libc::SIGPOLL),
    ("SIGPWR", libc::SIGPWR),
    ("SIGSTKFLT", libc::SIGSTKFLT),
];
#[cfg(not(target_os = "linux"))]
pub static MORE_SIGNALS: &[(&str, i32)] = &[];

/// The first and last real-time signal, where there are any.
pub fn real_time() -> Option<(i32, i32)> {
    #[cfg(target_os = "linux")]
    return Some((libc::SIGRTMIN(), libc::SIGRTMAX()));
    #[cfg(not(target_os = "linux"))]
    None
}

/// Operands of [`mask`].
pub static MASK_OPERATIONS: &[(&str, i32)] = signals! { SIG_BLOCK SIG_UNBLOCK SIG_SETMASK };

/// The interval timers.
pub static TIMERS: &[(&str, i32)] = &[
    ("ITIMER_REAL", libc::ITIMER_REAL as i32),
    ("ITIMER_VIRTUAL", libc::ITIMER_VIRTUAL as i32),
    ("ITIMER_PROF", libc::ITIMER_PROF as i32),
];

/// Sends this process a signal.
pub fn raise(signal: i32) -> Result<()> {
    // SAFETY: no memory is touched.
    check(unsafe { libc::raise(signal) }).map(|_| ())
}

/// Sends a thread of this process a signal.
pub fn kill_thread(thread: u64, signal: i32) -> Result<()> {
    // SAFETY: the caller got the identity from a running thread.
    match unsafe { libc::pthread_kill(thread as libc::pthread_t, signal) } {
        0 => Ok(()),
        errno => Err(Error::from_raw_os_error(errno)),
    }
}

/// Has SIGALRM sent in `seconds`; those that were left of an earlier alarm.
pub fn alarm(seconds: u32) -> u32 {
    // SAFETY: no memory is touched.
    unsafe { libc::alarm(seconds) }
}

/// Waits for a signal.
pub fn pause() {
    // SAFETY: no memory is touched.
    unsafe { libc::pause() };
}

/// The system's description of a signal.
pub fn description(signal: i32) -> Option<String> {
    // SAFETY: the text is copied before another call can change it.
    let text = unsafe {
        let text = libc::strsignal(signal);
        if text.is_null() {
            return None;
        }
        std::ffi::CStr::from_ptr(text).to_string_lossy().into_owned()
    };
    (!text.starts_with("Unknown signal")).then_some(text)
}

/// The numbers of all signals that programs may use.
pub fn valid() -> Vec<i32> {
    // SAFETY: `sigfillset` fills in the set.
    let set = unsafe {
        let mut set = MaybeUninit::uninit();
        libc::sigfillset(set.as_mut_ptr());
        set.assume_init()
    };
    members(&set)
}

fn members(set: &libc::sigset_t) -> Vec<i32> {
    // SAFETY: the numbers are in range.
    (1..NSIG).filter(|&signal| unsafe { libc::sigismember(set, signal) } == 1).collect()
}

fn set_of(signals: &[i32]) -> libc::sigset_t {
    // SAFETY: `sigemptyset` fills in the set; `sigaddset` refuses numbers out of range.
    unsafe {
        let mut set = MaybeUninit::uninit();
        libc::sigemptyset(set.as_mut_ptr());
        let mut set = set.assume_init();
        for &signal in signals {
            libc::sigaddset(&mut set, signal);
        }
        set
    }
}

/// Changes which signals the calling thread blocks; those that it blocked before.
pub fn mask(how: i32, signals: &[i32]) -> Result<Vec<i32>> {
    let set = set_of(signals);
    let mut old = set_of(&[]);
    // SAFETY: both sets are initialized.
    match unsafe { libc::pthread_sigmask(how, &set, &mut old) } {
        0 => Ok(members(&old)),
        errno => Err(Error::from_raw_os_error(errno)),
    }
}

/// Signals that wait to be delivered.
pub fn pending() -> Result<Vec<i32>> {
    let mut set = set_of(&[]);
    // SAFETY: the set is initialized.
    check(unsafe { libc::sigpending(&mut set) })?;
    Ok(members(&set))
}

/// Waits for one of `signals`, which are blocked.
pub fn wait(signals: &[i32]) -> Result<i32> {
    let set = set_of(signals);
    let mut signal = 0;
    // SAFETY: the set is initialized.
    match unsafe { libc::sigwait(&set, &mut signal) } {
        0 => Ok(signal),
        errno => Err(Error::from_raw_os_error(errno)),
    }
}

fn time_value(time: Duration) -> libc::timeval {
    libc::timeval {
        tv_sec: time.as_secs() as libc::time_t,
        tv_usec: time.subsec_micros() as libc::suseconds_t,
    }
}

fn duration(time: libc::timeval) -> Duration {
    Duration::new(time.tv_sec as u64, time.tv_usec as u32 * 1000)
}

/// Starts an interval timer; what was left of the earlier one, and its interval.
pub fn set_timer(which: i32, first: Duration, interval: Duration) -> Result<(Duration, Duration)> {
    let new = libc::itimerval { it_value: time_value(first), it_interval: time_value(interval) };
    let mut old = MaybeUninit::zeroed();
    // SAFETY: both structs live during the call.
    unsafe {
        check(libc::setitimer(which as _, &new, old.as_mut_ptr()))?;
        let old: libc::itimerval = old.assume_init();
        Ok((duration(old.it_value), duration(old.it_interval)))
    }
}

/// What is left of an interval timer, and its interval.
pub fn timer(which: i32) -> Result<(Duration, Duration)> {
    let mut now = MaybeUninit::zeroed();
    // SAFETY: the struct lives during the call.
    unsafe {
        check(libc::getitimer(which as _, now.as_mut_ptr()))?;
        let now: libc::itimerval = now.assume_init();
        Ok((duration(now.it_value), duration(now.it_interval)))
    }
}

/// Writes one byte to a file descriptor, from a signal handler: async-signal-safe.
pub fn wake(fd: i32, byte: u8) {
    // SAFETY: one byte is read.
    unsafe { libc::write(fd, (&raw const byte).cast(), 1) };
}
