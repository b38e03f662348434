"""Exceptions raised and handled near by and through several frames, finally and with."""

import sys


class Refused(Exception):
    def __init__(self, amount):
        super().__init__("refused", amount)
        self.amount = amount


class Guard:
    entered = 0

    def __enter__(self):
        Guard.entered += 1
        return self

    def __exit__(self, kind, value, tb):
        return kind is KeyError


def withdraw(balance, amount):
    if amount > balance:
        raise Refused(amount)
    return balance - amount


def middle(balance, amount):
    try:
        return withdraw(balance, amount)
    finally:
        Guard.entered += 1


def main(n):
    total = 0
    table = {"a": 1}
    for i in range(n):
        try:
            total += middle(10, i % 14)
        except Refused as e:
            total -= e.amount
        try:
            total += int("12x"[: 2 + i % 2])
        except ValueError:
            total += 1
        try:
            table["ab"[i & 1]]
        except (IndexError, KeyError):
            total += 2
        with Guard():
            if i % 3 == 0:
                table["missing"]
            total += 3
    return "%d %d" % (total, Guard.entered)


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 180000))
