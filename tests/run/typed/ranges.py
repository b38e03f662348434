# Loops over ranges, whose iterators typed code takes apart.


def collect(*args):
    out = []
    for i in range(*args):
        out.append(i)
    return out


def simple(n):
    out = []
    for i in range(n):
        out.append(i)
    return out


def three(a, b, c):
    out = []
    for i in range(a, b, c):
        out.append(i)
    return out


print(simple(5), simple(0), simple(-3), simple(True))
print(three(10, 0, -3), three(0, 10, 4), three(5, 5, 1), three(-5, 5, 5))
print(three(2**62 - 3, 2**62 + 2, 1), three(-(2**62) + 1, -(2**62) - 3, -1))
print(three(2**80, 2**80 + 3, 1), three(-(2**63), -(2**63) + 2, 1))
print(three(0, 2**62 * 3, 2**62), three(2**62 - 1, 2**62, 5))
print(collect(3), collect(1, 3), collect(3, 1, -1))
for bad in (lambda: simple(1.5), lambda: simple("3"), lambda: three(1, 2, 0)):
    try:
        bad()
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)


def nested(n):
    total = 0
    for i in range(n):
        for j in range(i, n):
            for k in range(j, n, 2):
                if k == 7:
                    continue
                if k > 12:
                    break
                total += i * j - k
            else:
                total += 1
        else:
            total += 2
    return total, i, j, k


print(nested(5), nested(16))


def changed_inside(n):
    out = []
    for i in range(n):
        out.append(i)
        i = i * 10
        out.append(i)
        n = 0
    return out


print(changed_inside(3))


def after_loop(n):
    for i in range(n):
        pass
    return i


print(after_loop(4))
try:
    after_loop(0)
except UnboundLocalError as e:
    print(e)


def shared():
    # Iterators that others have are advanced by others.
    it = iter(range(10))
    out = []
    for i in it:
        out.append((i, next(it, None)))
    r = range(3)
    for a in r:
        for b in r:
            out.append(a * b)
    return out


print(shared())


def comprehensions(n):
    a = [i * i for i in range(n)]
    b = {i: -i for i in range(n) if i % 2}
    c = {i % 3 for i in range(n)}
    d = sum(i for i in range(n))
    e = [[i * j for j in range(i)] for i in range(n)]
    return a, b, c, d, e


print(comprehensions(5))


def replaced():
    range = lambda n: [n, n + 1, "x"]
    out = []
    for i in range(7):
        out.append(i)
    return out


print(replaced())


def rebound(n):
    out = []
    for i in range(n):
        out.append(i)
    return out


print(rebound(3))
range = lambda n: iter("abc"[:n])
print(rebound(2))
del range
print(rebound(3))


class Range:
    def __iter__(self):
        return self

    def __init__(self, n):
        self.n = n

    def __next__(self):
        self.n -= 1
        if self.n < 0:
            raise StopIteration
        return self.n


range = Range
print(rebound(3))
del range


def yields(n):
    for i in range(n):
        got = yield i
        if got:
            yield got * i


g = yields(4)
print(next(g), g.send(10), next(g), g.send(5), list(g))


def exception_inside(n):
    out = []
    for i in range(n):
        try:
            out.append(10 // (i - 2))
        except ZeroDivisionError:
            out.append(i)
        finally:
            out.append("f")
    return out


print(exception_inside(4))


def long_loop():
    total = 0
    for i in range(100_000):
        total ^= i * 3
        total &= 0xFFFFF
    return total


print(long_loop())
