# `with`: order, suppression, several managers, lookups on the type.
class CM:
    def __init__(self, name, suppress=False, fail=None):
        self.name, self.suppress, self.fail = name, suppress, fail

    def __enter__(self):
        print("enter", self.name)
        if self.fail == "enter":
            raise RuntimeError("enter " + self.name)
        return self.name

    def __exit__(self, t, v, tb):
        print("exit", self.name, t and t.__name__, v, tb is not None)
        if self.fail == "exit":
            raise RuntimeError("exit " + self.name)
        return self.suppress


with CM("a") as a, CM("b") as b:
    print(a, b)
with (
    CM("c", suppress=True),
    CM("d") as d,
):
    raise ValueError("inside")
for setup in ((CM("e", fail="exit"),), (CM("f"), CM("g", fail="enter")), (CM("h", suppress=True), CM("i", fail="exit"))):
    try:
        if len(setup) == 1:
            with setup[0]:
                raise KeyError(1)
        else:
            with setup[0], setup[1]:
                raise KeyError(2)
    except RuntimeError as e:
        print("caught", e, repr(e.__context__))


def returns():
    with CM("r") as r:
        return r.upper()


print(returns())


def breaks():
    for i in range(3):
        with CM(i):
            if i == 1:
                break
            continue
    return i


print(breaks())


class NoExit:
    def __enter__(self):
        pass


class NoEnter:
    def __exit__(self, *a):
        pass


for c in (NoExit(), NoEnter(), 1):
    try:
        with c:
            pass
    except TypeError as e:
        print(e)
inst = NoExit()
inst.__exit__ = lambda *a: None
try:
    with inst:
        pass
except TypeError as e:
    print(e)
with CM("t") as (x := [])[0:0]:
    pass
from contextlib import ExitStack, contextmanager, suppress, closing, nullcontext, redirect_stdout


@contextmanager
def managed(v):
    print("before", v)
    try:
        yield v * 2
    except ZeroDivisionError:
        print("handled")
    finally:
        print("after")


with managed(4) as m:
    print(m)
    1 / 0
with suppress(KeyError), ExitStack() as stack:
    stack.callback(print, "callback")
    stack.enter_context(CM("stacked"))
    {}["missing"]
with nullcontext(5) as n:
    print(n)
import io

out = io.StringIO()
with redirect_stdout(out):
    print("captured")
print(repr(out.getvalue()))


@managed(1)
def decorated():
    print("body")


decorated()
