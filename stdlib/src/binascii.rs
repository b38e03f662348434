//! `binascii`: bytes as ASCII text and back, and two checksums.

use krait_runtime::native::NativeModule;
use krait_runtime::object::{Object, Type, ValueExt};
use krait_runtime::types::bytes::{self, Bytes, text};
use krait_runtime::types::exception::{self, Exc};
use krait_runtime::types::int;
use krait_runtime::types::module::Module;
use krait_runtime::types::str::Str;
use krait_runtime::{PyResult, Raised, Thread, Value, error, intern, ops, raise, state};

pub static MODULE: NativeModule = NativeModule {
    name: "binascii",
    doc: "Conversion between binary data and ASCII",
    functions: &functions::FUNCTIONS,
    init,
};

fn init(th: &Thread, m: &'static Module) -> PyResult<()> {
    let failure = exception::new_class(th, "binascii.Error", Exc::ValueError.class(), "")?;
    let incomplete = exception::new_class(th, "binascii.Incomplete", Exc::Exception.class(), "")?;
    state::module_state(th, "binascii").set_name(th, intern!(th, "Error"), failure.value());
    m.set(th, "Error", failure.value());
    m.set(th, "Incomplete", incomplete.value());
    Ok(())
}

/// Raises `binascii.Error`.
#[cold]
fn fail(th: &Thread, message: &str) -> Raised {
    let class = state::module_state(th, "binascii").get_name(intern!(th, "Error"));
    let class = class.and_then(|c| c.cast::<Type>()).expect("made by init");
    error::raise_class(th, class, &[Str::new(th, message).value()])
}

/// Data to decode: bytes or ASCII text.
fn encoded(th: &Thread, v: Value) -> PyResult<&'static [u8]> {
    if let Some(s) = v.cast::<Str>() {
        return s.as_ascii().map(str::as_bytes).ok_or_else(|| {
            raise!(th, ValueError, "string argument should contain only ASCII characters")
        });
    }
    bytes::view(th, v)?.ok_or_else(|| {
        raise!(
            th,
            TypeError,
            "argument should be bytes, buffer or ASCII string, not '{}'",
            v.type_name()
        )
    })
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/// In the table of values: no character of the alphabet.
const NONE: u8 = 64;

const VALUES: [u8; 256] = {
    let mut table = [NONE; 256];
    let mut i = 0;
    while i < 64 {
        table[ALPHABET[i] as usize] = i as u8;
        i += 1;
    }
    table
};

fn base64_encode(data: &[u8], newline: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len().div_ceil(3) * 4 + 1);
    let letter = |bits: u32| ALPHABET[(bits & 63) as usize];
    let mut triples = data.chunks_exact(3);
    for t in &mut triples {
        let bits = (t[0] as u32) << 16 | (t[1] as u32) << 8 | t[2] as u32;
        out.extend([letter(bits >> 18), letter(bits >> 12), letter(bits >> 6), letter(bits)]);
    }
    match *triples.remainder() {
        [a] => out.extend([letter(a as u32 >> 2), letter((a as u32) << 4), b'=', b'=']),
        [a, b] => {
            let bits = (a as u32) << 8 | b as u32;
            out.extend([letter(bits >> 10), letter(bits >> 4), letter(bits << 2), b'=']);
        }
        _ => {}
    }
    if newline {
        out.push(b'\n');
    }
    out
}

/// Decodes base64. What is not of the alphabet is skipped, and padding with data behind it does not
/// count, unless `strict`.
fn base64_decode(th: &Thread, data: &[u8], strict: bool) -> PyResult<Vec<u8>> {
    let mut out = Vec::with_capacity(data.len() / 4 * 3 + 3);
    // Characters of the quad that is read, its bits, and the padding after them.
    let (mut position, mut bits, mut pads, mut padded) = (0, 0u32, 0, false);
    let lone = |out: &Vec<u8>| {
        let n = out.len() / 3 * 4 + 1;
        fail(
            th,
            &format!(
                "Invalid base64-encoded string: number of data characters ({n}) cannot be 1 more than a multiple of 4"
            ),
        )
    };
    for (i, c) in data.iter().enumerate() {
        if *c == b'=' {
            padded = true;
            pads += (position >= 2) as usize;
            if strict && (position == 0 || position + pads > 4) {
                let text = if i == 0 { "Leading" } else { "Excess" };
                return Err(fail(th, &format!("{text} padding not allowed")));
            }
            if strict && position == 1 {
                return Err(lone(&out));
            }
            continue;
        }
        let value = VALUES[*c as usize];
        if value == NONE {
            if strict {
                return Err(fail(th, "Only base64 data is allowed"));
            }
            continue;
        }
        if strict && padded {
            return Err(match position + pads {
                4 => fail(th, "Excess data after padding"),
                _ => fail(th, "Discontinuous padding not allowed"),
            });
        }
        pads = 0;
        bits = bits << 6 | value as u32;
        match position {
            0 => {}
            1 => out.push((bits >> 4) as u8),
            2 => out.push((bits >> 2) as u8),
            _ => out.push(bits as u8),
        }
        position = (position + 1) % 4;
    }
    match position {
        0 => Ok(out),
        1 => Err(lone(&out)),
        _ if position + pads >= 4 => Ok(out),
        _ => Err(fail(th, "Incorrect padding")),
    }
}

