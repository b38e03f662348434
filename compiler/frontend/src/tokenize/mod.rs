//! `_tokenize`: CPython's tokens, for `tokenize`.

mod kind;
mod lexer;

use std::cell::RefCell;

use krait_macros::methods;
use krait_runtime::error::{PyResult, catch};
use krait_runtime::gc::Field;
use krait_runtime::native::{NativeModule, class_arg};
use krait_runtime::object::{Object, TypeDef, TypeFlags, ValueExt, alloc_as, set_attr};
use krait_runtime::types::bytes;
use krait_runtime::types::exception::Exc;
use krait_runtime::types::str::Str;
use krait_runtime::types::tuple::Tuple;
use krait_runtime::{Header, Raised, Thread, Value, error, intern, ops, raise};

use crate::ast::Loc;
use crate::error::{ErrorKind, Failure};
use kind::Kind;
use lexer::{Lexer, Mistake, Source, Stop};

pub static MODULE: NativeModule = NativeModule {
    name: "_tokenize",
    doc: "",
    functions: &[],
    init: |th, m| {
        m.add_type(th, &ITERATOR);
        Ok(())
    },
};

/// `_tokenize.TokenizerIter`.
#[repr(C)]
pub struct TokenizerIter {
    pub header: Header,
    readline: Field,
    /// The encoding of the lines, if they are bytes.
    encoding: Field,
    extra: bool,
    /// The text of the line of the last token.
    last_line: Field,
    /// `None` after the end.
    lexer: RefCell<Option<Box<Lexer>>>,
}

static ITERATOR: TypeDef = TypeDef::of::<TokenizerIter>("TokenizerIter", "_tokenize")
    .flags(TypeFlags::BASE)
    .methods(TokenizerIter::native_methods);

// SAFETY: instances of the class are made by `__new__` with this layout.
unsafe impl Object for TokenizerIter {
    const KIND: krait_runtime::Kind = krait_runtime::Kind::Native;

    fn def() -> &'static TypeDef {
        &ITERATOR
    }
}

/// Lines from a Python function.
struct Lines<'t> {
    th: &'t Thread,
    readline: Value,
    encoding: Option<Value>,
}

impl Source for Lines<'_> {
    type Error = Raised;

    fn line(&mut self) -> PyResult<String> {
        let th = self.th;
        let line = ops::call(th, self.readline, &[]);
        let Some(line) = catch(th, Exc::StopIteration, line)? else { return Ok(String::new()) };
        let text = match self.encoding {
            Some(encoding) => {
                if bytes::bytes_like(line).is_none() {
                    return Err(raise!(th, TypeError, "readline() returned a non-bytes object"));
                }
                let errors = intern!(th, "replace");
                ops::call_method(th, line, intern!(th, "decode"), &[encoding, errors])?
            }
            None => line,
        };
        match text.cast::<Str>() {
            Some(text) => text.to_utf8(th),
            None => Err(raise!(th, TypeError, "readline() returned a non-string object")),
        }
    }
}

/// The lines of a text.
struct Text<'s>(std::str::SplitInclusive<'s, char>);

impl Source for Text<'_> {
    type Error = std::convert::Infallible;

    fn line(&mut self) -> Result<String, Self::Error> {
        Ok(self.0.next().unwrap_or("").to_owned())
    }
}

/// The first mistake of the tokenizer in `source`, if it is of a literal or inside of an f-string:
/// the parser has other words for these.
pub fn mistake_in_literal(source: &str, lines: &crate::parse::Lines) -> Option<Failure> {
    let mut text = Text(source.split_inclusive('\n'));
    let mut lexer = Lexer::new(false);
    let m = loop {
        match lexer.next(&mut text) {
            Ok(token) if token.kind == Kind::ENDMARKER => return None,
            Ok(_) => {}
            Err(Stop::Mistake(m)) => break m,
            Err(Stop::End { .. } | Stop::Source(_)) => return None,
        }
    };
    let known = ["prefixes are incompatible", "-string: ", " literal"];
    if !known.iter().any(|part| m.message.contains(part)) {
        return None;
    }
    let column = |line: i32, offset: i32| {
        let chars = lines.text(source, line).chars().take((offset - 1).max(0) as usize);
        chars.map(char::len_utf8).sum::<usize>() as i32
    };
    let (end_line, end) = m.end.unwrap_or((m.line, m.offset));
    let loc = Loc::new(m.line, end_line, column(m.line, m.offset), column(end_line, end));
    Some(Failure::at(loc, m.message))
}

fn raise_mistake(th: &Thread, m: &Mistake) -> Raised {
    let class = match m.kind {
        ErrorKind::Indentation => Exc::IndentationError,
        ErrorKind::Tab => Exc::TabError,
        _ => Exc::SyntaxError,
    };
    let end = |n: Option<i32>| n.map_or(Value::NONE, Value::from_i32);
    let place = [
        Str::new(th, "<string>").value(),
        Value::from_i32(m.line),
        Value::from_i32(m.offset),
        Str::new(th, &m.text).value(),
        end(m.end.map(|e| e.0)),
        end(m.end.map(|e| e.1)),
    ];
    let args = [Str::new(th, &m.message).value(), Tuple::new(th, &place).value()];
    match ops::call(th, class.class().value(), &args) {
        Ok(e) => error::raise_value(th, e),
        Err(raised) => raised,
    }
}

