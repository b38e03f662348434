# The order of bases: linearization, its errors, super() in all forms.
class A:
    def f(self): return ["A"]


class B(A):
    def f(self): return ["B"] + super().f()


class C(A):
    def f(self): return ["C"] + super().f()


class D(B, C):
    def f(self): return ["D"] + super().f()


print(D().f(), [c.__name__ for c in D.__mro__], D.mro() == list(D.__mro__), D.__bases__, D.__base__, C.__subclasses__())
for src in ("A, B", "B, A", "A, A", "object, A", "D, B", "B, D", "A, C", "type, A", "A, type", "int, A", "A, int", "Exception, A", "Exception, dict", "int, float", "ValueError, KeyError", "str, int, A", "list, dict", "set, frozenset", "property, staticmethod", "A, B, C, D"):
    ns = {}
    try:
        exec(f"class X({src}): pass", globals(), ns)
        print(src, [c.__name__ for c in ns["X"].__mro__], ns["X"].__base__)
    except TypeError as e:
        print(src, "|", e)


class M(type):
    def mro(cls):
        print("mro", cls.__name__)
        return super().mro()


class Q(metaclass=M): pass


class BadM(type):
    def mro(cls): return result


for result in ([1], 5, [int], ["x"]):
    try:
        BadM("Y", (), {})
        print("made", result)
    except Exception as e:
        print(type(e).__name__, e)


class S(A):
    def f(self):
        s = super()
        print(repr(s).split(" object")[0], s.__thisclass__.__name__, s.__self__ is self, s.__self_class__.__name__)
        return super(S, self).f()
    @classmethod
    def c(cls): return super().__init_subclass__()
    @staticmethod
    def st(): return super().f()
    def local(self):
        del self
        return super().f()
    def gen(self): yield super().f()
    def comp(self): return [super().f() for _ in "a"]


print(S().f(), S.c(), next(S().gen()))
for f in (S.st, S().local, S().comp, lambda: super(), lambda: super(5), lambda: super(int, "a"), lambda: super(S, 5), lambda: super(S, A()), lambda: super(S, S()).nope, lambda: super(S).f, lambda: super(int, True).bit_length(), lambda: super(S, S).f, lambda: super(S).__get__(S()).f(), lambda: setattr(super(S, S()), "x", 1), lambda: super(S, S()).__class__, lambda: super(S, None), lambda: super(S, S())[0], lambda: len(super(S, S())), lambda: repr(super(S)), lambda: repr(super(S, S))):
    try:
        print(str(f()).split(" at ")[0].split(", <")[0])
    except (TypeError, RuntimeError, AttributeError, UnboundLocalError) as e:
        print(type(e).__name__, e)


class Dyn: pass


d = Dyn()
for v in (B, 5, int, object, list):
    try:
        d.__class__ = v
        print(type(d).__name__, d.f())
    except TypeError as e:
        print(e)
for v in ((A,), (B, C), (), (5,), (int,), (D,), A, (A, A)):
    try:
        D.__bases__ = v
        print([c.__name__ for c in D.__mro__], D().f())
    except TypeError as e:
        print(e)
for c, v in ((A, (D,)), (int, (object,))):
    try:
        c.__bases__ = v
    except TypeError as e:
        print(e)
for a, v in (("__name__", "New"), ("__name__", 5), ("__qualname__", 5), ("__mro__", ()), ("__dict__", {})):
    try:
        setattr(C, a, v); print(a, getattr(C, a), C)
    except (TypeError, ValueError, AttributeError) as e:
        print(a, type(e).__name__, e)
try:
    C()
except TypeError as e:
    print(e)
