# __slots__: layout, conflicts, defaults.
class A:
    __slots__ = ("x", "y")


a = A()
a.x = 1
print(a.x, hasattr(a, "y"), hasattr(a, "__dict__"))
for code in ("a.z = 1", "a.y", "del a.y", "A.x.__get__(1)", "a.__dict__"):
    try:
        exec(code)
    except (AttributeError, TypeError) as e:
        print(type(e).__name__, e)
print(A.x, type(A.x).__name__, A.__slots__)


class B(A):
    __slots__ = "z"


b = B()
b.x, b.z = 2, 3
print(b.x, b.z)


class D(A):
    pass


d = D()
d.anything = 1
d.x = 5
print(d.__dict__, d.x)


class WithDict:
    __slots__ = ("a", "__dict__")


w = WithDict()
w.a, w.other = 1, 2
print(w.__dict__)


class WithWeakref:
    __slots__ = ("__weakref__",)


import weakref

print(weakref.ref(WithWeakref())() is None or True)
try:
    weakref.ref(a)
except TypeError as e:
    print(e)


class X:
    __slots__ = ("p",)


class Y:
    __slots__ = ("q",)


for body in ("class Z(X, Y): pass", "class Z:\n    __slots__ = ('v',)\n    v = 1", "class Z:\n    __slots__ = ('1a',)",
             "class Z(int):\n    __slots__ = ('n',)\n", "class Z(tuple):\n    __slots__ = ('n',)\n"):
    try:
        exec(body)
        print("made")
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)


class Private:
    __slots__ = ("__secret",)

    def __init__(self):
        self.__secret = 1


print(Private()._Private__secret)


class Documented:
    __slots__ = {"field": "its doc"}


print(Documented.field.__doc__)
