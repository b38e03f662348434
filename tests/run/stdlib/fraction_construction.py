# Fraction from texts and numbers.
from decimal import Decimal
from fractions import Fraction as F


def t(*fs):
    for f in fs:
        try:
            print(f())
        except Exception as e:
            print(type(e).__name__, e)


t(*(lambda s=s: F(s) for s in ("1/2", " -3 ", "1.25", "1e-2", "3/0", "1/-2", "1 / 2", "x", "", "1_0/2_0", "inf", ".5", "1/2/3", "0x1")), lambda: F(1, 2), lambda: F(2, -4), lambda: F(1, 0), lambda: F(0.1), lambda: F(Decimal("0.1")), lambda: F(1.5, 2), lambda: F(None), lambda: F(float("nan")), lambda: F(float("inf")), lambda: F(F(1, 2), F(3, 4)), lambda: F("a", 1), lambda: F(), lambda: F(True), lambda: F(1j))
