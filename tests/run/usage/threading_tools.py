# threading: locks, events, conditions, semaphores, barriers, locals, timers, errors.
import threading as th
import queue


def t(*fs):
    for f in fs:
        try:
            print(f())
        except BaseException as e:
            print(type(e).__name__, e)


lock, rlock = th.Lock(), th.RLock()
t(lambda: lock.acquire(), lambda: lock.acquire(False), lambda: lock.acquire(timeout=0.01), lambda: lock.locked(), lambda: lock.release(), lambda: lock.release(), lambda: lock.acquire(False, 1), lambda: lock.acquire(True, -5), lambda: repr(lock).split(" at")[0], lambda: rlock.acquire() and rlock.acquire(), lambda: rlock.release() or rlock.release(), lambda: rlock.release(), lambda: rlock._is_owned(), lambda: rlock.locked())
log = []
e = th.Event(); c = th.Condition(); s = th.BoundedSemaphore(1); b = th.Barrier(2, action=lambda: log.append("barrier"))
def worker(n):
    e.wait(); log.append(n)
    b.wait()
    with c: c.notify_all()
w = th.Thread(target=worker, args=(1,), name="W", daemon=True); w.start(); e.set(); b.wait(); w.join()
t(lambda: log, lambda: w.is_alive(), lambda: w.name, lambda: w.daemon, lambda: w.start(), lambda: w.run(), lambda: repr(w).split(", ")[0].split(" ")[0], lambda: th.Thread(target=5).name[:7], lambda: th.Thread(group=1), lambda: th.Thread().join(), lambda: th.current_thread().join(), lambda: th.current_thread().name, lambda: th.main_thread() is th.current_thread(), lambda: setattr(w, "daemon", False), lambda: th.active_count(), lambda: e.is_set(), lambda: e.clear(), lambda: e.wait(0.01), lambda: s.acquire(), lambda: s.acquire(False), lambda: s.release(), lambda: s.release(), lambda: th.Semaphore(-1), lambda: c.notify(), lambda: c.wait(), lambda: c.__enter__() and c.wait(0.01), lambda: c.wait_for(lambda: 5), lambda: c.__exit__(), lambda: b.n_waiting, lambda: b.abort(), lambda: b.wait(), lambda: b.broken, lambda: b.reset(), lambda: th.Barrier(0), lambda: b.wait(0.01), lambda: repr(e)[:18])
loc = th.local(); loc.x = 1; seen = []
class L(th.local):
    def __init__(self, v): self.v = v; seen.append(v)
l = L(5)
def other():
    seen.append(hasattr(loc, "x")); seen.append(l.v); l.v = 9
x = th.Thread(target=other); x.start(); x.join(); print(seen, l.v, loc.__dict__)
errs = []
th.excepthook = lambda a: errs.append((a.exc_type.__name__, str(a.exc_value), a.thread.name))
x = th.Thread(target=lambda: 1 / 0, name="E"); x.start(); x.join(); print(errs)
tm = th.Timer(0.01, seen.append, ["timer"]); tm.start(); tm.join(); tm2 = th.Timer(60, print); tm2.start(); tm2.cancel(); tm2.join(); print(seen[-1])
q = queue.Queue(2); p = queue.PriorityQueue(); st = queue.LifoQueue()
t(lambda: q.put(1), lambda: q.put(2), lambda: q.put(3, False), lambda: q.put(3, timeout=0.01), lambda: q.put(1, timeout=-1), lambda: q.full(), lambda: q.qsize(), lambda: q.get(), lambda: q.task_done(), lambda: q.get_nowait(), lambda: q.get(timeout=0.01), lambda: q.get_nowait(), lambda: q.task_done(), lambda: q.task_done(), lambda: q.join(), lambda: [p.put(v) for v in (3, 1, 2)] and [p.get() for _ in range(3)], lambda: [st.put(v) for v in (3, 1)] and st.get(), lambda: q.shutdown(), lambda: q.put(1), lambda: q.get(), lambda: queue.SimpleQueue().get(False), lambda: queue.SimpleQueue().get(timeout=-1), lambda: queue.SimpleQueue().qsize())
