//! `select`: waiting for descriptors with `select`, `poll` and, on Linux, `epoll`.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use krait_macros::methods;
use krait_runtime::native::NativeModule;
use krait_runtime::object::{Object, Slot, TypeDef, TypeFlags, ValueExt, alloc, get_attr_or_none};
use krait_runtime::sys::clock::{self, Clock};
use krait_runtime::sys::wait::{self, Watched};
use krait_runtime::types::exception::{Exc, raise_key_error, raise_os_error};
use krait_runtime::types::list::List;
use krait_runtime::types::module::Module;
use krait_runtime::types::tuple::Tuple;
use krait_runtime::types::{float, int};
use krait_runtime::{
    Header, Kind, PyResult, Raised, Thread, Value, intern, ops, raise, signals, sys, threads,
};

pub static MODULE: NativeModule = NativeModule {
    name: "select",
    doc: "This module supports asynchronous I/O on multiple file descriptors.\n\n*** IMPORTANT NOTICE ***\nOn Windows, only sockets are supported; on Unix, all file descriptors.",
    functions: &functions::FUNCTIONS,
    init,
};

fn init(th: &Thread, m: &'static Module) -> PyResult<()> {
    m.set(th, "error", Exc::OSError.class().value());
    for (name, n) in wait::EVENTS {
        m.set(th, name, int::new(th, *n));
    }
    POLL.class(th);
    #[cfg(target_os = "linux")]
    m.add_type(th, &epoll::EPOLL);
    Ok(())
}

pub fn os_error(th: &Thread, e: &std::io::Error) -> Raised {
    let errno = e.raw_os_error().unwrap_or(0);
    raise_os_error(th, errno, &sys::errno::message(errno), None, None)
}

/// The descriptor of a number or of an object with `fileno()`.
pub fn descriptor(th: &Thread, v: Value) -> PyResult<i32> {
    let number = if int::is_int(v) {
        v
    } else {
        let Some(f) = get_attr_or_none(th, v, intern!(th, "fileno"))? else {
            let message = "argument must be an int, or have a fileno() method.";
            return Err(raise!(th, TypeError, "{message}"));
        };
        let n = ops::call(th, f, &[])?;
        if !int::is_int(n) {
            return Err(raise!(th, TypeError, "fileno() returned a non-integer"));
        }
        n
    };
    let Some(Ok(fd)) = int::to_i128(number).map(i32::try_from) else {
        return Err(raise!(th, OverflowError, "Python int too large to convert to C int"));
    };
    if fd < 0 {
        return Err(raise!(th, ValueError, "file descriptor cannot be a negative integer ({fd})"));
    }
    Ok(fd)
}

/// The end of a wait: nothing for ever.
struct Deadline(Option<i128>);

impl Deadline {
    /// After some time from now.
    fn after(nanoseconds: Option<i128>) -> Deadline {
        Deadline(nanoseconds.map(|n| clock::now(Clock::Monotonic) + n))
    }

    fn milliseconds(&self) -> i32 {
        let Some(end) = self.0 else { return -1 };
        let left = (end - clock::now(Clock::Monotonic)).max(0);
        i32::try_from((left + 999_999) / 1_000_000).unwrap_or(i32::MAX)
    }
}

/// Waits as `f` does, again after signals, whose handlers run.
fn wait_until<T>(
    th: &Thread,
    deadline: &Deadline,
    mut f: impl FnMut(i32) -> std::io::Result<T>,
) -> PyResult<T> {
    loop {
        let milliseconds = deadline.milliseconds();
        match threads::without_lock(th, || f(milliseconds)) {
            Ok(r) => {
                signals::run_handlers(th)?;
                return Ok(r);
            }
            Err(e) if wait::is_interrupt(&e) => signals::run_handlers(th)?,
            Err(e) => return Err(os_error(th, &e)),
        }
    }
}

