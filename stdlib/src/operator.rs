//! `_operator`: the operators as functions.

use krait_macros::methods;
use krait_runtime::gc::Field;
use krait_runtime::native::{NativeModule, class_arg};
use krait_runtime::object::{Object, Slot, TypeDef, ValueExt, alloc_as, get_attr};
use krait_runtime::ops::{self, Binary, Comparison};
use krait_runtime::types::bytes;
use krait_runtime::types::dict::Dict;
use krait_runtime::types::exception::Exc;
use krait_runtime::types::str::Str;
use krait_runtime::types::tuple::Tuple;
use krait_runtime::{Header, Kind, PyResult, Raised, Thread, Value, error, raise, state};

pub static MODULE: NativeModule = NativeModule {
    name: "_operator",
    doc: "Operator interface.\n\nThis module exports a set of functions implemented in C corresponding\nto the intrinsic operators of Python.  For example, operator.add(x, y)\nis equivalent to the expression x+y.  The function names are those\nused for special methods; variants without leading and trailing\n'__' are also provided for convenience.",
    functions: &functions::FUNCTIONS,
    init: |th, m| {
        m.add_type(th, &ATTRGETTER);
        m.add_type(th, &ITEMGETTER);
        m.add_type(th, &METHODCALLER);
        Ok(())
    },
};

macro_rules! callable {
    ($struct:ident, $def:ident, $name:literal, $doc:literal { $($field:ident: $type:ty,)* }) => {
        #[doc = $doc]
        #[repr(C)]
        pub struct $struct {
            header: Header,
            $($field: $type,)*
        }

        pub static $def: TypeDef = TypeDef::of::<$struct>($name, "operator")
            .doc($doc)
            .methods($struct::native_methods);

        // SAFETY: instances of the class are made by `__new__` with this layout.
        unsafe impl Object for $struct {
            const KIND: Kind = Kind::Native;

            fn def() -> &'static TypeDef {
                &$def
            }
        }
    };
}

callable!(
    AttrGetter,
    ATTRGETTER,
    "attrgetter",
    "Return a callable object that fetches the given attribute(s) from its operand.\nAfter f = attrgetter('name'), the call f(r) returns r.name.\nAfter g = attrgetter('name', 'date'), the call g(r) returns (r.name, r.date).\nAfter h = attrgetter('name.first', 'name.last'), the call h(r) returns\n(r.name.first, r.name.last)."
    {
        // A tuple of the names as given.
        names: Field,
        // A tuple for each name: its interned parts.
        paths: Field,
    }
);

callable!(
    ItemGetter,
    ITEMGETTER,
    "itemgetter",
    "Return a callable object that fetches the given item(s) from its operand.\nAfter f = itemgetter(2), the call f(r) returns r[2].\nAfter g = itemgetter(2, 5, 3), the call g(r) returns (r[2], r[5], r[3])"
    {
        items: Field,
    }
);

callable!(
    MethodCaller,
    METHODCALLER,
    "methodcaller",
    "Return a callable object that calls the given method on its operand.\nAfter f = methodcaller('name'), the call f(r) returns r.name().\nAfter g = methodcaller('name', 'date', foo=1), the call g(r) returns\nr.name('date', foo=1)."
    {
        name: Field,
        args: Field,
        keywords: Field,
    }
);

fn header() -> Header {
    Header::new(0, Kind::Native)
}

fn field(v: Value) -> Field {
    Field::new(Some(v))
}

fn values(f: &Field) -> &'static [Value] {
    f.get().and_then(|t| t.cast::<Tuple>()).expect("a tuple").values()
}

/// The one argument of a call.
fn operand(th: &Thread, name: &str, args: &Tuple, kwargs: &Dict) -> PyResult<Value> {
    if !kwargs.is_empty() {
        return Err(raise!(th, TypeError, "{name}() takes no keyword arguments"));
    }
    match args.values() {
        [v] => Ok(*v),
        more => Err(raise!(th, TypeError, "{name} expected 1 argument, got {}", more.len())),
    }
}

/// The results of `f` for each key: one as it is, several as a tuple.
fn fetch(th: &Thread, keys: &[Value], f: impl Fn(Value) -> PyResult<Value>) -> PyResult<Value> {
    if let [key] = keys {
        return f(*key);
    }
    let found: Vec<Value> = keys.iter().map(|k| f(*k)).collect::<PyResult<_>>()?;
    Ok(Tuple::new(th, &found).value())
}

