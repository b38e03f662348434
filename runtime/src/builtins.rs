//! The `builtins` module.

use krait_layout::{Thread, Value};

use crate::error::PyResult;
use crate::native::NativeModule;
use crate::object::{Object, TypeDef};
use crate::types::{self, module::Module};

/// Built-in types that are names of the module.
static TYPES: &[&TypeDef] = &[
    &types::object::DEF,
    &types::type_::DEF,
    &types::int::DEF,
    &types::boolean::DEF,
    &types::float::DEF,
    &types::complex::DEF,
    &types::str::DEF,
    &types::bytes::DEF,
    &types::bytearray::DEF,
    &types::memoryview::DEF,
    &types::list::DEF,
    &types::tuple::DEF,
    &types::dict::DEF,
    &types::set::DEF,
    &types::set::FROZEN,
    &types::range::DEF,
    &types::slice::DEF,
    &types::property::DEF,
    &types::class_method::DEF,
    &types::static_method::DEF,
    &types::super_::DEF,
    &types::enumerate::DEF,
    &types::zip::DEF,
    &types::map::DEF,
    &types::filter::DEF,
    &types::reversed::DEF,
];

fn init(th: &Thread, m: &'static Module) -> PyResult<()> {
    for def in TYPES {
        m.add_type(th, def);
    }
    for def in &types::exception::DEFS {
        m.add_type(th, def);
    }
    m.set(th, "ExceptionGroup", types::exception::exception_group().value());
    let os_error = types::exception::Exc::OSError.class().value();
    m.set(th, "IOError", os_error);
    m.set(th, "EnvironmentError", os_error);
    for (name, v) in [
        ("None", Value::NONE),
        ("True", Value::TRUE),
        ("False", Value::FALSE),
        ("NotImplemented", Value::NOT_IMPLEMENTED),
        ("Ellipsis", Value::ELLIPSIS),
        ("__debug__", Value::TRUE),
    ] {
        m.set(th, name, v);
    }
    Ok(())
}

pub static MODULE: NativeModule = NativeModule {
    name: "builtins",
    doc: "Built-in functions, types, exceptions, and other objects.\n\nThis module provides direct access to all 'built-in'\nidentifiers of Python; for example, builtins.len is\nthe full name for the built-in function len().\n\nThis module is not normally accessed explicitly by most\napplications, but can be useful in modules that provide\nobjects with the same name as a builtin and need to\naccess the original.",
    functions: &functions::FUNCTIONS,
    init,
};

#[krait_macros::module]
mod functions {
    use krait_layout::{Thread, Value};

    use crate::error::{PyResult, catch};
    use crate::import;
    use crate::interpreter::{self, frame};
    use crate::object::{Object, Slot, ValueExt, get_attr, get_attr_or_none};
    use crate::ops::{self, Binary, Comparison};
    use crate::types::dict::Dict;
    use crate::types::exception::Exc;
    use crate::types::list::List;
    use crate::types::object::attribute_name;
    use crate::types::str::Str;
    use crate::types::tuple::Tuple;
    use crate::types::{self, int, iterator};
    use crate::{intern, raise, shapes, state};

    /// Return the absolute value of the argument.
    #[function(sig = "(number, /)")]
    fn abs(th: &Thread, number: Value) -> PyResult<Value> {
        ops::absolute(th, number)
    }

