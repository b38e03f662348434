# decimal: contexts, signals, rounding, parsing, formatting, special values.
import decimal
from decimal import *


def t(*fs):
    for f in fs:
        try:
            print(f())
        except Exception as e:
            print(type(e).__name__, e)


D = Decimal
for s in ("1.50", "-0", "1e5", "1E-10", " 2 ", "1_000.5", "NaN", "sNaN123", "-Infinity", "inf", ".5", "5.", "0e10", "\u0661"):
    t(lambda: D(s))
t(lambda: D(1.1), lambda: D((0, (1, 2, 3), -2)), lambda: D((1, (0,), "F")), lambda: D(True), lambda: D(10**30), lambda: D())
a, b = D("7.5"), D("-2")
t(lambda: a / b, lambda: a // b, lambda: a % b, lambda: divmod(a, b), lambda: a ** b, lambda: a + 1, lambda: 1 - a, lambda: a == 7.5, lambda: a < 8.1, lambda: a == "7.5", lambda: D(1) / 3, lambda: D(2).sqrt(), lambda: D(10).ln(), lambda: D(100).log10(), lambda: D(1).exp(), lambda: D(0).ln(), lambda: a.quantize(D("1")), lambda: D("2.5").quantize(D(1), ROUND_HALF_UP), lambda: round(D("2.675"), 2), lambda: round(D("2.5")), lambda: round(D("-3.5")), lambda: int(D("-3.9")), lambda: float(D("0.1")), lambda: hash(D("1.0")) == hash(1), lambda: D("1.0") == D("1.00"), lambda: D("NaN") == D("NaN"), lambda: D("NaN") + 1, lambda: D("1.20").normalize(), lambda: D("1E+3").to_integral_value(), lambda: D("123.456").as_tuple(), lambda: D("0.25").as_integer_ratio(), lambda: D("1.5").adjusted(), lambda: D("12.3").scaleb(2), lambda: D("5").compare(D("NaN")), lambda: D("5").max(3), lambda: D("1.1").fma(2, 3), lambda: D(5).is_signed(), lambda: D("1e-7"), lambda: str(D("1e-6")), lambda: D("1.5").to_eng_string(), lambda: D("123E+5").to_eng_string(), lambda: D("-0").is_zero(), lambda: D(7).remainder_near(4), lambda: D("1.23").same_quantum(D("9.99")), lambda: D("1101").logical_xor(D("0110")), lambda: D(3).next_plus(), lambda: D(-5).copy_abs(), lambda: D(1).copy_sign(-2), lambda: D("1.5").number_class(), lambda: pow(D(3), 2, 5), lambda: D(2) ** D("0.5"), lambda: D.from_float(0.5), lambda: abs(D(-1)), lambda: -D(0), lambda: +D("1.23456789012345678901234567890"), lambda: sorted([D(3), 1, 2.5]), lambda: sum([D("0.1")] * 3), lambda: D("1").is_nan(), lambda: complex(D("1.5")), lambda: D(10).shift(2), lambda: D("12345").rotate(2), lambda: D.from_number(3) if hasattr(D, "from_number") else 3)
for s in ("", ".2f", "10.1f", "<8", "+", "e", ".3e", "g", ",", "08.2f", "%", ".1%", "n", "^9.1f", "_", "*>7", "z.0f", "E", "G"):
    print(format(D("-1234.5678"), s), format(D("0.00012"), s), sep="|", end="; ")
print()
with localcontext() as ctx:
    ctx.prec = 5
    print(D(1) / 3, ctx.divide(2, 3), getcontext().prec, bool(ctx.flags[Inexact]), ctx.create_decimal("1.23456789"))
    for r in (ROUND_UP, ROUND_DOWN, ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_05UP):
        ctx.rounding = r
        print(r, D("2.5").quantize(D(1)), D("-2.5").quantize(D(1)), D("1.00001") * D("1.00001"))
    ctx.traps[Inexact] = True
    t(lambda: setattr(ctx, "nope", 1))
with localcontext(prec=3) as ctx:
    ctx.clear_traps()
    t()
