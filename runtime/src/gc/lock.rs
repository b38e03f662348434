//! A lock that neither allocates nor parks.
//!
//! The allocator cannot use `std::sync::Mutex`, which allocates on some systems. Sections under
//! this lock are short; a waiter spins a little and then yields.

use core::cell::UnsafeCell;
use core::ops::{Deref, DerefMut};
use core::sync::atomic::{AtomicBool, Ordering};

pub struct Lock<T> {
    held: AtomicBool,
    value: UnsafeCell<T>,
}

// SAFETY: the value is only reached through a guard, of which one exists at a time.
unsafe impl<T> Sync for Lock<T> {}

pub struct Guard<'a, T>(&'a Lock<T>);

impl<T> Lock<T> {
    pub const fn new(value: T) -> Lock<T> {
        Lock { held: AtomicBool::new(false), value: UnsafeCell::new(value) }
    }

    #[inline]
    pub fn lock(&self) -> Guard<'_, T> {
        let mut tries = 0;
        while self.held.swap(true, Ordering::Acquire) {
            while self.held.load(Ordering::Relaxed) {
                tries += 1;
                if tries % 64 == 0 {
                    std::thread::yield_now();
                } else {
                    core::hint::spin_loop();
                }
            }
        }
        Guard(self)
    }
}

/// Runs `f`, which forks the process, while no other thread is inside the heap, so that the
/// child's heap is whole. `f` must not allocate.
pub fn while_idle<R>(f: impl FnOnce() -> R) -> R {
    let _heap = super::heap::HEAP.lock();
    let _central = super::global::CENTRAL.lock();
    let _spans = super::span::SPANS.lock();
    f()
}

impl<T> Deref for Guard<'_, T> {
    type Target = T;
    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: this guard is the only one.
        unsafe { &*self.0.value.get() }
    }
}

impl<T> DerefMut for Guard<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: this guard is the only one.
        unsafe { &mut *self.0.value.get() }
    }
}

impl<T> Drop for Guard<'_, T> {
    #[inline]
    fn drop(&mut self) {
        self.0.held.store(false, Ordering::Release);
    }
}
