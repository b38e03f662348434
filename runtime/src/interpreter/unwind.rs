//! What happens between a raise and its handler: tracebacks.

use krait_layout::{Thread, Value};

use super::frame::{FrameRecord, FrameRef};
use super::tracing;
use crate::object::{Object, ValueExt};
use crate::types::exception::Exception;
use crate::types::traceback::Traceback;

/// Adds an entry for `record`'s current instruction to the traceback of the raised exception.
pub fn add_traceback(th: &Thread, record: &'static FrameRecord) {
    let Some(exc) = th.raised.get() else { return };
    let Some(e) = exc.cast::<Exception>() else { return };
    let frame = FrameRef::of(record).object(th);
    let tb = Traceback::new(th, e.traceback(), frame.value(), record.lasti() as i64);
    e.set_traceback(Some(tb.value()));
    if tracing::active(th) {
        tracing::raised(th, record);
    }
}

/// The raised exception, off the thread, for its handler.
pub fn take_raised(th: &Thread) -> Value {
    crate::error::take(th)
}
