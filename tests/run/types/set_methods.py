# set and frozenset operations, relations, errors.
a, b = {1, 2, 3}, {3, 4}
print(a | b, a & b, a - b, a ^ b, a.union(b, [9]), a.intersection(b, [3, 5]), a.difference([1], [2]), a.symmetric_difference([1, 7]))
print(a <= {1, 2, 3}, a < {1, 2, 3}, a >= {1}, a > set(), a.issubset(range(5)), a.issuperset([1]), a.isdisjoint([7]), a == frozenset([1, 2, 3]), {1} == [1])
c = set(a)
c.add(10)
c.discard(99)
c.remove(1)
c.update([20], "xy" and (30,))
c -= {2}
c |= {40}
c &= {3, 10, 20, 40}
c ^= {3, 50}
print(sorted(c), c.pop() in (10, 20, 40, 50), len(c))
c.intersection_update([10, 20, 40])
c.difference_update([10])
c.symmetric_difference_update([5])
print(5 in c, len(c))
for f in (lambda: set().pop(), lambda: {1}.remove(2), lambda: {[]}, lambda: {1} | [2], lambda: {1} < 5, lambda: set(5), lambda: hash({1}), lambda: {1} + {2}, lambda: {1}.update(5), lambda: frozenset([1]).add(2), lambda: {1}[0], lambda: set([{}]), lambda: {1}.union(5)):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
f = frozenset([1, 2])
print(f | {3}, type(f | {3}).__name__, type({3} | f).__name__, hash(f) == hash(frozenset([2, 1])), {f: 1}[frozenset([2, 1])], f in {f}, {1, 2} in {f}, frozenset(f) is f)
print(set(), frozenset(), {1}, frozenset({"a"}), repr({(1, 2)}), {1, 1.0, True}, len({float("nan"), float("nan")}), {*"aab"} == {"a", "b"})
for action in ("s.add(len(s) + 100)", "s.clear()"):
    s = {1, 2, 3}
    try:
        for v in s:
            exec(action)
    except RuntimeError as e:
        print(action, e)


class S(set):
    pass


s = S([1])
print(s, s | {2}, type(s | {2}).__name__, type(s.copy()).__name__, type(s.union([2])).__name__)
print(sorted({str(i) for i in range(20)}), {x for x in range(3)} ^ {1}, set("hello") - set("help"), sorted(set(range(0, 100, 7)) & set(range(0, 100, 5))))
big = set(range(1000))
for i in range(0, 1000, 3):
    big.discard(i)
print(len(big), sum(big), min(big), 3 in big, 4 in big)
print(set([1, 2]).__contains__(1), iter({5}).__next__(), iter({1, 2}).__length_hint__(), {1, 2}.__sizeof__() > 0, {0} == {False}, {1} != {2})
print(set() <= frozenset(), set() < {1}, {1} <= {1, 2} <= {1, 2, 3}, not {1} > {2}, {1} | {2} | {3}, {1, 2} & {2, 3} & {2})
