# Frames, interrupts, recursion, threads and eval, which have to look the same in every engine.
import os
import signal
import sys
import threading
import time


def show_caller():
    frame = sys._getframe(1)
    print(frame.f_code.co_name, frame.f_lineno, sorted(frame.f_locals.items()))
    frame.f_locals["b"] = "changed"


def caller(a):
    b = a * 2
    show_caller()
    c = [a, b]
    return c


print(caller(21))


def nested():
    x = 1

    def inner():
        nonlocal x
        x += 1
        return sys._getframe(1).f_locals, locals()

    return inner()


outer, inner = nested()
print(sorted(outer), outer["x"], inner)


def tight():
    n = 0
    while True:
        n += 1


def interrupt_soon():
    time.sleep(0.2)
    os.kill(os.getpid(), signal.SIGINT)


calls = []


def tracer(frame, event, arg):
    if frame.f_code.co_name in ("traced", "helper"):
        line = frame.f_lineno - frame.f_code.co_firstlineno
        calls.append((frame.f_code.co_name, event, line, sorted(frame.f_locals)))
        return tracer


def helper(x):
    y = x + 1
    return y


def traced(n):
    for i in range(n):
        helper(i)


sys.settrace(tracer)
traced(2)
sys.settrace(None)
for call in calls:
    print(call)


t = threading.Thread(target=interrupt_soon)
t.start()
try:
    tight()
except KeyboardInterrupt as e:
    frames = []
    tb = e.__traceback__
    while tb:
        frames.append(tb.tb_frame.f_code.co_name)
        tb = tb.tb_next
    print("interrupted", frames)
t.join()


def handler(number, frame):
    print("signal", number, frame.f_code.co_name)
    raise TimeoutError


signal.signal(signal.SIGALRM, handler)
signal.setitimer(signal.ITIMER_REAL, 0.1)
try:
    tight()
except TimeoutError:
    print("timed out")


def runaway(n):
    return runaway(n + 1) + 1


class Runaway:
    def __repr__(self):
        return repr(self)

    def __getattr__(self, name):
        return getattr(self, name + "x")

    def __eq__(self, other):
        return self == other


for f in (lambda: runaway(0), lambda: repr(Runaway()), lambda: Runaway().a, lambda: Runaway() == 1):
    try:
        f()
    except RecursionError as e:
        print(type(e).__name__, str(e)[:32])


def depth():
    try:
        return 1 + depth()
    except RecursionError:
        return 1


total = 0
lock = threading.Lock()


def work(n):
    global total
    for i in range(n):
        with lock:
            total += 1


threads = [threading.Thread(target=work, args=(1000,)) for _ in range(4)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(total)


def evaluates(a, b):
    c = 3
    print(eval("a + b + c"))
    exec("c = 10; d = 4")
    print(c, "d" in locals())
    ns = {}
    exec("def f(x):\n    return x + 1", ns)
    print(ns["f"](c))
    try:
        eval("1 +")
    except SyntaxError as e:
        print(e.msg, e.lineno)
    return eval("[a for _ in range(b)]")


print(evaluates(1, 2))
print(eval("sys._getframe().f_back.f_code.co_name"))
