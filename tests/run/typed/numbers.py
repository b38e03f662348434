# Numbers in loops: where machine numbers end, and where types change.
import math


def sum_squares(n):
    total = 0
    for i in range(n):
        total += i * i
    return total


print(sum_squares(1000), sum_squares(3_000_000) == 2999999 * 3000000 * 5999999 // 6)


def powers(start, factor, n):
    seen = []
    value = start
    for _ in range(n):
        value *= factor
        seen.append(value)
    return seen


print(powers(1, 3, 45)[-3:])
print(powers(-1, 2, 64)[60:])
print(powers(1.0, 1e30, 12))
print(powers(1.0, 1e-40, 9))


def edges():
    top = 2**62 - 1
    for step in (1, 2, -1):
        n = top
        for _ in range(3):
            n = n + step
            print(n, n - step, -n, n * 1, n << 1, n >> 3, n & 7, n ^ -1, n | 1)


edges()


def divisions():
    for a in (7, -7, 0, 2**62 - 1, -(2**62), 2**53 + 1):
        for b in (2, -2, 3, -3, 1, -1, 2**61):
            print(a // b, a % b, a / b, end="; ")
        print()
    for a in (7.5, -7.5, 0.0, -0.0):
        for b in (2.0, -2.0, 0.3):
            print(a // b, a % b, a / b, a * b, a - b, end="; ")
        print()


divisions()


def shifts():
    for n in (1, -1, 5, 2**40):
        for by in (0, 1, 21, 61, 62, 63, 64, 200):
            print(n << by, n >> by, end=" ")
        print()
    for by in (-1, -(2**70)):
        for op in (lambda a, b: a << b, lambda a, b: a >> b):
            try:
                print(op(1, by))
            except ValueError as e:
                print(e)
    try:
        1 << 2**70
    except (OverflowError, MemoryError) as e:
        print(type(e).__name__)


shifts()


def by_zero():
    for a, b in ((1, 0), (1.0, 0), (1, 0.0), (1.5, 0.0)):
        for name, op in (("/", lambda: a / b), ("//", lambda: a // b), ("%", lambda: a % b)):
            try:
                op()
            except ZeroDivisionError as e:
                print(a, name, b, e)
    x = 3
    while x >= 0:
        try:
            print(6 / x, 6 // x, 6 % x)
        except ZeroDivisionError as e:
            print("at", x, e)
        x -= 1


by_zero()


def mixed(values):
    total = 0
    for v in values:
        total = total + v
        total = v + total
    return total


print(mixed([1, 2, 3]), mixed([1, 2.5, True]), mixed([True, False]), mixed([1, 2**70, 0.5]))
print(mixed([1.5, 2]), mixed([complex(1, 2), 3, 0.5]))


class Money(int):
    def __add__(self, other):
        return Money(int(self) + int(other) + 100)

    __radd__ = __add__


print(mixed([Money(1), 2]), type(mixed([Money(1)])).__name__)


def double(v):
    total = v
    for _ in range(3):
        total = total + v
    return total


print(double("ab"), double([1]), double((1, 2)), double(2), double(0.5), double(b"x"))
try:
    double(None)
except TypeError as e:
    print(e)
try:
    mixed([1, "x"])
except TypeError as e:
    print(e)


def compare(a, b):
    n = 0
    for _ in range(2):
        n = n * 64 + (a < b) + 2 * (a <= b) + 4 * (a == b) + 8 * (a != b) + 16 * (a > b) + 32 * (a >= b)
    return n


inf, nan = math.inf, math.nan
for pair in ((1, 2), (2, 1), (1, 1.0), (2**53, float(2**53)), (2**53 + 1, float(2**53)), (nan, nan),
             (1, nan), (inf, 2**2000), (-0.0, 0), ("a", "b"), ((1, 2), (1, 3)), (True, 1)):
    print(pair[0] if not isinstance(pair[0], int) else hex(pair[0]), compare(*pair))


def identities():
    # One object is one object, however large the number is.
    values = []
    x = 1e300
    for _ in range(3):
        x = x * 1e5
        values.append(x)
        values.append(x)
        assert values[-1] is values[-2]
    print(x in values, values)
    y = inf - inf
    table = {}
    for _ in range(2):
        y = y + 1
        table[y] = "nan"
        print(y in [y], table[y], [y].count(y))
    big = 2**62 - 2
    for _ in range(3):
        big += 1
        pair = [big, big]
        print(pair[0] is pair[1], big)


identities()


def truths():
    out = []
    for v in (0, 1, -1, 0.0, -0.0, 0.1, nan, "", "a", [], [0], None, True, 2**80):
        n = v
        while n:
            out.append(not n)
            break
        else:
            out.append(not n)
    return out


print(truths())


def negate(values):
    out = []
    for v in values:
        out.append(-v)
        out.append(- -v)
    return out


print(negate([1, 0, 0.0, -0.0, 1.5, -(2**62), 2**62 - 1, True, 2**80, 1j]))


def count_down(n):
    steps = 0
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        steps += 1
    return steps


print(count_down(27), count_down(837799))


def newton(x):
    guess = x
    for _ in range(50):
        guess = (guess + x / guess) / 2
    return guess


print(newton(2), newton(2.0), newton(1e200), newton(10**30))
