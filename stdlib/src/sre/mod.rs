//! `_sre`: compiled patterns, matches and scanners. `program` reads the code words that the package
//! `re` compiles, `matcher` runs them.

mod matcher;
mod program;

use std::cell::{Cell, RefCell};

use krait_macros::methods;
use krait_runtime::error::PyResult;
use krait_runtime::gc::{self, Field, Scan};
use krait_runtime::native::NativeModule;
use krait_runtime::object::{Object, TypeDef, TypeFlags, ValueExt, alloc_as};
use krait_runtime::ops::{self, Comparison};
use krait_runtime::types::bytes::{self, Bytes};
use krait_runtime::types::dict::Dict;
use krait_runtime::types::list::List;
use krait_runtime::types::module::Module;
use krait_runtime::types::str::{Chars, Str};
use krait_runtime::types::tuple::Tuple;
use krait_runtime::types::{generic_alias, int, mapping_proxy};
use krait_runtime::{Header, Kind, Raised, Thread, Value, raise};
use matcher::{How, Memory};
use program::Program;

/// The version of the code words, as in `re._constants`.
const MAGIC: i32 = 20230612;
/// Bytes of a code word.
const CODE_SIZE: usize = 4;
const MAX_GROUPS: usize = 1073741823;

pub static MODULE: NativeModule =
    NativeModule { name: "_sre", doc: "", functions: &functions::FUNCTIONS, init };

fn init(th: &Thread, m: &'static Module) -> PyResult<()> {
    m.set(th, "MAGIC", Value::from_i32(MAGIC));
    m.set(th, "CODESIZE", Value::from_len(CODE_SIZE));
    m.set(th, "MAXREPEAT", Value::from_len(program::UNLIMITED as usize));
    m.set(th, "MAXGROUPS", Value::from_len(MAX_GROUPS));
    m.set(th, "copyright", Str::new(th, "").value());
    for def in [&PATTERN, &MATCH, &SCANNER, &TEMPLATE] {
        def.class(th);
    }
    Ok(())
}

/// A `re.Pattern`.
#[repr(C)]
pub struct Pattern {
    header: Header,
    pattern: Field,
    /// Names of groups and their numbers.
    groupindex: Field,
    /// A tuple: the name of each group, or `None`.
    indexgroup: Field,
    program: Program,
    memory: RefCell<Memory>,
    flags: i64,
    groups: usize,
    is_bytes: bool,
}

/// Start and end of a group in characters; -1 where it took no part.
type Span = (isize, isize);

/// A `re.Match`.
#[repr(C)]
pub struct Match {
    header: Header,
    string: Field,
    pattern: Field,
    /// A buffer with the span of the whole and of each group.
    spans: *const Span,
    len: usize,
    pos: usize,
    endpos: usize,
    lastindex: isize,
}

/// What `Pattern.scanner` gives.
#[repr(C)]
pub struct Scanner {
    header: Header,
    pattern: Field,
    string: Field,
    at: Cell<usize>,
    end: usize,
    must_advance: Cell<bool>,
}

/// A replacement that was parsed: literals and group numbers in turn.
#[repr(C)]
pub struct Template {
    header: Header,
    /// A tuple: literal, then group number and literal repeatedly.
    items: Field,
}

pub static PATTERN: TypeDef = TypeDef::of::<Pattern>("Pattern", "re")
    .doc("Compiled regular expression object.")
    .flags(TypeFlags::NO_NEW.or(TypeFlags::WEAKREF))
    .methods(Pattern::native_methods)
    .getsets(Pattern::native_getsets);

pub static MATCH: TypeDef = TypeDef::of::<Match>("Match", "re")
    .doc("The result of re.match() and re.search().\nMatch objects always have a boolean value of True.")
    .flags(TypeFlags::NO_NEW)
    .methods(Match::native_methods)
    .getsets(Match::native_getsets);

pub static SCANNER: TypeDef = TypeDef::of::<Scanner>("SRE_Scanner", "_sre")
    .flags(TypeFlags::NO_NEW)
    .methods(Scanner::native_methods)
    .getsets(Scanner::native_getsets);

pub static TEMPLATE: TypeDef =
    TypeDef::of::<Template>("SRE_Template", "_sre").flags(TypeFlags::NO_NEW);

