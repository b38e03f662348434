# itemgetter, attrgetter, methodcaller.
import operator as op


def t(*fs):
    for f in fs:
        try:
            print(f())
        except Exception as e:
            print(type(e).__name__, e)


class P:
    def __init__(self, x): self.x = x; self.me = self
    def add(self, *a, **k): return a, k


p = P([10, 20])
t(lambda: op.itemgetter(1)("abc"), lambda: op.itemgetter(0, -1)("abc"), lambda: op.itemgetter("k")({"k": 1}), lambda: op.itemgetter(5)("a"), lambda: op.itemgetter(), lambda: op.itemgetter(slice(1))("abc"), lambda: op.itemgetter(1), lambda: op.itemgetter(1, "a"), lambda: op.attrgetter("x")(p), lambda: op.attrgetter("me.me.x")(p), lambda: op.attrgetter("x", "me.x")(p), lambda: op.attrgetter("nope")(p), lambda: op.attrgetter(5), lambda: op.attrgetter(), lambda: op.attrgetter("a.b", "c"), lambda: op.methodcaller("add", 1, k=2)(p), lambda: op.methodcaller("add"), lambda: op.methodcaller("nope")(p), lambda: op.methodcaller(), lambda: op.methodcaller(5), lambda: op.methodcaller("add", 1, k=2), lambda: op.itemgetter(1)("a", "b"), lambda: op.itemgetter(1, 2).__reduce__())
