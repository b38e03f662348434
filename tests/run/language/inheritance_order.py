# C3 linearization and cooperative super().
class A:
    def who(self):
        return ["A"]


class B(A):
    def who(self):
        return ["B"] + super().who()


class C(A):
    def who(self):
        return ["C"] + super().who()


class D(B, C):
    def who(self):
        return ["D"] + super().who()


print(D().who(), [k.__name__ for k in D.__mro__])
try:

    class E(A, B):
        pass

except TypeError as e:
    print(e)


class Explicit(B):
    def who(self):
        return super(B, self).who() + super(Explicit, self).who()

    @classmethod
    def make(cls):
        return super().__new__(cls)

    def __init__(self):
        self.attr = super().__getattribute__


print(Explicit().who(), type(Explicit.make()).__name__)
s = super(D, D())
print(s.__thisclass__.__name__, s.__self_class__.__name__, s.who())
try:
    s.missing
except AttributeError as e:
    print(e)
for f in (lambda: super(), lambda: super(D, A()).who(), lambda: super(1)):
    try:
        f()
    except (RuntimeError, TypeError) as e:
        print(type(e).__name__, e)


class Late:
    def m(self):
        return "late"


class Sub:
    pass


Sub2 = type("Sub2", (Sub,), {})
obj = Sub2()
try:
    Sub.__bases__ = (Late,)
except TypeError as e:
    print(e)


class P1:
    def m(self):
        return "P1"


class P2:
    def m(self):
        return "P2"


class Child(P1):
    pass


ch = Child()
print(ch.m())
Child.__bases__ = (P2,)
print(ch.m(), Child.__mro__[1].__name__)
ch.__class__ = P1
print(ch.m(), type(ch).__name__)
try:
    ch.__class__ = int
except TypeError as e:
    print(e)


class Mro(type):
    def mro(cls):
        return [cls, P2, object]


class Custom(P1, metaclass=Mro):
    pass


print(Custom().m(), Custom.__subclasses__(), [c.__name__ for c in P2.__subclasses__()])
