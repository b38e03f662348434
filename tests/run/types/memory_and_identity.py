# Identity, weak references, finalizers, cycles and the collector.
import gc
import weakref

a = b = []
print(a is b, a is [], id(a) == id(b), id(a) == id([]), None is None, NotImplemented is NotImplemented)


class Node:
    def __init__(self, name):
        self.name = name


def live():
    n = Node("live")
    r = weakref.ref(n)
    print(r() is n, r().name, weakref.getweakrefcount(n), weakref.getweakrefs(n) == [r])
    print(weakref.ref(n) is weakref.ref(n), weakref.ref(n) == r, hash(r) == hash(n))
    return n, r


n, r = live()
gc.collect()
print(r() is n)


def cycles(count):
    refs = []
    for i in range(count):
        x, y = Node(i), Node(-i)
        x.other, y.other = y, x
        refs.append(weakref.ref(x))
    return refs


refs = cycles(1000)
gc.collect()
# What the stack happens to hold may keep one or the other.
print(sum(ref() is None for ref in refs) > 990)
finalized = []


class Finalized:
    def __init__(self, i):
        self.i = i

    def __del__(self):
        finalized.append(self.i)


def make(count):
    for i in range(count):
        Finalized(i).self = None


make(1000)
gc.collect()
print(len(finalized) > 990, len(set(finalized)) == len(finalized))


def table():
    wd = weakref.WeakValueDictionary()
    keep = [Node(i) for i in range(10)]
    for i in range(500):
        wd[i] = keep[i] if i < 10 else Node(i)
    return wd, keep


wd, keep = table()
gc.collect()
print(len(wd) < 30, [wd[i].name for i in range(10)] == list(range(10)))
ws = weakref.WeakSet(keep)
print(len(ws), keep[3] in ws, Node(3) in ws)
wk = weakref.WeakKeyDictionary({keep[0]: "v"})
print(wk[keep[0]], len(wk))
p = weakref.proxy(keep[1])
print(p.name, type(p).__name__)
p.name = "through the proxy"
print(keep[1].name)
f = weakref.finalize(keep[2], print, "finalized")
print(f.alive, f.detach() is not None, f.alive)
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
print(wm()(), gc.isenabled(), gc.is_tracked([]), gc.is_tracked(1))
gc.disable()
print(gc.isenabled())
gc.enable()
