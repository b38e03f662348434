//! `_csv`: reading and writing delimited text.

use std::cell::Cell;

use krait_macros::methods;
use krait_runtime::gc::Field;
use krait_runtime::native::{NativeModule, class_arg};
use krait_runtime::object::{
    Object, Type, TypeDef, TypeFlags, ValueExt, alloc, alloc_as, get_attr_or_none,
};
use krait_runtime::types::dict::Dict;
use krait_runtime::types::exception::{self, Exc};
use krait_runtime::types::list::List;
use krait_runtime::types::module::Module;
use krait_runtime::types::str::build::StrBuilder;
use krait_runtime::types::str::{Chars, Str};
use krait_runtime::types::tuple::Tuple;
use krait_runtime::types::{float, int};
use krait_runtime::{
    Header, Kind, PyResult, Raised, Thread, Value, error, intern, ops, raise, shapes, state,
};

pub static MODULE: NativeModule = NativeModule {
    name: "_csv",
    doc: "CSV parsing and writing.\n",
    functions: &functions::FUNCTIONS,
    init,
};

fn init(th: &Thread, m: &'static Module) -> PyResult<()> {
    for (name, n) in [
        ("QUOTE_MINIMAL", Quoting::Minimal),
        ("QUOTE_ALL", Quoting::All),
        ("QUOTE_NONNUMERIC", Quoting::NonNumeric),
        ("QUOTE_NONE", Quoting::None),
        ("QUOTE_STRINGS", Quoting::Strings),
        ("QUOTE_NOTNULL", Quoting::NotNull),
    ] {
        m.set(th, name, Value::from_i32(n as i32));
    }
    m.add_type(th, &DIALECT);
    m.set(th, "Reader", READER.class(th).value());
    m.set(th, "Writer", WRITER.class(th).value());
    let failure = exception::new_class(th, "_csv.Error", Exc::Exception.class(), "")?;
    m.set(th, "Error", failure.value());
    let dialects = Dict::new(th).value();
    m.set(th, "_dialects", dialects);
    let own = state::module_state(th, "_csv");
    own.set_name(th, intern!(th, "Error"), failure.value());
    own.set_name(th, intern!(th, "_dialects"), dialects);
    own.set_name(th, intern!(th, "limit"), Value::from_i32(128 * 1024));
    Ok(())
}

/// Raises `_csv.Error`.
#[cold]
fn fail(th: &Thread, message: &str) -> Raised {
    let class = state::module_state(th, "_csv").get_name(intern!(th, "Error"));
    let class = class.and_then(|c| c.cast::<Type>()).expect("made by init");
    error::raise_class(th, class, &[Str::new(th, message).value()])
}

fn dialects(th: &Thread) -> &'static Dict {
    let d = state::module_state(th, "_csv").get_name(intern!(th, "_dialects"));
    d.and_then(|d| d.cast::<Dict>()).expect("made by init")
}

fn registered(th: &Thread, name: Value) -> PyResult<Value> {
    dialects(th).get(th, name)?.ok_or_else(|| fail(th, "unknown dialect"))
}

#[derive(Copy, Clone, PartialEq)]
enum Quoting {
    Minimal = 0,
    All = 1,
    NonNumeric = 2,
    None = 3,
    Strings = 4,
    NotNull = 5,
}

/// A `_csv.Dialect`.
#[repr(C)]
pub struct Dialect {
    header: Header,
    delimiter: u32,
    double_quote: bool,
    escape: Option<u32>,
    line_end: Field,
    quote: Option<u32>,
    quoting: Quoting,
    skip_space: bool,
    strict: bool,
}

pub static DIALECT: TypeDef = TypeDef::of::<Dialect>("Dialect", "_csv")
    .doc("CSV dialect\n\nThe Dialect type records CSV parsing and generation options.\n")
    .flags(TypeFlags::BASE)
    .methods(Dialect::native_methods)
    .getsets(Dialect::native_getsets);

// SAFETY: instances of the class are made by `Dialect::make` with this layout.
unsafe impl Object for Dialect {
    const KIND: Kind = Kind::Native;

    fn def() -> &'static TypeDef {
        &DIALECT
    }
}

