//! Building strings piece by piece, in the narrowest width that fits.

use krait_layout::Thread;
use rustpython_wtf8::Wtf8;
use smallvec::SmallVec;

use super::{Chars, Str};

/// Collects code points; widens its buffer as wider ones come.
pub struct StrBuilder {
    buffer: Buffer,
}

enum Buffer {
    Narrow(Narrow),
    Two(Vec<u16>),
    Four(Vec<u32>),
}

/// Most texts that are put together are short, and go from the stack into the string's cell.
type Narrow = SmallVec<[u8; 120]>;

impl Default for StrBuilder {
    fn default() -> StrBuilder {
        StrBuilder::new()
    }
}

impl StrBuilder {
    pub fn new() -> StrBuilder {
        StrBuilder::with_capacity(0)
    }

    pub fn with_capacity(characters: usize) -> StrBuilder {
        StrBuilder { buffer: Buffer::Narrow(Narrow::with_capacity(characters)) }
    }

    /// Characters so far.
    pub fn len(&self) -> usize {
        match &self.buffer {
            Buffer::Narrow(v) => v.len(),
            Buffer::Two(v) => v.len(),
            Buffer::Four(v) => v.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn widen(&mut self, c: u32) {
        self.buffer = match std::mem::replace(&mut self.buffer, Buffer::Narrow(Narrow::new())) {
            Buffer::Narrow(v) if c < 0x1_0000 => {
                Buffer::Two(v.into_iter().map(u16::from).collect())
            }
            Buffer::Narrow(v) => Buffer::Four(v.into_iter().map(u32::from).collect()),
            Buffer::Two(v) => Buffer::Four(v.into_iter().map(u32::from).collect()),
            four => four,
        };
    }

    /// Adds a code point.
    #[inline]
    pub fn push(&mut self, c: u32) {
        match &mut self.buffer {
            Buffer::Narrow(v) if c < 0x100 => v.push(c as u8),
            Buffer::Two(v) if c < 0x1_0000 => v.push(c as u16),
            Buffer::Four(v) => v.push(c),
            _ => {
                self.widen(c);
                self.push(c);
            }
        }
    }

    pub fn push_str(&mut self, text: &str) {
        if text.is_ascii()
            && let Buffer::Narrow(v) = &mut self.buffer
        {
            v.extend_from_slice(text.as_bytes());
            return;
        }
        text.chars().for_each(|c| self.push(c as u32));
    }

    /// Adds characters below U+0100.
    pub fn push_latin1(&mut self, text: &[u8]) {
        match &mut self.buffer {
            Buffer::Narrow(v) => v.extend_from_slice(text),
            _ => text.iter().for_each(|c| self.push(*c as u32)),
        }
    }

    pub fn push_points(&mut self, points: &[u32]) {
        match &mut self.buffer {
            Buffer::Narrow(v) if points.iter().all(|c| *c < 0x100) => {
                let start = v.len();
                v.resize(start + points.len(), 0);
                v[start..].iter_mut().zip(points).for_each(|(to, c)| *to = *c as u8);
            }
            _ => points.iter().for_each(|c| self.push(*c)),
        }
    }

    /// Adds a character several times.
    pub fn push_repeated(&mut self, c: u32, n: usize) {
        match &mut self.buffer {
            Buffer::Narrow(v) if c < 0x100 => v.resize(v.len() + n, c as u8),
            _ => (0..n).for_each(|_| self.push(c)),
        }
    }

    pub fn push_wtf8(&mut self, text: &Wtf8) {
        text.code_points().for_each(|c| self.push(c.to_u32()));
    }

    /// Adds a whole string object.
    pub fn push_object(&mut self, s: &Str) {
        match (&mut self.buffer, s.chars()) {
            (Buffer::Narrow(v), Chars::Ascii(c) | Chars::Latin1(c)) => v.extend_from_slice(c),
            (Buffer::Two(v), Chars::Ucs2(c)) => v.extend_from_slice(c),
            (Buffer::Four(v), Chars::Ucs4(c)) => v.extend_from_slice(c),
            _ => s.code_points().for_each(|c| self.push(c)),
        }
    }

    pub fn finish(self, th: &Thread) -> &'static Str {
        match self.buffer {
            Buffer::Narrow(v) => Str::from_latin1(th, &v),
            Buffer::Two(v) => Str::from_code_points(th, v.iter().map(|c| *c as u32)),
            Buffer::Four(v) => Str::from_code_points(th, v.iter().copied()),
        }
    }
}
