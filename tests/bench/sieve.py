"""Primes by Eratosthenes on a list of flags."""

import sys


def sieve(limit):
    flags = [True] * (limit + 1)
    flags[0] = flags[1] = False
    i = 2
    while i * i <= limit:
        if flags[i]:
            for j in range(i * i, limit + 1, i):
                flags[j] = False
        i += 1
    return flags


def main(n):
    flags = sieve(n)
    count = total = 0
    for i, is_prime in enumerate(flags):
        if is_prime:
            count += 1
            total += i
    return "%d %d" % (count, total)


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 3000000))
