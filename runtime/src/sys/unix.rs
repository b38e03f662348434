//! Linux and macOS.

use core::ptr::NonNull;

/// Bytes of the unit in which memory is committed and given back. A multiple of every page
/// size in use (4 KiB on x86-64, 16 KiB on Apple's arm64).
pub const PAGE: usize = 16 << 10;

/// Reserves `bytes` of address space, which cannot be touched before [`commit`].
pub fn reserve(bytes: usize) -> Option<NonNull<u8>> {
    map(bytes, libc::PROT_NONE, libc::MAP_NORESERVE)
}

/// Gives back what [`reserve`] or [`map_pages`] returned, or a part of it.
///
/// # Safety
/// Nothing refers to the range any more.
pub unsafe fn release(start: NonNull<u8>, bytes: usize) {
    // SAFETY: the caller owns the range.
    let failed = unsafe { libc::munmap(start.as_ptr().cast(), bytes) };
    debug_assert!(failed == 0);
}

/// Makes reserved memory readable and writable; it is zero. False when there is no memory left.
///
/// # Safety
/// The range lies in a reservation, and both ends are multiples of [`PAGE`].
pub unsafe fn commit(start: *mut u8, bytes: usize) -> bool {
    // SAFETY: the caller owns the range.
    unsafe { libc::mprotect(start.cast(), bytes, libc::PROT_READ | libc::PROT_WRITE) == 0 }
}

/// Gives the memory behind committed pages back; they stay usable. True when they now read as
/// zero.
///
/// # Safety
/// The range is committed, and nothing in it is needed.
pub unsafe fn decommit(start: *mut u8, bytes: usize) -> bool {
    #[cfg(target_os = "linux")]
    // SAFETY: the caller gives up the contents.
    return unsafe { libc::madvise(start.cast(), bytes, libc::MADV_DONTNEED) == 0 };
    #[cfg(not(target_os = "linux"))]
    {
        // SAFETY: the caller gives up the contents.
        unsafe { libc::madvise(start.cast(), bytes, libc::MADV_FREE) };
        false
    }
}

/// Fresh zeroed memory from the system, outside of the heap.
pub fn map_pages(bytes: usize) -> Option<NonNull<u8>> {
    map(bytes, libc::PROT_READ | libc::PROT_WRITE, 0)
}

fn map(bytes: usize, protection: i32, flags: i32) -> Option<NonNull<u8>> {
    // SAFETY: a new private mapping at an address of the system's choice affects nobody.
    let start = unsafe {
        libc::mmap(
            core::ptr::null_mut(),
            bytes,
            protection,
            libc::MAP_PRIVATE | libc::MAP_ANON | flags,
            -1,
            0,
        )
    };
    if start == libc::MAP_FAILED { None } else { NonNull::new(start.cast()) }
}

/// The bounds of the calling thread's stack: lowest usable address, and the address after the
/// outermost frame.
pub fn stack_bounds() -> (usize, usize) {
    #[cfg(target_os = "linux")]
    // SAFETY: the attributes are initialised by `pthread_getattr_np` and destroyed here.
    unsafe {
        let mut attributes = core::mem::zeroed::<libc::pthread_attr_t>();
        assert!(libc::pthread_getattr_np(libc::pthread_self(), &mut attributes) == 0);
        let mut low = core::ptr::null_mut();
        let mut size = 0;
        libc::pthread_attr_getstack(&attributes, &mut low, &mut size);
        libc::pthread_attr_destroy(&mut attributes);
        (low as usize, low as usize + size)
    }
    #[cfg(target_os = "macos")]
    // SAFETY: both only read the calling thread's descriptor.
    unsafe {
        let high = libc::pthread_get_stackaddr_np(libc::pthread_self()) as usize;
        (high - libc::pthread_get_stacksize_np(libc::pthread_self()), high)
    }
}

/// Writes to the standard error stream without buffering or allocation.
pub fn write_stderr(text: &[u8]) {
    // SAFETY: the pointer and the length are of one slice.
    unsafe { libc::write(2, text.as_ptr().cast(), text.len()) };
}

/// Gives the pages of [`map_pages`] back.
pub fn unmap_pages(at: *mut u8, bytes: usize) {
    // SAFETY: the caller mapped exactly these pages and uses them no more.
    unsafe { libc::munmap(at.cast(), bytes) };
}

/// An address on the stack near the caller's frame.
#[inline(always)]
pub fn stack_pointer() -> *const u8 {
    let marker = 0u8;
    std::hint::black_box(&raw const marker)
}

/// A path's bytes as text, undecodable ones as lone surrogates (PEP 383).
pub fn decode_path(bytes: &[u8]) -> rustpython_wtf8::Wtf8Buf {
    let mut out = rustpython_wtf8::Wtf8Buf::new();
    for chunk in bytes.utf8_chunks() {
        out.push_str(chunk.valid());
        for b in chunk.invalid() {
            let c = rustpython_wtf8::CodePoint::from_u32(0xdc00 + *b as u32);
            out.push(c.expect("a low surrogate"));
        }
    }
    out
}

/// Sixteen bytes from the operating system's random numbers.
pub fn random_bytes() -> [u8; 16] {
    let mut bytes = [0u8; 16];
    // SAFETY: the buffer has the length given.
    let n = unsafe { libc::getentropy(bytes.as_mut_ptr().cast(), bytes.len()) };
    assert!(n == 0, "the operating system gives no random numbers");
    bytes
}
