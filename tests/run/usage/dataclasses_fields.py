# Fields, defaults, ordering, freezing, inheritance, post-init, replace.
from dataclasses import FrozenInstanceError, InitVar, asdict, astuple, dataclass, field, fields, is_dataclass, make_dataclass, replace
from typing import ClassVar


@dataclass
class P:
    x: int
    y: float = 1.5
    tags: list = field(default_factory=list, repr=False, compare=False)
    kind: ClassVar[str] = "point"


p = P(1)
print(p, P(1, 2) == P(1, 2), P(1) == (1, 1.5), asdict(P(1, tags=[P(2)])), astuple(p), [f.name for f in fields(P)], is_dataclass(p), P.__match_args__)
print(replace(p, y=3), P.kind, p.tags is P(1).tags)


@dataclass(order=True, frozen=True, slots=True)
class V:
    major: int
    minor: int = field(default=0, kw_only=True)

    def next(self):
        return replace(self, major=self.major + 1)


print(V(1) < V(2), sorted([V(2), V(1, minor=3), V(1)]), hash(V(1)) == hash(V(1)), V(1).next(), V.__slots__, {V(1): "k"}[V(1)])
try:
    V(1).major = 5
except FrozenInstanceError as e:
    print(e)
for f in (lambda: P(), lambda: P(1, 2, 3, 4), lambda: V(1, 2), lambda: P(z=1), lambda: V(1) < 3):
    try:
        f()
    except TypeError as e:
        print(e)


@dataclass
class Base:
    a: int
    scale: InitVar[int] = 2
    total: int = field(init=False)

    def __post_init__(self, scale):
        self.total = self.a * scale


@dataclass
class Child(Base):
    b: str = "b"


print(Base(3), Child(4, 5, "z"), Child.__mro__[1].__name__, Child.__init__.__annotations__.keys())
try:

    @dataclass
    class Bad:
        x: list = []

except ValueError as e:
    print(e)
try:

    @dataclass
    class Order:
        x: int = 1
        y: int

except TypeError as e:
    print(e)
M = make_dataclass("M", ["a", ("b", int), ("c", int, field(default=7))], namespace={"double": lambda self: self.b * 2})
print(M(1, 2), M(1, 2).double())
match P(5, 6.0):
    case P(x, y):
        print(x, y)


@dataclass(eq=False, repr=False)
class Plain:
    x: int


print(Plain(1) == Plain(1), repr(Plain(1)).startswith("<"), Plain(1).__doc__ if False else P.__doc__)