macro_rules! native_object {
    ($type:ident, $def:ident) => {
        // SAFETY: instances are made by this file with this layout.
        unsafe impl Object for $type {
            const KIND: Kind = Kind::Native;

            fn def() -> &'static TypeDef {
                &$def
            }
        }
    };
}

native_object!(Pattern, PATTERN);
native_object!(Match, MATCH);
native_object!(Scanner, SCANNER);
native_object!(Template, TEMPLATE);

impl Pattern {
    /// The subject's length; raises `TypeError` for what this pattern cannot be used on.
    fn check_subject(&self, th: &Thread, string: Value) -> PyResult<usize> {
        if let Some(s) = string.cast::<Str>() {
            if self.is_bytes {
                return Err(raise!(
                    th,
                    TypeError,
                    "cannot use a bytes pattern on a string-like object"
                ));
            }
            return Ok(s.len());
        }
        match bytes::view(th, string)? {
            None => Err(raise!(
                th,
                TypeError,
                "expected string or bytes-like object, got '{}'",
                string.type_name()
            )),
            Some(_) if !self.is_bytes && !self.pattern.get().is_none_or(Value::is_none) => {
                Err(raise!(th, TypeError, "cannot use a string pattern on a bytes-like object"))
            }
            Some(b) => Ok(b.len()),
        }
    }

    /// Where the pattern matches the subject; the groups are in the memory until the next run.
    fn run(
        &self,
        th: &Thread,
        string: Value,
        how: How,
        places: (usize, usize),
        must_advance: bool,
    ) -> PyResult<Option<(usize, usize)>> {
        let (p, memory) = (&self.program, &mut *self.memory.borrow_mut());
        if let Some(s) = string.cast::<Str>() {
            return Ok(match s.chars() {
                Chars::Ascii(t) | Chars::Latin1(t) => {
                    matcher::run(p, memory, t, how, places, must_advance)
                }
                Chars::Ucs2(t) => matcher::run(p, memory, t, how, places, must_advance),
                Chars::Ucs4(t) => matcher::run(p, memory, t, how, places, must_advance),
            });
        }
        let bytes = bytes::expect_view(th, string)?;
        // The object may have changed its size since the places were looked at.
        let places = (places.0.min(bytes.len()), places.1.min(bytes.len()));
        Ok(matcher::run(p, memory, bytes, how, places, must_advance))
    }

    /// The text of group `i` (from 1) in the last run, which found the subject to match.
    fn group_text(&self, th: &Thread, string: Value, i: usize, default: Value) -> PyResult<Value> {
        let span = self.memory.borrow().group(i - 1);
        span.map_or(Ok(default), |(start, end)| slice(th, string, start, end.max(start)))
    }

    /// The match that the last run found.
    fn match_object(
        &'static self,
        th: &Thread,
        string: Value,
        found: (usize, usize),
        pos: usize,
        endpos: usize,
    ) -> &'static Match {
        let len = self.groups + 1;
        let spans = gc::buffer(th, Scan::NoScan, len * size_of::<Span>()) as *mut Span;
        let memory = self.memory.borrow();
        let span = |(a, b): (usize, usize)| (a as isize, b as isize);
        for i in 0..len {
            let found = if i == 0 { Some(found) } else { memory.group(i - 1) };
            // SAFETY: the buffer has room for `len` spans.
            unsafe { spans.add(i).write(found.map_or((-1, -1), span)) };
        }
        alloc_as(
            th,
            MATCH.class(th),
            Match {
                header: Header::new(0, Kind::Native),
                string: Field::new(Some(string)),
                pattern: Field::new(Some(self.value())),
                spans,
                len,
                pos,
                endpos,
                lastindex: memory.last_group(&self.program).map_or(-1, |n| n as isize),
            },
        )
    }

    /// One run from Python's arguments.
    fn once(
        &'static self,
        th: &Thread,
        string: Value,
        pos: Option<i64>,
        endpos: Option<i64>,
        how: How,
    ) -> PyResult<Option<Value>> {
        let len = self.check_subject(th, string)?;
        let (start, end) = bounds(len, pos, endpos);
        if start > end {
            return Ok(None);
        }
        let found = self.run(th, string, how, (start, end), false)?;
        Ok(found.map(|found| self.match_object(th, string, found, start, end).value()))
    }
}

