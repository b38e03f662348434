# Enum, IntEnum, StrEnum, Flag, auto, aliases, functional form.
from enum import Enum, Flag, IntEnum, IntFlag, StrEnum, auto, nonmember, unique


class Color(Enum):
    RED = 1
    GREEN = auto()
    CRIMSON = 1

    @property
    def pretty(self):
        return self.name.title()

    @classmethod
    def default(cls):
        return cls.RED


print(Color.RED, repr(Color.RED), Color(1), Color["GREEN"], Color.CRIMSON is Color.RED, list(Color), Color.RED.pretty, Color.default(), Color.__members__.keys())
print(Color.RED == Color.GREEN, Color.RED in Color, 1 in Color, 9 in Color, isinstance(Color.RED, Color), len(Color), hash(Color.RED) == hash("RED"), {Color.RED: 1})
for f in (lambda: Color(9), lambda: Color["X"], lambda: setattr(Color, "RED", 2), lambda: Color.RED < Color.GREEN, lambda: type("Sub", (Color,), {}), lambda: Color.RED.value.missing):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)


class N(IntEnum):
    ONE = 1
    TWO = 2


print(N.ONE + 1, N.ONE < N.TWO, N(2), f"{N.TWO}", N.ONE == 1, [10, 20, 30][N.TWO], max(N))


class S(StrEnum):
    A = auto()
    B_C = "b-c"


print(S.A, S.B_C.upper(), S("a"), S.A == "a", f"{S.B_C:>5}")


class Perm(Flag):
    R = auto()
    W = auto()
    X = auto()
    RW = R | W


print(Perm.R | Perm.X, Perm.RW, Perm(5), ~Perm.R, Perm.R in Perm.RW, list(Perm.RW), Perm(0), bool(Perm(0)), Perm.RW & Perm.W, Perm.R ^ Perm.RW, Perm.RW.value)
print(IntFlag("F", "A B C")(3), Enum("Animal", "CAT DOG").DOG, Enum("E", {"x": 10}).x.value)
try:

    @unique
    class U(Enum):
        A = 1
        B = 1

except ValueError as e:
    print(e)


class Planet(Enum):
    EARTH = (5.97, 6.37)
    MARS = (0.64, 3.38)

    def __init__(self, mass, radius):
        self.mass = mass
        self.radius = radius

    helper = nonmember(5)

    def density(self):
        return round(self.mass / self.radius**3, 5)


print(Planet.MARS.mass, Planet.EARTH.density(), Planet.helper, [p.name for p in Planet])


class Auto(Enum):
    @staticmethod
    def _generate_next_value_(name, start, count, last):
        return name.lower()

    FIRST = auto()
    SECOND = auto()

    @classmethod
    def _missing_(cls, value):
        return cls.FIRST


print(Auto.SECOND.value, Auto("whatever"))
match Color.GREEN:
    case Color.RED:
        print("red")
    case Color.GREEN:
        print("green")
