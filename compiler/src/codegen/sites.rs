//! What an object file says about its frames: the line table gives the sites, the stack maps give
//! the place of each frame's `NativeFrame`.
//!
//! No LLVM interface gives exact return addresses, but the line table knows every call: each has
//! its own location, whose column is the number of its site (see [`super::debuginfo`]).

use std::collections::HashMap;

use gimli::{DebugLine, DebugLineOffset, EndianSlice, LittleEndian};
use object::{Object, ObjectSection, ObjectSymbol, RelocationTarget, SectionIndex, SymbolKind};

use krait_layout::program::NativeSite;

use super::{Input, Output};
use crate::ir::Function;

/// The outputs for `inputs`, whose machine code is in `object`.
pub fn read(object: &[u8], inputs: &[Input]) -> Vec<Output> {
    let file = object::File::parse(object).expect("LLVM wrote an object file");
    let frames = stack_maps(&file);
    let rows = line_rows(&file);
    let symbols: HashMap<&str, (SectionIndex, u64, u64)> = file
        .symbols()
        .filter(|symbol| symbol.kind() == SymbolKind::Text)
        .filter_map(|s| Some((s.name().ok()?, (s.section_index()?, s.address(), s.size()))))
        .collect();
    let describe = |(number, input): (usize, &Input)| {
        let (section, address, size) = symbols[input.symbol.as_str()];
        let offsets = site_offsets(&input.ir);
        let mut sites: Vec<(u32, u32)> = Vec::new();
        for row in rows.get(&section).map_or(&[][..], Vec::as_slice) {
            if row.address < address || row.address >= address + size || row.site == 0 {
                continue;
            }
            let start = (row.address - address) as u32;
            let offset = offsets[row.site as usize - 1];
            match sites.last_mut() {
                Some(last) if last.0 == start => last.1 = offset,
                Some(last) if last.1 == offset => {}
                _ => sites.push((start, offset)),
            }
        }
        let frame = frames.get(&(number as u64)).copied().unwrap_or(0);
        Output { symbol: input.symbol.clone(), size: size as u32, frame, sites }
    };
    inputs.iter().enumerate().map(describe).collect()
}

/// The bytecode offsets of a function's sites, in the order in which they are numbered: that of the
/// call before it returns is the last.
fn site_offsets(func: &Function) -> Vec<u32> {
    let insts = func.layout.iter().flat_map(|&block| &func.blocks[block].insts);
    let offsets = insts.filter_map(|&inst| super::inst::numbered_site(func, inst));
    offsets.chain([NativeSite::RETURNS]).collect()
}

/// A row of the line table; `site` is 0 where no call is.
struct Row {
    address: u64,
    site: u64,
}

/// The rows of the line table by section, by address.
fn line_rows(file: &object::File) -> HashMap<SectionIndex, Vec<Row>> {
    let mut rows: HashMap<SectionIndex, Vec<Row>> = HashMap::new();
    let Some(section) = file.section_by_name(".debug_line") else { return rows };
    let data = relocated(file, &section);
    let table = DebugLine::from(EndianSlice::new(&data, LittleEndian));
    let Ok(program) = table.program(DebugLineOffset(0), 8, None, None) else { return rows };
    let mut lines = program.rows();
    while let Some((_, row)) = lines.next_row().expect("LLVM wrote a line table") {
        if row.end_sequence() {
            continue;
        }
        let site = match row.column() {
            gimli::ColumnType::LeftEdge => 0,
            gimli::ColumnType::Column(n) => n.get(),
        };
        let section = SectionIndex((row.address() >> SECTION_SHIFT) as usize);
        let address = row.address() & ((1 << SECTION_SHIFT) - 1);
        rows.entry(section).or_default().push(Row { address, site });
    }
    for rows in rows.values_mut() {
        rows.sort_by_key(|row| row.address);
    }
    rows
}

/// Addresses in an object file count from their section. In relocated data, the section's number
/// stands above this bit.
const SECTION_SHIFT: u32 = 40;

/// The section's data with its relocations applied.
fn relocated(file: &object::File, section: &object::Section) -> Vec<u8> {
    let mut data = section.uncompressed_data().expect("LLVM wrote a section").into_owned();
    for (at, relocation) in section.relocations() {
        let (number, base) = match relocation.target() {
            RelocationTarget::Symbol(index) => {
                let symbol = file.symbol_by_index(index).expect("LLVM wrote a symbol");
                (symbol.section_index().map_or(0, |s| s.0), symbol.address())
            }
            RelocationTarget::Section(index) => (index.0, 0),
            _ => continue,
        };
        let bytes = usize::from(relocation.size()) / 8;
        let at = at as usize;
        let mut value = base.wrapping_add(relocation.addend() as u64);
        if bytes == 8 {
            value |= (number as u64) << SECTION_SHIFT;
        }
        data[at..at + bytes].copy_from_slice(&value.to_le_bytes()[..bytes]);
    }
    data
}

/// Frame offsets by the number that the stack map was given.
fn stack_maps(file: &object::File) -> HashMap<u64, i32> {
    let mut frames = HashMap::new();
    let Some(section) = file.section_by_name(".llvm_stackmaps") else { return frames };
    let data = section.uncompressed_data().expect("LLVM wrote a section");
    let u16_at = |at: usize| u16::from_le_bytes(data[at..at + 2].try_into().expect("two bytes"));
    let u32_at = |at: usize| u32::from_le_bytes(data[at..at + 4].try_into().expect("four bytes"));
    let u64_at = |at: usize| u64::from_le_bytes(data[at..at + 8].try_into().expect("eight bytes"));
    assert_eq!(data[0], 3, "LLVM's stack maps have version 3");
    let (functions, constants, records) = (u32_at(4), u32_at(8), u32_at(12));
    let mut at = 16 + 24 * functions as usize + 8 * constants as usize;
    for _ in 0..records {
        let id = u64_at(at);
        let locations = usize::from(u16_at(at + 14));
        let location = at + 16;
        // Direct: the address is a register plus an offset; and the register is rbp.
        assert_eq!((data[location], u16_at(location + 4)), (2, 6), "the frame is not at rbp");
        frames.insert(id, u32_at(location + 8) as i32);
        at = (location + 12 * locations).next_multiple_of(8);
        let live_outs = usize::from(u16_at(at + 2));
        at = (at + 4 + 4 * live_outs).next_multiple_of(8);
    }
    frames
}
