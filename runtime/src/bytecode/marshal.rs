//! `marshal`'s format for code objects, version 5, as CPython 3.14 reads and writes it.
//!
//! <https://github.com/python/cpython/blob/3.14/Python/marshal.c>

use dashu_int::ops::BitTest;
use dashu_int::{IBig, UBig};
use rustpython_wtf8::{Wtf8, Wtf8Buf};

use super::code_unit::{CodeUnit, Constant};

/// What is wrong with marshalled data.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MarshalError {
    /// Byte position.
    pub position: usize,
    pub message: &'static str,
}

/// Bit of a type byte: the object gets a number that later references may use.
const FLAG_REF: u8 = 0x80;
/// Bits in a digit of a long.
const DIGIT_BITS: usize = 15;
/// Deepest nesting, CPython's limit.
const MAX_DEPTH: usize = 2000;

/// The code object in `data`.
pub fn load(data: &[u8]) -> Result<CodeUnit, MarshalError> {
    match load_constant(data)? {
        Constant::Code(unit) => Ok(*unit),
        _ => Err(MarshalError { position: 0, message: "no code object" }),
    }
}

/// The constant in `data`.
pub fn load_constant(data: &[u8]) -> Result<Constant, MarshalError> {
    Reader { data, position: 0, references: vec![], depth: 0 }.object()
}

/// The code object, marshalled.
pub fn dump(unit: &CodeUnit) -> Vec<u8> {
    let mut writer = Writer { out: Vec::new() };
    writer.code(unit);
    writer.out
}

/// The constant, marshalled.
pub fn dump_constant(constant: &Constant) -> Vec<u8> {
    let mut writer = Writer { out: Vec::new() };
    writer.object(constant);
    writer.out
}

struct Reader<'d> {
    data: &'d [u8],
    position: usize,
    /// `None` while the object is being read.
    references: Vec<Option<Constant>>,
    depth: usize,
}

type Read<T> = Result<T, MarshalError>;

impl<'d> Reader<'d> {
    fn error<T>(&self, message: &'static str) -> Read<T> {
        Err(MarshalError { position: self.position, message })
    }

