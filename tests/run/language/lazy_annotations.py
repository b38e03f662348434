# PEP 649: annotations are computed when asked for, in the scope where they stand.
import annotationlib
from annotationlib import Format, ForwardRef, call_annotate_function, get_annotations


def f(a: Later, b: int = 1, *c: list[str], d: "text" = 2, **e: print("evaluated") or dict) -> Ret: pass


print(f.__annotate__.__name__, f.__annotate__.__code__.co_varnames[:1])
try:
    f.__annotations__
except NameError as e:
    print(e)
print(get_annotations(f, format=Format.STRING))
fw = get_annotations(f, format=Format.FORWARDREF)
print(str(fw["a"]).split(",")[0], fw["b"], fw["d"], type(fw["return"]).__name__)
Later, Ret = "now", float
print(f.__annotations__)
print(f.__annotations__ is f.__annotations__)
f.__annotations__["x"] = 5
print(sorted(f.__annotations__))


class C:
    n: int
    self_ref: C | None
    m: Undefined.attr[1]
    def meth(self, x: int) -> C: ...
    if False:
        cond: str
    z: bool = True


try:
    C.__annotations__
except NameError as e:
    print(e)
print(get_annotations(C, format=Format.STRING))
r = get_annotations(C, format=Format.FORWARDREF)
print(r["n"], r["self_ref"], repr(r["m"])[:40])
print(C.meth.__annotations__, "__annotate__" in dir(C), C.__dict__.get("__annotations__"), "__annotate_func__" in C.__dict__)
for fmt in (1, 2, 3, 4, 5, "x", None):
    try:
        print(fmt, sorted(f.__annotate__(fmt)))
    except (NotImplementedError, TypeError) as e:
        print(fmt, type(e).__name__, e)


def plain(): pass


print(plain.__annotate__, plain.__annotations__, get_annotations(plain), (lambda: 1).__annotations__)
plain.__annotate__ = lambda format: {"custom": format}
print(plain.__annotations__, call_annotate_function(plain.__annotate__, Format.VALUE))
for v in (5, None):
    try:
        plain.__annotate__ = v
        print(plain.__annotate__)
    except TypeError as e:
        print(e)
plain.__annotations__ = {"set": 1}
print(plain.__annotations__, plain.__annotate__)
for v in (5, None):
    try:
        plain.__annotations__ = v
        print(plain.__annotations__)
    except TypeError as e:
        print(e)


class Base:
    x: int


class Sub(Base): pass


print(Sub.__annotations__, get_annotations(Sub), Base.__annotations__, int.__dict__.get("__annotations__"))
try:
    int.__annotations__
except AttributeError as e:
    print(e)


def outer():
    T = str
    def inner(a: T, b: list[T]) -> nonl: ...
    nonl = bytes
    class K:
        a: T
        other: nonl
    return inner.__annotations__, K.__annotations__


print(outer())
x: int = 5
y: undefined_name
(z): str = "no annotation"
print(get_annotations(__import__("sys").modules[__name__], format=Format.STRING))


def local():
    a: also_undefined = 1
    b: int
    try:
        b
    except UnboundLocalError as e:
        print(e)
    return a


print(local(), local.__annotations__)
ref = ForwardRef("int")
print(ref, ref.evaluate(), ForwardRef("a.b", module="m"), ForwardRef("x") == ForwardRef("x"), ref.__forward_arg__)
for bad in ("1 +", "x y", "nope"):
    try:
        print(ForwardRef(bad).evaluate())
    except (SyntaxError, NameError) as e:
        print(type(e).__name__, e)
print(annotationlib.type_repr(int), annotationlib.type_repr(list[int]), annotationlib.type_repr("s"), annotationlib.type_repr(...), annotationlib.annotations_to_string({"a": int, "b": "str"}))
print(get_annotations({}.__class__) if False else "", get_annotations(f, eval_str=True)["d"] if False else "")
ns = {}
exec("from __future__ import annotations\ndef g(a: x.y, b: 1 + 1) -> 'q': pass\nclass D:\n a: int | None\n b: list['x']", ns)
print(ns["g"].__annotations__, ns["D"].__annotations__)
