# Counter, OrderedDict, ChainMap, UserDict and friends.
from collections import ChainMap, Counter, OrderedDict, UserDict, UserList, UserString, defaultdict

c = Counter("abracadabra")
print(c, c.most_common(2), c["z"], sum(c.values()), c.total())
c.update("aaa")
c.subtract({"b": 5})
print(c, +c, -c, sorted(c.elements()), c & Counter("aab"), c | Counter("zz"), c - Counter("a" * 3), Counter(a=1) + Counter(a=2, b=-1))
print(Counter(a=1) == Counter(a=1, b=0), Counter(a=1) <= Counter(a=2), Counter([1, 1, 2]).most_common())
od = OrderedDict([("a", 1), ("b", 2), ("c", 3)])
od.move_to_end("a")
od.move_to_end("c", last=False)
print(od, od.popitem(), od.popitem(last=False), od == {"b": 2}, list(reversed(OrderedDict(x=1, y=2))))
print(OrderedDict(a=1, b=2) == OrderedDict(b=2, a=1), OrderedDict(a=1) | {"z": 9})
cm = ChainMap({"a": 1}, {"a": 2, "b": 3})
print(cm["a"], cm["b"], sorted(cm), cm.maps, cm.new_child({"c": 0})["c"], cm.parents["a"], len(cm), "q" in cm)
cm["b"] = 10
del cm["a"]
print(cm, cm["a"])
try:
    del cm["a"]
except KeyError as e:
    print(e)


class Lower(UserDict):
    def __setitem__(self, k, v):
        super().__setitem__(k.lower(), v)


print(Lower({"ABC": 1}), Lower(X=2)["x"], UserList([3, 1]) + [2], UserString("abc").upper() + "!", sorted(UserList([3, 1])))
dd = defaultdict(list, a=[0])
dd["x"].append(1)
print(dd, dd.default_factory, dd.get("nope"), dict(dd), defaultdict(int) | {"k": 1})
try:
    defaultdict(None)["missing"]
except KeyError as e:
    print(repr(e))
