# except*, groups and their methods.
def run(f):
    try:
        f()
    except BaseException as e:
        print("left:", repr(e))
        print("  context", repr(e.__context__), "cause", repr(e.__cause__))


def split_all():
    try:
        raise ExceptionGroup("g", [ValueError(1), TypeError(2), ExceptionGroup("n", [ValueError(3), KeyError(4)])])
    except* ValueError as e:
        print("values", repr(e))
    except* (TypeError, KeyError) as e:
        print("others", repr(e))
    else:
        print("never")
    finally:
        print("finally")


def rest():
    try:
        raise ExceptionGroup("g", [ValueError(1), OSError(2)])
    except* ValueError as e:
        print("got", e.exceptions)


def naked():
    try:
        raise ValueError("plain")
    except* ValueError as e:
        print(repr(e))


def raises_inside():
    try:
        raise ExceptionGroup("g", [ValueError(1), TypeError(2)])
    except* ValueError:
        raise KeyError("new")
    except* TypeError:
        raise


def no_error():
    try:
        pass
    except* ValueError:
        print("never")
    else:
        print("else")


def group_as_type():
    try:
        raise ValueError
    except* ExceptionGroup:
        pass


for f in (split_all, rest, naked, raises_inside, no_error, group_as_type):
    print(f.__name__)
    run(f)
g = ExceptionGroup("top", [ValueError("a"), ExceptionGroup("mid", [KeyError("b"), ValueError("c")])])
print(g.message, len(g.exceptions), str(g))
match, other = g.split(ValueError)
print(repr(match), repr(other))
print(repr(g.subgroup(lambda e: isinstance(e, KeyError))), g.subgroup(OSError))
print(repr(g.derive([OSError()])))
for args in ((), ("m",), ("m", []), ("m", [1]), (1, [ValueError()]), ("m", [KeyboardInterrupt()]), ("m", 3)):
    try:
        ExceptionGroup(*args)
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)
print(repr(BaseExceptionGroup("b", [KeyboardInterrupt()])), type(BaseExceptionGroup("b", [ValueError()])).__name__)


class MyGroup(ExceptionGroup):
    def derive(self, excs):
        return MyGroup("derived", excs)


mg = MyGroup("mine", [ValueError(1), TypeError(2)])
mg.add_note("note")
m, r = mg.split(TypeError)
print(repr(m), repr(r), m.__notes__)
import traceback

print("".join(traceback.format_exception(g)))
