# bisect with keys and bounds.
import bisect


def t(*fs):
    for f in fs:
        try:
            print(f())
        except Exception as e:
            print(type(e).__name__, e)


a = [1, 3, 3, 5]
t(lambda: bisect.bisect(a, 3), lambda: bisect.bisect_left(a, 3), lambda: bisect.bisect(a, 0), lambda: bisect.bisect(a, 9), lambda: bisect.bisect(a, 3, 0, 2), lambda: bisect.bisect(a, 3, -1), lambda: bisect.bisect(a, "a"), lambda: bisect.bisect(5, 1), lambda: bisect.bisect_left(a, 6, key=lambda x: x * 2), lambda: bisect.insort(a, 4), lambda: a, lambda: bisect.insort_left(a, 3.0), lambda: a, lambda: bisect.insort(a, -2, key=abs), lambda: a, lambda: bisect.bisect([], 1), lambda: bisect.insort((), 1), lambda: bisect.bisect(a, 3, hi=100), lambda: bisect.bisect_right("abc", "b"), lambda: bisect.bisect(range(0, 100, 10), 35))
