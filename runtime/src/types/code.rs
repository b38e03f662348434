//! `code`: a code object in the heap, with what the engines keep beside it.

use std::cell::{Cell, OnceCell};

use krait_layout::program::{NativeCode, native_kind};
use krait_layout::{Header, Kind, Thread, Value, shapes};

use crate::bytecode::code_unit::{flags, local_kind};
use crate::bytecode::{CodeUnit, Constant, Opcode};
use crate::error::PyResult;
use crate::gc::{self, Field};
use crate::interpreter::decoded::Decoded;
use crate::object::type_object::{TypeDef, TypeFlags};
use crate::object::{Object, ValueExt, alloc};
use crate::ops::Comparison;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::{float, int};
use crate::{raise, state, types};
use krait_macros::methods;
use rustpython_wtf8::Wtf8Buf;

/// A `code` object.
#[repr(C)]
pub struct Code {
    pub header: Header,
    /// Constants, names and local names as heap tuples.
    pub consts: Field,
    pub names: Field,
    pub localsplusnames: Field,
    pub filename: Field,
    pub name: Field,
    pub qualname: Field,
    /// The plain data: bytecode and tables. Its own constants are dropped once made.
    pub unit: Box<CodeUnit>,
    /// The machine code, if there is any.
    pub native: Cell<Option<&'static NativeCode>>,
    decoded: OnceCell<Box<Decoded>>,
}

pub static DEF: TypeDef = TypeDef::of::<Code>("code", "builtins")
    .doc("Create a code object.  Not for mere mortals.")
    .flags(TypeFlags::WEAKREF)
    .methods(Code::native_methods)
    .getsets(Code::native_getsets)
    .shape(shapes::CODE);

// SAFETY: every object of kind `Code` is made by `Code::new` with this layout.
unsafe impl Object for Code {
    const KIND: Kind = Kind::Code;

    fn def() -> &'static TypeDef {
        &DEF
    }
}

/// A constant as a value; strings that look like names are interned, as CPython does.
pub fn constant(th: &Thread, c: &Constant) -> Value {
    match c {
        Constant::None => Value::NONE,
        Constant::True => Value::TRUE,
        Constant::False => Value::FALSE,
        Constant::Ellipsis => Value::ELLIPSIS,
        Constant::Int(i) => int::from_big(th, i),
        Constant::Float(f) => float::new(th, *f),
        Constant::Complex(re, im) => types::complex::new(th, *re, *im),
        Constant::Str(s) => {
            let s = Str::from_wtf8(th, s);
            match s.as_ascii() {
                Some(a) if a.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') => {
                    state::intern_object(th, s)
                }
                _ => s.value(),
            }
        }
        Constant::Bytes(b) => types::bytes::Bytes::new(th, b).value(),
        Constant::Tuple(items) => {
            let items: Vec<Value> = items.iter().map(|c| constant(th, c)).collect();
            Tuple::new(th, &items).value()
        }
        Constant::FrozenSet(items) => {
            let items: Vec<Value> = items.iter().map(|c| constant(th, c)).collect();
            types::set::frozen(th, &items).expect("constants are hashable")
        }
        Constant::Slice(parts) => {
            let [a, b, c] = [&parts[0], &parts[1], &parts[2]].map(|p| constant(th, p));
            types::slice::Slice::new(th, a, b, c).value()
        }
        Constant::Code(unit) => Code::new(th, unit).value(),
    }
}

