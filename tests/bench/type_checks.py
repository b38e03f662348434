"""isinstance with classes, tuples, abstract classes; hasattr, getattr, callable."""

import sys
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence


class Shape(ABC):
    @abstractmethod
    def area(self):
        """The area."""


class Square(Shape):
    def area(self):
        return 1


class Unit(Square):
    pass


def kind(x):
    if isinstance(x, str):
        return 1
    if isinstance(x, (int, float)):
        return 2
    if isinstance(x, Shape):
        return 3
    if isinstance(x, Mapping):
        return 4
    if isinstance(x, Sequence):
        return 5
    return 6 if x is None else 7


def main(n):
    things = ["a", 1, 2.5, Square(), Unit(), {}, [], None, (1,), object()]
    total = 0
    for _ in range(n):
        for x in things:
            total += kind(x)
        square = things[3]
        total += issubclass(Unit, Shape) + callable(kind) + hasattr(square, "area")
        total += hasattr(square, "none") + (type(things[0]) is str) + getattr(square, "none", 3)
        total += len(square.__class__.__name__)
    return total


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 50000))
