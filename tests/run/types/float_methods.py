# float: repr, rounding, conversion, special values.
import math

inf, nan = float("inf"), float("nan")
print(0.1, 1e16, 1e-5, 123456789.123456789, 1.0, -0.0, 1e100, 2.5e-310, inf, -inf, nan, 1 / 3, 100000000000000000.0, 0.0001, 0.00001)
print(7.5 // 2, -7.5 // 2, 7.5 % -2, -7.5 % 2, divmod(-7.5, 2), 1e20 % 3, 5.0 // inf, -5.0 // inf, -5.0 % inf, 0.0 * -1, 2.0**0.5, (-8) ** (1 / 3))
print(round(2.5), round(3.5), round(-2.5), round(2.675, 2), round(1234.5678, -2), round(1e300, 5), round(0.5), round(1.5), type(round(1.0)).__name__, round(2.5, 0))
for f in (lambda: round(inf), lambda: round(nan), lambda: int(inf), lambda: 1.0 / 0, lambda: 1.0 // 0.0, lambda: 1.0 % 0, lambda: 0.0**-1, lambda: 10.0**400, lambda: math.floor(nan),
          lambda: float("abc"), lambda: float(""), lambda: float("1_"), lambda: float(None), lambda: float([]), lambda: 1.5 << 1, lambda: 1.5 & 1, lambda: float("1e5x")):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
print(float("  1.5e3\n"), float("-inf"), float("Infinity"), float("NaN"), float("1_0.5"), float(b"2.5"), float("٣.٥"), float(".5"), float("5."), float("1E-2"), float(True))
print((0.5).as_integer_ratio(), (0.1).as_integer_ratio(), (2.0).is_integer(), (2.5).is_integer(), (0.1).hex(), float.fromhex("0x1.8p3"), float.fromhex("-inf"), (1e-320).hex(), (5.5).conjugate(), (5.5).real, (5.5).imag)
print(hash(1.0), hash(0.5), hash(inf), hash(-inf), hash(1e300), hash(-0.0), hash(2.0**70), 1.0 in {1: 2}, 0.5 == 1 / 2)
print(1.5 < 2, 2 > 1.5, 1.5 == 1.5, nan == nan, nan != nan, nan < 1, inf > 10**500, [nan] == [nan], nan in [nan], min(nan, 1), max(1, nan), sorted([2.5, 1, 3.0, -inf, inf]))
for spec in ("", ".2f", "10.3f", "<10.1f|", "+.1e", "g", ".3g", "#.3g", "%", ".1%", ",.2f", "_.1f", "010.2f", "e", "E", "n", "^12.2f|", "z.1f", "=+10.2f", ".0f", "#.0f"):
    spec, tail = (spec[:-1], "|") if spec.endswith("|") else (spec, "")
    print(f"{1234.5678:{spec}}{tail}", f"{-0.04:{spec}}{tail}", f"{inf:{spec}}{tail}", end="; ")
print()
print("%.2f %5.1f %-8.3e| %g %G %r %s" % (3.14159, 2.25, 12345.678, 1e-10, 1e20, 0.1, 0.2))
print(1e22, 1e21, 9007199254740993.0, 4.35, 0.1 + 0.2, 1.1 * 3, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 123e-7)
print(3 + 0.5, 0.5 + 3, True + 0.5, 2**0.5 * 2**0.5 == 2, 10**20 + 0.5, 1 - 0.9, -1.5 // 1, abs(-2.5), +1.5, -(-1.5), 1e308 * 10, math.isnan(inf - inf))


class F(float):
    def __repr__(self):
        return "F"


print(F(1.5), F(1.5) + 1, [F(2)], F(2.0) == 2, f"{F(1.5)}", str(F(1)), float(F(3.5)), F.fromhex("0x1p1"))


class Floats:
    def __float__(self):
        return 2.5


print(float(Floats()), math.sqrt(Floats()), "%.1f" % Floats())
print(float.__getformat__("double") if hasattr(float, "__getformat__") else None, float.from_number(3) if hasattr(float, "from_number") else None)
print(sum([0.1] * 10), sum([0.1] * 10, 0.0), sum([1e16, 1, -1e16]), math.fsum([0.1] * 10))
