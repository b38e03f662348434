# Weak references: refs, proxies, dictionaries, sets, finalizers, methods.
import gc
import weakref


def t(*fs):
    for f in fs:
        try:
            print(f())
        except Exception as e:
            print(type(e).__name__, e)


class C:
    def __init__(self, n=0): self.n = n
    def m(self): return "m" + str(self.n)
    def __repr__(self): return f"C{self.n}"
    def __len__(self): return 3
    def __add__(self, o): return "add"
    def __eq__(self, o): return isinstance(o, C) and self.n == o.n
    def __hash__(self): return hash(self.n)


def forget():
    "The reference is in a frame that ends."
    def make():
        c = C(7)
        return weakref.ref(c, lambda r: log.append(r() is None)), weakref.proxy(c), weakref.WeakMethod(c.m), weakref.finalize(c, log.append, "final")
    return make()


log = []
r, p, m, f = forget()
[C(i) for i in range(50)]
gc.collect(); gc.collect()
print(r() is None, sorted(map(str, log)), f.alive, m() is None)
t(lambda: p.n, lambda: len(p), lambda: str(p), lambda: p + 1, lambda: f(), lambda: hash(r), lambda: r == r, lambda: r == weakref.ref(C()), lambda: bool(p))
c = C(1)
r = weakref.ref(c); p = weakref.proxy(c)
print(r() is c, weakref.ref(c) is r, weakref.getweakrefcount(c), len(weakref.getweakrefs(c)), p.n, len(p), p + 1, str(p), repr(p).split(" at")[0], type(p).__name__, p == c, p.__class__)
p.n = 5; p.new = 6; del p.new
print(c.n, hash(r) == hash(c), r.__callback__, weakref.ref(c, print).__callback__ is print)
t(lambda: weakref.ref(5), lambda: weakref.ref("a"), lambda: weakref.ref([]), lambda: weakref.ref(None), lambda: weakref.ref(c, 5)() is c, lambda: weakref.proxy(()), lambda: hash(p), lambda: weakref.ref({1}) is not None, lambda: weakref.ref(C)() is C, lambda: weakref.ref(lambda: 1) is not None, lambda: p.nope, lambda: setattr(r, "x", 1), lambda: weakref.WeakMethod(5), lambda: weakref.WeakMethod(c.m)()(), lambda: p[0], lambda: p(), lambda: weakref.ProxyTypes, lambda: type(r).__name__, lambda: repr(r).split(" at")[0], lambda: weakref.ReferenceType is weakref.ref)


class R(weakref.ref):
    def __init__(self, o, cb=None, tag=None): super().__init__(o, cb); self.tag = tag
    def __new__(cls, o, cb=None, tag=None): return super().__new__(cls, o, cb)


print(R(c, tag="t").tag, R(c)() is c, R(c) is R(c))
a, b = C(10), C(20)
wk = weakref.WeakKeyDictionary({a: "a", b: "b"}); wv = weakref.WeakValueDictionary(x=a, y=b); ws = weakref.WeakSet([a, b])
print(len(wk), len(wv), len(ws), wk[C(10)], wv["x"], a in ws, C(99) in ws, sorted(wv.keys()), wk.get(5 if False else C(0), "none"), wv.pop("y"), wv.setdefault("z", b), wk.pop(b), sorted(map(repr, ws)))
t(lambda: wv["nope"], lambda: wk.__setitem__(5, 1), lambda: wv.__setitem__("k", 5), lambda: ws.add(5), lambda: wv.get("q"), lambda: 5 in ws, lambda: 5 in wk, lambda: list(wk.items()), lambda: len(wv.copy()), lambda: wk.keyrefs()[0]() is a, lambda: isinstance(repr(wv), str))
fin = weakref.finalize(a, lambda *x, **k: print("fin", x, k) or "ret", 1, k=2)
print(fin.alive, fin.peek()[2:], fin.atexit, fin(), fin(), fin.alive, fin.detach(), fin.peek())


class Slots:
    __slots__ = ("x",)


class SlotsW:
    __slots__ = ("x", "__weakref__")


t(lambda: weakref.ref(Slots()), lambda: weakref.ref(SlotsW()) is not None, lambda: SlotsW().__weakref__)