impl Code {
    /// The heap object of a code unit, nested code included.
    pub fn new(th: &Thread, unit: &CodeUnit) -> &'static Code {
        let names = |names: &[rustpython_wtf8::Wtf8Buf]| -> Value {
            let items: Vec<Value> =
                names.iter().map(|n| state::intern_object(th, Str::from_wtf8(th, n))).collect();
            Tuple::new(th, &items).value()
        };
        let consts: Vec<Value> = unit.consts.iter().map(|c| constant(th, c)).collect();
        let consts = Tuple::new(th, &consts).value();
        let name_values = names(&unit.names);
        let local_values = names(&unit.localsplusnames);
        let filename = state::intern_object(th, Str::from_wtf8(th, &unit.filename));
        let name = state::intern_object(th, Str::from_wtf8(th, &unit.name));
        let qualname = state::intern_object(th, Str::from_wtf8(th, &unit.qualname));
        let mut plain = unit.clone();
        plain.consts = Vec::new();
        alloc(
            th,
            Code {
                header: Header::new(shapes::CODE, Kind::Code),
                consts: Field::new(Some(consts)),
                names: Field::new(Some(name_values)),
                localsplusnames: Field::new(Some(local_values)),
                filename: Field::new(Some(filename)),
                name: Field::new(Some(name)),
                qualname: Field::new(Some(qualname)),
                unit: Box::new(plain),
                native: Cell::new(None),
                decoded: OnceCell::new(),
            },
        )
    }

    /// The machine code that the function is called by, if it has any; a generator's is called
    /// only to resume it.
    #[inline(always)]
    pub fn native_function(&self) -> Option<&'static NativeCode> {
        self.native.get().filter(|native| native.kind == native_kind::FUNCTION)
    }

    /// The machine code of a class body.
    pub fn native_class_body(&self) -> Option<&'static NativeCode> {
        self.native.get().filter(|native| native.kind == native_kind::CLASS_BODY)
    }

    #[inline(always)]
    pub fn consts(&self) -> &'static [Value] {
        self.consts.get().and_then(|t| t.cast::<Tuple>()).expect("set when made").values()
    }

    #[inline(always)]
    pub fn names(&self) -> &'static [Value] {
        self.names.get().and_then(|t| t.cast::<Tuple>()).expect("set when made").values()
    }

    #[inline(always)]
    pub fn local_names(&self) -> &'static [Value] {
        self.localsplusnames.get().and_then(|t| t.cast::<Tuple>()).expect("set when made").values()
    }

    pub fn has_flag(&self, flag: u32) -> bool {
        self.unit.flags & flag != 0
    }

    /// Local variables, cells and free variables together.
    #[inline(always)]
    pub fn locals_len(&self) -> usize {
        self.unit.localspluskinds.len()
    }

    pub fn name(&self) -> &'static Str {
        self.name.get().and_then(|n| n.cast()).expect("set when made")
    }

    pub fn qualname(&self) -> &'static Str {
        self.qualname.get().and_then(|n| n.cast()).expect("set when made")
    }

    pub fn filename(&self) -> &'static Str {
        self.filename.get().and_then(|n| n.cast()).expect("set when made")
    }

    /// Parameters that the caller's arguments fill: positional, keyword-only, `*args`, `**kwargs`.
    pub fn parameter_count(&self) -> usize {
        let u = &self.unit;
        u.argcount as usize
            + u.kwonlyargcount as usize
            + self.has_flag(flags::VARARGS) as usize
            + self.has_flag(flags::VARKEYWORDS) as usize
    }

    /// Free variables.
    pub fn free_count(&self) -> usize {
        self.unit.localspluskinds.iter().filter(|k| **k & local_kind::FREE != 0).count()
    }

    /// The interpreter's private form, made at first use.
    #[inline(always)]
    pub fn decoded(&'static self) -> &'static Decoded {
        self.decoded.get_or_init(|| {
            gc::barrier(&self.header);
            Box::new(Decoded::new(self))
        })
    }

    /// CPython's instruction in the place `index` of the decoded copy, where tracing and quick forms
    /// put others.
    pub fn opcode(&'static self, index: usize) -> Opcode {
        let offset = self.decoded().offsets[index] as usize;
        Opcode::from_byte(self.unit.code[offset]).expect("the code was decoded")
    }

    fn names_of_kind(&self, th: &Thread, bits: u8) -> Value {
        let items: Vec<Value> = self
            .local_names()
            .iter()
            .zip(&self.unit.localspluskinds)
            .filter(|(_, k)| **k & bits != 0)
            .map(|(n, _)| *n)
            .collect();
        Tuple::new(th, &items).value()
    }

    /// The plain data with the constants put back.
    pub fn to_unit(&self, th: &Thread) -> PyResult<CodeUnit> {
        let mut unit = (*self.unit).clone();
        unit.filename = self.filename().to_wtf8();
        for c in self.consts() {
            unit.consts.push(to_constant(th, *c)?);
        }
        Ok(unit)
    }

    /// Replaces the file name here and in the code inside, where it is that of this code.
    pub fn set_filename(&self, filename: &'static Str) {
        let old = self.filename();
        self.filename.set(&self.header, Some(filename.value()));
        for inner in self.consts().iter().filter_map(|c| c.cast::<Code>()) {
            if inner.filename().equals(old) {
                inner.set_filename(filename);
            }
        }
    }

    /// The line of the instruction at `offset` (in bytes), if it has one.
    pub fn line_at(&self, offset: usize) -> Option<i32> {
        self.unit.position(offset).line
    }
}

