# Instances whose attributes come in different orders, are deleted, or change type.
class P:
    def __init__(self, order):
        for name in order:
            setattr(self, name, name + "0")

    def total(self):
        return self.a + self.b


objs = [P("ab"), P("ba"), P("abc"), P("cab")]
print([o.total() for o in objs], [list(o.__dict__) for o in objs])
for o in objs:
    o.a = 1
    o.b = 2.5
print([o.total() for o in objs])
del objs[0].a
try:
    objs[0].total()
except AttributeError as e:
    print(e)
objs[0].a = "back"
print(list(objs[0].__dict__), list(vars(objs[1])))


class Node:
    def __init__(self, value, next=None):
        self.value, self.next = value, next

    def __iter__(self):
        node = self
        while node is not None:
            yield node.value
            node = node.next


head = None
for i in range(5):
    head = Node(i, head)
print(list(head), sum(head))


class Many:
    pass


m = Many()
for i in range(100):
    setattr(m, f"attr{i}", i)
print(sum(getattr(m, f"attr{i}") for i in range(100)), len(m.__dict__), m.attr57)
for i in range(0, 100, 3):
    delattr(m, f"attr{i}")
print(len(m.__dict__), list(m.__dict__)[:4], hasattr(m, "attr3"))
m.__dict__["injected"] = 1
print(m.injected, "injected" in dir(m))
m.__dict__ = {"only": 2}
print(m.only, hasattr(m, "injected"), m.__dict__)
del m.__dict__
print(m.__dict__)


class Base:
    kind = "base"

    def __init__(self):
        self.x = 1


class Child(Base):
    def __init__(self):
        super().__init__()
        self.y = 2

    @property
    def area(self):
        return self.x * self.y


def areas(items):
    return [i.area if hasattr(i, "area") else i.x for i in items]


print(areas([Child(), Base(), Child()]))
b = Base()
b.area = 99
print(areas([b]))


class Point:
    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __eq__(self, o):
        return (self.x, self.y) == (o.x, o.y)

    def __hash__(self):
        return hash((self.x, self.y))

    def __repr__(self):
        return f"Point({self.x}, {self.y})"


points = {Point(i % 3, i % 2): i for i in range(12)}
print(points)


def poly(items):
    return [type(i).__name__ + str(i.x) for i in items]


print(poly([Point(1, 2), Base(), Child(), Point("s", 0)] * 2))


class Callable:
    def __init__(self):
        self.f = lambda: "attribute function"
        self.n = 0

    def __call__(self, *args):
        self.n += 1
        return self.n, args


c = Callable()
print(c.f(), c(1), c(2, 3), [c() for _ in range(2)][-1])
import copy

d = copy.copy(Child())
e = copy.deepcopy({"k": [Child(), Point(1, 2)]})
print(d.x, d.y, e["k"][0].area, e["k"][1])
