"""Objects that call one another's methods in a loop, and inherited ones through super()."""

import sys


class Counter:
    step = 1

    def __init__(self, start):
        self.value = start

    def bump(self, by):
        self.value += by * self.step
        return self.value

    def reading(self):
        return self.value


class Wrapping(Counter):
    def __init__(self, start, limit):
        super().__init__(start)
        self.limit = limit

    def bump(self, by):
        value = super().bump(by)
        if value >= self.limit:
            self.value = value = value - self.limit
        return value


class Pair:
    def __init__(self, a, b):
        self.a = a
        self.b = b

    @property
    def total(self):
        return self.a.reading() + self.b.reading()

    def advance(self, n):
        self.a.bump(n)
        self.b.bump(n + 1)
        return self


def main(n):
    pair = Pair(Counter(1), Wrapping(5, 1000))
    total = 0
    for i in range(n):
        total += pair.advance(i & 7).total
    return total


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 700000))
