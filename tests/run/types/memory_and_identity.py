# id, is, weak references, finalizers, cycles and the collector.
import gc
import sys
import weakref

print(None is None, () is (), "" is "", True is True, ... is Ellipsis, NotImplemented is NotImplemented)
a = b = []
print(a is b, a is [], id(a) == id(b), id(a) == id([]))


class Node:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("del", self.name)


n = Node("plain")
r = weakref.ref(n)
print(r() is n, r().name, weakref.getweakrefcount(n), weakref.getweakrefs(n) == [r])
n = None
gc.collect()
print(r())
x, y = Node("cycle x"), Node("cycle y")
x.other, y.other = y, x
wx = weakref.ref(x, lambda ref: print("callback", ref() is None))
del x, y
gc.collect()
print(wx() is None)


class Res:
    back = None

    def __del__(self):
        Res.back = self


z = Res()
del z
gc.collect()
print(type(Res.back).__name__)
Res.back = None
gc.collect()
wd = weakref.WeakValueDictionary()
obj = Node("in wvd")
wd["k"] = obj
print(list(wd), wd["k"].name)
del obj
gc.collect()
print(list(wd))
ws = weakref.WeakSet()
keep = Node("kept")
ws.add(keep)
ws.add(Node("dropped"))
gc.collect()
print(len(ws), [v.name for v in ws])
wk = weakref.WeakKeyDictionary({keep: 1})
print(wk[keep], len(wk))
p = weakref.proxy(keep)
print(p.name, type(p).__name__)
f = weakref.finalize(keep, print, "finalized")
print(f.alive)
del keep
gc.collect()
print(f.alive, len(wk))
try:
    p.name
except ReferenceError as e:
    print(e)
for v in (1, "a", (), None, [], {}):
    try:
        weakref.ref(v)
        print("ok", type(v).__name__)
    except TypeError as e:
        print(e)


class M:
    def meth(self):
        return "meth"


m = M()
wm = weakref.WeakMethod(m.meth)
print(wm()(), weakref.ref(m) is weakref.ref(m), weakref.ref(m) == weakref.ref(m), hash(weakref.ref("x".__class__)) is not None)
del m
gc.collect()
print(wm())
print(gc.isenabled(), gc.is_tracked([]), gc.is_tracked(1))
