# Stability, keys, reverse, comparison errors, large inputs.
import functools

data = [(i * 7919) % 1009 for i in range(500)]
s = sorted(data)
print(s[:5], s[-5:], s == sorted(reversed(data)), sorted(s) == s, sorted(s, reverse=True) == s[::-1])
pairs = [(i % 5, i) for i in range(40)]
print(sorted(pairs, key=lambda p: p[0])[:10])
print(sorted(pairs, key=lambda p: p[0], reverse=True)[:10])
words = "the quick brown fox jumps over the lazy dog The Quick".split()
print(sorted(words), sorted(words, key=str.casefold), sorted(words, key=lambda w: (-len(w), w)))
print(sorted([3, 1.5, True, 2**70, -1]), sorted(["b", "a", "é", "Z"]), sorted([b"b", b"a"]), sorted([(1, "b"), (1, "a"), (0, "z")]), sorted([[2], [1, 5], []]))
print(sorted("hello"), sorted({"b": 1, "a": 2}), sorted({3, 1, 2}), sorted(range(5), key=lambda v: -v), sorted([]), sorted([1]))
print(sorted([1, 5, 2], key=functools.cmp_to_key(lambda a, b: b - a)))


class Rev:
    def __init__(self, v):
        self.v = v

    def __lt__(self, o):
        return self.v > o.v

    def __repr__(self):
        return f"R{self.v}"


print(sorted([Rev(1), Rev(3), Rev(2)]), min(Rev(1), Rev(2)), max([Rev(1), Rev(2)]))
for bad in ([1, "a"], [None, 1], [object(), object()], [1j, 2j], [{}, {}]):
    try:
        sorted(bad)
    except TypeError as e:
        print(e)
try:
    sorted([3, 1, 2], key=lambda v: 1 / (v - 1))
except ZeroDivisionError as e:
    print(e)


class Boom:
    def __lt__(self, o):
        raise ValueError("compare")


lst = [Boom(), Boom()]
try:
    lst.sort()
except ValueError as e:
    print(e, len(lst))
calls = []
sorted([3, 1, 2], key=lambda v: calls.append(v) or v)
print(calls)
runs = list(range(100)) + list(range(50)) + list(range(80, 0, -1))
print(sorted(runs) == sorted(runs, key=lambda v: v), sorted(runs)[:6])
big = [(i * 2654435761) % 2**32 for i in range(3000)]
b2 = list(big)
b2.sort()
print(all(b2[i] <= b2[i + 1] for i in range(len(b2) - 1)), b2[0], b2[-1])
floats = [0.1 * i % 0.7 for i in range(20)]
floats.sort()
print([round(f, 3) for f in floats[:6]])
nan = float("nan")
print(sorted([3.0, nan, 1.0])[0], max(1, 1.0), min(1.0, 1), max([], default="empty"), min("b", "a", key=ord), max({"x": 1, "yy": 2}, key=len))
for f in (lambda: max(), lambda: max([]), lambda: max(1, 2, default=3), lambda: min(5), lambda: [].sort(1), lambda: sorted([1], key=1), lambda: sorted([1], reverse="x")):
    try:
        print(f())
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)
