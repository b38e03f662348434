# str() of bytes and objects; encode.
def t(*fs):
    for f in fs:
        try:
            r = f()
            print(repr(r), type(r).__name__ if type(r) not in (str, int, bool, list, tuple, bytes, dict, type(None)) else "", end=" ")
        except Exception as e:
            print(type(e).__name__, e, end="; ")
    print()


class S(str): pass


t(lambda: str(b"a"), lambda: str(b"a", "ascii"), lambda: str(b"\xff", "utf-8"), lambda: str(b"\xff", errors="replace"), lambda: str(b"\xff", "ascii", "nope"), lambda: str("a", "utf-8"), lambda: str(1, "utf-8"), lambda: str(object=5), lambda: str(b"a", "nope"), lambda: str(memoryview(b"x"), "ascii"), lambda: str(S("x")), lambda: str.__new__(S, "q"), lambda: str(encoding="utf-8"), lambda: S(), lambda: "x".__str__(), lambda: S("x").__str__(), lambda: str.join("a"), lambda: str.upper(5), lambda: "a".encode("ascii"), lambda: "é".encode("ascii"), lambda: "é".encode("ascii", "xmlcharrefreplace"), lambda: "é\ud800".encode("utf-8"), lambda: "\ud800".encode("utf-8", "surrogatepass"), lambda: "é".encode(1), lambda: "é".encode("latin-1", "strict"), lambda: "é".encode("utf-16-le"), lambda: "a".encode("rot13"), lambda: "x".encode(errors="foo"))
