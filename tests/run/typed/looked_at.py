# Variables of frames that somebody looks at, changes or traces while loops run in them.
import sys


def peek(name):
    return sys._getframe(1).f_locals[name]


def poke(name, value):
    sys._getframe(1).f_locals[name] = value


def read(n):
    total = 0
    unused = 0
    half = 0.5
    flag = False
    for i in range(n):
        total += i
        half *= 1.5
        flag = total > 3
        unused = i * 100
        if i == 3:
            print(peek("total"), peek("i"), peek("half"), peek("flag"), peek("unused"), peek("n"))
    return total, half, flag


print(read(6))


def write(n):
    total = 0
    i = 0
    while i < n:
        total += i
        if total == 3:
            poke("total", 1000)
        if i == 5:
            poke("i", 7)
        if i == 8:
            poke("total", "text")
            print(total)
            total = 1.5
        i += 1
    return total, i


print(write(12))


class Looks:
    def __init__(self):
        self.seen = []

    def __add__(self, other):
        frame = sys._getframe(1)
        self.seen.append(dict(n=frame.f_locals["n"], line=frame.f_lineno - frame.f_code.co_firstlineno))
        return self

    def __getattr__(self, name):
        return sys._getframe(1).f_locals["n"]

    def __getitem__(self, key):
        sys._getframe(1).f_locals["n"] += key
        return key

    def __lt__(self, other):
        return sys._getframe(1).f_locals["n"] < other

    def __iter__(self):
        frame = sys._getframe(1)
        while frame.f_locals["n"] < 40:
            yield frame.f_locals["n"]


def operators(looks):
    n = 1
    for i in range(3):
        n += 1
        looks + 1
        n += looks[i]
        print(n, looks.attribute, looks < 5)
    for v in looks:
        n += v
    return n, looks.seen


print(operators(Looks()))


def raising(n):
    count = 0
    scale = 1.0
    for i in range(n):
        count += 1
        scale *= 2
        if i == 3:
            [][count]
    return count


try:
    raising(5)
except IndexError as e:
    frame = e.__traceback__.tb_next.tb_frame
    print(sorted(frame.f_locals.items()), e.__traceback__.tb_next.tb_lineno - frame.f_code.co_firstlineno)


def handled(n):
    count = 0
    for i in range(n):
        try:
            count += 1
            if i % 2:
                raise ValueError(count)
            count *= 2
        except ValueError as e:
            count += 100 + e.args[0]
            print(count, sys._getframe().f_locals["count"], i)
    return count


print(handled(5))


def traced(n):
    total = 0
    for i in range(n):
        if i == 2:
            start_tracing()
        total += i
        total *= 2
    return total


lines = []


def tracer(frame, event, arg):
    lines.append((event, frame.f_lineno - frame.f_code.co_firstlineno, frame.f_locals.get("total")))
    return tracer


def start_tracing():
    sys.settrace(tracer)
    sys._getframe(1).f_trace = tracer


print(traced(4))
sys.settrace(None)
print([line for line in lines if line[0] != "call"])


def deleted(n):
    value = 5
    out = []
    for i in range(n):
        try:
            out.append(value)
            if i == 1:
                del value
        except UnboundLocalError as e:
            out.append(str(e))
            value = 1.5
    return out


print(deleted(4))


def cleared(n):
    x = "outer"
    out = [x for x in range(n)]
    return x, out, [[x for x in range(y)] for y in range(n)]


print(cleared(3))


def closures(n):
    fs = []
    total = 0

    def add(by):
        nonlocal total
        total += by
        return total

    for i in range(n):
        total += i
        add(10)
        fs.append(lambda: (i, total))
    return total, [f() for f in fs]


print(closures(3))
