# __getattr__, __getattribute__, __setattr__, __delattr__, __dir__.
class Proxy:
    def __init__(self, target):
        object.__setattr__(self, "target", target)

    def __getattr__(self, name):
        print("getattr", name)
        return getattr(self.target, name)

    def __setattr__(self, name, value):
        print("setattr", name)
        setattr(self.target, name, value)

    def __delattr__(self, name):
        print("delattr", name)
        delattr(self.target, name)

    def __dir__(self):
        return ["b", "a"]


class T:
    x = 1


p = Proxy(T())
print(p.x)
p.y = 2
print(p.y)
del p.y
print(dir(p), hasattr(p, "zz"), getattr(p, "zz", "default"))


class All:
    z = 1

    def __getattribute__(self, name):
        if name.startswith("_"):
            return super().__getattribute__(name)
        raise AttributeError("no " + name)

    def __getattr__(self, name):
        return "fallback " + name


a = All()
a.z = 3
print(a.z, a.__dict__)


class Broken:
    @property
    def p(self):
        return self.inner

    def __getattr__(self, name):
        raise AttributeError(f"custom {name}")


try:
    Broken().p
except AttributeError as e:
    print(e)


class Meth:
    def f(self):
        return "f"


m = Meth()
m.f = lambda: "instance f"
print(m.f(), Meth.f(m))
bound = Meth().f
print(bound.__name__, bound.__self__.__class__.__name__, bound.__func__ is Meth.f, bound == bound)
try:
    bound.attr = 1
except AttributeError as e:
    print(e)
Meth.f.attr = 1
print(bound.attr)
for code in ("getattr(1, 2)", "setattr(1, 'a', 2)", "delattr(m, 'nope')", "vars(1)", "object().a", "object().a = 1", "None.x", "(1).real = 2", "int.x = 1", "len.x = 1"):
    try:
        exec(code)
    except (AttributeError, TypeError) as e:
        print(code, "->", type(e).__name__, e)
print(vars(m).keys(), sorted(vars(T))[-1])
print(type.__getattribute__(T, "x"), object.__getattribute__(m, "f")())