fn bounds(len: usize, pos: Option<i64>, endpos: Option<i64>) -> (usize, usize) {
    let clip = |n: i64| (n.max(0) as usize).min(len);
    (clip(pos.unwrap_or(0)), clip(endpos.unwrap_or(i64::MAX)))
}

/// The part of a subject.
fn slice(th: &Thread, string: Value, start: usize, end: usize) -> PyResult<Value> {
    if let Some(s) = string.cast::<Str>() {
        return Ok(s.slice(th, start.min(s.len()), end.min(s.len())).value());
    }
    let b = bytes::expect_view(th, string)?;
    Ok(Bytes::new(th, &b[start.min(b.len())..end.min(b.len())]).value())
}

/// Joins parts of the subject's kind.
fn join(th: &Thread, string: Value, parts: &[Value]) -> PyResult<Value> {
    if string.cast::<Str>().is_some() {
        let all: Option<Vec<&'static Str>> = parts.iter().map(|p| p.cast::<Str>()).collect();
        let Some(all) = all else {
            let bad = parts.iter().position(|p| p.cast::<Str>().is_none()).expect("one is not");
            let name = parts[bad].type_name();
            return Err(raise!(
                th,
                TypeError,
                "sequence item {bad}: expected str instance, {name} found"
            ));
        };
        return Ok(Str::from_parts(th, all.iter().copied()).value());
    }
    let mut out = Vec::new();
    for (i, p) in parts.iter().enumerate() {
        match bytes::view(th, *p)? {
            Some(b) => out.extend_from_slice(b),
            None => {
                let name = p.type_name();
                return Err(raise!(
                    th,
                    TypeError,
                    "sequence item {i}: expected a bytes-like object, {name} found"
                ));
            }
        }
    }
    Ok(Bytes::new(th, &out).value())
}

/// What a replacement is.
enum Replacement {
    Literal(Value),
    Template(&'static Template),
    Function(Value),
}

impl Pattern {
    fn replacement(&'static self, th: &Thread, repl: Value) -> PyResult<Replacement> {
        if repl.slot(krait_runtime::object::Slot::Call).is_some() {
            return Ok(Replacement::Function(repl));
        }
        let plain = match repl.cast::<Str>() {
            Some(s) => !s.has_char('\\' as u32),
            None => bytes::bytes_like(repl).is_some_and(|b| !b.contains(&b'\\')),
        };
        if plain {
            return Ok(Replacement::Literal(repl));
        }
        let f = ops::import::from_module(th, "re", "_compile_template")?;
        let t = ops::call(th, f, &[self.value(), repl])?;
        Ok(match t.cast::<Template>() {
            Some(t) => Replacement::Template(t),
            None => Replacement::Function(t),
        })
    }

    fn substitute(
        &'static self,
        th: &Thread,
        repl: Value,
        string: Value,
        count: i64,
    ) -> PyResult<(Value, usize)> {
        let replacement = self.replacement(th, repl)?;
        let len = self.check_subject(th, string)?;
        let (mut at, mut copied, mut n, mut must_advance) = (0, 0, 0usize, false);
        let mut parts = Vec::new();
        while count <= 0 || (n as i64) < count {
            let found = self.run(th, string, How::Search, (at, len), must_advance)?;
            let Some((start, end)) = found else { break };
            if copied < start {
                parts.push(slice(th, string, copied, start)?);
            }
            match &replacement {
                Replacement::Literal(v) => parts.push(*v),
                Replacement::Template(t) => {
                    let m = self.match_object(th, string, (start, end), 0, len);
                    parts.push(t.expand(th, m)?);
                }
                Replacement::Function(f) => {
                    let m = self.match_object(th, string, (start, end), 0, len);
                    let v = ops::call(th, *f, &[m.value()])?;
                    if !v.is_none() {
                        parts.push(v);
                    }
                }
            }
            copied = end;
            n += 1;
            must_advance = start == end;
            at = end;
        }
        if n == 0 {
            let exact = string.is_exactly(krait_runtime::shapes::STR);
            return Ok((if exact { string } else { slice(th, string, 0, len)? }, 0));
        }
        if copied < len {
            parts.push(slice(th, string, copied, len)?);
        }
        Ok((join(th, string, &parts)?, n))
    }
}

impl Template {
    fn expand(&self, th: &Thread, m: &Match) -> PyResult<Value> {
        let items =
            self.items.get().and_then(|t| t.cast::<Tuple>()).expect("set when made").values();
        let mut parts = Vec::new();
        for v in items {
            if int::is_int(*v) {
                let group =
                    m.group_value(th, int::to_i64(*v).unwrap_or(-1) as usize, Value::NONE)?;
                if !group.is_none() {
                    parts.push(group);
                }
            } else {
                parts.push(*v);
            }
        }
        join(th, m.string.get().expect("set when made"), &parts)
    }
}

#[methods]
impl Pattern {
    /// Matches zero or more characters at the beginning of the string.
    #[method(name = "match", sig = "($self, /, string, pos=0, endpos=sys.maxsize)")]
    fn match_(
        th: &Thread,
        this: &'static Pattern,
        string: Value,
        pos: Option<i64>,
        endpos: Option<i64>,
    ) -> PyResult<Option<Value>> {
        this.once(th, string, pos, endpos, How::Match)
    }

