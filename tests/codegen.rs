//! What LLVM makes of a function.

use krait_compiler::codegen::module::{Omit, compile};
use krait_compiler::codegen::optimize::Level;
use krait_compiler::codegen::{Compiled, Input};
use krait_compiler::ir::{parser, verifier};
use krait_compiler::lower::Kind;
use krait_compiler::target::Target;

/// The function in `text`, with one parameter for each home slot.
fn compile_text(text: &str, level: Level) -> Compiled {
    let mut functions = parser::parse(text).expect("the text is right");
    let ir = functions.pop().expect("a function");
    verifier::verify(&ir).expect("the function is right");
    let params = ir.home_slots;
    let input = Input {
        ir,
        symbol: "test.f".to_string(),
        params,
        consts: 1,
        names: 1,
        kind: Kind::Function,
        lines: vec![(0, 10), (6, 11)],
        first_line: 10,
    };
    compile("test", "/test/test.py", &[input], Target::host(), level, true, Omit::default())
}

const ADD: &str = "
function test.f homes 2 {
block0():
    v0 = home 0
    v1 = home 1
    v2 = const i64 0x0
    v3 = cache 2
    v4 = op binary_op(v0, v1, v2, v3) @2:2
    v5 = op binary_op(v4, v1, v2, v3) @6:2
    return v5
}
";

/// Fast paths are inlined without a word if and only if their attributes fit the caller's. If
/// they do not, everything works and is slow.
#[test]
fn addition_of_small_ints_is_inlined() {
    for level in [Level::Quick, Level::Full] {
        let llvm = compile_text(ADD, level).llvm.expect("asked for");
        let body = llvm.split("define hidden i64 @test.f(").nth(1).expect("it is defined");
        let body = body.split("\n}").next().expect("it ends");
        assert!(body.contains("@llvm.sadd.with.overflow.i64"), "{body}");
        assert!(body.contains("@krait_op_binary_op"), "the slow path: {body}");
        assert!(!body.contains("@krait_fast_add("), "{body}");
    }
}

/// Debuggers read the lines of the Python file off the line table.
#[test]
fn line_table_has_the_lines_of_python() {
    use object::{Object, ObjectSection};
    let compiled = compile_text(ADD, Level::Full);
    let file = object::File::parse(&*compiled.object).expect("an object file");
    let section = file.section_by_name(".debug_line").expect("lines");
    let data = section.uncompressed_data().expect("it can be read");
    let table = gimli::DebugLine::from(gimli::EndianSlice::new(&data, gimli::LittleEndian));
    let start = gimli::DebugLineOffset(0);
    let program = table.program(start, 8, None, None).expect("a line program");
    let name = program.header().file(1).expect("a file").path_name();
    let mut lines = std::collections::BTreeSet::new();
    let mut rows = program.rows();
    while let Some((_, row)) = rows.next_row().expect("rows") {
        lines.extend(row.line().map(|line| line.get()));
    }
    assert_eq!(lines.into_iter().collect::<Vec<_>>(), [10, 11]);
    assert!(matches!(name, gimli::AttributeValue::String(s) if s.slice() == b"test.py"));
}

/// Every call's return address leads back to its bytecode instruction.
#[test]
fn sites_are_found_in_the_line_table() {
    for level in [Level::Quick, Level::Full] {
        let compiled = compile_text(ADD, level);
        let output = &compiled.functions[0];
        let offsets: Vec<u32> = output.sites.iter().map(|(_, offset)| *offset).collect();
        assert!(offsets.contains(&2) && offsets.contains(&6), "{offsets:?}");
        assert!(output.sites.is_sorted_by_key(|(address, _)| *address));
        assert!(output.frame < 0, "the frame lies below the frame pointer");
    }
}