fn hex_digit(b: u8) -> Option<u8> {
    (b as char).to_digit(16).map(|d| d as u8)
}

fn hex_decode(th: &Thread, data: &[u8]) -> PyResult<Vec<u8>> {
    if !data.len().is_multiple_of(2) {
        return Err(fail(th, "Odd-length string"));
    }
    let pairs = data.chunks_exact(2);
    pairs
        .map(|p| Some(hex_digit(p[0])? << 4 | hex_digit(p[1])?))
        .collect::<Option<_>>()
        .ok_or_else(|| fail(th, "Non-hexadecimal digit found"))
}

fn uu_encode(th: &Thread, data: &[u8], backtick: bool) -> PyResult<Vec<u8>> {
    if data.len() > 45 {
        return Err(fail(th, "At most 45 bytes at once"));
    }
    let letter = |v: u32| match v & 63 {
        0 if backtick => b'`',
        v => v as u8 + b' ',
    };
    let mut out = vec![letter(data.len() as u32)];
    for chunk in data.chunks(3) {
        let byte = |i: usize| chunk.get(i).copied().unwrap_or(0) as u32;
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        out.extend([letter(bits >> 18), letter(bits >> 12), letter(bits >> 6), letter(bits)]);
    }
    out.push(b'\n');
    Ok(out)
}

fn uu_decode(th: &Thread, data: &[u8]) -> PyResult<Vec<u8>> {
    let Some((length, mut rest)) = data.split_first() else {
        return Err(fail(th, "Missing length byte"));
    };
    let len = (length.wrapping_sub(b' ') & 63) as usize;
    let mut out = Vec::with_capacity(len);
    let (mut bits, mut count) = (0u32, 0);
    while out.len() < len {
        let value = match rest.split_first() {
            // Spaces at the end of the line may have been eaten.
            None | Some((b'\n' | b'\r', _)) => 0,
            Some((c, _)) if !(b' '..=b' ' + 64).contains(c) => {
                return Err(fail(th, "Illegal char"));
            }
            Some((c, _)) => (c - b' ') & 63,
        };
        rest = rest.get(1..).unwrap_or(&[]);
        bits = bits << 6 | value as u32;
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count) as u8);
        }
    }
    if rest.iter().any(|c| !matches!(c, b' ' | b'`' | b'\n' | b'\r')) {
        return Err(fail(th, "Trailing garbage"));
    }
    Ok(out)
}

/// Decodes quoted-printable text (RFC 2045); in a header, `_` is a space.
fn qp_decode(data: &[u8], header: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len());
    let mut i = 0;
    while i < data.len() {
        let c = data[i];
        i += 1;
        if c != b'=' {
            out.push(if header && c == b'_' { b' ' } else { c });
            continue;
        }
        let digits = |i: usize| Some((hex_digit(*data.get(i)?)?, hex_digit(*data.get(i + 1)?)?));
        match data.get(i) {
            None => break,
            Some(b'\n' | b'\r') => {
                // A soft line break.
                while i < data.len() && data[i] != b'\n' {
                    i += 1;
                }
                i += 1;
            }
            Some(b'=') => {
                out.push(b'=');
                i += 1;
            }
            Some(_) => match digits(i) {
                Some((high, low)) => {
                    out.push(high << 4 | low);
                    i += 2;
                }
                None => out.push(b'='),
            },
        }
    }
    out
}