const OPTIONS: [&str; 8] = [
    "delimiter",
    "doublequote",
    "escapechar",
    "lineterminator",
    "quotechar",
    "quoting",
    "skipinitialspace",
    "strict",
];

/// A one-character option; `None` where that is allowed and given.
fn character(
    th: &Thread,
    name: &str,
    v: Option<Value>,
    default: Option<u32>,
    optional: bool,
) -> PyResult<Option<u32>> {
    let Some(v) = v else { return Ok(default) };
    if v.is_none() && optional {
        return Ok(None);
    }
    let or_none = if optional { " or None" } else { "" };
    let Some(s) = v.cast::<Str>() else {
        let found = v.class().name_string();
        let what = format!("\"{name}\" must be a unicode character{or_none}, not {found}");
        return Err(raise!(th, TypeError, "{what}"));
    };
    if s.len() != 1 {
        return Err(raise!(
            th,
            TypeError,
            "\"{name}\" must be a unicode character{or_none}, not a string of length {}",
            s.len()
        ));
    }
    Ok(Some(s.char_at(0)))
}

impl Dialect {
    /// A dialect from another's attributes (a registered name, an object or nothing) and options.
    fn make(
        th: &Thread,
        class: &'static Type,
        base: Option<Value>,
        options: &Dict,
    ) -> PyResult<&'static Dialect> {
        let base = match base {
            Some(v) if v.cast::<Str>().is_some() => Some(registered(th, v)?),
            Some(v) if v.is_none() => None,
            other => other,
        };
        for (name, _) in options.pairs() {
            let known =
                name.cast::<Str>().is_some_and(|n| OPTIONS.iter().any(|o| n.equals_ascii(o)));
            if !known {
                let name = ops::str_string(th, name)?;
                return Err(raise!(
                    th,
                    TypeError,
                    "this function got an unexpected keyword argument '{name}'"
                ));
            }
        }
        if let Some(d) = base
            && options.is_empty()
            && let Some(d) = d.cast::<Dialect>()
            && std::ptr::eq(class, DIALECT.class(th))
        {
            return Ok(d);
        }
        let option = |name: &str| -> PyResult<Option<Value>> {
            let name = state::intern(th, name);
            match (options.get_name(name), base) {
                (Some(v), _) => Ok(Some(v)),
                (None, Some(b)) => get_attr_or_none(th, b, name),
                (None, None) => Ok(None),
            }
        };
        let flag = |name: &str, default: bool| match option(name)? {
            Some(v) => ops::truth(th, v),
            None => Ok(default),
        };
        let point = |c: char| Some(u32::from(c));
        let delimiter = character(th, "delimiter", option("delimiter")?, point(','), false)?;
        let delimiter = delimiter.expect("not optional");
        let escape = character(th, "escapechar", option("escapechar")?, None, true)?;
        let given_quote = option("quotechar")?;
        let quote = character(th, "quotechar", given_quote, point('"'), true)?;
        let line_end = match option("lineterminator")? {
            None => Str::new(th, "\r\n"),
            Some(v) => v.cast::<Str>().ok_or_else(|| {
                let found = v.class().name_string();
                raise!(th, TypeError, "\"lineterminator\" must be a string, not {found}")
            })?,
        };
        let given_quoting = option("quoting")?;
        let quoting = match given_quoting {
            None => Quoting::Minimal,
            Some(v) if v.is_exactly(shapes::INT) => match int::to_i64(v) {
                Some(0) => Quoting::Minimal,
                Some(1) => Quoting::All,
                Some(2) => Quoting::NonNumeric,
                Some(3) => Quoting::None,
                Some(4) => Quoting::Strings,
                Some(5) => Quoting::NotNull,
                _ => return Err(raise!(th, TypeError, "bad \"quoting\" value")),
            },
            Some(v) => {
                let found = v.class().name_string();
                return Err(raise!(th, TypeError, "\"quoting\" must be an integer, not {found}"));
            }
        };
        let quoting = match given_quote {
            Some(q) if q.is_none() && given_quoting.is_none() => Quoting::None,
            _ => quoting,
        };
        if quoting != Quoting::None && quote.is_none() {
            return Err(raise!(th, TypeError, "quotechar must be set if quoting enabled"));
        }
        let skip_space = flag("skipinitialspace", false)?;
        let dialect = Dialect {
            header: Header::new(0, Kind::Native),
            delimiter,
            double_quote: flag("doublequote", true)?,
            escape,
            line_end: Field::new(Some(line_end.value())),
            quote,
            quoting,
            skip_space,
            strict: flag("strict", false)?,
        };
        let chars = [
            ("delimiter", Some(delimiter), false),
            ("escapechar", escape, skip_space),
            ("quotechar", quote, skip_space),
        ];
        for (name, c, no_space) in chars {
            let bad = c.is_some_and(|c| c == 10 || c == 13 || (c == 32 && no_space));
            if bad {
                return Err(raise!(th, ValueError, "bad {name} value"));
            }
        }
        for (i, (name, c, _)) in chars.iter().enumerate() {
            for (other, d, _) in &chars[i + 1..] {
                if c.is_some() && c == d {
                    return Err(raise!(th, ValueError, "bad {name} or {other} value"));
                }
            }
        }
        for (name, c, _) in chars {
            if c.is_some_and(|c| line_end.code_points().any(|e| e == c)) {
                return Err(raise!(th, ValueError, "bad {name} or lineterminator value"));
            }
        }
        Ok(alloc_as(th, class, dialect))
    }

    fn line_end(&self) -> &'static Str {
        self.line_end.get().and_then(|s| s.cast::<Str>()).expect("set when made")
    }
}

