"""Power iteration on a matrix given by a function: float arithmetic and comprehensions."""

import sys


def entry(i, j):
    return 1.0 / ((i + j) * (i + j + 1) // 2 + i + 1)


def times(v):
    indices = range(len(v))
    return [sum([entry(i, j) * v[j] for j in indices]) for i in indices]


def transposed_times(v):
    indices = range(len(v))
    return [sum([entry(j, i) * v[j] for j in indices]) for i in indices]


def main(n):
    u = [1.0] * n
    v = u
    for _ in range(6):
        v = transposed_times(times(u))
        u = transposed_times(times(v))
    uv = vv = 0.0
    for a, b in zip(u, v):
        uv += a * b
        vv += b * b
    return "%.6f" % (uv / vv) ** 0.5


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 260))
