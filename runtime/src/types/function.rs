//! `function`, and the binding of arguments to its parameters.

use std::cell::Cell;
use std::mem::offset_of;

use krait_layout::{FunctionHead, Header, Kind, StackSlot, Thread, Value, shapes};

use crate::bytecode::code_unit::flags;
use crate::error::PyResult;
use crate::gc::Field;
use crate::object::type_object::{TypeDef, TypeFlags};
use crate::object::{Object, ValueExt, alloc_as, attributes};
use crate::types::cell;
use crate::types::code::Code;
use crate::types::dict::Dict;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::{intern, interpreter, ops, raise, state};
use krait_macros::methods;

/// A Python function.
#[repr(C)]
pub struct Function {
    pub header: Header,
    /// Machine code that takes its arguments in registers, see `krait_layout::FunctionHead`.
    body: Cell<*const u8>,
    params: Cell<u32>,
    pub code: Field,
    pub globals: Field,
    pub builtins: Field,
    /// Tuple of defaults of the last positional parameters, or none.
    pub defaults: Field,
    /// Dict of keyword-only parameters' defaults, or none.
    pub kwdefaults: Field,
    /// Tuple of cells, or none.
    pub closure: Field,
    pub name: Field,
    pub qualname: Field,
    pub doc: Field,
    pub module: Field,
    pub annotations: Field,
    pub annotate: Field,
    pub type_params: Field,
    /// Grows when code, defaults or keyword defaults are replaced.
    pub version: Cell<u32>,
}

pub static DEF: TypeDef = TypeDef::of::<Function>("function", "builtins")
    .doc("Create a function object.")
    .flags(TypeFlags::DICT.or(TypeFlags::WEAKREF).or(TypeFlags::METHOD_DESCRIPTOR))
    .methods(Function::native_methods)
    .getsets(Function::native_getsets)
    .shape(shapes::FUNCTION);

// SAFETY: every object of kind `Function` is made by `Function::new` with this layout.
unsafe impl Object for Function {
    const KIND: Kind = Kind::Function;

    fn def() -> &'static TypeDef {
        &DEF
    }
}

// Compiled code looks into functions.
const _: () = {
    assert!(offset_of!(Function, body) == offset_of!(FunctionHead, body));
    assert!(offset_of!(Function, params) == offset_of!(FunctionHead, params));
    assert!(offset_of!(Function, globals) == offset_of!(FunctionHead, globals));
    assert!(offset_of!(Function, builtins) == offset_of!(FunctionHead, builtins));
};

/// The object in a field, with no look at its kind: every call of a function wants it.
///
/// # Safety
/// The field holds a `T`.
#[inline(always)]
unsafe fn known<T: Object>(field: &Field) -> &'static T {
    // SAFETY: the caller's promise; a value that is an object is its address.
    unsafe { &*(field.get().unwrap_unchecked().bits() as *const T) }
}

