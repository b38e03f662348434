# Decorators: any expression, order, what they get, properties of the result.
import functools


def log(tag):
    print("make", tag)
    def deco(f):
        print("apply", tag, getattr(f, "__name__", f))
        return f
    return deco


@log("a")
@log("b")
def f(x=print("default")): "doc"


@log("class")
class C:
    @log("method")
    def m(self): return 1
    @staticmethod
    @log("s")
    def s(): return 2
    @classmethod
    @property
    def cp(cls): return cls.__name__
    @property
    def p(self): "pdoc"; return self._p
    @p.setter
    def p(self, v): self._p = v
    @p.deleter
    def p(self): del self._p
    @functools.cached_property
    def cached(self): print("computing"); return 42
    @functools.singledispatchmethod
    def sd(self, x): return "other"
    @sd.register
    def _(self, x: int): return "int"
    @sd.register(str)
    @classmethod
    def _(cls, x): return "str " + cls.__name__


c = C()
c.p = 5
print(c.p, C.p.__doc__, C.p.fget.__name__, c.cached, c.cached, vars(c), c.sd(1), c.sd(""), c.sd([]), C.s())
del c.p
for g in (lambda: c.p, lambda: C.p.__get__(None, C) is C.p, lambda: setattr(c, "cached", 1), lambda: C.m, lambda: C.p.nope, lambda: C.p.__set__(c, 1), lambda: property().__get__(c), lambda: property(None, None).__set__(c, 1), lambda: property().__delete__(c), lambda: C.p.__name__, lambda: property(lambda s: 1).__isabstractmethod__, lambda: repr(property())[:16], lambda: staticmethod(len)("ab"), lambda: staticmethod(5)(), lambda: staticmethod(len).__wrapped__, lambda: classmethod(len).__func__, lambda: classmethod(len)(1), lambda: repr(staticmethod(len)), lambda: repr(classmethod(len))):
    try:
        print(str(g()).split(" at 0x")[0])
    except Exception as e:
        print(type(e).__name__, e)


class RO:
    @property
    def x(self): return 1


for g in (lambda: setattr(RO(), "x", 2), lambda: delattr(RO(), "x")):
    try:
        g()
    except AttributeError as e:
        print(e)
d = {"k": [log("sub")]}


@d["k"][0]
def g(): pass


@(lambda f: f.__name__ + "!")
def h(): pass


@h.upper if False else log("cond")
async def i(): pass


@(w := log("walrus"))
def j(): pass


@functools.wraps(f)
def wrapper(*a): "own"


print(h, w.__name__, wrapper.__name__, wrapper.__doc__, wrapper.__wrapped__ is f, f.__doc__)
try:
    @5
    def n(): pass
except TypeError as e:
    print(e)
try:
    print(n)
except NameError as e:
    print(e)


@functools.total_ordering
class T:
    def __init__(self, v): self.v = v
    def __eq__(self, o): return self.v == o.v
    def __lt__(self, o): return self.v < o.v if isinstance(o, T) else NotImplemented


print(T(1) <= T(2), T(2) > T(1), T(2) >= T(2))
for g in (lambda: T(1) >= 5, lambda: functools.total_ordering(type("Z", (), {}))):
    try:
        g()
    except Exception as e:
        print(type(e).__name__, e)


@functools.lru_cache(maxsize=2, typed=True)
def fib(n): print("call", n); return n if n < 2 else fib(n - 1) + fib(n - 2)


print(fib(4), fib.cache_info(), fib.cache_parameters(), fib.__wrapped__(1)); fib.cache_clear(); print(fib.cache_info())


@functools.singledispatch
def show(x): return "obj"


@show.register
def _(x: int | float): return "num"


@show.register(list)
def _(x): return "list"


print(show(1), show(1.5), show([]), show(""), show.dispatch(bool)(1), sorted(t.__name__ for t in show.registry))
for g in (lambda: show(), lambda: show.register(5), lambda: show.register(lambda x: 1)):
    try:
        g()
    except Exception as e:
        print(type(e).__name__, str(e).split(" at 0x")[0].split("<function")[0])
