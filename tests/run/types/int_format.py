# format() of ints: every kind of specification.


def t(*fs):
    for f in fs:
        try:
            print(f())
        except Exception as e:
            print(type(e).__name__, e)


for v in (0, 255, -255, 10**20):
    for s in ("", "d", "b", "#b", "o", "#o", "x", "#X", "c" if v == 255 else "d", "n", "+", " ", "08", "<8", "^8", "=+8", ",", "_", "#_b", "010,", "e", ".3f", "%", "g", "10.2e"):
        print(format(v, s), end="|")
    print()
t(*(lambda s=s: format(5, s) for s in ("s", ".3", ".3d", "#,", ",x", "_,", ",_", "=^5", "q", "<<<5", "5.", "z", "zd", "c5", "1000000000000000000000d", "08,d", "+c", "#c", "é>3", "x>", "10x2")))
