"""lru_cache: what is kept, in which order it goes, and what counts as the same call."""

from functools import lru_cache, cache

calls = []


@lru_cache(maxsize=3)
def f(*args, **kwargs):
    calls.append((args, kwargs))
    return args, kwargs


for n in (1, 2, 3, 1, 4, 2, 1, 5):
    f(n)
print([a[0] for a, _ in calls], f.cache_info())
f(1, a=2), f(1, a=2), f((1, "a", 2)), f(1.0), f(1), f(True)
print(f.cache_info(), f.cache_parameters(), f.__name__, f.__wrapped__.__name__)
f.cache_clear()
print(f.cache_info())


@lru_cache(maxsize=None, typed=True)
def g(x):
    return type(x).__name__


print(g(1), g(1.0), g(True), g(1), g.cache_info())


@cache
def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


print(fibonacci(90), fibonacci.cache_info())


@lru_cache(maxsize=2)
def nested(n):
    return n if n == 0 else nested(n - 1) + 1


print(nested(20), nested.cache_info())


@lru_cache(maxsize=0)
def never(n):
    return n


print(never(1), never(1), never.cache_info())


class C:
    @lru_cache
    def method(self, x):
        return x * 2


c = C()
print(c.method(2), c.method(2), C.method.cache_info())
try:
    f([])
except TypeError as e:
    print(e)


@lru_cache(maxsize=1)
def fails(n):
    raise ValueError(n)


for _ in range(2):
    try:
        fails(1)
    except ValueError as e:
        print(e, fails.cache_info())
