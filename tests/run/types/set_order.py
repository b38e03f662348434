# Order of iteration follows the table of CPython.
s = set()
for i in range(0, 4000, 37):
    s.add(i * 7919 % 4093)
print(list(s)[:40], len(s))
for i in range(0, 4000, 3):
    s.discard(i)
print(list(s)[:40], len(s))
words = "the quick brown fox jumps over the lazy dog and runs away from the bear".split()
print(set(words), frozenset(words))
a, b = set(words[:8]), set(words[5:])
for op in ("|", "&", "-", "^"):
    print(op, eval(f"a {op} b"), eval(f"b {op} a"))
a |= b; print(a)
a -= {"fox"}; print(a)
a ^= {"cat", "dog"}; print(a)
a &= b; print(a)
print(a.pop(), a.pop(), a)
print({1, 2.0, True, 3}, {"a", b"a", None, (1, 2), frozenset({1})} - {b"a"})
print(set("abracadabra").union("xyz", [1, 2], {3: 4}))
print({1, 2, 3} < {1, 2, 3, 4}, {1} <= {1}, {1} > set(), {1} == frozenset({1}), {1}.isdisjoint([2]))
print(hash(frozenset("abc")) == hash(frozenset("cba")), hash(frozenset([1, 2, 3])), hash(frozenset()))
print({frozenset({1}): 2}[frozenset({1})], {1} in {frozenset({1})})
print(set(range(20)) - set(range(5, 15)), set(range(100)) & set(range(0, 1000, 7)))
x = {i: str(i) for i in range(10)}
print(x.keys() & {1, 2, 50}, x.keys() - {1, 2, 3}, x.items() & {(1, "1")}, x.keys() | {"a"}, x.keys() ^ {0, "b"})
print(x.keys() == set(range(10)), x.keys() <= set(range(11)), x.items() == x.items(), {1} <= x.keys())
s = {1, 2, 3}
try:
    for i in s:
        s.add(i + 10)
except RuntimeError as e:
    print(e)
d = {1: 2}
try:
    for i in d:
        d[i + 1] = 1
except RuntimeError as e:
    print(e)
class S(set): pass
class F(frozenset): pass
for c in S, F:
    a, b = c([1, 2]), c([2])
    print(type(a | b).__name__, type(a.copy()).__name__, repr(a), repr(c()))
r = set(); f = frozenset([1]); 
print(f.union([2]), f is frozenset(f), f.copy() is f, F(f) == f)
print(sorted(set(map(str, range(60000))), key=int)[-1], len({i % 50021 for i in range(200000)}))
