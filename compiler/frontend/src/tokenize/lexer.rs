//! CPython's tokenizer: the same tokens, and the same errors at the same places.
//!
//! The parser has a lexer of its own; this one serves the module `_tokenize`. It reads lines as
//! they are needed. In the mode `extra` it gives comments and line ends inside of brackets too, and
//! leaves most mistakes to its reader, as `tokenize` wants it.

use std::ops::{Deref, DerefMut};

use krait_runtime::types::str::unicode;

use super::kind::Kind;
use crate::error::ErrorKind;

/// Where lines come from, each with its end; an empty one is the end.
pub trait Source {
    type Error;

    fn line(&mut self) -> Result<String, Self::Error>;
}

/// A token; offsets are into [`Lexer::text`].
#[derive(Copy, Clone, Debug)]
pub struct Token {
    pub kind: Kind,
    /// Without them the token has no text.
    pub range: Option<(usize, usize)>,
}

/// A mistake in the source.
#[derive(Clone, Debug)]
pub struct Mistake {
    pub kind: ErrorKind,
    pub message: String,
    pub line: i32,
    /// Characters from 1.
    pub offset: i32,
    pub text: String,
    /// The end's line and offset, if the mistake has one.
    pub end: Option<(i32, i32)>,
}

/// Why there is no token.
pub enum Stop<E> {
    Mistake(Mistake),
    /// The source ends in the middle of a statement.
    End {
        line: i32,
        offset: i32,
    },
    Source(E),
}

type Lexed<T, E> = Result<T, Stop<E>>;

const MAX_INDENT: usize = 100;
const MAX_LEVEL: usize = 200;
const MAX_STRINGS: usize = 150;
const MAX_NESTED_EXPRESSIONS: i32 = 3;
const TAB: usize = 8;

/// An open bracket.
struct Bracket {
    character: u8,
    line: i32,
}

/// An f-string or t-string that is being read.
struct Interpolated {
    /// Reading text, not an expression.
    in_text: bool,
    prefix: u8,
    quote: u8,
    quote_size: usize,
    raw: bool,
    start: usize,
    line_start: usize,
    first_line: i32,
    /// Brackets that are open inside of the string.
    depth: i32,
    /// The depth at which the innermost expression starts, or -1.
    expression_depth: i32,
    in_format_spec: bool,
}

impl Interpolated {
    fn kind(&self, f: Kind, t: Kind) -> Kind {
        if self.prefix == b't' { t } else { f }
    }
}

/// The state of the tokenizer between two tokens.
pub struct Lexer {
    extra: bool,
    /// Everything that was read.
    text: String,
    cur: usize,
    /// Start of the token, while it is known.
    start: Option<usize>,
    /// Where the text that belongs to the current token's lines begins.
    buffer_start: usize,
    line_start: usize,
    /// Line of `cur`.
    line: i32,
    /// Where a string that may span lines begins.
    first_line: i32,
    string_line_start: usize,
    at_end: bool,
    /// The last line had no end; one was added.
    pub implicit_newline: bool,
    at_line_start: bool,
    /// Indents (or, negative, dedents) still to be given.
    pending: i32,
    indents: Vec<(usize, usize)>,
    brackets: Vec<Bracket>,
    strings: Vec<Interpolated>,
    /// The line of the last comment holds nothing else.
    comment_line: bool,
}

/// The tokenizer while it reads.
struct Reading<'a, S> {
    lexer: &'a mut Lexer,
    source: &'a mut S,
}

impl<S> Deref for Reading<'_, S> {
    type Target = Lexer;

    fn deref(&self) -> &Lexer {
        self.lexer
    }
}

impl<S> DerefMut for Reading<'_, S> {
    fn deref_mut(&mut self) -> &mut Lexer {
        self.lexer
    }
}

