# Counter: arithmetic, order, odd counts.
import collections as c


def t(*fs):
    for f in fs:
        try:
            print(f())
        except Exception as e:
            print(type(e).__name__, e)


n = c.Counter(a=3, b=-1)
t(lambda: n, lambda: n["zz"], lambda: n.most_common(1), lambda: list(n.elements()), lambda: n + n, lambda: n - c.Counter(a=1), lambda: n & c.Counter(a=1, b=5), lambda: n | c.Counter(b=5), lambda: +n, lambda: -n, lambda: n.total(), lambda: n.update([1, 1]), lambda: n, lambda: n.subtract(a=1), lambda: n, lambda: c.Counter(5), lambda: c.Counter.fromkeys("a"), lambda: n == c.Counter(), lambda: c.Counter(a=1) <= c.Counter(a=1, b=1), lambda: c.Counter(a=1) < 5, lambda: c.Counter("abca").most_common(), lambda: n.__delitem__("never"), lambda: c.Counter(a=1) ^ c.Counter(b=1) if hasattr(c.Counter, "__xor__") else "no xor", lambda: c.Counter(a="x"), lambda: repr(c.Counter()))
