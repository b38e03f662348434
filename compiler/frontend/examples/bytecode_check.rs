//! Checks of the serialised forms over many files: `bytecode_check ROOT < list-of-files`.
//! Everything compiled must verify and survive marshalling. With `--dis FILE` it prints the
//! disassembly, with `--pyc FILE OUT` it writes a `.pyc`, with `--read PYC` it disassembles one.

use std::io::BufRead;

use krait_frontend::{Mode, Options, compile};
use krait_runtime::bytecode::{CodeUnit, cache, dis, marshal, verify};
use rustpython_wtf8::Wtf8;

fn compiled(path: &str, name: &str) -> CodeUnit {
    let source = std::fs::read(path).expect("a file");
    let options = Options { stack_budget: 6 << 20, ..Options::default() };
    match compile(&source, Wtf8::new(name), Mode::Exec, &options) {
        Ok(compiled) => compiled.code,
        Err(error) => panic!("{path}: {error:?}"),
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--dis", file] => print!("{}", dis::dis(&compiled(file, file), &dis::own_address)),
        ["--pyc", file, out] => {
            let validity = cache::Validity::Timestamp { mtime: 0, size: 0 };
            let bytes = cache::to_bytes(&compiled(file, file), validity);
            cache::write_atomically(out.as_ref(), &bytes).expect("a writable file");
        }
        ["--read", file] => {
            let bytes = std::fs::read(file).expect("a file");
            let (_, code) = cache::from_bytes(&bytes).expect("a .pyc");
            verify::verify(&code).expect("good code");
            print!("{}", dis::dis(&code, &dis::own_address));
        }
        [root] => {
            for file in std::io::stdin().lock().lines() {
                let file = file.expect("a line");
                let code = compiled(&format!("{root}/{file}"), &file);
                if let Err(error) = verify::verify(&code) {
                    println!("{file}: {error}");
                }
                let again = marshal::loads(&marshal::dumps(&code)).expect("marshal");
                if again != code {
                    println!("{file}: marshal changes it");
                }
            }
        }
        _ => panic!("see the comment at the top"),
    }
}
