# What del does to names, items, attributes and nested targets.
class T:
    def __delitem__(self, k): print("delitem", k)
    def __delattr__(self, n): print("delattr", n)


t = T()
del t[1], t[1:2], t[1:2:3], t[...], t[1, 2], t[1:2, ::3], t.a, t["k"]
a = b = c = d = 1
del a, (b, [c]), d
for n in "abcd":
    try:
        print(eval(n))
    except NameError as e:
        print(e)


def f():
    x = 1
    del x
    for _ in range(2):
        try:
            if _: del x
            x
        except UnboundLocalError as e:
            print(e)
    x = 2
    return x


def g():
    y = 1
    def h():
        nonlocal y
        del y
    h()
    for op in (lambda: y, h):
        try:
            op()
        except NameError as e:
            print(type(e).__name__, e)


def i():
    global glob
    glob = 1
    del glob
    try:
        del glob
    except NameError as e:
        print(e)


print(f()); g(); i()
l = list(range(10))
del l[::3]; print(l)
del l[-1], l[1:3]; print(l)
del l[:]; print(l)
dd = {"a": 1}
for bad in ("del l[0]", "del dd['x']", "del (1).real", "del 'abc'[0]", "del (1, 2)[0]", "del dd[[]]", "del f.nope", "del f.__name__", "del f.__defaults__", "del f.__code__", "del T.nope", "del int.bit_length", "del t.__class__.__dict__['x']", "del {1, 2}[0]", "del l['x']", "del range(3)[0]", "del b'x'[0]", "del None.x", "del f.__dict__", "del f.__qualname__", "del T.__name__", "del T.__dict__", "del T().__class__", "del object().__class__", "del [].x", "del len.x", "del l.append", "del f.__kwdefaults__", "del f.__closure__", "del f.__globals__", "del T.__init_subclass__", "del ValueError().args", "del ValueError().__cause__", "del ValueError().__traceback__", "del ValueError().__notes__", "del slice(1).start", "del (lambda: 1).__annotations__"):
    try:
        exec(bad)
        print("done", bad)
    except (TypeError, LookupError, AttributeError) as e:
        print(type(e).__name__, e)
for k in range(3):
    del k
try:
    raise ValueError("x")
except ValueError as e:
    del e
try:
    e
except NameError as err:
    print(err)
del ()
del []
print("end")