    /// Matches against all of the string.
    #[method(sig = "($self, /, string, pos=0, endpos=sys.maxsize)")]
    fn fullmatch(
        th: &Thread,
        this: &'static Pattern,
        string: Value,
        pos: Option<i64>,
        endpos: Option<i64>,
    ) -> PyResult<Option<Value>> {
        this.once(th, string, pos, endpos, How::FullMatch)
    }

    /// Scan through string looking for a match, and return a corresponding match object instance.
    ///
    /// Return None if no position in the string matches.
    #[method(sig = "($self, /, string, pos=0, endpos=sys.maxsize)")]
    fn search(
        th: &Thread,
        this: &'static Pattern,
        string: Value,
        pos: Option<i64>,
        endpos: Option<i64>,
    ) -> PyResult<Option<Value>> {
        this.once(th, string, pos, endpos, How::Search)
    }

    /// Return a list of all non-overlapping matches of pattern in string.
    #[method(sig = "($self, /, string, pos=0, endpos=sys.maxsize)")]
    fn findall(
        th: &Thread,
        this: &'static Pattern,
        string: Value,
        pos: Option<i64>,
        endpos: Option<i64>,
    ) -> PyResult<Value> {
        let len = this.check_subject(th, string)?;
        let (mut at, end) = bounds(len, pos, endpos);
        let out = List::new(th, &[]);
        let empty = slice(th, string, 0, 0)?;
        let mut must_advance = false;
        while at <= end {
            let found = this.run(th, string, How::Search, (at, end), must_advance)?;
            let Some((start, stop)) = found else { break };
            let item = match this.groups {
                0 => slice(th, string, start, stop)?,
                1 => this.group_text(th, string, 1, empty)?,
                n => {
                    let all: Vec<Value> = (1..=n)
                        .map(|i| this.group_text(th, string, i, empty))
                        .collect::<PyResult<_>>()?;
                    Tuple::new(th, &all).value()
                }
            };
            out.push(th, item);
            must_advance = start == stop;
            at = stop;
        }
        Ok(out.value())
    }

    /// Return an iterator over all non-overlapping matches for the RE pattern in string.
    ///
    /// For each match, the iterator returns a match object.
    #[method(sig = "($self, /, string, pos=0, endpos=sys.maxsize)")]
    fn finditer(
        th: &Thread,
        this: &'static Pattern,
        string: Value,
        pos: Option<i64>,
        endpos: Option<i64>,
    ) -> PyResult<Value> {
        let scanner = Pattern::scanner(th, this, string, pos, endpos)?;
        let search =
            krait_runtime::object::get_attr(th, scanner, krait_runtime::intern!(th, "search"))?;
        let iter = krait_runtime::state::builtins().get_name(krait_runtime::intern!(th, "iter"));
        ops::call(th, iter.expect("a builtin"), &[search, Value::NONE])
    }