    /// Return True if bool(x) is True for all values x in the iterable.
    ///
    /// If the iterable is empty, return True.
    #[function(sig = "(iterable, /)")]
    fn all(th: &Thread, iterable: Value) -> PyResult<bool> {
        let it = ops::get_iter(th, iterable)?;
        while let Some(v) = ops::next(th, it)? {
            if !ops::truth(th, v)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Return True if bool(x) is True for any x in the iterable.
    ///
    /// If the iterable is empty, return False.
    #[function(sig = "(iterable, /)")]
    fn any(th: &Thread, iterable: Value) -> PyResult<bool> {
        let it = ops::get_iter(th, iterable)?;
        while let Some(v) = ops::next(th, it)? {
            if ops::truth(th, v)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Return an ASCII-only representation of an object.
    ///
    /// As repr(), return a string containing a printable representation of an
    /// object, but escape the non-ASCII characters in the string returned by
    /// repr() using \\x, \\u or \\U escapes. This generates a string similar
    /// to that returned by repr() in Python 2.
    #[function(sig = "(obj, /)")]
    fn ascii(th: &Thread, obj: Value) -> PyResult<&'static Str> {
        ops::ascii(th, obj)
    }

    /// Return the binary representation of an integer.
    ///
    ///    >>> bin(2796202)
    ///    '0b1010101010101010101010'
    #[function(sig = "(number, /)")]
    fn bin(th: &Thread, number: Value) -> PyResult<String> {
        in_radix(th, number, 2, "0b")
    }

    /// Return the octal representation of an integer.
    ///
    ///    >>> oct(342391)
    ///    '0o1234567'
    #[function(sig = "(number, /)")]
    fn oct(th: &Thread, number: Value) -> PyResult<String> {
        in_radix(th, number, 8, "0o")
    }

    /// Return the hexadecimal representation of an integer.
    ///
    ///    >>> hex(12648430)
    ///    '0xc0ffee'
    #[function(sig = "(number, /)")]
    fn hex(th: &Thread, number: Value) -> PyResult<String> {
        in_radix(th, number, 16, "0x")
    }

    fn in_radix(th: &Thread, number: Value, base: u32, prefix: &str) -> PyResult<String> {
        let digits = int::text::radix(ops::index(th, number)?, base);
        Ok(match digits.strip_prefix('-') {
            Some(d) => format!("-{prefix}{d}"),
            None => format!("{prefix}{digits}"),
        })
    }

    /// Call sys.breakpointhook(*args, **kws).
    ///
    /// sys.breakpointhook() must accept whatever arguments are passed.
    ///
    /// By default, this drops you into the pdb debugger.
    #[function(sig = "(*args, **kws)")]
    fn breakpoint(th: &Thread, args: &Tuple, kws: &Dict) -> PyResult<Value> {
        let Some(hook) = import::sys_attribute(th, "breakpointhook") else {
            return Err(raise!(th, RuntimeError, "lost sys.breakpointhook"));
        };
        ops::call_with(th, hook, args.values(), &kws.pairs())
    }

    /// Return whether the object is callable (i.e., some kind of function).
    ///
    /// Note that classes are callable, as are instances of classes with a
    /// __call__() method.
    #[function(sig = "(obj, /)")]
    fn callable(obj: Value) -> bool {
        obj.slot(Slot::Call).is_some()
    }

    /// Return a Unicode string of one character with ordinal i; 0 <= i <= 0x10ffff.
    #[function(sig = "(i, /)")]
    fn chr(th: &Thread, i: Value) -> PyResult<&'static Str> {
        let i = ops::index(th, i)?;
        match int::to_i128(i) {
            Some(c) if (0..=0x10ffff).contains(&c) => Ok(Str::from_char(th, c as u32)),
            Some(c) if i32::try_from(c).is_ok() => {
                Err(raise!(th, ValueError, "chr() arg not in range(0x110000)"))
            }
            _ => Err(raise!(th, OverflowError, "Python int too large to convert to C int")),
        }
    }

    /// Return the Unicode code point for a one-character string.
    ///
    /// If the argument is a one-byte string or bytearray, return its byte value.
    #[function(sig = "(character, /)")]
    fn ord(th: &Thread, character: Value) -> PyResult<u32> {
        let n = match character.cast::<Str>() {
            Some(s) if s.len() == 1 => return Ok(s.char_at(0)),
            Some(s) => s.len(),
            None => match types::bytes::bytes_like(character) {
                Some(b) if b.len() == 1 => return Ok(b[0] as u32),
                Some(b) => b.len(),
                None => {
                    return Err(raise!(
                        th,
                        TypeError,
                        "ord() expected string of length 1, but {} found",
                        character.type_name()
                    ));
                }
            },
        };
        Err(raise!(th, TypeError, "ord() expected a character, but string of length {n} found"))
    }

    /// Compile source into a code object that can be executed by exec() or eval().
    ///
    /// The source code may represent a Python module, statement or expression.
    /// The filename will be used for run-time error messages.
    /// The mode must be 'exec' to compile a module, 'single' to compile a
    /// single (interactive) statement, or 'eval' to compile an expression.
    /// The flags argument, if present, controls which future statements influence
    /// the compilation of the code.
    /// The dont_inherit argument, if true, stops the compilation inheriting
    /// the effects of any future statements in effect in the code calling
    /// compile; if absent or false these statements do influence the compilation,
    /// in addition to any features explicitly specified.
    #[function(
        sig = "(source, filename, mode, flags=0, dont_inherit=False, optimize=-1, *, _feature_version=-1)"
    )]
    fn compile(
        th: &Thread,
        source: Value,
        filename: Value,
        mode: &Str,
        flags: Option<i64>,
        dont_inherit: Option<bool>,
        optimize: Option<i64>,
        _feature_version: Option<i64>,
    ) -> PyResult<Value> {
        let filename = import::path_argument(th, filename)?;
        let mut flags = flags.unwrap_or(0) as u32;
        if !dont_inherit.unwrap_or(false)
            && let Some(f) = frame::current(th)
        {
            flags |= f.code().unit.flags & import::FUTURE_MASK;
        }
        import::compile(
            th,
            source,
            filename,
            &mode.to_string(),
            flags,
            optimize.unwrap_or(-1) as i32,
        )
    }

