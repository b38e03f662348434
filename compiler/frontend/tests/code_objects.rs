//! Code objects and their disassembly are CPython's, byte for byte; they verify, and survive
//! marshalling. `record_code.py` writes what is compared with.

use krait_frontend::{Mode, Options, compile, json_dump};
use krait_runtime::bytecode::{CodeUnit, cache, dis, marshal, verify};

fn compiled(source: &str, name: &str) -> CodeUnit {
    compile(source.as_bytes(), name.as_ref(), Mode::Exec, &Options::default())
        .expect("the program compiles")
        .code
}

fn check(name: &str, source: &str, json: &str, disassembly: &str) {
    let code = compiled(source, name);
    let line = json_dump::code_line(name, "", 0, &code);
    assert!(line == json.trim_end(), "{name}: code objects differ from CPython's");
    assert_eq!(verify::verify(&code), Ok(()));
    assert_eq!(marshal::loads(&marshal::dumps(&code)).as_ref(), Ok(&code));
    let text = dis::dis(&code, &|_| 0).to_string();
    let mut shown = String::new();
    for line in text.lines() {
        // The order of a frozenset's elements is not fixed.
        match line.split_once("frozenset({") {
            Some((before, rest)) => {
                let after = rest.split_once("})").expect("it ends").1;
                shown.push_str(&format!("{before}frozenset{after}\n"));
            }
            None => shown.push_str(&format!("{line}\n")),
        }
    }
    for (i, (got, want)) in shown.lines().zip(disassembly.lines()).enumerate() {
        let want = want.replace("\\ud800", "\u{fffd}");
        assert_eq!(got.replace("\\ud800", "\u{fffd}"), want, "{name}: line {}", i + 1);
    }
    assert_eq!(shown.lines().count(), disassembly.lines().count());
}

macro_rules! programs {
    ($($name:ident)*) => {
        $(#[test]
        fn $name() {
            check(
                concat!(stringify!($name), ".py"),
                include_str!(concat!("programs/", stringify!($name), ".py")),
                include_str!(concat!("programs/", stringify!($name), ".json")),
                include_str!(concat!("programs/", stringify!($name), ".dis")),
            );
        })*
    };
}

programs! { functions statements expressions }

#[test]
fn pyc_header_is_read_and_written() {
    let code = compiled("x = 1\n", "a.py");
    let validity = cache::Validity::Timestamp { mtime: 7, size: 6 };
    let bytes = cache::to_bytes(&code, validity);
    assert_eq!(bytes[..4], cache::MAGIC);
    assert_eq!(cache::from_bytes(&bytes), Ok((validity, code)));
    assert_eq!(cache::from_bytes(b"nonsense"), Err(cache::Error::BadMagic));
    let path = cache::cache_from_source("lib/a.py".as_ref(), 1, None).expect("a name");
    assert_eq!(path, std::path::Path::new("lib/__pycache__/a.krait-314.opt-1.pyc"));
}

#[test]
fn broken_code_is_refused() {
    type Change = fn(&mut CodeUnit);
    let good = compiled("def f(x):\n    for y in x: print(y)\nf(())\n", "a.py");
    let changes: [(&str, Change); 8] = [
        ("cut off", |c| c.code.truncate(c.code.len() - 2)),
        ("half an instruction", |c| c.code.push(0)),
        ("constant", |c| c.consts.clear()),
        ("name", |c| c.names.clear()),
        ("stack", |c| c.stacksize = 1),
        ("location table", |c| c.linetable.clear()),
        ("unknown instruction", |c| c.code[2] = 200),
        ("kinds", |c| c.localspluskinds.push(0)),
    ];
    assert_eq!(verify::verify(&good), Ok(()));
    for (what, change) in changes {
        let mut code = good.clone();
        change(&mut code);
        assert!(verify::verify(&code).is_err(), "{what}");
    }
}

#[test]
fn positions_and_handlers_are_found() {
    let code = compiled("try:\n    f()\nexcept E:\n    pass\n", "a.py");
    let handler = code.handlers().next().expect("there is a handler");
    assert_eq!(code.handler_for(handler.start), Some(handler));
    let position = code.position(handler.start + 2);
    assert_eq!((position.line, position.col), (Some(2), Some(4)));
}

#[test]
fn deep_trees_are_refused_not_fatal() {
    for source in [
        format!("x = {}1{}", "(".repeat(5000), ")".repeat(5000)),
        format!("x = {}1", "-".repeat(100_000)),
        format!("x = {}1", "not ".repeat(100_000)),
        format!("x = 1{}", " + 1".repeat(100_000)),
        format!("x = a{}", ".b".repeat(100_000)),
        format!("x = {}1", "lambda: ".repeat(100_000)),
        format!("x = 2{}", " ** 2".repeat(100_000)),
        format!("x = {}1", "a if b else ".repeat(100_000)),
    ] {
        let options = Options { stack_budget: 512 << 10, ..Options::default() };
        // An error or code: what matters is that it comes back.
        let _ = compile(source.as_bytes(), "a.py".as_ref(), Mode::Exec, &options);
    }
}
