# code.replace, of the names of variables too.
def f(a, b=2, *args, c=3):
    d = a
    return lambda: d + b


code = f.__code__
other = code.replace(co_name="g", co_varnames=("p", "q", "r", "rest"), co_cellvars=("q", "s"))
print(other.co_name, other.co_varnames, other.co_cellvars, other.co_freevars, other.co_nlocals)
print(code.replace() == code, other == code)
inner = next(c for c in code.co_consts if hasattr(c, "co_code"))
print(inner.replace(co_freevars=("one", "two")).co_freevars)
for change in [dict(co_nlocals=7), dict(co_varnames=3), dict(nope=1), dict(co_argcount="x")]:
    try:
        print(code.replace(**change))
    except (TypeError, ValueError) as e:
        print(type(e).__name__)


def plain(x, y):
    return x - y


plain.__code__ = plain.__code__.replace(co_varnames=("left", "right"))
print(plain(5, 3), plain(left=5, right=3))
