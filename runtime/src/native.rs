//! Native functions: how Rust functions are declared to Python, how arguments reach them and how
//! results come back.
//!
//! A [`NativeDef`] has one signature, written as CPython's `__text_signature__`. It is what
//! `inspect.signature` shows and what the binding of arguments follows, so the two cannot differ.

use std::sync::OnceLock;

use krait_layout::{Raised, StackSlot, Thread, Value};

use crate::error::PyResult;
use crate::object::{Object, Type, ValueExt};
use crate::types::dict::Dict;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::{ops, raise};

/// A native function after its arguments were bound: one slot for each parameter, `None` where an
/// optional one was left out; `*args` is a `tuple`, `**kwargs` a `dict`.
pub type NativeFn = fn(&Thread, &[StackSlot]) -> PyResult<Value>;

/// How a native function is put into its class or module.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum DefKind {
    /// First parameter is the instance.
    Method,
    /// First parameter is the class.
    ClassMethod,
    StaticMethod,
    /// A module's function.
    Function,
}

/// A native function's declaration.
pub struct NativeDef {
    pub name: &'static str,
    /// As `__text_signature__`: `($self, object, /)`.
    pub signature: &'static str,
    pub doc: &'static str,
    pub kind: DefKind,
    pub function: NativeFn,
    parsed: OnceLock<Parameters>,
    /// Of a module's function: the module's name, for messages.
    module: OnceLock<&'static str>,
}

/// A native attribute's declaration.
pub struct GetSetDef {
    pub name: &'static str,
    pub doc: &'static str,
    /// Takes the instance.
    pub get: Option<NativeFn>,
    /// Takes the instance and the new value; `None` deletes.
    pub set: Option<NativeFn>,
}

/// The parsed signature.
pub struct Parameters {
    /// Names of positional parameters, then of keyword-only ones, then `*args`, `**kwargs`.
    pub names: Vec<&'static str>,
    /// Positional parameters, positional-only ones included.
    pub positional: usize,
    pub positional_only: usize,
    /// Positional parameters without a default.
    pub required: usize,
    pub keyword_only: usize,
    /// For each keyword-only parameter, whether it must be given.
    pub keyword_only_required: Vec<bool>,
    pub has_args: bool,
    pub has_kwargs: bool,
}

impl Parameters {
    fn parse(signature: &'static str) -> Parameters {
        let mut p = Parameters {
            names: Vec::new(),
            positional: 0,
            positional_only: 0,
            required: 0,
            keyword_only: 0,
            keyword_only_required: Vec::new(),
            has_args: false,
            has_kwargs: false,
        };
        let inner = signature
            .strip_prefix('(')
            .and_then(|s| s.strip_suffix(')'))
            .unwrap_or_else(|| unreachable!("signature {signature:?} has no parentheses"));
        let (mut args, mut kwargs, mut after_star) = (None, None, false);
        for part in split_top_level(inner) {
            let part = part.trim();
            if part.is_empty() {
                continue;
            } else if part == "/" {
                p.positional_only = p.positional;
            } else if part == "*" {
                after_star = true;
            } else if let Some(name) = part.strip_prefix("**") {
                kwargs = Some(name);
            } else if let Some(name) = part.strip_prefix('*') {
                args = Some(name);
                after_star = true;
            } else if part.contains("[,") {
                // Optional ones in brackets: `sub[, start[, end]]`.
                for (i, name) in part.split('[').enumerate() {
                    p.names.push(name.trim_matches([',', ' ', ']']));
                    p.positional += 1;
                    if i == 0 {
                        p.required = p.positional;
                    }
                }
            } else {
                let (name, has_default) = match part.split_once('=') {
                    Some((name, _)) => (name, true),
                    None => (part, false),
                };
                p.names.push(name.trim_start_matches('$'));
                if after_star {
                    p.keyword_only += 1;
                    p.keyword_only_required.push(!has_default);
                } else {
                    p.positional += 1;
                    if !has_default {
                        p.required = p.positional;
                    }
                }
            }
        }
        p.has_args = args.is_some();
        p.has_kwargs = kwargs.is_some();
        p.names.extend(args);
        p.names.extend(kwargs);
        p
    }