fn show(th: &Thread, this: Value, parts: &[Value], keywords: &Dict) -> PyResult<String> {
    let name = this.class().name_string();
    ops::repr_guard(this, format!("operator.{name}(...)"), || {
        let mut texts = Vec::new();
        for v in parts {
            texts.push(ops::repr_string(th, *v)?);
        }
        for (k, v) in keywords.pairs() {
            let k = ops::str_string(th, k)?;
            texts.push(format!("{k}={}", ops::repr_string(th, v)?));
        }
        Ok(format!("operator.{name}({})", texts.join(", ")))
    })
}

fn reduced(th: &Thread, this: Value, args: &[Value]) -> Value {
    Tuple::new(th, &[this.class().value(), Tuple::new(th, args).value()]).value()
}

#[methods]
impl AttrGetter {
    #[staticmethod(sig = "(cls, /, *args, **kwargs)")]
    fn __new__(th: &Thread, cls: Value, args: &Tuple, kwargs: &Dict) -> PyResult<Value> {
        let class = class_arg(th, cls, ATTRGETTER.class(th))?;
        if !kwargs.is_empty() {
            return Err(raise!(th, TypeError, "attrgetter() takes no keyword arguments"));
        }
        if args.is_empty() {
            return Err(raise!(th, TypeError, "attrgetter expected 1 argument, got 0"));
        }
        let mut paths = Vec::with_capacity(args.len());
        for v in args.values() {
            let Some(name) = v.cast::<Str>() else {
                return Err(raise!(th, TypeError, "attribute name must be a string"));
            };
            let points: Vec<u32> = name.code_points().collect();
            let parts: Vec<Value> = points
                .split(|c| *c == u32::from('.'))
                .map(|p| state::intern_object(th, Str::from_code_points(th, p.iter().copied())))
                .collect();
            paths.push(Tuple::new(th, &parts).value());
        }
        let paths = field(Tuple::new(th, &paths).value());
        let getter = AttrGetter { header: header(), names: field(args.value()), paths };
        Ok(alloc_as(th, class, getter).value())
    }

    #[method(sig = "($self, /, *args, **kwargs)")]
    fn __call__(
        th: &Thread,
        this: &'static AttrGetter,
        args: &Tuple,
        kwargs: &Dict,
    ) -> PyResult<Value> {
        let v = operand(th, "attrgetter", args, kwargs)?;
        fetch(th, values(&this.paths), |path| {
            let path = path.cast::<Tuple>().expect("a tuple of names");
            path.values().iter().try_fold(v, |v, name| get_attr(th, v, *name))
        })
    }

    #[method]
    fn __repr__(th: &Thread, this: &'static AttrGetter) -> PyResult<String> {
        show(th, this.value(), values(&this.names), Dict::new(th))
    }

    #[method]
    fn __reduce__(th: &Thread, this: &'static AttrGetter) -> Value {
        reduced(th, this.value(), values(&this.names))
    }
}

#[methods]
impl ItemGetter {
    #[staticmethod(sig = "(cls, /, *args, **kwargs)")]
    fn __new__(th: &Thread, cls: Value, args: &Tuple, kwargs: &Dict) -> PyResult<Value> {
        let class = class_arg(th, cls, ITEMGETTER.class(th))?;
        if !kwargs.is_empty() {
            return Err(raise!(th, TypeError, "itemgetter() takes no keyword arguments"));
        }
        if args.is_empty() {
            return Err(raise!(th, TypeError, "itemgetter expected 1 argument, got 0"));
        }
        let getter = ItemGetter { header: header(), items: field(args.value()) };
        Ok(alloc_as(th, class, getter).value())
    }

    #[method(sig = "($self, /, *args, **kwargs)")]
    fn __call__(
        th: &Thread,
        this: &'static ItemGetter,
        args: &Tuple,
        kwargs: &Dict,
    ) -> PyResult<Value> {
        let v = operand(th, "itemgetter", args, kwargs)?;
        fetch(th, values(&this.items), |key| ops::get_item(th, v, key))
    }

    #[method]
    fn __repr__(th: &Thread, this: &'static ItemGetter) -> PyResult<String> {
        show(th, this.value(), values(&this.items), Dict::new(th))
    }

    #[method]
    fn __reduce__(th: &Thread, this: &'static ItemGetter) -> Value {
        reduced(th, this.value(), values(&this.items))
    }
}