/// A value as a constant of plain data; raises `ValueError` for what cannot be one.
pub fn to_constant(th: &Thread, v: Value) -> PyResult<Constant> {
    let all = |items: &[Value]| -> PyResult<Vec<Constant>> {
        items.iter().map(|v| to_constant(th, *v)).collect()
    };
    Ok(match v {
        Value::NONE => Constant::None,
        Value::TRUE => Constant::True,
        Value::FALSE => Constant::False,
        Value::ELLIPSIS => Constant::Ellipsis,
        _ if int::is_int(v) => Constant::Int(int::to_big(v)),
        _ => match v.kind() {
            Kind::Str => Constant::Str(v.cast::<Str>().expect("the kind says so").to_wtf8()),
            Kind::Tuple => {
                Constant::Tuple(all(v.cast::<Tuple>().expect("the kind says so").values())?)
            }
            Kind::Bytes => Constant::Bytes(types::bytes::from_object(th, v)?),
            Kind::FrozenSet => Constant::FrozenSet(all(&crate::ops::collect(th, v)?)?),
            Kind::Slice => {
                let [a, b, c] = v.cast::<types::slice::Slice>().expect("the kind says so").parts();
                Constant::Slice(Box::new([
                    to_constant(th, a)?,
                    to_constant(th, b)?,
                    to_constant(th, c)?,
                ]))
            }
            Kind::Code => {
                Constant::Code(Box::new(v.cast::<Code>().expect("the kind says so").to_unit(th)?))
            }
            Kind::Complex => {
                let (re, im) = types::complex::parts(v).expect("the kind says so");
                Constant::Complex(re, im)
            }
            _ => match float::value(v) {
                Some(f) => Constant::Float(f),
                None => {
                    return Err(raise!(
                        th,
                        ValueError,
                        "'{}' object is no constant",
                        v.type_name()
                    ));
                }
            },
        },
    })
}

/// The strings of a tuple of names.
fn name_tuple(th: &Thread, v: Value) -> PyResult<Vec<Wtf8Buf>> {
    let names = crate::ops::collect(th, v)?;
    names.iter().map(|n| Ok(types::str::expect_str(th, *n, "name")?.to_wtf8())).collect()
}

#[methods]
impl Code {
    #[method]
    fn __repr__(this: &'static Code) -> String {
        format!(
            "<code object {} at {:#x}, file \"{}\", line {}>",
            this.name(),
            this.value().bits(),
            this.filename(),
            this.unit.firstlineno
        )
    }

    #[comparison]
    fn compare(_th: &Thread, this: &'static Code, other: Value, op: Comparison) -> PyResult<Value> {
        let Some(other) = other.cast::<Code>() else { return Ok(Value::NOT_IMPLEMENTED) };
        let same = std::ptr::eq(this, other)
            || (this.unit == other.unit
                && this.consts().len() == other.consts().len()
                && this.consts().iter().zip(other.consts()).all(|(a, b)| {
                    std::ptr::eq(a.class(), b.class())
                        && crate::ops::equals(_th, *a, *b).unwrap_or(false)
                }));
        Ok(match op {
            Comparison::Eq => Value::from_bool(same),
            Comparison::Ne => Value::from_bool(!same),
            _ => Value::NOT_IMPLEMENTED,
        })
    }

