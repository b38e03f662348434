# PEP 695 and 696: type parameters, aliases, their lazy parts and errors.
import typing


def f[T, *Ts, **P](x: T, *a: *Ts) -> T: return x


class C[T: int, U: (str, bytes) = str, **P = [int, str]]:
    def m[V](self, v: V, t: T) -> U: ...
    type Inner = list[T]


type A = int | str
type B[T] = dict[str, T] | list[B[T]]
type Lazy = undefined_name
type L2[T: also_undefined = yet_another] = T
print(f.__type_params__, C.__type_params__, C.__parameters__, C.__orig_bases__, C.m.__type_params__, A, A.__value__, B, B.__type_params__, B[int], B[int].__args__, C.Inner.__value__)
(T, U, P), Ts = C.__type_params__, f.__type_params__[1]
print(T.__bound__, T.__constraints__, U.__constraints__, U.__default__, Ts.__default__, P.__default__, T.__default__ is typing.NoDefault, T.has_default(), U.has_default(), T.__name__, T.__covariant__, T.__infer_variance__, P.args, P.kwargs, P.args.__origin__ is P, type(Ts).__name__)
for g in (lambda: Lazy.__value__, lambda: L2.__type_params__[0].__bound__, lambda: L2.__type_params__[0].__default__, lambda: A[int], lambda: B[int, str], lambda: B(), lambda: isinstance(1, A), lambda: A | None, lambda: A.__value__ | None, lambda: A.nope, lambda: setattr(A, "x", 1), lambda: T(), lambda: C[int], lambda: C[int, str, int, int, [int]], lambda: typing.TypeAliasType("X", int), lambda: typing.TypeAliasType("X", list[T], type_params=(T,))[int], lambda: typing.TypeAliasType("X", int, type_params=5), lambda: list[A], lambda: A.__module__, lambda: typing.TypeVar("Q", int), lambda: typing.TypeVar("Q", int, str, bound=int), lambda: typing.TypeVar("Q", covariant=True, contravariant=True), lambda: typing.TypeVar("Q", covariant=True), lambda: typing.TypeVar("Q", contravariant=True), lambda: typing.ParamSpec("PP"), lambda: typing.TypeVarTuple("TT"), lambda: list(typing.TypeVarTuple("TT")), lambda: T.__bound__(3), lambda: hash(B[int]) == hash(B[int]), lambda: B[int] == B[int], lambda: typing.get_origin(B[int]), lambda: typing.TypeVar("D", default=int).__default__, lambda: C.__mro__, lambda: typing.Generic[T], lambda: typing.Generic[int], lambda: class_T()):
    try:
        print(g())
    except Exception as e:
        print(type(e).__name__, e)


def outer(x):
    type Loc = list[x]
    def g[T: x](a: T): return T
    class K[T = x]: pass
    return Loc, g(1), K


loc, t, k = outer(int)
print(loc.__value__, t.__bound__, k.__type_params__[0].__default__, k.__qualname__, loc.__name__)


class Scope[T]:
    T2 = T
    x = [T for _ in range(1)]
    def f[T](self): return T
    def g(self): return T
    class Nested[U]: pair = (T, U)
    type Al[V] = dict[T, V]


print(Scope.T2, Scope.x, Scope().f(), Scope().g() is Scope.T2, Scope.Nested.pair, Scope.Al[int], Scope.Al.__value__)
try:
    T3 = Scope.T
except AttributeError as e:
    print(e)
for src in ("def f[T](): pass\nprint(T9)", "class X[T](T): pass", "class X[T](list[T]): pass\nprint(X.__bases__, X.__orig_bases__, X[int])", "type X[T, T] = int", "def f[T=int, U](): pass", "type X = (yield)", "type X = (a := 1)", "type X[T: (yield)] = int", "class X[T](a := int): pass", "def f[T](x=(y := 1)): pass", "def f[T](x: (y := 1)): pass", "type X.y = int", "type 5 = int", "def f[](): pass", "class X[]: pass", "type X[] = int", "def f[T: await x](): pass", "type X[*Ts = int] = 1", "type = 5; type += 1; print(type)", "type (x)", "type [x]", "type X", "type X: int", "@d\ntype X = int", "lambda[T]: 1", "def f[T,](): pass", "class X[T: int, U: str,]: pass", "type X[T] = T; print(X[5])", "def f[T: (int,)](): pass\nprint(f.__type_params__[0].__constraints__)", "def f[T: ()](): pass\nprint(f.__type_params__[0].__constraints__)", "class X[T](typing.Generic[T]): pass", "class X[T](typing.Protocol[T]): pass", "class X[T](typing.Protocol): pass\nprint(X.__parameters__)", "class X[T]:\n def T(self): pass\nprint(X.T.__name__)", "class X[T]:\n global T", "class X[T]:\n __slots__ = 'a'\nprint(X.__static_attributes__, X.__type_params__)"):
    try:
        exec(src, {"typing": typing})
        print(repr(src), "ok")
    except Exception as e:
        print(repr(src), type(e).__name__, getattr(e, "msg", e))
