//! `_signal`.

use std::time::Duration;

use krait_runtime::error::PyResult;
use krait_runtime::native::NativeModule;
use krait_runtime::object::{Object, Slot, ValueExt};
use krait_runtime::sys::signal::{self as system, Action};
use krait_runtime::types::exception::Exc;
use krait_runtime::types::module::Module;
use krait_runtime::types::set::Set;
use krait_runtime::types::tuple::Tuple;
use krait_runtime::types::{float, int};
use krait_runtime::{Raised, Thread, Value, ops, raise, signals, threads};

pub static MODULE: NativeModule = NativeModule {
    name: "_signal",
    doc: "This module provides mechanisms to use signal handlers in Python.",
    functions: &functions::FUNCTIONS,
    init,
};

const DEFAULT: i32 = 0;
const IGNORE: i32 = 1;

fn init(th: &Thread, m: &'static Module) -> PyResult<()> {
    let constants =
        [system::SIGNALS, system::MORE_SIGNALS, system::MASK_OPERATIONS, system::TIMERS];
    for (name, number) in constants.into_iter().flatten() {
        m.set(th, name, Value::from_i32(*number));
    }
    if let Some((first, last)) = system::real_time() {
        m.set(th, "SIGRTMIN", Value::from_i32(first));
        m.set(th, "SIGRTMAX", Value::from_i32(last));
    }
    m.set(th, "SIG_DFL", Value::from_i32(DEFAULT));
    m.set(th, "SIG_IGN", Value::from_i32(IGNORE));
    m.set(th, "NSIG", Value::from_i32(system::NSIG));
    m.set(th, "ItimerError", Exc::OSError.class().value());
    let handler = m.get(th, "default_int_handler").expect("a function of this module");
    for number in 1..system::NSIG {
        let key = Value::from_i32(number);
        let value = match system::action(number) {
            Action::Default => continue,
            Action::Ignore => Value::from_i32(IGNORE),
            Action::Note => handler,
            Action::Other => Value::NONE,
        };
        if signals::handlers(th).get(th, key)?.is_none() {
            signals::handlers(th).set(th, key, value)?;
        }
    }
    Ok(())
}

fn check(th: &Thread, number: i32) -> PyResult<()> {
    if (1..system::NSIG).contains(&number) {
        Ok(())
    } else {
        Err(raise!(th, ValueError, "signal number out of range"))
    }
}

fn os_error(th: &Thread, e: &std::io::Error) -> Raised {
    let errno = e.raw_os_error().unwrap_or(0);
    let text = krait_runtime::sys::errno::message(errno);
    krait_runtime::types::exception::raise_os_error(th, errno, &text, None, None)
}

/// The signal numbers of an iterable argument.
fn numbers(th: &Thread, signals: Value) -> PyResult<Vec<i32>> {
    let mut list = Vec::new();
    for item in ops::collect(th, signals)? {
        let number = int::to_i64(ops::index(th, item)?).unwrap_or(-1);
        if !(1..i64::from(system::NSIG)).contains(&number) {
            return Err(raise!(
                th,
                ValueError,
                "signal number {number} out of range [1; {}]",
                system::NSIG - 1
            ));
        }
        list.push(number as i32);
    }
    Ok(list)
}

fn set_of(th: &Thread, numbers: &[i32]) -> PyResult<Value> {
    let set = Set::new(th);
    for number in numbers {
        set.add(th, Value::from_i32(*number))?;
    }
    Ok(set.value())
}

/// An argument in seconds.
fn seconds(th: &Thread, v: Value) -> PyResult<Duration> {
    let seconds = float::as_f64(th, v)?;
    Duration::try_from_secs_f64(seconds)
        .map_err(|_| os_error(th, &std::io::Error::from_raw_os_error(EINVAL)))
}

/// "Invalid argument", which has this number on every Unix.
const EINVAL: i32 = 22;

/// An interval timer's state as Python has it.
fn timer_pair(th: &Thread, (left, interval): (Duration, Duration)) -> Value {
    let number = |time: Duration| float::new(th, time.as_secs_f64());
    Tuple::new(th, &[number(left), number(interval)]).value()
}

#[krait_macros::module]
mod functions {
    use super::*;

    /// The default handler for SIGINT installed by Python.
    #[function(sig = "(signalnum, frame, /)")]
    fn default_int_handler(th: &Thread, _signal: Value, _frame: Value) -> PyResult<()> {
        Err(raise!(th, KeyboardInterrupt))
    }

    /// Set the action for the given signal.
    #[function(sig = "(signalnum, handler, /)")]
    fn signal(th: &Thread, number: i32, handler: Value) -> PyResult<Value> {
        if !signals::is_main(th) {
            return Err(raise!(
                th,
                ValueError,
                "signal only works in main thread of the main interpreter"
            ));
        }
        check(th, number)?;
        let old = getsignal(th, number)?;
        let plain = if int::is_int(handler) { int::to_i64(handler) } else { None };
        let action = match plain {
            Some(0) => Action::Default,
            Some(1) => Action::Ignore,
            _ if handler.slot(Slot::Call).is_some() => Action::Note,
            _ => {
                return Err(raise!(
                    th,
                    TypeError,
                    "signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object"
                ));
            }
        };
        system::set_action(number, action).map_err(|e| os_error(th, &e))?;
        signals::handlers(th).set(th, Value::from_i32(number), handler)?;
        Ok(old)
    }

