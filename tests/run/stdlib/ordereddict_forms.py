# OrderedDict: order, equality, ends.
import collections as c


def t(*fs):
    for f in fs:
        try:
            print(f())
        except Exception as e:
            print(type(e).__name__, e)


o = c.OrderedDict(a=1, b=2, c=3)
t(lambda: o, lambda: o.move_to_end("a"), lambda: o.move_to_end("z"), lambda: list(o), lambda: o.popitem(False), lambda: o.pop("zz", "d"), lambda: o.pop("zz"), lambda: o == {"a": 1, "c": 3}, lambda: o == c.OrderedDict(a=1, c=3), lambda: list(reversed(o.items())), lambda: c.OrderedDict([(1, 2)]) | {3: 4}, lambda: {3: 4} | c.OrderedDict([(1, 2)]), lambda: c.OrderedDict.fromkeys("ab", 0), lambda: c.OrderedDict().popitem(), lambda: o.setdefault("n", 5), lambda: o.update(a=7), lambda: o, lambda: c.OrderedDict(5), lambda: o.copy() is o, lambda: o.__reduce__()[:2], lambda: repr(c.OrderedDict()))
