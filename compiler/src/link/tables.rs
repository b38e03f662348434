//! The object file that holds a program's tables, `krait_layout::program` as data.
//!
//! Written without LLVM: it is all constants and addresses, and changes with every build.

use std::mem::{offset_of, size_of};

use krait_layout::program::{self, native_kind};
use object::write::{Object, Relocation, StandardSection, Symbol, SymbolId, SymbolSection};
use object::{
    Architecture, BinaryFormat, Endianness, RelocationEncoding, RelocationFlags, RelocationKind,
    SymbolFlags, SymbolKind, SymbolScope,
};

use crate::codegen::{entry_symbol, pool_symbol};
use crate::unit::{Compiled, Native};

/// A module of the program.
pub struct Entry<'a> {
    pub name: &'a str,
    /// `co_filename`.
    pub filename: &'a str,
    pub package: bool,
    pub compiled: &'a Compiled,
}

/// What an executable's tables refer to.
pub struct Contents<'a> {
    /// Sorted by name.
    pub modules: Vec<Entry<'a>>,
    /// Index of the module that runs.
    pub main: usize,
    /// Names of the native modules that can be imported.
    pub natives: Vec<&'a str>,
    /// Whether the program can compile source.
    pub front_end: bool,
    /// Names of modules that were left out; sorted.
    pub left_out: Vec<String>,
}

/// The object file with the tables.
pub fn write(contents: &Contents) -> Vec<u8> {
    let Contents { modules, main, natives, front_end, left_out } = contents;
    assert!(modules.is_sorted_by_key(|module| module.name), "modules are found by binary search");
    let mut w =
        Writer { object: Object::new(BinaryFormat::Elf, Architecture::X86_64, Endianness::Little) };
    let entries: Vec<Struct> = modules.iter().map(|module| w.module(module)).collect();
    let modules = w.array(&entries);
    let mut table = Struct::new(size_of::<program::Program>());
    table.u32(offset_of!(program::Program, version), program::VERSION);
    table.u32(offset_of!(program::Program, main), *main as u32);
    table.address(offset_of!(program::Program, modules), modules);
    table.u64(offset_of!(program::Program, module_count), entries.len() as u64);
    let rows: Vec<Struct> = natives
        .iter()
        .map(|name| {
            let mut row = Struct::new(size_of::<*const u8>());
            let module = w.external(format!("krait_module_{name}"));
            row.address(0, module);
            row
        })
        .collect();
    let rows = w.array(&rows);
    table.address(offset_of!(program::Program, natives), rows);
    table.u64(offset_of!(program::Program, native_count), natives.len() as u64);
    let names: Vec<Struct> = left_out
        .iter()
        .map(|name| {
            let mut row = Struct::new(size_of::<program::Bytes>());
            let place = w.read_only(name.as_bytes());
            row.bytes(0, place, name.len());
            row
        })
        .collect();
    let names = w.array(&names);
    table.address(offset_of!(program::Program, left_out), names);
    table.u64(offset_of!(program::Program, left_out_count), left_out.len() as u64);
    if *front_end {
        let front_end = w.external("krait_front_end".to_string());
        table.address(offset_of!(program::Program, front_end), front_end);
    }
    let place = w.data(&table, StandardSection::ReadOnlyDataWithRel);
    w.object.add_symbol(Symbol {
        name: b"krait_program".to_vec(),
        value: place.1,
        size: table.bytes.len() as u64,
        kind: SymbolKind::Data,
        scope: SymbolScope::Linkage,
        weak: false,
        section: w.object.symbol(place.0).section,
        flags: SymbolFlags::None,
    });
    w.object.write().expect("a valid object file")
}

/// A symbol and a distance from it.
type Address = (SymbolId, u64);

/// A struct's bytes, with the addresses in it.
struct Struct {
    bytes: Vec<u8>,
    addresses: Vec<(usize, Address)>,
}

impl Struct {
    fn new(size: usize) -> Struct {
        Struct { bytes: vec![0; size], addresses: vec![] }
    }

    fn u32(&mut self, at: usize, value: u32) {
        self.bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
    }

    fn u64(&mut self, at: usize, value: u64) {
        self.bytes[at..at + 8].copy_from_slice(&value.to_le_bytes());
    }

    fn address(&mut self, at: usize, address: Option<Address>) {
        // An empty table has no address.
        self.addresses.extend(address.map(|address| (at, address)));
    }

