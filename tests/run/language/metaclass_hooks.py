# __prepare__, __init_subclass__, __set_name__, __class_getitem__ and class keywords.
import types


class Log(dict):
    def __setitem__(self, k, v):
        if not k.startswith("__"): print("set", k)
        super().__setitem__(k, v)


class M(type):
    @classmethod
    def __prepare__(mcs, name, bases, **kw):
        print("prepare", name, [b.__name__ for b in bases], kw)
        return Log()
    def __new__(mcs, name, bases, ns, **kw):
        print("new", type(ns).__name__, kw)
        return super().__new__(mcs, name, bases, dict(ns))
    def __init__(cls, name, bases, ns, **kw):
        print("init", name, kw)
        super().__init__(name, bases, ns)
    def __call__(cls, *a, **k):
        print("call", a, k)
        return super().__call__(*a, **k)


class Field:
    def __init__(self, tag): self.tag = tag
    def __set_name__(self, owner, name): print("set_name", owner.__name__, name, self.tag)


class A(metaclass=M, opt=1):
    x = Field("x")
    y = z = Field("shared")
    def __init__(self, v=0): print("A.__init__", v)


A(5)


class B(A, more=2): pass


class Base:
    def __init_subclass__(cls, /, tag=None, **kw):
        print("init_subclass", cls.__name__, tag, kw)
        super().__init_subclass__(**kw)
    def __class_getitem__(cls, item): return (cls.__name__, item)


class C(Base, tag="t"): f = Field("in C")


print(C[1], C[1, 2], C[1:2], Base[()])
for src in ("class D(Base, other=1): pass", "class D(A, metaclass=type): pass", "class X(type): pass\nclass D(A, metaclass=X): pass", "class D(int, bad=1): pass", "class D(metaclass=lambda *a, **k: (a[0], k), q=1): pass\nprint(D)", "class D(*(A,), **{'more': 3}): pass", "class D(5): pass", "class D(types): pass", "class D(None, metaclass=lambda *a: a): pass\nprint(D[:2])"):
    try:
        exec(src)
    except TypeError as e:
        print(type(e).__name__, e)


class BadName:
    def __set_name__(self, owner): pass


class BadPrep(type):
    @classmethod
    def __prepare__(mcs, *a): return 5


class Raises:
    def __set_name__(self, o, n): raise ValueError("no")


for src in ("class D: b = BadName()", "class D(metaclass=BadPrep): pass", "class D: r = Raises()"):
    try:
        exec(src)
    except Exception as e:
        print(type(e).__name__, e, e.__notes__ if hasattr(e, "__notes__") else "", repr(e.__cause__))


class Entries:
    def __mro_entries__(self, bases):
        print("entries", len(bases))
        return (Base, dict)


class E(Entries(), tag=9): pass


print(E.__bases__, E.__orig_bases__[0].__class__.__name__, types.get_original_bases(E)[0].__class__.__name__)
print(types.resolve_bases((Entries(), int)))
print(types.new_class("N", (Base,), {"tag": "new"}, lambda ns: ns.update(q=1)).q, types.prepare_class("P", (A,), {"more": 1})[0].__name__)
try:
    type("T", (Entries(),), {})
except TypeError as e:
    print(e)


class Bad2:
    def __mro_entries__(self, bases): return [int]


try:
    class F(Bad2()): pass
except TypeError as e:
    print(e)


class Sing(type):
    one = {}
    def __call__(cls, *a):
        if cls not in cls.one: cls.one[cls] = super().__call__(*a)
        return cls.one[cls]


class S1(metaclass=Sing): pass


print(S1() is S1(), type(S1), type(type(S1)))


class N:
    def __new__(cls, *a, **k):
        print("new", a, k)
        return 5 if a else super().__new__(cls)
    def __init__(self, *a, **k): print("init", a, k)


print(type(N()).__name__, N(1))
for f in (lambda: object(1), lambda: object.__new__(N, 1), lambda: object.__new__(int), lambda: int.__new__(object), lambda: N.__new__(), lambda: object.__new__(5), lambda: type.__call__(int, "7"), lambda: type("A", (), {"__init__": lambda s: 5})(), lambda: type("A", (), {"__new__": lambda c, x: x})(3), lambda: type("A", (), {})(1), lambda: type("A", (), {"__init__": 5})()):
    try:
        print(f())
    except TypeError as e:
        print(e)
