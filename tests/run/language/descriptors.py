# Data and non-data descriptors, and the order in which attributes are looked up.
class Data:
    def __set_name__(self, owner, name):
        print("set_name", owner.__name__, name)
        self.name = name

    def __get__(self, obj, cls=None):
        if obj is None:
            return self
        return f"data:{self.name}:{obj.__dict__.get(self.name)}"

    def __set__(self, obj, value):
        obj.__dict__[self.name] = value

    def __delete__(self, obj):
        print("delete")
        del obj.__dict__[self.name]


class NonData:
    def __get__(self, obj, cls=None):
        return "nondata", obj is None, cls.__name__


class C:
    d = Data()
    n = NonData()
    plain = 1


c = C()
print(c.d, c.n, C.n, isinstance(C.d, Data))
c.d = 5
c.n = "instance"
c.plain = 2
print(c.d, c.n, c.plain, sorted(c.__dict__))
del c.d
del c.n
print(c.n)
try:
    del c.d
except KeyError as e:
    print("KeyError", e)


class ReadOnly:
    @property
    def p(self):
        return "p"


r = ReadOnly()
for action in ("r.p = 1", "del r.p", "r.missing", "ReadOnly.p.__get__()"):
    try:
        exec(action)
    except (AttributeError, TypeError) as e:
        print(type(e).__name__, e)
print(ReadOnly.p.fget(r), ReadOnly.p.__get__(r, ReadOnly), ReadOnly.p.__get__(None, ReadOnly) is ReadOnly.p)


class P:
    def __init__(self):
        self._x = 0

    x = property(lambda self: self._x, lambda self, v: setattr(self, "_x", v), lambda self: print("deleter"), "the doc")


p = P()
p.x = 3
print(p.x, P.x.__doc__)
del p.x
P.x = P.x.getter(lambda self: "other")
print(p.x)


class Cached:
    def __init__(self, f):
        self.f = f

    def __get__(self, obj, cls):
        value = obj.__dict__[self.f.__name__] = self.f(obj)
        return value


class Lazy:
    @Cached
    def value(self):
        print("computed")
        return 42


z = Lazy()
print(z.value, z.value)


class Static:
    @staticmethod
    def s(a):
        return "static", a

    @classmethod
    def c(cls, a):
        return cls.__name__, a


class Sub(Static):
    pass


print(Static.s(1), Sub().s(2), Static.c(3), Sub().c(4), Static.__dict__["s"](5))
