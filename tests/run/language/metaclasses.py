# __prepare__, __new__, __init__, __call__ of metaclasses; which metaclass wins.
class Meta(type):
    @classmethod
    def __prepare__(mcs, name, bases, **kw):
        print("prepare", name, [b.__name__ for b in bases], kw)
        return {"injected": 1}

    def __new__(mcs, name, bases, ns, **kw):
        print("new", name, [k for k in ns if not k.startswith("__")])
        return super().__new__(mcs, name, bases, ns)

    def __init__(cls, name, bases, ns, **kw):
        print("init", name, kw)
        super().__init__(name, bases, ns)

    def __call__(cls, *args):
        print("call", cls.__name__, args)
        return super().__call__(*args)

    def __getattr__(cls, name):
        return "meta:" + name

    def __len__(cls):
        return 7

    @property
    def prop(cls):
        return cls.__name__ + ".prop"


class A(metaclass=Meta, option=3):
    def __init__(self, v):
        self.v = v


print(A(5).v, A.missing, len(A), A.prop, type(A).__name__, A.injected)


class B(A):
    pass


print(type(B) is Meta, isinstance(B, Meta), isinstance(B(1), A))


class Other(type):
    pass


try:

    class Conflict(A, metaclass=Other):
        pass

except TypeError as e:
    print(e)


class Derived(Meta):
    pass


class C(A, metaclass=Derived):
    pass


print(type(C).__name__)


def factory(name, bases, ns):
    return (name, bases, sorted(k for k in ns if k[0] != "_"))


class Weird(metaclass=factory):
    x = 1


print(Weird)


class Ordered(type):
    def __prepare__(name, bases):
        class NS(dict):
            def __setitem__(self, k, v):
                print("define", k) if not k.startswith("__") else None
                super().__setitem__(k, v)

        return NS()


class O(metaclass=Ordered):
    a = 1

    def b(self):
        pass


class Sub(type):
    def __instancecheck__(cls, obj):
        return obj == 3

    def __subclasscheck__(cls, other):
        return other is int


class S(metaclass=Sub):
    pass


print(isinstance(3, S), isinstance(4, S), issubclass(int, S), issubclass(str, S))
print(type("Dyn", (A,), {"k": 2})(0).k)
try:
    type("Bad", (int, str), {})
except TypeError as e:
    print(e)
try:
    type("Bad", (bool,), {})
except TypeError as e:
    print(e)


class Base:
    def __init_subclass__(cls, /, tag=None, **kw):
        super().__init_subclass__(**kw)
        print("subclass", cls.__name__, tag)


class One(Base, tag="t"):
    pass


try:

    class Two(Base, wrong=1):
        pass

except TypeError as e:
    print(e)


class Gen:
    def __class_getitem__(cls, item):
        return cls.__name__, item


print(Gen[int], Gen["a", 1])


class Entry:
    def __mro_entries__(self, bases):
        print("mro_entries", len(bases))
        return (dict,)


class FromEntry(Entry()):
    pass


print(FromEntry.__bases__, len(FromEntry.__orig_bases__))