/// What `poll` gives: an object that knows which descriptors to wait for.
#[repr(C)]
pub struct Poll {
    header: Header,
    watched: RefCell<BTreeMap<i32, u16>>,
    running: Cell<bool>,
}

static POLL: TypeDef =
    TypeDef::of::<Poll>("poll", "select").flags(TypeFlags::NO_NEW).methods(Poll::native_methods);

// SAFETY: instances of the class are made by `functions::poll` with this layout.
unsafe impl Object for Poll {
    const KIND: Kind = Kind::Native;
    const TRACED: bool = false;

    fn def() -> &'static TypeDef {
        &POLL
    }
}

fn event_mask(th: &Thread, v: Option<Value>, default: u16) -> PyResult<u16> {
    let Some(v) = v else { return Ok(default) };
    let i = ops::index(th, v)?;
    if int::is_negative(i) {
        return Err(raise!(th, ValueError, "Cannot convert negative int"));
    }
    let fits = int::to_i128(i).and_then(|i| u16::try_from(i).ok());
    fits.ok_or_else(|| raise!(th, OverflowError, "Python int too large for C unsigned short"))
}

#[methods]
impl Poll {
    /// Register a file descriptor with the polling object.
    #[method(sig = "($self, fd, eventmask=select.POLLIN | select.POLLPRI | select.POLLOUT, /)")]
    fn register(
        th: &Thread,
        this: &'static Poll,
        fd: Value,
        eventmask: Option<Value>,
    ) -> PyResult<()> {
        let fd = descriptor(th, fd)?;
        let mask = event_mask(th, eventmask, wait::IN | wait::PRI | wait::OUT)?;
        this.watched.borrow_mut().insert(fd, mask);
        Ok(())
    }

    /// Modify an already registered file descriptor.
    #[method(sig = "($self, fd, eventmask, /)")]
    fn modify(th: &Thread, this: &'static Poll, fd: Value, eventmask: Value) -> PyResult<()> {
        let fd = descriptor(th, fd)?;
        let mask = event_mask(th, Some(eventmask), 0)?;
        match this.watched.borrow_mut().get_mut(&fd) {
            Some(m) => {
                *m = mask;
                Ok(())
            }
            None => {
                let absent = std::io::Error::from_raw_os_error(sys::errno::NO_ENTRY);
                Err(os_error(th, &absent))
            }
        }
    }

    /// Remove a file descriptor being tracked by the polling object.
    #[method(sig = "($self, fd, /)")]
    fn unregister(th: &Thread, this: &'static Poll, fd: Value) -> PyResult<()> {
        let fd = descriptor(th, fd)?;
        let removed = this.watched.borrow_mut().remove(&fd);
        match removed {
            Some(_) => Ok(()),
            None => Err(raise_key_error(th, Value::from_i32(fd))),
        }
    }

    /// Polls the set of registered file descriptors.
    ///
    /// Returns a list containing any descriptors that have events or errors to
    /// report, as a list of (fd, event) 2-tuples.
    #[method(sig = "($self, timeout=None, /)")]
    fn poll(th: &Thread, this: &'static Poll, timeout: Option<Value>) -> PyResult<Value> {
        let limit = match timeout.filter(|t| !t.is_none()) {
            None => None,
            Some(t) => {
                let number = int::is_int(t)
                    || float::value(t).is_some()
                    || t.slot(Slot::Index).is_some()
                    || t.slot(Slot::Float).is_some();
                if !number {
                    return Err(raise!(th, TypeError, "timeout must be an integer or None"));
                }
                let milliseconds = float::as_f64(th, t)?;
                (milliseconds >= 0.0).then(|| (milliseconds * 1e6).ceil() as i128)
            }
        };
        if this.running.replace(true) {
            return Err(raise!(th, RuntimeError, "concurrent poll() invocation"));
        }
        let mut watched: Vec<Watched> =
            this.watched.borrow().iter().map(|(fd, mask)| Watched::new(*fd, *mask)).collect();
        let deadline = Deadline::after(limit);
        let r = wait_until(th, &deadline, |ms| wait::poll(&mut watched, ms));
        this.running.set(false);
        r?;
        let ready: Vec<Value> = watched
            .iter()
            .filter(|w| w.found() != 0)
            .map(|w| {
                let pair = [Value::from_i32(w.fd()), Value::from_i32(w.found() as i32)];
                Tuple::new(th, &pair).value()
            })
            .collect();
        Ok(List::new(th, &ready).value())
    }
}

