# range as a sequence, slice objects.
r = range(2, 20, 3)
print(r, list(r), len(r), r[1], r[-1], r[1:4], r[::-1], r.index(8), r.count(5), 8 in r, 9 in r, 8.0 in r, "a" in r, r.start, r.stop, r.step, bool(range(0)))
print(range(5) == range(0, 5, 1), range(0) == range(2, 1), hash(range(3)) == hash(range(0, 3)), range(0, 10, 3) == range(0, 12, 3), range(10)[2:8:2], range(10, 0, -2)[1:], list(reversed(range(0, 10, 3))))
big = range(0, 10**30, 10**28)
print(len(big), big[5], big[-1], 3 * 10**28 in big, 5 in big, big.index(10**29), big[2:4], list(big[97:]), next(iter(big)), list(reversed(big))[:2])
try:
    len(range(10**30))
except OverflowError as e:
    print(e)
for f in (lambda: range(1.5), lambda: range(), lambda: range(1, 2, 0), lambda: range("a"), lambda: r[100], lambda: r["a"], lambda: r.index(3), lambda: exec("r.start = 1"), lambda: exec("r[0] = 1"), lambda: r < r, lambda: range(1, 2, 3, 4), lambda: r + r, lambda: range(5)[1.0]):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
s = slice(1, 10, 2)
print(s, s.start, s.stop, s.step, s.indices(5), slice(None).indices(3), slice(-2, None).indices(5), slice(None, None, -1).indices(4), slice(5) == slice(None, 5), slice(1) < slice(2), hash(slice(1)) == hash(slice(1)))
print("abcdef"[s], [*range(12)][s], (1, 2, 3)[slice(None, None, -1)], "abc"[slice(-100, 100)])
for f in (lambda: slice(), lambda: s.indices(-1), lambda: s.indices("a"), lambda: [1][slice("a")], lambda: slice(1, 2, 0).indices(5), lambda: exec("s.start = 1")):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


class Sl:
    def __getitem__(self, k):
        return k


x = Sl()
print(x[1], x[1:2], x[1:2:3], x[:], x[::], x[1:2, 3], x[...], x[()], x[1,], x[*[1, 2]], x[:, None], x["k":"v"])
print(list(range(3, 0)), list(range(0, -5, -2)), sum(range(101)), max(range(5)), list(enumerate(range(2), start=10)), list(zip(range(3), range(5, 8))), list(range(True, 3)))
it = iter(range(5))
next(it)
print(it.__length_hint__(), list(it), list(it), next(it, "done"))
