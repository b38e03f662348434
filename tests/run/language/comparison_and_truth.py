# Truth of objects, and what comparisons make of odd answers.
class B:
    def __init__(self, v): self.v = v
    def __bool__(self): return self.v


class L:
    def __init__(self, v): self.v = v
    def __len__(self): return self.v


for v in (True, False, 1, None, "x", B(True)):
    try:
        print(bool(B(v)))
    except TypeError as e:
        print(e)
for v in (0, 3, True, -1, 1.5, None, 10**30, "a"):
    for f in (bool, len):
        try:
            print(f(L(v)), end=" ")
        except (TypeError, ValueError, OverflowError) as e:
            print(type(e).__name__, e, end="; ")
    print()


class Noisy:
    def __init__(self, n, t=True): self.n, self.t = n, t
    def __bool__(self): print("bool", self.n, end=" "); return self.t
    def __lt__(self, o): print(self.n, "<", o.n, end=" "); return Noisy(f"({self.n}<{o.n})", self.t)
    def __repr__(self): return f"N{self.n}"


a, b, c, f = Noisy("a"), Noisy("b"), Noisy("c"), Noisy("f", False)
print(a < b < c); print(a < f < c); print(f < a < b < c); print(not a, not f)
print(a and b); print(f and b); print(a or b); print(f or b); print(a and f or c); print(f or f and a)
print("yes" if a < b else "no"); print("yes" if f < b < c else "no"); print(not a < b)
if a and not f or c: print("taken")
while f: pass
else: print("else")
assert a < b < c
print(any([f, a, b])); print(all([a, f, b])); print([x for x in (a, f, b) if x]); print(list(filter(None, [a, f])))


class E:
    def __eq__(self, o): raise ValueError("eq")


class Same:
    def __eq__(self, o): return False


class C:
    def __contains__(self, x): return "non-empty" if x == 1 else []


class I:
    def __iter__(self): return iter([1, 2])


class G:
    def __getitem__(self, i):
        if i > 3: raise IndexError
        return i * 10


class NoContains(list):
    __contains__ = None


s = Same()
nan = float("nan")
print(s == s, s in [s], [s] == [s], (s,) == (s,), {1: s} == {1: s}, nan in [nan], [nan] == [nan], nan == nan, [nan].index(nan), [nan].count(nan), [float("nan")] == [float("nan")])
for g in (lambda: E() == 1, lambda: 1 == E(), lambda: E() in [1], lambda: 1 in [E()], lambda: [E()] == [1], lambda: E() != 1, lambda: [1].index(E()), lambda: {E(): 1}, lambda: (1, E()) < (1, 2), lambda: 1 in 5, lambda: 5 in "abc", lambda: None in b"abc", lambda: 300 in b"", lambda: [] in {}, lambda: [] in {1}, lambda: 1 < None, lambda: [1] < (1,), lambda: {} < {}, lambda: 1j < 2j, lambda: object() < object(), lambda: int < str, lambda: [1, "a"] < [1, 2], lambda: (1, 2) < [1], lambda: "a" < b"a", lambda: range(1) < range(2), lambda: slice(1) < slice(2), lambda: min([1, "a"]), lambda: sorted([None, 1]), lambda: 1 in NoContains(), lambda: 1 in C(), lambda: 2 in C(), lambda: 2 not in C(), lambda: 2 in I(), lambda: 20 in G(), lambda: 25 in G(), lambda: [1].remove(E()), lambda: (1, 2).index(3), lambda: [1].index(2), lambda: [].remove(1), lambda: {1, E} > [1], lambda: memoryview(b"a") < memoryview(b"b"), lambda: dict.fromkeys([1]) >= {}, lambda: frozenset() < {1: 2}.keys(), lambda: {}.keys() < [1], lambda: None > None, lambda: NotImplemented == 1, lambda: bool(NotImplemented), lambda: not NotImplemented):
    try:
        print(g())
    except (TypeError, ValueError, OverflowError) as e:
        print(type(e).__name__, e)
print(1 < 2 < 3 > 2 >= 2 != 1 is not None in [True, None], (1 == 1) in [True], 1 == 1 in [1])
print(True == 1 == 1.0 == 1 + 0j, hash(True) == hash(1.0), 10**20 == 1e20, 2**53 + 1 == float(2**53 + 1), -0.0 == 0.0, "a" == b"a", () == [], {1} == frozenset([1]))
print((1, 2, 3) < (1, 2, 4), (1, 2) < (1, 2, 0), [] < [0], "a" < "b" < "ba", "" < "a", b"a" < b"b", {1} < {1, 2}, {1, 2} >= {1}, range(0) == range(5, 5), range(0, 3, 2) == range(0, 4, 2), slice(1, 2) == slice(1, 2), (1).__eq__("a"), (1).__lt__(2.0), (1.0).__lt__(2))
