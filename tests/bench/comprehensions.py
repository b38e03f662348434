"""List, set and dict comprehensions, and the built-in functions that eat iterables."""

import sys


def main(n):
    total = 0
    data = [(i * 37 % 101, i * 53 % 89) for i in range(n)]
    for _ in range(6):
        firsts = [a for a, _ in data if a > 50]
        sums = [a + b for a, b in data]
        pairs = {a: b for a, b in data}
        kinds = {(a + b) % 64 for a, b in data}
        total += len(firsts) + max(sums) + len(pairs) + min(kinds)
        total += sum(x for x in sums if x & 1)
        total += sum(map(lambda x: x * 2, filter(None, firsts)))
        total += any(x > 1000 for x in sums) + all(x >= 0 for x in sums)
        for i, (a, (b, c)) in enumerate(zip(sums, data)):
            total += i * (a - b - c)
        total += len([1 for row in range(100) for column in range(row)])
        total += sum(sorted({str(x) for x in sums}, key=int)[0] == "0" for _ in range(3))
    return total


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100000))
