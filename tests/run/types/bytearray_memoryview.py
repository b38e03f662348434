# bytearray and memoryview.
b = bytearray(b"hello"); b += b" world"; b[0] = 72; b[-1:] = b"D!"; print(b, len(b), b[1:4], b[::-2])
del b[::2]; print(b); b.insert(1, 65); b.append(66); b.extend([67, 68]); print(b, b.pop(), b.pop(0)); b.remove(65); b.reverse(); print(b)
b *= 2; print(b, b * 2, b + b"x", b"x" + b, b == bytes(b), b in [bytes(b)], 66 in b, b"B" in b)
print(bytearray(3), bytearray("é", "utf8"), bytearray([1, 2]), bytearray(b"a").hex(), bytearray.fromhex("ff 00"), repr(bytearray(b"it's \"q\"\n")))
m = memoryview(b); m[0] = 1; print(m, m[0], m.nbytes, m.format, m.itemsize, m.shape, m.strides, m.readonly, m.obj is b, b) if 0 else print(m[0], m.nbytes, m.format, m.itemsize, m.shape, m.strides, m.readonly, m.obj is b, b)
with m:
    try: b.append(1)
    except BufferError as e: print(e)
try: m[0]
except ValueError as e: print(e)
b.append(1); print(b)
v = memoryview(b"abcdefgh"); print(v[2:5].tobytes(), v[::2].tolist(), bytes(v[::-1]), v == b"abcdefgh", v[1:3] == b"bc", hash(v) == hash(b"abcdefgh"), v.hex(), list(v), v.c_contiguous, v[::2].contiguous)
w = v.cast("I"); print(w.tolist(), w.format, w.shape, len(w)); x = v.cast("B", [2, 4]); print(x.tolist(), x[1, 2], x.shape, x.strides, x.ndim, x.tobytes("F"))
a = bytearray(8); c = memoryview(a).cast("i"); c[0] = -5; c[1] = 7; print(a, c.tolist())
with memoryview(a) as mm: mm[2:4] = b"zz"; print(a)
def err(f):
    try: print(f())
    except Exception as e: print(type(e).__name__, e)
err(lambda: v.__setitem__(0, 1)); err(lambda: memoryview(5)); err(lambda: memoryview("a")); err(lambda: c.__setitem__(0, 2**40)); err(lambda: c.__setitem__(0, "a")); err(lambda: v["a"]); err(lambda: v[100]); err(lambda: hash(memoryview(a)))
err(lambda: bytearray([256])); err(lambda: bytearray("a")); err(lambda: bytearray(1.5)); err(lambda: bytearray().pop()); err(lambda: bytearray(b"a").remove(5)); err(lambda: b.__setitem__(0, 300)); err(lambda: b.__setitem__(slice(0, 1), 5)); err(lambda: bytearray().append("a")); err(lambda: bytearray().extend("ab")); err(lambda: bytearray().extend(5)); err(lambda: b + "a"); err(lambda: hash(b)); err(lambda: b["x"]); err(lambda: b[99])
class B:
    def __init__(s): s.data = bytearray(b"buf")
    def __buffer__(s, flags): return memoryview(s.data)
    def __release_buffer__(s, m): print("released")
print(bytes(B()), b"x".join([B()]), bytearray(B()))
print(b"a,b,c".split(b","), b"abc".translate(bytes.maketrans(b"ab", b"xy"), b"c"), b"%s-%d" % (b"q", 5), b"aXbX".replace(b"X", b"--"), b"tEsT".title(), b"a\tb".expandtabs(), b"ab".center(7, b"*"), b"7".zfill(3), b"a b".partition(b" "))
class Bs(bytes): pass
y = Bs(b"sub"); y.attr = 1; print(y, type(y + b"").__name__, y.attr, hash(y) == hash(b"sub"), type(y.upper()).__name__, bytes(y), type(bytes(y)).__name__)
print(int.from_bytes(b"\x01\x02"), (258).to_bytes(2), int(b"12"), float(b"1.5"), b"abc" < b"abd", bytes(range(5)), bytes(3), bytes([1]))
def temporary():
    b = bytearray(b"abc")
    for i in range(3):
        x = bytes(memoryview(b)[1:])
        b.append(i)
        del b[:1]
    return b, x
print(temporary())
