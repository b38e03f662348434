# Repetition, concatenation, subscripts of strings.
def t(*fs):
    for f in fs:
        try:
            r = f()
            print(repr(r), type(r).__name__ if type(r) not in (str, int, bool, list, tuple, bytes, dict, type(None)) else "", end=" ")
        except Exception as e:
            print(type(e).__name__, e, end="; ")
    print()


class S(str): pass


class I:
    def __index__(self): return 2


t(lambda: "a" * 3, lambda: "a" * -1, lambda: 0 * "a", lambda: "a" * True, lambda: "a" * I(), lambda: "a" * 1.5, lambda: "ab" * (10**30), lambda: "a" + "b", lambda: "a" + b"b", lambda: "a" + 1, lambda: S("a") + S("b"), lambda: S("a") * 1, lambda: "abc"[1], lambda: "abc"[-4], lambda: "abc"["a"], lambda: "abc"[1.0], lambda: "abc"[::-1], lambda: "abc"[::0], lambda: "abc"[5:1], lambda: S("abc")[:], lambda: "abc"[I()], lambda: "abc"[10**30], lambda: "abc"[:10**30])
