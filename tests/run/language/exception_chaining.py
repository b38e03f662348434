# __cause__, __context__, __suppress_context__ and what tracebacks print.
import io
import sys
import traceback


def show(f):
    try:
        f()
    except BaseException as e:
        print(type(e).__name__, e.args, "cause:", repr(e.__cause__), "context:", repr(e.__context__), e.__suppress_context__)
        out = io.StringIO()
        traceback.print_exception(e, file=out)
        print(out.getvalue().replace(__file__, "FILE"))


def implicit():
    try:
        1 / 0
    except ZeroDivisionError:
        {}["k"]


def explicit():
    try:
        int("x")
    except ValueError as e:
        raise RuntimeError("wrapped") from e


def suppressed():
    try:
        int("x")
    except ValueError:
        raise RuntimeError("clean") from None


def in_finally():
    try:
        raise KeyError("first")
    finally:
        raise TypeError("second")


def from_class():
    raise ValueError("v") from KeyError


def bad_cause():
    raise ValueError("v") from 5


def not_exception():
    raise 42


def bare():
    raise


def reraise():
    try:
        try:
            raise OSError(2, "gone", "file")
        except OSError:
            raise
    except OSError as e:
        e.add_note("a note")
        e.add_note("two\nlines")
        raise


def nested_handlers():
    try:
        raise ValueError(1)
    except ValueError:
        try:
            raise KeyError(2)
        except KeyError:
            pass
        raise


def loop():
    a, b = ValueError("a"), ValueError("b")
    try:
        raise a
    except ValueError:
        try:
            raise b
        except ValueError:
            raise a


for f in (implicit, explicit, suppressed, in_finally, from_class, bad_cause, not_exception, bare, reraise, nested_handlers, loop):
    show(f)
try:
    raise ValueError
except ValueError as e:
    saved = e
try:
    e
except NameError as err:
    print(err)
print(saved.__traceback__.tb_lineno > 0, sys.exception(), sys.exc_info())
print(saved.with_traceback(None).__traceback__)