impl Function {
    /// `MAKE_FUNCTION`: a function of `code` in the module whose variables are `globals`.
    pub fn new(th: &Thread, code: &'static Code, globals: &'static Dict) -> &'static Function {
        let builtins = interpreter::builtins_of(th, globals);
        let doc =
            if code.has_flag(flags::HAS_DOCSTRING) { code.consts().first().copied() } else { None };
        let module = globals.get_name(intern!(th, "__name__"));
        let function = alloc_as(
            th,
            DEF.class(th),
            Function {
                header: Header::new(shapes::FUNCTION, Kind::Function),
                body: Cell::new(std::ptr::null()),
                params: Cell::new(FunctionHead::NOT_DIRECT),
                code: Field::new(Some(code.value())),
                globals: Field::new(Some(globals.value())),
                builtins: Field::new(Some(builtins.value())),
                defaults: Field::new(None),
                kwdefaults: Field::new(None),
                closure: Field::new(None),
                name: Field::new(code.name.get()),
                qualname: Field::new(code.qualname.get()),
                doc: Field::new(doc),
                module: Field::new(module),
                annotations: Field::new(None),
                annotate: Field::new(None),
                type_params: Field::new(None),
                version: Cell::new(0),
            },
        );
        function.bind_native();
        function
    }

    /// Lets compiled code call the function directly, if its code allows it.
    fn bind_native(&self) {
        let code = self.code();
        match code.native_function() {
            Some(native) if self.is_simple_call(code, code.unit.argcount as usize) => {
                self.body.set(native.body);
                self.params.set(code.unit.argcount);
            }
            _ => self.params.set(FunctionHead::NOT_DIRECT),
        }
    }

    /// `SET_FUNCTION_ATTRIBUTE`.
    pub fn set_attribute(&self, which: u32, v: StackSlot) {
        let field = match which {
            1 => &self.defaults,
            2 => &self.kwdefaults,
            4 => &self.annotations,
            8 => &self.closure,
            _ => &self.annotate,
        };
        field.set(&self.header, v);
    }

    #[inline(always)]
    pub fn code(&self) -> &'static Code {
        // SAFETY: set when made, and only ever to code.
        unsafe { known(&self.code) }
    }

    #[inline(always)]
    pub fn globals(&self) -> &'static Dict {
        // SAFETY: set when made, to a dictionary.
        unsafe { known(&self.globals) }
    }

    #[inline(always)]
    pub fn builtins(&self) -> &'static Dict {
        // SAFETY: set when made, to a dictionary.
        unsafe { known(&self.builtins) }
    }

    pub fn closure(&self) -> Option<&'static Tuple> {
        self.closure.get().and_then(|c| c.cast::<Tuple>())
    }

    fn qualname_string(&self) -> String {
        self.qualname.get().and_then(|q| q.cast::<Str>()).map_or(String::new(), |q| q.to_string())
    }

    /// Calls the function in the engine that has its code.
    #[inline]
    pub fn call(
        &'static self,
        th: &Thread,
        args: &[StackSlot],
        kwnames: Option<&'static Tuple>,
    ) -> PyResult<Value> {
        interpreter::call_function(th, self, args, kwnames)
    }

    /// Whether positional arguments alone fill the parameters one to one.
    #[inline(always)]
    pub fn is_simple_call(&self, code: &Code, count: usize) -> bool {
        const COMPLEX: u32 = flags::VARARGS | flags::VARKEYWORDS;
        code.unit.argcount as usize == count
            && code.unit.flags & COMPLEX == 0
            && code.unit.kwonlyargcount == 0
    }

    /// Binds arguments to parameters: fills `locals`, which starts out unset, in the order of
    /// the code's local variables. Raises `TypeError` with CPython's messages.
    pub fn bind(
        &'static self,
        th: &Thread,
        code: &'static Code,
        args: &[StackSlot],
        kwnames: Option<&Tuple>,
        locals: &mut [StackSlot],
    ) -> PyResult<()> {
        let keywords = kwnames.map_or(0, Tuple::len);
        let given = args.len() - keywords;
        if keywords == 0 && self.is_simple_call(code, given) {
            locals[..given].copy_from_slice(&args[..given]);
            return Ok(());
        }
        self.bind_slow(th, code, args, kwnames, locals)
    }

    #[inline(never)]
    fn bind_slow(
        &'static self,
        th: &Thread,
        code: &'static Code,
        args: &[StackSlot],
        kwnames: Option<&Tuple>,
        locals: &mut [StackSlot],
    ) -> PyResult<()> {
        let keywords = kwnames.map_or(0, Tuple::len);
        let given = args.len() - keywords;
        let positional = code.unit.argcount as usize;
        let positional_only = code.unit.posonlyargcount as usize;
        let keyword_only = code.unit.kwonlyargcount as usize;
        let named = positional + keyword_only;
        let has_args = code.has_flag(flags::VARARGS);
        let kwargs_at = named + has_args as usize;
        let kwargs = code.has_flag(flags::VARKEYWORDS).then(|| Dict::new(th));
        if let Some(d) = kwargs {
            locals[kwargs_at] = Some(d.value());
        }
        let direct = given.min(positional);
        locals[..direct].copy_from_slice(&args[..direct]);
        if has_args {
            locals[named] = Some(Tuple::from_slots(th, &args[direct..given]).value());
        }
        let names = code.local_names();
        if let Some(kwnames) = kwnames {
            for (i, name) in kwnames.values().iter().enumerate() {
                let value = args[given + i];
                let text = name.cast::<Str>().expect("keyword names are strings");
                // Names are nearly always the same object.
                let at = (positional_only..named).find(|&k| names[k] == *name).or_else(|| {
                    let same = |k: &usize| names[*k].cast::<Str>().is_some_and(|n| n.equals(text));
                    (positional_only..named).find(same)
                });
                match (at, kwargs) {
                    (Some(k), _) if locals[k].is_some() => {
                        return Err(raise!(
                            th,
                            TypeError,
                            "{}() got multiple values for argument '{text}'",
                            self.qualname_string()
                        ));
                    }
                    (Some(k), _) => locals[k] = value,
                    (None, Some(d)) => d.set(th, *name, value.expect("arguments are set"))?,
                    (None, None) => return Err(self.unexpected_keyword(th, code, kwnames, text)),
                }
            }
        }
        if given > positional && !has_args {
            return Err(self.too_many(th, code, given, locals));
        }
        if given < positional {
            let defaults = self.defaults.get().and_then(|d| d.cast::<Tuple>());
            let defaults = defaults.map_or(&[][..], Tuple::values);
            let first = positional - defaults.len().min(positional);
            let missing: Vec<usize> = (given..first).filter(|&k| locals[k].is_none()).collect();
            if !missing.is_empty() {
                return Err(self.missing(th, code, &missing, "positional"));
            }
            for k in first.max(given)..positional {
                if locals[k].is_none() {
                    locals[k] = Some(defaults[k - first]);
                }
            }
        }
        if keyword_only > 0 {
            let defaults = self.kwdefaults.get().and_then(|d| d.cast::<Dict>());
            let mut missing = Vec::new();
            for k in positional..named {
                if locals[k].is_none() {
                    match defaults.and_then(|d| d.get_name(names[k])) {
                        Some(v) => locals[k] = Some(v),
                        None => missing.push(k),
                    }
                }
            }
            if !missing.is_empty() {
                return Err(self.missing(th, code, &missing, "keyword-only"));
            }
        }
        Ok(())
    }

    #[cold]
    fn unexpected_keyword(
        &self,
        th: &Thread,
        code: &'static Code,
        kwnames: &Tuple,
        name: &Str,
    ) -> crate::Raised {
        let only = code.unit.posonlyargcount as usize;
        let wrong: Vec<String> = code.local_names()[..only]
            .iter()
            .filter(|n| kwnames.values().contains(n))
            .map(|n| n.cast::<Str>().expect("names are strings").to_string())
            .collect();
        if !wrong.is_empty() {
            return raise!(
                th,
                TypeError,
                "{}() got some positional-only arguments passed as keyword arguments: '{}'",
                self.qualname_string(),
                wrong.join(", ")
            );
        }
        let candidates: Vec<String> = code.local_names()
            [only..(code.unit.argcount + code.unit.kwonlyargcount) as usize]
            .iter()
            .map(|n| n.cast::<Str>().expect("names are strings").to_string())
            .collect();
        let hint = match ops::attribute::closest(&name.to_string(), &candidates) {
            Some(c) => format!(". Did you mean '{c}'?"),
            None => String::new(),
        };
        raise!(
            th,
            TypeError,
            "{}() got an unexpected keyword argument '{name}'{hint}",
            self.qualname_string()
        )
    }

    /// "f() missing 2 required positional arguments: 'a' and 'b'".
    #[cold]
    fn missing(
        &self,
        th: &Thread,
        code: &'static Code,
        missing: &[usize],
        kind: &str,
    ) -> crate::Raised {
        let names: Vec<String> = missing
            .iter()
            .map(|k| {
                format!("'{}'", code.local_names()[*k].cast::<Str>().expect("names are strings"))
            })
            .collect();
        let list = match names.as_slice() {
            [one] => one.clone(),
            [a, b] => format!("{a} and {b}"),
            [rest @ .., last] => format!("{}, and {last}", rest.join(", ")),
            [] => String::new(),
        };
        let s = if names.len() == 1 { "" } else { "s" };
        raise!(
            th,
            TypeError,
            "{}() missing {} required {kind} argument{s}: {list}",
            self.qualname_string(),
            names.len()
        )
    }

    /// "f() takes 2 positional arguments but 3 were given".
    #[cold]
    fn too_many(
        &self,
        th: &Thread,
        code: &'static Code,
        given: usize,
        locals: &[StackSlot],
    ) -> crate::Raised {
        let positional = code.unit.argcount as usize;
        let named = positional + code.unit.kwonlyargcount as usize;
        let defaults = self.defaults.get().and_then(|d| d.cast::<Tuple>()).map_or(0, Tuple::len);
        let keyword_only = (positional..named).filter(|&k| locals[k].is_some()).count();
        let (takes, plural) = if defaults > 0 {
            (format!("from {} to {positional}", positional - defaults), true)
        } else {
            (positional.to_string(), positional != 1)
        };
        let s = if plural { "s" } else { "" };
        let keyword_note = if keyword_only > 0 {
            format!(
                " positional argument{} (and {keyword_only} keyword-only argument{})",
                if given != 1 { "s" } else { "" },
                if keyword_only != 1 { "s" } else { "" }
            )
        } else {
            String::new()
        };
        let verb = if given == 1 && keyword_only == 0 { "was" } else { "were" };
        raise!(
            th,
            TypeError,
            "{}() takes {takes} positional argument{s} but {given}{keyword_note} {verb} given",
            self.qualname_string()
        )
    }
}

