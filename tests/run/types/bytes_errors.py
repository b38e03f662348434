# bytes and bytearray: construction, methods and every kind of refusal.
class I:
    def __index__(self): return 3


class B:
    def __bytes__(self): return b"B"


class Bad:
    def __bytes__(self): return "no"


class Sub(bytes): pass


def t(*fs):
    for f in fs:
        try:
            print(repr(f()), end=" ")
        except Exception as e:
            print(type(e).__name__, e, end="; ")
    print()


for T in (bytes, bytearray):
    t(lambda: T(), lambda: T(3), lambda: T(I()), lambda: T([1, 2]), lambda: T([I()]), lambda: T("é", "utf-8"), lambda: T("é", "ascii", "replace"), lambda: T(b"x"), lambda: T(B()), lambda: T(Bad()), lambda: T("x"), lambda: T(-1), lambda: T([256]), lambda: T([-1]), lambda: T(["a"]), lambda: T(1.5), lambda: T(None), lambda: T(b"x", "ascii"), lambda: T(5, "ascii"), lambda: T(errors="x"), lambda: T(encoding="ascii"), lambda: T(10**30), lambda: T({1: 2}), lambda: T(x for x in (1, 2)), lambda: T(memoryview(b"ab")), lambda: T(range(3)), lambda: T("a", 5), lambda: T("x", "nope"))
    v = T(b"abcabc")
    t(lambda: v.find(b"c"), lambda: v.find(99), lambda: v.find(256), lambda: v.find("c"), lambda: v.index(b"z"), lambda: v.rindex(b"z"), lambda: v.count(97), lambda: v.count(b""), lambda: v.rfind(b"", 3), lambda: b"a" in v, lambda: 97 in v, lambda: 300 in v, lambda: "a" in v, lambda: v.index(-1), lambda: v.find(None))
    t(lambda: v.split(b"b"), lambda: v.split(), lambda: v.split(b""), lambda: v.split("b"), lambda: v.rsplit(b"b", 1), lambda: v.partition(b"c"), lambda: v.rpartition(b"c"), lambda: v.partition(b""), lambda: v.partition(1), lambda: T(b"a\nb\r\nc").splitlines(True), lambda: T(b"a\x0bb").splitlines())
    t(lambda: v.replace(b"a", b"X"), lambda: v.replace(b"", b"-", 2), lambda: v.replace("a", b"x"), lambda: v.strip(b"ac"), lambda: v.strip("a"), lambda: v.lstrip(None), lambda: v.removeprefix(b"ab"), lambda: v.removesuffix("c"), lambda: v.startswith((b"x", b"a")), lambda: v.startswith("a"), lambda: v.startswith([b"a"]), lambda: v.endswith(b"c", 0, -1))
    t(lambda: v.join([b"x", T(b"y"), memoryview(b"z")]), lambda: v.join(["x"]), lambda: v.join([1]), lambda: v.join(5), lambda: v.join([]), lambda: v.translate(None, b"a"), lambda: v.translate(bytes(range(256))[::-1]), lambda: v.translate(b"x"), lambda: v.translate("x"), lambda: v.translate(None), lambda: T.maketrans(b"a", b"bc"), lambda: T.maketrans(b"a", b"b")[97], lambda: v.translate(bytes(256), delete=b"abc"))
    t(lambda: v.hex(), lambda: v.hex(":"), lambda: v.hex("-", 4), lambda: v.hex("-", -4), lambda: v.hex("ab"), lambda: v.hex(5), lambda: v.hex("é"), lambda: v.hex(b"_", 2), lambda: T.fromhex("61 62"), lambda: T.fromhex("6 1"), lambda: T.fromhex("6"), lambda: T.fromhex("zz"), lambda: T.fromhex("61\n62 "), lambda: T.fromhex(b"6162"), lambda: T.fromhex("é"), lambda: T.fromhex(5), lambda: v.decode(), lambda: T(b"\xff").decode(), lambda: T(b"\xffa").decode("ascii", "replace"), lambda: T(b"\xff").decode("ascii", "backslashreplace"), lambda: T(b"a").decode("nope"), lambda: T(b"\xff").decode("utf-8", "nope"))
    t(lambda: v + b"x", lambda: v + "x", lambda: v + 1, lambda: v + bytearray(b"q"), lambda: v + memoryview(b"q"), lambda: v * 2, lambda: v * -1, lambda: v * 1.5, lambda: 2 * v, lambda: v[0], lambda: v[-1], lambda: v[10], lambda: v["a"], lambda: v[1:3], lambda: v[::-2], lambda: v[::0], lambda: v == b"abcabc", lambda: v < b"b", lambda: v < "b", lambda: v == "abcabc", lambda: v > [1])
    t(lambda: v.center(10, b"*"), lambda: v.center(10, b"ab"), lambda: v.ljust(8, "x"), lambda: v.zfill(8), lambda: T(b"-1").zfill(4), lambda: v.title(), lambda: v.upper(), lambda: T(b"aB\xe9").swapcase(), lambda: v.capitalize(), lambda: v.isalpha(), lambda: T(b"").isalpha(), lambda: v.isascii(), lambda: T(b"A B").istitle(), lambda: T(b"a\tb").expandtabs(3), lambda: v.expandtabs("x"), lambda: T(b"\x00\x7f'\"\\\n"), lambda: T(b"'"), lambda: str(T(b"x")), lambda: f"{T(b'x')}", lambda: f"{T(b'x'):>5}")
    t(lambda: T(b"%d %s %b %a %c %c %r") % (5, b"s", B(), "é", 65, b"B", "q"), lambda: T(b"%s") % "x", lambda: T(b"%d") % "x", lambda: T(b"%c") % 256, lambda: T(b"%c") % "a", lambda: T(b"%(k)s") % {b"k": b"v"}, lambda: T(b"%(k)s") % {"k": b"v"}, lambda: T(b"%") % (), lambda: T(b"%z") % 1, lambda: T(b"a") % 1, lambda: T(b"%s %s") % (b"a",), lambda: T(b"%x %05d %-5d| %+d %e") % (255, 42, 7, 3, 1.5), lambda: T(b"%b") % 5, lambda: T(b"%.2s") % b"abc", lambda: T(b"%%") % ())
b = b"x"
t(lambda: hash(bytearray()), lambda: hash(b) == hash(b"x"), lambda: b.__setitem__(0, 1), lambda: type(Sub(b"a") + b"b").__name__, lambda: type(Sub(b"a")[:]).__name__, lambda: Sub.fromhex("61").__class__.__name__, lambda: Sub(b"x"), lambda: bytes(Sub(b"x")).__class__.__name__, lambda: b.__bytes__(), lambda: b"\xf0".__repr__(), lambda: {b"a": 1}["a"], lambda: b"a" == bytearray(b"a"), lambda: b"" .join(iter([b"1"])))
