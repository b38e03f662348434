# Specifications that floats refuse.


def t(*fs):
    for f in fs:
        try:
            print(f())
        except Exception as e:
            print(type(e).__name__, e)


for s in ("d", "x", "s", "c", "5", ".", ".x", "#", "b", ",_", "_,", "10,.3n", ".1_f", ".2,f", "é^7", "<", "0", "00", "-", "1000000000000.5f"):
    t()
