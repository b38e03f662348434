# Class bodies with loops, in functions and over namespaces of any kind: what their names mean.
import sys


class Squares:
    table = {}
    for n in range(4):
        table[n] = n * n
    total = sum(table.values())
    del n
    names = sorted(k for k in locals() if not k.startswith("__"))


print(Squares.table, Squares.total, Squares.names)


class Namespace(dict):
    """Tells of every look-up and gives names that it does not have."""

    log = []

    def __setitem__(self, name, value):
        if not name.startswith("__"):
            self.log.append(f"{name} = {value!r}")
        super().__setitem__(name, value)

    def __missing__(self, name):
        if name.startswith("auto_"):
            self[name] = len(self.log)
            return self[name]
        raise KeyError(name)

    def __delitem__(self, name):
        self.log.append(f"del {name}")
        super().__delitem__(name)


class Meta(type):
    @classmethod
    def __prepare__(meta, name, bases, **options):
        return Namespace(options)

    def __new__(meta, name, bases, namespace, **options):
        return super().__new__(meta, name, bases, dict(namespace))

    def __init__(cls, name, bases, namespace, **options):
        pass


class Automatic(metaclass=Meta, start=7):
    first = auto_a
    for i in range(2):
        second = auto_b + i + start
    del i
    length = len("builtin")


print(Namespace.log)
print(Automatic.first, Automatic.second, Automatic.start, Automatic.length)


class Mapping:
    """No dict at all."""

    def __init__(self):
        self.names = []

    def __getitem__(self, name):
        if name in ("__name__", "print", "range"):
            raise KeyError(name)
        self.names.append(name)
        return "found " + name

    def __setitem__(self, name, value):
        self.names.append(f"{name}={value}")

    def __delitem__(self, name):
        raise KeyError(name)


class MappingMeta(type):
    @classmethod
    def __prepare__(meta, name, bases):
        return Mapping()

    def __new__(meta, name, bases, namespace):
        print(namespace.names[2:])
        return type.__new__(meta, name, bases, {})


try:

    class Odd(metaclass=MappingMeta):
        for x in range(2):
            y = anything
        del y
except NameError as e:
    print("NameError", e)


def factory(base, *, count):
    """A class body that runs many times, with variables of the function."""
    made = []

    class Made(base):
        size = count
        made.append(count)
        items = [count * k for k in range(3)]
        same = base
        while size > count - 2:
            size -= 1
        where = sys._getframe().f_code.co_name, sorted(sys._getframe().f_locals)[:2]

        def me(self):
            return __class__, super().__repr__()[:1], count, made

    return Made


a, b = factory(object, count=5), factory(int, count=8)
print(a.size, a.items, a.same, a.where, b.size, b.items, b.same)
print(a().me()[0] is a, a().me()[2:], b(3).me()[1:])


def unbound():
    class Early:
        for i in range(1):
            print(later)

    later = 1


try:
    unbound()
except NameError as e:
    print(type(e).__name__, e)


glob = "global"


def shadowed():
    glob = "enclosing"

    class Own:
        before = glob
        glob = "own"
        after = glob
        del glob
        again = glob
        exec("made_by_exec = [glob, before]")
        locals()["through_locals"] = 1
        for name in ("p", "q"):
            vars()[name] = name * 2

    return Own


Own = shadowed()
print(Own.before, Own.after, Own.again, Own.made_by_exec, Own.through_locals, Own.p, Own.q)


class Globals:
    before = glob
    for glob in ("own",):
        pass
    after = glob
    del glob
    again = glob


print(Globals.before, Globals.after, Globals.again)


def generic():
    class Box[T]:
        for _ in range(1):
            item: T
        bound: "later" = 3
        if True:
            conditional: int = 4

    return Box


Box = generic()
print(Box.__type_params__, Box.__annotations__, Box.bound, Box.__static_attributes__)


def failing():
    class Broken:
        for i in range(3):
            1 // (1 - i)


try:
    failing()
except ZeroDivisionError as e:
    tb = e.__traceback__
    while tb:
        print(tb.tb_frame.f_code.co_name, tb.tb_lineno - tb.tb_frame.f_code.co_firstlineno)
        tb = tb.tb_next
    inner = e.__traceback__.tb_next.tb_next.tb_frame
    print(sorted(n for n in inner.f_locals if n[0] != "_"), inner.f_locals["i"])


def tracing():
    events = []

    def trace(frame, event, arg):
        if frame.f_code.co_name == "Traced":
            events.append((event, frame.f_lineno - frame.f_code.co_firstlineno))
        return trace

    sys.settrace(trace)

    class Traced:
        for i in range(1):
            x = i

    sys.settrace(None)
    return events


print(tracing())

# The code of a class as a function: its names are the globals.
import types

body = next(c for c in factory.__code__.co_consts if isinstance(c, types.CodeType))
simple = next(
    c
    for c in compile("class C:\n  as_function = [k for k in range(3)]", "<s>", "exec").co_consts
    if isinstance(c, types.CodeType)
)
print(types.FunctionType(simple, {"__name__": "there"})())
space = {"__name__": "there"}
types.FunctionType(simple, space)()
print(space["as_function"])