/// Encodes as quoted-printable text in lines of at most 76 characters.
fn qp_encode(data: &[u8], quote_tabs: bool, is_text: bool, header: bool) -> Vec<u8> {
    const LINE: usize = 76;
    let first_end = data.iter().position(|b| *b == b'\n');
    let crlf = first_end.is_some_and(|i| i > 0 && data[i - 1] == b'\r');
    let end: &[u8] = if crlf { b"\r\n" } else { b"\n" };
    let mut out = Vec::with_capacity(data.len());
    let escape = |out: &mut Vec<u8>, c: u8| {
        const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
        out.extend([b'=', DIGITS[(c >> 4) as usize], DIGITS[(c & 15) as usize]]);
    };
    let soft_break = |out: &mut Vec<u8>| {
        out.push(b'=');
        out.extend_from_slice(end);
    };
    let (mut i, mut line) = (0, 0);
    while i < data.len() {
        let c = data[i];
        let next = data.get(i + 1).copied();
        let quoted = match c {
            b'=' | 127.. => true,
            b'_' => header,
            b'.' => line == 0 && matches!(next, None | Some(b'\n' | b'\r' | 0)),
            b'\r' | b'\n' => !is_text,
            b'\t' | b' ' => quote_tabs || next.is_none(),
            _ => c < 33,
        };
        if quoted {
            if line + 3 >= LINE {
                soft_break(&mut out);
                line = 0;
            }
            escape(&mut out, c);
            line += 3;
            i += 1;
        } else if is_text && (c == b'\n' || (c == b'\r' && next == Some(b'\n'))) {
            line = 0;
            // White space at the end of a line would be lost.
            if let Some(space @ (b' ' | b'\t')) = out.last().copied() {
                out.pop();
                escape(&mut out, space);
            }
            out.extend_from_slice(end);
            i += if c == b'\r' { 2 } else { 1 };
        } else {
            if next.is_some_and(|n| n != b'\n') && line + 1 >= LINE {
                soft_break(&mut out);
                line = 0;
            }
            line += 1;
            out.push(if header && c == b' ' { b'_' } else { c });
            i += 1;
        }
    }
    out
}

#[krait_macros::module]
mod functions {
    use super::*;

    fn new(th: &Thread, data: &[u8]) -> Value {
        Bytes::new(th, data).value()
    }

    /// The low 32 bits of an int.
    fn low_bits(th: &Thread, v: Value) -> PyResult<u32> {
        let i = ops::index(th, v)?;
        match int::to_i128(i) {
            Some(i) => Ok(i as u32),
            None => {
                let mask = int::new(th, u32::MAX as i64);
                let low = ops::binary(th, ops::Binary::And, i, mask)?;
                Ok(int::to_i64(low).unwrap_or(0) as u32)
            }
        }
    }

    /// Decode a line of base64 data.
    ///
    ///   strict_mode
    ///     When set to True, bytes that are not part of the base64 standard are not allowed.
    ///     The same applies to excess data after padding (= / ==).
    #[function(sig = "(data, /, *, strict_mode=False)")]
    fn a2b_base64(th: &Thread, data: Value, strict_mode: Option<bool>) -> PyResult<Value> {
        let data = encoded(th, data)?;
        Ok(new(th, &base64_decode(th, data, strict_mode.unwrap_or(false))?))
    }

    /// Base64-code line of data.
    #[function(sig = "(data, /, *, newline=True)")]
    fn b2a_base64(th: &Thread, data: Value, newline: Option<bool>) -> PyResult<Value> {
        let data = bytes::expect_view(th, data)?;
        Ok(new(th, &base64_encode(data, newline.unwrap_or(true))))
    }

    /// Binary data of hexadecimal representation.
    ///
    /// hexstr must contain an even number of hex digits (upper or lower case).
    /// This function is also available as "unhexlify()".
    #[function(sig = "(hexstr, /)")]
    fn a2b_hex(th: &Thread, hexstr: Value) -> PyResult<Value> {
        Ok(new(th, &hex_decode(th, encoded(th, hexstr)?)?))
    }

    /// Binary data of hexadecimal representation.
    ///
    /// hexstr must contain an even number of hex digits (upper or lower case).
    #[function(sig = "(hexstr, /)")]
    fn unhexlify(th: &Thread, hexstr: Value) -> PyResult<Value> {
        a2b_hex(th, hexstr)
    }