fn char_value(th: &Thread, c: Option<u32>) -> Value {
    c.map_or(Value::NONE, |c| Str::from_char(th, c).value())
}

#[methods]
impl Dialect {
    #[staticmethod(
        sig = "(cls, /, dialect=None, delimiter=None, doublequote=None, escapechar=None, lineterminator=None, quotechar=None, quoting=None, skipinitialspace=None, strict=None)"
    )]
    fn __new__(
        th: &Thread,
        cls: Value,
        dialect: Option<Value>,
        delimiter: Option<Value>,
        doublequote: Option<Value>,
        escapechar: Option<Value>,
        lineterminator: Option<Value>,
        quotechar: Option<Value>,
        quoting: Option<Value>,
        skipinitialspace: Option<Value>,
        strict: Option<Value>,
    ) -> PyResult<&'static Dialect> {
        let class = class_arg(th, cls, DIALECT.class(th))?;
        let given = [
            delimiter,
            doublequote,
            escapechar,
            lineterminator,
            quotechar,
            quoting,
            skipinitialspace,
            strict,
        ];
        let options = Dict::new(th);
        for (name, v) in OPTIONS.iter().zip(given) {
            if let Some(v) = v {
                options.set_name(th, state::intern(th, name), v);
            }
        }
        Dialect::make(th, class, dialect, options)
    }

    #[method(sig = "($self, protocol, /)")]
    fn __reduce_ex__(th: &Thread, this: Value, _protocol: Value) -> PyResult<Value> {
        let name = this.class().name_string();
        Err(raise!(th, TypeError, "cannot pickle '{name}' instances"))
    }

    #[method(sig = "($self, /)")]
    fn __reduce__(th: &Thread, this: Value) -> PyResult<Value> {
        Dialect::__reduce_ex__(th, this, Value::NONE)
    }

    #[getter]
    fn delimiter(th: &Thread, this: &'static Dialect) -> Value {
        char_value(th, Some(this.delimiter))
    }

    #[getter]
    fn doublequote(this: &'static Dialect) -> bool {
        this.double_quote
    }

    #[getter]
    fn escapechar(th: &Thread, this: &'static Dialect) -> Value {
        char_value(th, this.escape)
    }

    #[getter]
    fn lineterminator(this: &'static Dialect) -> &'static Str {
        this.line_end()
    }

    #[getter]
    fn quotechar(th: &Thread, this: &'static Dialect) -> Value {
        char_value(th, this.quote)
    }

    #[getter]
    fn quoting(this: &'static Dialect) -> i32 {
        this.quoting as i32
    }

    #[getter]
    fn skipinitialspace(this: &'static Dialect) -> bool {
        this.skip_space
    }

    #[getter]
    fn strict(this: &'static Dialect) -> bool {
        this.strict
    }
}

