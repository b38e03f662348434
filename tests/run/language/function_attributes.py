# What function objects show, and how their defaults and code can be changed.
def f(a, b=2, /, c=3, *args, d, e=5, **kw):
    "docstring"
    local = a
    return a, b, c, args, d, e, kw


print(f.__name__, f.__qualname__, f.__module__, f.__doc__, f.__defaults__, f.__kwdefaults__, f.__closure__)
code = f.__code__
print(code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_nlocals, code.co_varnames, code.co_flags, code.co_name)
f.__defaults__ = (20, 30)
f.__kwdefaults__ = {"d": 40, "e": 50}
print(f(1), f(1, 2, 3, 4, e=6, z=7))
f.__name__ = "renamed"
f.custom = [1]
print(f.__name__, f.custom, f.__dict__)


def g(x):
    return x * 100


def make(n):
    def inner():
        return n

    return inner


h = make(1)
print(h.__closure__[0].cell_contents, h.__code__.co_freevars, h.__qualname__)
h.__closure__[0].cell_contents = 9
print(h())
g.__code__ = (lambda x: x + 1).__code__
print(g(1))
try:
    g.__code__ = h.__code__
except ValueError as e:
    print(e)
for stmt in ("f.__name__ = 1", "f.__defaults__ = 1", "f.__code__ = 1", "f.__kwdefaults__ = 1", "f.__dict__ = 1", "del f.__name__", "f.__closure__ = 1",
             "f.__globals__ = {}", "del f.__code__"):
    try:
        exec(stmt)
        print("ok", stmt)
    except (TypeError, AttributeError) as e:
        print(stmt, "->", type(e).__name__, e)


class K:
    def m(self):
        pass

    s = staticmethod(lambda: 1)
    c = classmethod(lambda cls: cls)


print(K.m.__qualname__, K().m.__func__ is K.m, K.s.__qualname__, K.c().__name__, K.__dict__["s"].__func__())
import types

clone = types.FunctionType(make(3).__code__, globals(), "clone", None, make(7).__closure__)
print(clone(), clone.__name__)
m = types.MethodType(lambda self, x: (self, x), 5)
print(m(6), m.__self__)
print((lambda *, k: k).__kwdefaults__, (lambda: None).__name__, f.__type_params__, f.__builtins__ is not None)
try:
    types.FunctionType(make(3).__code__, globals())
except TypeError as e:
    print(e)
print(types.CellType(4).cell_contents, types.CellType(4) == types.CellType(4), types.CellType() < types.CellType(1))
try:
    types.CellType().cell_contents
except ValueError as e:
    print(e)
