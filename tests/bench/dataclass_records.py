"""Data classes: construction with defaults, equality, ordering, hashing, replacing."""

import sys
from dataclasses import dataclass, field, replace


@dataclass
class Item:
    name: str
    price: float
    count: int = 1
    tags: list = field(default_factory=list)

    def cost(self):
        return self.price * self.count


@dataclass(frozen=True, order=True)
class Position:
    x: int
    y: int = 0


def main(n):
    total = 0.0
    seen = {}
    best = Position(0)
    for i in range(n):
        item = Item("n", i * 0.5, count=i % 5)
        item.tags.append(i)
        total += item.cost()
        p = Position(i % 50, i % 7)
        seen[p] = seen.get(p, 0) + 1
        if best < p:
            best = p
        if item == Item("n", 1.0):
            total += 1
        if i % 10 == 0:
            total += replace(item, count=3).cost()
    return "%.2f %d %r" % (total, len(seen), best)


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 140000))
