//! Globals and attributes whose place an inline cache knows.

use core::sync::atomic::{AtomicU32, Ordering};

use krait_layout::header::GC_OLD;
use krait_layout::objects::Dict;
use krait_layout::program::NativeFrame;
use krait_layout::{CacheKind, FunctionHead, Header, InlineCache, StackSlot, Thread, Value};

unsafe extern "C" {
    /// Grows whenever a class changes that a cache relies on.
    static krait_class_epoch: AtomicU32;

    fn krait_op_load_global(
        th: &Thread,
        function: Value,
        name: Value,
        cache: &InlineCache,
    ) -> StackSlot;
    fn krait_op_load_attr(
        th: &Thread,
        owner: Value,
        name: Value,
        frame: &NativeFrame,
        cache: &InlineCache,
    ) -> StackSlot;
    fn krait_op_load_method(
        th: &Thread,
        owner: Value,
        name: Value,
        frame: &NativeFrame,
        cache: &InlineCache,
        receiver: &mut StackSlot,
    ) -> StackSlot;
    fn krait_op_store_attr(
        th: &Thread,
        owner: Value,
        name: Value,
        value: Value,
        cache: &InlineCache,
    ) -> StackSlot;
}

/// The dictionary in a function's field.
///
/// # Safety
/// The word is a dictionary.
#[inline(always)]
unsafe fn dict(word: StackSlot) -> &'static Dict {
    // SAFETY: the caller's promise; a heap object's word is its address.
    unsafe { &*(word.unwrap_unchecked().bits() as *const Dict) }
}

/// # Safety
/// As for the operation in the runtime.
#[unsafe(no_mangle)]
#[inline(always)]
pub unsafe extern "C" fn krait_fast_load_global(
    th: &Thread,
    function: Value,
    name: Value,
    cache: &InlineCache,
) -> StackSlot {
    // SAFETY: the caller's promise.
    let found = unsafe { krait_try_global(function, cache) };
    if found.is_some() {
        return found;
    }
    // SAFETY: the caller's promise.
    unsafe { krait_op_load_global(th, function, name, cache) }
}

/// # Safety
/// The value is the function that is running.
#[unsafe(no_mangle)]
#[inline(always)]
pub unsafe extern "C" fn krait_try_global(function: Value, cache: &InlineCache) -> StackSlot {
    // SAFETY: compiled code passes its function object.
    let head = unsafe { &*(function.bits() as *const FunctionHead) };
    // SAFETY: a function has globals.
    let globals = unsafe { dict(head.globals.get()) };
    if globals.version.get() == cache.shape.get() {
        if cache.kind.get() == CacheKind::Global {
            // SAFETY: the version is that for which the cache was filled.
            unsafe { globals.value_at(cache.index.get()) }
        } else if cache.kind.get() == CacheKind::Builtin {
            // SAFETY: a function has builtins.
            let builtins = unsafe { dict(head.builtins.get()) };
            if builtins.version.get() == cache.epoch.get() {
                // SAFETY: as above.
                unsafe { builtins.value_at(cache.index.get()) }
            } else {
                None
            }
        } else {
            None
        }
    } else {
        None
    }
}

/// The object, if the cache knows its shape.
#[inline(always)]
fn known(owner: Value, cache: &InlineCache) -> Option<&'static Header> {
    let header = owner.header()?;
    // SAFETY: the runtime defines it.
    let epoch = unsafe { krait_class_epoch.load(Ordering::Relaxed) };
    if header.shape.get() == cache.shape.get() && epoch == cache.epoch.get() {
        return Some(header);
    }
    None
}

/// The word at byte offset `offset` of the object.
///
/// # Safety
/// The object has a slot there.
#[inline(always)]
unsafe fn slot(header: &Header, offset: u32) -> *mut StackSlot {
    // SAFETY: the caller's promise.
    unsafe { (header as *const Header as *mut u8).add(offset as usize) as *mut StackSlot }
}

/// # Safety
/// As for the operation in the runtime.
#[unsafe(no_mangle)]
#[inline(always)]
pub unsafe extern "C" fn krait_fast_load_attr(
    th: &Thread,
    owner: Value,
    name: Value,
    frame: &NativeFrame,
    cache: &InlineCache,
) -> StackSlot {
    let found = krait_try_slot(owner, cache);
    if found.is_some() {
        return found;
    }
    // SAFETY: the caller's promise.
    unsafe { krait_op_load_attr(th, owner, name, frame, cache) }
}

/// # Safety
/// As for the operation in the runtime.
#[unsafe(no_mangle)]
#[inline(always)]
pub unsafe extern "C" fn krait_fast_load_method(
    th: &Thread,
    owner: Value,
    name: Value,
    frame: &NativeFrame,
    cache: &InlineCache,
    receiver: &mut StackSlot,
) -> StackSlot {
    let found = krait_try_method(owner, cache);
    if found.is_some() {
        *receiver = Some(owner);
        return found;
    }
    // SAFETY: the caller's promise.
    unsafe { krait_op_load_method(th, owner, name, frame, cache, receiver) }
}

/// # Safety
/// As for the operation in the runtime.
#[unsafe(no_mangle)]
#[inline(always)]
pub unsafe extern "C" fn krait_fast_store_attr(
    th: &Thread,
    owner: Value,
    name: Value,
    value: Value,
    cache: &InlineCache,
) -> StackSlot {
    if !krait_try_set_slot(owner, value, cache) {
        return Some(Value::NONE);
    }
    // SAFETY: the caller's promise.
    unsafe { krait_op_store_attr(th, owner, name, value, cache) }
}

#[unsafe(no_mangle)]
#[inline(always)]
pub extern "C" fn krait_try_slot(owner: Value, cache: &InlineCache) -> StackSlot {
    let header = known(owner, cache)?;
    if cache.kind.get() == CacheKind::Slot {
        // SAFETY: the cache says so.
        unsafe { *slot(header, cache.index.get()) }
    } else {
        None
    }
}

#[unsafe(no_mangle)]
#[inline(always)]
pub extern "C" fn krait_try_method(owner: Value, cache: &InlineCache) -> StackSlot {
    known(owner, cache)?;
    if cache.kind.get() == CacheKind::Method { cache.value.get() } else { None }
}

#[unsafe(no_mangle)]
#[inline(always)]
pub extern "C" fn krait_try_set_slot(owner: Value, value: Value, cache: &InlineCache) -> bool {
    if let Some(header) = known(owner, cache) {
        // The collector has to hear of a reference that an old object gets.
        let quiet = !value.is_heap() || header.gc.get() & GC_OLD == 0;
        if quiet && cache.kind.get() == CacheKind::Slot {
            // SAFETY: the cache says so.
            unsafe { *slot(header, cache.index.get()) = Some(value) };
            return false;
        }
    }
    true
}
