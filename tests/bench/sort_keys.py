"""Records sorted by keys: tuples, itemgetter, attrgetter, functions; minima and maxima."""

import sys
from operator import attrgetter, itemgetter


class Point:
    def __init__(self, a, b):
        self.a = a
        self.b = b


def main(n):
    rows = [(i * 7919 % 10007, "s%d" % (i * 31 % 1009), i * 0.5) for i in range(n)]
    points = [Point(r[0], r[1]) for r in rows]
    records = [{"k": r[0], "s": r[1]} for r in rows]
    names = [r[1] for r in rows]
    total = sorted(rows)[5][0]
    total += sorted(rows, key=itemgetter(1))[7][0]
    total += sorted(rows, key=itemgetter(1, 0), reverse=True)[7][0]
    total += sorted(points, key=attrgetter("a"))[3].a
    total += sorted(points, key=lambda p: p.b)[3].a
    total += sorted(records, key=lambda r: r["s"], reverse=True)[3]["k"]
    total += sorted(records, key=itemgetter("k"))[3]["k"]
    total += len(sorted(names, key=str.lower)[4]) + len(sorted(names, key=len)[4])
    total += max(rows, key=itemgetter(0))[0] + min(rows, key=lambda r: r[2])[0]
    return total


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 60000))
