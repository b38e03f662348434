//! Signals: noted by the operating system's handler, handled at the next safepoint of the main
//! thread.

use std::sync::atomic::{AtomicI32, AtomicPtr, AtomicU64, Ordering};

use krait_layout::{Thread, Value};

use crate::error::PyResult;
use crate::object::{Object, ValueExt};
use crate::sys::signal::{self, Action};
use crate::types::dict::Dict;
use crate::{interpreter, ops, raise, state};

/// One bit for each signal that came and was not handled yet.
static PENDING: AtomicU64 = AtomicU64::new(0);
/// The thread that handles signals.
static MAIN: AtomicPtr<Thread> = AtomicPtr::new(std::ptr::null_mut());

/// Says which thread handles signals, and makes Ctrl-C raise `KeyboardInterrupt`.
pub fn init(main: &Thread) {
    MAIN.store(main as *const Thread as *mut Thread, Ordering::Release);
    // A write where nobody reads raises `BrokenPipeError`.
    let _ = signal::set_action(signal::SIGPIPE, Action::Ignore);
    // A shell starts what runs in the background with Ctrl-C ignored.
    if signal::action(signal::SIGINT) != Action::Ignore {
        let _ = signal::set_action(signal::SIGINT, Action::Note);
    }
}

/// The file descriptor of `set_wakeup_fd`, or -1.
static WAKEUP: AtomicI32 = AtomicI32::new(-1);

/// Has the number of each signal that comes written to `fd`; gives the earlier one, or -1.
pub fn set_wakeup(fd: i32) -> i32 {
    WAKEUP.swap(fd, Ordering::Relaxed)
}

/// Called by the operating system's handler; async-signal-safe.
pub fn note(number: i32) {
    PENDING.fetch_or(1 << (number - 1), Ordering::Relaxed);
    let fd = WAKEUP.load(Ordering::Relaxed);
    if fd >= 0 {
        signal::wake(fd, number as u8);
    }
    let main = MAIN.load(Ordering::Acquire);
    if !main.is_null() {
        // SAFETY: the main thread lives as long as the process.
        unsafe { (*main).interrupt() };
    }
}

/// Whether the thread is the one that handles signals.
pub fn is_main(th: &Thread) -> bool {
    std::ptr::eq(MAIN.load(Ordering::Acquire), th)
}

/// The Python handlers, by signal number: what `signal.signal` sets.
pub fn handlers(th: &Thread) -> &'static Dict {
    state::module_state(th, "_signal")
}

/// Runs the Python handlers of signals that came.
pub fn run_handlers(th: &Thread) -> PyResult<()> {
    if !is_main(th) {
        return Ok(());
    }
    loop {
        let pending = PENDING.load(Ordering::Relaxed);
        if pending == 0 {
            return Ok(());
        }
        let bit = pending.trailing_zeros();
        let number = bit as i32 + 1;
        PENDING.fetch_and(!(1 << bit), Ordering::Relaxed);
        let handler = handlers(th).get(th, Value::from_i32(number))?;
        match handler {
            Some(f) if f.slot(crate::object::Slot::Call).is_some() => {
                let frame = match interpreter::frame::current(th) {
                    Some(f) => f.object(th).value(),
                    None => Value::NONE,
                };
                ops::call(th, f, &[Value::from_i32(number), frame])?;
            }
            None if number == signal::SIGINT => return Err(raise!(th, KeyboardInterrupt)),
            _ => {}
        }
    }
}
