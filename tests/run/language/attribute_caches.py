# Attributes found at one place in the code while classes, instances and modules change.
import types


class Base:
    tag = "base"

    def who(self):
        return "Base.who"

    @property
    def size(self):
        return 1


class Child(Base):
    def who(self):
        return "Child.who, " + super().who()


class Slotted:
    __slots__ = ("tag", "who", "size")

    def __init__(self):
        self.tag, self.who, self.size = "slot", lambda: "slot.who", 3


def look(o):
    return o.tag, o.who(), o.size


def looks(*objects):
    for _ in range(3):
        for o in objects:
            print(*look(o))


base, child, slotted = Base(), Child(), Slotted()
looks(base, child, slotted)
Base.tag = "changed"
child.tag = "own"
looks(base, child)
del child.tag
Base.who = lambda self: "replaced"
looks(base, child)
Child.size = property(lambda self: 2)
Base.tag = property(lambda self: "computed")
looks(base, child)
del Child.size
del Base.tag
for o in (base, child):
    try:
        look(o)
    except AttributeError as e:
        print(e)
Base.extra = 1
Base.tag = 5
looks(base, child)


def class_value(c):
    return c.tag


print([class_value(c) for c in (Base, Child, Base)])
Child.tag = 6
print([class_value(c) for c in (Base, Child, Base)])
Base.tag = staticmethod(len)
print([class_value(c) is len for c in (Base, Child, Base)])

module = types.ModuleType("m")
other = types.ModuleType("n")
module.value, other.first, other.value = 1, 0, 2


def module_value(m):
    return m.value


print([module_value(m) for m in (module, other, module, other)])
del other.first
other.last = other.more = 7
print([module_value(m) for m in (module, other, module, other)])
del module.value
module.another = 3
try:
    module_value(module)
except AttributeError as e:
    print(e)


def store(o, v):
    o.held = v
    return o.held


class A:
    pass


class B:
    @property
    def held(self):
        return self._held

    @held.setter
    def held(self, v):
        self._held = v * 10


a, b = A(), B()
print([store(o, i) for i, o in enumerate((a, b, a, b, A()))])
A.held = property(lambda self: "computed", lambda self, v: None)
print([store(o, i) for i, o in enumerate((a, b))])