    /// Deletes the named attribute from the given object.
    ///
    /// delattr(x, 'y') is equivalent to ``del x.y``
    #[function(sig = "(obj, name, /)")]
    fn delattr(th: &Thread, obj: Value, name: Value) -> PyResult<()> {
        let name = attribute_name(th, name)?;
        crate::object::delete_attr(th, obj, name)
    }

    /// dir([object]) -> list of strings
    ///
    /// If called without an argument, return the names in the current scope.
    /// Else, return an alphabetized list of names comprising (some of) the attributes
    /// of the given object, and of attributes reachable from it.
    /// If the object supplies a method named __dir__, it will be used; otherwise
    /// the default dir() logic is used and returns:
    ///   for a module object: the module's attributes.
    ///   for a class object:  its attributes, and recursively the attributes
    ///     of its bases.
    ///   for any other object: its attributes, its class's attributes, and
    ///     recursively the attributes of its class's base classes.
    #[function(sig = "(object=<unrepresentable>, /)")]
    fn dir(th: &Thread, object: Option<Value>) -> PyResult<Value> {
        let names = match object {
            None => {
                let locals = current_locals(th)?;
                let keys = ops::call_method(th, locals, intern!(th, "keys"), &[])?;
                ops::collect(th, keys)?
            }
            Some(v) => {
                let f = v.slot(Slot::Dir).expect("object defines __dir__");
                let bound = crate::object::descriptor::bind(th, f, v, v.class().value())?;
                let names = ops::call(th, bound, &[])?;
                ops::collect(th, names)?
            }
        };
        let list = List::new(th, &names);
        ops::call_method(th, list.value(), intern!(th, "sort"), &[])?;
        Ok(list.value())
    }

    fn current_locals(th: &Thread) -> PyResult<Value> {
        let Some(f) = frame::current(th) else {
            return Err(raise!(th, SystemError, "frame does not exist"));
        };
        let object = f.object(th);
        if f.code().has_flag(crate::bytecode::code_unit::flags::OPTIMIZED) {
            return Ok(object.snapshot(th)?.value());
        }
        object.locals(th)
    }

    /// Return the tuple (x//y, x%y).  Invariant: div*y + mod == x.
    #[function(sig = "(x, y, /)")]
    fn divmod(th: &Thread, x: Value, y: Value) -> PyResult<Value> {
        ops::divmod(th, x, y)
    }

    /// The globals and locals arguments of `eval` and `exec`, with their defaults.
    fn namespaces(
        th: &Thread,
        function: &str,
        globals: Option<Value>,
        locals: Option<Value>,
    ) -> PyResult<(&'static Dict, Value)> {
        let given = |v: Option<Value>| v.filter(|v| !v.is_none());
        let locals = given(locals);
        if let Some(l) = locals
            && l.slot(Slot::GetItem).is_none()
        {
            return Err(raise!(th, TypeError, "locals must be a mapping"));
        }
        let (globals, locals) = match given(globals) {
            None => {
                let Some(f) = frame::current(th) else {
                    return Err(raise!(
                        th,
                        TypeError,
                        "{function} must be given globals and locals when called without a frame"
                    ));
                };
                let locals = match locals {
                    Some(l) => l,
                    None => current_locals(th)?,
                };
                (f.globals(), locals)
            }
            Some(g) => match g.cast::<Dict>() {
                Some(d) => (d, locals.unwrap_or(g)),
                None => {
                    return Err(raise!(
                        th,
                        TypeError,
                        "{function}() globals must be a dict, not {}",
                        g.type_name()
                    ));
                }
            },
        };
        let name = intern!(th, "__builtins__");
        if globals.get_name(name).is_none() {
            globals.set_name(
                th,
                name,
                state::modules().get_name(intern!(th, "builtins")).expect("loaded"),
            );
        }
        Ok((globals, locals))
    }

    /// Evaluate the given source in the context of globals and locals.
    ///
    /// The source may be a string representing a Python expression
    /// or a code object as returned by compile().
    /// The globals must be a dictionary and locals can be any mapping,
    /// defaulting to the current globals and locals.
    /// If only globals is given, locals defaults to it.
    #[function(sig = "(source, /, globals=None, locals=None)")]
    fn eval(
        th: &Thread,
        source: Value,
        globals: Option<Value>,
        locals: Option<Value>,
    ) -> PyResult<Value> {
        let (globals, locals) = namespaces(th, "eval", globals, locals)?;
        let code = match source.cast::<types::code::Code>() {
            Some(c) => {
                if c.free_count() > 0 {
                    return Err(raise!(
                        th,
                        TypeError,
                        "code object passed to eval() may not contain free variables"
                    ));
                }
                c
            }
            None => import::compile_argument(th, source, "eval", "eval")?,
        };
        interpreter::eval_code(th, code, globals, Some(locals), None)
    }

