# Calls of classes: __init__ that raises, returns something, is replaced; generators in between.
class P:
    def __init__(self, x, y=2, *rest, k=0, **more):
        self.all = x, y, rest, k, more


def make(c, *args, **kwargs):
    return c(*args, **kwargs)


for _ in range(2):
    print(P(1).all, P(1, 3).all, P(1, 3, 4, k=5, z=6).all, P(x=7).all)
    try:
        P()
    except TypeError as e:
        print(e)


class Wrong:
    def __init__(self):
        return self.value


Wrong.value = None
results = []
for value in (None, 3, None, "x"):
    Wrong.value = value
    try:
        results.append(type(Wrong()).__name__)
    except TypeError as e:
        results.append(str(e))
print(results)


class Count:
    made = 0

    def __init__(self):
        Count.made += 1


def three():
    return [Count() for _ in range(3)]


three()
Count.__init__ = lambda self: setattr(self, "late", True)
print(Count.made, [c.late for c in three()])
Count.__new__ = lambda cls: "not an instance"
print(three())
del Count.__init__
Count.__new__ = object.__new__
print(len(three()), Count.made)


class Meta(type):
    pass


class WithMeta(metaclass=Meta):
    def __init__(self, v):
        self.v = v


def with_meta():
    return WithMeta(1)


print(with_meta().v)
Meta.__call__ = lambda cls, v: ("called", cls.__name__, v)
print(with_meta())


class Deep:
    def __init__(self, n):
        self.inner = Deep(n - 1) if n else None
        if n == 3:
            raise ValueError("three")


try:
    Deep(5)
except ValueError as e:
    tb, names = e.__traceback__, []
    while tb:
        names.append((tb.tb_frame.f_code.co_name, tb.tb_lineno - tb.tb_frame.f_code.co_firstlineno))
        tb = tb.tb_next
    print(names)


def counting(n):
    for i in range(n):
        try:
            got = yield i
            if got:
                print("got", got)
        except KeyError as e:
            print("caught", e)
        finally:
            print("step", i)


def failing():
    yield 1
    raise IndexError("from the generator")


def outer():
    total = 0
    for x in counting(3):
        total += x
        for y in counting(x):
            total += y
    try:
        for x in failing():
            total += x
    except IndexError as e:
        print(e, total)
    yield from counting(2)
    return total


it = outer()
print(next(it))
print(it.send("message"))
try:
    next(it)
except StopIteration as e:
    print("end", e.value)
