//! Windows.

use core::ptr::{NonNull, null, null_mut};

use windows_sys::Win32::Storage::FileSystem::WriteFile;
use windows_sys::Win32::System::Console::{GetStdHandle, STD_ERROR_HANDLE};
use windows_sys::Win32::System::Memory::{
    MEM_COMMIT, MEM_RELEASE, MEM_RESERVE, MEM_RESET, PAGE_NOACCESS, PAGE_READWRITE, VirtualAlloc,
    VirtualFree,
};
use windows_sys::Win32::System::Threading::GetCurrentThreadStackLimits;

/// Bytes of the unit in which memory is committed and given back.
pub const PAGE: usize = 16 << 10;

/// Reserves `bytes` of address space, which cannot be touched before [`commit`]. It is aligned
/// to 64 KiB.
pub fn reserve(bytes: usize) -> Option<NonNull<u8>> {
    // SAFETY: a new reservation at an address of the system's choice affects nobody.
    NonNull::new(unsafe { VirtualAlloc(null(), bytes, MEM_RESERVE, PAGE_NOACCESS) }.cast())
}

/// Gives back all of what [`reserve`] or [`map_pages`] returned. Windows cannot give back a part
/// of a reservation; a range that is not a whole one stays reserved.
///
/// # Safety
/// Nothing refers to the range any more.
pub unsafe fn release(start: NonNull<u8>, _bytes: usize) {
    // SAFETY: the caller owns the range.
    unsafe { VirtualFree(start.as_ptr().cast(), 0, MEM_RELEASE) };
}

/// Makes reserved memory readable and writable; it is zero. False when there is no memory left.
///
/// # Safety
/// The range lies in a reservation, and both ends are multiples of [`PAGE`].
pub unsafe fn commit(start: *mut u8, bytes: usize) -> bool {
    // SAFETY: the caller owns the range.
    unsafe { !VirtualAlloc(start.cast(), bytes, MEM_COMMIT, PAGE_READWRITE).is_null() }
}

/// Gives the memory behind committed pages back; they stay usable. True when they now read as
/// zero, which Windows does not promise: decommitting would make a concurrent scan fault.
///
/// # Safety
/// The range is committed, and nothing in it is needed.
pub unsafe fn decommit(start: *mut u8, bytes: usize) -> bool {
    // SAFETY: the caller gives up the contents.
    unsafe { VirtualAlloc(start.cast(), bytes, MEM_RESET, PAGE_READWRITE) };
    false
}

/// Fresh zeroed memory from the system, outside of the heap.
pub fn map_pages(bytes: usize) -> Option<NonNull<u8>> {
    // SAFETY: a new allocation at an address of the system's choice affects nobody.
    NonNull::new(
        unsafe { VirtualAlloc(null(), bytes, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE) }.cast(),
    )
}

/// The bounds of the calling thread's stack: lowest usable address, and the address after the
/// outermost frame.
pub fn stack_bounds() -> (usize, usize) {
    let (mut low, mut high) = (0, 0);
    // SAFETY: both out-pointers are valid.
    unsafe { GetCurrentThreadStackLimits(&mut low, &mut high) };
    (low, high)
}

/// Writes to the standard error stream without buffering or allocation.
pub fn write_stderr(text: &[u8]) {
    let mut written = 0;
    // SAFETY: the pointer and the length are of one slice.
    unsafe {
        let handle = GetStdHandle(STD_ERROR_HANDLE);
        WriteFile(handle, text.as_ptr(), text.len() as u32, &mut written, null_mut());
    }
}