/// Where a reader is in a record.
#[derive(Copy, Clone, PartialEq)]
enum At {
    RecordStart,
    FieldStart,
    Escaped,
    Unquoted,
    Quoted,
    EscapedInQuotes,
    /// After a quote inside quotes: an end or half of a doubled one.
    QuoteInQuotes,
    /// After a line end: nothing may follow in the line.
    LineEnd,
    /// After an escaped line end.
    AfterEscapedLineEnd,
}

/// The record that is read.
struct Record {
    at: At,
    fields: Vec<Value>,
    field: StrBuilder,
    /// The field had no quotes, which some kinds of quoting convert by.
    unquoted: bool,
}

/// A `_csv.reader`.
#[repr(C)]
pub struct Reader {
    header: Header,
    lines: Field,
    dialect: Field,
    line_number: Cell<u64>,
    /// Records that were begun: an iterator of lines may itself use the reader.
    begun: Cell<u64>,
}

static READER: TypeDef = TypeDef::of::<Reader>("reader", "_csv")
    .doc("CSV reader\n\nReader objects are responsible for reading and parsing tabular data\nin CSV format.\n")
    .flags(TypeFlags::NO_NEW)
    .methods(Reader::native_methods)
    .getsets(Reader::native_getsets);

// SAFETY: instances of the class are made by `functions::reader` with this layout.
unsafe impl Object for Reader {
    const KIND: Kind = Kind::Native;

    fn def() -> &'static TypeDef {
        &READER
    }
}

impl Record {
    fn new() -> Record {
        Record {
            at: At::RecordStart,
            fields: Vec::new(),
            field: StrBuilder::new(),
            unquoted: false,
        }
    }

    fn push(&mut self, th: &Thread, c: u32, limit: i64) -> PyResult<()> {
        if self.field.len() as i64 >= limit {
            let message = format!("field larger than field limit ({limit})");
            return Err(fail(th, &message));
        }
        self.field.push(c);
        Ok(())
    }

    fn save(&mut self, th: &Thread, d: &Dialect) -> PyResult<()> {
        let field = std::mem::take(&mut self.field);
        let converts = self.unquoted
            && !field.is_empty()
            && matches!(d.quoting, Quoting::NonNumeric | Quoting::Strings);
        let null = self.unquoted
            && field.is_empty()
            && matches!(d.quoting, Quoting::Strings | Quoting::NotNull);
        let text = field.finish(th).value();
        self.fields.push(if null {
            Value::NONE
        } else if converts {
            ops::call(th, float::DEF.class(th).value(), &[text])?
        } else {
            text
        });
        Ok(())
    }

    /// Takes the characters from `at` on that mean nothing inside a field, all at once; how many.
    fn take_plain(&mut self, d: &Dialect, text: &Str, at: usize, limit: i64) -> usize {
        let (At::Unquoted | At::Quoted, Chars::Ascii(t) | Chars::Latin1(t)) =
            (self.at, text.chars())
        else {
            return 0;
        };
        let special = |c: u32| {
            c == d.delimiter || c == 10 || c == 13 || Some(c) == d.quote || Some(c) == d.escape
        };
        let room = (limit - self.field.len() as i64).max(0) as usize;
        let rest = &t[at..];
        let rest = &rest[..rest.len().min(room)];
        let n = rest.iter().position(|c| special(*c as u32)).unwrap_or(rest.len());
        self.field.push_latin1(&rest[..n]);
        n
    }

