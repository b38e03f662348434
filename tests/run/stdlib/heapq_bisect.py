"""Heaps and binary search."""

import bisect
import heapq


def show(*texts):
    for text in texts:
        try:
            print(text, "->", repr(eval(text)))
        except Exception as e:
            print(text, "!!", type(e).__name__, e)


show(
    'heapq.heappop([])',
    'heapq.heappush(1,2)',
    'heapq.heapify((1,))',
    'heapq.heapreplace([],1)',
    'heapq.heappushpop([],1)',
    'heapq.heappop_max([])',
    'heapq.heappush([],1,2)',
    'bisect.bisect([1,2,3],2)',
    'bisect.bisect_left([1,2,3],2)',
    'bisect.bisect([1,2,3],2,lo=-1)',
    'bisect.bisect([1,2,3],2,0,9)',
    'bisect.bisect([1,2,3],2,key=lambda x:-x)',
    'bisect.insort(1,2)',
    'bisect.bisect(1,2)',
    'bisect.insort([],1)',
    "bisect.bisect([1,'a'],2)",
    'bisect.bisect.__text_signature__',
    'bisect.insort_left.__text_signature__',
)

import random

random.seed(3)
for sign in (1, -1):
    items = [random.randrange(50) for _ in range(60)]
    heap = []
    push, pop = (heapq.heappush, heapq.heappop) if sign == 1 else (heapq.heappush_max, heapq.heappop_max)
    for item in items:
        push(heap, item)
    print([pop(heap) for _ in items] == sorted(items, reverse=sign == -1))
ordered = []
for item in items:
    bisect.insort(ordered, item)
print(ordered == sorted(items), bisect.bisect_left(ordered, 25), bisect.bisect_right(ordered, 25))


class Meddler:
    """Empties the heap that it is compared in."""

    def __lt__(self, other):
        heap.clear()
        return False


heap = [Meddler(), Meddler(), Meddler()]
try:
    heapq.heappush(heap, Meddler())
except RuntimeError as e:
    print(e)
