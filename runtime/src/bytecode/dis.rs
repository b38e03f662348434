//! Disassembly, as `python -m dis` prints it.

use std::collections::{BTreeMap, BTreeSet};

use rustpython_wtf8::Wtf8Buf;

use super::opcode::Argument;
use super::{CodeUnit, Constant, Opcode, repr};

const OPNAME_WIDTH: usize = 20;
const OPARG_WIDTH: usize = 5;
/// Stands where a line number would.
const NO_LINE: &str = "  --";

/// CPython's names of the operators of `BINARY_OP`, by number.
pub const BINARY_OP_NAMES: [&str; 27] = [
    "NB_ADD",
    "NB_AND",
    "NB_FLOOR_DIVIDE",
    "NB_LSHIFT",
    "NB_MATRIX_MULTIPLY",
    "NB_MULTIPLY",
    "NB_REMAINDER",
    "NB_OR",
    "NB_POWER",
    "NB_RSHIFT",
    "NB_SUBTRACT",
    "NB_TRUE_DIVIDE",
    "NB_XOR",
    "NB_INPLACE_ADD",
    "NB_INPLACE_AND",
    "NB_INPLACE_FLOOR_DIVIDE",
    "NB_INPLACE_LSHIFT",
    "NB_INPLACE_MATRIX_MULTIPLY",
    "NB_INPLACE_MULTIPLY",
    "NB_INPLACE_REMAINDER",
    "NB_INPLACE_OR",
    "NB_INPLACE_POWER",
    "NB_INPLACE_RSHIFT",
    "NB_INPLACE_SUBTRACT",
    "NB_INPLACE_TRUE_DIVIDE",
    "NB_INPLACE_XOR",
    "NB_SUBSCR",
];
/// Their symbols.
pub const BINARY_OPS: [&str; 27] = [
    "+", "&", "//", "<<", "@", "*", "%", "|", "**", ">>", "-", "/", "^", "+=", "&=", "//=", "<<=",
    "@=", "*=", "%=", "|=", "**=", ">>=", "-=", "/=", "^=", "[]",
];
const COMPARE_OPS: [&str; 6] = ["<", "<=", "==", "!=", ">", ">="];
pub const INTRINSICS_1: [&str; 12] = [
    "INTRINSIC_1_INVALID",
    "INTRINSIC_PRINT",
    "INTRINSIC_IMPORT_STAR",
    "INTRINSIC_STOPITERATION_ERROR",
    "INTRINSIC_ASYNC_GEN_WRAP",
    "INTRINSIC_UNARY_POSITIVE",
    "INTRINSIC_LIST_TO_TUPLE",
    "INTRINSIC_TYPEVAR",
    "INTRINSIC_PARAMSPEC",
    "INTRINSIC_TYPEVARTUPLE",
    "INTRINSIC_SUBSCRIPT_GENERIC",
    "INTRINSIC_TYPEALIAS",
];
pub const INTRINSICS_2: [&str; 6] = [
    "INTRINSIC_2_INVALID",
    "INTRINSIC_PREP_RERAISE_STAR",
    "INTRINSIC_TYPEVAR_WITH_BOUND",
    "INTRINSIC_TYPEVAR_WITH_CONSTRAINTS",
    "INTRINSIC_SET_FUNCTION_TYPE_PARAMS",
    "INTRINSIC_SET_TYPEPARAM_DEFAULT",
];
const COMMON_CONSTANTS: [&str; 5] = [
    "AssertionError",
    "NotImplementedError",
    "tuple",
    "<built-in function all>",
    "<built-in function any>",
];
pub const SPECIAL_METHODS: [&str; 4] = ["__enter__", "__exit__", "__aenter__", "__aexit__"];
const CONVERSIONS: [&str; 4] = ["", "str", "repr", "ascii"];
const FUNCTION_ATTRIBUTES: [&str; 5] =
    ["defaults", "kwdefaults", "annotations", "closure", "annotate"];

/// The disassembly of `code` and of the code objects in it. `address` says what stands behind
/// `at` in a code object's representation.
pub fn dis(code: &CodeUnit, address: &dyn Fn(&CodeUnit) -> u64) -> Wtf8Buf {
    let mut dis = Disassembler { out: Wtf8Buf::new(), address };
    dis.recursive(code);
    dis.out
}

