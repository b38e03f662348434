# replace: empty patterns, limits, keyword and errors.
def t(*fs):
    for f in fs:
        try:
            r = f()
            print(repr(r), type(r).__name__ if type(r) not in (str, int, bool, list, tuple, bytes, dict, type(None)) else "", end=" ")
        except Exception as e:
            print(type(e).__name__, e, end="; ")
    print()


t(lambda: "abc".replace("b", "X"), lambda: "aaa".replace("a", "b", 2), lambda: "aaa".replace("", "-"), lambda: "aaa".replace("", "-", 2), lambda: "".replace("", "x"), lambda: "".replace("", "x", 0), lambda: "abc".replace("a"), lambda: "abc".replace("a", 1), lambda: "abc".replace("a", "b", count=1), lambda: "abc".replace("a", "b", -1), lambda: "abc".replace(1, "b"))
