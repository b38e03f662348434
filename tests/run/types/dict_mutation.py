# Changing a dict or set while something iterates, compares or updates it.
def t(*fs):
    for f in fs:
        try:
            print(f())
        except Exception as e:
            print(type(e).__name__, e)


def it(make, change):
    d = make()
    out = []
    try:
        for k in d:
            out.append(k)
            change(d, k)
            if len(out) > 10: break
    except RuntimeError as e:
        out.append(str(e))
    return out


print(it(lambda: {1: 1, 2: 2}, lambda d, k: d.update({k + 10: 0})), it(lambda: {1: 1, 2: 2}, lambda d, k: d.pop(k)), it(lambda: {1: 1, 2: 2}, lambda d, k: d.__setitem__(k, 5)), it(lambda: {1: 1, 2: 2}, lambda d, k: (d.pop(k), d.__setitem__(k, 0))), it(lambda: {1: 1}, lambda d, k: d.clear()), it(lambda: {1, 2}, lambda s, k: s.add(k + 10)), it(lambda: {1, 2}, lambda s, k: s.discard(k)), it(lambda: {1, 2}, lambda s, k: s.add(1)), it(lambda: {1: 1, 2: 2}, lambda d, k: (d.clear(), d.update({k: 1, 7: 7}))))
d = {1: 1, 2: 2}
for view in (d.keys, d.values, d.items):
    i = iter(view())
    next(i)
    d[9] = 9
    t(lambda: next(i), lambda: next(i), lambda: i.__length_hint__())
    del d[9]
i = reversed(d); next(i); d[5] = 1
t(lambda: next(i), lambda: list(i))
i = iter({}); print(list(i), i.__length_hint__(), repr(i).split(" obj")[0])


class K:
    def __init__(self, n, eq=None): self.n, self.eq = n, eq
    def __hash__(self): return 1
    def __eq__(self, o):
        if self.eq: self.eq()
        return self.n == getattr(o, "n", o)
    def __repr__(self): return f"K{self.n}"


d = {}
d[K(1)] = "a"
d[K(2, lambda: d.clear())] = "b"
print(d)
d = {K(1): 1, K(2): 2}
t(lambda: d.get(K(3, lambda: d.pop(K(1), None))), lambda: d, lambda: d.setdefault(K(9, lambda: d.update({K(7): 7})), 9), lambda: sorted(map(repr, d)))


class Bad:
    def __hash__(self): raise ValueError("hash")


class BadEq:
    def __hash__(self): return hash("k")
    def __eq__(self, o): raise KeyError("eq")


t(lambda: {Bad(): 1}, lambda: {}[Bad()], lambda: {"k": 1}[BadEq()], lambda: BadEq() in {"k"}, lambda: {"k": 1} == {BadEq(): 1}, lambda: {}.pop("x"), lambda: {}.popitem(), lambda: {}[[]], lambda: {}[{}] if 0 else {{}: 1}, lambda: {[]}, lambda: {}.pop([], 1), lambda: {}.get([]), lambda: {}.setdefault([]), lambda: dict([1]), lambda: dict([(1, 2, 3)]), lambda: dict(["ab"]), lambda: dict([["a"]]), lambda: dict("ab"), lambda: dict(5), lambda: dict(None), lambda: dict([(1, 2)], a=3), lambda: dict({"a": 1}, **{"b": 2}), lambda: {}.update(5), lambda: {}.update([(1,)]), lambda: {}.update(None), lambda: dict.fromkeys("ab", []), lambda: dict.fromkeys(5), lambda: {} | 5, lambda: {} | [(1, 2)], lambda: {1: 2} | {1: 3, 4: 5}, lambda: {}.__or__([]), lambda: {1: 2}.__ior__([(3, 4)]), lambda: {} < {}, lambda: hash({}), lambda: {1: 2}.keys() & [1, 5], lambda: {1: 2}.keys() | {3}, lambda: {1: 2}.items() - {(1, 2)}, lambda: {1: 2}.keys() ^ [2], lambda: {1: 2}.keys() == {1}, lambda: {1: 2}.values() == {1: 2}.values(), lambda: {1: 2}.keys() < {1, 2}, lambda: {1: 2}.keys().isdisjoint([2]), lambda: (1, 2) in {1: 2}.items(), lambda: {1: 2}.keys().mapping, lambda: {1: 2}.keys().mapping.__setitem__(1, 1), lambda: hash({}.keys()), lambda: {1: 2}.items() | [3], lambda: {}.keys() + [], lambda: repr({1: {2: 3}}.values()), lambda: {1: 2}.keys()[0], lambda: len({1: 2}.items()), lambda: list(reversed({1: 2, 3: 4}.items())))
r = {}
r["self"] = r
r["v"] = r.values()
print(r, len(repr(r.items())) > 0)
l = [1]; l.append(l); s = {1: l}; print(s, l)
e = {i: i for i in range(5)}
del e[0]; e[0] = 9; e[2] = "kept"
print(e, list(reversed(e)), e.popitem(), next(iter(e)), {**e, 1: "new"}, dict(sorted(e.items(), key=str)))
t(lambda: set([[]]), lambda: {1}.remove(2), lambda: {1}.remove([]), lambda: {1}.discard([]), lambda: set().pop(), lambda: {1} | [2], lambda: {1}.union([2], (3,)), lambda: {1} - {1.0}, lambda: {1, True, 1.0}, lambda: {1}.__sub__([1]), lambda: frozenset({1}) | {2}, lambda: {2} | frozenset({1}), lambda: hash(set()), lambda: {frozenset({1}): 1}[frozenset([1])], lambda: {1} in {frozenset({1})}, lambda: {1} < {1, 2} < {1, 2, 3}, lambda: {1}.issubset("a"), lambda: {1}.update(5), lambda: {1}.intersection(5), lambda: set("aab") ^ set("bc") == {"a", "c"}, lambda: {1}.symmetric_difference_update([1, 2]), lambda: set(1), lambda: {1} == {1: 1}.keys(), lambda: frozenset([1]) is frozenset(frozenset([1])), lambda: {1}.copy() == {1}, lambda: frozenset().add(1), lambda: set([1]).isdisjoint([[1]]))
