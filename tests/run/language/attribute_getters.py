"""The same place in the code meets attributes that functions give, and what replaces them."""


class WithFallback:
    @property
    def value(self):
        raise AttributeError("inner")

    def __getattr__(self, name):
        return "fallback " + name


class Plain:
    @property
    def value(self):
        return "property"


class Raising:
    @property
    def value(self):
        raise ValueError("from the property")


def read(thing):
    try:
        return thing.value
    except ValueError as e:
        return repr(e)


for round in range(3):
    print(read(WithFallback()), read(Plain()), read(Raising()))
Plain.value = property(lambda self: "another")
print(read(Plain()))
Plain.value = "no property"
print(read(Plain()), read(WithFallback()))


class Counted:
    @property
    def call(self):
        return lambda *args: ("called", args)


def invoke(thing):
    return thing.call(1)


for round in range(2):
    print(invoke(Counted()))


def name_of(c):
    return c.__name__


class Meta(type):
    @property
    def __name__(cls):
        return "from the metaclass"


class Made(metaclass=Meta):
    pass


for c in (int, Plain, Made, int, Made):
    print(name_of(c))
Plain.__name__ = "Renamed"
print(name_of(Plain), name_of(print))


def class_of(x):
    return x.__class__


class Liar:
    __class__ = property(lambda self: int)


for x in (1, "a", Plain(), Liar(), Plain(), None, Plain):
    print(class_of(x))


def set_by_class(cls, x, value):
    cls.__setattr__(x, "v", value)
    return x.v


class Loud:
    def __setattr__(self, name, value):
        object.__setattr__(self, name, value * 2)


for cls in (object, Loud, object, Loud):
    print(set_by_class(cls, Loud(), 3))


def upper(cls, x):
    return cls.upper(x)


class Text(str):
    def upper(self):
        return "mine"


for cls in (str, Text, str):
    print(upper(cls, Text("x")))
Text.upper = str.lower
print(upper(Text, Text("X")))
del Text.upper
print(upper(Text, Text("x")))


class WithGetattr(type):
    def __getattr__(cls, name):
        return "meta " + name


class Open(metaclass=WithGetattr):
    here = 1


def get(cls):
    return cls.here


for round in range(2):
    print(get(Open))
del Open.here
print(get(Open))


def reads(e):
    return e.args


class Failure(Exception):
    args = "shadowed"


for e in (ValueError(1), Failure(2), ValueError(3)):
    print(reads(e))
print([reads(e) for e in (KeyError("k"), KeyError())])
