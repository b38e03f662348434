# Threads, locks, events, conditions, queues, pools, local data.
import queue
import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed

q = queue.Queue()
out = []


def worker(n):
    while (item := q.get()) is not None:
        out.append(item * 2)
        q.task_done()


ts = [threading.Thread(target=worker, args=(i,), name=f"w{i}", daemon=True) for i in range(3)]
for t in ts:
    t.start()
for i in range(20):
    q.put(i)
q.join()
for _ in ts:
    q.put(None)
for t in ts:
    t.join()
print(sorted(out), [t.is_alive() for t in ts], threading.current_thread().name, threading.active_count())
lock, total = threading.RLock(), 0


def add():
    global total
    for _ in range(500):
        with lock, lock:
            total += 1


ts = [threading.Thread(target=add) for _ in range(4)]
[t.start() for t in ts]
[t.join() for t in ts]
print(total, lock.acquire(blocking=False), lock.release())
ev, cond, items = threading.Event(), threading.Condition(), []


def waiter():
    ev.wait()
    with cond:
        items.append("waited")
        cond.notify_all()


t = threading.Thread(target=waiter)
t.start()
with cond:
    ev.set()
    print(cond.wait_for(lambda: items, timeout=5), items, ev.is_set())
t.join()
with ThreadPoolExecutor(max_workers=3) as pool:
    print(list(pool.map(lambda v: v * v, range(6))), pool.submit(pow, 2, 5).result())
    futures = [pool.submit(lambda v: 1 // v, v) for v in (1, 0)]
    print(sorted(type(f.exception()).__name__ for f in as_completed(futures)))
local = threading.local()
local.x = "main"


def see():
    items.append(hasattr(local, "x"))
    local.x = "thread"


t = threading.Thread(target=see)
t.start()
t.join()
print(items, local.x)
sem, barrier, order = threading.Semaphore(2), threading.Barrier(3), []


def meet():
    with sem:
        pass
    barrier.wait()
    order.append(1)


ts = [threading.Thread(target=meet) for _ in range(3)]
[t.start() for t in ts]
[t.join() for t in ts]
print(order, barrier.broken)
pq, lq = queue.PriorityQueue(), queue.LifoQueue(maxsize=1)
[pq.put(v) for v in (3, 1, 2)]
lq.put("x")
print([pq.get() for _ in range(3)], lq.full(), lq.get())
for f in (lambda: pq.get_nowait(), lambda: pq.get(timeout=0.01), lambda: lock.release(), lambda: threading.Thread().join()):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
timer = threading.Timer(0.01, lambda: items.append("timer"))
timer.start()
timer.join()
print(items[-1])
hooked = []
threading.excepthook = lambda args: hooked.append(args.exc_type.__name__)
t = threading.Thread(target=lambda: 1 / 0)
t.start()
t.join()
print(hooked)
start = time.monotonic()
time.sleep(0.02)
print(time.monotonic() - start >= 0.02)
