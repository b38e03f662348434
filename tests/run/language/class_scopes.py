# Names in class bodies: what they see, what sees them, and what the compiler adds.
x = "global"


class A:
    y = x
    x = "class"
    z = x
    lst = [x for _ in range(1)]
    first = [i for i in [x]]
    lam = lambda: x
    gen = list((x, v) for v in [x])
    def f(self): return x
    class B:
        w = x
        def g(self): return x


print(A.y, A.z, A.lst, A.first, A.lam(), A.gen, A().f(), A.B.w, A.B().g())


def outer():
    x = "outer"
    class C:
        print("in class", x)
        x = "C"
        print("in class", x)
        def f(self): return x
        def g(self): return __class__
        [print("comp", x) for i in range(1)]
    return C


print(outer()().f(), outer()().g().__name__)


def loc():
    x = "first"
    class D:
        nonlocal x
        x = "changed"
        global G
        G = 7
        print(sorted(k for k in locals() if not k.startswith("__")))
    return x, hasattr(D, "x")


print(loc(), G)


class E:
    for i in range(3):
        if i == 1: j = i
    else:
        k = "else"
    try: 1 / 0
    except ZeroDivisionError as exc: msg = str(exc)
    (p, q), *r = [(1, 2), 3, 4]
    del p
    def __init_subclass__(cls, **kw): print(cls.__name__, kw)
    if True: cond = (t := 5)


print([k for k in vars(E) if not k.startswith("__")], E.t, E.k, E.msg)


class F(E, tag=1):
    __qualname__ = "Renamed"
    __module__ = "elsewhere"
    1, "not the docstring"


print(F, F.__doc__, F.__qualname__, F.__name__)
for src in ("class H:\n print(undefined_here)", "class I:\n if False: late = 1\n print(late)", "class M(metaclass=5): pass", "class N(5): pass", "class O(int, foo=1): pass", "class X:\n def f(self): return __class__\n __class__ = 'hidden'", "class Y:\n __classcell__ = 1", "class Z(*5): pass", "class Z(**5): pass", "class Z(int, metaclass=int): pass", "class Z(metaclass=type, metaclass=type): pass", "class Q:\n __qualname__ = 5", "class Q:\n __slots__ = 'a'\n a = 1", "class Q:\n __name__ = 5\nprint(Q, Q.__name__, Q().__name__)", "class Q:\n __doc__ = 5\nprint(Q.__doc__)", "class Q:\n __hash__ = 5\nhash(Q())", "class Q:\n __module__ = 5\nprint(Q)", "class Q:\n __dict__ = 5\nprint(Q().__dict__)", "class Q:\n __classdict__ = 1\nprint(vars(Q)['__classdict__'])"):
    try:
        exec(src, {})
        print("ok", repr(src))
    except Exception as e:
        print(type(e).__name__, e)


class J:
    "doc"
    a: int
    b: str = "b"
    print(__qualname__, __module__, sorted(locals()))
    class K:
        print(__qualname__)
        def m(self):
            class L: print(__qualname__)
            return L


print(J.K().m(), J.__annotations__, J.__firstlineno__, J.K.__static_attributes__, list(vars(J)))


class S:
    def a(self): self.p = 1; self.q, (self.r, *self.s) = 1, (2, 3)
    def b(this): this.nope = 1
    def c(self):
        def inner(): self.deep = 1
        self.t += 1
        for self.u in (): pass
    @classmethod
    def d(cls): cls.x = 1


print(sorted(S.__static_attributes__), type("P", (), {"x": 1}).__module__, type("Q", (A,), {}).y)
