# Deep and mutual recursion, and RecursionError that can be handled.
import sys


def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)


print(depth(500))


def even(n):
    return True if n == 0 else odd(n - 1)


def odd(n):
    return False if n == 0 else even(n - 1)


print(even(300), odd(301))


def forever():
    return forever()


for attempt in range(3):
    try:
        forever()
    except RecursionError as e:
        print("caught", str(e)[:32])


class Deep:
    def __getattr__(self, name):
        return getattr(self, name + "_")

    def __str__(self):
        return str(self)

    def __hash__(self):
        return hash(self)

    def __add__(self, other):
        return self + other

    def __iter__(self):
        return iter(list(self))

    def __bool__(self):
        return bool(self)

    def __call__(self):
        return self()

    def __len__(self):
        return len(self)

    def __contains__(self, x):
        return x in self


d = Deep()
for f in (lambda: d.x, lambda: str(d), lambda: hash(d), lambda: d + 1, lambda: bool(d), lambda: d(), lambda: len(d), lambda: 1 in d):
    try:
        f()
    except RecursionError:
        print("RecursionError")


def with_finally(n):
    try:
        return with_finally(n + 1)
    finally:
        done.append(n)


done = []
try:
    with_finally(0)
except RecursionError:
    print("finally ran", len(done) > 100, done[-1])


def gen(n):
    yield n
    yield from gen(n + 1)


try:
    for v in gen(0):
        pass
except RecursionError:
    print("generators", v > 50)
nested = []
for _ in range(100000):
    nested = [nested]
try:
    repr(nested)
except RecursionError:
    print("repr")
try:
    nested == [nested]
except RecursionError:
    print("compare")
while nested:
    nested = nested[0]
limit = sys.getrecursionlimit()
sys.setrecursionlimit(limit + 500)
print(sys.getrecursionlimit() - limit)
sys.setrecursionlimit(limit)
for bad in (0, -1, "a"):
    try:
        sys.setrecursionlimit(bad)
    except (ValueError, TypeError) as e:
        print(type(e).__name__, e)
memo = {}


def fib(n):
    if n < 2:
        return n
    if n not in memo:
        memo[n] = fib(n - 1) + fib(n - 2)
    return memo[n]


print(fib(200))


def ackermann(m, n):
    if m == 0:
        return n + 1
    if n == 0:
        return ackermann(m - 1, 1)
    return ackermann(m - 1, ackermann(m, n - 1))


print(ackermann(2, 3))


def hanoi(n, a, b, c):
    return 0 if n == 0 else hanoi(n - 1, a, c, b) + 1 + hanoi(n - 1, c, b, a)


print(hanoi(10, "a", "b", "c"))
