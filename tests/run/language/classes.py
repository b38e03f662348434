class Meta(type):
    def __new__(mcls, name, bases, ns, **kw):
        ns["made_by"] = mcls.__name__
        return super().__new__(mcls, name, bases, ns)

    def __init__(cls, name, bases, ns, **kw):
        super().__init__(name, bases, ns)
        cls.options = kw

    def __call__(cls, *args):
        obj = super().__call__(*args)
        obj.tagged = True
        return obj


class Base(metaclass=Meta, flag=1):
    def __init_subclass__(cls, /, extra=None, **kw):
        super().__init_subclass__(**kw)
        cls.extra = extra


class Child(Base):
    pass


print(Base.made_by, Base.options, Child.options, Child.extra, Child().tagged)


class Descriptor:
    def __set_name__(self, owner, name):
        self.name = "_" + name

    def __get__(self, obj, owner=None):
        if obj is None:
            return self
        return getattr(obj, self.name, "unset")

    def __set__(self, obj, value):
        setattr(obj, self.name, value * 2)


class WithDescriptor:
    field = Descriptor()


w = WithDescriptor()
print(w.field)
w.field = 21
print(w.field, w.__dict__)


class A:
    def who(self):
        return "A"


class B(A):
    def who(self):
        return "B" + super().who()


class C(A):
    def who(self):
        return "C" + super().who()


class D(B, C):
    def who(self):
        return "D" + super().who()


print(D().who(), [c.__name__ for c in D.__mro__])
try:
    class Bad(A, D):
        pass
except TypeError as e:
    print(e)


class Slots:
    __slots__ = ("a", "b")

    def __init__(self):
        self.a = 1


s = Slots()
print(s.a)
for action in (lambda: s.b, lambda: setattr(s, "c", 1)):
    try:
        action()
    except AttributeError as e:
        print(e)


class Attrs:
    def __getattr__(self, name):
        if name.startswith("x"):
            return name.upper()
        raise AttributeError(name)

    def __setattr__(self, name, value):
        print("set", name, value)
        super().__setattr__(name, value)

    def __delattr__(self, name):
        print("del", name)
        super().__delattr__(name)


a = Attrs()
a.y = 5
print(a.xyz, a.y)
del a.y
print(hasattr(a, "y"), hasattr(a, "xq"))


class Money:
    def __init__(self, n):
        self.n = n

    def __add__(self, other):
        return Money(self.n + (other.n if isinstance(other, Money) else other))

    __radd__ = __add__

    def __eq__(self, other):
        return isinstance(other, Money) and self.n == other.n

    def __lt__(self, other):
        return self.n < other.n

    def __hash__(self):
        return hash(self.n)

    def __bool__(self):
        return self.n != 0

    def __len__(self):
        return self.n

    def __getitem__(self, i):
        if i >= self.n:
            raise IndexError(i)
        return i * 10

    def __contains__(self, x):
        return x == "gold"

    def __call__(self, *a, **k):
        return a, k

    def __repr__(self):
        return f"Money({self.n})"


m = Money(3)
print(m + 4, 4 + m, sum([Money(1), Money(2)]), m == Money(3), m != Money(3), bool(Money(0)))
print(len(m), list(m), "gold" in m, "tin" in m, m(1, k=2), sorted([Money(2), Money(1)]), {Money(1): "x"})
print(type("Dyn", (A,), {"z": 1})().z, A.__subclasses__())
A.who = lambda self: "patched"
print(D().who())


class P:
    def __init__(self):
        self._v = 1

    @property
    def v(self):
        "the value"
        return self._v

    @v.setter
    def v(self, x):
        self._v = x

    @v.deleter
    def v(self):
        print("deleted")


p = P()
p.v = 9
print(p.v, P.v.__doc__)
del p.v
print(vars(p), p.__class__, P.__qualname__)
