# Exact arithmetic.
from decimal import ROUND_HALF_UP, Context, Decimal, DivisionByZero, InvalidOperation, getcontext, localcontext
from fractions import Fraction

print(Decimal("0.1") + Decimal("0.2"), Decimal(1) / Decimal(3), Decimal("1.10") * 3, Decimal("-7") // 2, Decimal("-7") % 2, Decimal(2) ** 0.5 if False else Decimal(2) ** Decimal("0.5"), Decimal("1E+3"), Decimal("12.3400").normalize())
print(Decimal("2.675").quantize(Decimal("0.01")), Decimal("2.675").quantize(Decimal("0.01"), ROUND_HALF_UP), round(Decimal("2.5")), round(Decimal("1.245"), 2), int(Decimal("-3.9")), float(Decimal("1.5")), Decimal(0.1), str(Decimal("NaN")), Decimal("Infinity") > 10)
with localcontext() as ctx:
    ctx.prec = 50
    print(Decimal(1) / 7, Decimal(2).sqrt(), Decimal(1).exp(), Decimal(10).ln())
print(getcontext().prec, Context(prec=3).divide(Decimal(1), Decimal(3)), Decimal("1.00").as_tuple(), Decimal("1.0") == Decimal("1.00") == 1, hash(Decimal(2)) == hash(2), sorted([Decimal(2), 1, Decimal("1.5")]), max(Decimal(1), 2))
for f in (lambda: Decimal(1) / 0, lambda: Decimal("abc"), lambda: Decimal(1) + 1.5, lambda: Decimal("NaN") < 1, lambda: Decimal(0) / 0):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__)
print(f"{Decimal('1234567.891'):,.2f} {Decimal('0.000001')} {Decimal('1e-7')} {Decimal('0.5'):.0%} {Decimal('3'):05}")
a, b = Fraction(3, 4), Fraction("0.125")
print(a + b, a - b, a * b, a / b, a**2, a // b, a % b, -a, abs(-a), a > b, a == 0.75, Fraction(0.5), Fraction("3/6"), Fraction(7, -3), repr(a), float(a), int(Fraction(7, 2)), round(Fraction(5, 2)), Fraction(355, 113).limit_denominator(10), a.as_integer_ratio(), hash(Fraction(2)) == hash(2), a + 1, 1 - a, a + 0.5)
print(sum([Fraction(1, i) for i in range(1, 11)]), Fraction(1, 3).numerator, Fraction.from_float(0.3).denominator, f"{Fraction(1, 3):.4f}", max(a, b))
for f in (lambda: Fraction(1, 0), lambda: Fraction("x"), lambda: Fraction(1.5, 2)):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
