# functools: partial, reduce, caches, comparison keys, dispatch, their reprs and errors.
import functools
import operator
from functools import Placeholder as _, cache, cached_property, cmp_to_key, lru_cache, partial, partialmethod, reduce, singledispatch, update_wrapper, wraps


def t(*fs):
    for f in fs:
        try:
            print(f())
        except Exception as e:
            print(type(e).__name__, e)


def f(*a, **k): return a, k


p = partial(f, 1, k=2)
print(p(3, z=4), p(k=5), p.func is f, p.args, p.keywords, partial(p, 9).args, partial(p, 9).func is f, repr(partial(len, 1)), partial(f, _, 2)(1), partial(partial(f, _, 2), 7).args)
t(lambda: partial(), lambda: partial(5), lambda: partial(f, _), lambda: partial(f, _, 2)(), lambda: partial(f, k=_), lambda: setattr(p, "func", 1), lambda: setattr(p, "x", 5), lambda: p.x, lambda: partial(int, base=2)("101"), lambda: partial(f).__call__(1), lambda: p.__reduce__()[2][1:3], lambda: p.__setstate__((f, (1,), {}, None)), lambda: p.__setstate__(5), lambda: p(2), lambda: repr(_), lambda: type(_)() is _, lambda: partial(f, 1) == partial(f, 1))


class C:
    def __init__(self): self.v = 0
    def m(self, a, b=0): return a, b
    pm = partialmethod(m, 1)
    pk = partialmethod(m, b=9)
    pc = partialmethod(classmethod(lambda cls, x: (cls.__name__, x)), 5)
    pp = partial(lambda self_or_none: 1, 0)
    @cached_property
    def cp(self): self.v += 1; return self.v
    @lru_cache
    def cached(self, x): return x


c = C()
print(c.pm(), c.pm(2), c.pk(3), c.pc(), c.cp, c.cp, c.cached(1), C.cached.cache_info().currsize, C.pm.__name__ if hasattr(C.pm, "__name__") else "no name", repr(C.__dict__["pm"]).split("<")[0])
del c.cp; print(c.cp, C.cp.attrname)
t(lambda: reduce(operator.add, []), lambda: reduce(operator.add, [], 5), lambda: reduce(operator.add, [1, 2, 3]), lambda: reduce(operator.add, 5), lambda: reduce(5, [1, 2]), lambda: reduce(operator.add), lambda: reduce(lambda a, b: (a, b), "abc", initial="z"), lambda: cmp_to_key(5)(1) < 2, lambda: sorted([3, 1, 2], key=cmp_to_key(lambda a, b: b - a)), lambda: cmp_to_key(lambda a, b: 0)(1) == cmp_to_key(lambda a, b: 0)(2), lambda: hash(cmp_to_key(f)(1)), lambda: cmp_to_key(f)(1).obj, lambda: cmp_to_key(), lambda: lru_cache(maxsize="a"), lambda: lru_cache(5)(5), lambda: cache(lambda x: x)([]), lambda: type("X", (), {"__slots__": (), "c": cached_property(lambda s: 1)})().c, lambda: cached_property(len).__get__(c), lambda: functools.total_ordering(int) is int)


@lru_cache(maxsize=3)
def g(x, *, k=0):
    return [x]


for a in (1, 2, 1.0, 3, 4, 1, "1"): g(a)
g(1, k=0); print(g.cache_info(), g(1) is g(1), g.cache_parameters(), g.__wrapped__(2)); g.cache_clear(); print(g.cache_info(), lru_cache(maxsize=None)(f).cache_info(), lru_cache(maxsize=0)(f).cache_parameters(), lru_cache(-5)(f).cache_parameters())
calls = []


@lru_cache
def rec(n):
    calls.append(n)
    if n == 3: raise ValueError("no caching of errors")
    return n if n < 2 else rec(n - 1) + rec(n - 2)


t(lambda: rec(2), lambda: rec(5), lambda: rec(5), lambda: calls, lambda: rec.cache_info())


@singledispatch
def show(x, *a): "doc"; return "object", a


show.register(int, lambda x: "int"); show.register(list | tuple, lambda x: "seq")


@show.register
def named(x: bool) -> str: return "bool"


class A: pass
class B(A): pass


show.register(A)(lambda x: "A")
print(show(1), show(True), show([]), show(()), show("a", 1), show(B()), show.__doc__, show.__wrapped__(0), show.dispatch(B)(0), named("direct"), sorted(k.__name__ for k in show.registry))
t(lambda: show(), lambda: show.register("x"), lambda: show.register(int, 5) and show(1), lambda: show.register(list[int]))


@wraps(f, assigned=("__name__", "__doc__"), updated=())
def w(): pass


w2 = update_wrapper(lambda: 1, partial(len))
print(w.__name__, w.__qualname__, w.__wrapped__ is f, hasattr(w2, "__wrapped__"), functools.WRAPPER_ASSIGNMENTS, functools.WRAPPER_UPDATES)


@functools.total_ordering
class T:
    def __init__(self, v): self.v = v
    def __eq__(self, o): return self.v == o.v
    def __ge__(self, o): return NotImplemented if isinstance(o, int) else self.v >= o.v


t(lambda: T(1) < T(2), lambda: T(1) > T(1), lambda: T(1) <= T(0), lambda: T(1) < 5, lambda: T.__lt__.__name__, lambda: functools.get_cache_token())
