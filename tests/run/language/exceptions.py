def chain():
    try:
        {}["a"]
    except KeyError as e:
        raise ValueError("bad") from e


try:
    chain()
except ValueError as e:
    print(repr(e), repr(e.__cause__), e.__suppress_context__)

try:
    try:
        1 / 0
    except ZeroDivisionError:
        undefined
except NameError as e:
    print(e, "|", repr(e.__context__))


def order():
    log = []
    try:
        log.append("try")
        try:
            raise RuntimeError("x")
        except RuntimeError:
            log.append("except")
            return log
        finally:
            log.append("inner finally")
    finally:
        log.append("outer finally")


print(order())


def override():
    for i in range(3):
        try:
            if i == 1:
                break
            continue
        finally:
            print("finally", i)
    return i


print(override())


class Custom(Exception):
    def __init__(self, code, *args):
        super().__init__(*args)
        self.code = code


try:
    raise Custom(7, "message", 2)
except (KeyError, Custom) as e:
    print(e.code, e.args, e)

try:
    raise ExceptionGroup("group", [ValueError(1), TypeError(2), ExceptionGroup("inner", [ValueError(3)])])
except* ValueError as eg:
    print("values", [repr(x) for x in eg.exceptions])
except* TypeError as eg:
    print("types", eg.exceptions)


class Manager:
    def __init__(self, swallow):
        self.swallow = swallow

    def __enter__(self):
        print("enter")
        return self

    def __exit__(self, kind, value, tb):
        print("exit", kind and kind.__name__, value)
        return self.swallow


with Manager(True) as m:
    raise OSError(2, "No such file", "name")
try:
    with Manager(False), Manager(False):
        raise KeyError("k")
except KeyError as e:
    print("propagated", e)

try:
    raise
except RuntimeError as e:
    print(e)
try:
    raise 5
except TypeError as e:
    print(e)
try:
    assert 1 == 2, "assertion text"
except AssertionError as e:
    print(e)
e = ValueError("v")
e.add_note("a note")
print(e.__notes__, isinstance(FileNotFoundError(2, "x"), OSError), type(OSError(13, "p")).__name__)
try:
    x = e_undefined
except NameError as err:
    pass
try:
    err
except NameError as gone:
    print("err is gone:", gone)
import sys


def tb_names():
    try:
        chain()
    except ValueError:
        tb = sys.exc_info()[2]
        names = []
        while tb:
            names.append((tb.tb_frame.f_code.co_name, tb.tb_lineno))
            tb = tb.tb_next
        return names


print(tb_names())
raise SystemExit(3)