fn raise_unexpected_end(th: &Thread, line: i32, offset: i32) -> Raised {
    let raised = raise!(th, SyntaxError, "unexpected EOF in multi-line statement");
    let e = error::take(th);
    let place = [
        (intern!(th, "lineno"), Value::from_i32(line)),
        (intern!(th, "offset"), Value::from_i32(offset)),
        (intern!(th, "filename"), Str::new(th, "<string>").value()),
    ];
    for (name, value) in place {
        if let Err(raised) = set_attr(th, e, name, value) {
            return raised;
        }
    }
    th.raised.set(Some(e));
    raised
}

#[methods]
impl TokenizerIter {
    #[staticmethod(sig = "(cls, readline, /, *, encoding=None, extra_tokens=False)")]
    fn __new__(
        th: &Thread,
        cls: Value,
        readline: Value,
        encoding: Option<Value>,
        extra_tokens: Option<bool>,
    ) -> PyResult<&'static TokenizerIter> {
        let class = class_arg(th, cls, ITERATOR.class(th))?;
        let lexer = Lexer::new(extra_tokens.unwrap_or(false));
        let iterator = TokenizerIter {
            header: Header::new(0, krait_runtime::Kind::Native),
            readline: Field::new(Some(readline)),
            encoding: Field::new(encoding.filter(|e| !e.is_none())),
            extra: extra_tokens.unwrap_or(false),
            lexer: RefCell::new(Some(Box::new(lexer))),
            last_line: Field::new(None),
        };
        Ok(alloc_as(th, class, iterator))
    }

    #[method]
    fn __iter__(this: Value) -> Value {
        this
    }

    #[method]
    fn __next__(th: &Thread, this: &'static TokenizerIter) -> PyResult<Value> {
        // Reading a line runs Python code, which may come here again.
        let Some(mut lexer) = this.lexer.take() else { return Ok(Value::EXHAUSTED) };
        let readline = this.readline.get().expect("set when made");
        let mut lines = Lines { th, readline, encoding: this.encoding.get() };
        let token = lexer.next(&mut lines);
        match token {
            Ok(token) => {
                let info = this.info(th, &lexer, token);
                if token.kind != Kind::ENDMARKER {
                    this.lexer.replace(Some(lexer));
                }
                Ok(info)
            }
            Err(Stop::End { line, offset }) => Err(raise_unexpected_end(th, line, offset)),
            Err(Stop::Mistake(m)) => Err(raise_mistake(th, &m)),
            Err(Stop::Source(raised)) => Err(raised),
        }
    }
}

impl TokenizerIter {
    /// What `tokenize.TokenInfo` is made of.
    fn info(&self, th: &Thread, lexer: &Lexer, token: lexer::Token) -> Value {
        let kind = token.kind;
        let trailing = kind == Kind::ENDMARKER || (kind == Kind::DEDENT && lexer.at_end());
        let text = lexer.text();
        let line_start =
            if kind.is_string() { lexer.string_line_start() } else { lexer.line_start() };
        let mut shown = token.range.map_or("", |(start, end)| &text[start..end]);
        let chars = |from: usize, to: usize| text[from..to].chars().count() as i32;
        let (mut line, mut end_line) = (lexer.line(), lexer.line());
        if kind.is_string() {
            line = lexer.first_line();
        }
        let (mut col, mut end_col) = (-1, -1);
        if let Some((start, end)) = token.range {
            if start >= line_start {
                col = chars(line_start, start);
            }
            if end >= lexer.line_start() {
                end_col = if line == end_line {
                    col + chars(start, end)
                } else {
                    chars(lexer.line_start(), end)
                };
            }
        }
        let mut number = kind as i32;
        let line_text = if self.extra && trailing {
            Str::new(th, "").value()
        } else {
            let whole = &text[line_start..];
            let whole = if lexer.implicit_newline {
                whole.strip_suffix('\n').unwrap_or(whole)
            } else {
                whole
            };
            self.shared_line(th, whole)
        };
        if self.extra {
            if trailing {
                line += 1;
                end_line = line;
                (col, end_col) = (0, 0);
            }
            if kind.is_operator() {
                number = Kind::OP as i32;
            }
            match kind {
                Kind::NEWLINE => {
                    shown = match (lexer.implicit_newline, shown) {
                        (true, _) => "",
                        (false, "\r") => "\r\n",
                        (false, _) => "\n",
                    };
                    end_col += 1;
                }
                Kind::NL if lexer.implicit_newline => shown = "",
                _ => {}
            }
        }
        let pair =
            |a: i32, b: i32| Tuple::new(th, &[Value::from_i32(a), Value::from_i32(b)]).value();
        let parts = [
            Value::from_i32(number),
            Str::new(th, shown).value(),
            pair(line, col),
            pair(end_line, end_col),
            line_text,
        ];
        Tuple::new(th, &parts).value()
    }

    /// The tokens of a line have the same string.
    fn shared_line(&self, th: &Thread, text: &str) -> Value {
        if let Some(last) = self.last_line.get()
            && last.cast::<Str>().is_some_and(|s| s.as_utf8().is_some_and(|s| s == text))
        {
            return last;
        }
        let line = Str::new(th, text).value();
        self.last_line.set(&self.header, Some(line));
        line
    }
}
