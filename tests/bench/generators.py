"""Generators: pipelines, recursion with yield from, send, generator expressions."""

import sys


def numbers(n):
    for i in range(n):
        yield i


def squares(source):
    for x in source:
        yield x * x


def odd(source):
    for x in source:
        if x & 1:
            yield x


def walk(low, high):
    if low < high:
        middle = (low + high) // 2
        yield from walk(low, middle)
        yield middle
        yield from walk(middle + 1, high)


def average():
    total = count = 0
    value = 0
    while True:
        value = yield total // (count or 1)
        total += value
        count += 1


def main(n):
    total = sum(odd(squares(numbers(n))))
    for x in walk(0, n // 8):
        total += x
    mean = average()
    next(mean)
    for i in range(n // 2):
        last = mean.send(i)
    total += last
    total += sum(x + 1 for x in range(n) if x % 3)
    return total


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 900000))
