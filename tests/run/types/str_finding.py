# find, index, count and their bounds.
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


t(lambda: "abcabc".find("c"), lambda: "abcabc".find("c", 3), lambda: "abcabc".rfind("c", 0, -1), lambda: "abc".find(""), lambda: "abc".find("", 3), lambda: "abc".find("", 4), lambda: "abc".rfind(""), lambda: "abc".index("z"), lambda: "abc".rindex("z"), lambda: "abc".find(1), lambda: "abc".find("a", None, None), lambda: "abc".find("a", "x"), lambda: "aaa".count("aa"), lambda: "abc".count(""), lambda: "".count(""), lambda: "abc".count("", 5), lambda: "abc".count("b", I()), lambda: "abc".find("b", -10**20, 10**20))
