"""Short-lived tuples, lists and objects, some of which are kept for a while."""

import sys


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __add__(self, other):
        return Point(self.x + other.x, self.y + other.y)

    def __eq__(self, other):
        return self.x == other.x and self.y == other.y


def main(n):
    window = [None] * 500
    origin = Point(0, 0)
    total = 0
    for i in range(n):
        p = Point(i, -i) + Point(1, 2)
        window[i % 500] = (p, [i, i + 1], {"i": i})
        q, pair, record = window[i * 7 % (i + 1) % 500]
        total += q.x + pair[1] + record["i"]
        if p == origin:
            total += 1
    return total


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 220000))
