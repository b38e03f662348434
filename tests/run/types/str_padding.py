# center, ljust, rjust and zfill: widths and fill characters.
def t(*fs):
    for f in fs:
        try:
            r = f()
            print(repr(r), type(r).__name__ if type(r) not in (str, int, bool, list, tuple, bytes, dict, type(None)) else "", end=" ")
        except Exception as e:
            print(type(e).__name__, e, end="; ")
    print()


class I:
    def __index__(self): return 2


s = "héllo wörld"
t(lambda: s.center(20, "*"), lambda: s.center(3), lambda: s.center(20, "ab"), lambda: s.center("x"), lambda: "ab".center(5, "-"), lambda: "abc".center(6, "-"), lambda: s.ljust(I()), lambda: "a".rjust(3, ""), lambda: "a".zfill(4), lambda: "-5".zfill(5), lambda: "+".zfill(3), lambda: "".zfill(2), lambda: "--1".zfill(6))
