//! Programs that are none: exception, message, place and text are CPython's.
//!
//! `syntax_errors.tsv` is written by `record_errors.py`.

use krait_frontend::{Mode, Options, compile};

fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.push(match chars.next() {
                Some('n') => '\n',
                Some('t') => '\t',
                Some('r') => '\r',
                Some(other) => other,
                None => '\\',
            }),
            _ => out.push(c),
        }
    }
    out
}

fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\n', "\\n").replace('\t', "\\t").replace('\r', "\\r")
}

/// Our answer, in the fields of the table.
fn answer(source: &str) -> String {
    let options = Options { stack_budget: 1 << 20, ..Options::default() };
    match compile(source.as_bytes(), "file.py".as_ref(), Mode::Exec, &options) {
        Ok(_) => "ok\t\t\t\t\t\t".to_owned(),
        Err(error) => {
            let number = |n: Option<i32>| n.map(|n| n.to_string()).unwrap_or_default();
            [
                error.kind.type_name().to_owned(),
                escape(&error.message),
                number(error.lineno),
                number(error.offset),
                number(error.end_lineno),
                number(error.end_offset),
                escape(error.text.as_deref().unwrap_or_default()),
            ]
            .join("\t")
        }
    }
}

/// How many of the answers are CPython's in all fields, and in exception and message. The counts
/// may only grow.
const IDENTICAL: usize = 225;
const SAME_MESSAGE: usize = 226;

#[test]
fn syntax_errors_are_cpythons() {
    let table = include_str!("syntax_errors.tsv");
    let (mut total, mut identical, mut same_message) = (0, 0, 0);
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let (source, want) = line.split_once('\t').expect("a table");
        let got = answer(&unescape(source));
        let head = |fields: &str| fields.splitn(3, '\t').take(2).collect::<Vec<_>>().join("\t");
        total += 1;
        // For errors found after parsing CPython has the text from the file, which is not there.
        let without_text = |fields: &str| fields.rsplit_once('\t').expect("a table").0.to_owned();
        let want_text = want.rsplit_once('\t').expect("a table").1.trim_end_matches("\\n");
        let got_text = got.rsplit_once('\t').expect("a table").1.trim_end_matches("\\n");
        let same_text = want_text.is_empty() || want_text == got_text;
        let is_same = without_text(want) == without_text(&got) && same_text;
        if is_same {
            identical += 1;
        }
        if head(want) == head(&got) {
            same_message += 1;
        }
        if !is_same && std::env::var_os("SHOW").is_some() {
            println!("{source}\n   want {want}\n   got  {got}");
        }
    }
    println!("{total} programs, {identical} identical, {same_message} same message");
    assert!(identical >= IDENTICAL, "{identical} identical");
    assert!(same_message >= SAME_MESSAGE, "{same_message} with the same message");
}
