"""Dictionaries and sets with int and tuple keys: a sparse grid that grows by neighbourhood."""

import sys


def generation(alive):
    counts = {}
    for x, y in alive:
        for dx in (-1, 0, 1):
            for dy in (-1, 0, 1):
                if dx or dy:
                    cell = (x + dx, y + dy)
                    counts[cell] = counts.get(cell, 0) + 1
    return {cell for cell, k in counts.items() if k == 3 or (k == 2 and cell in alive)}


def collatz(limit):
    lengths = {1: 1}
    best = 1
    for start in range(2, limit):
        path = []
        k = start
        while k not in lengths:
            path.append(k)
            k = k // 2 if k % 2 == 0 else 3 * k + 1
        length = lengths[k]
        while path:
            length += 1
            lengths[path.pop()] = length
        if length > lengths[best]:
            best = start
    return best, lengths[best], len(lengths)


def main(n):
    alive = {(0, 1), (1, 1), (2, 1), (1, 0), (2, 2), (0, 4), (1, 5), (2, 4)}
    for _ in range(n // 1000):
        alive = generation(alive)
    best, length, entries = collatz(n)
    return "%d %d %d %d" % (len(alive), best, length, entries)


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 240000))