    /// Execute the given source in the context of globals and locals.
    ///
    /// The source may be a string representing one or more Python statements
    /// or a code object as returned by compile().
    /// The globals must be a dictionary and locals can be any mapping,
    /// defaulting to the current globals and locals.
    /// If only globals is given, locals defaults to it.
    /// The closure must be a tuple of cellvars, and can only be used
    /// when source is a code object requiring exactly that many cellvars.
    #[function(sig = "(source, /, globals=None, locals=None, *, closure=None)")]
    fn exec(
        th: &Thread,
        source: Value,
        globals: Option<Value>,
        locals: Option<Value>,
        closure: Option<Value>,
    ) -> PyResult<()> {
        let (globals, locals) = namespaces(th, "exec", globals, locals)?;
        let closure = closure.filter(|c| !c.is_none());
        let code = match source.cast::<types::code::Code>() {
            Some(c) => {
                let cells = closure.and_then(|c| c.cast::<Tuple>());
                let fits = cells.is_some_and(|t| {
                    t.len() == c.free_count()
                        && t.values().iter().all(|v| v.cast::<types::cell::Cell>().is_some())
                });
                if c.free_count() == 0 && closure.is_some() {
                    return Err(raise!(
                        th,
                        TypeError,
                        "cannot use a closure with this code object"
                    ));
                }
                if c.free_count() > 0 && closure.is_none() {
                    return Err(raise!(
                        th,
                        TypeError,
                        "code object requires a closure of exactly length {}",
                        c.free_count()
                    ));
                }
                if c.free_count() > 0 && !fits {
                    return Err(raise!(
                        th,
                        TypeError,
                        "code object requires a closure of exactly length {}",
                        c.free_count()
                    ));
                }
                c
            }
            None => {
                if closure.is_some() {
                    return Err(raise!(
                        th,
                        TypeError,
                        "closure argument can only be used if source is a code object"
                    ));
                }
                import::compile_argument(th, source, "exec", "exec")?
            }
        };
        let closure = closure.and_then(|c| c.cast::<Tuple>());
        interpreter::eval_code(th, code, globals, Some(locals), closure).map(|_| ())
    }

    /// Return type(value).__format__(value, format_spec)
    ///
    /// Many built-in types implement format_spec according to the
    /// Format Specification Mini-language. See help('FORMATTING')
    /// for details.
    #[function(sig = "(value, format_spec='', /)")]
    fn format(th: &Thread, value: Value, format_spec: Option<Value>) -> PyResult<Value> {
        let spec = format_spec.unwrap_or(state::empty_str(th).value());
        if spec.cast::<Str>().is_none() {
            return Err(raise!(
                th,
                TypeError,
                "format() argument 2 must be str, not {}",
                spec.type_name()
            ));
        }
        ops::format::format(th, value, spec)
    }

    /// getattr(object, name[, default]) -> value
    ///
    /// Get a named attribute from an object; getattr(x, 'y') is equivalent to x.y.
    /// When a default argument is given, it is returned when the attribute doesn't
    /// exist; without it, an exception is raised in that case.
    #[function(sig = "(object, name, default=<unrepresentable>, /)")]
    fn getattr(th: &Thread, object: Value, name: Value, default: Option<Value>) -> PyResult<Value> {
        let name = attribute_name(th, name)?;
        match default {
            None => get_attr(th, object, name),
            Some(d) => Ok(get_attr_or_none(th, object, name)?.unwrap_or(d)),
        }
    }

    /// Return the dictionary containing the current scope's global variables.
    ///
    /// NOTE: Updates to this dictionary *will* affect name lookups in the current
    /// global scope and vice-versa.
    #[function]
    fn globals(th: &Thread) -> Option<Value> {
        frame::current(th).map(|f| f.globals().value())
    }

    /// Return whether the object has an attribute with the given name.
    ///
    /// This is done by calling getattr(obj, name) and catching AttributeError.
    #[function(sig = "(obj, name, /)")]
    fn hasattr(th: &Thread, obj: Value, name: Value) -> PyResult<bool> {
        let name = attribute_name(th, name)?;
        Ok(get_attr_or_none(th, obj, name)?.is_some())
    }

    /// Return the hash value for the given object.
    ///
    /// Two objects that compare equal must also have the same hash value, but the
    /// reverse is not necessarily true.
    #[function(sig = "(obj, /)")]
    fn hash(th: &Thread, obj: Value) -> PyResult<i64> {
        ops::hash(th, obj)
    }