/// The address of the object in memory.
pub fn own_address(code: &CodeUnit) -> u64 {
    std::ptr::from_ref(code) as usize as u64
}

struct Disassembler<'a> {
    out: Wtf8Buf,
    address: &'a dyn Fn(&CodeUnit) -> u64,
}

/// One instruction or prefix.
struct Line {
    offset: usize,
    opcode: Opcode,
    oparg: u32,
    end: usize,
}

impl Line {
    fn target(&self) -> Option<usize> {
        let (opcode, oparg, end) = (self.opcode, self.oparg, self.end);
        let instruction = super::verify::Instruction {
            start: self.offset,
            offset: self.offset,
            opcode,
            oparg,
            end,
        };
        instruction.target()
    }
}

/// The instructions of `code`, prefixes among them. Bytes that are no instruction end the list.
fn lines(code: &[u8]) -> Vec<Line> {
    let mut lines = Vec::new();
    let (mut at, mut prefix) = (0, 0u32);
    while let Some(&[byte, argument]) = code.get(at..at + 2) {
        let Some(opcode) = Opcode::from_byte(byte) else { break };
        let oparg = prefix << 8 | u32::from(argument);
        prefix = if opcode == Opcode::EXTENDED_ARG { oparg } else { 0 };
        let end = at + 2 + 2 * opcode.caches();
        lines.push(Line { offset: at, opcode, oparg, end });
        at = end;
    }
    lines
}

