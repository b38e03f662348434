# PEP 695 and 696: functions, classes, aliases, bounds, defaults, scopes.
def first[T](items: list[T]) -> T:
    return items[0]


print(first([1]), first.__type_params__, first.__annotations__)


class Box[T: (int, str), *Ts, **P]:
    attr: T

    def get[U](self, u: U) -> tuple[T, U]:
        return u


print(Box.__type_params__, [type(p).__name__ for p in Box.__type_params__], Box.__mro__[1:])
print(Box.__type_params__[0].__constraints__, Box[int, str, [int]], Box.__orig_bases__)
type Alias[K, V = int] = dict[K, V]
print(Alias, Alias.__value__, Alias.__type_params__, Alias[str], Alias.__name__)
type Recursive = list[Recursive] | None
print(Recursive.__value__)


def bounded[T: Undefined](x: T) -> T:
    return x


print(bounded(3))
try:
    bounded.__type_params__[0].__bound__
except NameError as e:
    print(e)


class Undefined:
    pass


print(bounded.__type_params__[0].__bound__)


def scoped[T](x: T):
    def inner():
        return T

    return inner()


print(scoped(1), scoped.__type_params__[0] is scoped(1))


class Outer[T]:
    class Inner[U]:
        both = (T, U)

    def method(self):
        return T


print(Outer.Inner.both, Outer().method())
T = "global"


def shadow[T]():
    return T


print(shadow(), T)
try:
    first.missing
except AttributeError as e:
    print(e)
print(Box[int, str, [int]].__args__, Box[int, str, [int]].__origin__ is Box)


def defaults[T = int, *Ts = *tuple[int, ...], **P = [int]]():
    pass


print([p.__default__ for p in defaults.__type_params__], [p.has_default() for p in defaults.__type_params__])
from typing import Generic, TypeVar

S = TypeVar("S", bound=int)
print(S, S.__bound__, S.__covariant__, TypeVar("C", covariant=True))


class G(Generic[S]):
    pass


print(G[int], G.__parameters__)
