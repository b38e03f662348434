# ChainMap: which mapping is read and written.
import collections as c


def t(*fs):
    for f in fs:
        try:
            print(f())
        except Exception as e:
            print(type(e).__name__, e)


m = c.ChainMap({"a": 1}, {"a": 2, "b": 3})
t(lambda: m, lambda: m["b"], lambda: m["z"], lambda: m.pop("b"), lambda: m.popitem(), lambda: m.popitem(), lambda: m.new_child(x=1).maps, lambda: m.parents, lambda: len(m), lambda: m.get("q", 5), lambda: m | {"k": 1}, lambda: {"k": 1} | m, lambda: m == {"a": 2, "b": 3}, lambda: list(c.ChainMap({"x": 1, "y": 2}, {"z": 3, "x": 4})), lambda: m.__missing__("k"), lambda: bool(c.ChainMap()), lambda: m.clear(), lambda: c.ChainMap.fromkeys("ab"))
