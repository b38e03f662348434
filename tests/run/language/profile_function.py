# The events of sys.setprofile.
import sys

events = []


def profiler(frame, event, arg):
    if frame.f_code.co_filename != __file__:
        return
    if event.startswith("c_"):
        arg = arg.__name__
    elif not isinstance(arg, (int, str, type(None))):
        arg = type(arg).__name__
    events.append((event, frame.f_code.co_name, arg))


def report(name):
    sys.setprofile(None)
    print(name)
    for event in events:
        print("  ", event)
    events.clear()


def leaf(x):
    return len([x]) + abs(-x)


def branch(x):
    y = leaf(x)
    return leaf(y)


sys.setprofile(profiler)
branch(2)
report("functions")


def gen():
    yield 1
    yield 2


sys.setprofile(profiler)
list(gen())
report("generator")


def raises():
    int("x")


sys.setprofile(profiler)
try:
    raises()
except ValueError:
    pass
report("exception")


def starts():
    sys.setprofile(profiler)
    return leaf(1)


starts()
report("starts inside")


class C:
    def method(self):
        return sorted([3, 1], key=self.key)

    def key(self, v):
        return -v


sys.setprofile(profiler)
C().method()
"a b".split()
report("methods")
print(sys.getprofile())