#[cfg(target_os = "linux")]
mod epoll {
    use super::*;
    use krait_runtime::native::class_arg;
    use krait_runtime::object::alloc_as;
    use krait_runtime::sys::wait::epoll as system;

    /// A `select.epoll`.
    #[repr(C)]
    pub struct Epoll {
        header: Header,
        /// -1 after `close`.
        fd: Cell<i32>,
    }

    pub static EPOLL: TypeDef = TypeDef::of::<Epoll>("epoll", "select")
        .doc("Returns an epolling object.\n\n  sizehint\n    The expected number of events to be registered.  It must be positive,\n    or -1 to use the default.  It is only used on older systems where\n    epoll_create1() is not available; otherwise it has no effect (though its\n    value is still checked).\n  flags\n    Deprecated and completely ignored.  However, when supplied, its value\n    must be 0 or select.EPOLL_CLOEXEC, otherwise OSError is raised.")
        .methods(Epoll::native_methods)
        .getsets(Epoll::native_getsets);

    // SAFETY: instances of the class are made by `wrap` with this layout.
    unsafe impl Object for Epoll {
        const KIND: Kind = Kind::Native;
        const TRACED: bool = false;

        fn def() -> &'static TypeDef {
            &EPOLL
        }
    }

    fn wrap(th: &Thread, cls: Value, fd: i32) -> PyResult<Value> {
        let class = class_arg(th, cls, EPOLL.class(th))?;
        let header = Header::new(0, Kind::Native);
        Ok(alloc_as(th, class, Epoll { header, fd: Cell::new(fd) }).value())
    }

    impl Epoll {
        fn open(&self, th: &Thread) -> PyResult<i32> {
            match self.fd.get() {
                -1 => Err(raise!(th, ValueError, "I/O operation on closed epoll object")),
                fd => Ok(fd),
            }
        }

        fn control(&self, th: &Thread, operation: i32, fd: Value, mask: u32) -> PyResult<()> {
            let own = self.open(th)?;
            let fd = descriptor(th, fd)?;
            system::control(own, operation, fd, mask).map_err(|e| os_error(th, &e))
        }
    }

    impl Drop for Epoll {
        fn drop(&mut self) {
            if self.fd.get() >= 0 {
                let _ = sys::file::close(self.fd.get());
            }
        }
    }

    #[methods]
    impl Epoll {
        #[staticmethod(sig = "(cls, /, sizehint=-1, flags=0)")]
        fn __new__(
            th: &Thread,
            cls: Value,
            sizehint: Option<i32>,
            _flags: Option<i32>,
        ) -> PyResult<Value> {
            if sizehint.is_some_and(|s| s != -1 && s <= 0) {
                return Err(raise!(th, ValueError, "negative sizehint"));
            }
            let fd = system::create().map_err(|e| os_error(th, &e))?;
            wrap(th, cls, fd)
        }

        /// Create an epoll object from a given control fd.
        #[classmethod(sig = "($type, fd, /)")]
        fn fromfd(th: &Thread, cls: Value, fd: i32) -> PyResult<Value> {
            wrap(th, cls, fd)
        }

        /// Close the epoll control file descriptor.
        ///
        /// Further operations on the epoll object will raise an exception.
        #[method(sig = "($self, /)")]
        fn close(th: &Thread, this: &'static Epoll) -> PyResult<()> {
            match this.fd.replace(-1) {
                -1 => Ok(()),
                fd => sys::file::close(fd).map_err(|e| os_error(th, &e)),
            }
        }

        #[method(sig = "($self, /)")]
        fn __enter__(th: &Thread, this: &'static Epoll) -> PyResult<&'static Epoll> {
            this.open(th)?;
            Ok(this)
        }

        #[method(sig = "($self, exc_type=None, exc_value=None, exc_tb=None, /)")]
        fn __exit__(
            th: &Thread,
            this: &'static Epoll,
            _class: Option<Value>,
            _value: Option<Value>,
            _traceback: Option<Value>,
        ) -> PyResult<()> {
            Epoll::close(th, this)
        }

        /// Return the epoll control file descriptor.
        #[method(sig = "($self, /)")]
        fn fileno(th: &Thread, this: &'static Epoll) -> PyResult<i32> {
            this.open(th)
        }

        /// True if the epoll handler is closed
        #[getter]
        fn closed(this: &'static Epoll) -> bool {
            this.fd.get() < 0
        }

        /// Registers a new fd or raises an OSError if the fd is already registered.
        #[method(
            sig = "($self, /, fd, eventmask=select.EPOLLIN | select.EPOLLPRI | select.EPOLLOUT)"
        )]
        fn register(
            th: &Thread,
            this: &'static Epoll,
            fd: Value,
            eventmask: Option<u32>,
        ) -> PyResult<()> {
            let all = (wait::IN | wait::PRI | wait::OUT) as u32;
            this.control(th, system::ADD, fd, eventmask.unwrap_or(all))
        }

        /// Modify event mask for a registered file descriptor.
        #[method(sig = "($self, /, fd, eventmask)")]
        fn modify(th: &Thread, this: &'static Epoll, fd: Value, eventmask: u32) -> PyResult<()> {
            this.control(th, system::MODIFY, fd, eventmask)
        }

        /// Remove a registered file descriptor from the epoll object.
        #[method(sig = "($self, /, fd)")]
        fn unregister(th: &Thread, this: &'static Epoll, fd: Value) -> PyResult<()> {
            this.control(th, system::DELETE, fd, 0)
        }

        /// Wait for events on the epoll file descriptor.
        ///
        ///   timeout
        ///     the maximum time to wait in seconds (as float);
        ///     a timeout of None or -1 makes poll wait indefinitely
        ///   maxevents
        ///     the maximum number of events returned; -1 means no limit
        ///
        /// Returns a list containing any descriptors that have events to report,
        /// as a list of (fd, events) 2-tuples.
        #[method(sig = "($self, /, timeout=None, maxevents=-1)")]
        fn poll(
            th: &Thread,
            this: &'static Epoll,
            timeout: Option<Value>,
            maxevents: Option<i32>,
        ) -> PyResult<Value> {
            let own = this.open(th)?;
            let limit = match timeout.filter(|t| !t.is_none()) {
                None => None,
                Some(t) => {
                    let seconds = float::as_f64(th, t)?;
                    (seconds >= 0.0).then(|| (seconds * 1e9).ceil() as i128)
                }
            };
            let max = match maxevents.unwrap_or(-1) {
                -1 => 1023,
                n if n < 1 => {
                    let message = "maxevents must be greater than 0, got";
                    return Err(raise!(th, ValueError, "{message} {n}"));
                }
                n => n as usize,
            };
            let deadline = Deadline::after(limit);
            let events = wait_until(th, &deadline, |ms| system::wait(own, max, ms))?;
            let pairs: Vec<Value> = events
                .iter()
                .map(|(fd, events)| {
                    let pair = [Value::from_i32(*fd), int::new(th, *events as i64)];
                    Tuple::new(th, &pair).value()
                })
                .collect();
            Ok(List::new(th, &pairs).value())
        }
    }
}