    fn bytes(&mut self, at: usize, address: Option<Address>, len: usize) {
        self.address(at + offset_of!(program::Bytes, data), address);
        self.u64(at + offset_of!(program::Bytes, len), len as u64);
    }
}

struct Writer {
    object: Object<'static>,
}

impl Writer {
    /// Adds data to a section. The address is relative to the section's symbol.
    fn data(&mut self, data: &Struct, section: StandardSection) -> Address {
        let section = self.object.section_id(section);
        let at = self.object.append_section_data(section, &data.bytes, 8);
        for (offset, (symbol, addend)) in &data.addresses {
            let relocation = Relocation {
                offset: at + *offset as u64,
                symbol: *symbol,
                addend: *addend as i64,
                flags: RelocationFlags::Generic {
                    kind: RelocationKind::Absolute,
                    encoding: RelocationEncoding::Generic,
                    size: 64,
                },
            };
            self.object.add_relocation(section, relocation).expect("a 64-bit address");
        }
        (self.object.section_symbol(section), at)
    }

    fn array(&mut self, items: &[Struct]) -> Option<Address> {
        let mut all = Struct::new(0);
        for item in items {
            let base = all.bytes.len();
            all.bytes.extend(&item.bytes);
            all.addresses.extend(item.addresses.iter().map(|(at, a)| (base + at, *a)));
        }
        let place = self.data(&all, StandardSection::ReadOnlyDataWithRel);
        (!items.is_empty()).then_some(place)
    }

    fn read_only(&mut self, bytes: &[u8]) -> Option<Address> {
        let data = Struct { bytes: bytes.to_vec(), addresses: vec![] };
        Some(self.data(&data, StandardSection::ReadOnlyData))
    }

    /// A symbol of another object file.
    fn external(&mut self, name: String) -> Option<Address> {
        let symbol = self.object.symbol_id(name.as_bytes()).unwrap_or_else(|| {
            self.object.add_symbol(Symbol {
                name: name.into_bytes(),
                value: 0,
                size: 0,
                kind: SymbolKind::Unknown,
                scope: SymbolScope::Unknown,
                weak: false,
                section: SymbolSection::Undefined,
                flags: SymbolFlags::None,
            })
        });
        Some((symbol, 0))
    }

    fn module(&mut self, module: &Entry) -> Struct {
        use program::Module;
        let natives: Vec<Struct> =
            module.compiled.natives.iter().map(|native| self.native(native)).collect();
        let mut table = Struct::new(size_of::<Module>());
        for (at, bytes) in [
            (offset_of!(Module, name), module.name.as_bytes()),
            (offset_of!(Module, filename), module.filename.as_bytes()),
            (offset_of!(Module, code), &module.compiled.code),
        ] {
            let place = self.read_only(bytes);
            table.bytes(at, place, bytes.len());
        }
        let flags = if module.package { program::MODULE_PACKAGE } else { 0 };
        table.u32(offset_of!(Module, flags), flags);
        table.u32(offset_of!(Module, native_count), natives.len() as u32);
        let natives = self.array(&natives);
        table.address(offset_of!(Module, natives), natives);
        table
    }

    fn native(&mut self, native: &Native) -> Struct {
        use program::NativeCode;
        let output = &native.output;
        let mut sites = Vec::new();
        for (address, offset) in &output.sites {
            sites.extend(address.to_le_bytes());
            sites.extend(offset.to_le_bytes());
        }
        let sites = self.read_only(&sites);
        let mut table = Struct::new(size_of::<NativeCode>());
        table.u32(offset_of!(NativeCode, index), native.index);
        let entry = match native.kind {
            native_kind::GENERATOR => output.symbol.clone(),
            _ => entry_symbol(&output.symbol),
        };
        table.u32(offset_of!(NativeCode, kind), native.kind);
        let entry = self.external(entry);
        table.address(offset_of!(NativeCode, entry), entry);
        let body = self.external(output.symbol.clone());
        table.address(offset_of!(NativeCode, body), body);
        table.u32(offset_of!(NativeCode, size), output.size);
        table.u32(offset_of!(NativeCode, frame), output.frame as u32);
        let pool = self.external(pool_symbol(&output.symbol));
        table.address(offset_of!(NativeCode, pool), pool);
        table.u32(offset_of!(NativeCode, pool_count), native.pool);
        table.u32(offset_of!(NativeCode, site_count), output.sites.len() as u32);
        table.address(offset_of!(NativeCode, sites), sites);
        table
    }
}
