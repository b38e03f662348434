# strip and its kin, removeprefix and removesuffix.
def t(*fs):
    for f in fs:
        try:
            r = f()
            print(repr(r), type(r).__name__ if type(r) not in (str, int, bool, list, tuple, bytes, dict, type(None)) else "", end=" ")
        except Exception as e:
            print(type(e).__name__, e, end="; ")
    print()


t(lambda: "  a ".strip(), lambda: "xxaxx".strip("x"), lambda: "abcba".strip("ab"), lambda: "a".strip(None), lambda: "a".strip(1), lambda: "\x1f\u3000a\x85".strip(), lambda: "aab".lstrip("a"), lambda: "baa".rstrip("a"), lambda: "".strip(""), lambda: "abc".removeprefix("ab"), lambda: "abc".removeprefix("x"), lambda: "abc".removesuffix(""), lambda: "abc".removesuffix("abc"), lambda: "abc".removeprefix(("a",)))
