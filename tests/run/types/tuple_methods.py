# tuple: building, comparing, hashing, subclasses.
t = (1, 2, 3)
print(t + (4,), t * 2, t[1:], t[::-1], t[-1], t.index(2), t.count(1), 2 in t, len(t), (), (1,), tuple("ab"), tuple([1]), tuple(t) is t)
print((1, 2) < (1, 3), (1,) < (1, 0), () < (0,), (1, 2) == [1, 2], (1, (2, 3)) == (1, (2, 3)), hash((1, 2)) == hash((1, 2)), hash(()) == hash(tuple()), hash((1, "a", 2.5)) == hash((1.0, "a", 2.5)))
for f in (lambda: t[5], lambda: t["a"], lambda: t + [1], lambda: t.index(9), lambda: exec("t[0] = 1"), lambda: exec("del t[0]"), lambda: hash(([],)), lambda: tuple(5), lambda: t < 5, lambda: t * 1.5, lambda: t[1:2:0], lambda: t.index(1, 1)):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
print(repr((1,)), repr(()), repr(((1,), [2], {3: (4,)})), str((1, "a")))
x = ([],)
x[0].append(x)
print(x)


class Point(tuple):
    __slots__ = ()

    def __new__(cls, x, y):
        return super().__new__(cls, (x, y))

    @property
    def x(self):
        return self[0]


p = Point(3, 4)
print(p, p.x, p == (3, 4), type(p + (1,)).__name__, type(p[:]).__name__, {p: 1}[(3, 4)], isinstance(p, tuple), p.__class__.__name__)
from collections import namedtuple

P = namedtuple("P", "x y z", defaults=[0])
q = P(1, y=2)
print(q, q.z, q._asdict(), q._replace(x=9), P._fields, P._make([7, 8, 9]), q == (1, 2, 0), q[1:], P.__doc__, P._field_defaults)
for f in (lambda: P(), lambda: P(1, 2, 3, 4), lambda: q._replace(w=1), lambda: namedtuple("Bad", "a a"), lambda: namedtuple("Bad", "class"), lambda: namedtuple("1", "a"), lambda: setattr(q, "x", 1), lambda: q.nope):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
print(namedtuple("R", "a class a", rename=True)._fields, a := 1, (b := 2, 3))
a, (b, *c), d = 1, (2, 3, 4), 5
print(a, b, c, d, (*t, *"ab"), ((1)), ((1,)), 1 if () else 2)
print(max((1, "b"), (1, "a")), sorted([(2, "a"), (1, "b"), (1, "a")]), min([(3,), (2, 9)]), sum((1, 2, 3)), all(()), any(()))
