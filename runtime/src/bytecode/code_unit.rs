//! A code object as plain data, before it has a place in the heap.
//!
//! The front end produces it, `.pyc` files and executables hold it (by [`super::marshal`]), and
//! the runtime makes heap code objects of it. Field by field it is CPython 3.14's `PyCodeObject`.

use dashu_int::IBig;
use rustpython_wtf8::Wtf8Buf;

/// A constant of a code object.
#[derive(Clone, PartialEq, Debug)]
pub enum Constant {
    None,
    True,
    False,
    Ellipsis,
    Int(IBig),
    Float(f64),
    /// Real and imaginary part.
    Complex(f64, f64),
    /// May hold lone surrogates.
    Str(Wtf8Buf),
    Bytes(Vec<u8>),
    Tuple(Vec<Constant>),
    FrozenSet(Vec<Constant>),
    /// Start, stop, step.
    Slice(Box<[Constant; 3]>),
    Code(Box<CodeUnit>),
}

/// `co_flags`, CPython's numbers.
pub mod flags {
    pub const OPTIMIZED: u32 = 0x1;
    pub const NEWLOCALS: u32 = 0x2;
    pub const VARARGS: u32 = 0x4;
    pub const VARKEYWORDS: u32 = 0x8;
    pub const NESTED: u32 = 0x10;
    pub const GENERATOR: u32 = 0x20;
    pub const COROUTINE: u32 = 0x80;
    pub const ITERABLE_COROUTINE: u32 = 0x100;
    pub const ASYNC_GENERATOR: u32 = 0x200;
    pub const FUTURE_BARRY_AS_BDFL: u32 = 0x40_0000;
    pub const FUTURE_ANNOTATIONS: u32 = 0x100_0000;
    pub const NO_MONITORING_EVENTS: u32 = 0x200_0000;
    pub const HAS_DOCSTRING: u32 = 0x400_0000;
    pub const METHOD: u32 = 0x800_0000;
}

/// Bits of [`CodeUnit::localspluskinds`], CPython's `CO_FAST_*`.
pub mod local_kind {
    pub const ARG_POS: u8 = 0x02;
    pub const ARG_KW: u8 = 0x04;
    pub const ARG_VAR: u8 = 0x08;
    pub const HIDDEN: u8 = 0x10;
    pub const LOCAL: u8 = 0x20;
    pub const CELL: u8 = 0x40;
    pub const FREE: u8 = 0x80;
}

/// CPython 3.14's code object.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct CodeUnit {
    pub filename: Wtf8Buf,
    pub name: Wtf8Buf,
    pub qualname: Wtf8Buf,
    /// Positional parameters, positional-only ones included.
    pub argcount: u32,
    pub posonlyargcount: u32,
    pub kwonlyargcount: u32,
    /// Deepest evaluation stack, in values.
    pub stacksize: u32,
    /// See [`flags`].
    pub flags: u32,
    pub firstlineno: i32,
    /// `co_code`: two bytes an instruction, inline caches zero.
    pub code: Vec<u8>,
    pub consts: Vec<Constant>,
    pub names: Vec<Wtf8Buf>,
    /// Local variables, then cells that are no locals, then free variables.
    pub localsplusnames: Vec<Wtf8Buf>,
    /// One byte for each of `localsplusnames`, see [`local_kind`].
    pub localspluskinds: Vec<u8>,
    /// PEP 626 location table.
    pub linetable: Vec<u8>,
    /// Exception table as CPython encodes it.
    pub exceptiontable: Vec<u8>,
}

impl CodeUnit {
    /// Names in `localsplusnames` whose kind has any of `bits`, in order.
    fn names_of_kind(&self, bits: u8) -> impl Iterator<Item = &Wtf8Buf> {
        let kinds = self.localspluskinds.iter();
        self.localsplusnames.iter().zip(kinds).filter(move |(_, k)| **k & bits != 0).map(|(n, _)| n)
    }

    /// `co_varnames`.
    pub fn varnames(&self) -> impl Iterator<Item = &Wtf8Buf> {
        self.names_of_kind(local_kind::LOCAL)
    }

    /// `co_cellvars`.
    pub fn cellvars(&self) -> impl Iterator<Item = &Wtf8Buf> {
        self.names_of_kind(local_kind::CELL)
    }

    /// `co_freevars`.
    pub fn freevars(&self) -> impl Iterator<Item = &Wtf8Buf> {
        self.names_of_kind(local_kind::FREE)
    }

    /// Sets the local variables and their kinds: `varnames`, then the cells that are none of them,
    /// then `freevars`.
    pub fn set_locals(&mut self, varnames: &[Wtf8Buf], cellvars: &[Wtf8Buf], freevars: &[Wtf8Buf]) {
        let positional = self.argcount as usize;
        let keyword = positional + self.kwonlyargcount as usize;
        let varargs = keyword + usize::from(self.flags & flags::VARARGS != 0);
        let varkeywords = varargs + usize::from(self.flags & flags::VARKEYWORDS != 0);
        self.localsplusnames.clear();
        self.localspluskinds.clear();
        for (i, name) in varnames.iter().enumerate() {
            use local_kind::*;
            let argument = match i {
                _ if i < self.posonlyargcount as usize => ARG_POS,
                _ if i < positional => ARG_POS | ARG_KW,
                _ if i < keyword => ARG_KW,
                _ if i < varargs => ARG_VAR | ARG_POS,
                _ if i < varkeywords => ARG_VAR | ARG_KW,
                _ => 0,
            };
            let cell = if cellvars.contains(name) { CELL } else { 0 };
            self.localsplusnames.push(name.clone());
            self.localspluskinds.push(LOCAL | argument | cell);
        }
        let cells = cellvars.iter().filter(|name| !varnames.contains(name));
        for (name, kind) in cells
            .map(|name| (name, local_kind::CELL))
            .chain(freevars.iter().map(|name| (name, local_kind::FREE)))
        {
            self.localsplusnames.push(name.clone());
            self.localspluskinds.push(kind);
        }
    }

    /// `co_nlocals`.
    pub fn nlocals(&self) -> usize {
        self.varnames().count()
    }
}
