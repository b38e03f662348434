# Changing a bytearray: every method, slices, and what exports forbid.
def t(*fs):
    for f in fs:
        try:
            print(f(), bytes(b), end="; ")
        except Exception as e:
            print(type(e).__name__, e, end="; ")
    print()


b = bytearray(b"hello")
t(lambda: b.append(33), lambda: b.append(256), lambda: b.append("a"), lambda: b.append(-1), lambda: b.extend(b"ab"), lambda: b.extend([1, 2]), lambda: b.extend("x"), lambda: b.extend([300]), lambda: b.extend(5), lambda: b.extend(b), lambda: b.insert(0, 65), lambda: b.insert(-100, 66), lambda: b.insert(100, 67), lambda: b.insert(1, 256), lambda: b.insert("a", 1))
t(lambda: b.pop(), lambda: b.pop(0), lambda: b.pop(-2), lambda: b.pop(100), lambda: b.pop("a"), lambda: b.remove(66), lambda: b.remove(200), lambda: b.remove(300), lambda: b.remove("a"), lambda: b.reverse(), lambda: b.clear(), lambda: b.pop(), lambda: b.copy(), lambda: b.reverse())
b = bytearray(range(65, 75))
t(lambda: b.__setitem__(0, 97), lambda: b.__setitem__(0, 256), lambda: b.__setitem__(20, 1), lambda: b.__setitem__(0, "a"), lambda: b.__setitem__(0, b"a"), lambda: b.__setitem__("a", 1), lambda: b.__setitem__(slice(1, 3), b"xyz"), lambda: b.__setitem__(slice(0, 4, 2), b"12"), lambda: b.__setitem__(slice(0, 4, 2), b"123"), lambda: b.__setitem__(slice(0, 2), [1, 2, 3]), lambda: b.__setitem__(slice(0, 2), 5), lambda: b.__setitem__(slice(0, 3), b), lambda: b.__delitem__(0), lambda: b.__delitem__(slice(0, 4)), lambda: b.__delitem__(slice(None, None, 2)), lambda: b.__delitem__(100), lambda: b.__delitem__("a"), lambda: b.__setitem__(slice(None), b""), lambda: b.__iadd__(b"q"), lambda: b.__iadd__([1]), lambda: b.__iadd__("x"), lambda: b.__imul__(3), lambda: b.__imul__(-1))
b = bytearray(b"abc")
t(lambda: b.resize(5), lambda: b.resize(1), lambda: b.resize(-1), lambda: b.resize("a"), lambda: b.resize(0))
b = bytearray(b"exported")
m = memoryview(b).__enter__()
t(lambda: b.append(1), lambda: b.extend(b"x"), lambda: b.pop(), lambda: b.clear(), lambda: b.insert(0, 1), lambda: b.remove(101), lambda: b.__delitem__(0), lambda: b.__iadd__(b"y"), lambda: b.__setitem__(slice(0, 1), b"xy"), lambda: b.resize(3), lambda: b.__imul__(2), lambda: b.__imul__(1), lambda: b.__setitem__(0, 69), lambda: b.__setitem__(slice(0, 2), b"XY"), lambda: b.reverse(), lambda: b.extend(b""), lambda: b.__iadd__(b""), lambda: b.__delitem__(slice(0, 0)))
m.release()
t(lambda: b.append(1))
with memoryview(b) as m:
    t(lambda: b.append(2))
t(lambda: b.append(3))
x = bytes(memoryview(b)[2:])
del b[:2]
print(b, x)
b = bytearray(b"loop")
for i in b:
    if len(b) < 8: b.append(i)
print(b)
it = iter(b); next(it); b.clear(); print(list(it), it.__length_hint__())
