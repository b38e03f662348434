# Views, insertion order, merging, missing keys, mutation while iterating.
d = {"a": 1, "b": 2}
d["c"] = 3
del d["a"]
d["a"] = 4
print(d, list(d), d.keys(), d.values(), d.items(), len(d), list(reversed(d)))
k = d.keys()
d["z"] = 5
print(k, "z" in k, k & {"a", "q"}, k | {"n"} == {"a", "b", "c", "n", "z"}, k - {"a", "b", "c"}, sorted(k ^ {"a", "m"}), k == {"a", "b", "c", "z"}, k.isdisjoint({"q"}), k.mapping["z"])
print(("a", 4) in d.items(), ("a", 5) in d.items(), sorted(d.items() & {("a", 4)}), d.items() >= {("a", 4)}, 4 in d.values(), d.values() == d.values())
print({**d, "a": 0}, d | {"a": 9, "new": 1}, dict(a=1, **{"b": 2}), dict([("x", 1)], y=2), dict(zip("ab", (1, 2))), {k: v for k, v in d.items() if v > 3})
e = {}
e |= {"p": 1}
e |= [("q", 2)]
print(e, e.setdefault("p", 9), e.setdefault("r", []), e.get("nope"), e.get("nope", 0), e.pop("p"), e.pop("nope", "dflt"), e.popitem(), e)
for f in (lambda: d["missing"], lambda: d.pop("missing"), lambda: {}.popitem(), lambda: d[[]], lambda: {[]: 1}, lambda: d | 5, lambda: dict(5), lambda: d.update(5), lambda: d.fromkeys(), lambda: d < d, lambda: dict([1, 2]), lambda: d.keys() + d.keys(),
          lambda: d.get(), lambda: d.items()[0], lambda: hash(d), lambda: d.update([(1,)]), lambda: {}.fromkeys(5), lambda: d.setdefault([])):
    try:
        print(f())
    except Exception as e_:
        print(type(e_).__name__, e_)
for action in ("d[len(d)] = 1", "d.pop(next(iter(d)))", "d.clear()"):
    d = {i: i for i in range(3)}
    try:
        for key in d:
            exec(action)
        print("no error", d)
    except RuntimeError as e_:
        print(action, e_)
d = {1: "int", 1.0: "float", True: "bool", "1": "str"}
print(d, d[1.0], {0: "a", False: "b", -0.0: "c"})


class Missing(dict):
    def __missing__(self, key):
        self[key] = key * 2
        return self[key]


m = Missing(a=1)
print(m["a"], m["b"], m, m.get("zz"), "zz" in m)


class Key:
    def __init__(self, v):
        self.v = v

    def __hash__(self):
        return 1

    def __eq__(self, o):
        return isinstance(o, Key) and self.v == o.v

    def __repr__(self):
        return f"Key({self.v})"


collide = {Key(i): i for i in range(5)}
print(collide, collide[Key(3)], Key(9) in collide, collide.pop(Key(0)), list(collide))
print({"a": {"b": [1]}} == {"a": {"b": [1]}}, {"a": 1} == {"a": 1.0}, {"a": 1, "b": 2} == {"b": 2, "a": 1}, {} != {1: 1})
r = {}
r["self"] = r
print(r, dict.fromkeys("abc", 0), dict.fromkeys([1, 2]), {}.__len__(), dict(d).copy() is d)
big = {i: str(i) for i in range(1000)}
for i in range(0, 1000, 2):
    del big[i]
big[0] = "back"
print(len(big), list(big)[:3], list(big)[-1], sum(big), big[999])
from types import MappingProxyType

p = MappingProxyType({"x": 1})
print(p["x"], p, len(p), list(p), p | {"y": 2}, p.get("q"))
try:
    p["x"] = 2
except TypeError as e_:
    print(e_)
