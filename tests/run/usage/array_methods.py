# array: type codes, items, slices, conversions.
import array


def t(*fs):
    for f in fs:
        try:
            print(f())
        except Exception as e:
            print(type(e).__name__, e)


A = array.array
t(*(lambda c=c: (A(c).itemsize, A(c, [1, 2])) for c in "bBhHiIlLqQfduwz"), lambda: A("u", "ab"), lambda: A("w", "aé"), lambda: A("i", "ab"), lambda: A("b", b"ab"), lambda: A("h", b"abc"), lambda: A("b", [128]), lambda: A("B", [-1]), lambda: A("i", [1.5]), lambda: A("d", ["a"]), lambda: A("i", 5), lambda: A(), lambda: A(5), lambda: A("ii"), lambda: A("Q", [2**64]), lambda: A("f", [1e40]), lambda: A("i", A("h", [1, 2])), lambda: A("i", bytearray(4)), lambda: A("i", x=1), lambda: A("w", [1]))
a = A("i", [3, 1, 2])
t(lambda: a[0], lambda: a[5], lambda: a["x"], lambda: a[1:], lambda: a[::-1], lambda: a.__setitem__(0, 2**31), lambda: a.__setitem__(slice(0, 1), A("i", [7, 8])), lambda: a, lambda: a.__setitem__(slice(0, 1), [1]), lambda: a.__setitem__(slice(0, 1), A("h", [1])), lambda: a.append("x"), lambda: a.extend([5]), lambda: a.extend(A("h", [1])), lambda: a.extend("x"), lambda: a.insert(-100, 0), lambda: a.pop(), lambda: a.pop(50), lambda: a.remove(99), lambda: a.index(8), lambda: a.index(99), lambda: a.index(8, 0, 1), lambda: a.count(8), lambda: a.reverse(), lambda: a, lambda: a + A("i", [1]), lambda: a + [1], lambda: a + A("h"), lambda: a * 2, lambda: a * -1, lambda: a == A("d", a), lambda: a < A("i", [9]), lambda: a == [1], lambda: a.tolist(), lambda: a.tobytes(), lambda: a.frombytes(b"\x01\0\0\0"), lambda: a.frombytes(b"\x01"), lambda: a, lambda: a.byteswap(), lambda: a, lambda: A("w", "ab").tounicode(), lambda: a.tounicode(), lambda: a.fromunicode("x"), lambda: a.typecode, lambda: a.buffer_info()[1], lambda: 8 in a, lambda: hash(a), lambda: a.fromlist([1, "x"]), lambda: a.fromlist((1,)), lambda: a.__class_getitem__(int), lambda: A("b", [1]).__reduce_ex__(3)[0].__name__, lambda: repr(A("d")), lambda: repr(A("u")), lambda: array.typecodes, lambda: a.clear(), lambda: a, lambda: list(reversed(A("b", [1, 2]))), lambda: __import__("copy").copy(A("b", [1])), lambda: A("b", [1]).__iadd__(A("b", [2])), lambda: A("i", range(3)).__delitem__(slice(None, None, 2)))
