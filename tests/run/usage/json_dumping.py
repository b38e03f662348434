# json.dumps: options, odd values, encoders.
import json
import json.decoder


def t(*fs):
    for f in fs:
        try:
            print(f())
        except Exception as e:
            print(type(e).__name__, e)


v = {"a": [1, 2.5, None, True, "é\n\"\\\u2028\x7f"], "b": {}, "c": [], 1: 2, None: 3, True: 4, 1.5: 5}
t(lambda: json.dumps(v), lambda: json.dumps(v, indent=1), lambda: json.dumps(v, indent="--", ensure_ascii=False), lambda: json.dumps([1, {"b": 1}], separators=(",", ":")), lambda: json.dumps([1, [2]], indent=0), lambda: json.dumps({"b": 1, "a": 2}, sort_keys=True), lambda: json.dumps({"b": 1, 1: 2}, sort_keys=True), lambda: json.dumps({(1,): 2}), lambda: json.dumps({(1,): 2, "k": 1}, skipkeys=True), lambda: json.dumps({1}), lambda: json.dumps({1}, default=list), lambda: json.dumps(object(), default=lambda o: o) if 0 else json.dumps([object], default=str), lambda: json.dumps(float("nan")), lambda: json.dumps(float("inf"), allow_nan=False), lambda: json.dumps("\U0001F600\ud800"), lambda: json.dumps(b"x"), lambda: json.dumps(1j), lambda: json.dumps(10**30), lambda: json.dumps(1e100), lambda: json.dumps(-0.0), lambda: json.dumps((1, (2,))), lambda: json.dumps(range(2)), lambda: json.dumps({"x": {1}}), lambda: json.dumps(None), lambda: json.dumps([], indent=2), lambda: json.dumps({"a": []}, indent=2), lambda: json.dumps("a", cls=5), lambda: json.dumps(1, foo=2), lambda: json.dumps({float("nan"): 1}), lambda: json.dumps({float("inf"): 1}, allow_nan=False))
r = []; r.append(r)
d = {}; d["d"] = d
t(lambda: json.dumps(r), lambda: json.dumps(d))


class E(json.JSONEncoder):
    def default(self, o): return {"set": sorted(o)} if isinstance(o, set) else super().default(o)


class I(int):
    def __repr__(self): return "I!"


class S(str): pass
class L(list): pass


import enum


class En(enum.IntEnum): A = 1


t(lambda: json.dumps({1, 2}, cls=E), lambda: json.dumps(object, cls=E), lambda: list(E().iterencode([1, {2}])), lambda: E(indent=2).encode([{3}]), lambda: json.dumps(I(5)), lambda: json.dumps({I(5): 1}), lambda: json.dumps(S("x")), lambda: json.dumps(L([1])), lambda: json.dumps(En.A), lambda: json.dumps({En.A: En.A}), lambda: json.JSONEncoder().default(5))
try:
    json.loads('{"a": [1,\n  2,, 3]}')
except json.JSONDecodeError as e:
    print(e, e.msg, e.pos, e.lineno, e.colno, repr(e.doc)); print(__import__("pickle").loads(__import__("pickle").dumps(e)))
import io
f = io.StringIO(); json.dump(v, f, indent=None); f.seek(0); print(json.load(f) == json.loads(json.dumps(v)))
