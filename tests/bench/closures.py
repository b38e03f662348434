"""Closures, keyword and default arguments, *args and **kwargs, decorators, partial application."""

import sys


def adder(n):
    count = 0

    def add(x, *, scale=1):
        nonlocal count
        count += 1
        return x * scale + n

    def calls():
        return count

    return add, calls


def logged(f):
    def wrapper(*args, **kwargs):
        return f(*args, **kwargs) + 1

    return wrapper


@logged
def area(width, height=2, *, border=0):
    return (width + border) * (height + border)


def compose(*functions):
    def run(x):
        for f in functions:
            x = f(x)
        return x

    return run


def main(n):
    add, calls = adder(3)
    both = compose(add, lambda x: x % 1000, abs)
    total = 0
    for i in range(n):
        total += add(i) + add(i, scale=2)
        total += area(i & 15) + area(height=3, width=i & 3, border=1)
        total += both(i)
    return "%d %d" % (total, calls())


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 200000))
