# copy and deepcopy: hooks, memo, cycles, atomic types, replace.
import collections
import copy
import datetime
import fractions
import re


def t(*fs):
    for f in fs:
        try:
            print(f())
        except Exception as e:
            print(type(e).__name__, e)


class Plain:
    def __init__(self): self.l = [1]; self.me = self


class Hooks:
    def __copy__(self): return "copied"
    def __deepcopy__(self, memo): return "deep", type(memo).__name__


class Red:
    def __init__(self, *a): self.a = a
    def __reduce__(self): return Red, (1, 2), {"state": [3]}, iter([4]), iter([("k", 5)])
    def append(self, x): self.got = x
    def extend(self, xs): self.ext = list(xs)
    def __setitem__(self, k, v): self.item = k, v


class State:
    def __getstate__(self): return {"only": 1}
    def __setstate__(self, s): self.set = s


class NewArgs:
    def __new__(cls, x, *, k=0): o = super().__new__(cls); o.x = (x, k); return o
    def __getnewargs_ex__(self): return (self.x[0],), {"k": self.x[1]}


class Slots:
    __slots__ = "a", "b"


class L(list): pass


p = Plain(); q = copy.copy(p); d = copy.deepcopy(p)
print(q.l is p.l, q.me is p, d.l is p.l, d.me is d, copy.copy(Hooks()), copy.deepcopy(Hooks()))
r = copy.copy(Red(9)); print(vars(r))
r = copy.deepcopy(Red(9)); print(vars(r))
print(vars(copy.copy(State())), copy.copy(NewArgs(1, k=2)).x)
s = Slots(); s.a = [1]; s2 = copy.deepcopy(s); print(s2.a, s2.a is s.a, hasattr(s2, "b"))
l = L([1, [2]]); l.attr = [3]; l2 = copy.deepcopy(l); print(type(l2).__name__, l2, l2.attr, l2[1] is l[1], copy.copy(l).attr is l.attr)
for v in (1, "a", None, (1, 2), b"x", 1.5, 1j, True, ..., NotImplemented, int, len, lambda: 1, range(3), re.compile("a"), frozenset([1]), datetime.date(2020, 1, 1), fractions.Fraction(1, 2), property()):
    print(type(v).__name__, copy.copy(v) is v, copy.deepcopy(v) is v, end="; ")
print()
for v in ([1, [2]], {1: [2]}, {1, 2}, (1, [2]), bytearray(b"a"), collections.deque([[1]]), collections.OrderedDict(a=[1]), collections.defaultdict(list, a=[1]), collections.Counter("ab"), slice(1, [2]), collections.ChainMap({"a": []}), Exception("e", [1]), iter([1, 2]), __import__("types").SimpleNamespace(a=[1]), memoryview):
    try:
        c, d = copy.copy(v), copy.deepcopy(v)
        print(type(v).__name__, c is v, d is v, c == v if not isinstance(v, Exception) else c.args, repr(d) == repr(v) if "0x" not in repr(v) else "")
    except TypeError as e:
        print(type(e).__name__, e)
x = [1]; y = [x, x]; z = copy.deepcopy(y); print(z[0] is z[1], z[0] is x)
c = []; c.append(c); e = copy.deepcopy(c); print(e[0] is e, e is not c)
tt = ([],); tt[0].append(tt); e = copy.deepcopy(tt); print(e[0][0] is e)
memo = {}; copy.deepcopy(x, memo); print(memo[id(x)], len(memo))
t(lambda: copy.copy((i for i in [])), lambda: copy.deepcopy(open), lambda: copy.copy(__import__("sys")), lambda: copy.replace([1]), lambda: copy.replace(datetime.date(2020, 1, 2), day=9), lambda: copy.replace(collections.namedtuple("P", "x y")(1, 2), y=5), lambda: copy.replace(__import__("types").SimpleNamespace(a=1), b=2), lambda: copy.replace(collections.namedtuple("P", "x")(1), z=5), lambda: copy.Error, lambda: copy.copy(type("N", (), {"__reduce_ex__": lambda s, p: "glob"})()).__class__.__name__, lambda: copy.deepcopy({1: lambda: 1})[1].__name__, lambda: copy.copy(type("B", (), {"__reduce__": lambda s: 5})()), lambda: copy.copy(type("B", (), {"__reduce__": lambda s: (1,)})()), lambda: copy.deepcopy([copy]))