    /// Return the identity of an object.
    ///
    /// This is guaranteed to be unique among simultaneously existing objects.
    #[function(sig = "(obj, /)")]
    fn id(obj: Value) -> u64 {
        obj.bits()
    }

    /// Read a string from standard input.  The trailing newline is stripped.
    ///
    /// The prompt string, if given, is printed to standard output without a
    /// trailing newline before reading input.
    ///
    /// If the user hits EOF (*nix: Ctrl-D, Windows: Ctrl-Z+Return), raise EOFError.
    #[function(sig = "(prompt='', /)")]
    fn input(th: &Thread, prompt: Option<Value>) -> PyResult<Value> {
        let stream = |name: &str| {
            import::sys_attribute(th, name)
                .filter(|f| !f.is_none())
                .ok_or_else(|| raise!(th, RuntimeError, "input(): lost sys.{name}"))
        };
        let (stdin, stdout) = (stream("stdin")?, stream("stdout")?);
        if let Some(p) = prompt {
            let text = ops::str(th, p)?;
            ops::call_method(th, stdout, intern!(th, "write"), &[text.value()])?;
        }
        ops::call_method(th, stdout, intern!(th, "flush"), &[])?;
        let line = ops::call_method(th, stdin, intern!(th, "readline"), &[])?;
        let Some(s) = line.cast::<Str>() else {
            return Err(raise!(th, TypeError, "object.readline() returned non-string"));
        };
        if s.is_empty() {
            return Err(raise!(th, EOFError, "EOF when reading a line"));
        }
        let n = s.len();
        let end = if s.char_at(n - 1) == u32::from('\n') { n - 1 } else { n };
        Ok(s.slice(th, 0, end).value())
    }

    /// Return whether an object is an instance of a class or of a subclass thereof.
    ///
    /// A tuple, as in ``isinstance(x, (A, B, ...))``, may be given as the target to
    /// check against. This is equivalent to ``isinstance(x, A) or isinstance(x, B)
    /// or ...`` etc.
    #[function(sig = "(obj, class_or_tuple, /)")]
    fn isinstance(th: &Thread, obj: Value, class_or_tuple: Value) -> PyResult<bool> {
        ops::is_instance(th, obj, class_or_tuple)
    }

    /// Return whether 'cls' is derived from another class or is the same class.
    ///
    /// A tuple, as in ``issubclass(x, (A, B, ...))``, may be given as the target to
    /// check against. This is equivalent to ``issubclass(x, A) or issubclass(x, B)
    /// or ...``.
    #[function(sig = "(cls, class_or_tuple, /)")]
    fn issubclass(th: &Thread, cls: Value, class_or_tuple: Value) -> PyResult<bool> {
        ops::is_subclass(th, cls, class_or_tuple)
    }

    /// iter(iterable) -> iterator
    /// iter(callable, sentinel) -> iterator
    ///
    /// Get an iterator from an object.
    /// In the first form, the argument must supply its own iterator, or be a sequence.
    /// In the second form, the callable is called until it returns the sentinel.
    #[function(sig = "(object, sentinel=<unrepresentable>, /)")]
    fn iter(th: &Thread, object: Value, sentinel: Option<Value>) -> PyResult<Value> {
        match sentinel {
            None => ops::get_iter(th, object),
            Some(s) => {
                if object.slot(Slot::Call).is_none() {
                    return Err(raise!(th, TypeError, "iter(v, w): v must be callable"));
                }
                Ok(iterator::callable_iterator(th, object, s))
            }
        }
    }

    /// Return an AsyncIterator for an AsyncIterable object.
    #[function(sig = "(async_iterable, /)")]
    fn aiter(th: &Thread, async_iterable: Value) -> PyResult<Value> {
        let Some(f) = async_iterable.slot(Slot::Aiter) else {
            return Err(raise!(
                th,
                TypeError,
                "'{}' object is not an async iterable",
                async_iterable.type_name()
            ));
        };
        let it = ops::call(th, f, &[async_iterable])?;
        if it.slot(Slot::Anext).is_none() {
            return Err(raise!(
                th,
                TypeError,
                "aiter() returned not an async iterator of type '{}'",
                it.type_name()
            ));
        }
        Ok(it)
    }

    /// Return the next item from the async iterator.
    ///
    /// If default is given and the async iterator is exhausted,
    /// it is returned instead of raising StopAsyncIteration.
    #[function(sig = "(aiterator, default=<unrepresentable>, /)")]
    fn anext(th: &Thread, aiterator: Value, default: Option<Value>) -> PyResult<Value> {
        match aiterator.slot(Slot::Anext) {
            Some(f) => {
                let awaitable = ops::call(th, f, &[aiterator])?;
                Ok(match default {
                    Some(default) => types::anext_awaitable::new(th, awaitable, default),
                    None => awaitable,
                })
            }
            None => Err(raise!(
                th,
                TypeError,
                "'{}' object is not an async iterator",
                aiterator.type_name()
            )),
        }
    }

