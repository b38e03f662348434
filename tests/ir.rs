//! Text tests of the intermediate representation: `tests/ir/*.ir`.
//!
//! The first line of a file says what is tested: `; test NAME` with the name of a pass, `all` for
//! the pipeline, or `verify`. Then comes a function, then `; gives` and what comes out.
//! `BLESS=1 cargo test --test ir` writes what comes out.

use std::fs;
use std::path::Path;

use krait_compiler::ir::{Function, parser, verifier};
use krait_compiler::passes;

const SEPARATOR: &str = "\n; gives\n";

fn transform(test: &str, mut func: Function) -> String {
    let run: fn(&mut Function) = match test {
        "verify" => {
            return match verifier::verify(&func) {
                Ok(()) => func.to_string(),
                Err(errors) => errors + "\n",
            };
        }
        "all" => passes::run,
        "dead_blocks" => passes::dead_blocks::run,
        "dead_code" => passes::dead_code::run,
        "merge_blocks" => passes::merge_blocks::run,
        "simplify_params" => passes::simplify_params::run,
        "watches" => passes::watches::run,
        _ => panic!("no test {test:?}"),
    };
    verifier::verify(&func).unwrap_or_else(|e| panic!("before the pass: {e}"));
    run(&mut func);
    verifier::verify(&func).unwrap_or_else(|e| panic!("after the pass: {e}\n{func}"));
    func.to_string()
}

#[test]
fn ir() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ir");
    let bless = std::env::var_os("BLESS").is_some();
    let mut failures = Vec::new();
    let mut paths: Vec<_> =
        fs::read_dir(folder).expect("tests/ir").map(|e| e.expect("an entry").path()).collect();
    paths.sort();
    for path in paths.into_iter().filter(|p| p.extension().is_some_and(|e| e == "ir")) {
        let text = fs::read_to_string(&path).expect("a text file");
        let (input, expected) = text.split_once(SEPARATOR).unwrap_or((text.trim_end(), ""));
        let test = input.lines().next().and_then(|l| l.strip_prefix("; test ")).expect("; test");
        let functions = parser::parse(input)
            .unwrap_or_else(|e| panic!("{}:{}: {}", path.display(), e.line, e.message));
        let actual: String = functions.into_iter().map(|f| transform(test, f)).collect();
        if bless {
            fs::write(&path, format!("{}{SEPARATOR}{actual}", input.trim_end())).expect("writes");
        } else if actual != expected {
            failures.push(format!("{}: gives\n{actual}", path.display()));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
