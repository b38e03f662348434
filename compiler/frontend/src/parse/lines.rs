//! From byte offsets to lines and columns.

use crate::ast::Loc;

/// Where each line of a source begins. Lines end in `\n`, `\r\n` or `\r`.
#[derive(Debug)]
pub struct Lines {
    starts: Vec<u32>,
    /// The line found last: neighbouring nodes are mostly on it or on the next.
    recent: std::cell::Cell<usize>,
}

impl Lines {
    pub fn new(source: &str) -> Lines {
        let bytes = source.as_bytes();
        let mut starts = vec![0];
        for (i, byte) in bytes.iter().enumerate() {
            if *byte == b'\n' || (*byte == b'\r' && bytes.get(i + 1) != Some(&b'\n')) {
                starts.push(i as u32 + 1);
            }
        }
        Lines { starts, recent: std::cell::Cell::new(0) }
    }

    /// Line from 1 and column in bytes from 0.
    pub fn position(&self, offset: u32) -> (i32, i32) {
        let starts = &self.starts;
        let contains =
            |i: usize| starts[i] <= offset && starts.get(i + 1).is_none_or(|next| offset < *next);
        let recent = self.recent.get();
        let line = if contains(recent) {
            recent
        } else if recent + 1 < starts.len() && contains(recent + 1) {
            recent + 1
        } else {
            starts.partition_point(|start| *start <= offset) - 1
        };
        self.recent.set(line);
        (line as i32 + 1, (offset - starts[line]) as i32)
    }

    pub fn loc(&self, start: u32, end: u32) -> Loc {
        let (line, col) = self.position(start);
        let (end_line, end_col) = self.position(end);
        Loc { line, end_line, col, end_col }
    }

    /// Byte offset of the start of line `line` (from 1).
    pub fn start_of(&self, line: i32) -> usize {
        let index = (line.max(1) as usize - 1).min(self.starts.len() - 1);
        self.starts[index] as usize
    }

    pub fn count(&self) -> i32 {
        self.starts.len() as i32
    }

    /// The text of line `line`, without its end.
    pub fn text<'s>(&self, source: &'s str, line: i32) -> &'s str {
        if line < 1 || line > self.count() {
            return "";
        }
        let start = self.start_of(line);
        let end = self.starts.get(line as usize).map_or(source.len(), |end| *end as usize);
        source[start..end].trim_end_matches(['\n', '\r'])
    }
}