    fn take(&mut self, n: usize) -> Read<&'d [u8]> {
        match self.data.get(self.position..self.position.saturating_add(n)) {
            Some(bytes) => {
                self.position += n;
                Ok(bytes)
            }
            None => self.error("marshal data too short"),
        }
    }

    fn byte(&mut self) -> Read<u8> {
        Ok(self.take(1)?[0])
    }

    fn i32(&mut self) -> Read<i32> {
        Ok(i32::from_le_bytes(self.take(4)?.try_into().expect("four bytes")))
    }

    fn u32(&mut self) -> Read<u32> {
        Ok(self.i32()? as u32)
    }

    fn f64(&mut self) -> Read<f64> {
        Ok(f64::from_le_bytes(self.take(8)?.try_into().expect("eight bytes")))
    }

    fn text(&mut self, len: usize) -> Read<Constant> {
        let bytes = self.take(len)?;
        match Wtf8::from_bytes(bytes) {
            Some(text) => Ok(Constant::Str(text.to_owned())),
            None => self.error("bad marshal data (invalid string)"),
        }
    }

    fn items(&mut self, len: usize) -> Read<Vec<Constant>> {
        (0..len).map(|_| self.object()).collect()
    }

    fn object(&mut self) -> Read<Constant> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return self.error("recursion limit exceeded");
        }
        let byte = self.byte()?;
        let numbered = (byte & FLAG_REF != 0).then(|| {
            self.references.push(None);
            self.references.len() - 1
        });
        let constant = self.value(byte & !FLAG_REF)?;
        if let Some(n) = numbered {
            self.references[n] = Some(constant.clone());
        }
        self.depth -= 1;
        Ok(constant)
    }

    fn value(&mut self, ty: u8) -> Read<Constant> {
        Ok(match ty {
            b'N' => Constant::None,
            b'T' => Constant::True,
            b'F' => Constant::False,
            b'.' => Constant::Ellipsis,
            b'i' => Constant::Int(self.i32()?.into()),
            b'l' => Constant::Int(self.long()?),
            b'g' => Constant::Float(self.f64()?),
            b'y' => Constant::Complex(self.f64()?, self.f64()?),
            b's' => {
                let len = self.u32()? as usize;
                Constant::Bytes(self.take(len)?.to_vec())
            }
            b't' | b'u' | b'a' | b'A' => {
                let len = self.u32()? as usize;
                self.text(len)?
            }
            b'z' | b'Z' => {
                let len = self.byte()?.into();
                self.text(len)?
            }
            b')' => {
                let len = self.byte()?.into();
                Constant::Tuple(self.items(len)?)
            }
            b'(' => {
                let len = self.u32()? as usize;
                Constant::Tuple(self.items(len)?)
            }
            b'>' => {
                let len = self.u32()? as usize;
                Constant::FrozenSet(self.items(len)?)
            }
            b':' => Constant::Slice(Box::new([self.object()?, self.object()?, self.object()?])),
            b'r' => {
                let n = self.u32()? as usize;
                match self.references.get(n) {
                    Some(Some(constant)) => constant.clone(),
                    _ => return self.error("bad marshal data (invalid reference)"),
                }
            }
            b'c' => Constant::Code(Box::new(self.code()?)),
            _ => return self.error("bad marshal data (unknown type code)"),
        })
    }

    fn long(&mut self) -> Read<IBig> {
        let count = self.i32()?;
        let mut value = UBig::ZERO;
        let mut shift = 0;
        for _ in 0..count.unsigned_abs() {
            let bytes = self.take(2)?;
            let digit = u16::from_le_bytes([bytes[0], bytes[1]]);
            value |= UBig::from(digit) << shift;
            shift += DIGIT_BITS;
        }
        let value = IBig::from(value);
        Ok(if count < 0 { -value } else { value })
    }

    fn code(&mut self) -> Read<CodeUnit> {
        let (argcount, posonlyargcount, kwonlyargcount) = (self.u32()?, self.u32()?, self.u32()?);
        let (stacksize, flags) = (self.u32()?, self.u32()?);
        let code = self.bytes()?;
        let consts = self.tuple()?;
        let names = self.texts()?;
        let localsplusnames = self.texts()?;
        let localspluskinds = self.bytes()?;
        let (filename, name, qualname) = (self.string()?, self.string()?, self.string()?);
        let firstlineno = self.i32()?;
        let linetable = self.bytes()?;
        let exceptiontable = self.bytes()?;
        Ok(CodeUnit {
            filename,
            name,
            qualname,
            argcount,
            posonlyargcount,
            kwonlyargcount,
            stacksize,
            flags,
            firstlineno,
            code,
            consts,
            names,
            localsplusnames,
            localspluskinds,
            linetable,
            exceptiontable,
        })
    }

    fn bytes(&mut self) -> Read<Vec<u8>> {
        match self.object()? {
            Constant::Bytes(bytes) => Ok(bytes),
            _ => self.error("bad marshal data (bytes expected)"),
        }
    }

    fn string(&mut self) -> Read<Wtf8Buf> {
        match self.object()? {
            Constant::Str(text) => Ok(text),
            _ => self.error("bad marshal data (string expected)"),
        }
    }

    fn tuple(&mut self) -> Read<Vec<Constant>> {
        match self.object()? {
            Constant::Tuple(items) => Ok(items),
            _ => self.error("bad marshal data (tuple expected)"),
        }
    }

    fn texts(&mut self) -> Read<Vec<Wtf8Buf>> {
        let items = self.tuple()?;
        let text = |item| match item {
            Constant::Str(text) => Ok(text),
            _ => self.error("bad marshal data (string expected)"),
        };
        items.into_iter().map(text).collect()
    }
}

struct Writer {
    out: Vec<u8>,
}

impl Writer {
    fn number(&mut self, n: u32) {
        self.out.extend(n.to_le_bytes());
    }

    fn sized(&mut self, ty: u8, bytes: &[u8]) {
        self.out.push(ty);
        self.number(bytes.len() as u32);
        self.out.extend(bytes);
    }

    fn text(&mut self, text: &Wtf8) {
        match (text.as_str(), text.len()) {
            (Ok(ascii), len @ 0..=255) if ascii.is_ascii() => {
                self.out.extend([b'z', len as u8]);
                self.out.extend(ascii.as_bytes());
            }
            (Ok(ascii), _) if ascii.is_ascii() => self.sized(b'a', ascii.as_bytes()),
            _ => self.sized(b'u', text.as_bytes()),
        }
    }

