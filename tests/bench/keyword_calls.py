"""Calls with defaults, keywords, * and ** on both sides; properties, class methods, super()."""

import sys


def defaults(a, b=2, *, c=3, d=4):
    return a + b + c + d


def anything(*args, **kwargs):
    return len(args) + len(kwargs)


def rest(x, y=1, **others):
    return x + y + others.get("z", 0)


class Base:
    made = 0

    def __init__(self, a, b=0, *, c=0):
        self._a = a
        self.b = b + c
        Base.made += 1

    @property
    def a(self):
        return self._a

    @a.setter
    def a(self, value):
        self._a = value

    @classmethod
    def make(cls, a):
        return cls(a, c=1)

    @staticmethod
    def twice(x):
        return x * 2

    def add(self, x, y=1):
        return x + y + self._a


class Derived(Base):
    def add(self, x, y=2):
        return super().add(x, y=y) + 1


def main(n):
    total = 0
    options = {"c": 1, "d": 2}
    pair = (1, 2)
    for i in range(n):
        total += defaults(i, c=1) + defaults(a=i, b=1, d=2) + defaults(i, **options) + defaults(*pair)
        total += anything(1, 2, x=3) + rest(i, z=4)
        thing = Derived.make(i) if i & 1 else Base(i, c=2)
        thing.a = thing.a + 1
        total += thing.add(1, y=2) + thing.add(x=3) + Base.twice(thing.a)
    return total + Base.made


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 120000))
