//! Rust's global allocator.

/// Whether the raw cell at `address` is allocated.
pub fn is_live(_address: usize) -> bool {
    true
}
