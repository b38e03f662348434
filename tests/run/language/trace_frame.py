# A trace function that is put on frames which run already, as debuggers do.
import sys

events = []


def tracer(frame, event, arg):
    value = arg if isinstance(arg, (int, str, type(None))) else type(arg).__name__
    events.append((frame.f_code.co_name, event, frame.f_lineno - frame.f_code.co_firstlineno, value))
    return tracer


def start(depth=1):
    sys.settrace(lambda frame, event, arg: None)
    frame = sys._getframe(1)
    for _ in range(depth):
        frame.f_trace = tracer
        frame = frame.f_back


def stop():
    sys.settrace(None)


def report(name):
    print(name)
    for event in events:
        print("  ", event)
    events.clear()


def straight(a):
    b = a + 1
    start()
    c = b * 2
    d = [a, b, c]
    stop()
    return d


print(straight(1))
report("straight")


def in_loop(n):
    total = 0
    for i in range(n):
        if i == 1:
            start()
        total += i
    stop()
    return total


print(in_loop(3))
report("in_loop")


def in_handler():
    try:
        try:
            raise KeyError("k")
        except KeyError as e:
            start()
            x = str(e)
            raise ValueError(x) from None
    except ValueError as e:
        y = e.args
    stop()
    return y


print(in_handler())
report("in_handler")


def inner(v):
    start(3)
    return v + 1


def middle(v):
    w = inner(v)
    return w * 2


def outer(v):
    with Manager() as m:
        z = middle(v)
        m.append(z)
    stop()
    return m


class Manager:
    def __enter__(self):
        return []

    def __exit__(self, *args):
        return False


print(outer(3))
report("outer")


def generator(n):
    for i in range(n):
        if i == 1:
            start()
        received = yield i
        if received:
            yield received
    return "end"


def drive():
    g = generator(3)
    got = [next(g), next(g)]
    got.append(g.send("sent"))
    got.append(next(g))
    try:
        next(g)
    except StopIteration as e:
        got.append(e.value)
    stop()
    return got


print(drive())
report("drive")


def raises():
    start()
    values = {}
    return values["missing"]


try:
    raises()
except KeyError as e:
    stop()
    tb = e.__traceback__
    while tb:
        print(tb.tb_frame.f_code.co_name, tb.tb_lineno - tb.tb_frame.f_code.co_firstlineno)
        tb = tb.tb_next
report("raises")


def locals_stay():
    a, b = 1, 2
    cell = 3

    def closure():
        return cell + a

    start()
    a = 10
    frame = sys._getframe()
    stop()
    return closure(), sorted(frame.f_locals), sys._getframe(1).f_code.co_name


print(locals_stay())
report("locals_stay")


def broken(frame, event, arg):
    raise RuntimeError("from the trace function")


def victim():
    x = 1
    return x


sys.settrace(broken)
try:
    victim()
except RuntimeError as e:
    print(e, sys.gettrace())
