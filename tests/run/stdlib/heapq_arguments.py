# heapq: heaps of both kinds, merge, errors.
import heapq


def t(*fs):
    for f in fs:
        try:
            print(f())
        except Exception as e:
            print(type(e).__name__, e)


h = [5, 1, 4]
heapq.heapify(h)
t(lambda: h, lambda: heapq.heappush(h, 0), lambda: h, lambda: heapq.heappop(h), lambda: heapq.heappushpop(h, -1), lambda: heapq.heappushpop(h, 3), lambda: heapq.heapreplace(h, 9), lambda: h, lambda: heapq.heappop([]), lambda: heapq.heapreplace([], 1), lambda: heapq.heappush((), 1), lambda: heapq.heapify(5), lambda: heapq.heappush([1], "a"), lambda: heapq.nlargest(2, [1, 5, 3]), lambda: heapq.nsmallest(2, "hello", key=ord), lambda: heapq.nlargest(-1, [1]), lambda: heapq.nsmallest(10, [2, 1]), lambda: heapq.nsmallest(1, []), lambda: list(heapq.merge([1, 4], [2, 3], [])), lambda: list(heapq.merge([4, 1], [3, 2], reverse=True)), lambda: list(heapq.merge(["b"], ["A"], key=str.lower)), lambda: list(heapq.merge([1], 5)), lambda: heapq.heapify_max(h), lambda: h, lambda: heapq.heappop_max(h), lambda: heapq.heappush_max(h, 7), lambda: h, lambda: heapq.heappushpop_max(h, 2), lambda: heapq.heapreplace_max(h, 0), lambda: h)
