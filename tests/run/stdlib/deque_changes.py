# deque: bounded, rotated, changed while iterated.
import collections as c


def t(*fs):
    for f in fs:
        try:
            print(f())
        except Exception as e:
            print(type(e).__name__, e)


d = c.deque("abc", maxlen=4)
t(lambda: d, lambda: d.append("d"), lambda: d.append("e"), lambda: d, lambda: d.appendleft("z"), lambda: d, lambda: d.rotate(1), lambda: d, lambda: d.rotate(-2), lambda: d, lambda: d.rotate("a"), lambda: d.insert(1, "q"), lambda: d.pop(), lambda: d.popleft(), lambda: d.insert(1, "q"), lambda: d, lambda: d.remove("nope"), lambda: d.index("q"), lambda: d.index("nope"), lambda: d.index("q", 2), lambda: d.count("q"), lambda: d[0], lambda: d[-1], lambda: d[10], lambda: d.__setitem__(0, "s"), lambda: d.__delitem__(0), lambda: d, lambda: d.extend("123456"), lambda: d, lambda: d.extendleft("xy"), lambda: d, lambda: d.reverse(), lambda: d.copy(), lambda: d + c.deque([1]), lambda: d + [1], lambda: d * 2, lambda: d == c.deque(d), lambda: d < c.deque("zz"), lambda: d == list(d), lambda: hash(d), lambda: d.maxlen, lambda: c.deque([], -1), lambda: c.deque(5), lambda: c.deque().pop(), lambda: c.deque().popleft(), lambda: "1" in d, lambda: d.clear(), lambda: d, lambda: repr(c.deque([1])), lambda: c.deque(maxlen=0), lambda: list(reversed(c.deque("ab"))), lambda: bool(c.deque()))
d = c.deque([1, 2, 3]); i = iter(d); next(i); d.append(4)
t(lambda: next(i), lambda: d.append(d), lambda: [d.remove(x) for x in d])