    /// Return the current action for the given signal.
    ///
    /// The return value can be:
    ///   SIG_IGN -- if the signal is being ignored
    ///   SIG_DFL -- if the default action for the signal is in effect
    ///   None    -- if an unknown handler is in effect
    ///   anything else -- the callable Python object used as a handler
    #[function(sig = "(signalnum, /)")]
    fn getsignal(th: &Thread, number: i32) -> PyResult<Value> {
        check(th, number)?;
        Ok(signals::handlers(th)
            .get(th, Value::from_i32(number))?
            .unwrap_or(Value::from_i32(DEFAULT)))
    }

    /// Send a signal to the executing process.
    #[function(sig = "(signalnum, /)")]
    fn raise_signal(th: &Thread, number: i32) -> PyResult<()> {
        system::raise(number).map_err(|e| os_error(th, &e))?;
        signals::run_handlers(th)
    }

    /// Send a signal to a thread.
    #[function(sig = "(thread_id, signalnum, /)")]
    fn pthread_kill(th: &Thread, thread: u64, number: i32) -> PyResult<()> {
        system::kill_thread(thread, number).map_err(|e| os_error(th, &e))?;
        signals::run_handlers(th)
    }

    /// Arrange for SIGALRM to arrive after the given number of seconds.
    #[function(sig = "(seconds, /)")]
    fn alarm(seconds: u32) -> u32 {
        system::alarm(seconds)
    }

    /// Wait until a signal arrives.
    #[function(sig = "()")]
    fn pause(th: &Thread) -> PyResult<()> {
        threads::without_lock(th, system::pause);
        signals::run_handlers(th)
    }

    /// Return the system description of the given signal.
    ///
    /// Returns the description of signal *signalnum*, such as "Interrupt"
    /// for :const:`SIGINT`. Returns :const:`None` if *signalnum* has no
    /// description. Raises :exc:`ValueError` if *signalnum* is invalid.
    #[function(sig = "(signalnum, /)")]
    fn strsignal(th: &Thread, number: i32) -> PyResult<Option<String>> {
        check(th, number)?;
        Ok(system::description(number))
    }

    /// Return a set of valid signal numbers on this platform.
    ///
    /// The signal numbers returned by this function can be safely passed to
    /// functions like `pthread_kill`.
    #[function(sig = "()")]
    fn valid_signals(th: &Thread) -> PyResult<Value> {
        set_of(th, &system::valid())
    }

    /// Change system call restart behaviour.
    ///
    /// If flag is False, system calls will be restarted when interrupted by
    /// signal sig, else system calls will be interrupted.
    #[function(sig = "(signalnum, flag, /)")]
    fn siginterrupt(th: &Thread, number: i32, flag: bool) -> PyResult<()> {
        check(th, number)?;
        system::set_interrupting(number, flag).map_err(|e| os_error(th, &e))
    }

    /// Fetch and/or change the signal mask of the calling thread.
    #[function(sig = "(how, mask, /)")]
    fn pthread_sigmask(th: &Thread, how: i32, mask: Value) -> PyResult<Value> {
        let list = numbers(th, mask)?;
        let old = system::mask(how, &list).map_err(|e| os_error(th, &e))?;
        signals::run_handlers(th)?;
        set_of(th, &old)
    }

    /// Examine pending signals.
    ///
    /// Returns a set of signal numbers that are pending for delivery to
    /// the calling thread.
    #[function(sig = "()")]
    fn sigpending(th: &Thread) -> PyResult<Value> {
        let list = system::pending().map_err(|e| os_error(th, &e))?;
        set_of(th, &list)
    }

    /// Wait for a signal.
    ///
    /// Suspend execution of the calling thread until the delivery of one of the
    /// signals specified in the signal set sigset.  The function accepts the signal
    /// and returns the signal number.
    #[function(sig = "(sigset, /)")]
    fn sigwait(th: &Thread, sigset: Value) -> PyResult<i32> {
        let list = numbers(th, sigset)?;
        threads::without_lock(th, || system::wait(&list)).map_err(|e| os_error(th, &e))
    }

    /// Sets given itimer (one of ITIMER_REAL, ITIMER_VIRTUAL or ITIMER_PROF).
    ///
    /// The timer will fire after value seconds and after that every interval seconds.
    /// The itimer can be cleared by setting seconds to zero.
    ///
    /// Returns old values as a tuple: (delay, interval).
    #[function(sig = "(which, seconds, interval=0.0, /)")]
    fn setitimer(
        th: &Thread,
        which: i32,
        first: Value,
        interval: Option<Value>,
    ) -> PyResult<Value> {
        let first = seconds(th, first)?;
        let interval = interval.map_or(Ok(Duration::ZERO), |v| seconds(th, v))?;
        let old = system::set_timer(which, first, interval).map_err(|e| os_error(th, &e))?;
        Ok(timer_pair(th, old))
    }

    /// Returns current value of given itimer.
    #[function(sig = "(which, /)")]
    fn getitimer(th: &Thread, which: i32) -> PyResult<Value> {
        let now = system::timer(which).map_err(|e| os_error(th, &e))?;
        Ok(timer_pair(th, now))
    }

    /// Sets the fd to be written to (with the signal number) when a signal comes in.
    ///
    /// A library can use this to wakeup select or poll.
    /// The previous fd or -1 is returned.
    ///
    /// The fd must be non-blocking.
    #[function(sig = "(fd, /, *, warn_on_full_buffer=True)")]
    fn set_wakeup_fd(th: &Thread, fd: i32, _warn_on_full_buffer: Option<bool>) -> PyResult<i32> {
        if !signals::is_main(th) {
            return Err(raise!(
                th,
                ValueError,
                "set_wakeup_fd only works in main thread of the main interpreter"
            ));
        }
        Ok(signals::set_wakeup(fd))
    }
}
