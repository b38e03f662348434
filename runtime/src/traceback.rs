//! Printing of uncaught exceptions, as CPython's default `sys.excepthook`.

use krait_layout::{Thread, Value};

use crate::object::{Object, ValueExt, get_attr_or_none};
use crate::types::exception::{Exc, Exception};
use crate::types::exception_group;
use crate::types::str::Str;
use crate::types::traceback::Traceback;
use crate::types::tuple::Tuple;
use crate::{import, intern, ops, state, sys};

/// Prints `exc` with its traceback, causes and contexts to `sys.stderr`, or to the process's
/// standard error where that is gone. Exceptions on the way are dropped.
pub fn print_exception(th: &Thread, exc: Value) {
    let mut out = String::new();
    let mut seen = Vec::new();
    format_chain(th, exc, &mut seen, &mut out, 0);
    let saved = th.raised.take();
    let stderr = import::sys_attribute(th, "stderr").filter(|f| !f.is_none());
    let text = Str::new(th, &out).value();
    let written = stderr.is_some_and(|f| {
        ops::call_method(th, f, intern!(th, "write"), &[text]).is_ok()
            && ops::call_method(th, f, intern!(th, "flush"), &[]).is_ok()
    });
    if !written {
        sys::write_stderr(out.as_bytes());
    }
    th.raised.set(saved);
}

fn push_line(out: &mut String, indent: usize, line: &str) {
    for part in line.split('\n') {
        if indent > 0 {
            out.push_str(&"  ".repeat(indent));
            out.push_str("| ");
        }
        out.push_str(part);
        out.push('\n');
    }
}

fn format_chain(th: &Thread, exc: Value, seen: &mut Vec<Value>, out: &mut String, indent: usize) {
    seen.push(exc);
    let Some(e) = exc.cast::<Exception>() else { return };
    let mut link = |other: Value, message: &str, out: &mut String| {
        if !seen.contains(&other) {
            format_chain(th, other, seen, out, indent);
            push_line(out, indent, "");
            push_line(out, indent, message);
            push_line(out, indent, "");
        }
    };
    match (e.cause(), e.context()) {
        (Some(c), _) => {
            link(c, "The above exception was the direct cause of the following exception:", out);
        }
        (None, Some(c)) if !e.suppresses_context() => {
            link(c, "During handling of the above exception, another exception occurred:", out);
        }
        _ => {}
    }
    let group = exception_group::is_group(exc);
    if e.traceback().is_some() {
        if group && indent == 0 {
            out.push_str("  + Exception Group Traceback (most recent call last):\n");
            format_traceback(th, e, out, indent + 1);
        } else {
            push_line(
                out,
                indent,
                if group {
                    "Exception Group Traceback (most recent call last):"
                } else {
                    "Traceback (most recent call last):"
                },
            );
            format_traceback(th, e, out, indent);
        }
    }
    let inner = if group && indent == 0 { 1 } else { indent };
    for line in exception_lines(th, exc) {
        push_line(out, inner, &line);
    }
    if group {
        format_group(th, e, seen, out, inner);
    }
}

fn format_group(th: &Thread, e: &Exception, seen: &[Value], out: &mut String, indent: usize) {
    let members = e.field(1).and_then(|t| t.cast::<Tuple>()).map_or(&[][..], Tuple::values);
    for (i, m) in members.iter().enumerate() {
        let corner = if i == 0 { "+-" } else { "  " };
        let rule = "-".repeat(16);
        let prefix = "  ".repeat(indent);
        if i == 0 {
            out.push_str(&format!("{prefix}{corner}+{rule} {} {rule}\n", i + 1));
        } else {
            out.push_str(&format!("{prefix}  +{rule} {} {rule}\n", i + 1));
        }
        let mut nested = seen.to_vec();
        format_chain(th, *m, &mut nested, out, indent + 1);
    }
    out.push_str(&format!("{}  +{}\n", "  ".repeat(indent), "-".repeat(36)));
}