    /// Takes one character; `None` is the end of a line.
    fn step(&mut self, th: &Thread, d: &Dialect, c: Option<u32>, limit: i64) -> PyResult<()> {
        let line_end = matches!(c, None | Some(10 | 13));
        let after_line_end = if c.is_none() { At::RecordStart } else { At::LineEnd };
        match self.at {
            At::RecordStart if c.is_none() => {}
            At::RecordStart if line_end => self.at = At::LineEnd,
            At::RecordStart | At::FieldStart => {
                self.unquoted = true;
                self.field_start(th, d, c, limit)?;
            }
            At::Escaped => match c {
                Some(c @ (10 | 13)) => {
                    self.push(th, c, limit)?;
                    self.at = At::AfterEscapedLineEnd;
                }
                c => {
                    self.push(th, c.unwrap_or(10), limit)?;
                    self.at = At::Unquoted;
                }
            },
            At::AfterEscapedLineEnd if c.is_none() => {}
            At::AfterEscapedLineEnd | At::Unquoted => match c {
                _ if line_end => {
                    self.save(th, d)?;
                    self.at = after_line_end;
                }
                Some(c) if Some(c) == d.escape => self.at = At::Escaped,
                Some(c) if c == d.delimiter => {
                    self.save(th, d)?;
                    self.at = At::FieldStart;
                }
                Some(c) => {
                    self.push(th, c, limit)?;
                    self.at = At::Unquoted;
                }
                None => unreachable!("a line end"),
            },
            At::Quoted => match c {
                None => {}
                Some(c) if Some(c) == d.escape => self.at = At::EscapedInQuotes,
                Some(c) if Some(c) == d.quote && d.quoting != Quoting::None => {
                    self.at = if d.double_quote { At::QuoteInQuotes } else { At::Unquoted };
                }
                Some(c) => self.push(th, c, limit)?,
            },
            At::EscapedInQuotes => {
                self.push(th, c.unwrap_or(10), limit)?;
                self.at = At::Quoted;
            }
            At::QuoteInQuotes => match c {
                Some(c) if Some(c) == d.quote && d.quoting != Quoting::None => {
                    self.push(th, c, limit)?;
                    self.at = At::Quoted;
                }
                Some(c) if c == d.delimiter => {
                    self.save(th, d)?;
                    self.at = At::FieldStart;
                }
                _ if line_end => {
                    self.save(th, d)?;
                    self.at = after_line_end;
                }
                Some(c) if !d.strict => {
                    self.push(th, c, limit)?;
                    self.at = At::Unquoted;
                }
                _ => {
                    let show = |c: u32| char::from_u32(c).unwrap_or('\u{fffd}');
                    let (delimiter, quote) = (show(d.delimiter), d.quote.map_or('"', show));
                    return Err(fail(th, &format!("'{delimiter}' expected after '{quote}'")));
                }
            },
            At::LineEnd => match c {
                Some(10 | 13) => {}
                None => self.at = At::RecordStart,
                Some(_) => {
                    return Err(fail(
                        th,
                        "new-line character seen in unquoted field - do you need to open the file with newline=''?",
                    ));
                }
            },
        }
        Ok(())
    }

    fn field_start(
        &mut self,
        th: &Thread,
        d: &Dialect,
        c: Option<u32>,
        limit: i64,
    ) -> PyResult<()> {
        match c {
            None | Some(10 | 13) => {
                self.save(th, d)?;
                self.at = if c.is_none() { At::RecordStart } else { At::LineEnd };
            }
            Some(c) if Some(c) == d.quote && d.quoting != Quoting::None => {
                self.unquoted = false;
                self.at = At::Quoted;
            }
            Some(c) if Some(c) == d.escape => self.at = At::Escaped,
            Some(32) if d.skip_space => self.at = At::FieldStart,
            Some(c) if c == d.delimiter => {
                self.save(th, d)?;
                self.at = At::FieldStart;
            }
            Some(c) => {
                self.push(th, c, limit)?;
                self.at = At::Unquoted;
            }
        }
        Ok(())
    }
}

#[methods]
impl Reader {
    #[method]
    fn __iter__(this: Value) -> Value {
        this
    }