    /// Return the number of items in a container.
    #[function(sig = "(obj, /)")]
    fn len(th: &Thread, obj: Value) -> PyResult<usize> {
        ops::length(th, obj)
    }

    /// Return a dictionary containing the current scope's local variables.
    ///
    /// NOTE: Whether or not updates to this dictionary will affect name lookups in
    /// the local scope and vice-versa is *implementation dependent* and not
    /// covered by any backwards compatibility guarantees.
    #[function]
    fn locals(th: &Thread) -> PyResult<Value> {
        current_locals(th)
    }

    fn extreme(
        th: &Thread,
        name: &str,
        op: Comparison,
        args: &Tuple,
        default: Option<Value>,
        key: Option<Value>,
    ) -> PyResult<Value> {
        let key = key.filter(|k| !k.is_none());
        let (it, many) = match args.values() {
            [] => {
                return Err(raise!(th, TypeError, "{name} expected at least 1 argument, got 0"));
            }
            [one] => (ops::get_iter(th, *one)?, false),
            _ => (ops::get_iter(th, args.value())?, true),
        };
        if many && default.is_some() {
            return Err(raise!(
                th,
                TypeError,
                "Cannot specify a default for {name}() with multiple positional arguments"
            ));
        }
        let mut best: Option<(Value, Value)> = None;
        while let Some(item) = ops::next(th, it)? {
            let k = match key {
                Some(f) => ops::call(th, f, &[item])?,
                None => item,
            };
            best = match best {
                None => Some((item, k)),
                Some((b, bk)) => {
                    if ops::compare_bool(th, op, k, bk)? {
                        Some((item, k))
                    } else {
                        Some((b, bk))
                    }
                }
            };
        }
        match (best, default) {
            (Some((item, _)), _) => Ok(item),
            (None, Some(d)) => Ok(d),
            (None, None) => Err(raise!(th, ValueError, "{name}() iterable argument is empty")),
        }
    }

    /// max(iterable, *[, default=obj, key=func]) -> value
    /// max(arg1, arg2, *args, *[, key=func]) -> value
    ///
    /// With a single iterable argument, return its biggest item. The
    /// default keyword-only argument specifies an object to return if
    /// the provided iterable is empty.
    /// With two or more positional arguments, return the largest argument.
    #[function(sig = "(*args, default=<unrepresentable>, key=None)")]
    fn max(
        th: &Thread,
        default: Option<Value>,
        key: Option<Value>,
        args: &Tuple,
    ) -> PyResult<Value> {
        extreme(th, "max", Comparison::Gt, args, default, key)
    }

    /// min(iterable, *[, default=obj, key=func]) -> value
    /// min(arg1, arg2, *args, *[, key=func]) -> value
    ///
    /// With a single iterable argument, return its smallest item. The
    /// default keyword-only argument specifies an object to return if
    /// the provided iterable is empty.
    /// With two or more positional arguments, return the smallest argument.
    #[function(sig = "(*args, default=<unrepresentable>, key=None)")]
    fn min(
        th: &Thread,
        default: Option<Value>,
        key: Option<Value>,
        args: &Tuple,
    ) -> PyResult<Value> {
        extreme(th, "min", Comparison::Lt, args, default, key)
    }

    /// next(iterator[, default])
    ///
    /// Return the next item from the iterator. If default is given and the iterator
    /// is exhausted, it is returned instead of raising StopIteration.
    #[function(sig = "(iterator, default=<unrepresentable>, /)")]
    fn next(th: &Thread, iterator: Value, default: Option<Value>) -> PyResult<Value> {
        let Some(f) = iterator.slot(Slot::Next) else {
            return Err(raise!(
                th,
                TypeError,
                "'{}' object is not an iterator",
                iterator.type_name()
            ));
        };
        let result = crate::types::iterator::call_next(th, f, iterator);
        match (result, default) {
            (Ok(v), Some(d)) if v == Value::EXHAUSTED => Ok(d),
            (Ok(v), None) if v == Value::EXHAUSTED => Err(raise!(th, StopIteration)),
            (Ok(v), _) => Ok(v),
            (Err(e), Some(d)) => Ok(catch(th, Exc::StopIteration, Err(e))?.unwrap_or(d)),
            (Err(e), None) => Err(e),
        }
    }

