//! `unicodedata`.
//!
//! Properties come from a table of records that many characters share; decompositions are read
//! from their text at the first use.

#[rustfmt::skip]
mod table;

use std::collections::HashMap;
use std::sync::OnceLock;

use krait_runtime::native::NativeModule;
use krait_runtime::object::Object;
use krait_runtime::object::ValueExt;
use krait_runtime::types::exception::raise_key_error;
use krait_runtime::types::float;
use krait_runtime::types::module::Module;
use krait_runtime::types::str::Str;
use krait_runtime::{PyResult, Thread, Value, raise};

pub static MODULE: NativeModule = NativeModule {
    name: "unicodedata",
    doc: "This module provides access to the Unicode Character Database which\ndefines character properties for all Unicode characters. The data in\nthis database is based on the UnicodeData.txt file version\n16.0.0 which is publicly available from the Unicode Consortium\nat https://www.unicode.org/Public/16.0.0/ucd/UnicodeData.txt.\n\nThe module uses the same names and symbols as defined by the\nUnicodeData File Format 16.0.0.\n",
    functions: &functions::FUNCTIONS,
    init,
};

fn init(th: &Thread, m: &'static Module) -> PyResult<()> {
    m.set(th, "unidata_version", Str::new(th, table::VERSION).value());
    Ok(())
}

fn record(c: u32) -> &'static table::Record {
    let c = c as usize;
    let middle = table::HIGH[c >> 9] as usize * 32 + (c >> 4 & 31);
    let low = table::MIDDLE[middle] as usize * 16 + (c & 15);
    &table::RECORDS[table::LOW[low] as usize]
}

/// A character's decomposition.
struct Decomposition {
    /// As `UnicodeData.txt` writes it.
    field: &'static str,
    /// Without a tag it is canonical.
    canonical: bool,
    points: Vec<u32>,
}

/// Decompositions by character, and characters by the pair that they are composed of.
struct Maps {
    decompositions: HashMap<u32, Decomposition>,
    compositions: HashMap<(u32, u32), u32>,
}

fn maps() -> &'static Maps {
    static MAPS: OnceLock<Maps> = OnceLock::new();
    MAPS.get_or_init(|| {
        let mut maps = Maps { decompositions: HashMap::new(), compositions: HashMap::new() };
        for line in table::DECOMPOSITIONS.lines() {
            let (composes, line) = match line.strip_prefix('+') {
                Some(rest) => (true, rest),
                None => (false, line),
            };
            let hex = |s: &str| u32::from_str_radix(s, 16).expect("written so");
            let (c, field) = line.split_once(' ').expect("written so");
            let canonical = !field.starts_with('<');
            let parts = field.split(' ').skip(!canonical as usize);
            let points: Vec<u32> = parts.map(hex).collect();
            if composes {
                maps.compositions.insert((points[0], points[1]), hex(c));
            }
            maps.decompositions.insert(hex(c), Decomposition { field, canonical, points });
        }
        maps
    })
}

/// Hangul syllables are composed by arithmetic (Unicode, section 3.12).
const SYLLABLES: u32 = 0xac00;
const LEADING: u32 = 0x1100;
const VOWELS: u32 = 0x1161;
const TRAILING: u32 = 0x11a7;
const VOWEL_COUNT: u32 = 21;
const TRAILING_COUNT: u32 = 28;
const SYLLABLE_COUNT: u32 = 19 * VOWEL_COUNT * TRAILING_COUNT;

fn is_syllable(c: u32) -> bool {
    (SYLLABLES..SYLLABLES + SYLLABLE_COUNT).contains(&c)
}

#[derive(Copy, Clone, PartialEq)]
struct Form {
    compatible: bool,
    composed: bool,
}

fn decompose(c: u32, compatible: bool, out: &mut Vec<u32>) {
    if c < 0xa0 {
        out.push(c);
    } else if is_syllable(c) {
        let i = c - SYLLABLES;
        out.push(LEADING + i / (VOWEL_COUNT * TRAILING_COUNT));
        out.push(VOWELS + i / TRAILING_COUNT % VOWEL_COUNT);
        if i % TRAILING_COUNT != 0 {
            out.push(TRAILING + i % TRAILING_COUNT);
        }
    } else {
        match maps().decompositions.get(&c).filter(|d| d.canonical || compatible) {
            Some(d) => d.points.iter().for_each(|p| decompose(*p, compatible, out)),
            None => out.push(c),
        }
    }
}

