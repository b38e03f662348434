# Floating point in loops: unboxing must not be seen.
def mandel(cr, ci, limit):
    zr = zi = 0.0
    for n in range(limit):
        if zr * zr + zi * zi > 4.0:
            return n
        zr, zi = zr * zr - zi * zi + cr, 2.0 * zr * zi + ci
    return limit


print([[mandel(-2 + x * 0.25, y * 0.5, 50) for x in range(12)] for y in range(3)])


def dot(a, b):
    total = 0.0
    for x, y in zip(a, b):
        total += x * y
    return total


print(dot([1.5, 2.5, -3.0], [2.0, 4.0, 0.5]), dot([1, 2], [3, 4]), dot([], []))


def newton(x):
    guess = x
    for _ in range(20):
        guess = (guess + x / guess) / 2
    return guess


print(newton(2.0), newton(2), newton(1e-10))
x = 1.0
while x > 1e-320:
    x /= 1e10
print(x)
y = 1.0
for _ in range(310):
    y *= 10.0
print(y, -y, y - y != y - y)
print([i / 10 for i in range(5)], [0.1 * i for i in range(5)])


def identity(v):
    w = v
    for _ in range(3):
        w = w + 0.0
    return w is w, w == v, w


print(identity(0.0), identity(-0.0), identity(1e300), identity(float("inf")))


def harmonic(n):
    return sum(1.0 / k for k in range(1, n + 1))


print(harmonic(10), harmonic(1000))


def horner(coefficients, x):
    result = 0.0
    for c in coefficients:
        result = result * x + c
    return result


print(horner([1, -3, 2], 5.0), horner([0.5, 0.25], 2), horner((), 1.0))
try:
    for d in (2.0, 1.0, 0.0):
        print(1 / d, end=" ")
except ZeroDivisionError as e:
    print(e)
try:
    v = 10.0
    while True:
        v = v**2
except OverflowError as e:
    print(e)
a = [0.5] * 4
for i in range(4):
    a[i] += i
    a[i] *= 2
print(a, min(a), max(a), sum(a), sorted(a, reverse=True))


class Vec:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __add__(self, o):
        return Vec(self.x + o.x, self.y + o.y)

    def __mul__(self, k):
        return Vec(self.x * k, self.y * k)

    def norm(self):
        return (self.x**2 + self.y**2) ** 0.5


v = Vec(3.0, 4.0)
for _ in range(3):
    v = v * 0.5 + Vec(1, 1.0)
print(v.x, v.y, v.norm())
print(7.0 // 2, -7.0 // 2, 7.5 % 2, -7.5 % 2, 2.0**10, 2**-1, divmod(7.5, 2), round(2.5), int(-2.9), 1e15 + 0.3)
print(1.0 < 2 < 3.5, 1 == 1.0, 0.1 + 0.2 == 0.3, not 0.0, bool(-0.0), 5.0 in [5], {1.0: "a"}[1])