    #[method(sig = "($self, /, string, pos=0, endpos=sys.maxsize)")]
    fn scanner(
        th: &Thread,
        this: &'static Pattern,
        string: Value,
        pos: Option<i64>,
        endpos: Option<i64>,
    ) -> PyResult<Value> {
        let len = this.check_subject(th, string)?;
        let (at, end) = bounds(len, pos, endpos);
        Ok(alloc_as(
            th,
            SCANNER.class(th),
            Scanner {
                header: Header::new(0, Kind::Native),
                pattern: Field::new(Some(this.value())),
                string: Field::new(Some(string)),
                at: Cell::new(at),
                end,
                must_advance: Cell::new(false),
            },
        )
        .value())
    }

    /// Split string by the occurrences of pattern.
    #[method(sig = "($self, /, string, maxsplit=0)")]
    fn split(
        th: &Thread,
        this: &'static Pattern,
        string: Value,
        maxsplit: Option<i64>,
    ) -> PyResult<Value> {
        let len = this.check_subject(th, string)?;
        let out = List::new(th, &[]);
        let limit = maxsplit.unwrap_or(0);
        let (mut at, mut n, mut must_advance) = (0, 0, false);
        while limit <= 0 || n < limit {
            let found = this.run(th, string, How::Search, (at, len), must_advance)?;
            let Some((start, stop)) = found else { break };
            out.push(th, slice(th, string, at, start)?);
            for i in 1..=this.groups {
                out.push(th, this.group_text(th, string, i, Value::NONE)?);
            }
            n += 1;
            must_advance = start == stop;
            at = stop;
        }
        out.push(th, slice(th, string, at, len)?);
        Ok(out.value())
    }

    /// Return the string obtained by replacing the leftmost non-overlapping occurrences of pattern in string by the replacement repl.
    #[method(sig = "($self, /, repl, string, count=0)")]
    fn sub(
        th: &Thread,
        this: &'static Pattern,
        repl: Value,
        string: Value,
        count: Option<i64>,
    ) -> PyResult<Value> {
        this.substitute(th, repl, string, count.unwrap_or(0)).map(|(v, _)| v)
    }

    /// Return the tuple (new_string, number_of_subs_made) found by replacing the leftmost non-overlapping occurrences of pattern with the replacement repl.
    #[method(sig = "($self, /, repl, string, count=0)")]
    fn subn(
        th: &Thread,
        this: &'static Pattern,
        repl: Value,
        string: Value,
        count: Option<i64>,
    ) -> PyResult<Value> {
        let (v, n) = this.substitute(th, repl, string, count.unwrap_or(0))?;
        Ok(Tuple::new(th, &[v, Value::from_len(n)]).value())
    }

    #[getter]
    fn pattern(this: &'static Pattern) -> Option<Value> {
        this.pattern.get()
    }

    /// The regex matching flags.
    #[getter]
    fn flags(this: &'static Pattern) -> i64 {
        this.flags
    }

    /// The number of capturing groups in the pattern.
    #[getter]
    fn groups(this: &'static Pattern) -> usize {
        this.groups
    }

    /// A dictionary mapping group names to group numbers.
    #[getter]
    fn groupindex(th: &Thread, this: &'static Pattern) -> PyResult<Value> {
        let d = this.groupindex.get().expect("set when made");
        ops::call(th, mapping_proxy::DEF.class(th).value(), &[d])
    }

    #[method]
    fn __repr__(th: &Thread, this: &'static Pattern) -> PyResult<String> {
        let names = [
            (2, "re.IGNORECASE"),
            (4, "re.LOCALE"),
            (8, "re.MULTILINE"),
            (16, "re.DOTALL"),
            (32, "re.UNICODE"),
            (64, "re.VERBOSE"),
            (128, "re.DEBUG"),
            (256, "re.ASCII"),
        ];
        let mut flags = this.flags;
        if !this.is_bytes && flags & (4 | 32 | 256) == 32 {
            flags &= !32;
        }
        let mut shown = Vec::new();
        for (bit, name) in names {
            if flags & bit != 0 {
                shown.push(name.to_string());
                flags &= !bit;
            }
        }
        if flags != 0 {
            shown.push(format!("{flags:#x}"));
        }
        let text = ops::repr_string(th, this.pattern.get().unwrap_or(Value::NONE))?;
        let text: String = text.chars().take(200).collect();
        if shown.is_empty() {
            return Ok(format!("re.compile({text})"));
        }
        Ok(format!("re.compile({text}, {})", shown.join("|")))
    }

