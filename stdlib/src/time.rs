//! `time`.

use krait_runtime::error::PyResult;
use krait_runtime::native::NativeModule;
use krait_runtime::object::{Object, Type, ValueExt};
use krait_runtime::sys::clock::{self, Calendar, Clock};
use krait_runtime::types::module::Module;
use krait_runtime::types::str::Str;
use krait_runtime::types::tuple::Tuple;
use krait_runtime::types::{float, int, simple_namespace, struct_sequence};
use krait_runtime::{Raised, Thread, Value, intern, ops, raise, signals, state, sys, threads};

pub static MODULE: NativeModule = NativeModule {
    name: "time",
    doc: "This module provides various functions to manipulate time values.",
    functions: &functions::FUNCTIONS,
    init,
};

/// The fields of `struct_time`.
static STRUCT_TIME: struct_sequence::Fields = struct_sequence::Fields {
    named: &[
        "tm_year", "tm_mon", "tm_mday", "tm_hour", "tm_min", "tm_sec", "tm_wday", "tm_yday",
        "tm_isdst",
    ],
    unnamed: 0,
    hidden: &["tm_zone", "tm_gmtoff"],
};

fn init(th: &Thread, m: &'static Module) -> PyResult<()> {
    for (name, number) in clock::CLOCKS {
        m.set(th, name, Value::from_i32(*number));
    }
    let class = struct_sequence::new_class_of(th, "time.struct_time", &STRUCT_TIME)?;
    state::module_state(th, "time").set_name(th, intern!(th, "struct_time"), class.value());
    m.set(th, "struct_time", class.value());
    set_zone(th, m);
    Ok(())
}

/// `timezone`, `altzone`, `daylight` and `tzname`, from this year's January and July.
fn set_zone(th: &Thread, m: &'static Module) {
    clock::read_zone();
    const YEAR: i64 = (365 * 24 + 6) * 3600;
    let start = (clock::now(Clock::Realtime) / 1_000_000_000) as i64 / YEAR * YEAR;
    let (Ok(winter), Ok(summer)) = (clock::local(start), clock::local(start + YEAR / 2)) else {
        return;
    };
    let (standard, daylight) =
        if winter.offset <= summer.offset { (winter, summer) } else { (summer, winter) };
    m.set(th, "timezone", int::new(th, -standard.offset));
    m.set(th, "altzone", int::new(th, -daylight.offset));
    m.set(th, "daylight", Value::from_i32((standard.offset != daylight.offset) as i32));
    let names = [Str::new(th, &standard.zone).value(), Str::new(th, &daylight.zone).value()];
    m.set(th, "tzname", Tuple::new(th, &names).value());
}

fn os_error(th: &Thread, e: &std::io::Error) -> Raised {
    let errno = e.raw_os_error().unwrap_or(0);
    krait_runtime::types::exception::raise_os_error(
        th,
        errno,
        &sys::errno::message(errno),
        None,
        None,
    )
}

fn struct_time(th: &Thread, c: &Calendar) -> PyResult<Value> {
    let values = [
        int::new(th, c.year),
        Value::from_i32(c.month),
        Value::from_i32(c.day),
        Value::from_i32(c.hour),
        Value::from_i32(c.minute),
        Value::from_i32(c.second),
        Value::from_i32(c.weekday),
        Value::from_i32(c.yearday),
        Value::from_i32(c.daylight),
    ];
    let class = state::module_state(th, "time").get_name(intern!(th, "struct_time"));
    struct_sequence::instance_with(
        th,
        class.and_then(|c| c.cast::<Type>()).expect("made by init"),
        &values,
        &[Str::new(th, &c.zone).value(), int::new(th, c.offset)],
    )
}

/// Seconds since 1970: the argument's, rounded down, or now.
fn seconds_of(th: &Thread, v: Option<Value>) -> PyResult<i64> {
    match v.filter(|v| !v.is_none()) {
        None => Ok((clock::now(Clock::Realtime).div_euclid(1_000_000_000)) as i64),
        Some(v) => {
            if let Some(i) = int::to_i64(v) {
                return Ok(i);
            }
            let f = float::as_f64(th, v)?.floor();
            if !(-9.2e18..9.2e18).contains(&f) {
                return Err(raise!(
                    th,
                    OverflowError,
                    "timestamp out of range for platform time_t"
                ));
            }
            Ok(f as i64)
        }
    }
}

