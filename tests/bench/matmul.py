"""Multiplication of matrices kept as lists of lists of floats."""

import sys


def multiply(a, b):
    n, m, p = len(a), len(b), len(b[0])
    result = [[0.0] * p for _ in range(n)]
    for i in range(n):
        row = a[i]
        out = result[i]
        for j in range(p):
            total = 0.0
            for k in range(m):
                total += row[k] * b[k][j]
            out[j] = total
    return result


def main(n):
    a = [[(i * 7 + j * 3) % 11 / 4.0 for j in range(n)] for i in range(n)]
    b = [[(i * 5 + j * 2) % 13 / 8.0 for j in range(n)] for i in range(n)]
    c = multiply(multiply(a, b), b)
    return "%.3f" % sum(c[i][n - 1 - i] for i in range(n))


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 140))
