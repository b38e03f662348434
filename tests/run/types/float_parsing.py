# float() of texts.


def t(*fs):
    for f in fs:
        try:
            print(f())
        except Exception as e:
            print(type(e).__name__, e)


t(*(lambda s=s: float(s) for s in ("1.5", " -2e3 ", "1_0.5_0", "1__0", "_1", "1e_5", "inf", "-Infinity", "nan", "NaN", "+nan", "infi", "1e400", "-1e400", "1e-400", "", ".", "1.", ".5", "e5", "0x10", "1.5j", "\u0661.5", "1 2", "1\x00", b"2.5", b"x", bytearray(b"3"), "1" * 400, "0." + "0" * 400 + "1", "9007199254740993", "1.7976931348623159e308", "2.2250738585072011e-308", None, [], "9" * 5)))