#[krait_macros::module]
mod functions {
    use super::*;

    /// Returns a polling object.
    ///
    /// This object supports registering and unregistering file descriptors, and then
    /// polling them for I/O events.
    #[function]
    fn poll(th: &Thread) -> Value {
        POLL.class(th);
        let header = Header::new(POLL.shape_id(), Kind::Native);
        let (watched, running) = (RefCell::default(), Cell::new(false));
        alloc(th, Poll { header, watched, running }).value()
    }

    /// The objects of one list with their descriptors.
    fn listed(th: &Thread, v: Value) -> PyResult<Vec<(i32, Value)>> {
        let items = ops::collect(th, v).map_err(|e| {
            if krait_runtime::error::raised_is(th, Exc::TypeError) {
                th.raised.set(None);
                return raise!(th, TypeError, "arguments 1-3 must be sequences");
            }
            e
        })?;
        let mut all = Vec::with_capacity(items.len());
        for v in items {
            let fd = descriptor(th, v)?;
            if fd >= 1024 {
                return Err(raise!(th, ValueError, "filedescriptor out of range in select()"));
            }
            all.push((fd, v));
        }
        Ok(all)
    }

    /// Wait until one or more file descriptors are ready for some kind of I/O.
    ///
    /// The first three arguments are iterables of file descriptors to be waited for:
    /// rlist -- wait until ready for reading
    /// wlist -- wait until ready for writing
    /// xlist -- wait for an "exceptional condition"
    /// If only one kind of condition is required, pass [] for the other lists.
    ///
    /// A file descriptor is either a socket or file object, or a small integer
    /// gotten from a fileno() method call on one of those.
    ///
    /// The optional 4th argument specifies a timeout in seconds; it may be
    /// a floating-point number to specify fractions of seconds.  If it is absent
    /// or None, the call will never time out.
    ///
    /// The return value is a tuple of three lists corresponding to the first three
    /// arguments; each contains the subset of the corresponding file descriptors
    /// that are ready.
    #[function(sig = "(rlist, wlist, xlist, timeout=None, /)")]
    fn select(
        th: &Thread,
        rlist: Value,
        wlist: Value,
        xlist: Value,
        timeout: Option<Value>,
    ) -> PyResult<Value> {
        let limit = match timeout.filter(|t| !t.is_none()) {
            None => None,
            Some(t) => {
                let seconds = float::as_f64(th, t).map_err(|_| {
                    th.raised.set(None);
                    raise!(th, TypeError, "timeout must be a float or None")
                })?;
                if seconds < 0.0 {
                    return Err(raise!(th, ValueError, "timeout must be non-negative"));
                }
                Some((seconds * 1e9).ceil() as i128)
            }
        };
        let kinds = [
            (rlist, wait::IN, wait::IN | wait::HUP | wait::ERR),
            (wlist, wait::OUT, wait::OUT | wait::ERR),
            (xlist, wait::PRI, wait::PRI),
        ];
        let mut lists = Vec::with_capacity(3);
        let mut watched = Vec::new();
        for (list, wanted, ready) in kinds {
            let items = listed(th, list)?;
            watched.extend(items.iter().map(|(fd, _)| Watched::new(*fd, wanted)));
            lists.push((items, ready));
        }
        let deadline = Deadline::after(limit);
        wait_until(th, &deadline, |ms| wait::poll(&mut watched, ms))?;
        if watched.iter().any(|w| w.found() & wait::INVALID != 0) {
            let bad = std::io::Error::from_raw_os_error(sys::errno::BAD_DESCRIPTOR);
            return Err(os_error(th, &bad));
        }
        let mut found = watched.iter();
        let mut parts = Vec::with_capacity(3);
        for (items, ready) in &lists {
            let some: Vec<Value> = items
                .iter()
                .zip(&mut found)
                .filter(|(_, w)| w.found() & ready != 0)
                .map(|((_, v), _)| *v)
                .collect();
            parts.push(List::new(th, &some).value());
        }
        Ok(Tuple::new(th, &parts).value())
    }
}
