"""Prefix reversals of permutations: small int lists, slices, indexing."""

import sys


def main(n):
    permutation = list(range(n))
    counters = [0] * n
    checksum = most = 0
    even = True
    while True:
        first = permutation[0]
        if first:
            work = permutation[:]
            flips = 0
            while first:
                work[: first + 1] = work[first::-1]
                flips += 1
                first = work[0]
            if flips > most:
                most = flips
            checksum += flips if even else -flips
        even = not even
        i = 1
        while i < n:
            permutation.insert(i, permutation.pop(0))
            counters[i] += 1
            if counters[i] <= i:
                break
            counters[i] = 0
            i += 1
        else:
            return "%d %d" % (checksum, most)


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 9))
