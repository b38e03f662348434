# PEP 750: t-strings and string.templatelib.
from string.templatelib import Interpolation, Template, convert

name, w = "world", 10


class F:
    def __repr__(self): return "F"


t = t"hello {name!r:>{w}} and {1 + 1}{name}"
print(t, t.strings, t.values, len(t.interpolations))
for i in t.interpolations: print(i, i.value, i.expression, i.conversion, i.format_spec)
print(list(t), list(t""), t"".strings, t"{name}".strings, (t"a" t"{1}").strings, t"{name=}".strings)
print((t"a{1}" + t"{2}b").strings, (t"a" + t"b").strings, rt"\n{1}".strings, t"{{}}".strings, t"""m
{1
 + 1}""".interpolations[0].expression)
for g in (lambda: t"a" + "b", lambda: "b" + t"a", lambda: t"{undefined}", lambda: Template("a", "b", Interpolation(1)), lambda: Template(Interpolation(1), Interpolation(2, "x", "r", ">5")), lambda: Template(5), lambda: Template(a=1), lambda: Interpolation(), lambda: Interpolation(1, "a", "z"), lambda: Template().strings, lambda: t"a" == t"a", lambda: hash(t"a") and 1, lambda: t"a"[0], lambda: len(t"a"), lambda: str(t"a{1}"), lambda: format(t"a"), lambda: format(t"a", ">5"), lambda: f"{t"a{1}"}", lambda: t"{t"{1}"}", lambda: setattr(t"a", "strings", ()), lambda: setattr(Interpolation(1), "value", 2), lambda: Interpolation(1) == Interpolation(1), lambda: convert(F(), "r"), lambda: convert("é", "a"), lambda: convert(5, None), lambda: convert(5, "s"), lambda: convert(5, "x"), lambda: Interpolation.__match_args__, lambda: iter(t"a{1}b"), lambda: t"a" * 2, lambda: t"a" in "b", lambda: Template("a") + Template("b"), lambda: "".join(t"a"), lambda: Template[int], lambda: Interpolation[int], lambda: __import__("copy").copy(t"a{1}").values, lambda: __import__("pickle").loads(__import__("pickle").dumps(t"a{1}")).strings):
    try:
        print(str(g()).split(" at 0x")[0])
    except Exception as e:
        print(type(e).__name__, e)
match t"x{5!r:a}".interpolations[0]:
    case Interpolation(v, e, c, s): print(v, e, c, s)
for src in ("t'{}'", "t'{x!z}'", "t'{x'", "t'x}'", "bt'a'", "ut'a'", "ft'a'", "t'{a b}'", "t'{lambda: 1}'", "t'{*a}'", "t'{x!r:{y}}'", "tr'\\d{x}'", "T'{x}'"):
    try:
        compile(src, "s", "exec")
        print(src, "ok")
    except SyntaxError as e:
        print(src, "|", e.msg, e.offset)


def html(t):
    return "".join(p if isinstance(p, str) else str(p.value).replace("<", "&lt;") for p in t)


print(html(t"<b>{'<x>'}</b>{[1]}"), [type(p).__name__ for p in t"a{1}{2}b"])


def order():
    log = []
    def n(x): log.append(x); return x
    t"{n(1)}{n(2):{n(3)}}{n(4)!r}"
    return log


print(order())