#[methods]
impl MethodCaller {
    #[staticmethod(sig = "(cls, /, *args, **kwargs)")]
    fn __new__(th: &Thread, cls: Value, args: &Tuple, kwargs: &'static Dict) -> PyResult<Value> {
        let class = class_arg(th, cls, METHODCALLER.class(th))?;
        let [name, rest @ ..] = args.values() else {
            let message = "methodcaller needs at least one argument, the method name";
            return Err(raise!(th, TypeError, "{message}"));
        };
        let Some(name) = name.cast::<Str>() else {
            return Err(raise!(th, TypeError, "method name must be a string"));
        };
        let caller = MethodCaller {
            header: header(),
            name: field(state::intern_object(th, name)),
            args: field(Tuple::new(th, rest).value()),
            keywords: field(kwargs.value()),
        };
        Ok(alloc_as(th, class, caller).value())
    }

    #[method(sig = "($self, /, *args, **kwargs)")]
    fn __call__(
        th: &Thread,
        this: &'static MethodCaller,
        args: &Tuple,
        kwargs: &Dict,
    ) -> PyResult<Value> {
        let v = operand(th, "methodcaller", args, kwargs)?;
        let name = this.name.get().expect("set when made");
        let pairs = this.keywords().pairs();
        if pairs.is_empty() {
            return ops::call_method(th, v, name, values(&this.args));
        }
        let method = get_attr(th, v, name)?;
        ops::call_with(th, method, values(&this.args), &pairs)
    }

    #[method]
    fn __repr__(th: &Thread, this: &'static MethodCaller) -> PyResult<String> {
        let parts = [&[this.name.get().expect("set when made")], values(&this.args)].concat();
        show(th, this.value(), &parts, this.keywords())
    }

    #[method]
    fn __reduce__(th: &Thread, this: &'static MethodCaller) -> PyResult<Value> {
        let v = this.value();
        let name = this.name.get().expect("set when made");
        let pairs = this.keywords().pairs();
        if pairs.is_empty() {
            return Ok(reduced(th, v, &[&[name], values(&this.args)].concat()));
        }
        // Keywords do not fit into the arguments of a constructor.
        let partial = ops::import::from_module(th, "functools", "partial")?;
        let make = ops::call_with(th, partial, &[v.class().value(), name], &pairs)?;
        Ok(Tuple::new(th, &[make, Tuple::new(th, values(&this.args)).value()]).value())
    }
}

impl MethodCaller {
    fn keywords(&self) -> &'static Dict {
        self.keywords.get().and_then(|d| d.cast::<Dict>()).expect("a dictionary")
    }
}

/// Raises where `v` is no sequence.
fn check_sequence(th: &Thread, v: Value) -> PyResult<()> {
    if v.slot(Slot::GetItem).is_none() || v.kind() == Kind::Dict {
        return Err(raise!(th, TypeError, "'{}' object can't be concatenated", v.type_name()));
    }
    Ok(())
}

/// An iterator for `in` and its kin.
fn search(th: &Thread, v: Value) -> PyResult<Value> {
    ops::get_iter(th, v).map_err(|e: Raised| {
        if error::raised_is(th, Exc::TypeError) {
            th.raised.set(None);
            let name = v.type_name();
            return raise!(th, TypeError, "argument of type '{name}' is not iterable");
        }
        e
    })
}

/// Writes the functions of operators as rows of name, operation and documentation.
macro_rules! operators {
    (
        binary { $($b:ident $bop:ident $bdoc:literal;)* }
        inplace { $($i:ident $iop:ident $idoc:literal;)* }
        compare { $($c:ident $cop:ident $cdoc:literal;)* }
        $($rest:item)*
    ) => {
        #[krait_macros::module]
        mod functions {
            use super::*;

            $(#[doc = $bdoc]
            #[function(sig = "(a, b, /)")]
            fn $b(th: &Thread, a: Value, b: Value) -> PyResult<Value> {
                ops::binary(th, Binary::$bop, a, b)
            })*

            $(#[doc = $idoc]
            #[function(sig = "(a, b, /)")]
            fn $i(th: &Thread, a: Value, b: Value) -> PyResult<Value> {
                ops::inplace(th, Binary::$iop, a, b)
            })*

            $(#[doc = $cdoc]
            #[function(sig = "(a, b, /)")]
            fn $c(th: &Thread, a: Value, b: Value) -> PyResult<Value> {
                ops::compare(th, Comparison::$cop, a, b)
            })*

            $($rest)*
        }
    };
}

