a = 1 + 2 * 3 ** 4 // 5 - 6 % 7 | 8 & 9 ^ 10 << 2 >> 1
b = [1, 2, 3], {4, 5, 6}, {7: 8, **x, 9: 10}, (1, "two", b"three", 4.0, 5j, ..., None, True)
c = [*a, *b, 1], {*a}, (*a, 2)
d = x in [1, 2], x not in {1, 2}, [y for y in [1, 2]]
e = f"{a}{b!r:>{width}}{c=}" f"lit{{eral}}" 'tail' "%s and %r" % (a, b)
t = t"{a!s} {b:x}"
g = {k: v for k, v in z if k if v}, {s for s in z}, (u for u in z for w in u)
h = x if y else z if w else v
i = x and y or not z
j = x < y < z, x == y, x is not y
k = a.b.c[1][1:2][::3][x:y, ...]
l = (n := 10) + n
m = lambda: (yield)
o = -1, ~2, +3, not 4, - x, 10 ** 100, 0xffffffffffffffffffff, "a" * 3, (1, 2)[0], "abc"[1]
p = "\ud800\N{GREEK SMALL LETTER ALPHA}\x41\101\
", b"\x00\xff", r"\d", 'é'
q = f(a, *b, c=1, **d), g(*x), h(**y), obj.method(1, k=2), obj.attr.method(x for x in y)
r = (a.
     b.
     c())