/// The last lines: type and message, and notes.
pub fn exception_lines(th: &Thread, exc: Value) -> Vec<String> {
    let class = exc.class();
    let name = crate::types::type_::full_name(class);
    let name = name.strip_prefix("__main__.").unwrap_or(&name).to_string();
    let mut lines = Vec::new();
    if class.is_subclass(Exc::SyntaxError.class()) {
        lines.extend(syntax_error_lines(th, exc, &name));
    } else {
        let saved = th.raised.take();
        let text = match ops::str(th, exc) {
            Ok(s) => s.to_string(),
            Err(_) => {
                th.raised.set(None);
                "<exception str() failed>".into()
            }
        };
        th.raised.set(saved);
        let hint = suggestion(th, exc).unwrap_or_default();
        lines.push(if text.is_empty() && hint.is_empty() {
            name
        } else {
            format!("{name}: {text}{hint}")
        });
    }
    if let Ok(Some(notes)) = get_attr_or_none(th, exc, intern!(th, "__notes__"))
        && let Ok(notes) = ops::collect(th, notes)
    {
        for n in notes {
            if let Ok(s) = ops::str(th, n) {
                lines.extend(s.to_string().split('\n').map(str::to_string));
            }
        }
    }
    th.raised.set(None);
    lines
}

/// ". Did you mean: 'x'?" for names and attributes.
fn suggestion(th: &Thread, exc: Value) -> Option<String> {
    let e = exc.cast::<Exception>()?;
    let class = exc.class();
    let (wrong, candidates) = if class.is_subclass(Exc::NameError.class()) {
        let wrong = e.field(0)?.cast::<Str>()?.to_string();
        let mut tb = e.traceback()?.cast::<Traceback>()?;
        while let Some(next) = tb.next() {
            tb = next;
        }
        let frame = tb.frame();
        let mut names: Vec<String> = Vec::new();
        if let Ok(locals) = frame.snapshot(th) {
            names.extend(locals.iter().filter_map(|(k, _)| Some(k.cast::<Str>()?.to_string())));
        }
        let globals = crate::object::get_attr(th, frame.value(), intern!(th, "f_globals")).ok()?;
        let globals = globals.cast::<crate::types::dict::Dict>()?;
        names.extend(globals.iter().filter_map(|(k, _)| Some(k.cast::<Str>()?.to_string())));
        names.extend(
            state::builtins().iter().filter_map(|(k, _)| Some(k.cast::<Str>()?.to_string())),
        );
        (wrong, names)
    } else if class.is_subclass(Exc::AttributeError.class()) {
        let wrong = e.field(0)?.cast::<Str>()?.to_string();
        let object = e.field(1)?;
        let dir = state::builtins().get_name(intern!(th, "dir"))?;
        let names = ops::call(th, dir, &[object]).ok()?;
        let names = ops::collect(th, names).ok()?;
        let private = wrong.starts_with('_');
        let names = names
            .iter()
            .filter_map(|n| Some(n.cast::<Str>()?.to_string()))
            .filter(|n| private || !n.starts_with('_'))
            .collect();
        (wrong, names)
    } else {
        return None;
    };
    let found = ops::attribute::closest(&wrong, &candidates)?;
    Some(format!(". Did you mean: '{found}'?"))
}

fn syntax_error_lines(th: &Thread, exc: Value, name: &str) -> Vec<String> {
    let e = exc.cast::<Exception>().expect("an exception");
    let text = |i: usize| e.field(i).and_then(|v| v.cast::<Str>()).map(|s| s.to_string());
    let number = |i: usize| e.field(i).and_then(Value::as_small_int);
    let mut lines = Vec::new();
    if let Some(line) = number(2) {
        lines.push(format!("  File \"{}\", line {line}", text(1).unwrap_or("<string>".into())));
        if let Some(source) = text(4) {
            let source = source.trim_end_matches(['\n', '\r']);
            let stripped = source.trim_start_matches([' ', '\t', '\x0c']);
            lines.push(format!("    {stripped}"));
            if let Some(offset) = number(3).filter(|o| *o > 0) {
                let skipped = (source.chars().count() - stripped.chars().count()) as i64;
                let start = (offset - 1 - skipped).max(0);
                let end = match (number(5), number(6)) {
                    (Some(end_line), Some(end)) if end_line == line && end > 0 => end - 1 - skipped,
                    (Some(end_line), _) if end_line > line => stripped.chars().count() as i64,
                    _ => start + 1,
                };
                let carets = (end - start).max(1) as usize;
                if (start as usize) <= stripped.chars().count() {
                    let pad: String = stripped
                        .chars()
                        .chain(std::iter::repeat(' '))
                        .take(start as usize)
                        .map(|c| if c == '\t' { '\t' } else { ' ' })
                        .collect();
                    lines.push(format!("    {pad}{}", "^".repeat(carets)));
                }
            }
        }
    }
    let message = match e.field(0) {
        Some(m) => ops::str_string(th, m).unwrap_or_default(),
        None => "<no detail available>".into(),
    };
    lines.push(format!("{name}: {message}"));
    lines
}