    fn tuple<T>(&mut self, items: &[T], mut write: impl FnMut(&mut Writer, &T)) {
        if items.len() < 256 {
            self.out.extend([b')', items.len() as u8]);
        } else {
            self.out.push(b'(');
            self.number(items.len() as u32);
        }
        for item in items {
            write(self, item);
        }
    }

    fn object(&mut self, constant: &Constant) {
        match constant {
            Constant::None => self.out.push(b'N'),
            Constant::True => self.out.push(b'T'),
            Constant::False => self.out.push(b'F'),
            Constant::Ellipsis => self.out.push(b'.'),
            Constant::Int(n) => match i32::try_from(n) {
                Ok(small) => {
                    self.out.push(b'i');
                    self.number(small as u32);
                }
                Err(_) => self.long(n),
            },
            Constant::Float(f) => {
                self.out.push(b'g');
                self.out.extend(f.to_le_bytes());
            }
            Constant::Complex(re, im) => {
                self.out.push(b'y');
                self.out.extend(re.to_le_bytes());
                self.out.extend(im.to_le_bytes());
            }
            Constant::Str(text) => self.text(text),
            Constant::Bytes(bytes) => self.sized(b's', bytes),
            Constant::Tuple(items) => self.tuple(items, Writer::object),
            Constant::FrozenSet(items) => {
                self.out.push(b'>');
                self.number(items.len() as u32);
                items.iter().for_each(|item| self.object(item));
            }
            Constant::Slice(parts) => {
                self.out.push(b':');
                parts.iter().for_each(|part| self.object(part));
            }
            Constant::Code(unit) => self.code(unit),
        }
    }

    fn long(&mut self, n: &IBig) {
        let (sign, magnitude) = n.clone().into_parts();
        let count = magnitude.bit_len().div_ceil(DIGIT_BITS) as i32;
        self.out.push(b'l');
        self.number(if sign == dashu_int::Sign::Negative { -count } else { count } as u32);
        let mut rest = magnitude;
        for _ in 0..count {
            let digit = (&rest & UBig::from(0x7fff_u16)).try_into().unwrap_or(0_u16);
            self.out.extend(digit.to_le_bytes());
            rest >>= DIGIT_BITS;
        }
    }

    fn code(&mut self, unit: &CodeUnit) {
        self.out.push(b'c');
        let counts = [unit.argcount, unit.posonlyargcount, unit.kwonlyargcount];
        counts.into_iter().for_each(|n| self.number(n));
        self.number(unit.stacksize);
        self.number(unit.flags);
        self.sized(b's', &unit.code);
        self.tuple(&unit.consts, Writer::object);
        self.tuple(&unit.names, |w, name| w.text(name));
        self.tuple(&unit.localsplusnames, |w, name| w.text(name));
        self.sized(b's', &unit.localspluskinds);
        self.text(&unit.filename);
        self.text(&unit.name);
        self.text(&unit.qualname);
        self.number(unit.firstlineno as u32);
        self.sized(b's', &unit.linetable);
        self.sized(b's', &unit.exceptiontable);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_round_trip() {
        let big = |text: &str| Constant::Int(text.parse().expect("a number"));
        let constants = vec![
            Constant::None,
            Constant::Int((-5).into()),
            big("123456789012345678901234567890"),
            big("-32768000000000000000"),
            Constant::Float(-0.0),
            Constant::Complex(1.0, 2.0),
            Constant::Str("ascii".into()),
            Constant::Str("größer".into()),
            Constant::Bytes(vec![0, 255]),
            Constant::FrozenSet(vec![Constant::True]),
            Constant::Slice(Box::new([Constant::None, Constant::False, Constant::Ellipsis])),
            Constant::Tuple((0..300).map(|n| Constant::Int(n.into())).collect()),
        ];
        let all = Constant::Tuple(constants);
        assert_eq!(load_constant(&dump_constant(&all)), Ok(all));
    }

    #[test]
    fn damaged_data_is_an_error() {
        assert!(load_constant(b"(\xff\xff\xff\xff").is_err());
        assert!(load_constant(b"r\0\0\0\0").is_err());
        assert!(load_constant(b"").is_err());
    }
}
