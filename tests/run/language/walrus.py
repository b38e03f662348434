# Assignment expressions bind in the enclosing function.
if (n := len("abc")) > 2:
    print(n)
data = [1, 2, 3, 4]
print([y := 10, y**2, y])
print([last := x for x in data if x % 2], last)
print(any((witness := x) > 2 for x in data), witness)
it = iter(data)
while (v := next(it, None)) is not None:
    print(v, end=" ")
print()


def f(x, cache={}):
    return cache.get(x) or (cache := {**cache, x: x * 2})[x]


print(f(4))


def g():
    total = 0
    partial = [total := total + v for v in range(4)]
    return partial, total


print(g())
print((a := 1, b := a + 1), a, b)
lst = [0]
print(lst[(i := 0)], i)
print(f"{(w := 5)!r:>4} {w:=5}")


class C:
    z = (q := 3)
    r = q + 1


print(C.q, C.r)
