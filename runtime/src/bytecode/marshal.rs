//! CPython's serialisation of code objects, version 5 of `marshal`.
//!
//! Everything that CPython writes into a `.pyc` is read. What is written is read by CPython; it
//! is not byte for byte what CPython would write, whose back references depend on reference
//! counts.

use std::collections::HashMap;

use dashu_int::ops::BitTest;
use dashu_int::{IBig, UBig};
use rustpython_wtf8::{Wtf8, Wtf8Buf};

use super::{CodeUnit, Constant};

/// Why bytes are no marshalled constant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Error {
    /// They end too early.
    Eof,
    /// With what was found.
    Bad(&'static str),
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Error::Eof => f.write_str("marshal data too short"),
            Error::Bad(what) => write!(f, "bad marshal data ({what})"),
        }
    }
}

impl std::error::Error for Error {}

/// The object is entered into the list of references.
const FLAG_REF: u8 = 0x80;
/// Deeper nesting is refused.
const MAX_DEPTH: usize = 500;
/// Bits of a digit of an int.
const DIGIT_BITS: usize = 15;

/// Serialises a code object.
pub fn dumps(code: &CodeUnit) -> Vec<u8> {
    let mut writer = Writer { out: Vec::new(), interned: HashMap::new() };
    writer.code(code);
    writer.out
}

struct Writer {
    out: Vec<u8>,
    /// Strings that were written with [`FLAG_REF`], and their numbers.
    interned: HashMap<Wtf8Buf, u32>,
}

impl Writer {
    fn int(&mut self, value: i32) {
        self.out.extend(value.to_le_bytes());
    }

    fn size(&mut self, size: usize) {
        self.int(i32::try_from(size).expect("no constant has two thousand million elements"));
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.out.push(b's');
        self.size(bytes.len());
        self.out.extend(bytes);
    }

    fn str(&mut self, text: &Wtf8) {
        let bytes = text.as_bytes();
        if !bytes.is_ascii() {
            self.out.push(b'u');
            self.size(bytes.len());
        } else if let Ok(size) = u8::try_from(bytes.len()) {
            self.out.extend([b'z', size]);
        } else {
            self.out.push(b'a');
            self.size(bytes.len());
        }
        self.out.extend(bytes);
    }

    /// A name: interned, and written once.
    fn name(&mut self, text: &Wtf8) {
        if let Some(number) = self.interned.get(text) {
            self.out.push(b'r');
            self.out.extend(number.to_le_bytes());
            return;
        }
        let number = self.interned.len() as u32;
        self.interned.insert(text.to_owned(), number);
        let bytes = text.as_bytes();
        if !bytes.is_ascii() {
            self.out.push(b't' | FLAG_REF);
            self.size(bytes.len());
        } else if let Ok(size) = u8::try_from(bytes.len()) {
            self.out.extend([b'Z' | FLAG_REF, size]);
        } else {
            self.out.push(b'A' | FLAG_REF);
            self.size(bytes.len());
        }
        self.out.extend(bytes);
    }

    fn tuple_head(&mut self, size: usize) {
        if let Ok(small) = u8::try_from(size) {
            self.out.extend([b')', small]);
        } else {
            self.out.push(b'(');
            self.size(size);
        }
    }

    fn names(&mut self, names: &[Wtf8Buf]) {
        self.tuple_head(names.len());
        names.iter().for_each(|name| self.name(name));
    }

    fn big_int(&mut self, value: &IBig) {
        if let Ok(small) = i32::try_from(value.clone()) {
            self.out.push(b'i');
            self.int(small);
            return;
        }
        let digits = value.bit_len().div_ceil(DIGIT_BITS);
        let signed = digits as i32;
        self.out.push(b'l');
        self.int(if *value < IBig::ZERO { -signed } else { signed });
        let mut bytes = value.clone().into_parts().1.to_le_bytes().to_vec();
        bytes.resize(digits * 2 + 2, 0);
        for i in 0..digits {
            let bit = i * DIGIT_BITS;
            let at = bit / 8;
            let window = u32::from(bytes[at])
                | u32::from(bytes[at + 1]) << 8
                | u32::from(bytes.get(at + 2).copied().unwrap_or(0)) << 16;
            let digit = (window >> (bit % 8) & 0x7fff) as u16;
            self.out.extend(digit.to_le_bytes());
        }
    }