/// The calendar of a tuple, or the local time now.
fn calendar_of(th: &Thread, v: Option<Value>) -> PyResult<Calendar> {
    let Some(v) = v else {
        return clock::local(seconds_of(th, None)?).map_err(|e| os_error(th, &e));
    };
    let Some(t) = v.cast::<Tuple>() else {
        return Err(raise!(th, TypeError, "Tuple or struct_time argument required"));
    };
    let mut n = [0i64; 9];
    if t.len() != 9 {
        return Err(raise!(
            th,
            TypeError,
            "function takes exactly 9 arguments ({} given)",
            t.len()
        ));
    }
    for (n, v) in n.iter_mut().zip(t.values()) {
        *n = ops::index_clipped(th, *v)? as i64;
    }
    let check = |ok: bool, what: &str| {
        if ok { Ok(()) } else { Err(raise!(th, ValueError, "{what} out of range")) }
    };
    check((0..=12).contains(&n[1]), "month")?;
    check((0..=31).contains(&n[2]), "day of month")?;
    check((0..=23).contains(&n[3]), "hour")?;
    check((0..=59).contains(&n[4]), "minute")?;
    check((0..=61).contains(&n[5]), "seconds")?;
    check(n[6] >= -1, "day of week")?;
    check((0..=366).contains(&n[7]), "day of year")?;
    Ok(Calendar {
        year: n[0],
        month: n[1].max(1) as i32,
        day: n[2].max(1) as i32,
        hour: n[3] as i32,
        minute: n[4] as i32,
        second: n[5] as i32,
        weekday: n[6].rem_euclid(7) as i32,
        yearday: n[7].max(1) as i32,
        daylight: n[8].clamp(-1, 1) as i32,
        zone: String::new(),
        offset: 0,
    })
}

fn as_seconds(nanos: i128) -> f64 {
    nanos as f64 / 1e9
}

fn text_of(c: &Calendar) -> String {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    format!(
        "{} {}{:3} {:02}:{:02}:{:02} {}",
        DAYS[c.weekday as usize],
        MONTHS[c.month as usize - 1],
        c.day,
        c.hour,
        c.minute,
        c.second,
        c.year
    )
}

#[krait_macros::module]
mod functions {
    use super::*;

    /// Return the current time in seconds since the Epoch.
    #[function]
    fn time() -> f64 {
        as_seconds(clock::now(Clock::Realtime))
    }

    /// Return the current time in nanoseconds since the Epoch.
    #[function]
    fn time_ns(th: &Thread) -> Value {
        int::from_i128(th, clock::now(Clock::Realtime))
    }

    /// Monotonic clock, cannot go backward.
    #[function]
    fn monotonic() -> f64 {
        as_seconds(clock::now(Clock::Monotonic))
    }

    #[function]
    fn monotonic_ns(th: &Thread) -> Value {
        int::from_i128(th, clock::now(Clock::Monotonic))
    }

    /// Performance counter for benchmarking.
    #[function]
    fn perf_counter() -> f64 {
        as_seconds(clock::now(Clock::Monotonic))
    }

    #[function]
    fn perf_counter_ns(th: &Thread) -> Value {
        int::from_i128(th, clock::now(Clock::Monotonic))
    }

    /// Process time for profiling: sum of the kernel and user-space CPU time.
    #[function]
    fn process_time() -> f64 {
        as_seconds(clock::now(Clock::Process))
    }

    #[function]
    fn process_time_ns(th: &Thread) -> Value {
        int::from_i128(th, clock::now(Clock::Process))
    }

    /// Thread time for profiling: sum of the kernel and user-space CPU time.
    #[function]
    fn thread_time() -> f64 {
        as_seconds(clock::now(Clock::Thread))
    }

    #[function]
    fn thread_time_ns(th: &Thread) -> Value {
        int::from_i128(th, clock::now(Clock::Thread))
    }

    /// Return the time of the specified clock clk_id as a float.
    #[function(sig = "(clk_id, /)")]
    fn clock_gettime(th: &Thread, id: i32) -> PyResult<f64> {
        clock::read(id).map(as_seconds).map_err(|e| os_error(th, &e))
    }

    #[function(sig = "(clk_id, /)")]
    fn clock_gettime_ns(th: &Thread, id: i32) -> PyResult<Value> {
        clock::read(id).map(|n| int::from_i128(th, n)).map_err(|e| os_error(th, &e))
    }

    #[function(sig = "(clk_id, /)")]
    fn clock_getres(th: &Thread, id: i32) -> PyResult<f64> {
        clock::resolution(id).map(as_seconds).map_err(|e| os_error(th, &e))
    }