    #[method]
    fn __hash__(th: &Thread, this: &'static Pattern) -> PyResult<i64> {
        Ok(ops::hash(th, this.pattern.get().unwrap_or(Value::NONE))? ^ this.flags)
    }

    #[comparison]
    fn compare(
        th: &Thread,
        this: &'static Pattern,
        other: Value,
        op: Comparison,
    ) -> PyResult<Value> {
        let (Some(other), true) =
            (other.cast::<Pattern>(), matches!(op, Comparison::Eq | Comparison::Ne))
        else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        let same = this.flags == other.flags
            && this.is_bytes == other.is_bytes
            && this.program.code() == other.program.code()
            && ops::equals(
                th,
                this.pattern.get().unwrap_or(Value::NONE),
                other.pattern.get().unwrap_or(Value::NONE),
            )?;
        Ok(Value::from_bool(same == (op == Comparison::Eq)))
    }

    #[method]
    fn __copy__(this: &'static Pattern) -> Value {
        this.value()
    }

    #[method(sig = "($self, memo, /)")]
    fn __deepcopy__(this: &'static Pattern, _memo: Value) -> Value {
        this.value()
    }

    /// See PEP 585
    #[classmethod(sig = "($type, object, /)")]
    fn __class_getitem__(th: &Thread, cls: Value, item: Value) -> PyResult<Value> {
        generic_alias::new(th, cls, item)
    }
}

impl Match {
    fn spans(&self) -> &[Span] {
        // SAFETY: `match_object` made the buffer, which this object keeps alive.
        unsafe { std::slice::from_raw_parts(self.spans, self.len) }
    }

    fn owner(&self) -> &'static Pattern {
        self.pattern.get().and_then(|p| p.cast()).expect("set when made")
    }

    /// The text of group `i`, which exists; `default` where it took no part.
    fn group_value(&self, th: &Thread, i: usize, default: Value) -> PyResult<Value> {
        let Some(&(start, end)) = self.spans().get(i) else { return Err(no_such_group(th)) };
        if start < 0 {
            return Ok(default);
        }
        slice(
            th,
            self.string.get().expect("set when made"),
            start as usize,
            (end as usize).max(start as usize),
        )
    }

    /// The number of the group that `key` names.
    fn index(&self, th: &Thread, key: Value) -> PyResult<usize> {
        let number = if int::is_int(key) || key.slot(krait_runtime::object::Slot::Index).is_some() {
            Some(ops::index_clipped(th, key)? as i64)
        } else {
            let d = self
                .owner()
                .groupindex
                .get()
                .and_then(|d| d.cast::<Dict>())
                .expect("set when made");
            match d.get(th, key)? {
                Some(n) => int::to_i64(n),
                None => None,
            }
        };
        match number {
            Some(n) if n >= 0 && (n as usize) < self.len => Ok(n as usize),
            _ => Err(no_such_group(th)),
        }
    }

    fn span_of(&self, th: &Thread, key: Option<Value>) -> PyResult<(isize, isize)> {
        let i = match key {
            Some(k) => self.index(th, k)?,
            None => 0,
        };
        Ok(self.spans()[i])
    }
}

fn span_value(th: &Thread, (start, end): Span) -> Value {
    Tuple::new(th, &[int::new(th, start as i64), int::new(th, end as i64)]).value()
}

fn no_such_group(th: &Thread) -> Raised {
    raise!(th, IndexError, "no such group")
}

#[methods]
impl Match {
    /// Return subgroup(s) of the match by indices or names.
    #[method(sig = "($self, /, *args)")]
    fn group(th: &Thread, this: &'static Match, args: &Tuple) -> PyResult<Value> {
        match args.values() {
            [] => this.group_value(th, 0, Value::NONE),
            [one] => {
                let i = this.index(th, *one)?;
                this.group_value(th, i, Value::NONE)
            }
            many => {
                let mut out = Vec::new();
                for k in many {
                    let i = this.index(th, *k)?;
                    out.push(this.group_value(th, i, Value::NONE)?);
                }
                Ok(Tuple::new(th, &out).value())
            }
        }
    }

    #[method(sig = "($self, key, /)")]
    fn __getitem__(th: &Thread, this: &'static Match, key: Value) -> PyResult<Value> {
        let i = this.index(th, key)?;
        this.group_value(th, i, Value::NONE)
    }

