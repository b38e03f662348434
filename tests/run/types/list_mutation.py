# Lists that change while they are sorted, iterated, compared or shown; key errors and slices.
def t(*fs):
    for f in fs:
        try:
            print(f())
        except Exception as e:
            print(type(e).__name__, e)


def during(f):
    l = [3, 1, 2]
    def key(x):
        f(l)
        return x
    try:
        l.sort(key=key)
        return l
    except Exception as e:
        return type(e).__name__, str(e), l


print(during(lambda l: l.append(9)), during(lambda l: l.clear()), during(lambda l: len(l) and 1 / 0), during(lambda l: 1 / 0), during(lambda l: None))
t(lambda: [3, "a", 1].sort(), lambda: sorted([1, None]), lambda: sorted([1, 2], key=5), lambda: sorted([[1], [0]], key=len), lambda: sorted("bca", reverse=True), lambda: sorted([1, 2], reverse="x"), lambda: sorted(5), lambda: sorted({2: 0, 1: 0}), lambda: sorted([(1, "b"), (1, "a")], key=lambda p: p[0]), lambda: sorted([(1, "b"), (0, "x"), (1, "a")], key=lambda p: p[0], reverse=True), lambda: sorted([1.5, 1, True, 0]), lambda: sorted([b"b", b"a"]), lambda: sorted(["b", "B", "a", "é"]), lambda: sorted([[2, 1], [1, 5], [1]]), lambda: sorted([1j, 2j]), lambda: sorted([object(), object()]), lambda: [].sort(), lambda: max([1, 5, 3], key=lambda x: -x), lambda: min("b", "a", default=1), lambda: max([], default="d"), lambda: max(*[]), lambda: min([[1], [0, 5]]), lambda: max({"a": 1, "b": 0}), lambda: max(1, 2, key="x"))


class Lt:
    def __init__(self, v): self.v = v
    def __lt__(self, o): return self.v < o.v
    def __repr__(self): return f"L{self.v}"


class LtBad(Lt):
    def __lt__(self, o): raise ValueError("lt")


t(lambda: sorted([Lt(2), Lt(1)]), lambda: sorted([Lt(2), LtBad(1)]), lambda: sorted([LtBad(2), Lt(1), Lt(0)]), lambda: max(Lt(1), Lt(5)), lambda: sorted([Lt(1), 5]))
l = [1, 2, 3]
for x in l:
    if len(l) < 6: l.append(x * 10)
print(l)
l = [1, 2, 3, 4]
for x in l: l.remove(x)
print(l)
i = iter(l); l.clear(); print(list(i)); l.append(1); print(list(i), i.__length_hint__())
i = reversed([1, 2, 3]); next(i); print(i.__length_hint__(), list(i), list(i))
l = list(range(6))
def slices(src):
    ns = {"l": list(range(6))}
    try:
        exec(src, ns)
        print(src, ns["l"])
    except Exception as e:
        print(src, type(e).__name__, e)


for src in ("l[1:3] = 'abc'", "l[1:1] = [7, 8]", "l[::2] = 'xyz'", "l[::2] = 'xy'", "l[::-1] = range(6)", "l[5:2] = [9]", "l[10:] = [1]", "l[-100:2] = []", "l[1:3] = l", "l[:] = 5", "l[1:2] = None", "l[::2] = 5", "l[::0] = []", "del l[::2]", "del l[::-2]", "del l[4:1:-1]", "del l[1:100]", "del l[10:]", "l[0] = l; l[0][1] = 'in'", "l += 'ab'", "l += 5", "l *= 2", "l *= -1", "l *= 'a'", "l *= 1.5", "l = l + (1,)", "l.extend(l)", "l.extend(5)", "l.insert(-1, 'i')", "l.insert(100, 'i')", "l.insert('a', 1)", "l.pop(10)", "l.pop('a')", "l.pop(-7)", "[].pop()", "l.remove(99)", "l.index(99)", "l.index(3, 4)", "l.index(5, -1)", "l.index(0, 1, 2)", "l[10]", "l[-7]", "l['a']", "l[1.0]", "l[None]", "l[10] = 1", "l['a'] = 1", "l[1:2, 3]", "l[True] = 't'", "l[10**30]", "l[:10**30] = []", "l.count(0)", "l.reverse()", "l.copy().clear()", "l.__init__('xy')", "l.__init__()", "l.__setitem__(slice(0, 2), iter('q'))", "l = [[]] * 3; l[0].append(1)", "l = [1] * (10**20)", "l.append()", "l.append(1, 2)"):
    slices(src)
t(lambda: [1, 2] < [1, "a"], lambda: [1, 2] < [1, 2, 3], lambda: [] == (), lambda: [1] == [True], lambda: [[1]] == [[1.0]], lambda: [float("nan")] == [float("nan")], lambda: hash([]), lambda: list(5), lambda: list(a=1), lambda: [1, 2, 3][::-1], lambda: [1, 2, 3][-2:], lambda: [0] * 3, lambda: 2 * [1], lambda: [1] + None, lambda: [] in [[]], lambda: [1, 2].__contains__(2.0), lambda: list("ab").__iadd__("c"), lambda: [3].__len__(), lambda: [*"ab", *range(2)], lambda: list.__new__(list), lambda: [].__class_getitem__(int), lambda: list[int]([1]))


class Evil(list):
    def __repr__(self): return "evil" + super().__repr__()
    def __eq__(self, o): self.clear(); return False
    __hash__ = None


e = Evil([1, 2]); print(e, [e], e == [1], e, e.index.__name__)
r = [1]; r.append(r); r.append([r, (r,)]); print(r, str(r) == repr(r))
t(lambda: r == r, lambda: r == [1, r, r[2]], lambda: len(repr(r)))
