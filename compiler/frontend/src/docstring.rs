//! Docstrings without the indentation of their source.

use rustpython_wtf8::{Wtf8, Wtf8Buf};

const TAB: usize = 8;

/// `inspect.cleandoc`, except that blank lines at the ends stay, for line numbers.
pub fn clean(doc: &Wtf8) -> Wtf8Buf {
    let text = expand_tabs(doc.as_bytes());
    let first_end = text.iter().position(|b| *b == b'\n').map_or(text.len(), |i| i + 1);
    let (first, rest) = text.split_at(first_end);
    let indent_of = |line: &[u8]| line.iter().take_while(|b| **b == b' ').count();
    let margin = rest
        .split(|b| *b == b'\n')
        .filter(|line| line.iter().any(|b| *b != b' '))
        .map(indent_of)
        .min()
        .unwrap_or(0);
    let mut out = Vec::with_capacity(text.len());
    out.extend_from_slice(&first[indent_of(first)..]);
    for line in rest.split_inclusive(|b| *b == b'\n') {
        out.extend_from_slice(&line[indent_of(line).min(margin)..]);
    }
    Wtf8Buf::from_bytes(out).expect("only blanks were removed")
}

/// `str.expandtabs()`: columns are counted in characters.
fn expand_tabs(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut column = 0;
    for byte in text {
        match byte {
            b'\t' => {
                let blanks = TAB - column % TAB;
                out.resize(out.len() + blanks, b' ');
                column += blanks;
            }
            b'\n' | b'\r' => {
                column = 0;
                out.push(*byte);
            }
            _ => {
                // Continuation bytes are not characters.
                column += usize::from(byte & 0xc0 != 0x80);
                out.push(*byte);
            }
        }
    }
    out
}