    #[method]
    fn __next__(th: &Thread, this: &'static Reader) -> PyResult<Value> {
        let lines = this.lines.get().expect("set when made");
        let d = this.dialect.get().and_then(|d| d.cast::<Dialect>()).expect("set when made");
        let limit = state::module_state(th, "_csv").get_name(intern!(th, "limit"));
        let limit = limit.and_then(int::to_i64).unwrap_or(i64::MAX);
        let mut record = Record::new();
        let own = this.begun.get() + 1;
        this.begun.set(own);
        loop {
            let line = ops::next(th, lines)?;
            if this.begun.get() != own {
                return Err(fail(th, "iterator has already advanced the reader"));
            }
            let Some(line) = line else {
                let unfinished = !record.field.is_empty() || record.at == At::Quoted;
                if unfinished && d.strict {
                    return Err(fail(th, "unexpected end of data"));
                }
                if unfinished || record.at == At::AfterEscapedLineEnd {
                    record.save(th, d)?;
                    return Ok(List::new(th, &record.fields).value());
                }
                return Ok(Value::EXHAUSTED);
            };
            let Some(text) = line.cast::<Str>() else {
                let found = line.class().name_string();
                return Err(fail(
                    th,
                    &format!(
                        "iterator should return strings, not {found} (the file should be opened in text mode)"
                    ),
                ));
            };
            this.line_number.set(this.line_number.get() + 1);
            let mut at = 0;
            while at < text.len() {
                let taken = record.take_plain(d, text, at, limit);
                if taken == 0 {
                    record.step(th, d, Some(text.char_at(at)), limit)?;
                }
                at += taken.max(1);
            }
            record.step(th, d, None, limit)?;
            if record.at == At::RecordStart {
                return Ok(List::new(th, &record.fields).value());
            }
        }
    }

    #[getter]
    fn dialect(this: &'static Reader) -> Option<Value> {
        this.dialect.get()
    }

    #[getter]
    fn line_num(this: &'static Reader) -> u64 {
        this.line_number.get()
    }
}

/// A `_csv.writer`.
#[repr(C)]
pub struct Writer {
    header: Header,
    write: Field,
    dialect: Field,
}

static WRITER: TypeDef = TypeDef::of::<Writer>("writer", "_csv")
    .doc("CSV writer\n\nWriter objects are responsible for generating tabular data\nin CSV format from sequence input.\n")
    .flags(TypeFlags::NO_NEW)
    .methods(Writer::native_methods)
    .getsets(Writer::native_getsets);

// SAFETY: instances of the class are made by `functions::writer` with this layout.
unsafe impl Object for Writer {
    const KIND: Kind = Kind::Native;

    fn def() -> &'static TypeDef {
        &WRITER
    }
}

/// Adds a field to a row: `text` is nothing for a null value.
fn push_field(
    th: &Thread,
    d: &Dialect,
    row: &mut StrBuilder,
    text: Option<&Str>,
    first: bool,
    mut quoted: bool,
) -> PyResult<()> {
    if !first {
        row.push(d.delimiter);
    }
    let own_end = d.line_end().code_points().any(|c| c != 10 && c != 13);
    let is_special = |c: u32| {
        c == d.delimiter
            || Some(c) == d.escape
            || Some(c) == d.quote
            || c == 10
            || c == 13
            || own_end && d.line_end().has_char(c)
    };
    if let Some(t) = text
        && !quoted
        && !t.is_empty()
        && !t.code_points().any(is_special)
    {
        row.push_object(t);
        return Ok(());
    }
    let mut body: Vec<u32> = Vec::new();
    for c in text.iter().flat_map(|t| t.code_points()) {
        if is_special(c) {
            let mut escapes = false;
            if d.quoting == Quoting::None {
                escapes = true;
            } else {
                if Some(c) == d.quote {
                    if d.double_quote {
                        body.extend(d.quote);
                    } else {
                        escapes = true;
                    }
                } else if Some(c) == d.escape {
                    escapes = true;
                }
                if !escapes {
                    quoted = true;
                }
            }
            if escapes {
                let Some(escape) = d.escape else {
                    return Err(fail(th, "need to escape, but no escapechar set"));
                };
                body.push(escape);
            }
        }
        body.push(c);
    }
    // An empty field where spaces are skipped would be lost at a space delimiter.
    if body.is_empty() && d.delimiter == 32 && d.skip_space {
        let forbidden = d.quoting == Quoting::None
            || (text.is_none() && matches!(d.quoting, Quoting::Strings | Quoting::NotNull));
        if forbidden {
            return Err(fail(
                th,
                "empty field must be quoted if delimiter is a space and skipinitialspace is true",
            ));
        }
        quoted = true;
    }
    let quote = if quoted { d.quote } else { None };
    quote.iter().chain(&body).chain(&quote).for_each(|c| row.push(*c));
    Ok(())
}