fn format_traceback(th: &Thread, e: &Exception, out: &mut String, indent: usize) {
    let mut at = e.traceback().and_then(|t| t.cast::<Traceback>());
    let mut previous: Option<(String, Option<i64>, String)> = None;
    let mut repeats = 0;
    while let Some(tb) = at {
        let code = tb.frame().code();
        let (file, line, name) =
            (code.filename().to_string(), tb.line(), code.qualname_for_traceback());
        let key = (file.clone(), line, name.clone());
        if previous.as_ref() == Some(&key) {
            repeats += 1;
        } else {
            if repeats > 3 {
                push_repeats(out, indent, repeats - 3);
            }
            repeats = 1;
            previous = Some(key);
        }
        if repeats <= 3 {
            let shown = line.map_or("?".to_string(), |l| l.to_string());
            push_line(out, indent, &format!("  File \"{file}\", line {shown}, in {name}"));
            if let Some(line) = line {
                for l in source_lines(th, &file, line, tb) {
                    push_line(out, indent, &l);
                }
            }
        }
        at = tb.next();
    }
    if repeats > 3 {
        push_repeats(out, indent, repeats - 3);
    }
}

fn push_repeats(out: &mut String, indent: usize, n: usize) {
    let s = if n == 1 { "" } else { "s" };
    push_line(out, indent, &format!("  [Previous line repeated {n} more time{s}]"));
}

/// The source line of a traceback entry, with carets under the part that raised.
fn source_lines(th: &Thread, file: &str, line: i64, tb: &Traceback) -> Vec<String> {
    let Some(source) = read_line(th, file, line) else { return Vec::new() };
    let stripped = source.trim();
    if stripped.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![format!("    {stripped}")];
    let p = tb.frame().code().unit.position(tb.lasti().max(0) as usize);
    let (Some(start_line), Some(end_line), Some(col), Some(end_col)) =
        (p.line, p.end_line, p.col, p.end_col)
    else {
        return lines;
    };
    if start_line as i64 != line {
        return lines;
    }
    let skipped = source.len() - source.trim_start().len();
    let characters =
        |bytes: usize| source.get(..bytes.min(source.len())).map_or(bytes, |s| s.chars().count());
    let first = characters(col as usize).saturating_sub(skipped);
    let last = if end_line == start_line {
        characters(end_col as usize).saturating_sub(skipped)
    } else {
        stripped.chars().count()
    };
    let total = stripped.chars().count();
    let last = last.min(total);
    if last > first {
        let segment: String = stripped.chars().skip(first).take(last - first).collect();
        let before: String = stripped.chars().take(first).collect();
        let marks = if end_line == start_line { anchors(&segment) } else { None };
        // Carets under the whole line, or under all of `return f(x)` or `y = f(x)`, say nothing.
        let whole = last >= total
            && (first == 0 && marks.is_none() || is_plain_call(before.trim(), &segment));
        if whole {
            return lines;
        }
        let carets = marks.unwrap_or_else(|| "^".repeat(last - first));
        lines.push(format!("    {}{}", " ".repeat(first), carets));
    }
    lines
}

