//! `krait dis`: what it prints, and what it says of files that are none.

use std::path::PathBuf;
use std::process::{Command, Output};

fn folder() -> PathBuf {
    let folder = std::env::temp_dir().join(format!("krait-dis-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a writable folder");
    folder
}

fn dis(name: &str, content: Option<&[u8]>, options: &[&str]) -> (Option<i32>, String, String) {
    let file = folder().join(name);
    if let Some(content) = content {
        std::fs::write(&file, content).expect("a writable folder");
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_krait"));
    let Output { status, stdout, stderr } =
        command.arg("dis").args(options).arg(&file).output().expect("krait runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the output is UTF-8");
    (status.code(), text(stdout), text(stderr))
}

#[test]
fn shows_the_code_of_a_file() {
    let (status, out, err) = dis("good.py", Some(b"x = 1\n"), &[]);
    assert_eq!((status, err.as_str()), (Some(0), ""));
    assert!(out.contains("RESUME") && out.contains("STORE_NAME               0 (x)"), "{out}");
}

#[test]
fn gives_json_of_good_and_bad_files() {
    let (status, out, _) = dis("good2.py", Some(b"x = 1\n"), &["--json", "-O2"]);
    assert_eq!(status, Some(0));
    assert!(out.starts_with(r#"{"format":"pycode/1","file":""#), "{out}");
    assert!(out.contains(r#""optimize":2,"code":{"name":"<module>""#), "{out}");
    let (status, out, _) = dis("bad2.py", Some(b"x = = 1\n"), &["--json"]);
    assert_eq!(status, Some(1));
    assert!(out.contains(r#""error":{"type":"SyntaxError","msg":"invalid syntax","lineno":1"#));
}

#[test]
fn refuses_what_is_no_program() {
    let (status, out, err) = dis("bad.py", Some(b"x = = 1\n"), &[]);
    assert_eq!((status, out.as_str()), (Some(1), ""));
    assert!(err.contains("SyntaxError: invalid syntax") && err.contains("1 | x = = 1"), "{err}");
    let (status, _, err) = dis("missing.py", None, &[]);
    assert_eq!(status, Some(1));
    assert!(err.starts_with("error: cannot read "), "{err}");
    let (status, _, err) = dis("broken.pyc", Some(b"nothing"), &[]);
    assert_eq!(status, Some(1));
    assert!(err.contains("bad magic number"), "{err}");
}
