# Delegation passes values, exceptions and closing on.
def inner(tag):
    try:
        while True:
            got = yield tag
            print(tag, "got", got)
            if got == "stop":
                return tag + " result"
    except KeyError as e:
        print(tag, "caught", e)
        return "from handler"
    finally:
        print(tag, "finally")


def outer():
    a = yield from inner("a")
    print("a gave", a)
    b = yield from inner("b")
    print("b gave", b)
    c = yield from [10, 20]
    print("list gave", c)
    return "done"


g = outer()
print(next(g), g.send(1), g.send("stop"), g.throw(KeyError("k")), next(g))
try:
    next(g)
except StopIteration as e:
    print(e.value)
g = outer()
next(g)
print(g.gi_yieldfrom.__name__)
g.close()


class It:
    def __iter__(self):
        return self

    def __next__(self):
        return 1

    def close(self):
        print("It.close")


def over():
    yield from It()


o = over()
next(o)
for call in (lambda: o.send(2), lambda: o.throw(ValueError("v"))):
    try:
        call()
    except (AttributeError, ValueError) as e:
        print(type(e).__name__, e)
o = over()
next(o)
o.close()


def flatten(x):
    for item in x:
        if isinstance(item, list):
            yield from flatten(item)
        else:
            yield item


print(list(flatten([1, [2, [3, [4]], 5], [[6]]])))


def recurse(n):
    if n:
        yield n
        yield from recurse(n - 1)


print(sum(recurse(100)))
try:
    list((lambda: (yield from 5))())
except TypeError as e:
    print(e)


def self_from():
    yield from me


me = self_from()
try:
    next(me)
except ValueError as e:
    print(e)
