# float.fromhex.


def t(*fs):
    for f in fs:
        try:
            print(f())
        except Exception as e:
            print(type(e).__name__, e)


t(*(lambda s=s: float.fromhex(s) for s in ("0x1.8p3", "1.8", "-0x.1p-4", "inf", "nan", "0x1p1024", "0x1p-1080", "0x", "zz", "0x1.fffffffffffff8p0", " 0X1P+2 ", "0x1p", "1p5", "", "0x1.00000000000008p0")))
