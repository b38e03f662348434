# split and rsplit: separators, limits, blanks.
def t(*fs):
    for f in fs:
        try:
            r = f()
            print(repr(r), type(r).__name__ if type(r) not in (str, int, bool, list, tuple, bytes, dict, type(None)) else "", end=" ")
        except Exception as e:
            print(type(e).__name__, e, end="; ")
    print()


t(lambda: "a,b,,c".split(","), lambda: "a,b,c".split(",", 1), lambda: "".split(","), lambda: "".split(), lambda: " a  b ".split(), lambda: " a  b ".split(" "), lambda: "a b c".split(None, 1), lambda: " a b ".rsplit(None, 1), lambda: "abc".split(""), lambda: "abc".split(1), lambda: "aXbXc".rsplit("X", 1), lambda: "a\x1fb\u2003c".split(), lambda: "aaa".split("aa"), lambda: "a".split(maxsplit=-1, sep="b"), lambda: "a b".split(maxsplit="x"))
