//! Elementary functions of the C library, which CPython calls too: the same bits come out.
//!
//! Those that Rust's `f64` already takes from the C library are not repeated here.

macro_rules! c_functions {
    ($($(#[$doc:meta])* $name:ident($($arg:ident),*);)*) => {
        mod c {
            unsafe extern "C" {
                $(pub safe fn $name($($arg: f64),*) -> f64;)*
                pub safe fn ldexp(x: f64, e: std::ffi::c_int) -> f64;
            }
        }

        $($(#[$doc])* pub fn $name($($arg: f64),*) -> f64 {
            c::$name($($arg),*)
        })*
    };
}

c_functions! {
    /// Inverse hyperbolic cosine.
    acosh(x);
    /// Inverse hyperbolic sine.
    asinh(x);
    /// Inverse hyperbolic tangent.
    atanh(x);
    /// Error function.
    erf(x);
    /// 1 - erf(x), without cancellation.
    erfc(x);
    /// 2 to the power of x.
    exp2(x);
    /// IEEE 754's remainder: to the nearest multiple, halves to the even one.
    remainder(x, y);
}

/// `x * 2**e`, rounded once.
pub fn ldexp(x: f64, e: i32) -> f64 {
    c::ldexp(x, e)
}
