//! Prints the code objects of many files as JSON lines, for comparison with CPython's:
//! `dump_code ROOT < list-of-files > dump.jsonl`; with `--time` as first argument, only how long
//! it took.

use std::io::{BufRead, Write};

use krait_frontend::{Mode, Options, compile, json_dump};
use rustpython_wtf8::Wtf8;

fn main() {
    let mut arguments = std::env::args().skip(1).peekable();
    let time = arguments.next_if(|argument| argument == "--time").is_some();
    let root = arguments.next().expect("a folder");
    let mut out = std::io::BufWriter::new(std::io::stdout());
    let options = Options { stack_budget: 6 << 20, ..Options::default() };
    let (mut bytes, start) = (0, std::time::Instant::now());
    for file in std::io::stdin().lock().lines() {
        let file = file.expect("a line");
        let source = std::fs::read(format!("{root}/{file}")).expect("a file");
        bytes += source.len();
        let result = compile(&source, Wtf8::new(file.as_str()), Mode::Exec, &options);
        if time {
            continue;
        }
        let line = match &result {
            Ok(compiled) => json_dump::code_line(&file, "", 0, &compiled.code),
            Err(error) => json_dump::error_line(&file, "", 0, error),
        };
        writeln!(out, "{line}").expect("output");
    }
    if time {
        let seconds = start.elapsed().as_secs_f64();
        eprintln!("{bytes} bytes in {seconds:.2} s: {:.1} MB/s", bytes as f64 / seconds / 1e6);
    }
}
