# PEP 750: t-strings keep their parts.
from string.templatelib import Interpolation, Template

name, value = "world", 42
t = t"Hello {name!r:>10} and {value + 1}!"
print(type(t).__name__, t.strings, t.values)
for part in t.interpolations:
    print(part.value, part.expression, part.conversion, part.format_spec)
print([p if isinstance(p, str) else p.value for p in t])
print(t"" .strings, t"{name}".strings, (t"a{1}" + t"{2}b").strings)
print(repr(t"x{value:{'>' + '5'}}"))


def html(template):
    out = []
    for p in template:
        out.append(p if isinstance(p, str) else str(p.value).replace("<", "&lt;"))
    return "".join(out)


evil = "<script>"
print(html(t"<p>{evil}</p>"))
print(Template("a", Interpolation(5, "five", None, ""), "b").strings, Interpolation(1).expression)
try:
    t"a" + "b"
except TypeError as e:
    print(e)
nested = t"outer {t'inner {value}'}"
print(nested.values[0].values)
print(rt"\n{value}".strings, t"{value=}".strings, t"{{}}".strings)
match t.interpolations[0]:
    case Interpolation(v, e, c, f):
        print(v, e, c, f)
