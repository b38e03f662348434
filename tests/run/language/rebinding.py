# Globals, builtins, methods and classes that change while code runs.
import builtins


def helper():
    return "first"


def calls():
    return helper()


print(calls())


def helper():
    return "second"


print(calls())
helper = lambda: "third"
print(calls())
del helper
try:
    calls()
except NameError as e:
    print(e)
builtins.helper = lambda: "builtin"
print(calls())
del builtins.helper


def uses_len(x):
    return len(x)


print(uses_len([1, 2]))
real_len = len
builtins.len = lambda x: "patched"
print(uses_len([1, 2]))
builtins.len = real_len
print(uses_len([1, 2]))
len = lambda x: "shadowed"
print(uses_len([1, 2]))
del len
print(uses_len([1, 2]))


class A:
    x = 1

    def m(self):
        return "A.m"


def loop(obj, n):
    out = []
    for i in range(n):
        out.append((obj.x, obj.m()))
        if i == 1:
            A.x = "changed class attribute"
        if i == 2:
            obj.x = "instance attribute"
        if i == 3:
            A.m = lambda self: "patched method"
        if i == 4:
            obj.m = lambda: "instance method"
        if i == 5:
            del obj.x, obj.m
        if i == 6:
            obj.__class__ = B
        if i == 7:
            A.__getattribute__ = lambda self, name: (lambda: name) if name == "m" else "hooked"
    return out


class B(A):
    def m(self):
        return "B.m"


for row in loop(A(), 9):
    print(row)


class Counter:
    def __init__(self):
        self.n = 0

    def __add__(self, other):
        self.n += 1
        if self.n == 3:
            Counter.__add__ = lambda self, o: "replaced"
        return self.n


c = Counter()
print([c + 1 for _ in range(5)])


def swap(f):
    g = f
    for i in range(4):
        print(g(i), end=" ")
        if i == 1:
            f.__code__ = (lambda x: x * 100).__code__
        if i == 2:
            f.__defaults__ = (7,)
    print()


def plain(x):
    return x + 1


swap(plain)


def defaults(a, b=1):
    return a, b


def call_defaults():
    return defaults(0)


print(call_defaults())
defaults.__defaults__ = (2,)
print(call_defaults())
defaults.__defaults__ = None
try:
    call_defaults()
except TypeError as e:
    print(e)
globals()["dynamic"] = 5


def reads():
    return dynamic


print(reads())
globals().pop("dynamic")
try:
    reads()
except NameError as e:
    print(e)
exec("dynamic = 'exec'")
print(reads())


class Meta(type):
    def __call__(cls, *args):
        return "meta call"


class M(metaclass=Meta):
    pass


def make():
    return M()


print(make())
del Meta.__call__
print(type(make()).__name__)


class Slot:
    __slots__ = ("a",)


def get(o):
    return o.a


s = Slot()
for value in (1, 2.5, "s", None):
    s.a = value
    print(get(s), end=" ")
del s.a
try:
    get(s)
except AttributeError as e:
    print(e)
