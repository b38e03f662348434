# partition and join.
def t(*fs):
    for f in fs:
        try:
            r = f()
            print(repr(r), type(r).__name__ if type(r) not in (str, int, bool, list, tuple, bytes, dict, type(None)) else "", end=" ")
        except Exception as e:
            print(type(e).__name__, e, end="; ")
    print()


class S(str): pass


t(lambda: "a-b-c".partition("-"), lambda: "a-b-c".rpartition("-"), lambda: "abc".partition("x"), lambda: "abc".rpartition("x"), lambda: "abc".partition(""), lambda: "abc".partition(1), lambda: "-".join(["a", "b"]), lambda: "-".join("abc"), lambda: "-".join([]), lambda: "-".join(["a"]), lambda: "-".join([S("a")]), lambda: "-".join(["a", 1]), lambda: "-".join(["a", b"b"]), lambda: "-".join(x for x in "ab"), lambda: S("-").join(["a"]), lambda: "".join({"a": 1}))
