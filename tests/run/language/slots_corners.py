# __slots__: layouts, conflicts, descriptors and copies.
import copy
import pickle
import weakref


class S:
    __slots__ = ("a", "b", "__weakref__")


class D(S): pass


class E(S):
    __slots__ = ()


class F(E):
    __slots__ = "single"


class G:
    __slots__ = {"doc": "documented", "x": None}


class H:
    __slots__ = ("__dict__", "z")


class Priv:
    __slots__ = ("__p", "_q")


s = S()
s.a = 1
for f in (lambda: s.b, lambda: s.c, lambda: setattr(s, "c", 1), lambda: delattr(s, "b"), lambda: S.a.__get__(5), lambda: S.a.__set__(5, 1), lambda: s.__dict__, lambda: vars(s), lambda: setattr(E(), "q", 1), lambda: S.a.__delete__(s), lambda: s.a, lambda: S.a.__get__(None, S) is S.a, lambda: setattr(G(), "doc", 5), lambda: G.doc.__doc__, lambda: Priv._Priv__p.__name__, lambda: setattr(s, "__class__", E), lambda: setattr(D(), "__class__", S)):
    try:
        print(f())
    except (AttributeError, TypeError) as e:
        print(type(e).__name__, e)
print(repr(S.a), type(S.a).__name__, S.a.__objclass__, S.__slots__, F.__slots__, G.__slots__, D().__dict__, F.single, hasattr(F(), "__dict__"))
h = H(); h.z = 1; h.other = 2
print(h.__dict__, vars(h))
for src in ("__slots__ = ('x',)\n x = 1", "__slots__ = (1,)", "__slots__ = ('a b',)", "__slots__ = ('__dict__', '__dict__')", "(S) __slots__ = ('__weakref__',)", "(D) __slots__ = ('__dict__',)", "(int) __slots__ = ('x',)", "(tuple) __slots__ = ('x',)", "(bytes) __slots__ = ('x',)", "(str) __slots__ = ('x',)", "(list) __slots__ = ('x',)", "(G, S) pass", "(G, E) __slots__ = ()", "(int, str) pass", "__slots__ = 5", "(int) __slots__ = ()", "__slots__ = ('',)", "__slots__ = b'ab'", "__slots__ = iter('ab')", "(bool) pass", "(type(None)) pass", "(type(lambda: 1)) pass", "(range) pass", "(slice) pass", "(type(...)) pass", "(S, E) pass", "(E, S) pass", "(object, S) pass", "(S, S) pass", "(memoryview) pass", "(type(len)) pass", "(type(NotImplemented)) pass", "(property) __slots__ = ()", "(super) pass", "(type(x for x in ())) pass"):
    ns = dict(globals())
    head, _, body = src.partition(") ") if src.startswith("(") else ("", "", src)
    try:
        exec(f"class A{head + ')' if head else ''}:\n {body}", ns)
        print(repr(src), [c.__name__ for c in ns["A"].__mro__], list(vars(ns["A"]).get("__slots__", ())))
    except (TypeError, ValueError) as e:
        print(repr(src), type(e).__name__, e)
s.a, s.b = [1], 2
c = copy.copy(s); d = copy.deepcopy(s)
print(c.a is s.a, d.a is s.a, d.a, d.b)
s2 = pickle.loads(pickle.dumps(s, 2)); print(s2.a, s2.b)
try:
    pickle.dumps(s, 1)
except TypeError as e:
    print(e)
print(s.__reduce_ex__(2)[1:3], copy.copy(h).__dict__, s.__getstate__(), h.__getstate__(), D().__getstate__())