operators! {
    binary {
        add Add "Same as a + b.";
        sub Subtract "Same as a - b.";
        mul Multiply "Same as a * b.";
        matmul MatMul "Same as a @ b.";
        truediv TrueDivide "Same as a / b.";
        floordiv FloorDivide "Same as a // b.";
        r#mod Remainder "Same as a % b.";
        pow Power "Same as a ** b.";
        lshift Lshift "Same as a << b.";
        rshift Rshift "Same as a >> b.";
        and_ And "Same as a & b.";
        or_ Or "Same as a | b.";
        xor Xor "Same as a ^ b.";
    }
    inplace {
        iadd Add "Same as a += b.";
        isub Subtract "Same as a -= b.";
        imul Multiply "Same as a *= b.";
        imatmul MatMul "Same as a @= b.";
        itruediv TrueDivide "Same as a /= b.";
        ifloordiv FloorDivide "Same as a //= b.";
        imod Remainder "Same as a %= b.";
        ipow Power "Same as a **= b.";
        ilshift Lshift "Same as a <<= b.";
        irshift Rshift "Same as a >>= b.";
        iand And "Same as a &= b.";
        ior Or "Same as a |= b.";
        ixor Xor "Same as a ^= b.";
    }
    compare {
        lt Lt "Same as a < b.";
        le Le "Same as a <= b.";
        eq Eq "Same as a == b.";
        ne Ne "Same as a != b.";
        ge Ge "Same as a >= b.";
        gt Gt "Same as a > b.";
    }

    /// Return True if a is true, False otherwise.
    #[function(sig = "(a, /)")]
    fn truth(a: bool) -> bool {
        a
    }

    /// Same as not a.
    #[function(sig = "(a, /)")]
    fn not_(a: bool) -> bool {
        !a
    }

    /// Same as a is b.
    #[function(sig = "(a, b, /)")]
    fn is_(a: Value, b: Value) -> bool {
        a == b
    }

    /// Same as a is not b.
    #[function(sig = "(a, b, /)")]
    fn is_not(a: Value, b: Value) -> bool {
        a != b
    }

    /// Same as a is None.
    #[function(sig = "(a, /)")]
    fn is_none(a: Value) -> bool {
        a.is_none()
    }

    /// Same as a is not None.
    #[function(sig = "(a, /)")]
    fn is_not_none(a: Value) -> bool {
        !a.is_none()
    }

    /// Same as -a.
    #[function(sig = "(a, /)")]
    fn neg(th: &Thread, a: Value) -> PyResult<Value> {
        ops::negative(th, a)
    }

    /// Same as +a.
    #[function(sig = "(a, /)")]
    fn pos(th: &Thread, a: Value) -> PyResult<Value> {
        ops::positive(th, a)
    }

    /// Same as abs(a).
    #[function(sig = "(a, /)")]
    fn abs(th: &Thread, a: Value) -> PyResult<Value> {
        ops::absolute(th, a)
    }

    /// Same as ~a.
    #[function(sig = "(a, /)")]
    fn inv(th: &Thread, a: Value) -> PyResult<Value> {
        ops::invert(th, a)
    }

    /// Same as ~a.
    #[function(sig = "(a, /)")]
    fn invert(th: &Thread, a: Value) -> PyResult<Value> {
        ops::invert(th, a)
    }

    /// Same as a.__index__()
    #[function(sig = "(a, /)")]
    fn index(th: &Thread, a: Value) -> PyResult<Value> {
        ops::index(th, a)
    }

    /// Same as a + b, for a and b sequences.
    #[function(sig = "(a, b, /)")]
    fn concat(th: &Thread, a: Value, b: Value) -> PyResult<Value> {
        check_sequence(th, a)?;
        ops::binary(th, Binary::Add, a, b)
    }

    /// Same as a += b, for a and b sequences.
    #[function(sig = "(a, b, /)")]
    fn iconcat(th: &Thread, a: Value, b: Value) -> PyResult<Value> {
        check_sequence(th, a)?;
        ops::inplace(th, Binary::Add, a, b)
    }

    /// Same as b in a (note reversed operands).
    #[function(sig = "(a, b, /)")]
    fn contains(th: &Thread, a: Value, b: Value) -> PyResult<bool> {
        ops::contains(th, a, b)
    }

    /// Return the number of items in a which are, or which equal, b.
    #[function(sig = "(a, b, /)")]
    fn countOf(th: &Thread, a: Value, b: Value) -> PyResult<usize> {
        let it = search(th, a)?;
        let mut n = 0;
        while let Some(v) = ops::next(th, it)? {
            n += ops::is_or_eq(th, v, b)? as usize;
        }
        Ok(n)
    }

    /// Return the first index of b in a.
    #[function(sig = "(a, b, /)")]
    fn indexOf(th: &Thread, a: Value, b: Value) -> PyResult<usize> {
        let it = search(th, a)?;
        let mut n = 0;
        while let Some(v) = ops::next(th, it)? {
            if ops::is_or_eq(th, v, b)? {
                return Ok(n);
            }
            n += 1;
        }
        Err(raise!(th, ValueError, "sequence.index(x): x not in sequence"))
    }

    /// Same as a[b].
    #[function(sig = "(a, b, /)")]
    fn getitem(th: &Thread, a: Value, b: Value) -> PyResult<Value> {
        ops::get_item(th, a, b)
    }

    /// Same as a[b] = c.
    #[function(sig = "(a, b, c, /)")]
    fn setitem(th: &Thread, a: Value, b: Value, c: Value) -> PyResult<()> {
        ops::set_item(th, a, b, c)
    }

    /// Same as del a[b].
    #[function(sig = "(a, b, /)")]
    fn delitem(th: &Thread, a: Value, b: Value) -> PyResult<()> {
        ops::delete_item(th, a, b)
    }

    /// Return an estimate of the number of items in obj.
    ///
    /// This is useful for presizing containers when building from an iterable.
    ///
    /// If the object supports len(), the result will be exact.
    /// Otherwise, it may over- or under-estimate by an arbitrary amount.
    /// The result will be an integer >= 0.
    #[function(sig = "(obj, default=0, /)")]
    fn length_hint(th: &Thread, obj: Value, default: Option<isize>) -> PyResult<isize> {
        let known = obj.slot(Slot::Len).is_some() || obj.slot(Slot::LengthHint).is_some();
        match known {
            true => Ok(ops::length_hint(th, obj)? as isize),
            false => Ok(default.unwrap_or(0)),
        }
    }

    /// Same as obj(*args, **kwargs).
    #[function(sig = "(obj, /, *args, **kwargs)")]
    fn call(th: &Thread, obj: Value, args: &Tuple, kwargs: &Dict) -> PyResult<Value> {
        ops::call_with(th, obj, args.values(), &kwargs.pairs())
    }

    /// Return 'a == b'.
    ///
    /// This function uses an approach designed to prevent
    /// timing analysis, making it appropriate for cryptography.
    ///
    /// a and b must both be of the same type: either str (ASCII only),
    /// or any bytes-like object.
    ///
    /// Note: If a and b are of different lengths, or if an error occurs,
    /// a timing attack could theoretically reveal information about the
    /// types and lengths of a and b--but not their values.
    #[function(sig = "(a, b, /)")]
    fn _compare_digest(th: &Thread, a: Value, b: Value) -> PyResult<bool> {
        let (x, y) = match (a.cast::<Str>(), b.cast::<Str>()) {
            (Some(x), Some(y)) => match (x.as_ascii(), y.as_ascii()) {
                (Some(x), Some(y)) => (x.as_bytes(), y.as_bytes()),
                _ => {
                    return Err(raise!(
                        th,
                        TypeError,
                        "comparing strings with non-ASCII characters is not supported"
                    ));
                }
            },
            _ => {
                let buffer = |v: Value| v.slot(Slot::Buffer).is_some() || v.kind() == Kind::Bytes;
                if !buffer(a) && !buffer(b) {
                    return Err(raise!(
                        th,
                        TypeError,
                        "unsupported operand types(s) or combination of types: '{}' and '{}'",
                        a.type_name(),
                        b.type_name()
                    ));
                }
                (bytes::expect_view(th, a)?, bytes::expect_view(th, b)?)
            }
        };
        // The time depends on the second's length alone; a difference in length counts at the end.
        let other = if x.len() == y.len() { x } else { y };
        let differ = y.iter().zip(other).fold(0, |d, (p, q)| std::hint::black_box(d | (p ^ q)));
        Ok(differ == 0 && x.len() == y.len())
    }
}
