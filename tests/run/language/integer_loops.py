# Arithmetic in loops that leaves the small integers, changes types, or raises half-way.
def power(base, n):
    result = 1
    for _ in range(n):
        result *= base
    return result


print(power(3, 50), power(-7, 33), power(2, 62), power(2, 63), power(2, 64), power(10, 30))


def mixed(values):
    total = 0
    for v in values:
        total += v
    return total


print(mixed([1, 2, 3]), mixed([1, 2.5]), mixed([2**62, 2**62]), mixed([True, False, 1]), mixed([1, 1j]), mixed([0.1] * 10))
try:
    mixed([1, "a"])
except TypeError as e:
    print(e)


def shifts(n):
    x = 1
    out = []
    for i in range(n):
        x = (x << 7) ^ i
        out.append(x & 0xFF)
    return x, out[-3:]


print(shifts(20))


def collatz(n):
    steps = 0
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        steps += 1
    return steps


print([collatz(n) for n in (1, 7, 27, 97, 871)])


def floor_ops(values):
    return [(a // b, a % b, divmod(a, b)) for a in values for b in values if b]


print(floor_ops([-7, -2, 3, 2.5]))


def overflow_edge():
    x = 2**61 - 3
    out = []
    for _ in range(6):
        x += 1
        out.append((x, -x, x * x % 1000003, x >> 3, x // 7))
    return out


for row in overflow_edge():
    print(row)
n = -(2**61) + 2
for _ in range(4):
    n -= 1
    print(n, abs(n), n - 1 < n, n == -abs(n))


def countdown(n):
    while n:
        n -= 1
        if n == 3:
            n = 3.0
        if n == 1.0:
            return n, type(n).__name__


print(countdown(10))


def gcd(a, b):
    while b:
        a, b = b, a % b
    return a


print(gcd(2**100, 6**40), gcd(17, 5), gcd(0, 9))
i = 0
while i < 5:
    i += True
print(i)
for i in range(3):
    i = i * 10
    print(i, end=" ")
print(i)
primes = [p for p in range(2, 50) if all(p % q for q in range(2, int(p**0.5) + 1))]
print(primes)
x = 0
for a in range(-3, 4):
    for b in range(-3, 4):
        x += a * b + (a ^ b) + (a & b) - (a | b)
print(x, sum(a < b for a in range(5) for b in range(5)))
print(sum(range(10**6)), sum(i * i for i in range(1000)), max(i % 7 for i in range(100)))
h = 5381
for ch in "hash this text":
    h = (h * 33 + ord(ch)) & 0xFFFFFFFF
print(h)