    fn constant(&mut self, value: &Constant) {
        match value {
            Constant::None => self.out.push(b'N'),
            Constant::True => self.out.push(b'T'),
            Constant::False => self.out.push(b'F'),
            Constant::Ellipsis => self.out.push(b'.'),
            Constant::Int(value) => self.big_int(value),
            Constant::Float(value) => {
                self.out.push(b'g');
                self.out.extend(value.to_le_bytes());
            }
            Constant::Complex(re, im) => {
                self.out.push(b'y');
                self.out.extend(re.to_le_bytes());
                self.out.extend(im.to_le_bytes());
            }
            Constant::Str(text) if is_identifier(text) => self.name(text),
            Constant::Str(text) => self.str(text),
            Constant::Bytes(bytes) => self.bytes(bytes),
            Constant::Tuple(items) => {
                self.tuple_head(items.len());
                items.iter().for_each(|item| self.constant(item));
            }
            Constant::FrozenSet(items) => {
                self.out.push(b'>');
                self.size(items.len());
                items.iter().for_each(|item| self.constant(item));
            }
            Constant::Slice(parts) => {
                self.out.push(b':');
                parts.iter().for_each(|part| self.constant(part));
            }
            Constant::Code(code) => self.code(code),
        }
    }

    fn code(&mut self, code: &CodeUnit) {
        self.out.push(b'c');
        for value in
            [code.argcount, code.posonlyargcount, code.kwonlyargcount, code.stacksize, code.flags]
        {
            self.out.extend(value.to_le_bytes());
        }
        self.bytes(&code.code);
        self.tuple_head(code.consts.len());
        code.consts.iter().for_each(|value| self.constant(value));
        self.names(&code.names);
        self.names(&code.localsplusnames);
        self.bytes(&code.localspluskinds);
        self.name(&code.filename);
        self.name(&code.name);
        self.name(&code.qualname);
        self.int(code.firstlineno);
        self.bytes(&code.linetable);
        self.bytes(&code.exceptiontable);
    }
}

/// CPython interns constants that look like names.
fn is_identifier(text: &Wtf8) -> bool {
    text.as_bytes().iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_')
}

/// Serialises a constant.
pub fn dumps_constant(value: &Constant) -> Vec<u8> {
    let mut writer = Writer { out: Vec::new(), interned: HashMap::new() };
    writer.constant(value);
    writer.out
}

/// Reads a constant; gives also how many bytes it took.
pub fn loads_constant(bytes: &[u8]) -> Result<(Constant, usize), Error> {
    let mut reader = Reader { bytes, at: 0, refs: Vec::new(), depth: 0 };
    let value = reader.constant()?;
    Ok((value, reader.at))
}

/// Reads a code object.
pub fn loads(bytes: &[u8]) -> Result<CodeUnit, Error> {
    let mut reader = Reader { bytes, at: 0, refs: Vec::new(), depth: 0 };
    match reader.constant()? {
        Constant::Code(code) => Ok(*code),
        _ => Err(Error::Bad("not a code object")),
    }
}

struct Reader<'b> {
    bytes: &'b [u8],
    at: usize,
    /// What back references mean; `None` while it is still being read.
    refs: Vec<Option<Constant>>,
    depth: usize,
}