fn compose_pair(a: u32, b: u32) -> Option<u32> {
    let vowel = b.wrapping_sub(VOWELS);
    let trailing = b.wrapping_sub(TRAILING);
    if (LEADING..LEADING + 19).contains(&a) && vowel < VOWEL_COUNT {
        return Some(SYLLABLES + ((a - LEADING) * VOWEL_COUNT + vowel) * TRAILING_COUNT);
    }
    if is_syllable(a)
        && (a - SYLLABLES).is_multiple_of(TRAILING_COUNT)
        && (1..TRAILING_COUNT).contains(&trailing)
    {
        return Some(a + trailing);
    }
    maps().compositions.get(&(a, b)).copied()
}

/// The string in a normal form (Unicode Standard Annex 15).
fn normalized(s: &Str, form: Form) -> Vec<u32> {
    let mut points = Vec::with_capacity(s.len());
    s.code_points().for_each(|c| decompose(c, form.compatible, &mut points));
    let class = |c: u32| record(c).combining;
    // Canonical order: runs of combining marks, stably by their classes.
    points.chunk_by_mut(|_, b| class(*b) != 0).for_each(|run| run[..].sort_by_key(|c| class(*c)));
    if !form.composed {
        return points;
    }
    let mut out: Vec<u32> = Vec::with_capacity(points.len());
    // Where the last starter is, and the class of the last mark after it that stayed.
    let (mut starter, mut last) = (None, 0);
    for c in points {
        let own = class(c);
        let reachable = starter.filter(|s: &usize| last < own || (last == 0 && s + 1 == out.len()));
        if let Some(s) = reachable
            && let Some(composed) = compose_pair(out[s], c)
        {
            out[s] = composed;
            continue;
        }
        if own == 0 {
            starter = Some(out.len());
        }
        last = own;
        out.push(c);
    }
    out
}

fn form(th: &Thread, name: &Str) -> PyResult<Form> {
    let (compatible, composed) = match name.as_ascii() {
        Some("NFC") => (false, true),
        Some("NFD") => (false, false),
        Some("NFKC") => (true, true),
        Some("NFKD") => (true, false),
        _ => return Err(raise!(th, ValueError, "invalid normalization form")),
    };
    Ok(Form { compatible, composed })
}

/// The name of a character of this version of Unicode.
fn name_of(c: u32) -> Option<String> {
    if table::CATEGORIES[record(c).category as usize] == "Cn" {
        return None;
    }
    unicode_names2::name(char::from_u32(c)?).map(|n| n.to_string())
}

#[krait_macros::module]
mod functions {
    use super::*;

    /// The one character of an argument.
    fn character(th: &Thread, function: &str, place: &str, v: Value) -> PyResult<u32> {
        let what = "must be a unicode character, not";
        let Some(s) = v.cast::<Str>() else {
            let found = v.type_name();
            return Err(raise!(th, TypeError, "{function}() {place} {what} {found}"));
        };
        if s.len() != 1 {
            return Err(raise!(
                th,
                TypeError,
                "{function}(): {place} {what} a string of length {}",
                s.len()
            ));
        }
        Ok(s.char_at(0))
    }

    /// A value that characters may lack.
    fn or_default(
        th: &Thread,
        v: Option<Value>,
        default: Option<Value>,
        missing: &str,
    ) -> PyResult<Value> {
        v.or(default).ok_or_else(|| raise!(th, ValueError, "{missing}"))
    }

    /// Converts a Unicode character into its equivalent decimal value.
    ///
    /// Returns the decimal value assigned to the character chr as integer.
    /// If no such value is defined, default is returned, or, if not given,
    /// ValueError is raised.
    #[function(sig = "(chr, default=<unrepresentable>, /)")]
    fn decimal(th: &Thread, chr: Value, default: Option<Value>) -> PyResult<Value> {
        let d = record(character(th, "decimal", "argument 1", chr)?).decimal;
        let v = (d != 255).then(|| Value::from_i32(d as i32));
        or_default(th, v, default, "not a decimal")
    }

    /// Converts a Unicode character into its equivalent digit value.
    ///
    /// Returns the digit value assigned to the character chr as integer.
    /// If no such value is defined, default is returned, or, if not given,
    /// ValueError is raised.
    #[function(sig = "(chr, default=<unrepresentable>, /)")]
    fn digit(th: &Thread, chr: Value, default: Option<Value>) -> PyResult<Value> {
        let d = record(character(th, "digit", "argument 1", chr)?).digit;
        let v = (d != 255).then(|| Value::from_i32(d as i32));
        or_default(th, v, default, "not a digit")
    }

    /// Converts a Unicode character into its equivalent numeric value.
    ///
    /// Returns the numeric value assigned to the character chr as float.
    /// If no such value is defined, default is returned, or, if not given,
    /// ValueError is raised.
    #[function(sig = "(chr, default=<unrepresentable>, /)")]
    fn numeric(th: &Thread, chr: Value, default: Option<Value>) -> PyResult<Value> {
        let n = record(character(th, "numeric", "argument 1", chr)?).number as usize;
        let v = table::NUMBERS.get(n).map(|n| float::new(th, *n));
        or_default(th, v, default, "not a numeric character")
    }

