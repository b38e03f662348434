# partial, reduce, caches, wraps, singledispatch, total_ordering, cached_property.
import functools


@functools.lru_cache(maxsize=2)
def slow(n):
    print("computing", n)
    return n * n


print(slow(2), slow(2), slow(3), slow(4), slow(2), slow.cache_info())
slow.cache_clear()
print(slow.cache_info(), slow.__wrapped__(5), slow.__name__)


@functools.cache
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


print(fib(100), fib.cache_info().hits)
add = functools.partial(lambda a, b, *, c=0: (a, b, c), 1, c=5)
print(add(2), add(2, c=9), add.args, add.keywords, functools.partial(add, 7)(), functools.reduce(lambda a, b: a * b, range(1, 6)), functools.reduce(max, [3, 1], 9))
try:
    functools.reduce(max, [])
except TypeError as e:
    print(e)


def deco(f):
    @functools.wraps(f)
    def inner(*a):
        "inner doc"
        return f(*a)

    return inner


@deco
def documented():
    "the doc"


print(documented.__name__, documented.__doc__, documented.__wrapped__.__name__)


@functools.singledispatch
def show(x):
    return "object"


@show.register
def _(x: int):
    return "int"


@show.register(list)
def _(x):
    return "list of " + ", ".join(show(i) for i in x)


print(show(1), show([1, "a", True]), show(2.5), show.dispatch(bool) is show.registry[int], sorted(t.__name__ for t in show.registry))


@functools.total_ordering
class T:
    def __init__(self, v):
        self.v = v

    def __eq__(self, o):
        return self.v == o.v

    def __lt__(self, o):
        return self.v < o.v


print(T(1) <= T(2), T(2) > T(1), T(1) >= T(1), T(1) != T(2))


class C:
    @functools.cached_property
    def p(self):
        print("once")
        return 42

    @functools.singledispatchmethod
    def m(self, x):
        return "default"

    @m.register
    def _(self, x: str):
        return "str " + x

    half = functools.partialmethod(pow, 2) if False else functools.partialmethod(lambda self, a, b: (a, b), 1)


c = C()
print(c.p, c.p, c.__dict__, c.m(1), c.m("s"), c.half(9))
print(sorted([3, 1, 2], key=functools.cmp_to_key(lambda a, b: b - a)), functools.cmp_to_key(lambda a, b: 0)(1) == functools.cmp_to_key(lambda a, b: 0)(2) if False else True)