/// Whether `before segment` is `return name(…)` or an assignment of a call.
fn is_plain_call(before: &str, segment: &str) -> bool {
    let name = segment.split('(').next().unwrap_or("");
    let is_name = name.chars().all(|c| c.is_alphanumeric() || c == '_');
    let is_call =
        segment.ends_with(')') && binary_position(&segment.chars().collect::<Vec<_>>()).is_none();
    is_call
        && ((before == "return" && is_name)
            || before.strip_suffix('=').is_some_and(|b| b.ends_with(' ')))
}

/// `~` and `^` for binary operators, subscripts and calls (CPython's
/// `_extract_caret_anchors_from_line_segment`), found by text.
fn anchors(segment: &str) -> Option<String> {
    const STATEMENTS: [&str; 9] =
        ["raise", "return", "assert", "del", "import", "from", "with", "for", "yield"];
    if segment.split([' ', '(']).next().is_some_and(|w| STATEMENTS.contains(&w)) {
        return None;
    }
    let chars: Vec<char> = segment.chars().collect();
    let close = match chars.last()? {
        ')' => '(',
        ']' => '[',
        _ => return binary_anchor(&chars),
    };
    // The bracket that the last one closes.
    let mut depth = 0i32;
    let mut open = None;
    let mut quote: Option<char> = None;
    for (i, c) in chars.iter().enumerate().rev() {
        if let Some(q) = quote {
            if *c == q {
                quote = None;
            }
            continue;
        }
        match c {
            '"' | '\'' => quote = Some(*c),
            ')' | ']' | '}' => depth += 1,
            '(' | '[' | '{' => {
                depth -= 1;
                if depth == 0 {
                    open = Some(i);
                    break;
                }
            }
            _ => {}
        }
    }
    let open = open?;
    if open == 0 || chars[open] != close {
        return binary_anchor(&chars);
    }
    if binary_position(&chars[..open]).is_some() {
        return binary_anchor(&chars);
    }
    let mut marks = "~".repeat(open);
    marks.push_str(&"^".repeat(chars.len() - open));
    Some(marks)
}

/// Index and length of a binary operator outside brackets and strings, surrounded by operands.
fn binary_position(chars: &[char]) -> Option<(usize, usize)> {
    let (mut depth, mut quote, mut i) = (0, None, 0);
    while i < chars.len() {
        let c = chars[i];
        match (quote, c) {
            (Some(q), _) if c == q => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth -= 1,
            (None, '+' | '-' | '*' | '/' | '%' | '&' | '|' | '^' | '@' | '<' | '>')
                if depth == 0 && i > 0 =>
            {
                let before = chars[..i].iter().rev().find(|c| **c != ' ')?;
                if before.is_alphanumeric() || matches!(before, '_' | ')' | ']' | '}' | '"' | '\'')
                {
                    let double = chars.get(i + 1) == Some(&c) && matches!(c, '*' | '/' | '<' | '>');
                    if matches!(c, '<' | '>') && !double {
                        return None;
                    }
                    return Some((i, 1 + double as usize));
                }
            }
            _ => {}
        }
        i += 1;
    }
    None
}

fn binary_anchor(chars: &[char]) -> Option<String> {
    let (at, len) = binary_position(chars)?;
    let text: String = chars.iter().collect();
    if text.contains(" if ")
        || text.contains(" and ")
        || text.contains(" or ")
        || text.contains("==")
        || text.contains(',')
    {
        return None;
    }
    let mut marks = "~".repeat(at);
    marks.push_str(&"^".repeat(len));
    marks.push_str(&"~".repeat(chars.len() - at - len));
    Some(marks)
}

/// Line `line` of a source file, by `linecache`'s rules where it knows the file.
fn read_line(_th: &Thread, file: &str, line: i64) -> Option<String> {
    if file.starts_with('<') {
        return None;
    }
    let text = std::fs::read(file).ok()?;
    let text = String::from_utf8_lossy(&text);
    text.lines().nth((line - 1).max(0) as usize).map(str::to_string)
}

impl crate::types::code::Code {
    /// The name that traceback entries show.
    fn qualname_for_traceback(&self) -> String {
        self.name().to_string()
    }
}