    /// Slots that a call fills.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// How many positional arguments fill the parameters, if there are no others.
    pub fn exact(&self) -> Option<usize> {
        self.is_simple().then_some(self.positional)
    }

    #[inline]
    fn is_simple(&self) -> bool {
        self.keyword_only == 0 && !self.has_args && !self.has_kwargs
    }
}

/// Splits at commas that are in no bracket and no string.
fn split_top_level(text: &'static str) -> Vec<&'static str> {
    let (mut parts, mut depth, mut quote, mut start) = (Vec::new(), 0, None, 0);
    for (i, c) in text.char_indices() {
        match (quote, c) {
            (Some(q), _) if c == q => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '(' | '[' | '{' | '<') => depth += 1,
            (None, ')' | ']' | '}' | '>') => depth -= 1,
            (None, ',') if depth == 0 => {
                parts.push(&text[start..i]);
                start = i + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

impl NativeDef {
    pub const fn new(
        name: &'static str,
        signature: &'static str,
        doc: &'static str,
        kind: DefKind,
        function: NativeFn,
    ) -> NativeDef {
        NativeDef {
            name,
            signature,
            doc,
            kind,
            function,
            parsed: OnceLock::new(),
            module: OnceLock::new(),
        }
    }

    /// Notes the module that the function is of.
    pub fn set_module(&self, name: &'static str) {
        self.module.get_or_init(|| name);
    }

    /// `__text_signature__`: that of a module's function starts with the module.
    pub fn text_signature(&self) -> Option<String> {
        if self.signature.contains("[,") {
            return None;
        }
        if self.kind != DefKind::Function {
            return Some(self.signature.to_string());
        }
        let inner = self.signature.trim_start_matches('(');
        Some(match (self.parameters().positional_only, inner) {
            (0, ")") => "($module, /)".to_string(),
            (0, _) => format!("($module, /, {inner}"),
            _ => format!("($module, {inner}"),
        })
    }

    #[inline]
    pub fn parameters(&self) -> &Parameters {
        self.parsed.get_or_init(|| Parameters::parse(self.signature))
    }

    /// Calls the function with `args` (the instance or class first, where there is one) and
    /// keyword arguments, whose names are `kwnames` and whose values end `args`.
    #[inline]
    pub fn call(
        &self,
        th: &Thread,
        args: &[StackSlot],
        kwnames: Option<&Tuple>,
    ) -> PyResult<Value> {
        let p = self.parameters();
        if kwnames.is_none() && args.len() == p.positional && p.is_simple() {
            return (self.function)(th, args);
        }
        self.bind_and_call(th, p, args, kwnames)
    }

    #[inline(never)]
    fn bind_and_call(
        &self,
        th: &Thread,
        p: &Parameters,
        args: &[StackSlot],
        kwnames: Option<&Tuple>,
    ) -> PyResult<Value> {
        let keywords = kwnames.map_or(0, Tuple::len);
        let given = args.len() - keywords;
        let mut small = [None; 12];
        if keywords == 0
            && (p.required..=p.positional).contains(&given)
            && p.is_simple()
            && p.positional <= small.len()
        {
            // Some that have defaults are left out.
            small[..given].copy_from_slice(args);
            return (self.function)(th, &small[..p.positional]);
        }
        let mut large;
        let slots: &mut [StackSlot] = if p.len() <= small.len() {
            &mut small[..p.len()]
        } else {
            large = vec![None; p.len()];
            &mut large
        };
        let direct = given.min(p.positional);
        slots[..direct].copy_from_slice(&args[..direct]);
        let args_at = p.positional + p.keyword_only;
        if p.has_args {
            let rest = &args[direct..given];
            slots[args_at] = Some(Tuple::from_slots(th, rest).value());
        } else if given > p.positional {
            return Err(self.wrong_count(th, p, args, given));
        }
        let kwargs_at = args_at + p.has_args as usize;
        if p.has_kwargs {
            slots[kwargs_at] = Some(Dict::new(th).value());
        }
        if let Some(kwnames) = kwnames {
            for (i, name) in kwnames.items().iter().enumerate() {
                let name = name.expect("a tuple's items are set");
                let value = args[given + i];
                let text = name.cast::<Str>().expect("keyword names are strings");
                let at = (p.positional_only..args_at).find(|&k| text.equals_ascii(p.names[k]));
                match at {
                    Some(k) if slots[k].is_some() => {
                        return Err(raise!(
                            th,
                            TypeError,
                            "argument for {}() given by name ('{}') and position ({})",
                            self.name,
                            p.names[k],
                            k + 1 - self.has_receiver() as usize
                        ));
                    }
                    Some(k) => slots[k] = value,
                    None if p.has_kwargs => {
                        let kwargs = slots[kwargs_at].and_then(|d| d.cast::<Dict>());
                        let value = value.expect("keyword arguments are set");
                        kwargs.expect("made above").set(th, name, value)?;
                    }
                    None if p.keyword_only == 0 && p.positional_only == p.positional => {
                        return Err(raise!(
                            th,
                            TypeError,
                            "{}() takes no keyword arguments",
                            match self.name {
                                "__new__" | "__init__" => self.shown_name(args),
                                _ => self.qualified_name(args),
                            }
                        ));
                    }
                    None => {
                        return Err(raise!(
                            th,
                            TypeError,
                            "{}() got an unexpected keyword argument '{}'",
                            self.shown_name(args),
                            text
                        ));
                    }
                }
            }
        }
        for k in 0..p.required {
            if slots[k].is_none() {
                if p.positional_only > k {
                    return Err(self.wrong_count(th, p, args, given));
                }
                let name = self.shown_name(args);
                if name == "enumerate" {
                    let parameter = &p.names[k];
                    return Err(raise!(
                        th,
                        TypeError,
                        "enumerate() missing required argument '{parameter}'"
                    ));
                }
                return Err(raise!(
                    th,
                    TypeError,
                    "{}() missing required argument '{}' (pos {})",
                    name,
                    p.names[k],
                    k + 1 - (self.has_receiver() || self.name == "__new__") as usize
                ));
            }
        }
        for (i, required) in p.keyword_only_required.iter().enumerate() {
            if *required && slots[p.positional + i].is_none() {
                return Err(raise!(
                    th,
                    TypeError,
                    "{}() missing 1 required keyword-only argument: '{}'",
                    self.name,
                    p.names[p.positional + i]
                ));
            }
        }
        (self.function)(th, slots)
    }

    /// The name in messages: of `__new__` and `__init__`, the class's.
    #[cold]
    fn shown_name(&self, args: &[StackSlot]) -> String {
        let class = match (self.name, args.first().copied().flatten()) {
            ("__new__", Some(cls)) => cls.cast::<Type>(),
            ("__init__", Some(v)) => Some(v.class()),
            _ => None,
        };
        class.map_or(self.name.to_string(), Type::name_string)
    }

    fn has_receiver(&self) -> bool {
        matches!(self.kind, DefKind::Method | DefKind::ClassMethod)
    }

    /// CPython's message for a wrong number of positional arguments.
    fn wrong_count(&self, th: &Thread, p: &Parameters, args: &[StackSlot], given: usize) -> Raised {
        let receiver = (self.has_receiver() || self.name == "__new__") as usize;
        let (low, high) = (p.required - receiver.min(p.required), p.positional - receiver);
        let given = given.saturating_sub(receiver);
        let name = self.shown_name(args);
        let s = |n: usize| if n == 1 { "" } else { "s" };
        // CPython's slot wrappers, but for the few that are plain methods.
        let plain = matches!(
            self.name,
            "__getitem__" | "__contains__" | "__reversed__" | "__new__" | "__init__"
        );
        if self.name == "__new__" && name == "type" {
            raise!(th, TypeError, "type() takes 1 or 3 arguments")
        } else if self.name == "__new__" && name == "map" {
            raise!(th, TypeError, "map() must have at least two arguments.")
        } else if self.name == "__get__" && given == 0 {
            raise!(th, TypeError, "__get__ expected at least 1 argument, got 0")
        } else if self.has_receiver()
            && !plain
            && crate::object::slots::SLOT_NAMES.contains(&self.name)
        {
            raise!(th, TypeError, "expected {high} argument{}, got {given}", s(high))
        } else if p.has_args && given < low && p.positional_only == p.positional {
            raise!(th, TypeError, "{name} expected at least {low} argument{}, got {given}", s(low))
        } else if high == 0 && p.keyword_only > 0 {
            raise!(th, TypeError, "{name}() takes no positional arguments")
        } else if high == 0 {
            let name = self.qualified_name(args);
            raise!(th, TypeError, "{name}() takes no arguments ({given} given)")
        } else if low == 1 && high == 1 && p.positional_only == p.positional && p.keyword_only == 0
        {
            let name = self.qualified_name(args);
            raise!(th, TypeError, "{name}() takes exactly one argument ({given} given)")
        } else if (p.positional_only < p.positional || p.keyword_only > 0)
            // These two count their arguments before they bind them.
            && !(self.name == "__new__" && matches!(name.as_str(), "int" | "str"))
            && self.name != "sorted"
        {
            // The forms of functions that take keyword arguments.
            let only = p.positional_only - receiver.min(p.positional_only);
            let (n, kind) = if given < low { (only.min(low), "positional ") } else { (high, "") };
            let kind = if p.keyword_only > 0 { "positional " } else { kind };
            let word = match (given < low, low == high) {
                (_, true) => "exactly",
                (true, false) => "at least",
                (false, false) => "at most",
            };
            raise!(
                th,
                TypeError,
                "{name}() takes {word} {n} {kind}argument{} ({given} given)",
                s(n)
            )
        } else if low == high {
            raise!(th, TypeError, "{name} expected {high} argument{}, got {given}", s(high))
        } else {
            let (word, n) = if given < low { ("least", low) } else { ("most", high) };
            raise!(th, TypeError, "{name} expected at {word} {n} argument{}, got {given}", s(n))
        }
    }

    /// The name with that of the class that a method is of.
    #[cold]
    fn qualified_name(&self, args: &[StackSlot]) -> String {
        let Some(v) = args.first().copied().flatten().filter(|_| self.has_receiver()) else {
            return match self.module.get() {
                Some(module) => format!("{module}.{}", self.name),
                None => self.name.to_string(),
            };
        };
        let class = match self.kind {
            DefKind::ClassMethod => v.cast::<Type>().unwrap_or(v.class()),
            _ => v.class(),
        };
        // A class method is shown as one of the class that it is called on.
        if self.kind == DefKind::ClassMethod {
            return format!("{}.{}", class.name_string(), self.name);
        }
        // The most basic native class that has the method.
        let owner = class.mro().values().iter().filter_map(|c| c.cast::<Type>()).find(|c| {
            (c.def.get().methods)().iter().any(|m| std::ptr::eq(m, self))
                && !c.has(crate::object::TypeFlags::HEAP)
        });
        match owner {
            Some(c) => format!("{}.{}", c.name_string(), self.name),
            None => self.name.to_string(),
        }
    }
}

/// Where an argument stands, for messages.
pub struct ArgPlace {
    pub function: &'static str,
    pub parameter: &'static str,
    pub index: usize,
}

impl ArgPlace {
    /// "f() argument 'x' must be int, not str", with CPython's words for a receiver.
    #[cold]
    pub fn mismatch(&self, th: &Thread, expected: &str, found: Value) -> Raised {
        let found_name = found.type_name();
        if self.index == 0 && matches!(self.parameter, "this" | "cls" | "self") {
            return raise!(
                th,
                TypeError,
                "descriptor '{}' for '{expected}' objects doesn't apply to a '{found_name}' object",
                self.function
            );
        }
        let found_name = if found.is_none() { "None".to_string() } else { found_name };
        raise!(
            th,
            TypeError,
            "{}() argument '{}' must be {expected}, not {found_name}",
            self.function,
            self.parameter
        )
    }
}

/// Conversion of an argument to a Rust type.
pub trait FromArg: Sized {
    /// Converts `slot`. Raises `TypeError` where the value does not fit; may run Python code
    /// (`__index__`, `__float__`, `__bool__`).
    fn from_arg(th: &Thread, slot: StackSlot, place: &ArgPlace) -> PyResult<Self>;
}

impl FromArg for Value {
    #[inline(always)]
    fn from_arg(_: &Thread, slot: StackSlot, place: &ArgPlace) -> PyResult<Value> {
        Ok(slot.unwrap_or_else(|| unreachable!("{} is not bound", place.parameter)))
    }
}

impl<T: FromArg> FromArg for Option<T> {
    #[inline(always)]
    fn from_arg(th: &Thread, slot: StackSlot, place: &ArgPlace) -> PyResult<Option<T>> {
        match slot {
            None => Ok(None),
            some => T::from_arg(th, some, place).map(Some),
        }
    }
}

/// An argument that may be left out or be `None`, which mean the same.
pub struct OrNone<T>(pub Option<T>);

impl<T: FromArg> FromArg for OrNone<T> {
    fn from_arg(th: &Thread, slot: StackSlot, place: &ArgPlace) -> PyResult<OrNone<T>> {
        match slot {
            None => Ok(OrNone(None)),
            Some(v) if v.is_none() => Ok(OrNone(None)),
            some => T::from_arg(th, some, place).map(|t| OrNone(Some(t))),
        }
    }
}

impl<T: Object> FromArg for &'static T {
    #[inline(always)]
    fn from_arg(th: &Thread, slot: StackSlot, place: &ArgPlace) -> PyResult<&'static T> {
        let v = slot.unwrap_or_else(|| unreachable!("{} is not bound", place.parameter));
        v.cast::<T>().ok_or_else(|| place.mismatch(th, T::def().name, v))
    }
}

impl FromArg for bool {
    fn from_arg(th: &Thread, slot: StackSlot, place: &ArgPlace) -> PyResult<bool> {
        ops::truth(th, Value::from_arg(th, slot, place)?)
    }
}

impl FromArg for f64 {
    fn from_arg(th: &Thread, slot: StackSlot, place: &ArgPlace) -> PyResult<f64> {
        crate::types::float::as_f64(th, Value::from_arg(th, slot, place)?)
    }
}

macro_rules! from_arg_int {
    ($($t:ty, $c_name:literal;)*) => {$(
        impl FromArg for $t {
            fn from_arg(th: &Thread, slot: StackSlot, place: &ArgPlace) -> PyResult<$t> {
                let v = Value::from_arg(th, slot, place)?;
                if let Some(i) = v.as_small_int()
                    && let Ok(i) = <$t>::try_from(i)
                {
                    return Ok(i);
                }
                let i = ops::index(th, v)?;
                crate::types::int::to_i128(i).and_then(|i| <$t>::try_from(i).ok()).ok_or_else(|| {
                    raise!(th, OverflowError, "Python int too large to convert to C {}", $c_name)
                })
            }
        }
    )*};
}

from_arg_int! {
    i64, "long";
    u64, "unsigned long";
    i32, "int";
    u32, "unsigned int";
    isize, "ssize_t";
    usize, "ssize_t";
    u8, "unsigned char";
}

impl FromArg for String {
    /// The text of a `str`; raises `UnicodeEncodeError` where it holds lone surrogates.
    fn from_arg(th: &Thread, slot: StackSlot, place: &ArgPlace) -> PyResult<String> {
        let s = <&Str>::from_arg(th, slot, place)?;
        s.to_utf8(th)
    }
}

/// Conversion of a native function's result.
pub trait IntoValue {
    fn into_value(self, th: &Thread) -> PyResult<Value>;
}

impl IntoValue for Value {
    #[inline(always)]
    fn into_value(self, _: &Thread) -> PyResult<Value> {
        Ok(self)
    }
}

impl IntoValue for () {
    #[inline(always)]
    fn into_value(self, _: &Thread) -> PyResult<Value> {
        Ok(Value::NONE)
    }
}

impl IntoValue for bool {
    #[inline(always)]
    fn into_value(self, _: &Thread) -> PyResult<Value> {
        Ok(Value::from_bool(self))
    }
}

impl IntoValue for f64 {
    fn into_value(self, th: &Thread) -> PyResult<Value> {
        Ok(crate::types::float::new(th, self))
    }
}

macro_rules! into_value_int {
    ($($t:ty)*) => {$(
        impl IntoValue for $t {
            #[inline]
            fn into_value(self, th: &Thread) -> PyResult<Value> {
                Ok(crate::types::int::from_i128(th, self as i128))
            }
        }
    )*};
}

into_value_int! { i64 u64 i32 u32 isize usize u8 u16 }

impl IntoValue for &str {
    fn into_value(self, th: &Thread) -> PyResult<Value> {
        Ok(Str::new(th, self).value())
    }
}

impl IntoValue for String {
    fn into_value(self, th: &Thread) -> PyResult<Value> {
        Ok(Str::new(th, &self).value())
    }
}

impl<T: Object> IntoValue for &T {
    #[inline(always)]
    fn into_value(self, _: &Thread) -> PyResult<Value> {
        Ok(self.value())
    }
}

impl<T: IntoValue> IntoValue for PyResult<T> {
    #[inline(always)]
    fn into_value(self, th: &Thread) -> PyResult<Value> {
        self?.into_value(th)
    }
}

impl<T: IntoValue> IntoValue for Option<T> {
    fn into_value(self, th: &Thread) -> PyResult<Value> {
        match self {
            Some(t) => t.into_value(th),
            None => Ok(Value::NONE),
        }
    }
}

/// A native module: its name and how it fills a fresh module object.
pub struct NativeModule {
    pub name: &'static str,
    pub doc: &'static str,
    pub functions: &'static [NativeDef],
    /// Adds constants and types; may raise.
    pub init: fn(&Thread, &'static crate::types::module::Module) -> PyResult<()>,
}

/// Declares a crate's native modules, a row `file = "name";` each: as the list `MODULES`, and each
/// one as the symbol `krait_module_NAME`, to which the tables of an executable refer if its program
/// imports the module. The linker leaves the others out.
#[macro_export]
macro_rules! native_modules {
    ($($(#[$cfg:meta])* $file:ident = $name:literal;)*) => {
        /// Every native module of this crate.
        pub static MODULES: &[&$crate::native::NativeModule] =
            &[$($(#[$cfg])* &$file::MODULE),*];

        $(
            $(#[$cfg])*
            const _: () = {
                #[unsafe(export_name = concat!("krait_module_", $name))]
                static ROW: &$crate::native::NativeModule = &$file::MODULE;
            };
        )*
    };
}

/// Reads the class argument of `__new__`: it must be a subclass of `base`.
pub fn class_arg(th: &Thread, cls: Value, base: &'static Type) -> PyResult<&'static Type> {
    let Some(class) = cls.cast::<Type>() else {
        return Err(raise!(
            th,
            TypeError,
            "{}.__new__(X): X is not a type object ({})",
            base.name_string(),
            cls.type_name()
        ));
    };
    if !class.is_subclass(base) {
        let (b, c) = (base.name_string(), class.name_string());
        return Err(raise!(th, TypeError, "{b}.__new__({c}): {c} is not a subtype of {b}"));
    }
    Ok(class)
}
