# bytes and bytearray share their methods.
for kind in (bytes, bytearray):
    b = kind(b"Hello, World")
    print(b.upper(), b.lower(), b.title(), b.swapcase(), b.capitalize(), b.find(b"o"), b.rfind(b"o"), b.find(111), b.count(b"l"), b.index(b"W"), b.replace(b"l", b"L", 2))
    print(b.split(b", "), b.split(), b.rsplit(b"o", 1), b.partition(b","), b.rpartition(b"o"), b.startswith(b"He"), b.endswith((b"x", b"ld")), b.strip(b"Hd"), b.splitlines(), kind(b"a\nb\r\n").splitlines(True))
    print(b[0], b[1:3], b[::-1], b[-1], len(b), 72 in b, b"lo" in b, list(b)[:3], b + b"!", b * 2 == b + b, b.hex(), b.hex("-", 4), kind.fromhex("48 65 6C"), b.isalpha(), kind(b"ab").isalnum(), kind(b"12").isdigit(), kind(b" \t").isspace())
    print(b.center(16, b"*"), b.ljust(14, b"."), b.rjust(14), kind(b"-5").zfill(5), kind(b"a\tb").expandtabs(4), b.translate(None, b"lo"), b.translate(bytes(range(256))) == b, kind(b"-").join([b"a", bytearray(b"b")]), b.removeprefix(b"Hello"), b.decode())
    print(kind(3), kind([65, 66]), kind("é", "utf-8"), kind(memoryview(b"mv")), b == b"Hello, World", b < b"I", kind(b"%d %s %x %c %b %a") % (5, b"s", 255, 65, b"b", "é"), repr(kind(b"\x00'\"\\\n\xff")))
for f in (lambda: b"a" + "b", lambda: b"a"[5], lambda: b"abc".index(b"z"), lambda: b"a" in 5, lambda: 256 in b"a", lambda: "a" in b"a", lambda: bytes([256]), lambda: bytes(["a"]), lambda: bytes("a"), lambda: b"".join(["a"]), lambda: bytes.fromhex("4"),
          lambda: bytes.fromhex("zz"), lambda: b"a".split(b""), lambda: b"a".replace("a", b"b"), lambda: b"%d" % "a", lambda: b"%s" % 5, lambda: exec("b'a'[0] = 1"), lambda: bytearray(b"a").append(256), lambda: bytearray(b"a").append("a"), lambda: b"a".find("a"), lambda: b"\xff".decode(),
          lambda: bytes(-1), lambda: bytes(1, "a"), lambda: bytes("a", "ascii", 1), lambda: bytearray([1]).remove(5), lambda: bytearray().pop(), lambda: b"a" < "a", lambda: bytes(5.0), lambda: bytes(None), lambda: hash(bytearray())):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
m = bytearray(b"abc")
m.append(100)
m.extend(b"ef")
m += b"g"
m[0] = 65
m[1:3] = b"XYZ"
del m[-1]
m.insert(0, 33)
m.reverse()
print(m, m.pop(), m.copy() is m, bytes(m))
m.remove(100)
m *= 2
m[::2] = bytes(len(m[::2]))
print(m, m.count(b"\x00"), m.find(0))
m.clear()
print(m, bool(m), bytearray(b"x") == b"x", b"x" == bytearray(b"x"), {b"k": 1}[b"k"], hash(b"a") == hash(b"a"), b"a" == "a", bytes(bytearray(b"q")))
v = memoryview(bytearray(b"abcdef"))
v[0] = 90
v[1:3] = b"YX"
print(v.tobytes(), v[::2].tolist(), v.nbytes, v.readonly, v.format, v.itemsize, v.shape, v.contiguous, v == b"ZYXdef", v[1:].obj[:1], len(v), v.hex())
v.release()
try:
    v[0]
except ValueError as e:
    print(e)
print(memoryview(b"12345678").cast("I").tolist(), memoryview(b"\x01\x00\x02\x00").cast("h")[1], bytes.maketrans(b"ab", b"xy")[97:99])


class B(bytes):
    pass


print(B(b"a") + b"b", type(B(b"a")[:]).__name__, B(b"x") == b"x", isinstance(B(), bytes), B([1]).hex())
