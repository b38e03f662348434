# Scopes, nesting, conditions and evaluation order of comprehensions.
print([x * y for x in range(3) for y in range(x)], {x % 3 for x in range(10)}, {k: v for k, v in zip("abc", range(3))})
print([[j for j in range(i)] for i in range(4)], [x for x in range(20) if x % 2 if x % 3])
x = "outer"
print([x for x in "ab"], x)
fs = [lambda: i for i in range(3)]
print([f() for f in fs])


def f(n):
    return [(lambda: n + i)() for i in range(3)], {i: (lambda i=i: i * n)() for i in range(3)}


print(f(10))


class C:
    items = [1, 2, 3]
    doubled = [i * 2 for i in items]
    try:
        bad = [i * n for i in items for n in items]
    except NameError as e:
        print(e)
    gen = (i for i in items)
    name = [__qualname__ for _ in range(1)] if False else None


print(C.doubled, list(C.gen))


def t(name, v):
    print(name, end=" ")
    return v


print({t("k1", 1): t("v1", 2), t("k2", 3): t("v2", 4)})
print({t("k", i): t("v", i) for i in t("iter", range(2)) if t("cond", True)})
g = (t("elem", i) for i in t("outermost", [1, 2]))
print("made")
print(list(g))
try:
    (i for i in 5)
except TypeError as e:
    print(e)
try:
    [i for i in range(3) if undefined]
except NameError as e:
    print(e)


def locals_inside():
    a = 1
    return [sorted(locals()) for b in range(1)]


print(locals_inside())
print([a for a, *b in [(1, 2, 3), (4,)]], [b for a, *b in [(1, 2, 3), (4,)]])
print(sum(x for x in range(5)), max((len(w) for w in ["a", "bbb"]), default=0), *(c for c in "xyz"))
print([y for x in range(3) if (y := x * 2)], y)
print([i for i in [1, 2, 3] if i != 2 or False], {*()}, [None for _ in ()])
it = iter([1, 2, 3])
print([(a, b) for a in it for b in it])


def gen_in_comp():
    return [(yield_ for yield_ in range(2)) for _ in range(2)]


print([list(g) for g in gen_in_comp()])
nested = [[[z + y + x for z in range(2)] for y in range(2)] for x in range(2)]
print(nested)
