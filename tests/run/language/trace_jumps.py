# `frame.f_lineno = n` in trace functions: where a frame may go on, and what it hears then.
import sys
import warnings

warnings.simplefilter("ignore")


def show(title, function, event, jump, nth=1, opcodes=False):
    """Jumps to line `jump` of `function` at the nth `event`."""
    first = function.__code__.co_firstlineno
    log = []
    seen = 0

    def trace(frame, what, arg):
        nonlocal seen
        if frame.f_code is not function.__code__:
            return None
        frame.f_trace_opcodes = opcodes
        if what != "opcode":
            log.append(f"{what} {frame.f_lineno - first}")
        if what == event:
            seen += 1
            if seen == nth:
                try:
                    frame.f_lineno = first + jump
                    log.append(f"-> {frame.f_lineno - first}")
                except ValueError as e:
                    log.append(f"[{e}]" if "line " not in str(e)[:5] else str(e)[-30:])
        return trace

    sys.settrace(trace)
    try:
        result = function()
        if hasattr(result, "send"):
            result = list(result)
    except Exception as e:
        result = repr(e)
    finally:
        sys.settrace(None)
    print(f"{title}: {result}\n   ", ", ".join(log))


def straight():
    x = 1
    x += 10
    x += 100
    return x


show("forwards", straight, "line", 3, nth=2)
show("backwards", straight, "line", 1, nth=3)
show("to itself", straight, "line", 2, nth=2)
show("at the call", straight, "call", 3)
show("at the return", straight, "return", 3)
show("at an opcode", straight, "opcode", 3, nth=3, opcodes=True)
show("before the function", straight, "line", -5)
show("behind the function", straight, "line", 5)
show("to the last line", straight, "line", 4)


def handler():
    x = 1
    try:
        x //= 0
    except ZeroDivisionError:
        x = sys.exception() is not None
    return x, sys.exception()


show("at the exception", handler, "exception", 6)
show("into a handler", handler, "line", 5, nth=2)
show("into the test of a handler", handler, "line", 4, nth=2)
show("out of a handler", handler, "line", 6, nth=5)
show("within a handler", handler, "line", 5, nth=5)
show("from a handler into its body", handler, "line", 3, nth=4)


def loop():
    t = 0
    for i in [1, 2, 3]:
        t += i
        t += 10
    return t


show("into a loop", loop, "line", 3)
show("out of a loop", loop, "line", 5, nth=4)
show("within a loop", loop, "line", 2, nth=4)
show("to the end of a loop", loop, "line", 4, nth=3)


def nested():
    out = []
    for i in (1, 2):
        for j in (3, 4):
            out.append((i, j))
        out.append(i)
    return out


show("out of the inner loop", nested, "line", 5, nth=4)
show("out of both", nested, "line", 6, nth=4)
show("to the outer loop", nested, "line", 2, nth=4)
show("into the inner loop", nested, "line", 4, nth=2)


def blocks():
    with open(__file__) as file:
        x = file.name == __file__
    try:
        y = 4
    finally:
        z = 5
    return z


show("into a with", blocks, "line", 2)
show("out of a with", blocks, "line", 4, nth=2)
show("into a finally", blocks, "line", 6)
show("from try to finally", blocks, "line", 6, nth=5)


def conditional():
    a = 3
    if a > 2:
        b = "then"
    else:
        b = "else"
    while a:
        a -= 1
    return b


show("into the other branch", conditional, "line", 5, nth=2)
show("into a while", conditional, "line", 7, nth=2)


def unbound():
    first = 1
    del first
    second = 2
    return second


show("over an assignment", unbound, "line", 4)


def generator():
    yield 1
    yield 2
    yield 3


for event, nth in [("return", 1), ("call", 2), ("line", 2), ("call", 1), ("return", 2)]:
    show(f"generator, {event} {nth}", generator, event, 3, nth=nth)


def values():
    def inner(frame, event, arg):
        for value in ("x", 1.0, True, 10**30, -1):
            try:
                frame.f_lineno = value
            except ValueError as e:
                print(event, type(e).__name__, e)
        try:
            del frame.f_lineno
        except AttributeError as e:
            print(event, e)

    def outer(frame, event, arg):
        inner(frame, event, arg)
        return inner

    def two():
        return 2

    sys.settrace(outer)
    two()
    sys.settrace(None)


values()
try:
    sys._getframe().f_lineno = 3
except ValueError as e:
    print(e)


def twice():
    out = []
    for i in range(3):
        out.append(i)
    return out


def trace(frame, event, arg):
    if event == "line" and frame.f_lineno == twice.__code__.co_firstlineno + 3:
        first = frame.f_code.co_firstlineno
        frame.f_lineno = first + 2
        frame.f_lineno = first + 4
        sys.settrace(None)
        frame.f_trace = None
    return trace


sys.settrace(trace)
print(twice())
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    show("warned", unbound, "line", 4)
    print([str(w.message) for w in caught])
