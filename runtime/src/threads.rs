//! Threads and the interpreter lock.
//!
//! One thread at a time runs Python code. A thread that waits for the lock interrupts the one
//! that has it after the switch interval; that one lets go at its next safepoint.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex};
use std::time::Duration;

use krait_layout::Thread;

use crate::gc;

struct Lock {
    /// Address of the thread that has the lock, or 0.
    owner: Mutex<usize>,
    free: Condvar,
    /// Threads that wait.
    waiting: AtomicUsize,
}

static LOCK: Lock =
    Lock { owner: Mutex::new(0), free: Condvar::new(), waiting: AtomicUsize::new(0) };

/// `sys.getswitchinterval()` in microseconds.
pub static SWITCH_INTERVAL: AtomicU64 = AtomicU64::new(5000);

/// Takes the interpreter lock for `th`.
pub fn acquire(th: &Thread) {
    let me = th as *const Thread as usize;
    let mut owner = LOCK.owner.lock().expect("no panic while held");
    if *owner != 0 {
        LOCK.waiting.fetch_add(1, Ordering::Relaxed);
        while *owner != 0 {
            let interval = Duration::from_micros(SWITCH_INTERVAL.load(Ordering::Relaxed));
            let (guard, timeout) =
                LOCK.free.wait_timeout(owner, interval).expect("no panic while held");
            owner = guard;
            if timeout.timed_out() && *owner != 0 {
                // SAFETY: the owner is attached while it has the lock, and cannot let go of it
                // while we hold the mutex.
                unsafe { (*(*owner as *const Thread)).interrupt() };
            }
        }
        LOCK.waiting.fetch_sub(1, Ordering::Relaxed);
    }
    *owner = me;
}

/// Lets the interpreter lock go.
pub fn release(_th: &Thread) {
    *LOCK.owner.lock().expect("no panic while held") = 0;
    LOCK.free.notify_one();
}

/// Runs `f`, which touches no Python object, without the lock: for system calls that wait.
pub fn without_lock<R>(th: &Thread, f: impl FnOnce() -> R) -> R {
    gc::enter_blocking(th);
    release(th);
    let result = f();
    acquire(th);
    gc::leave_blocking(th);
    result
}

/// At a safepoint: lets a waiting thread run.
pub fn yield_lock(th: &Thread) {
    if LOCK.waiting.load(Ordering::Relaxed) > 0 {
        gc::enter_blocking(th);
        release(th);
        std::thread::yield_now();
        acquire(th);
        gc::leave_blocking(th);
    }
}
