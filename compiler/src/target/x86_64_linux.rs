//! Linux with glibc on x86-64.

use super::Target;

pub const TARGET: Target = Target { triple: "x86_64-unknown-linux-gnu", cpu: "x86-64" };
