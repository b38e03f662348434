"""Sorting: ints, strings, keys by lambda and attribute, tuples, objects with __lt__."""

import sys


class Card:
    def __init__(self, suit, rank):
        self.suit = suit
        self.rank = rank

    def __lt__(self, other):
        return (self.rank, self.suit) < (other.rank, other.suit)


def numbers(n):
    seed = 99
    result = []
    for _ in range(n):
        seed = (seed * 69069 + 1) & 0xFFFFFFFF
        result.append(seed >> 8)
    return result


def main(n):
    xs = numbers(n)
    total = sorted(xs)[n // 2] + sorted(xs, reverse=True)[n // 3]
    names = ["n%d" % (x % 100000) for x in xs]
    names.sort()
    total += len(names[n // 4])
    by_digit = sorted(xs, key=lambda x: (x % 10, x))
    total += by_digit[n // 5]
    floats = sorted([x / 7.0 for x in xs])
    total += int(floats[7])
    cards = [Card(x & 3, x >> 2) for x in xs[: n // 4]]
    total += sorted(cards)[0].rank
    total += sorted(cards, key=lambda c: c.suit)[-1].rank
    return "%d %d" % (total, by_digit[0])


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 90000))
