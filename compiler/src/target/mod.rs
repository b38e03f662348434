//! The platforms that Krait compiles for, one file each.

mod x86_64_linux;

/// What the compiler must know about a platform.
#[derive(Debug)]
pub struct Target {
    /// LLVM's name.
    pub triple: &'static str,
    /// The oldest processor that must run the executable. At least that of the fast paths'
    /// bitcode, or LLVM inlines none of them.
    pub cpu: &'static str,
}

impl Target {
    /// Every target.
    pub const ALL: &'static [Target] = &[x86_64_linux::TARGET];

    /// The platform that the compiler itself runs on.
    pub fn host() -> &'static Target {
        &Target::ALL[0]
    }
}