#[methods]
impl Writer {
    /// writerow(iterable)
    ///
    /// Construct and write a CSV record from an iterable of fields.  Non-string
    /// elements will be converted to string.
    #[method(sig = "($self, row, /)")]
    fn writerow(th: &Thread, this: &'static Writer, row: Value) -> PyResult<Value> {
        let d = this.dialect.get().and_then(|d| d.cast::<Dialect>()).expect("set when made");
        let it = ops::get_iter(th, row).map_err(|e| {
            if error::raised_is(th, Exc::TypeError) {
                th.raised.set(None);
                let found = row.class().name_string();
                return fail(th, &format!("iterable expected, not {found}"));
            }
            e
        })?;
        let mut out = StrBuilder::new();
        let mut fields = 0;
        let mut null = false;
        while let Some(v) = ops::next(th, it)? {
            let is_number = int::is_int(v) || float::value(v).is_some();
            let quoted = match d.quoting {
                Quoting::All => true,
                Quoting::NonNumeric => !is_number,
                Quoting::Strings => v.cast::<Str>().is_some(),
                Quoting::NotNull => !v.is_none(),
                Quoting::Minimal | Quoting::None => false,
            };
            null = v.is_none();
            let text = if null { None } else { Some(ops::str(th, v)?) };
            push_field(th, d, &mut out, text, fields == 0, quoted)?;
            fields += 1;
        }
        if fields > 0 && out.is_empty() {
            let forbidden = d.quoting == Quoting::None
                || (null && matches!(d.quoting, Quoting::Strings | Quoting::NotNull));
            if forbidden {
                return Err(fail(th, "single empty field record must be quoted"));
            }
            d.quote.iter().chain(&d.quote).for_each(|c| out.push(*c));
        }
        out.push_object(d.line_end());
        let text = out.finish(th).value();
        ops::call(th, this.write.get().expect("set when made"), &[text])
    }

    /// writerows(iterable of iterables)
    ///
    /// Construct and write a series of iterables to a csv file.  Non-string
    /// elements will be converted to string.
    #[method(sig = "($self, rows, /)")]
    fn writerows(th: &Thread, this: &'static Writer, rows: Value) -> PyResult<()> {
        let it = ops::get_iter(th, rows)?;
        while let Some(row) = ops::next(th, it)? {
            Writer::writerow(th, this, row)?;
        }
        Ok(())
    }

    #[getter]
    fn dialect(this: &'static Writer) -> Option<Value> {
        this.dialect.get()
    }
}

#[krait_macros::module]
mod functions {
    use super::*;

    /// The subject and the dialect of `reader` and `writer`.
    fn arguments(
        th: &Thread,
        name: &str,
        args: &Tuple,
        options: &Dict,
    ) -> PyResult<(Value, &'static Dialect)> {
        let class = DIALECT.class(th);
        let key = intern!(th, "dialect");
        match *args.values() {
            [v] if options.get_name(key).is_some() => {
                let rest = options.copy(th);
                let d = rest.remove(th, key)?;
                Ok((v, Dialect::make(th, class, d, rest)?))
            }
            [v] => Ok((v, Dialect::make(th, class, None, options)?)),
            [v, d] => Ok((v, Dialect::make(th, class, Some(d), options)?)),
            ref more => Err(raise!(
                th,
                TypeError,
                "{name} expected at most 2 arguments, got {}",
                more.len()
            )),
        }
    }

