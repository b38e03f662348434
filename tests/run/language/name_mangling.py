# Private names in classes, nested classes, and where they are not mangled.
class A:
    __x = 1

    def __init__(self):
        self.__y = 2
        self.__z__ = 3

    def get(self):
        return self.__x, self.__y, self.__z__

    def __private(self):
        return "A private"

    def call(self):
        return self.__private()

    class __Inner:
        __w = 4

        def g(self):
            return self.__w

    def inner(self):
        return A.__Inner().g()

    def kw(self, __arg=1, *, __kwonly=2):
        return __arg, __kwonly

    def globals_(self):
        global __g
        __g = 5
        return __g


class B(A):
    def __private(self):
        return "B private"


a = A()
print(a.get(), sorted(a.__dict__), a._A__x, a._A__private())
print(B().call(), B()._B__private(), a.inner(), sorted(n for n in dir(A) if "A__" in n))
print(a.kw(_A__arg=7, _A__kwonly=8), a.globals_(), _A__g)
try:
    a.__x
except AttributeError as e:
    print(e)


class _Under:
    __v = 1


class __Dunder:
    __v = 2


class ___:
    __v = 3


print(_Under._Under__v, globals()["__Dunder"]._Dunder__v, ___.__dict__["__v"])


class Imports:
    import os.path as __path

    def p(self):
        return self.__path.join("a", "b")

    def exc(self):
        try:
            raise ValueError
        except ValueError as __e:
            return "_Imports__e" in locals()

    __slots__ = ("__s",)

    def slot(self):
        self.__s = 5
        return self.__s

    f = lambda self: self.__s


i = Imports()
print(i.p(), i.exc(), i.slot(), i.f(), Imports.__slots__, i._Imports__s)
