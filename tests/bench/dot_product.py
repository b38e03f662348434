"""Dot products of lists of floats and of ints, by index and by zip."""

import sys


def by_index(a, b):
    total = 0.0
    for i in range(len(a)):
        total += a[i] * b[i]
    return total


def by_zip(a, b):
    total = 0
    for x, y in zip(a, b):
        total += x * y
    return total


def main(n):
    xs = [i % 17 / 8.0 for i in range(n)]
    ys = [i % 23 / 4.0 for i in range(n)]
    ks = [i % 29 for i in range(n)]
    total = 0.0
    for _ in range(40):
        total += by_index(xs, ys) + by_zip(ks, ks) + by_zip(xs, ks)
    return "%.4f" % total


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 60000))
