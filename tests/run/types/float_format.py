# Floats in every format.


def t(*fs):
    for f in fs:
        try:
            print(f())
        except Exception as e:
            print(type(e).__name__, e)


for v in (0.0, -0.0, 1.0, 0.1, 1e16, 1e15, 123456789.123, 1e-5, 0.0001, 1.5e300, 5e-324, 2.5, float("inf"), float("nan"), 1/3, 1e22, 1e23, 9007199254740993.0):
    print(v, *(format(v, s) for s in ("e", ".2f", "g", ".0f", "%", "n", "G", ".3", "+.1e", " g", "#.0f", "#g", "015.3f", ">12", "=+9.1f", ",", ",.2f", "_.3f", "z.1f", ".10g", "F", "E")), v.hex(), sep="|")
