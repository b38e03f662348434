d = {"a": 1, "b": 2, 3: "c"}
print(d, len(d), d["a"], d.get("x"), d.get("x", 5), "a" in d, 3 in d)
print(list(d), list(reversed(d)), list(d.items()), list(d.values()), list(reversed(d.items())))
print(d.pop("a"), d.pop("zz", None), d.popitem(), d)
print(d.setdefault("q", []), d.setdefault("b", 9), d)
d.update({"n": 1}, m=2); d.update([("k", 0), "xy"]); print(d)
print(d | {"b": 0}, {"b": 0} | d)
d |= [("z", 26)]; print(d)
print(dict.fromkeys("abc"), dict.fromkeys([1, 2], 0), dict(a=1), dict([(1, 2)], b=3), dict({1: 2}))
e = d.copy(); d.clear(); print(d, e)
class D(dict):
    def __missing__(self, k): return k * 2
x = D(a=1); print(x["a"], x["zz"], x.get("zz"), type(x.copy()), type(x | {}), D.fromkeys("ab"))
class K:
    def keys(self): return ["p", "q"]
    def __getitem__(self, k): return k + "!"
print(dict(K()), {**K()})
print({1: 2} == {1: 2.0}, {1: 2} != {1: 3}, {1: {2: 3}} == {1: {2: 3}})
n = {}; n["self"] = n; print(n, n.keys(), n.values())
big = {i: i for i in range(1000)}
for i in range(0, 1000, 2): del big[i]
for i in range(0, 100, 4): big[i] = -i
print(list(big)[:5], list(big)[-5:], len(big))
it = iter({1: 2, 3: 4}); print(next(it), it.__length_hint__(), list(it))
v = {1: 2}.keys(); print(v, v.mapping, 1 in v, len(v), v.isdisjoint([5]))
print({"a": 1}.items().__class__, iter({}).__class__, {}.values().__class__)
print({0.5: 1, 0.5 + 0: 2, True: "t", 1: "one"})
class H:
    def __init__(s, n): s.n = n
    def __hash__(s): return 1
    def __eq__(s, o): return isinstance(o, H) and s.n == o.n
    def __repr__(s): return f"H{s.n}"
m = {H(i): i for i in range(5)}; print(m, m[H(3)], H(9) in m); del m[H(2)]; print(m)
def err(f):
    try: print(f())
    except Exception as e: print(type(e).__name__, e, getattr(e, "__notes__", ""))
err(lambda: {}["x"]); err(lambda: {}.popitem()); err(lambda: {}.pop("k")); err(lambda: {[]: 1}); err(lambda: {}[{}])
err(lambda: dict([1])); err(lambda: dict([(1, 2, 3)])); err(lambda: dict(5)); err(lambda: dict(1, 2)); err(lambda: {} < {})
err(lambda: {1: 2} | 5); err(lambda: {}.get()); err(lambda: {}.update(1, 2)); err(lambda: hash({}))