impl Lexer {
    pub fn new(extra: bool) -> Lexer {
        Lexer {
            extra,
            text: String::new(),
            cur: 0,
            start: None,
            buffer_start: 0,
            line_start: 0,
            line: 0,
            first_line: 0,
            string_line_start: 0,
            at_end: false,
            implicit_newline: false,
            at_line_start: true,
            pending: 0,
            indents: vec![(0, 0)],
            brackets: Vec::new(),
            strings: Vec::new(),
            comment_line: false,
        }
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// Line from 1 of where the reading is.
    pub fn line(&self) -> i32 {
        self.line
    }

    /// Line of the start of the string token given last.
    pub fn first_line(&self) -> i32 {
        self.first_line
    }

    pub fn line_start(&self) -> usize {
        self.line_start
    }

    pub fn string_line_start(&self) -> usize {
        self.string_line_start
    }

    /// All input was read.
    pub fn at_end(&self) -> bool {
        self.at_end
    }

    /// The next token, with lines from `source`.
    pub fn next<S: Source>(&mut self, source: &mut S) -> Result<Token, Stop<S::Error>> {
        let in_text = self.strings.last().is_some_and(|s| s.in_text);
        let mut reading = Reading { lexer: self, source };
        if in_text { reading.string_text() } else { reading.code() }
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    fn back(&mut self, c: Option<u8>) {
        if c.is_some() {
            self.cur -= 1;
        }
    }

    fn inner(&mut self) -> &mut Interpolated {
        self.strings.last_mut().expect("inside of an f-string")
    }
}

impl<S: Source> Reading<'_, S> {
    /// The next byte; `None` at the end.
    fn next_byte(&mut self) -> Lexed<Option<u8>, S::Error> {
        if self.cur == self.text.len() && !self.fill()? {
            return Ok(None);
        }
        self.cur += 1;
        Ok(self.byte(self.cur - 1))
    }

    /// Reads a line; whether there was one.
    fn fill(&mut self) -> Lexed<bool, S::Error> {
        if self.at_end {
            return Ok(false);
        }
        // What an f-string may still point into is kept.
        if self.start.is_none() && self.strings.is_empty() {
            self.buffer_start = self.cur;
        }
        let line = self.source.line().map_err(Stop::Source)?;
        if line.is_empty() {
            self.at_end = true;
            return Ok(false);
        }
        self.line_start = self.cur;
        self.text.push_str(&line);
        self.implicit_newline = !line.ends_with('\n');
        if self.implicit_newline {
            self.text.push('\n');
        }
        self.line += 1;
        if line.contains('\0') {
            self.cur = self.line_start;
            return self.mistake("source code cannot contain null bytes");
        }
        Ok(true)
    }

    /// A mistake at the place that was read last.
    fn mistake<T>(&self, message: impl Into<String>) -> Lexed<T, S::Error> {
        let offset = self.text[self.line_start..self.cur].chars().count() as i32;
        self.mistake_at(message, offset, offset)
    }

    fn mistake_at<T>(
        &self,
        message: impl Into<String>,
        offset: i32,
        end: i32,
    ) -> Lexed<T, S::Error> {
        let line = &self.text[self.line_start..];
        let text = line.split_inclusive('\n').next().unwrap_or("");
        let text = text.strip_suffix('\n').unwrap_or(text).to_owned();
        Err(Stop::Mistake(Mistake {
            kind: ErrorKind::Syntax,
            message: message.into(),
            line: self.line,
            offset,
            text,
            end: Some((self.line, end)),
        }))
    }

    /// A mistake of the line as a whole, at its end.
    fn line_mistake<T>(&self, kind: ErrorKind, message: &str) -> Lexed<T, S::Error> {
        let text = self.text[self.line_start..].trim_end_matches('\n').to_owned();
        let offset = text.chars().count() as i32 + 1;
        let message = message.to_owned();
        Err(Stop::Mistake(Mistake { kind, message, line: self.line, offset, text, end: None }))
    }

    fn token(&self, kind: Kind, start: usize, end: usize) -> Lexed<Token, S::Error> {
        Ok(Token { kind, range: Some((start, end)) })
    }

    /// A token outside of the text of f-strings.
    fn code(&mut self) -> Lexed<Token, S::Error> {
        loop {
            self.start = None;
            let mut blank = false;
            if self.at_line_start {
                blank = self.indentation()?;
            }
            self.start = Some(self.cur);
            if self.pending < 0 {
                self.pending += 1;
                return self.marker(Kind::DEDENT, self.cur);
            }
            if self.pending > 0 {
                self.pending -= 1;
                return self.marker(Kind::INDENT, self.buffer_start);
            }
            if let Some(token) = self.after_indentation(&mut blank)? {
                return Ok(token);
            }
        }
    }

    /// A token of the indentation, which has text only for `tokenize`.
    fn marker(&self, kind: Kind, start: usize) -> Lexed<Token, S::Error> {
        Ok(Token { kind, range: self.extra.then_some((start, self.cur)) })
    }

    /// Reads the indentation of a line; whether the line has nothing else but a comment.
    fn indentation(&mut self) -> Lexed<bool, S::Error> {
        self.at_line_start = false;
        // Tabs go to the next multiple of eight and, to find mixtures, count as one.
        let (mut col, mut alt) = (0, 0);
        let mut continued = 0;
        let c = loop {
            match self.next_byte()? {
                Some(b' ') => {
                    col += 1;
                    alt += 1;
                }
                Some(b'\t') => {
                    col = (col / TAB + 1) * TAB;
                    alt += 1;
                }
                Some(b'\x0c') => (col, alt) = (0, 0),
                Some(b'\\') => {
                    // What counts is the first line's indentation.
                    if continued == 0 {
                        continued = col;
                    }
                    self.continuation()?;
                }
                c => break c,
            }
        };
        self.back(c);
        if matches!(c, Some(b'#' | b'\n' | b'\r')) {
            return Ok(true);
        }
        if !self.brackets.is_empty() {
            return Ok(false);
        }
        if continued > 0 {
            (col, alt) = (continued, continued);
        }
        let (top, top_alt) = *self.indents.last().expect("the first is never taken away");
        if col == top {
            self.consistent(alt == top_alt)?;
        } else if col > top {
            if self.indents.len() >= MAX_INDENT {
                self.cur = self.text.len();
                let message = "too many levels of indentation";
                return self.line_mistake(ErrorKind::Indentation, message);
            }
            self.consistent(alt > top_alt)?;
            self.pending += 1;
            self.indents.push((col, alt));
        } else {
            while self.indents.len() > 1 && self.indents.last().is_some_and(|(i, _)| col < *i) {
                self.pending -= 1;
                self.indents.pop();
            }
            let (top, top_alt) = *self.indents.last().expect("as above");
            if col != top {
                self.cur = self.text.len();
                let message = "unindent does not match any outer indentation level";
                return self.line_mistake(ErrorKind::Indentation, message);
            }
            self.consistent(alt == top_alt)?;
        }
        Ok(false)
    }

    fn consistent(&mut self, holds: bool) -> Lexed<(), S::Error> {
        if holds {
            return Ok(());
        }
        self.cur = self.text.len();
        let message = "inconsistent use of tabs and spaces in indentation";
        self.line_mistake(ErrorKind::Tab, message)
    }

    /// After a backslash: goes on in the next line.
    fn continuation(&mut self) -> Lexed<(), S::Error> {
        let mut c = self.next_byte()?;
        if c == Some(b'\r') {
            c = self.next_byte()?;
        }
        if c != Some(b'\n') {
            let message = "unexpected character after line continuation character";
            return self.line_mistake(ErrorKind::Syntax, message);
        }
        match self.next_byte()? {
            None => self.unexpected_end(),
            c => {
                self.back(c);
                Ok(())
            }
        }
    }

    fn unexpected_end<T>(&self) -> Lexed<T, S::Error> {
        let offset = self.text.len() - self.buffer_start;
        Err(Stop::End { line: self.line, offset: offset as i32 })
    }

    /// A token, unless the line holds none.
    fn after_indentation(&mut self, blank: &mut bool) -> Lexed<Option<Token>, S::Error> {
        loop {
            self.start = None;
            let mut c = self.next_byte()?;
            while matches!(c, Some(b' ' | b'\t' | b'\x0c')) {
                c = self.next_byte()?;
            }
            let Some(first) = c else {
                if !self.brackets.is_empty() {
                    return self.unexpected_end();
                }
                return Ok(Some(Token { kind: Kind::ENDMARKER, range: None }));
            };
            let start = self.cur - 1;
            self.start = Some(start);
            if first == b'#' {
                while !matches!(c, None | Some(b'\n' | b'\r')) {
                    c = self.next_byte()?;
                }
                if self.extra {
                    self.back(c);
                    self.comment_line = *blank;
                    return self.token(Kind::COMMENT, start, self.cur).map(Some);
                }
            }
            if is_name_start(first) {
                return self.name_or_string(start, first).map(Some);
            }
            if c == Some(b'\r') {
                c = self.next_byte()?;
            }
            return match c {
                Some(b'\n') => Ok(self.newline(start, *blank)),
                Some(b'.') => self.dot(start).map(Some),
                Some(c @ b'0'..=b'9') => self.number(start, c).map(Some),
                Some(c @ (b'"' | b'\'')) => self.string(start, c).map(Some),
                Some(b'\\') => {
                    self.continuation()?;
                    continue;
                }
                Some(c) => self.operator(start, c).map(Some),
                None => Ok(Some(Token { kind: Kind::ENDMARKER, range: None })),
            };
        }
    }

    fn newline(&mut self, start: usize, blank: bool) -> Option<Token> {
        self.at_line_start = true;
        let comment_line = std::mem::take(&mut self.comment_line) && self.extra;
        if blank || !self.brackets.is_empty() || comment_line {
            let range = Some((start, self.cur));
            return self.extra.then_some(Token { kind: Kind::NL, range });
        }
        Some(Token { kind: Kind::NEWLINE, range: Some((start, self.cur - 1)) })
    }

    fn name_or_string(&mut self, start: usize, first: u8) -> Lexed<Token, S::Error> {
        // The letters before a quote, each at most once.
        let letters = b"ubrft";
        let mut seen = [false; 5];
        let mut c = Some(first);
        while let Some(i) =
            letters.iter().position(|l| c.map(|c| c.to_ascii_lowercase()) == Some(*l))
            && !seen[i]
        {
            seen[i] = true;
            c = self.next_byte()?;
            if let Some(quote @ (b'"' | b'\'')) = c {
                let [u, b, r, f, t] = seen;
                self.check_prefix(start, [(u, 'u'), (b, 'b'), (r, 'r'), (f, 'f'), (t, 't')])?;
                return if f || t {
                    self.string_start(start, quote, if t { b't' } else { b'f' }, r)
                } else {
                    self.string(start, quote)
                };
            }
        }
        let mut ascii = true;
        while let Some(byte) = c.filter(|c| is_name_part(*c)) {
            ascii &= byte < 0x80;
            c = self.next_byte()?;
        }
        self.back(c);
        if !ascii && !self.extra {
            self.check_name(start)?;
        }
        self.token(Kind::NAME, start, self.cur)
    }

    /// Refuses prefixes that do not go together: only `r` goes with `b`, `f` or `t`.
    fn check_prefix(&self, start: usize, letters: [(bool, char); 5]) -> Lexed<(), S::Error> {
        for (i, (has_first, first)) in letters.into_iter().enumerate() {
            for (has_second, second) in letters.into_iter().skip(i + 1) {
                let fit = second == 'r' && first != 'u' || first == 'r';
                if has_first && has_second && !fit {
                    let (from, to) = (start + 1 - self.line_start, self.cur - self.line_start);
                    let message = format!("'{first}' and '{second}' prefixes are incompatible");
                    return self.mistake_at(message, from as i32, to as i32);
                }
            }
        }
        Ok(())
    }

    /// Refuses characters that names cannot have.
    fn check_name(&mut self, start: usize) -> Lexed<(), S::Error> {
        let name = &self.text[start..self.cur];
        let is_bad = |(i, c): &(usize, char)| {
            let c = *c as u32;
            if *i == 0 {
                !(c == u32::from('_') || unicode::is_xid_start(c))
            } else {
                !unicode::is_xid_continue(c)
            }
        };
        let Some((i, c)) = name.char_indices().find(is_bad) else { return Ok(()) };
        self.cur = start + i + c.len_utf8();
        let code = c as u32;
        if unicode::is_printable(code) {
            self.mistake(format!("invalid character '{c}' (U+{code:04X})"))
        } else {
            self.mistake(format!("invalid non-printable character U+{code:04X}"))
        }
    }

    fn dot(&mut self, start: usize) -> Lexed<Token, S::Error> {
        let c = self.next_byte()?;
        match c {
            Some(b'0'..=b'9') => {
                let c = self.digits()?;
                return self.after_fraction(start, c);
            }
            Some(b'.') => {
                let third = self.next_byte()?;
                if third == Some(b'.') {
                    return self.token(Kind::ELLIPSIS, start, self.cur);
                }
                self.back(third);
            }
            _ => {}
        }
        self.back(c);
        self.token(Kind::DOT, start, self.cur)
    }

    fn number_token(&mut self, start: usize, c: Option<u8>) -> Lexed<Token, S::Error> {
        self.back(c);
        self.token(Kind::NUMBER, start, self.cur)
    }

    fn number(&mut self, start: usize, first: u8) -> Lexed<Token, S::Error> {
        if first != b'0' {
            let c = self.digits()?;
            return self.after_integer(start, c);
        }
        let mut c = self.next_byte()?;
        match c.map(|c| c.to_ascii_lowercase()) {
            Some(b'x') => return self.radix(start, 16, "hexadecimal"),
            Some(b'o') => return self.radix(start, 8, "octal"),
            Some(b'b') => return self.radix(start, 2, "binary"),
            _ => {}
        }
        loop {
            if c == Some(b'_') {
                c = self.next_byte()?;
                if !is_digit(c) {
                    self.back(c);
                    return self.mistake("invalid decimal literal");
                }
            }
            if c != Some(b'0') {
                break;
            }
            c = self.next_byte()?;
        }
        let zeros_end = self.cur;
        let nonzero = is_digit(c);
        if nonzero {
            c = self.digits()?;
        }
        let is_plain = !matches!(c, Some(b'.' | b'e' | b'E' | b'j' | b'J'));
        if nonzero && is_plain && !self.extra {
            self.back(c);
            let message = "leading zeros in decimal integer literals are not permitted; use an 0o \
                           prefix for octal integers";
            let (from, to) = (start + 1 - self.line_start, zeros_end - self.line_start);
            return self.mistake_at(message, from as i32, to as i32);
        }
        self.after_integer(start, c)
    }

    fn radix(&mut self, start: usize, radix: u32, name: &str) -> Lexed<Token, S::Error> {
        let is_good = |c: Option<u8>| c.is_some_and(|c| char::from(c).is_digit(radix));
        let mut c = self.next_byte()?;
        loop {
            if c == Some(b'_') {
                c = self.next_byte()?;
            }
            if !is_good(c) {
                if let Some(digit) = c.filter(|_| is_digit(c)) {
                    let digit = char::from(digit);
                    return self.mistake(format!("invalid digit '{digit}' in {name} literal"));
                }
                self.back(c);
                return self.mistake(format!("invalid {name} literal"));
            }
            while is_good(c) {
                c = self.next_byte()?;
            }
            if c != Some(b'_') {
                break;
            }
        }
        if let Some(digit) = c.filter(|_| is_digit(c)) {
            let digit = char::from(digit);
            return self.mistake(format!("invalid digit '{digit}' in {name} literal"));
        }
        self.end_of_number(c, name)?;
        self.number_token(start, c)
    }

    /// Reads digits with underscores; gives what follows.
    fn digits(&mut self) -> Lexed<Option<u8>, S::Error> {
        loop {
            let mut c = self.next_byte()?;
            while is_digit(c) {
                c = self.next_byte()?;
            }
            if c != Some(b'_') {
                return Ok(c);
            }
            c = self.next_byte()?;
            if !is_digit(c) {
                self.back(c);
                return self.mistake("invalid decimal literal");
            }
        }
    }

    /// After the digits before a point.
    fn after_integer(&mut self, start: usize, c: Option<u8>) -> Lexed<Token, S::Error> {
        let mut c = c;
        if c == Some(b'.') {
            c = self.next_byte()?;
            if is_digit(c) {
                c = self.digits()?;
            }
        }
        self.after_fraction(start, c)
    }

    fn after_fraction(&mut self, start: usize, c: Option<u8>) -> Lexed<Token, S::Error> {
        let mut c = c;
        if let Some(e @ (b'e' | b'E')) = c {
            c = self.next_byte()?;
            if matches!(c, Some(b'+' | b'-')) {
                c = self.next_byte()?;
                if !is_digit(c) {
                    self.back(c);
                    return self.mistake("invalid decimal literal");
                }
            } else if !is_digit(c) {
                self.back(c);
                self.end_of_number(Some(e), "decimal")?;
                return self.number_token(start, Some(e));
            }
            c = self.digits()?;
        }
        if matches!(c, Some(b'j' | b'J')) {
            c = self.next_byte()?;
            self.end_of_number(c, "imaginary")?;
        } else {
            self.end_of_number(c, "decimal")?;
        }
        self.number_token(start, c)
    }

    /// Refuses a number that runs into a name; keywords that may follow it are no names.
    fn end_of_number(&mut self, c: Option<u8>, name: &str) -> Lexed<(), S::Error> {
        let Some(c) = c.filter(|_| !self.extra) else { return Ok(()) };
        let rest = &self.text.as_bytes()[self.cur - 1..];
        let keywords: [&[u8]; 8] = [b"and", b"else", b"for", b"if", b"in", b"is", b"or", b"not"];
        if keywords.iter().any(|word| rest.starts_with(word)) || !(c < 0x80 && is_name_part(c)) {
            return Ok(());
        }
        self.back(Some(c));
        self.mistake(format!("invalid {name} literal"))
    }

    fn string(&mut self, start: usize, quote: u8) -> Lexed<Token, S::Error> {
        self.first_line = self.line;
        self.string_line_start = self.line_start;
        let (mut quotes, mut end) = (1, 0);
        let mut c = self.next_byte()?;
        if c == Some(quote) {
            c = self.next_byte()?;
            if c == Some(quote) {
                quotes = 3;
            } else {
                end = 1;
            }
        }
        if c != Some(quote) {
            self.back(c);
        }
        let mut escaped_quote = false;
        while end != quotes {
            let c = self.next_byte()?;
            if c.is_none() || (quotes == 1 && c == Some(b'\n')) {
                return self.unterminated(start, quote, quotes, escaped_quote);
            }
            if c == Some(quote) {
                end += 1;
                continue;
            }
            end = 0;
            if c == Some(b'\\') {
                let c = self.next_byte()?;
                escaped_quote |= c == Some(quote);
                if c == Some(b'\r') {
                    self.next_byte()?;
                }
            }
        }
        self.token(Kind::STRING, start, self.cur)
    }

    fn unterminated<T>(
        &mut self,
        start: usize,
        quote: u8,
        quotes: usize,
        escaped_quote: bool,
    ) -> Lexed<T, S::Error> {
        // The mistake is at the opening quote.
        let last = self.line;
        self.cur = start + 1;
        self.line_start = self.string_line_start;
        self.line = self.first_line;
        if let Some(s) = self.strings.last()
            && s.quote == quote
            && s.quote_size == quotes
        {
            let prefix = char::from(s.prefix);
            return self.mistake(format!("{prefix}-string: expecting '}}'"));
        }
        if quotes == 3 {
            let what = "unterminated triple-quoted string literal";
            return self.mistake(format!("{what} (detected at line {last})"));
        }
        let hint = if escaped_quote { "; perhaps you escaped the end quote" } else { "" };
        self.mistake(format!("unterminated string literal (detected at line {last}){hint}"))
    }

    /// The beginning of an f-string or t-string.
    fn string_start(
        &mut self,
        start: usize,
        quote: u8,
        prefix: u8,
        raw: bool,
    ) -> Lexed<Token, S::Error> {
        self.first_line = self.line;
        self.string_line_start = self.line_start;
        let mut quote_size = 1;
        let second = self.next_byte()?;
        if second == Some(quote) {
            let third = self.next_byte()?;
            if third == Some(quote) {
                quote_size = 3;
            } else {
                self.back(third);
                self.back(second);
            }
        } else {
            self.back(second);
        }
        if self.strings.len() + 1 >= MAX_STRINGS {
            return self.mistake("too many nested f-strings");
        }
        let (line_start, first_line) = (self.line_start, self.line);
        self.strings.push(Interpolated {
            in_text: true,
            prefix,
            quote,
            quote_size,
            raw,
            start,
            line_start,
            first_line,
            depth: 0,
            expression_depth: -1,
            in_format_spec: false,
        });
        let kind = if prefix == b't' { Kind::TSTRING_START } else { Kind::FSTRING_START };
        self.token(kind, start, self.cur)
    }

    fn begin_expression(&mut self) -> Lexed<(), S::Error> {
        let s = self.inner();
        s.expression_depth += 1;
        let (too_deep, prefix) = (s.expression_depth >= MAX_NESTED_EXPRESSIONS, s.prefix);
        s.in_text = false;
        if too_deep {
            let prefix = char::from(prefix);
            return self.mistake(format!("{prefix}-string: expressions nested too deeply"));
        }
        Ok(())
    }

    /// A token of the text of an f-string: what is between expressions, or its end.
    fn string_text(&mut self) -> Lexed<Token, S::Error> {
        let start = self.cur;
        self.start = Some(start);
        self.first_line = self.line;
        let c = self.next_byte()?;
        if c == Some(b'{') {
            let peek = self.next_byte()?;
            self.back(peek);
            self.back(c);
            if peek != Some(b'{') {
                self.begin_expression()?;
                return self.code();
            }
        } else {
            self.back(c);
        }
        let s = self.inner();
        let (quote, quote_size) = (s.quote, s.quote_size);
        let mut quotes = 0;
        while quotes < quote_size {
            let c = self.next_byte()?;
            if c != Some(quote) {
                self.back(c);
                break;
            }
            quotes += 1;
        }
        if quotes == quote_size {
            let s = self.strings.pop().expect("inside of an f-string");
            let kind = s.kind(Kind::FSTRING_END, Kind::TSTRING_END);
            return self.token(kind, start, self.cur);
        }
        self.string_middle(start)
    }

    fn string_middle(&mut self, start: usize) -> Lexed<Token, S::Error> {
        self.string_line_start = self.line_start;
        let s = self.inner();
        let (quote, quote_size, raw) = (s.quote, s.quote_size, s.raw);
        let kind = s.kind(Kind::FSTRING_MIDDLE, Kind::TSTRING_MIDDLE);
        let in_format_spec = s.in_format_spec && s.expression_depth >= 0;
        let depth = s.depth;
        let (mut quotes, mut named_escape) = (0, false);
        while quotes != quote_size {
            let c = self.next_byte()?;
            if c.is_none() || (quote_size == 1 && c == Some(b'\n')) {
                if in_format_spec && c == Some(b'\n') {
                    let prefix = char::from(self.inner().prefix);
                    return self.mistake(format!(
                        "{prefix}-string: newlines are not allowed in format specifiers for \
                         single quoted {prefix}-strings"
                    ));
                }
                return self.unterminated_interpolated();
            }
            if c == Some(quote) {
                quotes += 1;
                continue;
            }
            quotes = 0;
            match c {
                Some(b'{') if named_escape => {}
                Some(b'{') => {
                    let peek = self.next_byte()?;
                    if peek == Some(b'{') && !in_format_spec {
                        return self.token(kind, start, self.cur - 1);
                    }
                    self.back(peek);
                    self.back(c);
                    self.begin_expression()?;
                    return self.token(kind, start, self.cur);
                }
                Some(b'}') if named_escape => return self.token(kind, start, self.cur),
                Some(b'}') => {
                    let peek = self.next_byte()?;
                    if peek == Some(b'}') && !in_format_spec && depth == 0 {
                        return self.token(kind, start, self.cur - 1);
                    }
                    self.back(peek);
                    self.back(c);
                    self.inner().in_text = false;
                    return self.token(kind, start, self.cur);
                }
                Some(b'\\') => {
                    let mut peek = self.next_byte()?;
                    if peek == Some(b'\r') {
                        peek = self.next_byte()?;
                    }
                    match peek {
                        Some(b'{' | b'}') => self.back(peek),
                        Some(b'N') if !raw => match self.next_byte()? {
                            Some(b'{') => named_escape = true,
                            other => self.back(other),
                        },
                        _ => {}
                    }
                }
                _ => {}
            }
        }
        // The quotes are a token of their own.
        self.cur -= quote_size;
        self.token(kind, start, self.cur)
    }

    fn unterminated_interpolated<T>(&mut self) -> Lexed<T, S::Error> {
        let last = self.line;
        let s = self.inner();
        let (start, line_start, first_line) = (s.start, s.line_start, s.first_line);
        let (prefix, quotes) = (char::from(s.prefix), s.quote_size);
        self.cur = start + 1;
        self.line_start = line_start;
        self.line = first_line;
        let what = if quotes == 3 { "triple-quoted " } else { "" };
        self.mistake(format!(
            "unterminated {what}{prefix}-string literal (detected at line {last})"
        ))
    }

    fn operator(&mut self, start: usize, c: u8) -> Lexed<Token, S::Error> {
        if c == b':'
            && let Some(s) = self.strings.last_mut()
            && s.expression_depth >= 0
            && s.depth - 1 == s.expression_depth
        {
            s.in_text = true;
            s.in_format_spec = true;
            return self.token(Kind::COLON, start, self.cur);
        }
        if let Some(second) = self.next_byte()? {
            if Kind::of_operator(&[c, second]).is_some() {
                let third = self.next_byte()?;
                let is_three = third.is_some_and(|t| Kind::of_operator(&[c, second, t]).is_some());
                if !is_three {
                    self.back(third);
                }
                let text = &self.text.as_bytes()[start..self.cur];
                let kind = Kind::of_operator(text).expect("looked up above");
                return self.token(kind, start, self.cur);
            }
            self.back(Some(second));
        }
        match c {
            b'(' | b'[' | b'{' => {
                if self.brackets.len() >= MAX_LEVEL {
                    return self.mistake("too many nested parentheses");
                }
                let line = self.line;
                self.brackets.push(Bracket { character: c, line });
                if let Some(s) = self.strings.last_mut() {
                    s.depth += 1;
                }
            }
            b')' | b']' | b'}' => self.close(c)?,
            _ if !unicode::is_printable(u32::from(c)) => {
                return self.mistake(format!("invalid non-printable character U+{c:04X}"));
            }
            _ => {}
        }
        let kind = Kind::of_operator(&[c]).unwrap_or(Kind::OP);
        self.token(kind, start, self.cur)
    }

    fn close(&mut self, c: u8) -> Lexed<(), S::Error> {
        let close = char::from(c);
        if let Some(s) = self.strings.last()
            && s.depth == 0
            && c == b'}'
        {
            let prefix = char::from(s.prefix);
            return self.mistake(format!("{prefix}-string: single '}}' is not allowed"));
        }
        if !self.extra && self.brackets.is_empty() {
            return self.mistake(format!("unmatched '{close}'"));
        }
        if let Some(Bracket { character, line }) = self.brackets.pop() {
            let matches = matches!((character, c), (b'(', b')') | (b'[', b']') | (b'{', b'}'));
            if !self.extra && !matches {
                if let Some(s) = self.strings.last()
                    && character == b'{'
                    && s.depth - 1 == s.expression_depth
                {
                    let prefix = char::from(s.prefix);
                    return self.mistake(format!("{prefix}-string: unmatched '{close}'"));
                }
                let open = char::from(character);
                let place =
                    if line == self.line { String::new() } else { format!(" on line {line}") };
                return self.mistake(format!(
                    "closing parenthesis '{close}' does not match opening parenthesis \
                     '{open}'{place}"
                ));
            }
        }
        if let Some(s) = self.strings.last_mut() {
            s.depth -= 1;
            if s.depth < 0 {
                let prefix = char::from(s.prefix);
                return self.mistake(format!("{prefix}-string: unmatched '{close}'"));
            }
            if c == b'}' && s.depth == s.expression_depth {
                s.expression_depth -= 1;
                s.in_text = true;
                s.in_format_spec = false;
            }
        }
        Ok(())
    }
}

fn is_digit(c: Option<u8>) -> bool {
    c.is_some_and(|c| c.is_ascii_digit())
}

fn is_name_start(c: u8) -> bool {
    c.is_ascii_alphabetic() || c == b'_' || c >= 0x80
}

fn is_name_part(c: u8) -> bool {
    is_name_start(c) || c.is_ascii_digit()
}
