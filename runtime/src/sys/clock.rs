//! Clocks and the calendar.

use std::io::{Error, Result};

/// Which clock.
#[derive(Copy, Clone, PartialEq, Eq)]
pub enum Clock {
    Realtime,
    Monotonic,
    Process,
    Thread,
}

fn id(clock: Clock) -> libc::clockid_t {
    match clock {
        Clock::Realtime => libc::CLOCK_REALTIME,
        Clock::Monotonic => libc::CLOCK_MONOTONIC,
        Clock::Process => libc::CLOCK_PROCESS_CPUTIME_ID,
        Clock::Thread => libc::CLOCK_THREAD_CPUTIME_ID,
    }
}

/// The numbers that Python's `time.CLOCK_*` have.
pub static CLOCKS: &[(&str, i32)] = &[
    ("CLOCK_REALTIME", libc::CLOCK_REALTIME as i32),
    ("CLOCK_MONOTONIC", libc::CLOCK_MONOTONIC as i32),
    ("CLOCK_PROCESS_CPUTIME_ID", libc::CLOCK_PROCESS_CPUTIME_ID as i32),
    ("CLOCK_THREAD_CPUTIME_ID", libc::CLOCK_THREAD_CPUTIME_ID as i32),
    #[cfg(target_os = "linux")]
    ("CLOCK_MONOTONIC_RAW", libc::CLOCK_MONOTONIC_RAW),
    #[cfg(target_os = "linux")]
    ("CLOCK_BOOTTIME", libc::CLOCK_BOOTTIME),
];

/// Nanoseconds of `clock`.
pub fn now(clock: Clock) -> i128 {
    read(id(clock) as i32).unwrap_or(0)
}

/// Nanoseconds of the clock with the system's number `clock`.
pub fn read(clock: i32) -> Result<i128> {
    // SAFETY: the struct is filled or the call fails.
    unsafe {
        let mut t: libc::timespec = std::mem::zeroed();
        if libc::clock_gettime(clock as libc::clockid_t, &mut t) != 0 {
            return Err(Error::last_os_error());
        }
        Ok(t.tv_sec as i128 * 1_000_000_000 + t.tv_nsec as i128)
    }
}

/// The clock's smallest step, nanoseconds.
pub fn resolution(clock: i32) -> Result<i128> {
    // SAFETY: the struct is filled or the call fails.
    unsafe {
        let mut t: libc::timespec = std::mem::zeroed();
        if libc::clock_getres(clock as libc::clockid_t, &mut t) != 0 {
            return Err(Error::last_os_error());
        }
        Ok(t.tv_sec as i128 * 1_000_000_000 + t.tv_nsec as i128)
    }
}

/// The number of `clock` for [`resolution`].
pub fn number(clock: Clock) -> i32 {
    id(clock) as i32
}

/// A moment in the calendar.
#[derive(Clone)]
pub struct Calendar {
    pub year: i64,
    /// 1 to 12.
    pub month: i32,
    pub day: i32,
    pub hour: i32,
    pub minute: i32,
    pub second: i32,
    /// 0 is Monday.
    pub weekday: i32,
    /// 1 is the first of January.
    pub yearday: i32,
    pub daylight: i32,
    pub zone: String,
    /// Seconds east of Greenwich.
    pub offset: i64,
}

fn from_tm(tm: &libc::tm) -> Calendar {
    let zone = if tm.tm_zone.is_null() {
        String::new()
    } else {
        // SAFETY: the system's zone names end with a zero byte.
        unsafe { std::ffi::CStr::from_ptr(tm.tm_zone) }.to_string_lossy().into_owned()
    };
    Calendar {
        year: tm.tm_year as i64 + 1900,
        month: tm.tm_mon + 1,
        day: tm.tm_mday,
        hour: tm.tm_hour,
        minute: tm.tm_min,
        second: tm.tm_sec,
        weekday: (tm.tm_wday + 6) % 7,
        yearday: tm.tm_yday + 1,
        daylight: tm.tm_isdst,
        zone,
        offset: tm.tm_gmtoff as i64,
    }
}

fn to_tm(c: &Calendar) -> libc::tm {
    // SAFETY: zero is a value of every field.
    let mut tm: libc::tm = unsafe { std::mem::zeroed() };
    tm.tm_year = (c.year - 1900) as i32;
    tm.tm_mon = c.month - 1;
    tm.tm_mday = c.day;
    tm.tm_hour = c.hour;
    tm.tm_min = c.minute;
    tm.tm_sec = c.second;
    tm.tm_wday = (c.weekday + 1) % 7;
    tm.tm_yday = c.yearday - 1;
    tm.tm_isdst = c.daylight;
    tm.tm_gmtoff = c.offset as _;
    tm
}

/// Seconds since 1970 in the local zone.
pub fn local(seconds: i64) -> Result<Calendar> {
    // SAFETY: the struct is filled or the call gives null.
    unsafe {
        let mut tm: libc::tm = std::mem::zeroed();
        let t = seconds as libc::time_t;
        if libc::localtime_r(&t, &mut tm).is_null() {
            return Err(Error::last_os_error());
        }
        Ok(from_tm(&tm))
    }
}

/// Seconds since 1970 in UTC.
pub fn utc(seconds: i64) -> Result<Calendar> {
    // SAFETY: the struct is filled or the call gives null.
    unsafe {
        let mut tm: libc::tm = std::mem::zeroed();
        let t = seconds as libc::time_t;
        if libc::gmtime_r(&t, &mut tm).is_null() {
            return Err(Error::last_os_error());
        }
        let mut c = from_tm(&tm);
        c.zone = "UTC".into();
        Ok(c)
    }
}

/// Seconds since 1970 of a local moment; `None` where there is no such number.
pub fn make(c: &Calendar) -> Option<i64> {
    let mut tm = to_tm(c);
    tm.tm_wday = -1;
    // SAFETY: the struct is read and corrected.
    let t = unsafe { libc::mktime(&mut tm) };
    (t != -1 || tm.tm_wday != -1).then_some(t as i64)
}

/// `strftime` of one format without zero bytes.
pub fn format(c: &Calendar, format: &[u8]) -> Vec<u8> {
    let Ok(spec) = std::ffi::CString::new(format) else { return Vec::new() };
    let mut tm = to_tm(c);
    let zone = std::ffi::CString::new(c.zone.as_str()).unwrap_or_default();
    if !c.zone.is_empty() {
        tm.tm_zone = zone.as_ptr() as _;
    }
    let mut buffer = vec![0u8; 256 + format.len()];
    loop {
        // SAFETY: the buffer has the length given; the format and zone end with zero bytes.
        let n =
            unsafe { libc::strftime(buffer.as_mut_ptr().cast(), buffer.len(), spec.as_ptr(), &tm) };
        if n > 0 || buffer.len() > 256 * format.len().max(1) + 65536 {
            buffer.truncate(n);
            return buffer;
        }
        let size = buffer.len() * 4;
        buffer.resize(size, 0);
    }
}

/// Reads the time zone's settings anew.
pub fn read_zone() {
    unsafe extern "C" {
        fn tzset();
    }
    // SAFETY: the interpreter lock keeps other users of the environment out.
    unsafe { tzset() };
}

/// Sleeps for `duration`, or until a signal comes.
pub fn sleep(duration: std::time::Duration) {
    let time = libc::timespec {
        tv_sec: duration.as_secs() as libc::time_t,
        tv_nsec: duration.subsec_nanos() as libc::c_long,
    };
    // SAFETY: the struct lives during the call; what is left of the time is not asked for.
    unsafe { libc::nanosleep(&time, std::ptr::null_mut()) };
}
