# close(), throw() and return inside generators, in odd states.
import inspect
import warnings


def plain():
    try:
        x = yield 1
        print("got", x)
        yield 2
    except GeneratorExit:
        print("exit")
        raise
    except ValueError as e:
        print("caught", e)
        yield "handled"
    finally:
        print("finally")
    return "ret"


def ignores():
    while True:
        try: yield 1
        except GeneratorExit: yield "ignored"


def returns():
    try: yield 1
    except GeneratorExit: return "value"


def raises():
    try: yield 1
    finally: raise KeyError("in finally")


def stop():
    yield 1
    raise StopIteration("inner")


def bare(): yield


def t(*ops):
    for op in ops:
        try:
            print(op(), end=" ")
        except BaseException as e:
            print(type(e).__name__, e, repr(e.__context__), repr(e.__cause__), end=" ")
    print()


g = plain(); t(g.close, g.close)
g = plain(); t(g.__next__, g.close, g.__next__)
g = plain(); t(g.__next__, lambda: g.throw(ValueError("a")), g.__next__, g.__next__)
g = plain(); t(lambda: g.throw(ValueError("unstarted")), lambda: g.send(1), g.__next__)
g = plain(); t(lambda: g.send(1), lambda: g.send(None), lambda: g.send("x"), lambda: next(g, "dflt"), lambda: next(g, "dflt"))
g = ignores(); t(g.__next__, g.close, g.__next__)
g = returns(); t(g.__next__, g.close, g.close)
g = raises(); t(g.__next__, g.close)
g = stop(); t(g.__next__, g.__next__, g.__next__)
g = bare(); t(g.__next__, lambda: g.throw(StopIteration(5)))
warnings.simplefilter("ignore")
for args in ((5,), ("x",), (ValueError, "msg"), (ValueError,), (ValueError, ValueError("inst")), (ValueError("a"), "b"), (int,), (KeyError, None, 5), (), (1, 2, 3, 4), (ValueError, (1, 2)), (ValueError, KeyError("k"))):
    g = bare(); next(g)
    t(lambda: g.throw(*args))


def selfnext():
    yield 1
    t(lambda: next(me), lambda: me.send(1), me.close, lambda: me.throw(KeyError))
    yield me.gi_running, me.gi_suspended


me = selfnext(); next(me); print(next(me), me.gi_running, me.gi_suspended, me.gi_frame.f_lineno > 0)
list(me); print(me.gi_frame, me.gi_code.co_name, me.gi_yieldfrom)


def sub():
    try:
        r = yield "s1"
        print("sub got", r)
        yield "s2"
    except KeyError as e:
        print("sub caught", e)
        return "subret"
    finally: print("sub fin")


def outer():
    r = yield from sub()
    print("r", r)
    yield "after"


def over(it): return (yield from it)


class Iter:
    def __iter__(self): return self
    def __next__(self): return 1
    def close(self): print("Iter.close")
    def throw(self, *a): print("throw", [type(x).__name__ for x in a]); return "thrown"


class BadClose(Iter):
    def close(self): raise OSError("close")


g = outer(); print(next(g), g.gi_yieldfrom.__name__, g.send("v")); t(lambda: g.throw(KeyError("k")), lambda: g.gi_yieldfrom, g.close)
g = outer(); t(g.__next__, g.close)
g = over(Iter()); t(g.__next__, lambda: g.throw(ValueError("z")), lambda: g.send(5), g.__next__)
g = over(Iter()); t(g.__next__, g.close)
g = over(BadClose()); t(g.__next__, g.close)
g = over([1, 2]); t(g.__next__, lambda: g.throw(ValueError("list")))
t(over(5).__next__, over("ab").__next__, lambda: list(over(range(3))), lambda: list(over(over({1: 2}))))


def ctx():
    try: 1 / 0
    except ZeroDivisionError:
        try: yield 1
        except ValueError as e: print(repr(e.__context__)); raise


g = ctx(); t(g.__next__, lambda: g.throw(ValueError("v")))
print(type(g), g.__name__, g.__qualname__)
g.__name__ = "renamed"; g.__qualname__ = "q.r"; print(repr(g).split(" at")[0])
gen = (i * j for i in range(3) for j in range(i)); print(gen.__name__, gen.__qualname__, list(gen))
t(lambda: setattr(g, "__name__", 5), lambda: setattr(g, "gi_frame", 5), lambda: list(i for i in 5), lambda: type(g)(), lambda: g.nope, lambda: len(g), lambda: g[0])
g = plain(); print(inspect.getgeneratorstate(g)); next(g); print(inspect.getgeneratorstate(g), inspect.getgeneratorlocals(g)); g.close(); print(inspect.getgeneratorstate(g))
