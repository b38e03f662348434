# Arithmetic and formats of fractions.
from decimal import Decimal
from fractions import Fraction as F


def t(*fs):
    for f in fs:
        try:
            print(f())
        except Exception as e:
            print(type(e).__name__, e)


a = F(7, 3)
t(lambda: a + 1, lambda: a + 0.5, lambda: a + F(2, 3), lambda: a * 3, lambda: a / 0, lambda: a // 1, lambda: a % 1, lambda: divmod(a, F(1, 2)), lambda: a ** 2, lambda: a ** -1, lambda: a ** 0.5, lambda: F(4) ** F(1, 2), lambda: 2 ** F(2), lambda: 1.5 ** F(1, 2), lambda: F(0) ** -1, lambda: -a, lambda: abs(F(-1, 2)), lambda: int(a), lambda: float(a), lambda: round(a), lambda: round(a, 2), lambda: round(F(5, 2)), lambda: a.limit_denominator(2), lambda: F(3.141592653589793).limit_denominator(1000), lambda: a.limit_denominator(0), lambda: a == 7 / 3, lambda: F(1, 2) == 0.5, lambda: F(1, 2) == Decimal("0.5"), lambda: a < 2.5, lambda: a < Decimal(3), lambda: a < 1j, lambda: hash(F(1, 2)) == hash(0.5), lambda: hash(F(5)) == hash(5), lambda: a.numerator, lambda: a.as_integer_ratio(), lambda: a.is_integer(), lambda: str(F(3)), lambda: repr(F(3)), lambda: a + "x", lambda: 1 + a, lambda: a + 1j, lambda: bool(F(0)), lambda: F.from_float(0.25), lambda: F.from_decimal(5), lambda: F.from_number(5), lambda: sum([F(1, 3)] * 3), lambda: math_floor(a), lambda: complex(a), lambda: setattr(a, "numerator", 1), lambda: pow(F(2), 3, 5))
for s in ("", ".2f", "10.3e", "+", "g", "08.2f", ",.1f", "%", "_", "#", "<10", "^+9", "=10.2f", "z.0f"):
    try:
        print(format(a, s), format(F(-1, 3), s), format(F(4), s), sep="|", end="; ")
    except ValueError as e:
        print(e, end="; ")
print()
