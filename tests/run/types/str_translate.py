# translate and maketrans.
def t(*fs):
    for f in fs:
        try:
            r = f()
            print(repr(r), type(r).__name__ if type(r) not in (str, int, bool, list, tuple, bytes, dict, type(None)) else "", end=" ")
        except Exception as e:
            print(type(e).__name__, e, end="; ")
    print()


t(lambda: "abc".translate({97: "X", 98: None, 99: 100}), lambda: "abc".translate(str.maketrans("ab", "xy", "c")), lambda: str.maketrans({"a": 1, 98: "z"}), lambda: str.maketrans("a", "bc"), lambda: str.maketrans({"ab": 1}), lambda: str.maketrans({1.5: 1}), lambda: "abc".translate({97: 1.5}), lambda: "abc".translate({97: 0x110000}), lambda: "abc".translate([None] * 98), lambda: "abc".translate(5), lambda: str.maketrans("a", "b", 1), lambda: str.maketrans(1, 2))
