# send, throw, close, return values, and the errors of misuse.
def echo():
    received = None
    while True:
        try:
            received = yield received
            print("got", received)
        except ValueError as e:
            print("caught", e)
            received = "after throw"
        except GeneratorExit:
            print("closing")
            raise


g = echo()
print(next(g), g.send(1), g.throw(ValueError("v")), g.send(2))
g.close()
g.close()
try:
    next(g)
except StopIteration as e:
    print("stopped", e.value)


def returns():
    yield 1
    return "value"


r = returns()
next(r)
try:
    next(r)
except StopIteration as e:
    print(e.value, e.args)
try:
    echo().send(5)
except TypeError as e:
    print(e)


def running():
    try:
        next(me)
    except ValueError as e:
        print(e)
    yield 1


me = running()
next(me)


def ignores():
    try:
        yield
    except GeneratorExit:
        yield "no"


i = ignores()
next(i)
try:
    i.close()
except RuntimeError as e:
    print(e)


def stop():
    raise StopIteration("oops")
    yield


try:
    next(stop())
except RuntimeError as e:
    print(e, repr(e.__cause__))


def finalizer():
    try:
        yield 1
        yield 2
    finally:
        print("finally")


f = finalizer()
next(f)
f.close()
print(g.gi_frame, me.gi_running, me.gi_code.co_name, f.gi_yieldfrom, type(f).__name__, f.__name__, f.__qualname__)


def closes_with_value():
    try:
        yield
    except GeneratorExit:
        return "closed value"


c = closes_with_value()
next(c)
print(c.close())
for bad in ((), (1,), (ValueError, 1, 2, 3)):
    try:
        echo().throw(*bad)
    except TypeError as e:
        print(e)
n = echo()
try:
    n.throw(KeyError("before start"))
except KeyError as e:
    print("out", e)
try:
    next(n)
except StopIteration:
    print("finished")
