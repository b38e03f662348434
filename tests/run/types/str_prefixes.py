# startswith and endswith: tuples, bounds, errors.
def t(*fs):
    for f in fs:
        try:
            r = f()
            print(repr(r), type(r).__name__ if type(r) not in (str, int, bool, list, tuple, bytes, dict, type(None)) else "", end=" ")
        except Exception as e:
            print(type(e).__name__, e, end="; ")
    print()


t(lambda: "abc".startswith("ab"), lambda: "abc".startswith(("x", "a")), lambda: "abc".startswith(()), lambda: "abc".startswith(""), lambda: "abc".startswith("", 4), lambda: "abc".startswith("bc", 1), lambda: "abc".startswith(["a"]), lambda: "abc".startswith((1,)), lambda: "abc".endswith("c", 0, -1), lambda: "abc".endswith(b"c"), lambda: "abc".endswith(("bc",), -2), lambda: "abc".startswith())
