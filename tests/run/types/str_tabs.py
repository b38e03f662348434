# expandtabs.
def t(*fs):
    for f in fs:
        try:
            r = f()
            print(repr(r), type(r).__name__ if type(r) not in (str, int, bool, list, tuple, bytes, dict, type(None)) else "", end=" ")
        except Exception as e:
            print(type(e).__name__, e, end="; ")
    print()


t(lambda: "a\tb".expandtabs(), lambda: "a\tb".expandtabs(4), lambda: "a\tb\n\tc".expandtabs(2), lambda: "a\tb".expandtabs(0), lambda: "a\tb".expandtabs(-1), lambda: "a\tb".expandtabs("x"), lambda: "a\tb".expandtabs(tabsize=3))
