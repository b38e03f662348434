"""Values of math's functions. Those of the C library are compared to twelve digits: its versions differ."""

import math
import random

random.seed(1)
SAMPLES = [0.0, -0.0, 1.0, -1.0, 0.5, 1e-300, 1e300, 2.5, -3.75, math.pi, 5e-324, math.inf, -math.inf]
SAMPLES += [random.uniform(-30, 30) for _ in range(40)] + [random.uniform(-1, 1) for _ in range(20)]


def show(v):
    return f"{v:.12g}" if isinstance(v, float) else repr(v)


UNARY = """acos acosh asin asinh atan atanh cbrt cos cosh degrees erf erfc exp exp2 expm1 fabs
gamma lgamma log log10 log1p log2 radians sin sinh sqrt tan tanh ulp frexp modf floor ceil trunc
isfinite isinf isnan""".split()
for name in UNARY:
    f = getattr(math, name)
    results = []
    for x in SAMPLES:
        try:
            results.append(show(f(x)))
        except (ValueError, OverflowError) as e:
            results.append(type(e).__name__)
    print(name, *results)
for name in "atan2 copysign fmod remainder pow nextafter hypot".split():
    f = getattr(math, name)
    results = []
    for x, y in zip(SAMPLES, SAMPLES[7:] + SAMPLES[:7]):
        try:
            results.append(show(f(x, y)))
        except (ValueError, OverflowError) as e:
            results.append(type(e).__name__)
    print(name, *results)
values = [random.uniform(-1, 1) * 10 ** random.randrange(-20, 20) for _ in range(200)]
print(math.fsum(values), math.hypot(*values), math.dist(values, values[::-1]))
print(math.sumprod(values, values[::-1]), math.prod(values[:9]))
print(math.sumprod([1, 2.5, 10**30, True], [3, 2, 4, 0.5]), math.sumprod([2**62, 2], [2, 3]))
print([math.isqrt(n) for n in (0, 1, 15, 16, 10**40, 2**200 - 1)])
print(math.factorial(30), math.comb(100, 50), math.perm(20, 5), math.comb(10**20, 3))
print(math.gcd(12, 18, 0), math.gcd(), math.lcm(4, 6, 10), math.lcm(), math.gcd(10**30, 15**25))
print(show(math.log(10**400)), math.log2(2**5000), math.log10(10**500), math.log(8, 2), math.log(True))
print(math.nextafter(1.0, 2.0, steps=3), math.nextafter(-1.0, 1.0, steps=2**62), math.fma(0.1, 10, -1))


class Number:
    def __float__(self):
        return 2.25

    def __floor__(self):
        return "floor"

    def __ceil__(self):
        return "ceil"

    def __trunc__(self):
        return "trunc"


n = Number()
print(math.sqrt(n), math.floor(n), math.ceil(n), math.trunc(n))