    #[method]
    fn __hash__(this: &'static Code) -> i64 {
        this.name().hash() ^ this.unit.firstlineno as i64 ^ types::hash::hash_bytes(&this.unit.code)
    }

    /// Return an iterator over (start, end, line) of the code's lines.
    #[method]
    fn co_lines(th: &Thread, this: &'static Code) -> PyResult<Value> {
        let items: Vec<Value> = this
            .unit
            .lines()
            .map(|(start, end, line)| {
                let line = line.map_or(Value::NONE, Value::from_i32);
                Tuple::new(th, &[Value::from_len(start), Value::from_len(end), line]).value()
            })
            .collect();
        let list = types::list::List::new(th, &items);
        crate::ops::get_iter(th, list.value())
    }

    /// Return an iterator over (line, end_line, column, end_column) of each instruction.
    #[method]
    fn co_positions(th: &Thread, this: &'static Code) -> PyResult<Value> {
        let mut items = Vec::new();
        for offset in (0..this.unit.code.len()).step_by(2) {
            let p = this.unit.position(offset);
            let int = |i: Option<i32>| i.map_or(Value::NONE, Value::from_i32);
            items.push(
                Tuple::new(th, &[int(p.line), int(p.end_line), int(p.col), int(p.end_col)]).value(),
            );
        }
        let list = types::list::List::new(th, &items);
        crate::ops::get_iter(th, list.value())
    }

