# Case mappings that change lengths or depend on neighbours.
def t(*fs):
    for f in fs:
        try:
            r = f()
            print(repr(r), type(r).__name__ if type(r) not in (str, int, bool, list, tuple, bytes, dict, type(None)) else "", end=" ")
        except Exception as e:
            print(type(e).__name__, e, end="; ")
    print()


t(lambda: "ß".upper(), lambda: "ß".casefold(), lambda: "ß".swapcase(), lambda: "ŉ".upper(), lambda: "İ".lower(), lambda: "ΑΣ".lower(), lambda: "ΣΑ".lower(), lambda: "ǆ".title(), lambda: "ǆ".capitalize(), lambda: "they're bill's".title(), lambda: "a1b c".title(), lambda: "ﬁ".upper(), lambda: "HELLO wORLD".capitalize(), lambda: "aB".swapcase())
