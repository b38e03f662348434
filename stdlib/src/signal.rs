//! `_signal`.

use krait_runtime::error::PyResult;
use krait_runtime::native::NativeModule;
use krait_runtime::object::ValueExt;
use krait_runtime::types::int;
use krait_runtime::types::module::Module;
use krait_runtime::{Thread, Value, raise, signals, sys};

pub static MODULE: NativeModule = NativeModule {
    name: "_signal",
    doc: "This module provides mechanisms to use signal handlers in Python.",
    functions: &functions::FUNCTIONS,
    init,
};

const DEFAULT: i32 = 0;
const IGNORE: i32 = 1;
/// One more than the largest signal number.
const NSIG: i32 = 65;

fn init(th: &Thread, m: &'static Module) -> PyResult<()> {
    for (name, number) in sys::SIGNALS {
        m.set(th, name, Value::from_i32(*number));
    }
    m.set(th, "SIG_DFL", Value::from_i32(DEFAULT));
    m.set(th, "SIG_IGN", Value::from_i32(IGNORE));
    m.set(th, "NSIG", Value::from_i32(NSIG));
    let handler = m.get(th, "default_int_handler").expect("a function of this module");
    let key = Value::from_i32(sys::SIGINT);
    if signals::handlers(th).get(th, key)?.is_none() {
        signals::handlers(th).set(th, key, handler)?;
    }
    Ok(())
}

fn check(th: &Thread, number: i32) -> PyResult<()> {
    if (1..NSIG).contains(&number) {
        Ok(())
    } else {
        Err(raise!(th, ValueError, "signal number out of range"))
    }
}

#[krait_macros::module]
mod functions {
    use super::*;
    use krait_runtime::object::Slot;

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
        match plain {
            Some(0) => sys::handle_signal(number, false),
            Some(1) => sys::ignore_signal(number),
            _ if handler.slot(Slot::Call).is_some() => sys::handle_signal(number, true),
            _ => {
                return Err(raise!(
                    th,
                    TypeError,
                    "signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object"
                ));
            }
        }
        signals::handlers(th).set(th, Value::from_i32(number), handler)?;
        Ok(old)
    }

    /// Return the current action for the given signal.
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
        check(th, number)?;
        if let Err(e) = sys::raise_signal(number) {
            let errno = e.raw_os_error().unwrap_or(0);
            let text = sys::errno::message(errno);
            return Err(krait_runtime::types::exception::raise_os_error(
                th, errno, &text, None, None,
            ));
        }
        signals::run_handlers(th)
    }

    /// Arrange for SIGALRM to arrive after the given number of seconds.
    #[function(sig = "(seconds, /)")]
    fn alarm(seconds: u32) -> u32 {
        sys::alarm(seconds)
    }
}