    /// Get information of the specified clock.
    #[function(sig = "(name, /)")]
    fn get_clock_info(th: &Thread, name: String) -> PyResult<Value> {
        let (which, function, adjustable) = match name.as_str() {
            "time" => (Clock::Realtime, "clock_gettime(CLOCK_REALTIME)", true),
            "monotonic" | "perf_counter" => {
                (Clock::Monotonic, "clock_gettime(CLOCK_MONOTONIC)", false)
            }
            "process_time" => (Clock::Process, "clock_gettime(CLOCK_PROCESS_CPUTIME_ID)", false),
            "thread_time" => (Clock::Thread, "clock_gettime(CLOCK_THREAD_CPUTIME_ID)", false),
            _ => return Err(raise!(th, ValueError, "unknown clock")),
        };
        let step = clock::resolution(clock::number(which)).map_err(|e| os_error(th, &e))?;
        Ok(simple_namespace::new(
            th,
            &[
                ("implementation", Str::new(th, function).value()),
                ("monotonic", Value::from_bool(which != Clock::Realtime)),
                ("adjustable", Value::from_bool(adjustable)),
                ("resolution", float::new(th, as_seconds(step))),
            ],
        ))
    }

    /// Delay execution for a given number of seconds.
    #[function(sig = "(seconds, /)")]
    fn sleep(th: &Thread, seconds: Value) -> PyResult<()> {
        let s = float::as_f64(th, seconds)?;
        if s.is_nan() {
            return Err(raise!(th, ValueError, "Invalid value NaN (not a number)"));
        }
        if s < 0.0 {
            return Err(raise!(th, ValueError, "sleep length must be non-negative"));
        }
        let end = clock::now(Clock::Monotonic) + (s * 1e9) as i128;
        loop {
            // A signal ends the sleep early; its handler may raise, or the rest is slept (PEP 475).
            let left = (end - clock::now(Clock::Monotonic)).clamp(0, u64::MAX.into()) as u64;
            threads::without_lock(th, || clock::sleep(std::time::Duration::from_nanos(left)));
            signals::run_handlers(th)?;
            if clock::now(Clock::Monotonic) >= end {
                return Ok(());
            }
        }
    }

    /// Convert seconds since the Epoch to a time tuple expressing UTC (a.k.a. GMT).
    #[function(sig = "(seconds=None, /)")]
    fn gmtime(th: &Thread, seconds: Option<Value>) -> PyResult<Value> {
        let c = clock::utc(seconds_of(th, seconds)?).map_err(|e| os_error(th, &e))?;
        struct_time(th, &c)
    }

    /// Convert seconds since the Epoch to a time tuple expressing local time.
    #[function(sig = "(seconds=None, /)")]
    fn localtime(th: &Thread, seconds: Option<Value>) -> PyResult<Value> {
        let c = clock::local(seconds_of(th, seconds)?).map_err(|e| os_error(th, &e))?;
        struct_time(th, &c)
    }

    /// Convert a time tuple in local time to seconds since the Epoch.
    #[function(sig = "(tuple, /)")]
    fn mktime(th: &Thread, tuple: Value) -> PyResult<f64> {
        match clock::make(&calendar_of(th, Some(tuple))?) {
            Some(s) => Ok(s as f64),
            None => Err(raise!(th, OverflowError, "mktime argument out of range")),
        }
    }

    /// Convert a time tuple to a string, e.g. 'Sat Jun 06 16:26:11 1998'.
    #[function(sig = "(tuple=<unrepresentable>, /)")]
    fn asctime(th: &Thread, tuple: Option<Value>) -> PyResult<String> {
        calendar_of(th, tuple).map(|c| text_of(&c))
    }

    /// Convert a time in seconds since the Epoch to a string in local time.
    #[function(sig = "(seconds=None, /)")]
    fn ctime(th: &Thread, seconds: Option<Value>) -> PyResult<String> {
        clock::local(seconds_of(th, seconds)?).map(|c| text_of(&c)).map_err(|e| os_error(th, &e))
    }

    /// Convert a time tuple to a string according to a format specification.
    #[function(sig = "(format, tuple=<unrepresentable>, /)")]
    fn strftime(th: &Thread, format: &'static Str, tuple: Option<Value>) -> PyResult<Value> {
        let c = calendar_of(th, tuple)?;
        let spec = sys::file::encode_path(format);
        let parts: Vec<Vec<u8>> = spec.split(|b| *b == 0).map(|p| clock::format(&c, p)).collect();
        Ok(Str::from_wtf8(th, &sys::decode_path(&parts.join(&0))).value())
    }

    /// Parse a string to a time tuple according to a format specification.
    #[function(sig = "(string, format='%a %b %d %H:%M:%S %Y', /)")]
    fn strptime(th: &Thread, string: Value, format: Option<Value>) -> PyResult<Value> {
        let f = ops::import::from_module(th, "_strptime", "_strptime_time")?;
        let args: Vec<Value> = [Some(string), format].into_iter().flatten().collect();
        ops::call(th, f, &args)
    }

    /// Initialize, or reinitialize, the local timezone to the value stored in os.environ['TZ'].
    #[function]
    fn tzset(th: &Thread) {
        if let Some(m) =
            state::modules().get_name(intern!(th, "time")).and_then(|m| m.cast::<Module>())
        {
            set_zone(th, m);
        }
    }
}
