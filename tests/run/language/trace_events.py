# The events of sys.settrace in plain functions, loops, handlers, `with`, `match`.
import sys

def fmt(arg):
    if isinstance(arg, tuple):
        return (arg[0].__name__, str(arg[1]))
    return arg if isinstance(arg, (int, str, type(None))) else type(arg).__name__

events = []
def tracer(frame, event, arg):
    code = frame.f_code
    if code.co_filename != __file__: return None
    events.append((event, code.co_name, frame.f_lineno - code.co_firstlineno, fmt(arg)))
    return tracer

def show(f, *args):
    events.clear()
    sys.settrace(tracer)
    try:
        try:
            f(*args)
        finally:
            sys.settrace(None)
    except Exception as e:
        print("raised", type(e).__name__)
    print(f.__name__)
    for e in events: print("  ", e)

def simple(a, b):
    c = a + b
    if c > 2:
        c = 5
    else:
        c = 6
    return c

def loop(n):
    t = 0
    for i in range(n):
        t += i
    while n:
        n -= 1
    return t

def one_line_loop(n):
    while n: n -= 1
    for i in range(2): pass
    return [x for x in range(2)]

def excepts():
    try:
        1 / 0
    except ZeroDivisionError as e:
        x = 1
    else:
        x = 2
    finally:
        y = 3
    try:
        helper()
    except KeyError:
        pass
    raise ValueError("out")

def helper():
    raise KeyError("k")

def gen(n):
    for i in range(n):
        x = yield i
    return 7

def uses_gen():
    t = 0
    for v in gen(2):
        t += v
    g = gen(1)
    next(g)
    g.close()
    return t

def withs():
    class C:
        def __enter__(self):
            return self
        def __exit__(self, *a):
            return True
    with C() as c:
        z = 1
        raise RuntimeError
    return z

def multi():
    x = [
        1,
        2,
        helper2(
            3,
        ),
    ]
    y = (x
         and 5)
    return {
        "a": x,
        "b": y,
    }

def helper2(v): return v

async def coro():
    return 1

def runs_coro():
    async def main():
        return await coro()
    try:
        main().send(None)
    except StopIteration as e:
        return e.value

def matching(v):
    match v:
        case [a, b]:
            return a
        case {"k": w}:
            return w
        case _:
            pass
    return None

def assertion():
    assert False, "no"

def nested_try():
    for i in range(2):
        try:
            if i:
                continue
            i += 1
        finally:
            i -= 1

show(simple, 1, 2)
show(simple, 0, 0)
show(loop, 2)
show(one_line_loop, 2)
show(excepts)
show(uses_gen)
show(withs)
show(multi)
show(runs_coro)
show(matching, [1, 2])
show(matching, {"k": 3})
show(matching, 4)
show(assertion)
show(nested_try)