    /// Return a tuple containing all the subgroups of the match, from 1.
    #[method(sig = "($self, /, default=None)")]
    fn groups(th: &Thread, this: &'static Match, default: Option<Value>) -> PyResult<Value> {
        let default = default.unwrap_or(Value::NONE);
        let all: Vec<Value> =
            (1..this.len).map(|i| this.group_value(th, i, default)).collect::<PyResult<_>>()?;
        Ok(Tuple::new(th, &all).value())
    }

    /// Return a dictionary containing all the named subgroups of the match, keyed by the subgroup name.
    #[method(sig = "($self, /, default=None)")]
    fn groupdict(th: &Thread, this: &'static Match, default: Option<Value>) -> PyResult<Value> {
        let out = Dict::new(th);
        let names =
            this.owner().groupindex.get().and_then(|d| d.cast::<Dict>()).expect("set when made");
        for (name, number) in names.pairs() {
            let i = int::to_i64(number).unwrap_or(0) as usize;
            out.set(th, name, this.group_value(th, i, default.unwrap_or(Value::NONE))?)?;
        }
        Ok(out.value())
    }

    /// Return index of the start of the substring matched by group.
    #[method(sig = "($self, group=0, /)")]
    fn start(th: &Thread, this: &'static Match, group: Option<Value>) -> PyResult<isize> {
        this.span_of(th, group).map(|s| s.0)
    }

    /// Return index of the end of the substring matched by group.
    #[method(sig = "($self, group=0, /)")]
    fn end(th: &Thread, this: &'static Match, group: Option<Value>) -> PyResult<isize> {
        this.span_of(th, group).map(|s| s.1)
    }

    /// For match object m, return the 2-tuple (m.start(group), m.end(group)).
    #[method(sig = "($self, group=0, /)")]
    fn span(th: &Thread, this: &'static Match, group: Option<Value>) -> PyResult<Value> {
        this.span_of(th, group).map(|span| span_value(th, span))
    }

    /// Return the string obtained by doing backslash substitution on the string template, as done by the sub() method.
    #[method(sig = "($self, /, template)")]
    fn expand(th: &Thread, this: &'static Match, template: Value) -> PyResult<Value> {
        match this.owner().replacement(th, template)? {
            Replacement::Template(t) => t.expand(th, this),
            Replacement::Literal(v) => Ok(v),
            Replacement::Function(f) => ops::call(th, f, &[this.value()]),
        }
    }

    /// The string passed to match() or search().
    #[getter]
    fn string(this: &'static Match) -> Option<Value> {
        this.string.get()
    }

    /// The regular expression object.
    #[getter]
    fn re(this: &'static Match) -> Option<Value> {
        this.pattern.get()
    }

    /// The index into the string at which the RE engine started looking for a match.
    #[getter]
    fn pos(this: &'static Match) -> usize {
        this.pos
    }

    /// The index into the string beyond which the RE engine will not go.
    #[getter]
    fn endpos(this: &'static Match) -> usize {
        this.endpos
    }

    /// The integer index of the last matched capturing group.
    #[getter]
    fn lastindex(this: &'static Match) -> Option<isize> {
        (this.lastindex > 0).then_some(this.lastindex)
    }

    /// The name of the last matched capturing group.
    #[getter]
    fn lastgroup(this: &'static Match) -> Option<Value> {
        let names = this.owner().indexgroup.get().and_then(|t| t.cast::<Tuple>())?;
        usize::try_from(this.lastindex)
            .ok()
            .filter(|i| *i > 0)
            .and_then(|i| names.values().get(i).copied())
    }

    #[getter]
    fn regs(th: &Thread, this: &'static Match) -> Value {
        let all: Vec<Value> = this.spans().iter().map(|span| span_value(th, *span)).collect();
        Tuple::new(th, &all).value()
    }

    #[method]
    fn __repr__(th: &Thread, this: &'static Match) -> PyResult<String> {
        let (a, b) = this.spans()[0];
        let text = ops::repr_string(th, this.group_value(th, 0, Value::NONE)?)?;
        Ok(format!(
            "<re.Match object; span=({a}, {b}), match={}>",
            text.chars().take(50).collect::<String>()
        ))
    }

