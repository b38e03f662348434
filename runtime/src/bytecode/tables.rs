//! The two tables of a code object: where each instruction is in the source (PEP 626, PEP 657)
//! and which handler takes its exceptions. Offsets are in bytes of `co_code`.

use super::CodeUnit;

/// Where an instruction is in the source. What is not known is `None`.
#[derive(Copy, Clone, PartialEq, Eq, Debug, Default)]
pub struct Position {
    pub line: Option<i32>,
    pub end_line: Option<i32>,
    /// Columns in UTF-8 bytes, from 0.
    pub col: Option<i32>,
    pub end_col: Option<i32>,
}

/// An entry of the location table: instructions from `start` up to `end`.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct LocationEntry {
    pub start: usize,
    pub end: usize,
    pub position: Position,
}

/// Decodes a location table; `bad` is set if it is cut off or has an entry of no known kind.
#[derive(Clone, Debug)]
pub struct Locations<'t> {
    table: &'t [u8],
    at: usize,
    line: i32,
    offset: usize,
    pub bad: bool,
}

impl<'t> Locations<'t> {
    pub fn new(table: &'t [u8], first_line: i32) -> Locations<'t> {
        Locations { table, at: 0, line: first_line, offset: 0, bad: false }
    }

    fn byte(&mut self) -> Option<u8> {
        let byte = self.table.get(self.at).copied();
        self.at += 1;
        self.bad |= byte.is_none();
        byte
    }

    fn varint(&mut self) -> Option<u32> {
        let (mut value, mut shift) = (0u32, 0);
        loop {
            let byte = self.byte()?;
            if shift >= 32 {
                self.bad = true;
                return None;
            }
            value |= u32::from(byte & 63) << shift;
            shift += 6;
            if byte & 64 == 0 {
                return Some(value);
            }
        }
    }

    fn signed_varint(&mut self) -> Option<i32> {
        let value = self.varint()?;
        let magnitude = (value >> 1) as i32;
        Some(if value & 1 != 0 { magnitude.wrapping_neg() } else { magnitude })
    }

    fn entry(&mut self) -> Option<LocationEntry> {
        if self.at >= self.table.len() {
            return None;
        }
        let first = self.byte()?;
        self.bad |= first & 0x80 == 0;
        let start = self.offset;
        self.offset += (usize::from(first & 7) + 1) * 2;
        let mut position = Position::default();
        match first >> 3 & 15 {
            15 => {}
            14 => {
                self.line = self.line.wrapping_add(self.signed_varint()?);
                position.line = Some(self.line);
                position.end_line = Some(self.line.wrapping_add(self.varint()? as i32));
                position.col = (self.varint()? as i32).checked_sub(1).filter(|c| *c >= 0);
                position.end_col = (self.varint()? as i32).checked_sub(1).filter(|c| *c >= 0);
            }
            13 => {
                self.line = self.line.wrapping_add(self.signed_varint()?);
                position.line = Some(self.line);
                position.end_line = Some(self.line);
            }
            kind @ 10..=12 => {
                self.line = self.line.wrapping_add(i32::from(kind) - 10);
                position.line = Some(self.line);
                position.end_line = Some(self.line);
                position.col = Some(i32::from(self.byte()?));
                position.end_col = Some(i32::from(self.byte()?));
            }
            kind => {
                let second = self.byte()?;
                let col = i32::from(kind) << 3 | i32::from(second >> 4);
                position.line = Some(self.line);
                position.end_line = Some(self.line);
                position.col = Some(col);
                position.end_col = Some(col + i32::from(second & 15));
            }
        }
        Some(LocationEntry { start, end: self.offset, position })
    }
}

impl Iterator for Locations<'_> {
    type Item = LocationEntry;

    fn next(&mut self) -> Option<LocationEntry> {
        self.entry()
    }
}

/// A region whose exceptions go to a handler.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Handler {
    pub start: usize,
    pub end: usize,
    pub target: usize,
    /// How many values stay on the stack.
    pub depth: usize,
    /// The offset of the raising instruction is pushed before the exception.
    pub lasti: bool,
}

/// Decodes an exception table; ends early if it is cut off.
#[derive(Clone, Debug)]
pub struct Handlers<'t> {
    table: &'t [u8],
    at: usize,
}

impl Handlers<'_> {
    fn varint(&mut self) -> Option<usize> {
        let mut byte = *self.table.get(self.at)?;
        self.at += 1;
        let mut value = usize::from(byte & 63);
        while byte & 64 != 0 {
            byte = *self.table.get(self.at)?;
            self.at += 1;
            value = value.checked_mul(64)? | usize::from(byte & 63);
        }
        Some(value)
    }
}

impl Iterator for Handlers<'_> {
    type Item = Handler;

    fn next(&mut self) -> Option<Handler> {
        let start = self.varint()?.checked_mul(2)?;
        let length = self.varint()?.checked_mul(2)?;
        let target = self.varint()?.checked_mul(2)?;
        let depth_lasti = self.varint()?;
        Some(Handler {
            start,
            end: start.checked_add(length)?,
            target,
            depth: depth_lasti >> 1,
            lasti: depth_lasti & 1 != 0,
        })
    }
}

impl CodeUnit {
    /// The entries of the location table, in order.
    pub fn locations(&self) -> Locations<'_> {
        Locations::new(&self.linetable, self.firstlineno)
    }

    /// Where the instruction at `offset` is.
    pub fn position(&self, offset: usize) -> Position {
        let entry = self.locations().find(|e| offset < e.end);
        entry.map_or(Position::default(), |e| e.position)
    }

    /// `co_lines()`: runs of instructions of one line, as start, end and line.
    pub fn lines(&self) -> impl Iterator<Item = (usize, usize, Option<i32>)> {
        let mut entries = self.locations().peekable();
        std::iter::from_fn(move || {
            let first = entries.next()?;
            let mut end = first.end;
            while let Some(next) = entries.next_if(|e| e.position.line == first.position.line) {
                end = next.end;
            }
            Some((first.start, end, first.position.line))
        })
    }

    /// The regions of the exception table, in order.
    pub fn handlers(&self) -> Handlers<'_> {
        Handlers { table: &self.exceptiontable, at: 0 }
    }

    /// Where an exception raised at `offset` goes.
    pub fn handler_for(&self, offset: usize) -> Option<Handler> {
        self.handlers().find(|h| h.start <= offset && offset < h.end)
    }
}
