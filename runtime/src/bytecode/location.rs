//! Placeholder until the front end's tables land.
use super::CodeUnit;

#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub struct Positions { pub line: Option<i32>, pub end_line: Option<i32>, pub col: Option<i32>, pub end_col: Option<i32> }
#[derive(Copy, Clone, Debug)]
pub struct HandlerEntry { pub start: u32, pub end: u32, pub target: u32, pub depth: u32, pub lasti: bool }

impl CodeUnit {
    pub fn positions(&self, offset: usize) -> Positions {
        let b = &self.linetable; let (mut i, mut at, mut line) = (0, 0usize, self.firstlineno);
        let varint = |i: &mut usize| { let (mut v, mut s) = (0u32, 0); loop { let x = b[*i]; *i += 1; v |= ((x & 63) as u32) << s; s += 6; if x & 64 == 0 { return v; } } };
        let signed = |v: u32| if v & 1 != 0 { -((v >> 1) as i32) } else { (v >> 1) as i32 };
        while i < b.len() {
            let h = b[i]; i += 1;
            let (k, n) = ((h >> 3) & 15, (h & 7) as usize + 1);
            let p = match k {
                15 => Positions::default(),
                14 => { line += signed(varint(&mut i)); let e = varint(&mut i); let c = varint(&mut i); let ec = varint(&mut i);
                    Positions { line: Some(line), end_line: Some(line + e as i32), col: c.checked_sub(1).map(|c| c as i32), end_col: ec.checked_sub(1).map(|c| c as i32) } }
                13 => { line += signed(varint(&mut i)); Positions { line: Some(line), end_line: Some(line), ..Default::default() } }
                10..=12 => { line += k as i32 - 10; let (c, e) = (b[i], b[i + 1]); i += 2; Positions { line: Some(line), end_line: Some(line), col: Some(c as i32), end_col: Some(e as i32) } }
                _ => { let s = b[i]; i += 1; let c = ((k as i32) << 3) | (s >> 4) as i32; Positions { line: Some(line), end_line: Some(line), col: Some(c), end_col: Some(c + (s & 15) as i32) } }
            };
            if offset < at + n * 2 { return p; }
            at += n * 2;
        }
        Positions::default()
    }
    pub fn co_lines(&self) -> std::vec::IntoIter<(usize, usize, Option<i32>)> {
        let mut out: Vec<(usize, usize, Option<i32>)> = Vec::new();
        for o in (0..self.code.len()).step_by(2) {
            let l = self.positions(o).line;
            match out.last_mut() { Some(x) if x.2 == l => x.1 = o + 2, _ => out.push((o, o + 2, l)) }
        }
        out.into_iter()
    }
    pub fn exception_handlers(&self) -> Vec<HandlerEntry> {
        let b = &self.exceptiontable; let mut i = 0; let mut out = Vec::new();
        let varint = |i: &mut usize| { let mut v = (b[*i] & 63) as u32; while b[*i] & 64 != 0 { *i += 1; v = v << 6 | (b[*i] & 63) as u32; } *i += 1; v };
        while i < b.len() {
            let (s, l, t, d) = (varint(&mut i), varint(&mut i), varint(&mut i), varint(&mut i));
            out.push(HandlerEntry { start: s * 2, end: (s + l) * 2, target: t * 2, depth: d >> 1, lasti: d & 1 != 0 });
        }
        out
    }
}