impl Reader<'_> {
    fn take(&mut self, count: usize) -> Result<&[u8], Error> {
        let end = self.at.checked_add(count).ok_or(Error::Eof)?;
        let taken = self.bytes.get(self.at..end).ok_or(Error::Eof)?;
        self.at = end;
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8, Error> {
        Ok(self.take(1)?[0])
    }

    fn int(&mut self) -> Result<i32, Error> {
        let bytes = self.take(4)?.try_into().expect("four bytes were taken");
        Ok(i32::from_le_bytes(bytes))
    }

    fn float(&mut self) -> Result<f64, Error> {
        let bytes = self.take(8)?.try_into().expect("eight bytes were taken");
        Ok(f64::from_le_bytes(bytes))
    }

    fn size(&mut self) -> Result<usize, Error> {
        usize::try_from(self.int()?).map_err(|_| Error::Bad("size out of range"))
    }

    fn str(&mut self, size: usize) -> Result<Constant, Error> {
        let bytes = self.take(size)?.to_vec();
        let text = Wtf8Buf::from_bytes(bytes).map_err(|_| Error::Bad("string is not UTF-8"))?;
        Ok(Constant::Str(text))
    }

    fn items(&mut self, size: usize) -> Result<Vec<Constant>, Error> {
        // Each takes at least a byte, so that a wrong size does not allocate much.
        if size > self.bytes.len() - self.at {
            return Err(Error::Eof);
        }
        (0..size).map(|_| self.constant()).collect()
    }

    fn constant(&mut self) -> Result<Constant, Error> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Error::Bad("too deep"));
        }
        let code = self.byte()?;
        let reference = (code & FLAG_REF != 0).then(|| {
            self.refs.push(None);
            self.refs.len() - 1
        });
        let value = self.value(code & !FLAG_REF)?;
        if let Some(reference) = reference {
            self.refs[reference] = Some(value.clone());
        }
        self.depth -= 1;
        Ok(value)
    }

    fn value(&mut self, kind: u8) -> Result<Constant, Error> {
        Ok(match kind {
            b'N' => Constant::None,
            b'T' => Constant::True,
            b'F' => Constant::False,
            b'.' => Constant::Ellipsis,
            b'i' => Constant::Int(self.int()?.into()),
            b'l' => Constant::Int(self.big_int()?),
            b'g' => Constant::Float(self.float()?),
            b'y' => Constant::Complex(self.float()?, self.float()?),
            b's' => {
                let size = self.size()?;
                Constant::Bytes(self.take(size)?.to_vec())
            }
            b'u' | b't' | b'a' | b'A' => {
                let size = self.size()?;
                self.str(size)?
            }
            b'z' | b'Z' => {
                let size = usize::from(self.byte()?);
                self.str(size)?
            }
            b')' => {
                let size = usize::from(self.byte()?);
                Constant::Tuple(self.items(size)?)
            }
            b'(' => {
                let size = self.size()?;
                Constant::Tuple(self.items(size)?)
            }
            b'>' => {
                let size = self.size()?;
                Constant::FrozenSet(self.items(size)?)
            }
            b':' => {
                let parts = [self.constant()?, self.constant()?, self.constant()?];
                Constant::Slice(Box::new(parts))
            }
            b'r' => {
                let number = self.size()?;
                let value = self.refs.get(number).ok_or(Error::Bad("invalid reference"))?;
                value.clone().ok_or(Error::Bad("recursive reference"))?
            }
            b'c' => Constant::Code(Box::new(self.code()?)),
            _ => return Err(Error::Bad("unknown type code")),
        })
    }

    fn big_int(&mut self) -> Result<IBig, Error> {
        let size = self.int()?;
        let digits = size.unsigned_abs() as usize;
        let raw = self.take(digits.checked_mul(2).ok_or(Error::Eof)?)?;
        let mut bytes = vec![0u8; digits * 2 + 2];
        for (i, digit) in raw.as_chunks::<2>().0.iter().enumerate() {
            let digit = u32::from(u16::from_le_bytes(*digit));
            if digit >> DIGIT_BITS != 0 {
                return Err(Error::Bad("digit out of range in long"));
            }
            let bit = i * DIGIT_BITS;
            let shifted = digit << (bit % 8);
            for k in 0..3 {
                if let Some(byte) = bytes.get_mut(bit / 8 + k) {
                    *byte |= (shifted >> (8 * k)) as u8;
                }
            }
        }
        let value = IBig::from(UBig::from_le_bytes(&bytes));
        Ok(if size < 0 { -value } else { value })
    }

    fn text(&mut self) -> Result<Wtf8Buf, Error> {
        match self.constant()? {
            Constant::Str(text) => Ok(text),
            _ => Err(Error::Bad("a string is expected")),
        }
    }

    fn raw(&mut self) -> Result<Vec<u8>, Error> {
        match self.constant()? {
            Constant::Bytes(bytes) => Ok(bytes),
            _ => Err(Error::Bad("bytes are expected")),
        }
    }

    fn tuple(&mut self) -> Result<Vec<Constant>, Error> {
        match self.constant()? {
            Constant::Tuple(items) => Ok(items),
            _ => Err(Error::Bad("a tuple is expected")),
        }
    }

    fn texts(&mut self) -> Result<Vec<Wtf8Buf>, Error> {
        let text = |item| match item {
            Constant::Str(text) => Ok(text),
            _ => Err(Error::Bad("a string is expected")),
        };
        self.tuple()?.into_iter().map(text).collect()
    }

    fn count(&mut self) -> Result<u32, Error> {
        u32::try_from(self.int()?).map_err(|_| Error::Bad("count out of range"))
    }

    fn code(&mut self) -> Result<CodeUnit, Error> {
        Ok(CodeUnit {
            argcount: self.count()?,
            posonlyargcount: self.count()?,
            kwonlyargcount: self.count()?,
            stacksize: self.count()?,
            flags: self.count()?,
            code: self.raw()?,
            consts: self.tuple()?,
            names: self.texts()?,
            localsplusnames: self.texts()?,
            localspluskinds: self.raw()?,
            filename: self.text()?,
            name: self.text()?,
            qualname: self.text()?,
            firstlineno: self.int()?,
            linetable: self.raw()?,
            exceptiontable: self.raw()?,
        })
    }
}
