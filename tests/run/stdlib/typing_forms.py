# How typing's forms look and behave at run time.
import typing
from typing import Annotated, Any, Callable, Generic, Literal, NamedTuple, NewType, Optional, Protocol, TypedDict, TypeVar, Union, get_args, get_origin, get_type_hints, overload, runtime_checkable

print(Optional[int], Union[int, str], int | None, Union[int, int], list[int], dict[str, list[int]], Callable[[int], str], Literal["a", 1], tuple[int, ...], type[int], Annotated[int, "meta"], Any)
print(get_origin(list[int]), get_args(dict[str, int]), get_origin(int | str), get_args(Callable[[int, str], bool]), get_args(Literal[1, 2]), list[int] == list[int], hash(list[int]) == hash(list[int]), isinstance(1, int | str))
T = TypeVar("T")


class Box(Generic[T]):
    def __init__(self, v: T):
        self.v = v


print(Box[int], Box[int](5).v, Box[int].__args__, Box.__parameters__, Box[T][str])


class Emp(NamedTuple):
    name: str
    id: int = 3


print(Emp("a"), Emp("a")._replace(id=4), Emp.__annotations__, Emp._field_defaults)


class Movie(TypedDict, total=False):
    title: str
    year: int


print(Movie(title="x"), Movie.__required_keys__, sorted(Movie.__optional_keys__), Movie.__total__)
UserId = NewType("UserId", int)
print(UserId(5), UserId.__name__, UserId.__supertype__)


@runtime_checkable
class Closable(Protocol):
    def close(self) -> None: ...


class F:
    def close(self):
        pass


print(isinstance(F(), Closable), isinstance(1, Closable), issubclass(F, Closable))


def f(a: int, b: "str" = "x") -> Optional[list[T]]:
    pass


print(get_type_hints(f))
for bad in (lambda: Union[1] if False else Box[int, str], lambda: isinstance(1, list[int]), lambda: Closable(), lambda: Literal[int]() if False else int[str]):
    try:
        print(bad())
    except TypeError as e:
        print(e)
print(typing.cast(int, "a"), typing.TYPE_CHECKING, list[T][int], dict[str, T].__parameters__, typing.get_type_hints(Emp), (int | str).__args__, int | "str" if False else None)