    /// Hexadecimal representation of binary data.
    ///
    ///   sep
    ///     An optional single character or byte to separate hex bytes.
    ///   bytes_per_sep
    ///     How many bytes between separators.  Positive values count from the
    ///     right, negative values count from the left.
    ///
    /// The return value is a bytes object.  This function is also
    /// available as "hexlify()".
    ///
    /// Example:
    /// >>> binascii.b2a_hex(b'\xb9\x01\xef')
    /// b'b901ef'
    /// >>> binascii.hexlify(b'\xb9\x01\xef', ':')
    /// b'b9:01:ef'
    /// >>> binascii.b2a_hex(b'\xb9\x01\xef', b'_', 2)
    /// b'b9_01ef'
    #[function(sig = "(data, sep=<unrepresentable>, bytes_per_sep=1)")]
    fn b2a_hex(
        th: &Thread,
        data: Value,
        sep: Option<Value>,
        bytes_per_sep: Option<i32>,
    ) -> PyResult<Value> {
        let data = bytes::expect_view(th, data)?;
        let group = bytes_per_sep.map(|n| n as isize);
        Ok(new(th, text::hex(th, data, sep, group)?.as_bytes()))
    }

    /// Hexadecimal representation of binary data.
    ///
    ///   sep
    ///     An optional single character or byte to separate hex bytes.
    ///   bytes_per_sep
    ///     How many bytes between separators.  Positive values count from the
    ///     right, negative values count from the left.
    ///
    /// The return value is a bytes object.  This function is also
    /// available as "b2a_hex()".
    #[function(sig = "(data, sep=<unrepresentable>, bytes_per_sep=1)")]
    fn hexlify(
        th: &Thread,
        data: Value,
        sep: Option<Value>,
        bytes_per_sep: Option<i32>,
    ) -> PyResult<Value> {
        b2a_hex(th, data, sep, bytes_per_sep)
    }

    /// Decode a line of uuencoded data.
    #[function(sig = "(data, /)")]
    fn a2b_uu(th: &Thread, data: Value) -> PyResult<Value> {
        Ok(new(th, &uu_decode(th, encoded(th, data)?)?))
    }

    /// Uuencode line of data.
    #[function(sig = "(data, /, *, backtick=False)")]
    fn b2a_uu(th: &Thread, data: Value, backtick: Option<bool>) -> PyResult<Value> {
        let data = bytes::expect_view(th, data)?;
        Ok(new(th, &uu_encode(th, data, backtick.unwrap_or(false))?))
    }

    /// Decode a string of qp-encoded data.
    #[function(sig = "(data, header=False)")]
    fn a2b_qp(th: &Thread, data: Value, header: Option<bool>) -> PyResult<Value> {
        Ok(new(th, &qp_decode(encoded(th, data)?, header.unwrap_or(false))))
    }

    /// Encode a string using quoted-printable encoding.
    ///
    /// On encoding, when istext is set, newlines are not encoded, and white
    /// space at end of lines is.  When istext is not set, \r and \n (CR/LF)
    /// are both encoded.  When quotetabs is set, space and tabs are encoded.
    #[function(sig = "(data, quotetabs=False, istext=True, header=False)")]
    fn b2a_qp(
        th: &Thread,
        data: Value,
        quotetabs: Option<bool>,
        istext: Option<bool>,
        header: Option<bool>,
    ) -> PyResult<Value> {
        let data = bytes::expect_view(th, data)?;
        let quote = quotetabs.unwrap_or(false);
        let encoded = qp_encode(data, quote, istext.unwrap_or(true), header.unwrap_or(false));
        Ok(new(th, &encoded))
    }

    /// Compute CRC-32 incrementally.
    #[function(sig = "(data, crc=0, /)")]
    fn crc32(th: &Thread, data: Value, crc: Option<Value>) -> PyResult<u32> {
        let data = bytes::expect_view(th, data)?;
        let start = crc.map_or(Ok(0), |v| low_bits(th, v))?;
        let mut hasher = crc32fast::Hasher::new_with_initial(start);
        hasher.update(data);
        Ok(hasher.finalize())
    }

    /// Compute CRC-CCITT incrementally.
    #[function(sig = "(data, crc, /)")]
    fn crc_hqx(th: &Thread, data: Value, crc: Value) -> PyResult<u32> {
        let data = bytes::expect_view(th, data)?;
        let mut crc = low_bits(th, crc)? as u16;
        for byte in data {
            crc ^= (*byte as u16) << 8;
            for _ in 0..8 {
                crc = if crc & 0x8000 != 0 { crc << 1 ^ 0x1021 } else { crc << 1 };
            }
        }
        Ok(crc as u32)
    }
}
