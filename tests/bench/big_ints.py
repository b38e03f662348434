"""Ints beyond a machine word: products, quotients, powers, decimal digits."""

import sys


def fibonacci(n):
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a


def digits_of_e(n):
    scale = 10**n
    total = term = scale
    k = 1
    while term:
        term //= k
        total += term
        k += 1
    return total


def main(n):
    f = fibonacci(4 * n)
    p = pow(3, f % 10007 + 5 * n, 2**521 - 1)
    product = 1
    for i in range(1, n):
        product *= i
    e = digits_of_e(n)
    text = str(e % 10**4000)
    shifted = (f << 77) ^ (p & (1 << 200) - 1)
    small = 0
    for i in range(20 * n):
        small = (small * 6364136223846793005 + i) % 18446744073709551616
    return "%d %s %d %d %d" % (
        f % 1000000007,
        text[-10:],
        product.bit_length(),
        shifted % 998244353,
        (p + small) % 1000003,
    )


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 9000))
