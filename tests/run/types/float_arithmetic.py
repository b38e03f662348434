# Rounding, division, special values and hashes of floats.
import math


def t(*fs):
    for f in fs:
        try:
            print(f())
        except Exception as e:
            print(type(e).__name__, e)


t(lambda: (0.5).as_integer_ratio(), lambda: float("inf").as_integer_ratio(), lambda: float("nan").as_integer_ratio(), lambda: (1.5).is_integer(), lambda: float("inf").is_integer(), lambda: round(2.5), lambda: round(3.5), lambda: round(-2.5), lambda: round(2.675, 2), lambda: round(1e300, -300), lambda: round(1.5, 400), lambda: round(1.5, -400), lambda: round(float("nan")), lambda: round(float("inf")), lambda: round(float("inf"), 2), lambda: round(1.5, None), lambda: round(1.7976931348623157e308, -308), lambda: 1.0 // 0, lambda: 1.0 % 0.0, lambda: divmod(1.0, 0), lambda: 1.0 / 0, lambda: 0.0 ** -1, lambda: (-8.0) ** (1 / 3), lambda: 1e200 ** 2, lambda: -7.5 // 2, lambda: -7.5 % 2, lambda: 7.5 % -2, lambda: divmod(-7.5, 2), lambda: -0.0 % 5, lambda: 5.0 % float("inf"), lambda: -5.0 % float("inf"), lambda: float("inf") // 1, lambda: 1 // float("inf"), lambda: -1 // float("inf"), lambda: math.trunc(-1.5), lambda: math.floor(-1.5), lambda: (1.5).__floor__(), lambda: (1.5).__ceil__(), lambda: (1.5).__trunc__(), lambda: hash(1.5), lambda: hash(float("inf")), lambda: hash(-float("inf")), lambda: hash(1e300), lambda: hash(0.1), lambda: float.from_number(5), lambda: float.from_number("5"), lambda: (1.5).conjugate(), lambda: (1.5).real.imag, lambda: float.__getformat__("double"), lambda: float.__getformat__("x"), lambda: (1.5).__getnewargs__(), lambda: float(10**309), lambda: 1.5 < 10**400, lambda: float("nan") == float("nan"), lambda: 2.0 == 2, lambda: 1e16 == 10**16 + 1, lambda: int(1e23), lambda: "%.3f %5.1e %g %r %s" % (1.5, 12345.678, 1e-7, 0.1, 1e100), lambda: "%d" % 1.9, lambda: "%x" % 1.5, lambda: "%i" % float("inf"), lambda: "%.500f" % 0.1 == f"{0.1:.500f}", lambda: f"{1e300:.5f}"[:8])
