"""Formatting of numbers and strings: f-strings, %, str.format, str() and repr()."""

import sys


def main(n):
    total = 0
    for i in range(n):
        x = i * 0.75
        total += len(f"{i}: {x} [{i:>8}] {x:.3f} {i:x} {i:,}")
        total += len("%d|%s|%5.2f|%-6s|%03d" % (i, x, x, "ab", i % 1000))
        total += len("{0} {name} {0:08.3f}".format(x, name="n"))
        total += len(str(i)) + len(repr(x)) + len(repr([i, "k", None]))
        total += int(str(i)) + int(float(repr(x)))
    return total


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 50000))
