# list: mutation, slices, sorting, errors.
a = [3, 1, 2]
a.append(4)
a.extend("xy")
a.extend(v for v in (7,))
a.insert(0, "first")
a.insert(-1, "before last")
a.insert(100, "end")
print(a, a.pop(), a.pop(0), a.pop(-2), a, a.index(1), a.count(2))
a.remove("x")
a.reverse()
print(a, a.copy() == a, a.copy() is a)
b = list(range(10))
b[2:4] = "abc"
print(b)
b[::3] = [0] * len(b[::3])
print(b)
del b[1:3], b[-1], b[::4]
print(b)
b[:0] = [9, 9]
b[len(b):] = [8]
b[3:1] = ["inserted"]
print(b, b[-3:], b[::-2], b[10:], b[-100:2], b[slice(1, 4, 2)])
b *= 2
b += (1, 2)
print(b, [1] + [2], [0] * 3, 2 * [1, 2], [] * 5, [1] * -1)
for f in (lambda: [].pop(), lambda: [1].pop(5), lambda: [1].remove(2), lambda: [1].index(2), lambda: [1][1], lambda: [1]["a"], lambda: [1] + (2,), lambda: [1] * "a", lambda: [1].insert("a", 1), lambda: [1].extend(5),
          lambda: [].__setitem__(0, 1), lambda: exec("[1, 2][::2] = [1, 2, 3]"), lambda: exec("x = [1]; x[0:1] = 5"), lambda: exec("del [1][5]"), lambda: [1, 2][::0], lambda: [1].sort(5), lambda: [1, "a"].sort(), lambda: hash([]), lambda: [1][1.0],
          lambda: [1].index(), lambda: list(5), lambda: [1] < 5, lambda: [1].sort(key=5), lambda: [1][None]):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
words = ["banana", "Apple", "cherry", "apple", "Banana"]
print(sorted(words), sorted(words, key=str.lower), sorted(words, key=len, reverse=True), sorted(words, key=lambda w: (w.lower(), w)))
pairs = [(1, "b"), (0, "z"), (1, "a"), (0, "y")]
pairs.sort(key=lambda p: p[0])
print(pairs)
pairs.sort(key=lambda p: p[0], reverse=True)
print(pairs, sorted(range(10), key=lambda v: -v), sorted("hello"), sorted({"b": 1, "a": 2}))
print([1, 2] < [1, 3], [1, 2] < [1, 2, 0], [] < [0], [1, 2] == [1, 2.0], [[1], [2]] > [[1], [1, 5]], [1] != [1])


class Cmp:
    def __init__(self, v):
        self.v = v

    def __lt__(self, o):
        return self.v < o.v

    def __repr__(self):
        return str(self.v)


print(sorted([Cmp(3), Cmp(1), Cmp(2)]), max([Cmp(3), Cmp(1)], key=lambda c: c.v), min(Cmp(1), Cmp(0), key=lambda c: c.v))
grow = [1]


def mutating(v):
    grow.append(5)
    return v


try:
    grow.sort(key=mutating)
except ValueError as e:
    print(e, grow)
r = [1]
r.append(r)
print(r, r == r, [r] * 2, repr([[...]]))
c = [1, 2, 3]
it = iter(c)
next(it)
c.append(4)
print(list(it), it.__length_hint__(), list(reversed(c)), list(it))
c.clear()
print(c, list(iter([])), [*range(3), *[9]], list("ab"), list({1: 2}), list(), [x for x in (1,)])
print(sum([[1], [2]], []), [1, 2, 3].__contains__(2), 2 in [1, 2], [nan := float("nan")] == [nan], [1, [2, [3]]] == [1, [2, [3]]])


class L(list):
    def append(self, v):
        super().append(v * 2)


l = L([1])
l.append(2)
l.extend([3])
print(l, type(l[:]).__name__, l + [1], type(l + [1]).__name__, l == [1, 4, 3], isinstance(l.copy(), L))