#[methods]
impl Function {
    #[staticmethod(
        sig = "(cls, code, globals, name=None, argdefs=None, closure=None, kwdefaults=None)"
    )]
    fn __new__(
        th: &Thread,
        _cls: Value,
        code: &'static Code,
        globals: &'static Dict,
        name: Option<Value>,
        argdefs: Option<Value>,
        closure: Option<Value>,
        kwdefaults: Option<Value>,
    ) -> PyResult<&'static Function> {
        let given = |v: Option<Value>| v.filter(|v| !v.is_none());
        let free = code.free_count();
        let closure = given(closure);
        match closure.map(|c| c.cast::<Tuple>()) {
            Some(Some(t)) => {
                if t.len() != free {
                    return Err(raise!(
                        th,
                        ValueError,
                        "{} requires closure of length {free}, not {}",
                        code.name(),
                        t.len()
                    ));
                }
                for c in t.values() {
                    if c.cast::<cell::Cell>().is_none() {
                        return Err(raise!(
                            th,
                            TypeError,
                            "arg 5 (closure) expected cell, found {}",
                            c.type_name()
                        ));
                    }
                }
            }
            Some(None) => return Err(raise!(th, TypeError, "arg 5 (closure) must be tuple")),
            None if free > 0 => return Err(raise!(th, TypeError, "arg 5 (closure) must be tuple")),
            None => {}
        }
        let f = Function::new(th, code, globals);
        let h = &f.header;
        if let Some(n) = given(name) {
            f.name.set(h, Some(n));
        }
        f.defaults.set(h, given(argdefs));
        f.closure.set(h, closure);
        f.kwdefaults.set(h, given(kwdefaults));
        Ok(f)
    }

    #[method(sig = "($self, /, *args, **kwargs)")]
    fn __call__(
        th: &Thread,
        this: &'static Function,
        args: &Tuple,
        kwargs: &Dict,
    ) -> PyResult<Value> {
        ops::call_with(th, this.value(), args.values(), &kwargs.pairs())
    }

    #[method(sig = "($self, instance, owner=None, /)")]
    fn __get__(
        th: &Thread,
        this: &'static Function,
        instance: Value,
        owner: Option<Value>,
    ) -> PyResult<Value> {
        crate::object::descriptor::bind(th, this.value(), instance, owner.unwrap_or(Value::NONE))
    }

    #[method]
    fn __repr__(this: &'static Function) -> String {
        format!("<function {} at {:#x}>", this.qualname_string(), this.value().bits())
    }

    #[getter]
    fn __code__(this: &'static Function) -> Option<Value> {
        this.code.get()
    }

    #[setter]
    fn set___code__(th: &Thread, this: &'static Function, code: Option<Value>) -> PyResult<()> {
        let Some(code) = code.and_then(|c| c.cast::<Code>()) else {
            return Err(raise!(th, TypeError, "__code__ must be set to a code object"));
        };
        let (have, need) = (this.closure().map_or(0, Tuple::len), code.free_count());
        if have != need {
            return Err(raise!(
                th,
                ValueError,
                "{}() requires a code object with {have} free vars, not {need}",
                this.qualname_string()
            ));
        }
        this.code.set(&this.header, Some(code.value()));
        this.bind_native();
        this.version.set(this.version.get() + 1);
        Ok(())
    }

    #[getter]
    fn __globals__(this: &'static Function) -> Option<Value> {
        this.globals.get()
    }

    #[getter]
    fn __builtins__(this: &'static Function) -> Option<Value> {
        this.builtins.get()
    }

    #[getter]
    fn __closure__(this: &'static Function) -> Option<Value> {
        this.closure.get()
    }

    #[getter]
    fn __defaults__(this: &'static Function) -> Option<Value> {
        this.defaults.get()
    }

    #[setter]
    fn set___defaults__(th: &Thread, this: &'static Function, v: Option<Value>) -> PyResult<()> {
        let v = v.filter(|v| !v.is_none());
        if v.is_some_and(|v| v.cast::<Tuple>().is_none()) {
            return Err(raise!(th, TypeError, "__defaults__ must be set to a tuple object"));
        }
        this.defaults.set(&this.header, v);
        this.version.set(this.version.get() + 1);
        Ok(())
    }

    #[getter]
    fn __kwdefaults__(this: &'static Function) -> Option<Value> {
        this.kwdefaults.get()
    }

    #[setter]
    fn set___kwdefaults__(th: &Thread, this: &'static Function, v: Option<Value>) -> PyResult<()> {
        let v = v.filter(|v| !v.is_none());
        if v.is_some_and(|v| v.cast::<Dict>().is_none()) {
            return Err(raise!(th, TypeError, "__kwdefaults__ must be set to a dict object"));
        }
        this.kwdefaults.set(&this.header, v);
        this.version.set(this.version.get() + 1);
        Ok(())
    }

    #[getter]
    fn __name__(this: &'static Function) -> Option<Value> {
        this.name.get()
    }

    #[setter]
    fn set___name__(th: &Thread, this: &'static Function, v: Option<Value>) -> PyResult<()> {
        if v.and_then(|v| v.cast::<Str>()).is_none() {
            return Err(raise!(th, TypeError, "__name__ must be set to a string object"));
        }
        this.name.set(&this.header, v);
        Ok(())
    }

    #[getter]
    fn __qualname__(this: &'static Function) -> Option<Value> {
        this.qualname.get()
    }

    #[setter]
    fn set___qualname__(th: &Thread, this: &'static Function, v: Option<Value>) -> PyResult<()> {
        if v.and_then(|v| v.cast::<Str>()).is_none() {
            return Err(raise!(th, TypeError, "__qualname__ must be set to a string object"));
        }
        this.qualname.set(&this.header, v);
        Ok(())
    }

    #[getter]
    fn __doc__(this: &'static Function) -> Option<Value> {
        this.doc.get()
    }

    #[setter]
    fn set___doc__(this: &'static Function, v: Option<Value>) {
        this.doc.set(&this.header, v);
    }

    #[getter]
    fn __module__(this: &'static Function) -> Option<Value> {
        this.module.get()
    }

    #[setter]
    fn set___module__(this: &'static Function, v: Option<Value>) {
        this.module.set(&this.header, v);
    }

    #[getter]
    fn __type_params__(th: &Thread, this: &'static Function) -> Value {
        this.type_params.get().unwrap_or_else(|| state::empty_tuple(th).value())
    }

    #[setter]
    fn set___type_params__(th: &Thread, this: &'static Function, v: Option<Value>) -> PyResult<()> {
        if v.and_then(|v| v.cast::<Tuple>()).is_none() {
            return Err(raise!(th, TypeError, "__type_params__ must be set to a tuple"));
        }
        this.type_params.set(&this.header, v);
        Ok(())
    }

    #[getter]
    fn __annotate__(this: &'static Function) -> Option<Value> {
        this.annotate.get()
    }

    #[setter]
    fn set___annotate__(th: &Thread, this: &'static Function, v: Option<Value>) -> PyResult<()> {
        match v {
            None => Err(raise!(th, TypeError, "__annotate__ cannot be deleted")),
            Some(f) if f.is_none() => {
                this.annotate.set(&this.header, None);
                Ok(())
            }
            Some(f) if f.slot(crate::object::Slot::Call).is_some() => {
                this.annotate.set(&this.header, v);
                this.annotations.set(&this.header, None);
                Ok(())
            }
            Some(_) => Err(raise!(th, TypeError, "__annotate__ must be callable or None")),
        }
    }

    #[getter]
    fn __annotations__(th: &Thread, this: &'static Function) -> PyResult<Value> {
        if let Some(a) = this.annotations.get() {
            // `from __future__ import annotations` gives a tuple of names and texts.
            if let Some(t) = a.cast::<Tuple>() {
                let d = Dict::new(th);
                for pair in t.values().chunks(2) {
                    d.set(th, pair[0], pair[1])?;
                }
                this.annotations.set(&this.header, Some(d.value()));
                return Ok(d.value());
            }
            return Ok(a);
        }
        let made = match this.annotate.get() {
            Some(f) => {
                let d = ops::call(th, f, &[Value::from_i32(1)])?;
                if d.cast::<Dict>().is_none() {
                    return Err(raise!(
                        th,
                        TypeError,
                        "__annotate__() must return a dict, not {}",
                        d.type_name()
                    ));
                }
                d
            }
            None => Dict::new(th).value(),
        };
        this.annotations.set(&this.header, Some(made));
        Ok(made)
    }

    #[setter]
    fn set___annotations__(th: &Thread, this: &'static Function, v: Option<Value>) -> PyResult<()> {
        let v = v.filter(|v| !v.is_none());
        if v.is_some_and(|v| v.cast::<Dict>().is_none()) {
            return Err(raise!(th, TypeError, "__annotations__ must be set to a dict object"));
        }
        this.annotations.set(&this.header, v);
        this.annotate.set(&this.header, None);
        Ok(())
    }

    #[getter]
    fn __dict__(th: &Thread, this: &'static Function) -> Option<Value> {
        attributes::instance_dict(th, this.value()).map(|d| d.value())
    }

    #[setter]
    fn set___dict__(th: &Thread, this: &'static Function, v: Option<Value>) -> PyResult<()> {
        match v.and_then(|v| v.cast::<Dict>()) {
            Some(d) => attributes::set_instance_dict(th, this.value(), d),
            None => Err(match v {
                Some(v) => {
                    let found = v.type_name();
                    raise!(th, TypeError, "__dict__ must be set to a dictionary, not a '{found}'")
                }
                None => raise!(th, TypeError, "cannot delete __dict__"),
            }),
        }
    }
}
