# namedtuple: fields, defaults, replacement, errors.
import collections as c


def t(*fs):
    for f in fs:
        try:
            print(f())
        except Exception as e:
            print(type(e).__name__, e)


P = c.namedtuple("P", "x y", defaults=[5])
p = P(1)
t(lambda: p, lambda: P(), lambda: P(1, 2, 3), lambda: P(z=1), lambda: p.x, lambda: p._replace(x=9), lambda: p._replace(q=1), lambda: p._asdict(), lambda: P._make([1, 2]), lambda: P._make([1]), lambda: P._fields, lambda: P._field_defaults, lambda: P.__match_args__, lambda: setattr(p, "x", 2), lambda: p[0] + p[1], lambda: p == (1, 5), lambda: hash(p) == hash((1, 5)), lambda: p < P(1, 6), lambda: P.x.__doc__, lambda: P.__doc__, lambda: c.namedtuple("Q", "a a"), lambda: c.namedtuple("Q", "def x"), lambda: c.namedtuple("Q", "_a"), lambda: c.namedtuple("1Q", "a"), lambda: c.namedtuple("Q", ["a", "class", "a", "_b"], rename=True)._fields, lambda: c.namedtuple("Q", "a b", defaults=(1, 2, 3)), lambda: c.namedtuple("Q", "a,b", module="m").__module__, lambda: P.__new__.__defaults__, lambda: type("S", (P,), {"__slots__": ()})(1), lambda: repr(type("S", (P,), {})(1, 2)), lambda: P(*"ab"), lambda: p.__getnewargs__(), lambda: p.nope, lambda: P.__annotations__)
