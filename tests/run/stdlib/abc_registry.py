"""abc: abstract methods, registration, hooks, caches and patterns."""

import abc
import collections.abc


class Shape(abc.ABC):
    @abc.abstractmethod
    def area(self): ...

    @property
    @abc.abstractmethod
    def name(self): ...


class Square(Shape):
    name = "square"

    def area(self):
        return 1


class Half(Shape):
    name = "half"


print(Shape.__abstractmethods__ == {"area", "name"}, Half.__abstractmethods__, Square().area())
for cls in (Shape, Half):
    try:
        cls()
    except TypeError as e:
        print(e)


class Other: ...


print(isinstance(Other(), Shape), issubclass(Other, Shape))
print(Shape.register(Other) is Other, isinstance(Other(), Shape), issubclass(Other, Shape))
token = abc.get_cache_token()
Shape.register(int)
print(abc.get_cache_token() != token, isinstance(3, Shape), isinstance(True, Shape))
try:
    Shape.register(3)
except TypeError as e:
    print(e)


class Derived(Shape): ...


try:
    Derived.register(Shape)
except RuntimeError as e:
    print(e)


class Sized(abc.ABC):
    @classmethod
    def __subclasshook__(cls, c):
        if cls is Sized:
            return any("__len__" in b.__dict__ for b in c.__mro__)
        return NotImplemented


print(isinstance([], Sized), isinstance(3, Sized), issubclass(str, Sized))
try:
    issubclass(3, Sized)
except TypeError as e:
    print(e)


class Row(collections.abc.Sequence):
    def __len__(self):
        return 2

    def __getitem__(self, i):
        return (1, 2)[i]


class Duck:
    def __len__(self):
        return 1

    def __getitem__(self, i):
        return [9][i]


def match(v):
    match v:
        case [x, y]:
            return "pair", x, y
        case [x]:
            return "one", x
        case {}:
            return "mapping"
        case _:
            return "none"


print(match(Row()), match(Duck()))
collections.abc.Sequence.register(Duck)
print(match(Duck()), match({}), match(collections.UserDict()))


class Fake:
    @property
    def __class__(self):
        return Square


print(isinstance(Fake(), Shape), abc.update_abstractmethods(Half) is Half)