impl Disassembler<'_> {
    fn recursive(&mut self, code: &CodeUnit) {
        self.one(code);
        for value in &code.consts {
            if let Constant::Code(inner) = value {
                self.out.push_str("\nDisassembly of ");
                self.push_code_repr(inner);
                self.out.push_str(":\n");
                self.recursive(inner);
            }
        }
    }

    fn push_code_repr(&mut self, code: &CodeUnit) {
        self.out.push_str("<code object ");
        self.out.push_wtf8(&code.name);
        let address = (self.address)(code);
        self.out.push_str(&format!(" at {address:#x}, file \""));
        self.out.push_wtf8(&code.filename);
        self.out.push_str(&format!("\", line {}>", code.firstlineno));
    }

    fn one(&mut self, code: &CodeUnit) {
        let lines = lines(&code.code);
        let starts = line_starts(code);
        let labels = labels(code, &lines);
        let line_width = line_width(&starts);
        let label_width = 4 + labels.len().to_string().len();
        for line in &lines {
            let start = starts.get(&line.offset);
            if line_width > 0 && start.is_some() && line.offset > 0 {
                self.out.push_str("\n");
            }
            let mut text = Wtf8Buf::new();
            if line_width > 0 {
                text.push_str(&match start {
                    Some(Some(number)) => format!("{number:>line_width$} "),
                    Some(None) => format!("{NO_LINE:>line_width$} "),
                    None => format!("{:line_width$} ", ""),
                });
            }
            let label = labels.get(&line.offset).map(|l| format!("L{l}:")).unwrap_or_default();
            let name = line.opcode.name();
            text.push_str(&format!("{label:>label_width$}     {name:<OPNAME_WIDTH$}"));
            if line.opcode.argument() != Argument::None {
                let excess = name.len().saturating_sub(OPNAME_WIDTH);
                let width = OPARG_WIDTH.saturating_sub(excess);
                text.push_str(&format!(" {:>width$}", line.oparg));
                let argument = self.argument(code, line, &labels);
                if !argument.is_empty() {
                    text.push_str(" (");
                    text.push_wtf8(&argument);
                    text.push_str(")");
                }
            }
            self.out.push_wtf8(text.trim_end());
            self.out.push_str("\n");
        }
        let mut handlers = code.handlers().peekable();
        if handlers.peek().is_some() {
            self.out.push_str("ExceptionTable:\n");
        }
        for h in handlers {
            let [start, end, target] = [h.start, h.end, h.target].map(|offset| labels[&offset]);
            let lasti = if h.lasti { " lasti" } else { "" };
            let depth = h.depth;
            self.out.push_str(&format!("  L{start} to L{end} -> L{target} [{depth}]{lasti}\n"));
        }
    }

    /// What stands in parentheses behind the argument.
    fn argument(
        &mut self,
        code: &CodeUnit,
        line: &Line,
        labels: &BTreeMap<usize, usize>,
    ) -> Wtf8Buf {
        let oparg = line.oparg as usize;
        let pick = |table: &[&str], i: usize| Wtf8Buf::from(*table.get(i).unwrap_or(&""));
        let name = |i: usize| code.names.get(i).cloned().unwrap_or_default();
        let local = |i: usize| code.localsplusnames.get(i).cloned().unwrap_or_default();
        let with = |mut text: Wtf8Buf, flag: bool, more: &str| {
            if flag {
                text.push_str(more);
            }
            text
        };
        match line.opcode {
            Opcode::LOAD_CONST => match code.consts.get(oparg) {
                Some(Constant::Code(inner)) => {
                    let before = std::mem::take(&mut self.out);
                    self.push_code_repr(inner);
                    std::mem::replace(&mut self.out, before)
                }
                Some(value) => repr::constant(value),
                None => Wtf8Buf::new(),
            },
            Opcode::LOAD_GLOBAL => with(name(oparg >> 1), oparg & 1 != 0, " + NULL"),
            Opcode::LOAD_ATTR => with(name(oparg >> 1), oparg & 1 != 0, " + NULL|self"),
            Opcode::LOAD_SUPER_ATTR => with(name(oparg >> 2), oparg & 1 != 0, " + NULL|self"),
            Opcode::COMPARE_OP => {
                let op = pick(&COMPARE_OPS, oparg >> 5);
                if oparg & 16 != 0 { format!("bool({op})").into() } else { op }
            }
            Opcode::CONVERT_VALUE => pick(&CONVERSIONS, oparg),
            Opcode::SET_FUNCTION_ATTRIBUTE => {
                let set = FUNCTION_ATTRIBUTES.iter().enumerate();
                let set: Vec<&str> =
                    set.filter(|(i, _)| oparg >> i & 1 != 0).map(|(_, text)| *text).collect();
                set.join(", ").into()
            }
            Opcode::BINARY_OP => pick(&BINARY_OPS, oparg),
            Opcode::CALL_INTRINSIC_1 => pick(&INTRINSICS_1, oparg),
            Opcode::CALL_INTRINSIC_2 => pick(&INTRINSICS_2, oparg),
            Opcode::LOAD_COMMON_CONSTANT => pick(&COMMON_CONSTANTS, oparg),
            Opcode::LOAD_SPECIAL => pick(&SPECIAL_METHODS, oparg),
            Opcode::IS_OP => if oparg == 0 { "is" } else { "is not" }.into(),
            Opcode::CONTAINS_OP => if oparg == 0 { "in" } else { "not in" }.into(),
            _ => match line.opcode.argument() {
                Argument::Name => name(oparg),
                Argument::Local | Argument::Free => local(oparg),
                Argument::LocalPair => {
                    let mut text = local(oparg >> 4);
                    text.push_str(", ");
                    text.push_wtf8(&local(oparg & 15));
                    text
                }
                Argument::Jump => {
                    let word = if line.opcode == Opcode::END_ASYNC_FOR { "from" } else { "to" };
                    match line.target().and_then(|target| labels.get(&target)) {
                        Some(label) => format!("{word} L{label}").into(),
                        None => Wtf8Buf::new(),
                    }
                }
                Argument::None | Argument::Count | Argument::Const => Wtf8Buf::new(),
            },
        }
    }
}

/// Offsets at which the line changes.
fn line_starts(code: &CodeUnit) -> BTreeMap<usize, Option<i32>> {
    let mut starts = BTreeMap::new();
    let mut last = None;
    for (start, _, line) in code.lines() {
        if last != Some(line) {
            last = Some(line);
            starts.insert(start, line);
        }
    }
    starts
}

fn line_width(starts: &BTreeMap<usize, Option<i32>>) -> usize {
    let Some(max) = starts.values().flatten().filter(|line| **line != 0).max() else { return 0 };
    let width = max.to_string().len().max(3);
    if starts.values().any(Option::is_none) { width.max(NO_LINE.len()) } else { width }
}

/// Numbers for the offsets that something refers to.
fn labels(code: &CodeUnit, lines: &[Line]) -> BTreeMap<usize, usize> {
    let mut offsets: BTreeSet<usize> = lines.iter().filter_map(Line::target).collect();
    for handler in code.handlers() {
        offsets.extend([handler.start, handler.end, handler.target]);
    }
    offsets.into_iter().enumerate().map(|(i, offset)| (offset, i + 1)).collect()
}
