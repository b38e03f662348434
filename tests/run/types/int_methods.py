# int: arithmetic without limit, conversion, methods, errors.
big = 10**50
print(big + 1, -big // 7, -big % 7, divmod(-big, 7), big**2 == 10**100, big >> 100, -big >> 100, 1 << 100, big & 0xFF, -big | 1, ~big, big ^ -1)
print(7 // -2, -7 // 2, 7 % -2, -7 % 2, divmod(7, -2), 0 // 5, -0, 5 // 1, pow(3, -1, 7), pow(2, 100, 13), pow(-3, 5, 7), pow(3, 5, -7), 0**0)
for a, b in ((1, 0), (5, 0)):
    for op in ("//", "%", "/"):
        try:
            eval(f"{a} {op} {b}")
        except ZeroDivisionError as e:
            print(op, e)
try:
    0**-1
except ZeroDivisionError as e:
    print(e)
try:
    pow(2, -1, 4)
except ValueError as e:
    print(e)
print(int("  -42\n"), int("0x1f", 16), int("0b101", 0), int("0o17", 0), int("z", 36), int("1_000"), int(b"12"), int(3.99), int(-3.99), int(True), int("٣"))
for args in (("",), ("1.5",), ("0x", 16), ("12", 2), ("1__0",), ("_1",), ("9", 37), ("9", 1), (None,), ("a" * 3, 10), (float("inf"),), (float("nan"),), ("1\x00",)):
    try:
        print(int(*args))
    except (ValueError, TypeError, OverflowError) as e:
        print(type(e).__name__, e)
print((255).bit_length(), (-256).bit_length(), (0).bit_length(), (255).bit_count(), (2**200 - 1).bit_count(), (10).as_integer_ratio(), (5).conjugate(), (5).is_integer())
print((1024).to_bytes(2), (1024).to_bytes(4, "little"), (-2).to_bytes(2, signed=True), int.from_bytes(b"\xff\xfe", "big", signed=True), int.from_bytes([1, 2]), int.from_bytes(b""))
for f in (lambda: (256).to_bytes(1), lambda: (-1).to_bytes(1), lambda: (1).to_bytes(-1), lambda: (1).to_bytes(1, "middle")):
    try:
        f()
    except (OverflowError, ValueError) as e:
        print(type(e).__name__, e)
print(round(12345, -2), round(15, -1), round(25, -1), round(-15, -1), round(10**30 + 5, -1), round(7, 3), (7).__round__(), (7).__ceil__(), (7).__floor__(), (7).__trunc__())
print(hash(2**61 - 1), hash(-1), hash(2**61), hash(10**30), hash(-(10**30)), 10**18 == 1e18, 2**63, -(2**63) - 1, 2**1000 % 10**9)
print(str(2**200), len(str(7**1000)), hex(2**70), oct(-64), bin(10), f"{2**70:,}", f"{-5:b}", f"{255:X}", f"{10**20:e}", "%d" % 2**65, "%x" % 255, "%o" % 8)
print(1 < 2**70 < 2**71, 2**70 == 2**70 + 0.0, 10**400 > 1e308, -(10**400) < -1e308, max(2**64, 2**63), sorted([3, -(2**70), 2**70, 0]))
print(True + True, True * 5, -True, ~True if False else "skip", True / 2, True << 3, isinstance(True, int), True == 1, hash(True))
try:
    10**400 / 3.0
except OverflowError as e:
    print(e)
try:
    float(10**400)
except OverflowError as e:
    print(e)
print(10**400 // 10**399, 10**400 / 10**399, 3**100 / 2**100, 1 / 10**400, -(7**300) / 5**300)
try:
    "a" * 10**30
except (OverflowError, MemoryError) as e:
    print(type(e).__name__)
try:
    1 << -1
except ValueError as e:
    print(e)
try:
    1 << 10**30
except (OverflowError, MemoryError) as e:
    print(type(e).__name__)
print(0 << 10**30, 5 >> 10**30, -5 >> 10**30)


class MyInt(int):
    def __repr__(self):
        return f"MyInt({int(self)})"

    def __add__(self, o):
        return MyInt(int(self) + o)


m = MyInt(5)
print(m, m + 1, m - 1, 1 + m, m == 5, hash(m) == 5, {5: "x"}[m], [1, 2, 3, 4, 5, 6][m], MyInt("7"), m.real, -m, abs(MyInt(-3)), int(m), f"{m}", "%d" % m)


class Index:
    def __index__(self):
        return 3


print(int(Index()), range(10)[Index()], [0] * Index(), "abcd"[Index()], hex(Index()), 2**Index() if False else "skip", (1).to_bytes(Index()))