    /// Return a copy of the code object with new values for the specified fields.
    #[method(sig = "($self, /, **changes)")]
    fn replace(
        th: &Thread,
        this: &'static Code,
        changes: &'static types::dict::Dict,
    ) -> PyResult<&'static Code> {
        let mut unit = this.to_unit(th)?;
        let (mut nlocals, mut varnames, mut freevars, mut cellvars) = (None, None, None, None);
        for (k, v) in changes.pairs() {
            let k = k.cast::<Str>().expect("keywords are strings").to_string();
            let number = || -> PyResult<u32> {
                let i = crate::ops::index(th, v)?;
                int::to_i64(i)
                    .and_then(|i| u32::try_from(i).ok())
                    .ok_or_else(|| raise!(th, ValueError, "code: {k} is out of range"))
            };
            let text = || -> PyResult<rustpython_wtf8::Wtf8Buf> {
                Ok(types::str::expect_str(th, v, &format!("replace() argument '{k}'"))?.to_wtf8())
            };
            let bytes = || types::bytes::from_object(th, v);
            let strings = || name_tuple(th, v);
            match k.as_str() {
                "co_argcount" => unit.argcount = number()?,
                "co_posonlyargcount" => unit.posonlyargcount = number()?,
                "co_kwonlyargcount" => unit.kwonlyargcount = number()?,
                "co_stacksize" => unit.stacksize = number()?,
                "co_flags" => unit.flags = number()?,
                "co_firstlineno" => unit.firstlineno = number()? as i32,
                "co_filename" => unit.filename = text()?,
                "co_name" => unit.name = text()?,
                "co_qualname" => unit.qualname = text()?,
                "co_code" => unit.code = bytes()?,
                "co_linetable" => unit.linetable = bytes()?,
                "co_exceptiontable" => unit.exceptiontable = bytes()?,
                "co_consts" => {
                    let items = crate::ops::collect(th, v)?;
                    unit.consts =
                        items.iter().map(|c| to_constant(th, *c)).collect::<PyResult<_>>()?;
                }
                "co_names" => {
                    unit.names = strings()?;
                }
                "co_nlocals" => nlocals = Some(number()? as usize),
                "co_varnames" => varnames = Some(strings()?),
                "co_freevars" => freevars = Some(strings()?),
                "co_cellvars" => cellvars = Some(strings()?),
                _ => {
                    return Err(raise!(
                        th,
                        TypeError,
                        "replace() got an unexpected keyword argument '{k}'"
                    ));
                }
            }
        }
        if varnames.is_some() || freevars.is_some() || cellvars.is_some() {
            let own = |names: Option<Vec<Wtf8Buf>>, old: Vec<Wtf8Buf>| names.unwrap_or(old);
            let varnames = own(varnames, unit.varnames().cloned().collect());
            let cellvars = own(cellvars, unit.cellvars().cloned().collect());
            let freevars = own(freevars, unit.freevars().cloned().collect());
            unit.set_locals(&varnames, &cellvars, &freevars);
        }
        if nlocals.is_some_and(|n| n != unit.nlocals()) {
            return Err(raise!(th, ValueError, "code: co_nlocals != len(co_varnames)"));
        }
        if let Err(e) = crate::bytecode::verify::verify(&unit) {
            return Err(raise!(th, ValueError, "{e}"));
        }
        Ok(Code::new(th, &unit))
    }

    #[method(sig = "($self, oparg, /)")]
    fn _varname_from_oparg(th: &Thread, this: &'static Code, oparg: usize) -> PyResult<Value> {
        match this.local_names().get(oparg) {
            Some(n) => Ok(*n),
            None => Err(raise!(th, IndexError, "tuple index out of range")),
        }
    }

    #[getter]
    fn co_argcount(this: &'static Code) -> u32 {
        this.unit.argcount
    }

    #[getter]
    fn co_posonlyargcount(this: &'static Code) -> u32 {
        this.unit.posonlyargcount
    }

    #[getter]
    fn co_kwonlyargcount(this: &'static Code) -> u32 {
        this.unit.kwonlyargcount
    }

    #[getter]
    fn co_nlocals(this: &'static Code) -> usize {
        this.unit.nlocals()
    }

    #[getter]
    fn co_stacksize(this: &'static Code) -> u32 {
        this.unit.stacksize
    }

    #[getter]
    fn co_flags(this: &'static Code) -> u32 {
        this.unit.flags
    }

    #[getter]
    fn co_firstlineno(this: &'static Code) -> i32 {
        this.unit.firstlineno
    }

    #[getter]
    fn co_code(th: &Thread, this: &'static Code) -> Value {
        types::bytes::Bytes::new(th, &this.unit.code).value()
    }

    #[getter]
    fn _co_code_adaptive(th: &Thread, this: &'static Code) -> Value {
        types::bytes::Bytes::new(th, &this.unit.code).value()
    }

    #[getter]
    fn co_linetable(th: &Thread, this: &'static Code) -> Value {
        types::bytes::Bytes::new(th, &this.unit.linetable).value()
    }

    #[getter]
    fn co_exceptiontable(th: &Thread, this: &'static Code) -> Value {
        types::bytes::Bytes::new(th, &this.unit.exceptiontable).value()
    }

    #[getter]
    fn co_consts(this: &'static Code) -> Option<Value> {
        this.consts.get()
    }

    #[getter]
    fn co_names(this: &'static Code) -> Option<Value> {
        this.names.get()
    }

    #[getter]
    fn co_varnames(th: &Thread, this: &'static Code) -> Value {
        this.names_of_kind(th, local_kind::LOCAL)
    }

    #[getter]
    fn co_cellvars(th: &Thread, this: &'static Code) -> Value {
        this.names_of_kind(th, local_kind::CELL)
    }

    #[getter]
    fn co_freevars(th: &Thread, this: &'static Code) -> Value {
        this.names_of_kind(th, local_kind::FREE)
    }

    #[getter]
    fn co_filename(this: &'static Code) -> Option<Value> {
        this.filename.get()
    }

    #[getter]
    fn co_name(this: &'static Code) -> Option<Value> {
        this.name.get()
    }

    #[getter]
    fn co_qualname(this: &'static Code) -> Option<Value> {
        this.qualname.get()
    }
}
