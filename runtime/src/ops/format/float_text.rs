//! The text of floats in the notations `e`, `f`, `g` and `r` (`PyOS_double_to_string`).
//!
//! Rust prints exact decimal digits, rounded half to even; here only the notation is chosen.

/// How the number is shown.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Notation {
    /// `d.ddde+dd`
    Exponent,
    /// `ddd.ddd`
    Fixed,
    /// The shorter one, without trailing zeros.
    General,
    /// The fewest digits that read back as the same float.
    Repr,
}

/// The parts of a number's text: digits before the point, and the rest with point and exponent.
/// Of infinities and NaN, only the rest.
pub struct Parts {
    pub negative: bool,
    pub whole: String,
    pub rest: String,
}

/// `f`, which is finite and not negative, with `precision` digits behind the point, where 128
/// bits hold it exactly: correctly rounded, halves to even.
fn fixed(f: f64, precision: usize) -> Option<String> {
    const MANTISSA_BITS: u32 = 52;
    let bits = f.to_bits();
    let stored = (bits >> MANTISSA_BITS) as i32;
    let fraction = bits & ((1 << MANTISSA_BITS) - 1);
    // f = mantissa * 2**-shift
    let (mantissa, shift) = match stored {
        0 => (fraction, 1074),
        _ => (fraction | 1 << MANTISSA_BITS, 1075 - stored),
    };
    // 53 bits, and 10**20 has 67.
    if precision > 20 || !(1..=120).contains(&shift) {
        return None;
    }
    let scaled = mantissa as u128 * 10u128.pow(precision as u32);
    let (mut units, rest) = (scaled >> shift, scaled & ((1 << shift) - 1));
    let half = 1u128 << (shift - 1);
    if rest > half || (rest == half && units & 1 == 1) {
        units += 1;
    }
    let mut text = units.to_string();
    if precision > 0 {
        if text.len() <= precision {
            text.insert_str(0, &"0".repeat(precision + 1 - text.len()));
        }
        text.insert(text.len() - precision, '.');
    }
    Some(text)
}

/// Significant digits and the position of the point: 0.`digits` * 10**`point`.
fn digits_of(scientific: &str) -> (String, i32) {
    let (mantissa, exponent) = scientific.split_once('e').expect("`e` notation");
    let digits: String = mantissa.chars().filter(|c| *c != '.').collect();
    (digits, exponent.parse::<i32>().expect("a number") + 1)
}

/// The text of `f`. `dot_zero` keeps it looking like a float (`1.0`); `alternate` keeps the point
/// and trailing zeros.
pub fn parts(
    f: f64,
    notation: Notation,
    precision: usize,
    alternate: bool,
    dot_zero: bool,
) -> Parts {
    let negative = f.is_sign_negative() && !f.is_nan();
    if !f.is_finite() {
        let rest = if f.is_nan() { "nan" } else { "inf" };
        return Parts { negative, whole: String::new(), rest: rest.into() };
    }
    let f = f.abs();
    let (digits, point, exponent) = match notation {
        Notation::Fixed => {
            let text = fixed(f, precision).unwrap_or_else(|| format!("{f:.precision$}"));
            let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
            let rest = if fraction.is_empty() && !alternate {
                String::new()
            } else {
                format!(".{fraction}")
            };
            return Parts { negative, whole: whole.into(), rest };
        }
        Notation::Exponent => {
            let (digits, point) = digits_of(&format!("{f:.precision$e}"));
            (digits, point, true)
        }
        Notation::General => {
            let precision = precision.max(1);
            let (mut digits, point) = digits_of(&format!("{f:.*e}", precision - 1));
            if !alternate {
                digits.truncate(digits.trim_end_matches('0').len().max(1));
            }
            (digits, point, point <= -4 || point > precision as i32 - dot_zero as i32)
        }
        Notation::Repr => {
            let (digits, point) = digits_of(&format!("{f:e}"));
            (digits, point, point <= -4 || point > 16)
        }
    };
    // Zero has its point after the first digit.
    let point = if f == 0.0 { 1 } else { point };
    let exponent = exponent && !(f == 0.0 && notation != Notation::Exponent);
    if exponent {
        let (first, more) = digits.split_at(1);
        let dot = if more.is_empty() && !alternate { String::new() } else { format!(".{more}") };
        let e = point - 1;
        let sign = if e < 0 { '-' } else { '+' };
        return Parts {
            negative,
            whole: first.into(),
            rest: format!("{dot}e{sign}{:02}", e.abs()),
        };
    }
    let (whole, fraction) = if point <= 0 {
        ("0".to_string(), "0".repeat(-point as usize) + &digits)
    } else if digits.len() <= point as usize {
        (format!("{digits:0<width$}", width = point as usize), String::new())
    } else {
        let (w, f) = digits.split_at(point as usize);
        (w.to_string(), f.to_string())
    };
    let rest = if !fraction.is_empty() {
        format!(".{fraction}")
    } else if dot_zero {
        ".0".to_string()
    } else if alternate {
        ".".to_string()
    } else {
        String::new()
    };
    Parts { negative, whole, rest }
}

impl Parts {
    /// All digits are 0.
    pub fn is_zero(&self) -> bool {
        let mantissa = self.rest.split('e').next().expect("split gives one part");
        !self.whole.is_empty()
            && self.whole.chars().chain(mantissa.chars()).all(|c| matches!(c, '0' | '.'))
    }

    pub fn make_upper(&mut self) {
        self.rest.make_ascii_uppercase();
    }
}
