# Special methods of every kind: found on the type, bound as any attribute.
import math
import operator


class Get:
    def __get__(self, i, o): return lambda *a: ("from get", type(i).__name__, a)


class A:
    __call__ = operator.itemgetter(0)
    __len__ = [1, 2].__len__
    __getitem__ = "abc".__getitem__
    __contains__ = "abc".__contains__
    __hash__ = lambda self: 5
    __bool__ = staticmethod(lambda: False)
    __str__ = "x".upper
    __iter__ = classmethod(lambda c: iter([c.__name__]))
    __add__ = math.sqrt
    __radd__ = Get()
    __neg__ = math.pi.__neg__
    __int__ = property(lambda s: lambda: 7)
    __eq__ = len
    __lt__ = type
    __repr__ = type("D", (), {"__get__": lambda s, i, o: lambda: "from get"})()
    __enter__ = staticmethod(lambda: "entered")
    __exit__ = print
    __setitem__ = print
    __delitem__ = print
    __getattr__ = "attr {}".format
    __format__ = "format {}".format
    __index__ = staticmethod(int)
    __await__ = [].__iter__
    __invert__ = int.real
    __abs__ = object
    __reversed__ = None
    __ge__ = 5


a = A()
a.__len__ = lambda: 99
for f in (lambda: len(a), lambda: a[1], lambda: "b" in a, lambda: hash(a), lambda: bool(a), lambda: str(a), lambda: list(a), lambda: a + 4, lambda: 4 + a, lambda: -a, lambda: int(a), lambda: a("xy"), lambda: a == "abc", lambda: a < 1, lambda: repr(a), lambda: a.zzz, lambda: f"{a:spec}", lambda: [5, 6][a], lambda: ~a, lambda: type(abs(a)) is object, lambda: reversed(a), lambda: a >= 1, lambda: a.__len__(), lambda: [*a], lambda: dict.fromkeys(a)):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
with a as v: print(v)
a[1] = 2
del a[3]


class Meta(type):
    def __getattr__(cls, n): return "meta " + n
    def __len__(cls): return 3
    def __iter__(cls): return iter("meta")
    def __contains__(cls, x): return x == 1
    def __getitem__(cls, k): return ("meta item", k)
    def __add__(cls, o): return "meta add"
    def __bool__(cls): return False
    def __repr__(cls): return "<Meta repr>"
    def __call__(cls, *a): return ("called", a)
    def __instancecheck__(cls, i): return i == 1
    def __subclasscheck__(cls, c): return c is int


class K(metaclass=Meta):
    def __class_getitem__(cls, k): return "never"
    __len__ = None


print(K.nope, len(K), list(K), 1 in K, K[0], K + 1, bool(K), K, K(1, 2), isinstance(1, K), isinstance(2, K), issubclass(int, K), issubclass(str, K))
k = object.__new__(K)
for f in (lambda: iter(k), lambda: k + 1, lambda: k[0], lambda: k()):
    try:
        print(f())
    except TypeError as e:
        print(e)


class Later: pass


x = Later()
Later.__len__ = lambda s: 4
print(len(x), bool(x))
Later.__bool__ = staticmethod(lambda: False)
print(bool(x))
del Later.__len__, Later.__bool__
print(bool(x))
Later.__call__ = Later.__getattr__ = lambda s, *a: a
print(x(1), x.name, callable(x))


class Sub(Later):
    pass


Later.__iter__ = classmethod(lambda c: iter([c.__name__]))
print(list(Sub()), list(x))
Sub.__iter__ = None
try:
    list(Sub())
except TypeError as e:
    print(e)
print(type(x).__call__ is Later.__call__, Later.__dict__["__iter__"].__class__.__name__)
