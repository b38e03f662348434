# memoryview: formats, shapes, casts, slices, release, comparison.
import array


def t(*fs):
    for f in fs:
        try:
            print(f(), end="; ")
        except Exception as e:
            print(type(e).__name__, e, end="; ")
    print()


b = bytearray(b"abcdefgh")
m = memoryview(b)
print(m.format, m.itemsize, m.ndim, m.shape, m.strides, m.suboffsets, m.readonly, m.nbytes, len(m), m.contiguous, m.c_contiguous, m.f_contiguous, m.obj is b)
t(lambda: m[0], lambda: m[-1], lambda: m[8], lambda: m["a"], lambda: m[1:3].tobytes(), lambda: m[::2].tolist(), lambda: m[::-1].tobytes(), lambda: m[::2].strides, lambda: m[::2].contiguous, lambda: m[...], lambda: m[()], lambda: m[0, 1], lambda: m[1.5], lambda: bytes(m), lambda: m.tobytes("F"), lambda: m.tobytes("X"), lambda: m.hex(), lambda: m.hex(":"), lambda: m[::3].hex("-"), lambda: m.tolist())
t(lambda: m.__setitem__(0, 65), lambda: m.__setitem__(0, 256), lambda: m.__setitem__(0, "a"), lambda: m.__setitem__(0, b"a"), lambda: m.__setitem__(slice(0, 2), b"xy"), lambda: m.__setitem__(slice(0, 2), b"xyz"), lambda: m.__setitem__(slice(0, 4, 2), b"12"), lambda: m.__setitem__(slice(0, 2), [1, 2]), lambda: m.__delitem__(0), lambda: bytes(b), lambda: memoryview(b"ro").__setitem__(0, 1), lambda: m.__setitem__(slice(0, 4), m[4:]), lambda: bytes(b), lambda: m.__setitem__(slice(1, 5), m[0:4]), lambda: bytes(b))
t(lambda: m.cast("I").tolist(), lambda: m.cast("H").shape, lambda: m.cast("B", (2, 4)).tolist(), lambda: m.cast("B", [2, 2, 2]).tolist(), lambda: m.cast("B", (3, 3)), lambda: m.cast("q").format, lambda: m[:3].cast("H"), lambda: m.cast("x"), lambda: m.cast(5), lambda: m.cast("B", 5), lambda: m.cast("I").cast("H"), lambda: m.cast("I").cast("B").nbytes, lambda: m[::2].cast("B"), lambda: m.cast("c")[0], lambda: m.cast("c").tolist(), lambda: m.cast("?").tolist()[:2], lambda: m.cast("d").itemsize, lambda: m.cast("B", (0,)), lambda: m.cast("B", (2, -4)), lambda: m.cast("e").shape, lambda: m.cast("@I").format, lambda: m.cast("<I"))
g = m.cast("B", (2, 4))
t(lambda: g[0], lambda: g[0, 1], lambda: g[1, -1], lambda: g[2, 0], lambda: g[0, 0, 0], lambda: g[0:1].tolist(), lambda: len(g), lambda: g.ndim, lambda: g.__setitem__((0, 0), 90), lambda: g.__setitem__(0, 1), lambda: list(g), lambda: g == g, lambda: g == m, lambda: g.tobytes() == m.tobytes(), lambda: bytes(g), lambda: 5 in m, lambda: g[0:1, 0], lambda: hash(m))
t(lambda: m == b, lambda: m == bytes(b), lambda: m != b"x", lambda: m == "x", lambda: m < m, lambda: memoryview(b"ab") == memoryview(array.array("B", b"ab")), lambda: memoryview(array.array("i", [1, 2])) == memoryview(array.array("q", [1, 2])), lambda: memoryview(array.array("d", [1.5])).tolist(), lambda: hash(memoryview(b"ab")) == hash(b"ab"), lambda: hash(memoryview(b"abcd").cast("I")), lambda: hash(memoryview(b"ab")[::-1]) == hash(b"ba"), lambda: m.count(65), lambda: m.index(b[1]), lambda: m.index(250), lambda: list(reversed(m[:2])), lambda: repr(m)[:10], lambda: m.toreadonly().readonly, lambda: m.toreadonly().__setitem__(0, 1), lambda: type(iter(m)).__name__, lambda: memoryview(m).obj is b, lambda: memoryview("s"), lambda: memoryview(), lambda: memoryview(5))
m2 = m[2:]
m.release()
m.release()
t(lambda: m[0], lambda: len(m), lambda: m.format, lambda: m.tobytes(), lambda: repr(m)[:19], lambda: m == m, lambda: m == b, lambda: m.cast("B"), lambda: memoryview(m), lambda: hash(m), lambda: m.__enter__(), lambda: bytes(m2[:1]), lambda: m.obj, lambda: m.readonly, lambda: m.hex())
with memoryview(b) as k: print(k[0])
t(lambda: k[0], lambda: m2.itemsize)
a = array.array("h", [1, -2, 3])
ma = memoryview(a)
t(lambda: ma.tolist(), lambda: ma[1], lambda: ma.__setitem__(1, 40000), lambda: ma.__setitem__(1, -7), lambda: a, lambda: ma.__setitem__(1, 1.5), lambda: ma[1:].tobytes(), lambda: ma[::2].tolist(), lambda: ma.nbytes, lambda: ma.cast("B")[0])
ma.release()
t(lambda: a.append(5), lambda: a)


class Exp:
    def __init__(self): self.d = bytearray(b"buffer")
    def __buffer__(self, flags): return memoryview(self.d)
    def __release_buffer__(self, v): print("release", end=" "); v.release()


e = Exp()
with memoryview(e) as v: print(bytes(v), end=" ")
print(bytes(e), bytearray(e), b"".join([e]), b"x" + bytes(e))