    #[method]
    fn __copy__(this: &'static Match) -> Value {
        this.value()
    }

    #[method(sig = "($self, memo, /)")]
    fn __deepcopy__(this: &'static Match, _memo: Value) -> Value {
        this.value()
    }

    /// See PEP 585
    #[classmethod(sig = "($type, object, /)")]
    fn __class_getitem__(th: &Thread, cls: Value, item: Value) -> PyResult<Value> {
        generic_alias::new(th, cls, item)
    }
}

impl Scanner {
    fn step(&self, th: &Thread, how: How) -> PyResult<Option<Value>> {
        let p: &'static Pattern = self.pattern.get().and_then(|p| p.cast()).expect("set when made");
        let string = self.string.get().expect("set when made");
        let at = self.at.get();
        if at > self.end {
            return Ok(None);
        }
        let found = p.run(th, string, how, (at, self.end), self.must_advance.get())?;
        let Some((start, end)) = found else {
            self.at.set(usize::MAX);
            return Ok(None);
        };
        self.must_advance.set(start == end);
        self.at.set(end);
        Ok(Some(p.match_object(th, string, (start, end), at, self.end).value()))
    }
}

#[methods]
impl Scanner {
    #[method(name = "match")]
    fn match_(th: &Thread, this: &'static Scanner) -> PyResult<Option<Value>> {
        this.step(th, How::Match)
    }

    #[method]
    fn search(th: &Thread, this: &'static Scanner) -> PyResult<Option<Value>> {
        this.step(th, How::Search)
    }

    #[getter]
    fn pattern(this: &'static Scanner) -> Option<Value> {
        this.pattern.get()
    }
}

#[krait_macros::module]
mod functions {
    use super::program::{lower_ascii, lower_unicode, upper_unicode};
    use super::*;

    #[function(sig = "(pattern, flags, code, groups, groupindex, indexgroup)")]
    fn compile(
        th: &Thread,
        pattern: Value,
        flags: i64,
        code: &List,
        groups: usize,
        groupindex: &Dict,
        indexgroup: &Tuple,
    ) -> PyResult<Value> {
        let code: Option<Vec<u32>> = code
            .to_vec()
            .into_iter()
            .map(|c| int::to_i64(c).and_then(|c| u32::try_from(c).ok()))
            .collect();
        let Some(code) = code else {
            return Err(raise!(th, OverflowError, "regular expression code size limit exceeded"));
        };
        let Ok(program) = Program::new(code, groups) else {
            return Err(raise!(th, RuntimeError, "invalid SRE code"));
        };
        let is_bytes = !pattern.is_none() && pattern.cast::<Str>().is_none();
        Ok(alloc_as(
            th,
            PATTERN.class(th),
            Pattern {
                header: Header::new(0, Kind::Native),
                pattern: Field::new(Some(pattern)),
                groupindex: Field::new(Some(groupindex.value())),
                indexgroup: Field::new(Some(indexgroup.value())),
                program,
                memory: RefCell::default(),
                flags,
                groups,
                is_bytes,
            },
        )
        .value())
    }

    /// A replacement: `template` is a literal, then group number and literal in turn.
    #[function(sig = "(pattern, template, /)")]
    fn template(th: &Thread, _pattern: Value, template: &List) -> Value {
        Template {
            header: Header::new(0, Kind::Native),
            items: Field::new(Some(Tuple::new(th, &template.to_vec()).value())),
        }
        .place(th)
    }

    #[function]
    fn getcodesize() -> usize {
        CODE_SIZE
    }

    #[function(sig = "(character, /)")]
    fn ascii_iscased(c: u32) -> bool {
        c < 128 && (c as u8).is_ascii_alphabetic()
    }

    #[function(sig = "(character, /)")]
    fn unicode_iscased(c: u32) -> bool {
        lower_unicode(c) != c || upper_unicode(c) != c
    }

    #[function(sig = "(character, /)")]
    fn ascii_tolower(c: u32) -> u32 {
        lower_ascii(c)
    }

    #[function(sig = "(character, /)")]
    fn unicode_tolower(c: u32) -> u32 {
        lower_unicode(c)
    }
}

impl Template {
    fn place(self, th: &Thread) -> Value {
        alloc_as(th, TEMPLATE.class(th), self).value()
    }
}
