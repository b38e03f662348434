//! Offsets in the runtime's structs, taken from the structs themselves.

use std::mem::{offset_of, size_of};

use krait_layout::program::NativeFrame;
use krait_layout::{FunctionHead, Header, InlineCache, Thread};

pub const THREAD_STACK_LIMIT: u64 = offset_of!(Thread, stack_limit) as u64;
pub const THREAD_RAISED: u64 = offset_of!(Thread, raised) as u64;

pub const FRAME_OBJECT: u64 = offset_of!(NativeFrame, frame_object) as u64;
pub const FRAME_FUNCTION: u64 = offset_of!(NativeFrame, function) as u64;
pub const FRAME_NAMESPACE: u64 = offset_of!(NativeFrame, namespace) as u64;
/// Words of a `NativeFrame`; the home slots of a function follow.
pub const FRAME_WORDS: u32 = (size_of::<NativeFrame>() / 8) as u32;

/// Words of an inline cache.
pub const CACHE_WORDS: u32 = (size_of::<InlineCache>() / 8) as u32;

/// Offsets in a generator's suspension.
pub const SUSPENSION_OFFSET: u64 = offset_of!(krait_layout::program::Suspension, offset) as u64;
pub const SUSPENSION_DEPTH: u64 = offset_of!(krait_layout::program::Suspension, depth) as u64;

pub const HEADER_KIND: u64 = offset_of!(Header, kind) as u64;
pub const FUNCTION_BODY: u64 = offset_of!(FunctionHead, body) as u64;
pub const FUNCTION_PARAMS: u64 = offset_of!(FunctionHead, params) as u64;