    /// Return a reader object that will process lines from the given iterable.
    ///
    /// The "iterable" argument can be any object that returns a line
    /// of input for each iteration, such as a file object or a list.  The
    /// optional "dialect" argument defines a CSV dialect.  The function
    /// also accepts optional keyword arguments which override settings
    /// provided by the dialect.
    ///
    /// The returned object is an iterator.  Each iteration returns a row
    /// of the CSV file (which can span multiple input lines).
    ///
    #[function(sig = "(iterable, /, *args, **options)")]
    fn reader(
        th: &Thread,
        iterable: Value,
        args: &Tuple,
        options: &'static Dict,
    ) -> PyResult<Value> {
        let all = Tuple::new(th, &[&[iterable], args.values()].concat());
        let lines = ops::get_iter(th, iterable)?;
        let (_, dialect) = arguments(th, "reader", all, options)?;
        READER.class(th);
        let reader = Reader {
            header: Header::new(READER.shape_id(), Kind::Native),
            lines: Field::new(Some(lines)),
            dialect: Field::new(Some(dialect.value())),
            line_number: Cell::new(0),
            begun: Cell::new(0),
        };
        Ok(alloc(th, reader).value())
    }

    /// Return a writer object that will write user data on the given file object.
    ///
    /// The "fileobj" argument can be any object that supports the file API.
    /// The optional "dialect" argument defines a CSV dialect.  The function
    /// also accepts optional keyword arguments which override settings
    /// provided by the dialect.
    ///
    #[function(sig = "(fileobj, /, *args, **options)")]
    fn writer(
        th: &Thread,
        fileobj: Value,
        args: &Tuple,
        options: &'static Dict,
    ) -> PyResult<Value> {
        let all = Tuple::new(th, &[&[fileobj], args.values()].concat());
        let write = get_attr_or_none(th, fileobj, intern!(th, "write"))?;
        let callable = |v: &Value| v.slot(krait_runtime::object::Slot::Call).is_some();
        let Some(write) = write.filter(callable) else {
            return Err(raise!(th, TypeError, "argument 1 must have a \"write\" method"));
        };
        let (_, dialect) = arguments(th, "writer", all, options)?;
        WRITER.class(th);
        let writer = Writer {
            header: Header::new(WRITER.shape_id(), Kind::Native),
            write: Field::new(Some(write)),
            dialect: Field::new(Some(dialect.value())),
        };
        Ok(alloc(th, writer).value())
    }

    /// Create a mapping from a string name to a CVS dialect.
    ///
    /// The optional "dialect" argument specifies the base dialect instance
    /// or the name of the registered dialect.  The function also accepts
    /// optional keyword arguments which override settings provided by the
    /// dialect.
    ///
    #[function(sig = "(name, dialect=None, /, **options)")]
    fn register_dialect(
        th: &Thread,
        name: Value,
        dialect: Option<Value>,
        options: &'static Dict,
    ) -> PyResult<()> {
        if name.cast::<Str>().is_none() {
            return Err(raise!(th, TypeError, "dialect name must be a string"));
        }
        let d = Dialect::make(th, DIALECT.class(th), dialect, options)?;
        dialects(th).set(th, name, d.value())
    }

    /// Delete the name/dialect mapping associated with a string name.
    #[function(sig = "(name)")]
    fn unregister_dialect(th: &Thread, name: Value) -> PyResult<()> {
        match dialects(th).remove(th, name)? {
            Some(_) => Ok(()),
            None => Err(fail(th, "unknown dialect")),
        }
    }

    /// Return the dialect instance associated with name.
    #[function(sig = "(name)")]
    fn get_dialect(th: &Thread, name: Value) -> PyResult<Value> {
        registered(th, name)
    }

    /// Return a list of all known dialect names.
    #[function]
    fn list_dialects(th: &Thread) -> Value {
        let names: Vec<Value> = dialects(th).pairs().iter().map(|(k, _)| *k).collect();
        List::new(th, &names).value()
    }

    /// Sets an upper limit on parsed fields.
    ///
    /// Returns old limit. If limit is not given, no new limit is set and
    /// the old limit is returned
    #[function(sig = "(new_limit=<unrepresentable>)")]
    fn field_size_limit(th: &Thread, new_limit: Option<Value>) -> PyResult<Value> {
        let own = state::module_state(th, "_csv");
        let name = intern!(th, "limit");
        let old = own.get_name(name).expect("set by init");
        if let Some(v) = new_limit {
            if !v.is_exactly(shapes::INT) {
                return Err(raise!(th, TypeError, "limit must be an integer"));
            }
            own.set_name(th, name, v);
        }
        Ok(old)
    }
}
