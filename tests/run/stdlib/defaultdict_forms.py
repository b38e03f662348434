# defaultdict: factories, unions, copies.
import collections as c


def t(*fs):
    for f in fs:
        try:
            print(f())
        except Exception as e:
            print(type(e).__name__, e)


dd = c.defaultdict(list, {"a": [1]})
t(lambda: dd["n"], lambda: dd, lambda: dd.__missing__("q"), lambda: dd | {"z": 1}, lambda: {"z": 1} | dd, lambda: type({} | dd), lambda: dd.__ior__([("p", 1)]), lambda: c.defaultdict(5), lambda: c.defaultdict()["x"], lambda: dd.copy(), lambda: dd.get("nope"), lambda: c.defaultdict(None, a=1), lambda: c.defaultdict(lambda: 1 / 0)["x"], lambda: dd.default_factory, lambda: c.defaultdict(int, [("a", 1)]) == {"a": 1}, lambda: dd.__reduce__()[:2])