    /// Open file and return a stream.  Raise OSError upon failure.
    ///
    /// See io.open for the arguments.
    #[function(
        sig = "(file, mode='r', buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None)"
    )]
    fn open(
        th: &Thread,
        file: Value,
        mode: Option<Value>,
        buffering: Option<Value>,
        encoding: Option<Value>,
        errors: Option<Value>,
        newline: Option<Value>,
        closefd: Option<Value>,
        opener: Option<Value>,
    ) -> PyResult<Value> {
        let open = ops::import::from_module(th, "_io", "open")?;
        let mut kwargs = Vec::new();
        for (name, v) in [
            ("mode", mode),
            ("buffering", buffering),
            ("encoding", encoding),
            ("errors", errors),
            ("newline", newline),
            ("closefd", closefd),
            ("opener", opener),
        ] {
            if let Some(v) = v {
                kwargs.push((name, v));
            }
        }
        ops::call_kw(th, open, &[file], &kwargs)
    }

    /// Equivalent to base**exp with 2 arguments or base**exp % mod with 3 arguments.
    ///
    /// Some types, such as ints, are able to use a more efficient algorithm when
    /// invoked using the three argument form.
    #[function(sig = "(base, exp, mod=None)")]
    fn pow(th: &Thread, base: Value, exp: Value, modulus: Option<Value>) -> PyResult<Value> {
        ops::power(th, base, exp, modulus.filter(|m| !m.is_none()))
    }

    /// Prints the values to a stream, or to sys.stdout by default.
    ///
    /// sep
    ///   string inserted between values, default a space.
    /// end
    ///   string appended after the last value, default a newline.
    /// file
    ///   a file-like object (stream); defaults to the current sys.stdout.
    /// flush
    ///   whether to forcibly flush the stream.
    #[function(sig = "(*args, sep=' ', end='\\n', file=None, flush=False)")]
    fn print(
        th: &Thread,
        sep: Option<Value>,
        end: Option<Value>,
        file: Option<Value>,
        flush: Option<bool>,
        args: &Tuple,
    ) -> PyResult<()> {
        let text = |v: Option<Value>, name: &str, default: &str| -> PyResult<Value> {
            match v.filter(|v| !v.is_none()) {
                None => Ok(Str::new(th, default).value()),
                Some(v) if v.cast::<Str>().is_some() => Ok(v),
                Some(v) => Err(raise!(
                    th,
                    TypeError,
                    "{name} must be None or a string, not {}",
                    v.type_name()
                )),
            }
        };
        let sep = text(sep, "sep", " ")?;
        let end = text(end, "end", "\n")?;
        let file = match file.filter(|f| !f.is_none()) {
            Some(f) => f,
            None => match import::sys_attribute(th, "stdout") {
                Some(f) if f.is_none() => return Ok(()),
                Some(f) => f,
                None => return Err(raise!(th, RuntimeError, "lost sys.stdout")),
            },
        };
        let write = get_attr(th, file, intern!(th, "write"))?;
        for (i, v) in args.values().iter().enumerate() {
            if i > 0 {
                ops::call(th, write, &[sep])?;
            }
            let s = ops::str(th, *v)?;
            ops::call(th, write, &[s.value()])?;
        }
        ops::call(th, write, &[end])?;
        if flush.unwrap_or(false) {
            ops::call_method(th, file, intern!(th, "flush"), &[])?;
        }
        Ok(())
    }

    /// Return the canonical string representation of the object.
    ///
    /// For many object types, including most builtins, eval(repr(obj)) == obj.
    #[function(sig = "(obj, /)")]
    fn repr(th: &Thread, obj: Value) -> PyResult<&'static Str> {
        ops::repr(th, obj)
    }

    /// Round a number to a given precision in decimal digits.
    ///
    /// The return value is an integer if ndigits is omitted or None.  Otherwise
    /// the return value has the same type as the number.  ndigits may be negative.
    #[function(sig = "(number, ndigits=None)")]
    fn round(th: &Thread, number: Value, ndigits: Option<Value>) -> PyResult<Value> {
        let Some(f) = number.slot(Slot::Round) else {
            return Err(raise!(
                th,
                TypeError,
                "type {} doesn't define __round__ method",
                number.type_name()
            ));
        };
        match ndigits.filter(|n| !n.is_none()) {
            Some(n) => ops::call(th, f, &[number, n]),
            None => ops::call(th, f, &[number]),
        }
    }

    /// Sets the named attribute on the given object to the specified value.
    ///
    /// setattr(x, 'y', v) is equivalent to ``x.y = v``
    #[function(sig = "(obj, name, value, /)")]
    fn setattr(th: &Thread, obj: Value, name: Value, value: Value) -> PyResult<()> {
        let name = attribute_name(th, name)?;
        crate::object::set_attr(th, obj, name, value)
    }

    /// Return a new list containing all items from the iterable in ascending order.
    ///
    /// A custom key function can be supplied to customize the sort order, and the
    /// reverse flag can be set to request the result in descending order.
    #[function(sig = "(iterable, /, *, key=None, reverse=False)")]
    fn sorted(
        th: &Thread,
        iterable: Value,
        key: Option<Value>,
        reverse: Option<bool>,
    ) -> PyResult<Value> {
        let items = ops::collect(th, iterable)?;
        let (result, items) =
            ops::sort::sort(th, items, key.filter(|k| !k.is_none()), reverse.unwrap_or(false));
        result?;
        Ok(List::new(th, &items).value())
    }

    /// Return the sum of a 'start' value (default: 0) plus an iterable of numbers
    ///
    /// When the iterable is empty, return the start value.
    /// This function is intended specifically for use with numeric values and may
    /// reject non-numeric types.
    #[function(sig = "(iterable, /, start=0)")]
    fn sum(th: &Thread, iterable: Value, start: Option<Value>) -> PyResult<Value> {
        let start = start.unwrap_or(Value::from_i32(0));
        match start.kind() {
            crate::Kind::Str => {
                return Err(raise!(
                    th,
                    TypeError,
                    "sum() can't sum strings [use ''.join(seq) instead]"
                ));
            }
            crate::Kind::Bytes => {
                return Err(raise!(
                    th,
                    TypeError,
                    "sum() can't sum bytes [use b''.join(seq) instead]"
                ));
            }
            crate::Kind::ByteArray => {
                return Err(raise!(
                    th,
                    TypeError,
                    "sum() can't sum bytearray [use b''.join(seq) instead]"
                ));
            }
            _ => {}
        }
        let it = ops::get_iter(th, iterable)?;
        let mut total = start;
        while let Some(v) = ops::next(th, it)? {
            total = ops::binary(th, Binary::Add, total, v)?;
            if total.is_exactly(shapes::FLOAT) {
                return sum_floats(th, total, it);
            }
        }
        Ok(total)
    }

    /// Goes on with floats by Neumaier's compensated summation, as CPython 3.12 and later.
    fn sum_floats(th: &Thread, total: Value, it: Value) -> PyResult<Value> {
        let value = |v: Value| types::float::value(v).expect("a float");
        let (mut sum, mut compensation) = (value(total), 0.0f64);
        while let Some(v) = ops::next(th, it)? {
            let x = if v.is_exactly(shapes::FLOAT) {
                value(v)
            } else if let Some(i) = v.as_small_int() {
                i as f64
            } else {
                let so_far = types::float::new(th, finish(sum, compensation));
                let mut total = ops::binary(th, Binary::Add, so_far, v)?;
                while let Some(v) = ops::next(th, it)? {
                    total = ops::binary(th, Binary::Add, total, v)?;
                }
                return Ok(total);
            };
            let t = sum + x;
            compensation += if sum.abs() >= x.abs() { (sum - t) + x } else { (x - t) + sum };
            sum = t;
        }
        Ok(types::float::new(th, finish(sum, compensation)))
    }

    fn finish(sum: f64, compensation: f64) -> f64 {
        if compensation != 0.0 && compensation.is_finite() { sum + compensation } else { sum }
    }

    /// vars([object]) -> dictionary
    ///
    /// Without arguments, equivalent to locals().
    /// With an argument, equivalent to object.__dict__.
    #[function(sig = "(object=<unrepresentable>, /)")]
    fn vars(th: &Thread, object: Option<Value>) -> PyResult<Value> {
        match object {
            None => current_locals(th),
            Some(v) => match get_attr_or_none(th, v, intern!(th, "__dict__"))? {
                Some(d) => Ok(d),
                None => Err(raise!(th, TypeError, "vars() argument must have __dict__ attribute")),
            },
        }
    }

    /// Internal helper function used by the class statement.
    #[function(sig = "(*args, **kwds)")]
    fn __build_class__(th: &Thread, args: &Tuple, kwds: &'static Dict) -> PyResult<Value> {
        let [func, name, bases @ ..] = args.values() else {
            return Err(raise!(th, TypeError, "__build_class__: not enough arguments"));
        };
        ops::class_statement::build_class(th, *func, *name, bases, kwds)
    }

    /// Import a module.
    ///
    /// Because this function is meant for use by the Python
    /// interpreter and not for general use, it is better to use
    /// importlib.import_module() to programmatically import a module.
    #[function(sig = "(name, globals=None, locals=None, fromlist=(), level=0)")]
    fn __import__(
        th: &Thread,
        name: Value,
        globals: Option<Value>,
        _locals: Option<Value>,
        fromlist: Option<Value>,
        level: Option<i64>,
    ) -> PyResult<Value> {
        let Some(name) = name.cast::<Str>() else {
            return Err(raise!(th, TypeError, "module name must be a string"));
        };
        let globals = globals.and_then(|g| g.cast::<Dict>());
        import::import(th, name, globals, fromlist, level.unwrap_or(0))
    }
}