    /// Returns the general category assigned to the character chr as string.
    #[function(sig = "(chr, /)")]
    fn category(th: &Thread, chr: Value) -> PyResult<&'static str> {
        let c = character(th, "category", "argument", chr)?;
        Ok(table::CATEGORIES[record(c).category as usize])
    }

    /// Returns the bidirectional class assigned to the character chr as string.
    ///
    /// If no such value is defined, an empty string is returned.
    #[function(sig = "(chr, /)")]
    fn bidirectional(th: &Thread, chr: Value) -> PyResult<&'static str> {
        let c = character(th, "bidirectional", "argument", chr)?;
        Ok(table::BIDIRECTIONAL[record(c).bidirectional as usize])
    }

    /// Returns the canonical combining class assigned to the character chr as integer.
    ///
    /// Returns 0 if no combining class is defined.
    #[function(sig = "(chr, /)")]
    fn combining(th: &Thread, chr: Value) -> PyResult<u8> {
        Ok(record(character(th, "combining", "argument", chr)?).combining)
    }

    /// Returns the mirrored property assigned to the character chr as integer.
    ///
    /// Returns 1 if the character has been identified as a "mirrored"
    /// character in bidirectional text, 0 otherwise.
    #[function(sig = "(chr, /)")]
    fn mirrored(th: &Thread, chr: Value) -> PyResult<u8> {
        Ok(record(character(th, "mirrored", "argument", chr)?).mirrored)
    }

    /// Returns the east asian width assigned to the character chr as string.
    #[function(sig = "(chr, /)")]
    fn east_asian_width(th: &Thread, chr: Value) -> PyResult<&'static str> {
        let c = character(th, "east_asian_width", "argument", chr)?;
        Ok(table::WIDTHS[record(c).width as usize])
    }

    /// Returns the character decomposition mapping assigned to the character chr as string.
    ///
    /// An empty string is returned in case no such mapping is defined.
    #[function(sig = "(chr, /)")]
    fn decomposition(th: &Thread, chr: Value) -> PyResult<String> {
        let c = character(th, "decomposition", "argument", chr)?;
        if is_syllable(c) {
            let mut parts = Vec::new();
            decompose(c, false, &mut parts);
            let parts: Vec<String> = parts.iter().map(|p| format!("{p:04X}")).collect();
            return Ok(parts.join(" "));
        }
        Ok(maps().decompositions.get(&c).map_or("", |d| d.field).to_string())
    }

    /// Return the normal form 'form' for the Unicode string unistr.
    ///
    /// Valid values for form are 'NFC', 'NFKC', 'NFD', and 'NFKD'.
    #[function(sig = "(form, unistr, /)")]
    fn normalize(th: &Thread, form: &Str, unistr: &'static Str) -> PyResult<&'static Str> {
        let form = super::form(th, form)?;
        if unistr.is_ascii() {
            return Ok(unistr);
        }
        let points = normalized(unistr, form);
        Ok(Str::from_code_points(th, points.iter().copied()))
    }

    /// Return whether the Unicode string unistr is in the normal form 'form'.
    ///
    /// Valid values for form are 'NFC', 'NFKC', 'NFD', and 'NFKD'.
    #[function(sig = "(form, unistr, /)")]
    fn is_normalized(th: &Thread, form: &Str, unistr: &Str) -> PyResult<bool> {
        let form = super::form(th, form)?;
        Ok(unistr.is_ascii() || unistr.code_points().eq(normalized(unistr, form)))
    }

    /// Returns the name assigned to the character chr as a string.
    ///
    /// If no name is defined, default is returned, or, if not given,
    /// ValueError is raised.
    #[function(sig = "(chr, default=<unrepresentable>, /)")]
    fn name(th: &Thread, chr: Value, default: Option<Value>) -> PyResult<Value> {
        let c = character(th, "name", "argument 1", chr)?;
        let v = name_of(c).map(|n| Str::new(th, &n).value());
        or_default(th, v, default, "no such name")
    }

    /// Look up character by name.
    ///
    /// If a character with the given name is found, return the
    /// corresponding character.  If not found, KeyError is raised.
    #[function(sig = "(name, /)")]
    fn lookup(th: &Thread, name: &Str) -> PyResult<&'static Str> {
        let text = name.to_string();
        let assigned = |c: &char| table::CATEGORIES[record(*c as u32).category as usize] != "Cn";
        match unicode_names2::character(&text).filter(assigned) {
            Some(c) => Ok(Str::from_char(th, c as u32)),
            None => {
                let message = format!("undefined character name '{text}'");
                Err(raise_key_error(th, Str::new(th, &message).value()))
            }
        }
    }
}
